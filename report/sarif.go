package report

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// What code scanning on GitHub takes at most; more would make it refuse the whole file.
const (
	sarifResults       = 25000 // results of a run
	sarifRules         = 25000 // rules of a run
	sarifTags          = 20    // tags of a rule
	sarifDescription   = 1024  // characters of a description
	sarifID            = 255   // characters of a rule's id or name
	sarifNotifications = 1000  // ours: gaps that are listed one by one
)

const (
	sarifBase      = "%SRCROOT%"
	sarifTaxonomy  = "Guidelines for secure AI system development"
	sarifHome      = "https://github.com/lodemark/lodemark"
	sarifSchemaURL = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

// Codes of what is told about the run itself.
const (
	noteGap    = "gap"          // something was not read or not decided
	noteNeeded = "malformed"    // a malformed file that verdicts rest on
	noteCut    = "results-cut"  // more results than can be uploaded
	noteGapCut = "gaps-cut"     // more gaps than are listed
	noteRules  = "rules-cut"    // more rules than can be uploaded
	noteOpen   = "not-assessed" // clauses that nothing was found out about
)

func writeSARIF(w io.Writer, r *lodemark.Run, _ Options) error {
	s := sarif{run: r, at: map[string]int{}}
	s.rules()
	s.results()
	s.gaps()
	s.open()
	name := ""
	if r.System != nil {
		name = r.System.Name
	}
	notComprehensive := false
	run := sarifRun{
		Tool: sarifTool{Driver: sarifComponent{
			Name: cmp.Or(r.Tool.Name, "lodemark"), Version: r.Tool.Version, InformationURI: sarifHome, Rules: s.ruleList,
			Notifications: sarifNotes(), Taxonomies: []sarifComponentRef{{sarifTaxonomy}},
			ShortDescription: &sarifText{Text: "Follows an AI system through the Guidelines for secure AI system development. " + lodemark.Disclaimer},
		}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(s.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that holds the AI system."}}},
		ColumnKind:  "unicodeCodePoints",
		Taxonomies: []sarifComponent{{Name: sarifTaxonomy, Version: "2023-11-27", Organization: "NCSC, CISA and partners",
			InformationURI: lodemark.Guidelines().Source.URL, IsComprehensive: &notComprehensive, Taxa: s.taxa(),
			ShortDescription: &sarifText{Text: "The clauses of the 17 guidelines, in our own words. " + lodemark.Disclaimer}}},
		Results: some(s.resultList),
		Properties: sarifRunProperties{At: r.At.UTC().Format("2006-01-02T15:04:05Z"), Target: sarifPlain(r.Target), System: sarifPlain(name),
			Counts: r.Assessment.Total(), Disclaimer: lodemark.Disclaimer},
	}
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarif gathers the parts of one log.
type sarif struct {
	run        *lodemark.Run
	ruleList   []sarifRule
	at         map[string]int // rule id to its place in ruleList
	resultList []sarifResult
	notes      []sarifNotification
}

func sarifLevel(s lodemark.Severity) string {
	switch {
	case s >= lodemark.SeverityHigh:
		return "error"
	case s == lodemark.SeverityMedium:
		return "warning"
	}
	return "note"
}

func securitySeverity(s lodemark.Severity) string {
	return [...]string{"0.0", "3.0", "5.5", "8.0", "9.5"}[min(max(s, lodemark.SeverityInfo), lodemark.SeverityCritical)]
}

// rules lists every check, whether it found something or not, and the rules that findings name beyond them.
func (s *sarif) rules() {
	for _, c := range s.run.Checks {
		s.add(sarifRuleOf(c))
		if c.Rules != nil {
			s.found(c.Rules())
		}
	}
	for _, f := range s.run.Findings {
		id := clip(plain(f.ID), sarifID)
		s.add(sarifRule{ID: id, Short: &sarifText{Text: id}, Config: &sarifConfig{sarifLevel(f.Severity)},
			Relationships: sarifRelations(f.Clauses),
			Properties:    &sarifRuleProperties{Tags: sarifTagsOf(f.Clauses), SecuritySeverity: securitySeverity(f.Severity)}})
	}
	if n := len(s.ruleList) - sarifRules; n > 0 {
		s.ruleList = s.ruleList[:sarifRules]
		s.note(noteRules, "warning", fmt.Sprintf("%d rules are left out, with their results: at most %d can be uploaded.", n, sarifRules), nil)
	}
}

// found lists those of the rules that found something: there are many of them, and each has a help of its own.
func (s *sarif) found(rules []lodemark.Rule) {
	used := map[string]bool{}
	for _, f := range s.run.Findings {
		used[f.ID] = true
	}
	for _, r := range rules {
		if used[r.ID] {
			s.add(sarifCodeRule(r))
		}
	}
}

func (s *sarif) add(rule sarifRule) {
	if _, there := s.at[rule.ID]; !there {
		s.at[rule.ID] = len(s.ruleList)
		s.ruleList = append(s.ruleList, rule)
	}
}

func sarifRuleOf(c lodemark.Check) sarifRule {
	var clauses []string
	for _, b := range c.Bears {
		clauses = append(clauses, b.Clause)
	}
	text := func(s string) *sarifText { return &sarifText{Text: clip(sarifPlain(s), sarifDescription)} }
	var help, md strings.Builder
	fmt.Fprintf(&help, "%s\n\nWhy: %s\n\nFix: %s\n", c.Title, c.Why, c.Fix)
	fmt.Fprintf(&md, "**%s**\n\n**Why.** %s\n\n**Fix.** %s\n\n", escapeMarkdown(c.Title), escapeMarkdown(c.Why), escapeMarkdown(c.Fix))
	for _, id := range clauses {
		if clause, ok := lodemark.Guidelines().Clause(id); ok {
			fmt.Fprintf(&help, "\n%s: %s", id, clause.Statement)
			fmt.Fprintf(&md, "- %s: %s\n", id, escapeMarkdown(clause.Statement))
		}
	}
	return sarifRule{
		ID: clip(c.ID, sarifID), Short: text(c.Title), Full: text(cmp.Or(c.Why, c.Title)), HelpURI: sarifHome + "/blob/main/docs/CHECKS.md#" + percentEncoded(c.ID),
		Help: &sarifText{Text: help.String(), Markdown: md.String()}, Config: &sarifConfig{sarifLevel(c.Severity)}, Relationships: sarifRelations(clauses),
		Properties: &sarifRuleProperties{Tags: sarifTagsOf(clauses), SecuritySeverity: securitySeverity(c.Severity)},
	}
}

func sarifRelations(clauses []string) []sarifRelationship {
	var out []sarifRelationship
	for _, id := range clauses {
		if _, ok := lodemark.Guidelines().Clause(id); ok {
			out = append(out, sarifRelationship{sarifTarget{id, sarifComponentRef{sarifTaxonomy}}, []string{"relevant"}})
		}
	}
	return out
}

// sarifTagsOf: what people filter by. Guidelines come before clauses, because tags have a limit.
func sarifTagsOf(clauses []string) []string {
	tags := []string{"security", "ai"}
	add := func(tag string) {
		if !slices.Contains(tags, tag) && len(tags) < sarifTags {
			tags = append(tags, tag)
		}
	}
	for _, id := range clauses {
		add(clip(plain(lodemark.GuidelineOf(id)), sarifID))
	}
	for _, id := range clauses {
		add(clip(plain(id), sarifID))
	}
	return tags
}

// taxa lists the clauses that a rule relates to, in the order of the document.
func (s *sarif) taxa() []sarifRule {
	used := map[string]bool{}
	for _, rule := range s.ruleList {
		for _, rel := range rule.Relationships {
			used[rel.Target.ID] = true
		}
	}
	var out []sarifRule
	for _, c := range lodemark.Guidelines().Clauses() {
		if used[c.ID] {
			out = append(out, sarifRule{ID: c.ID, Short: &sarifText{Text: clip(c.Statement, sarifDescription)}})
		}
	}
	return out
}

// results writes the findings, most severe first; what is beyond the limit is told.
func (s *sarif) results() {
	findings := slices.Clone(s.run.Findings)
	slices.SortStableFunc(findings, func(a, b lodemark.Finding) int { return -cmp.Compare(a.Severity, b.Severity) })
	left := map[lodemark.Severity]int{}
	for _, f := range findings {
		i, ok := s.at[clip(plain(f.ID), sarifID)]
		if !ok || i >= len(s.ruleList) || len(s.resultList) >= sarifResults {
			left[f.Severity]++
			continue
		}
		s.resultList = append(s.resultList, s.result(f, i))
	}
	var parts []string
	for sev := lodemark.SeverityCritical; sev >= lodemark.SeverityInfo; sev-- {
		if left[sev] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", left[sev], sev))
		}
	}
	if len(parts) > 0 {
		s.note(noteCut, "warning", fmt.Sprintf("Findings left out, because code scanning takes at most %d: %s. The JSON report holds all.",
			sarifResults, strings.Join(parts, ", ")), nil)
	}
}

func (s *sarif) result(f lodemark.Finding, rule int) sarifResult {
	message := sarifPlain(f.Message)
	if f.Fix != "" {
		message += " Fix: " + sarifPlain(f.Fix)
	}
	out := sarifResult{
		RuleID: s.ruleList[rule].ID, RuleIndex: rule, Level: sarifFindingLevel(f), Message: sarifText{Text: cmp.Or(message, "no message")},
		Locations: []sarifLocation{s.location(f)},
		// GitHub follows an alert by primaryLocationLineHash; ours survives moved lines, which its own does not.
		Fingerprints: map[string]string{"lodemark/v1": f.Fingerprint, "primaryLocationLineHash": f.Fingerprint + ":1"},
		Properties:   sarifResultExtras{Severity: f.Severity, Clauses: some(f.Clauses), Fix: sarifPlain(f.Fix), Refs: plainAll(f.Refs), Advisory: f.Advisory},
		Flows:        sarifFlows(f),
	}
	if f.Accepted != "" {
		out.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: cmp.Or(borne(s.run, f.Accepted), plain(f.Accepted))}}
	}
	if f.Muted != "" {
		out.Suppressions = append(out.Suppressions, sarifSuppression{Kind: "inSource", Status: "accepted", Justification: sarifPlain(f.Muted)})
	}
	return out
}

// location is where a finding is shown. Code scanning refuses a result without a file, so what is about the system as a
// whole is shown at its declaration, without a line.
func (s *sarif) location(f lodemark.Finding) sarifLocation {
	if f.Path == "" {
		file := "lodemark.yaml"
		if s.run.System != nil && s.run.System.Declared.Path != "" {
			file = s.run.System.Declared.Path
		}
		return sarifLocation{Physical: sarifPhysical{Artifact: artifact(file)}, Message: &sarifText{Text: "This is about the system as a whole."}}
	}
	p := sarifPhysical{Artifact: artifact(f.Path)}
	if f.Line > 0 {
		p.Region = &sarifRegion{StartLine: f.Line}
		if f.EndLine > f.Line {
			p.Region.EndLine = f.EndLine
		}
		// The context has to hold the region and more than it, or it is no context.
		if ls := lines(f.Excerpt); f.ExcerptLine > 0 && f.ExcerptLine <= f.Line && f.ExcerptLine+len(ls)-1 >= max(f.Line, f.EndLine) && len(ls) > 1+max(0, f.EndLine-f.Line) {
			p.Context = &sarifRegion{StartLine: f.ExcerptLine, EndLine: f.ExcerptLine + len(ls) - 1, Snippet: &sarifText{Text: strings.Join(ls, "\n")}}
		}
	}
	return sarifLocation{Physical: p}
}

func artifact(path string) sarifArtifact {
	return sarifArtifact{URI: percentEncoded(path), BaseID: sarifBase}
}

func (s *sarif) note(code, level, message string, at []sarifLocation) {
	s.notes = append(s.notes, sarifNotification{Descriptor: &sarifDescriptor{code}, Level: level, Message: sarifText{Text: message}, Locations: at})
}

// gaps tells what was not read: a result that is missing for this reason is not a result that is fine.
func (s *sarif) gaps() {
	for i, g := range s.run.Gaps {
		if i == sarifNotifications {
			s.note(noteGapCut, "warning", fmt.Sprintf("%d more gaps; the JSON report holds all.", len(s.run.Gaps)-i), nil)
			return
		}
		var at []sarifLocation
		if g.Path != "" {
			p := sarifPhysical{Artifact: artifact(g.Path)}
			if g.Line > 0 {
				p.Region = &sarifRegion{StartLine: g.Line}
			}
			at = []sarifLocation{{Physical: p}}
		}
		code, level := noteGap, "warning"
		if g.Needed {
			code, level = noteNeeded, "error"
		}
		s.note(code, level, cmp.Or(sarifPlain(g.Reason), "no reason given"), at)
	}
}

// open tells that the absence of results does not mean that the rest is met.
func (s *sarif) open() {
	c := s.run.Assessment.Total()
	if n := c.Inconclusive + c.NotAssessed; n > 0 {
		s.note(noteOpen, "note", fmt.Sprintf("%d of %d applicable clauses are open: %d inconclusive, %d not assessed. They have no results here.",
			n, c.Applicable, c.Inconclusive, c.NotAssessed), nil)
	}
}

// sarifNotes describes the codes of notifications.
func sarifNotes() []sarifRule {
	note := func(id, text string) sarifRule { return sarifRule{ID: id, Short: &sarifText{Text: text}} }
	return []sarifRule{
		note(noteGap, "Something was not read or not decided, with the reason."),
		note(noteNeeded, "A malformed file that verdicts rest on."),
		note(noteCut, "More findings than code scanning takes; the least severe are left out."),
		note(noteGapCut, "More gaps than are listed one by one."),
		note(noteRules, "More rules than code scanning takes."),
		note(noteOpen, "Clauses that are open: nothing is wrong there, but nothing shows that it is right."),
	}
}

// sarifPlain makes text harmless in a message: no character without a shape, and no link or placeholder of the target's
// making, because viewers turn [text](address) into a link even in plain messages.
func sarifPlain(s string) string {
	s = clip(plain(strings.Join(strings.Fields(s), " ")), 4*longest)
	s = strings.ReplaceAll(s, "](", "] (")
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '{' && s[i+1] >= '0' && s[i+1] <= '9' {
			s = s[:i+1] + " " + s[i+1:]
		}
	}
	return s
}

// percentEncoded writes a path as a relative reference: every byte but the unreserved ones and the slash is encoded, so that
// no name of a file becomes a scheme, a query or a way out.
func percentEncoded(path string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(path) {
		c := path[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("/-._~", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}
