package lodemark

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark/schema"
)

func readDecision(path string, data []byte) error {
	_, err := ParseDecision(path, data)
	return err
}

// testdata/decision.txtar is the manual of decision files.
func TestDecisionCorpus(t *testing.T) {
	testCorpus(t, "testdata/decision.txtar", ".lodemark/decisions/d.yaml", "decision", readDecision)
}

const sampleDecision = `schema: lodemark.decision/1
kind: defer
clause: DEV-1.5
by: Security lead
requested_by: Head of support
reason: >-
  The lock file comes with the
  move to the new build.
date: 2026-01-10
until: 2026-03-01
bound:
  - path: requirements.txt
    sha256: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
`

func TestParseDecision(t *testing.T) {
	d, err := ParseDecision(".lodemark/decisions/lock.yaml", []byte(sampleDecision))
	if err != nil {
		t.Fatal(err)
	}
	want := Decision{
		ID: ".lodemark/decisions/lock.yaml", Kind: Defer, Clause: "DEV-1.5", By: "Security lead", RequestedBy: "Head of support",
		Reason: "The lock file comes with the move to the new build.",
		Date:   time.Date(2026, 1, 10, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Bound: []Digest{{"requirements.txt", strings.Repeat("a", 64)}},
	}
	if diff := cmp.Diff(want, d); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// Every line of a decision is needed: without it, or with it twice, the file is refused.
func TestEveryLineOfADecisionCounts(t *testing.T) {
	lines := strings.SplitAfter(strings.Replace(sampleDecision, "reason: >-\n  The lock file comes with the\n  move to the new build.", "reason: The lock file comes later.", 1), "\n")
	lines = lines[:len(lines)-1]
	for i, line := range lines {
		without := strings.Join(slices.Delete(slices.Clone(lines), i, i+1), "")
		if err := readDecision("d.yaml", []byte(without)); err == nil {
			t.Errorf("accepted without %q", line)
		}
		twice := strings.Join(slices.Insert(slices.Clone(lines), i, line), "")
		if err := readDecision("d.yaml", []byte(twice)); err == nil {
			t.Errorf("accepted with %q twice", line)
		}
	}
}

// The reader and the published schemas know the same keys and the same words.
func TestSchemasKnowTheSameKeys(t *testing.T) {
	declaration, decision := schemaOf(t, "lodemark"), schemaOf(t, "decision")
	for _, x := range []struct {
		mapping string
		in      any
	}{
		{"declaration", declaration},
		{"owner", at(declaration, "properties", "owner", "anyOf", 0)},
		{"accountable_leader", at(declaration, "properties", "accountable_leader", "anyOf", 0)},
		{"hosted_models", at(declaration, "$defs", "hosted_model")},
		{"endpoints", at(declaration, "$defs", "endpoint")},
		{"documents", at(declaration, "properties", "documents", "anyOf", 0)},
		{"facts", at(declaration, "properties", "facts", "anyOf", 0)},
		{"fact", at(declaration, "$defs", "fact", "anyOf", 0)},
		{"decision", decision},
		{"model", at(decision, "$defs", "model")},
		{"acknowledgement", schemaOf(t, "acknowledgement")},
		{"bound", at(decision, "properties", "bound", "anyOf", 0, "items")},
	} {
		sameWords(t, x.mapping, slices.Collect(maps.Keys(at(x.in, "properties").(map[string]any))), keysOf(x.mapping))
		if at(x.in, "additionalProperties") != false {
			t.Errorf("%s: the schema lets other keys in", x.mapping)
		}
	}
	documents := slices.Collect(maps.Keys(at(declaration, "$defs", "document", "anyOf", 3, "properties").(map[string]any)))
	sameWords(t, "document", append(documents, "path"), keysOf("document"))

	for _, x := range []struct {
		what  string
		in    any
		words []string
	}{
		{"criticality", at(declaration, "properties", "criticality", "anyOf", 0, "enum"), criticalities()},
		{"stage", at(declaration, "properties", "stage", "anyOf", 0, "enum"), wordsOf(Stages())},
		{"data_classes", at(declaration, "properties", "data_classes", "anyOf", 0, "items", "anyOf", 0, "enum"), dataClasses()},
		{"exposure", at(declaration, "$defs", "endpoint", "properties", "exposure", "anyOf", 0, "enum"), exposures()},
		{"kind", at(decision, "properties", "kind", "enum"), wordsOf(DecisionKinds())},
		{"clause", at(decision, "properties", "clause", "enum"), clauseIDs()},
		{"role", at(schemaOf(t, "acknowledgement"), "properties", "role", "enum"), wordsOf(Roles())},
	} {
		sameWords(t, x.what, texts(x.in), x.words)
	}
}

// The expressions of the schemas are those of the reader, letter for letter.
func TestSchemasHoldTheSameShapes(t *testing.T) {
	declaration, decision := schemaOf(t, "lodemark"), schemaOf(t, "decision")
	for _, x := range []struct {
		what  string
		in    any
		shape string
	}{
		{"placeholder", at(declaration, "$defs", "unfilled", "anyOf", 1), placeholderShape},
		{"placeholder in decisions", at(decision, "$defs", "unfilled", "anyOf", 1), placeholderShape},
		{"path", at(declaration, "$defs", "path", "not"), notInTreeShape},
		{"path in decisions", at(decision, "$defs", "path", "not"), notInTreeShape},
		{"sha256", at(declaration, "$defs", "sha256"), digestShape},
		{"sha256 in decisions", at(decision, "$defs", "sha256"), digestShape},
		{"date", at(declaration, "$defs", "date"), dateShape},
		{"date in decisions", at(decision, "$defs", "date"), dateShape},
		{"url", at(declaration, "$defs", "endpoint", "properties", "url", "anyOf", 0), endpointShape},
		{"address", at(declaration, "$defs", "document", "anyOf", 3, "properties", "address", "anyOf", 0), documentShape},
		{"finding", at(decision, "properties", "finding"), fingerprintShape},
		{"reason", at(decision, "properties", "reason", "allOf", 0), sentenceShape},
		{"threat", at(decision, "properties", "threat"), threatShape},
		{"component", at(decision, "properties", "component"), componentShape},
		{"mitigation", at(decision, "properties", "mitigations", "items"), threatShape},
		{"placeholder in acknowledgements", at(schemaOf(t, "acknowledgement"), "$defs", "unfilled", "anyOf", 1), placeholderShape},
	} {
		if got := at(x.in, "pattern"); got != x.shape {
			t.Errorf("%s: the schema has\n%v\nthe reader\n%s", x.what, got, x.shape)
		}
	}
	for what, want := range map[string]int{"line": lineLimit, "prose": proseLimit, "path": lineLimit} {
		if got := at(declaration, "$defs", what, "maxLength"); got != float64(want) {
			t.Errorf("%s: the schema takes %v characters, the reader %d", what, got, want)
		}
	}
}

func clauseIDs() []string {
	var ids []string
	c := Guidelines()
	for _, x := range slices.Concat(c.Clauses(), c.Foundation) {
		ids = append(ids, x.ID)
	}
	return ids
}

func schemaOf(t *testing.T, name string) any {
	t.Helper()
	text, err := schema.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// at follows a way of keys and indexes; it panics, and so fails the test, where the schema is built differently.
func at(v any, way ...any) any {
	for _, step := range way {
		switch step := step.(type) {
		case string:
			v = v.(map[string]any)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

func texts(v any) []string {
	var words []string
	for _, x := range v.([]any) {
		words = append(words, x.(string))
	}
	return words
}

func sameWords(t *testing.T, what string, inSchema, inReader []string) {
	t.Helper()
	a, b := slices.Sorted(slices.Values(inSchema)), slices.Sorted(slices.Values(inReader))
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("%s (-schema +reader)\n%s", what, diff)
	}
}

// one counts the texts that are not empty.
func one(texts ...string) int {
	n := 0
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

func FuzzParseDecision(f *testing.F) {
	seed(f, "testdata/decision.txtar")
	f.Add([]byte(sampleDecision))
	accepts := compile(f, "decision")
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := ParseDecision("d.yaml", data)
		if err != nil {
			checkShape(t, "d.yaml", err)
			return
		}
		if refusal := accepts(data); refusal != nil {
			t.Errorf("the reader accepts what the schema refuses: %v", refusal)
		}
		if d.Until.Sub(d.Date) > d.Kind.Ceiling() || !d.Until.After(d.Date) || d.By == "" || len([]rune(d.Reason)) < 15 ||
			one(d.Clause, d.Finding, d.Threat) != 1 || d.Clause != "" && len(d.Bound) == 0 || d.Threat != "" && d.Model.Meaning == "" || d.Kind.NeedsSecondPerson() && d.RequestedBy == "" {
			t.Errorf("let through: %+v", d)
		}
		again, err := ParseDecision("d.yaml", d.YAML())
		if diff := cmp.Diff(d, again); diff != "" || err != nil {
			t.Errorf("written and read back: %v (-want +got)\n%s\n%s", err, diff, d.YAML())
		}
	})
}
