package settings

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"
)

// TOML reads a TOML file. A list of tables is a list, as in JSON.
func TOML(data []byte) (*Node, error) {
	data, err := bounded(data)
	if err != nil {
		return nil, err
	}
	t := &tomlReader{lines: newLines(data), known: map[*Node]map[string]*Node{}}
	if at := TooDeepTOML(data, maxDepth); at >= 0 {
		return nil, &Error{t.lines.of(at), "nested more than 100 deep"}
	}
	root := &Node{Line: 1, EndLine: 1}
	table := root
	var p unstable.Parser
	p.Reset(data)
	for p.NextExpression() {
		e := p.Expression()
		switch e.Kind {
		case unstable.Table:
			table, err = t.open(root, e.Key(), false)
		case unstable.ArrayTable:
			table, err = t.open(root, e.Key(), true)
		case unstable.KeyValue:
			err = t.assign(table, e)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.Error(); err != nil {
		return nil, t.failed(err, data)
	}
	root.EndLine = len(t.lines.starts)
	return root, nil
}

type tomlReader struct {
	builder
	lines lines
	known map[*Node]map[string]*Node // the keys of tables: a search among the children would cost the square of their number
}

func (t *tomlReader) child(n *Node, key string, line int) (c *Node, old bool, err error) {
	if c := t.known[n][key]; c != nil {
		return c, true, nil
	}
	if n.depth() > maxDepth {
		return nil, false, &Error{line, "nested more than 100 deep"}
	}
	if c, err = t.add(n, key, line); err != nil {
		return nil, false, err
	}
	if t.known[n] == nil {
		t.known[n] = map[string]*Node{}
	}
	t.known[n][key] = c
	return c, false, nil
}

// open goes to the table that a header names, and makes what is missing on the way.
func (t *tomlReader) open(n *Node, keys unstable.Iterator, array bool) (*Node, error) {
	for keys.Next() {
		key, line := keys.Node(), t.line(keys.Node())
		c, old, err := t.child(n, string(key.Data), line)
		if err != nil {
			return nil, err
		}
		last := keys.IsLast()
		if last && array && !old {
			c.List = true
		}
		if c.Scalar {
			return nil, &Error{line, fmt.Sprintf("table %q is a value already", key.Data)}
		}
		if last && array && c.List {
			if c, err = t.add(c, index(len(c.Children)), line); err != nil {
				return nil, err
			}
		} else if c.List && len(c.Children) > 0 {
			c = c.Children[len(c.Children)-1]
		}
		n = c
	}
	return n, nil
}

// assign puts one `key = value` into a table; keys with dots make tables on the way.
func (t *tomlReader) assign(n *Node, e *unstable.Node) error {
	for keys := e.Key(); keys.Next(); {
		line := t.line(keys.Node())
		c, old, err := t.child(n, string(keys.Node().Data), line)
		if err != nil {
			return err
		}
		if keys.IsLast() {
			if old {
				return &Error{line, fmt.Sprintf("key %q is set twice", keys.Node().Data)}
			}
			return t.fill(c, e.Value())
		}
		if c.Scalar || c.List {
			return &Error{line, fmt.Sprintf("key %q is a value already", keys.Node().Data)}
		}
		n = c
	}
	return nil
}

func (t *tomlReader) fill(n *Node, v *unstable.Node) error {
	line := n.Line
	if v.Raw.Length > 0 {
		line = t.lines.of(int(v.Raw.Offset))
		n.EndLine = max(line, t.lines.of(int(v.Raw.Offset+v.Raw.Length)-1))
	}
	switch v.Kind {
	case unstable.Array:
		n.List = true
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			at := line
			if it.Node().Raw.Length > 0 {
				at = t.line(it.Node())
			}
			c, err := t.add(n, index(len(n.Children)), at)
			if err != nil {
				return err
			}
			if err := t.fill(c, it.Node()); err != nil {
				return err
			}
			n.EndLine = max(n.EndLine, c.EndLine)
		}
	case unstable.InlineTable:
		for it := v.Children(); it.Next(); {
			if it.Node().Kind != unstable.KeyValue {
				continue
			}
			if err := t.assign(n, it.Node()); err != nil {
				return err
			}
		}
		for _, c := range n.Children {
			n.EndLine = max(n.EndLine, c.EndLine)
		}
	default:
		n.Scalar, n.Value = true, string(v.Data)
	}
	return nil
}

func (t *tomlReader) line(n *unstable.Node) int { return t.lines.of(int(n.Raw.Offset)) }

func (t *tomlReader) failed(err error, data []byte) error {
	var p *unstable.ParserError
	if !errors.As(err, &p) {
		return &Error{1, err.Error()}
	}
	e := &Error{1, p.Message}
	// The highlight is a piece of the input that runs to its end in capacity, which gives its place without a search.
	if at := cap(data) - cap(p.Highlight); len(p.Highlight) > 0 && at >= 0 && at < len(data) {
		e.Line = t.lines.of(at)
	}
	return e
}

// TooDeepTOML is the place where brackets stand deeper than allowed, outside of strings and comments, or -1.
func TooDeepTOML(data []byte, limit int) int {
	depth := 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '"', '\'':
			i = skipTOMLString(data, i, c)
		case '#':
			end := bytes.IndexByte(data[i:], '\n')
			if end < 0 {
				return -1
			}
			i += end
		case '[', '{':
			if depth++; depth > limit {
				return i
			}
		case ']', '}':
			depth--
		}
	}
	return -1
}

// skipTOMLString gives the place of the last quote of a string.
func skipTOMLString(data []byte, i int, quote byte) int {
	triple := func(j int) bool {
		return j+2 < len(data) && data[j] == quote && data[j+1] == quote && data[j+2] == quote
	}
	long := triple(i)
	if long {
		i += 2
	}
	for i++; i < len(data); i++ {
		switch {
		case data[i] == '\\' && quote == '"':
			i++
		case long && triple(i):
			i += 2
			for n := 0; n < 2 && i+1 < len(data) && data[i+1] == quote; n++ { // quotes that the text itself ends in
				i++
			}
			return i
		case !long && (data[i] == quote || data[i] == '\n'):
			return i
		}
	}
	return i
}
