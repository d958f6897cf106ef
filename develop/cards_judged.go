package develop

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// cardRule is what the two checks of cards differ in.
type cardRule struct {
	check, document, noun string
	about, cards          lodemark.Kind
	groups                []fieldGroup
}

// fieldGroup is what one clause asks of a card.
type fieldGroup struct {
	clause string
	fields []string
}

func (r cardRule) fields() []string {
	var all []string
	for _, g := range r.groups {
		all = append(all, g.fields...)
	}
	return all
}

// judgedCards judges the card of every folder of models or data. A card that stands there and says too little fails; that
// no card was found fails only where lodemark.yaml gave the occasion to say where it lies.
func judgedCards(s *lodemark.Subject, rule cardRule) lodemark.Result {
	all := subjects(s.System, rule.about)
	if len(all) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no " + rule.noun + " was found outside tests and vendored folders"}
	}
	pointer := s.System.Declared.Documents[rule.document]
	r := lodemark.Result{}
	var missing, doubts []string
	foreign := ""
	for _, x := range all {
		cards := cardsFor(s, x, rule.document, rule.cards)
		best, lacks := fullest(cards, rule.fields())
		for _, c := range cards {
			r.Examined = append(r.Examined, c.path)
		}
		switch {
		case len(cards) == 0 || !best.meantAsCard(rule, lacks):
			missing = append(missing, x.files[0].Path)
		case len(lacks) > 0 && !document.English(best.raw):
			foreign = best.path
		default:
			findings, doubt := lacking(s, rule, x, best, lacks, &r)
			r.Findings = append(r.Findings, findings...)
			doubts = append(doubts, doubt...)
		}
	}
	if len(missing) == len(all) && len(r.Findings) == 0 { // no card of the kind at all: the rule for missing documents
		return document.Find(s, rule.document).Missing("a card of the " + rule.noun + " " + missing[0])
	}
	for _, p := range missing {
		if s.System.Declared.Path != "" && pointer.Address == "" {
			r.Findings = append(r.Findings, lodemark.Finding{ID: rule.check, Severity: lodemark.SeverityMedium, Path: p,
				Message: fmt.Sprintf("The %s %s has no card, so nobody can tell what it is fit for.", rule.noun, p),
				Fix:     "write a card beside it, or point to it from lodemark.yaml (documents: " + rule.document + ")", Key: "no card"})
		}
	}
	switch {
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, fmt.Sprintf("%d finding(s) on %d %s folder(s); first: %s", len(r.Findings), len(all), rule.noun, r.Findings[0].Message)
		if len(doubts) > 0 { // the clauses without a finding are left undecided
			r.Reason += " " + doubts[0]
		}
	case len(doubts) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, doubts[0]
	case foreign != "":
		r.Outcome, r.Reason = lodemark.Undecided, foreign+" is not in English, and what it says was not judged"
	case len(missing) > 0 && pointer.Address != "":
		r.Outcome, r.Reason = lodemark.Undecided, "declared at "+pointer.Address+"; nothing was examined"
	case len(missing) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("no card was found for %s; it may lie elsewhere", missing[0])
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("cards with all fields were found for %d %s folder(s)", len(all), rule.noun)
	}
	return r
}

// lacking makes one finding for each clause of which the card leaves something out, and a doubt for each of which it is not
// clear whether the card says it. How a model is run and what becomes of it may stand in other documents that people keep it in.
func lacking(s *lodemark.Subject, rule cardRule, x subject, c card, lacks []string, r *lodemark.Result) (all []lodemark.Finding, doubts []string) {
	for _, g := range rule.groups {
		var names []string
		line := 0
		for _, f := range g.fields {
			if !slices.Contains(lacks, f) {
				continue
			}
			if p, ok := saidElsewhere(s, f); ok && rule.about == lodemark.KindModel {
				r.Examined = append(r.Examined, p)
				continue
			}
			at := c.says(f)
			if at.state == unclear {
				doubts = append(doubts, c.doubt(f, at))
				continue
			}
			names = append(names, f)
			if at.state == empty && line == 0 {
				line = at.line
			}
		}
		if len(names) == 0 {
			continue
		}
		list := strings.Join(names, ", ")
		all = append(all, lodemark.Finding{ID: rule.check, Severity: lodemark.SeverityMedium, Path: c.path, Line: line, Clauses: []string{g.clause},
			Message: fmt.Sprintf("The card of %s does not say its %s.", x.files[0].Path, list),
			Fix:     "add a filled section for each of them", Key: list})
	}
	return all, doubts
}

// elsewhere names the documents in which people keep what a card may leave out.
var elsewhere = map[string][]string{
	fieldOperation: {"user-guidance", "service-plan"},
	fieldLifeCycle: {"update-policy", "decommission-plan", "changelog"},
}

func saidElsewhere(s *lodemark.Subject, field string) (where string, ok bool) {
	for _, kind := range elsewhere[field] {
		for _, d := range document.Find(s, kind).Documents {
			if c, read := readCard(s, d.Path); read && d.Filled() && modelWord.MatchString(c.raw) {
				return d.Path, true
			}
		}
	}
	return "", false
}

// meantAsCard tells a card from the introduction of a folder, which happens to say how something is made or run: a card says
// at least one thing more.
func (c card) meantAsCard(rule cardRule, lacks []string) bool {
	if !strings.HasPrefix(strings.ToLower(path.Base(c.path)), "readme") || strings.Contains(strings.ToLower(c.raw), rule.noun+" card") {
		return true
	}
	if lodemark.Sample(c.path) { // it teaches how to run the model that lies beside it
		return false
	}
	fields, more := 0, false
	for _, f := range rule.fields() {
		if !slices.Contains(lacks, f) {
			fields++
			more = more || f != fieldCreation && f != fieldOperation && f != fieldLifeCycle && f != fieldSources
		}
	}
	return fields >= 2 && more
}

// modelWord is a word for what a document about a model is about.
var modelWord = pattern.New(`(?i)\b(?:models?|weights|checkpoints?|classifiers?|adapters?)\b`)
