package otm

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

// Taken is what was taken over from a document.
type Taken struct {
	Text   []byte        // a draft of threats.yaml, which threat.Load reads without problems
	Model  *threat.Model // the same, read
	Losses []Loss        // in the order of the document
}

// Loss is what threats.yaml does not say of a document, or says by a guess.
type Loss struct {
	Line int // 1-based; 0: it is about the whole
	Text string
}

func (l Loss) String() string {
	if l.Line == 0 {
		return l.Text
	}
	return fmt.Sprintf("line %d: %s", l.Line, l.Text)
}

// Read takes a threat model over from OTM. name is how problems call the document. Where there are problems nothing is taken over.
func Read(name string, data []byte) (*Taken, threat.Problems) {
	r := &reader{name: name, ids: map[string]string{}, boundaries: map[string]string{}, classes: map[string]string{}, counted: map[string]int{}, parents: map[string]*parent{}, network: map[string]bool{}}
	top, err := parse(data)
	if err != nil {
		var p *placed
		line := 0
		if errors.As(err, &p) {
			line = p.line
		}
		r.wrong(line, "%s", err)
		return nil, r.problems
	}
	r.decode(top)
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	r.check()
	if len(r.problems) > 0 {
		return nil, r.sorted()
	}
	return r.take()
}

type reader struct {
	name     string
	problems threat.Problems
	d        document
	own      bool // Write wrote it: ids and types are ours

	ids        map[string]string // of components, by their ids in OTM
	boundaries map[string]string // by id of a zone; empty: none
	classes    map[string]string // by id of an asset; empty: none
	parents    map[string]*parent
	network    map[string]bool // components that are networks, and no parts
	losses     []Loss
	counted    map[string]int // losses of which only the number is told
}

// mostProblems bounds what is told of a document that is wrong all over, and mostLosses what is told one by one.
const (
	mostProblems = 100
	mostLosses   = 400
)

func (r *reader) wrong(line int, format string, args ...any) {
	if len(r.problems) < mostProblems {
		r.problems = append(r.problems, threat.Problem{Path: r.name, Line: line, Message: fmt.Sprintf(format, args...)})
	}
}

func (r *reader) lost(line int, format string, args ...any) {
	if len(r.losses) == mostLosses {
		r.counted["more that is not taken over"]++
		return
	}
	r.losses = append(r.losses, Loss{line, oneLine(fmt.Sprintf(format, args...), mostText)})
}

func (r *reader) sorted() threat.Problems {
	slices.SortStableFunc(r.problems, func(a, b threat.Problem) int { return cmp.Compare(a.Line, b.Line) })
	return r.problems
}

var decodeLine = pattern.New(`^line (\d+): (.*)$`)

// decode reads the nodes into types; each value of another type is told with its line.
func (r *reader) decode(top *yaml.Node) {
	defer func() {
		if p := recover(); p != nil {
			r.wrong(0, "the decoder gave up: %v", p)
		}
	}()
	if top.Kind != yaml.MappingNode {
		r.wrong(top.Line, "a mapping with otmVersion and project is expected")
		return
	}
	if !slices.ContainsFunc(top.Content, func(n *yaml.Node) bool { return n.Value == "otmVersion" }) {
		r.wrong(top.Line, "there is no otmVersion: is it a threat model in OTM?")
		return
	}
	err := top.Decode(&r.d)
	var all *yaml.TypeError
	switch {
	case errors.As(err, &all):
		for _, one := range all.Errors {
			line := 0
			if m := decodeLine.FindStringSubmatch(one); m != nil {
				line, _ = strconv.Atoi(m[1])
				one = m[2]
			}
			r.wrong(line, "%s", plainError(one))
		}
	case err != nil:
		r.wrong(0, "%s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	r.sorted()
}

var goType = pattern.New(` into (\S+)$`)

// plainError says what the decoder says, without the names of Go's types.
func plainError(s string) string {
	s = strings.NewReplacer("cannot unmarshal ", "there is ", "!!str", "the text", "!!int", "the number", "!!float", "the number", "!!bool", "the word", "!!map", "a mapping", "!!seq", "a list").Replace(s)
	return goType.ReplaceAllStringFunc(s, func(m string) string {
		t := strings.TrimPrefix(strings.TrimPrefix(m, " into "), "*")
		switch {
		case t == "string":
			return ": a text is expected"
		case t == "bool":
			return ": true or false is expected"
		case t == "float64":
			return ": a number is expected"
		case strings.HasPrefix(t, "[]"):
			return ": a list is expected"
		}
		return ": a mapping is expected"
	})
}

// check holds the document against what OTM asks for, as far as anything is taken from it.
func (r *reader) check() {
	d := &r.d
	switch {
	case !strings.HasPrefix(d.Version, "0.1.") && !strings.HasPrefix(d.Version, "0.2."):
		r.wrong(1, "its version is %q; 0.1 and 0.2 are read", short(d.Version))
	}
	r.needs(max(d.Project.line, 1), "the project", "name", d.Project.Name, "id", d.Project.ID)
	r.own = d.Project.Attributes.has(mark + "layout")
	if len(d.Components) > 5000 || len(d.Flows) > 50_000 || len(d.Zones) > 5000 || len(d.Assets) > 5000 || len(d.Threats) > 5000 {
		r.wrong(0, "more than 5000 components, zones, assets or threats, or more than 50000 flows")
		return
	}
	zones, parts, assets, threats := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	once := func(seen map[string]int, what, id string, line int) {
		if first, twice := seen[id]; twice && id != "" {
			r.wrong(line, "the id %q of %s is taken at line %d", short(id), what, first)
			return
		}
		seen[id] = line
	}
	for _, z := range d.Zones {
		r.needs(z.line, "a trust zone", "id", z.ID, "name", z.Name)
		once(zones, "a trust zone", z.ID, z.line)
	}
	for _, a := range d.Assets {
		r.needs(a.line, "an asset", "id", a.ID, "name", a.Name)
		once(assets, "an asset", a.ID, a.line)
	}
	for _, t := range d.Threats {
		r.needs(t.line, "a threat", "id", t.ID, "name", t.Name)
		once(threats, "a threat", t.ID, t.line)
	}
	for _, c := range d.Components {
		r.needs(c.line, "a component", "id", c.ID, "name", c.Name, "type", c.Type)
		once(parts, "a component", c.ID, c.line)
	}
	inside := func(line int, what string, p *parent) {
		switch {
		case p == nil || (p.Zone == "") == (p.Component == ""):
			r.wrong(line, "%s has no parent: one trustZone or one component", what)
		case p.Zone != "" && !has(zones, p.Zone):
			r.wrong(line, "%s lies in the trust zone %q, which is none of the document's", what, short(p.Zone))
		case p.Component != "" && !has(parts, p.Component):
			r.wrong(line, "%s lies in the component %q, which is none of the document's", what, short(p.Component))
		}
	}
	named := func(line int, what string, ids []string) {
		for _, id := range ids {
			if id != "" && !has(assets, id) {
				r.wrong(line, "%s names the asset %q, which is none of the document's", what, short(id))
			}
		}
	}
	for _, c := range d.Components {
		what := fmt.Sprintf("the component %q", short(c.Name))
		inside(c.line, what, c.Parent)
		if c.Assets != nil {
			named(c.line, what, slices.Concat(c.Assets.Stored, c.Assets.Processed))
		}
	}
	for _, z := range d.Zones {
		if z.Parent != nil {
			inside(z.line, fmt.Sprintf("the trust zone %q", short(z.Name)), z.Parent)
		}
	}
	for _, f := range d.Flows {
		what := fmt.Sprintf("the data flow %q", short(f.Name))
		r.needs(f.line, "a data flow", "source", f.Source, "destination", f.Destination)
		for _, end := range []string{f.Source, f.Destination} {
			if end != "" && !has(parts, end) && !has(zones, end) {
				r.wrong(f.line, "%s ends at %q, which is no component of the document", what, short(end))
			}
		}
		named(f.line, what, f.Assets)
	}
}

func has(all map[string]int, id string) bool { _, ok := all[id]; return ok }

// needs takes pairs of a name and what it says.
func (r *reader) needs(line int, what string, pairs ...string) {
	for i := 0; i+1 < len(pairs); i += 2 {
		if strings.TrimSpace(pairs[i+1]) == "" {
			r.wrong(line, "%s has no %s", what, pairs[i])
		}
	}
}

func (a *attributes) has(name string) bool {
	if a == nil {
		return false
	}
	_, ok := a.nodes[name]
	return ok
}

// text is an attribute of ours that is a text.
func (a *attributes) text(name string) string {
	if !a.has(mark + name) {
		return ""
	}
	return a.nodes[mark+name].Value
}

// names are the names of attributes in an order.
func (a *attributes) names() []string {
	if a == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(a.nodes))
}

func short(s string) string { return oneLine(s, 60) }

// oneLine takes out of a text what a reader of YAML or a terminal should not meet, and keeps it within bounds.
func oneLine(s string, most int) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f && c < 0xa0 || c == 0x2028 || c == 0x2029 || c == 0xfeff || c >= 0xfffe && c <= 0xffff {
			return ' '
		}
		return c
	}, strings.ToValidUTF8(s, "?"))
	return cut(strings.Join(strings.Fields(s), " "), most)
}
