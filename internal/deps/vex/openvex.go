package vex

import (
	"cmp"
	"encoding/json"
	"fmt"
)

type openVEX struct {
	Author     string `json:"author"`
	Timestamp  string `json:"timestamp"`
	Updated    string `json:"last_updated"`
	Statements []struct {
		Vulnerability named       `json:"vulnerability"`
		Products      []component `json:"products"`
		Status        Status      `json:"status"`
		Justification string      `json:"justification"`
		Impact        string      `json:"impact_statement"`
		Timestamp     string      `json:"timestamp"`
		Updated       string      `json:"last_updated"`
		Supplier      string      `json:"supplier"`
	} `json:"statements"`
}

// named is a vulnerability: an object since version 0.2, a text before.
type named struct {
	ID      string   `json:"@id"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases"`
}

func (n *named) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &n.Name)
	}
	type plain named
	return json.Unmarshal(data, (*plain)(n))
}

// component is a product or a part of one: an object since version 0.2, a text before.
type component struct {
	ID          string `json:"@id"`
	Identifiers struct {
		PURL string `json:"purl"`
	} `json:"identifiers"`
	Parts []component `json:"subcomponents"`
}

func (c *component) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &c.ID)
	}
	type plain component
	return json.Unmarshal(data, (*plain)(c))
}

// readOpenVEX: a statement about a part of a product is about that part; one about a product as a whole only where that product is a
// package, or the operator says that it is what is looked at.
func readOpenVEX(data []byte, o Options) ([]Statement, error) {
	var doc openVEX
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, &Error{"not in the layout of OpenVEX: " + err.Error()}
	}
	var all []Statement
	for i, s := range doc.Statements {
		switch s.Status {
		case NotAffected, Affected, Fixed, UnderInvestigation:
		default:
			return nil, &Error{fmt.Sprintf("statement %d has the status %q", i+1, s.Status)}
		}
		st := Statement{Applied: Applied{Status: s.Status, Why: why(s.Justification, s.Impact), Author: cut(why(cmp.Or(doc.Author, s.Supplier)), 200),
			Time: timeOf(s.Updated, s.Timestamp, doc.Updated, doc.Timestamp)}}
		for _, id := range append([]string{s.Vulnerability.Name, lastPart(s.Vulnerability.ID)}, s.Vulnerability.Aliases...) {
			if id != "" {
				st.IDs = append(st.IDs, id)
			}
		}
		for _, p := range s.Products {
			parts := p.Parts
			if len(parts) == 0 {
				parts = []component{p}
			}
			for _, c := range parts {
				if product, ok := productOf(cmp.Or(c.Identifiers.PURL, c.ID), o); ok {
					st.Products = append(st.Products, product)
				}
			}
		}
		if len(st.IDs) == 0 {
			return nil, &Error{fmt.Sprintf("statement %d names no vulnerability", i+1)}
		}
		all = append(all, st)
	}
	return all, nil
}

// lastPart is the name at the end of an address.
func lastPart(s string) string {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '/' || s[i] == '#' {
			return s[i+1:]
		}
	}
	return s
}
