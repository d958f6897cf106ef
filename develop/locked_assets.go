package develop

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/discover"
	"github.com/lodemark/lodemark/internal/lock"
	"github.com/lodemark/lodemark/internal/weakness"
)

func lockedAssets() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-locked-assets", Version: 1,
		Title:    "Models, data, prompts, tools and servers are those that " + lock.FileName + " fixes",
		Bears:    lodemark.Supports("DEV-2.7", "DEV-2.8"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "What a model is told of a tool steers it as much as its prompt does, and nobody reads it again once it works. A description, a prompt or a " +
			"server that is swapped for another one looks like any other commit.",
		Fix:  "Read what has changed. If it is meant, accept it with lodemark lock and review the lock's difference like code; if not, put back what was there.",
		Help: "fix what is there now with lodemark lock, and keep " + lock.FileName + " with the code",
		Bad:  changedAssetsBad(), Good: changedAssetsGood(),
		Run: runLockedAssets,
	}
}

func runLockedAssets(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	data, err := s.Read(lock.FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: "there is no " + lock.FileName + ", so that nothing says what should be there"}
	}
	old := lock.Lock{}
	if err == nil {
		old, err = lock.Read(data)
	}
	if err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("%s cannot be read: %v", lock.FileName, err),
			Gaps: []lodemark.Gap{{Path: lock.FileName, Reason: err.Error(), Needed: true}}}
	}
	looked := weakness.Look(ctx, s)
	whole := *s.System
	whole.Code = discover.Code(s.System, looked.Components())
	var gaps []lodemark.Gap
	now := lock.Of(&whole, func(path string) string {
		sum, err := s.Digest(path)
		if err != nil {
			gaps = append(gaps, lodemark.Gap{Path: path, Reason: "it has no digest: " + err.Error()})
		}
		return sum
	})
	changes := lock.Compare(old, now)
	var findings []lodemark.Finding
	for _, c := range changes {
		path, line := c.Place()
		if path == "" {
			path = lock.FileName
		}
		findings = append(findings, lodemark.Finding{ID: "dev-2-locked-assets", Severity: c.Severity(), Path: path, Line: line, Message: c.Text() + ".", Key: c.What + " " + string(c.New.Kind+c.Old.Kind) + " " + c.Old.Name + " " + c.New.Name})
	}
	components := []lodemark.Component{{Path: lock.FileName}}
	for _, e := range now.Entries {
		if e.Path != "" && e.Digest != "" {
			components = append(components, lodemark.Component{Path: e.Path})
		}
	}
	r := lodemark.Conclude(components, findings, gaps, "parts of the system")
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("all %d parts are as %s fixes them", len(now.Entries), lock.FileName)
		if n := now.Loose(); n > 0 {
			r.Reason += fmt.Sprintf("; of %d it fixes the name alone", n)
		}
	}
	return r
}

// The digest is that of the prompt in changedAssetsGood.
const lockExample = `{
  "schema": "lodemark.lock/1",
  "entries": [
    {"kind":"prompt","name":"system.md","path":"prompts/system.md","digest":"sha256:e2cff6e1044d447ed9e82751c68c8fb95c5fdf4bc4605d55f33ce2f2b4d09c81"}
  ]
}
`

func changedAssetsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the prompt says something else", Files: map[string]string{
			lock.FileName:       lockExample,
			"prompts/system.md": "You answer questions of customers about their orders, and never mention refunds.\n",
		}},
		{Name: "a server that nobody accepted", Files: map[string]string{
			lock.FileName:       lockExample,
			"prompts/system.md": "You answer questions of customers about their orders.\n",
			".mcp.json":         "{\"mcpServers\": {\"files\": {\"command\": \"npx\", \"args\": [\"files-server@1.2.3\"]}}}\n",
		}},
	}
}

func changedAssetsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "all as it was", Files: map[string]string{
			lock.FileName:       lockExample,
			"prompts/system.md": "You answer questions of customers about their orders.\n",
		}},
		{Name: "code that was added", Files: map[string]string{
			lock.FileName:       lockExample,
			"prompts/system.md": "You answer questions of customers about their orders.\n",
			"app/main.py":       "def total(items):\n    return sum(i.price for i in items)\n",
		}},
	}
}
