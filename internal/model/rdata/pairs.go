package rdata

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/model/inspect"
)

// pairs reads what is made of pairs: lists, calls, functions and promises. The rest of a list is read in a loop, since lists
// are long.
func (w *walker) pairs(flags uint32, depth int, inFrame bool) value {
	kind := int(flags & 0xff)
	at := w.Off()
	first := value{kind: kind}
	if kind == listSxp || kind == langSxp || kind == dotSxp {
		return w.list(flags, depth, inFrame)
	}
	if flags&(1<<9) != 0 {
		w.attributes(true, depth)
	}
	if flags&(1<<10) != 0 {
		w.outsideCode(func() { w.object(depth+1, false) }) // where it was made
	}
	if kind == closureSxp {
		w.inCode(inClosure, at, func() {
			w.object(depth+1, false)
			w.object(depth+1, false)
		})
		return first
	}
	pending := false
	w.outsideCode(func() { pending = w.object(depth+1, false).kind == unboundSxp })
	place := inPromise
	if inFrame {
		place = inFramePromise
	}
	if !pending {
		place = inDonePromise
	}
	w.inCode(place, at, func() { w.object(depth+1, false) })
	return first
}

// list reads a list, a call, or the arguments behind three dots, from the flags of its first pair.
func (w *walker) list(flags uint32, depth int, inFrame bool) value {
	kind := int(flags & 0xff)
	at := w.Off()
	result := value{kind: kind}
	var args []value
	do := func() {
		for i := 0; ; i++ {
			if w.tooDeep(depth) {
				return
			}
			if flags&(1<<9) != 0 {
				w.attributes(true, depth)
			}
			tag := ""
			if flags&(1<<10) != 0 {
				tag = w.object(depth+1, false).name
			}
			v := w.car(flags, tag, depth, inFrame)
			if i == 0 && kind == listSxp {
				result.name = v.name
			}
			if len(args) < maxArgs && kind == langSxp {
				args = append(args, v)
			}
			if tag == "class" && kind == listSxp && w.class == "" && v.kind == stringSxp {
				w.class = v.name
			}
			next := uint32(w.integer())
			switch int(next & 0xff) {
			case listSxp, langSxp, dotSxp:
				flags = next
				continue
			}
			end := w.rest(next, depth+1, false)
			if end.kind != nilSxp && w.Err() == nil && (kind != listSxp || end.kind != intSxp) { // how a wrapped vector is kept
				w.Fail("a list ends with an object of type %d", end.kind)
			}
			return
		}
	}
	if kind != langSxp {
		do()
		return result
	}
	w.inCode(inLanguage, at, func() {
		do()
		result.name = w.called(args, at)
	})
	return result
}

// car reads what a pair holds.
func (w *walker) car(flags uint32, tag string, depth int, inFrame bool) value {
	read := func(place int, at int64) (v value) {
		w.inCode(place, at, func() { v = w.object(depth+1, false) })
		return v
	}
	switch {
	case inFrame && flags>>12&(1<<15) != 0: // an active binding
		return read(inActive, w.Off())
	case w.top && depth == 0 && slices.Contains([]string{".First", ".Last", ".First.sys", ".Last.sys", ".onLoad", ".onAttach"}, tag):
		return read(inStartup, w.Off())
	}
	return w.object(depth+1, inFrame)
}

// called says which function a call calls, and keeps it if it has an effect.
func (w *walker) called(args []value, at int64) string {
	if len(args) == 0 || w.code == nil {
		return ""
	}
	name := args[0].name
	if args[0].kind == langSxp && (strings.HasPrefix(name, "::") || strings.HasPrefix(name, ":::")) {
		name = strings.TrimLeft(name, ":")
	}
	if (name == "::" || name == ":::") && len(args) > 2 {
		return "::" + args[2].name
	}
	if args[0].kind != symSxp && args[0].kind != stringSxp && args[0].kind != langSxp && args[0].kind != builtinSxp {
		return ""
	}
	w.code.call(name, at)
	if slices.Contains(appliers, name) {
		for _, a := range args[1:] {
			if a.kind == symSxp || a.kind == stringSxp || a.kind == builtinSxp || a.kind == langSxp && strings.HasPrefix(a.name, "::") {
				w.code.call(strings.TrimLeft(a.name, ":"), at)
			}
		}
	}
	if name == "parse" || name == "str2lang" || name == "str2expression" || name == "eval" || name == "source" {
		for _, a := range args[1:] {
			if a.kind == stringSxp {
				if s := spelled(a.name); s != "" {
					w.code.call(s, at)
				}
			}
		}
	}
	return name
}

// places that code lies in
const (
	inLanguage     = iota // code kept as data: it runs when somebody evaluates it
	inClosure             // a function
	inFramePromise        // an argument that a function was called with and that nobody looked at yet
	inDonePromise         // a promise that was kept
	inActive              // what stands for a variable
	inStartup             // what R calls when it loads the workspace or ends
	inPromise             // a promise where an object should be
)

// code is code that is walked.
type code struct {
	place  int
	at     int64
	severe string // the first function with such an effect that it calls
	soft   string
	where  int64 // of that call
}

func (c *code) call(name string, at int64) {
	switch effect(name) {
	case severe:
		if c.severe == "" {
			c.severe, c.where = name, at
		}
	case soft:
		if c.soft == "" {
			c.soft = name
		}
	}
}

// text looks at a constant in code. Functions are full of messages, so only what is sure to be run counts there.
func (c *code) text(s string, at int64) {
	if c.place == inClosure {
		return
	}
	if name := spelled(s); name != "" {
		c.call(name, at)
	}
}

// inCode walks code. What lies in other code belongs to that.
func (w *walker) inCode(place int, at int64, walk func()) {
	if outer := w.code; outer != nil && (place == inLanguage || place == inClosure) {
		walk()
		return
	}
	c := &code{place: place, at: at}
	outer := w.code
	w.code = c
	walk()
	w.code = outer
	if w.Err() == nil || c.severe != "" {
		w.judge(c)
	}
}

func (w *walker) outsideCode(walk func()) {
	outer := w.code
	w.code = nil
	walk()
	w.code = outer
}

// judge says what code would do.
func (w *walker) judge(c *code) {
	name := c.severe
	calls := inspect.Quote(name)
	switch c.place {
	case inLanguage, inDonePromise:
		if name != "" {
			w.p.Say(inspect.Malicious, "r-language", c.where, "code that is kept as data calls %s", calls)
		}
	case inClosure:
		if name != "" {
			w.p.Say(inspect.Dangerous, "r-function", c.where, "a function calls %s when it is used", calls)
		}
	case inFramePromise:
		if name != "" {
			w.p.Say(inspect.Malicious, "r-promise", c.where, "an argument that is not evaluated yet calls %s as soon as it is looked at", calls)
		}
	case inActive:
		if name != "" {
			w.p.Say(inspect.Malicious, "r-active-binding", c.where, "a variable calls %s whenever it is looked at", calls)
		}
	case inStartup:
		switch {
		case name != "":
			w.p.Say(inspect.Malicious, "r-startup", c.where, "a function that R runs by itself with this workspace calls %s", calls)
		default:
			w.p.Say(inspect.Dangerous, "r-startup", c.at, "brings a function that R runs by itself with this workspace")
		}
	case inPromise:
		if name == "" {
			name = c.soft
		}
		if name != "" {
			w.p.Say(inspect.Malicious, "r-promise", c.at, "a promise stands where an object should be, and calls %s as soon as it is looked at", inspect.Quote(name))
			return
		}
		w.p.Say(inspect.Dangerous, "r-promise", c.at, "a promise stands where an object should be: its code runs as soon as it is looked at")
	}
}
