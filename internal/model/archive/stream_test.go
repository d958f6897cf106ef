package archive

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/inspect/inspecttest"
)

const python = "/usr/bin/python3"

// run runs Python on data and returns what it writes.
func run(t testing.TB, code string, data []byte) []byte {
	t.Helper()
	if _, err := os.Stat(python); err != nil {
		t.Skip("no Python here to pack with")
	}
	c := exec.Command(python, "-c", code)
	c.Stdin = bytes.NewReader(data)
	out, err := c.Output()
	if err != nil {
		if e, ok := err.(*exec.ExitError); ok && bytes.Contains(e.Stderr, []byte("ModuleNotFoundError")) {
			t.Skipf("a module is missing: %s", bytes.TrimSpace(e.Stderr))
		}
		t.Fatalf("%v", err)
	}
	return out
}

func packed(t testing.TB, kind string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	switch kind {
	case "gzip":
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
	case "zlib":
		w := zlib.NewWriter(&b)
		w.Write(data)
		w.Close()
	case "zstd":
		w, _ := zstd.NewWriter(&b)
		w.Write(data)
		w.Close()
	case "lz4":
		w := lz4.NewWriter(&b)
		w.Write(data)
		w.Close()
	case "joblib-zfile":
		fmt.Fprintf(&b, "ZF%-19s", fmt.Sprintf("%#x", len(data)))
		w := zlib.NewWriter(&b)
		w.Write(data)
		w.Close()
	case "bzip2":
		return run(t, "import sys,bz2;sys.stdout.buffer.write(bz2.compress(sys.stdin.buffer.read()))", data)
	case "xz":
		return run(t, "import sys,lzma;sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read()))", data)
	case "lzma":
		return run(t, "import sys,lzma;sys.stdout.buffer.write(lzma.compress(sys.stdin.buffer.read(),format=lzma.FORMAT_ALONE))", data)
	}
	return b.Bytes()
}

var kinds = map[string]string{"gzip": "m.pkl.gz", "bzip2": "m.pkl.bz2", "xz": "m.pkl.xz", "lzma": "m.pkl.lzma", "zstd": "m.pkl.zst", "lz4": "m.pkl.lz4", "zlib": "m.pkl.z", "joblib-zfile": "m.pkl"}

func TestStreams(t *testing.T) {
	for kind, name := range kinds {
		t.Run(kind, func(t *testing.T) {
			good := packed(t, kind, []byte(strings.Repeat("nothing bad here ", 3000)))
			bad := packed(t, kind, []byte(payload+strings.Repeat(" and more", 3000)))
			wants(t, "good", scanBytes(name, good), inspect.Clean)
			wants(t, "good under a name that tells nothing", scanBytes("m.joblib", good), inspect.Clean)
			wants(t, "a payload", scanBytes("m.joblib", bad), inspect.Malicious, "payload")
			f := scanBytes(name, bad[:len(bad)*3/4])
			if got := inspecttest.IDs(f); f.Verdict < inspect.NotRead || !got[kind+"-damaged"] {
				t.Errorf("cut off: %v, said %+v", f.Verdict, f.Reasons)
			}
			if tail := append(bytes.Clone(good), "something else"...); scanBytes(name, tail).Verdict < inspect.NotRead {
				t.Errorf("bytes behind it were not noticed")
			}
			r := rand.New(rand.NewSource(1))
			quiet := 0
			for range 200 {
				b := bytes.Clone(good)
				b[r.Intn(len(b))] ^= 1 << r.Intn(8)
				if scanBytes(name, b).Verdict < inspect.NotRead {
					quiet++
				}
			}
			if max := map[string]int{"gzip": 40, "lzma": 120, "zstd": 30, "lz4": 10, "bzip2": 10, "joblib-zfile": 15}[kind]; quiet > max+2 { // time stamps, names, padding; old lzma has no sum at all
				t.Errorf("%d of 200 turned bits went unnoticed", quiet)
			}
		})
	}
}

// A payload that comes out before the damage is what a loader sees, too.
func TestWhatComesBeforeDamageIsLookedAt(t *testing.T) {
	r := rand.New(rand.NewSource(3))
	noise := make([]byte, 400_000)
	r.Read(noise)
	for kind, name := range kinds {
		if kind == "bzip2" || kind == "lz4" { // their blocks come out whole or not at all, for loaders as well
			continue
		}
		b := packed(t, kind, append([]byte(payload), noise...))
		wants(t, kind, scanBytes(name, b[:len(b)-1000]), inspect.Malicious, "payload", kind+"-damaged")
	}
}

func TestSeveralStreamsInARow(t *testing.T) {
	for _, kind := range []string{"gzip", "xz", "zstd", "bzip2", "lz4"} {
		b := append(packed(t, kind, []byte("PAY")), packed(t, kind, []byte("LOAD"))...)
		wants(t, kind, scanBytes("m.x", b), inspect.Malicious, "payload")
	}
}

func TestTextIsNoStream(t *testing.T) {
	for _, s := range []string{"x^2 + y^2 = z^2, and more of that", "BZh is a way to begin", "x\x01 is not much", "ZF0 fighter", "]\x00\x00\x80\x00 begins like lzma, but is none"} {
		wants(t, s, scanBytes("a.txt", []byte(s)), inspect.Clean)
	}
}

// Weights may begin with the two bytes of zlib; that alone is no stream.
func TestWeightsAreNoStreams(t *testing.T) {
	r := rand.New(rand.NewSource(4))
	claimed := 0
	for range 3000 {
		b := make([]byte, 2048)
		r.Read(b)
		b[0], b[1] = 0x78, []byte{0x01, 0x5e, 0x9c, 0xda}[r.Intn(4)]
		if p := inspect.NewPart("w.bin", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, nil); isZlib(p) {
			claimed++
		}
	}
	if claimed > 10 {
		t.Errorf("%d of 3,000 random contents were taken for zlib", claimed)
	}
}

func TestJoblib(t *testing.T) {
	ways := []string{"3", "('zlib',3)", "('gzip',3)", "('bz2',3)", "('lzma',3)", "('xz',3)", "('lz4',3)"}
	all := run(t, `import sys,io,struct,joblib
for how in [`+strings.Join(ways, ",")+`]:
    b=io.BytesIO(); joblib.dump({'a':list(range(5000))},b,compress=how)
    sys.stdout.buffer.write(struct.pack('<I',len(b.getvalue()))+b.getvalue())`, nil)
	for _, how := range ways {
		n := le.Uint32(all)
		b := all[4 : 4+n]
		all = all[4+n:]
		wants(t, how, scanBytes("m.joblib", b), inspect.Clean)
		p := inspect.NewPart("m.joblib", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, nil)
		claimed := 0
		for _, f := range Formats() {
			if f.Claims(p) {
				claimed++
			}
		}
		if claimed != 1 {
			t.Errorf("joblib with %s is claimed by %d formats", how, claimed)
		}
	}
}

func TestCanaries(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Formats() {
		name, data := f.Canary()
		p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if !f.Claims(p) {
			t.Errorf("%s does not claim its own canary", f.Name)
		}
		if got := scanBytes(name, data); got.Verdict != f.CanaryWant {
			t.Errorf("%s: canary is %v, want %v: %+v", f.Name, got.Verdict, f.CanaryWant, got.Reasons)
		}
		if seen[f.Name] || f.Doc == "" {
			t.Errorf("%s: a format of that name is there already, or has no sentence", f.Name)
		}
		seen[f.Name] = true
	}
}

func FuzzStreams(f *testing.F) {
	for _, kind := range []string{"gzip", "zstd", "lz4", "zlib", "joblib-zfile"} {
		f.Add(packed(f, kind, []byte(strings.Repeat("hello ", 100))))
	}
	for _, fm := range Formats() {
		_, data := fm.Canary()
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, b []byte) { scanBytes("x.z", b) })
}
