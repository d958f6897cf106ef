package rules

import (
	"fmt"
	"slices"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/flow"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/syntax"
)

// Sources say where values come from that rules follow, and what is done to them on the way. They are written in data/sources.yaml.
type Sources struct {
	Labels  map[string]LabelSource `yaml:"labels" json:"labels"`
	Care    map[string]CareSource  `yaml:"care" json:"care"`
	Passes  Names                  `yaml:"passes" json:"passes"` // calls of code that is not seen whose result is made of their arguments
	Drops   Names                  `yaml:"drops" json:"drops"`   // attributes and methods that say nothing of the value itself
	Member  Names                  `yaml:"member" json:"member"` // the care that membership in a table is
	Numbers Names                  `yaml:"numbers" json:"numbers"`
	Message Names                  `yaml:"message" json:"message"` // the care that a role written out is for the text of a message
	Behind  Names                  `yaml:"behind" json:"behind"`   // the care that a beginning is for what stands behind it in a text
}

// LabelSource is one kind of origin.
type LabelSource struct {
	What       string         `yaml:"what" json:"what"` // as a path tells it: "what the model answered"
	Calls      Names          `yaml:"calls,omitempty" json:"calls,omitempty"`
	Attributes Names          `yaml:"attributes,omitempty" json:"attributes,omitempty"`
	Key        string         `yaml:"key,omitempty" json:"key,omitempty"`     // what the first argument, the index or the attribute's own name must match
	Sent       bool           `yaml:"sent,omitempty" json:"sent,omitempty"`   // every field of it is as somebody else wants it
	Plain      bool           `yaml:"plain,omitempty" json:"plain,omitempty"` // it counts as text only: an object that is made with it does not hold it
	Parameters []ParamsSource `yaml:"parameters,omitempty" json:"parameters,omitempty"`
	Within     Names          `yaml:"within,omitempty" json:"within,omitempty"`       // calls and attributes count only in files that import one of these
	Wrappers   Names          `yaml:"wrappers,omitempty" json:"wrappers,omitempty"`   // functions of the target's own that give such a value, as their names say
	Addressed  Names          `yaml:"addressed,omitempty" json:"addressed,omitempty"` // requests that count only if their address is one of a model
}

// ParamsSource is a kind of function whose parameters carry a label. See flow.ParamSource.
type ParamsSource struct {
	What       string `yaml:"what,omitempty" json:"what,omitempty"`
	Decorators Names  `yaml:"decorators,omitempty" json:"decorators,omitempty"`
	Bases      Names  `yaml:"bases,omitempty" json:"bases,omitempty"`
	Methods    Names  `yaml:"methods,omitempty" json:"methods,omitempty"`
	Classes    Names  `yaml:"classes,omitempty" json:"classes,omitempty"`
	Callbacks  Names  `yaml:"callbacks,omitempty" json:"callbacks,omitempty"`
	Named      Names  `yaml:"named,omitempty" json:"named,omitempty"`
	Keys       Names  `yaml:"keys,omitempty" json:"keys,omitempty"`
	First      bool   `yaml:"first,omitempty" json:"first,omitempty"`
	Last       bool   `yaml:"last,omitempty" json:"last,omitempty"`
	Leading    bool   `yaml:"leading,omitempty" json:"leading,omitempty"`
	Parts      Names  `yaml:"parts,omitempty" json:"parts,omitempty"`
	Marks      Names  `yaml:"marks,omitempty" json:"marks,omitempty"`
	Directive  string `yaml:"directive,omitempty" json:"directive,omitempty"`
	With       Names  `yaml:"with,omitempty" json:"with,omitempty"`
	Chains     Names  `yaml:"chains,omitempty" json:"chains,omitempty"`
	Dispatch   Names  `yaml:"dispatch,omitempty" json:"dispatch,omitempty"`
	Described  bool   `yaml:"described,omitempty" json:"described,omitempty"`
	Names      Names  `yaml:"names,omitempty" json:"names,omitempty"` // of parameters, whoever calls
	Except     Names  `yaml:"except,omitempty" json:"except,omitempty"`
}

// CareSource is one kind of care.
type CareSource struct {
	Calls  Names `yaml:"calls,omitempty" json:"calls,omitempty"`   // the result is fine
	Guards Names `yaml:"guards,omitempty" json:"guards,omitempty"` // what they are asked about is fine where they say so
}

// vocabulary gives labels and kinds of care their bits, in the order of their names.
type vocabulary struct {
	labels, care []string
}

func (s *Sources) vocabulary() vocabulary {
	var v vocabulary
	for name := range s.Labels {
		v.labels = append(v.labels, name)
	}
	for name := range s.Care {
		v.care = append(v.care, name)
	}
	slices.Sort(v.labels)
	slices.Sort(v.care)
	return v
}

func bits(known []string, names Names) (uint32, error) {
	var all uint32
	for _, n := range names {
		i := slices.Index(known, n)
		if i < 0 {
			return 0, fmt.Errorf("%q is not one of %q of sources.yaml", n, known)
		}
		all |= 1 << i
	}
	return all, nil
}

// keyed asks for the key that a value is read by: a constant in the place of the first argument or the index, or the attribute's name.
func keyed(expression string) func(*resolve.File, syntax.ID) bool {
	if expression == "" {
		return nil
	}
	want := pattern.New(expression)
	return func(f *resolve.File, id syntax.ID) bool {
		t := f.Tree
		if t.Kind(id) == syntax.Attribute {
			return want.MatchString(t.Name(id))
		}
		if callee := t.Child(id, 0); t.Kind(id) == syntax.Call && t.Child(id, 1) == 0 { // message.text()
			return t.Kind(callee) == syntax.Attribute && want.MatchString(t.Name(callee))
		}
		v, ok := f.Constant(t.Child(id, 1))
		return ok && v.String && !v.Partial && want.MatchString(v.Text)
	}
}

// within asks first whether the file imports any of some libraries.
func within(libraries Names, then func(*resolve.File, syntax.ID) bool) func(*resolve.File, syntax.ID) bool {
	if len(libraries) == 0 {
		return then
	}
	question := &libraries
	return func(f *resolve.File, id syntax.ID) bool {
		imports := f.Once(question, func() bool {
			p := &place{f: f, id: f.Tree.Root}
			return p.imports(libraries)
		})
		return imports && (then == nil || then(f, id))
	}
}

// toModel asks whether a request goes to an address that is one of a model.
func toModel(f *resolve.File, call syntax.ID) bool {
	url, _ := f.Argument(call, "url", 0)
	v, ok := f.Constant(url)
	return ok && v.String && modelAddress.MatchString(v.Text)
}

// spec is the part of a flow.Spec that rules share.
func (s *Sources) spec() (*flow.Spec, error) {
	v := s.vocabulary()
	spec := &flow.Spec{}
	for i, name := range v.labels {
		l, bit := s.Labels[name], flow.Labels(1<<i)
		source := flow.Source{Label: bit, What: l.What, When: within(l.Within, keyed(l.Key))}
		for _, p := range l.Wrappers {
			weak := source
			weak.Weak = true
			spec.Calls.Add(p, weak)
		}
		for _, p := range l.Addressed {
			spec.Calls.Add(p, flow.Source{Label: bit, What: l.What, When: toModel})
		}
		if l.Sent {
			spec.Sent |= bit
		}
		if l.Plain {
			spec.Plain |= bit
		}
		for _, p := range l.Calls {
			spec.Calls.Add(p, source)
		}
		for _, p := range l.Attributes {
			spec.Attributes.Add(p, source)
		}
		for _, p := range l.Parameters {
			ps := flow.ParamSource{Source: source, Decorators: p.Decorators, Bases: p.Bases, Classes: p.Classes, Methods: p.Methods, Callbacks: p.Callbacks, Named: p.Named, Keys: p.Keys, First: p.First, Last: p.Last, Except: p.Except,
				With: p.With, Chains: p.Chains, Described: p.Described, Dispatch: p.Dispatch, Names: p.Names, Leading: p.Leading, Parts: p.Parts, Marks: p.Marks, Directive: p.Directive}
			if p.What != "" {
				ps.What = p.What
			}
			ps.When = within(l.Within, nil)
			if len(p.Names) > 0 {
				ps.When = isProse
			}
			spec.Params = append(spec.Params, ps)
		}
	}
	for i, name := range v.care {
		for _, p := range s.Care[name].Calls {
			spec.Cleaners.Add(p, flow.Cleaned(1<<i))
		}
		for _, p := range s.Care[name].Guards {
			spec.Guards.Add(p, flow.Cleaned(1<<i))
		}
	}
	for _, p := range s.Passes {
		spec.Passes.Add(p, true)
	}
	for _, p := range s.Drops {
		spec.Drops.Add(p, true)
	}
	member, err := bits(v.care, s.Member)
	if err != nil {
		return nil, err
	}
	message, err := bits(v.care, s.Message)
	if err != nil {
		return nil, err
	}
	spec.Message = flow.Cleaned(message)
	behind, err := bits(v.care, s.Behind)
	if err != nil {
		return nil, err
	}
	spec.Prefix = flow.Cleaned(behind)
	numbers, err := bits(v.care, s.Numbers)
	spec.Member, spec.Typed = flow.Cleaned(member), flow.Cleaned(numbers)
	return spec, err
}
