package jinja

import (
	"fmt"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// Effect is one thing that rendering a template would do, or that kept it from being looked at.
type Effect struct {
	Verdict inspect.Verdict
	ID      string // a slug
	Offset  int    // in bytes of the template, with line ends as "\n"
	Message string // one sentence; whatever the template says stands in quotes
}

const maxEffects = 50

// Look says what rendering a template would do. It is nil for one that only writes text.
func Look(src []byte) []Effect {
	t, err := Parse(src)
	if err != nil {
		return unparsed(string(src), err.(*Error))
	}
	l := &looker{budget: maxSteps}
	l.run(t)
	if l.budget <= 0 { // once more without macros and loops, so that every place is seen at least as it stands
		shallow := &looker{budget: maxNodes * 2, shallow: true, effects: l.effects, said: l.said}
		shallow.run(t)
		shallow.say(inspect.NotRead, "template-limit", 0, "", "so much in it is computed that not all of it was followed")
		return shallow.effects
	}
	return l.effects
}

// say keeps an effect once for each name.
func (l *looker) say(v inspect.Verdict, id string, pos int, name, format string, args ...any) {
	key := id + "\x00" + name
	if l.said[key] || len(l.effects) >= maxEffects {
		return
	}
	if l.said == nil {
		l.said = map[string]bool{}
	}
	l.said[key] = true
	l.effects = append(l.effects, Effect{v, id, pos, fmt.Sprintf(format, args...)})
}

// attribute judges a name that is used to reach something of a value: x.name, x["name"], x|attr("name") ... item says that a key
// of a dictionary is as likely.
func (l *looker) attribute(pos int, name string, item bool) {
	name = plain(name)
	switch {
	case name == "mro" && item:
	case escapes(name):
		l.say(inspect.Malicious, "template-escape", pos, name, "reads the attribute %s: the way out of the template to Python's own objects, and so to running code", inspect.Quote(name))
	case len(name) > 2 && name[:2] == "__":
		l.say(inspect.Dangerous, "template-dunder", pos, name, "reads the attribute %s of Python's own, which no chat template needs", inspect.Quote(name))
	default:
		if like := could(name); like != "" {
			l.say(inspect.Dangerous, "template-computed-name", pos, like, "computes a name that could be %s", inspect.Quote(like))
		}
	}
}

// text judges a text that was computed or stands in an expression.
func (l *looker) text(pos int, s string) {
	l.budget -= len(s) >> 6 // long texts cost more than short ones
	if name := tells(plain(s)); name != "" {
		l.say(inspect.Dangerous, "template-hidden-name", pos, name, "has the name %s in a text that it computes with, which no chat template needs", inspect.Quote(name))
	}
}
