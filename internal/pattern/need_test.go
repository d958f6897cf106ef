package pattern

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// Words of which one stands in every match.
func TestNeed(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`model`, "model"},
		{`(?i)Model[-_](\d+)`, "model- model_"},
		{`\b(?:eval|exec)\(`, "eval( exec("},
		{`colou?r`, "color colour"},
		{`(?i)sk-(?:ant|proj)-[a-z0-9]{20,}`, "sk-ant- sk-proj-"},
		{`x+y*`, ""},
		{`[a-z]+`, ""},
		{`a|bcd`, ""},
		{`(?:abc)+`, "abc"},
		{`(?:abc){0,3}`, ""},
		{`(?:abc){2}`, "abcabc"},
		{`^\s*import (?P<name>\w+)`, "import "},
		{`password|passwd|password_hash`, "passwd password"},
		{`(?i)é+tude`, "tude"},
		{`(?i)[kK]ey`, "key"},
		{`open\([^\n]*(?:facts|notes)[^\n]*\.txt`, "open( and facts notes and .txt"},
		{`.*`, ""},
		{``, ""},
	} {
		n := needOf(c.expression)
		var got []string
		for _, set := range n.sets {
			got = append(got, string(bytes.Join(set, []byte(" "))))
		}
		if s := strings.Join(got, " and "); s != c.want {
			t.Errorf("%s needs %q, not %q", c.expression, s, c.want)
		}
	}
}

// Texts made from an expression, which therefore match, may match by their words too.
func TestWhatMatchesMayMatch(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, expression := range []string{
		`(?i)\b(?:your|my|the|an?)[-_ ]?(?:api|secret|access)[-_ ]?(?:key|token)s?\b`, `(?i)task|mask|[s-t]k`, `(?i)kiosk`, `sk-[A-Za-z0-9]{4,8}`, `(?m)^\s*(?:from|import)\s+(\w+)`,
		`(?i)straße|é+tude`, `(?s)begin.{0,4}end`, `(?:a|ab|abc)(?:x|yz)?q`, `[^\n"']{2}://[a-z]+`, `(?i)[^a]bc|d?ef{1,3}`, `(?:foo|bar){1,2}[-.]?(?:baz)?`, `\x{212A}elvin`, `(?i)[\x{17F}x]oo`,
	} {
		re, err := syntax.Parse(expression, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		p, want := New(expression), regexp.MustCompile(expression)
		made := 0
		for range 400 {
			s := " " + grow(re, r) + " "
			if !want.MatchString(s) { // what surrounds it can break a boundary
				continue
			}
			made++
			if !p.MatchString(s) || !p.Match([]byte(s)) || p.FindString(s) != want.FindString(s) || len(p.FindAllString(s, -1)) != len(want.FindAllString(s, -1)) {
				t.Fatalf("%s matches %q, but none of %q stands in it", expression, s, p.need.sets)
			}
		}
		if made < 100 {
			t.Errorf("%s: only %d texts that match", expression, made)
		}
	}
}

// Among many lines, an expression that stays within one is asked of those alone that hold its words, and says the same.
func TestLines(t *testing.T) {
	line := strings.Repeat("nothing to see here at all\n", 40)
	text := "The Key is here: key-1\n" + line + "no KEY, key-22 key-3" + line + "keyless\r\nkey-x"
	for _, expression := range []string{`(?i)key-(\d+)`, `key-(\d+)`, `(?m)^key\w*`, `(?i)\bkey\b`, `(?m)key-\w$`, `key\s+is`, `^The Key`, `here: key[^\n]*`, `key-x\z`, `(?i)KEYLESS|none of it`} {
		p, re := New(expression), regexp.MustCompile(expression)
		if p.MatchString(text) != re.MatchString(text) || !slices.Equal(p.FindStringIndex(text), re.FindStringIndex(text)) ||
			fmt.Sprint(p.FindAllStringIndex(text, -1)) != fmt.Sprint(re.FindAllStringIndex(text, -1)) ||
			fmt.Sprint(p.FindAllStringSubmatchIndex(text, -1)) != fmt.Sprint(re.FindAllStringSubmatchIndex(text, -1)) {
			t.Errorf("%s (by lines: %v): %v, not %v", expression, p.need.line, p.FindAllStringSubmatchIndex(text, -1), re.FindAllStringSubmatchIndex(text, -1))
		}
	}
}

// grow makes a text that an expression matches.
func grow(re *syntax.Regexp, r *rand.Rand) string {
	switch re.Op {
	case syntax.OpLiteral:
		var s strings.Builder
		for _, c := range re.Rune {
			if re.Flags&syntax.FoldCase != 0 {
				for range r.IntN(3) {
					c = unicode.SimpleFold(c)
				}
			}
			s.WriteRune(c)
		}
		return s.String()
	case syntax.OpCharClass:
		i := r.IntN(len(re.Rune)/2) * 2
		return string(re.Rune[i] + rune(r.IntN(int(min(re.Rune[i+1]-re.Rune[i]+1, 500)))))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return string("aZ-é"[r.IntN(3)])
	case syntax.OpConcat:
		var s strings.Builder
		for _, sub := range re.Sub {
			s.WriteString(grow(sub, r))
		}
		return s.String()
	case syntax.OpAlternate:
		return grow(re.Sub[r.IntN(len(re.Sub))], r)
	case syntax.OpCapture:
		return grow(re.Sub[0], r)
	case syntax.OpStar, syntax.OpPlus, syntax.OpQuest, syntax.OpRepeat:
		low, high := 0, 3
		switch re.Op {
		case syntax.OpPlus:
			low = 1
		case syntax.OpQuest:
			high = 1
		case syntax.OpRepeat:
			low, high = re.Min, max(re.Max, re.Min+2)
			if re.Max >= 0 {
				high = re.Max
			}
		}
		var s strings.Builder
		for range low + r.IntN(high-low+1) {
			s.WriteString(grow(re.Sub[0], r))
		}
		return s.String()
	}
	return ""
}

func FuzzNeed(f *testing.F) {
	f.Add(`(?i)key[-_]?s`, "KEYſ")
	f.Add(`(a|b)c+`, "bcc")
	f.Fuzz(func(t *testing.T, expression, text string) {
		re, err := regexp.Compile(expression)
		if err != nil || len(expression) > 1000 {
			return
		}
		p := New(expression)
		long := text + strings.Repeat("\nab", 200) + "\n" + text // looked at by its lines
		if fmt.Sprint(re.FindAllStringSubmatchIndex(long, -1)) != fmt.Sprint(p.FindAllStringSubmatchIndex(long, -1)) || re.MatchString(long) != p.MatchString(long) {
			t.Fatalf("%q on lines of %q: words %q", expression, text, p.need.sets)
		}
		if re.MatchString(text) != p.MatchString(text) || re.Match([]byte(text)) != p.Match([]byte(text)) {
			t.Fatalf("%q on %q: words %q", expression, text, p.need.sets)
		}
	})
}

func BenchmarkMatchString(b *testing.B) {
	text := strings.Repeat("response = client.get(url, timeout=30)  # ask the server again\n", 300)
	const expression = `(?i)\b(?:your|my)[-_ ]?(?:api|secret)[-_ ]?(?:key|token)s?\b`
	p := New(expression)
	for _, c := range []struct {
		name  string
		match func(string) bool
	}{{"words", p.MatchString}, {"regexp", p.Regexp().MatchString}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				c.match(text)
			}
		})
	}
}
