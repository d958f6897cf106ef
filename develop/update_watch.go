package develop

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func updateWatch() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-update-watch", Version: 1,
		Title:    "A bot or a scheduled scan watches the dependencies of every ecosystem that the system uses",
		Bears:    lodemark.Supports("DEV-1.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Advisories for AI frameworks come weekly, and attackers read them on the same day. A scan at build time says nothing of the model " +
			"server that was built in spring and still runs.",
		Fix:  "Let Dependabot or Renovate watch each ecosystem and folder, or run an advisory scan on a schedule.",
		Help: "keep .github/dependabot.yml, renovate.json or a scheduled workflow with a scanner in the repository; alerts that are set on the platform are not seen here",
		Bad:  watchBad(), Good: watchGood(),
		Run: runUpdateWatch,
	}
}

// watcher is one thing that watches dependencies: which ecosystems, and in which folders.
type watcher struct {
	path, ecosystem string // ecosystem empty: all of them
	folders         []string
}

func runUpdateWatch(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var manifests []lodemark.Component
	for m := range s.System.Of(lodemark.KindManifest) {
		if !m.Test && watched[m.Detail["ecosystem"]] && m.Format != "constraints" {
			manifests = append(manifests, m)
		}
	}
	if len(manifests) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no manifest of dependencies was found outside tests"}
	}
	if own := slices.DeleteFunc(slices.Clone(manifests), func(m lodemark.Component) bool { return samples.MatchString(m.Path) }); len(own) > 0 {
		manifests = own
	}
	watchers := append(bots(s), scheduledScans(s)...)
	if len(watchers) == 0 {
		return lodemark.Result{Outcome: lodemark.Undecided,
			Reason: "neither a bot's settings nor a scheduled scan was found; alerts may be set on the platform, which files do not show"}
	}
	r := lodemark.Result{}
	for _, w := range watchers {
		if !slices.Contains(r.Examined, w.path) {
			r.Examined = append(r.Examined, w.path)
		}
	}
	left := map[string]string{} // ecosystem to the first manifest
	covered := map[string]bool{}
	for _, m := range manifests {
		eco := m.Detail["ecosystem"]
		if slices.ContainsFunc(watchers, func(w watcher) bool { return w.covers(m) }) {
			covered[eco] = true
		} else if left[eco] == "" {
			left[eco] = m.Path
		}
	}
	for _, eco := range slices.Sorted(mapKeys(left)) {
		if covered[eco] {
			continue // another folder of it is watched; the settings may mean to leave samples out
		}
		r.Findings = append(r.Findings, lodemark.Finding{ID: "dev-1-update-watch", Severity: lodemark.SeverityMedium, Path: watchers[0].path,
			Message: fmt.Sprintf("%s watches other ecosystems and leaves out %s (%s): no file here says that anybody watches it.", watchers[0].path, eco, left[eco]),
			Fix:     fmt.Sprintf("add %s and the folder of %s", eco, left[eco]), Key: "left out " + eco})
	}
	if len(r.Findings) > 0 {
		return failing(r, r.Findings...)
	}
	r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s watches the dependencies (%s)", watchers[0].path, strings.Join(slices.Sorted(mapKeys(covered)), ", "))
	return r
}

// samples are folders whose manifests are for trying something out; a bot rightly leaves them alone.
var samples = pattern.New(`(?i)(?:^|/)(?:examples?|samples?|demos?|docs?|notebooks?|tutorials?|benchmarks?|cookbooks?|website)/|\.ipynb$`)

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// watched are the ecosystems that advisories are published for.
var watched = map[string]bool{"pypi": true, "npm": true, "go": true, "maven": true, "cargo": true}

// ecosystemOf translates the names of bots and scanners.
var ecosystemOf = map[string]string{"pip": "pypi", "uv": "pypi", "pipenv": "pypi", "poetry": "pypi", "pip_requirements": "pypi", "pip_setup": "pypi", "pep621": "pypi", "conda": "pypi", "npm": "npm", "bun": "npm",
	"yarn": "npm", "pnpm": "npm", "gomod": "go", "maven": "maven", "gradle": "maven", "cargo": "cargo"}

func (w watcher) covers(m lodemark.Component) bool {
	if w.ecosystem != "" && w.ecosystem != m.Detail["ecosystem"] {
		return false
	}
	if len(w.folders) == 0 {
		return true
	}
	dir := "/" + path.Dir(m.Path)
	if dir == "/." {
		dir = "/"
	}
	return slices.ContainsFunc(w.folders, func(f string) bool { return folderMatches(f, dir) })
}

// folderMatches compares a folder with a pattern: "*" stands for one name or a part of it, "**" for any number.
func folderMatches(pattern, dir string) bool {
	pattern = "/" + strings.Trim(pattern, "/")
	if pattern == dir || pattern == "/**" || pattern == "/**/*" {
		return true
	}
	if before, ok := strings.CutSuffix(pattern, "/**"); ok && (dir == before || strings.HasPrefix(dir, before+"/")) {
		return true
	}
	if before, _, ok := strings.Cut(pattern, "/**/"); ok && strings.HasPrefix(dir, before+"/") {
		return true
	}
	matched, err := path.Match(pattern, dir)
	return err == nil && matched
}

// bots reads the settings of Dependabot and Renovate.
func bots(s *lodemark.Subject) []watcher {
	var all []watcher
	for _, f := range s.System.Files {
		if f.Link != "" || f.Test || f.Vendored || f.Size > 1<<20 {
			continue
		}
		switch f.Path {
		case ".github/dependabot.yml", ".github/dependabot.yaml":
			if data, err := s.Read(f.Path); err == nil {
				all = append(all, dependabot(f.Path, data)...)
			}
		case "renovate.json", "renovate.json5", ".github/renovate.json", ".github/renovate.json5", ".gitlab/renovate.json", ".renovaterc", ".renovaterc.json":
			if data, err := s.Read(f.Path); err == nil {
				all = append(all, renovate(f.Path, string(data))...)
			}
		}
	}
	return all
}

func dependabot(p string, data []byte) []watcher {
	var all []watcher
	for _, t := range document.Read(p, data).Tables() {
		eco := t.Column("package ecosystem")
		if eco < 0 {
			continue
		}
		for _, row := range t.Rows {
			name, known := ecosystemOf[row.Cell(eco)]
			if !known {
				name = row.Cell(eco)
			}
			w := watcher{path: p, ecosystem: name}
			for _, col := range []int{t.Column("directory"), t.Column("directories")} {
				if col < 0 || col >= len(row.Cells) {
					continue
				}
				for _, folder := range strings.Split(row.Cells[col], ", ") { // "/" is no word, and a folder
					if folder != "" {
						w.folders = append(w.folders, folder)
					}
				}
			}
			all = append(all, w)
		}
	}
	return all
}

var enabledManagers = pattern.New(`(?s)enabledManagers["']?\s*:\s*\[([^\]]*)\]`)
var disabledBot = pattern.New(`(?m)^\s*["']?enabled["']?\s*:\s*false`)

func renovate(p, text string) []watcher {
	m := enabledManagers.FindStringSubmatch(text)
	switch {
	case m == nil && disabledBot.MatchString(text) && !strings.Contains(text, "packageRules"):
		return nil
	case m == nil:
		return []watcher{{path: p}}
	}
	var all []watcher
	for _, word := range strings.FieldsFunc(m[1], func(r rune) bool { return strings.ContainsRune("\"', \n\t", r) }) {
		if eco, ok := ecosystemOf[word]; ok {
			all = append(all, watcher{path: p, ecosystem: eco})
		}
	}
	return all
}

// scanners of advisories, with the ecosystem of those that know only one.
var scanners = []struct {
	words     *pattern.Pattern
	ecosystem string
}{
	{pattern.New(`\b(?:osv-scanner|trivy|grype|snyk (?:test|monitor)|dependency-check)\b|google/osv-scanner-action|aquasecurity/trivy-action|anchore/scan-action|snyk/actions`), ""},
	{pattern.New(`\b(?:pip-audit|safety (?:check|scan)|uv audit)\b|pypa/gh-action-pip-audit|pyupio/safety-action`), "pypi"},
	{pattern.New(`\b(?:npm|yarn|pnpm) audit\b|\baudit-ci\b`), "npm"},
	{pattern.New(`\bgovulncheck\b|golang/govulncheck-action`), "go"},
	{pattern.New(`\bcargo (?:audit|deny)\b|rustsec/audit-check|EmbarkStudios/cargo-deny-action`), "cargo"},
}

// scheduledScans finds scanners in pipelines that run on a schedule.
func scheduledScans(s *lodemark.Subject) []watcher {
	var all []watcher
	for c := range s.System.Of(lodemark.KindPipeline) {
		w, err := pipelineOf(s, c)
		if err != nil || c.Test {
			continue
		}
		scheduled := false
		for _, t := range w.Triggers {
			scheduled = scheduled || t.Event == "schedule"
		}
		if !scheduled {
			continue
		}
		for _, j := range w.Jobs {
			text := j.Uses.Text
			for _, step := range j.Steps {
				text += "\n" + step.Uses.Text + "\n" + step.Run.Text
			}
			for _, scan := range scanners {
				if scan.words.MatchString(text) {
					all = append(all, watcher{path: c.Path, ecosystem: scan.ecosystem})
				}
			}
		}
	}
	return all
}
