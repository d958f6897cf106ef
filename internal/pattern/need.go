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

// need is what a text must hold for an expression to match in it: of each set of words, one. Looking for words costs a small part of what
// the expression does, and most texts hold none of them.
type need struct {
	sets  [][][]byte // none: nothing is known, every text may hold a match. The first one tells most
	pairs [][]uint64 // of each word in sets, the pairs of letters in it: see pairsOf
	fold  bool       // the words are in small letters, and capital ones count too
	line  bool       // a match lies within a line: only those that hold a word are shown to the expression
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
	n := need{fold: folds(re), line: inLine(re)}
	for _, words := range setsOf(re, n.fold) {
		set, pairs := make([][]byte, len(words)), make([]uint64, len(words))
		for i, w := range words {
			set[i] = []byte(w)
			pairs[i], _ = pairsOf(w)
		}
		n.sets, n.pairs = append(n.sets, set), append(n.pairs, pairs)
	}
	return n
}

// maxSets bounds the sets of words of one expression.
const maxSets = 3

// setsOf gives the words of an expression, and of the parts of a sequence those of each.
func setsOf(re *syntax.Regexp, fold bool) [][]string {
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	if re.Op != syntax.OpConcat {
		if words := wordsOf(re, fold); words != nil {
			return [][]string{words}
		}
		return nil
	}
	sets := wordsInConcat(re.Sub, fold)
	slices.SortStableFunc(sets, func(a, b []string) int { return tells(b) - tells(a) })
	return sets[:min(len(sets), maxSets)]
}

// inLine says whether nothing that an expression matches holds the end of a line, and whether it means the same in a line alone.
func inLine(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpBeginText, syntax.OpEndText, syntax.OpAnyChar:
		return false
	case syntax.OpLiteral:
		return !slices.Contains(re.Rune, '\n')
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i] <= '\n' && '\n' <= re.Rune[i+1] {
				return false
			}
		}
		return true
	}
	return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !inLine(sub) })
}

func folds(re *syntax.Regexp) bool {
	if re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0 {
		return true
	}
	return slices.ContainsFunc(re.Sub, folds)
}

// may says whether a text could hold a match.
func (n *need) may(s string) bool {
	if len(n.sets) == 0 {
		return true
	}
	if len(s) <= maxName && !n.mayName(s) {
		return false
	}
	if !n.fold {
		for _, set := range n.sets {
			if !slices.ContainsFunc(set, func(w []byte) bool { return strings.Contains(s, string(w)) }) {
				return false
			}
		}
		return true
	}
	b, done := small(s)
	defer done()
	return n.inFolded(b)
}

// maxName is the length up to which a text is a name or a word or two: it has few pairs of letters.
const maxName = 64

// mayName says whether a short text could hold a match, by the pairs of letters in it alone.
func (n *need) mayName(s string) bool {
	have, ascii := pairsOf(s)
	if !ascii && n.fold { // see foreign
		return true
	}
	for _, set := range n.pairs {
		if !slices.ContainsFunc(set, func(w uint64) bool { return w&^have == 0 }) {
			return false
		}
	}
	return true
}

// pairsOf gives a bit for each pair of bytes that stand side by side in a text. Letters count as small ones, and many pairs share a bit.
func pairsOf(s string) (pairs uint64, ascii bool) {
	before, all := uint32(0), byte(0)
	for i := range len(s) {
		c := uint32(s[i] | 0x20)
		if all |= s[i]; i > 0 {
			pairs |= 1 << ((before*31 + c*7) & 63)
		}
		before = c
	}
	return pairs, all < 0x80
}

// mayBytes is may of bytes.
func (n *need) mayBytes(s []byte) bool {
	if len(n.sets) == 0 {
		return true
	}
	if n.fold {
		b, done := small(s)
		defer done()
		return n.inFolded(b)
	}
	return n.in(s)
}

func (n *need) in(s []byte) bool {
	for _, set := range n.sets {
		if !slices.ContainsFunc(set, func(w []byte) bool { return bytes.Contains(s, w) }) {
			return false
		}
	}
	return true
}

// inFolded says it of a text in small letters.
func (n *need) inFolded(b []byte) bool { return n.in(b) || foreign(b) }

// foreign says whether a text holds one of the two letters outside of ASCII that count as s and k where case does not matter.
func foreign(b []byte) bool {
	return bytes.IndexByte(b, 0xC5) >= 0 && bytes.Contains(b, []byte("\u017F")) || bytes.IndexByte(b, 0xE2) >= 0 && bytes.Contains(b, []byte("\u212A"))
}

// small copies a text with its capital letters of ASCII made small. done gives the copy back.
func small[T string | []byte](s T) (b []byte, done func()) {
	buf := lowered.Get().(*[]byte)
	b = lower(append((*buf)[:0], s...))
	return b, func() {
		if cap(b) <= maxKept {
			*buf = b
		}
		lowered.Put(buf)
	}
}

// lower makes capital letters of ASCII small, in place.
func lower(b []byte) []byte {
	for i, c := range b {
		if c-'A' < 26 {
			b[i] = c | 0x20
		}
	}
	return b
}

// minLines is the length from which a text is looked at by its lines.
const minLines = 400

// byLines says whether a text is: where a match lies within a line, and words say in which lines it can.
func (n *need) byLines(length int) bool { return n.line && len(n.sets) > 0 && length >= minLines }

// lines gives the places of the lines of a text that could hold a match, in order, without what ends them.
func (n *need) lines(s string, yield func(from, to int) bool) {
	text := []byte(nil)
	if n.fold {
		b, done := small(s)
		defer done()
		if text = b; foreign(b) {
			yield(0, len(s))
			return
		}
	}
	index := func(from int, w []byte) int {
		i := -1
		if text != nil {
			i = bytes.Index(text[from:], w)
		} else {
			i = strings.Index(s[from:], string(w))
		}
		if i < 0 {
			return len(s)
		}
		return from + i
	}
	next := make([]int, len(n.sets[0])) // of each word, where it stands next
	for i := range next {
		next[i] = -1
	}
	for at := 0; at < len(s); {
		first := len(s)
		for i, w := range n.sets[0] {
			if next[i] < at {
				next[i] = index(at, w)
			}
			first = min(first, next[i])
		}
		if first == len(s) {
			return
		}
		from, to := strings.LastIndexByte(s[:first], '\n')+1, len(s)
		if i := strings.IndexByte(s[first:], '\n'); i >= 0 {
			to = first + i
		}
		if !yield(from, to) {
			return
		}
		at = to + 1
	}
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
	for _, words := range wordsInConcat(subs, fold) {
		if best == nil || tells(words) > tells(best) {
			best = words
		}
	}
	return best
}

// wordsInConcat gives the words of all parts and runs of parts that have some.
func wordsInConcat(subs []*syntax.Regexp, fold bool) [][]string {
	var sets [][]string
	offer := func(words []string) {
		if words != nil {
			sets = append(sets, words)
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
	return sets
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
			return []string{strings.Map(smallRune, string(re.Rune))}, true
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
				all = append(all, string(smallRune(r)))
			} else {
				all = append(all, string(r))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all), len(all) > 0
}

// smallRune is the small letter of one of ASCII; others stay as they are, and so they do in the text.
func smallRune(r rune) rune {
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
