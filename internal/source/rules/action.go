package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// serverAction says whether a function is one that a page of React calls over the network: exported from a file that says "use server", or
// saying so itself.
func (l *look) serverAction(function syntax.ID) bool {
	t := l.t
	if !l.f.Holds("use server") || l.f.Scope(function) == 0 {
		return false
	}
	if directive(l, l.body(function)) {
		return true
	}
	if t.Kind(l.f.Scope(function)) != syntax.Module || !directive(l, t.Root) || !t.Is(function, syntax.Async) {
		return false
	}
	outer := t.Parent(function)
	if t.Kind(outer) == syntax.Assign {
		outer = t.Parent(outer)
	}
	return t.Kind(outer) == syntax.Export
}

// directive says whether a block begins with "use server".
func directive(l *look, block syntax.ID) bool {
	t := l.t
	if k := t.Kind(block); k != syntax.Block && k != syntax.Module {
		return false
	}
	first := t.Child(block, 0)
	if t.Kind(first) != syntax.ExprStmt {
		return false
	}
	text, ok := t.Text(t.Child(first, 0))
	return ok && text == "use server"
}

// chainObject is what a chain, an agent or the like is called, as the last name of what a method is called of.
var chainObject = pattern.New(`(?i)(?:chain|agent|llm|executor|crew|rails|graph|assistant|chat_?model|chat_?engine|query_?engine)(?:_?(?:executor|app|with_\w+|client|instance|runner))?(?:\([^()]*\))?$`)

// runsChain says whether a call runs a chain or an agent of whose making nothing is seen, in a program that asks models.
func (l *look) runsChain(call syntax.ID) bool {
	t := l.t
	callee := t.Child(call, 0)
	if t.Kind(callee) != syntax.Attribute {
		return false
	}
	switch t.Name(callee) {
	case "run", "arun", "invoke", "ainvoke", "stream", "astream", "streamEvents", "stream_events", "astream_events", "streamLog", "kickoff", "kickoff_async", "generate_async", "predict", "apredict":
	case "wait", "create", "createAndPoll", "create_and_poll": // runs of LangGraph's and OpenAI's servers: client.runs.wait(thread, assistant)
		object := t.Child(callee, 0)
		return t.Kind(object) == syntax.Attribute && t.Name(object) == "runs" && t.Child(call, 1) != 0 && l.modelsHere()
	default:
		return false
	}
	object := t.Child(callee, 0)
	n := t.Node(object)
	code := t.Source[max(n.Start, n.End-min(n.End, 80)):n.End]
	return chainObject.MatchString(code) && l.modelsHere()
}
