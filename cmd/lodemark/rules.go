package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/rules"
	"github.com/lodemark/lodemark/internal/weakness"
)

func rulesCommand() *cobra.Command {
	var format, dir, test string
	c := &cobra.Command{
		Use:   "rules [RULE | FAMILY]",
		Short: "List the rules for source code and configuration, explain one, or try your own",
		Long: "Rules are what lodemark code and lodemark assess look for in source code and configuration. Without an argument they are listed,\n" +
			"with one they are explained: why it matters, what to do, what it matches, and examples.\n\n" +
			"--test runs the examples of your own rules, which are written as the built-in ones are (docs/RULES.md).",
		Example: "  lodemark rules\n  lodemark rules LO\n  lodemark rules LO-01\n  lodemark rules --format json\n  lodemark rules --test ../our-rules",
		Args:    atMostOne("rule or family"),
		RunE: func(c *cobra.Command, args []string) error {
			w := c.OutOrStdout()
			switch {
			case format != "text" && format != "json":
				return usage("use text or json", "rules has no format %q", format)
			case test != "" && (dir != "" || len(args) > 0):
				return usage("drop one of them", "--test runs the examples of one folder and takes nothing else")
			case test != "":
				return testRules(c.Context(), test, w)
			}
			own, err := readOwnRules(dir)
			if err != nil {
				return err
			}
			var only []string
			if len(args) > 0 {
				if only, err = chosen(own, args[:1]); err != nil {
					return usage("lodemark rules lists them", "there is no rule and no family %q", args[0])
				}
			}
			all, err := weakness.Rules(own.rules, only)
			if err != nil {
				return err
			}
			b := ruleBook{guide{catalogue: lodemark.Guidelines(), w: w, width: min(110, max(40, viewOf(w, false).Width))}}
			switch {
			case format == "json":
				return b.json(all)
			case len(only) > 0 && only[0] == all[0].ID:
				return b.explain(all[0])
			}
			b.list(all)
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			all, _ := weakness.Rules(nil, nil)
			var ids []string
			for _, r := range all {
				ids = append(ids, r.ID+"\t"+r.Title)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().StringVarP(&format, "format", "f", "text", "text or json")
	c.Flags().StringVar(&dir, "rules", "", "a folder with rules of your own, besides the built-in ones")
	c.Flags().StringVar(&test, "test", "", "run the examples of the rules in this folder")
	return c
}

// ruleBook lists and explains rules, in the manner of the guide.
type ruleBook struct{ guide }

// families are what the rules of one kind are about, in the order of the document that they were written from.
func families() []struct{ ID, About string } {
	return []struct{ ID, About string }{
		{"LO", "what a model answers is not trusted"},
		{"PI", "what outsiders write does not steer a model"},
		{"AG", "agents and their tools are bounded"},
		{"LM", "models are called with limits and care"},
		{"DS", "models and data are loaded safely"},
		{"SC", "models, data and packages come from fixed sources"},
		{"MC", "MCP servers, skills, rules files and the settings of coding agents"},
		{"DT", "data for training and retrieval: where they come from, and whom they reach"},
		{"CI", "AI agents in pipelines"},
		{"SV", "servers of models and vectors are not exposed"},
	}
}

func aboutFamily(id string) string {
	for _, f := range families() {
		if f.ID == id {
			return f.About
		}
	}
	return "rules of your own"
}

func (b ruleBook) list(all []*rules.Rule) {
	family := ""
	for _, r := range all {
		if id := weakness.FamilyOf(r.ID); id != family {
			if family != "" {
				b.printf("\n")
			}
			family = id
			b.paragraph(0, id+"  ", aboutFamily(id))
		}
		words := r.Severity.String()
		if r.Advisory {
			words += ", advisory"
		}
		if r.From != "" {
			words += ", " + r.From
		}
		b.paragraph(2, fmt.Sprintf("%-6s ", r.ID), fmt.Sprintf("%s (%s, confidence %s)", strings.TrimSuffix(oneLine(r.Title), "."), words, r.Confidence))
	}
	b.printf("\n")
	b.paragraph(0, "", fmt.Sprintf("%s. lodemark rules LO-01 explains one; lodemark code runs them.", count(len(all), "rule")))
}

func (b ruleBook) explain(r *rules.Rule) error {
	if r.From == "" {
		written, err := rules.Written(r.ID)
		if err != nil {
			return err
		}
		if written != nil {
			r = written
		}
	}
	b.paragraph(0, r.ID+"  ", oneLine(r.Title))
	words := r.Severity.String() + ", confidence " + r.Confidence
	if r.Advisory {
		words += "; advisory: it points at something absent or is a hint, and fails no gate"
	}
	b.paragraph(2, "severity  ", words)
	b.paragraph(2, "message   ", oneLine(r.Message))
	b.paragraph(2, "why       ", oneLine(r.Why))
	b.paragraph(2, "fix       ", oneLine(r.Fix))
	if len(r.Refs) > 0 {
		b.paragraph(2, "see also  ", strings.Join(r.Refs, ", "))
	}
	for i, id := range r.Clauses {
		if c, ok := b.catalogue.Clause(id); ok {
			b.paragraph(2, pick(i == 0, "clauses   ", "          "), id+": "+c.Statement)
		}
	}
	for i := range r.Match {
		b.paragraph(2, pick(i == 0, "matches   ", "       or "), r.Match[i].Says(weakness.Sources()))
	}
	b.paragraph(2, "mute      ", fmt.Sprintf("a comment at the place: lodemark: ignore %s and why", r.ID))
	b.examples("Found", r.Examples.Bad)
	b.examples("Not found", r.Examples.Good)
	return nil
}

func (b ruleBook) examples(word string, all []rules.Example) {
	for _, x := range all {
		b.printf("\n%s\n", word)
		for _, name := range slices.Sorted(maps.Keys(x)) {
			b.printf("  %s\n", name)
			for line := range strings.Lines(strings.TrimRight(x[name], "\n")) {
				b.printf("  | %s\n", plain(strings.ReplaceAll(strings.TrimRight(line, "\n"), "\t", "    ")))
			}
		}
	}
}

// ruleJSON is a rule for programs.
type ruleJSON struct {
	ID         string            `json:"id"`
	Family     string            `json:"family"`
	Title      string            `json:"title"`
	Severity   lodemark.Severity `json:"severity"`
	Confidence string            `json:"confidence"`
	Advisory   bool              `json:"advisory"`
	Why        string            `json:"why"`
	Fix        string            `json:"fix"`
	Refs       []string          `json:"refs"`
	Clauses    []string          `json:"clauses"`
	Matches    []string          `json:"matches"`
	From       string            `json:"from,omitempty"` // of the operator's own: the file
}

func (b ruleBook) json(all []*rules.Rule) error {
	rows := []ruleJSON{}
	for _, r := range all {
		row := ruleJSON{ID: r.ID, Family: weakness.FamilyOf(r.ID), Title: oneLine(r.Title), Severity: r.Severity, Confidence: r.Confidence, Advisory: r.Advisory,
			Why: oneLine(r.Why), Fix: oneLine(r.Fix), Refs: append([]string{}, r.Refs...), Clauses: append([]string{}, r.Clauses...), From: r.From}
		for i := range r.Match {
			row.Matches = append(row.Matches, r.Match[i].Says(weakness.Sources()))
		}
		rows = append(rows, row)
	}
	return writeJSON(b.w, map[string]any{"schema": "lodemark.rules/1", "tool": toolOf(), "rules": rows})
}

// testRules runs the examples of the operator's rules.
func testRules(ctx context.Context, dir string, w io.Writer) error {
	own, err := readOwnRules(dir)
	if err != nil {
		return err
	}
	e, err := weakness.OwnEngine(own.rules)
	if err != nil {
		return usage(ownHint, "read rules: %w", rules.Placed(own.files, err))
	}
	broke := rules.TryExamples(ctx, e, own.rules)
	if err := ctx.Err(); err != nil {
		return err
	}
	var out bytes.Buffer
	examples := 0
	for _, r := range own.rules {
		examples += len(r.Examples.Bad) + len(r.Examples.Good)
	}
	for _, x := range broke {
		kind := pick(x.Bad, "bad", "good")
		fmt.Fprintf(&out, "%s: %s: %s example %d: %s\n", x.Rule.From, x.Rule.ID, kind, x.Number, plain(x.Text))
	}
	fmt.Fprintf(&out, "%s, %s, %d as they should be\n", count(len(own.rules), "rule"), count(examples, "example"), examples-failedExamples(broke))
	if _, err := w.Write(out.Bytes()); err != nil {
		return err
	}
	if len(broke) > 0 {
		return &exit{code: exitGate, err: fmt.Errorf("%s not as they should be", count(failedExamples(broke), "example"))}
	}
	return nil
}

// failedExamples counts examples: one good example may have several findings.
func failedExamples(broke []rules.Broke) int {
	type at struct {
		rule *rules.Rule
		bad  bool
		n    int
	}
	seen := map[at]bool{}
	for _, x := range broke {
		seen[at{x.Rule, x.Bad, x.Number}] = true
	}
	return len(seen)
}

// oneLine undoes the line breaks of texts that are folded in the files they are written in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
