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
	segments []string
	begins   string // what every name begins with that matches
	local    bool   // began with `?.`
	value    T
}

func (e *entry[T]) matches(name string) bool {
	if e.local {
		name = strings.TrimPrefix(name, "?.")
	}
	return strings.HasPrefix(name, e.begins) && matches(e.segments, name)
}

// Add files a value under a pattern.
func (t *Table[T]) Add(pattern string, value T) {
	pattern, local := strings.CutPrefix(pattern, "?.")
	begins, _, _ := strings.Cut(pattern, "*")
	e := entry[T]{strings.Split(pattern, "."), strings.TrimSuffix(begins, "."), local, value}
	last := e.segments[len(e.segments)-1]
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
	for _, e := range t.byLast[last] {
		if e.matches(name) {
			yield(e.value)
		}
	}
	for _, e := range t.others {
		if e.matches(name) {
			yield(e.value)
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
	pattern, local := strings.CutPrefix(pattern, "?.")
	if local {
		name = strings.TrimPrefix(name, "?.")
	}
	if name == "" {
		return false
	}
	if last := pattern[strings.LastIndexByte(pattern, '.')+1:]; strings.IndexByte(last, '*') < 0 { // most names differ there
		if !strings.HasSuffix(name, last) || len(name) > len(last) && name[len(name)-len(last)-1] != '.' {
			return false
		}
	}
	var parts [16]string
	segments := parts[:0]
	for part := range strings.SplitSeq(pattern, ".") {
		segments = append(segments, part)
	}
	return matches(segments, name)
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
