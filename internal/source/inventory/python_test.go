package inventory

import (
	"slices"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/source/python"
	"github.com/lodemark/lodemark/internal/source/resolve"
)

// What Python code shows by names and methods, where no library tells, and what looks like it.
func TestPython(t *testing.T) {
	for _, c := range []struct {
		title, code string
		want        []string
	}{
		{"a model is asked by methods that only models have", "import llama_index\nclass A:\n    async def f(self):\n        await self._llm.apredict(p)\n        self.db.predict(p)\n        return await x.astructured_predict(K, p)",
			[]string{"4 model_call self._llm.apredict", "6 model_call x.astructured_predict"}},
		{"a model that runs here", "import transformers\nout = peft_model.generate(**x)\nreport.generate(x)", []string{"2 model_call peft_model.generate"}},
		{"a request to a model by what it sends", "import requests\npayload = {'model': m, 'messages': h, 'temperature': 0}\nrequests.post(base, json=payload)\nrequests.post(base, json={'name': n, 'query': q})\nrequests.post(base, json={'user': n})",
			[]string{"3 model_call requests.post"}},
		{"a route is no request", "from fastapi import FastAPI\napp = FastAPI()\n@app.post('/v1/chat/completions')\nasync def f(r): pass", nil},
		{"training by hand, and its look-alikes", "import torch\nloss.backward()\naccelerator.backward(loss)\nhistory.backward()", []string{"2 training_job loss.backward", "3 training_job accelerator.backward"}},
		{"a trainer of its own is one job", "import torch\nfrom own import MyTrainer\ntrainer = MyTrainer(model)\ntrainer.train()", []string{"3 training_job MyTrainer"}},
		{"an adapter makes no job", "from peft import get_peft_model\nmodel = get_peft_model(model, config)", nil},
		{"what is loaded into a model, and published", "import torch\nmodel.load_adapter('org/sql', adapter_name='sql')\npipe.load_lora_weights('org/lora')\ndataset.push_to_hub('org/d')\nmodel.push_to_hub(name)",
			[]string{"2 model org/sql none", "3 model org/lora none", "4 dataset org/d none"}},
		{"files of data that are read, and those that are written", "import openai\nwith open('eval.jsonl') as f: pass\nwith open('out.jsonl', 'w') as f: pass\nopen('notes.json')\npd.read_csv('reviews.csv')\nopen(Path(root, 'datasets', 'qa.json'))",
			[]string{"2 dataset eval.jsonl none", "5 dataset reviews.csv none", "6 dataset datasets/qa.json none"}},
		{"a stored model", "import pickle\nfp = Path(root, 'reranker.pkl')\nwith open(fp, 'rb') as f: m = f\nopen('state.pkl')", []string{"2 model reranker.pkl none"}},
		{"options of a program", "import torch\np.add_argument('--data_path', default='org/d')\np.add_argument('--train_file', default='train.jsonl')\np.add_argument('--model', default='all-mpnet-base-v2')\np.add_argument('--suffix', default='.pt')\nok = weights.endswith('.pt')",
			[]string{"2 dataset org/d none", "3 dataset train.jsonl none", "4 embedding_model all-mpnet-base-v2 none"}},
		{"models in lists and tables, without any library", "models = [('meta-llama/Llama-2-7b-hf', 'w'), ('org/thing', 'w')]\nMODEL_IDS = {'small': 'Qwen/Qwen2-1.5B'}\nthings = ['meta-llama/Llama-2-7b-hf']",
			[]string{"1 model meta-llama/Llama-2-7b-hf none", "2 model Qwen/Qwen2-1.5B none"}},
		{"tables of data sets", "import datasets\ndatasets_info = {'memes': {'path': 'org/memes', 'key': 'a/b'}}", []string{"2 dataset org/memes none"}},
		{"a model given by place, and where one is only looked up", "import openai\nask_model('hi', 'gpt-4o')\nencoding_for_model('gpt-4o')\nget_model_context_length('gpt-4o')\nprint_it('gpt-4o')", []string{"2 hosted_model_api gpt-4o none"}},
		{"the name of a template is no model", "import openai\nConversation(name='gpt-4-turbo', system_message='You help people with their bills.', roles=('a', 'b'))", []string{"2 prompt system_message"}},
		{"a filter counts where it is used; one of this file where it is defined", "import gradio\nfrom own import moderation_filter\ndef moderate_text(x):\n    return moderation_filter(x)\nflagged = moderate_text(t)",
			[]string{"3 guardrail moderate_text", "4 guardrail moderation_filter"}},
		{"filters of a provider that are set", "import vertexai\nsafety_settings = [{'category': 'A', 'threshold': 'BLOCK_NONE'}]\nsafety_settings = load()", []string{"2 guardrail safety_settings"}},
		{"tools that a function of the file makes", "from llama_index.core.tools import FunctionTool\ndef made(name, about):\n    return FunctionTool.from_defaults(name=name, description=about, fn=f)\nA = made('search', 'x')\nB = made('sum', 'y')",
			[]string{"4 tool search", "5 tool sum"}},
		{"a tool by its description, and what is called a tool and has none", "t = ToolSpec(name='bash', description='Run it.', input_schema={})\nu = ToolBar(name='bar', items=[])\nv = ToolSpec(name='x')", []string{"1 tool bash"}},
		{"a tool is named after its function", "from llama_index.core.tools import FunctionTool\ndef add(a, b): pass\nadd_tool = FunctionTool.from_defaults(fn=add)", []string{"3 tool add"}},
		{"a tool whose name is a member of an enumeration", "from mcp.types import Tool\nclass Names(str, Enum):\n    NOW = 'get_time'\n\ndef tools():\n    return [Tool(name=Names.NOW.value, description='x', inputSchema={})]", []string{"6 tool get_time"}},
		{"a store of its own, and one of MongoDB", "db = VectorDB('docs')\nstage = {'$vectorSearch': {'index': 'vi', 'path': 'e'}}", []string{"1 vector_store docs", "2 vector_store vi"}},
		{"trackers that are switched on", "import transformers\nimport os\nos.environ['WANDB_PROJECT'] = 'desk'\nargs = TrainingArguments(report_to='wandb')\nargs = TrainingArguments(report_to='none')", []string{"3 monitoring wandb", "4 monitoring wandb"}},
		{"a data set of the hub by its link", "import pandas\nURL = 'https://huggingface.co/datasets/org/d/resolve/main/a.parquet'\nPAGE = 'https://huggingface.co/datasets/org/d'", []string{"2 dataset org/d none"}},
		{"a text that tells a model who it is, whatever holds it", "import openai\nroutes = {'bills': 'You are a specialist for bills. Follow the rules of the desk and answer in short sentences.'}\nprint('You are here.')", []string{"2 prompt bills"}},
		{"the same without a library, if it says who answers", "routes = {'bills': 'You are a support specialist for bills. Follow the rules of the desk and answer in short sentences.', 'x': 'You are a member now, and we are glad to have you here with us in the club.'}", []string{"1 prompt bills"}},
		{"what is filled into a user's message", "import openai\nquery = f'''<article>{article}</article>\nUse the tool to print a summary.'''\nm = [{'role': 'user', 'content': query}]\nn = [{'role': 'user', 'content': [{'type': 'text', 'text': f'Sum up what {who} said in the article.'}]}]\no = [{'role': 'user', 'content': typed}]",
			[]string{"2 prompt query", "5 prompt user"}},
		{"an error is no prompt", "import openai\ndef ask_prompt(q):\n    try:\n        return run(q)\n    except E as e:\n        return f'Error in ask_prompt, which was given: {e}'", nil},
		{"files that are read in a format", "from datasets import load_dataset\nload_dataset('json', data_files={'train': 'a.jsonl'})\nload_dataset('csv', data_files=path)\nload_dataset('squad')", []string{"2 dataset a.jsonl none", "3 dataset path none unresolved", "4 dataset squad none"}},
		{"who calls says which model", "from langchain_openai import ChatOpenAI\ndef f(p, **kwargs):\n    return ChatOpenAI(openai_api_base='https://example.org', **kwargs)", []string{"3 hosted_model_api kwargs none unresolved"}},
		{"a command in a text", "cmd = f'python3 -m fastchat.serve.model_worker --model-path lmsys/vicuna-7b-v1.5 --port {n}'\nparser = Parser(description='python3 -m x --model-path lmsys/vicuna-7b-v1.5')\n'''python3 -m x --model-path lmsys/vicuna-7b-v1.5'''",
			[]string{"1 model lmsys/vicuna-7b-v1.5 none", "1 model_server fastchat.serve.model_worker"}},
		{"a command in a list of words", "argv = ['vllm', 'serve', self.hf, '--tokenizer', 'org/t']\nmenu = ['soup', 'serve']", []string{"1 model org/t none", "1 model_server vllm serve"}},
	} {
		t.Run(c.title, func(t *testing.T) {
			tree := python.Parse(c.code)
			if len(tree.Errors) > 0 {
				t.Fatal(tree.Errors)
			}
			if got := told(builtIn(t).Look(resolve.New(tree, "a.py"))); !slices.Equal(got, c.want) {
				t.Errorf("%s\ngot\n  %s\nnot\n  %s", c.code, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
			}
		})
	}
}

// What the commands of a script show. Words are as a shell splits them.
func TestCommands(t *testing.T) {
	for _, c := range []struct {
		title, script string
		want          []string
	}{
		{"training by a launcher", "accelerate launch --config_file a.yaml train.py --model_name_or_path org/base-7b --dataset_name org/d --report_to wandb",
			[]string{"1 training_job train.py", "1 model org/base-7b none", "1 dataset org/d none", "1 monitoring wandb"}},
		{"weights by their address", "URL=https://huggingface.co/org/router/resolve/main/model.safetensors\nPAGE=https://huggingface.co/org/router", []string{"1 model org/router branch"}},
		{"training by its options", "torchrun --nproc_per_node 8 run.py --learning_rate 1e-4\npython run.py --out x", []string{"1 training_job run.py"}},
		{"a launcher starts other things too", "accelerate launch infer.py --model org/m\ntorchrun serve.py", []string{"1 model org/m none"}},
		{"servers", "nohup vllm serve org/m --port 1\npython3 -m vllm.entrypoints.openai.api_server --model=org/m\necho vllm serve org/m\nvllm bench", []string{"1 model_server vllm serve", "1 model org/m none", "2 model_server vllm.entrypoints.openai.api_server", "2 model org/m none"}},
		{"a model in a variable is noted where it is set", "export MODEL_NAME=org/m-7b\nNAME=org/x\npython3 -m sglang.launch_server --model-path $MODEL_NAME --tokenizer ${TOK:-org/t}",
			[]string{"1 model org/m-7b none", "3 model_server sglang.launch_server", "3 model org/t none"}},
		{"data in files, and what only looks like them", "python train.py --data_path data/a.json --output_dir org/out --train_file x.jsonl --model_name_or_path ./ckpt/$V --data_path /path/to/data.json",
			[]string{"1 training_job train.py", "1 dataset data/a.json none", "1 dataset x.jsonl none"}},
		{"weights in the home folder, and hosted models", "python gen.py --model-path ~/weights/llama-7b --judge-model gpt-4", []string{"1 model ~/weights/llama-7b none", "1 hosted_model_api gpt-4 none"}},
		{"organisations that are providers too", "python gen.py --model openai/whisper-small --model openai/own", []string{"1 model openai/whisper-small none"}},
		{"downloads and evaluation", "huggingface-cli download org/m --local-dir x\nollama pull llama3\nlm_eval --model hf\npython -m own.eval.run", []string{"1 model org/m none", "2 model llama3 none", "3 eval_harness lm_eval", "4 eval_harness own.eval.run"}},
		{"programs that have nothing to do with models", "git clone org/m\ndocker run --name org/m x\npython manage.py migrate\nmake train", nil},
	} {
		var all [][]Word
		for i, line := range strings.Split(c.script, "\n") {
			var words []Word
			for _, w := range strings.Fields(line) {
				words = append(words, Word{Text: w, Line: i + 1})
			}
			all = append(all, words)
		}
		if got := told(builtIn(t).Commands(all)); !slices.Equal(got, c.want) {
			t.Errorf("%s\n%s\ngot\n  %s\nnot\n  %s", c.title, c.script, strings.Join(got, "\n  "), strings.Join(c.want, "\n  "))
		}
	}
}

// Commands are read in any order of words without harm.
func FuzzCommands(f *testing.F) {
	f.Add("accelerate launch --a b train.py --model org/m")
	f.Add("A=b C=$A vllm serve $C -- --model=")
	f.Add("python -m\n-m -m ollama pull")
	f.Fuzz(func(t *testing.T, script string) {
		var all [][]Word
		for i, line := range strings.Split(script, "\n") {
			var words []Word
			for _, w := range strings.Fields(line) {
				words = append(words, Word{Text: w, Line: i + 1})
			}
			all = append(all, words)
		}
		lines := strings.Count(script, "\n") + 1
		for _, a := range builtIn(t).Commands(all) {
			if a.Line < 1 || a.Line > lines || a.Name == "" {
				t.Errorf("%q: %+v", script, a)
			}
		}
	})
}
