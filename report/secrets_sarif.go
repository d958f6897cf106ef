package report

import (
	"cmp"
	"io"
	"slices"

	"github.com/lodemark/lodemark"
)

type sarifSecretsProperties struct {
	Target string       `json:"target"`
	Counts secretCounts `json:"counts"`
	Files  SecretFiles  `json:"files"`
	Hidden SecretHidden `json:"hidden"`
}

// writeSecretsSARIF writes credentials as results. What opens nothing is a result of the level that asks for nothing, and only where it was
// asked for. Paths begin where viewers of code look for files.
func writeSecretsSARIF(w io.Writer, s *Secrets, _ Options) error {
	run := &lodemark.Run{Gaps: slices.Clone(s.Gaps)}
	for _, list := range [][]Secret{s.Found, s.Tests} {
		for i := range list {
			f := list[i].Finding
			f.Path = below(s.Folder, f.Path)
			run.Findings = append(run.Findings, f)
		}
	}
	for i := range run.Gaps {
		run.Gaps[i].Path = below(s.Folder, run.Gaps[i].Path)
	}
	log := sarif{run: run, at: map[string]int{}}
	used := map[string]bool{}
	for _, f := range run.Findings {
		used[f.ID] = true
	}
	for _, r := range s.Rules { // there are hundreds, of which few find anything
		if used[r.ID] {
			log.add(sarifCodeRule(r))
		}
	}
	log.rules()
	log.results()
	log.gaps()
	notComprehensive := false
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(s.Tool.Name, "lodemark"), Version: s.Tool.Version, InformationURI: sarifHome, Rules: some(log.ruleList),
			Notifications: sarifNotes(), Taxonomies: []sarifComponentRef{{sarifTaxonomy}},
			ShortDescription: &sarifText{Text: "Looks for credentials in the text files of AI systems. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(log.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that was looked at."}}},
		ColumnKind:  "unicodeCodePoints",
		Taxonomies: []sarifComponent{{Name: sarifTaxonomy, Version: "2023-11-27", Organization: "NCSC, CISA and partners",
			InformationURI: lodemark.Guidelines().Source.URL, IsComprehensive: &notComprehensive, Taxa: log.taxa(),
			ShortDescription: &sarifText{Text: "The clauses of the 17 guidelines, in our own words. " + lodemark.Disclaimer}}},
		Results:    some(log.resultList),
		Properties: sarifSecretsProperties{Target: sarifPlain(s.Target), Counts: s.counts(), Files: s.Files, Hidden: s.Hidden},
	}}})
}
