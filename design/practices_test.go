package design

import (
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// Trees in which the checks of records and settings must not decide, with the reason that is given.
func TestRecordsThatDecideNothing(t *testing.T) {
	record := func(kind, text string) map[string]string { return map[string]string{"docs/" + kind + ".md": text} }
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
		reason      string
	}{
		{"sd-1-threat-sign-off", "nobody to sign", map[string]string{"threats.yaml": threatsByName}, lodemark.Undecided, "not both named"},
		{"sd-1-threat-sign-off", "nothing to sign", map[string]string{"lodemark.yaml": ownerAndLeader}, lodemark.Undecided, "no threat model"},
		{"sd-1-threat-sign-off", "nobody signed yet", map[string]string{"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsByName}, lodemark.Undecided, "no decision file"},
		{"sd-1-threat-sign-off", "somebody else signed", map[string]string{"lodemark.yaml": ownerAndLeader, "threats.yaml": threatsByName,
			".lodemark/decisions/a.yaml": signed("Intern <intern@example.org>", "2027-06-30", threatsByName)}, lodemark.Undecided, "no decision file"},
		{"sd-1-ai-training", "no record and no system record", map[string]string{"README.md": "# x\n"}, lodemark.Undecided, "may lie elsewhere"},
		{"sd-1-ai-training", "an AI course without a syllabus", recordOf("# Training record\n\n| Person | Course | Date |\n|---|---|---|\n| ML engineer | AI security | 2026-03-02 |\n"), lodemark.Undecided, "does not say what"},
		{"sd-1-secure-coding-training", "another language", record("schulungsnachweis", "# Schulungsnachweis\n\n| Person | Kurs | Datum |\n|---|---|---|\n| Entwicklerin | Sichere Programmierung für die Gruppe und das Team, die nicht in der Liste ist | 2026-03-02 |\n\nDas ist die Liste der Schulungen, und sie ist nicht vollständig. Die Kurse und der Nachweis sind in der Ablage. Der Kurs ist für die Gruppe.\n"),
			lodemark.Undecided, "not written in English"},
		{"sd-3-ai-decision", "silence without a system record", record("ai-decision", "# AI decision record\n\nWe use a model because it is modern.\n"), lodemark.Undecided, "may stand elsewhere"},
		{"sd-3-ai-decision", "alternatives of a model record are other models", map[string]string{"docs/model-record.md": "# Model decision record\n\nDecided by: Product owner\n\n## Alternatives\n\nA smaller model was rejected, because it failed a keyword test.\n"},
			lodemark.Undecided, "may lie elsewhere"},
		{"sd-3-model-sourcing", "no model", record("model-record", "# Model decision record\n\nText.\n"), lodemark.NothingToSee, "no model"},
		{"sd-3-library-review", "no AI library", map[string]string{"requirements.txt": "requests==2.32.0\n"}, lodemark.NothingToSee, "no AI library"},
		{"sd-3-library-review", "libraries that only developers use", map[string]string{"pyproject.toml": "[project]\nname = \"x\"\nversion = \"1\"\n\n[dependency-groups]\ndev = [\"torch==2.4.1\"]\n"}, lodemark.NothingToSee, "no AI library"},
		{"sd-3-import-isolation", "a test job with secrets of tests", map[string]string{".github/workflows/integration-tests.yml": "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    env: {OPENAI_API_KEY: \"${{ secrets.OPENAI_API_KEY }}\"}\n    steps:\n      - run: ollama pull small\n"},
			lodemark.Undecided, "one of tests"},
		{"sd-3-import-isolation", "an image that holds a model", map[string]string{"Dockerfile": "FROM python:3.12\nRUN huggingface-cli download acme/embedder\n"}, lodemark.Undecided, "not shown"},
		{"sd-3-import-isolation", "a command that is only mentioned", map[string]string{".github/workflows/x.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    env: {KEY: \"${{ secrets.KEY }}\"}\n    steps:\n      - run: echo \"use ollama pull small\"\n      # ollama pull small\n"},
			lodemark.Undecided, "no container"},
		{"sd-3-import-isolation", "text of a config map", map[string]string{"compose.yaml": "services:\n  a:\n    image: x\n    environment: {NOTE: \"hf download acme/embedder\", API_KEY: abc}\n"}, lodemark.Undecided, "no container"},
		{"sd-3-feedback-path", "not declared", map[string]string{"lodemark.yaml": deskRecord}, lodemark.Undecided, "not declared"},
		{"sd-3-feedback-path", "declared not to learn", map[string]string{"lodemark.yaml": deskRecord + "facts:\n  learns_from_feedback: {answer: \"no\", reason: never}\n"}, lodemark.NothingToSee, "does not learn"},
		{"sd-3-ci-security-checks", "tests only", map[string]string{"lodemark.yaml": deskRecord, ".github/workflows/test.yml": "on: pull_request\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: pip install bandit && pytest\n"}, lodemark.Undecided, "no security check was found"},
		{"sd-3-ci-security-checks", "a check whose result is ignored", map[string]string{".github/workflows/test.yml": "on: pull_request\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: bandit -r app || true\n"}, lodemark.Undecided, "ignored"},
		{"sd-3-ci-security-checks", "a hook that cannot fail", map[string]string{".github/workflows/test.yml": "on: pull_request\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: pre-commit/action@v3.0.1\n",
			".pre-commit-config.yaml": "repos:\n  - repo: https://example.org/checkov\n    hooks:\n      - id: checkov\n        args: [--soft-fail]\n  - repo: local\n    hooks:\n      - id: spelling\n"}, lodemark.Undecided, "no security check was found"},
		{"sd-3-ci-security-checks", "a check of some folders", map[string]string{".github/workflows/test.yml": "on:\n  push:\n    paths: [\"app/**\"]\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: bandit -r app\n"}, lodemark.Undecided, "some paths only"},
		{"sd-3-ci-security-checks", "by the clock", map[string]string{".github/workflows/scan.yml": "on:\n  schedule: [{cron: \"0 0 * * 0\"}]\njobs:\n  t:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: aquasecurity/trivy-action@0.28.0\n"}, lodemark.Undecided, "by the clock"},
		{"sd-3-ci-security-checks", "another system", map[string]string{"lodemark.yaml": deskRecord, "Jenkinsfile": "pipeline {}\n"}, lodemark.Undecided, "Jenkinsfile"},
		{"sd-3-ci-security-checks", "a broken workflow", map[string]string{"lodemark.yaml": deskRecord, ".github/workflows/x.yml": "on: push\njobs:\n  a: [\n"}, lodemark.Undecided, "could not be read"},
		{"sd-3-secure-defaults", "nothing shipped", map[string]string{"app.py": "DEBUG = True\n"}, lodemark.Undecided, "no settings"},
		{"sd-3-secure-defaults", "settings without a switch", map[string]string{".env.example": "MODEL=small\nDEBUG_PORT=5678\nOAUTH_ENABLED=false\nLDAP_AUTH_ENABLED=false\nSKIP_TLS_VERIFY=\n"}, lodemark.Undecided, "no switch"},
		{"sd-3-secure-defaults", "settings of samples and development", map[string]string{"examples/.env.example": "AUTH_ENABLED=false\n", "docker-compose.dev.yml": "services:\n  a:\n    image: x\n    environment: {DEBUG: \"true\"}\n", "tests/values.yaml": "auth:\n  enabled: false\n"},
			lodemark.Undecided, "no settings"},
		{"sd-3-secure-defaults", "any origin without credentials", map[string]string{"settings.yaml": "server:\n  cors:\n    allow_origins: [\"*\"]\n    allow_credentials: false\n"}, lodemark.Undecided, "no switch"},
		{"sd-3-least-privilege", "no grants", map[string]string{"main.tf": "resource \"aws_s3_bucket\" \"x\" {\n  bucket = \"x\"\n}\n"}, lodemark.NothingToSee, "no roles"},
		{"sd-3-least-privilege", "a person who is owner", map[string]string{"main.tf": "resource \"google_project_iam_member\" \"x\" {\n  role   = \"roles/owner\"\n  member = \"user:head@example.org\"\n}\n"}, lodemark.Passed, "none of the 1"},
		{"sd-3-least-privilege", "an administrator for people", map[string]string{"rbac.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: admins}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}\nsubjects:\n  - {kind: Group, name: admins}\n"},
			lodemark.Passed, "none of the 1"},
		{"sd-3-opt-in", "no switch", map[string]string{".env.example": "ENABLE_METRICS=true\nENABLE_WEB_SEARCH=true\n"}, lodemark.Undecided, "no switch"},
		{"sd-3-risky-capabilities", "whether it acts is not known", map[string]string{"docs/user-guidance.md": "# User guide\n\n## What it can do\n\nIt can add comments; confirm them.\n", "requirements.txt": "openai==1.52.2\n"}, lodemark.Undecided, "not known"},
		{"sd-3-prohibited-uses", "no alternatives", record("acceptable-use", "# Acceptable use\n\n## Prohibited uses\n\nWeapons, malware, fraud. Violations are reported by mail.\n"), lodemark.Undecided, "no alternative"},
		{"sd-4-threats-cited", "no threat model", recordTree("## Threats\n\nR-1 weighed most."), lodemark.Undecided, "no threat model"},
		{"sd-4-threats-cited", "threats without ids", map[string]string{"lodemark.yaml": deskOnAnthropic, "threats.yaml": "components:\n  - {id: a, kind: app}\nflows:\n  - {from: a, to: a}\nthreats:\n  - {title: x}\n",
			"docs/model-record.md": "# Model decision record\n\nThe threat of planted instructions weighed most.\n"}, lodemark.Undecided, "by ids"},
		{"sd-4-complexity", "an architecture without its size", recordTree("## Architecture\n\nA transformer with attention."), lodemark.Undecided, "not its size"},
		{"sd-4-fitness", "a figure without a threshold", recordTree("## Evaluation\n\n94 of 100 of our own questions were right."), lodemark.Undecided, "threshold"},
		{"sd-4-explainability", "no simpler candidate", recordTree("## Explainability\n\nEach answer names its article."), lodemark.Undecided, "no simpler candidate"},
		{"sd-4-training-data", "little said", recordTree("## Training data\n\nBooks."), lodemark.Undecided, "does not say that they are unknown"},
		{"sd-4-hardening", "one technique of three", recordTree("## Hardening\n\nDropout is used because it helps."), lodemark.Undecided, "does not speak of"},
		{"sd-4-fitness", "silence where nobody was asked", map[string]string{"models/ranker.safetensors": oneTensor(), "docs/model-record.md": "# Model decision record\n\n## Ranker\n\nOur own. An open one was rejected.\n"}, lodemark.Undecided, "may stand elsewhere"},
		{"sd-4-provenance", "silence where nobody was asked", map[string]string{"models/ranker.safetensors": oneTensor(), "docs/model-record.md": "# Model decision record\n\n## Other\n\nNothing on it.\n"}, lodemark.Undecided, "may stand elsewhere"},
	}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			r := stage.Try(t, tt.check, tt.files)
			if r.Outcome != tt.want || len(r.Findings) > 0 || !strings.Contains(r.Reason, tt.reason) {
				t.Errorf("%s (%s), findings %+v; want %s with %q", r.Outcome, r.Reason, r.Findings, tt.want, tt.reason)
			}
		})
	}
}

// Documents about other things: of another product in the same repository, templates copied from elsewhere, samples.
func TestRecordsOfOtherThings(t *testing.T) {
	good := "# Training record\n\nAI course: poisoning, prompt injection, extraction, unsafe model files.\n\n| Person | Course | Date |\n|---|---|---|\n| ML engineer | Secure coding | 2026-03-02 |\n"
	for name, files := range map[string]map[string]string{
		"of another product":       {"lodemark.yaml": deskRecord, "products/billing/training-record.md": good},
		"a template":               {"lodemark.yaml": deskRecord, "docs/templates/training-record.md": good},
		"of an example":            {"lodemark.yaml": deskRecord, "examples/desk/docs/training-record.md": good},
		"code to train a model":    {"lodemark.yaml": deskRecord, "training/train.py": "print(1)\n", "training/README.md": "# Training\n\nRun train.py on 2026-03-02.\n"},
		"pointed to and not there": {"lodemark.yaml": deskRecord + "documents:\n  training-record: docs/people.md\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if r := stage.Try(t, "sd-1-secure-coding-training", files); r.Outcome != lodemark.Failed || r.Findings[0].Path != "lodemark.yaml" {
				t.Errorf("%s (%s) %+v; want a finding at lodemark.yaml", r.Outcome, r.Reason, r.Findings)
			}
		})
	}
}

// What is counted and named of those who commit and are not on the roster; a report names no mail address.
func TestWhoIsNotOnTheRoster(t *testing.T) {
	files := committed(recordOf(rosterHead+rosterOfML), mlEngineer, webEngineer, updates, "web@example.org <second@example.org>", "Data Engineer <d@example.org>", "Ops Engineer <o@example.org>",
		"UX Engineer <u@example.org>", "renovate[bot] <bot@renovateapp.com>", "github-actions <41898282+github-actions[bot]@users.noreply.github.com>")
	r := stage.Try(t, "sd-1-secure-coding-training", files)
	if r.Outcome != lodemark.Failed || len(r.Findings) != 1 {
		t.Fatalf("%s %+v", r.Outcome, r.Findings)
	}
	got := r.Findings[0].Message
	if !strings.HasPrefix(got, "5 of the 6 people") || !strings.HasSuffix(got, "and 2 more.") || strings.Contains(got, "@") || strings.Contains(got, "bot") {
		t.Errorf("%q", got)
	}
}

func TestCommitters(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	h := lodemark.History{Contributors: []lodemark.Contributor{
		{Name: "Ann Engineer", Mail: "ann@example.org", Last: now.AddDate(0, -1, 0)},
		{Name: "Ann Engineer", Mail: "123+ann-e@users.noreply.github.com", Last: now.AddDate(0, -2, 0)},
		{Name: "Sam", Mail: "sam@one.example.org", Last: now.AddDate(0, -3, 0)},
		{Name: "Sam", Mail: "sam@two.example.org", Last: now.AddDate(0, -3, 0)},
		{Name: "Long Gone", Mail: "gone@example.org", Last: now.AddDate(-2, 0, 0)},
		{Name: "dependabot[bot]", Mail: "x@example.org", Last: now},
		{Name: "GitHub Action", Mail: "action@github.com", Last: now},
		{Name: "pre-commit-ci[bot]", Mail: "y@example.org", Last: now},
	}}
	people := committers(h, now)
	if len(people) != 3 { // one Ann with two addresses; a first name alone may be two people
		t.Fatalf("%+v", people)
	}
	for who, want := range map[string]bool{"Ann Engineer": true, "Engineer, Ann": true, "ANN@EXAMPLE.ORG": true, "@ann-e": true, "Annabel Engineer": false, "Anne": false, "": false} {
		if indexed([]entry{{who: who}}).has(people[0]) != want {
			t.Errorf("%q: %v", who, !want)
		}
	}
}

func TestRoster(t *testing.T) {
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	text := "# Training record\n\n## Roster\n\n| Name | Course | Completed | Valid until |\n|---|---|---|---|\n| A | Secure coding | 2 March 2026 | 2027-03-02 |\n| B | TODO | TODO | |\n| | Secure coding | 2026-03-02 | |\n\n" +
		"## Threat briefing\n\n| Person | Date |\n|---|---|\n| A | 2026-09-01 |\n\n## Others\n\n- C: AI security, 2026-05-01, valid until 2027-05-01\n- Next review: 2027-01-01\n"
	got := rosterOf(document.Read("docs/training-record.md", []byte(text)))
	want := []entry{
		{line: 7, who: "A", what: "Secure coding", when: day("2026-03-02"), until: day("2027-03-02")},
		{line: 15, who: "A", what: "Threat briefing", when: day("2026-09-01")},
		{line: 19, who: "C", what: "AI security, 2026-05-01, valid until 2027-05-01", when: day("2026-05-01"), until: day("2027-05-01")},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		want[i].path = "docs/training-record.md"
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
	now := day("2026-11-01")
	for e, says := range map[entry]string{
		{when: day("2026-12-01")}:                           "lies ahead",
		{when: day("2024-01-01"), until: day("2026-10-31")}: "ended on 2026-10-31",
		{when: day("2024-01-01")}:                           "dates from 2024-01-01",
		{}:                                                  "has no date",
		{when: day("2024-01-01"), until: day("2026-11-01")}: "",
		{when: day("2026-10-01")}:                           "",
	} {
		if got := e.standing(now, year); got != says {
			t.Errorf("%+v: %q, want %q", e, got, says)
		}
	}
}

func TestSays(t *testing.T) {
	for _, tt := range []struct {
		text, word string
		want       bool
	}{{"Retraining data", "train", false}, {"Training", "train", true}, {"constraint", "train", false}, {"an AI course", "ai ", true}, {"air", "ai ", false}, {"(AI)", "ai ", true}, {"", "ai", false}, {"モデルの脅威", "脅威", true}, {"said", "ai", false}} {
		if says(tt.text, tt.word) != tt.want {
			t.Errorf("%q holds %q: want %v", tt.text, tt.word, tt.want)
		}
	}
}

func TestStatedCounts(t *testing.T) {
	for text, want := range map[string]float64{"388 parameters": 388, "1,234,567 parameters": 1234567, "2.5 million parameters": 2.5e6, "7B parameters": 7e9, "1.5 billion trainable parameters": 1.5e9, "no size": 0, "600 tokens": 0} {
		got := 0.0
		if all := statedCounts(text); len(all) > 0 {
			got = all[0]
		}
		if got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if got := parametersIn([]byte(oneTensor())); got != 1 {
		t.Errorf("one tensor has %v parameters", got)
	}
}

func TestOptionKeys(t *testing.T) {
	for name, want := range map[string]string{"server.auth.enabled": "SERVER_AUTH_ENABLED", "disableAuth": "DISABLE_AUTH", "--trust-remote-code": "TRUST_REMOTE_CODE", "DEBUG": "DEBUG"} {
		if got := optionKey(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for text, want := range map[string]string{"${A:-true}": "true", "${A:true}": "true", "${A-1}": "1", `"false" # why`: "false", "x # y": "x", "${A}": "${A}", "'*'": "*"} {
		if got := plainValue(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestChecksInCommands(t *testing.T) {
	for line, want := range map[string]bool{
		"bandit -r app": true, "python -m bandit -r .": true, "uv run pip-audit": true, "npm audit --omit=dev": true, "docker run --rm registry.example.org/tools/trivy:0.57 fs .": true, "cd web && npm audit": true,
		"npx snyk test": true, "pip install bandit": false, "echo run bandit": false, "# bandit": false, "pytest tests/test_bandit.py": false, "make test": false,
	} {
		m := checkingCommands.MatchString(line) && !installs.MatchString(line) && !spokenAbout.MatchString(line) && line[0] != '#'
		if m != want {
			t.Errorf("%q: %v", line, m)
		}
	}
}

// Forms that lodemark new drafts, once filled in, say what the checks look for.
func TestFilledForms(t *testing.T) {
	files := map[string]string{
		"lodemark.yaml":    deskOnAnthropic + "facts:\n  agentic: {answer: \"yes\", reason: it comments on tickets}\n",
		"requirements.txt": "anthropic==0.39.0\n",
		"threats.yaml":     threatsByName,
		"docs/training-record.md": "# Training record of the team\n\n## Who was trained\n\n| Person or role | Secure coding | Security of AI | Threat briefing | Valid until |\n|---|---|---|---|---|\n" +
			"| ML engineer | 2026-03-02 | 2026-03-03 | 2026-09-01 | 2027-03-01 |\n\n## What the courses cover\n\nThe course on AI covers poisoning, prompt injection, extraction and unsafe model files.\n",
		"docs/ai-decision.md": "# Why AI: decision for the help desk\n\nDecided by: Head of services\n\n## Alternatives without AI\n\n| Way | What it would do | Why it was rejected |\n|---|---|---|\n| a form with rules | a third of the questions | too many rules to keep |\n",
		"docs/library-review.md": "# Review of libraries\n\nReviewed on: 2026-08-01\n\n| Library | Version | Where | Maintained | Advisories | Loads untrusted models or runs their code | Decision |\n|---|---|---|---|---|---|---|\n" +
			"| anthropic | 0.39.0 | requirements.txt | vendor, weekly | none open | loads no models | used |\n",
		"docs/acceptable-use.md": "# Acceptable use\n\n## Prohibited uses\n\n| Prohibited use | Why | Instead |\n|---|---|---|\n| legal advice | not tested for it | ask the legal department |\n",
		"docs/user-guidance.md":  "# Using the help desk\n\n## Riskier functions\n\nComments on tickets: they go to everybody on the ticket and cannot be undone; off until you turn them on.\n",
		"docs/model-record.md": "# Model decision record\n\nDecided by: Product owner\n\nNext review: 2027-03-01\n\n## Models in use\n\n| Model | Where | Built, reused or called | Version or revision |\n|---|---|---|---|\n" +
			"| claude-sonnet-4-5 | lodemark.yaml | called through the provider's API; one of our own needs two people | version 20250929 |\n\n" +
			"## Alternatives considered\n\n| Candidate | Compared on | Why it was not taken |\n|---|---|---|\n| an open-weight model | task data, supply chain | two people needed |\n| keyword search | 41 % | not enough |\n\n" +
			"## What was weighed\n\n| Model | Architecture and size | Training data |\n|---|---|---|\n| claude-sonnet-4-5 | transformer, size not published; robust to changed wording in 46 of 50 cases | not published, unknown |\n\n" +
			"## Fitness for the task\n\n94 of 100 of our questions were right; at least 90 were required.\n\n## Explaining and aligning answers\n\nEach answer names its article; keyword search was simpler and not enough.\n\n" +
			"## Threats\n\nR-1\n\n## Hardening\n\n| Technique | Applied or not | Why, and against which threat |\n|---|---|---|\n| Adversarial training | no | not ours to train |\n| Regularisation | no | not published |\n| Privacy-enhancing techniques | yes | redaction against R-1 |\n",
	}
	for _, id := range []string{"sd-1-threat-learning", "sd-1-secure-coding-training", "sd-1-ai-training", "sd-3-ai-decision", "sd-3-model-sourcing", "sd-3-library-review", "sd-3-risky-capabilities", "sd-3-prohibited-uses",
		"sd-4-model-record", "sd-4-threats-cited", "sd-4-review-date", "sd-4-complexity", "sd-4-fitness", "sd-4-explainability", "sd-4-training-data", "sd-4-hardening", "sd-4-provenance"} {
		if r := stage.Try(t, id, files); r.Outcome != lodemark.Passed {
			t.Errorf("%s: %s (%s)", id, r.Outcome, r.Reason)
		}
	}
}

// Long and odd texts end in time and in range.
func TestHostileRecords(t *testing.T) {
	long := strings.Repeat("supply chain model train R-1 AI ", 40_000)
	files := map[string]string{"lodemark.yaml": deskOnAnthropic, ".env.example": strings.Repeat("A", 300_000) + "=" + strings.Repeat("${", 50_000) + "\n" + strings.Repeat("a.", 50_000) + ": true\n",
		"values.yaml": strings.Repeat(" ", 1000) + "a:\n" + strings.Repeat("- x: {}\n", 20_000), "docs/model-record.md": "# Model decision record\n\n" + long + "\n\n" + strings.Repeat("|a", 30_000) + "\n",
		"docs/training-record.md": "# Training record\n\n" + strings.Repeat("| Person | Date |\n|---|---|\n| x | 2026-03-02 |\n\n", 2_000), ".github/workflows/x.yml": "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: " + strings.Repeat("hf download ", 30_000) + "\n"}
	for _, c := range stage.Checks() {
		begin := time.Now()
		if r := stage.TryCheck(t, c, files); r.Outcome == lodemark.NotRun {
			t.Errorf("%s gave no outcome", c.ID)
		}
		if d := time.Since(begin); d > 30*time.Second {
			t.Errorf("%s took %v", c.ID, d)
		}
	}
}

func FuzzOptions(f *testing.F) {
	f.Add("a:\n  b: [x, \"*\"]\n  - c: true\n")
	f.Add("export A='x' # y\nB=${C:-1}\n")
	f.Add("--- {a: b}\n\t- c:\n")
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Count(text, "\n") + 1
		for _, name := range []string{"values.yaml", "config.toml", "config.json"} {
			for _, o := range configOptions(name, []byte(text)) {
				if o.line < 1 || o.line > lines {
					t.Errorf("%s: line %d of %d", name, o.line, lines)
				}
				protectionOf(o)
			}
		}
		for _, o := range variableOptions(".env.example", []byte(text)) {
			if o.line < 1 || o.line > lines {
				t.Errorf("line %d of %d", o.line, lines)
			}
		}
		openOrigins(yamlOptions("values.yaml", text))
	})
}

func FuzzParametersIn(f *testing.F) {
	f.Add([]byte(oneTensor()))
	f.Add([]byte("\x10\x00\x00\x00\x00\x00\x00\x00{\"a\":{\"shape\":[1e308,1e308]}}"))
	f.Fuzz(func(t *testing.T, data []byte) { parametersIn(data) })
}

func FuzzRoster(f *testing.F) {
	f.Add(rosterHead + rosterOfML)
	f.Add("| Person | Date |\n|---|---|\n| x |\n\n- a: 2026-01-01, valid until\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range rosterOf(document.Read("x.md", []byte(text))) {
			e.standing(time.Unix(0, 0), year)
			indexed([]entry{e}).has(committer{names: []string{e.who}, mails: []string{e.what}})
		}
	})
}

func FuzzAllowsAll(f *testing.F) {
	f.Add(`{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["*"]}]}`)
	f.Add(`{"Statement": {"Effect": "Allow", "Action": ["*"], "Resource": "*"}}`)
	f.Fuzz(func(t *testing.T, text string) { allowsAll(text) })
}
