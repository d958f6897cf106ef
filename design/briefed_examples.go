package design

import (
	"maps"
	"time"

	"github.com/lodemark/lodemark"
)

// modelledDesk is a small threat model that the engine reads without fault.
const modelledDesk = `system: {users: 200}
components:
  - {id: staff, kind: end_user}
  - {id: desk, kind: agent, autonomy: act, memory: none, executes_code: false}
  - {id: llm, kind: hosted_model_api, hosting: vendor, generative: true, has_system_prompt: true, pinned: tag}
  - {id: refund, kind: tool, effects: [spend, irreversible], identity: service}
flows:
  - {from: staff, to: desk, carries: [prompt]}
  - {from: desk, to: llm, carries: [prompt, hidden_context], encrypted: true, authn: key}
  - {from: llm, to: desk, carries: [model_output], encrypted: true}
  - {from: desk, to: refund, carries: [model_output], encrypted: true, authn: oauth}
`

// acknowledges is the file of an acknowledgement of a briefing on a threat model.
func acknowledges(role lodemark.Role, by, date, until, model string) string {
	day := func(s string) time.Time {
		t, err := time.Parse(time.DateOnly, s)
		if err != nil {
			panic(err) // a day in our own examples
		}
		return t
	}
	meaning, err := lodemark.ModelMeaning([]byte(model))
	if err != nil {
		panic(err) // a model in our own examples
	}
	a := lodemark.Acknowledgement{Role: role, By: by, Date: day(date), Until: day(until), Model: lodemark.Revision{Path: threatFile, Meaning: meaning}, Briefing: meaning}
	return string(a.YAML())
}

// briefedTree is a tree with a threat model and acknowledgements, by the names of their files.
func briefedTree(acks map[string]string) map[string]string {
	files := map[string]string{threatFile: modelledDesk, "lodemark.yaml": ownerAndLeader}
	for name, text := range acks {
		files[lodemark.AcknowledgementFolder+"/"+name+".yaml"] = text
	}
	return files
}

const otherDesk = "system: {users: 200}\ncomponents:\n  - {id: desk, kind: agent}\nflows: []\n"

func teamBriefedBad() []lodemark.Example {
	one := briefedTree(map[string]string{"ml": acknowledges(lodemark.Developer, "ML engineer", "2026-09-01", "2027-03-01", modelledDesk)})
	return []lodemark.Example{
		{Name: "one that ended", Files: briefedTree(map[string]string{"ml": acknowledges(lodemark.Developer, "ML engineer", "2026-03-01", "2026-10-01", modelledDesk)})},
		{Name: "one on another threat model", Files: briefedTree(map[string]string{"ml": acknowledges(lodemark.DataScientist, "ML engineer", "2026-09-01", "2027-03-01", otherDesk)})},
		{Name: "one of two who commit", Files: committed(one, mlEngineer, webEngineer)},
	}
}

func teamBriefedGood() []lodemark.Example {
	both := briefedTree(map[string]string{
		"ml":  acknowledges(lodemark.DataScientist, "ML engineer", "2026-09-01", "2027-03-01", modelledDesk),
		"web": acknowledges(lodemark.Developer, "Web engineer", "2026-09-01", "2027-03-01", modelledDesk),
	})
	reworded := maps.Clone(both)
	reworded[threatFile] = "# Reviewed in October.\n" + modelledDesk
	return []lodemark.Example{
		{Name: "both who commit", Files: committed(both, mlEngineer, webEngineer)},
		{Name: "a comment in the threat model changes nothing", Files: committed(reworded, mlEngineer)},
		{Name: "no history to compare with", Files: both},
	}
}

func leadersBriefedBad() []lodemark.Example {
	owner := acknowledges(lodemark.Owner, "Product owner <owner@example.org>", "2026-09-01", "2027-03-01", modelledDesk)
	return []lodemark.Example{
		{Name: "the owner alone", Files: briefedTree(map[string]string{"owner": owner})},
		{Name: "a leader whose word has ended", Files: briefedTree(map[string]string{"owner": owner, "leader": acknowledges(lodemark.Owner, "Head of services", "2025-09-01", "2026-09-01", modelledDesk)})},
	}
}

func leadersBriefedGood() []lodemark.Example {
	both := map[string]string{
		"owner":  acknowledges(lodemark.Owner, "Product owner", "2026-09-01", "2027-03-01", modelledDesk),
		"leader": acknowledges(lodemark.Owner, "Head of services", "2026-10-01", "2027-10-01", modelledDesk),
	}
	again := maps.Clone(both)
	again["an-older-one"] = acknowledges(lodemark.Owner, "Head of services", "2025-09-01", "2026-09-01", otherDesk)
	return []lodemark.Example{
		{Name: "owner and leader", Files: briefedTree(both)},
		{Name: "with an older one that has ended", Files: briefedTree(again)},
	}
}

func usersBriefedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one that ended", Files: briefedTree(map[string]string{"desk": acknowledges(lodemark.User, "Service desk", "2026-03-01", "2026-10-01", modelledDesk)})},
		{Name: "one on another threat model", Files: briefedTree(map[string]string{"desk": acknowledges(lodemark.User, "Service desk", "2026-09-01", "2027-03-01", otherDesk)})},
	}
}

func usersBriefedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one group", Files: briefedTree(map[string]string{"desk": acknowledges(lodemark.User, "Service desk", "2026-09-01", "2027-03-01", modelledDesk)})},
		{Name: "two groups", Files: briefedTree(map[string]string{"desk": acknowledges(lodemark.User, "Service desk", "2026-09-01", "2027-03-01", modelledDesk),
			"field": acknowledges(lodemark.User, "Field staff", "2026-10-01", "2027-10-01", modelledDesk)})},
	}
}
