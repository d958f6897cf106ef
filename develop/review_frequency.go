package develop

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func reviewFrequency() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-review-frequency", Version: 3,
		Title:    "How often models, data and their documents are reviewed is written down, and the last review is not older",
		Bears:    []lodemark.Bearing{{Clause: "DEV-3.9", Settles: true}},
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A card is true on the day it is written; data, users and attacks move on. Without an agreed interval the review waits for the " +
			"incident that shows it was needed.",
		Fix:  "Write an interval into the card or the model record (\"reviewed every six months, last on 2026-10-12\") and keep to it.",
		Help: "add the interval and the day of the last review to the model card",
		Bad:  reviewBad(), Good: reviewGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			rule := fieldRule{"dev-3-review-frequency", fieldReview, []string{"model-card", "model-record", "monitoring-plan", "update-policy", "data-card"}, "a model card", false}
			r := judgedField(ctx, s, rule)
			if r.Outcome != lodemark.Passed {
				return r
			}
			often := false
			for _, d := range speaking(s, rule) {
				if d.state != filled {
					continue
				}
				if f, late := overdueReview(s.At, d); late {
					return failing(r, f)
				}
				often = often || eventWord.MatchString(d.text)
			}
			if !often { // a day for the next review is not yet a frequency
				r.Outcome, r.Reason = lodemark.Undecided, r.Examined[0]+" names a day for a review and no interval"
			}
			return r
		},
	}
}

// overdueReview says whether the last review lies further back than the interval that the document gives, with a month's grace.
func overdueReview(at time.Time, d spoken) (lodemark.Finding, bool) {
	if next, line := dayOn(d.Document, nextReview); !next.IsZero() && at.After(next.Add(24*time.Hour)) {
		return lodemark.Finding{ID: "dev-3-review-frequency", Severity: lodemark.SeverityLow, Path: d.path, Line: line,
			Message: fmt.Sprintf("%s should have been reviewed by %s.", d.path, next.Format(time.DateOnly)), Fix: "review it, and name the next day", Key: "overdue " + next.Format(time.DateOnly)}, true
	}
	every, ok := intervalIn(d.text)
	if !ok {
		return lodemark.Finding{}, false
	}
	last, line := lastReview(d.Document)
	if last.IsZero() || !at.After(last.Add(every+31*24*time.Hour)) {
		return lodemark.Finding{}, false
	}
	return lodemark.Finding{ID: "dev-3-review-frequency", Severity: lodemark.SeverityLow, Path: d.path, Line: line,
		Message: fmt.Sprintf("%s asks for a review every %d days, and the last one it names was on %s.", d.path, int(every.Hours()/24), last.Format(time.DateOnly)),
		Fix:     "review it and write down the day", Key: "overdue " + last.Format(time.DateOnly)}, true
}

// eventWord is an interval, or an event with which a review comes.
var eventWord = pattern.New(interval + `|(?i)\b(?:each|every|after) \w+`)

var reviewedOn = pattern.New(`(?i)\b(?:last (?:review\w*|checked|assessed)|reviewed (?:last |on )|last on|review date)\b`)

// lastReview is the newest day on a line that speaks of the last review.
func lastReview(d document.Document) (last time.Time, line int) {
	for _, day := range d.Dates() {
		if day.Section < len(d.Sections) && day.Time.After(last) && reviewedOn.MatchString(lineAt(d.Sections[day.Section], day.Line)) {
			last, line = day.Time, day.Line
		}
	}
	return last, line
}

// lineAt is one line of a section's text, by its number in the document.
func lineAt(s document.Section, line int) string {
	lines := strings.Split(s.Text, "\n")
	if i := line - s.From; i >= 0 && i < len(lines) {
		return lines[i]
	}
	return ""
}

// intervals are the words for them, the longest first where one holds another.
var intervals = []struct {
	words *pattern.Pattern
	days  int
}{
	{pattern.New(`(?i)\b(?:half-?yearly|semi-?annual\w*|twice (?:a|per|each|every) year|every (?:six|6) months|every half year|semest\w*)\b`), 183},
	{pattern.New(`(?i)\b(?:quarterly|each quarter|every quarter|every (?:three|3) months|trimest\w*|once a quarter)\b`), 92},
	{pattern.New(`(?i)\b(?:monthly|each month|every month|once a month)\b`), 31},
	{pattern.New(`(?i)\b(?:weekly|every week|once a week)\b`), 7},
	{pattern.New(`(?i)\b(?:yearly|annual(?:ly)?|every year|each year|once a year|every (?:twelve|12) months)\b`), 366},
}

var everyNumber = pattern.New(`(?i)\bevery (\d{1,3}) (day|week|month|year)s?\b`)

// intervalIn reads the first interval of a text; ok is false where it is an event ("each release") or none.
func intervalIn(text string) (time.Duration, bool) {
	const day = 24 * time.Hour
	if m := everyNumber.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		return time.Duration(n) * map[string]time.Duration{"day": day, "week": 7 * day, "month": 31 * day, "year": 366 * day}[strings.ToLower(m[2])], n > 0
	}
	at, days := len(text), 0
	for _, i := range intervals {
		if m := i.words.FindStringIndex(text); m != nil && m[0] < at {
			at, days = m[0], i.days
		}
	}
	return time.Duration(days) * day, days > 0
}
