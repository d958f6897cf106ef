import re
import uuid

import requests
from qdrant_client import models

from app.knowledge import client, embed


def add_page(url):
    html = requests.get(url).text
    text = re.sub(r"<[^>]+>", " ", html)
    point = models.PointStruct(id=str(uuid.uuid4()), vector=embed(text), payload={"text": text})
    client.upsert("articles", points=[point])
    return url
