package torch

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const maxScript = 16 << 20 // of one file of TorchScript source

// script looks at the operations that TorchScript source calls.
func (s *scan) script() {
	names := make([]string, 0, 16)
	for name := range s.l.records {
		if strings.HasPrefix(name, "code/") && strings.HasSuffix(name, ".py") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		e := s.l.records[name]
		if e.Plain == 0 {
			continue
		}
		b, ok := s.z.Small(e, maxScript)
		if !ok {
			s.p.Say(inspect.NotRead, "torchscript-not-read", e.Header, "%s is too long or damaged, and was not looked at", inspect.Quote(name))
			continue
		}
		calls(s.ctx, b, func(op string) {
			v, id, what := judgeOp(op)
			if id != "" {
				s.p.Say(v, id, e.Header, "%s calls %s: %s", inspect.Quote(name), inspect.Quote(op), what)
			}
		})
	}
}

// calls finds the operations that source names: torch.x, ops.space.x, torch.classes.space.x, and Python operations after a
// caret. Each is told once.
func calls(ctx context.Context, src []byte, visit func(op string)) {
	seen := map[string]bool{}
	for i := 0; i < len(src) && ctx.Err() == nil; {
		c := src[i]
		switch {
		case c == '#':
			end := bytes.IndexByte(src[i:], '\n')
			if end < 0 {
				return
			}
			i += end
		case c == '"' || c == '\'':
			i = skipText(src, i)
		case c == '^' && i+1 < len(src) && letter(src[i+1]) && !operandBefore(src[:i]):
			end := i + 1
			for end < len(src) && (letter(src[end]) || src[end] == '.') {
				end++
			}
			once(seen, visit, "^"+string(src[i+1:min(end, i+200)]))
			i = end
		case letter(c):
			end := i
			for end < len(src) && (letter(src[end]) || src[end] == '.') {
				end++
			}
			word := bytes.TrimPrefix(src[i:end], []byte("__torch__.")) // how native classes are spelled in types
			if len(word) < end-i && !bytes.HasPrefix(word, []byte("torch.classes.")) {
				word = nil // a class of the archive, whatever it is called
			}
			if bytes.HasPrefix(word, []byte("torch.")) || bytes.HasPrefix(word, []byte("ops.")) {
				once(seen, visit, string(word[:min(len(word), 200)]))
			}
			i = end
		case c == '.': // an attribute of something that was computed
			i++
			for i < len(src) && letter(src[i]) {
				i++
			}
		default:
			i++
		}
	}
}

// operandBefore tells a caret that stands between two values: an exclusive or.
func operandBefore(src []byte) bool {
	src = bytes.TrimRight(src[max(0, len(src)-64):], " \t")
	return len(src) > 0 && (letter(src[len(src)-1]) || src[len(src)-1] == ')' || src[len(src)-1] == ']')
}

func once(seen map[string]bool, visit func(string), op string) {
	if !seen[op] && len(seen) < 10_000 {
		seen[op] = true
		visit(op)
	}
}

func letter(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// skipText returns where a string literal ends.
func skipText(src []byte, i int) int {
	q := src[i]
	triple := i+2 < len(src) && src[i+1] == q && src[i+2] == q
	if triple {
		i += 3
		for i < len(src) {
			if src[i] == '\\' {
				i += 2
				continue
			}
			if src[i] == q && i+2 < len(src) && src[i+1] == q && src[i+2] == q {
				return i + 3
			}
			i++
		}
		return len(src)
	}
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case q, '\n':
			return i + 1
		}
	}
	return len(src)
}

// known operators' name spaces: what PyTorch and its own libraries register.
var knownSpaces = []string{
	"aten", "prim", "prims", "quantized", "_quantized", "quantized_decomposed", "sparse", "mkldnn", "mkldnn_prepacked", "xnnpack", "prepacked", "onednn", "fb", "_caffe2",
	"metal", "metal_prepack", "vulkan", "vulkan_prepack", "vulkan_quantized", "tensorexpr", "static_runtime", "profiler", "inductor", "onnx", "cuda", "cudnn", "mps",
	"torchvision", "image", "torchaudio", "torchaudio_sox", "torchtext", "rnn", "_test", "debugprims", "higher_order", "nvprims", "rngprims", "internal",
	"torch_scatter", "torch_sparse", "torch_cluster", "torch_spline_conv", "pyg", "fbgemm", "tensorrt", "torch_ipex", "ipex", "neuron", "torchao", "dim_order_ops",
	"preprocess", "to_backend", "backends", "mobile", "torchrec", "detectron2", "nestedtensor", "nvfuser", "llama",
}

// judgeOp says what an operation does that has an effect; id is empty for one that only computes.
func judgeOp(op string) (v inspect.Verdict, id, what string) {
	if strings.HasPrefix(op, "^") {
		return inspect.Dangerous, "torchscript-python", "runs Python code that stands outside the archive"
	}
	space, name, class := "aten", "", false
	switch {
	case strings.HasPrefix(op, "ops."):
		space, name, _ = strings.Cut(op[4:], ".")
	case strings.HasPrefix(op, "torch.ops."):
		space, name, _ = strings.Cut(op[10:], ".")
	case strings.HasPrefix(op, "torch.classes."):
		space, name, _ = strings.Cut(op[14:], ".")
		class = true
	default:
		name = strings.TrimPrefix(op, "torch.")
		if strings.HasPrefix(name, "jit.") || strings.HasPrefix(name, "distributed.") {
			name = name[strings.LastIndexByte(name, '.')+1:]
		}
	}
	name, _, _ = strings.Cut(name, ".")
	switch {
	case space == "aten" && name == "save", space == "image" && name == "write_file",
		space == "torchaudio" && strings.HasPrefix(name, "sox_io_save"), space == "torchaudio_sox" && strings.HasPrefix(name, "save"):
		return inspect.Malicious, "torchscript-writes", "writes a file when the model runs"
	case space == "aten" && (name == "from_file" || name == "load"), space == "image" && name == "read_file",
		space == "torchaudio" && (strings.HasPrefix(name, "sox_io_load") || strings.HasPrefix(name, "sox_io_get") || strings.Contains(name, "ffmpeg")),
		space == "torchaudio_sox" && (strings.HasPrefix(name, "load") || strings.HasPrefix(name, "get_info")):
		return inspect.Dangerous, "torchscript-reads", "reads a file, or writes through it, when the model runs"
	case strings.HasPrefix(name, "rpc_") || space == "rpc" || space == "c10d" || space == "_c10d_functional" || space == "c10d_functional" || class && space == "dist_rpc":
		return inspect.Dangerous, "torchscript-network", "talks to other machines when the model runs"
	case space == "prim" && (name == "PythonOp" || name == "CreatePythonObject"):
		return inspect.Dangerous, "torchscript-python", "runs Python code that stands outside the archive"
	case class && !slices.Contains(knownSpaces, space):
		return inspect.Dangerous, "torchscript-custom-class", "is a class of a native library, which must be loaded from outside of the archive"
	case !class && !slices.Contains(knownSpaces, space):
		return inspect.Dangerous, "torchscript-custom-op", "is an operation of a native library, which must be loaded from outside of the archive"
	}
	return inspect.Clean, "", ""
}
