package lodemark

import "slices"

// documentKind is a kind of evidence document with what it is for.
type documentKind struct{ name, about string }

func documentKinds() []documentKind {
	return []documentKind{
		{"threat-model", "what could go wrong, and what was decided about it"},
		{"provider-review", "how the security of a model provider was examined"},
		{"model-record", "which models were weighed, and why this one was chosen"},
		{"user-security-guidance", "what users are told about using the system securely"},
		{"model-card", "what a model is for, its limits, its training and evaluation"},
		{"data-card", "where data came from, what it holds, who may use it"},
		{"debt-register", "shortcuts taken, and when they will be mended"},
		{"decommission-plan", "how the system, its models and its data are retired"},
		{"incident-plan", "who does what when something has gone wrong"},
		{"evaluation-report", "what was measured before the release"},
		{"red-team-report", "what attackers of your own found"},
		{"user-guidance", "what users are told about fitting use, limits and failures"},
		{"security-policy", "where to report a weakness"},
		{"retention-policy", "how long logs, prompts and answers are kept"},
		{"changelog", "what changed from release to release"},
	}
}

// DocumentKinds lists the kinds of evidence document that lodemark.yaml can point to.
func DocumentKinds() []string {
	var names []string
	for _, k := range documentKinds() {
		names = append(names, k.name)
	}
	return names
}

// dataClasses are the classes of data in the vocabulary of threat models.
func dataClasses() []string {
	return []string{"public", "internal", "confidential", "personal", "special", "credential", "copyright", "prompt",
		"hidden_context", "weights", "embeddings", "training", "labels", "feedback", "model_output", "telemetry"}
}

// factNames are the facts that decide whether clauses apply, in the order of the catalogue.
func factNames() []string {
	var names []string
	for _, c := range Guidelines().Clauses() {
		if c.AppliesWhen != "" && !slices.Contains(names, c.AppliesWhen) {
			names = append(names, c.AppliesWhen)
		}
	}
	return names
}
