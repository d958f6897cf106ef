package lodemark

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// lapse is how long a risk must go without a decision for the next one to be a new beginning: a day between two files is none.
const lapse = 30 * day

// renewal says how a decision goes on with earlier ones.
type renewal struct {
	count int       // of earlier beginnings since the first
	since time.Time // when the first began
	term  time.Time // from when its ceiling counts
	ends  time.Time // when it ends: at Until, or before, where its ceiling is reached
}

// renewals finds, for each decision, those that it goes on with: acceptances and deferrals of the same clause, finding or threat, without
// a lapse between them. A reason bears a risk for one ceiling, counted from the first of these decisions that gave it, so that
// a row of files with the same words, dated ahead, renews nothing. Who gives another reason has thought again and begins a
// new term; that the risk has been borne for so long is shown all the same.
func renewals(decisions []Decision) []renewal {
	out := make([]renewal, len(decisions))
	rows := map[[4]string][]int{}
	for i, d := range decisions {
		out[i] = renewal{since: d.Date, term: d.Date, ends: d.Until}
		if (d.Kind == Accept || d.Kind == Defer) && !d.SelfApproved() {
			matter := [4]string{d.Clause, d.Finding, d.Threat, d.Component}
			rows[matter] = append(rows[matter], i)
		}
	}
	for _, row := range rows {
		slices.SortFunc(row, func(a, b int) int {
			return cmp.Or(decisions[a].Date.Compare(decisions[b].Date), decisions[a].Until.Compare(decisions[b].Until), cmp.Compare(decisions[a].ID, decisions[b].ID))
		})
		var first, last, end time.Time
		var terms map[string]time.Time // by reason
		count := 0
		for _, i := range row {
			d := decisions[i]
			switch {
			case terms == nil || d.Date.After(end.Add(lapse)):
				first, terms, count = d.Date, map[string]time.Time{}, 0
			case d.Date.After(last):
				count++
			}
			reason := plainWords(d.Reason)
			if _, given := terms[reason]; !given {
				terms[reason] = d.Date
			}
			out[i] = renewal{count, first, terms[reason], d.Until}
			if most := terms[reason].Add(d.Kind.Ceiling()); most.Before(d.Until) {
				out[i].ends = most
			}
			if last = d.Date; d.Until.After(end) {
				end = d.Until
			}
		}
	}
	return out
}

// plainWords is a reason without what a copy may differ in: case, spacing and punctuation.
func plainWords(reason string) string {
	words := strings.FieldsFunc(strings.ToLower(reason), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, " ")
}
