"""Writes arrays as NumPy writes them, and says what NumPy makes of headers. Nothing is unpickled.

With "write FOLDER" it writes one file for each kind of array. Without, it reads headers, one JSON string a line (each a letter a
byte), and answers each with the array's shape, the bytes of an element and whether it holds objects, or null."""
import io
import json
import struct
import sys
import warnings

import numpy

warnings.simplefilter("ignore")


def write(folder):
    kinds = ["?", "i1", "u1", "<i2", ">u2", "<i4", ">i4", "<u8", "f2", "<f4", ">f8", "g", "F", "D", "G", "S5", "S0", "U3", ">U3", "U0", "V7",
             "M8[ns]", "M8[25us]", "m8[D]", "m8", "M8"]
    shapes = [(), (0,), (1,), (3, 4), (2, 0, 3), (1, 1, 1, 1, 2)]
    arrays = [numpy.zeros(s, k) for k in kinds for s in shapes]
    arrays += [numpy.asfortranarray(numpy.ones((3, 4))), numpy.arange(12).reshape(3, 4)[::2, ::2]]
    for d in (
        [("a", "<f4"), ("b", "i8", (2, 3))],
        [("a", [("x", "u1"), ("y", "S3")]), ("b", "U2")],
        [(("title", "a"), "f8")],
        {"names": ["a", "b"], "formats": ["u1", "f8"], "offsets": [0, 8], "itemsize": 24},
        numpy.dtype([("a", "u1"), ("b", "f8")], align=True),
        [("é", "f4")], [("名", "f4")], [("it's \"it\"\\", "f4")],
        [("field%d" % i, "f8") for i in range(5000)],
        ("f4", (2, 2)),
    ):
        arrays.append(numpy.zeros(3, d))
    for o in (numpy.array([1, "a", None, [2]], object), numpy.zeros((2, 2), object), numpy.zeros(2, [("a", "f4"), ("b", object)])):
        arrays.append(o)
    for n, a in enumerate(arrays):
        name = "object" if a.dtype.hasobject else "plain"
        numpy.save(f"{folder}/{name}{n}.npy", a)
        for version in ((1, 0), (2, 0), (3, 0)):
            if not a.dtype.hasobject:
                try:
                    with open(f"{folder}/plain{n}v{version[0]}.npy", "wb") as f:
                        numpy.lib.format.write_array(f, a, version)
                except (ValueError, UnicodeEncodeError):
                    import os
                    os.remove(f"{folder}/plain{n}v{version[0]}.npy")
    with open(folder + "/plainseveral.npy", "wb") as f:
        for a in arrays[:20]:
            numpy.save(f, a)


if len(sys.argv) > 2:
    write(sys.argv[2])
    sys.exit()

for line in sys.stdin:
    header = json.loads(line).encode("latin1")
    answer = None
    try:
        f = io.BytesIO(struct.pack("<I", len(header)) + header)
        shape, _, dtype = numpy.lib.format._read_array_header(f, (2, 0), max_header_size=1 << 30)
        if all(0 <= n < 1 << 62 for n in shape):
            answer = [list(map(int, shape)), dtype.itemsize, dtype.hasobject]
    except Exception:
        pass
    print(json.dumps(answer), flush=True)
