package lodemark

import "time"

// Run is everything one assessment produced. Reports are drawn from it and from nothing else.
type Run struct {
	Tool       Tool
	At         time.Time // the assessment's clock; fixed by --at
	Target     string    // as the operator named it
	System     *System
	Checks     []Check    // all that were to run, in the order of the guidelines
	Recorded   []Check    // those that other commands make and record
	Evidence   []Evidence // one record for each check, in the same order; those of earlier runs after them
	Findings   []Finding  // most severe first, then path and line
	Gaps       []Gap      // sorted by path
	Assessment Assessment
	Current    map[string]string // path to sha256 (hex) of what evidence and decisions are bound to, as it was
	Kept       []Evidence        // all records of earlier runs that were read, raw and in the order of the ledger
	KeptNow    map[string]string // path to sha256 (hex) of what those are bound to, as it was
	Meanings   map[string]string // path to ModelMeaning (hex) of the threat models that decisions are bound to
	Examined   int               // files read for content
	Elapsed    time.Duration     // of this run; never part of what is compared
}

// Input is what the assessment was derived from.
func (r *Run) Input() Input {
	in := Input{Catalogue: Guidelines(), System: r.System, Evidence: r.Evidence, Findings: r.Findings, Current: r.Current, Meanings: r.Meanings, At: r.At}
	for _, d := range r.Assessment.Decisions {
		in.Decisions = append(in.Decisions, d.Decision)
	}
	return in
}

// Tool names the program and version that made a record.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Disclaimer stands in every report: a verdict is not a certification.
const Disclaimer = "Lodemark is independent and not endorsed by CISA, the NCSC or their partners. A verdict is not a certification."
