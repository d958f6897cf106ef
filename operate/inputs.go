package operate

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// OM-2: monitor your system's inputs.
func inputs() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "OM-2",
		Checks:    []lodemark.Check{inputLogging(), logRetention(), inputMonitoring(), recordFields(), unusualInputs(), adversarialInputs()},
		Later:     map[string]string{"OM-2.7": laterProbes},
	}
}

func logRetention() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-log-retention", Version: 1,
		Title:    "How long prompts and logs are kept, and what becomes of personal data in them, is written down",
		Bears:    lodemark.Supports("OM-2.2"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "People type names, account numbers and secrets into a prompt. A log of prompts without an end date and without " +
			"redaction becomes the most sensitive store of the system, and the first that an intruder reads.",
		Fix: "Write a retention policy: what is logged of prompts and answers, for how many days, how personal data is redacted, " +
			"and who may read it.",
		Help: "write docs/retention.md, or point to it from lodemark.yaml (documents: retention-policy; lodemark new retention-policy drafts it)",
		Bad: []lodemark.Example{
			{Name: "a policy that names no period", Files: map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\n## Prompts\n\nPrompts and answers are logged for quality. Personal data is redacted before storage.\n",
			}},
			{Name: "a period, and nothing on personal data", Files: map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\n## Prompts and answers\n\nLogs of prompts are deleted after 30 days.\n",
			}},
			{Name: "a template", Files: map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\n## Retention period\n\nTODO\n\n## Personal data\n\nTBD\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "period and redaction", Files: map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\n## What is kept\n\nPrompts and answers are kept for 30 days, tool calls for 180 days.\n\n" +
					"## Personal data\n\nNames, addresses and account numbers are redacted before a prompt is written to the log.\n",
			}},
			{Name: "nothing of a prompt is stored", Files: map[string]string{
				"docs/log-retention.md": "# Log retention\n\nInputs are not stored. Metadata of requests is deleted after two weeks and holds no personal data.\n",
			}},
		},
		Run: runLogRetention,
	}
}

var (
	retentionPeriod = pattern.New(`(?i)\b(?:\d+|one|two|three|four|five|six|seven|ten|twelve|fourteen|thirty|sixty|ninety)[ -]?(?:calendar |working |business )?` +
		`(?:hours?|days?|weeks?|months?|years?)\b|\bP\d+[DWMY]\b|(?:not|never) (?:logged|stored|kept|retained)`)
	personalData = pattern.New(`(?i)redact|mask|pseudonym|anonymi[sz]|personal (?:data|information)|personally identifi|\bPII\b|data subject|scrub`)
	promptRecord = pattern.New(`(?i)prompt|input|question|conversation|chat|message|request|transcript|quer(?:y|ies)`)
)

func runLogRetention(_ context.Context, s *lodemark.Subject) lodemark.Result {
	found := document.Find(s, "retention-policy")
	if len(found.Documents) == 0 {
		if r, early := notRunning(s); early {
			return r
		}
		return found.Missing("a retention policy for prompts and logs")
	}
	var least []lodemark.Finding
	for _, d := range found.Documents {
		wrong := retentionGaps(d)
		if len(wrong) == 0 {
			return passed([]string{d.Path}, "%s says how long prompts are kept and what becomes of personal data in them", d.Path)
		}
		if least == nil || len(wrong) < len(least) {
			least = wrong
		}
	}
	return failed(found.Examined, least)
}

// retentionGaps says what the policy leaves out, judging only sections that somebody filled in.
func retentionGaps(d document.Document) []lodemark.Finding {
	text := filledText(d)
	missing := func(key, what, fix string) lodemark.Finding {
		return lodemark.Finding{ID: "om-2-log-retention", Severity: lodemark.SeverityMedium, Path: d.Path, Key: key,
			Message: d.Path + " " + what, Fix: fix}
	}
	if text == "" {
		return []lodemark.Finding{missing("template", "is a template that nobody filled in, so nothing limits how long prompts are kept",
			"Fill in what is logged of prompts and answers, for how long, and how personal data is treated.")}
	}
	var out []lodemark.Finding
	if !promptRecord.MatchString(text) {
		out = append(out, missing("prompts", "does not mention prompts or other input to the model, where people type what nobody asked them for",
			"Say what is kept of prompts, conversations and answers."))
	}
	if !retentionPeriod.MatchString(text) {
		out = append(out, missing("period", "names no period after which prompts and logs are deleted, so they are kept for good",
			"Name the number of days for each kind of record."))
	}
	if !personalData.MatchString(text) {
		out = append(out, missing("personal data", "does not say what becomes of personal data in prompts and logs",
			"Say how personal data is redacted or masked before it is stored, and who may read the rest."))
	}
	return out
}

// filledText joins the sections that hold real content.
func filledText(d document.Document) string {
	text := ""
	for _, section := range d.Sections {
		if section.Filled() {
			text += section.Heading + "\n" + section.Text + "\n"
		}
	}
	return text
}
