package report

import (
	"io"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/scan"
)

// Scan is what a scan of model files saw, with what made it.
type Scan struct {
	Tool   lodemark.Tool
	Result *scan.Result
}

// ScanFormat is one way to draw a scan.
type ScanFormat struct {
	Name, About string
	Write       func(io.Writer, *Scan, Options) error
}

// ScanFormats lists the formats, text first.
func ScanFormats() []ScanFormat {
	return []ScanFormat{
		{"text", "for people at a terminal", writeScanText},
		{"json", "everything, for programs", writeScanJSON},
		{"sarif", "what is not clean, for code scanning (SARIF 2.1.0)", writeScanSARIF},
	}
}

// scanVerdicts are the verdicts, the worst first.
var scanVerdicts = [...]scan.Verdict{scan.Malicious, scan.Dangerous, scan.NotRead, scan.Unknown, scan.Clean}

// scanCounts counts files by verdict.
func scanCounts(r *scan.Result) map[scan.Verdict]int {
	n := map[scan.Verdict]int{}
	for _, f := range r.Files {
		n[f.Verdict]++
	}
	return n
}
