"""A linear classifier over hashed words, stored as safetensors. Standard library only."""

import json
import math
import re
import struct
import zlib
from pathlib import Path

FEATURES = 96


def features(text: str) -> dict[int, float]:
    words = re.findall(r"[a-z]+", text.lower())
    found: dict[int, float] = {}
    for word in words:
        i = zlib.crc32(word[:6].encode()) % FEATURES
        found[i] = 1.0
    norm = math.sqrt(len(found)) or 1.0
    return {i: v / norm for i, v in found.items()}


class Model:
    def __init__(self, weights: list[list[float]], bias: list[float], labels: list[str]):
        self.weights, self.bias, self.labels = weights, bias, labels

    def scores(self, text: str) -> list[float]:
        found = features(text)
        return [b + sum(w[i] * v for i, v in found.items()) for w, b in zip(self.weights, self.bias)]

    def label(self, text: str) -> str:
        scores = self.scores(text)
        return self.labels[scores.index(max(scores))]

    def save(self, path: Path) -> None:
        flat = [x for row in self.weights for x in row]
        weights, bias = struct.pack(f"<{len(flat)}e", *flat), struct.pack(f"<{len(self.bias)}e", *self.bias)
        header = {
            "__metadata__": {"format": "helpdesk-intent", "version": "3"},
            "weight": {"dtype": "F16", "shape": [len(self.weights), FEATURES], "data_offsets": [0, len(weights)]},
            "bias": {"dtype": "F16", "shape": [len(self.bias)], "data_offsets": [len(weights), len(weights) + len(bias)]},
        }
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        path.write_bytes(struct.pack("<Q", len(text)) + text + weights + bias)

    @classmethod
    def load(cls, path: Path, labels: list[str]) -> "Model":
        data = path.read_bytes()
        (length,) = struct.unpack_from("<Q", data)
        if length > 4096:
            raise ValueError("header is too long")
        header, body = json.loads(data[8 : 8 + length]), data[8 + length :]

        def tensor(name: str) -> list[float]:
            begin, end = header[name]["data_offsets"]
            return list(struct.unpack(f"<{(end - begin) // 2}e", body[begin:end]))

        flat = tensor("weight")
        return cls([flat[i : i + FEATURES] for i in range(0, len(flat), FEATURES)], tensor("bias"), labels)
