package main

// secondGraphHonest are graphs, saved models and checkpoints with nothing wrong in them.
func secondGraphHonest(c *corpus) {
	t := func(k int) []any { return []any{"T", gType(k)} }
	float := t(dtFloat)
	variable := func(name string) []gNode {
		return []gNode{n(name, "VarHandleOp").with("shared_name", name, "container", "", "dtype", gType(dtFloat), "shape", gShape{4, 2}), n(name+"/Read", "ReadVariableOp", name).with("dtype", gType(dtFloat))}
	}
	dense := append(append([]gNode{place("x", dtFloat)}, variable("kernel")...), append(variable("bias"), n("mm", "MatMul", "x", "kernel/Read").with(append(float, "transpose_a", false, "transpose_b", false)...), n("add", "BiasAdd", "mm", "bias/Read").with(float...), n("out", "Softmax", "add").with(float...))...)
	filename := n("saver_filename", "Placeholder").with("dtype", gType(dtString), "shape", gShape{})
	// the saver of TensorFlow 2, in functions
	saver := func(graph gGraph) gGraph {
		graph.nodes = append(graph.nodes, filename, n("StatefulPartitionedCall_1", "StatefulPartitionedCall", "saver_filename", "kernel").with("f", gFunc("__inference__traced_save_50")), n("StatefulPartitionedCall_2", "StatefulPartitionedCall", "saver_filename", "kernel").with("f", gFunc("__inference__traced_restore_60")))
		return graph.and("__inference__traced_save_50",
			n("StaticRegexFullMatch", "StaticRegexFullMatch", "file_prefix").with("pattern", "^s3://.*"), konst("Const", ".part"), konst("Const_1", "_temp/part"), n("Select", "Select", "StaticRegexFullMatch:output:0", "Const:output:0", "Const_1:output:0").with("T", gType(dtString)),
			n("StringJoin", "StringJoin", "file_prefix", "Select:output:0").with("N", 2, "separator", ""), n("num_shards", "Const").with("dtype", gType(dtInt32), "value", gInts{1}), n("shard", "Const").with("dtype", gType(dtInt32), "value", gInts{0}),
			n("ShardedFilename", "ShardedFilename", "StringJoin:output:0", "shard:output:0", "num_shards:output:0"), konst("SaveV2/tensor_names", "kernel/.ATTRIBUTES/VARIABLE_VALUE"), konst("SaveV2/shape_and_slices", ""),
			n("SaveV2", "SaveV2", "ShardedFilename:filename:0", "SaveV2/tensor_names:output:0", "SaveV2/shape_and_slices:output:0", "kernel").with("dtypes", []gType{dtFloat}),
			n("MergeV2Checkpoints/checkpoint_prefixes", "Pack", "ShardedFilename:filename:0", "^SaveV2").with("N", 1), n("MergeV2Checkpoints", "MergeV2Checkpoints", "MergeV2Checkpoints/checkpoint_prefixes:output:0", "file_prefix").with("delete_old_dirs", true), n("out", "Identity", "file_prefix", "^MergeV2Checkpoints").with("T", gType(dtString))).
			and("__inference__traced_restore_60", konst("RestoreV2/tensor_names", "kernel/.ATTRIBUTES/VARIABLE_VALUE"), konst("RestoreV2/shape_and_slices", ""), n("RestoreV2", "RestoreV2", "file_prefix", "RestoreV2/tensor_names:output:0", "RestoreV2/shape_and_slices:output:0").with("dtypes", []gType{dtFloat}), n("Identity", "Identity", "RestoreV2:tensors:0"), n("AssignVariableOp", "AssignVariableOp", "kernel", "Identity:output:0").with("dtype", gType(dtFloat)), n("out", "Identity", "file_prefix", "^AssignVariableOp"))
	}
	good := func(class string, s gSaved) { c.secondGood("tensorflow", class, "saved_model.pb", s.bytes()) }
	plain := served(saver(g(dense...)), "out:0")
	plain.saver = true
	plain.objects = proto{}.bin(1, userObject("_generic_user_object", "", childOf(1, "kernel"), childOf(2, "signatures"))).bin(1, proto{}.bin(7, proto{}.num(1, dtFloat).bin(2, shapeProto(gShape{4, 2})).num(3, 1).str(6, "kernel"))).bin(1, userObject("signature_map", ""))
	good("saved model", plain)
	whole := checkpointFiles("variables/variables", proto{}.bin(1, proto{}.bin(1, childOf(1, "kernel"))).bin(1, proto{}.bin(2, proto{}.str(1, "VARIABLE_VALUE").str(2, "kernel").str(3, "kernel/.ATTRIBUTES/VARIABLE_VALUE"))), "bias/.ATTRIBUTES/VARIABLE_VALUE", "kernel/.ATTRIBUTES/VARIABLE_VALUE")
	whole["saved_model.pb"] = plain.bytes()
	whole["fingerprint.pb"] = proto{}.num(1, 1234567890123).num(2, 2234567890123).num(3, 3234567890123).num(4, 4234567890123).num(5, 5234567890123)
	c.secondGoodFolder("tensorflow", "saved model in a folder", whole)
	metadata := map[string][]byte{"keras_metadata.pb": kerasMetadata([3]string{"_tf_keras_sequential", "root", `{"name": "sequential", "trainable": true, "expects_training_arg": true, "dtype": "float32", "batch_input_shape": null, "must_restore_from_config": false, "class_name": "Sequential", "config": {"name": "sequential", "layers": [` + k2Input + `, ` + k2Dense + `]}, "keras_version": "2.9.0", "backend": "tensorflow", "model_config": ` + k2Sequential(k2Dense) + `, "training_config": {"loss": "mse", "metrics": null, "weighted_metrics": null, "loss_weights": null, "optimizer_config": ` + k2Adam + `}}`}, [3]string{"_tf_keras_layer", "root.layer_with_weights-0", k2Dense}, [3]string{"_tf_keras_metric", "root.keras_api.metrics.0", `{"class_name": "Mean", "name": "loss", "dtype": "float32", "config": {"name": "loss", "dtype": "float32"}, "shared_object_id": 5}`})}
	for name, data := range whole {
		metadata[name] = data
	}
	c.secondGoodFolder("tensorflow", "saved model of Keras", metadata)

	old := served(g(append(dense, konst("save/filename/input", "model"), n("save/filename", "PlaceholderWithDefault", "save/filename/input").with("dtype", gType(dtString)), n("save/Const", "PlaceholderWithDefault", "save/filename").with("dtype", gType(dtString)), konst("save/StringJoin/inputs_1", "_temp_b2f8/part"), n("save/StringJoin", "StringJoin", "save/Const", "save/StringJoin/inputs_1").with("N", 2), n("save/num_shards", "Const").with("dtype", gType(dtInt32), "value", gInts{1}), n("save/shard", "Const").with("dtype", gType(dtInt32), "value", gInts{0}), n("save/ShardedFilename", "ShardedFilename", "save/StringJoin", "save/shard", "save/num_shards"), konst("save/SaveV2/tensor_names", "kernel"), konst("save/SaveV2/shape_and_slices", ""), n("save/SaveV2", "SaveV2", "save/ShardedFilename", "save/SaveV2/tensor_names", "save/SaveV2/shape_and_slices", "kernel/Read").with("dtypes", []gType{dtFloat}), n("save/MergeV2Checkpoints", "MergeV2Checkpoints", "save/ShardedFilename", "save/Const", "^save/SaveV2").with("delete_old_dirs", true), n("save/RestoreV2", "RestoreV2", "save/Const", "save/SaveV2/tensor_names", "save/SaveV2/shape_and_slices").with("dtypes", []gType{dtFloat}), n("save/Assign", "AssignVariableOp", "kernel", "save/RestoreV2").with("dtype", gType(dtFloat)), n("save/restore_all", "NoOp", "^save/Assign"), n("init", "NoOp"))...), "out:0")
	old.collections = []proto{nodeList("saved_model_main_op", "init"), bytesList("trainable_variables", proto{}.str(1, "kernel:0").str(2, "kernel/Assign").str(3, "kernel/Read:0").num(5, 1)), bytesList("variables", proto{}.str(1, "kernel:0").str(2, "kernel/Assign").str(3, "kernel/Read:0")), nodeList("summaries", "out")}
	good("saved model of TensorFlow 1", old)
	c.secondGood("tensorflow", "meta graph", "model.ckpt-100.meta", old.meta())
	c.secondGood("tensorflow", "frozen graph", "frozen_inference_graph.pb", g(place("x", dtFloat), n("out", "Relu6", "x").with(float...)).proto())
	c.secondGood("tensorflow", "text format", "graph.pbtxt", g(place("x", dtFloat), konst("label", "cat"), n("out", "Tanh", "x").with(float...)).text())
	c.secondGood("tensorflow", "text format", "saved_model.pbtxt", []byte("saved_model_schema_version: 1\nmeta_graphs {\n  meta_info_def {\n    tags: \"serve\"\n  }\n  graph_def {\n"+string(g(place("x", dtFloat), n("out", "Relu", "x").with(float...)).text())+"  }\n}\n"))

	table := func(path string) gSaved {
		s := served(g(place("x", dtString), konst("vocab", path), n("d", "Const").with("dtype", gType(dtInt64), "value", gInts{0}), n("t", "HashTableV2").with("key_dtype", gType(dtString), "value_dtype", gType(dtInt64), "shared_name", "hash_table_/tmp/vocab.txt_-2_-1", "container", ""), n("init", "InitializeTableFromTextFileV2", "t", "vocab").with("vocab_size", -1, "key_index", -2, "value_index", -1, "delimiter", "\t"), n("op", "LookupTableFindV2", "t", "x", "d").with("Tin", gType(dtString), "Tout", gType(dtInt64))), "op:0")
		s.assets = [][2]string{{"vocab:0", "vocab.txt"}}
		s.collections = []proto{nodeList("table_initializer", "init")}
		return s
	}
	for _, path := range []string{"assets/vocab.txt", "/home/user/project/vocab.txt", ""} {
		c.secondGoodFolder("tensorflow", "table of an asset", map[string][]byte{"saved_model.pb": table(path).bytes(), "assets/vocab.txt": []byte("a\nb\n"), "variables/variables.index": checkpointIndex(nil), "variables/variables.data-00000-of-00001": {}})
	}
	inFunction := served(g(place("x", dtString), konst("asset_path_initializer", ""), n("t", "HashTableV2").with("shared_name", "42"), n("init", "StatefulPartitionedCall", "t", "asset_path_initializer").with("f", gFunc("__inference__initializer_9")), n("no", "NoOp"), n("out", "StatefulPartitionedCall", "x", "t").with("f", gFunc("__inference_signature_wrapper_7"))).
		and("__inference__initializer_9", n("k", "InitializeTableFromTextFileV2", "inputs", "path").with("vocab_size", -1, "key_index", -2, "value_index", -1), n("out", "Identity", "inputs", "^k")).and("__inference_signature_wrapper_7", n("f", "LookupTableFindV2", "t", "inputs", "d"), n("out", "Identity", "f:values:0")), "out:0")
	inFunction.assets = [][2]string{{"asset_path_initializer:0", "vocabulary.txt"}}
	inFunction.signatures["__saved_model_init_op"] = "no:0"
	c.secondGoodFolder("tensorflow", "table of an asset", map[string][]byte{"saved_model.pb": inFunction.bytes(), "assets/vocabulary.txt": []byte("a\nb\n")})

	for _, ops := range [][]string{
		{"Conv2D", "FusedBatchNormV3", "Relu", "MaxPool", "Mean", "Reshape", "Softmax"}, {"DepthwiseConv2dNative", "Relu6", "AvgPool", "Pad", "Squeeze", "LogSoftmax"},
		{"RegexReplace", "StringLower", "StringSplitV2", "LookupTableFindV2", "RaggedTensorToTensor", "StringNGrams", "UnsortedSegmentSum"}, {"ParseExampleV2", "Cast", "ExpandDims", "ConcatV2", "GatherV2", "Bucketize"},
		{"DecodeJpeg", "ResizeBilinear", "Sub", "RealDiv", "Transpose", "NonMaxSuppressionV4", "CropAndResize"}, {"DecodeBase64", "DecodePng", "DecodeImage", "EncodeJpeg"},
		{"Einsum", "BatchMatMulV2", "Erf", "Rsqrt", "SquaredDifference", "StopGradient", "Select", "Cumsum"}, {"FakeQuantWithMinMaxVars", "QuantizeV2", "Dequantize", "Round", "ClipByValue"},
		{"TensorListReserve", "TensorListSetItem", "TensorListStack", "TensorListFromTensor", "LoopCond", "Enter", "Exit", "NextIteration", "Switch", "Merge"}, {"RandomStandardNormal", "StatelessRandomUniformV2", "Multinomial", "RandomShuffle", "TruncatedNormal"},
		{"Assert", "Print", "StringFormat", "AsString", "StringToNumber", "StringToHashBucketFast", "Substr", "StringJoin", "StringStrip", "UnicodeTranscode"}, {"CudnnRNNV3", "BlockLSTM", "LSTMBlockCell", "GRUBlockCell"},
		{"AudioSpectrogram", "Mfcc", "DecodeWav", "RFFT", "ComplexAbs"}, {"WhitespaceTokenizeWithOffsets", "FastWordpieceTokenizeWithOffsets", "SentencepieceTokenizeOp"}, {"ResourceGather", "SparseTensorDenseMatMul", "SparseSegmentMean", "SparseToDense", "SparseReshape", "Unique", "Where", "TopKV2"},
		{"AssignAddVariableOp", "ResourceApplyAdam", "ResourceApplyGradientDescent", "VarIsInitializedOp", "ReadVariableOp", "MirrorPad", "Conv2DBackpropInput"}, {"MutableHashTableV2", "LookupTableInsertV2", "LookupTableExportV2", "LookupTableImportV2", "LookupTableSizeV2", "InitializeTableV2"},
		{"TensorSliceDataset", "BatchDatasetV2", "PrefetchDataset", "OptionsDataset", "ParseExampleDatasetV2", "AnonymousIteratorV3", "MakeIterator", "IteratorGetNext"}, {"ScalarSummary", "MergeSummary", "HistogramSummary"},
	} {
		nodes := []gNode{place("x", dtFloat)}
		last := "x"
		for i, op := range ops {
			last = "n" + js(i)
			before := "x"
			if i > 0 {
				before = "n" + js(i-1)
			}
			nodes = append(nodes, n(last, op, before).with(float...))
		}
		good("saved model of usual ops", served(g(nodes...), last+":0"))
	}
	branches := func(op string, attrs ...any) {
		good("saved model with functions", served(g(place("x", dtFloat), n("call", op, "x", "x").with(attrs...)).and("f", n("r", "Relu", "inputs"), n("out", "Identity", "r:activations:0")).and("h", n("r", "Less", "inputs", "inputs"), n("out", "Identity", "r:z:0")), "call:0"))
	}
	branches("If", "then_branch", gFunc("f"), "else_branch", gFunc("h"))
	branches("While", "cond", gFunc("h"), "body", gFunc("f"))
	branches("Case", "branches", gFuncs{"f", "h"})
	branches("PartitionedCall", "f", gFunc("f"))
	branches("BatchFunction", "f", gFunc("f"))
	// the same ops as the attacks', used as they are meant
	good("honest use of a suspect op", served(g(place("x", dtFloat), konst("text", "seen"), n("p", "PrintV2", "text").with("output_stream", "stderr", "end", "\n"), n("out", "Identity", "x", "^p")), "out:0"))
	good("honest use of a suspect op", served(g(place("x", dtInt64), n("op", "FixedUnigramCandidateSampler", "x").with("num_true", 1, "num_sampled", 1, "unique", true, "range_max", 2, "vocab_file", "", "unigrams", []string{})), "op:0"))
	good("honest use of a suspect op", served(g(place("x", dtString), n("op", "DecodeProtoV2", "x").with("message_type", "tensorflow.Example", "field_names", []string{"features"}, "output_types", []gType{dtString}, "descriptor_source", "local://")), "op:0"))
	good("honest use of a suspect op", served(g(place("x", dtFloat), konst("names", "labels.txt"), konst("url", "https://example.org/labels"), n("out", "Relu", "x").with(float...)), "out:0"))

	record := proto{}.bin(6, proto{}.bin(1, proto{}.bin(1, proto{}.str(1, "m"))))
	length := []byte{byte(len(record)), 0, 0, 0, 0, 0, 0, 0}
	warm := append(length, fixed32(masked(crc32c(length)))...)
	warm = append(append(warm, record...), fixed32(masked(crc32c(record)))...)
	c.secondGoodFolder("tensorflow", "saved model for serving", map[string][]byte{"1/saved_model.pb": plain.bytes(), "1/assets.extra/tf_serving_warmup_requests": warm, "1/variables/variables.index": checkpointIndex(nil), "1/variables/variables.data-00000-of-00001": {}})

	check := func(class, state string, files map[string][]byte) {
		if state != "" {
			files["checkpoint"] = []byte("model_checkpoint_path: \"" + state + "\"\nall_model_checkpoint_paths: \"" + state + "\"\n")
		}
		c.secondGoodFolder("tensorflow", class, files)
	}
	objects := proto{}.bin(1, proto{}.bin(1, childOf(1, "model"))).bin(1, proto{}.bin(2, proto{}.str(1, "VARIABLE_VALUE").str(2, "w").str(3, "model/w/.ATTRIBUTES/VARIABLE_VALUE")))
	check("checkpoint", "ckpt-1", checkpointFiles("ckpt-1", objects, "model/w/.ATTRIBUTES/VARIABLE_VALUE", "optimizer/iter/.ATTRIBUTES/VARIABLE_VALUE", "save_counter/.ATTRIBUTES/VARIABLE_VALUE"))
	check("checkpoint", "model.ckpt-100", checkpointFiles("model.ckpt-100", nil, "dense/bias", "dense/bias/Adam", "dense/bias/Adam_1", "dense/kernel", "global_step"))
	check("checkpoint", "/home/user/runs/1/model.ckpt-100", checkpointFiles("model.ckpt-100", nil, "a", "b"))
	check("checkpoint", "", checkpointFiles("weights", objects, "layer_with_weights-0/bias/.ATTRIBUTES/VARIABLE_VALUE", "layer_with_weights-0/kernel/.ATTRIBUTES/VARIABLE_VALUE"))
	zero := make([]byte, 32)
	check("checkpoint in two shards", "m", map[string][]byte{"m.index": sortedTable(2, []bundled{{key: "a", dtype: dtFloat, shape: gShape{4, 2}, size: 32, crc: crc32c(zero)}, {key: "b", dtype: dtFloat, shape: gShape{4, 2}, shard: 1, size: 32, crc: crc32c(zero)}}), "m.data-00000-of-00002": zero, "m.data-00001-of-00002": zero})
}

func fixed32(n uint32) []byte { return []byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)} }
