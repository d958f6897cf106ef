# Wrote the small files beside it, with h5py 3.7 and HDF5 1.10.8: python3 traps.py FOLDER
import sys

import h5py
import numpy as np

folder = sys.argv[1] + "/"
CONFIG = b'{"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name": "Dense", "config": {"units": 2}}]}}'
for name, libver in (("clean-old.h5", ("earliest", "latest")), ("clean-new.h5", "latest")):
    with h5py.File(folder + name, "w", libver=libver) as f:
        f.attrs["keras_version"] = "2.2.4"
        f.attrs["model_config"] = CONFIG
        g = f.create_group("model_weights/dense")
        g.attrs["weight_names"] = np.array([b"kernel:0", b"bias:0"])
        g.create_dataset("kernel:0", data=np.zeros((2, 2), "f4"))
        g.create_dataset("bias:0", data=np.zeros(2, "f4"))
with h5py.File(folder + "external-data.h5", "w") as f:
    f.create_dataset("kernel:0", shape=(4,), dtype="f4", external=[("../inert.raw", 0, 16)])
with h5py.File(folder + "external-link-old.h5", "w", libver=("earliest", "latest")) as f:
    f["weights"] = h5py.ExternalLink("/inert/other.h5", "/w")
for name, source in (("virtual.h5", "inert.h5"), ("virtual-own.h5", ".")):
    with h5py.File(folder + name, "w", libver="latest") as f:
        f["data"] = np.zeros(4, "f4")
        layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
        layout[:] = h5py.VirtualSource(source, "data", shape=(4,))
        f.create_virtual_dataset("kernel:0", layout)
with h5py.File(folder + "clean-dense.h5", "w", libver="latest") as f:
    for i in range(12):
        f.attrs["a%d" % i] = "v%d" % i
        f.create_group("g%d" % i)
    f.create_dataset("c", data=np.zeros((6, 6)), chunks=(2, 2), compression="gzip")
with h5py.File(folder + "clean-chunks.h5", "w", libver=("earliest", "latest")) as f:
    f.create_dataset("c", data=np.zeros((6, 6), "i1"), chunks=(2, 2))
    f.create_dataset("v", data=np.array(["a", "bc"], dtype=h5py.string_dtype()))
    f["r"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f8", (2,))])
    f["t"] = np.dtype([("x", "f4")])
    f.attrs["e"] = np.array([0, 1], dtype=h5py.enum_dtype({"R": 0, "G": 1}))
    f["s"] = h5py.SoftLink("/c")
with h5py.File(folder + "pickled.h5", "w", libver=("earliest", "latest")) as f:
    f.attrs["PYTABLES_FORMAT_VERSION"] = np.bytes_(b"2.1")
    d = f.create_dataset("objects", shape=(3,), maxshape=(None,), chunks=(64,), dtype=h5py.vlen_dtype("u1"), compression="gzip", shuffle=True)
    for i, pickle in enumerate((b"(dp0\n.", b"", b"\x80\x02K\x01.")):
        d[i] = np.frombuffer(pickle, "u1")
    d.attrs["PSEUDOATOM"] = np.bytes_(b"object")
