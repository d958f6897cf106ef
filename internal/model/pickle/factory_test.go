package pickle

import (
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// A dictionary with a factory calls it for the first key that is missing: what it does counts.
func TestFactoryOfADictionary(t *testing.T) {
	made := func(factory string) string { return call(global("collections.defaultdict"), factory) }
	partial := func(f string, args ...string) string {
		return call(global("functools.partial"), append([]string{f}, args...)...)
	}
	tests := []struct {
		name, body string
		want       inspect.Verdict
	}{
		{"breakpoint", made(global("builtins.breakpoint")), inspect.Malicious},
		{"exit", made(global("builtins.exit")), inspect.Dangerous},
		{"input", made(global("builtins.input")), inspect.Dangerous},
		{"Python 2's raw_input", made(global("__builtin__.raw_input")), inspect.Dangerous},
		{"os.abort", made(global("os.abort")), inspect.Malicious},
		{"that a key is looked up in", call(global("operator.getitem"), made(global("builtins.exit")), text("x")), inspect.Dangerous},
		{"of the module in C", call(global("_collections.defaultdict"), global("builtins.exit")), inspect.Dangerous},
		{"by a partial", made(partial(global("builtins.exit"))), inspect.Dangerous},
		{"by a partial of a partial", made(partial(partial(global("os.system"), echo))), inspect.Malicious},
		{"by a factory of factories", made(partial(global("collections.defaultdict"), global("builtins.exit"))), inspect.Dangerous},
		{"by a partial that changes later", partial(global("builtins.int")) + "\x940" + made("h\x00") + "0h\x00(" + global("builtins.exit") + ")}Ntb", inspect.Dangerous},
		{"that is set later", call(global("collections.defaultdict")) + "N" + dict(text("default_factory"), global("builtins.exit")) + "\x86b", inspect.Dangerous},
		{"of somebody's", made(global("mypackage.Thing")), inspect.Unknown},

		{"list", made(global("builtins.list")), inspect.Clean},
		{"int of Python 2", made(global("__builtin__.int")), inspect.Clean},
		{"dict", made(global("builtins.dict")), inspect.Clean},
		{"float", made(global("builtins.float")), inspect.Clean},
		{"set", made(global("builtins.set")), inspect.Clean},
		{"str", made(global("builtins.str")), inspect.Clean},
		{"OrderedDict", made(global("collections.OrderedDict")), inspect.Clean},
		{"none", made("N"), inspect.Clean},
		{"nothing", call(global("collections.defaultdict")), inspect.Clean},
		{"an array", made(partial(global("numpy.zeros"), "K\x03")), inspect.Clean},
		{"partial of a safe class", made(partial(global("builtins.int"), "K\x01")), inspect.Clean},
		{"a dictionary of dictionaries", made(partial(global("collections.defaultdict"), global("builtins.int"))), inspect.Clean},
		{"numbers", made(call(getattr, call(global("itertools.count"), "K\x00"), text("__next__"))), inspect.Clean},
		{"filled", made(global("builtins.list")) + "(" + text("a") + list("K\x01") + "u", inspect.Clean},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(pickled(test.body))); found.Verdict != test.want {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}

// What stops every unpickler is not read, and its kin that does not is.
func TestWhatStopsEveryUnpickler(t *testing.T) {
	tensor := global("torch._utils._rebuild_tensor_v2")
	tests := []struct {
		name, data string
		want       inspect.Verdict
	}{
		{"a set in itself", "\x80\x04\x8f\x94(h\x00\x90.", inspect.NotRead},
		{"a set in a set", pickled("\x8f(\x8f\x90"), inspect.NotRead},
		{"a set as a key", pickled("}\x8fNs"), inspect.NotRead},
		{"a frozen set in a set", pickled("\x8f((K\x01\x91\x90"), inspect.Clean},
		{"a frozen set as a key", pickled("}(K\x01\x91Ns"), inspect.Clean},
		{"an object of a function", "\x80\x02" + tensor + ")\x81X\x03\x00\x00\x00keyX\x05\x00\x00\x00values.", inspect.NotRead},
		{"an object of a function, with keywords", pickled(tensor + ")}\x92"), inspect.NotRead},
		{"an object of NumPy's function", pickled(global("numpy.core.multiarray._reconstruct") + ")\x81"), inspect.NotRead},
		{"an object of a class", pickled(global("collections.UserDict") + ")\x81"), inspect.Clean},
		{"what runs before it", pickled(call(system, echo) + "0" + tensor + ")\x81"), inspect.Malicious},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(test.data)); found.Verdict != test.want {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}
