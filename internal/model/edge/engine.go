package edge

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func tensorrtFormat() inspect.Format {
	return inspect.Format{
		Name:    "tensorrt",
		Doc:     "An engine is native code for a graphics processor, and can bring plugins as libraries: nothing in it can be looked at.",
		Endings: []string{".engine", ".plan", ".trt"},
		Claims:  func(p *inspect.Part) bool { _, ok := engineAt(p); return ok },
		Scan:    scanTensorRT,
		Canary: func() (string, []byte) {
			return "canary.engine", append([]byte("ptrt\x00\x00\x00\x00"), make([]byte, 64)...)
		},
		CanaryWant: inspect.Unknown,
	}
}

// engineAt finds where an engine begins: some programs write a description as JSON, with its length, before it.
func engineAt(p *inspect.Part) (int64, bool) {
	h := p.Head()
	if len(h) < 8 {
		return 0, false
	}
	at := int64(0)
	if n := int64(binary.LittleEndian.Uint32(h)); h[4] == '{' && n > 1 && n < 1<<20 && n+8 <= int64(len(h)) {
		at = n + 4
	}
	mark := string(h[at : at+4])
	return at, mark == "ptrt" || mark == "ftrt"
}

func scanTensorRT(ctx context.Context, p *inspect.Part) error {
	at, _ := engineAt(p)
	h := p.Head()
	p.Fact("framework", "tensorrt")
	if at > 0 {
		sub := p.Inside("description.json", p.Section(4, at-4), at-4)
		if err := jsonwalk.Walk(ctx, sub, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, off int64) {
			if len(path) == 1 && (kind == jsonwalk.Text || kind == jsonwalk.Number) {
				switch path[0] {
				case "description", "author", "version", "license", "task", "stride", "batch":
					p.Fact(strings.Replace(path[0], "license", "licence", 1), text)
				}
			}
			if kind == jsonwalk.Text {
				outside.CommandIn(p, off, "tensorrt-command", "the description", text)
			}
		}); err != nil {
			return err
		}
	}
	if int64(len(h)) < at+24 {
		return &inspect.DamageError{Offset: p.Size, Reason: "ends inside of its head"}
	}
	version := binary.LittleEndian.Uint32(h[at+4:])
	size := uint64(0)
	switch {
	case version == 0 || version == 0x2b:
		size = binary.LittleEndian.Uint64(h[at+16:])
	case version >= 0x40 && version < 0x100:
		size = binary.LittleEndian.Uint64(h[at+12:])
	}
	p.Fact("version", "0x"+strconv.FormatUint(uint64(version), 16))
	if version >= 0x2b && size > uint64(p.Size) {
		return &inspect.DamageError{Offset: at, Reason: "claims " + strconv.FormatUint(size, 10) + " bytes and has " + strconv.FormatInt(p.Size-at, 10)}
	}
	p.Say(inspect.Unknown, "tensorrt-engine", at, "is native code for a graphics processor, which cannot be looked at")
	for _, piece := range []struct {
		bytes []byte
		off   int64
	}{{h[at+4:], at + 4}, {p.Tail(), p.Size - int64(len(p.Tail()))}} {
		if i := bytes.Index(piece.bytes, []byte("\x7fELF")); i >= 0 {
			p.Say(inspect.Dangerous, "tensorrt-library", piece.off+int64(i), "holds a native library, which is loaded with it")
		}
		if i := bytes.Index(piece.bytes, []byte("MZ\x90\x00\x03\x00\x00\x00")); i >= 0 {
			p.Say(inspect.Dangerous, "tensorrt-library", piece.off+int64(i), "holds a native library, which is loaded with it")
		}
		for _, name := range outside.Libraries(piece.bytes) {
			p.Say(inspect.Dangerous, "tensorrt-plugin", piece.off, "names the library %s, which is loaded with it", inspect.Quote(name))
		}
		outside.CommandIn(p, piece.off, "tensorrt-command", "the engine", string(piece.bytes))
	}
	return nil
}

func rknnFormat() inspect.Format {
	return inspect.Format{
		Name:    "rknn",
		Doc:     "A model for Rockchip's processors: code for them, and a description as JSON.",
		Endings: []string{".rknn"},
		Claims:  func(p *inspect.Part) bool { h := p.Head(); return len(h) >= 8 && string(h[:4]) == "RKNN" },
		Scan:    scanRKNN,
		Canary: func() (string, []byte) {
			return "canary.rknn", []byte("RKNN\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x00\x00\x00\x00\x00")
		},
		CanaryWant: inspect.NotRead,
	}
}

func scanRKNN(ctx context.Context, p *inspect.Part) error {
	p.Fact("framework", "rknn")
	h, tail := p.Head(), p.Tail()
	outside.CommandIn(p, 0, "rknn-command", "the beginning", string(h))
	outside.CommandIn(p, p.Size-int64(len(tail)), "rknn-command", "the end", string(tail))
	if i := bytes.Index(h, []byte("\x7fELF")); i >= 0 {
		p.Say(inspect.Dangerous, "rknn-library", int64(i), "holds a native program")
	}
	if len(h) < 24 {
		return &inspect.DamageError{Offset: p.Size, Reason: "ends inside of its head"}
	}
	if !bytes.Equal(h[4:8], make([]byte, 4)) {
		if string(h[4:8]) == "X\x00\x00\x00" || string(h[:8]) == "RKNN3\x00\x00\x00" {
			p.Say(inspect.Unknown, "rknn-opaque", 0, "is of a form that is not documented")
			return nil
		}
		return &inspect.DamageError{Offset: 4, Reason: "its head is none of the format"}
	}
	version, size := binary.LittleEndian.Uint64(h[8:]), binary.LittleEndian.Uint64(h[16:])
	at := uint64(24)
	if version&0xff > 1 && size > 0 {
		at = 64
	}
	p.Fact("version", strconv.FormatUint(version&0xff, 10))
	if version > 1<<16 || size > uint64(p.Size) || at+size+8 > uint64(p.Size) {
		return &inspect.DamageError{Offset: 16, Reason: "claims " + strconv.FormatUint(size, 10) + " bytes of code where " + strconv.FormatInt(p.Size, 10) + " are in all"}
	}
	b, err := p.Read(int64(at+size), 8)
	if err != nil {
		return err
	}
	n, begin := binary.LittleEndian.Uint64(b), at+size+8
	if n > uint64(p.Size)-begin {
		return &inspect.DamageError{Offset: int64(at + size), Reason: "claims " + strconv.FormatUint(n, 10) + " bytes of description where " + strconv.FormatUint(uint64(p.Size)-begin, 10) + " are left"}
	}
	text, err := p.Read(int64(begin+n)-1, 1)
	if err != nil || n == 0 {
		return &inspect.DamageError{Offset: int64(begin), Reason: "has no description"}
	}
	if text[0] == 0 { // some end the JSON with a zero
		n--
	}
	sub := p.Inside("description.json", p.Section(int64(begin), int64(n)), int64(n))
	nodes := 0
	return jsonwalk.Walk(ctx, sub, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, off int64) {
		off += int64(begin)
		switch {
		case len(path) == 1 && kind == jsonwalk.Text && path[0] == "version":
			p.Fact("producer_version", text)
		case path.Is("target_platform", "") && kind == jsonwalk.Text:
			p.Fact("target", text)
		case len(path) == 3 && path[0] == "nodes" && path[2] == "op":
			if nodes++; strings.Contains(strings.ToUpper(text), "CUSTOM") {
				p.Say(inspect.Dangerous, "rknn-custom", off, "the operator %s needs code that the application has to bring", inspect.Quote(text))
			}
		case kind == jsonwalk.Text && outside.Native(strings.ToLower(text)):
			p.Say(inspect.Dangerous, "rknn-library", off, "names code outside of the model: %s", inspect.Quote(text))
		}
	})
}
