package deploy

import (
	"context"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func remediationSteps() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-remediation-steps", Version: 1,
		Title:    "The incident plan has the steps that only an AI system needs",
		Bears:    lodemark.Supports("DEP-3.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A poisoned index is not mended by a restart, and a model that gave data away not by a patch. Whoever looks for the step " +
			"in the night of the incident finds none that was thought out by day.",
		Fix: "Write down for each: how to block or filter, how to go back to an earlier model, prompt and index, how poisoned data is " +
			"purged, how keys are rotated, how the model is trained again.",
		Help: "write docs/incident-plan.md, or point to it from lodemark.yaml (documents: incident-plan; lodemark new incident-plan drafts it)",
		Bad:  stepsBad(), Good: stepsGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			r := record{kind: "incident-plan", what: "an incident plan with the steps particular to AI",
				judge: func(d document.Document, text string) []document.Shortfall { return judgeSteps(s, d.Title, text) }}
			return r.judged(ctx, s)
		},
	}
}

// step is one way to bring an AI system back, with what a system must have for it to be needed.
type step struct {
	topic
	needs []lodemark.Kind // one of them; none: always
	fact  string          // not needed where the fact is no
}

const backWords = `(?:roll(?:s|ed|ing)?[- ]?back|revert\w*|restor\w+|redeploy\w*|re-deploy\w*|go back|previous|former|earlier|prior|last (?:known |reviewed |good )+|pin(?:ned)? (?:back|to)|switch (?:back )?to)`

func near(a, b string) *pattern.Pattern {
	return pattern.New(`(?i)\b` + a + `\b[^\n]{0,80}\b` + b + `\b|\b` + b + `\b[^\n]{0,80}\b` + a + `\b`)
}

var remediation = []step{
	{topic: topic{"how to block or filter", pattern.New(`(?i)\b(?:block(?:s|ed|ing|list)?|filter(?:s|ed|ing)?|deny|denied|denylist|quarantin\w+|rate[- ]?limit\w*|throttl\w+|guardrails?|allow-?list|disable[sd]? (?:the )?(?:tool|agent|user|plugin|function)\w*|withdraw\w* (?:the )?(?:tool|right)\w*|suspend\w* (?:the )?(?:user|account|tool)\w*|ban\b|banned)\b`), pattern.New(`(?i)\b(?:stop|limit|restrict|isolate)\w*\b`)}},
	{topic: topic{"how to go back to an earlier model", near(backWords, `(?:models?|weights?|checkpoints?|classifiers?)`), near(backWords, `(?:releases?|versions?|deployments?|state|everything|system|image)`)}, needs: []lodemark.Kind{lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindServer}},
	{topic: topic{"how to go back to an earlier prompt", near(backWords, `(?:prompts?|instructions|system message)`), near(backWords, `(?:releases?|versions?|deployments?|state|everything|configuration)`)}, needs: []lodemark.Kind{lodemark.KindPrompt}},
	{topic: topic{"how to restore the index", pattern.New(`(?i)\b(?:index|vector|knowledge|embeddings?|ingest\w*|re-?index\w*)\b[^\n]{0,80}\b(?:restor\w+|rebuil\w+|re-?build\w*|re-?ingest\w*|again|snapshots?|re-?run\w*|re-?creat\w+|previous|former|earlier)\b|\b(?:restor\w+|rebuil\w+|re-?build\w*|re-?run\w*|re-?ingest\w*|re-?index\w*|re-?creat\w+)\b[^\n]{0,80}\b(?:index|vector|knowledge|embeddings?|ingest\w*|documents?)\b|\bre-?index\w*`), near(backWords, `(?:data|state|database|store)`)}, needs: []lodemark.Kind{lodemark.KindVectorStore}},
	{topic: topic{"how poisoned data is purged", pattern.New(`(?i)\b(?:purg\w+|remov\w+|delet\w+|clean\w*|drop\w*|discard\w*|expung\w+|exclud\w+)\b[^\n]{0,80}\b(?:data|articles?|documents?|records?|rows?|examples?|samples?|poison\w*|entries|questions|sources?|it)\b|\bpoison\w*\b[^\n]{0,120}\b(?:purg\w+|remov\w+|delet\w+|restor\w+|clean\w*)\b`), nil}, needs: []lodemark.Kind{lodemark.KindVectorStore, lodemark.KindDataset}},
	{topic: topic{"how keys are rotated", pattern.New(`(?i)\b(?:rotat\w+|revok\w+|renew\w*|replac\w+|re-?issu\w+|new)\b[^\n]{0,60}\b(?:keys?|tokens?|credentials?|secrets?)\b|\b(?:keys?|tokens?|credentials?|secrets?)\b[^\n]{0,80}\b(?:rotat\w+|revok\w+|renew\w*|re-?issu\w+|replac\w+)\b`), nil}},
	{topic: topic{"how the model is trained again", pattern.New(`(?i)\bre-?train\w*|\btrain(?:ed|ing)?\b[^\n]{0,30}\bagain\b|\bfine-?tun\w+\b[^\n]{0,30}\bagain\b|\bre-?fine-?tun\w+`), nil}, needs: []lodemark.Kind{lodemark.KindModel}, fact: "trains_models"},
}

func judgeSteps(s *lodemark.Subject, title, text string) []document.Shortfall {
	if !aboutAI.MatchString(title) && !aboutAI.MatchString(text) {
		return []document.Shortfall{{Message: "never mentions the AI system, so it has no step for it", Fix: "add the steps: " + namesOf(stepTopics(s))}}
	}
	return saysAll(text, stepTopics(s))
}

// stepTopics are the steps that this system needs.
func stepTopics(s *lodemark.Subject) []topic {
	var all []topic
	for _, st := range remediation {
		if st.fact != "" && s.System.Fact(st.fact).Answer != lodemark.Yes || len(st.needs) > 0 && !assetsAtHand(s, st.needs...) && !declares(s, st.needs) {
			continue
		}
		all = append(all, st.topic)
	}
	return all
}

// declares says whether lodemark.yaml alone tells of a component of one of the kinds.
func declares(s *lodemark.Subject, kinds []lodemark.Kind) bool {
	for c := range s.System.Of(kinds...) {
		if c.Origin == lodemark.OriginDeclared {
			return true
		}
	}
	return false
}

func offlineBackups() lodemark.Check {
	return lodemark.Check{
		ID: "dep-3-offline-backups", Version: 1,
		Title:    "Weights, data, prompts and configuration are kept where the credentials of production do not reach",
		Bears:    lodemark.Supports("DEP-3.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whoever has taken over production has its credentials, and deletes or poisons every copy that they reach. Trained " +
			"weights cannot be downloaded again, and a training run costs weeks.",
		Fix: "Keep copies of weights, datasets, prompts, configuration and indexes offline or write-once under other credentials, and " +
			"restore from them once a year.",
		Help: "write docs/restore-plan.md, or a section on backups in the incident plan (lodemark.yaml, documents: restore-plan; lodemark new restore-plan drafts it)",
		Bad:  backupsBad(), Good: backupsGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			r := record{kind: "restore-plan", what: "a plan of offline backups and of how they are restored", confirm: pattern.New(`(?i)\bbackups?\b|\bback(?:ed)? up\b|\bcop(?:y|ies)\b|\bsnapshots?\b`),
				within: []keeper{{"incident-plan", backupHeading}, {"asset-register", backupHeading}, {"readme", pattern.New(`(?i)^back-?ups?\b`)}},
				judge:  func(_ document.Document, text string) []document.Shortfall { return judgeBackups(s, text) }}
			return r.judged(ctx, s)
		},
	}
}

var (
	backupHeading = pattern.New(`(?i)\bback-?ups?\b|\brestor(?:e|ing|ation)\b|\brecovery\b|\bcopies\b`)
	kept          = []step{
		{topic: topic{"the weights of models", pattern.New(`(?i)\b(?:weights?|models?|checkpoints?|classifiers?)\b`), nil}, needs: []lodemark.Kind{lodemark.KindModel}},
		{topic: topic{"the data", pattern.New(`(?i)\b(?:data(?:sets?|base|bases)?|corpus|articles?|documents?|training (?:questions|examples))\b`), nil}, needs: []lodemark.Kind{lodemark.KindDataset, lodemark.KindVectorStore}},
		{topic: topic{"the prompts", pattern.New(`(?i)\b(?:prompts?|repository|repositories|source code|code|git)\b`), nil}, needs: []lodemark.Kind{lodemark.KindPrompt}},
		{topic: topic{"the configuration", pattern.New(`(?i)\b(?:config\w*|settings?|manifests?|repository|repositories|terraform|infrastructure|code|git)\b`), nil}},
	}
	outOfReach = topic{name: "a copy that production cannot reach (offline, write-once, or under other credentials)", words: pattern.New(`(?i)\b(?:off-?line|air-?gap\w*|immutab\w+|object[- ]lock|worm|write-?once|tapes?|vault(?:ed)?|disconnected|unplugged|removable|cold storage|(?:separate|another|other|different|second|own) (?:cloud )?(?:accounts?|tenan(?:t|cy)|organi[sz]ation|credentials?|subscription|project|provider|site)|(?:cannot|can not|not|never|un)[- ]?(?:be )?reach(?:able|ed)?\b)`)}
	tried      = topic{name: "when restoring was last tried", words: pattern.New(`(?i)\b(?:restor\w+|recover\w+|drill\w*|exercis\w+|rehears\w+|tested|tried)\b[^\n]{0,100}\b(?:\d{4}-\d{2}|\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4}|20\d\d|quarter\w*|monthly|yearly|annual\w*|every)\b|\b(?:\d{4}-\d{2}-\d{2})\b[^\n]{0,80}\b(?:restor\w+|recover\w+|drill|exercise)`)}
)

func judgeBackups(s *lodemark.Subject, text string) []document.Shortfall {
	var topics []topic
	for _, k := range kept {
		if len(k.needs) == 0 || assetsAtHand(s, k.needs...) {
			topics = append(topics, k.topic)
		}
	}
	lacks := saysAll(text, append(topics, outOfReach))
	if !tried.words.MatchString(text) {
		lacks = append(lacks, document.Shortfall{Doubt: true, Message: "does not say " + tried.name + ", so whether the copies are of use is open"})
	}
	return lacks
}

// Training counts where it speaks of incidents and of what is particular to AI in one breath.
var (
	responseWords = pattern.New(`(?i)\bincidents?\b|\btabletops?\b|\bresponders?\b|\bdrills?\b|\bplaybooks?\b|\bexercis\w+[^\n]{0,60}\b(?:scenarios?|plan|switch|roll)\b|\bscenarios?\b[^\n]{0,60}\bexercis\w+`)
	injectWords   = pattern.New(`(?i)\b(?:AI|A\.I\.|LLM|models?|prompt|injection|instructions?|jailbreak\w*|poison\w*|assistant|agent|chat ?bot|weights|classifier|index)\b`)
)

func hasBoth(text string, a, b *pattern.Pattern) bool {
	for line := range strings.Lines(text) {
		if a.MatchString(line) && b.MatchString(line) {
			return true
		}
	}
	return false
}

// closeBy says whether both stand in a line or in two that follow each other.
func closeBy(text string, a, b *pattern.Pattern) bool {
	lines := strings.Split(text, "\n")
	for i := range lines {
		if both := strings.Join(lines[i:min(i+2, len(lines))], " "); a.MatchString(both) && b.MatchString(both) {
			return true
		}
	}
	return false
}
