from qdrant_client import AsyncQdrantClient

from app.model import embed
from app.settings import settings

client = AsyncQdrantClient(url=settings.knowledge_url)


async def search(query: str, limit: int = 4) -> list[dict]:
    hits = await client.query_points("articles", query=await embed(query), limit=limit, score_threshold=0.3)
    return [{"article": h.payload["article"], "text": h.payload["text"]} for h in hits.points]
