package onnx

import (
	"bytes"
	"math"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// honest is a model as exporters write it.
func honest() model {
	return model{
		nodes:    []node{{"", "Gemm"}, {"", "Relu"}, {"ai.onnx.ml", "TreeEnsembleClassifier"}},
		domains:  []string{"ai.onnx.ml"},
		tensors:  []tensor{{name: "w", dims: []int64{2, 3}, raw: make([]byte, 24)}},
		metadata: map[string]string{"license": "apache-2.0"},
	}
}

func with(change func(*model)) []byte {
	m := honest()
	change(&m)
	return build(m)
}

// What a model says, and what comes of it.
var cases = []struct {
	name string
	data []byte
	want inspect.Verdict
	says string
}{
	{"an honest model", build(honest()), inspect.Clean, ""},
	{"an operator of a runtime that is widely used", with(func(m *model) {
		m.domains = []string{"com.microsoft", "ai.onnx.ml"}
		m.nodes[0] = node{"com.microsoft", "FusedMatMul"}
	}), inspect.Clean, ""},
	{"an operator that the model brings along as a function", with(func(m *model) {
		m.domains = append(m.domains, "my")
		m.nodes[0] = node{"my", "Block"}
		m.functions = []function{{"my", "Block", []node{{"", "Add"}}}}
	}), inspect.Clean, ""},

	{"weights above the model's folder", with(func(m *model) { m.tensors[0].location = "../../etc/passwd" }), inspect.Dangerous, "onnx-external-escape"},
	{"weights at an absolute path", with(func(m *model) { m.tensors[0].location = "/etc/passwd" }), inspect.Dangerous, "onnx-external-escape"},
	{"weights at an absolute path of another system", with(func(m *model) { m.tensors[0].location = `C:\secrets` }), inspect.Dangerous, "onnx-external-escape"},
	{"weights above the folder in other slashes", with(func(m *model) { m.tensors[0].location = `a\..\..\x` }), inspect.Dangerous, "onnx-external-escape"},
	{"an operator of nobody's domain", with(func(m *model) { m.domains = append(m.domains, "evil"); m.nodes[0] = node{"evil", "Run"} }), inspect.Dangerous, "onnx-custom-operator"},
	{"an operator that runs Python", with(func(m *model) {
		m.domains = append(m.domains, "com.microsoft")
		m.nodes[0] = node{"com.microsoft", "PythonOp"}
	}), inspect.Dangerous, "onnx-code-operator"},
	{"an operator of nobody's domain inside a function", with(func(m *model) {
		m.domains = append(m.domains, "my", "evil")
		m.nodes[0] = node{"my", "Block"}
		m.functions = []function{{"my", "Block", []node{{"evil", "Run"}}}}
	}), inspect.Dangerous, "onnx-custom-operator"},

	{"an operator of ONNX that nobody knows", with(func(m *model) { m.nodes[0].op = "Gemmm" }), inspect.Unknown, "onnx-operator"},
	{"an operator of PyTorch that its exporter falls back to", with(func(m *model) {
		m.domains = append(m.domains, "org.pytorch.aten")
		m.nodes[0] = node{"org.pytorch.aten", "ATen"}
	}), inspect.Unknown, "onnx-operator"},
	{"an operator of nobody's domain named like one of PyTorch", with(func(m *model) { m.domains = append(m.domains, "evil"); m.nodes[0] = node{"evil", "ATen"} }), inspect.Dangerous, "onnx-custom-operator"},
	{"a domain that is not imported", with(func(m *model) { m.nodes[0].domain = "com.microsoft" }), inspect.NotRead, "onnx-structure"},
	{"fewer bytes than the shape needs", with(func(m *model) { m.tensors[0].raw = make([]byte, 20) }), inspect.NotRead, "damaged"},
	{"more elements than there can be", with(func(m *model) { m.tensors[0].dims = []int64{math.MaxInt64, 16} }), inspect.NotRead, "damaged"},
	{"a dimension below zero", with(func(m *model) { m.tensors[0].dims = []int64{-1, 6} }), inspect.NotRead, "damaged"},
	{"a function that calls itself", with(func(m *model) {
		m.domains = append(m.domains, "my")
		m.functions = []function{{"my", "Loop", []node{{"my", "Loop"}}}}
	}), inspect.NotRead, "damaged"},
	{"a model cut short", build(honest())[:40], inspect.NotRead, "damaged"},
	{"no graph at all", protobuf.AppendVarint(nil, modelIR, 8), inspect.NotRead, "damaged"},
	{"nothing of a model", []byte("hello"), inspect.NotRead, "damaged"},
}

func TestLook(t *testing.T) {
	for _, c := range cases {
		found, claimed := inspecttest.Look([]inspect.Format{Format()}, "model.onnx", c.data)
		if len(claimed) == 0 || found.Verdict != c.want {
			t.Errorf("%s: claimed by %v, verdict %s, want %s: %v", c.name, claimed, found.Verdict, c.want, found.Reasons)
			continue
		}
		if c.says != "" && (len(found.Reasons) == 0 || found.Reasons[0].ID != c.says) {
			t.Errorf("%s: says %v, want %s", c.name, found.Reasons, c.says)
		}
	}
}

func TestContentCountsAndNotTheName(t *testing.T) {
	if _, claimed := inspecttest.Look([]inspect.Format{Format()}, "weights.bin", build(honest())); len(claimed) == 0 {
		t.Error("a model by another name is not seen")
	}
	for name, other := range map[string][]byte{"text": []byte("\b\b\b\b plain text"), "a pickle": []byte("\x80\x04K\x01."), "zeros": make([]byte, 100)} {
		if _, claimed := inspecttest.Look([]inspect.Format{Format()}, "weights.bin", other); len(claimed) > 0 {
			t.Errorf("%s is taken for a model", name)
		}
	}
}

func TestFacts(t *testing.T) {
	found, _ := inspecttest.Look([]inspect.Format{Format()}, "m.onnx", build(honest()))
	for name, want := range map[string]string{"tensors": "1", "parameters": "6", "nodes": "3", "opset": "17", "licence": "apache-2.0"} {
		if found.Facts[name] != want {
			t.Errorf("%s is %q, want %q", name, found.Facts[name], want)
		}
	}
}

// Every prefix of a model is either refused or says so: a cut never makes a model clean.
func TestEveryCutIsSeen(t *testing.T) {
	whole := build(honest())
	for n := 1; n < len(whole); n++ { // an empty file is given to no format
		if found, _ := inspecttest.Look([]inspect.Format{Format()}, "m.onnx", whole[:n]); found.Verdict == inspect.Clean && !completeAt(whole, n) {
			t.Errorf("cut after %d of %d bytes it is clean", n, len(whole))
		}
	}
}

// completeAt says whether a cut falls between two fields of the outermost message, after those that a model must have: what
// is left is a model then.
func completeAt(whole []byte, n int) bool {
	m := protobuf.NewSource(bytes.NewReader(whole), int64(len(whole)), nil).Whole()
	end := int64(0)
	for {
		f, ok, err := m.Next()
		if err != nil || !ok || end > int64(n) {
			return false
		}
		if f.Type == protobuf.Bytes {
			end = f.Off + f.Len
		}
		if end == int64(n) && f.Number >= modelOpset {
			return true
		}
	}
}

func TestHiddenPayload(t *testing.T) {
	for text, want := range map[string]inspect.Verdict{
		"f0VMRgIBAQAAAAAAAAAAAA==":                inspect.Dangerous, // a program in base64
		"H4sIAAAAAAAAA0tMSk5JBQCnD1vOBgAAAA==":    inspect.Clean,     // packed data, told
		"__import__('os').system('echo canary')":  inspect.Dangerous,
		"gASVCgAAAAAAAABdlChLAUsCZS4AAAAA":        inspect.Clean, // a pickle of numbers, told
		"trained on 3 datasets, see /usr/share/x": inspect.Clean,
	} {
		found, _ := inspecttest.Look([]inspect.Format{Format()}, "m.onnx", with(func(m *model) { m.metadata = map[string]string{"x": text} }))
		if found.Verdict != want {
			t.Errorf("%s: %s %v, want %s", text, found.Verdict, found.Reasons, want)
		}
	}
}

func FuzzLook(f *testing.F) {
	for _, c := range cases {
		f.Add(c.data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		inspecttest.Look([]inspect.Format{Format()}, "m.onnx", data)
		inspecttest.Look([]inspect.Format{Format()}, "m", data)
	})
}
