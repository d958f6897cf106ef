package design

import (
	"context"
	"fmt"
	"slices"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/document"
)

func malfunctionStated() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-malfunction-stated", Version: 1,
		Title:    "The threat model treats what goes wrong without an attacker beside attacks",
		Bears:    lodemark.Supports("SD-2.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model makes things up, drifts and acts where it should not, on ordinary days and with nobody behind it. An assessment that " +
			"knows attackers alone leaves out what happens most.",
		Fix: "Write down in threats.yaml what each model does when it errs, with cause: malfunction and its impact, or decide on the library's threats of that cause (LDM-T74, LDM-T76 ...).",
		Help: "say of each threat in threats.yaml whether its cause is attack or malfunction, or decide on the library's threats of malfunction (lodemark " +
			"threats lists those that apply)",
		Bad: malfunctionBad(), Good: malfunctionGood(),
		Run: runMalfunctionStated,
	}
}

func runMalfunctionStated(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-2-malfunction-stated"
	now, r, ok := saidOf(s)
	if !ok {
		return r
	}
	var malfunctions, silent, hollow []string
	hollowLine := 0
	for _, n := range now.model.Noted {
		switch filled := (document.Section{Text: n.Title}).Filled(); {
		case n.Cause == threat.CauseMalfunction && filled:
			malfunctions = append(malfunctions, nameOfNoted(n))
		case n.Cause == threat.CauseMalfunction:
			hollow, hollowLine = append(hollow, nameOfNoted(n)), n.Line
		case n.Cause == "":
			silent = append(silent, nameOfNoted(n))
		}
	}
	if len(malfunctions) > 0 {
		return now.concluded(nil, fmt.Sprintf("%s treats what goes wrong without an attacker: %s", now.path, few(malfunctions)))
	}
	seen := judgedModel(s, now)
	if seen.problem != "" {
		return undecided(now.path, seen.problem)
	}
	treated, left := seen.ofMalfunction()
	switch {
	case len(treated) > 0:
		r := now.concluded(nil, fmt.Sprintf("of the library's threats that need no attacker, %s %s decided on", few(treated), isAre(len(treated))))
		for _, d := range seen.register.decisions {
			r.Examined = append(r.Examined, d.ID)
		}
		return r
	case len(hollow) > 0:
		return now.concluded([]lodemark.Finding{now.finding(id, hollowLine, "hollow", fmt.Sprintf("%s is said to be a malfunction, and not what goes wrong.", few(hollow)), "write as its title what goes wrong")}, "")
	case len(silent) > 0:
		return undecided(now.path, fmt.Sprintf("%s does not say of %s whether the cause is attack or malfunction", now.path, few(silent)))
	}
	message := fmt.Sprintf("%s treats attacks alone: no threat has the cause malfunction", now.path)
	if len(left) > 0 {
		message += fmt.Sprintf(", and nobody has decided about %s of the library, which need no attacker and hold here", few(left))
	}
	return now.concluded([]lodemark.Finding{now.finding(id, 0, "malfunction", message+".", "write down what each model does when it errs, drifts or acts unasked (cause: malfunction), with its impact")}, "")
}

// ofMalfunction lists the library's threats that need no attacker and hold here: those that somebody has decided about at some place, and
// the others.
func (j judged) ofMalfunction() (treated, left []string) {
	dealt := map[string]bool{}
	for _, t := range j.report.Threats {
		rule := j.library.Rule(t.ID)
		if rule == nil || !slices.Contains(rule.Cause, threat.CauseMalfunction) {
			continue
		}
		done := t.Status == threat.Accepted || t.Status == threat.Evidenced // what is only claimed says nothing of malfunction
		for _, p := range t.Places {
			if d, ok := j.register.about(t.ID, p.At); ok && d.Standing == lodemark.Current {
				done = true
			}
		}
		if done || t.Status != threat.Unconfirmed {
			dealt[t.ID] = dealt[t.ID] || done
		}
	}
	for _, t := range j.report.Threats {
		if done, ok := dealt[t.ID]; ok {
			if delete(dealt, t.ID); done {
				treated = append(treated, t.ID)
			} else {
				left = append(left, t.ID)
			}
		}
	}
	return treated, left
}
