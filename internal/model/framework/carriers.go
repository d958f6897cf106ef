package framework

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
)

// carrierFormats are descriptions that stand beside models or in archives of them.
func carrierFormats() []inspect.Format {
	return []inspect.Format{
		{
			Name: "mlpackage-manifest",
			Doc:  "A package of Core ML names the files that it is made of.",
			Claims: func(p *inspect.Part) bool {
				return strings.EqualFold(p.Name, "manifest.json") && bytes.Contains(p.Head(), []byte(`"itemInfoEntries"`))
			},
			Scan: func(ctx context.Context, p *inspect.Part) error {
				p.Fact("framework", "coreml")
				return jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
					if kind == jsonwalk.Text && path.Last() == "path" && outside.Leaves(text) {
						p.Say(inspect.Dangerous, "mlpackage-path", at, "an item is read from %s, outside of the package", inspect.Quote(text))
					} else if kind == jsonwalk.Text {
						outside.CommandIn(p, at, "mlpackage-command", "the manifest", text)
					}
				})
			},
			Canary: func() (string, []byte) {
				return "Manifest.json", []byte(`{"itemInfoEntries":{"c":{"path":"../../canary"}}}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name: "spark-ml",
			Doc:  "Spark loads the classes that the metadata of a model names.",
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				return len(h) > 20 && h[0] == '{' && bytes.Contains(h, []byte(`"sparkVersion"`)) && bytes.Contains(h, []byte(`"class"`))
			},
			Scan: scanSpark,
			Canary: func() (string, []byte) {
				return "part-00000", []byte(`{"class":"java.lang.Canary","sparkVersion":"3.5.0"}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name: "dl4j",
			Doc:  "Deeplearning4j makes objects of the Java classes that the configuration of a model names.",
			Claims: func(p *inspect.Part) bool {
				h := p.Head()
				return len(h) > 20 && h[0] == '{' && bytes.Contains(h, []byte(`"@class"`)) && (p.Name == "configuration.json" || p.Name == "normalizer.json" || bytes.Contains(h, []byte("org.deeplearning4j.")) || bytes.Contains(h, []byte("org.nd4j.")))
			},
			Scan: scanDL4J,
			Canary: func() (string, []byte) {
				return "configuration.json", []byte(`{"@class":"javax.canary.Canary"}`)
			},
			CanaryWant: inspect.Dangerous,
		},
		{
			Name: "h2o-mojo",
			Doc:  "The description of a model of H2O: names and numbers.",
			Claims: func(p *inspect.Part) bool {
				return p.Name == "model.ini" && bytes.HasPrefix(bytes.TrimLeft(p.Head(), "\r\n "), []byte("[info]"))
			},
			Scan:       scanMOJO,
			Canary:     func() (string, []byte) { return "model.ini", []byte("[info]\nh2o_version = 1\n") },
			CanaryWant: inspect.NotRead,
		},
	}
}

// sparkPackages are those whose models Spark's users know.
var sparkPackages = []string{"org.apache.spark.", "pyspark.", "ml.dmlc.xgboost4j.", "ml.combust.", "com.microsoft.azure.synapse.", "com.microsoft.ml.", "com.johnsnowlabs.", "com.databricks.", "org.graphframes.", "ai.h2o.", "com.intel.analytics.",
	"sparknlp.", "xgboost.spark.", "synapse.ml.", "mmlspark."}

func scanSpark(ctx context.Context, p *inspect.Part) error {
	p.Fact("framework", "spark")
	judge := func(class string, at int64) {
		for _, known := range sparkPackages {
			if strings.HasPrefix(class, known) {
				return
			}
		}
		top, _, dotted := strings.Cut(class, ".")
		switch {
		case top == "java" || top == "javax" || top == "sun" || top == "jdk" || top == "scala" || strings.HasPrefix(class, "com.sun.") || strings.HasPrefix(class, "org.codehaus.groovy") || strings.HasPrefix(class, "org.springframework"):
			p.Say(inspect.Dangerous, "spark-class", at, "Spark loads the class %s, which is no model", inspect.Quote(class))
		case top == "os" || top == "subprocess" || top == "builtins" || top == "sys" || top == "posix" || top == "shutil":
			p.Say(inspect.Malicious, "spark-class", at, "Spark imports %s, which is no model", inspect.Quote(class))
		case dotted:
			p.Say(inspect.Unknown, "spark-class", at, "Spark loads the class %s, which is none of its own", inspect.Quote(class))
		}
	}
	return jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
		if kind != jsonwalk.Text {
			return
		}
		switch {
		case len(path) == 1 && path[0] == "class":
			p.Fact("class", text)
			judge(text, at)
		case len(path) == 1 && path[0] == "sparkVersion":
			p.Fact("producer_version", text)
		case path.Last() == "class" || path.Last() == "pythonClass" || path.Last() == "py_class":
			judge(text, at)
		default:
			outside.CommandIn(p, at, "spark-command", "the metadata "+inspect.Quote(path.Last()), text)
		}
	})
}

func scanDL4J(ctx context.Context, p *inspect.Part) error {
	p.Fact("framework", "deeplearning4j")
	said := map[string]bool{}
	return jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
		if kind != jsonwalk.Text || path.Last() != "@class" || said[text] || len(said) > 1000 {
			return
		}
		said[text] = true
		switch {
		case strings.HasPrefix(text, "org.deeplearning4j."), strings.HasPrefix(text, "org.nd4j."), strings.HasPrefix(text, "org.datavec."), strings.HasPrefix(text, "java.util."), strings.HasPrefix(text, "java.lang.") && !strings.Contains(text, "Runtime") && !strings.Contains(text, "Process"):
		case strings.HasPrefix(text, "java."), strings.HasPrefix(text, "javax."), strings.HasPrefix(text, "com.sun."), strings.HasPrefix(text, "sun."), strings.HasPrefix(text, "org.apache."), strings.HasPrefix(text, "org.springframework."), strings.HasPrefix(text, "ch.qos."), strings.HasPrefix(text, "com.zaxxer."), strings.HasPrefix(text, "com.mchange."):
			p.Say(inspect.Dangerous, "dl4j-class", at, "an object of the class %s is made, which is no part of a model", inspect.Quote(text))
		default:
			p.Say(inspect.Unknown, "dl4j-class", at, "an object of the class %s is made, which is none of Deeplearning4j's", inspect.Quote(text))
		}
	})
}

func scanMOJO(ctx context.Context, p *inspect.Part) error {
	c := cursor.New(p, binary.LittleEndian)
	algorithm := false
	section := ""
	for c.Err() == nil {
		at := c.Off()
		line, more := c.Line(64 << 10)
		if !more {
			break
		}
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]") {
			section = line
			continue
		}
		if section != "[info]" {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		switch key, value = strings.TrimSpace(key), strings.TrimSpace(value); key {
		case "algorithm":
			algorithm = value != ""
			p.Fact("architecture", value)
		case "h2o_version":
			p.Fact("producer_version", value)
		case "mojo_version":
			p.Fact("version", value)
		case "n_features":
			p.Fact("features", value)
		default:
			outside.CommandIn(p, at, "h2o-command", "the entry "+inspect.Quote(key), value)
		}
	}
	p.Fact("framework", "h2o")
	if !algorithm {
		return &inspect.DamageError{Offset: -1, Reason: "names no algorithm"}
	}
	return ctx.Err()
}
