package document

// designKinds names the records of secure design.
var designKinds = []kindNames{
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
}
