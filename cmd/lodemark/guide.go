package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report"
)

func guideCommand() *cobra.Command {
	var crosswalk, format string
	var waiting bool
	c := &cobra.Command{
		Use:   "guide [GUIDELINE | CLAUSE]",
		Short: "Explain the guidelines: clauses, what counts as evidence, and what of ours produces it",
		Example: "  lodemark guide\n  lodemark guide DEV-1\n  lodemark guide OM-4.3\n  lodemark guide --crosswalk etsi\n" +
			"  lodemark guide --waiting\n  lodemark guide --format json",
		Args: atMostOne("guideline or clause"),
		RunE: func(c *cobra.Command, args []string) error {
			g := guide{catalogue: lodemark.Guidelines(), practices: practices(), w: c.OutOrStdout()}
			g.width = min(110, max(40, viewOf(g.w, false).Width))
			switch {
			case format != "text" && format != "json":
				return usage("use text or json", "guide has no format %q", format)
			case crosswalk != "" && waiting:
				return usage("drop one of them", "--crosswalk and --waiting are two different lists")
			case crosswalk != "":
				if len(args) > 0 {
					return usage("drop one of them", "--crosswalk turns the whole catalogue round and takes no %s", args[0])
				}
				return g.crosswalk(crosswalk, format)
			case waiting:
				if len(args) > 0 {
					return usage("drop one of them", "--waiting lists the whole catalogue and takes no %s", args[0])
				}
				return g.waiting(format)
			case format == "json":
				return g.json(args)
			case len(args) == 0:
				g.list()
				return nil
			}
			return g.explain(args[0])
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, a := range lodemark.Guidelines().Areas {
				for _, g := range a.Guidelines {
					ids = append(ids, g.ID+"\t"+g.Title)
				}
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().StringVar(&crosswalk, "crosswalk", "", "turn the catalogue round: etsi, aisvs, ssdf, atlas or owasp")
	c.Flags().BoolVar(&waiting, "waiting", false, "list the clauses that no check looks at yet, by what they wait for")
	c.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	return c
}

// guide explains the catalogue together with the checks there are.
type guide struct {
	catalogue *lodemark.Catalogue
	practices []lodemark.Practice
	w         io.Writer
	width     int
}

func (g guide) printf(format string, args ...any) { fmt.Fprintf(g.w, format, args...) }

// paragraph writes text wrapped to the width, every line indented, the first one led by the mark.
func (g guide) paragraph(indent int, mark, text string) {
	pad := strings.Repeat(" ", indent)
	hang := pad + strings.Repeat(" ", len(mark)) // marks are ids and words of ours
	for i, line := range report.Fold(text, g.width-len(hang)) {
		lead := hang
		if i == 0 {
			lead = pad + mark
		}
		g.printf("%s%s\n", lead, strings.TrimRight(line, " "))
	}
}

func (g guide) list() {
	src := g.catalogue.Source
	g.paragraph(0, "", fmt.Sprintf("%s (%s), in our own words: 4 areas, 17 guidelines, %d clauses.", src.Title, src.Published, len(g.catalogue.Clauses())))
	for _, a := range g.catalogue.Areas {
		g.printf("\n%s\n", a.Title)
		for _, x := range a.Guidelines {
			checks := len(g.checks(x.ID))
			g.paragraph(2, fmt.Sprintf("%-6s ", x.ID), fmt.Sprintf("%s (%s, %s)", x.Title, count(len(x.Clauses), "clause"), count(checks, "check")))
		}
	}
	g.printf("\nFoundation duties of the introduction, shown apart and never counted\n")
	for _, c := range g.catalogue.Foundation {
		g.paragraph(2, fmt.Sprintf("%-6s ", c.ID), c.Statement)
	}
	g.printf("\n")
	g.paragraph(0, "", "lodemark guide DEV-1 explains a guideline, lodemark guide DEV-1.5 a clause, lodemark guide --crosswalk etsi turns the catalogue round (also aisvs, ssdf, atlas, owasp), lodemark guide --waiting says what nothing looks at yet.")
	g.printf("\n")
	g.paragraph(0, "", g.credit())
}

func (g guide) credit() string {
	return fmt.Sprintf("The guidelines' titles and the substance of the clauses come from %q, Crown copyright 2023, re-used under the Open Government Licence v3.0. %s",
		g.catalogue.Source.Title, lodemark.Disclaimer)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// checks returns the checks that stand under a guideline or bear on the clause.
func (g guide) checks(id string) []lodemark.Check {
	var out []lodemark.Check
	for _, p := range g.practices {
		for _, c := range slices.Concat(p.Checks, p.Kept) {
			bears := slices.ContainsFunc(c.Bears, func(b lodemark.Bearing) bool {
				return b.Clause == id || lodemark.GuidelineOf(b.Clause) == id
			})
			if bears && !added(c) {
				out = append(out, c)
			}
		}
	}
	return out
}

// added says whether a check is there only where the operator adds something of theirs.
func added(c lodemark.Check) bool { return c.Command == "" && len(c.Bad) == 0 }

// later returns what of a later version will bear on the clause.
func (g guide) later(clause string) string {
	for _, p := range g.practices {
		if engine := p.Later[clause]; engine != "" {
			return engine
		}
	}
	return ""
}

func (g guide) explain(id string) error {
	if x, ok := g.catalogue.Guideline(id); ok {
		g.printf("%s  %s\n", x.ID, x.Title)
		g.paragraph(0, "", fmt.Sprintf("%s, page %d of the guidelines.", count(len(x.Clauses), "clause"), x.Page))
		for _, c := range x.Clauses {
			g.printf("\n")
			g.clause(c)
		}
		g.printf("\n")
		g.paragraph(0, "", g.credit())
		return nil
	}
	c, ok := g.catalogue.Clause(id)
	if !ok {
		return usage("lodemark guide lists them", "there is no guideline or clause %q", id)
	}
	g.clause(c)
	g.checkDetails(c.ID)
	return nil
}

func (g guide) clause(c lodemark.Clause) {
	g.paragraph(0, c.ID+"  ", c.Statement)
	var kinds []string
	for _, k := range c.Verify {
		kinds = append(kinds, string(k))
	}
	g.paragraph(2, "shown by      ", strings.Join(kinds, ", ")+"; "+machineWords[c.Machine])
	if c.AppliesWhen != "" {
		g.paragraph(2, "applies when  ", strings.ReplaceAll(c.AppliesWhen, "_", " "))
	}
	for i, e := range c.Evidence {
		g.paragraph(2, pick(i == 0, "evidence      ", "              "), "- "+e)
	}
	if c.NotEnough != "" {
		g.paragraph(2, "not enough    ", c.NotEnough)
	}
	g.paragraph(2, "seen by       ", g.seenBy(c))
	if refs := references(c); refs != "" {
		g.paragraph(2, "see also      ", refs)
	}
}

var machineWords = map[lodemark.MachineLevel]string{
	lodemark.MachineFull:    "a machine can settle it",
	lodemark.MachinePartial: "a machine can settle a part of it",
	lodemark.MachineNone:    "a person's statement settles it",
}

func pick(cond bool, a, b string) string {
	if cond {
		return a
	}
	return b
}

// seenBy says which checks produce evidence today, and what will later.
func (g guide) seenBy(c lodemark.Clause) string {
	var parts []string
	for _, k := range g.checks(c.ID) {
		i := slices.IndexFunc(k.Bears, func(b lodemark.Bearing) bool { return b.Clause == c.ID })
		parts = append(parts, k.ID+pick(k.Bears[i].Settles, " (settles)", " (supports)"))
	}
	if slices.Contains(c.Verify, lodemark.VerifyAttest) || len(parts) > 0 {
		parts = append(parts, "lodemark decide attest "+c.ID)
	}
	if engine := g.later(c.ID); engine != "" {
		parts = append(parts, "later: "+engine)
	}
	if len(parts) == 0 {
		return "nothing of ours yet"
	}
	return strings.Join(parts, "; ")
}

func references(c lodemark.Clause) string {
	var parts []string
	for _, s := range schemes() {
		var ids []string
		for _, r := range c.Crosswalk {
			if r.Scheme == s.key {
				ids = append(ids, r.ID)
			}
		}
		if len(ids) > 0 {
			parts = append(parts, s.name+" "+strings.Join(ids, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func (g guide) checkDetails(clause string) {
	for _, k := range g.checks(clause) {
		g.printf("\n")
		g.paragraph(0, k.ID+"  ", k.Title)
		g.paragraph(2, "why   ", k.Why)
		g.paragraph(2, "fix   ", k.Fix)
		if k.Help != "" {
			g.paragraph(2, "help  ", k.Help)
		}
	}
}

// scheme is a publication that the crosswalk points to: the key in the catalogue, the word on the command line, its name.
type scheme struct{ key, word, name string }

func schemes() []scheme {
	return []scheme{
		{"etsi", "etsi", "ETSI EN 304 223"},
		{"aisvs", "aisvs", "OWASP AISVS v1.0"},
		{"ssdf", "ssdf", "NIST SP 800-218A"},
		{"atlas_mitigations", "atlas", "MITRE ATLAS"},
		{"owasp_llm", "owasp", "OWASP LLM Top 10"},
	}
}

// turned is one item of another publication with the clauses that point to it.
type turned struct {
	ID      string   `json:"id"`
	Clauses []string `json:"clauses"`
}

func (g guide) crosswalk(word, format string) error {
	i := slices.IndexFunc(schemes(), func(s scheme) bool { return s.word == word || s.key == word })
	if i < 0 {
		return usage("use etsi, aisvs, ssdf, atlas or owasp", "there is no crosswalk %q", word)
	}
	s := schemes()[i]
	rows := g.turn(s.key)
	if format == "json" {
		return writeJSON(g.w, map[string]any{"schema": "lodemark.crosswalk/1", "tool": toolOf(), "scheme": s.word,
			"edition": g.catalogue.Editions[s.key], "items": rows})
	}
	g.paragraph(0, "", s.name+": "+g.catalogue.Editions[s.key])
	g.printf("\n")
	wide := 0
	for _, r := range rows {
		wide = max(wide, len(r.ID))
	}
	for _, r := range rows {
		g.paragraph(2, fmt.Sprintf("%-*s  ", wide, r.ID), strings.Join(r.Clauses, ", "))
	}
	return nil
}

func (g guide) turn(key string) []turned {
	at := map[string]int{}
	var rows []turned
	for _, c := range slices.Concat(g.catalogue.Foundation, g.catalogue.Clauses()) {
		for _, r := range c.Crosswalk {
			if r.Scheme != key {
				continue
			}
			i, ok := at[r.ID]
			if !ok {
				i = len(rows)
				at[r.ID] = i
				rows = append(rows, turned{ID: r.ID})
			}
			rows[i].Clauses = append(rows[i].Clauses, c.ID)
		}
	}
	slices.SortFunc(rows, func(a, b turned) int { return natural(a.ID, b.ID) })
	return rows
}

// natural compares ids so that C2 comes before C10.
func natural(a, b string) int {
	for a != "" && b != "" {
		x, restA := run1(a)
		y, restB := run1(b)
		if isDigit(x[0]) && isDigit(y[0]) {
			x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
			if c := cmp.Compare(len(x), len(y)); c != 0 {
				return c
			}
		}
		if c := cmp.Compare(x, y); c != 0 {
			return c
		}
		a, b = restA, restB
	}
	return cmp.Compare(len(a), len(b))
}

// run1 cuts off the leading run of digits or of other characters.
func run1(s string) (head, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return isDigit(byte(r)) != isDigit(s[0]) })
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

type guideClause struct {
	ID          string   `json:"id"`
	Statement   string   `json:"statement"`
	Verify      []string `json:"verify"`
	Machine     string   `json:"machine"`
	AppliesWhen string   `json:"applies_when,omitempty"`
	Evidence    []string `json:"evidence"`
	NotEnough   string   `json:"not_enough,omitempty"`
	Checks      []string `json:"checks"`
	Later       string   `json:"later,omitempty"`
	Crosswalk   []string `json:"crosswalk"`
}

func (g guide) json(args []string) error {
	clauses := slices.Concat(g.catalogue.Clauses(), g.catalogue.Foundation)
	if len(args) > 0 {
		x, isGuideline := g.catalogue.Guideline(args[0])
		c, isClause := g.catalogue.Clause(args[0])
		switch {
		case isGuideline:
			clauses = x.Clauses
		case isClause:
			clauses = []lodemark.Clause{c}
		default:
			return usage("lodemark guide lists them", "there is no guideline or clause %q", args[0])
		}
	}
	out := make([]guideClause, 0, len(clauses))
	for _, c := range clauses {
		row := guideClause{ID: c.ID, Statement: c.Statement, Machine: string(c.Machine), AppliesWhen: c.AppliesWhen,
			Evidence: c.Evidence, NotEnough: c.NotEnough, Later: g.later(c.ID), Checks: []string{}, Crosswalk: []string{}}
		for _, k := range c.Verify {
			row.Verify = append(row.Verify, string(k))
		}
		for _, k := range g.checks(c.ID) {
			row.Checks = append(row.Checks, k.ID)
		}
		for _, r := range c.Crosswalk {
			row.Crosswalk = append(row.Crosswalk, r.Scheme+" "+r.ID)
		}
		out = append(out, row)
	}
	return writeJSON(g.w, map[string]any{"schema": "lodemark.guide/1", "tool": toolOf(), "source": g.catalogue.Source, "clauses": out})
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
