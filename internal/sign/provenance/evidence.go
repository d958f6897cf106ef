package provenance

import (
	"fmt"
	"time"

	"github.com/lodemark/lodemark"
)

// CheckID is the check whose record a verification is.
const CheckID = "dev-1-verified-provenance"

// Evidence is the record of a verification, bound to the attestation and, where it is a file, to the artefact. Paths are those of the assessed
// tree. It settles DEV-1.9 (attestations are tracked and verified) and supports SD-4.9 (the origin of components was considered).
func (r *Result) Evidence(artefact string, attestation lodemark.Digest) lodemark.Evidence {
	e := lodemark.Evidence{
		Check: CheckID, CheckVersion: 1,
		Bears:    []lodemark.Bearing{{Clause: "DEV-1.9", Settles: true}, {Clause: "SD-4.9"}},
		Strength: lodemark.Exercised, At: r.At, MaxAge: 180 * 24 * time.Hour,
		Examined: []lodemark.Digest{attestation},
		Canary:   r.Best != nil && r.Best.Canary,
		Reason:   r.Summary(),
	}
	if r.Artefact.File {
		e.Examined = append(e.Examined, lodemark.Digest{Path: artefact, SHA256: r.Artefact.Digests["sha256"]})
	}
	switch r.Verdict() {
	case Verified:
		e.Outcome = lodemark.Passed
	case Refused:
		e.Outcome, e.Strength = lodemark.Failed, lodemark.NoStrength
	default:
		e.Outcome, e.Strength = lodemark.Undecided, lodemark.NoStrength
	}
	return e.Sealed()
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
