package discover

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/lodemark/lodemark"
)

func (v *visit) isNotebook() bool { return v.ext == ".ipynb" }

// readNotebook notes a notebook, and as a manifest what its cells install.
func (v *visit) readNotebook() {
	if !startsWithAny(v.head, "{") || !isText(v.head) {
		return
	}
	v.addFile(lodemark.KindNotebook, "jupyter", nil)
	data, ok := v.text()
	if !ok || !bytes.Contains(data, []byte("pip install")) {
		return
	}
	m := &manifest{ecosystem: "pypi", format: "notebook", names: true}
	if m.wants = v.keep(m, notebookInstalls(data)); len(m.wants) > 0 {
		v.out.hints.manifest = m
		v.addManifest(m)
	}
}

// notebookInstalls reads the "!pip install" and "%pip install" lines of cells, each package once. Notebooks are written with
// one line of a cell on one line of the file; one that is not gives nothing.
func notebookInstalls(data []byte) (all []dependency) {
	seen := map[string]bool{}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if len(line) > maxInstallLine || !bytes.Contains(line, []byte("pip install")) {
			continue
		}
		var source string
		text := bytes.TrimSuffix(bytes.TrimSpace(line), []byte(","))
		if err := json.Unmarshal(text, &source); err != nil {
			continue
		}
		for _, d := range installed(source) {
			if !seen[d.name] {
				seen[d.name] = true
				d.line = number
				all = append(all, d)
			}
		}
	}
	return all
}

// maxInstallLine is longer than any command that a person writes into a cell; beyond it are outputs.
const maxInstallLine = 8 << 10

// installed reads one install command of a cell: only shell escapes and magics run, anything else speaks about it.
func installed(source string) (all []dependency) {
	source = strings.TrimSpace(source)
	if !strings.HasPrefix(source, "!") && !strings.HasPrefix(source, "%") {
		return nil
	}
	before, after, ok := strings.Cut(source[1:], "pip install")
	for _, w := range strings.Fields(before) {
		if w != "uv" && w != "-m" && !strings.HasPrefix(w, "python") && w != "{sys.executable}" {
			return nil
		}
	}
	if !ok {
		return nil
	}
	words := strings.Fields(after)
	for i := 0; i < len(words); i++ {
		w := strings.Trim(words[i], `"'`)
		switch {
		case strings.HasPrefix(w, "#") || strings.ContainsAny(w, "|&;") || w == ">" || w == "2>":
			return all
		case w == "-r" || w == "-c" || w == "-e" || w == "-f" || w == "-i" || strings.HasPrefix(w, "--") && strings.HasSuffix(w, "-url") || w == "--find-links" || strings.HasPrefix(w, "-") && strings.HasSuffix(w, "r") && !strings.HasPrefix(w, "--"):
			i++ // its value is no package
		case strings.HasPrefix(w, "-"):
		default:
			if d, ok := parseRequirement(w); ok {
				all = append(all, d)
			}
		}
	}
	return all
}
