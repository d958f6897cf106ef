package numpy

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// build makes a file of a version with a header, and n bytes behind it.
func build(version byte, header string, n int) []byte {
	b := append(bytes.Clone(magic), version, 0)
	if version == 1 {
		b = binary.LittleEndian.AppendUint16(b, uint16(len(header)))
	} else {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	}
	return append(append(b, header...), make([]byte, n)...)
}

// members keeps what is handed on; it is asked for nothing else.
type members struct {
	inspect.Engine
	got []string
}

func (m *members) Member(_ context.Context, _ *inspect.Part, name string, r io.ReaderAt, size int64) {
	b := make([]byte, size)
	r.ReadAt(b, 0)
	m.got = append(m.got, name+" "+string(b))
}

func look(b []byte) (*inspect.Found, []string, error) {
	found, m := &inspect.Found{}, &members{}
	p := inspect.NewPart("a.npy", bytes.NewReader(b), int64(len(b)), found, m)
	err := Format().Scan(context.Background(), p)
	if err != nil {
		found.Verdict = max(found.Verdict, inspect.NotRead)
	}
	return found, m.got, err
}

const plainHeader = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }          \n"

func TestGood(t *testing.T) {
	for name, b := range map[string][]byte{
		"version 1":         build(1, plainHeader, 24),
		"version 2":         build(2, plainHeader, 24),
		"version 3":         build(3, plainHeader, 24),
		"Python 2":          build(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3L, 1L), }\n", 24),
		"other quotes":      build(1, `{"shape":(3,),"descr":"<f8","fortran_order":True}`, 24),
		"scalar":            build(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (), }", 1),
		"fields":            build(1, "{'descr': [('a', '<f4'), ('b', '<i8', (2,)), ('', '|V4')], 'fortran_order': False, 'shape': (2,), }", 48),
		"two":               append(build(1, plainHeader, 24), build(2, plainHeader, 24)...),
		"nothing in it":     build(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 1000000000000), }", 0),
		"an object's empty": build(1, "{'descr': '|S0', 'fortran_order': False, 'shape': (5,), }", 0),
	} {
		if found, got, err := look(b); found.Verdict != inspect.Clean || len(got) > 0 {
			t.Errorf("%s: %v %v %q", name, err, found.Reasons, got)
		}
	}
}

func TestDamaged(t *testing.T) {
	h := func(s string) []byte { return build(1, s, 24) }
	for name, b := range map[string][]byte{
		"empty":              {},
		"magic only":         magic,
		"version 0":          build(0, plainHeader, 24),
		"version 4":          build(4, plainHeader, 24),
		"version 1.1":        append(append(bytes.Clone(magic), 1, 1), build(1, plainHeader, 24)[8:]...),
		"text":               []byte("hello there"),
		"long header":        append(append(bytes.Clone(magic), 1, 0, 255, 255), plainHeader...),
		"header of 4 GB":     append(append(bytes.Clone(magic), 2, 0, 255, 255, 255, 255), plainHeader...),
		"short":              build(1, plainHeader, 23),
		"long":               build(1, plainHeader, 25),
		"behind it":          append(build(1, plainHeader, 24), "hello"...),
		"no dictionary":      h("[1, 2]"),
		"no literal":         h("{'descr': f(), 'fortran_order': False, 'shape': (3,), }"),
		"import":             h("__import__('os').system('id')"),
		"cut":                h("{'descr': '<f8', 'fortran_order': False, 'shape': (3,"),
		"behind the literal": h(plainHeader + "x"),
		"key missing":        h("{'descr': '<f8', 'shape': (3,), }"),
		"key more":           h("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}"),
		"key twice":          h("{'descr': '<f8', 'descr': '|O', 'fortran_order': False, 'shape': (3,)}"),
		"order a number":     h("{'descr': '<f8', 'fortran_order': 0, 'shape': (3,), }"),
		"shape a list":       h("{'descr': '<f8', 'fortran_order': False, 'shape': [3], }"),
		"shape a number":     h("{'descr': '<f8', 'fortran_order': False, 'shape': (3), }"),
		"shape negative":     h("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,), }"),
		"shape of texts":     h("{'descr': '<f8', 'fortran_order': False, 'shape': ('3',), }"),
		"shape overflows":    h("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
		"size overflows":     h("{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,), }"),
		"number too large":   h("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
		"type":               h("{'descr': '<f3', 'fortran_order': False, 'shape': (3,), }"),
		"type, a number":     h("{'descr': 8, 'fortran_order': False, 'shape': (3,), }"),
		"type, a dictionary": h("{'descr': {'names': ['a'], 'formats': ['O']}, 'fortran_order': False, 'shape': (3,), }"),
		"field twice":        h("{'descr': [('a', '<f4'), ('a', '<f4')], 'fortran_order': False, 'shape': (3,), }"),
		"huge field":         h("{'descr': [('a', '<f4', (4294967296, 4294967296))], 'fortran_order': False, 'shape': (0,), }"),
		"65 dimensions":      h("{'descr': '<f8', 'fortran_order': False, 'shape': (" + strings.Repeat("1,", 65) + "), }"),
		"deep":               build(2, "{'descr': "+strings.Repeat("[", 500_000), 0),
		"no UTF-8":           build(3, "{'descr': [('\xff', '<f8')], 'fortran_order': False, 'shape': (3,), }", 24),
	} {
		if found, _, err := look(b); found.Verdict != inspect.NotRead {
			t.Errorf("%s: %v %v", name, err, found)
		}
	}
	whole := build(1, plainHeader, 24)
	for n := range whole {
		if found, _, _ := look(whole[:n]); found.Verdict != inspect.NotRead {
			t.Errorf("the first %d bytes: %s", n, found.Verdict)
		}
	}
}

// TestPickles has arrays behind whose header a pickle stands: it is handed on, whatever else is in the file.
func TestPickles(t *testing.T) {
	const pickle = "\x80\x04N."
	header := "{'descr': %s, 'fortran_order': False, 'shape': (1,), }\n"
	for _, descr := range []string{`'|O'`, `'O'`, `'|O8'`, `'object'`, `[('a', '<f4'), ('b', '|O')]`, `[('a', [('b', 'O', (2,))])]`, `('O', (2,))`, `'f4,O'`, `u'|O'`, `'|' 'O'`, `'\x7cO'`} {
		b := append(build(1, fmt.Sprintf(header, descr), 0), pickle...)
		found, got, err := look(b)
		if err != nil || found.Verdict != inspect.Clean || len(got) != 1 || got[0] != "<object array>.pkl "+pickle {
			t.Errorf("%s: %v %v %q", descr, err, found, got)
		}
	}
	object := append(build(1, fmt.Sprintf(header, `'|O'`), 0), pickle...)
	plain := build(1, plainHeader, 24)
	for name, c := range map[string]struct {
		b    []byte
		want int
	}{
		"plain, object":         {append(bytes.Clone(plain), object...), 1},
		"object, object":        {append(bytes.Clone(object), object...), 2},
		"object, plain, object": {append(append(bytes.Clone(object), plain...), object...), 2},
		"plain, pickle":         {append(bytes.Clone(plain), pickle...), 1},
		"far away":              {append(append(bytes.Clone(object), make([]byte, 600_000)...), object...), 2},
	} {
		if _, got, err := look(c.b); len(got) != c.want || err != nil {
			t.Errorf("%s: %v, %d handed on, want %d", name, err, len(got), c.want)
		}
	}
}

func TestCanaryAndClaims(t *testing.T) {
	f := Format()
	_, canary := f.Canary()
	if found, _, _ := look(canary); found.Verdict != f.CanaryWant {
		t.Error("the canary is", found.Verdict)
	}
	for name, want := range map[string]bool{"a.npy": true, "a.bin": false} {
		p := inspect.NewPart(name, strings.NewReader("x"), 1, &inspect.Found{}, nil)
		if f.Claims(p) != want {
			t.Error(name)
		}
	}
	if p := inspect.NewPart("a.bin", bytes.NewReader(canary), int64(len(canary)), &inspect.Found{}, nil); !f.Claims(p) {
		t.Error("not claimed by its content")
	}
}

func python(t *testing.T) string {
	t.Helper()
	path := "/usr/bin/python3"
	if err := exec.Command(path, "-c", "import numpy").Run(); err != nil {
		t.Skip("no NumPy beside which to read: ", err)
	}
	return path
}

// TestReadsWhatNumPyWrites has NumPy write arrays of all types.
func TestReadsWhatNumPyWrites(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command(python(t), "testdata/oracle.py", "write", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.npy"))
	if len(files) < 400 {
		t.Fatal("only", len(files), "files")
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found, got, err := look(b)
		want := 0
		if strings.HasPrefix(filepath.Base(name), "object") {
			want = 1
		}
		if found.Verdict != inspect.Clean || len(got) != want {
			t.Errorf("%s: %v %v, %d handed on\n%.200q", filepath.Base(name), err, found, len(got), b)
		}
	}
}

// TestReadsHeadersAsNumPy mends headers at random: what NumPy takes we take with the same size, and an array of objects to NumPy
// is one to us. We may refuse what no NumPy writes.
func TestReadsHeadersAsNumPy(t *testing.T) {
	cmd := exec.Command(python(t), "testdata/oracle.py")
	in, _ := cmd.StdinPipe()
	out, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); cmd.Wait() }()
	answers := bufio.NewReader(out)
	seeds := []string{plainHeader, "{'descr': [('a', '<f4'), ('b', '|O', (2, 3)), (('t', 'c'), [('d', '|S3')])], 'fortran_order': True, 'shape': (3L, 4), }",
		"{'shape': (), 'descr': '<M8[25us]', 'fortran_order': False}", "{'shape': (1_0, 0x10, True), 'descr': ('<U3', (2,)), 'fortran_order': False}",
		"{'descr': 'i4,f8', 'fortran_order': False, 'shape': (3,)}"}
	pieces := []string{"'", "\"", "(", ")", "[", "]", "{", "}", ",", ":", " ", "\n", "\\", "O", "<", ">", "|", "=", "f4", "S", "0", "1", "8", "-", "+", ".", "e", "L", "u", "b", "r", "#", "True", "None", "'O'", "\\x4f"}
	r := rand.New(rand.NewPCG(3, 4))
	taken, refused := 0, 0
	for range 8000 {
		s := seeds[r.IntN(len(seeds))]
		for range r.IntN(4) {
			at := r.IntN(len(s) + 1)
			to := min(len(s), at+r.IntN(4))
			switch r.IntN(3) {
			case 0:
				s = s[:at] + s[to:]
			case 1:
				s = s[:at] + pieces[r.IntN(len(pieces))] + s[at:]
			default:
				s = s[:at] + pieces[r.IntN(len(pieces))] + s[to:]
			}
		}
		line, _ := json.Marshal(s)
		in.Write(append(line, '\n'))
		reply, err := answers.ReadBytes('\n')
		if err != nil {
			t.Fatal(err)
		}
		var answer []any
		if err := json.Unmarshal(reply, &answer); err != nil {
			t.Fatal(err)
		}
		h, err := readHeader([]byte(s), 2)
		switch {
		case answer == nil && err == nil:
			t.Errorf("NumPy refuses it: %q", s)
		case answer == nil:
		case err != nil:
			refused++
			t.Logf("NumPy takes it: %v: %q", err, s)
		default:
			taken++
			shape := []any{}
			for _, d := range h.shape {
				shape = append(shape, float64(d))
			}
			size := answer[1].(float64)
			if fmt.Sprint(shape) != fmt.Sprint(answer[0]) || h.dtype.object != answer[2].(bool) || !h.dtype.object && float64(h.dtype.size) != size {
				t.Errorf("NumPy has %v, we have %v %+v: %q", answer, shape, h.dtype, s)
			}
		}
	}
	t.Logf("%d taken by both, %d by NumPy alone", taken, refused)
	if refused > taken/10 {
		t.Errorf("%d headers refused, %d taken", refused, taken)
	}
}

// TestRealFiles reads every file of the folder that LODEMARK_NPY names.
func TestRealFiles(t *testing.T) {
	dir := os.Getenv("LODEMARK_NPY")
	if dir == "" {
		t.Skip("LODEMARK_NPY names no folder of real files")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found, got, err := look(b)
		t.Log(filepath.Base(name), found.Verdict, found.Facts, len(got))
		if found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	if len(files) == 0 {
		t.Error("no files")
	}
}

func TestHostileHeadersAreBounded(t *testing.T) {
	for name, header := range map[string]string{
		"brackets": strings.Repeat("(", 1<<20),
		"members":  "[" + strings.Repeat("1,", 1<<19),
		"strings":  "{'descr': " + strings.Repeat("'a' ", 1<<18),
		"numbers":  strings.Repeat("1", 1<<20),
		"fields":   "{'descr': [" + strings.Repeat("('a','f4'),", 90_000) + "]}",
	} {
		start := time.Now()
		look(build(2, header, 0))
		if d := time.Since(start); d > time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
	start := time.Now()
	look(bytes.Repeat(build(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (0,), }", 0), 50_000))
	if d := time.Since(start); d > time.Minute {
		t.Errorf("many arrays: %v", d)
	}
	object := build(1, "{'descr': '|O', 'fortran_order': False, 'shape': (0,), }", 0)
	start = time.Now()
	found := &inspect.Found{}
	b := bytes.Repeat(object, 20_000)
	p := inspect.NewPart("a.npy", bytes.NewReader(b), int64(len(b)), found, nil)
	Format().Scan(context.Background(), p)
	if d := time.Since(start); d > time.Minute {
		t.Errorf("many arrays of objects: %v", d)
	}
}

func FuzzScan(f *testing.F) {
	f.Add(build(1, plainHeader, 24))
	f.Add(build(2, "{'descr': [('a', '<f4', (2, 3L)), (('t', u'c'), [('d', '|S3')])], 'fortran_order': True, 'shape': (3, 4), }", 12*27))
	f.Add(append(build(3, "{'descr': '|O', 'fortran_order': False, 'shape': (), }", 0), "\x80\x04N."...))
	f.Fuzz(func(t *testing.T, b []byte) {
		found, _, err := look(b)
		if found.Verdict == inspect.Clean && err != nil {
			t.Error("damaged and clean")
		}
	})
}

func BenchmarkScan(b *testing.B) {
	data := build(1, plainHeader, 24)
	for b.Loop() {
		p := inspect.NewPart("a.npy", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if err := scan(context.Background(), p); err != nil {
			b.Fatal(err)
		}
	}
}
