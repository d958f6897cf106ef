package resolve

import (
	"path"
	"sort"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// File is one source file whose names can be asked for. It is not safe for use by several goroutines at once.
type File struct {
	Tree   *syntax.Tree
	Path   string // slash-separated, relative to the target
	Module string // dotted: `app.tools.shell` of app/tools/shell.py; `app/tools/shell` of app/tools/shell.ts

	scopes    []syntax.ID       // of each node: the Function, Class or Module it stands in
	word      []uint32          // of each node, see Word; 0: nobody asked yet
	words     map[string]uint32 // the same of each name
	spelled   []string          // of each word but 0, the name
	bindings  map[binding][]syntax.ID
	fields    map[binding][]syntax.ID // of a Class: assignments to self.x and this.x, and what stands in its body
	keyed     map[binding][]syntax.ID // of a name in a scope: assignments to name["key"]
	imports   []string
	once      map[any]bool // see Once
	text      pattern.Text // the source, see Holds and Says
	around    *Around
	names     []uint32 // of each node: the place in said, counted from 1, of what Name said of it; 0: it was not asked
	said      []string
	imported  map[syntax.ID]string // what importedName said
	handed    map[syntax.ID][]string
	described map[string]bool    // see Describes
	flagged   map[string]flagged // see flags
}

// binding is a name in a scope.
type binding struct {
	scope syntax.ID
	word  uint32 // see Word
}

// maxSteps bounds how many definitions are followed from one name: files can define names in circles.
const maxSteps = 24

// New reads the scopes of a tree.
func New(tree *syntax.Tree, name string) *File {
	f := &File{Tree: tree, text: pattern.NewText(tree.Source), Path: name, Module: moduleOf(tree.Language, name), bindings: map[binding][]syntax.ID{},
		fields: map[binding][]syntax.ID{}, keyed: map[binding][]syntax.ID{}, imported: map[syntax.ID]string{}, names: make([]uint32, len(tree.Nodes)),
		word: make([]uint32, len(tree.Nodes)), words: map[string]uint32{}}
	f.readScopes()
	for id := syntax.ID(1); int(id) < len(tree.Nodes); id++ {
		f.bind(id)
	}
	return f
}

func moduleOf(lang syntax.Language, name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	if lang != syntax.Python {
		return strings.TrimSuffix(name, "/index")
	}
	name = strings.TrimSuffix(name, "/__init__")
	return strings.ReplaceAll(name, "/", ".")
}

// readScopes goes downwards, so that a parent's scope is known before its children's.
func (f *File) readScopes() {
	nodes := f.Tree.Nodes
	f.scopes = make([]syntax.ID, len(nodes))
	for id := len(nodes) - 1; id > 0; id-- {
		parent := nodes[id].Parent
		if parent == 0 {
			continue
		}
		switch nodes[parent].Kind {
		case syntax.Function, syntax.Class, syntax.Module:
			f.scopes[id] = parent
			if nodes[id].Kind == syntax.Decorator { // a decorator is read where the definition stands
				f.scopes[id] = f.scopes[parent]
			}
		default:
			f.scopes[id] = f.scopes[parent]
		}
	}
}

// Scope is the Function, Class or Module that a node stands in.
func (f *File) Scope(id syntax.ID) syntax.ID { return f.scopes[id] }

// bind records what a node binds. Blocks of JavaScript count as their function: names that are the same in two blocks are rare, and
// then the nearest one before the use is taken.
func (f *File) bind(id syntax.ID) {
	t := f.Tree
	n := t.Node(id)
	switch n.Kind {
	case syntax.Alias:
		if !t.Is(n.Parent, syntax.Exported) { // export … from binds nothing here
			f.add(f.scopes[id], id, id)
		}
	case syntax.Function, syntax.Class:
		if n.NameEnd > n.NameStart {
			f.add(f.scopes[id], id, id)
			if c := f.classOf(id); c != 0 {
				f.addField(c, id, id)
			}
		}
	case syntax.Param:
		if n.NameEnd > n.NameStart {
			f.add(f.scopes[id], id, id)
		} else {
			f.target(n.First, id)
		}
	case syntax.Assign:
		value := f.Value(id)
		for c := n.First; c != 0 && c != value; c = t.Next(c) {
			f.target(c, id)
		}
	case syntax.For, syntax.CompFor:
		f.target(n.First, id)
	case syntax.WithItem:
		f.target(t.Child(id, 1), id)
	case syntax.Handler:
		if n.NameEnd > n.NameStart {
			f.add(f.scopes[id], id, id)
		} else if t.Language == syntax.JavaScript && t.Kind(n.First) != syntax.Block {
			f.target(n.First, id)
		}
	}
}

// add files a node under the name of a node, which is itself or a part of it.
func (f *File) add(scope, named, id syntax.ID) {
	k := binding{scope, f.Word(named)}
	f.bindings[k] = append(f.bindings[k], id)
}

func (f *File) addField(class, named, id syntax.ID) {
	k := binding{class, f.Word(named)}
	f.fields[k] = append(f.fields[k], id)
}

// target records the names in a target: a name, a pattern of names, or an attribute of the object itself.
func (f *File) target(target, by syntax.ID) {
	t := f.Tree
	open := []syntax.ID{target}
	for len(open) > 0 {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		if id == 0 {
			continue
		}
		switch t.Kind(id) {
		case syntax.Ident:
			f.add(f.scopes[by], id, by)
			if c := f.classOf(by); c != 0 {
				f.addField(c, id, by)
			}
		case syntax.Attribute:
			if c := f.ownClass(t.Child(id, 0)); c != 0 {
				f.addField(c, id, by)
			}
		case syntax.Index:
			if o := t.Child(id, 0); t.Kind(o) == syntax.Ident {
				k := binding{f.scopes[by], f.Word(o)}
				f.keyed[k] = append(f.keyed[k], by)
			}
		case syntax.Tuple, syntax.List, syntax.Dict, syntax.Spread:
			for c := range t.Children(id) {
				open = append(open, c)
			}
		case syntax.Pair:
			open = append(open, t.Last(id))
		case syntax.Assign: // a default inside a pattern: it binds for itself
		}
	}
}

// classOf is the class whose body holds a definition directly, or 0.
func (f *File) classOf(id syntax.ID) syntax.ID {
	if s := f.scopes[id]; s != 0 && f.Tree.Kind(s) == syntax.Class {
		return s
	}
	return 0
}

// ownClass is the class of an object that is the method's own: self, cls, this.
func (f *File) ownClass(id syntax.ID) syntax.ID {
	if id == 0 || f.Tree.Kind(id) != syntax.Ident {
		return 0
	}
	switch f.Tree.Name(id) {
	case "self", "cls", "this":
		return f.Tree.Enclosing(id, syntax.Class)
	}
	return 0
}

// Value is the value of an Assign, or 0.
func (f *File) Value(assign syntax.ID) syntax.ID {
	t := f.Tree
	if t.Is(assign, syntax.NoValue) {
		return 0
	}
	last := t.Last(assign)
	if last == t.Node(assign).First { // a lone child is a target
		return 0
	}
	return last
}

// Bindings are the nodes that bind a name as it is seen from a node: Alias, Assign, Function, Class, Param, For, CompFor, WithItem,
// Handler; those of the nearest scope that has any.
func (f *File) Bindings(name string, from syntax.ID) []syntax.ID {
	return f.bound(f.words[name], from)
}

func (f *File) bound(word uint32, from syntax.ID) []syntax.ID {
	for s := f.scopes[from]; s != 0; s = f.scopes[s] {
		if f.Tree.Kind(s) == syntax.Class && s != f.scopes[from] && f.Tree.Language == syntax.Python {
			continue // names of a class body are not seen from its methods
		}
		if found := f.bindings[binding{s, word}]; found != nil {
			return found
		}
	}
	return nil
}

// Binding is the one of Bindings that holds at a node: the last that ends before it, or else the first.
func (f *File) Binding(ident syntax.ID) syntax.ID {
	found := f.bound(f.Word(ident), ident)
	if len(found) == 0 {
		return 0
	}
	best, at := found[0], f.Tree.Node(ident).Start
	if n := len(found); n > 32 { // they stand in order: nobody reads a name that is bound ten thousand times from the first one on
		after := sort.Search(n, func(i int) bool { return f.Tree.Node(found[i]).End > at })
		found = found[max(after-1, 0):min(after+8, n)]
		best = found[0]
	}
	for _, id := range found {
		n := f.Tree.Node(id)
		if n.End <= at || n.Start <= at && n.Kind != syntax.Assign {
			best = id
		}
	}
	return best
}

// Fields are the assignments and definitions of a name in a class, in the order in which they stand.
func (f *File) Fields(class syntax.ID, name string) []syntax.ID {
	return f.fields[binding{class, f.words[name]}]
}

// Imports are the dotted names of all that the file imports, in order.
func (f *File) Imports() []string {
	if f.imports == nil {
		f.imports = []string{}
		for id := range f.Tree.Nodes {
			switch f.Tree.Nodes[id].Kind {
			case syntax.Alias:
				f.imports = append(f.imports, f.importedName(syntax.ID(id)))
			case syntax.Call: // const { Client } = require("discord.js")
				if f.Tree.Language != syntax.JavaScript {
					continue
				}
				if callee := f.Tree.Nodes[id].First; f.Tree.Kind(callee) == syntax.Ident && f.Tree.Name(callee) == "require" {
					if name, ok := f.Tree.Text(f.Tree.Next(callee)); ok && name != "" && name[0] != '.' {
						f.imports = append(f.imports, name)
					}
				}
			case syntax.ImportOf:
				if f.Tree.Nodes[id].First != 0 && f.Tree.Next(f.Tree.Nodes[id].First) == 0 {
					f.imports = append(f.imports, f.Absolute(f.Tree.Code(f.Tree.Nodes[id].First)))
				}
			}
		}
	}
	return f.imports
}

// Binds says whether a scope itself binds the name of a node.
func (f *File) Binds(scope, named syntax.ID) bool {
	return f.bindings[binding{scope, f.Word(named)}] != nil
}

// Word is the number of a node's name: names that are spelled alike have the same one, from 1. Comparing numbers costs less than comparing
// names.
func (f *File) Word(id syntax.ID) uint32 {
	w := f.word[id]
	if w == 0 {
		name := f.Tree.Name(id)
		if w = f.words[name]; w == 0 {
			f.spelled = append(f.spelled, name)
			w = uint32(len(f.spelled))
			f.words[name] = w
		}
		f.word[id] = w
	}
	return w
}

// Once answers a question about the whole file, and asks only the first time. The key names the question.
func (f *File) Once(key any, ask func() bool) bool {
	answer, known := f.once[key]
	if !known {
		answer = ask()
		if f.once == nil {
			f.once = map[any]bool{}
		}
		f.once[key] = answer
	}
	return answer
}

// Holds says whether a word stands anywhere in the source.
func (f *File) Holds(word string) bool {
	return f.text.MayHold(word) && f.Once(held(word), func() bool { return strings.Contains(f.Tree.Source, word) })
}

// held is a word that is asked for, as a key of Once.
type held string

// Says says whether an expression matches anywhere in the source.
func (f *File) Says(p *pattern.Pattern) bool {
	return f.Once(p, func() bool { return p.In(&f.text) })
}
