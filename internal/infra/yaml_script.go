package infra

import "strings"

// script is the shell text of a scalar, with lines that stand where the file has them. lines are those of the file.
//
// A literal block is its text. A folded block ("run: >") is one command over several lines: each fold becomes a
// continuation, so that lines keep their numbers. Text in quotes stands in the line it begins in.
func (n *node) script(lines []string) Run {
	if !n.is(scalar) || strings.TrimSpace(n.text) == "" {
		return Run{}
	}
	switch n.style {
	case literal:
		return Run{n.line + 1, strings.TrimRight(n.text, "\n")}
	case folded:
		if text, ok := unfolded(lines, n.line); ok {
			return Run{n.line + 1, text}
		}
	}
	return Run{n.line, oneLine(n.text)}
}

// unfolded takes the lines of a folded block from the file; header is the line of its ">".
func unfolded(lines []string, header int) (string, bool) {
	indent := -1
	var block []string
	for _, l := range lines[min(header, len(lines)):] {
		text := strings.TrimLeft(l, " ")
		at := len(l) - len(text)
		blank := strings.TrimSpace(text) == ""
		if indent < 0 && !blank {
			indent = at
		}
		if !blank && at < indent {
			break
		}
		if blank {
			block = append(block, "")
			continue
		}
		block = append(block, l[max(indent, 0):])
	}
	if indent <= 0 {
		return "", false
	}
	for len(block) > 0 && block[len(block)-1] == "" {
		block = block[:len(block)-1]
	}
	for i := 0; i+1 < len(block); i++ {
		if foldable(block[i]) && foldable(block[i+1]) {
			block[i] += ` \`
		}
	}
	return strings.Join(block, "\n"), true
}

// foldable says whether a line of a folded block joins its neighbour: it is neither blank nor indented further.
func foldable(l string) bool { return l != "" && l[0] != ' ' && l[0] != '\t' }

// scripts joins pieces of shell text into as few runs as keep every line where it stands in the file. A piece that stands
// above the one before it, because an alias brought it in, begins a run of its own.
func scripts(pieces []Run) []Run {
	var all []Run
	last := 0 // line on which the last piece ends
	for _, p := range pieces {
		if p.Line == 0 {
			continue
		}
		if len(all) == 0 || p.Line < last || p.Line-last > maxPadding {
			all = append(all, p)
		} else {
			r := &all[len(all)-1]
			glue := strings.Repeat("\n", p.Line-last)
			if p.Line == last {
				glue = "; "
			}
			r.Text += glue + p.Text
		}
		last = p.Line + strings.Count(p.Text, "\n")
	}
	return all
}

// maxPadding is how many lines may lie between two pieces of one script.
const maxPadding = 200
