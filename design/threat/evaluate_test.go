package threat

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
)

const shop = `
components:
  - {id: user, kind: end_user}
  - {id: llm, kind: hosted_model_api, has_system_prompt: true, controls: [%s]}
flows: [{from: user, to: llm, carries: [prompt]}]
`

func statusOf(r *Report, id string) Status {
	for _, t := range r.Threats {
		if t.ID == id {
			return t.Status
		}
	}
	return NotApplicable
}

// Controls, evidence and decisions change the status of a threat, and never take it off the list.
func TestStatuses(t *testing.T) {
	l := library(t)
	probe := func(age time.Duration, digest string) []Shown {
		return []Shown{{Mitigation: "LDM-C01", By: "probe", At: day.Add(-age), Bound: []lodemark.Digest{{Path: "model", SHA256: digest}}}}
	}
	accept := Decision{Threat: "LDM-T01", Choice: Accept, By: "Product owner", Date: day.AddDate(0, -1, 0), Until: day.AddDate(0, 1, 0)}
	ended, elsewhere, treat, dismiss := accept, accept, accept, accept
	ended.Until = day
	elsewhere.Component = "user"
	treat.Choice, dismiss.Choice = Treat, Dismiss
	for name, c := range map[string]struct {
		controls string
		shown    []Shown
		decided  []Decision
		want     Status
	}{
		"nothing is claimed":                 {"", nil, nil, Applies},
		"a mitigation is claimed":            {"C01", nil, nil, Claimed},
		"one of another threat is claimed":   {"C22", nil, nil, Applies},
		"it is shown":                        {"C01", probe(time.Hour, "new"), nil, Evidenced},
		"it is shown and nobody claimed it":  {"", probe(time.Hour, "new"), nil, Evidenced},
		"one of two that are claimed":        {"C01, C03", probe(time.Hour, "new"), nil, Claimed},
		"what was shown is too old":          {"C01", probe(31*24*time.Hour, "new"), nil, Stale},
		"what was shown was of another file": {"C01", probe(time.Hour, "old"), nil, Stale},
		"what was shown is dated ahead":      {"C01", probe(-time.Hour, "new"), nil, Stale},
		"shown in a way that proves nothing": {"C01", []Shown{{Mitigation: "LDM-C01", By: "doc", At: day}}, nil, Stale},
		"shown for another part":             {"C01", []Shown{{Mitigation: "LDM-C01", Component: "user", By: "probe", At: day}}, nil, Claimed},
		"accepted":                           {"", nil, []Decision{accept}, Accepted},
		"accepted until yesterday":           {"", nil, []Decision{ended}, Applies},
		"accepted at another place":          {"", nil, []Decision{elsewhere}, Applies},
		"to be treated":                      {"", nil, []Decision{treat}, Applies},
		"cannot happen here":                 {"", nil, []Decision{dismiss}, NotApplicable},
	} {
		r := Evaluate(model(t, fmt.Sprintf(shop, c.controls)), l, day, Evidence{Shown: c.shown, InUse: map[string]string{"model": "new"}}, c.decided)
		if got := statusOf(r, "LDM-T01"); got != c.want {
			t.Errorf("%s: %s; want %s", name, got, c.want)
		}
		if len(at(r, "LDM-T01")) != 1 {
			t.Errorf("%s: the threat is off the list", name)
		}
	}
}

// An unconfirmed threat names the attribute that would settle it; said either way, it is settled.
func TestUnconfirmedIsSettledByTheAttributeItNames(t *testing.T) {
	l := library(t)
	for format, want := range map[string]string{"": "[m unconfirmed]", "format: unknown, ": "[m unconfirmed]", "format: pickle, ": "[m applies]", "format: safetensors, ": "[]"} {
		r := Evaluate(model(t, "components: [{id: m, "+format+"kind: model, origin: hub}]"), l, day, Evidence{}, nil)
		if got := fmt.Sprint(at(r, "LDM-T35")); got != want {
			t.Errorf("%q: %s; want %s", format, got, want)
		}
		for _, x := range r.Threats {
			if x.ID == "LDM-T35" && x.Status == Unconfirmed && fmt.Sprint(x.Settles) != "[m.format]" {
				t.Errorf("%q waits for %v", format, x.Settles)
			}
		}
	}
}

// One threat over six tools is one line with six places; at places with another status it is another line.
func TestGrouping(t *testing.T) {
	l := library(t)
	var b strings.Builder
	b.WriteString("components:\n")
	for i := range 6 {
		fmt.Fprintf(&b, "  - {id: t%d, kind: mcp_server, origin: third_party, transport: http}\n", i)
	}
	b.WriteString("  - {id: mine, kind: mcp_server, origin: third_party, transport: http, controls: [C35]}\n")
	r := Evaluate(model(t, b.String()), l, day, Evidence{}, nil)
	var got []string
	for _, x := range r.Threats {
		if x.ID == "LDM-T16" {
			got = append(got, fmt.Sprint(x.Status, " ", len(x.Places)))
		}
	}
	if fmt.Sprint(got) != "[applies 6 claimed 1]" {
		t.Errorf("%v", got)
	}
}

// The sentence names the system's parts, the path leads from the source to what is at stake, and what strangers reach comes first.
func TestReasonsAndPaths(t *testing.T) {
	r := Evaluate(model(t, desk), library(t), day, Evidence{}, nil)
	for _, x := range r.Threats {
		if x.ID != "LDM-T11" {
			continue
		}
		if want := "Text from web can make bot send messages and reach other hosts with mail and fetch."; x.Reason != want {
			t.Errorf("reason %q; want %q", x.Reason, want)
		}
		if got := strings.Join(x.Path, " > "); got != "web > fetch > bot > mail" {
			t.Errorf("path %q", got)
		}
		if x.Ranked != "critical; reached from web over 2 flows" {
			t.Errorf("ranked %q", x.Ranked)
		}
	}
	for i := range r.Threats[1:] {
		if a, b := r.Threats[i], r.Threats[i+1]; order(a.Status) == order(b.Status) && a.Rank < b.Rank {
			t.Errorf("%s (%d) before %s (%d)", a.ID, a.Rank, b.ID, b.Rank)
		}
	}
}

// What a mitigation would buy is counted over what is open, and goes away when it is shown.
func TestGains(t *testing.T) {
	l := library(t)
	m := model(t, fmt.Sprintf(shop, ""))
	gain := func(e Evidence) (n int) {
		for _, g := range Evaluate(m, l, day, e, nil).Gains {
			if g.Mitigation == "LDM-C01" {
				n = len(g.Threats)
			}
		}
		return n
	}
	if before := gain(Evidence{}); before != 2 {
		t.Errorf("C01 buys %d threats; want the injection and the jailbreak", before)
	}
	if after := gain(Evidence{Shown: []Shown{{Mitigation: "LDM-C01", By: "probe", At: day}}}); after != 0 {
		t.Errorf("C01 buys %d threats after it was shown", after)
	}
}

func TestCompare(t *testing.T) {
	l := library(t)
	before := Evaluate(model(t, fmt.Sprintf(shop, "C01")), l, day, Evidence{}, nil)
	m := model(t, strings.Replace(fmt.Sprintf(shop, ""), "metered", "", 1))
	m, err := m.With("llm", map[string]any{"memory": "long", "generative": nil})
	if err != nil {
		t.Fatal(err)
	}
	d := Compare(before, Evaluate(m, l, day, Evidence{}, nil))
	show := func(list []Change) (s []string) {
		for _, c := range list {
			s = append(s, fmt.Sprint(c.ID, " ", c.Place, " ", c.Before, ">", c.After))
		}
		return s
	}
	if got := fmt.Sprint(show(d.Added)); !strings.Contains(got, "LDM-T20 llm >applies") {
		t.Errorf("added %s", got)
	}
	if got := fmt.Sprint(show(d.Changed)); got != "[LDM-T01 llm claimed>applies LDM-T03 llm claimed>applies]" {
		t.Errorf("changed %s", got)
	}
	if len(d.Removed) != 0 || !d.Worse() {
		t.Errorf("removed %v, worse %v", d.Removed, d.Worse())
	}
	if back := Compare(before, before); len(back.Added)+len(back.Removed)+len(back.Changed) != 0 || back.Worse() {
		t.Errorf("a report differs from itself: %v", back)
	}
}

// A candidate takes the place of a component; words outside the vocabulary are errors.
func TestWith(t *testing.T) {
	m := model(t, "components: [{id: m, kind: model, origin: hub, format: pickle}]")
	l := library(t)
	other, err := m.With("m", map[string]any{"format": "safetensors"})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := statusOf(Evaluate(m, l, day, Evidence{}, nil), "LDM-T35"), statusOf(Evaluate(other, l, day, Evidence{}, nil), "LDM-T35"); a != Applies || b != NotApplicable {
		t.Errorf("%s, then %s", a, b)
	}
	for _, bad := range []map[string]any{{"format": "zip"}, {"colour": "red"}, {"exposed": true}, {"adapters": "two"}, {"returns": []string{"gold"}}} {
		if _, err := m.With("m", bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	if _, err := m.With("n", nil); err == nil {
		t.Error("a component that is not there was replaced")
	}
}

// The same input gives the same report.
func TestSameTwice(t *testing.T) {
	l := library(t)
	m := model(t, desk)
	if a, b := Evaluate(m, l, day, Evidence{}, nil), Evaluate(model(t, desk), l, day, Evidence{}, nil); !reflect.DeepEqual(a, b) {
		t.Error("two reports of one model differ")
	}
}
