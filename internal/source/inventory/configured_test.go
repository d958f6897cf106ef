package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// What files of settings show, each as `line kind name [pin]`. Those with nothing are look-alikes.
func TestConfigured(t *testing.T) {
	for _, c := range []struct {
		title, file, text string
		want              []string
	}{
		{"a suite of evaluations", "promptfooconfig.yaml", "prompts: ['Answer {{q}} in one short line', 'file://p.txt', '{{q}}']\nproviders:\n  - id: anthropic:messages:claude-3-haiku-20240307\n  - openai:gpt-4o\n  - ollama:chat:llama3.1:8b\n  - openai:embedding:text-embedding-3-small\n  - python:run.py\n  - https://example.org/answer\ntests: cases.csv\n",
			[]string{"1 eval_harness promptfooconfig.yaml", "3 hosted_model_api claude-3-haiku-20240307 tag", "4 hosted_model_api gpt-4o none", "5 model llama3.1:8b none", "6 embedding_model text-embedding-3-small none", "9 dataset cases.csv none", "1 prompt prompts"}},
		{"providers of something else", "cloud.yaml", "providers:\n  - aws:eu-west-1\n  - openai:gpt-4o\n", nil},
		{"an agent in a workflow, and what it is told", ".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: anthropics/claude-code-action@v1\n        with:\n          claude_args: |\n            --model claude-sonnet-4-20250514\n            --append-system-prompt \"Be brief and cite files.\"\n",
			[]string{"5 agent anthropics/claude-code-action tag", "9 prompt append-system-prompt", "8 hosted_model_api claude-sonnet-4-20250514 tag"}},
		{"hooks of an agent", ".claude/settings.json", `{"hooks": {"PostToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "$CLAUDE_PROJECT_DIR/.claude/hooks/log.py --all"}]}]}}`, []string{"1 agent_config log.py"}},
		{"hooks of something else", "conf/settings.json", `{"hooks": {"PostToolUse": [{"hooks": [{"command": "log.py"}]}]}}`, nil},
		{"a server in Compose, with defaults of variables", "compose.yaml", "services:\n  w:\n    image: a\n    entrypoint: [\"python3\", \"-m\", \"fastchat.serve.model_worker\", \"--model-path\", \"${M:-lmsys/vicuna-7b-v1.5}\"]\n  db:\n    image: postgres\n    command: [postgres, -c, max_connections=10]\n",
			[]string{"4 model lmsys/vicuna-7b-v1.5 none", "4 model_server fastchat.serve.model_worker"}},
		{"a server in Kubernetes, started by a shell", "pod.yaml", "spec:\n  containers:\n    - name: a\n      image: b\n      command: [/bin/sh, -c]\n      args:\n        - |\n          sleep 1\n          exec vllm serve org/llama-7b \\\n            --port 8000\n",
			[]string{"9 model org/llama-7b none", "9 model_server vllm serve"}},
		{"Ray Serve", "serve.yaml", "applications:\n  - name: a\n    import_path: app.main:entry\n", []string{"3 model_server app.main:entry"}},
		{"a store that settings choose", "settings.yaml", "vectorstore:\n  database: ${STORE:qdrant}\n  default_collection: ${C:-notes}\ndatabase:\n  type: redis\n", []string{"2 vector_store qdrant", "3 vector_store notes"}},
		{"a recipe of training", "recipe.yaml", "model_name_or_path: org/base-7b\nreport_to: [wandb, none]\ndataset_mixer:\n  org/chat_200k: 1.0\ndatasets:\n  - path: org/more\n    revision: v2\n    type: alpaca\n",
			[]string{"4 dataset org/chat_200k none", "6 dataset org/more tag", "1 model org/base-7b none", "2 monitoring wandb"}},
		{"a model beside its provider", "agent.yaml", "llm:\n  provider: ollama\n  model: qwen2.5-coder:7b\ncar:\n  vendor: fiat\n  model: panda-4x4\n", []string{"3 model qwen2.5-coder:7b none"}},
		{"a crew", "config/agents.yaml", "scout:\n  role: Finds things\n  goal: Find what was asked\n  backstory: You have searched for years.\nteam:\n  role: admin\n  goal: none\n", []string{"1 agent scout", "4 prompt backstory"}},
		{"rails", "config.yml", "rails:\n  input:\n    flows:\n      - self check input\n  dialog:\n    flows: []\n", []string{"4 guardrail self check input"}},
		{"a model out of a hub, by its address", "service.yaml", "spec:\n  predictor:\n    storageUri: hf://org/model-7b\n", []string{"3 model org/model-7b none"}},
		{"what a model answered once", "tests/answer.json", `{"object": "chat.completion", "model": "gpt-4o", "choices": [], "usage": {}}`, nil},
		{"a recording", "a/__snapshots__/b.json", `{"model": "gpt-4o"}`, nil},
		{"rows to train with", "rows.json", `[{"instruction": "Name three colours of paint", "output": "red"}]`, nil},
	} {
		t.Run(c.title, func(t *testing.T) {
			roots, err := settings.YAML([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			got := told(builtIn(t).Settings(c.file, roots))
			want := slices.Sorted(slices.Values(c.want))
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
			}
		})
	}
}

func TestContainerFile(t *testing.T) {
	root, err := settings.Dockerfile([]byte("FROM python:3.12\nRUN echo hello\nENTRYPOINT [\"vllm\", \"serve\"]\nCMD [\"org/llama-7b\", \"--port\", \"8000\"]\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := told(builtIn(t).Settings("Dockerfile", []*settings.Node{root}))
	if want := []string{"3 model_server vllm serve", "4 model org/llama-7b none"}; !slices.Equal(got, want) {
		t.Errorf("got %q, not %q", got, want)
	}
}
