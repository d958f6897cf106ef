package report

import (
	"strings"
	"time"

	"github.com/lodemark/lodemark"
)

const (
	digestA = "sha256:5d41402abc4b2a76b9719d911017c592ae2e7a1f0c1d2e3f405162738495a6b7"
	digestB = "sha256:0000000000000000000000000000000000000000000000000000000000000b0b"
)

// madeBOM is an inventory with every kind that reports treat in a way of their own: hosted, hub and local models, references that nothing
// resolves, a dataset that a model names, an agent with tools, services inside and outside, packages of each ecosystem, things in tests.
func madeBOM() *BOM {
	at := func(kind lodemark.Kind, name, path string, line int, change func(*lodemark.Component)) lodemark.Component {
		c := lodemark.Component{Kind: kind, Name: name, Path: path, Line: line, Origin: lodemark.OriginInferred, Detail: map[string]string{}}
		if change != nil {
			change(&c)
		}
		return c
	}
	with := func(detail ...string) func(*lodemark.Component) {
		return func(c *lodemark.Component) {
			for i := 0; i+1 < len(detail); i += 2 {
				c.Detail[detail[i]] = detail[i+1]
			}
		}
	}
	pinned := func(pin lodemark.Pin, version string, detail ...string) func(*lodemark.Component) {
		return func(c *lodemark.Component) { c.Pin, c.Version = pin, version; with(detail...)(c) }
	}
	unresolved := func(c *lodemark.Component) { c.Origin, c.Pin = lodemark.OriginUnresolved, lodemark.PinNone }
	inTest := func(c *lodemark.Component) { c.Test = true }
	commit := strings.Repeat("0a", 20)
	sys := &lodemark.System{Name: "AI help desk", Skipped: map[string]int{"version-control objects": 12},
		Declared: lodemark.Declaration{Path: "lodemark.yaml", Name: "AI help desk", Owner: lodemark.Person{Name: "Help desk owner", Contact: "owner@desk.example.org"}, Criticality: "high", Stage: "operate",
			Users: []string{"employees"}, DataClasses: []string{"internal", "personal"}, Endpoints: []lodemark.Endpoint{{Name: "chat", URL: "https://desk.example.org/api", Exposure: "internal"}},
			Documents: map[string]lodemark.DocumentPointer{"threat-model": {Path: "threats.yaml"}, "red-team-report": {Address: "https://files.example.org/red team.pdf"}},
			Facts:     map[string]lodemark.DeclaredFact{"sensitive_training_data": {Answer: lodemark.No, Reason: "written by the team"}}},
		Components: []lodemark.Component{
			at(lodemark.KindHostedModel, "gpt-4o-2024-08-06", "app/llm.py", 3, pinned(lodemark.PinTag, "2024-08-06", "provider", "openai")),
			at(lodemark.KindHostedModel, "gpt-4o-2024-08-06", "app/agent.py", 9, pinned(lodemark.PinTag, "2024-08-06", "provider", "openai")),
			at(lodemark.KindHostedModel, "claude-haiku", "web/chat.ts", 12, pinned(lodemark.PinNone, "")),
			at(lodemark.KindHostedModel, "Northlight northlight-2", "lodemark.yaml", 16, func(c *lodemark.Component) {
				pinned(lodemark.PinTag, "2026-07-15", "provider", "Northlight", "model", "northlight-2", "purpose", "answers questions", "from", "declaration")(c)
				c.Origin = lodemark.OriginDeclared
			}),
			at(lodemark.KindHostedModel, "openai", "requirements.txt", 2, with("provider", "openai", "from", "openai")),
			at(lodemark.KindHostedModel, "settings.model", "app/llm.py", 30, unresolved),
			at(lodemark.KindModel, "acme/intent-small", "app/intent.py", 5, pinned(lodemark.PinCommit, commit, "provider", "huggingface")),
			at(lodemark.KindModel, "acme/intent-small", "app/intent.py", 50, pinned(lodemark.PinNone, "", "provider", "huggingface")),
			at(lodemark.KindModel, "args.path", "train.py", 8, unresolved),
			at(lodemark.KindModel, "intent.safetensors", "models/intent/intent.safetensors", 0, func(c *lodemark.Component) {
				c.Format, c.Digest = "safetensors", digestA
				c.Scan = &lodemark.ModelScan{Format: "safetensors", Verdict: "clean", Facts: []lodemark.ModelFact{
					{Name: "parameters", Value: "388", Origin: lodemark.OriginInferred, Place: "models/intent/intent.safetensors"},
					{Name: "architecture", Value: "BertForSequenceClassification", Origin: lodemark.OriginDeclared, Place: "models/intent/config.json"},
					{Name: "task", Value: "text-classification", Origin: lodemark.OriginDeclared, Place: "models/intent/README.md"},
					{Name: "licence", Value: "apache-2.0", Origin: lodemark.OriginDeclared, Place: "models/intent/README.md"},
					{Name: "licence", Value: "house terms", Origin: lodemark.OriginDeclared, Place: "models/intent/config.json"},
					{Name: "datasets", Value: "acme/questions, elsewhere/unknown", Origin: lodemark.OriginDeclared, Place: "models/intent/README.md"},
					{Name: "base model", Value: "acme/intent-small", Origin: lodemark.OriginDeclared, Place: "models/intent/README.md"}}}
			}),
			at("embedding_model", "sentence-transformers/all-MiniLM-L6-v2", "app/rag.py", 4, pinned(lodemark.PinBranch, "main", "provider", "huggingface")),
			at("model_call", "client.chat.completions.create", "app/llm.py", 11, with("provider", "openai", "model", "gpt-4o-2024-08-06", "tools", "search, refund")),
			at("model_call", "client.chat.completions.create", "app/llm.py", 40, with("provider", "openai")),
			at(lodemark.KindDataset, "acme/questions", "train.py", 12, pinned(lodemark.PinNone, "", "provider", "huggingface")),
			at(lodemark.KindDataset, "eval.jsonl", "data/eval.jsonl", 0, func(c *lodemark.Component) { c.Format, c.Digest = "jsonl", digestB }),
			at(lodemark.KindVectorStore, "knowledge", "compose.yaml", 19, func(c *lodemark.Component) {
				pinned(lodemark.PinDigest, "v1.12.1", "technology", "qdrant", "from", "image", "image", "registry.example.org/mirror/qdrant:v1.12.1@"+digestA)(c)
				c.Address = "registry.example.org/mirror/qdrant:v1.12.1@" + digestA
			}),
			at(lodemark.KindVectorStore, "index", "app/rag.py", 20, with("provider", "pinecone")),
			at(lodemark.KindPrompt, "SYSTEM", "app/prompts.py", 3, func(c *lodemark.Component) { c.Digest = digestB; with("role", "system", "variables", "name, date")(c) }),
			at(lodemark.KindPrompt, "judge.md", "prompts/judge.md", 0, func(c *lodemark.Component) { c.Format, c.Digest = "text", digestA }),
			at("agent", "desk", "app/agent.py", 20, with("provider", "openai-agents", "model", "gpt-4o-2024-08-06", "tools", "search, refund, unknown", "handoffs", "billing")),
			at("agent", "billing", "app/agent.py", 40, with("provider", "openai-agents")),
			at("handoff", "billing", "app/agent.py", 24, with("provider", "openai-agents")),
			at("tool", "search", "app/tools.py", 5, nil),
			at("tool", "refund", "app/tools.py", 15, nil),
			at("tool", "", "web/tools.ts", 7, with("provider", "ai-sdk")),
			at(lodemark.KindMCPServer, "tickets", ".mcp.json", 3, func(c *lodemark.Component) {
				c.Format = "mcp"
				with("transport", "http", "url", "https://user:secret@mcp.example.org/sse")(c)
			}),
			at(lodemark.KindMCPServer, "files", ".mcp.json", 8, func(c *lodemark.Component) {
				c.Format = "mcp"
				with("transport", "stdio", "command", "npx", "args", `["-y","files@1.0.0"]`)(c)
			}),
			at(lodemark.KindMCPServer, "files", ".cursor/mcp.json", 4, func(c *lodemark.Component) {
				c.Format = "mcp"
				with("transport", "stdio", "command", "npx", "args", `["-y","files@1.0.0"]`)(c)
			}),
			at(lodemark.KindAgentConfig, "CLAUDE.md", "CLAUDE.md", 0, func(c *lodemark.Component) { c.Format, c.Digest = "claude", digestB; with("role", "rules")(c) }),
			at("guardrail", "client.moderations.create", "app/llm.py", 60, with("provider", "openai", "role", "moderation")),
			at("eval_harness", "scorer", "eval/run.py", 3, with("dataset", "acme/questions")),
			at("training_job", "trainer", "train.py", 44, with("model", "acme/intent-small", "dataset", "acme/questions")),
			at("monitoring", "langfuse", "app/llm.py", 2, with("role", "tracker")),
			at(lodemark.KindServer, "vllm", "compose.yaml", 30, with("engine", "vllm", "image", "vllm/vllm-openai:latest", "model", "acme/intent-small")),
			at(lodemark.KindPackage, "openai", "requirements.in", 4, func(c *lodemark.Component) {
				pinned(lodemark.PinDigest, "1.52.2", "ecosystem", "pypi", "role", "provider-sdk", "locked_by", "requirements.txt")(c)
				c.Format, c.Digest = "requirements", digestA
			}),
			at(lodemark.KindPackage, "@ai-sdk/react", "web/package.json", 9, pinned(lodemark.PinNone, "", "ecosystem", "npm", "role", "framework", "range", "^3.0.0")),
			at(lodemark.KindPackage, "github.com/acme/llm", "go.mod", 5, pinned(lodemark.PinTag, "v1.2.0", "ecosystem", "go", "role", "framework")),
			at(lodemark.KindPackage, "dev.acme:llm-core", "pom.xml", 20, pinned(lodemark.PinTag, "0.9", "ecosystem", "maven", "role", "model-library")),
			at(lodemark.KindContainer, "Dockerfile", "Dockerfile", 0, func(c *lodemark.Component) { c.Format = "dockerfile" }),
			at(lodemark.KindModelCard, "README.md", "models/intent/README.md", 0, func(c *lodemark.Component) { c.Format = "markdown" }),
			at(lodemark.KindDataCard, "README.md", "data/README.md", 0, func(c *lodemark.Component) { c.Format = "markdown" }),
			at(lodemark.KindThreatModel, "threats.yaml", "threats.yaml", 0, func(c *lodemark.Component) { c.Format = "lodemark" }),
			at(lodemark.KindDocument, "SECURITY.md", "SECURITY.md", 0, func(c *lodemark.Component) { c.Format = "markdown"; with("about", "security-policy")(c) }),
			at(lodemark.KindDocument, "notes.md", "docs/notes.md", 0, func(c *lodemark.Component) { c.Format = "markdown" }),
			at(lodemark.KindHostedModel, "gpt-3.5-turbo", "tests/test_llm.py", 3, func(c *lodemark.Component) { pinned(lodemark.PinNone, "", "provider", "openai")(c); inTest(c) }),
			at(lodemark.KindHostedModel, "command-r", "tests/test_llm.py", 5, func(c *lodemark.Component) { pinned(lodemark.PinNone, "", "provider", "cohere")(c); inTest(c) }),
			at(lodemark.KindMCPServer, "fake", "tests/.mcp.json", 2, func(c *lodemark.Component) {
				c.Format = "mcp"
				with("transport", "http", "url", "http://localhost:9000")(c)
				inTest(c)
			}),
			at(lodemark.KindPrompt, "PROMPT", "tests/test_llm.py", 8, func(c *lodemark.Component) { c.Digest = digestA; inTest(c) }),
		}}
	return &BOM{Run: &lodemark.Run{Tool: lodemark.Tool{Name: "lodemark", Version: "1.2.3"}, At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC), Target: "desk", System: sys, Examined: 40,
		Gaps: []lodemark.Gap{{Path: "app/old.py", Line: 3, Reason: "invalid syntax"}}}, Author: "Platform team", Version: "1.4.0"}
}

// hostileBOM is the same with text of an attacker wherever a target can put some, and much of it.
func hostileBOM() *BOM {
	b := madeBOM()
	b.Run.System.Name = hostile
	long := strings.Repeat(hostile, 200)
	for i := range b.Run.System.Components {
		c := &b.Run.System.Components[i]
		c.Name, c.Format = hostile, hostile
		if i%3 == 0 {
			c.Name = long
		}
		if c.Path != "" {
			c.Path = "x/" + hostile
		}
		if c.Version != "" {
			c.Version = hostile
		}
		if c.Address != "" {
			c.Address = hostile
		}
		if i%5 == 0 && c.Digest != "" {
			c.Digest = "sha256:" + hostile
		}
		for k := range c.Detail {
			c.Detail[k] = long
		}
		if c.Scan != nil {
			c.Scan.Format = hostile
			for j := range c.Scan.Facts {
				c.Scan.Facts[j].Value, c.Scan.Facts[j].Place = hostile, hostile
			}
		}
	}
	b.Run.Gaps = []lodemark.Gap{{Path: hostile, Reason: long}}
	d := &b.Run.System.Declared
	d.Owner, d.Users, d.Documents = lodemark.Person{Name: hostile, Contact: hostile}, []string{hostile}, map[string]lodemark.DocumentPointer{hostile: {Path: hostile}, "advisories": {Address: "https://" + hostile}}
	return b
}
