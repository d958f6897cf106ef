package python

import (
	"strings"
	"testing"
	"time"
)

// hostile are texts that cost most, or ruin a reader, when they are repeated.
var hostile = []string{
	"(", "[", "{", "f(", "a[", "{a:", "(a,", "f(a=", "f(*", "f(**", "(\n", "[\n", "f(a\n", ")", "]", "}", "(]", "[)", ") (", "f(a b ", "f(a b\n",
	"lambda:", "lambda a=", "lambda *", "lambda (", "not ", "-", "~", "await ", "yield ", "a**", "a+(", "a if ", "a if b else ", "(a if b else ",
	"a:=", "(a:=", "*", "**", "a.", "a.\n", "a,", "a=", "a:", "a;", ";", ":", ",", "a b ", "a b\n", "= 1\n", ".", "...", "->", "!", "@",
	"@a\n", "@a(\n", "@", "if a:", "if a:\n", "if a\n", "if a:b\n", "elif a:b\n", "else:\n", "while a:", "for a in b:", "for a in ", "try:\n", "try:a\n",
	"except a:b\n", "except*", "finally:\n", "with a:", "with (", "with (\n", "with (a\n", "with (a as b\n", "with (a, (", "with (a)(\n", "async ", "async def ", "async with (",
	"match (x\n", "match (x", "match [\n", "match x:\n", "match ", "match(", "match -(\n", "match '''\n", "match f'{\n", "case a:\n", "case (", "case ", "match a:\n case (",
	"type ", "type a[", "type a=", "type a = (\n", "print ", "print 'a'\n", "print 'a',", "exec ", "exec a in ", "`", "`a`", "raise a,", "a<>",
	"def ", "def f(", "def f(a:", "def f(a=(", "def f((", "def f[a:", "def f():", "def f(\n", "def f a\n", "class ", "class a(", "class a:\n", "import a.", "import ", "from a import (",
	"from a import (\n", "from .", "from", "global a,", "del (", "del ", "assert ", "return ", "'", "\"", "'''", "\"\"\"", "'\\", "f'", "f'{", "f'{a", "f'{a:", "f'{a:{", "f\"{f'{",
	"f'''{", "f'{a!", "f'{(", "f'{a b}'", "f'{'", "f'{lambda:", "f'}", "{{", "f'{{", "t'{", "rf'\\{", "f'\\N{", "b'", "ur'", "\\", "\\\n", "\\\n\n", "a\\\n", " \\\n", "#", "#\n", "\n", "\r", "\r\n",
	"\t", " ", " a\n", "\f", "\x00", "\x00\n", "\xff", "\ufeff", "\u00a0", "\u202e", "é", "0x", "1e", "1_", "1if ", "1if1else", "1for", "0777 ", "1l", "1a", "1.", "1..", ".1", "1j",
	"a for ", "[a for a in ", "(a for a in b if ", "async for ", "a[:", "a[::", "a[b:c,", "is not ", "not in ", "a<b", "f(a for a in ", "f(a for b in c, ", "{a:b for c in ",
	"{**", "{a b", "{a,b:", "a\n b\n", "a\n  b\n c\n", "if a:\n\tb\n        c\n", "(#\n", "a #\n", "f(a #\n", "f(a \\\n", "()()", "a()", "a[b]", "(a)", "(a)\n(", "x = (\n", "x = {\n'a': f(\n", "return (\n", "a = '\n",
}

// size is that of the long files here. It is enough to tell time that grows with the square: 0.1 s become minutes.
const size = 100_000

// TestHostile: time is linear in the size, however it is spent.
func TestHostile(t *testing.T) {
	for _, s := range hostile {
		for _, source := range []string{strings.Repeat(s, size/len(s)), "def f():\n  " + strings.Repeat(s, size/len(s)), lines(s)} {
			begun := time.Now()
			tree := Parse(source)
			if spent := time.Since(begun); spent > 4*time.Second {
				t.Errorf("%q again and again: %v for %d bytes", s, spent, len(source))
			}
			sound(t, tree)
		}
	}
}

// lines repeats a text with a line end behind each.
func lines(s string) string { return strings.Repeat(s+"\n", size/(len(s)+1)) }

// TestDeep: what is nested deeper than anybody writes is told, what closes it or not.
func TestDeep(t *testing.T) {
	const deep = 10_000
	for _, c := range []struct{ open, close string }{
		{"(", ")"}, {"[", "]"}, {"{", "}"}, {"{a:", "}"}, {"f(", ")"}, {"a[", "]"}, {"f(a=", ")"}, {"lambda:", ""}, {"lambda a=", ":b"}, {"not ", ""}, {"- ", ""}, {"a**", ""},
		{"a if ", " else b"}, {"(a for b in ", ")"}, {"(yield ", ")"}, {"f'{", "}'"}, {"f'{a:{", "}}'"}, {"(lambda:(", "))"}, {"`", "`"},
	} {
		tree := Parse("x = " + strings.Repeat(c.open, deep) + "y" + strings.Repeat(c.close, deep) + "\nf()\n")
		sound(t, tree)
		if len(tree.Errors) == 0 {
			t.Errorf("%q in itself: nothing is told", c.open)
		}
		if tree.Code(tree.Last(tree.Root)) != "f()" {
			t.Errorf("%q in itself: what follows is not read", c.open)
		}
	}
	for _, head := range []string{"if a:", "def f():", "class a:", "try:", "with a:", "for a in b:", "match a:", "case a:", "oops a:"} {
		var b strings.Builder
		for i := range deep {
			b.WriteString(strings.Repeat(" ", i))
			b.WriteString(head)
			b.WriteByte('\n')
		}
		b.WriteString(strings.Repeat(" ", deep) + "g()\nf()\n")
		begun := time.Now()
		tree := Parse(b.String())
		if spent := time.Since(begun); spent > 4*time.Second {
			t.Errorf("%q in itself: %v for %d bytes", head, spent, b.Len())
		}
		sound(t, tree)
		if len(tree.Errors) == 0 {
			t.Errorf("%q in itself: nothing is told", head)
		}
	}
}

// TestChains: what is long without being deep is read whole.
func TestChains(t *testing.T) {
	for _, s := range []string{"a+", "a.b.", "a or ", "a and ", "a<", "a,", "a=", "f()+", "a if b else ", "a*b-", "a;", "a\n", "f()\n", "'a'", "f'{a}'", "@a\n"} {
		n := 100_000
		if s == "a\n" {
			n = 1_000_000
		}
		source := strings.Repeat(s, n) + "z"
		switch s {
		case "@a\n":
			source = strings.TrimSuffix(source, "z") + "def f(): a"
		case "'a'", "f'{a}'":
			source = strings.TrimSuffix(source, "z")
		}
		tree := Parse(source)
		if len(tree.Errors) > 0 {
			t.Errorf("%q again and again: %v", s, tree.Errors[0])
		}
		sound(t, tree)
	}
	tree := Parse("if a: b\n" + strings.Repeat("elif a: b\n", 100_000) + "else: c\n")
	if len(tree.Errors) > 0 {
		t.Errorf("elif again and again: %v", tree.Errors[0])
	}
	sound(t, tree)
}
