package lodemark

import (
	"fmt"
	"strings"
	"testing"
)

// testdata/acknowledgement.txtar is the manual of acknowledgements.
func TestAcknowledgementCorpus(t *testing.T) {
	testCorpus(t, "testdata/acknowledgement.txtar", ".lodemark/acknowledgements/a.yaml", "acknowledgement", func(path string, data []byte) error {
		_, err := ParseAcknowledgement(path, data)
		return err
	})
}

func acknowledged() Acknowledgement {
	return Acknowledgement{ID: "a.yaml", Role: Developer, By: "ML engineer", Date: moment("2026-01-10"), Until: moment("2026-07-01"),
		Model: Revision{"threats.yaml", strings.Repeat("a", 64)}, Briefing: strings.Repeat("b", 64)}
}

// What is written is read back to the same value.
func TestAcknowledgementsReadBack(t *testing.T) {
	for _, by := range []string{"ML engineer", "ML engineer <ml@example.org>", "# no comment", "a: b", `it's "quoted"`, "理由", strings.Repeat("ab ", 100) + "c"} {
		a := acknowledged()
		a.By = by
		if got, err := ParseAcknowledgement("a.yaml", a.YAML()); err != nil || got != a {
			t.Errorf("%v: got %+v from\n%s", err, got, a.YAML())
		}
	}
}

func TestAcknowledgementStanding(t *testing.T) {
	a := acknowledged()
	same := map[string]string{"threats.yaml": a.Model.Meaning}
	for _, tt := range []struct {
		on       string
		meanings map[string]string
		want     Standing
	}{
		{"2026-01-09", same, NotYet},
		{"2026-01-10", same, Current},
		{"2026-06-30", same, Current},
		{"2026-07-01", same, Expired},
		{"2026-02-01", map[string]string{"threats.yaml": "other"}, Changed},
		{"2026-02-01", map[string]string{}, Orphaned},
	} {
		if got, why := a.Standing(tt.meanings, moment(tt.on)); got != tt.want || (why == "") != (got == Current) {
			t.Errorf("on %s: %s (%q); want %s", tt.on, got, why, tt.want)
		}
	}
}

const sampleModel = `# The first draft.
system: {name: desk, users: 2, reviewed: "2026-01-01"}
components:
  - {id: web, kind: api}
  - id: agent
    kind: agent
    controls: [C02, C03]
flows:
  - {from: web, to: agent, carries: [prompt, personal]}
threats:
  - {id: R-1, title: planted instructions}
`

// What makes no other revision of a threat model, and what does.
func TestModelMeaning(t *testing.T) {
	first, err := ModelMeaning([]byte(sampleModel))
	if err != nil || len(first) != 64 {
		t.Fatal(first, err)
	}
	change := func(pairs ...string) string { return strings.NewReplacer(pairs...).Replace(sampleModel) }
	for name, text := range map[string]string{
		"a comment":           change("# The first draft.", "# Read by two people."),
		"line ends":           change("\n", "\r\n"),
		"quotes":              change("kind: api", `kind: "api"`),
		"spaces":              change("{id: web, kind: api}", "{ id: web,   kind: api }"),
		"the order of keys":   change("{id: web, kind: api}", "{kind: api, id: web}"),
		"the order of values": change("[prompt, personal]", "[personal, prompt]"),
		"the order of parts":  change("  - {id: web, kind: api}\n", "", "    controls: [C02, C03]\n", "    controls: [C02, C03]\n  - {id: web, kind: api}\n"),
		"a review":            change("2026-01-01", "2026-06-01"),
		"their own list":      change("planted instructions", "instructions that others planted"),
	} {
		if got, err := ModelMeaning([]byte(text)); err != nil || got != first {
			t.Errorf("%s: another meaning, or %v, of\n%s", name, err, text)
		}
	}
	for name, text := range map[string]string{
		"a kind":            change("kind: api", "kind: web_app"),
		"a control less":    change("[C02, C03]", "[C02]"),
		"a flow turned":     change("from: web, to: agent", "from: agent, to: web"),
		"a list that joins": change("[C02, C03]", `["C02, C03"]`),
		"another part":      change("flows:", "  - {id: tool, kind: tool}\nflows:"),
		"more users":        change("users: 2", "users: 200"),
	} {
		if got, err := ModelMeaning([]byte(text)); err != nil || got == first {
			t.Errorf("%s: the same meaning, or %v, of\n%s", name, err, text)
		}
	}
}

func TestModelMeaningOfWhatIsNoModel(t *testing.T) {
	for _, text := range []string{"", "- a\n", "text", "a: [", "system: &a {x: *a}\n", "components: {a: b}\n---\nb: c\n", "system: " + strings.Repeat("[", 2000) + strings.Repeat("]", 2000),
		strings.Repeat("- ", 500_000), strings.Repeat("#", 5<<20)} {
		if got, err := ModelMeaning([]byte(text)); err == nil {
			t.Errorf("%.40q means %s", text, got)
		}
	}
}

func FuzzModelMeaning(f *testing.F) {
	f.Add([]byte(sampleModel))
	f.Add([]byte("system: {a: &b [*b]}\ncomponents: !!binary aGVsbG8=\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		one, err := ModelMeaning(data)
		two, again := ModelMeaning(data)
		if one != two || fmt.Sprint(err) != fmt.Sprint(again) || (err == nil) != (len(one) == 64) {
			t.Errorf("%q, %v; then %q, %v", one, err, two, again)
		}
	})
}

func FuzzParseAcknowledgement(f *testing.F) {
	f.Add(acknowledged().YAML())
	f.Add([]byte("schema: lodemark.acknowledgement/1\nmodel: [a]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := ParseAcknowledgement("a.yaml", data)
		if err != nil {
			return
		}
		if again, err := ParseAcknowledgement("a.yaml", a.YAML()); err != nil || again != a {
			t.Errorf("%v: %+v is written as\n%s", err, a, a.YAML())
		}
	})
}

// A decision about a threat holds while the threat model says the same, and its renewals count by threat and place.
func TestThreatDecisionStanding(t *testing.T) {
	d := Decision{ID: "d", Kind: Accept, Threat: "LDM-T12", By: "Owner", RequestedBy: "Lead", Reason: "two people read each ticket", Date: moment("2026-01-10"), Until: moment("2026-07-01"),
		Model: Revision{"threats.yaml", "m"}}
	one := func(change func(*Decision), meaning, on string) Standing {
		other := d
		change(&other)
		return ThreatDecisions([]Decision{{Kind: Attest, Clause: "SD-1.1"}, other}, map[string]string{"threats.yaml": meaning}, moment(on))[0].Standing
	}
	none := func(*Decision) {}
	for got, want := range map[Standing]Standing{
		one(none, "m", "2026-02-01"):                                     Current,
		one(none, "n", "2026-02-01"):                                     Changed,
		one(none, "m", "2026-07-01"):                                     Expired,
		one(func(d *Decision) { d.By = "lead" }, "m", "2026-02-01"):      SelfApproved,
		one(func(d *Decision) { d.Model.Path = "t" }, "m", "2026-02-01"): Orphaned,
	} {
		if got != want {
			t.Errorf("%s; want %s", got, want)
		}
	}
	again := d
	again.ID, again.Date, again.Until = "e", d.Until, d.Until.Add(180*day)
	elsewhere := again
	elsewhere.ID, elsewhere.Component = "f", "agent"
	all := ThreatDecisions([]Decision{d, again, elsewhere}, map[string]string{"threats.yaml": "m"}, moment("2026-08-01"))
	if all[1].Standing != Expired || all[1].Renewals != 1 || all[2].Standing != Current || all[2].Renewals != 0 {
		t.Errorf("%+v", all)
	}
}
