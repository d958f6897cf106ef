package document

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What stands in a document apart from its sections, each with its line.
func TestTables(t *testing.T) {
	want := Table{Header: []string{"debt", "owner", "due"}, Rows: []Row{
		{[]string{"prompts | tests", "ML engineer", "2027-01-31"}, 5}, {[]string{"index", "", "TBD"}, 6}}}
	tests := []struct{ name, path, text string }{
		{"Markdown", "a.md", "# Debt\n\n| debt | *owner* | due |\n|---|:-:|--:|\n| prompts \\| tests | ML engineer | `2027-01-31` |\n| index | | TBD |\n\n| no | table |\n"},
		{"Markdown without outer bars", "a.md", "# Debt\n\ndebt | owner | due\n--- | --- | ---\nprompts \\| tests | ML engineer | 2027-01-31\nindex | | TBD\n"},
		{"AsciiDoc", "a.adoc", "= Debt\n|===\n|debt |owner |due\n\n|prompts \\| tests |ML engineer |2027-01-31\n|index | |TBD\n|===\n"},
		{"HTML", "a.html", "<h1>Debt</h1>\n<table>\n<tr><th>debt<th>owner<th>due</tr>\n\n<tr><td>prompts | <b>tests</b></td><td>ML engineer</td><td>2027-01-31</td></tr>\n<tr><td>index<td><td>TBD\n</table>"},
		{"HTML in Markdown", "a.md", "# Debt\n<table>\n<thead><tr><th>debt</th><th>owner</th><th>due</th></tr></thead>\n\n<tr><td>prompts | tests</td><td>ML engineer</td><td>2027-01-31</td></tr>\n<tr><td>index</td><td></td><td>TBD</td></tr>\n</table>\n"},
		{"a simple table", "a.rst", "Debt\n====\n\n===============  ===========  ==========\ndebt             owner        due\n===============  ===========  ==========\nprompts | tests  ML engineer  2027-01-31\nindex                         TBD\n===============  ===========  ==========\n"},
		{"a list table", "a.rst", "Debt\n====\n.. list-table::\n\n   * - debt\n     - owner\n     - due\n   * - prompts | tests\n     - ML engineer\n     - 2027-01-31\n   * - index\n     -\n     - TBD\n"},
		{"YAML", "a.yaml", "\nentries:\n\n\n- debt: prompts | tests\n  owner: ML engineer\n  due: 2027-01-31\n- debt: index\n  owner:\n  due: TBD\n"},
		{"JSON", "a.json", "{\n\"entries\": [\n\n\n{\"debt\": \"prompts | tests\", \"owner\": \"ML engineer\", \"due\": \"2027-01-31\"},\n{\"debt\": \"index\", \"due\": \"TBD\"}]}"},
	}
	lines := map[string][3]int{"Markdown": {3, 5, 6}, "Markdown without outer bars": {3, 5, 6}, "AsciiDoc": {3, 5, 6}, "HTML": {3, 5, 6}, "HTML in Markdown": {3, 5, 6},
		"a simple table": {5, 7, 8}, "a list table": {5, 8, 11}, "YAML": {5, 5, 8}, "JSON": {2, 5, 6}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Read(tt.path, []byte(tt.text)).Tables()
			if len(got) != 1 {
				t.Fatalf("%d tables: %+v", len(got), got)
			}
			want := want
			want.Section = got[0].Section
			l := lines[tt.name]
			want.Line = l[0]
			want.Rows = []Row{{want.Rows[0].Cells, l[1]}, {want.Rows[1].Cells, l[2]}}
			if diff := cmp.Diff(want, got[0]); diff != "" {
				t.Error(diff)
			}
			owner, due := got[0].Column("responsible", "owner"), got[0].Column("due")
			if owner != 1 || due != 2 || got[0].Column("risk") != -1 || got[0].Rows[0].Cell(owner) != "ML engineer" || got[0].Rows[1].Cell(due) != "" || got[0].Rows[1].Cell(9) != "" || got[0].Rows[1].Cell(-1) != "" {
				t.Errorf("columns %d, %d; cells %q, %q", owner, due, got[0].Rows[0].Cell(owner), got[0].Rows[1].Cell(due))
			}
		})
	}
}

func TestNoTables(t *testing.T) {
	for _, text := range []string{"a | b\n", "```\n| a |\n|---|\n```\n", "a\n---\n", "<!--\n| a |\n|---|\n-->\n", "| a | b |\n|---|\n"} {
		if got := Read("a.md", []byte(text)).Tables(); len(got) > 0 {
			t.Errorf("%q holds tables %+v", text, got)
		}
	}
}

func TestLabels(t *testing.T) {
	text := "# Card\n\nOwner: Help desk\n- **License:** [More Information Needed]\n- **Developed by**: the team, since 2025\n**Intended use** Sorts questions.\n\n| Field | Value |\n|---|---|\n| Contact | a@example.org |\n| Due | TBD |\n\n" +
		"Write to us, and mind this one thing here: it takes three days.\n\n```\nkey: value\n```\n连系人：数据组\n"
	want := []Label{{"Owner", "Help desk", true, 3, 0}, {"License", "[More Information Needed]", false, 4, 0}, {"Developed by", "the team, since 2025", true, 5, 0},
		{"Intended use", "Sorts questions.", true, 6, 0}, {"Contact", "a@example.org", true, 10, 0}, {"Due", "TBD", false, 11, 0}, {"连系人", "数据组", true, 18, 0}}
	d := Read("a.md", []byte(text))
	if diff := cmp.Diff(want, d.Labels()); diff != "" {
		t.Error(diff)
	}
	if l, ok := d.Label("licen"); !ok || l.Filled || l.Line != 4 {
		t.Errorf("licence %+v, %v", l, ok)
	}
	if l, ok := d.Label("contact", "owner"); !ok || l.Value != "Help desk" {
		t.Errorf("owner %+v, %v", l, ok)
	}
	if _, ok := d.Label("steward"); ok {
		t.Error("there is no steward")
	}
}

func TestListsAndPlaceholders(t *testing.T) {
	d := Read("a.md", []byte("# Plan\n\n- switch it *off*\n  at once\n- TODO: call\n1. tell [the owner](x)\n\n## Contacts\n\nTBD\n\nReport to [YOUR TEAM] before <date>.\n\n| a | b |\n|---|---|\n| x | TODO |\n\n<!-- TODO -->\n"))
	if diff := cmp.Diff([]Item{{"switch it off at once", 3, 0}, {"TODO: call", 5, 0}, {"tell the owner", 6, 0}}, d.Lists()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Item{{"TODO: call", 5, 0}, {"TBD", 10, 1}, {"[YOUR TEAM]", 12, 1}, {"<date>", 12, 1}, {"TODO", 16, 1}}, d.Placeholders()); diff != "" {
		t.Error(diff)
	}
}

func TestLinks(t *testing.T) {
	for _, tt := range []struct {
		path, text string
		want       []Link
	}{
		{"a.md", "# a\n\nSee [the *plan*](docs/plan.md \"title\") and <https://example.org/x>,\nhttps://example.org/y(z).\n[ref]: https://example.org/ref\n<!-- https://example.org/no -->\n<a class=x href=\"b.html\">b</a>\n", []Link{
			{"the plan", "docs/plan.md", 3, 0}, {"", "https://example.org/x", 3, 0}, {"", "https://example.org/y(z)", 4, 0}, {"ref", "https://example.org/ref", 5, 0}, {"", "b.html", 7, 0}}},
		{"a.rst", "a\n=\n\nSee `the plan <https://example.org/plan>`_.\n\n.. _other: https://example.org/o\n", []Link{
			{"the plan", "https://example.org/plan", 4, 0}, {"other", "https://example.org/o", 6, 0}}},
		{"a.adoc", "= a\nSee https://example.org/plan[the plan] and xref:b.adoc[b].\n", []Link{{"the plan", "https://example.org/plan", 2, 0}, {"b", "b.adoc", 2, 0}}},
	} {
		if diff := cmp.Diff(tt.want, Read(tt.path, []byte(tt.text)).Links()); diff != "" {
			t.Errorf("%s: %s", tt.path, diff)
		}
	}
}

func TestDates(t *testing.T) {
	d := Read("a.md", []byte("# 2.1.0 - 2026-10-12\n\nReviewed 15 September 2026 and on September 16, 2026.\nAm 17. März 2026, le 18 août 2026, el 19 de enero de 2026.\n20.03.2026, 2026/03/21, 22/03/2026, 2026年3月23日\n"+
		"Not: 03/04/2026, 2026-02-30, 5 Market 2026, 1.2.2026.3, 10 items 2026, 2026-13-01\n<!-- 2026-01-01 -->\n"))
	want := []string{"2026-10-12 1", "2026-09-15 3", "2026-09-16 3", "2026-03-17 4", "2026-08-18 4", "2026-01-19 4", "2026-03-21 5", "2026-03-20 5", "2026-03-22 5", "2026-03-23 5"}
	var got []string
	for _, x := range d.Dates() {
		got = append(got, x.Time.Format(time.DateOnly)+" "+string(rune('0'+x.Line)))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestContacts(t *testing.T) {
	d := Read("a.md", []byte("# Who\n\nMail security@example.org or oncall [at] example.org, call +44 20 7946 0000.\n<!-- no@example.org -->\nVersion 1.2.3, x@y\n"))
	want := []Contact{{"mail", "security@example.org", 3, 0}, {"mail", "oncall [at] example.org", 3, 0}, {"phone", "+44 20 7946 0000", 3, 0}}
	if diff := cmp.Diff(want, d.Contacts()); diff != "" {
		t.Error(diff)
	}
}
