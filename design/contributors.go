package design

import (
	"regexp"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// committer is somebody who changed the system within the last twelve months, under all names and addresses seen.
type committer struct {
	names, mails []string
}

// label names a committer for a finding. A mail address is nobody's business in a report.
func (c committer) label() string {
	for _, n := range c.names {
		if n != "" && !strings.Contains(n, "@") {
			return n
		}
	}
	return "somebody without a name"
}

// automata are programs that commit. Their names stand in many repositories in much the same form.
var automata = regexp.MustCompile(`(?i)\[bot\]|\bbot$|^bot\b|-bot\b|dependabot|renovate|github[ -]?actions?\b|^actions?-user$|pre-commit-ci|semantic-release|greenkeeper|snyk|imgbot|allcontributors|` +
	`mergify|copybara|weblate|crowdin|^web-flow$|^gitlab-ci|^jenkins$|^ci$|codecov|copilot|^claude$|devin-ai|^cursor( agent)?$|autofix-ci|deepsource`)

var automatedMail = regexp.MustCompile(`(?i)\[bot\]@|^(action|actions|bot|ci|github-actions|renovate|jenkins)@|bot@|^noreply@(github\.com|anthropic\.com|openai\.com|google\.com)$|@users\.noreply\.gitlab`)

// committers lists who committed within the year before now, programs left out. Somebody with several addresses under one
// full name, or several names under one address, is one.
func committers(h lodemark.History, now time.Time) []committer {
	var all []committer
	for _, c := range h.Contributors {
		if c.Last.Before(now.AddDate(-1, 0, 0)) || automata.MatchString(c.Name) || automatedMail.MatchString(c.Mail) {
			continue
		}
		at := -1
		for i := range all {
			if fullName(c.Name) && sameName(all[i].names[0], c.Name) || c.Mail != "" && strings.EqualFold(all[i].mails[0], c.Mail) {
				at = i
				break
			}
		}
		if at < 0 {
			all = append(all, committer{[]string{c.Name}, []string{c.Mail}})
			continue
		}
		all[at].names = append(all[at].names, c.Name)
		all[at].mails = append(all[at].mails, c.Mail)
	}
	return all
}

// fullName says whether a name has two words: a first name alone may be anybody's.
func fullName(name string) bool { return len(strings.Fields(name)) > 1 }

func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

var hiddenMail = regexp.MustCompile(`(?i)^(?:\d+\+)?([a-z0-9-]+)@users\.noreply\.github\.com$`)

// isOn says whether an entry of a roster speaks of the committer: by an address, a name, or an account's name.
func (c committer) isOn(entry string) bool {
	lower := strings.ToLower(entry)
	for _, m := range c.mails {
		if m != "" && strings.Contains(lower, strings.ToLower(m)) {
			return true
		}
		if account := hiddenMail.FindStringSubmatch(m); account != nil && says(lower, strings.ToLower(account[1])+" ") {
			return true
		}
	}
	flat := " " + strings.Join(strings.FieldsFunc(lower, func(r rune) bool { return !letter(r) }), " ") + " "
	for _, n := range c.names {
		words := strings.FieldsFunc(strings.ToLower(n), func(r rune) bool { return !letter(r) })
		if len(words) == 0 {
			continue
		}
		every := true
		for _, w := range words {
			every = every && strings.Contains(flat, " "+w+" ")
		}
		if every {
			return true
		}
	}
	return false
}
