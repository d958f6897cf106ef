package design

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/document"
)

// modelNow is the threat model as code with what it means now.
type modelNow struct {
	path, meaning string
	model         *threat.Model
	draft         bool
	err           error
	line          int
}

// strictModel reads the threat model as the engine does, once for all checks; path is empty where there is none.
func strictModel(s *lodemark.Subject) modelNow {
	return lodemark.Shared(s, "design.strictModel", func() modelNow {
		now := modelNow{path: threatPath(s)}
		if now.path == "" {
			return now
		}
		data, err := s.Read(now.path)
		if err != nil {
			now.err = err
			return now
		}
		m, problems := threat.Load(now.path, data)
		if len(problems) > 0 {
			now.err, now.line = fmt.Errorf("%s", problems[0].Message), problems[0].Line
		}
		now.model, now.draft = m, m.Draft || document.Read(now.path, data).Draft
		if meaning, err := lodemark.ModelMeaning(data); err == nil {
			now.meaning = meaning
		} else if now.err == nil {
			now.err = err
		}
		return now
	})
}

func (m modelNow) meanings() map[string]string {
	if m.meaning == "" {
		return nil
	}
	return map[string]string{m.path: m.meaning}
}

// finding is one about the threat model.
func (m modelNow) finding(id string, line int, key, message, fix string) lodemark.Finding {
	return lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: m.path, Line: line, Key: key, Message: message, Fix: fix}
}

// concluded is the result of a check of the threat model: what it found, or why all is well.
func (m modelNow) concluded(findings []lodemark.Finding, well string) lodemark.Result {
	r := lodemark.Conclude([]lodemark.Component{{Kind: lodemark.KindThreatModel, Path: m.path}}, findings, nil, "threat models")
	if r.Outcome == lodemark.Passed {
		r.Reason = well
	}
	return r
}

// broken is the result where the engine cannot read the model. lodemark threats check tells all of it; the checks of what is drawn are
// more lenient, so that no verdict is lost over it.
func (m modelNow) broken() lodemark.Result {
	r := undecided(m.path, fmt.Sprintf("no threat can be derived from %s: %v", m.path, m.err))
	r.Gaps = []lodemark.Gap{{Path: m.path, Line: m.line, Reason: m.err.Error()}}
	return r
}

// saidOf reads the threat model for a check of what its authors say; ok is false where there is nothing to hold them to, with the
// result.
func saidOf(s *lodemark.Subject) (now modelNow, r lodemark.Result, ok bool) {
	now = strictModel(s)
	switch {
	case now.path == "":
		if found := document.Find(s, "threat-model"); len(found.Documents) > 0 {
			return now, undecided(found.Documents[0].Path, found.Documents[0].Path+" is a text; only a threats.yaml says this in a form that can be judged"), false
		}
		return now, lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "there is no threat model as code that could say it"}, false
	case now.err != nil:
		return now, now.broken(), false
	case now.draft:
		return now, undecided(now.path, now.path+" is still a draft that nobody has gone through"), false
	}
	return now, lodemark.Result{}, true
}

// builtIn is the library of threats; to compile its conditions takes longer than most checks.
var builtIn = sync.OnceValues(func() (*threat.Library, threat.Problems) { return threat.LoadLibrary() })

// judged is a threat model held against the library: threats with how they stand, and the register of what was decided.
type judged struct {
	library  *threat.Library
	report   *threat.Report
	register register
	problem  string
}

// judgedModel holds the model against the library, once for all checks.
func judgedModel(s *lodemark.Subject, now modelNow) judged {
	return lodemark.Shared(s, "design.judgedModel", func() judged {
		library, problems := builtIn()
		if len(problems) > 0 {
			return judged{problem: "the library of threats cannot be read: " + problems[0].Message}
		}
		register := registerOf(s, now)
		seen := threat.Evaluate(now.model, library, s.At, library.Kept(now.model, s.Kept, s.Current), register.engine())
		return judged{library: library, report: seen, register: register}
	})
}

// sentence says whether a statement is one: filled in, and more than a rating.
func sentence(text string) bool {
	if !(document.Section{Text: text}).Filled() {
		return false
	}
	return len(strings.Fields(text)) >= 4 || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2e80 }) && utf8.RuneCountInString(text) >= 10
}
