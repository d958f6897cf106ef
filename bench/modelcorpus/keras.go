package main

import (
	"encoding/base64"
	"fmt"
	"strings"
)

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// lambda2 is a Lambda layer as Keras 2 writes it, lambda3 as Keras 3 does.
func lambda2(version, module, name string) string {
	return fmt.Sprintf(`{"class_name":"Lambda","config":{"name":"lambda","trainable":true,"dtype":"float32","function":{"class_name":"__tuple__","items":[%q,null,null]},"function_type":"lambda","module":"__main__","output_shape":null,"output_shape_type":"raw","output_shape_module":null,"arguments":{}}}`,
		b64(marshalled(version, module, name, cmd))+"\n")
}

func lambda3(version, module, name string) string {
	return fmt.Sprintf(`{"module":"keras.layers","class_name":"Lambda","config":{"name":"lambda","trainable":true,"dtype":"float32","function":{"class_name":"__lambda__","config":{"code":%q,"defaults":null,"closure":null}},"arguments":{}},"registered_name":null,"build_config":{"input_shape":[null,4]}}`,
		b64(marshalled(version, module, name, cmd))+"\n")
}

// layer3 is a reference of Keras 3 to something importable.
func layer3(module, class, config string) string {
	return fmt.Sprintf(`{"module":%q,"class_name":%q,"config":%s,"registered_name":%q}`, module, class, config, class)
}

const dense3 = `{"module":"keras.layers","class_name":"Dense","config":{"name":"dense","trainable":true,"dtype":{"module":"keras","class_name":"DTypePolicy","config":{"name":"float32"},"registered_name":null},"units":2,"activation":"linear","use_bias":true,"kernel_initializer":{"module":"keras.initializers","class_name":"GlorotUniform","config":{"seed":null},"registered_name":null},"bias_initializer":{"module":"keras.initializers","class_name":"Zeros","config":{},"registered_name":null},"kernel_regularizer":null,"bias_regularizer":null,"kernel_constraint":null,"bias_constraint":null},"registered_name":null,"build_config":{"input_shape":[null,4]}}`

const input3 = `{"module":"keras.layers","class_name":"InputLayer","config":{"batch_shape":[null,4],"dtype":"float32","sparse":false,"name":"input_layer"},"registered_name":null}`

// model3 is a Sequential model of Keras 3 around layers.
func model3(layers ...string) string {
	return `{"module":"keras","class_name":"Sequential","config":{"name":"sequential","trainable":true,"dtype":"float32","layers":[` + strings.Join(append([]string{input3}, layers...), ",") + `],"build_input_shape":[null,4]},"registered_name":null,"build_config":{"input_shape":[null,4]}}`
}

const dense2 = `{"class_name":"Dense","config":{"name":"dense","trainable":true,"dtype":"float32","batch_input_shape":[null,4],"units":2,"activation":"linear","use_bias":true,"kernel_initializer":{"class_name":"GlorotUniform","config":{"seed":null}},"bias_initializer":{"class_name":"Zeros","config":{}},"kernel_regularizer":null,"bias_regularizer":null,"activity_regularizer":null,"kernel_constraint":null,"bias_constraint":null}}`

func model2(layers ...string) string {
	return `{"class_name":"Sequential","config":{"name":"sequential","layers":[` + strings.Join(layers, ",") + `]},"keras_version":"2.11.0","backend":"tensorflow"}`
}

// kerasZip is a .keras file.
func kerasZip(config string, more ...entry) []byte {
	entries := []entry{
		{name: "metadata.json", data: []byte(`{"keras_version": "3.8.0", "date_saved": "2025-03-01@10:00:00"}`)},
		{name: "config.json", data: []byte(config)},
		{name: "model.weights.h5", data: hdf5(nil, group("layers", group("dense", group("vars"))))},
	}
	return zipped(append(entries, more...)...)
}

// kerasAttacks are configurations that Keras is harmed by, for every file that carries one.
var kerasAttacks = []struct{ class, source, config string }{
	{"Lambda with code", "CVE-2024-3660", model3(lambda3("3.11", "os", "system"))},
	{"Lambda with code", "CVE-2025-9905", model3(dense3, lambda3("3.8", "subprocess", "Popen"))},
	{"Lambda with code", "TFLOW-LAMBDA (JFrog)", model3(lambda3("3.11", "math", "sqrt"))},
	{"Lambda with a named function", "modelscan Keras tests", model3(`{"module":"keras.layers","class_name":"Lambda","config":{"name":"l","function":"system","function_type":"function","module":"os"},"registered_name":null}`)},
	{"module of its own choice", "CVE-2025-1550", model3(layer3("os", "system", `"`+cmd+`"`))},
	{"module of its own choice", "CVE-2025-1550", model3(`{"module":"builtins","class_name":"function","config":"exec","registered_name":"function"}`)},
	{"module of its own choice", "CVE-2025-1550", model3(`{"module":"subprocess","class_name":"function","config":"run","registered_name":"function"}`)},
	{"module of its own choice", "CVE-2025-1550", model3(layer3("subprocess", "Popen", `{"args":["echo"]}`))},
	{"module of its own choice", "CVE-2025-1550", `{"module":"evil_package.models","class_name":"Backdoor","config":{},"registered_name":"Backdoor"}`},
	{"module of its own choice", "CVE-2025-1550", model3(`{"module":"keras.layers","class_name":"Dense","config":{"name":"d","units":2,"activation":{"module":"posix","class_name":"function","config":"system","registered_name":"function"}},"registered_name":null}`)},
	{"downloads by get_file", "CVE-2025-8747", model3(`{"module":"keras.layers","class_name":"Lambda","config":{"name":"l","function":{"module":"keras.utils","class_name":"function","config":"get_file","registered_name":"get_file"},"arguments":{"fname":"corpus.txt","origin":"` + url + `"}},"registered_name":null}`)},
	{"downloads by get_file", "CVE-2025-8747", model3(`{"module":"keras.src.utils.file_utils","class_name":"function","config":"get_file","registered_name":"get_file","arguments":{"origin":"` + url + `"}}`)},
	{"turns safe mode off", "CVE-2025-9906", model3(`{"module":"keras.config","class_name":"function","config":"enable_unsafe_deserialization","registered_name":"enable_unsafe_deserialization"}`, lambda3("3.11", "os", "system"))},
	{"turns safe mode off", "CVE-2025-9906", model3(`{"module":"keras.src.config","class_name":"enable_unsafe_deserialization","config":{},"registered_name":"x"}`)},
	{"loads a SavedModel from elsewhere", "Keras TFSMLayer (CVE-2026-1669 thread)", model3(layer3("keras.layers", "TFSMLayer", `{"name":"t","filepath":"/tmp/evil_saved_model","call_endpoint":"serve"}`))},
	{"torch module in a layer", "CVE-2025-49655 (Keras TorchModuleWrapper)", model3(layer3("keras.layers", "TorchModuleWrapper", `{"name":"t","module":"`+b64(torchZip("archive", system()))+`"}`))},
	{"vocabulary from a path", "CVE-2025-12058", model3(layer3("keras.layers", "StringLookup", `{"name":"s","vocabulary":"/etc/passwd","num_oov_indices":1}`))},
	{"vocabulary from a path", "CVE-2025-12058", model3(layer3("keras.layers", "TextVectorization", `{"name":"s","vocabulary":"http://example.org/v.txt"}`))},
	{"vocabulary from a path", "CVE-2025-12058", model3(layer3("keras.layers", "IntegerLookup", `{"name":"s","vocabulary":"../../secret.txt"}`))},
	{"hidden in a wrapper", "CVE-2024-3660", model3(layer3("keras.layers", "TimeDistributed", `{"name":"td","layer":`+lambda3("3.11", "os", "system")+`}`))},
	{"hidden in a nested model", "CVE-2024-3660", model3(model3(model3(lambda3("3.11", "os", "system"))))},
	{"hidden in the compile part", "CVE-2025-1550", strings.TrimSuffix(model3(dense3), "}") + `,"compile_config":{"optimizer":"adam","loss":{"module":"os","class_name":"function","config":"system","registered_name":"function"}}}`},
	{"fetches a hub module", "tensorflow_hub", model3(layer3("tensorflow_hub.keras_layer", "KerasLayer", `{"name":"k","handle":"`+url+`"}`))},
}

// kerasFiles are the files that carry a configuration in JSON or YAML.
func kerasFiles(c *corpus) {
	for _, a := range kerasAttacks {
		c.hostile("keras", a.class, a.source, "model.keras", kerasZip(a.config))
	}
	for _, i := range []int{0, 4, 6, 10, 16} {
		c.hostile("keras", kerasAttacks[i].class+" in JSON", kerasAttacks[i].source, "model.json", []byte(kerasAttacks[i].config))
	}
	for _, v := range []string{"2.7", "3.7", "3.8", "3.11"} {
		c.hostile("keras", "Lambda of Keras 2 in JSON", "CVE-2024-3660", "model.json", []byte(model2(dense2, lambda2(v, "os", "system"))))
	}
	const models = "Models are code (HiddenLayer)"
	c.hostile("keras", "YAML with a Python tag", "CVE-2021-37678 (Keras from_yaml)", "model.yaml", []byte("backend: tensorflow\nclass_name: Sequential\nconfig: !!python/object/apply:os.system [\""+cmd+"\"]\nkeras_version: 2.4.0\n"))
	c.hostile("keras", "YAML with a Python tag", "CVE-2021-37678", "model.yml", []byte("class_name: Functional\nconfig:\n  layers: !!python/object/new:subprocess.Popen [[echo]]\nkeras_version: 2.3.1\n"))
	c.hostile("keras", "asset that leaves the archive", "CVE-2025-12060; CVE-2025-12638", "model.keras", kerasZip(model3(dense3), entry{name: "assets/../../../corpus.txt", data: []byte("x")}))
	c.hostile("keras", "weights from another file", "CVE-2026-1669 (Keras HDF5 external data)", "model.keras", zipped(
		entry{name: "metadata.json", data: []byte(`{"keras_version": "3.8.0"}`)}, entry{name: "config.json", data: []byte(model3(dense3))}, entry{name: "model.weights.h5", data: hdf5(nil, external("layers", "/etc/passwd", "/x"))}))
	c.hostile("keras", "weights from another file", "CVE-2026-1669", "model.weights.h5", hdf5(nil, group("layers", group("dense", group("vars", outside("0", "/etc/passwd"))))))
	c.hostile("keras", "tfjs paths that escape", "tfjs-converter model.json", "model.json", []byte(`{"format":"layers-model","generatedBy":"keras v2.11.0","convertedBy":"TensorFlow.js Converter v4","modelTopology":`+model2(dense2)+`,"weightsManifest":[{"paths":["../../../etc/passwd"],"weights":[{"name":"dense/kernel","shape":[4,2],"dtype":"float32"}]}]}`))
	c.hostile("keras", "tfjs Lambda", models, "model.json", []byte(`{"format":"layers-model","generatedBy":"keras v2.11.0","convertedBy":null,"modelTopology":{"keras_version":"2.11.0","backend":"tensorflow","model_config":`+model2(dense2, lambda2("3.8", "os", "system"))+`},"weightsManifest":[]}`))
	c.hostile("keras", "pickle under a Keras name", models, "model.keras", system())
	c.hostile("keras", "torch module in a zip of Keras", "CVE-2025-49655", "model.keras", kerasZip(model3(dense3), entry{name: "assets/x.pkl", data: system()}))
}

// kerasHDF5 are the files of Keras 2 and earlier.
func kerasHDF5(c *corpus) {
	h5 := func(config string, more ...node) []byte {
		return hdf5([]attr{{"model_config", config}, {"keras_version", "2.11.0"}, {"backend", "tensorflow"}}, append([]node{group("model_weights", group("dense"))}, more...)...)
	}
	for _, v := range []string{"2.7", "3.7", "3.8", "3.11"} {
		c.hostile("keras", "Lambda in HDF5", "CVE-2024-3660; Models are code (HiddenLayer)", "model.h5", h5(model2(dense2, lambda2(v, "os", "system"))))
	}
	c.hostile("keras", "Lambda in HDF5", "CVE-2025-9905", "model.hdf5", h5(model3(dense3, lambda3("3.11", "builtins", "exec"))))
	c.hostile("keras", "Lambda in HDF5", "CVE-2025-9905", "model.keras", h5(model2(`{"class_name":"Model","config":{"name":"inner","layers":[`+lambda2("3.8", "subprocess", "run")+`]}}`)))
	c.hostile("keras", "named function in HDF5", "modelscan issue 343", "model.h5", h5(model2(dense2, `{"class_name":"Lambda","config":{"name":"l","function":"system","function_type":"function","module":"os","arguments":{}}}`)))
	c.hostile("keras", "module of its own choice in HDF5", "CVE-2025-1550", "model.h5", h5(model3(layer3("os", "system", `"`+cmd+`"`))))
	c.hostile("keras", "vocabulary from a path in HDF5", "CVE-2025-12058", "model.h5", h5(model2(`{"class_name":"StringLookup","config":{"name":"s","vocabulary":"/etc/passwd"}}`)))
	c.hostile("keras", "external link", "HDF5 specification: external links", "model.h5", h5(model2(dense2), external("optimizer_weights", "../other.h5", "/")))
	c.hostile("keras", "external data", "HDF5 specification: external data files", "model.h5", h5(model2(dense2), outside("x", "/etc/hostname")))
	c.hostile("keras", "bytes before the signature", "HDF5 user block", "model.h5", append(make([]byte, 512), h5(model2(lambda2("3.8", "os", "system")))...))
}
