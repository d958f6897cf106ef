package torch

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/archive"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// weightsFormat is for files that are named as PyTorch's libraries name weights, pytorch_model.bin, and hold none. Other files
// that end in .bin may be anything, so the ending alone tells nothing.
func weightsFormat() inspect.Format {
	return inspect.Format{
		Name: "torch",
		Doc:  "Weights that cannot be read as any format of PyTorch's: damaged, cut off, or something else under their name.",
		Claims: func(p *inspect.Part) bool {
			return weightsName(p.Name) && !recognised(p)
		},
		Scan: func(_ context.Context, p *inspect.Part) error {
			p.Say(inspect.NotRead, "unknown-format", 0, "is named like weights of PyTorch, and its content is no format that is known")
			return nil
		},
		Canary:     func() (string, []byte) { return "pytorch_model.bin", []byte("inert, and no weights") },
		CanaryWant: inspect.NotRead,
	}
}

func weightsName(name string) bool {
	if !strings.HasSuffix(name, ".bin") {
		return false
	}
	for _, start := range []string{"pytorch_model", "adapter_model", "diffusion_pytorch_model", "training_args", "optimizer", "scheduler", "pytorch_lora"} {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// recognised tells content that another format looks at.
func recognised(p *inspect.Part) bool {
	h := p.Head()
	if len(h) == 0 || archive.IsZip(p) || archive.IsTar(p) || program(h) != "" {
		return true
	}
	for _, magic := range []string{"\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05", "\x1f\x8b", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "\x04\x22\x4d\x18", "7z\xbc\xaf", "GGUF", "version https://git-lfs", "\x89HDF"} {
		if bytes.HasPrefix(h, []byte(magic)) {
			return true
		}
	}
	return h[0] == '(' || h[0] == 'c' || h[0] == ']' || h[0] == '}' || len(h) > 9 && h[8] == '{' // pickles as text, safetensors
}
