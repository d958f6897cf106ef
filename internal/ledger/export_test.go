package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/sign"
)

// Every line gives the entry back byte for byte, whether it is JSON, JSON that an encoder would write in another way, or no JSON.
func TestExportLines(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	for _, c := range []struct {
		entry, want string // what the line holds; %s stands for the entry as base64
	}{
		{`{"payloadType":"x","n":1.50}`, `"envelope":{"payloadType":"x","n":1.50}}`},
		{`{"a":"<b> & c"}`, `"data":"eyJhIjoiPGI+ICYgYyJ9"}`},
		{`{ "a": 1 }`, `"data":"eyAiYSI6IDEgfQ=="}`},
		{`{"a":1}` + "\n", `"data":"eyJhIjoxfQo="}`},
		{`[1]`, `"data":"WzFd"}`},
		{`{"a":`, `"data":"eyJhIjo="}`},
		{"\x00\xff", `"data":"AP8="}`},
	} {
		l := mustOpen(t, filepath.Join(t.TempDir(), "ledger"))
		mustAppend(t, l, [][]byte{[]byte(c.entry)}, k)
		var out bytes.Buffer
		if err := l.ExportLines(&out, 0, 1); err != nil {
			t.Fatal(err)
		}
		if got := out.String(); !strings.HasSuffix(got, c.want+"\n") || strings.Count(got, "\n") != 1 {
			t.Errorf("%q: %s", c.entry, got)
		}
		var back line
		if err := json.Unmarshal(out.Bytes(), &back); err != nil {
			t.Fatal(err)
		}
		if got := string(append(back.Envelope, back.Data...)); got != c.entry {
			t.Errorf("%q comes back as %q", c.entry, got)
		}
	}
	l := mustOpen(t, ledgerOf(t, 600, k))
	var out bytes.Buffer
	if err := l.ExportLines(&out, 250, 520); err != nil || strings.Count(out.String(), "\n") != 270 || !strings.HasPrefix(out.String(), `{"index":250,`) {
		t.Errorf("a range: %.100s, %v", out.String(), err)
	}
}

// A copy holds what the checkpoint speaks of, and nothing else; it verifies, and nothing damaged is copied.
func TestExportCopy(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	dir := ledgerOf(t, 700, k)
	for name, content := range map[string]string{"README": "x", "tile/0/003": "x"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	to := filepath.Join(t.TempDir(), "copy")
	if err := mustOpen(t, dir).ExportCopy(context.Background(), to); err != nil {
		t.Fatal(err)
	}
	var names []string
	err := fs.WalkDir(os.DirFS(to), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"checkpoint", "tile/0/000", "tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001", "tile/entries/002.p/188"}
	if !slices.Equal(names, want) {
		t.Errorf("files %q\nwant  %q", names, want)
	}
	if r, err := verifyDir(to, trusting(t, k.PublicKey)); err != nil || !r.Signer.Trusted || r.Size != 700 {
		t.Errorf("%+v, %v", r, err)
	}
	if err := mustOpen(t, dir).ExportCopy(context.Background(), to); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("over what is there: error %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "tile/entries/000"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "copy")
	if err := mustOpen(t, dir).ExportCopy(context.Background(), broken); err == nil || !strings.Contains(err.Error(), "tile/entries/000") {
		t.Errorf("of a damaged ledger: error %v", err)
	}
	if _, err := os.Stat(filepath.Join(broken, checkpointFile)); err == nil {
		t.Error("a copy of a damaged ledger got a checkpoint")
	}
}
