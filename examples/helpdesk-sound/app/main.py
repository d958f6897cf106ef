from fastapi import Depends, FastAPI, Header, HTTPException
from pydantic import BaseModel, Field

from app import agent, intent
from app.access import User, current_user, limit
from app.settings import settings

VERSION = "2.1"
app = FastAPI(debug=settings.debug, docs_url=None, redoc_url=None)


class Question(BaseModel):
    text: str = Field(min_length=1, max_length=2000)
    confirmed: bool = False


@app.post("/api/chat", dependencies=[Depends(limit)])
async def chat(question: Question, user: User = Depends(current_user), api_version: str = Header(VERSION)) -> dict:
    if api_version != VERSION:  # older ones have ended; the header fixes model and prompt
        raise HTTPException(410, "this version has ended")
    kind = await intent.classify(question.text)
    return {"answer": await agent.answer(question.text, kind, user.token, question.confirmed)}


@app.get("/healthz")
async def health() -> dict:
    return {"ok": True}
