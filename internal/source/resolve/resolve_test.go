package resolve_test

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

func file(t *testing.T, name, code string) *resolve.File {
	t.Helper()
	tree := python.Parse(code)
	if !strings.HasSuffix(name, ".py") {
		tree = script.Parse(code, script.DialectOf(name))
	}
	if len(tree.Errors) > 0 {
		t.Fatalf("%v in\n%s", tree.Errors, code)
	}
	return resolve.New(tree, name)
}

// lastCall is the call that ends last, and of those the outermost.
func lastCall(f *resolve.File) syntax.ID {
	last := syntax.ID(0)
	for id := 1; id < len(f.Tree.Nodes); id++ {
		if f.Tree.Nodes[id].Kind == syntax.Call && (last == 0 || f.Tree.Nodes[id].End >= f.Tree.Nodes[last].End) {
			last = syntax.ID(id)
		}
	}
	return last
}

// What the last call of a piece of code calls, by the name that the world knows.
func TestCallee(t *testing.T) {
	for _, c := range []struct{ file, code, want string }{
		{"a.py", "import torch\ntorch.load(x)", "torch.load"},
		{"a.py", "import torch as t\nt.load(x)", "torch.load"},
		{"a.py", "from torch import load as l\nl(x)", "torch.load"},
		{"a.py", "import os.path\nos.path.join(a)", "os.path.join"},
		{"a.py", "import xml.etree as e\ne.parse(a)", "xml.etree.parse"},
		{"a.py", "open(x)", "open"},
		{"a.py", "ｅｖａｌ(x)", "eval"},
		{"a.py", "import os\nos.ſystem(x)", "os.system"},
		{"a.py", "def open(x): pass\nopen(x)", "a.open"},
		{"app/a.py", "from .b import run\nrun(x)", "app.b.run"},
		{"app/x/a.py", "from ..b import run\nrun(x)", "app.b.run"},
		{"app/__init__.py", "from .b import run\nrun(x)", "app.b.run"},
		{"a.py", "from openai import OpenAI\nc = OpenAI()\nc.chat.create(m)", "openai.OpenAI.chat.create"},
		{"a.py", "from openai import OpenAI\nclass A:\n    def __init__(self):\n        self.c = OpenAI()\n    def f(self):\n        self.c.chat.create(m)", "openai.OpenAI.chat.create"},
		{"a.py", "from lib import C\ndef f(c: C):\n    c.run(1)", "lib.C.run"},
		{"a.py", "from lib import C\ndef f(c: 'Optional[C]', d: C | None):\n    d.run(1)", "lib.C.run"},
		{"a.py", "def f(c):\n    c.run(1)", "?.c.run"},
		{"a.py", "x = y.z[0]\nx.run(1)", "y.z.[].run"},
		{"a.py", "with lib.open(a) as f:\n    f.read(1)", "lib.open.read"},
		{"a.py", "for x in lib.all():\n    x.run(1)", "lib.all.[].run"},
		{"a.py", "try:\n    import json5 as json\nexcept ImportError:\n    import json\njson.load(x)", "json.load"},
		{"a.py", "class A:\n    def g(self): pass\n    def f(self):\n        self.g(1)", "a.A.g"},
		{"a.py", "make(1)(2)", "make.()"},
		{"a.py", "a = b\nb = a\na.run(1)", "b.run"},
		{"a.py", "x = 1\ndef f():\n    from m import x\n    x(1)", "m.x"},
		{"a.ts", "import { exec } from 'child_process';\nexec(x)", "child_process.exec"},
		{"a.ts", "import { exec as e } from 'node:child_process';\ne(x)", "child_process.exec"},
		{"a.ts", "import OpenAI from 'openai';\nconst c = new OpenAI();\nc.chat.create(m)", "openai.chat.create"},
		{"a.ts", "import * as fs from 'fs';\nfs.readFileSync(x)", "fs.readFileSync"},
		{"a.js", "const { exec } = require('child_process');\nexec(x)", "child_process.exec"},
		{"a.js", "const cp = require('child_process');\ncp.exec(x)", "child_process.exec"},
		{"app/a.ts", "import { run } from './tools/shell.js';\nrun(x)", "app/tools/shell.run"},
		{"app/a.ts", "import { run } from '../lib';\nrun(x)", "lib.run"},
		{"a.ts", "class A { c = new Client(); f() { this.c.run(1) } }", "Client.run"},
		{"a.ts", "const x = await lib.get();\nx.run(1)", "lib.get.run"},
		{"a.ts", "fetch(u)", "fetch"},
	} {
		f := file(t, c.file, c.code)
		if got := f.Callee(lastCall(f)); got != c.want {
			t.Errorf("%s, not %s, is called in\n%s", got, c.want, c.code)
		}
	}
}

// What the first argument of the last call comes to. `{}` stands for what only a run knows.
func TestConstant(t *testing.T) {
	for _, c := range []struct{ file, code, want string }{
		{"a.py", "f('a' 'b')", "ab"},
		{"a.py", "f(1)", "1"},
		{"a.py", "f(-1)", "-1"},
		{"a.py", "f(True)", "True"},
		{"a.py", "x = 'a'\nf(x + '-' + 'b')", "a-b"},
		{"a.py", "x = 'a'\nf(f'{x}-{y}')", "a-{}"},
		{"a.py", "x = 'a'\nx = 'b'\nf(x)", "b"},
		{"a.py", "x = 'a'\nf(x)\nx = 'b'", "a"},
		{"a.py", "x = 'a'\nif y:\n    x = 'b'\nf(x)", "unknown"},
		{"a.py", "x = 'a'\nx = 'b'\ndef g():\n    f(x)", "unknown"},
		{"a.py", "import os\nf(os.environ.get('M', 'gpt-4o'))", "gpt-4o"},
		{"a.py", "import os\nf(os.getenv('M') or 'gpt-4o')", "gpt-4o"},
		{"a.py", "import os\nf(os.environ['M'])", "{}"},
		{"a.py", "f(x)", "unknown"},
		{"a.py", "class A:\n    m = 'a'\n    def g(self):\n        f(self.m)", "a"},
		{"a.ts", "const m = `a-${'b'}`;\nf(m)", "a-b"},
		{"a.ts", "f(process.env.M ?? 'gpt-4o')", "gpt-4o"},
		{"a.ts", "f(undefined)", "undefined"},
	} {
		f := file(t, c.file, c.code)
		got := "unknown"
		if v, ok := f.Constant(f.Tree.Child(lastCall(f), 1)); ok {
			got = v.Text
		}
		if got != c.want {
			t.Errorf("%q, not %q, is\n%s", got, c.want, c.code)
		}
	}
}

// Which argument a call gives as `key`, at place 1 if not by name; open: it may be given by what is spread.
func TestArgument(t *testing.T) {
	for _, c := range []struct {
		file, code, want string
		open             bool
	}{
		{"a.py", "f(a, b)", "b", false},
		{"a.py", "f(a, key=c)", "c", false},
		{"a.py", "f(a)", "", false},
		{"a.py", "f(a, **kw)", "", true},
		{"a.py", "kw = {'key': c}\nf(a, **kw)", "c", false},
		{"a.py", "kw = dict(key=c)\nf(a, **kw)", "c", false},
		{"a.py", "kw = {'x': c}\nf(a, **kw)", "", false},
		{"a.py", "kw = {}\nkw['key'] = c\nf(a, **kw)", "c", false},
		{"a.py", "f(*args)", "", true},
		{"a.ts", "f(a, { key: c })", "c", false},
		{"a.ts", "const key = 1;\nf(a, { key })", "key", false},
		{"a.ts", "const o = { key: c };\nf(a, o)", "c", false},
		{"a.ts", "f({ ...rest })", "", true},
		{"a.ts", "f({ ...(large ? { x: 1 } : {}), ...(y && { z: 1 }) })", "", false},
		{"a.ts", "f({ ...(large ? { key: c } : {}) })", "c", false},
		{"a.ts", "f({ ...(large ? { x: 1 } : rest) })", "", true},
		{"a.ts", "const a = { ...b }; const b = { ...a, ...a };\nf({ ...a })", "", true},
	} {
		f := file(t, c.file, c.code)
		id, open := f.Argument(lastCall(f), "key", 1)
		got := ""
		if id != 0 {
			got = f.Tree.Code(id)
		}
		if got != c.want || open != c.open {
			t.Errorf("%q (open %v), not %q (open %v), in\n%s", got, open, c.want, c.open, c.code)
		}
	}
}
