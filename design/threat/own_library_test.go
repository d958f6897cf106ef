package threat

import (
	"fmt"
	"strings"
	"testing"
)

const own = `
mitigations:
  - {id: ACME-C1, title: Ask the desk, cost: low, trade_off: slower, evidence: [{by: doc, shows: the minutes, max_age_days: 90}]}
threats:
  - id: ACME-T1
    title: A model of the old kind
    stage: design
    scope: component
    severity: low
    when: %s
    sentence: "{it} is of the old kind."
    mitigations: [ACME-C1, LDM-C22]
`

// An organisation's own threats and mitigations have the format of the embedded ones, and stand beside them.
func TestOwnLibrary(t *testing.T) {
	l, problems := LoadLibrary(File{"acme.yaml", fmt.Appendf(nil, own, `c.kind == "model" && c.format == "keras_h5"`)})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	r := Evaluate(model(t, "components: [{id: m, kind: model, format: keras_h5}]"), l, day, Evidence{}, nil)
	if got := fmt.Sprint(at(r, "ACME-T1")); got != "[m applies]" {
		t.Errorf("%s", got)
	}
}

// What is wrong with a condition is said with file, line and column.
func TestErrorsOfConditions(t *testing.T) {
	for when, want := range map[string]string{
		`c.kind = "model"`:                           "acme.yaml:10:18: when: Syntax error",
		`c.kindd == "model"`:                         "acme.yaml:10:12: when: undefined field 'kindd'",
		`c.kind == 3`:                                "acme.yaml:10:18: when: found no matching overload",
		`c.kind`:                                     "the condition gives string",
		`f.src.kind == "model"`:                      "undeclared reference to 'f'",
		`c.kind == "modle"`:                          `acme.yaml:10:21: when: kind is never "modle"`,
		`c.format in ["onnx", "pickel"]`:             `format is never "pickel"`,
		`(c.shared && "gold" in c.holds)`:            `holds is never "gold"`,
		`c.holds.exists(d, d in ["gold"])`:           `holds is never "gold"`,
		`c.holds.exists(d, d == "gold" || c.shared)`: `holds is never "gold"`,
		strings.Repeat("(", 200) + "true":            "acme.yaml:10",
	} {
		_, problems := LoadLibrary(File{"acme.yaml", fmt.Appendf(nil, own, when)})
		if len(problems) == 0 || !strings.Contains(problems.Error(), want) {
			t.Errorf("%.60s: %v; want %q", when, problems, want)
		}
	}
}

func TestErrorsOfLibraries(t *testing.T) {
	for text, want := range map[string]string{
		"threats: [{id: X}]": `needs id, title, stage, scope, severity, when, sentence and mitigations`,
		"threats: [{id: X, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: '{nobody} did', mitigations: [LDM-C01]}]":           "the sentence names {nobody}",
		"threats: [{id: X, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C99]}]":                        `names the mitigation "LDM-C99", which is not there`,
		"threats: [{id: X, title: t, stage: design, scope: room, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C01]}]":                             `scope is "room"`,
		"threats: [{id: LDM-T01, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C01]}]":                  `the id "LDM-T01" is taken by the threat at data/`,
		"threats: [{id: X, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C01], atlas: [AML.T9999]}]":    `"AML.T9999" is no id of the ATLAS table`,
		"threats: [{id: X, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C01], owasp: [LLM01]}]":        `"LLM01" is no id of an OWASP list with its year`,
		"threats: [{id: X, title: t, stage: design, scope: component, severity: low, when: c.shared, sentence: s, mitigations: [LDM-C01], owasp: ['LLM11:2025']}]": `"LLM11:2025" is no id`,
		"mitigations: [{id: C, title: t, cost: none, trade_off: x, evidence: [{by: hearsay, shows: x, max_age_days: 0}]}]":                                         `by is "hearsay"`,
		"rules: []": `unknown key "rules"`,
	} {
		_, problems := LoadLibrary(File{"acme.yaml", []byte(text)})
		if len(problems) == 0 || !strings.Contains(problems.Error(), want) {
			t.Errorf("%.100s: %v; want %q", text, problems, want)
		}
	}
}

func FuzzLibrary(f *testing.F) {
	f.Add(fmt.Appendf(nil, own, `c.kind == "model"`))
	f.Add(fmt.Appendf(nil, own, `f.carries.exists(d, d in ["gold"]) && s.users > 1`))
	f.Add([]byte("threats: [{id: X, scope: flow, when: 'f.src.kind', bad: [{flows: []}]}]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if l, problems := read([]File{{"acme.yaml", data}}); len(problems) == 0 {
			l.Prove()
		}
	})
}
