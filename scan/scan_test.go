package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/scan"
)

const evil = "cos\nsystem\n(S'echo canary'\ntR." // never loaded

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func ExampleReader() {
	r, err := scan.Reader(context.Background(), "model.pkl", strings.NewReader(evil), scan.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	f := r.Files[0]
	fmt.Println(f.Verdict, f.Format)
	fmt.Println(f.Reasons[0].Message)
	// Output:
	// malicious pickle
	// calls "os.system" with "echo canary": runs a program when the file is loaded
}

func TestPath(t *testing.T) {
	dir := folder(t, map[string]string{"models/a.pkl": evil, "models/b.pkl": "(lp0\nI1\na.", "README.md": "# x\n"})
	r, err := scan.Path(context.Background(), dir, scan.Options{Digest: true})
	if err != nil || len(r.Files) != 2 || r.Worst() != scan.Malicious || r.Other != 1 {
		t.Fatalf("%+v %v", r, err)
	}
	if f := r.Files[0]; f.Path != "models/a.pkl" || f.SHA256 == nil || len(*f.SHA256) != 64 || f.Size != int64(len(evil)) {
		t.Errorf("%+v", f)
	}
	one, err := scan.Path(context.Background(), filepath.Join(dir, "models", "b.pkl"), scan.Options{})
	if err != nil || len(one.Files) != 1 || one.Files[0].Verdict != scan.Clean || one.Files[0].SHA256 != nil {
		t.Errorf("%+v %v", one, err)
	}
	if _, err := scan.Path(context.Background(), filepath.Join(dir, "nothing"), scan.Options{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a path that is not there: %v", err)
	}
}

// The files of a snapshot are links to blobs outside of it, inside the repository's folder of the cache.
func TestSnapshotOfACache(t *testing.T) {
	dir := folder(t, map[string]string{"models--o--m/blobs/aa": evil, "models--o--m/snapshots/1/README.md": "# x\n"})
	snapshot := filepath.Join(dir, "models--o--m", "snapshots", "1")
	if err := os.Symlink("../../blobs/aa", filepath.Join(snapshot, "model.pkl")); err != nil {
		t.Fatal(err)
	}
	r, err := scan.Path(context.Background(), snapshot, scan.Options{})
	if err != nil || len(r.Files) != 1 || r.Files[0].Path != "model.pkl" || r.Files[0].Verdict != scan.Malicious {
		t.Errorf("%+v %v", r, err)
	}
	single, err := scan.Path(context.Background(), filepath.Join(snapshot, "model.pkl"), scan.Options{})
	if err != nil || single.Files[0].Verdict != scan.Malicious || single.Files[0].Format != "pickle" {
		t.Errorf("%+v %v", single, err)
	}
}

func TestPolicies(t *testing.T) {
	for policy, want := range map[scan.Policy]scan.Verdict{scan.Balanced: scan.Unknown, scan.Strict: scan.Dangerous, scan.Permissive: scan.Clean} {
		r, err := scan.Reader(context.Background(), "m.pkl", strings.NewReader("cmine.models\nRanker\n)R."), scan.Options{Unknown: policy})
		if err != nil || r.Worst() != want {
			t.Errorf("%d: %v %v", policy, r, err)
		}
	}
}

func TestSelfTest(t *testing.T) {
	outcomes, err := scan.SelfTest(context.Background())
	if err != nil || len(outcomes) < 40 {
		t.Fatalf("%d outcomes, %v", len(outcomes), err)
	}
	for _, o := range outcomes {
		if !o.Passed {
			t.Errorf("%s: %s, want %s", o.Format, o.Got, o.Want)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := scan.Path(ctx, folder(t, map[string]string{"a.pkl": evil}), scan.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
