package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// guardName is a function that stands between people and a model.
	guardName = pattern.New(`(?i)^_?(?:[a-z]+_)?(?:guard(?:rails?)?|moderat(?:e|ion|or)|safety|prompt_?injection|jailbreak|toxic(?:ity)?|harm(?:ful)?|content_?(?:filter|policy)|unsafe|safe|is_?flagged|pii|injection)(?:_?[a-z]\w*)?$|` +
		`^_?(?:check|validate|screen|filter|moderate|inspect|detect|classify|scan|is|contains|has|run|apply|verify|evaluate|assess|enforce|ensure)_?(?:[a-z]+_?)?(?:prompt|input|output|content|message|response|query|text|guard\w*|moderation|safety|safe|unsafe|allowed|blocked|flagged|injection|jailbreak|toxic\w*|harm\w*|pii|policy|abuse)(?:_?[a-z]\w*)?$`)
	// sureGuard is one whose name alone says that it is about models.
	sureGuard = pattern.New(`(?i)guard_?rail|moderat|prompt_?injection|jailbreak|toxic|harmful|llama_?guard|content_?(?:filter|safety)|prompt_?(?:safe|guard|shield)|unsafe_?(?:prompt|content)|(?:input|output|prompt|llm|response)_?(?:guard|rail|safety|filter)|(?:check|screen)_?(?:prompt|safety)|safety_?check`)

	allowedKey = pattern.New(`(?i)^(?:is_?)?(?:allow(?:ed)?|safe|pass(?:ed)?|valid|approved|ok|permitted|compliant|is_?clean)$`)
	deniedKey  = pattern.New(`(?i)^(?:is_?|has_?)?(?:flag(?:ged)?|block(?:ed)?|unsafe|toxic|harmful|detected|violat(?:ion|es|ed)|injection(?:_?detected)?|jailbreak|denied|rejected|malicious|tripwire_?triggered|suspicious)$`)
	allowText  = pattern.New(`(?i)^(?:allow(?:ed)?|safe|pass(?:ed)?|ok|approved|clean|none|benign|unflagged)$`)
	safeName   = pattern.New(`(?i)^_?(?:is|check_?if)_?(?:[a-z]+_)?(?:safe|allowed|ok|clean|valid|appropriate|permitted)|(?:_is_|Is)(?:safe|allowed|appropriate)$|^_?(?:validate|verify|passes|allow)_?`)
	unsafeName = pattern.New(`(?i)^_?(?:violates|flags|detects)_|^_?(?:is|has|contains|detect(?:s|ed)?|should)_?(?:[a-z]+_)?(?:unsafe|flagged|toxic|harmful|injection|jailbreak|malicious|blocked?|abus|pii|violat|prompt_?injection|suspicious|inappropriate)`)
	badWord    = pattern.New(`(?i)flag|unsafe|toxic|harm|inject|jailbreak|violat|block|malicious|score|threshold|banned|forbid|deny|denied|"?UNSAFE`)
	moderation = Names{"**.moderations.create", "**.Moderation.create", "**.Moderation.acreate", "**.analyze_text", "**.apply_guardrail", "**.sanitize_user_prompt", "llm_guard.**", "nemoguardrails.**", "guardrails.**", "presidio_analyzer.**", "**.guard.validate", "**.guard.parse", "lakera*.**", "?.llama_guard.*", "rebuff.**"}
)

// failsOpen finds guards that let everything pass when they break: the handler of an exception gives back what they give back where
// nothing is wrong, or goes on to the model.
func failsOpen(l *look, m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.Handler {
			continue
		}
		function := l.innermostFunction(id)
		if function == 0 {
			continue
		}
		if at := l.passesOn(function, id); at != 0 {
			l.tell(m.rule, id, at, "")
		}
	}
	l.passesByDefault(m)
}

// setsVerdict is the assignment in a handler which says that nothing is wrong, of what the function gives back behind it:
// except Exception: flagged = False.
func (l *look) setsVerdict(function syntax.ID, name string, handler, try syntax.ID) syntax.ID {
	t := l.t
	set := syntax.ID(0)
	for s := range t.Children(t.Last(handler)) {
		switch t.Kind(s) {
		case syntax.ExprStmt:
			if t.Kind(t.Child(s, 0)) == syntax.Assign {
				s = t.Child(s, 0)
			} else if calledOnly(l, t.Child(s, 0)) {
				continue
			} else {
				return 0
			}
		case syntax.Assign:
		default:
			return 0
		}
		if set != 0 || t.Kind(t.Child(s, 0)) != syntax.Ident {
			return 0
		}
		set = s
	}
	next := t.Next(try)
	if set == 0 || t.Kind(next) != syntax.Return || t.Kind(t.Child(next, 0)) != syntax.Ident || t.Name(t.Child(next, 0)) != t.Name(t.Child(set, 0)) {
		return 0
	}
	if l.saysAllowed(t.Name(t.Child(set, 0)), l.f.Value(set)) || l.allows(function, name, l.f.Value(set)) {
		return set
	}
	return 0
}

var (
	// looksFor is a guard whose name says what bad thing it looks for.
	looksFor = pattern.New(`(?i)(?:^|_)(?:pii|unsafe|flag(?:ged)?|inject(?:ion)?|toxic(?:ity)?|harm(?:ful)?|violat\w+|jailbreak|malicious|moderation)(?:_|$)|[a-z](?:PII|Unsafe|Flagged|Injection|Toxic|Harmful|Violation|Jailbreak|Malicious)`)
	// yesWord is an answer of a model that says that it found what it was asked about.
	yesWord = pattern.New(`^(?i:true|yes|unsafe|flagged|harmful|toxic|violation|detected|positive|1)$`)
)

// passesByDefault finds guards that ask a model whether a text is bad and take every answer but one word for a no.
func (l *look) passesByDefault(m *matcher) {
	t := l.t
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		if t.Kind(id) != syntax.If || t.Child(id, 2) != 0 {
			continue
		}
		function := l.innermostFunction(id)
		if function == 0 || t.Kind(t.Parent(t.Parent(id))) != syntax.Function {
			continue
		}
		name := t.Name(function)
		if name == "" && t.Kind(t.Parent(function)) == syntax.Assign {
			name = t.Name(t.Child(t.Parent(function), 0))
		}
		after := t.Next(id)
		found := t.Child(t.Child(id, 1), 0)
		if !looksFor.MatchString(name) || t.Kind(after) != syntax.Return || t.Kind(found) != syntax.Return || !l.isTruth(t.Child(after, 0), "false") || !l.isTruth(t.Child(found, 0), "true") {
			continue
		}
		if v := l.exactWord(t.Child(id, 0)); v != 0 && l.answered(v) {
			l.tell(m.rule, id, after, "")
		}
	}
}

func (l *look) isTruth(v syntax.ID, want string) bool {
	c, ok := l.f.Constant(v)
	return ok && !c.String && sameConstant(want, c)
}

// exactWord is the value that a test compares with one word: answer == "True", answer.startswith("True").
func (l *look) exactWord(test syntax.ID) syntax.ID {
	t := l.t
	word, value := syntax.ID(0), syntax.ID(0)
	switch t.Kind(test) {
	case syntax.Compare:
		if op := t.Name(test); op != "==" && op != "===" {
			return 0
		}
		value, word = t.Child(test, 0), t.Child(test, 1)
	case syntax.Call:
		callee := t.Child(test, 0)
		if n := t.Name(callee); t.Kind(callee) != syntax.Attribute || n != "startswith" && n != "startsWith" {
			return 0
		}
		value, word = t.Child(callee, 0), t.Child(test, 1)
	}
	text, ok := t.Text(word)
	if !ok || !yesWord.MatchString(strings.TrimSpace(text)) {
		return 0
	}
	for t.Kind(value) == syntax.Call && t.Kind(t.Child(value, 0)) == syntax.Attribute { // answer.strip().lower()
		switch t.Name(t.Child(value, 0)) {
		case "strip", "lower", "upper", "trim", "toLowerCase", "toUpperCase", "rstrip":
			value = t.Child(t.Child(value, 0), 0)
		default:
			return 0
		}
	}
	return value
}

func (l *look) innermostFunction(id syntax.ID) syntax.ID {
	for s := l.f.Scope(id); s != 0; s = l.f.Scope(s) {
		if l.t.Kind(s) == syntax.Function {
			return s
		}
	}
	return 0
}

// passesOn is where a handler lets through what was to be checked; 0: it does not, or it is no guard's.
func (l *look) passesOn(function, handler syntax.ID) syntax.ID {
	t := l.t
	try := t.Parent(handler)
	body := t.Child(try, 0)
	if t.Kind(try) != syntax.Try || t.Kind(body) != syntax.Block || !brokenGuard(t, handler) {
		return 0
	}
	name := t.Name(function)
	if p := t.Parent(function); name == "" && (t.Kind(p) == syntax.Assign && t.Kind(t.Child(p, 0)) == syntax.Ident) {
		name = t.Name(t.Child(p, 0))
	}
	guard := guardName.MatchString(name) && (l.checks(body) || sureGuard.MatchString(name) && l.anyCall(body))
	if set := l.setsVerdict(function, name, handler, try); guard && set != 0 {
		return set
	}
	leave, falls := l.leavesBy(t.Last(handler))
	if guard && leave != 0 {
		if l.allows(function, name, t.Child(leave, 0)) {
			return leave
		}
		return 0
	}
	if !falls {
		return 0
	}
	if guard {
		next := t.Next(try)
		if t.Kind(next) == syntax.Return && l.allows(function, name, t.Child(next, 0)) {
			return next
		}
		return 0
	}
	if l.onlyChecks(body) && l.modelBehind(try, function) {
		return handler
	}
	return 0
}

// brokenGuard says whether a handler is for whatever may go wrong, and not for one error that says that something was found.
func brokenGuard(t *syntax.Tree, handler syntax.ID) bool {
	kind := t.Child(handler, 0)
	if t.Language != syntax.Python || t.Kind(kind) == syntax.Block {
		return true
	}
	code := t.Code(kind)
	return strings.Contains(code, "Exception") || strings.Contains(code, "Error") || strings.Contains(code, "Timeout")
}

// checks says whether a block asks a model, a service for moderation or a library of guards.
func (l *look) checks(block syntax.ID) bool {
	found := false
	l.callsIn(block, func(call syntax.ID, name string) bool {
		found = found || l.asks(call, name) || resolve.MatchesAny(moderation, name)
		return !found
	})
	return found
}

func (l *look) anyCall(block syntax.ID) bool {
	found := false
	l.callsIn(block, func(syntax.ID, string) bool { found = true; return false })
	return found
}

// leavesBy is the one return of a block, if it ends in it; falls: the block goes on behind the handler, with nothing set.
func (l *look) leavesBy(block syntax.ID) (leave syntax.ID, falls bool) {
	t := l.t
	falls = true
	for s := range t.Children(block) {
		switch t.Kind(s) {
		case syntax.Return:
			return s, false
		case syntax.ExprStmt:
			if calledOnly(l, t.Child(s, 0)) {
				continue
			}
			falls = false
		case syntax.Jump:
			falls = falls && strings.HasPrefix(t.Code(s), "pass")
		default:
			return 0, false
		}
	}
	return 0, falls
}

// calledOnly says whether an expression only writes a log.
func calledOnly(l *look, id syntax.ID) bool {
	if l.t.Kind(id) == syntax.Await {
		id = l.t.Child(id, 0)
	}
	if l.t.Kind(id) == syntax.Str {
		return true
	}
	if l.t.Kind(id) != syntax.Call {
		return false
	}
	name := l.t.Code(l.t.Child(id, 0))
	return writesLog.MatchString(name)
}

var writesLog = pattern.New(`(?i)^(?:print|console\.\w+|(?:self\.|this\.)?_?(?:log|logger|logging|structlog|sentry_sdk|Sentry|traceback|metrics)\.\w+)$`)

// allows says whether a function that gives back a value with it says that nothing is wrong.
func (l *look) allows(function syntax.ID, name string, value syntax.ID) bool {
	t := l.t
	if value == 0 {
		return false
	}
	if t.Kind(value) == syntax.Await || t.Kind(value) == syntax.Cast {
		value = t.Child(value, 0)
	}
	switch t.Kind(value) {
	case syntax.Dict:
		for pair := range t.Children(value) {
			if key, ok := l.keyOf(pair); ok && l.saysAllowed(key, t.Last(pair)) {
				return true
			}
		}
	case syntax.Call:
		for a := range t.Children(value) {
			switch t.Kind(a) {
			case syntax.Keyword:
				if l.saysAllowed(t.Name(a), t.Child(a, 0)) {
					return true
				}
			case syntax.Dict:
				if l.allows(function, name, a) {
					return true
				}
			}
		}
	case syntax.Tuple:
		return l.allows(function, name, t.Child(value, 0))
	case syntax.Const:
		return l.allowsTruth(function, name, t.Name(value) == "True" || t.Name(value) == "true", t.Name(value))
	case syntax.Str:
		text, _ := t.Text(value)
		return allowText.MatchString(strings.TrimSpace(text))
	case syntax.Ident:
		return l.givesThrough(function, value)
	}
	return false
}

func (l *look) keyOf(pair syntax.ID) (string, bool) {
	t := l.t
	if t.Kind(pair) != syntax.Pair {
		return "", false
	}
	if text, ok := t.Text(t.Child(pair, 0)); ok {
		return text, true
	}
	return t.Name(t.Child(pair, 0)), true
}

func (l *look) saysAllowed(key string, value syntax.ID) bool {
	v, ok := l.f.Constant(value)
	if !ok {
		return false
	}
	truth, lie := sameConstant("true", v), sameConstant("false", v)
	switch {
	case allowedKey.MatchString(key):
		return truth
	case deniedKey.MatchString(key):
		return lie
	case key == "action" || key == "verdict" || key == "decision" || key == "status" || key == "result":
		return v.String && allowText.MatchString(v.Text)
	}
	return false
}

// allowsTruth says which of True and False lets pass: by the function's name, else by what it gives back where it found something.
func (l *look) allowsTruth(function syntax.ID, name string, truth bool, text string) bool {
	if text != "True" && text != "true" && text != "False" && text != "false" {
		return false
	}
	switch {
	case unsafeName.MatchString(name):
		return !truth
	case safeName.MatchString(name):
		return truth
	}
	t := l.t
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		if t.Kind(id) != syntax.Return || t.Enclosing(id, syntax.Handler) != 0 && t.Within(t.Enclosing(id, syntax.Handler), function) {
			continue
		}
		branch := t.Enclosing(id, syntax.If)
		if branch == 0 || !t.Within(branch, function) || !t.Within(id, t.Child(branch, 1)) || !badWord.MatchString(t.Code(t.Child(branch, 0))) || strings.Contains(t.Code(t.Child(branch, 0)), "not ") {
			continue
		}
		if v, ok := l.f.Constant(t.Child(id, 0)); ok {
			return truth && sameConstant("false", v) || !truth && sameConstant("true", v)
		}
	}
	return false
}

// givesThrough says whether a value is a parameter as it came, in a function that elsewhere gives back another text or refuses.
func (l *look) givesThrough(function, value syntax.ID) bool {
	t := l.t
	b := l.f.Binding(value)
	if b == 0 || t.Kind(b) != syntax.Param || t.Parent(b) != function {
		return false
	}
	body := l.body(function)
	for id := firstInside(t, body); id <= body; id++ {
		switch t.Kind(id) {
		case syntax.Raise:
			return true
		case syntax.Return:
			if v := t.Child(id, 0); v != 0 && (t.Kind(v) != syntax.Ident || t.Name(v) != t.Name(value)) {
				return true
			}
		}
	}
	return false
}

// onlyChecks says whether all that a block does is to ask a guard.
func (l *look) onlyChecks(block syntax.ID) bool {
	guards := false
	others := false
	l.callsIn(block, func(call syntax.ID, name string) bool {
		last := calledLast(l, call)
		switch {
		case resolve.MatchesAny(moderation, name), sureGuard.MatchString(last) && guardName.MatchString(last):
			guards = true
		case l.asks(call, name):
			others = true
		}
		return true
	})
	return guards && !others
}

// modelBehind says whether a model is asked behind a statement, in the same function.
func (l *look) modelBehind(statement, function syntax.ID) bool {
	t := l.t
	found := false
	end := t.Node(statement).End
	l.callsIn(l.body(function), func(call syntax.ID, name string) bool {
		found = found || t.Node(call).Start >= end && l.asks(call, name) && !resolve.MatchesAny(moderation, name)
		return !found
	})
	return found
}
