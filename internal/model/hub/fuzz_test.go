package hub

import (
	"testing"
)

func fuzz(f *testing.F, name string, seeds ...string) {
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		look(folder{name: string(data), "m.py": "import os", "config.json": "{}"}, name)
	})
}

func FuzzConfig(f *testing.F) {
	fuzz(f, "tokenizer_config.json", `{"auto_map":{"A":"m.B"},"chat_template":"{{ messages }}"}`, `{"a":[1,"\ud83d\ude00",NaN]}`, `{"peft_type":"x","auto_mapping":{"parent_library":"os"}}`)
}

func FuzzIndex(f *testing.F) { fuzz(f, "model.safetensors.index.json", `{"weight_map":{"a":"../b"}}`) }

func FuzzTokenizer(f *testing.F) {
	fuzz(f, "tokenizer.json", `{"model":{"type":"BPE","vocab":{"a":1},"merges":[]},"normalizer":{"Regex":"x"}}`)
}

func FuzzRecipe(f *testing.F) {
	fuzz(f, "hparams.yaml", "a: !new:os.system\nb: {_target_: torch.load}\n", "flavors:\n  python_function: {loader_module: x, code: y}\n", "x: !!python/name:os.system\n")
}

func FuzzRequirements(f *testing.F) {
	fuzz(f, "requirements.txt", "--extra-index-url=http://x\n-e git+https://h/x \\\n  --hash=sha256:00\n", "a @ file:///x\n", "\xff\xfea\x00")
}

func FuzzPieces(f *testing.F) {
	fuzz(f, "tokenizer.model", "\x0a\x0e\x0a\x05<unk>\x15\x00\x00\x00\x00\x18\x02", "YQ== 0\n")
}

func FuzzCode(f *testing.F) { fuzz(f, "modeling_x.py", "import os\nfrom . import a\nos.system('x')\n") }

func FuzzModelfile(f *testing.F) {
	fuzz(f, "Modelfile", "FROM x\nADAPTER y\nTEMPLATE \"\"\"\n\"\"\"\n")
}

func FuzzCard(f *testing.F) { fuzz(f, "README.md", "---\nlicense: mit\n---\n") }

func FuzzPointer(f *testing.F) {
	fuzz(f, "model.bin", lfsPrefix+"v1\noid sha256:00\nsize 1\n")
}
