package globals

import "strings"

// Capability is a set of things that a call of a name can do.
type Capability uint32

// What a call can do.
const (
	Constructs   Capability = 1 << iota // makes a plain object, no other effect
	Executes                            // runs a program or Python code
	Imports                             // imports a module named by an argument
	Reads                               // reads files or devices
	Writes                              // writes, deletes, renames or changes files
	Network                             // talks to other machines
	Environment                         // reads or changes the process's environment, modules or interpreter state
	Deserialises                        // unpickles or evaluates serialised data again
	Native                              // loads native code or touches memory
	Walks                               // reaches attributes or items by name
	Calls                               // calls an argument
	Interprets                          // compiles or builds code
	Exhausts                            // can eat memory or time by arguments alone
)

// Rule is the condition on arguments under which a name is harmless.
type Rule uint8

// The rules. Whether one holds is for the caller to say, who knows the arguments.
const (
	Always           Rule = iota // harmless however it is called
	SafeAttribute                // the second argument is a constant name without effect, of an object known to be harmless
	HarmlessCallable             // the first argument, a callable or a class, is itself harmless
	NestedBytes                  // the argument is constant bytes, and what they hold is harmless
	ConstantText                 // the argument is a short constant
	Never                        // never harmless
	Restored                     // harmless where the object is made without its __init__ (NEWOBJ, copyreg, object.__new__)
	Pathless                     // no argument is text that can name a file
)

var capabilityNames = [...]string{
	"constructs", "executes", "imports", "reads", "writes", "network", "environment", "deserialises", "native", "walks", "calls",
	"interprets", "exhausts",
}

// String names the members of the set, as data/effects does.
func (c Capability) String() string {
	var names []string
	for i, name := range capabilityNames {
		if c&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

var ruleNames = [...]string{"always", "attribute", "callable", "nested", "text", "never", "restored", "path"}

// String is the word that data/effects uses.
func (r Rule) String() string {
	if int(r) < len(ruleNames) {
		return ruleNames[r]
	}
	return "?"
}

// parseCapability reads "executes,reads". ok is false for a word that names nothing.
func parseCapability(words string) (c Capability, ok bool) {
	for words != "" {
		word, rest, _ := strings.Cut(words, ",")
		words = rest
		found := false
		for i, name := range capabilityNames {
			if word == name {
				c |= 1 << i
				found = true
				break
			}
		}
		if !found {
			return 0, false
		}
	}
	return c, c != 0
}

func parseRule(word string) (Rule, bool) {
	for i, name := range ruleNames {
		if word == name {
			return Rule(i), true
		}
	}
	return Never, false
}
