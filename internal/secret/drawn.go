package secret

import (
	"math"
	"math/bits"
	"strings"
)

// pairs says how often a letter follows another in words, by rows of the first letter: twice the binary logarithm of the share against
// that of letters drawn at random, with m for 0. It was counted over 55,000 words of identifiers and documentation.
const pairs = "" +
	"lpqpiknfockrprfodsqsmljkmh" +
	"njjinjgdnjdphgngallhmfdbkb" +
	"qimlqjfqnboojhsjcnlqnedeja" +
	"okkmslieqefliinhelnjmighic" +
	"qlqsnonilfhqpskolttqinlpmg" +
	"mijjnogcpaemghnfclklmdcbia" +
	"mehfphklmaclilkhanmilecdfd" +
	"pfegpfdbnadihhogckilkdcdja" +
	"nmqoonobgeippurnfnqrgnckbn" +
	"hadcjbbaeaeacbidaagahaaabb" +
	"igehoefelcciehggafmghehafb" +
	"qhjmsiherdhpiiqkbhnnmiedof" +
	"qlhirffepcfklgopefmilecdia" +
	"qipqqmshpflkilokejqsmlgfie" +
	"lmoohlmglglpptooeroopmnihf" +
	"qgiiqhhlnagphhpmdqmomefelc" +
	"dbbdbcaababhdcbbdffcndbbba" +
	"rjnntjmfrallnmrkeoppmkhdma" +
	"nhoirjhoqbkmkjooiipsohjeld" +
	"rimktkhptcgmjjqkfrpongigog" +
	"mmmkmkkalaeonqinbpooddafdd" +
	"nffeqedbnabggfjdafgeddbbda" +
	"mefglfdjladgejleajkeacccda" +
	"hejglgcekbahheglcehmdeahfb" +
	"ighgiggaiacjjjinaflladgefe" +
	"jcbcnbcdiacdbagbaadcbcabee"

// wordly is how much a text reads like words: the mean of what pairs says of its neighbouring letters, and how many there were. Text of
// people comes to about 1.5, drawn text to -2.
func wordly(text string) (mean float64, n int) {
	sum := 0
	for i := 1; i < len(text); i++ {
		a, b := lower(text[i-1])-'a', lower(text[i])-'a'
		if a < 26 && b < 26 {
			sum += int(pairs[int(a)*26+int(b)]) - 'm'
			n++
		}
	}
	if n == 0 {
		return 0, 0
	}
	return float64(sum) / 2 / float64(n), n
}

// ofWords says whether a text is made of words. The fewer letters there are, the surer it has to be: a drawn text passes for words about
// once in two thousand times.
func ofWords(text string) bool {
	mean, n := wordly(text)
	return n >= 4 && mean > max(0, 10.5/math.Sqrt(float64(n))-2)
}

// surelyOfWords says the same of a text whose form speaks for a secret: it is wrong about once in twenty thousand times.
func surelyOfWords(text string) bool {
	mean, n := wordly(text)
	return n >= 4 && mean > max(0.3, 12/math.Sqrt(float64(n))-2)
}

// entropy is Shannon's, in bits of one character.
func entropy(text string) float64 {
	var counts [256]int
	for i := range len(text) {
		counts[text[i]]++
	}
	h := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(text))
			h -= p * math.Log2(p)
		}
	}
	return h
}

// character kinds, as bits.
const (
	isDigit = 1 << iota
	isLower
	isUpper
	isOther
)

func kindOf(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return isDigit
	case 'a' <= c && c <= 'z':
		return isLower
	case 'A' <= c && c <= 'Z':
		return isUpper
	}
	return isOther
}

// kindsIn are the kinds of characters of a text, and how often the kind changes from one character to the next.
func kindsIn(text string) (kinds, changes int) {
	for i := range len(text) {
		k := kindOf(text[i])
		kinds |= k
		if i > 0 && k != kindOf(text[i-1]) {
			changes++
		}
	}
	return kinds, changes
}

func hexOnly(text string) bool {
	return strings.Trim(text, "0123456789abcdef-") == "" || strings.Trim(text, "0123456789ABCDEF-") == ""
}

// counted is how many bytes of a text stand in stretches that count or repeat: "abcdef", "aaaa", "1a2b3c4d", or the same piece again.
func counted(text string) int {
	covered := make([]bool, len(text))
	for gap := 1; gap <= 2; gap++ {
		for step := -1; step <= 1; step++ {
			start := 0
			for i := gap; i <= len(text); i++ {
				if i < len(text) && follows(lower(text[i-gap]), lower(text[i]), step) {
					continue
				}
				if i-start >= 4*gap {
					for j := start; j < i; j++ {
						covered[j] = true
					}
				}
				start = i - gap + 1
			}
		}
	}
	n := 0
	for _, c := range covered {
		if c {
			n++
		}
	}
	return max(n, repeated(text))
}

func follows(a, b byte, step int) bool {
	return int(b) == int(a)+step || step == 1 && a == '9' && b == '0' || step == -1 && a == '0' && b == '9'
}

// repeated is how many bytes are the same as those some way before, for the way of at most 20 bytes where that is the most.
func repeated(text string) int {
	most := 0
	for way := 2; way <= 20 && way*2 <= len(text); way++ {
		n := 0
		for i := way; i < len(text); i++ {
			if lower(text[i]) == lower(text[i-way]) {
				n++
			}
		}
		if n*10 >= (len(text)-way)*8 {
			most = max(most, n+way)
		}
	}
	return most
}

// sayingSo are words by which a text in the place of a secret says that it is none. A generator does not hit on them.
var sayingSo = []string{"example", "placeholder", "changeme", "change-me", "change_me", "changethis", "redacted", "dummy", "notreal", "not-real", "not_real", "insert", "replace", "keyhere", "key-here",
	"key_here", "xxxxx", "yourkey", "your-", "your_", "fake-", "fake_", "-fake", "_fake", "removed", "sample", "*****", ".....", "goes-here", "goes_here", "secretkey", "secret-key", "secret_key", "mysecret", "supersecret", "deadbeef", "foobar"}

// plainWords are words that people write where a secret belongs. A generator hits on a short one now and then.
var plainWords = []string{"password", "passwort", "postgres", "passwd", "contrase", "admin", "default", "secret", "token", "apikey", "qwerty", "asdf", "letmein", "welcome", "guest", "root", "mysql", "mongo", "redis", "minio", "rabbit", "test", "demo",
	"mock", "fake", "user", "local", "here", "todo", "none", "null", "your", "pass", "hunter2", "changeit", "trustno", "openai", "anthropic", "bearer", "string", "value", "empty", "master", "grafana", "keycloak", "tiger", "scott", "airflow", "langfuse"}

// plain undoes what people write for letters: p@ssw0rd.
var plain = strings.NewReplacer("0", "o", "1", "l", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

// sureWord is a word of sayingSo in a text.
func sureWord(text string) bool {
	low := strings.ToLower(text)
	for _, w := range sayingSo {
		if strings.Contains(low, w) {
			return true
		}
	}
	return false
}

// worded is how many bytes of a text stand in plainWords, as they are or the way people disguise them.
func worded(text string) int {
	low := strings.ToLower(text)
	n := 0
	for _, t := range []string{low, plain.Replace(low)} {
		here := 0
		for _, w := range plainWords {
			if strings.Contains(t, w) {
				here += len(w)
			}
		}
		n = max(n, here)
	}
	return min(n, len(text))
}

// madeUp says why the body of a key in a provider's format was written by a person and not drawn by the provider; empty for one that
// looks drawn. That a key holds a short word or a run somewhere says nothing.
func madeUp(body string, least float64) string {
	kinds, _ := kindsIn(body)
	mean, _ := wordly(body)
	switch {
	case sureWord(body):
		return "a placeholder that says so"
	case counted(body)*5 >= len(body)*2:
		return "a placeholder that counts or repeats"
	case entropy(body) < least:
		return "a placeholder of few different characters"
	case !hexOnly(body) && surelyOfWords(body), worded(body)*2 >= len(body):
		return "a placeholder made of words"
	case kinds&isDigit == 0 && (kinds&isUpper == 0 || kinds&isLower == 0) && len(body) < 40 && mean > -0.8:
		return "a placeholder without digits"
	}
	return ""
}

// typed says whether a value in the place of a password may be one that somebody thought up: three kinds of characters, and for the most
// part neither words that everybody writes there nor runs.
func typed(text string) bool {
	kinds, changes := kindsIn(text)
	return len(text) >= 8 && bits.OnesCount(uint(kinds)) >= 3 && kinds&isDigit != 0 && changes >= 3 && !sureWord(text) && counted(text)*3 <= len(text) && worded(text)*3 <= len(text) && !ofWords(text) && entropy(text) >= 2.5
}

// drawn says whether a value that only its name makes a secret looks drawn by a machine. Such a value may be short and of any alphabet, so
// that words and runs of people weigh more than in a key whose format is known, and kinds of characters must change often. The bounds are
// such that of drawn values of 16 characters and more at least 99 of 100 pass.
func drawn(text string) bool {
	kinds, changes := kindsIn(text)
	if len(text) < 8 || kinds&^isDigit == 0 || strings.Trim(text, "0123456789.-_:/+, ()") == "" || sureWord(text) {
		return false
	}
	often := float64(changes) / float64(len(text)-1)
	if hexOnly(text) {
		return len(text) >= 16 && counted(text)*4 <= len(text) && often >= 0.2 && entropy(text) >= 2.5
	}
	if counted(text)*4 > len(text) || worded(text)*4 > len(text) || ofWords(text) {
		return false
	}
	if kinds&isDigit == 0 { // capitals and small letters only: names of people's code look so too
		mean, _ := wordly(text)
		return kinds&isUpper != 0 && kinds&isLower != 0 && (len(text) >= 16 || kinds&isOther != 0) && often >= 0.35 && mean < -0.5 && entropy(text) >= 3
	}
	least := 0.3
	if kinds == isDigit|isLower || kinds == isDigit|isUpper {
		least = 0.2
		if mean, n := wordly(text); n >= 12 && mean < -1 { // hardly any digits, and no words
			least = 0.08
		}
	}
	switch h := entropy(text); {
	case len(text) < 16:
		return often >= least && often >= 0.3 && h >= 0.75*math.Log2(float64(len(text)))
	case len(text) < 24:
		return often >= least && h >= 3
	default:
		return often >= least && h >= 3.4
	}
}
