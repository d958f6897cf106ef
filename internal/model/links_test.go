package model

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/bound"
)

// In a cache of models the files are named by their digest, and links say what they are. A link out of what is scanned is
// dangerous where a loader would read it, and told where not.
func TestLinks(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := func(to, name string) {
		if err := os.Symlink(to, name); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(dir, "blobs", "aa11"), "bad")
	write(filepath.Join(dir, "blobs", "bb22"), "something")
	write(filepath.Join(dir, "snapshots", "1", "x"), "text")
	link("../../blobs/aa11", filepath.Join(dir, "snapshots", "1", "model.box"))
	link("../../blobs/bb22", filepath.Join(dir, "snapshots", "1", "other.box"))
	link("../../blobs/none", filepath.Join(dir, "snapshots", "1", "gone.box"))
	link(outside, filepath.Join(dir, "elsewhere"))
	link(filepath.Join(outside, "x"), filepath.Join(dir, "far.box"))
	link(filepath.Join(outside, "x"), filepath.Join(dir, "tokenizer.json"))

	tree, err := bound.Open(dir, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	out, err := Tree(context.Background(), tree, Options{Formats: boxes(open)})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range out.Files {
		got = append(got, f.Path+" "+f.Verdict.String())
	}
	want := "far.box dangerous, snapshots/1/gone.box not read, snapshots/1/model.box malicious, snapshots/1/other.box not read, tokenizer.json dangerous"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %s\nwant %s", strings.Join(got, ", "), want)
	}
	if strings.Join(out.Links, " ") != "elsewhere far.box tokenizer.json" {
		t.Errorf("links out: %v", out.Links)
	}
	for _, g := range out.Gaps {
		if strings.Contains(g.Reason, "leaves the tree") {
			t.Errorf("a link is a gap as well: %v", g)
		}
	}
}
