package report

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/scan"
)

// nameOf is the name that a name in a report stands for, as whoever reads reports works it out.
func nameOf(t testing.TB, shown string) string {
	t.Helper()
	if !strings.Contains(shown, `\x`) {
		return shown
	}
	var b strings.Builder
	for i := 0; i < len(shown); i++ {
		switch {
		case shown[i] != '\\':
			b.WriteByte(shown[i])
		case strings.HasPrefix(shown[i:], `\\`):
			b.WriteByte('\\')
			i++
		default:
			n, err := strconv.ParseUint(shown[i+2:i+4], 16, 8)
			if err != nil || shown[i+1] != 'x' {
				t.Fatalf("%q stands for no name", shown)
			}
			b.WriteByte(byte(n))
			i += 3
		}
	}
	return b.String()
}

func TestNamesInJSON(t *testing.T) {
	for name, want := range map[string]string{
		"models/a.pkl":        "models/a.pkl",
		"models/\u00e4.pkl":   "models/\u00e4.pkl",
		"a\ufffd.pkl":         "a\ufffd.pkl", // the replacement character itself is a name like any other
		"a\xff.pkl":           `a\xff.pkl`,
		"a\xfe.pkl":           `a\xfe.pkl`,
		"\xc3(\u00e4\xed\xa0": `\xc3(` + "\u00e4" + `\xed\xa0`,
		`a\xff.pkl`:           `a\\xff.pkl`,
		`a\\xff.pkl`:          `a\\\\xff.pkl`,
		`a\b.pkl`:             `a\b.pkl`,
		"a\\b\xff.pkl":        `a\\b\xff.pkl`,
		"":                    "",
	} {
		if got := jsonName(name); got != want {
			t.Errorf("%q is written as %q, want %q", name, got, want)
		}
		if back := nameOf(t, want); back != name {
			t.Errorf("%q stands for %q, want %q", want, back, name)
		}
	}
}

// What stands in the report is told apart and can be had back wherever a name stands, and the scan itself is left alone.
func TestNamesInTheWholeReport(t *testing.T) {
	names := []string{"m\xff.pkl", "m\xfe.pkl", `m\xff.pkl`}
	s := madeScan()
	s.Result.Target, s.Result.Files, s.Result.Gaps, s.Result.Links = names[0], nil, nil, names
	for _, n := range names {
		s.Result.Files = append(s.Result.Files, scan.File{Path: n, Reasons: []scan.Reason{{ID: "a", Part: "in"}, {ID: "b", Part: n}}})
		s.Result.Gaps = append(s.Result.Gaps, scan.Gap{Path: n})
	}
	var b bytes.Buffer
	if err := writeScanJSON(&b, s, Options{}); err != nil {
		t.Fatal(err)
	}
	if err := validate(t, published(t, "scan"), b.String()); err != nil {
		t.Error(err)
	}
	var got scan.Result
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if nameOf(t, got.Target) != names[0] {
		t.Errorf("the target is %q", got.Target)
	}
	for i, n := range names {
		f := got.Files[i]
		for _, shown := range []string{f.Path, f.Reasons[1].Part, got.Gaps[i].Path, got.Links[i]} {
			if nameOf(t, shown) != n {
				t.Errorf("%q stands for %q", shown, n)
			}
		}
		if f.Reasons[0].Part != "in" || s.Result.Files[i].Path != n || s.Result.Files[i].Reasons[1].Part != n {
			t.Errorf("%q was changed", n)
		}
	}
}

func FuzzNamesInJSON(f *testing.F) {
	f.Add("a\xff\\x\\\\xff\u00e4")
	f.Fuzz(func(t *testing.T, name string) {
		text, err := json.Marshal(jsonName(name))
		if err != nil {
			t.Fatal(err)
		}
		var shown string
		if err := json.Unmarshal(text, &shown); err != nil {
			t.Fatal(err)
		}
		if back := nameOf(t, shown); back != name {
			t.Errorf("%q comes back as %q", name, back)
		}
	})
}
