package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	openProcedure = pattern.New(`(?i)^(?:public|base|open|rate|limited)?_?procedure$`)
	anyProcedure  = pattern.New(`(?i)procedure$`)
	socketServer  = pattern.New(`(?i)^(?:this\.)?(?:io|ws|wss|wsserver|socketserver|websocketserver|socket_?io|server|wsServer|namespace|nsp)$`)
)

// registeredInScript are the routes that a call makes: app.post("/chat", check, async (req, res) => …), router.get("/x", controller.run),
// app.route("/x").post(run), fastify.route({ url, handler }), Deno.serve(run), onRequest(run), publicProcedure.mutation(run),
// wss.on("connection", run).
func (l *look) registeredInScript(call syntax.ID) []route {
	t := l.t
	callee, last := t.Child(call, 0), t.Last(call)
	if last == callee {
		return nil
	}
	r := route{at: call, call: call}
	switch method := calledLast(l, call); method {
	case "get", "post", "put", "patch", "delete", "all", "ws":
		text, ok := l.constantText(t.Child(call, 1))
		if last == t.Child(call, 1) {
			before := t.Child(callee, 0)
			if t.Kind(callee) != syntax.Attribute || t.Kind(before) != syntax.Call || calledLast(l, before) != "route" {
				return nil
			}
			text, ok = l.constantText(t.Child(before, 1))
		}
		if !ok || !strings.HasPrefix(text, "/") {
			return nil
		}
		if r.reads = method == "get"; method != "delete" { // what that speaks of is no question
			r.path = text
		}
	case "route":
		url, _ := l.f.Argument(call, "url", -1)
		handler, _ := l.f.Argument(call, "handler", -1)
		if url == 0 || handler == 0 {
			return nil
		}
		verb, _ := l.f.Argument(call, "method", -1)
		r.path, _ = l.constantText(url)
		text, _ := l.constantText(verb)
		r.reads, last = text == "GET", handler
		if before, _ := l.f.Argument(call, "preHandler", -1); before != 0 {
			r.has |= named(t.Code(before))
		}
		if before, _ := l.f.Argument(call, "onRequest", -1); before != 0 {
			r.has |= named(t.Code(before))
		}
		if rate, _ := l.f.Argument(call, "config", -1); rate != 0 {
			r.has |= named(t.Code(rate)) & limitsCalls
		}
	case "serve", "createServer":
		if name := l.f.Callee(call); method == "serve" && name != "Deno.serve" && name != "Bun.serve" && name != "serve" && !strings.Contains(name, "deno.land/std") && !strings.Contains(name, "http/server") {
			return nil
		}
		last = t.Child(call, 1)
		if f, _ := l.f.Argument(call, "fetch", -1); f != 0 {
			last = f
		} else if next := t.Next(last); t.Kind(last) == syntax.Dict && next != 0 {
			last = next
		}
		r.whole, r.first = true, method == "serve"
		if supabaseFunction.MatchString(l.f.Path) {
			r.has = asksWho // its gateway asks for a signed token unless it is told not to
		}
	case "onRequest", "onCall":
		if !strings.Contains(t.Source, "firebase-functions") {
			return nil
		}
	case "mutation", "subscription", "query":
		root := l.chainRoot(callee)
		if !anyProcedure.MatchString(root) {
			return nil
		}
		if r.reads = method == "query"; !openProcedure.MatchString(root) {
			r.has |= asksWho
		}
	case "action", "httpAction":
		if name := l.f.Callee(call); !strings.HasSuffix(name, "_generated/server."+method) {
			return nil
		}
		if handler, _ := l.f.Argument(call, "handler", -1); handler != 0 {
			last = handler
		}
	case "on":
		text, _ := t.Text(t.Child(call, 1))
		if text != "connection" || t.Kind(callee) != syntax.Attribute || !socketServer.MatchString(t.Code(t.Child(callee, 0))) {
			return nil
		}
		r.whole = true
	default:
		return nil
	}
	if f, through := l.functionBehind(last); f != 0 {
		r.function, r.body = f, l.body(f)
		if through != "" {
			if r.has |= named(through); !plainName.MatchString(through) && t.Kind(last) == syntax.Call {
				r.has |= asksWho // something of which nothing is known
			}
		}
		return []route{r}
	}
	if t.Kind(last) == syntax.Call && calledLast(l, last) == "bind" { // this.run.bind(this)
		last = t.Child(t.Child(last, 0), 0)
	}
	if k := t.Kind(last); k != syntax.Ident && k != syntax.Attribute {
		return nil
	}
	r.handler = l.f.Name(last)
	if !ownName(r.handler) {
		r.handler = l.ownValue(last)
	}
	if r.handler == "" {
		return nil
	}
	return []route{r}
}

// supabaseFunction is one of Supabase's functions, before which a gateway stands.
var supabaseFunction = pattern.New(`(?:^|/)supabase/functions/`)

// chainRoot is the name that a chain of calls begins with: publicProcedure.input(…).mutation.
func (l *look) chainRoot(id syntax.ID) string {
	t := l.t
	name := ""
	for id != 0 {
		switch t.Kind(id) {
		case syntax.Attribute:
			if name = t.Name(id); anyProcedure.MatchString(name) {
				return name
			}
		case syntax.Call:
		case syntax.Ident:
			return t.Name(id)
		default:
			return ""
		}
		id = t.Child(id, 0)
	}
	return name
}
