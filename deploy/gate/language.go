package gate

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"

	"github.com/lodemark/lodemark"
)

// The bounds of a condition: a policy is the operator's, and a slip in it must not hang a release.
const (
	mostCost   = 2_000_000 // steps of one evaluation, as CEL counts them
	mostNested = 60
)

// variable is a name that conditions can read.
type variable struct {
	name string
	typ  *types.Type
	doc  string
}

func variables() []variable {
	return []variable{
		{"clauses", types.NewMapType(types.StringType, clauseTable.typ), "the 144 clauses by id"},
		{"guidelines", types.NewMapType(types.StringType, guidelineTable.typ), "the 17 guidelines by id"},
		{"counts", countsTable.typ, "clauses by verdict"},
		{"findings", types.NewListType(findingTable.typ), "all findings, the worst first"},
		{"decisions", types.NewListType(decisionTable.typ), "what people declared in the target, made by now"},
		{"evidence", types.NewListType(evidenceTable.typ), "the records of all checks, made by now"},
		{"threats", types.NewListType(threatTable.typ), "what the threat model comes to; an error where there is none"},
		{"gaps", types.NewListType(gapTable.typ), "what was not read or not decided"},
		{"system", systemTable.typ, "what is declared of the system"},
		{"facts", types.NewMapType(types.StringType, types.StringType), `what decides whether clauses apply: "yes", "no", or "unknown"`},
		{"now", types.TimestampType, "the time of the decision (--at)"},
	}
}

// language is CEL with our names in it.
type language struct {
	env       *cel.Env
	provider  *provider
	functions map[string]function
	known     Known
}

// Known is what policies can name beyond the catalogue.
type Known struct {
	Checks []lodemark.Check // that the run makes, or that other commands record
}

func newLanguage(known Known) (*language, error) {
	p, err := newProvider()
	if err != nil {
		return nil, err
	}
	l := &language{provider: p, functions: map[string]function{}, known: known}
	options := []cel.EnvOption{cel.CustomTypeProvider(p), cel.CustomTypeAdapter(p), cel.EnableMacroCallTracking(),
		cel.ParserRecursionLimit(mostNested), cel.ParserExpressionSizeLimit(mostText + 1)}
	for _, v := range variables() {
		options = append(options, cel.Variable(v.name, v.typ))
	}
	for _, f := range functions() {
		l.functions[f.name] = f
		var overloads []cel.FunctionOpt
		for i, args := range f.takes {
			var types []*types.Type
			for _, a := range args {
				types = append(types, a.typ)
			}
			overloads = append(overloads, cel.Overload(fmt.Sprintf("gate_%s_%d", strings.ToLower(f.name), i), types, f.gives, cel.LateFunctionBinding()))
		}
		options = append(options, cel.Function(f.name, overloads...))
	}
	if l.env, err = cel.NewEnv(options...); err != nil {
		return nil, fmt.Errorf("preparing the language of conditions: %w", err)
	}
	return l, nil
}

// condition is one that was checked and can be asked.
type condition struct {
	text    string
	ast     *cel.Ast
	program cel.Program
}

// wrong is what is wrong with a condition, and where in it: line from 1, column from 0.
type wrong struct {
	line, column int
	message      string
}

// compile checks a condition: its grammar, its types, and every name and word in it.
func (l *language) compile(text string) (*condition, []wrong) {
	checked, issues := l.env.Compile(text)
	if issues.Err() != nil {
		var all []wrong
		for _, e := range issues.Errors() {
			all = append(all, wrong{e.Location.Line(), e.Location.Column(), readable(e.Message)})
		}
		return nil, all
	}
	if checked.OutputType() != types.BoolType {
		return nil, []wrong{{1, 0, "the condition gives " + checked.OutputType().String() + "; a yes or no is expected"}}
	}
	names := &nameCheck{language: l, ast: checked.NativeRep()}
	names.look(checked.NativeRep().Expr(), nil)
	if len(names.all) > 0 {
		return nil, names.all
	}
	program, err := l.env.Program(checked, cel.EvalOptions(cel.OptExhaustiveEval), cel.CostLimit(mostCost), cel.InterruptCheckFrequency(100))
	if err != nil {
		return nil, []wrong{{1, 0, err.Error()}}
	}
	return &condition{text, checked, program}, nil
}

// readable takes CEL's own words out of a message.
func readable(message string) string {
	message = strings.ReplaceAll(message, " (in container '')", "")
	return strings.Join(strings.Fields(message), " ")
}

// nameCheck finds ids that nothing has and words that a field never is: a condition that compares with one would silently never
// hold, or always.
type nameCheck struct {
	language *language
	ast      *ast.AST
	all      []wrong
}

func (n *nameCheck) say(e ast.Expr, format string, args ...any) {
	at := n.ast.SourceInfo().GetStartLocation(e.ID())
	n.all = append(n.all, wrong{at.Line(), at.Column(), fmt.Sprintf(format, args...)})
}

func (n *nameCheck) look(e ast.Expr, bound map[string][]string) {
	switch e.Kind() {
	case ast.CallKind:
		n.call(e.AsCall(), bound)
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		n.look(c.IterRange(), bound)
		n.look(c.AccuInit(), bound)
		n.look(c.LoopCondition(), bound)
		n.look(c.LoopStep(), bound)
		n.look(c.Result(), bound)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			n.look(x, bound)
		}
	case ast.MapKind:
		for _, x := range e.AsMap().Entries() {
			n.look(x.AsMapEntry().Key(), bound)
			n.look(x.AsMapEntry().Value(), bound)
		}
	case ast.SelectKind:
		n.look(e.AsSelect().Operand(), bound)
	}
}

func (n *nameCheck) call(c ast.CallExpr, bound map[string][]string) {
	args := c.Args()
	switch fn := c.FunctionName(); {
	case fn == operators.Equals || fn == operators.NotEquals || fn == operators.In:
		n.compared(args[0], args[1])
		n.compared(args[1], args[0])
	case fn == operators.Index && args[0].Kind() == ast.IdentKind:
		n.index(args[0].AsIdent(), args[1])
	default:
		n.arguments(fn, args)
	}
	if c.IsMemberFunction() {
		n.look(c.Target(), bound)
	}
	for _, a := range args {
		n.look(a, bound)
	}
}

// index holds the key of one of our maps against what the map has.
func (n *nameCheck) index(name string, key ast.Expr) {
	for _, word := range literals(key) {
		var problem string
		switch name {
		case "clauses":
			problem = ofClause(n.language.known, word.text)
		case "guidelines":
			problem = ofGuideline(n.language.known, word.text)
		case "facts":
			problem = ofFact(n.language.known, word.text)
		}
		if problem != "" {
			n.say(word.expr, "%s", problem)
		}
	}
}

// arguments holds what a function of ours is called with against what there is.
func (n *nameCheck) arguments(name string, args []ast.Expr) {
	f, ours := n.language.functions[name]
	if !ours {
		return
	}
	i := slices.IndexFunc(f.takes, func(takes []argument) bool { return len(takes) == len(args) })
	if i < 0 {
		return
	}
	for j, a := range args {
		if f.takes[i][j].known == nil {
			continue
		}
		for _, word := range literals(a) {
			if problem := f.takes[i][j].known(n.language.known, word.text); problem != "" {
				n.say(word.expr, "%s", problem)
			}
		}
	}
}

type literal struct {
	expr ast.Expr
	text string
}

// literals are the texts that an expression, or each entry of a list, is.
func literals(e ast.Expr) []literal {
	all := []ast.Expr{e}
	if e.Kind() == ast.ListKind {
		all = e.AsList().Elements()
	}
	var out []literal
	for _, x := range all {
		if x.Kind() == ast.LiteralKind {
			if text, ok := x.AsLiteral().Value().(string); ok {
				out = append(out, literal{x, text})
			}
		}
	}
	return out
}

// compared holds the texts of one side against what the field on the other can be.
func (n *nameCheck) compared(side, with ast.Expr) {
	if side.Kind() != ast.SelectKind {
		return
	}
	s := side.AsSelect()
	t := n.language.provider.tables[n.ast.GetType(s.Operand().ID()).TypeName()]
	if t == nil {
		return
	}
	i := t.field(s.FieldName())
	if i < 0 || t.fields[i].words == nil {
		return
	}
	for _, word := range literals(with) {
		if !slices.Contains(t.fields[i].words, word.text) {
			n.say(word.expr, "%s is never %s; there are %s", s.FieldName(), short(word.text), strings.Join(t.fields[i].words, ", "))
		}
	}
}
