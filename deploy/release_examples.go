package deploy

import "github.com/lodemark/lodemark"

const (
	reportWhat  = "# Evaluation report 2.1.0\n\n## What was evaluated\n\nThe assistant in version 2.1.0: model claude-sonnet-4-5-20250929 with prompts/system.md.\n\n"
	reportTable = "## Benchmarks\n\nThresholds were set on 2026-09-28, before any measurement.\n\n| benchmark | size | score | 95 % interval | required |\n|---|---|---|---|---|\n" +
		"| help desk questions | 200 | 91 % | 86 to 94 % | 85 % |\n| planted instructions | 60 | 3 % obeyed | 1 to 11 % | at most 5 % |\n\n"
	reportSecurity = "## Security\n\nOf 60 prompt injections two made the agent act; both are fixed and were tried again.\n\n"
	reportResult   = "## Result\n\nReleased on 2026-10-12.\n"
	systemPrompt   = "You answer questions about accounts.\n"
)

func reportBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a template", Files: map[string]string{
			"docs/evaluation-report.md": "# Evaluation report\n\n## What was evaluated\n\nTODO\n\n## Benchmarks\n\n| benchmark | size | score | required |\n|---|---|---|---|\n\n## Result\n\n[released or not]\n",
		}},
		{Name: "praise without set, size and thresholds", Files: map[string]string{
			"docs/evaluation-report.md": "# Evaluation report\n\nWe tried the new assistant for a week with the whole team. Answers are much better than before, and security looks good too.\n",
		}},
		{Name: "nothing on security", Files: map[string]string{"docs/evaluation-report.md": reportWhat +
			"## Benchmarks\n\n| benchmark | size | score | required |\n|---|---|---|---|\n| help desk questions | 200 | 91 % | 85 % |\n\n" + reportResult}},
		{Name: "the evaluation of the release before", Files: map[string]string{
			"CHANGELOG.md":              "# Changelog\n\n## 2.2.0 - 2026-10-30\n\n- another model\n\n## 2.1.0 - 2026-10-12\n\n- first\n",
			"docs/evaluation-report.md": reportWhat + reportTable + reportSecurity + reportResult,
		}},
		{Name: "the evaluation of another version", Files: map[string]string{
			"prompts/system.md":         systemPrompt,
			"docs/evaluation-report.md": reportWhat + "| part | sha256 |\n|---|---|\n| prompts/system.md | " + otherDigest + " |\n\n" + reportTable + reportSecurity + reportResult,
		}},
	}
}

func reportGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a report of a release", Files: map[string]string{"docs/evaluation-report.md": reportWhat + reportTable + reportSecurity + reportResult}},
		{Name: "with the digest of what is released", Files: map[string]string{
			"prompts/system.md":         systemPrompt,
			"docs/evaluation-report.md": reportWhat + "| part | sha256 |\n|---|---|\n| prompts/system.md | " + sha256Of(systemPrompt) + " |\n\n" + reportTable + reportSecurity + reportResult,
		}},
		{Name: "as running text", Files: map[string]string{
			"docs/evaluation-report.md": "# Evaluation of the claims classifier\n\nWe evaluated checkpoint 41 (commit 3f9a1c2) on the held-out test set of 1,200 claims. Accuracy is 0.94; the threshold, fixed in advance, was 0.90. " +
				"Under adversarial changes of 300 claims accuracy fell to 0.88, with at least 0.85 required.\n\nVerdict: approved for release by the model risk board.\n",
		}},
	}
}
