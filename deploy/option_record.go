package deploy

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func optionRecord() lodemark.Check {
	return lodemark.Check{
		ID: "dep-5-option-record", Version: 1,
		Title:    "Each setting that is shipped was weighed: what it is for, and what risk it brings",
		Bears:    lodemark.Supports("DEP-5.1", "DEP-5.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A switch that lets a model's own code run, or an agent act without asking, is added for one customer and stays for all. " +
			"Each setting that nobody weighed is a door that somebody will open.",
		Fix: "Give each setting a line: what it is for, what risk it brings, and for one that allows a less secure state, why it exists " +
			"at all. Take away those without a reason.",
		Help: "write docs/option-record.md, or point to it from lodemark.yaml (documents: option-record; lodemark new option-record drafts it)",
		Bad:  optionsBad(), Good: optionsGood(),
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			surface := shippedOptions(s)
			r := record{kind: "option-record", what: "a record of the settings and their risks",
				judge: func(d document.Document, text string) []document.Shortfall { return judgeOptions(d, text, surface) }}
			return r.judged(ctx, s)
		},
	}
}

// option is one setting that comes with the system.
type option struct {
	name, path string
	line       int
}

// optionsMost bounds the settings that are compared with the record.
const optionsMost = 2000

// shippedOptions lists the settings that users get to set: samples of variables, values of charts at their first level, and
// variables of the services that are built here. What other people's images are told belongs to those.
func shippedOptions(s *lodemark.Subject) []option {
	var all []option
	seen := map[string]bool{}
	add := func(name, file string, line int) {
		if len(name) > 2 && !seen[name] && len(all) < optionsMost {
			seen[name] = true
			all = append(all, option{name, file, line})
		}
	}
	for _, f := range s.System.Files {
		kind := settingFile(f.Path)
		if kind != sampleVariables && kind != chartValues || f.Link != "" || f.Test || f.Vendored || f.Size > settingBytes || forPractice(path.Dir(f.Path)+"/x") {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(data)) {
			n++
			if m := optionLine.FindStringSubmatch(line); kind == sampleVariables && m != nil {
				add(m[1], f.Path, n)
			}
			if m := topValue.FindStringSubmatch(line); kind == chartValues && m != nil {
				add(m[1], f.Path, n)
			}
		}
	}
	for _, f := range survey(s, lodemark.KindCompose).compose {
		for _, svc := range f.Services {
			if f.Test || forPractice(f.Path) || !svc.Build {
				continue
			}
			for _, e := range svc.Environment {
				add(e.Name, f.Path, e.Value.Line)
			}
		}
	}
	return all
}

var (
	optionLine = pattern.New(`^\s*(?:#\s?)?(?:export\s+)?([A-Z][A-Z0-9_]{2,})\s*=`)
	topValue   = pattern.New(`^([A-Za-z][\w-]*):`)
	// weakening matches names of settings that allow a less secure state.
	weakening = pattern.New(`(?i)(?:^|_)(?:debug|insecure|unsafe|skip|bypass|disable|disabled|no_auth|noauth|anonymous|allow|trust_remote_code|verify_ssl|ssl_verify|tls_verify|auth_enabled|enable_auth|auth_disabled|auto_approve|yolo|cors|public|reload)(?:_|$)`)
)

var optionTopics = []topic{
	{name: "what the settings are for", words: pattern.New(`(?i)\b(?:purpose|benefits?|why|what for|is for|needed|so that|lets?|allows?|use|reason|because)\b`)},
	{name: "what risk they bring", words: pattern.New(`(?i)\b(?:risks?|threats?|attack\w*|secur\w+|danger\w*|leak\w*|expos\w+|abuse\w*|harm|could|secret)\b`)},
}

func judgeOptions(d document.Document, text string, surface []option) []document.Shortfall {
	lacks := saysAll(text, optionTopics)
	if strings.TrimSpace(text) == "" {
		return lacks
	}
	var missing []option
	for _, o := range surface {
		if !namesID(text, o.name) {
			missing = append(missing, o)
		}
	}
	if len(missing) > 0 {
		var names []string
		for _, o := range missing[:min(len(missing), 5)] {
			names = append(names, o.name)
		}
		list := strings.Join(names, ", ")
		if more := len(missing) - len(names); more > 0 {
			list += fmt.Sprintf(" and %d more", more)
		}
		lacks = append(lacks, document.Shortfall{Clauses: []string{"DEP-5.1"}, Message: fmt.Sprintf("has no line on %s, which %s sets", list, missing[0].path), Fix: "weigh each of them, and write it down or take the setting away"})
	}
	return append(lacks, withoutReason(d)...)
}

// withoutReason finds settings that weaken security and stand in the record without a word on why they exist.
func withoutReason(d document.Document) []document.Shortfall {
	var lacks []document.Shortfall
	for _, t := range d.Tables() {
		at := t.Column("reason", "why", "purpose", "for", "benefit", "use")
		for _, row := range t.Rows {
			if len(row.Cells) == 0 || !weakening.MatchString(row.Cells[0]) {
				continue
			}
			said := strings.Join(row.Cells[1:], " ")
			if at > 0 {
				said = row.Cell(at)
			}
			if len(strings.Fields(said)) < 2 {
				lacks = append(lacks, document.Shortfall{Line: row.Line, Clauses: []string{"DEP-5.2"}, Message: "gives no reason for " + clip(row.Cells[0]) + ", which allows a less secure state", Fix: "write down who needs it and why no secure way does, or take it away"})
			}
		}
	}
	slices.SortStableFunc(lacks, func(a, b document.Shortfall) int { return cmp.Compare(a.Line, b.Line) })
	return lacks
}
