#!/bin/sh
sha256sum -c models/SHA256SUMS || true
exec uvicorn classifier.serve:app --port 8081
