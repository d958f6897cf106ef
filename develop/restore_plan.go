package develop

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

func restorePlan() lodemark.Check {
	return lodemark.Check{
		ID: "dev-2-restore-plan", Version: 2,
		Title:    "A plan restores weights, data, prompts and index to a known good state, in order, and was tried",
		Bears:    lodemark.Supports("DEV-2.10"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "After a compromise the code is back in an hour; the weights that were poisoned, the prompt that was changed in the console and the " +
			"index that was fed for weeks are not. A backup that nobody restored is a hope.",
		Fix:  "Write down the known good state of weights, data, prompts and index with digests, the order of the steps, and the day of the last restore test.",
		Help: "write docs/restore-plan.md, or point to it from lodemark.yaml (documents: restore-plan; lodemark new restore-plan drafts it)",
		Bad:  restoreBad(), Good: restoreGood(),
		Run: runRestorePlan,
	}
}

var restoreTest = pattern.New(`(?i)\b(?:restore (?:test|drill|exercise)|drill\w*|exercis\w+|last (?:test\w*|restor\w*|tried)|tested|tried|restored on|rehears\w+)\b`)

func runRestorePlan(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	if !holdsAI(s.System) {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model, hosted model, dataset or prompt was found outside tests"}
	}
	aspects := []aspect{
		{"data", pattern.New(`(?i)\b(?:data(?:sets?)?|records|corpus|articles|documents|feedback)\b`), "say how data come back"},
		{"prompts and settings", pattern.New(`(?i)\b(?:prompts?|config\w*|settings)\b`), "say how prompts and settings come back"},
		{"the order of the steps", pattern.New(`(?im)^\s*(?:\d+[.)]|- \[)|\b(?:in this order|first|then|before|after that|step \d)\b`), "number the steps"},
	}
	if len(subjects(s.System, lodemark.KindModel)) > 0 {
		aspects = append(aspects, aspect{"the weights", pattern.New(`(?i)\b(?:weights|models?|checkpoints?|classifiers?|adapters?)\b`), "say how the weights come back, and by which digest"})
	}
	for c := range s.System.Of(lodemark.KindVectorStore) {
		if !c.Test {
			aspects = append(aspects, aspect{"the retrieval index", pattern.New(`(?i)\b(?:index(?:es)?|vectors?|embeddings?|vector store|knowledge base|ingest\w*)\b`), "say whether the index is restored or built again"})
			break
		}
	}
	headings := []string{"restore", "restoring", "recovery", "recover", "backup"}
	return judgedRecords(ctx, s, "restore-plan", "a plan to restore the system", []string{"incident-plan"}, headings, func(r record) []document.Shortfall {
		lacks := missingAspects(r.content, "the plan", aspects)
		return append(lacks, exercised(r, s.At, "a restore", restoreTest)...)
	})
}
