package threat

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Statement is what somebody wrote, and where.
type Statement struct {
	Text string
	Line int // 1-based, in the model's file
}

// Impact says what happens to each affected party, by its name, when a part is compromised or misbehaves (SD-2.3, SD-2.4). A party of
// which nothing is said is missing.
type Impact map[string]Statement

// Parties are those whom an impact may affect.
func Parties() []string { return []string{"system", "users", "organisations", "society"} }

// Causes say whether somebody wants a threat to happen, or whether it needs nobody (SD-2.4).
func Causes() []string { return []string{CauseAttack, CauseMalfunction} }

// The causes of threats.
const (
	CauseAttack      = "attack"
	CauseMalfunction = "malfunction" // hallucination, drift, an unsafe act: no attacker is needed
)

// AttackClasses are the classes of attacks on AI of which each is assessed or left out with a reason (SD-2.5).
func AttackClasses() []string {
	return []string{"poisoning", "evasion", "prompt-injection", "extraction", "inversion", "membership-inference", "supply-chain", "denial-of-service"}
}

// Attractiveness says how much of a target the system is by its data, and to whom (SD-2.7).
type Attractiveness struct {
	Level  string // low, medium, high; empty: not said
	Who    []string
	Reason Statement
	Line   int
}

// Exclusion says why a class of attacks cannot apply to the system (SD-2.5).
type Exclusion struct {
	Class  string // one of AttackClasses
	Reason Statement
	Line   int
}

// Outlook says how the threats may grow (SD-2.8).
type Outlook struct {
	Date, Review time.Time // when it was written, and when it is due again; zero: not said
	Catalogue    string    // the version of the library with which it was written; empty: not said
	Text         Statement
	Line         int
}

// mostProse bounds a text of sentences, in bytes.
const mostProse = 8000

// prose reads a text of one or more sentences.
func (r *reader) prose(n *yaml.Node, what string) Statement {
	return Statement{r.textOf(n, what, mostProse), n.Line}
}

// empty says whether a value is not there: a key whose value waits for somebody.
func empty(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// impact reads a list of parties with texts, or a mapping from party to text.
func (r *reader) impact(n *yaml.Node) Impact {
	if empty(n) {
		return nil
	}
	all := Impact{}
	r.each(n, "impact", mostParts, func(id, e *yaml.Node) {
		party, said, at := "", Statement{}, e
		switch {
		case id != nil && strings.HasPrefix(id.Value, "x-"):
			return
		case id != nil:
			party, said, at = r.text(id, "a party"), r.prose(e, "the impact"), id
		default:
			r.fields(e, "an impact", func(key string, k, v *yaml.Node) bool {
				switch key {
				case "party":
					party, at = r.text(v, key), v
				case "text":
					said = r.prose(v, key)
				default:
					return strings.HasPrefix(key, "x-")
				}
				return true
			})
		}
		_, twice := all[party]
		switch {
		case party == "":
			r.say(at.Line, "an impact names no party; one of %s", strings.Join(Parties(), ", "))
		case !r.oneOf(at, "party", party, Parties()):
		case twice:
			r.say(at.Line, "the impact on %q is told twice", party)
		case said.Text != "":
			all[party] = said
		}
	})
	return all
}

func (r *reader) attractiveness(n *yaml.Node) *Attractiveness {
	if empty(n) {
		return nil
	}
	a := &Attractiveness{Line: n.Line}
	r.fields(n, "the attractiveness", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "level":
			a.Level = r.text(v, key)
			r.oneOf(v, key, a.Level, []string{"low", "medium", "high"})
		case "who":
			a.Who = r.texts(v, key)
		case "reason":
			a.Reason = r.prose(v, key)
		default:
			return strings.HasPrefix(key, "x-")
		}
		return true
	})
	return a
}

// excluded reads a list of classes with reasons, or a mapping from class to reason.
func (r *reader) excluded(n *yaml.Node) []Exclusion {
	var all []Exclusion
	r.each(n, "excluded", mostParts, func(id, e *yaml.Node) {
		x := Exclusion{Line: e.Line}
		at := e
		if id != nil {
			x.Class, at, x.Line = r.text(id, "an attack class"), id, id.Line
		}
		if id != nil && e.Kind == yaml.ScalarNode {
			x.Reason = r.prose(e, "the reason")
		} else {
			r.fields(e, "an excluded attack class", func(key string, k, v *yaml.Node) bool {
				switch key {
				case "class":
					if id != nil {
						return false
					}
					x.Class, at = r.text(v, key), v
				case "reason":
					x.Reason = r.prose(v, key)
				default:
					return strings.HasPrefix(key, "x-")
				}
				return true
			})
		}
		switch {
		case x.Class == "" || x.Reason.Text == "":
			r.say(x.Line, "an excluded attack class needs class and reason")
		case !r.oneOf(at, "class", x.Class, AttackClasses()):
		case slices.ContainsFunc(all, func(o Exclusion) bool { return o.Class == x.Class }):
			r.say(x.Line, "the attack class %q is excluded twice", x.Class)
		default:
			all = append(all, x)
		}
	})
	return all
}

func (r *reader) outlook(n *yaml.Node) *Outlook {
	if empty(n) {
		return nil
	}
	o := &Outlook{Line: n.Line}
	r.fields(n, "the outlook", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "date":
			o.Date = r.day(v, key)
		case "review":
			o.Review = r.day(v, key)
		case "catalogue":
			o.Catalogue = r.text(v, key)
		case "text":
			o.Text = r.prose(v, key)
		default:
			return strings.HasPrefix(key, "x-")
		}
		return true
	})
	return o
}

// day reads a day; the zero time where there is none.
func (r *reader) day(n *yaml.Node, what string) time.Time {
	text := r.text(n, what)
	if text == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.say(n.Line, "%s is %q; a day is expected, YYYY-MM-DD", what, short(text))
	}
	return t
}
