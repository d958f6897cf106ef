package lodemark

import (
	"slices"
	"testing"
)

// A draft that nobody has worked on says nothing; one entry that a person filled in, or a file without placeholders, does.
func TestUntouched(t *testing.T) {
	for _, c := range []struct {
		file     string
		want     bool
		unfilled int
	}{
		{"schema: lodemark/1\nname: Help desk\n", false, 0},
		{"schema: lodemark/1\nname: Help desk\ndocuments:\n  # incident-plan: docs/plan.md\n", false, 0},
		{"schema: lodemark/1\nname: Help desk\nowner: {name: \"<name or role>\"}\n", true, 1},
		{"schema: lodemark/1\nname: Help desk\nowner: {name: \"\", contact: }\nusers:\n  - TBD\n", true, 3},
		{"schema: lodemark/1\nname: Help desk\nowner: {name: \"<name or role>\"}\nstage: design\n", false, 1},
		{"schema: lodemark/1\nname: Help desk\ndocuments:\n  incident-plan: \"<path>\"\n  model-card: MODEL_CARD.md\n", false, 1},
		{"schema: lodemark/1\nname: Help desk\nfacts:\n  agentic: {answer: yes, reason: \"<why>\"}\n", true, 1},
	} {
		d, _ := ParseDeclaration("lodemark.yaml", []byte(c.file))
		if d.Untouched() != c.want || len(d.Unfilled) != c.unfilled || d.Path == "" {
			t.Errorf("%q: untouched is %v with %q", c.file, d.Untouched(), d.Unfilled)
		}
	}
}

func TestADraftIsUntouched(t *testing.T) {
	d, err := ParseDeclaration("lodemark.yaml", DraftDeclaration(&System{Name: "Help desk"}))
	if err != nil || !d.Untouched() || !slices.Contains(d.Unfilled, "facts.agentic.answer") || !slices.Contains(d.Unfilled, "documents.incident-plan") {
		t.Errorf("%v, %q", err, d.Unfilled)
	}
}

// A file of which nothing can be read is no declaration, and the error names the line where the bracket opens.
func TestNoYAMLDeclaresNothing(t *testing.T) {
	const never = "not YAML: did not find expected ',' or ']'; the bracket that opens here is not closed, or a comma is missing"
	for file, want := range map[string]string{
		"name: [x": "lodemark.yaml:1: " + never,
		"schema: lodemark/1\n# [\nname: \"[\"\nusers: [a,\n  b\nstage: design\n": "lodemark.yaml:4: " + never,
		"- a\n":                  "lodemark.yaml:1: the file is a list; it must be a mapping of keys to values",
		"users: [\"a\" \"b\"]\n": "lodemark.yaml:1: not YAML: did not find expected ',' or ']' (each bracket is closed, so a comma or a quote is missing)",
		"":                       "lodemark.yaml:1: the file holds nothing",
	} {
		d, err := ParseDeclaration("lodemark.yaml", []byte(file))
		if err == nil || err.Error() != want || d.Path != "" {
			t.Errorf("%q: %v, path %q", file, err, d.Path)
		}
	}
}
