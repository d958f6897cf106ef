package design

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// revisionSaid is a revision that names one state of a model: a digest, a commit, a dated release, a version. A day alone may
// be that of the record.
var revisionSaid = pattern.New(`(?i)\b[0-9a-f]{64}\b|\b[0-9a-f]{40}\b|\b(revision|commit|sha-?256|digest|release|snapshot|tag|build|version)\b[: ]+(of )?["'` + "`" + `(]?v?\S{0,24}[0-9]|` +
	`\bv[0-9]+(\.[0-9]+)+\b|\b(pin|pins|pinned)\b[a-z ]{0,12}["'` + "`" + `]?[a-z0-9.-]*[0-9]|-20[0-9]{6}\b|-20[0-9]{2}-[01][0-9]-[0-3][0-9]\b|@[0-9a-f]{7,}\b`)

// originSaid tells where a model comes from.
var originSaid = []string{"provenance", "origin", "supply chain", "provider", "vendor", "from ", "hub", "hugging face", "huggingface", "trained by", "made by", "our own", "own ", "in-house", "we trained", "published by",
	"downloaded", "mirror", "licence", "license", "source", "hosted", "built by", "team"}

func provenance() lodemark.Check {
	return lodemark.Check{
		ID: "sd-4-provenance", Version: 1,
		Title:    "The origin and exact revision of each model are on record",
		Bears:    lodemark.Supports("SD-4.9"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A name on a hub can be given to other weights overnight. Without origin and revision nobody can say which model was " +
			"assessed, nor whether an advisory is about it.",
		Fix:  "Write down for each model where it comes from, and the revision, dated version or SHA-256 that is used.",
		Help: "write origin and revision or digest of each model into docs/model-record.md or its model card, or the version into lodemark.yaml (hosted_models)",
		Bad:  provenanceBad(), Good: provenanceGood(),
		Run: runProvenance,
	}
}

func runProvenance(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-4-provenance"
	used := usedModels(s.System)
	if len(used) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found and none is declared"}
	}
	f := document.Find(s, "model-record")
	records := gathered(s, "model-record", "model-card", "provider-review")
	if len(records) == 0 {
		if len(f.Documents) > 0 {
			return f.Unfilled("write down origin and revision of each model")
		}
		return f.Missing("a record of where " + used[0].names[0] + " comes from")
	}
	r := lodemark.Result{Examined: pathsOf(records)}
	open := ""
	var absent []string
	for _, m := range used {
		about, d, line := recordsOn(m, used, records)
		switch {
		case about == "":
			absent = append(absent, m.called())
		case !revisionSaid.MatchString(about) && m.version == "" && !(m.hosted && revisionSaid.MatchString(m.names[0])):
			r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: d.Path, Line: line, Key: "revision " + m.names[0],
				Message: fmt.Sprintf("%s speaks of %s without a revision, dated version or digest, so nobody can tell which model was meant.", d.Path, m.names[0]),
				Fix:     "add the revision or version that is used, or the SHA-256 of the file"})
		case !says(about, originSaid...):
			open = cmp.Or(open, fmt.Sprintf("%s names the revision of %s and not where it comes from", d.Path, m.names[0]))
		}
	}
	if len(absent) > 0 {
		silent := silentOn(s, records[0], 0, "absent "+strings.Join(absent, " "), "says nothing about the origin of "+few(absent), "write down origin and revision of each model in use")
		if r.Findings = append(r.Findings, silent.Findings...); silent.Outcome != lodemark.Failed {
			open = silent.Reason
		}
	}
	switch {
	case len(r.Findings) > 0 && s.System.Declared.Path == "":
		r.Outcome, r.Reason, r.Findings = lodemark.Undecided, r.Findings[0].Message, nil
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case open != "":
		r.Outcome, r.Reason = lodemark.Undecided, open
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("origin and revision of %d model(s) are on record", len(used))
	}
	return r
}

// recordsOn gathers what the documents say about one model: sections whose heading or text names it, and whole cards.
func recordsOn(m usedModel, used []usedModel, records []document.Document) (text string, at document.Document, line int) {
	take := func(d document.Document, n int, t string) {
		if text == "" {
			at, line = d, n
		}
		text += t + "\n"
	}
	for _, d := range records {
		if m.local != nil && path.Dir(d.Path) == path.Dir(m.local.Path) || mentions(d.Title, m.names) {
			take(d, 0, textOf(d))
			continue
		}
		for i, s := range d.Sections {
			switch {
			case mentions(s.Heading, m.names) && s.Heading != d.Title:
				take(d, s.Line, d.Under(i))
			case mentions(s.Text, m.names):
				take(d, s.Line, s.Text)
			case len(used) == 1 && text != "":
				take(d, s.Line, s.Text)
			}
		}
	}
	return text, at, line
}
