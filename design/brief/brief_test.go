package brief

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

const desk = `system: {name: desk, users: 200}
components:
  - {id: customer, kind: end_user}
  - {id: web, kind: browser_client, exposure: internet}
  - {id: agent, kind: agent, autonomy: act, memory: none, executes_code: false}
  - {id: llm, kind: hosted_model_api, name: northlight-chat-2, hosting: vendor, generative: true, has_system_prompt: true, pinned: tag}
  - {id: refund, kind: tool, effects: [spend, irreversible], identity: service}
  - {id: pages, kind: web_source}
  - {id: ranker, kind: model, format: pickle, origin: hub, pinned: digest}
  - {id: clicks, kind: dataset, writers: [user], used_for: train, holds: [personal]}
  - {id: training, kind: training_job}
flows:
  - {from: customer, to: web, carries: [prompt]}
  - {from: web, to: agent, carries: [prompt], encrypted: true}
  - {from: pages, to: agent, carries: [public]}
  - {from: agent, to: llm, carries: [prompt, hidden_context], encrypted: true, authn: key}
  - {from: llm, to: agent, carries: [model_output], encrypted: true}
  - {from: agent, to: refund, carries: [model_output]}
  - {from: clicks, to: training, carries: [training]}
  - {from: training, to: ranker, carries: [weights]}
`

var day = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

func input(t *testing.T, role lodemark.Role, model string, decisions ...threat.Decision) Input {
	t.Helper()
	in := Input{Role: role, At: day, System: "desk", Declared: lodemark.Declaration{Owner: lodemark.Person{Name: "Product owner", Contact: "owner@example.org"}, Leader: lodemark.Person{Name: "Head of services"}},
		Findings: []lodemark.Finding{
			{ID: "SV-01", Severity: lodemark.SeverityHigh, Path: "compose.yaml", Line: 11, Message: "The server answers whoever reaches it.", Fix: "ask for a key"},
			{ID: "DS-01", Severity: lodemark.SeverityMedium, Path: "train.py", Line: 3, Message: "`pickle.loads` loads what can run code.", Fix: "use safetensors"},
			{ID: "DS-01", Severity: lodemark.SeverityMedium, Path: "rank.py", Line: 9, Message: "`pickle.loads` loads what can run code.", Fix: "use safetensors"},
			{ID: "PI-01", Severity: lodemark.SeverityCritical, Path: "a.py", Message: "Somebody bears it.", Accepted: "d.yaml"},
			{ID: "PI-02", Severity: lodemark.SeverityCritical, Path: "a.py", Message: "It only advises.", Advisory: true},
		}}
	if model == "" {
		return in
	}
	m, problems := threat.Load("threats.yaml", []byte(model))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	lib, problems := threat.LoadLibrary()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	in.Model, in.Threats = m, threat.Evaluate(m, lib, day, threat.Evidence{}, decisions)
	return in
}

func texts(items []Item) string {
	var all []string
	for _, i := range items {
		all = append(all, i.Mark+" "+i.Text+" ["+i.Place+"] "+i.Note)
	}
	return strings.Join(all, "\n")
}

// Every role has a page of its own, of bounded length, with three questions that the system's own facts answer.
func TestBriefingOfEachRole(t *testing.T) {
	digests := map[string]lodemark.Role{}
	for _, role := range lodemark.Roles() {
		for _, model := range []string{desk, "", "system: {name: x}\ncomponents: []\nflows: []\n"} {
			in := input(t, role, model)
			b := New(in)
			if len(b.Threats) > threatsMost || len(b.Findings) > findingsMost || len(b.Lessons) > lessonsMost || len(b.Actions) > actionsMost || len(b.Actions) == 0 {
				t.Errorf("%s: %d threats, %d findings, %d lessons, %d actions", role, len(b.Threats), len(b.Findings), len(b.Lessons), len(b.Actions))
			}
			asked := map[string]bool{}
			for _, q := range b.Questions {
				asked[q.Ask] = q.Answer != "" && strings.HasSuffix(q.Ask, "?")
			}
			if len(asked) != 3 || asked[b.Questions[0].Ask] == false {
				t.Errorf("%s: %+v", role, b.Questions)
			}
			if other, taken := digests[b.Digest]; taken || len(b.Digest) != 64 {
				t.Errorf("%s has the digest of %s", role, other)
			}
			digests[b.Digest] = role
			if diff := cmp.Diff(b, New(input(t, role, model))); diff != "" {
				t.Errorf("%s: twice the same input gives\n%s", role, diff)
			}
			if all := fmt.Sprintf("%+v", b); strings.Contains(all, "example.org") {
				t.Errorf("%s: an address is shown", role)
			}
		}
	}
}

// What each role must read of this system, and what not.
func TestWhatEachRoleReads(t *testing.T) {
	for _, tt := range []struct {
		role    lodemark.Role
		in      func(*Briefing) string
		has     []string
		without []string
	}{
		{lodemark.Developer, func(b *Briefing) string { return texts(b.Findings) }, []string{"high The server answers whoever reaches it. [compose.yaml:11] SV-01", "DS-01, and 1 more of the same kind"}, []string{"PI-01", "PI-02"}},
		{lodemark.Developer, func(b *Briefing) string { return texts(b.Actions) }, []string{"Put in place, and show: ", "Ask for a key [compose.yaml:11] SV-01"}, nil},
		{lodemark.DataScientist, func(b *Briefing) string { return texts(b.Findings[:1]) }, []string{"DS-01"}, []string{"SV-01"}},
		{lodemark.DataScientist, func(b *Briefing) string { return texts(b.Threats) }, []string{"clicks", "LDM-T44"}, nil},
		{lodemark.DataScientist, func(b *Briefing) string { return b.Questions[0].Answer }, []string{"clicks and training"}, nil},
		{lodemark.Owner, func(b *Briefing) string { return texts(b.Actions) }, []string{"Decide about ", "lodemark decide --threat"}, nil},
		{lodemark.Owner, func(b *Briefing) string { return b.Questions[2].Answer }, []string{"Product owner owns it, Head of services answers for it"}, nil},
		{lodemark.User, func(b *Briefing) string { return texts(b.Findings) + strings.Join(b.Sources, " ") }, nil, []string{"SV-01", "compose.yaml", "Findings"}},
		{lodemark.User, func(b *Briefing) string { return texts(b.Actions) }, []string{"it goes to northlight-chat-2", "through refund", "(pages)", "to Product owner."}, nil},
	} {
		got := tt.in(New(input(t, tt.role, desk)))
		for _, w := range tt.has {
			if !strings.Contains(got, w) {
				t.Errorf("%s lacks %q:\n%s", tt.role, w, got)
			}
		}
		for _, w := range tt.without {
			if strings.Contains(got, w) {
				t.Errorf("%s says %q:\n%s", tt.role, w, got)
			}
		}
	}
}

// Where the threats come from is said.
func TestSources(t *testing.T) {
	said := func(change func(*Input)) string {
		in := input(t, lodemark.Developer, desk)
		change(&in)
		return strings.Join(New(in).Sources, " ")
	}
	for got, want := range map[string]string{
		said(func(*Input) {}):                                     "Threats are derived from threats.yaml (9 parts, 8 flows). Findings are those of an assessment",
		said(func(in *Input) { in.Drawn = true }):                 "There is no threats.yaml: the threats are derived from 9 parts and 8 flows that were discovered in the files, and nobody has looked at them.",
		said(func(in *Input) { in.Model.Draft = true }):           "which says of itself that it is a draft",
		said(func(in *Input) { in.From = "r.json" }):              "Findings are those of r.json.",
		said(func(in *Input) { in.Model, in.Threats = nil, nil }): "There is no threats.yaml, and nothing was found",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q lacks %q", got, want)
		}
	}
}

// A decision takes a threat off those that nobody has decided about, and is told where the threat is.
func TestDecisionsInTheBriefing(t *testing.T) {
	before := New(input(t, lodemark.Owner, desk)).Questions[0]
	d := threat.Decision{Threat: "LDM-T35", Choice: threat.Accept, By: "Risk owner <risk@example.org>", Date: day.AddDate(0, -1, 0), Until: day.AddDate(0, 1, 0)}
	after := New(input(t, lodemark.Owner, desk, d)).Questions[0]
	if before.Ask != after.Ask || before.Answer == after.Answer {
		t.Errorf("before %q, after %q", before, after)
	}
	if got := texts(New(input(t, lodemark.DataScientist, desk, d)).Threats); strings.Contains(got, "LDM-T35") && !strings.Contains(got, "borne until 2026-12-01 by decision of Risk owner") {
		t.Errorf("%s", got)
	}
}

// Decisions that ended are lessons, newest first; those that stand are none.
func TestEndedDecisionsAreLessons(t *testing.T) {
	in := input(t, lodemark.Owner, desk)
	in.Lessons = []Lesson{{When: day.AddDate(0, -2, 0), Text: "an incident", Place: "docs/incidents/1.md"}}
	in.Decisions = []lodemark.DecisionState{
		{Decision: lodemark.Decision{ID: "a.yaml", Kind: lodemark.Accept, Threat: "LDM-T12", By: "Risk owner <r@example.org>"}, Standing: lodemark.Expired, Why: "ended 2026-10-01", Ends: day.AddDate(0, -1, 0)},
		{Decision: lodemark.Decision{ID: "b.yaml", Kind: lodemark.Attest, Clause: "SD-1.1", By: "Owner"}, Standing: lodemark.Current},
	}
	b := New(in)
	want := []Item{{Text: "The decision of Risk owner to accept LDM-T12 no longer stands: ended 2026-10-01.", Place: "a.yaml", Note: "2026-10-01"}, {Text: "an incident", Place: "docs/incidents/1.md", Note: "2026-09-01"}}
	if diff := cmp.Diff(want, b.Lessons); diff != "" {
		t.Error(diff)
	}
	if got := texts(b.Actions); !strings.Contains(got, "Look again at 1 decision that no longer stands") {
		t.Error(got)
	}
}
