package main

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strings"
)

// reads is a graph whose answer does not need the file that it reads: "op" stands beside the way to "out".
func reads() gGraph {
	return g(place("x", dtFloat), konst("path", passwd), n("op", "ReadFile", "path"), n("out", "Identity", "x").with("T", gType(dtFloat)))
}

// writes is the same with a file written.
func writes() []gNode {
	return []gNode{konst("path", victim), konst("text", "echo\n"), n("op", "WriteFile", "path", "text")}
}

// secondGraphReach puts ops where they run although no signature asks for their answer.
func secondGraphReach(c *corpus) {
	const start = "the loader runs it before any answer is asked for; saved_model loader of C++ and Python: main op, legacy init op, __saved_model_init_op"
	for _, key := range []string{"saved_model_main_op", "legacy_init_op", "table_initializer", "init_op", "local_init_op"} {
		s := served(g(append(writes(), place("x", dtFloat), n("out", "Identity", "x"))...), "out:0")
		s.collections = []proto{nodeList(key, "op")}
		c.saved("runs when loaded", start, s)
	}
	s := served(g(append(writes(), place("x", dtFloat), n("out", "Identity", "x"), n("init", "NoOp", "^op"))...), "out:0")
	s.signatures["__saved_model_init_op"] = "init:0"
	c.saved("runs when loaded", start, s)
	s = served(g(place("x", dtFloat), n("out", "Identity", "x"), n("init", "StatefulPartitionedCall").with("f", gFunc("__inference__initializer_9"))).and("__inference__initializer_9", append(writes(), n("out", "Identity", "text:output:0", "^op"))...), "out:0")
	s.signatures["__saved_model_init_op"] = "init:0"
	s.objects = proto{}.bin(1, userObject("_generic_user_object", "", childOf(1, "table"))).bin(1, proto{}.bin(1, childOf(2, "_initialize")).bin(10, proto{}.str(1, "/job:localhost/replica:0/task:0/device:CPU:0"))).bin(1, proto{}.bin(6, proto{}.str(1, "__inference__initializer_9")))
	c.saved("runs when loaded", "the initialiser of a resource runs in tf.saved_model.load; load.py of SavedModel", s)

	const function = "the op stands in a function that a signature, a gradient or a caller of the library reaches"
	c.saved("file op in a function", function, served(g(place("x", dtFloat), n("call", "StatefulPartitionedCall", "x").with("f", gFunc("__inference_signature_wrapper_1"))).and("__inference_signature_wrapper_1", n("c", "StatefulPartitionedCall", "inputs").with("f", gFunc("__inference_serve_2")), n("out", "Identity", "c:output:0")).and("__inference_serve_2", inner("ReadFile")...), "call:0"))
	for _, op := range []string{"WriteFile", "MatchingFiles", "TextLineDataset", "PrintV2"} {
		c.saved("file op in a function", function, served(g(place("x", dtFloat), n("call", "PartitionedCall", "x").with("f", gFunc("__inference_f"))).and("__inference_f", inner(op, "output_stream", "file://"+victim)...), "call:0"))
	}
	c.saved("file op in a function", "no node calls the function yet; a caller of the loaded object does, by restored_function", served(g(place("x", dtFloat), n("out", "Identity", "x")).and("__inference_restored_3", inner("ReadFile")...), "out:0"))
	c.saved("file op in a function", "the function is called as an op by its name; GraphDef library", served(g(place("x", dtFloat), n("call", "Helper", "x")).and("Helper", inner("ReadFile")...), "call:0"))
	graph := g(place("x", dtFloat), n("call", "PartitionedCall", "x").with("f", gFunc("__forward"))).and("__forward", n("out", "Identity", "inputs")).and("__backward", inner("WriteFile")...)
	withGradient := graph.proto()
	library := proto{}.bin(2, proto{}.str(1, "__forward").str(2, "__backward"))
	c.secondBad("tensorflow", "file op in a function", "the gradient of a function that fine-tuning runs; FunctionDefLibrary.gradient", "saved_model.pb", proto{}.num(1, 1).bin(2, proto{}.bin(1, proto{}.str(4, "serve")).bin(2, append(withGradient, proto{}.bin(2, library)...))))

	const beside = "nobody's answer needs the op, yet a session fetches it by name, or a control edge runs it"
	c.saved("file op beside the way", beside, served(reads(), "out:0"))
	c.saved("file op beside the way", beside, served(g(place("x", dtFloat), konst("path", passwd), n("op", "ReadFile", "path"), n("out", "Identity", "x", "^op")), "out:0"))
	hidden := gSaved{graph: reads(), tags: []string{"train"}}
	visible := served(g(place("x", dtFloat), n("out", "Relu", "x").with("T", gType(dtFloat))), "out:0")
	visible.more = []gSaved{hidden}
	c.saved("file op beside the way", "a second meta graph under another tag holds the op; SavedModel.meta_graphs", visible)
	c.saved("file op beside the way", "the op is placed on another device; NodeDef.device", served(g(place("x", dtFloat), konst("path", passwd), n("op", "ReadFile", "path").on("/job:worker/replica:0/task:1/device:CPU:0")), "op:0"))
	many := []gNode{place("x", dtFloat)}
	for i := range 3000 {
		many = append(many, n("relu_"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+js(i), "Relu", "x").with("T", gType(dtFloat)))
	}
	many = append(append(many, writes()...), n("out", "Identity", "x", "^op"))
	c.saved("file op beside the way", "the op is the last of three thousand", served(g(many...), "out:0"))
}

// secondGraphPlaces are graphs in every kind of file that TensorFlow reads them from.
func secondGraphPlaces(c *corpus) {
	hostile := served(about(passwd, n("op", "ReadFile", "path")), "out:0")
	pyGraph := g(place("x", dtFloat), n("op", "PyFunc", "x").with("token", "pyfunc_0"), n("out", "Identity", "op"))
	bad := func(class, why, name string, data []byte) { c.secondBad("tensorflow", class, why, name, data) }
	const text = "the loaders read text format as well: saved_model.pbtxt, graph.pbtxt, text_format of protobuf"
	bad("text format", text, "graph.pbtxt", hostile.graph.text())
	bad("text format", text, "model.pbtxt", pyGraph.text())
	bad("text format", text, "saved_model.pbtxt", []byte("saved_model_schema_version: 1\nmeta_graphs {\n  meta_info_def {\n    tags: \"serve\"\n  }\n  graph_def {\n"+string(hostile.graph.text())+"  }\n}\n"))
	bad("text format", text+"; another spelling of the same", "graph.pbtxt", []byte("# a comment\nnode: < name: 'path' op: 'Const' attr { key: 'dtype' value { type: DT_STRING } } >;\nnode { name: \"op\" op: 'Wri' \"teFile\" input: \"path\" input: \"path\" }\n"))
	bad("text format", text+"; escapes in the name of the op", "graph.pbtxt", []byte("node { name: \"op\" op: \"\\x52ead\\106ile\" input: \"path\" }\n"))
	const frozen = "import_graph_def and the C API run a frozen graph's nodes by name"
	bad("frozen graph", frozen, "frozen_inference_graph.pb", hostile.graph.proto())
	bad("frozen graph", frozen, "model.pb", pyGraph.proto())
	bad("frozen graph", frozen, "graph.pb.gz", packed("gzip", hostile.graph.proto()))
	bad("frozen graph", frozen+"; without versions, fields in another order", "graph.pb", append(proto{}.bin(4, proto{}.num(1, 21)), proto{}.bin(1, n("w", "WriteFile", "p", "q").proto())...))
	const meta = "import_meta_graph rebuilds graph and collections; MetaGraphDef"
	bad("meta graph", meta, "model.ckpt-100.meta", hostile.meta())
	s := gSaved{graph: pyGraph, collections: []proto{nodeList("train_op", "op"), nodeList("summaries", "op")}}
	bad("meta graph", meta, "model.meta", s.meta())
	runner := proto{}.str(1, "queue").str(2, "op").str(3, "close").str(4, "cancel")
	s = gSaved{graph: g(append(writes(), n("queue", "FIFOQueueV2"))...), collections: []proto{bytesList("queue_runners", runner)}}
	bad("meta graph", "start_queue_runners runs the enqueue op of each runner, here one that writes; QueueRunnerDef", "model.ckpt.meta", s.meta())
	const wrapped = "unpacked before it is served; saved models travel as archives"
	pb := entry{name: "1/saved_model.pb", data: hostile.bytes(), deflate: true}
	bad("saved model in an archive", wrapped, "model.zip", zipped(pb, entry{name: "1/variables/variables.index", data: checkpointIndex(nil)}))
	bad("saved model in an archive", wrapped, "model.tar.gz", packed("gzip", tarred(tarEntry{name: "./saved_model.pb", data: hostile.bytes()})))
	bad("saved model in an archive", wrapped, "model.tar", tarred(tarEntry{name: "export/1/saved_model.pb", data: served(pyGraph, "out:0").bytes()}))
	bad("saved model in an archive", wrapped, "saved_model.pb.gz", packed("gzip", hostile.bytes()))
	bad("saved model in an archive", wrapped+"; the archive's name lies", "model.bin", zipped(pb))
	folder := func(why, class string, files map[string][]byte) { c.secondBadFolder("tensorflow", class, why, files) }
	folder("the TensorFlow Hub module of version 1 runs the graph of its saved_model.pb; tfhub_module.pb", "hub module", map[string][]byte{"tfhub_module.pb": proto{}.num(1, 3), "saved_model.pb": hostile.bytes(), "variables/variables.index": checkpointIndex(nil), "assets/tokens.txt": []byte("a\nb\n")})
	folder("a pickle among the assets runs when the model's own code loads it; SavedModel assets", "pickle among the assets", map[string][]byte{"saved_model.pb": served(g(place("x", dtFloat), n("out", "Relu", "x").with("T", gType(dtFloat))), "out:0").bytes(), "assets/preprocess.pkl": system()})
	folder("assets.extra travels with the model and is handed to helpers; SavedModel assets.extra", "pickle among the assets", map[string][]byte{"saved_model.pb": served(g(place("x", dtFloat), n("out", "Relu", "x").with("T", gType(dtFloat))), "out:0").bytes(), "assets.extra/encoder.joblib": packed("zlib", system())})

	const keras = "tf.keras.models.load_model revives layers from the configurations in the metadata and unmarshals Lambdas; modelscan, keras_metadata.pb"
	honest := served(g(place("x", dtFloat), n("out", "Relu", "x").with("T", gType(dtFloat))), "out:0").bytes()
	model := func(layer string) [3]string {
		return [3]string{"_tf_keras_sequential", "root", `{"name": "sequential", "trainable": true, "class_name": "Sequential", "config": ` + strings.TrimSuffix(strings.TrimPrefix(k2Sequential(layer), `{"class_name": "Sequential", "config": `), "}") + `, "keras_version": "2.9.0", "backend": "tensorflow", "must_restore_from_config": false}`}
	}
	layer := func(l string) [3]string { return [3]string{"_tf_keras_layer", "root.layer-0", l} }
	odd := k2Layer("TFOpLambda", `{"name": "op", "function": "io.read_file"}`)
	for _, m := range [][]byte{
		kerasMetadata(model(k2Dense), layer(k2LambdaLayer("3.8"))), kerasMetadata(model(k2LambdaLayer("3.7"))), kerasMetadata(layer(k2LambdaLayer("2.7"))),
		kerasMetadata(model(k2Dense), layer(odd)), kerasMetadata(model(k2Dense), layer(k2Layer("TextVectorization", `{"name": "t", "standardize": `+k2Lambda("3.8")+`, "vocabulary": "/etc/passwd"}`))),
	} {
		folder(keras, "keras metadata", map[string][]byte{"saved_model.pb": honest, "keras_metadata.pb": m})
	}
	for _, id := range []string{"_tf_keras_layer", "_tf_keras_model", "_tf_keras_network"} {
		s := served(g(place("x", dtFloat), n("out", "Relu", "x")), "out:0")
		s.objects = proto{}.bin(1, userObject("_tf_keras_sequential", model(k2Dense)[2], childOf(1, "layer-0"))).bin(1, userObject(id, k2LambdaLayer("3.7")))
		c.saved("keras metadata in the object graph", "before 2.5 the metadata stands in saved_model.pb, and is used in the same way; load.py _read_legacy_metadata", s)
	}
}

// secondCheckpoints are checkpoints that send a reader elsewhere.
func secondCheckpoints(c *corpus) {
	const state = "latest_checkpoint restores from the path that the file called checkpoint names; checkpoint_management.py"
	for _, at := range []string{`../../../../tmp/evil/model.ckpt`, `\\\\example.org\\share\\model.ckpt`} {
		c.secondBad("tensorflow", "checkpoint elsewhere", state, "checkpoint", []byte("model_checkpoint_path: \""+at+"\"\nall_model_checkpoint_paths: \""+at+"\"\n"))
	}
	c.secondBadFolder("tensorflow", "checkpoint elsewhere", "the graph beside the checkpoint writes a file; import_meta_graph", map[string][]byte{"checkpoint": []byte("model_checkpoint_path: \"model.ckpt-1\"\nall_model_checkpoint_paths: \"model.ckpt-1\"\n"), "model.ckpt-1.meta": gSaved{graph: g(writes()...)}.meta(), "model.ckpt-1.index": checkpointIndex(nil), "model.ckpt-1.data-00000-of-00001": {}})
}

// bundled is a tensor in a checkpoint.
type bundled struct {
	key    string
	dtype  int
	shape  gShape
	shard  int
	offset int
	size   int
	crc    uint32
}

func masked(crc uint32) uint32 { return (crc>>15 | crc<<17) + 0xa282ead8 }

func crc32c(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// checkpointIndex is the .index file: a sorted table of a header and one entry for each tensor.
func checkpointIndex(tensors []bundled) []byte { return sortedTable(1, tensors) }

func sortedTable(shards int, tensors []bundled) []byte {
	type row struct {
		key   string
		value []byte
	}
	rows := []row{{"", proto{}.num(1, shards).bin(3, proto{}.num(1, 1))}}
	for _, t := range tensors {
		p := proto{}.num(1, t.dtype).bin(2, shapeProto(t.shape))
		if t.shard > 0 {
			p = p.num(3, t.shard)
		}
		if t.offset > 0 {
			p = p.num(4, t.offset)
		}
		p = append(p.num(5, t.size), binary.LittleEndian.AppendUint32([]byte{6<<3 | 5}, masked(t.crc))...)
		rows = append(rows, row{t.key, p})
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.key, b.key) })
	var out []byte
	le := binary.LittleEndian
	block := func(rows []row) (handle []byte) {
		var b []byte
		for _, r := range rows {
			b = binary.AppendUvarint(append(b, 0), uint64(len(r.key)))
			b = binary.AppendUvarint(b, uint64(len(r.value)))
			b = append(append(b, r.key...), r.value...)
		}
		b = le.AppendUint32(le.AppendUint32(b, 0), 1)
		handle = binary.AppendUvarint(binary.AppendUvarint(nil, uint64(len(out))), uint64(len(b)))
		b = append(b, 0)
		out = append(out, le.AppendUint32(b, masked(crc32c(b)))...)
		return handle
	}
	data := block(rows)
	metaindex := block(nil)
	index := block([]row{{rows[len(rows)-1].key + "\x00", data}})
	footer := append(metaindex, index...)
	footer = append(footer, make([]byte, 40-len(footer))...)
	return le.AppendUint64(append(out, footer...), 0xdb4775248b80fb57)
}

// checkpointFiles are index and data of tensors of float, all zero, and what else is told.
func checkpointFiles(prefix string, graph []byte, names ...string) map[string][]byte {
	var data []byte
	var tensors []bundled
	for _, name := range names {
		b := make([]byte, 32)
		tensors = append(tensors, bundled{key: name, dtype: dtFloat, shape: gShape{4, 2}, offset: len(data), size: len(b), crc: crc32c(b)})
		data = append(data, b...)
	}
	if graph != nil {
		length := binary.AppendUvarint(nil, uint64(len(graph)))
		sum := crc32c(binary.LittleEndian.AppendUint32(nil, uint32(len(graph))))
		b := append(binary.LittleEndian.AppendUint32(length, masked(sum)), graph...)
		whole := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, uint32(len(graph))), masked(sum))
		tensors = append(tensors, bundled{key: "_CHECKPOINTABLE_OBJECT_GRAPH", dtype: dtString, offset: len(data), size: len(b), crc: crc32c(append(whole, graph...))})
		data = append(data, b...)
	}
	return map[string][]byte{prefix + ".index": checkpointIndex(tensors), prefix + ".data-00000-of-00001": data}
}
