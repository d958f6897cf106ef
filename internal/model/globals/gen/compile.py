"""Turns what survey.py found (one JSON for each library, in a folder) into data/benign and data/effects/found.txt.

    compile.py folder

Data written by hand wins: what data/effects/stdlib.txt, data/effects/libraries.txt and data/benign/byhand.txt name, or cover as a
whole, is left out here.
"""
import collections
import gzip
import json
import pathlib
import re
import sys

import survey

DATA = survey.DATA
STRONG = {"executes", "imports", "native", "network", "writes", "deserialises"}
CORE = {"numpy", "scipy", "torch", "pandas", "sklearn", "joblib", "networkx", "torchvision"}
PACKED = ["found", "called", "scipy", "transformers", "diffusers", "keras", "nemo", "text", "vision", "graphs", "various"]
CODE = {"executes", "native", "deserialises", "imports", "network"}
# Of these the sources were read: what an object restored from a pickle does is to import optional parts of the same library.
DELIBERATE = {"transformers", "diffusers", "keras", "torch_geometric", "scipy", "nemo", "gymnasium", "fairseq", "sympy", "astropy"}
# Configurations call those of Keras too, and are judged elsewhere; of the others few do more, which are listed by hand.
UNCALLED = {"keras", "tensorflow", "tensorflow_addons", "tqdm", "requests", "torch", "sklearn", "scipy", "xgboost", "joblib", "dateutil", "sympy"}
FAR = {"executes", "native", "deserialises"}  # what counts however far away it is
FILES = {  # which packages' harmless names go where; files.go says the same
    "numpy": ["numpy"], "scipy": ["scipy"], "pandas": ["pandas"], "sklearn": ["sklearn"], "torch": ["torch"],
    "transformers": ["transformers"], "keras": ["keras"], "diffusers": ["diffusers"],
    "nemo": ["nemo"], "text": ["spacy", "thinc", "srsly", "nltk", "gensim", "flair", "fairseq", "allennlp", "stanza", "speechbrain",
                               "sentence_transformers", "setfit", "bertopic"],
    "vision": ["torchvision", "timm", "ultralytics", "models", "utils", "mmcv", "mmengine", "detectron2", "segmentation_models_pytorch",
               "efficientnet_pytorch", "albumentations", "skimage", "PIL", "monai", "sam2", "fastai"],
    "graphs": ["torch_geometric", "torch_sparse", "dgl", "networkx"],
}
NO_CLASSES = set("""pip setuptools pkg_resources pytest _pytest nose IPython werkzeug flask twisted tornado aiohttp
requests urllib3 httpx paramiko pexpect invoke fabric plumbum boto3 botocore psutil virtualenv jinja2 mako cffi Cython pyximport django
sqlalchemy redis pymongo distributed kivy cherrypy bottle sh torchgen functorch click yaml nipype mne google tables pydantic zarr h5py
jsonpickle hickle dill cloudpickle joblib nibabel dask bs4 lxml""".split())
NO_FUNCTIONS = NO_CLASSES | set("""sphinx docutils astropy sympy matplotlib nltk spacy stanza nemo fairseq mlflow ase pymatgen onnx pycaret autosklearn
optuna pyod monai nilearn sktime darts deepspeed models utils ultralytics pytorch_lightning lightning lightning_fabric hydra omegaconf
accelerate detectron2 mmcv mmengine flair allennlp gensim torchtext torchaudio numba xarray igraph faiss soundfile""".split())
SKIP_MODULE = re.compile(r"(^|\.)(_?tests?|testing|_testing|setup|conftest|scripts?|cli|__main__|examples?|tools|benchmarks?|docs|demo"
                         r"|_build_utils|convert_\w+|modular_\w+|\w*_test|test_\w+|\w+_setup|commands?|app)(\.|$)")
WORDS = [("executes", "reaches code that runs programs or Python code"), ("native", "reaches native code"),
         ("imports", "reaches an import of a module"), ("deserialises", "reaches code that unpickles data"),
         ("network", "talks to other machines"), ("writes", "changes files"), ("reads", "reads files")]


def once(caps):
    """What a call of a class does whose objects are harmless: how sure it is that an argument gets there is not known."""
    if caps & {"executes", "network"}:
        return "calls,reads restored", "reaches code that runs programs or talks to other machines"
    if "deserialises" in caps:
        return "deserialises,reads restored", WORDS[3][1]
    return "reads restored", "reads or changes files"


def words(caps):
    return next(text for cap, text in WORDS if cap in caps)


def read(path):
    names = {}
    if path.exists():
        for line in path.read_text().splitlines():
            if line and not line.startswith("#"):
                module, text = line.split("|")
                names.setdefault(module, set()).update(text.split())
    return names


def write(path, head, names):
    lines = ["|".join((module, " ".join(sorted(n)))) for module, n in sorted(names.items()) if n]
    path.write_text("".join(f"# {line}\n" for line in head) + "\n".join(lines) + "\n")


def covered(module):
    parts = module.split(".")
    return any(".".join(parts[:n]) in survey.HANDWHOLE for n in range(1, len(parts) + 1))


def main():
    folder = pathlib.Path(sys.argv[1])
    hand = set(survey.HAND)
    byhand = read(DATA / "benign" / "byhand.txt")
    hand |= {module + "." + name for module, names in byhand.items() for name in names}
    benign = collections.defaultdict(lambda: collections.defaultdict(set))
    found = collections.defaultdict(set)
    called = collections.defaultdict(set)
    for path in sorted(folder.glob("*.json")):
        package = path.stem
        if package == "stdlib":
            continue
        data = json.loads(path.read_text())
        target = next((f for f, packages in FILES.items() if package in packages), "various")
        takes_all = package in NO_CLASSES
        for kind in ("functions", "methods"):
            for module, names in data[kind].items():
                if covered(module):
                    continue
                for name, value in names.items():
                    if module + "." + name in hand:
                        continue
                    caps = set(value[1])
                    if kind == "methods":
                        caps = set(value[3]) if set(value[3]) & CODE and not name.endswith(("__init__", "__new__")) else set()
                    elif package in CORE:
                        caps |= set(value[0]) & FAR
                    if SKIP_MODULE.search(module) and not caps & FAR:
                        continue
                    if caps & (STRONG | {"reads"}):
                        found[module, ",".join(sorted(caps)), "never"].add(name)
                    elif (kind == "functions" and not value[0] and not value[2] and package not in NO_FUNCTIONS
                          and not SKIP_MODULE.search(module) and not name.startswith("test")):
                        benign[target][module].add(name)
        for module, names in data["classes"].items():
            if covered(module):
                continue
            for name, (made, inits) in names.items():
                if module + "." + name in hand or name in found.get((module, "", ""), ()):
                    continue
                made, near, inits = set(made), set(inits) | set(made), set()
                for method in ("__init__", "__new__", "__post_init__"):  # what it does itself: others are checks and helpers
                    inits |= set(data["methods"].get(module, {}).get(f"{name}.{method}", [(), (), (), ()])[3])
                if package in DELIBERATE:
                    made = set()
                if made & STRONG:
                    found[module, ",".join(sorted(made | inits)), "never"].add(name)
                elif inits & {"executes", "native", "deserialises", "network"}:
                    found[module, ",".join(sorted(inits)), "restored"].add(name)
                elif not takes_all and not SKIP_MODULE.search(module) and not name.startswith("Test"):
                    benign[target][module].add(name)
                    if near & {"reads", "writes", "network", "executes", "deserialises"} and package not in UNCALLED:
                        called[module, *once(near)].add(name)
    taken = {(module, name) for (module, _, _), names in found.items() for name in names}
    for target, modules in benign.items():
        for module in modules:
            modules[module] = {n for n in modules[module] if (module, n) not in taken}
    for old in (DATA / "benign").glob("*.txt"):
        if old.stem not in ("stdlib", "byhand"):
            old.unlink()
    for target, modules in benign.items():
        write(DATA / "benign" / f"{target}.txt", [
            "Classes and functions that make a plain object or compute, found in sources by gen/survey.py.", "module | names"], modules)
    lines = [f"{module}|{caps} {rule}|{words(caps.split(','))}|{' '.join(sorted(names))}"
             for (module, caps, rule), names in sorted(found.items())]
    (DATA / "effects" / "found.txt").write_text(  # what is packed is embedded so
        "# What gen/survey.py found in the sources of libraries, beyond what is written by hand.\n"
        "# module | capabilities rule | what a call does | names\n" + "\n".join(lines) + "\n")
    (DATA / "called" / "found.txt").write_text(
        "# Harmless classes whose __init__ does more: what gen/survey.py found in the sources of libraries.\n"
        "# module | capabilities rule | what a call does | names\n"
        + "".join(f"{module}|{how}|{what}|{' '.join(sorted(names))}\n" for (module, how, what), names in sorted(called.items())))
    (DATA / "called" / "packages.txt").write_text(" ".join(sorted({module.split(".")[0] for module, _, _ in called})))
    tops = {module.split(".")[0] for module in benign["various"]} | {module.split(".")[0] for module, _, _ in found}
    (DATA / "packages.txt").write_text(" ".join(sorted(tops)))  # of others there is no need to unpack anything
    (DATA / "packed").mkdir(exist_ok=True)
    for target in PACKED:
        source = {"found": "effects/found.txt", "called": "called/found.txt"}.get(target, f"benign/{target}.txt")
        text = (DATA / source).read_bytes()
        (DATA / "packed" / f"{target}.txt.gz").write_bytes(gzip.compress(text, 9, mtime=0))


if __name__ == "__main__":
    main()
