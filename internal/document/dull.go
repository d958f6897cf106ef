package document

import "strings"

// The share of one word by which a document is no document: so many values, in so many sections, and more than half of all.
const (
	dullValues   = 8
	dullSections = 3
)

// plainAnswers may well stand in most cells of a matrix.
var plainAnswers = set("yes", "no", "true", "false", "none", "done", "ok", "on", "off", "never", "always", "enforced", "enabled", "disabled", "all", "ja", "nein", "oui", "non", "si", "sí")

// dullWord is the word or two with which somebody filled a document from top to bottom; empty: there is none.
func (d Document) dullWord() string {
	count, within, last, all := map[string]int{}, map[string]int{}, map[string]int{}, 0
	for i, s := range d.Sections {
		for p := range pieces(s.Text, s.format) {
			for _, v := range p.values() {
				v = flatValue(v)
				if all++; v == "" || len(v) > 40 || len(strings.Fields(v)) > 2 || strings.ContainsAny(v, "0123456789") || plainAnswers[v] || len(count) > fieldsMost {
					continue
				}
				if count[v]++; last[v] != i+1 {
					within[v]++
				}
				last[v] = i + 1
			}
		}
	}
	for v, n := range count {
		if n >= dullValues && within[v] >= dullSections && 2*n > all { // one at most holds more than half
			return v
		}
	}
	return ""
}

func flatValue(v string) string { return strings.ToLower(strings.Trim(v, " .*_`")) }

// values are what a person fills in: the cells beside the first, what stands behind a label, a paragraph.
func (p piece) values() []string {
	if p.kind == row {
		return p.cells[min(1, len(p.cells)):]
	}
	value, _ := withoutLabel(p.text)
	return []string{value}
}

// without puts a dummy in the place of the word that fills the document.
func (p piece) without(dull string) piece {
	if dull == "" {
		return p
	}
	if p.kind != row {
		if value, _ := withoutLabel(p.text); flatValue(value) == dull {
			p.text, p.raw = "x", "x"
		}
		return p
	}
	cells := append([]string(nil), p.cells...)
	for i := range cells {
		if flatValue(cells[i]) == dull {
			cells[i] = "x"
		}
	}
	p.cells = cells
	return p
}
