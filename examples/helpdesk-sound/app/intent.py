import httpx

from app.settings import settings


async def classify(text: str) -> str:
    async with httpx.AsyncClient(base_url=settings.classifier_url, timeout=2) as client:
        reply = await client.post("/classify", json={"text": text})
    reply.raise_for_status()
    return reply.json()["label"]
