#!/usr/bin/env bash
# Writes the corpus into a folder, scans it, and judges the scan. Python is that of the system, with what of numpy, scikit-learn,
# joblib, pandas, scipy, torch, h5py and onnx its packages bring.
#
#   bench/modelcorpus/run.sh [DIR [LODEMARK]]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
dir=${1:-$(mktemp -d)}
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
lodemark=${2:-}
cd "$here/../.."
OMP_NUM_THREADS=1 "${PYTHON:-/usr/bin/python3}" "$here/benign.py" "$dir"
go run ./bench/modelcorpus -out "$dir"
if [ -z "$lodemark" ]; then
  lodemark=$(mktemp -d)/lodemark
  go build -o "$lodemark" ./cmd/lodemark
fi
"$lodemark" scan "$dir" --format json --output "$dir/report.json" || true # it fails on what it finds, which is the point
go run ./bench/modelcorpus -judge "$dir/report.json" -labels "$dir/labels.jsonl" -misses "$dir/misses.md"
