package design

import "github.com/lodemark/lodemark"

func defaultsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a login that is off by default", Files: map[string]string{".env.example": "# Settings of the help desk\nMODEL_NAME=small\nAUTH_ENABLED=false\nDEBUG=true\n"}},
		{Name: "a model server that runs the code of any model", Files: map[string]string{
			"compose.yaml": "services:\n  models:\n    image: vllm/vllm-openai:v0.6.3\n    command: [\"--model\", \"acme/embedder\", \"--trust-remote-code\"]\n",
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
