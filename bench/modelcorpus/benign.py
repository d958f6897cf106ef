#!/usr/bin/env python3
"""Writes benign model files with the real libraries of this machine, and a label for each.

Usage: benign.py DIR    writes DIR/benign/... and DIR/benign/labels.jsonl

Everything is fitted on a few numbers from a fixed seed. Libraries that are not installed are told on stderr and left out.
"""
import collections, datetime, decimal, functools, io, json, os, pathlib, pickle, random, re, shutil, sys, uuid, warnings

warnings.filterwarnings("ignore")
os.environ["PYTHONHASHSEED"] = "0"


class Corpus:
    """Where files go, one folder each."""

    def __init__(self, root):
        self.root = os.path.join(root, "benign")
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(self.root)
        self.labels = []
        self.count = collections.Counter()
        self.missing = []

    def path(self, family, kind, name, folder=False):
        self.count[family] += 1
        at = "benign/%s/%03d-%s" % (family, self.count[family], kind.replace(" ", "-"))
        full = os.path.join(os.path.dirname(self.root), at)
        os.makedirs(full)
        self.labels.append({"path": at + "/" + ("" if folder else name), "label": "benign", "class": kind, "family": family, "source": "written by the library itself", "want": ["clean"]})
        return os.path.join(full, name)

    def data(self, family, kind, name, data):
        with open(self.path(family, kind, name), "wb") as f:
            f.write(data)

    def finish(self):
        with open(os.path.join(self.root, "labels.jsonl"), "w") as f:
            for label in self.labels:
                f.write(json.dumps(label) + "\n")
        print("%d benign files of real libraries" % len(self.labels))
        for name in self.missing:
            print("benign.py: left out:", name, file=sys.stderr)


def plain(c):
    """Objects of the standard library, in all protocols."""
    objects = [
        {"a": 1, "b": [1.5, None, True, False], "c": ("x", b"bytes", "ünï")},
        [set([1, 2]), frozenset("ab"), range(5), slice(1, 2), complex(1, 2), bytearray(b"x" * 300), 2 ** 100, -1, 70000, 3.14],
        collections.OrderedDict(a=1, b=collections.Counter("aab"), c=collections.deque([1], 3), d=collections.defaultdict(list, x=[1])),
        [datetime.datetime(2025, 1, 2, 3, 4, 5), datetime.date(2025, 1, 2), datetime.timedelta(1), datetime.timezone.utc, decimal.Decimal("1.5")],
        [uuid.UUID(int=5), pathlib.PurePosixPath("a/b"), re.compile("a+b"), random.Random(3), ValueError("x"), functools.partial(dict, a=1)],
    ]
    for i, o in enumerate(objects):
        for protocol in range(6):
            if (i + protocol) % 2 == 0 or i == 0:
                c.data("pickle", "pickle", ["model.pkl", "model.pickle", "vocab.p"][protocol % 3], pickle.dumps(o, protocol))
    shared = ["shared"] * 3
    loop = []
    loop.append(loop)
    c.data("pickle", "pickle", "model.pkl", pickle.dumps({"shared": [shared, shared], "loop": loop, "text": "x" * 70000, "many": list(range(3000))}, 4))
    out = io.BytesIO()
    for part in ({"a": 1}, [2, 3], "third"):
        pickle.dump(part, out, 4)
    c.data("pickle", "several pickles", "model.pkl", out.getvalue())
    python = io.BytesIO()
    pickle._Pickler(python, 2).dump(objects[0])
    c.data("pickle", "pickle", "model.pkl", python.getvalue())


def numpy_files(c):
    import numpy as np
    r = np.random.RandomState(0)
    arrays = {
        "f4": r.rand(3, 4).astype("f4"), "f8 fortran": np.asfortranarray(r.rand(3, 4)), "int": np.arange(7), "bool": np.array([True, False]), "complex": np.array([1 + 2j]),
        "text": np.array(["a", "bcd"]), "bytes": np.array([b"a", b"bcd"]), "scalar": np.array(5), "empty": np.zeros((0, 3)), "half big-endian": np.array([1, 2], ">f2"),
        "record": np.array([(1, 2.0, "x")], dtype=[("a", "i4"), ("b", "f8"), ("c", "U3")]), "nested record": np.zeros(2, dtype=[("a", [("x", "f4"), ("y", "f4", (2, 2))])]),
        "time": np.array(["2025-01-01"], dtype="M8[D]"), "objects": np.array([{"a": 1}, [1, 2], "x", None], dtype=object),
    }
    for name, a in arrays.items():
        np.save(c.path("other", "npy", "array.npy"), a, allow_pickle=True)
        if name in ("f4", "record", "objects", "time", "text"):
            for protocol in (2, 5) if name == "f4" else (4,):
                c.data("pickle", "pickle", "array.pkl", pickle.dumps(a, protocol))
    np.savez(c.path("other", "npz", "model.npz"), a=arrays["f4"], b=arrays["int"])
    np.savez_compressed(c.path("other", "npz", "model.npz"), **{k.replace(" ", "_"): v for k, v in arrays.items() if k != "objects"})
    np.savez(c.path("other", "npz", "objects.npz"), a=arrays["objects"])
    with open(c.path("other", "several arrays", "array.npy"), "wb") as f:
        np.save(f, arrays["f4"])
        np.save(f, arrays["int"])
    c.data("pickle", "pickle", "state.pkl", pickle.dumps([r, np.random.default_rng(1), np.dtype("f4"), np.float32(1.5), np.ma.array([1, 2], mask=[0, 1]), np.matrix([[1]]), np.poly1d([1, 2]), np.add], 4))
    c.data("pickle", "pickle", "old.pkl", pickle.dumps({"w": arrays["f4"], "b": arrays["f8 fortran"]}, 0))


def sklearn_files(c):
    import numpy as np, joblib, sklearn
    from sklearn.utils import all_estimators
    r = np.random.RandomState(0)
    x, y = np.abs(r.rand(24, 3)), np.arange(24) % 2
    slow = {"LatentDirichletAllocation", "GaussianProcessClassifier", "DictionaryLearning", "MiniBatchDictionaryLearning", "SparsePCA", "MiniBatchSparsePCA"}
    n = 0
    for name, cls in all_estimators():
        if name in slow:
            continue
        try:
            est = cls().fit(x, y)
        except Exception:
            try:
                est = cls().fit(x)
            except Exception:
                continue
        n += 1
        try:
            text = pickle.dumps(est, n % 4 + 2)
        except Exception:
            continue
        if len(text) < 200000:
            if n % 3 == 0:
                joblib.dump(est, c.path("pickle", "joblib", "model.joblib"))
            else:
                c.data("pickle", "pickle", ["model.pkl", "model.sav", "clf.pickle"][n % 3], text)
    from sklearn.pipeline import make_pipeline, FeatureUnion
    from sklearn.preprocessing import StandardScaler, OneHotEncoder, FunctionTransformer
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.ensemble import RandomForestClassifier, VotingClassifier, GradientBoostingClassifier, HistGradientBoostingClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer, CountVectorizer, HashingVectorizer
    from sklearn.model_selection import GridSearchCV
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.svm import SVC
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, WhiteKernel
    texts = ["a good model", "a bad model", "good", "bad words"] * 3
    pipes = [
        make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y),
        make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, [0, 1] * 6),
        ColumnTransformer([("n", StandardScaler(), [0, 1]), ("c", OneHotEncoder(handle_unknown="ignore"), [2])]).fit(x),
        VotingClassifier([("a", LogisticRegression()), ("b", RandomForestClassifier(3))]).fit(x, y),
        GridSearchCV(SVC(), {"C": [1, 10]}, cv=2).fit(x, y),
        FeatureUnion([("a", CountVectorizer()), ("b", HashingVectorizer(n_features=8))]).fit(texts),
        KNeighborsClassifier(algorithm="kd_tree").fit(x, y), KNeighborsClassifier(algorithm="ball_tree").fit(x, y),
        GaussianProcessRegressor(RBF() + WhiteKernel()).fit(x, y), GradientBoostingClassifier(n_estimators=3).fit(x, y), HistGradientBoostingClassifier(max_iter=3).fit(x, y),
        make_pipeline(FunctionTransformer(np.log1p), StandardScaler()).fit(x),
    ]
    for i, p in enumerate(pipes):
        for protocol in (i % 6, (i + 3) % 6):
            c.data("pickle", "pickle", "pipeline.pkl", pickle.dumps(p, protocol))
        joblib.dump(p, c.path("pickle", "joblib", "pipeline.joblib"))
    for how in ("zlib", "gzip", "bz2", "xz", "lzma", "lz4"):
        for i in (0, 3):
            joblib.dump(pipes[i], c.path("pickle", "joblib " + how, ["model.joblib", "model.pkl." + how][i == 3]), compress=(how, 3))
    joblib.dump({"w": np.arange(5000.0), "f": np.asfortranarray(r.rand(4, 4)), "o": np.array([1, "x"], dtype=object)}, c.path("pickle", "joblib", "arrays.joblib"))
    joblib.dump([x, y, {"a": x}], c.path("pickle", "joblib", "arrays.pkl"), protocol=2)


def pandas_files(c):
    import numpy as np, pandas as pd
    frame = pd.DataFrame({"a": [1, 2, 3], "b": [0.5, None, 1.5], "c": list("xyz"), "d": pd.Categorical(list("xyx")), "t": pd.date_range("2025-01-01", periods=3)})
    for i, o in enumerate([frame, frame["a"], frame.set_index("t"), frame.set_index(["a", "c"]), frame.index, pd.Timestamp("2025-01-01"), frame.astype({"a": "Int64", "c": "string"}), pd.interval_range(0, 3), pd.Series([1, 2], dtype="Sparse[int]"), frame.groupby("d").mean(numeric_only=True)]):
        c.data("pickle", "pickle", "frame.pkl", pickle.dumps(o, i % 4 + 2))
    for how in ("gzip", "bz2", "xz", "zip", "zstd", "tar"):
        frame.to_pickle(c.path("container", "packed frame", "frame.pkl." + {"gzip": "gz", "bz2": "bz2", "xz": "xz", "zip": "zip", "zstd": "zst", "tar": "tar"}[how]), compression=how)


def scipy_files(c):
    import numpy as np
    from scipy import sparse, stats, interpolate, spatial
    m = sparse.random(5, 5, 0.4, random_state=0)
    for i, o in enumerate([m.tocsr(), m.tocsc(), m.tocoo(), m.todok(), m.tolil(), sparse.eye(3).todia(), interpolate.interp1d([0, 1, 2], [1, 2, 3]), interpolate.CubicSpline([0, 1, 2], [1, 2, 3]), spatial.cKDTree(np.eye(3)), stats.norm(0, 1), stats.gaussian_kde([1, 2, 4])]):
        c.data("pickle", "pickle", "object.pkl", pickle.dumps(o, i % 4 + 2))
    sparse.save_npz(c.path("other", "npz", "matrix.npz"), m.tocsr())


def torch_files(c):
    import torch
    from torch import nn
    torch.manual_seed(0)
    nets = [
        nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2)),
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.GELU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1)),
        nn.TransformerEncoderLayer(8, 2, 16), nn.LSTM(4, 3, 2, bidirectional=True), nn.Embedding(10, 4), nn.MultiheadAttention(8, 2), nn.GRU(3, 3),
    ]
    for i, net in enumerate(nets):
        name = ["pytorch_model.bin", "model.pt", "model.pth", "model.ckpt"][i % 4]
        torch.save(net.state_dict(), c.path("torch", "torch zip", name))
        torch.save(net, c.path("torch", "torch zip", name))
        torch.save(net, c.path("torch", "torch legacy", name), _use_new_zipfile_serialization=False)
    net = nets[0]
    for make in (lambda p: torch.optim.Adam(p), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9), lambda p: torch.optim.AdamW(p), lambda p: torch.optim.RMSprop(p)):
        opt = make(net.parameters())
        net(torch.rand(2, 4)).sum().backward()
        opt.step()
        torch.save({"epoch": 3, "model_state_dict": net.state_dict(), "optimizer_state_dict": opt.state_dict(), "loss": torch.tensor(0.5), "rng": torch.get_rng_state()}, c.path("torch", "torch zip", "checkpoint.pt"))
    torch.save(opt.state_dict(), c.path("torch", "torch legacy", "optimizer.pt"), _use_new_zipfile_serialization=False)
    tensors = [torch.arange(6).view(2, 3).t(), torch.rand(3).half(), torch.rand(3).bfloat16(), torch.tensor([True]), torch.rand(2, dtype=torch.complex64), torch.rand(4)[::2], torch.sparse_coo_tensor([[0, 1], [1, 0]], [1.0, 2.0]), torch.nn.Parameter(torch.rand(2)), torch.empty(0), torch.rand(2).requires_grad_()]
    torch.save(tensors, c.path("torch", "torch zip", "tensors.pt"))
    torch.save({"size": torch.Size([1, 2]), "dtype": torch.float16, "device": torch.device("cpu"), "storage": torch.rand(3).storage()}, c.path("torch", "torch zip", "odd.pt"))
    torch.save([1, "x"], c.path("torch", "torch zip", "plain.pt"), pickle_protocol=4)
    try:
        q = torch.quantization.quantize_dynamic(nets[0], {nn.Linear}, dtype=torch.qint8)
        torch.save(q.state_dict(), c.path("torch", "torch zip", "quantised.pt"))
        torch.save(torch.quantize_per_tensor(torch.rand(3), 0.1, 0, torch.quint8), c.path("torch", "torch zip", "quantised.pt"))
    except Exception as e:
        c.missing.append("torch quantisation: %s" % e)
    try:
        torch.jit.save(torch.jit.trace(nets[0], torch.rand(1, 4)), c.path("torch", "torchscript", "model.pt"))
        torch.jit.save(torch.jit.script(nets[1]), c.path("torch", "torchscript", "model.pt"))
        torch.jit.script(nets[0])._save_for_lite_interpreter(c.path("torch", "torchscript", "model.ptl"))
    except Exception as e:
        c.missing.append("TorchScript: %s" % e)
    try:
        from torch.utils.data import TensorDataset
        torch.save(TensorDataset(torch.rand(3, 2)), c.path("torch", "torch zip", "data.pt"))
    except Exception as e:
        c.missing.append("TensorDataset: %s" % e)
    try:
        from torch import package
        with package.PackageExporter(c.path("torch", "torch package", "package.pt")) as e:
            e.extern("**")
            e.save_pickle("model", "model.pkl", nets[0])
    except Exception as e:
        c.missing.append("torch.package: %s" % e)
    c.data("pickle", "pickle", "net.pkl", pickle.dumps(nets[0].state_dict(), 2))
    c.data("pickle", "pickle", "net.pkl", pickle.dumps(nets[0], 4))


DENSE = {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "dtype": "float32", "batch_input_shape": [None, 4], "units": 2, "activation": "linear", "use_bias": True, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}}


def h5_files(c):
    import h5py, numpy as np
    for libver in ("earliest", "latest", "v110"):
        for kind in ("model", "weights"):
            with h5py.File(c.path("keras", "h5", "model.h5" if kind == "model" else "model.weights.h5"), "w", libver=libver) as f:
                if kind == "model":
                    f.attrs["keras_version"] = "2.11.0"
                    f.attrs["backend"] = "tensorflow"
                    f.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": [DENSE]}}).encode()
                    f.attrs["training_config"] = json.dumps({"loss": "mse", "metrics": ["accuracy"], "weighted_metrics": None, "loss_weights": None, "optimizer_config": {"class_name": "Adam", "config": {"name": "Adam", "learning_rate": 0.001}}})
                    g = f.create_group("model_weights/dense/dense")
                    f["model_weights"].attrs["layer_names"] = np.array([b"dense"])
                    f["model_weights/dense"].attrs["weight_names"] = np.array([b"dense/kernel:0", b"dense/bias:0"])
                else:
                    g = f.create_group("layers/dense/vars")
                g["kernel:0"] = np.zeros((4, 2), "f4")
                g.create_dataset("bias:0", data=np.zeros(2, "f4"), chunks=(2,), compression="gzip")
    with h5py.File(c.path("other", "h5 of arrays", "data.hdf5"), "w", track_order=True) as f:
        f["text"] = ["a", "b"]
        f["links"] = h5py.SoftLink("/text")
        f["same"] = f["text"]
        f.attrs["list"] = [1, 2, 3]
        for i in range(40):
            f.create_group("g%d" % i).attrs["n"] = i


def onnx_files(c):
    import numpy as np, onnx
    from onnx import TensorProto as T, helper as h, numpy_helper as nh
    x, y = h.make_tensor_value_info("x", T.FLOAT, [None, 4]), h.make_tensor_value_info("y", T.FLOAT, [None, 2])
    w, b = nh.from_array(np.ones((4, 2), "f4"), "w"), nh.from_array(np.zeros(2, "f4"), "b")
    models = [
        h.make_graph([h.make_node("Gemm", ["x", "w", "b"], ["y"])], "g", [x], [y], [w, b]),
        h.make_graph([h.make_node("MatMul", ["x", "w"], ["m"]), h.make_node("Add", ["m", "b"], ["s"]), h.make_node("Softmax", ["s"], ["y"], axis=1)], "g", [x], [y], [w, b]),
        h.make_graph([h.make_node("Constant", [], ["w"], value=w), h.make_node("MatMul", ["x", "w"], ["y"])], "g", [x], [y]),
        h.make_graph([h.make_node("LinearClassifier", ["x"], ["l", "y"], domain="ai.onnx.ml", coefficients=[1.0] * 8, intercepts=[0.0, 0.0], classlabels_ints=[0, 1])], "g", [x], [y, h.make_tensor_value_info("l", T.INT64, [None])]),
        h.make_graph([h.make_node("FusedMatMul", ["x", "w"], ["y"], domain="com.microsoft")], "g", [x], [y], [w]),
    ]
    then = h.make_graph([h.make_node("Identity", ["w"], ["t"])], "then", [], [h.make_tensor_value_info("t", T.FLOAT, [4, 2])])
    models.append(h.make_graph([h.make_node("If", ["c"], ["i"], then_branch=then, else_branch=then), h.make_node("MatMul", ["x", "i"], ["y"])], "g", [x, h.make_tensor_value_info("c", T.BOOL, [])], [y], [w]))
    for i, g in enumerate(models):
        m = h.make_model(g, producer_name="corpus", opset_imports=[h.make_opsetid("", 13 + i % 4), h.make_opsetid("ai.onnx.ml", 2), h.make_opsetid("com.microsoft", 1)])
        if i % 2:
            h.set_model_props(m, {"author": "example", "task": "classification"})
        onnx.save(m, c.path("onnx", "onnx", "model.onnx"))
    m = h.make_model(models[0])
    onnx.save_model(m, c.path("onnx", "onnx with data beside it", "model.onnx", folder=True), save_as_external_data=True, location="weights.bin", size_threshold=0)
    odd = h.make_graph([h.make_node("Identity", ["x"], ["y"])], "g", [x], [y], [h.make_tensor("d", T.DOUBLE, [2], [1.0, 2.0]), h.make_tensor("s", T.STRING, [1], [b"x"]), h.make_tensor("i", T.INT64, [], [1]), nh.from_array(np.zeros((0, 3), "f4"), "e")])
    onnx.save(h.make_model(odd), c.path("onnx", "onnx", "model.onnx"))
    f = h.make_function("local", "F", ["a"], ["b"], [h.make_node("Relu", ["a"], ["b"])], [h.make_opsetid("", 15)])
    fm = h.make_model(h.make_graph([h.make_node("F", ["x"], ["y"], domain="local")], "g", [x], [y]), functions=[f], opset_imports=[h.make_opsetid("", 15), h.make_opsetid("local", 1)])
    onnx.save(fm, c.path("onnx", "onnx", "model.onnx"))


def xgboost_files(c):
    import numpy as np, xgboost as xgb
    x, y = np.random.RandomState(0).rand(20, 3), np.arange(20) % 2
    m = xgb.XGBClassifier(n_estimators=3).fit(x, y)
    for name in ("model.json", "model.ubj"):
        m.save_model(c.path("other", "xgboost", name))
    c.data("pickle", "pickle", "xgb.pkl", pickle.dumps(m))


def archives(c):
    import tarfile, zipfile
    for how in ("stored", "deflated", "bzip2", "lzma"):
        with zipfile.ZipFile(c.path("container", "zip", "model.zip"), "w", getattr(zipfile, "ZIP_" + how.upper())) as z:
            z.writestr("config.json", '{"model_type": "bert"}')
            z.writestr("sub/model.pkl", pickle.dumps({"a": list(range(50))}))
    for mode in ("w", "w:gz", "w:bz2", "w:xz"):
        for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT):
            with tarfile.open(c.path("container", "tar", "model.tar" + {"w": "", "w:gz": ".gz", "w:bz2": ".bz2", "w:xz": ".xz"}[mode]), mode, format=form) as t:
                for name, data in (("model/config.json", b"{}"), ("model/" + "x" * (90 if form == tarfile.USTAR_FORMAT else 120) + ".pkl", pickle.dumps([1, 2]))):
                    info = tarfile.TarInfo(name)
                    info.size = len(data)
                    t.addfile(info, io.BytesIO(data))


def main():
    c = Corpus(sys.argv[1])
    for part in (plain, numpy_files, sklearn_files, pandas_files, scipy_files, torch_files, h5_files, onnx_files, xgboost_files, archives):
        try:
            part(c)
        except ImportError as e:
            c.missing.append("%s: %s" % (part.__name__, e))
    c.finish()


if __name__ == "__main__":
    main()
