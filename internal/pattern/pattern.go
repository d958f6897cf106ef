// Package pattern holds regular expressions that are compiled when they are first used. The checks have hundreds, and compiling
// all of them at every start would cost more than everything else that a short command does. A text that holds none of the words which
// every match of an expression must hold is not shown to the expression at all: see need.go.
package pattern

import (
	"regexp"
	"sync"
)

// Pattern is a regular expression in the syntax of package regexp. A wrong one panics at its first use; a test compiles all
// that stand in the sources.
type Pattern struct {
	text string
	once sync.Once
	re   *regexp.Regexp

	asked sync.Once
	need  need
}

// New keeps an expression for later.
func New(text string) *Pattern { return &Pattern{text: text} }

// Regexp gives the compiled expression, for what is not offered here.
func (p *Pattern) Regexp() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.text) })
	return p.re
}

func (p *Pattern) needs() *need {
	p.asked.Do(func() { p.need = needOf(p.text) })
	return &p.need
}

func (p *Pattern) may(s string) bool { return p.needs().may(s) }

func (p *Pattern) mayBytes(b []byte) bool { return p.needs().mayBytes(b) }

// String gives the expression as written.
func (p *Pattern) String() string { return p.text }

// The methods below are those of regexp.Regexp.

// MatchString says whether the text holds a match.
func (p *Pattern) MatchString(s string) bool {
	return p.may(s) && p.match(s)
}

// match is MatchString of a text that may hold a match.
func (p *Pattern) match(s string) bool {
	if p.need.byLines(len(s)) {
		return p.index(s) != nil
	}
	return p.Regexp().MatchString(s)
}

// Match says whether the bytes hold a match.
func (p *Pattern) Match(b []byte) bool {
	if !p.mayBytes(b) {
		return false
	}
	if p.need.byLines(len(b)) {
		return p.index(string(b)) != nil
	}
	return p.Regexp().Match(b)
}

// FindString gives the leftmost match; empty where there is none.
func (p *Pattern) FindString(s string) string {
	if !p.may(s) {
		return ""
	}
	return p.Regexp().FindString(s)
}

// FindStringIndex gives the place of the leftmost match; nil where there is none.
func (p *Pattern) FindStringIndex(s string) []int {
	if !p.may(s) {
		return nil
	}
	return p.index(s)
}

// index is FindStringIndex of a text that may hold a match.
func (p *Pattern) index(s string) []int {
	if !p.need.byLines(len(s)) {
		return p.Regexp().FindStringIndex(s)
	}
	var found []int
	p.need.lines(s, func(from, to int) bool {
		if found = p.Regexp().FindStringIndex(s[from:to]); found != nil {
			found[0], found[1] = found[0]+from, found[1]+from
		}
		return found == nil
	})
	return found
}

// FindIndex gives the place of the leftmost match in bytes; nil where there is none.
func (p *Pattern) FindIndex(b []byte) []int {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindIndex(b)
}

// Find gives the leftmost match in bytes; nil where there is none.
func (p *Pattern) Find(b []byte) []byte {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().Find(b)
}

// FindSubmatch gives the leftmost match with its groups, in bytes.
func (p *Pattern) FindSubmatch(b []byte) [][]byte {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindSubmatch(b)
}

// FindSubmatchIndex gives the places of the leftmost match and its groups, in bytes.
func (p *Pattern) FindSubmatchIndex(b []byte) []int {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindSubmatchIndex(b)
}

// FindStringSubmatch gives the leftmost match with its groups.
func (p *Pattern) FindStringSubmatch(s string) []string {
	if !p.may(s) {
		return nil
	}
	return p.Regexp().FindStringSubmatch(s)
}

// FindStringSubmatchIndex gives the places of the leftmost match and its groups.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	if !p.may(s) {
		return nil
	}
	return p.Regexp().FindStringSubmatchIndex(s)
}

// FindAll gives at most n matches in bytes; all with n below 0.
func (p *Pattern) FindAll(b []byte, n int) [][]byte {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindAll(b, n)
}

// FindAllIndex gives the places of at most n matches in bytes.
func (p *Pattern) FindAllIndex(b []byte, n int) [][]int {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindAllIndex(b, n)
}

// FindAllSubmatch gives at most n matches with their groups, in bytes.
func (p *Pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindAllSubmatch(b, n)
}

// FindAllSubmatchIndex gives the places of at most n matches and their groups, in bytes.
func (p *Pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	if !p.mayBytes(b) {
		return nil
	}
	return p.Regexp().FindAllSubmatchIndex(b, n)
}

// FindAllString gives at most n matches; all with n below 0.
func (p *Pattern) FindAllString(s string, n int) []string {
	if !p.may(s) {
		return nil
	}
	return p.Regexp().FindAllString(s, n)
}

// FindAllStringIndex gives the places of at most n matches.
func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	if !p.may(s) {
		return nil
	}
	if !p.need.byLines(len(s)) || n >= 0 {
		return p.Regexp().FindAllStringIndex(s, n)
	}
	var found [][]int
	p.need.lines(s, func(from, to int) bool {
		for _, m := range p.Regexp().FindAllStringIndex(s[from:to], -1) {
			found = append(found, []int{m[0] + from, m[1] + from})
		}
		return true
	})
	return found
}

// FindAllStringSubmatch gives at most n matches with their groups.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	if !p.may(s) {
		return nil
	}
	return p.Regexp().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex gives the places of at most n matches and their groups.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	if !p.may(s) {
		return nil
	}
	if !p.need.byLines(len(s)) || n >= 0 {
		return p.Regexp().FindAllStringSubmatchIndex(s, n)
	}
	var found [][]int
	p.need.lines(s, func(from, to int) bool {
		for _, m := range p.Regexp().FindAllStringSubmatchIndex(s[from:to], -1) {
			for i := range m {
				if m[i] >= 0 {
					m[i] += from
				}
			}
			found = append(found, m)
		}
		return true
	})
	return found
}

// ReplaceAll puts repl for each match in bytes, with $1 for groups.
func (p *Pattern) ReplaceAll(b, repl []byte) []byte { return p.Regexp().ReplaceAll(b, repl) }

// ReplaceAllString puts repl for each match, with $1 for groups.
func (p *Pattern) ReplaceAllString(s, repl string) string {
	if !p.may(s) {
		return s
	}
	return p.Regexp().ReplaceAllString(s, repl)
}

// ReplaceAllLiteralString puts repl for each match as it is.
func (p *Pattern) ReplaceAllLiteralString(s, repl string) string {
	if !p.may(s) {
		return s
	}
	return p.Regexp().ReplaceAllLiteralString(s, repl)
}

// ReplaceAllStringFunc puts what repl makes of each match.
func (p *Pattern) ReplaceAllStringFunc(s string, repl func(string) string) string {
	if !p.may(s) {
		return s
	}
	return p.Regexp().ReplaceAllStringFunc(s, repl)
}

// Split cuts the text at its matches.
func (p *Pattern) Split(s string, n int) []string { return p.Regexp().Split(s, n) }
