package torch7

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// effects are pairs of a library and a function of Lua's that are no part of arithmetic; without a library the name says it.
var effects = []struct{ library, name, what string }{
	{"os", "execute", "runs a program"}, {"io", "popen", "runs a program"}, {"os", "remove", "deletes files"}, {"os", "rename", "renames files"}, {"os", "exit", "ends the process"},
	{"io", "open", "opens files"}, {"io", "lines", "reads files"}, {"os", "getenv", "reads the environment"}, {"package", "loadlib", "loads native code"}, {"ffi", "load", "loads native code"}, {"ffi", "cdef", "calls native code"},
	{"ffi", "C", "calls native code"}, {"", "loadstring", "runs code that it makes"}, {"", "dofile", "runs a file"}, {"", "loadfile", "runs a file"}, {"", "loadlib", "loads native code"},
	{"debug", "getregistry", "reaches into the interpreter"}, {"socket", "http", "talks to other machines"}, {"socket", "tcp", "talks to other machines"}, {"socket", "connect", "talks to other machines"},
	{"sys", "execute", "runs a program"}, {"paths", "rmall", "deletes files"},
}

// effect finds a function that has an effect in code, as text or compiled. Compiled code has names as constants.
func effect(code []byte) string {
	compiled := bytes.HasPrefix(code, []byte("\x1bL"))
	for _, e := range effects {
		if compiled {
			if constant(code, e.name) && (e.library == "" || constant(code, e.library)) {
				return e.what + ": " + inspect.Quote(e.library+dot(e.library)+e.name)
			}
			continue
		}
		if call := e.library + dot(e.library) + e.name; called(code, call) {
			return e.what + ": " + inspect.Quote(call)
		}
	}
	return ""
}

func dot(library string) string {
	if library == "" {
		return ""
	}
	return "."
}

// called says whether text calls a name.
func called(code []byte, name string) bool {
	for at := 0; ; {
		i := bytes.Index(code[at:], []byte(name))
		if i < 0 {
			return false
		}
		i += at
		at = i + len(name)
		rest := bytes.TrimLeft(code[at:min(len(code), at+8)], " \t")
		if (i == 0 || !isName(code[i-1])) && len(rest) > 0 && (rest[0] == '(' || rest[0] == '"' || rest[0] == '\'' || rest[0] == '[') {
			return true
		}
	}
}

// constant says whether compiled code has a text as a constant: behind its length in LuaJIT's form, before a zero in Lua's.
func constant(code []byte, name string) bool {
	for at := 0; ; {
		i := bytes.Index(code[at:], []byte(name))
		if i < 0 {
			return false
		}
		i += at
		at = i + len(name)
		before, after := byte(0), byte(0)
		if i > 0 {
			before = code[i-1]
		}
		if at < len(code) {
			after = code[at]
		}
		if int(before) == len(name)+5 || after == 0 && !isName(before) || int(before) == len(name)+1 && !isName(after) {
			return true
		}
	}
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.'
}
