package scan

import (
	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/secret"
)

// textBytes is the largest text beside models that is searched for credentials before it is quoted: settings, cards and lists of packages
// are far smaller.
const textBytes = 4 << 20

// hide masks credentials in what is told of files: reasons and facts quote settings, cards, addresses and what pickles hold. Texts are searched
// as a whole, so that a quotation that was cut is known too; of models, which may have any size, only what is told.
func (r *Result) hide(read func(name string) []byte) {
	known, err := secret.Load()
	if err != nil { // the rules are compiled in, and tested
		return
	}
	var h secret.Hider
	learn := func(name, text string) {
		if found, _ := known.Look(name, []byte(text)); len(found) > 0 {
			h.Learn([]byte(text), found)
		}
	}
	for i := range r.Files {
		f := &r.Files[i]
		if len(f.Reasons)+len(f.Facts) == 0 {
			continue
		}
		if f.Size <= textBytes {
			if text := read(f.Path); secret.Text(text) {
				learn(f.Path, string(text))
			}
		}
		for _, reason := range f.Reasons {
			learn("quoted.env", reason.Message)
		}
		for _, fact := range f.Facts {
			learn("quoted.env", fact)
		}
	}
	if !h.Knows() {
		return
	}
	for i := range r.Files {
		f := &r.Files[i]
		for j := range f.Reasons {
			f.Reasons[j].Message = h.Text(f.Reasons[j].Message)
		}
		for name, fact := range f.Facts {
			if masked := h.Text(fact); masked != fact {
				f.Facts[name] = masked
			}
		}
	}
	for i := range r.Gaps {
		r.Gaps[i].Reason = h.Text(r.Gaps[i].Reason)
	}
}

// readSmall reads files of a tree for hide. What cannot be read was told of before.
func readSmall(tree *bound.Tree, place func(string) string) func(string) []byte {
	return func(name string) []byte {
		text, err := tree.ReadHead(place(name), textBytes)
		if err != nil {
			return nil
		}
		return text
	}
}
