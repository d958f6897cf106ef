package gate

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A verdict with something of everything in it.
func sample(t *testing.T) Verdict {
	t.Helper()
	rules := `schema: lodemark.policy/1
title: Ours
date: 2026-01-01
rules:
  - id: pinned
    title: Images are pinned
    require: passed("dev-1-pinned-images") && findingsAtLeast("high") == 0
    fix: Name images by digest.
  - id: verified
    title: Models are verified
    require: metWith("DEV-2.8", "exercised")
    why: Weights are code that nobody can read.
    fix: Restore the signed files.
  - id: attacked
    title: The model was attacked, and seldom gives in
    require: rateUpper("inj.direct") <= 0.05
  - id: data
    title: Datasets are described
    when: parts("dataset") > 0
    require: met("DEV-3.2")
  - id: prompts
    title: No critical finding is open
    require: findingsAtLeast("critical") == 0
waivers:
  - rule: attacked
    by: Risk owner
    requested_by: ML engineer
    reason: The probes come with the next release
    date: 2026-11-01
    until: 2027-01-31
`
	bad := finding("dev-1-pinned-images", lodemark.SeverityHigh, print24)
	bad.Message = "the image \x1b[31mvllm/vllm-openai\x1b[0m of [@team](https://example.org) has no digest, which is told at some length so that the line has to be broken"
	w := world{stage: lodemark.StageDevelop, evidence: []lodemark.Evidence{seen("dev-1-pinned-images", lodemark.Failed, print24), kept("dep-2-models-verified", "2026-11-20", "release-team", lodemark.Passed)},
		findings: []lodemark.Finding{bad}, current: map[string]string{"model/weights.safetensors": bbbb},
		threats: []Threat{{ID: "LDM-T11", Status: "accepted"}, {ID: "LDM-T12", Status: "claimed"}, {ID: "LDM-T13", Status: "claimed"}}}
	return judge(t, read(t, rules), w)
}

func TestFormats(t *testing.T) {
	v := sample(t)
	for _, f := range Formats() {
		var b bytes.Buffer
		if err := f.Write(&b, v, View{Width: 80}); err != nil {
			t.Fatal(err)
		}
		file := "testdata/verdict." + f.Name
		if *update {
			if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(b.Bytes(), want) {
			t.Errorf("%s is not as in %s (go test -update writes it anew)\n%s", f.Name, file, b.String())
		}
		if strings.ContainsRune(b.String(), '\x1b') {
			t.Errorf("%s lets an escape of the target through", f.Name)
		}
	}
}

// The text fits the terminal, whatever its width, and needs no sign beyond ASCII where there are none.
func TestTextFits(t *testing.T) {
	for _, view := range []View{{Width: 80}, {Width: 120}, {Width: 40, ASCII: true}, {}} {
		var b bytes.Buffer
		if err := writeText(&b, sample(t), view); err != nil {
			t.Fatal(err)
		}
		most := view.Width
		if most == 0 {
			most = 80
		}
		for line := range strings.Lines(b.String()) {
			if n := columns(strings.TrimSuffix(line, "\n")); n > most {
				t.Errorf("%d columns of %d: %s", n, most, line)
			}
			if view.ASCII && strings.ContainsAny(line, "✓✗→·") {
				t.Errorf("not ASCII: %s", line)
			}
		}
	}
}

func TestBrokenLines(t *testing.T) {
	for _, tt := range []struct {
		text string
		room int
		want []string
	}{
		{"", 5, []string{""}},
		{"one two three", 7, []string{"one two", "three"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}},
		{"a abcdefghij", 4, []string{"a", "abcd", "efgh", "ij"}},
		{"九割が正しい", 4, []string{"九割", "が正", "しい"}},
	} {
		if got := strings.Join(broken(tt.text, tt.room), "|"); got != strings.Join(tt.want, "|") {
			t.Errorf("%q in %d columns: %s", tt.text, tt.room, got)
		}
	}
}

// Text of the target is no markup, no link and no mention in a comment.
func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"[x](https://example.org)": `\[x\]\(https:&#8203;//example.org\)`,
		"@team see #12":            `@&#8203;team see \#&#8203;12`,
		"<b> & `code`":             "\\<b\\> &amp; \\`code\\`",
		"a\n# b":                   `a \#&#8203; b`,
	} {
		if got := escape(in); got != want {
			t.Errorf("%q is written %q, wanted %q", in, got, want)
		}
	}
}

func TestJSONFitsItsSchema(t *testing.T) {
	compiled := compileSchema(t, "gate")
	for _, v := range []Verdict{sample(t), judge(t, read(t, "schema: lodemark.policy/1\nextends: starter\n"), world{checks: realChecks()})} {
		data, err := v.JSON()
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); err != nil {
			t.Error(err)
		}
		doc.(map[string]any)["more"] = 1
		if compiled.Validate(doc) == nil {
			t.Error("the schema takes anything")
		}
	}
}

// What reads JUnit sees a failure where the gate is not met, also where no rule was judged.
func TestJUnitTellsOfTheWhole(t *testing.T) {
	v := judge(t, read(t, policyOf(`met("DEV-1")`)+"    when: parts(\"dataset\") > 0\n"), world{})
	var b bytes.Buffer
	if err := writeJUnit(&b, v, View{}); err != nil {
		t.Fatal(err)
	}
	var back junitSuites
	if err := xml.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if v.Met || back.Failures != 1 || back.Skipped != 1 || back.Tests != 2 {
		t.Errorf("met %v: %+v", v.Met, back)
	}
}

// What files of the target let through is told, however many there are.
func TestBorne(t *testing.T) {
	got := strings.Join(sample(t).Borne, "\n")
	for _, want := range []string{"62 not judged, because lodemark.yaml says that the system is not that far: DEP-1.1,", "and 52 more",
		"1 accepted as threats by decisions: LDM-T11", "2 claimed to be dealt with as threats, which nothing shows: LDM-T12, LDM-T13",
		"the rule attacked is let through by the policy's waiver until 2027-01-31"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not told\n%s", want, got)
		}
	}
	denied := judge(t, read(t, policyOf(`met("DEV-1")`)), world{facts: []lodemark.Fact{{Name: factNames()[0], Answer: lodemark.No, Origin: lodemark.OriginDeclared, Reason: "we have none"}}})
	if got := strings.Join(denied.Borne, "\n"); !strings.Contains(got, "not applicable by what lodemark.yaml declares") {
		t.Errorf("a clause that lodemark.yaml rules out is not told\n%s", got)
	}
}
