package design

import "github.com/lodemark/lodemark"

func defaultsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a login that is off by default", Files: map[string]string{".env.example": "# Settings of the help desk\nMODEL_NAME=small\nAUTH_ENABLED=false\nDEBUG=true\n"}},
		{Name: "a model server that runs the code of any model", Files: map[string]string{
			"compose.yaml": "services:\n  models:\n    image: vllm/vllm-openai:v0.6.3\n    command: [\"--model\", \"acme/embedder\", \"--trust-remote-code\"]\n",
		}},
		{Name: "a workload that runs the code of any model", Files: map[string]string{
			"deploy/models.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: models}\nspec:\n  selector: {matchLabels: {app: models}}\n  template:\n    metadata: {labels: {app: models}}\n    spec:\n" +
				"      containers:\n        - name: vllm\n          image: vllm/vllm-openai:v0.6.3\n          args:\n            - --model\n            - acme/embedder\n            - --trust-remote-code\n",
		}},
		{Name: "the same in a shell", Files: map[string]string{
			"deploy/models.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: models}\nspec:\n  containers:\n    - name: vllm\n      image: vllm/vllm-openai:v0.6.3\n      command: [sh, -c, \"vllm serve acme/embedder --trust-remote-code --port 8000\"]\n",
		}},
		{Name: "every web site may ask as the user, in a file of the application", Files: map[string]string{
			"app/config/settings.yaml": "allow_origins: [\"*\"]\nallow_credentials: true\n",
		}},
		{Name: "every web site, in braces", Files: map[string]string{
			"config/settings.yaml": "server:\n  cors: {allow_origins: [\"*\"], allow_credentials: true}\n",
		}},
		{Name: "every web site, in a list over lines", Files: map[string]string{
			"settings.yaml": "cors:\n  allow_origins:\n    - \"*\"\n  allow_credentials: true\n",
		}},
		{Name: "every web site may ask as the user", Files: map[string]string{
			"settings.yaml": "server:\n  cors:\n    enabled: true\n    allow_credentials: true\n    allow_origins: [\"*\"]\n",
		}},
		{Name: "a chart without a login", Files: map[string]string{"charts/desk/values.yaml": "replicas: 2\nserver:\n  auth:\n    enabled: false\n"}},
	}
}

func defaultsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "protections are on", Files: map[string]string{".env.example": "AUTH_ENABLED=true\nDEBUG=false\nGOOGLE_OAUTH_ENABLED=false\nTRUST_REMOTE_CODE=\"false\"  # never\n"}},
		{Name: "a file for development beside it", Files: map[string]string{
			"compose.yaml":     "services:\n  app:\n    build: .\n    environment:\n      REQUIRE_LOGIN: ${REQUIRE_LOGIN:-true}\n",
			"compose.dev.yaml": "services:\n  app:\n    build: .\n    environment:\n      REQUIRE_LOGIN: \"false\"\n      DEBUG: \"true\"\n",
		}},
	}
}
