package develop

import "github.com/lodemark/lodemark"

func policyBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "assessed once, when it was bought", Files: map[string]string{
			"docs/supply-chain-policy.md": "# Supply chain policy\n\nBefore a model, a dataset, a library or a hosted provider is taken in, the security architect looks at it.\n\n" +
				"Suppliers of AI components answer the same requirements as any other supplier.\n\nNo exceptions as of 2026-09-01.\n",
		}},
		{Name: "an exception that ran out", Files: map[string]string{
			"docs/supply-chain-policy.md": fullPolicy + "\n## Exceptions\n\n| Supplier | Falls short | Balanced by | Accepted by | Until |\n|---|---|---|---|---|\n| Northlight | no signed weights | digest watch | Director | 2026-03-31 |\n",
		}},
		{Name: "no policy where a record is kept", Files: atDesk(map[string]string{"prompts/system.md": "You answer questions.\n"})},
	}
}

const fullPolicy = "# Supply chain policy\n\n## Scope\n\nModels, datasets, libraries and hosted providers are assessed before they are taken in, again every six months and whenever their owner " +
	"changes, until they are replaced. A component past its end of support is replaced within 60 days.\n\n## Standard\n\nSuppliers of AI components answer the same requirements as any other supplier.\n"

func policyGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "for the whole life, with an exception", Files: map[string]string{
			"docs/supply-chain-policy.md": fullPolicy + "\n## Exceptions\n\n| Supplier | Falls short | Balanced by | Accepted by | Until |\n|---|---|---|---|---|\n| Northlight | no signed weights | digest watch | Director | 2027-03-31 |\n",
		}},
		{Name: "without exceptions", Files: map[string]string{"docs/supply-chain-policy.md": fullPolicy + "\n## Exceptions\n\nNo exceptions as of 2026-09-15.\n"}},
	}
}

func failoverBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a second provider that was never tried", Files: map[string]string{
			"docs/failover-plan.md": "# Failover plan\n\nWhen the provider is down or an advisory names its model, the second provider takes over.\n",
		}},
		{Name: "tried years ago", Files: map[string]string{
			"docs/failover-plan.md": "# Failover plan\n\nWhen the provider is down, the second provider takes over.\n\nLast exercise: 2024-02-01, forty minutes.\n",
		}},
	}
}

func failoverGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "tried this year", Files: map[string]string{
			"docs/failover-plan.md": "# Failover plan\n\nWhen the provider is down or an advisory names its model, the on-call engineer switches to the second provider.\n\nLast exercise: 2026-08-12, twelve minutes, 88 of 90 cases right.\n",
		}},
		{Name: "a section of the incident plan", Files: map[string]string{
			"lodemark.yaml":         "schema: lodemark/1\nname: help desk\ncriticality: critical\n",
			"docs/incident-plan.md": "# Incident plan\n\n## Failover\n\nIf the model fails its thresholds, the page falls back to the phone. Exercise of 2026-05-04: four minutes.\n",
		}},
	}
}

const registerHead = "# Asset register\n\n| Asset | Value and use to an attacker | Where | Risk accepted by |\n|---|---|---|---|\n"

func registerBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an asset that is not on it", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(), "prompts/system.md": "You answer questions.\n",
			"docs/asset-register.md": registerHead + "| prompts | low, tells the rules | repository | Product owner, 2026-09-01 |\n",
		}},
		{Name: "a model of the hub that only code names", Files: map[string]string{
			"app/rank.py":            "from sentence_transformers import CrossEncoder\n\nranker = CrossEncoder(\"cross-encoder/ms-marco-MiniLM-L-6-v2\")\n",
			"prompts/system.md":      "You answer questions.\n",
			"docs/asset-register.md": registerHead + "| prompts | low, tells the rules | repository | Product owner, 2026-09-01 |\n",
		}},
		{Name: "no place and no acceptance", Files: map[string]string{
			"prompts/system.md":      "You answer questions.\n",
			"docs/asset-register.md": "# Asset register\n\n| Asset | Value |\n|---|---|\n| prompts | low |\n",
		}},
	}
}

func registerGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "all that was found", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(), "prompts/system.md": "You answer questions.\n",
			"docs/asset-register.md": registerHead + "| models/ranker | medium, two weeks of work; order of articles can be steered | bucket in Frankfurt, images | Product owner, 2026-09-01 |\n" +
				"| prompts/system.md | low, tells the rules | repository, images | Product owner, 2026-09-01 |\n",
		}},
		{Name: "what code names as well", Files: map[string]string{
			"app/rank.py":            "from sentence_transformers import CrossEncoder\n\nranker = CrossEncoder(\"cross-encoder/ms-marco-MiniLM-L-6-v2\")\n",
			"prompts/system.md":      "You answer questions.\n",
			"docs/asset-register.md": registerHead + "| prompts | low, tells the rules | repository | Product owner, 2026-09-01 |\n| ms-marco-MiniLM-L-6-v2 | low, public | hub, images | Product owner, 2026-09-01 |\n",
		}},
		{Name: "risk accepted until a day", Files: map[string]string{
			"prompts/system.md":      "You answer questions.\n",
			"docs/asset-register.md": registerHead + "| system prompt | low, tells the rules | repository, images | Product owner, until 2027-03-01 |\n",
		}},
	}
}

func restoreBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "code and data only, never tried", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(), "prompts/system.md": "You answer questions.\n",
			"docs/restore-plan.md": "# Restore plan\n\n1. Check out the last tag.\n2. Restore the database from the nightly backup.\n",
		}},
		{Name: "a test long ago", Files: map[string]string{
			"prompts/system.md":    "You answer questions.\n",
			"docs/restore-plan.md": "# Restore plan\n\n1. Check out the last good tag with its prompts and settings.\n2. Restore the data from the backup.\n\nLast restore test: 2024-11-02.\n",
		}},
	}
}

func restoreGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "in order, with digests, and tried", Files: map[string]string{
			"models/ranker/model.safetensors": oneTensor(), "prompts/system.md": "You answer questions.\n",
			"docs/restore-plan.md": "# Restore plan\n\n1. Check out the last good tag: code, prompts and settings.\n2. Fetch the weights and compare their digests.\n3. Restore the data of the last review.\n\nRestore test: 2026-07-03, fifty minutes.\n",
		}},
		{Name: "a section of the incident plan", Files: map[string]string{
			"prompts/system.md":     "You answer questions.\n",
			"docs/incident-plan.md": "# Incident plan\n\n## Restoring a good state\n\n1. Redeploy the last good tag with its prompts.\n2. Restore the records from the backup.\n\nDrill: 2026-06-11, one hour.\n",
		}},
	}
}

func readersBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "logs without readers", Files: map[string]string{
			"prompts/system.md":        "You answer questions.\n",
			"docs/retention-policy.md": "# Retention policy\n\nTraces of questions and answers are kept for 30 days, then deleted.\n",
		}},
		{Name: "nothing where a record is kept", Files: atDesk(map[string]string{"prompts/system.md": "You answer questions.\n"})},
	}
}

func readersGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a section about it", Files: map[string]string{
			"prompts/system.md":        "You answer questions.\n",
			"docs/retention-policy.md": "# Retention policy\n\nTraces are kept for 30 days.\n\n## Who may read\n\nThe on-call engineer and the product owner. Reading a trace is itself logged.\n",
		}},
		{Name: "a sentence in the monitoring plan", Files: map[string]string{
			"prompts/system.md":       "You answer questions.\n",
			"docs/monitoring-plan.md": "# Monitoring plan\n\nDrift is looked at weekly. Access to traces and logs is restricted to the on-call engineer.\n",
		}},
	}
}

func logStoresBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a bucket without versions", Files: map[string]string{"deploy/main.tf": "resource \"aws_s3_bucket\" \"traces\" {\n  bucket = \"helpdesk-traces\"\n}\n"}},
		{Name: "a bucket that is open", Files: map[string]string{
			"deploy/main.tf": "resource \"google_storage_bucket\" \"logs\" {\n  name = \"helpdesk-logs\"\n  versioning {\n    enabled = true\n  }\n}\n\n" +
				"resource \"google_storage_bucket_iam_member\" \"logs\" {\n  bucket = \"helpdesk-logs\"\n  role   = \"roles/storage.objectViewer\"\n  member = \"allUsers\"\n}\n",
		}},
		{Name: "kept for ever", Files: map[string]string{"deploy/logs.tf": "resource \"aws_cloudwatch_log_group\" \"agent\" {\n  name = \"/helpdesk/agent\"\n}\n"}},
	}
}

func logStoresGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "versions in a block of their own", Files: map[string]string{
			"deploy/main.tf": "resource \"aws_s3_bucket\" \"traces\" {\n  bucket = \"helpdesk-traces\"\n}\n\nresource \"aws_s3_bucket_versioning\" \"traces\" {\n  bucket = aws_s3_bucket.traces.id\n" +
				"  versioning_configuration {\n    status = \"Enabled\"\n  }\n}\n",
		}},
		{Name: "a retention time", Files: map[string]string{"deploy/logs.tf": "resource \"aws_cloudwatch_log_group\" \"agent\" {\n  name              = \"/helpdesk/agent\"\n  retention_in_days = 30\n}\n"}},
	}
}

func trackedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an entry that is overdue", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n| Debt | Status | Owner | Due |\n|---|---|---|---|\n| System prompt has no tests | open | ML engineer | 2026-03-31 |\n",
		}},
		{Name: "a quarter that has passed", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\nReviewed monthly.\n\n| Debt | Owner | Due |\n|---|---|---|\n| Prompts are written for one provider | ML engineer | Q2 2026 |\n",
		}},
	}
}

func trackedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a closed entry and an open one", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n| Debt | Status | Owner | Due |\n|---|---|---|---|\n| System prompt has no tests | closed 2026-03-02 | ML engineer | 2026-03-31 |\n| Evaluation set is small | open | ML engineer | 2027-01-31 |\n",
		}},
		{Name: "reviewed monthly", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\nReviewed monthly, last on 2026-10-20.\n\n| Debt | Owner | Due |\n|---|---|---|\n| Prompts are written for one provider | ML engineer | Q2 2027 |\n",
		}},
	}
}

func classesBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "code quality only", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| The settings page has no unit test | Web engineer | 2027-01-31 |\n",
		}},
		{Name: "code quality only, as two entries", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| The build takes an hour | Web engineer | 2027-01-31 |\n| Styles are copied in three pages | Web engineer | 2027-02-28 |\n",
		}},
	}
}

func classesGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "prompts and evaluation", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n| Debt | Owner | Due |\n|---|---|---|\n| System prompt has no tests | ML engineer | 2027-01-31 |\n| Evaluation set is edited by hand | ML engineer | 2027-02-28 |\n",
		}},
		{Name: "as text", Files: map[string]string{
			"docs/debt-register.md": "# Technical debt\n\n## Provider lock-in\n\nPrompts are written for one provider.\n\nOwner: Product owner\nDue: 2027-06-30\n",
		}},
	}
}

func carryBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the end of this system only", Files: atDesk(map[string]string{
			"docs/decommission-plan.md": "# Decommission plan\n\n## Steps\n\nWeights and index are deleted, keys are revoked, prompts are archived and access is removed.\n",
		})},
		{Name: "no plan where a record is kept", Files: atDesk(map[string]string{"README.md": "# x\n"})},
	}
}

func carryGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a section for later systems", Files: map[string]string{
			"docs/decommission-plan.md": "# Decommission plan\n\n## Steps\n\nWeights are deleted, keys are revoked.\n\n## For later systems\n\nThe evaluation cases go on; the ticket data must not.\n",
		}},
		{Name: "in the model record", Files: map[string]string{
			"docs/decommission-plan.md": "# Decommission plan\n\n## Steps\n\nWeights are deleted, keys are revoked.\n",
			"docs/model-record.md":      "# Model decision record\n\n## Lessons for similar systems\n\nA public set of unknown origin was rejected; do not take it up again.\n",
		}},
	}
}

func watchBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an ecosystem left out", Files: map[string]string{
			".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: github-actions\n    directory: /\n    schedule:\n      interval: weekly\n",
			"requirements.txt":       "openai==1.54.0\n",
		}},
		{Name: "another folder", Files: map[string]string{
			".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n  - package-ecosystem: npm\n    directory: /\n    schedule: {interval: weekly}\n",
			"requirements.txt":       "openai==1.54.0\n", "web/package.json": "{\"private\": true, \"dependencies\": {\"ai\": \"3.4.0\"}}\n",
		}},
	}
}

func watchGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a bot for each", Files: map[string]string{
			".github/dependabot.yml": "version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: weekly}\n  - package-ecosystem: npm\n    directories: [\"/web\"]\n    schedule: {interval: weekly}\n",
			"requirements.txt":       "openai==1.54.0\n", "web/package.json": "{\"private\": true, \"dependencies\": {\"ai\": \"3.4.0\"}}\n",
		}},
		{Name: "a scan on a schedule", Files: map[string]string{
			".github/workflows/scan.yml": "on:\n  schedule:\n    - cron: \"0 4 * * *\"\npermissions: {contents: read}\njobs:\n  scan:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: osv-scanner --recursive .\n",
			"requirements.txt":           "openai==1.54.0\n",
		}},
	}
}
