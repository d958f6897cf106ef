package torch

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/globals"
	"github.com/lodemark/lodemark/internal/model/inspect"
)

// pack looks at a torch.package: its Python modules run when something in it is loaded, and may import what is outside.
func (s *scan) pack() {
	p, l := s.p, s.l
	if e := l.records[".data/extern_modules"]; e != nil {
		b, ok := s.z.Small(e, 1<<20)
		if !ok {
			p.Say(inspect.NotRead, "torch-package-extern", e.Header, "the list of modules from outside cannot be read")
		}
		for name := range strings.SplitSeq(string(b), "\n") {
			name = strings.TrimSpace(name)
			g := globals.Module(name)
			if name != "" && g.Known && g.Capability&(globals.Executes|globals.Network|globals.Native|globals.Interprets) != 0 && name != "torch" && name != "builtins" && name != "sys" {
				p.Say(inspect.Dangerous, "torch-package-extern", e.Header, "imports %s from outside: it %s", inspect.Quote(name), what(g))
			}
		}
	}
	names := make([]string, 0, len(l.records))
	for name := range l.records {
		if strings.HasSuffix(name, ".py") && !strings.HasPrefix(name, "code/") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		python(p, s.z, l.records[name], "loading")
	}
}
