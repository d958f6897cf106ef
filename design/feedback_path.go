package design

import (
	"context"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

func feedbackPath() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-feedback-path", Version: 1,
		Title:    "Feedback passes quarantine and review before the model learns from it",
		Bears:    lodemark.Supports("SD-3.10"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Whoever may rate answers may teach the model. Where ratings flow straight into training, a few dozen accounts decide what it " +
			"says next.",
		Fix: "Hold feedback back until a person has looked through it, and keep the state before each batch so that it can be restored. " +
			"Write the way down in the data card or the monitoring plan.",
		Help: "say in lodemark.yaml whether the system learns from feedback (facts: learns_from_feedback), and describe the way in the data card or monitoring plan",
		Bad: []lodemark.Example{
			{Name: "ratings go straight into training", Files: map[string]string{"lodemark.yaml": learning,
				"docs/data-card.md": "# Data card\n\n## Feedback\n\nAnswers that users rate with a thumb up are added to the training data every night.\n"}},
			{Name: "nothing is written down", Files: map[string]string{"lodemark.yaml": learning, "docs/data-card.md": "# Data card\n\n## Source\n\nTickets of 2025, without names.\n"}},
			{Name: "no document at all", Files: map[string]string{"lodemark.yaml": learning}},
		},
		Good: []lodemark.Example{
			{Name: "quarantine, review, roll-back", Files: map[string]string{"lodemark.yaml": learning,
				"docs/data-card.md": "# Data card\n\n## Feedback\n\nRated answers wait in quarantine for a week. Two people review each batch for planted text and outliers before it is merged; " +
					"the training set is tagged before, so that the previous state can be restored.\n"}},
			{Name: "it does not learn, and the card says so", Files: map[string]string{"lodemark.yaml": deskRecord + "facts:\n  learns_from_feedback: {answer: \"no\", reason: ratings are only counted}\n",
				"docs/data-card.md": "# Data card\n\n## Feedback\n\nRatings of users are counted and never used for training.\n"}},
		},
		Run: runFeedbackPath,
	}
}

const learning = deskRecord + "facts:\n  learns_from_feedback: {answer: \"yes\", reason: rated answers become training data}\n"

// feedbackKinds are the documents in which the way of feedback may be described, the first three being those in which it
// belongs.
var feedbackKinds = []string{"data-card", "monitoring-plan", "guardrails", "model-card", "update-policy", "prompt-card"}

var (
	feedbackWords = []string{"feedback", "ratings", "rated", "thumbs", "continuous learning", "continual learning", "online learning", "corrections of users", "user corrections", "reinforcement"}
	heldWords     = []string{"quarantin", "held back", "hold back", "holding", "staging", "stage ", "staged", "wait", "separate store", "not before", "queue", "pending", "isolated"}
	reviewedWords = []string{"review", "looked through", "looks through", "checked by", "approved", "approve", "two people", "curat", "inspected", "sampled by", "human"}
	undoneWords   = []string{"roll-back", "rollback", "roll back", "restor", "revert", "previous", "snapshot", "tagged", "versioned", "undo", "last good", "checkpoint"}
	neverFed      = []string{"not fed back", "never used", "not used", "never fed", "do not train", "does not train", "not trained on", "never train", "only counted", "are counted"}
)

func runFeedbackPath(_ context.Context, s *lodemark.Subject) lodemark.Result {
	fact := s.System.Fact("learns_from_feedback")
	documents := gathered(s, feedbackKinds...)
	part, at := feedbackIn(documents)
	switch fact.Answer {
	case lodemark.Unknown:
		return undecided("", "whether the system learns from feedback is not declared, and files do not show it")
	case lodemark.No:
		if part == "" || !says(part, neverFed...) {
			return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "the system does not learn from feedback: " + fact.Reason}
		}
		return lodemark.Result{Outcome: lodemark.Passed, Examined: []string{at.Path}, Reason: fmt.Sprintf("the system does not learn from feedback, and %s says so as well", at.Path)}
	}
	if part == "" && len(gathered(s, feedbackKinds[:3]...)) == 0 {
		return document.Find(s, "data-card").Missing("a description of how feedback is checked before the model learns from it")
	}
	if part == "" {
		return silentOn(s, documents[0], 0, "none", "says nothing about feedback, though the system learns from it", "describe quarantine, review and the way back")
	}
	var missing []string
	for _, step := range []struct {
		name  string
		words []string
	}{{"being held back first (quarantine)", heldWords}, {"a review by people", reviewedWords}, {"a state to go back to", undoneWords}} {
		if !says(part, step.words...) {
			missing = append(missing, step.name)
		}
	}
	if len(missing) > 0 {
		return silentOn(s, at, lineOfFeedback(at), "missing "+few(missing), "describes feedback that the model learns from without "+few(missing), "add the steps, or describe them where they are")
	}
	return lodemark.Result{Outcome: lodemark.Passed, Examined: []string{at.Path}, Reason: fmt.Sprintf("%s describes quarantine, review and the way back for feedback", at.Path)}
}

// feedbackIn gathers what the documents say about feedback, and the first that does.
func feedbackIn(documents []document.Document) (text string, at document.Document) {
	for _, d := range documents {
		part := joined(passages(d, feedbackWords...))
		for _, s := range d.Sections {
			if says(s.Text, feedbackWords...) {
				part += s.Text
			}
		}
		if part != "" && text == "" {
			at = d
		}
		text += part
	}
	return text, at
}

func lineOfFeedback(d document.Document) int {
	for _, s := range d.Sections {
		if says(s.Heading, feedbackWords...) {
			return s.Line
		}
	}
	if all := mentioning(d, feedbackWords...); len(all) > 0 {
		return all[0].line
	}
	return 0
}
