package pycode

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func worst(src string) (inspect.Verdict, []Effect) {
	effects := Look([]byte(src))
	v := inspect.Clean
	for _, e := range effects {
		v = max(v, e.Verdict())
	}
	return v, effects
}

// Each pair: the first does it, the second looks like it and does not.
func TestPairs(t *testing.T) {
	for _, c := range []struct {
		what      string
		bad, good string
		v         inspect.Verdict
	}{
		{"a program on import", "import os\nos.system('id')", "import os\nos.path.join('a', 'system')", inspect.Malicious},
		{"under another name", "import os as o\no.system('id')", "import numpy as os_\nos_.system('id')", inspect.Malicious},
		{"by from", "from os import system as s\ns('id')", "from mine import system as s\ns('id')", inspect.Malicious},
		{"by star", "from os import *\nsystem('id')", "from mine import *\nsystem('id')", inspect.Malicious},
		{"by relative import of the same name", "from subprocess import run\nrun(['id'])", "from .subprocess import run\nrun(['id'])", inspect.Malicious},
		{"assigned", "import os\nf = os.system\nf('id')", "import os\nf = os.getcwd\nf()", inspect.Malicious},
		{"in a class body", "import subprocess\nclass A:\n    x = subprocess.check_output('id')\n", "import subprocess\nclass A:\n    x = subprocess.PIPE\n", inspect.Malicious},
		{"in a default", "import os\ndef f(x=os.system('id')): pass", "import os\ndef f(x=os.sep): pass", inspect.Malicious},
		{"in a decorator", "import os\n@os.system('id')\ndef f(): pass", "import functools\n@functools.lru_cache()\ndef f(): pass", inspect.Malicious},
		{"in a function that is called", "import os\ndef f():\n    os.system('id')\nf()", "import os\ndef f():\n    os.getcwd()\nf()", inspect.Malicious},
		{"in one that it calls", "import os\ndef g():\n    os.popen('id')\ndef f():\n    g()\nf()", "def g():\n    print(1)\ndef f():\n    g()\nf()", inspect.Malicious},
		{"in a function", "import os\ndef f():\n    os.system('id')", "import os\ndef f(self):\n    self.system('id')", inspect.Dangerous},
		{"under the main guard", "import os\nif __name__ == '__main__':\n    os.system('id')", "if __name__ == '__main__':\n    main()", inspect.Dangerous},
		{"after the main guard", "import os\nif __name__ == '__main__':\n    pass\nos.system('id')", "if __name__ == '__main__':\n    pass\nx = 1", inspect.Malicious},
		{"on one line", "import os; os.system('id')", "import os; os.sep", inspect.Malicious},
		{"in try", "try:\n    import os\n    os.system('id')\nexcept Exception: pass", "try:\n    import os\nexcept ImportError: pass", inspect.Malicious},
		{"through __import__", "__import__('os').system('id')", "__import__('os').getcwd()", inspect.Malicious},
		{"through importlib", "import importlib\nimportlib.import_module('os').popen('id')", "import importlib\nimportlib.import_module('math').sqrt(2)", inspect.Malicious},
		{"through getattr", "import os\ngetattr(os, 'sys' + 'tem')('id')", "import os\ngetattr(os, 'getcwd')()", inspect.Malicious},
		{"with a name turned round", "import os\ngetattr(os, 'metsys'[::-1])('id')", "'metsys'[::-1]", inspect.Malicious},
		{"with a joined name", "import os\ngetattr(os, ''.join(['sy','stem']))('id')", "''.join(['sy','stem'])", inspect.Malicious},
		{"with a name of numbers", "import os\ngetattr(os, chr(115)+chr(121)+chr(115)+chr(116)+chr(101)+chr(109))('id')", "chr(115)", inspect.Malicious},
		{"through vars", "import os\nvars(os)['system']('id')", "vars(self)['system']", inspect.Malicious},
		{"through __dict__", "import os\nos.__dict__['system']('id')", "os.__dict__", inspect.Malicious},
		{"through builtins", "__builtins__['__import__']('os').system('id')", "__builtins__", inspect.Malicious},
		{"through globals", "import os\nglobals()['os'].system('id')", "globals()['x'] = 1", inspect.Malicious},
		{"through sys.modules", "import sys\nsys.modules['os'].system('id')", "import sys\nsys.modules[__name__]", inspect.Malicious},
		{"through builtins by name", "import builtins\nbuiltins.exec(x.read())", "import builtins\nbuiltins.print('x')", inspect.Dangerous},
		{"decoded text", "import base64\ndef f():\n    exec(base64.b64decode(x))", "import base64\ndef f():\n    base64.b64decode(x)", inspect.Malicious},
		{"text from a socket", "import socket\ndef f():\n    s = socket.socket()\n    exec(s.recv(99))", "def f(s):\n    return s.recv(99)", inspect.Malicious},
		{"text from an address", "import requests\ndef f(u):\n    code = requests.get(u).text\n    exec(code)", "import requests\ndef f(u):\n    return requests.get(u).text", inspect.Malicious},
		{"decoded constant text", "import base64\nexec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=='))", "exec('x = 1')", inspect.Malicious},
		{"unpacked text", "import zlib, marshal\nexec(marshal.loads(zlib.decompress(d)))", "import zlib\nzlib.decompress(d)", inspect.Malicious},
		{"text that is code", "exec('import os\\nos.system(\"id\")')", "exec('x = 2')", inspect.Malicious},
		{"compiled text", "exec(compile('__import__(\"os\").system(\"id\")', '', 'exec'))", "compile('x = 1', '', 'exec')", inspect.Dangerous},
		{"hex", "exec(bytes.fromhex('6578').decode())", "bytes.fromhex('6578').decode()", inspect.Malicious},
		{"rot13", "import codecs\nexec(codecs.decode('vzcbeg', 'rot13'))", "import codecs\ncodecs.decode(b, 'utf-8')", inspect.Malicious},
		{"eval in a function", "def f(x):\n    return eval(x)", "def f(model):\n    model.eval()", inspect.Unknown},
		{"eval of a constant", "def f():\n    return eval('__import__(\"os\").system(\"id\")')", "def f():\n    return eval('1 + 1')", inspect.Dangerous},
		{"a connection on import", "import socket\ns = socket.socket()\ns.connect(('example.org', 1))", "import socket\nsocket.AF_INET", inspect.Malicious},
		{"a request on import", "import requests\nrequests.post('https://example.org', data=d)", "import requests\nrequests.exceptions.HTTPError", inspect.Malicious},
		{"fetched on import", "from urllib.request import urlopen\nexec(urlopen('https://example.org').read())", "from urllib.parse import urlparse\nurlparse('https://example.org')", inspect.Malicious},
		{"native code", "import ctypes\ndef f():\n    ctypes.CDLL('x.so')", "import ctypes\ndef f():\n    ctypes.c_int(3)", inspect.Dangerous},
		{"a library of operations", "import torch\ntorch.ops.load_library('x.so')", "import torch\ntorch.ops.aten.add(a, b)", inspect.Dangerous},
		{"compiled on the spot", "from torch.utils.cpp_extension import load_inline\nload_inline('x', s)", "from torch.nn import Linear\nLinear(1, 2)", inspect.Dangerous},
		{"a file of the system", "def f():\n    open('/etc/passwd').read()", "def f(vocab_file):\n    open(vocab_file).read()", inspect.Dangerous},
		{"a key", "import os\ndef f():\n    open(os.path.expanduser('~') + '/.ssh/id_rsa')\n    open('/var/x/.ssh/id_rsa')", "def f():\n    open('vocab.txt')", inspect.Dangerous},
		{"a start-up file", "def f():\n    with open('/var/u/.bashrc', 'a') as f:\n        f.write('x')", "def f(p):\n    with open(p, 'w') as f:\n        f.write('x')", inspect.Dangerous},
		{"written on import", "open('x.py', 'w').write('x')", "open('README.md').read()", inspect.Dangerous},
		{"unpickled on import", "import pickle\npickle.load(open('x.pkl', 'rb'))", "import pickle\npickle.HIGHEST_PROTOCOL", inspect.Dangerous},
		{"deleted on import", "import shutil\nshutil.rmtree('x')", "import shutil\nshutil.which('x')", inspect.Dangerous},
		{"in a thread", "import os, threading\nthreading.Thread(target=os.system, args=('id',)).start()", "import threading\nthreading.Lock()", inspect.Malicious},
		{"at exit", "import os, atexit\natexit.register(os.system, 'id')", "import atexit\natexit.register(close)", inspect.Malicious},
		{"by map", "import os\nlist(map(os.system, ['id']))", "list(map(str, ['id']))", inspect.Malicious},
		{"partly applied", "import os, functools\nfunctools.partial(os.system, 'id')()", "import functools\nfunctools.partial(int, '1')()", inspect.Malicious},
		{"in a formatted literal", "import os\nx = f\"{os.system('id')}\"", "x = f\"{len('id')}\"", inspect.Malicious},
		{"in a comprehension", "import os\n[os.system(c) for c in cmds]", "[len(c) for c in cmds]", inspect.Malicious},
		{"in a lambda", "import os\n(lambda: os.system('id'))()", "(lambda: 1)()", inspect.Malicious},
		{"behind or", "import os\nx = None or os.system('id')", "x = None or 1", inspect.Malicious},
		{"behind a continued line", "import os\nos.\\\nsystem('id')", "import os\nos.\\\nsep", inspect.Malicious},
		{"with look-alike letters", "import os\nos.ｓystem('id')", "import os\nos.ｓep", inspect.Malicious},
		{"with letters of mathematics", "import os\nos.𝓼ystem('id')", "import os\nos.𝓼ep", inspect.Malicious},
		{"with a long s", "import os\nos.ſystem('id')", "import os\nos.ſep", inspect.Malicious},
		{"with an annotation", "import os\nx: int = os.system('id')", "x: int = 1", inspect.Malicious},
		{"as an argument", "import os\nprint(1, end=os.popen('id').read())", "print(1, end='')", inspect.Malicious},
		{"as a tuple", "import os\na, b = 1, os.system('id')", "a, b = 1, 2", inspect.Malicious},
		{"in a with", "import subprocess as sp\nwith sp.Popen('id') as p: pass", "with torch.no_grad() as p: pass", inspect.Malicious},
		{"async", "import asyncio\nasyncio.run(asyncio.create_subprocess_shell('id'))", "import asyncio\nasyncio.run(main())", inspect.Malicious},
		{"runpy", "import runpy\nrunpy.run_path('x.py')", "import runpy", inspect.Malicious},
		{"pip", "import pip\npip.main(['install', 'x'])", "import pip", inspect.Malicious},
	} {
		if v, e := worst(c.bad); v < c.v {
			t.Errorf("%s: %v, want at least %v: %q: %+v", c.what, v, c.v, c.bad, e)
		}
		if v, e := worst(c.good); v != inspect.Clean {
			t.Errorf("%s: the harmless twin is %v: %q: %+v", c.what, v, c.good, e)
		}
	}
}

func TestTextAndCommentsDoNothing(t *testing.T) {
	for _, src := range []string{
		"# os.system('id')", "'''\nimport os\nos.system('id')\n'''", "x = 'os.system(1)'", "x = r'\\\\'; y = 'eval(1)'", "\"\"\"exec(x)\"\"\"", "x = b\"subprocess.run('id')\"",
		"raise ValueError(\"call os.system('id')\")",
	} {
		if e := Look([]byte("import os, subprocess\n" + src)); len(e) > 0 {
			t.Errorf("%q: %+v", src, e)
		}
	}
}

func TestPlaces(t *testing.T) {
	src := "import os\n\n\ndef f():\n    '''text\n    of lines'''\n    x = [1,\n         os.system('id')]\n"
	e := Look([]byte(src))
	if len(e) != 1 || e[0].Line != 8 || e[0].Name != "os.system" || e[0].AtImport || e[0].Text != "os.system('id')]" {
		t.Errorf("%+v", e)
	}
}

func TestHostileSourceIsBounded(t *testing.T) {
	for what, src := range map[string]string{
		"open brackets":      strings.Repeat("(", 1<<20),
		"nested calls":       strings.Repeat("f(", 200_000) + "1" + strings.Repeat(")", 200_000),
		"nested exec":        "exec('" + strings.Repeat("exec(\\'", 1000),
		"formatted":          "f'" + strings.Repeat("{f(", 100_000) + "'",
		"a sum of text":      "x = 'a'" + strings.Repeat("+'a'", 300_000),
		"doubling":           "x = 'aaaaaaaa'\n" + strings.Repeat("x = x + x\n", 200_000),
		"long line":          "x = " + strings.Repeat("a.b.", 1<<19) + "c",
		"functions":          strings.Repeat("def f():\n f()\n", 100_000),
		"lambdas":            strings.Repeat("lambda:", 1<<18),
		"imports":            "import " + strings.Repeat("os as o,", 1<<18),
		"backslashes":        strings.Repeat("\\\n", 1<<20),
		"quotes":             strings.Repeat("'", 1<<20),
		"many effects":       "import os\n" + strings.Repeat("os.system('id');", 100_000),
		"indentation":        strings.Repeat(" ", 1<<20) + "x",
		"replaced by longer": "x = 'a'\n" + strings.Repeat("x = x.replace('a', 'aaaaaaaaaaaaaaaa')\n", 1000),
	} {
		start := time.Now()
		Look([]byte(src))
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: took %v", what, took)
		}
	}
}

// Honest modelling code is quiet: everything in Debian's Python packages that builds models, and whatever folder
// LODEMARK_PYTHON_CODE names.
func TestHonestCode(t *testing.T) {
	roots := []string{"/usr/lib/python3/dist-packages/torch/nn", "/usr/lib/python3/dist-packages/sklearn/linear_model", "/usr/lib/python3/dist-packages/torchvision/models"}
	if more := os.Getenv("LODEMARK_PYTHON_CODE"); more != "" {
		roots = append(roots, more)
	}
	n := 0
	for _, root := range roots {
		filepath.WalkDir(root, func(p string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(p, ".py") || strings.Contains(p, "/tests/") {
				return nil
			}
			b, err := os.ReadFile(p)
			if err != nil {
				return nil
			}
			n++
			for _, e := range Look(b) {
				if e.Verdict() >= inspect.Dangerous && e.Name != "torch.utils.cpp_extension.load" {
					t.Errorf("%s line %d: %v: %s: %s", p, e.Line, e.Verdict(), e.What(), e.Text)
				}
			}
			return nil
		})
	}
	if n == 0 {
		t.Skip("no Python packages with models here")
	}
	t.Logf("%d files", n)
}

// Tokens are the same as Python's tokenizer makes, but for what matters to nobody.
func TestTokensAreThoseOfPython(t *testing.T) {
	const python = "/usr/bin/python3"
	dir := "/usr/lib/python3/dist-packages/torch/nn/modules"
	files, _ := filepath.Glob(dir + "/*.py")
	if len(files) == 0 {
		files, _ = filepath.Glob("/usr/lib/python3*/[a-f]*.py")
	}
	if _, err := os.Stat(python); err != nil || len(files) == 0 {
		t.Skip("no Python here to compare with")
	}
	code := `import sys,tokenize,ast
for f in sys.argv[1:]:
    for t in tokenize.tokenize(open(f,'rb').readline):
        if t.type in (tokenize.NAME,tokenize.STRING): print(f,t.start[0],t.string if t.type==tokenize.NAME else 'STRING')`
	out, err := exec.Command(python, append([]string{"-c", code}, files...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, f := range files {
		b, _ := os.ReadFile(f)
		for _, tok := range tokens(string(b)) {
			switch tok.kind {
			case name:
				got.WriteString(f + " " + strconv.Itoa(tok.line) + " " + tok.s + "\n")
			case text:
				got.WriteString(f + " " + strconv.Itoa(tok.line) + " STRING\n")
			}
		}
	}
	want := strings.Split(string(out), "\n")
	have := strings.Split(got.String(), "\n")
	for i := range want {
		if i >= len(have) || have[i] != want[i] {
			t.Fatalf("token %d of %d is %q, want %q", i, len(want), have[min(i, len(have)-1)], want[i])
		}
	}
	t.Logf("%d tokens of %d files", len(want), len(files))
}

func FuzzLook(f *testing.F) {
	f.Add([]byte("import os as o\nclass A:\n    def f(self, x: int = 3) -> str:\n        return f'{o.system(x)!r:>{w}}'\nwith open('x') as f: pass\n"))
	f.Add([]byte("exec(compile(__import__('base64').b64decode('eA=='), '', 'exec'))\nlambda x: [y for y in x if y]\nx[::-1]"))
	f.Add([]byte("from a.b import (c as d, e)\n@d(1)\nasync def g(*a, **k): await e()\nif __name__ == '__main__': g()"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, e := range Look(b) {
			if e.Line < 1 || e.What() == "" || e.Verdict() > inspect.Malicious {
				t.Errorf("%+v", e)
			}
		}
	})
}

func BenchmarkLook(b *testing.B) {
	src, err := os.ReadFile("/usr/lib/python3/dist-packages/torch/nn/modules/transformer.py")
	if err != nil {
		b.Skip("no source of models here")
	}
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Look(src)
	}
}
