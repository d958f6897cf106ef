package main

import (
	"encoding/base64"
	"encoding/hex"
)

// pickleChains reach their effect by more than one call, or by a name that looks harmless.
func pickleChains(c *corpus) {
	module := fn("importlib", "import_module", "os")
	old := fn("builtins", "__import__", "os")
	system := fn("builtins", "getattr", module, "system")
	then := func(f any, args ...any) call { return call{fn: f, args: args} }
	marsh := fn("marshal", "loads", marshalled("3.11", "os", "system", cmd))
	chains := []struct {
		class, source string
		value         any
	}{
		{"getattr of an import", "picklescan issue 66", then(system, cmd)},
		{"getattr of an import", "picklescan issue 66", then(fn("builtins", "getattr", old, "system"), cmd)},
		{"getattr of an import", "picklescan issue 66", then(fn("builtins", "getattr", fn("builtins", "getattr", old, "path"), "os"), cmd)},
		{"getattr of builtins", "pickle jail write-ups", then(fn("builtins", "getattr", fn("builtins", "__import__", "builtins"), "eval"), code)},
		{"globals", "pickle jail write-ups", then(fn("builtins", "getattr", fn("builtins", "globals"), "__getitem__"), "__builtins__")},
		{"vars of a module", "pickle jail write-ups", then(then(fn("operator", "itemgetter", "system"), fn("builtins", "vars", old)), cmd)},
		{"attrgetter", "GHSA-955r-x9j8-7rhh", then(then(fn("operator", "attrgetter", "system"), old), cmd)},
		{"attrgetter", "GHSA-m273-6v24-x4m4", then(then(fn("_operator", "attrgetter", "system"), module), cmd)},
		{"methodcaller", "GHSA-955r-x9j8-7rhh", then(fn("operator", "methodcaller", "system", cmd), old)},
		{"methodcaller", "GHSA-m273-6v24-x4m4", then(fn("_operator", "methodcaller", "system", cmd), module)},
		{"itemgetter", "GHSA-m273-6v24-x4m4", then(then(fn("_operator", "itemgetter", "eval"), global{"builtins", "__dict__"}), code)},
		{"partial", "fickling PR 210", then(fn("functools", "partial", global{"os", "system"}, cmd))},
		{"partial", "fickling PR 210", fn("functools", "partial", global{"posix", "system"}, cmd)},
		{"reduce", "pickle jail write-ups", fn("functools", "reduce", global{"builtins", "getattr"}, list{old, "system"})},
		{"reduce", "pickle jail write-ups", then(fn("functools", "reduce", global{"builtins", "getattr"}, list{module, "path", "os", "system"}), cmd)},
		{"map", "pickle jail write-ups", fn("builtins", "list", fn("builtins", "map", global{"os", "system"}, list{cmd}))},
		{"map without reduce", "pickle jail write-ups: NEWOBJ of bytes and map", call{global{"builtins", "bytes"}, tuple{call{global{"builtins", "map"}, tuple{global{"builtins", "eval"}, list{code}}, newobj}}, newobj}},
		{"map without reduce", "pickle jail write-ups", call{global{"builtins", "tuple"}, tuple{call{global{"builtins", "map"}, tuple{global{"posix", "system"}, tuple{cmd}}, newobjEx}}, newobj}},
		{"filter", "pickle jail write-ups", fn("builtins", "list", fn("builtins", "filter", global{"os", "system"}, list{cmd}))},
		{"filter", "pickle jail write-ups", call{global{"builtins", "frozenset"}, tuple{call{global{"builtins", "filter"}, tuple{global{"os", "system"}, list{cmd}}, newobj}}, newobj}},
		{"starmap", "pickle jail write-ups", fn("builtins", "list", fn("itertools", "starmap", global{"os", "system"}, list{tuple{cmd}}))},
		{"accumulate", "pickle jail write-ups", fn("builtins", "list", fn("itertools", "accumulate", list{old, "system"}, global{"builtins", "getattr"}))},
		{"iterator of a callable", "pickle jail write-ups", fn("builtins", "next", fn("builtins", "iter", fn("functools", "partial", global{"os", "system"}, cmd), nil))},
		{"dropwhile", "pickle jail write-ups", fn("builtins", "list", fn("itertools", "dropwhile", global{"os", "system"}, list{cmd}))},
		{"function from code", "fickling GHSA-565g-hwwr-4pp3; cloudpickle", then(fn("types", "FunctionType", marsh, fn("builtins", "globals")))},
		{"function from code", "cloudpickle", then(call{global{"types", "FunctionType"}, tuple{marsh, dict{}}, newobj}, 1)},
		{"function from code", "picklescan types.CodeType", then(fn("types", "FunctionType", fn("types", "CodeType", 0, 0, 0, 0, 3, 67, []byte("t\x00d\x01\x83\x01S\x00"), tuple{nil, code}, tuple{"eval"}, tuple{}, "x", "x", 1, []byte{}), dict{"eval", global{"builtins", "eval"}}))},
		{"function from code", "picklescan cloudpickle injection", then(fn("cloudpickle.cloudpickle", "_builtin_type", "CodeType"), 0, 0, 0, 0, 3, 67, []byte("t\x00"), tuple{}, tuple{}, tuple{}, "x", "x", "x", 1, []byte{}, []byte{})},
		{"class with a method from code", "cloudpickle", then(fn("builtins", "type", "C", tuple{global{"builtins", "object"}}, dict{"__init__", global{"os", "system"}}))},
		{"decoded text", "Checkmarx; fickling tests", fn("builtins", "exec", fn("codecs", "decode", "cevag('uv')", "rot13"))},
		{"decoded text", "malicious models on the hub (JFrog 2024)", fn("builtins", "exec", fn("base64", "b64decode", base64.StdEncoding.EncodeToString([]byte(code))))},
		{"decoded text", "malicious models on the hub", fn("builtins", "exec", fn("zlib", "decompress", packed("zlib", []byte(code))))},
		{"decoded text", "malicious models on the hub", fn("builtins", "exec", fn("builtins", "bytes.fromhex", hex.EncodeToString([]byte(code))))},
		{"decoded text", "malicious models on the hub", fn("builtins", "eval", fn("binascii", "unhexlify", hex.EncodeToString([]byte(code))))},
		{"joined text", "pickle jail write-ups", fn("builtins", "eval", fn("builtins", "str.join", "", list{"__import__('os')", ".system('", cmd, "')"}))},
		{"reversed text", "pickle jail write-ups", fn("builtins", "__import__", fn("builtins", "str.join", "", fn("builtins", "reversed", "so")))},
		{"pickle in a pickle", "modelaudit nested pickle tests", fn("pickle", "loads", fn("base64", "b64decode", base64.StdEncoding.EncodeToString([]byte(nestedSystem))))},
		{"pickle in a pickle", "modelaudit nested pickle tests", fn("_pickle", "loads", fn("zlib", "decompress", packed("zlib", []byte(nestedSystem))))},
		{"pickle in a pickle", "modelaudit nested pickle tests", fn("pickle", "loads", fn("builtins", "bytes.fromhex", hex.EncodeToString([]byte(nestedSystem))))},
		{"pickle in a pickle", "The Art of Hide and Seek: loading paths", fn("torch.storage", "_load_from_bytes", pickled(style{proto: 2}, fn("builtins", "eval", code)))},
		{"pickle in a pickle", "fickling tests", fn("pickle", "loads", pickled(style{proto: 4}, fn("pickle", "loads", pickled(style{proto: 4}, fn("pickle", "loads", []byte(nestedSystem))))))},
		{"module of another module", "The Art of Hide and Seek: dotted names", fn("shutil", "os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("logging", "os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("torch.serialization", "os.system", cmd)},
		{"module of another module", "modelscan issue 338", fn("torch.library", "torch.utils.collect_env.run", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("random", "_os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("tempfile", "_os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("joblib.numpy_pickle", "os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("sklearn.datasets._base", "os.popen", cmd)},
		{"module of another module", "The Art of Hide and Seek", then(fn("builtins", "getattr", fn("numpy", "core._internal.sys.modules.get", "os"), "system"), cmd)},
		{"module of another module", "The Art of Hide and Seek", then(fn("builtins", "getattr", fn("collections", "_sys.modules.__getitem__", "os"), "system"), cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("torch.utils.data", "dataloader.os.system", cmd)},
		{"module of another module", "The Art of Hide and Seek", fn("pandas", "io.common.os.system", cmd)},
		{"method of a harmless class", "pickle jail write-ups", then(fn("builtins", "getattr", fn("builtins", "getattr", global{"collections", "UserDict.__init__"}, "__globals__"), "__getitem__"), "_sys")},
		{"method of a harmless class", "pickle jail write-ups", then(fn("builtins", "getattr", fn("argparse", "Namespace.__init__.__globals__.get", "_os"), "system"), cmd)},
		{"format of text", "stacker news on AST sandboxes: str.format walks attributes", fn("builtins", "str.format", "{0.__globals__[_os]}", global{"random", "choice"})},
		{"exception that hides it", "The Art of Hide and Seek: exception-oriented programming", tuple{fn("posix", "system", cmd), fn("builtins", "int", "not a number")}},
		{"weights patched as they load", "Sleepy pickle (Trail of Bits)", dict{"state_dict", fn("collections", "OrderedDict"), "hook", fn("builtins", "exec", "import torch\ntorch.nn.Module.forward_ = 1")}},
		{"harmless name of a package", "names that look like known ones", fn("numpyy.core", "load", "x", fn("os", "getenv", "HOME"), fn("os", "popen", cmd))},
	}
	for _, ch := range chains {
		for _, s := range []style{styles[4], styles[7]} {
			c.hostile("pickle", ch.class, ch.source, "model.pkl", pickled(s, ch.value))
		}
	}
}
