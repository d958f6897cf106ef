package rules

import (
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/source/notebook"
	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

func isNotebook(name string) bool { return strings.EqualFold(path.Ext(name), ".ipynb") }

// loadNotebook reads the code of a notebook as one file, and looks at its shell lines as at a shell script.
func (e *Engine) loadNotebook(s *seen, data []byte) *syntax.Tree {
	n := notebook.Parse(data)
	if !s.again {
		for _, bad := range n.Errors[:min(len(n.Errors), maxBroken)] {
			s.broken = append(s.broken, Broken{Path: s.path, Line: bad.Line, Reason: bad.Reason})
		}
		e.configuredPart(s, &n.Shell, kindShell, kindNotebook)
		if n.Shell.Source != "" {
			e.watchCommands(s, &file{path: s.path, kinds: []string{kindShell}, data: n.Shell.Source, target: s.target}, func(line int) (int, int) {
				p := n.Shell.Place(line, 1)
				return p.Line, p.Cell
			})
		}
		e.configuredPart(s, &n.Output, kindOutput)
		e.tellKeys(s, []string{kindCode}, n)
	}
	s.book = &n.Code
	switch n.Language {
	case "python":
		return python.Parse(n.Code.Source)
	case "typescript", "javascript", "deno":
		return script.Parse(n.Code.Source, script.DialectOf("cells.ts"))
	}
	return nil
}

// configuredPart looks at text out of a notebook as at a file of its own.
func (e *Engine) configuredPart(s *seen, text *notebook.Text, kinds ...string) {
	if text.Source == "" {
		return
	}
	f := &file{path: s.path, kinds: kinds, data: text.Source, target: s.target}
	e.configured(f)
	for i := range f.found {
		f.found[i].moveInto(text)
	}
	s.found = append(s.found, f.found...)
	s.settings = len(s.found)
}

// moveInto gives a finding that was made in the text of a notebook its place in the file.
func (f *Finding) moveInto(t *notebook.Text) {
	end := t.Place(max(f.EndLine, f.Line), 1)
	p := t.Place(f.Line, f.Column)
	f.Line, f.Column, f.EndLine, f.Cell = p.Line, p.Column, max(end.Line, p.Line), p.Cell
	f.Message = fmt.Sprintf("%s (cell %d).", strings.TrimSuffix(f.Message, "."), p.Cell)
	if s := f.Suppressed; s != nil {
		f.Suppressed = &Suppression{Line: t.Place(s.Line, 1).Line, Reason: s.Reason}
	}
}

// moveInto gives a step its place.
func (s *Step) moveInto(t *notebook.Text) {
	p := t.Place(s.Line, s.Column)
	s.Line, s.Column = p.Line, p.Column
}
