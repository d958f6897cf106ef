package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Agents, tools and pages that a project makes without a framework, and what looks like them.
func TestOwnClasses(t *testing.T) {
	for _, c := range []struct {
		title, code string
		want        []string
	}{
		{"an agent speaks with a model", "class BrowserAgent(Agent):\n    def process(self, prompt):\n        return self.llm_request(prompt)", []string{"1 agent BrowserAgent"}},
		{"an agent of a game does not", "class DQNAgent(BaseAgent):\n    def act(self, state):\n        return self.net(state).argmax()", nil},
		{"the base of agents is none", "class BaseAgent(Agent):\n    def process(self, prompt):\n        pass", nil},
		{"a tool says what it is for and does it", "class Shell(Tools):\n    def __init__(self):\n        self.name = 'Shell of the host'\n        self.description = 'Runs a command'\n    def execute(self, blocks):\n        pass", []string{"1 tool Shell"}},
		{"a tool without a description is none", "class Hammer(Tool):\n    def use(self, nail):\n        pass", nil},
		{"a page before a model that is loaded here", "import gradio as gr\nfrom transformers import AutoModel\nmodel = AutoModel.from_pretrained('org/m')\nwith gr.Blocks() as demo:\n    pass", []string{"3 model org/m none", "4 model_server gr.Blocks"}},
		{"a page that greets", "import gradio as gr\ndemo = gr.Interface(fn=greet, inputs='text', outputs='text')", nil},
		{"a tracker under a condition", "import transformers\nTrainingArguments(report_to='wandb' if args.wandb else [])", []string{"2 monitoring wandb"}},
		{"trackers in a list", "import transformers\nTrainingArguments(report_to=['tensorboard', 'none'])", []string{"2 monitoring tensorboard"}},
		{"a name with a hole", "from transformers import MarianMTModel\nm = MarianMTModel.from_pretrained(f\"org/opus-mt-{lang}-en\")", []string{"2 model org/opus-mt-{lang}-en none unresolved"}},
		{"a model of Ollama, by place", "import ollama\nllm.set_model('deepseek-r1:1.5b')\nllm.set_host('desk:80')", []string{"2 model deepseek-r1:1.5b tag"}},
		{"a column of vectors", "from pgvector.sqlalchemy import Vector\nclass Node(Base):\n    embedding = Column(Vector(1536))", []string{"3 vector_store Node"}},
		{"what a function gives back in two ways is one prompt", "import openai\ndef generate_prompt(q, c=None):\n    if c:\n        return f'Answer the question {q} with the help of {c}, in one sentence.'\n    return f'Answer the question {q} in one sentence, please.'", []string{"4 prompt generate_prompt"}},
	} {
		t.Run(c.title, func(t *testing.T) {
			if got := told(builtIn(t).Look(resolve.New(python.Parse(c.code), "a.py"))); !slices.Equal(got, c.want) {
				t.Errorf("%s\ngot\n  %s\nnot\n  %s", c.code, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// Servers that a file announces, and files of the same names that announce none.
func TestAnnounced(t *testing.T) {
	for _, c := range []struct {
		title, file, text string
		want              []string
	}{
		{"to the registry", "server.json", `{"$schema": "https://static.modelcontextprotocol.io/schemas/2025-07-09/server.schema.json", "name": "org.example/desk"}`, []string{"1 mcp_server org.example/desk"}},
		{"as a bundle", "manifest.json", `{"manifest_version": "0.1", "name": "desk", "server": {"type": "node", "mcp_config": {"command": "node"}}}`, []string{"1 mcp_server desk"}},
		{"an extension of a browser", "manifest.json", `{"manifest_version": 3, "name": "desk"}`, nil},
		{"settings of a server of another kind", "server.json", `{"name": "desk", "port": 80}`, nil},
		{"a file of a repository of the hub", "config.yaml", "provider_model: org/Model-35B-GGUF:UD-Q4_K_XL", []string{"1 model org/Model-35B-GGUF:UD-Q4_K_XL tag"}},
	} {
		t.Run(c.title, func(t *testing.T) {
			roots, err := settings.YAML([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := told(builtIn(t).Settings(c.file, roots)); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}
