package compare

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/pattern"
)

// The bounds of a description, which a person writes.
const (
	describeBytes = 256 << 10
	describeDepth = 12
	describeList  = 200 // entries of one list
	describeText  = 2000
)

// Description is what somebody wrote about a candidate.
type Description struct {
	Path   string // as reports name it
	fields map[string]Value
	tests  []Test
	threat map[string]any
}

// Value is one entry of a description: what it says, as text or as a list, and its line.
type Value struct {
	Text string
	List []string
	Line int
}

// Test is one test under attack with its result.
type Test struct {
	Test, Result, Source string
	On                   time.Time
	Line                 int
}

// Problem is one thing that is wrong in a description.
type Problem struct {
	Line    int
	Message string
}

// Problems are all that is wrong in one file.
type Problems struct {
	Path string
	All  []Problem
}

func (p *Problems) Error() string {
	var b strings.Builder
	for i, one := range p.All {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%s:%d: %s", p.Path, one.Line, one.Message)
	}
	return b.String()
}

// Describe reads a description; path is what reports call it. The error is *Problems, with everything that is wrong at once.
func Describe(path string, data []byte) (d *Description, err error) {
	r := &describing{d: &Description{Path: path, fields: map[string]Value{}, threat: map[string]any{}}}
	defer func() {
		if x := recover(); x != nil { // a crash of the decoder is a file that cannot be read
			d, err = nil, &Problems{path, []Problem{{1, fmt.Sprintf("the decoder gave up: %v", x)}}}
		}
	}()
	r.read(data)
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b Problem) int { return a.Line - b.Line })
		return nil, &Problems{path, r.problems}
	}
	return r.d, nil
}

type describing struct {
	d        *Description
	problems []Problem
}

func (r *describing) wrong(line int, format string, args ...any) {
	if len(r.problems) < 50 {
		r.problems = append(r.problems, Problem{max(1, line), fmt.Sprintf(format, args...)})
	}
}

func (r *describing) read(data []byte) {
	if len(data) > describeBytes {
		r.wrong(1, "the file has %d bytes; at most %d are read", len(data), describeBytes)
		return
	}
	if line := nestedAt(data); line > 0 {
		r.wrong(line, "nested deeper than %d", describeDepth)
		return
	}
	var doc yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		r.wrong(1, "the file holds nothing")
		return
	case err != nil:
		line := 1
		if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
			line, _ = strconv.Atoi(m[1])
		}
		r.wrong(line, "no YAML: %s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "line "+strconv.Itoa(line)+": "))
		return
	}
	var second yaml.Node
	if decoder.Decode(&second) != io.EOF {
		r.wrong(second.Line, "a second document: one file describes one candidate")
	}
	r.mapping(doc.Content[0], "", 0)
	r.whole(doc.Content[0].Line)
}

var yamlLine = pattern.New(`line ([0-9]+)`)

// nestedAt is the line at which flow brackets go too deep; block indentation is bounded by the size of the file.
func nestedAt(data []byte) int {
	line, depth := 1, 0
	for _, c := range data {
		switch c {
		case '\n':
			line++
		case '[', '{':
			if depth++; depth > 4*describeDepth {
				return line
			}
		case ']', '}':
			depth = max(0, depth-1)
		}
	}
	return 0
}

// mapping reads one level of names.
func (r *describing) mapping(n *yaml.Node, prefix string, depth int) {
	if n.Kind != yaml.MappingNode {
		r.wrong(n.Line, "%sa mapping of names is expected", in(prefix))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name := prefix + k.Value
		switch {
		case k.Kind != yaml.ScalarNode:
			r.wrong(k.Line, "%sa name is expected", in(prefix))
			continue
		case seen[name]:
			r.wrong(k.Line, "%s stands there twice", quoted(name))
			continue
		}
		seen[name] = true
		r.entry(name, k, v, depth)
	}
}

func (r *describing) entry(name string, k, v *yaml.Node, depth int) {
	if v.Kind == yaml.AliasNode || v.Anchor != "" {
		r.wrong(v.Line, "%s: anchors and aliases are not read", clipped(name, 60))
		return
	}
	all := fields()
	if i := slices.IndexFunc(all, func(f field) bool { return f.name == name }); i >= 0 {
		r.value(all[i], v)
		return
	}
	if slices.ContainsFunc(all, func(f field) bool { return strings.HasPrefix(f.name, name+".") }) && depth < 2 {
		r.mapping(v, name+".", depth+1)
		return
	}
	parent := name[:strings.LastIndexByte(name, '.')+1]
	var known []string
	for _, f := range all {
		if rest, ok := strings.CutPrefix(f.name, parent); ok {
			first, _, _ := strings.Cut(rest, ".")
			if !slices.Contains(known, first) {
				known = append(known, first)
			}
		}
	}
	r.wrong(k.Line, "%s is not known%s; there are %s", quoted(name), meant(strings.TrimPrefix(name, parent), known), strings.Join(known, ", "))
}

func (r *describing) value(f field, v *yaml.Node) {
	switch f.form {
	case results:
		r.results(v)
	case free:
		r.attributes(v)
	case list, words:
		r.list(f, v)
	default:
		if s, ok := r.scalar(f, v); ok {
			r.d.fields[f.name] = Value{Text: s, Line: v.Line}
		}
	}
}

// scalar is one value in the form that the field asks for.
func (r *describing) scalar(f field, v *yaml.Node) (string, bool) {
	s := strings.TrimSpace(v.Value)
	switch {
	case v.Kind != yaml.ScalarNode || s == "" || v.Tag == "!!null":
		r.wrong(v.Line, "%s: a value is expected; leave the line out where it is not known", f.name)
		return "", false
	case len(s) > describeText:
		r.wrong(v.Line, "%s: the text has %d bytes; at most %d are read", f.name, len(s), describeText)
		return "", false
	}
	switch f.form {
	case word, words:
		// YAML 1.1 readers make a truth value of a bare no or yes; the text is what counts here
		if !slices.Contains(f.words, strings.ToLower(s)) {
			r.wrong(v.Line, "%s: %s is not among %s%s", f.name, quoted(s), strings.Join(f.words, ", "), meant(s, f.words))
			return "", false
		}
		return strings.ToLower(s), true
	case day:
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			r.wrong(v.Line, "%s: %s is no day, such as 2026-11-30", f.name, quoted(s))
			return "", false
		}
	case count:
		if n, err := strconv.Atoi(s); err != nil || n < 0 {
			r.wrong(v.Line, "%s: %s is no whole number", f.name, quoted(s))
			return "", false
		}
	case yesNo:
		if s != "true" && s != "false" {
			r.wrong(v.Line, "%s: true or false is expected, not %s", f.name, quoted(s))
			return "", false
		}
	}
	return s, true
}

func (r *describing) list(f field, v *yaml.Node) {
	entries := []*yaml.Node{v}
	if v.Kind == yaml.SequenceNode {
		entries = v.Content
	}
	if len(entries) == 0 || len(entries) > describeList {
		r.wrong(v.Line, "%s: a list of 1 to %d entries is expected", f.name, describeList)
		return
	}
	out := Value{Line: v.Line}
	for _, e := range entries {
		if s, ok := r.scalar(f, e); ok {
			out.List = append(out.List, s)
		}
	}
	out.Text = strings.Join(out.List, ", ")
	r.d.fields[f.name] = out
}

func (r *describing) results(v *yaml.Node) {
	if v.Kind != yaml.SequenceNode || len(v.Content) == 0 || len(v.Content) > describeList {
		r.wrong(v.Line, "robustness: a list of 1 to %d tests is expected", describeList)
		return
	}
	for _, e := range v.Content {
		if e.Kind != yaml.MappingNode {
			r.wrong(e.Line, "robustness: each entry has test and result")
			continue
		}
		t := Test{Line: e.Line}
		got := map[string]string{}
		for i := 0; i+1 < len(e.Content); i += 2 {
			k, v := e.Content[i], e.Content[i+1]
			j := slices.IndexFunc(resultFields, func(f field) bool { return f.name == k.Value })
			switch {
			case j < 0:
				r.wrong(k.Line, "robustness: %s is not known; there are test, result, on, source", quoted(k.Value))
			case got[k.Value] != "":
				r.wrong(k.Line, "robustness: %s stands there twice", k.Value)
			default:
				f := resultFields[j]
				f.name = "robustness." + f.name
				got[k.Value], _ = r.scalar(f, v)
			}
		}
		if got["test"] == "" || got["result"] == "" {
			r.wrong(e.Line, "robustness: each entry has test and result")
			continue
		}
		t.Test, t.Result, t.Source = got["test"], got["result"], got["source"]
		t.On, _ = time.Parse(time.DateOnly, got["on"])
		r.d.tests = append(r.d.tests, t)
	}
	r.d.fields["robustness"] = Value{Text: strconv.Itoa(len(r.d.tests)), Line: v.Line}
}

// attributes takes scalars and lists of scalars as they stand: what may stand there is for the threat library to say.
func (r *describing) attributes(v *yaml.Node) {
	if v.Kind != yaml.MappingNode {
		r.wrong(v.Line, "threat: a mapping of attributes is expected")
		return
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		k, e := v.Content[i], v.Content[i+1]
		plain := e.Kind == yaml.ScalarNode
		if e.Kind == yaml.SequenceNode {
			plain = len(e.Content) <= describeList && !slices.ContainsFunc(e.Content, func(n *yaml.Node) bool { return n.Kind != yaml.ScalarNode })
		}
		var out any
		if !plain || e.Decode(&out) != nil || out == nil {
			r.wrong(e.Line, "threat: %s is neither a value nor a list of values", quoted(k.Value))
			continue
		}
		if _, twice := r.d.threat[k.Value]; twice {
			r.wrong(k.Line, "threat: %s stands there twice", quoted(k.Value))
		}
		r.d.threat[k.Value] = out
	}
	r.d.fields["threat"] = Value{Text: strconv.Itoa(len(r.d.threat)), Line: v.Line}
}

// whole checks what no field can check by itself.
func (r *describing) whole(line int) {
	has := func(name string) bool { return r.d.fields[name].Text != "" }
	at := func(name string) int { return r.d.fields[name].Line }
	if len(r.problems) > 0 { // what is missing may be what could not be read
		return
	}
	if !has("name") {
		r.wrong(line, "name is missing")
	}
	switch {
	case !has("provider") && !has("folder"):
		r.wrong(line, "provider (of a hosted model) or folder (of a local copy) is missing")
	case has("provider") && has("folder"):
		r.wrong(at("folder"), "provider and folder: a candidate is hosted, or lies on the disk")
	case has("provider") && !has("model"):
		r.wrong(at("provider"), "model, its name at the provider, is missing")
	}
	for _, name := range []string{"size.parameters", "size.memory"} {
		if !has(name) {
			continue
		}
		var err error
		if name == "size.memory" {
			_, err = parseBytes(r.d.fields[name].Text)
		} else {
			_, err = parseCount(r.d.fields[name].Text)
		}
		if err != nil {
			r.wrong(at(name), "%s: %s", name, err)
		}
	}
	for _, l := range r.d.fields["loader"].List {
		if _, _, _, ok := parsePackage(l); !ok {
			r.wrong(at("loader"), "loader: %s is no package, such as transformers==4.57.1 or npm:openai==6.9.0", quoted(l))
		}
	}
}

func in(prefix string) string {
	if prefix == "" {
		return ""
	}
	return strings.TrimSuffix(prefix, ".") + ": "
}

func quoted(s string) string {
	if len(s) > 60 {
		s = s[:60] + "..."
	}
	return strconv.QuoteToGraphic(s)
}

// meant names the known word that is nearest to a mistyped one.
func meant(name string, known []string) string {
	for _, k := range known {
		if distance(strings.ToLower(name), k, 2) <= 2 && len(k) > 3 {
			return " (did you mean " + k + "?)"
		}
	}
	return ""
}

// Folder is where the copy that it describes lies, relative to the description; empty: it describes a hosted model.
func (d *Description) Folder() string { return d.fields["folder"].Text }
