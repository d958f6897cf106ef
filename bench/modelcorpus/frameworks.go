package main

import (
	"encoding/binary"
	"fmt"
)

// protoFrameworks are formats in protobuf beside ONNX and TensorFlow.
func protoFrameworks(c *corpus) {
	feature := func(name string) proto {
		return proto{}.str(1, name).bin(3, proto{}.bin(5, proto{}.num(1, 4).num(2, 65568)))
	}
	about := proto{}.bin(1, feature("x")).bin(10, feature("y"))
	coreml := func(p proto) []byte { return append(proto{}.num(1, 4).bin(2, about), p...) }
	layer := func(p proto) proto {
		return proto{}.bin(500, proto{}.bin(1, append(proto{}.str(1, "l").str(2, "x").str(3, "y"), p...)))
	}
	const custom = "Core ML specification: custom models and layers; modelaudit Core ML tests"
	c.hostile("other", "Core ML custom model", custom, "model.mlmodel", coreml(proto{}.bin(555, proto{}.str(1, "EvilModel"))))
	c.hostile("other", "Core ML custom layer", custom, "model.mlmodel", coreml(layer(proto{}.bin(500, proto{}.str(1, "EvilLayer")))))
	c.hostile("other", "Core ML linked model", custom, "model.mlmodel", coreml(proto{}.bin(556, proto{}.bin(1, proto{}.bin(1, proto{}.str(1, "../../evil.mlmodelc")).bin(2, proto{}.str(1, "/tmp"))))))
	c.hostileFolder("other", "Core ML package that escapes", custom, map[string][]byte{"m.mlpackage/Manifest.json": []byte(`{"fileFormatVersion":"1.0.0","itemInfoEntries":{"A":{"author":"com.apple.CoreML","description":"x","name":"model.mlmodel","path":"../../../etc/evil.mlmodel"}},"rootModelIdentifier":"A"}`), "m.mlpackage/Data/com.apple.CoreML/model.mlmodel": coreml(layer(proto{}.bin(130, proto{})))})
	c.benign("other", "coreml", "model.mlmodel", coreml(layer(proto{}.bin(130, proto{}.bin(10, proto{})))))

	paddle := func(op string, path string) []byte {
		attribute := proto{}.str(1, "file_path").num(2, 2).str(5, path)
		o := proto{}.bin(1, proto{}.str(1, "X").str(2, "x")).bin(2, proto{}.str(1, "Out").str(2, "y")).str(3, op).bin(4, attribute)
		tensor := proto{}.bin(1, proto{}.num(1, 5).num(2, 4))
		v := proto{}.str(1, "x").bin(2, proto{}.num(1, 7).bin(3, tensor))
		return proto{}.bin(1, proto{}.num(1, 0).num(2, 0).bin(3, v).bin(4, o)).bin(4, proto{}.num(1, 2004000))
	}
	const ops = "PaddlePaddle operators; modelaudit Paddle tests"
	c.hostile("other", "Paddle op calls Python", ops, "model.pdmodel", paddle("py_func", ""))
	c.hostile("other", "Paddle op writes a file", ops, "model.pdmodel", paddle("save", "/tmp/lodemark-corpus"))
	c.hostile("other", "Paddle op writes a file", ops, "model.pdmodel", paddle("save_combine", "../../x"))
	c.hostile("other", "Paddle op reads a file", ops, "__model__", paddle("load", "/etc/passwd"))
	c.benign("other", "paddle", "model.pdmodel", paddle("relu", ""))

	const python = "Caffe documentation: Python layers import a module"
	param := proto{}.str(1, "evil_module").str(2, "EvilLayer").str(3, "{'cmd': 'echo'}")
	net := func(kind string, p proto) []byte {
		return proto{}.str(1, "net").bin(100, append(proto{}.str(1, "l").str(2, kind).str(3, "x").str(4, "y"), p...))
	}
	c.hostile("other", "Caffe Python layer", python, "net.caffemodel", net("Python", proto{}.bin(130, param)))
	c.hostile("other", "Caffe Python layer", python, "deploy.prototxt", []byte("name: \"net\"\nlayer {\n  name: \"l\"\n  type: \"Python\"\n  bottom: \"x\"\n  top: \"y\"\n  python_param {\n    module: \"evil_module\"\n    layer: \"EvilLayer\"\n    param_str: \"{'cmd': 'echo'}\"\n  }\n}\n"))
	c.benign("other", "caffe", "net.caffemodel", net("ReLU", nil))
	c.benign("other", "prototxt", "deploy.prototxt", []byte("name: \"net\"\ninput: \"data\"\ninput_dim: 1\ninput_dim: 3\nlayer {\n  name: \"relu\"\n  type: \"ReLU\"\n  bottom: \"data\"\n  top: \"data\"\n}\n"))
}

// table of a flatbuffer: values by field, nil where there is none. uint32, byte, string, []int32, []byte, table and []table.
type table []any

// flat writes a flatbuffer with an identifier.
func flat(id string, root table) []byte {
	b := append(make([]byte, 4), id...)
	b, at := flatTable(b, root)
	binary.LittleEndian.PutUint32(b, uint32(at))
	return b
}

func aligned(b []byte, n int) []byte {
	for len(b)%n != 0 {
		b = append(b, 0)
	}
	return b
}

// flatTable writes the table, and what it points at behind it.
func flatTable(b []byte, t table) ([]byte, int) {
	le := binary.LittleEndian
	b = aligned(b, 4)
	vt := len(b)
	size := 4
	places := make([]int, len(t))
	for i, v := range t {
		if v != nil {
			places[i] = size
			size += 4
		}
	}
	b = le.AppendUint16(le.AppendUint16(b, uint16(4+2*len(t))), uint16(size))
	for _, p := range places {
		b = le.AppendUint16(b, uint16(p))
	}
	b = aligned(b, 4)
	at := len(b)
	b = le.AppendUint32(b, uint32(at-vt))
	b = append(b, make([]byte, size-4)...)
	for i, v := range t {
		p := at + places[i]
		var to int
		switch v := v.(type) {
		case nil:
			continue
		case uint32:
			le.PutUint32(b[p:], v)
			continue
		case byte:
			b[p] = v
			continue
		default:
			b, to = flatValue(b, v)
		}
		le.PutUint32(b[p:], uint32(to-p))
	}
	return b, at
}

func flatValue(b []byte, v any) ([]byte, int) {
	le := binary.LittleEndian
	switch v := v.(type) {
	case table:
		return flatTable(b, v)
	case string:
		b = aligned(b, 4)
		at := len(b)
		b = append(le.AppendUint32(b, uint32(len(v))), v...)
		return append(b, 0), at
	case []byte:
		b = aligned(b, 4)
		for (len(b)+4)%16 != 0 {
			b = append(b, 0, 0, 0, 0)
		}
		at := len(b)
		return append(le.AppendUint32(b, uint32(len(v))), v...), at
	case []int32:
		b = aligned(b, 4)
		at := len(b)
		b = le.AppendUint32(b, uint32(len(v)))
		for _, n := range v {
			b = le.AppendUint32(b, uint32(n))
		}
		return b, at
	case []table:
		b = aligned(b, 4)
		at := len(b)
		b = le.AppendUint32(b, uint32(len(v)))
		b = append(b, make([]byte, 4*len(v))...)
		for i, t := range v {
			var to int
			b, to = flatTable(b, t)
			p := at + 4 + 4*i
			le.PutUint32(b[p:], uint32(to-p))
		}
		return b, at
	}
	panic(fmt.Sprintf("no flatbuffer of %T", v))
}

// tflite is a model with one op from x to y: a built-in by number, or a custom one by name.
func tflite(builtin uint32, custom string) []byte {
	code := table{byte(min(builtin, 127)), nil, uint32(1), builtin}
	if custom != "" {
		code[1] = custom
	}
	tensor := func(name string, buffer uint32) table { return table{[]int32{1, 4}, byte(0), buffer, name} }
	sub := table{[]table{tensor("x", 1), tensor("y", 2)}, []int32{0}, []int32{1}, []table{{uint32(0), []int32{0}, []int32{1}}}, "main"}
	b := flat("TFL3", table{uint32(3), []table{code}, []table{sub}, "corpus", []table{{}, {}, {}}})
	return b
}

// otherFrameworks are formats with a layout of their own.
func otherFrameworks(c *corpus) {
	const lite = "TensorFlow Lite custom and Flex ops; modelaudit TFLite tests"
	for _, op := range []string{"EvilShell", "FlexWriteFile", "FlexReadFile", "FlexPyFunc", "FlexEagerPyFunc"} {
		c.hostile("other", "TFLite custom op", lite, "model.tflite", tflite(32, op))
	}
	for _, b := range []uint32{0, 19, 28, 25} {
		c.benign("other", "tflite", "model.tflite", tflite(b, ""))
	}
	const lua = "Torch7 serialises functions as Lua bytecode; modelaudit Torch7 tests"
	c.hostile("other", "Torch7 function", lua, "model.t7", t7Function("\x1bLJ\x02\x0aevil os.execute"))
	c.hostile("other", "Torch7 function", lua, "model.net", t7Function("\x1bLuaQ\x00\x01\x04\x08\x04\x08\x00 os.execute('echo')"))
	c.hostile("other", "Torch7 function in text", lua, "model.t7", []byte("3\n1\n1\n2\n4\ninit\n8\n2\n16\n\x1bLJ\x02os.execute()x\n0\n"))
	c.benign("other", "torch7", "model.t7", t7Table())

	const mx = "MXNet custom operators; modelaudit MXNet tests"
	symbol := func(op, attrs string) []byte {
		return []byte(`{"nodes":[{"op":"null","name":"data","inputs":[]},{"op":"` + op + `","name":"n","attrs":` + attrs + `,"inputs":[[0,0,0]]}],"arg_nodes":[0],"node_row_ptr":[0,1,2],"heads":[[1,0,0]],"attrs":{"mxnet_version":["int",10900]}}`)
	}
	c.hostile("other", "MXNet custom op", mx, "model-symbol.json", symbol("Custom", `{"op_type":"evil","cmd":"echo"}`))
	c.hostile("other", "MXNet custom op", mx, "model-symbol.json", symbol("_Native", `{"info":"0x1"}`))
	c.benign("other", "mxnet", "model-symbol.json", symbol("Activation", `{"act_type":"relu"}`))
	c.hostile("other", "H2O model of Java source", "H2O POJO: compiled and run", "model.zip", zipped(entry{name: "model.ini", data: []byte("[info]\nalgo = gbm\n")}, entry{name: "Evil.java", data: []byte("public class Evil { static { try { Runtime.getRuntime().exec(\"echo\"); } catch (Exception e) {} } }\n")}))
	pte := append([]byte{0x1c, 0, 0, 0}, "ET12"...)
	pte = append(pte, make([]byte, 120)...)
	c.hostile("other", "ExecuTorch and zip in one", "modelaudit ExecuTorch tests", "model.pte", append(pte, zipped(entry{name: "data.pkl", data: system()})...))
}

func t7Text(b []byte, s string) []byte {
	return append(binary.LittleEndian.AppendUint32(b, uint32(len(s))), s...)
}

// t7 writes numbers of four bytes.
func t7(b []byte, ns ...uint32) []byte {
	for _, n := range ns {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	return b
}

func t7Function(code string) []byte {
	b := t7(nil, 3, 1, 1) // a table of one
	b = t7Text(t7(b, 2), "init")
	b = t7Text(t7(b, 8, 2), code)
	return t7(b, 0)
}

func t7Table() []byte {
	b := t7(nil, 3, 1, 2)
	b = t7Text(t7(b, 2), "name")
	b = t7Text(t7(b, 2), "tiny")
	b = t7Text(t7(b, 2), "train")
	return t7(b, 5, 0)
}

// benignFrameworks are honest graphs of TensorFlow, Keras and boosting libraries.
func benignFrameworks(c *corpus) {
	honest := tfGraph(tfNode("x", "Placeholder", nil, tfAttr("dtype", proto{}.num(6, 1))), tfNode("y", "Relu", []string{"x"}, tfAttr("T", proto{}.num(6, 1))))
	c.benign("tensorflow", "saved model", "saved_model.pb", savedModel(honest))
	c.benign("tensorflow", "saved model", "saved_model.pb", savedModel(inFunction(tfNode("m", "MatMul", []string{"x", "w"}), tfNode("a", "BiasAdd", []string{"m", "b"}), tfNode("s", "Softmax", []string{"a"}))))
	save := tfGraph(tfText("save/Const", "model"), tfNode("save/SaveV2", "SaveV2", []string{"save/Const"}), tfNode("save/RestoreV2", "RestoreV2", []string{"save/Const"}), tfNode("v", "VarHandleOp", nil), tfNode("save/ShardedFilename", "ShardedFilename", []string{"save/Const"}))
	c.benign("tensorflow", "saved model", "saved_model.pb", savedModel(save))
	c.benign("tensorflow", "graph", "frozen_graph.pb", honest)
	for i, l := range []string{dense3, dense3 + "," + layer3("keras.layers", "Dropout", `{"name":"d","rate":0.5,"seed":null}`), layer3("keras.layers", "StringLookup", `{"name":"s","vocabulary":["a","b"],"num_oov_indices":1}`)} {
		c.benign("keras", "keras", "model.keras", kerasZip(model3(l)))
		c.benign("keras", "keras json", "model.json", []byte(model3(l)))
		if i == 0 {
			c.benign("keras", "keras h5", "model.h5", hdf5([]attr{{"model_config", model2(dense2)}, {"keras_version", "2.11.0"}, {"backend", "tensorflow"}}, group("model_weights", group("dense"))))
			c.benign("keras", "keras json", "model.json", []byte(model2(dense2)))
		}
	}
	xgb := `{"learner":{"attributes":{},"feature_names":["a","b"],"feature_types":["float","float"],"gradient_booster":{"model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"1"},"iteration_indptr":[0,1],"tree_info":[0],"trees":[{"base_weights":[0.5],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"default_left":[0],"id":0,"left_children":[-1],"loss_changes":[0.0],"parents":[2147483647],"right_children":[-1],"split_conditions":[0.5],"split_indices":[0],"split_type":[0],"sum_hessian":[4.0],"tree_param":{"num_deleted":"0","num_feature":"2","num_nodes":"1","size_leaf_vector":"1"}}]},"name":"gbtree"},"learner_model_param":{"base_score":"5E-1","boost_from_average":"1","num_class":"0","num_feature":"2","num_target":"1"},"objective":{"name":"reg:squarederror","reg_loss_param":{"scale_pos_weight":"1"}}},"version":[2,0,3]}`
	c.benign("other", "xgboost", "model.json", []byte(xgb))
	tree := "Tree=0\nnum_leaves=2\nnum_cat=0\nsplit_feature=0\nsplit_gain=1\nthreshold=0.5\ndecision_type=2\nleft_child=-1\nright_child=-2\nleaf_value=0.1 0.2\nleaf_weight=1 1\nleaf_count=1 1\ninternal_value=0\ninternal_weight=0\ninternal_count=2\nis_linear=0\nshrinkage=1\n\n\n"
	lgb := fmt.Sprintf("tree\nversion=v3\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\nobjective=regression\nfeature_names=a b\nfeature_infos=[0:1] [0:1]\ntree_sizes=%d\n\n%send of trees\n\nfeature_importances:\na=1\n\nparameters:\n[boosting: gbdt]\nend of parameters\n\npandas_categorical:null\n", len(tree), tree)
	c.benign("other", "lightgbm", "model.txt", []byte(lgb))
	c.benign("other", "rds", "model.rds", packed("gzip", rds(rList{rSymbol("coefficients"), rReal(1), rSymbol("formula"), rCall{rSymbol("~"), rSymbol("y"), rSymbol("x")}}, false)))
	c.benign("other", "rds", "model.rds", rds(rText("a"), true))
	c.benign("container", "zip", "model.zip", zipped(entry{name: "config.json", data: []byte(llamaConfig), deflate: true}, entry{name: "weights.npy", data: npy(1, "<f4", "(2,)", make([]byte, 8))}))
	c.benign("container", "tar", "model.tar", tarred(tarEntry{name: "config.json", data: []byte(llamaConfig)}, tarEntry{name: "weights.npy", data: npy(1, "<f4", "(2,)", make([]byte, 8))}))
	c.benign("container", "7z", "model.7z", sevenZip("config.json", []byte(llamaConfig)))
	c.benign("container", "nemo", "model.nemo", tarred(tarEntry{name: "./model_config.yaml", data: []byte("target: nemo.collections.asr.models.EncDecCTCModel\nencoder:\n  _target_: nemo.collections.asr.modules.ConvASREncoder\n  feat_in: 64\n")}, tarEntry{name: "./model_weights.ckpt", data: torchZip("archive", pickled(style{proto: 2}, stateDict()))}))
	c.benign("torch", "torch zip", "model.pt", torchZip("archive", pickled(style{proto: 2}, stateDict())))
}
