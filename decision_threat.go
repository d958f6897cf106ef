package lodemark

import (
	"regexp"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"
)

// A decision about a threat is a line of the risk register: which threat, where, what is done about it, who owns it (requested_by)
// and who approved it (by), until when, and in which revision of the threat model it was seen.

// The shapes of ids in the library of threats, and of places in a threat model.
const (
	threatShape    = `^[A-Z][A-Z0-9]*(-[A-Z0-9]+)+$`
	componentShape = `^[^\s](.*[^\s])?$`
)

var (
	threatPattern    = regexp.MustCompile(threatShape)
	componentPattern = regexp.MustCompile(componentShape)
)

// mitigationsMost is more than anybody does about one threat.
const mitigationsMost = 50

func (s *sheet) aboutThreat(d *Decision, m map[string]*yaml.Node) {
	d.Threat = s.shaped(m["threat"], "threat", threatPattern, "the id of a threat: LDM-T12")
	d.Component = s.shaped(s.plainLine(m["component"], "component"), "component", componentPattern, "the id of a component, or of a flow: a -> b")
	d.Model = s.model(m["model"])
	d.Due = moment(s.date(m["due"], "due"))
	for i, n := range s.list(m["mitigations"], "mitigations") {
		at := entry("mitigations", i)
		if i == mitigationsMost {
			s.problem(n, "more than %d mitigations", mitigationsMost)
			return
		}
		switch id := s.shaped(n, at, threatPattern, "the id of a mitigation: LDM-C03"); {
		case unfilled(n):
			s.problem(n, "%s is not filled in", at)
		case id != "" && slices.Contains(d.Mitigations, id):
			s.problem(n, "%s %s stands there already", at, quoted(id))
		case id != "":
			d.Mitigations = append(d.Mitigations, id)
		}
	}
}

// plainLine refuses what does not show, and gives the value back for its shape to be looked at.
func (s *sheet) plainLine(n *yaml.Node, at string) *yaml.Node {
	if n != nil && n.Kind == yaml.ScalarNode {
		s.line(n, at)
	}
	return n
}

func (s *sheet) shaped(n *yaml.Node, at string, shape *regexp.Regexp, want string) string {
	text, ok := s.scalar(n, at, lineLimit)
	if ok && !shape.MatchString(text) {
		s.problem(n, "%s %s is not %s", at, quoted(text), want)
		return ""
	}
	return text
}

// threatCompleteness reports what a decision about a threat lacks, or what has no place in it.
func (s *sheet) threatCompleteness(d Decision, m map[string]*yaml.Node, root *yaml.Node) {
	if d.Kind != "" && !slices.Contains(ThreatDecisionKinds(), d.Kind) {
		s.problem(m["threat"], "%s is not about a threat; one is %s", d.Kind, oneOf(wordsOf(ThreatDecisionKinds())))
	}
	required := []string{"threat", "model"}
	if d.Kind == Mitigate {
		required = append(required, "mitigations", "due")
	}
	for _, key := range required {
		switch n, there := m[key]; {
		case !there && key == "model":
			s.problem(root, "model is missing: a decision about a threat names the threat model with its meaning, so that it ends when the model changes")
		case !there:
			s.problem(root, "%s is missing; %s says what is done, and by when", key, d.Kind)
		case unfilled(n) || n.Kind == yaml.SequenceNode && len(n.Content) == 0:
			s.problem(n, "%s is not filled in", key)
		}
	}
	if n := m["component"]; n != nil && unfilled(n) {
		s.problem(n, "component is not filled in; without it the decision is about all places of the threat")
	}
	if n := m["mitigations"]; n != nil && d.Kind != "" && d.Kind != Mitigate {
		s.problem(n, "mitigations stand in a decision of the kind mitigate; this one is %s", d.Kind)
	}
	if n := m["due"]; n != nil && d.Kind != "" && d.Kind != Mitigate && d.Kind != Avoid {
		s.problem(n, "due stands in a decision of the kind mitigate or avoid; this one is %s", d.Kind)
	}
	if d.Due.IsZero() || d.Date.IsZero() || d.Until.IsZero() {
		return
	}
	if d.Due.Before(d.Date) || d.Due.After(d.Until) {
		s.problem(m["due"], "due %s is not between date %s and until %s", d.Due.Format(time.DateOnly), d.Date.Format(time.DateOnly), d.Until.Format(time.DateOnly))
	}
}

// withoutThreat reports what makes sense of a threat alone.
func (s *sheet) withoutThreat(d Decision, m map[string]*yaml.Node) {
	for _, key := range []string{"component", "mitigations", "due", "model"} {
		if n := m[key]; n != nil {
			s.problem(n, "%s stands in a decision about a threat; this one names none", key)
		}
	}
	for _, key := range []string{"clause", "finding"} {
		if n := m[key]; n != nil && d.Kind.ofThreatsOnly() {
			s.problem(n, "%s is about a threat; about a clause or a finding, one decides to %s or %s", d.Kind, Accept, Defer)
			return
		}
	}
}
