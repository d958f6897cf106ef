package hdf5

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func TestSample(t *testing.T) {
	b := Sample([][2]string{{"keras_version", "2.2.4"}, {"note", ""}}, [][2]string{{"../other.h5", "/weights"}})
	var texts []string
	p := part(b)
	if err := Scan(context.Background(), p, func(t Text) error { texts = append(texts, t.Object+t.Name+"="+t.Value); return nil }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(texts, " "); got != "/keras_version=2.2.4 /note=" {
		t.Errorf("attributes %q", got)
	}
	f := p.Found()
	if f.Verdict != inspect.Dangerous || f.Reasons[0].ID != "hdf5-external-link" || !strings.Contains(f.Reasons[0].Message, `"../other.h5"`) {
		t.Errorf("%v %v", f.Verdict, f.Reasons)
	}
}

func TestUserBlock(t *testing.T) {
	for at, ok := range map[int]bool{0: true, 512: true, 1024: true, 4096: true, 1 << 17: true, 100: false, 700: false, 1536: false} {
		b := append(make([]byte, at), Sample([][2]string{{"a", "b"}}, nil)...)
		if got := Claims(part(b)); got != ok {
			t.Errorf("at %d: %v", at, got)
		}
		if ok && !clean(b) {
			t.Errorf("at %d is not read", at)
		}
	}
}

// Newer files are summed: no byte of their structure changes unseen.
func TestEveryByteCounts(t *testing.T) {
	b := Sample([][2]string{{"keras_version", "2.2.4"}, {"model_config", "{}"}}, nil)
	for i := range b {
		for _, x := range []byte{1, 0x80, 0xff} {
			c := bytes.Clone(b)
			c[i] ^= x
			if clean(c) {
				t.Errorf("byte %d changed by %#x passes", i, x)
			}
		}
	}
	for n := range b {
		if clean(b[:n]) {
			t.Errorf("cut to %d bytes passes", n)
		}
	}
	if !clean(append(bytes.Clone(b), "more"...)) {
		t.Error("bytes behind its end are not passed over")
	}
}

// Files of the oldest layout have no sums, and much of their room is free. testdata/*.h5 were written by h5py 3.7 with HDF5 1.10.8 (see the names).
func TestDamage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.h5")
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(name, "clean") && !clean(b) {
			t.Errorf("%s does not pass", name)
		}
		seen := 0
		for i := range b {
			c := bytes.Clone(b)
			c[i] ^= 0x41
			if !clean(c) {
				seen++
			}
		}
		if least := map[string]int{"clean-new.h5": 1250, "clean-old.h5": 950}[filepath.Base(name)]; seen < least {
			t.Errorf("%s: %d of %d changed bytes are seen, %d were", name, seen, len(b), least)
		}
	}
}

func TestTraps(t *testing.T) {
	for _, tt := range []struct {
		file string
		want inspect.Verdict
		id   string
	}{
		{"clean-old.h5", inspect.Clean, ""},
		{"clean-new.h5", inspect.Clean, ""},
		{"external-data.h5", inspect.Dangerous, "hdf5-external-data"},
		{"external-link-old.h5", inspect.Dangerous, "hdf5-external-link"},
		{"virtual.h5", inspect.Dangerous, "hdf5-virtual"},
		{"virtual-own.h5", inspect.Clean, ""},
		{"giant.h5", inspect.NotRead, "hdf5-giant"},
		{"giant-chunked.h5", inspect.NotRead, "hdf5-giant"},
		{"unwritten.h5", inspect.Clean, ""},
	} {
		b, err := os.ReadFile(filepath.Join("testdata", tt.file))
		if err != nil {
			t.Fatal(err)
		}
		p := part(b)
		if err := Scan(context.Background(), p, nil); err != nil {
			t.Errorf("%s: %v", tt.file, err)
		}
		f := p.Found()
		if f.Verdict != tt.want || tt.id != "" && (len(f.Reasons) == 0 || f.Reasons[0].ID != tt.id) {
			t.Errorf("%s: %v %v", tt.file, f.Verdict, f.Reasons)
		}
	}
}

// collector keeps what is handed on.
type collector struct{ names, bytes []string }

func (e *collector) Member(_ context.Context, _ *inspect.Part, name string, r io.ReaderAt, size int64) {
	b, _ := io.ReadAll(io.NewSectionReader(r, 0, size))
	e.names, e.bytes = append(e.names, name), append(e.bytes, string(b))
}
func (e *collector) Stream(context.Context, *inspect.Part, string, io.Reader, int64) {}
func (e *collector) Beside(string, int64) ([]byte, error)                            { return nil, os.ErrNotExist }
func (e *collector) SizeBeside(string) (int64, error)                                { return 0, os.ErrNotExist }
func (e *collector) Members(int) bool                                                { return true }

// PyTables unpickles attributes of files that it wrote.
func TestPickles(t *testing.T) {
	protocol2, err := base64.StdEncoding.DecodeString("gAJjb3MKZ2V0Y3dkCilSLg==")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name       string
		attributes [][2]string
		want       int
	}{
		{"text pickle of PyTables", [][2]string{{"CLASS", "GROUP"}, {"meta", "cos\ngetcwd\n(tR."}}, 1},
		{"the same in another file", [][2]string{{"meta", "cos\ngetcwd\n(tR."}}, 0},
		{"a pickle that is no text", [][2]string{{"meta", string(protocol2)}}, 1},
		{"a sentence", [][2]string{{"CLASS", "GROUP"}, {"TITLE", "Temperatures (in Kelvin) of the sea."}, {"VERSION", "1."}}, 0},
	} {
		e := &collector{}
		b := Sample(tt.attributes, nil)
		p := inspect.NewPart("frame.h5", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, e)
		if err := Scan(context.Background(), p, nil); err != nil {
			t.Fatal(err)
		}
		if len(e.names) != tt.want {
			t.Errorf("%s: handed on %q", tt.name, e.names)
		}
	}
}

func TestPickledValues(t *testing.T) {
	b, err := os.ReadFile("testdata/pickled.h5")
	if err != nil {
		t.Fatal(err)
	}
	e := &collector{}
	p := inspect.NewPart("frame.h5", bytes.NewReader(b), int64(len(b)), &inspect.Found{}, e)
	if err := Scan(context.Background(), p, nil); err != nil || p.Found().Verdict != inspect.Clean {
		t.Fatal(err, p.Found().Reasons)
	}
	if got := strings.Join(e.names, " "); got != "objects.pickle objects.pickle" || e.bytes[0] != "(dp0\n." || e.bytes[1] != "\x80\x02K\x01." {
		t.Errorf("handed on %q: %q", e.names, e.bytes)
	}
}

func FuzzScan(f *testing.F) {
	f.Add(Sample([][2]string{{"a", "b"}}, [][2]string{{"x", "y"}}))
	files, _ := filepath.Glob("testdata/*.h5")
	for _, name := range files {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) < 64 || len(b) > 1<<17 {
			return
		}
		b = append([]byte(signature), b[8:]...)
		for _, unsummed := range []bool{false, true} {
			file, err := open(bytes.NewReader(b), int64(len(b)), 0, unsummed)
			if err != nil {
				continue
			}
			begun := time.Now()
			s := &scan{ctx: context.Background(), part: part(b), file: file}
			if file.Walk(s.ctx, Visitor{Link: s.link, Attribute: s.attribute, Object: s.object}) == nil && file.work > 2*maxWork || time.Since(begun) > time.Minute {
				t.Errorf("a bound does not hold: %d steps in %s", file.work, time.Since(begun))
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	data, err := os.ReadFile("testdata/clean-old.h5")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p := part(data)
		if err := Scan(context.Background(), p, nil); err != nil {
			b.Fatal(err)
		}
	}
}
