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
	case len(f.Unread) > 0:
		g := f.Unread[0]
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("%s could be %s and was not read: %s", g.Path, what, g.Reason),
			Examined: f.examined(), Gaps: f.Unread}
	case f.pointer.Path != "":
		return f.failed(f.line, "points to nothing", fmt.Sprintf("%s points to %s for %s, and there is no such file.", f.record, f.pointer.Path, what),
			"write the document, or correct the path")
	case f.record != "":
		return f.failed(0, "no "+f.Kind, fmt.Sprintf("There is no %s: none was found, and %s points to none.", bare(what), f.record),
			fmt.Sprintf("write it, or say in %s where it lies (documents: %s)", f.record, f.Kind))
	}
	return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("no %s was found; it may lie elsewhere", bare(what))}
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
