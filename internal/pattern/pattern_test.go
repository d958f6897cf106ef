package pattern

import (
	"regexp"
	"slices"
	"testing"
)

// A pattern answers as the expression does that it stands for, and is compiled once, when it is first asked.
func TestPattern(t *testing.T) {
	const text, in = `(?i)model[-_](\d+)`, "Model-1, model_22 and MODEL"
	p, re := New(text), regexp.MustCompile(text)
	if p.re != nil || p.String() != text {
		t.Errorf("compiled before its first use, or text %q", p.String())
	}
	if !p.MatchString(in) || !p.Match([]byte(in)) || p.MatchString("none") {
		t.Error("match")
	}
	if first := p.Regexp(); first != p.Regexp() {
		t.Error("compiled twice")
	}
	if p.FindString(in) != re.FindString(in) || p.FindStringSubmatch(in)[1] != "1" || !slices.Equal(p.FindStringIndex(in), re.FindStringIndex(in)) ||
		!slices.Equal(p.FindAllString(in, -1), re.FindAllString(in, -1)) || len(p.FindAllStringSubmatch(in, -1)) != 2 ||
		p.ReplaceAllString(in, "$1") != re.ReplaceAllString(in, "$1") || !slices.Equal(p.Split(in, -1), re.Split(in, -1)) {
		t.Error("another answer than that of the expression")
	}
}

func TestAWrongPatternPanicsAtItsFirstUse(t *testing.T) {
	p := New("(")
	defer func() {
		if recover() == nil {
			t.Error("a broken expression was taken")
		}
	}()
	p.MatchString("")
}
