package lodemark

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"
)

// Check looks at a system for one thing. It is a plain value: its documentation and one function.
type Check struct {
	ID       string // slug under its guideline: "dev-1-pinned-images"
	Version  int    // raised whenever the same input could give another outcome
	Title    string // what holds when the check passes, as a short statement
	Bears    []Bearing
	Severity Severity // the worst it reports
	Strength Strength // the best a pass can give; a static look reaches at most enforced
	MaxAge   time.Duration
	// Exposed: outsiders reach what it finds without being let in (a port, a pull request, a published secret), so it is mended
	// before what only insiders reach.
	Exposed bool
	Why     string // what goes wrong in an AI system where this does not hold
	Fix     string // what to do in general
	Help    string // what would let an inconclusive result be decided
	// Bad and Good are small file trees (path to content) with at least one defect, and with none where the check applies.
	// The first of Bad is the canary: it runs with every assessment, and a check that misses it is not believed.
	Bad, Good []Example
	Run       func(context.Context, *Subject) Result
	// Command makes the check and records it, where an assessment cannot: "lodemark verify MODEL --record". Run is nil then, and there are no examples.
	Command string
	// Each: it is made of one part of the system at a time (a model that was verified), so that records about other parts stand beside it.
	// Otherwise the newest record is the one that counts.
	Each bool
	// Covers is the kind of components that all have to be examined by what was kept for a pass to settle anything; empty: none.
	Covers Kind
	// Rules are those under whose ids it reports. Nil: it reports under its own id.
	Rules func() []Rule
	// SameAs names, for some of the rules, checks that may tell the same of a place. Then it is told once, by the check, and
	// counts for both.
	SameAs map[string][]Same
}

// Same is another check that may tell what a rule tells, within some lines of it: the one names the server, the other its argument.
type Same struct {
	Check  string
	Within int // lines; below 0: anywhere in the file
}

// Rule is one kind of weakness that a check or the look at source code tells apart from others by an id of its own.
type Rule struct {
	ID         string // family and number: LO-01
	Title      string // what is wrong, as a short statement
	Severity   Severity
	Confidence string // high, medium, low: how often a finding turns out true
	Advisory   bool
	Why, Fix   string
	Refs       []string // CWE-95, AML.T0050, LLM05:2025, ASI05:2026
	Clauses    []string
}

// Evidence is the record of the check's having given a result: examined says what it looked at and canary whether it noticed its
// planted defect.
func (c *Check) Evidence(r Result, examined []Digest, canary bool, at time.Time) Evidence {
	e := Evidence{Check: c.ID, CheckVersion: c.Version, Bears: c.Bears, Outcome: r.Outcome, Reason: r.Reason, Gaps: r.Gaps, Canary: canary,
		At: at, MaxAge: c.MaxAge, Examined: examined, Apart: c.Rules != nil, Each: c.Each}
	if e.Examined == nil {
		e.Examined = []Digest{}
	}
	if r.Outcome == Passed {
		e.Strength = cmp.Or(r.Strength, c.Strength)
	}
	return e
}

// Reports says whether findings of this id are the check's.
func (c *Check) Reports(id string) bool {
	if id == c.ID {
		return true
	}
	return c.Rules != nil && slices.ContainsFunc(c.Rules(), func(r Rule) bool { return r.ID == id })
}

// Example is a small file tree that a check is tried on.
type Example struct {
	Name  string
	Files map[string]string
}

// Bearing ties a check to a clause. A check that settles decides the clause alone when it passes; one that supports needs
// a current attestation for the rest. A failure decides either way.
type Bearing struct {
	Clause  string `json:"clause"`
	Settles bool   `json:"settles"`
}

// Supports is what a check bears on without settling any of it.
func Supports(clauses ...string) []Bearing {
	all := make([]Bearing, len(clauses))
	for i, c := range clauses {
		all[i] = Bearing{Clause: c}
	}
	return all
}

// Practice is one guideline with its checks.
type Practice struct {
	Guideline string
	Checks    []Check
	// Kept are checks that other commands make and record (verify, gate ...). An assessment makes none of them: it reads what was kept.
	Kept []Check
	// Later names what will bear on the guideline in a later version, shown as such and never counted: clause to engine.
	Later map[string]string
}

// Subject is all that a check may look at.
type Subject struct {
	System *System
	At     time.Time // the assessment's clock; checks never ask another
	// Read returns a file of the target whole, within the limits; it refuses what is not a plain file, and links that lead
	// out of the target. The bytes are shared: nobody may change them.
	Read func(path string) ([]byte, error)
	// Head returns the first n bytes of a file of the target, whatever its size. Nil: Read has to do.
	Head func(path string, n int) ([]byte, error)
	// Open gives random access to a file of the target, whatever its size. Close it after use. Nil: Read has to do.
	Open func(path string) (Content, error)
	// Digest returns "sha256:<hex>" of a file of the target.
	Digest func(path string) (string, error)
	// Decisions are all that could be read, whether they stand or not; what they are worth is judged elsewhere.
	Decisions []Decision
	// Kept are the records of earlier runs, whatever they are worth now; Current says what is there now of what they are bound to.
	Kept    []Evidence
	Current map[string]string
	// History says who worked on the repository, read once when the first check asks. Nil: nothing is known of it.
	History func() History
	// Memo keeps what Shared computes for the length of a run. Nil: nothing is kept.
	Memo *sync.Map
}

// Content is an open file of the target.
type Content interface {
	io.ReaderAt
	io.Closer
	Size() int64 // in bytes
}

// Shared computes what several checks of a run need (a parsed set of manifests, say) once, whichever asks first. The key
// names the computation, by package; whoever gets the value must not change it.
func Shared[T any](s *Subject, key string, compute func() T) T {
	if s.Memo == nil {
		return compute()
	}
	once, _ := s.Memo.LoadOrStore(key, sync.OnceValue(compute))
	return once.(func() T)()
}

// Outcome is what one check found out. The zero value says that it did not run.
type Outcome string

// The outcomes of a check.
const (
	NotRun       Outcome = ""
	Passed       Outcome = "passed"
	Failed       Outcome = "failed"
	Undecided    Outcome = "inconclusive"
	NothingToSee Outcome = "nothing-to-see" // what the check looks at is not part of this system; bears on nothing
)

// Result is the outcome of one check, with what it rests on.
type Result struct {
	Outcome  Outcome
	Reason   string // one sentence about this system; never empty
	Findings []Finding
	Examined []string // paths looked at; their digests bind the evidence
	Gaps     []Gap
	Strength Strength // of a pass, when it is less than the check's best; zero: the check's
}

// Gap is something that was not read or not decided, with the reason.
type Gap struct {
	Path   string `json:"path"`
	Line   int    `json:"line,omitempty"` // 1-based, of a malformed file; 0: not known
	Reason string `json:"reason"`
	// Needed: the file is malformed and verdicts rest on it, so the command says "could not find out" (exit 3).
	Needed bool `json:"needed,omitempty"`
	// Kind says what a machine may have to know of the reason.
	Kind GapKind `json:"kind,omitempty"`
}

// GapKind tells gaps apart where something is made of the difference. The zero value is any other reason.
type GapKind string

// TooLarge: the file holds more bytes than are read of one of its kind.
const TooLarge GapKind = "too-large"

// Unread makes the gap for a file that a check needs and could not read. The line before which the error stands is said beside
// it; an error with a method TooLarge says whether it is the size that was too much. What stands aside, in tests or vendored folders, is told and decides nothing.
func Unread(path string, line int, err error, aside bool) Gap {
	g := Gap{Path: path, Line: line, Reason: strings.TrimPrefix(err.Error(), fmt.Sprintf("line %d: ", line)), Needed: !aside}
	if errors.Is(err, fs.ErrNotExist) {
		g.Reason = "the file is gone"
	}
	if e := (interface{ TooLarge() bool })(nil); errors.As(err, &e) && e.TooLarge() {
		g.Kind = TooLarge
	}
	return g
}
