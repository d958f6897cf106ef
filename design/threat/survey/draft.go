package survey

import (
	"cmp"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

// Drawing is a threat model as a system was discovered.
type Drawing struct {
	Model *threat.Model
	why   map[string]map[string]string // by component, by attribute: what a value was concluded from
}

// Draft draws what was discovered of a system. The same system gives the same drawing.
func Draft(s *lodemark.Subject) *Drawing {
	if s.Read == nil {
		blind := *s
		blind.Read = func(string) ([]byte, error) { return nil, fs.ErrNotExist }
		s = &blind
	}
	d := &drafter{sys: s.System, subject: s, parts: map[string]*part{}, owner: map[string][]*part{}, asks: map[edge]*flow{}, bundles: map[string]bool{}}
	d.readCode(s)
	d.units()
	d.entries()
	d.agents()
	d.servers()
	d.tools()
	d.models()
	d.knowledge()
	d.training()
	d.inProcess()
	d.platform()
	d.deployed()
	d.uses()
	d.scripts()
	d.people()
	d.hubs()
	return d.drawing()
}

// part is a component while it is drawn: where it was seen, and what was concluded from what.
type part struct {
	kind, name, boundary string
	why                  string           // why it is drawn
	at                   place            // where, for the guess
	named                map[string]bool  // files in which only its name stands
	files                map[string][]int // files in which it stands, and lines there
	technology           []string
	attributes           threat.Attributes // declared
	because              map[string]string // by attribute
	order                int
	id                   string
}

// place is where something stands.
type place struct {
	path string
	line int
}

func (p place) String() string {
	if p.line == 0 {
		return p.path
	}
	return fmt.Sprintf("%s:%d", p.path, p.line)
}

type edge struct{ from, to *part }

type flow struct {
	carries  []string
	renders  string
	executes string
	why      string
}

type drafter struct {
	sys     *lodemark.System
	subject *lodemark.Subject
	code    map[string]*source
	order   []string // of code, by path
	roots   []string // folders of units, longest first
	parts   map[string]*part
	owner   map[string][]*part // by file: whose code it is
	asks    map[edge]*flow
	more    []lodemark.Component // tools that the inventory does not have
	bundles map[string]bool      // scripts that a build wrote
	real    bool                 // something stands outside samples, which are then left out
}

// add gives the part of a key, made at its first sight.
func (d *drafter) add(key, kind, name, boundary, why string, at place) *part {
	p := d.parts[key]
	if p == nil {
		p = &part{kind: kind, name: name, boundary: boundary, why: why, at: at, files: map[string][]int{}, named: map[string]bool{}, attributes: threat.Attributes{}, because: map[string]string{}, order: len(d.parts)}
		d.parts[key] = p
	}
	p.seen(at)
	return p
}

func (p *part) seen(at place) {
	if at.path != "" && !slices.Contains(p.files[at.path], at.line) {
		p.files[at.path] = append(p.files[at.path], at.line)
	}
}

// set says an attribute, and from what it was concluded; what was said first stands.
func (p *part) set(name string, v threat.Value, because string) {
	if _, known := p.attributes[name]; known {
		return
	}
	p.attributes[name] = v
	if because != "" {
		p.because[name] = because
	}
}

func (p *part) text(name, value, because string) {
	p.set(name, threat.Value{Text: value}, because)
}
func (p *part) is(name, because string)       { p.set(name, threat.Value{Bool: true}, because) }
func (p *part) list(name string, v ...string) { p.set(name, threat.Value{List: v}, "") }
func (p *part) unknown(names ...string) {
	for _, n := range names {
		p.set(n, threat.Value{Unknown: true}, "")
	}
}

func (p *part) tech(names ...string) {
	for _, n := range names {
		if n = strings.ToLower(strings.TrimSpace(n)); n != "" && len(n) < 80 && !slices.Contains(p.technology, n) && len(p.technology) < 12 {
			p.technology = append(p.technology, n)
		}
	}
}

// flow draws that one part sends to another.
func (d *drafter) flow(from, to *part, why string, carries ...string) *flow {
	if from == nil || to == nil || from == to {
		return &flow{}
	}
	f := d.asks[edge{from, to}]
	if f == nil {
		f = &flow{why: why}
		d.asks[edge{from, to}] = f
	}
	for _, c := range carries {
		if !slices.Contains(f.carries, c) {
			f.carries = append(f.carries, c)
		}
	}
	return f
}

// kinds gives the parts of some kinds in the order of their making.
func (d *drafter) kinds(kinds ...string) []*part {
	var all []*part
	for _, key := range slices.Sorted(maps.Keys(d.parts)) {
		if p := d.parts[key]; slices.Contains(kinds, p.kind) {
			all = append(all, p)
		}
	}
	slices.SortStableFunc(all, func(a, b *part) int { return a.order - b.order })
	return all
}

// aside says whether something stands where nothing runs.
func (d *drafter) aside(c lodemark.Component) bool {
	return c.Test || d.bundles[c.Path] || d.real && path.Ext(c.Path) == ".ipynb" || d.real && lodemark.Sample(c.Path) || testFile(c.Path)
}

// testFile picks files that test by their name, outside folders of tests.
func testFile(p string) bool {
	base := strings.ToLower(path.Base(p))
	return strings.HasPrefix(base, "test_") || strings.HasPrefix(base, "conftest.") || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") ||
		strings.Contains(base, "_test.") || strings.Contains(base, ".stories.") || strings.Contains(base, ".d.ts")
}

// drawing gives every part its id and puts all in order.
func (d *drafter) drawing() *Drawing {
	m := &threat.Model{Draft: true, System: threat.System{Name: d.sys.Name, Attributes: threat.Attributes{}}}
	out := &Drawing{Model: m, why: map[string]map[string]string{}}
	d.system(&m.System, out)
	all := d.kinds(threat.Kinds()...)
	rank := map[string]int{}
	for i, k := range threat.Kinds() {
		rank[k] = i
	}
	slices.SortStableFunc(all, func(a, b *part) int {
		return cmp.Or(rank[a.kind]-rank[b.kind], cmp.Compare(a.name, b.name), cmp.Compare(a.at.path, b.at.path), a.at.line-b.at.line)
	})
	name(all)
	for _, p := range all {
		m.Components = append(m.Components, p.component())
		out.why[p.id] = p.because
	}
	place := map[*part]int{}
	for i, p := range all {
		place[p] = i
	}
	edges := slices.Collect(maps.Keys(d.asks))
	slices.SortFunc(edges, func(a, b edge) int { return cmp.Or(place[a.from]-place[b.from], place[a.to]-place[b.to]) })
	for _, e := range edges {
		f := d.asks[e]
		t := &threat.Flow{From: e.from.id, To: e.to.id, Guess: f.why, Attributes: threat.Attributes{}}
		if len(f.carries) > 0 {
			t.Attributes["carries"] = threat.Value{List: f.carries}
		}
		if f.renders != "" {
			t.Attributes["renders"] = threat.Value{Text: f.renders}
		}
		if f.executes != "" {
			t.Attributes["executes"] = threat.Value{Text: f.executes}
		}
		m.Flows = append(m.Flows, t)
	}
	return out
}

// name gives ids: from names, never from lines, so that they stay when code moves.
func name(all []*part) {
	taken := map[string]bool{}
	for _, p := range all {
		base := cmp.Or(slug(p.name), strings.ReplaceAll(p.kind, "_", "-"))
		id := base
		if taken[id] && strings.HasSuffix(base, strings.ReplaceAll(p.kind, "_", "-")) {
			id = base + "-" + slug(path.Base(path.Dir(p.at.path)))
		} else if taken[id] || slices.Contains([]string{"null", "true", "false", "yes", "no", "on", "off", "y", "n", "unknown"}, id) { // YAML reads these as no text
			id = base + "-" + strings.ReplaceAll(p.kind, "_", "-")
		}
		if folder := slug(path.Base(path.Dir(p.at.path))); taken[id] && folder != "" {
			id = base + "-" + folder
		}
		for n := 2; taken[id]; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		taken[id], p.id = true, id
	}
}

func (p *part) component() *threat.Component {
	c := &threat.Component{ID: p.id, Kind: p.kind, Name: p.name, Technology: p.technology, Attributes: p.attributes, Paths: few(slices.Sorted(maps.Keys(p.files)), 12)}
	c.Guess = p.why
	if p.at.path != "" {
		c.Guess += ", at " + p.at.String()
	}
	if p.boundary != "" {
		c.Attributes["boundary"] = threat.Value{Text: p.boundary}
	}
	return c
}

// few folds a list of files into their folders until it is short: what a person reads in one line.
func few(paths []string, most int) []string {
	for len(paths) > most {
		deepest := 0
		for _, p := range paths {
			deepest = max(deepest, strings.Count(p, "/"))
		}
		if deepest == 0 {
			return paths[:most]
		}
		var up []string
		for _, p := range paths {
			if strings.Count(p, "/") == deepest {
				p = path.Dir(p)
			}
			if !slices.Contains(up, p) {
				up = append(up, p)
			}
		}
		slices.Sort(up)
		if len(up) == len(paths) && deepest == 1 {
			return up[:most]
		}
		paths = up
	}
	return paths
}

// slug makes an id out of a name.
func slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 40 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}

// system says what is known of the whole, and leaves open what files cannot show.
func (d *drafter) system(s *threat.System, out *Drawing) {
	why := map[string]string{}
	open := func(name string) { s.Attributes[name] = threat.Value{Unknown: true} }
	open("users")
	if len(d.kinds("identity_provider")) > 0 {
		s.Attributes["users"] = threat.Value{Number: 2}
		why["users"] = "people sign in"
	} else if len(d.kinds("end_user")) == 0 {
		open("users")
	}
	for _, name := range []string{"multi_tenant", "live", "human_review", "egress_open"} {
		open(name)
	}
	switch d.sys.Declared.Stage {
	case "operate":
		s.Attributes["live"] = threat.Value{Bool: true}
		why["live"] = "lodemark.yaml says stage: operate"
	case "design", "develop":
		s.Attributes["live"] = threat.Value{}
		why["live"] = "lodemark.yaml says stage: " + string(d.sys.Declared.Stage)
	}
	out.why[""] = why
}
