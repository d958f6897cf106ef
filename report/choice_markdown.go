package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lodemark/lodemark"
)

// writeChoiceMarkdown draws criteria as rows and candidates as columns; of more than four, each has a table of its own.
func writeChoiceMarkdown(w io.Writer, c *Choice, o Options) error {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("<!-- lodemark compare -->\n## %s for one choice\n", count(len(c.Candidates), "candidate"))
	if c.Need != "" {
		line("Needed: %s.\n", escapeMarkdown(c.Need))
	}
	for _, l := range c.choiceSummary() {
		line("- %s", escapeMarkdown(l))
	}
	line("")
	for from := 0; from < len(c.Candidates); from += choiceBeside {
		to := min(from+choiceBeside, len(c.Candidates))
		head, rule := "| |", "|---|"
		for _, k := range c.Candidates[from:to] {
			head += " **" + tableCell(k.Name, 80) + "**<br>" + tableCell(choiceAbout(k), 120) + " |"
			rule += "---|"
		}
		line("%s\n%s", head, rule)
		for _, k := range c.Criteria {
			row := "| **" + k.Title + "** |"
			for _, j := range k.Judgements[from:to] {
				row += " " + markdownCell(j, o.Verbose) + " |"
			}
			line("%s", row)
		}
		line("")
	}
	markdownThreats(line, c)
	line("A criterion has the state of its worst signal, and there is no total. *Declared* is the word of whoever wrote the description.\n")
	line("<sub>%s %s, %s. %s</sub>", escapeMarkdown(c.Tool.Name), escapeMarkdown(c.Tool.Version), day(c.At), lodemark.Disclaimer)
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownCell(j ChoiceJudgement, verbose bool) string {
	out := "**" + string(j.State) + "**"
	signals, others := j.deciding()
	if verbose {
		signals, others = j.Signals, 0
	}
	for i, s := range signals {
		if i == 2*choiceShown && !verbose {
			others += len(signals) - i
			break
		}
		out += "<br>" + tableCell(s.words(), 200)
		if s.At != "" {
			out += " \\[" + tableCell(s.At, 100) + "\\]"
		}
	}
	if others > 0 {
		out += fmt.Sprintf("<br>and %s", count(others, "other signal"))
	}
	return out
}

func markdownThreats(line func(string, ...any), c *Choice) {
	h := c.Threats
	if h == nil {
		return
	}
	line("### Threats in the place of %s\n", escapeMarkdown(h.Component))
	head, rule, totals := "| threat | as it is |", "|---|---|", "| all | "+h.Totals[0].words()+" |"
	for i, k := range c.Candidates {
		head += " " + tableCell(k.Name, 60) + " |"
		rule += "---|"
		totals += " " + h.Totals[i+1].words() + " |"
	}
	line("%s\n%s\n%s", head, rule, totals)
	for _, r := range h.Rows {
		row := fmt.Sprintf("| %s %s (%s) | %s |", r.ID, tableCell(r.Title, 120), r.Severity, nowWords(r.Now))
		for _, k := range r.Cells {
			cell := k.changeWords()
			if k.worse() > 0 {
				cell = "**" + cell + "**"
			}
			row += " " + cell + " |"
		}
		line("%s", row)
	}
	line("\n%s are the same whichever is taken.\n", count(h.Same, "other threat"))
}
