package graphs

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

func cntkFormat() inspect.Format {
	return inspect.Format{
		Name:    "cntk",
		Doc:     "CNTK imports the Python modules and loads the native libraries that functions defined by users name.",
		Endings: []string{".dnn", ".cmf"},
		Claims: func(p *inspect.Part) bool {
			h := p.Head()
			return bytes.HasPrefix(h, cntkMark("BCN")) || cntkDictionary(p)
		},
		Scan: scanCNTK,
		Canary: func() (string, []byte) {
			return "canary.dnn", cntkSample(map[string]string{"type": "UserDefinedFunction", "module": "canary"})
		},
		CanaryWant: inspect.Dangerous,
	}
}

// cntkMark is a mark between sections of the older form: UTF-16 with a zero.
func cntkMark(s string) []byte {
	var b []byte
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

// cntkKeys are keys of the outermost dictionary.
var cntkKeys = []string{"version", "type", "root_uid", "root", "uid", "primitive_functions", "inputs", "name", "learners", "checkpoint", "internal_state", "function", "attributes", "op", "state"}

// cntkDictionary tells a dictionary by its first entries.
func cntkDictionary(p *inspect.Part) bool {
	h := p.Head()
	if len(h) < 12 || h[0] != 0x08 || h[2] != 0x12 {
		return false
	}
	m := whole(p)
	if f, ok, err := m.Next(); err != nil || !ok || f.Number != 1 || f.Value > 100 {
		return false
	}
	f, ok, err := m.Next()
	if err != nil || !ok || f.Number != 2 || f.Type != protobuf.Bytes {
		return false
	}
	known := false
	_ = entry(f, "an entry", func(key string, value protobuf.Field) error {
		v := value.Message()
		first, ok, err := v.Next()
		known = ok && err == nil && value.Type == protobuf.Bytes && first.Number == 1 && first.Type == protobuf.Varint && slices.Contains(cntkKeys, key)
		return nil
	})
	return known
}

// cntkSample is a dictionary of texts.
func cntkSample(texts map[string]string) []byte {
	b := protobuf.AppendVarint([]byte(nil), 1, 1)
	for _, k := range []string{"version", "type", "module", "class", "native", "library", "name"} {
		if v, ok := texts[k]; ok {
			value := protobuf.AppendBytes(protobuf.AppendVarint(protobuf.AppendVarint([]byte(nil), 1, 1), 2, 6), 8, v)
			b = protobuf.AppendBytes(b, 2, protobuf.AppendBytes(protobuf.AppendBytes([]byte(nil), 1, k), 2, value))
		}
	}
	return b
}

type cntkLooker struct {
	ctx     context.Context
	p       *inspect.Part
	entries int
}

func scanCNTK(ctx context.Context, p *inspect.Part) error {
	p.Fact("framework", "cntk")
	if bytes.HasPrefix(p.Head(), cntkMark("BCN")) {
		return scanOldCNTK(p)
	}
	l := &cntkLooker{ctx: ctx, p: p}
	return l.dictionary(whole(p), 0)
}

// dictionary walks a Dictionary.
func (l *cntkLooker) dictionary(m protobuf.Message, depth int) error {
	if depth > 64 {
		return &inspect.DamageError{Offset: -1, Reason: "dictionaries lie more than 64 deep in each other"}
	}
	texts := map[string]string{}
	at := int64(-1)
	err := each(m, func(f protobuf.Field) error {
		switch {
		case f.Number == 1 && f.Type == protobuf.Varint:
			return nil
		case f.Number != 2 || f.Type != protobuf.Bytes:
			return &inspect.DamageError{Offset: f.Off, Reason: fmt.Sprintf("field %d of wire type %d is none of a dictionary", f.Number, f.Type)}
		}
		if l.entries++; l.entries&0xfff == 0 && l.ctx.Err() != nil {
			return l.ctx.Err()
		}
		return entry(f, "an entry", func(key string, value protobuf.Field) error {
			if value.Type != protobuf.Bytes {
				return nil
			}
			text, err := l.value(value, depth)
			if text != "" && len(texts) < 64 {
				texts[key] = text
				at = f.Off
				if strings.ContainsAny(text, "(/|<") {
					outside.CommandIn(l.p, f.Off, "cntk-command", "the entry "+inspect.Quote(key), text)
				}
			}
			return err
		})
	})
	l.judge(texts, at, depth)
	return err
}

// judge looks at a dictionary that describes a function of the user's.
func (l *cntkLooker) judge(texts map[string]string, at int64, depth int) {
	if depth == 0 {
		l.p.Fact("graph", texts["name"])
	}
	user := strings.Contains(texts["type"], "UserDefinedFunction") || strings.Contains(texts["type"], "UserFunction") || texts["deserialize_method"] != "" || texts["native"] != ""
	switch {
	case texts["module"] != "" && (user || texts["class"] != "" || texts["op_name"] != ""):
		l.p.Say(inspect.Dangerous, "cntk-python", at, "a function is Python: the module %s is imported and its %s called", inspect.Quote(texts["module"]), inspect.Quote(texts["class"]+texts["deserialize_method"]))
	case user:
		l.p.Say(inspect.Dangerous, "cntk-user-function", at, "a function is the user's own: its code is loaded from elsewhere")
	}
	for key, text := range texts {
		if outside.Native(strings.ToLower(text)) && key != "name" && key != "uid" {
			l.p.Say(inspect.Dangerous, "cntk-library", at, "names code outside of the model in %s: %s", inspect.Quote(key), inspect.Quote(text))
		}
	}
}

// value walks a DictionaryValue and returns it if it is a text.
func (l *cntkLooker) value(f protobuf.Field, depth int) (text string, err error) {
	err = within(f, "a value", func(f protobuf.Field) error {
		if f.Type != protobuf.Bytes {
			return nil
		}
		switch f.Number {
		case 8:
			text = f.Text(4000)
		case 11:
			if depth > 64 {
				return &inspect.DamageError{Offset: f.Off, Reason: "values lie more than 64 deep in each other"}
			}
			return each(f.Message(), func(v protobuf.Field) error {
				if v.Number == 1 && v.Type == protobuf.Bytes {
					_, err := l.value(v, depth+1)
					return err
				}
				return nil
			})
		case 12:
			return l.dictionary(f.Message(), depth+1)
		}
		return nil
	})
	return text, err
}

// scanOldCNTK looks at the older form: nodes are of a closed set of kinds, so that only its frame is looked at, and its texts.
func scanOldCNTK(p *inspect.Part) error {
	h, t := p.Head(), p.Tail()
	begin := len(cntkMark("BCN"))
	if !bytes.HasPrefix(h[begin:], cntkMark("BVersion")) {
		return &inspect.DamageError{Offset: int64(begin), Reason: "states no version"}
	}
	at := begin + len(cntkMark("BVersion"))
	if len(h) < at+8+len(cntkMark("EVersion"))+8 {
		return &inspect.DamageError{Offset: p.Size, Reason: "ends inside of its head"}
	}
	version := binary.LittleEndian.Uint64(h[at:])
	rest := h[at+8:]
	if version == 0 || version > 1000 || !bytes.HasPrefix(rest, cntkMark("EVersion")) {
		return &inspect.DamageError{Offset: int64(at), Reason: "states a version that is none"}
	}
	p.Fact("version", fmt.Sprint(version))
	rest = rest[len(cntkMark("EVersion")):]
	nodes := binary.LittleEndian.Uint64(rest)
	if nodes == 0 || nodes > uint64(p.Size)/16 || !bytes.HasPrefix(rest[8:], cntkMark("BNodeList")) {
		return &inspect.DamageError{Offset: int64(at), Reason: fmt.Sprintf("claims %d nodes, or has no list of them", nodes)}
	}
	if !bytes.HasSuffix(t, cntkMark("ECN")) {
		return &inspect.DamageError{Offset: p.Size, Reason: "does not end as a network does"}
	}
	if !bytes.Contains(h, cntkMark("ENodeList")) && !bytes.Contains(t, cntkMark("ENodeList")) && p.Size <= 2*inspect.HeadBytes {
		return &inspect.DamageError{Offset: -1, Reason: "its list of nodes does not end"}
	}
	p.Fact("nodes", fmt.Sprint(nodes))
	for _, b := range [][]byte{h, t} {
		text := wideText(b)
		outside.CommandIn(p, -1, "cntk-command", "the network", text)
		outside.CommandIn(p, -1, "cntk-command", "the network", string(b))
		for _, name := range outside.Libraries([]byte(text)) {
			p.Say(inspect.Dangerous, "cntk-library", -1, "names code outside of the model: %s", inspect.Quote(name))
		}
	}
	return nil
}

// wideText is what of UTF-16 is ASCII.
func wideText(b []byte) string {
	out := make([]byte, 0, len(b)/2)
	for i := 0; i+1 < len(b); i += 2 {
		if b[i+1] == 0 && b[i] >= ' ' && b[i] < 0x7f {
			out = append(out, b[i])
		} else {
			out = append(out, '\n')
		}
	}
	return string(out)
}
