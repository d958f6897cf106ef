package keras

import (
	"strings"
	"unicode/utf8"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/pycode"
)

// lambdaLayer judges a Lambda layer: its function, and what computes its shape and its mask.
func (j *judge) lambdaLayer(n, config *node) {
	name := "a Lambda layer"
	if s := config.str("name"); s != "" {
		name = "Lambda layer " + inspect.Quote(s)
	}
	found := false
	for _, key := range []string{"function", "output_shape", "mask"} {
		v := config.get(key)
		kind := config.str(key + "_type")
		switch {
		case v == nil || v.kind == null:
			continue
		case v.kind == object && v.str("class_name") == "__lambda__":
			found = found || key == "function"
			v.done = true
			j.lambda(v, v.get("config"), name)
		case v.kind == object && v.str("class_name") != "" && v.str("class_name") != "__tuple__":
			found = found || key == "function" // a reference: it is met on the walk
		case key != "function" && kind != "lambda" && kind != "function" && (v.kind != list || codeText(v) == ""):
			continue // a plain shape
		case kind == "function" || kind == "" && v.kind == text && !strings.ContainsAny(v.text, "=(\n") && len(v.text) < 128:
			found = true
			j.named(v, config, key)
		case kind == "raw" && v.kind != text && v.kind != list:
			found = true
		default:
			found = true
			j.lambda(v, v, name)
		}
	}
	if !found {
		j.say(inspect.Dangerous, "keras-lambda", n, "%s has no function that can be read: it is there to run code", name)
	}
}

// named judges a function that a Lambda layer of older versions names.
func (j *judge) named(v, config *node, key string) {
	module := config.str(key + "_module")
	if key == "function" {
		module = config.str("module")
	}
	name := v.text
	if v.kind != text {
		return
	}
	switch {
	case module == "" || family(module) || module == "builtins":
		j.reference(v, "function", module, name, "")
		return
	case module == "__main__":
		j.custom(v, "function", name)
		return
	}
	g := globals.Lookup(module, name)
	switch {
	case g.Capability&(attack|doubt) != 0 && g.Capability&globals.Constructs == 0:
		j.say(inspect.Malicious, "keras-import", v, "calls %s on what passes a Lambda layer, which %s", inspect.Quote(dotted(module, name)), g.What)
	case g.Known || ecosystem(module):
	default:
		j.custom(v, "function", dotted(module, name))
	}
}

// codeText finds the text of marshalled code: alone, first of a list of code, defaults and closure, or in an object.
func codeText(v *node) string {
	for range 6 {
		switch {
		case v == nil:
			return ""
		case v.kind == text:
			return v.text
		case v.kind == list:
			v = v.item(0)
		case v.kind == object:
			next := v.get("code")
			for _, key := range []string{"value", "items", "config", "function"} {
				if next == nil {
					next = v.get(key)
				}
			}
			v = next
		default:
			return ""
		}
	}
	return ""
}

// lambda judges a function that is kept as code.
func (j *judge) lambda(n, v *node, who string) {
	s := codeText(v)
	if s == "" {
		j.say(inspect.Dangerous, "keras-lambda", n, "%s is to run code, which cannot be found where it should be", who)
		return
	}
	c := marshalled(s)
	var does string
	if c != nil {
		does = c.effect()
	} else {
		does = sourceCalls(s)
		if does == "" {
			does = sourceCalls(string(base64Bytes(s)))
		}
	}
	switch {
	case does != "":
		j.say(inspect.Malicious, "keras-lambda-code", n, "%s runs code of Python that stands in the file: it %s", who, does)
	case c != nil:
		j.say(inspect.Dangerous, "keras-lambda", n, "%s runs code of Python that stands in the file when the model is loaded or used%s", who, c.using())
	default:
		j.say(inspect.Dangerous, "keras-lambda", n, "%s runs code of Python that stands in the file when the model is loaded or used; it is of no version that can be read", who)
	}
}

// marshalled reads marshalled code in base64, or as old versions kept it, in a text of its bytes.
func marshalled(s string) *code {
	if c, err := unmarshal(base64Bytes(s)); err == nil {
		return c
	}
	raw := make([]byte, 0, len(s))
	for _, r := range s {
		if r > 0xff {
			return nil
		}
		raw = append(raw, byte(r))
	}
	if c, err := unmarshal(raw); err == nil {
		return c
	}
	return nil
}

// using lists the names that code uses.
func (c *code) using() string {
	if len(c.names) == 0 {
		return ""
	}
	return "; it uses " + inspect.Quote(strings.Join(c.names[:min(len(c.names), 12)], ", "))
}

// effect says what code does beyond computing, "" if nothing was seen.
func (c *code) effect() string {
	seen := map[*code]bool{}
	todo := []*code{c}
	for len(todo) > 0 {
		c := todo[0]
		todo = todo[1:]
		if seen[c] || len(seen) > 2000 {
			continue
		}
		seen[c] = true
		if s := c.own(); s != "" {
			return s
		}
		todo = append(todo, c.inner...)
	}
	return ""
}

// own says what code does by its names and constants. Names are in the order of their first use: a module comes before what
// is taken from it.
func (c *code) own() string {
	for i, n := range c.names {
		switch n {
		case "exec", "eval", "compile", "execfile", "__import__", "breakpoint", "open", "input", "FunctionType", "CodeType", "import_module", "py_compile":
			return "calls " + inspect.Quote(n) + say(globals.Lookup("builtins", n).What)
		case "__subclasses__", "__globals__", "__builtins__", "__code__", "__bases__", "__mro__", "__loader__", "__reduce__", "__getattribute__", "__closure__", "__dict__":
			return "reaches into Python itself through " + inspect.Quote(n)
		case "system", "popen", "Popen", "check_output", "getoutput", "getstatusoutput", "urlopen", "urlretrieve", "rmtree", "execv", "execve", "spawnl", "spawnv", "posix_spawn", "create_connection",
			"write_file", "load_op_library", "load_library", "py_function", "numpy_function", "py_func", "get_file", "enable_unsafe_deserialization", "run_path", "run_module":
			return "calls " + inspect.Quote(n)
		}
		switch n {
		case "code", "signal", "io", "test", "site", "platform", "resource", "select", "queue", "threading", "sys", "inspect", "glob":
			if i+1 < len(c.names) && (i == 0 || !framework(c.names[i-1])) {
				if g := globals.Lookup(n, c.names[i+1]); g.Known && g.Capability&(globals.Executes|globals.Interprets|globals.Imports|globals.Native) != 0 {
					return "calls " + inspect.Quote(n+"."+c.names[i+1]) + say(g.What)
				}
			}
			continue
		}
		if g := globals.Module(n); g.Capability&attack != 0 && (i == 0 || !framework(c.names[i-1])) {
			next := n
			if i+1 < len(c.names) {
				next += "." + c.names[i+1]
			}
			return "uses " + inspect.Quote(next) + say(g.What)
		}
	}
	walks := false
	for _, n := range c.names {
		walks = walks || n == "getattr" || n == "globals" || n == "vars" || n == "locals" || n == "setattr" || n == "__dict__"
	}
	for _, t := range c.texts {
		if walks {
			switch t {
			case "system", "exec", "eval", "popen", "Popen", "os", "subprocess", "__import__", "builtins", "__builtins__", "__builtin__", "import_module":
				return "reaches " + inspect.Quote(t) + " by its name"
			}
		}
		if s := sourceEffect(t); s != "" {
			return "holds code in text that " + s
		}
	}
	return ""
}

// framework says whether what follows a name is a module of a framework, such as tf.signal.
func framework(name string) bool {
	switch name {
	case "tf", "tensorflow", "keras", "K", "np", "numpy", "jax", "jnp", "torch", "backend", "ops", "compat", "v1", "v2", "scipy", "python":
		return true
	}
	return false
}

func say(what string) string {
	if what == "" {
		return ""
	}
	return ", which " + what
}

// sourceCalls looks at a text that stands for code: source that calls what runs more code is enough.
func sourceCalls(s string) string {
	for _, call := range []string{"exec(", "eval(", "__import__(", "compile("} {
		if strings.Contains(s, call) && utf8.ValidString(s) {
			return "calls " + inspect.Quote(strings.TrimSuffix(call, "("))
		}
	}
	return sourceEffect(s)
}

// sourceEffect looks at text as source of Python.
func sourceEffect(s string) string {
	if len(s) < 6 || len(s) > 1<<20 || !utf8.ValidString(s) || !strings.ContainsAny(s, "(") && !strings.Contains(s, "import") {
		return ""
	}
	for _, e := range pycode.Look([]byte(s)) {
		if e.Capability&attack != 0 && (e.Verdict() > inspect.Clean || e.Capability&(globals.Executes|globals.Interprets|globals.Network|globals.Native) != 0) {
			return e.What()
		}
		if e.Outside {
			return e.What()
		}
	}
	return ""
}
