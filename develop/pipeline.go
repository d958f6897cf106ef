package develop

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// pipeline is a chain of commands joined by "|" in shell text.
type pipeline struct {
	line     int        // 1-based, of its first word
	commands [][]string // words of each command, quotes removed
	inner    []string   // command substitutions inside its words: "$(...)", "<(...)", backquotes
}

// maxSubstitutions is how deep command substitutions are followed; text nested deeper is left as a word.
const maxSubstitutions = 8

// fetch is a download that goes straight into an interpreter.
type fetch struct {
	line    int
	address string // as far as the command names one
	through string // the interpreter
}

// pipedInstalls finds downloads that an interpreter runs unseen: "curl ... | sh", "bash <(curl ...)", "sh -c "$(curl ...)"".
// Comments, quoted text that nothing runs, and here-documents stay silent, and so does a chain that verifies a checksum.
func pipedInstalls(script string) []fetch {
	return pipedAt(script, 1, 0)
}

func pipedAt(script string, firstLine, depth int) []fetch {
	var found []fetch
	for _, p := range shellPipelines(script) {
		p.line += firstLine - 1
		if p.verifies() {
			continue
		}
		f, ok := p.fetchIntoInterpreter()
		if !ok {
			f, ok = p.interpreterOfSubstitution()
		}
		if ok {
			found = append(found, f)
			continue
		}
		if depth >= maxSubstitutions {
			continue
		}
		for _, inner := range p.inner {
			found = append(found, pipedAt(inner, p.line, depth+1)...)
		}
	}
	return found
}

// verification is a command that compares what was fetched with what was expected.
var verification = pattern.New(`\b(?:sha(?:1|224|256|384|512)sum|shasum|b2sum|gpgv?|cosign|minisign|openssl dgst)\b`)

func (p pipeline) verifies() bool {
	for _, c := range p.commands {
		if verification.MatchString(strings.Join(c, " ")) {
			return true
		}
	}
	return false
}

func (p pipeline) fetchIntoInterpreter() (fetch, bool) {
	from := -1
	for i, c := range p.commands {
		c = bare(c)
		if from >= 0 && runsStdin(c) {
			return fetch{p.line, addressIn(p.commands[from]), program(c[0])}, true
		}
		if isFetcher(c) {
			from = i
		}
	}
	return fetch{}, false
}

// interpreterOfSubstitution sees what is fetched by a substitution in an interpreter's command line.
func (p pipeline) interpreterOfSubstitution() (fetch, bool) {
	address, fetches := "", false
	for _, inner := range p.inner {
		for _, q := range shellPipelines(inner) {
			if len(q.commands) > 0 && isFetcher(bare(q.commands[0])) {
				address, fetches = addressIn(q.commands[0]), true
			}
		}
	}
	for _, c := range p.commands {
		if c = bare(c); fetches && len(c) > 0 && runsArgument(c) {
			return fetch{p.line, address, program(c[0])}, true
		}
	}
	return fetch{}, false
}

var (
	shells       = []string{"sh", "bash", "zsh", "dash", "ash", "ksh", "fish"}
	interpreters = []string{"python", "python3", "python2", "perl", "ruby", "node", "php"}
	fetchers     = []string{"curl", "wget"}
	prefixes     = []string{"sudo", "doas", "env", "exec", "command", "time", "nohup", "if", "then", "else", "do", "!", "{", "while", "until", "elif", "builtin", "nice"}
)

// bare drops what may stand before a command: sudo and its flags, assignments, reserved words.
func bare(words []string) []string {
	for len(words) > 0 {
		w := words[0]
		switch {
		case contains(prefixes, w):
			words = words[1:]
			for len(words) > 0 && strings.HasPrefix(words[0], "-") && w != "!" {
				flag := words[0]
				words = words[1:]
				if (flag == "-u" || flag == "-g") && w == "sudo" && len(words) > 0 {
					words = words[1:]
				}
			}
		case assignment.MatchString(w):
			words = words[1:]
		default:
			return words
		}
	}
	return nil
}

var assignment = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*=`)

func isFetcher(c []string) bool { return len(c) > 0 && contains(fetchers, program(c[0])) }

// runsStdin says whether the command takes its program from the pipe: no script and no -c before the arguments.
func runsStdin(c []string) bool {
	if len(c) == 0 {
		return false
	}
	name := program(c[0])
	shell := contains(shells, name)
	if !shell && !contains(interpreters, strings.TrimRight(name, ".0123456789")) && !contains(interpreters, name) {
		return false
	}
	for i := 1; i < len(c); i++ {
		w := c[i]
		switch {
		case w == "-" || w == "/dev/stdin" || shell && w == "--":
			return true
		case shell && strings.HasPrefix(w, "-") && !strings.HasPrefix(w, "--") && strings.Contains(w, "s"):
			return true
		case shell && (w == "-o" || w == "+o"):
			i++
		case shell && strings.HasPrefix(w, "-") && strings.Contains(strings.TrimPrefix(w, "-"), "c") && !strings.HasPrefix(w, "--"):
			return false
		case strings.HasPrefix(w, "<") || strings.HasPrefix(w, ">") || strings.HasPrefix(w, "2>"):
			return true
		case !strings.HasPrefix(w, "-"):
			return false
		case !shell && w != "-u" && w != "-I" && w != "-E" && w != "-s" && w != "-S":
			return false
		}
	}
	return true
}

// runsArgument says whether the command runs text or a file that its own words hold.
func runsArgument(c []string) bool {
	name := program(c[0])
	switch {
	case name == "eval" || name == "source" || name == ".":
		return true
	case !contains(shells, name) && !contains(interpreters, name):
		return false
	}
	return len(c) > 1 && (c[1] == "-c" || c[1] == "-lc" || c[1] == "-e" || strings.HasPrefix(c[1], "<("))
}

func addressIn(words []string) string {
	for _, w := range words {
		if strings.Contains(w, "://") {
			return w
		}
	}
	for _, w := range words[1:] {
		if !strings.HasPrefix(w, "-") && strings.Contains(w, ".") && !strings.HasPrefix(path.Base(w), ".") {
			return w
		}
	}
	return ""
}
