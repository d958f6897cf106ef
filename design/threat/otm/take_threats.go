package otm

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// noted takes over the threats that people, or another tool, wrote down. Those of our library are worked out anew.
func (r *reader) noted() *list {
	where, states, deals := map[string][]string{}, map[string][]string{}, map[string][]string{}
	add := func(all map[string][]string, key, word string) {
		if word = oneLine(word, mostText); word != "" && !slices.Contains(all[key], word) && len(all[key]) < 100 {
			all[key] = append(all[key], word)
		}
	}
	named := map[string]string{}
	for _, m := range r.d.Mitigations {
		named[m.ID] = m.Name
	}
	stands := func(at string, all []standing) {
		for _, s := range all {
			add(where, s.Threat, at)
			add(states, s.Threat, s.State)
			for _, m := range s.Mitigations {
				add(deals, s.Threat, strings.TrimSpace(firstOf(named[m.Mitigation], m.Mitigation)+" ("+firstOf(m.State, "no state")+")"))
			}
		}
	}
	for i := range r.d.Components {
		stands(r.ids[r.d.Components[i].ID], r.d.Components[i].Threats)
	}
	for i := range r.d.Flows {
		f := &r.d.Flows[i]
		if len(f.Threats) > 0 && !r.own {
			r.counted["threats at data flows: they stand at the component that the flow ends at"]++
		}
		stands(r.ids[f.Destination], f.Threats)
	}
	out := &list{}
	known := map[string]bool{}
	again, rated := 0, 0
	for _, t := range r.d.Threats {
		known[t.ID] = true
		noted := t.Attributes.has(mark + "noted")
		if r.own && !noted {
			again++
			continue
		}
		b := &block{}
		b.text("id", firstOf(t.Attributes.text("id"), oneLine(t.ID, mostText)))
		b.text("title", oneLine(t.Name, mostText))
		if noted {
			for _, name := range []string{"severity", "status", "owner", "cause", "components", "mitigations", "impact"} {
				if t.Attributes.has(mark + name) {
					b.copied(name, t.Attributes.nodes[mark+name])
				}
			}
			out.add(b.node())
			continue
		}
		rated++
		b.text("severity", severityOf(t.Risk.Impact))
		if len(states[t.ID]) > 0 {
			b.text("status", oneLine(strings.Join(states[t.ID], ", "), mostText))
		}
		if len(where[t.ID]) > 0 {
			b.words("components", where[t.ID])
		}
		if len(deals[t.ID]) > 0 {
			b.words("mitigations", deals[t.ID])
		}
		for _, left := range []struct {
			what string
			is   bool
		}{{"a description", t.Description != ""}, {"categories", len(t.Categories) > 0}, {"CWEs", len(t.CWEs) > 0}, {"tags", len(t.Tags) > 0}, {"a likelihood", t.Risk.Likelihood != nil}} {
			if left.is {
				r.counted["of threats: "+left.what]++
			}
		}
		out.add(b.node())
	}
	for _, id := range slices.Sorted(maps.Keys(where)) {
		if !known[id] {
			r.lost(0, "the threat %q stands at %s and is none of the document's list; it is left out", short(id), short(strings.Join(where[id], ", ")))
		}
	}
	if again > 0 {
		r.lost(0, "%s of the library and how they stood are left out: they are worked out anew", count(again, "threat"))
	}
	if rated > 0 {
		r.lost(0, "the severity of %s is by its impact alone: 90 critical, 70 high, 40 medium", count(rated, "threat"))
	}
	return out
}

// leftOut tells what was only counted.
func (r *reader) leftOut() {
	for _, d := range r.d.Representations {
		if d.ID != "tree" {
			r.counted["pictures and repositories (representations)"]++
		}
	}
	for _, c := range r.d.Components {
		for _, s := range c.Representations {
			if s.File == "" {
				r.counted["places in pictures"]++
			}
		}
	}
	if !r.own && len(r.d.Mitigations) > 0 {
		r.counted["by how much mitigations reduce a risk"] += len(r.d.Mitigations)
	}
	r.unknown(0, "the document", r.d.Others)
	for _, what := range slices.Sorted(maps.Keys(r.counted)) {
		r.losses = append(r.losses, Loss{0, fmt.Sprintf("left out: %s (%d)", what, r.counted[what])})
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// block is a mapping that is being written.
type block struct{ n yaml.Node }

func (b *block) put(key string, v *yaml.Node) {
	b.n.Content = append(b.n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

// copied puts a value of the document.
func (b *block) copied(key string, v *yaml.Node) { b.put(key, rewritten(v)) }

func (b *block) text(key, text string) {
	b.put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text})
}

func (b *block) words(key string, words []string) {
	n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
	for _, w := range words {
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: w})
	}
	b.put(key, n)
}

func (b *block) node() *yaml.Node {
	b.n.Kind, b.n.Tag = yaml.MappingNode, "!!map"
	return &b.n
}

// list is a list that is being written.
type list struct{ n yaml.Node }

func (l *list) add(v *yaml.Node) { l.n.Content = append(l.n.Content, v) }

func (l *list) node() *yaml.Node {
	l.n.Kind, l.n.Tag = yaml.SequenceNode, "!!seq"
	return &l.n
}

// rewritten is a value without the layout and comments of where it stood. It is at most as deep as the document was.
func rewritten(n *yaml.Node) *yaml.Node {
	out := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	if n.Kind == yaml.SequenceNode {
		out.Style = yaml.FlowStyle
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!str" {
		out.Value = oneLine(n.Value, mostProse)
	}
	for _, c := range n.Content {
		out.Content = append(out.Content, rewritten(c))
	}
	return out
}
