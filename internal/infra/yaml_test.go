package infra

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestMergeKeys(t *testing.T) {
	docs, err := parseYAML([]byte("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  z: own\n  <<: [*a, *b]\nd: {<<: *a, '<<': text}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"c": "z=own x=1 y=1", "d": "<<=text x=1 y=1"} {
		var got []string
		for _, e := range docs[0].get(key).all() {
			got = append(got, e.key+"="+e.value.str())
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s: %s, want %s", key, s, want)
		}
	}
	if docs[0].get("a", "none", "x") != nil || docs[0].get("b", "z").at() != 2 {
		t.Error("a path was followed wrongly")
	}
}

// Every bound, and what it says.
func TestYAMLBounds(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'j'; c++ {
		bomb += fmt.Sprintf("%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c,", c-1), 10), ","))
	}
	merges := "a: &a {x0: 1}\n"
	for i := range 2000 {
		merges += fmt.Sprintf("m%d: &m%d {<<: *%s, x%d: 1}\n", i, i, map[bool]string{true: "a", false: fmt.Sprintf("m%d", i-1)}[i == 0], i+1)
	}
	for _, tt := range []struct{ name, text, want string }{
		{"aliases of aliases", bomb, "aliases make the document more than 10 times larger"},
		{"merges of merges", merges, "aliases make the document more than 10 times larger"},
		{"deep lists", strings.Repeat("[", 300) + strings.Repeat("]", 300), "nested deeper than 200"},
		{"deep blocks", strings.Repeat("- ", 300) + "x", "nested deeper than 200"},
		{"very deep lists", strings.Repeat("[", 200_000), "exceeded"},
		{"many values", strings.Repeat("[],", maxValues), "more than"},
		{"many documents", strings.Repeat("--- a\n", maxDocuments+1), "more than 5000 documents"},
		{"a large file", strings.Repeat("# comment\n", maxBytes/10+1), "bytes; at most"},
		{"an alias of nothing", "a: *b\n", "unknown anchor"},
		{"not UTF-8", "a: \xff\xfe\n", ""},
		{"a control character", "a: \x01\n", "control characters"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			begin := time.Now()
			_, err := parseYAML([]byte(tt.text))
			if e := (*Error)(nil); !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
			if took := time.Since(begin); took > 30*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// What anchors are for must stay readable: one block used by a hundred services.
func TestAliasesInUse(t *testing.T) {
	text := "x: &x {" + strings.Repeat("k: v, ", 100) + "}\nservices:\n"
	for i := range 100 {
		text += fmt.Sprintf("  s%d: {image: a, environment: *x}\n", i)
	}
	if got := compose(t, text); len(got) != 100 || len(got[99].Environment) != 100 {
		t.Errorf("%d services", len(got))
	}
}

func FuzzYAML(f *testing.F) {
	for _, s := range []string{"a: &a {b: [*a]}\n", "- &x {<<: [*x, {a: 1}]}\n- *x\n", "? [a]\n: b\n--- |\n x\n", "a: !ref [b, c]\nd: >-\n  x\n   y\n\n  z\n", "\ufeffa: \"b\n  c\"\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		docs, err := parseYAML(data)
		if e := (*Error)(nil); err != nil && !errors.As(err, &e) {
			t.Errorf("%T: %v", err, err)
		}
		lines := sourceLines(data)
		for _, d := range docs {
			walk(t, d, lines, 0)
		}
	})
}

func walk(t *testing.T, n *node, lines []string, depth int) {
	if n == nil || depth > maxNesting+1 {
		t.Fatalf("a missing node, or one at depth %d", depth)
	}
	n.script(lines)
	for _, e := range n.entries {
		walk(t, e.value, lines, depth+1)
	}
	for _, item := range n.items {
		walk(t, item, lines, depth+1)
	}
}
