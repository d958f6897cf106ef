package main

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Types of TensorFlow.
const (
	dtFloat, dtInt32, dtString, dtInt64, dtBool, dtResource, dtVariant = 1, 3, 7, 9, 10, 20, 21
)

// gNode is a node of a graph, which can be written in binary and in text.
type gNode struct {
	name, op string
	inputs   []string
	attrs    []gAttr
	device   string
}

// gAttr is an attribute. Its value is a string, []byte, bool, int, gType, gFunc, []gType, gShape, gText or []string.
type gAttr struct {
	key   string
	value any
}

type (
	gType  int
	gFunc  string   // a function of the library
	gFuncs []string // several
	gShape []int    // -1 for what is not known
	gText  string   // a constant tensor of one string
	gInts  []int    // a constant tensor of int32
)

// n is a node without attributes.
func n(name, op string, inputs ...string) gNode { return gNode{name: name, op: op, inputs: inputs} }

// with adds attributes, as key, value, key, value.
func (g gNode) with(kv ...any) gNode {
	for i := 0; i < len(kv); i += 2 {
		g.attrs = append(g.attrs, gAttr{kv[i].(string), kv[i+1]})
	}
	return g
}

func (g gNode) on(device string) gNode { g.device = device; return g }

// konst is a constant of one string.
func konst(name, text string) gNode {
	return n(name, "Const").with("dtype", gType(dtString), "value", gText(text))
}

// place is the input of a graph.
func place(name string, t int) gNode {
	return n(name, "Placeholder").with("dtype", gType(t), "shape", gShape{-1, 4})
}

func shapeProto(s gShape) proto {
	var p proto
	for _, d := range s {
		p = p.bin(2, proto(binary.AppendUvarint([]byte{8}, uint64(int64(d)))))
	}
	return p
}

func (a gAttr) proto() proto {
	var v proto
	switch x := a.value.(type) {
	case string:
		v = v.str(2, x)
	case []byte:
		v = v.bin(2, x)
	case bool:
		v = v.num(5, map[bool]int{true: 1}[x])
	case int:
		v = v.num(3, x)
	case float32:
		v = append(v, binary.LittleEndian.AppendUint32([]byte{4<<3 | 5}, math.Float32bits(x))...)
	case gType:
		v = v.num(6, int(x))
	case gFunc:
		v = v.bin(10, proto{}.str(1, string(x)))
	case gFuncs:
		var l proto
		for _, f := range x {
			l = l.bin(9, proto{}.str(1, f))
		}
		v = v.bin(1, l)
	case []gType:
		var packed proto
		for _, t := range x {
			packed = binary.AppendUvarint(packed, uint64(t))
		}
		v = v.bin(1, proto{}.bin(6, packed))
	case []string:
		var l proto
		for _, s := range x {
			l = l.str(2, s)
		}
		v = v.bin(1, l)
	case []gShape:
		var l proto
		for _, s := range x {
			l = l.bin(7, shapeProto(s))
		}
		v = v.bin(1, l)
	case gShape:
		v = v.bin(7, shapeProto(x))
	case gText:
		v = v.bin(8, proto{}.num(1, dtString).bin(2, nil).str(8, string(x)))
	case gInts:
		var content []byte
		for _, i := range x {
			content = binary.LittleEndian.AppendUint32(content, uint32(i))
		}
		v = v.bin(8, proto{}.num(1, dtInt32).bin(2, shapeProto(gShape{len(x)})).bin(4, content))
	default:
		panic(fmt.Sprintf("no attribute of %T", x))
	}
	return proto{}.str(1, a.key).bin(2, v)
}

func (g gNode) proto() proto {
	p := proto{}.str(1, g.name).str(2, g.op)
	for _, i := range g.inputs {
		p = p.str(3, i)
	}
	if g.device != "" {
		p = p.str(4, g.device)
	}
	for _, a := range g.attrs {
		p = p.bin(5, a.proto())
	}
	return p
}

// text is the node as text format has it.
func (g gNode) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "node {\n  name: %q\n  op: %q\n", g.name, g.op)
	for _, i := range g.inputs {
		fmt.Fprintf(&b, "  input: %q\n", i)
	}
	for _, a := range g.attrs {
		value := ""
		switch x := a.value.(type) {
		case string:
			value = fmt.Sprintf("s: %q", x)
		case bool:
			value = fmt.Sprintf("b: %v", x)
		case int:
			value = fmt.Sprintf("i: %d", x)
		case gType:
			value = fmt.Sprintf("type: %s", map[int]string{dtFloat: "DT_FLOAT", dtInt32: "DT_INT32", dtString: "DT_STRING", dtInt64: "DT_INT64", dtBool: "DT_BOOL", dtResource: "DT_RESOURCE", dtVariant: "DT_VARIANT"}[int(x)])
		case gText:
			value = fmt.Sprintf("tensor {\n        dtype: DT_STRING\n        tensor_shape {\n        }\n        string_val: %q\n      }", string(x))
		case gShape:
			value = "shape {\n        unknown_rank: true\n      }"
		case gFunc:
			value = fmt.Sprintf("func {\n        name: %q\n      }", string(x))
		default:
			continue
		}
		fmt.Fprintf(&b, "  attr {\n    key: %q\n    value {\n      %s\n    }\n  }\n", a.key, value)
	}
	return b.String() + "}\n"
}

// gFunction is a function of a graph's library.
type gFunction struct {
	name  string
	nodes []gNode
}

// arguments are the inputs of a function's nodes that no node gives: those without a colon.
func (f gFunction) arguments() []string {
	var out []string
	for _, node := range f.nodes {
		for _, i := range node.inputs {
			if !strings.ContainsAny(i, ":^") && !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

// gGraph is a graph with its functions.
type gGraph struct {
	nodes     []gNode
	functions []gFunction
}

func g(nodes ...gNode) gGraph { return gGraph{nodes: nodes} }

func (g gGraph) and(name string, nodes ...gNode) gGraph {
	g.functions = append(g.functions, gFunction{name: name, nodes: nodes})
	return g
}

func (g gGraph) proto() proto {
	var p proto
	for _, node := range g.nodes {
		p = p.bin(1, node.proto())
	}
	if len(g.functions) > 0 {
		var lib proto
		for _, f := range g.functions {
			sig := proto{}.str(1, f.name)
			for _, arg := range f.arguments() {
				t := dtFloat
				if arg == "file_prefix" || arg == "path" {
					t = dtString
				}
				sig = sig.bin(2, proto{}.str(1, arg).num(3, t))
			}
			sig = sig.bin(3, proto{}.str(1, "identity").num(3, dtFloat))
			def := proto{}.bin(1, sig)
			for _, node := range f.nodes {
				def = def.bin(3, node.proto())
			}
			def = def.bin(4, proto{}.str(1, "identity").str(2, "out:output:0"))
			lib = lib.bin(1, def)
		}
		p = p.bin(2, lib)
	}
	return p.bin(4, proto{}.num(1, 1395).num(2, 12))
}

func (g gGraph) text() []byte {
	var b strings.Builder
	for _, node := range g.nodes {
		b.WriteString(node.text())
	}
	b.WriteString("versions {\n  producer: 1395\n}\n")
	return []byte(b.String())
}

// tensorInfo is an input or an output of a signature.
func tensorInfo(key, tensor string, t int) proto {
	return proto{}.str(1, key).bin(2, proto{}.str(1, tensor).num(2, t).bin(3, shapeProto(gShape{-1, 4})))
}

// gSaved is a SavedModel with what stands around its graph.
type gSaved struct {
	graph       gGraph
	tags        []string
	signatures  map[string]string // name, and the tensor that comes out
	assets      [][2]string       // tensor and file name
	collections []proto
	objects     proto // object graph
	saver       bool
	more        []gSaved // further graphs
}

func (s gSaved) meta() proto {
	tags := s.tags
	if tags == nil {
		tags = []string{"serve"}
	}
	ops := map[string]bool{}
	var stripped proto
	for _, node := range s.graph.nodes {
		if !ops[node.op] {
			ops[node.op] = true
			stripped = stripped.bin(1, proto{}.str(1, node.op))
		}
	}
	info := proto{}.bin(2, stripped)
	for _, t := range tags {
		info = info.str(4, t)
	}
	info = info.str(5, "2.13.1").str(6, "v2.13.0-17-gf841394b1b7").num(7, 1)
	p := proto{}.bin(1, info).bin(2, s.graph.proto())
	if s.saver {
		p = p.bin(3, proto{}.str(1, "saver_filename:0").str(2, "StatefulPartitionedCall_1:0").str(3, "StatefulPartitionedCall_2").num(7, 2))
	}
	for _, col := range s.collections {
		p = p.bin(4, col)
	}
	for _, key := range sorted(s.signatures) {
		def := proto{}
		if s.signatures[key] != "" {
			def = def.bin(1, tensorInfo("inputs", "x:0", dtFloat)).bin(2, tensorInfo("outputs", s.signatures[key], dtFloat))
		}
		p = p.bin(5, proto{}.str(1, key).bin(2, def.str(3, "tensorflow/serving/predict")))
	}
	for _, a := range s.assets {
		p = p.bin(6, proto{}.bin(1, proto{}.str(1, a[0])).str(2, a[1]))
	}
	if s.objects != nil {
		p = p.bin(7, s.objects)
	}
	return p
}

func (s gSaved) bytes() []byte {
	p := proto{}.num(1, 1).bin(2, s.meta())
	for _, m := range s.more {
		p = p.bin(2, m.meta())
	}
	return p
}

// served is the usual SavedModel of a graph whose answer is a tensor.
func served(graph gGraph, out string) gSaved {
	return gSaved{graph: graph, signatures: map[string]string{"serving_default": out}}
}

// nodeList is a collection of names of nodes.
func nodeList(key string, names ...string) proto {
	var l proto
	for _, name := range names {
		l = l.str(1, name)
	}
	return proto{}.str(1, key).bin(2, proto{}.bin(1, l))
}

// bytesList is a collection of messages.
func bytesList(key string, values ...[]byte) proto {
	var l proto
	for _, v := range values {
		l = l.bin(1, v)
	}
	return proto{}.str(1, key).bin(2, proto{}.bin(2, l))
}

// userObject is a node of an object graph, with the metadata of older Keras.
func userObject(identifier, metadata string, children ...proto) proto {
	var p proto
	for _, child := range children {
		p = p.bin(1, child)
	}
	o := proto{}.str(1, identifier).bin(2, proto{}.num(1, 1).num(2, 1))
	if metadata != "" {
		o = o.str(3, metadata)
	}
	return p.bin(4, o)
}

func childOf(id int, name string) proto { return proto{}.num(1, id).str(2, name) }

// kerasMetadata is keras_metadata.pb: identifier, path and configuration of each object.
func kerasMetadata(nodes ...[3]string) []byte {
	var p proto
	for i, node := range nodes {
		p = p.bin(1, proto{}.num(2, i).str(3, node[1]).str(4, node[0]).str(5, node[2]).bin(6, proto{}.num(1, 2).num(2, 1)))
	}
	return p
}
