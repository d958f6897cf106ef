package design

import "github.com/lodemark/lodemark"

const (
	memoryRecord = "# ADR 4: Memory lasts for one conversation\n\nStatus: accepted, 2026-09-03, by the Product owner; reviewed by the Security lead\n\n## Decision\n\nThe agent keeps nothing from one conversation to the next.\n"
	lostMemory   = "\n## Weighed\n\nLong memory was given up for safety: users have to repeat themselves, which three of ten disliked in the trial.\n"
)

func decisionsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a record that weighs only cost and accuracy", Files: map[string]string{"lodemark.yaml": deskRecord, threatFile: threatsByName,
			"docs/adr/0004-memory.md": memoryRecord + "\n## Weighed\n\nMemory was rejected, since it costs 4 % more tokens and brought one point of accuracy.\n"}},
		{Name: "a threat that is gone", Files: map[string]string{"lodemark.yaml": deskRecord, threatFile: threatsByName,
			"docs/adr/0004-memory.md": memoryRecord + lostMemory + "\nThreats: R-1, R-9.\n"}},
		{Name: "no record of any decision", Files: map[string]string{"lodemark.yaml": deskRecord, threatFile: threatsByName}},
	}
}

func decisionsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "memory given up for a threat of the library", Files: map[string]string{"lodemark.yaml": deskRecord,
			"docs/adr/0004-memory.md": memoryRecord + lostMemory + "\nThreats: LDM-T20, poisoned memory, would act in later conversations.\n"}},
		{Name: "a threat of one's own, and a record of something else", Files: map[string]string{"lodemark.yaml": deskRecord, threatFile: threatsByName,
			"docs/decisions/0001-database.md": "# 1. One database\n\nWe use the database that the company runs already, since two people know it.\n",
			"docs/decisions/0002-ranker.md":   "# 2. The ranker is built here\n\nOur own ranker was taken rather than one from a hub (R-1). It is two points worse, and its file is one that we can compare.\n"}},
	}
}
