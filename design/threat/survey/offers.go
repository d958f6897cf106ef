package survey

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// offers draws which agents, and else which code, give which tools to a model: those in whose files a tool's name stands.
func (d *drafter) offers() {
	words := map[*part][]string{}
	for _, c := range d.toolsSeen() {
		for _, p := range d.kinds("tool") {
			if !slices.Contains(p.files[c.Path], c.Line) {
				continue
			}
			words[p] = append(words[p], c.Name, c.Detail["written"])
			if s := d.code[c.Path]; s != nil && c.Line > 0 {
				lines := strings.Split(s.text, "\n")
				for i := max(0, c.Line-2); i < min(len(lines), c.Line+4); i++ {
					if m := assigned.FindStringSubmatch(lines[i]); m != nil && i < c.Line {
						words[p] = append(words[p], m[1])
					}
					if m := pyDef.FindStringSubmatch(lines[i]); m != nil && i >= c.Line-1 {
						words[p] = append(words[p], m[1])
						break
					}
				}
			}
		}
	}
	// What an agent of a file names outright is all that the agents of this file are given of it.
	given, outright := map[edge]bool{}, map[*part]map[string]bool{}
	for _, l := range lodemark.Links(d.sys.Components) {
		a, t := d.partOf(d.sys.Components[l.From], "agent"), d.partOf(d.sys.Components[l.To], "tool")
		if l.Kind == lodemark.LinkCalls && l.Certain && a != nil && t != nil {
			given[edge{a, t}] = true
			if outright[t] == nil {
				outright[t] = map[string]bool{}
			}
			outright[t][d.sys.Components[l.From].Path] = true
		}
	}
	for _, t := range d.kinds("tool") {
		var callers []*part
		for _, kinds := range [][]string{{"agent"}, {"orchestrator", "api", "app"}} {
			for _, p := range d.kinds(kinds...) {
				sure := len(p.files) > 0
				for f := range p.files {
					sure = sure && (outright[t][f] || d.code[f] == nil)
				}
				if given[edge{p, t}] || !sure && d.names(p, t, words[t]) {
					callers = append(callers, p)
				}
			}
			if len(callers) > 0 {
				break
			}
		}
		if len(callers) == 0 {
			for _, f := range filesOf(t) {
				if owners := d.owner[f]; len(owners) > 0 && owners[0].kind != "tool" {
					callers = owners[:1]
				} else if p := d.main(f); p != nil {
					callers = []*part{p}
				}
			}
			if all := d.kinds("agent"); len(all) == 1 {
				callers = all
			}
		}
		for _, p := range callers {
			why := "its model may call it"
			d.flow(p, t, why, "model_output")
			back := "internal"
			if slices.Contains(t.attributes["effects"].List, "network") {
				back = "public"
			}
			d.flow(t, p, why, back)
		}
	}
}

// names says whether files of a part, or those that only it brings in, speak of a tool.
func (d *drafter) names(p, t *part, words []string) bool {
	var mine []string
	for f, owners := range d.owner {
		if slices.Contains(owners, p) {
			mine = append(mine, f)
		}
	}
	slices.Sort(mine)
	for _, f := range d.reach(mine, func(f string) bool { return len(d.owner[f]) > 0 && !slices.Contains(d.owner[f], p) }) {
		s := d.code[f]
		own := slices.Contains(d.owner[f], p)
		if s == nil || len(d.owner[f]) > 0 && !own {
			continue
		}
		defines := len(t.files[f]) > 0
		if defines && !own {
			continue
		}
		for _, w := range words {
			if len(w) < 3 {
				continue
			}
			need := 1
			if defines {
				need = 2 // where it is made its name stands anyway
			}
			if count(s.text, w) >= need && (defines || d.brings(s, t)) {
				return true
			}
		}
	}
	return false
}

// brings says whether a file brings in, itself or by one more, a file in which a tool is made.
func (d *drafter) brings(s *source, t *part) bool {
	for _, f := range s.imports {
		if len(t.files[f]) > 0 {
			return true
		}
		if next := d.code[f]; next != nil {
			for _, g := range next.imports {
				if len(t.files[g]) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// count counts whole words.
func count(text, w string) int {
	n := 0
	for i := 0; n < 3; {
		at := strings.Index(text[i:], w)
		if at < 0 {
			break
		}
		from, to := i+at, i+at+len(w)
		if (from == 0 || !letter(text[from-1])) && (to == len(text) || !letter(text[to])) {
			n++
		}
		i = to
	}
	return n
}

func letter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// partOf gives the part of a kind that was drawn for a component.
func (d *drafter) partOf(c lodemark.Component, kind string) *part {
	for _, p := range d.kinds(kind) {
		if slices.Contains(p.files[c.Path], c.Line) {
			return p
		}
	}
	return nil
}

// handoffs draws agents that hand over to agents, as the code names them.
func (d *drafter) handoffs() {
	all := d.sys.Components
	below := map[*part]*part{}
	defer func() { // who is handed over to is not asked from outside as well
		for b, a := range below {
			for e := range d.asks {
				if e.to == b && slices.Contains([]string{"api", "app"}, e.from.kind) && d.asks[edge{e.from, a}] != nil && below[a] != b {
					delete(d.asks, edge{e.from, b})
					delete(d.asks, edge{b, e.from})
				}
			}
		}
	}()
	hand := func(a, b *part) {
		if a != nil && b != nil && a != b && below[a] != b {
			d.flow(a, b, "it hands over to it", "prompt", "model_output")
			d.flow(b, a, "it hands over to it", "model_output")
			below[b] = a
		}
	}
	held := map[place]*part{} // by file and variable: Line is that of nothing here
	variable := func(file, name string) place { return place{file + "\x00" + name, 0} }
	for c := range d.sys.Of(lodemark.KindAgent) {
		if s := d.code[c.Path]; s != nil && c.Line > 0 {
			lines := strings.Split(s.text, "\n")
			for i := min(c.Line, len(lines)) - 1; i >= max(0, c.Line-4); i-- {
				if m := assigned.FindStringSubmatch(lines[i]); m != nil && len(lines[i])-len(strings.TrimLeft(lines[i], " \t")) <= 4 {
					held[variable(c.Path, m[1])] = d.partOf(c, "agent")
					break
				}
			}
		}
	}
	for c := range d.sys.Of(lodemark.KindAgent) {
		for name := range strings.SplitSeq(c.Detail["handoffs"], ",") {
			hand(d.partOf(c, "agent"), held[variable(c.Path, strings.TrimSpace(name))])
		}
	}
	for _, l := range lodemark.Links(all) {
		if l.Kind == lodemark.LinkHands && l.Certain {
			hand(d.partOf(all[l.From], "agent"), d.partOf(all[l.To], "agent"))
		}
	}
}
