package safetensors

import (
	"context"
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxHeader  = 100_000_000 // bytes, as the reference has it
	maxTensors = 500_000     // the largest models that are known have a fifth of that
)

// Format is safetensors files.
func Format() inspect.Format {
	return inspect.Format{
		Name:       "safetensors",
		Doc:        "Loading one runs nothing; readers can be led astray by offsets that lie, and metadata may carry what other programs run.",
		Endings:    []string{".safetensors"},
		Claims:     claims,
		Scan:       scan,
		Canary:     canary,
		CanaryWant: inspect.NotRead,
	}
}

func claims(p *inspect.Part) bool {
	if p.Ending() == ".safetensors" {
		return true
	}
	head := p.Head()
	if len(head) < 10 || head[8] != '{' {
		return false
	}
	n := binary.LittleEndian.Uint64(head)
	next := head[9]
	return n >= 2 && n <= maxHeader && int64(n) <= p.Size-8 && (next == '"' || next == '}' || isSpace(next))
}

// canary is a header with two tensors over the same bytes.
func canary() (string, []byte) {
	header := `{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}`
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return "canary.safetensors", append(append(b, header...), 0, 0, 0, 0, 0, 0)
}

func scan(ctx context.Context, p *inspect.Part) error {
	length, err := p.Read(0, 8)
	if err != nil {
		return err
	}
	n := binary.LittleEndian.Uint64(length)
	switch {
	case n > maxHeader:
		return &inspect.DamageError{Offset: 0, Reason: "a header of more than 100,000,000 bytes, which no reader takes"}
	case int64(n) > p.Size-8:
		return &inspect.DamageError{Offset: 0, Reason: "the header is longer than the file"}
	}
	h := &header{ctx: ctx, part: p, json: newScanner(p, 8, int64(n)), data: p.Size - 8 - int64(n)}
	if err := h.read(); err != nil {
		return err
	}
	return h.layout()
}
