package examples_test

func designControls() []mutation {
	return []mutation{
		{check: "sd-1-owner-named", what: "the owner", edits: []edit{{"lodemark.yaml", "Help desk product owner", "TODO"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-owner-named", what: "the accountable leader", edits: []edit{{"lodemark.yaml", "Director of internal services", "TODO"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-user-security-guidance", what: "the document", edits: []edit{{path: "docs/user-security-guidance.md"}}, turns: turned{"SD-1.4": notMet}},
		{check: "sd-2-threat-model", what: "the threat model", edits: []edit{{path: "threats.yaml"}},
			turns: turned{"SD-2.1": notMet, "SD-2.2": notMet, "SD-1.1": unclear}},
		{check: "sd-2-inventory-covered", what: "the vector store in the threat model",
			edits: []edit{{"threats.yaml", "  - {id: knowledge, kind: vector_store, path: deploy/k8s/knowledge.yaml, holds: [internal, embeddings], writers: [own], used_for: retrieve}\n", ""},
				{"threats.yaml", "knowledge", "articles"}},
			turns: turned{"SD-2.2": notMet, "SD-2.1": unclear, "SD-1.1": unclear}},
		{check: "sd-3-agent-permissions", what: "the list of commands", edits: []edit{{".claude/settings.json", "Bash(pytest:*)", "Bash(*)"}}, turns: turned{"SD-3.13": notMet}},
		{check: "sd-3-model-formats", what: "a data-only format", edits: []edit{{"models/intent/extra.pkl", "", "\x80\x02}q\x00."}}, turns: turned{"SD-3.12": notMet, "DEV-2.7": unclear, "DEV-3.7": unclear}},
		{check: "sd-3-provider-review", what: "the review", edits: []edit{{path: "docs/provider-review.md"}}, turns: turned{"SD-3.4": notMet}},
		{check: "sd-4-model-record", what: "the record", edits: []edit{{path: "docs/model-record.md"}}, turns: turned{"SD-4.1": notMet, "SD-4.3": notMet}},
		{check: "sd-4-review-date", what: "a review still to come", edits: []edit{{"docs/model-record.md", "Next review: 2027-04-05", "Next review: 2026-04-05"}},
			turns: turned{"SD-4.3": notMet, "SD-4.1": unclear}},
	}
}
