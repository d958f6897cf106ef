package operate

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

const soundLessons = "# Lessons learned\n\n## Targets\n\n| severity | first answer | fixed within |\n|---|---|---|\n| high | one day | seven days |\n| other | three days | ninety days |\n\n" +
	"## Cases\n\n| reported | fixed | severity | lesson |\n|---|---|---|---|\n| 2026-05-02 | 2026-05-04 | high | an article steered the answers; new case in the evaluation |\n"

func responseTimes() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-response-times", Version: 1,
		Title:    "There is a time in which weaknesses are fixed, and the record keeps to it",
		Bears:    lodemark.Supports("OM-4.7"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A working jailbreak is copied within hours. Whether a fix takes days or seasons decides how many people it is used on, and only dates " +
			"show which of the two it was.",
		Fix:  "State per severity the time to a first answer and to a fix, and keep for each case when it was reported, fixed and re-tested, with the lesson.",
		Help: "state times to fix in the security policy or lessons learned, with the dates of each case (documents: lessons-learned)",
		Bad: []lodemark.Example{
			{Name: "an answer is promised, a fix is not", Files: desk(map[string]string{"SECURITY.md": soundPolicy})},
			{Name: "a case that has been open for a year", Files: desk(map[string]string{
				lessonsPath: soundLessons + "| 2025-09-01 | open | high | tool calls without confirmation |\n"})},
			{Name: "a fix before its report", Files: undeclared(map[string]string{
				lessonsPath: "# Lessons learned\n\nHigh severity is fixed within seven days.\n\n| reported | fixed | lesson |\n|---|---|---|\n| 2026-05-12 | 2026-05-04 | articles are reviewed |\n"})},
		},
		Good: []lodemark.Example{
			{Name: "targets and cases", Files: desk(map[string]string{lessonsPath: soundLessons})},
			{Name: "a policy with both times", Files: undeclared(map[string]string{
				"SECURITY.md": "# Security policy\n\nWrite to security@example.org. You get an answer within two days; we fix high severity within ten days and the rest within ninety.\n"})},
		},
		Run: runResponseTimes,
	}
}

// Words of promises and of the columns of a record of cases.
var (
	mendWords     = pattern.New(`(?i)\b(?:fix(?:e[sd])?|fixing|remed(?:y|ied|iate[sd]?|iation)|patch(?:e[sd])?|mitigat\w+|resol(?:ve[sd]?|ution)|repaired|closed)\b`)
	timeSpan      = pattern.New(`(?i)\b(?:\d+|one|two|three|four|five|six|seven|ten|fourteen|thirty|sixty|ninety)[ -]?(?:\(\d+\) )?(?:business |working |calendar )?(?:hours?|days?|weeks?|months?)\b|\b(?:\d+|ninety|sixty|thirty) ?(?:h|d)\b`)
	publicity     = pattern.New(`(?i)\b(?:publi\w+|disclos\w+|embargo\w*|announc\w+|after the (?:report|fix)|give us|please (?:wait|allow|give))\b`) // when others may speak is another time
	reportColumns = []string{"reported", "found", "received", "detected", "opened"}
	fixColumns    = []string{"fixed", "closed", "resolved", "remedied", "mitigated"}
)

// openMost is how long a case may be open before the record itself shows that it is not dealt with.
const openMost = 180 * day

func runResponseTimes(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	var findings []lodemark.Finding
	cases, at := 0, ""
	var looked []string
	for _, d := range document.Find(s, "lessons-learned").Documents {
		looked = append(looked, d.Path)
		wrong, n := lateCases(d, s.At)
		findings = append(findings, wrong...)
		if n > 0 && at == "" {
			cases, at = n, d.Path
		}
	}
	if len(findings) > 0 {
		return failed(looked, findings)
	}
	r := answered(s, question{
		check: "om-4-response-times", kinds: []string{"security-policy", "lessons-learned", "incident-plan"}, what: "a security policy", severity: lodemark.SeverityLow,
		says:   "says in what time weaknesses are fixed",
		topics: []topic{{name: "in what time a weakness is fixed", all: []*pattern.Pattern{mendWords, timeSpan}, none: publicity}},
		so:     "a working attack may stay open for as long as it takes",
		absent: "nothing says in what time a weakness is fixed",
		fix:    "State per severity the time to a first answer and to a fix, and keep the dates of each case.",
	})
	if r.Outcome == lodemark.Passed && cases > 0 {
		r.Reason += fmt.Sprintf("; %s keeps the dates of %d case(s)", at, cases)
		r.Examined = append(r.Examined, at)
	}
	return r
}

// lateCases judges the tables of cases: what was fixed before it was reported, and what is open for too long.
func lateCases(d document.Document, now time.Time) (wrong []lodemark.Finding, cases int) {
	for _, t := range d.Tables() {
		from, to := t.Column(reportColumns...), t.Column(fixColumns...)
		if from < 0 || to < 0 || from == to {
			continue
		}
		for _, row := range t.Rows {
			reported, ok := dayIn(row.Cell(from))
			if !ok || reported.After(now) {
				continue
			}
			cases++
			fixed, done := dayIn(row.Cell(to))
			key, message := "", ""
			switch {
			case done && fixed.Before(reported):
				key, message = "fixed before reported", fmt.Sprintf("lists a case that was fixed (%s) before it was reported (%s), so its dates prove nothing", fixed.Format(time.DateOnly), reported.Format(time.DateOnly))
			case !done && now.Sub(reported) > openMost && openCell(row, to):
				key, message = "open", fmt.Sprintf("lists a case that is open since %s, %d days ago", reported.Format(time.DateOnly), int(now.Sub(reported)/day))
			default:
				continue
			}
			wrong = append(wrong, lodemark.Finding{ID: "om-4-response-times", Severity: lodemark.SeverityLow, Path: d.Path, Line: row.Line, Key: key + " " + strings.Join(row.Cells, " "),
				Message: d.Path + " " + message, Fix: "Fix or mitigate it, or record who accepts it and until when; correct dates that are wrong."})
		}
	}
	return wrong, cases
}

// openCell says whether a cell says that nothing was done yet. Text without a date may tell of a mitigation.
func openCell(row document.Row, column int) bool {
	if column >= len(row.Cells) {
		return true
	}
	return stillOpen.MatchString(strings.TrimSpace(row.Cells[column]))
}

var (
	stillOpen = pattern.New(`(?i)^(?:|-+|–|—|open|no|not yet|pending|todo|tbd|in progress)$`)
	isoDate   = pattern.New(`\b(\d{4}-\d{2}-\d{2})\b`)
)

func dayIn(cell string) (time.Time, bool) {
	m := isoDate.FindString(cell)
	t, err := time.Parse(time.DateOnly, m)
	return t, err == nil
}
