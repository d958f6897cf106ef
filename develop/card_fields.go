package develop

import (
	"sync"

	"github.com/lodemark/lodemark/internal/pattern"
)

// field is something a card may say, with the words by which it may. A heading or label only opens a place; what is written
// there decides.
type field struct {
	name       string           // as a finding calls it
	headings   *pattern.Pattern // of sections, of questions in bold and of labels in text and tables
	not        *pattern.Pattern // headings that look alike and open no place
	labels     *pattern.Pattern // further names of labels and keys of the front matter
	statements *pattern.Pattern // in a sentence outside headings, code and tables they say it
	opening    *pattern.Pattern // they say it where the card introduces its subject: the same words mean less further down
	signs      *pattern.Pattern // in a sentence they may say it
	faint      *pattern.Pattern // signs that count near the matter only
	near       *pattern.Pattern // headings near the matter, as words of the list of headings that stand over a sentence
	loose      bool             // its statements are about other matters too, so that far from it they are only signs
	unless     *pattern.Pattern // in a sentence: it says so of something else
	usual      bool             // nearly every card that somebody wrote says it
	code       *pattern.Pattern // a line of code that shows it
	needs      *pattern.Pattern // what the text of the place must hold to say anything
	hardly     *pattern.Pattern // what lets it say something, perhaps
	titles     *pattern.Pattern // a heading that says it by itself
	values     *pattern.Pattern // what stands beside one of the labels must hold this
	vague      *pattern.Pattern // what is taken off the text before, since it says nothing
}

// The names of the fields.
const (
	fieldCreation    = "creation"
	fieldOperation   = "operation"
	fieldLifeCycle   = "life cycle"
	fieldSources     = "training sources"
	fieldScope       = "intended use"
	fieldLimits      = "limitations"
	fieldGuardrails  = "guardrails"
	fieldRetention   = "retention time"
	fieldReview      = "review frequency"
	fieldFailures    = "failure modes"
	fieldSource      = "source"
	fieldCollection  = "collection and processing"
	fieldLicence     = "licence"
	fieldResponsible = "owner"
)

const (
	duration = `(?:\d+|one|two|three|four|five|six|seven|ten|twelve|thirty|sixty|ninety|a)[ -](?:\w+ )?(?:calendar |working )?(?:hours?|days?|weeks?|months?|years?)`
	interval = `(?i)\b(?:every (?:\d+|two|three|four|six|other)? ?\w+|each (?:release|quarter|month|year|version|retrain\w*)|(?:once|twice) (?:a|per|each|every) \w+|daily|weekly|monthly|quarterly|` +
		`(?:half-?|semi-?|bi-?)?(?:yearly|annual(?:ly)?)|semest\w*|trimest\w*|` + duration + `)\b`
)

// cardFieldTable goes through the fields, with how cards put each. It was tried on model and data cards of many projects.
func cardFieldTable(yield func(int, field) bool) {
	for i, f := range cardFieldsOnce() {
		if !yield(i, f) {
			return
		}
	}
}

// cardFieldsOnce reads the table when the first card is judged: the start of the program does not need it.
var cardFieldsOnce = sync.OnceValue(func() []field { return readCardFields(readCardWords(cardWordsText)) })

func readCardFields(words cardWords) []field {
	var all []field
	for _, name := range []string{fieldCreation, fieldOperation, fieldLifeCycle, fieldSources, fieldScope, fieldLimits, fieldGuardrails, fieldRetention,
		fieldReview, fieldFailures, fieldSource, fieldCollection, fieldLicence, fieldResponsible} {
		w := words[name]
		all = append(all, field{name: name, headings: anywhere(w["headings"]), not: anywhere(w["other headings"]), labels: whole(w["labels"]),
			statements: anywhere(w["statements"]), opening: anywhere(w["introduction"]), signs: anywhere(w["signs"]), faint: anywhere(w["faint signs"]), near: anywhere(w["near"]),
			loose:  name == fieldLifeCycle || name == fieldGuardrails || name == fieldFailures,
			usual:  name == fieldCreation || name == fieldOperation || name == fieldScope,
			unless: anywhere(w["statements of others"]), code: anywhere(w["code"]), needs: anywhere(w["needs"]), hardly: anywhere(w["hardly needs"]), titles: anywhere(w["titles"]),
			values: anywhere(w["values"]), vague: anywhere(w["says nothing"])})
	}
	return all
}

// fieldNamed finds a field of the table.
func fieldNamed(name string) field {
	for _, f := range cardFieldTable {
		if f.name == name {
			return f
		}
	}
	panic("there is no field of cards called " + name)
}
