package rules

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The rules are kept as JSON beside the YAML files that they are written in, as that is read fifty times faster.
//
//go:embed rules.json
var embedded []byte

// book is what rules.json holds.
type book struct {
	Sources Sources `json:"sources"`
	Rules   []*Rule `json:"rules"`
}

// Embedded gives the built-in rules in order of their ids, and the sources that flows begin at. Their examples are not in it: see
// Examples.
func Embedded() ([]*Rule, Sources, error) {
	var b book
	if err := json.Unmarshal(embedded, &b); err != nil {
		return nil, Sources{}, fmt.Errorf("read the built-in rules: %w", err)
	}
	return b.Rules, b.Sources, nil
}

// UnmarshalYAML takes one word or a list of them.
func (n *Names) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = Names{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

// Read reads a file of rules, strictly: unknown keys and rules without examples are errors with their line. name is for messages.
func Read(r io.Reader, name string) ([]*Rule, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxRuleFile+1))
	if err != nil {
		return nil, fmt.Errorf("read rules %s: %w", name, err)
	}
	if len(data) > maxRuleFile {
		return nil, fmt.Errorf("read rules %s: larger than %d bytes", name, maxRuleFile)
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	var rules []*Rule
	if err := dec.Decode(&rules); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read rules %s: %w", name, err)
	}
	for i, rule := range rules {
		if rule == nil {
			return nil, fmt.Errorf("read rules %s: entry %d is empty", name, i+1)
		}
		rule.From = name
		if err := rule.check(); err != nil {
			return nil, fmt.Errorf("read rules %s: %s: %w", name, rule.ID, err)
		}
	}
	return rules, nil
}

const maxRuleFile = 4 << 20

var (
	ruleID = pattern.New(`^[A-Z][A-Z0-9]{1,7}-[0-9]{2,4}$`)
	refID  = pattern.New(`^(CWE-[0-9]+|AML\.(T|M)[0-9]{4}(\.[0-9]{3})?|LLM(0[1-9]|10):20(25|26)|ASI(0[1-9]|10):2026)$`)
)

// check refuses a rule that could not work, or that nobody could understand.
func (r *Rule) check() error {
	var errs []error
	need := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	need(ruleID.MatchString(r.ID), "id %q: a family in capitals and a number, as MY-01", r.ID)
	for field, text := range map[string]string{"title": r.Title, "message": r.Message, "why": r.Why, "fix": r.Fix} {
		need(strings.TrimSpace(text) != "", "%s is empty", field)
	}
	need(slices.Contains([]string{"high", "medium", "low"}, r.Confidence), "confidence %q is not one of high, medium, low", r.Confidence)
	for _, ref := range r.Refs {
		need(refID.MatchString(ref), "reference %q is none of CWE-n, AML.Tnnnn, LLMnn:year, ASInn:2026", ref)
	}
	for _, c := range r.Clauses {
		_, known := lodemark.Guidelines().Clause(c)
		need(known, "clause %q is not in the catalogue", c)
	}
	need(len(r.Match) > 0, "match is empty")
	for i := range r.Match {
		if err := r.Match[i].check(); err != nil {
			errs = append(errs, fmt.Errorf("match %d: %w", i+1, err))
		}
	}
	need(len(r.Examples.Bad) >= 2 && len(r.Examples.Good) >= 2, "at least two bad and two good examples are needed")
	return errors.Join(errs...)
}

// check wants exactly one place to look at, and expressions that compile.
func (m *Match) check() error {
	n := 0
	for _, used := range []bool{len(m.Call) > 0, len(m.Import) > 0, len(m.Decorator) > 0, len(m.Read) > 0, len(m.Assign) > 0, len(m.Key) > 0, m.String != "",
		m.Handler, m.Loop, len(m.Function) > 0, m.Flow != nil, len(m.Setting) > 0, m.Line != "", m.Detect != ""} {
		if used {
			n++
		}
	}
	if n != 1 {
		return fmt.Errorf("exactly one of call, import, decorator, read, assign, key, string, handler, loop, function, flow, setting, line, detect is needed, not %d", n)
	}
	for _, text := range []string{m.String, m.Line} {
		if _, err := regexp.Compile(text); err != nil {
			return err
		}
	}
	return errors.Join(checkConditions(m.Where), checkConditions(m.Unless))
}

func checkConditions(all []Condition) error {
	for i := range all {
		c := &all[i]
		for _, text := range []string{c.Matches, c.Code, c.Text, c.Path} {
			if _, err := regexp.Compile(text); err != nil {
				return err
			}
		}
		if err := errors.Join(checkConditions(c.Any), checkConditions(c.All)); err != nil {
			return err
		}
		if c.Not != nil {
			if err := checkConditions([]Condition{*c.Not}); err != nil {
				return err
			}
		}
	}
	return nil
}
