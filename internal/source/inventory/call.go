package inventory

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// call notes what a call makes, by the book.
func (l *look) call(id syntax.ID) {
	callee := l.t.Child(id, 0)
	if k := l.t.Kind(callee); k != syntax.Ident && k != syntax.Attribute && k != syntax.Call && k != syntax.Index {
		return
	}
	if k := l.t.Kind(callee); (k == syntax.Ident || k == syntax.Attribute) && !sends[l.t.Name(callee)] && !l.book.calls.Might(l.t.Name(callee)) && !l.renamed(callee) {
		return
	}
	if l.overHTTP(id, callee) {
		return
	}
	seen := map[lodemark.Kind]bool{}
	l.book.calls.Find(l.f.Called(id), func(e *Entry) {
		if seen[e.Kind] || len(e.Import) > 0 && !l.imports(e.Import) { // the first entry that fits is the most exact one
			return
		}
		seen[e.Kind] = l.made(e, id, id)
	})
}

// imports says whether the file imports one of some modules.
func (l *look) imports(modules []string) bool {
	for _, name := range l.from {
		for _, m := range modules {
			if covers(m, name) {
				return true
			}
		}
	}
	return false
}

// renamed says whether a name is what an import calls something else.
func (l *look) renamed(callee syntax.ID) bool {
	b := syntax.ID(0)
	if l.t.Kind(callee) == syntax.Ident {
		b = l.f.Binding(callee)
	}
	return b != 0 && (l.t.Kind(b) == syntax.Alias || l.t.Kind(b) == syntax.Assign)
}

// made notes what an entry says of a call; args is the call whose arguments count, at the place. False: it is none after all.
func (l *look) made(e *Entry, at, args syntax.ID) bool {
	if callee := l.t.Child(args, 0); e.Kind == "vector_store" && args != 0 && l.t.Language != syntax.Python && l.t.Kind(callee) == syntax.Attribute && usesStore.MatchString(l.t.Name(callee)) {
		return false
	}
	if e.Kind == lodemark.KindTool && args != 0 && l.t.Kind(l.t.Parent(args)) == syntax.Decorator { // the function is the tool
		return false
	}
	a := Asset{Kind: e.Kind, Seen: ByCall, at: at}
	if args != 0 {
		if !l.nameOf(e, &a, args) {
			return false
		}
		for fact, argument := range e.Detail {
			if v := l.argument(args, argument); v != 0 {
				if c, ok := l.f.Constant(v); ok && !c.Partial && len(c.Text) <= 80 {
					a.set(fact, c.Text)
				}
			}
		}
		l.parts(e, &a, args)
	} else {
		a.Name = l.ownName(e, at)
	}
	if e.Provider != "" {
		a.set("provider", e.Provider)
	}
	if e.Role != "" {
		a.set("role", e.Role)
	}
	if e.Kind == lodemark.KindVectorStore && args != 0 && (e.Provider == "" || e.Provider == "langchain") {
		a.set("technology", l.storeClass(args))
	}
	if e.Kind == promptTemplate { // the text is noted by parts
		return true
	}
	l.judge(e, &a, args)
	if e.Kind == lodemark.KindTool {
		if l.describedIn(args, a.Name) { // by what the call is given, which is told already
			return true
		}
		a.Digest = l.shape(a.Name, at)
	}
	l.add(a)
	return true
}

// storeClass is the class of a store that a call makes: MemoryVectorStore of MemoryVectorStore.fromTexts(…).
func (l *look) storeClass(call syntax.ID) string {
	callee := l.t.Child(call, 0)
	name := ""
	if k := l.t.Kind(callee); k == syntax.Ident || k == syntax.Attribute {
		name = l.t.Name(callee)
	}
	if k := l.t.Kind(callee); k == syntax.Attribute && name != "" && (name[0] < 'A' || name[0] > 'Z') {
		if o := l.t.Child(callee, 0); l.t.Kind(o) == syntax.Ident || l.t.Kind(o) == syntax.Attribute {
			name = l.t.Name(o)
		}
	}
	if name == "" || name[0] < 'A' || name[0] > 'Z' {
		return ""
	}
	return name
}

// describedIn says whether a tool of a name is known by a description that a call is given.
func (l *look) describedIn(call syntax.ID, name string) bool {
	for i := len(l.found) - 1; i >= max(len(l.found)-20, 0); i-- {
		if a := &l.found[i]; call != 0 && a.Kind == lodemark.KindTool && a.Name == name && a.at != call && l.t.Within(a.at, call) {
			return true
		}
	}
	return false
}

// usesStore are methods that use a store of vectors which was made before.
var usesStore = pattern.New(`^(?:add|similarity|maxMarginal|asRetriever|delete|save|search|query|upsert|ensure|close|drop|end$|count)`)

// promptTemplate is a call that only takes a text.
const promptTemplate = "prompt_template"

// nameOf fills in the name, and the place where it is written.
func (l *look) nameOf(e *Entry, a *Asset, call syntax.ID) bool {
	if e.Kind == lodemark.KindTool && l.t.Language == syntax.Python {
		a.Name = l.toolWithin(call)
	}
	for _, from := range e.Name {
		switch from {
		case "variable", "function", "class", "callee", "type":
			if a.Name == "" {
				a.Name = l.wordFor(from, call)
			}
			continue
		}
		v := l.argument(call, from)
		if v == 0 || a.Name != "" {
			continue
		}
		if e.Kind == lodemark.KindTool && l.factory(call, v) {
			return false
		}
		c, ok := l.f.Constant(v)
		if !ok && l.t.Kind(v) == syntax.Attribute && l.t.Name(v) == "value" { // of an enumeration
			c, ok = l.f.Constant(l.t.Child(v, 0))
		}
		switch {
		case ok && c.String && !c.Partial && c.Text != "" && len(c.Text) <= 300 && !strings.Contains(c.Text, "\n"):
			a.Name = c.Text
			if w := l.f.Written(v); isReference(e.Kind) || e.Kind == lodemark.KindTool && w != 0 && l.t.Kind(v) == syntax.Ident && !l.t.Within(w, call) { // a tool is declared where its call begins, or where its name was written before
				a.at = l.writtenAt(v, a.at)
			}
			if c.Env != "" {
				a.set("from", c.Env)
			}
			l.loads(e, a, v, call)
		case isReference(e.Kind) && (l.t.Kind(v) != syntax.Const):
			a.Origin = lodemark.OriginUnresolved
			a.Name = short(l.t.Code(v))
			if l.t.Kind(v) == syntax.Format && l.t.Language == syntax.Python {
				a.Name = withHoles(a.Name)
			}
			if ok && c.Env != "" {
				a.Name = c.Env
			}
			l.loads(e, a, v, call)
			return true
		}
	}
	if e.Kind == lodemark.KindDataset && formats[a.Name] {
		l.dataFiles(a, call)
	}
	if a.Name == "" && e.Required {
		return false
	}
	if a.Name == "" && e.Default == "" && isReference(e.Kind) && e.Kind != lodemark.KindDataset { // the library's own, or what the environment says
		a.Name, a.Origin = cmp.Or(l.spreads(call), l.wordFor("type", call)), lodemark.OriginUnresolved
		return a.Name != ""
	}
	if a.Name == "" && e.Default != "" {
		if rest := l.spreads(call); rest != "" { // whoever calls says it
			a.Name, a.Origin = rest, lodemark.OriginUnresolved
			return true
		}
		a.Name = e.Default
		a.set("by", "default of the library")
	}
	return true
}

// spreads is what a call spreads of which the keys are not known, as it is written.
func (l *look) spreads(call syntax.ID) string {
	if _, open := l.f.Argument(call, "model", -1); !open && !l.handsOn(call) {
		return ""
	}
	for a := l.t.Next(l.t.Child(call, 0)); a != 0; a = l.t.Next(a) {
		switch l.t.Kind(a) {
		case syntax.Spread:
			return short(l.t.Code(l.t.Child(a, 0)))
		case syntax.Dict:
			for c := range l.t.Children(a) {
				if l.t.Kind(c) == syntax.Spread {
					return short(l.t.Code(l.t.Child(c, 0)))
				}
			}
		}
	}
	return ""
}

// isReference says whether things of a kind are fetched by the name that stands in the code.
func isReference(k lodemark.Kind) bool {
	switch k {
	case lodemark.KindHostedModel, lodemark.KindModel, lodemark.KindDataset, lodemark.KindEmbeddingModel:
		return true
	}
	return false
}

// short cuts code to what a name may be.
func short(code string) string {
	code = strings.Join(strings.Fields(code[:min(len(code), 200)]), " ")
	return strings.ToValidUTF8(code[:min(len(code), 60)], "")
}

// argument gives an argument by its specification: names and places with `|` between them.
func (l *look) argument(call syntax.ID, spec string) syntax.ID {
	for one := range strings.SplitSeq(spec, "|") {
		if n, err := strconv.Atoi(one); err == nil {
			if v, _ := l.f.Argument(call, "", n); v != 0 && (l.t.Kind(v) != syntax.Dict || l.t.Language == syntax.Python) {
				return v
			}
			continue
		}
		if v, _ := l.f.Argument(call, one, -1); v != 0 {
			return v
		}
	}
	return 0
}

// writtenAt is where the text of a value is written in this file, else the value itself.
func (l *look) writtenAt(v, otherwise syntax.ID) syntax.ID {
	if at := l.f.Written(v); at != 0 {
		return at
	}
	if v != 0 {
		return v
	}
	return otherwise
}

func (l *look) wordFor(from string, call syntax.ID) string {
	switch from {
	case "variable":
		return l.variable(call)
	case "callee":
		return calleeText(l.t, call)
	case "type":
		if k := l.t.Kind(l.t.Child(call, 0)); k == syntax.Ident || k == syntax.Attribute {
			return l.t.Name(l.t.Child(call, 0))
		}
	case "function":
		if fn := l.t.Enclosing(call, syntax.Function); fn != 0 {
			return l.functionName(fn)
		}
	case "class":
		if c := l.t.Enclosing(call, syntax.Class); c != 0 {
			return l.t.Name(c)
		}
	}
	return ""
}

// calleeText is what is called as it is written, without what an index or another call gives.
func calleeText(t *syntax.Tree, call syntax.ID) string {
	code := t.Code(t.Child(call, 0))
	code = strings.Join(strings.Fields(code), "")
	if len(code) > 80 {
		code = code[len(code)-80:]
	}
	return strings.ToValidUTF8(code, "")
}

// variable is the name that the value of a call is given: a variable, a key, an attribute.
func (l *look) variable(id syntax.ID) string {
	t := l.t
	for p := t.Parent(id); p != 0; id, p = p, t.Parent(p) {
		switch t.Kind(p) {
		case syntax.Await, syntax.Cast, syntax.Call, syntax.Attribute, syntax.Logic:
			if t.Kind(p) == syntax.Call && t.Child(p, 0) != id { // an argument of another call
				return ""
			}
		case syntax.Function: // const make = (x) => tool({ … })
			if !t.Is(p, syntax.Arrow) || t.Last(p) != id || t.Language == syntax.Python {
				return ""
			}
		case syntax.Assign:
			first := t.Child(p, 0)
			if first == id {
				return ""
			}
			if k := t.Kind(first); k == syntax.Ident || k == syntax.Attribute {
				return t.Name(first)
			}
			return ""
		case syntax.Pair:
			if text, ok := t.Text(t.Child(p, 0)); ok && t.Last(p) == id {
				return text
			}
			return ""
		case syntax.WithItem:
			if v := t.Child(p, 1); v != 0 && t.Kind(v) == syntax.Ident {
				return t.Name(v)
			}
			return ""
		case syntax.Return:
			if fn := t.Enclosing(p, syntax.Function); fn != 0 {
				return t.Name(fn)
			}
			return ""
		default:
			return ""
		}
	}
	return ""
}

// parts notes what the arguments of a call are assets of their own: the model, prompts.
func (l *look) parts(e *Entry, a *Asset, call syntax.ID) {
	if e.Model != "" {
		if v := l.argument(call, e.Model); v != 0 {
			l.modelAt(e, a, v)
		}
	}
	for one := range strings.SplitSeq(e.System, "|") {
		if one == "" {
			continue
		}
		if v := l.argument(call, one); v != 0 {
			l.promptAt(v, "system", one)
		}
	}
	for one := range strings.SplitSeq(e.Prompt, "|") {
		if one == "" {
			continue
		}
		if v := l.argument(call, one); v != 0 {
			l.promptAt(v, "user", one)
		}
	}
	if e.Tools != "" {
		v := l.argument(call, e.Tools)
		a.set("tools", l.listed(v))
		if e.Kind == lodemark.KindAgent {
			l.given(v)
		}
	}
	if e.Handoff != "" {
		v := l.argument(call, e.Handoff)
		a.set("handoffs", l.listed(v))
		l.handoffs(v)
	}
}

// modelAt notes the model that an argument names. An argument that is an object made elsewhere is noted there.
func (l *look) modelAt(e *Entry, a *Asset, v syntax.ID) {
	kind := e.Models
	if kind == "" {
		kind = lodemark.KindHostedModel
	}
	c, ok := l.f.Constant(v)
	switch {
	case ok && c.String && !c.Partial && placeholderID.MatchString(c.Text):
		a.set("model", c.Text)
	case ok && c.String && !c.Partial && c.Text != "":
		m := Asset{Kind: kind, Name: c.Text, Seen: ByCall, at: l.writtenAt(v, v)}
		m.set("provider", e.Provider)
		m.set("from", c.Env)
		l.judge(e, &m, 0)
		a.set("model", l.add(m).Name)
	case ok && c.Env != "":
		m := Asset{Kind: kind, Name: c.Env, Origin: lodemark.OriginUnresolved, Seen: ByCall, at: v}
		m.set("from", c.Env)
		l.add(m)
		a.set("model", c.Env)
	default:
		a.set("model", short(l.t.Code(v)))
	}
}

// handoffs notes each agent that another one hands over to.
func (l *look) handoffs(list syntax.ID) {
	lit := l.f.Literal(list)
	if lit == 0 || l.t.Kind(lit) != syntax.List && l.t.Kind(lit) != syntax.Tuple {
		return
	}
	for c := range l.t.Children(lit) {
		if k := l.t.Kind(c); k == syntax.Ident || k == syntax.Attribute {
			l.add(Asset{Kind: lodemark.KindHandoff, Name: l.t.Name(c), Seen: ByCall, at: c})
		}
	}
}

// listed are the names in a list of tools or agents.
func (l *look) listed(v syntax.ID) string {
	if v == 0 {
		return ""
	}
	lit := l.f.Literal(v)
	if lit == 0 {
		lit = v
	}
	var names []string
	switch l.t.Kind(lit) {
	case syntax.List, syntax.Tuple, syntax.Dict, syntax.Set:
		for c := range l.t.Children(lit) {
			switch l.t.Kind(c) {
			case syntax.Pair:
				text, _ := l.t.Text(l.t.Child(c, 0))
				names = append(names, text)
			case syntax.Ident, syntax.Attribute:
				names = append(names, l.t.Name(c))
			case syntax.Call:
				names = append(names, calleeText(l.t, c))
			}
		}
	default:
		return short(l.t.Code(v))
	}
	return strings.Join(names, ", ")
}
