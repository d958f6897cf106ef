package sigstore

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/sign"
)

// octets are bytes in base64. The JSON form of protocol buffers allows both alphabets, with and without padding; line breaks, mixed alphabets
// and stray bits at the end, which other readers pass over, are refused, so that one value has one reading.
type octets []byte

// UnmarshalJSON reads base64 in either alphabet.
func (o *octets) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text, err := quoted(data)
	if err != nil {
		return err
	}
	*o, err = decodeBase64(text)
	return err
}

func decodeBase64(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") {
		return nil, errors.New("a line break within base64")
	}
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	bare := strings.TrimRight(text, "=")
	if pad := len(text) - len(bare); pad > 0 && (pad > 2 || len(text)%4 != 0) {
		return nil, errors.New("base64 with the wrong padding")
	}
	out, err := encoding.Strict().DecodeString(bare)
	if err != nil {
		return nil, errors.New("not base64")
	}
	return out, nil
}

// quoted is the text of a JSON string without escapes; nothing that is encoded here needs one.
func quoted(data []byte) (string, error) {
	if len(data) < 2 || data[0] != '"' || data[len(data)-1] != '"' {
		return "", fmt.Errorf("a string was expected, not %s", shorten(data))
	}
	text := data[1 : len(data)-1]
	if bytes.IndexByte(text, '\\') >= 0 {
		return strconv.Unquote(string(data))
	}
	return string(text), nil
}

// count is a 64 bit number, which the JSON form of protocol buffers writes as a string or as a number. It is never below zero here.
type count int64

// UnmarshalJSON reads a number, or a number in a string.
func (c *count) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text := strings.TrimSuffix(strings.TrimPrefix(string(data), `"`), `"`)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strings.HasPrefix(text, "+") {
		return fmt.Errorf("a whole number was expected, not %s", shorten(data))
	}
	if n < 0 {
		return fmt.Errorf("the number %d is below zero", n)
	}
	*c = count(n)
	return nil
}

// MarshalJSON writes a string, as the JSON form of protocol buffers does.
func (c count) MarshalJSON() ([]byte, error) {
	return []byte(`"` + strconv.FormatInt(int64(c), 10) + `"`), nil
}

// choice is a value of an enumeration, by its name.
type choice string

// enumerations are written by name, or by number by few; the numbers of these two do not collide in what is read here.
var hashNames = map[string]choice{"1": "SHA2_256", "2": "SHA2_384", "3": "SHA2_512"}

// UnmarshalJSON reads the name of a value, or its number where it is a hash.
func (c *choice) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	if name, ok := hashNames[string(data)]; ok {
		*c = name
		return nil
	}
	text, err := quoted(data)
	*c = choice(text)
	return err
}

// instant is a point in time in RFC 3339.
type instant struct{ time.Time }

// UnmarshalJSON reads a time; null is none.
func (i *instant) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	text, err := quoted(data)
	if err != nil {
		return err
	}
	i.Time, err = time.Parse(time.RFC3339, text)
	if err != nil {
		return fmt.Errorf("a time was expected, not %s", shorten(data))
	}
	return nil
}

// text is a string. It may be null, as everything may in the JSON form of protocol buffers.
type text string

// UnmarshalJSON reads a string; null is the empty one.
func (t *text) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// optional is a member that may be missing, or null, which in the JSON form of protocol buffers is the same.
type optional[T any] struct{ it *T }

// UnmarshalJSON reads a value strictly; null is none.
func (o *optional[T]) UnmarshalJSON(data []byte) error {
	o.it = nil
	if string(data) == "null" {
		return nil
	}
	value := new(T)
	if err := sign.StrictJSON(data, value); err != nil {
		return within(err)
	}
	o.it = value
	return nil
}

// MarshalJSON writes the value, or null.
func (o optional[T]) MarshalJSON() ([]byte, error) { return json.Marshal(o.it) }

// within is what was wrong in a part of a text; where it stands there tells nothing of where it stands in the whole.
func within(err error) error {
	var j *sign.JSONError
	if errors.As(err, &j) {
		return errors.New(j.Reason)
	}
	return err
}

// readJSON reads a whole text strictly.
func readJSON(data []byte, into any) error {
	err := sign.StrictJSON(data, into)
	var j *sign.JSONError
	if errors.As(err, &j) && j.Offset == 0 {
		return errors.New(j.Reason)
	}
	return err
}

// maxList is the most members of a list; each kind has a lower bound of its own.
const maxList = 256

// list is a list whose length is looked at before its members are.
type list[T any] []T

// UnmarshalJSON counts the members, then reads each strictly.
func (l *list[T]) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	if len(raw) > maxList {
		return fmt.Errorf("a list of more than %d", maxList)
	}
	*l = make([]T, len(raw))
	for i, r := range raw {
		if err := sign.StrictJSON(r, &(*l)[i]); err != nil {
			return within(err)
		}
	}
	return nil
}

// hexadecimal are bytes in lower-case hexadecimal digits.
type hexadecimal []byte

// UnmarshalJSON reads pairs of lower-case digits.
func (h *hexadecimal) UnmarshalJSON(data []byte) error {
	text, err := quoted(data)
	if err != nil {
		return err
	}
	*h, err = hex.DecodeString(text)
	if err != nil || strings.ToLower(text) != text {
		return fmt.Errorf("lower-case hexadecimal digits were expected, not %s", shorten(data))
	}
	return nil
}

// shorten quotes hostile text for a message.
func shorten[T ~string | ~[]byte](s T) string {
	const most = 80
	if len(s) > most {
		return strconv.QuoteToASCII(string(s[:most])) + "…"
	}
	return strconv.QuoteToASCII(string(s))
}
