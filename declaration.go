package lodemark

import "fmt"

// Declaration is what lodemark.yaml says about a system: what cannot be discovered in files. All of it is a person's word.
type Declaration struct {
	Path        string // of the file in the target; empty: there is none that says anything
	Name        string
	Owner       Person
	Leader      Person // the senior leader accountable for the system (SD-1.1)
	Criticality Criticality
	Stage       Stage
	Users       []string // who uses it: "employees", "customers", "public" ...
	DataClasses []string // the data classes of the threat vocabulary: public, internal, confidential, personal ...
	Models      []HostedModel
	Endpoints   []Endpoint
	Documents   map[string]DocumentPointer // kind of document ("incident-plan") to where it lies
	Facts       map[string]DeclaredFact    // applies_when name to what the owner says
	Lines       map[string]int             // key ("owner", "hosted_models.0") to its 1-based line
	Unfilled    []string                   // keys whose value waits for a person, in the order of the file: "owner.name", "facts.agentic.answer"
}

// Untouched says that nobody has worked on the file yet: placeholders stand in it, and nothing but the name is filled in.
// What such a file leaves out, nobody has left out.
func (d Declaration) Untouched() bool {
	entries := len(d.Users) + len(d.DataClasses) + len(d.Models) + len(d.Endpoints) + len(d.Documents) + len(d.Facts)
	return len(d.Unfilled) > 0 && entries == 0 && d.Owner == Person{} && d.Leader == Person{} && d.Criticality == "" && d.Stage == ""
}

// Criticality is the owner's answer to what a compromise could do (FND-5).
type Criticality string

// The criticalities; critical makes the system mission critical.
const (
	CriticalityCritical Criticality = "critical"
	CriticalityHigh     Criticality = "high"
	CriticalityModerate Criticality = "moderate"
	CriticalityLow      Criticality = "low"
)

// HostedModel is a provider's model that the system calls.
type HostedModel struct{ Provider, Model, Version, Purpose string }

// Endpoint is an address at which the system answers, and who can reach it: internet, partner, internal.
type Endpoint struct{ Name, URL, Exposure string }

// DocumentPointer says where an evidence document lies: a path in the tree, or an address elsewhere with digest and date.
type DocumentPointer struct{ Path, Address, SHA256, Date string }

// DeclaredFact is the owner's yes or no to an applicability question, with the reason.
type DeclaredFact struct {
	Answer Answer
	Reason string
}

// FileError is what is wrong with one of our own files (lodemark.yaml, a decision), with the place and what to do.
type FileError struct {
	Path         string
	Line, Column int // 1-based; 0: not known
	Message      string
}

func (e *FileError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.Path, e.Message)
	}
	return fmt.Sprintf("%s:%d: %s", e.Path, e.Line, e.Message)
}
