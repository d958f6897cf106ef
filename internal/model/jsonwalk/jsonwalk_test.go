package jsonwalk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

func walk(data []byte, visit func(Path, Kind, string, int64)) error {
	return Walk(context.Background(), inspect.NewPart("m.json", bytes.NewReader(data), int64(len(data)), &inspect.Found{}, nil), visit)
}

func TestVisits(t *testing.T) {
	var got []string
	err := walk([]byte("\xef\xbb\xbf {\"a\": [1, -2.5e3, \"x\\u00e9\\n\\ud83d\\ude00\", null, true, NaN], \"b\": {\"c\": {}}} \n"), func(p Path, k Kind, s string, at int64) {
		got = append(got, fmt.Sprintf("%s|%d|%s|%d", strings.Join(p, "/"), k, s, at))
	})
	want := []string{"|4||4", "a|5||10", "a/|2|1|11", "a/|2|-2.5e3|14", "a/|3|xé\n😀|22", "a/|0||47", "a/|1|true|53", "a/|2|NaN|59", "a|6|6|10", "b|4||70", "b/c|4||76", "b/c|6|0|76", "b|6|1|70", "|6|2|4"}
	if err != nil || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%v\n%s", err, strings.Join(got, "\n"))
	}
}

func TestPaths(t *testing.T) {
	p := Path{"nodes", "", "op"}
	if !p.Is("nodes", "", "op") || !p.Is("*", "*", "op") || p.Is("nodes", "") || p.Last() != "op" || (Path{}).Last() != "" {
		t.Error("paths do not compare")
	}
}

func TestRefuses(t *testing.T) {
	for _, s := range []string{"", "{", "[1,]", "[1 2]", `{"a"}`, `{"a":}`, `{a:1}`, `"abc`, `"\x"`, `"\u12g4"`, "01x", "1.", "--1", "tru", "[1]]", "{\"a\":1,}", "\"a\x01b\"", "1\x00", strings.Repeat("[", 600) + strings.Repeat("]", 600)} {
		if err := walk([]byte(s), func(Path, Kind, string, int64) {}); err == nil {
			t.Errorf("%.20q is taken", s)
		}
	}
}

func TestLongTexts(t *testing.T) {
	long := strings.Repeat("ab\\n", 100_000)
	n := 0
	if err := walk([]byte(`["`+long+`", 7]`), func(_ Path, k Kind, s string, _ int64) {
		if k == Text {
			n = len(s)
		}
	}); err != nil || n > MaxText+1 || n < MaxText-1 {
		t.Errorf("%v, %d bytes kept", err, n)
	}
}

// FuzzWalk compares with the standard library: what that takes is taken, and what is taken is taken by it.
func FuzzWalk(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5,"x",null,true]}`, `[]`, `"é\u00e9"`, `-0.5e-7`, `[[[{}]]]`, " 1 ", `{"a":{"b":[{}]}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		depth := 0
		odd := false // what the standard library has no words for
		err := walk(data, func(p Path, k Kind, s string, _ int64) {
			depth = max(depth, len(p))
			odd = odd || k == Number && strings.ContainsAny(s, "aIN")
		})
		valid := json.Valid(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
		if valid && err != nil && !strings.Contains(err.Error(), "deep") && !strings.Contains(err.Error(), "longer") {
			t.Fatalf("%q is refused: %v", data, err)
		}
		if !valid && err == nil && !odd {
			t.Fatalf("%q is taken", data)
		}
	})
}

func BenchmarkWalk(b *testing.B) {
	data := []byte(`{"trees":[` + strings.TrimSuffix(strings.Repeat(`{"left_children":[1,-1,-1,25,30],"base_weights":[0.5,-1.25E-1,3.75]},`, 20_000), ",") + `]}`)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if err := walk(data, func(Path, Kind, string, int64) {}); err != nil {
			b.Fatal(err)
		}
	}
}
