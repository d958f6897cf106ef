package operate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// OM-4: collect and share lessons learned.
func lessons() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "OM-4",
		Checks:    []lodemark.Check{internalReports(), disclosureContact(), safeHarbour(), publishedAdvisories(), completeAdvisories(), responseTimes()},
		Later:     map[string]string{"OM-4.1": laterPerson},
	}
}

const (
	soundPolicy = "# Security policy\n\n## Reporting a vulnerability\n\nWrite to security@helpdesk.example.org. You get an answer within three working days.\n\n" +
		"## Research in good faith\n\nYou may test the assistant, its prompts, models and agents. We will not take legal action against research in good faith.\n"
	templatePolicy = "# Security Policy\n\n## Supported Versions\n\nUse this section to tell people about which versions of your project are\n" +
		"currently being supported with security updates.\n\n| Version | Supported          |\n| ------- | ------------------ |\n| 5.1.x   | :white_check_mark: |\n\n" +
		"## Reporting a Vulnerability\n\nUse this section to tell people how to report a vulnerability.\n\n" +
		"Tell them where to go, how often they can expect to get an update on a\nreported vulnerability, etc.\n"
)

func disclosureContact() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-disclosure-contact", Version: 1,
		Title:    "Outsiders find a contact for security reports that is still read",
		Bears:    []lodemark.Bearing{{Clause: "OM-4.3", Settles: true}},
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Who finds a way past the prompt or into the training data is mostly not on the staff. Without a contact that works, " +
			"the finding is published, sold or forgotten.",
		Fix: "Put a SECURITY.md with an address and the time to a first answer into the repository, and a security.txt with Contact " +
			"and Expires (RFC 9116) under /.well-known/ of the service.",
		Help: "state in SECURITY.md an address for reports and when a reporter gets an answer, or add .well-known/security.txt",
		Bad: []lodemark.Example{
			{Name: "a security.txt that ran out", Files: map[string]string{
				".well-known/security.txt": "Contact: mailto:security@helpdesk.example.org\nExpires: 2026-03-31T00:00:00Z\n",
			}},
			{Name: "the template nobody filled in", Files: map[string]string{"SECURITY.md": templatePolicy}},
			{Name: "a contact that no tool can use, and no end", Files: map[string]string{
				".well-known/security.txt": "# reports\nContact: security team\n",
			}},
			{Name: "two lists of languages, and a policy over http", Files: map[string]string{
				".well-known/security.txt": "Contact: mailto:security@helpdesk.example.org\nExpires: 2027-03-31T00:00:00Z\nPreferred-Languages: en\nPreferred-Languages: de\nPolicy: http://helpdesk.example.org/security\n",
			}},
			{Name: "a policy without a contact", Files: map[string]string{
				"SECURITY.md": "# Security\n\nWe take security seriously and fix weaknesses within ten days.\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "security.txt with an end to come", Files: map[string]string{
				".well-known/security.txt": "# AI help desk\nContact: mailto:security@helpdesk.example.org\nContact: https://helpdesk.example.org/report\n" +
					"Expires: 2027-03-31T00:00:00Z\nPreferred-Languages: en\n",
			}},
			{Name: "a policy with address and time to an answer", Files: map[string]string{"SECURITY.md": soundPolicy}},
			{Name: "a signed security.txt", Files: map[string]string{
				"web/.well-known/security.txt": "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\nContact: tel:+44-20-7946-0000\r\n" +
					"Expires: 2027-03-31t00:00:00z\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEB\r\n-----END PGP SIGNATURE-----\r\n",
			}},
		},
		Run: runDisclosureContact,
	}
}

// endsWithin is how far ahead the end of a contact may lie: the year of RFC 9116, with a month for whoever renews it early.
const endsWithin = 396 * day

func runDisclosureContact(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var findings []lodemark.Finding
	var examined, usable, quiet, far []string
	for _, path := range securityTxtFiles(s) {
		data, err := s.Read(path)
		if err != nil {
			return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("%s could not be read: %v", path, err),
				Gaps: []lodemark.Gap{{Path: path, Reason: err.Error()}}}
		}
		examined = append(examined, path)
		parsed := parseSecurityTxt(data)
		wrong := securityTxtFindings(path, parsed, s.At)
		findings = append(findings, wrong...)
		switch {
		case len(wrong) > 0:
		case parsed.Expires.Sub(s.At) > endsWithin:
			far = append(far, fmt.Sprintf("%s ends on %s; RFC 9116 wants it within a year, because nobody can promise for longer that a contact is read", path, parsed.Expires.Format(time.DateOnly)))
		default:
			usable = append(usable, path)
		}
	}
	policies := document.Find(s, "security-policy")
	for _, d := range policies.Documents {
		if isSecurityTxt(d.Path) {
			continue
		}
		examined = append(examined, d.Path)
		switch f, complete := policyContact(s, d); {
		case f.Message != "":
			findings = append(findings, f)
		case complete:
			usable = append(usable, d.Path)
		default:
			quiet = append(quiet, d.Path)
		}
	}
	switch {
	case len(findings) > 0:
		return failed(examined, findings)
	case len(usable) > 0:
		return passed(examined, "%s names a contact for security reports that is still good, or says when a reporter gets an answer", strings.Join(usable, " and "))
	case len(far) > 0:
		return undecided(examined, "%s", far[0])
	case len(quiet) > 0:
		return undecided(examined, "%s names a contact and does not say when a reporter gets an answer", quiet[0])
	}
	if r, early := notRunning(s); early {
		return r
	}
	return policies.Missing("a contact for security reports (SECURITY.md or .well-known/security.txt)")
}

func securityTxtFiles(s *lodemark.Subject) []string {
	var out []string
	for _, f := range s.System.Files {
		if isSecurityTxt(f.Path) && !f.Test && !f.Vendored && f.Link == "" {
			out = append(out, f.Path)
		}
	}
	return out
}

func isSecurityTxt(path string) bool {
	path = strings.ToLower(path)
	return path == "security.txt" || strings.HasSuffix(path, "/security.txt")
}

func securityTxtFindings(path string, t securityTxt, at time.Time) []lodemark.Finding {
	var out []lodemark.Finding
	for _, p := range t.Problems {
		out = append(out, lodemark.Finding{ID: "om-4-disclosure-contact", Severity: lodemark.SeverityMedium, Path: path, Line: p.Line,
			Key: p.Key, Message: path + " " + p.Message, Fix: "Write the file as RFC 9116 says: Contact: mailto:ADDRESS, Expires: DATE-TIME."})
	}
	if !t.Expires.IsZero() && !at.Before(t.Expires) {
		out = append(out, lodemark.Finding{ID: "om-4-disclosure-contact", Severity: lodemark.SeverityMedium, Path: path, Line: t.Line, Key: "expired",
			Message: fmt.Sprintf("%s ended on %s, so reporters must take its contact for stale", path, t.Expires.Format(time.DateOnly)),
			Fix:     "Make sure that the contact is still read, and set Expires to a day within the coming year."})
	}
	return out
}

var (
	templateWords = pattern.New(`(?i)use this section to tell people (?:about|how)|tell them where to go, how often`)
	reportAddress = pattern.New(`(?i)[\w.+-]+@[\w-]+(?:\.[\w-]+)+|[\w.+-]+ ?(?:\[at\]|\(at\)| at ) ?[\w-]+ ?(?:\[dot\]|\(dot\)|\.) ?\w+|` +
		`https://[^\s)>]*(?:security|report|disclos|vulnerab|hackerone\.com|bugcrowd\.com|intigriti\.com|yeswehack\.com|msrc\.|huntr\.)[^\s)>]*|` +
		`["“*_` + "`" + `]?report a vulnerability["”*_` + "`" + `]? (?:button|link|form|page)|security advisor(?:y|ies)\b|private(?:ly)? (?:vulnerability )?report`)
	answerWords = pattern.New(`(?i)\b(?:respon[ds]\w*|answers?|acknowledg\w*|repl(?:y|ies)|hear (?:back )?from|hear back|get back|contact you|reach out|triag\w+|receipt|confirm\w*|look at)\b`)
	answerTime  = pattern.New(`(?i)\b(?:\d+|one|two|three|four|five|six|seven|ten|fourteen|thirty|sixty|ninety|a|an)[ -]?(?:\(\d+\) )?(?:business |working |calendar )?(?:hours?|days?|weeks?|months?)\b`)
)

// policyContact judges one policy: a finding, or complete (contact and time to an answer), or neither.
func policyContact(s *lodemark.Subject, d document.Document) (f lodemark.Finding, complete bool) {
	data, err := s.Read(d.Path)
	if err != nil {
		return lodemark.Finding{}, false
	}
	wrong := func(line int, key, what, fix string) lodemark.Finding {
		return lodemark.Finding{ID: "om-4-disclosure-contact", Severity: lodemark.SeverityMedium, Path: d.Path, Line: line, Key: key,
			Message: d.Path + " " + what, Fix: fix}
	}
	if at := templateWords.FindIndex(data); at != nil {
		return wrong(lineOf(data, at[0]), "template", "is the hosting site's template, not filled in, so a reporter finds no contact",
			"Replace the template by an address for reports and the time to a first answer."), false
	}
	if strings.TrimSpace(filledText(d)) == "" {
		return wrong(0, "empty", "holds placeholders only, so a reporter finds no contact", "Write the address for reports and the time to a first answer."), false
	}
	if !reportAddress.Match(data) {
		return wrong(0, "no contact", "names no address or form for security reports, so whoever finds a weakness cannot tell anybody",
			"Add an address or form for reports that are not public."), false
	}
	return lodemark.Finding{}, slices.ContainsFunc(passages(d), func(p passage) bool {
		return answerTime.MatchString(p.text) && answerWords.MatchString(p.whole())
	})
}

func lineOf(data []byte, offset int) int { return 1 + strings.Count(string(data[:offset]), "\n") }

func safeHarbour() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-safe-harbour", Version: 1,
		Title:    "Researchers have consent to test the system, its models and prompts included",
		Bears:    lodemark.Supports("OM-4.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Trying prompts against a model looks like an attack to a lawyer. Without written consent that names models and prompts, " +
			"honest researchers stay away and only the others test the system.",
		Fix:  "Say in the security policy that research in good faith is authorised, what is in scope (models, prompts, agents), and what is not.",
		Help: "write into SECURITY.md that testing models, prompts and agents in good faith is authorised (documents: security-policy)",
		Bad: []lodemark.Example{
			{Name: "a policy that forbids testing", Files: map[string]string{
				"SECURITY.md": "# Security\n\nReport to security@helpdesk.example.org.\n\nDo not test, probe or scan the assistant. Legal action will be taken.\n",
			}},
			{Name: "testing is prohibited", Files: map[string]string{
				"SECURITY.md": "# Security\n\nReport to security@helpdesk.example.org within 5 days.\n\n## Rules\n\nPenetration testing and reverse engineering of the models\nare strictly prohibited.\n",
			}},
			{Name: "a declared system whose policy gives no consent", Files: map[string]string{
				"lodemark.yaml": "schema: lodemark/1\nname: help desk\nstage: operate\n",
				"SECURITY.md":   "# Security\n\nReport to security@helpdesk.example.org. You get an answer within 5 days.\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "consent that names models and prompts", Files: map[string]string{"SECURITY.md": soundPolicy}},
			{Name: "consent with limits", Files: map[string]string{
				"SECURITY.md": "# Security\n\n## Safe harbor\n\nGood-faith research on the chat assistant, its LLM and its agents is authorized.\n" +
					"Do not run denial-of-service tests, and do not test with other people's accounts.\n\n## Contact\n\nsecurity@helpdesk.example.org\n",
			}},
		},
		Run: runSafeHarbour,
	}
}

var (
	consent = pattern.New(`(?is)safe[ -]harbou?r|good[ -]faith.{0,200}(?:authori[sz]|permitted|allowed|welcome|may test|not (?:take|pursue|initiate|bring|seek)|no legal action)|` +
		`(?:authori[sz]e[sd]?|permit(?:s|ted)?|allow(?:s|ed)?|welcome|may (?:test|probe|research)|not (?:take|pursue|initiate|bring|seek)[\w ,]{0,40}action).{0,200}(?:good[ -]faith|security research)|` +
		`(?:will|shall) not (?:take|pursue|initiate|bring|seek)[\w ,]{0,40}legal action`)
	aiScope = pattern.New(`(?i)\b(?:models?|prompts?|agents?|LLMs?|chat ?bots?|assistants?|AI systems?|jailbreak\w*|guardrails?)\b`)
	forbids = pattern.New(`(?i)\b(?:do not|don't|must not|may not|never|not (?:allowed|permitted|authori[sz]ed) to)\s+(?:attempt to\s+)?(?:security[ -])?(?:test|probe|scan|pen-?test|attack|reverse[ -]engineer|research)\b|` +
		`\b(?:(?:security |penetration |vulnerability |unauthori[sz]ed )?(?:testing|scanning|probing|research|reverse[ -]engineering))\b[^.!?]{0,80}\b(?:is|are)\s+(?:strictly |expressly )?(?:prohibited|forbidden|not (?:allowed|permitted|tolerated))`)
	elsewhere = pattern.New(`(?i)https://[^\s)>]*(?:hackerone\.com|bugcrowd\.com|intigriti\.com|yeswehack\.com|huntr\.|msrc\.|/(?:security|disclosure|vdp|bug-?bounty)[^\s)>]*)`)
)

func runSafeHarbour(_ context.Context, s *lodemark.Subject) lodemark.Result {
	found := document.Find(s, "security-policy")
	var examined, narrow, silent []string
	var findings []lodemark.Finding
	for _, d := range found.Documents {
		data, err := s.Read(d.Path)
		if err != nil || isSecurityTxt(d.Path) || templateWords.Match(data) {
			continue // another check speaks of templates
		}
		examined = append(examined, d.Path)
		consents := consent.Match(data)
		switch at := forbids.FindIndex(data); {
		case consents && aiScope.Match(data):
			return passed([]string{d.Path}, "%s gives consent to research in good faith and names models, prompts or agents", d.Path)
		case consents:
			narrow = append(narrow, d.Path)
		case at != nil:
			findings = append(findings, noConsent(d.Path, lineOf(data, at[0]), "forbids testing, so honest researchers stay away and weaknesses stay unreported"))
		case elsewhere.Match(data):
			narrow = append(narrow, d.Path)
		default:
			silent = append(silent, d.Path)
		}
	}
	switch {
	case len(findings) > 0:
		return failed(examined, findings)
	case len(narrow) > 0:
		return undecided(examined, "%s does not itself give consent to test models, prompts or agents", narrow[0])
	case len(silent) > 0 && s.System.Declared.Path != "":
		return failed(examined, []lodemark.Finding{noConsent(silent[0], 0, "gives no consent to research, so honest researchers of the model and its prompts risk a lawsuit")})
	case len(silent) > 0:
		return undecided(examined, "%s says nothing on consent to research; it may stand elsewhere", silent[0])
	case len(found.Documents) > 0:
		return undecided(found.Examined, "%s is no policy that could give consent", found.Documents[0].Path)
	}
	if r, early := notRunning(s); early {
		return r
	}
	return found.Missing("a disclosure policy with consent to research")
}

func noConsent(path string, line int, what string) lodemark.Finding {
	return lodemark.Finding{ID: "om-4-safe-harbour", Severity: lodemark.SeverityMedium, Path: path, Line: line, Key: cmp.Or(what, path),
		Message: path + " " + what,
		Fix:     "Add a section that authorises research in good faith and names models, prompts and agents as in scope, with the limits you need."}
}
