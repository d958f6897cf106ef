package archive

import (
	"context"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func sevenZipFormat() inspect.Format {
	return inspect.Format{
		Name:    "7z",
		Doc:     "PyTorch models were spread in 7z archives to keep scanners from looking inside; what a person unpacks is what a loader reads.",
		Endings: []string{".7z"},
		Claims:  magic("7z\xbc\xaf\x27\x1c"),
		Scan:    func(ctx context.Context, p *inspect.Part) error { return scan7z(ctx, p) },
		Canary: func() (string, []byte) {
			return "canary.7z", []byte("7z\xbc\xaf\x27\x1c\x00\x04inert, and damaged")
		},
		CanaryWant: inspect.NotRead,
	}
}
