package gate

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/schema"
)

const rule = "rules:\n  - id: a\n    title: A\n    require: met(\"DEV-1\")\n"

const soundWaiver = "  - rule: a\n    by: Risk owner\n    requested_by: ML engineer\n    reason: The image is rebuilt in the next release\n    date: 2026-11-01\n    until: 2027-04-30\n"

// Policies that are refused, with the place and the reason; conditions are looked at by Check.
func TestRefused(t *testing.T) {
	head := "schema: lodemark.policy/1\n"
	swapped := func(old, with string) string {
		return head + rule + "waivers:\n" + strings.Replace(soundWaiver, old, with, 1)
	}
	in := func(require string) string {
		return head + "rules:\n  - id: a\n    title: A\n    require: " + require + "\n"
	}
	for _, tt := range []struct{ text, want string }{
		{"", "release.yaml:1:1: the file holds nothing"},
		{rule, `release.yaml:1:1: schema is ""; begin the file with schema: lodemark.policy/1`},
		{"schema: lodemark.policy/9\n" + rule, `release.yaml:1:9: schema is "lodemark.policy/9"; this version reads lodemark.policy/1`},
		{head, "release.yaml:1: the policy asks for nothing"},
		{head + "limits: {files: 10}\n", "the policy asks for nothing"},
		{head + "rules: []\n", "release.yaml:2:8: rules is empty"},
		{head + "rules: {}\n", "release.yaml:2:8: rules is not a list"},
		{head + "fail_on: []\n", "the policy asks for nothing"},
		{head + "fail_on: [severe]\n", `release.yaml:2:11: fail_on "severe" is neither a severity nor a clause or guideline`},
		{head + "fail_on: [FND-2]\n", "is neither a severity nor a clause"},
		{head + "fail_on: [high]\nfail_on: [low]\n", `the policy says "fail_on" twice`},
		{head + rule + "rulez: []\n", `release.yaml:6:1: the policy has no key "rulez"; did you mean "rules"?`},
		{head + "extends: strict\n", `release.yaml:2:10: extends is "strict"; there are starter, standard, critical`},
		{head + "extends: starter\nrules:\n  - {id: no-secrets, title: A, require: \"true\"}\n", "the id no-secrets is taken by a rule of the policy that this one extends"},
		{head + "decisions: maybe\n" + rule, `decisions is "maybe"; there are count, ignore`},
		{head + "stage: late\n" + rule, `stage is "late"`},
		{head + "date: soon\n" + rule, `date is "soon"; write a day: 2026-11-01`},
		{head + "limits: {files: -1}\n" + rule, "release.yaml:2:17: the limit files is negative"},
		{head + "limits: {files: many}\n" + rule, "the limit files is not a whole number"},
		{head + "trust: key.pem\n" + rule, "trust is not a list"},
		{head + "rules:\n  - title: A\n    require: \"true\"\n", "release.yaml:3:5: the rule has no id"},
		{head + "rules:\n  - id: a\n    title: A\n", "the rule has no require"},
		{head + "rules:\n  - {id: a, title: A, require: \"\"}\n", "require is empty"},
		{head + "rules:\n  - {id: A b, title: A, require: \"true\"}\n", `id is "A b"; write small letters`},
		{head + rule + "  - {id: a, title: B, require: \"true\"}\n", "release.yaml:6: the id a is taken by the rule on line 3"},
		{head + "rules: &x\n  - {id: a, title: A, require: \"true\"}\n", "aliases and anchors are not used here"},
		{head + "title: !!binary aGk=\n" + rule, "tags are not used here"},
		{head + rule + "---\nschema: x\n", "a second document follows"},
		{"schema: [", "not YAML"},
		{"\xff\xfe", "the file is not UTF-8 text"},
		{head + "title: \"a\\u001b[31m\"\n" + rule, "title holds control characters"},
		{strings.Repeat("- a\n", mostSigns), "could hold"},
		{strings.Repeat("x", mostBytes+1), "at most 1048576 are read"},
		{head + "title: " + strings.Repeat("[", mostDepth+2) + strings.Repeat("]", mostDepth+2) + "\n" + rule, "nested deeper than 16 levels"},

		// Waivers end by themselves, and need two people.
		{swapped("rule: a", "rule: b"), `the waiver is of the rule "b", which the policy does not have`},
		{swapped("    by: Risk owner\n", ""), "release.yaml:7:5: the waiver has no by"},
		{swapped("    requested_by: ML engineer\n", ""), "the waiver has no requested_by"},
		{swapped("ML engineer", "Risk  OWNER"), "release.yaml:8:9: the waiver was asked for and given by the same person; it needs two"},
		{swapped("Risk owner", "TODO"), "by is not filled in"},
		{swapped("The image is rebuilt in the next release", "later"), "reason is too short to be judged"},
		{swapped("2027-04-30", "2027-05-01"), "release.yaml:12:12: until 2027-05-01 is 181 days after date 2026-11-01; a waiver lasts at most 180 days, until 2027-04-30"},
		{swapped("2027-04-30", "2026-11-01"), "until 2026-11-01 is not after date 2026-11-01"},
		{swapped("    until: 2027-04-30\n", ""), "the waiver has no until"},
		{swapped("2027-04-30", "never"), `until is "never"; write a day`},

		// Conditions: grammar, types, and each name and word in them, with the place in the file.
		{in(`met("DEV-1"`), "release.yaml:5:"},
		{in(`met("DEV-9.9")`), `release.yaml:5:18: rule a: there is no clause or guideline "DEV-9.9"`},
		{in(`met("dev-1")`), `there is no clause or guideline "dev-1"`},
		{in(`met(["DEV-1", "DEV-7"])`), `release.yaml:5:28: rule a: there is no clause or guideline "DEV-7"`},
		{in(`'met("DEV-9.9")'`), `release.yaml:5:19: rule a: there is no clause`},
		{in("|\n      met(\"DEV-1\") &&\n      met(\"DEV-9.9\")"), `release.yaml:7:11: rule a: there is no clause or guideline "DEV-9.9"`},
		{in(">-\n      met(\"DEV-1\") &&\n      met(\"DEV-9.9\")"), `release.yaml:7:11: rule a: there is no clause or guideline "DEV-9.9"`},
		{in("met(\"DEV-1\") &&\n      met(\"DEV-9.9\")"), `release.yaml:6:11: rule a: there is no clause or guideline "DEV-9.9"`},
		{in(`mett("DEV-1")`), `release.yaml:5:18: rule a: undeclared reference to 'mett' (did you mean 'met'?)`},
		{in(`findingz.size() == 0`), `undeclared reference to 'findingz' (did you mean 'findings'?)`},
		{in(`metWith("DEV-1.5", "proven")`), `release.yaml:5:33: rule a: strength "proven" is not one of none, declared, present, enforced, exercised, observed`},
		{in(`findingsAtLeast("severe") == 0`), `severity "severe" is not one of`},
		{in(`passed("dev-1-pinned-image")`), `there is no check "dev-1-pinned-image"; did you mean "dev-1-pinned-images"?`},
		{in(`fresh("nothing-of-ours", duration("720h"))`), `there is no check "nothing-of-ours" (lodemark guide names the checks of each guideline)`},
		{in(`parts("modle") > 0`), `there is no kind of component "modle"; did you mean "model"?`},
		{in(`facts["agents"] == "no"`), `there is no fact "agents"`},
		{in(`clauses["DEV-9"].later`), `there is no clause "DEV-9"`},
		{in(`guidelines["DEV-9"].met > 0`), `there is no guideline "DEV-9"`},
		{in(`clauses["DEV-1.5"].verdict == "passed"`), `verdict is never "passed"; there are met, not met, inconclusive, not applicable, not assessed`},
		{in(`evidence.all(e, e.outcome in ["passed", "ok"])`), `outcome is never "ok"`},
		{in(`clauses["DEV-1.5"].verdikt == "met"`), `undefined field 'verdikt'`},
		{in(`counts.met`), "the condition gives int; a yes or no is expected"},
		{in(`counts.met > "3"`), "found no matching overload for '_>_'"},
		{in(`met(3)`), "found no matching overload for 'met'"},
		{in(`"` + strings.Repeat("(", 70) + "true" + strings.Repeat(")", 70) + `"`), "recursion limit exceeded"},
	} {
		p, err := Read("release.yaml", []byte(tt.text))
		if err == nil {
			err = p.Check(Known{fewChecks()})
		}
		if err == nil {
			t.Errorf("%.300q is taken; wanted %q", tt.text, tt.want)
			continue
		}
		if !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.300q\n gave %.300v\n want %s", tt.text, err, tt.want)
		}
	}
}

// All problems come at once, in the order of the file.
func TestAllProblemsAtOnce(t *testing.T) {
	_, err := Read("release.yaml", []byte("schema: lodemark.policy/1\nstage: late\nrules:\n  - id: a\n    titel: A\n  - id: B\n    title: B\n    require: \"true\"\n"))
	want := "release.yaml:2:8: stage is \"late\"; there are design, develop, deploy, operate\n" +
		"release.yaml:4:5: the rule has no require\nrelease.yaml:4:5: the rule has no title\n" +
		"release.yaml:5:5: the rule has no key \"titel\"; did you mean \"title\"?\n" +
		"release.yaml:6:9: id is \"B\"; write small letters, digits and hyphens: no-open-criticals"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	p := read(t, "schema: lodemark.policy/1\nrules:\n  - {id: a, title: A, require: met(\"DEV-8\")}\n  - {id: b, title: B, require: mett(\"DEV-1\")}\n")
	if err := p.Check(Known{}); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("two rules are wrong, and this is said: %v", err)
	}
}

func TestRead(t *testing.T) {
	text := "schema: lodemark.policy/1\ntitle: Ours\ndate: 2026-01-01\nextends: starter\nfail_on: [critical, OM-4.3]\ndecisions: ignore\nstage: operate\ntrust: [keys/]\n" +
		"limits: {files: 10, depth: 4, file_bytes: 1000, total_bytes: 2000}\n" + rule + "waivers:\n" + soundWaiver
	p := read(t, text)
	var ids []string
	for _, r := range p.all() {
		ids = append(ids, r.ID)
	}
	if got := strings.Join(ids, " "); got != "no-grave-findings no-secrets scanned-models safe-loading threat-model fail-on-critical fail-on-om-4-3 a" {
		t.Errorf("rules: %s", got)
	}
	w := p.Waivers[0]
	if w.Rule != "a" || w.By != "Risk owner" || w.RequestedBy != "ML engineer" || !w.Until.Equal(time.Date(2027, 4, 30, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("waiver: %+v", w)
	}
	if p.Bounds() != (Limits{10, 4, 1000, 2000}) || !p.strict() || p.Stage != "operate" || len(p.Trust) != 1 || !p.HasRules() {
		t.Errorf("read %+v", p)
	}
	if err := p.Check(Known{realChecks()}); err != nil {
		t.Error(err)
	}
}

// What the published schema takes, and what it refuses; the reader is as strict, and stricter where a schema cannot be.
func TestPublishedSchema(t *testing.T) {
	compiled := compileSchema(t, "policy")
	head := "schema: lodemark.policy/1\n"
	for text, want := range map[string]bool{
		head + "fail_on: [high, DEV-1.5]\n":                             true,
		head + rule + "waivers:\n" + soundWaiver:                        true,
		head + "extends: critical\ntitle: Ours\ndate: 2026-01-01\n":     true,
		head + rule + "trust: [keys/, team.pem]\n":                      true,
		head + "rules: []\n":                                            false,
		head + "rules:\n  - {id: a, title: A}\n":                        false,
		head + "rules:\n  - {id: A, title: A, require: \"true\"}\n":     false,
		head + "extends: strict\n":                                      false,
		head + "unknown: 1\n":                                           false,
		head + rule + "waivers:\n  - {rule: a, until: 2026-01-01}\n":    false,
		head + rule + "waivers:\n" + soundWaiver + "    forever: yes\n": false,
	} {
		if got := compiled.Validate(asJSON(t, text)) == nil; got != want {
			t.Errorf("the schema takes it: %v, wanted %v\n%s", got, want, text)
		}
		if _, err := Read("p", []byte(text)); (err == nil) != want {
			t.Errorf("the reader says %v\n%s", err, text)
		}
	}
	for _, name := range Builtins() {
		data, _ := BuiltinText(name)
		if err := compiled.Validate(asJSON(t, string(data))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func compileSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := schema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func asJSON(t *testing.T, text string) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	plainDates(&doc)
	var v any
	if err := doc.Decode(&v); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	out, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// plainDates reads dates as the text that they are, as editors with a schema do.
func plainDates(n *yaml.Node) {
	if n.Tag == "!!timestamp" {
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		plainDates(c)
	}
}

// FuzzRead tries anything as a policy: it is read or refused with a reason, and what was read can be checked and judged.
func FuzzRead(f *testing.F) {
	for _, name := range Builtins() {
		data, err := os.ReadFile("data/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte("schema: lodemark.policy/1\n" + rule + "waivers:\n" + soundWaiver))
	f.Add([]byte("schema: lodemark.policy/1\nrules:\n  - id: a\n    title: A\n    require: >-\n      findings.all(f,\n        f.line > 3) &&\n\n      met(\"DEV-9\")\n"))
	f.Add([]byte("schema: lodemark.policy/1\nfail_on: [high, DEV-1]\ndecisions: ignore\nstage: operate\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Read("p.yaml", data)
		if err != nil {
			if ps, ok := err.(Problems); !ok || len(ps) == 0 {
				t.Fatalf("refused with %T", err)
			}
			return
		}
		known := Known{fewChecks()}
		if err := p.Check(known); err != nil {
			return
		}
		v, err := Judge(t.Context(), p, world{}.input())
		if err != nil {
			t.Fatal(err)
		}
		if v.Met && v.Counts.Met+v.Counts.Waived == 0 {
			t.Error("a gate is met of which no rule is")
		}
		for _, l := range v.Lines {
			if l.Result == RuleNotMet && len(l.Parts) == 0 {
				t.Errorf("%s fails without a reason", l.Rule)
			}
		}
	})
}
