package develop

import (
	"context"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func trainingSources() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-training-sources", Version: 2,
		Title:    "The card of each model names what it was trained on, feedback of users included",
		Bears:    lodemark.Supports("DEV-3.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Public data of the web is where poison comes from, and where other people's rights lie. Only a named source can be looked at " +
			"again when the model does what nobody taught it.",
		Fix:  "Name each source with its address and the time of collection; say which part is unknown, and whether feedback is fed back.",
		Help: "write a card beside the model (README.md or MODEL_CARD.md) with a section on its training data",
		Bad:  sourcesBad(), Good: sourcesGood(),
		Run: runTrainingSources,
	}
}

var feedbackWord = pattern.New(`(?i)\b(?:feedback|ratings?|thumbs|corrections by users|user corrections|preference data)\b`)

func runTrainingSources(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-3-training-sources"
	all := subjects(s.System, lodemark.KindModel)
	if len(all) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found outside tests and vendored folders"}
	}
	r := lodemark.Result{}
	feedback, without, foreign, doubt, named := false, "", "", "", 0
	for _, x := range all {
		cards := cardsFor(s, x, "model-card", lodemark.KindModelCard)
		best, lacks := fullest(cards, []string{fieldSources})
		rule := cardRule{noun: "model", groups: []fieldGroup{{"", []string{fieldCreation, fieldSources, fieldScope, fieldLimits}}}}
		switch {
		case len(cards) == 0 || len(lacks) > 0 && !best.meantAsCard(rule, best.missing(rule.fields())):
			without = x.files[0].Path
		case len(lacks) > 0 && !document.English(best.raw):
			foreign = best.path
		case len(lacks) > 0:
			at := best.says(fieldSources)
			if at.state == unclear {
				doubt = best.doubt(fieldSources, at)
				break
			}
			message := fmt.Sprintf("The card of %s does not name what it was trained on.", x.files[0].Path)
			if at.state == empty && fieldNamed(fieldSources).vague.MatchString(at.text) {
				message = fmt.Sprintf("The card of %s says where its training data come from only in general, which nobody can check.", x.files[0].Path)
			}
			r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: best.path, Line: at.line, Message: message,
				Fix: "name each source with its address and the time of collection, and what is unknown", Key: x.dir})
		default:
			named++
		}
		for _, c := range cards {
			r.Examined = append(r.Examined, c.path)
			feedback = feedback || feedbackWord.MatchString(c.raw)
		}
	}
	if f := s.System.Fact("learns_from_feedback"); f.Answer == lodemark.Yes && !feedback && named > 0 {
		r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: r.Examined[0],
			Message: "The system learns from feedback, and no card of a model names feedback among its sources.",
			Fix:     "say which feedback is fed back, how it is checked and since when", Key: "feedback"})
	}
	switch {
	case len(r.Findings) > 0:
		return failing(r, r.Findings...)
	case foreign != "":
		r.Outcome, r.Reason = lodemark.Undecided, foreign+" is not in English, and what it says was not judged"
	case doubt != "":
		r.Outcome, r.Reason = lodemark.Undecided, doubt
	case without != "":
		r.Outcome, r.Reason = lodemark.Undecided, "no card was found for "+without+", so what it was trained on is not known here"
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("the cards of %d model folder(s) name what they were trained on", len(all))
	}
	return r
}
