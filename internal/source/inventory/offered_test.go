package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// Models that a program offers to choose from, each a line of its own; and what looks like them.
func TestOffered(t *testing.T) {
	for _, c := range []struct {
		title, file, code string
		want              []string
	}{
		{"an enumeration", "a.py", "from enum import StrEnum\nclass GroqModelName(StrEnum):\n    FAST = 'llama-3.1-8b-instant'\n    OSS = 'openai/gpt-oss-20b'\nclass Provider(StrEnum):\n    OPENAI = 'openai'\nclass ModelStatus(StrEnum):\n    GPT = 'gpt-2-done'",
			[]string{"3 hosted_model_api llama-3.1-8b-instant none", "4 model openai/gpt-oss-20b none"}},
		{"an enumeration in TypeScript", "a.ts", "enum ModelId { Fast = 'claude-3-5-haiku-20241022', Own = 'qwen3-max' }\nenum Color { Red = 'red-1' }", []string{"1 hosted_model_api claude-3-5-haiku-20241022 tag", "1 hosted_model_api qwen3-max none"}},
		{"a table", "a.ts", "const MODELS = { fast: 'gpt-4o-mini', best: 'openrouter/anthropic/claude-3.5-sonnet', label: 'gpt-4 is best' } as const;", []string{"1 hosted_model_api gpt-4o-mini none", "1 hosted_model_api openrouter/anthropic/claude-3.5-sonnet none"}},
		{"a list", "a.py", "AVAILABLE_MODELS = [\n  'gpt-4o',\n  'deepseek-r1:7b',\n  'your-model-here']\nUNSUPPORTED_MODELS = ['o1-mini', 'o1-preview']", []string{"2 hosted_model_api gpt-4o none", "3 hosted_model_api deepseek-r1:7b none"}},
		{"the others of a list are models, too", "a.ts", "const tools = [{ id: 'gpt-4o', name: 'x' }, { id: 'claude-3-opus-20240229', name: 'y' }, { id: 'mixtral-8x7b-own', name: 'z' }, { id: 'web-unlock', name: 'w' }];",
			[]string{"1 hosted_model_api claude-3-opus-20240229 tag", "1 hosted_model_api gpt-4o none", "1 hosted_model_api mixtral-8x7b-own none"}},
		{"a choice on a page", "a.py", "import streamlit as st\nm = st.selectbox('Which?', ['gpt-4o', 'gpt-4o-mini'])\nif m in ['o1-mini', 'o3-mini']: pass", []string{"2 hosted_model_api gpt-4o none", "2 hosted_model_api gpt-4o-mini none"}},
		{"an option of a page", "a.tsx", "const x = <select><option value=\"gpt-4o\">GPT</option><option value=\"red\">r</option></select>;\nconst y = <Chart value=\"gpt-4o\" />;", []string{"1 hosted_model_api gpt-4o none"}},
		{"members of a type", "a.py", "from typing import Literal\nM = Literal['gpt-4o', 'claude-3-5-sonnet-20241022']\nT = Literal['red', 'blue']", []string{"2 hosted_model_api claude-3-5-sonnet-20241022 tag", "2 hosted_model_api gpt-4o none"}},
		{"what is asked whether it is one of them", "a.ts", "if (['o1-mini', 'o3-mini'].includes(m)) run();", nil},
		{"ways of one model", "a.ts", "export enum CodeModel { A = 'gpt-5.5 (no thinking)', B = 'gpt-5.5 (low thinking)' }", []string{"1 hosted_model_api gpt-5.5 none"}},
		{"what a function chooses", "a.py", "def get_model_name(fast):\n    return 'gpt-4o-mini'\ndef title():\n    return 'gpt-4o'", []string{"2 hosted_model_api gpt-4o-mini none"}},
		{"beginnings of names", "a.ts", "const ALLOWED_PREFIXES = ['gpt-5', 'o3', 'o4'];", nil},
		{"a mock of a list", "src/__tests__/a.ts", "const list = [{ id: 'mixtral-own-1' }, { id: 'gpt-red-1' }];\nenum ModelId { A = 'qwen3-max' }", nil},
		{"prices", "a.py", "PRICES = {'gpt-4o': 0.01, 'gpt-4': 0.03}", nil},
		{"a model in a word of one's own", "a.ts", "export const config = { inferenceModel: 'llama-3.1-70b-versatile', dataModel: 'user-v1' };", []string{"1 hosted_model_api llama-3.1-70b-versatile none"}},
		{"settings in a text", "a.py", "CONFIG = f\"\"\"\nmodel_providers:\n  - name: {gateway}\n    llm_model_ids:\n      - \"openai-main/gpt-4o-mini\"\n    embedding_model_ids:\n      - \"mixedbread-ai/mxbai-embed-large-v1\"\n\"\"\"\nHELP = \"\"\"Give it a model:\nmodel: the one you like\n\"\"\"",
			[]string{"5 hosted_model_api openai-main/gpt-4o-mini none", "7 embedding_model mixedbread-ai/mxbai-embed-large-v1 none"}},
		{"a store that settings choose", "a.py", "import json\nVECTOR_DB_CONFIG = json.dumps({'provider': 'qdrant', 'url': u})\nDB = {'provider': 'postgres'}", []string{"2 vector_store qdrant"}},
	} {
		t.Run(c.title, func(t *testing.T) { lookAt(t, c.file, c.code, c.want) })
	}
}

// Guards, hand-overs and tools that people write themselves.
func TestOwn(t *testing.T) {
	for _, c := range []struct {
		title, file, code string
		want              []string
	}{
		{"a guard", "a.py", "import anthropic\nclass PromptInjectionDetector:\n    def check(self, text):\n        return self.model.predict(text) > 0.5\nclass SafeguardOutput:\n    verdict: str = 'unknown so far, nothing was looked at'\ng = PromptInjectionDetector()", []string{"2 guardrail PromptInjectionDetector", "7 guardrail PromptInjectionDetector"}},
		{"a guard that is a function", "a.ts", "export function detectPromptInjection(text: string) {\n  return patterns.some((p) => p.test(text)) || text.length > 10000;\n}\nfunction injectDependencies(container: Container) { return container.injectAll().map((x) => x.value); }", []string{"1 guardrail detectPromptInjection"}},
		{"agents of a supervisor", "a.py", "from langgraph_supervisor import create_supervisor\nw = create_supervisor([sales, billing], model=m, prompt='You lead a team of two agents.')", []string{"2 agent w", "2 handoff billing", "2 handoff sales", "2 prompt prompt"}},
		{"agents that are added", "a.ts", "import { RealtimeAgent } from '@openai/agents/realtime';\nconst a = new RealtimeAgent({ name: 'front' });\n(a.handoffs as any).push(b);\nlist.push(b);", []string{"2 agent front", "3 handoff b"}},
		{"functions that are given to an agent", "a.py", "from langchain.agents import create_agent\ndef add(a, b):\n    '''Add.'''\n    return a + b\ndef other(): pass\nbot = create_agent(model=m, tools=[add])", []string{"2 tool add", "6 agent bot"}},
		{"a tool with another name", "a.py", "from langchain_core.tools import tool\ndef calc(e): pass\ncalculator = tool(calc)\ncalculator.name = 'Calculator'\nother.name = 'x'", []string{"3 tool Calculator"}},
		{"the address of a server", "a.py", "class Settings(BaseSettings):\n    MCP_GITHUB_SERVER_URL: str = 'https://example.org/mcp/'\n    API_URL: str = 'https://example.org/api'", []string{"2 mcp_server https://example.org/mcp/"}},
	} {
		t.Run(c.title, func(t *testing.T) { lookAt(t, c.file, c.code, c.want) })
	}
}

func lookAt(t *testing.T, file, code string, want []string) {
	t.Helper()
	tree := python.Parse(code)
	if !strings.HasSuffix(file, ".py") {
		tree = script.Parse(code, script.DialectOf(file))
	}
	if len(tree.Errors) > 0 {
		t.Fatal(tree.Errors)
	}
	if got := told(builtIn(t).Look(resolve.New(tree, file))); !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// Lists of models in files of settings, settings inside of them, and what only records a run.
func TestOfferedInSettings(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       []string
	}{
		{"models.json", "{\"models\": [\n{\"id\": \"gpt-5\", \"provider\": \"OpenAI\"},\n{\"id\": \"accounts/fireworks/models/qwen3-32b\", \"name\": \"Qwen\"},\n{\"id\": \"llama3.1\", \"provider\": \"Ollama\"}, {\"id\": \"search\"}]}",
			[]string{"2 hosted_model_api gpt-5 none", "3 hosted_model_api accounts/fireworks/models/qwen3-32b none", "4 hosted_model_api llama3.1 none"}},
		{"colors.json", "{\"items\": [\n{\"id\": \"red-1\"},\n{\"id\": \"gpt-red\"}]}", nil},
		{"opencode.json", "{\"models\": {\"gpt-4o\": {\"name\": \"x\"}, \"red\": {\"name\": \"y\"}}}", []string{"1 hosted_model_api gpt-4o none"}},
		{"map.yaml", "kind: ConfigMap\ndata:\n  conf: |\n    llm_model_ids:\n      - openai-main/gpt-4o\n  text: |\n    A model: is what\n    you make of it\n", []string{"5 hosted_model_api openai-main/gpt-4o none"}},
		{"app.env", "VECTOR_DB_CONFIG: '{\"provider\":\"qdrant\",\"url\":\"http://x\"}'\n", []string{"1 vector_store qdrant"}},
		{"langgraph.json", "{\"graphs\": {\n\"desk\": \"./a.py:graph\"}}", []string{"2 agent desk"}},
		{"out.json", "{\"run_metadata\": {\"model\": \"gpt-4o\"}, \"accuracy\": 0.8, \"rows\": [{\"prompt\": \"Write a long text about lamps and wires.\"}]}", nil},
		{"train.yaml", "model_name_or_path: org/base-7b\nlearning_rate: 0.1\nwarmup_rate: 0.2\n", []string{"1 model org/base-7b none"}},
		{"evals/results/a.json", "{\"model\": \"gpt-4o\"}", nil},
		{"suite.json", "{\"server\": {\"command\": \"node\"}, \"llmJudge\": false, \"workflows\": [{\"name\": \"x\"}]}", []string{"1 eval_harness suite.json"}},
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

// How far the path of a model is known, and from where it counts.
func TestLoadPaths(t *testing.T) {
	for _, c := range []struct{ file, code, path, from string }{
		{"app/a.py", "import torch\ntorch.load('models/a.pt')", "models/a.pt", ""},
		{"app/a.py", "import torch\nfrom pathlib import Path\ntorch.load(Path(__file__).parent / 'w' / 'a.pt')", "app/w/a.pt", "root"},
		{"app/a.py", "import torch\nfrom pathlib import Path\nROOT = Path(__file__).resolve().parents[1]\ntorch.load(ROOT / 'a.pt')", "a.pt", "root"},
		{"app/a.py", "import torch, os\nHERE = os.path.dirname(os.path.abspath(__file__))\ntorch.load(os.path.join(HERE, '..', 'a.pt'))", "a.pt", "root"},
		{"app/a.py", "import torch, os\ntorch.load(os.path.join(folder, 'a.pt'))", "a.pt", "somewhere"},
		{"app/a.py", "import torch\ntorch.load(f'{folder}/w/a.pt')", "w/a.pt", "somewhere"},
		{"app/a.py", "import torch\nD = 'w'\ntorch.load(f'{D}/a.pt')", "w/a.pt", ""},
		{"app/a.py", "import pickle\nwith open('m.pkl', 'rb') as f:\n    m = pickle.load(f)", "m.pkl", ""},
		{"app/a.py", "import pickle\nfrom pathlib import Path\nm = pickle.load(Path('m.pkl').open('rb'))", "m.pkl", ""},
		{"app/a.py", "import joblib, os\nm = joblib.load(os.getenv('M', os.path.join('w', 'm.joblib')))", "w/m.joblib", ""},
		{"app/a.py", "import torch\ntorch.load(args.path)", "", ""},
		{"app/a.py", "import torch\ntorch.load(str(here))", "", ""},
		{"app/a.py", "import pickle\nm = pickle.load(open(cache + '/vector_index.pkl', 'rb'))", "", ""},
		{"web/a.ts", "import * as ort from 'onnxruntime-node';\nimport path from 'path';\nawait ort.InferenceSession.create(path.join(__dirname, 'm.onnx'));", "web/m.onnx", "root"},
		{"web/a.mjs", "import * as ort from 'onnxruntime-node';\nawait ort.InferenceSession.create(new URL('./m.onnx', import.meta.url));", "web/m.onnx", "root"},
		{"web/a.ts", "import * as ort from 'onnxruntime-node';\nimport path from 'path';\nawait ort.InferenceSession.create(path.join(process.cwd(), 'm.onnx'));", "m.onnx", ""},
	} {
		tree := python.Parse(c.code)
		if !strings.HasSuffix(c.file, ".py") {
			tree = script.Parse(c.code, script.DialectOf(c.file))
		}
		got := [2]string{}
		for _, a := range builtIn(t).Look(resolve.New(tree, c.file)) {
			if p := a.Detail["load_path"]; p != "" {
				got = [2]string{p, a.Detail["load_from"]}
			}
		}
		if got != [2]string{c.path, c.from} {
			t.Errorf("%s: %s\ngot %q", c.file, c.code, got)
		}
	}
}
