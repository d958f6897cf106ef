package history

import (
	"bytes"
	"compress/zlib"
	"context"
	"crypto/sha1"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// loose writes one object as git keeps it before packing, and returns its name.
func loose(files map[string]string, kind, body string) string {
	raw := fmt.Sprintf("%s %d\x00%s", kind, len(body), body)
	name := fmt.Sprintf("%x", sha1.Sum([]byte(raw)))
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	z.Write([]byte(raw))
	z.Close()
	files[".git/objects/"+name[:2]+"/"+name[2:]] = b.String()
	return name
}

const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"

// history writes a chain of commits, one for each author, and points HEAD at the last.
func chain(authors ...string) map[string]string {
	files := map[string]string{".git/HEAD": "ref: refs/heads/main\n", "README.md": "# x\n"}
	parent := ""
	for i, a := range authors {
		body := "tree " + emptyTree + "\n"
		if parent != "" {
			body += "parent " + parent + "\n"
		}
		body += fmt.Sprintf("author %s %d +0000\ncommitter %s %d +0000\n\nchange %d\n", a, 1_700_000_000+i*86_400, a, 1_700_000_000+i*86_400, i)
		parent = loose(files, "commit", body)
	}
	files[".git/refs/heads/main"] = parent + "\n"
	return files
}

func read(t *testing.T, files map[string]string, l Limits) lodemark.History {
	t.Helper()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	h, err := Read(context.Background(), tree, l)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestContributors(t *testing.T) {
	h := read(t, chain("ML Engineer <ml@example.org>", "Web Engineer <web@example.org>", "M. L. Engineer <ML@example.org>"), Limits{})
	if h.Commits != 3 || !h.Complete || h.Why != "" || len(h.Head) != 40 || len(h.Contributors) != 2 {
		t.Fatalf("%+v", h)
	}
	ml := h.Contributors[0]
	if ml.Name != "M. L. Engineer" || ml.Commits != 2 || ml.First.Unix() != 1_700_000_000 || ml.Last.Unix() != 1_700_172_800 {
		t.Errorf("%+v", ml)
	}
}

// What is not whole says so, and what was read stays good.
func TestIncomplete(t *testing.T) {
	three := chain("A <a@example.org>", "B <b@example.org>", "C <c@example.org>")
	without := func(change func(map[string]string)) map[string]string {
		files := map[string]string{}
		for k, v := range three {
			files[k] = v
		}
		change(files)
		return files
	}
	head := strings.TrimSpace(three[".git/refs/heads/main"])
	tests := []struct {
		name    string
		files   map[string]string
		limits  Limits
		commits int
		why     string
	}{
		{"no history", map[string]string{"README.md": "x"}, Limits{}, 0, "no git history"},
		{"a worktree elsewhere", map[string]string{".git": "gitdir: /elsewhere/.git/worktrees/x\n"}, Limits{}, 0, "elsewhere"},
		{"nothing committed", map[string]string{".git/HEAD": "ref: refs/heads/main\n"}, Limits{}, 0, "HEAD names no commit"},
		{"HEAD that names itself", map[string]string{".git/HEAD": "ref: HEAD\n"}, Limits{}, 0, "HEAD names no commit"},
		{"more commits than are read", three, Limits{Commits: 2}, 2, "only 2 commits"},
		{"a shallow clone", without(func(f map[string]string) { f[".git/shallow"] = head + "\n" }), Limits{}, 1, "shallow"},
		{"a commit that is damaged", without(func(f map[string]string) {
			f[".git/objects/"+head[:2]+"/"+head[2:]] = "not zlib"
		}), Limits{}, 0, "cannot be read"},
		{"a commit that is too large", without(func(f map[string]string) {
			big := loose(f, "commit", "tree "+emptyTree+"\nauthor A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\n"+strings.Repeat("x", 4096))
			f[".git/refs/heads/main"] = big
		}), Limits{CommitBytes: 1024}, 0, "at most 1024 are read"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := read(t, tt.files, tt.limits)
			if h.Complete || h.Commits != tt.commits || !strings.Contains(h.Why, tt.why) {
				t.Errorf("%+v; want %d commits and %q", h, tt.commits, tt.why)
			}
		})
	}
}

// Nothing outside the target is read, whatever its git folder says.
func TestNothingOutside(t *testing.T) {
	outside, target := t.TempDir(), t.TempDir()
	for name, data := range chain("Outsider <outsider@example.org>") {
		write(t, filepath.Join(outside, name), data)
	}
	head, _ := os.ReadFile(filepath.Join(outside, ".git/refs/heads/main"))
	write(t, filepath.Join(target, ".git/HEAD"), string(head))
	write(t, filepath.Join(target, ".git/objects/info/alternates"), filepath.Join(outside, ".git/objects")+"\n")
	if err := os.Symlink(filepath.Join(outside, ".git/objects"), filepath.Join(target, ".git/objects/pack")); err != nil {
		t.Fatal(err)
	}
	tree, err := bound.Open(target, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	h, err := Read(t.Context(), tree, Limits{})
	if err != nil || len(h.Contributors) != 0 || h.Complete {
		t.Errorf("%+v, %v: the history outside was read", h, err)
	}
}

func write(t *testing.T, name, data string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// The oracle is git itself, run by this test on a repository of this test: loose objects, packed ones with deltas, merges.
func TestAgainstGit(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("git is not installed, and in CI the history has to be compared with it")
		}
		t.Skip("SKIPPED: git is not installed, so nothing was compared with it")
	}
	dir := t.TempDir()
	git := func(args ...string) string {
		t.Helper()
		c := exec.Command("git", append([]string{"-C", dir, "-c", "commit.gpgsign=false"}, args...)...)
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=c", "GIT_AUTHOR_EMAIL=e0@example.org", "GIT_COMMITTER_NAME=c", "GIT_COMMITTER_EMAIL=c@example.org")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	git("init", "-q", "-b", "main")
	for i := range 30 {
		if i == 10 {
			git("checkout", "-q", "-b", "side")
		}
		if i == 15 {
			git("checkout", "-q", "main")
		}
		if i == 20 {
			git("merge", "-q", "--no-ff", "-m", "merge", "side")
		}
		if i == 25 {
			git("gc", "-q", "--aggressive")
		}
		git("commit", "-q", "--allow-empty", "-m", strings.Repeat("a long message that deltas well ", 20)+fmt.Sprint(i),
			"--author", fmt.Sprintf("Engineer %d <e%d@example.org>", i%7, i%7))
	}
	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	h, err := Read(t.Context(), tree, Limits{})
	if err != nil || !h.Complete {
		t.Fatalf("%+v, %v", h, err)
	}
	want := strings.Fields(git("log", "--format=%ae"))
	if h.Commits != len(want) {
		t.Errorf("%d commits, git says %d", h.Commits, len(want))
	}
	for _, c := range h.Contributors {
		n := 0
		for _, w := range want {
			if w == c.Mail {
				n++
			}
		}
		if n != c.Commits {
			t.Errorf("%s: %d commits, git says %d", c.Mail, c.Commits, n)
		}
	}
	slices.Sort(want)
	if n := len(slices.Compact(want)); n != len(h.Contributors) {
		t.Errorf("%d contributors, git says %d", len(h.Contributors), n)
	}
}

// Damaged and hostile git folders cost their own history and nothing else.
func FuzzRead(f *testing.F) {
	good := chain("A <a@example.org>")
	for name, data := range good {
		if strings.Contains(name, "objects") {
			f.Add("ref: refs/heads/main\n", "deadbeef", []byte(data))
		}
	}
	f.Add("ref: ../../x\n", "", []byte("PACK\x00\x00\x00\x02\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, head, ref string, object []byte) {
		files := chain("A <a@example.org>")
		files[".git/HEAD"] = head
		files[".git/refs/heads/main"] = ref
		files[".git/objects/de/adbeefdeadbeefdeadbeefdeadbeefdeadbeef"] = string(object)
		files[".git/objects/pack/pack-1234567890123456789012345678901234567890.pack"] = string(object)
		files[".git/objects/pack/pack-1234567890123456789012345678901234567890.idx"] = string(object)
		files[".git/packed-refs"] = ref + " " + head
		tree, err := bound.Memory(files, bound.Limits{})
		if err != nil {
			return // no tree holds such names
		}
		defer tree.Close()
		if h, err := Read(context.Background(), tree, Limits{Commits: 50}); err == nil && h.Commits > 50 {
			t.Errorf("%d commits read", h.Commits)
		}
	})
}

// A commit may hold a megabyte of name, and name thousands of parents: neither is kept beyond what is shown.
func TestKeepsLittle(t *testing.T) {
	h := read(t, chain(strings.Repeat("é", 5000)+" <"+strings.Repeat("m", 5000)+"@example.org>"), Limits{})
	if len(h.Contributors) != 1 || len(h.Contributors[0].Name) > nameMost || len(h.Contributors[0].Mail) > nameMost || !utf8.ValidString(h.Contributors[0].Name) {
		t.Errorf("%d contributors", len(h.Contributors))
	}
	files := chain("A <a@example.org>")
	body := "tree " + emptyTree + "\n"
	for i := range 1000 {
		body += fmt.Sprintf("parent %040x\n", i+1)
	}
	files[".git/refs/heads/main"] = loose(files, "commit", body+"author A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nx\n") + "\n"
	if h := read(t, files, Limits{Commits: 10}); h.Complete || h.Commits != 1 || h.Why != "only 10 commits were read" {
		t.Errorf("%+v", h)
	}
}
