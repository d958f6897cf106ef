package discover

import (
	"fmt"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// parseJSON reads JSON, with comments and trailing commas where a tool in use takes them.
func parseJSON(data []byte) (*node, error) {
	if err := tooLarge(data, jsonBytes); err != nil {
		return nil, err
	}
	data = trimBOM(data)
	lines := indexLines(data)
	if at := settings.TooDeepJSON(data, maxNesting); at >= 0 {
		return nil, &syntaxError{lines.line(at), fmt.Sprintf("nested deeper than %d", maxNesting)}
	}
	v, err := hujson.Parse(data)
	if err != nil {
		return nil, jsonError(err)
	}
	return fromJSON(v, lines), nil
}

func fromJSON(v hujson.Value, lines lineIndex) *node {
	n := &node{line: lines.line(v.StartOffset)}
	switch value := v.Value.(type) {
	case *hujson.Object:
		n.kind = mapping
		n.entries = make([]entry, 0, len(value.Members))
		for _, m := range value.Members {
			key, _ := m.Name.Value.(hujson.Literal)
			n.entries = append(n.entries, entry{key.String(), lines.line(m.Name.StartOffset), fromJSON(m.Value, lines)})
		}
	case *hujson.Array:
		n.kind = list
		for _, e := range value.Elements {
			n.items = append(n.items, fromJSON(e, lines))
		}
	case hujson.Literal:
		n.kind, n.text = scalar, string(value)
		switch value.Kind() {
		case '"':
			n.kind, n.text = text, value.String()
		case 'n':
			n.kind, n.text = null, ""
		}
	}
	return n
}

func jsonError(err error) error {
	e := &syntaxError{message: err.Error()}
	var column int
	if n, _ := fmt.Sscanf(err.Error(), "hujson: line %d, column %d:", &e.line, &column); n == 2 {
		_, e.message, _ = strings.Cut(err.Error(), fmt.Sprintf("column %d: ", column))
	}
	return e
}

func trimBOM(data []byte) []byte {
	if len(data) >= 3 && data[0] == 0xef && data[1] == 0xbb && data[2] == 0xbf {
		return data[3:]
	}
	return data
}
