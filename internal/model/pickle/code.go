package pickle

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// telling are names in code that say what it does.
var telling = [...]string{
	"__builtins__", "__globals__", "__import__", "__subclasses__", "check_call", "check_output", "compile", "connect", "ctypes", "eval", "exec", "execl", "execv", "execve",
	"fork", "getoutput", "import_module", "marshal", "os", "popen", "Popen", "pty", "putenv", "remove", "requests", "rmtree", "shutil", "socket", "spawn",
	"startfile", "subprocess", "system", "unlink", "urllib", "urlopen", "urlretrieve",
}

// makesCode is a call that makes code, or a function of it. Making it runs nothing, but nobody writes a function into a file
// that is not to be called.
func (m *machine) makesCode(fn, args value) value {
	n := &m.names.all[fn.payload()]
	if what, ok := m.tells(args, 0); ok {
		m.sayOf(n, inspect.Malicious, "pickle-code", "calls %s with code that uses %s", m.show(fn), inspect.Quote(what))
		return m.kept(fn, args)
	}
	if n.global.Known && severity(n.global) == inspect.Malicious && n.module == "types" {
		m.sayOf(n, inspect.Malicious, "pickle-code", "calls %s: makes a function of code in the file", m.show(fn))
		return m.kept(fn, args)
	}
	m.sayOf(n, inspect.Dangerous, "pickle-code", "calls %s: makes a function of code in the file, for whoever uses the loaded object to run", m.show(fn))
	return m.kept(fn, args)
}

// tells looks for names that say what code does.
func (m *machine) tells(v value, depth int) (string, bool) {
	if depth == 0 {
		m.visited = 0
	}
	if m.visited++; depth > 3 || m.visited > maxVisited {
		return "", false
	}
	switch v.kind() {
	case kText, kMemoText:
		text, ok := m.constant(v, 64)
		if !ok {
			return "", false
		}
		for _, t := range telling {
			if string(text) == t {
				return t, true
			}
		}
	case kTuple, kList:
		items, _ := m.members(v)
		for _, x := range items {
			if what, ok := m.tells(x, depth+1); ok {
				return what, true
			}
		}
	case kResult: // of marshal.loads
		if from := m.nodes.nodes[v.payload()].from; from.kind() == kName && m.names.all[from.payload()].global.Capability&globals.Interprets != 0 && m.names.all[from.payload()].act == actNone {
			return m.names.all[from.payload()].dotted(), true
		}
	}
	return "", false
}
