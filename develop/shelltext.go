package develop

import "strings"

// shellPipelines splits shell text into its pipelines. It is a reader of words and operators, not of the whole grammar:
// quotes, escapes, comments, substitutions and here-documents are respected, because they decide whether text is run.
func shellPipelines(text string) []pipeline {
	r := &shellReader{text: strings.ReplaceAll(text, "\r\n", "\n"), line: 1}
	r.run()
	return r.done
}

type shellReader struct {
	text     string
	at, line int

	done    []pipeline
	now     pipeline
	command []string
	word    strings.Builder
	inWord  bool
	heredoc []heredoc // bodies that begin after the next newline
}

type heredoc struct {
	end  string
	tabs bool // "<<-" takes leading tabs off
}

func (r *shellReader) run() {
	for r.at < len(r.text) {
		c := r.text[r.at]
		switch {
		case c == '\\':
			r.escape()
		case c == '\'':
			r.singleQuoted()
		case c == '"':
			r.doubleQuoted()
		case c == '`':
			r.backquoted()
		case c == '#' && !r.inWord:
			r.skipLine()
		case c == ' ' || c == '\t':
			r.endWord()
			r.at++
		case c == '\n':
			r.endPipeline()
			r.at++
			r.line++
			r.skipHeredocs()
		case r.has("$("):
			r.substitution(2)
		case r.has("<(") || r.has(">("):
			r.substitution(2)
		case r.has("<<<"):
			r.put("<<<", 3)
		case r.has("<<"):
			r.openHeredoc()
		case r.has("||"), r.has("&&"), r.has(";;"):
			r.endPipeline()
			r.at += 2
		case r.has("|&"):
			r.endCommand()
			r.at += 2
		case c == '|':
			r.endCommand()
			r.at++
		case c == '&' && (r.at > 0 && r.text[r.at-1] == '>' || r.has("&>")):
			r.put("&", 1)
		case c == ';' || c == '&' || c == '(' || c == ')':
			r.endPipeline()
			r.at++
		default:
			r.put(r.text[r.at:r.at+1], 1)
		}
	}
	r.endPipeline()
}

func (r *shellReader) has(s string) bool { return strings.HasPrefix(r.text[r.at:], s) }

func (r *shellReader) put(s string, n int) {
	r.open()
	r.word.WriteString(s)
	r.at += n
}

func (r *shellReader) open() {
	if !r.inWord && len(r.command) == 0 && len(r.now.commands) == 0 {
		r.now.line = r.line
	}
	r.inWord = true
}

func (r *shellReader) endWord() {
	if r.inWord {
		r.command = append(r.command, r.word.String())
		r.word.Reset()
		r.inWord = false
	}
}

func (r *shellReader) endCommand() {
	r.endWord()
	if len(r.command) > 0 {
		r.now.commands = append(r.now.commands, r.command)
		r.command = nil
	}
}

// endPipeline closes a chain, except where a line ends right after "|": the chain goes on in the next.
func (r *shellReader) endPipeline() {
	r.endWord()
	if len(r.command) == 0 && len(r.now.commands) > 0 && r.at < len(r.text) && r.text[r.at] == '\n' && r.afterPipe() {
		return
	}
	r.endCommand()
	if len(r.now.commands) > 0 {
		r.done = append(r.done, r.now)
	}
	r.now = pipeline{}
}

func (r *shellReader) afterPipe() bool {
	before := strings.TrimRight(r.text[:r.at], " \t")
	return strings.HasSuffix(before, "|") || strings.HasSuffix(before, "|&")
}

func (r *shellReader) escape() {
	if r.at+1 < len(r.text) && r.text[r.at+1] == '\n' { // a line that goes on
		r.endWord()
		r.at += 2
		r.line++
		return
	}
	r.open()
	if r.at+1 < len(r.text) {
		r.word.WriteByte(r.text[r.at+1])
	}
	r.at = min(r.at+2, len(r.text))
}

func (r *shellReader) singleQuoted() {
	r.open()
	end := strings.IndexByte(r.text[r.at+1:], '\'')
	if end < 0 {
		end = len(r.text) - r.at - 1
	}
	body := r.text[r.at+1 : r.at+1+end]
	r.word.WriteString(body)
	r.line += strings.Count(body, "\n")
	r.at = min(r.at+end+2, len(r.text))
}

func (r *shellReader) doubleQuoted() {
	r.open()
	r.at++
	for r.at < len(r.text) && r.text[r.at] != '"' {
		switch c := r.text[r.at]; {
		case c == '\\' && r.at+1 < len(r.text):
			if r.text[r.at+1] == '\n' {
				r.line++
			} else {
				r.word.WriteByte(r.text[r.at+1])
			}
			r.at += 2
		case r.has("$("):
			r.substitution(2)
		case c == '`':
			r.backquoted()
		default:
			if c == '\n' {
				r.line++
			}
			r.word.WriteByte(c)
			r.at++
		}
	}
	r.at = min(r.at+1, len(r.text))
}

func (r *shellReader) backquoted() {
	r.open()
	end := strings.IndexByte(r.text[r.at+1:], '`')
	if end < 0 {
		end = len(r.text) - r.at - 1
	}
	r.take(r.text[r.at+1:r.at+1+end], "`")
	r.at = min(r.at+end+2, len(r.text))
}

// substitution takes "$(...)" or "<(...)" with its brackets balanced; quotes inside are stepped over.
func (r *shellReader) substitution(opener int) {
	r.open()
	start, depth, i := r.at+opener, 1, r.at+opener
	for ; i < len(r.text) && depth > 0; i++ {
		switch r.text[i] {
		case '\\':
			i++
		case '\'':
			if end := strings.IndexByte(r.text[i+1:], '\''); end >= 0 {
				i += end + 1
			}
		case '(':
			depth++
		case ')':
			depth--
		}
	}
	i = min(i, len(r.text))
	end := i
	if depth == 0 {
		end = i - 1
	}
	r.take(r.text[start:max(start, end)], r.text[r.at:start])
	r.at = i
}

func (r *shellReader) take(inner, opener string) {
	r.now.inner = append(r.now.inner, inner)
	r.word.WriteString(opener)
	r.line += strings.Count(inner, "\n")
}

func (r *shellReader) skipLine() {
	for r.at < len(r.text) && r.text[r.at] != '\n' {
		r.at++
	}
}

func (r *shellReader) openHeredoc() {
	r.endWord()
	r.at += 2
	h := heredoc{}
	if r.at < len(r.text) && r.text[r.at] == '-' {
		h.tabs = true
		r.at++
	}
	for r.at < len(r.text) && (r.text[r.at] == ' ' || r.text[r.at] == '\t') {
		r.at++
	}
	start := r.at
	for r.at < len(r.text) && !strings.ContainsRune(" \t\n;|&()<>", rune(r.text[r.at])) {
		r.at++
	}
	h.end = strings.Trim(strings.ReplaceAll(r.text[start:r.at], `\`, ""), `'"`)
	if h.end != "" {
		r.heredoc = append(r.heredoc, h)
	}
}

func (r *shellReader) skipHeredocs() {
	for _, h := range r.heredoc {
		for r.at < len(r.text) {
			line, _, more := strings.Cut(r.text[r.at:], "\n")
			r.at += len(line)
			if more {
				r.at++
				r.line++
			}
			if h.tabs {
				line = strings.TrimLeft(line, "\t")
			}
			if line == h.end {
				break
			}
		}
	}
	r.heredoc = nil
}
