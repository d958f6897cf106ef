package pickle

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// A class whose __init__ reads a file does so when it is called, and not when an object of it is made without.
func TestRestored(t *testing.T) {
	const clean, dangerous, malicious = inspect.Clean, inspect.Dangerous, inspect.Malicious
	booster := global("xgboost.core.Booster")
	object := global("builtins.object")
	path := text("/etc/passwd")
	tests := []struct {
		name, body string
		want       inspect.Verdict
	}{
		{"NEWOBJ", booster + ")\x81" + dict(text("handle"), raw("binf")) + "b", clean},
		{"NEWOBJ_EX", booster + ")}\x92", clean},
		{"copyreg.__newobj__", call(global("copyreg.__newobj__"), booster), clean},
		{"copyreg.__newobj_ex__", call(global("copyreg.__newobj_ex__"), booster, ")", "}"), clean},
		{"object.__new__", call(global("builtins|object.__new__"), booster), clean},
		{"its own __new__", call(call(getattr, booster, text("__new__")), booster), clean},
		{"copyreg._reconstructor", call(global("copyreg._reconstructor"), booster, object, "N"), clean},
		{"copy_reg._reconstructor of Python 2", call(global("copy_reg._reconstructor"), booster, global("__builtin__.object"), "N"), clean},

		{"REDUCE", call(booster, "N", ")", path), dangerous},
		{"OBJ", "(" + booster + "N)" + path + "o", dangerous},
		{"INST", "(N)" + path + "ixgboost.core\nBooster\n", dangerous},
		{"its __init__", call(global("xgboost.core|Booster.__init__"), booster+")\x81", "N", ")", path), dangerous},
		{"a _reconstructor that calls it as the base", call(global("copyreg._reconstructor"), booster, booster, path), dangerous},
		{"a _reconstructor that calls another base", call(global("copyreg._reconstructor"), booster, global("subprocess.Popen"), path), malicious},
		{"a _reconstructor of Python 2 that does so", call(global("copy_reg._reconstructor"), booster, booster, path), dangerous},
		{"partial", call(call(global("functools.partial"), booster, "N", ")", path)), dangerous},
		{"a method that reads", call(call(getattr, booster+")\x81", text("load_model")), path), malicious},
		{"what is not harmless without its __init__ either", global("subprocess.Popen") + ")\x81", malicious},
		{"the same by __newobj_ex__", call(global("copyreg.__newobj_ex__"), global("subprocess.Popen"), ")", "}"), malicious},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(pickled(test.body))); found.Verdict != test.want {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}

// What some classes do with their state is looked at, wherever it stands in it.
func TestRestoredState(t *testing.T) {
	const clean, dangerous, malicious = inspect.Clean, inspect.Dangerous, inspect.Malicious
	made := func(class, state string) string { return global(class) + ")\x81" + state + "b" }
	many := func(n int) []string {
		var all []string
		for i := range n {
			all = append(all, text(fmt.Sprint("key ", i)), "N")
		}
		return all
	}
	template, code := text("_parse_arg_template"), text("import os; os.system('echo x')")
	const norm = "scipy.stats._continuous_distns.norm_gen"
	tests := []struct {
		name, body string
		want       inspect.Verdict
	}{
		{"a distribution", made(norm, dict(text("name"), text("norm"))), clean},
		{"a distribution with code", made(norm, dict(template, code)), malicious},
		{"behind many others", made(norm, dict(append(many(100), template, code)...)), malicious},
		{"item by item", made(norm, "}"+strings.Join(many(0), "")+template+code+"s"), malicious},
		{"in the state of slots", made(norm, "N"+dict(template, code)+"\x86"), malicious},
		{"by keyword", call(global("copyreg.__newobj__"), global(norm)) + dict(template, code) + "b", malicious},
		{"by a key that is put together", made(norm, dict(call(global("operator.add"), text("_parse_"), text("arg_template")), code)), malicious},
		{"by a key that nobody knows", made(norm, dict(append(many(40), call(global("operator.add"), text("_parse_"), text("arg_template")), code)...)), malicious},
		{"by one of too many that are put together", made(norm, "("+strings.Repeat(call(global("operator.add"), text("a"), text("b"))+"N", 70)+"d"), dangerous},
		{"a state that is another dictionary", made(norm, call(global("collections.OrderedDict"))+template+code+"s"), dangerous},
		{"such a state of other classes", made("collections.UserDict", call(global("collections.OrderedDict"))+template+"Ns"), clean},
		{"many items of other classes", made("collections.UserDict", dict(append(many(100), call(global("operator.add"), text("a"), text("b")), "N")...)), clean},
		{"a formula", made("statsmodels.base.data.PandasData", dict(text("formula"), text("y ~ x"), text("restore_design_info"), "\x88")), clean},
		{"a formula with code", made("statsmodels.base.data.PandasData", dict(text("formula"), text("__import__('os')"), text("restore_design_info"), "\x88")), malicious},
		{"a pickle", made("skorch.net.NeuralNet", dict(text("__cuda_dependent_attributes__"), raw(pickled("]")))), clean},
		{"a hostile pickle", made("skorch.net.NeuralNet", dict(append(many(50), text("__cuda_dependent_attributes__"), raw(inner))...)), malicious},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if found := scanned(t, "x.pkl", []byte(pickled(test.body))); found.Verdict != test.want {
				t.Errorf("%s, want %s: %v", found.Verdict, test.want, found.Reasons)
			}
		})
	}
}
