package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/picture"
)

//go:embed html
var htmlFiles embed.FS

// How much of a large run is drawn; the JSON report holds all of it, and the page says so wherever it stops.
const (
	htmlActions    = 32  // actions in full
	htmlBrief      = 150 // actions of which one line is drawn, after those
	htmlFindings   = 150 // places, over all actions
	htmlPlaces     = 20  // places of one action
	htmlComponents = 300 // over all kinds
	htmlOfKind     = 40  // components of one kind
	htmlRecords    = 150 // evidence records
	htmlShown      = 6   // places of one action that are not folded away
	htmlExcerpts   = 3   // places of one action whose lines are shown; the others look alike
	htmlExamined   = 12  // files of one record
	htmlRows       = 100 // rows of every other list
)

// writeHTML draws a run as one page that needs nothing else: no request leaves it, and its policy forbids any.
//
// All text of the target passes plain, sentence or lines and then html/template. The only values marked as safe are our
// own style sheet and script. The templates are parsed here and not at start, which every other command would pay for.
func writeHTML(w io.Writer, r *lodemark.Run, o Options) error {
	css, err := htmlFiles.ReadFile("html/page.css")
	if err != nil {
		return fmt.Errorf("read the style sheet: %w", err)
	}
	js, err := htmlFiles.ReadFile("html/page.js")
	if err != nil {
		return fmt.Errorf("read the script: %w", err)
	}
	pages, err := template.New("").Option("missingkey=error").ParseFS(htmlFiles, "html/*.html")
	if err != nil {
		return fmt.Errorf("parse the page: %w", err)
	}
	css = append([]byte(picture.Style), css...)
	page := newHTMLPage(r)
	page.Threats = htmlThreatsOf(o.Threats)
	page.Style, page.Script = template.CSS(css), template.JS(js)
	page.Policy = "default-src 'none'; style-src '" + contentHash(css) + "'; script-src '" + contentHash(js) +
		"'; base-uri 'none'; form-action 'none'"
	var out bytes.Buffer
	if err := pages.ExecuteTemplate(&out, "page.html", page); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	_, err = w.Write(out.Bytes())
	return err
}

// contentHash is the form in which a content security policy names a text that it allows.
func contentHash(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
