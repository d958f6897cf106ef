package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"
)

// YAML reads all documents of a file. An alias is read where it stands, within the bound on values.
func YAML(data []byte) ([]*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*Node
	y := &yamlReader{}
	for {
		var doc yaml.Node
		err := dec.Decode(&doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return docs, lineError(err)
		}
		root := &Node{Line: 1, EndLine: 1}
		if len(doc.Content) > 0 {
			if err := y.fill(root, doc.Content[0], 0); err != nil {
				return docs, err
			}
		}
		docs = append(docs, root)
	}
}

type yamlReader struct{ builder }

func (y *yamlReader) fill(n *Node, v *yaml.Node, depth int) error {
	if depth > maxDepth {
		return &Error{v.Line, "nested more than 100 deep"}
	}
	switch v.Kind {
	case yaml.AliasNode:
		return y.fill(n, v.Alias, depth+1)
	case yaml.ScalarNode:
		n.Scalar, n.Value = true, v.Value
		if v.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
			n.Line = v.Line + 1 // the text begins on the line after the mark
			n.EndLine = n.Line + bytes.Count([]byte(v.Value), []byte("\n"))
		}
	case yaml.SequenceNode:
		n.List = true
		for i, e := range v.Content {
			c, err := y.add(n, index(i), e.Line)
			if err != nil {
				return err
			}
			if err := y.fill(c, e, depth+1); err != nil {
				return err
			}
			n.EndLine = max(n.EndLine, c.EndLine)
		}
	case yaml.MappingNode:
		return y.table(n, v, depth)
	}
	return nil
}

// table reads a mapping: first its own keys, then those that it takes from others.
func (y *yamlReader) table(n *Node, v *yaml.Node, depth int) error {
	merges := 0
	for i := 0; i+1 < len(v.Content); i += 2 {
		key := v.Content[i]
		if merging(key, v.Content[i+1]) {
			merges++
			continue
		}
		c, err := y.add(n, key.Value, key.Line)
		if err != nil {
			return err
		}
		if err := y.fill(c, v.Content[i+1], depth+1); err != nil {
			return err
		}
		n.EndLine = max(n.EndLine, c.EndLine)
	}
	if merges == 0 {
		return nil
	}
	have := make(map[string]bool, len(n.Children))
	for _, c := range n.Children {
		have[c.Key] = true
	}
	for i := 0; i+1 < len(v.Content); i += 2 {
		if merging(v.Content[i], v.Content[i+1]) {
			if err := y.merge(n, v.Content[i+1], have, depth+1); err != nil {
				return err
			}
		}
	}
	return nil
}

func merging(key, value *yaml.Node) bool { return key.Value == "<<" && value.Kind != yaml.ScalarNode }

// merge puts the keys of another table, or of a list of them, into n where it has none of that name yet.
func (y *yamlReader) merge(n *Node, v *yaml.Node, have map[string]bool, depth int) error {
	if depth > maxDepth {
		return &Error{v.Line, "nested more than 100 deep"}
	}
	if y.nodes++; y.nodes > maxNodes { // also where it brings nothing: merges of merges double
		return &Error{v.Line, fmt.Sprintf("more than %d values", maxNodes)}
	}
	switch v.Kind {
	case yaml.AliasNode:
		return y.merge(n, v.Alias, have, depth+1)
	case yaml.SequenceNode:
		for _, e := range v.Content {
			if err := y.merge(n, e, have, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	var merged Node
	if err := y.fill(&merged, v, depth+1); err != nil {
		return err
	}
	for _, c := range merged.Children {
		if !have[c.Key] {
			have[c.Key] = true
			c.Parent = n
			n.Children = append(n.Children, c)
		}
	}
	return nil
}
