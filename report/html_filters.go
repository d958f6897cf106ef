package report

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// htmlFilter is one group of the filters: what is chosen in it narrows the page, nothing chosen leaves all.
type htmlFilter struct {
	Key, Legend string
	Choices     []htmlChoice
}

type htmlChoice struct {
	Value, Word string
	Mark        htmlMark
	Strength    string
	Severity    string
	N           int
}

// filterVerdict is the word by which the verdict filter knows a clause.
func filterVerdict(c lodemark.ClauseResult) string {
	if c.Later {
		return "later"
	}
	return strings.ReplaceAll(c.Verdict.String(), " ", "-")
}

// filterStrength is the word by which the strength filter knows a clause.
func filterStrength(c lodemark.ClauseResult) string { return c.Strength.String() }

// htmlFilters counts what each choice would leave of the clauses.
func htmlFilters(views []areaView, x htmlIndex) []htmlFilter {
	area, verdict, severity, strength := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for c := range clausesOf(views) {
		area[lodemark.AreaOf(c.ID)]++
		verdict[filterVerdict(c.Result)]++
		strength[filterStrength(c.Result)]++
		for _, s := range x.severity[c.ID] {
			severity[s]++
		}
	}
	out := []htmlFilter{{Key: "area", Legend: "Area"}, {Key: "verdict", Legend: "Verdict"}, {Key: "severity", Legend: "Findings"}, {Key: "strength", Legend: "Evidence"}}
	for _, a := range views {
		out[0].Choices = append(out[0].Choices, htmlChoice{Value: a.ID, Word: strings.TrimPrefix(a.Title, "Secure "), N: area[a.ID]})
	}
	for _, v := range []struct {
		word string
		mark htmlMark
	}{{"met", markMet}, {"not met", markUnmet}, {"inconclusive", markInconclusive}, {"not assessed", markUnassessed},
		{"not applicable", markInapplicable}, {"later", markLater}} {
		value := strings.ReplaceAll(v.word, " ", "-")
		out[1].Choices = append(out[1].Choices, htmlChoice{Value: value, Word: v.word, Mark: v.mark, N: verdict[value]})
	}
	for s := lodemark.SeverityCritical; s >= lodemark.SeverityInfo; s-- {
		out[2].Choices = append(out[2].Choices, htmlChoice{Value: s.String(), Word: s.String(), Severity: s.String(), N: severity[s.String()]})
	}
	for s := lodemark.Observed; s >= lodemark.NoStrength; s-- {
		out[3].Choices = append(out[3].Choices, htmlChoice{Value: s.String(), Word: s.String(), Strength: s.String(), N: strength[s.String()]})
	}
	return out
}
