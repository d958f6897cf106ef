package rules

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

var update = flag.Bool("update", false, "write rules.json from data/*.yaml")

// written reads the rules as they are written, with their examples.
func written(t *testing.T) ([]*Rule, Sources) {
	t.Helper()
	var all []*Rule
	files, err := filepath.Glob("data/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no rules in data: %v", err)
	}
	var sources Sources
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(name) == "sources.yaml" {
			dec := yaml.NewDecoder(bytes.NewReader(data))
			dec.KnownFields(true)
			if err := dec.Decode(&sources); err != nil {
				t.Fatal(err)
			}
			continue
		}
		rules, err := Read(bytes.NewReader(data), filepath.Base(name))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, rules...)
	}
	slices.SortFunc(all, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return all, sources
}

func TestBuiltInRulesAreGenerated(t *testing.T) {
	rules, sources := written(t)
	var want bytes.Buffer
	enc := json.NewEncoder(&want)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(book{sources, rules}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("rules.json", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(want.Bytes(), embedded) {
		t.Error("rules.json is not what data/*.yaml say: go test ./internal/source/rules -run Generated -update")
	}
}

// Every rule finds each of its bad examples, and is silent about each of its good ones.
func TestExamples(t *testing.T) {
	rules, sources := written(t)
	e, err := New(rules, sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		t.Run(r.ID, func(t *testing.T) {
			for i, example := range r.Examples.Bad {
				if found := inExample(e, r, example); len(found) == 0 {
					t.Errorf("bad example %d is not found:\n%s", i+1, show(example))
				}
			}
			for i, example := range r.Examples.Good {
				for _, f := range inExample(e, r, example) {
					t.Errorf("good example %d: line %d: %s\n%s", i+1, f.Line, f.Message, show(example))
				}
			}
		})
	}
}

func inExample(e *Engine, r *Rule, example Example) []Finding {
	result := e.Run(context.Background(), slices.Collect(maps.Keys(example)), func(name string) ([]byte, error) {
		text, ok := example[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path.Base(name), Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	})
	return slices.DeleteFunc(result.Findings, func(f Finding) bool { return f.Rule.ID != r.ID || f.Suppressed != nil })
}

func show(example Example) string {
	var b strings.Builder
	for name, text := range example {
		b.WriteString("--- " + name + "\n" + text)
	}
	return b.String()
}
