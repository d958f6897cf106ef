package rules

import (
	"bytes"
	"context"
	"embed"

	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The rules as they are written, with their examples: read only where one is explained.
//
//go:embed data/*.yaml
var texts embed.FS

// Written gives a built-in rule as it is written, with its examples; nil: there is none of this id.
func Written(id string) (*Rule, error) {
	family, _, _ := strings.Cut(strings.ToLower(id), "-")
	names, err := fs.Glob(texts, "data/"+family+"*.yaml")
	if err != nil {
		return nil, nil // an id with signs that no family has
	}
	for _, name := range names {
		if path.Base(name) == "sources.yaml" {
			continue
		}
		data, err := texts.ReadFile(name)
		if err != nil {
			return nil, err
		}
		all, err := Read(bytes.NewReader(data), path.Base(name))
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(all, func(r *Rule) bool { return r.ID == id }); i >= 0 {
			all[i].From = ""
			return all[i], nil
		}
	}
	return nil, nil
}

// ReadFile reads a file of the operator's rules. What is wrong with it is a *lodemark.FileError with the line.
func ReadFile(name string, data []byte) ([]*Rule, error) {
	all, err := Read(bytes.NewReader(data), name)
	if err == nil && len(all) == 0 {
		return nil, &lodemark.FileError{Path: name, Line: 1, Message: "there is no rule in it"}
	}
	if err != nil {
		return nil, placed(name, data, err)
	}
	return all, nil
}

// Placed gives an error about a rule, as New returns it, the place of that rule in one of the files they were read from.
func Placed(files map[string][]byte, err error) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if at := placed(name, files[name], err); at.Line > 0 {
			return at
		}
	}
	return err
}

var errorLine = pattern.New(`\bline ([0-9]+):? ?`)

// placed finds the line that an error speaks of: its own, or that of the rule it names.
func placed(name string, data []byte, err error) *lodemark.FileError {
	text := strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "read rules "+name+": ")
	text = strings.TrimPrefix(strings.TrimPrefix(text, "yaml: "), "unmarshal errors: ")
	if m := errorLine.FindStringSubmatchIndex(text); m != nil {
		if line, err := strconv.Atoi(text[m[2]:m[3]]); err == nil {
			return &lodemark.FileError{Path: name, Line: line, Message: text[:m[0]] + text[m[1]:]}
		}
	}
	best := &lodemark.FileError{Path: name, Message: text}
	for id, line := range ruleLines(data) {
		if ruleID.MatchString(id) && names(text, id) && (best.Line == 0 || line < best.Line) {
			best.Line = line
		}
	}
	if n := entryNumber.FindStringSubmatch(text); best.Line == 0 && n != nil {
		if i, err := strconv.Atoi(n[1]); err == nil {
			best.Line = entryLine(data, i)
		}
	}
	if m := quotedValue.FindStringSubmatch(text); best.Line == 0 && m != nil {
		best.Line = scalarLine(entries(data), m[1])
	}
	return best
}

var quotedValue = pattern.New(`"([^"]+)"`)

// scalarLine is the line of the first value of this text.
func scalarLine(nodes []*yaml.Node, value string) int {
	for _, n := range nodes {
		if n.Kind == yaml.ScalarNode && n.Value == value {
			return n.Line
		}
		if line := scalarLine(n.Content, value); line > 0 { // aliases are not followed, so this ends where the text does
			return line
		}
	}
	return 0
}

var entryNumber = pattern.New(`\bentry ([0-9]+) is empty`)

// names says whether a text names a rule, and not one whose id begins with its id.
func names(text, id string) bool {
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
		if part == id {
			return true
		}
	}
	return false
}

// ruleLines says on which line each rule begins.
func ruleLines(data []byte) map[string]int {
	lines := map[string]int{}
	for _, entry := range entries(data) {
		for i := 0; i+1 < len(entry.Content); i += 2 {
			if entry.Content[i].Value == "id" {
				lines[entry.Content[i+1].Value] = entry.Line
			}
		}
	}
	return lines
}

func entryLine(data []byte, n int) int {
	if all := entries(data); n > 0 && n <= len(all) {
		return all[n-1].Line
	}
	return 0
}

func entries(data []byte) []*yaml.Node {
	var doc yaml.Node
	if yaml.Unmarshal(data, &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.SequenceNode {
		return nil
	}
	return doc.Content[0].Content
}

// Broke is an example of a rule that does not show what it is meant to show.
type Broke struct {
	Rule   *Rule
	Bad    bool // an example of what is to be found, in which nothing was
	Number int  // from 1
	Line   int  // of a finding in a good example
	Text   string
}

// TryExamples runs the examples of rules that the engine was made of, and lists those that do not hold.
func TryExamples(ctx context.Context, e *Engine, all []*Rule) []Broke {
	var broke []Broke
	for _, r := range all {
		for i, x := range r.Examples.Bad {
			if len(e.inExample(ctx, r, x)) == 0 {
				broke = append(broke, Broke{Rule: r, Bad: true, Number: i + 1, Text: "nothing is found in it"})
			}
		}
		for i, x := range r.Examples.Good {
			for _, f := range e.inExample(ctx, r, x) {
				broke = append(broke, Broke{Rule: r, Number: i + 1, Line: f.Line, Text: fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Message)})
			}
		}
	}
	return broke
}

func (e *Engine) inExample(ctx context.Context, r *Rule, x Example) []Finding {
	result := e.Run(ctx, slices.Collect(maps.Keys(x)), func(name string) ([]byte, error) {
		text, ok := x[name]
		if !ok {
			return nil, &fs.PathError{Op: "open", Path: path.Base(name), Err: fs.ErrNotExist}
		}
		return []byte(text), nil
	})
	return slices.DeleteFunc(result.Findings, func(f Finding) bool { return f.Rule.ID != r.ID || f.Suppressed != nil })
}
