package torch

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// export looks at an exported program: compiled code in it runs when it is loaded.
func (s *scan) export() {
	names := make([]string, 0, len(s.l.records))
	for name := range s.l.records {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		e := s.l.records[name]
		lower := strings.ToLower(name)
		compiled := strings.HasSuffix(lower, ".so") || strings.HasSuffix(lower, ".dll") || strings.HasSuffix(lower, ".dylib") || strings.HasSuffix(lower, ".pyd")
		if !compiled && e.Method == 0 && e.Body >= 0 && e.Plain >= 64 && !s.l.storage(e.Name) {
			var head [64]byte
			n, _ := s.p.ReadAt(head[:], e.Body)
			compiled = strings.HasPrefix(program(head[:n]), "a program or library")
		}
		switch {
		case compiled:
			s.p.Say(inspect.Dangerous, "torch-native-code", e.Header, "holds compiled code, %s: loading the model runs it", inspect.Quote(name))
		case strings.HasSuffix(lower, ".cpp") || strings.HasSuffix(lower, ".cu"):
			s.p.Say(inspect.Clean, "torch-native-source", e.Header, "holds the source of compiled code, %s", inspect.Quote(name))
		}
	}
}
