package torch

import (
	"context"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// tarFormat is what PyTorch wrote before 2017: a tar with a pickle and the storages of tensors apart.
func tarFormat() inspect.Format {
	return inspect.Format{
		Name:   "torch-tar",
		Doc:    "torch.load unpickles its members, also where it was told to load weights only (before 2.6).",
		Covers: []string{"tar"},
		Claims: func(p *inspect.Part) bool {
			if !archive.IsTar(p) {
				return false
			}
			found := legacyMembers(p)
			return found["pickle"] && (found["storages"] || found["tensors"] || found["sys_info"])
		},
		Scan: func(ctx context.Context, p *inspect.Part) error {
			p.Fact("framework", "pytorch")
			p.Fact("kind", "legacy tar")
			found := legacyMembers(p)
			for _, name := range []string{"sys_info", "pickle", "storages", "tensors"} {
				if !found[name] {
					p.Say(inspect.NotRead, "torch-structure", -1, "has no member %s, without which PyTorch does not read it", name)
				}
			}
			return archive.ScanTar(ctx, p)
		},
		Canary: func() (string, []byte) {
			_, b := archive.CanaryTar("pickle", "storages", "../inert")
			return "canary.pt", b
		},
		CanaryWant: inspect.Dangerous,
	}
}

func legacyMembers(p *inspect.Part) map[string]bool {
	found := map[string]bool{}
	n := 0
	archive.EachTar(p, func(name string, _, _ int64) bool {
		for len(name) > 2 && name[:2] == "./" {
			name = name[2:]
		}
		switch name {
		case "sys_info", "pickle", "storages", "tensors":
			found[name] = true
		}
		n++
		return n < 64
	})
	return found
}
