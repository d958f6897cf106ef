package globals

import (
	"compress/gzip"
	"io"
	"strings"
	"sync"
)

// table is one text of data. A line is a module, "|" and fields; lines are sorted by module, and lines of one module follow
// each other. Empty lines and those that begin with "#" are for people.
type table struct {
	embedded *string
	packed   bool // with gzip: what honest models seldom need

	once  sync.Once
	text  string
	lines []uint32 // where the lines with entries begin
	slots []uint32 // by hash of the module: 1 + the number of its first line, 0 where there is none
}

// index is built when the text is first asked, not when the program starts.
func (t *table) index() {
	t.text = *t.embedded
	if t.packed {
		t.text = unpack(t.text)
	}
	text := t.text
	t.lines = make([]uint32, 0, strings.Count(text, "\n"))
	for at := 0; at < len(text); {
		if c := text[at]; c != '#' && c != '\n' {
			t.lines = append(t.lines, uint32(at))
		}
		end := strings.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
	size := 16
	for size < 2*len(t.lines) {
		size *= 2
	}
	t.slots = make([]uint32, size)
	before := ""
	for i := range t.lines {
		module := t.module(i)
		if module == before {
			continue
		}
		before = module
		slot := hash(module) & uint32(size-1)
		for t.slots[slot] != 0 {
			slot = (slot + 1) & uint32(size-1)
		}
		t.slots[slot] = uint32(i + 1)
	}
}

// unpack reads what is embedded with gzip. Tests read all of it: a failure here would be one of the build.
func unpack(packed string) string {
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		return ""
	}
	var b strings.Builder
	b.Grow(6 * len(packed))
	if _, err := io.Copy(&b, r); err != nil {
		return ""
	}
	return b.String()
}

// hash is FNV-1a. Names that collide are the data's, not the adversary's, who can only ask for them.
func hash(s string) uint32 {
	h := uint32(2166136261)
	for i := range len(s) {
		h = (h ^ uint32(s[i])) * 16777619
	}
	return h
}

// line is line i from its beginning to before its end.
func (t *table) line(i int) string {
	rest := t.text[t.lines[i]:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		return rest[:end]
	}
	return rest
}

// module is what line i is of.
func (t *table) module(i int) string {
	rest := t.text[t.lines[i]:]
	if bar := strings.IndexByte(rest, '|'); bar >= 0 {
		return rest[:bar]
	}
	return ""
}

// of says whether line i is there and is of a module.
func (t *table) of(i int, module string) bool {
	if i >= len(t.lines) {
		return false
	}
	rest := t.text[t.lines[i]:]
	return len(rest) > len(module) && rest[len(module)] == '|' && rest[:len(module)] == module
}

// first is the number of the first line of a module, -1 where there is none.
func (t *table) first(module string) int {
	t.once.Do(t.index)
	mask := uint32(len(t.slots) - 1)
	for slot := hash(module) & mask; t.slots[slot] != 0; slot = (slot + 1) & mask {
		if i := int(t.slots[slot] - 1); t.of(i, module) {
			return i
		}
	}
	return -1
}

// effect finds what is listed of a name with an effect.
func (t *table) effect(module, name string) (Global, bool) {
	if t == nil || name == "*" { // which stands for all others
		return Global{}, false
	}
	for i := t.first(module); i >= 0 && t.of(i, module); i++ {
		how, what, names := t.fields(i, module)
		if hasName(names, name) {
			return readEffect(how, what), true
		}
	}
	return Global{}, false
}

// whole finds the line that is for all names of a module that are not listed.
func (t *table) whole(module string) (Global, bool) {
	for i := t.first(module); i >= 0 && t.of(i, module); i++ {
		if how, what, names := t.fields(i, module); strings.HasPrefix(names, "*") {
			return readEffect(how, what), true
		}
	}
	return Global{}, false
}

func (t *table) fields(i int, module string) (how, what, names string) {
	how, rest, _ := strings.Cut(t.line(i)[len(module)+1:], "|")
	what, names, _ = strings.Cut(rest, "|")
	return how, what, names
}

// plain says whether a name is listed as harmless.
func (t *table) plain(module, name string) bool {
	if t == nil {
		return false
	}
	i := t.first(module)
	return i >= 0 && hasName(t.line(i)[len(module)+1:], name)
}

func readEffect(how, what string) Global {
	words, rule, _ := strings.Cut(how, " ")
	g := Global{Known: true, What: what}
	g.Capability, _ = parseCapability(words) // tests hold the data to what these read
	g.Rule, _ = parseRule(rule)
	return g
}

// hasName says whether sorted names, one space between them, hold name.
func hasName(names, name string) bool {
	lo, hi := 0, len(names) // lo at the beginning of a name, hi after the end of one
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		begin := strings.LastIndexByte(names[lo:mid], ' ') + 1 + lo
		end := hi
		if space := strings.IndexByte(names[begin:hi], ' '); space >= 0 {
			end = begin + space
		}
		switch got := names[begin:end]; {
		case got == name:
			return true
		case got < name:
			lo = end + 1
		default:
			hi = begin - 1
		}
	}
	return false
}
