package develop

import (
	"context"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEV-1: secure your supply chain.
func supplyChain() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEV-1",
		Checks: []lodemark.Check{supplyChainPolicy(), updateWatch(), lockedDependencies(), pinnedImages(), pinnedActions(), pinnedMCPServers(), pipedInstall(),
			packageOrigins(), supportedComponents(), failoverPlan(), safeLoading(), pinnedSources(), agentConfiguration(), agentsInCI()},
		Kept: []lodemark.Check{VerifiedProvenance(), KnownVulnerabilities(Advisories{})},
	}
}

func lockedDependencies() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-locked-dependencies", Version: 2,
		Title:    "Dependencies of the application are fixed by a lock file or exact versions",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Packages for AI change daily and run with the keys of the models. Without a lock file the next build takes whatever " +
			"carries the name on that day, be it a takeover.",
		Fix:  "Resolve once, commit the lock file (uv.lock, poetry.lock, package-lock.json, requirements.txt with hashes), and install from it.",
		Help: "for a library, ranges are right: lock what the tests and images install, beside it",
		Bad:  lockedBad(), Good: lockedGood(),
		Run: runLockedDependencies,
	}
}

func runLockedDependencies(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	library := ""
	applications := otherThanNotebooks(s.System)
	wants := wantedBy(s)
	for m := range s.System.Of(lodemark.KindManifest) {
		ai, open := wants[m.Path].ai, slices.Clone(wants[m.Path].open)
		if m.Format == "notebook" {
			m.Test = m.Test || applications // beside an application, what a notebook installs for itself decides nothing
		}
		if m.Detail["locked_by"] != "" {
			if ai > 0 {
				looked = append(looked, m)
			}
			continue
		}
		kind, web, err := judgeManifest(s, m)
		switch {
		case err != nil:
			if ai > 0 {
				gaps = append(gaps, lodemark.Unread(m.Path, 0, err, m.Test))
			}
			continue
		case ai == 0 && len(web) == 0:
			continue
		case kind == libraryManifest && !m.Test:
			if len(open) > 0 {
				library = m.Path
			}
			continue
		}
		looked = append(looked, m)
		all, counted := openIn(s, m)
		names := distinct(open, web, all) // those for AI first
		if len(names) == 0 {
			continue
		}
		what := "package(s)"
		if !counted {
			what = "AI package(s)" // the others of such a file are not read
		}
		findings = append(findings, lodemark.Finding{ID: "dev-1-locked-dependencies", Severity: lodemark.SeverityLow, Path: m.Path,
			Message: fmt.Sprintf("%s leaves %d %s open (%s) and no lock file covers it, so each build may take other code.", m.Path, len(names), what, shortList(names)),
			Fix:     "resolve once, commit the lock file, and install from it", Key: "no lock file"})
	}
	gaps = append(gaps, malformed(s.System, func(p string) bool { return manifestName.MatchString(path.Base(p)) })...)
	r := lodemark.Conclude(looked, findings, gaps, "manifests")
	if library != "" && (r.Outcome == lodemark.NothingToSee || r.Outcome == lodemark.Passed && len(looked) == 0) {
		r.Outcome = lodemark.Undecided
		r.Reason = library + " describes a library, which rightly leaves ranges open; what an installation takes is fixed elsewhere, if at all"
	}
	return r
}

// otherThanNotebooks says whether a manifest of an application or library asks for AI packages.
func otherThanNotebooks(s *lodemark.System) bool {
	for p := range s.Of(lodemark.KindPackage) {
		if p.Format != "notebook" && !p.Test {
			return true
		}
	}
	return false
}

// manifestName knows manifests and lock files that discovery could not make sense of.
var manifestName = pattern.New(`(?i)^(requirements.*\.(txt|in)|pyproject\.toml|pipfile(\.lock)?|(poetry|uv|pdm|pylock.*|package-lock|npm-shrinkwrap|bun|pnpm-lock|cargo)\.(lock|toml|json|yaml)|` +
	`package\.json|environment\.ya?ml|go\.mod|pom\.xml)$`)

// wanted is what a manifest asks for: how many AI packages, and which of them without an exact version.
type wanted struct {
	ai   int
	open []string
}

// wantedBy counts the AI packages of every manifest, once in a run: trees hold thousands of both.
func wantedBy(s *lodemark.Subject) map[string]wanted {
	return lodemark.Shared(s, "develop.wantedBy", func() map[string]wanted {
		all := map[string]wanted{}
		for p := range s.System.Of(lodemark.KindPackage) {
			w := all[p.Path]
			w.ai++
			if p.Pin == lodemark.PinNone || p.Pin == "" {
				w.open = append(w.open, p.Name)
			}
			all[p.Path] = w
		}
		return all
	})
}

type manifestKind int

const (
	applicationManifest manifestKind = iota
	libraryManifest
)

// judgeManifest tells an application from a library. web lists the open ranges of a web client, which belongs to the
// system although none of its packages is for AI.
func judgeManifest(s *lodemark.Subject, m lodemark.Component) (kind manifestKind, web []string, err error) {
	if m.Format != "package.json" && m.Format != "pyproject" && m.Format != "poetry" {
		return applicationManifest, nil, nil
	}
	data, err := s.Read(m.Path)
	if err != nil {
		return applicationManifest, nil, err
	}
	if m.Format == "package.json" {
		p, err := parsePackageFile(data)
		switch {
		case err != nil:
			return applicationManifest, nil, fmt.Errorf("read package.json: %w", err)
		case p.published():
			return libraryManifest, nil, nil
		case p.Private:
			return applicationManifest, p.open(), nil
		}
		return applicationManifest, nil, nil
	}
	if publishedProject(string(data)) && !installedByImage(s, path.Dir(m.Path)) {
		return libraryManifest, nil, nil
	}
	return applicationManifest, nil, nil
}

// installedByImage says whether a container file in the folder installs from it, which makes a library an application.
func installedByImage(s *lodemark.Subject, dir string) bool {
	for c := range s.System.Of(lodemark.KindContainer) {
		if c.Test || path.Dir(c.Path) != dir {
			continue
		}
		if data, err := s.Read(c.Path); err == nil && installsHere.Match(data) {
			return true
		}
	}
	return false
}

func shortList(names []string) string {
	if len(names) > 3 {
		return strings.Join(names[:3], ", ") + " …"
	}
	return strings.Join(names, ", ")
}

func pinnedMCPServers() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-pinned-mcp-servers", Version: 1,
		Title:    "MCP servers are started in one exact version",
		Bears:    lodemark.Supports("DEV-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "A tool server runs with the rights of whoever starts it and tells the model what its tools are for. Started without a " +
			"version, it is a new program whenever its publisher, or whoever took over the name, says so.",
		Fix:  "Write the exact version (name@1.2.3), or the image's digest, and look at the changes before raising it.",
		Help: "correct the MCP configuration that could not be read",
		Bad:  serversBad(), Good: serversGood(),
		Run: runPinnedMCPServers,
	}
}

func runPinnedMCPServers(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	for c := range s.System.Of(lodemark.KindMCPServer) {
		looked = append(looked, c)
		l, ok := launched(c.Detail["command"], argumentsOf(c))
		if !ok || l.pinned || dependencyOf(s, c.Path, l.name) {
			continue
		}
		findings = append(findings, lodemark.Finding{ID: "dev-1-pinned-mcp-servers", Severity: lodemark.SeverityMedium, Path: c.Path, Line: c.Line,
			Message: fmt.Sprintf("The MCP server %s runs %s in whatever version %s finds that day, with the rights of whoever starts it.", c.Name, l.name, l.runner),
			Fix:     fmt.Sprintf("name one version: %s", pinnedForm(l)), Key: c.Name + " " + l.spec})
	}
	gaps := malformed(s.System, func(p string) bool { return strings.Contains(strings.ToLower(path.Base(p)), "mcp") })
	return lodemark.Conclude(looked, findings, gaps, "MCP servers")
}

func argumentsOf(c lodemark.Component) []string {
	var args []string
	if err := json.Unmarshal([]byte(c.Detail["args"]), &args); err != nil {
		return nil
	}
	return args
}

func pinnedForm(l launch) string {
	switch {
	case strings.Contains(l.runner, " run") && !strings.HasPrefix(l.runner, "uv") && !strings.HasPrefix(l.runner, "pipx"):
		return l.name + "@sha256:<digest>"
	case strings.Contains(l.name, "://") && (strings.HasPrefix(l.runner, "uv") || strings.HasPrefix(l.runner, "pipx")):
		return l.name + "@<commit>"
	case strings.Contains(l.name, ":") || repoPath.MatchString(l.name):
		return l.name + "#<commit>"
	case strings.HasPrefix(l.runner, "pipx"):
		return l.name + "==<version>"
	}
	return l.name + "@<version>"
}

// dependencyOf says whether a package.json above the configuration names the package: then npx runs the installed one, and
// the lock file fixes it.
func dependencyOf(s *lodemark.Subject, config, name string) bool {
	if strings.ContainsAny(name, ":#") {
		return false
	}
	dir := path.Dir(config)
	for m := range s.System.Of(lodemark.KindManifest) {
		at := path.Dir(m.Path)
		if m.Format != "package.json" || m.Test || at != "." && at != dir && !strings.HasPrefix(dir, at+"/") {
			continue
		}
		data, err := s.Read(m.Path)
		if err != nil {
			continue
		}
		if p, err := parsePackageFile(data); err == nil && (p.Dependencies[name] != "" || p.DevDependencies[name] != "") {
			return true
		}
	}
	return false
}

// malformed lists what discovery could not understand among the files that a check needs.
func malformed(s *lodemark.System, needed func(string) bool) []lodemark.Gap {
	var gaps []lodemark.Gap
	for _, g := range s.Gaps {
		i := slices.IndexFunc(s.Files, func(f lodemark.File) bool { return f.Path == g.Path })
		if i >= 0 && needed(g.Path) {
			g.Needed = !s.Files[i].Test && !s.Files[i].Vendored
			gaps = append(gaps, g)
		}
	}
	return gaps
}

var wholeCommit = pattern.New(`^[0-9a-f]{40}$`)
