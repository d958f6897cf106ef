package main

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// secondKerasArchives are .keras files whose zip says one thing to one reader and another to the next.
func secondKerasArchives(c *corpus) {
	hostile, honest := []byte(k3Sequential(k3LambdaLayer(k3Lambda()))), []byte(k3Sequential(k3Dense()))
	meta, weights := entry{name: "metadata.json", data: []byte(k3Metadata)}, entry{name: "model.weights.h5", data: k3Weights()}
	const twice = "zipfile takes the last member of a name, other readers the first: the hidden config.json holds a Lambda; modelscan and picklescan bypass reports"
	for _, z := range []archive{
		{entries: []entry{meta, {name: "config.json", data: honest}, {name: "config.json", data: hostile}, weights}},
		{entries: []entry{meta, {name: "config.json", data: hostile}, {name: "config.json", data: honest}, weights}},
		{entries: []entry{meta, {name: "config.json", data: hostile, deflate: true}, weights}, zip64: true},
		{before: []byte("#!/bin/sh\nexit 0\n"), shift: true, entries: []entry{meta, {name: "config.json", data: hostile}, weights}},
		{before: bytes.Repeat([]byte("JUNK"), 300), entries: []entry{meta, {name: "config.json", data: hostile}, weights}, shift: true, comment: "comment"},
		{entries: []entry{weights, {name: "assets/a.txt", data: []byte("x")}, {name: "config.json", data: hostile, deflate: true}}},
	} {
		c.secondBad("keras", "archive with two readings", twice, "model.keras", z.bytes())
	}
	c.secondOpen("keras", "archive with two names", "the local name differs: zipfile refuses it, other readers take the configuration with its Lambda", "model.keras", zipped(meta, entry{name: "config.json", local: "readme.txt", data: hostile}, weights))
	const escape = "extraction of assets would write outside of the folder; zip slip, and CVE-2025-12060 for what Keras unpacks"
	for _, name := range []string{"../../.bashrc", "/etc/cron.d/lodemark", `..\..\evil.bat`, "assets/../../../../tmp/lodemark"} {
		c.secondBad("keras", "member that escapes", escape, "model.keras", k3Zip(string(honest), entry{name: name, data: []byte("echo\n")}))
	}
	c.secondBad("keras", "member that escapes", escape, "model.keras", k3Zip(string(honest), entry{name: "assets/link", data: []byte("/etc/passwd"), mode: 0o120777}))
	const asset = "custom objects load their assets: a pickle among them runs when it is unpickled; save_assets of Keras"
	c.secondBad("keras", "pickle among the assets", asset, "model.keras", k3Zip(string(honest), entry{name: "assets/layers/tokenizer/state.pkl", data: system()}))
	c.secondBad("keras", "pickle among the assets", asset, "model.keras", k3Zip(string(honest), entry{name: "assets/tokenizer/vocab.joblib", data: packed("zlib", system()), deflate: true}))
	c.secondBad("keras", "pickle among the assets", asset, "model.keras", k3Zip(string(honest), entry{name: "assets/vocab.npy", data: npy(1, "|O", "(1,)", system())}))
	npz := zipped(entry{name: "__root__.npy", data: npy(1, "|O", "()", system())})
	c.secondBad("keras", "pickle among the weights", "numpy.load of weights in npz unpickles where it is allowed to; NpzIOStore of Keras", "model.keras", zipped(meta, entry{name: "config.json", data: honest}, entry{name: "model.weights.npz", data: npz}))
	c.secondBad("keras", "pickle among the weights", "numpy.load of weights in npz unpickles where it is allowed to; NpzIOStore of Keras", "model.weights.npz", npz)
	c.secondBad("keras", "model in an archive", "unpacked and loaded, the Lambda runs; nesting against scanners", "models.zip", zipped(entry{name: "a/b/model.keras", data: k3Zip(string(hostile)), deflate: true}))
	c.secondBad("keras", "model in an archive", "unpacked and loaded, the Lambda runs; nesting against scanners", "models.tar.gz", packed("gzip", tarred(tarEntry{name: "m/model.keras", data: k3Zip(string(hostile))})))
	c.secondBad("keras", "model in an archive", "unpacked and loaded, the Lambda runs; nesting against scanners", "model.h5.gz", packed("gzip", k2H5(k2Sequential(k2LambdaLayer("3.8")), "")))
	const folder = "Keras loads a folder of the same members as it does the archive; saving_lib.py _load_model_from_dir"
	c.secondBadFolder("keras", "model in a folder", folder, map[string][]byte{"model/config.json": hostile, "model/metadata.json": []byte(k3Metadata), "model/model.weights.h5": k3Weights()})
	c.secondBadFolder("keras", "model in a folder", folder, map[string][]byte{"config.json": []byte(k3Sequential(k3Layer("StringLookup", `, "vocabulary": "/etc/passwd"`))), "metadata.json": []byte(k3Metadata), "model.weights.h5": k3Weights()})
	const elsewhere = "the loader goes by the contents, not by the ending"
	c.secondBad("keras", "model under another name", elsewhere, "model.zip", k3Zip(string(hostile)))
	c.secondBad("keras", "model under another name", elsewhere, "model.bin", k3Zip(string(hostile)))
	c.secondBad("keras", "model under another name", elsewhere, "model.hdf5", k2H5(k2Sequential(k2LambdaLayer("2.7")), ""))
	c.secondBad("keras", "model under another name", elsewhere, "weights.bin", k2H5(k2Sequential(k2LambdaLayer("3.8")), ""))
}

// secondKerasText are architectures in JSON and YAML, and spellings of config.json that json.loads takes.
func secondKerasText(c *corpus) {
	const spelt = "json.loads reads it as a Lambda all the same; RFC 8259 escapes, last key wins, detect_encoding of Python"
	hostile := k3Sequential(k3LambdaLayer(k3Lambda()))
	wide := func(order binary.AppendByteOrder, s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
			b = order.AppendUint16(b, u)
		}
		return b
	}
	for _, config := range [][]byte{
		[]byte(strings.Replace(strings.Replace(hostile, `"Lambda"`, `"\u004c\u0061mbda"`, 1), `"__lambda__"`, `"\u005f_lambda__"`, 1)),
		[]byte(strings.Replace(hostile, `"class_name": "Lambda"`, `"class_name": "Dense", "class_name": "Lambda"`, 1)),
		[]byte(strings.Replace(hostile, `"class_name": "__lambda__"`, `"class_name": "function", "class_name": "__lambda__"`, 1)),
		[]byte(strings.Replace(hostile, `"config":`, `"c\u006fnfig":`, 3)),
		wide(binary.LittleEndian, hostile), wide(binary.BigEndian, hostile),
		[]byte("\n\t  " + strings.ReplaceAll(hostile, ", ", " ,\n\t")),
		[]byte(strings.Replace(hostile, `"trainable": true`, `"trainable": NaN`, 1)),
		[]byte(strings.Replace(hostile, `"trainable": true`, `"trainable": Infinity, "note": "`+strings.Repeat("x", 300000)+`"`, 1)),
	} {
		c.secondBad("keras", "spelling of the configuration", spelt, "model.keras", k3Zip(string(config)))
	}
	const text = "model_from_json and model_from_config deserialise it; Keras saving guide"
	c.secondBad("keras", "architecture in JSON", text, "model.json", []byte(hostile))
	c.secondBad("keras", "architecture in JSON", text, "architecture.json", []byte(k2Text(k2Sequential(k2Dense, k2LambdaLayer("3.7")))))
	c.secondBad("keras", "architecture in JSON", text, "model_config.json", []byte(k3Sequential(k3DenseWith(map[string]string{"activation": k3Function("os", "system")}))))
	c.secondBad("keras", "architecture in JSON", "model_from_json is given a text in JSON; double encoding as Keras 1 and h5 attributes have it", "model.json", []byte(js(k2Text(k2Sequential(k2LambdaLayer("2.7"))))))
	const yaml = "model_from_yaml loads it with an unsafe loader; CVE-2021-37678"
	model := func(value string) []byte {
		return []byte("backend: tensorflow\nclass_name: Sequential\nconfig:\n  name: sequential\n  layers:\n  - class_name: Dense\n    config:\n      name: dense\n      units: 2\n      activation: " + value + "\nkeras_version: 2.5.0\n")
	}
	for _, value := range []string{
		"!!python/object/apply:os.system ['" + cmd + "']", "!!python/object/new:subprocess.Popen [['echo', 'x']]", "!<tag:yaml.org,2002:python/object/apply:os.system> ['" + cmd + "']",
		"!!python/object/apply:builtins.eval\n      - \"" + cmd + "\"", "!!python/name:os.system", "!!python/module:os", "!!python/object/new:type\n      args: [\"z\", !!python/tuple [], {\"extend\": !!python/name:exec }]\n      listitems: \"print()\"",
	} {
		c.secondBad("keras", "architecture in YAML", yaml, "model.yaml", model(value))
	}
	c.secondBad("keras", "architecture in YAML", "the YAML holds a Lambda of marshalled code; model_from_yaml of Keras before 2.6", "model.yml", []byte("class_name: Sequential\nconfig:\n  layers:\n  - class_name: Lambda\n    config:\n      name: l\n      function_type: lambda\n      function:\n      - \""+b64(marshalled("2.7", "os", "system", cmd))+"\"\n      - null\n      - null\n      arguments: {}\nkeras_version: 2.2.4\nbackend: tensorflow\n"))
	c.secondBad("keras", "architecture in YAML", "the tag comes in through an anchor; CVE-2021-37678", "architecture.yaml", []byte("x: &a !!python/object/apply:os.system ['echo']\nclass_name: Model\nconfig:\n  name: m\n  layers: []\n  extra: *a\nbackend: tensorflow\n"))
	const web = "TensorFlow.js fetches what weightsManifest names, and keeps the Keras topology with it"
	js := func(topology, path string) []byte {
		return []byte(`{"format": "layers-model", "generatedBy": "keras v2.13.1", "convertedBy": "TensorFlow.js Converter v4.10.0", "modelTopology": {"keras_version": "2.13.1", "backend": "tensorflow", "model_config": ` + topology + `}, "weightsManifest": [{"paths": ["` + path + `"], "weights": [{"name": "dense/kernel", "shape": [4, 2], "dtype": "float32"}]}]}`)
	}
	c.secondBad("keras", "TensorFlow.js", web, "model.json", js(k2Sequential(k2Dense), "http://example.org/group1-shard1of1.bin"))
	c.secondBad("keras", "TensorFlow.js", web, "model.json", js(k2Sequential(k2Dense), "../../../../etc/passwd"))
	c.secondBad("keras", "TensorFlow.js", "converted back to Keras, the Lambda is unmarshalled; tensorflowjs_converter", "model.json", js(k2Sequential(k2LambdaLayer("3.8")), "group1-shard1of1.bin"))
	const preset = "keras_hub deserialises config.json and task.json of a preset; from_preset"
	c.secondBadFolder("keras", "preset of keras_hub", preset, map[string][]byte{"config.json": []byte(k3Object("keras_hub.src.models.bert.bert_backbone", "BertBackbone", `{"name": "b", "num_layers": 2}`)), "metadata.json": []byte(`{"keras_version": "3.8.0", "keras_hub_version": "0.19.0", "parameter_count": 10, "date_saved": "2025-01-01@10:00:00"}`), "task.json": []byte(k3Object("keras_hub.src.models.bert.bert_text_classifier", "BertTextClassifier", `{"activation": `+k3LambdaValue()+`}`))})
	c.secondBadFolder("keras", "preset of keras_hub", preset, map[string][]byte{"config.json": []byte(k3Function("os", "system")), "metadata.json": []byte(`{"keras_version": "3.8.0", "keras_hub_version": "0.19.0"}`)})
}

// secondKerasLegacy are models of Keras 2: HDF5, op layers, pickles of models.
func secondKerasLegacy(c *corpus) {
	const h5 = "load_model of HDF5 ignores safe mode and unmarshals the code; CVE-2025-9905, CVE-2024-3660"
	h5File := func(class, why, model string) { c.secondBad("keras", class, why, "model.h5", k2H5(model, "")) }
	for _, version := range []string{"2.7", "3.7", "3.8", "3.11"} {
		h5File("h5 lambda", h5, k2Sequential(k2LambdaLayer(version)))
	}
	lambda := k2LambdaLayer("3.8")
	h5File("h5 lambda", h5, k2Sequential(k2Layer("TimeDistributed", `{"name": "t", "trainable": true, "dtype": "float32", "layer": `+lambda+`}`)))
	h5File("h5 lambda", h5, k2Sequential(k2Layer("Bidirectional", `{"name": "b", "merge_mode": "concat", "layer": `+k2Layer("LSTM", `{"name": "lstm", "units": 2}`)+`, "backward_layer": `+lambda+`}`)))
	h5File("h5 lambda", h5, k2Sequential(k2Dense, k2Layer("Functional", `{"name": "inner", "layers": [`+k2Input+`, `+lambda[:len(lambda)-1]+`, "name": "lambda", "inbound_nodes": [[["dense_input", 0, 0, {}]]]}], "input_layers": [["dense_input", 0, 0]], "output_layers": [["lambda", 0, 0]]}`)))
	h5File("h5 lambda", h5, k2Sequential(k2Layer("Lambda", `{"name": "l", "function": "tanh", "function_type": "function", "module": "os", "output_shape": `+k2Lambda("3.7")+`, "output_shape_type": "lambda", "output_shape_module": "os", "arguments": {}}`)))
	h5File("h5 lambda", h5, k2Sequential(k2Layer("Lambda", `{"name": "l", "function": "tanh", "function_type": "function", "module": null, "mask": `+k2Lambda("3.8")+`, "mask_type": "lambda", "mask_module": "os", "output_shape": null, "output_shape_type": "raw", "arguments": {}}`)))
	const objects = "Keras 3 deserialises objects in HDF5 as it does those of .keras, without safe mode; legacy_h5_format.py"
	h5File("h5 objects of Keras 3", objects, k3Sequential(k3LambdaLayer(k3Lambda())))
	h5File("h5 objects of Keras 3", objects, k3Sequential(k3DenseWith(map[string]string{"activation": k3Function("os", "system")})))
	h5File("h5 objects of Keras 3", objects, k2Sequential(k2Layer("StringLookup", `{"name": "s", "trainable": true, "dtype": "string", "invert": false, "max_tokens": null, "num_oov_indices": 1, "oov_token": "[UNK]", "mask_token": null, "output_mode": "int", "sparse": false, "vocabulary": "/etc/passwd"}`)))
	h5File("h5 objects of Keras 3", objects, k2Sequential(k2Layer("TorchModuleWrapper", `{"name": "t", "module": "`+b64(torchZip("archive", system()))+`"}`)))
	const training = "load_model compiles with what training_config says, and deserialises it first; legacy_h5_format.py, saving_utils.py"
	for _, t := range []string{
		k2Training(k3Function("os", "system"), k2Adam), k2Training(k3LambdaValue(), k2Adam),
		k2Training(`{"out": `+k3Function("subprocess", "call")+`}`, k2Adam),
		k2Training(`"mse"`, `{"class_name": "Custom>Adam", "config": {"name": "Adam", "learning_rate": `+k3LambdaValue()+`}}`),
		strings.Replace(k2Training(`"mse"`, k2Adam), `"accuracy"`, k3Function("builtins", "exec"), 1),
	} {
		c.secondBad("keras", "h5 training config", training, "model.h5", k2H5(k2Sequential(k2Dense), t))
	}
	const ops = "functional models of Keras 2 keep TensorFlow functions by their name and call them when the model is rebuilt; tf_op_layer.py"
	op := func(class, config string) string {
		return `{"class_name": "Functional", "config": {"name": "model", "trainable": true, "layers": [` + k2Input[:len(k2Input)-1] + `, "name": "dense_input", "inbound_nodes": []}, {"class_name": "` + class + `", "config": ` + config + `, "name": "op", "inbound_nodes": [["dense_input", 0, 0, {"filename": "/etc/passwd"}]]}], "input_layers": [["dense_input", 0, 0]], "output_layers": [["op", 0, 0]]}}`
	}
	for _, f := range []string{"io.read_file", "io.write_file", "io.matching_files", "raw_ops.ReadFile", "raw_ops.WriteFile", "py_function", "numpy_function", "compat.v1.py_func", "load_op_library", "io.gfile.remove", "keras.utils.get_file", "saved_model.load", "data.TextLineDataset"} {
		h5File("op layer of Keras 2", ops, op("TFOpLambda", `{"name": "op", "trainable": true, "dtype": "float32", "function": "`+f+`"}`))
	}
	h5File("op layer of Keras 2", ops, op("ClassMethod", `{"name": "op", "trainable": true, "dtype": "float32", "cls_symbol": "io.gfile.GFile", "method_name": "read"}`))
	for _, node := range []string{`{"name": "op", "op": "ReadFile", "input": ["x"], "attr": {}}`, `{"name": "op", "op": "PyFunc", "input": ["x"], "attr": {"token": {"s": "cHlmdW5jXzA="}}}`, js(string(proto{}.str(1, "op").str(2, "WriteFile").str(3, "a").str(3, "b")))} {
		h5File("op layer of Keras 2", "TensorFlowOpLayer rebuilds the node that its configuration holds; TensorFlow 2.0 to 2.3", op("TensorFlowOpLayer", `{"name": "op", "trainable": true, "dtype": "float32", "node_def": `+node+`, "constants": {"0": "/etc/passwd"}}`))
	}
	const pickled3 = "unpickling a Keras model loads its archive with safe mode off; keras_saveable.py"
	archive := k3Zip(k3Sequential(k3LambdaLayer(k3Lambda())))
	c.secondBad("keras", "pickle of a model", pickled3, "model.pkl", pickled(style{proto: 4, global: byStack}, fn("keras.src.saving.keras_saveable", "KerasSaveable._unpickle_model", fn("_io", "BytesIO", archive))))
	c.secondBad("keras", "pickle of a model", "unpickling a model of Keras 2 loads its bytes as a model; pickle_utils.py", "model.pickle", pickled(style{proto: 3}, fn("keras.saving.pickle_utils", "deserialize_model_from_bytecode", archive)))
}
