package compare

import (
	"context"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/bound"
)

// Which version is taken: the stated one, that of the candidate's folder, that of the system; none where they do not agree.
func TestLockedVersions(t *testing.T) {
	card := "---\nlibrary_name: sentence-transformers\n---\n# A model\n"
	for _, tt := range []struct {
		name      string
		own       map[string]string
		system    map[string]string
		described string
		want, at  string
	}{
		{"nobody says", nil, nil, "", "", "README.md:2"},
		{"the system locks it", nil, map[string]string{"requirements.txt": "torch==2.1\nsentence-transformers==3.0.1\n"}, "", "3.0.1", "app/requirements.txt:2"},
		{"names of Python are one with any mark and case", nil, map[string]string{"uv.lock": "version = 1\n[[package]]\nname = \"sentence-transformers\"\nversion = \"3.1.0\"\n"}, "", "3.1.0", "app/uv.lock:2"},
		{"the candidate's own comes first", map[string]string{"requirements.txt": "Sentence_Transformers==2.7.0\n"}, map[string]string{"requirements.txt": "sentence-transformers==3.0.1\n"}, "", "2.7.0", "requirements.txt:1"},
		{"two versions are none", nil, map[string]string{"a/requirements.txt": "sentence-transformers==3.0.1\n", "b/requirements.txt": "sentence-transformers==2.7.0\n"}, "", "", "README.md:2"},
		{"what tests install is not what is served", nil, map[string]string{"tests/requirements.txt": "sentence-transformers==3.0.1\n"}, "", "", "README.md:2"},
		{"a range is no version", nil, map[string]string{"requirements.txt": "sentence-transformers>=3.0.1\n"}, "", "", "README.md:2"},
		{"what is stated stands", nil, map[string]string{"requirements.txt": "sentence-transformers==3.0.1\n"}, "name: A\nfolder: x\nloader: [\"sentence-transformers==2.0.0\"]\n", "2.0.0", "a.yaml:3"},
		{"a description without a version", nil, map[string]string{"requirements.txt": "sentence-transformers==3.0.1\n"}, "name: A\nfolder: x\nloader: [sentence-transformers]\n", "3.0.1", "app/requirements.txt:1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{"README.md": card}
			for name, text := range tt.own {
				files[name] = text
			}
			var locks *Locks
			if tt.system != nil {
				tree, err := bound.Memory(tt.system, bound.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				defer tree.Close()
				if locks, err = ReadLocks(context.Background(), tree, "app", ""); err != nil {
					t.Fatal(err)
				}
			}
			c := local(t, files, func(s *Source) {
				s.System = locks
				if tt.described == "" {
					return
				}
				d, err := Describe("a.yaml", []byte(tt.described))
				if err != nil {
					t.Fatal(err)
				}
				s.Described = d
			})
			all := c.loaders()
			if len(all) != 1 || all[0].version != tt.want || all[0].at != tt.at {
				t.Errorf("%+v", all)
			}
		})
	}
}

// Of a folder of a cache only what lies under the snapshot counts.
func TestLocksUnderAFolder(t *testing.T) {
	tree, err := bound.Memory(map[string]string{"snapshots/a/requirements.txt": "torch==2.1.0\n", "snapshots/b/requirements.txt": "torch==2.2.0\n"}, bound.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer tree.Close()
	l, err := ReadLocks(context.Background(), tree, "", "snapshots/b")
	if err != nil {
		t.Fatal(err)
	}
	if versions, at := l.of("PyPI", "torch"); len(versions) != 1 || versions[0] != "2.2.0" || at[0] != "requirements.txt:1" {
		t.Errorf("%v %v", versions, at)
	}
}

// Where a copy is run, and which version it is, is good only where something says so.
func TestWhatNothingSaysOfACopy(t *testing.T) {
	commit := strings.Repeat("a", 40)
	here, err := Describe("a.yaml", []byte("name: A\nfolder: x\nhosting: {where: self}\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, criterion string
		change          func(*Source)
		want            State
		word            string
	}{
		{"nobody says where", "hosting", func(*Source) {}, Unknown, "nobody says where"},
		{"it is run here", "hosting", func(s *Source) { s.Described = here }, Good, "stays where you run it"},
		{"nobody says which", "stability", func(*Source) {}, Unknown, "nothing says which version"},
		{"a branch of a hub", "stability", func(s *Source) { s.Reference, s.Revision = "acme/a", "main" }, Unknown, "nothing says which version"},
		{"a commit of a hub", "stability", func(s *Source) { s.Reference, s.Revision = "acme/a", commit }, Good, "of one commit"},
	} {
		if j := judged(local(t, map[string]string{"model.safetensors": tensors(t)}, tt.change), tt.criterion, Options{}); j.State != tt.want || !strings.Contains(j.said(), tt.word) {
			t.Errorf("%s: %s: %s", tt.name, j.State, j.said())
		}
	}
}
