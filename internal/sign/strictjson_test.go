package sign

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	jsonv2 "github.com/go-json-experiment/json"
)

// inner and outer have a member of every kind.
type inner struct {
	Name string `json:"name"`
	Tags []string
}

type outer struct {
	inner
	ID    int              `json:"id,omitempty"`
	Text  *string          `json:"text"`
	Any   any              `json:"any"`
	Raw   json.RawMessage  `json:"raw"`
	Map   map[string]inner `json:"map"`
	List  []inner          `json:"list"`
	Pair  [2]float64       `json:"pair"`
	When  time.Time        `json:"when"` // decodes itself
	Apart string           `json:"-"`
}

func TestStrictJSON(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                           "",
		` { "id" : 1 , "any" : [ ] } `: "",
		`{"name":"n","Tags":["a"],"id":1,"text":"t","any":{"x":[{"y":null}]},"raw":[1,{"z":2}],"map":{"k":{"name":"n"}},"list":[{"name":"n"},{}],"pair":[1,2],"when":"2026-11-26T12:00:00Z"}`: "",
		`{"any":"\ud83d\ude00 \u00e4 \\ud800 \" \/"}`: "", // a pair, and a backslash before what only looks like half of one
		`{"any":1e400}`: "number",

		`{"id":1,"id":2}`:                   `"id" stands twice`,
		`{"any":{"a":1,"b":{"c":1,"c":1}}}`: `"c" stands twice`,
		`{"raw":[{"a":1,"\u0061":2}]}`:      `"a" stands twice`,
		`{"map":{"k":{},"k":{}}}`:           `"k" stands twice`,
		`{"ID":1}`:                          `"ID" is unknown`,
		`{"Name":"n"}`:                      `"Name" is unknown`,
		`{"tags":[]}`:                       `"tags" is unknown`,
		`{"list":[{"nick":1}]}`:             `"nick" is unknown`,
		`{"map":{"k":{"nick":1}}}`:          `"nick" is unknown`,
		`{"Apart":"x"}`:                     `"Apart" is unknown`,
		`{"inner":{}}`:                      `"inner" is unknown`,
		`{"id":null}`:                       "null stands",
		`{"text":null}`:                     "null stands",
		`{"list":[null]}`:                   "null stands",
		`{"any":null,"raw":null,"map":null,"list":null}`: "",
		`{"id":"1"}`:               "string",
		`{"id":{}}`:                "object",
		`{"list":{}}`:              "object",
		`{"map":[]}`:               "array",
		`{"id":1} {}`:              "after top-level value",
		`{"id":1}]`:                "after top-level value",
		`{"id":01}`:                "invalid character",
		`{"id":1,}`:                "invalid character",
		`{id:1}`:                   "invalid character",
		`{"id":1`:                  "unexpected end",
		"{\"any\":\"\x00\"}":       "invalid character",
		"{\"any\":\"\xc3\"}":       "invalid UTF-8 (at byte 8)",
		`{"any":"\ud800"}`:         "half a surrogate pair",
		`{"any":"\udc00\ud800"}`:   "half a surrogate pair",
		`{"any":"\ud800\u0041"}`:   "half a surrogate pair",
		`{"any":{"\ud800":1}}`:     "half a surrogate pair",
		`{"any":` + deep(62) + `}`: "",
		`{"any":` + deep(64) + `}`: "nested deeper than 64",
		`{"any":` + strings.Repeat("[", 1_000_000):         "exceeded max depth",
		`{"any":` + strings.Repeat(`{"a":`, 100_000) + "1": "exceeded max depth",
	} {
		var into outer
		err := StrictJSON([]byte(text), &into)
		if len(text) > 100 {
			text = text[:100]
		}
		t.Run(text, func(t *testing.T) {
			wants(t, err, want)
			if e := (*JSONError)(nil); err != nil && !errors.As(err, &e) {
				t.Errorf("error of type %T", err)
			}
		})
	}
}

func deep(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

// A second decoder, with the rules of the next standard library, agrees on every text of the fuzzer: it too refuses repeated members, unknown
// ones and other cases, and bytes or halves that are no text.
func FuzzStrictJSON(f *testing.F) {
	for _, seed := range []string{
		`{"name":"n","Tags":["a"],"any":{"x":[{"y":null}]},"raw":[1,{"z":2}],"map":{"k":{"name":"n"}},"list":[{"name":"n"}]}`,
		`{"any":"\ud83d\ude00 \u00e4 \\ud800"}`, `{"any":{"a":1,"\u0061":2}}`, `{"NAME":"x"}`, `{"any":[1.5e3,-0,true,false,null]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		type plain struct {
			Name string           `json:"name"`
			Tags []string         `json:"Tags"`
			Any  any              `json:"any"`
			Raw  json.RawMessage  `json:"raw"`
			Map  map[string]inner `json:"map"`
		}
		var ours, theirs plain
		err := StrictJSON(data, &ours)
		other := jsonv2.Unmarshal(data, &theirs, jsonv2.RejectUnknownMembers(true))
		if err == nil && other != nil {
			t.Fatalf("%q is taken, and the other decoder says: %v", data, other)
		}
		if err == nil && !reflect.DeepEqual(ours, theirs) && !bytes.ContainsAny(data, ".eE") {
			t.Fatalf("%q is read as %+v, and by the other decoder as %+v", data, ours, theirs)
		}
		if err != nil && other == nil && !allowedDifference(err) {
			t.Fatalf("%q is refused (%v), and the other decoder takes it", data, err)
		}
	})
}

// allowedDifference is where StrictJSON is stricter on purpose.
func allowedDifference(err error) bool {
	return strings.Contains(err.Error(), "null stands") || strings.Contains(err.Error(), "nested deeper")
}

// The work grows with the text, not with its square, whatever is in it.
func TestStrictJSONIsLinear(t *testing.T) {
	var members strings.Builder
	members.WriteString(`{"any":{`)
	for i := range 200_000 {
		if i > 0 {
			members.WriteByte(',')
		}
		members.WriteString(`"` + strconv.Itoa(i) + `":0`)
	}
	members.WriteString("}}")
	for name, text := range map[string]string{
		"members":   members.String(),
		"backslash": `{"any":"` + strings.Repeat(`\\`, 4_000_000) + `"}`,
		"escapes":   `{"any":"` + strings.Repeat(`\u00e4`, 1_000_000) + `"}`,
		"spaces":    `{"any":` + strings.Repeat(" ", 8_000_000) + `1}`,
		"bad byte":  `{"any":"` + strings.Repeat("a", 8_000_000) + "\xff\"}",
	} {
		start := time.Now()
		var into outer
		err := StrictJSON([]byte(text), &into)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: %v", name, took)
		}
		if (err != nil) != (name == "bad byte") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
