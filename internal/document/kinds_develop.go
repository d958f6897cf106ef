package document

// developKinds names the records of secure development.
var developKinds = []kindNames{
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
}
