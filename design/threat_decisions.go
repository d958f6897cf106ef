package design

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
)

func threatsDecided() lodemark.Check {
	return lodemark.Check{
		ID: "sd-2-threats-decided", Version: 1,
		Title:    "Every threat of high severity has a decision with owner, approver and end",
		Bears:    lodemark.Supports("SD-1.3", "SD-2.1", "SD-2.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A threat that is on the list and that nobody has decided about is borne by everybody and by no one. After an incident " +
			"nobody can say whether it was known, who thought it acceptable, and until when.",
		Fix: "Let the owner of the risk ask and another approve, for each threat: lodemark decide mitigate|accept|transfer|avoid --threat ID.",
		Help: "correct threats.yaml where lodemark threats check finds fault with it, settle what is unconfirmed, and record a decision for each threat of " +
			"high severity (lodemark decide --threat)",
		Bad: threatsDecidedBad(), Good: threatsDecidedGood(),
		Run: runThreatsDecided,
	}
}

func runThreatsDecided(_ context.Context, s *lodemark.Subject) lodemark.Result {
	now := strictModel(s)
	switch {
	case now.path == "":
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "there is no threat model as code whose threats could be held to decisions"}
	case now.err != nil:
		return now.broken()
	}
	seen := judgedModel(s, now)
	if seen.problem != "" {
		return undecided(now.path, seen.problem)
	}
	return seen.register.judge(seen.report, now.path)
}

// register is the risk register: the decisions about threats of the model that is there, whatever they are worth.
type register struct {
	at        time.Time
	decisions []lodemark.DecisionState
}

func registerOf(s *lodemark.Subject, now modelNow) register {
	all := lodemark.ThreatDecisions(s.Decisions, now.meanings(), s.At)
	return register{s.At, slices.DeleteFunc(all, func(d lodemark.DecisionState) bool { return d.Model.Path != now.path })}
}

// engine hands the engine those that stand.
func (r register) engine() []threat.Decision {
	var out []threat.Decision
	for _, d := range r.decisions {
		if d.Standing == lodemark.Current {
			out = append(out, threat.Decision{Threat: d.Threat, Component: d.Component, Choice: threat.Choice(d.Kind), By: d.By, Reason: d.Reason, Date: d.Date, Until: d.Ends})
		}
	}
	return out
}

// about finds the decision about a threat at a place: one that stands, else the last that does not.
func (r register) about(id, place string) (found lodemark.DecisionState, ok bool) {
	for _, d := range r.decisions {
		if d.Threat != id || d.Component != "" && d.Component != place {
			continue
		}
		if d.Standing == lodemark.Current {
			return d, true
		}
		found, ok = d, true
	}
	return found, ok
}

// severe says whether a threat is above the limit from which each needs a decision.
func severe(t threat.Threat) bool { return t.Severity == "high" || t.Severity == "critical" }

// judge holds what applies to the register.
func (r register) judge(seen *threat.Report, path string) lodemark.Result {
	decided, waiting, undone := 0, 0, []lodemark.Finding{}
	examined := []string{path}
	for _, t := range seen.Threats {
		switch {
		case !severe(t) || t.Status == threat.NotApplicable:
			continue
		case t.Status == threat.Unconfirmed:
			waiting++
			continue
		case t.Status == threat.Accepted || t.Status == threat.Evidenced:
			decided++
			continue
		}
		if f, open := r.open(t, path); open {
			undone = append(undone, f)
		} else {
			decided++
		}
	}
	for _, d := range r.decisions {
		examined = append(examined, d.ID)
	}
	if len(undone) > 0 && len(r.decisions) == 0 {
		return lodemark.Result{Outcome: lodemark.Undecided, Examined: examined,
			Reason: fmt.Sprintf("%s of high severity %s to %s, and no decision on any is kept in %s; the register may be kept elsewhere", number(len(undone), "threat"), apply(len(undone)), path, decisionFolder)}
	}
	out := lodemark.Conclude([]lodemark.Component{{Kind: lodemark.KindThreatModel, Path: path}}, undone, nil, "threat models")
	out.Examined = examined
	switch {
	case len(undone) > 0:
	case waiting > 0:
		out.Outcome, out.Reason = lodemark.Undecided, fmt.Sprintf("%s of high severity cannot be confirmed, because %s does not say what they turn on; the other %d have a decision or are dealt with",
			number(waiting, "threat"), path, decided)
	default:
		out.Reason = fmt.Sprintf("all %s of high severity in %s have a decision or are shown to be dealt with", number(decided, "threat"), path)
	}
	return out
}

const decisionFolder = ".lodemark/decisions"

// open says what is missing for a threat, at all its places at once.
func (r register) open(t threat.Threat, path string) (lodemark.Finding, bool) {
	var places, late []string
	line, why := 0, ""
	for _, p := range t.Places {
		d, ok := r.about(t.ID, p.At)
		switch {
		case !ok || d.Standing != lodemark.Current:
			places = append(places, p.At)
			if ok && why == "" {
				why = fmt.Sprintf(" That in %s does not count: %s.", d.ID, d.Why)
			}
		case d.Kind == lodemark.Mitigate && t.Status == threat.Applies && r.at.After(d.Due.AddDate(0, 0, 1)):
			late = append(late, p.At)
			if why == "" {
				why = fmt.Sprintf(" By %s it should have been.", d.Due.Format(time.DateOnly))
			}
		default:
			continue
		}
		if line == 0 {
			line = p.Line
		}
	}
	f := lodemark.Finding{ID: "sd-2-threats-decided", Severity: lodemark.SeverityMedium, Path: path, Line: line, Key: "threat " + t.ID}
	title := strings.TrimSuffix(t.Title, ".")
	switch {
	case len(places) > 0:
		f.Message = fmt.Sprintf("Nobody has decided about %s (%s: %s) at %s.%s", t.ID, t.Severity, title, few(places), why)
		f.Fix = fmt.Sprintf("let the owner of the risk ask and another approve: lodemark decide mitigate --threat %s, or accept, transfer, avoid", t.ID)
		return f, true
	case len(late) > 0:
		f.Message = fmt.Sprintf("%s (%s: %s) was to be mitigated at %s, and the threat model claims no mitigation there.%s", t.ID, t.Severity, title, few(late), why)
		f.Fix = "name the mitigation under controls of the component, or decide anew"
		return f, true
	}
	return f, false
}

func number(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func apply(n int) string {
	if n == 1 {
		return "applies"
	}
	return "apply"
}
