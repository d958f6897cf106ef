package deploy

import "github.com/lodemark/lodemark"

func planWith(more string) map[string]string {
	return map[string]string{"docs/incident-plan.md": planHead + planBody + planScenarios + more, "prompts/system.md": systemPrompt}
}

func stepsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no way back for the prompt, nothing to block", Files: planWith("")},
		{Name: "a plan for other incidents", Files: map[string]string{"docs/incident-plan.md": generalPlan}},
	}
}

func stepsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the steps of its own", Files: planWith("\n## Steps\n\n- Block: take the tool away, or filter the topic in the gateway.\n- Roll back the model and the prompts to the previous release.\n")},
		{Name: "without prompts and indexes", Files: map[string]string{
			"docs/incident-plan.md": planHead + planBody + planScenarios + "\nQuarantine the account that sends the inputs, then revert to the former model.\n"}},
	}
}

const backupTable = "| what | where | how often |\n|---|---|---|\n| model weights | write-once bucket in another account | each release |\n| datasets | the same | weekly |\n| prompts and configuration | offline copy of the repository | daily |\n"

func backupsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a second bucket beside the first", Files: map[string]string{"docs/restore-plan.md": "# Backups and restore\n\nModels, datasets, prompts and configuration are copied to a second bucket every night. Restored on 2026-05-04.\n"}},
		{Name: "configuration left out", Files: map[string]string{"docs/restore-plan.md": "# Restore plan\n\nModel weights are backed up offline, on tape. Restored on 2026-05-04.\n"}},
	}
}

func backupsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a catalogue", Files: map[string]string{"docs/restore-plan.md": "# Restore plan\n\n" + backupTable + "\nLast restore test: 2026-05-04, two hours.\n"}},
		{Name: "in the incident plan", Files: map[string]string{"docs/incident-plan.md": planHead + planBody + planScenarios + "\n## Backups\n\n" + backupTable + "\nA restore is rehearsed every spring; the last on 2026-04-20.\n"}},
	}
}

func respondersBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "training for all, none on incidents of the model", Files: map[string]string{
			"lodemark.yaml":           "schema: lodemark/1\nname: desk\ndocuments:\n  training-record: docs/training-record.md\n",
			"docs/training-record.md": "# Training record\n\n| role | course | date |\n|---|---|---|\n| On-call engineer | phishing | 2026-02-03 |\n"}},
		{Name: "somebody on call is missing", Files: map[string]string{
			"docs/incident-plan.md":   planHead + planBody + planScenarios,
			"docs/training-record.md": "# Training record\n\n| role | what | date |\n|---|---|---|\n| Security architect | incident exercise: prompt injection | 2026-09-10 |\n"}},
		{Name: "long ago", Files: map[string]string{"docs/training-record.md": "# Training record\n\n| role | what | date |\n|---|---|---|\n| On-call engineer | incident exercise: poisoned model | 2022-09-10 |\n"}},
	}
}

func respondersGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a roster", Files: map[string]string{
			"docs/incident-plan.md":   planHead + planBody + planScenarios,
			"docs/training-record.md": "# Training record\n\n| role | what | date |\n|---|---|---|\n| On-call engineer | incident exercise: prompt injection | 2026-09-10 |\n"}},
		{Name: "in the plan", Files: map[string]string{
			"docs/incident-plan.md": planHead + planBody + planScenarios + "\n## Training of responders\n\nOn 2026-09-10 the on-call engineer and the product owner exercised scenario 1, a planted instruction: ten minutes to switch the model off.\n"}},
	}
}

func servicePlanBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "logs for the highest plan", Files: map[string]string{"docs/service-plan.md": "# Plans and features\n\n| feature | Free | Enterprise |\n|---|---|---|\n| audit logs | no | yes |\n| MFA | yes | yes |\n\nSupport: support@desk.example.org.\n"}},
		{Name: "a second factor as an extra", Files: map[string]string{"docs/service-plan.md": "# Plans\n\n| feature | Basic | Pro |\n|---|---|---|\n| audit logs | yes | yes |\n| single sign-on | add-on | yes |\n\nSupport: support@desk.example.org.\n"}},
		{Name: "a pointer to a list without logs", Files: map[string]string{
			"lodemark.yaml":   "schema: lodemark/1\nname: desk\nusers: [customers]\ndocuments:\n  service-plan: docs/pricing.md\n",
			"docs/pricing.md": "# Pricing\n\nTen euros for each thousand answers. Support: support@desk.example.org.\n"}},
	}
}

func servicePlanGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the same for all", Files: map[string]string{"docs/service-plan.md": "# Plans and features\n\n| feature | Free | Enterprise |\n|---|---|---|\n| audit logs with export | yes | yes |\n| MFA and alerts | yes | yes |\n| answers a day | 100 | without limit |\n\nSupport in every plan: support@desk.example.org.\n"}},
		{Name: "one plan", Files: map[string]string{"docs/service-plan.md": "# Service plan\n\nThere is one plan. Audit logs can be exported by every customer at no extra charge. Single sign-on, alerts and the model history are included in every plan. Contact: support@desk.example.org.\n"}},
	}
}
