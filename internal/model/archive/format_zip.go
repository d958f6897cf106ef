package archive

import (
	"archive/zip"
	"bytes"
	"context"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func zipFormat() inspect.Format {
	return inspect.Format{
		Name:    "zip",
		Doc:     "Unpacking a hostile zip can write outside its folder, and its members are whatever a loader takes them for.",
		Endings: []string{".zip", ".npz"},
		Claims:  IsZip,
		Scan: func(ctx context.Context, p *inspect.Part) error {
			z := OpenZip(p)
			if z == nil {
				return &inspect.DamageError{Offset: -1, Reason: "no reader of zips would take it"}
			}
			z.Report()
			z.Walk(ctx, nil)
			return nil
		},
		Canary:     func() (string, []byte) { return "canary.zip", canaryZip() },
		CanaryWant: inspect.Dangerous,
	}
}

func canaryZip() []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.CreateHeader(&zip.FileHeader{Name: "../canary.txt"})
	if err == nil {
		_, err = f.Write([]byte("inert"))
	}
	if err != nil || w.Close() != nil {
		panic("archive: the canary cannot be written")
	}
	return b.Bytes()
}
