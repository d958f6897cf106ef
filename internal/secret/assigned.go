package secret

import (
	"bytes"
	"strings"
)

const (
	nameBytes  = 64  // the longest part of a name before the word that tells, and behind it
	valueBytes = 512 // the longest value
)

// value is what is assigned to a name.
type value struct {
	from, to int
	text     string
	quoted   bool
	tight    bool // nothing between the sign and the value, as files of variables and shells have it
	ends     bool // nothing of the same expression follows
}

// assigned looks whether a word is the end of a name that a value is assigned to.
func (l *looking) assigned(from, to int) {
	if from < l.valued || l.kind.lock {
		return
	}
	for from < to && !keyByte(l.text[from]) {
		from++
	}
	for from < to && !keyByte(l.text[to-1]) {
		to--
	}
	left, right := from, to
	for right < len(l.text) && right-to < nameBytes && keyByte(l.text[right]) {
		right++
	}
	at, closed := l.afterName(right)
	below := -1
	if at < 0 {
		if below = l.pairBelow(from, right); below < 0 {
			return
		}
	}
	for left > 0 && from-left < nameBytes && (keyByte(l.text[left-1]) || l.text[left-1] == '.') {
		left--
	}
	if left > 1 && l.text[left-1] == '\\' && (l.text[left] == 'n' || l.text[left] == 't' || l.text[left] == 'r') { // an escape: \nAPI_KEY=
		left++
	}
	how := l.tells(l.text[left:right])
	if how == tellsNothing {
		return
	}
	var v value
	var ok bool
	if below >= 0 {
		v, ok = l.read(below, true, false)
	} else {
		v, ok = l.valueAt(at, left, right, closed)
	}
	if !ok {
		return
	}
	l.valued = max(l.valued, min(v.from, v.to))
	scheme := ""
	if !v.quoted && schemes[v.text] && v.to < len(l.text) && l.text[v.to] == ' ' { // Authorization: Bearer VALUE
		scheme = v.text
		if v, ok = l.read(v.to+1, true, false); !ok {
			return
		}
	}
	if v.to-v.from >= 8 {
		name := strings.Trim(string(l.text[left:right]), "-.")
		if i := strings.LastIndexByte(name, '.'); i > 0 && drawn(name[:i]) || drawn(name) { // a secret itself, which must not be told
			name = string(l.text[from:to])
		}
		l.judge(name, scheme, how, v)
	}
}

// mostNames is how many names are kept, so that files that repeat them cost little.
const mostNames = 2000

// tells is the function tells, with a memory.
func (l *looking) tells(name []byte) int {
	if how, ok := l.names[string(name)]; ok {
		return how
	}
	text := strings.Trim(string(name), "-.")
	how := tells(text)
	if l.names == nil {
		l.names = map[string]int{}
	}
	if len(l.names) < mostNames {
		l.names[string(name)] = how
	}
	return how
}

// pairBelow knows the pair of lines "name: NAME" and "value: VALUE" of YAML: it gives where the value stands, or less than 0.
func (l *looking) pairBelow(from, right int) int {
	end := right
	for end < len(l.text) && end-right < 3 && strings.IndexByte("\"'\r", l.text[end]) >= 0 {
		end++
	}
	if end >= len(l.text) || l.text[end] != '\n' {
		return -1
	}
	before := l.lineOf(from, 100)
	before = bytes.TrimLeft(before, " \t-")
	if !has(before, "name:") && !has(before, "key:") {
		return -1
	}
	return l.belowValue(end)
}

// belowValue is where the value stands on the line below, if that says "value:"; otherwise less than 0.
func (l *looking) belowValue(end int) int {
	at := end + 1
	for at < len(l.text) && at-end < 60 && (l.text[at] == ' ' || l.text[at] == '\t') {
		at++
	}
	if !has(l.text[min(at, len(l.text)):], "value: ") {
		return -1
	}
	at += len("value: ")
	for at < len(l.text) && l.text[at] == ' ' {
		at++
	}
	if at >= len(l.text) || l.text[at] == '\n' {
		return -1
	}
	return at
}

// afterName goes over what may stand between a name and a sign of assignment: marks of quotation, brackets, spaces. closed says whether
// there were any marks.
func (l *looking) afterName(at int) (next int, closed bool) {
	end := min(len(l.text), at+12)
	spaced := false
	for at < end {
		switch c := l.text[at]; c {
		case ' ', '\t':
			spaced = true
		case '"', '\'', '`', ']', ')', '\\':
			if spaced && c != ']' && c != ')' { // here the value begins
				return at, closed
			}
			closed = true
		case '.':
			if at+1 >= len(l.text) || l.text[at+1] != '=' {
				return -1, false
			}
			return at, closed
		case '=', ':', ',', '>', '?', '|', '(', 'o', '!', '&':
			return at, closed
		default:
			if at > 0 && (l.text[at-1] == ' ' || l.text[at-1] == '\t' || closed) {
				return at, closed
			}
			return -1, false
		}
		at++
	}
	return -1, false
}

// valueAt reads the sign of assignment at a place, and the value behind it.
func (l *looking) valueAt(at, left, right int, closed bool) (v value, ok bool) {
	t := l.text
	rest := t[at:min(len(t), at+valueBytes+64)]
	sign := 0
	switch {
	case has(rest, ":::="):
		sign = 4
	case has(rest, "==="), has(rest, "||="), has(rest, "??="), has(rest, "::="):
		sign = 3
	case has(rest, ".="), has(rest, "=="), has(rest, "=>"), has(rest, ":="), has(rest, "?="), has(rest, "||"), has(rest, "??"), has(rest, "+="):
		sign = 2
	case has(rest, "or ") && closed:
		sign = 3
	case has(rest, "!="), has(rest, "&&"):
		return v, false
	case has(rest, "?:"): // an optional property in TypeScript
		if n := typeName(rest[2:]); n > 0 {
			sign = 2 + n
		}
	case rest[0] == '=', rest[0] == '(' && at == right, rest[0] == ',' && closed && left > 0 && (t[left-1] == '"' || t[left-1] == '\'' || t[left-1] == '`'), rest[0] == '>' && left > 0 && t[left-1] == '<':
		sign = 1
	case rest[0] == ':':
		sign = 1
		if n := typeName(rest[1:]); n > 0 {
			sign = 1 + n
		}
	case at > right && !closed && typeName(rest) > 0: // var token string = "..."
		sign = typeName(rest)
	case at > right && !closed && (l.flag(left) || l.declared(left) || l.kind.gaps || rest[0] == '\'' && saysPassword(t[left:right])): // --api-key VALUE, ENV NAME VALUE
		return l.read(at, true, false)
	}
	if sign == 0 {
		return v, false
	}
	if rest[0] == ',' && closed { // {"name": "API_KEY", "value": "..."}
		if n := pairValue(rest[1:]); n > 0 {
			sign += n
		}
	}
	at += sign
	tight := at < len(t) && t[at] != ' ' && t[at] != '\t'
	for n := 0; at < len(t) && n < 16 && (t[at] == ' ' || t[at] == '\t'); n++ {
		at++
	}
	if at >= len(t) {
		return v, false
	}
	if rest[0] == '>' {
		return l.element(at)
	}
	if t[at] == '\n' || t[at] == '\r' {
		return v, false
	}
	mustQuote := rest[0] == '(' || rest[0] == ',' || has(rest, "or ") || has(rest, "||") || has(rest, "??")
	if rest[0] == ',' && l.wrapped(at) != at { // a value of its own
		return v, false
	}
	return l.read(at, tight, mustQuote)
}

// element reads the text of an element of XML, which may stand on a line of its own.
func (l *looking) element(at int) (v value, ok bool) {
	skip := func(at int) int {
		for n := 0; at < len(l.text) && n < 60 && strings.IndexByte(" \t\r\n", l.text[at]) >= 0; n++ {
			at++
		}
		return at
	}
	v, ok = l.read(skip(at), true, false)
	if end := skip(v.to); !ok || end >= len(l.text) || l.text[end] != '<' {
		return v, false
	}
	v.quoted = true
	return v, true
}

func has(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && string(text[:len(prefix)]) == prefix
}

// typeNames are types that a name may be given before its value.
var typeNames = []string{"str", "string", "String", "SecretStr", "Optional[str]", "Optional[SecretStr]", "str | None", "string | undefined", "bytes", "&str", "&'static str", "Final", "Final[str]", "any", "char*"}

// typeName is the length of " str =" at the beginning of a text.
func typeName(text []byte) int {
	trimmed := bytes.TrimLeft(text[:min(len(text), 40)], " ")
	for _, n := range typeNames {
		if has(trimmed, n) {
			rest := bytes.TrimLeft(trimmed[len(n):], " ")
			if len(rest) > 1 && rest[0] == '=' && rest[1] != '=' {
				return min(len(text), 40) - len(rest) + 1
			}
		}
	}
	return 0
}

// pairValue is the length of ` "value":` at the beginning of a text.
func pairValue(text []byte) int {
	trimmed := bytes.TrimLeft(text[:min(len(text), 80)], " \t\r\n\\\"'")
	for _, n := range []string{"value", "Value", "VALUE"} {
		if has(trimmed, n) {
			rest := bytes.TrimLeft(trimmed[len(n):], "\\\"' ")
			if len(rest) > 0 && (rest[0] == ':' || rest[0] == '=') {
				return min(len(text), 80) - len(rest) + 1
			}
		}
	}
	return 0
}

// flag says whether a name is an option of a command: --api-key.
func (l *looking) flag(left int) bool {
	return left+2 < len(l.text) && l.text[left] == '-' && l.text[left+1] == '-'
}

// saysPassword knows the words of SQL that a password follows.
func saysPassword(name []byte) bool {
	return bytes.EqualFold(name, []byte("password")) || bytes.EqualFold(name, []byte("identified by"))
}

// declared says whether a name follows a word that declares variables without a sign: ENV NAME VALUE.
func (l *looking) declared(left int) bool {
	before := bytes.TrimRight(l.text[max(0, left-12):left], " \t")
	for _, w := range []string{"ENV", "%env", "setx", "machine", "login"} {
		if bytes.HasSuffix(before, []byte(w)) {
			return true
		}
	}
	return false
}

// read reads a value: between marks of quotation, or up to where a bare one ends.
func (l *looking) read(at int, tight, mustQuote bool) (v value, ok bool) {
	t := l.text
	at = l.wrapped(at)
	slashes := 0
	for at+slashes < len(t) && slashes < 4 && t[at+slashes] == '\\' {
		slashes++
	}
	if q := at + slashes; q < len(t) && (t[q] == '"' || t[q] == '\'' || t[q] == '`') {
		closing := t[at : q+1]
		from := q + 1
		window := t[from:min(len(t), from+valueBytes)]
		if i := bytes.IndexByte(window, '\n'); i >= 0 {
			window = window[:i]
		}
		n := bytes.Index(window, closing)
		if n <= 0 {
			return v, false
		}
		return value{from: from, to: from + n, text: string(window[:n]), quoted: true, ends: true}, true
	}
	if mustQuote {
		return v, false
	}
	to := at
	for to < len(t) && to-at < valueBytes && bareByte(t[to]) {
		to++
	}
	if to == at {
		return v, false
	}
	if to-at == valueBytes { // no value that anybody assigns, and nothing in it is assigned
		l.valued = max(l.valued, to)
		return v, false
	}
	v = value{from: at, to: to, text: string(t[at:to]), tight: tight, ends: to == len(t) || strings.IndexByte("([{'\"", t[to]) < 0}
	if to < len(t) && (t[to] == '"' || t[to] == '\'' || t[to] == '`') { // the end of a text that the assignment stands in
		v.ends = true
	}
	return v, true
}

func bareByte(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte("\"'`;,()<>[]{}\\|&", c) < 0
}

// wrapped goes over what a value may stand in: SecretStr("..."), b"...".
func (l *looking) wrapped(at int) int {
	i := at
	for i < len(l.text) && i-at < 24 && (keyByte(l.text[i]) || l.text[i] == '.') {
		i++
	}
	if i < len(l.text) && i > at && l.text[i] == '(' {
		i++
		if i < len(l.text) && (l.text[i] == '"' || l.text[i] == '\'' || l.text[i] == '\\') {
			return i
		}
		return at
	}
	if i < len(l.text) && i-at == 1 && strings.IndexByte("brufRBUF@", l.text[at]) >= 0 && (l.text[i] == '"' || l.text[i] == '\'' || l.text[i] == '\\') {
		return i
	}
	return at
}
