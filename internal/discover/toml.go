package discover

import (
	"errors"
	"fmt"

	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// parseTOML reads TOML into nodes with lines.
func parseTOML(data []byte) (*node, error) {
	if err := tooLarge(data, tomlBytes); err != nil {
		return nil, err
	}
	data = trimBOM(data)
	lines := indexLines(data)
	if at := settings.TooDeepTOML(data, maxNesting); at >= 0 {
		return nil, &syntaxError{lines.line(at), fmt.Sprintf("nested deeper than %d", maxNesting)}
	}
	var p unstable.Parser
	p.Reset(data)
	top := &node{kind: mapping, line: 1}
	table := top
	for p.NextExpression() {
		e := p.Expression()
		var err error
		switch e.Kind {
		case unstable.Table:
			table, err = openTable(top, e.Key(), lines, false)
		case unstable.ArrayTable:
			table, err = openTable(top, e.Key(), lines, true)
		case unstable.KeyValue:
			err = table.assign(e, lines)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := p.Error(); err != nil {
		return nil, tomlError(err, data, lines)
	}
	return top, nil
}

// openTable walks to the table that a header names, making what is missing on the way.
func openTable(at *node, key unstable.Iterator, lines lineIndex, array bool) (*node, error) {
	for depth := 0; key.Next(); depth++ {
		name, line := string(key.Node().Data), lines.line(int(key.Node().Raw.Offset))
		if depth > maxNesting {
			return nil, &syntaxError{line, fmt.Sprintf("nested deeper than %d", maxNesting)}
		}
		last := key.IsLast()
		child := at.get(name)
		switch {
		case child == nil && last && array:
			child = &node{kind: list, line: line}
			at.entries = append(at.entries, entry{name, line, child})
		case child == nil:
			child = &node{kind: mapping, line: line}
			at.entries = append(at.entries, entry{name, line, child})
		}
		if last && array && child.kind == list {
			child.items = append(child.items, &node{kind: mapping, line: line})
		}
		if child.kind == list && len(child.items) > 0 {
			child = child.items[len(child.items)-1]
		}
		if child.kind != mapping {
			return nil, &syntaxError{line, fmt.Sprintf("table %q is already a value", name)}
		}
		at = child
	}
	return at, nil
}

// assign puts one "key = value" under a table; dotted keys make tables on the way.
func (n *node) assign(e *unstable.Node, lines lineIndex) error {
	at, depth := n, 0
	for key := e.Key(); key.Next(); depth++ {
		name, line := string(key.Node().Data), lines.line(int(key.Node().Raw.Offset))
		if depth > maxNesting {
			return &syntaxError{line, fmt.Sprintf("nested deeper than %d", maxNesting)}
		}
		old := at.get(name)
		if key.IsLast() {
			if old != nil {
				return &syntaxError{line, fmt.Sprintf("key %q is set twice", name)}
			}
			value, err := fromTOML(e.Value(), line, lines)
			if err != nil {
				return err
			}
			at.entries = append(at.entries, entry{name, line, value})
			return nil
		}
		if old == nil {
			old = &node{kind: mapping, line: line}
			at.entries = append(at.entries, entry{name, line, old})
		}
		if old.kind != mapping {
			return &syntaxError{line, fmt.Sprintf("key %q is already a value", name)}
		}
		at = old
	}
	return nil
}

func fromTOML(v *unstable.Node, line int, lines lineIndex) (*node, error) {
	n := &node{kind: scalar, line: line, text: string(v.Data)}
	if v.Raw.Length > 0 {
		n.line = lines.line(int(v.Raw.Offset))
	}
	switch v.Kind {
	case unstable.String:
		n.kind = text
	case unstable.Array:
		n.kind, n.text = list, ""
		for it := v.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			item, err := fromTOML(it.Node(), n.line, lines)
			if err != nil {
				return nil, err
			}
			n.items = append(n.items, item)
		}
	case unstable.InlineTable:
		n.kind, n.text = mapping, ""
		for it := v.Children(); it.Next(); {
			if it.Node().Kind != unstable.KeyValue {
				continue
			}
			if err := n.assign(it.Node(), lines); err != nil {
				return nil, err
			}
		}
	}
	return n, nil
}

func tomlError(err error, data []byte, lines lineIndex) error {
	p := (*unstable.ParserError)(nil)
	if !errors.As(err, &p) {
		return &syntaxError{0, err.Error()}
	}
	e := &syntaxError{message: p.Message}
	// The highlight is a piece of the input that runs to its end in capacity, which gives its place without a search.
	if at := cap(data) - cap(p.Highlight); len(p.Highlight) > 0 && at >= 0 && at < len(data) {
		e.line = lines.line(at)
	}
	return e
}
