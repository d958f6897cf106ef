package develop

import (
	"math"
	"strings"
)

// sayingSo are words by which a text in the place of a key says that it is none. A generator does not hit on them.
var sayingSo = []string{"example", "placeholder", "changeme", "change-me", "change_me", "redacted", "dummy", "notreal", "not-real", "not_real", "insert", "replace", "keyhere", "key-here", "xxxxx"}

// plainWords are words that people write where a key belongs, and that a generator may hit on now and then: short ones.
var plainWords = []string{"your", "fake", "sample", "secret", "mykey", "apikey", "api", "token", "here", "todo", "goes", "test", "demo", "mock", "openai", "anthropic",
	"claude", "hugging", "face", "real", "this", "that", "never", "qwerty", "asdf", "foobar", "password", "postgres", "admin", "default", "local", "generate", "please"}

// lowered writes ASCII letters small and leaves every other byte as it is, so that places stay where they are.
func lowered(text string) string {
	b := []byte(text)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// made counts the bytes of a text that nobody drew: stretches that count or repeat, and words of people. own: the text says
// of itself that it is no key.
func made(text string) (n int, own bool) {
	lower := lowered(text)
	covered := make([]bool, len(text))
	cover := func(from, to int) {
		for i := from; i < to; i++ {
			covered[i] = true
		}
	}
	for _, w := range sayingSo {
		if strings.Contains(lower, w) {
			return len(text), true
		}
	}
	for _, w := range plainWords {
		for from := 0; ; {
			i := strings.Index(lower[from:], w)
			if i < 0 {
				break
			}
			cover(from+i, from+i+len(w))
			from += i + len(w)
		}
	}
	for _, gap := range []int{1, 2} { // "abcdef", and "1a2b3c4d"
		for _, step := range []int{0, 1, -1} {
			start := 0
			for i := gap; i <= len(lower); i++ {
				if i < len(lower) && follows(lower[i-gap], lower[i], step) {
					continue
				}
				if i-start >= 4*gap {
					cover(start, i)
				}
				start = i - gap + 1
			}
		}
	}
	start := 0
	for i := 0; i <= len(text); i++ { // words between dashes: letters of one case
		if i < len(text) && text[i] != '-' && text[i] != '_' {
			continue
		}
		word := text[start:i]
		if len(word) >= 3 && len(word) <= 14 && (start > 0 || i < len(text)) && strings.Trim(lower[start:i], "abcdefghijklmnopqrstuvwxyz") == "" && (word == lower[start:i] || word == strings.ToUpper(word)) {
			cover(start, i)
		}
		start = i + 1
	}
	for _, c := range covered {
		if c {
			n++
		}
	}
	return n, false
}

func follows(a, b byte, step int) bool {
	return int(b) == int(a)+step || step == 1 && a == '9' && b == '0'
}

// drawn says whether the body of a key in a provider's format looks drawn by a machine: letters of mixed kind, many different
// ones, and no more than a part that counts up or is made of words. That a key holds a word or a run somewhere says nothing.
func drawn(body string) bool {
	lower := strings.ToLower(body)
	letters := strings.ContainsAny(lower, "abcdefghijklmnopqrstuvwxyz")
	mixed := strings.ContainsAny(body, "0123456789") || lower != body && strings.ToUpper(body) != body // some providers draw letters only
	if !letters || !mixed || entropy(body) < 3.0 {
		return false
	}
	n, own := made(body)
	return !own && n*5 < len(body)*2+5
}

// drawnValue says the same of a value that only its name makes a secret, which may be short and of any alphabet: there
// words and runs of people weigh more, and kinds of letters must change often.
func drawnValue(text string) bool {
	if len(text) < 8 || !strings.ContainsAny(text, "0123456789") || strings.Trim(text, "0123456789.-_:/+") == "" {
		return false
	}
	n, own := made(text)
	if own || len(text) < 24 && n > 0 || n*4 > len(text) {
		return false
	}
	changes := 0
	for i := 1; i < len(text); i++ {
		if kindOf(text[i]) != kindOf(text[i-1]) {
			changes++
		}
	}
	switch {
	case len(text) < 16:
		return changes*5 >= (len(text)-1)*2 && entropy(text) >= 2.7
	case strings.Trim(strings.ToLower(text), "0123456789abcdef-") == "":
		return changes*10 >= (len(text)-1)*3 && entropy(text) >= 3.0
	}
	return changes*10 >= (len(text)-1)*3 && entropy(text) >= 3.4
}

func kindOf(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return 1
	case 'a' <= c && c <= 'z':
		return 2
	case 'A' <= c && c <= 'Z':
		return 3
	}
	return 4
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
