package secret

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The automaton against looking for each word at each place.
func TestLiterals(t *testing.T) {
	plainly := func(words []string, text string) (all []string) {
		low := strings.ToLower(text)
		for to := range len(text) + 1 {
			for i, w := range words {
				if strings.HasSuffix(low[:to], w) {
					all = append(all, fmt.Sprint(i, " at ", to-len(w)))
				}
			}
		}
		return all
	}
	d := rand.New(rand.NewPCG(1, 1))
	draw := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = "abAB_x"[d.IntN(6)]
		}
		return string(b)
	}
	for range 300 {
		var words []string
		for range 1 + d.IntN(6) {
			if w := strings.ToLower(draw(1 + d.IntN(5))); !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		text := draw(d.IntN(60))
		var got []string
		newLiterals(words).each([]byte(text), func(word, from int) { got = append(got, fmt.Sprint(word, " at ", from)) })
		want := plainly(words, text)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", words, text, got, want)
		}
	}
}
