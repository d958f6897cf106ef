package lzma

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"testing"
)

const python = "/usr/bin/python3"

// pack packs with Python's lzma module, which is liblzma.
func pack(t testing.TB, data []byte, how string) []byte {
	t.Helper()
	if _, err := os.Stat(python); err != nil {
		t.Skip("no Python with lzma here to pack with")
	}
	c := exec.Command(python, "-c", "import sys,lzma\nd=sys.stdin.buffer.read()\nsys.stdout.buffer.write("+how+")")
	c.Stdin = bytes.NewReader(data)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("pack with %s: %v", how, err)
	}
	return out
}

func samples() map[string][]byte {
	r := rand.New(rand.NewSource(1))
	random := make([]byte, 300_000)
	r.Read(random)
	var text bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&text, "line %d of %x\n", i%977, r.Intn(1<<12))
	}
	mixed := append(append(append([]byte{}, random[:50_000]...), make([]byte, 500_000)...), text.Bytes()[:100_000]...)
	self, _ := os.ReadFile(python)
	return map[string][]byte{"empty": {}, "one": {7}, "random": random, "text": text.Bytes(), "mixed": mixed, "program": self[:min(len(self), 400_000)]}
}

var ways = map[string]string{
	"xz":       "lzma.compress(d)",
	"xz0":      "lzma.compress(d,preset=0)",
	"xz9e":     "lzma.compress(d,preset=9|lzma.PRESET_EXTREME)",
	"xz-crc32": "lzma.compress(d,check=lzma.CHECK_CRC32)",
	"xz-sha":   "lzma.compress(d,check=lzma.CHECK_SHA256)",
	"xz-none":  "lzma.compress(d,check=lzma.CHECK_NONE)",
	"two":      "lzma.compress(d[:len(d)//2])+b'\\0'*8+lzma.compress(d[len(d)//2:])",
	"delta":    "lzma.compress(d,filters=[{'id':lzma.FILTER_DELTA,'dist':4},{'id':lzma.FILTER_LZMA2,'preset':6}])",
	"x86":      "lzma.compress(d,filters=[{'id':lzma.FILTER_X86},{'id':lzma.FILTER_LZMA2,'preset':6}])",
	"small":    "lzma.compress(d,filters=[{'id':lzma.FILTER_LZMA2,'preset':6,'dict_size':4096,'lc':0,'lp':3,'pb':0}])",
	"alone":    "lzma.compress(d,format=lzma.FORMAT_ALONE)",
	"alone-lp": "lzma.compress(d,format=lzma.FORMAT_ALONE,filters=[{'id':lzma.FILTER_LZMA1,'dict_size':65536,'lc':1,'lp':2,'pb':4}])",
}

func open(b []byte) (io.Reader, error) {
	if bytes.HasPrefix(b, magic) {
		return NewXZ(bytes.NewReader(b)), nil
	}
	return NewAlone(bytes.NewReader(b))
}

func TestUnpacksWhatLiblzmaPacks(t *testing.T) {
	for name, data := range samples() {
		for way, how := range ways {
			packed := pack(t, data, how)
			r, err := open(packed)
			if err != nil {
				t.Errorf("%s as %s: %v", name, way, err)
				continue
			}
			got, err := io.ReadAll(r)
			if err != nil || sha256.Sum256(got) != sha256.Sum256(data) {
				t.Errorf("%s as %s: %d bytes of %d, error %v", name, way, len(got), len(data), err)
			}
		}
	}
}

func TestDamageIsSeen(t *testing.T) {
	data := samples()["text"][:50_000]
	packed := pack(t, data, ways["xz"])
	r := rand.New(rand.NewSource(2))
	for i := range 300 {
		bad := bytes.Clone(packed)
		what := ""
		if i%3 == 0 {
			n := r.Intn(len(bad))
			bad, what = bad[:n], fmt.Sprintf("cut at %d", n)
		} else {
			at := r.Intn(len(bad))
			bad[at] ^= 1 << r.Intn(8)
			what = fmt.Sprintf("bit turned at %d", at)
		}
		got, err := io.ReadAll(NewXZ(bytes.NewReader(bad)))
		if err == nil {
			t.Errorf("%s: %d bytes and no error", what, len(got))
		}
		if len(got) > 0 && i%3 == 0 && !bytes.HasPrefix(data, got) {
			t.Errorf("%s: what came before is not what was packed", what)
		}
	}
	if _, err := io.ReadAll(NewXZ(bytes.NewReader(append(bytes.Clone(packed), "more"...)))); !errors.Is(err, ErrTrailing) {
		t.Errorf("bytes after the end: error %v, want ErrTrailing", err)
	}
}

func TestWindowIsNotAllocatedFromTheHeader(t *testing.T) {
	header := []byte{0x5d, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0}
	n := testing.AllocsPerRun(1, func() {
		r, err := NewAlone(bytes.NewReader(header))
		if err != nil {
			t.Fatal(err)
		}
		io.ReadAll(r)
		if len(r.d.w.buf) > 64<<10 {
			t.Errorf("a window of %d bytes for a stream of %d", len(r.d.w.buf), len(header))
		}
	})
	_ = n
	header[4] = 0xff
	if _, err := NewAlone(bytes.NewReader(header)); !errors.Is(err, ErrWindow) {
		t.Errorf("a window of 4 GiB: error %v, want ErrWindow", err)
	}
}

func FuzzXZ(f *testing.F) {
	f.Add([]byte("\xfd7zXZ\x00\x00\x04\xe6\xd6\xb4F\x02\x00!\x01\x16\x00\x00\x00t/\xe5\xa3\x01\x00\x03hello"))
	f.Fuzz(func(t *testing.T, b []byte) {
		io.Copy(io.Discard, io.LimitReader(NewXZ(bytes.NewReader(b)), 8<<20))
		if r, err := NewAlone(bytes.NewReader(b)); err == nil {
			io.Copy(io.Discard, io.LimitReader(r, 8<<20))
		}
		if r, err := NewReader2(bytes.NewReader(b), 1<<16); err == nil {
			io.Copy(io.Discard, io.LimitReader(NewX86(NewDelta(r, 3)), 8<<20))
		}
	})
}

func BenchmarkXZ(b *testing.B) {
	data := samples()["text"]
	packed := pack(b, data, ways["xz"])
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		io.Copy(io.Discard, NewXZ(bytes.NewReader(packed)))
	}
}
