package rules

import (
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// freesTool finds lists of tools in code that let a coding agent run any command, or use any tool, without a question.
func freesTool(l *look, m *matcher) {
	t := l.t
	if !l.f.Holds("allowed_tools") && !l.f.Holds("allowedTools") || l.f.Holds("can_use_tool") || l.f.Holds("canUseTool") {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		value := syntax.ID(0)
		switch t.Kind(id) {
		case syntax.Keyword:
			if t.Name(id) == "allowed_tools" {
				value = t.Child(id, 0)
			}
		case syntax.Pair:
			if key, ok := t.Text(t.Child(id, 0)); ok && (key == "allowed_tools" || key == "allowedTools") {
				value = t.Last(id)
			}
		}
		if value == 0 {
			continue
		}
		if value = l.f.Literal(value); t.Kind(value) != syntax.List {
			continue
		}
		for item := range t.Children(value) {
			switch text, _ := t.Text(item); text {
			case "Bash", "Bash(*)", "Bash(:*)", "Bash(**)", "Bash(*:*)", "*", "PowerShell", "run_shell_command":
				l.tell(m.rule, item, item, "")
			}
		}
	}
}
