package gate

import (
	"fmt"
	"strconv"
	"time"

	"github.com/lodemark/lodemark"
)

// standing judges the waivers of a policy by the rule of the house for decisions: one that is dated ahead has no effect before its
// day, each ends by itself, and a reason bears an unmet rule for 180 days in all, however many waivers give it.
func standing(p *Policy, at time.Time) map[string][]lodemark.DecisionState {
	var all []lodemark.Decision
	for q := p; q != nil; q = q.Base {
		for i, w := range q.Waivers {
			all = append(all, lodemark.Decision{ID: q.Name + ":" + strconv.Itoa(w.line) + ":" + strconv.Itoa(i), Kind: lodemark.Accept, Threat: w.Rule, By: w.By, RequestedBy: w.RequestedBy,
				Reason: w.Reason, Date: w.Date, Until: w.Until})
		}
	}
	out := map[string][]lodemark.DecisionState{}
	for _, d := range lodemark.ThreatDecisions(all, nil, at) {
		out[d.Threat] = append(out[d.Threat], d)
	}
	return out
}

// waived lets a line that is not met through where a waiver stands, and else says which one does no longer.
func waived(l *Line, waivers map[string][]lodemark.DecisionState) {
	var ended *lodemark.DecisionState
	for _, w := range waivers[l.Rule] {
		switch w.Standing {
		case lodemark.Current:
			l.Result = RuleWaived
			l.Waiver = fmt.Sprintf("waiver until %s by %s, asked for by %s: %s", w.Ends.Format(time.DateOnly), w.By, w.RequestedBy, oneLine(w.Reason))
			if w.Renewals > 0 {
				l.Waiver += fmt.Sprintf(" (borne since %s, renewed %s)", w.Since.Format(time.DateOnly), times(w.Renewals))
			}
			return
		case lodemark.Expired:
			if ended == nil || w.Date.After(ended.Date) {
				ended = &w
			}
		}
	}
	if ended == nil {
		return
	}
	l.Waiver = fmt.Sprintf("the waiver of %s by %s ended on %s", ended.Date.Format(time.DateOnly), ended.By, ended.Ends.Format(time.DateOnly))
	if ended.Ends.Before(ended.Until) {
		l.Waiver = fmt.Sprintf("the waiver of %s by %s has no effect: it %s", ended.Date.Format(time.DateOnly), ended.By, ended.Why)
	}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return strconv.Itoa(n) + " times"
}
