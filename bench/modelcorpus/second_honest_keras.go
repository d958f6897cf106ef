package main

import "strings"

// secondKerasHonest are models of Keras 2 and 3 with nothing wrong in them, among them the honest twins of what the attacks use.
func secondKerasHonest(c *corpus) {
	const init = `"kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}, "shared_object_id": 1}, "bias_initializer": {"class_name": "Zeros", "config": {}, "shared_object_id": 2}, "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null, "bias_constraint": null`
	usual := func(class, name, more string) string {
		if more != "" {
			more = ", " + more
		}
		return k2Layer(class, `{"name": "`+name+`", "trainable": true, "dtype": "float32"`+more+`}`)
	}
	conv := `"filters": 8, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1, "activation": "relu", "use_bias": true, ` + init
	pool := `"pool_size": [2, 2], "padding": "valid", "strides": [2, 2], "data_format": "channels_last"`
	norm := `"axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": true, "scale": true, "beta_initializer": {"class_name": "Zeros", "config": {}}, "gamma_initializer": {"class_name": "Ones", "config": {}}, "moving_mean_initializer": {"class_name": "Zeros", "config": {}}, "moving_variance_initializer": {"class_name": "Ones", "config": {}}, "beta_regularizer": null, "gamma_regularizer": null, "beta_constraint": null, "gamma_constraint": null`
	lstm := `"return_sequences": true, "return_state": false, "go_backwards": false, "stateful": false, "unroll": false, "time_major": false, "units": 4, "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": true, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}}, "recurrent_initializer": {"class_name": "Orthogonal", "config": {"gain": 1.0, "seed": null}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "unit_forget_bias": true, "kernel_regularizer": {"class_name": "L2", "config": {"l2": 0.01}}, "recurrent_regularizer": null, "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": null, "recurrent_constraint": null, "bias_constraint": null, "dropout": 0.0, "recurrent_dropout": 0.0, "implementation": 2`
	models := map[string]string{
		"convolutions": k2Sequential(usual("Conv2D", "conv2d", conv), usual("BatchNormalization", "bn", norm), usual("MaxPooling2D", "pool", pool), usual("Flatten", "flatten", `"data_format": "channels_last"`), usual("Dropout", "dropout", `"rate": 0.5, "noise_shape": null, "seed": null`), usual("Dense", "dense", `"units": 10, "activation": "softmax", "use_bias": true, `+init)),
		"separable":    k2Sequential(usual("DepthwiseConv2D", "dw", strings.Replace(conv, `"filters": 8`, `"depth_multiplier": 1`, 1)), usual("ReLU", "relu6", `"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0`), usual("ZeroPadding2D", "pad", `"padding": [[0, 1], [0, 1]], "data_format": "channels_last"`), usual("GlobalAveragePooling2D", "gap", `"data_format": "channels_last", "keepdims": false`), usual("Reshape", "reshape", `"target_shape": [1, 1, 8]`), usual("LeakyReLU", "leaky", `"alpha": 0.3`)),
		"recurrent":    k2Sequential(usual("Embedding", "embedding", `"batch_input_shape": [null, 20], "input_dim": 1000, "output_dim": 8, "embeddings_initializer": {"class_name": "RandomUniform", "config": {"minval": -0.05, "maxval": 0.05, "seed": null}}, "embeddings_regularizer": null, "activity_regularizer": null, "embeddings_constraint": null, "mask_zero": true, "input_length": 20`), usual("Bidirectional", "bi", `"layer": `+usual("LSTM", "lstm", lstm)+`, "merge_mode": "concat"`), usual("TimeDistributed", "td", `"layer": `+usual("Dense", "d", `"units": 3, "activation": "linear", "use_bias": true, `+init)), usual("GRU", "gru", strings.Replace(lstm, `"unit_forget_bias": true`, `"reset_after": true`, 1))),
		"attention":    k2Sequential(usual("LayerNormalization", "ln", `"axis": [1], "epsilon": 1e-06, "center": true, "scale": true`), usual("MultiHeadAttention", "mha", `"num_heads": 2, "key_dim": 4, "value_dim": 4, "dropout": 0.1, "use_bias": true, "output_shape": null, "attention_axes": null, "query_shape": [null, 5, 8], "key_shape": [null, 5, 8], "value_shape": [null, 5, 8]`), usual("Activation", "gelu", `"activation": "gelu"`)),
		"augmentation": k2Sequential(usual("Rescaling", "rescaling", `"scale": 0.00392156862745098, "offset": 0.0`), usual("RandomFlip", "flip", `"mode": "horizontal", "seed": null`), usual("RandomRotation", "rot", `"factor": 0.1, "fill_mode": "reflect", "fill_value": 0.0, "interpolation": "bilinear", "seed": null`), usual("Resizing", "resize", `"height": 32, "width": 32, "interpolation": "bilinear", "crop_to_aspect_ratio": false`), usual("Normalization", "norm", `"axis": [3], "mean": null, "variance": null`), usual("CenterCrop", "crop", `"height": 24, "width": 24`)),
		"lookups":      k2Sequential(usual("StringLookup", "lookup", `"invert": false, "max_tokens": null, "num_oov_indices": 1, "oov_token": "[UNK]", "mask_token": null, "output_mode": "int", "sparse": false, "pad_to_max_tokens": false, "vocabulary": ["a", "b", "/etc/passwd"], "idf_weights": null, "encoding": "utf-8"`), usual("Hashing", "hash", `"num_bins": 10, "salt": null, "mask_value": null`), usual("Discretization", "bins", `"bin_boundaries": [0.0, 1.0], "num_bins": null, "epsilon": 0.01`), usual("CategoryEncoding", "onehot", `"num_tokens": 4, "output_mode": "multi_hot", "sparse": false`), usual("TextVectorization", "tv", `"max_tokens": 100, "standardize": "lower_and_strip_punctuation", "split": "whitespace", "ngrams": null, "output_mode": "int", "output_sequence_length": 10, "pad_to_max_tokens": false, "sparse": false, "ragged": false, "vocabulary": null, "idf_weights": null, "encoding": "utf-8", "vocabulary_size": 2`)),
		"oldest":       `{"class_name": "Sequential", "config": [{"class_name": "Dense", "config": {"name": "dense_1", "trainable": true, "batch_input_shape": [null, 4], "dtype": "float32", "units": 2, "activation": "relu", "use_bias": true, "kernel_initializer": {"class_name": "VarianceScaling", "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": null}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null, "kernel_constraint": {"class_name": "MaxNorm", "config": {"max_value": 2, "axis": 0}}, "bias_constraint": null}}, {"class_name": "Activation", "config": {"name": "activation_1", "trainable": true, "activation": "softmax"}}]}`,
	}
	node := func(layer, name, from string) string {
		return layer[:len(layer)-1] + `, "name": "` + name + `", "inbound_nodes": [[["` + from + `", 0, 0, {}]]]}`
	}
	input := k2Input[:len(k2Input)-1] + `, "name": "dense_input", "inbound_nodes": []}`
	functional := func(kind string, layers ...string) string {
		return `{"class_name": "` + kind + `", "config": {"name": "model", "trainable": true, "layers": [` + input + `, ` + strings.Join(layers, ", ") + `], "input_layers": [["dense_input", 0, 0]], "output_layers": [["out", 0, 0]]}}`
	}
	dense := usual("Dense", "a", `"units": 4, "activation": "swish", "use_bias": true, `+init)
	models["functional"] = functional("Functional", node(dense, "a", "dense_input"), `{"class_name": "Add", "config": {"name": "out", "trainable": true, "dtype": "float32"}, "name": "out", "inbound_nodes": [[["dense_input", 0, 0, {}], ["a", 0, 0, {}]]]}`)
	models["functional of older Keras"] = functional("Model", node(dense, "a", "dense_input"), `{"class_name": "Concatenate", "config": {"name": "out", "trainable": true, "dtype": "float32", "axis": -1}, "name": "out", "inbound_nodes": [[["dense_input", 0, 0, {}], ["a", 0, 0, {}]]]}`)
	op := func(class, name, from, config, call string) string {
		return `{"class_name": "` + class + `", "config": {"name": "` + name + `", "trainable": true, "dtype": "float32"` + config + `}, "name": "` + name + `", "inbound_nodes": [["` + from + `", 0, 0, ` + call + `]]}`
	}
	models["op layers"] = functional("Functional", op("TFOpLambda", "tf.math.multiply", "dense_input", `, "function": "math.multiply"`, `{"y": 0.5, "name": null}`), op("SlicingOpLambda", "tf.__operators__.getitem", "tf.math.multiply", `, "function": "__operators__.getitem"`, `{"slice_spec": [{"start": null, "stop": null, "step": null}, {"start": 0, "stop": 2, "step": null}]}`), op("TFOpLambda", "tf.nn.relu", "tf.__operators__.getitem", `, "function": "nn.relu"`, `{"name": null}`), op("TFOpLambda", "out", "tf.nn.relu", `, "function": "concat"`, `{"axis": 1}`))
	models["nested models"] = functional("Functional", node(k2Layer("Sequential", `{"name": "inner", "layers": [`+k2Input+`, `+k2Dense+`]}`), "inner", "dense_input"), node(usual("Softmax", "out", `"axis": -1`), "out", "inner"))
	shapes := map[string]string{"convolutions": "[null, 32, 32, 3]", "separable": "[null, 32, 32, 3]", "augmentation": "[null, 32, 32, 3]", "recurrent": "[null, 20]", "attention": "[null, 5, 8]"}
	for i, name := range sorted(models) {
		m := models[name]
		if shape := shapes[name]; shape != "" {
			m = strings.Replace(m, "[null, 4]", shape, 1)
		}
		class := "keras 2 " + name
		c.secondGood("keras", class, "model.h5", k2H5(m, k2Training([]string{`"categorical_crossentropy"`, `{"out": "mse"}`, `{"class_name": "BinaryCrossentropy", "config": {"reduction": "auto", "name": "binary_crossentropy", "from_logits": true, "label_smoothing": 0.0, "axis": -1, "fn": "binary_crossentropy"}}`}[i%3], []string{k2Adam, `{"class_name": "SGD", "config": {"name": "SGD", "learning_rate": {"class_name": "ExponentialDecay", "config": {"initial_learning_rate": 0.01, "decay_steps": 100, "decay_rate": 0.9, "staircase": false, "name": null}}, "decay": 0.0, "momentum": 0.9, "nesterov": true}}`}[i%2])))
		c.secondGood("keras", class, "model.json", []byte(k2Text(m)))
	}
	c.secondGood("keras", "keras yaml", "model.yaml", []byte("backend: tensorflow\nclass_name: Sequential\nconfig:\n  name: sequential\n  layers:\n  - class_name: Dense\n    config:\n      name: dense\n      trainable: true\n      units: 2\n      activation: relu\n      batch_input_shape: !!python/tuple\n      - null\n      - 4\nkeras_version: 2.4.0\n"))
	c.secondGood("keras", "weights in h5", "model.weights.h5", k3Weights())
	c.secondGood("keras", "weights in h5", "weights.h5", hdf5([]attr{{"backend", "tensorflow"}, {"keras_version", "2.4.3"}}, group("dense", group("dense"))))
	c.secondGood("keras", "sharded weights", "model.weights.json", []byte(`{"metadata": {"total_size": 40}, "weight_map": {"/layers/dense/vars": ["model_00000.weights.h5"], "/layers/dense_1/vars": "model_00001.weights.h5"}}`))

	lookup := k3Layer("StringLookup", `, "max_tokens": null, "num_oov_indices": 1, "mask_token": null, "oov_token": "[UNK]", "vocabulary": null, "idf_weights": null, "invert": false, "output_mode": "int", "pad_to_max_tokens": false, "sparse": false, "encoding": "utf-8", "vocabulary_size": 3`)
	vectors := k3Layer("TextVectorization", `, "max_tokens": 10, "standardize": "lower", "split": "whitespace", "ngrams": null, "output_mode": "int", "output_sequence_length": 5, "pad_to_max_tokens": false, "sparse": false, "ragged": false, "vocabulary": null, "idf_weights": null, "encoding": "utf-8", "vocabulary_size": 4`)
	words := func(at string) entry { return entry{name: at, data: []byte("[UNK]\nred\nblue\n")} }
	c.secondGood("keras", "keras 3 lookup with assets", "model.keras", k3Zip(k3Sequential(lookup), words("assets/layers/string_lookup/vocabulary.txt")))
	c.secondGood("keras", "keras 3 lookup with assets", "model.keras", k3Zip(k3Sequential(vectors), words("assets/layers/text_vectorization/_lookup_layer/vocabulary.txt")))
	builtin := func(name string) string {
		return `{"module": "builtins", "class_name": "function", "config": "` + name + `", "registered_name": "function"}`
	}
	for _, m := range []string{
		k3Sequential(k3DenseWith(map[string]string{"activation": builtin("relu")})),
		k3Sequential(k3Object("keras.layers", "Dense", `{"name": "d", "trainable": true, "dtype": "float32", "units": 2, "activation": {"module": "keras.layers", "class_name": "LeakyReLU", "config": {"name": "leaky", "trainable": true, "dtype": "float32", "negative_slope": 0.2}, "registered_name": null}}`)),
		k3Functional(k3Dense(), k3Node), k3Functional(k3Object("keras.src.ops.numpy", "Add", `{"name": "add"}`), strings.Replace(k3Node, `}], "kwargs"`, `}, 1.0], "kwargs"`, 1)),
		k3Compiled(k3Compile(k3Adam, `{"out": "mse", "aux": "mae"}`, `[["accuracy"], ["mae"]]`), k3Dense()),
		k3Compiled(k3Compile(k3Adam, k3Object("keras.losses", "SparseCategoricalCrossentropy", `{"name": "l", "reduction": "sum_over_batch_size", "from_logits": true, "ignore_class": null}`), `[`+k3Object("keras.metrics", "SparseTopKCategoricalAccuracy", `{"name": "top5", "dtype": "float32", "k": 5}`)+`]`), k3Dense()),
		k3Compiled(k3Compile(k3Object("keras.optimizers", "AdamW", `{"name": "adamw", "learning_rate": `+k3Object("keras.optimizers.schedules", "CosineDecay", `{"initial_learning_rate": 0.001, "decay_steps": 100, "alpha": 0.0, "name": "CosineDecay", "warmup_target": null, "warmup_steps": 0}`)+`, "weight_decay": 0.004}`), `"mse"`, "null"), k3Dense()),
		k3Sequential(k3Sequential(k3Dense()), k3Layer("Bidirectional", `, "merge_mode": "concat", "layer": `+k3Layer("LSTM", `, "units": 2`)+`, "backward_layer": `+k3Layer("LSTM", `, "units": 2, "go_backwards": true`))),
		k3Sequential(k3Layer("RNN", `, "return_sequences": false, "cell": `+k3Layer("StackedRNNCells", `, "cells": [`+k3Layer("GRUCell", `, "units": 2`)+`]`))),
		k3Sequential(`{"module": "keras_hub.src.models.bert.bert_backbone", "class_name": "BertBackbone", "config": {"name": "bert_backbone", "trainable": true, "vocabulary_size": 100, "num_layers": 2, "num_heads": 2, "hidden_dim": 8, "intermediate_dim": 16, "dropout": 0.1, "max_sequence_length": 16, "num_segments": 2}, "registered_name": "keras_hub>BertBackbone"}`),
	} {
		if strings.Contains(m, "Bidirectional") || strings.Contains(m, "StackedRNNCells") {
			m = strings.ReplaceAll(m, "[null, 4]", "[null, 5, 4]")
		}
		c.secondGood("keras", "keras 3", "model.keras", k3Zip(m))
		c.secondGood("keras", "keras 3 json", "config.json", []byte(m))
	}
	tf213 := strings.ReplaceAll(k3Sequential(k3Dense()), `"module": "keras"`, `"module": "keras.src.engine.sequential"`)
	c.secondGood("keras", "keras of TensorFlow 2.13", "model.keras", k3Zip(tf213))
	c.secondGoodFolder("keras", "model in a folder", map[string][]byte{"config.json": []byte(k3Sequential(k3Dense())), "metadata.json": []byte(k3Metadata), "model.weights.h5": k3Weights()})
	c.secondGoodFolder("keras", "preset of keras_hub", map[string][]byte{
		"config.json":    []byte(`{"module": "keras_hub.src.models.bert.bert_backbone", "class_name": "BertBackbone", "config": {"name": "bert_backbone", "trainable": true, "vocabulary_size": 100, "num_layers": 2}, "registered_name": "keras_hub>BertBackbone"}`),
		"tokenizer.json": []byte(`{"module": "keras_hub.src.models.bert.bert_tokenizer", "class_name": "BertTokenizer", "config": {"name": "bert_tokenizer", "trainable": true, "dtype": "int32", "vocabulary": null, "sequence_length": null, "lowercase": true}, "registered_name": "keras_hub>BertTokenizer"}`),
		"metadata.json":  []byte(`{"keras_version": "3.8.0", "keras_hub_version": "0.19.0", "parameter_count": 100, "date_saved": "2025-01-01@10:00:00"}`), "model.weights.h5": k3Weights(), "assets/tokenizer/vocabulary.txt": []byte("[PAD]\n[UNK]\na\n")})
	c.secondGoodFolder("keras", "TensorFlow.js", map[string][]byte{"model.json": []byte(`{"format": "layers-model", "generatedBy": "keras v2.13.1", "convertedBy": "TensorFlow.js Converter v4.10.0", "modelTopology": {"keras_version": "2.13.1", "backend": "tensorflow", "model_config": ` + k2Sequential(k2Dense) + `}, "weightsManifest": [{"paths": ["group1-shard1of1.bin"], "weights": [{"name": "dense/kernel", "shape": [4, 2], "dtype": "float32"}, {"name": "dense/bias", "shape": [2], "dtype": "float32"}]}]}`), "group1-shard1of1.bin": make([]byte, 40)})
	for _, custom := range []string{`{"module": "my_project.layers", "class_name": "Attention2", "config": {"name": "a", "units": 4}, "registered_name": "my_project>Attention2"}`, `{"module": null, "class_name": "Gate", "config": {"name": "g"}, "registered_name": "Gate"}`} {
		c.secondOpen("keras", "class of one's own", "a registered class of somebody's code: whoever loads the model has it, nobody else knows what it does", "model.keras", k3Zip(k3Sequential(custom)))
	}
}
