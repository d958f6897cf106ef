package onnx

import (
	"fmt"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// graph walks a GraphProto; graphs lie in attributes of nodes too, for branches and loops.
func (l *looker) graph(m protobuf.Message, depth int) error {
	if depth > maxDepth {
		return &inspect.DamageError{Offset: -1, Reason: fmt.Sprintf("graphs lie more than %d deep in each other", maxDepth)}
	}
	return each(m, func(f protobuf.Field) error {
		if f.Type != protobuf.Bytes {
			return &inspect.DamageError{Offset: f.Off, Reason: fmt.Sprintf("field %d of a graph has wire type %d", f.Number, f.Type)}
		}
		switch f.Number {
		case 1:
			return l.node(f, depth)
		case 2:
			if depth == 0 {
				l.part.Fact("graph", f.Text(200))
			}
		case 5:
			return l.tensor(f)
		case 15:
			return l.sparse(f.Message())
		case 16:
			return l.metadata(f.Message())
		}
		return nil
	})
}

// node walks a NodeProto.
func (l *looker) node(n protobuf.Field, depth int) error {
	if l.nodes++; l.nodes > maxNodes {
		return &inspect.DamageError{Offset: n.Off, Reason: "has more nodes than are looked at"}
	}
	if l.nodes&0xffff == 0 && l.ctx.Err() != nil {
		return l.ctx.Err()
	}
	var op operator
	var attributes []protobuf.Field
	err := each(n.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 4:
			op.name = f.Text(200)
		case 5:
			if f.Type != protobuf.Bytes {
				return &inspect.DamageError{Offset: f.Off, Reason: "an attribute of a node is no message"}
			}
			attributes = append(attributes, f)
		case 7:
			op.domain = plainDomain(f.Text(200))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if op.name == "" {
		return &inspect.DamageError{Offset: n.Off, Reason: "a node names no operator"}
	}
	if _, seen := l.operators[op]; !seen && len(l.operators) < 100_000 {
		l.operators[op] = n.Off
	}
	for _, a := range attributes {
		if err := l.attribute(a, op, depth); err != nil {
			return err
		}
	}
	return nil
}

// attribute walks an AttributeProto, for the graphs and tensors that it may hold.
func (l *looker) attribute(a protobuf.Field, op operator, depth int) error {
	name, text := "", ""
	err := each(a.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			name = f.Text(200)
		case 4:
			text = f.Text(maxText)
		case 5, 10:
			if f.Type == protobuf.Bytes {
				return l.tensor(f)
			}
		case 6, 11:
			if f.Type == protobuf.Bytes {
				return l.graph(f.Message(), depth+1)
			}
		case 22, 23:
			if f.Type == protobuf.Bytes {
				return l.sparse(f.Message())
			}
		}
		return nil
	})
	if op.name == "EPContext" && name == "ep_cache_context" && text != "" && escapes(text) {
		l.part.Say(inspect.Dangerous, "onnx-external-escape", a.Off, "a compiled part is read from %s, outside of the model's folder", inspect.Quote(text))
	}
	return err
}

func (l *looker) sparse(m protobuf.Message) error {
	return each(m, func(f protobuf.Field) error {
		if (f.Number == 1 || f.Number == 2) && f.Type == protobuf.Bytes {
			return l.tensor(f)
		}
		return nil
	})
}

// function walks a FunctionProto: an operator that the model brings along.
func (l *looker) function(m protobuf.Message) error {
	var op operator
	var nodes []protobuf.Field
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			op.name = f.Text(200)
		case 10:
			op.domain = plainDomain(f.Text(200))
		case 7:
			if f.Type == protobuf.Bytes {
				nodes = append(nodes, f)
			}
		case 14:
			if f.Type == protobuf.Bytes {
				return l.metadata(f.Message())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(l.local) < 100_000 {
		l.local[op] = true
	}
	for _, n := range nodes {
		before := l.part.Found().Verdict
		if err := l.node(n, 1); err != nil {
			return err
		}
		if _, self := l.operators[op]; self && before == inspect.Clean && l.calls(n, op) {
			return &inspect.DamageError{Offset: n.Off, Reason: fmt.Sprintf("the function %s calls itself, and so never ends", inspect.Quote(op.name))}
		}
	}
	return nil
}

// calls says whether a node is of an operator.
func (l *looker) calls(n protobuf.Field, op operator) bool {
	var of operator
	_ = each(n.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 4:
			of.name = f.Text(200)
		case 7:
			of.domain = plainDomain(f.Text(200))
		}
		return nil
	})
	return of == op
}
