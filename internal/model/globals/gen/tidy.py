"""Sorts the data: lines by module, names in a line, one line for each (module, effect). Run after editing data by hand."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).parent.parent / "data"


def tidy(path):
    comments, lines = [], {}
    for line in path.read_text().splitlines():
        if not line.strip():
            continue
        if line.startswith("#"):
            comments.append(line)
            continue
        *fields, names = line.split("|")
        key = tuple(field.strip() for field in fields)
        lines.setdefault(key, set()).update(names.split())
    out = comments + ["|".join((*key, " ".join(sorted(names)))) for key, names in sorted(lines.items())]
    path.write_text("\n".join(out) + "\n")


for path in map(pathlib.Path, sys.argv[1:]) if len(sys.argv) > 1 else sorted(ROOT.glob("*/*.txt")):
    if path.name != "packages.txt":
        tidy(path)
