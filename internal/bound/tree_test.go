package bound

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// heapGrowth is how far the heap's high-water mark rises while do runs.
func heapGrowth(do func()) uint64 {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	return max(<-peak, before.HeapInuse) - before.HeapInuse
}

// onDisk writes files below a new folder and opens it as a target.
func onDisk(t testing.TB, files map[string]string, l Limits) (*Tree, string) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, dir, l), dir
}

func open(t testing.TB, dir string, l Limits) *Tree {
	t.Helper()
	tree, err := Open(dir, l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tree.Close() })
	return tree
}

// visited walks and reads all there is, and returns "path: content", sorted.
func visited(t testing.TB, tree *Tree) []string {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	err := tree.Walk(context.Background(), func(f File) error {
		line := QuoteName(f.Path)
		switch data, err := f.Read(); {
		case f.Target != "":
			line += " -> " + f.Target
		case err == nil:
			line += ": " + string(data)
		default:
			line += ": not read"
		}
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen, line)
		return nil
	})
	if err != nil {
		t.Fatalf("walk: %v", err)
	}
	slices.Sort(seen)
	return seen
}

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %q\nwant %q", what, got, want)
	}
}

// expectGaps compares the gaps as "path: reason", where the reason has to begin as wanted.
func expectGaps(t *testing.T, got []Gap, want ...string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = strings.HasPrefix(QuoteName(got[i].Path)+": "+got[i].Reason, want[i])
	}
	if !ok {
		t.Errorf("gaps:\n got %q\nwant %q", got, want)
	}
}

func TestOpenNeedsAFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file, Limits{}); err == nil || !strings.Contains(err.Error(), "not a folder") {
		t.Errorf("a file was opened as a target: %v", err)
	}
	if _, err := Open(file+"-absent", Limits{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("absent target: %v, want fs.ErrNotExist", err)
	}
}

func TestANegativeLimitIsRefused(t *testing.T) {
	fields := reflect.TypeFor[Limits]()
	for i := range fields.NumField() {
		if fields.Field(i).Type.Kind() == reflect.Bool {
			continue
		}
		var l Limits
		reflect.ValueOf(&l).Elem().Field(i).SetInt(-1)
		if _, err := Open(".", l); err == nil || !strings.Contains(err.Error(), fields.Field(i).Name) {
			t.Errorf("Open with %s -1: %v, want an error that names it", fields.Field(i).Name, err)
		}
		if _, err := Memory(nil, l); err == nil {
			t.Errorf("Memory with %s -1: no error", fields.Field(i).Name)
		}
	}
}

func TestAZeroLimitIsTheDefault(t *testing.T) {
	l, err := Limits{Depth: 3}.withDefaults()
	if err != nil {
		t.Fatal(err)
	}
	if l.Depth != 3 {
		t.Errorf("a limit that was set became %d", l.Depth)
	}
	v := reflect.ValueOf(l)
	for i := range v.NumField() {
		if v.Field(i).Kind() != reflect.Bool && v.Field(i).Int() <= 0 {
			t.Errorf("%s has no default", v.Type().Field(i).Name)
		}
	}
}

var parity = map[string]string{
	"README.md":                   "hello",
	"empty":                       "",
	"src/app.py":                  "import os\n",
	"src/deep/er/x.json":          "{}",
	"node_modules/m/model.pkl":    "\x80\x04.",
	".venv/lib/key.pem":           "secret",
	"vendor/v.go":                 "package v",
	"odd/tab\there":               "tab",
	"odd/\u202egpj.exe":           "rtl",
	"odd/\xff\xfe":                "bytes",
	"odd/\xff\xfd":                "other bytes",
	"large.bin":                   strings.Repeat("x", 2000),
	".git/HEAD":                   "ref: refs/heads/main",
	"sub/.git/objects/ab/cdef":    "object",
	"a/b/c/d/e/f/too/deep.txt":    "deep",
	"sub/.github/workflows/w.yml": "on: push",
}

// TestMemoryBehavesAsOpenDoes makes canaries and tests in memory say something about disks.
func TestMemoryBehavesAsOpenDoes(t *testing.T) {
	limits := Limits{FileBytes: 1000, Depth: 5}
	disk, _ := onDisk(t, parity, limits)
	memory, err := Memory(parity, limits)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "visited", visited(t, memory), visited(t, disk))
	if !slices.Equal(memory.Gaps(), disk.Gaps()) || len(disk.Gaps()) != 2 {
		t.Errorf("gaps differ or are not two:\nmemory %q\n  disk %q", memory.Gaps(), disk.Gaps())
	}
	expect(t, "skipped", memory.Skipped(), disk.Skipped())
	names := slices.Collect(maps.Keys(parity))
	names = append(names, "", ".", "..", "/", "/etc/passwd", "../x", "a/../../x", "a/../README.md", "./README.md", "src", "src/",
		"absent", "src/absent", "README.md/x", "a\x00b", strings.Repeat("n/", 3000))
	for _, name := range names {
		for _, read := range []func(*Tree) string{
			func(tree *Tree) string { data, err := tree.ReadFile(name); return string(data) + "|" + failure(err) },
			func(tree *Tree) string { data, err := tree.ReadHead(name, 3); return string(data) + "|" + failure(err) },
			func(tree *Tree) string { sum, err := tree.Digest(name); return sum + "|" + failure(err) },
		} {
			if m, d := read(memory), read(disk); m != d {
				t.Errorf("%q: memory gives %q, disk %q", name, m, d)
			}
		}
	}
	if !slices.Equal(memory.Gaps(), disk.Gaps()) {
		t.Errorf("gaps differ after reading:\nmemory %q\n  disk %q", memory.Gaps(), disk.Gaps())
	}
}

func failure(err error) string {
	if err == nil {
		return ""
	}
	return fmt.Sprint(err, errors.Is(err, fs.ErrNotExist), errors.Is(err, ErrOutside), errors.Is(err, ErrIrregular))
}

func TestMemoryRefusesWhatNoDiskCanHold(t *testing.T) {
	for _, files := range []map[string]string{
		{"": "x"}, {"/abs": "x"}, {"../up": "x"}, {"a//b": "x"}, {"a/": "x"}, {"nul\x00": "x"}, {".": "x"}, {"a": "file", "a/b": "and folder"},
	} {
		if _, err := Memory(files, Limits{}); err == nil {
			t.Errorf("%q was taken", files)
		}
	}
}

func TestDigestAndHead(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"f": "hello"}, Limits{FileBytes: 2})
	sum, err := tree.Digest("f") // longer than FileBytes: a digest needs no memory
	if want := "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"; sum != want || err != nil {
		t.Errorf("digest %s (%v), want %s", sum, err, want)
	}
	for n, want := range map[int]string{0: "", 1: "h", 5: "hello", 1 << 40: "hello"} {
		if got, err := tree.ReadHead("f", n); string(got) != want || err != nil {
			t.Errorf("head of %d: %q (%v), want %q", n, got, err, want)
		}
	}
	if _, err := tree.ReadHead("f", -1); err == nil {
		t.Error("a negative head was read")
	}
	expectGaps(t, tree.Gaps())
}

func TestFilesOverTheLimitEndTheWalkAndLeaveAGap(t *testing.T) {
	files := map[string]string{}
	for i := range 700 {
		files[fmt.Sprintf("d%d/f%d", i%3, i)] = "x"
	}
	tree, _ := onDisk(t, files, Limits{Files: 100})
	seen := visited(t, tree)
	if len(seen) == 0 || len(seen) > 100 {
		t.Errorf("visited %d files under a limit of 100 entries", len(seen))
	}
	expectGaps(t, tree.Gaps(), ".: over the limit of 100 files")
	if got := tree.Limited(); len(got) != 1 || *got[0] != (LimitError{".", LimitFiles, 100}) {
		t.Errorf("limits reached: %v", got)
	}
}

func TestTotalBytesBoundsAllReadsTogether(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"a": "12345", "b": "67890"}, Limits{TotalBytes: 7})
	if _, err := tree.ReadFile("a"); err != nil {
		t.Fatal(err)
	}
	_, err := tree.ReadFile("b")
	if limit := (*LimitError)(nil); !errors.As(err, &limit) || *limit != (LimitError{"b", LimitTotalBytes, 7}) {
		t.Errorf("second read: %v, want the limit on total bytes", err)
	}
	expectGaps(t, tree.Gaps(), "b: over the limit of 7 total bytes")
}

func TestAFileOverTheLimitIsATypedErrorThatSaysWhatToDo(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"exact": "12345", "over": "123456"}, Limits{FileBytes: 5})
	if data, err := tree.ReadFile("exact"); string(data) != "12345" || err != nil {
		t.Errorf("a file of exactly the limit: %q, %v", data, err)
	}
	_, err := tree.ReadFile("over")
	if limit := (*LimitError)(nil); !errors.As(err, &limit) || limit.Max != 5 || !strings.Contains(err.Error(), "raise") {
		t.Errorf("error %v, want a *LimitError with advice", err)
	}
	expectGaps(t, tree.Gaps(), "over: over the limit of 5 file bytes")
}

func TestVisitsErrorAndCancellationEndTheWalk(t *testing.T) {
	tree, _ := onDisk(t, parity, Limits{})
	boom := errors.New("boom")
	if err := tree.Walk(context.Background(), func(File) error { return boom }); !errors.Is(err, boom) {
		t.Errorf("error %v, want the visitor's", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := tree.Walk(ctx, func(File) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want context.Canceled", err)
	}
}

func TestAFileCanBeReadAfterItsVisit(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"d/f": "hello"}, Limits{})
	var kept File
	if err := tree.Walk(context.Background(), func(f File) error { kept = f; return nil }); err != nil {
		t.Fatal(err)
	}
	if data, err := kept.Read(); string(data) != "hello" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
}

func TestGapsAreBoundedAndTheSameInAnyOrder(t *testing.T) {
	var up, down gapSet
	const n = 3 * maxGaps
	for i := range n {
		up.add(fmt.Sprintf("%06d", i), "r")
		down.add(fmt.Sprintf("%06d", n-1-i), "r")
	}
	if !slices.Equal(up.list(), down.list()) {
		t.Error("the gaps kept depend on the order they came in")
	}
	got := up.list()
	if last := got[len(got)-1]; len(got) != maxGaps+1 || !strings.Contains(last.Reason, "more than") {
		t.Errorf("%d gaps kept, the last is %q; want %d and a word that there are more", len(got), last, maxGaps)
	}
}
