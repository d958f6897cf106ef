"""Lists what the classes and functions of Python sources do, as candidates for ../data. Nothing is imported or run.

    survey.py [-o out.json] package=folder...

For every module below a folder it finds the calls that each function makes, resolves them through the module's imports,
and follows them to names whose effect data/effects already tells. Effects are carried back to callers until nothing changes.
What it finds is a proposal: it misses calls through objects whose class it cannot tell, and it finds effects that arguments
cannot reach. A person reads it before it becomes data.
"""
import ast
import json
import pathlib
import re
import sys

DATA = pathlib.Path(__file__).parent.parent / "data"

# What runs without being called by name when an object is made, restored, hashed, filled or dropped by an unpickler.
IMPLICIT = ("__init__", "__new__", "__post_init__", "__setstate__", "__setattr__", "__setitem__", "__hash__", "__eq__", "__del__",
            "__getattr__", "__getattribute__", "append", "extend", "add", "__call__")
MADE = tuple(m for m in IMPLICIT if m not in ("__init__", "__post_init__", "__call__"))

# Methods that say what they do whatever object they are of.
METHODS = {
    "write_text": "writes", "write_bytes": "writes", "unlink": "writes", "rmdir": "writes", "mkdir": "writes", "touch": "writes",
    "read_text": "reads", "read_bytes": "reads", "iterdir": "reads", "rglob": "reads",
    "exec_module": "executes", "load_module": "imports", "import_module": "imports", "exec_command": "executes",
    "run_cell": "executes", "urlopen": "network", "urlretrieve": "network", "extractall": "writes", "tofile": "writes",
}
# Modules that are listed as a whole, and yet hold much that is harmless: of these only what is listed by name counts here.
LOOSE = {"os", "posix", "nt", "sys", "threading", "_thread", "types", "traceback", "inspect", "importlib", "gc", "platform", "sysconfig",
         "torch", "numpy", "unittest", "multiprocessing", "asyncio", "concurrent", "concurrent.futures", "queue", "importlib.util",
         "importlib.machinery", "importlib.metadata", "logging.config", "opcode", "atexit", "signal", "test", "test.support", "io", "_io",
         "encodings", "select", "selectors", "resource", "pstats", "cgi", "ast", "tracemalloc", "locale", "dbm", "http"}
NEAR, DEPTH = 1, 3  # calls between a function and an effect: for what is listed as harmless, and at all
# Of libraries that are listed as a whole, only these pass their effect on to callers; of others, names that are listed one by one.
TIGHT = {"requests", "urllib3", "httpx", "aiohttp", "paramiko", "fabric", "invoke", "pexpect", "plumbum", "sh", "pip", "cffi", "pkg_resources",
         "Cython", "cython", "pyximport", "jsonpickle", "huggingface_hub", "boto3", "botocore", "IPython", "IPython.utils.process", "wget",
         "numpy.distutils.exec_command", "torch.utils.cpp_extension", "torch.hub", "pandas.io.pickle", "theano", "pystan", "cmdstanpy",
         "hyperpyyaml", "fire", "subprocess", "gdown", "pysftp", "imageio", "smart_open", "fsspec"}
NOISE = {"json.load", "json.loads", "json.dump", "json.dumps",
         "numpy.matrixlib.defmatrix._eval", "numpy.matrixlib.defmatrix._convert_from_string", "numpy.core.defmatrix._convert_from_string",
         "numpy.core.defmatrix._eval", "numpy.core.overrides.array_function_dispatch", "numpy._core.overrides.array_function_dispatch",
         "numpy.core.overrides.array_function_from_dispatcher", "numpy.core._internal._commastring", "warnings._getcategory",
         "scipy._lib._bunch._make_tuple_bunch", "scipy.stats._distn_infrastructure.rv_generic._construct_argparser",
         "scipy.stats._distn_infrastructure.rv_generic._attach_methods", "scipy._lib.deprecation._sub_module_deprecation",
         "scipy._lib._util.MapWrapper.__init__", "scipy._lib._util._workers_wrapper", "scipy._lib.decorator.decorator",
         "typing.get_type_hints", "typing_extensions.get_type_hints", "typing.ForwardRef", "platform.system", "platform.platform",
         "platform.python_version", "platform.machine", "sympy.sympify", "sympy.core.sympify.sympify", "sympy.S", "threading.Thread",
         "dataclasses.dataclass", "dataclasses.make_dataclass", "torch.compile", "torch.jit.script", "torch.jit.trace", "numba.jit",
         "numba.njit", "jax.jit", "pkg_resources.parse_version", "numpy.test", "torch.save", "torch.cuda.current_stream"}
SKIP = {"constructs", "walks", "calls", "exhausts", "environment", "interprets"}  # too common to carry back to callers


def load_effects(*files):
    exact, whole = {}, {}
    for path in files:
        for line in path.read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            module, how, _, names = line.split("|")
            caps = frozenset(how.split(" ")[0].split(","))
            for name in names.split():
                if name == "*":
                    whole[module] = caps
                else:
                    exact[module + "." + name] = caps
    return exact, whole


_, STDWHOLE = load_effects(DATA / "effects" / "stdlib.txt")
EXACT, WHOLE = load_effects(DATA / "effects" / "stdlib.txt", DATA / "effects" / "libraries.txt")
HAND, HANDWHOLE = EXACT.keys(), WHOLE.keys()
HARMLESS = set()
for path in [p for p in (DATA / "benign" / "stdlib.txt", DATA / "benign" / "byhand.txt") if p.exists()]:
    for line in path.read_text().splitlines():
        if line and not line.startswith("#"):
            module, names = line.split("|")
            HARMLESS.update(module + "." + name for name in names.split())


def effect(dotted):
    if dotted in NOISE:
        return frozenset()
    if dotted in EXACT:
        return EXACT[dotted]
    if dotted in HARMLESS:
        return frozenset()
    parts = dotted.split(".")
    for n in range(len(parts) - 1, 0, -1):
        if ".".join(parts[:n]) in HARMLESS:
            return frozenset()
        whole = ".".join(parts[:n])
        caps = WHOLE.get(whole)
        if caps and (whole in STDWHOLE and whole not in LOOSE or whole in TIGHT):
            return caps
    return frozenset()


class Function:
    def __init__(self):
        self.calls, self.effects, self.params = set(), set(), False


class Module:
    """What one file defines: functions by qualified name, classes with their bases, names that it imports."""

    def __init__(self, name, path, tree, is_package):
        self.name, self.is_package = name, is_package
        self.imports, self.functions, self.classes, self.reduces, self.nested = {}, {}, {}, set(), set()
        self.assigned = {}
        for node in ast.walk(tree):
            self.collect_import(node)
        self.body(tree.body, "", None)

    def absolute(self, module, level):
        if not level:
            return module or ""
        parts = self.name.split(".")
        keep = len(parts) - level + (1 if self.is_package else 0)
        return ".".join(parts[:max(keep, 0)] + ([module] if module else []))

    def collect_import(self, node):
        if isinstance(node, ast.Import):
            for a in node.names:
                if a.asname:
                    self.imports[a.asname] = a.name
                else:
                    self.imports[a.name.split(".")[0]] = a.name.split(".")[0]
        elif isinstance(node, ast.ImportFrom):
            base = self.absolute(node.module, node.level)
            for a in node.names:
                self.imports[a.asname or a.name] = f"{base}.{a.name}" if base else a.name

    def body(self, nodes, prefix, klass):
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self.function(node, prefix, klass)
            elif isinstance(node, ast.ClassDef):
                name = prefix + node.name
                self.classes[name] = [self.dotted(b) for b in node.bases]
                self.body(node.body, name + ".", name)
            elif isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
                self.body(getattr(node, "body", []), prefix, klass)
                self.body(getattr(node, "orelse", []), prefix, klass)
                self.body(getattr(node, "finalbody", []), prefix, klass)
                for handler in getattr(node, "handlers", []):
                    self.body(handler.body, prefix, klass)
            elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute)):
                target = self.dotted(node.value)
                for t in node.targets:
                    if isinstance(t, ast.Name) and target:
                        self.assigned[prefix + t.id] = self.resolve(target)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                made = self.dotted(node.value.func) or ""
                if made.rsplit(".", 1)[-1] in ("namedtuple", "NamedTuple", "TypedDict", "NewType", "Enum", "IntEnum"):
                    for t in node.targets:
                        if isinstance(t, ast.Name):
                            self.classes.setdefault(prefix + t.id, [])

    def function(self, node, prefix, klass):
        f = self.functions.setdefault(prefix + node.name, Function())
        params = {a.arg for a in node.args.posonlyargs + node.args.args + node.args.kwonlyargs}
        if node.name in ("__reduce__", "__reduce_ex__"):
            for ret in ast.walk(node):
                if isinstance(ret, ast.Return) and isinstance(ret.value, ast.Tuple) and ret.value.elts:
                    d = self.dotted(ret.value.elts[0])
                    if d:
                        self.reduces.add(self.resolve(d))
        for inner in ast.walk(node):
            if isinstance(inner, ast.Call):
                self.call(f, inner, klass, params)
            elif inner is not node and isinstance(inner, (ast.Lambda, ast.FunctionDef)):
                pass
            for handed in getattr(inner, "args", []) if isinstance(inner, ast.Call) else []:
                d = self.dotted(handed)  # a function handed to another one may be called by it
                if d:
                    f.calls.add(("maybe", self.resolve(d)))

    def call(self, f, node, klass, params):
        if isinstance(node.func, ast.Call):
            return
        d = self.dotted(node.func)
        if d is None:
            if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                f.effects.add(METHODS[node.func.attr])
            return
        head, _, rest = d.partition(".")
        if head in ("self", "cls") and klass:
            if "." not in rest:
                f.calls.add(("method", klass, rest))
            if rest.rsplit(".", 1)[-1] in METHODS:
                f.effects.add(METHODS[rest.rsplit(".", 1)[-1]])
            return
        if head in params and not rest:
            f.params = True
            return
        if head not in self.imports and head not in self.classes and head not in self.functions and rest:
            leaf = rest.rsplit(".", 1)[-1]
            if leaf in METHODS:
                f.effects.add(METHODS[leaf])
            return
        f.calls.add(("name", self.resolve(d)))

    def dotted(self, node):
        parts = []
        while isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        if isinstance(node, ast.Name):
            return ".".join([node.id] + parts[::-1])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "super" and len(parts) == 1:
            return "self.super:" + parts[0]
        return None

    def resolve(self, d):
        head, dot, rest = d.partition(".")
        if head in self.imports:
            return self.imports[head] + dot + rest
        if head in self.functions or head in self.classes or head in self.assigned:
            return self.name + "." + d
        if hasattr(__builtins__, head) or head in ("execfile", "reload", "raw_input", "file"):
            return "builtins." + d
        return self.name + "." + d


PYX_CLASS = re.compile(r"^(?:cdef\s+|cpdef\s+)?class\s+(\w+)", re.M)
PYX_CDEF = re.compile(r"^cdef\s+class\s+(\w+)", re.M)
PYX_DEF = re.compile(r"^(?:def|cpdef\s+(?:[\w\[\], :]+\s+)?)(\w+)\s*\(", re.M)


def survey(package, root):
    modules, pyx = {}, {}
    root = pathlib.Path(root)
    for path in sorted(root.rglob("*.py")) + sorted(root.rglob("*.pyx*")) + sorted(root.rglob("*.pyi")):
        rel = path.relative_to(root)
        parts = list(rel.parts)
        if any(p in ("tests", "test", "examples", "docs", "benchmarks", "asv_bench") for p in parts[:-1]) and package != "stdlib":
            continue
        parts[-1] = parts[-1].split(".")[0]
        is_package = parts[-1] == "__init__"
        if is_package:
            parts.pop()
        name = ".".join([package] * (package != "stdlib") + parts)
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if path.suffix == ".py" or path.suffix == ".pyi":
            if path.suffix == ".pyi" and name in modules:
                continue
            try:
                tree = ast.parse(text)
            except (SyntaxError, ValueError, RecursionError):
                tree = None
                text = re.sub(r"^\s*print .*$", "pass", text, flags=re.M)
                pyx[name] = (set(re.findall(r"^class\s+(\w+)", text, re.M)), set(), set(re.findall(r"^def\s+(\w+)", text, re.M)))
            if tree:
                modules[name] = Module(name, path, tree, is_package)
        else:
            pyx[name] = (set(PYX_CLASS.findall(text)), set(PYX_CDEF.findall(text)), set(PYX_DEF.findall(text)))
    return modules, pyx


def follow(modules):
    """Carries effects back to callers. Returns effects by dotted name."""
    functions = {}
    classes = {}
    for m in modules.values():
        for q, f in m.functions.items():
            functions[m.name + "." + q] = (m, f)
        for q, bases in m.classes.items():
            classes[m.name + "." + q] = [m.resolve(b) for b in bases if b]
    aliases = {}
    for m in modules.values():
        for a, target in list(m.imports.items()) + list(m.assigned.items()):
            aliases[m.name + "." + a] = target

    def canonical(d):
        for _ in range(8):
            if d in functions or d in classes:
                return d
            if d in aliases and aliases[d] != d:
                d = aliases[d]
                continue
            parts = d.split(".")
            for n in range(len(parts) - 1, 0, -1):
                p = ".".join(parts[:n])
                if p in aliases and aliases[p] != p and p not in modules:
                    d = ".".join([aliases[p]] + parts[n:])
                    break
            else:
                return d
        return d

    def method(cls, name, seen=()):
        d = cls + "." + name
        if d in functions:
            return d
        if cls in seen or len(seen) > 12:
            return None
        for base in classes.get(cls, []):
            got = method(canonical(base), name, (*seen, cls))
            if got:
                return got
        return None

    edges = {}
    effects = {}
    for d, (m, f) in functions.items():
        out = set()
        own = set(f.effects) if d not in NOISE else set()
        for c in f.calls:
            if c[0] == "method":
                name = c[2]
                cls = m.name + "." + c[1]
                if name.startswith("super:"):
                    for base in classes.get(cls, []):
                        got = method(canonical(base), name[6:])
                        if got:
                            out.add(got)
                else:
                    got = method(cls, name)
                    if got:
                        out.add(got)
                continue
            t = canonical(c[1])
            if t in functions:
                out.add(t)
            elif t in classes:
                for name in ("__init__", "__new__", "__post_init__"):
                    got = method(t, name)
                    if got:
                        out.add(got)
            elif c[0] == "maybe" and not t.startswith(("os.", "subprocess.", "builtins.eval", "builtins.exec")):
                continue
            own |= effect(t) - SKIP
        edges[d] = out if d not in NOISE else set()
        effects[d] = own if d not in NOISE else set()
    # how many calls away each effect is: what is far away is seldom reached by arguments that a caller chooses
    far = {d: dict.fromkeys(e, 0) for d, e in effects.items()}
    callers = {}
    for d, out in edges.items():
        for o in out:
            callers.setdefault(o, set()).add(d)
    work = [d for d in far if far[d]]
    while work:
        later = set()
        for d in work:
            for c in callers.get(d, ()):
                for cap, n in far[d].items():
                    if n < DEPTH and far[c].get(cap, DEPTH + 1) > n + 1:
                        far[c][cap] = n + 1
                        later.add(c)
        work = list(later)
    return functions, classes, far, method, canonical


def report(package, root):
    modules, pyx = survey(package, root)
    functions, classes, far, method, canonical = follow(modules)
    out = {"classes": {}, "functions": {}, "methods": {}, "aliases": {}, "rebuild": []}
    for m in modules.values():
        for q in m.classes:
            made, inits = set(), set()
            for name in IMPLICIT:
                got = method(m.name + "." + q, name)
                if got:
                    near = {cap for cap, n in far[got].items() if n <= NEAR}
                    (made if name in MADE else inits).update(near)
            bases = [canonical(m.resolve(b)) for b in m.classes[q] if b]
            for b in bases:  # of a class elsewhere whose effect is told
                if b not in classes:
                    inits |= effect(b) - SKIP
            out["classes"].setdefault(m.name, {})[q] = [sorted(made), sorted(inits - made)]
        for q, f in m.functions.items():
            d = m.name + "." + q
            kind = "methods" if "." in q else "functions"
            if kind == "functions" or far[d]:
                out[kind].setdefault(m.name, {})[q] = [sorted(far[d]), sorted(cap for cap, n in far[d].items() if n <= NEAR), f.params,
                                                              sorted(cap for cap, n in far[d].items() if n == 0)]
        for a, target in {**m.imports, **m.assigned}.items():
            t = canonical(target)
            if t in functions and far[t]:
                out["aliases"].setdefault(m.name, {})[a] = sorted(far[t])
            elif t not in functions and t not in classes and t not in modules:
                e = effect(t) - SKIP if "." in t else ()
                if e:
                    out["aliases"].setdefault(m.name, {})[a] = sorted(e)
        out["rebuild"] += sorted(m.reduces)
    for name, (cls, cdef, defs) in pyx.items():
        for c in cls:
            out["classes"].setdefault(name, {}).setdefault(c, [[], []])
        for c in cdef:
            out["classes"].setdefault(name, {}).setdefault("__pyx_unpickle_" + c, [[], []])
        for d in defs:
            out["functions"].setdefault(name, {}).setdefault(d, [["unread"], [], True, []])
    return out


def main():
    args = sys.argv[1:]
    dest = None
    if args and args[0] == "-o":
        dest, args = args[1], args[2:]
    whole = {"classes": {}, "functions": {}, "methods": {}, "aliases": {}, "rebuild": []}
    for arg in args:
        package, _, root = arg.partition("=")
        got = report(package, root)
        for kind in ("classes", "functions", "methods", "aliases"):
            for module, names in got[kind].items():
                have = whole[kind].setdefault(module, {})
                for name, value in names.items():
                    if name not in have:
                        have[name] = value
                    elif kind == "aliases":
                        have[name] = sorted({*have[name], *value})
                    elif kind == "classes":
                        have[name] = [sorted({*a, *b}) for a, b in zip(have[name], value)]
                    else:
                        old = have[name]
                        have[name] = [sorted({*old[0], *value[0]}), sorted({*old[1], *value[1]}), old[2] or value[2],
                                      sorted({*old[3], *value[3]})]
        whole["rebuild"] = sorted({*whole["rebuild"], *got["rebuild"]})
    text = json.dumps(whole, indent=0, sort_keys=True)
    if dest:
        pathlib.Path(dest).write_text(text)
    else:
        print(text)


if __name__ == "__main__":
    main()
