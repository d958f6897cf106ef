package lodemark

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Severity ranks a finding. The zero value is SeverityInfo.
type Severity int

// The severities, lowest first, so that they compare with <.
const (
	SeverityInfo Severity = iota
	SeverityLow
	SeverityMedium
	SeverityHigh
	SeverityCritical
)

var severityNames = [...]string{"info", "low", "medium", "high", "critical"}

func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return fmt.Sprintf("severity(%d)", int(s))
	}
	return severityNames[s]
}

// MarshalText writes the severity's word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's word.
func (s *Severity) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSeverity(string(b))
	return err
}

// ParseSeverity reads one of info, low, medium, high, critical.
func ParseSeverity(word string) (Severity, error) {
	for i, name := range severityNames {
		if word == name {
			return Severity(i), nil
		}
	}
	return 0, fmt.Errorf("severity %q is not one of %s", word, strings.Join(severityNames[:], ", "))
}

// Finding is a fact about the subject, with a place and a stable fingerprint. It holds no opinion about guidelines beyond
// the clauses of the check that made it.
type Finding struct {
	ID          string   `json:"id"` // the check's id, or a rule's
	Severity    Severity `json:"severity"`
	Path        string   `json:"path"` // relative to the target, slashes; empty: the system as a whole
	Line        int      `json:"line"` // 1-based; 0: the whole file
	EndLine     int      `json:"end_line,omitempty"`
	Message     string   `json:"message"`           // one sentence: what is there and why it matters here
	Fix         string   `json:"fix,omitempty"`     // what to do about it, here
	Excerpt     string   `json:"excerpt,omitempty"` // the lines at the place, secrets masked; set by assess
	ExcerptLine int      `json:"excerpt_line,omitempty"`
	Fingerprint string   `json:"fingerprint"`
	Clauses     []string `json:"clauses"` // those of its check that it touches; a check that sets none means all
	Key         string   `json:"-"`       // normalised text or structure at the place; what the fingerprint is made of
	// Accepted names the decision under which the finding is a known and time-limited risk; empty: none.
	Accepted string `json:"accepted,omitempty"`
	// Advisory: it points at something that is absent, or is a hint. It fails no gate and no clause.
	Advisory bool `json:"advisory,omitempty"`
	// Muted says which comment of the target asks for silence about it, and why. It is listed and fails nothing; empty: none does.
	Muted string     `json:"muted,omitempty"`
	Refs  []string   `json:"refs,omitempty"` // CWE-95, AML.T0050, LLM05:2025, ASI05:2026
	Flow  []FlowStep `json:"flow,omitempty"` // the way of a value, from where it enters to where it does harm
}

// FlowStep is one place on the way of a value.
type FlowStep struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`             // 1-based
	Column int    `json:"column,omitempty"` // 1-based, in bytes
	Note   string `json:"note"`             // what happens there: "goes into command"
	Code   string `json:"code,omitempty"`   // the code there, its first line, cut
}

// Counts says whether the finding can fail anything: a gate, a check, a clause.
func (f *Finding) Counts() bool { return !f.Advisory && f.Muted == "" }

// Fingerprinted sets the fingerprints of findings that stand in their final order: a hash of id, path, key (the message
// where no key is set) and an ordinal among equals. Lines and absolute paths stay out, so that moving code keeps it.
func Fingerprinted(findings []Finding) []Finding {
	seen := map[string]int{}
	for i := range findings {
		f := &findings[i]
		key := f.Key
		if key == "" {
			key = f.Message
		}
		base := strings.Join([]string{f.ID, f.Path, strings.Join(strings.Fields(key), " ")}, "\x00")
		n := seen[base]
		seen[base]++
		sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", base, n))
		f.Fingerprint = hex.EncodeToString(sum[:12])
	}
	return findings
}
