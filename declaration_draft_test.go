package lodemark

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func helpdesk() *System {
	return &System{
		Name: "helpdesk",
		Components: []Component{
			{Kind: KindHostedModel, Name: "openai", Version: "gpt-4o", Path: ".env.example", Line: 3},
			{Kind: KindMCPServer, Name: "files", Path: ".mcp.json", Line: 4},
			{Kind: KindModel, Name: "ranker.pkl", Format: "pickle", Path: "models/ranker.pkl"},
			{Kind: KindModelCard, Name: "Ranker", Path: "docs/model-card.md"},
			{Kind: KindPackage, Name: "langgraph", Version: "==0.2", Path: "requirements.txt", Line: 2, Detail: map[string]string{"role": "agent"}},
			{Kind: KindPackage, Name: "openai", Version: ">=1", Path: "requirements.txt", Line: 3, Detail: map[string]string{"role": "llm-client"}},
		},
		Facts: []Fact{
			{Name: "agentic", Answer: Yes, Reason: "an agent package and an MCP server are there", Places: []string{"requirements.txt:2", ".mcp.json:4"}},
			{Name: "trains_models", Answer: No, Reason: "no training code found and none declared"},
		},
	}
}

// testdata/draft.yaml is what a person sees first after lodemark init.
func TestDraftDeclaration(t *testing.T) {
	got := DraftDeclaration(helpdesk())
	if *update {
		if err := os.WriteFile("testdata/draft.yaml", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/draft.yaml")
	if err != nil || string(got) != string(want) {
		t.Errorf("the draft is not testdata/draft.yaml (%v): run go test -run TestDraftDeclaration -update .\n%s", err, got)
	}
}

// A draft declares nothing but the name, and a person who fills in one line declares that line.
func TestDraftParsesAsNotFilledIn(t *testing.T) {
	draft := DraftDeclaration(helpdesk())
	checkDraft(t, draft, "helpdesk")
	filled := strings.Replace(string(draft), `agentic: {answer: "<yes or no>", reason: "<why>"}`, `agentic: {answer: no, reason: "a person sends every answer"}`, 1)
	d, err := ParseDeclaration("lodemark.yaml", []byte(filled))
	if err != nil || d.Facts["agentic"].Answer != No || len(d.Facts) != 1 {
		t.Errorf("%v, facts %v", err, d.Facts)
	}
	if refusal := compile(t, "lodemark")(draft); refusal != nil {
		t.Errorf("the published schema refuses the draft: %v", refusal)
	}
}

// checkDraft holds a draft to its promises: it parses, it declares nothing but perhaps the name, it fits the width, and
// every line of it is a comment or one of ours.
func checkDraft(t *testing.T, draft []byte, name string) {
	t.Helper()
	d, err := ParseDeclaration("lodemark.yaml", draft)
	if err != nil {
		t.Fatalf("the draft does not parse: %v\n%s", err, draft)
	}
	if d.Name != name || d.Owner != (Person{}) || d.Leader != (Person{}) || d.Criticality != "" || d.Stage != "" ||
		len(d.Users)+len(d.DataClasses)+len(d.Models)+len(d.Endpoints)+len(d.Documents)+len(d.Facts) > 0 {
		t.Errorf("the draft declares %+v", d)
	}
	var top map[string]any
	if err := yaml.Unmarshal(draft, &top); err != nil {
		t.Fatal(err)
	}
	sameWords(t, "keys of the draft", slices.Collect(maps.Keys(top)), keysOf("declaration"))
	for i, line := range strings.Split(string(draft), "\n") {
		if width(line) > draftWidth {
			t.Errorf("line %d is %d columns wide: %q", i+1, width(line), line)
		}
		if r, bad := hidden(line); bad {
			t.Errorf("line %d holds %U: %q", i+1, r, line)
		}
	}
}

// Names from the target stay in comments and quotes.
func TestDraftOfHostileNames(t *testing.T) {
	for _, evil := range []string{
		"a\nfacts:\n  agentic: {answer: no, reason: because I say so}\n", "a\r\nstage: design", "a\u2028stage: design", "a\u0085stage: design",
		"\x1b[2Jcleared", "\x00", "\xff\xfe", "\ufeff", "\u202egnp.exe", strings.Repeat("long", 500), strings.Repeat("字", 500), strings.Repeat("w ", 5000),
		`"`, `\`, "# # #", "---", "...", "{{", "<x>", "TODO", "*a", "!!binary x", "\t", "'", ": ", "\u3164",
	} {
		s := &System{Name: evil}
		for _, k := range []Kind{KindHostedModel, KindModel, KindServer, KindMCPServer, KindDataset, KindVectorStore, KindModelCard, KindPackage} {
			s.Components = append(s.Components, Component{
				Kind: k, Name: evil, Path: evil, Version: evil, Format: evil, Address: evil, Line: 1, Detail: map[string]string{"role": evil},
			})
		}
		for _, name := range factNames() {
			s.Facts = append(s.Facts, Fact{Name: name, Reason: evil, Answer: Answer(evil), Places: []string{evil, evil}})
		}
		t.Run(fmt.Sprintf("%.20q", evil), func(t *testing.T) {
			draft := DraftDeclaration(s)
			d, _ := ParseDeclaration("lodemark.yaml", draft)
			checkDraft(t, draft, d.Name)
			if d.Name != "" && strings.Join(strings.Fields(evil), " ") != d.Name {
				t.Errorf("the name became %q", d.Name)
			}
		})
	}
}

// A long list is cut, and says so.
func TestDraftListsAreBounded(t *testing.T) {
	s := &System{Name: "x"}
	for i := range 50 {
		s.Components = append(s.Components, Component{Kind: KindModel, Name: fmt.Sprintf("m%02d", i), Path: "models"})
	}
	draft := string(DraftDeclaration(s))
	if !strings.Contains(draft, "m19") || strings.Contains(draft, "m20") || !strings.Contains(draft, "#   and 30 more\n") {
		t.Errorf("draft:\n%s", draft)
	}
}

// Every fact that a clause waits for has its question, and every kind of document its purpose.
func TestDraftAsksEverything(t *testing.T) {
	sameWords(t, "questions", slices.Collect(maps.Keys(factQuestions())), factNames())
	for _, k := range documentKinds() {
		if k.about == "" {
			t.Errorf("%s has no purpose", k.name)
		}
	}
}

func FuzzDraftDeclaration(f *testing.F) {
	f.Add("helpdesk", "a\nstage: design", "\u2028---")
	f.Add("\x00", "\xff", "'\"")
	f.Fuzz(func(t *testing.T, name, part, reason string) {
		s := &System{Name: name, Components: []Component{{Kind: KindModel, Name: part, Path: reason}}, Facts: []Fact{{Name: "agentic", Reason: reason, Places: []string{part}}}}
		draft := DraftDeclaration(s)
		d, _ := ParseDeclaration("lodemark.yaml", draft)
		checkDraft(t, draft, d.Name)
	})
}
