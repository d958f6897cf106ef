package deploy

import "github.com/lodemark/lodemark"

func notebook(code string) string {
	return "{\n \"cells\": [\n  {\n   \"cell_type\": \"code\",\n   \"metadata\": {},\n   \"outputs\": [],\n   \"source\": [\n    \"import pandas as pd\\n\",\n    \"" + code + "\"\n   ]\n  }\n ],\n \"metadata\": {},\n \"nbformat\": 4,\n \"nbformat_minor\": 5\n}\n"
}

func productionBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a notebook on live data", Files: map[string]string{
			"notebooks/tone.ipynb": notebook("df = pd.read_parquet('s3://desk-prod-tickets/2026/')"),
		}},
		{Name: "the live database in a file for development", Files: map[string]string{
			"compose.dev.yaml": "services:\n  app:\n    image: registry.example.org/app:2.1.0\n    environment:\n      DATABASE_URL: postgresql://reader:${DB_PASSWORD}@prod-db.desk.example.org/tickets\n",
		}},
		{Name: "a secret of production in an overlay", Files: map[string]string{
			"deploy/overlays/dev/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          envFrom:\n            - secretRef:\n                name: app-secrets-prod\n",
		}},
		{Name: "one bucket for both", Files: map[string]string{
			"infra/dev.tfvars":  "region = \"eu-west-1\"\ntraining_bucket = \"desk-training-data\"\n",
			"infra/prod.tfvars": "region = \"eu-west-1\"\ntraining_bucket = \"desk-training-data\"\n",
		}},
	}
}

func productionGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a notebook on data of its own", Files: map[string]string{
			"notebooks/tone.ipynb": notebook("df = pd.read_parquet('s3://desk-research-tickets/2026/')"),
		}},
		{Name: "a bucket for each environment", Files: map[string]string{
			"infra/dev.tfvars":  "training_bucket = \"desk-training-dev\"\n",
			"infra/prod.tfvars": "training_bucket = \"desk-training-prod\"\n",
		}},
		{Name: "production by name only", Files: map[string]string{
			"compose.dev.yaml": "services:\n  app:\n    image: registry.example.org/app:2.1.0\n    environment:\n      NODE_ENV: production\n      DATABASE_URL: postgresql://desk@db:5432/desk\n",
		}},
	}
}
