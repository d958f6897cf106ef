package develop

import (
	"time"

	"github.com/lodemark/lodemark"
)

// VerifiedProvenance is what `lodemark provenance verify` records: an artefact was built where, from what and by whom it is said,
// by the word of a builder that the operator trusts.
func VerifiedProvenance() lodemark.Check {
	return lodemark.Check{
		ID: "dev-1-verified-provenance", Version: 1, Each: true, Command: "lodemark provenance verify ARTEFACT --attestation FILE --trust KEYS --record",
		Title:    "Attestations of where artefacts come from are verified",
		Bears:    []lodemark.Bearing{{Clause: "DEV-1.9", Settles: true}, {Clause: "SD-4.9"}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Exercised, MaxAge: 180 * 24 * time.Hour,
		Why: "A model or image that was built on somebody's laptop from something else has the same name as the real one. Only a statement of the builder, " +
			"bound to the bytes, tells them apart.",
		Fix:  "Build where provenance is made and signed (SLSA), keep the statements with the artefacts, and verify them before use.",
		Help: "lodemark provenance verify ARTEFACT --attestation FILE --trust KEYS --record --key YOURS",
	}
}

// RestoreRehearsed is what `lodemark verify --restored` records: a copy that came back from a backup is what was signed. That it is of what the
// system needs, a person says.
func RestoreRehearsed() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-restore-rehearsed", Version: 1, Each: true, Command: "lodemark verify RESTORED --signature FILE --restored --record",
		Title:    "A restored copy was shown to be the signed one",
		Bears:    []lodemark.Bearing{{Clause: "DEV-2.10"}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Exercised, MaxAge: 180 * 24 * time.Hour,
		Why:  "A backup that was never restored is a hope. After a poisoned training run, the question is which copy is the last good one, and only a signature answers it.",
		Fix:  "Restore models, data and prompts from the backup into an empty folder, and verify that folder against the signatures in the repository.",
		Help: "restore into an empty folder, then: lodemark verify FOLDER --signature FILE --trust KEYS --restored --record --key YOURS",
	}
}
