package graphs

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/outside"
)

// Free looks at free text that a model carries, such as metadata: no loader runs it, and a command or code in it has no honest
// use, in base64 either. id is that of a reason for a command, where is how a sentence calls the text.
func Free(p *inspect.Part, at int64, id, where, text string) {
	inspect.Payload(p, at, where, text)
	outside.CommandIn(p, at, id, where, text)
	if inner := hiddenText(text); inner != "" {
		inspect.Payload(p, at, where+", in base64,", inner)
		outside.CommandIn(p, at, id, where+", in base64,", inner)
	}
}

// hiddenText is the text that a text is base64 of, "" for what is no base64 or stands for something else than text.
func hiddenText(s string) string {
	s = strings.TrimSpace(s)
	if len(s) < 12 || strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=-_\r\n", r))
	}) {
		return ""
	}
	s = strings.NewReplacer("\n", "", "\r", "", "-", "+", "_", "/", "=", "").Replace(s[:min(len(s), inspect.HeadBytes)])
	if len(s)%4 == 1 { // cut, or a word
		s = s[:len(s)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	for end := len(b); len(b) > 0 && end-len(b) < utf8.UTFMax && !utf8.Valid(b); { // a letter that was cut
		b = b[:len(b)-1]
	}
	text := string(b)
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }) {
		return ""
	}
	return text
}
