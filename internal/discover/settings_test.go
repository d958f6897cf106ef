package discover

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// detailed writes components as "name place key=value ...".
func detailed(s *lodemark.System, kinds ...lodemark.Kind) []string {
	var out []string
	for c := range s.Of(kinds...) {
		words := []string{c.Name, at(c.Path, c.Line)}
		for _, k := range slices.Sorted(maps.Keys(c.Detail)) {
			words = append(words, k+"="+c.Detail[k])
		}
		out = append(out, strings.Join(words, " "))
	}
	return out
}

func TestMCPServers(t *testing.T) {
	for _, c := range []struct {
		name  string
		files files
		want  []string
	}{
		{"the project's file: a program, an address, names of variables and no values", files{".mcp.json": `{
  "mcpServers": {
    "files": {"command": "npx", "args": ["-y", "server@1.0.0", "./docs"], "env": {"B_KEY": "s3cret", "A": "1"}},
    "crm": {"type": "http", "url": "https://crm.example.org/mcp", "headers": {"Authorization": "Bearer s3cret"}},
    "old": {"type": "sse", "url": "https://old.example.org", "disabled": true}
  }
}`}, []string{
			`files .mcp.json:3 args=["-y","server@1.0.0","./docs"] command=npx env=A,B_KEY transport=stdio`,
			"crm .mcp.json:4 env=Authorization transport=http url=https://crm.example.org/mcp",
			"old .mcp.json:5 disabled=true transport=sse url=https://old.example.org",
		}},
		{"approved beforehand", files{".mcp.json": `{"mcpServers": {"a": {"command": "a", "alwaysAllow": ["*"]}, "b": {"command": "b", "autoApprove": ["list", "read"]}, "c": {"command": "c", "trust": true}}}`}, []string{
			"a .mcp.json:1 auto_approve=* command=a transport=stdio", "b .mcp.json:1 auto_approve=list,read command=b transport=stdio", "c .mcp.json:1 auto_approve=* command=c transport=stdio",
		}},
		{"VS Code, with comments", files{".vscode/mcp.json": "{\n  // ours\n  \"servers\": {\n    \"fetch\": {\"command\": \"docker\", \"args\": [\"run\", \"mcp/fetch\"]},\n  },\n  \"inputs\": []\n}"}, []string{
			`fetch .vscode/mcp.json:4 args=["run","mcp/fetch"] command=docker transport=stdio`,
		}},
		{"Codex", files{".codex/config.toml": "model = \"m\"\n[mcp_servers.docs]\ncommand = \"uvx\"\nargs = [\"docs-server\"]\n[mcp_servers.docs.env]\nTOKEN = \"s3cret\"\n"}, []string{
			`docs .codex/config.toml:2 args=["docs-server"] command=uvx env=TOKEN transport=stdio`,
		}},
		{"Continue, as a list", files{".continue/config.yaml": "mcpServers:\n  - name: db\n    command: npx\n    args: [db-server]\n"}, []string{
			`db .continue/config.yaml:2 args=["db-server"] command=npx transport=stdio`,
		}},
		{"opencode: command and arguments in one list", files{"opencode.json": `{"mcp": {"db": {"type": "local", "command": ["npx", "-y", "db"], "enabled": false}}}`}, []string{
			`db opencode.json:1 args=["-y","db"] command=npx disabled=true transport=stdio`,
		}},
		{"any file with such a table", files{"config/desktop.json": `{"mcpServers": {"x": {"command": "x"}}}`, ".cursor/mcp.json": `{"mcpServers": {"y": {"url": "https://y.example.org/sse"}}}`}, []string{
			"y .cursor/mcp.json:1 transport=sse url=https://y.example.org/sse", "x config/desktop.json:1 command=x transport=stdio",
		}},
		{"servers of other programs", files{"config.json": `{"servers": {"a": {"command": "run"}}}`, ".vscode/settings.json": `{"editor.tabSize": 2}`, "mcp.json": `{"name": "mcp", "version": "1"}`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := discovered(t, c.files)
			same(t, "servers", detailed(s, lodemark.KindMCPServer), c.want)
			for _, line := range detailed(s, lodemark.KindMCPServer) {
				if strings.Contains(line, "s3cret") {
					t.Error("a secret was taken into the inventory")
				}
			}
		})
	}
}

func TestAgentConfigurations(t *testing.T) {
	s := discovered(t, files{
		"CLAUDE.md": "x", "AGENTS.md": "x", ".cursorrules": "x", ".cursor/rules/a.mdc": "x", ".github/copilot-instructions.md": "x", ".claude/settings.json": "{}",
		".claude/commands/fix.md": "x", ".claude/hooks/pre.sh": "x", ".claude/skills/pdf/SKILL.md": "x", ".claude/skills/pdf/scripts/a.py": "x", ".claude/skills/pdf/reference.md": "x",
		".vscode/settings.json": `{"chat.tools.autoApprove": true}`, "web/.vscode/settings.json": `{"editor.tabSize": 2}`, ".codex/config.toml": "", "docs/claude.txt": "x",
		"tests/fixtures/CLAUDE.md": "x", "langgraph.json": "{}",
	})
	same(t, "agent configuration", detailed(s, lodemark.KindAgentConfig), []string{
		"fix.md .claude/commands/fix.md role=command", "pre.sh .claude/hooks/pre.sh role=hook", "settings.json .claude/settings.json role=settings",
		"SKILL.md .claude/skills/pdf/SKILL.md role=skill", "a.py .claude/skills/pdf/scripts/a.py role=script", "a.mdc .cursor/rules/a.mdc role=rules", ".cursorrules .cursorrules role=rules",
		"copilot-instructions.md .github/copilot-instructions.md role=rules", "settings.json .vscode/settings.json role=settings", "AGENTS.md AGENTS.md role=rules",
		"CLAUDE.md CLAUDE.md role=rules", "langgraph.json langgraph.json role=settings", "CLAUDE.md tests/fixtures/CLAUDE.md role=rules",
	})
}

func TestContainersAndServices(t *testing.T) {
	s := discovered(t, files{
		"Dockerfile":         "FROM --platform=linux/amd64 vllm/vllm-openai:v0.6.3@sha256:" + hash + " AS server\nFROM python:3.12\n",
		"gpu.Dockerfile":     "FROM scratch\n",
		"Dockerfile.j2":      "FROM {{ image }}\n",
		"docs/Dockerfile.md": "how we build\n",
		"compose.yaml": "services:\n  store:\n    image: qdrant/qdrant:v1.12.1\n  llm:\n    image: ${LLM:-ollama/ollama}\n  exporter:\n    image: x/qdrant-exporter:1\n  web:\n    build: .\n" +
			"  db:\n    image: registry.example.org/mirror/pgvector/pgvector:pg17\n    environment:\n      - OPENAI_MODEL=gpt-4o-2024-08-06\n",
		"k8s/all.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: llm}\nspec:\n  template:\n    spec:\n      containers:\n        - name: server\n          image: ghcr.io/huggingface/text-generation-inference:2.4.0\n" +
			"          env:\n            - {name: ANTHROPIC_MODEL, value: claude-sonnet-4-5}\n---\napiVersion: v1\nkind: ConfigMap\ndata:\n  AZURE_OPENAI_DEPLOYMENT: support\n---\n" +
			"apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: iris}\nspec:\n  predictor:\n    model:\n      storageUri: gs://bucket.example.org/iris\n",
		"k8s/crd.yaml":                    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {a: b}\n",
		"catalog-info.yaml":               "apiVersion: backstage.io/v1alpha1\nkind: Component\n",
		"values.yaml":                     "kind: x\n",
		"chart/Chart.yaml":                "apiVersion: v2\nname: c\n",
		"chart/templates/app.yaml":        "apiVersion: v1\nkind: Pod\nspec: {{ .Values.spec }}\n",
		"web/templates/page.yaml":         "a: {{ b }}\n",
		"deploy/kustomization.yaml":       "resources: [a.yaml]\n",
		".github/workflows/ci.yml":        "on: push\n",
		"ci/build.gitlab-ci.yml":          "stages: []\n",
		"infra/main.tf":                   "resource \"a\" \"b\" {}\n",
		"deploy/app.service":              "[Unit]\n[Service]\nExecStart=/bin/true\n",
		"deploy/compose-template.yml.tpl": "{{ x }}",
	})
	same(t, "files", listed(s, lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindInfrastructure, lodemark.KindPipeline), []string{
		"ci_pipeline ci.yml .github/workflows/ci.yml github", "ci_pipeline build.gitlab-ci.yml ci/build.gitlab-ci.yml gitlab",
		"compose compose.yaml compose.yaml compose", "container Dockerfile Dockerfile dockerfile", "container gpu.Dockerfile gpu.Dockerfile dockerfile",
		"infrastructure app.service deploy/app.service systemd", "infrastructure main.tf infra/main.tf terraform",
		"kubernetes Chart.yaml chart/Chart.yaml helm", "kubernetes app.yaml chart/templates/app.yaml helm-template", "kubernetes kustomization.yaml deploy/kustomization.yaml kustomization",
		"kubernetes all.yaml k8s/all.yaml manifest", "kubernetes crd.yaml k8s/crd.yaml manifest",
	})
	same(t, "servers and stores", listed(s, lodemark.KindServer, lodemark.KindVectorStore), []string{
		"model_server vllm Dockerfile:1 v0.6.3 digest", "model_server llm compose.yaml:5 none", "model_server server k8s/all.yaml:9 2.4.0 tag", "model_server iris k8s/all.yaml:19",
		"vector_store store compose.yaml:3 v1.12.1 tag", "vector_store db compose.yaml:11 pg17 tag",
	})
	same(t, "hosted models", listed(s, lodemark.KindHostedModel), []string{
		"hosted_model_api openai gpt-4o-2024-08-06 compose.yaml:13 2024-08-06 tag", "hosted_model_api anthropic claude-sonnet-4-5 k8s/all.yaml:11 none", "hosted_model_api azure-openai support k8s/all.yaml:16 none",
	})
}

func TestHostedModels(t *testing.T) {
	for _, c := range []struct {
		name  string
		files files
		want  []string
	}{
		{"variables", files{".env.example": "# OPENAI_API_KEY=x\nANTHROPIC_API_KEY=sk-...\nexport GEMINI_MODEL=\"gemini-2.5-pro\" # fast\nMODEL_NAME=gpt-4o\nLLM_MODEL=northlight-chat-2\nCHAT_MODEL=${X}\nMISTRAL_MODEL=your-model\n"}, []string{
			"anthropic .env.example:2 from=ANTHROPIC_API_KEY provider=anthropic", "google gemini-2.5-pro .env.example:3 from=GEMINI_MODEL model=gemini-2.5-pro provider=google", "openai gpt-4o .env.example:4 from=MODEL_NAME model=gpt-4o provider=openai",
		}},
		{"a menu of providers names none of them", files{".env": "OPENAI_API_KEY=\nANTHROPIC_API_KEY=\nGROQ_API_KEY=\nMISTRAL_API_KEY=\nCOHERE_API_KEY=\nXAI_API_KEY=\n"}, nil},
		{"SDKs", files{"requirements.txt": "anthropic\nmistralai\n"}, []string{"anthropic requirements.txt:1 from=anthropic provider=anthropic", "mistral requirements.txt:2 from=mistralai provider=mistral"}},
		{"an SDK beside its model", files{"requirements.txt": "anthropic\n", ".env.example": "ANTHROPIC_MODEL=claude-sonnet-4-5\n"}, []string{"anthropic claude-sonnet-4-5 .env.example:1 from=ANTHROPIC_MODEL model=claude-sonnet-4-5 provider=anthropic"}},
		{"an OpenAI client alone", files{"requirements.txt": "openai\n"}, []string{"openai requirements.txt:1 from=openai provider=openai"}},
		{"an OpenAI client with another address", files{"requirements.txt": "openai\n", ".env.example": "OPENAI_BASE_URL=http://llm:8000/v1\n"}, nil},
		{"for developers only", files{"pyproject.toml": "[project]\nname=\"x\"\n[dependency-groups]\ndev = [\"anthropic\"]\n"}, nil},
		{"a gateway", files{"litellm.yaml": "model_list:\n  - model_name: chat\n    litellm_params:\n      model: azure/gpt-4o\n  - model_name: local\n    litellm_params:\n      model: ollama/llama3\n"}, []string{"azure-openai gpt-4o litellm.yaml:4 from=litellm model=gpt-4o provider=azure-openai"}},
		{"in tests", files{"tests/requirements.txt": "anthropic\n"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			same(t, "hosted models", detailed(discovered(t, c.files), lodemark.KindHostedModel), c.want)
		})
	}
	s := discovered(t, files{"requirements.txt": "openai\n"}, lodemark.Declaration{Path: "lodemark.yaml", Models: []lodemark.HostedModel{{Provider: "Northlight", Model: "chat-2", Version: "2026-07-15"}}, Lines: map[string]int{"hosted_models.0": 7}})
	same(t, "declared", listed(s, lodemark.KindHostedModel), []string{"hosted_model_api Northlight chat-2 lodemark.yaml:7 2026-07-15 tag"})
}

// A store or server that only its client shows is listed once, and not where an image shows it already.
func TestStoresBehindPackages(t *testing.T) {
	s := discovered(t, files{"a/requirements.txt": "qdrant-client\nvllm\n", "b/requirements.txt": "qdrant-client\nchromadb\n", "c/package.json": `{"optionalDependencies": {"@pinecone-database/pinecone": "1.0.0", "faiss-node": "1.0.0"}}`})
	same(t, "stores and servers", listed(s, lodemark.KindVectorStore, lodemark.KindServer), []string{
		"model_server vllm a/requirements.txt:2 none", "vector_store qdrant a/requirements.txt:1 none", "vector_store chroma b/requirements.txt:2 none",
	})
	s = discovered(t, files{"requirements.txt": "qdrant-client\n", "compose.yaml": "services:\n  store:\n    image: qdrant/qdrant:v1\n"})
	same(t, "stores", listed(s, lodemark.KindVectorStore), []string{"vector_store store compose.yaml:3 v1 tag"})
}

// A bomb of aliases stays small, whatever walks through it.
func TestAliasBombs(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 {containers: [{image: qdrant/qdrant}], env: {name: x}}\n")
	for i := 1; i < 60; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 9), ", "))
	}
	bomb := b.String()
	s := discovered(t, files{"bomb.yaml": "apiVersion: v1\nkind: Pod\n" + bomb, "compose.yaml": "services: {x: {}}\n" + bomb, ".continue/config.yaml": "mcpServers: []\n" + bomb,
		"isvc.yaml": "apiVersion: v1\nkind: InferenceService\nspec:\n  " + strings.ReplaceAll(bomb, "\n", "\n  ")})
	if len(s.Gaps) > 0 {
		t.Errorf("gaps %+v: the bomb was not read at all", s.Gaps)
	}
	same(t, "stores", listed(s, lodemark.KindVectorStore), []string{"vector_store qdrant bomb.yaml:3 none", "vector_store qdrant isvc.yaml:4 none"})
}
