package develop

import "github.com/lodemark/lodemark"

func lockedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "open ranges", Files: map[string]string{"requirements.txt": "fastapi\nopenai>=1.0\nlangchain\n"}},
		{Name: "only what is not for AI is open", Files: map[string]string{"requirements.txt": "streamlit\nopenai==1.51.0\nlangchain==0.3.1\n"}},
		{Name: "a web client on carets", Files: map[string]string{
			"requirements.txt": "openai==1.51.0\n",
			"web/package.json": "{\"name\": \"desk-web\", \"private\": true, \"dependencies\": {\"openai\": \"^4.67.0\"}}\n",
		}},
		{Name: "a library that an image installs", Files: map[string]string{
			"pyproject.toml": "[project]\nname = \"desk\"\nversion = \"1.0.0\"\ndependencies = [\"langchain>=0.3\"]\n\n[build-system]\nrequires = [\"hatchling\"]\n",
			"Dockerfile":     "FROM python:3.12.7-slim@sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4\nCOPY . .\nRUN pip install .\n",
		}},
	}
}

func lockedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "exact versions with hashes", Files: map[string]string{
			"requirements.txt": "openai==1.51.0 \\\n    --hash=sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4\n",
		}},
		{Name: "a lock file beside the manifest", Files: map[string]string{
			"package.json":      "{\"name\": \"desk-web\", \"private\": true, \"dependencies\": {\"openai\": \"^4.67.0\"}}\n",
			"package-lock.json": "{\"name\": \"desk-web\", \"lockfileVersion\": 3, \"packages\": {\"node_modules/openai\": {\"version\": \"4.67.3\"}}}\n",
		}},
	}
}

const someDigest = "@sha256:9c18ff53ef1946dbcba1dc97f5d15e1b1724b1ca066f84a292347142e68fadd4"

func imagesBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a model server by latest", Files: map[string]string{
			"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:latest\n",
		}},
		{Name: "a base image without a tag", Files: map[string]string{
			"Dockerfile": "FROM python AS build\nRUN pip wheel .\nFROM gcr.io/distroless/python3" + someDigest + "\nCOPY --from=build /wheels /wheels\n",
		}},
		{Name: "a vector store in a cluster by tag only", Files: map[string]string{
			"deploy/store.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: store}\nspec:\n  selector: {matchLabels: {app: store}}\n  template:\n" +
				"    metadata: {labels: {app: store}}\n    spec:\n      containers:\n        - name: store\n          image: qdrant/qdrant:v1.12.1\n",
		}},
	}
}

func imagesGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "digests, a stage of its own and an empty base", Files: map[string]string{
			"Dockerfile": "ARG BASE=golang:1.23.2" + someDigest + "\nFROM ${BASE} AS build\nRUN go build -o /srv .\nFROM scratch\nCOPY --from=build /srv /srv\n",
		}},
		{Name: "an image that is built here, one from a variable, and a cache by version", Files: map[string]string{
			"compose.yaml": "services:\n  app:\n    build: .\n    image: desk\n  llm:\n    image: ${MODEL_SERVER}\n  cache:\n    image: redis:7.4.1\n",
		}},
	}
}

func actionsBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "an action by branch", Files: map[string]string{
			".github/workflows/ci.yml": "on: push\npermissions: {contents: read}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/setup-models@main\n",
		}},
		{Name: "an action by tag beside a token that may write", Files: map[string]string{
			".github/workflows/release.yml": "on: push\npermissions:\n  id-token: write\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/publish-model@v2\n",
		}},
		{Name: "an action by tag that is handed a secret", Files: map[string]string{
			".github/workflows/eval.yml": "on: push\npermissions: {contents: read}\njobs:\n  eval:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/evaluate@v1\n        with:\n          key: ${{ secrets.MODEL_KEY }}\n",
		}},
	}
}

func actionsGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "commits", Files: map[string]string{
			".github/workflows/release.yml": "on: push\npermissions:\n  id-token: write\njobs:\n  release:\n    runs-on: ubuntu-24.04\n    steps:\n" +
				"      - uses: acme/publish-model@11bd71901bbe5b1630ceea73d27597364c9af683 # v2.1.0\n      - uses: ./.github/actions/notify\n",
		}},
		{Name: "tags where there is nothing to take", Files: map[string]string{
			".github/workflows/ci.yml": "on: pull_request\npermissions: {contents: read}\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: acme/lint@v3\n",
		}},
	}
}

func serversBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "whatever is newest", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\n  \"files\": {\"command\": \"npx\", \"args\": [\"-y\", \"@modelcontextprotocol/server-filesystem\", \"./docs\"]}\n}}\n",
		}},
		{Name: "a Python server without a version", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\"git\": {\"command\": \"uvx\", \"args\": [\"mcp-server-git\", \"--repository\", \".\"]}}}\n",
		}},
		{Name: "an image by latest", Files: map[string]string{
			".vscode/mcp.json": "{\"servers\": {\"fetch\": {\"command\": \"docker\", \"args\": [\"run\", \"-i\", \"--rm\", \"mcp/fetch:latest\"]}}}\n",
		}},
	}
}

func serversGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "exact versions", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\n  \"files\": {\"command\": \"npx\", \"args\": [\"-y\", \"@modelcontextprotocol/server-filesystem@2025.8.21\", \"./docs\"]},\n" +
				"  \"git\": {\"command\": \"uvx\", \"args\": [\"mcp-server-git@2025.7.1\"]}\n}}\n",
		}},
		{Name: "a server of the tree and one behind an address", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\n  \"tickets\": {\"command\": \"node\", \"args\": [\"./servers/tickets.js\"]},\n  \"crm\": {\"type\": \"http\", \"url\": \"https://crm.example.org/mcp\"}\n}}\n",
		}},
	}
}

func pipedBad() []lodemark.Example {
	return []lodemark.Example{
		{Name: "in an image", Files: map[string]string{
			"Dockerfile": "FROM debian:12.7" + someDigest + "\nRUN apt-get update && \\\n    curl -fsSL https://get.example.org/agent.sh | bash\n",
		}},
		{Name: "in a workflow", Files: map[string]string{
			".github/workflows/train.yml": "on: push\npermissions: {contents: read}\njobs:\n  train:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          set -e\n          curl -s http://get.example.org/data.sh | sh\n",
		}},
		{Name: "in the command of an MCP server", Files: map[string]string{
			".mcp.json": "{\"mcpServers\": {\"desk\": {\"command\": \"bash\", \"args\": [\"-c\", \"curl -fsSL https://get.example.org/server.sh | sh\"]}}}\n",
		}},
		{Name: "in a script that npm runs unasked", Files: map[string]string{
			"package.json": "{\"name\": \"desk-web\", \"private\": true, \"scripts\": {\"postinstall\": \"curl -fsSL https://get.example.org/x.sh | bash\"}}\n",
		}},
		{Name: "in a script", Files: map[string]string{
			"scripts/setup.sh": "#!/bin/sh\nset -e\nsh -c \"$(wget -qO- https://get.example.org/model-server.sh)\"\n",
		}},
	}
}

func pipedGood() []lodemark.Example {
	return []lodemark.Example{
		{Name: "a download that is verified", Files: map[string]string{
			"Dockerfile": "FROM debian:12.7" + someDigest + "\nRUN curl -fsSLo /tmp/agent.sh https://get.example.org/agent.sh && \\\n" +
				"    echo \"4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393  /tmp/agent.sh\" | sha256sum --check && \\\n    sh /tmp/agent.sh\n",
		}},
		{Name: "servers and scripts that fetch nothing unseen", Files: map[string]string{
			".mcp.json":    "{\"mcpServers\": {\"desk\": {\"command\": \"bash\", \"args\": [\"-c\", \"curl -fsS https://status.example.org/up | grep ok && node server.js\"]}}}\n",
			"package.json": "{\"name\": \"desk-web\", \"private\": true, \"scripts\": {\"postinstall\": \"curl -fsSLo model.json https://get.example.org/model.json\"}}\n",
		}},
		{Name: "text about it, and data that is only read", Files: map[string]string{
			"scripts/setup.sh": "#!/bin/sh\n# never: curl https://get.example.org/x.sh | sh\necho \"do not run curl https://get.example.org/x.sh | sh\"\n" +
				"curl -s https://status.example.org/health | python3 -m json.tool\n",
		}},
	}
}
