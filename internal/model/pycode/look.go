package pycode

import (
	"slices"
	"strings"
)

const (
	maxSource  = 8 << 20
	maxEffects = 500
	maxSteps   = 20 << 20 // tokens looked at over all detours
	maxInner   = 4        // code in text in code
)

// Look lists what source does that has an effect, in the order of its lines. Source over 8 MiB is looked at that far.
func Look(src []byte) []Effect {
	l := &look{names: map[string]value{}, steps: maxSteps}
	l.source(string(src[:min(len(src), maxSource)]), true, 0, 0)
	l.calledOnImport()
	slices.SortStableFunc(l.effects, func(a, b Effect) int { return a.Line - b.Line })
	return l.effects
}

// look is the state over one module.
type look struct {
	effects []Effect
	owners  []string // the function each effect is in, "" for none
	names   map[string]value
	called  map[string][]string // functions by the function that calls them, "" for the module itself
	steps   int

	lines []string
	scope []scope
	line  int
	depth int // of code in text
}

// scope is a block that runs later than its surroundings.
type scope struct {
	column   int
	function string // "" for the body of if __name__ == "__main__"
}

// source looks at one text of code; inner code has the line and the scope of what runs it.
func (l *look) source(src string, top bool, line, depth int) {
	toks := tokens(src)
	lines, outer, outerLine := l.lines, l.scope, l.line
	l.depth = depth
	if top {
		l.lines = strings.Split(src, "\n")
	}
	for i := 0; i < len(toks) && toks[i].kind != end && l.steps > 0; {
		j := i
		for j < len(toks) && toks[j].kind != newline && toks[j].kind != end {
			j++
		}
		if j > i {
			stmt := toks[i:j]
			if top {
				l.leave(stmt[0].column)
			}
			l.statement(stmt, top, line)
		}
		i = j + 1
	}
	l.lines, l.line = lines, outerLine
	if top {
		l.scope = outer
	}
	l.depth = depth - 1
	if top && depth == 0 {
		l.lines = nil
	}
}

// leave closes the blocks that a line at this column is not in.
func (l *look) leave(column int) {
	for len(l.scope) > 0 && column <= l.scope[len(l.scope)-1].column {
		l.scope = l.scope[:len(l.scope)-1]
	}
}

func (l *look) function() (name string, later bool) {
	if len(l.scope) == 0 {
		return "", false
	}
	return l.scope[len(l.scope)-1].function, true
}

// statement looks at one logical line, which may hold several statements.
func (l *look) statement(toks []token, top bool, line int) {
	if l.line = toks[0].line; !top {
		l.line = line
	}
	closing := 0
	for start, depth, i := 0, 0, 0; i <= len(toks); i++ {
		if i < len(toks) && toks[i].kind == symbol {
			switch toks[i].s {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			}
		}
		if i == len(toks) || depth <= 0 && toks[i].kind == symbol && toks[i].s == ";" {
			if i > start {
				if l.simple(toks[start:i], top) {
					closing++
				}
			}
			start = i + 1
		}
	}
	for range closing { // the body stood on the same line
		if len(l.scope) > 0 {
			l.scope = l.scope[:len(l.scope)-1]
		}
	}
}

// simple looks at one statement. It tells whether it opened a block that ends with the line.
func (l *look) simple(toks []token, top bool) (oneLine bool) {
	t := toks[0]
	if t.kind != name {
		l.expressions(toks)
		return false
	}
	if t.s == "async" && len(toks) > 1 {
		toks = toks[1:]
		t.s = toks[0].s
		if toks[0].kind != name {
			l.expressions(toks)
			return false
		}
	}
	switch t.s {
	case "import":
		l.imports(toks[1:])
		return false
	case "from":
		l.fromImports(toks[1:])
		return false
	case "def":
		return l.define(toks, t.column, top)
	case "class", "if", "elif", "else", "try", "except", "finally", "with", "for", "while", "match", "case":
		return l.block(toks, t.column, top)
	case "return", "yield", "raise", "assert", "del", "await", "not", "print":
		l.expressions(toks[1:])
		return false
	case "global", "nonlocal", "pass", "break", "continue":
		return false
	case "type":
		if len(toks) > 1 && toks[1].kind == name {
			return false
		}
	}
	l.assignment(toks)
	return false
}

// define looks at the head of a function, whose defaults run now, and enters its body.
func (l *look) define(toks []token, column int, top bool) bool {
	function := ""
	if len(toks) > 1 && toks[1].kind == name {
		function = toks[1].s
		l.names[function] = value{kind: local, s: function}
	}
	colon := headEnd(toks)
	l.expressions(toks[min(2, colon):colon])
	if !top {
		return false
	}
	l.scope = append(l.scope, scope{column, function})
	if colon+1 < len(toks) {
		l.simple(toks[colon+1:], false)
		return true
	}
	return false
}

// block looks at the head of a compound statement and at what follows it on the line.
func (l *look) block(toks []token, column int, top bool) bool {
	colon := headEnd(toks)
	head := toks[min(1, colon):colon]
	guard := toks[0].s == "if" && isMainGuard(head)
	switch toks[0].s {
	case "class":
		if len(head) > 0 {
			l.expressions(head[1:])
		}
	case "with":
		l.withAs(head)
	default:
		l.expressions(head)
	}
	if guard && top {
		l.scope = append(l.scope, scope{column, ""})
	}
	if colon+1 < len(toks) {
		l.simple(toks[colon+1:], top && !guard)
		return guard && top
	}
	return false
}

// withAs keeps the names that a with statement gives.
func (l *look) withAs(toks []token) {
	e := &expression{l: l, toks: toks}
	for e.at < len(toks) {
		v := e.whole()
		if e.is("as") {
			e.at++
			if e.at < len(toks) && toks[e.at].kind == name && v.kind == dotted {
				l.names[toks[e.at].s] = v
			}
			e.skip(",")
		}
		if e.at < len(toks) {
			e.at++
		}
	}
}

// isMainGuard tells if __name__ == "__main__": what is under it does not run on import.
func isMainGuard(head []token) bool {
	if len(head) > 0 && head[0].s == "(" {
		head = head[1:]
	}
	return len(head) >= 3 && head[0].s == "__name__" && head[1].s == "==" && head[2].kind == text && head[2].s == "__main__"
}

// headEnd is the index of the colon that ends the head of a compound statement.
func headEnd(toks []token) int {
	depth, lambdas := 0, 0
	for i, t := range toks {
		switch {
		case t.kind == name && t.s == "lambda":
			lambdas++
		case t.kind != symbol:
		case t.s == "(" || t.s == "[" || t.s == "{":
			depth++
		case t.s == ")" || t.s == "]" || t.s == "}":
			depth--
		case t.s == ":" && depth == 0:
			if lambdas > 0 {
				lambdas--
				continue
			}
			return i
		}
	}
	return len(toks)
}

// imports keeps what import a.b as c makes known.
func (l *look) imports(toks []token) {
	for len(toks) > 0 {
		path, n := dottedName(toks)
		if n == 0 {
			return
		}
		toks = toks[n:]
		if len(toks) >= 2 && toks[0].s == "as" {
			l.names[toks[1].s] = value{kind: dotted, s: path}
			toks = toks[2:]
		} else {
			first, _, _ := strings.Cut(path, ".")
			l.names[first] = value{kind: dotted, s: first}
		}
		if len(toks) == 0 || toks[0].s != "," {
			return
		}
		toks = toks[1:]
	}
}

// fromImports keeps what from a import b as c makes known.
func (l *look) fromImports(toks []token) {
	for len(toks) > 0 && (toks[0].s == "." || toks[0].s == "...") { // a module of the same package: not looked at from here
		return
	}
	module, n := dottedName(toks)
	if n == 0 || n >= len(toks) || toks[n].s != "import" {
		return
	}
	for toks = toks[n+1:]; len(toks) > 0; toks = toks[1:] {
		if toks[0].kind == symbol && toks[0].s == "*" {
			l.star(module)
			continue
		}
		if toks[0].kind != name {
			continue
		}
		what, as := toks[0].s, toks[0].s
		if len(toks) >= 3 && toks[1].s == "as" {
			as = toks[2].s
			toks = toks[2:]
		}
		l.names[as] = value{kind: dotted, s: module + "." + what}
	}
}

// star makes the names known that an import of everything brings and that matter.
func (l *look) star(module string) {
	for _, n := range []string{"system", "popen", "execv", "execve", "execvp", "spawnv", "Popen", "call", "run", "check_output", "check_call", "getoutput", "socket", "create_connection",
		"urlopen", "urlretrieve", "CDLL", "cdll", "loads", "load", "import_module", "rmtree", "remove", "unlink"} {
		if effectOf(module+"."+n) != 0 {
			l.names[n] = value{kind: dotted, s: module + "." + n}
		}
	}
}

func dottedName(toks []token) (string, int) {
	var b strings.Builder
	for i, t := range toks {
		if t.kind == name && (i == 0 || toks[i-1].s == ".") {
			b.WriteString(t.s)
			continue
		}
		if t.kind == symbol && t.s == "." && i > 0 && toks[i-1].kind == name {
			b.WriteByte('.')
			continue
		}
		return b.String(), i
	}
	return b.String(), len(toks)
}

// assignment looks at an expression, and keeps a plain name that it gives to something known.
func (l *look) assignment(toks []token) {
	e := &expression{l: l, toks: toks}
	var targets []string
	for i := 0; i+1 < len(toks) && toks[i].kind == name && toks[i+1].kind == symbol; {
		if toks[i+1].s == "=" {
			targets = append(targets, toks[i].s)
			i += 2
			e.at = i
			continue
		}
		if toks[i+1].s == ":" { // with an annotation
			for j := i + 2; j < len(toks); j++ {
				if toks[j].kind == symbol && toks[j].s == "=" {
					targets = append(targets, toks[i].s)
					e.at = j + 1
					break
				}
			}
		}
		break
	}
	v := e.whole()
	for _, t := range targets {
		if v.kind != unknown || l.names[t].kind != 0 {
			if _, later := l.function(); later && v.kind == unknown { // one function's names are not another's
				continue
			}
			if len(l.names) < 1<<16 {
				l.names[t] = v
			}
		}
	}
	for e.at < len(toks) { // targets that are expressions, and what is assigned to them
		e.at++
		e.whole()
	}
}

func (l *look) expressions(toks []token) {
	e := &expression{l: l, toks: toks}
	for e.at < len(toks) {
		e.whole()
		e.at++
	}
}

// keep keeps an effect.
func (l *look) keep(e Effect) {
	function, later := l.function()
	e.Line, e.AtImport = l.line, !later
	if e.Line > 0 && e.Line <= len(l.lines) {
		e.Text = cut(strings.TrimSpace(l.lines[e.Line-1]))
	}
	for i := len(l.effects) - 1; i >= 0 && i >= len(l.effects)-8; i-- {
		if l.effects[i] == e {
			return
		}
	}
	if len(l.effects) < maxEffects {
		l.effects = append(l.effects, e)
		l.owners = append(l.owners, function)
	}
}

func cut(s string) string {
	if len(s) > 160 {
		return strings.ToValidUTF8(s[:160], "") + "..."
	}
	return s
}

// calls keeps that a function of this module is called.
func (l *look) calls(function string) {
	from, _ := l.function()
	if _, later := l.function(); later && from == "" {
		return
	}
	if l.called == nil {
		l.called = map[string][]string{}
	}
	if len(l.called[from]) < 1000 {
		l.called[from] = append(l.called[from], function)
	}
}

// calledOnImport marks effects in functions that the module calls itself.
func (l *look) calledOnImport() {
	reached := map[string]bool{}
	queue := slices.Clone(l.called[""])
	for len(queue) > 0 {
		f := queue[0]
		queue = queue[1:]
		if !reached[f] {
			reached[f] = true
			queue = append(queue, l.called[f]...)
		}
	}
	for i := range l.effects {
		if l.owners[i] != "" && reached[l.owners[i]] {
			l.effects[i].AtImport = true
		}
	}
}
