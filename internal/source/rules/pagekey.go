package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Scripts that a browser loads as they lie there, and how keys of providers begin. It does not matter here whether the key is one that works:
// the next one will stand in the same place.
var (
	pageScript = pattern.New(`(?i)(?:^|/)(?:public|static|www|htdocs|wwwroot)/`)
	keyStarts  = []string{"sk-ant-", "sk-proj-", "sk-or-v1-", "gsk_", "hf_", "xai-", "pplx-", "r8_"}
)

const minPageKey = 36

// keyInPage finds keys of providers in scripts of pages.
func keyInPage(l *look, m *matcher) {
	if !pageScript.MatchString(l.f.Path) || notDeployed.MatchString(l.f.Path) || l.t.Language != syntax.JavaScript {
		return
	}
	for id := syntax.ID(1); int(id) < len(l.t.Nodes); id++ {
		if l.t.Kind(id) != syntax.Str || l.t.Node(id).End-l.t.Node(id).Start < minPageKey {
			continue
		}
		text, _ := l.t.Text(id)
		if len(text) >= minPageKey && !strings.ContainsAny(text, " ./") && slices.ContainsFunc(keyStarts, func(s string) bool { return strings.HasPrefix(text, s) }) {
			shown := fmt.Sprintf("%s (%d characters)", masked(text), len(text))
			line, column := l.t.Line(l.t.Node(id).Start)
			l.found = append(l.found, Finding{Rule: m.rule, Path: l.f.Path, Line: line, Column: column, EndLine: line, Code: masked(text), Message: told(m.rule.Message, "`"+shown+"`", "", "")})
		}
	}
}
