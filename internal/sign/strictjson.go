package sign

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// maxJSONDepth bounds how deep values nest in values.
const maxJSONDepth = 64

// JSONError says what in a JSON text has more than one reading, and where.
type JSONError struct {
	Offset int // bytes from the start
	Reason string
}

func (e *JSONError) Error() string { return fmt.Sprintf("%s (at byte %d)", e.Reason, e.Offset) }

// StrictJSON decodes the one JSON value that data is. It refuses what different programs read in different ways, because an attacker would have one
// of them check a text and another believe it: repeated members, members that into does not know exactly (the standard library takes
// "PAYLOAD" for "payload"), null in place of a string or number, halves of surrogate pairs, invalid UTF-8, more than one value, and values
// nested deeper than 64. What is wrong is a *JSONError.
func StrictJSON(data []byte, into any) error {
	if at := firstInvalid(data); at >= 0 {
		return &JSONError{at, "invalid UTF-8"}
	}
	if !json.Valid(data) {
		return syntaxError(data)
	}
	s := jsonScan{data: data}
	if err := s.value(reflect.TypeOf(into)); err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return &JSONError{int(kind.Offset), fmt.Sprintf("%s is a %s", strconv.Quote(kind.Field), kind.Value)}
		}
		return &JSONError{0, err.Error()}
	}
	return nil
}

func firstInvalid(data []byte) int {
	if utf8.Valid(data) {
		return -1
	}
	for i := 0; i < len(data); {
		r, n := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(data)
}

func syntaxError(data []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return &JSONError{int(syntax.Offset), syntax.Error()}
	}
	return &JSONError{0, "not JSON"}
}

// jsonScan walks over a text that is known to be valid JSON, beside the type that it is going to be decoded into.
type jsonScan struct {
	data   []byte
	at     int
	frames []jsonFrame
}

// jsonFrame is an object or array that is open. Its type is nil where anything may stand.
type jsonFrame struct {
	array   bool
	members map[string]reflect.Type // of a struct: every member it knows
	element reflect.Type            // of an array or a map
	seen    map[string]bool
}

// value scans the value at the position and all within it. It does not recurse.
func (s *jsonScan) value(t reflect.Type) error {
	if err := s.begin(t); err != nil {
		return err
	}
	for len(s.frames) > 0 {
		f := &s.frames[len(s.frames)-1]
		c := s.next()
		switch {
		case c == ']' || c == '}':
			s.at++
			s.frames = s.frames[:len(s.frames)-1]
			continue
		case c == ',':
			s.at++
			s.next()
		}
		element := f.element
		if !f.array {
			var err error
			if element, err = s.member(f); err != nil {
				return err
			}
		}
		if err := s.begin(element); err != nil {
			return err
		}
	}
	return nil
}

// begin steps over a scalar, or into an object or array.
func (s *jsonScan) begin(t reflect.Type) error {
	t = plainType(t)
	switch s.next() {
	case '{', '[':
		if len(s.frames) == maxJSONDepth {
			return &JSONError{s.at, fmt.Sprintf("nested deeper than %d", maxJSONDepth)}
		}
		s.frames = append(s.frames, frameOf(t, s.data[s.at] == '['))
		s.at++
		return nil
	case '"':
		_, err := s.text()
		return err
	case 'n':
		if t != nil && t.Kind() != reflect.Slice && t.Kind() != reflect.Map {
			return &JSONError{s.at, "null stands where a value is wanted"}
		}
	}
	for s.at < len(s.data) && !endsScalar(s.data[s.at]) {
		s.at++
	}
	return nil
}

func endsScalar(c byte) bool {
	switch c {
	case ',', ']', '}', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}

// member reads a name and its colon, and gives the type of what follows.
func (s *jsonScan) member(f *jsonFrame) (reflect.Type, error) {
	start := s.at
	name, err := s.text()
	if err != nil {
		return nil, err
	}
	if f.seen[name] {
		return nil, &JSONError{start, fmt.Sprintf("the member %s stands twice", quoteShort(name))}
	}
	if f.seen == nil {
		f.seen = map[string]bool{}
	}
	f.seen[name] = true
	s.next()
	s.at++ // the colon
	if f.members == nil {
		return f.element, nil
	}
	t, known := f.members[name]
	if !known {
		return nil, &JSONError{start, fmt.Sprintf("the member %s is unknown", quoteShort(name))}
	}
	return t, nil
}

// next skips white space, and gives the byte behind it; 0 at the end.
func (s *jsonScan) next() byte {
	for s.at < len(s.data) {
		switch c := s.data[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// text reads a string.
func (s *jsonScan) text() (string, error) {
	start, escaped := s.at, false
	for s.at++; s.data[s.at] != '"'; s.at++ {
		if s.data[s.at] != '\\' {
			continue
		}
		escaped = true
		s.at++
		if s.data[s.at] != 'u' {
			continue
		}
		n, whole := s.surrogates()
		if !whole {
			return "", &JSONError{s.at, "half a surrogate pair"}
		}
		s.at += n
	}
	s.at++
	if !escaped {
		return string(s.data[start+1 : s.at-1]), nil
	}
	var text string
	if err := json.Unmarshal(s.data[start:s.at], &text); err != nil {
		return "", &JSONError{start, err.Error()}
	}
	return text, nil
}

// surrogates looks at the escape whose "u" is at the position: how many bytes follow that belong to it, and whether it is whole.
func (s *jsonScan) surrogates() (n int, whole bool) {
	unit := func(at int) uint64 {
		if at+4 > len(s.data) {
			return 0
		}
		v, err := strconv.ParseUint(string(s.data[at:at+4]), 16, 16)
		if err != nil {
			return 0
		}
		return v
	}
	switch first := unit(s.at + 1); {
	case first >= 0xDC00 && first <= 0xDFFF:
		return 0, false
	case first < 0xD800 || first > 0xDBFF:
		return 4, true
	}
	if s.at+7 > len(s.data) || s.data[s.at+5] != '\\' || s.data[s.at+6] != 'u' {
		return 0, false
	}
	second := unit(s.at + 7)
	return 10, second >= 0xDC00 && second <= 0xDFFF
}

func quoteShort(s string) string {
	if len(s) > 64 {
		return strconv.Quote(s[:64]) + "..."
	}
	return strconv.Quote(s)
}
