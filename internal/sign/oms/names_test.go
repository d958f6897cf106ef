package oms

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestPaths(t *testing.T) {
	for _, good := range []string{"a", "a/b", "a b", "ab:c", "...", "a..b", "..a", "-", "é", "console.json", "com", "com10", "comma.txt", "auxiliary", "nullable.py", "lpt", "x/.git/config", "a\nb", "weights-00001-of-00002.safetensors"} {
		if err := checkPath(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", ".", "..", "/", "/a", "a/", "a//b", "a/.", "a/..", "./a", "../a", `a\b`, "a\x00", "c:", "C:/x", "a\xff", "con", "CON.txt", "prn .txt", "x/aux", "Nul.tar.gz/y", "COM1", "lpt9.bin",
		"com\u00b2", "CONIN$", strings.Repeat("x", maxPath+1)} {
		if err := checkPath(bad); err == nil {
			t.Errorf("%q is accepted", bad)
		}
	}
}

func TestRules(t *testing.T) {
	r := newRules([]string{".git", "a/b", "./c//d/", "../x", "/etc", `e\f`})
	for name, rule := range map[string]string{".git": ".git", ".git/HEAD": ".git", "a/b": "a/b", "a/b/c/d": "a/b", "c/d/e": "c/d", `e\f`: `e\f`,
		".gitignore": "", "x/.git": "", "a": "", "a/bc": "", "b": "", "x": "", "etc": "", "etc/passwd": ""} {
		if have, ok := r.match(name); ok != (rule != "") || ok && have != rule {
			t.Errorf("%s: %q %v, want %q", name, have, ok, rule)
		}
	}
}

// TestManyNamesTakeLinearTime: the work for each name does not grow with the number of names, nor with how deep they lie.
func TestManyNamesTakeLinearTime(t *testing.T) {
	started := time.Now()
	n := newNames()
	for i := range 200_000 {
		if err := n.add(fmt.Sprintf("%s/%d", strings.Repeat("d/", 30), i)[1:]); err == nil {
			t.Fatal("a path with two slashes was accepted")
		}
		if err := n.add(fmt.Sprintf("%s%d", strings.Repeat("d/", 30), i)); err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(started); took > 20*time.Second {
		t.Errorf("200,000 names took %s", took)
	}
}
