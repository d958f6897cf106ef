package model

import (
	"bytes"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// foreign are formats of other trades that share an ending with models. None of these beginnings is one of a pickle, of an
// archive or of anything else that a loader of models would take.
var foreign = map[string][]string{
	".sav": {"SR\x00\x04", "SR\x00\x06", "$FL2", "$FL3"}, // IDL and SPSS
}

// isForeign says whether a file is of another trade.
func isForeign(p *inspect.Part) bool {
	for _, magic := range foreign[p.Ending()] {
		if bytes.HasPrefix(p.Head(), []byte(magic)) {
			return true
		}
	}
	return false
}

// isPathFile says whether a .pth file is a text, as those are by which Python finds packages; weights never are.
func isPathFile(p *inspect.Part) bool {
	return p.Ending() == ".pth" && p.Size < 64<<10 && p.Size > 0 && isText(p.Head())
}
