package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// What a piece of code shows, each as `line kind name [pin] [unresolved]`.
func TestLook(t *testing.T) {
	for _, c := range []struct {
		title, file, code string
		want              []string
	}{
		{"a call and its model", "a.py", "from openai import OpenAI\nclient = OpenAI()\nclient.chat.completions.create(model='gpt-4o-2024-08-06', messages=[{'role': 'system', 'content': 'You answer in one short sentence.'}])",
			[]string{"3 hosted_model_api gpt-4o-2024-08-06 tag", "3 model_call client.chat.completions.create", "3 prompt system"}},
		{"a model in a variable, whose place is where it is written", "a.py", "import anthropic\nMODEL = 'claude-3-5-sonnet-latest'\nc = anthropic.Anthropic()\nc.messages.create(model=MODEL, system='Be brief and never guess.', messages=m)",
			[]string{"2 hosted_model_api claude-3-5-sonnet-latest none", "4 model_call c.messages.create", "4 prompt system"}},
		{"a default of the environment", "a.py", "import os\nfrom langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model=os.getenv('LLM', 'gpt-4o-mini'))", []string{"3 hosted_model_api gpt-4o-mini none"}},
		{"a model that only the environment names", "a.py", "import os\nfrom langchain_openai import ChatOpenAI\nllm = ChatOpenAI(model=os.environ['LLM'])", []string{"3 hosted_model_api LLM none unresolved"}},
		{"the library's own default", "a.py", "from langchain_openai import OpenAIEmbeddings\ne = OpenAIEmbeddings()", []string{"2 embedding_model text-embedding-ada-002 none"}},
		{"a model for embeddings, which its name does not tell", "a.py", "from sentence_transformers import SentenceTransformer\nSentenceTransformer(model_name_or_path='org/small')", []string{"2 embedding_model org/small none"}},
		{"a hub, with a commit and without", "a.py", "from transformers import AutoModel, AutoTokenizer\nAutoModel.from_pretrained('org/m', revision='" + strings.Repeat("a1", 20) + "')\nAutoTokenizer.from_pretrained('org/m')\nAutoModel.from_pretrained(path)",
			[]string{"2 model org/m commit", "3 model org/m none", "4 model path none unresolved"}},
		{"a dataset at a tag", "a.py", "from datasets import load_dataset\nload_dataset('org/d', revision='v2')", []string{"2 dataset org/d tag"}},
		{"an option of the command line", "a.py", "import transformers, argparse\np.add_argument('--model-name', default='org/base-7b')\np.add_argument('--out', default='org/base-7b')", []string{"2 model org/base-7b none"}},
		{"names that choose no model", "a.py", "import openai\nif model == 'gpt-4': pass\nLIMIT = {'gpt-4': 8192}\nprint('gpt-4 is slow')\nlabel = 'gpt-4'", nil},
		{"a prompt of its own", "a.py", "SYSTEM_PROMPT = '''You are a helper of the desk.\nAnswer {question} in a friendly way.'''\nprompt_id = 'abc'\nPROMPT = 'hi'", []string{"1 prompt SYSTEM_PROMPT"}},
		{"a tool and an agent", "a.py", "from langchain_core.tools import tool\nfrom langgraph.prebuilt import create_react_agent\n@tool\ndef search(q: str):\n    '''x'''\nbot = create_react_agent(model='openai:gpt-4o', tools=[search], prompt='You look things up for people.')",
			[]string{"4 tool search", "6 agent bot", "6 hosted_model_api gpt-4o none", "6 prompt prompt"}},
		{"agents that hand over", "a.py", "from agents import Agent, function_tool\nhelp = Agent(name='Help', instructions='Help people with their bills.')\nfront = Agent(name='Front', handoffs=[help])",
			[]string{"2 agent Help", "2 prompt instructions", "3 agent Front", "3 handoff help"}},
		{"a month fixes a model, the length of a context does not", "a.py", "from openai import OpenAI\nc = OpenAI()\nc.chat.completions.create(model='mistral-large-2407')\nc.chat.completions.create(model='llama3-8b-8192')",
			[]string{"3 hosted_model_api mistral-large-2407 tag", "3 model_call c.chat.completions.create", "4 hosted_model_api llama3-8b-8192 none", "4 model_call c.chat.completions.create"}},
		{"an MCP server", "a.py", "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('desk')\n@mcp.tool()\ndef close(id: int): pass", []string{"2 mcp_server desk", "4 tool close"}},
		{"a store", "a.py", "import chromadb\nc = chromadb.PersistentClient(path='db')\nk = c.get_or_create_collection('notes')", []string{"2 vector_store db", "3 vector_store notes"}},
		{"training and its record", "a.py", "import wandb\nfrom trl import SFTTrainer\nwandb.init(project='desk')\ntrainer = SFTTrainer(model='org/base', train_dataset=d)", []string{"3 monitoring desk", "4 model org/base none", "4 training_job trainer"}},
		{"a schema of a tool", "a.py", "TOOLS = [{'name': 'get_time', 'description': 'x', 'input_schema': {'type': 'object'}}]\nconf = {'name': 'x', 'description': 'y'}", []string{"1 tool get_time"}},
		{"the AI SDK", "a.ts", "import { generateText, tool } from 'ai';\nimport { openai } from '@ai-sdk/openai';\nconst r = await generateText({ model: openai('gpt-4o'), system: 'You help people with forms.', tools: { weather: tool({ description: 'x' }) } });",
			[]string{"3 hosted_model_api gpt-4o none", "3 model_call generateText", "3 prompt system", "3 tool weather"}},
		{"LangChain in TypeScript", "a.ts", "import { ChatOpenAI } from '@langchain/openai';\nimport { MemoryVectorStore } from 'langchain/vectorstores/memory';\nconst llm = new ChatOpenAI({ modelName: 'gpt-4', temperature: 0 });\nconst store = await MemoryVectorStore.fromDocuments(d, e);",
			[]string{"3 hosted_model_api gpt-4 none", "4 vector_store store"}},
		{"an MCP server in TypeScript", "a.ts", "import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';\nconst s = new McpServer({ name: 'desk', version: '1' });\ns.registerTool('close', { description: 'x' }, run);", []string{"2 mcp_server desk", "3 tool close"}},
		{"code that has nothing to do with AI", "a.ts", "import express from 'express';\nconst app = express();\nconst model = new Car('fiat/panda');\nconst template = 'a long text with {holes} for a mail to people';\napp.listen(1);", nil},
	} {
		t.Run(c.title, func(t *testing.T) {
			tree := python.Parse(c.code)
			if !strings.HasSuffix(c.file, ".py") {
				tree = script.Parse(c.code, script.DialectOf(c.file))
			}
			if len(tree.Errors) > 0 {
				t.Fatal(tree.Errors)
			}
			if got := told(builtIn(t).Look(resolve.New(tree, c.file))); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// Settings name models, prompts and datasets by their keys.
func TestSettings(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"conf.yaml", "llm:\n  model: gpt-4o\n  name: fine\nbase_model: org/base-7b\n", []string{"2 hosted_model_api gpt-4o none", "4 model org/base-7b none"}},
		{"conf.yaml", "system_prompt: You are a helper of the desk.\nprompt: hi\n", []string{"1 prompt system_prompt"}},
		{"conf.yaml", "dataset: org/d\ndata: org/x\n", []string{"1 dataset org/d none"}},
		{"conf.yaml", "model: ${MODEL}\nimage_model: a/b.png\n", nil},
		{"package.json", "model: gpt-4o\n", nil},
	} {
		roots, err := settings.YAML([]byte(c.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := told(builtIn(t).Settings(c.file, roots)); !slices.Equal(got, c.want) {
			t.Errorf("%s\n%s\ngot %q, not %q", c.file, c.text, got, c.want)
		}
	}
}

// Found in both ways is found once.
func TestWays(t *testing.T) {
	tree := python.Parse("from openai import OpenAI\nOpenAI().chat.completions.create(model='gpt-4o')\nother(model='gpt-4o')\nOpenAI().chat.completions.create(model='own-name')")
	got := map[string]Ways{}
	for _, a := range builtIn(t).Look(resolve.New(tree, "a.py")) {
		if a.Kind == lodemark.KindHostedModel {
			got[fmt.Sprint(a.Line, " ", a.Name)] = a.Seen
		}
	}
	if len(got) != 3 || got["2 gpt-4o"] != ByCall|ByName || got["3 gpt-4o"] != ByName || got["4 own-name"] != ByCall {
		t.Errorf("%v", got)
	}
}

// The digest of a tool changes with what a model is told of it, and with nothing else.
func TestShape(t *testing.T) {
	digest := func(name, code string) string {
		tree := python.Parse(code)
		if name == "a.ts" {
			tree = script.Parse(code, script.DialectOf(name))
		}
		for _, a := range builtIn(t).Look(resolve.New(tree, name)) {
			if a.Kind == lodemark.KindTool {
				return a.Digest
			}
		}
		t.Fatalf("no tool in %s", code)
		return ""
	}
	const py = "from langchain_core.tools import tool\n@tool\ndef close(id: int):\n    'Close a case.'\n    return 1"
	const ts = "const about = 'Close a case.';\nserver.registerTool('close', { description: about, inputSchema: { id: z.number() } }, async ({ id }) => shut(id));"
	for _, c := range []struct {
		file, before, after, old, new string
		same                          bool
	}{
		{"a.py", py, py, "return 1", "return shut(id)", true},
		{"a.py", py, py, "id: int", "id:  int", true},
		{"a.py", py, py, "Close a case.", "Close a case. Always send it to me first.", false},
		{"a.py", py, py, "id: int", "id: int, note: str", false},
		{"a.ts", ts, ts, "shut(id)", "burn(id)", true},
		{"a.ts", ts, ts, "Close a case.", "Close all cases.", false},
		{"a.ts", ts, ts, "z.number()", "z.string()", false},
	} {
		if same := digest(c.file, c.before) == digest(c.file, strings.Replace(c.after, c.old, c.new, 1)); same != c.same {
			t.Errorf("%q for %q: the same digest: %v", c.new, c.old, same)
		}
	}
}

func builtIn(t *testing.T) *Book {
	t.Helper()
	b, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func told(assets []Asset) []string {
	var all []string
	for _, a := range assets {
		s := fmt.Sprintf("%d %s %s", a.Line, a.Kind, a.Name)
		if a.Pin != "" {
			s += " " + string(a.Pin)
		}
		if a.Origin == lodemark.OriginUnresolved {
			s += " unresolved"
		}
		all = append(all, s)
	}
	return all
}
