package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEP-4: release AI responsibly.
func release() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEP-4",
		Checks:    []lodemark.Check{evaluationReport(), redTeamReport(), threatCoverage()}, // DEP-4.5 stands with the guidance for users
		Kept:      []lodemark.Check{ReleaseGate()},
	}
}

func evaluationReport() lodemark.Check {
	return lodemark.Check{
		ID: "dep-4-evaluation-report", Version: 2,
		Title:    "A report shows what was evaluated before the release, on what, how well, and with which verdict",
		Bears:    lodemark.Supports("DEP-4.1", "DEP-4.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model that nobody attacked before the release is attacked after it. A score without set, size and threshold shows " +
			"nothing, and an evaluation of an earlier version is one of another system.",
		Fix: "Evaluate each release, security included, and write down versions or digests of model and prompts, benchmarks with their size, " +
			"scores, the thresholds that were set beforehand, and the verdict.",
		Help: "write docs/evaluation-report.md, or point to it from lodemark.yaml (documents: evaluation-report; lodemark new evaluation-report drafts it)",
		Bad:  reportBad(), Good: reportGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return judged(ctx, s, "evaluation-report", "a report of what was evaluated, on what, how well and with which verdict",
				func(d document.Document, raw string) []document.Shortfall {
					text := content(d)
					return append(judgeReport(ctx, s, text, raw), outdated(s, d.Title, text)...)
				})
		},
	}
}

var (
	evaluated = []topic{
		{name: "which version or digest of the model and prompts was evaluated", words: pattern.New(`(?i)\b[0-9a-f]{64}\b|\bsha-?256\b|\b(?:version|release|revision|commit|checkpoint|tag|build|snapshot)\b\W{0,12}(?:v?\d|[0-9a-f]{7})|\bv\d+(?:\.\d+)*\b|\b\d+\.\d+\.\d+\b|\b[a-z][\w.]*-\d[\w.-]*\b|@[0-9a-f]{7,40}\b|\bversion\b[^\n]*\|`)},
		{name: "the scores", words: pattern.New(`(?i)\b(?:accura\w+|F1|scores?|recall|precision|correct|right|success|refus\w+|obeyed|fooled|pass(?:ed|es)?|rates?|BLEU|ROUGE\S*|AUC|pass@\d|win|perplexity|interval|hallucinat\w+|toxic\w*|harmful|faithful\w*|relevan\w+|quality)\b(?s:.*?)\d`),
			weak: pattern.New(`\d`)},
		{name: "the verdict", words: pattern.New(`(?i)\b(?:not |was |were |is |be )?(?:released|approved|rejected|cleared for|withheld|accepted for|signed off|go-live|no-go)\b|\bverdict\b|\b(?:fit|ready|suitable|approved|unfit) for (?:release|use|production|deployment|launch)\b|\brelease (?:is |was )?(?:granted|blocked|held|denied|refused|decision)\b|` +
			`\b(?:passed|failed|passes|fails|meets|met|misses|missed) (?:the|all|every|its|our|both|each) (?:release )?(?:gates?|thresholds?|criteria|evaluation|requirements?|bars?|targets?)\b|(?im:^\W*(?:result|decision|outcome|conclusion)\W*$)`),
			weak: pattern.New(`(?i)\b(?:passed|failed|pass|fail|accepted|conclusion|recommend\w*|ready|decision|result)\b`)},
		{name: "anything on security", words: pattern.New(`(?i)\bsecurity\b|\binjection|\bjailbreak|\bred[- ]?team|\badversarial|\battacks?\b|\brefus|\bleak|\bexfiltrat|\bpoison|\brobustness|\bharmful|\btoxic|\bsafety\b|\bmisuse`)},
	}
	benchmarked = []topic{
		{name: "the benchmark", words: pattern.New(`(?i)\bbenchmarks?\b|\b(?:test|eval|evaluation|validation|held-?out|golden|reference|hold-?out)[ -](?:sets?|suites?|data(?:sets?)?|cases|questions|prompts)\b|\bdatasets?\b|\bsuites?\b|\b(?:MMLU|GSM8K|HellaSwag|TruthfulQA|HumanEval|HELM|MT-Bench|BIG-bench|ARC|HarmBench|AdvBench|AgentHarm|AgentDojo|garak|promptfoo|BIPIA|RealToxicityPrompts|BBQ|SQuAD|GLUE|SuperGLUE|ImageNet|COCO|WinoGrande|XSTest|CyberSecEval)\b|\.jsonl\b`)},
		{name: "how many samples it has", words: pattern.New(`(?i)\bn\s?=\s?\d+|\b\d[\d,. ]*(?:questions?|samples?|examples?|cases?|prompts?|items?|conversations?|tasks?|documents?|attempts?|runs?|images?|rows?|records?|queries|dialogues?|tests?|inputs?|requests?|tickets?|instances?|trials?)\b|` +
			`\b(?:of|on|over|from) (?:the |our |its )?\d[\d,]+ [a-z-]+s\b|\b\d+ (?:of|out of) \d+\b|\b\d+/\d+\b|\b(?:sample|set|test|size|count|n|samples|cases|questions|prompts|items)\b(?: size| set)?\s*[|:=]\s*\**\d+|\|\s*(?:sample )?(?:size|n|samples|cases|questions|prompts|items|count|tests)\s*\|`)},
		{name: "the thresholds", words: pattern.New(`(?i)\bthresholds?\b|\brequired?\b|\brequirements?\b|\bminimum\b|\bmaximum\b|\bat (?:least|most)\b|\btargets?\b|\bacceptance\b|\bcriteri(?:on|a)\b|\bmust (?:be|reach|exceed|stay|not)\b|\blimit\b|[≥≤]|[<>]=|\bgoal\b|\bpass mark\b|\bno (?:more|less|fewer) than\b|\bgate\b`)},
	}
)

// judgeReport judges what a report says, and whether the digests in it are those of the files that would be released.
func judgeReport(ctx context.Context, s *lodemark.Subject, text, raw string) []document.Shortfall {
	if strings.TrimSpace(text) == "" {
		return []document.Shortfall{{Message: "is a template that nobody has filled in, so nothing shows that the release was evaluated",
			Fix: "fill in what was evaluated, the benchmarks with their size, scores, thresholds and the verdict"}}
	}
	var lacks []document.Shortfall
	for _, part := range []struct {
		clause string
		topics []topic
	}{{"DEP-4.1", evaluated}, {"DEP-4.2", benchmarked}} {
		missing, open := unspoken(text, part.topics)
		if len(missing) > 0 {
			names := strings.Join(missing, ", ")
			lacks = append(lacks, document.Shortfall{Clauses: []string{part.clause}, Message: "does not say " + names, Fix: "add " + names})
		}
		if len(open) > 0 {
			lacks = append(lacks, document.Shortfall{Doubt: true, Message: "may be no report on what the model does: it cannot be told whether it says " + strings.Join(open, ", ")})
		}
	}
	return append(lacks, otherBytes(ctx, s, raw)...)
}

var (
	reportDigest = pattern.New(`(?i)(?:^|[^0-9a-z])([0-9a-f]{64})(?:$|[^0-9a-z])`)
	reportPath   = pattern.New(`[\w.-]+(?:/[\w.-]+)*\.[A-Za-z][\w]{0,12}`)
)

// otherBytes finds digests of a report that are not those of the file named on the same line: what was evaluated is not
// what would be released (DEP-4.1).
func otherBytes(ctx context.Context, s *lodemark.Subject, raw string) []document.Shortfall {
	known := map[string]bool{}
	for _, f := range s.System.Files {
		known[f.Path] = f.Link == ""
	}
	var lacks []document.Shortfall
	n := 0
	for line := range strings.Lines(raw) {
		n++
		sums := reportDigest.FindAllStringSubmatch(line, 2)
		if len(sums) != 1 || len(line) > 4096 || ctx.Err() != nil || len(lacks) >= 20 {
			continue
		}
		for _, name := range reportPath.FindAllString(line, 8) {
			if name = path.Clean(name); !known[name] {
				continue
			}
			want := strings.ToLower(sums[0][1])
			sum, err := fileDigest(s, name)
			if err == nil && sum != want {
				lacks = append(lacks, document.Shortfall{Line: n, Clauses: []string{"DEP-4.1"},
					Message: fmt.Sprintf("speaks of %s with the digest %s…, and the file has %s…: it is the evaluation of another version", name, want[:12], sum[:12]),
					Fix:     "evaluate what would be released, and write its digest into the report"})
			}
			break
		}
	}
	return lacks
}

// fileDigest is the digest of a file's bytes; of a Git LFS pointer, the one that it names.
func fileDigest(s *lodemark.Subject, name string) (string, error) {
	if data, err := s.Read(name); err == nil && len(data) <= 1024 {
		if m := pointerOID.FindSubmatch(data); m != nil && strings.HasPrefix(string(data), "version https://git-lfs.github.com/") {
			return string(m[1]), nil
		}
	}
	sum, err := s.Digest(name)
	return strings.TrimPrefix(sum, "sha256:"), err
}
