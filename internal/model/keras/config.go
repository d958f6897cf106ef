package keras

import (
	"bytes"
	"context"
	"io"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// claimsJSON takes configurations of Keras wherever they stand, by their keys.
func claimsJSON(p *inspect.Part) bool {
	if p.Size > maxSource*4 || !startsObject(p.Head()) && !(p.Ending() == ".json" && startsText(p.Head())) {
		return false
	}
	if p.Name == "keras_metadata.json" {
		return true
	}
	head := plainHead(p.Head())
	if configKeys(head) {
		return true
	}
	if p.Size <= inspect.HeadBytes || p.Ending() != ".json" {
		return false
	}
	// the keys of a long one may stand behind its values
	return holds(p, "class_name") && holds(p, "config")
}

// startsObject says whether text begins an object of JSON, in any encoding.
func startsObject(head []byte) bool {
	for i, b := range head {
		if i > 4096 && b != ' ' && b != '\n' && b != '{' {
			return false
		}
		switch b {
		case ' ', '\t', '\r', '\n', 0, 0xef, 0xbb, 0xbf, 0xff, 0xfe:
			continue
		}
		return b == '{'
	}
	return len(head) > 0 // nothing but blanks, so far
}

// startsText says whether text begins a text of JSON, in which a configuration can stand as JSON once more.
func startsText(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"), []byte(`"`))
}

// plainHead is text without what would hide keys: wide encodings, and letters as escapes.
func plainHead(head []byte) []byte {
	if bytes.IndexByte(head[:min(len(head), 64)], 0) >= 0 {
		head = bytes.ReplaceAll(head, []byte{0}, nil)
	}
	if startsText(head) {
		head = bytes.ReplaceAll(head, []byte(`\`), nil)
	}
	if !bytes.Contains(head, []byte(`\u00`)) {
		return head
	}
	out := make([]byte, 0, len(head))
	for i := 0; i < len(head); i++ {
		if head[i] == '\\' && i+5 < len(head) && head[i+1] == 'u' && head[i+2] == '0' && head[i+3] == '0' {
			hi, lo := hexDigit(head[i+4]), hexDigit(head[i+5])
			if hi >= 2 && hi < 8 && lo >= 0 {
				out = append(out, byte(hi<<4|lo))
				i += 5
				continue
			}
		}
		out = append(out, head[i])
	}
	return out
}

func hexDigit(b byte) int { return strings.IndexByte("0123456789abcdef", b|0x20) }

func configKeys(head []byte) bool {
	if !bytes.Contains(head, []byte(`"class_name"`)) || !bytes.Contains(head, []byte(`"config"`)) {
		return false
	}
	for _, key := range []string{`"keras`, `"layers"`, `"backend"`, `"registered_name"`, `"module"`, `"batch_input_shape"`, `"batch_shape"`, `"function"`, `"inbound_nodes"`, `"trainable"`, `"Sequential"`,
		`"Functional"`, `"Model"`, `"Lambda"`} {
		if bytes.Contains(head, []byte(key)) {
			return true
		}
	}
	return false
}

// holds looks for text in all of a part.
func holds(p *inspect.Part, what string) bool {
	const step = 256 << 10
	b := make([]byte, step)
	for off := int64(0); off < min(p.Size, maxSource*4); off += int64(step - len(what)) {
		n, _ := p.ReadAt(b, off)
		if bytes.Contains(b[:n], []byte(what)) {
			return true
		}
		if n < step {
			return false
		}
	}
	return false
}

// source reads a part that is short enough, or says that it is not.
func source(p *inspect.Part) ([]byte, bool, error) {
	if p.Size > maxSource {
		p.Say(inspect.NotRead, "limit", -1, "has %d bytes of configuration, of which %d are read at most", p.Size, maxSource)
		return nil, false, nil
	}
	if p.Size <= inspect.HeadBytes {
		return p.Head(), true, nil
	}
	b := make([]byte, p.Size)
	if _, err := p.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, false, err
	}
	return b, true, nil
}

func scanJSON(ctx context.Context, p *inspect.Part) error {
	b, ok, err := source(p)
	if !ok {
		return err
	}
	j := &judge{ctx: ctx, part: p, exact: true, revived: p.Name == "keras_metadata.json"}
	err = j.whole(b)
	j.done()
	return err
}

// claimsMetadata takes the file beside a SavedModel, by its name and its first field.
func claimsMetadata(p *inspect.Part) bool {
	return strings.EqualFold(p.Name, "keras_metadata.pb")
}

// scanMetadata walks a SavedMetadata message: nodes, each with its path and its metadata in JSON.
func scanMetadata(ctx context.Context, p *inspect.Part) error {
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	layers, nodes := 0, 0
	for {
		f, ok, err := m.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if f.Number != 1 || f.Type != protobuf.Bytes {
			return &inspect.DamageError{Offset: f.Off, Reason: "holds a field that no metadata of Keras has"}
		}
		if nodes++; nodes%256 == 0 && (ctx.Err() != nil || !p.Members(256)) {
			p.Say(inspect.NotRead, "limit", f.Off, "has more nodes than are looked at")
			break
		}
		n, err := metadataNode(ctx, p, f.Message())
		if err != nil {
			return err
		}
		layers += n
	}
	(&judge{part: p, layers: layers}).done()
	return nil
}

func metadataNode(ctx context.Context, p *inspect.Part, m protobuf.Message) (int, error) {
	layer := 0
	for {
		f, ok, err := m.Next()
		if err != nil || !ok {
			return layer, err
		}
		if f.Type != protobuf.Bytes {
			continue
		}
		switch {
		case f.Number < 5 && strings.HasSuffix(f.Text(64), "_layer"):
			layer = 1
		case f.Number == 5 || f.Text(1) == "{": // whatever number it has: a reader of another version takes it for its own
			if f.Len > maxSource {
				p.Say(inspect.NotRead, "limit", f.Off, "has metadata longer than is read")
				continue
			}
			j := &judge{ctx: ctx, part: p, at: f.Off, exact: true, revived: true}
			if err := j.whole([]byte(f.Text(maxSource))); err != nil {
				return layer, err
			}
		}
	}
}

// canaryMetadata is a node whose metadata is the canary.
func canaryMetadata() []byte {
	field := func(number int, b []byte) []byte {
		out := []byte{byte(number<<3 | protobuf.Bytes)}
		for n := len(b); ; n >>= 7 {
			if n < 0x80 {
				out = append(out, byte(n))
				break
			}
			out = append(out, byte(n)|0x80)
		}
		return append(out, b...)
	}
	return field(1, append(field(3, []byte("root")), field(5, []byte(canaryConfig))...))
}
