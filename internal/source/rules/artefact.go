package rules

import (
	"path"
	"strings"
)

// modelEnding says whether a file's name is one that models in pickle's form have.
func modelEnding(base string) bool {
	switch path.Ext(base) {
	case ".pkl", ".pickle", ".joblib", ".pt", ".pth", ".ckpt", ".dill":
		return true
	case ".bin":
		return strings.HasPrefix(base, "pytorch_model") || base == "adapter_model.bin" || base == "optimizer.bin" || base == "training_args.bin"
	}
	return false
}

// pickleArtefact tells of a file in the target that runs code where it is loaded: a pickle, what PyTorch writes, or the pointer of
// Git LFS to one. Whether it does anything bad is for the scanner of models.
func pickleArtefact(f *file, m *matcher) {
	if !modelEnding(path.Base(strings.ToLower(f.path))) {
		return
	}
	what := ""
	switch d := f.data; {
	case strings.HasPrefix(d, "version https://git-lfs.github.com/spec/"):
		what = "a pointer to a file in Git LFS"
	case strings.HasPrefix(d, "PK\x03\x04"):
		what = "what PyTorch writes"
	case len(d) > 2 && d[0] == 0x80 && d[1] >= 2 && d[1] <= 5:
		what = "a pickle"
	case strings.HasPrefix(d, "\x1f\x8b") || strings.HasPrefix(d, "\x78\x9c") || strings.HasPrefix(d, "BZh") || strings.HasPrefix(d, "\xfd7zXZ"):
		what = "a compressed pickle"
	default:
		return
	}
	f.report(m.rule, 1, 1, "", path.Base(f.path))
	last := &f.found[len(f.found)-1]
	last.Message = told(m.rule.Message, "", quoteCode(path.Base(f.path)), what)
}
