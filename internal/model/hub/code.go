package hub

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/bound"
	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/pycode"
)

const (
	maxCode      = 4 << 20 // bytes of one file of code
	maxCodeFiles = 48      // that one configuration leads to
	maxCodeBytes = 8 << 20 // of all of them
	maxCodeTries = 400     // names of files that are tried
)

// coder looks at the Python files that a loader imports on a configuration's word, and at those that they import.
type coder struct {
	ctx   context.Context
	p     *inspect.Part
	seen  map[string]string // why a file was not looked at, "" if it was
	files int
	bytes int
}

func newCoder(ctx context.Context, p *inspect.Part) *coder {
	return &coder{ctx: ctx, p: p, seen: map[string]string{}}
}

// file looks at a file beside the part, and at the local files that it imports. by says in a message what names it. Where there
// is no such file it is false, with what to say of it.
func (c *coder) file(name, by string, at int64) (found bool, reason string) {
	name = path.Clean(name)
	if reason, ok := c.seen[name]; ok {
		return reason == "", reason
	}
	if len(c.seen) >= maxCodeTries || c.files >= maxCodeFiles || c.bytes >= maxCodeBytes || c.ctx.Err() != nil {
		return false, "was not looked at: the configuration leads to too much code"
	}
	src, err := c.p.Beside(name, maxCode)
	switch {
	case err == nil:
	case errors.Is(err, bound.ErrOutside):
		reason = "lies outside of what is scanned"
	case errors.Is(err, fs.ErrNotExist):
		reason = "is not there, so that nobody looked at it"
	default:
		reason = "could not be looked at"
	}
	c.seen[name] = reason
	if reason != "" {
		return false, reason
	}
	c.files++
	c.bytes += len(src)
	judgeCode(c.p, src, fmt.Sprintf("%s, named by %s, ", inspect.Quote(name), by), func(int) int64 { return at })
	c.follow(name, src, at)
	return true, ""
}

// follow looks at what a file imports from beside itself.
func (c *coder) follow(name string, src []byte, at int64) {
	dir := path.Dir(name)
	for _, m := range localImports(src) {
		target := path.Join(dir, m)
		if strings.HasPrefix(target, "../") {
			continue
		}
		if found, _ := c.file(target+".py", inspect.Quote(name), at); !found {
			c.file(target+"/__init__.py", inspect.Quote(name), at)
		}
	}
}

// localImports lists paths, relative to the folder of the source and without ending, that may be files which it imports.
func localImports(src []byte) []string {
	var out []string
	add := func(s string) {
		if len(out) < 64 && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(line, "from "); ok {
			module, names, _ := strings.Cut(strings.TrimSpace(rest), " import")
			fromImport(strings.TrimSpace(module), names, add)
		} else if rest, ok := strings.CutPrefix(line, "import "); ok {
			for name := range strings.SplitSeq(rest, ",") {
				name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
				if isName(name) && !library(name) {
					add(name)
				}
			}
		}
	}
	return out
}

func fromImport(module, names string, add func(string)) {
	relative := strings.TrimLeft(module, ".")
	dots := len(module) - len(relative)
	if dots == 0 {
		head, _, _ := strings.Cut(module, ".")
		if isName(head) && !library(head) {
			add(strings.ReplaceAll(module, ".", "/"))
		}
		return
	}
	up := strings.Repeat("../", dots-1)
	if relative != "" {
		add(up + strings.ReplaceAll(relative, ".", "/"))
		return
	}
	for name := range strings.SplitSeq(strings.Trim(strings.TrimSpace(names), "()\\"), ",") {
		name, _, _ = strings.Cut(strings.TrimSpace(name), " ")
		if isName(name) {
			add(up + name)
		}
	}
}

func isName(s string) bool {
	return s != "" && len(s) < 100 && strings.IndexFunc(s, func(r rune) bool {
		return !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	}) < 0
}

// library tells the packages that need no try beside the file.
func library(name string) bool {
	switch name {
	case "torch", "transformers", "numpy", "typing", "math", "os", "sys", "re", "json", "warnings", "logging", "dataclasses", "collections", "functools", "copy", "einops", "flash_attn",
		"torchvision", "PIL", "packaging", "inspect", "importlib", "itertools", "abc", "enum", "time", "random", "unicodedata", "sentencepiece", "tokenizers", "diffusers", "huggingface_hub",
		"accelerate", "requests", "io", "base64", "subprocess", "pathlib", "contextlib", "types", "timm", "scipy", "tiktoken", "string", "shutil", "tempfile", "tqdm", "datasets", "xformers":
		return true
	}
	return false
}

// judgeCode says what source does. who begins the sentence; place gives the offset of a line.
func judgeCode(p *inspect.Part, src []byte, who string, place func(line int) int64) {
	if !isText(src) {
		p.Say(inspect.NotRead, "code-binary", -1, "%sis no Python source: it holds zero bytes", who)
		return
	}
	if len(src) > maxCode {
		p.Say(inspect.NotRead, "code-limit", -1, "%sis longer than %d bytes, and was not looked at wholly", who, maxCode)
	}
	effects := pycode.Look(src)
	if len(effects) == 0 {
		return
	}
	lines := strings.Split(string(src), "\n")
	kept := 0
	for _, v := range []inspect.Verdict{inspect.Malicious, inspect.Dangerous, inspect.Unknown} {
		for _, e := range effects {
			if kept >= 8 || codeVerdict(e, lines) != v {
				continue
			}
			kept++
			when := "when it is called"
			if e.AtImport {
				when = "when it is imported"
			}
			p.Say(v, codeID(e), place(e.Line), "%sline %d %s %s: %s", who, e.Line, e.What(), when, inspect.Quote(e.Text))
		}
	}
}

func codeID(e pycode.Effect) string {
	switch {
	case e.Capability&globals.Executes != 0:
		return "code-executes"
	case e.Capability&globals.Interprets != 0:
		return "code-interprets"
	case e.Capability&globals.Native != 0:
		return "code-native"
	case e.Capability&globals.Network != 0:
		return "code-network"
	}
	return "code-effect"
}

// codeVerdict is what an effect means in code that a loader of a model runs. What stands in a constructor or in the methods
// that loading and the first use call runs as surely as what stands at the top.
func codeVerdict(e pycode.Effect, lines []string) inspect.Verdict {
	v := e.Verdict()
	if strings.Contains(e.Name, "cpp_extension.") || strings.Contains(e.Name, "cpp_extension_") { // builds sources that lie beside it, which nobody looked at
		return inspect.Unknown
	}
	if e.AtImport || v == inspect.Malicious {
		return v
	}
	c := e.Capability
	sends := c&globals.Network != 0 && (strings.HasSuffix(e.Name, ".post") || strings.HasSuffix(e.Name, ".put") || strings.HasPrefix(e.Name, "socket.") ||
		strings.HasPrefix(e.Name, "smtplib.") || strings.HasPrefix(e.Name, "ftplib.") || strings.HasPrefix(e.Name, "paramiko.") || strings.HasPrefix(e.Name, "telnetlib."))
	switch runsOnUse(enclosing(lines, e.Line)) {
	case true:
		switch {
		case c&globals.Executes != 0 && literal(e.Text): // what is computed may be how its kernels are built
			return inspect.Malicious
		case c&globals.Network != 0 && !strings.HasPrefix(e.Name, "huggingface_hub."), c&globals.Native != 0:
			return max(v, inspect.Dangerous)
		}
	case false:
		if sends {
			return max(v, inspect.Dangerous)
		}
	}
	return v
}

// literal says whether a line gives some call a constant text, or a list that begins with one.
func literal(line string) bool {
	line = strings.ReplaceAll(line, " ", "")
	for _, s := range []string{`("`, `('`, `(["`, `(['`, `(b"`, `(f"`, `(f'`} {
		if strings.Contains(line, s) {
			return true
		}
	}
	return false
}

// enclosing is the name of the function that a line, from 1, stands in.
func enclosing(lines []string, line int) string {
	if line < 1 || line > len(lines) {
		return ""
	}
	column := indent(lines[line-1])
	for i := line - 2; i >= 0 && column > 0; i-- {
		trimmed := strings.TrimSpace(lines[i])
		at := indent(lines[i])
		if trimmed == "" || at >= column {
			continue
		}
		column = at
		trimmed = strings.TrimPrefix(trimmed, "async ")
		if rest, ok := strings.CutPrefix(trimmed, "def "); ok {
			name, _, _ := strings.Cut(rest, "(")
			return strings.TrimSpace(name)
		}
	}
	return ""
}

func indent(s string) int {
	n := 0
	for ; n < len(s) && (s[n] == ' ' || s[n] == '\t'); n++ {
	}
	return n
}

// runsOnUse tells the methods that loading a model or using it once calls.
func runsOnUse(function string) bool {
	switch function {
	case "__init__", "__new__", "__init_subclass__", "__call__", "__setstate__", "__reduce__", "__del__", "__getattr__", "__class_getitem__", "__post_init__", "forward", "from_pretrained",
		"_from_pretrained", "from_config", "_from_config", "post_init", "_init_weights", "from_dict", "generate", "load_context", "initialize", "setup":
		return true
	}
	return false
}

// codeName tells the names that files have which loaders import on a configuration's word.
func codeName(name string) bool {
	base := path.Base(name)
	for _, prefix := range []string{"modeling_", "configuration_", "tokenization_", "processing_", "image_processing_", "feature_extraction_", "video_processing_", "modular_", "generation_"} {
		if strings.HasPrefix(base, prefix) {
			return true
		}
	}
	return false
}

// claimsCode takes files that loaders import by their names, and others that stand beside a model where loaders look for them.
func claimsCode(p *inspect.Part) bool {
	if p.Ending() != ".py" || !isText(p.Head()) {
		return false
	}
	if codeName(p.Name) {
		return true
	}
	switch p.Name {
	case "handler.py":
		return strings.Contains(string(p.Head()), "EndpointHandler") || neighbour(p, models...)
	case "pipeline.py":
		return strings.Contains(string(p.Head()), "DiffusionPipeline") || neighbour(p, models...)
	case "generate.py": // custom_generate/generate.py
		return neighbour(p, "../generation_config.json", "../config.json") || neighbour(p, models...)
	case "setup.py", "model.py", "modeling.py", "configuration.py", "tokenizer.py", "tokenization.py", "custom_st.py", "custom_interface.py", "custom.py", "inference.py", "code.py", "__init__.py",
		"quantization.py", "utils.py", "visual.py", "processing.py", "block.py", "modules.py", "attention.py", "embedding.py", "inference_code.py":
		return neighbour(p, models...)
	}
	return neighbour(p, "../MLmodel", "../../MLmodel")
}

func scanCode(_ context.Context, p *inspect.Part) error {
	src, err := p.Read(0, int(min(p.Size, maxCode+1)))
	if err != nil {
		return err
	}
	starts := lineStarts(src)
	judgeCode(p, src, "", func(line int) int64 {
		if line >= 1 && line <= len(starts) {
			return int64(starts[line-1])
		}
		return -1
	})
	p.Fact("framework", codeFramework(src))
	return nil
}

func codeFramework(src []byte) string {
	for _, f := range []string{"transformers", "diffusers", "mlflow", "speechbrain", "torch", "tensorflow"} {
		if strings.Contains(string(src), "import "+f) || strings.Contains(string(src), "from "+f) {
			return f
		}
	}
	return ""
}

func lineStarts(src []byte) []int {
	out := []int{0}
	for i, c := range src {
		if c == '\n' {
			out = append(out, i+1)
		}
	}
	return out
}
