package design

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// training is a kind of training that everybody who works on the system needs, with how a record speaks of it.
type training struct {
	check, clause, name string
	words               []string
	longest             time.Duration // how old an entry without an end may be
	// syllabus: the record must also say what was taught, at least two of these.
	syllabus [][]string
}

const year = 365 * 24 * time.Hour

var (
	threatLearning = training{check: "sd-1-threat-learning", clause: "SD-1.2", name: "threats to AI systems", longest: year,
		words: []string{"threat", "attack", "advisor", "briefing", "atlas", "failure mode", "security news", "vulnerab"}}
	secureCoding = training{check: "sd-1-secure-coding-training", clause: "SD-1.5", name: "secure coding", longest: 2 * year,
		words: []string{"secure coding", "secure code", "secure development", "secure programming", "secure software", "application security", "appsec", "owasp top", "owasp asvs", "asvs"}}
	aiTraining = training{check: "sd-1-ai-training", clause: "SD-1.6", name: "secure and responsible AI", longest: 2 * year,
		words:    []string{"ai ", "ml ", "llm", "genai", "machine learning", "artificial intelligence", "generative", "language model", "adversarial"},
		syllabus: [][]string{{"poison", "backdoor"}, {"injection", "jailbreak"}, {"extract", "inversion", "membership", "model theft", "stealing"}, {"pickle", "deseriali", "unsafe model", "model file", "unsafe load"}}}
)

func threatLearningCheck() lodemark.Check {
	return lodemark.Check{
		ID: threatLearning.check, Version: 2,
		Title:    "Everybody who works on the system learned of its threats within a year",
		Bears:    lodemark.Supports("SD-1.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "What was known about attacks on models two years ago does not help against those of today. Whoever builds on old " +
			"knowledge builds the hole in.",
		Fix:  "Keep a training record with person, subject and date, and refresh the entry on threats once a year for everybody who commits.",
		Help: "write docs/training-record.md with person, subject and date, or point to it from lodemark.yaml (documents: training-record; lodemark new training-record drafts it)",
		Bad:  threatLearningBad(), Good: trainingGood(threatLearning),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result { return threatLearning.judge(s) },
	}
}

func secureCodingCheck() lodemark.Check {
	return lodemark.Check{
		ID: secureCoding.check, Version: 2,
		Title:    "Everybody who works on the system is trained in secure coding",
		Bears:    lodemark.Supports("SD-1.5"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Notebooks become services, and their authors come from research. Without training, a model's answer ends in a shell or a " +
			"query as soon as it is convenient.",
		Fix:  "Record for everybody who commits when they were trained in secure coding and until when it counts.",
		Help: "write docs/training-record.md with person, subject and date, or point to it from lodemark.yaml (documents: training-record; lodemark new training-record drafts it)",
		Bad:  secureCodingBad(), Good: trainingGood(secureCoding),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result { return secureCoding.judge(s) },
	}
}

func aiTrainingCheck() lodemark.Check {
	return lodemark.Check{
		ID: aiTraining.check, Version: 2,
		Title:    "Everybody who works on the system is trained in secure and responsible AI",
		Bears:    lodemark.Supports("SD-1.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A course on secure coding does not mention poisoned data, planted instructions or model files that run code. Developers " +
			"who never heard of them do not look for them.",
		Fix:  "Train everybody who commits in poisoning, injection, extraction and unsafe model files, and record course, content and date.",
		Help: "write docs/training-record.md with person, course and date, and what the AI course covers (poisoning, injection, extraction, unsafe model files)",
		Bad:  aiTrainingBad(), Good: trainingGood(aiTraining),
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result { return aiTraining.judge(s) },
	}
}

// judge compares the training record with who committed within a year.
func (k training) judge(s *lodemark.Subject) lodemark.Result {
	f := document.Find(s, "training-record")
	if len(f.Documents) == 0 {
		return f.Missing("a record of who was trained in " + k.name)
	}
	roster := lodemark.Shared(s, "design.roster", func() (all []entry) {
		for _, d := range f.Documents {
			all = append(all, rosterOf(d)...)
		}
		return all
	})
	text := ""
	for _, d := range f.Documents {
		text += textOf(d)
	}
	first := f.Documents[0]
	r := lodemark.Result{Examined: f.Examined}
	add := func(path string, line int, key, message, fix string) {
		r.Findings = append(r.Findings, lodemark.Finding{ID: k.check, Severity: lodemark.SeverityMedium, Path: path, Line: line, Message: message, Fix: fix, Key: key})
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	}
	if len(roster) == 0 {
		return k.withoutEntries(s, first, text)
	}
	of, current := k.entries(roster, s.At)
	switch {
	case len(of) == 0 && !document.English(text):
		return undecided(first.Path, first.Path+" is not written in English, and what it records is not judged")
	case len(of) == 0:
		add(first.Path, roster[0].line, "none", fmt.Sprintf("%s records other training and none in %s.", first.Path, k.name),
			"record who was trained in "+k.name+", and when")
		return r
	case len(current) == 0:
		add(of[0].path, of[0].line, "old", fmt.Sprintf("No entry on %s counts today: that of %s %s.", k.name, plainName(of[0].who), of[0].standing(s.At, k.longest)),
			"repeat the training and record the new day")
		return r
	}
	people := committers(s.History(), s.At)
	if absent := without(people, current); len(absent) > 0 {
		add(first.Path, 0, "absent", k.absent(people, absent, of), "train them, or record the training they had")
		return r
	}
	if missing := k.untaught(text); missing != "" {
		r.Outcome, r.Reason = lodemark.Undecided, first.Path+" "+missing
		return r
	}
	h := s.History()
	r.Outcome = lodemark.Passed
	switch {
	case len(people) > 0 && h.Complete:
		r.Reason = fmt.Sprintf("%s has a current entry on %s for all %d people who committed within a year", first.Path, k.name, len(people))
	case len(people) > 0:
		r.Reason = fmt.Sprintf("%s has a current entry on %s for the %d people seen in a history that is not whole (%s)", first.Path, k.name, len(people), h.Why)
		r.Gaps = append(r.Gaps, lodemark.Gap{Path: ".git", Reason: h.Why})
	default:
		why := cmp.Or(h.Why, "nobody committed within a year")
		r.Reason = fmt.Sprintf("%s has %d current entries on %s; they could not be compared with who commits: %s", first.Path, len(current), k.name, why)
	}
	return r
}

// withoutEntries judges a record in which no line with a person and a date was found.
func (k training) withoutEntries(s *lodemark.Subject, d document.Document, text string) lodemark.Result {
	switch {
	case !d.Filled():
		f := document.Shortfalls(d.Path, document.Unfilled("record who was trained in "+k.name+", and when"))
		return lodemark.Result{Outcome: lodemark.Failed, Reason: f[0].Message, Findings: f, Examined: []string{d.Path}}
	case s.System.Declared.Path == "" || !document.English(text):
		return undecided(d.Path, d.Path+" holds no list of people with dates that could be read")
	}
	f := document.Shortfalls(d.Path, document.Shortfall{Message: "names no person with a day, so nobody can tell who was trained in " + k.name, Fix: "list person, subject and date"})
	return lodemark.Result{Outcome: lodemark.Failed, Reason: f[0].Message, Findings: f, Examined: []string{d.Path}}
}

// entries are those of this kind of training, and those of them that count today.
func (k training) entries(roster []entry, now time.Time) (of, current []entry) {
	for _, e := range roster {
		if !e.about(k.words) {
			continue
		}
		of = append(of, e)
		if e.standing(now, k.longest) == "" {
			current = append(current, e)
		}
	}
	return of, current
}

func without(people []committer, entries []entry) []committer {
	index := indexed(entries)
	var absent []committer
	for _, p := range people[:min(len(people), peopleMost)] {
		if !index.has(p) {
			absent = append(absent, p)
		}
	}
	return absent
}

func (k training) absent(people, absent []committer, of []entry) string {
	var names []string
	for _, p := range absent {
		names = append(names, p.label())
	}
	once, index := 0, indexed(of)
	for _, p := range absent {
		if index.has(p) {
			once++
		}
	}
	text := fmt.Sprintf("%d of the %d people who committed within a year have no current entry on %s: %s", len(absent), len(people), k.name, few(names))
	if once > 0 {
		text += fmt.Sprintf(" (%d had one that no longer counts)", once)
	}
	return text + "."
}

// untaught says what of the syllabus the record does not name, where less than half of it is there.
func (k training) untaught(text string) string {
	if k.syllabus == nil {
		return ""
	}
	taught := 0
	for _, words := range k.syllabus {
		if says(text, words...) {
			taught++
		}
	}
	if taught*2 >= len(k.syllabus) {
		return ""
	}
	return "does not say what the AI training covers (poisoning, injection, extraction, unsafe model files)"
}

// plainName leaves a mail address out of a name.
func plainName(who string) string {
	var kept []string
	for _, w := range strings.Fields(who) {
		if !strings.Contains(w, "@") {
			kept = append(kept, w)
		}
	}
	return cmp.Or(strings.Join(kept, " "), "one person")
}
