package pickle

import (
	"bytes"
	"compress/zlib"
	"context"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// A name that is put together of constants is known, whatever puts it together.
func TestComputed(t *testing.T) {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write([]byte("system"))
	w.Close()
	tests := map[string]string{
		`base64.b64decode`:       call(global("base64.b64decode"), text("c3lzdGVt")),
		`with noise in it`:       call(global("base64.b64decode"), text("c3 lz-dG\nVt")),
		`base64.b85decode`:       call(global("base64.b85decode"), text("b9r-gWo-")),
		`base64.b32decode`:       call(global("base64.b32decode"), text("ON4XG5DFNU======")),
		`binascii.unhexlify`:     call(global("binascii.unhexlify"), text("73797374656d")),
		`codecs.decode hex`:      call(global("codecs.decode"), raw("73797374656d"), text("hex")),
		`codecs.decode rot13`:    call(global("codecs.decode"), text("flfgrz"), text("rot_13")),
		`codecs.encode`:          call(global("_codecs.encode"), text("system"), text("latin1")),
		`zlib.decompress`:        call(global("zlib.decompress"), raw(packed.String())),
		`bytes of numbers`:       call(global("builtins.bytes"), list("Ks", "Ky", "Ks", "Kt", "Ke", "Km")),
		`bytes.fromhex`:          call(call(getattr, global("builtins.bytes"), text("fromhex")), text("73 79 73 74 65 6d")),
		`str of bytes`:           call(global("builtins.str"), raw("system"), text("utf8")),
		`a sum`:                  call(global("operator.add"), text("sys"), text("tem")),
		`a sum of sums`:          call(global("operator.concat"), call(global("operator.add"), text("s"), text("ys")), text("tem")),
		`a format`:               call(global("operator.mod"), text("sy%sem"), text("st")),
		`chr`:                    call(global("operator.add"), call(global("builtins.chr"), "Ks"), text("ystem")),
		`str.join`:               call(global("builtins|str.join"), text(""), list(text("sys"), text("tem"))),
		`str.replace`:            call(global("builtins|str.replace"), text("syXtem"), text("X"), text("s")),
		`str.lower`:              call(global("builtins|str.lower"), text("SYSTEM")),
		`reversed`:               call(global("builtins.reversed"), text("metsys")),
		`base64 of base64`:       call(global("base64.b64decode"), call(global("base64.b64decode"), text("YzNsemRHVnQ="))),
		`multiplied by one`:      call(global("operator.mul"), text("system"), "K\x01"),
		`decoded without a word`: call(global("codecs.decode"), raw("system")),
	}
	for name, code := range tests {
		data := []byte(pickled(code))
		s := newScan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), Options{})
		if _, err := s.one(0); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, ok := s.m.constant(s.m.result, 100); !ok || string(got) != "system" {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

func TestNotComputed(t *testing.T) {
	for name, code := range map[string]string{
		"a broken base64":     call(global("base64.b64decode"), text("c")),
		"a broken hex":        call(global("binascii.unhexlify"), text("7z")),
		"an unknown codec":    call(global("codecs.decode"), text("x"), text("who knows")),
		"no constant":         call(global("operator.add"), text("sys"), call(global("foo.bar"))),
		"too much":            call(global("operator.mul"), text("system"), "J\xff\xff\xff\x7f"),
		"less than nothing":   call(global("operator.mul"), text("system"), "J\xff\xff\xff\xff"),
		"no byte":             call(global("builtins.bytes"), list("M\xff\xff")),
		"a broken zlib":       call(global("zlib.decompress"), raw("x\x9cabc")),
		"an argument missing": call(global("operator.add"), text("sys")),
	} {
		data := []byte(pickled(code))
		s := newScan(context.Background(), inspect.NewPart("x.pkl", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), Options{})
		if _, err := s.one(0); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got, ok := s.m.constant(s.m.result, 1<<20); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}
