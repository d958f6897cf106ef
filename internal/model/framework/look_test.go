package framework

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/trial"
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
		t.Run(s.what, func(t *testing.T) { trial.Check(t, Formats(), format, s.name, s.data, s.want, s.says) })
	}
}

func TestCanaries(t *testing.T) { trial.Canaries(t, Formats()) }

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
		"readme.prototxt": "layers of type: onion\n",
		"README.md":       "# layer { type: \"Python\" }\n",
	} {
		if _, claimed := trial.Look(t, Formats(), name, []byte(data)); len(claimed) > 0 {
			t.Errorf("%s is claimed by %v", name, claimed)
		}
	}
}

func TestNamesPromise(t *testing.T) {
	check(t, "misnamed", []sample{
		{"text", "a.tflite", []byte("hello world"), inspect.NotRead, "its name promises"},
		{"a command", "a.rknn", []byte("no magic; import os; os.system('id')"), inspect.Dangerous, "os.system"},
		{"R as text", "a.rds", []byte("X\nmodel\nbase::system('echo inert')"), inspect.Dangerous, "system"},
		{"a TensorFlow operator", "a.tflite", []byte("????TFL?FlexWriteFile????"), inspect.Dangerous, "FlexWriteFile"},
	})
}
