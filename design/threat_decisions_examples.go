package design

import (
	"maps"
	"time"

	"github.com/lodemark/lodemark"
)

// pickledRanker is a threat model with two threats of high severity: LDM-T35 and LDM-T37.
const pickledRanker = `system: {users: 2}
components:
  - {id: ranker, kind: model, format: pickle, origin: hub, pinned: digest}
flows: []
`

// decidedOn is the file of a decision about a threat of a model, with the changes of the example.
func decidedOn(threat, model string, change func(*lodemark.Decision)) string {
	meaning, err := lodemark.ModelMeaning([]byte(model))
	if err != nil {
		panic(err) // a model in our own examples
	}
	d := lodemark.Decision{Kind: lodemark.Accept, Threat: threat, By: "Risk owner", RequestedBy: "Product owner", Reason: "The file is our own copy and is scanned before each release.",
		Date: time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2027, 2, 1, 0, 0, 0, 0, time.UTC), Model: lodemark.Revision{Path: threatFile, Meaning: meaning}}
	if change != nil {
		change(&d)
	}
	return string(d.YAML())
}

// toMitigate turns a decision into one to do something by a day.
func toMitigate(due time.Time, mitigations ...string) func(*lodemark.Decision) {
	return func(d *lodemark.Decision) { d.Kind, d.Due, d.Mitigations = lodemark.Mitigate, due, mitigations }
}

var soon, past = time.Date(2026, 12, 15, 0, 0, 0, 0, time.UTC), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)

// registered is a tree with a threat model and the files of a risk register.
func registered(model string, register map[string]string) map[string]string {
	files := map[string]string{threatFile: model}
	for name, text := range register {
		files[decisionFolder+"/"+name+".yaml"] = text
	}
	return files
}

func threatsDecidedBad() []lodemark.Example {
	accepted := decidedOn("LDM-T35", pickledRanker, nil)
	with := func(second string) map[string]string {
		return registered(pickledRanker, map[string]string{"t35": accepted, "t37": second})
	}
	return []lodemark.Example{
		{Name: "one of two is decided", Files: registered(pickledRanker, map[string]string{"t35": accepted})},
		{Name: "one has ended", Files: with(decidedOn("LDM-T37", pickledRanker, func(d *lodemark.Decision) { d.Until = past }))},
		{Name: "the model was changed since", Files: with(decidedOn("LDM-T37", pickledRanker+"threats: []\n# and\n", func(d *lodemark.Decision) { d.Model.Meaning = "0" + d.Model.Meaning[1:] }))},
		{Name: "one at another component", Files: with(decidedOn("LDM-T37", pickledRanker, func(d *lodemark.Decision) { d.Component = "embedder" }))},
		{Name: "what was to be done by a day is not", Files: with(decidedOn("LDM-T37", pickledRanker, toMitigate(past, "LDM-C22")))},
	}
}

func threatsDecidedGood() []lodemark.Example {
	register := map[string]string{
		"t35": decidedOn("LDM-T35", pickledRanker, func(d *lodemark.Decision) { d.Kind = lodemark.Avoid }),
		"t37": decidedOn("LDM-T37", pickledRanker, toMitigate(soon, "LDM-C22")),
	}
	elsewhere := maps.Clone(register)
	elsewhere["t37"] = decidedOn("LDM-T37", pickledRanker, func(d *lodemark.Decision) { d.Component = "ranker" })
	return []lodemark.Example{
		{Name: "one is avoided, one to be mitigated", Files: registered(pickledRanker, register)},
		{Name: "accepted at its place, under a comment that is new", Files: registered("# Read again.\n"+pickledRanker, elsewhere)},
	}
}
