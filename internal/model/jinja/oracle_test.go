package jinja

import (
	"bufio"
	"encoding/json"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// oracle is Jinja itself, in a Python that is asked over pipes.
type oracle struct {
	in  io.Writer
	out *bufio.Reader
}

type answer struct {
	OK     *bool       `json:"ok"` // nil: Python's stack was not deep enough
	Error  string      `json:"error"`
	Tokens [][2]string `json:"tokens"`
}

func newOracle(t *testing.T) *oracle {
	t.Helper()
	python := "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import jinja2").Run(); err != nil {
		t.Skip("no Jinja beside which to read: ", err)
	}
	cmd := exec.Command(python, "testdata/oracle.py")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); cmd.Wait() })
	return &oracle{in, bufio.NewReaderSize(out, 1<<20)}
}

func (o *oracle) ask(t *testing.T, src string) answer {
	t.Helper()
	line, _ := json.Marshal(src)
	if _, err := o.in.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
	reply, err := o.out.ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(reply, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// compare wants the same tokens and the same answer to whether it is a template.
func compare(t *testing.T, o *oracle, src string) {
	t.Helper()
	a := o.ask(t, src)
	_, err := Parse([]byte(src))
	if a.OK != nil && *a.OK != (err == nil) {
		t.Errorf("Jinja takes it: %v (%s); we: %v\n%q", *a.OK, a.Error, err, src)
		return
	}
	if a.Tokens == nil {
		return
	}
	lex := newLexer(src)
	for i := 0; ; i++ {
		tok, err := lex.next()
		if err != nil {
			t.Errorf("Jinja has %d tokens; our lexer stops at %d: %v\n%q", len(a.Tokens), i, err, src)
			return
		}
		if tok.kind == tEOF {
			if i != len(a.Tokens) {
				t.Errorf("Jinja has %d tokens, we have %d\n%q", len(a.Tokens), i, src)
			}
			return
		}
		if i >= len(a.Tokens) || a.Tokens[i] != jinjaToken(tok) {
			t.Errorf("token %d: Jinja has %q, we have %q\n%q", i, a.Tokens[i:min(i+1, len(a.Tokens))], jinjaToken(tok), src)
			return
		}
	}
}

func jinjaToken(t token) [2]string {
	names := map[tokenKind]string{tData: "data", tBlockBegin: "block_begin", tBlockEnd: "block_end", tVariableBegin: "variable_begin",
		tVariableEnd: "variable_end", tName: "name", tString: "string", tInteger: "integer", tFloat: "float", tOperator: "operator"}
	n := names[t.kind]
	switch t.kind {
	case tData, tName, tString, tOperator:
		return [2]string{n, t.text}
	}
	return [2]string{n, ""}
}

// samples are templates of all statements and operators, and texts that are none.
var samples = []string{
	"", "text", "a\nb\n", "a\r\nb\r", "{{ a }}", "{{ a.b['c'][1:2, ::3] }}", "{{ a|b|c(1, x=2) }}", "{{ a is b }}", "{{ a is not b(1) }}", "{{ a is b c }}",
	"{{ a is b is c }}", "{{ a if b else c if d }}", "{{ a if b }}", "{{ not a and b or c }}", "{{ a not in b }}", "{{ 1 < 2 <= 3 != 4 }}",
	"{{ -1 ** 2 }}", "{{ +a }}", "{{ --a }}", "{{ a ~ b ~ 'c' }}", "{{ [1, 2,] }}", "{{ {'a': 1, 'b': {}, } }}", "{{ () }}", "{{ (1,) }}", "{{ 1, 2 }}", "{{ (a, b) }}",
	"{{ 'a' 'b' \"c\" }}", `{{ '\x41\u0042\U00000043\101\n\q\'' }}`, `{{ 'a\
b' }}`, `{{ '\x4' }}`, `{{ '\N{LOW LINE}' }}`, `{{ 'ä\ä' }}`, "{{ 1_000 }}", "{{ 1__0 }}", "{{ 0x1F + 0b11 + 0o17 + 00 }}", "{{ 01 }}", "{{ 1.5e-3 + 2e4 + 3.0 }}",
	"{{ 1.e5 }}", "{{ a.0.1 }}", "{{ a.1.5 }}", "{{ 1abc }}", "{{ true, True, none, None, false }}", "{{ a(*b, **c) }}", "{{ a(**c, *b) }}", "{{ a(b=1, c) }}", "{{ a(b, *c, d=1) }}",
	"{{ a(*b, c) }}", "{{ a(b,) }}", "{{ a(,) }}", "{{ a.b().c }}", "{{ a|b()() }}", "{{ a|b.c }}", "{{ }}", "{{ a b }}", "{{ a", "{{ 'a }}", "{{ a }", "{{ ) }}", "{{ (] }}",
	"{{ {'a': {'b': 1}} }}", "{{ a! }}", "{{ a ? b }}", "{{ a; b }}", "{{ $ }}", "{{ é }}", "{{ a·b }}", "{{ ²a }}", "{{ aé_1 }}",
	"{# c #}", "{# c", "{#- c -#} x", "a {#- c -#} b", "{% raw %}{{ a }}{% endraw %}", "{%- raw -%} a {%- endraw -%} b", "{% raw %}", "{% raw %}a{% endraw", "{%+ raw %}{% endraw +%}",
	"{{- a -}} b", "a {{- b +}}", "{%+ if a +%}{% endif %}", "{% if a %}b{% elif c %}d{% else %}e{% endif %}", "{% if a %}", "{% if %}{% endif %}", "{% if a, b %}{% endif %}",
	"{% if a %}{% else %}{% elif b %}{% endif %}", "{% endif %}", "{% if a if b else c %}{% endif %}", "{% if a: %}{% endif %}",
	"{% for a in b %}{{ loop.index }}{% else %}c{% endfor %}", "{% for a, b in c.items() if a recursive %}{{ loop(b) }}{% endfor %}", "{% for a in b if c if d else e %}{% endfor %}",
	"{% for a.b in c %}{% endfor %}", "{% for (a, b), c in d %}{% endfor %}", "{% for in b %}{% endfor %}", "{% for a in b recursive %}{% endfor %}", "{% for 1 in b %}{% endfor %}",
	"{% set a = 1 %}", "{% set a, b = 1, 2 %}", "{% set a.b = 1 %}", "{% set a %}b{% endset %}", "{% set a | upper | trim %}b{% endset %}", "{% set 'a' = 1 %}", "{% set true = 1 %}", "{% set a = %}",
	"{% set a.b.c = 1 %}", "{% set a[0] = 1 %}", "{% set a = b = c %}",
	"{% macro a(b, c=1) %}{{ b }}{% endmacro %}", "{% macro a(b=1, c) %}{% endmacro %}", "{% macro a %}{% endmacro %}", "{% macro a() -%} x {%- endmacro -%}", "{% macro a(b,) %}{% endmacro %}",
	"{% call a() %}b{% endcall %}", "{% call(x, y=2) a.b() %}c{% endcall %}", "{% call a %}b{% endcall %}", "{% call a()|b %}c{% endcall %}",
	"{% filter upper|trim %}a{% endfilter %}", "{% filter %}a{% endfilter %}", "{% filter a(1) %}{% endfilter %}",
	"{% block a %}b{% endblock %}", "{% block a scoped required %} {% endblock a %}", "{% block a required %}b{% endblock %}", "{% block a-b %}{% endblock %}", "{% block a %}{% endblock b %}",
	"{% extends 'a' %}", "{% extends a if b else c %}", "{% include 'a' ignore missing with context %}", "{% include ['a', 'b'] %}", "{% include 'a' without context %}", "{% include a ignore %}",
	"{% import 'a' as b %}", "{% import 'a' as b with context %}", "{% import 'a' %}", "{% from 'a' import b, c as d with context %}", "{% from 'a' import _b %}", "{% from 'a' import b, %}",
	"{% from 'a' import with context %}", "{% from 'a' import %}", "{% from 'a' b %}",
	"{% with a = 1, b = 2 %}{% endwith %}", "{% with %}{% endwith %}", "{% with a %}{% endwith %}", "{% autoescape true %}a{% endautoescape %}", "{% autoescape %}{% endautoescape %}",
	"{% do a.append(1) %}", "{% do %}", "{% print a, b %}", "{% print %}", "{% break %}", "{% for a in b %}{% continue %}{% endfor %}", "{% generation %}a{% endgeneration %}", "{% generation %}", "{% debug %}", "{% debug a %}",
	"{% trans %}a {{ b }}{% endtrans %}", "{% trans a=1, b %}x{% pluralize %}y{% endtrans %}", "{% trans a %}x{% pluralize b %}y{% endtrans %}", "{% trans %}{% if a %}{% endif %}{% endtrans %}",
	"{% trans %}{{ a.b }}{% endtrans %}", "{% trans trimmed a %} x {% endtrans %}", "{% trans %}x{% pluralize %}y{% endtrans %}", "{% trans 'context' a %}x{% endtrans %}", "{% trans a, a %}{% endtrans %}", "{% trans a: %}x{% endtrans %}",
	"{% unknown %}", "{% 1 %}", "{% %}", "{% if a %}{% endfor %}", "{{ a }} {% b", "{%", "{{", "{#", "{", "}}", "%}", "{%if a%}{%endif%}", "{{a}}{{b}}", "{{ '{{' }}", "{{ '}}' }}", "{{ \"%}\" }}",
	"{{ a\n.b\n }}", "\x00{{ a }}", "{{ a['b'].c[d]|e is f }}", "{{ x if y else z|w }}", "{{ (a or b) and not (c in d) }}", "{{ a[-1] }}", "{{ a[:] }}", "{{ a[] }}", "{{ a[1:2:3:4] }}", "{{ [a for a in b] }}", "{{ lambda: 1 }}",
	"{{ a // b % c * d / e }}", "{{ a ** b ** c }}", "{{ 'a' % b }}", "{{ a|b(c|d) }}", "{{ a is in b }}", "{{ a is divisibleby 3 }}", "{{ a is sameas(b) and c }}", "{{ a is defined and b is none or c }}", "{{ a is b.c }}",
}

func TestReadsAsJinja(t *testing.T) {
	o := newOracle(t)
	for _, s := range samples {
		compare(t, o, s)
	}
}

// TestReadsMutationsAsJinja cuts and mends templates at random, from a fixed seed.
func TestReadsMutationsAsJinja(t *testing.T) {
	o := newOracle(t)
	seeds := append([]string{}, samples...)
	rounds := 4000
	if dir := os.Getenv("LODEMARK_TEMPLATES"); dir != "" {
		files, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			seeds = append(seeds, string(src))
			compare(t, o, string(src))
		}
		rounds = 20_000
	}
	pieces := []string{"{%", "%}", "{{", "}}", "{#", "#}", "-", "+", "'", "\"", "\\", " ", "\n", "(", ")", "[", "]", "{", "}", ".", "|", ",", ":", "=", "==", "~", "*", "**",
		"0", "1.5", "1e3", "_", "a", "if", "else", "endif", "for", "in", "endfor", "is", "not", "and", "or", "raw", "endraw", "set", "endset", "macro", "true", "none", "recursive"}
	r := rand.New(rand.NewPCG(1, 2))
	for range rounds {
		s := seeds[r.IntN(len(seeds))]
		if len(s) > 3000 {
			from := r.IntN(len(s) - 3000)
			s = s[from : from+3000]
		}
		for range 1 + r.IntN(3) {
			at := r.IntN(len(s) + 1)
			to := min(len(s), at+r.IntN(8))
			switch r.IntN(3) {
			case 0:
				s = s[:at] + s[to:]
			case 1:
				s = s[:at] + pieces[r.IntN(len(pieces))] + s[at:]
			default:
				s = s[:at] + pieces[r.IntN(len(pieces))] + s[to:]
			}
		}
		if utf8.ValidString(s) && !strings.Contains(s, `\N`) {
			compare(t, o, s)
		}
		if t.Failed() && testing.Verbose() == false {
			break
		}
	}
}
