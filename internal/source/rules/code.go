package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// look runs all rules that look at single places over one file.
type look struct {
	e      *Engine
	f      *resolve.File
	t      *syntax.Tree
	found  []Finding
	seen   map[foundKey]bool
	whole  *target
	models []modelUse // what modelsUsed found; nil: it was not asked

	shown shown // what other files are told

	toolFunctions []syntax.ID // see tools
	toolsRead     bool

	offset uint32 // of the part of a string that is spoken of, from the string's beginning

	routes     []route // see routesOf
	routesRead bool
	appHas     map[string]facts // see readApp
	appRead    bool
	stars      []string // see starImports
	starsRead  bool

	defaultOf   syntax.ID // see isDefault
	defaultRead bool
	kept        map[string][]string // see keptAs
	modelFile   uint8               // see speaksOfModels: 0 not asked yet, 1 no, 2 yes
	botFile     uint8               // see isBot: the same
	literal     pattern.Text        // see text
}

type foundKey struct {
	rule  *Rule
	start uint32
}

func (e *Engine) places(f *resolve.File, whole *target) *look {
	l := &look{e: e, f: f, t: f.Tree, seen: map[foundKey]bool{}, whole: whole}
	l.shown.does = l.deeds()
	l.shown.before = l.standsBefore()
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		l.visit(id)
	}
	for _, m := range e.detects {
		l.detect(m)
	}
	return l
}

func (l *look) visit(id syntax.ID) {
	t, e := l.t, l.e
	n := t.Node(id)
	switch n.Kind {
	case syntax.Call:
		l.call(id)
	case syntax.Keyword, syntax.Attr:
		l.key(t.Name(id), id, n.First)
	case syntax.Pair:
		key := t.Child(id, 0)
		if t.Kind(key) == syntax.Str {
			text, _ := t.Text(key)
			l.key(text, id, t.Last(id))
		}
	case syntax.Alias:
		e.imports.Find(l.importName(id), func(m *matcher) { l.try(m, id, id) })
	case syntax.Decorator:
		if name := l.f.Name(n.First); name != "" {
			e.decorators.Find(name, func(m *matcher) { l.try(m, t.Parent(id), n.First) })
		}
	case syntax.Ident, syntax.Attribute:
		if e.reads.Might(t.Name(id)) {
			e.reads.Find(l.f.Name(id), func(m *matcher) { l.try(m, id, id) })
		}
	case syntax.Assign:
		l.assign(id)
	case syntax.Str, syntax.Strings, syntax.Format:
		l.text(id)
	case syntax.Handler:
		for _, m := range e.handlers {
			l.try(m, id, id)
		}
	case syntax.While, syntax.ForLoop:
		if len(e.loops) > 0 && l.endless(id) {
			for _, m := range e.loops {
				l.try(m, id, t.Child(id, 0))
			}
		}
	case syntax.Function:
		if name := t.Name(id); name != "" {
			e.functions.Find(name, func(m *matcher) { l.try(m, id, id) })
		}
	}
}

func (l *look) importName(id syntax.ID) string {
	if all := l.f.ImportName(id); all != "" {
		return all
	}
	return l.t.Name(id)
}

func (l *look) call(id syntax.ID) {
	callee := l.t.Child(id, 0)
	last := ""
	switch l.t.Kind(callee) {
	case syntax.Ident, syntax.Attribute:
		last = l.t.Name(callee)
	}
	name := ""
	if l.t.Kind(callee) != syntax.Ident && !l.e.calls.Might(last) {
		return // only a name that is imported under another one can stand for something else
	}
	name = l.f.Called(id)
	l.e.calls.Find(name, func(m *matcher) { l.try(m, id, id) })
}

func (l *look) key(name string, id, value syntax.ID) {
	if l.e.keys.Might(name) {
		l.e.keys.Find(name, func(m *matcher) { l.try(m, id, value) })
	}
}

func (l *look) assign(id syntax.ID) {
	t := l.t
	value := l.f.Value(id)
	if value == 0 {
		return
	}
	for c := t.Node(id).First; c != 0 && c != value; c = t.Next(c) {
		switch t.Kind(c) {
		case syntax.Ident, syntax.Attribute:
			l.key(t.Name(c), id, value)
		case syntax.Index:
			if key, ok := t.Text(t.Child(c, 1)); ok {
				l.key(key, id, value)
			}
		default:
			continue
		}
		for _, m := range l.e.assigns {
			written := t.Code(c)
			if v := l.f.Name(c); v != "" && !strings.HasPrefix(v, "?.") {
				written = v
			}
			if resolve.MatchesAny(m.match.Assign, strings.ReplaceAll(written, "?.", ".")) {
				l.try(m, id, value)
			}
		}
	}
}

// text looks at whole strings: a part of a formatted one is seen with the rest of it.
func (l *look) text(id syntax.ID) {
	if len(l.e.strings) == 0 {
		return
	}
	switch l.t.Kind(l.t.Parent(id)) {
	case syntax.Strings, syntax.Format:
		return
	}
	v, ok := l.f.Constant(id)
	if !ok || v.Text == "" {
		return
	}
	l.literal.Set(v.Text)
	for _, m := range l.e.strings {
		if m.text.In(&l.literal) {
			if at := m.text.FindStringIndex(l.t.Code(id)); at != nil { // a long text is spoken of where it says so
				l.offset = uint32(at[0])
			}
			l.try(m, id, id)
			l.offset = 0
		}
	}
}

func (l *look) endless(id syntax.ID) bool {
	if l.t.Kind(id) == syntax.ForLoop {
		head := l.t.Source[l.t.Node(id).Start:]
		return strings.HasPrefix(strings.ReplaceAll(head[:min(len(head), 24)], " ", ""), "for(;;)")
	}
	v, ok := l.f.Constant(l.t.Child(id, 0))
	return ok && (v.Text == "True" || v.Text == "true" || v.Text == "1")
}

// try asks for the conditions, and reports.
func (l *look) try(m *matcher, id, value syntax.ID) {
	if !speaks(m.match.Languages, l.t.Language) {
		return
	}
	p := &place{f: l.f, id: id, value: value, engine: l.e, whole: l.whole}
	if !p.all(m.where) || p.any(m.unless) {
		return
	}
	at := id
	if m.match.Report != "" {
		if a, _ := p.argument(m.match.Report); a != 0 {
			at, value = a, a
		}
	}
	l.say(m.rule, at, id, codeOf(l.t, value), m.match.Source)
}

func (l *look) report(r *Rule, id, value syntax.ID) { l.tell(r, id, value, "") }

// tell reports, with a note for the message's {source}.
func (l *look) tell(r *Rule, id, value syntax.ID, note string) {
	l.say(r, id, id, codeOf(l.t, value), note)
}

// say reports a place, which is a part of the call or other thing that the message is about.
func (l *look) say(r *Rule, id, of syntax.ID, value, note string) {
	t := l.t
	n := t.Node(id)
	k := foundKey{r, n.Start}
	if l.seen[k] {
		return
	}
	l.seen[k] = true
	line, column := t.Line(n.Start + l.offset)
	end, _ := t.Line(max(n.End, n.Start+1) - 1)
	l.found = append(l.found, Finding{Rule: r, Path: l.f.Path, Line: line, Column: column, EndLine: end, Code: firstLine(t.Code(id)),
		Message: told(r.Message, quoteCode(calleeCode(t, of)), quoteCode(value), note)})
}

func codeOf(t *syntax.Tree, id syntax.ID) string {
	if id == 0 {
		return ""
	}
	return t.Code(id)
}

// calleeCode is what is called, without the arguments; of anything else, its code.
func calleeCode(t *syntax.Tree, id syntax.ID) string {
	if t.Kind(id) == syntax.Call {
		return t.Code(t.Child(id, 0))
	}
	return t.Code(id)
}

const maxQuoted = 60

func quoteCode(code string) string {
	if first, rest, more := strings.Cut(code, "\n"); more && len(first) < 12 && opensText.MatchString(first) { // a text that begins on the next line
		code = strings.TrimSpace(first) + strings.TrimLeft(rest, " \t\r\n")
	}
	code = firstLine(code)
	if len(code) > maxQuoted {
		code = strings.ToValidUTF8(code[:maxQuoted], "") + "…"
	}
	return "`" + strings.ReplaceAll(code, "`", "'") + "`"
}

// opensText is a line with nothing but the beginning of a text in it.
var opensText = pattern.New("^\\s*[A-Za-z]{0,2}(?:\"{1,3}|'{1,3}|`)\\\\?\\s*$")

func firstLine(code string) string {
	code, _, _ = strings.Cut(code, "\n")
	return strings.TrimSpace(strings.Clone(code[:min(len(code), 200)]))
}

// flowFinding tells of a value that reached a sink.
func (e *Engine) flowFinding(h flow.Hit) Finding {
	m := e.flows[h.Ref]
	steps := h.Steps()
	f := Finding{Rule: m.rule, Path: h.At.Path, Line: h.At.Line, Column: h.At.Column, EndLine: h.At.Line, Code: h.At.Code}
	for _, s := range steps {
		f.Steps = append(f.Steps, Step{Path: s.Path, Line: s.Line, Column: s.Column, Note: s.Note, Code: s.Code})
	}
	source := ""
	if len(f.Steps) > 0 {
		f.Steps[len(f.Steps)-1].Note = "reaches " + quoteCode(beforeArguments(h.At.Code))
		source = f.Steps[0].Note
	}
	f.moveAlong(m.match.Report, steps)
	code := h.At.Code
	if m.match.Report == reportCaller {
		code = f.Code
	}
	f.Message = told(m.rule.Message, quoteCode(beforeArguments(code)), quoteCode(code), source)
	return f
}

func beforeArguments(code string) string {
	if i := strings.IndexByte(code, '('); i > 0 {
		return code[:i]
	}
	return code
}
