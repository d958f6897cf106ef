package hub

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// What is damaged is never clean, and says so.
func TestDamage(t *testing.T) {
	for name, data := range map[string]string{
		"config.json":                  `{"model_type":"bert","hidden_size":`,
		"a/config.json":                `{"model_type":"bert"} trailing`,
		"b/config.json":                `{"model_type":"bert",}`,
		"c/config.json":                `{"model_type":'bert'}`,
		"d/config.json":                "{\"model_type\":\"be\x01rt\"}",
		"e/config.json":                "{\"model_type\":\"be\xffrt\"}",
		"f/config.json":                "\xef\xbb\xbf{}",
		"g/config.json":                `{"x":` + strings.Repeat("[", 5000),
		"h/config.json":                `{"x":0123}`,
		"i/config.json":                `{"x":"\u12"}`,
		"j/config.json":                `{"x":` + strings.Repeat("9", 5000) + `}`,
		"k/config.json":                `[1,2]`,
		"l/config.json":                `nul`,
		"m/config.json":                `{"x":1.}`,
		"tokenizer_config.json":        `not json`,
		"tokenizer.json":               `{"version":"1.0"}`,
		"n/tokenizer.json":             `{"model":{"vocab":{"a":0,"b"}}}`,
		"model.safetensors.index.json": `{"metadata":{}}`,
		"vocab.json":                   `{"a":1,`,
		"vocab.txt":                    "a\nb\x00c\n",
		"merges.txt":                   "a\xff\xfeb\n",
		"hparams.yaml":                 "a: [1, 2\nb: }\n",
		"MLmodel":                      "artifact_path: model\n",
		"tokenizer.model":              "\x0a\xff\xff\x01abc",
		"chat_template.jinja":          "{% for m in messages %}{{ m.content }",
		"Modelfile":                    "FROM x\nTEMPLATE \"\"\"open\n",
	} {
		if found := look(folder{name: data}, name); found.Verdict < inspect.NotRead {
			t.Errorf("%s: is %s (%s) %v", name, found.Verdict, found.Format, found.Reasons)
		}
	}
}

// Every cut of a configuration is damaged.
func TestCuts(t *testing.T) {
	whole := `{"a":[1,-2.5e3,true,null],"b":{"c":"d\n\u00e9"},"chat_template":"{{ messages }}"}`
	for i := 1; i < len(whole); i++ {
		if found := look(folder{"tokenizer_config.json": whole[:i]}, "tokenizer_config.json"); found.Verdict != inspect.NotRead {
			t.Errorf("cut at %d: %s", i, found.Verdict)
		}
	}
}

// Files of the same endings that are no models get no entry.
func TestLeftAlone(t *testing.T) {
	for name, data := range map[string]string{
		"package.json":      `{"name":"x","scripts":{"a":"b"}}`,
		"tsconfig.json":     `{"compilerOptions":{}} // comment`,
		"data.json":         `[{"a":1}]`,
		"deployment.yaml":   "kind: Deployment\nspec:\n  replicas: 1\n",
		"ci.yml":            "jobs:\n  a:\n    runs-on: x\n    env: {trust_remote_code: true}\n    steps: [{run: 'curl x | sh'}]\n",
		"config.yml":        "blank_issues_enabled: false\n",
		"handler.py":        "import subprocess\ndef handler(event, context):\n    subprocess.run(['ls'])\n",
		"utils.py":          "import os\nos.system('ls')\n",
		"page.j2":           "<h1>{{ title }}</h1>",
		"README.md":         "# A program\n",
		"notes.txt":         "--extra-index-url http://x",
		"modules.json":      `{"a":1}`,
		"thing.model":       "binary\x00",
		"modelfile.mdx":     "FROM /x\n",
		"Dockerfile":        "FROM scratch\n",
		"picture.png":       lfsPrefix + "v1\noid sha256:00\nsize 1\n",
		"requirements.lock": "x",
	} {
		if found := look(folder{name: data}, name); found.Format != "" {
			t.Errorf("%s: is %s", name, found.Format)
		}
	}
}

func TestFacts(t *testing.T) {
	found := look(folder{"config.json": `{"architectures":["LlamaForCausalLM"],"model_type":"llama","torch_dtype":"bfloat16","vocab_size":32000,"quantization_config":{"quant_method":"gptq"}}`}, "config.json")
	for name, want := range map[string]string{"architecture": "LlamaForCausalLM", "model type": "llama", "dtype": "bfloat16", "vocabulary": "32000", "quantisation": "gptq"} {
		if found.Facts[name] != want {
			t.Errorf("%s is %q, not %v", name, found.Facts[name], want)
		}
	}
	found = look(folder{"README.md": "---\nlicense: mit\nbase_model:\n- a/b\n- c/d\npipeline_tag: text-generation\n---\n"}, "README.md")
	if found.Facts["licence"] != "mit" || found.Facts["base model"] != "a/b, c/d" || found.Facts["task"] != "text-generation" {
		t.Errorf("the card says %v", found.Facts)
	}
}

// A SentencePiece model of two pieces, by hand.
func TestPieces(t *testing.T) {
	whole := "\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02" + "\x0a\x08\x0a\x01a\x15\x00\x00\x00\x00" + "\x12\x02\x18\x01"
	if found := look(folder{"spiece.model": whole}, "spiece.model"); found.Verdict != inspect.Clean || found.Facts["vocabulary"] != "2" {
		t.Errorf("is %s %v %v", found.Verdict, found.Reasons, found.Facts)
	}
	for i := 1; i < len(whole); i++ {
		if found := look(folder{"spiece.model": whole[:i]}, "spiece.model"); found.Verdict != inspect.NotRead {
			t.Errorf("cut at %d: %s", i, found.Verdict)
		}
	}
	if found := look(folder{"tokenizer.model": "aGVsbG8= 0\nd29ybGQ= 1\n"}, "tokenizer.model"); found.Verdict != inspect.Clean || found.Facts["vocabulary"] != "2" {
		t.Errorf("tiktoken's ranks: %s %v", found.Verdict, found.Reasons)
	}
	if found := look(folder{"tokenizer.model": "aGVsbG8= 0\nd29ybGQ=\n"}, "tokenizer.model"); found.Verdict != inspect.NotRead {
		t.Errorf("ranks with a damaged line: %s", found.Verdict)
	}
}

// The places of reasons are those in the file.
func TestPlaces(t *testing.T) {
	data := `{"model_type":"x","auto_map":{"AutoModel":"a/b--c.D"}}`
	found := look(folder{"config.json": data}, "config.json")
	if at := found.Reasons[0].Offset; at != int64(strings.Index(data, `"a/b`)) {
		t.Errorf("at %d", at)
	}
	data = "---\nlicense: mit\nx: !!python/object/apply:os.system [id]\n---\n"
	found = look(folder{"README.md": data}, "README.md")
	if at := found.Reasons[0].Offset; at != int64(strings.Index(data, "!!python")) {
		t.Errorf("at %d, not %d", at, strings.Index(data, "!!python"))
	}
}

func TestLeads(t *testing.T) {
	for s, out := range map[string]bool{"a/b.bin": false, "./x": false, "a/../b": false, "../x": true, "a/../../x": true, "/x": true, `..\x`: true, `C:\x`: true, "https://h/x": true, `\\host\x`: true,
		"~/x": true, "file:///x": true, "a\x00b": true, "model-00001-of-00002.safetensors": false, "...": false} {
		if (leads(s) != "") != out {
			t.Errorf("%q leads %v", s, leads(s))
		}
	}
}

func TestOneAway(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{{"torch", "torhc", true}, {"numpy", "numpy", false}, {"numpy", "nunpy", true}, {"numpy", "numpyx", true}, {"numpy", "nmpy", true}, {"numpy", "nmpyx", false}, {"a", "abc", false}} {
		if oneAway(c.a, c.b) != c.want || oneAway(c.b, c.a) != c.want {
			t.Errorf("%s and %s", c.a, c.b)
		}
	}
}
