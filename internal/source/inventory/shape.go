package inventory

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// shape is the digest of what a model is told of a tool: its name, its description and its arguments, and not what it does. When it changes,
// models are told something else.
func (l *look) shape(name string, id syntax.ID) string {
	var b strings.Builder
	b.WriteString(name)
	t := l.t
	switch t.Kind(id) {
	case syntax.Function:
		for c := range t.Children(id) {
			switch t.Kind(c) {
			case syntax.Param, syntax.Decorator, syntax.Annotation:
				l.tell(&b, c)
			case syntax.Block:
				l.docstring(&b, c)
			}
		}
	case syntax.Class:
		for _, field := range []string{"name", "description", "args_schema", "schema", "inputs", "output_type", "input_schema"} {
			for _, v := range l.f.Fields(id, field) {
				if t.Kind(v) == syntax.Assign {
					l.tell(&b, cmp.Or(l.f.Value(v), v))
				}
			}
		}
		for _, method := range []string{"_run", "forward", "_call", "run", "execute"} {
			for _, v := range l.f.Fields(id, method) {
				if t.Kind(v) == syntax.Function {
					for c := range t.Children(v) {
						if t.Kind(c) == syntax.Param {
							l.tell(&b, c)
						}
					}
				}
			}
		}
	case syntax.Call:
		for a := t.Next(t.Child(id, 0)); a != 0; a = t.Next(a) {
			l.tell(&b, a)
		}
	default:
		l.tell(&b, id)
	}
	sum := sha256.Sum256([]byte(b.String()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// tell writes what stands at a node, with names in place of what they were given in this file, and without functions: what a tool does is
// no part of what is told.
func (l *look) tell(b *strings.Builder, id syntax.ID) {
	t := l.t
	v := id
	if k := t.Kind(v); k == syntax.Keyword {
		b.WriteString("\n" + t.Name(v) + "=")
		v = t.Child(v, 0)
	}
	if lit := l.f.Literal(v); lit != 0 && t.Kind(v) == syntax.Ident {
		v = lit
	}
	switch t.Kind(v) {
	case syntax.Function:
		return
	case syntax.Dict:
		for pair := range t.Children(v) {
			if t.Kind(pair) == syntax.Pair && t.Kind(t.Last(pair)) != syntax.Function {
				b.WriteString("\n" + t.Code(t.Child(pair, 0)) + ":")
				l.tell(b, t.Last(pair))
			}
		}
		return
	}
	if c, ok := l.f.Constant(v); ok && c.String {
		b.WriteString("\n" + c.Text)
		return
	}
	b.WriteString("\n" + strings.Join(strings.Fields(t.Code(v)), " "))
}

func (l *look) docstring(b *strings.Builder, block syntax.ID) {
	t := l.t
	first := t.Child(block, 0)
	if first == 0 || t.Kind(first) != syntax.ExprStmt {
		return
	}
	if c, ok := l.f.Constant(t.Child(first, 0)); ok && c.String {
		b.WriteString("\n" + c.Text)
	}
}
