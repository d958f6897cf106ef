package discover

import (
	"fmt"
	"strings"
	"testing"
)

// What a cell installs, and what only speaks about it.
func TestInstalled(t *testing.T) {
	for source, want := range map[string]string{
		"! pip install langchain_community tiktoken langchain-openai": "langchain-community tiktoken langchain-openai",
		"%pip install -qU 'openai>=1.0' chromadb==0.5.3  # first":     "openai>=1.0 chromadb==0.5.3",
		"!uv pip install torch && echo done":                          "torch",
		"!{sys.executable} -m pip install vllm":                       "vllm",
		"%pip install -qr requirements.txt comet_ml":                  "comet-ml",
		"!pip install --index-url https://example.org/simple peft":    "peft",
		"!pip install git+https://example.org/x.git":                  "",
		"run pip install clearml to go on":                            "",
		"!echo pip install openai":                                    "",
		"%pip list":                                                   "",
	} {
		var got []string
		for _, d := range installed(source) {
			got = append(got, d.name+d.written)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
}

func TestNotebookInstalls(t *testing.T) {
	notebook := "{\n \"cells\": [\n  {\"cell_type\": \"code\",\n   \"source\": [\n    \"! pip install openai chromadb\\n\",\n    \"%pip install openai==1.0\\n\"\n   ]},\n" +
		"  {\"outputs\": [{\"text\": [\n    \"To update, run: pip install peft\\n\"\n  ]}]}\n ]\n}\n"
	var got []string
	for _, d := range notebookInstalls([]byte(notebook)) {
		got = append(got, fmt.Sprintf("%s:%d", d.name, d.line))
	}
	if strings.Join(got, " ") != "openai:5 chromadb:5" {
		t.Errorf("%q", got)
	}
}

func FuzzNotebookInstalls(f *testing.F) {
	f.Add("    \"! pip install openai==1.0 \\\"x[a]>2\\\"\",\n")
	f.Add("\"!pip install -r\"")
	f.Fuzz(func(t *testing.T, data string) {
		for _, d := range notebookInstalls([]byte(data)) {
			if d.name == "" || d.line < 1 {
				t.Errorf("%+v", d)
			}
		}
	})
}
