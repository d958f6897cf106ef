package design

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// gathered lists the documents of several kinds that are filled in, each once, in the order of the kinds.
func gathered(s *lodemark.Subject, kinds ...string) []document.Document {
	var all []document.Document
	seen := map[string]bool{}
	for _, k := range kinds {
		for _, d := range document.Find(s, k).Documents {
			if !seen[d.Path] && d.Filled() {
				seen[d.Path] = true
				all = append(all, d)
			}
		}
	}
	return all
}

func pathsOf(documents []document.Document) []string {
	var all []string
	for _, d := range documents {
		all = append(all, d.Path)
	}
	return all
}

// passage is a part of a document that speaks of one topic.
type passage struct {
	text   string
	line   int
	filled bool
}

// passages finds the parts of a document that say by their heading, label or column what they are about.
func passages(d document.Document, words ...string) []passage {
	var all []passage
	for i, s := range d.Sections {
		if says(s.Heading, words...) {
			all = append(all, passage{d.Under(i), s.Line, d.FilledUnder(i)})
		}
	}
	for _, l := range d.Labels() {
		if says(l.Name, words...) {
			all = append(all, passage{l.Name + ": " + l.Value, l.Line, l.Filled})
		}
	}
	for _, t := range d.Tables() {
		c := t.Column(words...)
		for _, r := range t.Rows {
			if c > 0 && r.Cell(c) != "" {
				all = append(all, passage{t.Header[c] + ": " + r.Cell(c), r.Line, true})
			}
		}
	}
	for _, f := range d.Front {
		if f.Value != "" && says(strings.NewReplacer("_", " ", ".", " ", "-", " ").Replace(f.Name), words...) {
			all = append(all, passage{f.Name + ": " + f.Value, f.Line, true})
		}
	}
	return all
}

// mentioning lists the lines outside headings that hold one of the words.
func mentioning(d document.Document, words ...string) []passage {
	var all []passage
	for _, s := range d.Sections {
		n := 0
		for line := range strings.Lines(s.Text) {
			if says(line, words...) {
				all = append(all, passage{line, s.From + n, true})
			}
			n++
		}
	}
	return all
}

// joined is the text of all passages that are filled in.
func joined(all []passage) string {
	var b strings.Builder
	for _, p := range all {
		if p.filled {
			b.WriteString(p.text + "\n")
		}
	}
	return b.String()
}

// says looks for words where words begin, in any case: "train" finds "Training" and not "constraint". A blank at the end of
// a word asks that it ends there.
func says(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, w := range words {
		whole := strings.HasSuffix(w, " ")
		w = strings.TrimSuffix(w, " ")
		for from := 0; w != ""; {
			i := strings.Index(text[from:], w)
			if i < 0 {
				break
			}
			at := from + i
			before, _ := utf8.DecodeLastRuneInString(text[:at])
			after, _ := utf8.DecodeRuneInString(text[at+len(w):])
			if (at == 0 || !letter(before) || w[0] >= utf8.RuneSelf) && (!whole || at+len(w) == len(text) || !letter(after)) {
				return true
			}
			from = at + len(w)
		}
	}
	return false
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// textOf is everything that the sections say, with their headings.
func textOf(d document.Document) string {
	var b strings.Builder
	for _, s := range d.Sections {
		b.WriteString(s.Heading + "\n" + s.Text + "\n")
	}
	return b.String()
}

// silentOn decides what it means that the documents say nothing of a topic. Where lodemark.yaml could have pointed to the
// right document, silence counts; else the topic may be treated elsewhere.
func silentOn(s *lodemark.Subject, d document.Document, line int, key, message, fix string) lodemark.Result {
	r := lodemark.Result{Examined: []string{d.Path}}
	switch {
	case !document.English(textOf(d)):
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s is not written in English, and what it says is not judged", d.Path)
	case d.Cut != "":
		r.Outcome, r.Reason = lodemark.Undecided, d.Path+" "+d.Cut
	case s.System.Declared.Path == "":
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s %s; it may stand elsewhere", d.Path, message)
	default:
		r.Findings = document.Shortfalls(d.Path, document.Shortfall{Line: line, Message: message, Fix: fix})
		r.Findings[0].Key = key
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	}
	return r
}

// few names at most three of many: "a, b, c and 4 more".
func few(names []string) string {
	switch n := len(names); {
	case n == 0:
		return ""
	case n == 1:
		return names[0]
	case n > 3:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), n-3)
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}
