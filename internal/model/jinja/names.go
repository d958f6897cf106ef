package jinja

import (
	"strings"
	"unicode/utf8"
)

// escapes says whether an attribute of this name leads from a template's values to Python's own objects.
func escapes(name string) bool {
	switch name {
	case "__class__", "__base__", "__bases__", "__mro__", "__subclasses__", "__globals__", "__builtins__", "__builtin__", "__import__",
		"__init__", "__new__", "__getattribute__", "__getattr__", "__getitem__", "__dict__", "__code__", "__closure__", "__func__",
		"__self__", "__module__", "__loader__", "__spec__", "__call__", "__reduce__", "__reduce_ex__", "__init_subclass__",
		"__set_name__", "__subclasshook__", "__subclasscheck__", "__instancecheck__", "__setattr__", "__delattr__", "__wrapped__",
		"__defaults__", "__kwdefaults__", "__annotations__", "__enter__", "__exit__", "__del__", "__file__", "__path__", "__package__",
		"__traceback__", "__context__", "__cause__", "__weakref__", "__get__", "__set__",
		"mro", "gi_frame", "gi_code", "gi_yieldfrom", "cr_frame", "cr_code", "cr_await", "cr_origin", "ag_frame", "ag_code", "ag_await",
		"f_globals", "f_locals", "f_builtins", "f_back", "f_code", "f_trace", "tb_frame", "tb_next", "tb_lasti",
		"func_globals", "func_code", "func_closure", "func_defaults", "func_dict", "im_func", "im_class", "im_self",
		"co_code", "co_consts", "co_names", "co_varnames", "co_filename", "cell_contents",
		"_TemplateReference__context", "_Undefined__fail", "_module", "_load_form_data", "_get_file_stream", "_fail_with_undefined_error",
		"_undefined_exception", "_environment":
		return true
	}
	return false
}

// runs says whether calling a method of this name runs code, a program, or changes the process, whatever it is a method of.
func runs(name string) bool {
	switch name {
	case "popen", "Popen", "popen2", "popen3", "popen4", "check_output", "check_call", "getoutput", "getstatusoutput", "execv", "execve", "execl",
		"execlp", "execvp", "execvpe", "spawnl", "spawnv", "spawnve", "posix_spawn", "startfile", "fork", "forkpty",
		"load_module", "exec_module", "import_module", "import_string", "run_module", "run_path", "run_code",
		"from_pyfile", "from_object", "from_envvar", "from_string", "overlay", "compile_expression", "compile_templates",
		"eval", "exec", "execfile", "__import__", "system":
		return true
	}
	return false
}

// module says whether a name is that of a module through which code runs; no chat template is given one.
func module(name string) bool {
	switch name {
	case "os", "posix", "nt", "sys", "subprocess", "builtins", "__builtin__", "__builtins__", "importlib", "ctypes", "pty", "shutil", "socket", "commands",
		"pickle", "marshal", "code", "codeop", "runpy", "platform", "multiprocessing", "pathlib", "tempfile", "urllib", "requests":
		return true
	}
	return false
}

// function says what calling a function of this name does, for those that no template is given honestly.
func function(name string) string {
	switch name {
	case "eval", "exec", "execfile", "compile":
		return "runs Python code"
	case "__import__", "import_module", "import_string":
		return "imports a module"
	case "popen", "system", "check_output", "Popen", "getoutput":
		return "runs a program"
	case "getattr", "setattr", "delattr", "globals", "locals", "vars", "breakpoint", "type", "object", "classmethod", "super_":
		return "reaches Python's own objects"
	case "open", "file", "input", "read_file", "get_file", "load_file", "urlopen":
		return "reads outside of the template"
	}
	return ""
}

// filter says whether a filter is one of Jinja's, or one that programs which render chat templates give.
func filter(name string) bool {
	switch name {
	case "abs", "attr", "batch", "capitalize", "center", "count", "d", "default", "dictsort", "e", "escape", "filesizeformat", "first", "float",
		"forceescape", "format", "groupby", "indent", "int", "join", "last", "length", "list", "lower", "items", "map", "min", "max", "pprint",
		"random", "reject", "rejectattr", "replace", "reverse", "round", "safe", "select", "selectattr", "slice", "sort", "string", "striptags",
		"sum", "title", "trim", "truncate", "unique", "upper", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr", "tojson",
		"unsafe", "bool", "keys", "values", "strip", "lstrip", "rstrip", "from_json", "fromjson", "to_json", "split":
		return true
	}
	return false
}

// test says whether a test is one of Jinja's.
func test(name string) bool {
	switch name {
	case "odd", "even", "divisibleby", "defined", "undefined", "filter", "test", "none", "boolean", "false", "true", "integer", "float", "lower",
		"upper", "string", "mapping", "number", "sequence", "iterable", "callable", "sameas", "escaped", "in", "eq", "equalto", "ne", "gt",
		"greaterthan", "ge", "lt", "lessthan", "le", "None", "True", "False":
		return true
	}
	return false
}

// given says whether a function is one that Jinja or the programs that render chat templates give to templates.
func given(name string) bool {
	switch name {
	case "range", "dict", "lipsum", "cycler", "joiner", "namespace", "raise_exception", "strftime_now", "caller", "loop", "super", "self",
		"gettext", "ngettext", "pgettext", "npgettext", "_", "varargs", "kwargs", "tojson", "len", "str", "int", "float", "list", "enumerate", "zip",
		"url_for", "get_flashed_messages", "config", "request", "g", "session", "strptime", "datetime", "now", "today", "sorted", "min", "max", "isinstance", "string":
		return true
	}
	return false
}

// builtinText is how Python prints what the environment gives and what filters make: its letters are used to spell names.
func builtinText(name string) string {
	h := string(hole)
	switch name {
	case "lipsum":
		return "<function generate_lorem_ipsum at 0x" + h
	case "cycler":
		return "<class 'jinja2.utils.Cycler'>"
	case "joiner":
		return "<class 'jinja2.utils.Joiner'>"
	case "namespace":
		return "<class 'jinja2.utils.Namespace'>"
	case "dict":
		return "<class 'dict'>"
	case "range":
		return "<class 'range'>"
	case "self":
		return "<TemplateReference " + h
	case "select", "reject", "selectattr", "rejectattr":
		return "<generator object select_or_reject at 0x" + h
	case "map":
		return "<generator object sync_do_map at 0x" + h
	case "batch":
		return "<generator object do_batch at 0x" + h
	case "items":
		return "<generator object do_items at 0x" + h
	case "unique":
		return "<generator object do_unique at 0x" + h
	}
	return h
}

// telling are the names that have no place in any text that a template computes with.
var telling = [...]string{"__class__", "__subclasses__", "__globals__", "__builtins__", "__mro__", "__bases__", "__base__", "__import__",
	"__getattribute__", "__code__", "__closure__", "__reduce__", "__loader__"}

// tells gives the name out of telling that stands in s.
func tells(s string) string {
	if !strings.Contains(s, "__") {
		return ""
	}
	for _, t := range telling {
		if strings.Contains(s, t) {
			return t
		}
	}
	if s == "__init__" {
		return s
	}
	return ""
}

// could says whether a text with holes could be one of the telling names. It needs enough letters of it.
func could(s string) string {
	if utf8.RuneCountInString(strings.ReplaceAll(s, string(hole), "")) < 4 {
		return ""
	}
	parts := strings.Split(s, string(hole))
	for _, t := range telling {
		rest, ok := strings.CutPrefix(t, parts[0])
		if !ok || len(parts) < 2 {
			continue
		}
		last := parts[len(parts)-1]
		for _, p := range parts[1 : len(parts)-1] {
			i := strings.Index(rest, p)
			if ok = i >= 0; !ok {
				break
			}
			rest = rest[i+len(p):]
		}
		if ok && strings.HasSuffix(rest, last) {
			return t
		}
	}
	return ""
}

// plain writes letters that look like ASCII ones, and that Python takes for them in names, as those (NFKC).
func plain(s string) string {
	ascii := true
	for i := 0; i < len(s); i++ {
		ascii = ascii && s[i] < utf8.RuneSelf
	}
	if ascii {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xff01 && r <= 0xff5e: // full width
			return r - 0xff01 + '!'
		case r >= 0x1d400 && r <= 0x1d6a3: // mathematical letters, in alphabets of 52
			return rune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"[(r-0x1d400)%52])
		case r >= 0x1d7ce && r <= 0x1d7ff:
			return '0' + (r-0x1d7ce)%10
		case r >= 0x24b6 && r <= 0x24cf: // in circles
			return r - 0x24b6 + 'A'
		case r >= 0x24d0 && r <= 0x24e9:
			return r - 0x24d0 + 'a'
		case r == 0x212a:
			return 'K'
		case r == 0x17f:
			return 's'
		case r == 0xaa || r == 0x1d43:
			return 'a'
		case r == 0xba || r == 0x1d52:
			return 'o'
		case r == 0x203f || r == 0x2054 || r == 0xfe33 || r == 0xfe34 || r >= 0xfe4d && r <= 0xfe4f: // other low lines
			return '_'
		}
		return r
	}, s)
}
