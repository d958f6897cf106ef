package develop

import (
	_ "embed"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

//go:embed card_words.txt
var cardWordsText string

// cardWords are the phrases of the table, by field and by what they are.
type cardWords map[string]map[string][]string

// readCardWords takes the table apart: "[field: list]", and one phrase a line below it.
func readCardWords(text string) cardWords {
	all := cardWords{}
	field, list := "", ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			field, list, _ = strings.Cut(line[1:len(line)-1], ": ")
			if all[field] == nil {
				all[field] = map[string][]string{}
			}
		default:
			all[field][list] = append(all[field][list], line)
		}
	}
	return all
}

// anywhere matches a text that holds one of the phrases as whole words; nil where there is none.
func anywhere(phrases []string) *pattern.Pattern {
	return joined(phrases, `(?i)\b(?:`, `)\b`)
}

// whole matches a name that is one of the phrases; nil where there is none.
func whole(phrases []string) *pattern.Pattern {
	return joined(phrases, `(?i)^(?:`, `)$`)
}

func joined(phrases []string, before, after string) *pattern.Pattern {
	var words, raw []string
	for _, p := range phrases {
		if expression, ok := strings.CutPrefix(p, "/"); ok {
			raw = append(raw, `(?-i:`+expression+`)`)
		} else {
			words = append(words, expressionOf(p))
		}
	}
	if len(words) > 0 {
		raw = append([]string{before + strings.Join(words, "|") + after}, raw...)
	}
	if len(raw) == 0 {
		return nil
	}
	return pattern.New(times.Replace(strings.Join(raw, "|")))
}

// times are the names under which phrases speak of times.
var times = strings.NewReplacer("{duration}", duration, "{interval}", interval[len("(?i)"):])

// expressionOf writes a phrase as a regular expression.
func expressionOf(phrase string) string {
	var b strings.Builder
	phrase = strings.ReplaceAll(phrase, " ... ", "\x00")
	for i := 0; i < len(phrase); i++ {
		switch c := phrase[i]; {
		case c == '\\' && i+1 < len(phrase):
			i++
			b.WriteString(phrase[i-1 : i+1])
		case c == '\x00': // up to five words of the same sentence
			b.WriteString(` +(?:[^\s.!?]+ +){0,5}?`)
		case c == ' ' && i+1 < len(phrase) && phrase[i+1] == '?':
			i++
			b.WriteString(" *")
		case c == ' ':
			b.WriteString(" +")
		case c == '*' && (i == 0 || phrase[i-1] != '.'):
			b.WriteString(`\w*`)
		case c == '(' && !strings.HasPrefix(phrase[i:], "(?"):
			b.WriteString("(?:")
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
