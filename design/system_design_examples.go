package design

import (
	"encoding/binary"

	"github.com/lodemark/lodemark"
)

// The smallest files that loaders take for models: a pickle of an empty dictionary, and safetensors with one number.
const emptyPickle = "\x80\x04}q\x00."

func oneTensor() string {
	header := `{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`
	return string(binary.LittleEndian.AppendUint64(nil, uint64(len(header)))) + header + "\x00\x00\x80\x3f"
}

func formatsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a pickle among the models", Files: map[string]string{"models/ranker.pkl": emptyPickle, "models/embedder.safetensors": oneTensor()}},
		{Name: "a pickle under another name", Files: map[string]string{"weights/classifier.bin": emptyPickle}},
	}
}

func formatsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "numbers only", Files: map[string]string{"models/ranker.safetensors": oneTensor()}},
		{Name: "a pickle in the tests of a loader", Files: map[string]string{"models/ranker.safetensors": oneTensor(), "tests/fixtures/evil.pkl": emptyPickle}},
	}
}

const (
	deskOnAnthropic = "schema: lodemark/1\nname: help desk\nhosted_models:\n  - {provider: anthropic, model: claude-sonnet-4-5, purpose: drafts answers for agents}\n"
	twoProviders    = deskOnAnthropic + "  - {provider: mistral, model: mistral-large-2411, purpose: translates}\n"
)

func providerBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a review that has expired", Files: map[string]string{
			"lodemark.yaml": deskOnAnthropic,
			"docs/provider-review.md": "# Provider review: Anthropic\n\nReviewed: 2025-09-15\nValid until: 2026-09-15\n\n## Findings\n\n" +
				"Data is kept for 30 days and not used for training. Attestation report read by the security lead.\n",
		}},
		{Name: "a provider that nobody reviewed", Files: map[string]string{
			"lodemark.yaml": twoProviders,
			"docs/provider-review.md": "# Provider review: Anthropic\n\nReviewed: 2026-05-02\nValid until: 2027-05-02\n\n## Findings\n\n" +
				"Data is kept for 30 days and not used for training. Attestation report read by the security lead.\n",
		}},
		{Name: "a review without a date", Files: map[string]string{
			"lodemark.yaml":           deskOnAnthropic,
			"docs/provider-review.md": "# Provider review: Anthropic\n\n## Findings\n\nThe attestation report was read by the security lead, with no objections.\n",
		}},
		{Name: "no review at all", Files: map[string]string{"lodemark.yaml": deskOnAnthropic}},
	}
}

func providerGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a current review", Files: map[string]string{
			"lodemark.yaml": deskOnAnthropic,
			"docs/provider-review.md": "# Provider review: Anthropic\n\nReviewed: 2026-05-02\nValid until: 2027-05-02\n\n## Findings\n\n" +
				"Data is kept for 30 days and not used for training. Attestation report read by the security lead.\n",
		}},
		{Name: "two providers in one record", Files: map[string]string{
			"lodemark.yaml": twoProviders + "documents:\n  provider-review: docs/providers.md\n",
			"docs/providers.md": "# Due diligence of model providers\n\n| Provider | Reviewed on | Reviewer | Valid until |\n|---|---|---|---|\n" +
				"| Anthropic | 2026-05-02 | Security lead | 2027-05-02 |\n| Mistral | 2026-06-11 | Security lead | 2027-06-11 |\n\n## Findings\n\n" +
				"Reviewed on 2026-06-11 by the security lead. Both keep data for 30 days and do not train on it. Valid until 2027-05-02.\n",
		}},
	}
}
