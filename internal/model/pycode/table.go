package pycode

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
)

// The names that matter in source, by what a call of them does. Package globals judges a name that stands in a pickle, where
// any use of os is an attack; source of honest models joins paths and reads vocabularies, so this list is of calls with an
// effect only. A name that ends in ".*" stands for all below it.
const (
	exe = globals.Executes
	itp = globals.Interprets
	imp = globals.Imports
	net = globals.Network
	nat = globals.Native
	des = globals.Deserialises
	wri = globals.Writes
	rea = globals.Reads
	env = globals.Environment
)

func effectOf(dotted string) globals.Capability {
	dotted = strings.TrimPrefix(dotted, "builtins.")
	if c := exactEffect(dotted); c != 0 {
		return c
	}
	first, rest, ok := strings.Cut(dotted, ".")
	if !ok {
		return 0
	}
	switch first {
	case "subprocess", "popen2", "commands", "pexpect", "pty", "_posixsubprocess", "fabric", "plumbum", "sh":
		if constantOf(first, rest) {
			return 0
		}
		return exe
	case "requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "telnetlib", "paramiko", "websocket", "websockets", "pycurl", "httplib2", "wget", "gdown", "boto3",
		"xmlrpc", "poplib", "imaplib", "nntplib", "dns":
		if !netCall(rest) {
			return 0
		}
		return net
	case "ctypes":
		if nativeCall(rest) {
			return nat
		}
		return 0
	case "pip":
		return exe
	}
	return 0
}

// constantOf tells names of modules that run programs which run none.
func constantOf(module, rest string) bool {
	if module == "sh" && strings.Contains(rest, "ErrorReturnCode") {
		return true
	}
	switch rest {
	case "PIPE", "DEVNULL", "STDOUT", "CalledProcessError", "TimeoutExpired", "SubprocessError", "CompletedProcess", "list2cmdline", "STARTUPINFO", "EOF", "TIMEOUT":
		return true
	}
	return false
}

func netCall(rest string) bool {
	last := rest[strings.LastIndexByte(rest, '.')+1:]
	switch last {
	case "get", "post", "put", "patch", "delete", "head", "options", "request", "stream", "urlopen",
		"FTP", "FTP_TLS", "SMTP", "SMTP_SSL", "Telnet", "SSHClient", "create_connection", "WebSocket", "WebSocketApp", "connect", "Curl", "Http", "download", "client", "resource",
		"ServerProxy", "POP3", "IMAP4", "IMAP4_SSL", "NNTP", "resolve", "query", "send":
		return true
	}
	return false
}

func nativeCall(rest string) bool {
	head, _, _ := strings.Cut(rest, ".")
	switch head {
	case "CDLL", "PyDLL", "WinDLL", "OleDLL", "cdll", "windll", "oledll", "pydll", "pythonapi", "memmove", "memset", "string_at", "CFUNCTYPE", "PYFUNCTYPE", "WINFUNCTYPE":
		return true
	}
	return false
}

func exactEffect(dotted string) globals.Capability {
	switch dotted {
	case "os.system", "os.popen", "os.popen2", "os.popen3", "os.popen4", "os.startfile", "os.posix_spawn", "os.posix_spawnp", "os.execl", "os.execle", "os.execlp", "os.execlpe", "os.execv",
		"os.execve", "os.execvp", "os.execvpe", "os.spawnl", "os.spawnle", "os.spawnlp", "os.spawnlpe", "os.spawnv", "os.spawnve", "os.spawnvp", "os.spawnvpe", "os.forkpty",
		"posix.system", "posix.popen", "posix.execv", "posix.execve", "posix.posix_spawn", "nt.system", "nt.startfile", "nt.spawnv", "nt.spawnve", "platform.popen",
		"asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_exec", "asyncio.subprocess.create_subprocess_shell",
		"runpy.run_path", "runpy.run_module", "runpy._run_module_code", "code.interact", "code.InteractiveInterpreter", "code.InteractiveConsole", "cProfile.run",
		"profile.run", "pdb.run", "pdb.runeval", "pdb.runcall", "bdb.Bdb", "trace.Trace", "distutils.spawn.spawn", "distutils.core.run_setup", "setuptools.sandbox.run_setup",
		"invoke.run", "webbrowser.open", "webbrowser.open_new", "webbrowser.get", "execfile", "?get_ipython().system", "?get_ipython().getoutput", "ensurepip.bootstrap",
		"numpy.testing._private.utils.runstring", "numpy.f2py.compile", "numpy.distutils.exec_command.exec_command", "torch.utils.collect_env.run", "torch.utils.bottleneck.__main__.run_prof":
		return exe
	case "exec", "eval", "timeit.timeit", "timeit.repeat", "types.FunctionType", "types.CodeType", "types.LambdaType", "marshal.loads", "marshal.load", "codeop.compile_command", "codeop.CommandCompiler":
		return itp
	case "compile", "pandas.eval", "numexpr.evaluate", "sympy.sympify", "sympy.parse_expr":
		return 0 // what compiled code does shows where it is run
	case "importlib.import_module", "__import__", "importlib.__import__", "imp.load_source", "imp.load_module", "imp.load_dynamic", "importlib.util.spec_from_file_location",
		"importlib.machinery.SourceFileLoader", "zipimport.zipimporter":
		return imp
	case "socket.socket", "socket.create_connection", "socket.create_server", "socket.fromfd", "socket.socketpair", "socket.gethostbyname", "socket.getaddrinfo", "urllib.request.urlopen",
		"urllib.request.urlretrieve", "urllib.request.build_opener", "urllib.request.URLopener", "urllib.urlopen", "urllib.urlretrieve", "urllib2.urlopen", "six.moves.urllib.request.urlopen",
		"six.moves.urllib.request.urlretrieve", "http.client.HTTPConnection", "http.client.HTTPSConnection", "httplib.HTTPConnection", "httplib.HTTPSConnection", "socketserver.TCPServer",
		"http.server.HTTPServer", "asyncio.open_connection", "ssl.wrap_socket", "multiprocessing.connection.Client", "multiprocessing.connection.Listener":
		return net
	case "torch.hub.load_state_dict_from_url", "torch.hub.download_url_to_file", "huggingface_hub.hf_hub_download", "huggingface_hub.snapshot_download", "huggingface_hub.cached_download",
		"torch.utils.model_zoo.load_url":
		return net | rea // from where models are fetched
	case "torch.hub.load":
		return net | exe
	case "torch.ops.load_library", "torch.classes.load_library", "torch.utils.cpp_extension.load", "torch.utils.cpp_extension.load_inline", "cffi.FFI", "numpy.ctypeslib.load_library",
		"tensorflow.load_op_library", "tensorflow.load_library", "_ctypes.dlopen", "mmap.mmap.from_buffer":
		return nat
	case "pickle.load", "pickle.loads", "pickle.Unpickler", "cPickle.load", "cPickle.loads", "_pickle.load", "_pickle.loads", "dill.load", "dill.loads", "cloudpickle.load", "cloudpickle.loads",
		"joblib.load", "jsonpickle.decode", "shelve.open", "yaml.unsafe_load", "yaml.full_load", "yaml.load", "torch.load", "pandas.read_pickle":
		return des
	case "os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.rename", "os.renames", "os.replace", "os.chmod", "os.chown", "os.symlink", "os.link", "os.truncate", "os.mkfifo", "os.kill",
		"os.killpg", "os.mknod", "shutil.rmtree", "shutil.move", "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.chown", "shutil.unpack_archive":
		return wri
	case "os.putenv", "os.unsetenv", "os.setuid", "os.setgid", "os.chroot", "os.dup2", "sys.settrace", "sys.setprofile", "sys.addaudithook", "site.addsitedir", "gc.get_objects":
		return env
	case "open", "io.open", "_io.open", "codecs.open", "os.open", "io.FileIO", "pathlib.Path", "os.listdir", "os.scandir", "os.walk", "glob.glob":
		return rea
	}
	return 0
}
