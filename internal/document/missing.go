package document

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// Missing is the result of a check that needs a document of the kind and has found none; what names it, with its article
// ("a threat model"). A document that lies elsewhere is not judged. Where there is a lodemark.yaml its owner had the
// occasion to say where the document lies, and silence counts; where there is none, silence proves nothing.
func (f Found) Missing(what string) lodemark.Result {
	switch {
	case f.pointer.Address != "":
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("declared at %s; nothing was examined", f.pointer.Address), Examined: f.examined()}
	case len(f.Drafts) > 0:
		return f.draft(f.Drafts[0], what)
	case len(f.Unread) > 0:
		g := f.Unread[0]
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("%s could be %s and was not read: %s", g.Path, what, g.Reason),
			Examined: f.examined(), Gaps: f.Unread}
	case f.pointer.Path != "":
		return f.failed(f.line, "points to nothing", fmt.Sprintf("%s points to %s for %s, and there is no such file.", f.record, f.pointer.Path, what),
			"write the document (lodemark new "+f.Kind+" drafts it there), or correct the path")
	case f.record != "":
		return f.failed(0, "no "+f.Kind, fmt.Sprintf("There is no %s: none was found, and %s points to none.", bare(what), f.record),
			fmt.Sprintf("write it (lodemark new %s drafts it), or say in %s where it lies (documents: %s)", f.Kind, f.record, f.Kind))
	}
	return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("no %s was found; it may lie elsewhere", bare(what))}
}

// draft is the result where all that was found is a draft. Without a lodemark.yaml the finished one may lie elsewhere.
func (f Found) draft(d Document, what string) lodemark.Result {
	message := d.Path + " is still a draft"
	if d.slot {
		message += fmt.Sprintf(": line %d is not filled in", d.draftLine)
	}
	examined := append(f.examined(), d.Path)
	if f.record == "" {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: message + "; " + what + " may lie elsewhere", Examined: examined}
	}
	message += ", so " + what + " is yet to be written."
	return lodemark.Result{Outcome: lodemark.Failed, Reason: message, Examined: examined, Findings: []lodemark.Finding{{
		Severity: lodemark.SeverityMedium, Path: d.Path, Line: d.draftLine, Message: message, Key: "draft",
		Fix: "fill it in, correct what was found for you, and take out the line that marks it as a draft"}}}
}

func (f Found) failed(line int, key, message, fix string) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Failed, Reason: message, Examined: f.examined(), Findings: []lodemark.Finding{{
		Severity: lodemark.SeverityMedium, Path: f.record, Line: line, Message: message, Fix: fix, Key: key}}}
}

func (f Found) examined() []string {
	if f.record == "" {
		return nil
	}
	return []string{f.record}
}

// bare takes the article off.
func bare(what string) string {
	return strings.TrimPrefix(strings.TrimPrefix(what, "an "), "a ")
}
