package notebook

import (
	"strings"
)

// Parse reads a notebook. A file that is cut off or broken gives what was read before that, with an error in Errors.
func Parse(data []byte) *Notebook {
	r := reader{scanner: scanner{data: data, line: 1}}
	if len(data) > maxBytes {
		r.errors = append(r.errors, Error{1, "larger than 256 MiB"})
		return r.notebook()
	}
	if strings.HasPrefix(string(data[:min(len(data), 3)]), "\ufeff") {
		r.at, r.seen, r.from = 3, 3, 3
	}
	if r.peek() != '{' {
		r.errors = append(r.errors, Error{1, "a notebook is a JSON object, and this is none"})
		return r.notebook()
	}
	err := r.object(func(key string) error {
		switch key {
		case "cells":
			return r.list(r.cell)
		case "worksheets": // nbformat 3
			return r.list(func() error {
				return r.object(func(key string) error {
					if key == "cells" {
						return r.list(r.cell)
					}
					return r.skip()
				})
			})
		case "metadata":
			return r.object(r.metadata)
		}
		return r.skip()
	})
	r.fails(err)
	return r.notebook()
}

// reader is a notebook while it is read.
type reader struct {
	scanner
	kernel, language, mime, cellLanguage string
	number                               int
	cells                                []cell
	output                               writer
	errors                               []Error
	kept                                 int // bytes of cells
	full                                 bool
}

// cell is a code cell that waits for the language of the notebook, which may stand behind it.
type cell struct {
	number int
	cellText
}

func (r *reader) fails(err error) {
	if bad, ok := err.(*Error); ok && len(r.errors) < maxErrors {
		r.errors = append(r.errors, *bad)
	}
}

func (r *reader) metadata(key string) error {
	name := func(into *string, wanted ...string) error {
		return r.object(func(key string) error {
			for _, w := range wanted {
				if key == w && *into == "" {
					var text cellText
					err := r.text(&text)
					*into = strings.ToLower(text.text)
					return err
				}
			}
			return r.skip()
		})
	}
	switch key {
	case "kernelspec":
		return name(&r.kernel, "language")
	case "language_info":
		return r.object(func(key string) error {
			switch key {
			case "name", "mimetype":
				var text cellText
				err := r.text(&text)
				if key == "name" {
					r.language = strings.ToLower(text.text)
				} else {
					r.mime = text.text
				}
				return err
			}
			return r.skip()
		})
	}
	return r.skip()
}

func (r *reader) cell() error {
	r.number++
	kind := ""
	var source cellText
	if r.peek() != '{' {
		return r.skip()
	}
	err := r.object(func(key string) error {
		switch key {
		case "cell_type":
			var text cellText
			err := r.text(&text)
			kind = text.text
			return err
		case "language":
			var text cellText
			err := r.text(&text)
			r.cellLanguage = strings.ToLower(text.text)
			return err
		case "source", "input":
			return r.text(&source)
		case "outputs":
			return r.list(r.shown)
		}
		return r.skip()
	})
	if kind == "code" && source.text != "" {
		if r.kept += len(source.text); r.kept > maxText {
			if !r.full {
				r.full = true
				r.errors = append(r.errors, Error{int(source.spans[0].line), "more than 16 MiB of code: the rest is left out"})
			}
			return err
		}
		r.cells = append(r.cells, cell{r.number, source})
	}
	return err
}

// shown reads one output of a cell: what was printed, what an error said, and the plain form of what was shown.
func (r *reader) shown() error {
	keep := func() error {
		var text cellText
		err := r.text(&text)
		if text.text != "" {
			r.output.begin(r.number)
			if r.output.add(&text, 0, len(text.text)) && !strings.HasSuffix(text.text, "\n") {
				r.output.put("\n", &text, len(text.text))
			}
		}
		return err
	}
	return r.object(func(key string) error {
		switch key {
		case "text", "traceback", "evalue", "html":
			return keep()
		case "data":
			return r.object(func(key string) error {
				switch key {
				case "text/plain", "text/html", "text/markdown":
					return keep()
				}
				return r.skip()
			})
		}
		return r.skip()
	})
}

func (r *reader) notebook() *Notebook {
	n := &Notebook{Errors: r.errors, Output: r.output.done()}
	n.Language = "python"
	for _, said := range []string{r.kernel, r.language, r.cellLanguage} {
		if said != "" {
			n.Language = said
			break
		}
	}
	if strings.HasPrefix(n.Language, "ipython") || strings.HasPrefix(r.mime, "text/x-python") { // what IPython once called itself, and what stands on Python
		n.Language = "python"
	}
	var s splitter
	for i := range r.cells {
		c := &r.cells[i]
		if n.Language == "python" {
			s.python(c)
			continue
		}
		s.code.begin(c.number)
		if s.code.add(&c.cellText, 0, len(c.text)) && !strings.HasSuffix(c.text, "\n") {
			s.code.put("\n", &c.cellText, len(c.text))
		}
	}
	n.Code, n.Shell, n.Errors = s.code.done(), s.shell.done(), append(n.Errors, s.errors...)
	return n
}
