package numpy

import (
	"math/bits"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// dtype is what is to be known of an array's type: how many bytes an element has, and whether it holds Python objects.
type dtype struct {
	name   string // of a plain type
	size   uint64
	object bool
}

// String is the type as the inventory shows it.
func (d dtype) String() string {
	switch {
	case d.object:
		return "object"
	case d.name != "":
		return d.name
	}
	return "fields"
}

const maxType = 1 << 40 // bytes of one element

// readType reads what a header says of the type, as numpy.lib.format does.
func readType(v literal, level int) (dtype, error) {
	if level > maxLevels {
		return dtype{}, damage(0, "a type of more than %d levels", maxLevels)
	}
	switch v.kind {
	case kText:
		return typeName(v.text)
	case kTuple:
		if len(v.list) != 2 {
			return dtype{}, damage(0, "a type of %d parts", len(v.list))
		}
		d, err := readType(v.list[0], level+1)
		if err != nil {
			return d, err
		}
		return times(d, v.list[1])
	case kList:
		return fields(v.list, level)
	}
	return dtype{}, damage(0, "a type that NumPy does not write")
}

func fields(list []literal, level int) (dtype, error) {
	sum := dtype{}
	seen := map[string]bool{}
	for _, f := range list {
		if f.kind != kTuple || len(f.list) < 2 || len(f.list) > 3 {
			return sum, damage(0, "a field of a type that has no name and type")
		}
		name := f.list[0]
		if name.kind == kTuple && len(name.list) == 2 {
			name = name.list[1]
			if name.text == "" {
				return sum, damage(0, "a field of a type that has a title and no name")
			}
		}
		if name.kind != kText {
			return sum, damage(0, "a field of a type whose name is no text")
		}
		if name.text != "" && seen[name.text] {
			return sum, damage(0, "a type with two fields called %s", inspect.Quote(name.text))
		}
		seen[name.text] = true
		d, err := readType(f.list[1], level+1)
		if err == nil && len(f.list) == 3 {
			d, err = times(d, f.list[2])
		}
		if err != nil {
			return sum, err
		}
		sum.size += d.size
		sum.object = sum.object || d.object
		if sum.size > maxType {
			return sum, damage(0, "a type whose size overflows")
		}
	}
	return sum, nil
}

// times is a type of several elements of d.
func times(d dtype, shape literal) (dtype, error) {
	dims := shape.list
	if shape.kind == kInteger {
		dims = []literal{shape}
	} else if shape.kind != kTuple && shape.kind != kList {
		return d, damage(0, "a type with a shape that is none")
	}
	if d.size == 0 && d.name != "" && !d.object {
		return d, damage(0, "a type of texts without a length, several times")
	}
	for _, n := range dims {
		if n.kind != kInteger {
			return d, damage(0, "a type with a shape that is none")
		}
		hi, lo := bits.Mul64(d.size, n.n)
		if hi != 0 || lo > maxType {
			return d, damage(0, "a type whose size overflows")
		}
		d.size = lo
	}
	d.name = ""
	return d, nil
}

// typeName reads a type such as <f8, |S10 or <M8[ns]; also the names and letters that NumPy takes besides.
func typeName(s string) (dtype, error) {
	if strings.Contains(s, ",") {
		return commas(s)
	}
	bad := damage(0, "%s is no type of NumPy's", inspect.Quote(s))
	name := s
	t := s
	if t != "" && strings.IndexByte("<>|=", t[0]) >= 0 {
		t = t[1:]
	}
	if t == "" {
		return dtype{}, bad
	}
	if size, ok := wordSize(t); ok && t == s {
		return dtype{name, size, t == "object" || t == "object_"}, nil
	}
	unit := ""
	if i := strings.IndexByte(t, '['); i >= 0 {
		t, unit = t[:i], t[i:]
		if len(unit) < 3 || unit[len(unit)-1] != ']' || t != "M8" && t != "m8" {
			return dtype{}, bad
		}
		if !dateUnit(unit[1 : len(unit)-1]) {
			return dtype{}, bad
		}
	}
	kind, digits := t[0], t[1:]
	n := uint64(0)
	if digits != "" {
		var err error
		if n, err = strconv.ParseUint(digits, 10, 40); err != nil {
			return dtype{}, bad
		}
	}
	d := dtype{name: name, size: n}
	sizes := ""
	switch kind {
	case 'O':
		d.object, d.size = true, 8
		return d, nil
	case 'S', 'a', 'V':
		return d, nil
	case 'U':
		d.size = 4 * n
		return d, nil
	case 'f':
		sizes = " 2 4 8 10 12 16 "
	case 'c':
		sizes = " 8 16 20 24 32 "
	case 'i', 'u':
		sizes = " 1 2 4 8 "
	case 'b':
		sizes = " 1 "
	case 'M', 'm':
		sizes = " 8 "
	}
	if digits == "" {
		return letter(name, kind, bad)
	}
	if !strings.Contains(sizes, " "+digits+" ") {
		return dtype{}, bad
	}
	return d, nil
}

// letter is a type of one letter.
func letter(name string, c byte, bad error) (dtype, error) {
	switch c {
	case '?', 'b', 'B', 'c':
		return dtype{name: name, size: 1}, nil
	case 'h', 'H', 'e':
		return dtype{name: name, size: 2}, nil
	case 'i', 'I', 'f', 'u':
		return dtype{name: name, size: 4}, nil
	case 'l', 'L', 'q', 'Q', 'p', 'P', 'd', 'F', 'M', 'm':
		return dtype{name: name, size: 8}, nil
	case 'g', 'D':
		return dtype{name: name, size: 16}, nil
	case 'G':
		return dtype{name: name, size: 32}, nil
	}
	return dtype{}, bad
}

func wordSize(s string) (uint64, bool) {
	switch s {
	case "bool", "int8", "uint8", "bool_":
		return 1, true
	case "int16", "uint16", "float16", "half":
		return 2, true
	case "int32", "uint32", "float32", "single":
		return 4, true
	case "int64", "uint64", "float64", "complex64", "int", "uint", "float", "double", "int_", "intp", "uintp":
		return 8, true
	case "complex128", "complex", "float128", "longdouble":
		return 16, true
	case "complex256":
		return 32, true
	case "object", "object_":
		return 8, true
	}
	return 0, false
}

// dateUnit says whether a date's unit is one: ns, 25us, D ...
func dateUnit(s string) bool {
	s = strings.TrimLeft(s, "0123456789")
	if base, divisor, ok := strings.Cut(s, "/"); ok {
		if _, err := strconv.ParseUint(divisor, 10, 31); err != nil {
			return false
		}
		s = base
	}
	switch s {
	case "Y", "M", "W", "D", "h", "m", "s", "ms", "us", "μs", "ns", "ps", "fs", "as", "generic":
		return true
	}
	return false
}

// commas reads a type such as "f4, (2,3)i8", which numpy.dtype takes though NumPy does not write it.
func commas(s string) (dtype, error) {
	var sum dtype
	for _, part := range strings.Split(s, ",") {
		part = strings.TrimSpace(part)
		if strings.ContainsAny(part, "()") || part == "" {
			return dtype{}, damage(0, "%s is no type that NumPy writes", inspect.Quote(s))
		}
		d, err := typeName(strings.TrimLeft(part, "0123456789"))
		if err != nil {
			return d, err
		}
		repeat, err := strconv.ParseUint("0"+part[:len(part)-len(strings.TrimLeft(part, "0123456789"))], 10, 20)
		if err != nil {
			return d, damage(0, "%s is no type that NumPy writes", inspect.Quote(s))
		}
		sum.size += d.size * max(repeat, 1)
		sum.object = sum.object || d.object
	}
	return sum, nil
}
