package rules

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// Every built-in rule can be explained: its text with examples is found by its id, and each match has words.
func TestEveryRuleIsExplained(t *testing.T) {
	all, sources, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		w, err := Written(r.ID)
		if err != nil || w == nil || w.ID != r.ID || len(w.Examples.Bad) < 2 || w.From != "" {
			t.Errorf("%s: %v, %v", r.ID, w, err)
		}
		for i := range r.Match {
			if words := r.Match[i].Says(&sources); len(words) < 10 || strings.Contains(words, "what is called ") || strings.Contains(words, "care of the kind ") {
				t.Errorf("%s: match %d is told as %q: a new kind of value or care has no words yet", r.ID, i+1, words)
			}
		}
	}
	for _, id := range []string{"", "NO-99", "../LO-01", "LO-99", "SOURCES-01", "[-01"} {
		if w, err := Written(id); w != nil || err != nil {
			t.Errorf("Written(%q) gives %v, %v", id, w, err)
		}
	}
}

const soundRule = `
- id: MY-01
  title: print is called
  severity: low
  confidence: high
  message: "{call} prints."
  why: Nobody reads it.
  fix: Log it.
  refs: [CWE-532]
  clauses: [SD-3.12]
  match:
    - call: print
  examples:
    bad:
      - a.py: "print(1)\n"
      - b.py: "print('x')\n"
    good:
      - a.py: "log(1)\n"
      - b.py: "pprint(1)\n"
`

// What is wrong with an operator's file is told with its line.
func TestReadFileTellsTheLine(t *testing.T) {
	for change, want := range map[string]int{
		"":                                     0,
		"title: print is called=>titel: print": 3,
		"severity: low=>severity: terrible":    4,
		"confidence: high=>confidence: sure":   2, // the rule's own line
		"call: print=>string: '['":             2,
		"[SD-3.12]=>[SD-99.1]":                 2,
		"call: print=>call: [print":            11,
	} {
		old, now, _ := strings.Cut(change, "=>")
		text := strings.Replace(soundRule, old, now, 1)
		all, err := ReadFile("mine.yaml", []byte(text))
		if want == 0 {
			if err != nil || len(all) != 1 {
				t.Errorf("%d rules, %v", len(all), err)
			}
			continue
		}
		var at *lodemark.FileError
		if !errors.As(err, &at) || at.Path != "mine.yaml" {
			t.Errorf("%s: %v", change, err)
			continue
		}
		if at.Line != want {
			t.Errorf("%s: line %d, want %d (%s)", change, at.Line, want, at.Message)
		}
	}
	if _, err := ReadFile("empty.yaml", nil); err == nil {
		t.Error("a file without rules was taken")
	}
}

// Examples that do not show what they should are told, by their number.
func TestTryExamples(t *testing.T) {
	text := strings.Replace(strings.Replace(soundRule, "log(1)", "print(2)", 1), "print('x')", "write('x')", 1)
	all, err := ReadFile("mine.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, sources, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(all, sources)
	if err != nil {
		t.Fatal(err)
	}
	broke := TryExamples(t.Context(), e, all)
	if len(broke) != 2 || !broke[0].Bad || broke[0].Number != 2 || broke[1].Bad || broke[1].Number != 1 || broke[1].Line != 1 {
		t.Errorf("%+v", broke)
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add([]byte(soundRule))
	names, _ := filepath.Glob("data/*.yaml")
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(data[:min(len(data), 4096)])
		}
	}
	f.Fuzz(func(_ *testing.T, data []byte) {
		_, _ = ReadFile("x.yaml", data)
	})
}

// The kinds of files that are told of are those that there are.
func TestFileKindsAreAll(t *testing.T) {
	syntax, err := parser.ParseFile(token.NewFileSet(), "kind.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	ast.Inspect(syntax, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "kind") && len(v.Values) == 1 {
			if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
				want = append(want, strings.Trim(lit.Value, `"`))
			}
		}
		return true
	})
	for _, k := range FileKinds() {
		got = append(got, k.Name)
	}
	if len(want) < 10 || !slices.Equal(got, want) {
		t.Errorf("kinds.go tells of %v, and kind.go has %v", got, want)
	}
}
