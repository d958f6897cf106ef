package threat

import (
	"fmt"
	"strings"
	"testing"
)

// What people say of the system as a whole is read whole; every mistake is told with its line and what was likely meant.
func TestWhatPeopleSay(t *testing.T) {
	m, problems := Load("t", []byte(`system: {users: 2}
impact:
  - {party: system, text: It stops.}
  - {party: society, text: Nothing happens.}
attractiveness: {level: high, who: [thieves], reason: It holds cards.}
excluded:
  - {class: evasion, reason: Nothing is recognised.}
  - {class: inversion, reason: Nothing is trained.}
outlook: {date: 2026-10-01, catalogue: 1, text: It grows., review: "2027-04-01"}
threats:
  R-1: {title: It errs, cause: malfunction, impact: {users: They wait.}}
  R-2: {title: It is attacked, cause: attack, impact: high}
`))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	got := fmt.Sprint(m.Impact["society"], m.Attractiveness.Level, m.Attractiveness.Who, m.Excluded[1], m.Outlook.Date.Day(), m.Outlook.Catalogue, m.Outlook.Review.Month(), m.Noted[0].Cause, m.Noted[0].Impact["users"].Text, len(m.Noted[1].Impact))
	if want := "{Nothing happens. 4}high[thieves]{inversion {Nothing is trained. 8} 8}11AprilmalfunctionThey wait.0"; strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	short, problems := Load("t", []byte("excluded: {evasion: Nothing is recognised.}\nimpact:\nattractiveness:\noutlook:\nthreats: [{id: R, impact: }]\n"))
	if len(problems) > 0 || len(short.Excluded) != 1 || short.Impact != nil || short.Outlook != nil || short.Attractiveness != nil {
		t.Errorf("%+v %v", short, problems)
	}
	for text, want := range map[string]string{
		"impact: {user: x}":  `party is "user", which is not in the vocabulary; "users" is near`,
		"impact: {board: x}": `party is "board", which is not in the vocabulary; one of system, users, organisations, society`,
		"impact: high":       "impact is neither a list nor a mapping",
		"impact: [{party: users, text: x}, {party: users, text: y}]": `the impact on "users" is told twice`,
		"impact: [{text: x}]":                                                  "an impact names no party; one of system, users, organisations, society",
		"impact: [{party: users, level: high}]":                                `an impact has an unknown key "level"`,
		"attractiveness: {level: huge}":                                        `level is "huge", which is not in the vocabulary; "high" is near`,
		"excluded: [{class: evasion}]":                                         "an excluded attack class needs class and reason",
		"excluded: {evasoin: It cannot.}":                                      `class is "evasoin", which is not in the vocabulary; "evasion" is near`,
		"excluded: {evasion: {class: x, reason: y}}":                           `an excluded attack class has an unknown key "class"`,
		"excluded: [{class: evasion, reason: x}, {class: evasion, reason: y}]": `the attack class "evasion" is excluded twice`,
		"excluded: evasion":                                                    "excluded is neither a list nor a mapping",
		"outlook: {date: soon}":                                                `date is "soon"; a day is expected, YYYY-MM-DD`,
		"outlook: {when: 2026-01-01}":                                          `the outlook has an unknown key "when"`,
		"outlook: []":                                                          "the outlook is not a mapping",
		"threats: [{id: R, cause: accident}]":                                  `cause is "accident", which is not in the vocabulary; one of attack, malfunction`,
		"impact: {users: " + strings.Repeat("x ", 5000) + "}":                  "at most 8000 are read",
	} {
		if _, problems := Load("t", []byte(text+"\n")); len(problems) != 1 || !strings.Contains(problems[0].Message, want) || problems[0].Line != 1 {
			t.Errorf("%.60s: %v; want %q at line 1", text, problems, want)
		}
	}
}

// A threat that turns on what nobody said is told as what may be; once it is said, as what is.
func TestUnknownsAreNotStatedAsFacts(t *testing.T) {
	l := library(t)
	for authn, want := range map[string]string{
		"unknown":    "It may be that nobody is asked who they are at articles: whoever gets there reads and changes what it holds.",
		"none":       "Nobody is asked who they are at articles: whoever gets there reads and changes what it holds.",
		"in_process": "",
	} {
		r := Evaluate(model(t, "components: [{id: articles, kind: vector_store, authn: "+authn+"}]"), l, day, Evidence{}, nil)
		got := ""
		for _, x := range r.Threats {
			if x.ID == "LDM-T32" {
				got = x.Reason
			}
		}
		if got != want {
			t.Errorf("authn %s: %q, want %q", authn, got, want)
		}
	}
	for _, name := range systems {
		for _, x := range Evaluate(sample(t, name), l, day, Evidence{}, nil).Threats {
			for _, p := range x.Places {
				if may := strings.HasPrefix(p.Reason, "It may be that "); may != (x.Status == Unconfirmed) {
					t.Errorf("%s is %s at %s: %q", x.ID, x.Status, p.At, p.Reason)
				}
			}
		}
	}
}
