package pickle

import "strings"

// action is what a callable does that the machine can work out, so that what comes of it is known too.
type action uint8

const (
	actNone         action = iota
	actImport              // import_module("os") gives a module
	actResolve             // resolve_name("os.system") gives what it names
	actGetattr             // getattr(object, "name")
	actAttrgetter          // makes what does that
	actItemgetter          //
	actMethodcaller        //
	actGetitem             // getitem(container, key)
	actNamespace           // vars(module), globals(): names and values of a module
	actPartial             // keeps a callable and arguments
	actReduce              // calls its first argument with results of itself
	actApply               // calls its first argument with the others
	actApplyTuple          // the same with a tuple of them
	actMap                 // calls its first argument with members of the others
	actNewObject           // makes an object of the class that is its first argument
	actDecode              // gives text or bytes that follow from constants
	actLoads               // unpickles bytes
	actLoadFile            // unpickles from a file, or what reads like one
	actBytesIO             // reads like a file
	actType                // tells a class, or makes one
	actIterate             // range and repeat, which can be without end
	actExtension           // fills the registry of extension codes
	actSetattr             // setattr(object, "name", value)
	actSetitem             // setitem(container, key, value)
	actDtype               // NumPy's element types
	actArrayFile           // joblib's arrays: bytes in the stream behind it
	actOldArrayFile        // those of old: files of their own
	actTensor              // PyTorch's tensors
	actParameter           //
	actRebuildType         // calls its first argument with the members of its third
	actFunction            // makes a function of code
	actCode                // makes code
	actTypeByName          // gives types.CodeType and others by name
	actArray               // NumPy's arrays
	actFromBuffer          // arrays over bytes
)

// actionOf tells what is worked out of a name.
func actionOf(module, name string) action {
	switch module = strings.TrimPrefix(module, "_"); module {
	case "builtins":
		switch name {
		case "__import__":
			return actImport
		case "getattr", "object.__getattribute__", "type.__getattribute__", "module.__getattribute__", "str.__getattribute__", "hasattr":
			return actGetattr
		case "vars", "globals", "locals", "dir":
			return actNamespace
		case "apply":
			return actApplyTuple
		case "reduce":
			return actReduce
		case "map", "filter", "sum", "any", "all", "next", "iter":
			return actMap
		case "type", "type.__new__", "type.__call__":
			return actType
		case "range", "xrange":
			return actIterate
		case "setattr", "object.__setattr__", "type.__setattr__":
			return actSetattr
		case "dict.get", "dict.__getitem__", "list.__getitem__", "tuple.__getitem__", "dict.pop", "dict.setdefault":
			return actGetitem
		case "dict.__setitem__":
			return actSetitem
		case "object.__new__":
			return actNewObject
		case "bytes", "bytearray", "str", "chr", "bytes.fromhex", "bytearray.fromhex", "bytes.decode", "str.encode", "str.join", "bytes.join",
			"str.replace", "str.lower", "str.upper", "str.strip", "str.__add__", "bytes.__add__", "reversed", "memoryview":
			return actDecode
		}
	case "importlib":
		switch name {
		case "import_module", "__import__", "_bootstrap._gcd_import", "_bootstrap.__import__":
			return actImport
		}
	case "importlib._bootstrap", "frozen_importlib":
		switch name {
		case "_gcd_import", "__import__", "_find_and_load", "_handle_fromlist":
			return actImport
		}
	case "cloudpickle.cloudpickle", "cloudpickle.cloudpickle_fast", "cloudpickle", "dill._dill", "dill.dill":
		switch name {
		case "subimport", "dynamic_subimport", "_import_module":
			return actImport
		case "_make_function", "_make_skel_func", "_create_function", "_function_setstate", "_fill_function", "_make_skeleton_class", "_make_skeleton_enum", "_class_setstate", "_rehydrate_skeleton_class", "_create_type", "_make_empty_cell", "_make_cell", "_create_cell", "_function_getstate", "_create_typing":
			return actFunction
		case "_create_code":
			return actCode
		case "_builtin_type", "_load_type":
			return actTypeByName
		case "_get_attr", "_getattribute":
			return actGetattr
		case "loads":
			return actLoads
		}
	case "types":
		switch name {
		case "FunctionType", "LambdaType":
			return actFunction
		case "CodeType":
			return actCode
		}
	case "pkgutil":
		if name == "resolve_name" {
			return actResolve
		}
	case "pydoc":
		if name == "locate" || name == "resolve" {
			return actResolve
		}
	case "operator":
		switch name {
		case "attrgetter":
			return actAttrgetter
		case "itemgetter":
			return actItemgetter
		case "methodcaller":
			return actMethodcaller
		case "getitem", "__getitem__":
			return actGetitem
		case "setitem", "__setitem__":
			return actSetitem
		case "call":
			return actApply
		case "add", "concat", "iadd", "iconcat", "__add__", "__concat__", "mod", "mul":
			return actDecode
		}
	case "functools":
		switch name {
		case "partial", "partialmethod":
			return actPartial
		case "reduce":
			return actReduce
		}
	case "itertools":
		switch name {
		case "repeat":
			return actIterate
		case "starmap", "accumulate", "takewhile", "dropwhile", "filterfalse", "groupby", "imap", "ifilter":
			return actMap
		}
	case "inspect":
		if name == "getattr_static" {
			return actGetattr
		}
	case "copyreg":
		switch name {
		case "__newobj__", "_reconstructor", "__newobj_ex__":
			return actNewObject
		case "add_extension":
			return actExtension
		}
	case "pickle", "joblib.externals.cloudpickle", "joblib.externals.cloudpickle.cloudpickle":
		switch name {
		case "loads", "_loads":
			return actLoads
		case "load", "_load", "Unpickler", "_Unpickler":
			return actLoadFile
		case "_getattribute":
			return actGetattr
		case "subimport":
			return actImport
		case "_make_function", "_make_skel_func", "_function_setstate", "_fill_function", "_make_skeleton_class", "_make_skeleton_enum", "_class_setstate", "_rehydrate_skeleton_class":
			return actFunction
		case "_builtin_type":
			return actTypeByName
		}
	case "dill":
		switch name {
		case "loads":
			return actLoads
		case "load":
			return actLoadFile
		}
	case "io":
		switch name {
		case "BytesIO", "BufferedReader":
			return actBytesIO
		}
	case "codecs":
		switch name {
		case "decode", "encode", "escape_decode", "utf_8_decode", "latin_1_encode", "utf_8_encode", "raw_unicode_escape_encode":
			return actDecode
		}
	case "base64":
		if strings.Contains(name, "decode") || strings.Contains(name, "encode") {
			return actDecode
		}
	case "binascii":
		switch name {
		case "a2b_base64", "a2b_hex", "unhexlify", "hexlify", "b2a_hex", "b2a_base64":
			return actDecode
		}
	case "zlib", "gzip", "bz2":
		if name == "decompress" {
			return actDecode
		}
	default:
		return libraryAction(module, name)
	}
	return actNone
}

// libraryAction is actionOf for names outside of Python's standard library.
func libraryAction(module, name string) action {
	switch module {
	case "numpy":
		if name == "dtype" {
			return actDtype
		}
		if name == "load" {
			return actLoadFile
		}
	case "numpy.core.numeric", "numpy._core.numeric":
		if name == "_frombuffer" {
			return actFromBuffer
		}
	case "numpy.core.multiarray", "numpy._core.multiarray":
		switch name {
		case "dtype":
			return actDtype
		case "_reconstruct":
			return actArray
		}
	case "joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle", "joblib.numpy_pickle_compat", "sklearn.externals.joblib.numpy_pickle_compat":
		switch name {
		case "NumpyArrayWrapper":
			return actArrayFile
		case "NDArrayWrapper", "ZNDArrayWrapper":
			return actOldArrayFile
		case "load":
			return actLoadFile
		}
	case "joblib", "sklearn.externals.joblib", "pandas", "pandas.io.pickle", "torch", "torch.serialization":
		switch name {
		case "load", "read_pickle", "_load", "_legacy_load", "jit.load":
			return actLoadFile
		}
	case "torch.storage":
		if name == "_load_from_bytes" {
			return actLoads
		}
	case "torch._utils":
		switch name {
		case "_rebuild_tensor", "_rebuild_tensor_v2", "_rebuild_tensor_v3", "_rebuild_qtensor", "_rebuild_meta_tensor_no_storage":
			return actTensor
		case "_rebuild_parameter", "_rebuild_parameter_with_state":
			return actParameter
		}
	case "torch._tensor", "torch.tensor":
		switch name {
		case "_rebuild_from_type", "_rebuild_from_type_v2":
			return actRebuildType
		}
	}
	return actNone
}
