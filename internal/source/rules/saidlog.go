package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What goes into a log by its name: what people say to a model, what it answers, and the documents it is given.
var (
	// saidName is a name of what only people and models say.
	saidName = pattern.New(`(?i)^(?:user_?|full_?|final_?|last_?|formatted_?|raw_?|chat_?|llm_?|model_?|text_?|input_?|condensed_?|enhanced_?)*(?:prompts?|messages|conversations?|chat_?history|message_?history|completion_?text|questions?|answers?)$|^user_?(?:message|input|query|text|prompt|utterance)s?$|^(?:llm|model|ai|bot|assistant|gpt|claude)_?(?:response|output|answer|reply|message)(?:_?text)?$|^(?:all_?)?conv(?:ersation)?_?(?:text|messages)$|^generated_?text$|^(?:file|page|doc|document)_?contents$`)
	// alsoSaid is a name that can stand for other things too, so that the text before it has to say what it is.
	alsoSaid = pattern.New(`(?i)^(?:user_?|input_?|prompt_?|output_?|raw_?|str_?)*(?:text|query_?str(?:ing)?|query_?text|input|inputs|output|outputs|query|queries|content|contents|documents|docs|chunks|reply|answer_text|search_?query|user_?query|completions?)$`)
	// saidLabel is the end of a text before a value that says what the value is.
	saidLabel = pattern.New(`(?i)\b(?:text|inputs?|prompts?|message|query|queries|question|answer|response|completion|output|reply|contents?|context|documents|conversation|user|request)s?["'*\s]*[:=>]+\s*["'*]*\s*$|\b(?:query|prompt|question|answer|reply)\s+(?:is\s+|for\s+)?["'(]*$|\b(?:query|prompt|question|answer|input|message)\s+(?:received|sent|given|generated)\s*[:=]\s*["']*$|\bfor\s+(?:text|input|message)\s+["'(]*$|\breply$|\b(?:text|prompt|message|query|question|answer)\s*\[["']*$`)
	// saidKey is a key of what is sent to a model under which the words stand.
	saidKey = pattern.New(`^(?:prompt|messages|inputs?|contents|conversation_history|query|question|text|chat_history|instances)$`)
	// toldBefore is the end of a text before a value which says, with other values in between, that it is what somebody said.
	toldBefore = pattern.New(`(?i)\b(?:prompts?|questions?|answers?|answered|repl(?:y|ies|ied)|respon(?:se|ded|ds)|messages?|says?|said|asks?|asked|wrote|transcri\w+|dialog(?:ue)?|conversation|text|input|query|command)\b[^:=>\n]{0,60}[:=>]+\s*["'\x60(\[]*$|\b(?:text|prompt|message|query|question|answer|input)\s*[\[(<"']+$`)
	// wordsName is a name that can stand for what somebody said, and wordless one of those that is something else.
	wordsName = pattern.New(`(?i)(?:text|str|string|message|msg|body|content|prompt|query|question|answer|reply|response|output|input|transcription|transcript|dialog(?:ue)?)$`)
	wordless  = pattern.New(`(?i)err|status|code|type|id$|name|path|file|url|http|key|token|count|len|size|time|model|config|version`)
	// saidInBot is a name that says in a program which people write to what an answer or a message is.
	saidInBot = pattern.New(`(?i)^(?:\w+_)?(?:(?:gpt|chatgpt|llm|ai|bot|model|assistant|claude|gemini)_?(?:text_?)?(?:response|answer|reply|output|text)|transcri(?:bed_?text|pt|ption)|message_?(?:text|string|content|body|str)|msg_?(?:text|body|content)|user_?(?:text|message|input|prompt)|incoming_?(?:text|message|msg)|dialog(?:ue)?(?:_?(?:text|messages?))?)$`)
	// aboutErrors is a text before a value that tells of a failure, of which the value is the reason.
	aboutErrors = pattern.New(`(?i)err(?:or)?\b|fail|exception|could ?n[o']t|unable|cannot`)
	// keptTalk is a table of what was said, by who or where.
	keptTalk = pattern.New(`(?i)(?:history|histories|conversations?|dialog(?:ue)?s|chat_?logs?|sessions_?messages)$`)
	// logObject is what logs are written by.
	logObject = pattern.New(`(?i)(?:^|[._\])])\w*log(?:ger|ging|uru|Service)?(?:\(\))?$`)
	// foundDocuments are documents by the way they were found.
	foundDocuments = pattern.New(`(?i)similarity_?search|relevant_?documents|retriev|^(?:get|load|read|fetch|extract|scrape)_?(?:\w+_)?(?:documents?|docs)(?:_|$|From)`)
	// shownToPeople are files whose output is what they are for: tests, examples, tools for a terminal, pages.
	shownToPeople = pattern.New(`(?i)(?:^|/)(?:examples?|scripts?|demos?|docs?|cli|bench(?:marks?)?|notebooks?|playground|tutorials?|frontend|eval(?:s|uation)?|experiments?)/|\.(?:tsx|jsx|ipynb)$|(?:^|/)(?:cli|train|finetune|eval|preprocess|prepare|convert|benchmark)[^/]*$`)
)

// loggedSaid is the value in a log that is what somebody said to a model, or what it answered, by its name and by what the log says it
// is; 0: there is none.
func (l *look) loggedSaid(call syntax.ID) syntax.ID {
	t := l.t
	label := ""
	var places []string
	for a := t.Next(t.Child(call, 0)); a != 0; a = t.Next(a) {
		switch t.Kind(a) {
		case syntax.Keyword:
			v := t.Child(a, 0)
			if l.saidUnder(t.Name(a), v) {
				return v
			}
		case syntax.Str, syntax.Strings:
			text, _ := t.Text(a)
			if places = placesOf(text); len(places) == 0 {
				label = text
			}
		case syntax.Format, syntax.Binary:
			if v := l.saidInText(a); v != 0 {
				return v
			}
		case syntax.Dict:
			for c := range t.Children(a) {
				if v := t.Last(c); t.Kind(c) == syntax.Pair {
					if key, _ := l.keyOf(c); l.saidUnder(key, v) {
						return v
					}
				}
			}
		default:
			if v := l.saidInFormat(a); v != 0 {
				return v
			}
			if label != "" && len(places) == 0 && t.Language == syntax.Python && calledLast(l, call) != "print" {
				continue // a logger of the standard library puts values into places only
			}
			before := label
			if len(places) > 0 {
				before, places = places[0], places[1:]
			}
			if v := l.saidValue(a, before); v != 0 {
				return v
			}
			label = ""
		}
	}
	only := t.Child(call, 1)
	if t.Kind(only) == syntax.Format && t.Kind(t.Child(only, 0)) == syntax.Interp && t.Next(t.Child(only, 0)) == 0 {
		only = t.Child(t.Child(only, 0), 0)
	}
	if l.foundValue(only) {
		return only
	}
	return 0
}

// saidInText is the value in a text that is put together which is what somebody said; the text before it is read whole, with {} for values.
func (l *look) saidInText(text syntax.ID) syntax.ID {
	t := l.t
	before := ""
	open := []syntax.ID{text}
	for n := 0; len(open) > 0 && n < 64; n++ {
		a := open[len(open)-1]
		open = open[:len(open)-1]
		switch k := t.Kind(a); {
		case k == syntax.Str:
			words, _ := t.Text(a)
			before += words
		case k == syntax.Format || k == syntax.Strings || k == syntax.Binary && t.Name(a) == "+":
			at := len(open)
			for c := range t.Children(a) {
				open = append(open, c)
			}
			slices.Reverse(open[at:])
		case k == syntax.Binary && t.Name(a) == "%":
			words, _ := t.Text(t.Child(a, 0))
			places := placesOf(words)
			v := t.Child(a, 1)
			if t.Kind(v) != syntax.Tuple {
				if len(places) > 0 {
					return l.saidValue(v, places[0])
				}
				return 0
			}
			for v = t.Child(v, 0); v != 0 && len(places) > 0; v, places = t.Next(v), places[1:] {
				if said := l.saidValue(v, places[0]); said != 0 {
					return said
				}
			}
		default:
			v := a
			if k == syntax.Interp {
				v = t.Child(a, 0)
			}
			if said := l.saidValue(v, before[max(0, len(before)-200):]); said != 0 {
				return said
			}
			before += "{}"
		}
	}
	return 0
}

// saidInFormat is the same of "said {}".format(words).
func (l *look) saidInFormat(call syntax.ID) syntax.ID {
	t := l.t
	if t.Kind(call) != syntax.Call || calledLast(l, call) != "format" {
		return 0
	}
	words, ok := t.Text(t.Child(t.Child(call, 0), 0))
	places := placesOf(words)
	for v := t.Child(call, 1); ok && v != 0 && len(places) > 0; v, places = t.Next(v), places[1:] {
		if said := l.saidValue(v, places[0]); said != 0 {
			return said
		}
	}
	return 0
}

// placesOf are the texts before the places of a format string: of "a %s b %r" they are "a " and " b ".
func placesOf(text string) []string {
	var all []string
	from := 0
	for i := 0; i+1 < len(text) && len(all) < 40; i++ {
		switch {
		case text[i] == '%' && text[i+1] == '%':
			i++
		case text[i] == '%' && strings.IndexByte("srdifoOj", text[i+1]) >= 0, text[i] == '{' && text[i+1] == '}':
			all = append(all, text[from:i])
			from = i + 2
			i++
		}
	}
	return all
}

// saidValue is the part of a value that is logged which is what somebody said, where the text before it is label.
func (l *look) saidValue(v syntax.ID, label string) syntax.ID {
	v = l.whole1(v)
	if v == 0 {
		return 0
	}
	t, bot := l.t, l.isBot()
	if (bot || l.serves()) && l.answered(v) || bot && l.writtenByPeople(v, 6) {
		return v
	}
	if t.Kind(v) == syntax.Ident { // a line of the log that was put together before
		if b := l.f.Binding(v); t.Kind(b) == syntax.Assign {
			if made := l.f.Value(b); (t.Kind(made) == syntax.Format || t.Kind(made) == syntax.Binary) && logLine.MatchString(t.Name(v)) {
				return l.saidInText(made)
			}
		}
	}
	if l.decodedAnswer(v, 6) {
		return v
	}
	name := l.saidNameOf(v)
	switch {
	case name == "":
		return 0
	case t.Kind(v) == syntax.Ident && codeName.MatchString(name) && codeLabel.MatchString(label), t.Kind(v) == syntax.Ident && ofModel.MatchString(label) && !wordless.MatchString(name):
		return v
	case bot && !aboutErrors.MatchString(label) && (saidInBot.MatchString(name) || keptTalk.MatchString(name) || toldBefore.MatchString(label) && (wordsName.MatchString(name) || answerLabel.MatchString(label) && t.Kind(v) == syntax.Ident) && !wordless.MatchString(name)):
		return v
	case saidName.MatchString(name), alsoSaid.MatchString(name) && saidLabel.MatchString(label) && !l.sentText(v) && l.saidToModel(v, name), l.holdsSaid(v):
		return v
	}
	return 0
}

// sentText says whether a value is the text or the content of an object, which of an answer over HTTP is most often that of an error.
func (l *look) sentText(v syntax.ID) bool {
	return l.t.Kind(v) == syntax.Attribute && (l.t.Name(v) == "text" || l.t.Name(v) == "content" || l.t.Name(v) == "output")
}

// saidUnder says whether a value that is logged under a key is what somebody said.
func (l *look) saidUnder(key string, v syntax.ID) bool {
	if !saidName.MatchString(key) && !alsoSaid.MatchString(key) {
		return false
	}
	switch l.t.Kind(l.whole1(v)) {
	case syntax.Ident, syntax.Attribute:
		return l.saidValue(v, key+": ") != 0
	case syntax.Call: // "".join(parts)
		return calledLast(l, v) == "join"
	}
	return false
}

// whole1 takes off what leaves a value's words as they are: str(x), json.dumps(x), JSON.stringify(x), repr(x).
func (l *look) whole1(v syntax.ID) syntax.ID {
	t := l.t
	for range 4 {
		switch t.Kind(v) {
		case syntax.Await, syntax.Cast:
			v = t.Child(v, 0)
		case syntax.Call:
			switch calledLast(l, v) {
			case "str", "repr", "String", "pformat", "dumps", "stringify":
				if t.Child(v, 1) == 0 {
					return v
				}
				v = t.Child(v, 1)
			default:
				return v
			}
		case syntax.Logic, syntax.Conditional:
			return 0
		default:
			return v
		}
	}
	return v
}

// saidNameOf is the name that a value goes by: of a variable, an attribute, a key or what .get("key") gives. Empty: it has none, or it is a
// constant of the program.
func (l *look) saidNameOf(v syntax.ID) string {
	t := l.t
	switch t.Kind(v) {
	case syntax.Ident:
		b := l.f.Binding(v)
		if b == 0 || t.Kind(b) == syntax.Alias {
			return ""
		}
		if c, ok := l.f.Constant(v); ok && (!c.Partial || c.Env != "") { // a template with something put into it is none
			return ""
		}
		return t.Name(v)
	case syntax.Attribute:
		return t.Name(v)
	case syntax.Index:
		if key, ok := t.Text(t.Child(v, 1)); ok {
			return key
		}
		if name := t.Name(t.Child(v, 0)); keptTalk.MatchString(name) && t.Kind(t.Child(v, 1)) != syntax.Number && t.Kind(t.Child(v, 1)) != syntax.SliceOf {
			return name
		}
	case syntax.Call:
		if calledLast(l, v) == "get" {
			if key, ok := t.Text(t.Child(v, 1)); ok {
				return key
			}
		}
	}
	return ""
}

// holdsSaid says whether a variable is a table that was made with what is said to a model in it.
func (l *look) holdsSaid(v syntax.ID) bool {
	t := l.t
	for range 4 {
		if t.Kind(v) != syntax.Ident {
			return false
		}
		b := l.f.Binding(v)
		if b == 0 || t.Kind(b) != syntax.Assign {
			return false
		}
		value := l.f.Value(b)
		switch t.Kind(value) {
		case syntax.Dict:
			for c := range t.Children(value) {
				if t.Kind(c) == syntax.Spread && t.Kind(t.Child(c, 0)) == syntax.Ident && t.Child(c, 0) != v && l.holdsSaid(t.Child(c, 0)) {
					return true
				}
				if key, _ := l.keyOf(c); t.Kind(c) == syntax.Pair && !l.constant(t.Last(c)) && (saidKey.MatchString(key) || saidName.MatchString(l.saidNameOf(t.Last(c)))) {
					return true
				}
			}
			return false
		case syntax.Call: // dict(request), params.copy()
			switch calledLast(l, value) {
			case "dict":
				v = t.Child(value, 1)
			case "copy", "deepcopy":
				if v = t.Child(t.Child(value, 0), 0); t.Child(value, 1) != 0 {
					v = t.Child(value, 1)
				}
			default:
				return false
			}
		default:
			return false
		}
	}
	return false
}

// foundValue says whether a variable that is logged alone holds documents that were found for a model, or an answer that grows.
func (l *look) foundValue(v syntax.ID) bool {
	t := l.t
	v = l.whole1(v)
	if t.Kind(v) != syntax.Ident {
		return false
	}
	b := l.f.Binding(v)
	if l.isGradio() && chatParam.MatchString(t.Name(v)) {
		if first := l.f.Bindings(t.Name(v), v); len(first) > 0 && t.Kind(first[0]) == syntax.Param && l.calledByPage(v) {
			return true
		}
	}
	if t.Kind(b) == syntax.Param { // what a function is given to work on, alone in the log
		return soleText.MatchString(t.Name(v))
	}
	if b == 0 || t.Kind(b) != syntax.Assign {
		return false
	}
	value := l.f.Value(b)
	for t.Kind(value) == syntax.Await {
		value = t.Child(value, 0)
	}
	if t.Kind(value) == syntax.Call && foundDocuments.MatchString(calledLast(l, value)) {
		return true
	}
	return alsoSaid.MatchString(t.Name(v)) && answerPart.MatchString(t.Code(value))
}

// answerLabel is the end of a text right before an answer or a prompt of any name.
var answerLabel = pattern.New(`(?i)\b(?:response|answer|reply|prompt|question)\s*[:=]\s*["']?$`)

// logLine is what a line of a log is called.
var logLine = pattern.New(`(?i)log|^line$|^msg$|^message$|^entry$|^record$|^output$`)

// soleText is what a function calls the words that it is given.
var soleText = pattern.New(`(?i)^(?:\w+_)?(?:text|query|input_text|utterance|sentence)s?$`)

// answerPart is the text of an answer, as it stands in what a model's server sends.
var answerPart = pattern.New(`\[["'](?:text|content|generated_text|response|answer|output)["']\]|\.(?:output_text|generated_text)\b|\bchoices\b`)

// writesLog says whether a call writes into a log that is kept: one of a logger, or of a server's output.
func (l *look) writesLog(call syntax.ID) bool {
	t := l.t
	callee := t.Child(call, 0)
	switch t.Kind(callee) {
	case syntax.Ident:
		if name := t.Name(callee); strings.HasPrefix(name, "log") || strings.HasPrefix(name, "write") {
			return l.ownLog(callee)
		}
		if t.Name(callee) != "print" || t.Language != syntax.Python || shownToPeople.MatchString(l.f.Path) || l.f.Holds("__main__") && !l.serves() && !l.isGradio() {
			return false
		}
		return t.Enclosing(call, syntax.Handler) != 0 || l.serves() || l.isGradio() && l.calledByPage(call)
	case syntax.Attribute:
		switch t.Name(callee) {
		case "info", "warning", "warn", "error", "critical", "exception", "fatal", "log":
		case "debug":
			if t.Language != syntax.Python || !l.keepsDebug() {
				return false
			}
		case "print", "println": // of a module of its own that writes to the server's output
			object := t.Child(callee, 0)
			return t.Language != syntax.Python && t.Kind(object) == syntax.Ident && t.Kind(l.f.Binding(object)) == syntax.Alias && l.isBot()
		default:
			return false
		}
		object := t.Code(t.Child(callee, 0))
		if object == "console" {
			return !shownToPeople.MatchString(l.f.Path) && !l.f.Holds("use client") && !l.f.Holds("document.") && !l.f.Holds("process.argv")
		}
		return len(object) < 80 && logObject.MatchString(object)
	}
	return false
}

// ownLog says whether a function is one of the target's own that writes into its log, by its name and the module that it is from.
func (l *look) ownLog(callee syntax.ID) bool {
	t := l.t
	b := l.f.Binding(callee)
	if t.Kind(b) != syntax.Alias || shownToPeople.MatchString(l.f.Path) {
		return false
	}
	name := t.Name(callee)
	from := l.f.ImportName(b)
	from = strings.ToLower(from[:max(strings.LastIndexByte(from, '.'), 0)])
	return ownLogName.MatchString(name) && strings.Contains(from, "log") || name == "log" && strings.HasSuffix(from, "log") || name == "log" && strings.HasSuffix(from, "logger")
}

// ownLogName is what functions are called that write into a log.
var ownLogName = pattern.New(`^log_?(?i:info|warn(?:ing)?|error|message|event)$|^(?i:write_?(?:to_?)?log)$`)

// serves says whether a file answers requests: it has routes, or is a function of a cloud, or a bot.
func (l *look) serves() bool {
	return l.isBot() || len(l.routesOf()) > 0 || l.f.Holds("def lambda_handler(")
}

// onlyWhenAsked says whether a place runs only where somebody asked for more to be told.
func (l *look) onlyWhenAsked(id syntax.ID) bool {
	for p := l.t.Parent(id); p != 0 && l.t.Kind(p) != syntax.Function; p = l.t.Parent(p) {
		if l.t.Kind(p) == syntax.If {
			test := strings.ToLower(l.t.Code(l.t.Child(p, 0)))
			if strings.Contains(test, "verbose") || strings.Contains(test, "debug") || strings.Contains(test, "log_level") {
				return true
			}
		}
	}
	return false
}
