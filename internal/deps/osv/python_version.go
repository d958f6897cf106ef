package osv

import (
	"strconv"
	"strings"
)

// The library compares versions of Python packages in their normal form, and takes some of the spellings that PEP 440 allows for
// another version: "1rc" with "-post" behind it, "1_0a1", "v1!2". Hence they are brought to that form here.

// pythonVersion is a version without its local part ("+cu118"), as specifiers that name none see it: a build for one accelerator is
// as affected as the release it was made from.
type pythonVersion struct {
	epoch   string
	release []string // without leading zeros
	pre     string   // "rc1"; empty: none
	post    string   // a number
	dev     string   // a number
}

// String is the normal form, but for two that the library takes for others: a lone number before a suffix gets a second one, and
// the number of a post-release of a pre-release is one more, because it takes 1.0rc1.post0 for 1.0rc1. Neither changes an order.
func (p *pythonVersion) String() string {
	var b strings.Builder
	if p.epoch != "" && p.epoch != "0" {
		b.WriteString(p.epoch + "!")
	}
	b.WriteString(strings.Join(p.release, "."))
	if len(p.release) == 1 && p.pre+p.post+p.dev != "" {
		b.WriteString(".0")
	}
	b.WriteString(p.pre)
	switch n, err := strconv.ParseInt(p.post, 10, 62); {
	case p.post == "":
	case p.pre != "" && err == nil:
		b.WriteString(".post" + strconv.FormatInt(n+1, 10))
	default:
		b.WriteString(".post" + p.post)
	}
	if p.dev != "" {
		b.WriteString(".dev" + p.dev)
	}
	return b.String()
}

// pythonSpelled is the normal form of any spelling that PEP 440 allows.
func pythonSpelled(s string) (string, bool) {
	p, ok := readPython(s)
	if !ok {
		return "", false
	}
	return p.String(), true
}

// The words of PEP 440, and what they are written as. A word that another begins with comes after it.
var (
	preWords  = [][2]string{{"alpha", "a"}, {"beta", "b"}, {"preview", "rc"}, {"pre", "rc"}, {"rc", "rc"}, {"a", "a"}, {"b", "b"}, {"c", "rc"}}
	postWords = [][2]string{{"post", "post"}, {"rev", "post"}, {"r", "post"}}
	devWords  = [][2]string{{"dev", "dev"}}
)

// readPython reads a version by the grammar of PEP 440, appendix B.
func readPython(s string) (p pythonVersion, ok bool) {
	s, local, hasLocal := strings.Cut(strings.ToLower(strings.TrimSpace(s)), "+")
	if hasLocal && !isLocalPart(local) {
		return p, false
	}
	s = strings.TrimPrefix(s, "v")
	if epoch, rest, found := strings.Cut(s, "!"); found {
		if !isNumber(epoch) {
			return p, false
		}
		p.epoch, s = trimZeros(epoch), rest
	}
	for {
		n := digits(s)
		if n == 0 {
			return p, false
		}
		p.release = append(p.release, trimZeros(s[:n]))
		if s = s[n:]; !strings.HasPrefix(s, ".") || digits(s[1:]) == 0 {
			break
		}
		s = s[1:]
	}
	if word, number, rest, found := suffix(s, preWords); found {
		p.pre, s = word+number, rest
	}
	if n := digits(strings.TrimPrefix(s, "-")); strings.HasPrefix(s, "-") && n > 0 {
		p.post, s = trimZeros(s[1:1+n]), s[1+n:]
	} else if _, number, rest, found := suffix(s, postWords); found {
		p.post, s = number, rest
	}
	if _, number, rest, found := suffix(s, devWords); found {
		p.dev, s = number, rest
	}
	return p, s == ""
}

// suffix reads a word with an optional separator before it, and a number with another before that; no number is 0.
func suffix(s string, words [][2]string) (word, number, rest string, found bool) {
	at := skipSeparator(s)
	for _, w := range words {
		if !strings.HasPrefix(s[at:], w[0]) {
			continue
		}
		rest = s[at+len(w[0]):]
		by := skipSeparator(rest)
		n := digits(rest[by:])
		if n == 0 {
			return w[1], "0", rest, true // a separator here belongs to what follows
		}
		return w[1], trimZeros(rest[by : by+n]), rest[by+n:], true
	}
	return "", "", s, false
}

func skipSeparator(s string) int {
	if s != "" && (s[0] == '.' || s[0] == '-' || s[0] == '_') {
		return 1
	}
	return 0
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func isNumber(s string) bool { return s != "" && digits(s) == len(s) }

func trimZeros(s string) string {
	if s = strings.TrimLeft(s, "0"); s == "" {
		return "0"
	}
	return s
}

// isLocalPart: letters and numbers with one separator between each two.
func isLocalPart(s string) bool {
	letter := false
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9':
			letter = true
		case (c == '.' || c == '-' || c == '_') && letter:
			letter = false
		default:
			return false
		}
	}
	return letter
}
