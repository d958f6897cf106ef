package examples_test

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
