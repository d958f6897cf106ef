package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Advisories is what a database of advisories says about the packages that a target locks.
type Advisories struct {
	Tool       lodemark.Tool
	Target     string
	Folder     string // where the target lies as seen from where viewers of code look; empty: right there
	Database   AdvisoryDatabase
	Findings   []AdvisoryFinding // the worst first
	Packages   int               // versions that were judged, each counted once
	Unjudged   []AdvisoryCount   // packages that were not judged, by reason
	Undecided  []AdvisoryUndecided
	Statements int // of VEX files that were read
	Vendored   int // lock files in vendored folders, which are left out
	Gaps       []lodemark.Gap
}

// AdvisoryDatabase is which database was asked.
type AdvisoryDatabase struct {
	Path       string            `json:"path"`
	Digest     string            `json:"digest"`
	Advisories map[string]int    `json:"advisories"` // by ecosystem
	Newest     map[string]string `json:"newest"`     // day of the latest change, by ecosystem; missing: it tells none
	Old        []string          `json:"old"`        // what may be too old to rely on, and why
	Withdrawn  int               `json:"withdrawn"`
	Broken     int               `json:"broken"`
	Unread     []lodemark.Gap    `json:"unread"` // the first of those, and why
}

// AdvisoryFinding is one advisory about one version of a package, at all its places.
type AdvisoryFinding struct {
	ID        string              `json:"id"`
	Aliases   []string            `json:"aliases"`
	Severity  lodemark.Severity   `json:"severity"`
	Rated     bool                `json:"rated"`    // false: nobody rated it, and it counts as high
	RatedBy   string              `json:"rated_by"` // a CVSS vector, "database", "malicious", or empty
	Malicious bool                `json:"malicious"`
	Ecosystem string              `json:"ecosystem"`
	Package   string              `json:"package"`
	Version   string              `json:"version"`
	Fixed     []string            `json:"fixed"`
	Summary   string              `json:"summary"`
	Changed   string              `json:"changed"` // day of the last change of the advisory
	Imports   []string            `json:"imports,omitempty"`
	Refs      []string            `json:"references"`
	CWEs      []string            `json:"cwes,omitempty"`
	Places    []AdvisoryPlace     `json:"places"`
	Stated    []AdvisoryStatement `json:"stated"`
	Counts    bool                `json:"counts"` // whether a gate is about it
}

// AdvisoryPlace is where a file fixes the version.
type AdvisoryPlace struct {
	Path        string `json:"path"`
	Line        int    `json:"line"`
	Asked       string `json:"asked"` // direct, through, or empty: not known
	Test        bool   `json:"test,omitempty"`
	From        string `json:"from,omitempty"` // an address instead of the registry
	Fingerprint string `json:"fingerprint"`
}

// AdvisoryStatement is what somebody says about a finding.
type AdvisoryStatement struct {
	Status   string `json:"status"`
	Why      string `json:"why"`
	Author   string `json:"author"`
	Day      string `json:"day"`
	File     string `json:"file"`
	Declared bool   `json:"declared"` // by the target itself
	Clears   bool   `json:"clears"`
}

// AdvisoryCount is how many packages were not judged for one reason.
type AdvisoryCount struct {
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

// AdvisoryUndecided is an advisory of which nobody can tell whether it concerns the version.
type AdvisoryUndecided struct {
	ID      string `json:"id"`
	Package string `json:"package"`
	Version string `json:"version"`
	Reason  string `json:"reason"`
	Path    string `json:"path"`
	Line    int    `json:"line"`
}

// AdvisoriesFormat is one way to draw them.
type AdvisoriesFormat struct {
	Name, About string
	Write       func(io.Writer, *Advisories, Options) error
}

// AdvisoriesFormats lists the formats, text first.
func AdvisoriesFormats() []AdvisoriesFormat {
	return []AdvisoriesFormat{
		{"text", "for people at a terminal", writeAdvisoriesText},
		{"json", "everything, for programs", writeAdvisoriesJSON},
		{"sarif", "a result for each place, for code scanning (SARIF 2.1.0)", writeAdvisoriesSARIF},
	}
}

// Fingerprint sets the fingerprints of all places: no line and no version is in them, so that a finding stays the same until it is gone.
func (a *Advisories) Fingerprint() {
	seen := map[string]int{}
	for i := range a.Findings {
		f := &a.Findings[i]
		for j := range f.Places {
			p := &f.Places[j]
			key := strings.Join([]string{f.ID, f.Ecosystem, f.Package, p.Path}, "\x00")
			seen[key]++
			p.Fingerprint = fingerprint(key, seen[key])
		}
	}
}

// counting counts the findings that a gate is about, by severity, and the others.
func (a *Advisories) counting() (counted, stated int, by map[lodemark.Severity]int) {
	by = map[lodemark.Severity]int{}
	for _, f := range a.Findings {
		if !f.Counts {
			stated++
			continue
		}
		counted++
		by[f.Severity]++
	}
	return counted, stated, by
}

// remedy says what to do about a finding.
func (f *AdvisoryFinding) remedy() string {
	switch {
	case f.Malicious:
		return "Remove " + f.Package + ", and treat every machine that installed it and every secret there as taken"
	case len(f.Fixed) > 0:
		return "Take " + f.Package + " " + strings.Join(f.Fixed, " or ") + ", or later"
	}
	return "No version without it is known: replace " + f.Package + ", or keep what is vulnerable out of reach"
}

// OldAfter is how many days a database may have seen no change: every ecosystem that is kept here has some each day.
const OldAfter = 14

// OldSince says why what a database knows of an ecosystem may be too old at a time; empty: it is not.
func OldSince(ecosystem string, newest, now time.Time) string {
	if newest.Year() <= 1 {
		return "no advisory for " + ecosystem + " tells when it changed, so nobody can say how old they are"
	}
	if days := int(now.Sub(newest).Hours() / 24); days > OldAfter {
		return fmt.Sprintf("the newest advisory for %s is %d days old, and what became known since is missing", ecosystem, days)
	}
	return ""
}

type advisoriesJSON struct {
	Schema     string              `json:"schema"`
	Tool       lodemark.Tool       `json:"tool"`
	Target     string              `json:"target"`
	Database   AdvisoryDatabase    `json:"database"`
	Packages   int                 `json:"packages"`
	Counts     map[string]int      `json:"counts"`
	Findings   []AdvisoryFinding   `json:"findings"`
	Unjudged   []AdvisoryCount     `json:"unjudged"`
	Undecided  []AdvisoryUndecided `json:"undecided"`
	Statements int                 `json:"statements"`
	Vendored   int                 `json:"vendored"`
	Gaps       []lodemark.Gap      `json:"gaps"`
}

// advisoriesSchema names the layout of the JSON report.
const advisoriesSchema = "lodemark.advisories/1"

func writeAdvisoriesJSON(w io.Writer, a *Advisories, _ Options) error {
	counted, stated, by := a.counting()
	out := advisoriesJSON{Schema: advisoriesSchema, Tool: a.Tool, Target: jsonName(a.Target), Database: a.Database, Packages: a.Packages,
		Counts:   map[string]int{"findings": counted, "stated": stated},
		Findings: slices.Clone(some(a.Findings)), Unjudged: some(a.Unjudged), Undecided: slices.Clone(some(a.Undecided)), Statements: a.Statements, Vendored: a.Vendored, Gaps: slices.Clone(some(a.Gaps))}
	for s := lodemark.SeverityInfo; s <= lodemark.SeverityCritical; s++ {
		out.Counts[s.String()] = by[s]
	}
	if out.Database.Advisories == nil {
		out.Database.Advisories = map[string]int{}
	}
	if out.Database.Newest == nil {
		out.Database.Newest = map[string]string{}
	}
	out.Database.Old, out.Database.Unread = some(out.Database.Old), slices.Clone(some(out.Database.Unread))
	for i := range out.Database.Unread {
		out.Database.Unread[i].Path = jsonName(out.Database.Unread[i].Path)
	}
	for i := range out.Findings {
		f := &out.Findings[i]
		f.Aliases, f.Fixed, f.Refs, f.Stated = some(f.Aliases), some(f.Fixed), some(f.Refs), some(f.Stated)
		f.Places = slices.Clone(some(f.Places))
		for j := range f.Places {
			f.Places[j].Path = jsonName(f.Places[j].Path)
		}
	}
	for i := range out.Undecided {
		out.Undecided[i].Path = jsonName(out.Undecided[i].Path)
	}
	for i := range out.Gaps {
		out.Gaps[i].Path = jsonName(out.Gaps[i].Path)
	}
	return encode(w, out)
}

type sarifAdvisoriesProperties struct {
	Target   string           `json:"target"`
	Database AdvisoryDatabase `json:"database"`
	Packages int              `json:"packages"`
	Unjudged []AdvisoryCount  `json:"unjudged"`
}

// writeAdvisoriesSARIF writes a rule for each advisory and a result for each place, those that the operator states not to be affected
// as suppressed from outside of the code.
func writeAdvisoriesSARIF(w io.Writer, a *Advisories, _ Options) error {
	run := &lodemark.Run{Gaps: slices.Clone(a.Gaps)}
	s := sarif{run: run, at: map[string]int{}}
	for i := range a.Findings {
		f := &a.Findings[i]
		rule := lodemark.Rule{ID: f.ID, Title: cmp.Or(f.Summary, f.ID), Why: cmp.Or(f.Summary, f.ID), Fix: f.remedy(), Severity: f.Severity, Confidence: "high",
			Refs: append(slices.Clone(f.CWEs), f.Aliases...), Clauses: []string{"DEV-1.2"}}
		if _, known := s.at[clip(plain(f.ID), sarifID)]; !known {
			drawn := sarifCodeRule(rule)
			if len(f.Refs) > 0 {
				drawn.HelpURI = f.Refs[0]
			}
			s.add(drawn)
		}
		for _, p := range f.Places {
			found := lodemark.Finding{ID: f.ID, Severity: f.Severity, Path: below(a.Folder, p.Path), Line: p.Line, Message: f.message(), Fix: f.remedy(), Fingerprint: p.Fingerprint,
				Clauses: []string{"DEV-1.2"}, Refs: f.Aliases}
			for _, st := range f.Stated {
				if st.Clears && !st.Declared {
					found.Accepted = st.words()
				}
			}
			run.Findings = append(run.Findings, found)
		}
	}
	for i := range run.Gaps {
		run.Gaps[i].Path = below(a.Folder, run.Gaps[i].Path)
	}
	s.results()
	for _, old := range a.Database.Old {
		s.note(noteGap, "warning", "The database of advisories may be too old: "+sarifPlain(old)+".", nil)
	}
	for _, u := range a.Unjudged {
		s.note(noteGap, "warning", fmt.Sprintf("%s not judged: %s.", count(u.Count, "package"), sarifPlain(u.Reason)), nil)
	}
	s.gaps()
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(a.Tool.Name, "lodemark"), Version: a.Tool.Version, InformationURI: sarifHome, Rules: s.ruleList, Notifications: sarifNotes(),
			Taxonomies: []sarifComponentRef{{sarifTaxonomy}}, ShortDescription: &sarifText{Text: "Compares locked packages with a database of advisories. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(s.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that was looked at."}}},
		ColumnKind:  "unicodeCodePoints",
		Taxonomies: []sarifComponent{{Name: sarifTaxonomy, Version: "2023-11-27", Organization: "NCSC, CISA and partners", InformationURI: lodemark.Guidelines().Source.URL,
			IsComprehensive: new(bool), Taxa: s.taxa(), ShortDescription: &sarifText{Text: "The clauses of the 17 guidelines, in our own words. " + lodemark.Disclaimer}}},
		Results:    some(s.resultList),
		Properties: sarifAdvisoriesProperties{Target: sarifPlain(a.Target), Database: a.Database, Packages: a.Packages, Unjudged: some(a.Unjudged)},
	}}})
}

// message is a finding in a sentence.
func (f *AdvisoryFinding) message() string {
	what := "is vulnerable"
	if f.Malicious {
		what = "is malicious"
	}
	text := fmt.Sprintf("%s %s %s: %s", f.Package, f.Version, what, cmp.Or(f.Summary, f.ID))
	if !f.Rated {
		text += " (nobody rated it; it counts as high)"
	}
	return text
}

// words are a statement in a sentence.
func (s *AdvisoryStatement) words() string {
	who := cmp.Or(s.Author, "somebody without a name")
	text := who + " states: " + strings.ReplaceAll(s.Status, "_", " ")
	if s.Why != "" {
		text += " (" + s.Why + ")"
	}
	if s.Day != "" {
		text += ", " + s.Day
	}
	text += ", in " + s.File
	switch {
	case s.Declared:
		text += "; the target's own word, which no gate counts"
	case !s.Clears && s.Status == "not_affected":
		text += "; without a name and a reason, so it does not count"
	}
	return text
}
