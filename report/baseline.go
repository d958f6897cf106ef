package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/lodemark/lodemark"
)

// The bounds on a JSON report that is read back. A larger one is refused, not read in part.
const (
	maxReportBytes    = 256 << 20
	maxReportFindings = 1_000_000
)

// saved is what is read back of a JSON report.
type saved struct {
	Schema string        `json:"schema"`
	Tool   lodemark.Tool `json:"tool"`
	At     time.Time     `json:"at"`
	Target string        `json:"target"`
	System struct {
		Name string `json:"name"`
	} `json:"system"`
	Clauses   []savedClause            `json:"clauses"`
	Findings  []lodemark.Finding       `json:"findings"`
	Gaps      []lodemark.Gap           `json:"gaps"`
	Decisions []lodemark.DecisionState `json:"decisions"`
}

type savedClause struct {
	ID       string            `json:"id"`
	Verdict  lodemark.Verdict  `json:"verdict"`
	Strength lodemark.Strength `json:"strength"`
	Reason   string            `json:"reason"`
	Later    bool              `json:"later"`
	Attested string            `json:"attested"`
	Waived   string            `json:"waived"`
}

func (c savedClause) state() state {
	return stateOf(lodemark.ClauseResult{Verdict: c.Verdict, Later: c.Later, Attested: c.Attested, Waived: c.Waived})
}

var fingerprintForm = regexp.MustCompile(`^[0-9a-f]{24}$`)

// readReport reads a JSON report back and refuses what cannot be one.
func readReport(data []byte) (*saved, error) {
	if len(data) > maxReportBytes {
		return nil, fmt.Errorf("the report has %d bytes; at most %d are read", len(data), maxReportBytes)
	}
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("this is no JSON report: %w", err)
	}
	if head.Schema != assessSchema {
		return nil, fmt.Errorf("its schema is %q, want %q", clip(head.Schema, 80), assessSchema)
	}
	var s saved
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, fmt.Errorf("the report does not hold to its schema: %w", err)
	}
	return &s, s.check()
}

// check refuses a report from which a comparison would conclude too much.
func (s *saved) check() error {
	if len(s.Clauses) == 0 {
		return errors.New("the report has no clauses")
	}
	if len(s.Findings) > maxReportFindings {
		return fmt.Errorf("the report has %d findings; at most %d are read", len(s.Findings), maxReportFindings)
	}
	seen := map[string]bool{}
	for _, c := range s.Clauses {
		if _, ok := lodemark.Guidelines().Clause(c.ID); !ok || seen[c.ID] {
			return fmt.Errorf("clause %q is unknown or stands there twice", clip(c.ID, 80))
		}
		seen[c.ID] = true
	}
	for _, f := range s.Findings {
		if !fingerprintForm.MatchString(f.Fingerprint) {
			return fmt.Errorf("finding %q has no valid fingerprint: %q", clip(f.ID, 80), clip(f.Fingerprint, 80))
		}
	}
	return nil
}

// Baseline is an earlier JSON report that a gate compares with. A nil one holds nothing.
type Baseline struct {
	findings map[string]bool
	verdicts map[string]string
}

// ReadBaseline reads a JSON report made by an earlier run.
func ReadBaseline(data []byte) (*Baseline, error) {
	s, err := readReport(data)
	if err != nil {
		return nil, err
	}
	b := &Baseline{findings: map[string]bool{}, verdicts: map[string]string{}}
	for _, f := range s.Findings {
		// What was accepted then and is open now has become open since: the end of an acceptance may not pass unseen.
		b.findings[f.Fingerprint] = b.findings[f.Fingerprint] || f.Accepted == ""
	}
	for _, c := range s.Clauses {
		b.verdicts[c.ID] = c.Verdict.String()
		if st := c.state(); st == stateWaived || st == stateLater {
			b.verdicts[c.ID] = st.String()
		}
	}
	return b, nil
}

// HasFinding says whether the finding stood open in the baseline. One that was accepted then is not in it.
func (b *Baseline) HasFinding(fingerprint string) bool {
	return b != nil && b.findings[fingerprint]
}

// Verdict gives the words of a clause's verdict in the baseline: those of lodemark.Verdict, or "not met, waived" for one that
// was borne under a decision and "later" for one that was not judged yet. Empty: there is no baseline.
func (b *Baseline) Verdict(clause string) string {
	if b == nil {
		return ""
	}
	return b.verdicts[clause]
}

// ReadFindings reads the findings and decisions of a JSON report made by an earlier run.
func ReadFindings(data []byte) ([]lodemark.Finding, []lodemark.DecisionState, error) {
	s, err := readReport(data)
	if err != nil {
		return nil, nil, err
	}
	return s.Findings, s.Decisions, nil
}
