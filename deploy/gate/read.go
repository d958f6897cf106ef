package gate

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The bounds of a policy: a person writes it.
const (
	mostBytes     = 1 << 20
	mostSigns     = 50_000 // line ends and signs that can begin a value; the decoder's memory grows with them
	mostDepth     = 16
	mostRules     = 300
	mostWaivers   = 300
	mostLine      = 400  // bytes of a name or title
	mostText      = 4000 // bytes of a reason or condition
	mostProblems  = 100
	shortestWords = 15 // characters of a reason that a reviewer can judge
)

var (
	ruleID    = pattern.New(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	yamlError = pattern.New(`^yaml: (?:line (\d+): )?([\s\S]*)$`)
)

// Read reads a policy. name is how problems call the file; data is all of it. All problems come at once, as Problems; what the
// conditions say is not looked at yet: see Check.
func Read(name string, data []byte) (*Policy, error) {
	r := &reader{path: name, lines: strings.Split(string(data), "\n")}
	p := &Policy{Name: name, SHA256: digest(data)}
	if top := r.parse(data); top != nil {
		r.policy(top, p)
	}
	if ps := r.done(); len(ps) > 0 {
		return nil, ps
	}
	return p, nil
}

// reader collects what is wrong while it reads.
type reader struct {
	path     string
	lines    []string // of the file, for the places of conditions
	problems Problems
	more     int // problems that were not kept
}

func (r *reader) say(n *yaml.Node, format string, args ...any) {
	line, column := 0, 0
	if n != nil {
		line, column = n.Line, n.Column
	}
	r.sayAt(line, column, format, args...)
}

func (r *reader) sayAt(line, column int, format string, args ...any) {
	if len(r.problems) == mostProblems {
		r.more++
		return
	}
	r.problems = append(r.problems, Problem{r.path, line, column, fmt.Sprintf(format, args...)})
}

func (r *reader) done() Problems {
	inOrder(r.problems)
	if r.more > 0 {
		r.problems = append(r.problems, Problem{Path: r.path, Message: fmt.Sprintf("%d more problems are not listed", r.more)})
	}
	return r.problems
}

// parse decodes one YAML document into nodes, bounded.
func (r *reader) parse(data []byte) (top *yaml.Node) {
	defer func() {
		if p := recover(); p != nil { // a crash of the decoder is a file that cannot be read, not the end of a run
			top = nil
			r.sayAt(0, 0, "the YAML decoder gave up: %v", p)
		}
	}()
	signs := 0
	for _, c := range data {
		if strings.IndexByte("\r\n,:[{?-&*", c) >= 0 {
			signs++
		}
	}
	switch {
	case len(data) > mostBytes:
		r.sayAt(0, 0, "the file has %d bytes; at most %d are read", len(data), mostBytes)
		return nil
	case signs > mostSigns:
		r.sayAt(0, 0, "the file could hold %d values; at most %d are read", signs, mostSigns)
		return nil
	case !utf8.Valid(data):
		r.sayAt(0, 0, "the file is not UTF-8 text")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		line := 0
		message := err.Error()
		if m := yamlError.FindStringSubmatch(message); m != nil {
			line, _ = strconv.Atoi(m[1]) // none: 0
			message = m[2]
		}
		r.sayAt(line, 0, "not YAML: %s", strings.Join(strings.Fields(message), " "))
		return nil
	}
	if len(doc.Content) == 0 {
		r.sayAt(1, 1, "the file holds nothing; begin it with schema: %s", PolicySchema)
		return nil
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.sayAt(0, 0, "a second document follows; one is read")
		return nil
	}
	if !r.sound(doc.Content[0], 0) {
		return nil
	}
	return doc.Content[0]
}

// sound refuses the features of YAML that let a value stand elsewhere or mean something else than its text.
func (r *reader) sound(n *yaml.Node, depth int) bool {
	switch {
	case depth > mostDepth:
		r.say(n, "nested deeper than %d levels", mostDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.say(n, "aliases and anchors are not used here, write the value out")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.say(n, "tags are not used here, put text in quotes")
		return false
	}
	ok := true
	for _, c := range n.Content {
		ok = r.sound(c, depth+1) && ok
	}
	return ok
}

// fields reads a mapping: each key once, each handed to the function of its name.
func (r *reader) fields(n *yaml.Node, what string, take map[string]func(*yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.say(n, "%s is not a mapping", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, known := take[k.Value]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.say(k, "a key of %s is not a word", what)
		case seen[k.Value]:
			r.say(k, "%s says %s twice", what, short(k.Value))
		case !known:
			r.say(k, "%s has no key %s%s", what, short(k.Value), didYouMean(k.Value, keys(take)))
		default:
			f(v)
		}
		seen[k.Value] = true
	}
}

// line reads a short text on one line, and text a longer one.
func (r *reader) line(n *yaml.Node, what string) string { return r.scalar(n, what, mostLine, false) }

func (r *reader) text(n *yaml.Node, what string) string { return r.scalar(n, what, mostText, true) }

func (r *reader) scalar(n *yaml.Node, what string, most int, lines bool) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		r.say(n, "%s is not a text", what)
	case n.Tag == "!!null" || strings.TrimSpace(n.Value) == "":
		r.say(n, "%s is empty", what)
	case len(n.Value) > most:
		r.say(n, "%s has %d bytes; at most %d are read", what, len(n.Value), most)
	case strings.ContainsFunc(n.Value, func(c rune) bool {
		return c < ' ' && !(lines && (c == '\n' || c == '\t')) || c == 0x7f || c >= 0x80 && c < 0xa0
	}):
		r.say(n, "%s holds control characters", what)
	default:
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// each walks over a list, at most so far.
func (r *reader) each(n *yaml.Node, what string, most int, take func(*yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.say(n, "%s is not a list", what)
		return
	}
	for i, e := range n.Content {
		if i == most {
			r.say(e, "more than %d %s; the rest is not read", most, what)
			return
		}
		take(e)
	}
}

// word reads one of some words.
func (r *reader) word(n *yaml.Node, what string, words ...string) string {
	w := r.line(n, what)
	if w != "" && !slices.Contains(words, w) {
		r.say(n, "%s is %s; there are %s", what, short(w), strings.Join(words, ", "))
		return ""
	}
	return w
}

// date reads a day; it begins at midnight in UTC.
func (r *reader) date(n *yaml.Node, what string) time.Time {
	s := r.line(n, what)
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		r.say(n, "%s is %s; write a day: 2026-11-01", what, short(s))
	}
	return t
}

// person reads who did something: somebody, and no blank to be filled in.
func (r *reader) person(n *yaml.Node, what string) string {
	s := r.line(n, what)
	if s != "" && !filled(s) {
		r.say(n, "%s is not filled in", what)
	}
	return s
}

func filled(text string) bool { return (document.Section{Text: text}).Filled() }

// severityOrID says whether a word of fail_on names anything.
func severityOrID(word string) bool {
	if _, err := lodemark.ParseSeverity(strings.ToLower(word)); err == nil {
		return true
	}
	id := strings.ToUpper(word)
	_, clause := lodemark.Guidelines().Clause(id)
	_, guideline := lodemark.Guidelines().Guideline(id)
	return (clause || guideline) && !strings.HasPrefix(id, "FND-")
}
