package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// taskPath is where agents take tasks from each other.
	taskPath = pattern.New(`(?i)(?:^|/)a2a(?:/(?:v\d+/)?(?:tasks?|messages?|delegate|delegation|identity|register|rpc|invoke|handshake)(?:/.*)?)?/?$|(?:^|/)tasks/(?:send(?:Subscribe)?|(?:[:{<][^/]*/)(?:complete|result|claim)|complete|claim)/?$|(?:^|/)message[:/](?:send|stream)/?$|(?:^|/)agents?/(?:register|delegate)/?$`)
	// trustedAgents is a table of agents that may ask for more than others.
	trustedAgents = pattern.New(`(?i)(?:trusted|allowed|known|authorized|privileged|approved)_?(?:agents?|senders?|peers?|workers?)(?:_?(?:ids?|names?))?$|(?:agents?|senders?|peers?)_?(?:allow_?list|whitelist)$`)
	namesTrusted  = pattern.New(`(?i)(?:trusted|allowed|known|authorized|privileged|approved)_?(?:agent|sender|peer|worker)|(?:agents?|senders?|peers?)_?(?:allow_?list|whitelist)`)
	// declaredSender is what a message says of where it is from.
	declaredSender = pattern.New(`(?i)^(?:from|sender|sender_?(?:id|name|agent)|from_?(?:agent|id)|agent_?(?:id|name)|source_?agent|caller_?(?:id|agent)|origin_?agent|source)$`)
	// provesSender is what stands in code that has a sender prove who it is.
	provesSender = pattern.New(`(?i)verif|signature|hmac|jwt|certificate|authenticat|mtls|public_?key|compare_digest|timingSafeEqual`)
	// agentAnswer is the address of an agent's card, or of where it takes tasks.
	agentCardPath = pattern.New(`\.well-known/agent(?:-card)?\.json`)
	sendsTask     = pattern.New(`/tasks/send|/message[:/]send|/a2a\b`)
	sendsProof    = pattern.New(`(?i)authoriz|bearer|token|api[-_]?key|signature|auth\b|cert\b|credential`)
)

// trustsAgents finds where tasks are taken from whoever sends them, given to whoever answers, and where what a message says of its sender
// decides about what it may.
func trustsAgents(l *look, m *matcher) {
	t := l.t
	if notDeployed.MatchString(l.f.Path) {
		return
	}
	speaks := l.f.Holds(".well-known/agent") || l.f.Holds("a2a") || l.f.Holds("A2A") || l.f.Holds("/tasks/send") || l.f.Holds("agent_card") || l.f.Holds("agentCard")
	if speaks {
		routes := l.routesOf()
		for i := range routes {
			if r := &routes[i]; !r.reads && taskPath.MatchString(r.path) && l.guardsOf(r)&(asksWho|staysLocal) == 0 && !l.readsOnly(r) {
				l.tell(m.rule, r.at, r.at, "")
			}
		}
	}
	asksCards := l.f.Says(agentCardPath)
	if !asksCards && !l.f.Says(namesTrusted) {
		return
	}
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		switch t.Kind(id) {
		case syntax.Call:
			if asksCards && l.sendsTaskAlone(id) {
				l.tell(m.rule, id, id, "")
			}
			if last := calledLast(l, id); last == "includes" || last == "has" {
				l.trustsSender(m, id, t.Child(t.Child(id, 0), 0), t.Child(id, 1))
			}
		case syntax.Compare:
			if op := t.Name(id); op == "in" || op == "not in" {
				l.trustsSender(m, id, t.Child(id, 1), t.Child(id, 0))
			}
		}
	}
}

// readsOnly says of a route of a server without a framework that it only answers GET.
func (l *look) readsOnly(r *route) bool {
	return l.t.Kind(r.at) == syntax.If && !strings.Contains(l.t.Code(l.t.Child(r.at, 0)), "POST")
}

func (l *look) trustsSender(m *matcher, at, table, sender syntax.ID) {
	t := l.t
	switch t.Kind(table) {
	case syntax.Ident, syntax.Attribute:
	default:
		return
	}
	name := t.Name(sender)
	switch t.Kind(sender) {
	case syntax.Ident, syntax.Attribute:
	case syntax.Index:
		name, _ = t.Text(t.Child(sender, 1))
	case syntax.Call: // message.get("sender")
		if calledLast(l, sender) == "get" {
			name, _ = t.Text(t.Child(sender, 1))
		}
	default:
		return
	}
	if !trustedAgents.MatchString(t.Name(table)) || !declaredSender.MatchString(name) || provesSender.MatchString(checkedText(t.Source)) {
		return
	}
	l.tell(m.rule, at, at, "")
}

// checkedText is code without its comments, which say what is missing as often as what is there.
func checkedText(src string) string {
	lines := strings.Split(src, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool {
		return commentLine.MatchString(line) || strings.HasPrefix(strings.TrimSpace(line), "//") || strings.HasPrefix(strings.TrimSpace(line), "#")
	}), "\n")
}

// sendsTaskAlone says whether a call sends a task to the address that a card or a table gives, with nothing that proves either side.
func (l *look) sendsTaskAlone(call syntax.ID) bool {
	t := l.t
	switch calledLast(l, call) {
	case "fetch", "post":
	default:
		return false
	}
	first := t.Child(call, 1)
	if t.Kind(first) != syntax.Format && t.Kind(first) != syntax.Strings && t.Kind(first) != syntax.Binary {
		return false
	}
	code := t.Code(call)
	if calledLast(l, call) == "fetch" && !strings.Contains(code, "POST") {
		return false
	}
	return sendsTask.MatchString(t.Code(first)) && strings.ContainsAny(t.Code(first), "{+") && !sendsProof.MatchString(code[:min(len(code), maxGuardCode)])
}

var (
	agentProof = pattern.New(`(?i)^(?:authentication|auth|agent_?auth(?:entication)?|peer_?auth(?:entication)?|identity_?verification|inter_?agent_?auth(?:entication)?|mutual_?auth(?:entication)?|message_?auth(?:entication)?|a2a_?auth(?:entication)?|verify_?identity)$`)
	noProof    = pattern.New(`(?i)^(?:none|false|off|disabled|no|anonymous)$`)
)

// unprovenAgents finds descriptions of agents that are reached over a network and that say of themselves that nobody has to prove who they are.
func unprovenAgents(f *file, m *matcher) {
	for _, root := range f.roots {
		if !describesAgents(root) {
			continue
		}
		for _, n := range root.Children {
			if !agentProof.MatchString(n.Key) {
				continue
			}
			at := n
			if !n.Scalar {
				at = nil
				for _, key := range []string{"type", "scheme", "schemes", "mode", "enabled", "required"} {
					c := n.Child(key)
					if c != nil && c.List && len(c.Children) == 1 {
						c = c.Children[0]
					}
					if c != nil && c.Scalar && noProof.MatchString(c.Value) {
						at = c
						break
					}
				}
			}
			if at != nil && noProof.MatchString(at.Value) {
				f.report(m.rule, at.Line, at.EndLine, n.Key, at.Value)
			}
		}
	}
}

// describesAgents says of a file of settings that it is the card of an agent, or a list of agents with their addresses.
func describesAgents(root *settings.Node) bool {
	if agents := root.Child("agents"); agents != nil {
		for _, a := range agents.Children {
			if a.Child("url") != nil || a.Child("endpoint") != nil || a.Child("address") != nil {
				return true
			}
		}
	}
	return root.Child("url") != nil && root.Child("name") != nil && (root.Child("capabilities") != nil || root.Child("skills") != nil)
}
