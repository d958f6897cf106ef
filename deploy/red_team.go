package deploy

import (
	"context"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func redTeamReport() lodemark.Check {
	return lodemark.Check{
		ID: "dep-4-red-team-report", Version: 1,
		Title:    "A red team attacked the system before the release, and its report has numbers",
		Bears:    lodemark.Supports("DEP-4.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A benchmark asks what a model can do; only somebody who wants it to fail finds out what it can be made to do. Without " +
			"attempts and success rates, \"we red teamed it\" says nothing about the attack that works one time in fifty.",
		Fix: "Attack each release along its threats, and write down scope, attack families, attempts and successes of each, what is still " +
			"open, and who tested.",
		Help: "write docs/red-team-report.md, or point to it from lodemark.yaml (documents: red-team-report; lodemark new red-team-report drafts it)",
		Bad:  redTeamBad(), Good: redTeamGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			r := record{kind: "red-team-report", what: "a report of a red team",
				within: []keeper{{"evaluation-report", pattern.New(`(?i)\bred[- ]?team`)}},
				judge:  func(_ document.Document, text string) []document.Shortfall { return judgeRedTeam(text) }}
			return r.judged(ctx, s)
		},
	}
}

var (
	attackFamilies = []*pattern.Pattern{
		pattern.New(`(?i)\binjection|\b(?:planted|hidden) instructions?`), pattern.New(`(?i)\bjailbreak`), pattern.New(`(?i)\b(?:prompt|system prompt|instruction) (?:leak|extraction|disclosure)|\bleak\w*|\bexfiltrat`),
		pattern.New(`(?i)\bpoison`), pattern.New(`(?i)\b(?:tool|agent|function|action)s? (?:misuse|abuse|hijack\w*|calls?)|\bunauthori[sz]ed actions?|\bharmful actions?`), pattern.New(`(?i)\b(?:evasion|adversarial (?:example|input|perturbation)s?)`),
		pattern.New(`(?i)\b(?:model|weights?) (?:theft|extraction|stealing)|\bmembership inference|\binversion`), pattern.New(`(?i)\bdenial[- ]of|\bflood|\bresource exhaustion|\bspend`), pattern.New(`(?i)\b(?:harmful|toxic|illegal|dangerous) (?:content|output|answers?)|\bmisuse|\bbias`),
		pattern.New(`(?i)\b(?:cross[- ]tenant|other users?'?s?|access control|privilege)`), pattern.New(`(?i)\b(?:encoding|obfuscat\w+|multi-?turn|role-?play|many-?shot|crescendo|unicode)`),
	}
	redTeamTopics = []topic{
		{name: "what was attacked", words: pattern.New(`(?i)\bscope\b|\b(?:tested|attacked|target(?:ed)?|against|under test|system|version|assistant|model|agent|endpoint|release)\b`)},
		{name: "how many attempts there were", words: pattern.New(`(?i)\b\d[\d,.]*(?: \w+)? (?:attempts?|prompts?|attacks?|tries|probes?|conversations?|cases?|runs?|samples?|trials?|payloads?|inputs?)\b|\b\d+ (?:of|out of) \d+\b|\b\d+/\d+\b|\|\s*(?:attempts?|tries|n|prompts|runs|cases)\s*\||\battempts?\W{1,3}\d+`)},
		{name: "how many of them succeeded", words: pattern.New(`(?i)\d+(?:\.\d+)? ?%|\b\d+ (?:of|out of) \d+\b|\b\d+/\d+\b|\b(?:success|succeeded|successful|bypass\w*|obeyed|broke\w*)\b[^\n]{0,60}\d|\d[^\n]{0,40}\b(?:succeeded|successful|successes|bypass\w*|obeyed)\b|\bnone (?:of \w+ )?succeeded\b`)},
		{name: "which findings are open or closed", words: pattern.New(`(?i)\bfindings?\b|\b(?:open|closed|fixed|mitigated|accepted|retest\w*|remediat\w+|unresolved)\b`)},
		{name: "who tested", words: pattern.New(`(?i)\b(?:testers?|tested by|carried out by|conducted by|performed by|run by|independent\w*|external|security (?:team|architect|engineers?)|third party|red team(?:ers)?(?: of| from|:)|by the|consultan\w+|authors?|not (?:part|members?) of)\b`)},
	}
)

// leastFamilies is how many families of attack a campaign must have: with one, it tried one idea.
const leastFamilies = 2

func judgeRedTeam(text string) []document.Shortfall {
	lacks := saysAll(text, redTeamTopics)
	families := 0
	for _, f := range attackFamilies {
		if f.MatchString(text) {
			families++
		}
	}
	if strings.TrimSpace(text) != "" && families < leastFamilies {
		lacks = append(lacks, document.Shortfall{Message: "names fewer than two families of attack, so most of the threats were not tried", Fix: "attack along each threat: injection, leaks, misuse of tools, poisoned sources, and say so"})
	}
	return lacks
}

func threatCoverage() lodemark.Check {
	return lodemark.Check{
		ID: "dep-4-threat-coverage", Version: 1,
		Title:    "The tests before the release cover the grave threats of the threat model, and what they found is closed or accepted",
		Bears:    lodemark.Supports("DEP-4.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "An evaluation that passes says nothing of the threat that it did not try. The threat model names what would hurt; a test " +
			"for each, and a decision on each finding, is what makes a release more than hope.",
		Fix: "Name the id of each grave threat beside the test that tried it, and close, or accept with a name and a date, what was found " +
			"before the release.",
		Help: "keep threats with ids in threats.yaml, and name those ids in the evaluation report or the red team's",
		Bad:  coverageBad(), Good: coverageGood(),
		Run: runThreatCoverage,
	}
}

// listedThreat is one threat of the threat file.
type listedThreat struct {
	ID       string `yaml:"id"`
	Title    string `yaml:"title"`
	Severity string `yaml:"severity"`
	Status   string `yaml:"status"`
}

// threatFileBytes is the largest threat file that is read here.
const threatFileBytes = 1 << 20

// graveThreats are those that a release must have tried: high and critical ones that nobody accepted or ruled out. Where none
// is grave, all others are taken.
func graveThreats(s *lodemark.Subject) (file string, grave []listedThreat) {
	file = "threats.yaml"
	if p := s.System.Declared.Documents["threat-model"].Path; strings.HasSuffix(p, ".yaml") || strings.HasSuffix(p, ".yml") {
		file = p
	}
	data, err := s.Read(file)
	if err != nil || len(data) > threatFileBytes {
		return "", nil
	}
	var doc struct {
		Threats []listedThreat `yaml:"threats"`
	}
	if yaml.Unmarshal(data, &doc) != nil {
		return "", nil
	}
	live := slices.DeleteFunc(doc.Threats, func(t listedThreat) bool {
		return t.ID == "" || slices.Contains([]string{"accepted", "not-applicable", "not_applicable", "dismissed", "rejected", "transferred"}, strings.ToLower(t.Status))
	})
	for _, t := range live {
		if sev := strings.ToLower(t.Severity); sev == "high" || sev == "critical" {
			grave = append(grave, t)
		}
	}
	if len(grave) == 0 {
		grave = live
	}
	return file, grave
}

func runThreatCoverage(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	const id, what = "dep-4-threat-coverage", "an evaluation or red team report that covers the threats"
	red, report := document.Find(s, "red-team-report"), document.Find(s, "evaluation-report")
	documents := slices.Concat(red.Documents, report.Documents)
	if len(documents) == 0 {
		if early, yes := notDeployed(s); yes {
			return early
		}
		if red.Declared {
			return red.Missing(what)
		}
		return report.Missing(what)
	}
	var examined, open []string
	var findings []lodemark.Finding
	all := ""
	for _, d := range documents {
		examined = append(examined, d.Path)
		all += d.Title + "\n" + content(d)
		findings = append(findings, document.Shortfalls(d.Path, openFindings(d)...)...)
	}
	file, threats := graveThreats(s)
	for _, t := range threats {
		if !namesID(all, t.ID) {
			open = append(open, t.ID)
		}
	}
	if len(open) > 0 && document.English(all) {
		list := strings.Join(open[:min(len(open), 6)], ", ")
		f := document.Shortfalls(documents[0].Path, document.Shortfall{Message: "names no test of " + list + ", which " + file + " rates highest", Fix: "try these threats, and name their ids beside the result"})
		findings = append(f, findings...)
	}
	switch {
	case len(findings) > 0:
		return lodemark.Result{Outcome: lodemark.Failed, Reason: findings[0].Message, Findings: shortened(findings), Examined: examined}
	case file == "":
		return undecided(examined, "there is no list of threats with ids (threats.yaml) with which the reports could be compared")
	case len(threats) == 0:
		return undecided(examined, "%s lists no threat that a test could try", file)
	case len(open) > 0:
		return undecided(examined, "%s is not in English, the only language that this check reads", documents[0].Path)
	}
	return passed(append(examined, file), "every grave threat of %s is named in %s, and no finding is left open", file, documents[0].Path)
}

// namesID says whether a text names an id as a word of its own.
func namesID(text, id string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], id)
		if i < 0 {
			return false
		}
		from, to := at+i, at+i+len(id)
		if (from == 0 || !wordByte(text[from-1])) && (to == len(text) || !wordByte(text[to])) {
			return true
		}
		at = to
	}
}

func wordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b == '_'
}

var (
	openStatus  = pattern.New(`(?i)^\W*(?:open|unresolved|not fixed|unfixed|pending|in progress|to be fixed|new|todo)\b`)
	findingHead = pattern.New(`(?i)\bfinding|\bissue|\bid\b|\bweakness|\bvulnerabilit|\battack|#`)
	borneBy     = pattern.New(`(?i)\baccepted\b|\buntil \d{4}|\bwaived\b`)
)

// openFindings finds rows of tables of findings that are neither closed nor accepted.
func openFindings(d document.Document) []document.Shortfall {
	var lacks []document.Shortfall
	for _, t := range d.Tables() {
		at := t.Column("status", "state", "resolution")
		if at < 0 || !findingHead.MatchString(strings.Join(t.Header, " ")) {
			continue
		}
		for _, row := range t.Rows {
			if at < len(row.Cells) && openStatus.MatchString(row.Cells[at]) && !borneBy.MatchString(strings.Join(row.Cells, " ")) {
				lacks = append(lacks, document.Shortfall{Line: row.Line, Message: "leaves \"" + clip(strings.Join(row.Cells[:min(2, len(row.Cells))], " ")) + "\" open, and the system was released all the same", Fix: "close it and test again, or have a named person accept it until a date"})
			}
		}
	}
	return lacks
}
