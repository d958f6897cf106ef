package operate

import (
	"regexp"
	"strings"
)

// workflow is what a pipeline tells about evaluations: where the first one runs, and on which changes.
type workflow struct {
	path       string
	evaluation int // line of the first step that evaluates; 0: none does
	on         int // line of the triggers
	triggers   []trigger
}

// trigger starts a workflow when something changes. Without filters it fires on every change.
type trigger struct {
	line          int // of the path filter, else of the event
	paths, except []string
}

// line is where a reader finds what leaves changes out.
func (w workflow) line() int {
	for _, t := range w.triggers {
		if t.line > 0 {
			return t.line
		}
	}
	return w.on
}

// fires says whether a change of the path alone starts the workflow. In a list of paths a later pattern wins over an
// earlier one, and "!" takes back.
func (t trigger) fires(path string) bool {
	for _, pattern := range t.except {
		if pathMatches(pattern, path) {
			return false
		}
	}
	if len(t.paths) == 0 {
		return true
	}
	in := false
	for _, pattern := range t.paths {
		if bare, not := strings.CutPrefix(pattern, "!"); pathMatches(bare, path) {
			in = !not
		}
	}
	return in
}

// pathMatches compares a path with a filter pattern of a workflow: * within a folder, ** across folders, ? for the
// character before it being optional, and sets in brackets. A pattern that is not understood is taken to match, because
// the doubt must not become an accusation.
func pathMatches(pattern, path string) bool {
	if len(pattern) > 500 {
		return true
	}
	var b strings.Builder
	b.WriteString("^")
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; {
		case strings.HasPrefix(pattern[i:], "**/"):
			b.WriteString("(?:.*/)?")
			i += 2
		case strings.HasPrefix(pattern[i:], "**"):
			b.WriteString(".*")
			i++
		case c == '*':
			b.WriteString("[^/]*")
		case c == '?' || c == '+' || c == '[' || c == ']':
			b.WriteByte(c)
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	re, err := regexp.Compile(b.String() + "$")
	return err != nil || re.MatchString(path)
}
