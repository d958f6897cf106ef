package develop

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func promptCard() lodemark.Check {
	return lodemark.Check{
		ID: "dev-3-prompt-card", Version: 1,
		Title:    "Each prompt file is described: purpose, owner, variables, and how it is versioned and tested",
		Bears:    lodemark.Supports("DEV-3.3"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A system prompt is configuration that decides what the model may do, and a one-word change can undo a safeguard. A prompt that " +
			"nobody owns is changed by whoever passes by, and tested by the users.",
		Fix:  "Describe each prompt in a register (or in its own front matter): what it is for, who owns it, what is filled in, which test guards it.",
		Help: "write prompts/README.md or docs/prompt-register.md, or point to it from lodemark.yaml (documents: prompt-card)",
		Bad:  promptsBad(), Good: promptsGood(),
		Run: runPromptCard,
	}
}

// promptAspects are what a description of prompts must say, by the words in which it may.
var promptAspects = []struct {
	name  string
	words *pattern.Pattern
}{
	{"purpose", pattern.New(`(?i)\b(?:purposes?|used (?:for|to|by)|what (?:it is|they are|it's) for|role|goal|tasks?|does|instructs|compares|answers?|for)\b`)},
	{"owner", pattern.New(`(?i)\b(?:owners?|owned|maintainers?|maintained|responsible|contact|authors?|stewards?)\b`)},
	{"variables", pattern.New(`(?i)\b(?:variables?|inputs?|parameters?|placeholders?|fills?|filled in|arguments?|slots?|context)\b`)},
	{"version or test", pattern.New(`(?i)\b(?:versions?|v\d+(?:\.\d+)*|tests?|tested|evals?|evaluation|changes?|changelog|history)\b`)},
}

func runPromptCard(_ context.Context, s *lodemark.Subject) lodemark.Result {
	const id = "dev-3-prompt-card"
	var prompts []lodemark.Component
	for c := range s.System.Of(lodemark.KindPrompt) {
		if !c.Test && c.Path != "" {
			prompts = append(prompts, c)
		}
	}
	if len(prompts) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no prompt files were found; prompts inside code are not looked at yet"}
	}
	if n := selfDescribed(s, prompts); n == len(prompts) {
		return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("each of the %d prompts is described in its own front matter", n), Examined: paths(prompts)}
	}
	registers := promptRegisters(s)
	introductions := promptIntroductions(s)
	if len(registers)+len(introductions) == 0 {
		return document.Find(s, "prompt-card").Missing("a description of the prompts, such as " + prompts[0].Path)
	}
	r := lodemark.Result{}
	cards := append(registers, introductions...)
	for _, c := range cards {
		r.Examined = append(r.Examined, c.path)
	}
	var open []lodemark.Finding
	for _, p := range prompts {
		if !described(p, cards) && !hasFront(s, p) {
			open = append(open, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: p.Path,
				Message: fmt.Sprintf("%s is named in no description of the prompts (%s), so nobody knows what it is for and who owns it.", p.Path, cards[0].path),
				Fix:     "describe it: purpose, owner, variables, version and tests", Key: "undescribed"})
		}
	}
	if lacks := aspectsMissing(cards); len(lacks) > 0 {
		open = append(open, lodemark.Finding{ID: id, Severity: lodemark.SeverityLow, Path: cards[0].path,
			Message: fmt.Sprintf("%s describes the prompts and says nothing of their %s.", cards[0].path, strings.Join(lacks, ", ")),
			Fix:     "add it for each prompt", Key: strings.Join(lacks, ", ")})
	}
	switch {
	case len(open) == 0:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("%s describes the %d prompts that were found", cards[0].path, len(prompts))
	case len(registers) == 0 && s.System.Declared.Path == "": // an introduction need not be the place where prompts are described
		r.Outcome, r.Reason = lodemark.Undecided, open[0].Message
	default:
		return failing(r, open...)
	}
	return r
}

// promptRegisters are the documents that exist to describe prompts.
func promptRegisters(s *lodemark.Subject) []card {
	var cards []card
	for _, d := range document.Find(s, "prompt-card").Documents {
		if c, ok := readCard(s, d.Path); ok && d.Filled() {
			cards = append(cards, c)
		}
	}
	return cards
}

// promptIntroductions are the introductions of folders of prompts.
func promptIntroductions(s *lodemark.Subject) []card {
	var cards []card
	for _, f := range s.System.Files {
		if f.Link != "" || f.Test || f.Vendored || !strings.EqualFold(path.Base(f.Path), "readme.md") || !strings.Contains(strings.ToLower(path.Base(path.Dir(f.Path))), "prompt") {
			continue
		}
		if c, ok := readCard(s, f.Path); ok {
			cards = append(cards, c)
		}
	}
	return cards
}

func described(p lodemark.Component, cards []card) bool {
	base := strings.ToLower(path.Base(p.Path))
	stem, _, _ := strings.Cut(base, ".")
	return slices.ContainsFunc(cards, func(c card) bool {
		lower := strings.ToLower(c.raw)
		return standsIn(lower, base) || len(stem) >= 5 && standsIn(lower, stem)
	})
}

// aspectsMissing lists what none of the descriptions says.
func aspectsMissing(cards []card) []string {
	var text strings.Builder
	for _, c := range cards {
		text.WriteString(c.raw + "\n")
	}
	var lacks []string
	for _, a := range promptAspects {
		if !a.words.MatchString(text.String()) {
			lacks = append(lacks, a.name)
		}
	}
	return lacks
}

// hasFront says whether a prompt describes itself in its front matter: what it is for, and who owns it or which version it is.
func hasFront(s *lodemark.Subject, p lodemark.Component) bool {
	return lodemark.Shared(s, "develop.front "+p.Path, func() bool {
		data, err := s.Read(p.Path)
		if err != nil || len(data) > cardBytes {
			return false
		}
		d := document.Read(p.Path, data)
		return d.Field("description", "purpose", "summary") != "" && (d.Field("owner", "author", "authors", "maintainer") != "" || d.Field("version") != "")
	})
}

func selfDescribed(s *lodemark.Subject, prompts []lodemark.Component) (n int) {
	for _, p := range prompts {
		if hasFront(s, p) {
			n++
		}
	}
	return n
}

func paths(components []lodemark.Component) []string {
	var all []string
	for _, c := range components {
		all = append(all, c.Path)
	}
	return all
}
