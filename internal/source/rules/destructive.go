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
	"kubernetes.client.CoreV1Api.delete_*", "kubernetes.client.AppsV1Api.delete_*", "smtplib.SMTP.send_message", "smtplib.SMTP.sendmail", "smtplib.SMTP_SSL.send_message", "smtplib.SMTP_SSL.sendmail"}

// runsSQL are calls whose first argument is a statement.
var runsSQL = pattern.New(`^(execute|executescript|executemany|query|run|exec|\$executeRaw|\$executeRawUnsafe)$`)

var destroysSQL = pattern.New(`(?i)^\s*(delete\s+from|drop\s+(table|database|schema)|truncate\s)`)

// asksPerson is what stands in code that asks a person before it acts.
var asksPerson = pattern.New(`(?i)confirm|approv|interrupt\(|elicit|ask_user|ask_human|human_in_the_loop|dry_?run|input\(|needs_?review|permission`)

// destructiveTool finds tools that delete, pay or send without that anybody is asked: neither in the function nor where it is made a tool.
func destructiveTool(l *look, m *matcher) {
	t := l.t
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
		l.callsIn(l.body(tool), func(call syntax.ID, name string) bool {
			if l.destroysAt(call, name) && l.usesParameter(tool, call) {
				l.tell(m.rule, call, tool, "")
				return false
			}
			return true
		})
	}
}

func (l *look) destroysAt(call syntax.ID, name string) bool {
	if resolve.MatchesAny(destroys, name) {
		return true
	}
	if !runsSQL.MatchString(calledLast(l, call)) {
		return false
	}
	v, ok := l.f.Constant(l.t.Child(call, 1))
	return ok && v.String && destroysSQL.MatchString(v.Text)
}

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
		for _, p := range l.toolParameters(tool) {
			if v := l.f.Value(b); t.Kind(b) == syntax.Assign && v != 0 && l.mentions(v, t.Name(p)) {
				return true
			}
		}
	}
	return false
}
