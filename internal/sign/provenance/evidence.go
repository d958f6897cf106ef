package provenance

import (
	"fmt"
	"path"

	"github.com/lodemark/lodemark"
)

// Evidence is the record of a verification by a check (dev-1-verified-provenance: DEV-1.9, SD-4.9), bound to the attestation and to every file of
// the artefact. Paths are those of the assessed tree; artefact is where the file or folder lies there, listing the digest of the names in a
// folder as an assessment computes it.
func (r *Result) Evidence(check lodemark.Check, artefact, listing string, attestation lodemark.Digest) lodemark.Evidence {
	examined := []lodemark.Digest{attestation}
	switch {
	case len(r.Artefact.Files) > 0:
		for _, f := range r.Artefact.Files {
			examined = append(examined, lodemark.Digest{Path: path.Join(artefact, f.Name), SHA256: f.Digests["sha256"]})
		}
		examined = append(examined, lodemark.Digest{Path: artefact + "/", SHA256: listing})
	case r.Artefact.File:
		examined = append(examined, lodemark.Digest{Path: artefact, SHA256: r.Artefact.Digests["sha256"]})
	}
	found := lodemark.Result{Reason: r.Summary(), Outcome: lodemark.Undecided}
	switch r.Verdict() {
	case Verified:
		found.Outcome = lodemark.Passed
	case Refused:
		found.Outcome = lodemark.Failed
	}
	return check.Evidence(found, examined, r.Best != nil && r.Best.Canary, r.At).Sealed()
}

// Summary is the result in one sentence.
func (r *Result) Summary() string {
	what := quote(r.Artefact.Name)
	if r.Best == nil {
		return fmt.Sprintf("%s: none of the %d attestations is SLSA provenance", what, len(r.Other))
	}
	switch b := r.Best; b.Verdict {
	case Verified:
		return fmt.Sprintf("%s was built by %s from %s, by the word of %s; at most SLSA build level %d",
			what, quote(b.Attestation.SLSA.Builder), quote(b.Source.Repository), quote(b.Signer.Name), b.Level)
	case Undecided:
		return fmt.Sprintf("%s: the attestation is good, and was not held against what is expected (%s)", what, b.Why())
	default:
		return fmt.Sprintf("%s: the attestation is refused (%s)", what, b.Why())
	}
}
