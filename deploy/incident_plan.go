package deploy

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEP-3: develop incident management procedures.
func incidents() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEP-3",
		Checks:    []lodemark.Check{incidentPlan(), planReview(), remediationSteps(), offlineBackups(), respondersTrained(), servicePlan()},
	}
}

func incidentPlan() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-incident-plan", Version: 1,
		Title:    "An incident plan for the AI system names people, rights, severities and scenarios of its own",
		Bears:    lodemark.Supports("DEP-3.1", "DEP-3.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "When an assistant gives data away, every minute in which nobody knows who may switch it off costs more data. The plan " +
			"of the company for a stolen laptop has no line on a poisoned index or an agent that acts on its own.",
		Fix: "Write a plan for this system: roles with contacts that answer, severities, who may switch the model off, how to roll " +
			"back, and what to do in each scenario of the threat model.",
		Help: "write docs/incident-plan.md, or point to it from lodemark.yaml (documents: incident-plan; lodemark new incident-plan drafts it)",
		Bad:  planBad(), Good: planGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judged(ctx, s, "incident-plan", "a plan for incidents on the AI system",
				func(d document.Document, _ string) []document.Shortfall {
					return judgePlan(d.Title, content(d), s.System.Name)
				})
		},
	}
}

var (
	aboutAI = pattern.New(`(?i)\b(?:models?|LLMs?|prompts?|assistants?|chat ?bots?|agents?|classifiers?|embeddings?|machine[ -]learning|inference|training data|vector (?:store|database)|copilot)\b|\bA\.?I\.?\b`)
	planned = []topic{
		{name: "who does what", words: pattern.New(`(?i)\b(?:engineers?|owners?|leads?|leaders?|managers?|officers?|commanders?|responders?|architects?|coordinators?|directors?|teams?|CISO|DPO|SRE|on[- ]?call|duty|role|responsible|stewards?|administrators?|chair)\b`)},
		{name: "contacts that answer", words: pattern.New(`(?i)[\w.+-]+@[\w-]+\.[\w.-]+|\+?\d[\d ()/-]{6,}\d|(?:^|[\s(|"'])#[a-z][\w-]{2,}|\b(?:pager|pagerduty|opsgenie|hotline|phone|telephone|extension|ext\.|slack|teams channel|signal group|on[- ]?call (?:rota|schedule|roster|number|phone))\b|https?://`)},
		{name: "how severe an incident is", words: pattern.New(`(?i)\bseverit(?:y|ies)\b|\bsev[- ]?\d\b|\bP[0-4]\b|\bpriorit(?:y|ies)\b|\b(?:impact|criticality|alert) (?:level|class|rating)s?\b|\blevel [1-5]\b|\b(?:minor|major|critical) incidents?\b|\b(?:high|critical|low)\s*[|:]`)},
		{name: "who may switch the model off", words: pattern.New(`(?i)\b(?:switch|turn|shut|power)(?:s|es|ed|ing)?\b[^.\n]{0,60}\b(?:off|down)\b|\bkill[- ]?switch|\b(?:disabl|suspend|stop|paus|deactivat|unplug|isolat)(?:e|es|s|ed|ing)?\b|\bscale\b[^.\n]{0,60}\b(?:zero|0)\b|\b(?:take|taken|taking|pull|go)\b[^.\n]{0,40}\b(?:offline|down|out of service)\b|\bswitch-?off\b|\bshutdown\b|\bcircuit breaker\b`)},
		{name: "how to roll back", words: pattern.New(`(?i)\broll(?:s|ed|ing)?[- ]?back\b|\bback ?out\b|\brevert\w*|\brestor\w+|\bredeploy\w*|\bre-deploy\w*|\b(?:previous|former|earlier|prior|last (?:known |reviewed |good )+)(?:good )?(?:version|model|prompt|state|release|snapshot|index)|\b(?:previous|former|earlier|prior|older|last good)\b[^.\n|]{0,30}\b(?:model|prompt|version|release|index|snapshot)s?\b|\bpin(?:s|ned|ning)?\b[^.\n|]{0,40}\b(?:model|version|release|snapshot)\b|\bfall(?:s|ing)?[- ]?back (?:to|on)\b|\b(?:canned|static|fixed|prepared)[- ](?:answer|response|repl(?:y|ie))s?[^.\n|]{0,20}\bfall ?back|\bfall ?back[^.\n|]{0,20}\b(?:canned|static|fixed|prepared)[- ](?:answer|response|repl)`)},
	}
	aiScenarios = []topic{
		{name: "prompt injection", words: pattern.New(`(?i)\binjection|\bjailbreak|\b(?:planted|hidden|malicious) instructions?\b|\bprompt (?:attack|leak|manipulation)`)},
		{name: "poisoned data or model", words: pattern.New(`(?i)\bpoison|\bbackdoor|\btampered\b|\bmanipulated (?:data|model|index|knowledge)|\b(?:replaced|swapped|malicious|compromised) (?:model|weights|dataset|index)|\bcompromised? (?:training|supply chain)`)},
		{name: "model theft", words: pattern.New(`(?i)\b(?:model|weights?) (?:theft|extraction|stealing|exfiltration|leak\w*)|\b(?:stolen|leaked|stealing|steal|exfiltrat\w+|cop(?:y|ied)) (?:of )?(?:the |our |a )?(?:models?|weights?)`)},
		{name: "a leaked key", words: pattern.New(`(?i)\b(?:stolen|leaked|lost|exposed|compromised|leak(?:age)? of|theft of)[^.\n|]{0,30}\b(?:keys?|tokens?|credentials?|secrets?)\b|\b(?:keys?|tokens?|credentials?|secrets?)\b[^.\n|]{0,20}\b(?:leak|theft|compromise|exposure|exposed|stolen|leaked|compromised)\b`)},
		{name: "harmful action of an agent", words: pattern.New(`(?i)\b(?:harmful|unwanted|unauthori[sz]ed|unintended|wrong|rogue|excessive)\b[^.\n|]{0,25}\b(?:actions?|tool calls?|agents?|agency)\b|\bagents?\b[^.\n|]{0,40}\b(?:acts?|acted|deletes?|deleted|sends?|sent|changed|misuse\w*|runaway|out of control|without)\b`)},
		{name: "personal data or secrets in answers", words: pattern.New(`(?i)\b(?:data|information|PII|secrets?)\b[^.\n|]{0,30}\b(?:leak\w*|disclos\w+|in (?:the )?(?:answers?|outputs?|responses?)|exfiltrat\w+|extract\w+)|\b(?:leak\w*|disclos\w+|exfiltrat\w+|extract\w+|memori[sz]\w+)\b[^.\n|]{0,30}\b(?:data|information|PII)\b|\bmembership inference|\bmodel inversion`)},
		{name: "harmful or wrong answers", words: pattern.New(`(?i)\bhallucinat|\b(?:harmful|toxic|wrong|false|manipulated|incorrect|biased|unsafe|offensive|misleading)\b[^.\n|]{0,20}\b(?:answers?|outputs?|responses?|content|predictions?|advice)\b|\bmodel (?:drift|degradation)|\bdrift`)},
		{name: "outage of the provider", words: pattern.New(`(?i)\b(?:provider|vendor|model|API|upstream)\b[^.\n|]{0,25}\b(?:outage|downtime|unavailab\w+|goes down|is down|fails)\b|\b(?:outage|unavailability|failure) of (?:the |our )?(?:model |AI |LLM )?(?:provider|vendor|API|model)`)},
		{name: "denial of service or of wallet", words: pattern.New(`(?i)\bdenial[- ]of[- ](?:service|wallet)|\b(?:token|cost|budget|spend\w*)\b[^.\n|]{0,20}\b(?:exhaust\w+|explosion|runaway|flood\w*|overrun|spike)|\bmodel (?:flood|abuse)|\bevasion|\badversarial (?:example|input)s?`)},
	}
)

// leastScenarios is how many scenarios of its own a plan must cover: with one, it covers no "different scenarios" (DEP-3.3).
const leastScenarios = 2

// leastWords is how many words a text has at least that is no template, when it speaks of nothing that a plan speaks of.
const leastWords = 40

// drafted are headings that come with a draft: they stand there whatever was filled in below them.
var drafted = pattern.New(`(?im)^(?:roles and contacts|severities and escalation|first steps: switch off and roll back|putting it right)$`)

// planSpokenOf lists what of a plan a text speaks of.
func planSpokenOf(text string) (spoken []string) {
	for _, t := range planned {
		if t.words.MatchString(text) {
			spoken = append(spoken, t.name)
		}
	}
	return spoken
}

// judgePlan judges by what the filled sections say, wherever they say it.
func judgePlan(title, text, system string) []document.Shortfall {
	missing, _ := unspoken(drafted.ReplaceAllString(text, ""), planned)
	if len(missing) == len(planned) && len(strings.Fields(text)) < leastWords {
		return []document.Shortfall{{Message: "is a template that nobody has filled in, so nobody knows what to do when the model misbehaves",
			Fix: "fill in who decides, whom to call, how severe what is, how to switch off and roll back, and the scenarios"}}
	}
	var lacks []document.Shortfall
	named := len(system) >= 4 && strings.Contains(strings.ToLower(title+"\n"+text), strings.ToLower(system))
	if !named && !aboutAI.MatchString(title) && !aboutAI.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-3.1", "DEP-3.3"}, Message: "never mentions the AI system, so it is a plan for other incidents",
			Fix: "write a plan for this system: its model, its prompts, its data, its agent"})
		return lacks
	}
	if len(missing) > 0 {
		names := strings.Join(missing, ", ")
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-3.1"}, Message: "does not say " + names, Fix: "add " + names})
	}
	missing, _ = unspoken(text, aiScenarios)
	if covered := len(aiScenarios) - len(missing); covered < leastScenarios {
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-3.3"},
			Message: fmt.Sprintf("covers %d scenario(s) that are particular to AI, and nothing on %s or the like", covered, strings.Join(missing[:3], ", ")),
			Fix:     "add what to do in each of the top scenarios of the threat model"})
	}
	return lacks
}

func planReview() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-plan-review", Version: 2,
		Title:    "The incident plan was reviewed or exercised, and its next review has not passed",
		Bears:    lodemark.Supports("DEP-3.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Models, prompts and attacks change within months, and so do the people on call. A plan that nobody has tried since then " +
			"sends the first call to a number that no longer answers.",
		Fix:  "Review the plan after each exercise, incident and change of model, and write down when that was and when the next one is due.",
		Help: "write the days of the last review or exercise and of the next review into the incident plan (documents: incident-plan)",
		Bad:  reviewBad(), Good: reviewGood(),
		Run: runPlanReview,
	}
}

var (
	nextReviewLabels = pattern.New(`(?i)\b(?:next[ _-](?:review|exercise|reassessment|revision)(?:[ _-](?:date|due|on))*|review[ _-](?:by|due|again)(?: on)?|to be reviewed(?: again)?(?: by| on)?)\b`)
	lastReviewLabels = pattern.New(`(?i)\b(?:last[ _-](?:review|exercise|drill|test|reviewed|exercised|tested|updated|revision)(?:[ _-](?:date|on))*|(?:reviewed|exercised|drilled|rehearsed|tested)(?: on)?|(?:exercise|drill|tabletop)(?: date| of| on)?)\b`)
)

const (
	farthestReview = 2 * 365 * 24 * time.Hour // later is no regular review
	yearly         = 400 * 24 * time.Hour     // a year, with some weeks to find a day
)

func runPlanReview(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	once := ""
	r := judged(ctx, s, "incident-plan", "an incident plan with the days of its last and of its next review", func(d document.Document, raw string) []document.Shortfall {
		if said := content(d); len(planSpokenOf(said)) == 0 && len(strings.Fields(said)) < leastWords {
			return []document.Shortfall{{Message: "is a template that nobody has filled in, so its days are those of no plan", Fix: "fill the plan in, exercise it, and write down when that was"}}
		}
		lacks, reviewed := judgeReview(uncommented(raw), s.At)
		if len(lacks) == 0 && !reviewed && once == "" {
			once = d.Path
		}
		if len(lacks) == 0 && reviewed {
			once = ""
		}
		return lacks
	})
	if r.Outcome == lodemark.Passed && once != "" {
		return undecided(r.Examined, "%s names the day of the next review, and nothing tells that it was ever reviewed or exercised", once)
	}
	return r
}

// judgeReview looks at both days. reviewed says that a review or an exercise took place, not too long ago.
func judgeReview(raw string, now time.Time) (lacks []document.Shortfall, reviewed bool) {
	next, nextLine, _ := document.LabelledDay(raw, nextReviewLabels)
	last, lastLine, found := lastDate(raw, now)
	switch {
	case !next.IsZero() && !now.Before(next.AddDate(0, 0, 1)):
		return []document.Shortfall{{Line: nextLine, Message: "was due for review on " + next.Format(time.DateOnly) + ", and that day has passed",
			Fix: "exercise the plan, correct it, and set the next day"}}, false
	case next.After(now.Add(farthestReview)):
		return []document.Shortfall{{Line: nextLine, Message: "puts the next review off until " + next.Format(time.DateOnly) + ", which is no regular review",
			Fix: "set a day within two years"}}, false
	case next.IsZero() && !found:
		return []document.Shortfall{{Line: nextLine, Message: "names no day of a review or an exercise, so it stands as it was written for ever",
			Fix: "exercise the plan, and add lines such as \"Last exercise: YYYY-MM-DD\" and \"Next review: YYYY-MM-DD\""}}, false
	case found && last.Before(now.Add(-yearly)) && (next.IsZero() || last.Before(now.Add(-farthestReview))):
		return []document.Shortfall{{Line: lastLine, Message: "was last reviewed or exercised on " + last.Format(time.DateOnly) + ", and systems and attacks have moved since",
			Fix: "exercise the plan, correct it, and set the next day"}}, false
	}
	return nil, found
}

// lastDate is the newest day on which the plan was reviewed or exercised; a day to come is a plan and no record.
func lastDate(raw string, now time.Time) (last time.Time, line int, found bool) {
	n := 0
	for text := range strings.Lines(raw) {
		n++
		for _, at := range lastReviewLabels.FindAllStringIndex(text, 20) {
			if strings.HasSuffix(strings.ToLower(strings.TrimRight(text[:at[0]], " _-")), "next") {
				continue
			}
			if day, ok := document.FirstDay(document.Sentence(text[at[1]:])); ok && !day.After(now) && day.After(last) {
				last, line, found = day, n, true
			}
		}
	}
	return last, line, found
}
