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

var (
	// bounds is a name that says how often a loop may run, or how long.
	bounds = pattern.New(`(?i)max|limit|budget|remaining|deadline|time_?out`)
	// counts is one that says how often it has run: a bound only where it is compared.
	counts = pattern.New(`(?i)attempt|retr(?:y|ies)|iteration|(?:^|_)(?:steps?|turns?|rounds?|loops?|i|n|count(?:er)?|depth)(?:$|_)`)
	// asksForMore is what a loop that goes on while a model asks for tools looks at.
	asksForMore = pattern.New(`stop_?[rR]eason["')\]]*\s*={2,3}\s*["']tool_(?:use|calls)["']|finish_?[rR]eason["')\]]*\s*={2,3}\s*["'](?:tool_calls|function_call|tool-calls)["']|(?:^|[^\w.])!?[\w.\[\]?]*\.(?:tool_calls|toolCalls|function_calls?|functionCalls?)(?:\?*\.length)?\s*(?:\)|$|>\s*0|is not None|!=)`)
)

// loopTest is what a loop looks at before each round: of do-while, behind it.
func (l *look) loopTest(loop syntax.ID) syntax.ID { return l.t.Child(loop, 0) }

// agentLoop finds loops that end only from within and in which a model is asked and its tool calls are carried out, without a bound on
// how often: no counter, no limit, no time, and nobody who types.
func agentLoop(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if k := t.Kind(id); k != syntax.While && k != syntax.ForLoop || !l.endless(id) && !(k == syntax.While && (asksForMore.MatchString(t.Code(l.loopTest(id))) || l.modelDecides(id))) {
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
		if resolve.MatchesAny(waits, name) && !l.mayNotWait(call, loop) {
			paced = true
			return false
		}
		if found == 0 && l.innermostLoop(call) == loop && (l.e.models.Has(name) || l.asksItself(call)) {
			if !l.e.models.Has(name) {
				if runsTools.MatchString(t.Code(loop)) {
					found = call
				}
				return true
			}
			tools, _ := l.f.Argument(call, "tools", -1)
			functions, _ := l.f.Argument(call, "functions", -1)
			if tools != 0 || functions != 0 || handlesTools.MatchString(t.Code(loop)) || runsTools.MatchString(t.Code(loop)) {
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

// mayNotWait says whether a person is only asked where a switch says so, or where the model wants it: nobody paces the loop without.
func (l *look) mayNotWait(call, loop syntax.ID) bool {
	t := l.t
	for p := t.Parent(call); p != 0 && p != loop; p = t.Parent(p) {
		if t.Kind(p) == syntax.If && switchedOff.MatchString(t.Code(t.Child(p, 0))) {
			return true
		}
	}
	return false
}

// switchedOff is a test for a mode in which nobody is asked, or for the name of what a model wants done.
var switchedOff = pattern.New(`(?i)continuous|autonom|auto_?(?:mode|approve|run|execute|confirm)|yolo|headless|unattended|non_?interactive|no_?confirm|prompt_?user|ask_?confirm|(?:command|action|tool)(?:_?name|\.name|\["name"\])?\s*={2,3}\s*["']`)

// asksItself says whether a call asks a model through a function or an object of the program's own: agent.chat(…), self.llm.generate(…).
func (l *look) asksItself(call syntax.ID) bool {
	code := l.t.Code(l.t.Child(call, 0))
	return len(code) < 80 && (talksTo.MatchString(code) || asksByName.MatchString(code))
}

// modelDecides says whether a loop goes on for as long as names say so that are given what a model answered in the loop, or are switches
// of it.
func (l *look) modelDecides(loop syntax.ID) bool {
	t := l.t
	test := l.loopTest(loop)
	code := t.Code(test)
	if len(code) > 80 || !switches.MatchString(code) {
		return false
	}
	names := map[string]bool{}
	for id := firstInside(t, test); id <= test; id++ {
		if k := t.Kind(id); k == syntax.Ident || k == syntax.Attribute {
			names[t.Name(id)] = true
		}
	}
	for id := firstInside(t, loop); id <= loop; id++ {
		if t.Kind(id) != syntax.Assign || !names[t.Name(t.Child(id, 0))] {
			continue
		}
		value := l.f.Value(id)
		for t.Kind(value) == syntax.Await || t.Kind(value) == syntax.Cast {
			value = t.Child(value, 0)
		}
		switch t.Kind(value) {
		case syntax.Const:
			return true
		case syntax.Call:
			if l.asks(value, l.f.Callee(value)) || l.asksItself(value) {
				return true
			}
		}
	}
	return false
}

var (
	// talksTo is a call of an object of the program's own that stands for a model.
	talksTo = pattern.New(`(?i)(?:^|[._])(?:agent|llm|model|gpt|brain|planner|assistant|chat|bot|ai)\w*\.(?:chat|generate|complete|completion|ask|think|predict|respond|query|invoke|get_?response|get_?completion|next_?action|decide)$|\w\.(?:chat|think)$`)
	// runsTools is what stands in a loop that does what a model names, in a program without a framework for it.
	runsTools = pattern.New(`(?i)\btools?(?:_?(?:map|dict|registry|by_name))?\[|\btool\.(?:run|execute|func|invoke|call|_run)\(|\b(?:execute|run|call|dispatch|use|handle|invoke|perform|process)_?(?:tools?|actions?|commands?|function)(?:_?calls?)?\(|\.act\(\)|available_?functions\[|command_?registry`)
	// switches are tests of names alone.
	switches = pattern.New(`^\(?(?:not\s+|!)?[\w.]+(?:\s+(?:and|or)\s+(?:not\s+)?[\w.]+|\s*(?:&&|\|\|)\s*!?[\w.]+)?\)?$`)
)

// innermostLoop is the loop without an end that a node stands in.
func (l *look) innermostLoop(id syntax.ID) syntax.ID {
	for p := l.t.Parent(id); p != 0; p = l.t.Parent(p) {
		if k := l.t.Kind(p); k == syntax.While || k == syntax.For || k == syntax.ForLoop || k == syntax.Function {
			return p
		}
	}
	return 0
}

// bounded says whether a loop counts and compares what it counted, or knows of a limit.
func (l *look) bounded(loop syntax.ID) bool {
	t := l.t
	counted := map[string]bool{}
	for id := firstInside(t, loop); id <= loop; id++ {
		switch t.Kind(id) {
		case syntax.Augment:
			if target := t.Child(id, 0); t.Kind(target) == syntax.Ident || t.Kind(target) == syntax.Attribute {
				counted[t.Name(target)] = true
			}
		case syntax.Unary:
			if op := t.Name(id); op == "++" || op == "--" {
				counted[t.Name(t.Child(id, 0))] = true
			}
		}
	}
	for id := firstInside(t, loop); id <= loop; id++ {
		switch t.Kind(id) {
		case syntax.Ident, syntax.Attribute:
			name := t.Name(id)
			if bounds.MatchString(name) && !tokenLimit.MatchString(name) {
				return true
			}
			if (counted[name] || counts.MatchString(name)) && l.isCompared(id) {
				return true
			}
		}
	}
	return false
}

// tokenLimit bounds one answer, not how many there are; max() alone is no limit either.
var tokenLimit = pattern.New(`(?i)^max$|tokens?$|^max_?(?:len|length|new)|^Math$`)

// isCompared says whether a name stands in a comparison of sizes.
func (l *look) isCompared(id syntax.ID) bool {
	p := l.t.Parent(id)
	for l.t.Kind(p) == syntax.Unary || l.t.Kind(p) == syntax.Binary {
		p = l.t.Parent(p)
	}
	if l.t.Kind(p) != syntax.Compare {
		return false
	}
	switch l.t.Name(p) {
	case "<", ">", "<=", ">=", "==", "===", "!=", "!==":
		return true
	}
	return false
}
