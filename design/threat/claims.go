package threat

import "fmt"

// Claims says which of the controls that a model claims are no mitigation of the library: a slip of the pen there would cost a claim
// without a word.
func (l *Library) Claims(m *Model) Problems {
	var out Problems
	look := func(line int, where string, controls []string) {
		for _, id := range controls {
			if l.Mitigation(id) == nil {
				out = append(out, Problem{Path: m.Path, Line: line, Message: fmt.Sprintf("%s claims the control %q, which no library has; lodemark threats explain LDM-C01 shows one", where, short(id))})
			}
		}
	}
	for _, c := range m.Components {
		look(c.Line, "component "+c.ID, c.Controls)
	}
	for _, f := range m.Flows {
		look(f.Line, "the flow "+f.From+" -> "+f.To, f.Controls)
	}
	return out
}
