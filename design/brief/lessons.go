package brief

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// Lesson is something that went wrong, was found or was mended in this system, with where it is told.
type Lesson struct {
	When  time.Time // zero: not told
	Text  string
	Place string // path:line
}

// The bounds of looking for lessons.
const (
	lessonFiles = 40      // files of each kind
	lessonBytes = 1 << 20 // of a file
	lessonLines = 20_000  // of a file
	lessonText  = 300     // bytes of a line that are kept
	lessonsRead = 60      // lessons of a file
)

// lessonsOld is how old a lesson may be: what is older is in the design by now, or will not be read.
const lessonsOld = 2 * 365 * 24 * time.Hour

var (
	changelog = pattern.New(`(?i)^(changelog|changes|history|news|release[-_ ]?notes)(\.(md|rst|txt|adoc))?$`)
	incident  = pattern.New(`(?i)(incident|post[-_ ]?mortem|lessons?[-_ ]?learned)`)
	planned   = pattern.New(`(?i)(plan|template|runbook|playbook|procedure|response|policy|example)`)
	advisory  = pattern.New(`(?i)^(GHSA(-[0-9a-z]{4}){3}|CVE-[0-9]{4}-[0-9]{4,7}|security-advisory-.*|advisory-.*)\.(md|txt|rst)$`)
	ofSafety  = pattern.New(`(?i)\b(security|secure|vulnerab\w*|CVE-[0-9]{4}-[0-9]+|GHSA-[0-9a-z]{4}\S*|injection|injected|jailbreak\w*|leak(s|ed|ing)?|exploit\w*|credentials?|sandbox(ed)?|privilege\w*|unauthori[sz]ed|XSS|SSRF|RCE|CSRF|traversal|poison(ed|ing)?|deserial\w*|redact\w*|sanitis\w*|sanitiz\w*)\b`)
	general   = pattern.New(`(?i)^(lessons?[- ]learned|incidents?|post[- ]?mortems?)$`)
	upkeep    = pattern.New(`(?i)^\W*(see|the format|all notable|this project adheres)`)
)

// Lessons reads what the target tells of its own past: security in its change log, advisories and reports of incidents. read gives
// a file whole. Dates are those that the files name; what is undated is told, after the rest.
func Lessons(files []lodemark.File, read func(string) ([]byte, error), at time.Time) []Lesson {
	var all []Lesson
	seen := map[string]int{}
	for _, f := range files {
		base, kind := path.Base(f.Path), ""
		switch ext := strings.ToLower(path.Ext(base)); {
		case f.Test || f.Vendored || f.Link != "" || f.Size > lessonBytes || lodemark.Sample(f.Path) && !strings.HasPrefix(f.Path, "doc"):
			continue
		case changelog.MatchString(base) && strings.Count(f.Path, "/") <= 1:
			kind = "changelog"
		case advisory.MatchString(base):
			kind = "advisory"
		case incident.MatchString(f.Path) && !planned.MatchString(f.Path) && slices.Contains([]string{".md", ".rst", ".adoc", ".txt"}, ext):
			kind = "incident"
		default:
			continue
		}
		if seen[kind]++; seen[kind] > lessonFiles {
			continue
		}
		data, err := read(f.Path)
		if err != nil || len(data) > lessonBytes {
			continue
		}
		if kind == "changelog" {
			all = append(all, changes(f.Path, data)...)
		} else {
			all = append(all, told(f.Path, data)...)
		}
	}
	all = slices.DeleteFunc(all, func(l Lesson) bool {
		return !l.When.IsZero() && (l.When.Before(at.Add(-lessonsOld)) || l.When.After(at))
	})
	slices.SortStableFunc(all, func(a, b Lesson) int { return b.When.Compare(a.When) })
	return all
}

// changes are the lines of a change log that speak of security, with the day of the release that they stand under.
func changes(name string, data []byte) []Lesson {
	var all []Lesson
	var when time.Time
	release, number, under := "", 0, false
	for raw := range bytes.Lines(data) {
		if number++; number > lessonLines || len(all) == lessonsRead {
			break
		}
		line := strings.TrimSpace(strings.ToValidUTF8(string(raw[:min(len(raw), 4*lessonText)]), "\ufffd"))
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "#") {
			title := strings.TrimSpace(strings.Trim(line, "# "))
			if day, ok := document.FirstDay(title); ok || strings.HasPrefix(line, "## ") || strings.HasPrefix(line, "# ") {
				when, release, under = day, title, false
			} else {
				under = strings.EqualFold(strings.Trim(title, ":"), "security") // "### Security", as keepachangelog has it
			}
			continue
		}
		if day, ok := document.FirstDay(line); ok && len(line) < 60 && !bullet(line) {
			when, release, under = day, line, false
			continue
		}
		if (bullet(line) && under || ofSafety.MatchString(line)) && !upkeep.MatchString(line) && len(strings.Fields(line)) > 2 {
			text := unmarked(line)
			if release != "" && !strings.EqualFold(release, "changelog") {
				text = shortened(release, 40) + ": " + text
			}
			all = append(all, Lesson{when, shortened(text, lessonText), placed(name, number)})
		}
	}
	return all
}

// told is what a report of incidents or an advisory tells: each row of a table of cases, else its title with the first day that
// it names. A document without a day tells how things are to be done and not what happened.
func told(name string, data []byte) []Lesson {
	d := document.Read(name, data)
	if d.Draft || !d.Filled() {
		return nil
	}
	var all []Lesson
	for _, t := range d.Tables() {
		what := t.Column("case", "incident", "what happened", "event", "summary", "advisory")
		taught := t.Column("lesson", "learned", "change", "action", "fix")
		if what < 0 || taught < 0 || what == taught {
			continue
		}
		for _, r := range t.Rows[:min(len(t.Rows), lessonsRead)] {
			l := Lesson{Place: placed(name, r.Line), Text: shortened(unmarked(r.Cell(what)+": "+r.Cell(taught)), lessonText)}
			for _, c := range r.Cells {
				if day, ok := document.FirstDay(c); ok && l.When.IsZero() {
					l.When = day
				}
			}
			if !l.When.IsZero() && r.Cell(what) != "" {
				all = append(all, l)
			}
		}
	}
	days := document.Days(string(data[:min(len(data), 64<<10)]))
	if len(all) > 0 || len(days) == 0 {
		return all
	}
	for _, s := range d.Sections {
		if title := unmarked(s.Heading); title != "" && !planned.MatchString(title) && !general.MatchString(title) {
			return []Lesson{{days[0], shortened(title, lessonText), name}}
		}
	}
	return nil
}

func bullet(line string) bool {
	return strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "+ ")
}

// unmarked leaves out the signs of Markdown, which mean nothing on the page.
func unmarked(line string) string {
	line = strings.TrimLeft(line, "-*+ ")
	return strings.Join(strings.Fields(strings.NewReplacer("**", "", "`", "", "__", "").Replace(line)), " ")
}

func shortened(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := strings.LastIndexFunc(s[:most], unicode.IsSpace)
	if cut < most/2 {
		cut = most
	}
	return strings.ToValidUTF8(s[:cut], "") + "…"
}

func placed(name string, line int) string { return fmt.Sprintf("%s:%d", name, line) }
