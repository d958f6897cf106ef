package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// destroys are calls that cannot be taken back.
var destroys = Names{"os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree", "pathlib.Path.unlink", "pathlib.Path.rmdir", "fs.unlink", "fs.unlinkSync", "fs.rm", "fs.rmSync", "fs.rmdir", "fs.rmdirSync", "fs.promises.rm",
	"fs.promises.unlink", "fs/promises.rm", "fs/promises.unlink", "fs-extra.remove", "fs-extra.removeSync", "stripe.Refund.create", "stripe.Charge.create", "stripe.PaymentIntent.create", "stripe.Transfer.create", "stripe.Payout.create",
	"boto3.client.delete_object", "boto3.client.delete_bucket", "boto3.client.terminate_instances", "boto3.client.delete_table", "boto3.client.delete_db_instance", "**.prisma.*.delete", "**.prisma.*.deleteMany", "?.prisma.*.delete", "?.prisma.*.deleteMany",
	"kubernetes.client.CoreV1Api.delete_*", "kubernetes.client.AppsV1Api.delete_*", "smtplib.SMTP.send_message", "smtplib.SMTP.sendmail", "smtplib.SMTP_SSL.send_message", "smtplib.SMTP_SSL.sendmail",
	"requests.delete", "requests.Session.delete", "httpx.delete", "httpx.Client.delete", "httpx.AsyncClient.delete", "aiohttp.ClientSession.delete", "axios.delete", "**.axios.create.delete", "got.delete", "ky.delete", "superagent.delete", "**.vectorStores.del", "**.files.del", "**.assistants.del"}

var (
	// sendsRequest is what functions are called that send a request by its method.
	sendsRequest = pattern.New(`(?i)request|fetch|axios|api|http|^(?:call|send|got|ky|ofetch)$`)
	// destroyingTool is a tool whose name says that what it does is for good.
	destroyingTool = pattern.New(`(?i)^(?:\w+[._-])?(?:delete|destroy|drop|purge|wipe|erase|terminate|cancel|revoke|refund|truncate)(?:[_.-]?\w+)?$`)
	// destroyingCall is a method that carries it out.
	destroyingCall = pattern.New(`^(?:async_?)?(?:delete|destroy|drop|purge|wipe|erase|terminate|cancel|revoke|refund|truncate|del|bulkDelete|permanentlyDelete)(?:_?[A-Za-z]\w*)?$`)
	// asksAround is what stands in a file where a framework asks a person before tools run.
	asksAround = pattern.New(`(?i)human_?in_?the_?loop|interrupt_?(?:on|before|after)\b|human_?approval|HumanLayer|needs_?approval|require_?approval["']?\s*[:=]\s*(?:true|\[|["']always)`)
)

// runsSQL are calls whose first argument is a statement.
var runsSQL = pattern.New(`^(execute|executescript|executemany|query|run|exec|\$executeRaw|\$executeRawUnsafe)$`)

var destroysSQL = pattern.New(`(?i)^\s*(delete\s+from|drop\s+(table|database|schema)|truncate\s)`)

// asksPerson is what stands in code that asks a person before it acts.
var asksPerson = pattern.New(`(?i)confirm|approv|interrupt\(|elicit|ask_user|ask_human|human_in_the_loop|dry_?run|input\(|needs_?review|(?:ask|request|check|require|has|get)\w*_?permission|permission_?(?:check|required|granted|request)|can_?use_?tool|destructiveHint`)

// destructiveTool finds tools that delete, pay or send without that anybody is asked: neither in the function nor where it is made a tool.
func destructiveTool(l *look, m *matcher) {
	t := l.t
	if len(l.tools()) == 0 || l.f.Says(asksAround) {
		return
	}
	for _, tool := range l.tools() {
		whole := tool
		for p := t.Parent(tool); p != 0; p = t.Parent(p) {
			if k := t.Kind(p); k == syntax.Call {
				whole = p
				break
			} else if k == syntax.Block || k == syntax.Module {
				break
			}
		}
		if asksPerson.MatchString(t.Code(whole)) || len(l.toolParameters(tool)) == 0 {
			continue
		}
		known := destroyingTool.MatchString(l.calledTool(tool))
		found := false
		l.callsIn(l.body(tool), func(call syntax.ID, name string) bool {
			if (l.destroysAt(call, name) || known && l.destroysByName(call, name)) && l.usesParameter(tool, call) {
				l.tell(m.rule, call, tool, "")
				found = true
			}
			return !found
		})
	}
}

func (l *look) destroysAt(call syntax.ID, name string) bool {
	if l.inSandbox(call) {
		return false
	}
	if resolve.MatchesAny(destroys, name) {
		return !temporary.MatchString(l.t.Code(l.t.Child(call, 1)))
	}
	if l.deletesByRequest(call) {
		return true
	}
	if !runsSQL.MatchString(calledLast(l, call)) {
		return false
	}
	v, ok := l.f.Constant(l.t.Child(call, 1))
	return ok && v.String && destroysSQL.MatchString(v.Text)
}

// temporary is what a file of the tool's own is called.
var temporary = pattern.New(`(?i)^[\w.]*te?mp(?:orary)?[\w.]*$`)

// deletesByRequest says whether a call sends a request whose method is DELETE: fetch(url, { method: "DELETE" }), request("DELETE", url).
func (l *look) deletesByRequest(call syntax.ID) bool {
	t := l.t
	if !sendsRequest.MatchString(calledLast(l, call)) {
		return false
	}
	if method, _ := l.f.Argument(call, "method", -1); method != 0 {
		v, ok := l.f.Constant(method)
		return ok && (v.Text == "DELETE" || v.Text == "delete")
	}
	for a, n := t.Child(call, 1), 0; a != 0 && n < 3; a, n = t.Next(a), n+1 {
		if text, ok := t.Text(a); ok && (text == "DELETE" || text == "delete") {
			return true
		}
	}
	return false
}

// destroysByName says whether a call is of a method that is called like what cannot be taken back, and of no container of the language.
func (l *look) destroysByName(call syntax.ID, name string) bool {
	if !destroyingCall.MatchString(calledLast(l, call)) || l.t.Kind(l.t.Child(call, 0)) != syntax.Attribute || l.inSandbox(call) {
		return false
	}
	return !resolve.MatchesAny(containers, name)
}

// sandbox is what a machine is called that was made for this one agent and is thrown away after it.
var sandbox = pattern.New(`(?i)(?:^|[._])(?:\w*sandbox|sbx|devbox|code_?interpreter)(?:[._]|$)`)

// inSandbox says whether a call is one of a sandbox, whose files are nobody's.
func (l *look) inSandbox(call syntax.ID) bool {
	callee := l.t.Child(call, 0)
	return l.t.Kind(callee) == syntax.Attribute && sandbox.MatchString(l.t.Code(l.t.Child(callee, 0)))
}

var containers = Names{"Map.delete", "Set.delete", "WeakMap.delete", "**.Map.delete", "**.Set.delete", "URLSearchParams.delete", "**.searchParams.delete", "?.headers.delete", "?.seen.delete", "?.cache.delete", "asyncio.**", "?.task.cancel"}

// calledTool is the name under which a model knows a tool, as far as it is written beside it.
func (l *look) calledTool(tool syntax.ID) string {
	t := l.t
	if name := t.Name(tool); name != "" && !runsTool[name] {
		return name
	}
	for p, n := t.Parent(tool), 0; p != 0 && n < 4; p, n = t.Parent(p), n+1 {
		switch t.Kind(p) {
		case syntax.Dict:
			if v, _ := l.f.Property(p, "name"); v != 0 {
				if text, ok := t.Text(v); ok {
					return text
				}
			}
		case syntax.Call:
			if text, ok := t.Text(t.Child(p, 1)); ok && len(text) < 60 {
				return text
			}
			if v, _ := l.f.Argument(p, "name", -1); v != 0 {
				if text, ok := t.Text(v); ok {
					return text
				}
			}
		case syntax.Assign:
			return t.Name(t.Child(p, 0))
		case syntax.Class:
			return t.Name(p)
		}
	}
	return ""
}

// runsTool are the names under which the code of a tool stands beside its description.
var runsTool = map[string]bool{"_run": true, "_arun": true, "run": true, "forward": true, "_call": true, "execute": true, "call": true, "invoke": true, "handler": true, "func": true, "callback": true}

// usesParameter says whether what a call does depends on what the model said: on a parameter, or on a variable of the function.
func (l *look) usesParameter(tool, call syntax.ID) bool {
	t := l.t
	for id := firstInside(t, call); id <= call; id++ {
		if t.Kind(id) != syntax.Ident {
			continue
		}
		b := l.f.Binding(id)
		if b == 0 || !t.Within(b, tool) {
			continue
		}
		if t.Kind(b) == syntax.Param {
			if name := t.Name(id); name != "self" && name != "this" {
				return true
			}
			continue
		}
		if t.Kind(b) == syntax.Assign && l.fromParameter(tool, l.f.Value(b), maxDerived) {
			return true
		}
	}
	return false
}

// maxDerived bounds how many variables lie between a parameter and what is made of it.
const maxDerived = 3

// fromParameter says whether an expression is made of what the model said.
func (l *look) fromParameter(tool, expr syntax.ID, steps int) bool {
	t := l.t
	if expr == 0 || steps == 0 {
		return false
	}
	for id := firstInside(t, expr); id <= expr; id++ {
		if t.Kind(id) != syntax.Ident {
			continue
		}
		b := l.f.Binding(id)
		switch {
		case b == 0 || !t.Within(b, tool):
		case t.Kind(b) == syntax.Param:
			if name := t.Name(id); name != "self" && name != "this" {
				return true
			}
		case t.Kind(b) == syntax.Assign && !t.Within(id, l.f.Value(b)):
			if l.fromParameter(tool, l.f.Value(b), steps-1) {
				return true
			}
		}
	}
	return false
}
