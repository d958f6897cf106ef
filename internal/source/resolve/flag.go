package resolve

import (
	"strings"

	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Flags of a command line: what `args.model` comes to where nobody says more.

// flagged is what a flag's default is read from: the default itself, and how often the flag is declared.
type flagged struct {
	value syntax.ID
	times int
}

// flag is the default of the flag that an expression reads, if the flag is declared in this file, once, and its default switches
// something on: an empty text, a zero, False and None say only that somebody else decides. 0: it reads none.
func (f *File) flag(id syntax.ID, steps int) syntax.ID {
	t := f.Tree
	if t.Language != syntax.Python || steps <= 0 {
		return 0
	}
	value := syntax.ID(0)
	switch t.Kind(id) {
	case syntax.Attribute:
		value = f.flagOfArgs(id, steps)
	case syntax.Ident:
		if b := f.Binding(id); b != 0 && t.Kind(b) == syntax.Param && f.boundOnce(id) {
			value = f.flagOfCommand(b)
		}
	}
	if value == 0 || t.Within(id, value) {
		return 0
	}
	switch v, ok := f.constant(value, steps-1); {
	case !ok || v.Text == "":
		return 0
	case !v.String && (v.Text == "False" || v.Text == "None" || v.Text == "0" || v.Text == "..." || v.Text == "0.0"):
		return 0
	}
	return value
}

// flagOfArgs is the default behind `args.model`.
func (f *File) flagOfArgs(id syntax.ID, steps int) syntax.ID {
	t := f.Tree
	object := t.Child(id, 0)
	switch t.Kind(object) {
	case syntax.Ident, syntax.Attribute:
	default:
		return 0
	}
	if t.Name(id) == "value" && t.Kind(object) == syntax.Ident { // _MODEL = flags.DEFINE_string("model", "x", "help"); _MODEL.value
		if b := f.Binding(object); b != 0 && t.Kind(b) == syntax.Assign && f.boundOnce(object) && t.Kind(f.Value(b)) == syntax.Call {
			_, value := f.declared(f.Value(b))
			return value
		}
		return 0
	}
	if f.mayDeclare() && f.isArgs(object, steps) {
		if d := f.flags()[t.Name(id)]; d.times == 1 {
			return d.value
		}
		return 0
	}
	if t.Kind(object) == syntax.Ident && (f.Holds("ArgumentParser(") || f.Holds("TrlParser(") || f.Holds("tyro") || f.Holds("simple_parsing")) {
		if fields := f.Fields(f.argsClass(object), t.Name(id)); len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign {
			return f.Value(fields[0])
		}
	}
	return 0
}

// mayDeclare says whether the file speaks of declaring flags at all.
func (f *File) mayDeclare() bool { return f.Holds("add_argument(") || f.Holds("DEFINE_") }

// argsNames are what programs call the flags that were read.
var argsNames = map[string]bool{"args": true, "arg": true, "opt": true, "opts": true, "options": true, "flags": true, "FLAGS": true, "params": true, "arguments": true, "cli_args": true, "cfg": true,
	"config": true, "script_args": true, "parsed_args": true, "parsed": true, "namespace": true, "ns": true, "hparams": true, "known_args": true, "a": true}

// isArgs says whether a name holds the flags that were read: it was given what a parser gave back, or is a parameter that is called so.
func (f *File) isArgs(id syntax.ID, steps int) bool {
	t := f.Tree
	if steps <= 0 {
		return false
	}
	if t.Kind(id) == syntax.Attribute { // self.args
		c := f.ownClass(t.Child(id, 0))
		if c == 0 || !argsNames[t.Name(id)] {
			return false
		}
		fields := f.Fields(c, t.Name(id))
		return len(fields) == 1 && t.Kind(fields[0]) == syntax.Assign && f.Value(fields[0]) != 0 && f.isArgs(f.Value(fields[0]), steps-1)
	}
	if t.Kind(id) == syntax.Call {
		return f.readsFlags(id)
	}
	if t.Kind(id) != syntax.Ident {
		return false
	}
	b := f.Binding(id)
	switch {
	case b == 0:
		return false
	case t.Kind(b) == syntax.Param:
		kind := f.annotated(b, steps)
		return argsNames[t.Name(b)] && (kind == "" || strings.HasSuffix(kind, "Namespace")) && f.boundOnce(id)
	case t.Kind(b) != syntax.Assign || t.Within(id, f.Value(b)):
		return false
	}
	value := f.Value(b)
	switch t.Kind(value) {
	case syntax.Call:
		return f.readsFlags(value)
	case syntax.Attribute: // FLAGS = flags.FLAGS
		return t.Name(value) == "FLAGS"
	case syntax.Ident:
		return f.isArgs(value, steps-1)
	}
	return false
}

// readsFlags says whether a call gives back what stands on the command line.
func (f *File) readsFlags(call syntax.ID) bool {
	t := f.Tree
	callee := t.Child(call, 0)
	switch name := t.Name(callee); name {
	case "parse_args", "parse_known_args", "parse_intermixed_args":
		return true
	case "vars", "Namespace":
		return false
	default:
		if t.Kind(callee) != syntax.Ident {
			return false
		}
		b := f.Binding(callee)
		lower := strings.ToLower(name)
		return b != 0 && t.Kind(b) == syntax.Function && (strings.Contains(lower, "arg") || strings.Contains(lower, "opt") || strings.Contains(lower, "flag") || strings.HasPrefix(lower, "parse"))
	}
}

// flags are the defaults of all flags that the file declares.
func (f *File) flags() map[string]flagged {
	if f.flagged == nil {
		f.flagged = map[string]flagged{}
		for id := syntax.ID(1); int(id) < len(f.Tree.Nodes); id++ {
			if f.Tree.Kind(id) != syntax.Call {
				continue
			}
			if name, value := f.declared(id); name != "" {
				d := f.flagged[name]
				f.flagged[name] = flagged{value, d.times + 1}
			}
		}
	}
	return f.flagged
}

// declared is the name and the default of the flag that a call declares: add_argument("-m", "--model-path", default="x"),
// flags.DEFINE_string("model", "x", "help").
func (f *File) declared(call syntax.ID) (name string, value syntax.ID) {
	t := f.Tree
	callee := t.Child(call, 0)
	if t.Kind(callee) != syntax.Attribute && t.Kind(callee) != syntax.Ident {
		return "", 0
	}
	switch called := t.Name(callee); {
	case called == "add_argument" || called == "option" || called == "argument":
		name = f.flagName(call)
		value, _ = f.Argument(call, "default", -1)
		if action, ok := t.Text(argumentOf(t, call, "action")); ok && strings.HasPrefix(action, "store_") {
			value = 0
		}
	case strings.HasPrefix(called, "DEFINE_"):
		name, _ = t.Text(t.Next(callee))
		value, _ = f.Argument(call, "default", 1)
	}
	return name, value
}

func argumentOf(t *syntax.Tree, call syntax.ID, name string) syntax.ID {
	for a := range t.Children(call) {
		if t.Kind(a) == syntax.Keyword && t.Name(a) == name {
			return t.Child(a, 0)
		}
	}
	return 0
}

// flagName is the name under which a declared flag is read: its dest, its first long form, or else its first form.
func (f *File) flagName(call syntax.ID) string {
	t := f.Tree
	if dest, ok := t.Text(argumentOf(t, call, "dest")); ok && dest != "" {
		return dest
	}
	name := ""
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		text, ok := t.Text(a)
		if t.Kind(a) != syntax.Str || !ok || text == "" {
			continue
		}
		if strings.HasPrefix(text, "--") {
			name = text
			break
		}
		if text[0] != '-' { // click takes the name of the parameter as it is; argparse a positional argument
			return text
		}
		if name == "" {
			name = text
		}
	}
	name, _, _ = strings.Cut(strings.TrimLeft(name, "-"), "/") // click's --shout/--no-shout
	return strings.ReplaceAll(name, "-", "_")
}

// flagOfCommand is the default of a parameter of a function that is run from the command line: by click, typer or fire.
func (f *File) flagOfCommand(param syntax.ID) syntax.ID {
	t := f.Tree
	function := t.Parent(param)
	if t.Kind(function) != syntax.Function {
		return 0
	}
	value := syntax.ID(0)
	for c := range t.Children(param) {
		if t.Kind(c) != syntax.Annotation && t.Kind(c) != syntax.Decorator {
			value = c
		}
	}
	command := false
	for c := range t.Children(function) {
		if t.Kind(c) != syntax.Decorator {
			continue
		}
		d := t.Child(c, 0)
		callee := d
		if t.Kind(d) == syntax.Call {
			callee = t.Child(d, 0)
		}
		switch name := t.Name(callee); {
		case name == "option" || name == "argument":
			if t.Kind(d) == syntax.Call && f.flagName(d) == t.Name(param) {
				_, given := f.declared(d)
				return given
			}
		case name == "command" || name == "callback":
			command = f.Holds("typer") || f.Holds("cyclopts")
		}
	}
	if value == 0 {
		return 0
	}
	if callee := t.Child(value, 0); t.Kind(value) == syntax.Call {
		if name := f.Name(callee); name == "typer.Option" || name == "typer.Argument" {
			v, _ := f.Argument(value, "default", 0)
			return v
		}
		return 0
	}
	if !command && f.Holds("Fire(") {
		for _, to := range f.HandedTo(function) {
			command = command || to == "fire.Fire" || strings.HasSuffix(to, ".Fire")
		}
	}
	if command {
		return value
	}
	return 0
}

// argsClass is the class of this file whose fields are flags, of which a name holds an object: train(model_args: ModelArguments),
// `model_args, data_args = HfArgumentParser((ModelArguments, DataArguments)).parse_args_into_dataclasses()`. 0: it holds none.
func (f *File) argsClass(object syntax.ID) syntax.ID {
	t := f.Tree
	b := f.Binding(object)
	switch {
	case b == 0:
		return 0
	case t.Kind(b) == syntax.Param:
		if c := f.classNamed(f.annotated(b, maxSteps)); c != 0 && f.isDataclass(c) {
			return c
		}
		return 0
	case t.Kind(b) != syntax.Assign || t.Kind(f.Value(b)) != syntax.Call:
		return 0
	}
	at := 0
	if target := t.Child(b, 0); t.Kind(target) == syntax.Tuple {
		for c := range t.Children(target) {
			if t.Kind(c) == syntax.Ident && t.Name(c) == t.Name(object) {
				break
			}
			at++
		}
	}
	call := f.Value(b)
	callee := t.Child(call, 0)
	of := syntax.ID(0) // what the classes are handed to
	switch t.Name(callee) {
	case "parse_args_into_dataclasses", "parse_args_and_config", "parse_yaml_and_args", "parse_json_file", "parse_yaml_file", "parse_dict":
		of = t.Child(callee, 0)
		if t.Kind(of) == syntax.Ident {
			if made := f.Binding(of); made != 0 && t.Kind(made) == syntax.Assign {
				of = f.Value(made)
			}
		}
	case "cli", "parse", "wrap":
		of = call
	}
	if t.Kind(of) != syntax.Call {
		return 0
	}
	classes := t.Child(of, 1)
	if t.Kind(classes) == syntax.Keyword {
		classes = t.Child(classes, 0)
	}
	if k := t.Kind(classes); k == syntax.Tuple || k == syntax.List {
		classes = t.Child(classes, at)
	} else if at > 0 {
		return 0
	}
	return f.classNamed(f.Name(classes))
}

// isDataclass says whether a class is one whose fields can be given on the command line.
func (f *File) isDataclass(class syntax.ID) bool {
	t := f.Tree
	for c := range t.Children(class) {
		if t.Kind(c) != syntax.Decorator {
			continue
		}
		d := t.Child(c, 0)
		if t.Kind(d) == syntax.Call {
			d = t.Child(d, 0)
		}
		if t.Name(d) == "dataclass" {
			return true
		}
	}
	return false
}
