package document

import (
	"bytes"
	"encoding/json"
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
	"go.yaml.in/yaml/v3"
)

// frontMatter reads the fields that stand before the text, in YAML, TOML or JSON; from is where the text begins.
func frontMatter(src *source) (front []Field, from int) {
	first := 0
	for first < src.lines() && blank(src.line(first)) {
		first++
	}
	if first >= src.lines() || first > 5 {
		return nil, 0
	}
	switch opening := strings.TrimRight(src.line(first), " \t"); {
	case opening == "---" || opening == "---yaml" || opening == "+++":
		for i := first + 1; i < src.lines(); i++ {
			line := strings.TrimRight(src.line(i), " \t")
			if line != opening[:3] && !(line == "..." && opening[0] == '-') {
				continue
			}
			inside := src.text[src.start(first+1):src.start(i)]
			if opening == "+++" {
				return tomlFields(inside, first+1), src.start(i + 1)
			}
			if first+1 < i && blank(src.line(first+1)) && !fieldLine.MatchString(inside) {
				return nil, 0 // a rule with text below it
			}
			return yamlFields(inside, first+1), src.start(i + 1)
		}
	case strings.HasPrefix(opening, "{"):
		dec := json.NewDecoder(strings.NewReader(src.text[src.start(first):]))
		var value json.RawMessage
		if dec.Decode(&value) == nil && bytes.HasPrefix(value, []byte("{")) {
			end := src.start(first) + int(dec.InputOffset())
			_, front, _ = jsonMarks(&source{text: src.text[:end], starts: src.starts[:src.lineAt(end)+1]}, src.start(first))
			return front, end
		}
	}
	return nil, 0
}

var fieldLine = pattern.New(`(?m)^[A-Za-z_][\w .-]*:(?:[ \t]|$)`)

// yamlFields flattens YAML. What is no YAML, as in templates, is read line by line.
func yamlFields(text string, before int) []Field {
	var root yaml.Node
	if err := yaml.Unmarshal([]byte(text), &root); err != nil || len(root.Content) == 0 {
		return lineFields(text, before, ":")
	}
	f := flattener{before: before}
	f.node("", root.Content[0], 0)
	return f.fields
}

func lineFields(text string, before int, sign string) (fields []Field) {
	n := before
	for line := range strings.Lines(text) {
		n++
		name, value, ok := strings.Cut(strings.TrimRight(line, "\n"), sign)
		name = strings.TrimSpace(name)
		if ok && name != "" && len(fields) < fieldsMost && !strings.ContainsAny(name, "#{}[]\"'") && line[0] != ' ' {
			fields = append(fields, Field{name, strings.Trim(strings.TrimSpace(value), `"'`), n})
		}
	}
	return fields
}

// flattener turns nested values into fields with dotted names. Aliases are not followed.
type flattener struct {
	before int // lines before the first
	fields []Field
	lists  []Table
}

func (f *flattener) node(name string, n *yaml.Node, depth int) {
	if depth > nestingMost || len(f.fields) >= fieldsMost {
		return
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			f.node(dotted(name, n.Content[i].Value), n.Content[i+1], depth+1)
		}
	case yaml.SequenceNode:
		l := listing{name: name, line: n.Line + f.before}
		for _, e := range n.Content {
			from := len(f.fields)
			f.node(name, e, depth+1)
			if e.Kind == yaml.MappingNode {
				l.row(f.fields[from:], e.Line+f.before)
			}
		}
		f.lists = l.addTo(f.lists)
	case yaml.ScalarNode:
		if name != "" && n.Tag != "!!null" {
			f.fields = append(f.fields, Field{name, strings.TrimSpace(n.Value), n.Line + f.before})
		}
	}
}

func dotted(name, key string) string {
	if name == "" {
		return key
	}
	return name + "." + key
}

// tomlFields flattens TOML up to the first mistake.
func tomlFields(text string, before int) (fields []Field) {
	p := unstable.Parser{}
	p.Reset([]byte(text))
	table := ""
	for p.NextExpression() && len(fields) < fieldsMost {
		e := p.Expression()
		key := ""
		for k := e.Key(); k.Next(); {
			key = dotted(key, string(k.Node().Data))
		}
		switch e.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = key
		case unstable.KeyValue:
			line := 0
			if k := e.Key(); k.Next() {
				line = p.Shape(k.Node().Raw).Start.Line
			}
			fields = append(fields, tomlValue(dotted(table, key), e.Value(), line+before, 0)...)
		}
	}
	return fields
}

func tomlValue(name string, v *unstable.Node, line, depth int) (fields []Field) {
	switch {
	case depth > nestingMost:
	case v.Kind == unstable.Array || v.Kind == unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			c, inner := it.Node(), name
			if c.Kind == unstable.KeyValue {
				for k := c.Key(); k.Next(); {
					inner = dotted(inner, string(k.Node().Data))
				}
				c = c.Value()
			}
			fields = append(fields, tomlValue(inner, c, line, depth+1)...)
		}
	case v.Kind != unstable.Comment:
		fields = append(fields, Field{name, string(v.Data), line})
	}
	return fields
}
