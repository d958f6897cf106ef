package deploy

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

const noDeclaration = "README.md"

// Trees in which the checks of this stage must not decide: nothing of the kind, other products, other words.
func TestWhereNothingIsDecidedByRecords(t *testing.T) {
	declared := "schema: lodemark/1\nname: desk\nstage: operate\n"
	tests := []struct {
		check, name string
		files       map[string]string
		want        lodemark.Outcome
	}{
		{"dep-1-public-data", "no storage", map[string]string{"main.py": "pass\n"}, lodemark.NothingToSee},
		{"dep-1-public-data", "a bucket in a test", map[string]string{"tests/main.tf": "resource \"aws_s3_bucket\" \"models\" {\n  acl = \"public-read\"\n}\n"}, lodemark.NothingToSee},
		{"dep-1-public-data", "a public bucket of which nothing is known", map[string]string{"main.tf": "resource \"aws_s3_bucket\" \"x\" {\n  acl = \"public-read\"\n}\n"}, lodemark.Undecided},
		{"dep-1-public-data", "Terraform that does not parse", map[string]string{"main.tf": "resource \"aws_s3_bucket\" {{{\n"}, lodemark.Undecided},
		{"dep-1-environments", "environments for reinforcement learning", map[string]string{"docs/environments.md": "# Environments\n\nCartPole and Atari are supported. Each environment has a step function.\n"}, lodemark.Undecided},
		{"dep-1-environments", "not deployed yet", map[string]string{"lodemark.yaml": strings.Replace(declared, "operate", "develop", 1)}, lodemark.NothingToSee},
		{"dep-1-production-in-development", "no settings", map[string]string{noDeclaration: "# x\n"}, lodemark.NothingToSee},
		{"dep-1-production-in-development", "a comment", map[string]string{".env.development": "# DATABASE_URL=postgresql://prod-db.example.org/x\n"}, lodemark.Passed},
		{"dep-1-production-in-development", "what is called not production", map[string]string{".env.development": "DATABASE_URL=postgresql://nonprod-db.example.org/x\n"}, lodemark.Passed},
		{"dep-2-encryption-at-rest", "other resources", map[string]string{"main.tf": "resource \"aws_sqs_queue\" \"q\" {\n  name = \"q\"\n}\n"}, lodemark.NothingToSee},
		{"dep-2-serving-egress", "a model server and no policy", map[string]string{"deploy/llm.yaml": servingPod}, lodemark.Undecided},
		{"dep-2-published-digests", "no model", map[string]string{"release.sh": "#!/bin/sh\ngh release create v1 dist/app.tar.gz\n"}, lodemark.NothingToSee},
		{"dep-2-published-digests", "a model that nothing hands on", map[string]string{"models/a.safetensors": oneTensor()}, lodemark.Undecided},
		{"dep-2-verified-on-load", "a digest of a tool", map[string]string{"Dockerfile": "FROM debian:12\nRUN curl -fsSLO https://example.org/tool.tgz && echo \"aa  tool.tgz\" | sha256sum -c -\nUSER 10001\n", "models/a.safetensors": oneTensor()}, lodemark.Undecided},
		{"dep-2-verified-on-load", "in the build only", map[string]string{".github/workflows/ci.yml": "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: sha256sum -c models/SHA256SUMS\n", "models/a.safetensors": oneTensor()}, lodemark.Undecided},
		{"dep-2-confidentiality", "a page on another thing", map[string]string{"docs/confidentiality.md": "# Confidentiality\n\nMembers of the board keep minutes to themselves.\n"}, lodemark.Undecided},
		{"dep-2-privacy-assessment", "nobody knows whether data are sensitive", map[string]string{"lodemark.yaml": declared}, lodemark.Undecided},
		{"dep-2-privacy-assessment", "data that are not sensitive", map[string]string{"lodemark.yaml": declared + "facts:\n  sensitive_training_data:\n    answer: \"no\"\n    reason: made up\n"}, lodemark.NothingToSee},
		{"dep-3-offline-backups", "how to restore a window", map[string]string{"docs/restore.md": "# Restore\n\nDouble-click restores the window.\n"}, lodemark.Undecided},
		{"dep-3-responders-trained", "a record of other training", map[string]string{"docs/training-log.md": "# Training log\n\nEpoch 1: loss 0.4. Epoch 2: loss 0.3.\n"}, lodemark.Undecided},
		{"dep-3-service-plan", "a service for colleagues", map[string]string{"lodemark.yaml": declared + "users: [employees]\n"}, lodemark.NothingToSee},
		{"dep-3-service-plan", "users of whom nothing is known", map[string]string{"lodemark.yaml": declared}, lodemark.Undecided},
		{"dep-3-service-plan", "a service for customers", map[string]string{"lodemark.yaml": declared + "users: [customers]\n"}, lodemark.Failed},
		{"dep-3-service-plan", "a price list without features", map[string]string{"docs/pricing.md": "# Pricing\n\nTen euros.\n"}, lodemark.Undecided},
		{"dep-4-threat-coverage", "a report and no threats", map[string]string{"docs/red-team-report.md": campaign}, lodemark.Undecided},
		{"dep-4-threat-coverage", "a threat file that does not parse", map[string]string{"docs/red-team-report.md": campaign, "threats.yaml": "threats: [{{\n"}, lodemark.Undecided},
		{"dep-5-default-credentials", "no settings", map[string]string{"main.py": "PASSWORD = 'postgres'\n"}, lodemark.NothingToSee},
		{"dep-5-default-credentials", "a compose file in a test", map[string]string{"tests/compose.yaml": "services:\n  db:\n    image: postgres:16\n    environment: {POSTGRES_PASSWORD: postgres}\n"}, lodemark.NothingToSee},
		{"dep-5-default-credentials", "a compose file that does not parse", map[string]string{"compose.yaml": "services:\n  db: [\n"}, lodemark.Undecided},
		{"dep-5-data-use", "the privacy of something else", map[string]string{"docs/privacy.md": "# Privacy policy\n\nThis web site sets no cookies.\n"}, lodemark.Undecided},
		{"dep-5-responsibilities", "responsibilities in a project", map[string]string{"docs/responsibilities.md": "# Responsibilities\n\nThe release manager tags releases.\n"}, lodemark.Undecided},
		{"dep-5-responsibilities", "in another language", map[string]string{"docs/shared-responsibility.md": "# Geteilte Verantwortung\n\n" + strings.Repeat("Die Sicherheit der access keys teilen sich Nutzer und Betreiber nach den Regeln dieser Seite. ", 12)}, lodemark.Undecided},
	}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			r := stage.Try(t, tt.check, tt.files)
			if r.Outcome != tt.want || r.Reason == "" {
				t.Errorf("%s (%s) with %+v; want %s", r.Outcome, r.Reason, r.Findings, tt.want)
			}
		})
	}
}

// What fails, and on which of its clauses.
func TestClausesOfRecords(t *testing.T) {
	for _, tt := range []struct{ check, example, want string }{
		{"dep-3-service-plan", "logs for the highest plan", "DEP-3.7"},
		{"dep-3-service-plan", "a second factor as an extra", "DEP-3.8"},
		{"dep-4-evaluation-report", "the evaluation of the release before", "DEP-4.1"},
		{"dep-5-option-record", "a setting without a line", "DEP-5.1"},
		{"dep-5-option-record", "a weakening without a reason", "DEP-5.2"},
	} {
		c := stage.Check(t, tt.check)
		var got []string
		for _, e := range c.Bad {
			if e.Name == tt.example {
				for _, f := range stage.TryCheck(t, c, e.Files).Findings {
					got = append(got, f.Clauses...)
				}
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s/%s: clauses %v, want %s", tt.check, tt.example, got, tt.want)
		}
	}
}

// A document that leaves the record out fails nothing where another keeps it.
func TestKeptElsewhere(t *testing.T) {
	files := map[string]string{
		"docs/incident-plan.md":   planHead + planBody + planScenarios + "\n## Training of responders\n\nOn 2026-09-10 the on-call engineer exercised scenario 1, a planted instruction.\n",
		"docs/training-record.md": "# Training record\n\nIncidents are trained elsewhere.\n\n| role | course | date |\n|---|---|---|\n| Owner | phishing | 2026-02-03 |\n",
		"lodemark.yaml":           "schema: lodemark/1\nname: desk\ndocuments:\n  training-record: docs/training-record.md\n  incident-plan: docs/incident-plan.md\n",
	}
	if r := stage.Try(t, "dep-3-responders-trained", files); r.Outcome != lodemark.Passed {
		t.Errorf("%s (%s), want a pass", r.Outcome, r.Reason)
	}
	files["docs/incident-plan.md"] = planHead + planBody + planScenarios
	if r := stage.Try(t, "dep-3-responders-trained", files); r.Outcome != lodemark.Failed || r.Findings[0].Path != "docs/training-record.md" {
		t.Errorf("%s (%s), want a failure of the record", r.Outcome, r.Reason)
	}
}

// The steps that a plan must have follow from what the system is made of.
func TestStepsFollowTheInventory(t *testing.T) {
	system := func(components ...lodemark.Component) *lodemark.Subject {
		return &lodemark.Subject{System: &lodemark.System{Components: components, Facts: []lodemark.Fact{{Name: "trains_models", Answer: lodemark.Yes}}}}
	}
	for _, tt := range []struct {
		name string
		s    *lodemark.Subject
		want string
	}{
		{"nothing is known", system(), "how to block or filter, how keys are rotated"},
		{"a prompt", system(lodemark.Component{Kind: lodemark.KindPrompt, Path: "p.md"}), "how to block or filter, how to go back to an earlier prompt, how keys are rotated"},
		{"a model in a test", system(lodemark.Component{Kind: lodemark.KindModel, Path: "tests/m.pt", Test: true}), "how to block or filter, how keys are rotated"},
		{"a model of one's own", system(lodemark.Component{Kind: lodemark.KindModel, Path: "m.safetensors"}), "how to block or filter, how to go back to an earlier model, how keys are rotated, how the model is trained again"},
		{"a vector store", system(lodemark.Component{Kind: lodemark.KindVectorStore, Path: "compose.yaml"}), "how to block or filter, how to restore the index, how poisoned data is purged, how keys are rotated"},
	} {
		if got := namesOf(stepTopics(tt.s)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}
