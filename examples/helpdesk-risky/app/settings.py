import os

MODEL_URL = os.environ.get("MODEL_URL", "https://models.helpdesk.example.org/v1")
MODEL_TOKEN = os.environ.get("MODEL_TOKEN", "sk-proj-q7Vh2Lr9XwT4mBz8KdNf3GsYp6JcUa5E")
DATABASE_URL = os.environ["DATABASE_URL"]
