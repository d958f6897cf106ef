package document

import "github.com/lodemark/lodemark/internal/pattern"

// operateKinds names the records of operation and maintenance.
var operateKinds = []kindNames{
	{
		kind: "security-policy",
		within: []string{"security-policy", "vulnerability-disclosure", "vulnerability-disclosure-policy", "disclosure-policy", "responsible-disclosure", "coordinated-disclosure",
			"vulnerability-reporting", "reporting-vulnerabilities", "sicherheitsrichtlinie", "politique-de-securite", "politica-de-seguridad", "セキュリティポリシー", "脆弱性報告", "安全策略", "安全政策", "漏洞披露"},
		weak:    []string{"security", "vdp", "sicherheit", "securite", "seguridad", "セキュリティ", "安全"},
		confirm: pattern.New(`(?i)vulnerabilit|disclos|report|contact:|weakness|schwachstelle|sicherheitsl|melden|vuln[eé]rabilit|signal(?:er|ez)|vulnerabilidad|reportar|good[ -]faith|safe harbou?r|脆弱性|報告|漏洞|报告`),
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
		confirm: pattern.New(`(?m)^(?:[#=*\s\[]*)(?i:version |release )?v?\d+\.\d+`),
		titles: []string{"changelog", "change log", "release notes", "anderungsprotokoll", "versionshinweise", "journal des modifications", "notes de version", "registro de cambios",
			"historial de cambios", "変更履歴", "リリースノート", "更新日志", "变更日志", "发布说明"},
		one: true,
	},
}
