package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// subjectName is a parameter that says whose data is meant.
var subjectName = pattern.New(`(?i)^(user|customer|tenant|account|owner|patient|employee|member|client|org|organi[sz]ation|workspace)_?id$|^(tenant|user_?name|userEmail|user_email|customer_email)$`)

// queryName is a call that reads or changes records.
var queryName = pattern.New(`(?i)(^|\.)(execute|fetch|fetchrow|fetch_all|fetch_one|query|queryRaw|find|findOne|findUnique|findMany|findFirst|find_one|filter|filter_by|where|eq|scalar|aggregate|(get|find|fetch|list|load|lookup|read|delete|update|select|query)_?[a-z_]*(user|customer|account|order|transaction|profile|record|balance|invoice|history|data|document|patient|ticket|booking)[a-z_]*)$`)

// tenantParameter finds tools in which the model says whose records are read: the identity of the user is a parameter, and nothing
// compares it with who asks. Where a tool's surroundings know whose session it is, the same holds of a record that the model names.
func tenantParameter(l *look, m *matcher) {
	for _, tool := range l.tools() {
		for _, p := range l.modelChosen(tool) {
			if !subjectName.MatchString(p.name) || l.compared(tool, p.name) {
				continue
			}
			login := personName.MatchString(p.name)
			if query := l.queryWith(tool, p.name, !login); query != 0 {
				at := p.at
				if t := l.t; t.Kind(at) == syntax.Attribute {
					at = query
				}
				l.say(m.rule, at, query, "", p.name)
			} else if l.tellsOfPeople(tool, p.name, login) {
				l.say(m.rule, p.at, p.at, "", p.name)
			}
		}
		if at, name := l.unownedRecord(tool); at != 0 {
			l.tell(m.rule, at, at, name)
		}
	}
}

// chosenName is something that a model fills in: a parameter, a name of an object pattern, or a field of the object that is the parameter.
type chosenName struct {
	name string
	at   syntax.ID
}

func (l *look) modelChosen(tool syntax.ID) []chosenName {
	t := l.t
	var all []chosenName
	params := l.toolParameters(tool)
	for _, p := range params {
		all = append(all, chosenName{t.Name(p), p})
	}
	if len(params) == 0 || t.Language != syntax.JavaScript || t.Kind(params[0]) != syntax.Param {
		return all
	}
	object, body := t.Name(params[0]), l.body(tool)
	seen := map[string]bool{}
	for id := firstInside(t, body); id <= body; id++ {
		if t.Kind(id) == syntax.Attribute && t.Kind(t.Child(id, 0)) == syntax.Ident && t.Name(t.Child(id, 0)) == object && !seen[t.Name(id)] {
			seen[t.Name(id)] = true
			at := id
			if strings.Contains(t.Code(params[0]), t.Name(id)) { // its type says it
				at = params[0]
			}
			all = append(all, chosenName{t.Name(id), at})
		}
	}
	return all
}

var (
	lookUpName   = pattern.New(`(?i)^_?(?:get|fetch|list|find|search|look_?up|read|load|retrieve|query|show|view|save|update|store|export|cancel|delete)`)
	personName   = pattern.New(`(?i)^user_?name$`)
	customerText = pattern.New(`(?i)\b(?:customer|patient|employee|account|order)s?\b`)
	personalText = pattern.New(`(?i)\b(?:customer|patient|employee|account holder|member|user)s?(?:'s)? (?:info|information|data|details|records?|profile|account|orders?|history|preferences?|balance|notes|address)|\b(?:account|customer|order|billing|medical|purchase) (?:info|information|data|details|records?|history|balance)`)
	asksService  = pattern.New(`\bfetch\(|axios|requests\.|httpx\.|aiohttp|\.get\(f?["']https?:|api_call|\bclient\b`)
	knowsOwner   = pattern.New(`(?i)session|\bowner|user\.id|current_?user|auth|(?:^|[^.\w])user_?id|permission|tenant`)
	byID         = pattern.New(`^(?:get|find|fetch|load|read|delete|update|remove)\w+(?:By_?Id|ById|_by_id)$`)
	recordID     = pattern.New(`(?i)^(?:\w+_?)?ids?$`)
)

// tellsOfPeople says whether a tool looks up, by a name that the model gives, what its description calls the data of a person, with no
// service of others between that has rules of its own.
func (l *look) tellsOfPeople(tool syntax.ID, param string, login bool) bool {
	t := l.t
	whole := tool
	for p := t.Parent(tool); p != 0; p = t.Parent(p) {
		if k := t.Kind(p); k == syntax.Call {
			whole = p
			break
		} else if k == syntax.Block || k == syntax.Module {
			break
		}
	}
	name := t.Name(tool)
	if name == "" {
		if value, _ := l.f.Argument(whole, "name", -1); t.Kind(whole) == syntax.Call && value != 0 {
			name, _ = t.Text(value)
		}
	}
	if !lookUpName.MatchString(name) || asksService.MatchString(t.Code(tool)) || !l.mentions(l.body(tool), param) && t.Language == syntax.Python {
		return false
	}
	if login && !customerText.MatchString(strings.ReplaceAll(name, "_", " ")) {
		return false
	}
	return personalText.MatchString(t.Code(whole)) || personalText.MatchString(strings.ReplaceAll(name, "_", " "))
}

// unownedRecord is a call that gets one record by the id that the model names, in a tool that is made for a session and never asks whose
// the record is.
func (l *look) unownedRecord(tool syntax.ID) (syntax.ID, string) {
	t := l.t
	made := t.Enclosing(tool, syntax.Function)
	if made == 0 || knowsOwner.MatchString(checksIn(t, l.body(tool))) {
		return 0, ""
	}
	session := false
	for c := range t.Children(made) {
		if t.Kind(c) == syntax.Param && knowsOwner.MatchString(t.Code(c)) {
			session = true
		}
	}
	if !session {
		return 0, ""
	}
	found, which := syntax.ID(0), ""
	for _, p := range l.modelChosen(tool) {
		if !recordID.MatchString(p.name) {
			continue
		}
		l.callsIn(l.body(tool), func(call syntax.ID, _ string) bool {
			if byID.MatchString(calledLast(l, call)) {
				for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
					if l.mentions(a, p.name) {
						found, which = call, p.name
					}
				}
			}
			return found == 0
		})
	}
	return found, which
}

// checksIn is the code of a function's own checks: its comparisons, the checks that it calls, and the arguments of its look-ups.
func checksIn(t *syntax.Tree, body syntax.ID) string {
	var b strings.Builder
	for id := firstInside(t, body); id <= body; id++ {
		switch t.Kind(id) {
		case syntax.Compare:
			b.WriteString(t.Code(id))
			b.WriteByte('\n')
		case syntax.Call:
			if last := t.Name(t.Child(id, 0)); byID.MatchString(last) || checkName.MatchString(last) {
				b.WriteString(t.Code(id))
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// toolParameters are the parameters that a model fills in; of an object pattern, its names.
func (l *look) toolParameters(function syntax.ID) []syntax.ID {
	t := l.t
	var all []syntax.ID
	first := true
	for c := range t.Children(function) {
		if t.Kind(c) != syntax.Param {
			continue
		}
		if t.Name(c) != "" {
			all = append(all, c)
		} else if p := t.Node(c).First; first && t.Kind(p) == syntax.Dict {
			for pair := range t.Children(p) {
				v := t.Last(pair)
				if t.Kind(v) == syntax.Assign {
					v = t.Child(v, 0)
				}
				if t.Kind(v) == syntax.Ident {
					all = append(all, v)
				}
			}
		}
		first = false
	}
	return all
}

// compared says whether a function asks anything of a name: a comparison with something that is no constant, or a call of a check.
func (l *look) compared(function syntax.ID, name string) bool {
	t := l.t
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		switch t.Kind(id) {
		case syntax.Compare:
			left, right := t.Child(id, 0), t.Child(id, 1)
			if op := t.Name(id); (op == "in" || op == "not in") && !allowedTable.MatchString(t.Code(right)) {
				continue // whether there is such a record, not whether it may be read
			}
			if t.Name(left) == name && t.Kind(left) == syntax.Ident && !l.constant(right) || t.Name(right) == name && t.Kind(right) == syntax.Ident && !l.constant(left) {
				return true
			}
		case syntax.Call:
			if last := calledLast(l, id); last == "has" || !checkName.MatchString(last) {
				continue
			}
			for a := t.Next(t.Child(id, 0)); a != 0; a = t.Next(a) {
				if l.mentions(a, name) {
					return true
				}
			}
		}
	}
	return false
}

// allowedTable is a table of those who may, or one that comes from who asks.
var allowedTable = pattern.New(`(?i)allow|permit|grant|session|ctx|context|config|self|own|access|member|visible`)

var checkName = pattern.New(`(?i)^_?(require|assert|check|verify|ensure|authorize|authorise|validate|can|has|is_allowed|permit|enforce)`)

func (l *look) constant(id syntax.ID) bool {
	_, ok := l.f.Constant(id)
	return ok
}

// calledLast is the last part of what a call calls.
func calledLast(l *look, call syntax.ID) string {
	switch callee := l.t.Child(call, 0); l.t.Kind(callee) {
	case syntax.Ident, syntax.Attribute:
		return l.t.Name(callee)
	}
	return ""
}

// mentions says whether a name is used in an expression.
func (l *look) mentions(expr syntax.ID, name string) bool {
	if expr == 0 {
		return false
	}
	for id := firstInside(l.t, expr); id <= expr; id++ {
		if k := l.t.Kind(id); (k == syntax.Ident || k == syntax.Attribute && l.t.Kind(l.t.Child(id, 0)) == syntax.Ident && l.givenAsOne(l.t.Child(id, 0))) && l.t.Name(id) == name {
			return true
		}
	}
	return false
}

// givenAsOne says of an object that it is the one parameter in which a function of JavaScript is given all that it is given.
func (l *look) givenAsOne(object syntax.ID) bool {
	if l.t.Language != syntax.JavaScript {
		return false
	}
	b := l.f.Binding(object)
	return b != 0 && l.t.Kind(b) == syntax.Param && l.t.Child(l.t.Parent(b), 0) == b
}

// queryWith is the first call in a function that reads records with a name among its arguments, or 0. Calls of the language's own
// containers are none: something has to be called that is not a plain variable's `get`.
func (l *look) queryWith(function syntax.ID, name string, tables bool) syntax.ID {
	t, body := l.t, l.body(function)
	for id := firstInside(t, body); tables && id <= body; id++ { // customers[customer_id]
		if t.Kind(id) == syntax.Index && t.Kind(t.Child(id, 0)) == syntax.Ident && t.Kind(t.Child(id, 1)) == syntax.Ident && t.Name(t.Child(id, 1)) == name && peopleTable.MatchString(t.Name(t.Child(id, 0))) {
			return id
		}
	}
	found := syntax.ID(0)
	l.callsIn(body, func(call syntax.ID, callee string) bool {
		last := calledLast(l, call)
		if keepsAccounts.MatchString(callee) {
			return true
		}
		if tables && l.getsFromStore(call, last, name) {
			found = call
			return false
		}
		if last == "" || !queryName.MatchString(last) || l.t.Kind(l.t.Child(call, 0)) == syntax.Ident && !strings.Contains(last, "_") && strings.ToLower(last) == last {
			return true
		}
		for a := l.t.Next(l.t.Child(call, 0)); a != 0; a = l.t.Next(a) {
			if l.mentions(a, name) {
				found = call
				return false
			}
		}
		return true
	})
	return found
}

// keepsAccounts is a service of accounts that are looked after, not those of whom it serves.
var keepsAccounts = pattern.New(`(?i)(?:^|[._?])(?:\w*_)?(?:iam|cognito\w*|ldap\w*|directory|slack\w*|github\w*|gitlab\w*|discord\w*|jira\w*|okta\w*)(?:_client|Client)?\.`)

// peopleTable is what tables and stores of people's data are called.
var peopleTable = pattern.New(`(?i)(?:^|[._])(?:\w*(?:customers?|users?|accounts?|orders|patients|employees|members|profiles?|notes|preferences|balances|invoices|transactions|bookings|histor(?:y|ies)|records|store|database|db|repo(?:sitory)?|memor(?:y|ies)))\??$`)

// getsFromStore says whether a call looks a name up in a table or a store of people's data: store.get(["users"], userId).
func (l *look) getsFromStore(call syntax.ID, last, name string) bool {
	t := l.t
	switch last {
	case "get", "put", "set", "search", "aget", "aput":
	default:
		return false
	}
	object := t.Child(t.Child(call, 0), 0)
	if t.Kind(t.Child(call, 0)) != syntax.Attribute || !peopleTable.MatchString(t.Code(object)[:min(len(t.Code(object)), 80)]) {
		return false
	}
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		if l.namedBy(a, name) {
			return true
		}
	}
	return false
}

// namedBy says whether an expression holds a name, or a variable that was set to no more than it: const key = input.customerId.
func (l *look) namedBy(expr syntax.ID, name string) bool {
	t := l.t
	if l.mentions(expr, name) {
		return true
	}
	if t.Kind(expr) != syntax.Ident {
		return false
	}
	b := l.f.Binding(expr)
	if b == 0 || t.Kind(b) != syntax.Assign {
		return false
	}
	v := l.f.Value(b)
	return v != 0 && (t.Kind(v) == syntax.Ident || t.Kind(v) == syntax.Attribute) && t.Name(v) == name
}
