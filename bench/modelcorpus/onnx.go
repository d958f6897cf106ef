package main

// opNode is a node of ONNX.
func opNode(op, domain string, attributes ...proto) proto {
	p := proto{}.str(1, "x").str(2, "y").str(3, "n").str(4, op)
	for _, a := range attributes {
		p = p.bin(5, a)
	}
	if domain != "" {
		p = p.str(7, domain)
	}
	return p
}

func valueInfo(name string) proto {
	dim := proto{}.num(1, 4)
	shape := proto{}.bin(1, dim)
	return proto{}.str(1, name).bin(2, proto{}.bin(1, proto{}.num(1, 1).bin(2, shape)))
}

// graph is a graph of ONNX with one input and one output.
func graph(nodes []proto, tensors ...proto) proto {
	var p proto
	for _, n := range nodes {
		p = p.bin(1, n)
	}
	p = p.str(2, "g")
	for _, t := range tensors {
		p = p.bin(5, t)
	}
	return p.bin(11, valueInfo("x")).bin(12, valueInfo("y"))
}

// onnxModel is a model around a graph, with the domains it imports.
func onnxModel(g proto, domains ...string) proto {
	p := proto{}.num(1, 8).str(2, "corpus").bin(7, g).bin(8, proto{}.num(2, 17))
	for _, d := range domains {
		p = p.bin(8, proto{}.str(1, d).num(2, 1))
	}
	return p
}

// externalTensor keeps its bytes in a file.
func externalTensor(location string) proto {
	return proto{}.num(1, 4).num(2, 1).str(8, "w").
		bin(13, proto{}.str(1, "location").str(2, location)).bin(13, proto{}.str(1, "offset").str(2, "0")).bin(13, proto{}.str(1, "length").str(2, "16")).num(14, 1)
}

func inlineTensor() proto { return proto{}.num(1, 4).num(2, 1).str(8, "w").bin(9, make([]byte, 16)) }

func onnxFiles(c *corpus) {
	add := []proto{opNode("Identity", "")}
	const traversal = "CVE-2022-25882, CVE-2024-27318, CVE-2024-5187 (ONNX external data)"
	for _, at := range []string{"../../../etc/passwd", "/etc/passwd", "sub/../../secret.bin", `..\..\secret.bin`, `C:\secret.bin`, "./../x", "http://example.org/w.bin", "file:///etc/passwd", "weights/..//../x"} {
		c.hostile("onnx", "external data elsewhere", traversal, "model.onnx", onnxModel(graph(add, externalTensor(at))))
	}
	attribute := proto{}.str(1, "value").bin(5, externalTensor("../../etc/passwd")).num(20, 4)
	c.hostile("onnx", "external data in an attribute", traversal, "model.onnx", onnxModel(graph([]proto{opNode("Constant", "", attribute)})))
	sub := graph([]proto{opNode("Constant", "", attribute)}, externalTensor("../../../etc/passwd"))
	c.hostile("onnx", "external data in a subgraph", traversal, "model.onnx", onnxModel(graph([]proto{opNode("If", "", proto{}.str(1, "then_branch").bin(6, sub).num(20, 5))})))
	function := proto{}.str(1, "F").str(10, "local").bin(7, opNode("Constant", "", attribute)).bin(9, proto{}.num(2, 17)).str(4, "x").str(5, "y")
	c.hostile("onnx", "external data in a function", traversal, "model.onnx", append(onnxModel(graph([]proto{opNode("F", "local")}), "local"), proto{}.bin(25, function)...))
	sparse := proto{}.bin(1, externalTensor("/etc/passwd")).bin(2, inlineTensor()).num(3, 4)
	c.hostile("onnx", "external data in a sparse tensor", traversal, "model.onnx", onnxModel(append(graph(add), proto{}.bin(15, sparse)...)))

	const custom = "ONNX Runtime: custom op libraries; modelaudit ONNX tests"
	for _, d := range []string{"com.evil", "custom.shell", "ai.onnx.contrib", "trt.plugins", "org.pytorch.aten.evil"} {
		op := "Run"
		if d == "ai.onnx.contrib" {
			op = "PyOp"
		}
		c.hostile("onnx", "op of a library", custom, "model.onnx", onnxModel(graph([]proto{opNode(op, d)}), d))
	}
	inner := graph([]proto{opNode("Exec", "com.evil")})
	c.hostile("onnx", "op of a library in a subgraph", custom, "model.onnx", onnxModel(graph([]proto{opNode("Loop", "", proto{}.str(1, "body").bin(6, inner).num(20, 5))}), "com.evil"))
	f := proto{}.str(1, "F").str(10, "local").bin(7, opNode("Exec", "com.evil")).bin(9, proto{}.num(2, 17)).bin(9, proto{}.str(1, "com.evil").num(2, 1)).str(4, "x").str(5, "y")
	c.hostile("onnx", "op of a library in a function", custom, "model.onnx", append(onnxModel(graph([]proto{opNode("F", "local")}), "local", "com.evil"), proto{}.bin(25, f)...))
	ep := opNode("EPContext", "com.microsoft", proto{}.str(1, "embed_mode").num(3, 0).num(20, 2), proto{}.str(1, "ep_cache_context").str(4, "../../evil.bin").num(20, 3))
	c.hostile("onnx", "compiled context elsewhere", "ONNX Runtime EPContext: path of a binary", "model.onnx", onnxModel(graph([]proto{ep}), "com.microsoft"))
	py := opNode("PythonOp", "com.microsoft", proto{}.str(1, "func_name").str(4, "os.system").num(20, 3))
	c.hostile("onnx", "op that calls Python", "ONNX Runtime training: PythonOp", "model.onnx", onnxModel(graph([]proto{py}), "com.microsoft"))
}
