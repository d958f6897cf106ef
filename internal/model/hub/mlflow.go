package hub

import (
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// mlflow looks at an MLmodel: each flavour names what loads it, and files beside it.
func (j *recipeJudge) mlflow(doc *yaml.Node) {
	p := j.p
	p.Fact("framework", "mlflow")
	if v := field(doc, "mlflow_version"); v != nil {
		p.Fact("mlflow", v.Value)
	}
	flavors := field(doc, "flavors")
	if flavors == nil || flavors.Kind != yaml.MappingNode {
		j.say(inspect.NotRead, "mlmodel-shape", -1, "", "has no flavours, without which MLflow does not load it")
		return
	}
	var names []string
	for i := 0; i+1 < len(flavors.Content); i += 2 {
		name, f := flavors.Content[i].Value, flavors.Content[i+1]
		names = append(names, name)
		j.flavour(f)
	}
	p.Fact("flavours", strings.Join(names, ", "))
}

func (j *recipeJudge) flavour(f *yaml.Node) {
	codeDir := ""
	if c := field(f, "code"); c != nil && c.Value != "" && c.Tag != "!!null" {
		codeDir = c.Value
	}
	for _, key := range []string{"data", "model_data", "pickled_model", "model_path", "code", "model_code_path", "env", "tokenizer", "artifacts"} {
		v := field(f, key)
		if v == nil || v.Tag == "!!null" {
			continue
		}
		j.paths(v, key, 0)
	}
	if l := field(f, "loader_module"); l != nil && l.Value != "" {
		j.loader(l, codeDir)
	}
	if m := field(f, "model_code_path"); m != nil && m.Value != "" && m.Tag != "!!null" && leads(m.Value) == "" {
		j.local(j.at(m), "model_code_path", m.Value, m.Value)
	}
}

// paths judges the paths of files that a flavour reads. MLflow keeps where an artifact came from as uri, and does not fetch it
// again.
func (j *recipeJudge) paths(v *yaml.Node, key string, depth int) {
	switch {
	case v.Kind == yaml.ScalarNode:
		escape(j.p, j.at(v), "mlmodel-path", key, v.Value)
	case v.Kind == yaml.MappingNode && depth < 4:
		for i := 0; i+1 < len(v.Content); i += 2 {
			if k := v.Content[i].Value; k != "uri" {
				j.paths(v.Content[i+1], key, depth+1)
			}
		}
	}
}

// loader judges the module whose _load_pyfunc MLflow calls.
func (j *recipeJudge) loader(l *yaml.Node, codeDir string) {
	name, at := l.Value, j.at(l)
	if strings.HasPrefix(name, "mlflow.") {
		return
	}
	if v, id, what := callable(name + "._load_pyfunc"); v >= inspect.Dangerous {
		j.say(v, id, at, name, "names %s as \"loader_module\", which MLflow imports: %s", inspect.Quote(name), what)
		return
	}
	file := strings.ReplaceAll(name, ".", "/")
	for _, dir := range []string{codeDir, "code", "."} {
		if dir == "" || leads(dir) != "" {
			continue
		}
		for _, ending := range []string{".py", "/__init__.py"} {
			whole := path.Join(dir, file+ending)
			if _, err := j.p.SizeBeside(whole); err == nil {
				j.local(at, "loader_module", name, whole)
				return
			}
		}
	}
	j.say(inspect.Dangerous, "mlmodel-loader", at, name, "names %s as \"loader_module\", which is none of MLflow's: MLflow imports it, and its code is not here", inspect.Quote(name))
}
