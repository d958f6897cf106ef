package report

import (
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/scan"
)

// scanSchema names the layout of the JSON report; schema/scan.schema.json describes it.
const scanSchema = "lodemark.scan/1"

type scanJSON struct {
	Schema string         `json:"schema"`
	Tool   lodemark.Tool  `json:"tool"`
	Target string         `json:"target"`
	Counts scanCountsJSON `json:"counts"`
	Files  []scan.File    `json:"files"`
	Other  int            `json:"other"`
	Gaps   []scan.Gap     `json:"gaps"`
	Links  []string       `json:"links"`
}

type scanCountsJSON struct {
	Files     int `json:"files"`
	Malicious int `json:"malicious"`
	Dangerous int `json:"dangerous"`
	NotRead   int `json:"notRead"`
	Unknown   int `json:"unknown"`
	Clean     int `json:"clean"`
}

func writeScanJSON(w io.Writer, s *Scan, _ Options) error {
	n := scanCounts(s.Result)
	return encode(w, scanJSON{Schema: scanSchema, Tool: s.Tool, Target: s.Result.Target, Files: some(s.Result.Files), Other: s.Result.Other,
		Gaps: some(s.Result.Gaps), Links: some(s.Result.Links), Counts: scanCountsJSON{Files: len(s.Result.Files), Malicious: n[scan.Malicious], Dangerous: n[scan.Dangerous],
			NotRead: n[scan.NotRead], Unknown: n[scan.Unknown], Clean: n[scan.Clean]}})
}
