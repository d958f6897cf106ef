package draft

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of a text of the target is written, in characters.
const (
	nameMost = 100
	pathMost = 300
)

// oneLine makes a text of the target printable: one line, no control characters or such that show as nothing, and short.
func oneLine(text string, most int) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError || !unicode.IsPrint(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == '\u2800':
			return '\uFFFD'
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n++; n == most {
			return text[:i] + "…"
		}
	}
	return text
}

// cell writes a text of the target as words in a cell, a heading or a paragraph of Markdown. Nothing in it is markup; what
// holds an address stands as code, so that it is no link.
func cell(text string) string {
	text = oneLine(text, nameMost)
	if strings.Contains(text, "://") || strings.Contains(strings.ToLower(text), "www.") || strings.Contains(text, "@") {
		return code(text, nameMost)
	}
	return escaped(text)
}

// code writes a path or an address of the target as code, where its characters allow that.
func code(text string, most int) string {
	text = oneLine(text, most)
	if text == "" || strings.ContainsAny(text, "`|\\<>&{") { // readers that look for comments do not know code
		return escaped(text)
	}
	return "`" + text + "`"
}

// escaped takes all meaning from a text: marks, tags, and what sites turn into links without being asked.
func escaped(text string) string {
	var b strings.Builder
	var last rune
	for i, r := range text {
		next, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		inWord := r == '_' && wordly(last) && wordly(next) // "help_desk" is no emphasis
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case !inWord && (strings.ContainsRune("\\`*_[]{}|~$@", r) || r == '/' && last == ':' || r == '.' && last == 'w' || r == '.' && last == 'W' || i == 0 && strings.ContainsRune("#+-=:!", r)):
			b.WriteByte('\\')
			fallthrough
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// quoted writes a text of the target as a value of YAML on one line.
func quoted(text string, most int) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(oneLine(text, most)) + `"`
}

// slug makes an id of a name: "Northlight chat-2" becomes "northlight-chat-2".
func slug(name string) string {
	flat := strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r < utf8.RuneSelf && wordly(r) {
			return r
		}
		return ' '
	}, name)
	id := strings.Join(strings.Fields(flat), "-")
	return strings.Trim(id[:min(len(id), 60)], "-")
}
