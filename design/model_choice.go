package design

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// SD-4: consider security benefits and trade-offs when selecting your AI model.
func modelChoice() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "SD-4",
		Checks: []lodemark.Check{modelRecord(), threatsCited(), reviewDate(), complexity(), fitness(), explainability(), trainingData(),
			hardening(), provenance()},
	}
}

func modelRecord() lodemark.Check {
	return lodemark.Check{
		ID: "sd-4-model-record", Version: 1,
		Title:    "A record says why each model was chosen and what was rejected",
		Bears:    lodemark.Supports("SD-4.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model that was taken because it was there brings its training data, size and weaknesses along unweighed. Without a " +
			"record nobody can say later whether the reasons still hold.",
		Fix:  "Record for each model: what was compared, what was rejected and why, and which weaknesses are accepted.",
		Help: "write docs/model-record.md, or point to it from lodemark.yaml (documents: model-record; lodemark new model-record drafts it)",
		Bad: []lodemark.Example{
			{Name: "a record without an alternative", Files: map[string]string{
				"lodemark.yaml":        deskOnAnthropic,
				"docs/model-record.md": "# Model decision record\n\n## Decision\n\nWe use Claude Sonnet 4.5 (claude-sonnet-4-5) for drafting answers. It is good.\n",
			}},
			{Name: "a record of a model that is no longer the only one", Files: map[string]string{
				"lodemark.yaml":             deskOnAnthropic,
				"models/ranker.safetensors": oneTensor(),
				"docs/model-record.md": "# Model decision record\n\n## Decision\n\nclaude-sonnet-4-5 drafts answers.\n\n## Alternatives considered\n\n" +
					"A smaller hosted model was rejected: it followed planted instructions in one of five trials.\n",
			}},
			{Name: "a template", Files: map[string]string{
				"lodemark.yaml":        deskOnAnthropic,
				"docs/model-record.md": "# Model decision record\n\n## Decision\n\nTODO\n\n## Alternatives considered\n\nTODO\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "a choice with its alternative", Files: map[string]string{
				"lodemark.yaml": deskOnAnthropic,
				"docs/model-record.md": "# Model decision record\n\n## Decision\n\nclaude-sonnet-4-5 drafts answers.\n\n## Alternatives considered\n\n" +
					"A smaller hosted model was rejected: it followed planted instructions in one of five trials.\n",
			}},
			{Name: "a local model as well", Files: map[string]string{
				"lodemark.yaml":             deskOnAnthropic,
				"models/ranker.safetensors": oneTensor(),
				"docs/model-record.md": "# Model decision record\n\n## Decision\n\nClaude Sonnet 4.5 drafts answers; our own ranker orders the articles.\n\n## Options\n\n" +
					"A cross-encoder from a hub was rejected for its unknown training data.\n",
			}},
		},
		Run: runModelRecord,
	}
}

// rejection is how a record speaks of what was not chosen.
var rejection = pattern.New(`(?i)\b(rejected|alternatives?|ruled out|decided against|not chosen|dismissed|instead of|compared (with|to|against)|options? (considered|compared))\b`)

func runModelRecord(_ context.Context, s *lodemark.Subject) lodemark.Result {
	names, places := modelsInUse(s.System)
	if len(names) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found and none is declared"}
	}
	found := document.Find(s, "model-record")
	if len(found.Documents) == 0 {
		return found.Missing("a record of the choice of " + names[0][0])
	}
	all := ""
	var filled []document.Document
	r := lodemark.Result{Examined: found.Examined}
	for _, d := range found.Documents {
		data, err := s.Read(d.Path)
		if err != nil {
			r.Gaps = append(r.Gaps, lodemark.Unread(d.Path, 0, err, false))
			continue
		}
		if d.Filled() {
			filled = append(filled, d)
			all += string(data) + "\n"
		}
	}
	at := found.Documents[0].Path
	if len(filled) > 0 {
		at = filled[0].Path
	}
	var unnamed []string
	for i, variants := range names {
		if !mentions(all, variants) {
			unnamed = append(unnamed, fmt.Sprintf("%s (%s)", variants[0], places[i]))
		}
	}
	chosen := alternativeNamed(filled, all)
	var lacks []document.Shortfall
	switch {
	case len(filled) == 0 || !chosen && len(unnamed) == len(names):
		lacks = []document.Shortfall{document.Unfilled("write down the models, what was compared and why")}
	case !chosen:
		lacks = []document.Shortfall{{Message: "names no alternative that was rejected, so no choice is recorded", Fix: "add what was compared, what was rejected and why"}}
	case len(unnamed) > 0:
		lacks = []document.Shortfall{{Message: "does not name " + strings.Join(unnamed, ", ") + ", which the system uses", Fix: "record the choice of each model in use"}}
	}
	r.Findings = document.Shortfalls(at, lacks...)
	switch {
	case len(lacks) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case len(r.Gaps) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, r.Gaps[0].Path+" could not be read"
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s records the choice of %d model(s) with what was rejected", at, len(names))
	}
	return r
}

// modelsInUse lists the models of the system, each with the names under which a record may speak of it, and where it was seen.
func modelsInUse(s *lodemark.System) (names [][]string, places []string) {
	for _, h := range hostedModels(s) {
		variants := []string{h.String(), h.model}
		if h.model == "" {
			variants = []string{h.provider}
		}
		names, places = append(names, variants), append(places, h.path)
	}
	for _, c := range localModels(s) {
		folder := c.Path[:max(0, strings.LastIndexByte(c.Path, '/'))]
		folder = folder[strings.LastIndexByte(folder, '/')+1:]
		names, places = append(names, []string{c.Name, stem(c.Path), folder}), append(places, c.Path)
	}
	return names, places
}

// mentions looks for one of the names without case and punctuation. The name of a hosted model may be written with its
// parts in another order ("Claude Sonnet 4.5" for claude-sonnet-4-5-20250929), so its words count when all of them stand there.
func mentions(text string, variants []string) bool {
	flat, lower := plain(text), strings.ToLower(text)
	for _, v := range variants {
		if p := plain(v); len(p) >= 3 && !vague[p] && strings.Contains(flat, p) {
			return true
		}
		words := strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return strings.ContainsRune("-_. /:@", r) })
		words = slices.DeleteFunc(words, func(w string) bool { return len(w) >= 6 && strings.Trim(w, "0123456789") == "" }) // the day of a release
		if len(words) > 1 && onOneLine(lower, words) {
			return true
		}
	}
	return false
}

// onOneLine says whether a line of the text has all the words, in any order.
func onOneLine(lower string, words []string) bool {
	for line := range strings.Lines(lower) {
		every := strings.Contains(line, words[0])
		for _, w := range words {
			every = every && says(line, w)
		}
		if every {
			return true
		}
	}
	return false
}

func alternativeNamed(documents []document.Document, text string) bool {
	for _, d := range documents {
		if sec, ok := d.Section("alternative", "option", "rejected", "considered", "comparison"); ok && sec.Filled() {
			return true
		}
	}
	return strings.Contains(strings.ToLower(text), "rejected") && rejection.MatchString(text)
}

func reviewDate() lodemark.Check {
	return lodemark.Check{
		ID: "sd-4-review-date", Version: 2,
		Title:    "The choice of the model is due for review on a day that has not passed",
		Bears:    []lodemark.Bearing{{Clause: "SD-4.3", Settles: true}},
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Attacks on models move within months. A choice that is never looked at again rests on what was known on the day it " +
			"was made.",
		Fix:  "Write the day of the next review into the model record, at most two years ahead, and review when it comes.",
		Help: "write the next review's date into docs/model-record.md, or point to the record from lodemark.yaml (documents: model-record)",
		Bad: []lodemark.Example{
			{Name: "a review that is overdue", Files: map[string]string{
				"docs/model-record.md": "# Model decision record\n\nNext review: 2026-06-30\n\n## Decision\n\nThe small model drafts answers.\n\n## Alternatives\n\nThe large one was rejected for its cost.\n",
			}},
			{Name: "no day for the next review", Files: map[string]string{
				"docs/model-record.md": "# Model decision record\n\nDate: 2026-03-01\n\n## Decision\n\nThe small model drafts answers.\n\n## Alternatives\n\nThe large one was rejected for its cost.\n",
			}},
			{Name: "a review in the next century", Files: map[string]string{
				"docs/model-record.md": "# Model decision record\n\nNext review: 2099-01-01\n\n## Decision\n\nThe small model drafts answers.\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "a day ahead", Files: map[string]string{
				"docs/model-record.md": "# Model decision record\n\nNext review: 2027-03-01\n\n## Decision\n\nThe small model drafts answers.\n\n## Alternatives\n\nThe large one was rejected for its cost.\n",
			}},
			{Name: "a day in the front matter", Files: map[string]string{
				"docs/model-record.md": "---\ntitle: Model decision record\nnext_review: 2027-03-01\n---\n\n# Model decision record\n\n## Decision\n\nThe small model drafts answers.\n",
			}},
		},
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			if f := document.Find(s, "model-record"); len(f.Documents) == 0 {
				return f.Missing("a model record with a day for its next review")
			}
			return document.Find(s, "model-record").Judged(ctx, s, "a day for the next review that has not passed",
				func(_ document.Document, raw string) []document.Shortfall { return judgeReviewDate(raw, s.At) })
		},
	}
}

var nextReviewLabels = pattern.New(`(?i)\b(next[ _-]review([ _-]date)?|review[ _-](by|due|again)( on)?|to be reviewed( again)?( by| on)?|revisit(ed)?( by| on)?)\b`)

// The longest time to a review that can still be called regular.
const farthestReview = 2 * 365 * 24 * time.Hour

func judgeReviewDate(raw string, now time.Time) []document.Shortfall {
	next, line, ok := document.LabelledDay(raw, nextReviewLabels)
	switch {
	case !ok || next.IsZero():
		return []document.Shortfall{{Line: line, Message: "names no day for the next review, so the choice of the model stands for ever", Fix: "add a line such as \"Next review: YYYY-MM-DD\""}}
	case !now.Before(next.AddDate(0, 0, 1)):
		return []document.Shortfall{{Line: line, Message: "was due for review on " + next.Format("2006-01-02") + ", and that day has passed", Fix: "review the choice and set the next day"}}
	case next.After(now.Add(farthestReview)):
		return []document.Shortfall{{Line: line, Message: "puts the next review off until " + next.Format("2006-01-02") + ", which is no regular review", Fix: "set a day within two years"}}
	}
	return nil
}
