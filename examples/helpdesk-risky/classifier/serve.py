import pickle

import torch
from fastapi import FastAPI, Request

app = FastAPI()
model = pickle.load(open("models/intent/intent.pkl", "rb"))
tone = torch.load("models/tone.pt", weights_only=False)


@app.post("/classify")
async def classify(request: Request):
    body = await request.json()
    return {"label": model.predict([body["text"]])[0], "scores": model.decision_function([body["text"]]).tolist()}


@app.post("/reload")
async def reload(request: Request):
    global model
    model = pickle.loads(await request.body())
    return {"ok": True}
