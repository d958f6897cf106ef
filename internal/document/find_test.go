package document

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lodemark/lodemark"
)

// tree is a system of the files given; a text of "-> x" makes a link. A path with "tests/" is one of tests, with "vendor/"
// one of others.
func tree(files map[string]string) *lodemark.Subject {
	s := &lodemark.System{}
	for p, text := range files {
		f := lodemark.File{Path: p, Size: int64(len(text)), Test: strings.Contains(p, "tests/"), Vendored: strings.Contains(p, "vendor/")}
		if target, ok := strings.CutPrefix(text, "-> "); ok {
			f.Link = target
		}
		s.Files = append(s.Files, f)
	}
	slices.SortFunc(s.Files, func(a, b lodemark.File) int { return strings.Compare(a.Path, b.Path) })
	return &lodemark.Subject{System: s, Read: func(p string) ([]byte, error) {
		switch text, ok := files[p]; {
		case !ok:
			return nil, fs.ErrNotExist
		case text == "unreadable":
			return nil, errors.New("over the limit of 8 file bytes")
		default:
			return []byte(text), nil
		}
	}}
}

// Names under which documents of each kind are found at their usual places.
func TestNames(t *testing.T) {
	found := map[string][]string{
		"threat-model": {"docs/threat-model.md", "THREAT_MODEL.md", "docs/security/ThreatModel.md", "security/helpdesk-threat-model-v2.rst", "threats.yaml", "docs/threatmodel.html", "docs/bedrohungsmodell.md",
			"docs/modèle-de-menaces.md", "docs/modelo_de_amenazas.md", "docs/脅威モデル.md", "docs/威胁模型.md", "docs/threat-model/api.md", "threat-model.json", "docs/zh/威胁建模.md"},
		"incident-plan": {"docs/incident-plan.md", "INCIDENT_RESPONSE.md", "docs/incident-response-plan.adoc", "docs/runbooks/incident-response.md", "ops/ir-plan.md", "docs/Notfallplan.md",
			"docs/plan-de-reponse-aux-incidents.md", "docs/plan_de_respuesta_a_incidentes.md", "docs/インシデント対応計画.md", "docs/应急预案.md"},
		"model-card": {"MODEL_CARD.md", "model-card.md", "docs/model_card.md", "models/llama3/MODEL_CARD.md", "models/intent/ModelCard.md", "model_cards/ranker.md", "docs/modellkarte.md", "docs/モデルカード.md", "modelcard.json",
			"models/llama3_2/MODEL_CARD_VISION.md"},
		"data-card":              {"data_card.md", "DATASHEET.md", "docs/dataset_card.md", "data/tickets/DATA_CARD.md", "docs/数据集卡片.md", "data/dataset-sheet.yaml"},
		"security-policy":        {"SECURITY.md", ".github/SECURITY.md", "docs/SECURITY.md", "SECURITY", "security.txt", ".well-known/security.txt", "docs/vulnerability-disclosure-policy.md", "SECURITY.zh-CN.md", "docs/sicherheitsrichtlinie.md"},
		"changelog":              {"CHANGELOG.md", "CHANGES", "CHANGES.rst", "docs/release-notes.md", "HISTORY.md", "NEWS.txt", "更新日志.md", "docs/changelog.md", "CHANGELOG"},
		"retention-policy":       {"docs/retention-policy.md", "docs/data_retention.md", "policies/log-retention-policy.md", "docs/Löschkonzept.md", "docs/データ保持ポリシー.md"},
		"provider-review":        {"docs/provider-review.md", "docs/vendor-security-review-northlight.md", "docs/provider-reviews/northlight.md", "docs/lieferantenbewertung.md"},
		"model-record":           {"docs/model-record.md", "docs/adr/0007-model-selection.md", "docs/decisions/model-decision-record.md", "docs/模型选型.md"},
		"user-security-guidance": {"docs/user-security-guidance.md", "docs/security-awareness.md", "docs/用户安全指南.md"},
		"debt-register":          {"docs/debt-register.md", "TECHNICAL_DEBT.md", "docs/tech-debt.md", "docs/deuda-tecnica.md"},
		"decommission-plan":      {"docs/decommission-plan.md", "docs/decommissioning.md", "docs/下线计划.md"},
		"evaluation-report":      {"docs/evaluation-report.md", "docs/eval_report.md", "reports/evaluation-report-2.1.0.md", "docs/评估报告.md"},
		"red-team-report":        {"docs/red-team-report.md", "security/redteam-report.md"},
		"user-guidance":          {"docs/user-guidance.md", "docs/USER_GUIDE.md", "docs/guides/user-guide.md", "docs/Benutzerhandbuch.md"},
	}
	for _, kind := range lodemark.DocumentKinds() { // each is found under its own name at the least
		found[kind] = append(found[kind], "docs/"+kind+".md")
	}
	for kind, paths := range found {
		for _, p := range paths {
			text := "## 1.0.0\n\nReport vulnerabilities to security@example.org.\n"
			f := Find(tree(map[string]string{p: text, "README.md": "# Help desk\n"}), kind)
			if len(f.Documents) != 1 || f.Documents[0].Path != p || f.Declared || !slices.Equal(f.Examined, []string{p}) {
				t.Errorf("%s is no %s: %+v", p, kind, f.Examined)
			}
		}
	}
}

// Every kind that lodemark.yaml knows has its names, none has others, and all are written as names are compared.
func TestKindNames(t *testing.T) {
	kinds := lodemark.DocumentKinds()
	seen := map[string]bool{}
	for _, list := range [][]kindNames{designKinds, developKinds, deployKinds, operateKinds, practiceKinds} {
		for _, k := range list {
			if !slices.Contains(kinds, k.kind) || seen[k.kind] {
				t.Errorf("%s is no kind, or one that stands twice", k.kind)
			}
			seen[k.kind] = true
			for _, n := range slices.Concat(k.within, k.exact, k.weak, k.folders) {
				if n != flatPath(n) {
					t.Errorf("%s: %q can never be met; it is compared as %q", k.kind, n, flatPath(n))
				}
			}
			for _, n := range k.titles {
				if n != flatWords(n) {
					t.Errorf("%s: title %q can never be met; it is compared as %q", k.kind, n, flatWords(n))
				}
			}
			if len(k.titles) == 0 || len(k.weak) > 0 != (k.confirm != nil) {
				t.Errorf("%s: titles are missing, or weak names and what confirms them do not come together", k.kind)
			}
		}
	}
	if len(seen) != len(kinds) {
		t.Errorf("%d of %d kinds have names", len(seen), len(kinds))
	}
}

// Files that are something else.
func TestNotTaken(t *testing.T) {
	for kind, paths := range map[string][]string{
		"threat-model": {"tests/threat-model.md", "vendor/x/threat-model.md", "templates/threat-model.md", "docs/threat-model-template.md", "threat-model.template.md", ".github/ISSUE_TEMPLATE/threat-model.md",
			"examples/shop/threat-model.md", "services/billing/docs/threat-model.md", "packages/ui/threat-model.md", "src/threat_model.py", "threat-model.png", "{{cookiecutter.name}}/threat-model.md", "docs/blog/threat-model.md",
			"docs/how-to/threat-model.md", "docs/guides/threat-model.md", "docs/our-very-long-story-about-how-we-write-a-threat-model.md", ".github/workflows/threat-model.yml"},
		"security-policy":   {"src/security.md", "packages/a/SECURITY.md", "security.py", "docs/security.yaml", "docs/security.md"},
		"changelog":         {"packages/a/CHANGELOG.md", "docs/history.md", "docs/changes-to-the-api.md", "changelog.d/1.md"},
		"model-card":        {"src/model_card.py", "examples/MODEL_CARD.md", "templates/modelcard_template.md", "src/hub/model_card_template.md"},
		"evaluation-report": {"docs/evaluation.md", "docs/evals.md"},
		"red-team-report":   {"docs/red-teaming.md"},
	} {
		for _, p := range paths {
			if f := Find(tree(map[string]string{p: "# How it works\n\nThe parts talk over HTTP.\n"}), kind); len(f.Documents) > 0 {
				t.Errorf("%s is taken for a %s", p, kind)
			}
		}
	}
}

func TestTitles(t *testing.T) {
	for _, tt := range []struct {
		kind, path, text string
		want             bool
	}{
		{"threat-model", "docs/analysis.md", "# Threat model of the help desk\n", true},
		{"threat-model", "docs/analysis.md", "# How to write a threat model\n", false},
		{"threat-model", "docs/analysis.md", "# Threat model template\n", false},
		{"threat-model", "docs/analysis.md", "# Notes\n\n## Threat model\n", false},
		{"threat-model", "src/analysis.md", "# Threat model\n", false},
		{"threat-model", "docs/ja/analysis.md", "# 脅威モデル\n", false}, // a translation comes after the original
		{"threat-model", "docs/analysis.md", "# 脅威モデル\n", true},
		{"incident-plan", "docs/emergency.rst", "Incident response plan\n======================\n", true},
		{"incident-plan", "docs/emergency.md", "---\ntitle: Notfallplan Helpdesk\n---\ntext\n", true},
		{"incident-plan", "docs/emergency.html", "<title>x</title><h1>Plan de réponse aux incidents</h1>", true},
		{"model-card", "README.md", "---\nlibrary_name: transformers\n---\n# intent\n", true},
		{"model-card", "models/intent/README.md", "# Model card: intent\n", true},
		{"model-card", "README.md", "# Help desk\n", false},
		{"retention-policy", "docs/logs.md", "# Log retention\n", true},
		{"decommission-plan", "docs/end.md", "# Taking the assistant out of service\n", true},
		{"user-guidance", "docs/api.md", "# Using the API\n", false},
	} {
		f := Find(tree(map[string]string{tt.path: tt.text}), tt.kind)
		if got := len(f.Documents) == 1; got != tt.want {
			t.Errorf("%s %q as %s: %v, want %v", tt.path, tt.text, tt.kind, got, tt.want)
		}
	}
}

// Nearest to the root first, the original before a translation, and of what there can be one of only the nearest.
func TestOrder(t *testing.T) {
	text := "## 1.0.0\n\nReport vulnerabilities to security@example.org.\n"
	for _, tt := range []struct {
		kind  string
		paths []string
		want  []string
	}{
		{"incident-plan", []string{"docs/de/incident-plan.md", "docs/incident-plan.md", "docs/runbooks/incident-response.md"}, []string{"docs/incident-plan.md", "docs/runbooks/incident-response.md", "docs/de/incident-plan.md"}},
		{"model-card", []string{"models/b/MODEL_CARD.md", "MODEL_CARD.md", "models/a/MODEL_CARD.md"}, []string{"MODEL_CARD.md", "models/a/MODEL_CARD.md", "models/b/MODEL_CARD.md"}},
		{"security-policy", []string{"SECURITY.md", "SECURITY.zh.md", "docs/security-policy.md"}, []string{"SECURITY.md"}},
		{"security-policy", []string{".well-known/security.txt", ".github/SECURITY.md"}, []string{".github/SECURITY.md", ".well-known/security.txt"}},
		{"changelog", []string{"CHANGELOG.md", "docs/release-notes.md"}, []string{"CHANGELOG.md"}},
	} {
		files := map[string]string{}
		for _, p := range tt.paths {
			files[p] = text
		}
		if got := Find(tree(files), tt.kind).Examined; !slices.Equal(got, tt.want) {
			t.Errorf("%v as %s: %v, want %v", tt.paths, tt.kind, got, tt.want)
		}
	}
}

// How much is read stays within bounds, whatever the tree holds.
func TestFindIsBounded(t *testing.T) {
	files := map[string]string{}
	for i := range 2000 {
		files[fmt.Sprintf("docs/page-%04d.md", i)] = "# Page\n"
		files[fmt.Sprintf("docs/model-card-%04d.md", i)] = "# Card\n"
	}
	s := tree(files)
	reads := 0
	read := s.Read
	s.Read = func(p string) ([]byte, error) { reads++; return read(p) }
	if f := Find(s, "threat-model"); len(f.Documents) > 0 || reads > titledMost {
		t.Errorf("%d reads for no threat model", reads)
	}
	// The bound was reached, so nobody can say that there is no threat model.
	s.System.Declared.Path = "lodemark.yaml"
	if r := Find(s, "threat-model").Missing("a threat model"); r.Outcome != lodemark.Undecided || len(r.Gaps) != 1 || !strings.Contains(r.Reason, "more than 300 documents") {
		t.Errorf("beyond the bound: %q, %s", r.Outcome, r.Reason)
	}
	reads = 0
	if f := Find(s, "model-card"); len(f.Documents) != namedMost || reads > namedMost {
		t.Errorf("%d reads for %d cards", reads, len(f.Documents))
	}
}

// What is not read of many documents of a kind is told once for the kind, and nothing else is.
func TestFindTellsItsBounds(t *testing.T) {
	cards := func(n int) map[string]string {
		files := map[string]string{"docs/incident-plan.md": "# Plan\n"}
		for i := range n {
			files[fmt.Sprintf("cards/%02d/MODEL_CARD.md", i)] = "# Card\n"
		}
		return files
	}
	pointer := map[string]lodemark.DocumentPointer{"model-card": {Path: "cards"}}
	for _, tt := range []struct {
		cards     int
		documents map[string]lodemark.DocumentPointer
		want      []lodemark.Gap
	}{
		{namedMost, nil, nil},
		{namedMost, pointer, nil},
		{namedMost + 5, nil, []lodemark.Gap{{Path: "cards/20/MODEL_CARD.md", Reason: "more than 20 documents could be of the kind model-card, and no more are read"}}},
		{namedMost + 5, pointer, []lodemark.Gap{{Path: "cards/20/MODEL_CARD.md", Reason: "more than 20 documents could be of the kind model-card, and no more are read"}}},
	} {
		s := tree(cards(tt.cards))
		s.System.Declared.Documents, s.Memo = tt.documents, &sync.Map{}
		for range 3 { // as many checks
			Find(s, "model-card")
			Find(s, "incident-plan")
		}
		if diff := cmp.Diff(tt.want, Beyond(s)); diff != "" {
			t.Errorf("%d cards, %v: %s", tt.cards, tt.documents, diff)
		}
	}
}

// The title of a large document stands at its beginning, and no more of it is read to see it.
func TestTitleOfLargeDocument(t *testing.T) {
	large := strings.Repeat("All is said here at length.\n", 50_000)
	files := map[string]string{"docs/emergency.md": "# Incident response plan\n\n" + large, "docs/tales.md": "# Tales\n\n" + large}
	s := tree(files)
	var whole []string
	read := s.Read
	s.Read = func(p string) ([]byte, error) { whole = append(whole, p); return read(p) }
	s.Head = func(p string, n int) ([]byte, error) { return []byte(files[p][:n]), nil }
	if f := Find(s, "incident-plan"); !slices.Equal(f.Examined, []string{"docs/emergency.md"}) || !slices.Equal(whole, f.Examined) {
		t.Errorf("found %v, read whole %v", f.Examined, whole)
	}
}

// The rule for a document that was not found.
func TestMissing(t *testing.T) {
	declared := func(p lodemark.DocumentPointer) lodemark.Declaration {
		return lodemark.Declaration{Path: "lodemark.yaml", Documents: map[string]lodemark.DocumentPointer{"incident-plan": p}, Lines: map[string]int{"documents": 6, "documents.incident-plan": 7}}
	}
	finding := func(line int, message, fix, key string) []lodemark.Finding {
		return []lodemark.Finding{{Severity: lodemark.SeverityMedium, Path: "lodemark.yaml", Line: line, Message: message, Fix: fix, Key: key}}
	}
	for _, tt := range []struct {
		name     string
		files    map[string]string
		declared lodemark.Declaration
		isDecl   bool
		want     lodemark.Result
	}{
		{"no lodemark.yaml", nil, lodemark.Declaration{}, false,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "no incident plan was found; it may lie elsewhere"}},
		{"a lodemark.yaml that points to none", nil, lodemark.Declaration{Path: "lodemark.yaml"}, false,
			lodemark.Result{Outcome: lodemark.Failed, Reason: "There is no incident plan: none was found, and lodemark.yaml points to none.", Examined: []string{"lodemark.yaml"},
				Findings: finding(0, "There is no incident plan: none was found, and lodemark.yaml points to none.", "write it (lodemark new incident-plan drafts it), or say in lodemark.yaml where it lies (documents: incident-plan)", "no incident-plan")}},
		{"an address elsewhere", map[string]string{"docs/incident-plan.md": "# Plan\n"}, declared(lodemark.DocumentPointer{Address: "https://wiki.example.org/plan"}), true,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "declared at https://wiki.example.org/plan; nothing was examined", Examined: []string{"lodemark.yaml"}}},
		{"a path to nothing", nil, declared(lodemark.DocumentPointer{Path: "docs/plan.md"}), true,
			lodemark.Result{Outcome: lodemark.Failed, Reason: "lodemark.yaml points to docs/plan.md for an incident plan, and there is no such file.", Examined: []string{"lodemark.yaml"},
				Findings: finding(7, "lodemark.yaml points to docs/plan.md for an incident plan, and there is no such file.", "write the document (lodemark new incident-plan drafts it there), or correct the path", "points to nothing")}},
		{"a path to a link", map[string]string{"docs/plan.md": "-> /etc/passwd"}, declared(lodemark.DocumentPointer{Path: "docs/plan.md"}), true,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "docs/plan.md could be an incident plan and was not read: is a link, and links are not followed", Examined: []string{"lodemark.yaml"},
				Gaps: []lodemark.Gap{{Path: "docs/plan.md", Reason: "is a link, and links are not followed"}}}},
		{"a printed document", map[string]string{"docs/incident-plan.pdf": "%PDF-1.7"}, lodemark.Declaration{Path: "lodemark.yaml"}, false,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "docs/incident-plan.pdf could be an incident plan and was not read: is a document in a format that is not read", Examined: []string{"lodemark.yaml"},
				Gaps: []lodemark.Gap{{Path: "docs/incident-plan.pdf", Reason: "is a document in a format that is not read"}}}},
		{"a document over the limit", map[string]string{"docs/incident-plan.md": "unreadable"}, lodemark.Declaration{}, false,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "docs/incident-plan.md could be an incident plan and was not read: over the limit of 8 file bytes",
				Gaps: []lodemark.Gap{{Path: "docs/incident-plan.md", Reason: "over the limit of 8 file bytes"}}}},
		{"a document that is none", map[string]string{"docs/incident-plan.md": "\x00\x01"}, lodemark.Declaration{}, false,
			lodemark.Result{Outcome: lodemark.Undecided, Reason: "docs/incident-plan.md could be an incident plan and was not read: is not text",
				Gaps: []lodemark.Gap{{Path: "docs/incident-plan.md", Reason: "is not text"}}}},
	} {
		s := tree(tt.files)
		s.System.Declared = tt.declared
		f := Find(s, "incident-plan")
		if len(f.Documents) > 0 || f.Declared != tt.isDecl {
			t.Errorf("%s: found %v, declared %v", tt.name, f.Examined, f.Declared)
		}
		if diff := cmp.Diff(tt.want, f.Missing("an incident plan")); diff != "" {
			t.Errorf("%s: %s", tt.name, diff)
		}
	}
}

// What lodemark.yaml points to is taken, whatever it is called and wherever it lies, and nothing else.
func TestDeclared(t *testing.T) {
	files := map[string]string{"docs/incident-plan.md": "# Plan\n", "handbook/emergency.md": "# What to do\n", "plans/a.md": "# A\n", "plans/b.txt": "B\n", "plans/c.png": "\x00", "tests/plan.md": "# Test\n"}
	for pointer, want := range map[string][]string{"handbook/emergency.md": {"handbook/emergency.md"}, "plans": {"plans/a.md", "plans/b.txt"}, "plans/": {"plans/a.md", "plans/b.txt"}, "tests/plan.md": {"tests/plan.md"}} {
		s := tree(files)
		s.System.Declared = lodemark.Declaration{Path: "lodemark.yaml", Documents: map[string]lodemark.DocumentPointer{"incident-plan": {Path: pointer}}}
		if f := Find(s, "incident-plan"); !slices.Equal(f.Examined, want) || !f.Declared {
			t.Errorf("%s: %v, declared %v", pointer, f.Examined, f.Declared)
		}
	}
}
