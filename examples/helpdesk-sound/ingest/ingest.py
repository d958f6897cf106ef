"""Fills the vector store from knowledge/. Only articles that a reviewer signed off (front matter) are taken."""

import asyncio
from pathlib import Path

from qdrant_client import models

from app.knowledge import client
from app.model import embed


def article(path: Path) -> tuple[dict, str]:
    _, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    return dict(line.split(": ", 1) for line in front.splitlines()), text.strip()


async def main() -> None:
    points = []
    for number, path in enumerate(sorted(Path("knowledge").glob("*.md"))):
        front, text = article(path)
        if not front.get("reviewed_by"):
            raise SystemExit(f"{path} was not reviewed")
        payload = {"article": path.stem, "text": text[:4000]}
        points.append(models.PointStruct(id=number, vector=await embed(text), payload=payload))
    await client.upsert("articles", points=points)


if __name__ == "__main__":
    asyncio.run(main())
