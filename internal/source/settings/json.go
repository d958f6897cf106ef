package settings

import (
	"bytes"
	"strings"

	"github.com/tailscale/hujson"
)

// JSON reads JSON, with comments and trailing commas as editors' settings have them.
func JSON(data []byte) (*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	j := &jsonReader{lines: newLines(data)}
	if at := TooDeepJSON(data, maxDepth); at >= 0 {
		return nil, &Error{j.lines.of(at), "nested more than 100 deep"}
	}
	value, err := hujson.Parse(data)
	if err != nil {
		return nil, lineError(err)
	}
	root := &Node{Line: 1, EndLine: 1}
	if err := j.fill(root, &value); err != nil {
		return nil, err
	}
	return root, nil
}

// TooDeepJSON is the place where brackets stand deeper than allowed, outside of strings and comments, or -1.
func TooDeepJSON(data []byte, limit int) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '/':
			i = skipJSONComment(data, i)
		case '{', '[':
			if depth++; depth > limit {
				return i
			}
		case '}', ']':
			depth--
		}
	}
	return -1
}

// skipJSONComment gives the place of a comment's last byte; of a slash that begins none, its own.
func skipJSONComment(data []byte, i int) int {
	end := ""
	switch rest := data[i:]; {
	case bytes.HasPrefix(rest, []byte("//")):
		end = "\n"
	case bytes.HasPrefix(rest, []byte("/*")):
		end = "*/"
	default:
		return i
	}
	n := bytes.Index(data[i+2:], []byte(end))
	if n < 0 {
		return len(data)
	}
	return i + 2 + n + len(end) - 1
}

type jsonReader struct {
	builder
	lines lines
}

func (j *jsonReader) fill(n *Node, v *hujson.Value) error {
	n.EndLine = j.lines.of(v.EndOffset)
	switch x := v.Value.(type) {
	case hujson.Literal:
		n.Scalar = true
		n.Value = x.String()
	case *hujson.Object:
		for i := range x.Members {
			m := &x.Members[i]
			key, _ := m.Name.Value.(hujson.Literal)
			c, err := j.add(n, key.String(), j.lines.of(m.Name.StartOffset))
			if err != nil {
				return err
			}
			if err := j.fill(c, &m.Value); err != nil {
				return err
			}
		}
	case *hujson.Array:
		n.List = true
		for i := range x.Elements {
			e := &x.Elements[i]
			c, err := j.add(n, index(i), j.lines.of(e.StartOffset))
			if err != nil {
				return err
			}
			if err := j.fill(c, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// lines finds the line of an offset.
type lines struct{ starts []int }

func newLines(data []byte) lines {
	starts := []int{0}
	for at := 0; ; {
		i := bytes.IndexByte(data[at:], '\n')
		if i < 0 {
			return lines{starts}
		}
		at += i + 1
		starts = append(starts, at)
	}
}

func (l lines) of(offset int) int {
	low, high := 0, len(l.starts)
	for high-low > 1 {
		if mid := (low + high) / 2; l.starts[mid] <= offset {
			low = mid
		} else {
			high = mid
		}
	}
	return low + 1
}

// unquote takes one pair of quotes off.
func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
