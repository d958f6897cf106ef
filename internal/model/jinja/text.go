package jinja

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// method is what a method of a known value returns.
func (l *looker) method(pos int, v value, name string, args []vals, named map[string]vals) value {
	arg := func(i int) value { return argument(args, nil, i, "") }
	if v.kind == vDict {
		switch name {
		case "keys", "values", "items":
			return pairs(v, name)
		case "get", "pop":
			if k := arg(0); k.whole() {
				l.attribute(pos, k.s, true)
				if w := l.member(v, k.s); w.kind != vMethod {
					return w
				}
			}
		}
		return value{}
	}
	if v.kind != vText {
		return value{}
	}
	s := v.s
	switch name {
	case "format":
		l.fieldsOf(pos, s)
		return formatted(s, args, named)
	case "format_map":
		l.fieldsOf(pos, s)
		return text(string(hole))
	case "join":
		return joined(s, arg(0))
	case "encode", "decode", "__str__", "__format__", "copy", "expandtabs":
		return v
	case "ljust", "rjust", "center", "zfill":
		if n := arg(0); n.kind == vInteger && n.i > 1_000_000 {
			l.exhausts(pos, "makes a text %d letters long", n.i)
		}
		return v
	case "split", "rsplit":
		if sep := arg(0); v.whole() && sep.whole() && sep.s != "" {
			return texts(strings.Split(s, sep.s))
		} else if v.whole() && sep.kind == vUnknown {
			return texts(strings.Fields(s))
		}
		return value{}
	case "splitlines":
		return texts(strings.Split(s, "\n"))
	case "replace", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "lower", "upper", "title", "capitalize", "swapcase", "casefold", "translate":
		return changed(s, name, arg(0), arg(1))
	}
	return value{}
}

// changed applies what turns a text into another.
func changed(s, how string, a, b value) value {
	switch how {
	case "replace":
		if a.whole() && b.kind == vText {
			if len(s) > 0 && len(a.s) == 0 && len(b.s)*len(s) > maxText {
				return text(string(hole))
			}
			if n := strings.Count(s, a.s); n*len(b.s) > 4*maxText {
				return text(string(hole))
			}
			return text(strings.ReplaceAll(s, a.s, b.s))
		}
		return text(string(hole))
	case "removeprefix":
		return text(strings.TrimPrefix(s, a.s))
	case "removesuffix":
		return text(strings.TrimSuffix(s, a.s))
	case "strip", "lstrip", "rstrip", "trim":
		cut := " \t\n\r\v\f"
		if a.whole() {
			cut = a.s
		}
		if how != "rstrip" {
			s = strings.TrimLeft(s, cut)
		}
		if how != "lstrip" {
			s = strings.TrimRight(s, cut)
		}
		return text(s)
	case "lower", "casefold":
		return text(strings.ToLower(s))
	case "upper":
		return text(strings.ToUpper(s))
	case "title":
		return text(titled(s))
	case "capitalize":
		_, n := utf8.DecodeRuneInString(s)
		return text(strings.ToUpper(s[:n]) + strings.ToLower(s[n:]))
	case "swapcase":
		return text(strings.Map(func(r rune) rune {
			if u := []rune(strings.ToUpper(string(r))); len(u) == 1 && u[0] != r {
				return u[0]
			}
			if u := []rune(strings.ToLower(string(r))); len(u) == 1 {
				return u[0]
			}
			return r
		}, s))
	}
	return text(string(hole))
}

func titled(s string) string {
	var b strings.Builder
	start := true
	for _, r := range strings.ToLower(s) {
		if start {
			b.WriteString(strings.ToUpper(string(r)))
		} else {
			b.WriteRune(r)
		}
		start = !(r >= 'a' && r <= 'z')
	}
	return b.String()
}

func texts(l []string) value {
	var out []value
	for _, s := range l[:min(len(l), maxMembers)] {
		out = append(out, text(s))
	}
	return list(out)
}

// pairs is dict.keys(), .values() or .items().
func pairs(v value, name string) value {
	var out []value
	for i := 0; i+1 < len(v.list); i += 2 {
		switch name {
		case "keys":
			out = append(out, v.list[i])
		case "values":
			out = append(out, v.list[i+1])
		default:
			out = append(out, list([]value{v.list[i], v.list[i+1]}))
		}
	}
	return list(out)
}

// joined is the members of v with sep between them.
func joined(sep string, v value) value {
	var parts []value
	switch v.kind {
	case vList:
		parts = v.list
	case vDict:
		parts = pairs(v, "keys").list
	case vText:
		parts = letters(v.s)
	default:
		return text(string(hole))
	}
	var b strings.Builder
	for i, p := range parts {
		if b.Len() > maxText {
			break
		}
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(p.str())
	}
	return text(b.String())
}

// fieldsOf judges the attributes that a format text reads: "{0.__class__}".
func (l *looker) fieldsOf(pos int, s string) {
	for range 1000 {
		i := strings.IndexByte(s, '{')
		if i < 0 {
			return
		}
		if strings.HasPrefix(s[i:], "{{") {
			s = s[i+2:]
			continue
		}
		s = s[i+1:]
		end := strings.IndexAny(s, "}:!")
		if end < 0 {
			return
		}
		field := s[:end]
		if width := s[end:]; strings.HasPrefix(width, ":") {
			if j := strings.IndexByte(width, '}'); j > 0 {
				l.width(pos, strings.Trim(width[1:j], "<>^=+-#, dsfxXbBeEgGn%_"))
			}
		}
		if j := strings.IndexAny(field, ".["); j >= 0 {
			for _, part := range strings.FieldsFunc(field[j:], func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
				l.attribute(pos, part, true)
			}
		}
	}
}

func (l *looker) width(pos int, digits string) {
	digits, _, _ = strings.Cut(strings.TrimLeft(digits, "0"), ".")
	if n, err := strconv.ParseInt(digits, 10, 62); err == nil && n > 1_000_000 {
		l.exhausts(pos, "makes a text %d letters long", n)
	}
}

// formatted is "...".format(...) as far as its fields are plain.
func formatted(s string, args []vals, named map[string]vals) value {
	var b strings.Builder
	next := 0
	for len(s) > 0 && b.Len() <= maxText {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		if i+1 < len(s) && s[i+1] == s[i] {
			b.WriteByte(s[i])
			s = s[i+2:]
			continue
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 || s[i] == '}' {
			return text(string(hole))
		}
		field := s[i+1 : i+end]
		s = s[i+end+1:]
		name, spec, _ := strings.Cut(field, ":")
		name, _, _ = strings.Cut(name, "!")
		v := value{}
		switch n, err := strconv.Atoi(name); {
		case name == "":
			v = argument(args, nil, next, "")
			next++
		case err == nil:
			v = argument(args, nil, n, "")
		default:
			v = named[name].first()
		}
		b.WriteString(conversion(strings.TrimLeft(spec, "0123456789"), v))
	}
	return text(b.String())
}

// conversion prints a value as a format letter says: c is a character by its number.
func conversion(letter string, v value) string {
	if letter == "c" && v.kind == vInteger && v.i >= 0 && v.i <= utf8.MaxRune {
		return string(rune(v.i))
	}
	if letter == "x" && v.kind == vInteger {
		return strconv.FormatInt(v.i, 16)
	}
	return v.str()
}

// percent is text % values.
func (l *looker) percent(pos int, format, v value) value {
	args := []value{v}
	if v.kind == vList {
		args = v.list
	}
	s := format.s
	var b strings.Builder
	for len(s) > 0 && b.Len() <= maxText {
		i := strings.IndexByte(s, '%')
		if i < 0 || i+1 >= len(s) {
			b.WriteString(s)
			break
		}
		b.WriteString(s[:i])
		s = s[i+1:]
		if s[0] == '%' {
			b.WriteByte('%')
			s = s[1:]
			continue
		}
		key := value{}
		if s[0] == '(' {
			end := strings.IndexByte(s, ')')
			if end < 0 {
				break
			}
			key, s = l.member(v, s[1:end]), s[end+1:]
		} else if len(args) > 0 {
			key, args = args[0], args[1:]
		}
		letter := strings.TrimLeft(s, "#0- +.123456789*hlL")
		l.width(pos, strings.Trim(s[:len(s)-len(letter)], "#- +hlL"))
		if letter == "" {
			break
		}
		b.WriteString(conversion(letter[:1], key))
		s = letter[1:]
	}
	return text(b.String())
}

// said is kept so that a filter that is unknown is told once.
func (l *looker) unknownFilter(n *node) {
	l.say(inspect.Unknown, "template-filter", n.pos, n.text, "uses the filter %s, which is none of Jinja's", inspect.Quote(n.text))
}
