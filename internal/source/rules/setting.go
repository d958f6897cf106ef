package rules

import (
	"cmp"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// file is a configuration or text file that settings, lines and detectors look at.
type file struct {
	path   string
	kinds  []string
	data   string
	roots  []*settings.Node // of a file that could be read as a tree
	found  []Finding
	target *target

	secrets []secret.Found // of its bytes
}

// configured runs the rules that look at configuration and text.
func (e *Engine) configured(f *file) {
	for _, m := range e.settings {
		if !f.wanted(m) {
			continue
		}
		for _, root := range f.roots {
			for _, path := range m.match.Setting {
				for _, n := range root.Find(path) {
					e.trySetting(f, m, n)
				}
			}
		}
	}
	e.tryLines(f)
	for _, m := range e.detects {
		if m.inFile != nil && f.wanted(m) {
			m.inFile(f, m)
		}
	}
}

func (f *file) wanted(m *matcher) bool {
	return slices.ContainsFunc(m.match.Files, func(kind string) bool { return slices.Contains(f.kinds, kind) })
}

func (e *Engine) trySetting(f *file, m *matcher, n *settings.Node) {
	for _, c := range m.where {
		if !f.holds(c, n) {
			return
		}
	}
	for _, c := range m.unless {
		if f.holds(c, n) {
			return
		}
	}
	at := n
	if m.match.Report != "" {
		if below := n.Find(m.match.Report); len(below) > 0 {
			at = below[0]
		}
	}
	f.tell(m.rule, at, m.match.Source)
}

// holds asks a condition of a setting. Argument is a path below it; `..` goes up one step first, as often as it stands there. Where a
// path leads to several values, one that fits is enough.
func (f *file) holds(c *condition, n *settings.Node) bool {
	if len(c.any) > 0 && !slices.ContainsFunc(c.any, func(c *condition) bool { return f.holds(c, n) }) ||
		len(c.all) > 0 && slices.ContainsFunc(c.all, func(c *condition) bool { return !f.holds(c, n) }) ||
		c.not != nil && f.holds(c.not, n) ||
		c.text != nil && !c.text.MatchString(f.data) ||
		c.path != nil && !c.path.MatchString(f.path) || c.Project != "" && !f.target.has(c.Project) {
		return false
	}
	values := []*settings.Node{n}
	if c.Argument != "" {
		path := c.Argument
		for n != nil && strings.HasPrefix(path, "..") {
			n = n.Parent
			path = strings.TrimPrefix(strings.TrimPrefix(path, ".."), ".")
		}
		values = n.Find(path)
	}
	if c.Missing {
		return len(values) == 0
	}
	if c.Given && len(values) == 0 {
		return false
	}
	if len(c.Equals) == 0 && c.matches == nil && c.code == nil && len(c.Has) == 0 && len(c.Kind) == 0 {
		return true
	}
	return slices.ContainsFunc(values, func(v *settings.Node) bool {
		text := v.Text()
		kind := "dict"
		if v.Scalar {
			kind = "string"
		} else if v.List {
			kind = "list"
		}
		return (len(c.Equals) == 0 || v.Scalar && slices.ContainsFunc(c.Equals, func(want string) bool { return strings.EqualFold(want, text) })) &&
			(c.matches == nil || c.matches.MatchString(text)) && (c.code == nil || c.code.MatchString(text)) &&
			(len(c.Has) == 0 || slices.ContainsFunc(c.Has, func(key string) bool { return v.Child(key) != nil })) &&
			(len(c.Kind) == 0 || slices.Contains(c.Kind, kind))
	})
}

func (f *file) report(r *Rule, line, end int, key, value string) {
	code := firstLine(value)
	if key != "" && !strings.Contains(value, key) {
		code = key + ": " + code
	}
	f.found = append(f.found, Finding{Rule: r, Path: f.path, Line: line, Column: 1, EndLine: max(end, line), Code: code, Message: told(r.Message, quoteCode(cmp.Or(key, value)), quoteCode(value), "")})
}

// tell reports a setting, with a note for the message's {source}.
func (f *file) tell(r *Rule, n *settings.Node, note string) {
	f.report(r, n.Line, n.EndLine, n.Key, n.Text())
	last := &f.found[len(f.found)-1]
	last.Message = told(r.Message, quoteCode(n.Key), quoteCode(n.Text()), note)
}

// tryLines looks at lines. In shell scripts and Dockerfiles a line that ends in a backslash goes on in the next, and comments are no lines.
func (e *Engine) tryLines(f *file) {
	var mine []*matcher
	for _, m := range e.lines {
		if f.wanted(m) && f.here(m) && f.mayHold(m) {
			mine = append(mine, m)
		}
	}
	if len(mine) == 0 {
		return
	}
	shell := slices.Contains(f.kinds, kindShell) || slices.Contains(f.kinds, kindDockerfile)
	for line, text := range logicalLines(f.data, shell) {
		for _, m := range mine {
			at := m.text.FindStringIndex(text)
			if at == nil {
				continue
			}
			n := &settings.Node{Value: text, Scalar: true, Line: line, EndLine: line}
			ok := true
			for _, c := range m.where {
				ok = ok && f.holds(c, n)
			}
			for _, c := range m.unless {
				ok = ok && !f.holds(c, n)
			}
			if ok {
				f.report(m.rule, line+strings.Count(text[:at[0]], "\n"), line+strings.Count(text[:at[1]], "\n"), "", text[at[0]:at[1]])
				f.found[len(f.found)-1].Message = told(m.rule.Message, quoteCode(text[at[0]:at[1]]), quoteCode(text[at[0]:at[1]]), m.match.Source)
			}
		}
	}
}

// here asks for the path first, which costs less than the text.
func (f *file) here(m *matcher) bool {
	return !slices.ContainsFunc(m.where, func(c *condition) bool { return c.path != nil && !c.path.MatchString(f.path) })
}

// mayHold asks for the rule's expression over the whole file, which costs less than line by line, where the expression allows it.
func (f *file) mayHold(m *matcher) bool {
	if strings.ContainsAny(m.match.Line, "^$") {
		return true
	}
	return m.text.MatchString(f.data)
}

const maxLine = 1 << 14 // bytes of one line that are looked at

// logicalLines gives lines with their numbers, from 1; those that go on keep their line ends inside.
func logicalLines(data string, shell bool) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		number, first := 0, 0
		open := ""
		for text := range strings.Lines(data) {
			number++
			text = strings.TrimRight(text, "\r\n")
			if shell && open == "" && strings.HasPrefix(strings.TrimSpace(text), "#") {
				continue
			}
			if open == "" {
				first = number
			}
			if shell && strings.HasSuffix(text, "\\") && len(open) < maxLine {
				open += text + "\n"
				continue
			}
			whole := open + text
			open = ""
			if !yield(first, whole[:min(len(whole), maxLine)]) {
				return
			}
		}
		if open != "" {
			yield(first, open)
		}
	}
}
