package flow

import (
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Labels are kinds of values by where they came from, one bit each.
type Labels uint32

// Cleaned are kinds of care that was taken of a value on its way, one bit each.
type Cleaned uint32

// Spec is what an analysis looks for.
type Spec struct {
	Calls      resolve.Table[Source] // what a call of the name gives back
	Attributes resolve.Table[Source] // what reading an attribute or an index of the name gives
	Params     []ParamSource         // what functions of a kind are called with

	Cleaners resolve.Table[Cleaned] // calls whose result is cleaned
	Guards   resolve.Table[Cleaned] // calls that, as the condition of a branch, speak for the values they are given
	Passes   resolve.Table[bool]    // calls of code that is not seen whose result is made of their arguments
	Drops    resolve.Table[bool]    // attributes and calls whose result says nothing of the value: lengths, counts, times
	Member   Cleaned                // what `value in TABLE` speaks for
	Typed    Cleaned                // what a number or a boolean is cleaned of
	Prefix   Cleaned                // what a part of a text is cleaned of that something else begins: the host of an address
	Message  Cleaned                // what a text is cleaned of that is put into a message whose role is written out
	Plain    Labels                 // of values that count as text only: an object that is made with them does not hold them
	Sent     Labels                 // of values of which every field is as somebody else wants it: what Drops names counts too, where a pattern takes it

	Sinks []Sink
}

// Source is a label and, for the steps of a path, what the value is.
type Source struct {
	Label Labels
	What  string
	Weak  bool                                     // the name says so of a function of the target's own, whose own code counts as well
	Arg   string                                   // only of the value of this argument: not the result of the call
	When  func(f *resolve.File, id syntax.ID) bool // asked of the call, the attribute or the index; nil: always
}

// ParamSource says which functions are called by whom: their parameters carry the label.
type ParamSource struct {
	Source
	Decorators []string // patterns of names
	Bases      []string // patterns of names of the class's bases, with Methods
	Classes    []string // patterns of the last part of the class's own name or of a base's, with Methods, in a file that speaks of a model's tools
	Methods    []string // names of methods, or of functions if there are neither Bases nor Classes
	Callbacks  []string // patterns of names of calls that the function is an argument of
	Named      []string // patterns of names of calls that the function is handed to by its name
	Keys       []string // with Callbacks: the function is the value of this key of an argument, not the argument itself
	First      bool     // only the first parameter
	Last       bool
	Leading    bool     // only the first parameter that is not one of Except; of Python, all of them
	Parts      []string // only these keys of the parameter
	Marks      []string // not who calls it, but patterns of the names of the parameter's own decorators
	Directive  string   // the function or its file begins with this text, and the function can be called from elsewhere
	With       []string // with Keys, and instead of Callbacks: other keys of the object
	Chains     []string // patterns of names of calls that the function is a step of, but the first
	Dispatch   []string // names of functions that do what a model names, if they tell tools of an agent apart
	Described  bool     // the file describes a tool of the function's name
	Names      []string // not who calls it, but what the parameter is called: text that is named after where it is from
	Except     []string // names of parameters, and patterns of their annotations
}

// Sink is a place where a value of some labels does harm. Exactly one of its fields from Call to Returns is used.
type Sink struct {
	Labels  Labels
	Cleaned Cleaned // any of these makes the value harmless here
	Ref     int     // whatever the caller likes

	Call     []string // patterns of names of calls
	Argument []string // names or positions of arguments of Call ("0", "command", "*" for any, "self" for the receiver); empty: "0"
	When     func(f *resolve.File, call syntax.ID) bool
	Assign   []string // names of attributes that are assigned to: innerHTML; with `[]`, names of tables that a key of is
	Variable []string // names of variables that are assigned to
	Attr     []string // names of element attributes
	Child    []string // tags of elements whose content it is
	Pair     string   // the key of a dictionary for which When holds (call is the dictionary); `[system]`: the second item after "system"
	Index    []string // patterns of names of tables that are looked into with the value
	Returns  []Source // the value is given back by a function of these ParamSource labels
}

// Step is one place on the way of a value, the last one first. It holds on to no tree.
type Step struct {
	Path         string
	Start, End   uint32 // bytes
	Line, Column int    // from 1
	Note         string
	Code         string // the first line of the code there, cut at maxCode
	Prev         *Step
}

// Hit is a value that reached a sink.
type Hit struct {
	Ref   int
	Label Labels // the one bit
	At    *Step  // the sink; its Prev leads back to the source
}

// origin is one way in which a value came to be. param is counted from 1: the value of that parameter of the function it is seen in.
type origin struct {
	label   Labels
	param   int
	take    string // which part of the parameter it is
	at      string // which part of the value it is
	cleaned Cleaned
	but     *spared // parts of it of which more care was taken
	step    *Step
}

// maxOrigins bounds what is kept of one value, maxPath the steps of a path that is told.
const (
	maxOrigins = 8
	maxPath    = 24
	maxCode    = 120
)
