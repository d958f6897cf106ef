package operate

import (
	"context"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

const lessonsPath = "docs/lessons-learned.md"

func internalReports() lodemark.Check {
	return lodemark.Check{
		ID: "om-4-internal-reports", Version: 1,
		Title:    "People inside the organisation know where to report what they see",
		Bears:    lodemark.Supports("OM-4.2"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "Support staff and developers see odd answers weeks before a researcher does. Without a place to report them, and the promise that it costs " +
			"nothing, they shrug.",
		Fix:  "Name the channel for staff (address, channel, form; one of them anonymous), who reads it, and when a reporter hears back.",
		Help: "say in the lessons learned, the incident plan or CONTRIBUTING how staff report security problems of the AI system (documents: lessons-learned)",
		Bad: []lodemark.Example{
			{Name: "lessons without a line to report", Files: desk(map[string]string{
				lessonsPath: "# Lessons learned\n\n| found | fixed | lesson |\n|---|---|---|\n| 2026-05-02 | 2026-05-04 | an article steered the answers; articles are reviewed now |\n"})},
			{Name: "a policy for outsiders only", Files: desk(map[string]string{"SECURITY.md": soundPolicy})},
		},
		Good: []lodemark.Example{
			{Name: "a channel for staff", Files: desk(map[string]string{
				lessonsPath: "# Lessons learned\n\n## How to report\n\nStaff report odd answers in #assistant-safety or, without their name, by the form on the intranet; they hear back within two days.\n"})},
			{Name: "in the contributor's guide", Files: undeclared(map[string]string{
				"CONTRIBUTING.md": "# Contributing\n\n## Security\n\nDevelopers who see unsafe behaviour of the agent report it to safety@example.org, not in an issue.\n"})},
			{Name: "a form for problems with the model", Files: undeclared(map[string]string{
				".github/ISSUE_TEMPLATE/model-behaviour.yml": "name: Unsafe behaviour of the model\ndescription: For everybody on the team\nbody: []\n"})},
		},
		Run: runInternalReports,
	}
}

// What is said of reports from the inside. Channel and report stand in one passage with who they are for.
var (
	staffWords   = pattern.New(`(?i)\b(?:employees?|staff|colleagues?|team members?|engineers?|developers?|operators?|contributors?|maintainers?|internal(?:ly)?|inside|workers?)\b`)
	reportWords  = pattern.New(`(?i)\b(?:report(?:s|ed|ing)?|raises?|flags?|speaks? up|feedback|tells?|escalates?|write to)\b`)
	channelWords = pattern.New(`(?i)[\w.+-]+@[\w-]+\.[\w.-]+|(?:^|[\s(` + "`" + `])#[a-z][\w-]{2,}|\b(?:forms?|hotline|phone|channel|slack|teams|mailbox|intranet|anonymous\w*|tickets?|stand-?up|board)\b`)
	troubleWords = pattern.New(`(?i)\b(?:security|secure|safety|unsafe|odd|strange|wrong|harmful|vulnerabilit\w+|weakness\w*|incidents?|leaks?|injections?|jailbreaks?|suspicious|concerns?|abuse)\b`)
	formName     = pattern.New(`(?i)(?:^|/)\.(?:github/issue_template|gitlab/issue_templates)/[^/]*(?:security|safety|vulnerab|jailbreak|model[-_ ]?behav|ai[-_ ]?behav|harm|misbehav|unsafe)[^/]*\.(?:md|ya?ml)$`)
)

func runInternalReports(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if r, early := notRunning(s); early {
		return r
	}
	for _, p := range contributing(s) {
		t := topic{all: []*pattern.Pattern{staffWords, reportWords, channelWords, troubleWords}}
		if t.in(p) {
			return passed([]string{p.path}, "%s:%d says where people inside report security problems", p.path, p.line)
		}
	}
	for _, f := range s.System.Files {
		if !f.Test && !f.Vendored && f.Size > 0 && formName.MatchString(f.Path) {
			return passed([]string{f.Path}, "%s is a form for problems with security or with the model", f.Path)
		}
	}
	return answered(s, question{
		check: "om-4-internal-reports", kinds: []string{"lessons-learned", "incident-plan", "security-policy", "user-security-guidance", "responsibilities"},
		what: "a record of lessons learned", severity: lodemark.SeverityLow,
		says:   "says where people inside report security problems",
		topics: []topic{{name: "where people inside report what they see", all: []*pattern.Pattern{staffWords, reportWords, channelWords, troubleWords}}},
		so:     "those who see odd answers first tell nobody",
		absent: "nothing says where people inside report security problems of the system",
		fix:    "Name the channel on which staff report odd behaviour, who reads it, and when a reporter hears back.",
	})
}

// contributing are the passages of the guide for contributors, where it stands at the root or beside it.
func contributing(s *lodemark.Subject) []passage {
	return lodemark.Shared(s, "operate.contributing", func() []passage {
		var all []passage
		for _, f := range s.System.Files {
			dir, base := path.Split(f.Path)
			stem := strings.ToLower(strings.TrimSuffix(base, path.Ext(base)))
			if stem != "contributing" || f.Test || f.Vendored || f.Link != "" || dir != "" && dir != ".github/" && dir != "docs/" {
				continue
			}
			if data, err := s.Read(f.Path); err == nil {
				all = append(all, passages(document.Read(f.Path, data))...)
			}
		}
		return all
	})
}
