package deploy

import "github.com/lodemark/lodemark"

func confidentialityBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "one sentence", Files: map[string]string{"docs/confidentiality-record.md": "# Confidentiality\n\nAll data of the model is handled confidentially in line with company policy.\n"}},
		{Name: "nothing on the prompts", Files: map[string]string{
			"prompts/system.md":              "You answer questions about accounts.\n",
			"docs/confidentiality-record.md": "# Confidentiality record\n\n| what | from whom | control | residual risk |\n|---|---|---|---|\n| training data | from all users | access by role | low, accepted |\n",
		}},
		{Name: "a template", Files: map[string]string{
			"lodemark.yaml":                  "schema: lodemark/1\nname: desk\ndocuments:\n  confidentiality-record: docs/confidentiality-record.md\n",
			"docs/confidentiality-record.md": "# Confidentiality record\n\n| what | from whom | control | residual risk |\n|---|---|---|---|\n| TODO | TODO | TODO | TODO |\n"}},
	}
}

func confidentialityGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a table", Files: map[string]string{
			"prompts/system.md": "You answer questions about accounts.\n",
			"docs/confidentiality-record.md": "# Confidentiality record\n\nThreats R-1 and R-4 of the threat model.\n\n| what | from whom | control | residual risk |\n|---|---|---|---|\n" +
				"| weights of the classifier | nobody; they are public | none needed | none |\n| prompts | users | refused in the prompt, nothing secret in it | low, accepted |\n| questions | the provider's staff | redaction before sending | names remain |\n",
		}},
		{Name: "in the model's record", Files: map[string]string{
			"docs/model-record.md": "# Model decision record\n\n## Architecture\n\nA linear model.\n\n## Confidentiality\n\nTraining data must stay hidden from customers and competitors. The model returns labels only, without scores; " +
				"rate limits hold. The risk that a label tells something remains and is accepted by the owner.\n",
		}},
	}
}

func privacyBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a word instead of a test", Files: map[string]string{"docs/privacy-assessment.md": "# Privacy assessment\n\nThe tickets on which the model was trained are anonymised, so nothing can leak.\n"}},
		{Name: "epsilon alone", Files: map[string]string{"docs/privacy-assessment.md": "# Privacy accounting\n\nThe model was trained with differential privacy (epsilon 4).\n"}},
	}
}

func privacyGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "privacy accounting", Files: map[string]string{"docs/privacy-assessment.md": "# Privacy accounting\n\nTraining with differential privacy: epsilon 3.2, delta 1e-5, sampling rate 0.01, 2,000 steps.\n"}},
		{Name: "a membership inference test", Files: map[string]string{"docs/dpia.md": "# Data protection impact assessment\n\nThe classifier was trained on tickets. A membership inference attack on 500 tickets reached an AUC of 0.52.\n"}},
		{Name: "a reasoned decision", Files: map[string]string{"docs/privacy-assessment.md": "# Privacy assessment\n\nDecided by the data protection officer on 2026-08-01: no test is needed, because the training questions were written by the team and hold no personal data.\n"}},
	}
}
