package threat

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Model is a threat model: the system, its components, and the flows between them.
type Model struct {
	Path       string // of the file it was read from
	Draft      bool   // "status: draft": nobody has looked at it yet
	System     System
	Components []*Component // in the order of the file
	Flows      []*Flow
	Noted      []Noted // the threats that people wrote down themselves
	// What people say of the system as a whole. No threat of the library rests on it.
	Impact         Impact
	Attractiveness *Attractiveness // nil: nothing is said
	Excluded       []Exclusion
	Outlook        *Outlook // nil: nothing is said
}

// System is the system as a whole.
type System struct {
	Name       string
	Line       int
	Attributes Attributes
}

// Component is one part of the system.
type Component struct {
	ID, Kind, Name string // Name may be empty; Called is never
	Line           int
	Paths          []string // files, folders or patterns in the tree
	Technology     []string // what it is built with; also provider and model
	Contains       []string // ids of the components inside it
	Controls       []string // mitigations claimed, as full ids: LDM-C01
	Guess          string   // why a draft put it here; whoever agrees takes this out
	Attributes     Attributes
}

// Flow says that data goes from one component to another.
type Flow struct {
	From, To   string
	Name       string
	Line       int
	Controls   []string
	Guess      string
	Attributes Attributes
}

// Noted is a threat that the file's authors wrote down, with what they decided.
type Noted struct {
	ID, Title, Severity, Status, Owner string
	Cause                              string // attack or malfunction; empty: not said
	Impact                             Impact
	Components, Mitigations            []string
	Line                               int
}

// Attributes are the declared attributes by name, as vocabulary.go knows them.
type Attributes map[string]Value

// Value is what is declared of an attribute: one of Bool, Number, Text or List, by the attribute's type.
type Value struct {
	Bool    bool
	Number  int
	Text    string
	List    []string
	Unknown bool // declared as "unknown"
	Line    int
}

func (v Value) String() string {
	switch {
	case v.Unknown:
		return "unknown"
	case v.List != nil:
		return "[" + strings.Join(v.List, ", ") + "]"
	case v.Text != "":
		return v.Text
	case v.Number != 0:
		return fmt.Sprint(v.Number)
	}
	return fmt.Sprint(v.Bool)
}

// Called is the name by which people know the component.
func (c *Component) Called() string {
	if c.Name != "" {
		return c.Name
	}
	return strings.ReplaceAll(strings.ReplaceAll(c.ID, "-", " "), "_", " ")
}

// Place is how reports write where a flow is.
func (f *Flow) Place() string { return f.From + " -> " + f.To }

// Component finds a component by its id; nil where there is none.
func (m *Model) Component(id string) *Component {
	for _, c := range m.Components {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// With is the model with other attributes of one component: "what if we took that model instead". An attribute that is given
// as nil is taken out; the others are a bool, an int, a string or a []string, and "unknown" is a value of each. The models
// share what did not change. An attribute or value outside the vocabulary is an error.
func (m *Model) With(id string, attributes map[string]any) (*Model, error) {
	at := slices.IndexFunc(m.Components, func(c *Component) bool { return c.ID == id })
	if at < 0 {
		return nil, fmt.Errorf("replacing a component of the threat model: there is no %q", short(id))
	}
	c := *m.Components[at]
	if c.Attributes = maps.Clone(c.Attributes); c.Attributes == nil {
		c.Attributes = Attributes{}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		if kind, ok := value.(string); ok && name == "kind" && slices.Contains(allKinds, kind) {
			c.Kind = kind
			continue
		}
		a := componentTable.by[name]
		if a == nil || a.Derived {
			return nil, fmt.Errorf("replacing attributes of %q: there is no attribute %q to declare", short(id), short(name))
		}
		if value == nil {
			delete(c.Attributes, name)
			continue
		}
		v, err := a.of(value)
		if err != nil {
			return nil, fmt.Errorf("replacing attributes of %q: %w", short(id), err)
		}
		c.Attributes[name] = v
	}
	other := *m
	other.Components = slices.Clone(m.Components)
	other.Components[at] = &c
	return &other, nil
}

// of makes a value of the attribute from one of Go's.
func (a *Attribute) of(value any) (Value, error) {
	wrong := fmt.Errorf("%s cannot be %v", a.Name, value)
	in := func(word string) bool { return a.Values == nil || slices.Contains(a.Values, word) }
	switch v := value.(type) {
	case bool:
		if a.Type == Bool {
			return Value{Bool: v}, nil
		}
	case int:
		if a.Type == Number && v >= 0 {
			return Value{Number: v}, nil
		}
	case string:
		if v == "unknown" {
			return Value{Unknown: true}, nil
		}
		if a.Type == Text && in(v) {
			return Value{Text: v}, nil
		}
	case []string:
		if a.Type == List && !slices.ContainsFunc(v, func(w string) bool { return !in(w) }) {
			return Value{List: append([]string{}, v...)}, nil
		}
	}
	return Value{}, wrong
}
