package develop

import (
	"context"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// DEV-4: manage your technical debt.
func technicalDebt() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "DEV-4",
		Checks:    []lodemark.Check{debtRegister(), debtTracked(), debtClasses(), carriedOver(), decommissionPlan()},
	}
}

func debtRegister() lodemark.Check {
	return lodemark.Check{
		ID: "dev-4-debt-register", Version: 2,
		Title:    "A register holds the technical debt of the system, each entry with owner and day",
		Bears:    lodemark.Supports("DEV-4.1"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "AI systems borrow faster than others: an unpinned model, a prompt nobody tests, data whose origin was to be looked up " +
			"later. What is not written down is found again by whoever attacks it.",
		Fix:  "Keep a register with an owner and a due day for each entry, and look through prompts, data, models and providers for entries.",
		Help: "write docs/debt-register.md, or point to it from lodemark.yaml (documents: debt-register; lodemark new debt-register drafts it)",
		Bad: []lodemark.Example{
			{Name: "entries without owner and day", Files: map[string]string{
				"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| System prompt has no tests | | |\n| Retrieval index is rebuilt by hand | ML engineer | |\n",
			}},
			{Name: "code quality only", Files: map[string]string{
				"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| The settings page has no unit test | Web engineer | 2027-01-31 |\n",
			}},
			{Name: "an empty register", Files: map[string]string{
				"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "a table of entries", Files: map[string]string{
				"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| System prompt has no tests | ML engineer | 2027-01-31 |\n" +
					"| The settings page has no unit test | Web engineer | 2027-02-28 |\n",
			}},
			{Name: "entries as text", Files: map[string]string{
				"docs/debt-register.md": "# Technical debt register\n\n## Hand-made evaluation set\n\nThe evaluation set for the ranker is edited by hand.\n\nOwner: ML engineer\nDue: 2027-01-31\n\n" +
					"## Provider lock-in\n\nPrompts are written for one provider.\n\nOwner: Product owner\nDue: 2027-06-30\n",
			}},
		},
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return document.Find(s, "debt-register").Judged(ctx, s, "a register of technical debt with owners and days", judgeDebt)
		},
	}
}

var (
	ownerColumn = pattern.New(`(?i)\b(owner|responsible|assignee|who|steward)\b`)
	dueColumn   = pattern.New(`(?i)\b(due|deadline|until|by when|target|pay(ed)? back( by)?|resolve by)\b`)
	ownerLine   = pattern.New(`(?im)^[\s*|+-]*["']?(owner|responsible|assignee)["'*]*\s*[:|]["'*\s]*[^\s|<\[]`)
	dueLine     = pattern.New(`(?im)^[\s*|+-]*["']?(due|due[ _]date|deadline|until|target)["'*]*\s*[:|]["'*\s]*(\d{4}-\d{2}(-\d{2})?|\d{1,2} \w+ \d{4}|Q[1-4] \d{4}|\d{4}[- ]Q[1-4])`)
	tableRule   = pattern.New(`^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$`)
	debtOfAI    = pattern.New(`(?i)\b(prompts?|models?|data(set)?s?|embeddings?|retrieval|index|corpus|providers?|lock-in|glue code|evaluations?|evals?|features?|drift|labels?|labell?ing|fine-?tun\w*|vector|guardrails?|agents?|tools?|notebooks?|pipelines?|weights|hallucinat\w*|token\w*|LLM)\b`)
)

// judgeDebt reads a register as a table with columns for owner and due day, or as text with a line for each.
func judgeDebt(_ document.Document, raw string) []document.Shortfall {
	var lacks []document.Shortfall
	rows, tabled := tableRows(raw)
	switch {
	case tabled && len(rows) == 0:
		return []document.Shortfall{{Message: "holds no entry, and a system without any debt is none that was looked at", Fix: "look through prompts, data, models and providers, and enter what was put off"}}
	case tabled:
		for _, row := range rows {
			if row.owner == "" || row.due == "" {
				lacks = append(lacks, document.Shortfall{Line: row.line, Message: fmt.Sprintf("has an entry without owner or day (%q), so nobody will pay it back", row.text), Fix: "name an owner and a day"})
			}
		}
	case !ownerLine.MatchString(raw) || !dueLine.MatchString(raw):
		return []document.Shortfall{{Message: "has no entry with an owner and a day", Fix: "give each entry an owner and a day"}}
	}
	if !aboutAI(raw, rows) {
		lacks = append(lacks, document.Shortfall{Message: "holds no debt that is particular to AI, such as untested prompts, unpinned models or data of unknown origin",
			Fix: "look through prompts, data, models and providers for entries"})
	}
	return lacks
}

func aboutAI(raw string, rows []debtRow) bool {
	for _, row := range rows {
		if debtOfAI.MatchString(row.text) {
			return true
		}
	}
	return len(rows) == 0 && debtOfAI.MatchString(raw)
}

// debtRow is one entry of a table.
type debtRow struct {
	line             int
	text, owner, due string
}

// tableRows reads the tables that have a column for the owner and one for the day.
func tableRows(raw string) (rows []debtRow, tabled bool) {
	owner, due, n := -1, -1, 0
	above := ""
	for line := range strings.Lines(raw) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch {
		case !strings.Contains(line, "|"):
			owner, due = -1, -1
		case tableRule.MatchString(line):
			owner, due = column(above, ownerColumn), column(above, dueColumn)
			tabled = tabled || owner >= 0 && due >= 0
		case owner >= 0 && due >= 0:
			cells := tableCells(line)
			row := debtRow{line: n, owner: cellAt(cells, owner), due: cellAt(cells, due)}
			for i, c := range cells {
				if i != owner && i != due && len(c) > len(row.text) {
					row.text = c
				}
			}
			rows = append(rows, row)
		}
		above = line
	}
	return rows, tabled
}

func tableCells(line string) []string {
	line = strings.TrimSpace(line)
	line = strings.TrimSuffix(strings.TrimPrefix(line, "|"), "|")
	cells := strings.Split(line, "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

func column(header string, name *pattern.Pattern) int {
	for i, c := range tableCells(header) {
		if name.MatchString(c) {
			return i
		}
	}
	return -1
}

// cellAt gives a cell, empty where it holds a placeholder.
func cellAt(cells []string, i int) string {
	if i >= len(cells) || placeholder.MatchString(cells[i]) {
		return ""
	}
	return cells[i]
}

func decommissionPlan() lodemark.Check {
	return lodemark.Check{
		ID: "dev-4-decommission-plan", Version: 2,
		Title:    "A plan says how the system is taken down, with everything that belongs to it",
		Bears:    lodemark.Supports("DEV-4.5"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A system that is switched off leaves weights on disks, personal data in an index, and keys that still open the provider's " +
			"account. Nobody watches them any more.",
		Fix:  "Write down for model, data, prompts, keys and access what is deleted, revoked or kept, by whom and how it is checked.",
		Help: "write docs/decommission-plan.md, or point to it from lodemark.yaml (documents: decommission-plan; lodemark new decommission-plan drafts it)",
		Bad: []lodemark.Example{
			{Name: "a plan that forgets keys and data", Files: map[string]string{
				"docs/decommission-plan.md": "# Decommission plan\n\n## Steps\n\nThe repository is archived and the model server is switched off. The prompts are kept in the archive.\n",
			}},
			{Name: "a template", Files: map[string]string{
				"docs/decommission-plan.md": "# Decommission plan\n\n## Model\n\nTODO\n\n## Data\n\nTODO\n\n## Keys\n\nTODO\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "everything that belongs to it", Files: map[string]string{
				"docs/decommission-plan.md": "# Decommission plan\n\n## Model and data\n\nThe weights and the retrieval index are deleted; training data goes back to its owner.\n\n" +
					"## Prompts\n\nPrompts and logs are archived for a year.\n\n## Keys and access\n\nThe provider's API keys are revoked and the service accounts removed.\n",
			}},
			{Name: "as a checklist", Files: map[string]string{
				"docs/decommissioning.md": "# Decommissioning\n\n## Checklist\n\n- Delete the model weights from the registry\n- Delete datasets and embeddings\n- Archive prompts\n" +
					"- Revoke API keys and tokens\n- Remove endpoints, accounts and permissions\n- Empty the answer cache\n",
			}},
		},
		Run: func(ctx context.Context, s *lodemark.Subject) lodemark.Result {
			return document.Find(s, "decommission-plan").Judged(ctx, s, "a plan for taking the system down", judgeDecommission)
		},
	}
}

// leftovers are what a plan must speak of, with the words by which it may.
var leftovers = []struct {
	name  string
	words *pattern.Pattern
}{
	{"the model", pattern.New(`(?i)\b(models?|weights|checkpoints?|adapters?|fine-?tun\w*)\b`)},
	{"data", pattern.New(`(?i)\b(data(set)?s?|embeddings?|index|corpus|vector store|records|documents)\b`)},
	{"prompts", pattern.New(`(?i)\bprompts?\b`)},
	{"keys", pattern.New(`(?i)\b(keys?|secrets?|credentials?|tokens?|certificates?)\b`)},
	{"access", pattern.New(`(?i)\b(access|accounts?|permissions?|endpoints?|roles?|users?)\b`)},
}

func judgeDecommission(d document.Document, raw string) []document.Shortfall {
	if !d.Filled() {
		return []document.Shortfall{document.Unfilled("write down what happens to model, data, prompts, keys and access")}
	}
	var forgotten []string
	for _, l := range leftovers {
		if !l.words.MatchString(raw) {
			forgotten = append(forgotten, l.name)
		}
	}
	if len(forgotten) == 0 {
		return nil
	}
	names := strings.Join(forgotten, ", ")
	return []document.Shortfall{{Message: "does not say what becomes of " + names, Fix: "add what is deleted, revoked or kept of " + names}}
}
