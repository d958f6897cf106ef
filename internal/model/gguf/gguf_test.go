package gguf

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// maker writes GGUF files, right or wrong.
type maker struct {
	bytes.Buffer
	order   binary.AppendByteOrder
	version uint32
}

func (m *maker) u32(n uint32) { m.Write(m.order.AppendUint32(nil, n)) }
func (m *maker) u64(n uint64) { m.Write(m.order.AppendUint64(nil, n)) }

func (m *maker) count(n uint64) {
	if m.version == 1 {
		m.u32(uint32(n))
		return
	}
	m.u64(n)
}

func (m *maker) str(s string) {
	m.count(uint64(len(s)))
	m.WriteString(s)
}

func (m *maker) begin(tensors, keys uint64) {
	m.WriteString("GGUF")
	m.u32(m.version)
	m.count(tensors)
	m.count(keys)
}

func newMaker() *maker { return &maker{order: binary.LittleEndian, version: 3} }

// key writes a key with its value: a string, uint32, uint64, float32, bool, []string, []float32, []int32.
func (m *maker) key(name string, value any) {
	m.str(name)
	switch v := value.(type) {
	case string:
		m.u32(typeString)
		m.str(v)
	case uint32:
		m.u32(typeUint32)
		m.u32(v)
	case uint64:
		m.u32(typeUint64)
		m.u64(v)
	case bool:
		m.u32(typeBool)
		m.WriteByte(map[bool]byte{true: 1}[v])
	case []string:
		m.u32(typeArray)
		m.u32(typeString)
		m.count(uint64(len(v)))
		for _, s := range v {
			m.str(s)
		}
	case []float32:
		m.u32(typeArray)
		m.u32(typeFloat32)
		m.count(uint64(len(v)))
		for range v {
			m.u32(0)
		}
	case []bool:
		m.u32(typeArray)
		m.u32(typeBool)
		m.count(uint64(len(v)))
		for range v {
			m.WriteByte(1)
		}
	case [][]string:
		m.u32(typeArray)
		m.u32(typeArray)
		m.count(uint64(len(v)))
		for _, a := range v {
			m.u32(typeString)
			m.count(uint64(len(a)))
			for _, s := range a {
				m.str(s)
			}
		}
	default:
		panic(fmt.Sprintf("%T", value))
	}
}

func (m *maker) tensor(name string, kind uint32, offset uint64, dims ...uint64) {
	m.str(name)
	m.u32(uint32(len(dims)))
	for _, d := range dims {
		m.count(d)
	}
	m.u32(kind)
	m.u64(offset)
}

// data pads to the alignment and adds n bytes.
func (m *maker) data(align, n int) []byte {
	if over := m.Len() % align; over != 0 {
		m.Write(make([]byte, align-over))
	}
	m.Write(make([]byte, n))
	return m.Bytes()
}

// model is a whole small file, with what more changes.
func model(version uint32, order binary.AppendByteOrder) []byte {
	m := &maker{order: order, version: version}
	m.begin(2, 9)
	m.key("general.architecture", "llama")
	m.key("general.name", "tiny")
	m.key("general.license", "mit")
	m.key("general.file_type", uint32(7))
	m.key("llama.vocab_size", uint64(2))
	m.key("tokenizer.ggml.tokens", []string{"a", "b"})
	m.key("tokenizer.ggml.scores", []float32{0, 0})
	m.key("tokenizer.ggml.add_bos_token", true)
	m.key("tokenizer.chat_template", "{% for m in messages %}{{ m.content }}{% endfor %}")
	m.tensor("a", 0, 0, 4, 2)
	m.tensor("b", 8, 32, 32)
	return m.data(32, 32+34)
}

func look(b []byte) (*inspect.Found, error) { return lookAs("model.gguf", b) }

func lookAs(name string, b []byte) (*inspect.Found, error) {
	found := &inspect.Found{}
	p := inspect.NewPart(name, bytes.NewReader(b), int64(len(b)), found, nil)
	var err error
	claimed := false
	for _, f := range Formats() {
		if f.Claims(p) {
			claimed = true
			if e := f.Scan(context.Background(), p); e != nil {
				err = e
				found.Verdict = max(found.Verdict, inspect.NotRead)
			}
		}
	}
	if !claimed {
		found.Verdict = inspect.NotRead
	}
	return found, err
}

func TestGood(t *testing.T) {
	only := func(keys ...any) []byte {
		m := newMaker()
		m.begin(0, uint64(len(keys)/2))
		for i := 0; i < len(keys); i += 2 {
			m.key(keys[i].(string), keys[i+1])
		}
		return m.Bytes()
	}
	tensors := func(align int, size int, each func(m *maker)) []byte {
		m := newMaker()
		var body maker
		body.order, body.version = m.order, m.version
		each(&body)
		m.begin(uint64(strings.Count(body.String(), "t")), 1)
		m.key("general.alignment", uint32(align))
		m.Write(body.Bytes())
		return m.data(align, size)
	}
	for name, b := range map[string][]byte{
		"version 1":       model(1, binary.LittleEndian),
		"version 2":       model(2, binary.LittleEndian),
		"version 3":       model(3, binary.LittleEndian),
		"big endian":      model(3, binary.BigEndian),
		"padded at end":   append(model(3, binary.LittleEndian), make([]byte, 30)...),
		"keys only":       only("general.architecture", "llama"),
		"nothing":         only(),
		"nested arrays":   only("a", [][]string{{"b"}, {"c", "d"}}),
		"flags":           only("a", []bool{true, true}),
		"go template":     only("tokenizer.chat_template", "{{ if .System }}{{ .System }}{{ end }}"),
		"more templates":  only("tokenizer.chat_template.tool_use", "{{ messages }}", "tokenizer.chat_templates", []string{"tool_use"}),
		"split":           only("split.no", uint32(1), "split.count", uint32(3)),
		"description":     only("general.description", "uses {{ braces }} and __class__"),
		"alignment of 64": tensors(64, 64+4, func(m *maker) { m.tensor("t", 0, 0, 1); m.tensor("t2", 0, 64, 1) }),
		"scalar":          tensors(32, 4, func(m *maker) { m.tensor("t", 0, 0) }),
		"no elements":     tensors(32, 0, func(m *maker) { m.tensor("t", 0, 0, 0) }),
		"in other order":  tensors(32, 36, func(m *maker) { m.tensor("t", 0, 32, 1); m.tensor("t2", 0, 0, 1) }),
		"old packing":     tensors(32, 18, func(m *maker) { m.tensor("t", 31, 0, 32) }),
	} {
		if found, err := look(b); found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	for kind, tt := range tensorTypes {
		if tt.block == 0 {
			continue
		}
		m := newMaker()
		m.begin(1, 0)
		m.tensor("t", uint32(kind), 0, tt.block*2, 3)
		b := m.data(32, int(tt.size)*6)
		if found, err := look(b); found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", tt.name, err, found.Reasons)
		}
		if found, _ := look(b[:len(b)-1]); found.Verdict != inspect.NotRead {
			t.Errorf("%s, a byte short: %v", tt.name, found)
		}
	}
	found, _ := look(model(3, binary.LittleEndian))
	for name, want := range map[string]string{"architecture": "llama", "name": "tiny", "licence": "mit", "quantisation": "Q8_0", "tensors": "2", "parameters": "40", "tokens": "2", "dtype": "F32:1 Q8_0:1"} {
		if got := found.Facts[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

func TestDamaged(t *testing.T) {
	make := func(each func(m *maker)) []byte {
		m := newMaker()
		each(m)
		return m.Bytes()
	}
	tensor := func(kind uint32, offset uint64, dims ...uint64) []byte {
		m := newMaker()
		m.begin(1, 0)
		m.tensor("t", kind, offset, dims...)
		return m.data(32, 64)
	}
	for name, b := range map[string][]byte{
		"empty":              {},
		"magic only":         []byte("GGUF"),
		"other magic":        []byte("GGXF\x03\x00\x00\x00" + strings.Repeat("\x00", 16)),
		"version 0":          make(func(m *maker) { m.version = 0; m.begin(0, 0) }),
		"version 4":          make(func(m *maker) { m.version = 4; m.begin(0, 0) }),
		"a milliard keys":    make(func(m *maker) { m.begin(0, 1e9) }),
		"a milliard tensors": make(func(m *maker) { m.begin(1e9, 0) }),
		"2^64-1 keys":        make(func(m *maker) { m.begin(0, 1<<64-1) }),
		"key missing":        make(func(m *maker) { m.begin(0, 2); m.key("a", "b") }),
		"long key":           make(func(m *maker) { m.begin(0, 1); m.u64(1 << 40); m.WriteString(strings.Repeat("a", 50)) }),
		"long string": make(func(m *maker) {
			m.begin(0, 1)
			m.str("a")
			m.u32(typeString)
			m.u64(1<<63 + 5)
			m.WriteString("abcdefgh")
		}),
		"no name":                make(func(m *maker) { m.begin(0, 1); m.key("", "b") }),
		"key twice":              make(func(m *maker) { m.begin(0, 2); m.key("a", "b"); m.key("a", "c") }),
		"key no UTF-8":           make(func(m *maker) { m.begin(0, 1); m.key("\xff", "b") }),
		"value type":             make(func(m *maker) { m.begin(0, 1); m.str("a"); m.u32(13); m.WriteString(strings.Repeat("a", 50)) }),
		"neither true nor false": make(func(m *maker) { m.begin(0, 1); m.str("a"); m.u32(typeBool); m.WriteByte(2) }),
		"array type": make(func(m *maker) {
			m.begin(0, 1)
			m.str("a")
			m.u32(typeArray)
			m.u32(77)
			m.u64(1)
			m.u64(0)
		}),
		"long array": make(func(m *maker) {
			m.begin(0, 1)
			m.str("a")
			m.u32(typeArray)
			m.u32(typeFloat64)
			m.u64(1 << 61)
			m.u64(0)
		}),
		"array of strings": make(func(m *maker) {
			m.begin(0, 1)
			m.str("a")
			m.u32(typeArray)
			m.u32(typeString)
			m.u64(1 << 40)
			m.u64(0)
		}),
		"arrays in arrays": make(func(m *maker) {
			m.begin(0, 1)
			m.str("a")
			m.u32(typeArray)
			for range 1000 {
				m.u32(typeArray)
				m.u64(1)
			}
		}),
		"alignment 0":         make(func(m *maker) { m.begin(0, 1); m.key("general.alignment", uint32(0)) }),
		"alignment 3":         make(func(m *maker) { m.begin(0, 1); m.key("general.alignment", uint32(3)) }),
		"alignment, a string": make(func(m *maker) { m.begin(0, 1); m.key("general.architecture", uint32(3)) }),
		"scores and tokens": make(func(m *maker) {
			m.begin(0, 2)
			m.key("tokenizer.ggml.tokens", []string{"a"})
			m.key("tokenizer.ggml.scores", []float32{1, 2})
		}),
		"part 3 of 3":         make(func(m *maker) { m.begin(0, 2); m.key("split.no", uint32(3)); m.key("split.count", uint32(3)) }),
		"behind the end":      append(model(3, binary.LittleEndian), bytes.Repeat([]byte("x"), 100)...),
		"behind the keys":     append(make(func(m *maker) { m.begin(0, 1); m.key("a", "b") }), bytes.Repeat([]byte("x"), 100)...),
		"tensor beyond":       tensor(0, 0, 17),
		"offset beyond":       tensor(0, 96, 1),
		"offset unaligned":    tensor(0, 8, 1),
		"offset of 2^63":      tensor(0, 1<<63, 1),
		"gap":                 tensor(0, 32, 1),
		"five dimensions":     tensor(0, 0, 1, 1, 1, 1, 1),
		"dimensions overflow": tensor(0, 0, 1<<32, 1<<32),
		"negative dimension":  tensor(0, 0, 1<<64-1),
		"size overflows":      tensor(28, 0, 1<<62),
		"row and block":       tensor(2, 0, 31),
		"removed type":        tensor(4, 0, 32),
		"same bytes": func() []byte {
			m := newMaker()
			m.begin(2, 0)
			m.tensor("a", 0, 0, 16)
			m.tensor("b", 0, 32, 4)
			return m.data(32, 96)
		}(),
		"tensor twice": func() []byte {
			m := newMaker()
			m.begin(2, 0)
			m.tensor("a", 0, 0, 4)
			m.tensor("a", 0, 32, 4)
			return m.data(32, 48)
		}(),
		"not a model": []byte("hello"),
	} {
		found, err := look(b)
		if found.Verdict != inspect.NotRead {
			t.Errorf("%s: %s %v %v", name, found.Verdict, err, found.Reasons)
		}
	}
	if found, _ := look(tensor(143, 0, 4)); found.Verdict != inspect.Unknown {
		t.Error("a type of another program's:", found)
	}
	for _, whole := range [][]byte{model(1, binary.LittleEndian), model(3, binary.LittleEndian), model(3, binary.BigEndian)} {
		for n := range whole {
			if found, _ := look(whole[:n]); found.Verdict != inspect.NotRead {
				t.Errorf("the first %d bytes of %d: %s", n, len(whole), found.Verdict)
			}
		}
	}
}

func TestTemplates(t *testing.T) {
	for _, key := range []string{"tokenizer.chat_template", "tokenizer.chat_template.tool_use", "general.description", "my.template"} {
		m := newMaker()
		m.begin(0, 1)
		m.key(key, "x{{ ''.__class__.__mro__[1].__subclasses__() }}")
		found, err := look(m.Bytes())
		if err != nil || found.Verdict != inspect.Malicious {
			t.Errorf("%s: %v %v", key, err, found)
		}
		// the place is that in the file
		r := found.Reasons[0]
		if got := m.String()[r.Offset:]; !strings.HasPrefix(got, "__class__") {
			t.Errorf("%s: the reason points to %.20q", key, got)
		}
	}
	m := newMaker()
	m.begin(0, 1)
	m.key("tokenizer.chat_template", "{% if %}")
	if found, _ := look(m.Bytes()); found.Verdict != inspect.NotRead {
		t.Error("a broken template is", found.Verdict)
	}
}

// legacyModel is a model of llama.cpp before GGUF.
func legacyModel(magic string, version uint32, word string) []byte {
	m := newMaker()
	m.WriteString(magic)
	m.u32(version)
	m.u32(1)
	for range 6 {
		m.u32(8)
	}
	m.u32(uint32(len(word)))
	m.WriteString(word)
	m.u32(0)
	m.u32(1)
	m.u32(1)
	m.u32(0)
	m.u32(4)
	m.WriteString("a")
	if magic == "tjgg" {
		return m.data(32, 16)
	}
	return m.data(1, 16)
}

func TestLegacy(t *testing.T) {
	whisper := func() []byte {
		m := newMaker()
		m.WriteString("lmgg")
		for range 11 {
			m.u32(1)
		}
		m.u32(2)
		m.u32(3)
		m.Write(make([]byte, 24))
		m.u32(1)
		m.u32(2)
		m.WriteString("ab")
		m.u32(1)
		m.u32(1)
		m.u32(1)
		m.u32(4)
		m.WriteString("w")
		return m.data(1, 8)
	}()
	good := map[string][]byte{"ggjt 3": legacyModel("tjgg", 3, "abc"), "ggmf": legacyModel("fmgg", 1, "abc"), "whisper": whisper}
	for name, b := range good {
		if found, err := lookAs("ggml-model.bin", b); found.Verdict != inspect.Clean || err != nil {
			t.Errorf("%s: %v %v", name, err, found)
		}
		for n := 8; n < len(b); n++ {
			if found, _ := lookAs("ggml-model.bin", b[:n]); found.Verdict == inspect.Clean {
				t.Errorf("%s: the first %d bytes are clean", name, n)
			}
		}
	}
	if found, _ := lookAs("x.bin", []byte("lmggsomething else that is long enough")); found.Verdict != inspect.Unknown {
		t.Error("an unknown layout is", found.Verdict)
	}
}

func TestCanaries(t *testing.T) {
	for _, f := range Formats() {
		name, b := f.Canary()
		if found, _ := lookAs(name, b); found.Verdict != f.CanaryWant {
			t.Errorf("%s: %s", f.Name, found.Verdict)
		}
	}
}

// TestRealFiles reads every file of the folder that LODEMARK_GGUF names.
func TestRealFiles(t *testing.T) {
	dir := os.Getenv("LODEMARK_GGUF")
	if dir == "" {
		t.Skip("LODEMARK_GGUF names no folder of real files")
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found, err := lookAs(filepath.Base(name), b)
		t.Log(filepath.Base(name), found.Verdict, found.Facts)
		if found.Verdict != inspect.Clean {
			t.Errorf("%s: %v %v", name, err, found.Reasons)
		}
	}
	if len(files) == 0 {
		t.Error("no files")
	}
}

func FuzzScan(f *testing.F) {
	f.Add(model(1, binary.LittleEndian))
	f.Add(model(3, binary.LittleEndian))
	f.Add(model(3, binary.BigEndian))
	f.Add(legacyModel("tjgg", 3, "abc"))
	f.Add(legacyModel("fmgg", 1, "abc"))
	f.Fuzz(func(t *testing.T, b []byte) {
		found, err := look(b)
		if found.Verdict == inspect.Clean && err != nil {
			t.Error("damaged and clean")
		}
	})
}

// zeros is a large file whose bytes nobody wrote.
type zeros struct{ head []byte }

func (z zeros) ReadAt(b []byte, off int64) (int, error) {
	n := 0
	if off < int64(len(z.head)) {
		n = copy(b, z.head[off:])
	}
	clear(b[n:])
	return len(b), nil
}

// BenchmarkGigabyte has 290 tensors and 128,000 tokens, as a model of eight milliards has.
func BenchmarkGigabyte(b *testing.B) {
	m := newMaker()
	words := make([]string, 128_000)
	for i := range words {
		words[i] = fmt.Sprintf("token%d", i)
	}
	m.begin(290, 4)
	m.key("general.architecture", "llama")
	m.key("tokenizer.ggml.tokens", words)
	m.key("tokenizer.ggml.scores", make([]float32, len(words)))
	m.key("tokenizer.ggml.merges", append(words, words...))
	for i := range 290 {
		m.tensor(fmt.Sprintf("blk.%d.attn_q.weight", i), 1, uint64(i)<<21, 1024, 1024)
	}
	head := m.data(32, 0)
	size := int64(len(head)) + 290<<21
	for b.Loop() {
		found := &inspect.Found{}
		p := inspect.NewPart("a.gguf", zeros{head}, size, found, nil)
		if err := scan(context.Background(), p); err != nil || found.Verdict != inspect.Clean {
			b.Fatal(err, found)
		}
	}
}
