"""The only place that talks to the hosted model. Langfuse traces each call; redact() runs before anything is stored."""

from langfuse.openai import AsyncOpenAI

from app.settings import settings

client = AsyncOpenAI(base_url=settings.model_url, api_key=settings.model_token, timeout=30, max_retries=1)


async def chat(messages: list[dict], tools: list[dict]):
    reply = await client.chat.completions.create(
        model=settings.model_name, messages=messages, tools=tools, max_tokens=settings.max_answer_tokens, temperature=0
    )
    return reply.choices[0].message


async def embed(text: str) -> list[float]:
    reply = await client.embeddings.create(model="northlight-embed-1", input=text)
    return reply.data[0].embedding
