package document

import (
	"encoding/json"
	"errors"
	"fmt"
	"github.com/lodemark/lodemark/internal/pattern"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// yamlMarks makes a heading of every key of a mapping, nested keys one level lower, and a field of every value.
func yamlMarks(src *source) (marks []mark, front []Field, lists []Table) {
	dec := yaml.NewDecoder(strings.NewReader(src.text))
	o := &yamlOutline{src: src}
	for range 100 {
		var root yaml.Node
		err := dec.Decode(&root)
		if errors.Is(err, io.EOF) {
			return o.marks, o.flat.fields, o.flat.lists
		}
		if err != nil {
			marks, front = lineMarks(src)
			return marks, front, nil
		}
		for _, n := range root.Content {
			o.mapping(n, 1)
			o.flat.node("", n, 0)
		}
	}
	return o.marks, o.flat.fields, o.flat.lists
}

type yamlOutline struct {
	src   *source
	marks []mark
	flat  flattener
}

func (o *yamlOutline) mapping(n *yaml.Node, level int) {
	if n.Kind != yaml.MappingNode || n.Style&yaml.FlowStyle != 0 || level > nestingMost {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		m := mark{from: o.offset(key.Line, key.Column), level: level, text: keyText(key.Value)}
		m.to = max(m.from, o.offset(value.Line, value.Column))
		if value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			m.to = o.src.start(value.Line)
		} else if value.Line > key.Line {
			m.to = o.src.start(key.Line)
		}
		if len(o.marks) > 0 {
			last := &o.marks[len(o.marks)-1]
			last.to = min(last.to, m.from)
		}
		o.marks = append(o.marks, m)
		o.mapping(value, level+1)
	}
}

// offset turns a line and a column in characters, both from 1, into an offset.
func (o *yamlOutline) offset(line, column int) int {
	at := o.src.start(line - 1)
	for range column - 1 {
		if at >= o.src.start(line) {
			break
		}
		at++
		for at < len(o.src.text) && o.src.text[at]&0xc0 == 0x80 {
			at++
		}
	}
	return at
}

var topKey = pattern.New(`^([A-Za-z_][\w .-]{0,80}):(?:[ \t]+(.*))?$`)

// lineMarks reads what is no YAML: the keys at the margin.
func lineMarks(src *source) (marks []mark, front []Field) {
	for i := range src.lines() {
		line := src.line(i)
		m := topKey.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		marks = append(marks, mark{src.start(i), src.start(i) + len(m[1]) + 1, 1, keyText(m[1])})
		if m[2] != "" && len(front) < fieldsMost {
			front = append(front, Field{m[1], strings.Trim(m[2], `"' `), i + 1})
		}
	}
	return marks, front
}

// keyText writes a key as people write a heading: "intended_use" and "intendedUse" become "intended use".
func keyText(key string) string {
	var b strings.Builder
	lower := false
	for _, r := range key {
		switch {
		case r == '_' || r == '-':
			r = ' '
		case unicode.IsUpper(r) && lower:
			b.WriteByte(' ')
			r = unicode.ToLower(r)
		}
		lower = unicode.IsLower(r)
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// jsonMarks does the same for JSON from an offset on, up to the first mistake.
func jsonMarks(src *source, from int) ([]mark, []Field, []Table) {
	o := &jsonReader{text: src.text, from: from, dec: json.NewDecoder(strings.NewReader(src.text[from:])), src: src}
	o.dec.UseNumber()
	o.value("", 0, true)
	return o.marks, o.fields, o.lists
}

type jsonReader struct {
	src    *source
	text   string
	from   int
	dec    *json.Decoder
	marks  []mark
	fields []Field
	lists  []Table
}

func (o *jsonReader) at() int { return o.from + int(o.dec.InputOffset()) }

// value reads one value; outline says that its keys are headings, which those inside a list are not.
func (o *jsonReader) value(name string, depth int, outline bool) bool {
	line := o.skip(" \t\n:,")
	t, err := o.dec.Token()
	if err != nil || depth > nestingMost {
		return false
	}
	switch t := t.(type) {
	case json.Delim:
		if t == '[' {
			return o.list(name, line, depth)
		}
		return o.object(name, depth, outline)
	case nil:
	default:
		if name != "" && len(o.fields) < fieldsMost {
			o.fields = append(o.fields, Field{name, fmt.Sprint(t), o.src.lineAt(line) + 1})
		}
	}
	return true
}

func (o *jsonReader) object(name string, depth int, outline bool) bool {
	for o.dec.More() {
		at := o.skip(" \t\n,")
		t, err := o.dec.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			return false
		}
		if outline && len(o.marks) <= sectionsMost {
			o.marks = append(o.marks, mark{at, o.skip(" \t\n:"), depth + 1, keyText(key)})
		}
		if !o.value(dotted(name, key), depth+1, outline) {
			return false
		}
	}
	_, err := o.dec.Token()
	return err == nil
}

func (o *jsonReader) list(name string, at, depth int) bool {
	l := listing{name: name, line: o.src.lineAt(at) + 1}
	for o.dec.More() {
		from, begin := len(o.fields), o.skip(" \t\n,")
		if !o.value(name, depth+1, false) {
			return false
		}
		if begin < len(o.text) && o.text[begin] == '{' {
			l.row(o.fields[from:], o.src.lineAt(begin)+1)
		}
	}
	o.lists = l.addTo(o.lists)
	_, err := o.dec.Token()
	return err == nil
}

// listing makes a table of a list of mappings: the keys are the header.
type listing struct {
	name  string
	line  int
	table Table
}

func (l *listing) row(fields []Field, line int) {
	if len(l.table.Rows) >= rowsMost {
		return
	}
	var cells []string
	for _, f := range fields {
		key := strings.TrimPrefix(strings.TrimPrefix(f.Name, l.name), ".")
		i := slices.Index(l.table.Header, keyText(key))
		if i < 0 {
			if len(l.table.Header) >= 100 {
				continue
			}
			i = len(l.table.Header)
			l.table.Header = append(l.table.Header, keyText(key))
		}
		for len(cells) <= i {
			cells = append(cells, "")
		}
		cells[i] = strings.TrimPrefix(cells[i]+", "+f.Value, ", ")
	}
	l.table.Rows = append(l.table.Rows, Row{cells, line})
}

func (l *listing) addTo(lists []Table) []Table {
	if len(l.table.Header) == 0 || len(lists) >= tablesMost {
		return lists
	}
	l.table.Line = l.line
	return append(lists, l.table)
}

// listTables gives the tables of YAML and JSON their sections.
func (d Document) listTables() []Table {
	tables := slices.Clone(d.lists)
	for i := range tables {
		for j, s := range d.Sections {
			if s.Line <= tables[i].Line {
				tables[i].Section = j
			}
		}
	}
	return tables
}

// skip is the offset of the next token.
func (o *jsonReader) skip(between string) int {
	at := o.at()
	for at < len(o.text) && strings.IndexByte(between, o.text[at]) >= 0 {
		at++
	}
	return at
}
