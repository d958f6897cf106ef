package deploy

import (
	"strings"
	"testing"
	"time"

	"github.com/lodemark/lodemark/internal/document"
)

func read(text string) document.Document { return document.Read("a.md", []byte(text)) }

// What somebody wrote is left, and what waits for somebody to write is not.
func TestContent(t *testing.T) {
	for _, x := range []struct{ text, has, lacks string }{
		{"# A\n\nThe model is switched off by the engineer.\n", "switched off", ""},
		{"# A\n\nCall the lead. <!-- who may switch the model off? -->\n", "Call the lead", "switch"},
		{"# A\n\n## Roll-back\n\nTODO: say how the model is rolled back\n", "", "rolled back"},
		{"# A\n\n## Scenarios\n\n[describe prompt injection here]\n", "", "injection"},
		{"# A\n\n## Scenarios\n\n{{ scenario about poisoning }}\n", "", "poisoning"},
		{"# A\n\n## Limits\n\nLorem ipsum dolor sit amet, model.\n", "", "model"},
		{"# A\n\n| role | contact |\n|---|---|\n| Lead | lead@example.org |\n| Deputy | TBD |\n", "lead@example.org", "TBD"},
		{"# A\n\nSee [the list of contacts](contacts.md) of the team.\n", "list of contacts", ""},
		{"# A\n\nThe assistant keeps a todo list for each user.\n", "todo list", ""},
		{"---\nowner: the lead\nreviewer: TODO\n---\n# A\n\nText of the plan.\n", "the lead", "TODO"},
	} {
		got := content(read(x.text))
		if !strings.Contains(got, x.has) || x.lacks != "" && strings.Contains(got, x.lacks) {
			t.Errorf("%q: content %q, want %q in it and %q not", x.text, got, x.has, x.lacks)
		}
	}
}

func TestReview(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for _, x := range []struct {
		text     string
		lacks    string // part of the message; empty: none
		line     int
		reviewed bool
	}{
		{"Last review: 2026-09-15. Next review: 2027-03-15.\n", "", 0, true},
		{"\nNext review: 2026-10-31\n", "was due for review on 2026-10-31", 2, false},
		{"Next review: 2026-11-01\nLast drill: 2026-05-01\n", "", 0, true}, // its day is not over
		{"Next review: 2030-01-01\n", "no regular review", 1, false},
		{"Next review: 2027-03-15\n", "", 0, false},
		{"Next review: TBD. Last exercise: 2026-09-10\n", "", 0, true},
		{"| Last tested | 10 March 2023 |\n", "was last reviewed or exercised on 2023-03-10", 1, false},
		{"Reviewed on 2023-01-01. Exercised on May 5, 2026.\n", "", 0, true},
		{"Last exercise: 2027-01-01\n", "names no day", 0, false}, // a plan is no record
		{"The next exercise is on 2026-12-01.\n", "", 0, false},
		{"Written in 2026.\n", "names no day", 0, false},
		{"last_reviewed: 2026-06-01\nnext_review_date: 2027-06-01\n", "", 0, true},
		{"Next review: 2026-13-45\n", "names no day", 1, false},
	} {
		lacks, reviewed := judgeReview(x.text, now)
		switch {
		case reviewed != x.reviewed:
			t.Errorf("%q: reviewed %v", x.text, reviewed)
		case x.lacks == "" && len(lacks) > 0, x.lacks != "" && len(lacks) != 1:
			t.Errorf("%q: %+v, want %q", x.text, lacks, x.lacks)
		case x.lacks != "" && (!strings.Contains(lacks[0].Message, x.lacks) || lacks[0].Line != x.line):
			t.Errorf("%q: %q at line %d, want %q at line %d", x.text, lacks[0].Message, lacks[0].Line, x.lacks, x.line)
		}
	}
}

// Sentences of plans, and the scenarios that they are about.
func TestScenarios(t *testing.T) {
	for text, want := range map[string]string{
		"Someone jailbreaks the assistant.":                           "prompt injection",
		"The training set was poisoned.":                              "poisoned data or model",
		"Weights were copied: stolen model.":                          "model theft",
		"An API key of the provider is leaked.":                       "a leaked key",
		"The agent deletes tickets without consent.":                  "harmful action of an agent",
		"Personal data leaks in answers.":                             "personal data or secrets in answers",
		"The bot gives harmful answers to users.":                     "harmful or wrong answers",
		"Provider outage for more than an hour.":                      "outage of the provider",
		"A denial-of-wallet attack spends the budget.":                "denial of service or of wallet",
		"A laptop is stolen.":                                         "",
		"The database is down.":                                       "",
		"Restart the container and read the log.":                     "",
		"Escalate to the model team when the disk is full.":           "",
		"The prompt at the shell shows the name of the host.":         "",
		"Disk space: the model's cache fills it; delete old entries.": "",
	} {
		missing, _ := unspoken(text, aiScenarios)
		var spoken []string
		for _, topic := range aiScenarios {
			if !strings.Contains("\n"+strings.Join(missing, "\n")+"\n", "\n"+topic.name+"\n") {
				spoken = append(spoken, topic.name)
			}
		}
		if got := strings.Join(spoken, ", "); got != want {
			t.Errorf("%q speaks of %q, want %q", text, got, want)
		}
	}
}

// Guides that only look like one are left open, and not failed or passed.
func TestGuidesThatCannotBeTold(t *testing.T) {
	for text, doubt := range map[string]bool{
		"# User guide\n\nYou can start the model with one command. If an error is shown, restart it. Do not close the window.\n":      true,
		"# Using the assistant\n\nAsk it about accounts. It cannot see tickets. Its answers may be wrong; check the article.\n":       true,
		"# Using the assistant\n\nUse it for accounts. It cannot see tickets. Its answers may be wrong; check the article.\n":         false,
		"# Assistant\n\nIntended use: drafts of letters. Known limitation: English only. The model may hallucinate sources.\n":        false,
		"# Migration guide\n\nHow to move a model checkpoint: use the converter. It is not possible to go back. Errors are logged.\n": true,
	} {
		lacks := judgeUserGuidance("", content(read(text)))
		if open := len(lacks) == 1 && lacks[0].Doubt; open != doubt || !doubt && len(lacks) > 0 {
			t.Errorf("%q: %+v, want doubt %v", text, lacks, doubt)
		}
	}
}

func FuzzRecords(f *testing.F) {
	f.Add(planHead + planBody + planScenarios)
	f.Add(reportWhat + reportTable + reportSecurity + reportResult)
	f.Add("<!--\n-->[describe](x) TODO | TBD; {{ a }}\nnext review last review 2026-01-01;")
	f.Fuzz(func(t *testing.T, text string) {
		d := read(text)
		said := content(d)
		judgePlan(d.Title, said, "desk")
		judgeUserGuidance(d.Title, said)
		document.English(said)
		lacks, _ := judgeReview(uncommented(text), time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		for _, l := range lacks {
			if l.Line < 0 || l.Line > strings.Count(text, "\n")+1 {
				t.Errorf("line %d of %q", l.Line, text)
			}
		}
	})
}
