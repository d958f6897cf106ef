package report

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// htmlPage is all that the templates see. Every string in it is harmless text; they escape it once more.
type htmlPage struct {
	Style  template.CSS
	Script template.JS
	Policy string

	Name, Tool         string
	At, AtISO          string
	About              []htmlPair
	Total              lodemark.Counts
	Tally              []htmlTally
	Strip              []htmlStrip
	StripWidth         float64
	Summary            string
	Wide, Tall         htmlCourse
	Rings              []htmlRing
	Actions            htmlActionList
	Steps              htmlStepList
	Filters            []htmlFilter
	Areas              []htmlArea
	Clauses            int
	Foundation         []htmlPair
	Records            []htmlRecord
	RecordsHidden      int
	CanariesMissed     int // of the records drawn
	Threats            *htmlThreats
	System             htmlSystem
	Commands           []htmlCommand
	Disclaimer, Credit string
	CatalogueURL       string
	Editions           []htmlPair
}

// htmlPair is a name with its text.
type htmlPair struct{ Name, Text string }

// htmlTally is one count of the head, with what of it is drawn apart.
type htmlTally struct {
	Mark htmlMark
	N    int
	Word string
	Note string
}

func newHTMLPage(r *lodemark.Run) htmlPage {
	if r.System == nil {
		copied := *r
		copied.System = &lodemark.System{}
		r = &copied
	}
	views := areas(r)
	index := newHTMLIndex(r)
	p := htmlPage{
		Name:       cmp.Or(sentence(r.System.Name), "unnamed system"),
		Tool:       strings.TrimSpace(sentence(r.Tool.Name) + " " + sentence(r.Tool.Version)),
		At:         moment(r.At),
		AtISO:      r.At.UTC().Format(time.RFC3339),
		About:      aboutRun(r),
		Total:      r.Assessment.Total(),
		Wide:       wideCourse(views),
		Tall:       tallCourse(views),
		Rings:      rings(views),
		Actions:    index.actions,
		Steps:      htmlSteps(r),
		Areas:      htmlAreas(r, views, index),
		Clauses:    len(lodemark.Guidelines().Clauses()),
		System:     htmlSystemOf(r),
		Commands:   reproduce(r),
		Disclaimer: lodemark.Disclaimer,
	}
	p.Tally, p.Summary = tally(views, p.Total), summary(views, p.Total)
	p.Strip, p.StripWidth = strip(views)
	p.Filters = htmlFilters(views, index)
	p.Records, p.RecordsHidden = htmlRecordsOf(r, index)
	for _, rec := range p.Records {
		p.CanariesMissed += number(!rec.Canary)
	}
	source := lodemark.Guidelines().Source
	p.CatalogueURL = source.URL
	p.Credit = fmt.Sprintf("The titles of the guidelines and the substance of the clauses come from %q (National Cyber Security Centre, "+
		"Cybersecurity and Infrastructure Security Agency, and partners, %s), Crown copyright 2023, re-used under the Open Government "+
		"Licence v3.0. The statements are paraphrases in our own words.", source.Title, source.Published)
	for _, c := range lodemark.Guidelines().Foundation {
		p.Foundation = append(p.Foundation, htmlPair{c.ID, c.Statement})
	}
	for _, s := range crosswalkNames {
		p.Editions = append(p.Editions, htmlPair{s.Text, lodemark.Guidelines().Editions[s.Name]})
	}
	return p
}

// crosswalkNames are the publications that clauses point to, by the catalogue's keys, in the order they are shown. The foot
// of the page says in full what each name stands for.
var crosswalkNames = []htmlPair{
	{"etsi", "ETSI"}, {"aisvs", "AISVS"}, {"ssdf", "SSDF"}, {"atlas_mitigations", "ATLAS"}, {"owasp_llm", "OWASP"},
}

func aboutRun(r *lodemark.Run) []htmlPair {
	d := r.System.Declared
	stage := "not declared; judged as in operation"
	if d.Stage != "" {
		stage = sentence(string(d.Stage)) + " (declared)"
	}
	out := []htmlPair{{"Target", sentence(r.Target)}, {"Stage of life", stage}}
	if d.Criticality != "" {
		out = append(out, htmlPair{"Criticality", sentence(string(d.Criticality)) + " (declared)"})
	}
	if d.Owner.Name != "" {
		out = append(out, htmlPair{"Owner", sentence(d.Owner.Name) + " (declared)"})
	}
	if d.Leader.Name != "" {
		out = append(out, htmlPair{"Accountable leader", sentence(d.Leader.Name) + " (declared)"})
	}
	return append(out, htmlPair{"Looked at", fmt.Sprintf("%s in the tree, %d read for content, %s, %s",
		count(len(r.System.Files), "file"), r.Examined, count(len(r.System.Components), "component"), count(len(r.Checks), "check"))})
}

// summary says in words what the strip shows. It holds counts and no rate: a rate would be read as a score.
func summary(views []areaView, t lodemark.Counts) string {
	if t.Applicable == 0 {
		return "No clause of the guidelines applies at this stage, or none could be judged."
	}
	text := fmt.Sprintf("Of %s, %d met, %d not met and %d open (%d inconclusive, %d not assessed).",
		count(t.Applicable, "applicable clause"), t.Met, t.NotMet, t.Inconclusive+t.NotAssessed, t.Inconclusive, t.NotAssessed)
	if n := vouched(views); n > 0 {
		text += fmt.Sprintf(" %d of the met ones rest on a person's word for what files cannot show.", n)
	}
	if t.Declared > 0 {
		text += fmt.Sprintf(" %d of the open ones rest on a person's word alone, which is never counted as met.", t.Declared)
	}
	return text
}

// vouched counts the met clauses that rest on a person's word beside what a check saw.
func vouched(views []areaView) int {
	n := 0
	for c := range clausesOf(views) {
		if c.Word {
			n++
		}
	}
	return n
}

func tally(views []areaView, t lodemark.Counts) []htmlTally {
	note := func(n int, text string) string {
		if n == 0 {
			return ""
		}
		return fmt.Sprintf("%d %s", n, text)
	}
	declaredOpen, declaredUndecided := 0, 0
	for c := range clausesOf(views) {
		switch {
		case c.State != stateDeclared:
		case c.Result.Verdict == lodemark.Inconclusive:
			declaredUndecided++
		default:
			declaredOpen++
		}
	}
	return []htmlTally{
		{markMet, t.Met, "met", note(vouched(views), "with a person's word for the rest")},
		{markUnmet, t.NotMet, "not met", note(t.Waived, "accepted or deferred for a time")},
		{markInconclusive, t.Inconclusive, "inconclusive", note(declaredUndecided, "declared by a person")},
		{markUnassessed, t.NotAssessed, "not assessed", note(declaredOpen, "declared by a person")},
		{markInapplicable, t.NotApplicable, "not applicable", "not counted; each with its reason"},
		{markLater, t.Later, "later", "not counted; of a stage not reached"},
	}
}

// htmlCommand is a command to type, cut where it may be wrapped.
type htmlCommand struct {
	Name  string
	Parts []string
}

// reproduce says how to come to the same page again.
func reproduce(r *lodemark.Run) []htmlCommand {
	assess := []string{"lodemark assess " + shellWord(r.Target), "--at " + r.At.UTC().Format(time.RFC3339)}
	return []htmlCommand{
		{"This page", append(assess[:2:2], "--format html=report.html")},
		{"Everything, for programs", append(assess[:2:2], "--format json=report.json")},
		{"What has changed since", []string{"lodemark diff report.json newer.json"}},
		{"A clause explained", []string{"lodemark guide DEV-1.5"}},
	}
}

func moment(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
