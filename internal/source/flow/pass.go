package flow

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// pass goes once or twice through a file in the order of its nodes: everything inside a node is seen before the node, and statements
// in the order in which they stand.
type pass struct {
	w         *Follower
	f         *resolve.File
	t         *syntax.Tree
	known     Summaries
	summaries Summaries
	values    [][]origin // what values[i-1] is, for the nodes that have number i
	of        []uint32   // of each node: its number in values, 0 for none
	blocks    []syntax.ID
	vars      map[slot][]definition
	defined   map[uint32]bool // words that vars hold something of
	fields    map[variable][]origin
	hits      []Hit
	seen      map[hitKey]bool
	guarded   map[syntax.ID]guard    // of the test of a branch
	returned  map[syntax.ID][]origin // by functions that stand in the arguments of a call
	repeated  int                    // nodes that were looked at once more, see again
	tainted   bool
	roles     uint8  // see limitsRoles: 0 not asked yet, 1 no, 2 yes
	latest    called // of the function whose parameters are being read
}

// slot is a variable by the number of its name, see resolve.File.Word.
type slot struct {
	scope syntax.ID
	word  uint32
}

type variable struct {
	scope syntax.ID
	name  string
}

// definition is what a variable holds after an assignment, in the block where that stands.
type definition struct {
	block syntax.ID
	weak  bool // added to what was there: x.append(v)
	value []origin
	at    syntax.ID
	loop  syntax.ID // the innermost loop that it stands in
}

type hitKey struct {
	ref   int
	path  string
	start uint32
}

func newPass(w *Follower, f *resolve.File, known Summaries) *pass {
	return &pass{w: w, f: f, t: f.Tree, known: known, summaries: Summaries{}, of: make([]uint32, len(f.Tree.Nodes)), vars: map[slot][]definition{}, defined: map[uint32]bool{},
		fields: map[variable][]origin{}, seen: map[hitKey]bool{}, guarded: map[syntax.ID]guard{}, returned: map[syntax.ID][]origin{}}
}

// run goes through the file, and once more if anything was there to follow: what a loop or another method assigned is then known
// where it is used above.
func (p *pass) run() {
	p.readBlocks()
	for round := 0; round < 2; round++ {
		for id := syntax.ID(1); int(id) < len(p.t.Nodes); id++ {
			p.visit(id)
		}
		if !p.tainted {
			return
		}
	}
}

// readBlocks notes for each node the block it stands in.
func (p *pass) readBlocks() {
	nodes := p.t.Nodes
	p.blocks = make([]syntax.ID, len(nodes))
	for id := len(nodes) - 1; id > 0; id-- {
		parent := nodes[id].Parent
		if parent == 0 {
			continue
		}
		switch nodes[parent].Kind {
		case syntax.Block, syntax.Module, syntax.Case:
			p.blocks[id] = parent
		default:
			p.blocks[id] = p.blocks[parent]
		}
	}
}

func (p *pass) value(id syntax.ID) []origin {
	if n := p.of[id]; n > 0 {
		return p.values[n-1]
	}
	return nil
}

func (p *pass) set(id syntax.ID, v []origin) {
	if len(v) == 0 {
		p.of[id] = 0
		return
	}
	if n := p.of[id]; n > 0 {
		p.values[n-1] = v
		return
	}
	p.values = append(p.values, v)
	p.of[id] = uint32(len(p.values))
}

// union is what either value may be.
func union(a, b []origin) []origin {
	if len(a) == 0 {
		return b
	}
	if len(b) == 0 {
		return a
	}
	all := a[:len(a):len(a)]
next:
	for _, o := range b {
		for i, old := range all {
			if old.label == o.label && old.param == o.param && old.at == o.at && old.take == o.take {
				if old.cleaned&^o.cleaned != 0 || old.but != o.but { // the less careful way counts
					all = append([]origin(nil), all...)
					if old.cleaned&^o.cleaned != 0 {
						all[i] = o
					}
					all[i].cleaned = old.cleaned & o.cleaned
					all[i].but = shared(old.but, o.but)
				}
				continue next
			}
		}
		if len(all) < maxOrigins {
			all = append(all, o)
			continue
		}
		all = append(coarse(all), o) // too many parts: they are not told apart
	}
	return all
}

// coarse is the value without what tells parts apart.
func coarse(v []origin) []origin {
	var out []origin
next:
	for _, o := range v {
		for i := range out {
			if out[i].label == o.label && out[i].param == o.param {
				out[i].at, out[i].take, out[i].but = "", "", nil
				out[i].cleaned &= o.cleaned
				continue next
			}
		}
		out = append(out, o)
	}
	return out[:min(len(out), maxOrigins-1)]
}

// cleaned is the value after such care.
func cleaned(v []origin, c Cleaned) []origin {
	if len(v) == 0 || c == 0 {
		return v
	}
	out := append([]origin(nil), v...)
	for i := range out {
		out[i].cleaned |= c
	}
	return out
}

// step is the value seen at a place.
func (p *pass) step(v []origin, id syntax.ID, note string) []origin {
	if len(v) == 0 {
		return nil
	}
	out := make([]origin, len(v))
	for i, o := range v {
		out[i] = o
		if n := p.t.Node(id); o.step == nil || o.step.Start != n.Start || o.step.End != n.End || o.step.Path != p.f.Path {
			out[i].step = p.at(id, note, o.step)
		}
	}
	return out
}

// children is the union of what the children are.
func (p *pass) children(id syntax.ID) []origin {
	var v []origin
	for c := p.t.Node(id).First; c != 0; c = p.t.Next(c) {
		v = union(v, p.value(c))
	}
	return v
}

// lookup is what the variable that a node names may hold there.
func (p *pass) lookup(at syntax.ID) []origin {
	word := p.f.Word(at)
	if !p.defined[word] {
		return nil
	}
	for s := p.f.Scope(at); s != 0; s = p.f.Scope(s) {
		defs, ok := p.vars[slot{s, word}]
		if !ok {
			if s == p.f.Scope(at) && p.f.Binds(s, at) {
				return nil
			}
			continue
		}
		var v []origin
		holds := syntax.ID(0) // where what holds for sure was assigned
		for _, d := range defs {
			switch {
			case d.weak:
				v = union(v, d.value)
			case s != p.f.Scope(at) || p.inBlock(at, d.block):
				v, holds = d.value, d.at
			default:
				v = union(v, d.value)
			}
		}
		for _, d := range defs { // what is assigned below in a loop comes round
			if d.loop != 0 && d.at > at && len(d.value) > 0 && p.t.Within(at, d.loop) && !p.t.Within(holds, d.loop) {
				v = union(v, d.value)
			}
		}
		return v
	}
	return nil
}

func (p *pass) inBlock(id, block syntax.ID) bool {
	for b := p.blocks[id]; b != 0; b = p.blocks[b] {
		if b == block {
			return true
		}
	}
	return block == 0
}

// maxDefinitions bounds what is remembered of one variable; the oldest are merged.
const maxDefinitions = 64

// define gives the variable that a node names a value.
func (p *pass) define(scope, named syntax.ID, d definition) {
	k := slot{scope, p.f.Word(named)}
	defs, known := p.vars[k]
	if len(d.value) > 0 {
		d.loop = p.loopOf(d.at)
	}
	if !known && len(d.value) == 0 {
		return // nobody asks for what was never anything
	}
	if len(d.value) > 0 {
		p.tainted = true
	}
	if n := len(defs); n > 0 && !d.weak && defs[n-1].block == d.block {
		for n > 0 && (defs[n-1].block == d.block) {
			n--
		}
		defs = defs[:n]
	}
	if len(defs) >= maxDefinitions {
		merged := defs[0]
		for _, old := range defs[1:] {
			merged.value = union(merged.value, old.value)
		}
		merged.weak = true
		defs = append(defs[:0:0], merged)
	}
	p.vars[k] = append(defs, d)
	p.defined[k.word] = true
}

// scopeOf is the scope that a target's name belongs to: the one that binds it.
func (p *pass) scopeOf(ident syntax.ID) syntax.ID {
	for s := p.f.Scope(ident); s != 0; s = p.f.Scope(s) {
		if p.f.Binds(s, ident) {
			return s
		}
	}
	return p.f.Scope(ident)
}

func (p *pass) classOf(object syntax.ID) syntax.ID {
	if object != 0 && p.t.Kind(object) == syntax.Ident {
		switch p.t.Name(object) {
		case "self", "this", "cls":
			return p.t.Enclosing(object, syntax.Class)
		}
	}
	return 0
}

func lastOf(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }

// at is a step at a node.
func (p *pass) at(id syntax.ID, note string, prev *Step) *Step {
	n := p.t.Node(id)
	line, column := p.t.Line(n.Start)
	code := p.t.Source[n.Start:min(n.End, n.Start+maxCode)]
	if i := strings.IndexByte(code, '\n'); i >= 0 {
		code = code[:i]
	}
	return &Step{Path: p.f.Path, Start: n.Start, End: n.End, Line: line, Column: column, Note: note, Code: strings.Clone(code), Prev: prev}
}

// loopOf is the innermost loop of the same function that a node stands in, or 0.
func (p *pass) loopOf(id syntax.ID) syntax.ID {
	for ; id != 0; id = p.t.Parent(id) {
		switch p.t.Kind(id) {
		case syntax.For, syntax.While, syntax.ForLoop:
			return id
		case syntax.Function, syntax.Class:
			return 0
		}
	}
	return 0
}
