package globals

import (
	"os"
	"strings"
	"testing"
)

// harmless is what is known of a class or function that only makes an object.
var harmless = Global{Constructs, Always, true, makesObject}

func TestLookup(t *testing.T) {
	for _, tt := range []struct {
		module, name string
		want         Capability // what it must have, at least; 0 where nobody knows
		rule         Rule
	}{
		// what runs
		{"os", "system", Executes, Never},
		{"__torch__.my.models", "Net", Constructs, Always},
		{"__torch__.torch.classes.quantized", "LinearPackedParamsBase", Constructs, Always},
		{"__torch__.torch.classes.mine", "Runner", 0, Always},
		{"torch._C", "ScriptObject", Constructs, Always},
		{"torch.jit", "some_backendLoweredModule", 0, Always},
		{"posix", "system", Executes, Never},
		{"nt", "system", Executes, Never},
		{"subprocess", "Popen", Executes, Never},
		{"builtins", "eval", Executes, Never},
		{"builtins", "exec", Executes, Never},
		{"builtins", "compile", Interprets, Never},
		{"builtins", "__import__", Imports, Never},
		{"builtins", "open", Reads | Writes, Never},
		{"importlib", "import_module", Imports, Never},
		{"ctypes", "CDLL", Native, Never},
		{"socket", "socket", Network, Never},
		{"urllib.request", "urlopen", Network, Never},
		{"shutil", "rmtree", Writes, Never},
		{"marshal", "loads", Deserialises | Interprets, Never},
		{"types", "FunctionType", Interprets, Never},
		{"types", "CodeType", Interprets, Never},

		// what depends on its arguments
		{"builtins", "getattr", Walks, SafeAttribute},
		{"operator", "attrgetter", Walks, SafeAttribute},
		{"functools", "partial", Calls, HarmlessCallable},
		{"copyreg", "_reconstructor", Calls, HarmlessCallable},
		{"torch._tensor", "_rebuild_from_type_v2", Calls, HarmlessCallable},
		{"pickle", "loads", Deserialises, NestedBytes},
		{"torch.storage", "_load_from_bytes", Deserialises, NestedBytes},
		{"_codecs", "encode", Constructs, ConstantText},
		{"re", "compile", Exhausts, ConstantText},
		{"re", "_compile", Exhausts, ConstantText},

		{"keras.layers", "Lambda", Calls, HarmlessCallable},

		// methods with an effect of classes without one
		{"csv", "DictWriter", Constructs, Always},
		{"csv", "DictWriter.writerow", Writes, Never},
		{"csv", "DictWriter.writerows", Writes, Never},
		{"logging", "StreamHandler", Constructs, Always},
		{"logging", "StreamHandler.emit", Writes, Never},
		{"logging", "Logger.callHandlers", Writes, Never},
		{"logging", "Filterer", Constructs, Always},
		{"logging", "Filterer.filter", Calls, Never},
		{"types", "ClassMethodDescriptorType", Constructs, Always},
		{"types", "ClassMethodDescriptorType.__get__", Walks, Never},
		{"torch", "FloatStorage", Constructs, Always},
		{"torch", "FloatStorage.from_file", Reads | Writes, Never},
		{"torch", "UntypedStorage.from_file", Reads | Writes, Never},
		{"torch", "TypedStorage.from_file", Reads | Writes, Never},
		{"torch.cuda", "HalfStorage.from_file", Reads | Writes, Never},
		{"torch.storage", "UntypedStorage.from_file", Reads | Writes, Never},
		{"torch.storage", "_LegacyStorage.from_file", Reads | Writes, Never},
		{"torch._C", "StorageBase.from_file", Reads | Writes, Never},

		// names of a module that is dangerous as a whole, and harmless ones in it
		{"tables", "Filters", Constructs, Always},
		{"tables", "Leaf.Filters", Constructs, Always},
		{"tables.leaf", "Filters", Constructs, Always},
		{"tables", "open_file", Reads | Writes, Never},
		{"joblib", "_pickle_load", Deserialises | Reads, Never},
		{"dotenv.main", "set_key", Writes, Never},
		{"__future__", "annotations", Constructs, Always},
		{"babel.dates", "DateTimePattern", Constructs, Always},
		{"babel.plural", "PluralRule", Constructs, Always},
		{"babel.numbers", "NumberPattern", Constructs, Always},
		{"os", "something_new", Executes, Never},
		{"os", "path.join", Constructs, Always},
		{"os", "path.exists", Reads, Never},
		{"posixpath", "join", Constructs, Always},
		{"subprocess", "whatever.else", Executes, Never},
		{"distutils.something", "run", Executes, Never},

		// reached through another module
		{"pathlib", "os.system", Executes, Never},
		{"torch.serialization", "os.system", Executes, Never},
		{"collections", "_sys.modules", Environment, Never},
		{"numpy", "os", Executes, Never},
		{"my_package.helpers", "subprocess.Popen", Executes, Never},
		{"my_package.helpers", "Popen", Executes, Never},
		{"my_package.helpers", "check_output", Executes, Never},
		{"posixpath", "genericpath.os.system", Executes, Never},
		{"os", "path.os.system", Executes, Never},
		{"code", "InteractiveInterpreter.runcode", Executes, Never},

		// a module is a name of the one that it lies in
		{"torch", "nn", Constructs, Always},
		{"torch", "hub", Executes, Never},
		{"os", "path", Executes, Never},

		// nobody knows
		{"my_package.models", "Net", 0, Always},
		{"__main__", "Net", 0, Always},
		{"numpy", "no_such_name", 0, Always},
		{"collections", "OrderedDict.mystery", 0, Always},
		{"", "", 0, Always},
		{".", ".", 0, Always},
		{"my_package", "test", 0, Always},
		{"my_package", "code", 0, Always},
	} {
		got := Lookup(tt.module, tt.name)
		if got.Known != (tt.want != 0) || got.Capability&tt.want != tt.want || got.Rule != tt.rule {
			t.Errorf("Lookup(%q, %q) = %+v, want %v %v", tt.module, tt.name, got, tt.want, tt.rule)
		}
		if got.Known && got.What == "" {
			t.Errorf("Lookup(%q, %q) has no words", tt.module, tt.name)
		}
	}
}

// What honest files of models hold: names that public projects' files have were gathered with pickletools.
func TestHonestNamesAreHarmless(t *testing.T) {
	text, err := os.ReadFile("testdata/honest.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		module, name, _ := strings.Cut(line, " ")
		n++
		if got := Lookup(Python2(module, name)); got != harmless {
			t.Errorf("Lookup(%q, %q) = %+v", module, name, got)
		}
	}
	if n < 400 {
		t.Errorf("only %d names", n)
	}
}

// What advisories on scanners and papers on gadgets name must at least be known to have an effect.
func TestGadgetsAreKnown(t *testing.T) {
	text, err := os.ReadFile("testdata/gadgets.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		module, name, _ := strings.Cut(line, " ")
		if got := Lookup(Python2(module, name)); !got.Known || got.Capability&^Constructs == 0 || got.Rule == Always {
			t.Errorf("Lookup(%q, %q) = %+v", module, name, got)
		}
	}
}

func TestModule(t *testing.T) {
	for _, tt := range []struct {
		module string
		want   Capability
	}{
		{"os", Executes}, {"subprocess", Executes}, {"ctypes.util", Executes}, {"distutils.whatever.deep", Executes},
		{"antigravity", Network}, {"torch.hub", Network}, {"tensorflow.python.ops.script_ops", Executes},
		{"numpy", Constructs}, {"sklearn.tree._tree", Constructs}, {"collections", Constructs}, {"torch.nn.modules.linear", Constructs},
		{"my_package", 0}, {"", 0}, {"..", 0},
	} {
		if got := Module(tt.module); got.Known != (tt.want != 0) || got.Capability&tt.want != tt.want {
			t.Errorf("Module(%q) = %+v, want %v", tt.module, got, tt.want)
		}
	}
}

func TestPython2(t *testing.T) {
	for _, tt := range [][4]string{
		{"__builtin__", "unicode", "builtins", "str"},
		{"__builtin__", "set", "builtins", "set"},
		{"copy_reg", "_reconstructor", "copyreg", "_reconstructor"},
		{"cPickle", "loads", "pickle", "loads"},
		{"exceptions", "ValueError", "builtins", "ValueError"},
		{"urllib", "urlopen", "urllib.request", "urlopen"},
		{"commands", "getoutput", "subprocess", "getoutput"},
		{"itertools", "imap", "builtins", "map"},
		{"os", "system", "os", "system"},
		{"", "", "", ""},
	} {
		if m, n := Python2(tt[0], tt[1]); m != tt[2] || n != tt[3] {
			t.Errorf("Python2(%q, %q) = %q, %q", tt[0], tt[1], m, n)
		}
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range [][2]string{{"os", "system"}, {"pathlib", "os.system"}, {"", ""}, {"a|b", "c d"}, {strings.Repeat("a.", 300), strings.Repeat("os.", 300)},
		{"numpy", "*"}, {"os", "* "}, {"#", "\n"}, {"torch._utils", "_rebuild_tensor_v2"}} {
		f.Add(s[0], s[1])
	}
	f.Fuzz(func(t *testing.T, module, name string) {
		g := Lookup(module, name)
		if g != Lookup(module, name) {
			t.Error("differs from one time to the next")
		}
		if g.Known && (g.Capability == 0 || g.What == "") || !g.Known && g != (Global{}) {
			t.Errorf("%+v", g)
		}
		if strings.ContainsAny(name, " |\n*") && exact(module, name).Known {
			t.Errorf("finds %q in the data's punctuation", name)
		}
		Module(module)
		if m, n := Python2(module, name); m == "" && module != "" || n == "" && name != "" {
			t.Errorf("Python2 loses a name: %q, %q", m, n)
		}
	})
}

func TestHitsDoNotAllocate(t *testing.T) {
	Lookup("torch._utils", "_rebuild_tensor_v2")
	for _, name := range [][2]string{{"torch._utils", "_rebuild_tensor_v2"}, {"os", "system"}, {"collections", "OrderedDict"}, {"sklearn.tree._tree", "Tree"}} {
		if n := testing.AllocsPerRun(100, func() { Lookup(name[0], name[1]) }); n != 0 {
			t.Errorf("Lookup(%q, %q) allocates %v times", name[0], name[1], n)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	names := [][2]string{
		{"torch._utils", "_rebuild_tensor_v2"}, {"collections", "OrderedDict"}, {"torch", "FloatStorage"}, {"numpy.core.multiarray", "_reconstruct"},
		{"sklearn.linear_model._logistic", "LogisticRegression"}, {"numpy", "dtype"}, {"torch.nn.modules.linear", "Linear"}, {"os", "system"},
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		n := names[i%len(names)]
		if !Lookup(n[0], n[1]).Known {
			b.Fatal(n)
		}
		i++
	}
}
