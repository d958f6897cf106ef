// Package madeup holds a made-up run for the tests of documents: every verdict and strength, words of people, what is borne for a
// time, kept records of trusted and untrusted signers, gaps, and names that try to leave their place. Only tests import it.
package madeup

import (
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Hostile is text as a target would write it to leave its place: escape sequences, C1 controls, a change of writing direction,
// invisible characters, invalid UTF-8, markup of every format that a document is written in.
const Hostile = "evil\x1b[2J\x1b]0;title\x07\u009b31m\u202etxt.exe\u200b\u2066\x00\xff</script><b>&amp;\"'`|[x](https://evil.example.org)@someone #1 ![i](u)\n# head\r\n::warning::\U000e0041"

// At is the time of the made-up run.
var At = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// Run is the made-up run. Every call gives a new one.
func Run() *lodemark.Run {
	r := &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: At, Target: "examples/help desk", System: system(), Checks: checks(), Recorded: recorded(), Examined: 4}
	r.Findings = findings()
	r.Evidence = evidence(r)
	r.Gaps = []lodemark.Gap{{Path: "data/huge.jsonl", Reason: "it is larger than 64 MiB"}, {Path: "lodemark.yaml", Line: 3, Reason: `unknown key "ownr"`, Needed: true},
		{Path: Hostile, Reason: Hostile}, {Reason: "the check dev-3-x did not end within 1m0s"}}
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: r.System, Evidence: r.Evidence, Findings: r.Findings, Decisions: decisions(r),
		Current: map[string]string{"Dockerfile": strings.Repeat("1", 64), Hostile: strings.Repeat("3", 64)}, At: At})
	r.Findings = r.Assessment.Findings
	for i := range r.Assessment.Clauses {
		if c := &r.Assessment.Clauses[i]; c.ID == "DEV-3.1" {
			c.Missing = append(c.Missing, "write a card beside the model, or point to it from lodemark.yaml")
		}
	}
	return r
}

// Empty is a run over nothing: no file, no check, no verdict but "not assessed".
func Empty() *lodemark.Run {
	r := &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: At, Target: "nothing", System: &lodemark.System{}}
	r.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: r.System, At: At})
	return r
}

func system() *lodemark.System {
	return &lodemark.System{
		Name: "AI help desk",
		Declared: lodemark.Declaration{Path: "lodemark.yaml", Name: "AI help desk", Stage: lodemark.StageDeploy, Criticality: lodemark.CriticalityHigh,
			Owner: lodemark.Person{Name: "Product owner", Contact: "owner@desk.example.org"}, Leader: lodemark.Person{Name: "Chief operating officer", Contact: "#leaders"},
			Users: []string{"customers"}, DataClasses: []string{"personal"}, Models: []lodemark.HostedModel{{Provider: "Northlight", Model: "north-1", Version: "2026-06", Purpose: "answers"}},
			Endpoints: []lodemark.Endpoint{{Name: "chat", URL: "https://desk.example.org/chat", Exposure: "internet"}}},
		Files: []lodemark.File{{Path: ".env", Size: 80}, {Path: "Dockerfile", Size: 120}, {Path: "app/main.py", Size: 900, Language: "python"}, {Path: Hostile, Size: 3}},
		Components: []lodemark.Component{
			{Kind: lodemark.KindAgent, Name: "desk", Path: "app/main.py", Line: 12, Origin: lodemark.OriginInferred},
			{Kind: lodemark.KindContainer, Name: "Dockerfile", Path: "Dockerfile", Pin: lodemark.PinTag, Origin: lodemark.OriginInferred, Line: 1, Digest: "sha256:" + strings.Repeat("1", 64)},
			{Kind: lodemark.KindDataset, Name: "questions.csv", Path: "data/questions.csv", Origin: lodemark.OriginInferred, Digest: "sha256:" + strings.Repeat("d", 64), Format: "csv"},
			{Kind: lodemark.KindHostedModel, Name: "gpt-4o-2024-08-06", Path: "app/main.py", Line: 10, Version: "2024-08-06", Origin: lodemark.OriginInferred,
				Detail: map[string]string{"provider": "openai"}},
			{Kind: lodemark.KindMCPServer, Name: "tickets", Path: ".mcp.json", Line: 4, Address: "https://mcp.example.org/sse", Origin: lodemark.OriginInferred},
			{Kind: lodemark.KindModel, Name: Hostile, Path: "models/" + Hostile, Digest: "sha256:" + strings.Repeat("ab", 32), Format: "pickle", Origin: lodemark.OriginInferred,
				Scan: &lodemark.ModelScan{Format: "pickle", Verdict: "unknown", Facts: []lodemark.ModelFact{{Name: "licence", Value: Hostile, Origin: lodemark.OriginDeclared, Place: "models/README.md"}}}},
			{Kind: lodemark.KindModel, Name: "fake.bin", Path: "tests/fake.bin", Test: true, Origin: lodemark.OriginInferred},
			{Kind: lodemark.KindPackage, Name: "openai", Path: "requirements.txt", Line: 3, Version: "1.40.0", Origin: lodemark.OriginInferred},
			{Kind: lodemark.KindPrompt, Name: "system prompt", Path: "app/prompt.txt", Origin: lodemark.OriginUnresolved},
		},
		Facts: []lodemark.Fact{
			{Name: "agentic", Answer: lodemark.No, Reason: "no agents found and none declared", Origin: lodemark.OriginInferred},
			{Name: "trains_models", Answer: lodemark.Yes, Reason: "training/train.py trains", Places: []string{"training/train.py:3"}, Origin: lodemark.OriginInferred},
			{Name: "mission_critical", Answer: lodemark.No, Reason: "declared: " + Hostile, Origin: lodemark.OriginDeclared},
		},
		Skipped: map[string]int{"version-control objects": 812},
	}
}

func settles(c string) lodemark.Bearing { return lodemark.Bearing{Clause: c, Settles: true} }
func helps(c string) lodemark.Bearing   { return lodemark.Bearing{Clause: c} }

func check(id string, severity lodemark.Severity, best lodemark.Strength, bears ...lodemark.Bearing) lodemark.Check {
	return lodemark.Check{ID: id, Version: 1, Title: "What holds when " + id + " passes", Bears: bears, Severity: severity, Strength: best, MaxAge: 90 * 24 * time.Hour,
		Why: "What is not fixed can be exchanged by whoever holds the name.", Fix: "Name a version and the digest: image:1.2.3@sha256:...", Help: "add the file that shows it"}
}

func checks() []lodemark.Check {
	rules := check("dev-1-code", lodemark.SeverityHigh, lodemark.Enforced, helps("SD-3.11"))
	rules.Rules = func() []lodemark.Rule {
		return []lodemark.Rule{{ID: "LO-01", Title: "Output runs", Why: "Whoever steers the model runs code.", Fix: "Do not run it."}}
	}
	return []lodemark.Check{
		check("sd-1-owner", lodemark.SeverityLow, lodemark.Present, settles("SD-1.2")),
		check("dev-1-pinned-images", lodemark.SeverityMedium, lodemark.Enforced, settles("DEV-1.5"), helps("DEV-1.2")),
		check("dev-1-lock-files", lodemark.SeverityHigh, lodemark.Enforced, settles("DEV-1.2")),
		check("dev-2-versioned", lodemark.SeverityMedium, lodemark.Enforced, settles("DEV-2.7")),
		check("dev-2-no-secrets", lodemark.SeverityCritical, lodemark.Enforced, settles("DEV-2.4")),
		check("dev-3-cards", lodemark.SeverityMedium, lodemark.Enforced, helps("DEV-3.1")),
		check("dep-1-container-user", lodemark.SeverityMedium, lodemark.Enforced, settles("DEP-1.2")),
		check("dep-1-segregated", lodemark.SeverityMedium, lodemark.Enforced, settles("DEP-1.6")),
		check("dep-3-plan", lodemark.SeverityMedium, lodemark.Enforced, helps("DEP-3.1"), helps("DEP-3.2")),
		check("dep-4-evaluated", lodemark.SeverityHigh, lodemark.Exercised, settles("DEP-4.1")),
		check("sd-2-nothing", lodemark.SeverityLow, lodemark.Present, helps("SD-2.3")),
		check("sd-2-late", lodemark.SeverityLow, lodemark.Present, helps("SD-2.4")),
		rules,
	}
}

func recorded() []lodemark.Check {
	verified := check("dep-2-models-verified", lodemark.SeverityHigh, lodemark.Exercised, settles("DEV-2.8"))
	verified.Command = "lodemark verify MODEL --trust KEYS --record"
	watched := check("dep-2-tampering-watched", lodemark.SeverityHigh, lodemark.Observed, settles("DEP-2.10"))
	watched.Command = "lodemark verify MODEL --trust KEYS --record --watch"
	own := check("dep-2-verified-before-use", lodemark.SeverityHigh, lodemark.Observed, settles("DEP-2.6"))
	own.Command = "lodemark verify MODEL --trust KEYS --record --exec SERVER"
	return []lodemark.Check{verified, watched, own}
}

func findings() []lodemark.Finding {
	f := func(id string, s lodemark.Severity, path string, line int, message, fix string, clauses ...string) lodemark.Finding {
		return lodemark.Finding{ID: id, Severity: s, Path: path, Line: line, Message: message, Fix: fix, Clauses: clauses}
	}
	all := []lodemark.Finding{
		f("dev-2-no-secrets", lodemark.SeverityCritical, ".env", 2, "OPENAI_API_KEY holds a key; whoever reads the repository can spend your money.",
			"revoke it, and read it from the environment or a secret store", "DEV-2.4"),
		f("dev-1-lock-files", lodemark.SeverityHigh, "", 0, "Nothing fixes the versions of 12 dependencies.", "resolve once, commit the lock file, and install from it", "DEV-1.2"),
		f("dev-1-pinned-images", lodemark.SeverityMedium, "Dockerfile", 1, "vllm/vllm-openai:latest floats: the next build may take another image.", "", "DEV-1.5"),
		f("dev-1-pinned-images", lodemark.SeverityMedium, Hostile, 7, Hostile+" floats", Hostile, "DEV-1.5"),
		f("dep-1-container-user", lodemark.SeverityMedium, "Dockerfile", 2, "The container runs as root.", "add USER with a number above 0", "DEP-1.2"),
		f("dep-1-segregated", lodemark.SeverityMedium, "Dockerfile", 3, "The notebook shares the network of the model server.", "give it its own", "DEP-1.6"),
		f("LO-01", lodemark.SeverityInfo, "app/main.py", 10, "A hint.", "look at it"),
	}
	all[6].Advisory = true
	return lodemark.Fingerprinted(all)
}

func evidence(r *lodemark.Run) []lodemark.Evidence {
	var out []lodemark.Evidence
	one := func(check string, outcome lodemark.Outcome, strength lodemark.Strength, reason string, kept *lodemark.Kept) {
		for _, c := range append(r.Checks, r.Recorded...) {
			if c.ID != check {
				continue
			}
			e := lodemark.Evidence{Check: c.ID, CheckVersion: 1, Bears: c.Bears, Outcome: outcome, Strength: strength, Reason: reason, Canary: true, At: At, MaxAge: c.MaxAge,
				Examined: []lodemark.Digest{{Path: "Dockerfile", SHA256: strings.Repeat("1", 64)}}, Kept: kept}
			if kept != nil {
				e.At = At.AddDate(0, 0, -7)
			}
			for _, f := range r.Findings {
				if f.ID == c.ID && outcome == lodemark.Failed {
					e.Findings = append(e.Findings, f.Fingerprint)
				}
			}
			out = append(out, e.Sealed())
		}
	}
	key := "sha256:" + strings.Repeat("e", 64)
	one("sd-1-owner", lodemark.Passed, lodemark.Present, "owner and leader are named", nil)
	one("dev-1-pinned-images", lodemark.Failed, 0, "2 findings on 3 container images", nil)
	one("dev-1-lock-files", lodemark.Failed, 0, "nothing fixes the versions", nil)
	one("dev-2-versioned", lodemark.Passed, lodemark.Enforced, "prompts and data lie in version control", nil)
	one("dev-2-no-secrets", lodemark.Failed, 0, "OPENAI_API_KEY holds a key", nil)
	one("dev-3-cards", lodemark.Undecided, 0, "no card was found beside "+Hostile, nil)
	one("dep-1-container-user", lodemark.Failed, 0, "the container runs as root", nil)
	one("dep-1-segregated", lodemark.Failed, 0, "one network holds both", nil)
	one("dep-3-plan", lodemark.Passed, lodemark.Enforced, "docs/incident-plan.md is filled in", nil)
	one("dep-4-evaluated", lodemark.Passed, lodemark.Exercised, "24 probes ran, each with its negative twin", nil)
	one("sd-2-nothing", lodemark.NothingToSee, 0, "no threat model was found", nil)
	one("sd-2-late", lodemark.NotRun, 0, "the check did not end in time", nil)
	one("dep-2-models-verified", lodemark.Passed, lodemark.Exercised, "4 files are what the release key signed", &lodemark.Kept{Signer: "release key", Key: key, Trusted: true, Entry: 3})
	one("dep-2-tampering-watched", lodemark.Passed, lodemark.Observed, "watched for 7 days", &lodemark.Kept{Signer: "release key", Key: key, Trusted: true, Entry: 4})
	one("dep-2-verified-before-use", lodemark.Passed, lodemark.Observed, "the server got verified copies", &lodemark.Kept{Key: "sha256:" + strings.Repeat("f", 64), Why: "nobody here trusts the key " + Hostile, Entry: 5})
	return out
}

func decisions(r *lodemark.Run) []lodemark.Decision {
	d := func(id string, kind lodemark.DecisionKind, clause, by, asked, until string) lodemark.Decision {
		end, err := time.Parse(time.DateOnly, until)
		if err != nil {
			panic(err) // one of the days below
		}
		return lodemark.Decision{ID: ".lodemark/decisions/" + id, Kind: kind, Clause: clause, By: by, RequestedBy: asked, Reason: "The serving image is rebuilt in the next release",
			Date: At.AddDate(0, 0, -10), Until: end}
	}
	accepted := d("accept.yaml", lodemark.Accept, "DEV-1.5", "Risk owner <risk@desk.example.org>", "ML engineer", "2027-01-15")
	accepted.Bound = []lodemark.Digest{{Path: "Dockerfile", SHA256: strings.Repeat("1", 64)}, {Path: Hostile, SHA256: strings.Repeat("3", 64)}}
	deferred := d("defer.yaml", lodemark.Defer, "DEP-1.6", "Risk owner <risk@desk.example.org>", "ML engineer", "2027-02-01")
	deferred.Bound = accepted.Bound[:1]
	one := d("one.yaml", lodemark.Accept, "", "Risk owner <risk@desk.example.org>", "ML engineer", "2027-01-15")
	one.Finding = r.Findings[4].Fingerprint
	threat := d("threat.yaml", lodemark.Mitigate, "", "Risk owner <risk@desk.example.org>", "Product owner", "2027-03-01")
	threat.Threat, threat.Component, threat.Mitigations, threat.Due = "LDM-T12", "desk -> tickets", []string{"LDM-C03"}, At.AddDate(0, 1, 0)
	return []lodemark.Decision{
		accepted, deferred, one, threat,
		d("attest.yaml", lodemark.Attest, "DEP-3.1", "Product owner <owner@desk.example.org>", "", "2027-03-01"),
		d("past.yaml", lodemark.Attest, "SD-1.1", "Product owner <owner@desk.example.org>", "", "2026-10-30"),
		d("expired.yaml", lodemark.Defer, "DEV-2.4", "Risk owner", "ML engineer", "2026-10-25"),
		d("na.yaml", lodemark.NotApplicable, "SD-2.6", "Risk owner", "ML engineer", "2027-03-01"),
		d("self.yaml", lodemark.Accept, "DEV-1.2", "ML  engineer", "ml engineer", "2027-01-15"),
		d("word.yaml", lodemark.Attest, "SD-2.2", Hostile, "", "2027-03-01"),
	}
}
