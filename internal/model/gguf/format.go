package gguf

import (
	"context"
	"encoding/binary"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats is GGUF and the formats that were before it.
func Formats() []inspect.Format {
	return []inspect.Format{{
		Name:       "gguf",
		Doc:        "Programs that use one render its chat template, and some of them outside of a sandbox: a hostile template runs code.",
		Endings:    []string{".gguf"},
		Claims:     func(p *inspect.Part) bool { return p.Ending() == ".gguf" && !legacy(p) || magic(p, "GGUF") },
		Scan:       scan,
		Canary:     canary,
		CanaryWant: inspect.Malicious,
	}, {
		Name:       "ggml",
		Doc:        "Loading one runs nothing; sizes that lie have broken readers of it.",
		Endings:    []string{".ggml"},
		Claims:     legacy,
		Scan:       scanLegacy,
		Canary:     legacyCanary,
		CanaryWant: inspect.NotRead,
	}}
}

func magic(p *inspect.Part, s string) bool {
	head := p.Head()
	return len(head) >= 4 && string(head[:4]) == s
}

// canary is a file without tensors whose chat template leaves the sandbox.
func canary() (string, []byte) {
	b := append([]byte("GGUF"), 3, 0, 0, 0)
	b = binary.LittleEndian.AppendUint64(b, 0)
	b = binary.LittleEndian.AppendUint64(b, 1)
	key, value := "tokenizer.chat_template", "{{ ''.__class__.__mro__[1].__subclasses__() }}"
	b = append(binary.LittleEndian.AppendUint64(b, uint64(len(key))), key...)
	b = binary.LittleEndian.AppendUint32(b, typeString)
	b = append(binary.LittleEndian.AppendUint64(b, uint64(len(value))), value...)
	return "canary.gguf", b
}

func scan(ctx context.Context, p *inspect.Part) error {
	f := &file{ctx: ctx, part: p, reader: newReader(p), align: 32, keys: map[string]bool{}}
	return f.read()
}
