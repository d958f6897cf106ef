package assess

import (
	"strings"
	"testing"

	"github.com/lodemark/lodemark"
)

// What a file leaves out counts once a person has worked on it: until then a draft says as little as no file at all.
func TestWhoseSilenceCounts(t *testing.T) {
	draft := string(lodemark.DraftDeclaration(&lodemark.System{Name: "Help desk"}))
	for _, c := range []struct {
		name, file, path string
		fact             lodemark.Answer // of training, of which the tree shows nothing
		gap              string
		needed           bool
	}{
		{"a minimal file", "schema: lodemark/1\nname: Help desk\n", DeclarationFile, lodemark.No, "", false},
		{"the draft as it was written", draft, "", lodemark.Unknown, "entries are not filled in yet", false},
		{"one entry filled in", strings.Replace(draft, "<criticality>", "low", 1), DeclarationFile, lodemark.Unknown, "entries are not filled in yet", false},
		{"the question taken out", "schema: lodemark/1\nname: Help desk\nstage: design\nusers: [\"<who>\"]\n", DeclarationFile, lodemark.No, "1 entry is not filled in yet", false},
		{"no YAML", "name: [x", "", lodemark.Unknown, "not YAML", true},
	} {
		r := assessed(t, map[string]string{"main.py": "print(1)\n", DeclarationFile: c.file}, pinned())
		if f := r.System.Fact("trains_models"); r.System.Declared.Path != c.path || f.Answer != c.fact {
			t.Errorf("%s: path %q, training %q (%s)", c.name, r.System.Declared.Path, f.Answer, f.Reason)
		}
		told := c.gap == ""
		for _, g := range r.Gaps {
			told = told || g.Path == DeclarationFile && strings.Contains(g.Reason, c.gap) && g.Needed == c.needed
		}
		if !told || c.gap == "" && len(r.Gaps) > 0 {
			t.Errorf("%s: gaps %+v", c.name, r.Gaps)
		}
	}
}
