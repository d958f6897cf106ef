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
		"many returns": "def f(a):\n" + strings.Repeat("    return a\n", 5_000),
	} {
		t.Run(name, func(t *testing.T) { follow(t, map[string]string{"a.py": code}) })
	}
}
