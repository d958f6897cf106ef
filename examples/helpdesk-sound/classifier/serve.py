"""Serves models/intent: one label for a text. Refuses to start when the files are not those of models/intent/SHA256SUMS."""

import hashlib
import json
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel, Field

from training.intent_model import Model

FOLDER = Path("models/intent")


def verified() -> Model:
    for line in (FOLDER / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        if hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() != digest:
            raise SystemExit(f"{name} is not the file that was released")
    return Model.load(FOLDER / "intent.safetensors", json.loads((FOLDER / "labels.json").read_text()))


app = FastAPI(docs_url=None, redoc_url=None)
model = verified()


class Text(BaseModel):
    text: str = Field(max_length=2000)


@app.post("/classify")
def classify(body: Text) -> dict:
    return {"label": model.label(body.text)}
