package report

import (
	"cmp"
	"io"
	"slices"

	"github.com/lodemark/lodemark"
)

type sarifCodeProperties struct {
	Target string     `json:"target"`
	Counts codeCounts `json:"counts"`
	Files  CodeFiles  `json:"files"`
	Hidden CodeHidden `json:"hidden"`
}

// writeCodeSARIF writes findings with the way of their values. Muted ones are there, as suppressed in the source. Paths begin where
// viewers of code look for files.
func writeCodeSARIF(w io.Writer, c *Code, _ Options) error {
	run := &lodemark.Run{Findings: slices.Clone(c.Findings), Gaps: slices.Clone(c.Gaps)}
	for i := range run.Findings {
		f := &run.Findings[i]
		f.Path, f.Flow = below(c.Folder, f.Path), slices.Clone(f.Flow)
		for j := range f.Flow {
			f.Flow[j].Path = below(c.Folder, f.Flow[j].Path)
		}
	}
	for i := range run.Gaps {
		run.Gaps[i].Path = below(c.Folder, run.Gaps[i].Path)
	}
	s := sarif{run: run, at: map[string]int{}}
	for _, r := range c.Rules {
		s.add(sarifCodeRule(r))
	}
	s.rules() // those of findings that no rule at hand has: none, unless a caller forgot
	s.results()
	s.gaps()
	notComprehensive := false
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(c.Tool.Name, "lodemark"), Version: c.Tool.Version, InformationURI: sarifHome, Rules: s.ruleList,
			Notifications: sarifNotes(), Taxonomies: []sarifComponentRef{{sarifTaxonomy}},
			ShortDescription: &sarifText{Text: "Looks for weaknesses of AI systems in source code and configuration. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(s.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that was looked at."}}},
		ColumnKind:  "unicodeCodePoints",
		Taxonomies: []sarifComponent{{Name: sarifTaxonomy, Version: "2023-11-27", Organization: "NCSC, CISA and partners",
			InformationURI: lodemark.Guidelines().Source.URL, IsComprehensive: &notComprehensive, Taxa: s.taxa(),
			ShortDescription: &sarifText{Text: "The clauses of the 17 guidelines, in our own words. " + lodemark.Disclaimer}}},
		Results:    some(s.resultList),
		Properties: sarifCodeProperties{Target: sarifPlain(c.Target), Counts: c.counts(), Files: c.Files, Hidden: c.Hidden},
	}}})
}
