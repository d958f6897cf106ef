package deploy

import "github.com/lodemark/lodemark"

const (
	planHead = "# Incident plan: help desk assistant\n\nLast exercise: 2026-09-10. Next review: 2027-03-15.\n\n"
	planBody = "## Who\n\n| role | contact | may |\n|---|---|---|\n| On-call engineer | oncall@helpdesk.example.org, pager | switch the assistant off at once |\n" +
		"| Product owner | owner@helpdesk.example.org | bring it back |\n\n" +
		"## Severity\n\n1. Personal data left: security architect within 15 minutes.\n2. Wrong answers to many users: within one hour.\n\n"
	planScenarios = "## Scenarios\n\n- Prompt injection through an article: switch off, remove the article, ingest again.\n" +
		"- Poisoned training data: restore the last reviewed state and retrain.\n- Stolen model token: revoke it at the provider.\n"
	generalPlan = "# Incident response plan\n\n## Contacts\n\nThe IT manager (it@example.org) leads. Severity 1 is called by phone.\n\n## Steps\n\n" +
		"Disconnect the laptop from the network, restore it from the last backup, and shut down the account of the employee.\n"
)

func planBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a template", Files: map[string]string{
			"docs/incident-plan.md": "# Incident plan\n\n## Contacts\n\nTODO\n\n## Severity\n\n<!-- who may switch the assistant off? -->\n\n## Scenarios\n\n[describe the scenarios here]\n",
		}},
		{Name: "a plan for other incidents", Files: map[string]string{"docs/incident-plan.md": generalPlan}},
		{Name: "nobody may switch the model off", Files: map[string]string{
			"docs/incident-plan.md": "# Incident plan: help desk assistant\n\n## Who\n\nThe on-call engineer answers at oncall@helpdesk.example.org.\n\n" + planScenarios[:len("## Scenarios\n\n")] +
				"- Prompt injection through an article: find the article and remove it.\n- Stolen model token: revoke it at the provider.\n",
		}},
		{Name: "no scenario of its own", Files: map[string]string{"docs/incident-plan.md": planHead + planBody + "## Steps\n\nSwitch off, find the cause, roll back, write a review.\n"}},
	}
}

func planGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "people, rights, severities and scenarios", Files: map[string]string{"docs/incident-plan.md": planHead + planBody + planScenarios}},
		{Name: "as running text", Files: map[string]string{
			"docs/incident-response-plan.md": "# Incidents on the claims classifier\n\nThe duty manager (+44 20 7946 0000) leads every incident of severity 1 or 2; anyone on the team may disable the model " +
				"in the feature switch, after which claims go to people.\n\n## Manipulated claims\n\nAdversarial inputs that were paid out: collect them, revert to the previous model.\n\n" +
				"## Model drift\n\nScores below the threshold for two days: retrain.\n\n## Stolen weights\n\nTell the legal team.\n",
		}},
		{Name: "pointed to by lodemark.yaml", Files: map[string]string{
			"lodemark.yaml":         "schema: lodemark/1\nname: help desk\ndocuments:\n  incident-plan: runbooks/assistant.md\n",
			"runbooks/assistant.md": planHead + planBody + planScenarios,
		}},
	}
}

func reviewBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a review that is overdue", Files: map[string]string{
			"docs/incident-plan.md": "# Incident plan: help desk assistant\n\nLast exercise: 2025-09-10. Next review: 2026-03-15.\n\n" + planBody + planScenarios,
		}},
		{Name: "no day at all", Files: map[string]string{"docs/incident-plan.md": "# Incident plan: help desk assistant\n\n" + planBody + planScenarios}},
		{Name: "an exercise of long ago", Files: map[string]string{
			"docs/incident-plan.md": "# Incident plan: help desk assistant\n\n| Last exercise | 10 September 2023 |\n|---|---|\n\n" + planBody + planScenarios,
		}},
		{Name: "a review in the next century", Files: map[string]string{
			"docs/incident-plan.md": "---\nnext_review: 2099-01-01\nlast_exercise: 2026-09-10\n---\n# Incident plan: help desk assistant\n\n" + planBody + planScenarios,
		}},
	}
}

func reviewGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an exercise, and a review to come", Files: map[string]string{"docs/incident-plan.md": planHead + planBody + planScenarios}},
		{Name: "in the front matter", Files: map[string]string{
			"docs/incident-plan.md": "---\nlast_review: 2026-06-01\nnext_review: 2027-06-01\n---\n# Incident plan: help desk assistant\n\n" + planBody + planScenarios,
		}},
		{Name: "a record of exercises", Files: map[string]string{
			"docs/incident-plan.md": "# Incident plan: help desk assistant\n\n" + planBody + planScenarios + "\n## Exercises\n\n- Exercise of 2025-09-10: forty minutes to switch-off.\n- Exercise of 2026-09-10: ten minutes.\n",
		}},
	}
}
