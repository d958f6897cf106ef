"""Trains the intent classifier: python training/train_intent.py DATA FOLDER. The same data give the same bytes."""

import hashlib
import json
import math
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from training.intent_model import FEATURES, Model, features

EPOCHS, RATE, DECAY, SEED = 120, 0.5, 0.001, 20261009


def train(rows: list[dict], labels: list[str]) -> Model:
    weights = [[0.0] * FEATURES for _ in labels]
    bias = [0.0] * len(labels)
    order = random.Random(SEED)
    for _ in range(EPOCHS):
        order.shuffle(rows)
        for row in rows:
            found = features(row["text"])
            scores = [b + sum(w[i] * v for i, v in found.items()) for w, b in zip(weights, bias)]
            top = max(scores)
            powers = [math.exp(s - top) for s in scores]
            for k, label in enumerate(labels):
                error = powers[k] / sum(powers) - (row["label"] == label)
                bias[k] -= RATE * error
                for i, v in found.items():
                    weights[k][i] -= RATE * (error * v + DECAY * weights[k][i])
    return Model(weights, bias, labels)


def main(data: Path, folder: Path) -> None:
    rows = [json.loads(line) for line in data.read_text(encoding="utf-8").splitlines()]
    labels = sorted({row["label"] for row in rows})
    train(rows, labels).save(folder / "intent.safetensors")
    (folder / "labels.json").write_text(json.dumps(labels) + "\n")
    names = ["intent.safetensors", "labels.json"]
    sums = [f"{hashlib.sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    (folder / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
