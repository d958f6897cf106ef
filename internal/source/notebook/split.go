package notebook

import (
	"strings"
)

// splitter sorts the lines of cells of IPython into Python and shell.
type splitter struct {
	code, shell writer
	errors      []Error
}

// wholeCell is what the first line of a cell makes of all of it.
type wholeCell uint8

const (
	isPython wholeCell = iota
	isShell
	isNeither
)

// python reads one cell.
func (s *splitter) python(c *cell) {
	s.code.begin(c.number)
	s.shell.begin(c.number)
	text := c.text
	at := 0
	first := strings.TrimLeft(text, " \t\r\n")
	kind, magic := cellMagic(first)
	if magic {
		at = len(text) - len(first)
		at += lineEnd(first)
	}
	switch kind {
	case isShell:
		s.line(&s.shell, c, at, len(text))
		return
	case isNeither:
		return
	}
	before := s.code
	var open nesting
	indent := commonIndent(text[at:])
	for at < len(text) {
		end := at + lineEnd(text[at:])
		if strings.HasPrefix(text[at:end], indent) {
			at += len(indent)
		}
		if !open.inside() {
			end = s.statement(c, at, end, &open)
		} else {
			open.read(text[at:end])
			s.line(&s.code, c, at, end)
		}
		at = end
	}
	if open.inside() { // what is not closed here would swallow the cells after it
		s.errors = append(s.errors, Error{s.lineOf(c), "a cell ends inside a bracket or a string"})
		s.code = before
	}
}

// commonIndent is the white space before the first statement of a cell, which IPython takes off every line that begins with it.
func commonIndent(text string) string {
	first := strings.TrimLeft(text, " \t\r\n")
	if first == "" {
		return ""
	}
	before := text[:len(text)-len(first)]
	return before[strings.LastIndexAny(before, "\r\n")+1:]
}

func (s *splitter) lineOf(c *cell) int {
	if len(c.spans) == 0 {
		return 1
	}
	return int(c.spans[0].line)
}

// line writes a part of a cell; the last line of a cell need not end.
func (s *splitter) line(to *writer, c *cell, low, high int) {
	if low >= high {
		return
	}
	if to.add(&c.cellText, low, high) && c.text[high-1] != '\n' {
		to.put("\n", &c.cellText, high)
	}
}

// statement writes a line at which a statement begins, and says where the next one begins.
func (s *splitter) statement(c *cell, at, end int, open *nesting) int {
	text := c.text[at:end]
	body := strings.TrimLeft(text, " \t")
	indent := len(text) - len(body)
	bare := strings.TrimRight(body, " \t\r\n")
	pass := func(end int) int {
		s.code.add(&c.cellText, at, at+indent)
		s.code.put("pass\n", &c.cellText, at+indent)
		return end
	}
	// What goes to a shell may go on over several lines.
	run := func(skip int) int {
		for end < len(c.text) && strings.HasSuffix(strings.TrimRight(c.text[at:end], "\r\n"), "\\") {
			end += lineEnd(c.text[end:])
		}
		s.line(&s.shell, c, at+indent+skip, end)
		return pass(end)
	}
	switch {
	case strings.HasPrefix(body, "!!"):
		return run(2)
	case strings.HasPrefix(body, "!"):
		return run(1)
	case strings.HasPrefix(body, "%"):
		name, _, _ := strings.Cut(strings.TrimLeft(bare, "% "), " ")
		switch name {
		case "pip", "conda", "mamba", "uv":
			return run(strings.Index(body, name))
		case "sx", "system", "sh":
			return run(1 + len(name))
		case "time", "timeit", "prun", "memit", "lprun", "mprun":
			rest := strings.TrimLeft(strings.TrimPrefix(bare[1:], name), " \t")
			if rest != "" && rest[0] != '-' {
				from := at + indent + strings.Index(body, rest)
				s.code.add(&c.cellText, at, at+indent)
				open.read(c.text[from:end])
				s.line(&s.code, c, from, end)
				return end
			}
		}
		return pass(end)
	case strings.HasPrefix(body, "?"), strings.HasSuffix(bare, "?") && !strings.ContainsAny(bare, "#'\""):
		return pass(end)
	}
	if i := assignedShell(bare); i > 0 { // files = !ls
		if bare[i] == '!' {
			s.line(&s.shell, c, at+indent+i+1, end)
		}
		if rest := strings.TrimPrefix(bare[i:], "%time "); rest != bare[i:] {
			s.line2(c, at, at+indent+i, at+indent+i+len("%time "), end)
			open.read(text)
			return end
		}
		s.code.add(&c.cellText, at, at+indent+i)
		s.code.put("None\n", &c.cellText, at+indent+i)
		return end
	}
	open.read(text)
	s.line(&s.code, c, at, end)
	return end
}

// line2 writes a line without what stands between mid and next.
func (s *splitter) line2(c *cell, at, mid, next, end int) {
	s.code.add(&c.cellText, at, mid)
	s.line(&s.code, c, next, end)
}

// assignedShell finds the mark in `name = !command` and `name = %magic`; 0: there is none.
func assignedShell(line string) int {
	before, after, ok := strings.Cut(line, "=")
	if !ok || strings.ContainsAny(before, "'\"#([{!<>") {
		return 0
	}
	rest := strings.TrimLeft(after, " \t")
	if rest == "" || rest[0] != '!' && rest[0] != '%' || strings.HasPrefix(rest, "!=") {
		return 0
	}
	return len(line) - len(rest)
}

// cellMagic says what the first line of a cell makes of it, and whether that line is a magic itself.
func cellMagic(text string) (kind wholeCell, magic bool) {
	line := strings.TrimRight(text[:lineEnd(text)], " \t\r\n")
	words := strings.Fields(line)
	if len(words) == 0 || line[0] != '%' {
		return isPython, false
	}
	if !strings.HasPrefix(line, "%%") {
		switch words[0] { // of Databricks: the whole cell in another language
		case "%md", "%sql", "%scala", "%r", "%fs":
			return isNeither, true
		case "%sh":
			if len(words) == 1 {
				return isShell, true
			}
		case "%python":
			return isPython, true
		}
		return isPython, false
	}
	switch words[0] {
	case "%%bash", "%%sh", "%%shell", "%%!", "%%sx", "%%system":
		return isShell, true
	case "%%script":
		if len(words) > 1 && (words[1] == "bash" || words[1] == "sh" || words[1] == "zsh") {
			return isShell, true
		}
		return isNeither, true
	case "%%writefile", "%%file":
		switch name := words[len(words)-1]; {
		case strings.HasSuffix(name, ".py"):
			return isPython, true
		case strings.HasSuffix(name, ".sh"):
			return isShell, true
		}
		return isNeither, true
	case "%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3", "%%memit", "%%wandb", "%%px", "%%ipytest", "%%run_pytest", "%%skip", "%%local", "%%spark", "%%pycodestyle", "%%heat", "%%lprun", "%%mprun":
		return isPython, true
	}
	return isNeither, true
}

// lineEnd is where the first line of a text ends, its line end included.
func lineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i + 1
	}
	return len(text)
}

// nesting follows brackets and strings of Python over lines, so that a `!` inside of one is not taken for a command.
type nesting struct {
	depth     int
	quote     string // three quotes that are open
	continued bool   // the line before ended in a backslash
}

func (n *nesting) inside() bool { return n.depth > 0 || n.quote != "" || n.continued }

// read goes over one line.
func (n *nesting) read(line string) {
	n.continued = false
	for i := 0; i < len(line); i++ {
		c := line[i]
		if n.quote != "" {
			switch {
			case c == '\\':
				i++
			case strings.HasPrefix(line[i:], n.quote):
				i += 2
				n.quote = ""
			}
			continue
		}
		switch c {
		case '#':
			return
		case '(', '[', '{':
			n.depth++
		case ')', ']', '}':
			n.depth = max(n.depth-1, 0)
		case '\\':
			n.continued = strings.TrimRight(line[i+1:], "\r\n") == ""
		case '"', '\'':
			if q := strings.Repeat(line[i:i+1], 3); strings.HasPrefix(line[i:], q) {
				n.quote = q
				i += 2
				continue
			}
			i = closing(line, i)
		}
	}
}

// closing is where a string of one line ends, or the line.
func closing(line string, open int) int {
	for i := open + 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case line[open], '\n':
			return i
		}
	}
	return len(line)
}
