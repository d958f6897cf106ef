package report

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

var threatsDay = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

// madeModel is a small threat model; whatever a target can name is hostile.
func madeModel(t testing.TB) *threat.Model {
	t.Helper()
	m, problems := threat.Load("threats.yaml", []byte(`system: {name: Help desk, users: 2}
components:
  customer: {kind: end_user, boundary: internet}
  mail: {kind: document_store, name: Mailbox, boundary: retrieved-content, writers: [public]}
  agent: {kind: agent, boundary: serving, autonomy: act, identity: service, guess: "it runs a loop, at app.py:3"}
  send: {kind: tool, name: Send mail, boundary: tool-runtime, effects: [send]}
  chat: {kind: hosted_model_api, boundary: vendor}
  notes: {kind: memory_store, boundary: serving}
flows:
  - {from: customer, to: agent, carries: [prompt, personal, internal]}
  - {from: mail, to: agent, carries: [public]}
  - {from: agent, to: send, carries: [model_output]}
  - {from: agent, to: chat, carries: [prompt]}
  - {from: chat, to: agent, carries: [model_output]}
  - {from: notes, to: notes}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m.Components[5].Name = hostile
	m.Components[5].Paths = []string{hostile}
	return m
}

// madeThreats has a threat of each status, with hostile text where a model or an own library can put some.
func madeThreats(t testing.TB) *Threats {
	measures := []threat.Measure{
		{ID: "LDM-C03", Title: "Allow-list of tools", Cost: "low", Proof: []threat.Proof{{By: "config", Shows: "tool manifest", MaxAgeDays: 7}, {By: "gateway", Shows: "denied calls", MaxAgeDays: 1}}},
		{ID: "LDM-C04", Title: "A person approves", Status: threat.Claimed, Why: "claimed in the threat model; nothing shows it", Cost: "medium", Proof: []threat.Proof{{By: "probe", Shows: "unapproved action", MaxAgeDays: 30}}},
		{ID: "OWN-C1", Title: hostile, Status: threat.Evidenced, Why: "shown by probe on 2026-11-01", Cost: "high", Proof: []threat.Proof{{By: "doc", Shows: hostile, MaxAgeDays: 1}}},
	}
	one := func(id, title, severity string, s threat.Status, rank int, reason string, at ...threat.Place) threat.Threat {
		for i := range at {
			at[i].Reason, at[i].Rank, at[i].Ranked = reason, rank, severity+"; begins inside"
		}
		return threat.Threat{ID: id, Title: title, Status: s, Severity: severity, Stage: "design", Places: at, Reason: reason, Rank: rank, Ranked: severity + "; begins inside", Path: at[0].Path,
			Mitigations: measures, Settles: at[0].Settles, STRIDE: []string{"tampering"}, CIA: []string{"integrity"}, ATLAS: []string{"AML.T0053"}, OWASP: []string{"LLM06:2025"}}
	}
	way := []string{"mail", "agent", "send"}
	all := []threat.Threat{
		one("LDM-T11", "Tool is called on the word of untrusted text", "critical", threat.Applies, 500, "Text from Mailbox can make agent send messages.", threat.Place{At: "agent", Line: 5, Path: way}, threat.Place{At: "agent -> send", Line: 12}),
		one("LDM-T12", "Agent has more rights than it needs", "high", threat.Unconfirmed, 300, "agent has rights of its own.", threat.Place{At: "agent", Line: 5, Settles: []string{"send.token_scope"}}),
		one("OWN-1", hostile, "high", threat.Stale, 200, hostile, threat.Place{At: "notes", Line: 8, Path: []string{"customer", hostile}}),
		one("LDM-T15", "Act without a person", "medium", threat.Claimed, 100, "agent can send messages.", threat.Place{At: "agent", Line: 5, Path: way}),
		one("LDM-T60", "Stolen key", "low", threat.Accepted, 90, "A key opens chat.", threat.Place{At: "chat", Line: 7}),
		one("LDM-T61", "Data leaves", "info", threat.Evidenced, 80, "agent sends data to chat.", threat.Place{At: "agent -> chat", Line: 13}),
		one("LDM-T62", "Model changes", "medium", threat.NotApplicable, 70, "chat changes.", threat.Place{At: "system"}),
	}
	all[4].Decision = &threat.Decision{Threat: "LDM-T60", Choice: threat.Accept, By: "Owner " + hostile, Reason: hostile, Until: threatsDay.AddDate(0, 1, 0)}
	m := madeModel(t)
	return &Threats{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: threatsDay, Target: "desk", Model: m,
		Library: &threat.Library{Name: "Made", Version: "1", Rules: []*threat.Rule{{ID: "LDM-T11", When: "c.agentic"}, {ID: "LDM-T99", When: "true"}}},
		Report: &threat.Report{System: "Help desk " + hostile, Path: "threats.yaml", Components: len(m.Components), Flows: len(m.Flows), Threats: all, NotApplicable: []string{"LDM-T99"},
			Gains: []threat.Gain{{Mitigation: "LDM-C03", Title: "Allow-list of tools", Cost: "low", Threats: []string{"LDM-T11", "LDM-T12"}, Places: 3}},
			Open:  []threat.Open{{Attribute: "send.token_scope", Threats: []string{"LDM-T12"}}}, Failed: threat.Problems{{Path: "own.yaml", Line: 4, Message: "OWN-9 at agent: " + hostile}}},
		Shown: all}
}

func writtenThreats(t testing.TB, name string, x *Threats, o Options) string {
	t.Helper()
	for _, f := range ThreatFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, x, o); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

// The golden files are there to be read.
func TestThreatsGolden(t *testing.T) {
	x := madeThreats(t)
	golden(t, "threats.txt", writtenThreats(t, "text", x, Options{}))
	golden(t, "threats-200.txt", writtenThreats(t, "text", x, Options{Width: 200, Verbose: true}))
	golden(t, "threats.md", writtenThreats(t, "markdown", x, Options{}))
	golden(t, "threats.json", writtenThreats(t, "json", x, Options{}))
	golden(t, "threats.sarif", writtenThreats(t, "sarif", x, Options{}))
	golden(t, "threats.csv", writtenThreats(t, "csv", x, Options{}))
	golden(t, "threats.mmd", writtenThreats(t, "mermaid", x, Options{}))
	golden(t, "threats.svg", writtenThreats(t, "svg", x, Options{}))
}

func TestThreatsText(t *testing.T) {
	out := strings.Join(strings.Fields(writtenThreats(t, "text", madeThreats(t), Options{})), " ")
	for _, want := range []string{"6 components · 6 flows", "7 threats: 1 applies, 1 unconfirmed, 1 stale, 1 claimed, 1 accepted, 1 evidenced, 1 not applicable.", "To deal with (3)", "Claimed, and not shown (1)",
		"Dealt with (3)", "mail -> agent -> send", "critical: LDM-T11, LDM-T15", "settle send.token_scope", "2 LDM-C03 Allow-list of tools (low cost)", "1 send.token_scope LDM-T12", "1 hold nowhere here",
		"config: tool manifest (good for 7 days)", "1 guessed part that nobody has looked at", "Not evaluated"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is missing in\n%s", want, out)
		}
	}
	for _, o := range []Options{{Width: 40}, {Width: 80, Color: true}, {Width: 80, ASCII: true, Verbose: true}, {Width: 200, Verbose: true}} {
		for i, line := range strings.Split(writtenThreats(t, "text", madeThreats(t), o), "\n") {
			if w := columns(line); w > o.Width {
				t.Errorf("width %d: line %d has %d columns: %q", o.Width, i+1, w, line)
			}
			if strings.IndexFunc(strings.NewReplacer("\x1b[", "").Replace(line), unsafe) >= 0 {
				t.Errorf("line %d holds what is not harmless: %q", i+1, line)
			}
		}
	}
}

// What is not listed is counted, and what was only drawn is said to be so.
func TestThreatsSaysWhatItDoesNotShow(t *testing.T) {
	x := madeThreats(t)
	x.Shown, x.Drawn = x.Shown[:2], true
	for _, format := range []string{"text", "markdown"} {
		out := strings.Join(strings.Fields(writtenThreats(t, format, x, Options{})), " ")
		for _, want := range []string{"5 of them are not listed", "There is no threats.yaml"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s: %q is missing in\n%s", format, want, out)
			}
		}
	}
	none := madeThreats(t)
	none.Report.Threats, none.Shown, none.Report.Gains, none.Report.Open = nil, nil, nil, nil
	if out := writtenThreats(t, "text", none, Options{}); !strings.Contains(out, "No threat of the library holds here.") || !strings.Contains(out, "2 threats were tried") {
		t.Error(out)
	}
}

func TestThreatsJSONHoldsToItsSchema(t *testing.T) {
	s := published(t, "threats")
	out := writtenThreats(t, "json", madeThreats(t), Options{})
	if err := validate(t, s, out); err != nil {
		t.Error(err)
	}
	for old, wrong := range map[string]string{
		`"status": "stale"`: `"status": "bad"`, `"severity": "critical"`: `"severity": "worst"`, `"places": [`: `"place": [`, `"line": 5`: `"line": -5`, `"max_age_days": 7`: `"max_age_days": "7"`,
		`"gains": [`: `"gain": [`, `"until": "2026-12-26"`: `"until": "soon"`, `"discovered": false`: `"discovered": "no"`, `"schema": "lodemark.threats/1"`: `"schema": "lodemark.threats/2"`,
	} {
		if changed := strings.Replace(out, old, wrong, 1); changed == out || validate(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

func TestThreatsSARIFHoldsToTheStandard(t *testing.T) {
	out := writtenThreats(t, "sarif", madeThreats(t), Options{})
	if err := validate(t, officialSARIF(t), out); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"ruleId": "LDM-T11"`, `"codeFlows": [`, `"startLine": 12`, `"kind": "external"`, `"security-severity": "9.5"`, `"text": "goes on to send"`} {
		if !strings.Contains(out, want) {
			t.Errorf("%s is missing", want)
		}
	}
	for _, not := range []string{`"ruleId": "LDM-T61"`, `"ruleId": "LDM-T62"`, "](https://evil"} {
		if strings.Contains(out, not) {
			t.Errorf("%s is there: what is dealt with is no result, and text of a model no link", not)
		}
	}
	if n := strings.Count(out, `"lodemark/v1"`); n != 6 { // LDM-T11 at two places, and one each of four more
		t.Errorf("%d results", n)
	}
}

func TestThreatsCSV(t *testing.T) {
	x := madeThreats(t)
	x.Shown[0].Places[0].At = "=cmd|' /C calc'!A0"
	rows, err := csv.NewReader(strings.NewReader(writtenThreats(t, "csv", x, Options{}))).ReadAll()
	if err != nil || len(rows) != 9 || rows[1][0] != "LDM-T11" || rows[1][4] != "'=cmd|' /C calc'!A0" || rows[2][4] != "agent -> send" || rows[1][8] != "LDM-C03 open; LDM-C04 claimed; OWN-C1 evidenced" {
		t.Errorf("%v %q", err, rows)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.IndexFunc(cell, unsafe) >= 0 {
				t.Errorf("%q", cell)
			}
		}
	}
}

func TestThreatsPicture(t *testing.T) {
	x := madeThreats(t)
	svg := writtenThreats(t, "svg", x, Options{})
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
	}
	for _, want := range []string{"Trust boundary: internet", "Trust boundary: tool runtime", "line untrusted", "part agent warn", "prompt, personal +1", "6 components and 6 flows"} {
		if !strings.Contains(svg, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(svg, "<script") || strings.Contains(svg, "<b>") {
		t.Error("text of the model became markup")
	}
	mermaid := writtenThreats(t, "mermaid", x, Options{})
	for _, want := range []string{"flowchart LR", `subgraph lane0 ["Trust boundary: internet"]`, "-.->", `{{"chat<br/>hosted model api"}}`} {
		if !strings.Contains(mermaid, want) {
			t.Errorf("%q is missing in\n%s", want, mermaid)
		}
	}
	for range 500 {
		x.Model.Components = append(x.Model.Components, &threat.Component{ID: strings.Repeat("x", len(x.Model.Components)), Kind: "app"})
	}
	if err := writeThreatsSVG(io.Discard, x, Options{}); err == nil || !strings.Contains(err.Error(), "draw parts of the system") {
		t.Error(err)
	}
}

// Every flow that strangers or users can write into is dashed, and no other.
func TestUntrustedFlows(t *testing.T) {
	m := madeModel(t)
	for i, want := range []bool{true, true, true, true, true, false} {
		if got := threat.Untrusted(m)[i]; got != want {
			t.Errorf("%s: %v", m.Flows[i].Place(), got)
		}
	}
}

func madeThreatDiff(t testing.TB) *ThreatDiff {
	m := madeModel(t)
	before := *m
	before.Components, before.Flows = m.Components[:4], m.Flows[:3]
	d := &ThreatDiff{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: threatsDay, Before: ThreatSide{Name: "main", Commit: strings.Repeat("ab", 20), Model: &before, Report: &threat.Report{}},
		After: ThreatSide{Name: "threats.yaml", Model: m, Report: madeThreats(t).Report}}
	d.Difference = threat.Difference{
		Added:   []threat.Change{{ID: "LDM-T61", Title: "Data leaves", Severity: "high", Place: "agent -> chat", After: threat.Applies, Reason: "agent sends data. " + hostile}},
		Removed: []threat.Change{{ID: "LDM-T15", Title: "Act without a person", Severity: "medium", Place: "agent", Before: threat.Claimed, Reason: "agent can send."}},
		Changed: []threat.Change{{ID: "LDM-T11", Title: hostile, Severity: "critical", Place: "agent", Before: threat.Evidenced, After: threat.Stale, Reason: "Text from Mailbox."},
			{ID: "LDM-T12", Title: "More rights", Severity: "high", Place: "agent", Before: threat.Applies, After: threat.Evidenced, Reason: "agent has rights."}}}
	return d
}

func writtenDiff(t testing.TB, name string, d *ThreatDiff) string {
	t.Helper()
	for _, f := range ThreatDiffFormats() {
		if f.Name == name {
			var b bytes.Buffer
			if err := f.Write(&b, d, Options{}); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
	}
	t.Fatalf("no format %s", name)
	return ""
}

func TestThreatDiff(t *testing.T) {
	d := madeThreatDiff(t)
	golden(t, "threats-diff.txt", writtenDiff(t, "text", d))
	golden(t, "threats-diff.md", writtenDiff(t, "markdown", d))
	out := writtenDiff(t, "json", d)
	if err := validate(t, published(t, "threats-diff"), out); err != nil {
		t.Error(err)
	}
	if changed := strings.Replace(out, `"worse": true`, `"worse": "very"`, 1); changed == out || validate(t, published(t, "threats-diff"), changed) == nil {
		t.Error("the schema takes a worse that is no yes or no")
	}
	text := strings.Join(strings.Fields(writtenDiff(t, "text", d)), " ")
	for _, want := range []string{"Worse: 1 added, 1 gone, 2 with another status.", "Fell back (1)", "Better (1)", "LDM-T12 More rights at agent: evidenced, was applies", "chat (hosted model api)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// The first model brings threats to light and makes nothing worse; one that is taken away does.
func TestThreatDiffOfOneSide(t *testing.T) {
	d := madeThreatDiff(t)
	d.Before.Model = nil
	if d.Worse() || !strings.Contains(writtenDiff(t, "text", d), "There was no threat model before") {
		t.Error("the first model is told as worse")
	}
	d = madeThreatDiff(t)
	d.After.Model = nil
	if !d.Worse() || !strings.Contains(writtenDiff(t, "markdown", d), "was taken away") {
		t.Error("a model that was taken away is not told")
	}
}

func TestDrift(t *testing.T) {
	d := &Drift{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: threatsDay, Target: "desk", Model: "threats.yaml", Components: 6, Flows: 5, Discovered: 7, Guesses: 1, Apart: []DriftedPart{
		{"gone", "mail", "document_store Mailbox", "threats.yaml", 4, "mail is declared at mail/, which is not in the tree", "correct its paths"},
		{"new", "bot", "agent " + hostile, hostile, 3, hostile, "add a component"}}}
	for _, f := range DriftFormats() {
		var b bytes.Buffer
		if err := f.Write(&b, d, Options{}); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		switch f.Name {
		case "text":
			golden(t, "threats-check.txt", out)
			if !strings.Contains(out, "threats.yaml:4") || !strings.Contains(out, "Correct its paths") {
				t.Error(out)
			}
		case "json":
			if err := validate(t, published(t, "threats-check"), out); err != nil {
				t.Error(err)
			}
		case "sarif":
			if err := validate(t, officialSARIF(t), out); err != nil {
				t.Error(err)
			}
			if !strings.Contains(out, `"ruleId": "threat-model-new"`) || !strings.Contains(out, `"SD-2.2"`) {
				t.Error(out)
			}
		}
	}
}

// What the library says of itself is told whole: each threat, each mitigation, by id or all at once.
func TestExplainThreats(t *testing.T) {
	lib, problems := threat.LoadLibrary()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for id, wants := range map[string][]string{"LDM-T11": {"critical", "c.tool_effects.exists", "LDM-C03", "proof", "Where it does not", "a: agent"}, "LDM-C03": {"cost", "trade-off", "LDM-T11", "controls: [LDM-C03]"},
		"": {"LDM-T11", "LDM-C03", "Threats decided on in operate"}} {
		var b bytes.Buffer
		if err := ExplainThreats(&b, lib, id, Options{}); err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(b.String(), want) {
				t.Errorf("%q: %q is missing in\n%s", id, want, b.String())
			}
		}
		b.Reset()
		if err := ExplainThreatsJSON(&b, lodemark.Tool{Name: "lodemark"}, lib, id); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, published(t, "threat-library"), b.String()); err != nil {
			t.Error(err)
		}
	}
}

// A writer that fails is told.
func TestThreatsTellsThatItCannotWrite(t *testing.T) {
	broken := errors.New("full")
	for _, f := range ThreatFormats() {
		if err := f.Write(failing{broken}, madeThreats(t), Options{}); !errors.Is(err, broken) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
