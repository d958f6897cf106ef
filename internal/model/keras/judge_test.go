package keras

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/hdf5"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// scanned looks at bytes with the first format here that claims them.
func scanned(t *testing.T, name string, b []byte) *inspect.Found {
	t.Helper()
	found := &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(b), int64(len(b)), found, nil)
	for _, f := range Formats() {
		if !f.Claims(p) {
			continue
		}
		found.Format = f.Name
		if err := f.Scan(context.Background(), p); err != nil {
			p.Say(inspect.NotRead, "damaged", -1, "%v", err)
		}
		return found
	}
	return found
}

// withLayer is a configuration with one layer in it, as Keras 3 writes it.
func withLayer(layer string) string {
	return `{"module": "keras", "class_name": "Sequential", "config": {"name": "m", "layers": [` +
		`{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4]}, "registered_name": null}, ` + layer +
		`]}, "registered_name": null, "build_config": {"input_shape": [null, 4]}}`
}

// old is the same as Keras 2 wrote it.
func old(layer string) string {
	return `{"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4]}}, ` + layer + `]}}`
}

func encoded(source string) string { return base64.StdEncoding.EncodeToString([]byte(source)) }

func TestConfigurations(t *testing.T) {
	harmless := pythonCode(layout{6, false}, fn{names: []string{"tf", "signal", "stft"}, texts: []string{"same"}})
	runs := pythonCode(layout{5, true}, fn{names: []string{"os", "system"}, texts: []string{"echo inert"}})
	inner := pythonCode(layout{5, false}, fn{names: []string{"K"}, inner: &fn{names: []string{"__import__", "system"}, texts: []string{"os"}}})
	for _, tt := range []struct {
		name, config string
		want         inspect.Verdict
		id           string
	}{
		// what Keras is made of
		{"dense", withLayer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "activation": "relu", "kernel_initializer": {"module": "keras.initializers", "class_name": "GlorotUniform", "config": {"seed": null}, "registered_name": null}}, "registered_name": null}`), inspect.Clean, ""},
		{"dense of Keras 2", old(`{"class_name": "Dense", "config": {"units": 2, "activation": "relu", "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0}}}}`), inspect.Clean, ""},
		{"dense of Keras 1", `{"class_name": "Sequential", "config": [{"class_name": "Convolution2D", "config": {"nb_filter": 2, "init": "glorot_uniform", "batch_input_shape": [null, 3, 8, 8]}}]}`, inspect.Clean, ""},
		{"function of Keras", withLayer(`{"module": "keras.layers", "class_name": "Activation", "config": {"activation": {"module": "builtins", "class_name": "function", "config": "relu", "registered_name": "function"}}, "registered_name": null}`), inspect.Clean, ""},
		{"operation", withLayer(`{"module": "keras.src.ops.numpy", "class_name": "GetItem", "config": {"name": "get_item"}, "registered_name": "GetItem"}`), inspect.Clean, ""},
		{"Lambda of an operation", withLayer(`{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"module": "keras.ops", "class_name": "function", "config": "relu", "registered_name": "relu"}}, "registered_name": null}`), inspect.Clean, ""},
		{"optimizer registered as Custom", old(`{"class_name": "Custom>Adam", "config": {"learning_rate": 0.1}}`), inspect.Clean, ""},
		{"layer of keras_hub", withLayer(`{"module": "keras_hub.src.models.bert.bert_backbone", "class_name": "BertBackbone", "config": {}, "registered_name": "keras_hub>BertBackbone"}`), inspect.Clean, ""},
		{"words in a list", withLayer(`{"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": ["a", "b"]}, "registered_name": null}`), inspect.Clean, ""},
		{"operation of TensorFlow", old(`{"class_name": "TFOpLambda", "config": {"name": "tf.io.decode_raw", "function": "io.decode_raw"}}`), inspect.Clean, ""},
		{"a specification", withLayer(`{"class_name": "__typespec__", "spec_name": "RaggedTensorSpec", "module": "tensorflow.python.ops.ragged.ragged_tensor", "config": [[2], "float32"], "registered_name": null}`), inspect.Clean, ""},

		// code of the author's own
		{"custom layer", withLayer(`{"module": null, "class_name": "Mine", "config": {}, "registered_name": "Custom>Mine"}`), inspect.Unknown, "keras-custom"},
		{"custom layer of a package", withLayer(`{"module": "my.layers", "class_name": "Mine", "config": {}, "registered_name": "my>Mine"}`), inspect.Unknown, "keras-custom"},
		{"custom layer of Keras 2", old(`{"class_name": "Mine", "config": {}}`), inspect.Unknown, "keras-custom"},
		{"custom function", old(`{"class_name": "Lambda", "config": {"function": "mine", "function_type": "function", "module": "__main__"}}`), inspect.Unknown, "keras-custom"},
		{"a class of Keras under another name", old(`{"class_name": "Dense", "registered_name": "mine.Dense", "config": {}}`), inspect.Unknown, "keras-custom"},
		{"a module of its own choice", withLayer(`{"module": "my.layers", "class_name": "Mine", "config": {}, "registered_name": "Mine"}`), inspect.Dangerous, "keras-import"},

		// Lambda layers
		{"Lambda", old(`{"class_name": "Lambda", "config": {"name": "l", "function": ["` + harmless + `", null, null], "function_type": "lambda", "module": "__main__"}}`), inspect.Dangerous, "keras-lambda"},
		{"Lambda of Keras 3", withLayer(`{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"class_name": "__lambda__", "config": {"code": "` + harmless + `", "defaults": null, "closure": null}}}, "registered_name": null}`), inspect.Dangerous, "keras-lambda"},
		{"Lambda in a tuple", old(`{"class_name": "Lambda", "config": {"function": {"class_name": "__tuple__", "items": ["` + harmless + `\n", null, null]}, "function_type": "lambda"}}`), inspect.Dangerous, "keras-lambda"},
		{"Lambda that runs a program", old(`{"class_name": "Lambda", "config": {"function": ["` + runs + `", null, null], "function_type": "lambda"}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda with a function inside", old(`{"class_name": "Lambda", "config": {"function": ["` + inner + `", null, null], "function_type": "lambda"}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda of source", old(`{"class_name": "Lambda", "config": {"function": ["` + encoded("__import__('os').system('echo inert')") + `", null, null]}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda of plain text", old(`{"class_name": "Lambda", "config": {"function": "lambda x: exec('import os')"}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda of nothing", old(`{"class_name": "Lambda", "config": {"fn_module": "my"}}`), inspect.Dangerous, "keras-lambda"},
		{"lambda for a shape", old(`{"class_name": "Lambda", "config": {"function": "relu", "function_type": "function", "module": "keras.activations", "output_shape": ["` + runs + `", null, null], "output_shape_type": "lambda"}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda deep down", old(`{"class_name": "TimeDistributed", "config": {"layer": {"class_name": "Bidirectional", "config": {"layer": {"class_name": "Lambda", "config": {"function": ["` + runs + `", null, null]}}}}}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda of another package's name", old(`{"class_name": "Custom>Lambda", "config": {"function": ["` + runs + `", null, null]}}`), inspect.Malicious, "keras-lambda-code"},
		{"a lambda as a value", withLayer(`{"class_name": "__lambda__", "config": {"value": "` + runs + `"}}`), inspect.Malicious, "keras-lambda-code"},
		{"Lambda of a function by name", old(`{"class_name": "Lambda", "config": {"function": "system", "function_type": "function", "module": "os", "arguments": {"command": "echo inert"}}}`), inspect.Malicious, "keras-import"},

		// modules of the loader's own process
		{"os as a module", withLayer(`{"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}`), inspect.Malicious, "keras-import"},
		{"os under a class of Keras", old(`{"class_name": "Dense", "module": "os", "config": {"units": 10}}`), inspect.Malicious, "keras-import"},
		{"subprocess in a Lambda", withLayer(`{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"module": "subprocess", "class_name": "function", "config": "run", "registered_name": "run"}, "arguments": {"args": ["echo"]}}, "registered_name": null}`), inspect.Malicious, "keras-import"},
		{"eval", withLayer(`{"module": "builtins", "class_name": "function", "config": "eval", "registered_name": "eval"}`), inspect.Malicious, "keras-import"},
		{"a setting that names a module", old(`{"class_name": "Dense", "config": {"units": 10, "fn_module": "subprocess"}}`), inspect.Malicious, "keras-import"},
		{"builtins under a class", old(`{"class_name": "Dense", "module": "builtins", "config": {"units": 1}}`), inspect.Dangerous, "keras-import"},
		{"a module found through Keras", withLayer(`{"module": "keras.src.utils.file_utils", "class_name": "function", "config": "shutil", "registered_name": "shutil"}`), inspect.Malicious, "keras-import"},
		{"a loss with a module", `{"module": "keras", "class_name": "Sequential", "config": {"layers": []}, "compile_config": {"loss": {"module": "os", "class_name": "function", "config": "popen", "registered_name": "popen"}}}`, inspect.Malicious, "keras-import"},
		{"a typespec with a module", withLayer(`{"class_name": "__typespec__", "spec_name": "Popen", "module": "subprocess", "config": [], "registered_name": null}`), inspect.Malicious, "keras-import"},
		{"a configuration inside text", withLayer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 1, "extra": "{\"class_name\": \"function\", \"module\": \"os\", \"config\": \"system\"}"}, "registered_name": null}`), inspect.Malicious, "keras-import"},

		// functions of Keras that are no part of a model
		{"get_file", withLayer(`{"module": "keras.layers", "class_name": "Lambda", "config": {"function": {"module": "keras.utils", "class_name": "function", "config": "get_file", "registered_name": "get_file"}, "arguments": {"origin": "https://example.org/inert"}}, "registered_name": null}`), inspect.Malicious, "keras-function"},
		{"get_file where it is defined", withLayer(`{"module": "keras.src.utils.file_utils", "class_name": "function", "config": "get_file", "registered_name": null}`), inspect.Malicious, "keras-function"},
		{"get_file in a setting", old(`{"class_name": "Dense", "module": "keras.utils", "config": {"fn": "get_file", "url": "https://example.org/inert"}}`), inspect.Malicious, "keras-function"},
		{"no safe mode any more", withLayer(`{"module": "keras.config", "class_name": "function", "config": "enable_unsafe_deserialization", "registered_name": null}`), inspect.Malicious, "keras-function"},
		{"another model", withLayer(`{"module": "keras.models", "class_name": "function", "config": "load_model", "registered_name": null}`), inspect.Malicious, "keras-function"},
		{"an unknown function of Keras", withLayer(`{"module": "keras.src.utils.io_utils", "class_name": "function", "config": "something", "registered_name": null}`), inspect.Dangerous, "keras-function"},

		// layers that read, fetch or hold code of another kind
		{"words in a file", withLayer(`{"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": "/etc/inert"}, "registered_name": null}`), inspect.Dangerous, "keras-reads"},
		{"words at an address", withLayer(`{"module": "keras.layers", "class_name": "TextVectorization", "config": {"vocabulary": "https://example.org/inert.txt"}, "registered_name": null}`), inspect.Dangerous, "keras-reads"},
		{"a SavedModel", withLayer(`{"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/inert", "call_endpoint": "serve"}, "registered_name": null}`), inspect.Dangerous, "keras-savedmodel"},
		{"a module of PyTorch", withLayer(`{"module": "keras.layers", "class_name": "TorchModuleWrapper", "config": {"module": "gAJ9cQAu"}, "registered_name": null}`), inspect.Dangerous, "keras-torch"},
		{"a model of the hub", old(`{"class_name": "KerasLayer", "config": {"handle": "https://example.org/inert/1"}}`), inspect.Dangerous, "keras-hub"},
		{"an operator that writes", old(`{"class_name": "TFOpLambda", "config": {"function": "io.write_file"}}`), inspect.Malicious, "keras-tensorflow"},
		{"a file that is opened and read", old(`{"class_name": "ClassMethod", "config": {"cls_symbol": "io.gfile.GFile", "method_name": "read"}}`), inspect.Dangerous, "keras-tensorflow"},
		{"a dataset of files", old(`{"class_name": "TFOpLambda", "config": {"function": "data.Dataset.list_files"}}`), inspect.Dangerous, "keras-tensorflow"},
		{"a decoder of images", old(`{"class_name": "TFOpLambda", "config": {"function": "io.decode_png"}}`), inspect.Clean, ""},
		{"an operator that calls Python", old(`{"class_name": "TFOpLambda", "config": {"function": "py_function"}}`), inspect.Dangerous, "keras-tensorflow"},
		{"an operator in a message", old(`{"class_name": "TensorFlowOpLayer", "config": {"node_def": "{\"name\": \"n\", \"op\": \"WriteFile\"}"}}`), inspect.Malicious, "keras-tensorflow"},

		// damage
		{"a key twice", `{"class_name": "Sequential", "config": {"layers": []}, "class_name": "Sequential", "keras_version": "2"}`, inspect.NotRead, "keras-duplicate-key"},
		{"cut short", old(`{"class_name": "Dense"`)[:90], inspect.NotRead, "damaged"},
		{"something after it", old(`{"class_name": "Dense", "config": {}}`) + "x", inspect.NotRead, "damaged"},
		{"too deep", strings.Repeat(`{"class_name": "Sequential", "config": {"layers": [`, 300), inspect.NotRead, "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := scanned(t, "config.json", []byte(tt.config))
			if f.Format != "keras-config" {
				t.Fatalf("read as %q", f.Format)
			}
			expect(t, f, tt.want, tt.id)
			if strings.Contains(tt.config, "batch_input_shape") || tt.want == inspect.NotRead {
				h := scanned(t, "model.h5", hdf5.Sample([][2]string{{"keras_version", "2.2.4"}, {"model_config", tt.config}}, nil))
				if h.Format != "keras-h5" || h.Verdict != tt.want {
					t.Errorf("in an HDF5 file: %v as %q: %v", h.Verdict, h.Format, h.Reasons)
				}
			}
		})
	}
}

func expect(t *testing.T, f *inspect.Found, want inspect.Verdict, id string) {
	t.Helper()
	if f.Verdict != want {
		t.Errorf("%v, want %v: %v", f.Verdict, want, f.Reasons)
	}
	if id == "" {
		return
	}
	for _, r := range f.Reasons {
		if r.ID == id && r.Verdict == want {
			return
		}
	}
	t.Errorf("no reason %s: %v", id, f.Reasons)
}

func quoted(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// Readers of JSON in Python take other encodings, and escapes in keys.
func TestHiddenConfigurations(t *testing.T) {
	config := withLayer(`{"module": "os", "class_name": "function", "config": "system", "registered_name": "system"}`)
	wide := func(bom string, order ...int) []byte {
		out := []byte(bom)
		for _, b := range []byte(config) {
			unit := make([]byte, len(order))
			unit[order[0]] = b
			out = append(out, unit...)
		}
		return out
	}
	for name, b := range map[string][]byte{
		"UTF-16 with a mark":    wide("\xff\xfe", 0, 0),
		"UTF-16 without":        wide("", 0, 0),
		"UTF-16, other order":   wide("", 1, 0),
		"UTF-32":                wide("", 0, 0, 0, 0),
		"UTF-8 with a mark":     []byte("\xef\xbb\xbf" + config),
		"escapes in keys":       []byte(strings.NewReplacer("class_name", `class\u005fname`, "module", `m\u006fdule`).Replace(config)),
		"JSON in a text":        []byte(quoted(config)),
		"twice in a text":       []byte(quoted(quoted(config))),
		"blanks before":         []byte(strings.Repeat(" \n", 40_000) + config),
		"keys behind its value": []byte(`{"zz": [` + strings.Repeat("1.5, ", 30_000) + `1], ` + config[1:]),
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, scanned(t, "config.json", b), inspect.Malicious, "keras-import")
		})
	}
}

func TestOtherJSON(t *testing.T) {
	for _, s := range []string{
		`{"class_name": "Thing", "settings": {"module": "os"}}`,
		`{"model_type": "bert", "architectures": ["BertModel"]}`,
		`[1, 2, 3]`, `{}`, `{"a": "class_name config"}`,
	} {
		if f := scanned(t, "config.json", []byte(s)); f.Format != "" {
			t.Errorf("%s read as %s: %v", s, f.Format, f.Reasons)
		}
	}
}
