# Everyday targets; `go build ./cmd/lodemark` and `go test ./...` need none of them.
.PHONY: build test race fuzz fuzz-long lint bench docs oracle oracle-sigstore oracle-provenance

build:
	CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o lodemark ./cmd/lodemark

test:
	go test ./...

race:
	CGO_ENABLED=1 go test -race ./...

# Each fuzz target for a number of inputs; FUZZTIME=5m for a long time. A number is what continuous integration uses: with a time, a
# target that is stopped in the middle of an input is sometimes reported as failed (golang.org/issue/75804).
FUZZTIME ?= 20000x
fuzz:
	@for pkg in $$(go list ./...); do \
	  for name in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "$$pkg $$name"; go test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; \
	done

# The long step that continuous integration can run apart: a minute for each target, some two hours in all.
fuzz-long:
	$(MAKE) --no-print-directory fuzz FUZZTIME=60s

lint:
	test -z "$$(gofmt -l .)"
	go vet ./...
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

bench:
	bench/run.sh

# Writes catalogue, golden files and generated documentation anew.
docs:
	go test -run TestCatalogueIsGenerated -update .
	go test ./cmd/lodemark -run Docs -update

# 100,000 generated pickles, as they are and tampered with, beside what Python's pickletools and unpicklers make of them; every Python
# file installed here beside CPython's ast; real packages of scripts beside the TypeScript compiler; 600,000 versions and ranges beside
# Python's packaging, npm's semver and Go's own.
oracle:
	LODEMARK_ORACLE=100000 go test -run TestGeneratedPickles -v -timeout 30m ./internal/model/pickle
	LODEMARK_ORACLE=1 go test -run TestOracle -v -timeout 30m ./internal/source/python
	LODEMARK_ORACLE=1 go test -run Oracle -v -timeout 60m ./internal/source/script
	LODEMARK_ORACLE=1 go test -run TestOracleVersions -v -timeout 30m ./internal/deps/osv
	$(MAKE) --no-print-directory oracle-sigstore oracle-provenance

# Sigstore bundles of other people's are accepted or refused as their own tests expect: those that the module sigstore-go carries, and those
# of checkouts of sigstore/sigstore-conformance and sigstore/model-transparency where LODEMARK_SIGSTORE_CONFORMANCE and
# LODEMARK_MODEL_TRANSPARENCY name them.
SIGSTORE_GO = github.com/sigstore/sigstore-go@v1.3.0
oracle-sigstore:
	dir=$$(cd / && go mod download -json $(SIGSTORE_GO) | sed -n 's/^.*"Dir": "\(.*\)",$$/\1/p') && test -n "$$dir" && \
	LODEMARK_SIGSTORE_GO=$$dir LODEMARK_SIGSTORE_ROOT=$$dir/examples/trusted-root-public-good.json \
	go test -run TestOracle -v ./internal/sign/sigstore

# Attestations of other people's are verified or refused as slsa-verifier's own tests expect; LODEMARK_SLSA and LODEMARK_PYPI name checkouts of
# slsa-framework/slsa-verifier and of pypi/pypi-attestations. What is not named is left out, and the test says so.
oracle-provenance:
	dir=$$(cd / && go mod download -json $(SIGSTORE_GO) | sed -n 's/^.*"Dir": "\(.*\)",$$/\1/p') && test -n "$$dir" && \
	LODEMARK_SIGSTORE_ROOT=$$dir/examples/trusted-root-public-good.json go test -run TestOracle -v ./internal/sign/provenance
