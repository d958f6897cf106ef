package survey

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// hostile is a system in which an attacker chose every name.
func hostile(name, file string) tree {
	return tree{files: map[string]string{file: "x = 1\n"}, seen: []lodemark.Component{
		is(lodemark.KindAgent, name, file, 1, "provider", name), is(lodemark.KindTool, name, file, 1, "written", name),
		is(lodemark.KindHostedModel, name, file, 1, "provider", name), is(lodemark.KindMCPServer, name, file, 1, "url", name, "command", name),
		is(lodemark.KindVectorStore, name, file, 1, "technology", name), is(lodemark.KindModel, name, file, 1), is(lodemark.KindDataset, name, file, 1),
		is(lodemark.KindServer, name, file, 1, "technology", name), is(lodemark.KindTraining, name, file, 1),
	}}
}

func FuzzWrite(f *testing.F) {
	for _, s := range []string{"", "agent", "a: b", "# no comment", "\"}], flows: []", "x\n  - id: evil\n    kind: tool", "[[[[[[[[[[", "{}]", "\x00\x1b[31m", "\\", "\\\"", "'", "null", "~", "\u2028", "é", strings.Repeat("[", 500),
		"<fill in: x>", "- - -", "&a *a", "!!binary x", "%YAML 1.2", "---", "a\tb", "\xff\xfe", strings.Repeat("long ", 200)} {
		f.Add(s, "app/agent.py")
		f.Add("agent", s+".py")
	}
	f.Fuzz(func(t *testing.T, name, file string) {
		d, m, text := written(t, hostile(name, file))
		for i, c := range m.Components {
			if o := d.Model.Components[i]; o.ID != c.ID || o.Kind != c.Kind {
				t.Fatalf("%q became %q:\n%s", o.ID, c.ID, text)
			}
		}
	})
}
