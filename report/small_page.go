package report

import (
	"bytes"
	"fmt"
	"html/template"
	"io"
)

// frame is what the pages beside the big report have in common: its style sheet and one of their own, no script, and no request.
type frame struct {
	style  template.CSS
	policy string
	name   string
	pages  *template.Template
}

// smallPage reads the template and the style sheet of a page by its name.
func smallPage(name string) (*frame, error) {
	css, err := htmlFiles.ReadFile("html/page.css")
	if err != nil {
		return nil, fmt.Errorf("read the style sheet: %w", err)
	}
	more, err := htmlFiles.ReadFile("html/" + name + ".css")
	if err != nil {
		return nil, fmt.Errorf("read the style sheet: %w", err)
	}
	pages, err := template.New("").Option("missingkey=error").ParseFS(htmlFiles, "html/marks.html", "html/"+name+".html")
	if err != nil {
		return nil, fmt.Errorf("parse the page: %w", err)
	}
	css = append(css, more...)
	return &frame{template.CSS(css), "default-src 'none'; style-src '" + contentHash(css) + "'; base-uri 'none'; form-action 'none'", name + ".html", pages}, nil
}

// draw writes a page whole or not at all.
func (f *frame) draw(w io.Writer, page any) error {
	var out bytes.Buffer
	if err := f.pages.ExecuteTemplate(&out, f.name, page); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	_, err := w.Write(out.Bytes())
	return err
}
