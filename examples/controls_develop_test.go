package examples_test

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
