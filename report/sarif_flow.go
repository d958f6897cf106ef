package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// sarifSteps is the longest way of a value that is written: viewers show it step by step.
const sarifSteps = 100

// sarifFlows writes the way of a value as one flow in one thread.
func sarifFlows(f lodemark.Finding) []sarifCodeFlow {
	if len(f.Flow) == 0 {
		return nil
	}
	var thread sarifThreadFlow
	for _, s := range f.Flow[:min(len(f.Flow), sarifSteps)] {
		region := &sarifRegion{StartLine: max(1, s.Line)}
		if code := sarifPlain(s.Code); code != "" {
			region.Snippet = &sarifText{Text: code}
		}
		thread.Locations = append(thread.Locations, sarifFlowLocation{sarifLocation{Physical: sarifPhysical{Artifact: artifact(s.Path), Region: region},
			Message: &sarifText{Text: cmp.Or(sarifPlain(s.Note), "the value passes here")}}})
	}
	return []sarifCodeFlow{{[]sarifThreadFlow{thread}}}
}

// sarifFindingLevel: what fails nothing is a note, however severe it would be.
func sarifFindingLevel(f lodemark.Finding) string {
	if f.Advisory {
		return "note"
	}
	return sarifLevel(f.Severity)
}

// sarifCodeRule describes a rule for source code. Its help stands in the log itself, so that nobody has to be online to read it.
func sarifCodeRule(r lodemark.Rule) sarifRule {
	text := func(s string) *sarifText { return &sarifText{Text: clip(sarifPlain(s), sarifDescription)} }
	var help, md strings.Builder
	fmt.Fprintf(&help, "%s\n\nWhy: %s\n\nFix: %s\n", oneLine(r.Title), oneLine(r.Why), oneLine(r.Fix))
	fmt.Fprintf(&md, "**%s**\n\n**Why.** %s\n\n**Fix.** %s\n\n", escapeMarkdown(oneLine(r.Title)), escapeMarkdown(oneLine(r.Why)), escapeMarkdown(oneLine(r.Fix)))
	for _, id := range r.Clauses {
		if clause, ok := lodemark.Guidelines().Clause(id); ok {
			fmt.Fprintf(&help, "\n%s: %s", id, clause.Statement)
			fmt.Fprintf(&md, "- %s: %s\n", id, escapeMarkdown(clause.Statement))
		}
	}
	if len(r.Refs) > 0 {
		fmt.Fprintf(&help, "\nSee: %s", strings.Join(r.Refs, ", "))
		fmt.Fprintf(&md, "- See %s\n", escapeMarkdown(strings.Join(r.Refs, ", ")))
	}
	level := sarifLevel(r.Severity)
	if r.Advisory {
		level = "note"
	}
	return sarifRule{
		ID: clip(plain(r.ID), sarifID), Short: text(r.Title), Full: text(cmp.Or(r.Why, r.Title)), Help: &sarifText{Text: help.String(), Markdown: md.String()},
		Config: &sarifConfig{level}, Relationships: sarifRelations(r.Clauses),
		Properties: &sarifRuleProperties{Tags: sarifRuleTags(r), SecuritySeverity: securitySeverity(r.Severity), Precision: sarifPrecision(r.Confidence)},
	}
}

// sarifPrecision is the word that code scanning orders alerts by.
func sarifPrecision(confidence string) string {
	if slices.Contains([]string{"high", "medium", "low"}, confidence) {
		return confidence
	}
	return ""
}

// sarifRuleTags puts what the weakness is an instance of first, as GitHub reads it (external/cwe/cwe-502), then the clauses.
func sarifRuleTags(r lodemark.Rule) []string {
	tags := []string{"security", "ai"}
	for _, ref := range r.Refs {
		tag := ref
		if n, ok := strings.CutPrefix(ref, "CWE-"); ok {
			tag = "external/cwe/cwe-" + n
		}
		tags = append(tags, clip(plain(tag), sarifID))
	}
	for _, tag := range sarifTagsOf(r.Clauses) {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return tags[:min(len(tags), sarifTags)]
}

// oneLine undoes the line breaks of texts that are folded in the files they are written in.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
