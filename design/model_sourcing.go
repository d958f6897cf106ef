package design

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

func modelSourcing() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-model-sourcing", Version: 1,
		Title:    "Building, reusing and calling a model were compared, with the supply chain as one criterion",
		Bears:    lodemark.Supports("SD-3.3"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "A model of one's own, one from a hub and one behind an API fail in different ways: stolen data, a changed file, a provider who " +
			"changes or reads. Which of them was taken on has to be a choice.",
		Fix:  "Record for each model which ways were compared (own, reused, API), and what counted for the security of the supply chain.",
		Help: "write the comparison into docs/model-record.md or docs/ai-decision.md, or point to it from lodemark.yaml (documents: model-record)",
		Bad:  sourcingBad(), Good: sourcingGood(),
		Run: runModelSourcing,
	}
}

// sources are the ways to come by a model, with the words by which a record speaks of each.
var sources = []struct {
	name  string
	words []string
}{
	{"building one", []string{"own model", "of our own", "our own", "own ranker", "build", "built", "train", "from scratch", "in-house", "self-made", "develop"}},
	{"reusing one", []string{"reuse", "re-use", "open-weight", "open weight", "open model", "open source model", "hub", "hugging face", "huggingface", "fine-tun", "finetun", "self-host", "pretrained", "pre-trained", "third-party model", "public model"}},
	{"calling an API", []string{"api ", "apis ", "hosted", "provider", "managed", "as a service", "vendor"}},
}

var supplyWords = []string{"supply chain", "supply-chain", "provenance", "origin", "licence", "license", "pinned", "digest", "signed", "signature", "revision", "data-only", "safetensors", "trust", "retention", "trains on", "used for training",
	"audit", "attestation", "change without", "without notice", "vulnerab", "maintained", "where its text came from", "who made", "jurisdiction", "region", "exit", "lock-in", "compromise"}

func runModelSourcing(_ context.Context, s *lodemark.Subject) lodemark.Result {
	used := usedModels(s.System)
	if len(used) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no model was found and none is declared"}
	}
	f := document.Find(s, "model-record")
	records := gathered(s, "model-record", "ai-decision")
	if len(records) == 0 {
		if len(f.Documents) > 0 {
			return f.Unfilled("write down which ways to come by each model were compared")
		}
		return f.Missing("a record of whether to build, reuse or call a model")
	}
	text := ""
	for _, d := range records {
		text += textOf(d)
	}
	d := records[0]
	var absent []string
	for _, m := range used {
		if !mentions(text, m.names) {
			absent = append(absent, m.called())
		}
	}
	var ways []string
	for _, w := range sources {
		if says(text, w.words...) {
			ways = append(ways, w.name)
		}
	}
	var r lodemark.Result
	switch {
	case len(absent) > 0:
		r = silentOn(s, d, 0, "absent "+strings.Join(absent, " "), fmt.Sprintf("is not about %s, which the system uses now", few(absent)), "record the choice for the models that are in use")
	case len(ways) < 2:
		r = silentOn(s, d, 0, "ways", "compares no other way to come by the model (building, reusing, calling an API)", "add which other ways were looked at and why they were not taken")
	case !says(text, supplyWords...):
		r = silentOn(s, d, 0, "supply chain", "compares ways to come by the model without a word on the security of its supply chain", "add what counted for the supply chain: origin, licence, pinning, what the provider may change or keep")
	case !slices.ContainsFunc(records, compares):
		r = undecided(d.Path, fmt.Sprintf("%s speaks of %s, and whether they were compared for the model cannot be told", d.Path, few(ways)))
	default:
		r = lodemark.Result{Outcome: lodemark.Passed, Reason: fmt.Sprintf("%s compares %s, with the supply chain as a criterion", d.Path, few(ways))}
	}
	r.Examined = pathsOf(records)
	return r
}

// compares says whether a record sets one thing against another.
func compares(d document.Document) bool {
	return alternativeNamed([]document.Document{d}, textOf(d)) || says(textOf(d), "considered", "instead of", "rather than", "compared", "rejected", "ruled out")
}

func sourcingBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a record of a model that is no longer used", Files: map[string]string{"lodemark.yaml": deskOnAnthropic,
			"docs/model-record.md": "# Model decision record\n\n## Decision\n\nMixtral 8x7B, an open-weight model under an open licence, is served by us.\n\n## Alternatives\n\nA hosted API was rejected because the provider may change it without notice.\n"}},
		{Name: "no other way", Files: map[string]string{"lodemark.yaml": deskOnAnthropic,
			"docs/model-record.md": "# Model decision record\n\n## Decision\n\nclaude-sonnet-4-5 is called through the API of its provider. It is fast and cheap.\n"}},
		{Name: "cost only", Files: recordTree("## Alternatives\n\nA hosted API was compared with fine-tuning; the API was cheaper by half.")},
	}
}

func sourcingGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an API against an open model", Files: recordTree("## Alternatives\n\nAn open-weight model of our own would need two people we do not have. Calling the API of a provider was taken: its version is pinned, and its terms on retention were reviewed.")},
		{Name: "own training against a hub", Files: localTree("### Options\n\nWe train the ranker. A model from a hub was rejected, because nobody could say where its text came from; a hosted API would see customers' questions.")},
	}
}
