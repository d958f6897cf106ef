package history

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/bound"
)

// treeOf writes a folder's listing: names to objects, "dir/" for a folder, "@name" for a link.
func treeOf(files map[string]string, entries ...[2]string) string {
	var body strings.Builder
	for _, e := range entries {
		mode, name := "100644", e[0]
		switch {
		case strings.HasSuffix(name, "/"):
			mode, name = "40000", strings.TrimSuffix(name, "/")
		case strings.HasPrefix(name, "@"):
			mode, name = "120000", name[1:]
		}
		raw, _ := hex.DecodeString(e[1])
		fmt.Fprintf(&body, "%s %s\x00%s", mode, name, raw)
	}
	return loose(files, "tree", body.String())
}

// revisions is a repository of three commits: first without the file, then with it, then with it changed; and a tag on the second.
func revisions() (files map[string]string, commits []string) {
	files = map[string]string{".git/HEAD": "ref: refs/heads/main\n"}
	commit := func(tree string) {
		body := "tree " + tree + "\n"
		if n := len(commits); n > 0 {
			body += "parent " + commits[n-1] + "\n"
		}
		body += fmt.Sprintf("author A <a@example.org> %d +0000\ncommitter A <a@example.org> %d +0000\n\nx\n", 1_700_000_000+len(commits), 1_700_000_000+len(commits))
		commits = append(commits, loose(files, "commit", body))
	}
	commit(emptyTreeOf(files))
	for _, text := range []string{"system: one\n", "system: two\n"} {
		blob := loose(files, "blob", text)
		inner := treeOf(files, [2]string{"threats.yaml", blob})
		commit(treeOf(files, [2]string{"@link", blob}, [2]string{"desk/", inner}))
	}
	tag := loose(files, "tag", "object "+commits[1]+"\ntype commit\ntag v1\ntagger A <a@example.org> 1700000000 +0000\n\nv1\n")
	files[".git/refs/heads/main"] = commits[2] + "\n"
	files[".git/refs/tags/v1"] = tag + "\n"
	files[".git/refs/remotes/origin/main"] = commits[0] + "\n"
	files[".git/refs/heads/loop"] = "ref: refs/heads/loop\n"
	return files, commits
}

func emptyTreeOf(files map[string]string) string { return loose(files, "tree", "") }

func TestFileOfARevision(t *testing.T) {
	files, commits := revisions()
	tree, err := bound.Memory(files, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	for revision, want := range map[string]string{"HEAD": "system: two\n", "": "system: two\n", "@": "system: two\n", "main": "system: two\n", "refs/heads/main": "system: two\n", "v1": "system: one\n", "tags/v1": "system: one\n",
		"main~1": "system: one\n", "HEAD^": "system: one\n", "HEAD~": "system: one\n", commits[1]: "system: one\n", commits[1][:7]: "system: one\n", strings.ToUpper(commits[1][:8]): "system: one\n"} {
		got, commit, err := File(context.Background(), tree, revision, "desk/threats.yaml", 100)
		if err != nil || string(got) != want || len(commit) != 40 {
			t.Errorf("%q: %q of %s, %v; want %q", revision, got, commit, err, want)
		}
	}
	for revision, want := range map[string]string{"HEAD~2": "", "HEAD^^": "", "v1~1": "", "origin/main": ""} {
		if _, _, err := File(context.Background(), tree, revision, "desk/threats.yaml", 100); !errors.Is(err, ErrNoFile) {
			t.Errorf("%q: %v; want %q", revision, err, want)
		}
	}
	for revision, want := range map[string]string{"nope": "no branch, tag or commit", "HEAD~3": "first commit", "HEAD^2": "only ~N and ^", "HEAD~1x": "only ~N and ^", "HEAD~99999999999999999999": "no number", "HEAD~20000": "steps back", "abc": "no branch",
		"loop": "no branch", "HEAD@{1}": "no branch", "../../x": "no branch", strings.Repeat("a", 40): "is not here"} {
		var re *RevisionError
		if _, _, err := File(context.Background(), tree, revision, "desk/threats.yaml", 100); !errors.As(err, &re) || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", revision, err, want)
		}
	}
	for name, want := range map[string]string{"desk": "no such file", "link": "no such file", "desk/threats.yaml/x": "no such file", "nope/threats.yaml": "no such file", "": "no such file"} {
		if _, _, err := File(context.Background(), tree, "HEAD", name, 100); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", name, err, want)
		}
	}
	if _, _, err := File(context.Background(), tree, "HEAD", "desk/threats.yaml", 5); err == nil || !strings.Contains(err.Error(), "at most 5") {
		t.Error(err)
	}
}

func TestFileWithoutARepository(t *testing.T) {
	for _, files := range []map[string]string{{"README.md": "x"}, {".git": "gitdir: /elsewhere\n"}, {".git/HEAD": "ref: refs/heads/none\n"}, {".git/HEAD": "\x00\xff"}} {
		tree, err := bound.Memory(files, bound.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := File(context.Background(), tree, "HEAD", "threats.yaml", 100); err == nil || errors.Is(err, ErrNoFile) {
			t.Errorf("%v: %v", files, err)
		}
		tree.Close()
	}
}

// Whatever a name or the objects hold, it ends, and it does not crash.
func FuzzFileOfARevision(f *testing.F) {
	files, commits := revisions()
	for _, r := range []string{"HEAD", "v1~1", commits[0][:6], "HEAD^~2^", "~", "^", "a~~~", "refs/heads/main"} {
		f.Add(r, "desk/threats.yaml", "")
	}
	f.Add("HEAD", "a", "ref: refs/heads/main\n")
	f.Fuzz(func(t *testing.T, revision, name, head string) {
		all := map[string]string{}
		for k, v := range files {
			all[k] = v
		}
		if head != "" {
			all[".git/HEAD"] = head
		}
		tree, err := bound.Memory(all, bound.Limits{})
		if err != nil {
			return // of the seeds, none
		}
		defer tree.Close()
		if data, _, err := File(context.Background(), tree, revision, name, 10); err == nil && len(data) > 10 {
			t.Errorf("%d bytes", len(data))
		}
	})
}
