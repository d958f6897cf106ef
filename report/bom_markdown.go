package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// Comments of pull requests end at 65,536 characters; what the shares of each part cannot hold is counted.
const (
	markdownParts    = 36_000
	markdownElements = 14_000
)

// writeBOMMarkdown draws an inventory as tables, for a document or a comment under a pull request.
func writeBOMMarkdown(w io.Writer, b *BOM, _ Options) error {
	m := &markdown{run: b.Run}
	c := newBill(b)
	fmt.Fprintf(&m.b, "<!-- lodemark bom -->\n## Parts of %s\n\n%s\n", escapeMarkdown(clip(b.Run.System.Name, 100)), bomSummary(c.parts))
	var shown, aside []part
	for _, p := range c.parts {
		if p.Test {
			aside = append(aside, p)
		} else {
			shown = append(shown, p)
		}
	}
	var rows []string
	kind := lodemark.Kind("")
	for _, p := range shown {
		row := ""
		if p.Kind != kind {
			kind = p.Kind
			g, _ := groupOf(kind)
			row = fmt.Sprintf("\n### %s\n\n| name | place | pin | known | about |\n|---|---|---|---|---|\n", g.Many)
		}
		rows = append(rows, row+fmt.Sprintf("| %s | %s | %s | %s | %s |\n", tableCell(p.title(), 120), tableCell(p.placeText()+p.more(), 90), p.Pin, p.Origin, tableCell(p.about(), 160)))
	}
	m.listed(rows, markdownParts, "part")
	if len(aside) > 0 {
		fmt.Fprintf(&m.b, "\nIn tests and vendored folders: %s.\n", strings.Join(kindCounts(aside), ", "))
	}
	if text := estimateText(lodemark.EstimateModels(b.Run.System.Code)); text != "" {
		fmt.Fprintf(&m.b, "\n### Models in code that may be missed\n\n%s\n", text)
	}
	m.elements(c.elements(), b.Elements)
	m.gaps()
	fmt.Fprintf(&m.b, "\n<sub>%s %s, %s. %s</sub>\n", escapeMarkdown(b.Run.Tool.Name), escapeMarkdown(b.Run.Tool.Version), day(b.Run.At), lodemark.Disclaimer)
	_, err := io.WriteString(w, m.b.String())
	return err
}

// tableCell is text for one cell of a table.
func tableCell(s string, n int) string { return escapeMarkdown(clip(s, n)) }

func (m *markdown) elements(rows []elementRow, all bool) {
	fmt.Fprintf(&m.b, "\n### Minimum elements of an SBOM for AI\n\n%s (%s).\n", elementCounts(rows), elementsSource)
	if !all {
		return
	}
	items := []string{"| | element | state | known from | where to add it |\n|---|---|---|---|---|\n"}
	for _, r := range rows {
		items = append(items, fmt.Sprintf("| %s | %s | %s | %s | %s |\n", r.ID, r.Name, r.State, tableCell(r.Where, 120), tableCell(r.todo(), 200)))
	}
	m.b.WriteString("\n")
	m.listed(items, markdownElements, "element")
}
