package infra

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// The bounds on a YAML file. Manifests that hold every custom resource of a platform have some megabytes and 200,000 values.
const (
	maxBytes     = 16 << 20
	maxNesting   = 200     // levels; readers recurse
	maxValues    = 1 << 19 // values that a file could hold, by its separators
	maxDocuments = 5000
	maxExpansion = 10 // how many times larger a document may become by its aliases
)

// node is one value of a YAML file with the line it stands on. A nil node is an absent one: all methods take it.
type node struct {
	kind    nodeKind
	line    int
	text    string  // of a scalar
	style   style   // of a scalar
	tag     string  // of a value with a tag of its own ("!reference")
	entries []entry // of a mapping in the order of the file, merge keys resolved
	items   []*node // of a list
	size    int     // values below it, aliases counted as often as they are named
}

type entry struct {
	key   string
	line  int // of the key
	value *node
}

type nodeKind byte

const (
	null nodeKind = iota
	scalar
	mapping
	list
)

type style byte

const (
	plain   style = iota
	quoted        // in single or double quotes
	literal       // after "|"
	folded        // after ">"
)

// parseYAML reads the documents of a file; empty ones are left out. What an alias names is shared, not copied, and a file
// whose aliases would grow it out of proportion is refused, so that walking over a document is bounded by its size.
func parseYAML(data []byte) ([]*node, error) {
	if err := tooMuch(data); err != nil {
		return nil, err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*node
	for range maxDocuments {
		var y yaml.Node
		err := d.Decode(&y)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, yamlError(err, data)
		}
		if len(y.Content) == 0 {
			continue
		}
		b := builder{known: map[*yaml.Node]*node{}}
		n := b.build(y.Content[0], 0)
		if b.err != nil {
			return nil, b.err
		}
		if n.kind != null {
			docs = append(docs, n)
		}
	}
	return nil, &Error{Message: fmt.Sprintf("more than %d documents", maxDocuments)}
}

// tooMuch refuses what would take the decoder more memory than a file of configuration is worth: each value needs a
// separator of its own.
func tooMuch(data []byte) error {
	if len(data) > maxBytes {
		return &Error{Message: fmt.Sprintf("%d bytes; at most %d are read", len(data), maxBytes)}
	}
	values, line := 0, 1
	for i, b := range data {
		switch b {
		case '\n':
			line++
			values++
		case ',', '[', '{':
			values++
		case ' ', '\t':
			if i > 0 && (data[i-1] == '-' || data[i-1] == ':' || data[i-1] == '?') {
				values++
			}
		}
		if values > maxValues {
			return &Error{line, fmt.Sprintf("more than %d values", maxValues)}
		}
	}
	return nil
}

// builder turns decoded YAML into nodes.
type builder struct {
	known map[*yaml.Node]*node // anchored values that are complete
	plain int                  // values without aliases
	err   error
}

func (b *builder) fail(line int, format string, args ...any) *node {
	if b.err == nil {
		b.err = &Error{line, fmt.Sprintf(format, args...)}
	}
	return &node{line: line}
}

func (b *builder) build(y *yaml.Node, depth int) *node {
	if b.err != nil {
		return &node{line: y.Line}
	}
	if depth > maxNesting {
		return b.fail(y.Line, "nested deeper than %d", maxNesting)
	}
	if y.Kind == yaml.AliasNode {
		n := b.known[y.Alias]
		if n == nil { // an alias inside what it names has no value
			return b.fail(y.Line, "alias *%s stands inside what it names", y.Value)
		}
		return n
	}
	b.plain++
	n := &node{line: y.Line, size: 1}
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		n.tag = y.Tag
	}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
		b.mapping(n, y, depth)
	case yaml.SequenceNode:
		n.kind = list
		for _, item := range y.Content {
			n.items = append(n.items, b.build(item, depth+1))
		}
		for _, item := range n.items {
			n.size += item.size
		}
	case yaml.ScalarNode:
		n.scalar(y)
	}
	if n.size > maxExpansion*b.plain+10_000 {
		return b.fail(y.Line, "aliases make the document more than %d times larger", maxExpansion)
	}
	if y.Anchor != "" {
		b.known[y] = n
	}
	return n
}

func (b *builder) mapping(n *node, y *yaml.Node, depth int) {
	var merges []*node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], b.build(y.Content[i+1], depth+1)
		if key.Kind == yaml.AliasNode && key.Alias != nil {
			key = key.Alias
		}
		if key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Tag == "!!merge" {
			if value.kind == list {
				merges = append(merges, value.items...)
			} else {
				merges = append(merges, value)
			}
			continue
		}
		n.entries = append(n.entries, entry{key.Value, key.Line, value})
		n.size += value.size
	}
	if len(merges) == 0 {
		return
	}
	// What a mapping says itself wins over what it merges in, and an earlier merge over a later one.
	has := make(map[string]bool, len(n.entries))
	for _, e := range n.entries {
		has[e.key] = true
	}
	for _, m := range merges {
		for _, e := range m.entries {
			if !has[e.key] {
				has[e.key] = true
				n.entries = append(n.entries, e)
				n.size += e.value.size
			}
		}
	}
}

func (n *node) scalar(y *yaml.Node) {
	if y.Tag == "!!null" {
		return
	}
	n.kind, n.text = scalar, y.Value
	switch {
	case y.Style&yaml.LiteralStyle != 0:
		n.style = literal
	case y.Style&yaml.FoldedStyle != 0:
		n.style = folded
	case y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		n.style = quoted
	}
}
