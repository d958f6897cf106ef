package torch

import (
	"context"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// nemoFormat is NVIDIA NeMo's: a tar with model_config.yaml and a checkpoint. The configuration names classes and functions
// that are imported and called.
func nemoFormat() inspect.Format {
	return inspect.Format{
		Name:    "nemo",
		Doc:     "NeMo imports and calls whatever model_config.yaml names as _target_, and unpickles the checkpoint.",
		Endings: []string{".nemo"},
		Covers:  []string{"tar"},
		Claims: func(p *inspect.Part) bool {
			if !archive.IsTar(p) {
				return false
			}
			return ended(p, ".nemo") || len(configs(p)) > 0
		},
		Scan: func(ctx context.Context, p *inspect.Part) error {
			p.Fact("framework", "nemo")
			found := configs(p)
			if len(found) == 0 {
				p.Say(inspect.NotRead, "nemo-structure", -1, "has no model_config.yaml, without which NeMo does not read it")
			}
			for _, c := range found {
				nemoConfig(p, c)
			}
			return archive.ScanTar(ctx, p)
		},
		Canary: func() (string, []byte) {
			_, b := archive.CanaryTar("model_config.yaml", "../inert")
			return "canary.nemo", b
		},
		CanaryWant: inspect.Dangerous,
	}
}

type stretch struct{ at, size int64 }

const maxConfig = 4 << 20

func configs(p *inspect.Part) []stretch {
	var out []stretch
	n := 0
	archive.EachTar(p, func(name string, at, size int64) bool {
		if path.Base(name) == "model_config.yaml" {
			out = append(out, stretch{at, size})
		}
		n++
		return n < 4096 && len(out) < 16
	})
	return out
}

func nemoConfig(p *inspect.Part, c stretch) {
	if c.size > maxConfig {
		p.Say(inspect.NotRead, "nemo-config", c.at, "model_config.yaml is %d bytes long, and was not looked at", c.size)
		return
	}
	b, err := p.Read(c.at, int(c.size))
	if err != nil {
		p.Say(inspect.NotRead, "nemo-config", c.at, "model_config.yaml is cut off")
		return
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		p.Say(inspect.NotRead, "nemo-config", c.at, "model_config.yaml cannot be read: %v", inspect.Cut(err.Error()))
		return
	}
	budget := 100_000
	targets(&doc, 0, &budget, func(key, value string) {
		judgeTarget(p, c.at, key, value)
	})
	if budget <= 0 {
		p.Say(inspect.NotRead, "nemo-config", c.at, "model_config.yaml has too many entries")
	}
}

// targets visits what a configuration names to be called, and Python tags.
func targets(n *yaml.Node, depth int, budget *int, visit func(key, value string)) {
	if *budget--; *budget <= 0 || depth > 100 {
		return
	}
	if strings.HasPrefix(n.Tag, "tag:yaml.org,2002:python/") || strings.HasPrefix(n.Tag, "!!python/") {
		visit("tag", n.Tag)
	}
	if n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			k, v := n.Content[i].Value, n.Content[i+1]
			if v.Kind == yaml.ScalarNode && (k == "_target_" || k == "cls" || k == "target") {
				visit(k, v.Value)
			}
		}
	}
	for _, c := range n.Content {
		targets(c, depth+1, budget, visit)
	}
}

// effects are what no configuration of a model needs.
const effects = globals.Executes | globals.Interprets | globals.Native | globals.Writes | globals.Network | globals.Environment | globals.Imports

func judgeTarget(p *inspect.Part, at int64, key, value string) {
	if key == "tag" {
		p.Say(inspect.Dangerous, "nemo-python-tag", at, "model_config.yaml has the tag %s: an unsafe reader makes that object", inspect.Quote(value))
		return
	}
	dot := strings.LastIndexByte(value, '.')
	if dot <= 0 || strings.ContainsAny(value, " /\t") {
		return
	}
	g := globals.Lookup(value[:dot], value[dot+1:])
	switch {
	case g.Known && g.Capability&effects != 0:
		p.Say(inspect.Malicious, "nemo-target-executes", at, "model_config.yaml names %s as %s: it %s when the model is restored", inspect.Quote(value), key, what(g))
	case g.Known && g.Capability&(globals.Reads|globals.Deserialises) != 0:
		p.Say(inspect.Dangerous, "nemo-target-reads", at, "model_config.yaml names %s as %s: it %s when the model is restored", inspect.Quote(value), key, what(g))
	case !g.Known && key == "_target_" && !honestModule(value):
		p.Say(inspect.Unknown, "nemo-target-unknown", at, "model_config.yaml names %s to be imported and called, and its effect is not known", inspect.Quote(value))
	}
}

func what(g globals.Global) string {
	if g.What != "" {
		return g.What
	}
	return "has an effect that no model needs"
}

// honestModule tells the packages that NeMo's configurations name classes of.
func honestModule(name string) bool {
	first, _, _ := strings.Cut(name, ".")
	switch first {
	case "nemo", "torch", "pytorch_lightning", "lightning", "omegaconf", "hydra", "megatron", "transformer_engine", "apex", "transformers", "torchaudio", "torchvision",
		"torchmetrics", "nemo_text_processing", "encodec", "vocos", "nv_one_logger", "kaldifeat", "editdistance":
		return true
	}
	return false
}
