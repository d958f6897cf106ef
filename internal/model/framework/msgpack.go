package framework

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/cursor"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
	"github.com/lodemark/lodemark/internal/model/outside"
)

func msgpackFormat() inspect.Format {
	return inspect.Format{
		Name:    "msgpack",
		Doc:     "Parameters of Flax and JAX: trees of arrays. Some decoders turn what is packed into objects, and unpickle arrays of objects.",
		Endings: []string{".msgpack"},
		Claims:  claimsMsgpack,
		Scan:    scanMsgpack,
		Canary: func() (string, []byte) {
			return "canary.msgpack", []byte("\x81\xa1w\xc7\x02\x01\x93\x90")
		},
		CanaryWant: inspect.NotRead,
	}
}

// flaxKeys are what the trees of Flax begin with.
var flaxKeys = []string{"params", "model", "step", "opt_state", "state", "target", "encoder", "decoder", "batch_stats", "embeddings", "bert", "roberta", "transformer", "shared", "lm_head", "text_model", "vision_model", "h", "wte",
	"unet", "vae", "optimizer", "variables"}

// claimsMsgpack takes what is named so, and files without a name that begin as trees of Flax do.
func claimsMsgpack(p *inspect.Part) bool {
	h := p.Head()
	if p.Ending() == ".msgpack" {
		return len(h) > 0
	}
	if len(h) < 8 || !(h[0] >= 0x81 && h[0] <= 0x8f) || !(h[1] >= 0xa1 && h[1] <= 0xbf) {
		return false
	}
	n := int(h[1] & 0x1f)
	if 2+n >= len(h) {
		return false
	}
	key := string(h[2 : 2+n])
	return slices.Contains(flaxKeys, key) && (h[2+n]&0xf0 == 0x80 || h[2+n] >= 0xc7 && h[2+n] <= 0xc9 || h[2+n] == 0xde || key == "step") || strings.HasPrefix(p.Name, "checkpoint_") && h[1] >= 0xa1
}

type msgpackLooker struct {
	*cursor.Reader
	ctx     context.Context
	p       *inspect.Part
	steps   int
	arrays  int
	values  int64
	members int
	keys    map[string]bool
}

const (
	maxMsgpackDepth   = 256
	maxMsgpackMembers = 100
)

func scanMsgpack(ctx context.Context, p *inspect.Part) error {
	l := &msgpackLooker{Reader: cursor.New(p, binary.BigEndian), ctx: ctx, p: p, keys: map[string]bool{}}
	l.value(0)
	if l.Err() == nil && l.Left() > 0 {
		if l.streams() {
			for l.Left() > 0 && l.Err() == nil {
				l.value(0)
			}
		} else {
			l.Fail("%d bytes follow its end", l.Left())
		}
	}
	p.Fact("tensors", strconv.Itoa(l.arrays))
	p.Fact("parameters", strconv.FormatInt(l.values, 10))
	if l.arrays > 0 {
		p.Fact("framework", "flax")
	}
	return l.Err()
}

// streams says whether what follows could be more of the same: some programs write one map after the other.
func (l *msgpackLooker) streams() bool {
	b := l.Peek()
	return len(b) > 0 && b[0] == l.p.Head()[0] && (b[0]&0xf0 == 0x80 || b[0]&0xf0 == 0x90)
}

// value reads one value and returns what it is if it is a text.
func (l *msgpackLooker) value(depth int) string {
	if l.steps++; l.steps&0xffff == 0 && l.ctx.Err() != nil {
		l.Fail("not looked at wholly in time")
	}
	if depth > maxMsgpackDepth {
		l.Fail("values lie more than %d deep in each other", maxMsgpackDepth)
	}
	if l.Err() != nil {
		return ""
	}
	switch c := l.Byte(); {
	case c < 0x80, c >= 0xe0, c == 0xc0, c == 0xc2, c == 0xc3:
	case c < 0x90:
		l.pairs(int64(c&0xf), depth)
	case c < 0xa0:
		l.list(int64(c&0xf), depth)
	case c < 0xc0:
		return l.text(int64(c & 0x1f))
	case c == 0xc4 || c == 0xc5 || c == 0xc6:
		l.binary(l.length(c - 0xc4))
	case c == 0xc7 || c == 0xc8 || c == 0xc9:
		n := l.length(c - 0xc7)
		l.extension(int8(l.Byte()), n, depth)
	case c == 0xca:
		l.Skip(4)
	case c == 0xcb:
		l.Skip(8)
	case c >= 0xcc && c <= 0xcf:
		l.Skip(1 << (c - 0xcc))
	case c >= 0xd0 && c <= 0xd3:
		l.Skip(1 << (c - 0xd0))
	case c >= 0xd4 && c <= 0xd8:
		l.extension(int8(l.Byte()), 1<<(c-0xd4), depth)
	case c >= 0xd9 && c <= 0xdb:
		return l.text(l.length(c - 0xd9))
	case c == 0xdc || c == 0xdd:
		l.list(l.length(c-0xdb), depth)
	case c == 0xde || c == 0xdf:
		l.pairs(l.length(c-0xdd), depth)
	default:
		if l.Err() == nil {
			l.Fail("a value begins with the byte %#x, which none does", c)
		}
	}
	return ""
}

// length reads a length of 1, 2 or 4 bytes.
func (l *msgpackLooker) length(size byte) int64 {
	switch size {
	case 0:
		return int64(l.Byte())
	case 1:
		return int64(l.Uint16())
	}
	return int64(l.Uint32())
}

func (l *msgpackLooker) text(n int64) string {
	at := l.Off()
	s := l.Text(n, jsonwalk.MaxText)
	if len(s) >= 8 {
		inspect.Payload(l.p, at, "a text", s)
		outside.CommandIn(l.p, at, "msgpack-command", "a text", s)
	}
	return s
}

// binary looks whether bytes are a pickle; those of arrays lie in extensions.
func (l *msgpackLooker) binary(n int64) {
	at := l.Off()
	start := l.Text(n, 16)
	l.inside(at, n, start)
}

// inside hands bytes on that are a file of their own.
func (l *msgpackLooker) inside(at, n int64, start string) {
	if l.Err() != nil || n < 8 || l.members >= maxMsgpackMembers {
		return
	}
	pickle := start[0] == 0x80 && start[1] >= 2 && start[1] <= 5
	if pickle {
		end, err := l.p.Read(at+n-1, 1)
		pickle = err == nil && end[0] == '.' && (start[2] == 0x95 || strings.IndexByte("}]()cXUCB\x8c\x8e\x93", start[2]) >= 0)
	}
	if !pickle && !strings.HasPrefix(start, "PK\x03\x04") && !strings.HasPrefix(start, "\x7fELF") {
		return
	}
	l.members++
	if !l.p.Members(1) {
		return
	}
	if pickle {
		l.p.Say(inspect.Clean, "msgpack-pickle", at, "holds a pickle")
	}
	l.p.Member(l.ctx, "bytes at "+strconv.FormatInt(at, 10), l.p.Section(at, n), n)
}

func (l *msgpackLooker) list(n int64, depth int) {
	if n > l.Left() {
		l.Fail("claims %d elements where %d bytes are left", n, l.Left())
	}
	for i := int64(0); i < n && l.Err() == nil; i++ {
		l.value(depth + 1)
	}
}

// pairs reads a map. Keys that only decoders of objects have a use for are said.
func (l *msgpackLooker) pairs(n int64, depth int) {
	if 2*n > l.Left() {
		l.Fail("claims %d entries where %d bytes are left", n, l.Left())
	}
	nd, objects := false, false
	at := l.Off()
	for i := int64(0); i < n && l.Err() == nil; i++ {
		off := l.Off()
		key := l.key(depth)
		switch key {
		case "__reduce__", "__reduce_ex__", "__setstate__", "__getstate__", "py/object", "py/reduce", "py/function", "py/type", "__import__", "__builtins__", "__globals__", "__code__", "__class__", "__module__", "__qualname__", "__func__":
			if !l.keys[key] {
				l.keys[key] = true
				l.p.Say(inspect.Dangerous, "msgpack-object", off, "an entry %s is for decoders that make objects of any class: parameters have none", inspect.Quote(key))
			}
		case "nd":
			nd = true
		}
		before := l.Off()
		value := l.value(depth + 1)
		if key == "kind" && (value == "O" || l.bytesAre(before, "\xc4\x01O")) || key == "type" && (value == "|O" || value == "O" || l.bytesAre(before, "\xc4\x02|O")) {
			objects = true
		}
	}
	if nd && objects {
		l.p.Say(inspect.Dangerous, "msgpack-object-array", at, "holds an array of objects, which msgpack-numpy unpickles")
	}
}

func (l *msgpackLooker) bytesAre(at int64, want string) bool {
	b, err := l.p.Read(at, len(want))
	return err == nil && string(b) == want
}

// key reads a key, as text or as bytes.
func (l *msgpackLooker) key(depth int) string {
	if b := l.PeekMore(2); len(b) >= 2 && b[0] == 0xc4 && b[1] < 64 {
		l.Skip(2)
		return l.Text(int64(b[1]), 64)
	}
	return l.value(depth + 1)
}

// numpyBytes is the size of an element by the name of its type, 0 for those that have none.
func numpyBytes(name string) int64 {
	switch name {
	case "bool", "int8", "uint8", "int4", "uint4", "float8_e4m3fn", "float8_e5m2", "float8_e4m3b11fnuz", "float8_e4m3fnuz", "float8_e5m2fnuz", "float8_e3m4", "float8_e4m3", "float8_e8m0fnu", "int2", "uint2", "float4_e2m1fn", "V1", "S1":
		return 1
	case "int16", "uint16", "float16", "bfloat16", "V2":
		return 2
	case "int32", "uint32", "float32", "key<fry>":
		return 4
	case "int64", "uint64", "float64", "complex64", "datetime64", "timedelta64", "longlong", "ulonglong":
		return 8
	case "complex128", "float128", "longdouble":
		return 16
	}
	return 0
}

// extension reads what Flax packs: arrays, complex numbers and NumPy's scalars.
func (l *msgpackLooker) extension(kind int8, n int64, depth int) {
	at := l.Off()
	if n > l.Left() {
		l.Fail("claims %d bytes where %d are left", n, l.Left())
		return
	}
	end := at + n
	switch kind {
	case 1, 3:
		l.array(kind == 3, end, depth)
		if l.Err() == nil && l.Off() != end {
			l.Fail("an array's description does not fill it")
		}
	case 2, -1:
		l.Skip(n)
	default:
		start := l.Text(n, 16)
		l.inside(at, n, start)
		if !l.keys["ext"+strconv.Itoa(int(kind))] {
			l.keys["ext"+strconv.Itoa(int(kind))] = true
			l.p.Say(inspect.Unknown, "msgpack-extension", at, "holds values of the type %d, which are the application's own", kind)
		}
	}
}

// array reads a shape, the name of a type and bytes; a scalar may have no shape.
func (l *msgpackLooker) array(scalar bool, end int64, depth int) {
	c := l.Byte()
	scalar = scalar && c == 0x92
	if c != 0x93 && !scalar {
		l.Fail("an array is no list of its shape, type and bytes")
		return
	}
	elements := int64(1)
	if !scalar {
		dims := int64(0)
		switch c := l.Byte(); {
		case c&0xf0 == 0x90:
			dims = int64(c & 0xf)
		case c == 0xdc:
			dims = int64(l.Uint16())
		default:
			l.Fail("an array has no shape")
			return
		}
		if dims > 64 {
			l.Fail("an array has %d dimensions", dims)
			return
		}
		for range dims {
			d := l.integer()
			if d < 0 || d > 1<<40 || elements > math.MaxInt64>>42 {
				l.Fail("an array has a dimension of %d", d)
				return
			}
			elements *= d
		}
	}
	at := l.Off()
	name := l.value(depth + 1)
	if name == "object" || name == "O" || name == "|O" {
		l.p.Say(inspect.Dangerous, "msgpack-object-array", at, "holds an array of objects: its bytes would be taken for addresses")
		l.Skip(end - l.Off())
		return
	}
	size := numpyBytes(name)
	if size == 0 {
		l.Fail("an array is of the type %s, which is none", inspect.Quote(name))
		return
	}
	var n int64
	switch c := l.Byte(); c {
	case 0xc4, 0xc5, 0xc6:
		n = l.length(c - 0xc4)
	case 0xd9, 0xda, 0xdb: // of the time before bytes had a type
		n = l.length(c - 0xd9)
	default:
		if c&0xe0 != 0xa0 {
			l.Fail("an array has no bytes")
			return
		}
		n = int64(c & 0x1f)
	}
	if l.Err() == nil && n != elements*size {
		l.Fail("an array of %d elements of %d bytes has %d bytes", elements, size, n)
		return
	}
	l.Skip(n)
	l.arrays++
	l.values += elements
}

func (l *msgpackLooker) integer() int64 {
	switch c := l.Byte(); {
	case c < 0x80:
		return int64(c)
	case c == 0xcc:
		return int64(l.Byte())
	case c == 0xcd:
		return int64(l.Uint16())
	case c == 0xce:
		return int64(l.Uint32())
	case c == 0xcf, c == 0xd3:
		return l.Int64()
	case c == 0xd1:
		return int64(int16(l.Uint16()))
	case c == 0xd2:
		return int64(l.Int32())
	}
	return -1
}

// orbaxFormat is what Orbax writes beside its arrays.
func orbaxFormat() inspect.Format {
	return inspect.Format{
		Name: "orbax-metadata",
		Doc:  "Orbax restores arrays with the handlers that its metadata names, from where it says that they lie.",
		Claims: func(p *inspect.Part) bool {
			switch p.Name {
			case "_METADATA", "_CHECKPOINT_METADATA", "_sharding", "_METADATA.json", "_CHECKPOINT_METADATA.json":
				return bytes.HasPrefix(bytes.TrimLeft(p.Head(), " \r\n\t"), []byte("{"))
			}
			return false
		},
		Scan: func(ctx context.Context, p *inspect.Part) error {
			p.Fact("framework", "orbax")
			return jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
				if kind != jsonwalk.Text {
					return
				}
				key := path.Last()
				top, _, dotted := strings.Cut(text, ".")
				switch {
				case dotted && outside.Effectful(top) || slices.Contains([]string{"eval", "exec", "__import__"}, text):
					p.Say(inspect.Malicious, "orbax-effect", at, "the entry %s names %s, which no checkpoint needs", inspect.Quote(key), inspect.Quote(text))
				case strings.Contains(key, "handler") || len(path) >= 2 && strings.Contains(path[len(path)-2], "handler"):
					if text != "" && !strings.HasPrefix(text, "orbax.") && !strings.HasPrefix(text, "flax.") && !strings.HasPrefix(text, "jax.") && !strings.HasPrefix(text, "grain.") && strings.Contains(text, ".") {
						p.Say(inspect.Dangerous, "orbax-handler", at, "is restored by the handler %s, which is none of Orbax's", inspect.Quote(text))
					}
				case key == "driver" && slices.Contains([]string{"http", "gcs", "s3", "gfile", "http_json"}, text):
					p.Say(inspect.Dangerous, "orbax-remote", at, "arrays are fetched through %s", inspect.Quote(text))
				case (key == "path" || key == "base" || key == "base_url" || key == "bucket" || key == "kvstore") && outside.Leaves(text):
					p.Say(inspect.Dangerous, "orbax-path", at, "arrays are read from %s, outside of the checkpoint", inspect.Quote(text))
				default:
					outside.CommandIn(p, at, "orbax-command", "the metadata "+inspect.Quote(key), text)
				}
			})
		},
		Canary: func() (string, []byte) {
			return "_CHECKPOINT_METADATA", []byte(`{"item_handlers": {"state": "canary.handlers.Canary"}}`)
		},
		CanaryWant: inspect.Dangerous,
	}
}
