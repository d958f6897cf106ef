package develop

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// stretch is prose with the line it begins on: comments, code, tables and headings are blank in it.
type stretch struct {
	line int
	text string // with the lines of a paragraph joined; byte for byte as long as the original
	code string // the lines of code that were taken out

	breaks   []int  // where the lines of the original end
	headings string // those that it stands under, the title left out
	opening  bool   // here the card introduces its subject
}

// lineOf is the line on which a byte of the stretch stands.
func (s stretch) lineOf(at int) int {
	n, _ := slices.BinarySearch(s.breaks, at)
	return s.line + n
}

// headings are those under which the reader of a card stands, the outermost first.
type headings []document.Section

// enter goes on to the next heading.
func (h headings) enter(s document.Section) headings {
	for len(h) > 0 && h[len(h)-1].Level >= s.Level {
		h = h[:len(h)-1]
	}
	return append(h, s)
}

func (h headings) String() string {
	var names []string
	for _, s := range h {
		names = append(names, s.Heading)
	}
	return strings.Join(names, " / ")
}

// wrappedFrom is how long a line is at least that goes on below whatever the next one begins with.
const wrappedFrom = 60

var lineOfItsOwn = pattern.New(`^(?:[-*+•|#>]|\d{1,3}[.)]\s|\*\*|__|$)`)

// joinLines puts blanks for the ends of lines inside paragraphs and items, so that a sentence stands on one line.
func joinLines(text string) string {
	b := []byte(text)
	from := 0
	for i, c := range b {
		if c != '\n' {
			continue
		}
		line, next := strings.TrimSpace(text[from:i]), text[i+1:]
		if end := strings.IndexByte(next, '\n'); end >= 0 {
			next = next[:end]
		}
		next = strings.TrimSpace(next)
		first, _ := utf8.DecodeRuneInString(next)
		if line != "" && !lineOfItsOwn.MatchString(next) && (len(line) >= wrappedFrom || unicode.IsLower(first)) {
			b[i] = ' '
		}
		from = i + 1
	}
	return string(b)
}

func lineEnds(text string) []int {
	var ends []int
	for i := range len(text) {
		if text[i] == '\n' {
			ends = append(ends, i)
		}
	}
	return ends
}

func lineOfMatch(text string, at int) string {
	from := strings.LastIndexByte(text[:at], '\n') + 1
	if to := strings.IndexByte(text[at:], '\n'); to >= 0 {
		return text[from : at+to]
	}
	return text[from:]
}

// sentenceBytes is how far to either side of a match a sentence is followed.
const sentenceBytes = 600

// around widens a match to its sentence, or to its item or paragraph where no sentence ends.
func around(text string, from, to int) string {
	low, high := max(0, from-sentenceBytes), min(len(text), to+sentenceBytes)
	for i := from - 1; i >= low; i-- {
		if text[i] == '\n' || endsSentence(text, i) {
			low = i + 1
			break
		}
	}
	for i := to; i < high; i++ {
		if text[i] == '\n' {
			high = i
			break
		}
		if endsSentence(text, i) {
			high = i + 1
			break
		}
	}
	return text[low:high]
}

func endsSentence(text string, i int) bool {
	return strings.IndexByte(".!?", text[i]) >= 0 && (i+1 == len(text) || strings.IndexByte(" \n\t)*\"", text[i+1]) >= 0)
}

// withoutAsides blanks comments, code and tables, keeping every line where it is; code holds the lines of code in their places.
func withoutAsides(text string) (prose, code string) {
	var p, c strings.Builder
	fence, comment := "", false
	for line := range strings.Lines(text) {
		bare := strings.TrimSpace(line)
		switch {
		case comment:
			_, rest, ends := strings.Cut(line, "-->")
			comment = !ends
			p.WriteString(onLine(rest, line))
			c.WriteString("\n")
		case fence != "":
			if strings.HasPrefix(bare, fence) && strings.Trim(bare, fence[:1]) == "" {
				fence = ""
			}
			c.WriteString(onLine(line, line))
			p.WriteString("\n")
		case strings.HasPrefix(bare, "```") || strings.HasPrefix(bare, "~~~"):
			fence = bare[:3]
			p.WriteString("\n")
			c.WriteString("\n")
		case strings.HasPrefix(bare, "|"):
			p.WriteString("\n")
			c.WriteString("\n")
		default:
			kept, open := withoutComment(line)
			comment = open
			p.WriteString(onLine(kept, line))
			c.WriteString("\n")
		}
	}
	return p.String(), c.String()
}

// onLine writes what is kept of a line as one line.
func onLine(kept, line string) string {
	kept = strings.TrimRight(kept, "\r\n")
	if !strings.HasSuffix(line, "\n") {
		return kept
	}
	return kept + "\n"
}

// withoutComment takes comments out of a line; open says that one goes on below.
func withoutComment(line string) (kept string, open bool) {
	for {
		before, rest, ok := strings.Cut(line, "<!--")
		if !ok {
			return kept + line, false
		}
		kept += before
		_, line, ok = strings.Cut(rest, "-->")
		if !ok {
			return kept, true
		}
	}
}
