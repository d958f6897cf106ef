package hub

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
	"github.com/lodemark/lodemark/internal/model/jinja"
)

const maxTemplate = 1 << 20 // bytes

// textValue looks at a text wherever it stands.
func (j *judge) textValue(n *node, key string) {
	s := n.s
	if len(s) < 3 {
		return
	}
	switch key {
	case "chat_template", "default_chat_template", "chat_templates", "additional_chat_templates":
		return // judged as templates
	}
	if strings.Contains(s, "{{") || strings.Contains(s, "{%") {
		j.maybeTemplate(n, key)
	}
	if prose(key) {
		return
	}
	if private(s) && !strings.ContainsAny(s, " \n") {
		j.say(inspect.Dangerous, "config-private-path", n.at, s, "names %s as %q, a file that no model has to do with", inspect.Quote(s), key)
	}
	if word := runs(s); word != "" {
		j.say(inspect.Dangerous, "config-code-text", n.at, s, "holds code in %q (%s), which no configuration needs: whatever runs it runs programs", key, inspect.Quote(word))
	}
	if strings.HasPrefix(key, "py/") || len(s) > 64 {
		inspect.Payload(j.p, n.at, inspect.Quote(key), s)
	}
}

// prose tells keys whose texts are for people or for the model to read.
func prose(key string) bool {
	switch key {
	case "description", "summary", "citation", "homepage", "content", "prompt", "system_prompt", "text", "comment", "notes", "readme", "example", "examples", "response", "instruction", "id2label", "label":
		return true
	}
	return false
}

// runs tells text that is Python code which runs something, by what no other text has.
func runs(s string) string {
	if len(s) > 64<<10 {
		return ""
	}
	for _, get := range []string{"curl ", "wget "} {
		for _, shell := range []string{"|sh", "| sh", "|bash", "| bash", "| python", "|python"} {
			if strings.Contains(s, get) && strings.Contains(s, shell) {
				return get + shell
			}
		}
	}
	for _, w := range []string{"__import__(", "os.system(", "os.popen(", "os.exec", "subprocess.Popen(", "subprocess.run(", "subprocess.call(", "subprocess.check_", "exec(base64", "exec(compile(", "eval(compile(",
		"pickle.loads(", "marshal.loads(", "builtins.exec(", "builtins.eval(", "socket.socket(", "__subclasses__("} {
		if strings.Contains(s, w) {
			return w
		}
	}
	if strings.Contains(s, "/dev/tcp/") {
		return "/dev/tcp/"
	}
	return ""
}

// templates judges the chat templates of a tokenizer: one, a list of named ones, or an object of them.
func (j *judge) templates(n *node) {
	switch n.kind {
	case text:
		j.template(n, true)
	case list:
		lines := &node{kind: text, at: n.at} // one program keeps the lines of a template so
		for i := range n.kids {
			k := &n.kids[i]
			if k.kind == text {
				lines.s += k.s
			} else if t := k.get("template"); t != nil && t.kind == text {
				j.template(t, true)
			}
		}
		if lines.s != "" {
			j.template(lines, false)
		}
	case object:
		for i := range n.kids {
			if n.kids[i].kind == text {
				j.template(&n.kids[i], true)
			}
		}
	}
}

// maybeTemplate judges a text that looks like a template under a key that is none of a tokenizer's.
func (j *judge) maybeTemplate(n *node, key string) {
	j.template(n, strings.HasSuffix(key, "chat_template"))
}

// maxTemplates bounds how many texts of one configuration are looked at as templates.
const maxTemplates = 100

func (j *judge) template(n *node, surely bool) {
	if !surely && !strings.Contains(n.s, "_") && !strings.ContainsAny(n.s, "([|\\") {
		return // only names
	}
	if j.looks++; j.looks > maxTemplates {
		if surely || strings.Contains(n.s, "__") || strings.Contains(n.s, "attr") {
			j.say(inspect.NotRead, "template-limit", n.at, "", "has more than %d templates, and not all were looked at", maxTemplates)
		}
		return
	}
	judgeTemplate(j.p, []byte(n.s), surely, func(int) int64 { return n.at })
}

// judgeTemplate says what rendering a template would do. Where it is not sure that anything renders it, only harm counts.
func judgeTemplate(p *inspect.Part, src []byte, surely bool, place func(int) int64) {
	if len(src) > maxTemplate {
		if surely {
			p.Say(inspect.NotRead, "template-limit", place(0), "has a chat template of more than %d bytes", maxTemplate)
		}
		return
	}
	for _, e := range jinja.Look(src) {
		if !surely && e.Verdict < inspect.Dangerous {
			continue
		}
		p.Say(e.Verdict, e.ID, place(e.Offset), "a chat template %s", e.Message)
	}
}
