package design

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

func decisionsCiteThreats() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-decisions-cite-threats", Version: 1,
		Title:    "Records of design decisions cite threats and say what was traded",
		Bears:    lodemark.Supports("SD-3.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Memory, tools, retrieval and autonomy are chosen for what they can do. Where the record names no threat, nobody weighed what they open, and " +
			"nobody can say later which risk was taken for which gain.",
		Fix: "Name in the record of each decision about the design the threats that it weighs, by their ids in threats.yaml or the library (LDM-T11), and what was given up for what.",
		Help: "keep decisions in docs/adr or docs/decisions, or point to them from lodemark.yaml (documents: ai-decision, a file or a folder), or record one with " +
			"lodemark decide trade-off SD-3.2",
		Bad: decisionsBad(), Good: decisionsGood(),
		Run: runDecisionsCiteThreats,
	}
}

// decisionFolders hold records of design decisions, one in a file.
var decisionFolders = []string{"adr", "adrs", "decisions", "decision-records", "design-decisions", "architecture-decisions", "architectural-decisions"}

// mostRecords bounds how many records are read.
const mostRecords = 60

// designRecords lists the records of design decisions that are filled in: the decision for AI, and those in the folders of such records.
func designRecords(s *lodemark.Subject) []document.Document {
	all := gathered(s, "ai-decision")
	for _, f := range s.System.Files {
		if f.Link != "" || f.Test || f.Vendored || !decisionName(f.Path) || len(all) == mostRecords {
			continue
		}
		if slices.ContainsFunc(all, func(d document.Document) bool { return d.Path == f.Path }) {
			continue
		}
		if d, err := document.Of(s, f.Path); err == nil && !d.Draft && d.Filled() {
			all = append(all, d)
		}
	}
	return all
}

func decisionName(file string) bool {
	if !slices.Contains([]string{".md", ".markdown", ".rst", ".adoc", ".txt"}, strings.ToLower(path.Ext(file))) || strings.HasPrefix(file, ".") {
		return false
	}
	name := strings.ToLower(strings.TrimSuffix(path.Base(file), path.Ext(file)))
	if strings.Contains(name, "template") || name == "readme" || name == "index" {
		return false
	}
	for _, folder := range strings.Split(strings.ToLower(path.Dir(file)), "/") {
		if slices.Contains(decisionFolders, folder) {
			return true
		}
	}
	return strings.HasPrefix(name, "adr-") || strings.Contains(strings.ReplaceAll(name, "_", "-"), "design-decision")
}

// traded are words by which a record says what was given up for what.
var traded = []string{"trade", "at the cost of", "at the price of", "in exchange", "in return for", "gave up", "give up", "given up", "giving up", "instead of", "rather than", "slower", "latency",
	"less convenient", "friction", "inconvenien", "extra step", "one more step", "weighed against", "outweigh", "sacrific", "downside", "drawback", "disadvantage", "we pay with", "loses ", "lose "}

// citation is what one record says of threats.
type citation struct {
	path   string
	cited  []string
	traded bool
}

func runDecisionsCiteThreats(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "sd-3-decisions-cite-threats"
	f := document.Find(s, "ai-decision")
	records := designRecords(s)
	cited := tradeOffs(s)
	if len(records) == 0 && len(cited) == 0 {
		return f.Missing("a record of a design decision")
	}
	known, from, problem := citable(s)
	if problem != "" {
		return undecided("", problem)
	}
	r := lodemark.Result{Examined: pathsOf(records)}
	if from != "" {
		r.Examined = append(r.Examined, from)
	}
	for _, d := range records {
		c := citation{path: d.Path, traded: says(textOf(d), traded...)}
		eachThreatID(d, func(word string, line int) {
			switch {
			case known[word]:
				c.cited = append(c.cited, word)
			case likeKnown(word, known) && !slices.ContainsFunc(r.Findings, func(f lodemark.Finding) bool { return f.Key == word }):
				r.Findings = append(r.Findings, lodemark.Finding{ID: id, Severity: lodemark.SeverityMedium, Path: d.Path, Line: line, Key: word,
					Message: fmt.Sprintf("%s cites %s, which is no threat of the threat model or the library: the decision rests on a threat that is gone, or never was.", d.Path, word),
					Fix:     "cite the threats by their ids as they are now"})
			}
		})
		if len(c.cited) > 0 {
			cited = append(cited, c)
		}
	}
	if len(r.Findings) > 0 {
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
		return r
	}
	if len(cited) == 0 {
		silent := silentOn(s, records[0], 0, "none", "cites no threat, nor does another record of a design decision", "name the threats that the decision weighs, by their ids in threats.yaml or the library, and what was traded")
		silent.Examined = r.Examined
		return silent
	}
	i := slices.IndexFunc(cited, func(c citation) bool { return c.traded })
	if i < 0 {
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s cites %s, and does not say what was given up for what", cited[0].path, few(unique(cited[0].cited)))
		return r
	}
	r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s cites %s and says what was traded", cited[i].path, few(unique(cited[i].cited)))
	return r
}

// citable lists the ids that a record may cite: those of the threat model and of the library.
func citable(s *lodemark.Subject) (ids map[string]bool, from, problem string) {
	library, problems := builtIn()
	if len(problems) > 0 {
		return nil, "", "the library of threats cannot be read: " + problems[0].Message
	}
	ids, from, _ = knownThreats(s) // a model that cannot be read, or is not there, leaves the library
	if ids == nil {
		ids = map[string]bool{}
	}
	for _, r := range library.Rules {
		ids[r.ID] = true
	}
	return ids, from, ""
}

// tradeOffs lists the decisions of the kind that weigh threats and are in force.
func tradeOffs(s *lodemark.Subject) []citation {
	known, _, problem := citable(s)
	if problem != "" {
		return nil
	}
	var all []citation
	for _, d := range s.Decisions {
		if d.Kind != lodemark.TradeOff || s.At.Before(d.Date) || !s.At.Before(d.Until) || slices.ContainsFunc(d.Bound, func(b lodemark.Digest) bool {
			now, err := s.Digest(b.Path)
			return err != nil || now != "sha256:"+b.SHA256
		}) {
			continue
		}
		c := citation{path: d.ID, traded: true}
		for _, word := range threatID.FindAllString(d.Reason, 20) {
			if known[word] {
				c.cited = append(c.cited, word)
			}
		}
		if len(c.cited) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// eachThreatID hands over what has the form of a threat's id in a document, with its line.
func eachThreatID(d document.Document, take func(word string, line int)) {
	for _, sec := range d.Sections {
		n := 0
		for line := range strings.Lines(sec.Heading + "\n" + sec.Text) {
			at := sec.From + n - 1
			if n == 0 {
				at = sec.Line
			}
			n++
			for _, word := range threatID.FindAllString(line, 50) {
				take(word, at)
			}
		}
	}
}

func unique(words []string) []string {
	sorted := slices.Clone(words)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
