package torch

import (
	"bytes"
	"context"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/pycode"
)

// pathFileFormat is the other kind of file that ends in .pth: Python reads it at every start from its folder of packages, adds
// the paths to where it looks for modules, and runs the lines that begin with import.
func pathFileFormat() inspect.Format {
	return inspect.Format{
		Name:   "python-path",
		Doc:    "Python runs the lines of it that begin with import, at every start, when it lies among its packages.",
		Claims: func(p *inspect.Part) bool { return ended(p, ".pth") && p.Size <= maxPathFile && pathFile(p.Head()) },
		Scan: func(_ context.Context, p *inspect.Part) error {
			for line := range strings.Lines(string(p.Head())) {
				if !strings.HasPrefix(line, "import ") && !strings.HasPrefix(line, "import\t") {
					continue
				}
				p.Say(inspect.Clean, "python-path-runs", -1, "Python would run %s at every start", inspect.Quote(strings.TrimSpace(line)))
				for _, e := range pycode.Look([]byte(line)) {
					if v := e.Verdict(); v > inspect.Clean {
						p.Say(v, "python-effect", -1, "a line that Python runs at every start %s: %s", e.What(), inspect.Quote(e.Text))
					}
				}
			}
			return nil
		},
		Canary:     func() (string, []byte) { return "canary.pth", []byte("import os; os.system('echo inert')\n") },
		CanaryWant: inspect.Malicious,
	}
}

const maxPathFile = 32 << 10

// pathFile tells text of paths and imports.
func pathFile(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	for line := range bytes.Lines(b) {
		for _, c := range line {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
				return false
			}
		}
		line = bytes.TrimSpace(line)
		if len(line) > 0 && !bytes.HasPrefix(line, []byte("import")) && !bytes.ContainsAny(line, "/\\") && line[0] != '#' && bytes.ContainsAny(line, " (){}[]<>=") {
			return false
		}
	}
	return bytes.Contains(b, []byte("import ")) || bytes.ContainsAny(b, "/\\")
}
