package document

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Section returns the first section whose heading holds one of the words at the beginning of a word, in any case: "option"
// finds "Options considered" and not "Adoption". A section that is filled in comes before others, then one with something
// filled in below it.
func (d Document) Section(words ...string) (Section, bool) {
	i, ok := d.Index(words...)
	if !ok {
		return Section{}, false
	}
	return d.Sections[i], true
}

// Index is Section as the place in d.Sections, for Under and FilledUnder.
func (d Document) Index(words ...string) (int, bool) {
	first, below := -1, -1
	for i, s := range d.Sections {
		if !holdsWord(s.Heading, words) {
			continue
		}
		if s.Filled() {
			return i, true
		}
		if first < 0 {
			first = i
		}
		if below < 0 && d.FilledUnder(i) {
			below = i
		}
	}
	if below >= 0 {
		return below, true
	}
	return first, first >= 0
}

// holdsWord looks for words where words begin. In scripts without spaces a word may stand anywhere.
func holdsWord(heading string, words []string) bool {
	heading = strings.ToLower(heading)
	for _, w := range words {
		w = strings.ToLower(w)
		for from := 0; w != ""; {
			i := strings.Index(heading[from:], w)
			if i < 0 {
				break
			}
			from += i
			before, _ := utf8.DecodeLastRuneInString(heading[:from])
			if from == 0 || w[0] >= utf8.RuneSelf || !unicode.IsLetter(before) && !unicode.IsDigit(before) {
				return true
			}
			from++
		}
	}
	return false
}

// end is the section after the last one below section i in the outline.
func (d Document) end(i int) int {
	j := i + 1
	for j < len(d.Sections) && d.Sections[i].Heading != "" && d.Sections[j].Level > d.Sections[i].Level {
		j++
	}
	return j
}

// Under is the text of section i with everything below it in the outline, the headings of the lower sections included.
func (d Document) Under(i int) string {
	if i < 0 || i >= len(d.Sections) {
		return ""
	}
	var b strings.Builder
	b.WriteString(d.Sections[i].Text)
	for _, s := range d.Sections[i+1 : d.end(i)] {
		b.WriteString(s.Heading + "\n" + s.Text)
	}
	return b.String()
}

// FilledUnder says whether section i or one below it in the outline is filled in.
func (d Document) FilledUnder(i int) bool {
	if i < 0 || i >= len(d.Sections) {
		return false
	}
	for _, s := range d.Sections[i:d.end(i)] {
		if s.Filled() {
			return true
		}
	}
	return false
}

// Filled says whether any section is filled in.
func (d Document) Filled() bool {
	for _, s := range d.Sections {
		if s.Filled() {
			return true
		}
	}
	return false
}
