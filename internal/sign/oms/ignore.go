package oms

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// gitRules are what the reference leaves out unless told otherwise, relative to the model's folder.
func gitRules() []string { return []string{".git", ".gitattributes", ".github", ".gitignore"} }

// rules says which files are left out: those that a rule names, and all below a folder that one names.
type rules struct {
	names map[string]bool // true: the signature says so
}

// newRules takes the rules of a signature, and others.
func newRules(signed []string, others ...[]string) rules {
	r := rules{map[string]bool{}}
	for _, rule := range slices.Concat(others...) {
		r.names[plainRule(rule)] = false
	}
	for _, rule := range signed {
		r.names[plainRule(rule)] = true
	}
	return r
}

// match returns the rule that leaves a file out.
func (r rules) match(name string) (rule string, ok bool) {
	for at := 0; at < len(name); {
		next := strings.IndexByte(name[at:], '/')
		if next < 0 {
			break
		}
		at += next
		if _, ok := r.names[name[:at]]; ok {
			return name[:at], true
		}
		at++
	}
	_, ok = r.names[name]
	return name, ok
}

// plainRule takes from a rule what changes nothing of what it names: "./a//b/" is "a/b". A ".." stays; such a rule matches nothing.
func plainRule(rule string) string {
	var parts []string
	for part := range strings.SplitSeq(rule, "/") {
		if part != "" && part != "." {
			parts = append(parts, part)
		}
	}
	if strings.HasPrefix(rule, "/") {
		return "/" + strings.Join(parts, "/")
	}
	return strings.Join(parts, "/")
}

// RuleError says why the operator's rule for what is left out is not taken.
type RuleError struct{ err error }

func (e *RuleError) Error() string { return "leave out: " + e.err.Error() }
func (e *RuleError) Unwrap() error { return e.err }

// checkRule refuses a rule that would leave out the whole model.
func checkRule(rule string) error {
	switch plain := plainRule(rule); {
	case plain == "":
		return fmt.Errorf("the rule %q leaves out the whole model", rule)
	case len(rule) > maxPath:
		return fmt.Errorf("a rule of %d bytes for what is left out", len(rule))
	}
	return nil
}

// Ignored is a file that a rule leaves out.
type Ignored struct {
	Path   string
	Rule   string
	Signed bool // the signature itself leaves it out; otherwise the operator does, or the habit of versions that did not sign what is left out
	Model  bool // by its name it holds a model, or code that is loaded with one
}

// telling are endings of files that decide what a model does: weights, code, and configuration that names either. A rule may leave them
// out, and never unsaid.
var telling = []string{
	".safetensors", ".gguf", ".ggml", ".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib", ".dill", ".h5", ".hdf5", ".keras", ".onnx", ".pb",
	".tflite", ".mlmodel", ".npy", ".npz", ".msgpack", ".model", ".nemo", ".mar", ".engine", ".plan", ".params", ".pdparams", ".pdmodel", ".mnn", ".ort",
	".py", ".so", ".dll", ".dylib", ".json", ".jinja", ".parquet", ".arrow", ".jsonl", ".zip", ".tar", ".gz", ".7z",
}

// tells says whether a file of this name may not be left out in silence.
func tells(name string) bool {
	return slices.Contains(telling, strings.ToLower(path.Ext(name)))
}
