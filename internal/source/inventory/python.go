package inventory

import (
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What Python code shows by the names that people give to things and by the methods they call, where no library tells what they are.

var (
	// modelObject are names of what holds a language model, localObject of one that runs in this process.
	modelObject   = pattern.New(`(?i)^_*(?:\w+_)?(?:llm|chat_?model|language_model|chat_llm|llm_client)$`)
	localObject   = pattern.New(`(?i)^_*(?:\w+_)?(?:model|llm|pipeline|engine)$`)
	lossObject    = pattern.New(`(?i)loss$|^accelerator$|^fabric$|^model_engine$`)
	moderates     = pattern.New(`(?i)^_?(?:\w+_)?(?:moderate|moderation)(?:_(?:filter|check|text|content|message|request|provider|api|prompt|input|output|image))*$`)
	toolCallee    = pattern.New(`Tool(?:Spec|Definition|Schema|Param|Def|Metadata)?$`)
	vectorClass   = pattern.New(`(?:Vector|Embedding)(?:DB|Db|Database)$`)
	trainerObject = pattern.New(`(?i)^_?(?:\w+_)?trainer$`)
	ownTrainer    = pattern.New(`^[A-Z]\w*Trainer$`)
	dataObject    = pattern.New(`(?i)dataset|(?:^|_)(?:data|ds)(?:$|_)`)
)

// asked are methods by which a model is asked, if it is one that they are called on.
var asked = map[string]bool{"predict": true, "apredict": true, "stream": true, "astream": true, "chat": true, "achat": true, "complete": true, "acomplete": true, "invoke": true, "ainvoke": true, "batch": true, "abatch": true,
	"generate": true, "agenerate": true, "stream_chat": true, "astream_chat": true, "stream_complete": true, "astream_complete": true, "predict_messages": true, "generate_prompt": true, "agenerate_prompt": true, "generate_text": true,
	"generate_content": true, "stream_structured_predict": true, "astream_structured_predict": true, "predict_and_call": true, "apredict_and_call": true, "create_chat_completion": true}

// runs are methods of what LangChain can run, runnable are names of such things that ask a model.
var (
	langchain = []string{"langchain", "langgraph", "langchain_core"}
	runs      = map[string]bool{"invoke": true, "ainvoke": true, "stream": true, "astream": true, "batch": true, "abatch": true, "run": true, "arun": true}
	runnable  = pattern.New(`(?i)^_*(?:\w+_)?(?:model|llm|chain|agent|executor)(?:_(?:runnable|with_\w+|chain))?$`)
)

// askedAlways are methods that nothing else has.
var askedAlways = map[string]bool{"structured_predict": true, "astructured_predict": true, "chat_with_tools": true, "achat_with_tools": true, "stream_chat_with_tools": true, "astream_chat_with_tools": true,
	"invoke_endpoint_with_response_stream": true, "invoke_model_with_response_stream": true, "invoke_model": true, "invoke_endpoint": true}

// pythonCall notes what a call is by its name.
func (l *look) pythonCall(id syntax.ID) {
	t := l.t
	callee := t.Child(id, 0)
	k := t.Kind(callee)
	if k != syntax.Ident && k != syntax.Attribute || t.Kind(t.Parent(id)) == syntax.Decorator {
		return
	}
	name, object := t.Name(callee), ""
	if k == syntax.Attribute {
		if o := t.Child(callee, 0); t.Kind(o) == syntax.Ident || t.Kind(o) == syntax.Attribute {
			object = t.Name(o)
		}
	}
	switch {
	case askedAlways[name] && k == syntax.Attribute && l.ai,
		asked[name] && l.ai && modelObject.MatchString(object),
		k == syntax.Ident && l.ai && name != "chat_model" && modelObject.MatchString(name) && l.holdsCall(callee),
		runs[name] && runnable.MatchString(object) && l.imports(langchain),
		(name == "generate" || name == "chat") && l.ai && localObject.MatchString(object):
		l.add(Asset{Kind: lodemark.KindModelCall, Name: calleeText(t, id), Seen: ByName, at: id})
	case name == "backward" && l.ai && lossObject.MatchString(object):
		l.add(Asset{Kind: lodemark.KindTraining, Name: calleeText(t, id), Seen: ByName, at: id})
	case (name == "push_to_hub" || name == "load_adapter" || name == "load_lora_weights" || name == "load_ip_adapter" || name == "load_textual_inversion") && k == syntax.Attribute:
		l.ofHub(id, name, object)
	case readers[name]:
		l.readFile(id, name)
	case moderates.MatchString(name) && l.ai && k == syntax.Ident:
		l.moderated(id, callee)
	case (name == "train" || name == "fit") && l.ai && trainerObject.MatchString(object) && !l.trains:
		l.add(Asset{Kind: lodemark.KindTraining, Name: calleeText(t, id), Seen: ByName, at: id})
	case k == syntax.Ident && ownTrainer.MatchString(name) && l.ai && !l.noted(lodemark.KindTraining, id):
		l.add(Asset{Kind: lodemark.KindTraining, Name: name, Seen: ByName, at: id})
	case k == syntax.Ident && name == "pipe" && l.ai && t.Kind(l.f.Binding(callee)) != syntax.Alias:
		l.add(Asset{Kind: lodemark.KindModelCall, Name: name, Seen: ByName, at: id})
	case k == syntax.Ident && vectorClass.MatchString(name) && name[0] >= 'A' && name[0] <= 'Z':
		a := Asset{Kind: lodemark.KindVectorStore, Name: name, Seen: ByName, at: id}
		if v, _ := l.f.Argument(id, "", 0); v != 0 {
			if c, ok := l.f.Constant(v); ok && c.String && !c.Partial && c.Text != "" {
				a.Name = c.Text
			}
		}
		a.set("technology", name)
		l.add(a)
	}
	if l.ai && takesModel.MatchString(name) && !talks[name] && !aboutModel.MatchString(name) {
		l.placed(id)
	}
	if (name == "Blocks" || name == "Interface") && l.f.Called(id) == "gradio."+name {
		l.pages = append(l.pages, id)
	}
	l.toolByArguments(id, callee)
	l.toolByFactory(id, callee)
}

// takesModel are names of what may be given a model by its place among the arguments; aboutModel of what only looks something up.
var (
	takesModel = pattern.New(`(?i)chat|llm|model|embed|complet|openai|anthropic|gemini|gpt|claude|generat`)
	aboutModel = pattern.New(`(?i)encoding|tokeniz|template|conv|count|cost|price|info|^is_|^has_|limit|context_(?:size|length)|register|remove|delete|validate|assert`)
)

// placed notes the models behind an API that a call is given by place.
func (l *look) placed(id syntax.ID) {
	n := 0
	for a := l.t.Next(l.t.Child(id, 0)); a != 0 && n < 4; a = l.t.Next(a) {
		n++
		if l.t.Kind(a) != syntax.Str {
			continue
		}
		if text, ok := l.t.Text(a); ok && len(text) > 4 && len(text) < 80 && hostedName.MatchString(text) {
			m := Asset{Kind: kindOfHosted(text), Name: text, Seen: ByName, at: a}
			l.judge(&Entry{}, &m, 0)
			l.add(m)
		} else if ok && sizedTag.MatchString(text) {
			l.add(Asset{Kind: lodemark.KindModel, Name: text, Pin: lodemark.PinTag, Seen: ByName, at: a})
		}
	}
}

// sizedTag is a model of Ollama with its size: deepseek-r1:1.5b.
var sizedTag = pattern.New(`^(?:[a-z][\w.-]*/)?[a-z][\w.-]*:\d+(?:\.\d+)?[bm](?:-[\w.-]+)?$`)

// noted says whether the book made something of a kind of a call already.
func (l *look) noted(kind lodemark.Kind, id syntax.ID) bool {
	for i := len(l.found) - 1; i >= max(len(l.found)-8, 0); i-- {
		if l.found[i].Kind == kind && l.found[i].at == id {
			return true
		}
	}
	return false
}

// moderated notes a filter: where it is called, or, if it is a function of this file, where that is defined. What a filter calls is a part of it.
func (l *look) moderated(id, callee syntax.ID) {
	t := l.t
	at := id
	if b := l.f.Binding(callee); b != 0 && t.Kind(b) == syntax.Function {
		for fn := t.Enclosing(id, syntax.Function); fn != 0; fn = t.Enclosing(fn, syntax.Function) {
			if moderates.MatchString(t.Name(fn)) {
				return
			}
		}
		at = b
	}
	l.add(Asset{Kind: lodemark.KindGuardrail, Name: t.Name(callee), Seen: ByName, at: at})
}

// ofHub notes the repository of a hub that a method of a model or dataset loads or writes.
func (l *look) ofHub(id syntax.ID, method, object string) {
	v := l.argument(id, "repo_id|pretrained_model_name_or_path|pretrained_model_name_or_path_or_dict|peft_model_id|model_id|0")
	if v == 0 {
		return
	}
	c, ok := l.f.Constant(v)
	if !ok || !c.String || c.Partial || c.Text == "" || strings.ContainsAny(c.Text, " <>") {
		return
	}
	a := Asset{Kind: lodemark.KindModel, Name: c.Text, Seen: ByCall, at: l.writtenAt(v, v)}
	if method == "push_to_hub" {
		if dataObject.MatchString(object) {
			a.Kind = lodemark.KindDataset
		}
		a.set("role", "published")
	}
	l.judge(&Entry{Pin: "revision"}, &a, id)
	l.add(a)
}

// readers read files that may be data.
var readers = map[string]bool{"open": true, "read_csv": true, "read_json": true, "read_parquet": true, "read_jsonl": true, "load_jsonl": true, "read_table": true}

// dataPath is a file that holds data by its ending, or by its ending and its folder.
var dataPath = pattern.New(`(?i)\.(?:jsonl|csv|tsv|parquet|arrow)(?:\.gz|\.zip)?$|(?:dataset|corpus|corpora|(?:^|/)data/)[^\s]*\.json$|[^/\s]*dataset[^/\s]*\.(?:json|txt)$`)

// storedModel is a pickled model, by its name.
var storedModel = pattern.New(`(?i)(?:model|rerank|router|classif|regress|estimator|predictor|pipeline|clf|weights|forest|xgb|lgbm|svm|detector)[^/\\]*\.(?:pkl|pickle|joblib|dill)$`)

// pathText is the path that an expression gives, as far as it is written out: of Path(folder, "data", "a.jsonl") and folder / "a.jsonl", the end.
func (l *look) pathText(v syntax.ID, depth int) string {
	t := l.t
	if v == 0 || depth == 0 {
		return ""
	}
	if c, ok := l.f.Constant(v); ok && c.String && !strings.Contains(c.Text, "{}") {
		return c.Text
	}
	switch t.Kind(v) {
	case syntax.Call:
		switch callee := t.Child(v, 0); t.Name(callee) {
		case "Path", "join", "joinpath", "PurePath":
			text := ""
			for a := t.Next(callee); a != 0; a = t.Next(a) {
				part := l.pathText(a, depth-1)
				if part == "" {
					text = ""
				} else if text == "" {
					text = part
				} else {
					text += "/" + part
				}
			}
			return text
		case "expanduser", "abspath", "str", "realpath", "resolve":
			if a := t.Next(callee); a != 0 {
				return l.pathText(a, depth-1)
			}
		}
	case syntax.Binary:
		if t.Name(v) == "/" {
			return l.pathText(t.Last(v), depth-1)
		}
	}
	return ""
}

// readFile notes a file of data that is read.
func (l *look) readFile(id syntax.ID, name string) {
	v := l.argument(id, "0|file|path|filepath_or_buffer|path_or_buf")
	if v == 0 {
		return
	}
	writes := false
	if name == "open" {
		if mode, _ := l.f.Argument(id, "mode", 1); mode != 0 {
			if c, ok := l.f.Constant(mode); ok && strings.ContainsAny(c.Text, "wax") {
				writes = true
			}
		}
	}
	text := l.pathText(v, 4)
	if at := l.literalBefore(v); text == "" && at != v {
		text, v = l.pathText(at, 4), at
	}
	if name == "open" && storedModel.MatchString(text) {
		a := Asset{Kind: lodemark.KindModel, Name: text, Pin: lodemark.PinNone, Seen: ByCall, at: l.writtenAt(v, v)}
		a.set("source", "local")
		a.set("role", "file")
		if writes {
			a.set(lodemark.LoadFrom, lodemark.LoadWrites)
		}
		l.add(a)
		return
	}
	if writes || !l.ai || len(text) > 200 || !dataPath.MatchString(text) {
		return
	}
	a := Asset{Kind: lodemark.KindDataset, Name: text, Pin: lodemark.PinNone, Seen: ByCall, at: l.writtenAt(v, v)}
	a.set("source", "local")
	l.add(a)
}

// toolByArguments knows the description of a tool that is built by a call of anything that is called a tool: it has a name, a description, and
// a schema or a function.
func (l *look) toolByArguments(id, callee syntax.ID) {
	t := l.t
	made := t.Name(callee)
	if (made == "from_defaults" || made == "from_function") && t.Kind(callee) == syntax.Attribute {
		made = t.Name(t.Child(callee, 0))
	}
	if !toolCallee.MatchString(made) {
		return
	}
	n, d, s := syntax.ID(0), false, false
	for a := t.Next(t.Child(id, 0)); a != 0; a = t.Next(a) {
		if t.Kind(a) != syntax.Keyword {
			continue
		}
		switch t.Name(a) {
		case "name":
			n = t.Child(a, 0)
		case "description":
			d = true
		case "input_schema", "inputSchema", "parameters", "args_schema", "fn_schema", "schema", "fn", "async_fn", "func", "function", "coroutine":
			s = true
		}
	}
	if n == 0 || !d || !s || l.factory(id, n) {
		return
	}
	c, ok := l.f.Constant(n)
	if !ok || !c.String || c.Partial || c.Text == "" || strings.Contains(c.Text, " ") {
		return
	}
	l.add(Asset{Kind: lodemark.KindTool, Name: c.Text, Digest: l.shape(c.Text, id), Seen: ByName, at: id})
}

// toolWithin is the name of a tool that a call makes of a function, or describes with an object of its own.
func (l *look) toolWithin(call syntax.ID) string {
	if v, _ := l.f.Argument(call, "name", -1); v != 0 {
		return ""
	}
	if m := l.argument(call, "metadata"); m != 0 && l.t.Kind(m) == syntax.Call {
		if v, _ := l.f.Argument(m, "name", -1); v != 0 {
			if c, ok := l.f.Constant(v); ok && c.String && !c.Partial {
				return c.Text
			}
		}
		return ""
	}
	if v := l.argument(call, "fn|func|function|async_fn|coroutine"); v != 0 && l.t.Kind(v) == syntax.Ident {
		return l.t.Name(v)
	}
	if v, _ := l.f.Argument(call, "", 0); v != 0 && l.t.Kind(v) == syntax.Ident {
		if b := l.f.Binding(v); b != 0 && l.t.Kind(b) == syntax.Function {
			return l.t.Name(v)
		}
	}
	return ""
}

// factory says whether a tool's name is a parameter of the function that makes it, without a value of its own: its callers make tools then.
func (l *look) factory(call, name syntax.ID) bool {
	t := l.t
	if t.Kind(name) != syntax.Ident {
		return false
	}
	p := l.f.Binding(name)
	if p == 0 || t.Kind(p) != syntax.Param {
		return false
	}
	if last := t.Last(p); last != 0 && t.Kind(last) != syntax.Annotation {
		return false
	}
	fn := t.Enclosing(call, syntax.Function)
	if fn == 0 || t.Parent(p) != fn || t.Name(fn) == "" || t.Name(fn) == "__init__" {
		return fn != 0 && t.Parent(p) == fn
	}
	at := 0
	for c := range t.Children(fn) {
		if t.Kind(c) != syntax.Param {
			continue
		}
		if c == p {
			break
		}
		if n := t.Name(c); n != "self" && n != "cls" {
			at++
		}
	}
	if l.factories == nil {
		l.factories = map[string]parameter{}
	}
	l.factories[t.Name(fn)] = parameter{t.Name(p), at}
	return true
}

// parameter is one of a function of this file.
type parameter struct {
	name string
	at   int
}

// toolByFactory notes a tool that a function of this file makes, which is given its name.
func (l *look) toolByFactory(id, callee syntax.ID) {
	p, ok := l.factories[l.t.Name(callee)]
	if !ok {
		return
	}
	v, _ := l.f.Argument(id, p.name, p.at)
	if v == 0 {
		return
	}
	a := Asset{Kind: lodemark.KindTool, Seen: ByCall, at: id}
	if c, ok := l.f.Constant(v); ok && c.String && !c.Partial && c.Text != "" {
		a.Name = c.Text
	} else if k := l.t.Kind(v); k == syntax.Ident || k == syntax.Attribute {
		a.Name = l.variable(id)
		a.set("written", l.t.Code(v))
	}
	if a.Name == "" {
		return
	}
	a.Digest = l.shape(a.Name, id)
	l.add(a)
}

// pythonName notes what a variable or a key is by its name: settings of a provider's filters, the stage of a query that searches vectors.
func (l *look) pythonName(id syntax.ID) {
	t := l.t
	switch t.Kind(id) {
	case syntax.Keyword:
		switch v := t.Child(id, 0); t.Name(id) {
		case "prompt_tuning_init_text":
			l.text(v, "template", t.Name(id), ByCall)
		case "report_to":
			l.reportsTo(id, v)
		}
	case syntax.Assign:
		l.renamedTool(id)
		first := t.Child(id, 0)
		if t.Kind(first) == syntax.Index { // os.environ["WANDB_PROJECT"] = "desk"
			if key, ok := t.Text(t.Last(first)); ok && trackerVariable[key] != "" {
				a := Asset{Kind: lodemark.KindMonitoring, Name: trackerVariable[key], Seen: ByName, at: id}
				a.set("role", "tracker")
				l.add(a)
			}
			return
		}
		if t.Kind(first) != syntax.Ident || l.f.Value(id) == 0 {
			return
		}
		if tracingField[t.Name(first)] && t.Kind(t.Parent(t.Parent(id))) == syntax.Class { // of settings that the environment fills
			a := Asset{Kind: lodemark.KindMonitoring, Name: t.Name(first), Seen: ByName, at: id}
			a.set("role", "tracker")
			l.add(a)
		}
		if n := strings.ToLower(t.Name(first)); (n == "safety_settings" || n == "safety_config") && l.ai {
			switch t.Kind(l.f.Value(id)) {
			case syntax.List, syntax.Dict, syntax.Comp:
				l.add(Asset{Kind: lodemark.KindGuardrail, Name: t.Name(first), Seen: ByName, at: id})
			}
		}
	case syntax.Pair:
		if key, ok := t.Text(t.Child(id, 0)); ok && key == "$vectorSearch" && t.Kind(t.Last(id)) == syntax.Dict {
			index, _ := l.property(t.Last(id), "index")
			a := Asset{Kind: lodemark.KindVectorStore, Name: index, Seen: ByCall, at: id}
			a.set("provider", "mongodb")
			l.add(a)
		}
	}
}

// trackerName are trackers of experiments as options name them, trackerVariable what variables of the environment switch on.
var (
	trackerName     = map[string]bool{"wandb": true, "tensorboard": true, "mlflow": true, "comet_ml": true, "trackio": true, "swanlab": true, "neptune": true, "clearml": true}
	tracingField    = map[string]bool{"LANGCHAIN_TRACING_V2": true, "LANGSMITH_TRACING": true, "LANGFUSE_TRACING": true, "LANGFUSE_ENABLED": true, "PHOENIX_COLLECTOR_ENDPOINT": true, "MLFLOW_TRACKING_URI": true, "WANDB_PROJECT": true}
	trackerVariable = map[string]string{"WANDB_PROJECT": "wandb", "LANGCHAIN_TRACING_V2": "langsmith", "LANGSMITH_TRACING": "langsmith", "MLFLOW_TRACKING_URI": "mlflow", "COMET_PROJECT_NAME": "comet_ml"}
)

// templateOf says whether a call describes how conversations are written, whose name is that of a format and no model.
func (l *look) templateOf(call syntax.ID) bool {
	t := l.t
	if t.Kind(call) != syntax.Call {
		return false
	}
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		if t.Kind(a) == syntax.Keyword {
			switch t.Name(a) {
			case "system_message", "system_template", "roles", "sep", "sep_style", "chat_template", "prompt_template", "stop_str":
				return true
			}
		}
	}
	return false
}

// placeholderID is what stands in examples where a model has to be named.
var placeholderID = pattern.New(`^(?:YOUR|MY|INSERT|REPLACE)[_-][A-Z_-]+|^<.*>$|^\.\.\.$`)
