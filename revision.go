package lodemark

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Revision is one state of a threat model, told by what it means and not by its bytes: a comment, another order or a new
// line make no other revision.
type Revision struct {
	Path    string `json:"path"`    // of the threat model, in the tree
	Meaning string `json:"meaning"` // ModelMeaning: 64 hex digits
}

// standing says whether the revision is the one that is there now.
func (r Revision) standing(now map[string]string) (Standing, string) {
	if r == (Revision{}) {
		return Current, ""
	}
	switch meaning, ok := now[r.Path]; {
	case !ok:
		return Orphaned, r.Path + " is gone, or cannot be read"
	case meaning != r.Meaning:
		return Changed, r.Path + " says something else since"
	}
	return Current, ""
}

func (r Revision) write(b *bytes.Buffer) {
	if r != (Revision{}) {
		fmt.Fprintf(b, "model:\n  path: %s\n  meaning: %s\n", inQuotes(r.Path), inQuotes(r.Meaning))
	}
}

func (s *sheet) model(n *yaml.Node) Revision {
	m := s.mapping(n, "model", keysOf("model"))
	if n != nil && !unfilled(n) {
		s.demand(n, m, "model", "path", "meaning")
	}
	for key, v := range m {
		if unfilled(v) {
			s.problem(v, "model.%s is not filled in", key)
		}
	}
	return Revision{s.treePath(m["path"], "model.path"), s.digest(m["meaning"], "model.meaning")}
}

// The bounds of a threat model, as its own reader has them.
const (
	modelBytes = 4 << 20
	modelSigns = 400_000
	modelDepth = 40
)

// ModelMeaning is the digest, 64 hex digits, of what a threat model says of the system, its components and its flows. Comments,
// spacing, quotes, the order of keys and of entries do not count, nor do the dates of reviews and the people's own list of
// threats: the threats of the library rest on none of them.
func ModelMeaning(data []byte) (string, error) {
	switch {
	case len(data) > modelBytes:
		return "", fmt.Errorf("the threat model has %d bytes; at most %d are read", len(data), modelBytes)
	case countSigns(data) > modelSigns || indented(data) > 8*modelDepth:
		return "", errors.New("the threat model holds too many values, or nests them too deeply")
	}
	docs, err := decode(bytes.ToValidUTF8(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\ufffd")))
	switch {
	case err != nil:
		return "", fmt.Errorf("the threat model is no YAML: %w", err)
	case len(docs) != 1 || docs[0].Content[0].Kind != yaml.MappingNode:
		return "", errors.New("the threat model is not one mapping of system, components and flows")
	}
	var parts []string
	top := docs[0].Content[0]
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i].Value, top.Content[i+1]
		switch key {
		case "system":
			value = without(value, "revision", "reviewed", "next_review", "reviewers")
		case "components", "flows":
		default:
			continue
		}
		sum, err := meaning(value, 0)
		if err != nil {
			return "", err
		}
		parts = append(parts, key+"\x00"+sum)
	}
	return joined('m', parts), nil
}

// indented is the widest indentation, which bounds how deep blocks nest.
func indented(data []byte) int {
	widest := 0
	for line := range bytes.Lines(data) {
		widest = max(widest, len(line)-len(bytes.TrimLeft(line, " ")))
	}
	return widest
}

func without(n *yaml.Node, keys ...string) *yaml.Node {
	if n.Kind != yaml.MappingNode {
		return n
	}
	rest := *n
	rest.Content = nil
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains(keys, n.Content[i].Value) {
			rest.Content = append(rest.Content, n.Content[i], n.Content[i+1])
		}
	}
	return &rest
}

// meaning is the digest of one value. All lists of a threat model are sets.
func meaning(n *yaml.Node, depth int) (string, error) {
	if depth > modelDepth {
		return "", fmt.Errorf("line %d: nested deeper than %d levels", n.Line, modelDepth)
	}
	var parts []string
	switch n.Kind {
	case yaml.ScalarNode:
		text := n.Value
		if n.ShortTag() == "!!bool" {
			text = strings.ToLower(text)
		}
		return joined('v', []string{text}), nil
	case yaml.SequenceNode:
		for _, e := range n.Content {
			sum, err := meaning(e, depth+1)
			if err != nil {
				return "", err
			}
			parts = append(parts, sum)
		}
		return joined('l', parts), nil
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			sum, err := meaning(n.Content[i+1], depth+1)
			if err != nil {
				return "", err
			}
			parts = append(parts, n.Content[i].Value+"\x00"+sum)
		}
		return joined('m', parts), nil
	}
	return "", fmt.Errorf("line %d: %s", n.Line, noAliases)
}

// joined is the digest of parts in whatever order; each is told apart from its neighbours by its length.
func joined(kind byte, parts []string) string {
	slices.Sort(parts)
	h := sha256.New()
	fmt.Fprintf(h, "%c%d", kind, len(parts))
	for _, p := range parts {
		fmt.Fprintf(h, " %d:%s", len(p), p)
	}
	return hex.EncodeToString(h.Sum(nil))
}
