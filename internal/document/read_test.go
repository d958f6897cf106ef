package document

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outline writes a document as "level line heading: first line of the text".
func outline(d Document) (lines []string) {
	for _, s := range d.Sections {
		first, _, _ := strings.Cut(strings.TrimSpace(s.Text), "\n")
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%d %d %s: %s", s.Level, s.Line, s.Heading, first)))
	}
	return lines
}

func TestOutlines(t *testing.T) {
	tests := []struct {
		name, path, text string
		want             []string
	}{
		{"ATX and setext", "a.md", "intro\n\n# Incident *plan*\n\nWho does what\n-------------\n\ntext\n\n### 1. First `step` ###\nmore\n",
			[]string{"1 1 : intro", "1 3 Incident plan:", "2 5 Who does what: text", "3 10 First step: more"}},
		{"numbers of chapters", "a.md", "# Plan\n## 1 Scope\n## 2 Steps\n### 2.1 Stop\n## 2.1.0 - 2026-10-12\n## 3 ways to stop\n",
			[]string{"1 1 Plan:", "2 2 Scope:", "2 3 Steps:", "3 4 Stop:", "2 5 2.1.0 - 2026-10-12:", "2 6 ways to stop:"}},
		{"releases keep their numbers", "CHANGELOG.md", "# Changelog\n## [1.2.0] - 2026-10-12\n## 1.1 First release\n## v0.9\n",
			[]string{"1 1 Changelog:", "2 2 [1.2.0] - 2026-10-12:", "2 3 1.1 First release:", "2 4 v0.9:"}},
		{"markup in headings", "a.md", "# **Model** [card](x.md) <a name=\"x\"></a> ![logo](l.png) {#card}\n# A <!-- hidden --> B\n# C &amp; D\n# snake_case_name\n",
			[]string{"1 1 Model card logo:", "1 2 A B:", "1 3 C & D:", "1 4 snake_case_name:"}},
		{"code and comments are no headings", "a.md", "# a\n```sh\n# no\n```\n<!--\n# no\n-->\n\n    # no\n\n> # no\n\n- # no\n",
			[]string{"1 1 a: ```sh"}},
		{"HTML headings", "a.md", "<h1 align=\"center\">\n  Model <b>card</b>\n</h1>\n\ntext\n\n## Use\n\n<div>\n<h3>Direct use</h3>\nanswers\n</div>\n",
			[]string{"1 1 Model card: text", "2 7 Use: <div>", "3 10 Direct use: answers"}},
		{"an empty heading cuts nothing", "a.md", "# Results\n\n##\n\n91 of 100\n", []string{"1 1 Results: ##"}},
		{"a table ends without a heading", "a.md", "# a\n\n| x | y |\n|---|---|\n| 1 | 2 |\n---\n\nb\n", []string{"1 1 a: | x | y |"}},
		{"YAML front matter", "a.md", "---\nlicense: mit\nowner:\n  name: Help desk\ntags: [a, b]\n---\n# Card\n",
			[]string{"1 7 Card:"}},
		{"a rule is no front matter", "a.md", "---\n\nText that stands alone.\n\n---\n\n# a\n", []string{"1 1 : ---", "1 7 a:"}},
		{"TOML front matter", "a.md", "+++\ntitle = \"Plan\"\n+++\ntext\n", []string{"1 4 : text"}},
		{"JSON front matter", "a.md", "{\n \"title\": \"Plan\"\n}\n\n# a\n", []string{"1 5 a:"}},
		{"bold lines where there are no headings", "a.md", "intro\n\n**Intended use**\n\nanswers\n\n**Limits:**\n\nnone\n",
			[]string{"1 1 : intro", "2 3 Intended use: answers", "2 7 Limits: none"}},
		{"short lines where there is no markup at all", "a.md", "Card of x\n\nSummary\n\nIt answers.\n\nLimits\n\nEnglish only.\n\nOwner\n\nThe help desk.\n",
			[]string{"2 1 Card of x:", "2 3 Summary: It answers.", "2 7 Limits: English only.", "2 11 Owner: The help desk."}},
		{"line ends of other systems", "a.md", "# a\r\n\r\ntext\r\n# b\r# c\r", []string{"1 1 a: text", "1 4 b:", "1 5 c:"}},
		{"a mark of byte order", "a.md", "\ufeff# a\n", []string{"1 1 a:"}},
		{"UTF-16", "a.md", "\xff\xfe#\x00 \x00a\x00\n\x00", []string{"1 1 a:"}},

		{"reStructuredText", "a.rst", "=============\nIncident plan\n=============\n\n:Owner: Help desk\n\nWho\n===\n\ntext\n\nFirst *step*\n------------\n\n.. note:: x\n\nEnd\n===\n",
			[]string{"1 1 Incident plan: :Owner: Help desk", "2 7 Who: text", "3 12 First step: .. note:: x", "2 17 End:"}},
		{"a table of reStructuredText is no title", "a.rst", "Use\n===\n\n=====  =====\nA      B\n=====  =====\n1      2\n=====  =====\n", []string{"1 1 Use: =====  ====="}},
		{"an underline that is too short", "a.rst", "A long line of text\n--\n", []string{"1 1 : A long line of text"}},
		{"wide characters", "a.rst", "脅威モデル\n==========\n\ntext\n", []string{"1 1 脅威モデル: text"}},

		{"AsciiDoc", "a.adoc", "= Incident plan\n:author: Help desk\n\nintro\n\n== Who\n\n----\n== code\n----\n\n=== First step\n\nNext\n~~~~\n\ntext\n",
			[]string{"1 1 Incident plan: :author: Help desk", "2 6 Who: ----", "3 12 First step:", "3 14 Next: text"}},

		{"HTML", "a.html", "<!doctype html>\n<title>Plan</title>\n<body><h1>Incident plan</h1><p>intro\n<h2 class=\"a>b\">Who</h2>\n<p>text</p><h2>Steps</h2>x<script>\"<h2>no</h2>\"</script><!-- <h2>no</h2> -->",
			[]string{"1 1 : <!doctype html>", "1 3 Incident plan: <p>intro", "2 4 Who: <p>text</p>", "2 5 Steps: x<script>\"<h2>no</h2>\"</script><!-- <h2>no</h2> -->"}},

		{"YAML", "card.yaml", "# card\nname: intent\nintended_use: |\n  Sorts questions.\n  Nothing else.\nlimits:\n  languages: [en]\n  knownIssues:\n    - two topics\nowner: {name: a}\n",
			[]string{"1 1 : # card", "1 2 name: intent", "1 3 intended use: Sorts questions.", "1 6 limits:", "2 7 languages: [en]", "2 8 known issues: - two topics", "1 10 owner: {name: a}"}},
		{"what is no YAML is read by its keys", "a.yaml", "name: {{ x }}: y\nlimits:\n  - a\n\t- b\n", []string{"1 1 name: {{ x }}: y", "1 2 limits: - a"}},
		{"JSON", "card.json", "{\"name\": \"intent\",\n \"use\": {\"direct\": \"sorts\", \"out_of_scope\": [\n  \"pay\"]}}",
			[]string{"1 1 : {", "1 1 name: \"intent\",", "1 2 use: {", "2 2 direct: \"sorts\",", "2 2 out of scope: ["}},
		{"JSON that ends early", "card.json", "{\"a\": \"x\", \"b\": ", []string{"1 1 : {", "1 1 a: \"x\",", "1 1 b:"}},

		{"plain text", "PLAN", "INCIDENT PLAN\n\nintro\n\n1. Scope\n\ntext\n\n1.1 Parts\n\nmore\n\n2. Steps\n\n1. not a heading\n2. nor this\n\nContacts:\nMail us.\n\nEnd\n---\nbye\n",
			[]string{"1 1 INCIDENT PLAN: intro", "1 5 Scope: text", "2 9 Parts: more", "1 13 Steps: 1. not a heading", "2 18 Contacts: Mail us.", "2 21 End: bye"}},
		{"fields are no headings", "security.txt", "# reports\nContact: mailto:a@example.org\nExpires: 2027-04-30T00:00:00Z\n", []string{"1 1 : # reports"}},
		{"Markdown under another name", "CHANGES.txt", "# Changes\n\n## 1.0.0\n\n- x\n", []string{"1 1 Changes:", "2 3 1.0.0: - x"}},
		{"HTML under another name", "plan.txt", "<html><h1>Plan</h1>x", []string{"1 1 : <html>", "1 1 Plan: x"}},
		{"nothing", "a.md", "", nil},
		{"only white space", "a.md", "\n \n\t\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, outline(Read(tt.path, []byte(tt.text)))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFrontMatter(t *testing.T) {
	yaml := "---\n# comment\nlicense: mit\nowner:\n  name: Help desk\ntags:\n- a\n- b\nempty:\n---\n# Card\n"
	toml := "+++\ntitle = \"Plan\"\n[owner]\nname = \"Help desk\"\ntags = [\"a\", \"b\"]\nday = 2026-10-12\n+++\n"
	template := "---\nlicense: {{ license }}\ntitle: \"{{ name\" }}\n{{ card_data }}\n---\n# {{ model_id }}\n"
	for _, tt := range []struct {
		path, text string
		want       []Field
		title      string
	}{
		{"a.md", yaml, []Field{{"license", "mit", 3}, {"owner.name", "Help desk", 5}, {"tags", "a", 7}, {"tags", "b", 8}}, "Card"},
		{"a.md", toml, []Field{{"title", "Plan", 2}, {"owner.name", "Help desk", 4}, {"owner.tags", "a", 5}, {"owner.tags", "b", 5}, {"owner.day", "2026-10-12", 6}}, "Plan"},
		{"a.md", "{\"title\": \"Plan\",\n\"n\": 3}\n\ntext\n", []Field{{"title", "Plan", 1}, {"n", "3", 2}}, "Plan"},
		{"a.md", template, []Field{{"license", "{{ license }}", 2}, {"title", "{{ name\" }}", 3}}, "{{ model_id }}"},
		{"a.rst", "Plan\n====\n\n:Owner: Help desk\n:Next review: 2027-01-01\n", []Field{{"Owner", "Help desk", 4}, {"Next review", "2027-01-01", 5}}, "Plan"},
		{"a.adoc", "= Plan\n:author: Help desk\n", []Field{{"author", "Help desk", 2}}, "Plan"},
		{"a.html", "<title>Plan &amp; more</title>\n<meta name=\"author\" content=\"Help desk\">\n", []Field{{"title", "Plan & more", 1}, {"author", "Help desk", 2}}, "Plan & more"},
		{"a.yaml", "name: Card\nuses:\n  direct: x\n", []Field{{"name", "Card", 1}, {"uses.direct", "x", 3}}, "Card"},
		{"a.txt", "Contact: mailto:a@example.org\nExpires: 2027-04-30\n", []Field{{"Contact", "mailto:a@example.org", 1}, {"Expires", "2027-04-30", 2}}, ""},
	} {
		d := Read(tt.path, []byte(tt.text))
		if diff := cmp.Diff(tt.want, d.Front); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
		if d.Title != tt.title {
			t.Errorf("%q: title %q, want %q", tt.text, d.Title, tt.title)
		}
	}
	if got := Read("a.md", []byte(yaml)).Field("Licence", "LICENSE"); got != "mit" {
		t.Errorf("field %q", got)
	}
}

// What was not read is said.
func TestCut(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a picture", "\x89PNG\x00\x01", "is not text"},
		{"a printed document", "%PDF-1.7\n# a", "is not text"},
		{"very long", "# a\n" + strings.Repeat("x", documentBytes), "is longer than 4194304 bytes, and the rest was not read"},
		{"too many headings", strings.Repeat("# a\n", sectionsMost+1), "has more headings than are read"},
		{"whole", "# a\n", ""},
	} {
		if d := Read("a.md", []byte(tt.text)); d.Cut != tt.want {
			t.Errorf("%s: cut %q, want %q", tt.name, d.Cut, tt.want)
		}
	}
}

func TestSection(t *testing.T) {
	d := Read("a.md", []byte("# Card\n\n## Adoption\n\ntext\n\n## Options\n\nTODO\n\n## Options considered\n\nA smaller one was rejected.\n\n## Limits\n\n### Known limits\n\nEnglish only.\n\n## 評価結果\n\n九割\n"))
	for _, tt := range []struct {
		words []string
		line  int
		ok    bool
	}{
		{[]string{"option"}, 11, true}, // filled before the first, and not "Adoption"
		{[]string{"known", "limits"}, 17, true},
		{[]string{"limits"}, 17, true}, // "Known limits" is filled by itself
		{[]string{"OPTIONS CONSIDERED"}, 11, true},
		{[]string{"評価"}, 21, true},
		{[]string{"evaluation"}, 0, false},
		{[]string{""}, 0, false},
		{nil, 0, false},
	} {
		if s, ok := d.Section(tt.words...); ok != tt.ok || s.Line != tt.line {
			t.Errorf("%q: line %d, %v; want %d, %v", tt.words, s.Line, ok, tt.line, tt.ok)
		}
	}
	i, _ := d.Index("card")
	if got := d.Under(i); !strings.Contains(got, "English only.") || !strings.Contains(got, "Known limits") {
		t.Errorf("under the title: %q", got)
	}
	limits := 4
	if d.Sections[limits].Heading != "Limits" || d.Sections[limits].Filled() || !d.FilledUnder(limits) {
		t.Errorf("%+v: a heading with filled lower ones is not filled itself, and is below", d.Sections[limits])
	}
	if d.Under(limits) != "\nKnown limits\n\nEnglish only.\n\n" || d.Under(-1) != "" || d.Under(99) != "" || d.FilledUnder(99) {
		t.Errorf("under limits: %q", d.Under(limits))
	}
}
