package inventory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Asset is a part of an AI system at a place of one file.
type Asset struct {
	Kind    lodemark.Kind
	Name    string // hostile text; empty where it is not known
	Line    int    // from 1, in the text of the file
	EndLine int
	Pin     lodemark.Pin // of what is fetched by name
	Version string       // the revision asked for, or the date in the name of a hosted model
	Origin  lodemark.Origin
	Digest  string            // of prompts: sha256 of the text with `{}` for what is filled in
	Detail  map[string]string // see discover's documentation
	Seen    Ways              // by which discoveries it was found

	at syntax.ID
}

// Ways are the discoveries that saw an asset.
type Ways uint8

// By a call that takes it, and by a name that only such things bear.
const (
	ByCall Ways = 1 << iota
	ByName
)

// Look gives the assets of one file in order of their places.
func (b *Book) Look(f *resolve.File) []Asset {
	l := &look{book: b, f: f, t: f.Tree, known: map[key]int{}}
	l.read()
	slices.SortStableFunc(l.found, func(a, b Asset) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return l.found
}

// look is one file while it is read.
type look struct {
	book    *Book
	f       *resolve.File
	t       *syntax.Tree
	found   []Asset
	known   map[key]int        // where in found
	from    []string           // what the file imports
	ai      bool               // the file imports a library for AI
	mcp     bool               // it imports one that talks to MCP servers
	local   bool               // it imports one that runs models here
	holders map[syntax.ID]int  // prompts that functions and variables hold in parts: where in found
	texts   map[syntax.ID]bool // literals that are prompts already

	tests     int                  // 0: nobody asked; 1: the file is none of tests; 2: it is
	trains    bool                 // something that trains is known
	factories map[string]parameter // functions of this file that make tools, and the parameter that names them
	pages     []syntax.ID          // pages that Gradio makes
	told      []syntax.ID          // texts that begin as those do which tell a model what it is
}

// key tells assets apart: the same one on one line is one.
type key struct {
	kind lodemark.Kind
	name string
	line int
}

// read visits every node once. Children come before their parents, so that what a call says of its arguments is added to what they show
// by themselves.
func (l *look) read() {
	l.from = l.f.Imports()
	for _, name := range l.from {
		l.ai = l.ai || l.book.library(name)
		l.mcp = l.mcp || strings.Contains(strings.ToLower(name), "mcp") || strings.Contains(name, "modelcontextprotocol") || strings.HasPrefix(name, "claude_") || strings.HasPrefix(name, "agents")
	}
	l.required()
	l.texts = map[syntax.ID]bool{}
	defer l.instructions()
	defer l.servedHere()
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		switch l.t.Kind(id) {
		case syntax.Call:
			l.call(id)
			l.guardCall(id)
			l.addedHandoffs(id)
			if l.t.Language == syntax.Python {
				l.pythonCall(id)
			} else {
				l.scriptCall(id)
			}
		case syntax.Function, syntax.Class:
			l.definition(id)
			if l.t.Kind(id) == syntax.Class {
				l.ownToolClass(id)
				l.ownClass(id)
				l.ownGuard(id)
				if l.t.Language == syntax.Python {
					l.enumeration(id)
				}
			} else if name := l.t.Name(id); name != "" {
				if l.t.Language != syntax.Python {
					l.approval(id, name, id)
				}
				l.guardNamed(id, name)
				l.handsOver(id)
			}
			if l.t.Is(id, syntax.Arrow) && l.t.Language != syntax.Python && l.t.Kind(l.t.Last(id)) != syntax.Block {
				l.givenBack(id, l.t.Last(id))
			}
		case syntax.Augment:
			l.appended(id)
		case syntax.List:
			l.turn(id)
			l.company(id)
			if l.t.Language == syntax.Python {
				l.commandIn(id)
			}
		case syntax.Dict:
			l.dict(id)
			l.entry(id)
			l.ownTool(id)
		case syntax.Tuple:
			if l.t.Kind(l.t.Parent(id)) == syntax.Assign {
				l.company(id)
			}
		case syntax.Attr:
			l.pageOption(id)
		case syntax.Index:
			if l.t.Language == syntax.Python {
				l.literals(id)
			}
		case syntax.Logic:
			l.environment(id)
		case syntax.Assign, syntax.Param, syntax.Keyword, syntax.Pair:
			l.named(id)
			if l.t.Kind(id) == syntax.Assign {
				l.addedHandoffs(id)
			}
			if l.t.Language == syntax.Python {
				l.pythonName(id)
			}
		case syntax.Return:
			l.returnedPrompt(id)
			l.givenModel(id)
		case syntax.Str, syntax.Strings, syntax.Format:
			l.writtenDown(id)
			l.tells(id)
			if l.t.Language == syntax.Python {
				l.commandIn(id)
				l.downloaded(id)
			} else if l.t.Kind(l.t.Parent(id)) != syntax.Format {
				l.sql(id)
			}
		}
	}
}

// required counts what CommonJS requires as imported.
func (l *look) required() {
	t := l.t
	if t.Language == syntax.Python {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Call || t.Kind(t.Child(id, 0)) != syntax.Ident || t.Name(t.Child(id, 0)) != "require" {
			continue
		}
		name, _ := t.Text(t.Child(id, 1))
		l.from = append(l.from, name)
		l.ai = l.ai || l.book.library(name)
		l.mcp = l.mcp || strings.Contains(name, "modelcontextprotocol")
		l.local = l.local || strings.HasSuffix(name, "/transformers")
	}
	for _, name := range l.f.Imports() {
		l.local = l.local || strings.Contains(name, "/transformers")
	}
}

// add notes an asset; what was seen already gains the ways and facts.
func (l *look) add(a Asset) *Asset {
	if a.Kind == lodemark.KindHostedModel && a.Seen == ByName && l.t.Language != syntax.Python && l.mocked() { // what tests of the program expect or pretend
		return &a
	}
	a.Line, _ = l.t.Line(l.t.Node(a.at).Start)
	a.EndLine, _ = l.t.Line(max(l.t.Node(a.at).End, 1) - 1)
	if a.Origin == "" {
		a.Origin = lodemark.OriginInferred
	}
	k := key{a.Kind.Group(), a.Name, a.Line}
	if i, seen := l.known[k]; seen {
		old := &l.found[i]
		if old.Kind != lodemark.KindEmbeddingModel && (a.Kind == lodemark.KindEmbeddingModel || a.Seen&ByCall != 0 && old.Seen == ByName) {
			old.Kind = a.Kind // a call says what a model is for
		}
		old.Seen |= a.Seen
		for name, value := range a.Detail {
			if had := old.Detail[name]; name == lodemark.LoadLines && had != "" && len(had) < 60 && !slices.Contains(strings.Split(had, ","), value) {
				old.Detail[name] = had + "," + value
				continue
			}
			old.set(name, value)
		}
		if old.Pin == "" || old.Pin == lodemark.PinNone {
			old.Pin, old.Version = a.Pin, a.Version
		}
		return old
	}
	l.trains = l.trains || a.Kind == lodemark.KindTraining
	l.known[k] = len(l.found)
	l.found = append(l.found, a)
	return &l.found[len(l.found)-1]
}

// set notes a further fact; the first one stays.
func (a *Asset) set(name, value string) {
	if value == "" {
		return
	}
	if a.Detail == nil {
		a.Detail = map[string]string{}
	}
	if _, known := a.Detail[name]; !known {
		a.Detail[name] = value
	}
}
