package dossier

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/ledger"
	"github.com/lodemark/lodemark/internal/record"
	"github.com/lodemark/lodemark/internal/sign"
	"github.com/lodemark/lodemark/schema"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

var weights = strings.Repeat("a", 64)

// made is a dossier over one check of the run and one kept record, with a key whom the reader trusts and one whom nobody does.
type made struct {
	Dossier
	key, thief *sign.PrivateKey
	trust      *sign.Trust
}

func make1(t *testing.T) made {
	t.Helper()
	var m made
	var err error
	if m.key, err = sign.NewKey("ed25519"); err != nil {
		t.Fatal(err)
	}
	if m.thief, err = sign.NewKey("ed25519"); err != nil {
		t.Fatal(err)
	}
	m.trust = trustOf(t, m.key)
	dir := filepath.Join(t.TempDir(), "ledger")
	e := lodemark.Evidence{Check: "dep-2-models-verified", CheckVersion: 1, Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}}, Outcome: lodemark.Passed,
		Strength: lodemark.Exercised, Reason: "verified", Examined: []lodemark.Digest{{Path: "model/w.bin", SHA256: weights}}, Canary: true}
	if _, _, err := record.Append(context.Background(), record.Ledger{Dir: dir}, m.key, record.Run{Command: "verify", System: "desk", At: noon.Add(-time.Hour), Records: []lodemark.Evidence{e}}); err != nil {
		t.Fatal(err)
	}
	kept := record.Load(context.Background(), record.Source{Ledger: record.Ledger{Dir: dir}, Trust: m.trust, At: noon, System: "desk"}).Evidence
	own := lodemark.Evidence{Check: "om-4-disclosure-contact", CheckVersion: 1, Bears: []lodemark.Bearing{{Clause: "OM-4.3", Settles: true}}, Outcome: lodemark.Failed, At: noon,
		Reason: "no contact", Examined: []lodemark.Digest{{Path: "README.md", SHA256: weights}}, Canary: true}.Sealed()
	in := lodemark.Input{Catalogue: lodemark.Guidelines(), System: &lodemark.System{Name: "desk"}, Evidence: append([]lodemark.Evidence{own}, kept...),
		Current: map[string]string{"model/w.bin": weights, "README.md": weights}, At: noon}
	l, err := ledger.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	proof, err := l.Prove(0)
	if err != nil {
		t.Fatal(err)
	}
	m.Dossier = Of(lodemark.Tool{Name: "lodemark", Version: "test"}, in, lodemark.Assess(in), []Entry{{Index: 0, Proof: string(proof)}})
	return m
}

func trustOf(t *testing.T, key *sign.PrivateKey) *sign.Trust {
	t.Helper()
	text, err := sign.WriteTrust([]sign.TrustedKey{{Name: "auditor", Key: key.PublicKey}})
	if err != nil {
		t.Fatal(err)
	}
	trust, err := sign.ParseTrust(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func sealed(t *testing.T, d Dossier, key *sign.PrivateKey) []byte {
	t.Helper()
	data, err := d.Seal(key)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// checked reads a dossier as somebody does who got it from elsewhere.
func checked(t *testing.T, data []byte, trust *sign.Trust) []Difference {
	t.Helper()
	_, d, err := Read(data)
	if err != nil {
		t.Fatal(err)
	}
	d, _, out := d.Believed(trust)
	return append(out, d.Derive()...)
}

func TestTheSameVerdictsAreDerived(t *testing.T) {
	m := make1(t)
	if out := checked(t, sealed(t, m.Dossier, m.key), m.trust); len(out) > 0 {
		t.Errorf("differences: %+v", out)
	}
	met := false
	for _, c := range m.Clauses {
		met = met || c.ID == "DEV-2.8" && c.Verdict == lodemark.Met
	}
	if !met {
		t.Error("the kept record settles nothing, so that this test shows nothing")
	}
	if out := m.Against(map[string]string{"model/w.bin": strings.Repeat("b", 64), "README.md": weights}, nil); len(out) != 2 || out[0].What != "file" || out[1].Which != "DEV-2.8" {
		t.Errorf("one byte is another: %+v", out)
	}
}

// Who makes a dossier can write what they like into it and sign that. Whoever derives it again sees it.
func TestWhatADossierSaysIsNotBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *Dossier)
		which  string // what is told, by the id of it
		now    string
	}{
		"a verdict was raised":                      {func(d *Dossier) { d.clause("OM-4.3").Verdict = lodemark.Met }, "OM-4.3", "not met"},
		"a strength was raised":                     {func(d *Dossier) { d.clause("DEV-2.8").Strength = lodemark.Observed }, "DEV-2.8", "exercised"},
		"a reason was made nicer":                   {func(d *Dossier) { d.clause("OM-4.3").Reason = "all is well" }, "OM-4.3", "no contact"},
		"a clause was left out":                     {func(d *Dossier) { d.Clauses = d.Clauses[1:] }, "SD-1.1", "not assessed"},
		"a clause was made up":                      {func(d *Dossier) { d.Clauses = append(d.Clauses, Clause{ID: "SD-9.9", Verdict: lodemark.Met}) }, "SD-9.9", "no clause"},
		"the failure was taken out":                 {func(d *Dossier) { d.Evidence = d.Evidence[1:] }, "OM-4.3", "not assessed"},
		"the kept record came from nowhere":         {func(d *Dossier) { d.Kept = []Entry{} }, "dep-2-models-verified", "no such record"},
		"the kept record says more than signed":     {func(d *Dossier) { d.Evidence[1].Strength = lodemark.Observed }, "dep-2-models-verified", "no such record"},
		"the kept record is of another file":        {func(d *Dossier) { d.Evidence[1].Examined = []lodemark.Digest{{Path: "README.md", SHA256: weights}} }, "dep-2-models-verified", "no such record"},
		"the kept record is dated anew":             {func(d *Dossier) { d.Evidence[1].At = noon }, "dep-2-models-verified", "no such record"},
		"its proof is of another entry":             {func(d *Dossier) { d.Kept[0].Index = 3 }, "entry 3", "one of entry 0"},
		"its proof is cut":                          {func(d *Dossier) { d.Kept[0].Proof = d.Kept[0].Proof[:80] }, "entry 0", "cannot be read"},
		"its proof is of another tree":              {func(d *Dossier) { d.Kept[0].Proof = strings.Replace(d.Kept[0].Proof, "\n1\n", "\n2\n", 1) }, "entry 0", ""},
		"the stage was put back":                    {func(d *Dossier) { d.System.Stage = lodemark.StageDesign }, "OM-4.3", "later"},
		"a decision that bears it was invented":     {func(d *Dossier) { d.Decisions = []lodemark.Decision{invented()} }, "OM-4.3", "waived"},
		"the clock was put forward":                 {func(d *Dossier) { d.At = noon.AddDate(1, 0, 0) }, "DEV-2.8", "not assessed"},
		"the bytes that it was bound to are others": {func(d *Dossier) { d.Current["model/w.bin"] = strings.Repeat("b", 64) }, "DEV-2.8", "has changed"},
	} {
		t.Run(name, func(t *testing.T) {
			m := make1(t)
			d := m.Dossier
			d.Evidence = append([]lodemark.Evidence{}, d.Evidence...)
			if k := d.Evidence[1].Kept; k != nil {
				own := *k
				d.Evidence[1].Kept = &own
			}
			c.change(&d)
			out := checked(t, sealed(t, d, m.key), m.trust)
			for _, x := range out {
				if x.Which == c.which && strings.Contains(x.Now, c.now) {
					return
				}
			}
			t.Errorf("told: %+v; want %s: ... %s ...", out, c.which, c.now)
		})
	}
}

func (d *Dossier) clause(id string) *Clause {
	for i := range d.Clauses {
		if d.Clauses[i].ID == id {
			return &d.Clauses[i]
		}
	}
	return &Clause{}
}

func invented() lodemark.Decision {
	return lodemark.Decision{ID: ".lodemark/decisions/a.yaml", Kind: lodemark.Accept, Clause: "OM-4.3", By: "A", RequestedBy: "B", Reason: "x", Date: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 1, 0)}
}

// What a record means is what the reader's own checks say.
func TestWhatARecordMeansIsNotTheMakersToSay(t *testing.T) {
	known := []lodemark.Check{{ID: "dep-2-models-verified", Version: 1, Strength: lodemark.Exercised, MaxAge: 90 * 24 * time.Hour, Bears: []lodemark.Bearing{{Clause: "DEV-2.8", Settles: true}, {Clause: "DEP-2.6"}}},
		{ID: "om-4-disclosure-contact", Version: 1, Strength: lodemark.Present, Bears: []lodemark.Bearing{{Clause: "OM-4.3", Settles: true}}}}
	for name, c := range map[string]struct {
		change func(d *Dossier)
		want   string
	}{
		"as it is": {func(d *Dossier) {}, ""},
		"another clause": {func(d *Dossier) {
			d.Evidence[1].Bears = append(d.Evidence[1].Bears, lodemark.Bearing{Clause: "OM-1.1"})
		}, "it does not"},
		"it settles more":         {func(d *Dossier) { d.Evidence[1].Bears = []lodemark.Bearing{{Clause: "DEP-2.6", Settles: true}} }, "only supports"},
		"it is stronger":          {func(d *Dossier) { d.Evidence[1].Strength = lodemark.Observed }, "at most exercised"},
		"it lasts longer":         {func(d *Dossier) { d.Evidence[1].MaxAge = 0 }, "at most 2160h"},
		"a check of nobody knows": {func(d *Dossier) { d.Evidence[1].Check = "made-up" }, "not known here"},
	} {
		m := make1(t)
		m.Evidence[1].MaxAge = 24 * time.Hour
		c.change(&m.Dossier)
		out := m.Overstated(known)
		if c.want == "" && len(out) > 0 || c.want != "" && (len(out) != 1 || !strings.Contains(out[0].Now, c.want)) {
			t.Errorf("%s: %+v; want %q", name, out, c.want)
		}
	}
}

// Who trusts others than the maker of the dossier does gets other verdicts, and is told.
func TestTheReadersTrustCounts(t *testing.T) {
	m := make1(t)
	out := checked(t, sealed(t, m.Dossier, m.key), trustOf(t, m.thief))
	if len(out) != 1 || out[0].Which != "DEV-2.8" || !strings.Contains(out[0].Now, "declared") {
		t.Errorf("differences: %+v", out)
	}
}

// What is no dossier, or contradicts itself, is refused with the reason.
func TestWhatIsNoDossier(t *testing.T) {
	m := make1(t)
	whole := sealed(t, m.Dossier, m.key)
	payload := func(change func(s *sign.Statement, p map[string]any)) []byte {
		e, err := sign.ReadEnvelope(whole)
		if err != nil {
			t.Fatal(err)
		}
		s, err := sign.ReadStatement(e.Payload)
		if err != nil {
			t.Fatal(err)
		}
		var p map[string]any
		if err := json.Unmarshal(s.Predicate, &p); err != nil {
			t.Fatal(err)
		}
		change(&s, p)
		if s.Predicate, err = json.Marshal(p); err != nil {
			t.Fatal(err)
		}
		data, err := s.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if e, err = sign.Seal(sign.PayloadType, data, m.key); err != nil {
			t.Fatal(err)
		}
		return e.JSON()
	}
	other, err := sign.Seal("text/plain", []byte("{}"), m.key)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"nothing":                 {nil, "not an envelope"},
		"two of them":             {append(append([]byte{}, whole...), whole...), "not an envelope"},
		"another type of payload": {other.JSON(), `"text/plain"`},
		"another statement":       {payload(func(s *sign.Statement, _ map[string]any) { s.PredicateType = record.EvidenceType }), "a statement of type"},
		"a member too many":       {payload(func(_ *sign.Statement, p map[string]any) { p["more"] = 1 }), "more"},
		"a subject too many": {payload(func(s *sign.Statement, _ map[string]any) {
			s.Subject = append(s.Subject, sign.Subject{Name: "x", Digest: map[string]string{"sha256": weights}})
		}), "its subjects are not"},
		"a subject with another digest": {payload(func(s *sign.Statement, _ map[string]any) { s.Subject[0].Digest["sha256"] = strings.Repeat("c", 64) }), "is not the file"},
		"a record that was changed": {payload(func(_ *sign.Statement, p map[string]any) {
			p["evidence"].([]any)[0].(map[string]any)["outcome"] = "passed"
		}), "not the one that its id names"},
	} {
		if _, _, err := Read(c.data); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want ... %s ...", name, err, c.want)
		}
	}
}

func TestDossierSchema(t *testing.T) {
	text, err := schema.Read("dossier")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("dossier", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("dossier")
	if err != nil {
		t.Fatal(err)
	}
	m := make1(t)
	m.Decisions = []lodemark.Decision{invented()}
	m.Findings = []lodemark.Finding{{ID: "om-4-disclosure-contact", Severity: lodemark.SeverityLow, Message: "none", Fingerprint: strings.Repeat("0", 24), Clauses: []string{"OM-4.3"}}}
	out, err := json.Marshal(m.Dossier)
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text []byte) error {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return s.Validate(doc)
	}
	if err := valid(out); err != nil {
		t.Error(err)
	}
	for old, wrong := range map[string]string{`"verdict":"met"`: `"verdict":"green"`, `"trusted":true`: `"trusted":1`, weights: "zz"} {
		if !bytes.Contains(out, []byte(old)) || valid(bytes.Replace(out, []byte(old), []byte(wrong), 1)) == nil {
			t.Errorf("the schema takes %s", wrong)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"payloadType":"application/vnd.in-toto+json","payload":"e30=","signatures":[{"sig":"AA=="}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, d, err := Read(data); err == nil {
			d, _, _ = d.Believed(nil)
			d.Derive()
		}
	})
}
