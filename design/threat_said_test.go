package design

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/assess"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/design/threat/survey"
)

// Where the threat model does not say enough, or somebody else has to, the checks of what it says must not decide; and the reason
// names what would let them.
func TestModelsThatDecideNothing(t *testing.T) {
	all := []string{"sd-2-impact-stated", "sd-2-malfunction-stated", "sd-2-attack-classes", "sd-2-data-classified", "sd-2-outlook"}
	written := map[string]string{"docs/threat-model.md": "# Threat model\n\n## Threats\n\nA customer plants instructions in a ticket, and the assistant follows them.\n\n## Mitigations\n\nThe assistant has no tool that sends mail.\n"}
	for _, check := range all {
		for _, tt := range []struct {
			name, reason string
			files        map[string]string
			want         lodemark.Outcome
		}{
			{"nothing", "there is no threat model as code", map[string]string{"README.md": "# x\n"}, lodemark.NothingToSee},
			{"a text", "only a threats.yaml", written, lodemark.Undecided},
			{"a draft", "still a draft", map[string]string{threatFile: "status: draft\n" + ratedDesk}, lodemark.Undecided},
			{"a file that cannot be read", "party is \"user\"", map[string]string{threatFile: ratedDesk + "impact: {user: They are misled by it.}\n"}, lodemark.Undecided},
		} {
			r := stage.Try(t, check, tt.files)
			if r.Outcome != tt.want || len(r.Findings) > 0 || !strings.Contains(r.Reason, tt.reason) {
				t.Errorf("%s, %s: %s (%s), findings %+v; want %s with %q", check, tt.name, r.Outcome, r.Reason, r.Findings, tt.want, tt.reason)
			}
		}
	}
	settled := decidedClasses(classesDesk, "LDM-T58", "LDM-T59", "LDM-T63")
	with := func(files map[string]string, path, text string) map[string]string {
		files[path] = text
		return files
	}
	open := strings.Replace(classesDesk, "has_system_prompt: true", "has_system_prompt: unknown", 1)
	noFlow := "system: {users: 2}\ncomponents:\n  - {id: m, kind: hosted_model_api, pinned: digest, controls: [C14, C24, C13, C36, C37]}\nflows: []\n"
	for _, tt := range []struct {
		check, name, reason string
		files               map[string]string
	}{
		{"sd-2-attack-classes", "no decision at all", "the register may be kept elsewhere", registered(classesDesk, nil)},
		{"sd-2-attack-classes", "an attribute that is unknown", "whether prompt injection and extraction can happen turns on llm.has_system_prompt", registered(open, decidedClasses(open, "LDM-T58", "LDM-T59", "LDM-T63"))},
		{"sd-2-attack-classes", "a tool server that the model leaves out", "leaves out 1 part that was found", with(registered(classesDesk, settled), ".mcp.json", ticketServer)},
		{"sd-2-attack-classes", "a guess of a draft", "1 part of threats.yaml is still a guess", registered(strings.Replace(classesDesk, "kind: app, ", "kind: app, guess: it answers, ", 1), decidedClasses(strings.Replace(classesDesk, "kind: app, ", "kind: app, guess: it answers, ", 1), "LDM-T58", "LDM-T59", "LDM-T63"))},
		{"sd-2-attack-classes", "a model of something else", "names no model and no agent", registered("system: {users: 2}\ncomponents:\n  - {id: staff, kind: end_user}\nflows: []\n", nil)},
		{"sd-2-attack-classes", "parts without flows", "has no flow", registered(noFlow, decidedClasses(noFlow, "LDM-T62", "LDM-T63"))},
		{"sd-2-malfunction-stated", "threats whose cause is not told", "does not say of R-1 whether the cause is attack or malfunction", map[string]string{threatFile: ratedDesk + "threats:\n  - {id: R-1, title: The provider changes the model}\n"}},
		{"sd-2-data-classified", "a store of which nobody knows", "unknown what index holds", map[string]string{threatFile: "system: {users: 2}\ncomponents:\n  - {id: index, kind: vector_store, holds: unknown}\nflows: []\n" + worthLittle}},
		{"sd-3-decisions-cite-threats", "silence without a system record", "it may stand elsewhere", map[string]string{"docs/adr/0004-memory.md": memoryRecord}},
		{"sd-3-decisions-cite-threats", "a threat and no trade", "does not say what was given up", map[string]string{"lodemark.yaml": deskRecord, "docs/adr/0004-memory.md": memoryRecord + "\nThreats: LDM-T20.\n"}},
		{"sd-3-decisions-cite-threats", "no record and no system record", "may lie elsewhere", map[string]string{"README.md": "# x\n"}},
	} {
		r := stage.Try(t, tt.check, tt.files)
		if r.Outcome != lodemark.Undecided || len(r.Findings) > 0 || !strings.Contains(r.Reason, tt.reason) {
			t.Errorf("%s, %s: %s (%s), findings %+v; want %q", tt.check, tt.name, r.Outcome, r.Reason, r.Findings, tt.reason)
		}
	}
}

// What is said of a model that falls short: the place, and enough to mend it.
func TestWhatIsSaidOfModels(t *testing.T) {
	secret := "AKIA" + "Q3EGRZK5LW2NT7VX"
	for _, tt := range []struct {
		check, name string
		files       map[string]string
		line        int
		want        string
	}{
		{"sd-2-impact-stated", "a rating", map[string]string{threatFile: ratedDesk + strings.Replace(fourParties, "Staff follow a wrong instruction, such as resetting the password of somebody who is not the caller.", "medium", 1)}, 11,
			`on its users is "medium", which is a rating`},
		{"sd-2-impact-stated", "two of one kind", map[string]string{threatFile: ratedDesk + strings.Replace(fourParties, "Nothing beyond the customers is touched, because no public service rests on it.", "Tickets of customers are read by others, which has to be reported within three days!", 1)}, 12,
			"on organisations and society is one and the same sentence"},
		{"sd-2-malfunction-stated", "what the library knows", map[string]string{threatFile: ratedDesk + "threats:\n  - {id: R-1, title: Somebody copies the index, cause: attack}\n"}, 0, "LDM-T62 and LDM-T63 of the library"},
		{"sd-2-attack-classes", "one class", registered(classesDesk, decidedClasses(classesDesk, "LDM-T63")), 5, "The class denial of service is not assessed: nobody has decided about LDM-T58 at llm and LDM-T59 at llm"},
		{"sd-2-attack-classes", "an exclusion that its own parts belie", registered(classesDesk+"excluded: {supply-chain: We buy nothing from anybody.}\n", nil), 9, "excludes supply chain, and by its own parts it can happen: LDM-T42 at desk"},
		{"sd-2-data-classified", "records of persons", map[string]string{threatFile: classedDesk(", holds: [internal, embeddings]", ", holds: [internal]", ", holds: [telemetry]", worthLittle),
			"data/articles/a.jsonl": "{\"text\": \"x\", \"date_of_birth\": \"1990-01-02\"}\n{\"text\": \"y\", \"date_of_birth\": \"1980-03-04\"}\n"}, 5, `data/articles/a.jsonl has a column "date_of_birth"`},
		{"sd-2-data-classified", "a credential among articles", map[string]string{threatFile: classedDesk(", holds: [internal, embeddings]", ", holds: [internal]", ", holds: [telemetry]", worthLittle),
			"data/articles/a.txt": "aws_access_key_id = " + secret + "\n"}, 5, "a credential stands in data/articles/a.txt:1"},
		{"sd-2-outlook", "dated ahead", map[string]string{threatFile: ratedDesk + "outlook: {date: 2026-12-24, text: Attackers will automate the search.}\n"}, 9, "is dated 2026-12-24, which is yet to come"},
		{"sd-3-decisions-cite-threats", "a threat that is gone", decisionsBad()[1].Files, 13, "cites R-9, which is no threat of the threat model or the library"},
	} {
		r := stage.Try(t, tt.check, tt.files)
		if r.Outcome != lodemark.Failed || len(r.Findings) != 1 || !strings.Contains(r.Findings[0].Message, tt.want) || r.Findings[0].Line != tt.line {
			t.Errorf("%s, %s: %s (%s) %+v; want %q at line %d", tt.check, tt.name, r.Outcome, r.Reason, r.Findings, tt.want, tt.line)
		}
	}
}

// A trade-off that somebody decided, and that names a threat, is a record of a design decision while it is in force and what it was
// decided about has not changed.
func TestTradeOffsAreDesignDecisions(t *testing.T) {
	decision := func(about, until string) string {
		return fmt.Sprintf("schema: lodemark.decision/1\nkind: trade-off\nclause: SD-3.2\nby: Product owner\nreason: Confirmation of each comment (LDM-T15) costs users a click.\n"+
			"bound: [{path: lodemark.yaml, sha256: \"%x\"}]\ndate: 2026-09-01\nuntil: %s\n", sha256.Sum256([]byte(about)), until)
	}
	for text, want := range map[string]lodemark.Outcome{
		decision(deskRecord, "2027-03-01"):       lodemark.Passed,
		decision(deskRecord, "2026-10-01"):       lodemark.Failed,
		decision("something else", "2027-03-01"): lodemark.Failed,
	} {
		r := stage.Try(t, "sd-3-decisions-cite-threats", map[string]string{"lodemark.yaml": deskRecord, decisionFolder + "/a.yaml": text})
		if r.Outcome != want {
			t.Errorf("%s\n%s (%s), want %s", text, r.Outcome, r.Reason, want)
		}
	}
}

// What a person wrote of the system changes no threat: decisions on threats outlive a new outlook.
func TestDecisionsOutliveWhatIsSaid(t *testing.T) {
	plain, err := lodemark.ModelMeaning([]byte(classesDesk))
	if err != nil {
		t.Fatal(err)
	}
	said, err := lodemark.ModelMeaning([]byte(classesDesk + fourParties + worthLittle + "excluded: {evasion: No model sorts anything here.}\noutlook: {date: 2026-09-01, text: x}\n"))
	if err != nil || said != plain {
		t.Errorf("%s and %s (%v)", plain, said, err)
	}
}

// The hints of a draft are YAML once somebody takes the signs of comments out, and no check takes them for answers.
func TestHintsOfDraftsAreNoAnswers(t *testing.T) {
	m, problems := threat.Load(threatFile, []byte(ratedDesk))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	_, text, found := strings.Cut(string(survey.Write(&survey.Drawing{Model: m}, assess.ExampleTime())), "status: draft\n")
	body, hints, more := strings.Cut(text, "# impact:")
	if !found || !more {
		t.Fatal(text)
	}
	file := body
	for line := range strings.Lines("# impact:" + hints) {
		file += strings.TrimPrefix(line, "# ")
	}
	for check, want := range map[string]string{
		"sd-2-impact-stated": "the system is \"<what stops", "sd-2-attack-classes": "excludes evasion and gives no reason", "sd-2-data-classified": "attractiveness is medium, and not why", "sd-2-outlook": "says nothing of how",
	} {
		r := stage.Try(t, check, map[string]string{threatFile: file})
		if r.Outcome != lodemark.Failed || !strings.Contains(r.Findings[0].Message, want) {
			t.Errorf("%s: %s (%s); want %q\n%s", check, r.Outcome, r.Reason, want, file)
		}
	}
}
