// Package pattern holds regular expressions that are compiled when they are first used. The checks have hundreds, and compiling
// all of them at every start would cost more than everything else that a short command does.
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
}

// New keeps an expression for later.
func New(text string) *Pattern { return &Pattern{text: text} }

// Regexp gives the compiled expression, for what is not offered here.
func (p *Pattern) Regexp() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.text) })
	return p.re
}

// String gives the expression as written.
func (p *Pattern) String() string { return p.text }

// The methods below are those of regexp.Regexp.

// MatchString says whether the text holds a match.
func (p *Pattern) MatchString(s string) bool { return p.Regexp().MatchString(s) }

// Match says whether the bytes hold a match.
func (p *Pattern) Match(b []byte) bool { return p.Regexp().Match(b) }

// FindString gives the leftmost match; empty where there is none.
func (p *Pattern) FindString(s string) string { return p.Regexp().FindString(s) }

// FindStringIndex gives the place of the leftmost match; nil where there is none.
func (p *Pattern) FindStringIndex(s string) []int { return p.Regexp().FindStringIndex(s) }

// FindIndex gives the place of the leftmost match in bytes; nil where there is none.
func (p *Pattern) FindIndex(b []byte) []int { return p.Regexp().FindIndex(b) }

// Find gives the leftmost match in bytes; nil where there is none.
func (p *Pattern) Find(b []byte) []byte { return p.Regexp().Find(b) }

// FindSubmatch gives the leftmost match with its groups, in bytes.
func (p *Pattern) FindSubmatch(b []byte) [][]byte { return p.Regexp().FindSubmatch(b) }

// FindSubmatchIndex gives the places of the leftmost match and its groups, in bytes.
func (p *Pattern) FindSubmatchIndex(b []byte) []int { return p.Regexp().FindSubmatchIndex(b) }

// FindStringSubmatch gives the leftmost match with its groups.
func (p *Pattern) FindStringSubmatch(s string) []string { return p.Regexp().FindStringSubmatch(s) }

// FindStringSubmatchIndex gives the places of the leftmost match and its groups.
func (p *Pattern) FindStringSubmatchIndex(s string) []int {
	return p.Regexp().FindStringSubmatchIndex(s)
}

// FindAll gives at most n matches in bytes; all with n below 0.
func (p *Pattern) FindAll(b []byte, n int) [][]byte { return p.Regexp().FindAll(b, n) }

// FindAllIndex gives the places of at most n matches in bytes.
func (p *Pattern) FindAllIndex(b []byte, n int) [][]int { return p.Regexp().FindAllIndex(b, n) }

// FindAllSubmatch gives at most n matches with their groups, in bytes.
func (p *Pattern) FindAllSubmatch(b []byte, n int) [][][]byte {
	return p.Regexp().FindAllSubmatch(b, n)
}

// FindAllSubmatchIndex gives the places of at most n matches and their groups, in bytes.
func (p *Pattern) FindAllSubmatchIndex(b []byte, n int) [][]int {
	return p.Regexp().FindAllSubmatchIndex(b, n)
}

// FindAllString gives at most n matches; all with n below 0.
func (p *Pattern) FindAllString(s string, n int) []string { return p.Regexp().FindAllString(s, n) }

// FindAllStringIndex gives the places of at most n matches.
func (p *Pattern) FindAllStringIndex(s string, n int) [][]int {
	return p.Regexp().FindAllStringIndex(s, n)
}

// FindAllStringSubmatch gives at most n matches with their groups.
func (p *Pattern) FindAllStringSubmatch(s string, n int) [][]string {
	return p.Regexp().FindAllStringSubmatch(s, n)
}

// FindAllStringSubmatchIndex gives the places of at most n matches and their groups.
func (p *Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.Regexp().FindAllStringSubmatchIndex(s, n)
}

// ReplaceAll puts repl for each match in bytes, with $1 for groups.
func (p *Pattern) ReplaceAll(b, repl []byte) []byte { return p.Regexp().ReplaceAll(b, repl) }

// ReplaceAllString puts repl for each match, with $1 for groups.
func (p *Pattern) ReplaceAllString(s, repl string) string {
	return p.Regexp().ReplaceAllString(s, repl)
}

// ReplaceAllLiteralString puts repl for each match as it is.
func (p *Pattern) ReplaceAllLiteralString(s, repl string) string {
	return p.Regexp().ReplaceAllLiteralString(s, repl)
}

// ReplaceAllStringFunc puts what repl makes of each match.
func (p *Pattern) ReplaceAllStringFunc(s string, repl func(string) string) string {
	return p.Regexp().ReplaceAllStringFunc(s, repl)
}

// Split cuts the text at its matches.
func (p *Pattern) Split(s string, n int) []string { return p.Regexp().Split(s, n) }
