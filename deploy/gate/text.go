package gate

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/lodemark/lodemark"
)

// View says how a verdict is drawn on a terminal.
type View struct {
	Width int  // columns; below 40: 80
	ASCII bool // the terminal shows no other signs
	Color bool
}

// Format is a way to write a verdict.
type Format struct {
	Name  string
	Write func(io.Writer, Verdict, View) error
}

// Formats lists them, the one for terminals first.
func Formats() []Format {
	return []Format{{"text", writeText}, {"json", writeJSON}, {"markdown", writeMarkdown}, {"junit", writeJUnit}}
}

func writeJSON(w io.Writer, v Verdict, _ View) error {
	data, err := v.JSON()
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	return err
}

// mark is how a result is shown: sign, the same in ASCII, and colour.
func mark(r Result, v View) string {
	m := map[Result][3]string{RuleMet: {"✓", "+", "32"}, RuleNotMet: {"✗", "x", "31"}, RuleWaived: {"~", "~", "33"}, RuleNotJudged: {"·", "-", "2"}}[r]
	sign := m[0]
	if v.ASCII {
		sign = m[1]
	}
	if v.Color {
		return "\x1b[" + m[2] + "m" + sign + "\x1b[0m"
	}
	return sign
}

func writeText(w io.Writer, v Verdict, view View) error {
	if view.Width < 40 {
		view.Width = 80
	}
	t := &text{w: bufio.NewWriter(w), view: view}
	arrow := "→ "
	if view.ASCII {
		arrow = "> "
	}
	t.wrapped("", "", headline(v))
	t.wrapped("", "", fmt.Sprintf("%s, by the policy %s, as of %s", v.System, policyName(v), moment(v.At)))
	t.line("")
	for _, l := range v.Lines {
		t.wrapped(" "+mark(l.Result, view)+" ", "   ", l.Title+"  ("+l.Rule+")")
		switch {
		case l.Result == RuleNotJudged:
			t.wrapped("   ", "   ", "not judged: "+l.When+" does not hold here")
		case l.Waiver != "":
			t.wrapped("   ", "   ", l.Waiver)
		}
		for _, p := range l.Parts {
			t.wrapped("   - ", "     ", p.Failed)
			for _, r := range p.Rests {
				t.wrapped("     rests on ", "       ", r.String())
			}
			for _, s := range p.Satisfy {
				t.wrapped("     "+arrow, "       ", s)
			}
		}
		if l.Result == RuleNotMet && l.Fix != "" {
			t.wrapped("   fix: ", "     ", l.Fix)
		}
		if l.Result == RuleNotMet && l.Place != "" {
			t.wrapped("   ", "   ", "at "+l.Place)
		}
	}
	if len(v.Borne) > 0 {
		t.line("")
		t.wrapped("", "", "Let through by decisions, comments and waivers. Who can change those opens the gate.")
		for i, b := range v.Borne {
			if i == mostBorne {
				t.line(fmt.Sprintf("   and %d more; the JSON names all", len(v.Borne)-i))
				break
			}
			t.wrapped("   - ", "     ", b)
		}
	}
	t.line("")
	if !v.Asks {
		t.wrapped("", "", "This policy would also be met by a system of which nothing is known, so its verdict shows nothing and counts for no clause. Ask for something that has to be there: passed(...), met(...).")
		t.line("")
	}
	t.wrapped("", "", fmt.Sprintf("%s %s. %s", v.Tool.Name, v.Tool.Version, lodemark.Disclaimer))
	return t.w.Flush()
}

// mostBorne bounds a list that a hostile project could make long.
const mostBorne = 20

func headline(v Verdict) string {
	if v.Met {
		return "The gate is met: " + v.Reason
	}
	return "The gate is not met: " + v.Reason
}

func policyName(v Verdict) string {
	s := v.Policy.Name + " (sha256 " + v.Policy.SHA256[:min(12, len(v.Policy.SHA256))] + ")"
	if v.Extends != nil {
		s += " on top of " + v.Extends.Name
	}
	return s
}

func moment(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.UTC().Format(time.RFC3339)
}

type text struct {
	w    *bufio.Writer
	view View
}

func (t *text) line(s string) { fmt.Fprintln(t.w, strings.TrimRight(s, " ")) }

// wrapped writes a text with first before its first line and then before the others; what no line holds is cut into pieces.
func (t *text) wrapped(first, then, s string) {
	room := max(20, t.view.Width-max(columns(first), columns(then)))
	for i, l := range broken(plain(s), room) {
		lead := then
		if i == 0 {
			lead = first
		}
		t.line(lead + l)
	}
}

// broken breaks a text at its spaces into lines of so many columns; a word that none holds is cut.
func broken(s string, room int) []string {
	var out []string
	var line strings.Builder
	used := 0
	end := func() {
		out = append(out, line.String())
		line.Reset()
		used = 0
	}
	for word := range strings.FieldsSeq(s) {
		wide := columns(word)
		if used > 0 && used+1+wide > room {
			end()
		}
		if used > 0 {
			line.WriteByte(' ')
			used++
		}
		for _, r := range word {
			if w := width(r); used+w > room {
				end()
				used = w
			} else {
				used += w
			}
			line.WriteRune(r)
		}
	}
	end()
	return out
}

// columns is how many columns of a terminal a text takes, without the escapes that colour it.
func columns(s string) int {
	n, escape := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		default:
			n += width(r)
		}
	}
	return n
}

func width(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana) || r >= 0xff01 && r <= 0xff60 || r >= 0x1f300 && r <= 0x1faff:
		return 2
	}
	return 1
}

// plain makes text of the target harmless on a terminal, and one line of it.
func plain(s string) string {
	return oneLine(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r):
			return '\uFFFD'
		}
		return r
	}, s))
}
