package examples_test

func deployControls() []mutation {
	return []mutation{
		{check: "dep-1-container-user", what: "the user of a container", edits: []edit{{"Dockerfile", "USER 10001:10001\n", ""}}, turns: turned{"DEP-1.1": notMet}},
		{check: "dep-1-privileged-workload", what: "the limits of a workload", edits: []edit{{"deploy/k8s/app.yaml", "allowPrivilegeEscalation: false", "privileged: true"}},
			turns: turned{"DEP-1.1": notMet}},
		{check: "dep-1-exposed-service", what: "the inner address of the vector store", edits: []edit{{"deploy/k8s/knowledge.yaml", "type: ClusterIP", "type: LoadBalancer"}},
			turns: turned{"DEP-1.2": notMet}},
		{check: "dep-1-network-policy", what: "the network policies", edits: []edit{{path: "deploy/k8s/network.yaml"}}, turns: turned{"DEP-1.6": notMet}},
		{check: "dep-1-workflow-permissions", what: "the limits of a workflow's token", edits: []edit{{".github/workflows/evaluate.yml", "permissions:\n  contents: read\n", "permissions: write-all\n"}},
			turns: turned{"SD-3.11": notMet, "DEP-1.4": notMet}},
		{check: "dep-2-private-keys", what: "keys outside the repository",
			edits: []edit{{"deploy/release.key", "", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIHRoaXMga2V5IGlzIGEgZmFrZSwgZXhhbXBsZSBvbmx5\n-----END PRIVATE KEY-----\n"}},
			turns: turned{"DEP-2.7": notMet}},
		{check: "dep-2-model-manifest", what: "the digests of the model", edits: []edit{{"models/intent/SHA256SUMS", "dc32b63d", "00000000"}},
			turns: turned{"DEP-2.4": notMet, "DEV-2.7": unclear}},
		{check: "dep-2-model-manifest", what: "the digests of the data", edits: []edit{{path: "data/SHA256SUMS"}}, turns: turned{"DEP-2.5": notMet, "DEV-2.7": unclear}},
		{check: "dep-3-incident-plan", what: "the plan", edits: []edit{{path: "docs/incident-plan.md"}},
			turns: turned{"DEP-3.1": notMet, "DEP-3.3": notMet, "DEP-3.4": notMet}},
		{check: "dep-3-plan-review", what: "a review still to come", edits: []edit{{"docs/incident-plan.md", "Next review: 2027-03-15", "Next review: 2026-03-15"}},
			turns: turned{"DEP-3.4": notMet, "DEP-3.1": unclear, "DEP-3.3": unclear}},
		{check: "dep-4-evaluation-report", what: "the report", edits: []edit{{path: "docs/evaluation-report.md"}}, turns: turned{"DEP-4.1": notMet, "DEP-4.2": notMet}},
		{check: "dep-5-user-guidance", what: "the guide", edits: []edit{{path: "docs/user-guidance.md"}}, turns: turned{"DEP-4.5": notMet, "DEP-5.5": notMet}},
	}
}
