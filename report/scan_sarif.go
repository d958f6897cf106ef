package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/scan"
)

type sarifScanProperties struct {
	Target string         `json:"target"`
	Counts scanCountsJSON `json:"counts"`
}

type sarifScanExtras struct {
	Verdict scan.Verdict `json:"verdict"`
	Format  string       `json:"format"`
	Part    string       `json:"part,omitempty"`
	Offset  int64        `json:"offset"`
}

// scanSeverity is how SARIF draws a verdict.
func scanSeverity(v scan.Verdict) lodemark.Severity {
	switch v {
	case scan.Malicious:
		return lodemark.SeverityCritical
	case scan.Dangerous:
		return lodemark.SeverityHigh
	case scan.NotRead:
		return lodemark.SeverityMedium
	case scan.Unknown:
		return lodemark.SeverityLow
	}
	return lodemark.SeverityInfo
}

// writeScanSARIF writes one result for each reason that is not mere information. Offsets count from the beginning of the
// member where a file was looked into, so only those of the file itself become a region.
func writeScanSARIF(w io.Writer, s *Scan, _ Options) error {
	log := sarif{run: &lodemark.Run{}, at: map[string]int{}}
	left := 0
	for _, f := range s.Result.Files {
		ordinals := map[string]int{}
		for _, r := range f.Reasons {
			if r.Verdict == scan.Clean {
				continue
			}
			if len(log.resultList) == sarifResults {
				left++
				continue
			}
			id := clip(plain(r.ID), sarifID)
			log.add(sarifRule{ID: id, Short: &sarifText{Text: id}, Config: &sarifConfig{sarifLevel(scanSeverity(r.Verdict))},
				Properties: &sarifRuleProperties{Tags: []string{"security", "model-file"}, SecuritySeverity: securitySeverity(scanSeverity(r.Verdict))}})
			key := r.ID + "\x00" + f.Path + "\x00" + r.Part + "\x00" + r.Message
			ordinals[key]++
			log.resultList = append(log.resultList, scanResult(f, r, log.at[id], fingerprint(key, ordinals[key])))
		}
	}
	for _, g := range s.Result.Gaps {
		log.note(noteGap, "warning", cmp.Or(sarifPlain(g.Reason), "no reason given"), []sarifLocation{{Physical: sarifPhysical{Artifact: artifact(g.Path)}}})
	}
	for _, l := range s.Result.Links {
		log.note(noteGap, "warning", "A link out of the folder, which is not followed.", []sarifLocation{{Physical: sarifPhysical{Artifact: artifact(l)}}})
	}
	if left > 0 {
		log.note(noteCut, "warning", fmt.Sprintf("%d results are left out, because code scanning takes at most %d. The JSON report holds all.", left, sarifResults), nil)
	}
	n := scanCounts(s.Result)
	return encode(w, sarifLog{Schema: sarifSchemaURL, Version: "2.1.0", Runs: []sarifRun{{
		Tool: sarifTool{Driver: sarifComponent{Name: cmp.Or(s.Tool.Name, "lodemark"), Version: s.Tool.Version, InformationURI: sarifHome,
			Rules: log.ruleList, Notifications: sarifNotes(), ShortDescription: &sarifText{Text: "Looks at model files without loading them. " + lodemark.Disclaimer}}},
		Invocations: []sarifInvocation{{Successful: true, Notifications: some(log.notes)}},
		BaseIDs:     map[string]sarifArtifact{sarifBase: {Description: &sarifText{Text: "The folder that was scanned."}}},
		ColumnKind:  "unicodeCodePoints",
		Results:     some(log.resultList),
		Properties: sarifScanProperties{Target: sarifPlain(s.Result.Target), Counts: scanCountsJSON{Files: len(s.Result.Files), Malicious: n[scan.Malicious],
			Dangerous: n[scan.Dangerous], NotRead: n[scan.NotRead], Unknown: n[scan.Unknown], Clean: n[scan.Clean]}},
	}}})
}

func scanResult(f scan.File, r scan.Reason, rule int, print string) sarifResult {
	at := sarifLocation{Physical: sarifPhysical{Artifact: artifact(f.Path)}}
	message := sarifPlain(r.Message)
	switch {
	case r.Part != "":
		at.Logical = []sarifLogical{{Name: sarifPlain(f.Path + "!" + r.Part), Kind: "member"}}
		message += " In " + sarifPlain(r.Part)
		if r.Offset >= 0 {
			message += fmt.Sprintf(" at byte %d", r.Offset)
		}
		message += "."
	case r.Offset >= 0:
		at.Physical.Region = &sarifRegion{ByteOffset: &r.Offset}
	}
	return sarifResult{RuleID: r.ID, RuleIndex: rule, Level: sarifLevel(scanSeverity(r.Verdict)), Message: sarifText{Text: cmp.Or(message, "no message")},
		Locations: []sarifLocation{at}, Fingerprints: map[string]string{"lodemark/v1": print, "primaryLocationLineHash": print + ":1"},
		Properties: sarifScanExtras{Verdict: r.Verdict, Format: f.Format, Part: r.Part, Offset: r.Offset}}
}

// fingerprint tells a reason from others without its offset, so that it survives what is written before it.
func fingerprint(key string, ordinal int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", key, ordinal))
	return hex.EncodeToString(sum[:16])
}
