package operate

import (
	"context"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// The parts of an AI system that change on their own.
var (
	partModel   = pattern.New(`(?i)\bmodels?\b|\bweights\b|\bclassifiers?\b`)
	partPrompt  = pattern.New(`(?i)\bprompts?\b`)
	partOther   = pattern.New(`(?i)\b(?:rules?|filters?|guard(?:rail)?s?|polic(?:y|ies)|data(?:sets?)?|knowledge|articles?|index|code|application|app)\b`)
	separately  = pattern.New(`(?i)\b(?:apart|separate(?:ly)?|independent(?:ly)?|on (?:its|their) own|of (?:its|their) own|without (?:the|touching|changing|redeploying|rebuilding|releasing)|own versions?|each (?:has|have|carries|is|can)|individually|alone|one by one)\b`)
	earlyAccess = pattern.New(`(?i)\bpreviews?\b|\bbeta\b|\bcanary\b|\bearly access\b|\bpilot\w*|\btest (?:tenant|channel|environment)|\bstaging\b|\bopt[- ]in\b|\bside by side\b|\bbefore (?:it|they|the (?:change|model)s?) (?:takes?|goes|go|becomes?|is|are)\b|\bin advance\b|\brelease candidates?\b|\btry (?:it|the new)`)
	modelChange = pattern.New(`(?i)\b(?:models?|prompts?|versions?|classifiers?)\b`)
)

func separateUpdates() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-separate-updates", Version: 1,
		Title:    "Code, model, prompts, rules and data can be updated apart",
		Bears:    lodemark.Supports("OM-3.3"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "When a prompt has to be withdrawn tonight, a release of everything takes days, and nobody can tell which part changed the behaviour. Parts " +
			"with versions of their own go back one by one.",
		Fix:  "Give model, prompts, filter rules and data versions of their own and a way to replace each, and write both down.",
		Help: "say in the update policy which parts have versions of their own and how each is replaced (documents: update-policy)",
		Bad: []lodemark.Example{
			{Name: "a policy that knows one version of everything", Files: desk(map[string]string{
				policyPath: "# Update policy\n\nA release is made every month. Everything is rebuilt and tested.\n"})},
			{Name: "no policy", Files: desk(nil)},
		},
		Good: []lodemark.Example{
			{Name: "a policy with the parts", Files: desk(map[string]string{policyPath: soundUpdate})},
			{Name: "settings for model and prompt", Files: undeclared(map[string]string{
				"k8s/app.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  MODEL_VERSION: \"2026-07-15\"\n  PROMPT_VERSION: \"14\"\n"})},
		},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			if !isAI(s) {
				return nothing("no model, AI package or prompt found that could be updated")
			}
			if r, early := notRunning(s); early {
				return r
			}
			seen := sights(s)
			model, okModel := seen.first(signModel)
			prompt, okPrompt := seen.first(signPrompt)
			if okModel && okPrompt {
				return passed([]string{model.path, prompt.path}, "model and prompts are set apart from the code: %s (%s:%d), %s (%s:%d)",
					model.what, model.path, model.line, prompt.what, prompt.path, prompt.line)
			}
			return answered(s, question{
				check: "om-3-separate-updates", kinds: updateRecords, what: "an update policy", severity: lodemark.SeverityLow,
				says:   "says which parts are updated apart",
				topics: []topic{{name: "that code, model, prompts and data are updated apart", all: []*pattern.Pattern{partModel, partPrompt, partOther, separately}}},
				so:     "a bad prompt or model can only be withdrawn with everything else",
				absent: "nothing shows that model, prompts and code are updated apart",
				fix:    "Write which parts have versions of their own, and how each of them is replaced and taken back.",
			})
		},
	}
}

func previews() lodemark.Check {
	return lodemark.Check{
		ID: "om-3-previews", Version: 1,
		Title:    "Users can try a model change before it takes effect",
		Bears:    lodemark.Supports("OM-3.6"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A better model breaks what others built on the old one: formats, refusals, the checks of their own. Whoever can try it first finds that " +
			"before their users do.",
		Fix:  "Offer a changed model or prompt as a preview or second version for a stated time, and announce the day on which it becomes the default.",
		Help: "say in the update policy or user guide how a model change can be tried first, and for how long (documents: update-policy)",
		Bad: []lodemark.Example{
			{Name: "changes on the day", Files: desk(map[string]string{policyPath: "# Update policy\n\nNew models go live on the first Monday of the month.\n"})},
			{Name: "no policy", Files: desk(nil)},
		},
		Good: []lodemark.Example{
			{Name: "a preview", Files: desk(map[string]string{policyPath: soundUpdate})},
			{Name: "canary traffic of the model server", Files: undeclared(map[string]string{
				"k8s/model.yaml": "apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata:\n  name: tone\nspec:\n  predictor:\n    canaryTrafficPercent: 10\n    model:\n      modelFormat: {name: onnx}\n      storageUri: s3://models/tone/3\n"})},
		},
		Run: func(_ context.Context, s *lodemark.Subject) lodemark.Result {
			if !isAI(s) {
				return nothing("no model, AI package or prompt found whose change could be tried")
			}
			if r, early := notRunning(s); early {
				return r
			}
			if at, ok := sights(s).first(signPreview); ok {
				return passed([]string{at.path}, "%s:%d sets up %s", at.path, at.line, at.what)
			}
			return answered(s, question{
				check: "om-3-previews", kinds: updateRecords, what: "an update policy", severity: lodemark.SeverityLow,
				says:   "says how a model change can be tried before it takes effect",
				topics: []topic{{name: "how users can try a model change before it takes effect", all: []*pattern.Pattern{modelChange, earlyAccess}}},
				so:     "users meet a changed model in their own work first",
				absent: "nothing shows that users can try a model change before it takes effect",
				fix:    "Write how a changed model or prompt can be tried first, for how long, and when it becomes the default.",
			})
		},
	}
}
