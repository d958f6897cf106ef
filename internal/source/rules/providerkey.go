package rules

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/secret"
	"github.com/lodemark/lodemark/internal/source/notebook"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Leaks are the credentials of a file that was looked at; none, mostly.
type Leaks struct {
	Path  string
	Found []secret.Found
	Cut   bool // there are more of them
}

// leaks looks for credentials in a file, once, whatever rounds it is read for. What is found is hidden in all that is told of the target.
func (e *Engine) leaks(s *seen, data []byte) {
	if s.again {
		return
	}
	if s.bytes = true; !secret.Text(data) {
		return
	}
	s.secrets, s.cut = e.secrets.Look(s.path, data)
	if len(s.secrets) == 0 {
		return
	}
	s.hide.Learn(data, s.secrets)
	for i := range s.secrets {
		if k := &s.secrets[i]; k.Test == "" && k.Group == "ai" && k.Severity > lodemark.SeverityLow && (k.ID != anyGoogleKey || geminiText.Match(data)) {
			s.keys = append(s.keys, k)
		}
	}
}

// Google gives out keys of one form for models, maps and much else.
const anyGoogleKey = "google-api-key"

var geminiText = pattern.New(`(?i)gemini|generativelanguage|google\.generativeai|google\.genai|google_generativeai|@google/gen|palm_api|makersuite`)

// The rules that speak of a provider's key do so of what was found in the bytes of a file, and look at nothing themselves.
func leakedInCode(*look, *matcher) {}
func leakedInFile(*file, *matcher) {}

const (
	detectKey     = "provider-key"
	detectKeyFile = "provider-key-file"
)

// tellKeys tells of the keys of providers of models that stand in a file, comments and what notebooks printed included. A file of variables
// that stays on its machine may hold them: that is what it is for. Lists of MCP servers have a rule of their own.
func (e *Engine) tellKeys(s *seen, kinds []string, book *notebook.Notebook) {
	if s.again || len(s.keys) == 0 {
		return
	}
	code := slices.Contains(kinds, kindCode)
	if slices.Contains(kinds, kindMCP) || slices.Contains(kinds, kindEnv) && s.target.keepsBack(path.Base(s.path)) {
		return
	}
	for _, m := range e.detects {
		f := file{kinds: kinds}
		if m.match.Detect != detectKey && m.match.Detect != detectKeyFile || (m.match.Detect == detectKey) != code || !code && !f.wanted(m) {
			continue
		}
		for _, k := range s.keys {
			x := Finding{Rule: m.rule, Path: s.path, Line: k.Line, Column: k.Column, EndLine: k.Line, Code: k.ID + " " + k.Digest,
				Message: told(m.rule.Message, cmp.Or(k.Provider, "a model provider"), "`"+toldKey(k)+"`", "")}
			x.inCell(book)
			s.found = append(s.found, x)
		}
	}
	s.settings = len(s.found)
}

// inCell gives what stands in a notebook its cell. What stands in code gets its place in the code first, where comments may mute it.
func (f *Finding) inCell(book *notebook.Notebook) {
	if book == nil {
		return
	}
	line, column := f.Line, f.Column
	for _, text := range []*notebook.Text{&book.Code, &book.Output, &book.Shell} {
		at, column, ok := text.Find(line, column)
		if !ok {
			continue
		}
		f.Line, f.Column, f.EndLine = at, column, at
		if text != &book.Code {
			f.moveInto(text)
		}
		return
	}
	f.placed = true
}

// toldKey shows which key it is and no more.
func toldKey(k *secret.Found) string { return fmt.Sprintf("%s (%d characters)", k.Shown, k.Length) }

// hideAll masks credentials in what a run tells: in the order of places, nothing of a secret stands in it, however it was quoted and cut.
func (r *Result) hideAll() {
	if !r.Hide.Knows() {
		return
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Message, f.Code = r.Hide.Text(f.Message), r.Hide.Text(f.Code)
		for j := range f.Steps {
			f.Steps[j].Note, f.Steps[j].Code = r.Hide.Text(f.Steps[j].Note), r.Hide.Text(f.Steps[j].Code)
		}
		if w := f.Suppressed; w != nil {
			f.Suppressed = &Suppression{Line: w.Line, Reason: r.Hide.Text(w.Reason)}
		}
	}
	for i := range r.Broken {
		r.Broken[i].Reason = r.Hide.Text(r.Broken[i].Reason)
	}
}

// holdsSecret is the credential of the file that stands in a value of its settings, or nil.
func (f *file) holdsSecret(n *settings.Node) *secret.Found {
	for i := range f.secrets {
		if k := &f.secrets[i]; n.Scalar && k.Test == "" && k.Line >= n.Line && k.Line <= max(n.EndLine, n.Line) && strings.Contains(n.Value, f.data[k.Offset:k.Offset+k.Length]) {
			return k
		}
	}
	return nil
}
