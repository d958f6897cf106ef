package keras

import (
	"encoding/base64"
	"encoding/binary"
	"testing"
)

// fn is a function to marshal.
type fn struct {
	names, texts []string
	inner        *fn
}

// pythonCode marshals a function as a version of Python does, in base64.
func pythonCode(l layout, f fn) string {
	return base64.StdEncoding.EncodeToString(marshalCode(nil, l, f))
}

func marshalCode(b []byte, l layout, f fn) []byte {
	number := func(n int) { b = binary.LittleEndian.AppendUint32(b, uint32(n)) }
	text := func(s string) {
		if l.numbers == 4 {
			b = append(b, 's')
			number(len(s))
		} else {
			b = append(b, 'z'|0x80, byte(len(s)))
		}
		b = append(b, s...)
	}
	texts := func(s []string) {
		if l.numbers == 4 {
			b = append(b, '(')
			number(len(s))
		} else {
			b = append(b, ')', byte(len(s)))
		}
		for _, s := range s {
			text(s)
		}
	}
	raw := func(s string) {
		b = append(b, 's')
		number(len(s))
		b = append(b, s...)
	}
	b = append(b, 'c'|0x80)
	if l.numbers == 4 {
		b[len(b)-1] = 'c'
	}
	for range l.numbers {
		number(1)
	}
	raw("\x97\x00S\x00") // instructions
	b = append(b, '(')
	number(1 + len(f.texts) + min(1, lenInner(f)))
	b = append(b, 'N')
	for _, s := range f.texts {
		text(s)
	}
	if f.inner != nil {
		b = marshalCode(b, l, *f.inner)
	}
	texts(f.names)
	texts([]string{"x"})
	if l.kinds {
		raw("\x20")
	} else {
		texts(nil)
		texts(nil)
	}
	text("inert.py")
	text("<lambda>")
	if l.kinds {
		text("<lambda>")
	}
	number(7)
	raw("\x00")
	if l.kinds {
		raw("")
	}
	return b
}

func lenInner(f fn) int {
	if f.inner != nil {
		return 1
	}
	return 0
}

func TestUnmarshal(t *testing.T) {
	want := fn{names: []string{"os", "system"}, texts: []string{"echo"}, inner: &fn{names: []string{"inner"}}}
	for name, l := range map[string]layout{"2.7": {4, false}, "3.0 to 3.7": {5, false}, "3.8 to 3.10": {6, false}, "3.11 on": {5, true}} {
		b := marshalCode(nil, l, want)
		c, err := unmarshal(b)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(c.names) != 2 || c.names[1] != "system" || len(c.texts) != 1 || len(c.inner) != 1 || c.inner[0].names[0] != "inner" || c.line != 7 || c.file != "inert.py" {
			t.Errorf("%s: %+v", name, c)
		}
		for n := range len(b) {
			if _, err := unmarshal(b[:n]); err == nil {
				t.Errorf("%s: cut to %d bytes and read all the same", name, n)
			}
		}
	}
}

// Written by Python 3.11.2: lambda x: [__import__('os').getcwd() for _ in x]
const python311 = "4wEAAAAAAAAAAAAAAAIAAAADAAAA8xoAAACXAGQBhAB8AEQApgAAAKsAAAAAAAAAAABTACkCTmMBAAAAAAAAAAAAAAAFAAAAEwAAAPNQAAAAlwBnAHwAXSN9" +
	"AXQBAAAAAAAAAAAAAGQApgEAAKsBAAAAAAAAAACgAQAAAAAAAAAAAAAAAAAAAAAAAAAApgAAAKsAAAAAAAAAAACRAowkUwApAdoCb3MpAtoKX19pbXBvcnRfX9oGZ2V0Y3dkKQLaAi4w" +
	"2gFfcwIAAAAgIPoIPHN0cmluZz76CjxsaXN0Y29tcD56HDxsYW1iZGE+Ljxsb2NhbHM+LjxsaXN0Y29tcD4DAAAAcywAAACAANAMMtAMMtAMMqgxjVqYBNENHdQNHdcNJNINJNENJtQN" +
	"JtAMMtAMMtAMMvMAAAAAqQApAdoBeHMBAAAAIHIIAAAA+gg8bGFtYmRhPnINAAAAAwAAAHMVAAAAgADQDDLQDDKwAdAMMtEMMtQMMoAAcgoAAAA="

func TestRealCode(t *testing.T) {
	c := marshalled(python311)
	if c == nil || len(c.inner) != 1 || c.file != "<string>" || c.line != 3 && c.line != 1 {
		t.Fatalf("%+v", c)
	}
	if does := c.effect(); does == "" {
		t.Errorf("no effect seen in %+v", c.inner[0])
	}
}

func TestEffects(t *testing.T) {
	for _, tt := range []struct {
		name string
		f    fn
		bad  bool
	}{
		{"arithmetic", fn{names: []string{"K", "l2_normalize"}}, false},
		{"a module of a framework", fn{names: []string{"tf", "io", "decode_raw", "signal", "stft", "random", "normal"}}, false},
		{"a shape", fn{names: []string{"getattr", "shape"}, texts: []string{"channels_last"}}, false},
		{"a program", fn{names: []string{"os", "system"}}, true},
		{"an import by name", fn{names: []string{"__import__", "system"}, texts: []string{"os"}}, true},
		{"code in text", fn{names: []string{"exec"}, texts: []string{"import os"}}, true},
		{"a connection", fn{names: []string{"socket", "connect"}}, true},
		{"a file", fn{names: []string{"open", "write"}}, true},
		{"by way of attributes", fn{names: []string{"__class__", "__subclasses__"}}, true},
		{"by name", fn{names: []string{"globals", "get"}, texts: []string{"__builtins__"}}, true},
		{"a file of TensorFlow's", fn{names: []string{"tf", "io", "write_file"}}, true},
	} {
		c, err := unmarshal(marshalCode(nil, layout{5, true}, tt.f))
		if err != nil {
			t.Fatal(err)
		}
		if does := c.effect(); (does != "") != tt.bad {
			t.Errorf("%s: %q", tt.name, does)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	for _, l := range []layout{{4, false}, {5, false}, {6, false}, {5, true}} {
		f.Add(marshalCode(nil, l, fn{names: []string{"a"}, texts: []string{"b"}, inner: &fn{}}))
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		if c, err := unmarshal(b); err == nil {
			c.effect()
			c.using()
		}
	})
}
