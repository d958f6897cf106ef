package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

var (
	// verifySwitch is the name of a switch that is on where certificates are checked, and laxSwitch of one that is on where they are not.
	verifySwitch = pattern.New(`(?i)(?:verif\w*_?(?:ssl|tls|certs?|certificates?|https|host\w*)|(?:ssl|tls|certs?|https)_?(?:verif\w*|check)|^verify$|check_?(?:ssl|tls|certs?\w*)|reject_?unauthorized)$`)
	laxSwitch    = pattern.New(`(?i)(?:no|skip|disable|ignore|bypass|without|un|allow|trust)_?-?(?:all_?)?(?:verif\w*|ssl\w*|tls\w*|https\w*|certs?\w*|insecure\w*|self_?signed\w*|unauthorized)|insecure|(?:ssl|tls|verify|certs?)_?(?:skip|disabled?|off|ignore|bypass)\w*|skip_?verif\w*`)
	// whileMade is a test that holds only on a developer's machine.
	whileMade = pattern.New(`\benv\.DEV\b|NODE_ENV["'\]]*\s*(?:!==?\s*["']production|===?\s*["'](?:development|dev|local|test)["'])|(?i:\bis_?dev(?:elopment)?(?:_?mode)?\b|\b__DEV__\b)`)
	// whileMadeNot is one that holds everywhere else.
	whileMadeNot = pattern.New(`\benv\.PROD\b|NODE_ENV["'\]]*\s*===?\s*["']production|(?i:\bis_?prod(?:uction)?\b)`)
)

// switchedOff says whether a place runs only where somebody switched the check of certificates off by a setting that leaves it on, or on
// a developer's machine.
func (p *place) switchedOff() bool {
	if p.underSwitch(p.id) {
		return true
	}
	if p.f.Tree.Kind(p.id) == syntax.Call { // httpx.Client(**options), whose options were set there
		for _, name := range []string{"verify", "ssl", "verify_ssl"} {
			if v, _ := p.f.Argument(p.id, name, -1); v != 0 && p.underSwitch(v) {
				return true
			}
		}
	}
	return false
}

func (p *place) underSwitch(id syntax.ID) bool {
	t := p.f.Tree
	for c, up := id, t.Parent(id); up != 0; c, up = up, t.Parent(up) {
		switch t.Kind(up) {
		case syntax.Function:
			if !t.Is(up, syntax.Arrow) {
				return false
			}
		case syntax.If, syntax.Conditional:
			test := t.Child(up, 0)
			if c != test && p.switches(test, c == t.Child(up, 1), 8) {
				return true
			}
		}
	}
	return false
}

// switches says whether a test, where its outcome is holds, means that the check was switched off.
func (p *place) switches(test syntax.ID, holds bool, steps int) bool {
	t := p.f.Tree
	if steps == 0 || test == 0 {
		return false
	}
	switch t.Kind(test) {
	case syntax.Unary:
		if name := t.Name(test); name == "not" || name == "!" {
			return p.switches(t.Child(test, 0), !holds, steps-1)
		}
		return false
	case syntax.Logic: // all of an `and` hold where it does, and none of an `or` where it does not
		if and := t.Name(test) == "and" || t.Name(test) == "&&"; and == holds {
			return p.switches(t.Child(test, 0), holds, steps-1) || p.switches(t.Child(test, 1), holds, steps-1)
		}
		return false
	}
	code := t.Code(test)
	if len(code) > maxBranchTest {
		return false
	}
	if holds && whileMade.MatchString(code) || !holds && whileMadeNot.MatchString(code) {
		return true
	}
	name, value := test, syntax.ID(0)
	if t.Kind(test) == syntax.Compare { // verify == False, skip is True, SKIP.lower() == "true"
		name, value = t.Child(test, 0), t.Child(test, 1)
		v, ok := p.f.Constant(value)
		if op := t.Name(test); !ok || op != "==" && op != "===" && op != "is" && op != "!=" && op != "!==" && op != "is not" {
			return false
		} else if strings.HasPrefix(op, "!") || op == "is not" {
			holds = !holds
		}
		switch strings.ToLower(v.Text) {
		case "false", "0", "no", "off", "none":
			holds = !holds
		case "true", "1", "yes", "on":
		default:
			return false
		}
	}
	for range 6 { // the name of what is asked: config.get("verify_ssl"), config["SKIP"].lower(), args.insecure
		switch t.Kind(name) {
		case syntax.Call:
			callee, first := t.Child(name, 0), t.Child(name, 1)
			text, ok := t.Text(first)
			switch {
			case t.Kind(callee) == syntax.Attribute && (t.Name(callee) == "lower" || t.Name(callee) == "toLowerCase" || t.Name(callee) == "strip" || t.Name(callee) == "trim"):
				name = t.Child(callee, 0)
				continue
			case ok && t.Next(first) == 0:
				return p.switchNamed(text, holds)
			case ok: // with a value where it is not given
				v, known := p.f.Constant(t.Next(first))
				return known && p.switchNamed(text, holds) && !setsOff(text, v.Text)
			case first != 0 && t.Next(first) == 0:
				name = first // bool(x), str_to_bool(x)
				continue
			}
			return false
		case syntax.Index:
			text, ok := t.Text(t.Child(name, 1))
			return ok && p.switchNamed(text, holds)
		case syntax.Attribute, syntax.Ident:
			return p.switchNamed(t.Name(name), holds)
		default:
			return false
		}
	}
	return false
}

// switchNamed says whether a switch of this name means that the check is off, and nothing in the file sets it so by default.
func (p *place) switchNamed(name string, holds bool) bool {
	lax := laxSwitch.MatchString(name)
	if lax != holds || !lax && !verifySwitch.MatchString(name) {
		return false
	}
	t := p.f.Tree
	for id := syntax.ID(1); int(id) < len(t.Nodes); id++ {
		value := syntax.ID(0)
		switch t.Kind(id) {
		case syntax.Param:
			if t.Name(id) == name {
				value = t.Last(id)
			}
		case syntax.Assign:
			if target := t.Child(id, 0); (t.Kind(target) == syntax.Ident || t.Kind(target) == syntax.Attribute) && t.Name(target) == name {
				value = p.f.Value(id)
			}
		case syntax.Pair:
			if key, ok := t.Text(t.Child(id, 0)); ok && key == name {
				value = t.Last(id)
			}
		}
		if value == 0 {
			continue
		}
		if v, ok := p.f.Constant(value); ok && setsOff(name, v.Text) {
			return false
		}
	}
	return true
}

// setsOff says whether a value of a switch of this name means that certificates are not checked.
func setsOff(name, value string) bool {
	switch strings.ToLower(value) {
	case "true", "1", "yes", "on":
		return laxSwitch.MatchString(name)
	case "false", "0", "no", "off", "none", "null", "undefined":
		return !laxSwitch.MatchString(name)
	}
	return false
}
