package threat

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cel.dev/cel-go/common/types"
)

// model reads a model of a test; what is wrong with it is the test's fault.
func model(t testing.TB, text string) *Model {
	t.Helper()
	m, problems := Load("t", []byte(text))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return m
}

// seen is what a condition sees of an attribute: "true", "[a b]", or "? x.y" where x.y would settle it.
func seen(t testing.TB, m *Model, id, attribute string) string {
	t.Helper()
	d := derive(m)
	v := d.elements().components[d.g.index[id]].cells[componentTable.number[attribute]]
	if u, ok := v.(*types.Unknown); ok {
		return "? " + strings.Join(settles(u), " ")
	}
	return fmt.Sprint(v.Value())
}

// What silence means depends on the attribute and on the kind; "unknown" is always unknown.
func TestWhatSilenceMeans(t *testing.T) {
	for _, c := range []struct{ component, attribute, want string }{
		{"kind: model", "remote_code", "false"},                     // a feature: not declared is not there
		{"kind: model", "format", "? x.format"},                     // safety rests on it
		{"kind: agent", "format", ""},                               // cannot belong to the kind
		{"kind: model, format: unknown", "format", "? x.format"},    // said to be unknown
		{"kind: agent, metered: unknown", "metered", "? x.metered"}, // of a feature, too
		{"kind: agent", "agentic", "true"},                          // implied by the kind
		{"kind: agent, agentic: false", "agentic", "false"},         // unless it says otherwise
		{"kind: agent", "autonomy", "? x.autonomy"},                 //
		{"kind: app", "autonomy", ""},                               //
		{"kind: mcp_server", "effects", "? x.effects"},              //
		{"kind: code_sandbox", "effects", "[code]"},                 //
		{"kind: hosted_model_api", "hosting", "vendor"},             //
		{"kind: vector_store", "authn", "? x.authn"},                //
		{"kind: end_user", "authn", ""},                             //
		{"kind: dataset, used_for: [train, eval]", "used_for", "[train eval]"},
	} {
		if got := seen(t, model(t, "components: [{id: x, "+c.component+"}]"), "x", c.attribute); got != c.want {
			t.Errorf("{%s}: %s is %q; want %q", c.component, c.attribute, got, c.want)
		}
	}
}

const desk = `
system: {users: 2}
components:
  - {id: user, kind: end_user, boundary: internet}
  - {id: site, kind: app}
  - {id: guard, kind: guard_model}
  - {id: bot, kind: agent}
  - {id: gate, kind: gateway}
  - {id: llm, kind: hosted_model_api}
  - {id: index, kind: vector_store, writers: [own]}
  - {id: web, kind: web_source}
  - {id: fetch, kind: tool, effects: [network]}
  - {id: server, kind: mcp_server, origin: own}
  - {id: mail, kind: tool, effects: [send], holds: [credential]}
  - {id: desk, kind: hitl_console}
  - {id: pay, kind: tool, effects: [spend]}
  - {id: hr, kind: dataset, holds: [personal]}
  - {id: clean, kind: data_pipeline}
  - {id: train, kind: training_job}
flows:
  - {from: user, to: site, carries: [prompt]}
  - {from: site, to: guard, carries: [prompt]}
  - {from: guard, to: site, carries: [internal]}
  - {from: site, to: bot, carries: [prompt]}
  - {from: bot, to: index, carries: [prompt]}
  - {from: index, to: bot, carries: [internal]}
  - {from: bot, to: gate, carries: [prompt]}
  - {from: gate, to: llm, carries: [prompt]}
  - {from: llm, to: gate, carries: [model_output]}
  - {from: gate, to: bot, carries: [model_output]}
  - {from: bot, to: site, carries: [model_output]}
  - {from: site, to: user, carries: [model_output]}
  - {from: bot, to: fetch, carries: [model_output]}
  - {from: web, to: fetch, carries: [public]}
  - {from: fetch, to: bot, carries: [public]}
  - {from: bot, to: server, carries: [model_output]}
  - {from: server, to: mail, carries: [model_output]}
  - {from: bot, to: desk, carries: [model_output]}
  - {from: desk, to: pay, carries: [internal]}
  - {from: hr, to: clean, carries: [personal]}
  - {from: clean, to: train, carries: [training]}
`

func TestWhatIsDerived(t *testing.T) {
	m := model(t, desk)
	for _, c := range []struct{ id, attribute, want string }{
		{"bot", "user_in", "true"},
		{"llm", "user_in", "true"},
		{"index", "user_in", "false"}, // a question to a store does not stay in it
		{"clean", "user_in", "false"},
		{"bot", "untrusted_in", "true"}, // from the web, by way of fetch
		{"hr", "untrusted_in", "false"},
		{"site", "exposed", "true"}, // says nothing of its exposure, and strangers send to it
		{"bot", "exposed", "false"},
		{"bot", "generated_in", "true"},
		{"guard", "generated_in", "false"},
		{"site", "generative_path", "true"},
		{"index", "feeds_generative", "true"},
		{"hr", "feeds_training", "true"},
		{"hr", "sees_sensitive", "true"},
		{"llm", "sees_sensitive", "false"},
		{"bot", "tools_return_external", "true"},
		{"bot", "tools_hold_credentials", "true"}, // mail, behind server
		{"bot", "approved_effects", "[spend]"},    // behind the console
		{"llm", "answers_users", "true"},
		{"site", "feeds_model", "true"},
		{"hr", "feeds_model", "false"},
	} {
		if got := seen(t, m, c.id, c.attribute); got != c.want {
			t.Errorf("%s: %s is %q; want %q", c.id, c.attribute, got, c.want)
		}
	}
	d := derive(m)
	bot := d.g.index["bot"]
	if got := fmt.Sprint(d.effects[bot], " ", d.effectsOpen[bot]); got != "[network send] server.effects" {
		t.Errorf("effects: %s", got) // what server itself does, nobody said
	}
	if got := strings.Join(d.names(d.untrusted.path(d.g.index["llm"])), " > "); got != "fetch > bot > gate > llm" {
		t.Errorf("path: %s", got)
	}
	if got := d.names(d.untrusted.sources(bot)); !slices.Equal(got, []string{"web", "fetch"}) {
		t.Errorf("sources: %v", got)
	}
}

// A union of effects of which one is open holds for what is known and waits for the rest.
func TestOpenUnion(t *testing.T) {
	l := library(t)
	text := "components: [{id: w, kind: web_source}, {id: a, kind: agent, autonomy: act}, {id: t, kind: tool, effects: %s}, {id: u, kind: mcp_server, origin: own, effects: %s}]\n" +
		"flows: [{from: w, to: a}, {from: a, to: t}, {from: a, to: u}]"
	for _, c := range []struct{ t, u, want string }{
		{"[send]", "unknown", "[a applies]"},
		{"[read]", "unknown", "[a unconfirmed]"},
		{"[read]", "[read]", "[]"},
	} {
		r := Evaluate(model(t, fmt.Sprintf(text, c.t, c.u)), l, day, Evidence{}, nil)
		if got := fmt.Sprint(at(r, "LDM-T11")); got != c.want {
			t.Errorf("%s and %s: %s; want %s", c.t, c.u, got, c.want)
		}
		if c.want == "[a unconfirmed]" && (len(r.Open) == 0 || r.Open[0].Attribute == "" || !slices.ContainsFunc(r.Open, func(o Open) bool { return o.Attribute == "u.effects" && slices.Contains(o.Threats, "LDM-T11") })) {
			t.Errorf("u.effects is not named as what would settle it: %v", r.Open)
		}
	}
}
