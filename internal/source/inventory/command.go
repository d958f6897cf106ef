package inventory

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Word is one word of a command, with its line from 1.
type Word struct {
	Text string
	Line int

	at syntax.ID // of code that starts the command
}

// Commands gives what the commands of a shell script show: models and data that options name, servers, training, evaluations, trackers.
func (b *Book) Commands(all [][]Word) []Asset {
	var found []Asset
	seen := map[key]bool{}
	c := &commands{set: map[string]Word{}, tell: func(a Asset, w Word) {
		a.Line, a.EndLine = w.Line, w.Line
		if k := (key{a.Kind, a.Name, a.Line}); !seen[k] && len(found) < 5000 {
			seen[k] = true
			found = append(found, a)
		}
	}}
	for _, words := range all {
		c.read(words)
	}
	return found
}

// commands reads one command after another.
type commands struct {
	set  map[string]Word // variables of the script, as they were set
	tell func(Asset, Word)
}

var (
	assigned     = pattern.New(`^([A-Za-z_]\w*)=(.*)$`)
	variableWord = pattern.New(`^\$\{?([A-Za-z_]\w*)(?::-([^}]*))?\}?$`)
	modelOption  = pattern.New(`(?i)^(?:(?:base|teacher|student|draft|ref|reference|reward|judge|policy|target|source|hf|peft|vision|speech|speculative|main|eval|embedding|embed|pretrained|sft|critic|actor|llm|finetuned)[-_])?(?:model|models|tokenizer|vision[-_]tower|checkpoint|adapter|lora|pretrained|embedding|reranker|llm|peft)(?:[-_](?:name|path|paths|names|id|repo|or|model|checkpoint))*$`)
	dataOption   = pattern.New(`(?i)^(?:(?:train|eval|test|validation|hf|input|sft|training|calibration|instruct)[-_])?(?:data|dataset|datasets)(?:[-_](?:name|names|path|paths|file|files|id|repo))*$|^(?:train|training|validation|eval|question|questions|annotation|annotations|qa|benchmark)[-_](?:file|files|path)$`)
	dataFile     = pattern.New(`(?i)\.(?:jsonl?|csv|tsv|parquet|arrow|txt)(?:\.gz)?$`)
	weightsFile  = pattern.New(`(?i)\.(?:pt|pth|bin|ckpt|safetensors|gguf|ggml|onnx|h5|keras|tflite)$`)
	trainScript  = pattern.New(`(?i)(?:^|[_./-])(?:train|trainer|training|pretrain|finetune|finetuning|fine_tune|fine_tuning|sft|dpo|grpo|ppo|rlhf|qlora)(?:[_.-]|$)|train\w*\.py$|finetun`)
	evalScript   = pattern.New(`(?i)(?:^|[_./-])(?:eval|evals|evaluate|evaluation|benchmark)(?:[_.-]|$)`)
	trainOption  = pattern.New(`^(?:num_train_epochs|per_device_train_batch_size|learning_rate|lr_scheduler_type|max_train_steps|train_batch_size|gradient_accumulation_steps)$`)
)

// servers are programs that answer for a model, as `program` or `program subcommand`; modules of Python among them.
var servers = []string{"vllm serve", "vllm.entrypoints.openai.api_server", "vllm.entrypoints.api_server", "sglang.launch_server", "text-generation-launcher", "llama-server", "llama_cpp.server", "lmdeploy serve",
	"fastchat.serve.openai_api_server", "fastchat.serve.model_worker", "fastchat.serve.vllm_worker", "fastchat.serve.sglang_worker", "fastchat.serve.multi_model_worker", "fastchat.serve.{}", "tritonserver", "torchserve", "mlflow models serve", "ollama serve",
	"bentoml serve", "xinference-local", "huggingfaceserver", "mlc_llm serve", "trtllm-serve", "mii.launch", "litellm", "tabby serve", "local-ai", "infinity_emb", "text-embeddings-router", "trl vllm-serve", "optimum-neuron serve", "mlx_lm.server", "rasa run --enable-api", "rasa run -m", "rasa run --model"}

// harnesses evaluate models.
var harnesses = []string{"lm_eval", "lm-eval", "lighteval", "promptfoo eval", "deepeval test", "inspect eval", "mteb run", "evalplus.evaluate", "bigcode-evaluation-harness", "helm-run", "opencompass", "garak", "llm_judge"}

// trainers train, whatever they are given.
var trainers = []string{"axolotl train", "axolotl.cli.train", "llamafactory-cli train", "tune run", "swift sft", "swift rlhf", "trl sft", "trl dpo", "trl grpo", "mlx_lm.lora", "mlx_lm lora", "autotrain llm", "rasa train"}

// read notes what one command shows.
func (c *commands) read(words []Word) {
	from := 0
	for from < len(words) {
		if t := words[from].Text; t == "export" || t == "env" || t == "local" || t == "declare" {
			from++
			continue
		}
		m := assigned.FindStringSubmatch(words[from].Text)
		if m == nil {
			break
		}
		value := c.value(m[2]).Text
		w := words[from]
		w.Text = value
		c.set[m[1]] = w
		if kind := byName(strings.ToLower(m[1]), value, true); kind != "" {
			c.names(kind, value, w)
		}
		c.link(value, w)
		from++
	}
	words = words[from:]
	if len(words) == 0 || len(words) > 2000 {
		return
	}
	if w := words[0].Text; w == "echo" || w == "printf" || w == "cat" || w == "#" {
		return
	}
	script, at, launched := c.program(words)
	c.started(words, script, at, launched)
	c.options(words)
}

// value is a word, or what the variable that it is was set to, with the place of that.
func (c *commands) value(text string) Word {
	if m := variableWord.FindStringSubmatch(text); m != nil {
		if v, known := c.set[m[1]]; known {
			return v
		}
		return Word{Text: m[2]}
	}
	return Word{Text: text}
}

// program is what a command runs in the end: behind a launcher, `python` or `python -m`; its place, and whether a launcher of training starts it.
func (c *commands) program(words []Word) (name string, at int, launched bool) {
	for i := 0; i < len(words); i++ {
		t := words[i].Text
		switch base := t[strings.LastIndexByte(t, '/')+1:]; {
		case strings.HasPrefix(t, "-"):
			if t == "-m" && i+1 < len(words) {
				if m := words[i+1].Text; m == "torch.distributed.run" || m == "torch.distributed.launch" || m == "accelerate.commands.launch" {
					launched = true
				} else {
					return m, i + 1, launched
				}
				i++
			} else if launched && i+1 < len(words) && !strings.HasSuffix(words[i+1].Text, ".py") && !strings.HasPrefix(words[i+1].Text, "-") && !strings.Contains(t, "=") {
				i++ // the value of an option of the launcher
			}
		case base == "accelerate" && i+1 < len(words) && words[i+1].Text == "launch":
			launched = true
			i++
		case base == "torchrun", base == "deepspeed":
			launched = true
		case strings.HasPrefix(base, "python"), strings.Contains(t, "executable"), t == "{}", strings.HasPrefix(t, "$"), assigned.MatchString(t), t == "nohup", t == "sudo", t == "exec", t == "time", t == "uv", t == "run", t == "poetry", t == "srun", t == "!", t == "&", t == "then", t == "do", t == "else", t == "numactl":
		default:
			return base, i, launched
		}
	}
	return "", 0, launched
}

// started notes what a program is for.
func (c *commands) started(words []Word, script string, at int, launched bool) {
	if script == "" {
		return
	}
	is := func(programs []string) string {
		for _, p := range programs {
			first, rest, _ := strings.Cut(p, " ")
			if script == first && (rest == "" || strings.HasPrefix(strings.Join(texts(words[at+1:min(at+3, len(words))]), " ")+" ", rest+" ")) {
				return p
			}
		}
		return ""
	}
	switch {
	case is(servers) != "":
		c.tell(Asset{Kind: lodemark.KindServer, Name: is(servers), Origin: lodemark.OriginInferred, Seen: ByCall, Detail: map[string]string{"technology": technology(script)}}, words[at])
	case is(harnesses) != "":
		c.tell(Asset{Kind: lodemark.KindEvaluation, Name: is(harnesses), Origin: lodemark.OriginInferred, Seen: ByCall}, words[at])
	case evalScript.MatchString(script) && (launched || strings.HasSuffix(script, ".py") || at > 0 && words[at-1].Text == "-m"):
		c.tell(Asset{Kind: lodemark.KindEvaluation, Name: words[at].Text, Origin: lodemark.OriginInferred, Seen: ByCall}, words[at])
	case is(trainers) != "":
		c.tell(Asset{Kind: lodemark.KindTraining, Name: is(trainers), Origin: lodemark.OriginInferred, Seen: ByCall}, words[0])
	case (launched || strings.HasSuffix(script, ".py") || at > 0 && words[at-1].Text == "-m") && (trainScript.MatchString(script) || slices.ContainsFunc(words, func(w Word) bool {
		name, _, _ := strings.Cut(strings.TrimLeft(w.Text, "-"), "=")
		return strings.HasPrefix(w.Text, "--") && trainOption.MatchString(name)
	})):
		c.tell(Asset{Kind: lodemark.KindTraining, Name: words[at].Text, Origin: lodemark.OriginInferred, Seen: ByCall}, words[0])
	}
	if n := at + 2; n < len(words) && (script == "vllm" && words[at+1].Text == "serve" || (script == "huggingface-cli" || script == "hf" || script == "modelscope") && words[at+1].Text == "download" || script == "ollama" && (words[at+1].Text == "pull" || words[at+1].Text == "run")) {
		if v := c.value(words[n].Text); hubName.MatchString(v.Text) || script == "ollama" && v.Text != "" && !strings.ContainsAny(v.Text, "-$") {
			c.names(lodemark.KindModel, v.Text, v.or(words[n]))
		}
	}
}

// weightsLink is the address of a file of weights in a repository of the hub.
var weightsLink = pattern.New(`^https://huggingface\.co/([A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})/(?:resolve|raw|blob)/([\w.-]+)/[^\s?]*\.(?:safetensors|gguf|ggml|bin|pt|pth|ckpt|onnx)(?:\?[^\s]*)?$`)

// link notes the model that an address leads to.
func (c *commands) link(text string, at Word) {
	if !strings.HasPrefix(text, "https://huggingface.co/") {
		return
	}
	m := weightsLink.FindStringSubmatch(text)
	if m == nil || strings.HasPrefix(m[1], "datasets/") {
		return
	}
	a := Asset{Kind: lodemark.KindModel, Name: m[1], Origin: lodemark.OriginInferred, Pin: lodemark.PinTag, Version: m[2], Seen: ByCall}
	switch {
	case commitID.MatchString(m[2]):
		a.Pin = lodemark.PinCommit
	case m[2] == "main" || m[2] == "master":
		a.Pin = lodemark.PinBranch
	}
	c.tell(a, at)
}

// or is the word, or another one where it has no place of its own.
func (w Word) or(other Word) Word {
	if w.Line == 0 && w.at == 0 {
		return other
	}
	return w
}

func technology(program string) string {
	name, _, _ := strings.Cut(program, ".")
	return name
}

func texts(words []Word) []string {
	var all []string
	for _, w := range words {
		all = append(all, w.Text)
	}
	return all
}

// options notes what options name.
func (c *commands) options(words []Word) {
	for i, w := range words {
		if !strings.HasPrefix(w.Text, "-") {
			continue
		}
		name, value, joined := strings.Cut(strings.TrimLeft(w.Text, "-"), "=")
		at := w
		if !joined && i+1 < len(words) && !strings.HasPrefix(words[i+1].Text, "-") {
			at = words[i+1]
			value = at.Text
		}
		v := c.value(value)
		value, at = v.Text, v.or(at)
		switch {
		case value == "" || strings.Contains(value, "path/to") || len(value) > 160 || strings.ContainsAny(value, "{}<>*$ "):
		case modelOption.MatchString(name):
			switch {
			case hostedName.MatchString(value):
				c.names(kindOfHosted(value), value, at)
			case isHub(value):
				kind := lodemark.KindModel
				if embedWord.MatchString(name + " " + value) {
					kind = lodemark.KindEmbeddingModel
				}
				c.names(kind, value, at)
			case strings.HasPrefix(value, "~/"), strings.HasPrefix(value, "./"), strings.HasPrefix(value, "../"), weightsFile.MatchString(value):
				c.names(lodemark.KindModel, value, at)
			}
		case dataOption.MatchString(name):
			if dataFile.MatchString(value) || isHub(value) {
				c.names(lodemark.KindDataset, value, at)
			}
		case name == "report_to" || name == "report-to" || name == "logger":
			if trackerName[value] {
				c.tell(Asset{Kind: lodemark.KindMonitoring, Name: value, Origin: lodemark.OriginInferred, Seen: ByCall, Detail: map[string]string{"role": "tracker"}}, at)
			}
		}
	}
}

func (c *commands) names(kind lodemark.Kind, name string, at Word) {
	a := Asset{Kind: kind, Name: name, Origin: lodemark.OriginInferred, Pin: lodemark.PinNone, Seen: ByCall}
	if m := dated.FindStringSubmatch(name); m != nil && kind == lodemark.KindHostedModel {
		a.Pin, a.Version = lodemark.PinTag, m[1]
	}
	if !hubName.MatchString(name) && isLocal(name) {
		a.set("source", "local")
	}
	c.tell(a, at)
}

// commandIn notes a command that code starts: as one text, or as a list of words.
func (l *look) commandIn(id syntax.ID) {
	t := l.t
	var words []Word
	switch t.Kind(id) {
	case syntax.Str, syntax.Strings, syntax.Format:
		switch t.Kind(t.Parent(id)) {
		case syntax.ExprStmt, syntax.Strings, syntax.Format, syntax.Interp, syntax.List, syntax.Pair: // documentation, or a part of something
			return
		case syntax.Keyword:
			if n := t.Name(t.Parent(id)); n == "help" || n == "description" || n == "epilog" || n == "usage" {
				return
			}
		case syntax.Call:
			if callee := t.Child(t.Parent(id), 0); talks[t.Name(callee)] {
				return
			}
		}
		code := t.Code(id)
		if len(code) > 4000 || !strings.Contains(code, " -") && !strings.Contains(code, "\"--") && !strings.Contains(code, " serve") || !commandText.MatchString(code) {
			return
		}
		c, ok := l.f.Constant(id)
		if !ok || !c.String {
			return
		}
		for _, w := range strings.Fields(c.Text) {
			words = append(words, Word{Text: strings.Trim(w, `"'`), at: id})
		}
	case syntax.List:
		n := 0
		for c := range t.Children(id) {
			if text, ok := t.Text(c); ok && t.Kind(c) == syntax.Str && (strings.HasPrefix(text, "--") || text == "serve" || text == "-m" || text == "launch") {
				n++
			}
		}
		if n == 0 {
			return
		}
		for c := range t.Children(id) {
			w := Word{Text: "{}", at: c}
			if k, ok := l.f.Constant(c); ok && k.String && t.Kind(c) != syntax.Spread {
				w.Text = k.Text
			}
			words = append(words, w)
			if len(words) > 400 {
				return
			}
		}
	}
	c := &commands{set: map[string]Word{}, tell: func(a Asset, w Word) {
		if a.at = w.at; a.Kind == lodemark.KindModel || a.Kind == lodemark.KindEmbeddingModel || a.Kind == lodemark.KindHostedModel || a.Kind == lodemark.KindDataset {
			a.at = l.writtenAt(w.at, w.at)
		}
		l.add(a)
	}}
	c.read(words)
}

// talks are functions that show a text to people.
var talks = map[string]bool{"print": true, "info": true, "warning": true, "error": true, "debug": true, "warn": true, "echo": true, "write": true, "log": true, "add_argument": true, "ArgumentParser": true, "ValueError": true, "ImportError": true, "RuntimeError": true}

var commandText = pattern.New(`(?:^|[\s"'])--(?:model|tokenizer|dataset)[\w-]*[ =]|vllm serve|-m (?:vllm|sglang|fastchat|llama_cpp|lm_eval)|accelerate launch|torchrun |lm_eval |llama-server`)
