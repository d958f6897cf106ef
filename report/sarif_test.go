package report

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	official "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
)

// officialSARIF is the schema of the standard, which the SARIF module carries in its source without handing it out.
func officialSARIF(t *testing.T) *jsonschema.Schema {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	syntax, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(syntax, func(n ast.Node) bool {
		if v, ok := n.(*ast.ValueSpec); ok && v.Names[0].Name == "schema" {
			text, err = strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		}
		return true
	})
	if err != nil || text == "" {
		t.Fatalf("no schema in the module: %v", err)
	}
	return compiled(t, "sarif", []byte(text))
}

func readSARIF(t *testing.T, r *lodemark.Run) (string, sarifRun) {
	t.Helper()
	out := written(t, writeSARIF, r, Options{})
	var log sarifLog
	if err := json.Unmarshal([]byte(out), &log); err != nil {
		t.Fatal(err)
	}
	return out, log.Runs[0]
}

func TestSARIFHoldsToTheStandard(t *testing.T) {
	schema := officialSARIF(t)
	out, _ := readSARIF(t, made())
	if err := validate(t, schema, out); err != nil {
		t.Errorf("%v", err)
	}
	// The schema would notice: a member that the standard does not know, a level that it does not have, a line 0.
	for old, wrong := range map[string]string{`"ruleIndex"`: `"ruleNumber"`, `"level": "error"`: `"level": "fatal"`, `"startLine": 2`: `"startLine": 0`} {
		if !strings.Contains(out, old) {
			t.Errorf("there is no %s to make wrong", old)
		}
		if err := validate(t, schema, strings.ReplaceAll(out, old, wrong)); err == nil {
			t.Errorf("%s was taken for valid", wrong)
		}
	}
	// Another program reads it as well, and sees as much.
	report, err := official.FromBytes([]byte(out))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(report.Runs[0].Results); n != len(made().Findings) {
		t.Errorf("another reader sees %d results of %d", n, len(made().Findings))
	}
}

func TestSARIFSaysWhatGitHubNeeds(t *testing.T) {
	_, run := readSARIF(t, made())
	if len(run.Tool.Driver.Rules) != len(made().Checks)+1 {
		t.Errorf("%d rules; want every check and the rule LO-01", len(run.Tool.Driver.Rules))
	}
	for _, rule := range run.Tool.Driver.Rules {
		if len(rule.Properties.Tags) > sarifTags || rule.Properties.SecuritySeverity == "" || rule.Short.Text == "" {
			t.Errorf("%s lacks something or has too many tags: %+v", rule.ID, rule.Properties)
		}
	}
	if c := run.Tool.Driver.Rules[3]; c.ID != "dev-2-no-secrets" || c.Properties.SecuritySeverity != "9.5" || !slices.Contains(c.Properties.Tags, "DEV-2.4") ||
		c.Help.Markdown == "" || c.Relationships[0].Target.ID != "DEV-2.4" {
		t.Errorf("rule %+v", c)
	}
	suppressed, lines := 0, 0
	for _, res := range run.Results {
		if run.Tool.Driver.Rules[res.RuleIndex].ID != res.RuleID || !fingerprintForm.MatchString(res.Fingerprints["lodemark/v1"]) {
			t.Errorf("result %+v", res)
		}
		a := res.Locations[0].Physical.Artifact
		u, err := url.Parse(a.URI)
		if err != nil || u.Scheme != "" || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || a.URI == "" || a.BaseID != sarifBase || strings.HasPrefix(a.URI, "/") {
			t.Errorf("%q is no relative address (%v)", a.URI, err)
		}
		if res.Locations[0].Physical.Region != nil {
			lines++
		}
		if len(res.Suppressions) > 0 {
			suppressed++
			if !strings.Contains(res.Suppressions[0].Justification, "accepted until 2027-01-15 by Risk owner") {
				t.Errorf("suppressed for %q", res.Suppressions[0].Justification)
			}
		}
	}
	if suppressed != 1 || lines != len(run.Results)-1 {
		t.Errorf("%d suppressed, %d of %d with a line; want 1, and all but one", suppressed, lines, len(run.Results))
	}
	var codes []string
	for _, n := range run.Invocations[0].Notifications {
		codes = append(codes, n.Descriptor.ID+" "+n.Level)
	}
	if want := []string{"gap warning", "gap warning", "malformed error", "gap warning", "gap warning", "not-assessed note"}; !slices.Equal(codes, want) {
		t.Errorf("notifications %q, want %q", codes, want)
	}
}

// More than code scanning takes is cut from below, and said.
func TestSARIFLimits(t *testing.T) {
	r := &lodemark.Run{System: &lodemark.System{}}
	for i := range sarifResults + 50 {
		r.Findings = append(r.Findings, lodemark.Finding{ID: "LO-01", Severity: lodemark.Severity(i % 5), Path: "a", Line: 1, Message: "m", Fingerprint: fmt.Sprintf("%024x", i)})
	}
	for i := range sarifNotifications + 7 {
		r.Gaps = append(r.Gaps, lodemark.Gap{Path: fmt.Sprint(i), Reason: "x"})
	}
	out, run := readSARIF(t, r)
	if len(run.Results) != sarifResults || len(run.Results) > 25000 {
		t.Errorf("%d results", len(run.Results))
	}
	if last := run.Results[len(run.Results)-1]; last.Properties.(map[string]any)["severity"] != "info" || !strings.Contains(out, ": 50 info. The JSON report holds all") {
		t.Errorf("the least severe are not what was left out: %v", last.Properties)
	}
	if !strings.Contains(out, "7 more gaps") {
		t.Error("gaps are cut without a word")
	}
	tags := sarifTagsOf([]string{"SD-1.1", "SD-1.2", "SD-2.1", "SD-2.2", "SD-3.1", "SD-3.2", "SD-3.3", "SD-3.4", "SD-3.5", "SD-3.6", "SD-3.7", "SD-3.8",
		"SD-3.9", "DEV-1.1", "DEV-1.2", "DEV-1.3", "DEV-1.4", "DEV-1.5", "DEV-1.6"})
	if len(tags) != 20 || !slices.Contains(tags, "DEV-1") {
		t.Errorf("tags %q", tags)
	}
}

func TestSARIFAddresses(t *testing.T) {
	for path, want := range map[string]string{
		"Dockerfile":              "Dockerfile",
		"a b/c#d?e%f.py":          "a%20b/c%23d%3Fe%25f.py",
		"javascript:alert(1)":     "javascript%3Aalert%281%29",
		"modèle.pt":               "mod%C3%A8le.pt",
		"bad\xff\x1b[31m\u202e\n": "bad%FF%1B%5B31m%E2%80%AE%0A",
	} {
		if got := percentEncoded(path); got != want {
			t.Errorf("%q became %q, want %q", path, got, want)
		}
	}
}

func TestSARIFMessagesHoldNoLinks(t *testing.T) {
	for in, want := range map[string]string{
		"see [here](https://evil.example.org)": "see [here] (https://evil.example.org)",
		"value {0} of {name}":                  "value { 0} of {name}",
		"two\nlines\x1b[31m":                   "two lines\uFFFD[31m",
	} {
		if got := sarifPlain(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
