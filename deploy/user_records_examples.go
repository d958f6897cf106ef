package deploy

import "github.com/lodemark/lodemark"

const sampleOptions = "MODEL_URL=https://models.example.org/v1\nMODEL_TOKEN=\nDEBUG=false\n"

func optionsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a setting without a line", Files: map[string]string{".env.example": sampleOptions, "docs/option-record.md": "# Settings and their risk\n\n| setting | why | risk |\n|---|---|---|\n| MODEL_URL | another region | another provider reads the questions |\n| MODEL_TOKEN | needed to call the model | a secret; from the vault |\n"}},
		{Name: "a weakening without a reason", Files: map[string]string{".env.example": sampleOptions, "docs/option-record.md": "# Settings and their risk\n\n| setting | why | risk |\n|---|---|---|\n| MODEL_URL | another region | another provider reads the questions |\n| MODEL_TOKEN | needed to call the model | a secret |\n| DEBUG | | prompts in the page of errors |\n"}},
	}
}

func optionsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a line for each", Files: map[string]string{".env.example": sampleOptions, "docs/option-record.md": "# Settings and their risk\n\n| setting | why | risk |\n|---|---|---|\n| MODEL_URL | another region | another provider reads the questions |\n| MODEL_TOKEN | needed to call the model | a secret; from the vault |\n| DEBUG | only on a developer's machine, refused elsewhere | prompts in the page of errors |\n"}},
		{Name: "in running text", Files: map[string]string{".env.example": "MODEL_URL=https://models.example.org/v1\n", "docs/option-record.md": "# Option record\n\nMODEL_URL exists because two regions are needed. Its risk: a wrong address sends questions to a stranger; only https is taken.\n"}},
	}
}

func responsibilitiesBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "use it responsibly", Files: map[string]string{
			"lodemark.yaml":            "schema: lodemark/1\nname: desk\ndocuments:\n  responsibilities: docs/responsibilities.md\n",
			"docs/responsibilities.md": "# Responsibilities\n\nWe ask all users to use the assistant and its answers responsibly.\n"}},
		{Name: "a line that nobody owns", Files: map[string]string{"docs/shared-responsibility.md": "# Shared responsibility\n\nSecurity is shared between you and us.\n\n| what | yours | ours |\n|---|---|---|\n| accounts and keys | keep them to yourself | issue and revoke |\n| answers | check before you act | name the source |\n| rights of tools | | |\n"}},
	}
}

func responsibilitiesGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a table", Files: map[string]string{"docs/shared-responsibility.md": "# Shared responsibility\n\nSecurity is shared between you and us.\n\n| what | yours | ours |\n|---|---|---|\n| accounts and keys | keep them to yourself | issue and revoke |\n| answers | check before you act | name the source |\n| rights of tools | grant no more than needed | enforce outside the model |\n"}},
		{Name: "a section of the guide", Files: map[string]string{"docs/user-guidance.md": "# Using the assistant\n\nThe assistant is for questions about accounts. It cannot see tickets and can invent answers.\n\n## Your responsibilities and ours\n\n- You check each answer before you act on it.\n- You keep passwords and other people's data out of the chat.\n- We update the model, watch the logs and answer your reports.\n"}},
	}
}

func dataUseBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "care and nothing else", Files: map[string]string{"docs/data-use.md": "# How your data is used\n\nYour privacy is important to us. The assistant treats what you write with care.\n"}},
		{Name: "a provider that is not named", Files: map[string]string{
			"lodemark.yaml":    "schema: lodemark/1\nname: desk\nhosted_models:\n  - {provider: Northlight, model: northlight-chat-2, purpose: answers}\n",
			"docs/data-use.md": "# How your data is used\n\nQuestions are sent to our model and kept for 30 days. Nobody but the data protection officer reads them; they never train a model.\n"}},
	}
}

func dataUseGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "where, how long, who, and training", Files: map[string]string{
			"lodemark.yaml":    "schema: lodemark/1\nname: desk\nhosted_models:\n  - {provider: Northlight, model: northlight-chat-2, purpose: answers}\n",
			"docs/data-use.md": "# How your data is used\n\nQuestions are sent to Northlight and kept there and in our traces for 30 days. Nobody but the data protection officer reads them; they never train a model.\n"}},
		{Name: "a section of the guide", Files: map[string]string{"docs/user-guidance.md": "# Using the assistant\n\nThe assistant is for questions about accounts. It cannot see tickets and can invent answers.\n\n## Your data\n\nEverything stays on our servers and is deleted after 14 days. The team reads single conversations when you report one. Nothing is used for training.\n"}},
	}
}
