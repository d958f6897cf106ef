package deploy

import "github.com/lodemark/lodemark"

const matrixRows = "| who | models | training data | vector store |\n|---|---|---|---|\n| ML engineers | read, write | read | none |\n| serving identity | read | none | read |\n| release pipeline | write | none | none |\n"

func accessMatrixBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a heading and a promise", Files: map[string]string{"docs/access-matrix.md": "# Access matrix\n\nRights to the model are given as needed.\n"}},
		{Name: "everybody may write", Files: map[string]string{"docs/access-matrix.md": "# Access matrix\n\n" + matrixRows + "| everyone | read, write | read | none |\n"}},
		{Name: "an empty table", Files: map[string]string{
			"lodemark.yaml":         "schema: lodemark/1\nname: desk\ndocuments:\n  access-matrix: docs/access-matrix.md\n",
			"docs/access-matrix.md": "# Access matrix\n\n| who | models | data |\n|---|---|---|\n"}},
	}
}

func accessMatrixGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "roles against assets", Files: map[string]string{"docs/access-matrix.md": "# Access matrix\n\n" + matrixRows}},
		{Name: "as a list", Files: map[string]string{"docs/access-policy.md": "# Access policy\n\n- The release pipeline may write to the model registry; nobody else.\n- Researchers may read training data in their own project.\n- The serving account may read weights and the index, and change nothing.\n"}},
		{Name: "in the record of environments", Files: map[string]string{
			"docs/environments.md": "# Environments\n\nDevelopment and production have the same logins and networks.\n\n## Access\n\n" + matrixRows}},
	}
}

const environmentRows = "| control | notebooks | production | reason |\n|---|---|---|---|\n| single sign-on with MFA | yes | yes | |\n| egress through the proxy | yes | yes | |\n| secrets from the vault | yes | yes | |\n"

func environmentsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "research is exempt", Files: map[string]string{"docs/environments.md": "# Environments\n\nProduction: logins with MFA, network policies, secrets in the vault, reviewed changes. Research and notebooks are exempt because they need speed.\n"}},
		{Name: "a difference without a reason", Files: map[string]string{"docs/environments.md": "# Controls by environment\n\nDifferences have a reason in the last column.\n\n" + environmentRows + "| audit logs | none | yes | |\n"}},
		{Name: "names of environments and nothing more", Files: map[string]string{"docs/environments.md": "# Environments\n\nWe have a development cluster and a production cluster. They are the same.\n"}},
	}
}

func environmentsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a matrix with reasons", Files: map[string]string{"docs/environments.md": "# Controls by environment\n\n" + environmentRows + "| audit logs | none | yes | notebooks hold made-up data only |\n"}},
		{Name: "as running text", Files: map[string]string{"docs/environments.md": "# Environments\n\nTraining and production differ in one point. Both have single sign-on, no way out but the proxy, and secrets in the vault; changes to both are reviewed. " +
			"Training has no rate limit, because nobody from outside reaches it.\n"}},
	}
}
