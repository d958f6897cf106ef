package design

import "github.com/lodemark/lodemark"

// ratedDesk is a small model of a help desk, before what its people say of it.
const ratedDesk = `system: {users: 2}
components:
  - {id: staff, kind: end_user}
  - {id: desk, kind: app}
  - {id: llm, kind: hosted_model_api, pinned: tag}
flows:
  - {from: staff, to: desk, carries: [prompt]}
  - {from: desk, to: llm, carries: [prompt]}
`

const fourParties = `impact:
  - {party: system, text: "The assistant answers with what an attacker planted until the index is rebuilt, which takes a day."}
  - {party: users, text: "Staff follow a wrong instruction, such as resetting the password of somebody who is not the caller."}
  - {party: organisations, text: "Tickets of customers are read by others, which has to be reported within three days."}
  - {party: society, text: "Nothing beyond the customers is touched, because no public service rests on it."}
`

func impactBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model that says nothing of harm", Files: map[string]string{threatFile: ratedDesk}},
		{Name: "one party is left out", Files: map[string]string{threatFile: ratedDesk + "impact:\n  system: The assistant answers with what an attacker planted.\n" +
			"  users: Staff follow a wrong instruction and reset the wrong password.\n  organisations: Tickets of customers are read by others.\n"}},
		{Name: "ratings without a reason", Files: map[string]string{threatFile: ratedDesk + "impact: {system: high, users: medium, organisations: high, society: low}\n"}},
		{Name: "one sentence for all", Files: map[string]string{threatFile: ratedDesk + "impact:\n  system: A compromise would have a considerable impact.\n" +
			"  users: A compromise would have a considerable impact.\n  organisations: A compromise would have a considerable impact.\n  society: A compromise would have a considerable impact.\n"}},
		{Name: "the hints of the draft", Files: map[string]string{threatFile: ratedDesk + "impact:\n  - {party: system, text: \"<what stops, breaks or leaks>\"}\n  - {party: users, text: \"<what happens to those who use it>\"}\n" +
			"  - {party: organisations, text: \"<who has to answer for what>\"}\n  - {party: society, text: TODO}\n"}},
	}
}

func impactGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a sentence for each", Files: map[string]string{threatFile: ratedDesk + fourParties}},
		{Name: "told by each threat", Files: map[string]string{threatFile: ratedDesk + `threats:
  - id: R-1
    title: Instructions planted in a ticket are followed
    cause: attack
    impact:
      system: The assistant does what the ticket says until somebody stops it.
      users: Staff see answers that an attacker wrote and act on them.
      organisations: Data of one customer is shown to another.
      society: Nobody outside is touched, since answers stay inside.
`}},
	}
}

func malfunctionBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "attackers alone", Files: map[string]string{threatFile: ratedDesk + "threats:\n  - {id: R-1, title: Instructions planted in a ticket are followed, cause: attack}\n" +
			"  - {id: R-2, title: Somebody copies the index, cause: attack}\n"}},
		{Name: "no threat of anybody's own, and no decision", Files: map[string]string{threatFile: ratedDesk + fourParties}},
		{Name: "a malfunction without a title", Files: map[string]string{threatFile: ratedDesk + "threats:\n  - {id: R-1, title: TBD, cause: malfunction}\n"}},
	}
}

func malfunctionGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one of each cause", Files: map[string]string{threatFile: ratedDesk + "threats:\n  - {id: R-1, title: Instructions planted in a ticket are followed, cause: attack}\n" +
			"  - {id: R-2, title: The model makes up a step that deletes a mailbox, cause: malfunction, impact: {users: A mailbox is lost until it is restored from a copy.}}\n"}},
		{Name: "a decision about a threat of the library that needs no attacker", Files: registered(ratedDesk, map[string]string{"t63": decidedOn("LDM-T63", ratedDesk, nil)})},
	}
}
