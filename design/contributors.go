package design

import (
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
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
var automata = pattern.New(`(?i)\[bot\]|\bbot$|^bot\b|-bot\b|dependabot|renovate|github[ -]?actions?\b|^actions?-user$|pre-commit-ci|semantic-release|greenkeeper|snyk|imgbot|allcontributors|` +
	`mergify|copybara|weblate|crowdin|^web-flow$|^gitlab-ci|^jenkins$|^ci$|codecov|copilot|^claude$|devin-ai|^cursor( agent)?$|autofix-ci|deepsource`)

var automatedMail = pattern.New(`(?i)\[bot\]@|^(action|actions|bot|ci|github-actions|renovate|jenkins)@|bot@|^noreply@(github\.com|anthropic\.com|openai\.com|google\.com)$|@users\.noreply\.gitlab`)

// committers lists who committed within the year before now.
func committers(h lodemark.History, now time.Time) []committer {
	return committersSince(h, now.AddDate(-1, 0, 0))
}

// committersSince lists who committed since a day, programs left out. Somebody with several addresses under one full name, or
// several names under one address, is one.
func committersSince(h lodemark.History, since time.Time) []committer {
	var all []committer
	byName, byMail := map[string]int{}, map[string]int{}
	for _, c := range h.Contributors {
		if c.Last.Before(since) || automata.MatchString(c.Name) || automatedMail.MatchString(c.Mail) {
			continue
		}
		name, mail := strings.Join(wordsOf(c.Name), " "), strings.ToLower(c.Mail)
		at, known := byMail[mail]
		if !known || mail == "" {
			at, known = byName[name]
			known = known && fullName(c.Name)
		}
		if !known {
			at = len(all)
			all = append(all, committer{})
		}
		all[at].names = append(all[at].names, c.Name)
		all[at].mails = append(all[at].mails, mail)
		byName[name], byMail[mail] = at, at
	}
	return all
}

// fullName says whether a name has two words: a first name alone may be anybody's.
func fullName(name string) bool { return len(strings.Fields(name)) > 1 }

var hiddenMail = pattern.New(`(?i)^(?:\d+\+)?([a-z0-9-]+)@users\.noreply\.github\.com$`)

var mailInText = pattern.New(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)

// The most entries and people that are compared; a roster of a team has some dozens.
const (
	entriesMost = 5_000
	peopleMost  = 5_000
)

// rosterIndex finds the entries that speak of somebody without going through all of them for each.
type rosterIndex struct {
	mails map[string]bool
	words map[string][]int // word of a name or account to the entries that hold it, in order
}

func indexed(entries []entry) rosterIndex {
	x := rosterIndex{map[string]bool{}, map[string][]int{}}
	for i, e := range entries[:min(len(entries), entriesMost)] {
		who := strings.ToLower(e.who)
		for _, m := range mailInText.FindAllString(who, 20) {
			x.mails[m] = true
		}
		for _, w := range append(wordsOf(who), strings.Fields(strings.Trim(who, "@()"))...) {
			if at := x.words[w]; len(at) == 0 || at[len(at)-1] != i {
				x.words[w] = append(at, i)
			}
		}
	}
	return x
}

// has says whether an entry speaks of the committer: by an address, a name, or an account's name.
func (x rosterIndex) has(c committer) bool {
	for _, m := range c.mails {
		if x.mails[m] {
			return true
		}
		if account := hiddenMail.FindStringSubmatch(m); account != nil && len(x.words[account[1]]) > 0 {
			return true
		}
	}
	for _, n := range c.names {
		if x.holds(wordsOf(n)) {
			return true
		}
	}
	return false
}

// holds says whether one entry has all the words.
func (x rosterIndex) holds(words []string) bool {
	if len(words) == 0 {
		return false
	}
	left := x.words[words[0]]
	for _, w := range words[1:] {
		if more := x.words[w]; len(more) < len(left) {
			left = more
		}
	}
	return slices.ContainsFunc(left, func(i int) bool {
		for _, w := range words {
			if _, ok := slices.BinarySearch(x.words[w], i); !ok {
				return false
			}
		}
		return true
	})
}

// wordsOf cuts a name into words of letters and digits, in lower case.
func wordsOf(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !letter(r) })
}
