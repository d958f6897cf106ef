package resolve

import (
	"slices"
	"strings"
)

// Table finds what was filed under patterns of dotted names. A segment `*` stands for any one segment, `**` for any number of them,
// and a `*` inside a segment for any text there. The last segment is written out, so that most names are told apart by one look-up;
// with a `*` in it, the pattern is tried on every name. A pattern that begins with `?.` is about a local value of unknown kind, or about
// a name that nothing binds.
type Table[T any] struct {
	byLast map[string][]entry[T]
	others []entry[T]
}

type entry[T any] struct {
	namePattern
	value T
}

// namePattern is a pattern made ready. Most are of a form that comparing text settles: all written out, or two such parts with a `**` between.
type namePattern struct {
	form     form
	head     string   // what a name begins with; of headTail and headLast with the dot behind it
	tail     string   // of headTail: what it ends with; of headLast: the last segment; of segmented: all of it
	segments []string // of segmented, in a Table
	local    bool     // began with `?.`
}

type form uint8

const (
	whole     form = iota // head is all
	headTail              // head**tail
	headLast              // head**tail, where tail is one segment with a `*` in it
	segmented             // anything else; head is what every name begins with
)

func newNamePattern(text string) namePattern {
	text, local := strings.CutPrefix(text, "?.")
	head, tail, wild := strings.Cut(text, "*")
	switch {
	case !wild:
		return namePattern{form: whole, head: text, local: local}
	case (head == "" || strings.HasSuffix(head, ".")) && strings.HasPrefix(tail, "*."):
		switch tail = tail[2:]; {
		case strings.IndexByte(tail, '*') < 0:
			return namePattern{form: headTail, head: head, tail: tail, local: local}
		case strings.IndexByte(tail, '.') < 0 && tail != "**":
			return namePattern{form: headLast, head: head, tail: tail, local: local}
		}
	}
	return namePattern{form: segmented, head: strings.TrimSuffix(head, "."), tail: text, local: local}
}

func (p *namePattern) matches(name string) bool {
	if p.local {
		name = strings.TrimPrefix(name, "?.")
	}
	if !strings.HasPrefix(name, p.head) {
		return false
	}
	switch p.form {
	case whole:
		return len(name) == len(p.head)
	case headTail:
		before := len(name) - len(p.tail) // where the tail begins, which is the beginning of a segment
		return before >= len(p.head) && name[before:] == p.tail && (before == len(p.head) || name[before-1] == '.')
	case headLast:
		last := strings.LastIndexByte(name, '.') + 1
		return last >= len(p.head) && segmentMatches(p.tail, name[last:])
	}
	return matches(p.segments, name)
}

// Add files a value under a pattern.
func (t *Table[T]) Add(text string, value T) {
	last := text[strings.LastIndexByte(text, '.')+1:]
	e := entry[T]{newNamePattern(text), value}
	if e.form == segmented {
		e.segments = strings.Split(e.tail, ".")
	}
	if strings.Contains(last, "*") {
		t.others = append(t.others, e)
		return
	}
	if t.byLast == nil {
		t.byLast = map[string][]entry[T]{}
	}
	t.byLast[last] = append(t.byLast[last], e)
}

// Might says, of a last segment alone, whether any pattern could match: Name need not be asked for all others.
func (t *Table[T]) Might(last string) bool { return len(t.others) > 0 || t.byLast[last] != nil }

// Find calls yield with every value whose pattern matches the name.
func (t *Table[T]) Find(name string, yield func(T)) {
	if name == "" {
		return
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	for _, some := range [2][]entry[T]{t.byLast[last], t.others} {
		for i := range some {
			if some[i].matches(name) {
				yield(some[i].value)
			}
		}
	}
}

// Has says whether any pattern matches.
func (t *Table[T]) Has(name string) bool {
	found := false
	t.Find(name, func(T) { found = true })
	return found
}

// Matches says whether one pattern matches a dotted name.
func Matches(pattern, name string) bool {
	if name == "" {
		return false
	}
	if last := pattern[strings.LastIndexByte(pattern, '.')+1:]; strings.IndexByte(last, '*') < 0 { // most names differ there
		if !strings.HasSuffix(name, last) || len(name) > len(last) && name[len(name)-len(last)-1] != '.' {
			return false
		}
	}
	p := newNamePattern(pattern)
	if p.form != segmented {
		return p.matches(name)
	}
	var parts [16]string
	p.segments = parts[:0]
	for part := range strings.SplitSeq(p.tail, ".") {
		p.segments = append(p.segments, part)
	}
	return p.matches(name)
}

// MatchesAny says whether one of the patterns matches a dotted name.
func MatchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return Matches(p, name) })
}

func matches(pattern []string, name string) bool {
	for i, p := range pattern {
		if p == "**" {
			if i+1 == len(pattern) {
				return true
			}
			for rest := name; ; {
				if matches(pattern[i+1:], rest) {
					return true
				}
				_, after, more := strings.Cut(rest, ".")
				if !more {
					return false
				}
				rest = after
			}
		}
		segment, after, more := strings.Cut(name, ".")
		if !segmentMatches(p, segment) || more == (i+1 == len(pattern)) {
			return false
		}
		name = after
	}
	return true
}

func segmentMatches(pattern, segment string) bool {
	before, after, glob := strings.Cut(pattern, "*")
	if !glob {
		return pattern == segment
	}
	if !strings.HasPrefix(segment, before) {
		return false
	}
	segment = segment[len(before):]
	if strings.Contains(after, "*") {
		for i := 0; i <= len(segment); i++ {
			if segmentMatches(after, segment[i:]) {
				return true
			}
		}
		return false
	}
	return strings.HasSuffix(segment, after)
}
