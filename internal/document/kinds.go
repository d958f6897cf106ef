package document

import (
	"regexp"
	"slices"
)

// kindNames is how documents of one kind are called: English first, then German, French, Spanish, Japanese, Chinese. All
// names are in the form of flatPath: lower case, without accents, words joined by "-".
type kindNames struct {
	kind string
	// within are names that may stand among a few other words in the name of a file; exact are those that must be all of it.
	within, exact []string
	// weak are exact names that other documents bear as well, so the text must match confirm.
	weak    []string
	confirm *regexp.Regexp
	// titles are phrases of a document's title.
	titles []string
	// folders hold documents of the kind under names of their own.
	folders []string
	// anywhere: such documents stand beside what they are about, and there may be many.
	anywhere bool
	// one: a system has one of them, so the nearest to the root counts and the rest speak of something else.
	one bool
}

func namesOf(kind string) kindNames {
	for _, k := range slices.Concat(allKinds, practiceKinds) {
		if k.kind == kind {
			return k
		}
	}
	return kindNames{kind: kind, within: []string{kind}, titles: []string{kind}}
}

var allKinds = []kindNames{
	{
		kind: "threat-model",
		within: []string{"threat-model", "threat-models", "threatmodel", "threat-modeling", "threat-modelling", "threat-analysis", "threat-assessment",
			"bedrohungsmodell", "bedrohungsanalyse", "bedrohungsmodellierung", "modele-de-menaces", "modele-de-menace", "analyse-des-menaces", "modelo-de-amenazas", "analisis-de-amenazas",
			"modelo-de-ameacas", "脅威モデル", "脅威分析", "威胁模型", "威胁建模", "威胁分析", "威脅模型"},
		exact: []string{"threats", "threat-register"},
		titles: []string{"threat model", "threat modeling", "threat modelling", "threat analysis", "threat assessment", "bedrohungsmodell", "bedrohungsanalyse", "modele de menaces",
			"modele de menace", "analyse des menaces", "modelo de amenazas", "analisis de amenazas", "脅威モデル", "脅威分析", "威胁模型", "威胁建模", "威胁分析"},
		folders: []string{"threat-model", "threat-models", "threatmodel", "threat-modeling", "threatdragonmodels"},
	},
	{
		kind: "provider-review",
		within: []string{"provider-review", "provider-assessment", "provider-security-review", "vendor-review", "vendor-assessment", "vendor-security-review", "vendor-risk-assessment", "vendor-risk",
			"supplier-review", "supplier-assessment", "supplier-security", "third-party-risk", "third-party-review", "third-party-assessment",
			"anbieterbewertung", "lieferantenbewertung", "anbieterprufung", "lieferantenprufung", "evaluation-des-fournisseurs", "evaluation-fournisseur",
			"evaluacion-de-proveedores", "evaluacion-del-proveedor", "プロバイダー評価", "ベンダー評価", "供应商评估", "供应商审查", "供应商安全评估"},
		titles: []string{"provider review", "review of the model provider", "review of the provider", "provider assessment", "vendor review", "vendor assessment", "vendor security review",
			"vendor risk assessment", "supplier review", "supplier assessment", "third party risk assessment", "anbieterbewertung", "lieferantenbewertung",
			"evaluation des fournisseurs", "evaluacion de proveedores", "ベンダー評価", "供应商评估", "供应商安全评估"},
		folders: []string{"provider-reviews", "vendor-reviews", "vendor-assessments", "supplier-reviews"},
	},
	{
		kind: "model-record",
		within: []string{"model-record", "model-decision", "model-decision-record", "model-selection", "model-choice", "choice-of-model", "model-selection-record",
			"modellauswahl", "modellentscheidung", "choix-du-modele", "choix-de-modele", "seleccion-del-modelo", "seleccion-de-modelo", "モデル選定", "モデル選択", "模型选择", "模型选型", "模型决策记录"},
		titles: []string{"model decision record", "model record", "model selection", "choice of model", "choice of the model", "model choice", "modellauswahl", "modellentscheidung",
			"choix du modele", "seleccion del modelo", "モデル選定", "モデル選択", "模型选择", "模型选型"},
	},
	{
		kind: "user-security-guidance",
		within: []string{"user-security-guidance", "user-security-guide", "user-security", "security-guidance", "security-guidance-for-users", "security-for-users", "security-awareness",
			"safe-use", "secure-use", "ai-usage-policy", "ai-acceptable-use", "ai-use-policy", "sicherheitshinweise", "sicherheitshinweise-fur-nutzer", "consignes-de-securite",
			"guide-de-securite-utilisateur", "guia-de-seguridad-del-usuario", "guia-de-seguridad", "利用者向けセキュリティガイド", "セキュリティガイダンス", "用户安全指南", "安全使用指南"},
		titles: []string{"security guidance for users", "user security guidance", "security guidance", "security when you use", "security for users", "safe use of", "sicherheitshinweise",
			"consignes de securite", "guia de seguridad", "セキュリティガイダンス", "用户安全指南", "安全使用指南"},
	},
	{
		kind: "model-card",
		within: []string{"model-card", "modelcard", "model-cards", "modellkarte", "modellsteckbrief", "carte-de-modele", "carte-du-modele", "fiche-modele", "fiche-de-modele",
			"tarjeta-de-modelo", "tarjeta-del-modelo", "ficha-del-modelo", "モデルカード", "模型卡", "模型卡片", "模型说明卡"},
		titles:   []string{"model card", "modelcard", "modellkarte", "carte de modele", "fiche modele", "tarjeta del modelo", "tarjeta de modelo", "モデルカード", "模型卡", "模型卡片"},
		folders:  []string{"model-cards", "modelcards", "model-card"},
		anywhere: true,
	},
	{
		kind: "data-card",
		within: []string{"data-card", "datacard", "dataset-card", "data-cards", "datasheet", "data-sheet", "dataset-sheet", "datasheet-for-datasets", "data-statement", "datenkarte", "datensatzkarte",
			"datensatzbeschreibung", "fiche-de-donnees", "fiche-du-jeu-de-donnees", "carte-de-donnees", "tarjeta-de-datos", "ficha-de-datos", "データカード", "データシート", "データセットカード", "数据卡", "数据卡片", "数据集卡片", "数据说明卡"},
		titles: []string{"data card", "datacard", "dataset card", "datasheet", "data sheet", "data statement", "datenkarte", "datensatzkarte", "fiche de donnees", "tarjeta de datos",
			"データカード", "データシート", "数据卡", "数据集卡片"},
		folders:  []string{"data-cards", "dataset-cards", "datasheets"},
		anywhere: true,
	},
	{
		kind: "debt-register",
		within: []string{"debt-register", "technical-debt", "tech-debt", "techdebt", "technical-debt-register", "technische-schulden", "dette-technique", "deuda-tecnica",
			"技術的負債", "技术债务", "技术债", "技術債"},
		exact:  []string{"debt"},
		titles: []string{"technical debt", "debt register", "tech debt", "technische schulden", "dette technique", "deuda tecnica", "技術的負債", "技术债务", "技术债"},
	},
	{
		kind: "decommission-plan",
		within: []string{"decommission-plan", "decommission", "decommissioning", "decommissioning-plan", "retirement-plan", "end-of-life-plan", "sunset-plan", "shutdown-plan", "exit-plan",
			"ausserbetriebnahme", "stilllegungsplan", "abschaltplan", "mise-hors-service", "plan-de-retrait", "decommissionnement", "plan-de-desmantelamiento", "plan-de-retirada", "plan-de-baja",
			"廃止計画", "退役計画", "退役计划", "下线计划", "停用计划"},
		titles: []string{"decommission plan", "decommissioning", "decommissioning plan", "retirement plan", "end of life plan", "taking the system out of service", "out of service", "sunset plan",
			"ausserbetriebnahme", "stilllegungsplan", "mise hors service", "plan de retrait", "plan de retirada", "廃止計画", "退役计划", "下线计划"},
	},
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
		confirm: regexp.MustCompile(`(?i)(?:result|score|accuracy|precision|recall|f1)[\s\S]*\d ?%|\b0\.\d{2,}|\d\.\d ?%|\| ?\d+\.\d+ ?\|`),
		titles: []string{"evaluation report", "evaluation results", "eval report", "evaluierungsbericht", "evaluationsbericht", "rapport d evaluation", "informe de evaluacion",
			"評価レポート", "評価報告書", "评估报告", "评测报告"},
		folders: []string{"evaluation-reports", "eval-reports"},
	},
	{
		kind: "red-team-report",
		within: []string{"red-team-report", "red-teaming-report", "redteam-report", "red-team-results", "red-team-findings", "adversarial-testing-report", "red-team-bericht",
			"rapport-red-team", "informe-de-red-team", "informe-red-team", "レッドチーム報告書", "レッドチームレポート", "红队测试报告", "红队报告"},
		weak:    []string{"red-team", "red-teaming", "redteam", "redteaming"},
		confirm: regexp.MustCompile(`(?i)\bfindings?\b|attack success|\bseverity\b|\bsucceeded\b|\d ?% of`),
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
	},
	{
		kind: "security-policy",
		within: []string{"security-policy", "vulnerability-disclosure", "vulnerability-disclosure-policy", "disclosure-policy", "responsible-disclosure", "coordinated-disclosure",
			"vulnerability-reporting", "reporting-vulnerabilities", "sicherheitsrichtlinie", "politique-de-securite", "politica-de-seguridad", "セキュリティポリシー", "脆弱性報告", "安全策略", "安全政策", "漏洞披露"},
		weak:    []string{"security", "vdp", "sicherheit", "securite", "seguridad", "セキュリティ", "安全"},
		confirm: regexp.MustCompile(`(?i)vulnerabilit|disclos|report|contact:|weakness|schwachstelle|sicherheitsl|melden|vuln[eé]rabilit|signal(?:er|ez)|vulnerabilidad|reportar|good[ -]faith|safe harbou?r|脆弱性|報告|漏洞|报告`),
		titles: []string{"security policy", "vulnerability disclosure", "vulnerability disclosure policy", "responsible disclosure", "coordinated disclosure", "reporting security issues",
			"reporting a vulnerability", "reporting vulnerabilities", "sicherheitsrichtlinie", "politique de securite", "politica de seguridad", "セキュリティポリシー", "安全策略", "漏洞披露"},
		one: true,
	},
	{
		kind: "retention-policy",
		within: []string{"retention-policy", "data-retention", "data-retention-policy", "log-retention", "log-retention-policy", "retention-and-deletion", "retention-schedule", "loschkonzept", "aufbewahrungsrichtlinie",
			"aufbewahrungsfristen", "datenaufbewahrung", "politique-de-conservation", "conservation-des-donnees", "duree-de-conservation", "politica-de-retencion", "retencion-de-datos",
			"politica-de-conservacion", "データ保持ポリシー", "保存期間", "データ保持", "数据保留策略", "数据保留政策", "数据留存", "日志保留"},
		exact: []string{"retention"},
		titles: []string{"retention policy", "data retention", "log retention", "retention and logs", "retention and deletion", "retention of logs", "loschkonzept", "aufbewahrungsrichtlinie",
			"politique de conservation", "conservation des donnees", "politica de retencion", "retencion de datos", "データ保持", "保存期間", "数据保留", "数据留存"},
	},
	{
		kind: "changelog",
		exact: []string{"changelog", "change-log", "changelogs", "release-notes", "releasenotes", "releases-notes", "anderungsprotokoll", "anderungen", "versionshinweise", "journal-des-modifications",
			"notes-de-version", "registro-de-cambios", "historial-de-cambios", "notas-de-la-version", "変更履歴", "リリースノート", "更新履歴", "更新日志", "变更日志", "更新日誌", "變更日誌", "发布说明", "版本说明"},
		weak:    []string{"changes", "history", "news", "releases", "whatsnew", "whats-new", "what-s-new", "versions"},
		confirm: regexp.MustCompile(`(?m)^(?:[#=*\s\[]*)(?i:version |release )?v?\d+\.\d+`),
		titles: []string{"changelog", "change log", "release notes", "anderungsprotokoll", "versionshinweise", "journal des modifications", "notes de version", "registro de cambios",
			"historial de cambios", "変更履歴", "リリースノート", "更新日志", "变更日志", "发布说明"},
		one: true,
	},
}
