package compare

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// schemaID is where the layout of descriptions is published.
const schemaID = "https://lodemark.example.org/schema/candidate.schema.json"

// Schema is the JSON Schema of descriptions, made from the table of fields; schema/candidate.schema.json holds it.
func Schema() []byte {
	top := object{}
	for _, f := range fields() {
		at := &top
		names := strings.Split(f.name, ".")
		for _, n := range names[:len(names)-1] {
			at = at.child(n)
		}
		at.keys = append(at.keys, key{names[len(names)-1], f.schema(), nil})
	}
	var b bytes.Buffer
	whole := append([]member{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", schemaID},
		{"title", "A model that could be chosen"},
		{"description", "What somebody says of a candidate for lodemark compare: a hosted model, or a copy with what no file shows. Leave out what is not known."},
	}, top.members()...)
	whole = append(whole, member{"required", []string{"name"}},
		member{"oneOf", []members{{{"required", []string{"provider", "model"}}, {"not", members{{"required", []string{"folder"}}}}}, {{"required", []string{"folder"}}, {"not", members{{"required", []string{"provider"}}}}}}})
	data, err := members(whole).MarshalJSON()
	if err != nil {
		panic("the layout of descriptions is no JSON: " + err.Error()) // it is made of our own table
	}
	if err := json.Indent(&b, data, "", "  "); err != nil {
		panic("the layout of descriptions is no JSON: " + err.Error())
	}
	b.WriteByte('\n')
	return b.Bytes()
}

// object is one level of names.
type object struct{ keys []key }

type key struct {
	name   string
	schema members
	level  *object
}

func (o *object) child(name string) *object {
	i := slices.IndexFunc(o.keys, func(k key) bool { return k.name == name })
	if i < 0 {
		o.keys = append(o.keys, key{name: name, level: &object{}})
		i = len(o.keys) - 1
	}
	return o.keys[i].level
}

func (o *object) members() []member {
	var properties members
	for _, k := range o.keys {
		s := k.schema
		if k.level != nil {
			s = k.level.members()
		}
		properties = append(properties, member{k.name, s})
	}
	return []member{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
}

// member is a name with its value; members keep their order.
type member struct {
	name  string
	value any
}

type members []member

// MarshalJSON writes the members in their order.
func (m members) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, one := range m {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(one.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(one.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schema is the layout of one field.
func (f field) schema() members {
	line := members{{"type", "string"}, {"minLength", 1}, {"maxLength", describeText}}
	out := members{{"description", f.about}}
	switch f.form {
	case text:
		// a version or number may stand without quotes
		return append(out, member{"type", []string{"string", "number"}})
	case word:
		if slices.Contains(f.words, "no") { // a bare no or yes is a truth value to some readers
			return append(out, member{"enum", append(anyOf(f.words), false, true)})
		}
		return append(out, member{"enum", f.words})
	case words:
		one := members{{"enum", f.words}}
		return append(out, member{"oneOf", []members{one, {{"type", "array"}, {"minItems", 1}, {"maxItems", describeList}, {"items", one}}}})
	case list:
		return append(out, member{"oneOf", []members{line, {{"type", "array"}, {"minItems", 1}, {"maxItems", describeList}, {"items", line}}}})
	case day:
		return append(out, member{"type", "string"}, member{"format", "date"})
	case count:
		return append(out, member{"type", "integer"}, member{"minimum", 0})
	case yesNo:
		return append(out, member{"type", "boolean"})
	case results:
		level := object{}
		for _, r := range resultFields {
			level.keys = append(level.keys, key{r.name, r.schema(), nil})
		}
		item := members(append(level.members(), member{"required", []string{"test", "result"}}))
		return append(out, member{"type", "array"}, member{"minItems", 1}, member{"maxItems", describeList}, member{"items", item})
	}
	scalar := members{{"type", []string{"string", "boolean", "integer"}}}
	return append(out, member{"type", "object"}, member{"additionalProperties", members{{"oneOf", []members{scalar, {{"type", "array"}, {"items", members{{"type", "string"}}}}}}}})
}

func anyOf(words []string) (out []any) {
	for _, w := range words {
		out = append(out, w)
	}
	return out
}
