package assess

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

const (
	excerptAround = 2   // lines before and after the place
	excerptWidth  = 200 // bytes of one line
)

// addExcerpt sets the lines around a finding's place, with everything that looks like a secret masked.
func addExcerpt(f *lodemark.Finding, src *source) {
	if f.Line < 1 || f.Path == "" || f.Excerpt != "" {
		return
	}
	data, err := src.Read(f.Path)
	if err != nil || bytes.IndexByte(data, 0) >= 0 {
		return
	}
	first := max(1, f.Line-excerptAround)
	last := max(f.Line, min(f.EndLine, f.Line+6)) + excerptAround
	var lines []string
	for n := 1; len(data) > 0 && n <= last; n++ {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		if n >= first {
			lines = append(lines, excerptLine(line))
		}
	}
	for len(lines) > 0 && len(lines) > f.Line-first+1 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	f.Excerpt, f.ExcerptLine = strings.Join(lines, "\n"), first
}

func excerptLine(line []byte) string {
	line = bytes.TrimRight(line, "\r")
	cut := len(line) > excerptWidth
	if cut {
		line = line[:excerptWidth]
	}
	s := Mask(strings.ToValidUTF8(string(line), "\uFFFD"))
	for cut && !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	if cut {
		s += " …"
	}
	return s
}

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
	if slash*6 > len(s) && digit*8 < len(s) || strings.Contains(s, "/") && strings.ContainsAny(s, "-_") {
		return false // a path or a model's name
	}
	return digit > 0 && lower > 0 && (upper > 0 || digit >= 4) || digit > 0 && upper > 0 || len(s) >= 48 && lower > 0 && upper > 0
}
