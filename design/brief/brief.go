// Package brief writes briefings: one page for people in one role about this system's own threats, findings and lessons, what they
// should do, and three questions whose answers stem from the system's own facts (SD-1).
package brief

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// Input is all that a briefing is made of. Texts of the target are taken as they are: whoever draws the page makes them harmless.
type Input struct {
	Role      lodemark.Role
	At        time.Time
	System    string // its name
	Declared  lodemark.Declaration
	Model     *threat.Model  // nil: there is none, and nothing to draw one from
	Drawn     bool           // the model was drawn from what was discovered, and nobody has looked at it
	Threats   *threat.Report // nil with Model
	Findings  []lodemark.Finding
	From      string // what the findings are from; empty: from this look at the system
	Decisions []lodemark.DecisionState
	Lessons   []Lesson
}

// Briefing is one page, still in parts.
type Briefing struct {
	Role      lodemark.Role
	System    string
	At        time.Time
	Sources   []string // what it was made from, a sentence each
	Threats   []Item
	Shown     []Item // what records show to be dealt with, and what they no longer do; empty: they say neither
	Findings  []Item
	Lessons   []Item
	Actions   []Item
	Questions []Question // three
	Digest    string     // 64 hex digits over all that it says, the day apart
}

// Item is one thing that is said.
type Item struct {
	Mark  string // a severity, or empty
	Text  string
	Place string // path:line, or parts of the threat model
	Note  string
}

// Question is asked of the reader; its answer stands at the end of the page.
type Question struct{ Ask, Answer string }

// How much stands on one page.
const (
	threatsMost  = 5
	findingsMost = 4
	lessonsMost  = 4
	actionsMost  = 5
)

// New makes the briefing. The same input gives the same briefing.
func New(in Input) *Briefing {
	m := material{Input: in}
	m.choose()
	b := &Briefing{Role: in.Role, System: in.System, At: in.At, Sources: m.sources(), Threats: m.threatItems(), Shown: m.shownItems(), Findings: m.findingItems(), Lessons: m.lessonItems(), Actions: m.actions(), Questions: m.questions()}
	b.Digest = b.digest()
	return b
}

// digest tells briefings apart by what they say and not by the day on which they were drawn.
func (b *Briefing) digest() string {
	h := sha256.New()
	part := func(words ...string) {
		for _, w := range words {
			fmt.Fprintf(h, "%d:%s ", len(w), w)
		}
		h.Write([]byte{'\n'})
	}
	part(string(b.Role), b.System)
	part(b.Sources...)
	for _, items := range [][]Item{b.Threats, b.Findings, b.Lessons, b.Actions} {
		for _, i := range items {
			part(i.Mark, i.Text, i.Place, i.Note)
		}
		part()
	}
	for _, q := range b.Questions {
		part(q.Ask, q.Answer)
	}
	for _, i := range b.Shown { // where there is nothing, the digest is what it was before records counted
		part("shown", i.Mark, i.Text, i.Place, i.Note)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// material is the input with what was chosen of it for the role.
type material struct {
	Input
	threats  []threat.Threat // of this role, the heaviest first
	open     []threat.Threat // of all: high or critical, not dealt with, and without a decision that stands
	findings []lodemark.Finding
}

func (m *material) sources() []string {
	var all []string
	switch {
	case m.Model == nil:
		all = append(all, "There is no threats.yaml, and nothing was found from which threats could be derived.")
	case m.Drawn:
		all = append(all, fmt.Sprintf("There is no threats.yaml: the threats are derived from %s and %s that were discovered in the files, and nobody has looked at them.",
			number(len(m.Model.Components), "part"), number(len(m.Model.Flows), "flow")))
	default:
		draft := ""
		if m.Model.Draft {
			draft = ", which says of itself that it is a draft"
		}
		all = append(all, fmt.Sprintf("Threats are derived from %s (%s, %s)%s.", m.Model.Path, number(len(m.Model.Components), "part"), number(len(m.Model.Flows), "flow"), draft))
	}
	if m.Role == lodemark.User {
		return all
	}
	if m.From != "" {
		return append(all, fmt.Sprintf("Findings are those of %s.", m.From))
	}
	return append(all, "Findings are those of an assessment of the files as they are.")
}

// choose picks what this role has to know first.
func (m *material) choose() {
	if m.Threats != nil {
		m.threats, m.open = m.chosen(), m.undecided()
	}
	m.findings = m.openFindings()
}

// chosen are the threats of the role: those at parts that it works with, after the heaviest of all.
func (m *material) chosen() []threat.Threat {
	var live []threat.Threat
	for _, t := range m.Threats.Threats {
		if t.Status != threat.NotApplicable && t.Status != threat.Evidenced && t.Severity != "info" {
			live = append(live, t)
		}
	}
	settled := func(t threat.Threat) bool { return t.Status != threat.Unconfirmed && t.Status != threat.Accepted }
	slices.SortStableFunc(live, func(a, b threat.Threat) int { return apart(settled(a), settled(b)) })
	if m.Role == lodemark.Owner || len(live) == 0 {
		return live
	}
	rest := slices.Clone(live[1:])
	slices.SortStableFunc(rest, func(a, b threat.Threat) int {
		return cmp.Or(apart(settled(a), settled(b)), apart(m.concerns(a), m.concerns(b)))
	})
	if !m.concerns(live[0]) { // the heaviest of all is everybody's, and stands last on the page where it is not theirs
		at := min(threatsMost-1, len(rest))
		return slices.Insert(rest, at, live[0])
	}
	return append(live[:1:1], rest...)
}

func apart(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// families are the kinds of parts that a role works with.
var families = map[lodemark.Role][]string{
	lodemark.Developer:     {"application", "tools", "knowledge", "supply"},
	lodemark.DataScientist: {"model", "training"},
	lodemark.User:          {"people", "application"},
}

// notTheirs are the kinds of these families that are somebody else's all the same.
var notTheirs = map[lodemark.Role][]string{
	lodemark.DataScientist: {"hosted_model_api"},
	lodemark.User:          {"coding_assistant"},
}

// concerns says whether one of the first places of a threat is a part that the role works with.
func (m *material) concerns(t threat.Threat) bool {
	for _, p := range t.Places[:min(len(t.Places), 3)] {
		for _, id := range strings.Split(p.At, " -> ") {
			if c := m.Model.Component(id); c != nil && slices.Contains(families[m.Role], threat.GroupOf(c.Kind)) && !slices.Contains(notTheirs[m.Role], c.Kind) {
				return true
			}
		}
	}
	return false
}

// undecided are the threats above the limit without a decision that stands.
func (m *material) undecided() []threat.Threat {
	var all []threat.Threat
	for _, t := range m.Threats.Threats {
		if (t.Severity == "high" || t.Severity == "critical") && t.Decision == nil && (t.Status == threat.Applies || t.Status == threat.Stale || t.Status == threat.Claimed) {
			all = append(all, t)
		}
	}
	return all
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
