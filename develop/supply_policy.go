package develop

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func supplyChainPolicy() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-supply-chain-policy", Version: 2,
		Title:    "A policy assesses the supply chain for the whole life of the system, by one standard, with a recorded way to deal with exceptions",
		Bears:    lodemark.Supports("DEV-1.1", "DEV-1.3", "DEV-1.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Models, data and hosted APIs are taken in with a click, past the questions that every other supplier has to answer. What was fit " +
			"on the first day is another model, another owner or another data centre a year later.",
		Fix:  "Write down which suppliers are assessed and when again, that AI suppliers meet the same standard, and who accepted what falls short until when.",
		Help: "write docs/supply-chain-policy.md, or point to it from lodemark.yaml (documents: supply-chain-policy; lodemark new supply-chain-policy drafts it)",
		Bad:  policyBad(), Good: policyGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judgedRecords(ctx, s, "supply-chain-policy", "an assessment of the supply chain", nil, nil, func(r record) []document.Shortfall {
				lacks := on("DEV-1.1", lifeOfChain(r, s.At)...)
				lacks = append(lacks, on("DEV-1.3", sameStandard(r)...)...)
				return append(lacks, on("DEV-1.4", supplierExceptions(r, s.At)...)...)
			})
		},
	}
}

// supplies are the classes of what an AI system takes from others.
var supplies = []*pattern.Pattern{
	pattern.New(`(?i)\b(?:models?|weights|checkpoints?)\b`),
	pattern.New(`(?i)\b(?:data ?sets?|data|corpora|corpus)\b`),
	pattern.New(`(?i)\b(?:librar(?:y|ies)|packages?|dependenc(?:y|ies)|software|frameworks?|images?)\b`),
	pattern.New(`(?i)\b(?:providers?|APIs?|hosted|services?|cloud|hardware|tools?|MCP)\b`),
}

var (
	againWords = pattern.New(`(?i)` + interval[4:] + `|\b(?:renewed|repeated|re-?assess\w*|reviewed again|next review|on (?:every|each|any) (?:change|release|version)|when(?:ever)? (?:it|they|a|the) [\w ]{0,30}chang\w+)\b`)
	endWords   = pattern.New(`(?i)\b(?:retire\w*|replace[ds]?|replacement|end of (?:life|support)|remov\w+|exit|withdraw\w*|off-?board\w*|decommission\w*|phase[d]? out|until it (?:leaves|is taken out)|whole life|life-?cycle)\b`)
)

func lifeOfChain(r record, at time.Time) []document.Shortfall {
	classes := 0
	for _, s := range supplies {
		if s.MatchString(r.content) {
			classes++
		}
	}
	if classes < 3 {
		return []document.Shortfall{{Message: "assesses only a part of what is taken from others (models, data, libraries, providers)", Fix: "assess models, data, libraries and providers"}}
	}
	lacks := missingAspects(r.content, "the assessment", []aspect{
		{"when it is made again", againWords, "say when each supplier is looked at again: an interval, and which changes"},
		{"the end, when something is replaced or no longer supported", endWords, "say what happens when a component is abandoned or replaced"},
	})
	return append(lacks, overdue(r.Document, at)...)
}

var sameWords = pattern.New(`(?i)\b(?:same|equal|identical|one|no (?:lower|other|different|weaker))\b[^.|\n]{0,60}\b(?:standards?|requirements?|questions?|questionnaire|bar|rules?|criteria|terms|process|checks?|policy|evidence|answers|conditions|controls)\b|\bsame\b[^.|\n]{0,60}\b(?:as|of|for|from|to) (?:any|every|all)(?: other)? (?:\w+ ){0,2}(?:suppliers?|vendors?|providers?)\b|\b(?:just )?(?:like|as|of|for|from) (?:for |of |from )?(?:any|every|all) other (?:\w+ ){0,2}(?:suppliers?|vendors?|providers?)\b|\bno exception for AI\b`)

func sameStandard(r record) []document.Shortfall {
	for _, s := range r.Sections { // what a heading promises is not enough
		if s.Filled() && sameWords.MatchString(s.Text) {
			return nil
		}
	}
	return []document.Shortfall{{Message: "does not hold suppliers of models, data and AI services to the same standard as others", Fix: "say that AI suppliers answer the same requirements, and list them"}}
}

var noException = pattern.New(`(?i)\b(?:no (?:open |current |such )?exceptions?|no supplier (?:falls|fell) short|exceptions?:? none|all suppliers meet)\b`)

// supplierExceptions wants each exception with the one who accepted it and the day on which that ends.
func supplierExceptions(r record, at time.Time) []document.Shortfall {
	t, col, ok := tableWith(r.Document, []string{"exception", "supplier", "component", "what"}, []string{"accepted by", "approved by", "approver", "accepted", "approved", "decided by", "by whom"}, []string{"until", "expires", "expiry", "ends", "valid", "review by"})
	if !ok || col[1] < 0 {
		if day, _ := dayOn(r.Document, noException); !day.IsZero() && noException.MatchString(r.content) {
			return nil
		}
		return []document.Shortfall{{Message: "does not record what was decided about suppliers that cannot meet the standard (who accepted it, until when)",
			Fix: "keep a table of exceptions: supplier, what falls short, what balances it, accepted by, until; or say with a day that there are none"}}
	}
	var lacks []document.Shortfall
	for _, row := range t.Rows {
		who := row.Cell(col[1])
		days := rowDays(r, row.Line, row.Cells)
		switch {
		case who == "":
			lacks = append(lacks, document.Shortfall{Line: row.Line, Message: fmt.Sprintf("has an exception that nobody accepted by name (%s)", row.Cell(col[0])), Fix: "name who accepted it"})
		case col[2] < 0 || len(days) == 0:
			lacks = append(lacks, document.Shortfall{Line: row.Line, Message: fmt.Sprintf("has an exception without an end (%s)", row.Cell(col[0])), Fix: "give it a day on which it ends"})
		case at.After(days[len(days)-1].Add(24 * time.Hour)):
			lacks = append(lacks, document.Shortfall{Line: row.Line, Message: fmt.Sprintf("has an exception that ended on %s (%s)", days[len(days)-1].Format(time.DateOnly), row.Cell(col[0])), Fix: "decide it again, or end it"})
		}
	}
	return lacks
}

// rowDays are the days in a row, in the order of its cells; the end of an exception stands last, or is the latest.
func rowDays(r record, line int, cells []string) []time.Time {
	var days []time.Time
	for _, d := range r.Dates() {
		if d.Line == line && strings.Contains(strings.Join(cells, " "), d.Text) {
			days = append(days, d.Time)
		}
	}
	for i := range days {
		for j := i + 1; j < len(days); j++ {
			if days[j].Before(days[i]) {
				days[i], days[j] = days[j], days[i]
			}
		}
	}
	return days
}

func failoverPlan() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-failover-plan", Version: 2,
		Title:    "A mission-critical system has a plan to fail over to something else, and it was tried",
		Bears:    lodemark.Supports("DEV-1.8"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A hosted model can be withdrawn, changed or found unsafe overnight. A second provider that was named and never tried answers in " +
			"another format, to prompts that were never measured on it.",
		Fix:  "Write down what sets the change off, what takes over and how the change is made, try it, and write down the day, the time it took and the quality.",
		Help: "write docs/failover-plan.md, or point to it from lodemark.yaml (documents: failover-plan; lodemark new failover-plan drafts it)",
		Bad:  failoverBad(), Good: failoverGood(),
		Run: runFailoverPlan,
	}
}

var tried = pattern.New(`(?i)\b(?:exercise[ds]?|drill(?:ed)?|tried|rehears\w+|tested|test(?: run)?|last (?:test|run|exercise))\b`)

// agedExercise is how old an exercise may be before it says nothing of today's system.
const agedExercise = 400 * 24 * time.Hour

func runFailoverPlan(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	records, _ := recordsOf(s, "failover-plan", []string{"incident-plan"}, "failover", "fail-over", "fallback", "fall back")
	if critical := s.System.Fact("mission_critical").Answer; critical != lodemark.Yes && len(records) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "the system is not declared to be mission-critical, and no plan to fail over was found"}
	}
	return judgedRecords(ctx, s, "failover-plan", "a plan to fail over", []string{"incident-plan"}, []string{"failover", "fail-over", "fallback", "fall back"}, func(r record) []document.Shortfall {
		lacks := missingAspects(r.content, "the plan", []aspect{
			{"what sets it off", pattern.New(`(?i)\b(?:triggers?|when|if|set off|conditions?|criteria|thresholds?)\b`), "say which finding or outage sets it off, and who decides"},
			{"what takes over", pattern.New(`(?i)\b(?:alternat\w+|second|other|fall-?back|replacement|standby|secondary|previous|phone|manual\w*|instead|takes over|by hand)\b`), "name what takes over"},
		})
		return append(lacks, exercised(r, s.At, "a fail-over", tried)...)
	})
}

// exercised wants a day on which the plan was tried, not too long ago and not in the future.
func exercised(r record, at time.Time, what string, words *pattern.Pattern) []document.Shortfall {
	day, line := dayOn(r.Document, words)
	switch {
	case day.IsZero():
		return []document.Shortfall{{Message: "names no day on which " + what + " was tried", Fix: "try it, and write down the day, the time it took and what failed"}}
	case day.After(at):
		return []document.Shortfall{{Line: line, Message: fmt.Sprintf("names %s for it, which is yet to come, so %s was never tried", day.Format(time.DateOnly), what), Fix: "try it, and write down the day and what failed"}}
	case at.After(day.Add(agedExercise)):
		return []document.Shortfall{{Line: line, Message: fmt.Sprintf("names %s as the last day on which %s was tried, which is too long ago to say that it works today", day.Format(time.DateOnly), what), Fix: "try it again, at least once a year"}}
	}
	return nil
}
