package hub

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

const (
	lfsPrefix  = "version https://git-lfs.github.com/spec/"
	hawser     = "version https://hawser.github.com/spec/"
	maxPointer = 1024 // bytes, as git-lfs has it
)

// pointerFormat is what stands in a repository in the place of a large file: what was meant to be looked at is not here.
func pointerFormat() inspect.Format {
	return inspect.Format{
		Name: "lfs-pointer",
		Doc:  "It stands for a file that is kept elsewhere; loaders fetch that first.",
		Claims: func(p *inspect.Part) bool {
			head := p.Head()
			return bytes.HasPrefix(head, []byte(lfsPrefix)) && heavy(p.Name) || bytes.HasPrefix(head, []byte(hawser)) && heavy(p.Name) ||
				bytes.HasPrefix(head, []byte("# xet version")) && heavy(p.Name)
		},
		Scan: scanPointer,
		// What begins so is none of these, whatever it is called.
		Covers: []string{"pickle", "safetensors", "gguf", "ggml", "onnx", "numpy", "hub-config", "hub-index", "hub-tokenizer", "hub-vocabulary", "sentencepiece", "hub-recipe"},
		Canary: func() (string, []byte) {
			return "model.safetensors", []byte(lfsPrefix + "v1\noid sha256:" + strings.Repeat("0", 64) + "\nsize 7\n")
		},
		CanaryWant: inspect.NotRead,
	}
}

func scanPointer(_ context.Context, p *inspect.Part) error {
	b, err := p.Read(0, int(min(p.Size, maxPointer+1)))
	if err != nil {
		return err
	}
	if len(b) > maxPointer {
		p.Say(inspect.NotRead, "pointer-long", -1, "begins as a pointer of large file storage, and is too long for one")
		return nil
	}
	oid, size := "", ""
	odd := false
	for line := range strings.SplitSeq(strings.TrimRight(string(b), "\n"), "\n") {
		key, value, ok := strings.Cut(line, " ")
		switch {
		case !ok:
			odd = true
		case key == "oid":
			oid = value
		case key == "size":
			size = value
		case key == "version", strings.HasPrefix(key, "ext-"), strings.HasPrefix(line, "# xet"):
		default:
			odd = true
		}
	}
	sum, isSum := strings.CutPrefix(oid, "sha256:")
	_, err = strconv.ParseInt(size, 10, 64)
	if isSum && len(sum) == 64 && err == nil && !odd {
		p.Fact("sha256", sum)
		p.Fact("bytes", size)
		p.Say(inspect.NotRead, "lfs-pointer", -1, "is only a pointer of large file storage to %s bytes with the digest %s: the content is not here", size, inspect.Quote(oid))
		return nil
	}
	p.Say(inspect.NotRead, "lfs-pointer", -1, "is a pointer of large file storage, and the content is not here")
	return nil
}

// heavy tells the endings of files that models keep in large file storage.
func heavy(name string) bool {
	lower := strings.ToLower(name)
	if r := roleOf(lower); r == tokenizer || r == pieces || r == vocabulary || r == index || listed(lower) || lower == "config.json" || lower == "mlmodel" {
		return true
	}
	for _, e := range []string{".bin", ".safetensors", ".pt", ".pth", ".ckpt", ".gguf", ".ggml", ".onnx", ".onnx_data", ".pkl", ".pickle", ".h5", ".hdf5", ".keras", ".pb", ".tflite", ".msgpack", ".model",
		".npz", ".npy", ".joblib", ".nemo", ".mlmodel", ".mlpackage", ".ot", ".pte", ".pdparams", ".pdmodel", ".params", ".caffemodel", ".engine", ".plan", ".trt", ".xml", ".rknn", ".mar", ".skops", ".rds",
		".rda", ".t7", ".zip", ".tar", ".gz", ".7z", ".index", ".weights", ".llamafile", ".pdiparams", ".ptl", ".jit", ".torchscript", ".cbm", ".ubj", ".sav", ".dill"} {
		if strings.HasSuffix(lower, e) {
			return true
		}
	}
	return strings.Contains(lower, ".data-0000") || strings.HasSuffix(lower, "onnx.data")
}
