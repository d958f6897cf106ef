package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
)

const (
	model flow.Labels = 1 << iota
	tool
)

const quoted flow.Cleaned = 1

// spec: ask() answers what a model says, functions decorated with tool are called by one, sink(x) is where it does harm.
func spec() *flow.Spec {
	s := &flow.Spec{Member: quoted, Typed: quoted}
	s.Calls.Add("ask", flow.Source{Label: model, What: "what a model answered"})
	s.Calls.Add("lib.Client.ask", flow.Source{Label: model, What: "what a model answered"})
	s.Attributes.Add("**.choices.[].text", flow.Source{Label: model, What: "what a model answered"})
	s.Params = []flow.ParamSource{{Source: flow.Source{Label: tool, What: "an argument of a tool"}, Decorators: []string{"tool"}, Except: []string{"ctx"}},
		{Source: flow.Source{Label: tool, What: "an argument of a tool"}, Callbacks: []string{"server.tool"}},
		{Source: flow.Source{Label: tool, What: "an argument of a tool"}, Bases: []string{"BaseTool"}, Methods: []string{"_run"}}}
	s.Cleaners.Add("quote", quoted)
	s.Guards.Add("allowed", quoted)
	s.Passes.Add("str", true)
	s.Passes.Add("**.join", true)
	s.Drops.Add("length", true)
	s.Sinks = []flow.Sink{{Labels: model | tool, Cleaned: quoted, Ref: 1, Call: []string{"sink"}, Argument: []string{"0", "command"}},
		{Labels: model, Ref: 2, Assign: []string{"innerHTML"}}, {Labels: model, Ref: 3, Attr: []string{"html"}}, {Labels: model, Ref: 4, Pair: "content"},
		{Labels: tool, Ref: 5, Call: []string{"os.run"}, Argument: []string{"*"}}}
	return s
}

func follow(t *testing.T, files map[string]string) []flow.Hit {
	t.Helper()
	w := flow.New(spec())
	var all []*resolve.File
	known := flow.Summaries{}
	names := []string{}
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		tree := python.Parse(files[name])
		if strings.HasSuffix(name, ".tsx") {
			tree = script.Parse(files[name], script.TSX)
		}
		if len(tree.Errors) > 0 {
			t.Fatalf("%s: %v", name, tree.Errors)
		}
		f := resolve.New(tree, name)
		all = append(all, f)
		sums, _ := w.Alone(f)
		for n, s := range sums {
			known[n] = s
		}
	}
	var hits []flow.Hit
	for _, f := range all {
		hits = append(hits, w.Follow(f, known)...)
	}
	return hits
}

// Each piece of code says on which lines a value reaches a sink.
func TestFollow(t *testing.T) {
	for _, c := range []struct {
		name, file, code string
		lines            []int
	}{
		{"straight", "a.py", "x = ask('q')\nsink(x)", []int{2}},
		{"through text", "a.py", "x = ask('q')\ny = f'run {x.strip()}'\nsink('a' + y)", []int{3}},
		{"a keyword", "a.py", "sink(command=ask())", []int{1}},
		{"another argument", "a.py", "sink('a', ask())", nil},
		{"overwritten", "a.py", "x = ask()\nx = 'a'\nsink(x)", nil},
		{"overwritten in one branch", "a.py", "x = ask()\nif y:\n    x = 'a'\nsink(x)", []int{4}},
		{"cleaned", "a.py", "sink(quote(ask()))", nil},
		{"cleaned in one branch", "a.py", "x = ask()\nif y:\n    x = quote(x)\nsink(x)", []int{4}},
		{"a number", "a.py", "@tool\ndef f(n: int, s: str):\n    sink(n)\n    sink(s)", []int{4}},
		{"guarded", "a.py", "x = ask()\nif x in ALLOWED:\n    sink(x)", nil},
		{"guarded, and the other way round", "a.py", "x = ask()\nif x in ALLOWED:\n    pass\nelse:\n    sink(x)", []int{5}},
		{"refused before", "a.py", "def f():\n    x = ask()\n    if not allowed(x):\n        raise ValueError\n    sink(x)", nil},
		{"not really refused", "a.py", "def f():\n    x = ask()\n    if not allowed(x):\n        log(x)\n    sink(x)", []int{5}},
		{"one part of it compared", "a.py", "x = ask()\nif x.kind == 'a':\n    sink(x.text)", []int{3}},
		{"in a loop over it compared", "a.py", "x = ask()\nwhile x.more == 'a':\n    sink(x.text)\n    x = ask()", []int{3}},
		{"a comprehension of a comprehension", "a.py", "a = (i.strip() for i in ask())\nb = [c for c in a]\nsink(b)", []int{3}},
		{"a field of a parameter", "a.py", "class A:\n    def __init__(self, c):\n        self.c = c\n    def g(self):\n        sink(self.c)\nA(ask())", []int{5}},
		{"two functions deep", "a.py", "def h(c):\n    sink(c)\ndef g(c):\n    h(c)\ng(ask())", []int{2}},
		{"script, a method of the same object", "a.tsx", "const t = { run: async function (c) { sink(c); }, handler: async function ({ c }) { await this.run(ask()); } };", []int{1}},
		{"script, keys of an object", "a.tsx", "function run({ a, b }) {\n  sink(a);\n}\nrun({ a: 'x', b: ask() });\nfunction go({ a, b }) {\n  sink(b);\n}\ngo({ a: 'x', b: ask() });", []int{6}},
		{"script, what a callback gives", "a.tsx", "const x = list.map((i) => ask());\nsink(x.join());\nsink(ask().map((i) => 1));", []int{2}},
		{"script, state", "a.tsx", "const [text, setText] = useState('');\nsetText(ask());\nsink(text);", []int{3}},
		{"script, what a component is given", "a.tsx", "function Show({ text, size }) {\n  return <p html={text} />;\n}\nconst a = <Show text={ask()} size='x' />;\nconst b = <Show text='y' size={ask()} />;", []int{2}},
		{"a loop brings it round", "a.py", "x = ''\nfor i in y:\n    sink(x)\n    x = ask()", []int{3}},
		{"items", "a.py", "for part in ask():\n    sink(part)", []int{2}},
		{"a comprehension", "a.py", "sink([p.text for p in ask()])", []int{1}},
		{"a list", "a.py", "x = []\nx.append(ask())\nsink(' '.join(x))", []int{3}},
		{"a field", "a.py", "class A:\n    def f(self):\n        self.x = ask()\n    def g(self):\n        sink(self.x)", []int{5}},
		{"two targets", "a.py", "a, b = ask(), 1\nsink(a)", []int{2}},
		{"with", "a.py", "with ask() as r:\n    sink(r)", []int{2}},
		{"a client", "a.py", "from lib import Client\nc = Client()\nsink(c.ask('q'))", []int{3}},
		{"an attribute that says it", "a.py", "sink(r.choices[0].text)", []int{1}},
		{"a function of the file", "a.py", "def run(c):\n    sink(c)\nrun(ask())", []int{2}},
		{"a function that passes it on", "a.py", "def trim(c):\n    return c.strip()\nsink(trim(ask()))", []int{3}},
		{"a function that asks", "a.py", "def get():\n    return ask()\nsink(get())", []int{3}},
		{"a function that cleans", "a.py", "def run(c):\n    sink(quote(c))\nrun(ask())", nil},
		{"a parameter nobody gives", "a.py", "def run(c):\n    sink(c)", nil},
		{"a tool", "a.py", "@tool\ndef f(c, ctx):\n    sink(c)\n    sink(ctx)", []int{3}},
		{"a tool's class", "a.py", "class T(BaseTool):\n    def _run(self, c):\n        sink(c)", []int{3}},
		{"unknown code answers something else", "a.py", "sink(search(ask()))", nil},
		{"a lambda is no assignment", "a.py", "x = ask()\nf = lambda x: sink(x)", nil},
		{"deleted branches", "a.py", "x = ask()\ntry:\n    x = quote(x)\nexcept E:\n    raise\nsink(x)", []int{6}},
		{"script", "a.tsx", "const x = await ask();\nsink(`${x}`);", []int{2}},
		{"script, a pattern", "a.tsx", "const { text } = ask();\nsink(text);", []int{2}},
		{"script, a callback", "a.tsx", "ask().then((x) => sink(x));", []int{1}},
		{"script, a tool", "a.tsx", "server.tool('n', {}, async ({ c }) => { sink(c); });", []int{1}},
		{"script, raw HTML", "a.tsx", "el.innerHTML = ask();\nel.text = ask();", []int{1}},
		{"script, an element", "a.tsx", "const a = <div html={ask()} id={ask()} />;", []int{1}},
		{"script, a key", "a.tsx", "const a = { role: 'x', content: ask() };", []int{1}},
		{"script, length", "a.tsx", "const x = ask();\nsink(x.length);", nil},
		{"script, guard", "a.tsx", "const x = ask();\nif (!allowed(x)) throw new Error();\nsink(x);", nil},
		{"one field of an object", "a.tsx", "const o = { a: ask(), b: 'x' };\nsink(o.b);\nsink(o.a);\nsink(o['a']);\nsink(o);\nsink(o[k]);", []int{3, 4, 5, 6}},
		{"one key of a dictionary", "a.py", "o = {'a': ask(), 'b': 'x'}\nsink(o['b'])\nsink(o.get('b'))\nsink(o['a'])\nsink(o.get('a'))", []int{4, 5}},
		{"a field of a field", "a.tsx", "const o = { a: { b: ask(), c: 1 } };\nsink(o.a.c);\nsink(o.a.b);\nsink(o.a);", []int{3, 4}},
		{"the items of a list", "a.tsx", "const l = [{ role: 'user', text: ask() }];\nsink(l[0].role);\nsink(l[0].text);\nfor (const m of l) {\n  sink(m.kind);\n  sink(m.text);\n}\nl.map((m) => sink(m.kind));\nl.map((m) => sink(m.text));", []int{3, 6, 9}},
		{"a pattern takes one field", "a.tsx", "const { a, b: { c, d } } = { a: 'x', b: { c: ask(), d: 'y' } };\nsink(a);\nsink(d);\nsink(c);", []int{4}},
		{"what is spread keeps its fields", "a.tsx", "const o = { a: ask(), b: 'x' };\nconst p = { ...o, c: 'y' };\nsink(p.b);\nsink(p.a);", []int{4}},
		{"a field set later", "a.py", "o = {}\no['a'] = ask()\no['b'] = 'x'\nsink(o['b'])\nsink(o['a'])\no['a'] = 'y'\nsink(o['a'])", []int{5}},
		{"a field cleaned", "a.tsx", "const o = ask();\no.a = quote(o.a);\nsink(o.a);\nsink(o.b);", []int{4}},
		{"a record", "a.py", "@dataclass\nclass R:\n    a: str\n    b: str\nr = R(a=ask(), b='x')\nsink(r.b)\nsink(r.a)", []int{7}},
		{"a guard of one field", "a.tsx", "server.tool('n', {}, async (args) => {\n  if (!allowed(args.a)) throw new Error();\n  sink(args.a);\n  sink(args.b);\n  const { a, b } = args;\n  sink(a);\n  sink(b);\n});", []int{4, 7}},
		{"a guard of one field, handed on", "a.py", "def run(o):\n    sink(o.a)\n    sink(o.b)\nx = ask()\nif not allowed(x.a):\n    raise ValueError\nrun(x)", []int{3}},
		{"a guard of what is made of it", "a.tsx", "const x = ask();\nconst u = new URL(x);\nif (!allowed(u.hostname)) throw new Error();\nsink(x);", nil},
		{"a kind is no guard if it holds any text", "a.py", "x = ask()\nif isinstance(x, str):\n    sink(x)", []int{3}},
		{"fields through a function", "a.tsx", "function turn(o) { return { a: o.x, b: o.y }; }\nconst r = turn({ x: ask(), y: 'z' });\nsink(r.b);\nsink(r.a);", []int{4}},
		{"fields into a function", "a.tsx", "function go(o) {\n  const { a, b } = o;\n  sink(a);\n  sink(b);\n}\ngo({ a: 'x', b: ask() });", []int{4}},
		{"a function that a name holds", "a.tsx", "const go = (c) => {\n  sink(c);\n};\ngo(ask());", []int{2}},
		{"a function handed to map", "a.tsx", "const show = (m) => `${m.text}`;\nconst l = [{ text: ask(), kind: 'x' }];\nsink(l.map(show).join());", []int{3}},
		{"keywords made elsewhere", "a.py", "o = {'command': ask(), 'b': 1}\nsink(**o)\nsink(**{'b': ask()})", []int{2}},
		{"a function called later", "a.py", "def go(a, b):\n    sink(b)\n    return a\nf = pool.submit(go, ask(), 'x')\nsink(f.result())\nasyncio.to_thread(go, 'x', ask())", []int{2, 5}},
		{"two targets, one of them", "a.py", "a, b = ask(), 1\nsink(b)\nsink(a)", []int{3}},
		{"script, a class", "a.tsx", "class A {\n  f() { this.x = ask(); }\n  g() { sink(this.x); }\n}", []int{3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var lines []int
			for _, h := range follow(t, map[string]string{c.file: c.code}) {
				lines = append(lines, h.At.Line)
			}
			if !slices.Equal(lines, c.lines) {
				t.Errorf("reached on lines %v, not %v, in\n%s", lines, c.lines, c.code)
			}
		})
	}
}

// The way of a value is told step by step, across files.
func TestSteps(t *testing.T) {
	hits := follow(t, map[string]string{
		"app/main.py":  "from app.tools import run\nanswer = ask('q')\ncommand = answer.strip()\nrun(command)\n",
		"app/tools.py": "def run(line):\n    full = 'sh ' + line\n    sink(full)\n",
	})
	if len(hits) != 1 {
		t.Fatalf("%d hits", len(hits))
	}
	var told []string
	for _, s := range hits[0].Steps() {
		told = append(told, fmt.Sprintf("%s:%d %s", s.Path, s.Line, s.Note))
	}
	want := []string{"app/main.py:2 what a model answered", "app/main.py:2 goes into answer", "app/main.py:3 goes into command", "app/main.py:4 given to run",
		"app/tools.py:1 parameter line", "app/tools.py:2 goes into full", "app/tools.py:3 "}
	if !slices.Equal(told, want) {
		t.Errorf("told:\n%s\nwant:\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "'k%d': ask(), ", i)
	}
	return b.String()
}

// Code that repeats one shape a great many times costs in proportion.
func TestHostile(t *testing.T) {
	for name, code := range map[string]string{
		"assignments":  "x = ask()\n" + strings.Repeat("x = x + y\nsink(x)\n", 5_000),
		"branches":     "x = ask()\n" + strings.Repeat("if a:\n    x = b\n", 5_000) + "sink(x)\n",
		"names":        "x = ask()\n" + strings.Repeat("y = x\nx = y\n", 5_000),
		"circle":       "a = b\nb = a\nsink(a)\n",
		"own value":    "a = a.b\nsink(a.c)\n",
		"long chain":   "x = ask()" + strings.Repeat(".a", 50_000) + "\nsink(x)\n",
		"long sum":     "sink(ask()" + strings.Repeat(" + a", 50_000) + ")\n",
		"many params":  "def f(" + strings.Repeat("a, ", 5_000) + "b):\n    sink(b)\n",
		"many fields":  "x = ask()\n" + strings.Repeat("x.a = 1\nx.b.c = ask()\n", 3_000) + "sink(x.b.c)\n",
		"deep fields":  "x = " + strings.Repeat("{'a': ", 150) + "ask()" + strings.Repeat("}", 150) + "\nsink(x" + strings.Repeat("['a']", 150) + ")\n",
		"wide objects": "x = {" + strings.Repeat("'a': ask(), ", 5_000) + "}\nsink(x['a'])\n",
		"many keys":    "x = {" + keys(5_000) + "}\nsink(x['k1'])\n",
		"many returns": "def f(a):\n" + strings.Repeat("    return a\n", 5_000),
	} {
		t.Run(name, func(t *testing.T) { follow(t, map[string]string{"a.py": code}) })
	}
}
