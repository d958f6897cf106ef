package pycode

import (
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Effect is one thing that source does to the world outside itself.
type Effect struct {
	Capability globals.Capability
	Line       int    // from 1
	Name       string // of what is called, resolved: os.system
	Text       string // the line of source, cut
	AtImport   bool   // runs when the module is imported, not only when one of its functions is called
	Hidden     bool   // what runs was decoded or put together first
	Outside    bool   // names a file of the system or of the user's that no model has to do with
}

// What says in a few words what happens.
func (e Effect) What() string {
	verb := "calls " + inspect.Quote(e.Name)
	switch {
	case e.Capability&globals.Interprets != 0 && e.Hidden:
		return verb + ", which runs code that was decoded or put together first"
	case e.Capability&globals.Executes != 0:
		return verb + ", which runs a program"
	case e.Capability&globals.Interprets != 0:
		return verb + ", which runs text as code"
	case e.Capability&globals.Native != 0:
		return verb + ", which loads native code"
	case e.Outside:
		return verb + " on a file that no model has to do with"
	case e.Capability&globals.Network != 0:
		return verb + ", which talks to other machines"
	case e.Capability&globals.Deserialises != 0:
		return verb + ", which unpickles data"
	case e.Capability&globals.Writes != 0:
		return verb + ", which changes files"
	case e.Capability&globals.Imports != 0:
		return verb + ", which imports a module by a computed name"
	}
	return verb
}

// Verdict is what the effect means in code of a model. Code that runs on import and starts programs, opens connections or runs
// hidden text is no model's; what a function may do with files and addresses that it is given is Clean.
func (e Effect) Verdict() inspect.Verdict {
	c := e.Capability
	switch {
	case c&globals.Interprets != 0 && e.Hidden:
		return inspect.Malicious
	case c&(globals.Executes|globals.Network) != 0 && e.AtImport && !(c&globals.Executes == 0 && c&globals.Reads != 0):
		return inspect.Malicious
	case c&(globals.Executes|globals.Native) != 0, e.Outside:
		return inspect.Dangerous
	case e.AtImport && c&(globals.Interprets|globals.Deserialises|globals.Writes|globals.Network) != 0:
		return inspect.Dangerous
	case c&globals.Interprets != 0:
		return inspect.Unknown
	}
	return inspect.Clean
}
