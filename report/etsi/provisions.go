package etsi

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
)

//go:embed provisions.yaml
var provisionsFile []byte

const provisionsSchema = "lodemark.etsi-provisions/1"

// table is the file of provisions: what each asks, and which clauses bear on it.
type table struct {
	Schema     string      `yaml:"schema"`
	Standard   string      `yaml:"standard"`
	Basis      string      `yaml:"basis"`
	Method     string      `yaml:"method"`
	Principles []principle `yaml:"principles"`
}

type principle struct {
	ID         string      `yaml:"id"`
	Title      string      `yaml:"title"`
	Provisions []provision `yaml:"provisions"`
}

type provision struct {
	ID          string            `yaml:"id"`
	Force       string            `yaml:"force"` // shall or should
	Asks        string            `yaml:"asks"`
	Condition   string            `yaml:"condition"`
	AppliesWhen string            `yaml:"applies_when"`
	Needs       map[string]string `yaml:"needs"` // clause to the reason
	Helps       map[string]string `yaml:"helps"`
	Rest        string            `yaml:"rest"`
}

// readTable reads the table strictly and holds it to the catalogue: a mapping to a clause that does not exist would never fail
// anything.
func readTable(data []byte, c *lodemark.Catalogue) (table, error) {
	var t table
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&t); err != nil {
		return t, fmt.Errorf("read the provisions: %w", err)
	}
	if t.Schema != provisionsSchema {
		return t, fmt.Errorf("read the provisions: schema is %q", t.Schema)
	}
	seen := map[string]bool{}
	for _, p := range t.Principles {
		for _, x := range p.Provisions {
			if err := x.check(p.ID, c); err != nil {
				return t, fmt.Errorf("read the provisions: %s: %w", x.ID, err)
			}
			if seen[x.ID] {
				return t, fmt.Errorf("read the provisions: %s stands there twice", x.ID)
			}
			seen[x.ID] = true
		}
	}
	return t, nil
}

func (p provision) check(principle string, c *lodemark.Catalogue) error {
	switch {
	case !strings.HasPrefix(p.ID, principle+"-"):
		return fmt.Errorf("it does not stand under its principle, %s", principle)
	case p.Force != "shall" && p.Force != "should":
		return fmt.Errorf("force is %q", p.Force)
	case p.Asks == "":
		return fmt.Errorf("nobody knows what it asks")
	case len(p.Needs) == 0 && p.Rest == "":
		return fmt.Errorf("it needs nothing and leaves no rest, so that anything would pass")
	}
	clauses := c.Clauses()
	for _, m := range []map[string]string{p.Needs, p.Helps} {
		for id, why := range m {
			if !slices.ContainsFunc(clauses, func(x lodemark.Clause) bool { return x.ID == id }) {
				return fmt.Errorf("there is no clause %s", id)
			}
			if why == "" {
				return fmt.Errorf("%s has no reason", id)
			}
			if p.Needs[id] != "" && p.Helps[id] != "" {
				return fmt.Errorf("%s is needed and helps", id)
			}
		}
	}
	return nil
}
