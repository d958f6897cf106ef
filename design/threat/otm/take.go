package otm

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// take makes the draft.
func (r *reader) take() (*Taken, threat.Problems) {
	r.name2id()
	r.zones()
	r.assets()
	top := &block{}
	top.text("status", "draft")
	top.put("system", r.system())
	parts, flows := &list{}, &list{}
	within := map[string][]string{} // what lies inside, by component
	for _, c := range r.d.Components {
		r.parents[c.ID] = c.Parent
	}
	r.networks()
	for _, c := range r.d.Components {
		if around := r.partAround(c.ID); around != "" && !r.network[c.ID] {
			within[r.ids[around]] = append(within[r.ids[around]], r.ids[c.ID])
		}
	}
	for i := range r.d.Components {
		if !r.network[r.d.Components[i].ID] {
			parts.add(r.component(&r.d.Components[i], within))
		}
	}
	for i := range r.d.Flows {
		for _, f := range r.flow(&r.d.Flows[i]) {
			flows.add(f)
		}
	}
	top.put("components", parts.node())
	top.put("flows", flows.node())
	top.put("threats", r.noted().node())
	for _, section := range []string{"impact", "attractiveness", "excluded", "outlook"} {
		if a := r.d.Project.Attributes; a.has(mark + section) {
			top.copied(section, a.nodes[mark+section])
		}
	}
	r.leftOut()
	var b bytes.Buffer
	b.WriteString(r.head())
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(top.node()); err != nil {
		r.wrong(0, "the draft could not be written: %v", err)
		return nil, r.problems
	}
	m, problems := threat.Load("threats.yaml", b.Bytes())
	for _, p := range problems { // values that another tool, or a hand, put under names of ours
		r.wrong(0, "what it says makes no threat model: %s", p.Message)
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	return &Taken{Text: b.Bytes(), Model: m, Losses: r.losses}, nil
}

func (r *reader) head() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Draft taken over from %s (OTM %s). Threat model as code: who reviews a change of the system reviews this file with it.\n", oneLine(r.name, 100), oneLine(r.d.Version, 20))
	b.WriteString("# Read each part. What is right: take its \"guess\" line out. What is wrong: correct it. Then take out \"status: draft\" and these lines.\n")
	if len(r.losses) > 0 {
		b.WriteString("# Not taken over, or by a guess:\n")
	}
	for i, l := range r.losses {
		if i == 60 {
			fmt.Fprintf(&b, "#  and %d more\n", len(r.losses)-i)
			break
		}
		fmt.Fprintf(&b, "#  %s\n", strings.NewReplacer("[", "(", "]", ")", "{", "(", "}", ")").Replace(oneLine(l.String(), 300)))
	}
	return b.String()
}

var plainID = pattern.New(`^[A-Za-z][A-Za-z0-9_.-]{0,79}$`)
var uuid = pattern.New(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-`)

// name2id gives components ids that people can read: their own, or, where that is a number or random, one made from the name.
func (r *reader) name2id() {
	taken := map[string]bool{}
	for _, c := range r.d.Components {
		id := c.ID
		if !r.own && (!plainID.MatchString(id) || uuid.MatchString(id)) {
			id = cmp.Or(slug(c.Name), slug(c.ID), "part")
			for n, first := 2, id; taken[id]; n++ {
				id = fmt.Sprintf("%s-%d", first, n)
			}
		}
		for n, first := 2, id; taken[id]; n++ {
			id = fmt.Sprintf("%s-%d", first, n)
		}
		taken[id], r.ids[c.ID] = true, id
	}
}

// zones finds the boundary of each trust zone: its own, or that of the zone around it.
func (r *reader) zones() {
	by := map[string]*zone{}
	for i := range r.d.Zones {
		by[r.d.Zones[i].ID] = &r.d.Zones[i]
	}
	for _, z := range r.d.Zones {
		for at, steps := &z, 0; at != nil && r.boundaries[z.ID] == "" && steps < mostDepth; steps++ {
			r.boundaries[z.ID] = boundaryOf(at.ID, at.Type, at.Name)
			if at.Parent == nil {
				break
			}
			at = by[at.Parent.Zone]
		}
		switch b := r.boundaries[z.ID]; {
		case b == "" && z.ID != undeclared:
			r.lost(z.line, "the trust zone %q (trust %g of 100) is no trust boundary of the vocabulary; what lies in it says none", short(z.Name), z.Risk.Rating)
		case b != "" && b != z.ID:
			r.lost(z.line, "the trust zone %q became the boundary %s", short(z.Name), b)
		}
		r.unknown(z.line, fmt.Sprintf("the trust zone %q", short(z.Name)), z.Others)
	}
}

func (r *reader) assets() {
	for _, a := range r.d.Assets {
		if slices.Contains(threat.DataClasses(), a.ID) {
			r.classes[a.ID] = a.ID
			continue
		}
		class, from := classOf(a)
		r.classes[a.ID] = class
		if class == "" {
			r.lost(a.line, "of the asset %q neither the name nor the rating says a class of data", short(a.Name))
		} else {
			r.lost(a.line, "the asset %q became the class of data %s, a guess by %s; its ratings are left out", short(a.Name), class, from)
		}
	}
}

// classesOf are the classes of data of assets.
func (r *reader) classesOf(ids []string) []string {
	var out []string
	for _, id := range ids {
		if c := r.classes[id]; c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

func (r *reader) system() *yaml.Node {
	b, p := &block{}, r.d.Project
	b.text("name", oneLine(p.Name, mostText))
	if p.Description != "" {
		b.text("description", oneLine(p.Description, mostText))
	}
	if p.Owner != "" {
		b.text("owner", oneLine(p.Owner, mostText))
	}
	r.declared(b, p.Attributes, p.line, "the project", threat.SystemAttributes(), "layout", "impact", "attractiveness", "excluded", "outlook")
	r.unknown(p.line, "the project", p.Others)
	if len(p.Tags) > 0 || p.Contact != "" {
		r.counted["tags of the project, or the address of its owner"]++
	}
	return b.node()
}

func (r *reader) component(c *component, within map[string][]string) *yaml.Node {
	b := &block{}
	id := r.ids[c.ID]
	what := fmt.Sprintf("the component %q", short(c.Name))
	b.text("id", id)
	var guesses []string
	kind := c.Type
	if !slices.Contains(threat.Kinds(), kind) {
		guess, from := kindOf(c.Type, c.Name)
		if kind = guess; kind == "" {
			kind = "app"
			r.lost(c.line, "%s is of type %q, which says no kind of the vocabulary; it became an app", what, short(c.Type))
			guesses = append(guesses, fmt.Sprintf("its type %q says nothing of its kind", short(c.Type)))
		} else {
			guesses = append(guesses, fmt.Sprintf("kind by the word %q", short(from)))
		}
	}
	b.text("kind", kind)
	if !c.Attributes.has(mark + "unnamed") {
		b.text("name", oneLine(c.Name, mostText))
	}
	if c.Description != "" {
		b.text("description", oneLine(c.Description, mostText))
	}
	r.technology(b, c)
	if paths := c.files(); len(paths) > 0 {
		b.words("paths", paths)
	}
	inside := within[id]
	if c.Attributes.has(mark + "contains") {
		for _, n := range c.Attributes.nodes[mark+"contains"].Content {
			if other, ok := r.ids[n.Value]; ok && !slices.Contains(inside, other) {
				inside = append(inside, other)
			}
		}
	}
	if len(inside) > 0 {
		b.words("contains", inside)
	}
	if in := r.zoneAround(c); in != "" && !c.Attributes.has(mark+"boundary") {
		if z := r.boundaries[in]; z != "" {
			b.text("boundary", z)
			if z != in {
				guesses = append(guesses, "boundary by the name of its trust zone")
			}
		}
	}
	if c.Assets != nil {
		if classes := r.classesOf(c.Assets.Stored); len(classes) > 0 && !c.Attributes.has(mark+"holds") {
			b.words("holds", classes)
			if !r.own {
				guesses = append(guesses, "what it holds by the names or ratings of its assets")
			}
		}
		if !r.own && len(c.Assets.Processed) > 0 {
			r.counted["assets that components process: what flows to a component says so in threats.yaml"]++
		}
	}
	r.declared(b, c.Attributes, c.line, what, threat.ComponentAttributes(), "unnamed", "contains", "controls", "guess")
	r.controls(b, c.Attributes)
	r.guess(b, c.Attributes, guesses)
	r.unknown(c.line, what, c.Others)
	return b.node()
}

// zoneAround is the trust zone in which a component lies. A part inside another of another tool lies where that does.
func (r *reader) zoneAround(c *component) string {
	p := c.Parent
	for steps := 0; p.Zone == "" && !r.own && steps < mostDepth; steps++ {
		p = r.parents[p.Component]
	}
	return p.Zone
}

// technology takes over tags, and a type that is the name of a product more than of a kind.
func (r *reader) technology(b *block, c *component) {
	var all []string
	for _, t := range append(slices.Clone(c.Tags), c.Type) {
		if t = oneLine(t, mostText); t != "" && !slices.Contains(threat.Kinds(), t) && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	if len(all) > 0 {
		b.words("technology", all)
	}
}

// files are the paths that a component is seen in.
func (c *component) files() []string {
	var all []string
	for _, s := range c.Representations {
		if f := oneLine(s.File, mostText); f != "" && !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	return all
}

func (r *reader) flow(f *flow) []*yaml.Node {
	what := fmt.Sprintf("the data flow %q", short(f.Name))
	from, one := r.ids[f.Source]
	to, other := r.ids[f.Destination]
	r.unknown(f.line, what, f.Others)
	if !one || !other {
		r.lost(f.line, "%s ends at a trust zone and at no component; it is left out", what)
		return nil
	}
	if len(f.Tags) > 0 {
		r.lost(f.line, "the tags of %s (%s) are left out: encrypted and authn say what they may mean", what, short(strings.Join(f.Tags, ", ")))
	}
	one2other := func(from, to string) *yaml.Node {
		b := &block{}
		b.text("from", from)
		b.text("to", to)
		if name := oneLine(f.Name, mostText); name != "" && !f.Attributes.has(mark+"unnamed") {
			b.text("name", name)
		}
		var guesses []string
		if classes := r.classesOf(f.Assets); len(classes) > 0 {
			b.words("carries", classes)
			if !r.own {
				guesses = append(guesses, "what it carries by the names or ratings of its assets")
			}
		}
		r.declared(b, f.Attributes, f.line, what, threat.FlowAttributes(), "unnamed", "controls", "guess")
		r.controls(b, f.Attributes)
		r.guess(b, f.Attributes, guesses)
		return b.node()
	}
	out := []*yaml.Node{one2other(from, to)}
	if f.Bidirectional && from != to {
		out = append(out, one2other(to, from))
	}
	return out
}

// declared takes over the attributes of ours; those of others are lost.
func (r *reader) declared(b *block, a *attributes, line int, what string, table []threat.Attribute, apart ...string) {
	for _, t := range table {
		if !t.Derived && a.has(mark+t.Name) {
			b.copied(t.Name, a.nodes[mark+t.Name])
		}
	}
	var left []string
	for _, name := range a.names() {
		ours, ok := strings.CutPrefix(name, mark)
		known := ok && (slices.Contains(apart, ours) || slices.ContainsFunc(table, func(t threat.Attribute) bool { return t.Name == ours && !t.Derived }))
		if !known {
			left = append(left, name)
		}
	}
	if len(left) > 0 {
		r.lost(a.nodes[left[0]].Line, "%s of %s %s left out: %s", count(len(left), "attribute"), what, map[bool]string{true: "is", false: "are"}[len(left) == 1], oneLine(strings.Join(left, ", "), 160))
	}
}

func (r *reader) controls(b *block, a *attributes) {
	if a.has(mark + "controls") {
		b.copied("controls", a.nodes[mark+"controls"])
	}
}

func (r *reader) guess(b *block, a *attributes, guesses []string) {
	if g := a.text("guess"); g != "" {
		guesses = append([]string{oneLine(g, mostText)}, guesses...)
	}
	if len(guesses) > 0 {
		b.text("guess", oneLine(strings.Join(guesses, "; "), mostText))
	}
}

// unknown tells the keys that nothing is read of. Those that only draw are counted.
func (r *reader) unknown(line int, what string, all others) {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch n := all[name]; {
		case n.Tag == "!!null" || len(n.Content) == 0 && n.Kind != yaml.ScalarNode:
		case name == "representations":
			r.counted["places in pictures"]++
		default:
			r.lost(cmp.Or(n.Line, line), "%s says %q, which OTM does not know; it is left out", what, short(name))
		}
	}
}
