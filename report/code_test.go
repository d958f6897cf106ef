package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// madeCode is a look at source code with a flow, a muted finding, advice, gaps, and hostile text wherever a target can put some.
func madeCode() *Code {
	flow := []lodemark.FlowStep{
		{Path: "app/llm.py", Line: 7, Column: 13, Note: "what a model answered", Code: "client.chat.completions.create(messages=messages)"},
		{Path: "app/llm.py", Line: 7, Column: 5, Note: "goes into reply", Code: "reply"},
		{Path: "app/tools.py", Line: 40, Column: 5, Note: "given back by answer", Code: "answer(question)  # " + hostile},
		{Path: "app/tools.py", Line: 41, Column: 5, Note: "reaches `eval`", Code: "eval(expression)"},
	}
	findings := []lodemark.Finding{
		{ID: "LO-01", Severity: lodemark.SeverityCritical, Path: "app/tools.py", Line: 41, Message: "`eval` runs text that is what a model answered.", Fix: "parse the answer into data", Clauses: []string{"SD-3.12", "SD-3.13"},
			Refs: []string{"CWE-95", "AML.T0050", "LLM05:2025"}, Flow: flow},
		{ID: "LO-01", Severity: lodemark.SeverityCritical, Path: "app/tools.py", Line: 60, EndLine: 61, Message: "`exec` runs " + hostile, Fix: "parse the answer into data", Clauses: []string{"SD-3.12"}, Refs: []string{"CWE-95"}},
		{ID: "LM-01", Severity: lodemark.SeverityLow, Path: "app/tools.py", Line: 70, Message: "The call sets no limit.", Fix: "set one", Advisory: true},
		{ID: "DS-01", Severity: lodemark.SeverityHigh, Path: "cache.py", Line: 3, Message: "`pickle.load` loads what can bring code.", Fix: "use JSON", Refs: []string{"CWE-502"}, Muted: "a comment on line 3: signed " + hostile},
		{ID: "SC-07", Severity: lodemark.SeverityLow, Path: hostile, Line: 1, Message: "Nothing fixes " + hostile, Fix: hostile},
	}
	rule := func(id, title string, s lodemark.Severity, refs ...string) lodemark.Rule {
		return lodemark.Rule{ID: id, Title: title, Severity: s, Confidence: "high", Why: "Whoever writes into the prompt\ndecides.", Fix: "Parse it.", Refs: refs, Clauses: []string{"SD-3.12"}}
	}
	return &Code{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, Target: "app", Findings: lodemark.Fingerprinted(findings),
		Rules: []lodemark.Rule{rule("LO-01", "Model output is run as code", lodemark.SeverityCritical, "CWE-95", "AML.T0050", "LLM05:2025"), rule("DS-01", "A pickle is loaded", lodemark.SeverityHigh, "CWE-502"),
			rule("SC-07", "No lock file", lodemark.SeverityLow), rule("LM-01", "No limit", lodemark.SeverityLow)},
		Gaps:  []lodemark.Gap{{Path: "old.py", Line: 3, Reason: "invalid syntax"}, {Path: hostile, Reason: hostile}},
		Files: CodeFiles{Read: 9, Vendored: 1200, Broken: 2}, Hidden: CodeHidden{Lesser: 4}}
}

func writtenCode(t *testing.T, name string, c *Code, o Options) string {
	t.Helper()
	for _, f := range CodeFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, c, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read.
func TestCodeGolden(t *testing.T) {
	golden(t, "code.txt", writtenCode(t, "text", madeCode(), Options{}))
	golden(t, "code-200.txt", writtenCode(t, "text", madeCode(), Options{Width: 200}))
	golden(t, "code-ascii.txt", writtenCode(t, "text", madeCode(), Options{ASCII: true, Verbose: true}))
	golden(t, "code.json", writtenCode(t, "json", madeCode(), Options{}))
	golden(t, "code.sarif", writtenCode(t, "sarif", madeCode(), Options{}))
}

func TestCodeJSONHoldsToItsSchema(t *testing.T) {
	s := published(t, "code")
	out := writtenCode(t, "json", madeCode(), Options{})
	if err := validate(t, s, out); err != nil {
		t.Error(err)
	}
	if err := validate(t, s, writtenCode(t, "json", &Code{Target: ".", Tool: lodemark.Tool{Name: "lodemark"}, Rules: make([]lodemark.Rule, 1)}, Options{})); err != nil {
		t.Errorf("nothing found: %v", err)
	}
	for old, wrong := range map[string]string{
		`"severity": "critical"`: `"severity": "worst"`, `"line": 41`: `"line": -1`, `"vendored": 1200`: `"vendored": "many"`, `"schema": "lodemark.code/1"`: `"schema": "lodemark.code/2"`,
		`"note": "reaches`: `"nota": "reaches`, `"SD-3.12"`: `"SD-99.1"`, `"gaps": [`: `"gapes": [`, `"rules": 4`: `"rules": 0`, `"advisory": true`: `"advisory": "yes"`,
	} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

func TestCodeSARIFHoldsToTheStandard(t *testing.T) {
	c := madeCode()
	c.Folder = "services/desk"
	out := writtenCode(t, "sarif", c, Options{})
	if err := validate(t, officialSARIF(t), out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"codeFlows": [`, `"threadFlows": [`, `"text": "reaches `, `"uri": "services/desk/app/llm.py"`, `"kind": "inSource"`, `"external/cwe/cwe-95"`, `"LLM05:2025"`, `"precision": "high"`, `"advisory": true`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if strings.Contains(out, "helpUri") {
		t.Error("a rule points to a page: its help stands in the log")
	}
	if strings.Contains(out, "](") && strings.Contains(out, "](https://evil") {
		t.Error("text of a file became a link")
	}
}

func TestCodeText(t *testing.T) {
	out := strings.Join(strings.Fields(writtenCode(t, "text", madeCode(), Options{Width: 120})), " ")
	for _, want := range []string{"critical app/tools.py:41 LO-01", "1 app/llm.py:7: what a model answered, goes into reply", "3 app/tools.py:41: reaches `eval`", "fix Parse the answer into data",
		"see CWE-95, AML.T0050, LLM05:2025, SD-3.12, 3.13", "advice app/tools.py:70 LM-01", "Muted by comments in the code", "high cache.py:3 DS-01", "old.py:3: invalid syntax",
		"3 findings: 2 critical, 1 low", "9 files looked at", "1200 in vendored folders not looked at", "1 muted by comments", "4 less severe not shown (--severity)"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	if strings.Count(out, "Parse the answer into data") != 1 {
		t.Error("the same fix is said twice in one file")
	}
	for _, o := range []Options{{Width: 40}, {Width: 80, Color: true}, {Width: 80, ASCII: true}, {Width: 200}} {
		for i, line := range strings.Split(writtenCode(t, "text", madeCode(), o), "\n") {
			if w := columns(line); w > o.Width {
				t.Errorf("width %d: line %d has %d columns: %q", o.Width, i+1, w, line)
			}
			if strings.IndexFunc(strings.NewReplacer("\x1b[", "").Replace(line), unsafe) >= 0 {
				t.Errorf("line %d holds what is not harmless: %q", i+1, line)
			}
		}
	}
}

// Two steps at one place are one place on the way, and code that the note has named is not said again.
func TestWayOf(t *testing.T) {
	got := wayOf(madeCode().Findings[0].Flow)
	if len(got) != 3 || got[0].Note != "what a model answered, goes into reply" || got[0].Code != "client.chat.completions.create(messages=messages)" || got[2].Line != 41 {
		t.Errorf("%+v", got)
	}
	if got := wayOf([]lodemark.FlowStep{{Path: "a.py", Line: 1, Note: "goes into hits", Code: "hits"}}); got[0].Code != "" {
		t.Errorf("%+v", got)
	}
}
