package design

import (
	"context"
	"fmt"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func riskyCapabilities() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-risky-capabilities", Version: 1,
		Title:    "Users are told what the system can do that is risky, before they use it",
		Bears:    lodemark.Supports("SD-3.20"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Somebody who thinks they are chatting does not expect a mail to be sent or a file to change. What they were not told about they " +
			"do not watch.",
		Fix:  "Name each risky capability in the user guide, with what can go wrong and how to keep it from happening.",
		Help: "describe in docs/user-guidance.md or docs/acceptable-use.md what the system can do on its own, and what can go wrong",
		Bad: []lodemark.Example{
			{Name: "a general disclaimer", Files: map[string]string{"lodemark.yaml": deskRecord, ".mcp.json": ticketServer,
				"docs/user-guidance.md": "# User guide\n\n## Limitations\n\nThe assistant can make mistakes. Use it at your own discretion.\n"}},
			{Name: "no guide", Files: map[string]string{"lodemark.yaml": deskRecord, ".mcp.json": ticketServer}},
		},
		Good: []lodemark.Example{
			{Name: "comments on tickets are explained", Files: map[string]string{".mcp.json": ticketServer,
				"docs/user-guidance.md": "# User guide\n\n## What it can do on your behalf\n\nIt can add comments to your tickets. A comment cannot be undone and goes to everybody on the ticket; it asks you before, read the text first.\n"}},
			{Name: "in the rules of use", Files: map[string]string{"lodemark.yaml": deskRecord, ".mcp.json": ticketServer,
				"docs/acceptable-use.md": "# Acceptable use\n\n## Actions\n\nThe agent may run code and write files in your workspace. Wrong code can delete your work: keep a copy, and confirm only what you have read.\n"}},
		},
		Run: runRiskyCapabilities,
	}
}

// guideKinds are documents that users get to read.
var guideKinds = []string{"user-guidance", "acceptable-use", "user-security-guidance", "responsibilities"}

var (
	explainedWords = []string{"risk", "cannot be undone", "can not be undone", "confirm", "before it", "asks you", "ask you", "careful", "check", "wrong", "watch", "limit", "only after", "permission", "approve", "off by default", "turn on", "switch on", "undo", "harm", "damage", "keep a copy", "go wrong", "warning", "danger"}
)

func runRiskyCapabilities(_ context.Context, s *lodemark.Subject) lodemark.Result {
	acts := s.System.Fact("agentic")
	if acts.Answer == lodemark.No {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "the system only answers: " + acts.Reason}
	}
	guides := gathered(s, guideKinds...)
	if len(guides) == 0 {
		if acts.Answer == lodemark.Unknown {
			return undecided("", "no guide for users was found, and whether the system can act is not known")
		}
		return document.Find(s, "user-guidance").Missing("a guide that tells users what the system can do on its own")
	}
	for _, d := range guides {
		for _, p := range capabilityPassages(d) {
			if says(p, explainedWords...) && acts.Answer == lodemark.Yes {
				return lodemark.Result{Outcome: lodemark.Passed, Examined: []string{d.Path}, Reason: fmt.Sprintf("%s names what the system can do on its own and what to watch", d.Path)}
			}
		}
	}
	for _, d := range guides {
		if len(capabilityPassages(d)) > 0 && acts.Answer == lodemark.Yes {
			return undecided(d.Path, d.Path+" names capabilities and does not explain their risk where it names them")
		}
	}
	if acts.Answer == lodemark.Unknown {
		return undecided(guides[0].Path, "whether the system can act is not known, so what users should be told is not either")
	}
	return silentOn(s, guides[0], 0, "none", fmt.Sprintf("does not tell users what the system can do on its own, though it can act (%s)", acts.Reason),
		"name each action that it can take, what can go wrong and how to keep it from happening")
}

// actsItself is how a guide says that the system does something in the world.
var actsItself = pattern.New(`(?i)\b(it|assistant|agent|agents|system|bot|chatbot|copilot|model|app|service)\b[^.\n]{0,40}\b(can|may|will|could|is able to|lets? you|asks? (you )?before it)\b[^.\n]{0,50}\b(sends?|writ(e|es|ing)|delet(e|es|ing)|chang(e|es|ing)|adds?|runs?|execut(e|es|ing)|` +
	`creat(e|es|ing)|updat(e|es|ing)|comments?|edits?|books?|orders?|pays?|posts?|opens?|brows(e|es|ing)|controls?|calls?|uses? tools?|acts?)\b|\bon your behalf\b|\b(run|execute)s? code\b`)

// capabilityPassages are the sections of a guide that name something that the system does in the world.
func capabilityPassages(d document.Document) []string {
	var all []string
	for _, s := range d.Sections {
		if s.Filled() && (says(s.Heading, "riskier", "risky", "capabilit", "actions", "on its own", "on your behalf") || actsItself.MatchString(s.Heading+"\n"+s.Text)) {
			all = append(all, s.Heading+"\n"+s.Text)
		}
	}
	return all
}

func prohibitedUses() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-prohibited-uses", Version: 1,
		Title:    "Users are told what the system may not be used for, and where to go instead",
		Bears:    lodemark.Supports("SD-3.22"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "People use what is at hand. A general assistant that nobody said no to ends up giving legal advice and reading medical " +
			"reports, with answers that nobody tested for it.",
		Fix:  "Publish what the system may not be used for, and name the person, page or tool that helps in each case.",
		Help: "write docs/acceptable-use.md with prohibited uses and alternatives, or point to it from lodemark.yaml (documents: acceptable-use; lodemark new acceptable-use drafts it)",
		Bad: []lodemark.Example{
			{Name: "rules that forbid nothing", Files: map[string]string{"lodemark.yaml": deskRecord,
				"docs/acceptable-use.md": "# Acceptable use\n\n## Purpose\n\nThe assistant answers questions about accounts and billing. Have fun with it.\n"}},
			{Name: "a template", Files: map[string]string{"lodemark.yaml": deskRecord, "docs/acceptable-use.md": "# Acceptable use\n\n## Prohibited uses\n\nTODO\n"}},
			{Name: "no rules", Files: map[string]string{"lodemark.yaml": deskRecord}},
		},
		Good: []lodemark.Example{
			{Name: "with alternatives", Files: map[string]string{
				"docs/acceptable-use.md": "# Acceptable use\n\n## Prohibited uses\n\n- Advice on law or health. Ask the legal department or the company doctor instead.\n- Decisions about people.\n"}},
			{Name: "in the user guide", Files: map[string]string{"lodemark.yaml": deskRecord,
				"docs/user-guidance.md": "# User guide\n\n## What it is not for\n\nDo not use it for salary questions; the HR portal has a form for them.\n"}},
		},
		Run: runProhibitedUses,
	}
}

var (
	forbidden = []string{"prohibited", "not permitted", "not allowed", "must not", "may not", "do not use", "don't use", "not be used", "forbidden", "not for", "out-of-scope", "out of scope", "never use", "no use for", "unacceptable", "misuse",
		"you agree not to", "you will not", "disallowed", "banned", "not intended for"}
	forbiddenHeadings = []string{"prohibited", "not for", "out-of-scope", "out of scope", "not allowed", "unacceptable", "misuse", "restrictions", "what it may not", "forbidden", "must not"}
	instead           = []string{"instead", "alternative", "ask the", "ask your", "call the", "turn to", "use the", "use our", "portal", "talk to", "speak to", "hotline", "helpline", "has a form", "is there for"}
)

func runProhibitedUses(_ context.Context, s *lodemark.Subject) lodemark.Result {
	rules := document.Find(s, "acceptable-use")
	guides := gathered(s, "acceptable-use", "user-guidance", "user-security-guidance")
	if len(guides) == 0 || rules.Declared && len(rules.Documents) == 0 {
		if len(rules.Documents) > 0 {
			return rules.Unfilled("write down what the system may not be used for, and what to do instead")
		}
		return rules.Missing("a document that says what the system may not be used for")
	}
	open := ""
	for _, d := range guides {
		part := joined(passages(d, forbiddenHeadings...))
		if part == "" {
			for _, p := range mentioning(d, forbidden...) {
				part += p.text
			}
		}
		switch {
		case part == "":
		case says(part, instead...):
			return lodemark.Result{Outcome: lodemark.Passed, Examined: []string{d.Path}, Reason: fmt.Sprintf("%s names prohibited uses and where to go instead", d.Path)}
		case open == "":
			open = d.Path
		}
	}
	if open != "" {
		return undecided(open, open+" names prohibited uses and no alternative to any of them; there may be none")
	}
	return silentOn(s, guides[0], 0, "none", "forbids no use, so whatever people try counts as allowed", "name what the system may not be used for, and what helps instead")
}
