# Writes HDF5 files of many kinds with h5py into the folder named, and then lists on standard output, as one JSON object a
# line, what h5py sees in each: links, attributes with their texts, and datasets.
import itertools
import json
import os
import sys

import h5py
import numpy as np

CONFIG = json.dumps({"class_name": "Sequential", "config": {"layers": [{"class_name": "Dense", "config": {"units": i}} for i in range(400)]}})


def plain(f):
    f.attrs["keras_version"] = "2.2.4"
    f.attrs["backend"] = b"tensorflow"
    g = f.create_group("model_weights/dense/dense")
    g.create_dataset("kernel:0", data=np.ones((3, 4), "f4"))
    g.create_dataset("bias:0", data=np.ones(4, "f4"))
    g.attrs["weight_names"] = np.array([b"kernel:0", b"bias:0"])


def long_text(f):
    f.attrs["model_config"] = CONFIG
    f.attrs["fixed"] = np.bytes_(CONFIG[:60000].encode())


def very_long(f):
    f.attrs["model_config"] = CONFIG * 40


def dense_attributes(f):
    for i in range(300):
        f.attrs["a%03d" % i] = "value %d" % i
    f["x"] = 1
    for i in range(20):
        f["x"].attrs["b%d" % i] = i


def many_links(f):
    for i in range(700):
        f.create_group("group%04d" % i)


def deep(f):
    g = f
    for i in range(60):
        g = g.create_group("level%d" % i)
        g.attrs["depth"] = str(i)


def links(f):
    f["data"] = np.arange(5)
    f["hard"] = f["data"]
    f["soft"] = h5py.SoftLink("/data")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["external"] = h5py.ExternalLink("other.h5", "/x/y")
    g = f.create_group("loop")
    g["again"] = f["/"]
    g["self"] = g


def chunks(f):
    f.create_dataset("plain", data=np.arange(1000).reshape(10, 100), chunks=(3, 7))
    f.create_dataset("packed", data=np.zeros((500, 20)), chunks=(50, 20), compression="gzip", shuffle=True, fletcher32=True)
    f.create_dataset("grows", shape=(5, 5), maxshape=(None, None), chunks=(2, 2), data=np.ones((5, 5)))
    f.create_dataset("grows1", shape=(5,), maxshape=(None,), chunks=(2,), data=np.ones(5))
    f.create_dataset("one", data=np.ones(4), chunks=(4,))
    f.create_dataset("lzf", data=np.zeros(1000), chunks=(100,), compression="lzf")
    f.create_dataset("never", shape=(10, 10), chunks=(5, 5), dtype="f8")


def kinds(f):
    f["scalar"] = 3.5
    f["text"] = "some text"
    f["texts"] = np.array(["a", "bc", ""], dtype=h5py.string_dtype())
    f["fixed"] = np.array([b"abc", b"d"])
    f["empty"] = h5py.Empty("f4")
    f["none"] = np.zeros((0, 3))
    f["bool"] = np.array([True, False])
    f["record"] = np.zeros(3, dtype=[("a", "i4"), ("b", "f8", (2, 3)), ("c", "S5")])
    f["ragged"] = np.array([np.arange(3), np.arange(5)], dtype=h5py.vlen_dtype("i4"))
    f["void"] = np.void(b"\x01\x02\x03")
    f["complex"] = np.array([1j])
    f["enum"] = np.array([0, 1], dtype=h5py.enum_dtype({"RED": 0, "GREEN": 1}, basetype="i"))
    f["reference"] = f["scalar"].ref
    f["type"] = np.dtype([("x", "f4")])
    f["half"] = np.ones(3, "f2")
    f["big"] = np.ones(3, ">i8")
    for name in list(f):
        if name != "type":
            f[name].attrs["what"] = name
    f.attrs["empty"] = h5py.Empty("S5")
    f.attrs["list"] = ["x", "yy", "zzz"]
    f.attrs["bytes"] = np.array([b"x", b"yy"])
    f.attrs["unicode"] = "näm\u20ac"
    f.attrs["void"] = np.void(b"\x00\x01")
    f.attrs["typed"] = np.zeros(2, dtype=f["type"].dtype)
    f.attrs["ref"] = f["scalar"].ref
    f.attrs["space"] = " blanks  "
    f.attrs["nothing"] = ""


def changed(f):
    for i in range(80):
        f.create_group("g%d" % i)
        f.attrs["a%d" % i] = "x" * i
    for i in range(0, 80, 2):
        del f["g%d" % i]
        del f.attrs["a%d" % i]
    for i in range(100, 130):
        f.create_group("g%d" % i)


def keras3(f):
    for i in range(12):
        g = f.create_group("layers/dense_%d/vars" % i)
        g.create_dataset("0", data=np.ones((4, 4), "f4"))
        g.create_dataset("1", data=np.ones(4, "f4"))
        f["layers/dense_%d" % i].attrs["name"] = "dense_%d" % i
    f.create_group("optimizer/vars")


def compact(f):
    space = h5py.h5s.create_simple((4,))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_layout(h5py.h5d.COMPACT)
    h5py.h5d.create(f.id, b"compact", h5py.h5t.NATIVE_INT32, space, plist)


FILLS = [plain, long_text, very_long, dense_attributes, many_links, deep, links, chunks, kinds, changed, keras3, compact]
SETTINGS = [dict(libver=("earliest", "latest")), dict(libver="latest"), dict(libver=("v108", "v108")), dict(libver=("v110", "v110")), dict(libver="earliest", userblock_size=512),
            dict(libver="latest", userblock_size=2048), dict(libver="latest", track_order=True), dict(libver="earliest", track_order=True)]


def texts(where, name):
    a = h5py.h5a.open(where, name)
    if a.get_type().get_class() != h5py.h5t.STRING:
        return None
    space = a.get_space()
    if space.get_simple_extent_type() == h5py.h5s.NULL or space.get_simple_extent_npoints() == 0:
        return []
    values = np.zeros(a.shape, dtype=a.dtype)
    a.read(values)
    out = []
    for v in np.atleast_1d(values).ravel():
        if isinstance(v, str):
            v = v.encode("utf8", "surrogateescape")
        out.append((v or b"").decode("latin1"))
    return out


def listing(name):
    f = h5py.h5f.open(name.encode(), h5py.h5f.ACC_RDONLY)
    out = {"file": os.path.basename(name), "links": [], "attributes": [], "datasets": []}
    seen = set()

    def visit(path, o):
        info = h5py.h5o.get_info(o)
        if info.addr in seen:
            return
        seen.add(info.addr)
        for i in range(h5py.h5a.get_num_attrs(o)):
            n = h5py.h5a.open(o, index=i).name
            out["attributes"].append([path, n.decode("latin1"), texts(o, n)])
        if isinstance(o, h5py.h5d.DatasetID):
            out["datasets"].append([path, [int(n) for n in o.shape or ()]])
        if isinstance(o, h5py.h5g.GroupID):
            names = []
            o.links.iterate(lambda n: names.append(n) and None)
            for n in sorted(names):
                kind = o.links.get_info(n).type
                inner = path.rstrip("/") + "/" + n.decode("latin1")
                target = file = ""
                if kind == h5py.h5l.TYPE_SOFT:
                    target = o.links.get_val(n).decode("latin1")
                elif kind == h5py.h5l.TYPE_EXTERNAL:
                    file, target = (b.decode("latin1") for b in o.links.get_val(n))
                out["links"].append([inner, int(kind), target, file])
                if kind == h5py.h5l.TYPE_HARD:
                    visit(inner, h5py.h5o.open(o, n))

    visit("/", h5py.h5g.open(f, b"/"))
    return out


def main(folder):
    for i, (fill, setting) in enumerate(itertools.product(FILLS, SETTINGS)):
        name = os.path.join(folder, "%03d-%s.h5" % (i, fill.__name__))
        with h5py.File(name, "w", **setting) as f:
            fill(f)
        print(json.dumps(listing(name)))


main(sys.argv[1])
