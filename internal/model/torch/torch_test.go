package torch

import (
	"archive/tar"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// persistent is the opcodes of a persistent id, as torch.save writes them.
func persistent(class, key string, count int) string {
	text := func(s string) string {
		return "X" + string(binary.LittleEndian.AppendUint32(nil, uint32(len(s)))) + s
	}
	return "(" + text("storage") + "ctorch\n" + class + "\n" + text(key) + text("cpu") + "M" + string(binary.LittleEndian.AppendUint16(nil, uint16(count))) + "tQ"
}

func pickleOf(ids ...string) string { return "\x80\x02(" + strings.Join(ids, "") + "l." }

func TestTorchZip(t *testing.T) {
	data := pickleOf(persistent("FloatStorage", "0", 2))
	for _, c := range []struct {
		what    string
		members []string
		v       inspect.Verdict
		ids     []string
	}{
		{"weights", []string{"m/data.pkl", data, "m/version", "3\n", "m/data/0", "12345678"}, inspect.Clean, nil},
		{"without a folder", []string{"data.pkl", data, "version", "3\n", "data/0", "12345678"}, inspect.Clean, nil},
		{"with a byte order", []string{"m/data.pkl", data, "m/byteorder", "little", "m/version", "3\n", "m/data/0", "12345678"}, inspect.Clean, nil},
		{"an unknown byte order", []string{"m/data.pkl", data, "m/byteorder", "middle", "m/version", "3\n", "m/data/0", "12345678"}, inspect.NotRead, []string{"torch-structure"}},
		{"no version", []string{"m/data.pkl", data, "m/data/0", "12345678"}, inspect.NotRead, []string{"torch-structure"}},
		{"no pickle", []string{"m/version", "3\n", "m/data/0", "12345678"}, inspect.NotRead, []string{"torch-structure"}},
		{"a storage that is not there", []string{"m/data.pkl", data, "m/version", "3\n"}, inspect.NotRead, []string{"torch-structure"}},
		{"a storage that is too short", []string{"m/data.pkl", data, "m/version", "3\n", "m/data/0", "1234"}, inspect.NotRead, []string{"torch-structure"}},
		{"one more storage", []string{"m/data.pkl", data, "m/version", "3\n", "m/data/0", "12345678", "m/data/1", "12345678"}, inspect.Clean, nil},
		{"a payload as storage is read by nobody", []string{"m/data.pkl", pickleOf(persistent("ByteStorage", "0", 7)), "m/version", "3\n", "m/data/0", payload}, inspect.Clean, nil},
		{"a payload beside", []string{"m/data.pkl", data, "m/version", "3\n", "m/data/0", "12345678", "m/extra/x.bin", payload}, inspect.Malicious, []string{"payload"}},
		{"a payload in the pickle's place", []string{"m/data.pkl", payload, "m/version", "3\n"}, inspect.Malicious, []string{"payload"}},
		{"TorchScript", []string{"m/data.pkl", pickleOf(), "m/constants.pkl", ").", "m/version", "3\n",
			"m/code/__torch__.py", "class M(Module):\n  def forward(self, x: Tensor) -> Tensor:\n    return torch.add(ops.quantized.linear(x), ops.torchvision.nms(x), alpha=1)\n"}, inspect.Clean, nil},
		{"TorchScript that writes", []string{"m/data.pkl", pickleOf(), "m/constants.pkl", ").", "m/version", "3\n", "m/code/__torch__.py", "def f(x):\n  torch.save(x, \"/tmp/x\")\n"},
			inspect.Malicious, []string{"torchscript-writes"}},
		{"by its full name", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/__torch__.py", "  ops.aten.save(x, \"x\")\n"}, inspect.Malicious, []string{"torchscript-writes"}},
		{"TorchScript that reads", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/__torch__/a.py", "  y = torch.from_file(\"/etc/passwd\", False, 10)\n"}, inspect.Dangerous, []string{"torchscript-reads"}},
		{"through torchvision", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y = ops.image.read_file(p)\n"}, inspect.Dangerous, []string{"torchscript-reads"}},
		{"an operation nobody knows", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y = ops.mine.run(p)\n"}, inspect.Dangerous, []string{"torchscript-custom-op"}},
		{"a class nobody knows", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y : __torch__.torch.classes.mine.X = torch.classes.mine.X(p)\n"}, inspect.Dangerous, []string{"torchscript-custom-class"}},
		{"a class nobody knows, spelled as a type alone", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y = __torch__.torch.classes.mine.X.__new__(__torch__.torch.classes.mine.X)\n"}, inspect.Dangerous, []string{"torchscript-custom-class"}},
		{"a class of the archive that is called like an operation", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y : __torch__.torch.save.X = x\n"}, inspect.Clean, nil},
		{"a Python operation", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  y = ^Evil(1)(x)\n"}, inspect.Dangerous, []string{"torchscript-python"}},
		{"names in text and comments", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py", "  # torch.save(x)\n  y = \"ops.mine.run(\\\"x\\\") torch.save\"\n  z = x^y\n"}, inspect.Clean, nil},
		{"code alone, deflated or not, is code", []string{"m/data.pkl", pickleOf(), "m/version", "3\n", "m/code/a.py.debug_pkl", pickleOf()}, inspect.Clean, nil},
		{"a package", []string{"p/.data/extern_modules", "torch\nnumpy\n", "p/.data/python_version", "3.11", "p/.data/version", "6\n", "p/.data/0.storage", "1234", "p/m.py", "import torch\nclass A: pass\n"}, inspect.Clean, nil},
		{"a package whose module runs a program", []string{"p/.data/extern_modules", "os\n", "p/.data/version", "6\n", "p/m.py", "import os\nos.system('id')\n"}, inspect.Malicious, []string{"python-effect"}},
		{"a package with subprocess from outside", []string{"p/.data/extern_modules", "torch\nsubprocess\n", "p/.data/version", "6\n", "p/m.py", "x = 1\n"}, inspect.Dangerous, []string{"torch-package-extern"}},
		{"an exported program", []string{"p/archive_format", "pt2", "p/archive_version", "0", "p/models/model.json", "{}", "p/data/weights/weight_0", payload}, inspect.Clean, nil},
		{"with compiled code", []string{"p/archive_format", "pt2", "p/archive_version", "0", "p/data/aotinductor/model/x.so", "\x7fELF\x02\x01"}, inspect.Dangerous, []string{"torch-native-code"}},
		{"with compiled code under another name", []string{"p/archive_format", "pt2", "p/archive_version", "0", "p/data/aotinductor/model/x.bin", "\x7fELF\x02\x01" + strings.Repeat("\x00", 100)}, inspect.Malicious, []string{"torch-native-code", "content-disguise"}},
	} {
		wants(t, c.what, scanBytes("m.pt", zipOf(c.members...)), c.v, c.ids...)
	}
}

func TestReferences(t *testing.T) {
	refs, ok := references([]byte(pickleOf(persistent("HalfStorage", "0", 3), persistent("HalfStorage", "0", 3), persistent("LongStorage", "17", 1))))
	if !ok || len(refs) != 2 || refs[0] != (reference{"0", "HalfStorage", 3}) || refs[1] != (reference{"17", "LongStorage", 1}) {
		t.Errorf("%v %+v", ok, refs)
	}
	for _, bad := range []string{"", "\x80", "\x80\x02X\xff\xff\xff\xffabc", "\x80\x02ctorch", "\x80\x02\x8d\xff\xff\xff\xff\xff\xff\xff\xffx"} {
		if _, ok := references([]byte(bad)); ok {
			t.Errorf("%q can be followed", bad)
		}
	}
}

func TestTorchServe(t *testing.T) {
	manifest := func(handler string) string {
		return fmt.Sprintf(`{"runtime":"python","model":{"modelName":"m","modelVersion":"1.0","handler":%q,"serializedFile":"m.pt"}}`, handler)
	}
	for _, c := range []struct {
		what    string
		members []string
		v       inspect.Verdict
		ids     []string
	}{
		{"a handler of TorchServe's", []string{"MAR-INF/MANIFEST.json", manifest("image_classifier"), "index.json", "{}"}, inspect.Clean, nil},
		{"a handler of its own", []string{"MAR-INF/MANIFEST.json", manifest("serve.py"), "serve.py", "def handle(d, c):\n  return d\n"}, inspect.Clean, nil},
		{"a handler that hides behind a name", []string{"MAR-INF/MANIFEST.json", manifest("image_classifier"), "image_classifier.py", "def handle(d, c):\n  return d\n"}, inspect.Clean, nil},
		{"a handler that is not there", []string{"MAR-INF/MANIFEST.json", manifest("serve.py")}, inspect.Dangerous, []string{"mar-handler"}},
		{"one that runs a program", []string{"MAR-INF/MANIFEST.json", manifest("serve.py"), "serve.py", "import os\nos.system('id')\n"}, inspect.Malicious, []string{"python-effect"}},
		{"one from outside", []string{"MAR-INF/MANIFEST.json", manifest("../serve.py")}, inspect.Dangerous, []string{"mar-escape"}},
		{"requirements", []string{"MAR-INF/MANIFEST.json", manifest("image_classifier"), "requirements.txt", "numpy"}, inspect.Clean, nil},
		{"a payload", []string{"MAR-INF/MANIFEST.json", manifest("image_classifier"), "m.dat", payload}, inspect.Malicious, []string{"payload"}},
		{"no manifest", []string{"m.txt", ""}, inspect.NotRead, []string{"mar-structure"}},
		{"a manifest that is none", []string{"MAR-INF/MANIFEST.json", "{"}, inspect.NotRead, []string{"mar-structure"}},
	} {
		wants(t, c.what, scanBytes("m.mar", zipOf(c.members...)), c.v, c.ids...)
	}
}

func TestSkops(t *testing.T) {
	node := func(loader, module, class, more string) string {
		return fmt.Sprintf(`{"__class__":%q,"__module__":%q,"__loader__":%q%s,"protocol":2}`, class, module, loader, more)
	}
	for _, c := range []struct {
		what, schema string
		v            inspect.Verdict
		ids          []string
	}{
		{"an estimator", node("ObjectNode", "sklearn.linear_model._base", "LinearRegression", `,"content":`+node("DictNode", "builtins", "dict", "")), inspect.Clean, nil},
		{"a function", node("FunctionNode", "os", "system", ""), inspect.Malicious, []string{"skops-executes"}},
		{"a function by its path", node("FunctionNode", "builtins", "function", `,"content":{"module_path":"builtins","function":"eval"}`), inspect.Malicious, []string{"skops-executes"}},
		{"a type that nobody knows", node("ObjectNode", "mine", "Model", ""), inspect.Unknown, []string{"skops-unknown"}},
		{"a program as object", node("ObjectNode", "subprocess", "Popen", ""), inspect.Malicious, []string{"skops-executes"}},
		{"a loader that nobody knows", node("EvilNode", "builtins", "dict", ""), inspect.NotRead, []string{"skops-structure"}},
		{"an operator", node("OperatorFuncNode", "operator", "methodcaller", ""), inspect.Dangerous, []string{"skops-walks"}},
		{"a member that is not there", node("NdArrayNode", "numpy", "ndarray", `,"type":"numpy","file":"1.npy"`), inspect.NotRead, []string{"skops-structure"}},
		{"cut off", `{"__class__":"a"`, inspect.NotRead, []string{"skops-structure"}},
		{"no node", `{"version": "1.0"}`, inspect.NotRead, []string{"skops-structure"}},
		{"no class", `{"__module__":"builtins","__loader__":"DictNode","protocol":2}`, inspect.NotRead, []string{"skops-structure"}},
		{"no module", `{"__class__":"dict","__loader__":"DictNode","protocol":2}`, inspect.NotRead, []string{"skops-structure"}},
		{"no loader", `{"__class__":"dict","__module__":"builtins","protocol":2}`, inspect.NotRead, []string{"skops-structure"}},
		{"a list", `[]`, inspect.NotRead, []string{"skops-structure"}},
		{"a text", `"dict"`, inspect.NotRead, []string{"skops-structure"}},
		{"nested without end", strings.Repeat(`{"content":`, 100_000), inspect.NotRead, []string{"skops-structure"}},
		{"two classes", `{"__class__":"dict","__class__":"system","__module__":"os","__loader__":"FunctionNode"}`, inspect.Malicious, []string{"skops-structure", "skops-executes"}},
	} {
		wants(t, c.what, scanBytes("m.skops", zipOf("schema.json", c.schema)), c.v, c.ids...)
	}
	wants(t, "no schema", scanBytes("m.skops", zipOf("x.json", "{}")), inspect.NotRead, "skops-structure")
}

func tarOf(t testing.TB, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		if err := w.WriteHeader(&tar.Header{Name: members[i], Mode: 0o644, Size: int64(len(members[i+1]))}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(members[i+1]))
	}
	w.Close()
	return b.Bytes()
}

func TestTars(t *testing.T) {
	for _, c := range []struct {
		what, name string
		members    []string
		v          inspect.Verdict
		format     string
		ids        []string
	}{
		{"legacy PyTorch", "m.pt", []string{"sys_info", "\x80\x02}.", "pickle", "\x80\x02].", "storages", "\x80\x02K\x00.", "tensors", "\x80\x02K\x00."}, inspect.Clean, "torch-tar", nil},
		{"with a payload", "m.pt", []string{"sys_info", "\x80\x02}.", "pickle", payload, "storages", "", "tensors", ""}, inspect.Malicious, "torch-tar", []string{"payload"}},
		{"without its storages", "m.pt", []string{"sys_info", "\x80\x02}.", "pickle", "\x80\x02]."}, inspect.NotRead, "torch-tar", []string{"torch-structure"}},
		{"NeMo", "m.nemo", []string{"./model_config.yaml", "target: nemo.collections.asr.models.EncDecCTCModel\nencoder:\n  _target_: nemo.collections.asr.modules.ConvASREncoder\n  dim: 3\n", "./model_weights.ckpt", "x"}, inspect.NotRead, "nemo", []string{"unknown-format"}},
		{"NeMo that runs a program", "m.nemo", []string{"model_config.yaml", "a:\n  b:\n  - _target_: os.system\n    command: id\n"}, inspect.Malicious, "nemo", []string{"target-executes"}},
		{"NeMo with a tag of Python's", "m.nemo", []string{"model_config.yaml", "a: !!python/object/apply:os.system [id]\n"}, inspect.Malicious, "nemo", []string{"yaml-python"}},
		{"NeMo with a target nobody knows", "m.nemo", []string{"model_config.yaml", "a:\n  _target_: mine.thing\n"}, inspect.Unknown, "nemo", []string{"target-unknown"}},
		{"no configuration", "m.nemo", []string{"x.txt", "x"}, inspect.NotRead, "nemo", []string{"nemo-structure"}},
		{"a configuration that is none", "m.nemo", []string{"model_config.yaml", "a: [\n"}, inspect.NotRead, "nemo", []string{"damaged"}},
		{"a configuration that is no text", "m.nemo", []string{"model_config.yaml", "\x00\x01\x02"}, inspect.NotRead, "nemo", []string{"nemo-config"}},
		{"NeMo that has a module's function as its class", "m.nemo", []string{"model_config.yaml", "target: os.system\n"}, inspect.Dangerous, "nemo", []string{"target-executes"}},
	} {
		f := scanBytes(c.name, tarOf(t, c.members...))
		wants(t, c.what, f, c.v, c.ids...)
		if f.Format != c.format {
			t.Errorf("%s: format %q, want %q", c.what, f.Format, c.format)
		}
	}
}

func TestPrograms(t *testing.T) {
	pe := make([]byte, 256)
	copy(pe, "MZ")
	pe[60] = 128
	copy(pe[128:], "PE\x00\x00")
	for _, c := range []struct {
		what, name string
		content    string
		v          inspect.Verdict
	}{
		{"ELF", "m.pt", "\x7fELF\x02\x01\x01\x00", inspect.Malicious},
		{"PE", "m.safetensors", string(pe), inspect.Malicious},
		{"Mach-O", "m.gguf", "\xcf\xfa\xed\xfe\x07\x00\x00\x01", inspect.Malicious},
		{"a class", "m.onnx", "\xca\xfe\xba\xbe\x00\x00\x00\x34", inspect.Malicious},
		{"a script", "m.pkl", "#!/bin/sh\necho inert\n", inspect.Malicious},
		{"a batch file", "m.bin", "@echo off\r\necho inert\r\n", inspect.Malicious},
		{"a shortcut", "m.h5", "L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F", inspect.Malicious},
		{"a program under its own name", "run.sh", "#!/bin/sh\necho inert\n", inspect.Clean},
		{"a library under its own name", "lib.so", "\x7fELF\x02\x01\x01\x00\x00", inspect.Clean},
		{"a program inside", "m.zip", string(zipOf("a/model.pt", "#!/bin/sh\necho inert\n")), inspect.Malicious},
		{"letters", "m.bin", "MZ is how this text begins, and no more than that", inspect.Clean},
		{"a llamafile", "m.llamafile", "MZqFpD='\n" + strings.Repeat("\x00", 100), inspect.Dangerous},
		{"a llamafile by another name", "m.gguf", "MZqFpD='\n" + strings.Repeat("\x00", 100), inspect.Dangerous},
		{"named like weights", "pytorch_model.bin", "no weights at all", inspect.NotRead},
		{"a pickle", "pytorch_model.bin", "\x80\x02].", inspect.Clean},
		{"paths", "distutils-precedence.pth", "import os; var = 'X'; enabled = os.environ.get(var, 'local') == 'local'\n/usr/lib/x\n", inspect.Clean},
		{"paths that run", "x.pth", "import os; os.system('id')\n", inspect.Malicious},
	} {
		wants(t, c.what, scanBytes(c.name, []byte(c.content)), c.v)
	}
}

// samples are small files of the real libraries, made with the code in testdata/make.py.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	names, _ := filepath.Glob("testdata/*")
	for _, n := range names {
		if strings.HasSuffix(n, ".py") {
			continue
		}
		if info, err := os.Stat(n); err != nil || info.IsDir() {
			continue
		}
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(n)] = b
	}
	if len(out) < 5 {
		t.Fatalf("only %d samples", len(out))
	}
	return out
}

func TestRealFiles(t *testing.T) {
	for name, b := range samples(t) {
		f := scanBytes(name, b)
		wants(t, name, f, inspect.Clean)
		if f.Format == "" {
			t.Errorf("%s is claimed by nobody", name)
		}
	}
}

// No beginning of a real file is clean, and no turned bit in a pickle's or a member's description.
func TestDamagedRealFiles(t *testing.T) {
	for name, b := range samples(t) {
		step := max(len(b)/300, 1)
		quiet := 0
		for n := 1; n < len(b); n += step {
			if f := scanBytes(name, b[:n]); f.Verdict < inspect.NotRead {
				if quiet++; quiet < 3 {
					t.Logf("%s cut at %d of %d: %v", name, n, len(b), f.Verdict)
				}
			}
		}
		if quiet > 0 {
			t.Errorf("%s: %d beginnings are clean", name, quiet)
		}
	}
}

func TestCanaries(t *testing.T) {
	for _, f := range Formats() {
		name, data := f.Canary()
		p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if !f.Claims(p) {
			t.Errorf("%s does not claim its own canary", f.Name)
		}
		if got := scanBytes(name, data); got.Verdict < f.CanaryWant {
			t.Errorf("%s: canary is %v, want %v: %+v", f.Name, got.Verdict, f.CanaryWant, got.Reasons)
		}
		if f.Doc == "" {
			t.Errorf("%s has no sentence", f.Name)
		}
	}
}

func FuzzTorch(f *testing.F) {
	for _, fm := range Formats() {
		name, data := fm.Canary()
		f.Add(name, data)
	}
	for name, b := range samples(f) {
		f.Add(name, b)
	}
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		if len(name) < 256 {
			scanBytes(name, b)
		}
		references(b)
	})
}

func BenchmarkTorchZip(b *testing.B) {
	data := zipOf("m/data.pkl", pickleOf(persistent("FloatStorage", "0", 2)), "m/version", "3\n", "m/data/0", "12345678")
	for b.Loop() {
		scanBytes("m.pt", data)
	}
}
