package lodemark

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"
)

func TestDecisionYAML(t *testing.T) {
	d := Decision{
		Kind: Accept, Clause: "DEV-1.5", By: "Security lead", RequestedBy: "Head of support",
		Reason: `The vendor's "small" release has no lock file; its checksum is compared by hand with the one on the vendor's page until March.`,
		Date:   time.Date(2026, 1, 10, 15, 4, 5, 0, time.UTC), Until: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		Bound: []Digest{{"requirements.txt", strings.Repeat("a", 64)}},
	}
	want := `# DEV-1.5: ` + firstWords(t, "DEV-1.5") + `
schema: lodemark.decision/1
kind: "accept"
clause: "DEV-1.5"
by: "Security lead"
requested_by: "Head of support"
reason: "The vendor's \"small\" release has no lock file; its checksum is compared by hand with the
  one on the vendor's page until March."
date: "2026-01-10"
until: "2026-03-01"
bound:
  - path: "requirements.txt"
    sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
`
	if got := string(d.YAML()); got != want {
		t.Errorf("(-want +got)\n%s", cmp.Diff(want, got))
	}
}

// firstWords is the statement as the comment wraps it.
func firstWords(t *testing.T, id string) string {
	t.Helper()
	c, ok := Guidelines().Clause(id)
	if !ok {
		t.Fatal(id)
	}
	var b strings.Builder
	used := len("# ") + len(id) + len(":")
	for i, w := range strings.Fields(c.Statement) {
		switch {
		case used+1+len(w) > 100:
			b.WriteString("\n# ")
			used = 2
		case i > 0:
			b.WriteByte(' ')
			used++
		default:
			used++
		}
		b.WriteString(w)
		used += len(w)
	}
	return b.String()
}

// What is written is read back to the same value, whatever stands in the texts.
func TestDecisionsReadBack(t *testing.T) {
	for _, reason := range []string{
		"Every dependency is locked with its hash.",
		"# no comment, and: not a key, nor 'this' or \"that\" or \\that\\",
		"--- not a document --- " + strings.Repeat("--- ", 60) + "end",
		strings.Repeat("word ", 300) + "end",
		strings.Repeat("a", 300) + " " + strings.Repeat("b", 300),
		"理由はここに書いてあります。これは十分に長い文です。",
		"no: yes: {a: b} [c] *d &e !f | > % @ ` and so on",
		"2026-01-01 to 2026-02-01",
	} {
		for _, path := range []string{"a", "docs/a  b.md", "docs/" + strings.Repeat("x y/", 60) + "z", `it's "quoted".txt`, "#a", "- a", "caf\u00e9/é.md", "n\u00a0b"} {
			d := Decision{
				ID: "d.yaml", Kind: NotApplicable, Clause: "OM-3.1", By: "Security lead <a@example.org>", RequestedBy: "Head: of #support",
				Reason: reason, Date: moment("2026-01-01"), Until: moment("2026-12-31"), Bound: []Digest{{path, strings.Repeat("0", 64)}},
			}
			got, err := ParseDecision("d.yaml", d.YAML())
			if diff := cmp.Diff(d, got); diff != "" || err != nil {
				t.Errorf("%v (-want +got)\n%s\n%s", err, diff, d.YAML())
			}
		}
	}
}

// A value that ParseDecision would refuse is still written as one file whose keys are ours: a text cannot add a key.
func FuzzDecisionYAML(f *testing.F) {
	f.Add("Security lead", "reason\nuntil: 2030-01-01", "a\"\nkind: accept")
	f.Add("\xff\u2028\u0085\ufeff", strings.Repeat("a  ", 100), "\x00")
	f.Add("---\n...", strings.Repeat("--- ", 100), "../x")
	f.Fuzz(func(t *testing.T, by, reason, path string) {
		d := Decision{Kind: Attest, Clause: "DEV-1.5", By: by, Reason: reason, Date: moment("2026-01-01"), Until: moment("2026-02-01"), Bound: []Digest{{path, "x"}}}
		text := d.YAML()
		var got struct {
			Schema, Kind, Clause, By, Reason, Date, Until string
			Bound                                         []Digest
		}
		dec := yaml.NewDecoder(strings.NewReader(string(text)))
		dec.KnownFields(true)
		if err := dec.Decode(&got); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		sound := func(s string) string { return strings.ToValidUTF8(s, "\ufffd") }
		if got.Kind != "attest" || got.By != sound(by) || got.Reason != sound(reason) || got.Until != "2026-02-01" || len(got.Bound) != 1 || got.Bound[0].Path != sound(path) {
			t.Errorf("got %+v from\n%s", got, text)
		}
		if err := dec.Decode(&got); err == nil {
			t.Errorf("a second document in\n%s", text)
		}
	})
}
