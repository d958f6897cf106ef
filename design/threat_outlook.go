package design

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

func outlookKept() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-outlook", Version: 1,
		Title:    "The threat model looks ahead: how the threats may grow, dated and looked at again each year",
		Bears:    lodemark.Supports("SD-2.8"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "What is not worth an attack today is worth one when more people rely on the system, and what takes an attacker a week today a model does " +
			"in an hour next year. Decisions that last a year rest on what the threats will be then.",
		Fix:  "Write in threats.yaml under outlook how the threats may grow, with date, the version of the library (catalogue) and the day of the next review.",
		Help: "correct threats.yaml where lodemark threats check finds fault with it, and take out the mark of a draft",
		Bad:  outlookBad(), Good: outlookGood(),
		Run: runOutlook,
	}
}

func runOutlook(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-2-outlook"
	now, r, ok := saidOf(s)
	if !ok {
		return r
	}
	library, problems := builtIn()
	if len(problems) > 0 {
		return undecided(now.path, "the library of threats cannot be read: "+problems[0].Message)
	}
	o := now.model.Outlook
	if o == nil {
		return now.concluded([]lodemark.Finding{outlookFinding(now, id, 0, "outlook", now.path+" says nothing of how the threats may grow.", "write an outlook with date, catalogue, text and review")}, "")
	}
	findings := outdated(now, id, o, library, s.At)
	if !sentence(o.Text.Text) {
		findings = append(findings, outlookFinding(now, id, o.Line, "text", fmt.Sprintf("The outlook of %s says nothing of how the threats may grow.", now.path),
			"write in a sentence or two what would make the system a better target, and what attackers could automate"))
	}
	return now.concluded(findings, fmt.Sprintf("%s looked ahead on %s", now.path, o.Date.Format(time.DateOnly)))
}

func outlookFinding(now modelNow, id string, line int, key, message, fix string) lodemark.Finding {
	f := now.finding(id, line, "outlook "+key, message, fix)
	f.Severity = lodemark.SeverityLow
	return f
}

// outdated says why an outlook is not of today: it is due again at the latest a year on, and when the library has another version.
func outdated(now modelNow, id string, o *threat.Outlook, l *threat.Library, at time.Time) []lodemark.Finding {
	day := func(t time.Time) string { return t.Format(time.DateOnly) }
	tell := func(key, message, fix string) []lodemark.Finding {
		return []lodemark.Finding{outlookFinding(now, id, o.Line, key, message, fix)}
	}
	again := "look at it again, and write the day and the version of the library"
	switch {
	case o.Date.IsZero():
		return tell("date", fmt.Sprintf("The outlook of %s has no date, so nobody can say whether it still holds.", now.path), "write the day on which it was written (date)")
	case o.Date.After(at):
		return tell("date", fmt.Sprintf("The outlook of %s is dated %s, which is yet to come.", now.path, day(o.Date)), "write the day on which it was written")
	case at.After(o.Date.AddDate(1, 0, 1)):
		return tell("date", fmt.Sprintf("The outlook of %s is of %s, more than a year ago.", now.path, day(o.Date)), again)
	case !o.Review.IsZero() && at.After(o.Review.AddDate(0, 0, 1)):
		return tell("review", fmt.Sprintf("The outlook of %s was to be looked at again by %s.", now.path, day(o.Review)), again)
	case o.Review.After(o.Date.AddDate(1, 0, 1)):
		return tell("review", fmt.Sprintf("The outlook of %s is due again on %s, more than a year after it was written.", now.path, day(o.Review)), "look at it again within a year")
	case o.Catalogue != "" && strings.TrimPrefix(o.Catalogue, "v") != l.Version:
		return tell("catalogue", fmt.Sprintf("The outlook of %s was written with version %s of the library of threats; this is version %s.", now.path, inShort(o.Catalogue), l.Version), again)
	case o.Catalogue == "" && !l.Released.IsZero() && !l.Released.After(at) && o.Date.Before(l.Released):
		return tell("catalogue", fmt.Sprintf("The outlook of %s is of %s, and version %s of the library of threats came on %s.", now.path, day(o.Date), l.Version, day(l.Released)), again)
	}
	return nil
}
