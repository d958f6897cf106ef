package resolve

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Around is what a file may know of the rest of its target. It must not change while files use it.
type Around struct {
	Known   map[string]Export                                              // by dotted name, see File.Exports; nil: nothing yet
	Setting func(from, name string, keys []string) (value string, ok bool) // what stands at keys in a file of settings that a source file reads

	modules  map[string]bool // of each source file its Module
	packages map[string]bool // folders that are packages of Python
}

// Export is what a module holds under one of its names.
type Export struct {
	Name     string // under which the world knows what it is; empty: under none but this one
	Constant Constant
	Folds    bool // Constant is known
}

// NewAround lists the modules of a target by the paths of its files.
func NewAround(paths []string) *Around {
	a := &Around{modules: map[string]bool{}, packages: map[string]bool{}}
	for _, p := range paths {
		switch strings.ToLower(path.Ext(p)) {
		case ".py":
			a.modules[moduleOf(syntax.Python, p)] = true
			if path.Base(p) == "__init__.py" {
				a.packages[path.Dir(p)] = true
			}
		case ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx":
			a.modules[moduleOf(syntax.JavaScript, p)] = true
		}
	}
	return a
}

// In tells a file what is around it, before anything is asked of it.
func (f *File) In(a *Around) *File {
	f.around = a
	return f
}

// python is the module of the target that `import module` in a file stands for. Python looks in folders on its path: that of the script
// that was started, or one that somebody put there; these are folders above the file that are themselves no packages.
func (a *Around) python(from, module string) string {
	if a == nil {
		return module
	}
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if !a.packages[dir] {
			own := module
			if dir != "." {
				own = strings.ReplaceAll(dir, "/", ".") + "." + module
			}
			if a.modules[own] {
				return own
			}
		}
		if dir == "." || dir == "/" {
			return module
		}
	}
}

// has says whether a module is one of the target's.
func (a *Around) has(module string) bool { return a != nil && a.modules[module] }

// script is the module that a path of JavaScript names through the aliases that frameworks set up: `@/lib/x` and `~/lib/x` begin at the
// project's root or at its folder of sources.
func (a *Around) script(from, module string) string {
	rest, ok := strings.CutPrefix(module, "@/")
	if !ok {
		if rest, ok = strings.CutPrefix(module, "~/"); !ok {
			return module
		}
	}
	if a == nil {
		return module
	}
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		for _, root := range []string{".", "src", "app"} {
			if own := resolvePath(path.Join(dir, root, "x"), "./"+rest); a.modules[own] {
				return own
			}
		}
		if dir == "." || dir == "/" {
			return module
		}
	}
}

// known follows names from module to module: what one imports, another may import from it.
func (a *Around) known(name string) (Export, bool) {
	if a == nil || len(a.Known) == 0 {
		return Export{}, false
	}
	e, ok := a.Known[name]
	for range 4 {
		if !ok || e.Folds {
			break
		}
		next, more := a.Known[e.Name]
		if !more {
			break
		}
		e = next
	}
	return e, ok
}

// elsewhere is the name under which the world knows what a name of another module of the target stands for.
func (f *File) elsewhere(name string) string {
	if e, ok := f.around.known(name); ok && e.Name != "" {
		return e.Name
	}
	return name
}

// maxExported bounds the text of a constant that modules hand to each other.
const maxExported = 4 << 10

// Exports are the names of a module that other files can make more of than the name: constants, objects that are made once, fields of
// classes with constant values, and names that it only hands on.
func (f *File) Exports(yield func(name string, e Export)) {
	t := f.Tree
	give := func(name string, e Export) {
		if e.Folds && (e.Constant.Partial && e.Constant.Env == "" || len(e.Constant.Text) > maxExported) {
			e.Folds = false
		}
		if e.Folds || e.Name != "" {
			e.Name, e.Constant.Text = strings.Clone(e.Name), strings.Clone(e.Constant.Text) // they outlive the source
			yield(f.Module+"."+name, e)
		}
	}
	for b, nodes := range f.bindings {
		if b.scope != t.Root || len(nodes) != 1 {
			continue
		}
		name := f.spelled[b.word-1]
		if strings.HasPrefix(name, "__") {
			continue
		}
		id := nodes[0]
		switch t.Kind(id) {
		case syntax.Alias:
			give(name, Export{Name: f.importedName(id)})
		case syntax.Assign:
			if t.Kind(t.Child(id, 0)) == syntax.Ident {
				f.valueExports(name, f.Value(id), give, 2)
			}
		}
	}
	f.fieldExports(give)
	for c := range t.Children(t.Root) {
		switch {
		case t.Kind(c) == syntax.ImportOf && t.Is(c, syntax.Exported):
			for a := range t.Children(c) {
				if t.Kind(a) == syntax.Alias {
					give(t.Name(a), Export{Name: f.importedName(a)})
				}
			}
		case t.Kind(c) == syntax.Export && t.Name(c) == "default" && t.Kind(t.Child(c, 0)) == syntax.Ident:
			if name := f.Name(t.Child(c, 0)); name != "" && !strings.HasPrefix(name, "?.") {
				yield(f.Module, Export{Name: name})
			}
		}
	}
}

func (f *File) valueExports(name string, value syntax.ID, give func(string, Export), depth int) {
	t := f.Tree
	for value != 0 && (t.Kind(value) == syntax.Await || t.Kind(value) == syntax.Cast) {
		value = t.Child(value, 0)
	}
	if value == 0 {
		return
	}
	if v, ok := f.Constant(value); ok {
		give(name, Export{Constant: v, Folds: true})
		return
	}
	switch t.Kind(value) {
	case syntax.Call, syntax.Ident, syntax.Attribute, syntax.Logic:
		if made := f.Name(value); made != "" && !strings.HasPrefix(made, "?.") && f.tells(made) {
			give(name, Export{Name: made})
		}
	case syntax.Dict:
		if depth == 0 {
			return
		}
		n := 0
		for pair := range t.Children(value) {
			if key, ok := t.Text(t.Child(pair, 0)); ok && t.Kind(pair) == syntax.Pair && key != "" && n < 256 {
				f.valueExports(name+"."+key, t.Last(pair), give, depth-1)
				n++
			}
		}
	}
}

// tells says whether a name says more than that it is what one of the target's own functions gave back: classes do.
func (f *File) tells(name string) bool {
	own, ok := strings.CutPrefix(name, f.Module+".")
	return !ok || own != "" && own[0] >= 'A' && own[0] <= 'Z'
}

// fieldExports are the constant fields of the module's classes: defaults of settings.
func (f *File) fieldExports(give func(string, Export)) {
	t := f.Tree
	for field, nodes := range f.fields {
		if len(nodes) != 1 || t.Kind(nodes[0]) != syntax.Assign || f.scopes[field.scope] != t.Root {
			continue
		}
		if v, ok := f.Constant(f.Value(nodes[0])); ok {
			give(t.Name(field.scope)+"."+f.spelled[field.word-1], Export{Constant: v, Folds: true})
		}
	}
}
