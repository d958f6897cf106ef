package script

import (
	"strings"
	"testing"
	"time"
)

// hostile are texts that cost most, or ruin a reader, when they are repeated.
var hostile = []string{
	"(", "[", "{", "`${", "<a>", "<a b={", "(a=>", "((a)=>", "({a:", "[{", "f(", "new ", "!", "- ", "++", "typeof ", "await ", "yield ",
	"a**", "a?", "a?b:", "a?(b):", "a?(b):c=>", "x=>", "async x=>", "async(", "a<", "a<b>", "f<", "f<T>(", "<T>", "<T>(", "<T,>(", "<any>(function(){",
	"if(a)", "if(a){}else ", "for(;;)", "while(a)", "do ", "a:", "export ", "export default ", "import ", "@", "@a ", "class{", "class extends ",
	"class A{@", "class A{[", "function(", "function f(){", "()=>{", "type A=", "let a:A<", "let a:(", "let a:[", "let a:{a:", "let a:()=>",
	"A extends B?", "let a:A extends B?", "let a:keyof ", "let a:`${", "infer A extends ", "declare ", "namespace A{", "declare module A{", "enum A{",
	"/", "/[", "/(", "'", "\"", "`", "/*", "//", "<!--", "\\", "\\u", "#", "#!", "\x00", "\xff", "\xe2\x80\xa8", "a\n", "a b ", ") ", "} ", "] ", "} {",
	"a(b c);", "a=b c ", "{a b}", "[a b] ", "`${a b}` ", "case ", "switch(a){case ", "try{", "a?.", "a.", "...", "=>", "as any ", "x as A<", "a!", "a`",
	"<a>{", "<a {...", "</", "<a/>", "<", ">", "let ", "const a=", "a,", "a=", "a+=", "a&&", "a+", "0x", "1e", "1_", "'\\", "get ", "async ", "static ",
	"(a:b,", "(a?:b)=>", "(a):b=>", "<T>(a:b)=>", "a?(b:c)=>", "a?(b):(c):", "import{a as b}from'c';", "export{a as b};",
}

// TestHostile: time is linear in the size, however it is spent, and nothing but the size of the text decides on the depth of the stack.
func TestHostile(t *testing.T) {
	const size = 200_000
	for _, s := range hostile {
		for _, dialect := range []Dialect{JavaScript, TypeScript, TSX} {
			source := strings.Repeat(s, size/len(s))
			begun := time.Now()
			tree := Parse(source, dialect)
			if spent := time.Since(begun); spent > 4*time.Second {
				t.Errorf("%q again and again (dialect %d): %v for %d bytes", s, dialect, spent, len(source))
			}
			sound(t, tree)
			if len(tree.Errors) > maxErrors {
				t.Errorf("%q: %d errors", s, len(tree.Errors))
			}
		}
	}
}

// TestClosed is the same with what closes each bracket.
func TestClosed(t *testing.T) {
	const deep = 20_000
	for _, c := range []struct{ open, close string }{
		{"(", ")"}, {"[", "]"}, {"({a:", "})"}, {"{", "}"}, {"`${", "}`"}, {"<a>", "</a>"}, {"f(", ")"}, {"f<T>(", ")"}, {"<any>(", ")"}, {"()=>{", "}"},
		{"a?(b):(", ")"}, {"a?(b):c=>(", ")"}, {"async(", ")"}, {"(a=", ")=>b"}, {"<T>(a=", ")=>b"}, {"(a=", "):b=>c"}, {"let a:A<", ">"}, {"let a:(", ")"},
		{"class{a=", "}"}, {"function f(){", "}"}, {"f(function(){", "})"}, {"x=<any>(function(){", "})"}, {"a?(b):c=>{", "}"}, {"<a b={", "}/>"},
		{"<a>{", "}</a>"}, {"a<b<(", ")>>(c)"},
	} {
		for _, dialect := range []Dialect{JavaScript, TypeScript, TSX} {
			source := strings.Repeat(c.open, deep) + "x" + strings.Repeat(c.close, deep)
			begun := time.Now()
			tree := Parse(source, dialect)
			if spent := time.Since(begun); spent > 4*time.Second {
				t.Errorf("%q deep (dialect %d): %v for %d bytes", c.open, dialect, spent, len(source))
			}
			sound(t, tree)
		}
	}
}

// TestChains: what is long without being deep is read whole.
func TestChains(t *testing.T) {
	for _, s := range []string{"a+", "a.b.", "f()||", "a,", "a=b,", "!a&&", "a?.b??"} {
		source := strings.Repeat(s, 100_000) + "z"
		if tree := Parse(source, JavaScript); len(tree.Errors) > 0 {
			t.Errorf("%q again and again: %v", s, tree.Errors[0])
		}
	}
}
