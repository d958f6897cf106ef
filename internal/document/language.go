package document

import (
	"strings"
	"unicode"
)

// The small words by which a language is told. English ones that are words of another language as well stand in neither list.
var (
	englishWords = set("the", "of", "and", "to", "is", "in", "for", "with", "not", "that", "are", "we", "it", "was", "by", "on", "or", "be", "this", "at", "from", "as")
	otherWords   = set("der", "die", "und", "nicht", "ist", "das", "ein", "eine", "den", "wird", "les", "des", "une", "est", "pour", "sont", "el", "los", "las", "una", "para", "del", "que", "não", "uma",
		"della", "il", "che", "het", "een", "en", "och", "att", "är", "og", "ikke", "się", "nie", "jest", "oraz", "dla", "ve", "bir", "için", "ja", "ei", "että", "nebo", "není",
		"és", "nem", "și", "este", "pentru", "yang", "untuk", "của", "không")
)

// languageWords is how many words of a text are looked at.
const languageWords = 4000

// English says whether a text can be judged by English words: it is not when more than a fifth of its letters are of another
// script, or when the small words of other languages outnumber the English ones. A table or a list has few small words of any
// language, and a text of a few words tells too little: both are taken for English.
func English(text string) bool {
	letters, foreign, words, own, other := 0, 0, 0, 0, 0
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		for _, r := range word {
			letters++
			if r > 0x24f {
				foreign++
			}
		}
		switch word = strings.ToLower(word); {
		case englishWords[word]:
			own++
		case otherWords[word]:
			other++
		}
		if words++; words >= languageWords {
			break
		}
	}
	return foreign*5 <= letters && (other < 8 || own > other)
}
