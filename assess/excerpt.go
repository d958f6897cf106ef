package assess

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

const (
	excerptAround = 2   // lines before and after the place
	excerptWidth  = 200 // bytes of one line
)

// addExcerpts sets the lines around each finding's place. A file is read once and gone through once, however many findings
// it has: each reading counts towards the tree's limit, and a hostile file has thousands of places to be shown.
func addExcerpts(findings []lodemark.Finding, src *source) {
	byPath := map[string][]*lodemark.Finding{}
	for i := range findings {
		if f := &findings[i]; f.Line >= 1 && f.Path != "" && f.Excerpt == "" {
			byPath[f.Path] = append(byPath[f.Path], f)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(byPath)) {
		rest, err := src.Read(path)
		if err != nil || bytes.IndexByte(rest, 0) >= 0 {
			continue
		}
		at := 1 // the line that rest begins with
		slices.SortStableFunc(byPath[path], func(a, b *lodemark.Finding) int { return cmp.Compare(a.Line, b.Line) })
		for _, f := range byPath[path] {
			first := max(1, f.Line-excerptAround)
			for ; at < first && len(rest) > 0; at++ {
				_, rest, _ = bytes.Cut(rest, []byte("\n"))
			}
			addExcerpt(f, rest, first)
		}
	}
}

// addExcerpt takes the excerpt from data, whose first line has the number first, with all that looks like a secret masked.
func addExcerpt(f *lodemark.Finding, data []byte, first int) {
	last := max(f.Line, min(f.EndLine, f.Line+6)) + excerptAround
	var lines []string
	for n := first; len(data) > 0 && n <= last; n++ {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		lines = append(lines, excerptLine(line))
	}
	for len(lines) > 0 && len(lines) > f.Line-first+1 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	f.Excerpt, f.ExcerptLine = strings.Join(lines, "\n"), first
}

// excerptLine masks more than it shows, so that a secret which the cut goes through is known for one.
func excerptLine(line []byte) string {
	line = bytes.TrimRight(line, "\r")
	cut := false
	if most := 2 * excerptWidth; len(line) > most {
		line, cut = line[:most], true
		for len(line) > 0 && tokenByte(line[len(line)-1]) { // what is cut through here is too short to be known
			line = line[:len(line)-1]
		}
	}
	s := Mask(strings.ToValidUTF8(string(line), "\uFFFD"))
	if !cut && len(s) <= excerptWidth {
		return s
	}
	s = s[:min(len(s), excerptWidth)]
	for !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s + " …"
}

// tokenByte says whether a byte can stand in what Mask takes for a secret.
func tokenByte(c byte) bool { return c > ' ' && strings.IndexByte("\"',;<>{}$()", c) < 0 }

// Secrets never appear whole in any output. An excerpt is text that nobody looked at, so this errs on the side of hiding:
// long tokens, values behind telling names, credentials in addresses, and the body of keys.
var (
	maskNamed  = pattern.New(`(?i)((?:key|token|secret|passw(?:or)?d|passphrase|pwd|credential|auth(?:orization)?|bearer|cookie|dsn)["'\w.-]*\s*(?:[:=]|=>|\s)\s*["']?(?:bearer\s+|basic\s+)?)([^\s"',;<>{}$()]{8,})`)
	maskToken  = pattern.New(`[A-Za-z0-9_+/-]{20,}=*`)
	maskURL    = pattern.New(`(://[^\s/:@]*:)([^\s/@]+)@`)
	maskDigest = pattern.New(`^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})$`)
)

// Mask hides what looks like a secret in a line of text, keeping at most four leading characters of each.
func Mask(line string) string {
	line = maskURL.ReplaceAllString(line, "${1}****@")
	line = maskNamed.ReplaceAllStringFunc(line, func(m string) string {
		parts := maskNamed.FindStringSubmatch(m)
		if maskDigest.MatchString(parts[2]) || !strings.ContainsAny(parts[2], "0123456789") && len(parts[2]) < 16 {
			return m
		}
		return parts[1] + masked(parts[2])
	})
	return maskToken.ReplaceAllStringFunc(line, func(m string) string {
		if maskDigest.MatchString(m) || !random(m) {
			return m
		}
		return masked(m)
	})
}

func masked(secret string) string {
	keep := min(4, len(secret)/4)
	return secret[:keep] + "****"
}

// ofWords says whether a name is put together of words, numbers and short marks, as those of models are: claude-3-5-sonnet-20240620, paraphrase-MiniLM-L6-v2. What is drawn
// mixes letters and digits in its parts.
func ofWords(s string) bool {
	parts := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("-_/.:@", r) })
	words := 0
	for _, part := range parts {
		digits := 0
		for i := range len(part) {
			if part[i] >= '0' && part[i] <= '9' {
				digits++
			}
		}
		switch {
		case digits == 0 && len(part) <= 14 && strings.ToLower(part) == part:
			words++
		case digits == 0 && len(part) <= 8: // MiniLM, Chat, HF: beside a word that is one
		case digits == len(part) && len(part) <= 8, len(part) <= 4:
		default:
			return false
		}
	}
	return len(parts) > 1 && words > 0
}

// random tells a token from a path or a long name: digits and letters of both cases mixed, or very long.
func random(s string) bool {
	var lower, upper, digit, slash int
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= '0' && c <= '9':
			digit++
		case c == '/' || c == '_' || c == '-':
			slash++
		}
	}
	if ofWords(s) {
		return false
	}
	if slash*6 > len(s) && digit*8 < len(s) || strings.Contains(s, "/") && strings.ContainsAny(s, "-_") {
		return false // a path or a model's name
	}
	return digit > 0 && lower > 0 && (upper > 0 || digit >= 4) || digit > 0 && upper > 0 || len(s) >= 48 && lower > 0 && upper > 0
}
