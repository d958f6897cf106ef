package examples_test

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"fmt"
	"time"
)

// committed adds a git history to a tree, as git keeps it before packing: one commit for each author, a day apart.
func committed(authors ...string) []edit {
	edits := []edit{{".git/HEAD", "", "ref: refs/heads/main\n"}}
	parent := ""
	for i, a := range authors {
		when := time.Date(2026, 10, 1+i, 9, 0, 0, 0, time.UTC).Unix()
		body := "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
		if parent != "" {
			body += "parent " + parent + "\n"
		}
		body += fmt.Sprintf("author %s %d +0000\ncommitter %s %d +0000\n\nchange %d\n", a, when, a, when, i)
		raw := fmt.Sprintf("commit %d\x00%s", len(body), body)
		parent = fmt.Sprintf("%x", sha1.Sum([]byte(raw)))
		var packed bytes.Buffer
		z := zlib.NewWriter(&packed)
		z.Write([]byte(raw))
		z.Close()
		edits = append(edits, edit{".git/objects/" + parent[:2] + "/" + parent[2:], "", packed.String()})
	}
	return append(edits, edit{".git/refs/heads/main", "", parent + "\n"})
}

// said is what turns when threats.yaml says something else of the system as a whole: the clause, and what was signed on the bytes of
// the file. What the threats rest on stays as it is.
func said(clause string) turned {
	return turned{clause: notMet, "SD-1.1": notMet, "SD-2.1": unclear, "SD-2.2": unclear}
}

func designControls() []mutation {
	return []mutation{
		{check: "sd-1-owner-named", what: "the owner", edits: []edit{{"lodemark.yaml", "Help desk product owner", "TODO"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-owner-named", what: "the accountable leader", edits: []edit{{"lodemark.yaml", "Director of internal services", "TODO"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-user-security-guidance", what: "the document", edits: []edit{{path: "docs/user-security-guidance.md"}}, turns: turned{"SD-1.4": notMet}},
		{check: "sd-2-threat-model", what: "the threat model", edits: []edit{{path: "threats.yaml"}},
			turns: turned{"SD-2.1": notMet, "SD-2.2": notMet, "SD-4.2": unclear, "SD-1.1": notMet, "SD-1.2": notMet, "SD-1.4": notMet, "SD-1.3": unlooked, "SD-2.6": unlooked,
				"SD-2.3": unlooked, "SD-2.4": unlooked, "SD-2.5": unlooked, "SD-2.7": unlooked, "SD-2.8": unlooked}},
		{check: "sd-2-inventory-covered", what: "the vector store in the threat model",
			edits: []edit{{"threats.yaml", "  - {id: knowledge, kind: vector_store, path: deploy/k8s/knowledge.yaml, authn: key, holds: [internal, embeddings], writers: [own], used_for: retrieve}\n", ""},
				{"threats.yaml", "knowledge", "articles"}},
			turns: turned{"SD-2.2": notMet, "SD-2.1": notMet, "SD-1.1": notMet, "SD-1.2": notMet, "SD-1.3": notMet, "SD-1.4": notMet, "SD-2.5": notMet, "SD-2.6": notMet}}, // and what was decided on and read is another model's
		{check: "sd-2-inventory-covered", what: "a tool in the threat model",
			edits: []edit{{"threats.yaml", "path: app/tools.py, ", ""}, {"threats.yaml", "comment_ticket", "reply"}},
			turns: turned{"SD-2.2": notMet, "SD-2.1": notMet, "SD-1.1": notMet, "SD-1.2": notMet, "SD-1.3": notMet, "SD-1.4": notMet, "SD-2.5": notMet, "SD-2.6": notMet}}, // and what was decided on and read is another model's
		{check: "sd-2-threats-decided", what: "one decision", edits: []edit{{path: ".lodemark/decisions/2026-10-08-mitigate-ldm-t71.yaml"}}, turns: turned{"SD-1.3": notMet, "SD-2.1": notMet, "SD-2.5": notMet, "SD-2.6": notMet}},
		{check: "sd-2-impact-stated", what: "what happens to users", edits: []edit{{"threats.yaml", "  - {party: users, text: \"Employees follow a wrong instruction, and what they wrote in a question is read by somebody who should not read it.\"}\n", ""}}, turns: said("SD-2.3")},
		{check: "sd-2-malfunction-stated", what: "what goes wrong with nobody behind it", edits: []edit{{"threats.yaml", "cause: malfunction", "cause: attack"},
			{path: ".lodemark/decisions/2026-10-08-accept-ldm-t109.yaml"}, {path: ".lodemark/decisions/2026-10-08-accept-ldm-t25.yaml"}, {path: ".lodemark/decisions/2026-10-08-mitigate-ldm-t62.yaml"},
			{path: ".lodemark/decisions/2026-10-08-accept-ldm-t63.yaml"}, {path: ".lodemark/decisions/2026-10-08-accept-ldm-t73.yaml"}},
			turns: turned{"SD-2.4": notMet, "SD-1.1": notMet, "SD-1.3": notMet, "SD-2.1": notMet, "SD-2.2": unclear, "SD-2.5": notMet, "SD-2.6": notMet}}, // and the threats lack their decisions
		{check: "sd-2-attack-classes", what: "a decision on a class", edits: []edit{{path: ".lodemark/decisions/2026-10-08-accept-ldm-t63.yaml"}}, turns: turned{"SD-2.5": notMet}},
		{check: "sd-2-attack-classes", what: "a class that can happen", edits: []edit{{"threats.yaml", "excluded:\n", "excluded:\n  supply-chain: We buy nothing from anybody and load nothing of others.\n"}}, turns: said("SD-2.5")},
		{check: "sd-2-data-classified", what: "what the traces hold", edits: []edit{{"threats.yaml", "  reason: Articles say how accounts are reset and which systems there are, and traces hold names of employees; neither can be sold, but both help to talk somebody into something.\n", ""}}, turns: said("SD-2.7")},
		{check: "sd-2-outlook", what: "an outlook of this year", edits: []edit{{"threats.yaml", "outlook:\n  date: \"2026-10-07\"", "outlook:\n  date: \"2025-10-07\""}}, turns: said("SD-2.8")},
		{check: "sd-1-team-briefed", what: "the developers' word", edits: []edit{{".lodemark/acknowledgements/2026-10-09-developer-ml-engineer.yaml", "2027-04-07", "2026-10-31"}}, turns: turned{"SD-1.2": notMet}},
		{check: "sd-1-leaders-briefed", what: "the leader's word", edits: []edit{{".lodemark/acknowledgements/2026-10-09-owner-director-of-internal-services.yaml", "2027-04-07", "2026-10-31"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-users-briefed", what: "the users' word", edits: []edit{{".lodemark/acknowledgements/2026-10-09-user-employees-representative.yaml", "2027-04-07", "2026-10-31"}}, turns: turned{"SD-1.4": notMet}},
		{check: "sd-3-agent-permissions", what: "the list of commands", edits: []edit{{".claude/settings.json", "Bash(pytest:*)", "Bash(*)"}}, turns: turned{"SD-3.13": notMet, "SD-3.19": notMet}},
		{check: "sd-3-model-formats", what: "a data-only format", edits: []edit{{"models/intent/extra.pkl", "", "\x80\x02}q\x00."}}, turns: turned{"SD-3.12": notMet, "SD-3.6": notMet, "DEV-2.8": notMet, "DEV-2.7": unclear, "DEV-3.7": unclear}},
		{check: "sd-3-scanned-models", what: "files that run nothing", edits: []edit{{"models/intent/extra.pkl", "", "cos\nsystem\n(S'echo canary'\ntR."}},
			turns: turned{"SD-3.6": notMet, "DEV-1.6": notMet, "SD-3.12": notMet, "DEV-2.7": unclear, "DEV-3.7": unclear}},
		{check: "sd-3-provider-review", what: "the review", edits: []edit{{path: "docs/provider-review.md"}}, turns: turned{"SD-3.4": notMet}},
		{check: "sd-4-model-record", what: "the record", edits: []edit{{path: "docs/model-record.md"}}, turns: turned{"SD-3.3": notMet, "SD-4.1": notMet, "SD-4.2": notMet, "SD-4.3": notMet,
			"SD-4.4": notMet, "SD-4.5": notMet, "SD-4.6": notMet, "SD-4.7": notMet, "SD-4.8": notMet}},
		{check: "sd-4-review-date", what: "a review still to come", edits: []edit{{"docs/model-record.md", "Next review: 2027-04-05", "Next review: 2026-04-05"}},
			turns: turned{"SD-4.3": notMet, "SD-4.1": unclear}},
		{check: "sd-1-threat-sign-off", what: "the revision that the owner signed", edits: []edit{{".lodemark/decisions/sd-1.1-owner.yaml", "5787f0be", "00000000"}}, turns: turned{"SD-1.1": notMet}},
		{check: "sd-1-threat-learning", what: "the briefings", edits: []edit{{"docs/training-record.md", "| Threat briefing |", "| Fire drill |"}}, turns: turned{"SD-1.2": notMet}},
		{check: "sd-1-secure-coding-training", what: "secure coding", edits: []edit{{"docs/training-record.md", "| Secure coding |", "| Fire drill |"}}, turns: turned{"SD-1.5": notMet}},
		{check: "sd-1-ai-training", what: "the AI course", edits: []edit{{"docs/training-record.md", "| Secure and responsible AI |", "| Fire drill |"}}, turns: turned{"SD-1.6": notMet}},
		{check: "sd-1-ai-training", what: "the training of somebody who commits", edits: committed("Help desk lead <lead@helpdesk.example.org>", "Web engineer <web@helpdesk.example.org>"),
			turns: turned{"SD-1.2": notMet, "SD-1.5": notMet, "SD-1.6": notMet}},
		{check: "sd-3-ai-decision", what: "the decision", edits: []edit{{path: "docs/ai-decision.md"}}, turns: turned{"SD-3.1": notMet}},
		{check: "sd-3-decisions-cite-threats", what: "the record that weighs threats", edits: []edit{{path: "docs/decisions/0001-comments-are-confirmed.md"}}, turns: turned{"SD-3.2": notMet}},
		{check: "sd-3-model-sourcing", what: "the record of the model in use", edits: []edit{{"lodemark.yaml", "model: northlight-chat-2", "model: southwind-9"}},
			turns: turned{"SD-3.3": notMet, "SD-4.1": notMet, "SD-4.9": notMet}},
		{check: "sd-3-library-review", what: "the review", edits: []edit{{path: "docs/library-review.md"}}, turns: turned{"SD-3.5": notMet}},
		{check: "sd-3-import-isolation", what: "a job without secrets",
			edits: []edit{{".github/workflows/candidate.yml", "        run: curl", "        env: {DATABASE_URL: \"${{ secrets.DATABASE_URL }}\"}\n        run: curl"}}, turns: turned{"SD-3.7": notMet}},
		{check: "sd-3-feedback-path", what: "a model that does not learn from ratings",
			edits: []edit{{"lodemark.yaml", "learns_from_feedback:\n    answer: \"no\"", "learns_from_feedback:\n    answer: \"yes\""}}, turns: turned{"SD-3.10": notMet, "DEV-3.4": notMet}},
		{check: "sd-3-ci-security-checks", what: "the pipelines that run on changes",
			edits: []edit{{path: ".github/workflows/ci.yml"}, {path: ".github/workflows/evaluate.yml"}}, turns: turned{"SD-3.11": notMet, "OM-3.4": notMet}},
		{check: "sd-3-secure-defaults", what: "a safe default", edits: []edit{{".env.example", "DEBUG=false", "DEBUG=true"}}, turns: turned{"SD-3.18": notMet}},
		{check: "sd-3-least-privilege", what: "the limits of a policy", edits: []edit{{"deploy/terraform/access.tf", `["s3:GetObject"]`, `["*"]`},
			{"deploy/terraform/access.tf", `["${aws_s3_bucket.models.arn}/intent/*"]`, `["*"]`}}, turns: turned{"SD-3.19": notMet}},
		{check: "sd-3-risky-capabilities", what: "what users are told of comments",
			edits: []edit{{path: "docs/acceptable-use.md"}, {"lodemark.yaml", "  acceptable-use: docs/acceptable-use.md\n", ""},
				{"docs/user-security-guidance.md", "It asks before it comments on a ticket. If a comment appears that you did not confirm, report it at once.", "Be kind."}},
			turns: turned{"SD-3.20": notMet, "SD-1.4": unclear}},
		{check: "sd-3-opt-in", what: "a switch that is off", edits: []edit{{".env.example", "ENABLE_WRITE_ACTIONS=false", "ENABLE_WRITE_ACTIONS=true"}}, turns: turned{"SD-3.21": notMet}},
		{check: "sd-3-prohibited-uses", what: "the rules of use", edits: []edit{{path: "docs/acceptable-use.md"}}, turns: turned{"SD-3.22": notMet}},
		{check: "sd-4-threats-cited", what: "a threat that exists", edits: []edit{{"docs/model-record.md", "R-1,", "R-8,"}}, turns: turned{"SD-4.2": notMet, "SD-4.1": unclear}},
		{check: "sd-4-complexity", what: "the size of the file", edits: []edit{{"docs/model-record.md", "388 parameters", "4 million parameters"}}, turns: turned{"SD-4.4": notMet, "SD-4.1": unclear}},
		{check: "sd-4-fitness", what: "the measurement", edits: []edit{{"docs/model-record.md", "18 of 18 of our own cases in three runs (100 %); required were 90 %.", "TODO"}},
			turns: turned{"SD-4.5": notMet, "SD-4.1": unclear}},
		{check: "sd-4-explainability", what: "the weighing", edits: []edit{{"docs/model-record.md", "each answer names its article, by which a doubtful one is traced. A simpler candidate, keyword search, found\n" +
			"  the right article in 41 % of the cases and was not enough.", "TODO"}}, turns: turned{"SD-4.6": notMet, "SD-4.1": unclear}},
		{check: "sd-4-training-data", what: "what is known of the data", edits: []edit{{"docs/model-record.md", "the provider names licensed and public text; size, age and quality are not published, and we treat what it\n" +
			"  memorised as unknown.", "TODO"}}, turns: turned{"SD-4.7": notMet, "SD-4.1": unclear}},
		{check: "sd-4-hardening", what: "the decisions", edits: []edit{{"docs/model-record.md", "the provider reports red-teaming against planted instructions, and our cases try it. Regularisation is not\n" +
			"  published. For privacy, names and numbers are redacted before they are stored.", "TODO"}}, turns: turned{"SD-4.8": notMet, "SD-4.1": unclear}},
		{check: "sd-4-provenance", what: "the version of the hosted model", edits: []edit{{"lodemark.yaml", "    version: \"2026-07-15\"\n", ""}, {"docs/model-record.md", "2026-07-15", "newest"},
			{"docs/provider-review.md", "2026-07-15", "newest"}, {"docs/provider-review.md", "2026-05-30", "May"}}, turns: turned{"SD-4.9": notMet, "SD-4.1": unclear, "SD-3.4": unclear}},
	}
}
