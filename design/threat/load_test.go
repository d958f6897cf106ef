package threat

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// Everything that is wrong is said at once, each with its line, and with the word that was likely meant.
func TestAllProblemsAtOnce(t *testing.T) {
	_, problems := Load("threats.yaml", []byte(`system: {name: Shop, users: few}
components:
  - {id: bot, kind: agnet}
  - {id: bot, kind: agent, autonomy: always}
  - {id: m, kind: model, fromat: onnx, derived_from: [m2]}
  - {id: m2, kind: model, derived_from: [m]}
  - {kind: tool}
  - {id: t, kind: tool, effects: [read, explode], exposed: true}
  - {id: shop, kind: app, contains: [floor]}
  - {id: floor, kind: app, contains: [shop]}
flows:
  - {from: bot, to: tt}
  - {from: bot, to: t, carries: [gold], renders: markdwn}
  - {to: t}
colour: red
`))
	want := `threats.yaml:1: users is "few"; a number or unknown is expected
threats.yaml:3: kind is "agnet", which is not in the vocabulary; "agent" is near
threats.yaml:4: autonomy is "always", which is not in the vocabulary; one of suggest, confirm, act
threats.yaml:4: the id "bot" is taken by the component at line 3
threats.yaml:5: derived_from goes round in a circle through "m"
threats.yaml:5: the component has an unknown attribute "fromat"; "format" is near
threats.yaml:6: derived_from goes round in a circle through "m2"
threats.yaml:7: a component has no id
threats.yaml:8: "exposed" is derived from the flows and cannot be declared
threats.yaml:8: effects is "explode", which is not in the vocabulary; one of read, write, send, network, irreversible, spend, code, computer_use
threats.yaml:9: contains goes round in a circle through "shop"
threats.yaml:10: contains goes round in a circle through "floor"
threats.yaml:12: a flow names "tt", which is no component; "t" is near
threats.yaml:13: carries is "gold", which is not in the vocabulary; one of ` + strings.Join(DataClasses(), ", ") + `
threats.yaml:13: renders is "markdwn", which is not in the vocabulary; "markdown" is near
threats.yaml:14: a flow needs from and to
threats.yaml:15: the file has an unknown key "colour"`
	if got := problems.Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Components are a list or a mapping, lists may be one word, and C02 is LDM-C02.
func TestWaysToWriteTheSame(t *testing.T) {
	for _, text := range []string{
		"components:\n  - {id: a, kind: agent, used_for: train, controls: C02, path: app, provider: x}",
		"components:\n  a: {kind: agent, used_for: [train], controls: [LDM-C02], paths: [app], technology: [x]}",
	} {
		m, problems := Load("t", []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		c := m.Component("a")
		if got := fmt.Sprint(c.Kind, " ", c.Attributes["used_for"], " ", c.Controls, " ", c.Paths, " ", c.Technology); got != "agent [train] [LDM-C02] [app] [x]" {
			t.Errorf("%s gives %s", text, got)
		}
	}
}

// The examples of the project are read as they are.
func TestExamplesLoad(t *testing.T) {
	data, err := os.ReadFile("../../examples/helpdesk-sound/threats.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m, problems := Load("threats.yaml", data)
	if len(problems) > 0 || len(m.Components) != 24 || len(m.Flows) != 18 || len(m.Noted) != 5 {
		t.Errorf("%d components, %d flows, %d noted, %v", len(m.Components), len(m.Flows), len(m.Noted), problems)
	}
}

// A hostile file is refused in bounded time and memory.
func TestHostileFiles(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"empty":          {"", "holds nothing"},
		"no mapping":     {"- a", "a mapping with system"},
		"broken":         {"a: [", "did not find"},
		"deep":           {strings.Repeat("[", 100), "nested deeper"},
		"large":          {strings.Repeat("#", mostBytes+1), "at most"},
		"many values":    {strings.Repeat("[a,b],", 300_000), "could hold"},
		"alias":          {"components: [{id: &a x, kind: *a}]", "is an alias"},
		"two documents":  {"system: {}\n---\nsystem: {}", "second document"},
		"twice":          {"flows: []\nflows: []", `says "flows" twice`},
		"scalar list":    {"components: hello", "neither a list nor a mapping"},
		"control":        {"components: [{id: \"a\\u001b[31m\", kind: app}]", "control characters"},
		"long name":      {"components: [{id: a, kind: app, name: " + strings.Repeat("n", 500) + "}]", "at most 400"},
		"many parts":     {"components:\n" + strings.Repeat("  - {id: a, kind: app}\n", mostParts+1), "more than 5000 components"},
		"flow by name":   {"flows: {a: {from: b, to: c}}", "flows is not a list"},
		"part is a list": {"components: [[a]]", "not a mapping of its attributes"},
	} {
		_, problems := Load("t", []byte(c.text))
		if !strings.Contains(problems.Error(), c.want) {
			t.Errorf("%s: %v; want %q", name, problems, c.want)
		}
		if len(problems) > mostProblems+1 {
			t.Errorf("%s: %d problems", name, len(problems))
		}
	}
}

func FuzzLoad(f *testing.F) {
	for _, seed := range []string{"system: {users: 2}\ncomponents: [{id: a, kind: agent}]\nflows: [{from: a, to: a}]", "components: {a: {kind: tool, effects: [read]}}",
		"a: &x [*x]", "threats: {a: b}", "components: [{id: a, kind: model, derived_from: [a]}]", "? {a: b}\n: c",
		"impact: {users: They wait.}\nattractiveness: {level: low, who: [x]}\nexcluded: {evasion: no}\noutlook: {date: 2026-01-01, text: x}\nthreats: {R: {cause: attack, impact: {system: x}}}"} {
		f.Add([]byte(seed))
	}
	l := library(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		m, _ := Load("t", data)
		Evaluate(m, l, day, Evidence{}, nil) // also what has problems must not break
	})
}
