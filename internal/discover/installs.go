package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// What a container file or a script installs is asked for like what a manifest names. An inventory lists it; checks look at manifests.

func (v *visit) isInstallScript() bool {
	return v.size > 0 && (v.ext == ".sh" || v.ext == ".bash")
}

func (v *visit) readInstallScript() {
	if data, ok := v.smallText(settingsBytes); ok && isText(v.head) {
		v.addInstalls(data, "script")
	}
}

var (
	installCommand = [][]byte{[]byte("pip"), []byte("npm"), []byte("yarn"), []byte("pnpm"), []byte("bun"), []byte("uv "), []byte("conda")}
	shellValue     = pattern.New(`^(?:(?:ARG|ENV|export)\s+)?([A-Za-z_]\w*)=(["']?)([\w.+:-]+)["']?\s*(?:\\?|#.*)$`)
	variableIn     = pattern.New(`\$(?:\{([A-Za-z_]\w*)(?::?-([^}]*))?\}|([A-Za-z_]\w*))`)
)

// addInstalls notes the packages for AI that the commands of a text install.
func (v *visit) addInstalls(data []byte, format string) {
	if !containsAny(data, installCommand) {
		return
	}
	r := installReader{set: map[string]string{}}
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		if len(raw) > maxInstallLine {
			r.end()
			continue
		}
		r.line(strings.TrimSpace(string(raw)), number)
	}
	r.end()
	m := &placed{manifest: &manifest{format: format}, path: v.path, aside: v.aside()}
	seen := map[string]bool{}
	for _, i := range r.found {
		if _, ok := packageOf(i.ecosystem, i.name); !ok {
			continue
		}
		m.ecosystem = i.ecosystem
		c := spelled(packageComponent(m, i.dependency, nil), i.dependency)
		c.Pin = i.asked()
		if key := c.Name + "\x00" + c.Version + "\x00" + string(rune(c.Line)); !seen[key] && len(seen) < 2000 {
			seen[key] = true
			v.out.hints.listed = append(v.out.hints.listed, c)
		}
	}
}

// installReader goes through the lines of a script. A command may go on over several lines.
type installReader struct {
	set   map[string]string // variables with their values
	words []installWord
	found []install
}

type installWord struct {
	text string
	line int
}

type install struct {
	dependency
	ecosystem string
}

func (r *installReader) line(text string, number int) {
	if strings.HasPrefix(text, "#") {
		return // a comment, also in the middle of a command of a container file
	}
	if m := shellValue.FindStringSubmatch(text); m != nil {
		r.set[m[1]] = m[3]
	}
	more := strings.HasSuffix(text, "\\")
	for _, w := range strings.Fields(strings.TrimSuffix(text, "\\")) {
		if w == "&&" || w == "||" || w == ";" || w == "|" || strings.HasPrefix(w, "#") {
			r.end()
			if w[0] == '#' {
				break
			}
			continue
		}
		last := strings.HasSuffix(w, ";")
		if w = strings.NewReplacer(`"`, "", "'", "").Replace(strings.Trim(w, ";()")); w != "" && len(r.words) < 2000 {
			r.words = append(r.words, installWord{w, number})
		}
		if last {
			r.end()
		}
	}
	if !more {
		r.end()
	}
}

// end reads the command that was gathered.
func (r *installReader) end() {
	words := r.words
	r.words = nil
	for i := range words {
		if ecosystem, n := installer(words[i:]); n > 0 {
			if !spokenOf(words[:i]) {
				r.packages(words[i+n:], ecosystem)
			}
			return
		}
	}
	if len(words) > 3 && words[0].text == "RUN" || len(words) > 2 && words[0].text == "git" {
		r.cloned(words)
	}
}

// spokenOf says whether a command only shows the words behind it.
func spokenOf(before []installWord) bool {
	for _, w := range before {
		switch w.text {
		case "echo", "printf", "print", "grep", "cat", "die", "warn", "log", "error", "info":
			return true
		}
	}
	return false
}

// installer knows the beginning of a command that installs, and how many words it has.
func installer(words []installWord) (ecosystem string, n int) {
	at := func(i int) string {
		if i < len(words) {
			return words[i].text
		}
		return ""
	}
	base := at(0)[strings.LastIndexByte(at(0), '/')+1:]
	switch {
	case (base == "pip" || strings.HasPrefix(base, "pip3") || base == "pipx" || base == "micropip") && at(1) == "install":
		return "pypi", 2
	case base == "uv" && (at(1) == "add" || at(1) == "tool" && at(2) == "install"):
		return "pypi", 2
	case (base == "poetry" || base == "pdm") && at(1) == "add":
		return "pypi", 2
	case base == "npm" && (at(1) == "install" || at(1) == "i" || at(1) == "add"), (base == "yarn" || base == "pnpm" || base == "bun") && (at(1) == "add" || at(1) == "install"):
		return "npm", 2
	}
	return "", 0
}

// valueFollows are options whose next word is no package.
var valueFollows = set("-r", "-c", "-e", "-f", "-i", "-t", "--requirement", "--constraint", "--editable", "--find-links", "--index-url", "--extra-index-url", "--target", "--prefix", "--root", "--cache-dir", "--platform", "--python-version",
	"--index-strategy", "--torch-backend", "--python", "--index", "--default-index", "--timeout", "--retries", "--trusted-host", "--no-binary", "--only-binary", "--registry", "--config-settings", "--extra", "--group", "-p", "--upgrade-package", "--upgrade-strategy", "--progress-bar")

func (r *installReader) packages(words []installWord, ecosystem string) {
	for i := 0; i < len(words); i++ {
		w := words[i].text
		switch {
		case w == ">" || w == "2>" || w == "2>&1" || strings.HasPrefix(w, ">"):
			return
		case valueFollows[w]:
			i++
			continue
		case strings.HasPrefix(w, "-"), strings.HasPrefix(w, "."), strings.HasPrefix(w, "$"), strings.HasPrefix(w, "/"):
			continue
		}
		var d dependency
		ok := false
		if filled, whole := r.filled(w); ecosystem == "npm" {
			if at := strings.LastIndexByte(filled, '@'); at > 0 {
				d = npmDependency(filled[:at], filled[at+1:], words[i].line, "")
			} else {
				d = npmDependency(filled, "", words[i].line, "")
			}
			ok = true
		} else if d, ok = parseRequirement(filled); ok && !whole {
			d.version = ""
		}
		if ok {
			d.line = words[i].line
			r.found = append(r.found, install{d, ecosystem})
		}
	}
}

// filled puts in the values of variables; whole is false where one is not known.
func (r *installReader) filled(w string) (text string, whole bool) {
	if !strings.Contains(w, "$") {
		return w, true
	}
	whole = true
	text = variableIn.ReplaceAllStringFunc(w, func(v string) string {
		m := variableIn.FindStringSubmatch(v)
		name := firstNonEmpty(m[1], m[3])
		if value := firstNonEmpty(r.set[name], m[2]); value != "" && len(value) < 100 {
			return value
		}
		whole = false
		return "0"
	})
	return text, whole
}

// cloned notes a package that is built from its repository, at the branch or tag that is named.
func (r *installReader) cloned(words []installWord) {
	clone, branch := false, ""
	for i, w := range words {
		switch {
		case w.text == "clone" && i > 0 && words[i-1].text == "git":
			clone = true
		case clone && (w.text == "--branch" || w.text == "-b") && i+1 < len(words):
			branch, _ = r.filled(words[i+1].text)
		case clone && strings.Contains(w.text, "://"):
			base := strings.TrimSuffix(strings.TrimSuffix(w.text, "/"), ".git")
			name := base[strings.LastIndexByte(base, '/')+1:]
			owner := strings.TrimSuffix(base, "/"+name)
			if owner = owner[strings.LastIndexByte(owner, '/')+1:]; builtFrom[strings.ToLower(owner+"/"+name)] == "" {
				continue
			}
			d := dependency{name: builtFrom[strings.ToLower(owner+"/"+name)], written: "@ git+" + w.text, version: branch, pin: pinOfRevision(branch), line: w.line, address: w.text}
			r.found = append(r.found, install{d, "pypi"})
		}
	}
}

// builtFrom are repositories of packages that people build themselves.
var builtFrom = map[string]string{"vllm-project/vllm": "vllm", "dao-ailab/flash-attention": "flash-attn", "sgl-project/sglang": "sglang", "huggingface/transformers": "transformers", "huggingface/peft": "peft", "huggingface/trl": "trl",
	"huggingface/accelerate": "accelerate", "huggingface/diffusers": "diffusers", "microsoft/deepspeed": "deepspeed", "deepspeedai/deepspeed": "deepspeed", "nvidia/apex": "apex", "nvidia/megatron-lm": "megatron-core", "nvidia/tensorrt-llm": "tensorrt-llm",
	"axolotl-ai-cloud/axolotl": "axolotl", "hiyouga/llama-factory": "llamafactory", "pytorch/pytorch": "torch", "facebookresearch/xformers": "xformers", "bitsandbytes-foundation/bitsandbytes": "bitsandbytes", "lmcache/lmcache": "lmcache",
	"eleutherai/lm-evaluation-harness": "lm-eval", "volcengine/verl": "verl", "abetlen/llama-cpp-python": "llama-cpp-python", "triton-lang/triton": "triton", "lm-sys/fastchat": "fschat", "unslothai/unsloth": "unsloth"}
