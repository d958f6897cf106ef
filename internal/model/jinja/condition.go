package jinja

import (
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// condition tells of branches that write whole sentences when a message holds certain words, or on certain days: a template can
// so change a model's instructions for some users only. Honest templates do that too, for the most part with marks such as
// </think>; so it is information, unless what is written sends the reader to another host or brings a script.
func (l *looker) condition(n *node) {
	for i, branch := range append([]*node{n}, n.list...) {
		words := watched(branch.a, 0)
		if words == "" {
			continue
		}
		bodies := [][]*node{branch.body}
		if i == 0 {
			bodies = append(bodies, n.other)
		}
		for _, body := range bodies {
			written := data(body, 0)
			if sentences(written) {
				l.say(inspect.Clean, "template-conditional-text", n.pos, words, "writes %s when %s", inspect.Quote(strings.TrimSpace(written)), words)
			}
		}
	}
}

// watched says what words of a message, or what day, a test looks for.
func watched(n *node, depth int) string {
	if n == nil || depth > 50 {
		return ""
	}
	if n.kind == kCompare {
		for _, o := range n.list {
			for _, sides := range [][2]*node{{n.a, o.a}, {o.a, n.a}} {
				c := sides[0]
				if c.kind != kConst || c.val.kind != vText || !wordy(c.val.s) {
					continue
				}
				switch {
				case mentions(sides[1], "strftime_now", 0):
					return "the day is " + inspect.Quote(c.val.s)
				case mentions(sides[1], "content", 0):
					return "a message holds " + inspect.Quote(c.val.s)
				}
			}
		}
	}
	for _, m := range [][]*node{{n.a, n.b, n.c}, n.list} {
		for _, k := range m {
			if w := watched(k, depth+1); w != "" {
				return w
			}
		}
	}
	return ""
}

// wordy says whether a text is words of a language rather than a mark of a template.
func wordy(s string) bool {
	return len(s) > 2 && !strings.ContainsAny(s, "<>[]{}|/") && strings.ContainsAny(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789")
}

func mentions(n *node, name string, depth int) bool {
	if n == nil || depth > 50 {
		return false
	}
	if (n.kind == kAttr || n.kind == kName) && n.text == name || n.kind == kConst && n.val.s == name {
		return true
	}
	for _, m := range [][]*node{{n.a, n.b, n.c}, n.list} {
		for _, k := range m {
			if mentions(k, name, depth+1) {
				return true
			}
		}
	}
	return false
}

// data is the text that a body writes as it stands.
func data(body []*node, depth int) string {
	var b strings.Builder
	for _, n := range body {
		if b.Len() > maxText || depth > 5 {
			break
		}
		switch n.kind {
		case kData:
			b.WriteString(n.text)
		case kOutput, kConcat:
			for _, e := range n.list {
				if e.kind == kConst {
					b.WriteString(e.val.s)
				}
			}
		default:
			b.WriteString(data(n.body, depth+1))
		}
	}
	return b.String()
}

// sentences says whether a text is long enough to instruct.
func sentences(s string) bool {
	return len(strings.Fields(s)) >= 8
}
