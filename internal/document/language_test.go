package document

import (
	"strings"
	"testing"
)

func TestEnglish(t *testing.T) {
	for text, want := range map[string]bool{
		"": true,
		"| a | b |\n|---|---|\n| short | table |\n":                                                                        true,
		strings.Repeat("| summariser | example-small | platform team | 2026-10-01 |\n", 40):                                true,
		strings.Repeat("ranker TBD x n/a bucket TBD\n", 20):                                                                true,
		strings.Repeat("モデル データ 資産 一覧\n", 30):                                                                              false,
		strings.Repeat("The engineer switches the model off and calls the lead, and is not asked for a reason by us. ", 6): true,
		strings.Repeat("Der Dienst habende Ingenieur schaltet das Modell ab und ruft die Leitung an. ", 6):                 false,
		strings.Repeat("Este documento contém procedimentos de resposta a incidentes para o modelo que responde. ", 6):     false,
		strings.Repeat("Le modèle est arrêté par les ingénieurs pour une durée que la direction fixe. ", 6):                false,
		strings.Repeat("Model nie jest używany, gdy się nie zgadza oraz dla bezpieczeństwa. ", 6):                          false,
		strings.Repeat("模型 服务 事件 响应 计划 联系人 级别 回滚 关闭 场景 ", 6):                                                               false,
		strings.Repeat("Модель отключает дежурный инженер. ", 6):                                                           false,
		"The plan of the \"Sicherheit\" team: die Leitung und der Dienst decide.":                                          true,
	} {
		if English(text) != want {
			t.Errorf("English %v, want %v: %.60q", !want, want, text)
		}
	}
}
