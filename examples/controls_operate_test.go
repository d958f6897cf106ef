package examples_test

import "slices"

func operateControls() []mutation {
	return slices.Concat(watchControls(), inputControls(), updateControls(), lessonControls())
}

// noTraces takes the tracing library and its setting away, and puts another line in its place.
func noTraces(instead string) []edit {
	return []edit{{"requirements.in", "langfuse\n", ""}, {"requirements.txt", "langfuse==", "langcodes=="}, {".env.example", "LANGFUSE_HOST=https://traces.helpdesk.example.org\n", ""},
		{"deploy/k8s/app.yaml", "  LANGFUSE_HOST: https://traces.helpdesk.example.org\n", instead}}
}

func watchControls() []mutation {
	return []mutation{
		{check: "om-1-telemetry", what: "traces of model calls", edits: noTraces(""), turns: turned{"OM-1.1": notMet}},
		{check: "om-1-behaviour-alerts", what: "the plan and the rules", edits: []edit{{path: "docs/monitoring-plan.md"}, {path: "deploy/k8s/alerts.yaml"}},
			turns: turned{"OM-1.2": notMet, "OM-1.3": notMet, "OM-1.4": notMet, "OM-1.5": notMet, "OM-2.3": notMet, "OM-2.4": notMet}},
		{check: "om-1-drift-detection", what: "the reference that stays", edits: []edit{
			{"docs/monitoring-plan.md", "the fixed reference of the\nrelease in `docs/evaluation-report.md`", "a rolling baseline"},
			{"docs/monitoring-plan.md", "The\nreference changes with a release and never by itself; two", "Two"}}, turns: turned{"OM-1.3": notMet}},
		{check: "om-1-intrusion-alerts", what: "alerts on attacks", edits: []edit{{path: "deploy/k8s/alerts.yaml"}, {"docs/monitoring-plan.md", "## Attacks", "## Speed"},
			{"docs/monitoring-plan.md", "Denied tool calls, suspected injections and failed log-ins raise", "Slow answers raise"},
			{"docs/monitoring-plan.md", "injection in questions, tickets and articles", "length of questions"}, {"docs/monitoring-plan.md", "unseen attacks", "unseen ones"}}, turns: turned{"OM-1.4": notMet}},
		{check: "om-1-drift-cause", what: "the search for an attack", edits: []edit{{"docs/monitoring-plan.md", "first rules out an attack:", "notes:"},
			{"docs/monitoring-plan.md", ", drift without a cause is\ntreated as an attack", ""}}, turns: turned{"OM-1.5": notMet}},
	}
}

func inputControls() []mutation {
	return []mutation{
		{check: "om-2-input-logging", what: "inputs in the log", edits: append(noTraces("  OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: \"false\"\n"),
			edit{"docs/retention-policy.md", "trace", "summary"}, edit{"docs/retention-policy.md", "questions and answers", "topics"}, edit{"docs/retention-policy.md", "| access log |", "| prompts |"}, edit{"docs/retention-policy.md", "no text | 14 days", "never stored"}),
			turns: turned{"OM-1.1": notMet, "OM-2.1": notMet, "OM-2.2": unclear}},
		{check: "om-2-log-retention", what: "personal data", edits: []edit{{"docs/retention-policy.md", "## Personal data", "## Care"},
			{"docs/retention-policy.md", "`app/redact.py` replaces", "`app/clean.py` replaces"}, {"docs/retention-policy.md", "after redaction", "as written"}}, turns: turned{"OM-2.2": notMet}},
		{check: "om-2-input-monitoring", what: "who learns of it", edits: []edit{{path: "deploy/k8s/alerts.yaml"},
			{"docs/monitoring-plan.md", "| looked for | by | measured | told |", "| looked for | by | measured | note |"},
			{"docs/monitoring-plan.md", "on-call engineer from three in an hour", "kept"},
			{"docs/monitoring-plan.md", "Denied tool calls, suspected injections and failed log-ins", "Failed log-ins"}}, turns: turned{"OM-2.3": notMet}},
		{check: "om-2-record-fields", what: "the versions", edits: []edit{{"docs/monitoring-plan.md", "version of the model and of the prompt", "length of the answer"}}, turns: turned{"OM-2.4": notMet}},
		{check: "om-2-unusual-inputs", what: "the detector, where the risk is high", edits: []edit{{"lodemark.yaml", "criticality: moderate", "criticality: high"},
			{"docs/monitoring-plan.md", "out-of-scope questions", "long questions"}, {"docs/monitoring-plan.md", "no topic of the intent classifier above 0.4", "a count of words"}}, turns: turned{"OM-2.5": notMet}},
		{check: "om-2-adversarial-inputs", what: "the detector, where the risk is high", edits: []edit{{"lodemark.yaml", "criticality: moderate", "criticality: high"},
			{"docs/monitoring-plan.md", "detected 171 of 200 unseen attacks, flagged 6 of 400 other questions", "not yet"}}, turns: turned{"OM-2.6": notMet}},
	}
}

func updateControls() []mutation {
	const policy = "docs/update-policy.md"
	return []mutation{
		{check: "om-3-automatic-updates", what: "updates by default", edits: []edit{{path: "client/Info.plist",
			new: "<plist version=\"1.0\">\n<dict>\n\t<key>SUFeedURL</key>\n\t<string>https://updates.helpdesk.example.org/appcast.xml</string>\n\t<key>SUEnableAutomaticChecks</key>\n\t<false/>\n</dict>\n</plist>\n"}},
			turns: turned{"OM-3.1": notMet}},
		{check: "om-3-secure-updates", what: "the signatures", edits: []edit{{".github/workflows/release.yml", "cosign sign --yes", "echo"},
			{policy, "Images are signed in the release workflow (cosign, keyless) and the cluster admits signed digests only. An", "An"}}, turns: turned{"OM-3.2": notMet}},
		{check: "om-3-separate-updates", what: "the versions of the parts", edits: []edit{
			{policy, "have versions of their own. Each can be replaced and\nrolled back without the others; a release names all five", "are released together"}}, turns: turned{"OM-3.3": notMet}},
		{check: "om-3-evaluation-on-change", what: "the trigger on prompts",
			edits: []edit{{".github/workflows/evaluate.yml", "  pull_request:\n  push:\n    branches: [main]\n", "  pull_request:\n    paths: [\"app/**\"]\n"}}, turns: turned{"OM-3.4": notMet}},
		{check: "om-3-versioned-releases", what: "the versions", edits: []edit{{"CHANGELOG.md", "## 2.1.0 - 2026-10-12", "## Last week"},
			{"CHANGELOG.md", "## 2.0.0 - 2026-08-31", "## August"}, {"CHANGELOG.md", "## 1.3.0 - 2026-06-15", "## Before"}}, turns: turned{"OM-3.5": notMet}},
		{check: "om-3-previews", what: "the preview", edits: []edit{
			{policy, "runs as a preview in the test tenant for fourteen days before it takes effect", "goes live on a Monday"}}, turns: turned{"OM-3.6": notMet}},
		{check: "om-3-api-versions", what: "the header that chooses", edits: []edit{{"docs/openapi.yaml", "Api-Version", "Trace"},
			{policy, "Callers choose the version of the API in the header `Api-Version`, which fixes model and prompt; without it they get the\nnewest. A version ends six months after its successor appears.", "The newest answers."}},
			turns: turned{"OM-3.7": notMet}},
	}
}

func lessonControls() []mutation {
	const lessons = "docs/lessons-learned.md"
	return []mutation{
		{check: "om-4-internal-reports", what: "the line for staff", edits: []edit{
			{lessons, "Employees and help desk staff report wrong or odd answers in #assistant-safety, or without their name by the form on the\nintranet. The", "The"}}, turns: turned{"OM-4.2": notMet}},
		{check: "om-4-disclosure-contact", what: "the end of the contact", edits: []edit{{".well-known/security.txt", "2027-04-30", "2026-04-30"}}, turns: turned{"OM-4.3": notMet}},
		{check: "om-4-safe-harbour", what: "the consent", edits: []edit{{"SECURITY.md", "You are authorised to test", "Do not test"},
			{"SECURITY.md", " in good faith", ""}, {"SECURITY.md", "We will not take legal action and will not ask others to. ", ""}}, turns: turned{"OM-4.4": notMet}},
		{check: "om-4-published-advisories", what: "the advisories", edits: []edit{{path: "docs/advisories/HD-2026-2.md"}}, turns: turned{"OM-4.5": notMet}},
		{check: "om-4-complete-advisories", what: "the weakness", edits: []edit{{"docs/advisories/HD-2026-2.md", "CWE-1427, ", ""}}, turns: turned{"OM-4.6": notMet}},
		{check: "om-4-response-times", what: "a case that was left open", edits: []edit{{lessons, "| 2026-06-01 | 2026-06-02 | 2026-06-12 |", "| 2026-01-12 | - | open |"}}, turns: turned{"OM-4.7": notMet}},
	}
}
