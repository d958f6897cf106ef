package deploy

import "github.com/lodemark/lodemark"

func defaultCredentialsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "the password of every tutorial, on an open port", Files: map[string]string{
			"compose.yaml": "services:\n  db:\n    image: pgvector/pgvector:pg16\n    ports: [\"5432:5432\"]\n    environment:\n      POSTGRES_USER: postgres\n      POSTGRES_PASSWORD: postgres\n",
		}},
		{Name: "a default that nobody has to change", Files: map[string]string{
			"compose.yaml": "services:\n  gateway:\n    image: registry.example.org/gateway:1.2.0\n    environment:\n      - LITELLM_MASTER_KEY=${LITELLM_MASTER_KEY:-sk-1234}\n      - DATABASE_URL=postgresql://llm:llmpassword@db:5432/llm\n",
		}},
		{Name: "a sample that works as it is", Files: map[string]string{
			".env.example": "# copy to .env\nPOSTGRES_PASSWORD=postgres\nMINIO_ROOT_PASSWORD=minioadmin\nOPENAI_API_KEY=sk-...\n",
		}},
		{Name: "the values of a chart", Files: map[string]string{
			"chart/Chart.yaml":  "apiVersion: v2\nname: desk\nversion: 1.0.0\n",
			"chart/values.yaml": "image: registry.example.org/desk:1.0.0\npostgresql:\n  auth:\n    username: desk\n    password: changeme\n",
		}},
		{Name: "a secret of a manifest", Files: map[string]string{
			"deploy/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata:\n  name: store\ntype: Opaque\ndata:\n  NEO4J_PASSWORD: cGFzc3dvcmQ=\n",
		}},
	}
}

func defaultCredentialsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "credentials that must be given", Files: map[string]string{
			"compose.yaml": "services:\n  db:\n    image: pgvector/pgvector:pg16\n    environment:\n      POSTGRES_USER: postgres\n      POSTGRES_PASSWORD: ${POSTGRES_PASSWORD:?set it}\n  store:\n    image: redis:7.4\n    command: redis-server --requirepass ${REDIS_PASSWORD}\n",
		}},
		{Name: "a sample with empty values", Files: map[string]string{
			".env.example": "MODEL_NAME=desk\nPOSTGRES_PASSWORD=\nSECRET_KEY=   # openssl rand -hex 32\nJWT_SECRET=<generate with openssl rand -hex 32>\n",
		}},
		{Name: "secrets from a file", Files: map[string]string{
			"compose.yaml": "services:\n  db:\n    image: pgvector/pgvector:pg16\n    environment:\n      POSTGRES_PASSWORD_FILE: /run/secrets/db\n    secrets: [db]\nsecrets:\n  db: {file: ./db.txt}\n",
		}},
		{Name: "a reference to a secret of the cluster", Files: map[string]string{
			"deploy/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: app}\nspec:\n  template:\n    metadata: {labels: {app: app}}\n    spec:\n      containers:\n        - name: app\n          image: registry.example.org/app:2.1.0\n" +
				"          env:\n            - {name: STORE_URL, value: \"http://store:6333\"}\n            - name: DB_PASSWORD\n              valueFrom: {secretKeyRef: {name: db, key: password}}\n",
		}},
	}
}
