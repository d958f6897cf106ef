package deploy

import "github.com/lodemark/lodemark"

func guidanceBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "blind text", Files: map[string]string{
			"docs/user-guidance.md": "# User guide\n\n## What it is for\n\nLorem ipsum dolor sit amet.\n\n## Limitations\n\nTBD\n",
		}},
		{Name: "praise only", Files: map[string]string{
			"docs/user-guidance.md": "# Using the assistant\n\n## What it is for\n\nThe assistant answers all your questions about accounts and billing, day and night. Just ask!\n",
		}},
		{Name: "headings without a word below", Files: map[string]string{
			"docs/user-guidance.md": "# Using the assistant\n\nThe assistant is for questions about accounts.\n\n## Limitations\n\nTODO\n\n## How it can fail\n\n<!-- wrong answers, hallucination -->\n",
		}},
	}
}

func guidanceGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "use, limits and failures", Files: map[string]string{
			"docs/user-guidance.md": "# Using the help desk assistant\n\n## What it is for\n\nQuestions about accounts, billing and outages.\n\n## Known limitations\n\n" +
				"English only. It knows nothing that was not in an article last night.\n\n## How it can fail\n\nIt can state with confidence what no article says. Open the article before you act.\n",
		}},
		{Name: "in other words", Files: map[string]string{
			"docs/user-guide.md": "# Claims classifier\n\nUse it to sort incoming claims. Do not use it to decide about a claim: scores above 0.9 are still wrong in one case of twenty.\n",
		}},
		{Name: "pointed to by lodemark.yaml", Files: map[string]string{
			"lodemark.yaml":     "schema: lodemark/1\nname: help desk\ndocuments:\n  user-guidance: help/assistant.md\n",
			"help/assistant.md": "# The assistant\n\nThe assistant helps you with questions about outages. It cannot see your tickets. Its answers can be outdated or invented; check the article.\n",
		}},
	}
}
