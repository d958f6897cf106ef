"""Measures the classifier and, with a model at hand, the assistant: python evals/run.py [--offline]."""

import json
import math
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from training.intent_model import Model

REQUIRED = 0.75


def wilson(right: int, all: int, z: float = 1.96) -> tuple[float, float]:
    p, n = right / all, all
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def classifier() -> bool:
    folder = Path("models/intent")
    model = Model.load(folder / "intent.safetensors", json.loads((folder / "labels.json").read_text()))
    rows = [json.loads(line) for line in Path("data/intents.eval.jsonl").read_text(encoding="utf-8").splitlines()]
    right = sum(model.label(row["text"]) == row["label"] for row in rows)
    low, high = wilson(right, len(rows))
    print(f"classifier: {right} of {len(rows)} right, {low:.2f} to {high:.2f}")
    return right / len(rows) >= REQUIRED


def assistant() -> bool:
    from evals.assistant import measure

    return measure(Path("evals/cases.jsonl"))


if __name__ == "__main__":
    good = classifier()
    if "--offline" not in sys.argv:
        good = assistant() and good
    sys.exit(0 if good else 1)
