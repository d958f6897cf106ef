package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// handlesTools is what stands in a loop that does what a model asks for.
var handlesTools = pattern.New(`tool_calls|toolCalls|tool_use|function_call|functionCall|tool_results?\b|toolResults?\b`)

// waits are calls that a person or another program paces.
var waits = Names{"input", "builtins.input", "**.receive", "**.receive_text", "**.receive_json", "**.receive_bytes", "**.question", "**.get_user_input", "**.prompt_async", "prompt_toolkit.**", "questionary.**", "**.Prompt.ask", "**.queue.get", "**.Queue.get", "?.*queue.get",
	"click.prompt", "typer.prompt", "readline.**", "inquirer.**", "@inquirer/prompts.**"}

// counts is a name that says how often a loop has run, or how long.
var counts = pattern.New(`(?i)(max|limit|budget|remaining|deadline|timeout|attempt|retr(y|ies)|iteration|(^|_)(steps?|turns?|rounds?|count(er)?|depth)($|_))`)

// agentLoop finds loops that end only from within and in which a model is asked and its tool calls are carried out, without a bound on
// how often: no counter, no limit, no time, and nobody who types.
func agentLoop(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if k := t.Kind(id); k != syntax.While && k != syntax.ForLoop || !l.endless(id) {
			continue
		}
		if call := l.asksModelWithTools(id); call != 0 && !l.bounded(id) {
			l.tell(m.rule, id, call, "")
		}
	}
}

// asksModelWithTools is the call of a model in a loop that has tools, or 0.
func (l *look) asksModelWithTools(loop syntax.ID) syntax.ID {
	t := l.t
	found := syntax.ID(0)
	paced := false
	l.callsIn(loop, func(call syntax.ID, name string) bool {
		if resolve.MatchesAny(waits, name) {
			paced = true
			return false
		}
		if found == 0 && l.e.models.Has(name) && l.innermostLoop(call) == loop {
			tools, _ := l.f.Argument(call, "tools", -1)
			functions, _ := l.f.Argument(call, "functions", -1)
			if tools != 0 || functions != 0 || handlesTools.MatchString(t.Code(loop)) {
				found = call
			}
		}
		return true
	})
	if paced {
		return 0
	}
	return found
}

// innermostLoop is the loop without an end that a node stands in.
func (l *look) innermostLoop(id syntax.ID) syntax.ID {
	for p := l.t.Parent(id); p != 0; p = l.t.Parent(p) {
		if k := l.t.Kind(p); k == syntax.While || k == syntax.For || k == syntax.ForLoop || k == syntax.Function {
			return p
		}
	}
	return 0
}

// bounded says whether a loop counts: something is added to, or compared with a limit.
func (l *look) bounded(loop syntax.ID) bool {
	t := l.t
	for id := firstInside(t, loop); id <= loop; id++ {
		switch t.Kind(id) {
		case syntax.Augment:
			if _, number := l.f.Constant(t.Child(id, 1)); number && t.Kind(t.Child(id, 1)) == syntax.Number {
				return true
			}
		case syntax.Unary:
			if op := t.Name(id); op == "++" || op == "--" {
				return true
			}
		case syntax.Ident, syntax.Attribute:
			if counts.MatchString(t.Name(id)) && t.Name(id) != "max_tokens" && t.Name(id) != "maxTokens" {
				return true
			}
		}
	}
	return false
}
