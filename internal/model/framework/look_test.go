package framework

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

// sample is a file and what must come of it.
type sample struct {
	what string // in words
	name string
	data []byte
	want inspect.Verdict
	says string // in the reason that decides
}

func check(t *testing.T, format string, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.what, func(t *testing.T) { inspecttest.Check(t, Formats(), format, s.name, s.data, s.want, s.says) })
	}
}

func TestCanaries(t *testing.T) { inspecttest.Canaries(t, Formats()) }

func TestForeignFilesAreLeft(t *testing.T) {
	for name, data := range map[string]string{
		"notes.txt":       "tree\nof life\n",
		"page.xml":        "<html><body/></html>",
		"pom.xml":         "<project><modelVersion>4.0.0</modelVersion></project>",
		"package.json":    `{"name":"x","version":"1.0.0"}`,
		"graph.json":      `{"nodes":[1,2],"edges":[]}`,
		"config.ini":      "[info]\nname = x\n",
		"weights.bin":     "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f",
		"a.json":          `{"learner":"driver","vehicle":"car"}`,
		"m.model":         "\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00]\x94.",
		"x.rds":           "\x1f\x8b\x08\x00\x00\x00\x00\x00",
		"pointer.tflite":  "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
		"empty.mlmodel":   "",
		"manifest.json":   `{"name":"app"}`,
		"deploy.yaml":     "layer:\n  type: Python\n",
		"plain.bst":       "% BibTeX standard bibliography style\nENTRY\n  { address author }\n",
		"note.th":         "a text in some language: \u0e44\u0e17\u0e22\n",
		"model.th":        "PK\x03\x04" + strings.Repeat("\x00", 40),
		"legacy.th":       "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.",
		"tensors.th":      "\x02\x00\x00\x00\x00\x00\x00\x00{}",
		"arm.params":      "\x00\x01\x02\x03",
		"net-001.params":  "\x00\x01\x02\x03",
		"Main.java":       "public class Main { }",
		"Main.class":      "\xca\xfe\xba\xbe\x00\x00\x00\x34",
		"readme.prototxt": "layers of type: onion\n",
		"README.md":       "# layer { type: \"Python\" }\n",
	} {
		if _, claimed := inspecttest.Look(Formats(), name, []byte(data)); len(claimed) > 0 {
			t.Errorf("%s is claimed by %v", name, claimed)
		}
	}
}

func TestNamesPromise(t *testing.T) {
	check(t, "misnamed", []sample{
		{"text", "a.tflite", []byte("hello world"), inspect.NotRead, "its name promises"},
		{"a command", "a.rknn", []byte("no magic; import os; os.system('id')"), inspect.Dangerous, "os.system"},
		{"R as text", "a.rds", []byte("X\nmodel\nbase::system('echo inert')"), inspect.Dangerous, "system"},
		{"LightGBM", "a.lgb", []byte("tre\nversion=v4\n"), inspect.NotRead, "its name promises"},
		{"XGBoost", "a.bst", []byte("\x00\x01\x02\x03binx"), inspect.NotRead, "its name promises"},
		{"XGBoost in JSON", "a.bst", []byte(`{"learner`), inspect.NotRead, "its name promises"},
		{"MXNet", "net-0010.params", []byte("\x13\x01\x00\x00 and no arrays"), inspect.NotRead, "its name promises"},
		{"MXNet with text", "net-0010.params", []byte("no arrays"), inspect.NotRead, "its name promises"},
		{"PyTorch", "a.th", []byte("\x00\x01\x02\x03 and no tensors"), inspect.NotRead, "its name promises"},
		{"a TensorFlow operator", "a.tflite", []byte("????TFL?FlexWriteFile????"), inspect.Dangerous, "FlexWriteFile"},
	})
}

// zipOf makes a zip of names and contents in turn.
func zipOf(t *testing.T, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		f, err := w.Create(members[i])
		if err == nil {
			_, err = f.Write([]byte(members[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Java code counts where a model stands beside it in the archive: other archives of it are programs, and no models.
func TestJavaInArchives(t *testing.T) {
	const class, ini, runs = "\xca\xfe\xba\xbe\x00\x00\x00\x34", "[info]\nalgorithm = gbm\n", "class E { static { Runtime.getRuntime().exec(\"id\"); } }"
	var many []string
	for range maxJava + 5 {
		many = append(many, "a/"+strings.Repeat("B", len(many)+1)+".class", class)
	}
	many = append(many, "E.java", runs, "net.onnx", "x")
	name, tar := archive.CanaryTar("model.ini", "a/E.class")
	check(t, "java-code", []sample{
		{"a model of H2O with a class", "m.zip", zipOf(t, "model.ini", ini, "E.class", class), inspect.Dangerous, "E.class"},
		{"a program with a network", "m.jar", zipOf(t, "res/net.onnx", "x", "a/E.class", class), inspect.Dangerous, "E.class"},
		{"a bundle of MLeap", "m.zip", zipOf(t, "bundle.json", "{}", "E.class", class), inspect.Dangerous, "E.class"},
		{"an archive beside a model", "m.zip", zipOf(t, "lib/e.jar", "x", "model.ini", ini), inspect.Dangerous, "e.jar"},
		{"source that runs a program", "m.zip", zipOf(t, "model.ini", ini, "E.java", runs), inspect.Malicious, "runs programs"},
		{"source that runs a program behind many classes", "m.jar", zipOf(t, many...), inspect.Malicious, "runs programs"},
		{"a tar", name, tar, inspect.Dangerous, "E.class"},
	})
	for what, data := range map[string][]byte{
		"a program":      zipOf(t, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n", "a/E.class", class),
		"sources":        zipOf(t, "a/E.java", runs),
		"a model of H2O": zipOf(t, "model.ini", ini, "domains/d000.txt", "a\n"),
		"a network":      zipOf(t, "net.onnx", "x", "README", "x"),
		"nothing":        zipOf(t),
	} {
		if _, claimed := inspecttest.Look(Formats(), "x.jar", data); len(claimed) > 0 {
			t.Errorf("%s is claimed by %v", what, claimed)
		}
	}
}
