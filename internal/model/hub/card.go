package hub

import (
	"bytes"
	"context"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxFrontMatter = 512 << 10

// frontMatter is the YAML at the beginning of a card, between two lines of dashes.
func frontMatter(head []byte) []byte {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	rest, ok := bytes.CutPrefix(head, []byte("---\n"))
	if !ok {
		if rest, ok = bytes.CutPrefix(head, []byte("---\r\n")); !ok {
			return nil
		}
	}
	for at := 0; at < len(rest); {
		line, _, _ := bytes.Cut(rest[at:], []byte("\n"))
		if string(bytes.TrimRight(line, " \r")) == "---" {
			return rest[:at]
		}
		at += len(line) + 1
	}
	return nil
}

func claimsCard(p *inspect.Part) bool {
	if roleOf(p.Name) != card {
		return false
	}
	front := frontMatter(p.Head())
	return front != nil && hasAny(front, []string{"license:", "base_model", "library_name:", "pipeline_tag:", "tags:", "datasets:", "model-index:", "language:"})
}

// scanCard keeps what the card says of the model.
func scanCard(ctx context.Context, p *inspect.Part) error {
	front := frontMatter(p.Head())
	if len(front) > maxFrontMatter {
		return nil
	}
	y := &recipeJudge{judge: newJudge(ctx, p), starts: lineStarts(front)}
	for i := range y.starts { // lines of the head, by their places in the file
		y.starts[i] += bytes.Index(p.Head(), []byte("\n")) + 1
	}
	doc, err := parseYAML(front)
	if err != nil {
		y.words(front)
		p.Say(inspect.Clean, "card-unread", 0, "has a head that is no YAML: %s", inspect.Quote(err.Error()))
		return nil
	}
	y.node(doc, "", 0)
	for _, f := range [][2]string{{"license", "licence"}, {"base_model", "base model"}, {"datasets", "datasets"}, {"library_name", "framework"}, {"pipeline_tag", "task"}, {"language", "language"},
		{"license_name", "licence"}, {"model_name", "name"}} {
		p.Fact(f[1], plainList(field(doc, f[0])))
	}
	return nil
}

// field is the value of a key of a document's top mapping.
func field(n *yaml.Node, key string) *yaml.Node {
	if n != nil && n.Kind == yaml.DocumentNode && len(n.Content) > 0 {
		n = n.Content[0]
	}
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func plainList(n *yaml.Node) string {
	switch {
	case n == nil:
		return ""
	case n.Kind == yaml.ScalarNode:
		return n.Value
	case n.Kind == yaml.SequenceNode:
		var out []string
		for _, c := range n.Content {
			if c.Kind == yaml.ScalarNode && len(out) < 10 {
				out = append(out, c.Value)
			}
		}
		return strings.Join(out, ", ")
	}
	return ""
}
