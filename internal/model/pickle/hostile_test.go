package pickle

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

var (
	echo    = text("echo x")
	system  = global("os.system")
	getattr = global("builtins.getattr")
	inner   = pickled(call(system, echo))
	getOS   = call(global("importlib.import_module"), text("os"))
	object  = global("collections.UserDict") + ")\x81"
)

func TestHostile(t *testing.T) {
	const malicious, dangerous = inspect.Malicious, inspect.Dangerous
	tests := []struct {
		name, data string
		want       inspect.Verdict
		id         string
	}{
		// one callable, by every opcode that calls
		{"REDUCE", pickled(call(system, echo)), malicious, "pickle-executes"},
		{"protocol 0", "cposix\nsystem\n(S'echo x'\ntR.", malicious, "pickle-executes"},
		{"INST", "(S'echo x'\nios\nsystem\n.", malicious, "pickle-executes"},
		{"OBJ", "(" + system + "S'echo x'\no.", malicious, "pickle-executes"},
		{"NEWOBJ", pickled(global("subprocess.Popen") + echo + "\x85\x81"), malicious, "pickle-executes"},
		{"NEWOBJ_EX", pickled(global("subprocess.Popen") + echo + "\x85}\x92"), malicious, "pickle-executes"},
		{"arguments in a list", pickled(system + list(echo) + "R"), malicious, "pickle-executes"},
		{"INST at the end of the file, the last byte taken for the newline", "(S'echo x'\nios\nsystem!", malicious, "pickle-executes"},

		// one name, in every spelling
		{"STACK_GLOBAL", pickled(call(text("os")+text("system")+"\x93", echo)), malicious, "pickle-executes"},
		{"names from the memo", pickled(text("system") + "\x94" + text("os") + "\x940" + call("h\x01h\x00\x93", echo)), malicious, "pickle-executes"},
		{"names of Python 2's texts", pickled(call("S'os'\nU\x06system\x93", echo)), malicious, "pickle-executes"},
		{"names in escapes", pickled(call("V\\u006fs\nS'sys\\x74em'\n\x93", echo)), malicious, "pickle-executes"},
		{"names that are computed", pickled(call(text("os")+call(global("operator.add"), text("sys"), text("tem"))+"\x93", echo)), malicious, "pickle-executes"},
		{"names in a cipher", pickled(call(text("os")+call(global("codecs.decode"), text("flfgrz"), text("rot13"))+"\x93", echo)), malicious, "pickle-executes"},
		{"names that nobody can compute", pickled(call(text("os")+call(global("foo.bar"))+"\x93", echo)), dangerous, "pickle-computed-name"},
		{"Python 2's modules", "c__builtin__\neval\n(S'1'\ntR.", malicious, "pickle-executes"},
		{"Python 2's modules, renamed", "ccommands\ngetoutput\n(S'1'\ntR.", malicious, "pickle-executes"},
		{"through another module", pickled(call(text("torch.serialization")+text("os.system")+"\x93", echo)), malicious, "pickle-executes"},
		{"carriage returns", "cos\r\nsystem\r\n(S'echo x'\ntR.", malicious, "pickle-executes"},
		{"attributes from where all can be reached", pickled(text("collections") + text("namedtuple.__globals__") + "\x93"), malicious, "pickle-walks"},

		// callables that calls give
		{"getattr of an import", pickled(call(call(getattr, getOS, text("system")), echo)), malicious, "pickle-executes"},
		{"__import__", pickled(call(call(getattr, call(global("builtins.__import__"), text("os")), text("system")), echo)), malicious, "pickle-executes"},
		{"attrgetter", pickled(call(call(call(global("operator.attrgetter"), text("system")), getOS), echo)), malicious, "pickle-executes"},
		{"methodcaller", pickled(call(call(global("operator.methodcaller"), text("system"), echo), getOS)), malicious, "pickle-executes"},
		{"partial", pickled(call(call(global("functools.partial"), system, echo))), malicious, "pickle-executes"},
		{"partial that is given its function later", pickled(call(call(global("functools.partial"), global("builtins.int")) + "(" + system + echo + "\x85}Ntb")), malicious, "pickle-executes"},
		{"partial that is never called", pickled(call(global("functools.partial"), system, echo)), dangerous, "pickle-names"},
		{"reduce", pickled(call(global("functools.reduce"), system, list("K\x01", echo))), malicious, "pickle-executes"},
		{"map", pickled(call(global("builtins.list"), call(global("builtins.map"), system, list(echo)))), malicious, "pickle-executes"},
		{"apply", pickled(call(global("__builtin__.apply"), system, echo+"\x85")), malicious, "pickle-executes"},
		{"operator.call", pickled(call(global("operator.call"), system, echo)), malicious, "pickle-executes"},
		{"resolve_name", pickled(call(call(global("pkgutil.resolve_name"), text("os:system")), echo)), malicious, "pickle-executes"},
		{"sys.modules", pickled(call(call(getattr, call(global("operator.getitem"), global("sys.modules"), text("os")), text("system")), echo)), malicious, "pickle-executes"},
		{"globals of a function", pickled(call(getattr, global("collections.namedtuple"), text("__globals__"))), malicious, "pickle-walks"},
		{"a format that walks", pickled(call(call(getattr, text("{0.__class__}"), text("format")), "K\x01")), dangerous, "pickle-walks"},
		{"code", pickled(call(call(global("types.FunctionType"), call(global("marshal.loads"), raw("\xe3")), "}"))), malicious, "pickle-runs-code"},
		{"a finalizer", pickled(call(global("weakref.finalize"), object, system, echo)), malicious, "pickle-executes"},
		{"a class with a body", pickled(call(global("builtins.type"), text("X"), global("builtins.object")+"\x85", dict(text("__reduce__"), system))), malicious, "pickle-makes-class"},

		// the registry of extension codes
		{"EXT of what the pickle registers", pickled(call(global("copyreg.add_extension"), text("os"), text("system"), "K\x01") + "0" + call("\x82\x01", echo)), malicious, "pickle-executes"},
		{"EXT of what others register", pickled(call("\x82\x01", echo)), dangerous, "pickle-unknown-callable"},

		// what the unpickler itself calls
		{"__setstate__ as state", pickled(object + dict(text("__setstate__"), system) + "b" + echo + "b"), malicious, "pickle-hook"},
		{"append as state", pickled(object + dict(text("append"), system) + "b" + echo + "a"), malicious, "pickle-hook"},
		{"state of a class", pickled(global("collections.UserDict") + "N" + dict(text("__init__"), system) + "\x86b"), malicious, "pickle-changes"},
		{"items of sys.modules", pickled(global("sys.modules") + text("os") + global("builtins.int") + "s"), malicious, "pickle-changes"},
		{"appends to sys.path", pickled(global("sys.path") + text("/x") + "a"), malicious, "pickle-changes"},
		{"the environment", pickled(global("os.environ") + text("PATH") + text("x") + "s"), malicious, "pickle-changes"},

		// pickles inside of pickles
		{"pickle.loads", pickled(call(global("pickle.loads"), raw(inner))), malicious, "pickle-executes"},
		{"two of them", pickled(call(global("_pickle.loads"), raw(pickled(call(global("pickle.loads"), raw(inner)))))), malicious, "pickle-executes"},
		{"in base64", pickled(call(global("pickle.loads"), call(global("base64.b64decode"), raw("Y29zCnN5c3RlbQooUydlY2hvIHgnCnRSLg==")))), malicious, "pickle-executes"},
		{"PyTorch's", pickled(call(global("torch.storage._load_from_bytes"), raw(inner))), malicious, "pickle-executes"},
		{"a file of bytes", pickled(call(global("pickle.load"), call(global("_io.BytesIO"), raw(inner)))), malicious, "pickle-executes"},
		{"another file", pickled(call(global("torch.load"), text("other.bin"))), dangerous, "pickle-deserialises"},

		// what other readers see
		{"before damage", "cos\nsystem\n(S'echo x'\ntR\xff\xff", malicious, "pickle-executes"},
		{"without STOP", "cos\nsystem\n(S'echo x'\ntR", malicious, "pickle-executes"},
		{"in a second pickle", pickled("]") + inner, malicious, "pickle-executes"},
		{"in a protocol of the future", "\x80\x06" + inner[2:], malicious, "pickle-executes"},
		{"in a frame that is too long", "\x80\x04\x95\xff\xff\xff\x7f\x00\x00\x00\x00" + inner[2:], malicious, "pickle-executes"},
		{"behind a frame that ends inside of an opcode", "\x80\x04\x95\x06\x00\x00\x00\x00\x00\x00\x00(X\x0a\x00\x00\x00" + "abcdefghij" + "0" + inner[2:], malicious, "pickle-executes"},

		// what takes up all there is
		{"a huge array of bytes", pickled(call(global("builtins.bytearray"), "\x8a\x06\xff\xff\xff\xff\xff\x7f")), dangerous, "pickle-exhausts"},
		{"a list without end", pickled(call(global("builtins.list"), call(global("itertools.repeat"), "K\x01"))), dangerous, "pickle-exhausts"},
		{"a power", pickled(call(global("builtins.pow"), "K\x09", "J\xff\xff\xff\x7f")), dangerous, "pickle-exhausts"},

		// held, not called
		{"a value", pickled(dict(text("f"), system)), dangerous, "pickle-names"},
		{"a slip of the pen", pickled(call(global("tornch._utils._rebuild_tensor_v2"))), dangerous, "pickle-lookalike"},
		{"an unknown function with a telling name", pickled(call(global("foo.util.run_command"), echo)), dangerous, "pickle-unknown-function"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range []string{"x.pkl", "x.bin"} {
				if test.name == "in a protocol of the future" && name == "x.bin" {
					continue // known by its name alone
				}
				found := scanned(t, name, []byte(test.data))
				if found.Verdict != test.want || !hasReason(found, test.id) {
					t.Errorf("%s: %s, want %s with %s\n%v", name, found.Verdict, test.want, test.id, found.Reasons)
				}
			}
		})
	}
}

// The C unpickler drops what is left of a frame when an argument does not fit: here it drops the harmless text, and reads another.
func TestFrameThatHidesAName(t *testing.T) {
	hidden := "cos\nsystem\n(S'echo x'\ntR."
	frame := "X" // its argument lies across the end of the frame
	data := "\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00" + frame + "\x04\x00\x00\x00" + "good" + hidden
	if found := scanned(t, "x.pkl", []byte(data)); found.Verdict != inspect.Malicious {
		t.Errorf("%s: %v", found.Verdict, found.Reasons)
	}
	// read straight on, this is a text and a number; read as the C unpickler does, the line is INST's name
	data = "\x80\x04(\x95\x04\x00\x00\x00\x00\x00\x00\x00" + "Vabc" + "d\n0(S'echo x'\nios\nsystem\n."
	if found := scanned(t, "x.pkl", []byte(data)); found.Verdict != inspect.Malicious || !hasReason(found, "pickle-frame") {
		t.Errorf("%s: %v", found.Verdict, found.Reasons)
	}
	// straight on a text of 20 bytes; as the C unpickler has it, those behind the frame are opcodes
	swallowed := "0cos\nsystem\n(S'x'\ntR."
	data = "\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00U" + string(rune(4+len(swallowed))) + "abc" + "four" + swallowed
	found := scanned(t, "x.pkl", []byte(data))
	if !hasReason(found, "pickle-frame") {
		t.Errorf("%s: %v", found.Verdict, found.Reasons)
	}
}

// What stands in the text of the memo is found, however long ago it was stored.
func TestNamesFromPackedPages(t *testing.T) {
	var b strings.Builder
	b.WriteString("\x80\x04" + text("os") + "\x940" + text("system") + "\x940")
	for range 40_000 {
		b.WriteString(text("filler") + "\x940K\x07\x940]\x940")
	}
	b.WriteString(call("h\x00h\x01\x93", echo) + ".")
	found := scanned(t, "x.pkl", []byte(b.String()))
	if found.Verdict != inspect.Malicious {
		t.Errorf("%s: %v", found.Verdict, found.Reasons)
	}
}
