package design

import (
	"cmp"
	"context"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// SD-1: raise staff awareness of threats and risks.
func awareness() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "SD-1",
		Checks: []lodemark.Check{ownerNamed(), threatSignOff(), threatLearningCheck(), userSecurityGuidance(), secureCodingCheck(),
			aiTrainingCheck(), teamBriefed(), leadersBriefed(), usersBriefed()},
	}
}

func ownerNamed() lodemark.Check {
	return lodemark.Check{
		ID: "sd-1-owner-named", Version: 1,
		Title:    "An owner and an accountable leader are named, and they are two people",
		Bears:    lodemark.Supports("SD-1.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Risks of an AI system are accepted by someone or by nobody. Without an owner and a leader who answers for the " +
			"system, a threat that engineers see has no one to decide about it.",
		Fix:  "Name owner and accountable_leader in lodemark.yaml, each with a contact that reaches them.",
		Help: "write a lodemark.yaml (lodemark init drafts one) that names owner and accountable_leader with contacts",
		Bad: []lodemark.Example{
			{Name: "an owner and no leader", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nowner:\n  name: Product owner\n  contact: owner@example.org\n",
			}},
			{Name: "one person in both places", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@example.org}\n" +
					"accountable_leader: {name: product owner, contact: leader@example.org}\n",
			}},
			{Name: "nobody can be reached", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nowner: {name: Product owner}\naccountable_leader: {name: Head of services}\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "two people with contacts", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@example.org}\n" +
					"accountable_leader: {name: Head of services, contact: services@example.org}\n",
			}},
			{Name: "a team's channel as contact", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nowner:\n  name: Help desk product owner\n  contact: \"#help-desk\"\n" +
					"accountable_leader:\n  name: Chief information officer\n  contact: cio@example.org\n",
			}},
		},
		Run: runOwnerNamed,
	}
}

func runOwnerNamed(_ context.Context, s *lodemark.Subject) lodemark.Result {
	d := s.System.Declared
	if d.Path == "" && len(d.Unfilled) > 0 {
		return undecided("", "nobody has filled in lodemark.yaml yet, which names who owns the system and who answers for it")
	}
	if d.Path == "" {
		return undecided("", "there is no lodemark.yaml that names who owns the system and who answers for it")
	}
	findings := []lodemark.Finding{}
	finding := func(key, message, fix string) {
		findings = append(findings, lodemark.Finding{ID: "sd-1-owner-named", Severity: lodemark.SeverityMedium, Path: d.Path,
			Line: lineOfKey(d.Lines, key), Message: message, Fix: fix, Key: key})
	}
	people := []struct {
		key, role string
		person    lodemark.Person
	}{{"owner", "owner", d.Owner}, {"accountable_leader", "accountable leader", d.Leader}}
	if d.Owner.Name == "" && d.Leader.Name == "" {
		finding("owner.name", "Nobody is named as owner or as accountable leader, so nobody is bound to know the system's threats or to decide about them.",
			"add owner and accountable_leader with name and contact")
		people = nil
	}
	for _, who := range people {
		switch {
		case who.person.Name == "":
			finding(who.key+".name", "No "+who.role+" is named, so nobody is bound to know the system's threats or to decide about them.",
				"add "+who.key+" with name and contact")
		case who.person.Contact == "":
			finding(who.key+".contact", "The "+who.role+" ("+who.person.Name+") has no contact, so a report about the system reaches nobody.",
				"add a contact under "+who.key)
		}
	}
	if lodemark.SamePerson(d.Owner, d.Leader) {
		finding("accountable_leader.name", "Owner and accountable leader are the same person ("+d.Owner.Name+
			"), so nobody stands behind the owner's decisions.", "name the senior leader who answers for the owner's decisions")
	}
	declared := lodemark.Component{Kind: lodemark.KindDocument, Path: d.Path}
	r := lodemark.Conclude([]lodemark.Component{declared}, findings, nil, "system records")
	if r.Outcome == lodemark.Passed {
		r.Reason = "lodemark.yaml names an owner and another person as accountable leader, both with contacts"
	}
	return r
}

// lineOfKey is the line of a key, or of the one above it where the key is missing.
func lineOfKey(lines map[string]int, key string) int {
	parent, _, _ := strings.Cut(key, ".")
	return cmp.Or(lines[key], lines[parent])
}

func userSecurityGuidance() lodemark.Check {
	return lodemark.Check{
		ID: "sd-1-user-security-guidance", Version: 2,
		Title:    "Users are told about the security risks that come with AI",
		Bears:    lodemark.Supports("SD-1.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "People paste secrets into a chat, trust an invented answer, or forward a text that holds instructions for the model. " +
			"General security training covers none of that.",
		Fix:  "Write guidance for users: what may be entered, why answers must be checked, how planted instructions look, where to report.",
		Help: "write docs/user-security-guidance.md, or point to it from lodemark.yaml (documents: user-security-guidance; lodemark new user-security-guidance drafts it)",
		Bad: []lodemark.Example{
			{Name: "general advice without a word on AI", Files: map[string]string{
				"docs/user-security-guidance.md": "# Security guidance for users\n\n## Passwords\n\nUse a long password and a second factor. Lock your screen when you leave your desk.\n",
			}},
			{Name: "a template", Files: map[string]string{
				"docs/user-security-guidance.md": "# Security guidance for users of the assistant\n\n## Risks\n\nTODO\n\n## Reporting\n\nTBD\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "guidance for users of an assistant", Files: map[string]string{
				"docs/user-security-guidance.md": "# Security guidance for users of the assistant\n\n## What you may enter\n\nNever paste passwords or personal data of customers into the chat.\n\n" +
					"## What comes back\n\nAn answer of the model can be wrong or invented. Check it before you act on it.\n",
			}},
			{Name: "pointed to by lodemark.yaml", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\ndocuments:\n  user-security-guidance: handbook/assistant.md\n",
				"handbook/assistant.md": "# Working with the AI assistant\n\n## Risks\n\nA document that you upload can hold hidden instructions (prompt injection). " +
					"Report answers that ask you for credentials.\n",
			}},
		},
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return document.Find(s, "user-security-guidance").Judged(ctx, s, "guidance for users on the security risks of AI", judgeGuidance)
		},
	}
}

func judgeGuidance(d document.Document, raw string) []document.Shortfall {
	if !d.Filled() {
		return []document.Shortfall{document.Unfilled("fill in what users may enter, what to check and where to report")}
	}
	ai := holds(raw, "assistant", "chatbot", "language model", "artificial intelligence", "generative", "the model", " ai ", " ai-", "llm", "(ai)", "copilot") ||
		strings.Contains(raw, "AI")
	risk := holds(raw, "injection", "hidden instruction", "planted instruction", "hallucinat", "invent", "made up", "make up", "wrong", "incorrect", "mislead",
		"inaccura", "confidential", "personal data", "sensitive", "secrets", "passwords", "credential", "deepfake", "leak", "verify", "check it")
	if !ai || !risk {
		return []document.Shortfall{{Message: "says nothing about risks that are particular to AI",
			Fix: "add what users may not enter, why answers must be checked, and how planted instructions look"}}
	}
	return nil
}
