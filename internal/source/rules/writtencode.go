package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// interpreterClass is a class that runs code which it is given.
	interpreterClass = pattern.New(`(?:Interpreter|Executor|CodeRunner|REPL|Repl)(?:Tool)?$`)
	// runsGiven is the method of one that does.
	runsGiven = pattern.New(`^(?:a?execute|a?run|_?run_code|execute_code|exec_code|run_python|execute_python|_execute|_run|__call__|forward)$`)
	// givenCode is what it calls the code.
	givenCode = pattern.New(`(?i)^(?:\w+_)?(?:codes?|scripts?|snippets?|programs?|source_?code|code_?blocks?)$`)
	// compilers make programs out of code, or run it.
	compilers = pattern.New(`^["'](?:/usr/(?:local/)?bin/)?(?:gcc|g\+\+|clang(?:\+\+)?|cc|javac|java|go|rustc|cargo|Rscript|julia)["']$`)
	// tellsOfAgents is a file that says that a model, or an agent, writes what it runs.
	tellsOfAgents = pattern.New(`(?i)\bagents?\b|\bllms?\b|\bAI\b|\bassistant|language model|openai|\bgpt`)
)

// runsWrittenCode finds classes of a project's own that run the code of a model on this machine: class PyInterpreter, with execute(codes)
// which hands it to an interpreter, or writes it into a file and builds and runs that.
func runsWrittenCode(l *look, m *matcher) {
	t := l.t
	if t.Language != syntax.Python || !l.f.Holds("subprocess") || !l.whole.has(factModels) || notDeployed.MatchString(l.f.Path) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Function || !runsGiven.MatchString(t.Name(id)) {
			continue
		}
		class := t.Enclosing(id, syntax.Class)
		if class == 0 || l.f.Scope(id) != class || !interpreterClass.MatchString(t.Name(class)) || boxed.MatchString(t.Name(class)) || !l.f.Says(tellsOfAgents) && !toolBase(t, class) {
			continue
		}
		var code []string
		asked := false
		for p := range t.Children(id) {
			if t.Kind(p) == syntax.Param {
				if givenCode.MatchString(t.Name(p)) {
					code = append(code, t.Name(p))
				}
				asked = asked || switchToAsk.MatchString(t.Code(p))
			}
		}
		body := l.body(id)
		text := checkedText(l.withoutDocstring(body))
		if len(code) == 0 || boxed.MatchString(text) || !asked && asksPeople.MatchString(text) {
			continue
		}
		if call := l.startsGiven(body, code, writesFile.MatchString(text)); call != 0 {
			l.tell(m.rule, call, call, "what the model wrote")
		}
	}
}

var (
	// switchToAsk is a parameter that says whether somebody is asked first, and says no unless the caller says more.
	switchToAsk = pattern.New(`(?i)^(?:safety|safe|safe_mode|confirm|ask|approve|interactive)\w*\s*(?::\s*bool\s*)?=\s*False$`)
	// asksPeople asks somebody at the terminal.
	asksPeople = pattern.New(`(?i)\binput\(|confirm\(|approv|ask_user|ask_human`)
)

// toolBase says whether a class is made from one that is called a tool.
func toolBase(t *syntax.Tree, class syntax.ID) bool {
	for c := range t.Children(class) {
		if k := t.Kind(c); (k == syntax.Ident || k == syntax.Attribute) && (strings.HasSuffix(t.Name(c), "Tool") || strings.HasSuffix(t.Name(c), "Tools")) {
			return true
		}
	}
	return false
}

// withoutDocstring is the code of a body after the text that describes it.
func (l *look) withoutDocstring(body syntax.ID) string {
	t := l.t
	first := t.Child(body, 0)
	if t.Kind(first) == syntax.ExprStmt && t.Kind(t.Child(first, 0)) == syntax.Str {
		return t.Source[t.Node(first).End:t.Node(body).End]
	}
	return t.Code(body)
}

// startsGiven is the first call in a body that starts an interpreter with the code, a compiler of the file that the code was written into,
// or what that made.
func (l *look) startsGiven(body syntax.ID, code []string, written bool) syntax.ID {
	t := l.t
	for id := firstInside(t, body); id <= body; id++ { // code = "\n".join(codes)
		if t.Kind(id) == syntax.Assign && t.Kind(t.Child(id, 0)) == syntax.Ident && l.f.Value(id) != 0 && len(code) < 8 && l.mentionsAny(l.f.Value(id), code) && t.Kind(l.f.Value(id)) != syntax.Compare {
			if name := t.Name(t.Child(id, 0)); givenCode.MatchString(name) {
				code = append(code, name)
			}
		}
	}
	found := syntax.ID(0)
	l.callsIn(body, func(call syntax.ID, name string) bool {
		if !strings.HasPrefix(name, "subprocess.") && !strings.HasPrefix(name, "asyncio.create_subprocess") || !resolve.MatchesAny(startsProgram, name) {
			return true
		}
		first := t.Child(call, 1)
		program := first
		if list := l.f.Literal(first); t.Kind(list) == syntax.List {
			first, program = list, t.Child(list, 0)
		}
		said := t.Code(program)
		switch {
		case interpreter.MatchString(said) && (written || l.mentionsAny(first, code) || l.mentionsAny(t.Next(first), code)):
			found = call
			return false
		case compilers.MatchString(said) && (written || l.mentionsAny(first, code)), found != 0 && t.Kind(program) != syntax.Str:
			found = call // what was compiled is run after it
		}
		return true
	})
	return found
}

// ownInterpreter is what a project calls a class of its own that runs commands or code.
var ownInterpreter = pattern.New(`^\w*(?:Bash|Shell|Python|Py|Code|Terminal|Command)(?:Interpreter|Executor|REPL|Runner)(?:Tool)?$`)

// ownInterpreters finds agents that are given a class of the target's own that runs commands or code on this machine: the class stands in
// another file, which starts programs and speaks of no box.
func ownInterpreters(l *look, m *matcher) {
	t := l.t
	if t.Language != syntax.Python || !l.f.Holds("tools") || !l.f.Holds("Agent") || l.whole == nil || l.whole.read == nil || notDeployed.MatchString(l.f.Path) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Assign || t.Name(t.Child(id, 0)) != "tools" {
			continue
		}
		class := t.Enclosing(id, syntax.Class)
		if class == 0 || !strings.HasSuffix(t.Name(class), "Agent") {
			continue
		}
		for c := range t.Children(l.f.Literal(l.f.Value(id))) {
			made := c
			if t.Kind(c) == syntax.Pair {
				made = t.Last(c)
			}
			callee := t.Child(made, 0)
			if t.Kind(made) == syntax.Call && t.Kind(callee) == syntax.Ident && ownInterpreter.MatchString(t.Name(callee)) && !boxed.MatchString(t.Code(made)) && l.startsPrograms(callee) {
				l.tell(m.rule, made, made, "")
				break
			}
		}
	}
}

// startsPrograms says whether the file of the target that an imported class stands in starts programs, and speaks of no box in its code.
func (l *look) startsPrograms(class syntax.ID) bool {
	b := l.f.Binding(class)
	if l.t.Kind(b) != syntax.Alias {
		return false
	}
	name := l.f.ImportName(b)
	file := strings.ReplaceAll(name[:max(strings.LastIndexByte(name, '.'), 0)], ".", "/") + ".py"
	if !l.whole.paths[strings.ToLower(file)] {
		return false
	}
	data, err := l.whole.read(file)
	return err == nil && strings.Contains(string(data), "subprocess.") && !strongBox.Match(data)
}

// strongBox is what starts a box for programs.
var strongBox = pattern.New(`(?i)\b(?:docker|podman|firejail|bwrap|bubblewrap|nsjail|gvisor|runsc|firecracker|e2b)\b`)
