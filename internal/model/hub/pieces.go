package hub

import (
	"bytes"
	"context"
	"strconv"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/protobuf"
)

// claimsPieces takes SentencePiece models, a protocol buffer that begins with its first piece, and tiktoken's ranks, lines of
// base64 and a number, under the names that tokenizers have.
func claimsPieces(p *inspect.Part) bool {
	return roleOf(p.Name) == pieces && !bytes.HasPrefix(p.Head(), []byte("\x80"))
}

const maxPieces = 4_000_000

func scanPieces(ctx context.Context, p *inspect.Part) error {
	if ranks(p.Head()) {
		p.Fact("tokenizer", "tiktoken")
		return scanRanks(ctx, p)
	}
	p.Fact("tokenizer", "sentencepiece")
	m := protobuf.NewSource(p, p.Size, p.Head()).Whole()
	n, known := 0, false
	for {
		f, ok, err := m.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch {
		case f.Number == 1 && f.Type == protobuf.Bytes: // a piece
			if n++; n > maxPieces || n&0xFFF == 0 && ctx.Err() != nil {
				p.Say(inspect.NotRead, "sentencepiece-limit", f.Off, "has more pieces than are looked at")
				return nil
			}
			if err := piece(f); err != nil {
				return err
			}
		case f.Number >= 2 && f.Number <= 5 && f.Type == protobuf.Bytes:
			known = true
			if err := fields(f); err != nil {
				return err
			}
		case f.Number < 200: // what is above is for extensions
			return &inspect.DamageError{Offset: f.Off, Reason: "has a field " + strconv.Itoa(f.Number) + ", which no SentencePiece model has"}
		}
	}
	if n == 0 || !known {
		return &inspect.DamageError{Offset: -1, Reason: "is no SentencePiece model: it has no pieces or nothing else"}
	}
	p.Fact("vocabulary", strconv.Itoa(n))
	return nil
}

// piece reads one piece: its text, its score and its type.
func piece(f protobuf.Field) error {
	m := f.Message()
	named := false
	for {
		g, ok, err := m.Next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		switch {
		case g.Number == 1 && g.Type == protobuf.Bytes:
			named = true
		case g.Number == 2 && g.Type == protobuf.Fixed32, g.Number == 3 && g.Type == protobuf.Varint, g.Number >= 200:
		default:
			return &inspect.DamageError{Offset: g.Off, Reason: "has a piece with a field that pieces have not"}
		}
	}
	if !named && f.Len > 0 {
		return &inspect.DamageError{Offset: f.Off, Reason: "has a piece without a text"}
	}
	return nil
}

// fields reads a message for damage.
func fields(f protobuf.Field) error {
	m := f.Message()
	for {
		_, ok, err := m.Next()
		if err != nil || !ok {
			return err
		}
	}
}

// ranks tells tiktoken's lines: base64, a space, a number.
func ranks(head []byte) bool {
	line, _, found := bytes.Cut(head, []byte("\n"))
	return found && rank(line)
}

func rank(line []byte) bool {
	line = bytes.TrimSuffix(line, []byte("\r"))
	token, number, ok := bytes.Cut(line, []byte(" "))
	if !ok || len(token) == 0 || len(number) == 0 {
		return false
	}
	for _, c := range token {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=') {
			return false
		}
	}
	_, err := strconv.ParseUint(string(number), 10, 32)
	return err == nil
}

func scanRanks(ctx context.Context, p *inspect.Part) error {
	n := 0
	err := eachLine(p, maxTokenizer, func(off int64, line []byte) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		if n++; !rank(line) {
			return &inspect.DamageError{Offset: off, Reason: "has a line that is no token and its rank"}
		}
		return ctx.Err()
	})
	p.Fact("vocabulary", strconv.Itoa(n))
	return err
}

// eachLine goes through lines of at most 64 KiB, without keeping more than that.
func eachLine(p *inspect.Part, max int64, visit func(off int64, line []byte) error) error {
	buf := make([]byte, 64<<10)
	kept, base := 0, int64(0)
	for off := int64(0); ; {
		n := 0
		if off < min(p.Size, max) {
			n, _ = p.ReadAt(buf[kept:], off)
		}
		off += int64(n)
		window := buf[:kept+n]
		for {
			at := bytes.IndexByte(window, '\n')
			if at < 0 {
				break
			}
			if err := visit(base, window[:at]); err != nil {
				return err
			}
			base += int64(at + 1)
			window = window[at+1:]
		}
		switch {
		case n == 0:
			if len(window) > 0 {
				return visit(base, window)
			}
			return nil
		case len(window) == len(buf):
			return &inspect.DamageError{Offset: base, Reason: "has a line of more than 64 KiB"}
		}
		kept = copy(buf, window)
	}
}
