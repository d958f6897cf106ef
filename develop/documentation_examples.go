package develop

import "github.com/lodemark/lodemark"

const (
	fullModelCard = "# Ranker\n\n## Intended use\n\nOrders help articles for a question of an employee.\n\n## Limitations\n\nEnglish only. Short questions rank badly.\n\n" +
		"## Training\n\nTrained from scratch on tickets closed in 2025, names removed.\n\n## Evaluation\n\nThe right article is among the first three in 91 of 100 held-out tickets.\n\n" +
		"## Operation and life cycle\n\nServed by serve.py on an internal address. Version 2, retrained each year; the former version is deleted.\n\n"
	fullDataCard = "# Tickets 2025\n\n## Source\n\nTickets of the help desk, exported on 2026-01-15.\n\n## Collection and processing\n\n" +
		"Closed tickets only; names and addresses removed by hand and by program.\n\n## Licence\n\nInternal use.\n\n## Owner\n\nHelp desk data steward, data@example.org\n"
)

func modelCardBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a card without limits and results", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/README.md":         "# Ranker\n\n## Intended use\n\nOrders help articles for a question.\n\n## Training\n\nTrained on tickets closed in 2025.\n",
		}},
		{Name: "a template", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/MODEL_CARD.md": "# Model card\n\n## Intended use\n\n[More Information Needed]\n\n## Limitations\n\n[More Information Needed]\n\n## Training\n\nTODO\n\n" +
				"## Evaluation\n\nTBD\n",
		}},
		{Name: "no card where the owner could have pointed to one", Files: map[string]string{
			"lodemark.yaml":                   "schema: lodemark/1\nname: help desk\n",
			"models/ranker/model.safetensors": oneTensor(),
		}},
	}
}

func modelCardGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a full card beside the model", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/README.md":         fullModelCard,
		}},
		{Name: "a card to which lodemark.yaml points", Files: map[string]string{
			"lodemark.yaml":             "schema: lodemark/1\nname: help desk\ndocuments:\n  model-card: docs/ranker.md\n",
			"models/ranker.safetensors": oneTensor(),
			"docs/ranker.md":            fullModelCard,
		}},
	}
}

func dataCardBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "data of unknown licence and owner", Files: map[string]string{
			"data/tickets/train.csv": trainingRows,
			"data/tickets/README.md": "# Tickets\n\n## Source\n\nExported from the help desk on 2026-01-15.\n\n## Processing\n\nNames removed.\n",
		}},
		{Name: "a template", Files: map[string]string{
			"data/tickets/train.csv":    trainingRows,
			"data/tickets/DATA_CARD.md": "# Data card\n\n## Source\n\nTODO\n\n## Collection and processing\n\nTODO\n\n## Licence\n\nTBD\n\n## Owner\n\n<owner>\n",
		}},
	}
}

func dataCardGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a full card beside the data", Files: map[string]string{"data/tickets/train.csv": trainingRows, "data/tickets/README.md": fullDataCard}},
		{Name: "licence and owner in the front matter", Files: map[string]string{
			"data/tickets/train.csv": trainingRows,
			"data/tickets/DATA_CARD.md": "---\nlicense: cc-by-4.0\nowner: data steward, data@example.org\n---\n\n# Tickets 2025\n\n## Data source\n\nTickets of the help desk.\n\n" +
				"## Collection\n\nExported on 2026-01-15; names removed.\n",
		}},
	}
}

const otherDigest = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"

func digestsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a digest of other bytes", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/README.md":         fullModelCard + "SHA-256 of model.safetensors: " + otherDigest + "\n",
		}},
		{Name: "a digest that the pointer does not name", Files: map[string]string{
			"models/ranker/model.safetensors": lfsPointer,
			"models/ranker/MODEL_CARD.md":     fullModelCard + "| File | SHA-256 |\n|---|---|\n| model.safetensors | " + otherDigest + " |\n",
		}},
	}
}

func digestsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the digest of the file", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(),
			"models/ranker/README.md":         fullModelCard + "## Digests\n\nSHA-256: `" + sha256Of(oneTensor()) + "`\n",
		}},
		{Name: "the digest that the pointer names", Files: map[string]string{
			"models/ranker/model.safetensors": lfsPointer,
			"models/ranker/MODEL_CARD.md": fullModelCard + "| File | SHA-256 |\n|---|---|\n| model.safetensors | " +
				"4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393 |\n| tokenizer.json | " + otherDigest + " |\n",
		}},
	}
}
