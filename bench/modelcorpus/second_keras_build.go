package main

// Configurations of Keras as its writers lay them out: k3... of Keras 3, k2... of Keras 2.

// k3Object is an object of Keras 3: anything with a module, a class and a configuration.
func k3Object(module, class, config string) string {
	return fill(`{"module": "$1", "class_name": "$2", "config": $3, "registered_name": null}`, module, class, config)
}

// k3Function is a function by name.
func k3Function(module, name string) string {
	return fill(`{"module": "$1", "class_name": "function", "config": "$2", "registered_name": "$2"}`, module, name)
}

// k3Lambda is a lambda as Keras 3 keeps it: marshalled code, defaults and closure.
func k3Lambda() string {
	return fill(`{"class_name": "__lambda__", "config": {"code": "$1\n", "defaults": null, "closure": null}}`, b64(marshalled("3.11", "os", "system", cmd)))
}

// k3LambdaValue is the form that deserialize_keras_object takes where no layer takes it first.
func k3LambdaValue() string {
	return fill(`{"class_name": "__lambda__", "config": {"value": ["$1\n", null, null]}}`, b64(marshalled("3.10", "os", "popen", cmd)))
}

const (
	k3Float = `{"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": null}`
	k3Input = `{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32", "sparse": false, "ragged": false, "name": "input_layer", "optional": false}, "registered_name": null}`
	k3Adam  = `{"module": "keras.optimizers", "class_name": "Adam", "config": {"name": "adam", "learning_rate": 0.0010000000474974513, "weight_decay": null, "clipnorm": null, "global_clipnorm": null, "clipvalue": null, "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": null, "loss_scale_factor": null, "gradient_accumulation_steps": null, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": false}, "registered_name": null}`
)

// k3DenseWith is a dense layer with some keys of its configuration put in the place of the usual ones.
func k3DenseWith(changed map[string]string) string {
	value := func(key, usual string) string {
		if v, ok := changed[key]; ok {
			return v
		}
		return usual
	}
	config := `{"name": "dense", "trainable": true, "dtype": ` + value("dtype", k3Float) + `, "units": 2, "activation": ` + value("activation", `"linear"`) +
		`, "use_bias": true, "kernel_initializer": ` + value("kernel_initializer", k3Object("keras.initializers", "GlorotUniform", `{"seed": null}`)) +
		`, "bias_initializer": ` + value("bias_initializer", k3Object("keras.initializers", "Zeros", `{}`)) +
		`, "kernel_regularizer": ` + value("kernel_regularizer", "null") + `, "bias_regularizer": ` + value("bias_regularizer", "null") +
		`, "kernel_constraint": ` + value("kernel_constraint", "null") + `, "bias_constraint": ` + value("bias_constraint", "null") + `}`
	return `{"module": "keras.layers", "class_name": "Dense", "config": ` + config + `, "registered_name": null, "build_config": ` + value("build_config", `{"input_shape": [null, 4]}`) + `}`
}

func k3Dense() string { return k3DenseWith(nil) }

// k3Layer is a layer with the keys that every layer has.
func k3Layer(class, more string) string {
	return k3Object("keras.layers", class, `{"name": "layer", "trainable": true, "dtype": `+k3Float+more+`}`)
}

// k3LambdaLayer is a Lambda layer of a function.
func k3LambdaLayer(function string) string {
	return k3Layer("Lambda", `, "function": `+function+`, "arguments": {}`)
}

// k3Sequential is a whole model without training.
func k3Sequential(layers ...string) string { return k3Compiled("null", layers...) }

// k3Compiled is a whole model with its compile_config.
func k3Compiled(compile string, layers ...string) string {
	list := k3Input
	for _, l := range layers {
		list += ", " + l
	}
	return `{"module": "keras", "class_name": "Sequential", "config": {"name": "sequential", "trainable": true, "dtype": ` + k3Float + `, "layers": [` + list + `], "build_input_shape": [null, 4]}, "registered_name": null, "build_config": {"input_shape": [null, 4]}, "compile_config": ` + compile + `}`
}

// k3Compile is a compile_config.
func k3Compile(optimizer, loss, metrics string) string {
	return fill(`{"optimizer": $1, "loss": $2, "loss_weights": null, "metrics": $3, "weighted_metrics": null, "run_eagerly": false, "steps_per_execution": 1, "jit_compile": false}`, optimizer, loss, metrics)
}

// k3Functional is a functional model of one inner layer, called with the arguments given.
func k3Functional(inner, nodes string) string {
	node := inner[:len(inner)-1] + `, "name": "layer", "inbound_nodes": ` + nodes + `}`
	return `{"module": "keras.src.models.functional", "class_name": "Functional", "config": {"name": "functional", "trainable": true, "layers": [` + k3Input[:len(k3Input)-1] + `, "name": "input_layer", "inbound_nodes": []}, ` + node +
		`], "input_layers": [["input_layer", 0, 0]], "output_layers": [["layer", 0, 0]]}, "registered_name": "Functional", "build_config": {"input_shape": null}, "compile_config": null}`
}

// k3Node calls a layer with the tensor of the input.
const k3Node = `[{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32", "keras_history": ["input_layer", 0, 0]}}], "kwargs": {}}]`

const k3Metadata = `{"keras_version": "3.8.0", "date_saved": "2025-03-01@10:00:00"}`

// k3Weights are the weights of the dense layer, as far as their layout goes.
func k3Weights() []byte {
	return hdf5(nil, group("layers", group("dense", group("vars"))), group("vars"))
}

// k3Zip is a .keras file in the order that Keras writes it in.
func k3Zip(config string, more ...entry) []byte {
	return zipped(append([]entry{{name: "metadata.json", data: []byte(k3Metadata)}, {name: "config.json", data: []byte(config)}, {name: "model.weights.h5", data: k3Weights()}}, more...)...)
}

// k2Lambda is the function of a Lambda layer of Keras 2.
func k2Lambda(version string) string {
	return js([]any{b64(marshalled(version, "os", "system", cmd)) + "\n", nil, nil})
}

// k2Layer is a layer of Keras 2.
func k2Layer(class, config string) string {
	return fill(`{"class_name": "$1", "config": $2}`, class, config)
}

const (
	k2Input = `{"class_name": "InputLayer", "config": {"batch_input_shape": [null, 4], "dtype": "float32", "sparse": false, "ragged": false, "name": "dense_input"}}`
	k2Dense = `{"class_name": "Dense", "config": {"name": "dense", "trainable": true, "dtype": "float32", "batch_input_shape": [null, 4], "units": 2, "activation": "relu", "use_bias": true, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null}}`
)

// k2LambdaLayer is a Lambda layer whose code was marshalled by a version of Python.
func k2LambdaLayer(version string) string {
	return k2Layer("Lambda", `{"name": "lambda", "trainable": true, "dtype": "float32", "function": `+k2Lambda(version)+`, "function_type": "lambda", "module": "__main__", "output_shape": null, "output_shape_type": "raw", "output_shape_module": null, "arguments": {}}`)
}

func k2Sequential(layers ...string) string {
	list := k2Input
	for _, l := range layers {
		list += ", " + l
	}
	return `{"class_name": "Sequential", "config": {"name": "sequential", "layers": [` + list + `]}}`
}

// k2Text is a whole architecture file.
func k2Text(model string) string {
	return model[:len(model)-1] + `, "keras_version": "2.13.1", "backend": "tensorflow"}`
}

// k2H5 is a whole model in HDF5 with its training configuration.
func k2H5(model, training string) []byte {
	attrs := []attr{{"model_config", model}, {"keras_version", "2.13.1"}, {"backend", "tensorflow"}}
	if training != "" {
		attrs = append(attrs, attr{"training_config", training})
	}
	return hdf5(attrs, group("model_weights", group("dense")), group("optimizer_weights"))
}

// k2Training is a training_config.
func k2Training(loss, optimizer string) string {
	return fill(`{"loss": $1, "metrics": [["accuracy"]], "weighted_metrics": null, "loss_weights": null, "optimizer_config": $2}`, loss, optimizer)
}

const k2Adam = `{"class_name": "Custom>Adam", "config": {"name": "Adam", "weight_decay": null, "clipnorm": null, "global_clipnorm": null, "clipvalue": null, "use_ema": false, "ema_momentum": 0.99, "ema_overwrite_frequency": null, "jit_compile": false, "is_legacy_optimizer": false, "learning_rate": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-07, "amsgrad": false}}`
