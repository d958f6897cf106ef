package develop

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

func pinnedActions() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-pinned-actions", Version: 1,
		Title:    "Actions of workflows are named by commit where they could do harm",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "An action runs with the secrets and the token of the workflow. Whoever can move its branch or tag runs code in the " +
			"pipeline that trains, signs and publishes the model.",
		Fix:  "Name the full commit and keep the version as a comment: owner/action@<40 hex digits> # v1.2.3.",
		Help: "correct the workflow that could not be read",
		Bad:  actionsBad(), Good: actionsGood(),
		Run: runPinnedActions,
	}
}

// actionUse is one place at which a workflow takes an action or a workflow of somebody else.
type actionUse struct {
	line int
	uses string // as written: "owner/name/path@ref"
}

// workflowReach is what the jobs that take an action could do harm with.
type workflowReach struct {
	writes  bool // a token that may write, or mint identities
	secrets bool
}

func runPinnedActions(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	for c := range s.System.Of(lodemark.KindPipeline) {
		if ctx.Err() != nil || c.Format == "gitlab" {
			continue
		}
		uses, reached, err := actionsOf(s, c)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
			continue
		}
		looked = append(looked, c)
		for _, u := range uses {
			if f, bad := judgeAction(c.Path, u, reached[u.uses]); bad {
				findings = append(findings, f)
			}
		}
	}
	gaps = append(gaps, malformed(s.System, func(p string) bool { return strings.Contains(p, ".github/workflows/") })...)
	return lodemark.Conclude(looked, findings, compactGaps(gaps), "workflows")
}

func judgeAction(path string, u actionUse, reach workflowReach) (lodemark.Finding, bool) {
	f := lodemark.Finding{ID: "dev-1-pinned-actions", Path: path, Line: u.line, Key: u.uses, Severity: lodemark.SeverityLow}
	name, ref, _ := strings.Cut(u.uses, "@")
	if strings.HasPrefix(name, "./") || strings.HasPrefix(name, "docker://") || strings.Contains(u.uses, "${{") || !strings.Contains(name, "/") || wholeCommit.MatchString(ref) {
		return f, false
	}
	f.Fix = "name the full commit: " + name + "@<40 hex digits>"
	// The platform's own actions are as trustworthy as the platform that runs them; a moving name of theirs is still no version.
	platform := strings.HasPrefix(name, "actions/") || strings.HasPrefix(name, "github/")
	switch {
	case isBranch(ref):
		if !platform {
			f.Severity = lodemark.SeverityMedium
		}
		f.Message = fmt.Sprintf("The workflow runs whatever stands on a branch of %s (%s), with all that the workflow may do.", name, u.uses)
		return f, true
	case reach.writes || reach.secrets && !platform:
		f.Message = fmt.Sprintf("The workflow holds %s and takes %s by a tag, which its owner can move to other code.", reach, u.uses)
		return f, true
	}
	return f, false
}

func (r workflowReach) String() string {
	switch {
	case r.writes && r.secrets:
		return "secrets and a token that may write"
	case r.writes:
		return "a token that may write"
	}
	return "secrets"
}

func isBranch(ref string) bool {
	return slices.Contains([]string{"", "main", "master", "develop", "dev", "trunk", "head", "HEAD", "latest", "nightly", "edge", "release"}, ref) || strings.HasPrefix(ref, "refs/heads/") || strings.HasPrefix(ref, "release/")
}

// compactGaps keeps one gap for each place: discovery and a check may have stumbled over the same file.
func compactGaps(gaps []lodemark.Gap) []lodemark.Gap {
	var out []lodemark.Gap
	at := map[string]int{}
	for _, g := range gaps {
		if i, had := at[g.Path]; had {
			out[i].Needed = out[i].Needed || g.Needed
			continue
		}
		at[g.Path] = len(out)
		out = append(out, g)
	}
	return out
}
