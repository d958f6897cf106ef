package develop

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

func pipedInstall() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-piped-install", Version: 2,
		Title:    "No download is handed to an interpreter unseen",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A script that goes from the network straight into a shell is run by nobody's decision: whoever holds the server, or the " +
			"way to it, decides what the image or the training machine becomes.",
		Fix:  "Download to a file, compare its SHA-256 digest with the one that was reviewed, then run it; or install a package by version.",
		Help: "correct the build file or workflow that could not be read",
		Bad:  pipedBad(), Good: pipedGood(),
		Run: runPipedInstall,
	}
}

// shellUnit is shell text that one machine runs as a whole: a build step, a workflow step, a script.
type shellUnit struct {
	line   int // of its first line in the file
	text   string
	script bool // a whole file: a checksum elsewhere in it says nothing about this download
}

func runPipedInstall(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	for _, c := range shellPlaces(s.System) {
		if ctx.Err() != nil {
			break
		}
		units, err := shellUnitsOf(s, c)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
			continue
		}
		if c.Kind == npmScripts && len(units) == 0 {
			continue
		}
		looked = append(looked, c)
		for _, u := range units {
			if !u.script && verification.MatchString(u.text) {
				continue
			}
			for _, x := range pipedInstalls(u.text) {
				findings = append(findings, pipedFinding(c.Path, u.line+x.line-1, x))
			}
		}
	}
	return lodemark.Conclude(looked, findings, gaps, "build files, workflows, scripts, MCP servers and scripts of packages")
}

func pipedFinding(path string, line int, x fetch) lodemark.Finding {
	f := lodemark.Finding{ID: "dev-1-piped-install", Severity: lodemark.SeverityMedium, Path: path, Line: line, Key: x.address + " " + x.through,
		Fix: "download to a file, compare its SHA-256 digest with the reviewed one, then run it"}
	from := x.address
	if from == "" {
		from = "a download"
	}
	f.Message = fmt.Sprintf("%s goes straight into %s: whoever serves it decides what is run.", from, x.through)
	if strings.HasPrefix(x.address, "http://") && !strings.HasPrefix(x.address, "http://localhost") && !strings.HasPrefix(x.address, "http://127.") {
		f.Severity = lodemark.SeverityHigh
		f.Message = fmt.Sprintf("%s goes unencrypted and straight into %s: anyone on the way decides what is run.", from, x.through)
	}
	return f
}

// npmScripts is the kind of a package.json whose scripts are looked at.
const npmScripts lodemark.Kind = "package_scripts"

// shellPlaces lists build files, workflows, scripts, MCP configurations and manifests with scripts, sorted by path.
func shellPlaces(s *lodemark.System) []lodemark.Component {
	var all []lodemark.Component
	for c := range s.Of(lodemark.KindContainer, lodemark.KindPipeline) {
		all = append(all, c)
	}
	seen := map[string]bool{}
	for c := range s.Of(lodemark.KindMCPServer) {
		if c.Detail["command"] != "" && !seen[c.Path] {
			seen[c.Path] = true
			all = append(all, lodemark.Component{Kind: lodemark.KindMCPServer, Path: c.Path, Test: c.Test})
		}
	}
	for m := range s.Of(lodemark.KindManifest) {
		if m.Format == "package.json" {
			all = append(all, lodemark.Component{Kind: npmScripts, Path: m.Path, Test: m.Test})
		}
	}
	for _, f := range s.Files {
		if f.Language == "shell" && f.Link == "" && f.Size <= scriptBytes {
			all = append(all, lodemark.Component{Kind: "script", Path: f.Path, Test: f.Test || f.Vendored})
		}
	}
	slices.SortStableFunc(all, func(a, b lodemark.Component) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(all, func(a, b lodemark.Component) bool { return a.Path == b.Path })
}
