package design

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// classesDesk is a small model in which four classes of attacks can happen: prompt injection, extraction (of the system prompt), supply
// chain and denial of service. Two of them have mitigations that it claims.
const classesDesk = `system: {users: 2, egress_open: false}
components:
  - {id: staff, kind: end_user}
  - {id: desk, kind: app, exposure: internal, authn: oauth, controls: [C24]}
  - {id: llm, kind: hosted_model_api, technology: anthropic, pinned: tag, has_system_prompt: true, controls: [C11, C36]}
flows:
  - {from: staff, to: desk, carries: [prompt], encrypted: true, authn: oauth}
  - {from: desk, to: llm, carries: [prompt], encrypted: true, authn: key}
`

// decidedClasses are decisions about the threats of classesDesk that no mitigation is claimed against.
func decidedClasses(model string, ids ...string) map[string]string {
	all := map[string]string{}
	for _, id := range ids {
		all[strings.ToLower(id)] = decidedOn(id, model, nil)
	}
	return all
}

func classesBad() []lodemark.Example {
	excludes := classesDesk + "excluded:\n  prompt-injection: Staff are trusted and nobody else writes to the model.\n"
	return []lodemark.Example{
		{Name: "denial of service is left", Files: registered(classesDesk, decidedClasses(classesDesk, "LDM-T63"))},
		{Name: "what can happen is excluded", Files: registered(excludes, decidedClasses(excludes, "LDM-T58", "LDM-T59", "LDM-T63"))},
		{Name: "excluded without a reason", Files: registered(classesDesk+"excluded: {evasion: n/a}\n", decidedClasses(classesDesk, "LDM-T58", "LDM-T59", "LDM-T63"))},
		{Name: "the decision has ended", Files: registered(classesDesk, map[string]string{
			"t58": decidedOn("LDM-T58", classesDesk, nil), "t59": decidedOn("LDM-T59", classesDesk, nil),
			"t63": decidedOn("LDM-T63", classesDesk, func(d *lodemark.Decision) { d.Until = past })})},
	}
}

func classesGood() []lodemark.Example {
	open := strings.Replace(classesDesk, "has_system_prompt: true, controls: [C11, C36]", "has_system_prompt: unknown, controls: [C36]", 1) +
		"excluded:\n  - {class: extraction, reason: The model is the provider's and its instructions are published in our handbook.}\n" +
		"  - {class: evasion, reason: No model sorts or recognises anything here.}\n"
	return []lodemark.Example{
		{Name: "claimed or decided at every place", Files: registered(classesDesk, decidedClasses(classesDesk, "LDM-T58", "LDM-T59", "LDM-T63"))},
		{Name: "what cannot be settled is excluded with a reason", Files: registered(open, decidedClasses(open, "LDM-T01", "LDM-T58", "LDM-T59", "LDM-T63"))},
	}
}
