//go:build unix

package bound

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// inTime fails when do hangs, as it would on a pipe that nobody writes to.
func inTime(t *testing.T, do func()) {
	t.Helper()
	done := make(chan struct{})
	go func() { defer close(done); do() }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatal("still waiting after five seconds")
	}
}

func TestALinkCannotLeadOutOfTheTree(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"in/file": "inside"}, Limits{})
	secret := filepath.Join(t.TempDir(), "secret")
	must(t, os.WriteFile(secret, []byte("outside"), 0o600))
	must(t, os.Symlink(secret, filepath.Join(dir, "absolute")))
	must(t, os.Symlink("../../../../../../../../etc/passwd", filepath.Join(dir, "relative")))
	must(t, os.Symlink(filepath.Dir(secret), filepath.Join(dir, "folder")))
	must(t, os.Symlink("in/file", filepath.Join(dir, "good")))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	for _, name := range []string{"absolute", "relative", "folder/secret"} {
		if data, err := tree.ReadFile(name); !errors.Is(err, ErrOutside) {
			t.Errorf("%s: read %q, error %v, want ErrOutside", name, data, err)
		}
	}
	if data, err := tree.ReadFile("good"); string(data) != "inside" || err != nil {
		t.Errorf("a link inside the tree: %q, %v", data, err)
	}
	var mu sync.Mutex
	outside := map[string]bool{}
	must(t, tree.Walk(context.Background(), func(f File) error {
		if f.Target != "" {
			if _, err := f.Read(); err == nil {
				t.Errorf("%s was followed", f.Path)
			}
		}
		if f.Outside {
			mu.Lock()
			defer mu.Unlock()
			outside[f.Path] = true
		}
		return nil
	}))
	if len(outside) != 3 {
		t.Errorf("links that lead outside: %v, want three", outside)
	}
	var paths []string
	for _, g := range tree.Gaps() {
		paths = append(paths, g.Path)
	}
	if got := strings.Join(paths, " "); !strings.Contains(got, "absolute") || !strings.Contains(got, "relative") || strings.Contains(got, "good") || strings.Contains(got, "dangling") {
		t.Errorf("gaps at %s, want those links that lead out and no others", got)
	}
}

func TestLinkLoopsAreHarmless(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"d/file": "x"}, Limits{})
	must(t, os.Symlink("self", filepath.Join(dir, "self")))
	must(t, os.Symlink("pong", filepath.Join(dir, "ping")))
	must(t, os.Symlink("ping", filepath.Join(dir, "pong")))
	must(t, os.Symlink("..", filepath.Join(dir, "d", "up")))
	expect(t, "visited", visited(t, tree), []string{"d/file: x", "d/up -> ..", "ping -> pong", "pong -> ping", "self -> self"})
	expectGaps(t, tree.Gaps())
	if _, err := tree.ReadFile("self"); err == nil {
		t.Error("a link to itself was read")
	}
}

func TestPipesAndSocketsAreNeverOpened(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"file": "x"}, Limits{})
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644))
	must(t, os.Symlink("pipe", filepath.Join(dir, "via")))
	old, err := os.Getwd()
	must(t, err)
	must(t, os.Chdir(dir)) // the address of a socket must be short
	socket, err := net.Listen("unix", "socket")
	must(t, os.Chdir(old))
	must(t, err)
	defer socket.Close()
	inTime(t, func() {
		expect(t, "visited", visited(t, tree), []string{"file: x", "via -> pipe"})
		for _, name := range []string{"pipe", "via", "socket"} {
			if _, err := tree.ReadFile(name); !errors.Is(err, ErrIrregular) {
				t.Errorf("%s: error %v, want ErrIrregular", name, err)
			}
		}
	})
	expectGaps(t, tree.Gaps(), "pipe: not a regular file: named pipe", "pipe: not a regular file: named pipe, never opened",
		"socket: not a regular file: socket", "socket: not a regular file: socket, never opened", "via: not a regular file: named pipe")
}

func TestDevicesAreNeverOpened(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"file": "x"}, Limits{})
	must(t, os.Symlink("/dev/zero", filepath.Join(dir, "link")))
	if _, err := tree.ReadFile("link"); !errors.Is(err, ErrOutside) {
		t.Errorf("link to a device: error %v, want ErrOutside", err)
	}
	if err := syscall.Mknod(filepath.Join(dir, "zero"), syscall.S_IFCHR|0o644, 1<<8|5); err != nil {
		t.Skipf("SKIPPED: a device file cannot be made here, only the link to one was tested: %v", err)
	}
	inTime(t, func() {
		if _, err := tree.ReadFile("zero"); !errors.Is(err, ErrIrregular) {
			t.Errorf("device: error %v, want ErrIrregular", err)
		}
		expect(t, "visited", visited(t, tree), []string{"file: x", "link -> /dev/zero"})
	})
}

// TestReplacedBetweenMeetingAndOpening plays the race: what was met as a file is a pipe, a link or another file when it is
// opened, and what was met as a folder is a pipe.
func TestReplacedBetweenMeetingAndOpening(t *testing.T) {
	for name, swap := range map[string]func(path string) error{
		"pipe":       func(p string) error { return syscall.Mkfifo(p, 0o644) },
		"link":       func(p string) error { return os.Symlink("other", p) },
		"other file": func(p string) error { return os.Rename(filepath.Join(filepath.Dir(p), "other"), p) },
		"nothing":    func(p string) error { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			tree, dir := onDisk(t, map[string]string{"file": "right", "other": "wrong"}, Limits{})
			inTime(t, func() {
				tree.Walk(context.Background(), func(f File) error {
					if f.Path != "file" {
						return nil
					}
					path := filepath.Join(dir, "file")
					must(t, os.Rename(path, path+"-moved")) // keeps the inode from being used again
					must(t, swap(path))
					if data, err := f.Read(); err == nil {
						t.Errorf("read %q", data)
					}
					return nil
				})
			})
			if gaps := tree.Gaps(); len(gaps) == 0 || gaps[0].Path != "file" {
				t.Errorf("gaps %q, want one for the file", gaps)
			}
		})
	}
	t.Run("folder", func(t *testing.T) {
		tree, dir := onDisk(t, nil, Limits{})
		must(t, syscall.Mkfifo(filepath.Join(dir, "folder"), 0o644))
		inTime(t, func() {
			if _, err := tree.top.sub("folder"); err == nil {
				t.Error("a pipe was opened as a folder")
			}
		})
	})
}

func TestAFileThatGrowsIsReadUpToTheLimitOnly(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"log": "12345"}, Limits{FileBytes: 100})
	h, err := tree.OpenFile("log")
	must(t, err)
	defer h.Close()
	must(t, os.WriteFile(filepath.Join(dir, "log"), []byte(strings.Repeat("x", 90)), 0o644))
	if data, err := h.whole(); len(data) != 90 || err != nil {
		t.Errorf("%d bytes, %v; want the 90 there are now", len(data), err)
	}
	expectGaps(t, tree.Gaps(), "log: changed while it was read, from 5 to 90 bytes")
	must(t, os.WriteFile(filepath.Join(dir, "log"), []byte(strings.Repeat("x", 5000)), 0o644))
	if _, err := h.whole(); !errors.As(err, new(*LimitError)) {
		t.Errorf("error %v, want a *LimitError", err)
	}
}

func TestAFileThatShrinksLeavesAGap(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"log": "12345"}, Limits{})
	h, err := tree.OpenFile("log")
	must(t, err)
	defer h.Close()
	must(t, os.Truncate(filepath.Join(dir, "log"), 2))
	if data, err := h.whole(); string(data) != "12" || err != nil {
		t.Errorf("read %q, %v", data, err)
	}
	expectGaps(t, tree.Gaps(), "log: changed while it was read, from 5 to 2 bytes")
}

func TestASparseFileTakesNoMemory(t *testing.T) {
	tree, dir := onDisk(t, map[string]string{"sparse": ""}, Limits{})
	must(t, os.Truncate(filepath.Join(dir, "sparse"), 2<<30))
	grown := heapGrowth(func() {
		if _, err := tree.ReadFile("sparse"); !errors.As(err, new(*LimitError)) {
			t.Errorf("error %v, want a *LimitError", err)
		}
		if head, err := tree.ReadHead("sparse", 512); len(head) != 512 || err != nil {
			t.Errorf("head of %d bytes, %v", len(head), err)
		}
	})
	if grown > 4<<20 {
		t.Errorf("reading a sparse file of 2 GiB took %d bytes", grown)
	}
	if spent := tree.spent.Load(); spent > 1<<20 {
		t.Errorf("%d bytes of it were read", spent)
	}
}

func TestVeryDeepFoldersEndAtTheLimit(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	must(t, err)
	for range 300 { // deeper in bytes than a path may be long
		must(t, root.Mkdir("deep-deep-deep-deep", 0o755))
		next, err := root.OpenRoot("deep-deep-deep-deep")
		must(t, err)
		root.Close()
		root = next
	}
	must(t, root.WriteFile("bottom", []byte("x"), 0o644))
	root.Close()
	tree := open(t, dir, Limits{})
	expect(t, "visited", visited(t, tree), nil)
	if got := tree.Limited(); len(got) != 1 || got[0].Limit != LimitDepth {
		t.Errorf("limits reached: %v, want the depth", got)
	}
	tree = open(t, dir, Limits{Depth: 1000, NameBytes: 10_000})
	if got := visited(t, tree); len(got) != 1 || !strings.HasSuffix(got[0], "/bottom: x") {
		t.Errorf("with the limits raised: visited %d files, gaps %q", len(got), tree.Gaps())
	}
}

func TestNamesThatAreTooLongLeaveAGap(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"folder/" + strings.Repeat("n", 90): "x", "folder/ok": "y"}, Limits{NameBytes: 50})
	expect(t, "visited", visited(t, tree), []string{"folder/ok: y"})
	expectGaps(t, tree.Gaps(), "folder: over the limit of 50 name bytes")
}

func TestFoldersAndFilesWithoutPermissionLeaveGaps(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("SKIPPED: root may read everything, so permissions cannot be tested as root; the error path is tested below")
	}
	tree, dir := onDisk(t, map[string]string{"closed/file": "x", "listed/file": "x", "locked": "x"}, Limits{})
	must(t, os.Chmod(filepath.Join(dir, "closed"), 0))
	must(t, os.Chmod(filepath.Join(dir, "listed"), 0o400))
	must(t, os.Chmod(filepath.Join(dir, "locked"), 0))
	defer os.Chmod(filepath.Join(dir, "closed"), 0o700)
	defer os.Chmod(filepath.Join(dir, "listed"), 0o700)
	expect(t, "visited", visited(t, tree), []string{"locked: not read"})
	expectGaps(t, tree.Gaps(), "closed: folder not entered: permission denied", "listed: folder not entered: permission denied", "locked: permission denied")
}

// sealed is a tree some of whose folders cannot be entered, for those who run the tests as root.
type sealed struct{ folder }

func (s sealed) sub(name string) (folder, error) {
	if name == "closed" {
		return nil, fs.ErrPermission
	}
	f, err := s.folder.sub(name)
	return sealed{f}, err
}

func TestAFolderThatCannotBeEnteredLeavesAGap(t *testing.T) {
	tree, err := Memory(map[string]string{"closed/x": "1", "open": "2"}, Limits{})
	must(t, err)
	tree.top = sealed{tree.top}
	expect(t, "visited", visited(t, tree), []string{"open: 2"})
	expectGaps(t, tree.Gaps(), "closed: folder not entered: permission denied")
}

func TestHostileNamesStayApart(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{"\xff": "1", "\xfe": "2", `\xff`: "3", "a\nb": "4", "a\\nb": "5", "\x1b[31mred": "6", "\ufffd": "7"}, Limits{})
	expect(t, "visited", visited(t, tree), []string{`\\xff: 3`, `\x1b[31mred: 6`, `\xfe: 2`, `\xff: 1`, `a\\nb: 5`, `a\nb: 4`, "\ufffd: 7"})
	for name, want := range map[string]string{"\xff": "1", "\xfe": "2", `\xff`: "3"} {
		if data, err := tree.ReadFile(name); string(data) != want || err != nil {
			t.Errorf("%q: read %q, %v", name, data, err)
		}
	}
}

func TestGitsOwnFoldersAreSkippedAndSaidSo(t *testing.T) {
	tree, _ := onDisk(t, map[string]string{".git/objects/aa/bb": "o", "sub/.git/HEAD": "h", "module/.git": "gitdir: x", ".gitignore": "*.pkl"}, Limits{})
	expect(t, "visited", visited(t, tree), []string{".gitignore: *.pkl", "module/.git: gitdir: x"})
	expect(t, "skipped", tree.Skipped(), []string{".git", "sub/.git"})
	expectGaps(t, tree.Gaps())
	if data, err := tree.ReadFile("sub/.git/HEAD"); string(data) != "h" || err != nil {
		t.Errorf("by name it can be read: %q, %v", data, err)
	}
}

func TestNoHandleStaysOpen(t *testing.T) {
	count := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skipf("SKIPPED: no list of open files here: %v", err)
		}
		return len(entries)
	}
	tree, _ := onDisk(t, parity, Limits{})
	before := count()
	visited(t, tree)
	if after := count(); after > before {
		t.Errorf("%d files open after the walk, %d before", after, before)
	}
}
