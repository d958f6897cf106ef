package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/defenseunicorns/go-oscal/src/pkg/validation"
	types "github.com/defenseunicorns/go-oscal/src/types/oscal-1-1-3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/madeup"
)

func written(t *testing.T, write func(io.Writer, *lodemark.Run) error, r *lodemark.Run) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeCatalogue(w io.Writer, r *lodemark.Run) error {
	return WriteCatalogue(w, lodemark.Guidelines(), r.Tool)
}

// valid asks the schemas of NIST, of the version that is written and of the newest that the library knows.
func valid(text []byte) error {
	for _, version := range []string{Version, "1.2.1", "1.2.2"} {
		v, err := validation.NewValidatorDesiredVersion(text, version)
		if err != nil {
			return err
		}
		if err := v.Validate(); err != nil {
			result, _ := v.GetValidationResult()
			return fmt.Errorf("OSCAL %s: %w: %+v", version, err, result.Errors)
		}
	}
	return nil
}

func withAt(at time.Time) *lodemark.Run {
	r := madeup.Run()
	r.At = at
	return r
}

func TestHoldsToTheSchemasOfNIST(t *testing.T) {
	bare := madeup.Empty()
	bare.System, bare.Assessment, bare.Tool = nil, lodemark.Assessment{}, lodemark.Tool{}
	runs := map[string]*lodemark.Run{"made up": madeup.Run(), "empty": madeup.Empty(), "bare": bare, "zero": {}, "of the year 1": withAt(time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)),
		"with a zone": withAt(time.Date(2026, 11, 1, 12, 0, 0, 7, time.FixedZone("", 5*3600+45*60)))}
	for name, r := range runs {
		if err := valid(written(t, WriteResults, r)); err != nil {
			t.Errorf("assessment results, %s: %v", name, err)
		}
		var b bytes.Buffer
		switch err := WritePlan(&b, r); {
		case errors.Is(err, ErrNothingPlanned):
			if len(r.Findings) > 0 {
				t.Errorf("plan, %s: nothing is planned over %d findings", name, len(r.Findings))
			}
		case err != nil:
			t.Errorf("plan, %s: %v", name, err)
		default:
			if err := valid(b.Bytes()); err != nil {
				t.Errorf("plan, %s: %v", name, err)
			}
		}
	}
	if err := valid(written(t, writeCatalogue, madeup.Run())); err != nil {
		t.Errorf("catalogue: %v", err)
	}
}

// The schemas notice what is wrong; a validator that takes everything proves nothing.
func TestTheSchemasNoticeDefects(t *testing.T) {
	text := string(written(t, WriteResults, madeup.Run()))
	for old, wrong := range map[string]string{`"state": "satisfied"`: `"state": "met"`, `"type": "objective-id"`: `"type": "clause"`, `"collected": "2026-11-01T12:00:00Z"`: `"collected": "yesterday"`,
		`"oscal-version"`: `"oscalversion"`, `"type": "person"`: `"type": "human"`, `"control-id": "SD-1.1"`: `"control-id": "SD 1.1"`} {
		changed := strings.Replace(text, old, wrong, 1)
		if changed == text {
			t.Errorf("%s does not occur", old)
		} else if valid([]byte(changed)) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

// results113 reads what was written with the types of a library that others use. Those know no assets of one result, which the
// schema has, so that unknown members are left to the schema here.
func results113(t *testing.T, r *lodemark.Run) *types.AssessmentResults {
	t.Helper()
	var doc types.OscalModels
	if err := json.Unmarshal(written(t, WriteResults, r), &doc); err != nil {
		t.Fatal(err)
	}
	return doc.AssessmentResults
}

func plan113(t *testing.T, r *lodemark.Run) *types.PlanOfActionAndMilestones {
	t.Helper()
	var doc types.OscalModels
	dec := json.NewDecoder(bytes.NewReader(written(t, WritePlan, r)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	return doc.PlanOfActionAndMilestones
}

func value(props *[]types.Property, name string) string {
	if props == nil {
		return ""
	}
	for _, p := range *props {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

func TestVerdictsAndStates(t *testing.T) {
	ar := results113(t, madeup.Run())
	byClause := map[string]types.Finding{}
	for _, f := range *ar.Results[0].Findings {
		byClause[value(f.Props, "clause")] = f
	}
	for _, want := range []struct{ clause, state, reason, verdict, strength, remark string }{
		{"SD-1.2", "satisfied", "pass", "met", "present", "met: owner and leader are named"},
		{"DEV-2.7", "satisfied", "pass", "met", "enforced", "met: prompts and data"},
		{"DEV-2.8", "satisfied", "pass", "met", "exercised", "met: 4 files"},
		{"DEP-2.10", "satisfied", "pass", "met", "observed", "met: watched"},
		{"DEP-3.1", "satisfied", "pass", "met", "present", "met: docs/incident-plan.md"},
		{"DEV-2.4", "not-satisfied", "fail", "not met", "none", "not met: OPENAI_API_KEY"},
		{"DEV-1.5", "not-satisfied", "fail", "not met", "none", "not met, borne for a time: 2 findings"},
		{"DEP-1.2", "not-satisfied", "fail", "not met", "none", "not met, borne for a time: the container"},
		{"DEV-3.1", "not-satisfied", "other", "inconclusive", "none", "inconclusive: no card"},
		{"DEP-3.2", "not-satisfied", "other", "inconclusive", "none", "inconclusive: docs/incident-plan.md"},
		{"SD-3.1", "not-satisfied", "other", "not assessed", "none", "not assessed: nothing examined"},
		{"SD-2.2", "not-satisfied", "other", "not assessed", "declared", "not assessed, declared by a named person: "},
		{"DEP-2.6", "not-satisfied", "other", "not assessed", "declared", "not assessed, declared by a record that nobody trusted signed: "},
	} {
		f, ok := byClause[want.clause]
		if !ok {
			t.Errorf("%s: there is no finding", want.clause)
			continue
		}
		s := f.Target.Status
		if s.State != want.state || s.Reason != want.reason || value(f.Props, "verdict") != want.verdict || value(f.Props, "strength") != want.strength || !strings.HasPrefix(s.Remarks, want.remark) {
			t.Errorf("%s: %s, %s, %q, %q, %q", want.clause, s.State, s.Reason, value(f.Props, "verdict"), value(f.Props, "strength"), s.Remarks)
		}
		if f.Target.Type != "objective-id" || f.Target.TargetId != want.clause+"_obj" {
			t.Errorf("%s: the target is %s %s", want.clause, f.Target.Type, f.Target.TargetId)
		}
	}
	for _, c := range madeup.Run().Assessment.Clauses {
		f, ok := byClause[c.ID]
		if out := c.Later || c.Verdict == lodemark.Inapplicable; ok == out {
			t.Errorf("%s: a finding is %v", c.ID, ok)
		}
		if ok && (f.Target.Status.State == "satisfied") != (c.Verdict == lodemark.Met) {
			t.Errorf("%s is %s and %s", c.ID, c.Verdict, f.Target.Status.State)
		}
	}
	left := (*ar.Results[0].ReviewedControls.ControlSelections[0].ExcludeControls)
	for _, id := range []string{"SD-3.13", "SD-2.6", "OM-1.1"} {
		if !slices.ContainsFunc(left, func(c types.AssessedControlsSelectControlById) bool { return c.ControlId == id }) {
			t.Errorf("%s is not excluded", id)
		}
	}
}

func TestMethodsAndOrigins(t *testing.T) {
	r := madeup.Run()
	ar := results113(t, r)
	seen := map[string]types.Observation{}
	for _, o := range *ar.Results[0].Observations {
		key := value(o.Props, "check") + value(o.Props, "decision")
		if key == "" || value(o.Props, "verdict") != "" {
			key = value(o.Props, "clause")
		}
		seen[key] = o
	}
	for key, want := range map[string]struct{ method, kind, origin string }{
		"sd-1-owner":                       {"EXAMINE", "control-objective", "tool"},
		"dev-2-versioned":                  {"EXAMINE", "control-objective", "tool"},
		"dev-2-no-secrets":                 {"EXAMINE", "control-objective", "tool"},
		"dep-4-evaluated":                  {"TEST", "control-objective", "tool"},
		"dep-2-models-verified":            {"TEST", "control-objective", "tool"},
		"dep-2-tampering-watched":          {"EXAMINE", "control-objective", "tool"},
		"dep-2-verified-before-use":        {"INTERVIEW", "control-objective", ""},
		"sd-2-nothing":                     {"EXAMINE", "historic", "tool"},
		"sd-2-late":                        {"UNKNOWN", "historic", "tool"},
		".lodemark/decisions/attest.yaml":  {"INTERVIEW", "control-objective", "party"},
		"SD-3.13":                          {"EXAMINE", "control-objective", "tool"},
		"SD-2.6":                           {"INTERVIEW", "control-objective", "party"},
		"OM-1.1":                           {"EXAMINE", "control-objective", "tool"},
		".lodemark/decisions/expired.yaml": {"INTERVIEW", "historic", "party"},
		".lodemark/decisions/self.yaml":    {"INTERVIEW", "historic", "party"},
	} {
		o, ok := seen[key]
		if !ok {
			t.Errorf("%s: no observation", key)
			continue
		}
		origin := ""
		if o.Origins != nil {
			origin = (*o.Origins)[0].Actors[0].Type
		}
		if !slices.Equal(o.Methods, []string{want.method}) || !slices.Equal(*o.Types, []string{want.kind}) || origin != want.origin {
			t.Errorf("%s: %v, %v, %q", key, o.Methods, *o.Types, origin)
		}
	}
	own := seen["dep-2-verified-before-use"]
	if !strings.HasPrefix(own.Title, "Self-signed: ") || value(own.Props, "signer-trusted") != "no" || value(own.Props, "signer") != "" || !strings.Contains(own.Remarks, "counts as declared") {
		t.Errorf("a record that nobody trusted signed: %q %q", own.Title, own.Remarks)
	}
	kept := seen["dep-2-models-verified"]
	if value(kept.Props, "signer") != "release key" || value(kept.Props, "ledger-entry") != "3" || value(kept.Props, "evidence-id") == "" {
		t.Errorf("a kept record: %+v", *kept.Props)
	}
	if e := (*kept.RelevantEvidence)[0]; e.Href != "Dockerfile" || value(e.Props, "sha256") != strings.Repeat("1", 64) {
		t.Errorf("evidence: %+v", e)
	}
	if len(*ar.Results[0].Attestations) != 2 {
		t.Errorf("%d attestations", len(*ar.Results[0].Attestations))
	}
}

func TestRisksAndPlan(t *testing.T) {
	r := madeup.Run()
	ar, p := results113(t, r), plan113(t, r)
	byRule := map[string]types.Risk{}
	for _, x := range *ar.Results[0].Risks {
		byRule[value(x.Props, "rule")] = x
	}
	if x := byRule["dev-2-no-secrets"]; x.Status != "open" || x.Deadline != nil || (*x.Characterizations)[0].Facets[0].Value != "critical" || (*x.Remediations)[0].Lifecycle != "recommendation" {
		t.Errorf("an open risk: %+v", x)
	}
	if x := byRule["dep-1-container-user"]; x.Status != "deviation-approved" || x.Deadline == nil || x.Deadline.Format(time.DateOnly) != "2027-01-15" || len(x.RiskLog.Entries) != 1 ||
		!strings.HasPrefix(x.RiskLog.Entries[0].Description, "Accepted by Risk owner <risk@desk.example.org> until 2027-01-15: ") {
		t.Errorf("an accepted risk: %+v", x)
	}
	if x := byRule["LO-01"]; value(x.Props, "advisory") != "yes" || x.Statement != "Whoever steers the model runs code." {
		t.Errorf("a hint: %+v", x)
	}
	items := map[string]types.PoamItem{}
	for _, it := range p.PoamItems {
		items[value(it.Props, "clause")+value(it.Props, "threat")+value(it.Props, "fingerprint")] = it
	}
	for id, until := range map[string]string{"DEV-2.4": "", "DEV-1.2": "", "DEV-1.5": "2027-01-15", "DEP-1.6": "2027-02-01", "DEP-1.2": "2027-01-15", "LDM-T12": "2027-03-01", r.Findings[4].Fingerprint: "2027-01-15"} {
		it, ok := items[id]
		if !ok || value(it.Props, "until") != until {
			t.Errorf("%s: an item is %v, until %q", id, ok, value(it.Props, "until"))
		}
	}
	if len(items) != 7 || len(p.PoamItems) != 7 {
		t.Errorf("%d items", len(p.PoamItems))
	}
	for id, want := range map[string][2]string{"DEV-1.5": {"deviation-approved", "2027-01-15"}, "DEP-1.6": {"open", "2027-02-01"}, "LDM-T12": {"remediating", "2026-12-01 2027-03-01"}} {
		for _, x := range *p.Risks {
			if (*items[id].RelatedRisks)[0].RiskUuid != x.UUID {
				continue
			}
			var days []string
			for _, task := range *(*x.Remediations)[0].Tasks {
				days = append(days, task.Timing.OnDate.Date.Format(time.DateOnly))
			}
			if x.Status != want[0] || strings.Join(days, " ") != want[1] {
				t.Errorf("%s: %s, milestones %v", id, x.Status, days)
			}
			want = [2]string{}
		}
		if want[0] != "" {
			t.Errorf("%s: its risk is not in the plan", id)
		}
	}
	if err := WritePlan(io.Discard, madeup.Empty()); !errors.Is(err, ErrNothingPlanned) {
		t.Errorf("a plan over nothing: %v", err)
	}
}

func TestDeterministicAndInert(t *testing.T) {
	for name, write := range map[string]func(io.Writer, *lodemark.Run) error{"results": WriteResults, "plan": WritePlan, "catalogue": writeCatalogue} {
		first := written(t, write, madeup.Run())
		for range 5 {
			if !bytes.Equal(first, written(t, write, madeup.Run())) {
				t.Fatalf("%s: the same run gives other bytes", name)
			}
		}
		for _, b := range first {
			if b < ' ' && b != '\n' || b == 0x7f {
				t.Errorf("%s: the control character %#x", name, b)
			}
		}
		for _, r := range string(first) {
			if r == '\u202e' || r == '\u200b' || r == '\u2066' || r == '\u009b' || r == '\U000e0041' {
				t.Errorf("%s: the character %U", name, r)
			}
		}
	}
	changed := madeup.Run()
	changed.Findings[0].Message = "another one"
	if a, b := results113(t, madeup.Run()), results113(t, changed); a.UUID == b.UUID || (*a.Results[0].Risks)[0].UUID != (*b.Results[0].Risks)[0].UUID {
		t.Error("a changed document has the same UUID, or an unchanged risk another")
	}
}

func TestCatalogueHoldsAllClauses(t *testing.T) {
	var doc types.OscalModels
	dec := json.NewDecoder(bytes.NewReader(written(t, writeCatalogue, madeup.Run())))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, area := range *doc.Catalog.Groups {
		for _, g := range *area.Groups {
			for _, c := range *g.Controls {
				ids = append(ids, c.ID)
				if !slices.ContainsFunc(*c.Parts, func(p types.Part) bool { return p.ID == objectiveOf(c.ID) && p.Name == "assessment-objective" }) {
					t.Errorf("%s has no objective", c.ID)
				}
			}
		}
	}
	var want []string
	for _, c := range lodemark.Guidelines().Clauses() {
		want = append(want, c.ID)
	}
	if !slices.Equal(ids, want) {
		t.Errorf("%d clauses of %d", len(ids), len(want))
	}
}
