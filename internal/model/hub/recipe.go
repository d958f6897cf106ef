package hub

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	maxRecipe    = 4 << 20
	maxStructure = 200_000 // lines, commas and dashes of a recipe: what becomes of them in memory is many times as large
	maxDocuments = 64
	maxYAMLDepth = 100
)

// recipeWords are what a loader of YAML acts on.
var recipeWords = [...]string{"_target_", "__target__", "!!python/", "2002:python", "%TAG", "!new:", "!apply:", "!applyref:", "!name:", "!module:", "class_path:", "loader_module", "chat_template:",
	"trust_remote_code:", "py/object", "py/reduce"}

// modelWords are what configurations of models and of their training speak of.
var modelWords = [...]string{"model:", "model_name", "model_type", "batch_size", "learning_rate", "hidden_size", "tokenizer", "vocab_size", "optimizer", "num_layers", "trainer:", "base_model", "checkpoint", "epochs"}

// claimsRecipe takes YAML files by names that models have, and others with words that a loader acts on.
func claimsRecipe(p *inspect.Part) bool {
	if roleOf(p.Name) != recipe || !isText(p.Head()) {
		return false
	}
	switch strings.ToLower(p.Name) {
	case "mlmodel", "hparams.yaml", "hparams.yml", "hyperparams.yaml", "hyperparams.yml", "python_env.yaml", "model_config.yaml", "model_config.yml", "mergekit_config.yml", "mergekit_config.yaml",
		"training_args.yaml":
		return true
	case "config.yaml", "config.yml", "recipe.yaml", "params.yaml":
		if hasAny(p.Head(), modelWords[:]) || neighbour(p, models...) {
			return true
		}
	case "conda.yaml", "conda.yml", "environment.yml", "environment.yaml", "requirements.yaml":
		return neighbour(p, models...) || bytes.Contains(p.Head(), []byte("pip:"))
	}
	head := p.Head()
	if bytes.Contains(head, []byte("runs-on:")) && !hasAny(head, recipeWords[:4]) {
		return false // a workflow, which no loader of models reads
	}
	return hasAny(head, recipeWords[:]) || hasAny(head, []string{"target: os.", "target: posix.", "target: subprocess.", "target: builtins."}) ||
		bytes.Contains(head, []byte("target: ")) && bytes.Contains(head, []byte("params:"))
}

func scanRecipe(ctx context.Context, p *inspect.Part) error {
	src, err := p.Read(0, int(min(p.Size, maxRecipe)))
	if err != nil {
		return err
	}
	j := &recipeJudge{judge: newJudge(ctx, p), starts: lineStarts(src)}
	if p.Size > maxRecipe || structure(src) > maxStructure {
		j.words(src)
		p.Say(inspect.NotRead, "recipe-limit", -1, "is larger than recipes are that are read")
		return nil
	}
	docs, err := parseDocuments(src)
	for _, d := range docs {
		j.node(d, "", 0)
	}
	if len(docs) > 0 {
		j.document(docs[0])
	}
	if err != nil {
		return j.unread(src, err)
	}
	j.missing()
	return nil
}

// structure estimates how many nodes YAML has.
func structure(src []byte) int {
	n := 0
	for _, c := range src {
		switch c {
		case '\n', ',', '-', '[', '{', ':':
			n++
		}
	}
	return n / 2
}

// parseDocuments reads the documents of a YAML file, up to the first that is none.
func parseDocuments(src []byte) ([]*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(src))
	var out []*yaml.Node
	for len(out) < maxDocuments {
		var n yaml.Node
		if err := d.Decode(&n); errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return out, err
		}
		out = append(out, &n)
	}
	return out, errors.New("too many documents")
}

// parseYAML reads one document.
func parseYAML(src []byte) (*yaml.Node, error) {
	if structure(src) > maxStructure {
		return nil, errors.New("too many entries")
	}
	var n yaml.Node
	err := yaml.Unmarshal(src, &n)
	return &n, err
}

// recipeJudge looks at one YAML file.
type recipeJudge struct {
	*judge
	starts []int
}

// unread is for what is no YAML for the reader we have. What it would have a loader call is looked for in the text; a template
// that a program fills in before is no YAML yet.
func (j *recipeJudge) unread(src []byte, err error) error {
	j.words(src)
	if bytes.Contains(src, []byte("{{")) || bytes.Contains(src, []byte("{%")) {
		j.p.Say(inspect.Clean, "recipe-template", -1, "is a template of YAML, not YAML")
		return nil
	}
	return &inspect.DamageError{Offset: -1, Reason: "cannot be read as YAML: " + inspect.Cut(err.Error())}
}

// words looks for Python tags and targets in text that could not be read as YAML.
func (j *recipeJudge) words(src []byte) {
	text := string(src)
	for _, mark := range []string{"!!python/", "2002:python/"} {
		for at := 0; ; {
			i := strings.Index(text[at:], mark)
			if i < 0 {
				break
			}
			at += i + len(mark)
			rest, _, _ := strings.Cut(text[at:min(len(text), at+300)], "\n")
			rest, _, _ = strings.Cut(rest, " ")
			j.python(int64(at), strings.TrimRight(rest, ",]}>"))
		}
	}
	for _, mark := range []string{"_target_:", "class_path:", "!new:", "!apply:", "!name:"} {
		for at := 0; ; {
			i := strings.Index(text[at:], mark)
			if i < 0 {
				break
			}
			at += i + len(mark)
			rest := strings.TrimLeft(text[at:min(len(text), at+300)], " '\"")
			if end := strings.IndexAny(rest, " \n\r\t'\",}"); end >= 0 {
				rest = rest[:end]
			}
			j.target(int64(at), strings.Trim(mark, ":!"), rest)
		}
	}
}

// at is the offset of a node.
func (j *recipeJudge) at(n *yaml.Node) int64 {
	if n.Line >= 1 && n.Line <= len(j.starts) {
		return int64(j.starts[n.Line-1] + max(0, n.Column-1))
	}
	return -1
}

// node looks at everything in a document. Aliases are not followed: what they stand for is looked at where it stands.
func (j *recipeJudge) node(n *yaml.Node, key string, depth int) {
	if n == nil || depth > maxYAMLDepth {
		if n != nil {
			j.say(inspect.NotRead, "recipe-limit", j.at(n), "", "is nested deeper than %d levels", maxYAMLDepth)
		}
		return
	}
	j.tag(n)
	switch n.Kind {
	case yaml.MappingNode:
		j.hydra(n)
		calls := false
		for i := 0; i+1 < len(n.Content); i += 2 {
			calls = calls || strings.HasPrefix(n.Content[i].Value, "_target_") || strings.HasPrefix(n.Content[i].Value, "__target__")
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			j.tag(k)
			if v.Kind == yaml.ScalarNode {
				j.pair(k.Value, v, calls)
			}
			if k.Value == "<<" && v.Kind == yaml.AliasNode {
				continue
			}
			j.node(v, k.Value, depth+1)
		}
	case yaml.ScalarNode:
		if key == "_args_" && dottedName(n.Value) { // what a _target_ is called with: hydra.utils.get_method imports it
			j.harmful(j.at(n), key, n.Value)
		}
		for _, name := range resolved(n.Value) {
			j.harmful(j.at(n), "target", name)
		}
		if n.Tag == "!!str" || strings.HasPrefix(n.Tag, "!") {
			j.textValue(&node{kind: text, at: j.at(n), s: n.Value}, key)
		}
	case yaml.SequenceNode, yaml.DocumentNode:
		for _, c := range n.Content {
			j.node(c, key, depth+1)
		}
	}
}

// pair judges a key with one value. calls says that the mapping has a _target_, so that its other values are arguments.
func (j *recipeJudge) pair(key string, v *yaml.Node, calls bool) {
	at := j.at(v)
	switch key {
	case "_target_", "__target__", "class_path", "_class_path_":
		if executesBare(v.Value) || dottedName(v.Value) {
			j.target(at, key, v.Value)
		}
	case "path", "func", "function", "callable", "obj", "method", "_args_":
		if calls && dottedName(v.Value) {
			j.harmful(at, key, v.Value)
		}
	case "trust_remote_code":
		if v.Value == "true" || v.Value == "True" {
			j.trusted(nil, &node{kind: boolean, at: at, s: "true"})
		}
	case "chat_template":
		if strings.Contains(v.Value, "{") {
			j.template(&node{kind: text, at: at, s: v.Value}, strings.Contains(v.Value, "{%") && strings.Contains(v.Value, "message"))
		}
	case "_BASE_", "_base_", "__base__":
		if remote(v.Value) {
			j.say(inspect.Dangerous, "recipe-base", at, v.Value, "names %s as what it builds on: the loader fetches that", inspect.Quote(v.Value))
		}
	default:
		if callableKey(key) {
			j.harmful(at, key, v.Value)
		}
	}
}

// tag judges a tag: Python's of PyYAML, and those of HyperPyYAML.
func (j *recipeJudge) tag(n *yaml.Node) {
	if !strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "tag:") {
		return
	}
	tag := n.Tag
	for _, prefix := range []string{"!!python/", "tag:yaml.org,2002:python/", "!python/"} {
		if rest, ok := strings.CutPrefix(tag, prefix); ok {
			if strings.HasSuffix(rest, ":") { // !!python/name: os.system
				rest += n.Value
			}
			j.python(j.at(n), rest)
			return
		}
	}
	for _, prefix := range []string{"!new:", "!name:", "!apply:", "!applyref:", "!module:"} {
		if name, ok := strings.CutPrefix(tag, prefix); ok {
			j.target(j.at(n), strings.TrimSuffix(prefix, ":"), name)
			if file := strings.TrimSuffix(prefix, ":"); file == "!module" {
				j.local(j.at(n), prefix, name, strings.ReplaceAll(name, ".", "/")+".py")
			}
			return
		}
	}
	if path, ok := strings.CutPrefix(tag, "!include:"); ok {
		if where := leads(path); where != "" && strings.HasPrefix(path, "../") { // what lies elsewhere in what is scanned is looked at there
			if _, err := j.p.SizeBeside(path); !errors.Is(err, bound.ErrOutside) {
				return
			}
		}
		escape(j.p, j.at(n), "recipe-include", "a recipe to take in", path)
	}
}

// python judges what follows "python/" in a tag: a reader that is not told to be safe makes that object.
func (j *recipeJudge) python(at int64, rest string) {
	how, name, _ := strings.Cut(rest, ":")
	switch how {
	case "tuple", "str", "unicode", "int", "long", "float", "complex", "bool", "none", "list", "dict", "bytes":
		return
	case "module":
		j.say(inspect.Dangerous, "yaml-python", at, rest, "has the tag %s: an unsafe reader imports that module", inspect.Quote("!!python/"+rest))
		return
	case "object", "object/new", "object/apply", "name":
	default:
		j.say(inspect.Unknown, "yaml-python", at, rest, "has the tag %s, which is not known", inspect.Quote("!!python/"+rest))
		return
	}
	v, _, what := callable(name)
	switch {
	case v >= inspect.Dangerous:
		verb := "calls"
		if how == "name" {
			verb = "hands on"
		}
		j.say(v, "yaml-python", at, rest, "has the tag %s: an unsafe reader %s that: %s", inspect.Quote("!!python/"+rest), verb, what)
	case v == inspect.Unknown && how == "object/apply":
		j.say(inspect.Unknown, "yaml-python", at, rest, "has the tag %s: an unsafe reader calls that, and its effect is not known", inspect.Quote("!!python/"+rest))
	default:
		j.say(inspect.Clean, "yaml-python", at, rest, "has the tag %s: an unsafe reader makes that object", inspect.Quote("!!python/"+rest))
	}
}

// document looks at a recipe as what its name or its keys say that it is.
func (j *recipeJudge) document(doc *yaml.Node) {
	p := j.p
	switch {
	case field(doc, "flavors") != nil || j.file == "mlmodel":
		j.mlflow(doc)
	case field(doc, "dependencies") != nil || field(doc, "build_dependencies") != nil:
		j.environment(doc)
	case field(doc, "merge_method") != nil:
		p.Fact("framework", "mergekit")
	}
	if m := field(doc, "base_model"); m != nil {
		p.Fact("base model", m.Value)
	}
}

// environment looks at the packages of a conda or virtual environment.
func (j *recipeJudge) environment(doc *yaml.Node) {
	if c := field(doc, "channels"); c != nil {
		for _, ch := range c.Content {
			if host, scheme := place(ch.Value); scheme == "https" && host != "" {
				j.say(inspect.Unknown, "requirements-channel", j.at(ch), "", "has packages fetched from %s: who serves that is not known", inspect.Quote(ch.Value))
			} else if strings.Contains(ch.Value, "://") {
				judgeIndex(j.p, j.at(ch), "channel", ch.Value)
			}
		}
	}
	said := map[string]bool{}
	for _, key := range []string{"dependencies", "build_dependencies"} {
		list := field(doc, key)
		if list == nil {
			continue
		}
		for _, d := range list.Content {
			if d.Kind == yaml.ScalarNode {
				judgeRequirement(j.p, j.at(d), condaName(d.Value), said)
				continue
			}
			if pip := field(d, "pip"); pip != nil {
				for _, r := range pip.Content {
					judgeRequirement(j.p, j.at(r), r.Value, said)
				}
			}
		}
	}
}

// condaName makes "channel::name=1.2" a requirement.
func condaName(s string) string {
	if _, name, ok := strings.Cut(s, "::"); ok {
		s = name
	}
	return s
}

// resolved lists the names that a value has Hydra's resolvers import: ${get_method:os.system}.
func resolved(value string) []string {
	var names []string
	for range 16 {
		at := strings.Index(value, "${")
		if at < 0 {
			break
		}
		value = value[at+2:]
		inside, _, closed := strings.Cut(value, "}")
		resolver, name, ok := strings.Cut(inside, ":")
		if closed && ok && (strings.HasPrefix(resolver, "get_") || resolver == "hydra.utils.get_method" || resolver == "instantiate" || resolver == "call") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}
