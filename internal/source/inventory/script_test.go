package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/script"
)

// What JavaScript and TypeScript show, and what looks like it and is none.
func TestLookScript(t *testing.T) {
	for _, c := range []struct {
		title, code string
		want        []string
	}{
		{"a model that no pattern knows, as the default of the environment", "this.model = process.env.STT_MODEL ?? 'nova-3';\nconst voice = process.env.VOICE_MODEL ?? 'abc-123';\nconst car = process.env.CAR ?? 'nova-3';", []string{"1 hosted_model_api nova-3 none"}},
		{"an entry of a list of models", "const A: LLM = {\n  modelId: 'mixtral-8x7b-32768',\n  modelName: 'Mixtral',\n  provider: 'groq' };\nconst row = { id: 'row-1', name: 'mixtral' };", []string{"2 hosted_model_api mixtral-8x7b-32768 none"}},
		{"models that are left out", "const noSystemPromptModels = ['gpt-4o'];\nconst DEPRECATED_MODELS = ['gpt-4'];\nconst models = ['gpt-4o-mini'];", []string{"3 hosted_model_api gpt-4o-mini none"}},
		{"a default of a parameter, in a file that requires a library", "const OpenAI = require('openai');\nfunction f(config) { const { model = 'router-8b' } = config; }", []string{"2 hosted_model_api router-8b none"}},
		{"the library's default is not told where the caller says the model", "import { ChatOpenAI } from '@langchain/openai';\nexport const make = (config) => new ChatOpenAI({ temperature: 0, ...config });", []string{"2 hosted_model_api config none unresolved"}},
		{"a tool stands where it is declared", "import { tool } from '@langchain/core/tools';\nconst find = tool(\n  async () => {\n    return 1;\n  },\n  {\n    name: 'find_it', schema: s });", []string{"2 tool find_it"}},
		{"a tool that a function makes", "import { tool } from 'ai';\nexport const addNote = (s) =>\n  tool({ description: 'x', execute: f });", []string{"3 tool addNote"}},
		{"tools of one's own", "import OpenAI from 'openai';\nconst tools = [{ name: 'close', description: 'x', parameters: p, handler: run }];\nconst menu = [{ name: 'open', description: 'x', icon: 'y' }];", []string{"2 tool close"}},
		{"chains are asked, retrievers are not", "import { ChatPromptTemplate } from '@langchain/core/prompts';\nimport { EnsembleRetriever } from '@langchain/classic/retrievers/ensemble';\nconst chain = prompt().pipe(llm);\nconst c2 = ChatPromptTemplate.fromMessages([['system', 'You are a clerk of the desk.']]).pipe(llm);\nawait c2.invoke({});\nconst r = new EnsembleRetriever({});\nawait r.invoke('x');",
			[]string{"4 prompt system", "5 model_call c2.invoke"}},
		{"a client that a class is given", "const Anthropic = require('@anthropic-ai/sdk');\nclass A extends B { ask() { return this.client.messages.create({ messages }); } }", []string{"2 model_call this.client.messages.create"}},
		{"messages of another kind", "const twilio = require('twilio');\nclass A { send() { return this.client.messages.create({ to: x }); } }", nil},
		{"a store is made once and used often", "import { MemoryVectorStore } from 'langchain/vectorstores/memory';\nconst s = new MemoryVectorStore(e);\nawait s.addDocuments(d);\nawait s.similaritySearch(q);", []string{"2 vector_store s"}},
		{"stores behind a database", "await db.rpc('match_notes', { query_embedding: e });\nawait db.rpc('count_notes', { user });\nconst sql = `SELECT id FROM notes ORDER BY v <=> $1`;\nconst plain = `SELECT id FROM notes ORDER BY day`;", []string{"1 vector_store match_notes", "3 vector_store notes"}},
		{"a prompt that nothing names", "const s = { prompt: row.prompt || 'You are a friendly, helpful AI assistant.' };\ntoast('You are a member of the AI assistant group now.');\nconst title = 'You are the manager of this page';", []string{"1 prompt prompt"}},
		{"a prompt that a function puts together", "const buildPrompt = (a) => {\n  let prompt = '';\n  prompt += `Answer only with what stands in ${a} and say so.`;\n  prompt += `Write as a clerk would write to ${a} today.`;\n  return prompt;\n};", []string{"1 prompt prompt"}},
		{"a request to ask that is no call of a model", "await fetch(`https://api.cohere.com/v1/models/${m}`);\nawait fetch('https://api.openai.com/v1/chat/completions', { method: 'POST' });", []string{"2 model_call fetch"}},
		{"people are asked before a tool runs", "bot.requestToolApproval = async function () {};\nform.requestApproval = async function () {};", []string{"1 guardrail requestToolApproval"}},
	} {
		t.Run(c.title, func(t *testing.T) {
			tree := script.Parse(c.code, script.DialectOf("a.ts"))
			if len(tree.Errors) > 0 {
				t.Fatal(tree.Errors)
			}
			if got := told(builtIn(t).Look(resolve.New(tree, "a.ts"))); !slices.Equal(got, c.want) {
				t.Errorf("got\n  %s\nnot\n  %s", strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}
