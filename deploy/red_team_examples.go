package deploy

import "github.com/lodemark/lodemark"

const (
	threatList = "system: {name: desk}\nthreats:\n  - {id: R-1, title: A planted instruction makes the agent act, severity: high, status: mitigated}\n  - {id: R-2, title: A poisoned article, severity: high, status: open}\n  - {id: R-3, title: Names in traces, severity: low, status: open}\n"
	campaign   = "# Red team report 2.1.0\n\nScope: the assistant in version 2.1.0, along threats R-1 and R-2. Tested by the security architect, who is not part of the team.\n\n" +
		"| family | attempts | succeeded | 95 % interval |\n|---|---|---|---|\n| prompt injection through articles (R-1) | 120 | 2 (1.7 %) | 0.5 to 5.9 % |\n| poisoned articles (R-2) | 40 | 0 (0 %) | 0 to 8.8 % |\n"
)

func redTeamBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "praise", Files: map[string]string{"docs/red-team-report.md": "# Red team report\n\nOur red team tried hard to break the assistant. We are very happy with how it held up.\n"}},
		{Name: "one idea, tried and not counted", Files: map[string]string{"docs/red-team-report.md": "# Red team report\n\nScope: the assistant in version 2. Tested by the security team. Jailbreaks from a public list were sent. Findings: two, both fixed.\n"}},
		{Name: "a template", Files: map[string]string{"docs/red-team-report.md": "# Red team report\n\n## Scope\n\nTODO\n\n## Results\n\n[attempts and success rate]\n"}},
	}
}

func redTeamGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a campaign with numbers", Files: map[string]string{"docs/red-team-report.md": campaign + "\nFindings: F-1, closed and tested again on 2026-10-09.\n"}},
		{Name: "in the evaluation report", Files: map[string]string{"docs/evaluation-report.md": reportWhat + reportTable + reportSecurity + "## Red teaming\n\nTwo external testers attacked version 2.1.0 for three days: 200 attempts of prompt injection, of which 3 of 200 succeeded, and 50 jailbreak attempts, none succeeded. All three findings are fixed.\n\n" + reportResult}},
	}
}

func coverageBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a grave threat that nobody tried", Files: map[string]string{"threats.yaml": threatList, "docs/evaluation-report.md": reportWhat + reportTable + "## Security\n\nR-1: 60 prompt injections, two obeyed; both are fixed.\n\n" + reportResult}},
		{Name: "a finding that is still open", Files: map[string]string{"threats.yaml": threatList, "docs/red-team-report.md": campaign + "\n| finding | what | status |\n|---|---|---|\n| F-1 | an article makes the agent comment | open |\n"}},
	}
}

func coverageGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "each grave threat with its test", Files: map[string]string{"threats.yaml": threatList, "docs/red-team-report.md": campaign + "\n| finding | what | status |\n|---|---|---|\n| F-1 | an article makes the agent comment | closed, tested again |\n"}},
		{Name: "a finding that somebody accepted", Files: map[string]string{"threats.yaml": threatList, "docs/red-team-report.md": campaign + "\n| finding | what | status | decision |\n|---|---|---|---|\n| F-1 | a long answer | open | accepted by the owner until 2027-01-31 |\n"}},
	}
}
