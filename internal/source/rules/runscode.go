package rules

import (
	"slices"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// codeParameter is what a tool calls the program that a model writes.
	codeParameter = pattern.New(`(?i)^(?:\w+_)?(?:code|script|program|snippet|source_?code)$|^(?:python|js|user)_?[cC]ode$|Code$|^source$`)
	// startsProgram are calls that start another program.
	startsProgram = Names{"subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call", "subprocess.check_output", "asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "os.system", "child_process.exec", "child_process.execSync", "child_process.spawn", "child_process.spawnSync", "child_process.execFile", "child_process.execFileSync", "**.execFileAsync"}
	// interpreter is a program that runs code.
	interpreter = pattern.New(`^(?:sys\.executable|process\.execPath|["'](?:/usr/(?:local/)?bin/)?(?:python[\d.]*|node|deno|bun|ruby|perl|bash|sh|php|Rscript|tsx|ts-node)["'])$`)
	// fileParameter is what a tool calls the file that is run.
	fileParameter = pattern.New(`(?i)^(?:\w+_)?(?:file|script|program)(?:_?(?:name|path))?$|^path$`)
	// startsIn is a command that begins with an interpreter: f"{sys.executable} {file}".
	startsIn = pattern.New(`^f?["'\x60](?:\$?\{(?:sys\.executable|process\.execPath)\}|(?:python[\d.]*|node|deno run|bun|ruby|perl|Rscript|tsx|ts-node))(?: -u)? \$?\{`)
	// boxed is what stands in code that runs programs in a box.
	boxed = pattern.New(`(?i)docker|podman|sandbox|firejail|bubblewrap|\bbwrap\b|nsjail|gvisor|runsc|firecracker|e2b|microvm|unshare|seccomp|isolat`)
	// writesFile is how code comes into a file before it is run.
	writesFile = pattern.New(`\.write\(|write_text\(|writeFile(?:Sync)?\(|NamedTemporaryFile|mkstemp`)
)

// runsModelCode finds tools that hand the code that a model writes to an interpreter on this machine: in a file, or as an argument.
func runsModelCode(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("subprocess") && !l.f.Holds("os.system") && !l.f.Holds("child_process") && !l.f.Holds("execFile") {
		return
	}
	for _, tool := range l.tools() {
		var code []string
		for _, p := range l.modelChosen(tool) {
			if codeParameter.MatchString(p.name) || fileParameter.MatchString(p.name) {
				code = append(code, p.name)
			}
		}
		body := l.body(tool)
		if len(code) == 0 || boxed.MatchString(checkedText(t.Code(body))) {
			continue
		}
		written := writesFile.MatchString(t.Code(body))
		l.callsIn(body, func(call syntax.ID, name string) bool {
			if !resolve.MatchesAny(startsProgram, name) {
				return true
			}
			first := t.Child(call, 1)
			if t.Kind(first) == syntax.Format && startsIn.MatchString(t.Code(first)) && l.mentionsAny(first, code) {
				l.tell(m.rule, call, call, "")
				return false
			}
			program, rest := first, t.Next(first)
			if t.Kind(first) == syntax.List {
				program = t.Child(first, 0)
				rest = t.Next(program)
			} else if t.Kind(rest) == syntax.List {
				rest = t.Child(rest, 0)
			}
			if !interpreter.MatchString(t.Code(program)) || rest == 0 {
				return true
			}
			given := written && t.Kind(rest) != syntax.Str
			for _, c := range code {
				given = given || l.mentions(first, c) || l.mentions(t.Next(first), c)
			}
			if given {
				l.tell(m.rule, call, call, "")
				return false
			}
			return true
		})
	}
}

// mentionsAny says whether any of some names stands in an expression.
func (l *look) mentionsAny(inside syntax.ID, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return l.mentions(inside, name) })
}
