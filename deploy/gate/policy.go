// Package gate decides over a release: an organisation's policy, with conditions in CEL over an assessment and the evidence behind it,
// and a verdict that says of each line what it rests on and what would satisfy it (DEP-4.1).
package gate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// PolicySchema is the first line of every policy.
const PolicySchema = "lodemark.policy/1"

// Policy is the operator's own file: what a release must show, and bounds on untrusted input. It never comes from the target.
type Policy struct {
	Name      string    // "standard" of a built-in one, else the file's name
	SHA256    string    // of its bytes, 64 hex digits
	Title     string    // empty: none was given
	Date      time.Time // from when it is in force; zero: always was
	Base      *Policy   // the built-in policy whose rules come first; nil: it stands alone
	FailOn    []string  // severities, clauses and guidelines, as written
	Decisions string    // "ignore": what the target's people decided opens nothing; else it counts
	Stage     lodemark.Stage
	Limits    Limits
	Trust     []string // files and folders with keys, as written: relative to the policy
	Rules     []Rule
	Waivers   []Waiver
}

// Limits are bounds on untrusted input. What is 0 keeps its default.
type Limits struct {
	Files, Depth          int
	FileBytes, TotalBytes int64
}

// Rule is one line of a policy.
type Rule struct {
	ID, Title string
	When      string // a condition in CEL on which the rule is about the system at all; empty: it always is
	Require   string // a condition in CEL that has to hold
	Why, Fix  string
	path      string // of the policy that it stands in
	line      int
	when      place
	require   place
}

// Waiver lets one rule go unmet for a time: by one person, asked by another, for a reason, until a day.
type Waiver struct {
	Rule, By, RequestedBy, Reason string
	Date, Until                   time.Time
	line                          int
}

// waiverMost is the longest that a reason bears an unmet rule.
const waiverMost = 180 * 24 * time.Hour

// strict says whether the target's own decisions open nothing.
func (p *Policy) strict() bool { return p.Decisions == "ignore" || p.Base != nil && p.Base.strict() }

// all are the rules in their order: those of the policy that it extends, what fail_on says, its own.
func (p *Policy) all() []Rule {
	var out []Rule
	if p.Base != nil {
		out = p.Base.all()
	}
	for _, word := range p.FailOn {
		out = append(out, failOn(word))
	}
	return append(out, p.Rules...)
}

// failOn is an entry of fail_on as a rule.
func failOn(word string) Rule {
	r := Rule{ID: "fail-on-" + strings.ReplaceAll(strings.ToLower(word), ".", "-")}
	if s, err := lodemark.ParseSeverity(strings.ToLower(word)); err == nil {
		r.Title, r.Require = fmt.Sprintf("No open finding is %s or worse", s), fmt.Sprintf("findingsAtLeast(%q) == 0", s)
		if s == lodemark.SeverityCritical {
			r.Title = "No open finding is critical"
		}
		return r
	}
	id := strings.ToUpper(word)
	r.Title, r.Require = id+" is met", fmt.Sprintf("met(%q)", id)
	return r
}

// HasRules says whether there is anything in the policy that only the gate judges.
func (p *Policy) HasRules() bool { return p.Base != nil || len(p.Rules) > 0 }

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Problem is one thing that is wrong with a policy, and where.
type Problem struct {
	Path         string
	Line, Column int // 1-based; 0: not known
	Message      string
}

func (p Problem) String() string {
	s := p.Path
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
	}
	if p.Column > 0 {
		s += fmt.Sprintf(":%d", p.Column)
	}
	return s + ": " + p.Message
}

// Problems are all that is wrong with a policy, in the order of the file. None means that it was read as it was meant.
type Problems []Problem

func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Bounds are the limits on untrusted input: the policy's own, else those of the one that it extends.
func (p *Policy) Bounds() Limits {
	l := p.Limits
	if p.Base == nil {
		return l
	}
	b := p.Base.Bounds()
	return Limits{cmp.Or(l.Files, b.Files), cmp.Or(l.Depth, b.Depth), cmp.Or(l.FileBytes, b.FileBytes), cmp.Or(l.TotalBytes, b.TotalBytes)}
}
