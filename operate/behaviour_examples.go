package operate

import "github.com/lodemark/lodemark"

// The parts of the examples on watching a system in operation.
const (
	deskPackages = "openai==1.51.0\n"
	planPath     = "docs/monitoring-plan.md"
	soundPlan    = "# Monitoring plan\n\n## What is watched\n\n| quantity | measured | wrong from | told |\n|---|---|---|---|\n" +
		"| refused answers | traces, each hour | more than 10 % of an hour | on-call engineer, by pager |\n| tool calls per question | traces | above 4 | on-call engineer |\n\n" +
		"## Drift\n\nEvery Monday the topics of the questions are compared with the fixed reference set of the release (population stability index, drift above 0.2).\n" +
		"When drift is seen, the owner checks whether it was an attack: the digests of model and prompts, who sent the questions, what the provider announced. Cause and action are recorded.\n\n" +
		"## Attacks\n\nDenied tool calls and suspected injections raise an alert. The on-call engineer settles each alert within one day and records what it was.\n"
	barePlan     = "# Monitoring plan\n\nWe watch answers, costs and the health of the service on the dashboard of the team.\n"
	templatePlan = "# Monitoring plan\n\n## Quantities\n\nTODO\n\n## Thresholds\n\n[insert thresholds here]\n\n## Who is alerted\n\nTBD\n"
	refusalRules = "groups:\n  - name: assistant\n    rules:\n      - alert: RefusalsDoubled\n        expr: rate(assistant_refusals_total[10m]) > 2 * rate(assistant_refusals_total[1d] offset 7d)\n" +
		"        for: 10m\n        labels: {severity: page}\n"
	guardRules   = "groups:\n  - name: assistant\n    rules:\n      - alert: ToolCallsDenied\n        expr: increase(agent_tool_calls_denied_total[15m]) > 5\n        labels: {severity: page}\n"
	machineRules = "groups:\n  - name: hosts\n    rules:\n      - alert: DiskFull\n        expr: node_filesystem_avail_bytes < 1e9\n"
	mutedManager = "route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n"
	loudManager  = "route:\n  receiver: oncall\nreceivers:\n  - name: oncall\n    webhook_configs:\n      - url: https://pager.example.org/assistant\n"
)

func desk(files map[string]string) map[string]string {
	out := map[string]string{"lodemark.yaml": declaredDesk, "requirements.txt": deskPackages}
	for name, text := range files {
		out[name] = text
	}
	return out
}

// undeclared is a system without a lodemark.yaml.
func undeclared(files map[string]string) map[string]string {
	out := desk(files)
	delete(out, "lodemark.yaml")
	return out
}

func behaviourAlertsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "alerts on the machine only", Files: desk(map[string]string{"monitoring/alerts.yaml": machineRules})},
		{Name: "a plan without values", Files: desk(map[string]string{planPath: barePlan})},
		{Name: "the plan's template", Files: undeclared(map[string]string{planPath: templatePlan})},
		{Name: "alerts that reach nobody", Files: undeclared(map[string]string{"monitoring/alerts.yaml": refusalRules, "monitoring/alertmanager.yml": mutedManager})},
		{Name: "an alarm without an action", Files: undeclared(map[string]string{
			"infra/alarms.tf": "resource \"aws_cloudwatch_metric_alarm\" \"refusals\" {\n  alarm_name  = \"refusals\"\n  metric_name = \"RefusedAnswers\"\n  namespace   = \"assistant\"\n" +
				"  threshold   = 50\n  # alarm_actions = [aws_sns_topic.oncall.arn]\n}\n"})},
	}
}

func behaviourAlertsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an alert on refusals", Files: undeclared(map[string]string{"monitoring/alerts.yaml": refusalRules, "monitoring/alertmanager.yml": loudManager})},
		{Name: "a plan with values and who is told", Files: desk(map[string]string{planPath: soundPlan})},
		{Name: "an alarm on tokens with an action", Files: undeclared(map[string]string{
			"infra/alarms.tf": "resource \"aws_cloudwatch_metric_alarm\" \"tokens\" {\n  metric_name   = \"OutputTokensUsed\"\n  threshold     = 1000000\n  alarm_actions = [aws_sns_topic.oncall.arn]\n}\n"})},
		{Name: "a rule object of a cluster", Files: undeclared(map[string]string{
			"k8s/watch.yaml": "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: assistant\nspec:\n  groups:\n    - name: assistant\n      rules:\n" +
				"        - alert: HallucinationSpike\n          expr: rate(agent_hallucination_detected_total[5m]) > 10\n"})},
	}
}

func intrusionAlertsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "no rule on attacks", Files: desk(map[string]string{"monitoring/alerts.yaml": refusalRules})},
		{Name: "a plan that knows no attacker", Files: desk(map[string]string{planPath: barePlan})},
		{Name: "alerts that reach nobody", Files: undeclared(map[string]string{"monitoring/alerts.yaml": guardRules, "monitoring/alertmanager.yml": mutedManager})},
	}
}

func intrusionAlertsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an alert on denied tool calls", Files: undeclared(map[string]string{"monitoring/alerts.yaml": guardRules})},
		{Name: "a plan that says who settles alerts", Files: desk(map[string]string{planPath: soundPlan})},
	}
}

func driftDetectionBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a drift tool that nothing runs", Files: desk(map[string]string{"requirements.txt": deskPackages + "evidently==0.4.40\n"})},
		{Name: "a reference that moves along", Files: desk(map[string]string{
			planPath: "# Monitoring plan\n\n## Drift\n\nDrift is measured every day against a rolling baseline of the last seven days, with a threshold of 0.2.\n"})},
		{Name: "a plan without drift", Files: desk(map[string]string{planPath: barePlan})},
	}
}

func driftDetectionGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a scheduled workflow", Files: undeclared(map[string]string{
			".github/workflows/drift.yml": "on:\n  schedule:\n    - cron: \"0 4 * * 1\"\njobs:\n  drift:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: python -m watch.drift --reference data/reference.parquet\n"})},
		{Name: "a job in the cluster", Files: undeclared(map[string]string{
			"k8s/drift.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: input-drift\nspec:\n  schedule: \"0 4 * * *\"\n  jobTemplate:\n    spec:\n      template:\n        spec:\n          containers:\n" +
				"            - name: evidently\n              image: registry.example.org/drift:1.2.0\n"})},
		{Name: "a plan with reference and clock", Files: desk(map[string]string{planPath: soundPlan})},
	}
}

func driftCauseBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a plan that asks for no cause", Files: desk(map[string]string{
			planPath: "# Monitoring plan\n\n## Drift\n\nDrift above 0.2 is natural and leads to a new training.\n"})},
		{Name: "no plan", Files: desk(nil)},
	}
}

func driftCauseGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a plan that compares and records", Files: desk(map[string]string{planPath: soundPlan})},
		{Name: "a few sentences", Files: undeclared(map[string]string{
			planPath: "# Monitoring plan\n\n## Drift or attack\n\nAfter a drift alert we look at the sources of the new data and treat drift from a single sender as poisoning until its cause is known.\n"})},
	}
}
