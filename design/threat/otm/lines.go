package otm

import (
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// Each part that a problem or a loss may be about remembers its line.

func (p *project) UnmarshalYAML(n *yaml.Node) error {
	type plain project
	p.line = n.Line
	return n.Decode((*plain)(p))
}

func (a *asset) UnmarshalYAML(n *yaml.Node) error {
	type plain asset
	a.line = n.Line
	return n.Decode((*plain)(a))
}

func (z *zone) UnmarshalYAML(n *yaml.Node) error {
	type plain zone
	z.line = n.Line
	return n.Decode((*plain)(z))
}

func (c *component) UnmarshalYAML(n *yaml.Node) error {
	type plain component
	c.line = n.Line
	return n.Decode((*plain)(c))
}

func (f *flow) UnmarshalYAML(n *yaml.Node) error {
	type plain flow
	f.line = n.Line
	return n.Decode((*plain)(f))
}

func (t *threatOf) UnmarshalYAML(n *yaml.Node) error {
	type plain threatOf
	t.line = n.Line
	return n.Decode((*plain)(t))
}

func (m *mitigation) UnmarshalYAML(n *yaml.Node) error {
	type plain mitigation
	m.line = n.Line
	return n.Decode((*plain)(m))
}

func (a *attributes) UnmarshalYAML(n *yaml.Node) error {
	a.nodes = map[string]*yaml.Node{}
	if n.Kind != yaml.MappingNode {
		var none map[string]yaml.Node
		return n.Decode(&none) // its error names the line
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		a.nodes[n.Content[i].Value] = n.Content[i+1]
	}
	return nil
}

// MarshalJSON writes what was said.
func (a *attributes) MarshalJSON() ([]byte, error) { return json.Marshal(a.said) }
