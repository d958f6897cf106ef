package globals

// Python2 maps names as Python 3 does when it reads a pickle of protocol 2 or below (fix_imports): "__builtin__", "unicode"
// becomes "builtins", "str".
func Python2(module, name string) (string, string) {
	switch module {
	case "UserDict":
		switch name {
		case "IterableUserDict":
			return "collections", "UserDict"
		case "UserDict":
			return "collections", name
		}
	case "UserList":
		switch name {
		case "UserList":
			return "collections", name
		}
	case "UserString":
		switch name {
		case "UserString":
			return "collections", name
		}
	case "__builtin__":
		switch name {
		case "unichr":
			return "builtins", "chr"
		case "long":
			return "builtins", "int"
		case "xrange":
			return "builtins", "range"
		case "basestring", "unicode":
			return "builtins", "str"
		case "reduce":
			return "functools", name
		case "intern":
			return "sys", name
		}
	case "_multiprocessing":
		switch name {
		case "Connection":
			return "multiprocessing.connection", name
		}
	case "_socket":
		switch name {
		case "fromfd":
			return "socket", name
		}
	case "exceptions":
		switch name {
		case "StandardError":
			return "builtins", "Exception"
		case "ArithmeticError", "AssertionError", "AttributeError", "BaseException", "BufferError", "BytesWarning",
			"DeprecationWarning", "EOFError", "EnvironmentError", "Exception", "FloatingPointError", "FutureWarning",
			"GeneratorExit", "IOError", "ImportError", "ImportWarning", "IndentationError", "IndexError", "KeyError",
			"KeyboardInterrupt", "LookupError", "MemoryError", "NameError", "NotImplementedError", "OSError", "OverflowError",
			"PendingDeprecationWarning", "ReferenceError", "RuntimeError", "RuntimeWarning", "StopIteration", "SyntaxError",
			"SyntaxWarning", "SystemError", "SystemExit", "TabError", "TypeError", "UnboundLocalError", "UnicodeDecodeError",
			"UnicodeEncodeError", "UnicodeError", "UnicodeTranslateError", "UnicodeWarning", "UserWarning", "ValueError",
			"Warning", "ZeroDivisionError":
			return "builtins", name
		}
	case "itertools":
		switch name {
		case "ifilter":
			return "builtins", "filter"
		case "imap":
			return "builtins", "map"
		case "izip":
			return "builtins", "zip"
		case "ifilterfalse":
			return "itertools", "filterfalse"
		case "izip_longest":
			return "itertools", "zip_longest"
		}
	case "multiprocessing":
		switch name {
		case "AuthenticationError", "BufferTooShort", "ProcessError", "TimeoutError":
			return "multiprocessing.context", name
		}
	case "multiprocessing.forking":
		switch name {
		case "Popen":
			return "multiprocessing.popen_fork", name
		}
	case "multiprocessing.process":
		switch name {
		case "Process":
			return "multiprocessing.context", name
		}
	case "socket":
		switch name {
		case "_socketobject":
			return "socket", "SocketType"
		}
	case "urllib":
		switch name {
		case "ContentTooShortError":
			return "urllib.error", name
		case "quote", "quote_plus", "unquote", "unquote_plus", "urlencode":
			return "urllib.parse", name
		case "getproxies", "pathname2url", "url2pathname", "urlcleanup", "urlopen", "urlretrieve":
			return "urllib.request", name
		}
	case "urllib2":
		switch name {
		case "HTTPError", "URLError":
			return "urllib.error", name
		}
	case "whichdb":
		switch name {
		case "whichdb":
			return "dbm", name
		}
	}
	return module2(module), name
}

func module2(module string) string {
	switch module {
	case "dummy_thread":
		return "_dummy_thread"
	case "markupbase":
		return "_markupbase"
	case "thread":
		return "_thread"
	case "__builtin__":
		return "builtins"
	case "UserDict", "UserList", "UserString":
		return "collections"
	case "_abcoll":
		return "collections.abc"
	case "ConfigParser":
		return "configparser"
	case "copy_reg":
		return "copyreg"
	case "anydbm", "whichdb":
		return "dbm"
	case "dbhash":
		return "dbm.bsd"
	case "dumbdbm":
		return "dbm.dumb"
	case "gdbm":
		return "dbm.gnu"
	case "dbm":
		return "dbm.ndbm"
	case "htmlentitydefs":
		return "html.entities"
	case "HTMLParser":
		return "html.parser"
	case "httplib":
		return "http.client"
	case "cookielib":
		return "http.cookiejar"
	case "Cookie":
		return "http.cookies"
	case "BaseHTTPServer", "CGIHTTPServer", "SimpleHTTPServer":
		return "http.server"
	case "StringIO", "cStringIO":
		return "io"
	case "cPickle":
		return "pickle"
	case "Queue":
		return "queue"
	case "repr":
		return "reprlib"
	case "SocketServer":
		return "socketserver"
	case "commands":
		return "subprocess"
	case "test.test_support":
		return "test.support"
	case "Tkinter":
		return "tkinter"
	case "tkColorChooser":
		return "tkinter.colorchooser"
	case "tkCommonDialog":
		return "tkinter.commondialog"
	case "Tkconstants":
		return "tkinter.constants"
	case "Dialog":
		return "tkinter.dialog"
	case "Tkdnd":
		return "tkinter.dnd"
	case "FileDialog", "tkFileDialog":
		return "tkinter.filedialog"
	case "tkFont":
		return "tkinter.font"
	case "tkMessageBox":
		return "tkinter.messagebox"
	case "ScrolledText":
		return "tkinter.scrolledtext"
	case "SimpleDialog", "tkSimpleDialog":
		return "tkinter.simpledialog"
	case "Tix":
		return "tkinter.tix"
	case "ttk":
		return "tkinter.ttk"
	case "urlparse":
		return "urllib.parse"
	case "urllib2":
		return "urllib.request"
	case "robotparser":
		return "urllib.robotparser"
	case "_winreg":
		return "winreg"
	case "_elementtree":
		return "xml.etree.ElementTree"
	case "xmlrpclib":
		return "xmlrpc.client"
	case "DocXMLRPCServer", "SimpleXMLRPCServer":
		return "xmlrpc.server"
	}
	return module
}
