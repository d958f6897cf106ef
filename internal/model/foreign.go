package model

import (
	"bytes"
	"slices"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// foreign are formats of other trades that share an ending with models. None of these beginnings is one of a pickle, of an
// archive or of anything else that a loader of models would take.
var foreign = map[string][]string{
	".sav": {"SR\x00\x04", "SR\x00\x06", "$FL2", "$FL3"}, // IDL and SPSS
}

// isForeign says whether a file is of another trade.
func (e *engine) isForeign(p *inspect.Part) bool {
	if p.Depth == 0 && p.Ending() == ".jar" {
		return e.isProgram(p)
	}
	for _, magic := range foreign[p.Ending()] {
		if bytes.HasPrefix(p.Head(), []byte(magic)) {
			return true
		}
	}
	return false
}

// isProgram says whether an archive of Java code holds nothing that is named like a model: programs lie about by the hundred, and
// what loads models reads none of them.
func (e *engine) isProgram(p *inspect.Part) bool {
	if !archive.IsZip(p) {
		return false
	}
	z := archive.OpenZip(p)
	return z != nil && !slices.ContainsFunc(z.Entries, func(member archive.Entry) bool { return named(e.formats, base(member.Name)) })
}

// isPathFile says whether a .pth file is a text, as those are by which Python finds packages; weights never are.
func isPathFile(p *inspect.Part) bool {
	return p.Ending() == ".pth" && p.Size < 64<<10 && p.Size > 0 && isText(p.Head())
}
