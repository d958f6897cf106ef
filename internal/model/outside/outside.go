// Package outside judges what a model names beyond itself: paths, native libraries, commands, and modules of Python.
package outside

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Leaves says whether a path leads out of the folder it is given in, on any operating system, or to another machine.
func Leaves(name string) bool {
	slashed := strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(slashed, "/") || strings.HasPrefix(slashed, "~") || strings.Contains(slashed, "://") {
		return true
	}
	if len(slashed) > 1 && slashed[1] == ':' && (slashed[0]|0x20 >= 'a' && slashed[0]|0x20 <= 'z') {
		return true
	}
	deep := 0
	for part := range strings.SplitSeq(slashed, "/") {
		switch part {
		case "", ".":
		case "..":
			if deep--; deep < 0 {
				return true
			}
		default:
			deep++
		}
	}
	return false
}

// File says of a file that a loader opens by name where it lies: beside the model is how it is meant.
func File(p *inspect.Part, at int64, family, what, name string) {
	switch {
	case name == "":
	case strings.Contains(name, "://"):
		p.Say(inspect.Dangerous, family+"-remote", at, "%s from %s, which is fetched", what, inspect.Quote(name))
	case Leaves(name):
		p.Say(inspect.Dangerous, family+"-escape", at, "%s from %s, outside of the model's folder", what, inspect.Quote(name))
	default:
		p.Say(inspect.Clean, family+"-beside", at, "%s from the file %s beside it", what, inspect.Quote(name))
	}
}

// commandMarks are what commands are told by that no description of a model has. They are in lower case.
var commandMarks = []string{
	"os.system(", "os.popen(", "subprocess.popen", "subprocess.run", "subprocess.call", "subprocess.check_", "__import__(", "pty.spawn(", "os.execv", "ctypes.cdll",
	"/bin/sh -", "/bin/bash -", "bash -c ", "bash -i", "sh -c '", "sh -c \"", "powershell -", "powershell.exe", "cmd.exe /", "cmd /c", "| sh", "|sh", "| bash", "|bash", "nc -e", "ncat -e",
	"/dev/tcp/", "rm -rf /", "rm -rf ~", "getruntime().exec", "java.lang.runtime", "java.lang.processbuilder", "new processbuilder", "javax.script", "scriptenginemanager", "os.execute(", "io.popen(", "exec(base64", "eval(base64",
	"b64decode(", "exec(compile(", "certutil -urlcache", "bitsadmin /", "mshta http", "regsvr32 /", "rundll32 ", "<script", "javascript:",
}

// Command finds a command in free text.
func Command(text string) string {
	if len(text) < 6 {
		return ""
	}
	lower := strings.ToLower(text)
	for _, m := range commandMarks {
		i := strings.Index(lower, m)
		if i < 0 {
			continue
		}
		if (m == "|sh" || m == "| sh" || m == "|bash" || m == "| bash") && i+len(m) < len(lower) && isWord(lower[i+len(m)]) {
			continue // a table whose next column begins so
		}
		if i > len(text) { // lower case may be shorter
			return m
		}
		return strings.ToValidUTF8(text[max(0, i-20):min(len(text), i+100)], "?")
	}
	return ""
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

// CommandIn says so where free text that a model carries spells out a command. No loader is known to run it; no honest model
// has a use for it.
func CommandIn(p *inspect.Part, at int64, id, where, text string) {
	if c := Command(text[:min(len(text), inspect.HeadBytes)]); c != "" {
		p.Say(inspect.Dangerous, id, at, "%s spells out a command, which no honest model needs: %s", where, inspect.Quote(c))
	}
}

// PlainText is what of bytes up to the first zero is text.
func PlainText(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	if !utf8.ValidString(s) {
		return ""
	}
	return s
}

// Libraries finds file names of native libraries in bytes.
func Libraries(b []byte) []string {
	var names []string
	for _, ending := range []string{".so", ".dll", ".dylib"} {
		for at := 0; len(names) < 8; {
			i := bytes.Index(b[at:], []byte(ending))
			if i < 0 {
				break
			}
			end := at + i + len(ending)
			start := at + i
			for start > 0 && (isWord(b[start-1]) && b[start-1] < 0x80 || strings.IndexByte("./-\\:+", b[start-1]) >= 0) {
				start--
			}
			if at = end; end-len(ending)-start >= 3 && (end == len(b) || !isWord(b[end])) {
				names = append(names, string(b[start:end]))
			}
		}
	}
	return names
}

// effectModules are modules of Python that nothing in a model has a use for.
var effectModules = []string{"os", "posix", "nt", "subprocess", "builtins", "__builtin__", "pty", "sys", "shutil", "socket", "runpy", "importlib", "ctypes", "commands", "code", "timeit", "popen2", "pickle", "marshal"}

// Effectful says whether a dotted name of Python lies in a module that nothing in a model has a use for.
func Effectful(name string) bool {
	top, _, _ := strings.Cut(name, ".")
	return slices.Contains(effectModules, top)
}

// Native says whether a file name is that of code.
func Native(lower string) bool {
	for _, ending := range []string{".so", ".dll", ".dylib", ".exe", ".py", ".pyc", ".sh", ".jar", ".class", ".js", ".bat", ".ps1", ".cl", ".lua"} {
		if strings.HasSuffix(lower, ending) {
			return true
		}
	}
	return strings.Contains(lower, ".so.")
}
