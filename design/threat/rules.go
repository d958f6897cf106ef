package threat

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Names of the types that conditions speak of.
const (
	componentType = "lodemark.Component"
	flowType      = "lodemark.Flow"
	systemType    = "lodemark.System"
)

// element is a component, a flow or the system as conditions see it: a cell for each attribute of its table. What is not
// known is an unknown of CEL that carries the attribute's name, so that the result of a condition says what would settle it.
type element struct {
	typ      *types.Type
	cells    []ref.Val
	src, dst *element // of a flow
}

// The methods of ref.Val: an element is only ever a step on the way to an attribute.

// ConvertToNative is not there: an element has no other form.
func (e *element) ConvertToNative(reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s is read by its attributes", e.typ.TypeName())
}

// ConvertToType is not there: an element has no other form.
func (e *element) ConvertToType(ref.Type) ref.Val {
	return types.NewErr("%s is read by its attributes", e.typ.TypeName())
}

// Equal compares by identity.
func (e *element) Equal(other ref.Val) ref.Val { return types.Bool(other == ref.Val(e)) }

// Type is the element's type in CEL.
func (e *element) Type() ref.Type { return e.typ }

// Value is the element itself.
func (e *element) Value() any { return e }

// provider tells CEL of the three types; all else is CEL's own.
type provider struct {
	*types.Registry
	fields map[string]map[string]*types.FieldType
	tables map[string]*table
}

var (
	typeOfComponent = types.NewObjectType(componentType)
	typeOfFlow      = types.NewObjectType(flowType)
	typeOfSystem    = types.NewObjectType(systemType)
)

func newProvider() (*provider, error) {
	reg, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("preparing the types of conditions: %w", err)
	}
	p := &provider{Registry: reg, fields: map[string]map[string]*types.FieldType{},
		tables: map[string]*table{componentType: componentTable, flowType: flowTable, systemType: systemTable}}
	for name, t := range p.tables {
		fields := map[string]*types.FieldType{}
		for i, a := range t.all {
			fields[a.Name] = &types.FieldType{Type: celType(a.Type), IsSet: func(any) bool { return true }, GetFrom: cell(i)}
		}
		p.fields[name] = fields
	}
	end := func(pick func(*element) *element) *types.FieldType {
		return &types.FieldType{Type: typeOfComponent, IsSet: func(any) bool { return true }, GetFrom: func(target any) (any, error) {
			if e, ok := target.(*element); ok {
				return pick(e), nil
			}
			return nil, fmt.Errorf("a %T has no ends", target)
		}}
	}
	p.fields[flowType]["src"] = end(func(e *element) *element { return e.src })
	p.fields[flowType]["dst"] = end(func(e *element) *element { return e.dst })
	return p, nil
}

func cell(i int) func(any) (any, error) {
	return func(target any) (any, error) {
		if e, ok := target.(*element); ok {
			return e.cells[i], nil
		}
		return nil, fmt.Errorf("a %T has no attributes", target)
	}
}

func celType(t Type) *types.Type {
	switch t {
	case Bool:
		return types.BoolType
	case Number:
		return types.IntType
	case List:
		return types.NewListType(types.StringType)
	}
	return types.StringType
}

// FindStructType finds one of the three types.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if _, ok := p.fields[name]; ok {
		return types.NewTypeTypeWithParam(types.NewObjectType(name)), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames lists the attributes of one of the three types.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := p.fields[name]; ok {
		var names []string
		for n := range fields {
			names = append(names, n)
		}
		slices.Sort(names)
		return names, true
	}
	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType finds an attribute of one of the three types.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if fields, ok := p.fields[name]; ok {
		f, ok := fields[field]
		return f, ok
	}
	return p.Registry.FindStructFieldType(name, field)
}

// compiler turns conditions into programs.
type compiler struct {
	provider *provider
	envs     map[string]*cel.Env // by scope
}

func newCompiler() (*compiler, error) {
	p, err := newProvider()
	if err != nil {
		return nil, err
	}
	base, err := cel.NewEnv(cel.CustomTypeProvider(p), cel.CustomTypeAdapter(p), cel.Variable("s", typeOfSystem),
		cel.ParserRecursionLimit(40), cel.ParserExpressionSizeLimit(4000))
	if err != nil {
		return nil, fmt.Errorf("preparing the language of conditions: %w", err)
	}
	c := &compiler{provider: p, envs: map[string]*cel.Env{"system": base}}
	for scope, v := range map[string]cel.EnvOption{"component": cel.Variable("c", typeOfComponent), "flow": cel.Variable("f", typeOfFlow)} {
		if c.envs[scope], err = base.Extend(v); err != nil {
			return nil, fmt.Errorf("preparing the language of conditions: %w", err)
		}
	}
	return c, nil
}

// wrong is what is wrong with a condition, and where in it: line from 1, column from 0.
type wrong struct {
	line, column int
	message      string
}

// compile checks a condition and makes a program of it; every word that it compares with is held against the vocabulary.
func (k *compiler) compile(scope, when string) (cel.Program, []wrong) {
	env, ok := k.envs[scope]
	if !ok {
		return nil, []wrong{{1, 0, fmt.Sprintf("there is no scope %q; component, flow or system is expected", short(scope))}}
	}
	checked, issues := env.Compile(when)
	if issues.Err() != nil {
		var all []wrong
		for _, e := range issues.Errors() {
			all = append(all, wrong{e.Location.Line(), e.Location.Column(), e.Message})
		}
		return nil, all
	}
	if checked.OutputType() != types.BoolType {
		return nil, []wrong{{1, 0, "the condition gives " + checked.OutputType().String() + "; a yes or no is expected"}}
	}
	words := &wordCheck{ast: checked.NativeRep(), tables: k.provider.tables}
	words.look(checked.NativeRep().Expr(), nil)
	if len(words.all) > 0 {
		return nil, words.all
	}
	program, err := env.Program(checked, cel.EvalOptions(cel.OptOptimize, cel.OptPartialEval), cel.CostLimit(100_000))
	if err != nil {
		return nil, []wrong{{1, 0, err.Error()}}
	}
	return program, nil
}

// wordCheck finds words that an attribute never has: a condition that compares with one would silently never hold.
type wordCheck struct {
	ast    *ast.AST
	tables map[string]*table
	all    []wrong
}

func (w *wordCheck) look(e ast.Expr, bound map[string]*Attribute) {
	switch e.Kind() {
	case ast.CallKind:
		call := e.AsCall()
		args := call.Args()
		switch fn := call.FunctionName(); {
		case fn == operators.Equals || fn == operators.NotEquals || fn == operators.In:
			w.compared(args[0], args[1], bound)
			w.compared(args[1], args[0], bound)
		}
		if call.IsMemberFunction() {
			w.look(call.Target(), bound)
		}
		for _, a := range args {
			w.look(a, bound)
		}
	case ast.ComprehensionKind:
		c := e.AsComprehension()
		inner := map[string]*Attribute{}
		for k, v := range bound {
			inner[k] = v
		}
		inner[c.IterVar()] = w.attribute(c.IterRange(), bound)
		w.look(c.IterRange(), bound)
		w.look(c.LoopStep(), inner)
	case ast.ListKind:
		for _, x := range e.AsList().Elements() {
			w.look(x, bound)
		}
	case ast.SelectKind:
		w.look(e.AsSelect().Operand(), bound)
	}
}

// compared holds the literal texts of one side against the values of the attribute on the other.
func (w *wordCheck) compared(side, with ast.Expr, bound map[string]*Attribute) {
	a := w.attribute(side, bound)
	if a == nil || a.Values == nil {
		return
	}
	literals := []ast.Expr{with}
	if with.Kind() == ast.ListKind {
		literals = with.AsList().Elements()
	}
	for _, l := range literals {
		if l.Kind() != ast.LiteralKind {
			continue
		}
		if word, ok := l.AsLiteral().Value().(string); ok && word != "" && !slices.Contains(a.Values, word) {
			at := w.ast.SourceInfo().GetStartLocation(l.ID())
			w.all = append(w.all, wrong{at.Line(), at.Column(), fmt.Sprintf("%s is never %q; there are %s", a.Name, short(word), strings.Join(a.Values, ", "))})
		}
	}
}

// attribute is what an expression reads, where it reads one.
func (w *wordCheck) attribute(e ast.Expr, bound map[string]*Attribute) *Attribute {
	switch e.Kind() {
	case ast.IdentKind:
		return bound[e.AsIdent()]
	case ast.SelectKind:
		s := e.AsSelect()
		if t := w.tables[w.ast.GetType(s.Operand().ID()).TypeName()]; t != nil {
			return t.by[s.FieldName()]
		}
	}
	return nil
}
