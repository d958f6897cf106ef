package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// guards are packages that judge inputs on their way to a model.
var guards = []string{"llm-guard", "rebuff", "lakera-chainguard", "lakera-guard", "nemoguardrails", "guardrails-ai", "llamafirewall", "pytector", "vigil-llm", "prompt-guard", "llm-guard-client",
	"azure-ai-contentsafety", "@azure-rest/ai-content-safety", "last-layer", "aporia", "promptarmor", "granite-guardian", "@lakeraai/guard", "pangea-sdk"}

// outlierTools are packages that tell inputs unlike those a model knows.
var outlierTools = []string{"alibi-detect", "pytorch-ood", "pyod", "openood", "oodeel", "frouros"}

func packageAmong(s *lodemark.Subject, names []string) (lodemark.Component, bool) {
	for _, c := range own(s, lodemark.KindPackage) {
		if !aside(c.Path) && slices.Contains(names, strings.ReplaceAll(strings.ToLower(c.Name), "_", "-")) {
			return c, true
		}
	}
	return lodemark.Component{}, false
}

// What a plan says of inputs.
var (
	watchedInput = pattern.New(`(?i)\b(?:inputs?|prompts?|questions?|requests?|queries|messages?|uploads?|documents?|images?|injections?|tickets?)\b`)
	judgedBy     = pattern.New(`(?i)\b(?:detect\w*|classifier|guard\w*|filter\w*|scan\w*|scored?|flag\w*|judged?|checked|review\w*|sampl\w+|suspected|monitor\w*|denied|blocked)\b`)
	figures      = pattern.New(`\d+\s*(?:%|of|out of|in|/)\s*\d*|\b0\.\d+`)
	strangeInput = pattern.New(`(?i)\bout[- ]of[- ](?:distribution|scope|domain)\b|\bOOD\b|\bunusual (?:inputs?|questions?|requests?)|\bunlike (?:the|any|those|what)\b|\boutliers?\b|\bunfamiliar\b|\banomal\w+ (?:inputs?|questions?|requests?)|\bno(?:t on a)? (?:known )?topic\b|\boutside (?:of )?the (?:topics?|domain|scope)\b`)
	hostileInput = pattern.New(`(?i)\bprompt (?:injection|attack)s?\b|\binjections?\b|\bjailbreak\w*|\badversarial\b|\bmalicious (?:inputs?|prompts?|questions?)|\bhostile (?:inputs?|prompts?|questions?)`)
)

func inputMonitoring() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-input-monitoring", Version: 1,
		Title:    "Inputs are looked at while they come in, and somebody learns of it",
		Bears:    lodemark.Supports("OM-2.3"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Prompts that are only stored are read after the damage. An injection campaign shows in the inputs hours before one of them works, " +
			"if something reads them.",
		Fix:  "Run a detector on live inputs (guard, classifier, rules), count what it finds, and alert on the counts.",
		Help: "add the guard or its alerts to the repository, or say in the monitoring plan what is looked for in inputs and who is told (documents: monitoring-plan)",
		Bad: []lodemark.Example{
			{Name: "a plan that watches answers only", Files: desk(map[string]string{
				planPath: "# Monitoring plan\n\nAnswers are scored every night. Below 0.8 the on-call engineer is paged.\n"})},
			{Name: "no plan, no guard", Files: desk(nil)},
		},
		Good: []lodemark.Example{
			{Name: "an alert on what the guard finds", Files: undeclared(map[string]string{"monitoring/alerts.yaml": guardRules})},
			{Name: "a plan that says what is looked for", Files: desk(map[string]string{planPath: soundPlan})},
		},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			if !isAI(s) {
				return nothing("no model, AI package or prompt found whose inputs could be watched")
			}
			if r, early := notRunning(s); early {
				return r
			}
			if loud, _ := alerts(s).on(aboutAttack); len(loud) > 0 && len(alerts(s).nowhere) == 0 {
				return passed(pathsOfAlerts(loud[:1]), "%s:%d alerts on what is found in inputs (%s)", loud[0].path, loud[0].line, loud[0].name)
			}
			r := answered(s, question{
				check: "om-2-input-monitoring", kinds: watchRecords, what: "a monitoring plan", severity: lodemark.SeverityLow,
				says:   "says what is looked for in inputs and who learns of it",
				topics: []topic{{name: "what is looked for in inputs and who learns of it", all: []*pattern.Pattern{watchedInput, judgedBy, toldWords}}},
				so:     "attacks that are being tried stay in the log unread",
				absent: "nothing shows that inputs are looked at while they come in",
				fix:    "Write what runs on live inputs, what it looks for, and who is told at which count.",
			})
			if at, ok := sights(s).first(signGuard); ok && r.Outcome != lodemark.Passed {
				return undecided([]string{at.path}, "%s (%s:%d) judges inputs, and nothing says who learns of what it finds", at.what, at.path, at.line)
			}
			if c, ok := packageAmong(s, guards); ok && r.Outcome != lodemark.Passed {
				return undecided([]string{c.Path}, "%s is installed (%s:%d), and nothing says who learns of what it finds in inputs", c.Name, c.Path, c.Line)
			}
			return r
		},
	}
}

func unusualInputs() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-unusual-inputs", Version: 1,
		Title:    "Inputs unlike those the model was made for are detected, with figures",
		Bears:    lodemark.Supports("OM-2.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model answers what it was never made for with the same confidence as the rest. Where wrong answers do harm, the input has to be " +
			"recognised, because the answer does not show it.",
		Fix:  "Detect inputs outside of the intended use (a detector, a distance, a topic that fits none), and measure on labelled inputs how many it finds and how many it wrongly stops.",
		Help: "add the detector, or say in the monitoring plan how unusual inputs are detected and what was measured (documents: monitoring-plan)",
		Bad: []lodemark.Example{
			{Name: "a critical system whose plan knows no unusual input", Files: map[string]string{
				"lodemark.yaml": criticalDesk, "requirements.txt": deskPackages, planPath: soundPlan}},
			{Name: "a detector that nobody measured", Files: map[string]string{
				"lodemark.yaml": criticalDesk, "requirements.txt": deskPackages,
				planPath: "# Monitoring plan\n\n## Inputs\n\nOut-of-scope questions are detected by their distance to the topics.\n"}},
		},
		Good: []lodemark.Example{
			{Name: "a measured detector", Files: map[string]string{
				"lodemark.yaml": criticalDesk, "requirements.txt": deskPackages,
				planPath: "# Monitoring plan\n\n## Inputs\n\nOut-of-scope questions are detected by their distance to the topics: 91 of 100 labelled ones were found, 3 of 200 others stopped.\n"}},
			{Name: "a detector among the packages", Files: desk(map[string]string{"requirements.txt": deskPackages + "alibi-detect==0.12.0\n"})},
		},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			return judgeDetector(s, strangeInput, outlierTools, question{check: "om-2-unusual-inputs", severity: lodemark.SeverityLow, says: "says how unusual inputs are detected, with figures",
				topics: []topic{{name: "how inputs outside of the intended use are detected, with what was measured"}},
				so:     "the model answers what it was never made for as if it knew",
				absent: "nothing shows that inputs outside of the intended use are detected",
				fix:    "Write how such inputs are detected, on how many labelled ones it was measured, and how many others it stops.",
			})
		},
	}
}

const criticalDesk = "schema: lodemark/1\nname: help desk\nstage: operate\ncriticality: high\n"

func adversarialInputs() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-adversarial-inputs", Version: 1,
		Title:    "Inputs made to attack the model are detected",
		Bears:    lodemark.Supports("OM-2.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Injections and jailbreaks come as ordinary text, also inside documents and in other alphabets. A system whose risk is high and that " +
			"detects none learns of them from their effect.",
		Fix:  "Put a detector before the model (a guard model, a service, rails), switch it on for inputs and retrieved text, and measure it on attacks it was not made from.",
		Help: "add the guard's configuration, or say in the monitoring plan how attacks in inputs are detected and what was measured (documents: monitoring-plan)",
		Bad: []lodemark.Example{
			{Name: "a guardrail that lets every input pass", Files: undeclared(map[string]string{
				"infra/guard.tf": "resource \"aws_bedrock_guardrail\" \"chat\" {\n  name = \"chat\"\n  content_policy_config {\n    filters_config {\n      type            = \"PROMPT_ATTACK\"\n" +
					"      input_strength  = \"NONE\"\n      output_strength = \"NONE\"\n    }\n  }\n}\n"})},
			{Name: "a critical system without a guard", Files: map[string]string{
				"lodemark.yaml": criticalDesk, "requirements.txt": deskPackages, planPath: barePlan}},
		},
		Good: []lodemark.Example{
			{Name: "a guard among the packages", Files: desk(map[string]string{"requirements.txt": deskPackages + "llm-guard==0.3.15\n"})},
			{Name: "input rails", Files: undeclared(map[string]string{"rails/config.yml": "rails:\n  input:\n    flows:\n      - self check input\n"})},
			{Name: "a guardrail with strength", Files: undeclared(map[string]string{
				"infra/guard.tf": "resource \"aws_bedrock_guardrail\" \"chat\" {\n  content_policy_config {\n    filters_config {\n      type           = \"PROMPT_ATTACK\"\n      input_strength = \"HIGH\"\n    }\n  }\n}\n"})},
			{Name: "a plan with figures", Files: map[string]string{
				"lodemark.yaml": criticalDesk, "requirements.txt": deskPackages,
				planPath: "# Monitoring plan\n\n## Inputs\n\nPrompt injections are detected by a classifier before the model: 88 of 100 unseen attacks were found, 4 of 400 other inputs flagged.\n"}},
		},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			if at, ok := promptAttackOff(s); ok {
				f := lodemark.Finding{ID: "om-2-adversarial-inputs", Severity: lodemark.SeverityMedium, Path: at.path, Line: at.line, Key: at.what, Clauses: []string{"OM-2.6"},
					Message: fmt.Sprintf("%s filters prompt attacks with input strength NONE, so the guardrail lets every one of them pass", at.path),
					Fix:     "Set input_strength of the PROMPT_ATTACK filter to HIGH, or to what you measured."}
				return failed([]string{at.path}, []lodemark.Finding{f})
			}
			if at, ok := sights(s).first(signGuard); ok && isAI(s) {
				return passed([]string{at.path}, "%s is configured (%s:%d)", at.what, at.path, at.line)
			}
			return judgeDetector(s, hostileInput, guards, question{check: "om-2-adversarial-inputs", severity: lodemark.SeverityMedium, says: "says how attacks in inputs are detected, with figures",
				topics: []topic{{name: "how injections and jailbreaks in inputs are detected, with what was measured"}},
				so:     "an attack is noticed by its damage",
				absent: "nothing shows that attacks in inputs are detected",
				fix:    "Write what detects them, on how many attacks it was measured, and how many other inputs it flags.",
			})
		},
	}
}

// judgeDetector passes on a package or a measured statement. Silence is a finding only where the risk is declared as one that
// warrants a detector; else code or the provider may do it.
func judgeDetector(s *lodemark.Subject, words *pattern.Pattern, packages []string, q question) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose inputs could be judged")
	}
	if r, early := notRunning(s); early {
		return r
	}
	if c, ok := packageAmong(s, packages); ok {
		return passed([]string{c.Path}, "%s is installed to judge inputs (%s:%d)", c.Name, c.Path, c.Line)
	}
	q.kinds, q.what = []string{"monitoring-plan", "evaluation-report", "guardrails", "red-team-report"}, "a monitoring plan"
	q.topics[0].all = []*pattern.Pattern{words, judgedBy, figures}
	r := answered(s, q)
	if r.Outcome == lodemark.Failed && s.System.Fact("risk_warrants").Answer != lodemark.Yes {
		return undecided(r.Examined, "%s; a guard may be in the code or at the provider", q.absent)
	}
	return r
}

var promptAttack = pattern.New(`"PROMPT_ATTACK"`)

// promptAttackOff finds the filter for prompt attacks of a Bedrock guardrail that is switched off: the two settings stand
// within the same short block.
func promptAttackOff(s *lodemark.Subject) (sighting, bool) {
	for _, at := range sights(s).by[signNoGuard] {
		data, err := s.Read(at.path)
		if err != nil {
			continue
		}
		lines := strings.Split(string(data), "\n")
		if promptAttack.MatchString(enclosing(lines, at.line-1)) {
			return at, true
		}
	}
	return sighting{}, false
}

// enclosing is the text of the block in braces around a line.
func enclosing(lines []string, n int) string {
	from, to := n, n
	for depth := 0; from > 0; from-- {
		depth += strings.Count(lines[from-1], "}") - strings.Count(lines[from-1], "{")
		if depth < 0 {
			break
		}
	}
	for depth := 0; to+1 < len(lines); to++ {
		depth += strings.Count(lines[to+1], "{") - strings.Count(lines[to+1], "}")
		if depth < 0 {
			break
		}
	}
	return strings.Join(lines[from:to+1], "\n")
}
