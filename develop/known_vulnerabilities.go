package develop

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/deps"
	"github.com/lodemark/lodemark/internal/deps/osv"
	"github.com/lodemark/lodemark/internal/deps/vex"
)

// Advisories are what the operator holds about vulnerabilities. They never come from the target.
type Advisories struct {
	Database   *osv.Database
	Path       string // where it lies, for people
	Statements []vex.Statement
}

const vulnerabilitiesID = "dev-1-known-vulnerabilities"

// How many days the newest advisory of an ecosystem may be old: each that is kept has some every day. Until then a pass lasts as well.
const advisoryDays = 14

// lockedBytes is the largest lock file that is read: those of large workspaces have tens of megabytes.
const lockedBytes = 64 << 20

// KnownVulnerabilities makes a check of the operator's database of advisories. Without a database nobody can know, so it is no check of
// Practices: whoever runs an assessment adds it to DEV-1.
//
// Its canary is an advisory of that very database: one that does not answer is not believed.
func KnownVulnerabilities(a Advisories) lodemark.Check {
	c := lodemark.Check{
		ID: vulnerabilitiesID, Version: 1,
		Title:    "No locked package has a vulnerability that the operator's database of advisories knows",
		Bears:    lodemark.Supports("DEV-1.6", "DEV-1.7"),
		Severity: lodemark.SeverityCritical, Strength: lodemark.Enforced, MaxAge: advisoryDays * 24 * time.Hour,
		Why: "What a model is served, trained and asked with has holes like all software, and its packages are young and change weekly. A hole that is " +
			"written down in public is tried on everybody who has not moved on.",
		Fix:  "Take the version in which it is gone, lock it, and evaluate the system again. If it does not concern you, state so with a reason (--vex).",
		Help: "give a database of advisories for all ecosystems of the target that is of these days: lodemark advisories update fetches one, assess --advisories DIR asks it",
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return runKnownVulnerabilities(ctx, s, a)
		},
	}
	if a.Database == nil {
		return c
	}
	if ecosystem, name, version, ok := a.Database.Example(); ok {
		c.Bad = []lodemark.Example{{Name: "a version that the database knows to be vulnerable", Files: lockNaming(ecosystem, name, version)}}
	}
	return c
}

func runKnownVulnerabilities(ctx context.Context, s *lodemark.Subject, a Advisories) lodemark.Result {
	if a.Database == nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: "there is no database of advisories to compare with"}
	}
	locks, declared, gaps, err := lockedPackages(ctx, s)
	if err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: err.Error(), Gaps: gaps}
	}
	judged, err := deps.Assess(ctx, locks, a.Database, slices.Concat(a.Statements, declared))
	if err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: "the database of advisories could not be asked: " + err.Error(), Gaps: gaps}
	}
	var findings []lodemark.Finding
	for i := range judged.Vulnerabilities {
		findings = append(findings, vulnerable(&judged.Vulnerabilities[i])...)
	}
	for _, u := range judged.Undecided {
		gaps = append(gaps, lodemark.Gap{Path: u.Place.Path, Line: u.Place.Line, Reason: fmt.Sprintf("%s about %s %s: %s", u.ID, u.Package, u.Version, u.Reason)})
	}
	r := lodemark.Conclude(lockPlaces(locks), findings, gaps, "lock files")
	if r.Outcome == lodemark.NothingToSee {
		r.Reason = "no locked package was found outside tests and vendored folders"
		return r
	}
	if r.Outcome == lodemark.Passed {
		r.Reason = fmt.Sprintf("no known vulnerability counts; locked packages compared: %d", compared(judged))
		if why := notCompared(judged, a, s.At); why != "" {
			r.Outcome, r.Reason = lodemark.Undecided, "none of those that were compared is known to be vulnerable, but "+why
		}
	}
	if n := letThrough(judged); n > 0 {
		r.Reason += fmt.Sprintf("; stated not to be affected, or fixed: %d", n)
	}
	r.Reason = strings.TrimSuffix(r.Reason, ".") + "; " + a.whichDatabase(judged, s.At)
	return r
}

// lockedPackages lists what files of the target fix, through the same readers that `lodemark advisories` has.
func lockedPackages(ctx context.Context, s *lodemark.Subject) (packages []deps.Package, declared []vex.Statement, gaps []lodemark.Gap, err error) {
	wanted := map[string]bool{}
	for c := range s.System.Of(lodemark.KindManifest, lodemark.KindLockFile) {
		wanted[c.Path] = true
	}
	for _, g := range s.System.Gaps {
		wanted[g.Path] = wanted[g.Path] || lockName[strings.ToLower(path.Base(g.Path))]
	}
	files := map[string]string{}
	for _, f := range s.System.Files {
		if !wanted[f.Path] && !mayStateVEX(f.Path) || f.Link != "" || f.Vendored {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			if wanted[f.Path] {
				gaps = append(gaps, lodemark.Unread(f.Path, 0, err, f.Test))
			}
			continue
		}
		files[f.Path] = string(data)
	}
	tree, err := bound.Memory(files, bound.Limits{FileBytes: lockedBytes})
	if err != nil {
		return nil, nil, gaps, fmt.Errorf("hold the lock files: %w", err)
	}
	defer tree.Close()
	declared, more, err := deps.Declared(ctx, tree)
	if err != nil {
		return nil, nil, gaps, err
	}
	locks, err := deps.Packages(ctx, tree)
	if err != nil {
		return nil, nil, gaps, err
	}
	return locks.Packages, declared, append(append(gaps, more...), locks.Gaps...), nil
}

// lockName are the lock files that discovery may have failed on, and which then are none of its components.
var lockName = map[string]bool{"uv.lock": true, "poetry.lock": true, "pdm.lock": true, "pylock.toml": true, "pipfile.lock": true, "package-lock.json": true,
	"npm-shrinkwrap.json": true, "yarn.lock": true, "pnpm-lock.yaml": true, "bun.lock": true, "bun.lockb": true, "deno.lock": true, "go.mod": true, "go.sum": true,
	"cargo.lock": true, "gradle.lockfile": true, "buildscript-gradle.lockfile": true}

// mayStateVEX holds every name under which statements are published; which of them are is for the reader to say.
func mayStateVEX(name string) bool {
	name = strings.ToLower(name)
	return strings.HasSuffix(name, ".json") && (strings.Contains(name, "vex") || strings.HasSuffix(name, ".cdx.json"))
}

// lockPlaces are the files that fix packages, each once.
func lockPlaces(packages []deps.Package) (looked []lodemark.Component) {
	seen := map[string]bool{}
	for _, p := range packages {
		if !seen[p.Path] {
			seen[p.Path] = true
			looked = append(looked, lodemark.Component{Kind: lodemark.KindLockFile, Path: p.Path, Test: p.Aside})
		}
	}
	return looked
}

// vulnerable tells an advisory at each of its places. What the operator states not to concern the system is told as well, and fails nothing.
func vulnerable(v *deps.Vulnerability) (findings []lodemark.Finding) {
	message := fmt.Sprintf("%s %s is known to be vulnerable: %s (%s).", v.Package, v.Version, cmp.Or(strings.TrimSuffix(v.Title, "."), "see the advisory"), v.ID)
	fix := "take " + v.Package + " " + strings.Join(v.Fixed, " or ") + ", or later, and evaluate again"
	clauses := []string{"DEV-1.6", "DEV-1.7"}
	switch {
	case v.Malicious:
		message = fmt.Sprintf("%s %s is malicious: it was made to do harm (%s).", v.Package, v.Version, v.ID)
		fix = "remove " + v.Package + ", and treat every machine that installed it and every secret there as taken"
	case len(v.Fixed) == 0:
		fix = "no version without it is known: replace " + v.Package + ", or keep what is vulnerable out of reach"
		clauses = clauses[:1] // it is as well kept as it can be
	}
	if !v.Rating.Rated {
		message += " Nobody rated it; it counts as high."
	}
	for _, st := range v.Stated {
		message += " " + statedWords(st)
	}
	for _, p := range v.Places {
		findings = append(findings, lodemark.Finding{ID: vulnerabilitiesID, Severity: v.Rating.Severity, Path: p.Path, Line: p.Line, Message: message, Fix: fix, Clauses: clauses,
			Key: strings.Join([]string{v.ID, v.Ecosystem, v.Package}, " "), Advisory: !v.Counts(), Refs: slices.Concat([]string{v.ID}, v.Aliases, v.CWEs)})
	}
	return findings
}

// statedWords is what somebody states, in a sentence.
func statedWords(a vex.Applied) string {
	text := cmp.Or(a.Author, "Somebody without a name") + " states: " + strings.ReplaceAll(string(a.Status), "_", " ")
	if a.Why != "" {
		text += " (" + a.Why + ")"
	}
	if !a.Time.IsZero() {
		text += ", " + a.Time.Format(time.DateOnly)
	}
	text += ", in " + a.File
	switch {
	case a.Declared:
		text += "; that is the target's own word, and does not count"
	case a.Status == vex.NotAffected && !a.Clears():
		text += "; without a name and a reason it does not count"
	}
	return text + "."
}

// letThrough counts what the operator states not to concern the system.
func letThrough(r *deps.Result) (n int) {
	for i := range r.Vulnerabilities {
		if !r.Vulnerabilities[i].Counts() {
			n++
		}
	}
	return n
}

func compared(r *deps.Result) (n int) {
	for _, k := range r.Packages {
		n += k
	}
	return n
}

// ofTheTree is how deps says that a package is part of the target: there is nothing to compare.
const ofTheTree = "part of this tree"

// notCompared says what keeps silence of the database from meaning anything; empty: nothing does.
func notCompared(r *deps.Result, a Advisories, at time.Time) string {
	if len(r.Undecided) > 0 {
		u := r.Undecided[0]
		return fmt.Sprintf("of %d advisories nobody can tell whether they concern the version; first: %s about %s %s", len(r.Undecided), u.ID, u.Package, u.Version)
	}
	var reasons []string
	for reason, n := range r.Unjudged {
		if !strings.Contains(reason, ofTheTree) {
			reasons = append(reasons, fmt.Sprintf("%d were not (%s)", n, reason))
		}
	}
	if slices.Sort(reasons); len(reasons) > 0 {
		return reasons[0]
	}
	for _, ecosystem := range osv.Ecosystems() {
		if r.Packages[ecosystem] == 0 {
			continue
		}
		newest := a.Database.Info().Newest[ecosystem]
		if newest.Year() <= 1 {
			return "no advisory for " + ecosystem + " tells when it changed, so nobody can say how old they are"
		}
		if days := daysBetween(newest, at); days > advisoryDays {
			return fmt.Sprintf("the newest advisory for %s is %d days old, and what became known since is missing", ecosystem, days)
		}
	}
	return ""
}

func daysBetween(from, to time.Time) int { return int(to.Sub(from).Hours() / 24) }

// whichDatabase names the database by its digest, and says how old it is for what it was asked.
func (a Advisories) whichDatabase(r *deps.Result, at time.Time) string {
	info := a.Database.Info()
	var ages []string
	for _, ecosystem := range osv.Ecosystems() {
		if newest := info.Newest[ecosystem]; r.Packages[ecosystem] > 0 && newest.Year() > 1 {
			ages = append(ages, fmt.Sprintf("%s %s, %d days old", ecosystem, newest.Format(time.DateOnly), max(0, daysBetween(newest, at))))
		}
	}
	text := "database " + bound.QuoteName(a.Path) + " " + info.Digest
	if len(ages) > 0 {
		text += ", newest advisory for " + strings.Join(ages, ", ")
	}
	return text
}
