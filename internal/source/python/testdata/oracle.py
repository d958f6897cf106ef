"""Prints what CPython's own ast sees in files: one line for each fact, one block for each file, in JSON."""
import ast, hashlib, json, sys, warnings

warnings.simplefilter("ignore")


unseen = tuple(getattr(ast, k) for k in ("pattern", "type_param", "TypeAlias") if hasattr(ast, k))


def facts(tree, text):
    out = []
    lines = text.encode("utf-8").splitlines(keepends=True)

    def names_characters(n):  # \N{...}: there is no table of names on the other side
        return any(b"\\N{" in l for l in lines[n.lineno - 1 : n.end_lineno])

    def at(n, inside):
        return "" if inside else f" {n.lineno}:{n.col_offset}"

    def span(n, inside):
        return "" if inside else f" {n.lineno}:{n.col_offset}-{n.end_lineno}:{n.end_col_offset}"

    stack = [(tree, False)]
    while stack:
        n, inside = stack.pop()
        k = type(n).__name__
        if k == "Call":
            out.append(f"call{span(n, inside)} {len(n.args) + len(n.keywords)}")
        elif k == "Import":
            out += [f"import {a.name} as {a.asname}" for a in n.names]
        elif k == "ImportFrom":
            out += [f"from {'.' * n.level}{n.module or ''} {a.name} as {a.asname}" for a in n.names]
        elif k in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
            out.append(f"{'class' if k == 'ClassDef' else 'def'} {n.name} {n.lineno}")
            out += [f"decorator{at(d, inside)}" for d in n.decorator_list]
        elif k == "Lambda":
            out.append(f"lambda{span(n, inside)}")
        elif k == "keyword" and n.arg:
            out.append(f"keyword {n.arg}{span(n, inside)}")
        elif k == "Assign":
            out.append(f"assign{span(n, inside)} {len(n.targets)}")
        elif k == "AnnAssign":
            out.append(f"annassign{span(n, inside)}")
        elif k == "AugAssign":
            out.append(f"augassign{span(n, inside)}")
        elif k == "NamedExpr":
            out.append(f"walrus{span(n, inside)}")
        elif k == "Attribute":
            out.append(f"attribute {n.attr}{span(n, inside)}")
        elif k == "Name":
            out.append(f"name {n.id}{at(n, inside)}")
        elif k == "Constant" and isinstance(n.value, str) and not inside:
            value = n.value.encode("utf-8", "surrogatepass")
            digest = "named" if names_characters(n) else hashlib.sha256(value).hexdigest()[:12]
            out.append(f"str{span(n, inside)} {digest}")
        elif k in ("If", "For", "AsyncFor", "While", "Try", "TryStar", "With", "AsyncWith", "Return", "Raise", "Delete", "Assert", "Match", "Yield", "YieldFrom", "Await",
                   "IfExp", "Subscript", "Dict", "Set", "List", "ListComp", "SetComp", "DictComp", "GeneratorExp", "Starred", "ExceptHandler"):
            if not (k == "Starred" and inside):
                out.append(f"{k}{span(n, inside)}")
        for child in ast.iter_child_nodes(n):
            # Patterns are read as expressions on the other side, types of aliases and parameters are read over.
            if not isinstance(child, unseen):
                stack.append((child, inside or k in ("JoinedStr", "TemplateStr")))
    return sorted(out)


def read(name, data):
    try:
        text = data.decode("utf-8")
        result = {"file": name, "facts": facts(ast.parse(data), text)}
    except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError) as e:
        result = {"file": name, "error": f"{type(e).__name__}: {e}"}
    return json.dumps(result)


if __name__ == "__main__":
    for line in sys.stdin:
        with open(line.strip(), "rb") as f:
            print(read(line.strip(), f.read()))
