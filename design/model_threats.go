package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func threatsCited() lodemark.Check {
	return lodemark.Check{
		ID: "sd-4-threats-cited", Version: 1,
		Title:    "The choice of the model cites threats of the current threat model",
		Bears:    []lodemark.Bearing{{Clause: "SD-4.2", Settles: true}},
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model chosen without a look at the threats is chosen for its scores. Which threat counted, and which model fared better " +
			"against it, is what the next choice starts from.",
		Fix:  "Name in the model record the threats that the choice weighs, by their ids in the threat model.",
		Help: "give the threats in threats.yaml ids, and cite them in docs/model-record.md",
		Bad:  citedBad(), Good: citedGood(),
		Run: runThreatsCited,
	}
}

// threatID is the form of an id: letters, mostly a dash, and a number ("R-1", "T12", "LDM-T01", "AML.T0051").
var threatID = pattern.New(`\b(?:[A-Z]{1,8}-)?[A-Z]{1,8}[-.]?(?:T)?\d{1,5}(?:\.\d{1,3})?\b`)

func runThreatsCited(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-4-threats-cited"
	f := document.Find(s, "model-record")
	records := gathered(s, "model-record")
	switch {
	case len(f.Documents) == 0 && len(usedModels(s.System)) == 0:
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found and none is declared"}
	case len(f.Documents) == 0:
		return f.Missing("a model record that cites the threat model")
	case len(records) == 0:
		return f.Unfilled("cite the threats that the choice weighs")
	}
	threats, from, problem := knownThreats(s)
	switch {
	case problem != "":
		return undecided(records[0].Path, problem)
	case len(threats) == 0 && !slices.ContainsFunc(records, speaksOfThreats):
		return silentOn(s, records[0], 0, "none", "cites no threat, and "+from+" gives its threats no ids by which it could", "give the threats ids, and name those that the choice weighs")
	case len(threats) == 0:
		return undecided(records[0].Path, "the threat model names no threats by ids, so what the model record says of threats cannot be compared with it")
	}
	r := lodemark.Result{Examined: append(pathsOf(records), from)}
	cited := map[string]bool{}
	for _, d := range records {
		eachThreatID(d, func(word string, line int) {
			switch {
			case threats[word]:
				cited[word] = true
			case likeKnown(word, threats) && !slices.ContainsFunc(r.Findings, func(f lodemark.Finding) bool { return f.Key == word }):
				r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: d.Path, Line: line, Key: word,
					Message: fmt.Sprintf("%s cites %s, which is none of the threats in %s: the choice rests on a threat that is gone, or never was.", d.Path, word, from),
					Fix:     "cite the threats by their ids as they are now"})
			}
		})
	}
	if len(r.Findings) == 0 && len(cited) == 0 {
		silent := silentOn(s, records[0], 0, "none", "cites none of the threats in "+from, "name the threats that the choice weighs, by their ids")
		silent.Examined = r.Examined
		return silent
	}
	if len(r.Findings) > 0 {
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
		return r
	}
	var names []string
	for c := range cited {
		names = append(names, c)
	}
	slices.Sort(names)
	r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s cites %s of %s", records[0].Path, few(names), from)
	return r
}

func speaksOfThreats(d document.Document) bool { return says(textOf(d), "threat", "attack", "risk") }

// knownThreats lists the ids of the threats in threats.yaml, or in a written threat model: those that begin a row, a heading
// or an item.
func knownThreats(s *lodemark.Subject) (ids map[string]bool, from, problem string) {
	ids = map[string]bool{}
	m, ok, broken := readThreatModel(s)
	switch {
	case broken != nil:
		return nil, "", broken.Reason
	case ok:
		for _, t := range m.threats {
			ids[t] = true
		}
		return ids, m.path, ""
	}
	docs := gathered(s, "threat-model")
	if len(docs) == 0 {
		return nil, "", "there is no threat model in the tree whose threats a model record could cite"
	}
	for _, d := range docs {
		for _, sec := range d.Sections {
			if m := threatID.FindString(sec.Heading); m != "" && strings.HasPrefix(strings.TrimSpace(sec.Heading), m) {
				ids[m] = true
			}
		}
		for _, t := range d.Tables() {
			for _, row := range t.Rows {
				if m := threatID.FindString(row.Cell(0)); m != "" && m == strings.TrimSpace(row.Cell(0)) {
					ids[m] = true
				}
			}
		}
		for _, item := range d.Lists() {
			if m := threatID.FindString(item.Text); m != "" && strings.HasPrefix(item.Text, m) {
				ids[m] = true
			}
		}
	}
	return ids, docs[0].Path, ""
}

// likeKnown says whether a word has the form of the known ids: the same letters before its number.
func likeKnown(word string, threats map[string]bool) bool {
	letters := func(id string) string { return strings.TrimRight(id, "0123456789.") }
	for t := range threats {
		if letters(t) == letters(word) && len(letters(t)) > 0 && (strings.HasSuffix(letters(t), "-") || len(letters(t)) > 1) {
			return true
		}
	}
	return false
}
