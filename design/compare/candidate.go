package compare

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/document"
)

// Kind is how a candidate is known.
type Kind string

// The kinds of candidates.
const (
	Folder Kind = "folder" // weights on the disk
	Hub    Kind = "hub"    // weights on the disk that came from a hub under a name
	Hosted Kind = "hosted" // a name at a provider; only its description is known
)

// Candidate is one model that could be chosen.
type Candidate struct {
	Name      string // as reports show it; no two of a comparison bear the same
	Kind      Kind
	Path      string // of the folder or description, as the operator named it
	Reference string // org/name at a hub; empty: not known
	Provider  string // of a hosted model
	Model     string // its name at the provider
	Revision  Fact   // commit, or version that was asked for

	files     *files       // nil: no local copy
	described *Description // nil: nobody described it

	ownLocks, systemLocks *Locks // nil: there is no folder
}

// Empty says whether a copy holds nothing that could be judged: no weights, no card, and nobody described it.
func (c *Candidate) Empty() bool {
	return c.files != nil && len(c.files.weights) == 0 && c.files.card == nil && c.described == nil
}

// Fact is a value with the place where it stands.
type Fact struct{ Value, At string }

// files is what a local copy holds.
type files struct {
	weights  []weight // what a loader would take tensors from
	around   []weight // configurations, code, tokenizers and other files that come with them
	facts    map[string]Fact
	card     *document.Document
	cardRaw  string
	licence  *licenceText
	proofs   []string // files that look like signatures or attestations
	manifest *manifest
	fetched  []fetched // what a client of the hub noted beside the files
	unread   []Signal  // what could not be looked at
	hashed   bool
}

// weight is a file of the model as the scan saw it.
type weight struct {
	path, format, sha256 string
	size                 int64
	verdict              verdict
	reason               string // the worst of what was said, if it is more than information
	code                 string // what was said of code that a loader has to be told to trust
}

// bytes adds up the sizes of the weights that the usual loader takes.
func (f *files) bytes() (n int64) {
	safe := f.safest()
	for _, w := range safe {
		n += w.size
	}
	return n
}

// safest are the weights in formats that hold data alone, or all of them where there is none: where both lie in a folder, they are two
// forms of the same.
func (f *files) safest() []weight {
	var safe []weight
	for _, w := range f.weights {
		if class(w.format) == dataOnly && len(safe) < len(f.weights) {
			safe = append(safe, w)
		}
	}
	if len(safe) == 0 {
		return f.weights
	}
	return safe
}

// fact is what files of the copy say of the model.
func (c *Candidate) fact(name string) Fact {
	if c.files == nil {
		return Fact{}
	}
	return c.files.facts[name]
}

// front is a field of the card's head; all its values are joined.
func (c *Candidate) front(names ...string) Fact {
	if c.files == nil || c.files.card == nil {
		return Fact{}
	}
	for _, name := range names {
		var values []string
		line := 0
		for _, f := range c.files.card.Front {
			if strings.EqualFold(f.Name, name) && strings.TrimSpace(f.Value) != "" {
				if line == 0 {
					line = f.Line
				}
				values = append(values, f.Value)
			}
		}
		if len(values) > 0 {
			return Fact{strings.Join(values, ", "), place(c.files.card.Path, line)}
		}
	}
	return Fact{}
}

// said is a field of the description.
func (c *Candidate) said(name string) (Value, bool) {
	if c.described == nil {
		return Value{}, false
	}
	v, ok := c.described.fields[name]
	return v, ok
}

// orgAndName are the parts of a reference or, where there is none, of nothing.
func (c *Candidate) orgAndName() (org, name string) {
	org, name, ok := strings.Cut(c.Reference, "/")
	if !ok {
		return "", c.Reference
	}
	return org, name
}

// task is what the model is for, as card or configuration name it.
func (c *Candidate) task() Fact {
	if f := c.front("pipeline_tag"); f.Value != "" {
		return f
	}
	return c.fact("task")
}

func base(p string) string { return strings.ToLower(path.Base(p)) }
