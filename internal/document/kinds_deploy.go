package document

import "github.com/lodemark/lodemark/internal/pattern"

// deployKinds names the records of secure deployment.
var deployKinds = []kindNames{
	{
		kind: "incident-plan",
		within: []string{"incident-plan", "incident-response", "incident-response-plan", "incident-management", "incident-management-plan", "incident-handling", "incident-playbook",
			"incident-response-playbook", "incident-runbook", "ir-plan", "notfallplan", "notfallhandbuch", "vorfallplan", "vorfallreaktionsplan", "vorfallmanagement", "sicherheitsvorfalle",
			"plan-de-reponse-aux-incidents", "plan-de-reponse-a-incident", "reponse-aux-incidents", "gestion-des-incidents", "plan-de-gestion-des-incidents", "plan-de-respuesta-a-incidentes",
			"respuesta-a-incidentes", "gestion-de-incidentes", "インシデント対応計画", "インシデント対応", "インシデント管理", "事件响应计划", "事件响应", "应急响应预案", "应急响应", "应急预案", "事故响应"},
		titles: []string{"incident plan", "incident response plan", "incident response", "incident management plan", "incident management", "incident handling", "incident playbook", "incident runbook",
			"notfallplan", "notfallhandbuch", "vorfallplan", "plan de reponse aux incidents", "gestion des incidents", "plan de respuesta a incidentes", "respuesta a incidentes",
			"インシデント対応計画", "インシデント対応", "事件响应计划", "应急响应", "应急预案"},
	},
	{
		kind: "evaluation-report",
		within: []string{"evaluation-report", "eval-report", "evaluation-results", "eval-results", "model-evaluation-report", "release-evaluation", "evaluierungsbericht", "evaluationsbericht",
			"rapport-d-evaluation", "rapport-evaluation", "informe-de-evaluacion", "評価レポート", "評価報告書", "评估报告", "评测报告"},
		weak:    []string{"evaluation", "evaluations", "evals", "benchmark-results"},
		confirm: pattern.New(`(?i)(?:result|score|accuracy|precision|recall|f1)[\s\S]*\d ?%|\b0\.\d{2,}|\d\.\d ?%|\| ?\d+\.\d+ ?\|`),
		titles: []string{"evaluation report", "evaluation results", "eval report", "evaluierungsbericht", "evaluationsbericht", "rapport d evaluation", "informe de evaluacion",
			"評価レポート", "評価報告書", "评估报告", "评测报告"},
		folders: []string{"evaluation-reports", "eval-reports"},
	},
	{
		kind: "red-team-report",
		within: []string{"red-team-report", "red-teaming-report", "redteam-report", "red-team-results", "red-team-findings", "adversarial-testing-report", "red-team-bericht",
			"rapport-red-team", "informe-de-red-team", "informe-red-team", "レッドチーム報告書", "レッドチームレポート", "红队测试报告", "红队报告"},
		weak:    []string{"red-team", "red-teaming", "redteam", "redteaming"},
		confirm: pattern.New(`(?i)\bfindings?\b|attack success|\bseverity\b|\bsucceeded\b|\d ?% of`),
		titles: []string{"red team report", "red teaming report", "red team exercise", "red team results", "red teaming results", "adversarial testing report", "rapport red team", "informe de red team",
			"レッドチーム報告書", "红队测试报告", "红队报告"},
		folders: []string{"red-team-reports"},
	},
	{
		kind: "user-guidance",
		within: []string{"user-guidance", "user-guide", "users-guide", "user-manual", "usage-guidance", "guidance-for-users", "benutzerhandbuch", "nutzerhandbuch", "anwenderhandbuch", "benutzerleitfaden",
			"guide-utilisateur", "guide-de-l-utilisateur", "manuel-utilisateur", "manuel-d-utilisation", "guia-del-usuario", "guia-de-usuario", "manual-de-usuario", "manual-del-usuario",
			"ユーザーガイド", "利用者ガイド", "利用ガイド", "ユーザーマニュアル", "用户指南", "用户手册", "使用指南"},
		titles: []string{"user guide", "user guidance", "users guide", "user manual", "guidance for users", "benutzerhandbuch", "nutzerhandbuch", "guide utilisateur", "guide de l utilisateur",
			"guia del usuario", "guia de usuario", "manual de usuario", "ユーザーガイド", "利用ガイド", "用户指南", "用户手册", "使用指南"},
		folders: []string{"user-guide", "user-guidance"},
		allow:   []string{"guides"},
	},
}
