package resolve

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Describes says whether the file tells a model of a tool of that name: { name: "x", description: …, parameters: … }.
func (f *File) Describes(name string) bool {
	if f.described == nil {
		f.described = map[string]bool{}
		if strings.Contains(f.Tree.Source, "description") {
			for id := syntax.ID(1); int(id) < len(f.Tree.Nodes); id++ {
				if f.Tree.Kind(id) == syntax.Dict {
					f.describe(id)
				}
			}
		}
	}
	return f.described[name]
}

func (f *File) describe(dict syntax.ID) {
	t := f.Tree
	name, described, schema := "", false, false
	for pair := range t.Children(dict) {
		if t.Kind(pair) != syntax.Pair {
			continue
		}
		key, _ := t.Text(t.Child(pair, 0))
		switch key {
		case "name":
			name, _ = t.Text(t.Last(pair))
		case "description":
			described = true
		case "input_schema", "inputSchema", "parameters":
			schema = true
		}
	}
	if name != "" && described && schema {
		f.described[name] = true
		if t.Language != syntax.Python { // the function of the tool delete_file is called deleteFile
			f.described[camel(name)] = true
		}
	}
}

// camel is a name whose words are held apart by signs, as JavaScript writes it.
func camel(name string) string {
	var b strings.Builder
	up := false
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '_' || c == '-' || c == '.' || c == '/':
			up = b.Len() > 0
		case up && c >= 'a' && c <= 'z':
			b.WriteByte(c - 'a' + 'A')
			up = false
		default:
			b.WriteByte(c)
			up = false
		}
	}
	return b.String()
}

// maxBases bounds how many classes of a file are gone through from one to the class that it extends.
const maxBases = 6

// Extends says whether a class extends one of some names, itself or through other classes of the file.
func (f *File) Extends(class syntax.ID, names []string) bool {
	t := f.Tree
	open := []syntax.ID{class}
	for n := 0; len(open) > 0 && n < maxBases; n++ {
		at := open[0]
		open = open[1:]
		for c := range t.Children(at) {
			if t.Kind(c) == syntax.Block || t.Kind(c) == syntax.Decorator {
				continue
			}
			name := f.Name(c)
			if MatchesAny(names, name) {
				return true
			}
			if next := f.classNamed(name); next != 0 && next != at {
				open = append(open, next)
			}
		}
	}
	return false
}
