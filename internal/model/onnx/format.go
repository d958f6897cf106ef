package onnx

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// Format is ONNX.
func Format() inspect.Format {
	return inspect.Format{
		Name:    "onnx",
		Doc:     "A runtime reads the external data files that an ONNX model names, and needs a native library for operators of other domains.",
		Endings: []string{".onnx"},
		Claims:  claims,
		Scan:    look,
		Canary: func() (string, []byte) {
			return "canary.onnx", build(model{tensors: []tensor{{name: "w", location: "../../canary.bin"}}})
		},
		CanaryWant: inspect.Dangerous,
	}
}

// Fields of ModelProto.
const (
	modelIR        = 1
	modelProducer  = 2
	modelVersion   = 3
	modelDomain    = 4
	modelGraph     = 7
	modelOpset     = 8
	modelMetadata  = 14
	modelTraining  = 20
	modelFunctions = 25
	modelLast      = 26
)

// wireOf is the wire type of each field of ModelProto.
func wireOf(field int) int {
	switch field {
	case modelIR, 5:
		return protobuf.Varint
	case modelProducer, modelVersion, modelDomain, 6, modelGraph, modelOpset, modelMetadata, modelTraining, modelFunctions, modelLast:
		return protobuf.Bytes
	}
	return -1
}

// claims takes what has the top level of a model (a version of the format, a graph, a set of operators, and only fields of a
// model) and what is named so.
func claims(p *inspect.Part) bool {
	head := p.Head()
	if p.Ending() == ".onnx" {
		return true
	}
	if len(head) < 4 || head[0] != modelIR<<3 && head[0] != modelProducer<<3|2 && head[0] != modelGraph<<3|2 && head[0] != modelOpset<<3|2 {
		return false
	}
	m := protobuf.NewSource(p, p.Size, head).Whole()
	ir, graph, opset := false, false, false
	for n := 0; n < 10_000; n++ {
		f, ok, err := m.Next()
		if err != nil {
			return false
		}
		if !ok {
			return ir && graph && opset
		}
		if wireOf(f.Number) != f.Type {
			return false
		}
		ir = ir || f.Number == modelIR && f.Value <= 64
		graph = graph || f.Number == modelGraph
		opset = opset || f.Number == modelOpset
	}
	return false
}

// Bounds of what is looked at.
const (
	maxDepth    = 24 // graphs inside graphs
	maxNodes    = 20_000_000
	maxText     = 4 << 10
	maxExternal = 100_000 // tensors in other files
)

// look walks a model.
func look(ctx context.Context, p *inspect.Part) error {
	l := &looker{ctx: ctx, part: p, operators: map[operator]int64{}, local: map[operator]bool{}, opsets: map[string]bool{}, external: map[string]int64{}}
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	if err := l.model(m); err != nil {
		return err
	}
	l.judgeOperators()
	l.judgeExternal()
	p.Fact("framework", "onnx")
	p.Fact("tensors", strconv.FormatInt(l.tensors, 10))
	p.Fact("parameters", strconv.FormatInt(l.parameters, 10))
	p.Fact("nodes", strconv.FormatInt(l.nodes, 10))
	return nil
}

// operator is an operator's name in a domain.
type operator struct{ domain, name string }

type looker struct {
	ctx                        context.Context
	part                       *inspect.Part
	operators                  map[operator]int64 // where each was seen first
	local                      map[operator]bool  // functions that the model defines itself
	opsets                     map[string]bool
	external                   map[string]int64 // the other files, and how far into them the tensors reach
	nodes, tensors, parameters int64
}

func (l *looker) model(m protobuf.Message) error {
	ir, graphs := false, 0
	for {
		f, ok, err := m.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if want := wireOf(f.Number); want >= 0 && want != f.Type {
			return &inspect.DamageError{Offset: f.Off, Reason: fmt.Sprintf("field %d of the model has wire type %d", f.Number, f.Type)}
		}
		switch f.Number {
		case modelIR:
			ir = f.Value >= 1 && f.Value <= 1000
			l.part.Fact("ir_version", strconv.FormatUint(f.Value, 10))
		case modelProducer:
			l.part.Fact("producer", f.Text(200))
		case modelVersion:
			l.part.Fact("producer_version", f.Text(200))
		case modelGraph:
			graphs++
			err = l.graph(f.Message(), 0)
		case modelOpset:
			err = l.opset(f.Message())
		case modelMetadata:
			err = l.metadata(f.Message())
		case modelTraining:
			err = l.training(f.Message())
		case modelFunctions:
			err = l.function(f.Message())
		}
		if err != nil {
			return err
		}
	}
	switch {
	case !ir:
		return &inspect.DamageError{Offset: 0, Reason: "states no version of the format"}
	case graphs == 0:
		return &inspect.DamageError{Offset: -1, Reason: "has no graph"}
	case len(l.opsets) == 0:
		return &inspect.DamageError{Offset: -1, Reason: "imports no set of operators"}
	}
	return nil
}

func (l *looker) opset(m protobuf.Message) error {
	domain, version := "", int64(0)
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			domain = f.Text(maxText)
		case 2:
			version = int64(f.Value)
		}
		return nil
	})
	l.opsets[plainDomain(domain)] = true
	if plainDomain(domain) == "" {
		l.part.Fact("opset", strconv.FormatInt(version, 10))
	}
	return err
}

func plainDomain(d string) string {
	if d == "ai.onnx" {
		return ""
	}
	return d
}

// metadata keeps what the model says of itself.
func (l *looker) metadata(m protobuf.Message) error {
	var key, value string
	at := int64(-1)
	err := each(m, func(f protobuf.Field) error {
		switch f.Number {
		case 1:
			key = f.Text(200)
		case 2:
			value, at = f.Text(64<<10), f.Off
		}
		return nil
	})
	switch strings.ToLower(key) {
	case "license", "licence":
		l.part.Fact("licence", value)
	case "author", "description", "task", "version", "names", "stride":
		l.part.Fact(strings.ToLower(key), value)
	}
	inspect.Payload(l.part, at, "the metadata "+inspect.Quote(key), value)
	return err
}

func (l *looker) training(m protobuf.Message) error {
	return each(m, func(f protobuf.Field) error {
		if f.Type == protobuf.Bytes && (f.Number == 1 || f.Number == 2) {
			return l.graph(f.Message(), 1)
		}
		return nil
	})
}

// each goes through the fields of a message.
func each(m protobuf.Message, do func(protobuf.Field) error) error {
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return err
		}
		if err := do(f); err != nil {
			return err
		}
	}
}
