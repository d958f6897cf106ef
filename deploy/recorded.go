package deploy

import (
	"time"

	"github.com/lodemark/lodemark"
)

// What commands make and record of the running system and its releases; an assessment reads it, as long as it is fresh and bound to
// what is in the tree.

const (
	verifiedAge = 90 * 24 * time.Hour // a signature stays good; whom one trusts changes
	watchedAge  = 7 * 24 * time.Hour  // nobody watched since
	releaseAge  = 90 * 24 * time.Hour
)

// ModelsVerified is what `lodemark verify` records: signed files are, byte for byte, those that a trusted signer signed. Every
// verification also tries a manifest with one digest changed, which has to be refused.
func ModelsVerified() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-models-verified", Version: 1, Each: true, Covers: lodemark.KindModel, Command: "lodemark verify MODEL --trust KEYS --record",
		Title: "Models and data are what a trusted signer signed",
		Bears: []lodemark.Bearing{{Clause: "DEP-2.4"}, {Clause: "DEP-2.5"}, {Clause: "DEP-2.6"}, {Clause: "DEP-2.10"}, {Clause: "DEV-2.8", Settles: true},
			{Clause: "DEV-3.7"}, {Clause: "SD-4.9"}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Exercised, MaxAge: verifiedAge,
		Why: "Weights are code that nobody can read: a model that was exchanged on the way answers as before until it is asked what its " +
			"maker had in mind. A signature that nobody checks stops nobody.",
		Fix:  "Sign models and datasets where they are made (lodemark sign), and verify them where they are used, with keys that you have from the maker.",
		Help: "lodemark verify MODEL --trust KEYS --record --key YOURS shows that the files are those that were signed",
	}
}

// VerifiedBeforeUse is what `lodemark verify --exec` records: a server was given verified copies and nothing else.
func VerifiedBeforeUse() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-verified-before-use", Version: 1, Each: true, Covers: lodemark.KindModel, Command: "lodemark verify MODEL --trust KEYS --record --exec SERVER",
		Title:    "What loads a model gets verified copies of its files",
		Bears:    []lodemark.Bearing{{Clause: "DEP-2.6", Settles: true}, {Clause: "DEV-2.8", Settles: true}, {Clause: "DEP-2.10"}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Observed, MaxAge: verifiedAge,
		Why:  "Between a check and the load that follows lies time in which files can be exchanged. Who checks one copy and loads another has checked nothing.",
		Fix:  "Start the server through lodemark verify --exec, or let an init container copy what it verified (examples/kubernetes-verify).",
		Help: "lodemark verify MODEL --trust KEYS --record --key YOURS --exec SERVER starts the server on verified copies",
	}
}

// TamperingWatched is what `lodemark verify --watch` records, at its start, at each change and at its end.
func TamperingWatched() lodemark.Check {
	return lodemark.Check{
		ID: "dep-2-tampering-watched", Version: 1, Each: true, Covers: lodemark.KindModel, Command: "lodemark verify MODEL --trust KEYS --record --watch",
		Title:    "Changes of signed files are noticed while the system runs",
		Bears:    []lodemark.Bearing{{Clause: "DEP-2.10", Settles: true}},
		Severity: lodemark.SeverityCritical, Strength: lodemark.Observed, MaxAge: watchedAge,
		Why:  "A model can be exchanged long after it was deployed, through a shared volume, a restored backup or a stolen account, and the next restart loads it.",
		Fix:  "Take the system out of service, restore the signed files, and find out who could write there.",
		Help: "lodemark verify MODEL --trust KEYS --record --key YOURS --watch keeps watching, and records what it sees",
	}
}

// ReleaseGate is what `lodemark gate` records: the policy was asked about this state of the system, and what it said.
func ReleaseGate() lodemark.Check {
	return lodemark.Check{
		ID: "dep-4-release-gate", Version: 1, Command: "lodemark gate --policy FILE --record",
		Title:    "The release passed the gate that the organisation set",
		Bears:    []lodemark.Bearing{{Clause: "DEP-4.1", Settles: true}},
		Severity: lodemark.SeverityHigh, Strength: lodemark.Exercised, MaxAge: releaseAge,
		Why:  "Where nothing has to be shown before a release, what was not evaluated is released on the day on which it is late.",
		Fix:  "Do what the gate's lines say, or let who owns the risk waive a line of the policy for a time; then ask the gate again.",
		Help: "lodemark gate --policy FILE --record --key YOURS decides over the release and keeps the decision",
	}
}
