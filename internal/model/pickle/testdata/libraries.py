"""Writes pickles of what libraries hold, as far as they are installed: for each its name and bytes, each behind its length in four
bytes. Protocols 0 to 5, joblib's and PyTorch's own files."""

import array
import collections
import datetime
import decimal
import enum
import fractions
import functools
import io
import operator
import pathlib
import pickle
import random
import re
import struct
import sys
import types
import uuid
import warnings

warnings.filterwarnings("ignore")


def out(name, data):
    for part in (name.encode(), data):
        sys.stdout.buffer.write(struct.pack("<I", len(part)) + part)


def all_protocols(name, obj):
    for protocol in range(6):
        try:
            out("%s, protocol %d" % (name, protocol), pickle.dumps(obj, protocol))
        except (TypeError, pickle.PicklingError):
            if protocol > 1:
                raise


shared = ["shared"]
recursive = []
recursive.append(recursive)
all_protocols("constants", [0, 255, 256, 65535, 65536, -1, 2**31, 2**70, -2**300, 2.5, float("inf"), 1j, None, True, "x", "ünï\ud800", "a" * 300,
                            b"", b"yy" * 200, bytearray(b"abc"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {1, 2}, frozenset([3]), {}, {1: 2, "a": [1]},
                            shared, shared, recursive, slice(1, 2), range(3), ..., NotImplemented, type(None), int, len])
all_protocols("many", [{"id": i, "name": "item %d" % i, "at": (i, str(i))} for i in range(3000)])
all_protocols("library", [datetime.datetime(2026, 1, 2), datetime.timedelta(3), datetime.timezone.utc, datetime.date(2026, 1, 2), collections.OrderedDict(a=1),
                          collections.Counter("abc"), decimal.Decimal("1.5"), fractions.Fraction(1, 3),
                          uuid.UUID(int=5), pathlib.PurePosixPath("x/y"), random.Random(3), re.compile("a+"), types.SimpleNamespace(a=1),
                          functools.partial(int, base=2), operator.itemgetter(1), array.array("d", [1, 2]), ValueError("x"), re.IGNORECASE])

try:
    import numpy as np
except ImportError:
    np = None
if np is not None:
    all_protocols("numpy", {"a": np.arange(1000, dtype="f4").reshape(10, 100), "s": np.float64(3), "o": np.array([1, "a", None], dtype=object),
                            "st": np.zeros(3, dtype=[("a", "i4"), ("b", "U5")]), "r": np.random.RandomState(1), "u": np.array(["a", "bcd"]),
                            "d": np.array(["2020-01-01"], dtype="M8[D]"), "m": np.ma.array([1, 2], mask=[0, 1]), "f": np.asfortranarray(np.ones((3, 4)))})

try:
    import joblib
except ImportError:
    joblib = None
if np is not None and joblib is not None:
    for protocol in (2, 4, None):
        f = io.BytesIO()
        joblib.dump({"o": np.array([1, "a", None], dtype=object), "b": np.zeros((100, 100)), "e": np.zeros((0, 3)), "s": np.array(3.5), "after": [1]}, f, protocol=protocol)
        out("joblib, protocol %s" % protocol, f.getvalue())

try:
    from sklearn import datasets, ensemble, linear_model, pipeline, preprocessing
except ImportError:
    datasets = None
if datasets is not None:
    x, y = datasets.load_iris(return_X_y=True)
    forest = ensemble.RandomForestClassifier(3).fit(x, y)
    chain = pipeline.make_pipeline(preprocessing.StandardScaler(), linear_model.LogisticRegression()).fit(x, y)
    all_protocols("scikit-learn forest", forest)
    all_protocols("scikit-learn pipeline", chain)
    if joblib is not None:
        f = io.BytesIO()
        joblib.dump(forest, f)
        out("scikit-learn in joblib", f.getvalue())

try:
    import torch
except ImportError:
    torch = None
if torch is not None:
    net = torch.nn.Sequential(torch.nn.Conv2d(3, 8, 3), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.Linear(8, 2))
    all_protocols("torch tensor", torch.randn(3, 4))
    for name, obj in {"state": net.state_dict(), "module": net, "checkpoint": {"m": net.state_dict(), "o": torch.optim.Adam(net.parameters()).state_dict(), "e": 3},
                      "types": [torch.zeros(3, dtype=d) for d in (torch.bool, torch.int8, torch.uint8, torch.int16, torch.float16, torch.bfloat16, torch.float64)]}.items():
        f = io.BytesIO()
        torch.save(obj, f, _use_new_zipfile_serialization=False)
        out("torch legacy, " + name, f.getvalue())
