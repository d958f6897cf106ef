package rules

import (
	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// sendAddress is the address of a service that sends mail and messages, or pays.
	sendAddress = pattern.New(`gmail\.googleapis\.com/.*/(?:messages|drafts)/send|graph\.microsoft\.com/.*/(?:sendMail|reply|replyAll|forward|createReply)\b|slack\.com/api/chat\.postMessage|hooks\.slack\.com/|discord(?:app)?\.com/api/webhooks/|` +
		`api\.twilio\.com/.*Messages\.json|api\.sendgrid\.com/v3/mail/send|api\.resend\.com/emails|api\.mailgun\.net/.*/messages|api\.postmarkapp\.com/email|api\.brevo\.com/v3/smtp/email|api\.telegram\.org/bot.*/send[A-Z]|graph\.facebook\.com/.*/messages|api\.stripe\.com/v1/(?:charges|payment_intents|payouts|transfers)|api\.(?:twitter|x)\.com/2/tweets`)
	// sendName is the name of a tool that sends or pays.
	sendName = pattern.New(`(?i)^(?:send|post|publish|reply|forward|dispatch|compose_and_send)_?(?:an?_?)?(?:e?_?mail|mail|sms|text_?message|tweet|slack_?message|whatsapp|invoice|notification_?email|money|payment|funds|newsletter)s?$|^(?:transfer_?(?:money|funds)|make_?payment|send_?money|pay_?(?:invoice|bill)|tweet)$`)
	// letsDecide is what stands in a file that lets a person decide before a tool runs.
	letsDecide = pattern.New(`(?i)interrupt_?(?:on|before|after)\b|human_?in_?the_?loop|needs_?approval|require[sd]?_?(?:approval|confirmation)|\binterrupt\(|\belicit|HumanApprovalCallbackHandler|approval`)
)

// outgoingTool finds tools that send what a model wrote to other people and ask nobody: by the address that they call, or by their name.
func outgoingTool(l *look, m *matcher) {
	if testFile.MatchString(l.f.Path) {
		return
	}
	t := l.t
	for _, tool := range l.tools() {
		if len(l.toolParameters(tool)) == 0 || asksPerson.MatchString(t.Code(tool)) {
			continue
		}
		if at := l.sendsTo(tool); at != 0 {
			l.tell(m.rule, at, at, "an argument of a tool, which a model chooses")
			continue
		}
		if name := l.calledByModel(tool); name != "" && sendName.MatchString(name) && !l.f.Says(letsDecide) {
			l.tell(m.rule, tool, tool, "an argument of a tool, which a model chooses")
		}
	}
}

// sendsTo is the string in a function that is the address of a service that sends; 0: there is none.
func (l *look) sendsTo(function syntax.ID) syntax.ID {
	t := l.t
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		switch t.Kind(id) {
		case syntax.Str, syntax.Format:
		default:
			continue
		}
		if n := t.Node(id); n.End-n.Start < 20 || n.End-n.Start > 300 || !sendAddress.MatchString(t.Code(id)) {
			continue
		}
		return id
	}
	return 0
}

// calledByModel is the name under which a model knows a tool, as far as it stands where the tool is made.
func (l *look) calledByModel(function syntax.ID) string {
	t := l.t
	if name := t.Name(function); name != "" && t.Language == syntax.Python {
		return name
	}
	call := t.Parent(function)
	if t.Kind(call) == syntax.Pair {
		dict := t.Parent(call)
		if v, _ := l.f.Property(dict, "name"); v != 0 {
			text, _ := t.Text(v)
			return text
		}
		call = t.Parent(dict)
	}
	if t.Kind(call) != syntax.Call {
		return ""
	}
	if v, _ := l.f.Argument(call, "name", -1); v != 0 {
		text, _ := t.Text(v)
		return text
	}
	if text, ok := t.Text(t.Child(call, 1)); ok { // server.tool("name", …)
		return text
	}
	return ""
}

// pipedQuery finds tools that run a query and stand behind what a model writes in a chain: write | execute, write.pipe(execute).
func pipedQuery(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		right := syntax.ID(0)
		switch {
		case t.Kind(id) == syntax.Binary && t.Name(id) == "|" && t.Language == syntax.Python:
			right = t.Child(id, 1)
		case t.Kind(id) == syntax.Call && calledLast(l, id) == "pipe":
			right = t.Child(id, 1)
		}
		if right == 0 {
			continue
		}
		switch t.Kind(right) {
		case syntax.Ident, syntax.Call, syntax.Attribute:
			if runsQueries(l.f.Name(right)) {
				l.tell(m.rule, id, right, "what a model answered")
			}
		}
	}
}

// runsQueries are tools whose input is a query that they run, and the method of a database that does.
var runsQueries = tableOf("**.QuerySQLDataBaseTool", "**.QuerySQLDatabaseTool", "**.QuerySqlTool", "**.SQLDatabase.run", "**.SQLDatabase.from_uri.run", "**.SqlDatabase.fromDataSourceParams.run")
