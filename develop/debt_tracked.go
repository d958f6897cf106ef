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

func debtTracked() lodemark.Check {
	return lodemark.Check{
		ID: "dev-4-debt-tracked", Version: 1,
		Title:    "Technical debt is followed over time: entries have a status, and none is overdue",
		Bears:    lodemark.Supports("DEV-4.2"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Debt of an AI system grows with each new model and prompt. A register in which days pass by without anybody moving them is a list " +
			"of excuses, and the oldest entry in it is what an attacker finds.",
		Fix:  "Look through the register at each release: close what is paid, move what is not with a reason, and write down the day.",
		Help: "give the register a column for the status or the day of opening, or a line that says when it was last looked through",
		Bad:  trackedBad(), Good: trackedGood(),
		Run: runDebtTracked,
	}
}

var (
	closedWord  = pattern.New(`(?i)\b(?:closed|done|paid|paid back|resolved|fixed|finished|accepted|won'?t fix)\b`)
	trackedSign = pattern.New(`(?i)\b(?:status|opened|since|created|added|closed|paid back|resolved|(?:re)?viewed (?:monthly|quarterly|weekly|each|every|at|on)|last (?:on|review\w*|looked))\b`)
	quarterDay  = pattern.New(`(?i)\b(?:Q([1-4])[ /-]?(\d{4})|(\d{4})[ /-]?Q([1-4]))\b`)
	monthDay    = pattern.New(`\b(\d{4})-(\d{2})(?:-(\d{2}))?\b`)
)

func runDebtTracked(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-4-debt-tracked"
	found := document.Find(s, "debt-register")
	if len(found.Documents) == 0 {
		return found.Missing("a register of technical debt")
	}
	r := lodemark.Result{Examined: found.Examined}
	entries, signs := 0, false
	for _, d := range found.Documents {
		c, ok := readCard(s, d.Path)
		if !ok {
			continue
		}
		rows, _ := tableRows(c.raw)
		entries += len(rows)
		signs = signs || trackedSign.MatchString(c.raw)
		for _, row := range rows {
			if due, ok := dueDay(row.due); ok && s.At.After(due.Add(24*time.Hour)) && !closedWord.MatchString(lineOfText(c.raw, row.line)) {
				r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: d.Path, Line: row.line,
					Message: fmt.Sprintf("Debt was due on %s and is still open: %s.", due.Format(time.DateOnly), row.text),
					Fix:     "pay it back and close it, or move the day and say why", Key: row.text})
			}
		}
	}
	switch {
	case len(r.Findings) > 0:
		return failing(r, r.Findings...)
	case entries == 0:
		r.Outcome, r.Reason = lodemark.Undecided, found.Documents[0].Path+" holds no table of entries, so nothing can be followed in it"
	case !signs:
		r.Outcome, r.Reason = lodemark.Undecided, found.Documents[0].Path+" has days and neither status nor review, so it is not seen whether anybody follows them"
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s follows %d entries, and none is overdue", found.Documents[0].Path, entries)
	}
	return r
}

// dueDay is the last day of what a cell says: a day, a month or a quarter.
func dueDay(text string) (time.Time, bool) {
	if m := quarterDay.FindStringSubmatch(text); m != nil {
		quarter, _ := strconv.Atoi(m[1] + m[4])
		year, _ := strconv.Atoi(m[2] + m[3])
		return time.Date(year, time.Month(quarter*3+1), 0, 0, 0, 0, 0, time.UTC), true
	}
	m := monthDay.FindStringSubmatch(text)
	if m == nil {
		return time.Time{}, false
	}
	if m[3] == "" {
		t, err := time.Parse("2006-01", m[0])
		return t.AddDate(0, 1, -1), err == nil
	}
	t, err := time.Parse(time.DateOnly, m[0])
	return t, err == nil
}

func lineOfText(text string, n int) string {
	for line := range strings.Lines(text) {
		if n--; n == 0 {
			return line
		}
	}
	return ""
}

func debtClasses() lodemark.Check {
	return lodemark.Check{
		ID: "dev-4-ai-debt", Version: 1,
		Title:    "The register holds debt of the kinds that AI adds",
		Bears:    lodemark.Supports("DEV-4.3"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Prompts without tests, data whose origin is unknown, one provider's habits in every prompt: no linter sees this debt, and teams that " +
			"count open tickets do not count it.",
		Fix:  "Go through prompts, data, models, evaluation, providers and pipelines, and enter what was put off in each.",
		Help: "write the kind of debt into its entry: prompts, data, evaluation, provider, pipeline, feedback",
		Bad:  classesBad(), Good: classesGood(),
		Run: runDebtClasses,
	}
}

// debtKinds are the classes of debt that AI adds, by the words in which entries put them.
var debtKinds = []struct {
	name  string
	words *pattern.Pattern
}{
	{"data", pattern.New(`(?i)\b(?:data(?:sets?)?|labels?|labell?ing|corpus|training questions|features?|embeddings?|index|retrieval|knowledge base)\b`)},
	{"prompts", pattern.New(`(?i)\bprompts?\b`)},
	{"evaluation", pattern.New(`(?i)\b(?:evaluat\w+|evals?|benchmarks?|test set|golden|thresholds?)\b`)},
	{"models and providers", pattern.New(`(?i)\b(?:models?|providers?|lock-in|weights|fine-?tun\w*|checkpoints?|LLMs?|unpinned|deprecated model)\b`)},
	{"pipelines and interfaces", pattern.New(`(?i)\b(?:notebooks?|pipelines?|glue code|tools?|agents?|MCP|protocols?|interfaces?)\b`)},
	{"feedback and drift", pattern.New(`(?i)\b(?:drift|feedback|ratings?)\b`)},
	{"guardrails", pattern.New(`(?i)\b(?:guardrails?|redact\w*|filters?|moderation|hallucinat\w*|injection)\b`)},
}

func runDebtClasses(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-4-ai-debt"
	found := document.Find(s, "debt-register")
	if len(found.Documents) == 0 {
		return found.Missing("a register of technical debt")
	}
	r := lodemark.Result{Examined: found.Examined}
	var text strings.Builder
	entries := 0
	for _, d := range found.Documents {
		c, ok := readCard(s, d.Path)
		if !ok {
			continue
		}
		rows, tabled := tableRows(c.raw)
		for _, row := range rows {
			entries++
			text.WriteString(row.text + "\n")
		}
		if !tabled && d.Filled() {
			entries++
			text.WriteString(contentOf(d))
		}
	}
	var kinds []string
	for _, k := range debtKinds {
		if k.words.MatchString(text.String()) {
			kinds = append(kinds, k.name)
		}
	}
	p := found.Documents[0].Path
	switch {
	case entries == 0:
		r.Outcome, r.Reason = lodemark.Undecided, p+" holds no entry yet"
	case len(kinds) == 0 && document.English(text.String()):
		return failing(r, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: p, Key: "no kinds of AI",
			Message: p + " holds only debt that any software has: nothing about prompts, data, models, evaluation or providers.",
			Fix:     "go through prompts, data, models, evaluation and providers, and enter what was put off"})
	case len(kinds) < 2:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s holds debt of one kind that AI adds (%s); whether the others were looked at is not seen", p, shortList(append(kinds, "none")[:1]))
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s holds debt of %d kinds that AI adds (%s)", p, len(kinds), shortList(kinds))
	}
	return r
}

func carriedOver() lodemark.Check {
	return lodemark.Check{
		ID: "dev-4-carry-over", Version: 1,
		Title:    "The life-cycle plan says what later systems take over from this one",
		Bears:    lodemark.Supports("DEV-4.4"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "The next assistant starts from the prompts, data and habits of this one, and from its mistakes. What was learnt and is not handed on " +
			"is learnt again by an incident.",
		Fix:  "Add to the decommission plan or the model record which lessons, data and risks later systems take over, and which they must not.",
		Help: "add a section \"For later systems\" to docs/decommission-plan.md or docs/model-record.md",
		Bad:  carryBad(), Good: carryGood(),
		Run: runCarriedOver,
	}
}

var carryWords = pattern.New(`(?i)\b(?:future|next|later|successor|subsequent|similar|follow-?up|new)\s+(?:\w+\s+){0,2}(?:systems?|models?|projects?|assistants?|products?|generations?|services?)\b|\bcarr(?:y|ied)[- ]over\b|\b(?:passed|handed|handing) (?:on|over) to\b|\blessons? (?:learn\w*|for)\b`)

func runCarriedOver(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-4-carry-over"
	found := document.Find(s, "decommission-plan")
	plans, _ := recordsOf(s, "decommission-plan", nil)
	models, _ := recordsOf(s, "model-record", nil)
	lessons, _ := recordsOf(s, "lessons-learned", nil)
	r := lodemark.Result{}
	for _, rec := range append(append(plans, models...), lessons...) {
		r.Examined = append(r.Examined, rec.Path)
		for _, sec := range rec.Sections {
			if sec.Filled() && (carryWords.MatchString(sec.Heading) || carryWords.MatchString(sec.Text)) {
				return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s says what later systems take over (line %d)", rec.Path, sec.Line), Examined: []string{rec.Path}}
			}
		}
	}
	switch {
	case len(plans) == 0:
		return found.Missing("a plan that says what later systems take over")
	case !document.English(plans[0].content):
		r.Outcome, r.Reason = lodemark.Undecided, plans[0].Path+" is not in English, and what it says was not judged"
	case s.System.Declared.Path != "":
		return failing(r, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: plans[0].Path, Key: "nothing carried over",
			Message: plans[0].Path + " ends with this system: it does not say what later systems take over from it, and what they must not.",
			Fix:     "add what was learnt, and which data, prompts and risks go on"})
	default:
		r.Outcome, r.Reason = lodemark.Undecided, plans[0].Path+" does not say what later systems take over; it may stand elsewhere"
	}
	return r
}
