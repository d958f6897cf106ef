package leak

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/secret"
)

func known(t testing.TB) *secret.Rules {
	t.Helper()
	r, err := secret.Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// drawn gives a key that nobody gave out; none stands in this file.
func drawn(t testing.TB, seed string) string {
	t.Helper()
	all, err := secret.Examples(os.DirFS("../secret/data"), seed)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if i := strings.Index(e.Text, "gsk_"); i >= 0 && e.Rule == "groq-api-key" {
			return e.Text[i : i+56]
		}
	}
	t.Fatal("no example of a key")
	return ""
}

func told(l *Looked) string {
	var out []string
	for _, f := range l.Files {
		for _, k := range f.Found {
			at := fmt.Sprintf("%s:%d:%d", f.Path, k.Line, k.Column)
			if f.Aside {
				at += " aside"
			}
			out = append(out, at)
		}
	}
	return strings.Join(out, ", ")
}

// Which files of a tree are looked at: all that are text, whatever their names, and those of vendored folders only when they are asked for.
func TestTree(t *testing.T) {
	key := drawn(t, "tree")
	files := map[string]string{
		"notes": "the key: " + key + "\n", "app.py": "x = 1\nk = \"" + key + "\"\n", "tests/test_a.py": "k = \"" + key + "\"\n", "poetry.lock": "# " + key + "\n",
		"weights.bin": "\x00\x01" + key, "node_modules/a/index.js": "k = \"" + key + "\"\n", "node_modules/a/.mcp.json": "{\"k\": \"" + key + "\"}\n", "empty.txt": "",
	}
	for vendored, want := range map[bool]string{false: "app.py:2:6, node_modules/a/.mcp.json:1:8 aside, notes:1:10, poetry.lock:1:3, tests/test_a.py:1:6 aside",
		true: "app.py:2:6, node_modules/a/.mcp.json:1:8 aside, node_modules/a/index.js:1:6 aside, notes:1:10, poetry.lock:1:3, tests/test_a.py:1:6 aside"} {
		tree, err := bound.Memory(files, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		steps := 0
		l, err := Tree(context.Background(), tree, known(t), Options{Vendored: vendored, Progress: func(done, total int) { steps = total - done }})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(l); got != want || l.Binary != 1 || l.Vendored == 0 != vendored || steps != 0 || len(l.Gaps) != 0 {
			t.Errorf("vendored %v: %s; %d binary, %d vendored, %d steps left, gaps %v", vendored, got, l.Binary, l.Vendored, steps, l.Gaps)
		}
		if strings.Contains(l.Hide.Text("see "+key), key[8:20]) {
			t.Error("what was found is not hidden")
		}
	}
}

// A limit of the tree is told, and so is a file with more credentials than anybody reads.
func TestWhatIsNotSeenIsTold(t *testing.T) {
	key := drawn(t, "gap")
	tree, err := bound.Memory(map[string]string{"a": strings.Repeat("k = "+key+"\n", 1500), "b": strings.Repeat("x", 1000), "c": "k = " + key}, bound.Limits{TotalBytes: 100 << 10})
	if err != nil {
		t.Fatal(err)
	}
	l, err := Tree(context.Background(), tree, known(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(l.Files) == 0 || len(l.Files[0].Found) != 1000 || !l.Files[0].Cut || len(l.Gaps) == 0 || !strings.Contains(l.Gaps[0].Reason, "more credentials") {
		t.Errorf("%d files, gaps %v", len(l.Files), l.Gaps)
	}
	tree, err = bound.Memory(map[string]string{"a": strings.Repeat("x", 1000), "b": strings.Repeat("x", 1000)}, bound.Limits{TotalBytes: 1200})
	if err != nil {
		t.Fatal(err)
	}
	if l, err = Tree(context.Background(), tree, known(t), Options{}); err != nil || !l.Cut || len(l.Gaps) == 0 {
		t.Errorf("cut %v, gaps %v, %v", l.Cut, l.Gaps, err)
	}
}

// A large file is looked at in pieces: what stands at the seams is found, once, at its line and column.
func TestPieces(t *testing.T) {
	key := drawn(t, "seam")
	line := strings.Repeat("some text of a log ", 20) + "\n"
	for _, at := range []int{pieceBytes - shareBytes - 30, pieceBytes - shareBytes, pieceBytes - shareBytes/2 - 40, pieceBytes - shareBytes/2, pieceBytes - 30, pieceBytes, pieceBytes + 100} {
		before := strings.Repeat(line, at/len(line)) + strings.Repeat("-", at%len(line))
		before = before[:len(before)-1] + " "
		text := before + key + "\n" + strings.Repeat(line, 4000) + "last " + key + "\n"
		l := &looker{rules: known(t), hide: &secret.Hider{}}
		f, err := l.file("a.log", memory(text))
		if err != nil {
			t.Fatal(err)
		}
		first := strings.Count(before, "\n") + 1
		column := len(before) - strings.LastIndexByte(before, '\n')
		if len(f.Found) != 2 || f.Found[0].Line != first || f.Found[0].Column != column || f.Found[0].Offset != len(before) || f.Found[1].Line != first+4001 || f.Found[1].Column != 6 {
			t.Errorf("at %d: %d found, want lines %d and %d", at, len(f.Found), first, first+4001)
			for _, k := range f.Found {
				t.Logf("line %d, column %d (%d), offset %d", k.Line, k.Column, column, k.Offset)
			}
		}
	}
	one := strings.Repeat("x ", pieceBytes) + key // one line over two pieces
	l := &looker{rules: known(t), hide: &secret.Hider{}}
	if f, err := l.file("a.log", memory(one)); err != nil || len(f.Found) != 1 || f.Found[0].Line != 1 || f.Found[0].Column != 2*pieceBytes+1 {
		t.Errorf("%+v, %v", f.Found, err)
	}
	if _, err := (&looker{rules: known(t), hide: &secret.Hider{}, most: 1000}).file("a.log", memory(one)); err == nil || !strings.Contains(err.Error(), "lodemark secrets reads all") {
		t.Errorf("a file over the bound: %v", err)
	}
}

// A run of checks looks at each file once: what rules have read is not read again.
func TestEachFileOnce(t *testing.T) {
	key := drawn(t, "once")
	files := map[string]string{"app.py": "k = \"" + key + "\"\n", "notes.adoc": "the key: " + key + "\n", "poetry.lock": "# x\n"}
	reads := map[string]int{}
	var mu sync.Mutex
	s := &lodemark.Subject{System: &lodemark.System{}, Memo: &sync.Map{}, Read: func(path string) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		reads[path]++
		return []byte(files[path]), nil
	}}
	for path, text := range files {
		s.System.Files = append(s.System.Files, lodemark.File{Path: path, Size: int64(len(text))})
	}
	l := Look(context.Background(), s)
	if again := Look(context.Background(), s); again != l {
		t.Error("a second look reads all anew")
	}
	if got := told(l); got != "app.py:1:6, notes.adoc:1:10" || l.Read != 3 || l.Err != nil {
		t.Errorf("%s; %d read, %v", got, l.Read, l.Err)
	}
	if reads["notes.adoc"] != 1 || reads["poetry.lock"] > 1 {
		t.Errorf("reads %v", reads)
	}
}

func TestDescribe(t *testing.T) {
	for want, k := range map[string]secret.Found{
		"Groq API key, gsk_… (56 characters), under the name K": {Rule: secret.Rule{Title: "Groq API key", Provider: "Groq"}, Shown: "gsk_…", Length: 56, Context: "K"},
		"Access token (Desk) (20 characters)":                   {Rule: secret.Rule{Title: "Access token", Provider: "Desk"}, Shown: "…", Length: 20},
	} {
		if got := Describe(&k); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
