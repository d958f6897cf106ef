package design

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

// Acknowledgements of briefings are people's words that they have read what threatens this system. They help where they are kept and
// are missed nowhere: a course or a training record may do the same.

func teamBriefed() lodemark.Check {
	return briefed{roles: []lodemark.Role{lodemark.Developer, lodemark.DataScientist}, who: "anybody who builds it", judge: briefed.team, Check: lodemark.Check{
		ID: "sd-1-team-briefed", Version: 1,
		Title: "Everybody who committed within 180 days has acknowledged a briefing on the system's threats as they are now",
		Bears: lodemark.Supports("SD-1.2"),
		Why: "Threats of an AI system change with each tool, source and model that it gets. Whoever read about them before the last of these was " +
			"added builds for a system that is no more.",
		Fix:  "Let each of them read the briefing of their role and acknowledge it: lodemark brief --role developer, lodemark brief ack.",
		Help: "correct the acknowledgements or the threat model that could not be read",
		Bad:  teamBriefedBad(), Good: teamBriefedGood()}}.check()
}

func leadersBriefed() lodemark.Check {
	return briefed{roles: []lodemark.Role{lodemark.Owner}, who: "an owner", judge: briefed.leaders, Check: lodemark.Check{
		ID: "sd-1-leaders-briefed", Version: 1,
		Title: "Owner and accountable leader have acknowledged a briefing on the system's threats as they are now",
		Bears: lodemark.Supports("SD-1.1"),
		Why:   "Who answers for a system and heard of its threats a year ago accepts risks that they do not know.",
		Fix:   "Let owner and accountable leader read the briefing and acknowledge it: lodemark brief --role owner, lodemark brief ack --role owner.",
		Help:  "name owner and accountable_leader in lodemark.yaml, and correct what could not be read",
		Bad:   leadersBriefedBad(), Good: leadersBriefedGood()}}.check()
}

func usersBriefed() lodemark.Check {
	return briefed{roles: []lodemark.Role{lodemark.User}, who: "its users", judge: briefed.users, Check: lodemark.Check{
		ID: "sd-1-users-briefed", Version: 1,
		Title: "Users have acknowledged a briefing on the risks of this system as they are now",
		Bears: lodemark.Supports("SD-1.4"),
		Why:   "Guidance that nobody is known to have read protects nobody, and guidance on last year's system misleads.",
		Fix:   "Let a representative of each group of users read the briefing and acknowledge it: lodemark brief --role user, lodemark brief ack --role user.",
		Help:  "correct the acknowledgements or the threat model that could not be read",
		Bad:   usersBriefedBad(), Good: usersBriefedGood()}}.check()
}

// briefed is a check of the acknowledgements by people in some roles.
type briefed struct {
	lodemark.Check
	roles []lodemark.Role
	who   string
	judge func(briefed, *lodemark.Subject, []acknowledged) lodemark.Result
}

func (b briefed) check() lodemark.Check {
	c := b.Check
	c.Severity, c.Strength, c.MaxAge = lodemark.SeverityMedium, lodemark.Present, documentsAge
	c.Run = func(_ context.Context, s *lodemark.Subject) lodemark.Result { return b.run(s) }
	return c
}

// acknowledged is an acknowledgement with its standing today.
type acknowledged struct {
	lodemark.Acknowledgement
	standing lodemark.Standing
	why      string
}

// mostAcknowledgements bounds the files that are read; a team has some dozens.
const mostAcknowledgements = 5_000

type acknowledgements struct {
	all  []acknowledged
	gaps []lodemark.Gap
}

func acknowledgementsOf(s *lodemark.Subject) acknowledgements {
	return lodemark.Shared(s, "design.acknowledgements", func() (out acknowledgements) {
		meanings := strictModel(s).meanings()
		for _, f := range s.System.Files {
			if ext := path.Ext(f.Path); path.Dir(f.Path) != lodemark.AcknowledgementFolder || ext != ".yaml" && ext != ".yml" || len(out.all) == mostAcknowledgements {
				continue
			}
			data, err := s.Read(f.Path)
			if err != nil {
				out.gaps = append(out.gaps, lodemark.Unread(f.Path, 0, err, false))
				continue
			}
			a, err := lodemark.ParseAcknowledgement(f.Path, data)
			if err != nil {
				line := 0
				if fe := (*lodemark.FileError)(nil); errors.As(err, &fe) {
					line, err = fe.Line, errors.New(fe.Message)
				}
				out.gaps = append(out.gaps, lodemark.Gap{Path: f.Path, Line: line, Reason: err.Error(), Needed: true})
				continue
			}
			standing, why := a.Standing(meanings, s.At)
			out.all = append(out.all, acknowledged{a, standing, why})
		}
		return out
	})
}

func (b briefed) run(s *lodemark.Subject) lodemark.Result {
	read := acknowledgementsOf(s)
	var own []acknowledged
	for _, a := range read.all {
		if slices.Contains(b.roles, a.Role) {
			own = append(own, a)
		}
	}
	var r lodemark.Result
	switch {
	case len(own) == 0 && len(read.gaps) == 0:
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: fmt.Sprintf("no acknowledgement of a briefing by %s is kept in %s", b.who, lodemark.AcknowledgementFolder)}
	case len(own) == 0:
		r = lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("%s could not be read: %s", read.gaps[0].Path, read.gaps[0].Reason)}
	default:
		r = b.judge(b, s, own)
		r.Strength = lodemark.Declared // people's words, whatever file they stand in
	}
	r.Gaps = append(r.Gaps, read.gaps...)
	for _, a := range own {
		r.Examined = append(r.Examined, a.ID)
		if !slices.Contains(r.Examined, a.Model.Path) {
			r.Examined = append(r.Examined, a.Model.Path)
		}
	}
	return r
}

func (b briefed) finding(at, key, message string) lodemark.Finding {
	return lodemark.Finding{ID: b.ID, Severity: lodemark.SeverityMedium, Path: at, Message: message, Key: key}
}

func failed(findings ...lodemark.Finding) lodemark.Result {
	return lodemark.Result{Outcome: lodemark.Failed, Reason: findings[0].Message, Findings: findings}
}

func standing(all []acknowledged) []acknowledged {
	return slices.DeleteFunc(slices.Clone(all), func(a acknowledged) bool { return a.standing != lodemark.Current })
}

// newest is the last that was written.
func newest(all []acknowledged) acknowledged {
	return slices.MaxFunc(all, func(x, y acknowledged) int { return cmp.Or(x.Date.Compare(y.Date), strings.Compare(y.ID, x.ID)) })
}

// noneCounts is the finding where every acknowledgement has lapsed.
func (b briefed) noneCounts(own []acknowledged) lodemark.Result {
	last := newest(own)
	return failed(b.finding(last.ID, "none", fmt.Sprintf("No acknowledgement by %s counts today; that of %s does not: %s.", b.who, nameOnly(last.By), last.why)))
}

// briefedWithin is how long ago somebody may have committed to be one who works on the system now.
const briefedWithin = 180 * 24 * time.Hour

// team compares the acknowledgements with who commits.
func (b briefed) team(s *lodemark.Subject, own []acknowledged) lodemark.Result {
	current := standing(own)
	if len(current) == 0 {
		return b.noneCounts(own)
	}
	var entries []entry
	for _, a := range current {
		entries = append(entries, entry{path: a.ID, who: a.By})
	}
	h := s.History()
	people := committersSince(h, s.At.Add(-briefedWithin))
	if absent := without(people, entries); len(absent) > 0 {
		var names []string
		for _, p := range absent {
			names = append(names, p.label())
		}
		return failed(b.finding(newest(own).ID, "absent", fmt.Sprintf("%d of the %d people who committed within 180 days have no current acknowledgement of a briefing: %s.",
			len(absent), len(people), few(names))))
	}
	r := lodemark.Result{Outcome: lodemark.Passed}
	switch {
	case len(people) > 0 && h.Complete:
		r.Reason = fmt.Sprintf("all %d people who committed within 180 days have acknowledged a briefing on the threat model as it is now", len(people))
	case len(people) > 0:
		r.Reason = fmt.Sprintf("the %d people seen in a history that is not whole (%s) have acknowledged a briefing on the threat model as it is now", len(people), h.Why)
		r.Gaps = append(r.Gaps, lodemark.Gap{Path: ".git", Reason: h.Why})
	default:
		r.Reason = fmt.Sprintf("acknowledgements that count: %d; they could not be compared with who commits: %s", len(current), cmp.Or(h.Why, "nobody committed within 180 days"))
	}
	return r
}

// leaders looks for those whom lodemark.yaml names.
func (b briefed) leaders(s *lodemark.Subject, own []acknowledged) lodemark.Result {
	d := s.System.Declared
	if d.Owner.Name == "" || d.Leader.Name == "" {
		return undecided(d.Path, "owner and accountable leader are not both named, so it cannot be said whose acknowledgement is missing")
	}
	var findings []lodemark.Finding
	for _, who := range []struct {
		role   string
		person lodemark.Person
	}{{"owner", d.Owner}, {"accountable leader", d.Leader}} {
		var theirs []acknowledged
		for _, a := range own {
			if lodemark.SamePerson(lodemark.ParsePerson(a.By), who.person) {
				theirs = append(theirs, a)
			}
		}
		switch {
		case len(standing(theirs)) > 0:
		case len(theirs) > 0:
			last := newest(theirs)
			findings = append(findings, b.finding(last.ID, "lapsed "+who.role, fmt.Sprintf("The acknowledgement by the %s does not count: %s.", who.role, last.why)))
		default:
			findings = append(findings, b.finding(newest(own).ID, "absent "+who.role, fmt.Sprintf("The %s has acknowledged no briefing on the system's threats.", who.role)))
		}
	}
	if len(findings) > 0 {
		return failed(findings...)
	}
	return lodemark.Result{Outcome: lodemark.Passed, Reason: "owner and accountable leader have both acknowledged a briefing on the threat model as it is now"}
}

func (b briefed) users(_ *lodemark.Subject, own []acknowledged) lodemark.Result {
	current := standing(own)
	if len(current) == 0 {
		return b.noneCounts(own)
	}
	return lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("acknowledgements by users that count for the threat model as it is now: %d", len(current))}
}

// nameOnly leaves a contact out: a mail address is nobody's business in a report.
func nameOnly(by string) string {
	return cmp.Or(plainName(lodemark.ParsePerson(by).Name), "one person")
}
