package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// memories are objects that keep a conversation.
var memories = Names{"langchain*.**.ConversationBufferMemory", "langchain*.**.ConversationBufferWindowMemory", "langchain*.**.ConversationSummaryMemory", "langchain*.**.ConversationSummaryBufferMemory", "langchain*.**.ConversationTokenBufferMemory", "langchain*.**.ChatMessageHistory",
	"langchain*.**.InMemoryChatMessageHistory", "llama_index.**.ChatMemoryBuffer.from_defaults", "@langchain/**.BufferMemory", "langchain/**.BufferMemory", "langchain/**.ChatMessageHistory"}

var historyName = pattern.New(`(?i)^_?(messages|history|chat_?history|conversation(_?history)?|chat_?log|message_?history)$`)

// sharedMemory finds one memory for all users: an object or a list of messages at the top of a module that serves clients, into which
// a route puts what a client says; or a route that asks for the memory of a thread whose name is written out.
func sharedMemory(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Assign:
			if t.Kind(l.f.Scope(id)) != syntax.Module || t.Kind(t.Child(id, 0)) != syntax.Ident {
				continue
			}
			value := l.f.Value(id)
			switch {
			case t.Kind(value) == syntax.Call && resolve.MatchesAny(memories, l.f.Callee(value)):
				if l.usedInRoute(t.Name(t.Child(id, 0)), 1, false) {
					l.tell(m.rule, id, value, "")
				}
			case t.Kind(value) == syntax.List && historyName.MatchString(t.Name(t.Child(id, 0))):
				if l.usedInRoute(t.Name(t.Child(id, 0)), 0, true) {
					l.tell(m.rule, id, value, "")
				}
			}
		case syntax.Pair:
			key, _ := t.Text(t.Child(id, 0))
			if key == "sessionId" || key == "session_id" || key == "threadId" {
				l.oneSession(m, id)
			}
			if key != "thread_id" && key != "session_id" {
				continue
			}
			outer := t.Parent(t.Parent(id))
			if name, _ := t.Text(t.Child(outer, 0)); t.Kind(outer) != syntax.Pair || name != "configurable" {
				continue
			}
			if v, ok := l.f.Constant(t.Last(id)); ok && v.String && !v.Partial && v.Env == "" && l.inRoute(id) {
				l.tell(m.rule, id, t.Last(id), "")
			}
		}
	}
}

// keepsHistory is what keeps the messages of a session.
var keepsHistory = pattern.New(`(?:Message|Chat)History$|ChatMemory$|ChatStore$`)

// oneSession tells of a history whose session is written out, in a function that clients call.
func (l *look) oneSession(m *matcher, pair syntax.ID) {
	t := l.t
	call := t.Parent(t.Parent(pair))
	if t.Kind(call) != syntax.Call || !keepsHistory.MatchString(calledLast(l, call)) {
		return
	}
	v, ok := l.f.Constant(t.Last(pair))
	if !ok || !v.String || v.Partial || v.Env != "" {
		return
	}
	routes := l.routesOf()
	for i := range routes {
		if routes[i].body != 0 && t.Within(pair, routes[i].body) {
			l.tell(m.rule, pair, t.Last(pair), "")
			return
		}
	}
	if l.inRoute(pair) {
		l.tell(m.rule, pair, t.Last(pair), "")
	}
}

// inRoute says whether a node stands in a function that clients call over the network.
func (l *look) inRoute(id syntax.ID) bool {
	for s := l.f.Scope(id); s != 0; s = l.f.Scope(s) {
		if l.t.Kind(s) == syntax.Function && (l.isWebRoute(s)) {
			return true
		}
	}
	return false
}

// isWebRoute says whether a function answers requests: by a decorator, or as a callback of an application's or a router's method.
func (l *look) isWebRoute(function syntax.ID) bool {
	t := l.t
	for c := range t.Children(function) {
		if t.Kind(c) == syntax.Decorator {
			call := t.Child(c, 0)
			if t.Kind(call) == syntax.Call {
				switch name := calledLast(l, call); name {
				case "get", "post", "put", "route", "websocket", "api_route", "patch":
					if text, ok := t.Text(t.Child(call, 1)); ok && strings.HasPrefix(text, "/") {
						return true
					}
				}
			}
		}
	}
	if call := t.Parent(function); t.Kind(call) == syntax.Call && t.Child(call, 0) != function {
		switch calledLast(l, call) {
		case "get", "post", "put", "all", "patch":
			text, ok := t.Text(t.Child(call, 1))
			return ok && strings.HasPrefix(text, "/")
		}
	}
	return false
}

// usedInRoute says whether a name of the module is used in a route: itself, or through what was made with it at the top of the module.
func (l *look) usedInRoute(name string, steps int, added bool) bool {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Ident || t.Name(id) != name {
			continue
		}
		b := l.f.Binding(id)
		if b == 0 || t.Kind(l.f.Scope(b)) != syntax.Module {
			continue
		}
		if l.inRoute(id) {
			if !added || l.isAddedTo(id) {
				return true
			}
			continue
		}
		if steps > 0 && t.Kind(l.f.Scope(id)) == syntax.Module {
			assign := t.Enclosing(id, syntax.Assign)
			if assign != 0 && t.Kind(t.Child(assign, 0)) == syntax.Ident && t.Name(t.Child(assign, 0)) != name && l.usedInRoute(t.Name(t.Child(assign, 0)), steps-1, added) {
				return true
			}
		}
	}
	return false
}

// isAddedTo says whether something is put into a list: messages.append(…), messages.push(…).
func (l *look) isAddedTo(id syntax.ID) bool {
	t := l.t
	method := t.Parent(id)
	if t.Kind(method) != syntax.Attribute || t.Kind(t.Parent(method)) != syntax.Call {
		return false
	}
	switch t.Name(method) {
	case "append", "push", "extend":
		return true
	}
	return false
}
