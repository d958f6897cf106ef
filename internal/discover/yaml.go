package discover

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxDocuments is how many documents of one YAML file are read.
const maxDocuments = 10_000

// parseYAML reads all documents of a file. Aliases share the value they name, so that a bomb of them stays small.
func parseYAML(data []byte) ([]*node, error) {
	if err := tooLarge(data, yamlBytes); err != nil {
		return nil, err
	}
	if at := tooDeepYAML(data); at > 0 {
		return nil, &syntaxError{at, fmt.Sprintf("nested deeper than %d", maxNesting)}
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var docs []*node
	merges := 0
	for len(docs) < maxDocuments {
		var y yaml.Node
		err := d.Decode(&y)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return docs, yamlError(err)
		}
		if len(y.Content) > 0 {
			r := yamlReader{known: map[*yaml.Node]*node{}, merges: merges}
			docs = append(docs, r.node(y.Content[0]))
			if merges = r.merges; merges > maxMerged {
				return docs, &syntaxError{y.Line, fmt.Sprintf("merge keys bring in more than %d entries", maxMerged)}
			}
		}
	}
	return docs, &syntaxError{0, fmt.Sprintf("more than %d documents", maxDocuments)}
}

// yamlReader turns the decoder's nodes into ours. merges counts entries that merge keys brought in.
type yamlReader struct {
	known  map[*yaml.Node]*node
	merges int
}

func (r *yamlReader) node(y *yaml.Node) *node {
	if n := r.known[y]; n != nil {
		return n
	}
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.AliasNode:
		r.known[y] = n
		if y.Alias == nil || r.known[y.Alias] == nil { // an alias inside what it names has no value
			return n
		}
		return r.known[y.Alias]
	case yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			key, value := y.Content[i], r.node(y.Content[i+1])
			if key.Value == "<<" && key.Tag == "!!merge" {
				n.entries = append(n.entries, r.merged(value)...)
				continue
			}
			n.entries = append(n.entries, entry{key.Value, key.Line, value})
		}
		n.kind = mapping
	case yaml.SequenceNode:
		for _, item := range y.Content {
			n.items = append(n.items, r.node(item))
		}
		n.kind = list
	case yaml.ScalarNode:
		n.text = y.Value
		switch y.Tag {
		case "!!str":
			n.kind = text
		case "!!null":
			n.text = ""
		default:
			n.kind = scalar
		}
	}
	if y.Anchor != "" {
		r.known[y] = n
	}
	return n
}

// maxMerged bounds what the merge keys of a file bring in together: merges of merges, or many of one large mapping, could
// otherwise grow without end.
const maxMerged = 50_000

func (r *yamlReader) merged(value *node) []entry {
	from := value.all()
	for _, item := range value.list() {
		if r.merges+len(from) > maxMerged {
			break
		}
		from = append(from[:len(from):len(from)], item.all()...)
	}
	r.merges += len(from)
	if r.merges > maxMerged {
		return nil
	}
	return from
}

func yamlError(err error) error {
	e := &syntaxError{message: strings.TrimPrefix(err.Error(), "yaml: ")}
	if n, _ := fmt.Sscanf(e.message, "line %d:", &e.line); n == 1 {
		_, e.message, _ = strings.Cut(e.message, ": ")
	}
	return e
}

// tooDeepYAML returns the line at which indentation or brackets could nest too deep, or 0. It counts what could nest, not
// what does: a line of hundreds of openers is nobody's configuration.
func tooDeepYAML(data []byte) int {
	line, openers := 1, 0
	for _, b := range data {
		switch b {
		case '\n':
			line++
		case '[', '{':
			openers++
		case ']', '}':
			openers = max(0, openers-1)
		}
		if openers > 20*maxNesting {
			return line
		}
	}
	return 0
}
