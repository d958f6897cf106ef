package examples_test

import "github.com/lodemark/lodemark"

// Verdicts and outcomes by short names, so that the table reads in columns.
const (
	notMet  = lodemark.NotMet
	unclear = lodemark.Inconclusive
	silent  = lodemark.NothingToSee
)

type turned = map[string]lodemark.Verdict

// mutations lists every control of the sound example, each taken away on its own.
func mutations() []mutation {
	m := designControls()
	m = append(m, developControls()...)
	m = append(m, deployControls()...)
	return append(m, operateControls()...)
}

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

func developControls() []mutation {
	return []mutation{
		{check: "dev-1-locked-dependencies", what: "the lock of the web client", edits: []edit{{path: "web/package-lock.json"}, {"web/package.json", "5.6.3", "^5.6.3"}}, turns: turned{"DEV-1.5": notMet}},
		{check: "dev-1-pinned-images", what: "a digest in a container file", edits: []edit{{"classifier/Dockerfile", "python:3.12.7-slim@sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4", "python:latest"}},
			turns: turned{"DEV-1.5": notMet}},
		{check: "dev-1-pinned-actions", what: "a commit of an action", edits: []edit{{".github/workflows/ci.yml", "actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683", "actions/checkout@main"}},
			turns: turned{"DEV-1.5": notMet}},
		{check: "dev-1-pinned-mcp-servers", what: "the version of an MCP server", edits: []edit{{".mcp.json", "@2025.8.21", ""}}, turns: turned{"DEV-1.5": notMet}},
		{check: "dev-1-piped-install", what: "the rule to run nothing unseen", edits: []edit{{"Dockerfile", "COPY app app", "RUN curl -fsSL https://get.helpdesk.example.org/x.sh | sh\nCOPY app app"}},
			turns: turned{"DEV-1.5": notMet}},
		{check: "dev-2-secrets-in-config", what: "a secret store", edits: []edit{{".mcp.json", `"command": "npx",`, `"command": "npx", "env": {"API_KEY": "sk-proj-q7Vh2Lr9XwT4mBz8KdNf3GsYp6JcUa5E"},`}},
			turns: turned{"DEV-2.9": notMet}},
		{check: "dev-2-assets-versioned", what: "the prompts in version control",
			edits: []edit{{".gitignore", ".venv/\n", ".venv/\nprompts/\n"}}, turns: turned{"DEV-2.7": notMet}},
		{check: "dev-3-model-card", what: "the card", edits: []edit{{path: "models/intent/README.md"}},
			turns: turned{"DEV-3.1": notMet, "DEV-3.5": notMet, "DEV-3.7": unclear}},
		{check: "dev-3-data-card", what: "the card", edits: []edit{{path: "data/README.md"}}, turns: turned{"DEV-3.2": notMet, "DEV-3.4": notMet}},
		{check: "dev-3-documented-digests", what: "the digest of the model", edits: []edit{{"models/intent/README.md", "dc32b63d", "00000000"}},
			turns: turned{"DEV-3.7": notMet, "DEV-3.1": unclear, "DEV-3.5": unclear}},
		{check: "dev-4-debt-register", what: "the register", edits: []edit{{path: "docs/debt-register.md"}}, turns: turned{"DEV-4.1": notMet}},
		{check: "dev-4-decommission-plan", what: "the plan", edits: []edit{{path: "docs/decommission-plan.md"}}, turns: turned{"DEV-4.5": notMet}},
	}
}

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

func operateControls() []mutation {
	return []mutation{
		{check: "om-1-telemetry", what: "traces of model calls",
			edits: []edit{{"requirements.in", "langfuse\n", ""}, {"requirements.txt", "langfuse==", "langcodes=="}, {".env.example", "LANGFUSE_HOST", "TRACE_HOST"},
				{"deploy/k8s/app.yaml", "LANGFUSE_HOST", "TRACE_HOST"}}, turns: turned{"OM-1.1": notMet}},
		{check: "om-2-log-retention", what: "the policy", edits: []edit{{path: "docs/retention-policy.md"}}, turns: turned{"OM-2.2": notMet}},
		{check: "om-3-evaluation-on-change", what: "the trigger on prompts",
			edits: []edit{{".github/workflows/evaluate.yml", "  pull_request:\n  push:\n    branches: [main]\n", "  pull_request:\n    paths: [\"app/**\"]\n"}}, turns: turned{"OM-3.4": notMet}},
		{check: "om-3-versioned-releases", what: "the versions", edits: []edit{{"CHANGELOG.md", "## 2.1.0 - 2026-10-12", "## Last week"},
			{"CHANGELOG.md", "## 2.0.0 - 2026-08-31", "## August"}, {"CHANGELOG.md", "## 1.3.0 - 2026-06-15", "## Before"}}, turns: turned{"OM-3.5": notMet}},
		{check: "om-4-disclosure-contact", what: "the end of the contact", edits: []edit{{".well-known/security.txt", "2027-04-30", "2026-04-30"}}, turns: turned{"OM-4.3": notMet}},
		{check: "om-4-safe-harbour", what: "the consent", edits: []edit{{"SECURITY.md", "You are authorised to test", "Do not test"},
			{"SECURITY.md", " in good faith", ""}, {"SECURITY.md", "We will not take legal action and will not ask others to. ", ""}}, turns: turned{"OM-4.4": notMet}},
	}
}
