package gate

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// function is one of ours that conditions can call.
type function struct {
	name  string
	takes [][]argument // the ways it can be called, no two with as many arguments and types
	gives *types.Type
	doc   string
	call  func(*state, []ref.Val) answer
}

// argument is what a function takes.
type argument struct {
	name  string
	typ   *types.Type
	known func(Known, string) string // what is wrong with a name; empty: there is such a thing. Nil: any will do
}

// answer is what a function says, and what stands behind it where that is less than it could be.
type answer struct {
	value ref.Val
	parts []Part
}

func functions() []function {
	id := argument{"id", types.StringType, ofRequirement}
	ids := argument{"ids", texts, ofRequirement}
	check := argument{"check", types.StringType, ofCheck}
	checks := argument{"checks", texts, ofCheck}
	severity := argument{"severity", types.StringType, ofSeverity}
	strength := argument{"strength", types.StringType, ofStrength}
	return []function{
		{"met", [][]argument{{id}, {ids}}, types.BoolType,
			"the clause is met, or all applicable clauses of the guideline are; what a recorded fact rules out, or a decision that counts, is as good; what is later or open is not", callMet},
		{"metWith", [][]argument{{id, strength}, {ids, strength}}, types.BoolType,
			"met, by evidence that is at least so good: declared, present, enforced, exercised, observed", callMetWith},
		{"passed", [][]argument{{check}, {checks}}, types.BoolType,
			"the check passed, and its records still speak of what is there now: of two models that were looked at one after the other, both", callPassed},
		{"holds", [][]argument{{check}, {checks}}, types.BoolType,
			"passed, or the check found nothing of the kind that it looks at, or only what decisions accept that count", callHolds},
		{"fresh", [][]argument{{check, {"age", types.DurationType, nil}}, {checks, {"age", types.DurationType, nil}}}, types.BoolType,
			"there is a record of the check that still speaks of what is there now and is not older", callFresh},
		{"signedBy", [][]argument{{check, {"who", types.StringType, nil}}}, types.BoolType,
			"the check passed, by a fresh record that was signed under this name in the operator's trust", callSignedBy},
		{"signers", [][]argument{{check}}, types.IntType,
			"how many different trusted signers have a fresh record that the check passed", callSigners},
		{"covers", [][]argument{{check, {"kind", types.StringType, ofKind}}}, types.BoolType,
			"every component of this kind in the tree, tests aside, is among what trusted records that the check passed examined, and that still hold", callCovers},
		{"findingsAtLeast", [][]argument{{severity}}, types.IntType,
			"open findings of this severity or worse: no advice, not muted, not accepted", callFindings},
		{"acceptedRisks", [][]argument{{}, {severity}}, types.IntType,
			"findings and threats of this severity or worse (any, without one), and clauses, that decisions of the target bear", callAccepted},
		{"threatsAtLeast", [][]argument{{severity}}, types.IntType,
			"threats of this severity or worse that apply, are unconfirmed or stale; an error where there is no threat model", callThreats},
		{"selfSigned", [][]argument{{}}, types.IntType,
			"kept records that speak of what is there now and that nobody whom the operator trusts signed", callSelfSigned},
		{"parts", [][]argument{{{"kind", types.StringType, ofKind}}}, types.IntType,
			"components of this kind that were found outside tests and vendored folders; of models, files in the tree", callParts},
		{"rateUpper", [][]argument{{{"probe", types.StringType, nil}}}, types.DoubleType,
			"the rate of successful attacks that a probe measured is at most this (upper end of Wilson's 95 % interval); an error where nothing was measured", callRate},
		{"strength", [][]argument{{strength}}, types.IntType, "the strength as a number to compare with", callStrength},
		{"severity", [][]argument{{severity}}, types.IntType, "the severity as a number to compare with", callSeverity},
	}
}

// What names there are.

func ofClause(_ Known, id string) string {
	if c, ok := lodemark.Guidelines().Clause(id); ok && c.ID == id && !strings.HasPrefix(id, "FND-") {
		return ""
	}
	return fmt.Sprintf("there is no clause %s (lodemark guide lists them)", short(id))
}

func ofGuideline(_ Known, id string) string {
	if g, ok := lodemark.Guidelines().Guideline(id); ok && g.ID == id {
		return ""
	}
	return fmt.Sprintf("there is no guideline %s (lodemark guide lists them)", short(id))
}

func ofRequirement(k Known, id string) string {
	if ofClause(k, id) == "" || ofGuideline(k, id) == "" {
		return ""
	}
	return fmt.Sprintf("there is no clause or guideline %s (lodemark guide lists them)", short(id))
}

func ofCheck(k Known, id string) string {
	var ids []string
	for _, c := range k.Checks {
		if c.ID == id {
			return ""
		}
		ids = append(ids, c.ID)
	}
	hint := didYouMean(id, ids)
	if hint == "" {
		hint = " (lodemark guide names the checks of each guideline)"
	}
	return fmt.Sprintf("there is no check %s%s", short(id), hint)
}

func ofSeverity(_ Known, word string) string {
	if _, err := lodemark.ParseSeverity(word); err != nil {
		return err.Error()
	}
	return ""
}

// strengths are the words for them, weakest first.
func strengths() []string {
	var out []string
	for s := lodemark.NoStrength; s <= lodemark.Observed; s++ {
		out = append(out, s.String())
	}
	return out
}

func ofStrength(_ Known, word string) string {
	if slices.Contains(strengths(), word) {
		return ""
	}
	return fmt.Sprintf("strength %s is not one of %s", short(word), strings.Join(strengths(), ", "))
}

// ofKind knows the kinds that discovery names.
func ofKind(_ Known, word string) string {
	kinds := words(lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindEmbeddingModel, lodemark.KindDataset, lodemark.KindPrompt, lodemark.KindModelCall,
		lodemark.KindAgent, lodemark.KindTool, lodemark.KindHandoff, lodemark.KindGuardrail, lodemark.KindEvaluation, lodemark.KindTraining, lodemark.KindMonitoring,
		lodemark.KindNotebook, lodemark.KindPackage, lodemark.KindManifest, lodemark.KindLockFile, lodemark.KindMCPServer, lodemark.KindAgentConfig, lodemark.KindContainer,
		lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindInfrastructure, lodemark.KindPipeline, lodemark.KindModelCard, lodemark.KindDataCard,
		lodemark.KindVectorStore, lodemark.KindServer, lodemark.KindDocument, lodemark.KindThreatModel)
	if slices.Contains(kinds, word) {
		return ""
	}
	return fmt.Sprintf("there is no kind of component %s%s; there are %s", short(word), didYouMean(word, kinds), strings.Join(kinds, ", "))
}

// factNames are the questions on which the catalogue makes clauses depend.
func factNames() []string {
	set := map[string]bool{}
	for _, c := range lodemark.Guidelines().Clauses() {
		if c.AppliesWhen != "" {
			set[c.AppliesWhen] = true
		}
	}
	return keys(set)
}

func ofFact(_ Known, name string) string {
	if slices.Contains(factNames(), name) {
		return ""
	}
	return fmt.Sprintf("there is no fact %s; there are %s", short(name), strings.Join(factNames(), ", "))
}

// textsOf are the ids that a function was called with: one, or a list of them.
func textsOf(v ref.Val) []string {
	if s, ok := v.Value().(string); ok {
		return []string{s}
	}
	list, err := v.ConvertToNative(stringsType)
	if err != nil {
		return nil
	}
	out, _ := list.([]string)
	return out
}

func textOf(v ref.Val) string {
	s, _ := v.Value().(string)
	return s
}
