package archive

import (
	"bytes"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// sevenZip packs files with the program of that name.
func sevenZip(t testing.TB, args ...string) []byte {
	t.Helper()
	program, err := exec.LookPath("7z")
	if err != nil {
		t.Skip("no 7z here to pack with")
	}
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "a.txt"), []byte(strings.Repeat("hello and ", 1000)), 0o644)
	os.WriteFile(filepath.Join(dir, "b.bin"), []byte(payload+strings.Repeat(" more", 1000)), 0o644)
	os.WriteFile(filepath.Join(dir, "empty"), nil, 0o644)
	c := exec.Command(program, append([]string{"a", "x.7z"}, args...)...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("7z: %v: %s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "x.7z"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSevenZip(t *testing.T) {
	for _, method := range []string{"LZMA", "LZMA2", "BZip2", "Deflate", "Copy", "Delta -m1=LZMA", "BCJ -m1=LZMA2"} {
		how := strings.Fields("-m0=" + method)
		wants(t, method, scanBytes("x.7z", sevenZip(t, append(how, "a.txt", "empty")...)), inspect.Clean)
		wants(t, method+" with a payload", scanBytes("x.7z", sevenZip(t, append(how, "a.txt", "b.bin", "empty")...)), inspect.Malicious, "payload")
	}
	wants(t, "encrypted", scanBytes("x.7z", sevenZip(t, "-psecret", "b.bin")), inspect.NotRead, "7z-encrypted")
	wants(t, "encrypted with its names", scanBytes("x.7z", sevenZip(t, "-psecret", "-mhe=on", "b.bin")), inspect.NotRead, "7z-encrypted")
	wants(t, "a method that is not read", scanBytes("x.7z", sevenZip(t, "-m0=PPMd", "b.bin")), inspect.NotRead, "7z-damaged")
	whole := sevenZip(t, "-ms=off", "a.txt", "b.bin")
	r := rand.New(rand.NewSource(1))
	for range 400 {
		b := bytes.Clone(whole)
		if at := r.Intn(len(b)); at > 7 { // behind the version
			b[at] ^= 1 << r.Intn(8)
			if f := scanBytes("x.7z", b); f.Verdict < inspect.NotRead {
				t.Errorf("a bit turned at %d: %v", at, f.Verdict)
			}
		}
		if f := scanBytes("x.7z", whole[:r.Intn(len(whole)-8)+8]); f.Verdict < inspect.NotRead {
			t.Errorf("cut off: %v", f.Verdict)
		}
	}
}

func FuzzSevenZip(f *testing.F) {
	f.Add([]byte("7z\xbc\xaf\x27\x1c\x00\x04inert, and damaged, and a bit longer"))
	if _, err := exec.LookPath("7z"); err == nil {
		f.Add(sevenZip(f, "-m0=LZMA", "a.txt", "b.bin"))
		f.Add(sevenZip(f, "-m0=Copy", "-mhc=off", "a.txt", "b.bin", "empty"))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		scanBytes("x.7z", b)
		h := &header7z{b: b} // past the sums
		a := &archive7z{p: inspect.NewPart("x", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, nil)}
		a.header(h)
	})
}
