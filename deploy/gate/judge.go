package gate

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/lodemark/lodemark"
)

// ruleTime bounds one rule; each takes a fraction of a millisecond.
const ruleTime = 5 * time.Second

// Check looks at the conditions of a policy: their grammar, their types, and whether every clause, check and word in them exists. It
// costs some milliseconds, and says all that is wrong before an assessment is made.
func (p *Policy) Check(known Known) error {
	_, err := p.compile(known)
	if err != nil {
		return err
	}
	return nil
}

// compiled is a policy whose conditions can be asked.
type compiled struct {
	language *language
	rules    []compiledRule
}

type compiledRule struct {
	Rule
	when, must *condition // when is nil: the rule is about every system
}

func (p *Policy) compile(known Known) (*compiled, error) {
	l, err := newLanguage(known)
	if err != nil {
		return nil, err
	}
	c := &compiled{language: l}
	var problems Problems
	read := func(r Rule, text string, at place) *condition {
		cond, wrongs := l.compile(text)
		for _, w := range wrongs {
			line, column := at.of(w.line, w.column)
			problems = append(problems, Problem{cmp.Or(r.path, p.Name), line, column, "rule " + r.ID + ": " + w.message})
		}
		return cond
	}
	for _, r := range p.all() {
		cr := compiledRule{Rule: r}
		if r.When != "" {
			cr.when = read(r, r.When, r.when)
		}
		cr.must = read(r, r.Require, r.require)
		c.rules = append(c.rules, cr)
	}
	if len(c.rules) == 0 {
		problems = append(problems, Problem{Path: p.Name, Line: 1, Message: "the policy asks for nothing: it has no rules, no fail_on, and extends no other"})
	}
	if len(problems) > 0 {
		inOrder(problems)
		return nil, problems[:min(len(problems), mostProblems)]
	}
	return c, nil
}

// Judge asks a policy about a run. It is pure: the same policy and input give the same verdict. An error is one of the policy, or of
// the context.
func Judge(ctx context.Context, p *Policy, in Input) (Verdict, error) {
	c, err := p.compile(Known{slices.Concat(in.Run.Checks, in.Run.Recorded)})
	if err != nil {
		return Verdict{}, err
	}
	v, err := c.judge(ctx, p, in)
	if err != nil {
		return v, err
	}
	v.Asks, err = c.asks(ctx, p, in)
	return v, err
}

func (c *compiled) judge(ctx context.Context, p *Policy, in Input) (Verdict, error) {
	s := newState(in, p)
	v := Verdict{Schema: VerdictSchema, Tool: in.Run.Tool, Policy: Source{p.Name, p.Title, p.SHA256}, System: in.Run.System.Name, Target: in.Run.Target, At: in.Run.At,
		Lines: []Line{}, Borne: s.borne(), Examined: s.examined()}
	if p.Base != nil {
		v.Extends = &Source{p.Base.Name, p.Base.Title, p.Base.SHA256}
	}
	vars, err := cel.FunctionVars(s.vars(), c.bound(s))
	if err != nil {
		return v, fmt.Errorf("prepare what the policy can ask: %w", err)
	}
	waivers := standing(p, in.Run.At)
	for _, r := range c.rules {
		line := c.line(ctx, r, s, vars)
		if err := ctx.Err(); err != nil {
			return v, err
		}
		if line.Result == RuleNotMet {
			waived(&line, waivers)
		}
		v.Lines = append(v.Lines, line)
		if line.Result == RuleWaived {
			until, _, _ := strings.Cut(line.Waiver, " by ")
			v.Borne = append(v.Borne, fmt.Sprintf("the rule %s is let through by the policy's %s", line.Rule, until))
		}
	}
	v.conclude(p, in.Run)
	return v, nil
}

// line asks one rule.
func (c *compiled) line(ctx context.Context, r compiledRule, s *state, vars cel.FunctionActivation) Line {
	l := Line{Rule: r.ID, Title: r.Title, Result: RuleNotMet, Require: oneLine(r.Require), When: oneLine(r.When), Why: r.Why, Fix: r.Fix}
	if r.line > 0 {
		l.Place = fmt.Sprintf("%s:%d", r.path, r.line)
	}
	ctx, cancel := context.WithTimeout(ctx, ruleTime)
	defer cancel()
	if r.when != nil {
		s.calls = nil
		about, _, err := r.when.program.ContextEval(ctx, vars)
		switch {
		case err != nil:
			l.Parts = []Part{{Failed: "whether the rule is about this system cannot be decided: " + plainError(err), Place: r.at(r.Rule.when)}}
			return l
		case about != types.True:
			l.Result = RuleNotJudged
			return l
		}
	}
	s.calls = nil
	value, details, err := r.must.program.ContextEval(ctx, vars)
	if err == nil && value == types.True {
		l.Result = RuleMet
		return l
	}
	e := &explanation{compiled: c, rule: r, state: s, vars: vars, ctx: ctx, err: err}
	if details != nil {
		e.values = details.State()
	}
	l.Parts = e.parts()
	return l
}

// at is the place of a condition in the policy's file; empty for one that no file holds.
func (r Rule) at(p place) string {
	line, column := p.of(1, 0)
	if line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d:%d", r.path, line, column)
}

func plainError(err error) string {
	return strings.TrimPrefix(strings.Join(strings.Fields(err.Error()), " "), "no such overload: ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// bound are our functions for one state. Each call is kept, so that one in a loop can be told of.
func (c *compiled) bound(s *state) map[string]cel.LateBoundFunction {
	out := map[string]cel.LateBoundFunction{}
	for name, f := range c.language.functions {
		out[name] = func(_ string, args ...ref.Val) ref.Val {
			for _, a := range args {
				if types.IsUnknownOrError(a) {
					return a
				}
			}
			if problem := f.wrong(c.language.known, args); problem != "" {
				return types.NewErr("%s", problem)
			}
			a := f.call(s, args)
			if len(a.parts) > 0 && len(s.calls) < 1000 {
				s.calls = append(s.calls, call{name, a.parts})
			}
			return a.value
		}
	}
	return out
}

// wrong says which argument names nothing that there is: one that was put together while the rule ran, and could not be seen before.
func (f function) wrong(known Known, args []ref.Val) string {
	i := slices.IndexFunc(f.takes, func(takes []argument) bool { return len(takes) == len(args) })
	if i < 0 {
		return ""
	}
	for j, a := range f.takes[i] {
		if a.known == nil {
			continue
		}
		for _, text := range textsOf(args[j]) {
			if problem := a.known(known, text); problem != "" {
				return problem
			}
		}
	}
	return ""
}

// conclude counts the lines and says what they come to. Rules that are not about the system show nothing: where none is, the gate is not met.
func (v *Verdict) conclude(p *Policy, run *lodemark.Run) {
	for _, l := range v.Lines {
		v.Counts.Rules++
		switch l.Result {
		case RuleMet:
			v.Counts.Met++
		case RuleWaived:
			v.Counts.Waived++
		case RuleNotJudged:
			v.Counts.NotJudged++
		default:
			v.Counts.NotMet++
		}
	}
	c := v.Counts
	judged := c.Rules - c.NotJudged
	switch {
	case !p.Date.IsZero() && run.At.Before(p.Date):
		v.Reason = fmt.Sprintf("the policy is in force from %s on; at the time that was asked for there was none", p.Date.Format(time.DateOnly))
	case judged == 0:
		v.Reason = "no rule of the policy is about this system, so nothing was shown"
	case c.NotMet > 0:
		be := "are"
		if c.NotMet == 1 {
			be = "is"
		}
		v.Reason = fmt.Sprintf("%d of %s %s not met%s", c.NotMet, plural(judged, "rule", "rules"), be, waivedToo(c.Waived))
	default:
		v.Met = true
		v.Reason = fmt.Sprintf("%s%s", plural(judged-c.Waived, "rule is met", "rules are met"), waivedToo(c.Waived))
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func waivedToo(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d more for a time by waiver", n)
}

// examined is what all evidence that counts is bound to.
func (s *state) examined() []lodemark.Digest {
	sums := map[string]string{}
	for _, e := range s.evidence {
		if s.stale(e) != "" || !trusted(e) {
			continue
		}
		for _, d := range e.Examined {
			if d.SHA256 != "" {
				sums[d.Path] = d.SHA256
			}
		}
	}
	out := make([]lodemark.Digest, 0, len(sums))
	for _, path := range keys(sums) {
		out = append(out, lodemark.Digest{Path: path, SHA256: sums[path]})
	}
	return out
}
