package develop

import "github.com/lodemark/lodemark"

// besideModel puts a document beside a model, which makes it a card.
func besideModel(name, text string) map[string]string {
	return map[string]string{"models/ranker/model.safetensors": oneTensor(), "models/ranker/" + name: text}
}

// atDesk adds a record of the system, so that silence counts.
func atDesk(files map[string]string) map[string]string {
	files["lodemark.yaml"] = "schema: lodemark/1\nname: help desk\n"
	return files
}

// besideCode puts a document beside code that asks a model of the hub, which no other file names.
func besideCode(name, text string) map[string]string {
	return map[string]string{"app/rank.py": "from sentence_transformers import CrossEncoder\n\nranker = CrossEncoder(\"cross-encoder/ms-marco-MiniLM-L-6-v2\")\n", name: text}
}

func guardrailsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a heading with nothing under it", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Guardrails\n\nTODO\n")},
		{Name: "an installed guardrail that nobody describes", Files: map[string]string{
			"requirements.txt":   "llm-guard==0.3.15\nopenai==1.54.0\n",
			"prompts/system.md":  "You answer questions of employees.\n",
			"docs/guardrails.md": "# Guardrails\n\n| Guardrail | Stops | Where |\n|---|---|---|\n| Confirmation | a tool that changes a ticket | app/policy.py |\n",
		}},
		{Name: "no word where a record is kept", Files: atDesk(besideModel("MODEL_CARD.md", fullModelCard))},
		{Name: "a model that only code names", Files: besideCode("docs/guardrails.md", "# Guardrails\n\nTODO\n")},
	}
}

func guardrailsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a list of them", Files: map[string]string{
			"requirements.txt":   "llm-guard==0.3.15\nopenai==1.54.0\n",
			"prompts/system.md":  "You answer questions of employees.\n",
			"docs/guardrails.md": "# Guardrails\n\n| Guardrail | Stops | Where |\n|---|---|---|\n| LLM Guard | addresses and numbers in questions | app/redact.py |\n| Confirmation | a tool that changes a ticket | app/policy.py |\n",
		}},
		{Name: "a section of the card", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Guardrails\n\nQuestions longer than 2,000 characters are refused before they reach the model.\n")},
		{Name: "a model that only code names", Files: besideCode("docs/guardrails.md", "# Guardrails\n\nQuestions longer than 2,000 characters are refused before they reach the model.\n")},
	}
}

func retentionBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "kept as long as useful", Files: map[string]string{
			"prompts/system.md":        "You answer questions of employees.\n",
			"docs/retention-policy.md": "# Retention policy\n\n## Retention\n\nLogs and feedback are kept as long as they are useful.\n",
		}},
		{Name: "a card with an empty section", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Retention\n\nTBD\n")},
		{Name: "a model that only code names", Files: besideCode("docs/retention-policy.md", "# Retention policy\n\n## Retention\n\nLogs are kept as long as they are useful.\n")},
	}
}

func retentionGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a table of times", Files: map[string]string{
			"prompts/system.md":        "You answer questions of employees.\n",
			"docs/retention-policy.md": "# Retention policy\n\n| Record | Kept |\n|---|---|\n| Traces | 30 days |\n| Former models | 1 year |\n",
		}},
		{Name: "a sentence in the card", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Life cycle\n\nFormer versions are kept for one year and then deleted.\n")},
		{Name: "a model that only code names", Files: besideCode("docs/retention-policy.md", "# Retention policy\n\n| Record | Kept |\n|---|---|\n| Traces | 30 days |\n")},
	}
}

func failuresBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a heading with nothing under it", Files: besideModel("MODEL_CARD.md", "# Ranker\n\n## Intended use\n\nOrders help articles.\n\n## Failure modes\n\n[More Information Needed]\n")},
		{Name: "no word of it where a record is kept", Files: atDesk(besideModel("MODEL_CARD.md", "# Model card of the ranker\n\n## Intended use\n\nOrders help articles.\n\n## Limitations\n\nEnglish only.\n"))},
		{Name: "a model that only code names", Files: besideCode("docs/model-card.md", "# Model card of the ranker\n\n## Intended use\n\nOrders help articles.\n\n## Failure modes\n\nTODO\n")},
	}
}

func failuresGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a section of the card", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Failure modes\n\nTwo topics in one question: the second is lost. Split the question.\n")},
		{Name: "told to users", Files: map[string]string{
			"prompts/system.md":     "You answer questions of employees.\n",
			"docs/user-guidance.md": "# User guide\n\n## How it can fail\n\nIt can state something that the article does not say. Open the article first.\n",
		}},
		{Name: "a model that only code names", Files: besideCode("docs/model-card.md", "# Model card of the ranker\n\n## Intended use\n\nOrders help articles.\n\n## Failure modes\n\nTwo topics in one question: the second is lost. Split the question.\n")},
	}
}

func reviewBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a review long ago", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Review\n\nReviewed every six months; last review 2025-02-01.\n")},
		{Name: "a review at some time", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Review frequency\n\nTBD\n")},
		{Name: "a model that only code names", Files: besideCode("docs/model-card.md", "# Model card of the ranker\n\n## Review\n\nReviewed every six months; last review 2025-02-01.\n")},
	}
}

func reviewGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an interval with the last day", Files: besideModel("MODEL_CARD.md", fullModelCard+"## Review\n\nReviewed every six months; last review 2026-09-01.\n")},
		{Name: "a label", Files: besideModel("MODEL_CARD.md", fullModelCard+"Review frequency: yearly, and after each incident\n")},
		{Name: "a model that only code names", Files: besideCode("docs/model-card.md", "# Model card of the ranker\n\n## Review\n\nReviewed every six months; last review 2026-09-01.\n")},
	}
}

func sourcesBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "public data", Files: besideModel("MODEL_CARD.md", "# Ranker\n\n## Intended use\n\nOrders help articles.\n\n## Training data\n\nPublicly available data from the internet.\n\n## Limitations\n\nEnglish only.\n")},
		{Name: "nothing", Files: besideModel("MODEL_CARD.md", "# Ranker\n\n## Intended use\n\nOrders help articles.\n\n## Training data\n\nTODO\n\n## Limitations\n\nEnglish only.\n")},
	}
}

func sourcesGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "tickets of the house", Files: besideModel("MODEL_CARD.md", fullModelCard)},
		{Name: "datasets by name", Files: besideModel("MODEL_CARD.md", "---\ndatasets:\n  - example/help-articles\n---\n# Ranker\n\n## Training data\n\nSee the metadata.\n")},
	}
}

func promptsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one prompt left out", Files: map[string]string{
			"prompts/system.md":       "You answer questions of employees.\n",
			"prompts/escalation.md":   "Decide whether a person must take over.\n",
			"docs/prompt-register.md": "# Prompt register\n\n| Prompt | Purpose | Owner | Variables | Version |\n|---|---|---|---|---|\n| system.md | answers questions | Help desk lead | none | 2.1 |\n",
		}},
		{Name: "nobody owns them", Files: atDesk(map[string]string{
			"prompts/system.md": "You answer questions of employees.\n",
			"prompts/README.md": "# Prompts\n\n`system.md` is the prompt for questions. It takes no variables and is tested by evals/run.py.\n",
		})},
	}
}

func promptsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a register", Files: map[string]string{
			"prompts/system.md":       "You answer questions of employees.\n",
			"docs/prompt-register.md": "# Prompt register\n\n| Prompt | Purpose | Owner | Variables | Version and tests |\n|---|---|---|---|---|\n| system.md | answers questions | Help desk lead | none | 2.1, evals/run.py |\n",
		}},
		{Name: "front matter of its own", Files: map[string]string{
			"prompts/system.md": "---\ndescription: answers questions of employees\nowner: help desk lead\nversion: 2.1.0\n---\nYou answer questions of employees.\n",
		}},
	}
}

func structuredBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a bill without entries", Files: map[string]string{
			"prompts/system.md": "You answer questions of employees.\n",
			"bom.json":          "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": []}\n",
		}},
		{Name: "a bill that asserts nothing", Files: map[string]string{
			"prompts/system.md": "You answer questions of employees.\n",
			"sbom.spdx.json":    "{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [{\"name\": \"ranker\", \"versionInfo\": \"NOASSERTION\"}]}\n",
		}},
	}
}

func structuredGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a card with fields and a bill", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(), "models/ranker/MODEL_CARD.md": fullModelCard,
			"aibom.json": "{\"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": [{\"type\": \"machine-learning-model\", \"name\": \"ranker\", \"version\": \"2.0.0\"}]}\n",
		}},
		{Name: "a bill of SPDX", Files: map[string]string{
			"prompts/system.md": "You answer questions of employees.\n",
			"sbom.spdx.json":    "{\"spdxVersion\": \"SPDX-2.3\", \"packages\": [{\"name\": \"openai\", \"versionInfo\": \"1.54.0\"}]}\n",
		}},
	}
}
