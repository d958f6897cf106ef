package document

import (
	"strings"
	"testing"
)

// What only fills a place is no content: a person who opens the document finds nothing in it.
func TestDummiesAreNotFilled(t *testing.T) {
	for _, text := range []string{"x", "X.", "xx", "aaaa", "See wiki.", "see the team wiki", "Refer to our documentation", "asdf", "foo", "- x\n- x\n",
		"Owner: x\n\nContact: see wiki", "| Step | How | By |\n|---|---|---|\n| Rotate keys | x | x |\n| Roll back | x | x |\n",
		"| Step | How |\n|---|---|\n| Rotate keys | see wiki |\n", "TBD", "n/a", "Lorem ipsum dolor sit amet"} {
		s := Section{Text: text, format: Markdown}
		if s.Filled() || s.Said() != "" {
			t.Errorf("%q is filled: %q", text, s.Said())
		}
	}
	for _, text := range []string{"See [wiki](https://wiki.example.org/plan)", "See the wiki page on rotation, step 3", "On-call engineer", "7", "III",
		"| Role | Read | Write |\n|---|---|---|\n| Trainer | x | |\n", "| Task | A | B |\n|---|---|---|\n| Rotate | R | C |\n", "| TLS | yes |\n|---|---|\n| Logs | yes |\n"} {
		s := Section{Text: text, format: Markdown}
		if !s.Filled() || s.Said() == "" {
			t.Errorf("%q is not filled", text)
		}
	}
}

// Heads of columns and first cells are a template's; they count beside what a person wrote.
func TestSaid(t *testing.T) {
	s := Section{format: Markdown, Text: "| Part | Where | Rolled back by |\n|---|---|---|\n| model | models/a | <command> |\n| prompt | x | x |\n| index | qdrant | restore.sh of the data team |\n\n" +
		"<!-- revert -->\nTBD\n\nOwner: x\n\nThe engineer on duty\ndecides.\n"}
	want := "Part: model | Where: models/a\nindex | qdrant | Rolled back by: restore.sh of the data team\nThe engineer on duty decides.\n"
	if got := s.Said(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// Data in YAML is read as such under the ending of a text; a text of lines with labels stays one.
func TestDisguised(t *testing.T) {
	for text, want := range map[string]Format{
		"# threats and mitigations\nsystem:\n  name: desk\nthreats: []\n":         YAML,
		"components:\n  - {id: app, kind: app}\nflows: []\n":                      YAML,
		"# Incident plan\n\nOwner: help desk\nLast review: 2026-01-02\n":          Markdown,
		"# Plan\n\nOwner: a\n\nContacts:\n- desk\n":                               Markdown,
		"# Plan\n\n## System\n\nname: a\n":                                        Markdown,
		"# Plan\n" + strings.Repeat("{", 20000):                                   Markdown,
		"---\nstatus: final\nowner:\n  name: a\n---\n# Plan\n\nCall the engineer": Markdown,
	} {
		if d := Read("docs/tm.md", []byte(text)); d.Format != want {
			t.Errorf("%.60q is read as %s", text, d.Format)
		}
	}
}
