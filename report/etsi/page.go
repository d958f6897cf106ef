package etsi

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/report/inert"
)

// page is the bundle for people, as Markdown in which text of the target does nothing.
func page(b *bundle, t table) string {
	var w strings.Builder
	fmt.Fprintf(&w, "# Conformance bundle: %s\n\n", inert.Markdown(b.System.Name))
	fmt.Fprintf(&w, "%s, assessed %s by %s %s from what lies in %s.\n\n", b.Standard.Name, day(b.At), inert.Markdown(b.Tool.Name), inert.Markdown(b.Tool.Version), cell(inert.Cut(b.Target, 200)))
	fmt.Fprintf(&w, "> %s\n>\n> %s\n>\n> %s\n\n", b.Disclaimer, b.Standard.Basis, b.Standard.Method)
	w.WriteString("| provisions | pass | fail | inconclusive | excluded |\n|---|---|---|---|---|\n")
	for _, row := range []struct {
		name string
		c    counts
	}{{"mandatory (M)", b.Counts.Mandatory}, {"recommended (R)", b.Counts.Recommended}} {
		fmt.Fprintf(&w, "| %s | %d | %d | %d | %d |\n", row.name, row.c.Pass, row.c.Fail, row.c.Inconclusive, row.c.Excluded)
	}
	w.WriteString("\nA provision fails where a clause that it needs is not met, and passes where all of them are and no clause is missing. Everything else is inconclusive; " +
		"nothing passes by silence. A risk that people bear for a time stays a fail.\n")
	statement(&w, b, t)
	exclusions(&w, b)
	information(&w, b)
	evidence(&w, b)
	gaps(&w, b)
	return w.String()
}

func statement(w *strings.Builder, b *bundle, t table) {
	w.WriteString("\n## Statement and verdicts\n\nStatus M: shall, R: should. Support Y, N or N/A, and ? where nobody claims anything. What a provision asks is shortened; its text is ETSI's.\n")
	verdicts := map[string]verdictJSON{}
	for _, v := range b.Verdicts {
		verdicts[v.Provision] = v
	}
	for _, p := range t.Principles {
		fmt.Fprintf(w, "\n### %s %s\n\n| provision | status | asks | support | verdict | strength | why |\n|---|---|---|---|---|---|---|\n", p.ID, p.Title)
		for _, c := range b.ICS {
			if c.Principle != p.ID {
				continue
			}
			v, asks := verdicts[c.Provision], c.Asks
			if c.Condition != "" {
				asks += " (" + c.Condition + ")"
			}
			verdict, strength, support := "**"+v.Verdict+"**", v.Strength, c.Support
			if v.Verdict == "" {
				verdict, strength = "excluded", ""
			}
			if strings.HasPrefix(c.By, "the word of") {
				support = "*Y, a person's word*"
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", c.Provision, c.Status, cell(asks), support, verdict, strength, cell(inert.Cut(c.Detail, 400)))
		}
	}
}

func exclusions(w *strings.Builder, b *bundle) {
	w.WriteString("\n## Exclusions\n\n")
	if len(b.Exclusions) == 0 {
		w.WriteString("None.\n")
		return
	}
	w.WriteString("| provision | reason | by | until |\n|---|---|---|---|\n")
	for _, x := range b.Exclusions {
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", x.Provision, cell(x.Reason), cell(x.By), x.Until)
	}
}

// rowsMost is how many rows of one table are shown; the JSON holds all.
const rowsMost = 200

func information(w *strings.Builder, b *bundle) {
	w.WriteString("\n## Extra information\n")
	s := b.System
	fmt.Fprintf(w, "\nSystem: %s. Owner: %s. Accountable leader: %s. Stage: %s. Criticality: %s. Users: %s. Classes of data: %s.\n", inert.Markdown(s.Name), orNot(s.Owner), orNot(s.Leader), orNot(s.Stage),
		orNot(s.Criticality), orNot(strings.Join(s.Users, ", ")), orNot(strings.Join(s.DataClasses, ", ")))
	for _, t := range tables {
		var rows []entry
		for _, e := range b.IXIT {
			if e.Table == t.name {
				rows = append(rows, e)
			}
		}
		fmt.Fprintf(w, "\n### %s\n\n", strings.ToUpper(t.name[:1])+t.name[1:])
		if len(rows) == 0 {
			w.WriteString("None found and none declared.\n")
			continue
		}
		w.WriteString("| id | kind | name | where | version | digest | known from | missing |\n|---|---|---|---|---|---|---|---|\n")
		for i, e := range rows {
			if i == rowsMost {
				fmt.Fprintf(w, "\nAnd %d more, which the JSON form holds.\n", len(rows)-i)
				break
			}
			where := cell(inert.Cut(e.Where, 120))
			if e.More > 0 {
				where += fmt.Sprintf(" and %d more", e.More)
			}
			fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", e.ID, cell(strings.ReplaceAll(e.Kind, "_", " ")), cell(inert.Cut(e.Name, 120)), where, cell(inert.Cut(e.Version, 60)), short(e.Digest),
				e.Origin, strings.Join(e.Missing, ", "))
		}
	}
}

func orNot(s string) string {
	if s == "" {
		return "not declared"
	}
	return inert.Markdown(s)
}

func evidence(w *strings.Builder, b *bundle) {
	w.WriteString("\n## Evidence\n\n")
	if len(b.Evidence) == 0 {
		w.WriteString("None on which a verdict rests.\n")
		return
	}
	w.WriteString("Digests of all that was examined stand in the JSON form.\n\n| record | check | outcome | strength | made | signed | provisions | files |\n|---|---|---|---|---|---|---|---|\n")
	for _, e := range b.Evidence {
		signed := "in this run"
		switch {
		case e.SelfSigned:
			signed = "**self-signed: the target's own word**"
		case e.Signer != "":
			signed = "by " + cell(e.Signer)
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %d |\n", short(e.ID), cell(e.Title), e.Outcome, e.Strength, day(e.At), signed, strings.Join(e.Provisions, ", "),
			len(e.Examined)+e.More)
	}
}

func gaps(w *strings.Builder, b *bundle) {
	if len(b.Gaps) == 0 {
		return
	}
	w.WriteString("\n## Not read\n\n")
	for i, g := range b.Gaps {
		if i == rowsMost {
			fmt.Fprintf(w, "- And %d more, which the JSON form holds.\n", len(b.Gaps)-i)
			break
		}
		mark := ""
		if g.Needed {
			mark = "**Verdicts rest on it:** "
		}
		fmt.Fprintf(w, "- %s%s: %s\n", mark, inert.Markdown(inert.Cut(g.Place, 200)), inert.Markdown(inert.Cut(g.Reason, 300)))
	}
}

// cell is text in a cell of a table, where a bar would end it.
func cell(s string) string { return inert.Markdown(s) }

// short is the beginning of a record's id, as code, where nothing is taken for a commit.
func short(id string) string {
	sum := strings.TrimPrefix(id, "sha256:")
	if len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		return cell(inert.Cut(id, 40))
	}
	return "`" + sum[:12] + "`"
}
