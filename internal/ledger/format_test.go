package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/lodemark/lodemark/internal/sign"
)

// The example of https://c2sp.org/signed-note: the id of a key, and what it signs.
func TestSignedNoteExample(t *testing.T) {
	name, kind, k, err := readVKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
	if err != nil || name != "example.com/foo" || kind != typeEd25519 {
		t.Fatal(name, kind, err)
	}
	if _, id, err := noteKey(k, name); id != 0x530d903a || err != nil {
		t.Errorf("id %08x, %v", id, err)
	}
	raw, err := base64.StdEncoding.DecodeString("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Verify([]byte("This is an example message.\n"), raw[4:]); err != nil {
		t.Error(err)
	}
}

// The examples of https://c2sp.org/tlog-checkpoint and https://c2sp.org/tlog-cosignature are read, and written again as they are.
func TestCheckpointExample(t *testing.T) {
	const text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n" +
		"\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n" +
		"\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
	c, err := ReadCheckpoint([]byte(text))
	if err != nil || c.Origin != "example.com/behind-the-sofa" || c.Size != 20852163 || len(c.signatures) != 2 || string(c.Text()) != text {
		t.Fatalf("%+v, %v", c, err)
	}
	want := "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
	if got := string(cosigned(c, 1679315147)); got != want {
		t.Errorf("a witness would sign %q", got)
	}
}

// The library of the Go project, which reads checkpoints of the same form, takes ours.
func TestTheLibraryReadsOurCheckpoints(t *testing.T) {
	k := newKey(t, sign.Ed25519)
	dir := ledgerOf(t, 10, k)
	text, err := os.ReadFile(filepath.Join(dir, checkpointFile))
	if err != nil {
		t.Fatal(err)
	}
	c := mustOpen(t, dir).Checkpoint()
	vkey, err := note.NewEd25519VerifierKey(c.Origin, k.Key.(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(text, note.VerifierList(verifier))
	if err != nil || len(n.Sigs) != 1 || !strings.HasPrefix(n.Text, c.Origin+"\n10\n") {
		t.Errorf("%+v, %v", n, err)
	}
}

func TestPaths(t *testing.T) {
	for _, c := range []struct {
		p    place
		path string
	}{
		{place{0, 0, 256}, "tile/0/000"},
		{place{0, 0, 1}, "tile/0/000.p/1"},
		{place{entriesLevel, 273, 112}, "tile/entries/273.p/112"},
		{place{entriesLevel, 1234067, 256}, "tile/entries/x001/x234/067"},
		{place{2, 0, 17}, "tile/2/000.p/17"},
	} {
		if got := c.p.path(); got != c.path {
			t.Errorf("%+v is %s, want %s", c.p, got, c.path)
		}
		if got, ok := parsePath(c.path); !ok || got != c.p {
			t.Errorf("%s is %+v, %v", c.path, got, ok)
		}
	}
	for _, bad := range []string{"", "tile", "tile/", "tile/0", "tile/0/0", "tile/00/000", "tile/0/0000", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/-1/000", "tile/data/000",
		"tile/8/0/000", "tile/entries/x000/001", "tile/64/000", "tile/0/x001", "/tile/0/000", "tile/0/../000", "tile/0/000.p", "tile/entries", "tile/0/x999/x999/x999/x999/x999/x999/999"} {
		if p, ok := parsePath(bad); ok {
			t.Errorf("%q was taken as %+v", bad, p)
		}
	}
	// A tree of 70,000 entries, as the specification counts its tiles.
	for level, want := range []place{{0, 273, 112}, {1, 1, 17}, {2, 0, 1}} {
		if got := edgeOf(70_000, level); got != want {
			t.Errorf("level %d ends with %+v, want %+v", level, got, want)
		}
	}
	if n := levels(70_000); n != 3 {
		t.Errorf("%d levels, want 3", n)
	}
}

func FuzzReadCheckpoint(f *testing.F) {
	root := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	f.Add([]byte("example.org/log\n0\n" + root + "\n\n\u2014 example.org/log AAAAAAAA\n"))
	f.Add([]byte("example.org/log\n12\n" + root + "\n\n\u2014 a AAAAAAAA\n\u2014 a AAAAAAAA\n"))
	f.Add([]byte("example.org/log\n012\n" + root + "\nmore\n\n\u2014 a AAAAAAAB\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadCheckpoint(data)
		if err != nil {
			return
		}
		if !bytes.Equal(c.Text(), data) {
			t.Errorf("read and written again it is %q", c.Text())
		}
		if _, _, _, err := c.signers(nil, time.Now()); err != nil && !strings.Contains(err.Error(), "too short") {
			t.Error(err)
		}
	})
}

func FuzzParsePath(f *testing.F) {
	for _, s := range []string{"tile/0/000", "tile/entries/x001/234.p/17", "tile/5/x000/000", "tile/data/000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if p, ok := parsePath(name); ok && (p.path() != name || p.w < 1 || p.w > width || p.n < 0 || p.level < entriesLevel || p.start() < 0) {
			t.Errorf("%q is %+v", name, p)
		}
	})
}

func FuzzSplitBundle(f *testing.F) {
	f.Add(appendEntry(appendEntry(nil, []byte("one")), []byte("two")), 2)
	f.Add([]byte{0, 0}, 1)
	f.Add([]byte{255, 255, 1}, 256)
	f.Fuzz(func(t *testing.T, data []byte, w int) {
		if w < 1 || w > width {
			return
		}
		pieces, err := splitBundle(data, w)
		if err != nil {
			return
		}
		var again []byte
		for _, p := range pieces {
			again = appendEntry(again, p)
		}
		if len(pieces) != w || !bytes.Equal(again, data) {
			t.Errorf("%d pieces, written again %q", len(pieces), again)
		}
	})
}

func FuzzReadProof(f *testing.F) {
	root := "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
	f.Add([]byte(proofFirstLine + "\nextra AAAA\nindex 0\n" + root + "\n\nexample.org/log\n12\n" + root + "\n\n\u2014 a AAAAAAAA\n"))
	f.Add([]byte(proofFirstLine + "\nindex 0\n\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := ReadProof(data)
		if err != nil {
			return
		}
		if !bytes.Equal(p.text(), data) {
			t.Errorf("read and written again it is %q", p.text())
		}
		if _, err := p.Verify(nil, time.Now()); err == nil && p.Head.Size > 1 && len(p.Path) == 0 {
			t.Error("nothing leads to the root, and it is proven")
		}
	})
}
