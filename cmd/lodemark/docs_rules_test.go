package main

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
)

// rulesDoc lists the rules and says how to write one.
func rulesDoc(t *testing.T) string {
	t.Helper()
	all, err := weakness.Rules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	advisory := 0
	for _, r := range all {
		if r.Advisory {
			advisory++
		}
	}
	b.WriteString(strings.Replace(generated, "edit the checks instead", "edit the rules in internal/source/rules/data instead", 1))
	fmt.Fprintf(&b, "# Rules for source code and configuration\n\n`lodemark code` runs these %d rules over Python, JavaScript, TypeScript, notebooks and the settings around them; `lodemark assess` makes a check of each "+
		"family of them. %d are *advisory*: they point at something absent, or are hints, and fail nothing. `lodemark rules LO-01` explains one with its examples. Severity says how bad it is where it is true, "+
		"confidence how often a finding turns out true.\n\nThe comment `lodemark: ignore LO-01 reason`, at the end of the line or alone above it, mutes a rule there. What is muted is listed in every report with its reason; "+
		"without a reason the comment counts for nothing.\n\n", len(all), advisory)
	for _, f := range families() {
		check := checkOf(f.ID)
		fmt.Fprintf(&b, "- [%s](#%s): %s (`%s`)\n", f.ID, strings.ToLower(f.ID), f.About, check)
	}
	b.WriteString("- [Writing rules](#writing-rules)\n")
	for _, f := range families() {
		fmt.Fprintf(&b, "\n## %s\n\n%s. In an assessment: [%s](CHECKS.md#%s).\n\n| rule | what is wrong | severity | confidence | clauses | see also |\n|---|---|---|---|---|---|\n", f.ID, capital(f.About), checkOf(f.ID), checkOf(f.ID))
		mine, err := weakness.Rules(nil, []string{f.ID})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range mine {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s | %s | %s | %s |\n", r.ID, strings.ToLower(r.ID), cellText(r.Title), r.Severity, pick(r.Advisory, r.Confidence+", advisory", r.Confidence), strings.Join(r.Clauses, ", "), strings.Join(r.Refs, ", "))
		}
		for _, r := range mine {
			fmt.Fprintf(&b, "\n### %s\n\n%s.\n\n**Why.** %s\n\n**Fix.** %s\n\n**Matches.**\n\n", r.ID, strings.TrimSuffix(oneLine(r.Title), "."), oneLine(r.Why), oneLine(r.Fix))
			for i := range r.Match {
				fmt.Fprintf(&b, "- %s\n", outsideCode(r.Match[i].Says(weakness.Sources())))
			}
		}
	}
	b.WriteString("\n" + writingRules(t))
	return b.String()
}

// checkOf is the check made of a family.
func checkOf(family string) string {
	for _, p := range practices() {
		for _, c := range p.Checks {
			if c.Rules == nil {
				continue
			}
			if told := c.Rules(); len(told) > 0 && weakness.FamilyOf(told[0].ID) == family {
				return c.ID
			}
		}
	}
	return ""
}

func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

func cellText(s string) string { return strings.ReplaceAll(outsideCode(oneLine(s)), "|", "\\|") }

// outsideCode keeps signs that Markdown would read from being read, where they stand outside of backticks.
func outsideCode(s string) string {
	parts := strings.Split(s, "`")
	for i := range parts {
		if i%2 == 0 || i == len(parts)-1 {
			parts[i] = strings.NewReplacer("*", `\*`, "_", `\_`, "<", "&lt;").Replace(parts[i])
		}
	}
	return strings.Join(parts, "`")
}

// writingRules describes the format. Every key that a rule can have stands in it: the test below looks.
func writingRules(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "writing-rules.md"))
	if err != nil {
		t.Fatal(err)
	}
	sources := weakness.Sources()
	var labels, care, kinds strings.Builder
	for _, name := range sorted(sources.Labels) {
		fmt.Fprintf(&labels, "| `%s` | %s |\n", name, sources.Labels[name].What)
	}
	for _, name := range sorted(sources.Care) {
		fmt.Fprintf(&care, "| `%s` | %s |\n", name, rules.Care(name))
	}
	for _, k := range rules.FileKinds() {
		fmt.Fprintf(&kinds, "| `%s` | %s |\n", k.Name, k.About)
	}
	code, files := rules.Detectors()
	quoted := func(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }
	return strings.NewReplacer("{{labels}}\n", labels.String(), "{{care}}\n", care.String(), "{{kinds}}\n", kinds.String(), "{{code}}", quoted(code), "{{files}}", quoted(files)).Replace(string(text))
}

func sorted[T any](m map[string]T) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// The description of the format leaves nothing out: each key of each part of a rule stands in it.
func TestDocsRuleFormatIsWhole(t *testing.T) {
	text := writingRules(t)
	seen := 0
	for _, part := range []any{rules.Rule{}, rules.Examples{}, rules.Match{}, rules.Flow{}, rules.SinkAt{}, rules.Condition{}} {
		kind := reflect.TypeOf(part)
		for i := range kind.NumField() {
			key, _, _ := strings.Cut(kind.Field(i).Tag.Get("yaml"), ",")
			if key == "-" || key == "" {
				continue
			}
			seen++
			if !strings.Contains(text, "`"+key+"`") {
				t.Errorf("docs/RULES.md does not tell of `%s` of %s: write it in testdata/writing-rules.md", key, kind.Name())
			}
		}
	}
	if seen < 50 {
		t.Errorf("only %d keys seen: the search is broken", seen)
	}
}

// The rule that the description shows can be read, and its examples hold.
func TestDocsShownRuleHolds(t *testing.T) {
	_, rest, _ := strings.Cut(writingRules(t), "```yaml\n")
	text, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no rule is shown")
	}
	all, err := rules.ReadFile("shown.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	e, err := weakness.OwnEngine(all)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range rules.TryExamples(t.Context(), e, all) {
		t.Errorf("%s example %d: %s", pick(x.Bad, "bad", "good"), x.Number, x.Text)
	}
}

// Every family that has rules is told of, in the lists and in the commands.
func TestDocsFamiliesAreTold(t *testing.T) {
	all, err := weakness.Rules(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, f := range families() {
		told[f.ID] = true
		if checkOf(f.ID) == "" {
			t.Errorf("%s has no check", f.ID)
		}
	}
	for _, r := range all {
		if !told[weakness.FamilyOf(r.ID)] {
			t.Errorf("%s: what its family is about stands nowhere", r.ID)
		}
		for _, c := range r.Clauses {
			if _, ok := lodemark.Guidelines().Clause(c); !ok {
				t.Errorf("%s names %s", r.ID, c)
			}
		}
	}
}
