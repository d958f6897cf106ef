package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// writeThreatsCSV writes a row for each threat at each place, for spreadsheets and risk registers.
func writeThreatsCSV(w io.Writer, t *Threats, _ Options) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"id", "title", "status", "severity", "place", "line", "reason", "path", "mitigations", "settles", "rank", "ranked", "stage", "stride", "cia", "atlas", "owasp"}}
	for _, x := range t.Shown {
		var measures []string
		for _, m := range x.Mitigations {
			word := string(m.Status)
			if word == "" {
				word = "open"
			}
			measures = append(measures, m.ID+" "+word)
		}
		list := func(words []string) string { return strings.Join(words, "; ") }
		for _, p := range x.Places {
			rows = append(rows, []string{x.ID, x.Title, string(x.Status), x.Severity, p.At, fmt.Sprint(p.Line), p.Reason, arrows(p.Path), list(measures), list(p.Settles),
				fmt.Sprint(p.Rank), p.Ranked, x.Stage, list(x.STRIDE), list(x.CIA), list(x.ATLAS), list(x.OWASP)})
		}
	}
	for _, row := range rows {
		for i := range row {
			row[i] = csvCell(row[i])
		}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// csvCell keeps a spreadsheet from taking text of a threat model for a formula.
func csvCell(s string) string {
	s = plain(s)
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
