package survey

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark/design/threat"
)

// What a person would write for the system of survey_test.go, and what was made different.
const declared = `
components:
  - {id: web, kind: app, path: app/page.py}
  - {id: api, kind: api, path: app/main.py}
  - {id: helper, kind: agent, path: app/agent.py}
  - {id: lookup, kind: tool, name: find_ticket}
  - {id: closing, kind: tool, name: close-ticket}
  - {id: chat, kind: hosted_model_api, provider: OpenAI}
  - {id: articles, kind: vector_store, technology: chroma}
  - {id: tickets, kind: document_store, path: app/tools.py}
  - {id: database, kind: document_store, technology: postgres}
`

func TestDrift(t *testing.T) {
	d := Draft(desk.subject())
	exists := func(p string) bool { _, ok := desk.files[p]; return ok || p == "app" }
	for name, c := range map[string]struct {
		change [2]string
		want   string // kinds and ids of the differences
	}{
		"as it is":                      {[2]string{"", ""}, ""},
		"renamed":                       {[2]string{"id: helper", "id: desk-brain"}, ""},
		"one box for the application":   {[2]string{"  - {id: api, kind: api, path: app/main.py}\n  - {id: helper, kind: agent, path: app/agent.py}\n", "  - {id: api, kind: orchestrator, path: app}\n"}, ""},
		"a server instead of tools":     {[2]string{"  - {id: lookup, kind: tool, name: find_ticket}\n  - {id: closing, kind: tool, name: close-ticket}\n", "  - {id: tools, kind: mcp_server, path: app/tools.py}\n"}, ""},
		"a tool nobody declared":        {[2]string{"  - {id: closing, kind: tool, name: close-ticket}\n", ""}, "new close-ticket"},
		"a store nobody declared":       {[2]string{"  - {id: database, kind: document_store, technology: postgres}\n", ""}, "new postgresql"},
		"a provider nobody declared":    {[2]string{"kind: hosted_model_api, provider: OpenAI", "kind: prompt_store, path: app"}, "new openai-models"},
		"a file that is gone":           {[2]string{"app/main.py", "srv/main.py"}, "gone api"},
		"a component that was removed":  {[2]string{"components:\n", "components:\n  - {id: fax, kind: tool, path: app/fax.py}\n"}, "gone fax"},
		"without paths nothing is gone": {[2]string{"components:\n", "components:\n  - {id: guard, kind: guard_model}\n"}, ""},
		"an address is no path":         {[2]string{"components:\n", "components:\n  - {id: hub, kind: model_registry, path: 'https://hub.example.org'}\n"}, ""},
	} {
		m, problems := threat.Load("threats.yaml", []byte(strings.Replace(declared, c.change[0], c.change[1], 1)))
		if len(problems) > 0 {
			t.Fatalf("%s: %v", name, problems)
		}
		var got []string
		for _, x := range Drift(m, d, exists) {
			got = append(got, x.Kind+" "+x.ID)
			if x.Path == "" || x.Message == "" || x.Fix == "" {
				t.Errorf("%s: no place or nothing to do: %+v", name, x)
			}
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %q", name, got, c.want)
		}
	}
}

// A draft is in step with the system it was drawn from.
func TestADraftHasNoDrift(t *testing.T) {
	d, m, _ := written(t, desk)
	exists := func(p string) bool { _, ok := desk.files[p]; return ok }
	for _, x := range Drift(m, d, exists) {
		t.Errorf("%+v", x)
	}
}
