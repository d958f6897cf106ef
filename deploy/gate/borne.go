package gate

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// borne lists what files of the target let through, whatever the rules ask about: whoever can change those can open the gate, so
// they are named each time.
func (s *state) borne() []string {
	out := []string{}
	for _, f := range s.in.Run.Findings {
		if by := cmp.Or(f.Accepted, f.Muted); by != "" && !f.Advisory && !s.strict {
			out = append(out, told(f)+" is let through by "+by)
		}
	}
	var vouched, denied, later []string
	for _, c := range s.in.Run.Assessment.Clauses {
		switch {
		case c.Later:
			later = append(later, c.ID)
		case c.Waived != "":
			out = append(out, fmt.Sprintf("%s is not met, and %s bears it", c.ID, c.Waived))
		case c.Verdict == lodemark.Inapplicable && s.ruledOut(c.ID) && !s.strict:
			out = append(out, fmt.Sprintf("%s is not applicable by a decision: %s", c.ID, c.Reason))
		case c.Verdict == lodemark.Inapplicable && s.declared(c.ID):
			denied = append(denied, c.ID)
		case c.Verdict == lodemark.Met && c.Attested != "":
			vouched = append(vouched, c.ID)
		}
	}
	by := map[string][]string{}
	for _, t := range s.in.Threats {
		by[t.Status] = append(by[t.Status], t.ID)
	}
	return append(out, summed([]summary{
		{vouched, "met on a person's word for what checks cannot see"},
		{denied, "not applicable by what lodemark.yaml declares"},
		{later, "not judged, because lodemark.yaml says that the system is not that far"},
		{by["accepted"], "accepted as threats by decisions"},
		{by["claimed"], "claimed to be dealt with as threats, which nothing shows"},
		{by["not-applicable"], "not applicable as threats"},
	})...)
}

// declared says whether it is the target's own word alone that makes a clause inapplicable.
func (s *state) declared(id string) bool {
	c, _ := lodemark.Guidelines().Clause(id)
	return c.AppliesWhen != "" && s.in.Run.System.Fact(c.AppliesWhen).Origin == lodemark.OriginDeclared
}

// summary is many ids of which one thing is to be said.
type summary struct {
	ids  []string
	said string
}

// mostNamed is how many ids one line names.
const mostNamed = 10

func summed(all []summary) []string {
	var out []string
	for _, s := range all {
		n := len(s.ids)
		if n == 0 {
			continue
		}
		names := strings.Join(s.ids[:min(n, mostNamed)], ", ")
		if n > mostNamed {
			names += fmt.Sprintf(" and %d more", n-mostNamed)
		}
		out = append(out, fmt.Sprintf("%d %s: %s", n, s.said, names))
	}
	return out
}
