package brief

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// asked makes a question of the system's own facts; ok is false where the system has none of the kind.
type asked func(m *material) (q Question, ok bool)

// questions picks three, in the order in which they suit the role. The last three can be asked of any system.
func (m *material) questions() []Question {
	order := map[lodemark.Role][]asked{
		lodemark.Developer:     {wayIn, measure, worstFinding, hardToUndo, waitsFor, vendors},
		lodemark.DataScientist: {madeFrom, measure, worstFinding, waitsFor, wayIn, vendors},
		lodemark.Owner:         {withoutDecision, measure, whoAnswers, hardToUndo, vendors, wayIn},
		lodemark.User:          {vendors, hardToUndo, strangersWrite, whoAnswers},
	}[m.Role]
	var all []Question
	for _, ask := range append(slices.Clip(order), heaviest, howMany, counted) {
		if q, ok := ask(m); ok && len(all) < 3 {
			all = append(all, q)
		}
	}
	return all
}

func wayIn(m *material) (Question, bool) {
	for _, t := range m.threats {
		if n := len(t.Path); n >= 3 && t.Path[0] != t.Path[n-1] {
			return Question{fmt.Sprintf("Over which parts does what comes from %s get to %s?", t.Path[0], t.Path[n-1]), strings.Join(t.Path, " -> ") + " (" + t.ID + ")"}, true
		}
	}
	return Question{}, false
}

func measure(m *material) (Question, bool) {
	if m.Threats == nil || len(m.Threats.Gains) == 0 {
		return Question{}, false
	}
	g := m.Threats.Gains[0]
	return Question{"Which one measure would change how the most weight of threats stands here?", fmt.Sprintf("%s (%s): it bears on %s", strings.TrimSuffix(g.Title, "."), g.Mitigation, few(g.Threats))}, true
}

func worstFinding(m *material) (Question, bool) {
	if len(m.findings) == 0 {
		return Question{}, false
	}
	f := m.findings[0]
	return Question{fmt.Sprintf("In %s: what is found there that is of %s severity?", placeOf(f), f.Severity), f.Message}, true
}

func hardToUndo(m *material) (Question, bool) {
	acts := m.acting()
	if len(acts) == 0 {
		return Question{}, false
	}
	return Question{"Through which of its parts can this system do what is hard to take back?", few(acts)}, true
}

func vendors(m *material) (Question, bool) {
	names := m.named("hosted_model_api")
	if len(names) == 0 {
		return Question{}, false
	}
	return Question{"To which models that others run does this system send what people type?", few(names)}, true
}

func madeFrom(m *material) (Question, bool) {
	names := m.named("dataset", "training_job", "finetune_job")
	if len(names) == 0 {
		return Question{}, false
	}
	return Question{"Which data sets and jobs make the models of this system, so that who changes them changes the models?", few(names)}, true
}

func waitsFor(m *material) (Question, bool) {
	if m.Threats == nil || len(m.Threats.Open) == 0 {
		return Question{}, false
	}
	o := m.Threats.Open[0]
	return Question{"Which attribute, once somebody looks it up, settles the most threats that are not confirmed?", fmt.Sprintf("%s, for %s", o.Attribute, few(o.Threats))}, true
}

func strangersWrite(m *material) (Question, bool) {
	names := m.strangers()
	if len(names) == 0 {
		return Question{}, false
	}
	return Question{"Which parts of this system hold what strangers may have written?", few(names)}, true
}

func withoutDecision(m *material) (Question, bool) {
	if m.Threats == nil {
		return Question{}, false
	}
	var ids []string
	for _, t := range m.open {
		if !slices.Contains(ids, t.ID) {
			ids = append(ids, t.ID)
		}
	}
	answer := "none"
	if len(ids) > 0 {
		answer = fmt.Sprintf("%d: %s", len(ids), few(ids))
	}
	return Question{"How many threats of high severity has nobody decided about?", answer}, true
}

func whoAnswers(m *material) (Question, bool) {
	d := m.Declared
	if d.Owner.Name == "" || d.Leader.Name == "" {
		return Question{}, false
	}
	return Question{"Who owns this system, and who answers for it?", person(d.Owner.Name) + " owns it, " + person(d.Leader.Name) + " answers for it"}, true
}

func heaviest(m *material) (Question, bool) {
	if len(m.threats) == 0 {
		return Question{"Which threats to this system are known?", "none: there is no threat model from which any could be derived"}, true
	}
	t := m.threats[0]
	return Question{fmt.Sprintf("At which part is the first threat of this page, and how does it stand (%s)?", t.ID), fmt.Sprintf("at %s; %s", t.Places[0].At, statusOf(t))}, true
}

func howMany(m *material) (Question, bool) {
	if m.Model == nil {
		return Question{"Which file would hold the threat model, and is it there?", "threats.yaml; it is not there"}, true
	}
	return Question{"How many parts and flows has the threat model?", fmt.Sprintf("%s and %s", number(len(m.Model.Components), "part"), number(len(m.Model.Flows), "flow"))}, true
}

func counted(m *material) (Question, bool) {
	if m.Role == lodemark.User {
		return Question{"May an answer of this system be passed on unchecked?", "no: it can be wrong or made up, whatever it sounds like"}, true
	}
	severe := 0
	for _, f := range m.findings {
		if f.Severity >= lodemark.SeverityHigh {
			severe++
		}
	}
	return Question{"How many findings are open, and how many of them of high or critical severity?", fmt.Sprintf("%d, and %d", len(m.findings), severe)}, true
}

// named are the parts of some kinds, by what people call them.
func (m *material) named(kinds ...string) []string {
	if m.Model == nil {
		return nil
	}
	var all []string
	for _, c := range m.Model.Components {
		if slices.Contains(kinds, c.Kind) && !slices.Contains(all, c.Called()) {
			all = append(all, c.Called())
		}
	}
	return all
}

// acting are the tools that do what is hard to take back.
func (m *material) acting() []string {
	return m.declaring("effects", "write", "send", "spend", "irreversible", "code", "computer_use")
}

// strangers are the parts that hold what people outside may write.
func (m *material) strangers() []string {
	all := m.named("web_source", "crawler")
	for _, name := range m.declaring("writers", "public", "third_party", "crawler") {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	return all
}

// declaring are the parts that declare one of the values of an attribute.
func (m *material) declaring(attribute string, values ...string) []string {
	if m.Model == nil {
		return nil
	}
	var all []string
	for _, c := range m.Model.Components {
		v := c.Attributes[attribute]
		if slices.ContainsFunc(v.List, func(w string) bool { return slices.Contains(values, w) }) || v.Text != "" && slices.Contains(values, v.Text) {
			all = append(all, c.Called())
		}
	}
	return all
}
