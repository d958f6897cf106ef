package develop

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// fieldRule is a check that looks for one field in the cards of the system and in the documents that people keep it in.
type fieldRule struct {
	check, field string
	kinds        []string // of documents beside the cards; the first is the one that is missing where none is found
	what         string   // with its article: "a guardrail document"
	whole        bool     // a document of the first kind that is filled in says it, whatever its headings
}

// spoken is a document with what it has on a field.
type spoken struct {
	card
	said
}

// judgedField passes where one document fills the field in. A place that was opened for it and left empty fails; silence
// fails where lodemark.yaml gave the occasion to say where it stands.
func judgedField(ctx context.Context, s *lodemark.Subject, rule fieldRule) lodemark.Result {
	if !holdsAI(s.System) && len(namedInCode(ctx, s)) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, hosted model, dataset or prompt was found outside tests"}
	}
	if first := document.Find(s, rule.kinds[0]); first.Declared && len(first.Documents) == 0 {
		if r := first.Missing(rule.what); r.Outcome == lodemark.Failed {
			return r // lodemark.yaml points to nothing
		}
	}
	all := speaking(s, rule)
	r := lodemark.Result{}
	var open, silent, vague *spoken
	foreign := ""
	for i := range all {
		d := &all[i]
		r.Examined = append(r.Examined, d.path)
		switch {
		case d.state == filled:
			return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s says the %s (line %d)", d.path, rule.field, max(d.line, 1)), Examined: []string{d.path}}
		case !document.English(d.raw):
			foreign = d.path
		case d.state == unclear && vague == nil:
			vague = d
		case d.state == empty && open == nil:
			open = d
		case silent == nil:
			silent = d
		}
	}
	fix := fmt.Sprintf("write the %s down there", rule.field)
	switch {
	case len(all) == 0:
		return document.Find(s, rule.kinds[0]).Missing(rule.what)
	case vague != nil:
		r.Outcome, r.Reason = lodemark.Undecided, vague.doubt(rule.field, vague.said)
	case open != nil:
		return failing(r, lodemark.Finding{ID: rule.check, Severity: lodemark.SeverityLow, Path: open.path, Line: open.line,
			Message: fmt.Sprintf("%s has a place for the %s, and nothing of use is written there.", open.path, rule.field), Fix: fix, Key: "empty " + rule.field})
	case foreign != "":
		r.Outcome, r.Reason = lodemark.Undecided, foreign+" is not in English, and what it says was not judged"
	case s.System.Declared.Path != "" && silent != nil:
		return failing(r, lodemark.Finding{ID: rule.check, Severity: lodemark.SeverityLow, Path: silent.path,
			Message: fmt.Sprintf("Neither %s nor any other document that was found says the %s.", silent.path, rule.field), Fix: fix, Key: "no " + rule.field})
	default:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s does not say the %s; it may stand elsewhere", all[0].path, rule.field)
	}
	return r
}

func failing(r lodemark.Result, findings ...lodemark.Finding) lodemark.Result {
	r.Outcome, r.Reason, r.Findings = lodemark.Failed, findings[0].Message, findings
	return r
}

// holdsAI says whether files or settings hold anything that such documents are about.
func holdsAI(s *lodemark.System) bool {
	for c := range s.Of(lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindDataset, lodemark.KindPrompt, lodemark.KindServer) {
		if !c.Test {
			return true
		}
	}
	return false
}

// speaking gathers the cards of models and data and the documents of the rule's kinds, each once.
func speaking(s *lodemark.Subject, rule fieldRule) []spoken {
	var all []spoken
	seen := map[string]bool{}
	add := func(c card, whole bool) {
		if seen[c.path] {
			return
		}
		seen[c.path] = true
		at := c.says(rule.field)
		if whole && at.state != filled && c.Filled() {
			at.state = filled
		}
		all = append(all, spoken{c, at})
	}
	for i, kind := range rule.kinds {
		for _, d := range document.Find(s, kind).Documents {
			if c, ok := readCard(s, d.Path); ok {
				add(c, i == 0 && rule.whole)
			}
		}
	}
	for _, x := range subjects(s.System, lodemark.KindModel) {
		for _, c := range cardsFor(s, x, "model-card", lodemark.KindModelCard) {
			add(c, false)
		}
	}
	for _, x := range subjects(s.System, lodemark.KindDataset) {
		for _, c := range cardsFor(s, x, "data-card", lodemark.KindDataCard) {
			add(c, false)
		}
	}
	return all
}

func documentedGuardrails() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-guardrails-documented", Version: 3,
		Title:    "The guardrails of the system are written down, those that are installed by name",
		Bears:    lodemark.Supports("DEV-3.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "What keeps a model from harm stands mostly outside of it: filters, limits on tools, a person who confirms. Nobody notices that " +
			"one of them was switched off when nobody wrote down that it was there.",
		Fix:  "List each guardrail: what it stops, where it stands, what happens when it is off.",
		Help: "write docs/guardrails.md or a section Guardrails in the model card, or point to it from lodemark.yaml (documents: guardrails; lodemark new guardrails drafts it)",
		Bad:  guardrailsBad(), Good: guardrailsGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			rule := fieldRule{"dev-3-guardrails-documented", fieldGuardrails, []string{"guardrails", "model-record", "user-guidance"}, "a description of the guardrails", true}
			r := judgedField(ctx, s, rule)
			if r.Outcome != lodemark.Passed {
				return r
			}
			return installedGuardrails(s, rule, r)
		},
	}
}

// installedGuardrails compares what is written down with the packages that are there to guard.
func installedGuardrails(s *lodemark.Subject, rule fieldRule, r lodemark.Result) lodemark.Result {
	var told strings.Builder
	for _, d := range speaking(s, rule) {
		told.WriteString(strings.ToLower(d.raw))
	}
	text := wordsOnly.ReplaceAllString(told.String(), "")
	for p := range s.System.Of(lodemark.KindPackage) {
		if p.Test || p.Detail["role"] != "guardrail" || p.Detail["of"] == "modelscan" || strings.HasPrefix(p.Detail["group"], "extra:") {
			continue
		}
		name := wordsOnly.ReplaceAllString(strings.ToLower(p.Name), "")
		of := wordsOnly.ReplaceAllString(strings.ToLower(p.Detail["of"]), "")
		if strings.Contains(text, name) || of != "" && strings.Contains(text, of) {
			continue
		}
		return failing(r, lodemark.Finding{ID: rule.check, Severity: lodemark.SeverityMedium, Path: p.Path, Line: p.Line,
			Message: fmt.Sprintf("%s is installed as a guardrail, and no document says what it stops and where it stands.", p.Name),
			Fix:     "name it in the description of the guardrails", Key: "undocumented " + p.Name})
	}
	return r
}

var wordsOnly = pattern.New(`[^a-z0-9]+`)

func documentedRetention() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-retention-time", Version: 3,
		Title:    "How long data, logs and former versions are kept is written down as a time",
		Bears:    lodemark.Supports("DEV-3.8"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Prompts, feedback and old weights hold what people once told the system. Without a time after which they go, they are still there " +
			"on the day somebody gets in.",
		Fix:  "Give a time for each kind of record and for former models and datasets, in the retention policy or the cards.",
		Help: "write docs/retention-policy.md, or a section Retention in the cards",
		Bad:  retentionBad(), Good: retentionGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judgedField(ctx, s, fieldRule{"dev-3-retention-time", fieldRetention, []string{"retention-policy", "data-use", "privacy-assessment"}, "a retention policy", false})
		},
	}
}

func failureModes() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-failure-modes", Version: 3,
		Title:    "The ways in which the model fails are written down",
		Bears:    lodemark.Supports("DEV-3.10"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model is wrong with the same confidence with which it is right. Users and incident responders can only tell the two apart when " +
			"somebody wrote down how it goes wrong.",
		Fix:  "Write down how the model fails: what sets it off, what it looks like, what to do. The errors of the evaluation are a good start.",
		Help: "add a section Failure modes to the model card or to the user guidance",
		Bad:  failuresBad(), Good: failuresGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judgedField(ctx, s, fieldRule{"dev-3-failure-modes", fieldFailures, []string{"model-card", "user-guidance", "evaluation-report", "red-team-report"}, "a model card", false})
		},
	}
}
