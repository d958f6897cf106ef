package torch

import (
	"bytes"
	"context"
	"path"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// nemoFormat is NVIDIA NeMo's: a tar with model_config.yaml and a checkpoint. The configuration names classes and functions
// that are imported and called; as a member of the tar it is looked at as every such recipe is.
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
				if b, err := p.Read(c.at, int(min(c.size, 4<<10))); err != nil || bytes.IndexByte(b, 0) >= 0 || len(b) == 0 {
					p.Say(inspect.NotRead, "nemo-config", c.at, "model_config.yaml is no text")
				}
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
