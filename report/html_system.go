package report

import (
	"cmp"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// htmlRecord is one evidence record in full.
type htmlRecord struct {
	Anchor, Check, Title, Outcome, Strength, Reason, ID, When, Lasts string
	Stands                                                           string // the clause that gives the reason, where that is shorter
	Version                                                          int
	Bears                                                            []htmlBears
	Examined                                                         []htmlPair
	ExaminedHidden                                                   int
	Gaps                                                             []htmlGap
	GapsHidden                                                       int
	Findings                                                         int
	Canary                                                           bool
}

type htmlBears struct {
	Clause  string
	Settles bool
}

func recordAnchor(i int) string { return fmt.Sprintf("e%d", i+1) }

// longReason is the length from which a reason that a clause gives is not given once more by its record.
const longReason = 60

func htmlRecordsOf(r *lodemark.Run, x htmlIndex) (out []htmlRecord, hidden int) {
	for i, e := range r.Evidence {
		if i >= htmlRecords {
			return out, len(r.Evidence) - i
		}
		rec := htmlRecord{Anchor: recordAnchor(i), Check: sentence(e.Check), Title: sentence(x.checks[e.Check].Title), Outcome: outcomeWord(e.Outcome),
			Strength: strengthOf(e), Reason: sentence(e.Reason), ID: shortDigest(e.ID), Lasts: lasts(e), Version: e.CheckVersion,
			Findings: len(e.Findings), Canary: e.Canary}
		if !e.At.Equal(r.At) || e.Kept != nil {
			rec.When = moment(e.At) + keptBy(e)
		}
		if len(rec.Reason) > longReason {
			rec.Stands = x.said[i]
		}
		for _, b := range e.Bears[:min(len(e.Bears), htmlExamined)] {
			rec.Bears = append(rec.Bears, htmlBears{sentence(b.Clause), b.Settles})
		}
		for _, d := range e.Examined[:min(len(e.Examined), htmlExamined)] {
			rec.Examined = append(rec.Examined, htmlPair{place(d.Path, 0), cmp.Or(shortDigest(d.SHA256), "by name only")})
		}
		rec.ExaminedHidden = len(e.Examined) - len(rec.Examined)
		rec.Gaps, rec.GapsHidden = htmlGaps(e.Gaps, 20)
		out = append(out, rec)
	}
	return out, 0
}

// keptBy says of a record of an earlier run who signed it; one that nobody trusts is drawn as the target's own.
func keptBy(e lodemark.Evidence) string {
	switch {
	case e.Kept == nil:
		return ""
	case e.Kept.Trusted:
		return fmt.Sprintf(", signed by %s (entry %d of the ledger)", sentence(e.Kept.Signer), e.Kept.Entry)
	}
	return fmt.Sprintf(", self-signed (entry %d of the ledger): %s", e.Kept.Entry, sentence(e.Kept.Why))
}

func outcomeWord(o lodemark.Outcome) string {
	switch o {
	case lodemark.NotRun:
		return "not run"
	case lodemark.NothingToSee:
		return "nothing to see"
	}
	return sentence(string(o))
}

// lasts says how long a pass stays fresh. What did not pass stays until it is checked again.
func lasts(e lodemark.Evidence) string {
	switch {
	case e.Outcome != lodemark.Passed:
		return ""
	case e.MaxAge <= 0:
		return "does not age by itself"
	}
	return "lasts " + count(int(e.MaxAge.Hours()/24), "day")
}

// htmlGap is what was not read or not decided for one reason.
type htmlGap struct {
	Reason string
	Needed bool // verdicts rest on it
	Places []string
	More   int
}

// htmlSystem is the system as it was found.
type htmlSystem struct {
	Components        int
	Picture           template.HTML
	Kinds             []htmlKind
	HiddenComponents  int
	Facts             []htmlFact
	FactsHidden       int
	Gaps              []htmlGap
	GapsHidden        int
	Skipped           []string
	Ineffective       []htmlDecision
	IneffectiveHidden int
	Decisions         int
}

type htmlKind struct {
	Word       string
	N, Hidden  int
	Components []htmlComponent
}

type htmlComponent struct {
	Name, Place, Pin, Origin, Detail string
	Test                             bool
}

type htmlFact struct {
	Name, Answer, Reason, Origin, Places string
	Declared                             bool
}

func htmlSystemOf(r *lodemark.Run) htmlSystem {
	s := htmlSystem{Components: len(r.System.Components), Picture: htmlPicture(r.System)}
	s.Kinds, s.HiddenComponents = htmlKinds(r.System.Components)
	for _, f := range r.System.Facts[:min(len(r.System.Facts), htmlRows)] {
		s.Facts = append(s.Facts, htmlFact{strings.ReplaceAll(sentence(f.Name), "_", " "), answerWord(f.Answer), sentence(f.Reason),
			sentence(string(f.Origin)), factPlaces(f.Places), f.Origin == lodemark.OriginDeclared})
	}
	s.FactsHidden = len(r.System.Facts) - len(s.Facts)
	s.Gaps, s.GapsHidden = htmlGaps(r.Gaps, htmlRows)
	s.Skipped = leftOut(r.System.Skipped)
	s.Skipped = s.Skipped[:min(len(s.Skipped), htmlRows)]
	s.Decisions = len(r.Assessment.Decisions)
	for _, d := range r.Assessment.Decisions {
		switch {
		case d.Standing == lodemark.Current:
		case len(s.Ineffective) == htmlRows:
			s.IneffectiveHidden++
		default:
			s.Ineffective = append(s.Ineffective, htmlDecisionOf(d))
		}
	}
	return s
}

// factPlaces lists the first places that a fact is known from.
func factPlaces(all []string) string {
	text := sentence(strings.Join(all[:min(len(all), htmlExcerpts)], ", "))
	if more := len(all) - htmlExcerpts; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// htmlGaps writes what was not read, grouped by reason. Those that verdicts rest on come first, so that a flood of others
// cannot push them out.
func htmlGaps(gaps []lodemark.Gap, most int) (out []htmlGap, hidden int) {
	for i, g := range unread(gaps) {
		if i >= most {
			hidden += max(1, len(g.Places))
			continue
		}
		shown := g.Places[:min(len(g.Places), 12)]
		out = append(out, htmlGap{g.Reason, g.Needed, shown, len(g.Places) - len(shown)})
	}
	return out, hidden
}

// htmlKinds groups the components by kind. Where not all can be drawn, those that name their subject least firmly come
// first, and those in tests and vendored folders last.
func htmlKinds(components []lodemark.Component) (out []htmlKind, hidden int) {
	byKind := map[lodemark.Kind][]lodemark.Component{}
	for _, c := range components {
		byKind[c.Kind] = append(byKind[c.Kind], c)
	}
	budget := htmlComponents
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		of := byKind[kind]
		if len(of) > htmlOfKind {
			slices.SortStableFunc(of, func(a, b lodemark.Component) int {
				return cmp.Or(number(a.Test)-number(b.Test), looseness(b.Pin)-looseness(a.Pin))
			})
		}
		drawn := min(len(of), htmlOfKind, budget)
		budget -= drawn
		k := htmlKind{Word: kindWord(kind), N: len(of), Hidden: len(of) - drawn}
		hidden += k.Hidden
		if len(out) >= htmlRows { // kinds are ours, but a run may come from elsewhere
			continue
		}
		for _, c := range of[:drawn] {
			k.Components = append(k.Components, htmlComponentOf(c))
		}
		out = append(out, k)
	}
	return out, hidden
}

func looseness(p lodemark.Pin) int {
	return slices.Index([]lodemark.Pin{lodemark.PinCommit, lodemark.PinDigest, lodemark.PinTag, lodemark.PinBranch, lodemark.PinNone}, p)
}

func kindWord(k lodemark.Kind) string {
	switch k {
	case lodemark.KindHostedModel:
		return "hosted model"
	case lodemark.KindMCPServer:
		return "MCP server"
	case lodemark.KindPipeline:
		return "CI pipeline"
	}
	return strings.ReplaceAll(sentence(string(k)), "_", " ")
}

func htmlComponentOf(c lodemark.Component) htmlComponent {
	out := htmlComponent{Name: sentence(c.Name), Pin: sentence(string(c.Pin)), Origin: sentence(string(c.Origin)), Test: c.Test, Place: place(c.Path, c.Line)}
	if c.Path == "" {
		out.Place = cmp.Or(sentence(c.Address), "named in lodemark.yaml")
	}
	if out.Name == "" {
		out.Name = out.Place
	}
	detail := []string{sentence(c.Format), sentence(c.Version)}
	if c.Path != "" {
		detail = append(detail, sentence(c.Address))
	}
	detail = append(detail, scanWords(c)...)
	if c.Digest != "" {
		detail = append(detail, "sha256 "+shortDigest(c.Digest))
	}
	if c.Test {
		detail = append(detail, "in tests or vendored: decides nothing")
	}
	detail = slices.DeleteFunc(detail, func(s string) bool { return s == "" })
	out.Detail = strings.Join(slices.Compact(detail), " · ")
	return out
}

// scanShown are the facts of a model that a page has room for.
var scanShown = []string{"architecture", "parameters", "tensors", "dtype", "quantisation", "licence", "base model", "framework", "producer"}

// scanWords says what the scanner saw in a model file. Where it is another file that says so, that is named.
func scanWords(c lodemark.Component) (words []string) {
	if c.Scan == nil {
		return nil
	}
	words = []string{sentence("scanned: " + c.Scan.Verdict)}
	for _, name := range scanShown {
		for _, f := range c.Scan.Facts {
			if f.Name != name {
				continue
			}
			text := clip(sentence(f.Name+" "+f.Value), 80)
			if f.Place != c.Path {
				text += " (" + shortPlace(f.Place, 0) + ")"
			}
			if words = append(words, text); len(words) > 2*len(scanShown) {
				return words
			}
		}
	}
	return words
}
