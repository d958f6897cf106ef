package gate

import (
	"fmt"

	"cel.dev/cel-go/common/types"
)

// provider tells CEL of the records; all else is CEL's own.
type provider struct {
	*types.Registry
	tables map[string]*table
	fields map[string]map[string]*types.FieldType
}

func newProvider() (*provider, error) {
	reg, err := types.NewRegistry()
	if err != nil {
		return nil, fmt.Errorf("preparing the types of conditions: %w", err)
	}
	p := &provider{Registry: reg, tables: map[string]*table{}, fields: map[string]map[string]*types.FieldType{}}
	for _, t := range tables() {
		p.tables[t.name] = t
		fields := map[string]*types.FieldType{}
		for i, f := range t.fields {
			fields[f.name] = &types.FieldType{Type: f.typ, IsSet: func(any) bool { return true }, GetFrom: cell(i)}
		}
		p.fields[t.name] = fields
	}
	return p, nil
}

func cell(i int) func(any) (any, error) {
	return func(target any) (any, error) {
		if r, ok := target.(*record); ok {
			return r.cells[i], nil
		}
		return nil, fmt.Errorf("a %T has no fields", target)
	}
}

// FindStructType finds a kind of record.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if t, ok := p.tables[name]; ok {
		return types.NewTypeTypeWithParam(t.typ), true
	}
	return p.Registry.FindStructType(name)
}

// FindStructFieldNames lists the fields of a kind of record.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if fields, ok := p.fields[name]; ok {
		return keys(fields), true
	}
	return p.Registry.FindStructFieldNames(name)
}

// FindStructFieldType finds a field of a kind of record.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	if fields, ok := p.fields[name]; ok {
		f, ok := fields[field]
		return f, ok
	}
	return p.Registry.FindStructFieldType(name, field)
}
