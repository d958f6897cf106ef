package tensorflow

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// carries are operators that hand a text on from their inputs.
var carries = map[string]bool{"Identity": true, "IdentityN": true, "StringJoin": true, "ShardedFilename": true, "ShardedFilespec": true, "PlaceholderWithDefault": true,
	"Select": true, "SelectV2": true, "Pack": true, "Reshape": true, "ExpandDims": true, "Squeeze": true, "StopGradient": true, "Fill": true, "ConcatV2": true, "Add": true, "AddV2": true,
	"Switch": true, "Merge": true, "EnsureShape": true, "RegexReplace": true, "StaticRegexReplace": true, "StringFormat": true, "DecodeBase64": true, "Substr": true}

// node reads a NodeDef. Most are nothing but arithmetic, and only their operator's name is looked at.
func (l *looker) node(f protobuf.Field, function string) error {
	if l.nodes++; l.nodes > maxNodes {
		return damage(f.Off, "has more nodes than are looked at")
	}
	if l.nodes&0xffff == 0 && l.ctx.Err() != nil {
		return l.ctx.Err()
	}
	var name, op protobuf.Field
	err := each(f.Message(), func(f protobuf.Field) error {
		switch {
		case f.Type != protobuf.Bytes:
			return damage(f.Off, "field %d of a node is no message and no text", f.Number)
		case f.Number == 1:
			name = f
		case f.Number == 2:
			op = f
		}
		return nil
	})
	if err != nil {
		return err
	}
	o := op.Text(200)
	if o == "" {
		return damage(f.Off, "a node names no operator")
	}
	e, effectful := effectOf(o)
	if !effectful && !known(o) {
		if _, seen := l.custom[o]; !seen && len(l.custom) < 1000 {
			l.custom[o] = f.Off
		}
	}
	if !effectful && o != "Const" && o != "DatasetFromGraph" && !carries[o] {
		return nil
	}
	n := &node{op: o, name: name.Text(maxText), off: f.Off, function: function}
	if err := l.attributes(f, n); err != nil {
		return err
	}
	if effectful && len(e.paths) == 0 {
		l.say(n, e, "")
		return nil
	}
	if (effectful || o == "DatasetFromGraph") && len(l.scope.effect) < maxConsts {
		l.scope.effect = append(l.scope.effect, n)
	}
	if (o == "Const" && len(n.texts) > 0 || carries[o]) && len(l.scope.nodes) < maxConsts {
		l.scope.nodes[n.name] = n
	}
	return nil
}

// attributes keeps of a node its inputs, its texts and its attributes of text.
func (l *looker) attributes(f protobuf.Field, n *node) error {
	return each(f.Message(), func(f protobuf.Field) error {
		switch f.Number {
		case 3:
			if len(n.inputs) < maxInputs {
				n.inputs = append(n.inputs, f.Text(maxText))
			}
		case 5:
			return n.attribute(f.Message())
		}
		return nil
	})
}

// attribute reads an entry of a NodeDef's attributes.
func (n *node) attribute(m protobuf.Message) error {
	key := ""
	return each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			key = f.Text(200)
		case 2:
			return each(f.Message(), func(v protobuf.Field) error {
				switch v.Number {
				case 2:
					n.set(key, v.Text(maxText))
				case 1:
					return each(v.Message(), func(v protobuf.Field) error {
						if v.Number == 2 {
							n.set(key, v.Text(maxText))
						}
						return nil
					})
				case 8:
					return n.constant(v.Message())
				}
				return nil
			})
		}
		return nil
	})
}

func (n *node) set(key, text string) {
	if n.attrs == nil {
		n.attrs = map[string][]string{}
	}
	if len(n.attrs[key]) < maxInputs {
		n.attrs[key] = append(n.attrs[key], text)
	}
}

// constant keeps the texts of a TensorProto; numbers are skipped.
func (n *node) constant(m protobuf.Message) error {
	return each(m, func(f protobuf.Field) error {
		if f.Number == 8 && f.Type == protobuf.Bytes && len(n.texts) < maxInputs {
			n.texts = append(n.texts, f.Text(maxText))
			n.places = append(n.places, f)
		}
		return nil
	})
}

// judge follows the paths of operators that stand in honest models too.
func (l *looker) judge() {
	for _, n := range l.scope.effect {
		if n.op == "DatasetFromGraph" {
			l.within(n)
			continue
		}
		e, _ := effectOf(n.op)
		for _, from := range e.paths {
			for _, text := range l.textsOf(n, from) {
				if l.harmless(n, from, text) {
					continue
				}
				l.say(n, e, text)
				break
			}
		}
	}
	l.scope = nil
}

// within looks into the graph that an operator takes as a constant, one level down and no further.
func (l *looker) within(n *node) {
	for _, in := range n.inputs {
		source := l.scope.nodes[nodeOf(in)]
		if source == nil {
			continue
		}
		for _, f := range source.places {
			inner := newLooker(l.ctx, l.part)
			inner.nodes, inner.inside = l.nodes, true
			if !l.inside {
				_ = inner.graph(f.Message()) // what is no graph is refused by the operator too
			}
			l.nodes = inner.nodes
		}
	}
}

// textsOf finds the constants that reach an attribute or an input of a node.
func (l *looker) textsOf(n *node, from string) []string {
	at, isInput := strings.CutPrefix(from, "input ")
	if !isInput {
		return n.attrs[from]
	}
	i := int(at[0] - '0')
	if i >= len(n.inputs) {
		return nil
	}
	var texts []string
	seen := map[string]bool{}
	queue := []string{nodeOf(n.inputs[i])}
	for len(queue) > 0 && len(seen) < maxFollow {
		name := queue[0]
		queue = queue[1:]
		if seen[name] || l.assets[name] {
			continue
		}
		seen[name] = true
		if source := l.scope.nodes[name]; source != nil {
			texts = append(texts, source.texts...)
			for _, in := range source.inputs {
				queue = append(queue, nodeOf(in))
			}
		}
	}
	return texts
}

// harmless says whether a text that names a place leads nowhere of its own.
func (l *looker) harmless(n *node, from, text string) bool {
	switch from {
	case "output_stream":
		return text == "stderr" || text == "stdout" || strings.HasPrefix(text, "log(")
	case "debug_urls", "vocab_file", "filename", "file_pattern": // nothing puts a path of the model's own in the place of an attribute
		return text == ""
	case "descriptor_source":
		return text == "" || strings.HasPrefix(text, "local://") || strings.HasPrefix(text, "bytes://")
	}
	switch version(n.op) {
	case "InitializeTableFromTextFile", "GenerateVocabRemapping", "LoadAndRemapMatrix", "InitializeTRTResource", "SerializeTRTResource":
		return false // what the loader puts in place of a constant is an asset, and was left out
	case "CacheDataset":
		return text == "" // in memory
	}
	return !leaves(text)
}

func (l *looker) say(n *node, e effect, text string) {
	if l.count[n.op]++; l.count[n.op] > 20 {
		return
	}
	where := ""
	if n.function != "" {
		where = ", in the function " + inspect.Quote(n.function)
	}
	if text == "" && len(e.paths) == 0 {
		text = l.named(n)
	}
	if text != "" {
		l.part.Say(e.verdict, e.id, n.off, "the operator %s (%s) %s: %s%s", inspect.Quote(n.op), inspect.Quote(n.name), e.what, inspect.Quote(text), where)
		return
	}
	l.part.Say(e.verdict, e.id, n.off, "the operator %s (%s) %s%s", inspect.Quote(n.op), inspect.Quote(n.name), e.what, where)
}

// named is a constant that an input of the node names, if it stands before it, for a message that says more.
func (l *looker) named(n *node) string {
	for i := range min(len(n.inputs), 2) {
		if texts := l.textsOf(n, "input "+string(rune('0'+i))); len(texts) > 0 {
			return texts[0]
		}
	}
	for _, key := range []string{"memory_region_name", "shared_name", "container", "token"} {
		if texts := slices.DeleteFunc(slices.Clone(n.attrs[key]), func(s string) bool { return s == "" }); len(texts) > 0 {
			return texts[0]
		}
	}
	return ""
}
