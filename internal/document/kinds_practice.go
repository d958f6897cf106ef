package document

import "github.com/lodemark/lodemark/internal/pattern"

// practiceKinds are the records that single clauses ask for. Most teams keep them as sections of larger documents or outside
// of the repository, so names are narrow: a document of another purpose taken for one of these would be a false failing.
var practiceKinds = []kindNames{
	{
		kind: "training-record",
		within: []string{"training-record", "training-records", "training-roster", "training-log", "awareness-record", "awareness-roster", "security-training", "schulungsnachweis", "schulungsnachweise",
			"registre-des-formations", "registro-de-formacion", "研修記録", "培训记录"},
		titles:  []string{"training record", "training roster", "training log", "awareness roster", "security training record", "schulungsnachweis", "registre des formations", "registro de formacion", "研修記録", "培训记录"},
		folders: []string{"training-records"},
	},
	{
		kind: "ai-decision",
		within: []string{"ai-decision", "ai-decision-record", "why-ai", "use-of-ai-decision", "ai-business-case", "ai-use-case", "ai-use-case-decision", "ki-entscheidung", "decision-ia", "decision-de-ia",
			"ai利用判断", "人工智能使用决策"},
		titles: []string{"ai decision record", "decision to use ai", "why ai", "use of ai decision", "ai use case decision", "entscheidung fur ki", "decision sur l usage de l ia", "decision de uso de ia"},
	},
	{
		kind: "library-review",
		within: []string{"library-review", "library-reviews", "dependency-review", "dependency-due-diligence", "third-party-library-review", "open-source-review", "oss-review", "bibliotheksprufung",
			"revue-des-dependances", "revision-de-dependencias", "依赖审查"},
		titles: []string{"library review", "review of libraries", "dependency review", "due diligence of dependencies", "open source review", "third party library review"},
	},
	{
		kind: "supply-chain-policy",
		within: []string{"supply-chain-policy", "supply-chain-assessment", "supply-chain-risk", "supply-chain-risk-assessment", "ai-supply-chain", "supplier-policy", "supplier-standard", "supplier-requirements",
			"third-party-policy", "lieferkettenrichtlinie", "lieferantenrichtlinie", "politique-fournisseurs", "politica-de-proveedores", "供应链安全"},
		titles: []string{"supply chain policy", "supply chain assessment", "supply chain risk", "ai supply chain", "supplier standard", "supplier policy", "supplier requirements", "lieferkettenrichtlinie"},
	},
	{
		kind: "asset-register",
		within: []string{"asset-register", "asset-inventory", "ai-asset-register", "ai-asset-inventory", "assets-register", "information-asset-register", "asset-verzeichnis", "registre-des-actifs",
			"registro-de-activos", "資産台帳", "资产清单", "资产登记"},
		titles: []string{"asset register", "asset inventory", "register of assets", "inventory of assets", "registre des actifs", "registro de activos", "資産台帳", "资产清单"},
	},
	{
		kind: "restore-plan",
		within: []string{"restore-plan", "restore-procedure", "restore", "backup-and-restore", "backup-restore", "backup-plan", "backup-policy", "disaster-recovery", "disaster-recovery-plan", "recovery-plan",
			"wiederherstellungsplan", "plan-de-reprise", "plan-de-recuperacion", "復旧計画", "备份与恢复", "灾难恢复"},
		titles: []string{"restore plan", "restore procedure", "backup and restore", "backup and recovery", "disaster recovery", "recovery plan", "wiederherstellungsplan", "plan de reprise", "plan de recuperacion"},
	},
	{
		kind:   "failover-plan",
		within: []string{"failover-plan", "failover", "fallback-plan", "provider-failover", "continuity-plan", "business-continuity", "business-continuity-plan", "notbetrieb", "plan-de-continuite", "plan-de-continuidad"},
		titles: []string{"failover plan", "failover", "fallback plan", "business continuity", "continuity plan", "plan de continuite", "plan de continuidad"},
	},
	{
		kind:     "prompt-card",
		within:   []string{"prompt-card", "prompt-cards", "prompt-register", "prompt-documentation", "prompt-catalogue", "prompt-catalog", "system-prompt-card"},
		titles:   []string{"prompt card", "prompt register", "prompt documentation", "prompt catalogue", "prompt catalog"},
		folders:  []string{"prompt-cards"},
		allow:    []string{"prompts"},
		anywhere: true,
	},
	{
		kind:   "guardrails",
		within: []string{"guardrails", "guardrail-policy", "guardrails-documentation", "safety-filters", "leitplanken", "garde-fous"},
		titles: []string{"guardrails", "guardrail policy", "safety filters", "input and output guardrails"},
	},
	{
		kind: "environments",
		within: []string{"environments", "environment-matrix", "environment-controls", "control-matrix", "controls-by-environment", "research-and-production-controls", "umgebungen", "matrice-des-environnements",
			"matriz-de-entornos"},
		titles: []string{"environments", "environment matrix", "controls by environment", "control by environment"},
		weak:   []string{"environment"}, confirm: pattern.New(`(?i)\b(?:development|research|training|notebook|experiment)[\s\S]*\bproduction\b`),
	},
	{
		kind: "access-matrix",
		within: []string{"access-matrix", "access-control-matrix", "access-policy", "access-control-policy", "role-matrix", "roles-and-permissions", "berechtigungskonzept", "matrice-d-acces", "matriz-de-accesos",
			"アクセス権限表", "权限矩阵"},
		titles: []string{"access matrix", "access control matrix", "access policy", "access control policy", "roles and permissions", "berechtigungskonzept", "matrice d acces", "matriz de accesos"},
	},
	{
		kind:   "confidentiality-record",
		within: []string{"confidentiality-record", "confidentiality", "confidentiality-decision", "confidentiality-requirements", "confidentiality-assessment", "vertraulichkeit", "confidentialite", "confidencialidad"},
		titles: []string{"confidentiality record", "confidentiality requirements", "confidentiality decision", "what must stay confidential", "confidentiality"},
	},
	{
		kind: "privacy-assessment",
		within: []string{"privacy-assessment", "privacy-impact-assessment", "data-protection-impact-assessment", "dpia", "privacy-accounting", "membership-inference-report", "datenschutz-folgenabschatzung", "aipd",
			"evaluacion-de-impacto", "プライバシー影響評価", "隐私影响评估"},
		exact:  []string{"pia"},
		titles: []string{"privacy assessment", "privacy impact assessment", "data protection impact assessment", "privacy accounting", "membership inference", "datenschutz folgenabschatzung"},
	},
	{
		kind:   "option-record",
		within: []string{"option-record", "option-records", "settings-assessment", "option-assessment", "settings-register", "options-register", "configuration-assessment", "feature-assessment", "change-records"},
		titles: []string{"option record", "settings assessment", "assessment of settings", "register of settings", "options and their risk", "settings and their risk"},
	},
	{
		kind:   "service-plan",
		within: []string{"service-plan", "service-plans", "plans-and-features", "features-by-plan", "plan-comparison", "pricing", "price-list", "preisliste", "tarifs", "precios"},
		titles: []string{"service plan", "plans and features", "features by plan", "plan comparison", "pricing"},
	},
	{
		kind: "responsibilities",
		within: []string{"responsibilities", "shared-responsibility", "shared-responsibilities", "responsibility-matrix", "shared-responsibility-model", "geteilte-verantwortung", "responsabilite-partagee",
			"responsabilidad-compartida", "責任共有", "责任共担"},
		titles: []string{"shared responsibility", "shared responsibilities", "responsibilities", "who is responsible for", "responsibility matrix", "geteilte verantwortung", "responsabilite partagee"},
	},
	{
		kind: "data-use",
		within: []string{"data-use", "data-usage", "data-use-policy", "data-usage-policy", "privacy-policy", "privacy-notice", "privacy-statement", "datenschutzerklarung", "politique-de-confidentialite",
			"politica-de-privacidad", "プライバシーポリシー", "隐私政策"},
		exact: []string{"privacy"},
		titles: []string{"data use", "how your data is used", "how we use your data", "use of your data", "privacy policy", "privacy notice", "privacy statement", "datenschutzerklarung", "politique de confidentialite",
			"politica de privacidad", "プライバシーポリシー", "隐私政策"},
	},
	{
		kind: "acceptable-use",
		within: []string{"acceptable-use", "acceptable-use-policy", "use-policy", "usage-policy", "prohibited-uses", "terms-of-use", "responsible-use", "responsible-use-guide", "nutzungsrichtlinie", "conditions-d-utilisation",
			"politica-de-uso", "利用規約", "使用政策"},
		titles: []string{"acceptable use", "use policy", "usage policy", "prohibited uses", "terms of use", "responsible use", "nutzungsrichtlinie", "conditions d utilisation", "politica de uso aceptable"},
	},
	{
		kind:   "update-policy",
		within: []string{"update-policy", "update-procedure", "updates-policy", "release-policy", "release-process", "model-update-policy", "upgrade-policy", "versioning-policy", "deprecation-policy", "updaterichtlinie"},
		exact:  []string{"releasing", "release-process"},
		titles: []string{"update policy", "update procedure", "release process", "release policy", "versioning policy", "deprecation policy", "model update policy", "how updates reach you"},
	},
	{
		kind: "monitoring-plan",
		within: []string{"monitoring-plan", "model-monitoring", "monitoring-policy", "drift-monitoring", "observability-plan", "monitoring-and-alerting", "uberwachungsplan", "plan-de-surveillance",
			"plan-de-monitorizacion", "監視計画", "监控计划"},
		weak: []string{"monitoring", "observability"}, confirm: pattern.New(`(?i)\b(?:drift|refusals?|hallucinat\w*|quality|thresholds?)\b`),
		titles: []string{"monitoring plan", "model monitoring", "monitoring and alerting", "drift monitoring", "uberwachungsplan", "plan de surveillance"},
	},
	{
		kind:    "advisories",
		within:  []string{"security-advisories", "security-advisory", "security-bulletins", "security-bulletin", "vulnerability-advisories", "sicherheitshinweis", "avis-de-securite", "avisos-de-seguridad"},
		exact:   []string{"advisories"},
		titles:  []string{"security advisories", "security advisory", "security bulletin", "security bulletins"},
		folders: []string{"advisories", "security-advisories", "bulletins"},
	},
	{
		kind:   "lessons-learned",
		within: []string{"lessons-learned", "lessons", "post-incident-reviews", "postmortems", "post-mortems", "security-feedback", "retour-d-experience", "lecciones-aprendidas", "教訓", "经验教训"},
		titles: []string{"lessons learned", "post incident reviews", "postmortems", "security feedback", "lecciones aprendidas"},
	},
}
