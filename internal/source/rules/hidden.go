package rules

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Characters that a reader does not see and a model reads. What writing needs is left alone: joiners inside of emoji and of scripts that
// use them, variants of emoji and of Chinese characters, flags, marks of direction in text that runs from right to left.

// unseen is a place with hidden characters of one kind.
type unseen struct {
	at    int // offset of the first
	count int
	what  string
	first rune
}

// hiddenKind names what a character could hide as; "" for all others.
func hiddenKind(r rune) string {
	switch {
	case r >= 0xe0000 && r <= 0xe007f:
		return "tag characters, which carry text that nobody sees"
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return "controls of direction, which show text in another order than it is read"
	case r == 0x200b, r == 0x200c, r == 0x200d, r == 0x2060, r == 0xfeff, r == 0x180e, r >= 0x2061 && r <= 0x2064, r >= 0x206a && r <= 0x206f, r == 0x200e, r == 0x200f, r == 0x061c:
		return "characters without width"
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef:
		return "selectors of variants, which can carry any bytes"
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0:
		return "blank letters"
	case r >= 0xfff9 && r <= 0xfffb:
		return "marks of annotation"
	case r == 0x1b:
		return "escape sequences, which can blank out text in a terminal"
	}
	return ""
}

// findUnseen gives the runs of hidden characters in a text.
func findUnseen(text string) []unseen {
	var all []unseen
	before := rune(0)
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf && text[i] != 0x1b {
			before = rune(text[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		kind := hiddenKind(r)
		if kind == "" {
			before, i = r, i+size
			continue
		}
		start, run := i, []rune(nil)
		for i < len(text) {
			r, size := utf8.DecodeRuneInString(text[i:])
			if hiddenKind(r) == "" {
				break
			}
			run = append(run, r)
			i += size
		}
		after, _ := utf8.DecodeRuneInString(text[i:])
		if i == len(text) {
			after = 0
		}
		if w := judgeRun(text, start, i, before, after, run); w != "" {
			all = append(all, unseen{start, len(run), w, run[0]})
		}
		before = run[len(run)-1]
	}
	return all
}

// minCarried is the length of a run that carries something.
const minCarried = 6

// judgeRun says what a run of hidden characters is, or "" where writing has use for it.
func judgeRun(text string, start, end int, before, after rune, run []rune) string {
	kind := hiddenKind(run[0])
	has := func(low, high rune) bool {
		return slices.ContainsFunc(run, func(r rune) bool { return r >= low && r <= high })
	}
	switch {
	case has(0xe0000, 0xe007f):
		if before == 0x1f3f4 && run[len(run)-1] == 0xe007f && len(run) <= 8 {
			return "" // a flag: England, Scotland, Wales
		}
		return hiddenKind(0xe0000)
	case has(0x202a, 0x202e) || has(0x2066, 0x2069):
		if rightToLeft(lineAround(text, start, end)) {
			return ""
		}
		return hiddenKind(0x202a)
	case has(0xfe00, 0xfe0f) || has(0xe0100, 0xe01ef):
		selectors := 0
		for _, r := range run {
			if r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef {
				selectors++
			}
		}
		if selectors >= 3 {
			return hiddenKind(0xfe00)
		}
		return ""
	case has(0x1b, 0x1b):
		if after == '[' && strings.HasPrefix(text[end:], "[8m") || strings.HasPrefix(text[end:], "[30;40m") {
			return hiddenKind(0x1b)
		}
		return ""
	case has(0x115f, 0x1160), has(0x3164, 0x3164), has(0xffa0, 0xffa0):
		if len(run) >= minCarried && !unicode.Is(unicode.Hangul, before) {
			return hiddenKind(0x115f)
		}
		return ""
	case has(0xfff9, 0xfffb):
		return hiddenKind(0xfff9)
	}
	if carries(run) && !joins(before) && !joins(after) {
		return kind
	}
	if letter(before) && letter(after) && !slices.Contains(run, 0xfeff) && !linkLine(lineAround(text, start, end)) {
		return kind // inside a word, where nothing could break or join
	}
	return ""
}

// carries says whether so many characters without width stand together that they are no slip of an editor; of different ones, fewer do.
func carries(run []rune) bool {
	mixed := slices.ContainsFunc(run, func(r rune) bool { return r != run[0] })
	return len(run) >= minCarried || mixed && len(run) >= minCarried-2
}

func letter(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }

// joins says of a character that joiners beside it have a meaning: emoji, and letters of scripts beyond the Latin one.
func joins(r rune) bool {
	return r >= 0x2190 && !unicode.IsSpace(r) || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Bengali, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam,
		unicode.Sinhala, unicode.Khmer, unicode.Thai, unicode.Lao, unicode.Myanmar, unicode.Mongolian, unicode.Gujarati, unicode.Gurmukhi, unicode.Oriya, unicode.Tibetan, unicode.Syriac)
}

// linkLine says of a line that it holds an address: what is copied from a page has breaks for long ones in it.
func linkLine(line string) bool { return strings.Contains(line, "://") }

func rightToLeft(line string) bool {
	for _, r := range line {
		if r >= 0x590 && unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Syriac, unicode.Thaana, unicode.Nko, unicode.Adlam) {
			return true
		}
	}
	return false
}

const maxAround = 2000

func lineAround(text string, start, end int) string {
	from := max(0, start-maxAround)
	if i := strings.LastIndexByte(text[from:start], '\n'); i >= 0 {
		from += i + 1
	}
	to := min(len(text), end+maxAround)
	if i := strings.IndexByte(text[end:to], '\n'); i >= 0 {
		to = end + i
	}
	return text[from:to]
}

// hiddenText sees such characters in the texts that agents read, as they stand there, as entities of HTML, and as escapes of JSON.
func hiddenText(f *file, m *matcher) {
	lines := newLineIndex(f.data)
	for _, u := range findUnseen(strings.TrimPrefix(f.data, "\ufeff")) {
		at := u.at
		if strings.HasPrefix(f.data, "\ufeff") {
			at += len("\ufeff")
		}
		f.reportHidden(m.rule, lines.of(at), lines.column(at), u)
	}
	if strings.Contains(f.data, "&#") {
		hiddenEntities(f, m, lines)
	}
	if strings.Contains(f.data, `\u`) || strings.Contains(f.data, `\U`) || strings.Contains(f.data, `\x`) {
		for _, root := range f.roots {
			eachScalar(root, func(n *settings.Node) {
				for _, u := range findUnseen(n.Value) {
					f.reportHidden(m.rule, n.Line, 1, u)
				}
			})
		}
	}
}

var entities = pattern.New(`(?:&#(?:[xX][0-9a-fA-F]{2,6}|[0-9]{2,7});){4,}`)

func hiddenEntities(f *file, m *matcher, lines lineIndex) {
	for _, at := range entities.Regexp().FindAllStringIndex(f.data, 50) {
		for _, u := range findUnseen(html.UnescapeString(f.data[at[0]:at[1]])) {
			f.reportHidden(m.rule, lines.of(at[0]), lines.column(at[0]), u)
		}
	}
}

// reportHidden tells of a place, once for a line and kind: text that is hidden character by character is one finding.
func (f *file) reportHidden(r *Rule, line, column int, u unseen) {
	for i := len(f.found) - 1; i >= 0 && f.found[i].Line == line; i-- {
		if have := &f.found[i]; have.Rule == r && strings.Contains(have.Message, u.what) {
			return
		}
	}
	what := fmt.Sprintf("%d × U+%04X: %s", u.count, u.first, u.what)
	f.found = append(f.found, Finding{Rule: r, Path: f.path, Line: line, Column: column, EndLine: line, Code: fmt.Sprintf("U+%04X", u.first), Message: told(r.Message, "", what, "")})
}

func eachScalar(n *settings.Node, do func(*settings.Node)) {
	if n.Scalar {
		do(n)
	}
	for _, c := range n.Children {
		eachScalar(c, do)
	}
}

// lineIndex finds the line and the column, both from 1, of an offset.
type lineIndex []int

func newLineIndex(text string) lineIndex {
	starts := lineIndex{0}
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			return starts
		}
		i += n + 1
		starts = append(starts, i)
	}
}

func (l lineIndex) of(offset int) int {
	i, exact := slices.BinarySearch(l, offset)
	if exact {
		return i + 1
	}
	return i
}

func (l lineIndex) column(offset int) int { return offset - l[l.of(offset)-1] + 1 }

// hiddenCode sees the same in source code: in what it says to models and in what reviewers read.
func hiddenCode(l *look, m *matcher) {
	if ascii(l.t.Source) {
		return
	}
	for _, u := range findUnseen(strings.TrimPrefix(l.t.Source, "\ufeff")) {
		at := u.at
		if strings.HasPrefix(l.t.Source, "\ufeff") {
			at += len("\ufeff")
		}
		if hiddenKind(u.first) == hiddenKind(0x200b) && u.count < minCarried {
			continue // code works on such characters
		}
		line, column := l.t.Line(uint32(at))
		what := fmt.Sprintf("%d × U+%04X: %s", u.count, u.first, u.what)
		l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: fmt.Sprintf("U+%04X", u.first), Message: told(m.rule.Message, "", what, "")})
	}
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
