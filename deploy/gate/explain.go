package gate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"cel.dev/cel-go/interpreter"
)

// explanation says which parts of a condition do not hold, and why. It walks from the condition as a whole to the smallest parts that
// are not what they should be.
type explanation struct {
	compiled *compiled
	rule     compiledRule
	state    *state
	vars     cel.FunctionActivation
	ctx      context.Context // of the rule's time
	err      error
	values   interpreter.EvalState // what each part came to
	out      []Part
	more     int
}

// parts are at most mostParts reasons; never none.
func (e *explanation) parts() []Part {
	native := e.rule.must.ast.NativeRep()
	e.fails(native.Expr(), true)
	switch {
	case len(e.out) == 0 && e.err != nil:
		e.say(native.Expr(), Part{Failed: "it cannot be decided: " + plainError(e.err)})
	case len(e.out) == 0:
		e.say(native.Expr(), Part{Failed: "the condition does not hold"})
	}
	if e.more > 0 {
		e.out = append(e.out, Part{Failed: fmt.Sprintf("and %d more of the kind", e.more)})
	}
	return e.out
}

// fails explains why a part is not what it should be: true, or false below a "!".
func (e *explanation) fails(x ast.Expr, want bool) {
	value, known := e.value(x)
	if known && value == types.Bool(want) {
		return
	}
	if !known && e.err != nil && x.Kind() != ast.CallKind {
		e.say(x, Part{Failed: "it cannot be decided: " + plainError(e.err)})
		return
	}
	if x.Kind() != ast.CallKind {
		e.leaf(x, want, value)
		return
	}
	call := x.AsCall()
	args := call.Args()
	switch fn := call.FunctionName(); fn {
	case operators.LogicalAnd, operators.LogicalOr:
		for _, a := range args {
			e.fails(a, want)
		}
	case operators.LogicalNot:
		e.fails(args[0], !want)
	case operators.Conditional:
		if chosen, ok := e.value(args[0]); ok && chosen == types.True {
			e.fails(args[1], want)
		} else if ok && chosen == types.False {
			e.fails(args[2], want)
		} else {
			e.leaf(x, want, value)
		}
	default:
		e.leaf(x, want, value)
	}
}

func (e *explanation) value(x ast.Expr) (ref.Val, bool) {
	if x.Kind() == ast.LiteralKind {
		return x.AsLiteral(), true
	}
	if e.values == nil {
		return nil, false
	}
	return e.values.Value(x.ID())
}

// say adds a reason with the place of what it is about.
func (e *explanation) say(x ast.Expr, p Part) {
	if len(e.out) >= mostParts {
		e.more++
		return
	}
	at := e.rule.must.ast.NativeRep().SourceInfo().GetStartLocation(x.ID())
	if line, column := e.rule.require.of(max(at.Line(), 1), max(at.Column(), 0)); line > 0 {
		p.Place = fmt.Sprintf("%s:%d:%d", e.rule.path, line, column)
	}
	e.out = append(e.out, p)
}

// leaf explains a part that holds no others by what was asked in it.
func (e *explanation) leaf(x ast.Expr, want bool, value ref.Val) {
	if x.Kind() == ast.ComprehensionKind {
		e.loop(x, want, value)
		return
	}
	told := false
	for _, p := range e.asked(x) {
		e.say(x, p)
		told = true
	}
	if !told {
		e.say(x, Part{Failed: e.worded(x, want, value)})
		return
	}
	if !want || x.Kind() != ast.CallKind || len(e.out) == 0 {
		return
	}
	// Of a comparison, the number that was reached is told as well: the parts alone do not say how many are too many.
	if x.AsCall().FunctionName() != "" && comparison(x.AsCall().FunctionName()) {
		if compared := e.sides(x.AsCall(), want); compared != "" && len(e.out) <= mostParts {
			first := len(e.out) - 1
			for first > 0 && e.out[first-1].Place == e.out[len(e.out)-1].Place {
				first--
			}
			e.out = slices.Insert(e.out, first, Part{Failed: compared, Place: e.out[first].Place})
		}
	}
}

// asked are the reasons that our functions gave within a part, and the clauses that it reads.
func (e *explanation) asked(x ast.Expr) []Part {
	var out []Part
	ast.PreOrderVisit(x, ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() != ast.CallKind {
			return
		}
		call := x.AsCall()
		name := call.FunctionName()
		if f, ours := e.compiled.language.functions[name]; ours {
			var args []ref.Val
			for _, a := range call.Args() {
				v, ok := e.argument(a)
				if !ok || types.IsUnknownOrError(v) {
					return
				}
				args = append(args, v)
			}
			if f.wrong(e.compiled.language.known, args) == "" {
				out = append(out, f.call(e.state, args).parts...)
			}
			return
		}
		if name == operators.Index && call.Args()[0].Kind() == ast.IdentKind && call.Args()[0].AsIdent() == "clauses" {
			if id, ok := e.value(call.Args()[1]); ok {
				if p, bad := e.state.unmetClause(textOf(id), 0); bad {
					out = append(out, p)
				}
			}
		}
	}))
	return out
}

// argument is what a function was called with.
func (e *explanation) argument(a ast.Expr) (ref.Val, bool) {
	if v, ok := e.value(a); ok {
		return v, true
	}
	if a.Kind() == ast.ListKind {
		var all []ref.Val
		for _, x := range a.AsList().Elements() {
			v, ok := e.value(x)
			if !ok {
				return nil, false
			}
			all = append(all, v)
		}
		return types.NewRefValList(types.DefaultTypeAdapter, all), true
	}
	return nil, false
}

func comparison(fn string) bool {
	return slices.Contains([]string{operators.Equals, operators.NotEquals, operators.Less, operators.LessEquals, operators.Greater, operators.GreaterEquals}, fn)
}

// worded says what a part came to, in its own words.
func (e *explanation) worded(x ast.Expr, want bool, value ref.Val) string {
	if value != nil && types.IsError(value) {
		return "it cannot be decided: " + plainError(fmt.Errorf("%v", value))
	}
	if x.Kind() == ast.CallKind && comparison(x.AsCall().FunctionName()) {
		if s := e.sides(x.AsCall(), want); s != "" {
			return s
		}
	}
	if !want {
		return e.source(x) + " holds, and must not"
	}
	return e.source(x) + " does not hold"
}

// sides says what the sides of a comparison are.
func (e *explanation) sides(c ast.CallExpr, want bool) string {
	left, right := c.Args()[0], c.Args()[1]
	signs := map[string][2]string{operators.Equals: {"", "anything but "}, operators.NotEquals: {"anything but ", ""}, operators.Less: {"less than ", "at least "},
		operators.LessEquals: {"at most ", "more than "}, operators.Greater: {"more than ", "at most "}, operators.GreaterEquals: {"at least ", "less than "}}
	sign := signs[c.FunctionName()][0]
	if !want {
		sign = signs[c.FunctionName()][1]
	}
	is, ok := e.value(left)
	asked, ok2 := e.value(right)
	if !ok || !ok2 || types.IsUnknownOrError(is) || types.IsUnknownOrError(asked) {
		return ""
	}
	return fmt.Sprintf("%s is %s; %s%s is asked for", e.source(left), show(is), sign, show(asked))
}

func show(v ref.Val) string {
	switch v := v.(type) {
	case types.String:
		return short(string(v))
	case *record:
		return v.told
	case traits.Lister:
		n, _ := v.Size().(types.Int)
		return fmt.Sprintf("a list of %d", n)
	case types.Duration:
		return days(v.Duration)
	}
	return fmt.Sprint(v.Value())
}

// source is a part as it was written, on one line.
func (e *explanation) source(x ast.Expr) string {
	text, err := cel.ExprToString(x, e.rule.must.ast.NativeRep().SourceInfo(), cel.FormatWrapOnColumn(mostText))
	if err != nil {
		return "a part of it"
	}
	text = oneLine(text)
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "..."
	}
	return text
}

// loop explains an all, exists and the like by the entries that are in the way.
func (e *explanation) loop(x ast.Expr, want bool, value ref.Val) {
	if want && e.asksOurs(x) && e.told(x) {
		return
	}
	macro, ok := e.rule.must.ast.NativeRep().SourceInfo().GetMacroCall(x.ID())
	if ok && macro.Kind() == ast.CallKind && macro.AsCall().IsMemberFunction() && len(macro.AsCall().Args()) == 2 {
		call := macro.AsCall()
		switch name := call.FunctionName(); {
		case name == operators.All && want, name == operators.Exists && !want:
			if entries, ok := e.entries(call, name == operators.All); ok && len(entries) > 0 {
				for _, entry := range entries {
					p := Part{Failed: show(entry) + ": " + e.source(call.Args()[1]) + " does not hold"}
					if name == operators.Exists {
						p.Failed = show(entry) + ": " + e.source(call.Args()[1]) + " holds, and must not"
					}
					e.say(x, p)
				}
				return
			}
		}
	}
	e.say(x, Part{Failed: e.worded(x, want, value)})
}

// asksOurs says whether a function of ours is called in a part.
func (e *explanation) asksOurs(x ast.Expr) bool {
	found := false
	ast.PreOrderVisit(x, ast.NewExprVisitor(func(x ast.Expr) {
		if x.Kind() == ast.CallKind {
			_, ours := e.compiled.language.functions[x.AsCall().FunctionName()]
			found = found || ours
		}
	}))
	return found
}

// told tells what our functions answered while a loop ran, each reason once.
func (e *explanation) told(x ast.Expr) bool {
	said := false
	for _, c := range e.state.calls {
		for _, p := range c.parts {
			if said = true; !slices.ContainsFunc(e.out, func(o Part) bool { return o.Failed == p.Failed }) {
				e.say(x, p)
			}
		}
	}
	return said
}

// entries asks for the entries of a loop's list that are in the way: those for which the condition does not hold, or does.
func (e *explanation) entries(call ast.CallExpr, not bool) ([]ref.Val, bool) {
	info := e.rule.must.ast.NativeRep().SourceInfo()
	list, err1 := cel.ExprToString(call.Target(), info)
	name, err2 := cel.ExprToString(call.Args()[0], info)
	cond, err3 := cel.ExprToString(call.Args()[1], info)
	if err1 != nil || err2 != nil || err3 != nil {
		return nil, false
	}
	if not {
		cond = "!(" + cond + ")"
	}
	checked, issues := e.compiled.language.env.Compile(strings.Join([]string{"(", list, ").filter(", name, ", ", cond, ")"}, ""))
	if issues.Err() != nil {
		return nil, false
	}
	program, err := e.compiled.language.env.Program(checked, cel.CostLimit(mostCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, false
	}
	found, _, err := program.ContextEval(e.ctx, e.vars)
	if err != nil {
		return nil, false
	}
	lister, ok := found.(traits.Lister)
	if !ok {
		return nil, false
	}
	var out []ref.Val
	for it := lister.Iterator(); it.HasNext() == types.True; {
		out = append(out, it.Next())
	}
	return out, true
}
