package gate

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
)

// policy reads the whole of a file.
func (r *reader) policy(top *yaml.Node, p *Policy) {
	schema := ""
	var waivers []*yaml.Node
	emptyRules := false
	r.fields(top, "the policy", map[string]func(*yaml.Node){
		"schema": func(n *yaml.Node) {
			if schema = r.line(n, "schema"); schema != "" && schema != PolicySchema {
				r.say(n, "schema is %s; this version reads %s", short(schema), PolicySchema)
			}
		},
		"title":   func(n *yaml.Node) { p.Title = r.line(n, "title") },
		"date":    func(n *yaml.Node) { p.Date = r.date(n, "date") },
		"extends": func(n *yaml.Node) { p.Base = r.extends(n) },
		"fail_on": func(n *yaml.Node) {
			r.each(n, "fail_on", mostRules, func(e *yaml.Node) {
				if w := r.line(e, "fail_on"); w != "" && !severityOrID(w) {
					r.say(e, "fail_on %s is neither a severity nor a clause or guideline", short(w))
				} else if w != "" {
					p.FailOn = append(p.FailOn, w)
				}
			})
		},
		"decisions": func(n *yaml.Node) { p.Decisions = r.word(n, "decisions", "count", "ignore") },
		"stage": func(n *yaml.Node) {
			p.Stage = lodemark.Stage(r.word(n, "stage", "design", "develop", "deploy", "operate"))
		},
		"limits": func(n *yaml.Node) { p.Limits = r.limits(n) },
		"trust": func(n *yaml.Node) {
			r.each(n, "trust", mostRules, func(e *yaml.Node) { p.Trust = append(p.Trust, r.line(e, "trust")) })
		},
		"rules": func(n *yaml.Node) {
			emptyRules = n.Kind == yaml.SequenceNode && len(n.Content) == 0
			r.each(n, "rules", mostRules, func(e *yaml.Node) { p.Rules = append(p.Rules, r.rule(e)) })
			if emptyRules {
				r.say(n, "rules is empty: a policy without rules would let everything through")
			}
		},
		"waivers": func(n *yaml.Node) {
			r.each(n, "waivers", mostWaivers, func(e *yaml.Node) {
				p.Waivers, waivers = append(p.Waivers, r.waiver(e)), append(waivers, e)
			})
		},
	})
	if schema == "" && top.Kind == yaml.MappingNode {
		r.sayAt(1, 1, "schema is %q; begin the file with schema: %s", schema, PolicySchema)
	}
	r.once(p)
	ids := map[string]bool{}
	for _, rule := range p.all() {
		ids[rule.ID] = true
	}
	for i, w := range p.Waivers {
		if w.Rule != "" && !ids[w.Rule] {
			r.say(waivers[i], "the waiver is of the rule %s, which the policy does not have%s", short(w.Rule), didYouMean(w.Rule, keys(ids)))
		}
	}
}

func (r *reader) extends(n *yaml.Node) *Policy {
	name := r.word(n, "extends", Builtins()...)
	if name == "" {
		return nil
	}
	base, err := Builtin(name)
	if err != nil {
		r.say(n, "extends: %v", err)
		return nil
	}
	return base
}

// once refuses ids that are taken.
func (r *reader) once(p *Policy) {
	taken := map[string]int{}
	if p.Base != nil {
		for _, rule := range p.Base.all() {
			taken[rule.ID] = 0
		}
	}
	for _, word := range p.FailOn {
		taken[failOn(word).ID] = 0
	}
	for _, rule := range p.Rules {
		switch line, there := taken[rule.ID]; {
		case rule.ID == "":
		case there && line == 0 && strings.HasPrefix(rule.ID, "fail-on-"):
			r.sayAt(rule.line, 0, "the id %s is that of an entry of fail_on", rule.ID)
		case there && line == 0:
			r.sayAt(rule.line, 0, "the id %s is taken by a rule of the policy that this one extends", rule.ID)
		case there:
			r.sayAt(rule.line, 0, "the id %s is taken by the rule on line %d", rule.ID, line)
		default:
			taken[rule.ID] = rule.line
		}
	}
}

func (r *reader) limits(n *yaml.Node) Limits {
	var l Limits
	number := func(name string, take func(int64)) func(*yaml.Node) {
		return func(n *yaml.Node) {
			v, err := strconv.ParseInt(r.line(n, name), 10, 64)
			switch {
			case err != nil || n.Tag != "!!int":
				r.say(n, "the limit %s is not a whole number", name)
			case v < 0:
				r.say(n, "the limit %s is negative; leave it out for the default", name)
			case v > 1<<50:
				r.say(n, "the limit %s is larger than anything that could be read", name)
			default:
				take(v)
			}
		}
	}
	r.fields(n, "limits", map[string]func(*yaml.Node){
		"files":       number("files", func(v int64) { l.Files = int(v) }),
		"depth":       number("depth", func(v int64) { l.Depth = int(v) }),
		"file_bytes":  number("file_bytes", func(v int64) { l.FileBytes = v }),
		"total_bytes": number("total_bytes", func(v int64) { l.TotalBytes = v }),
	})
	return l
}

func (r *reader) rule(n *yaml.Node) Rule {
	rule := Rule{line: n.Line, path: r.path}
	r.fields(n, "the rule", map[string]func(*yaml.Node){
		"id": func(n *yaml.Node) {
			if rule.ID = r.line(n, "id"); rule.ID != "" && (!ruleID.MatchString(rule.ID) || len(rule.ID) > 80) {
				r.say(n, "id is %s; write small letters, digits and hyphens: no-open-criticals", short(rule.ID))
			}
		},
		"title": func(n *yaml.Node) { rule.Title = r.line(n, "title") },
		"when":  func(n *yaml.Node) { rule.When, rule.when = r.condition(n, "when") },
		"require": func(n *yaml.Node) {
			rule.Require, rule.require = r.condition(n, "require")
		},
		"why": func(n *yaml.Node) { rule.Why = r.text(n, "why") },
		"fix": func(n *yaml.Node) { rule.Fix = r.text(n, "fix") },
	})
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		has[n.Content[i].Value] = true
	}
	for _, key := range []string{"id", "title", "require"} {
		if n.Kind == yaml.MappingNode && !has[key] {
			r.say(n, "the rule has no %s", key)
		}
	}
	return rule
}

// condition reads the text of a condition as it stands, so that places in it can be found again.
func (r *reader) condition(n *yaml.Node, what string) (string, place) {
	if r.text(n, what) == "" {
		return "", place{}
	}
	return n.Value, placeOf(n, r.lines)
}

func (r *reader) waiver(n *yaml.Node) Waiver {
	w := Waiver{line: n.Line}
	var until, by *yaml.Node
	take := map[string]func(*yaml.Node){
		"rule":         func(n *yaml.Node) { w.Rule = r.line(n, "rule") },
		"by":           func(n *yaml.Node) { w.By, by = r.person(n, "by"), n },
		"requested_by": func(n *yaml.Node) { w.RequestedBy = r.person(n, "requested_by") },
		"reason": func(n *yaml.Node) {
			if w.Reason = r.text(n, "reason"); w.Reason != "" && (len([]rune(w.Reason)) < shortestWords || !filled(w.Reason)) {
				r.say(n, "reason is too short to be judged; write a sentence")
			}
		},
		"date":  func(n *yaml.Node) { w.Date = r.date(n, "date") },
		"until": func(n *yaml.Node) { w.Until, until = r.date(n, "until"), n },
	}
	r.fields(n, "the waiver", take)
	has := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		has[n.Content[i].Value] = true
	}
	for _, key := range []string{"rule", "by", "requested_by", "reason", "date", "until"} {
		if n.Kind == yaml.MappingNode && !has[key] {
			r.say(n, "the waiver has no %s", key)
		}
	}
	if lodemark.SamePerson(lodemark.ParsePerson(w.By), lodemark.ParsePerson(w.RequestedBy)) {
		r.say(by, "the waiver was asked for and given by the same person; it needs two")
	}
	if !w.Date.IsZero() && !w.Until.IsZero() {
		switch length := w.Until.Sub(w.Date); {
		case length <= 0:
			r.say(until, "until %s is not after date %s", w.Until.Format(time.DateOnly), w.Date.Format(time.DateOnly))
		case length > waiverMost:
			r.say(until, "until %s is %d days after date %s; a waiver lasts at most %d days, until %s", w.Until.Format(time.DateOnly),
				length/(24*time.Hour), w.Date.Format(time.DateOnly), waiverMost/(24*time.Hour), w.Date.Add(waiverMost).Format(time.DateOnly))
		}
	}
	return w
}
