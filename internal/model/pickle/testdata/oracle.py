r"""Reads pickles from standard input, each behind its length in four bytes, and says for each, as a line of JSON, what
pickletools reads in it and what is called when it is loaded. Nothing is called in truth: every name stands for a stub."""

import io
import json
import pickle
import pickletools
import resource
import struct
import sys


def canonical(name, arg):
    if arg is None or isinstance(arg, bool):
        return arg
    if isinstance(arg, int):
        return "i" + str(arg)
    if isinstance(arg, float):
        return "f" + struct.pack(">d", arg).hex()
    if isinstance(arg, str):
        coding = "latin-1" if name in ("BINSTRING", "SHORT_BINSTRING") else "utf-8"
        arg = arg.encode(coding, "surrogatepass")
    return "x" + bytes(arg).hex()


def disassemble(data):
    ops = []
    try:
        for op, arg, pos in pickletools.genops(data):
            ops.append([pos, op.name, canonical(op.name, arg)])
    except Exception as e:
        return ops, type(e).__name__ + ": " + str(e)[:100]
    return ops, ""


log = []


class Result:
    def __init__(self, label):
        self.__dict__["label"] = label

    def __call__(self, *args, **kw):
        log.append("call " + self.label)
        return Result("?")

    def __setstate__(self, state):
        pass

    def append(self, x):
        pass

    extend = add = append

    def __setitem__(self, k, v):
        pass


class Name(type):
    def __call__(cls, *args, **kw):
        log.append("call " + cls.label)
        return Result(cls.label + "()")

    def __setstate__(cls, state):
        pass


def make(cls, *args, **kw):
    log.append("call " + cls.label)
    return Result(cls.label + "()")


names = {}


def find(module, name):
    if not module or not name:
        raise ImportError("an empty name")
    label = module + "." + name
    if label not in names:
        names[label] = type.__call__(Name, "Stub", (object,), {"__new__": make, "label": label})
    return names[label]


class Slow(pickle._Unpickler):
    dispatch = dict(pickle._Unpickler.dispatch)

    def find_class(self, module, name):
        return find(module, name)

    def persistent_load(self, pid):
        log.append("persistent ")
        return Result("?")

    def load_build(self):
        inst = self.stack[-2]
        label = inst.label if isinstance(inst, (Name, Result)) else "?"
        log.append("build " + label)
        pickle._Unpickler.load_build(self)

    dispatch[pickle.BUILD[0]] = load_build


class Fast(pickle.Unpickler):
    def find_class(self, module, name):
        return find(module, name)

    def persistent_load(self, pid):
        log.append("persistent ")
        return Result("?")


def load(kind, data):
    log.clear()
    try:
        kind(io.BytesIO(data), encoding="utf-8", errors="replace").load()
    except RecursionError:
        raise
    except Exception as e:
        return list(log), type(e).__name__ + ": " + str(e)[:100]
    return list(log), ""


def main():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))  # a memo can be made to want all there is
    sys.setrecursionlimit(10000)
    while head := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(struct.unpack("<I", head)[0])
        ops, wrong = disassemble(data)
        slow, slow_error = load(Slow, data)
        fast, fast_error = load(Fast, data)
        answer = {"ops": ops, "opsError": wrong, "slow": slow, "slowError": slow_error, "fast": fast, "fastError": fast_error}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
