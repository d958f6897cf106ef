package document

import (
	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	keyAtMargin = pattern.New(`(?m)^["']?[A-Za-z_][\w-]{0,60}["']?:(?:[ \t]|$)`)
	otherText   = pattern.New(`(?m)^---[ \t]*\n(?s:.*)^---[ \t]*$`) // a front matter, or more than one piece of data
	deeperTitle = pattern.New(`(?m)^#{2,6} `)
	draftAtTop  = pattern.New(`(?im)^["']?(?:status["']?:[ \t]*["']?draft|draft["']?:[ \t]*["']?(?:true|yes))\b`)
)

// disguised says whether a text under the ending of another format is data in YAML: one mapping, with a mapping inside it.
// Lines such as "Owner: help desk" below a title are YAML to a parser as well, and are what people write.
func disguised(text string) bool {
	if otherText.MatchString(text) || deeperTitle.MatchString(text) || !keyAtMargin.MatchString(text) {
		return false
	}
	root := mappingOf(text)
	if root == nil || len(root.Content) < 4 {
		return false
	}
	for i := 1; i < len(root.Content); i += 2 {
		value := root.Content[i]
		if value.Kind == yaml.SequenceNode && len(value.Content) > 0 {
			value = value.Content[0]
		}
		if value.Kind == yaml.MappingNode {
			return true
		}
	}
	return false
}

// draftMapping gives the line of "status: draft" at the top of a text that is a mapping in YAML, under whatever ending; 0:
// there is none.
func draftMapping(src *source) int {
	m := draftAtTop.FindStringIndex(src.text)
	if m == nil || otherText.MatchString(src.text) || mappingOf(src.text) == nil {
		return 0
	}
	return src.lineAt(m[0]) + 1
}

// mappingBytes is the longest text that is looked at for being data: a person wrote it.
const mappingBytes = 1 << 20

// mappingOf reads a text as the mapping that it is as a whole; nil: it is none. A crash of the decoder is no mapping.
func mappingOf(text string) (root *yaml.Node) {
	defer func() {
		if recover() != nil {
			root = nil
		}
	}()
	var doc yaml.Node
	if len(text) > mappingBytes {
		return nil
	}
	if yaml.Unmarshal([]byte(text), &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return doc.Content[0]
}
