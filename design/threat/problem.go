package threat

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/pattern"
)

// Problem is one thing that is wrong with a threat model or a library, and where.
type Problem struct {
	Path    string
	Line    int // 1-based; 0: not known
	Column  int // 1-based; 0: not known
	Message string
}

func (p Problem) String() string {
	s := p.Path
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	if p.Column > 0 {
		s += fmt.Sprintf(":%d", p.Column)
	}
	return s + ": " + p.Message
}

// Problems are all that is wrong, in the order of the file. None means that it was read as it was meant.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// The bounds of a file. A person writes it, or a tool from a large inventory, and a target may be hostile.
const (
	mostBytes    = 4 << 20
	mostDepth    = 40
	mostValues   = 400_000 // what a file could hold, by its separators: each takes the decoder some hundred bytes
	mostParts    = 5_000   // components
	mostFlows    = 50_000
	mostProblems = 200
	mostText     = 400 // bytes of a name or title
)

// reader collects what is wrong while it reads.
type reader struct {
	path     string
	problems Problems
	more     int // problems that were not kept
}

func (r *reader) say(line int, format string, args ...any) {
	if len(r.problems) == mostProblems {
		r.more++
		return
	}
	r.problems = append(r.problems, Problem{Path: r.path, Line: line, Message: fmt.Sprintf(format, args...)})
}

// done gives the problems in the order of the file.
func (r *reader) done() Problems {
	slices.SortStableFunc(r.problems, func(a, b Problem) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message)) })
	if r.more > 0 {
		r.problems = append(r.problems, Problem{Path: r.path, Message: fmt.Sprintf("%d more problems are not listed", r.more)})
	}
	return r.problems
}

// parse decodes one YAML document into nodes, bounded, and says what is wrong with it as YAML.
func (r *reader) parse(data []byte) (top *yaml.Node) {
	defer func() {
		if p := recover(); p != nil { // a crash of the decoder is a file that cannot be read, not the end of a run
			top = nil
			r.say(0, "the YAML decoder gave up: %v", p)
		}
	}()
	if len(data) > mostBytes {
		r.say(0, "the file has %d bytes; at most %d are read", len(data), mostBytes)
		return nil
	}
	if line := TooDeep(data, mostDepth); line > 0 {
		r.say(line, "nested deeper than %d", mostDepth)
		return nil
	}
	if n := bytes.Count(data, []byte(",")) + bytes.Count(data, []byte(":")) + bytes.Count(data, []byte("\n-")) + bytes.Count(data, []byte(" -")); n > mostValues {
		r.say(0, "the file could hold %d values; at most %d are read", n, mostValues)
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		r.yaml(err)
		return nil
	}
	if len(doc.Content) == 0 {
		r.say(1, "the file holds nothing")
		return nil
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.say(0, "a second document follows; one is read")
		return nil
	}
	return doc.Content[0]
}

var yamlErrorLine = pattern.New(`^yaml: (?:line (\d+): )?(.*)$`)

func (r *reader) yaml(err error) {
	first, _, _ := strings.Cut(err.Error(), "\n")
	m := yamlErrorLine.FindStringSubmatch(first)
	if m == nil {
		r.say(0, "%s", first)
		return
	}
	line, _ := strconv.Atoi(m[1])
	r.say(line, "%s", m[2])
}

// TooDeep gives the line at which brackets or dashes could nest deeper than most, which is too deep for the decoder's stack, or 0.
func TooDeep(data []byte, most int) int {
	line, open := 1, 0
	for row := range bytes.Lines(data) {
		indent := len(row) - len(bytes.TrimLeft(row, " -?:"))
		open += bytes.Count(row, []byte("[")) + bytes.Count(row, []byte("{")) - bytes.Count(row, []byte("]")) - bytes.Count(row, []byte("}"))
		open = max(open, 0)
		if open > most || indent > 8*most {
			return line
		}
		line++
	}
	return 0
}

// fields reads a mapping: each key once, each handed to take, which says whether it knows the key.
func (r *reader) fields(n *yaml.Node, what string, take func(key string, keyNode, value *yaml.Node) bool) {
	if n.Kind != yaml.MappingNode {
		r.say(n.Line, "%s is not a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.say(k.Line, "a key of %s is not a word", what)
		case seen[k.Value]:
			r.say(k.Line, "%s says %q twice", what, short(k.Value))
		case !take(k.Value, k, v):
			r.say(k.Line, "%s has an unknown key %q", what, short(k.Value))
		}
		seen[k.Value] = true
	}
}

// text reads a short text; anything else is a problem.
func (r *reader) text(n *yaml.Node, what string) string { return r.textOf(n, what, mostText) }

// textOf reads a text of at most so many bytes.
func (r *reader) textOf(n *yaml.Node, what string, most int) string {
	switch {
	case n.Kind == yaml.AliasNode:
		r.say(n.Line, "%s is an alias; write it out", what)
	case n.Kind != yaml.ScalarNode:
		r.say(n.Line, "%s is not a text", what)
	case n.Tag == "!!null":
		return ""
	case len(n.Value) > most:
		r.say(n.Line, "%s has %d bytes; at most %d are read", what, len(n.Value), most)
	case strings.ContainsFunc(n.Value, func(c rune) bool { return c < ' ' && c != '\n' && c != '\t' || c == 0x7f || c >= 0x80 && c < 0xa0 }):
		r.say(n.Line, "%s holds control characters", what)
	default:
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// texts reads a list of texts, or one text.
func (r *reader) texts(n *yaml.Node, what string) []string {
	if n.Kind != yaml.SequenceNode {
		if t := r.text(n, what); t != "" {
			return []string{t}
		}
		return nil
	}
	all := []string{}
	for _, e := range n.Content {
		if t := r.text(e, what); t != "" && !slices.Contains(all, t) {
			all = append(all, t)
		}
		if len(all) > mostParts {
			r.say(n.Line, "%s has more than %d entries", what, mostParts)
			break
		}
	}
	return all
}

// short keeps a quoted text of a hostile file short.
func short(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}

// nearest is the word of a list that a misspelt one was likely to be; "" where none is near.
func nearest(word string, words []string) string {
	best, at := "", 3
	if len(word) > 40 {
		return ""
	}
	for _, w := range words {
		if d := distance(word, w); d < at && d*2 <= len(word) {
			best, at = w, d
		}
	}
	return best
}

// distance is how many letters must change, bounded by the 40 letters that nearest lets in.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			same := before
			if a[i-1] != b[j-1] {
				same++
			}
			before = row[j]
			row[j] = min(same, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(b)]
}
