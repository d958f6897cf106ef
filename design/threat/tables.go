package threat

// table is a list of attributes made fast to look up. Numbers are places in cells.
type table struct {
	all    []Attribute
	names  []string // of those that can be declared
	by     map[string]*Attribute
	number map[string]int
}

func newTable(lists ...[]Attribute) *table {
	t := &table{by: map[string]*Attribute{}, number: map[string]int{}}
	for _, l := range lists {
		t.all = append(t.all, l...)
	}
	for i := range t.all {
		a := &t.all[i]
		t.by[a.Name], t.number[a.Name] = a, i
		if !a.Derived {
			t.names = append(t.names, a.Name)
		}
	}
	return t
}

// plainComponentAttributes are read by conditions like attributes, and written as keys of their own.
func plainComponentAttributes() []Attribute {
	return []Attribute{
		{Name: "id", Type: Text, Derived: true},
		{Name: "kind", Type: Text, Values: Kinds(), Derived: true},
		{Name: "technology", Type: List, Derived: true},
	}
}

// The tables of this vocabulary; nothing changes them.
var (
	componentTable = newTable(ComponentAttributes(), derivedComponentAttributes(), plainComponentAttributes())
	flowTable      = newTable(FlowAttributes())
	systemTable    = newTable(SystemAttributes(), derivedSystemAttributes())
	allKinds       = Kinds()
)
