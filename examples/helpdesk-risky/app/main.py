import logging

from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import HTMLResponse

from app import agent
from ingest.ingest import add_page

logging.basicConfig(filename="/var/log/helpdesk/questions.log", level=logging.INFO)
app = FastAPI(debug=True)
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)


@app.post("/api/chat")
async def chat(request: Request):
    body = await request.json()
    logging.info("user=%s question=%s", body.get("user"), body["text"])
    answer = agent.answer(body["text"], body.get("user"))
    return HTMLResponse(f"<div class='answer'>{answer}</div>")


@app.post("/api/ingest")
async def ingest(request: Request):
    body = await request.json()
    return {"added": add_page(body["url"])}
