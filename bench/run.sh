#!/usr/bin/env bash
# Builds the binary and measures it; needs ripgrep beside it. Results with date and versions go into RESULTS.md by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o "$dir/lodemark" ./cmd/lodemark
date -u +%F; go version; rg --version | head -n 1; nproc
stat -c 'binary: %s bytes' "$dir/lodemark"
go run ./bench/measure -lodemark "$dir/lodemark" "$@"
