package safetensors

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// build makes a file of a header and n bytes of data.
func build(header string, n int) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// look gives the verdict on a file, as the engine does: an error is not read.
func look(b []byte) (*inspect.Found, error) {
	found := &inspect.Found{}
	p := inspect.NewPart("model.safetensors", bytes.NewReader(b), int64(len(b)), found, nil)
	err := Format().Scan(context.Background(), p)
	if err != nil {
		found.Verdict = max(found.Verdict, inspect.NotRead)
	}
	return found, err
}

const f32 = `"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`

func TestGood(t *testing.T) {
	for name, b := range map[string][]byte{
		"one tensor":       build(`{`+f32+`}`, 24),
		"metadata":         build(`{"__metadata__":{"format":"pt","license":"mit"},`+f32+`}`, 24),
		"metadata behind":  build(`{`+f32+`,"__metadata__":{"format":"pt"}}`, 24),
		"no metadata":      build(`{"__metadata__":null,`+f32+`}`, 24),
		"empty metadata":   build(`{"__metadata__":{},`+f32+`}`, 24),
		"padding":          build(`{`+f32+`}       `, 24),
		"spaces":           build("{ \"a\" :\n{\"dtype\": \"F32\", \"shape\": [ 2 , 3 ], \"data_offsets\" : [0, 24] } }\n", 24),
		"no tensors":       build(`{}`, 0),
		"scalar":           build(`{"a":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}`, 8),
		"nothing in it":    build(`{"a":{"dtype":"F32","shape":[0,5],"data_offsets":[0,0]}}`, 0),
		"empty between":    build(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[0],"data_offsets":[4,4]},"c":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}`, 8),
		"out of order":     build(`{"b":{"dtype":"U8","shape":[4],"data_offsets":[4,8]},"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 8),
		"order of fields":  build(`{"a":{"data_offsets":[0,4],"shape":[4],"dtype":"U8"}}`, 4),
		"escapes in names": build(`{"\u00e4\ud83d\ude00\n\/":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
		"four bits":        build(`{"a":{"dtype":"F4","shape":[4],"data_offsets":[0,2]}}`, 2),
		"six bits":         build(`{"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]}}`, 3),
		"template":         build(`{"__metadata__":{"chat_template":"{% for m in messages %}{{ m.content }}{% endfor %}"},`+f32+`}`, 24),
		"braces":           build(`{"__metadata__":{"note":"{{ not a template"},`+f32+`}`, 24),
		"thumbnail":        build(`{"__metadata__":{"modelspec.thumbnail":"data:image/jpeg;base64,/9j/4AAQSkZJRg=="},`+f32+`}`, 24),
	} {
		if found, err := look(b); found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	for _, d := range []struct {
		name  string
		bytes int
	}{{"BOOL", 1}, {"U8", 1}, {"I8", 1}, {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"F8_E8M0", 1}, {"F8_E4M3FNUZ", 1}, {"F8_E5M2FNUZ", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2},
		{"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4}, {"C64", 8}, {"F64", 8}, {"I64", 8}, {"U64", 8}} {
		b := build(fmt.Sprintf(`{"a":{"dtype":%q,"shape":[3],"data_offsets":[0,%d]}}`, d.name, 3*d.bytes), 3*d.bytes)
		if found, err := look(b); found.Verdict != inspect.Clean {
			t.Errorf("%s: %v", d.name, err)
		}
	}
}

func TestDamaged(t *testing.T) {
	entry := func(s string) string { return `{"a":{` + s + `}}` }
	for name, b := range map[string][]byte{
		"nothing":              {},
		"seven bytes":          make([]byte, 7),
		"length only":          build("", 0)[:8],
		"header too long":      append(binary.LittleEndian.AppendUint64(nil, 100), `{}`...),
		"header of 2^63":       append(binary.LittleEndian.AppendUint64(nil, 1<<63), `{}`...),
		"header of 2^64-1":     append(binary.LittleEndian.AppendUint64(nil, 1<<64-1), `{}`...),
		"header of 100 MB + 1": append(binary.LittleEndian.AppendUint64(nil, 100_000_001), `{}`...),
		"no object":            build(`[]`, 0),
		"space first":          build(` {}`, 0),
		"mark of UTF-8":        build("\xef\xbb\xbf{}", 0),
		"no JSON":              build(`{a}`, 0),
		"cut":                  build(`{`+f32, 24),
		"behind the object":    build(`{`+f32+`}x`, 24),
		"second object":        build(`{`+f32+`}{}`, 24),
		"zero bytes behind":    build(`{`+f32+"}\x00\x00", 24),
		"comma":                build(`{`+f32+`,}`, 24),
		"name twice":           build(`{`+f32+`,`+f32+`}`, 24),
		"name twice, escaped":  build(`{`+f32+`,"\u0061":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}`, 24),
		"metadata twice":       build(`{"__metadata__":{},"__metadata__":{},`+f32+`}`, 24),
		"metadata of numbers":  build(`{"__metadata__":{"a":1},`+f32+`}`, 24),
		"metadata of maps":     build(`{"__metadata__":{"a":{}},`+f32+`}`, 24),
		"metadata, name twice": build(`{"__metadata__":{"a":"b","a":"c"},`+f32+`}`, 24),
		"metadata a list":      build(`{"__metadata__":[],`+f32+`}`, 24),
		"dtype":                build(entry(`"dtype":"F33","shape":[1],"data_offsets":[0,4]`), 4),
		"dtype, small":         build(entry(`"dtype":"f32","shape":[1],"data_offsets":[0,4]`), 4),
		"dtype, number":        build(entry(`"dtype":1,"shape":[1],"data_offsets":[0,4]`), 4),
		"no dtype":             build(entry(`"shape":[1],"data_offsets":[0,4]`), 4),
		"no shape":             build(entry(`"dtype":"F32","data_offsets":[0,4]`), 4),
		"no offsets":           build(entry(`"dtype":"F32","shape":[1]`), 4),
		"dtype twice":          build(entry(`"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]`), 4),
		"shape, negative":      build(entry(`"dtype":"F32","shape":[-1],"data_offsets":[0,4]`), 4),
		"shape, not whole":     build(entry(`"dtype":"F32","shape":[1.0],"data_offsets":[0,4]`), 4),
		"shape, exponent":      build(entry(`"dtype":"F32","shape":[1e0],"data_offsets":[0,4]`), 4),
		"shape, leading zero":  build(entry(`"dtype":"F32","shape":[01],"data_offsets":[0,4]`), 4),
		"shape, text":          build(entry(`"dtype":"F32","shape":["1"],"data_offsets":[0,4]`), 4),
		"shape too large":      build(entry(`"dtype":"F32","shape":[2],"data_offsets":[0,4]`), 4),
		"shape too small":      build(entry(`"dtype":"F32","shape":[1],"data_offsets":[0,8]`), 8),
		"shape overflows":      build(entry(`"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]`), 0),
		"size overflows":       build(entry(`"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,0]`), 0),
		"number overflows":     build(entry(`"dtype":"U8","shape":[99999999999999999999],"data_offsets":[0,0]`), 0),
		"half a byte":          build(entry(`"dtype":"F4","shape":[3],"data_offsets":[0,2]`), 2),
		"ends before it began": build(entry(`"dtype":"F32","shape":[1],"data_offsets":[4,0]`), 4),
		"one offset":           build(entry(`"dtype":"F32","shape":[1],"data_offsets":[0]`), 4),
		"three offsets":        build(entry(`"dtype":"F32","shape":[1],"data_offsets":[0,4,4]`), 4),
		"beyond the end":       build(`{`+f32+`}`, 23),
		"behind the end":       build(`{`+f32+`}`, 25),
		"does not begin at 0":  build(entry(`"dtype":"U8","shape":[4],"data_offsets":[4,8]`), 8),
		"hole":                 build(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[5,9]}}`, 9),
		"overlap":              build(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}`, 7),
		"same bytes":           build(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
		"entry a list":         build(`{"a":["F32",[1],[0,4]]}`, 4),
		"no UTF-8":             build("{\"\xff\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4),
		"half a surrogate":     build(`{"\ud800":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 4),
		"control character":    build("{\"a\n\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 4),
		"data only":            build(`{}`, 1),
	} {
		found, err := look(b)
		if found.Verdict != inspect.NotRead {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	// every shorter file is damaged, and so is every one with a byte more
	whole := build(`{"__metadata__":{"format":"pt"},`+f32+`}`, 24)
	for n := range whole {
		if found, _ := look(whole[:n]); found.Verdict != inspect.NotRead {
			t.Errorf("the first %d bytes: %s", n, found.Verdict)
		}
	}
}

func TestMetadata(t *testing.T) {
	elf := base64.StdEncoding.EncodeToString(append([]byte("\x7fELF\x02\x01\x01"), make([]byte, 100)...))
	for value, want := range map[string]inspect.Verdict{
		"plain text":                           inspect.Clean,
		elf:                                    inspect.Dangerous,
		`<img src=x><SCRIPT>alert(1)</script>`: inspect.Dangerous,
		`{{ ''.__class__.__mro__[1].__subclasses__() }}`:           inspect.Malicious,
		`import os; os.system('id')`:                               inspect.Dangerous,
		`describes how the os module and subprocess are mocked`:    inspect.Clean,
		base64.StdEncoding.EncodeToString(make([]byte, 100)):       inspect.Clean,
		strings.Repeat("abc ", 10_000):                             inspect.Clean,
		`{\"ss_tag\": {\"a\": 1}, \"x\": {{\"y\": 2}}}`:            inspect.Clean,
		base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nid")): inspect.Dangerous,
	} {
		b := build(`{"__metadata__":{"note":"`+value+`"},`+f32+`}`, 24)
		if found, err := look(b); found.Verdict != want || err != nil {
			t.Errorf("%.60s: %v %v", value, err, found)
		}
	}
	found, _ := look(build(`{"__metadata__":{"format":"pt","license":"mit"},`+f32+`}`, 24))
	for name, want := range map[string]string{"format": "pt", "licence": "mit", "tensors": "1", "parameters": "6", "dtype": "F32"} {
		if got := found.Facts[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// members keeps what is handed on; it is asked for nothing else.
type members struct {
	inspect.Engine
	got map[string]string
}

func (m *members) Member(_ context.Context, _ *inspect.Part, name string, r io.ReaderAt, size int64) {
	b := make([]byte, size)
	r.ReadAt(b, 0)
	m.got[name] = string(b)
}

func TestPickleInMetadataIsHandedOn(t *testing.T) {
	pickle := "\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94."
	b := build(`{"__metadata__":{"note":"`+base64.StdEncoding.EncodeToString([]byte(pickle))+`"},`+f32+`}`, 24)
	m := &members{got: map[string]string{}}
	found := &inspect.Found{}
	p := inspect.NewPart("a.safetensors", bytes.NewReader(b), int64(len(b)), found, m)
	if err := Format().Scan(context.Background(), p); err != nil || m.got["<metadata note>.pkl"] != pickle {
		t.Error(err, m.got)
	}
}

func TestClaims(t *testing.T) {
	f := Format()
	for _, c := range []struct {
		name string
		data string
		want bool
	}{
		{"a.safetensors", "", true}, {"a.bin", string(build(`{`+f32+`}`, 24)), true}, {"a.bin", "12345678{\"a", false}, {"a.json", `{"a": 1}`, false},
		{"a.bin", string(build(`{}`, 0)), true},
	} {
		p := inspect.NewPart(c.name, strings.NewReader(c.data), int64(len(c.data)), &inspect.Found{}, nil)
		if f.Claims(p) != c.want {
			t.Errorf("%s %q", c.name, c.data)
		}
	}
	_, canary := f.Canary()
	if found, _ := look(canary); found.Verdict != f.CanaryWant {
		t.Error("the canary is", found.Verdict)
	}
}

// TestRealFiles reads every file of the folder that LODEMARK_SAFETENSORS names.
func TestRealFiles(t *testing.T) {
	dir := os.Getenv("LODEMARK_SAFETENSORS")
	if dir == "" {
		t.Skip("LODEMARK_SAFETENSORS names no folder of real files")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found, err := look(b)
		t.Log(filepath.Base(name), found.Verdict, found.Facts)
		if found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	if len(files) == 0 {
		t.Error("no files")
	}
}

// large is a file whose bytes nobody wrote.
type large struct {
	header []byte
	size   int64
}

func (l large) ReadAt(b []byte, off int64) (int, error) {
	clear(b)
	if off < int64(len(l.header)) {
		copy(b, l.header[off:])
	}
	return len(b), nil
}

// manyTensors is a header of n tensors of a megabyte.
func manyTensors(n int) []byte {
	var s strings.Builder
	s.WriteString(`{"__metadata__":{"format":"pt"}`)
	for i := range n {
		fmt.Fprintf(&s, `,"model.layers.%d.self_attn.q_proj.weight":{"dtype":"BF16","shape":[512,1024],"data_offsets":[%d,%d]}`, i, i<<20, (i+1)<<20)
	}
	s.WriteString("}")
	return build(s.String(), 0)
}

func TestHostileHeadersAreBounded(t *testing.T) {
	for name, header := range map[string]string{
		"nested":        `{"a":{"x":` + strings.Repeat("[", 1_000_000),
		"many tensors":  `{` + strings.TrimSuffix(strings.Repeat(`"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},`, 100_000), ",") + `}`,
		"long name":     `{"` + strings.Repeat("a", 4_000_000) + `":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`,
		"long shape":    `{"a":{"dtype":"U8","shape":[` + strings.Repeat("1,", 1_000_000) + `1],"data_offsets":[0,1]}}`,
		"long metadata": `{"__metadata__":{"a":"` + strings.Repeat(`{{ a }}`, 500_000) + `"}}`,
		"spaces":        `{` + strings.Repeat(" ", 4_000_000) + `}`,
	} {
		start := time.Now()
		look(build(header, 1))
		if d := time.Since(start); d > time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
}

func FuzzScan(f *testing.F) {
	f.Add(build(`{"__metadata__":{"format":"pt","t":"{{ a }}"},`+f32+`}`, 24))
	f.Add(build(`{"\ud83d\ude00":{"dtype":"U8","shape":[4],"data_offsets":[0,4],"x":[{"y":1e5,"z":null}]}}   `, 4))
	f.Fuzz(func(t *testing.T, b []byte) {
		found, err := look(b)
		if found.Verdict == inspect.Clean && err != nil {
			t.Error("damaged and clean")
		}
	})
}

// BenchmarkGigabyte is the usual large file: only its header costs.
func BenchmarkGigabyte(b *testing.B) {
	l := large{header: manyTensors(1024)}
	l.size = int64(len(l.header)) + 1<<30
	for b.Loop() {
		found := &inspect.Found{}
		p := inspect.NewPart("a.safetensors", l, l.size, found, nil)
		if err := Format().Scan(context.Background(), p); err != nil || found.Verdict != inspect.Clean {
			b.Fatal(err, found)
		}
	}
}
