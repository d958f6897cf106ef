package rules

import (
	"github.com/lodemark/lodemark"
)

// Rule is one weakness and how it is seen.
type Rule struct {
	ID         string            `yaml:"id" json:"id"` // family and number: LO-01
	Title      string            `yaml:"title" json:"title"`
	Severity   lodemark.Severity `yaml:"severity" json:"severity"`
	Confidence string            `yaml:"confidence" json:"confidence"` // high, medium, low: how often a finding turns out true
	Advisory   bool              `yaml:"advisory,omitempty" json:"advisory,omitempty"`
	Message    string            `yaml:"message" json:"message"` // one sentence about the place; {call}, {value} and {source} stand for code there
	Why        string            `yaml:"why" json:"why"`
	Fix        string            `yaml:"fix" json:"fix"`
	Refs       []string          `yaml:"refs" json:"refs"` // CWE-95, AML.T0050, LLM05:2025, ASI05:2026
	Clauses    []string          `yaml:"clauses" json:"clauses"`
	Match      []Match           `yaml:"match" json:"match"` // any of them
	Examples   Examples          `yaml:"examples" json:"-"`
	From       string            `yaml:"-" json:"-"` // the file it was read from, of the operator's own
}

// Examples are code that a rule must find something in, and code that it must be silent about.
type Examples struct {
	Bad  []Example `yaml:"bad"`
	Good []Example `yaml:"good"`
}

// Example is one file, or several: `file: code` says which kind of file it is.
type Example map[string]string

// Match is one way in which a weakness shows. Exactly one of the fields from Call to Detect says where to look.
type Match struct {
	Languages Names `yaml:"languages,omitempty" json:"languages,omitempty"` // python, script; empty: all that can have it

	Call      Names  `yaml:"call,omitempty" json:"call,omitempty"`           // calls of these names
	Import    Names  `yaml:"import,omitempty" json:"import,omitempty"`       // imports of these names
	Decorator Names  `yaml:"decorator,omitempty" json:"decorator,omitempty"` // functions and classes with these decorators
	Read      Names  `yaml:"read,omitempty" json:"read,omitempty"`           // names that are used
	Assign    Names  `yaml:"assign,omitempty" json:"assign,omitempty"`       // names that are assigned to, as they are written: *.__doc__
	Key       Names  `yaml:"key,omitempty" json:"key,omitempty"`             // keyword arguments, keys of dictionaries and objects, attributes of elements, and names assigned to
	String    string `yaml:"string,omitempty" json:"string,omitempty"`       // string literals that hold a match
	Handler   bool   `yaml:"handler,omitempty" json:"handler,omitempty"`     // handlers of exceptions
	Loop      bool   `yaml:"loop,omitempty" json:"loop,omitempty"`           // loops that end only from within: while True, for (;;)
	Function  Names  `yaml:"function,omitempty" json:"function,omitempty"`   // functions of these names; `tool`, `route` for functions that models or clients call
	Flow      *Flow  `yaml:"flow,omitempty" json:"flow,omitempty"`
	Setting   Names  `yaml:"setting,omitempty" json:"setting,omitempty"` // paths in files of Files: jobs.*.permissions
	Line      string `yaml:"line,omitempty" json:"line,omitempty"`       // lines of files of Files that hold a match
	Detect    string `yaml:"detect,omitempty" json:"detect,omitempty"`   // what only a program can see: one of the names in detect.go
	Files     Names  `yaml:"files,omitempty" json:"files,omitempty"`     // kinds of files, see kind.go
	Source    string `yaml:"source,omitempty" json:"source,omitempty"`   // what {source} of the message stands for, where no flow says it
	Report    string `yaml:"report,omitempty" json:"report,omitempty"`   // the argument or path whose place is told, instead of the whole; of a flow `source` or `caller`, see report.go

	Where  []Condition `yaml:"where,omitempty" json:"where,omitempty"`   // all of them hold
	Unless []Condition `yaml:"unless,omitempty" json:"unless,omitempty"` // none of them holds
}

// Flow is a value of some origin that reaches a place where it does harm.
type Flow struct {
	From    Names    `yaml:"from" json:"from"`                           // labels of sources.yaml
	To      []SinkAt `yaml:"to" json:"to"`                               // any of them
	Cleaned Names    `yaml:"cleaned,omitempty" json:"cleaned,omitempty"` // kinds of care of sources.yaml that make it harmless
	Silent  string   `yaml:"silent,omitempty" json:"silent,omitempty"`   // what must not stand in the file in which the value comes in
	Project string   `yaml:"project,omitempty" json:"project,omitempty"` // a fact of the whole target, see target.go
}

// SinkAt is where a value does harm. Exactly one of Call, Assign, Variable, Attribute, Child, Pair, Index and Returned is used.
type SinkAt struct {
	Call      Names `yaml:"call,omitempty" json:"call,omitempty"`
	Argument  Names `yaml:"argument,omitempty" json:"argument,omitempty"` // names, positions, `name|0`, `*` any, `self` the receiver
	Assign    Names `yaml:"assign,omitempty" json:"assign,omitempty"`     // names of attributes; `memory[]`: a key of that table
	Variable  Names `yaml:"variable,omitempty" json:"variable,omitempty"` // names of variables that are assigned to
	Attribute Names `yaml:"attribute,omitempty" json:"attribute,omitempty"`
	Child     Names `yaml:"child,omitempty" json:"child,omitempty"`
	Pair      Names `yaml:"pair,omitempty" json:"pair,omitempty"` // keys of dictionaries; `[system]`: the second of two items of which the first is "system"
	Index     Names `yaml:"index,omitempty" json:"index,omitempty"`
	Returned  Names `yaml:"returned,omitempty" json:"returned,omitempty"` // labels: functions whose parameters carry them

	Where  []Condition `yaml:"where,omitempty" json:"where,omitempty"`
	Unless []Condition `yaml:"unless,omitempty" json:"unless,omitempty"`
}

// Condition is one thing that holds or does not of a place. Argument says of which part; without it, of the value there: of a key or
// an assignment what is assigned, of a string itself, of a setting its value. All that is said must hold.
type Condition struct {
	Argument string `yaml:"argument,omitempty" json:"argument,omitempty"` // name, position, `name|0`; of a setting, the path below it

	Equals   Names  `yaml:"equals,omitempty" json:"equals,omitempty"`     // a constant that is one of these
	Matches  string `yaml:"matches,omitempty" json:"matches,omitempty"`   // a constant that holds a match
	Code     string `yaml:"code,omitempty" json:"code,omitempty"`         // its code holds a match
	Missing  bool   `yaml:"missing,omitempty" json:"missing,omitempty"`   // surely not given
	Given    bool   `yaml:"given,omitempty" json:"given,omitempty"`       // given, whatever it is
	Constant *bool  `yaml:"constant,omitempty" json:"constant,omitempty"` // whether it is wholly known
	Built    bool   `yaml:"built,omitempty" json:"built,omitempty"`       // a string put together with parts that are not known
	Name     Names  `yaml:"name,omitempty" json:"name,omitempty"`         // it is, or was made by, something of these names
	Kind     Names  `yaml:"kind,omitempty" json:"kind,omitempty"`         // string, number, constant, dict, list, call, name, function
	Has      Names  `yaml:"has,omitempty" json:"has,omitempty"`           // a dictionary with any of these keys
	Calls    Names  `yaml:"calls,omitempty" json:"calls,omitempty"`       // a call of any of these names stands in it

	Inside   Names  `yaml:"inside,omitempty" json:"inside,omitempty"`           // stands in a function with any of these decorators or names; or `loop`, `handler`, `test`, `main`; `role` for a branch for the system's role; `if:word` for a branch whose test speaks of the word; `switched-off` for one where somebody switched the check of certificates off
	Function Names  `yaml:"scope-calls,omitempty" json:"scope_calls,omitempty"` // the function it stands in calls any of these
	Imports  Names  `yaml:"imports,omitempty" json:"imports,omitempty"`         // the file imports any of these
	Text     string `yaml:"text,omitempty" json:"text,omitempty"`               // the whole file holds a match
	Path     string `yaml:"path,omitempty" json:"path,omitempty"`               // the file's path holds a match
	Project  string `yaml:"project,omitempty" json:"project,omitempty"`         // a fact of the whole target, see target.go

	Any []Condition `yaml:"any,omitempty" json:"any,omitempty"`
	All []Condition `yaml:"all,omitempty" json:"all,omitempty"`
	Not *Condition  `yaml:"not,omitempty" json:"not,omitempty"`
}

// Names is a list that may be written as a single word.
type Names []string
