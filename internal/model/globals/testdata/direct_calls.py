"""Prints the functions of Python's standard library that call something with an effect: module, name, what they call.

Sources are parsed, not imported. Only calls by a name that the module imported, or of a builtin, are seen.
"""
import ast
import pathlib
import sysconfig

SINKS = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile", "os.fork", "subprocess.", "eval", "exec",
         "__import__", "ctypes.", "_posixsubprocess.", "pty.spawn", "importlib.import_module", "marshal.load", "pickle.load",
         "runpy.", "code.interact", "socket.socket", "socket.create_connection")
QUIET = ("subprocess.list2cmdline", "ctypes.sizeof", "subprocess.PIPE", "subprocess.DEVNULL")
ROOT = pathlib.Path(sysconfig.get_paths()["stdlib"])
SKIP = {"site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__", "lib-dynload"}


def name(node):
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id] + parts[::-1]) if isinstance(node, ast.Name) else ""


def calls(function, imports, defined):
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            called = name(node.func)
            head, dot, rest = called.partition(".")
            if head in imports:
                called = imports[head] + dot + rest
            elif head in defined or dot:
                continue
            if called in QUIET:
                continue
            if any(called == s or s.endswith((".", "exec", "spawn", "load")) and called.startswith(s) for s in SINKS):
                yield called


for path in sorted(ROOT.rglob("*.py")):
    parts = path.relative_to(ROOT).with_suffix("").parts
    if SKIP & set(parts):
        continue
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        continue
    imports, defined = {}, set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for a in node.names:
                imports[a.asname or a.name.split(".")[0]] = a.name if a.asname else a.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            for a in node.names:
                imports[a.asname or a.name] = node.module + "." + a.name
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for called in sorted(set(calls(node, imports, defined))):
                print(module, node.name, called)
        elif isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    for called in sorted(set(calls(inner, imports, defined))):
                        print(module, node.name + "." + inner.name, called)
