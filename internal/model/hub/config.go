package hub

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxConfig = 32 << 20 // bytes of a configuration
	maxNodes  = 100_000  // values of one that are kept
)

// judge looks at one configuration.
type judge struct {
	p     *inspect.Part
	ctx   context.Context
	file  string // in lower case
	coder *coder
	trust int64 // where it asks for remote code to be trusted, -1 if it does not
	gone  []reference
	looks int // templates looked at
	said  map[string]bool
}

// reference is a class that the configuration names and whose code was not found beside it.
type reference struct {
	at         int64
	key, class string
	file       string
	reason     string
}

func newJudge(ctx context.Context, p *inspect.Part) *judge {
	return &judge{p: p, ctx: ctx, file: strings.ToLower(p.Name), coder: newCoder(ctx, p), trust: -1, said: map[string]bool{}}
}

// say keeps a reason once for each id and name.
func (j *judge) say(v inspect.Verdict, id string, at int64, name, format string, args ...any) {
	if key := id + "\x00" + name; !j.said[key] {
		j.said[key] = true
		j.p.Say(v, id, at, format, args...)
	}
}

// again reports a key that is there twice with different values.
func again(p *inspect.Part) func(int64, string) {
	n := 0
	return func(at int64, key string) {
		if n++; n <= 10 {
			p.Say(inspect.NotRead, "config-twice", at, "has the key %s twice with different values: readers differ in which of them counts", inspect.Quote(key))
		}
	}
}

func scanConfig(ctx context.Context, p *inspect.Part) error {
	if p.Size > maxConfig {
		v := inspect.NotRead
		if lower := strings.ToLower(p.Name); !listed(lower) && lower != "config.json" {
			v = inspect.Clean // data that only speaks of models
		}
		p.Say(v, "config-limit", -1, "is longer than the %d bytes up to which configurations are read", maxConfig)
		return nil
	}
	n, r, err := parseJSON(p, maxNodes, nil, again(p))
	j := newJudge(ctx, p)
	j.whole(&n)
	switch {
	case err == nil:
	case !listed(j.file) && !hasAny(p.Head(), jsonWords[:]) && hasAny(p.Head(), []string{"//", "/*"}):
		p.Say(inspect.Clean, "config-comments", -1, "has comments: no loader of models reads it, and other programs do")
	default:
		return err
	}
	if r.over {
		v := inspect.NotRead
		if !listed(j.file) && j.file != "config.json" {
			v = inspect.Clean // data that only speaks of models
		}
		p.Say(v, "config-limit", -1, "has more than %d values, and not all were looked at", maxNodes)
	}
	return nil
}

// whole looks at the configuration as what its name says, and at everything in it.
func (j *judge) whole(n *node) {
	j.shape(n)
	j.facts(n)
	switch {
	case j.file == "model_index.json" || j.file == "modular_model_index.json" || n.get("_diffusers_version") != nil && strings.HasSuffix(n.text("_class_name"), "Pipeline"):
		j.pipeline(n)
	case j.file == "modules.json":
		j.modules(n)
	}
	if n.text("peft_type") != "" || j.file == "adapter_config.json" {
		j.adapter(n)
	}
	j.walk(n, "", 0)
	j.missing()
}

// shape says so where a reader expects another kind of value.
func (j *judge) shape(n *node) {
	want := object
	switch j.file {
	case "modules.json":
		want = list
	default:
		if !listed(j.file) && j.file != "config.json" {
			return
		}
	}
	if n.kind != want && n.kind != null {
		j.p.Say(inspect.NotRead, "config-shape", n.at, "is no %s, which the readers of %s expect", [...]string{object: "object", list: "list"}[want], j.file)
	}
}

// facts keeps what the inventory wants to know.
func (j *judge) facts(n *node) {
	if n.kind != object {
		return
	}
	p := j.p
	if a := n.get("architectures"); a != nil && a.kind == list && len(a.kids) > 0 {
		p.Fact("architecture", a.kids[0].s)
	} else {
		p.Fact("architecture", n.text("architecture"))
	}
	for _, f := range [][2]string{{"model_type", "model type"}, {"torch_dtype", "dtype"}, {"dtype", "dtype"}, {"transformers_version", "transformers"}, {"_diffusers_version", "diffusers"},
		{"_class_name", "class"}, {"library_name", "framework"}, {"license", "licence"}, {"base_model_name_or_path", "base model"}, {"peft_type", "adapter"}, {"tokenizer_class", "tokenizer"},
		{"_name_or_path", "made from"}, {"_commit_hash", "commit"}} {
		p.Fact(f[1], n.text(f[0]))
	}
	for _, f := range [][2]string{{"vocab_size", "vocabulary"}, {"hidden_size", "hidden size"}, {"num_hidden_layers", "layers"}, {"max_position_embeddings", "context"}, {"model_max_length", "context"}} {
		if v := n.get(f[0]); v != nil && v.kind == number && len(v.s) < 12 {
			p.Fact(f[1], v.s)
		}
	}
	if q := n.get("quantization_config"); q != nil {
		p.Fact("quantisation", q.text("quant_method"))
	}
}

// walk looks at every entry.
func (j *judge) walk(n *node, key string, depth int) {
	if depth > maxJSONDepth || j.ctx.Err() != nil {
		return
	}
	switch n.kind {
	case text:
		j.textValue(n, key)
	case object:
		for i := range n.kids {
			j.entry(n, n.keys[i], &n.kids[i])
			j.walk(&n.kids[i], n.keys[i], depth+1)
		}
	case list:
		for i := range n.kids {
			j.walk(&n.kids[i], key, depth+1)
		}
	}
}

// entry looks at a key that some loader acts on.
func (j *judge) entry(parent *node, key string, v *node) {
	switch key {
	case "auto_map":
		j.eachText(v, func(n *node) { j.class(n.at, key, n.s) })
	case "custom_pipelines":
		for i := range v.kids {
			if impl := v.kids[i].get("impl"); impl != nil && impl.kind == text {
				j.class(impl.at, key, impl.s)
			}
		}
	case "trust_remote_code":
		if v.kind == boolean && v.s == "true" {
			j.trusted(parent, v)
		}
	case "chat_template", "default_chat_template", "chat_templates", "additional_chat_templates":
		j.templates(v)
	case "_attn_implementation", "attn_implementation", "_attn_implementation_internal", "_experts_implementation", "experts_implementation", "kernel_config", "kernel_mapping":
		j.eachText(v, func(n *node) { j.kernel(n, key) })
	case "custom_generate":
		j.eachText(v, func(n *node) { j.fetches(n, key, "code of a generation loop") })
	case "_target_", "__target__", "class_path", "py/object", "py/type", "py/function", "py/repr", "loader_module", "activation_function", "activation_fn", "default_activation_function",
		"sbert_ce_default_activation_function", "parent_library":
		j.eachText(v, func(n *node) { j.target(n.at, key, n.s) })
		if key == "_target_" {
			j.hydraObject(parent, v)
		}
	case "py/reduce":
		j.say(inspect.Clean, "config-jsonpickle", v.at, "", "has \"py/reduce\": jsonpickle calls the function that it names")
	case "custom_pipeline":
		j.eachText(v, func(n *node) { j.fetches(n, key, "a pipeline") })
	case "weightsManifest":
		for i := range v.kids {
			if paths := v.kids[i].get("paths"); paths != nil {
				j.eachText(paths, func(n *node) { escape(j.p, n.at, "config-path", "a file of weights", n.s) })
			}
		}
	default:
		if v.kind == text && callableKey(key) {
			j.harmful(v.at, key, v.s)
		}
	}
}

// callableKey tells keys under which some loaders import what they name.
func callableKey(key string) bool {
	switch key {
	case "target", "cls", "class", "constructor", "fn", "func", "function", "callable", "entrypoint", "entry_point", "loader", "module", "plugin", "type", "handler", "factory", "hook", "callback", "backend":
		return true
	}
	for _, end := range []string{"_class", "_cls", "_type", "_fn", "_func", "_function", "_module", "_loader", "_handler", "_hook", "class_name", "_factory", "_callback"} {
		if strings.HasSuffix(key, end) {
			return true
		}
	}
	return false
}

// eachText visits a text, or those in a list or object of them.
func (j *judge) eachText(n *node, visit func(*node)) {
	switch n.kind {
	case text:
		visit(n)
	case list, object:
		for i := range n.kids {
			if k := &n.kids[i]; k.kind == text {
				visit(k)
			} else if k.kind == list || k.kind == object {
				for m := range k.kids {
					if k.kids[m].kind == text {
						visit(&k.kids[m])
					}
				}
			}
		}
	}
}

// trusted is for "trust_remote_code": true. Loaders take the consent from their caller, not from the file, apart from older
// versions of sentence-transformers, which handed on what stands in a module's arguments.
func (j *judge) trusted(parent, v *node) {
	if j.trust < 0 {
		j.trust = v.at
	}
	if j.file == "sentence_bert_config.json" {
		j.say(inspect.Dangerous, "config-trusts", v.at, "", "has \"trust_remote_code\": true in the arguments of a model, with which older versions of sentence-transformers run code of the model's without asking")
		return
	}
	j.say(inspect.Clean, "config-trusts", v.at, "", "has \"trust_remote_code\": true; loaders take that consent from who calls them, and code that does comes from wherever the model does")
}

// kernel is for the attention that a model asks for: "owner/name" or "owner/name:function" is native code from a repository.
func (j *judge) kernel(n *node, key string) {
	if !strings.Contains(n.s, "/") {
		return
	}
	j.say(inspect.Dangerous, "config-kernel", n.at, n.s, "names %s as %q: the loader fetches native code from that repository and runs it", inspect.Quote(n.s), key)
}

// fetches is for a key whose value is a repository or a path with code.
func (j *judge) fetches(n *node, key, what string) {
	if strings.ContainsAny(n.s, "/\\") || strings.Contains(n.s, "--") {
		j.say(inspect.Dangerous, "config-fetches-code", n.at, n.s, "names %s as %q: the loader fetches %s from there and runs it", inspect.Quote(n.s), key, what)
	}
}

// missing speaks of code that is named and was not found. With consent in the same configuration it is fetched unseen.
func (j *judge) missing() {
	for _, g := range j.gone {
		v, tail := inspect.NotRead, ""
		if j.trust >= 0 {
			v, tail = inspect.Dangerous, ", and asks for it to be trusted"
		}
		j.say(v, "config-code-missing", g.at, g.file, "names %s as %q%s: its code in %s %s", inspect.Quote(g.class), g.key, tail, inspect.Quote(g.file), g.reason)
	}
}

// class judges a reference to a class: "module.Class" of this repository or "owner/name--module.Class" of another one.
func (j *judge) class(at int64, key, ref string) {
	if repo, rest, ok := strings.Cut(ref, "--"); ok {
		j.say(inspect.Dangerous, "config-remote-code", at, ref, "names %s as %q: a loader that trusts remote code fetches %s from the repository %s and runs it", inspect.Quote(ref), key, inspect.Quote(rest), inspect.Quote(repo))
		return
	}
	dot := strings.LastIndexByte(ref, '.')
	if dot <= 0 {
		return // no module: a class that the library has
	}
	module := ref[:dot]
	if strings.ContainsAny(module, `/\:`) || strings.HasPrefix(module, ".") {
		j.say(inspect.Dangerous, "config-code-path", at, ref, "names %s as %q: the module's path leads elsewhere", inspect.Quote(ref), key)
		return
	}
	j.local(at, key, ref, strings.ReplaceAll(module, ".", "/")+".py")
}

// local judges the code of a class that the repository itself has.
func (j *judge) local(at int64, key, ref, file string) bool {
	found, reason := j.coder.file(file, fmt.Sprintf("%q", key), at)
	switch {
	case found:
		j.say(inspect.Clean, "config-local-code", at, file, "names %s as %q: a loader that trusts remote code imports %s, whose code was looked at", inspect.Quote(ref), key, inspect.Quote(file))
	case j.p.Depth > 0 && codeName(file):
		j.say(inspect.Clean, "config-local-code", at, file, "names %s as %q: a loader that trusts remote code imports %s", inspect.Quote(ref), key, inspect.Quote(file))
	default:
		if !slices.ContainsFunc(j.gone, func(g reference) bool { return g.file == file }) && len(j.gone) < 100 {
			j.gone = append(j.gone, reference{at, key, ref, file, reason})
		}
	}
	return found
}
