package discover

import (
	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/bound"
)

// look is the visit of one file.
func look(f bound.File) sighting {
	p := placeOf(f.Path)
	s := sighting{file: lodemark.File{Path: f.Path, Size: f.Size, Vendored: p.vendored, Test: p.test, Link: f.Target}}
	if !f.Regular() {
		s.file.Language = languageOf(p, nil)
		return s
	}
	head, err := f.Head(headBytes)
	if err != nil { // the tree keeps the gap
		head = nil
	}
	s.file.Language = languageOf(p, head)
	return s
}
