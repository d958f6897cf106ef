package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// providerKeys name who runs the model that stands beside them.
var providerKeys = []string{"provider", "engine", "llm_provider", "model_provider", "modelProvider", "vendor"}

// provided notes a model beside the name of its provider: provider: ollama, model: qwen2.5-coder:7b.
func provided(root *settings.Node, tell teller) {
	walk(root, 0, func(n *settings.Node) {
		if n.Key != "model" && n.Key != "model_name" && n.Key != "model_id" && n.Key != "modelId" || n.Parent == nil || n.Parent.List {
			return
		}
		value := orDefault(n.Value)
		for _, k := range providerKeys {
			if p := n.Parent.Child(k); p != nil && p.Scalar && value != "" && !strings.ContainsAny(value, " {$<") {
				way := strings.ToLower(strings.ReplaceAll(orDefault(p.Value), "-", ""))
				if way == "azureopenai" || way == "azure_openai" {
					way = "azure"
				}
				namedByRoute(way+":"+strings.TrimPrefix(value, way+"/"), n, tell)
				return
			}
		}
	})
}

// crew notes agents and tasks in the form of CrewAI: a table by their names, with a role, a goal and a story.
func crew(root *settings.Node, tell teller) {
	for _, table := range append([]*settings.Node{root}, root.Children...) {
		for _, n := range childrenOf(table) {
			role, goal, story := n.Child("role"), n.Child("goal"), n.Child("backstory")
			task, want := n.Child("description"), n.Child("expected_output")
			switch {
			case role != nil && goal != nil && story != nil && role.Scalar && story.Scalar:
				name := n.Key
				if table.List || name == "" {
					name = strings.TrimSpace(role.Value)
				}
				tell(Asset{Kind: lodemark.KindAgent, Name: short(name), Seen: ByCall, Detail: map[string]string{"framework": "crewai"}}, n)
				tell(Asset{Kind: lodemark.KindPrompt, Name: "backstory", Seen: ByCall, Digest: digestOf(role.Value + "\n" + goal.Value + "\n" + story.Value), Detail: map[string]string{"role": "system"}}, story)
			case task != nil && want != nil && task.Scalar && want.Scalar && len(strings.Fields(task.Value)) >= 3:
				tell(Asset{Kind: lodemark.KindPrompt, Name: short(n.Key), Seen: ByCall, Digest: digestOf(task.Value + "\n" + want.Value), Detail: map[string]string{"role": "user"}}, task)
			}
		}
	}
}

var railFlow = pattern.New(`(?i)check|guard|safety|moderation|jailbreak|facts|hallucination|sensitive|pii|injection|topic|toxic|content|detect|mask|self`)

// rails notes the rails of NeMo Guardrails: each kind of flows that is switched on.
func rails(root *settings.Node, tell teller) {
	all := root.Child("rails")
	if all == nil || all.Scalar {
		return
	}
	for _, kind := range []string{"input", "output", "retrieval", "dialog", "execution"} {
		flows := all.Child(kind).Child("flows")
		if flows == nil || len(flows.Children) == 0 {
			continue
		}
		for _, f := range flows.Children {
			if f.Scalar && railFlow.MatchString(f.Value) {
				tell(Asset{Kind: lodemark.KindGuardrail, Name: short(f.Value), Seen: ByCall, Detail: map[string]string{"technology": "nemo-guardrails", "role": kind}}, f)
			}
		}
	}
}
