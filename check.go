package lodemark

import (
	"context"
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
}

// Example is a small file tree that a check is tried on.
type Example struct {
	Name  string
	Files map[string]string
}

// Bearing ties a check to a clause. A check that settles decides the clause alone when it passes; one that supports needs
// a current attestation for the rest. A failure decides either way.
type Bearing struct {
	Clause  string
	Settles bool
}

// Practice is one guideline with its checks.
type Practice struct {
	Guideline string
	Checks    []Check
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
	// Digest returns "sha256:<hex>" of a file of the target.
	Digest func(path string) (string, error)
	// Decisions are all that could be read, whether they stand or not; what they are worth is judged elsewhere.
	Decisions []Decision
	// History says who worked on the repository, read once when the first check asks. Nil: nothing is known of it.
	History func() History
	// Memo keeps what Shared computes for the length of a run. Nil: nothing is kept.
	Memo *sync.Map
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
}
