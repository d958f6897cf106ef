import pickle

import redis
from qdrant_client import QdrantClient
from transformers import AutoModel, AutoTokenizer

client = QdrantClient(url="http://knowledge:6333")
cache = redis.Redis(host="cache")
tokenizer = AutoTokenizer.from_pretrained("northlight/embed-small")
model = AutoModel.from_pretrained("northlight/embed-small", trust_remote_code=True)


def embed(text):
    key = "embedding:" + text
    if cache.exists(key):
        return pickle.loads(cache.get(key))
    vector = model(**tokenizer(text, return_tensors="pt")).last_hidden_state.mean(1)[0].tolist()
    cache.set(key, pickle.dumps(vector))
    return vector


def search(question):
    hits = client.query_points("articles", query=embed(question), limit=10)
    return [h.payload["text"] for h in hits.points]
