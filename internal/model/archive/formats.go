package archive

import (
	"context"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Formats lists the containers.
func Formats() []inspect.Format {
	all := []inspect.Format{zipFormat(), tarFormat(), sevenZipFormat(), rarFormat()}
	for _, s := range streams() {
		all = append(all, s.format())
	}
	return all
}

func rarFormat() inspect.Format {
	return inspect.Format{
		Name:    "rar",
		Doc:     "Loaders of models do not read RAR; what a person unpacks from it was not looked at.",
		Endings: []string{".rar"},
		Claims:  magic("Rar!\x1a\x07"),
		Scan: func(_ context.Context, p *inspect.Part) error {
			p.Say(inspect.NotRead, "rar-not-read", 0, "RAR archives are not read: unpack it and scan what comes out")
			return nil
		},
		Canary:     func() (string, []byte) { return "canary.rar", []byte("Rar!\x1a\x07\x01\x00inert") },
		CanaryWant: inspect.NotRead,
	}
}
