package framework

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jsonwalk"
)

// zarrNames are the files that describe a store of Zarr; the chunks beside them are called by numbers.
var zarrNames = []string{".zarray", ".zgroup", ".zmetadata", "zarr.json"}

// zarrFormat is what says how the chunks of an array are packed.
func zarrFormat() inspect.Format {
	return inspect.Format{
		Name:  "zarr",
		Doc:   "An array of Zarr whose description names the codec for pickles is unpickled when it is read.",
		Names: []string{".zarray", ".zgroup", ".zmetadata"},
		Claims: func(p *inspect.Part) bool {
			return slices.Contains(zarrNames, p.Name) && bytes.HasPrefix(bytes.TrimLeft(p.Head(), " \r\n\t"), []byte("{"))
		},
		Scan: scanZarr,
		Canary: func() (string, []byte) {
			return ".zarray", []byte(`{"zarr_format": 2, "dtype": "|O", "filters": [{"id": "pickle", "protocol": 5}]}`)
		},
		CanaryWant: inspect.Dangerous,
	}
}

func scanZarr(ctx context.Context, p *inspect.Part) error {
	version := false
	err := jsonwalk.Walk(ctx, p, func(path jsonwalk.Path, kind jsonwalk.Kind, text string, at int64) {
		switch path.Last() {
		case "zarr_format", "zarr_consolidated_format":
			version = version || kind == jsonwalk.Number
			if path.Last() == "zarr_format" && kind == jsonwalk.Number {
				p.Fact("zarr_format", text)
			}
		case "id", "name":
			if kind == jsonwalk.Text && (text == "pickle" || text == "numcodecs.pickle" || strings.HasSuffix(text, ".Pickle")) && codec(path) {
				p.Say(inspect.Dangerous, "zarr-pickle", at, "its chunks pass the codec %s: reading them runs what the pickles say", inspect.Quote(text))
			}
		}
	})
	p.Fact("framework", "zarr")
	if err == nil && !version {
		err = &inspect.DamageError{Offset: 0, Reason: "does not say of which version of Zarr it is"}
	}
	return err
}

// codec says whether a path lies in the settings of a codec, and not in attributes of the user's own.
func codec(path jsonwalk.Path) bool {
	for _, step := range path {
		switch step {
		case "filters", "compressor", "codecs", "object_codec":
			return true
		case "attributes", ".zattrs":
			return false
		}
	}
	return false
}
