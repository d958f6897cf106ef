package onnx

import "github.com/lodemark/lodemark/internal/model/protobuf"

// model, node and tensor are what the built-in sample and the tests are made of.
type model struct {
	domains   []string // imported beside ONNX's own
	nodes     []node
	tensors   []tensor
	functions []function
	metadata  map[string]string
}

type node struct{ domain, op string }

type function struct {
	domain, name string
	nodes        []node
}

type tensor struct {
	name     string
	dims     []int64
	raw      []byte
	location string
}

// build writes a model.
func build(m model) []byte {
	var out []byte
	out = protobuf.AppendVarint(out, modelIR, 8)
	var g []byte
	for _, n := range m.nodes {
		g = protobuf.AppendBytes(g, 1, n.bytes())
	}
	g = protobuf.AppendBytes(g, 2, "graph")
	for _, t := range m.tensors {
		g = protobuf.AppendBytes(g, 5, t.bytes())
	}
	out = protobuf.AppendBytes(out, modelGraph, g)
	for _, d := range append([]string{""}, m.domains...) {
		var o []byte
		if d != "" {
			o = protobuf.AppendBytes(o, 1, d)
		}
		out = protobuf.AppendBytes(out, modelOpset, protobuf.AppendVarint(o, 2, 17))
	}
	for k, v := range m.metadata {
		out = protobuf.AppendBytes(out, modelMetadata, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, k), 2, v))
	}
	for _, f := range m.functions {
		b := protobuf.AppendBytes([]byte(nil), 1, f.name)
		for _, n := range f.nodes {
			b = protobuf.AppendBytes(b, 7, n.bytes())
		}
		out = protobuf.AppendBytes(out, modelFunctions, protobuf.AppendBytes(b, 10, f.domain))
	}
	return out
}

func (n node) bytes() []byte {
	b := protobuf.AppendBytes([]byte(nil), 4, n.op)
	if n.domain != "" {
		b = protobuf.AppendBytes(b, 7, n.domain)
	}
	return b
}

func (t tensor) bytes() []byte {
	var b []byte
	for _, d := range t.dims {
		b = protobuf.AppendVarint(b, 1, uint64(d))
	}
	b = protobuf.AppendVarint(b, 2, 1)
	b = protobuf.AppendBytes(b, 8, t.name)
	if t.location == "" {
		return protobuf.AppendBytes(b, 9, t.raw)
	}
	b = protobuf.AppendBytes(b, 13, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "location"), 2, t.location))
	return protobuf.AppendVarint(b, 14, 1)
}
