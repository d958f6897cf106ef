package cdxa

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/madeup"
)

func written(t *testing.T, r *lodemark.Run) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func decoded(t *testing.T, text string) *cdx.BOM {
	t.Helper()
	bom := new(cdx.BOM)
	if err := cdx.NewBOMDecoder(strings.NewReader(text), cdx.BOMFileFormatJSON).Decode(bom); err != nil {
		t.Fatal(err)
	}
	return bom
}

// official is the standard's own schema, which comes with the library of its makers for Go.
func official(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatalf("find the library of CycloneDX: %v", err)
	}
	dir := filepath.Join(strings.TrimSpace(string(out)), "schema")
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	const home = "http://cyclonedx.org/schema/"
	for file, name := range map[string]string{"bom-1.7.schema.json": "bom-1.7.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schemax.json": "jsf-0.82.schema.json"} {
		text, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource(home+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	// The names of cryptographic algorithms stand in a file that the library leaves out; no attestation names one.
	names := map[string]any{"definitions": map[string]any{"algorithmFamiliesEnum": true, "ellipticCurvesEnum": true}}
	if err := c.AddResource(home+"cryptography-defs.schema.json", names); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(home + "bom-1.7.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func valid(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(doc)
}

func runs() map[string]*lodemark.Run {
	return map[string]*lodemark.Run{"made up": madeup.Run(), "empty": madeup.Empty(), "zero": {}}
}

func TestHoldsToTheStandard(t *testing.T) {
	s := official(t)
	for name, r := range runs() {
		if err := valid(t, s, written(t, r)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	text := written(t, madeup.Run())
	for old, wrong := range map[string]string{`"score": 1`: `"score": 2`, `"contentType": "text/plain"`: `"contentType": 1`, `"type": "attestation"`: `"type": "word"`, `"bomFormat": "CycloneDX"`: `"bomFormat": "Cyclone"`,
		`"externalReference": {`: `"reference": {`} {
		if changed := strings.Replace(text, old, wrong, 1); changed == text || valid(t, s, changed) == nil {
			t.Errorf("%s instead of %s is not noticed", wrong, old)
		}
	}
}

// The validator of the standard's makers for JavaScript reads everything once more. LODEMARK_CYCLONEDX names its folder
// node_modules/@cyclonedx/cyclonedx-library, with ajv beside it.
func TestTheMakersValidatorAgrees(t *testing.T) {
	dir := os.Getenv("LODEMARK_CYCLONEDX")
	if dir == "" && os.Getenv("CI") == "true" {
		at := t.TempDir()
		install := exec.Command("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=optional", "--prefix", at,
			"@cyclonedx/cyclonedx-library@10.3.0", "ajv@8", "ajv-formats@3", "ajv-formats-draft2019@1")
		if out, err := install.CombinedOutput(); err != nil {
			t.Fatalf("install the library of CycloneDX: %v\n%s", err, out)
		}
		dir = filepath.Join(at, "node_modules", "@cyclonedx", "cyclonedx-library")
	}
	if dir == "" {
		t.Skip("NOT ASKED, the makers' validator: LODEMARK_CYCLONEDX names no node_modules/@cyclonedx/cyclonedx-library; the schema was")
	}
	ask := func(text string) (string, error) {
		c := exec.Command("node", filepath.Join("..", "testdata", "cyclonedx.cjs"), dir)
		c.Stdin = strings.NewReader(text)
		said, err := c.CombinedOutput()
		return string(said), err
	}
	for name, r := range runs() {
		if said, err := ask(written(t, r)); err != nil {
			t.Errorf("%s: %v: %s", name, err, said)
		}
	}
	if _, err := ask(strings.Replace(written(t, madeup.Run()), `"score": 1`, `"score": 2`, 1)); err == nil {
		t.Error("it takes everything")
	}
}

func deref[T any](l *[]T) []T {
	if l == nil {
		return nil
	}
	return *l
}

func TestReferencesLeadSomewhere(t *testing.T) {
	for name, r := range runs() {
		bom := decoded(t, written(t, r))
		borne := map[string]int{bom.Metadata.Component.BOMRef: 1}
		var asked []string
		ask := func(list *[]cdx.BOMReference) {
			for _, x := range deref(list) {
				asked = append(asked, string(x))
			}
		}
		d := bom.Declarations
		for _, x := range deref(d.Assessors) {
			borne[string(x.BOMRef)]++
		}
		for _, x := range deref(d.Targets.Components) {
			borne[x.BOMRef]++
		}
		for _, x := range deref(d.Evidence) {
			borne[x.BOMRef]++
		}
		for _, x := range deref(d.Claims) {
			borne[x.BOMRef]++
			asked = append(asked, string(x.Target))
			ask(x.Evidence)
		}
		for _, s := range deref(bom.Definitions.Standards) {
			borne[s.BOMRef]++
			for _, x := range deref(s.Requirements) {
				borne[x.BOMRef]++
				if x.Parent != "" {
					asked = append(asked, x.Parent)
				}
			}
		}
		for _, a := range deref(d.Attestations) {
			asked = append(asked, string(a.Assessor))
			for _, m := range deref(a.Map) {
				asked = append(asked, m.Requirement)
				ask(m.Claims)
				ask(m.CounterClaims)
				ask(m.Conformance.MitigationStrategies)
			}
		}
		for ref, n := range borne {
			if n != 1 || ref == "" {
				t.Errorf("%s: %d bear the reference %q", name, n, ref)
			}
		}
		for _, ref := range asked {
			if borne[ref] == 0 {
				t.Errorf("%s: %q leads nowhere", name, ref)
			}
		}
	}
}

func TestWhatIsAttested(t *testing.T) {
	bom := decoded(t, written(t, madeup.Run()))
	maps := map[string]cdx.AttestationMap{}
	for _, m := range *(*bom.Declarations.Attestations)[0].Map {
		maps[strings.TrimPrefix(m.Requirement, "requirement/")] = m
	}
	if len(maps) != 144 {
		t.Errorf("%d clauses are mapped", len(maps))
	}
	for _, want := range []struct {
		clause, score, rationale, confidence string
		claims, counter, mitigations         int
	}{
		{"SD-1.2", "1", "met: owner", "strength present: files say so", 1, 0, 0},
		{"DEV-2.7", "1", "met: prompts", "strength enforced: ", 1, 0, 0},
		{"DEP-4.1", "1", "met: 24 probes", "strength exercised: ", 1, 0, 0},
		{"DEP-2.10", "1", "met: watched", "strength observed: ", 1, 0, 0},
		{"DEV-2.4", "0", "not met: OPENAI", "strength none: ", 0, 1, 0},
		{"DEV-1.5", "0", "not met, borne for a time: ", "strength none: ", 0, 1, 1},
		{"DEV-3.1", "", "inconclusive: ", "strength none: ", 0, 0, 0},
		{"SD-3.1", "", "not assessed: ", "strength none: ", 0, 0, 0},
		{"SD-2.2", "", "not assessed, declared by a named person: ", "strength declared: ", 0, 0, 0},
		{"DEP-2.6", "", "not assessed, declared by a record that nobody trusted signed: ", "strength declared: ", 1, 0, 0},
		{"SD-3.13", "", "not applicable: no agents found", "", 0, 0, 0},
		{"OM-1.1", "", "of a later stage: ", "", 0, 0, 0},
	} {
		m := maps[want.clause]
		score := ""
		if m.Conformance.Score != nil {
			score = map[float64]string{0: "0", 1: "1"}[*m.Conformance.Score]
		}
		confidence := ""
		if m.Confidence != nil {
			confidence = m.Confidence.Rationale
			if m.Confidence.Score != nil {
				t.Errorf("%s: a score of confidence is made up", want.clause)
			}
		}
		if score != want.score || !strings.HasPrefix(m.Conformance.Rationale, want.rationale) || !strings.HasPrefix(confidence, want.confidence) ||
			len(deref(m.Claims)) != want.claims || len(deref(m.CounterClaims)) != want.counter || len(deref(m.Conformance.MitigationStrategies)) != want.mitigations {
			t.Errorf("%s: score %q, %q, %q, %d claims, %d against it, %d mitigations", want.clause, score, m.Conformance.Rationale, confidence, len(deref(m.Claims)), len(deref(m.CounterClaims)),
				len(deref(m.Conformance.MitigationStrategies)))
		}
	}
}

// The affirmation stands only where a person affirmed something, and nothing of the target's own counts as evidence.
func TestWordsStandApart(t *testing.T) {
	d := decoded(t, written(t, madeup.Run())).Declarations
	if n := len(*d.Attestations); n != 3 {
		t.Errorf("%d attestations, want the run's and those of two people", n)
	}
	if s := *d.Affirmation.Signatories; len(s) != 2 || s[0].Name != "Product owner <owner@desk.example.org>" || s[0].ExternalReference.URL != ".lodemark/decisions/attest.yaml" {
		t.Errorf("signatories: %+v", s)
	}
	for _, e := range *d.Evidence {
		own := strings.Contains(e.BOMRef, "verified-before-use")
		if own != (e.PropertyName == "lodemark:evidence:self-signed") || own != strings.HasPrefix(e.Description, "Self-signed") || own && e.Author != nil {
			t.Errorf("%s: %s %q", e.BOMRef, e.PropertyName, e.Description)
		}
	}
	for name, r := range map[string]*lodemark.Run{"empty": madeup.Empty(), "zero": {}} {
		if d := decoded(t, written(t, r)).Declarations; d.Affirmation != nil || len(*d.Attestations) != 1 || d.Claims != nil {
			t.Errorf("%s: somebody affirms or claims something", name)
		}
	}
}

func TestStandardHoldsAllClauses(t *testing.T) {
	var got, want []string
	for _, x := range *(*decoded(t, written(t, madeup.Empty())).Definitions.Standards)[0].Requirements {
		if strings.Contains(x.Identifier, ".") {
			got = append(got, x.Identifier+" "+x.Text)
		}
	}
	for _, c := range lodemark.Guidelines().Clauses() {
		want = append(want, c.ID+" "+c.Statement)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d clauses of %d", len(got), len(want))
	}
}

func TestDeterministicAndInert(t *testing.T) {
	first := written(t, madeup.Run())
	for range 5 {
		if written(t, madeup.Run()) != first {
			t.Fatal("the same run gives other bytes")
		}
	}
	for _, r := range first {
		if r < ' ' && r != '\n' || r >= 0x7f && r < 0xa0 || r == '\u202e' || r == '\u200b' || r == '\u2066' || r == '\U000e0041' {
			t.Errorf("the character %U", r)
		}
	}
	changed := madeup.Run()
	changed.Evidence[0].Reason = "another one"
	if decoded(t, written(t, changed)).SerialNumber == decoded(t, first).SerialNumber {
		t.Error("a changed document has the same serial number")
	}
	if !json.Valid([]byte(first)) {
		t.Error("it is no JSON")
	}
}
