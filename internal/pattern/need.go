package pattern

import (
	"bytes"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// need is what a text must hold for an expression to match in it: one of some words. Looking for words costs a small part of what the
// expression does, and most texts hold none of them.
type need struct {
	words [][]byte // any of them; none: nothing is known, every text may hold a match
	fold  bool     // the words are in small letters, and capital ones count too
}

// Bounds on the words of one expression.
const (
	maxWords = 96
	maxExact = 24 // strings that a part of an expression comes to
)

// needOf reads an expression. One that is wrong needs nothing: compiling it says so.
func needOf(text string) need {
	re, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return need{}
	}
	re = re.Simplify()
	n := need{fold: folds(re)}
	for _, w := range wordsOf(re, n.fold) {
		n.words = append(n.words, []byte(w))
	}
	return n
}

func folds(re *syntax.Regexp) bool {
	if re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0 {
		return true
	}
	return slices.ContainsFunc(re.Sub, folds)
}

// may says whether a text could hold a match.
func (n *need) may(s string) bool {
	if len(n.words) == 0 {
		return true
	}
	if !n.fold {
		for _, w := range n.words {
			if strings.Contains(s, string(w)) {
				return true
			}
		}
		return false
	}
	buf := lowered.Get().(*[]byte)
	b := append((*buf)[:0], s...)
	held := n.inFolded(b)
	if cap(b) <= maxKept {
		*buf = b
	}
	lowered.Put(buf)
	return held
}

// mayBytes is may of bytes.
func (n *need) mayBytes(s []byte) bool {
	if len(n.words) > 0 && n.fold {
		buf := lowered.Get().(*[]byte)
		b := append((*buf)[:0], s...)
		held := n.inFolded(b)
		if cap(b) <= maxKept {
			*buf = b
		}
		lowered.Put(buf)
		return held
	}
	return len(n.words) == 0 || slices.ContainsFunc(n.words, func(w []byte) bool { return bytes.Contains(s, w) })
}

// inFolded says it of a text, whose capital letters it makes small.
func (n *need) inFolded(b []byte) bool {
	foreign := false
	for i, c := range b {
		if c-'A' < 26 {
			b[i] = c | 0x20
		}
		foreign = foreign || c == 0xC5 || c == 0xE2
	}
	for _, w := range n.words {
		if bytes.Contains(b, w) {
			return true
		}
	}
	// Two letters outside of ASCII count as s and k where case does not matter.
	return foreign && (bytes.Contains(b, []byte("\u017F")) || bytes.Contains(b, []byte("\u212A")))
}

// maxKept bounds the buffers that are kept.
const maxKept = 1 << 20

var lowered = sync.Pool{New: func() any { return new([]byte) }}

// wordsOf gives words of which one stands in whatever the expression matches; nil: none are known.
func wordsOf(re *syntax.Regexp, fold bool) []string {
	if all, ok := exact(re, fold); ok {
		return usable(all)
	}
	switch re.Op {
	case syntax.OpCapture, syntax.OpPlus:
		return wordsOf(re.Sub[0], fold)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return wordsOf(re.Sub[0], fold)
		}
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			words := wordsOf(sub, fold)
			if words == nil || len(all)+len(words) > maxWords {
				return nil
			}
			all = append(all, words...)
		}
		return least(all)
	case syntax.OpConcat:
		return wordsOfConcat(re.Sub, fold)
	}
	return nil
}

// wordsOfConcat takes, of all parts and runs of parts, the one whose words tell most.
func wordsOfConcat(subs []*syntax.Regexp, fold bool) []string {
	var best []string
	offer := func(words []string) {
		if words != nil && (best == nil || tells(words) > tells(best)) {
			best = words
		}
	}
	run := []string{""}
	for _, sub := range subs {
		all, ok := exact(sub, fold)
		if ok && len(all)*len(run) <= maxExact {
			run = product(run, all)
			continue
		}
		offer(usable(run))
		run = []string{""}
		if ok {
			run = all
		} else {
			offer(wordsOf(sub, fold))
		}
	}
	offer(usable(run))
	return best
}

// tells weighs words: long ones are rare, and few are found fast.
func tells(words []string) int {
	shortest := len(words[0])
	for _, w := range words {
		shortest = min(shortest, len(w))
	}
	return min(shortest, 8)*16 - len(words)
}

// usable are the words if none of them is so short that it stands everywhere.
func usable(words []string) []string {
	for _, w := range words {
		if len(w) < 2 {
			return nil
		}
	}
	if len(words) > maxWords {
		return nil
	}
	return least(words)
}

// least leaves out words that hold another one.
func least(words []string) []string {
	slices.SortFunc(words, func(a, b string) int { return len(a) - len(b) })
	var kept []string
	for _, w := range words {
		if !slices.ContainsFunc(kept, func(k string) bool { return strings.Contains(w, k) }) {
			kept = append(kept, w)
		}
	}
	return kept
}

// exact gives the few strings that an expression can match, if they are few.
func exact(re *syntax.Regexp, fold bool) ([]string, bool) {
	switch re.Op {
	case syntax.OpLiteral:
		if slices.Contains(re.Rune, utf8.RuneError) {
			return nil, false // broken text counts as that letter
		}
		if re.Flags&syntax.FoldCase != 0 && slices.ContainsFunc(re.Rune, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return nil, false // the text's capital letters are made small only where they are ASCII
		}
		if fold {
			return []string{strings.Map(small, string(re.Rune))}, true
		}
		return []string{string(re.Rune)}, true
	case syntax.OpCharClass:
		return exactClass(re.Rune, fold)
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return []string{""}, true
	case syntax.OpCapture:
		return exact(re.Sub[0], fold)
	case syntax.OpQuest:
		all, ok := exact(re.Sub[0], fold)
		return append(all, ""), ok && len(all) < maxExact
	case syntax.OpConcat:
		run := []string{""}
		for _, sub := range re.Sub {
			all, ok := exact(sub, fold)
			if !ok || len(all)*len(run) > maxExact {
				return nil, false
			}
			run = product(run, all)
		}
		return run, true
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			some, ok := exact(sub, fold)
			if !ok || len(all)+len(some) > maxExact {
				return nil, false
			}
			all = append(all, some...)
		}
		return all, true
	}
	return nil, false
}

// exactClass takes small classes apart: [-_], [Aa].
func exactClass(ranges []rune, fold bool) ([]string, bool) {
	var all []string
	for i := 0; i+1 < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(all) > 8 || r == utf8.RuneError {
				return nil, false
			}
			if fold {
				if r == '\u017F' || r == '\u212A' { // see may
					continue
				}
				all = append(all, string(small(r)))
			} else {
				all = append(all, string(r))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), len(all) > 0
}

// small is the small letter of one of ASCII; others stay as they are, and so they do in the text.
func small(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	return r
}

func product(heads, tails []string) []string {
	all := make([]string, 0, len(heads)*len(tails))
	for _, h := range heads {
		for _, t := range tails {
			all = append(all, h+t)
		}
	}
	return all
}
