package globals

import (
	"strings"
	"sync"
)

// table is one text of data. A line is a module, "|" and fields; lines are sorted by module, and lines of one module follow
// each other. Empty lines and those that begin with "#" are for people.
type table struct {
	text  string
	once  sync.Once
	lines []uint32 // where the lines with entries begin; found when the text is first asked, not when the program starts
}

func (t *table) index() {
	n := strings.Count(t.text, "\n")
	t.lines = make([]uint32, 0, n)
	for at := 0; at < len(t.text); {
		if c := t.text[at]; c != '#' && c != '\n' {
			t.lines = append(t.lines, uint32(at))
		}
		end := strings.IndexByte(t.text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
	}
}

// line is line i from its beginning to before its end.
func (t *table) line(i int) string {
	rest := t.text[t.lines[i]:]
	if end := strings.IndexByte(rest, '\n'); end >= 0 {
		return rest[:end]
	}
	return rest
}

// first is the number of the first line of a module, -1 where there is none.
func (t *table) first(module string) int {
	t.once.Do(t.index)
	lo, hi := 0, len(t.lines)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if compareField(t.text[t.lines[mid]:], module) < 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(t.lines) && compareField(t.text[t.lines[lo]:], module) == 0 {
		return lo
	}
	return -1
}

// compareField compares the module that a line begins with, up to "|", with want.
func compareField(line, want string) int {
	n := min(len(line), len(want))
	for i := range n {
		a, b := line[i], want[i]
		if a == b {
			continue
		}
		if a == '|' || a < b {
			return -1
		}
		return 1
	}
	if len(line) > len(want) && line[len(want)] == '|' {
		return 0
	}
	return 1 // the line's module is the longer one: fields cannot begin before "|"
}

// hasName says whether sorted names, one space between them, hold name.
func hasName(names, name string) bool {
	lo, hi := 0, len(names) // always at the beginning of a name, or the end
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		for mid > lo && names[mid-1] != ' ' {
			mid--
		}
		end := mid
		for end < hi && names[end] != ' ' {
			end++
		}
		switch got := names[mid:end]; {
		case got == name:
			return true
		case got < name:
			lo = min(end+1, hi)
		default:
			hi = mid
			if hi > lo {
				hi-- // the space before
				if hi < lo {
					hi = lo
				}
			}
		}
	}
	return false
}
