package resolve

import "github.com/lodemark/lodemark/internal/source/syntax"

// HandedTo are the names of the calls that a function of this file is handed to by its name, as an argument, as a keyword's value or as
// an item of a list: Tool(name="x", func=run), gradio.ChatInterface(answer).
func (f *File) HandedTo(function syntax.ID) []string {
	if f.handed == nil {
		f.handed = map[syntax.ID][]string{}
		for id := syntax.ID(1); int(id) < len(f.Tree.Nodes); id++ {
			if f.Tree.Kind(id) == syntax.Call {
				f.handOver(id)
			}
		}
	}
	return f.handed[function]
}

func (f *File) handOver(call syntax.ID) {
	t := f.Tree
	callee := ""
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		v := a
		if t.Kind(a) == syntax.Keyword {
			v = t.Child(a, 0)
		}
		for _, given := range f.given(v) {
			b := f.Binding(given)
			if b == 0 || t.Kind(b) != syntax.Function {
				continue
			}
			if callee == "" {
				if callee = f.Callee(call); callee == "" {
					return
				}
			}
			f.handed[b] = append(f.handed[b], callee)
		}
	}
}

// given are the names that an argument consists of.
func (f *File) given(arg syntax.ID) []syntax.ID {
	switch f.Tree.Kind(arg) {
	case syntax.Ident:
		return []syntax.ID{arg}
	case syntax.List:
		var all []syntax.ID
		for c := range f.Tree.Children(arg) {
			if f.Tree.Kind(c) == syntax.Ident {
				all = append(all, c)
			}
		}
		return all
	case syntax.Dict:
		var all []syntax.ID
		for c := range f.Tree.Children(arg) {
			if v := f.Tree.Last(c); v != 0 && f.Tree.Kind(c) == syntax.Pair && f.Tree.Kind(v) == syntax.Ident {
				all = append(all, v)
			}
		}
		return all
	}
	return nil
}
