package design

import "github.com/lodemark/lodemark"

// classedDesk is a help desk with an index, articles and logs; the classes of their data are filled in by the examples.
func classedDesk(index, articles, logs, more string) string {
	return "system: {users: 2}\ncomponents:\n  - {id: desk, kind: app}\n  - {id: index, kind: vector_store" + index + "}\n  - {id: articles, kind: document_store, path: data/articles" + articles +
		"}\n  - {id: logs, kind: log_store" + logs + "}\n  - {id: ranker, kind: model, origin: own, trained_on: [internal, feedback]}\nflows:\n  - {from: articles, to: index}\n" + more
}

const worthLittle = "attractiveness:\n  level: low\n  who: [competitors]\n  reason: The articles are of use to nobody outside, and no personal data is kept.\n"

func dataBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an index that nobody classed", Files: map[string]string{threatFile: classedDesk("", ", holds: [internal]", ", holds: [telemetry]", worthLittle)}},
		{Name: "internal as the class of everything", Files: map[string]string{threatFile: "system: {users: 2}\ncomponents:\n  - {id: index, kind: vector_store, holds: [internal]}\n  - {id: articles, kind: document_store, holds: [internal]}\n" +
			"  - {id: tickets, kind: dataset, holds: [internal]}\nflows: []\n" + worthLittle}},
		{Name: "public, with addresses of people", Files: map[string]string{threatFile: classedDesk(", holds: [public, embeddings]", ", holds: [public]", ", holds: [telemetry]", worthLittle),
			"data/articles/authors.csv": "id,email,article\n1,first@desk.example.org,How to print\n2,second@desk.example.org,How to scan\n3,third@desk.example.org,How to fax\n"}},
		{Name: "public, under a path that says otherwise", Files: map[string]string{threatFile: "system: {users: 2}\ncomponents:\n  - {id: pay, kind: dataset, path: data/payroll, holds: [public]}\nflows: []\n" + worthLittle}},
		{Name: "a level without a reason", Files: map[string]string{threatFile: classedDesk(", holds: [internal, embeddings]", ", holds: [internal]", ", holds: [telemetry]", "attractiveness: {level: high}\n")}},
		{Name: "nobody asked who would want it", Files: map[string]string{threatFile: classedDesk(", holds: [internal, embeddings]", ", holds: [internal]", ", holds: [telemetry]", "")}},
	}
}

func dataGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "each has its class", Files: map[string]string{threatFile: classedDesk(", holds: [internal, embeddings]", ", holds: [internal]", ", holds: [telemetry, personal]", worthLittle),
			"data/articles/print.md": "# How to print\n\nPress the green button.\n"}},
		{Name: "public articles, with the address of the desk", Files: map[string]string{threatFile: classedDesk(", holds: [public, embeddings]", ", holds: [public]", ", holds: [telemetry]", worthLittle),
			"data/articles/list.csv": "id,email,article\n1,desk@example.org,How to print\n2,desk@example.org,How to scan\n"}},
	}
}

func outlookBad() []lodemark.Example {
	outlook := func(text string) map[string]string { return map[string]string{threatFile: ratedDesk + text} }
	return []lodemark.Example{
		{Name: "no look ahead", Files: outlook("")},
		{Name: "more than a year old", Files: outlook("outlook:\n  date: \"2025-09-01\"\n  text: Attackers will automate the search for planted instructions.\n")},
		{Name: "a review that was due", Files: outlook("outlook:\n  date: \"2026-03-01\"\n  review: \"2026-09-01\"\n  text: Attackers will automate the search for planted instructions.\n")},
		{Name: "another version of the library", Files: outlook("outlook:\n  date: \"2026-09-01\"\n  catalogue: \"0.9\"\n  text: Attackers will automate the search for planted instructions.\n")},
		{Name: "a day and no text", Files: outlook("outlook:\n  date: \"2026-09-01\"\n  text: TBD\n")},
		{Name: "no day", Files: outlook("outlook:\n  text: Attackers will automate the search for planted instructions.\n")},
	}
}

func outlookGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "of this year and this library", Files: map[string]string{threatFile: ratedDesk + "outlook:\n  date: \"2026-09-01\"\n  catalogue: \"1\"\n  review: \"2027-03-01\"\n" +
			"  text: When the desk may reset passwords by itself it is worth an attack, and models write planted instructions by the thousand.\n"}},
		{Name: "without the version, since it is newer", Files: map[string]string{threatFile: ratedDesk + "outlook:\n  date: 2026-10-20\n  text: More desks will share the index, so that one planted article reaches all of them.\n"}},
	}
}
