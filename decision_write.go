package lodemark

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// draftWidth is the widest line of the files that are written for people.
const draftWidth = 100

// shownLimit is the most characters of a name, a place or a reason that a comment shows.
const shownLimit = 400

// YAML writes a decision as the file that ParseDecision reads back to the same value (its ID apart, which is the file's
// path). Dates are written as days in UTC. Whatever a text holds, it stays inside its quotes.
func (d Decision) YAML() []byte {
	var b bytes.Buffer
	if c, ok := Guidelines().Clause(d.Clause); ok {
		comment(&b, "", c.ID+": "+c.Statement)
	}
	fmt.Fprintf(&b, "schema: %s\n", decisionSchema)
	for _, f := range [][2]string{
		{"kind", string(d.Kind)}, {"clause", d.Clause}, {"finding", d.Finding}, {"threat", d.Threat}, {"component", d.Component}, {"by", d.By}, {"requested_by", d.RequestedBy},
		{"reason", d.Reason}, {"date", written(d.Date)}, {"until", written(d.Until)}, {"due", written(d.Due)},
	} {
		if f[1] != "" {
			fmt.Fprintf(&b, "%s: %s\n", f[0], folded(f[1], len(f[0])+2))
		}
	}
	if len(d.Mitigations) > 0 {
		b.WriteString("mitigations:\n")
	}
	for _, id := range d.Mitigations {
		fmt.Fprintf(&b, "  - %s\n", inQuotes(id))
	}
	d.Model.write(&b)
	if len(d.Bound) > 0 {
		b.WriteString("bound:\n")
	}
	for _, x := range d.Bound {
		fmt.Fprintf(&b, "  - path: %s\n    sha256: %s\n", inQuotes(x.Path), inQuotes(x.SHA256))
	}
	return b.Bytes()
}

func written(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// inQuotes writes text as a double-quoted YAML scalar. Go and YAML share these escapes, apart from bytes that are no
// character, which are replaced first.
func inQuotes(text string) string {
	return quoteVisibly(strings.ToValidUTF8(text, "\ufffd"))
}

// folded breaks a quoted text between words; within quotes YAML reads such a break as the one space it stands for. A run
// of spaces is never broken, and a line is indented, so that no text can end up where a key or a document could begin.
func folded(text string, used int) string {
	q := inQuotes(text)
	if used+len(q) <= draftWidth {
		return q
	}
	var b strings.Builder
	for i, word := range strings.Split(q, " ") {
		runs := word == "" || strings.HasSuffix(b.String(), " ")
		switch {
		case i == 0:
		case !runs && used+1+width(word) > draftWidth:
			b.WriteString("\n  ")
			used = 2
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += width(word)
	}
	return b.String()
}

// comment writes text as comment lines. What could end a comment, or show as nothing, is escaped.
func comment(b *bytes.Buffer, indent, text string) {
	commentHanging(b, indent, "", text)
}

// commentHanging indents the lines after the first by as much as the mark at its beginning.
func commentHanging(b *bytes.Buffer, indent, mark, text string) {
	lead := indent + "# " + mark
	b.WriteString(lead)
	used := width(lead)
	rest := indent + "# " + strings.Repeat(" ", len(mark))
	for i, word := range strings.Fields(shown(text)) {
		word = shorten(word, draftWidth-width(rest))
		switch {
		case i == 0:
		case used+1+width(word) > draftWidth:
			b.WriteString("\n" + rest)
			used = width(rest)
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += width(word)
	}
	b.WriteByte('\n')
}

// shown makes hostile text printable and short: it stays as it is when every character of it shows.
func shown(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd")
	if strings.ContainsFunc(text, func(r rune) bool { return !strconv.IsPrint(r) || drawsNothing(r) }) {
		text = quoteVisibly(text)
	}
	return clip(text, shownLimit)
}

// quoteVisibly is strconv.Quote, which leaves some characters that draw nothing as they are.
func quoteVisibly(text string) string {
	q := strconv.Quote(text)
	if !strings.ContainsFunc(q, drawsNothing) {
		return q
	}
	var b strings.Builder
	for _, r := range q {
		if !drawsNothing(r) {
			b.WriteRune(r)
			continue
		}
		escape := strconv.QuoteRuneToASCII(r)
		b.WriteString(escape[1 : len(escape)-1])
	}
	return b.String()
}

// drawsNothing tells the characters that take no ink although they count as letters or marks.
func drawsNothing(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == '\u034f' || r == '\u2800'
}

// width estimates the columns of a text on a terminal: two for the scripts that are drawn wide.
func width(text string) int {
	n := 0
	for _, r := range text {
		n++
		if r >= 0x1100 && r <= 0x115f || r >= 0x2e80 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xff60 || r >= 0x1f300 {
			n++
		}
	}
	return n
}

// shorten cuts a word that no line could hold.
func shorten(word string, most int) string {
	if width(word) <= most {
		return word
	}
	kept, used := 0, 1
	for i, r := range word {
		if used += width(string(r)); used > most {
			break
		}
		kept = i + len(string(r))
	}
	return word[:kept] + "…"
}
