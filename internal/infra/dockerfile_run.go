package infra

import (
	"bytes"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

// sourceLines splits a file into lines without their ends.
func sourceLines(data []byte) []string {
	lines := strings.Split(string(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))), "\n")
	for i := range lines {
		lines[i] = strings.TrimSuffix(lines[i], "\r")
	}
	return lines
}

// runs is what one RUN hands to a shell: its command, or its here-documents where these are the script.
func (r *dockerfileReader) runs(n *parser.Node) []Run {
	if n.Attributes["json"] {
		return []Run{{n.StartLine, execText(nodeWords(n))}}
	}
	command, bodies := r.source(n)
	if len(n.Heredocs) == 0 {
		return []Run{command}
	}
	if !scriptsAreHeredocs(command.Text) {
		for _, b := range bodies { // data for another program; kept, so that a shell reader can skip it itself
			command.Text += "\n" + b.Text + "\n" + b.end
		}
		return []Run{command}
	}
	var all []Run
	for i, b := range bodies {
		if i < len(n.Heredocs) && isShellScript(b.Text) {
			all = append(all, b.Run)
		}
	}
	return all
}

// heredocBody is the text of a here-document, and the line that ends it.
type heredocBody struct {
	Run
	end string
}

// source takes the lines of a RUN from the file: the command without "RUN" and flags, and the here-documents behind it.
func (r *dockerfileReader) source(n *parser.Node) (Run, []heredocBody) {
	first, last := max(0, n.StartLine-1), min(n.EndLine, len(r.lines))
	if first >= last {
		return Run{Line: n.StartLine}, nil
	}
	lines := r.lines[first:last]
	bodyLines := 0
	for _, h := range n.Heredocs {
		bodyLines += strings.Count(h.Content, "\n") + 1
	}
	bodyLines = min(bodyLines, len(lines)-1)
	command := r.command(lines[:len(lines)-bodyLines], n.StartLine)
	var bodies []heredocBody
	at := len(lines) - bodyLines
	for _, h := range n.Heredocs {
		count := min(strings.Count(h.Content, "\n"), len(lines)-at)
		b := heredocBody{Run: Run{first + at + 1, strings.Join(lines[at:at+count], "\n")}}
		if at += count; at < len(lines) {
			b.end = lines[at]
			at++
		}
		bodies = append(bodies, b)
	}
	return command, bodies
}

// command joins the lines of a command so that a shell reads it as the builder does: comments and blank lines between
// them become empty continuations, the escape character becomes a backslash.
func (r *dockerfileReader) command(lines []string, line int) Run {
	out := make([]string, 0, len(lines))
	flags := true // "RUN" and its flags are still to come
	keyword := true
	for i, l := range lines {
		trimmed := strings.TrimSpace(l)
		if i > 0 && (trimmed == "" || trimmed[0] == '#') {
			out = append(out, `\`)
			continue
		}
		body, goesOn := r.continued(l)
		if keyword {
			body, keyword = withoutKeyword(body), false
		}
		if flags {
			body = withoutFlags(body)
			flags = strings.TrimSpace(body) == ""
		}
		if goesOn {
			body += `\`
		}
		out = append(out, body)
	}
	if n := len(out); n > 0 {
		for n > 1 && out[n-1] == `\` {
			n--
		}
		out = out[:n]
	}
	for len(out) > 1 && strings.TrimSpace(strings.TrimSuffix(out[0], `\`)) == "" {
		out, line = out[1:], line+1
	}
	return Run{line, strings.Join(out, "\n")}
}

// continued cuts the escape character off a line that goes on in the next.
func (r *dockerfileReader) continued(l string) (string, bool) {
	t := strings.TrimRight(l, " \t")
	if t == "" || t[len(t)-1] != r.escape || len(t) > 1 && t[len(t)-2] == r.escape {
		return l, false
	}
	return t[:len(t)-1], true
}

// withoutKeyword cuts "RUN", or "ONBUILD RUN", off a line.
func withoutKeyword(l string) string {
	for {
		l = strings.TrimLeft(l, " \t")
		word := l[:len(l)-len(strings.TrimLeft(l, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))]
		l = l[len(word):]
		if !strings.EqualFold(word, "onbuild") {
			return strings.TrimLeft(l, " \t")
		}
	}
}

// withoutFlags cuts "--mount=... --network=..." off the beginning of a line.
func withoutFlags(l string) string {
	for {
		l = strings.TrimLeft(l, " \t")
		if !strings.HasPrefix(l, "--") {
			return l
		}
		l = l[flagEnd(l):]
	}
}

// flagEnd is the length of the flag that a line begins with. Quotes hold a flag together.
func flagEnd(l string) int {
	quote := byte(0)
	for i := range len(l) {
		switch c := l[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ' ' || c == '\t':
			return i
		}
	}
	return len(l)
}

// execText writes the words of an exec form as shell text. What a shell is handed with -c is the text itself.
func execText(words []string) string {
	if len(words) > 2 && isShell(words[0]) {
		for i := 1; i+1 < len(words) && strings.HasPrefix(words[i], "-"); i++ {
			if strings.HasSuffix(words[i], "c") && !strings.HasPrefix(words[i], "--") {
				return oneLine(words[i+1])
			}
		}
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		if quoted[i] = w; w == "" || strings.ContainsAny(w, " \t\n\"'`$\\|&;<>()#*?[]{}~") {
			quoted[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	return oneLine(strings.Join(quoted, " "))
}

// oneLine keeps text that the file writes in one line in one line: its line ends are escapes there.
func oneLine(text string) string {
	if !strings.Contains(text, "\n") {
		return text
	}
	var parts []string
	for l := range strings.Lines(text) {
		l = strings.TrimSpace(l)
		if l == "" || l[0] == '#' {
			continue
		}
		if c := strings.Index(l, " #"); c > 0 && !strings.ContainsAny(l, `"'`) {
			l = l[:c]
		}
		parts = append(parts, l)
	}
	return strings.Join(parts, "; ")
}

func isShell(word string) bool {
	switch word[strings.LastIndexByte(word, '/')+1:] {
	case "sh", "bash", "dash", "ash", "zsh", "ksh":
		return true
	}
	return false
}

// scriptsAreHeredocs says whether a command is nothing but here-documents, or a shell that reads them.
func scriptsAreHeredocs(command string) bool {
	for i, w := range strings.Fields(command) {
		switch {
		case strings.HasPrefix(w, "<<"):
			return true
		case i == 0 && !isShell(w), i > 0 && !strings.HasPrefix(w, "-"):
			return false
		}
	}
	return false
}

// isShellScript says whether a here-document is run by a shell: it has no "#!" line of another interpreter.
func isShellScript(text string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "#!")
	if !ok {
		return true
	}
	line, _, _ := strings.Cut(rest, "\n")
	for _, w := range strings.Fields(line) {
		if isShell(w) {
			return true
		}
	}
	return false
}
