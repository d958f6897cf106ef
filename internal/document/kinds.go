package document

import "github.com/lodemark/lodemark/internal/pattern"

// kindNames is how documents of one kind are called: English first, then German, French, Spanish, Japanese, Chinese. All
// names are in the form of flatPath: lower case, without accents, words joined by "-".
type kindNames struct {
	kind string
	// within are names that may stand among a few other words in the name of a file; exact are those that must be all of it.
	within, exact []string
	// weak are exact names that other documents bear as well, so the text must match confirm.
	weak    []string
	confirm *pattern.Pattern
	// titles are phrases of a document's title.
	titles []string
	// folders hold documents of the kind under names of their own.
	folders []string
	// allow are words of folders and names that otherwise say that a document is about something else.
	allow []string
	// anywhere: such documents stand beside what they are about, and there may be many.
	anywhere bool
	// one: a system has one of them, so the nearest to the root counts and the rest speak of something else.
	one bool
}

func namesOf(kind string) kindNames {
	for _, list := range [][]kindNames{designKinds, developKinds, deployKinds, operateKinds, practiceKinds} {
		for _, k := range list {
			if k.kind == kind {
				return k
			}
		}
	}
	return kindNames{kind: kind, within: []string{kind}, titles: []string{kind}}
}
