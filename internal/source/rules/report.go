package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/flow"
)

// A flow is told where it does harm, unless its match says:
const (
	reportSource = "source" // where the value comes in, under a name of its own: there it is taken from what else a client sends
	reportCaller = "caller" // where the file in which it comes in hands it on
	reportGiver  = "giver"  // where it is given to a logger of the target's own, if the harm is done in that
)

// moveAlong puts a finding at the step of its way that its match asks for.
func (f *Finding) moveAlong(report string, steps []*flow.Step) {
	if report == reportGiver && ownLogger.MatchString(f.Path) && bareCall.MatchString(f.Code) {
		for _, s := range slices.Backward(steps) {
			if s.Path != f.Path && strings.HasPrefix(s.Note, "given to ") {
				f.Path, f.Line, f.Column, f.EndLine, f.Code = s.Path, s.Line, s.Column, s.Line, s.Code
				return
			}
		}
	}
	if len(steps) == 0 || report != reportSource && report != reportCaller {
		return
	}
	at := steps[0]
	for _, s := range steps {
		if s.Path != at.Path {
			break
		}
		if report == reportCaller {
			at = s
			continue
		}
		if strings.HasPrefix(s.Note, "given ") {
			break
		}
		if strings.HasPrefix(s.Note, "goes into ") && saysHistory.MatchString(s.Code) {
			at = s
			break
		}
	}
	f.Path, f.Line, f.Column, f.EndLine, f.Code = at.Path, at.Line, at.Column, at.Line, at.Code
}

// ownLogger is a file that is a logger, and bareCall a call of nothing but a value.
var (
	ownLogger = pattern.New(`(?i)(?:^|/)[^/]*log(?:ger|ging|s)?\.\w+$`)
	bareCall  = pattern.New(`^[\w.]+\(\w+\)$`)
)

var saysHistory = pattern.New(`(?i)messages?|history|conversation|turns`)

// sift leaves out flows for which something speaks that is known of the whole target, or of the file in which the value comes in.
func (e *Engine) sift(files []seen, whole *target) {
	texts := map[string]string{}
	for i := range files {
		files[i].hits = slices.DeleteFunc(files[i].hits, func(h flow.Hit) bool {
			m := e.flows[h.Ref]
			if p := m.match.Flow.Project; p != "" && !whole.has(p) {
				return true
			}
			if m.silent == nil {
				return false
			}
			from := h.At
			for from.Prev != nil {
				from = from.Prev
			}
			text, known := texts[from.Path]
			if !known {
				data, _ := whole.read(from.Path)
				text = string(data)
				texts[from.Path] = text
			}
			return m.silent.MatchString(text)
		})
	}
}
