package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// What is kept of what models and people say where the name alone does not tell: answers by how they are decoded, code that is run, pages of
// Gradio, and logs that keep what is written for finding mistakes.

var (
	// codeName and codeLabel are what code that a model wrote is called, and the end of the text that says that it is run.
	codeName  = pattern.New(`(?i)^(?:python_?|generated_?|full_?)?(?:code|script)$`)
	codeLabel = pattern.New(`(?i)\b(?:execut|runn?)(?:e|ing)\s+(?:\w+\s+)?(?:code|script)\s*[:=]\s*["'\x60]*$`)
	// ofModel is the end of a text that says that an answer of a model follows.
	ofModel = pattern.New(`(?i)\b(?:llm|gpt|chatgpt|openai|claude|gemini|ai|assistant)(?:'s)?[ _-]+(?:raw\s+)?(?:result|response|output|answer|reply)\s*[:=]\s*["']*$`)
	// decodes is what makes words out of what a model generated.
	decodes = pattern.New(`(?i)(?:tokenizer|processor)\w*\.(?:batch_)?decode$`)
)

// decodedAnswer says whether a value is the words of what a model of this file generated: out = tokenizer.decode(sequence).strip().
func (l *look) decodedAnswer(v syntax.ID, steps int) bool {
	t := l.t
	for ; steps > 0; steps-- {
		switch t.Kind(v) {
		case syntax.Ident:
			b := l.f.Binding(v)
			if b == 0 || t.Kind(b) != syntax.Assign || t.Kind(t.Child(b, 0)) != syntax.Ident || !l.f.Holds("decode(") {
				return false
			}
			value := l.f.Value(b)
			if value == 0 || t.Within(v, value) {
				return false
			}
			for _, other := range l.f.Bindings(t.Name(v), v)[:1] { // output = output.split("### Response:")[1]
				if other != b && t.Kind(other) == syntax.Assign && t.Node(other).End <= t.Node(b).Start && strings.HasPrefix(t.Code(value), t.Name(v)+".") {
					value = l.f.Value(other)
				}
			}
			v = value
		case syntax.Index:
			v = t.Child(v, 0)
		case syntax.Call:
			callee := t.Child(v, 0)
			if t.Kind(callee) != syntax.Attribute {
				return false
			}
			if code := t.Code(callee); len(code) < 100 && decodes.MatchString(code) {
				return l.f.Holds(".generate(")
			}
			switch t.Name(callee) {
			case "strip", "replace", "split", "lstrip", "rstrip", "removeprefix":
				v = t.Child(callee, 0)
			default:
				return false
			}
		default:
			return false
		}
	}
	return false
}

// calledByPage says whether a place stands in a function that a page of Gradio calls.
func (l *look) calledByPage(id syntax.ID) bool {
	function := l.innermostFunction(id)
	return function != 0 && slices.ContainsFunc(l.f.HandedTo(function), func(to string) bool {
		return strings.HasPrefix(to, "gradio.") || strings.HasSuffix(to, ".click") || strings.HasSuffix(to, ".submit")
	})
}

// chatParam is what a function that a page of Gradio calls is given of what people write.
var chatParam = pattern.New(`(?i)^(?:user_?)?(?:inputs?|history|message|msg|chat_?history|chatbot|text|query|prompt|question|instruction)$`)

// isGradio says whether a file shows a page of Gradio to people.
func (l *look) isGradio() bool {
	return l.t.Language == syntax.Python && l.f.Holds("gradio") && l.f.Holds(".launch(")
}

// debugLevel is where a program of Python says that its log keeps what is written for finding mistakes; so does loguru unless told otherwise.
var debugLevel = pattern.New(`(?:basicConfig|setLevel)\([^()]{0,200}\bDEBUG["']?\s*[,)]|from loguru import`)

// logFiles are where programs say what their logs keep.
var logFiles = set("config.py", "settings.py", "logger.py", "logging.py", "log.py", "logs.py", "logging_config.py", "log_config.py", "main.py", "app.py", "server.py", "api.py", "util.py", "utils.py")

// keepsDebug says whether this file, or one beside it that sets up the log, keeps what is written for finding mistakes.
func (l *look) keepsDebug() bool {
	if l.f.Holds("DEBUG") || l.f.Holds("loguru") {
		if l.f.Says(debugLevel) {
			return true
		}
	}
	return l.f.Once("keeps-debug", func() bool {
		if l.whole == nil || l.whole.read == nil {
			return false
		}
		folder, left := path.Dir(l.f.Path), 8
		for _, p := range l.whole.given {
			if path.Dir(p) != folder || !logFiles[path.Base(p)] || p == l.f.Path {
				continue
			}
			if left--; left < 0 {
				break
			}
			if data, err := l.whole.read(p); err == nil && debugLevel.Match(data) && !strings.Contains(string(data), "loguru") {
				return true
			}
		}
		return false
	})
}

// runsCode says whether a file runs code in other programs, and calls itself a tool or an interpreter.
func (l *look) runsCode() bool {
	return (l.f.Holds("subprocess.") || l.f.Holds("exec(")) && (l.f.Holds("Interpreter") || l.f.Holds("interpreter") || l.f.Holds("agent"))
}
