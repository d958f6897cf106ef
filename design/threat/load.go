package threat

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Load reads a threat model. name is how problems call the file; data is all of it. Where there are problems the model holds
// what could be read, and nothing should rest on it.
func Load(name string, data []byte) (*Model, Problems) {
	r := &reader{path: name}
	m := &Model{Path: name}
	if top := r.parse(data); top != nil {
		r.model(top, m)
	}
	return m, r.done()
}

// model reads the whole of a threat model.
func (r *reader) model(top *yaml.Node, m *Model) {
	if top.Kind != yaml.MappingNode {
		r.say(top.Line, "a mapping with system, components and flows is expected")
		return
	}
	r.fields(top, "the file", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "schema", "version", "title", "description":
			r.text(v, key)
		case "status":
			m.Draft = r.text(v, key) == "draft"
		case "system":
			r.system(v, &m.System)
		case "components":
			r.each(v, "components", mostParts, func(id, e *yaml.Node) {
				if c := r.component(id, e); c != nil {
					m.Components = append(m.Components, c)
				}
			})
		case "flows":
			if v.Kind == yaml.MappingNode {
				r.say(v.Line, "flows is not a list")
				break
			}
			r.each(v, "flows", mostFlows, func(_, e *yaml.Node) {
				if f := r.flow(e); f != nil {
					m.Flows = append(m.Flows, f)
				}
			})
		case "threats":
			r.each(v, "threats", mostParts, func(id, e *yaml.Node) {
				m.Noted = append(m.Noted, r.noted(id, e))
			})
		case "impact":
			m.Impact = r.impact(v)
		case "attractiveness":
			m.Attractiveness = r.attractiveness(v)
		case "excluded":
			m.Excluded = r.excluded(v)
		case "outlook":
			m.Outlook = r.outlook(v)
		default:
			return strings.HasPrefix(key, "x-")
		}
		return true
	})
	r.references(m)
}

// each walks over a list, or over a mapping from id to what it names.
func (r *reader) each(n *yaml.Node, what string, most int, take func(id, e *yaml.Node)) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
	case n.Kind == yaml.SequenceNode:
		for i, e := range n.Content {
			if i == most {
				r.say(e.Line, "more than %d %s; the rest is not read", most, what)
				return
			}
			take(nil, e)
		}
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if i == 2*most {
				r.say(n.Content[i].Line, "more than %d %s; the rest is not read", most, what)
				return
			}
			take(n.Content[i], n.Content[i+1])
		}
	default:
		r.say(n.Line, "%s is neither a list nor a mapping", what)
	}
}

func (r *reader) system(n *yaml.Node, s *System) {
	s.Line, s.Attributes = n.Line, Attributes{}
	if n.Kind == yaml.ScalarNode {
		s.Name = r.text(n, "system")
		return
	}
	r.fields(n, "the system", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "name":
			s.Name = r.text(v, "the system's name")
		case "revision", "reviewed", "next_review", "owner", "description", "scope", "version", "by", "reviewers", "assumptions":
			r.texts(v, "the system's "+key)
		default:
			return r.attribute(systemTable, s.Attributes, key, k, v, "the system") || strings.HasPrefix(key, "x-")
		}
		return true
	})
}

func (r *reader) component(id, n *yaml.Node) *Component {
	c := &Component{Line: n.Line, Attributes: Attributes{}}
	if id != nil {
		c.ID, c.Line = r.text(id, "the id of a component"), id.Line
	}
	if n.Kind != yaml.MappingNode {
		r.say(n.Line, "a component is not a mapping of its attributes")
		return nil
	}
	what := "the component"
	r.fields(n, what, func(key string, k, v *yaml.Node) bool {
		switch key {
		case "id":
			if named := r.text(v, "the id of a component"); id != nil && named != c.ID {
				r.say(v.Line, "the component %q is also called %q", short(c.ID), short(named))
			} else {
				c.ID = named
			}
		case "kind":
			c.Kind = r.text(v, "the kind of a component")
			r.oneOf(v, "kind", c.Kind, allKinds)
		case "name":
			c.Name = r.text(v, "the name of a component")
		case "path", "paths", "file", "files":
			c.Paths = append(c.Paths, r.texts(v, key)...)
		case "technology", "technologies", "provider", "model":
			c.Technology = append(c.Technology, r.texts(v, key)...)
		case "contains":
			c.Contains = r.texts(v, key)
		case "controls":
			c.Controls = r.controls(v)
		case "guess":
			c.Guess = r.text(v, key)
		case "description", "owner", "address":
			r.text(v, key)
		default:
			return r.attribute(componentTable, c.Attributes, key, k, v, "the component") || strings.HasPrefix(key, "x-")
		}
		return true
	})
	switch {
	case c.ID == "":
		r.say(c.Line, "a component has no id")
		return nil
	case c.Kind == "":
		r.say(c.Line, "the component %q has no kind", short(c.ID))
	}
	return c
}

func (r *reader) flow(n *yaml.Node) *Flow {
	f := &Flow{Line: n.Line, Attributes: Attributes{}}
	if n.Kind != yaml.MappingNode {
		r.say(n.Line, "a flow is not a mapping with from and to")
		return nil
	}
	r.fields(n, "the flow", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "from":
			f.From = r.text(v, "from")
		case "to":
			f.To = r.text(v, "to")
		case "name", "id", "description":
			f.Name = r.text(v, key)
		case "guess":
			f.Guess = r.text(v, key)
		case "controls":
			f.Controls = r.controls(v)
		default:
			return r.attribute(flowTable, f.Attributes, key, k, v, "the flow") || strings.HasPrefix(key, "x-")
		}
		return true
	})
	if f.From == "" || f.To == "" {
		r.say(f.Line, "a flow needs from and to")
		return nil
	}
	return f
}

// noted reads a threat that people wrote down. What else they keep there is theirs; it is not judged.
func (r *reader) noted(id, n *yaml.Node) Noted {
	t := Noted{Line: n.Line}
	if id != nil {
		t.ID = r.text(id, "the id of a threat")
	}
	if n.Kind == yaml.ScalarNode {
		t.Title = r.text(n, "a threat")
		return t
	}
	r.fields(n, "the threat", func(key string, k, v *yaml.Node) bool {
		switch key {
		case "id":
			t.ID = r.text(v, key)
		case "title", "threat", "name":
			t.Title = r.text(v, key)
		case "severity":
			t.Severity = r.text(v, key)
		case "status":
			t.Status = r.text(v, key)
		case "owner":
			t.Owner = r.text(v, key)
		case "components":
			t.Components = r.texts(v, key)
		case "mitigations":
			t.Mitigations = r.texts(v, key)
		case "cause":
			t.Cause = r.text(v, key)
			r.oneOf(v, key, t.Cause, Causes())
		case "impact":
			if v.Kind != yaml.ScalarNode { // a rating in a word is theirs, and no statement
				t.Impact = r.impact(v)
			}
		}
		return true
	})
	return t
}

// controls reads the mitigations claimed: C02 and LDM-C02 are the same.
func (r *reader) controls(n *yaml.Node) []string {
	ids := r.texts(n, "controls")
	for i, id := range ids {
		if len(id) >= 3 && id[0] == 'C' && strings.Trim(id[1:], "0123456789") == "" {
			ids[i] = "LDM-" + id
		}
	}
	return ids
}

// attribute reads one attribute of a table; false where the table has no such key.
func (r *reader) attribute(table *table, into Attributes, key string, k, v *yaml.Node, what string) bool {
	a, ok := table.by[key]
	if !ok || a.Derived {
		if ok {
			r.say(k.Line, "%q is derived from the flows and cannot be declared", key)
			return true
		}
		if near := nearest(key, table.names); near != "" {
			r.say(k.Line, "%s has an unknown attribute %q; %q is near", what, short(key), near)
			return true
		}
		return false
	}
	value, ok := r.value(a, v)
	if ok {
		into[key] = value
	}
	return true
}

func (r *reader) value(a *Attribute, n *yaml.Node) (Value, bool) {
	v := Value{Line: n.Line}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return v, false
	}
	if n.Kind == yaml.ScalarNode && n.Value == "unknown" {
		v.Unknown = true
		return v, true
	}
	switch a.Type {
	case Bool:
		switch text := strings.ToLower(r.text(n, a.Name)); text {
		case "true", "yes":
			v.Bool = true
		case "false", "no":
		default:
			r.say(n.Line, "%s is %q; true, false or unknown is expected", a.Name, short(text))
			return v, false
		}
	case Number:
		text := r.text(n, a.Name)
		number, err := strconv.Atoi(text)
		if err != nil || number < 0 || number > 1_000_000_000 {
			r.say(n.Line, "%s is %q; a number or unknown is expected", a.Name, short(text))
			return v, false
		}
		v.Number = number
	case Text:
		v.Text = r.text(n, a.Name)
		return v, v.Text != "" && (a.Values == nil || r.oneOf(n, a.Name, v.Text, a.Values))
	case List:
		v.List = r.texts(n, a.Name)
		if v.List == nil {
			v.List = []string{}
		}
		good := true
		for _, one := range v.List {
			if one == "unknown" {
				v.Unknown = true
			} else if a.Values != nil {
				good = r.oneOf(n, a.Name, one, a.Values) && good
			}
		}
		return v, good
	}
	return v, true
}

func (r *reader) oneOf(n *yaml.Node, what, word string, words []string) bool {
	if word == "" || slices.Contains(words, word) {
		return true
	}
	hint := "one of " + strings.Join(words, ", ")
	if near := nearest(word, words); near != "" {
		hint = fmt.Sprintf("%q is near", near)
	}
	r.say(n.Line, "%s is %q, which is not in the vocabulary; %s", what, short(word), hint)
	return false
}

// references holds ids against each other: duplicates, flows that end nowhere, parts of themselves.
func (r *reader) references(m *Model) {
	known := map[string]*Component{}
	for _, c := range m.Components {
		if first := known[c.ID]; first != nil {
			r.say(c.Line, "the id %q is taken by the component at line %d", short(c.ID), first.Line)
			continue
		}
		known[c.ID] = c
	}
	names := make([]string, 0, min(len(known), 200))
	for _, c := range m.Components[:min(len(m.Components), 200)] {
		names = append(names, c.ID)
	}
	dangling := func(line int, what, id string) {
		hint := ""
		if near := nearest(id, names); near != "" {
			hint = fmt.Sprintf("; %q is near", near)
		}
		r.say(line, "%s names %q, which is no component%s", what, short(id), hint)
	}
	for _, f := range m.Flows {
		for _, end := range []string{f.From, f.To} {
			if known[end] == nil {
				dangling(f.Line, "a flow", end)
			}
		}
	}
	for _, c := range m.Components {
		for _, id := range c.Attributes["derived_from"].List {
			if known[id] == nil && id != "unknown" {
				dangling(c.Attributes["derived_from"].Line, fmt.Sprintf("derived_from of %q", short(c.ID)), id)
			}
		}
		for _, id := range c.Contains {
			if known[id] == nil {
				dangling(c.Line, fmt.Sprintf("contains of %q", short(c.ID)), id)
			}
		}
	}
	r.cycles(m, known, "derived_from", func(c *Component) []string { return c.Attributes["derived_from"].List })
	r.cycles(m, known, "contains", func(c *Component) []string { return c.Contains })
}

// cycles takes away what depends on nothing, again and again; what stays goes round in circles.
func (r *reader) cycles(m *Model, known map[string]*Component, what string, next func(*Component) []string) {
	waits, waiting := map[string]int{}, map[string][]string{}
	for id, c := range known {
		for _, n := range next(c) {
			if known[n] != nil {
				waits[id]++
				waiting[n] = append(waiting[n], id)
			}
		}
	}
	var free []string
	for id := range known {
		if waits[id] == 0 {
			free = append(free, id)
		}
	}
	for len(free) > 0 {
		id := free[len(free)-1]
		free = free[:len(free)-1]
		for _, w := range waiting[id] {
			if waits[w]--; waits[w] == 0 {
				free = append(free, w)
			}
		}
	}
	for _, c := range m.Components {
		if known[c.ID] == c && waits[c.ID] > 0 && inCircle(c.ID, waits, known, next) {
			r.say(c.Line, "%s goes round in a circle through %q", what, short(c.ID))
		}
	}
}

// inCircle follows what stays from one component and says whether it comes back; what merely leads into a circle does not.
func inCircle(start string, waits map[string]int, known map[string]*Component, next func(*Component) []string) bool {
	seen, open := map[string]bool{}, []string{start}
	for len(open) > 0 && len(seen) < 1000 {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		for _, n := range next(known[id]) {
			if n == start {
				return true
			}
			if waits[n] > 0 && !seen[n] {
				seen[n] = true
				open = append(open, n)
			}
		}
	}
	return false
}
