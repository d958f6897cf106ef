package operate

import (
	"context"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// watchRecords are the kinds of documents in which teams write what is watched in operation.
var watchRecords = []string{"monitoring-plan", "incident-plan", "retention-policy"}

// What a plan says of the behaviour of a model.
var (
	plannedBehaviour = pattern.New(`(?i)\brefus\w*|\bhallucinat\w*|\bgrounded\w*|\bfaithful\w*|\btoxic\w*|\bquality\b|\baccura\w+|\btool calls?\b|\bguard(?:rail)?s?\b|\bcosts?\b|\btokens?\b|\bdrift\w*|\bfeedback\b|` +
		`\bthumbs\b|\bconfidence\b|\binjections?\b|\banswers?\b|\bpredictions?\b|\boutputs?\b|\blabels?\b|\bscores?\b|\bfallbacks?\b|psi\b|psi_\w+|\bauc\b|\bf1\b|\bprecision\b|\brecall\b|\bmae\b|\brmse\b|\bbias\b|\bmodel performance\b`)
	thresholdWords = pattern.New(`(?i)\d\s*(?:%|percent\b|per ?cent\b|points?\b|times\b|x\b|sigma\b|standard deviations?\b|σ|€|\$|eur\b|usd\b|per (?:hour|minute|day|user|request)\b|in (?:an?|one|ten|\d+) (?:hours?|minutes?|days?))|` +
		`(?:[<>≥≤]|\b(?:below|above|under|over|exceed\w*|more than|less than|fewer than|at least|at most|doubl\w+|tripl\w+|beyond)\b)[^.|\n]{0,40}\d|\b(?:thresholds?|limits?)\b[^.|]{0,60}\d|\b(?:doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)|halv(?:es|ed|ing))\b`)
	toldWords = pattern.New(`(?i)\balert\w*|\bpage[sdr]?\b|\bpaging\b|\bpager\w*|\bnotif\w+|\bon[- ]?call\b|\btold\b|\btells?\b|\bopsgenie\b|\bincident channel\b|\bmailed\b|\bmessages? (?:to|the)\b|\bescalat\w+`)
)

func behaviourAlerts() lodemark.Check {
	return lodemark.Check{
		ID: "om-1-behaviour-alerts", Version: 1,
		Title:    "Somebody is alerted when the behaviour of the model changes suddenly",
		Bears:    lodemark.Supports("OM-1.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A swapped model or an altered prompt changes refusals, tool calls and costs within minutes, while every health check stays green. " +
			"A chart shows it to whoever happens to look; an alert calls somebody.",
		Fix: "Set alerts on what the model does (refusals, answers without a source, tool calls, cost, scores) with a value and a receiver, or write " +
			"a monitoring plan that names quantity, value and who is told.",
		Help: "add the alert rules to the repository, or a monitoring plan with quantities, values and who is told (documents: monitoring-plan)",
		Bad:  behaviourAlertsBad(), Good: behaviourAlertsGood(),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			return judgeAlerts(s, aboutBehaviour, "the model's behaviour", question{
				check: "om-1-behaviour-alerts", kinds: watchRecords, what: "a monitoring plan", severity: lodemark.SeverityMedium,
				says: "says at which value of the model's behaviour somebody is told",
				topics: []topic{
					{name: "from which value on a quantity of the model's behaviour is wrong", all: []*pattern.Pattern{plannedBehaviour, thresholdWords}},
					{name: "who is alerted", all: []*pattern.Pattern{toldWords}},
				},
				so:     "a swapped model or altered prompt stays in service until users complain",
				absent: "nothing alerts anybody when the model's behaviour changes: no rule on it was found",
				fix:    "Write for each quantity (refusals, tool calls, cost, scores) the value at which it is wrong and who is told, and set the alert.",
			})
		},
	}
}

// What a plan says of attacks that show in the model's behaviour.
var (
	attackWords = pattern.New(`(?i)\binjections?\b|\bjailbreak\w*|\babus\w+|\bprob(?:es|ing)\b|\bexfiltrat\w*|\bextract(?:ion|ing)\b|\bscrap(?:ing|ers?)\b|\bunusual (?:use|access|tool|calls?|questions?|traffic)|\bunknown tools?\b|` +
		`\b(?:refused|denied|blocked|forbidden) (?:tool )?(?:calls?|tools?|requests?|inputs?|prompts?|actions?)|\bstolen\b|\bintrusions?\b|\bcompromis\w+|\battack\w*|\bmisuse\b|\bsuspicious\b|\bcanary tokens?\b|\bfailed log-?ins?\b`)
	raisedWords  = pattern.New(`(?i)\balert\w*|\bpage[sd]?\b|\bpaging\b|\bnotif\w+|\balarms?\b|\btold\b`)
	handledWords = pattern.New(`(?i)\btriag\w+|\bdisposition\w*|\bclosed?\b|\bclassif\w+|\binvestigat\w+|\bwithin (?:\d+|one|two|four|an) (?:minutes?|hours?|(?:working |business )?days?)|\btickets?\b|\bincident\b|\bwritten down\b|\brecorded\b|\breviewed\b|\bswitch(?:ed)? off\b`)
)

func intrusionAlerts() lodemark.Check {
	return lodemark.Check{
		ID: "om-1-intrusion-alerts", Version: 1,
		Title:    "Signs of an attack on the model raise an alert that somebody settles",
		Bears:    lodemark.Supports("OM-1.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Whoever attacks a model leaves denied tool calls, tripped guards and strange questions long before damage is seen. Nobody reads them " +
			"unless a rule picks them out and a person has to say what each one was.",
		Fix: "Alert on denied tool calls, tripped guards, blocked inputs and failed log-ins of the AI service, and write down who looks at each alert, how soon, " +
			"and where the outcome is kept.",
		Help: "add rules on guards, denied tool calls or abuse, or say in the monitoring plan who settles such alerts (documents: monitoring-plan)",
		Bad:  intrusionAlertsBad(), Good: intrusionAlertsGood(),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			return judgeAlerts(s, aboutAttack, "attacks on the model", question{
				check: "om-1-intrusion-alerts", kinds: watchRecords, what: "a monitoring plan", severity: lodemark.SeverityMedium,
				says: "says which signs of an attack are alerted on",
				topics: []topic{
					{name: "which signs of an attack on the model are alerted on", all: []*pattern.Pattern{attackWords, raisedWords}},
					{name: "who settles such an alert and how soon", all: []*pattern.Pattern{attackWords, handledWords}},
				},
				so:     "an attacker can try until one prompt works",
				absent: "nothing alerts anybody to attacks on the model: no rule on guards, denied tool calls or abuse was found",
				fix:    "Write which signs of an attack raise an alert, who looks at it within what time, and where the outcome is kept.",
			})
		},
	}
}

// judgeAlerts passes on a rule that tells somebody, reports rules that tell nobody, and asks the records otherwise.
func judgeAlerts(s *lodemark.Subject, words *pattern.Pattern, about string, q question) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose behaviour could be watched")
	}
	if r, early := notRunning(s); early {
		return r
	}
	a := alerts(s)
	loud, mute := a.on(words)
	switch {
	case len(loud) > 0 && len(a.nowhere) > 0:
		n := a.nowhere[0]
		f := q.finding(n.path, n.what, fmt.Sprintf("%s has no receiver that reaches anybody, so the alert %s (%s:%d) is raised and nobody hears it", n.path, loud[0].name, loud[0].path, loud[0].line))
		f.Line, f.Fix = n.line, "Give the default receiver a way to reach people: webhook_configs, email_configs, pagerduty_configs or the like."
		return failed([]string{n.path, loud[0].path}, []lodemark.Finding{f})
	case len(loud) > 0:
		return passed(pathsOfAlerts(loud[:1]), "%s:%d alerts on %s (%s)", loud[0].path, loud[0].line, about, loud[0].name)
	}
	r := answered(s, q)
	if r.Outcome == lodemark.Passed {
		return r
	}
	if len(mute) > 0 {
		m := mute[0]
		f := q.finding(m.path, "mute "+m.name, fmt.Sprintf("the alarm %s on %s has no action, so it changes its colour and tells nobody", m.name, about))
		f.Line, f.Fix = m.line, "Give the alarm an action (alarm_actions) that reaches whoever is on call."
		return failed([]string{m.path}, []lodemark.Finding{f})
	}
	return watched(a, r, about)
}

// watched adds to what was not found what was found instead.
func watched(a *alerting, r lodemark.Result, about string) lodemark.Result {
	instead := ""
	switch {
	case a.dashboard != "":
		instead = fmt.Sprintf("%s shows it to whoever looks, which alerts nobody", a.dashboard)
	case len(a.rules) > 0:
		instead = fmt.Sprintf("the %d alert rule(s) found are not about %s (first: %s in %s)", len(a.rules), about, a.rules[0].name, a.rules[0].path)
	default:
		return r
	}
	r.Reason += "; " + instead
	for i := range r.Findings {
		r.Findings[i].Message += "; " + instead
	}
	return r
}
