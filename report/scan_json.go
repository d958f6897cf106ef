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
	n, r := scanCounts(s.Result), jsonNames(s.Result)
	return encode(w, scanJSON{Schema: scanSchema, Tool: s.Tool, Target: r.Target, Files: some(r.Files), Other: r.Other,
		Gaps: some(r.Gaps), Links: some(r.Links), Counts: scanCountsJSON{Files: len(r.Files), Malicious: n[scan.Malicious], Dangerous: n[scan.Dangerous],
			NotRead: n[scan.NotRead], Unknown: n[scan.Unknown], Clean: n[scan.Clean]}})
}
