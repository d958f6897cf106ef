package torch7

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func look(t testing.TB, name string, data []byte) (*inspect.Found, bool) {
	t.Helper()
	found := &inspect.Found{}
	f := Format()
	p := inspect.NewPart(name, bytes.NewReader(data), int64(len(data)), found, nil)
	if !f.Claims(p) {
		return found, false
	}
	var damage *inspect.DamageError
	if err := f.Scan(context.Background(), p); errors.As(err, &damage) {
		p.Say(inspect.NotRead, "damaged", damage.Offset, "%s", damage.Reason)
	} else if err != nil {
		t.Fatal(err)
	}
	return found, true
}

func worst(f *inspect.Found) string {
	for _, r := range f.Reasons {
		if r.Verdict == f.Verdict {
			return r.Message
		}
	}
	return ""
}

// writer writes objects in binary.
type writer struct{ out []byte }

func (w *writer) ints(v ...int) *writer {
	for _, i := range v {
		w.out = binary.LittleEndian.AppendUint32(w.out, uint32(i))
	}
	return w
}

func (w *writer) longs(v ...int64) *writer {
	for _, i := range v {
		w.out = binary.LittleEndian.AppendUint64(w.out, uint64(i))
	}
	return w
}

func (w *writer) text(s string) *writer {
	w.ints(len(s))
	w.out = append(w.out, s...)
	return w
}

// class begins an object of a class.
func (w *writer) class(n int, name string) *writer {
	return w.ints(typeTorch, n).text("V 1").text(name)
}

func (w *writer) tensor(n int, size int64) *writer {
	w.class(n, "torch.FloatTensor").ints(1).longs(size, 1, 1)
	w.class(n+1, "torch.FloatStorage").longs(size)
	w.out = append(w.out, make([]byte, 4*min(size, 100))...)
	return w
}

func TestTorch7(t *testing.T) {
	linear := new(writer).class(1, "nn.Linear").ints(typeTable, 2, 1, typeString).text("weight").tensor(3, 6)
	text := []byte("4\n1\n3\nV 1\n9\nnn.Linear\n3\n2\n2\n2\n4\nbias\n1\n0.5\n2\n4\nname\n2\n2\nab\n")
	table := func(w *writer) []byte {
		return append(new(writer).ints(typeTable, 1, 1, typeNumber).longs(0x3ff0000000000000).out, w.out...)
	}
	luajit := "\x1bLJ\x01\x02\x00\x0cexecute\x07os\x08id"
	lua := "\x1bLua\x51\x00\x01\x04\x08\x04\x08\x00\x03\x00\x00\x00\x00\x00\x00\x00io\x00\x06\x00\x00\x00\x00\x00\x00\x00popen\x00"
	for _, s := range []struct {
		what, name string
		data       []byte
		want       inspect.Verdict
		says       string
	}{
		{"a layer", "m.t7", linear.out, inspect.Clean, ""},
		{"by another name", "m.net", linear.out, inspect.Clean, ""},
		{"as text", "m.t7", text, inspect.Clean, ""},
		{"a text", "m.t7", new(writer).ints(typeString).text("hello=123").out, inspect.Clean, ""},
		{"an object seen before", "m.t7", table(new(writer).ints(typeTable, 1)), inspect.Clean, ""},
		{"byte code that runs a program", "m.t7", Sample(luajit), inspect.Malicious, "os.execute"},
		{"of plain Lua", "m.t7", Sample(lua), inspect.Malicious, "io.popen"},
		{"a function as text", "m.t7", Sample("return os.execute('id')"), inspect.Malicious, "os.execute"},
		{"a function of nothing known", "m.t7", Sample("\x1bLJ\x01\x02\x00\x08add"), inspect.Dangerous, "without a check"},
		{"code as a text", "m.t7", new(writer).ints(typeString).text("os.execute('id')").out, inspect.Dangerous, "os.execute"},
		{"a class of nobody", "m.t7", new(writer).class(1, "evil.Loader").ints(typeTable, 2, 0).out, inspect.Unknown, "evil.Loader"},
		{"a storage larger than the file", "m.t7", new(writer).class(1, "torch.FloatTensor").ints(1).longs(9, 1, 1).class(2, "torch.FloatStorage").longs(1 << 40).out, inspect.NotRead, "claims"},
		{"a table larger than the file", "m.t7", new(writer).ints(typeTable, 1, 1<<30, typeString).text("x").out, inspect.NotRead, "claims"},
		{"a type that is none", "m.t7", table(new(writer).ints(99)), inspect.NotRead, "type 99"},
		{"a truth value that is none", "m.t7", table(new(writer).ints(typeBoolean, 7)), inspect.NotRead, "truth"},
		{"cut", "m.t7", linear.out[:len(linear.out)-5], inspect.NotRead, "claims"},
		{"text, cut", "m.t7", text[:40], inspect.NotRead, ""},
		{"more behind it", "m.t7", append(bytes.Clone(linear.out), 'x'), inspect.NotRead, "1 bytes follow"},
		{"deep", "m.t7", func() []byte {
			w := new(writer)
			for i := range 30_000 {
				w.ints(typeTable, i+1, 1)
			}
			return append(w.out, make([]byte, 64<<10)...)
		}(), inspect.NotRead, "deep"},
	} {
		t.Run(s.what, func(t *testing.T) {
			found, claimed := look(t, s.name, s.data)
			if !claimed || found.Verdict != s.want || !strings.Contains(worst(found), s.says) {
				t.Errorf("claimed %v, got %s (%s), want %s saying %q", claimed, found.Verdict, worst(found), s.want, s.says)
			}
		})
	}
	for name, data := range map[string]string{"a.bin": "\x03\x00\x00\x00\x01\x00\x00\x00\xff\xff\xff\xff", "b.txt": "4\n8\n15\n16\n23\n42\n", "c.t7": "PK\x03\x04aaaaaaaa"} {
		if _, claimed := look(t, name, []byte(data)); claimed {
			t.Errorf("%s is claimed", name)
		}
	}
}

func FuzzTorch7(f *testing.F) {
	f.Add(Sample("\x1bLJ\x01"))
	f.Add(new(writer).tensor(1, 4).out)
	f.Add([]byte("4\n1\n3\nV 1\n9\nnn.Linear\n3\n2\n0\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := inspect.NewPart("m.t7", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil)
		if format := Format(); len(data) > 0 && format.Claims(p) {
			_ = format.Scan(context.Background(), p)
		}
	})
}

func BenchmarkTorch7(b *testing.B) {
	w := new(writer).ints(typeTable, 1, 1000)
	for i := range 1000 {
		w.ints(typeString).text("weight").tensor(2*i+2, 16)
	}
	b.SetBytes(int64(len(w.out)))
	for b.Loop() {
		look(b, "m.t7", w.out)
	}
}
