package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// hostile is text as a target would write it to leave its place: escape sequences, C1 controls, a change of writing
// direction, invisible characters, invalid UTF-8, markup of every format that a report is written in.
const hostile = "evil\x1b[2J\x1b]0;title\x07\u009b31m\u202etxt.exe\u200b\u2066\x00\xff</script><b>&amp;\"'`|[x](https://evil.example.org)@someone #1 ![i](u)\n# head\r\n::warning::\U000e0041"

// made is a small made-up run: every verdict, every standing of a decision, gaps, tests, and hostile names.
func made() *lodemark.Run {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	sys := &lodemark.System{
		Name:     "AI help desk",
		Declared: lodemark.Declaration{Path: "lodemark.yaml", Name: "AI help desk", Stage: lodemark.StageDeploy},
		Files: []lodemark.File{{Path: ".env", Size: 80}, {Path: "Dockerfile", Size: 120}, {Path: "app/main.py", Size: 900, Language: "python"},
			{Path: "tests/Dockerfile", Size: 30, Test: true}, {Path: hostile, Size: 3, Language: "python"}},
		Components: []lodemark.Component{
			{Kind: lodemark.KindContainer, Name: "Dockerfile", Path: "Dockerfile", Pin: lodemark.PinTag, Origin: lodemark.OriginInferred, Line: 1},
			{Kind: lodemark.KindModel, Name: hostile, Path: "models/" + hostile, Digest: "sha256:" + strings.Repeat("ab", 32), Format: "pickle",
				Origin: lodemark.OriginInferred, Detail: map[string]string{"size": "3"},
				Scan: &lodemark.ModelScan{Format: "pickle", Verdict: "unknown", Facts: []lodemark.ModelFact{
					{Name: "parameters", Value: "1048576", Origin: lodemark.OriginInferred, Place: "models/" + hostile},
					{Name: "licence", Value: hostile, Origin: lodemark.OriginDeclared, Place: "models/README.md"}}}},
			{Kind: lodemark.KindModel, Name: "lid.bin", Path: "models/lid.bin", Format: "fasttext", Origin: lodemark.OriginInferred, Scan: &lodemark.ModelScan{Verdict: "not read"}},
		},
		Facts: []lodemark.Fact{
			{Name: "is_agentic", Answer: lodemark.No, Reason: "no agents found and none declared", Origin: lodemark.OriginInferred},
			{Name: "trains_models", Answer: lodemark.Yes, Reason: "training/train.py trains", Places: []string{"training/train.py:3"}, Origin: lodemark.OriginInferred},
		},
		Skipped: map[string]int{"version-control objects": 812, "tensor data": 2},
	}
	run := &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: at, Target: "examples/help desk", System: sys,
		Checks: madeChecks(), Examined: 4, Elapsed: 1234 * time.Millisecond}
	run.Findings = madeFindings()
	run.Evidence = madeEvidence(run)
	run.Gaps = []lodemark.Gap{
		{Path: "data/huge.jsonl", Reason: "it is larger than 64 MiB"}, {Path: "data/more.jsonl", Reason: "it is larger than 64 MiB"},
		{Path: "lodemark.yaml", Line: 3, Reason: `unknown key "ownr"`, Needed: true}, {Path: hostile, Reason: hostile}, {Reason: "the check dev-3-x did not end within 1m0s"},
	}
	decisions := madeDecisions(run)
	run.Assessment = lodemark.Assess(lodemark.Input{Catalogue: lodemark.Guidelines(), System: sys, Evidence: run.Evidence, Findings: run.Findings,
		Decisions: decisions, Current: map[string]string{"Dockerfile": strings.Repeat("1", 64), "lodemark.yaml": strings.Repeat("2", 64),
			hostile: strings.Repeat("3", 64), "tests/Dockerfile": strings.Repeat("4", 64)}, At: at})
	run.Findings = run.Assessment.Findings
	for i := range run.Assessment.Clauses {
		if c := &run.Assessment.Clauses[i]; c.ID == "DEV-3.1" {
			c.Missing = append(c.Missing, "write a card beside the model, or point to it from lodemark.yaml")
		}
	}
	return run
}

func madeChecks() []lodemark.Check {
	check := func(id, title string, severity lodemark.Severity, bears ...lodemark.Bearing) lodemark.Check {
		return lodemark.Check{ID: id, Version: 1, Title: title, Bears: bears, Severity: severity, Strength: lodemark.Enforced, MaxAge: 90 * 24 * time.Hour,
			Why: "What is not fixed can be exchanged by whoever holds the name.", Fix: "Name a version and the digest: image:1.2.3@sha256:...",
			Help: "add the file that shows it"}
	}
	settles := func(c string) lodemark.Bearing { return lodemark.Bearing{Clause: c, Settles: true} }
	helps := func(c string) lodemark.Bearing { return lodemark.Bearing{Clause: c} }
	return []lodemark.Check{
		check("sd-1-owner", "Owner and accountable leader are named", lodemark.SeverityLow, settles("SD-1.2")),
		check("dev-1-pinned-images", "Container images are fixed by digest", lodemark.SeverityMedium, settles("DEV-1.5"), helps("DEV-1.2")),
		check("dev-1-lock-files", "Dependencies are locked", lodemark.SeverityHigh, helps("DEV-1.2")),
		check("dev-2-no-secrets", "No credential stands in the repository", lodemark.SeverityCritical, settles("DEV-2.4")),
		check("dev-3-cards", "Every model has a card", lodemark.SeverityMedium, helps("DEV-3.1")),
		check("dep-1-container-user", "Containers do not run as root", lodemark.SeverityMedium, settles("DEP-1.2")),
		check("dep-3-plan", "There is an incident plan", lodemark.SeverityMedium, helps("DEP-3.1")),
	}
}

func madeFindings() []lodemark.Finding {
	f := func(id string, s lodemark.Severity, path string, line int, message, fix string, clauses ...string) lodemark.Finding {
		return lodemark.Finding{ID: id, Severity: s, Path: path, Line: line, Message: message, Fix: fix, Clauses: clauses}
	}
	all := []lodemark.Finding{
		f("dev-2-no-secrets", lodemark.SeverityCritical, ".env", 2, "OPENAI_API_KEY holds a key; whoever reads the repository can spend your money.",
			"revoke it, and read it from the environment or a secret store", "DEV-2.4"),
		f("dev-1-lock-files", lodemark.SeverityHigh, "", 0, "Nothing fixes the versions of 12 dependencies.", "resolve once, commit the lock file, and install from it", "DEV-1.2"),
		f("dev-1-pinned-images", lodemark.SeverityMedium, "Dockerfile", 1, "vllm/vllm-openai:latest floats: the next build may take another image.", "", "DEV-1.5", "DEV-1.2"),
		f("dev-1-pinned-images", lodemark.SeverityMedium, hostile, 7, hostile+" floats", hostile, "DEV-1.5", "DEV-1.2"),
		f("dep-1-container-user", lodemark.SeverityMedium, "Dockerfile", 2, "The container runs as root.", "add USER with a number above 0", "DEP-1.2"),
		f("dev-1-pinned-images", lodemark.SeverityLow, "tests/Dockerfile", 1, "python:3 floats", "", "DEV-1.5", "DEV-1.2"),
		f("LO-01", lodemark.SeverityInfo, "app/main.py", 10, "A rule without a check of its own.", "look at it"),
	}
	all[2].Excerpt, all[2].ExcerptLine = "FROM vllm/vllm-openai:latest\n\tRUN echo "+hostile+"\n\nUSER 10001", 1
	all[6].EndLine = 12
	return lodemark.Fingerprinted(all)
}

func madeEvidence(run *lodemark.Run) []lodemark.Evidence {
	results := []struct {
		check   string
		outcome lodemark.Outcome
		reason  string
	}{
		{"sd-1-owner", lodemark.Passed, "owner and leader are named"},
		{"dev-1-pinned-images", lodemark.Failed, "2 finding(s) on 3 container images"},
		{"dev-1-lock-files", lodemark.Failed, "nothing fixes the versions"},
		{"dev-2-no-secrets", lodemark.Failed, "OPENAI_API_KEY holds a key"},
		{"dev-3-cards", lodemark.Undecided, "no card was found beside " + hostile},
		{"dep-1-container-user", lodemark.Failed, "the container runs as root"},
		{"dep-3-plan", lodemark.Passed, "docs/incident-plan.md is filled in"},
	}
	var out []lodemark.Evidence
	for _, r := range results {
		c := run.Checks[slices.IndexFunc(run.Checks, func(c lodemark.Check) bool { return c.ID == r.check })]
		e := lodemark.Evidence{Check: c.ID, CheckVersion: 1, Bears: c.Bears, Outcome: r.outcome, Reason: r.reason, Canary: true, At: run.At, MaxAge: c.MaxAge,
			Examined: []lodemark.Digest{{Path: "Dockerfile", SHA256: strings.Repeat("1", 64)}}}
		if r.outcome == lodemark.Passed {
			e.Strength = cmp.Or(c.Strength, lodemark.Present)
		}
		for _, f := range run.Findings {
			if f.ID == c.ID {
				e.Findings = append(e.Findings, f.Fingerprint)
			}
		}
		out = append(out, e.Sealed())
	}
	return out
}

func madeDecisions(run *lodemark.Run) []lodemark.Decision {
	d := func(id string, kind lodemark.DecisionKind, clause, by, asked, until string) lodemark.Decision {
		end, _ := time.Parse(time.DateOnly, until)
		return lodemark.Decision{ID: ".lodemark/decisions/" + id, Kind: kind, Clause: clause, By: by, RequestedBy: asked, Reason: "The serving image is rebuilt in the next release",
			Date: run.At.AddDate(0, 0, -10), Until: end}
	}
	bound := d("changed.yaml", lodemark.Attest, "SD-1.1", "Product owner", "", "2027-03-01")
	bound.Bound = []lodemark.Digest{{Path: "Dockerfile", SHA256: strings.Repeat("9", 64)}}
	all := d("accept.yaml", lodemark.Accept, "DEV-1.5", "Risk owner", "ML engineer", "2027-01-15")
	all.Bound = []lodemark.Digest{{Path: "Dockerfile", SHA256: strings.Repeat("1", 64)}, {Path: hostile, SHA256: strings.Repeat("3", 64)},
		{Path: "tests/Dockerfile", SHA256: strings.Repeat("4", 64)}}
	gone := d("gone.yaml", lodemark.Accept, "", "Risk owner", "ML engineer", "2027-01-15")
	gone.Finding = strings.Repeat("0", 24)
	one := d("one.yaml", lodemark.Accept, "", "Risk owner", "ML engineer", "2027-01-15")
	one.Finding = run.Findings[4].Fingerprint
	return []lodemark.Decision{
		all,
		d("attest.yaml", lodemark.Attest, "DEP-3.1", "Product owner", "", "2027-03-01"),
		bound,
		d("expired.yaml", lodemark.Defer, "DEV-2.4", "Risk owner", "ML engineer", "2026-10-15"),
		gone,
		d("na.yaml", lodemark.NotApplicable, "SD-2.6", "Risk owner", "ML engineer", "2027-03-01"),
		one,
		d("self.yaml", lodemark.Accept, "DEV-1.2", "ML  engineer", "ml engineer", "2027-01-15"),
		d("word.yaml", lodemark.Attest, "SD-2.2", hostile, "", "2027-03-01"),
	}
}
