package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// htmlArea, htmlGuideline and htmlClause are the catalogue with the verdicts of a run, ready to be drawn.
type htmlArea struct {
	ID, Title, Note string
	Later           bool
	Guidelines      []htmlGuideline
}

type htmlGuideline struct {
	ID, Title, State, Note string
	Page                   int
	Mark                   htmlMark
	Clauses                []htmlClause
}

type htmlClause struct {
	ID, Statement, Verdict, Strength, Reason string
	Mark                                     htmlMark
	Word                                     bool // a person's word is part of what it rests on
	Implied                                  bool
	FilterVerdict, Severities                string
	Evidence                                 []htmlBearing
	EvidenceHidden                           int
	Decisions                                []htmlDecision
	Age                                      string
	Applies                                  string // the fact that decides whether it applies
	Fixes                                    []htmlFix
	Missing                                  []string
	Command                                  []string
	Counts                                   []string // what counts as evidence
	NotEnough                                string
	Crosswalk                                []htmlPair
}

// htmlBearing is one evidence record as seen from a clause; the record itself says the rest.
type htmlBearing struct {
	Anchor, Check, Title, Outcome, Reason, How, Strength string
	When                                                 string // empty for this assessment
	Canary                                               bool
}

// htmlFix points from a clause to the action that would turn it.
type htmlFix struct{ Anchor, Title string }

// htmlDecision is what a named person declared, with its standing.
type htmlDecision struct {
	ID, Kind, About, By, RequestedBy, Reason, Date, Until, Renewed, Standing, Why string
	Current                                                                       bool
}

func htmlAreas(r *lodemark.Run, views []areaView, x htmlIndex) []htmlArea {
	var out []htmlArea
	for _, a := range views {
		z := zone(a)
		area := htmlArea{ID: a.ID, Title: a.Title, Note: z.Note, Later: z.Later}
		for _, g := range a.Guidelines {
			hg := htmlGuideline{ID: g.ID, Title: g.Title, Page: g.Page, State: stateWordsOf(g), Note: guidelineNote(g.Counts), Mark: markOfGuideline(g)}
			for _, c := range g.Results {
				hg.Clauses = append(hg.Clauses, htmlClauseOf(r, c, x))
			}
			area.Guidelines = append(area.Guidelines, hg)
		}
		out = append(out, area)
	}
	return out
}

// guidelineNote gives all counts over the applicable clauses, and what does not count after them.
func guidelineNote(c lodemark.Counts) string {
	if c.Applicable == 0 {
		return brief(c)
	}
	text := fmt.Sprintf("of %d applicable: %d met, %d not met, %d inconclusive, %d not assessed", c.Applicable, c.Met, c.NotMet, c.Inconclusive, c.NotAssessed)
	for _, more := range []struct {
		n    int
		word string
	}{{c.Declared, "of the open ones declared"}, {c.Waived, "of the not met borne for a time"}, {c.NotApplicable, "not applicable"}, {c.Later, "later"}} {
		if more.n > 0 {
			text += fmt.Sprintf("; %d %s", more.n, more.word)
		}
	}
	return text
}

func htmlClauseOf(r *lodemark.Run, c clauseView, x htmlIndex) htmlClause {
	out := htmlClause{
		ID: c.ID, Statement: c.Statement, Verdict: verdictWords(c), Reason: capital(sentence(c.Result.Reason)), Mark: markOf(c), Word: c.Word || c.State == stateDeclared,
		Implied: c.Implied, FilterVerdict: filterVerdict(c.Result), Severities: words(x.severity[c.ID]),
		Strength: c.Result.Strength.String(), Counts: c.Evidence, NotEnough: c.NotEnough, Crosswalk: crosswalkOf(c.Clause),
	}
	if out.Reason == "" {
		out.Reason = "No reason is recorded."
	}
	for _, id := range c.Result.Evidence {
		i, ok := x.records[id]
		if !ok {
			continue
		}
		if len(out.Evidence) == 12 {
			out.EvidenceHidden++
			continue
		}
		out.Evidence = append(out.Evidence, htmlBearingOf(r, c, i, x))
	}
	for _, d := range x.decisions[c.ID] {
		if len(out.Decisions) < 12 {
			out.Decisions = append(out.Decisions, htmlDecisionOf(d))
		}
	}
	if c.AppliesWhen != "" {
		out.Applies = fmt.Sprintf("%s: %s", strings.ReplaceAll(c.AppliesWhen, "_", " "), answerWord(r.System.Fact(c.AppliesWhen).Answer))
	}
	out.Age = ageOf(c.Result, r.At)
	clauseSteps(r, &out, c, x)
	return out
}

func verdictWords(c clauseView) string {
	switch {
	case c.Result.Later:
		return "later"
	case c.Result.Waived != "":
		return "not met, borne for a time"
	}
	return c.Result.Verdict.String()
}

func answerWord(a lodemark.Answer) string {
	if a == lodemark.Unknown {
		return "not known"
	}
	return sentence(string(a))
}

// htmlBearingOf says of a record what its clause does not say above, and keeps in mind that the reason of the record is said.
func htmlBearingOf(r *lodemark.Run, c clauseView, i int, x htmlIndex) htmlBearing {
	e := r.Evidence[i]
	b := htmlBearing{Anchor: recordAnchor(i), Check: sentence(e.Check), Title: sentence(x.checks[e.Check].Title), Outcome: outcomeWord(e.Outcome),
		Reason: sentence(e.Reason), Canary: e.Canary, How: "supports", Strength: strengthOf(e)}
	if x.said[i] == "" {
		x.said[i] = c.ID
	}
	if e.Outcome != lodemark.Passed && b.Reason != "" {
		b.Title = "" // what the check promises is not so, or not known; the reason says it better, and the next step names it
	}
	if b.Reason == sentence(c.Result.Reason) {
		b.Reason = ""
	}
	if slices.Contains(e.Bears, lodemark.Bearing{Clause: c.ID, Settles: true}) {
		b.How = "settles"
	}
	if !e.At.Equal(r.At) || e.Kept != nil {
		b.When = day(e.At) + keptBy(e)
	}
	return b
}

// strengthOf is the strength of a pass; other outcomes have none.
func strengthOf(e lodemark.Evidence) string {
	if e.Strength == lodemark.NoStrength {
		return ""
	}
	return e.Strength.String()
}

func shortDigest(hex string) string {
	hex = plain(strings.TrimPrefix(hex, "sha256:"))
	return strings.TrimSuffix(clip(hex, 13), "…")
}

func htmlDecisionOf(d lodemark.DecisionState) htmlDecision {
	return htmlDecision{ID: place(d.ID, 0), Kind: sentence(string(d.Kind)), About: about(d), By: sentence(d.By), RequestedBy: sentence(d.RequestedBy),
		Reason: sentence(d.Reason), Date: day(d.Date), Until: day(endOf(d)), Renewed: renewed(d), Standing: sentence(string(d.Standing)), Why: sentence(d.Why),
		Current: d.Standing == lodemark.Current}
}

// ageOf says how old the newest evidence is, and when the verdict falls back by itself.
func ageOf(c lodemark.ClauseResult, at time.Time) string {
	var text string
	// Evidence of this assessment says so itself, record by record.
	if days := int(at.Sub(c.At).Hours() / 24); days >= 1 && !c.At.IsZero() {
		text = fmt.Sprintf("Newest evidence is %s old (%s).", count(days, "day"), day(c.At))
	}
	if !c.Until.IsZero() {
		text += fmt.Sprintf(" Falls back by itself on %s (in %s).", day(c.Until), count(max(0, int(c.Until.Sub(at).Hours()/24)), "day"))
	}
	return strings.TrimSpace(text)
}

// clauseSteps says what is missing and what to do next, as links, sentences and one command.
func clauseSteps(r *lodemark.Run, out *htmlClause, c clauseView, x htmlIndex) {
	for _, a := range x.byClause[c.ID] {
		out.Fixes = append(out.Fixes, htmlFix{a.Anchor, a.Title})
	}
	for _, m := range missing(c.Result) {
		if len(out.Missing) < 12 {
			out.Missing = append(out.Missing, sentence(m))
		}
	}
	if !slices.Contains([]state{stateInconclusive, stateUnassessed, stateDeclared}, c.State) {
		return
	}
	vouch := slices.Contains(c.Verify, lodemark.VerifyAttest)
	switch {
	case c.State == stateDeclared:
		out.Missing = append(out.Missing, "Evidence beside that word; what would count is listed below.")
	case c.Result.AttestationOwed:
		out.Command = parts(attestCommand(r, c.ID))
	case c.State == stateUnassessed && vouch:
		out.Missing = append(out.Missing, "A named person may vouch for it.")
	case c.State == stateUnassessed && len(c.Result.Missing) > 0: // the command that would show it stands there
	case c.State == stateUnassessed && x.looks[c.ID] == unchecked:
		out.Missing = append(out.Missing, noCheck+"it yet; what would count is listed below.")
	case c.State == stateUnassessed && x.looks[c.ID] == unseen:
		out.Missing = append(out.Missing, nothingSeen+"; what would count is listed below.")
	case c.State == stateUnassessed: // the reason says why earlier evidence no longer holds
	case len(out.Missing) == 0:
		out.Command = []string{"lodemark guide " + c.ID}
	}
}

// parts cuts a command where it may be wrapped: flags stand apart by two spaces.
func parts(command string) []string {
	if command == "" {
		return nil
	}
	return strings.Split(plain(command), "  ")
}

func crosswalkOf(c lodemark.Clause) []htmlPair {
	var out []htmlPair
	for _, s := range crosswalkNames {
		var ids []string
		for _, r := range c.Crosswalk {
			if r.Scheme == s.Name {
				ids = append(ids, r.ID)
			}
		}
		if len(ids) > 0 {
			out = append(out, htmlPair{s.Text, strings.Join(ids, ", ")})
		}
	}
	return out
}
