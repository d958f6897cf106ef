package design

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// recordTree is a help desk with a local ranker or a hosted model, and a model record of the given sections.
func recordTree(sections ...string) map[string]string {
	return map[string]string{"lodemark.yaml": deskOnAnthropic, "docs/model-record.md": "# Model decision record\n\n## Decision\n\nclaude-sonnet-4-5 drafts answers.\n\n" + strings.Join(sections, "\n\n") + "\n"}
}

// localTree has a ranker of its own in the tree, and a record of it.
func localTree(sections ...string) map[string]string {
	return map[string]string{"lodemark.yaml": deskRecord, "models/ranker.safetensors": oneTensor(),
		"docs/model-record.md": "# Model decision record\n\n## Ranker\n\nOur own ranker orders the articles.\n\n" + strings.Join(sections, "\n\n") + "\n"}
}

// lacking are the two ways in which every aspect can be left out.
func lacking(heading string) []lodemark.Example {
	return []lodemark.Example{
		{Name: "the record does not mention it", Files: recordTree("## Cost\n\nThe price per request was compared with that of two other providers.")},
		{Name: "a heading with nothing below it", Files: recordTree("## " + heading + "\n\nTODO")},
	}
}

func complexityBad() []lodemark.Example {
	return append(lacking("Architecture and size"), lodemark.Example{Name: "another size than that of the file",
		Files: localTree("### Architecture\n\nA linear model with 2.5 million parameters, robust to changed wording because it sees single words.")})
}

func complexityGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "size and what follows from it", Files: localTree("### Architecture\n\nOne weight: 1 parameter. A larger model overfits on our sixty questions.")},
		{Name: "a size that the provider keeps to itself", Files: recordTree("## Architecture\n\nA transformer of unknown size; the provider does not publish it. Changed inputs (spelling, order) were tried: answers were stable in 46 of 50 cases.")},
	}
}

func fitnessBad() []lodemark.Example {
	return append(lacking("Evaluation"), lodemark.Example{Name: "a public board only", Files: recordTree("## Evaluation\n\nIt leads the MMLU leaderboard with 88.7 %.")})
}

func fitnessGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "measured on the task against a threshold", Files: recordTree("## Evaluation\n\n94 of 100 of our own questions were answered right; required were at least 90.")},
		{Name: "in a table of candidates", Files: recordTree("## Candidates\n\n| Model | Accuracy on our test questions | Required |\n|---|---|---|\n| claude-sonnet-4-5 | 94 %, threshold 90 % | 90 % |\n| a small model | 71 % | 90 % |")},
	}
}

func explainabilityBad() []lodemark.Example {
	return append(lacking("Explainability"), lodemark.Example{Name: "filled in with n/a", Files: recordTree("- Explainability: none")})
}

func explainabilityGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a simpler candidate was not enough", Files: recordTree("## Explainability\n\nA keyword search would explain itself and found the right article in 60 % of the cases only. Each answer names its article, which is how a doubtful one is traced.")},
		{Name: "the simpler model was taken", Files: recordTree("- Interpretability: a linear model was taken over a transformer, because each word's weight can be read.")},
	}
}

func trainingDataBad() []lodemark.Example {
	return append(lacking("Training data"), lodemark.Example{Name: "filled in with nothing", Files: recordTree("- Training data: not relevant")})
}

func trainingDataGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "said to be unknown", Files: recordTree("## Training data\n\nThe provider does not publish size, age or origin; unknown, and accepted by the product owner because answers rest on our articles.")},
		{Name: "in a data card", Files: map[string]string{"lodemark.yaml": deskRecord, "models/ranker.safetensors": oneTensor(),
			"docs/model-record.md": "# Model decision record\n\n## Ranker\n\nOur own ranker orders the articles. An open one was rejected.\n",
			"data/README.md": "# Data card: questions\n\n## Training data\n\n60 questions in English, written by two people in 2026 after the subjects of real tickets, labelled twice and checked. " +
				"No personal data. SHA-256 in SHA256SUMS.\n"}},
	}
}

func hardeningBad() []lodemark.Example {
	return append(lacking("Hardening"), lodemark.Example{Name: "filled in with n/a", Files: recordTree("- Hardening: none")})
}

func hardeningGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a decision for each technique", Files: recordTree("## Hardening\n\n| Technique | Decision |\n|---|---|\n| Adversarial training | not used: the label opens nothing (R-2) |\n" +
			"| Regularisation | weight decay 0.001, two points better on changed wording |\n| Privacy techniques | not needed: no personal data in training |")},
		{Name: "a hosted model", Files: recordTree("## Hardening\n\nThe provider names safety tuning against planted instructions; we measured 1 of 50 that got through. Regularisation is not published. " +
			"Personal data is redacted before it is sent, because a model may repeat it.")},
	}
}

func provenanceBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a name without a revision", Files: recordTree("## Provenance\n\nclaude-sonnet-4-5 comes from the provider Anthropic.")},
		{Name: "a file without a digest", Files: localTree("### Provenance\n\nThe ranker was downloaded from a hub.")},
		{Name: "no record", Files: map[string]string{"lodemark.yaml": deskOnAnthropic}},
	}
}

func provenanceGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a dated version of a provider", Files: recordTree("## Provenance\n\nclaude-sonnet-4-5 comes from the provider Anthropic, version 20250929 is pinned.")},
		{Name: "a file with its digest", Files: localTree("### Provenance\n\nThe ranker was trained by our own team; sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.")},
	}
}

func citedBad() []lodemark.Example {
	gone := recordTree("## Threats\n\nThe choice weighs R-7 and R-1.")
	gone["threats.yaml"] = threatsByName
	silent := recordTree("## Cost\n\nThe price was compared.")
	silent["threats.yaml"] = threatsByName
	return []lodemark.Example{
		{Name: "a threat that does not exist", Files: gone},
		{Name: "no threat at all", Files: silent},
	}
}

func citedGood() []lodemark.Example {
	cites := recordTree("## Threats\n\nR-1 weighed most: the ranker's file is signed, and the hosted model cannot change it.")
	cites["threats.yaml"] = threatsByName
	written := recordTree("## Threats\n\nAgainst T-2 the larger model did better in five trials.")
	written["docs/threat-model.md"] = "# Threat model\n\n## Threats\n\n| Id | Threat | Mitigation |\n|---|---|---|\n| T-1 | poisoned articles | review |\n| T-2 | planted instructions | text is marked as data |\n"
	return []lodemark.Example{
		{Name: "a threat of threats.yaml", Files: cites},
		{Name: "a threat of a written model", Files: written},
	}
}
