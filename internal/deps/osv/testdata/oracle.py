"""Judges triples as Python's packaging does: each line of input is "version<TAB>events", events are "introduced=0 fixed=1.2"; each line of
output is 1 (affected), 0 (not), or ? (a version that packaging refuses)."""
import sys
from packaging.version import InvalidVersion, Version


def public(text):
    return Version(Version(text).public)


def judge(text, events):
    try:
        at = public(text)
        marks = [(k, None if k == "introduced" and v == "0" else public(v)) for k, v in events]
    except InvalidVersion:
        return "?"
    low = [m for m in marks if m[1] is None]
    rest = sorted((m for m in marks if m[1] is not None), key=lambda m: m[1])
    inside = False
    for kind, mark in low + rest:
        if kind == "introduced" and (mark is None or at >= mark):
            inside = True
        elif kind == "fixed" and at >= mark or kind == "last_affected" and at > mark:
            inside = False
    return "1" if inside else "0"


for line in sys.stdin:
    version, events = line.rstrip("\n").split("\t")
    print(judge(version, [e.split("=", 1) for e in events.split(" ")]))
