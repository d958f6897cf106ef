package brief

import (
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

func lessonsIn(files map[string]string) []string {
	var all []lodemark.File
	for p, text := range files {
		all = append(all, lodemark.File{Path: p, Size: int64(len(text)), Test: strings.HasPrefix(p, "tests/"), Vendored: strings.HasPrefix(p, "vendor/")})
	}
	slices.SortFunc(all, func(a, b lodemark.File) int { return strings.Compare(a.Path, b.Path) })
	read := func(p string) ([]byte, error) {
		if text, ok := files[p]; ok {
			return []byte(text), nil
		}
		return nil, fs.ErrNotExist
	}
	var out []string
	for _, l := range Lessons(all, read, day) {
		when := "undated"
		if !l.When.IsZero() {
			when = l.When.Format("2006-01-02")
		}
		out = append(out, when+" "+l.Place+" "+l.Text)
	}
	return out
}

// What is a lesson, and what is not.
func TestLessons(t *testing.T) {
	const log = "# Changelog\n\nAll notable changes to security and all else.\n\n## [1.2.0] - 2026-10-01\n\n### Added\n\n- A button\n- Answers are **sanitized** before they are shown\n\n### Security\n\n- Tickets are read by two people\n\n## 1.1.0 (2026-03-01)\n\n* Fix a leak of `session` tokens\n\n## 0.1.0 - 2023-01-01\n\n- Fix an injection\n"
	const cases = "# Lessons learned\n\n| case | reported | lesson |\n|---|---|---|\n| An article spoke to the agent | 2026-08-03 | each comment is confirmed |\n| next one |  | nothing yet |\n"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"a change log", map[string]string{"CHANGELOG.md": log}, []string{
			"2026-10-01 CHANGELOG.md:10 [1.2.0] - 2026-10-01: Answers are sanitized before they are shown",
			"2026-10-01 CHANGELOG.md:14 [1.2.0] - 2026-10-01: Tickets are read by two people",
			"2026-03-01 CHANGELOG.md:18 1.1.0 (2026-03-01): Fix a leak of session tokens"}},
		{"a table of cases", map[string]string{"docs/lessons-learned.md": cases}, []string{"2026-08-03 docs/lessons-learned.md:5 An article spoke to the agent: each comment is confirmed"}},
		{"a report of an incident", map[string]string{"docs/incidents/2026-05.md": "# Refunds without a limit\n\nOn 2026-05-04 the agent paid 40 refunds to one person before anybody looked.\n"},
			[]string{"2026-05-04 docs/incidents/2026-05.md Refunds without a limit"}},
		{"an advisory", map[string]string{"security/GHSA-abcd-1234-efgh.md": "# The worker runs what it is sent\n\nPublished on 2026-02-01. All versions before 1.1.0 run what they are sent.\n"},
			[]string{"2026-02-01 security/GHSA-abcd-1234-efgh.md The worker runs what it is sent"}},
		{"plans, templates, tests and what others wrote", map[string]string{"docs/incident-plan.md": "# Incident plan\n\nReviewed 2026-05-04 by all who are called.\n", "docs/incident-template.md": "# Incident of DATE\n\n2026-05-04\n",
			"tests/CHANGELOG.md": log, "vendor/x/CHANGELOG.md": log, "a/b/c/CHANGELOG.md": log}, nil},
		{"an incident to come", map[string]string{"docs/incidents/x.md": "# A day ahead\n\nOn 2027-05-04 this will have happened to everybody.\n"}, nil},
	} {
		if got := lessonsIn(tt.files); !slices.Equal(got, tt.want) {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, strings.Join(got, "\n"), strings.Join(tt.want, "\n"))
		}
	}
}

// Whatever a change log holds, what is made of it is bounded.
func FuzzChanges(f *testing.F) {
	f.Add([]byte("## 1.0 - 2026-01-01\n### Security\n- a b c d\n"))
	f.Add([]byte("\xff\n- leak \xff\xfe of a thing\n" + strings.Repeat("- leak of a b\n", 100)))
	f.Fuzz(func(t *testing.T, data []byte) {
		all := changes("CHANGELOG.md", data)
		if len(all) > lessonsRead {
			t.Errorf("%d lessons", len(all))
		}
		for _, l := range all {
			if len(l.Text) > lessonText+10 || strings.Contains(l.Text, "\n") {
				t.Errorf("%q", l.Text)
			}
		}
		told("docs/incidents/a.md", data)
	})
}
