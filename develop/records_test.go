package develop

import (
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

// Trees in which the checks of records must not decide, and odd ones.
func TestRecordsWhereNothingIsDecided(t *testing.T) {
	prompt := map[string]string{"prompts/system.md": "You answer questions of employees.\n"}
	with := func(p, text string) map[string]string {
		files := map[string]string{p: text}
		for k, v := range prompt {
			files[k] = v
		}
		return files
	}
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
	}{
		{"dev-1-supply-chain-policy", "none, and no record of the system", prompt, lodemark.Undecided},
		{"dev-1-supply-chain-policy", "declared elsewhere", with("lodemark.yaml", "schema: lodemark/1\nname: x\ndocuments:\n  supply-chain-policy: {address: https://wiki.example.org/policy}\n"), lodemark.Undecided},
		{"dev-1-supply-chain-policy", "in German", with("docs/supply-chain-policy.md", "# Lieferkettenrichtlinie\n\n"+german), lodemark.Undecided},
		{"dev-1-update-watch", "no bot here", map[string]string{"requirements.txt": "openai==1.54.0\n"}, lodemark.Undecided},
		{"dev-1-update-watch", "no manifest", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee},
		{"dev-1-update-watch", "a scan that runs on changes only", map[string]string{"requirements.txt": "openai==1.54.0\n",
			".github/workflows/scan.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip-audit\n"}, lodemark.Undecided},
		{"dev-1-end-of-life", "an image of one's own", map[string]string{"Dockerfile": "FROM registry.example.org/team/python:3.8\n"}, lodemark.NothingToSee},
		{"dev-1-end-of-life", "an old image in a test", map[string]string{"tests/Dockerfile": "FROM python:3.8\n"}, lodemark.NothingToSee},
		{"dev-1-failover-plan", "nobody says that it is critical", prompt, lodemark.NothingToSee},
		{"dev-2-asset-register", "nothing to register", map[string]string{"main.py": "print(1)\n"}, lodemark.NothingToSee},
		{"dev-2-log-stores", "no Terraform", prompt, lodemark.NothingToSee},
		{"dev-2-restore-plan", "none", prompt, lodemark.Undecided},
		{"dev-3-prompt-card", "an introduction beside prompts, and no record", with("prompts/README.md", "# Prompts\n\nThe prompts of the demo.\n"), lodemark.Undecided},
		{"dev-3-guardrails-documented", "a card in another language", besideModel("MODEL_CARD.md", "# Modellkarte\n\n"+german), lodemark.Undecided},
		{"dev-3-model-card", "an introduction that says how to run it", besideModel("README.md", "# Ranker\n\n```\npip install ranker\n```\n\nThe model was trained on tickets.\n"), lodemark.Undecided},
		{"dev-3-review-frequency", "a day and no interval", besideModel("MODEL_CARD.md", fullModelCard+"Next review: 2027-03-01\n"), lodemark.Undecided},
		{"dev-3-structured-form", "no bill of materials", besideModel("MODEL_CARD.md", fullModelCard), lodemark.Undecided},
		{"dev-3-structured-form", "a package called bom", with("bom.json", "{\"name\": \"bom\"}\n"), lodemark.Undecided},
		{"dev-3-training-sources", "no card", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided},
		{"dev-4-debt-tracked", "days without a sign that they are followed", map[string]string{"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| Prompts have no tests | x | 2027-01-31 |\n"}, lodemark.Undecided},
		{"dev-4-carry-over", "no plan and no record", prompt, lodemark.Undecided},
	}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			if r := stage.Try(t, tt.check, tt.files); r.Outcome != tt.want || r.Reason == "" {
				t.Errorf("%s (%s) with %+v; want %s", r.Outcome, r.Reason, r.Findings, tt.want)
			}
		})
	}
}

const german = "Diese Richtlinie gilt für alle Lieferanten von Modellen, Daten und Bibliotheken. Jeder Lieferant wird vor der Aufnahme geprüft und danach jedes Jahr erneut. " +
	"Wer die Anforderungen nicht erfüllt, wird nur mit einer Ausnahme zugelassen, die der Leiter der Abteilung unterschreibt und die ein Ende hat. Die Prüfung umfasst Herkunft, Lizenz, " +
	"Umgang mit Schwachstellen und den Ort der Verarbeitung; sie wird im Register festgehalten und vom Sicherheitsarchitekten gegengezeichnet.\n"

func TestVersionEndings(t *testing.T) {
	tests := []struct{ product, tag, want string }{
		{"python", "3.8-slim", "2024-10-07"}, {"python", "3.12.7-slim", "2028-10-31"}, {"python", "3", ""}, {"python", "latest", ""}, {"node", "18.20.4-alpine3.19", "2025-04-30"},
		{"node", "22", "2027-04-30"}, {"ubuntu", "20.04", "2025-05-31"}, {"vllm-openai", "v0.6.3", ""}, {"postgres", "12.4", "2024-11-21"}, {"python", "", ""},
	}
	for _, tt := range tests {
		if end, _, _ := versionEnding(tt.product, tt.tag); end.day != tt.want {
			t.Errorf("%s:%s ends %q, want %q", tt.product, tt.tag, end.day, tt.want)
		}
	}
	for name, day := range versionEnds {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	e := endings{s: &lodemark.Subject{At: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}, seen: map[string]bool{}}
	e.image(lodemark.Component{Path: "Dockerfile"}, 1, infra.ParseImage("python:3.11-slim-buster"))
	if len(e.findings) != 1 {
		t.Errorf("a supported runtime on an old distribution gives %+v", e.findings)
	}
}

func TestIntervalsAndDays(t *testing.T) {
	for text, want := range map[string]int{"reviewed every six months": 183, "quarterly": 92, "every 14 days": 14, "twice a year": 183, "annually": 366, "at each release": 0, "every 2 weeks": 14} {
		if d, ok := intervalIn(text); int(d.Hours()/24) != want || ok != (want > 0) {
			t.Errorf("%q is %v", text, d)
		}
	}
	for text, want := range map[string]string{"2026-03-31": "2026-03-31", "Q2 2026": "2026-06-30", "2026-Q4": "2026-12-31", "2026-02": "2026-02-28", "soon": ""} {
		day, ok := dueDay(text)
		if got := map[bool]string{true: day.Format(time.DateOnly)}[ok]; got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for _, tt := range []struct {
		pattern, dir string
		want         bool
	}{{"/", "/", true}, {"/", "/web", false}, {"/web", "/web", true}, {"web/", "/web", true}, {"/**", "/a/b", true}, {"/apps/*", "/apps/x", true}, {"/apps/*", "/apps/x/y", false}, {"**/*", "/a", true}} {
		if got := folderMatches(tt.pattern, tt.dir); got != tt.want {
			t.Errorf("%s holds %s: %v", tt.pattern, tt.dir, got)
		}
	}
}
