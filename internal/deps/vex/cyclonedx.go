package vex

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

type cycloneDX struct {
	Serial   string `json:"serialNumber"`
	Metadata struct {
		Timestamp    string  `json:"timestamp"`
		Component    *part   `json:"component"`
		Authors      []party `json:"authors"`
		Supplier     party   `json:"supplier"`
		Manufacturer party   `json:"manufacturer"`
	} `json:"metadata"`
	Components      []part `json:"components"`
	Vulnerabilities []struct {
		ID         string `json:"id"`
		References []struct {
			ID string `json:"id"`
		} `json:"references"`
		Analysis *struct {
			State         string `json:"state"`
			Justification string `json:"justification"`
			Detail        string `json:"detail"`
			Issued        string `json:"firstIssued"`
			Updated       string `json:"lastUpdated"`
		} `json:"analysis"`
		Affects []struct {
			Ref      string `json:"ref"`
			Versions []struct {
				Version string `json:"version"`
				Range   string `json:"range"`
				Status  string `json:"status"`
			} `json:"versions"`
		} `json:"affects"`
	} `json:"vulnerabilities"`
}

type party struct {
	Name string `json:"name"`
}

type part struct {
	Ref   string `json:"bom-ref"`
	PURL  string `json:"purl"`
	Parts []part `json:"components"`
}

func readCycloneDX(data []byte, o Options) ([]Statement, error) {
	var doc cycloneDX
	if err := json.Unmarshal(data, &doc); err != nil {
		return nil, &Error{"not in the layout of CycloneDX: " + err.Error()}
	}
	refs := map[string]string{}
	if doc.Metadata.Component != nil {
		doc.Components = append(doc.Components, *doc.Metadata.Component)
	}
	for level, depth := doc.Components, 0; len(level) > 0 && depth < maxDepth; depth++ {
		var next []part
		for _, p := range level {
			if p.Ref != "" && p.PURL != "" {
				refs[p.Ref] = p.PURL
			}
			next = append(next, p.Parts...)
		}
		level = next
	}
	author := cmp.Or(doc.Metadata.Supplier.Name, doc.Metadata.Manufacturer.Name)
	if len(doc.Metadata.Authors) > 0 {
		author = cmp.Or(doc.Metadata.Authors[0].Name, author)
	}
	var all []Statement
	for i, v := range doc.Vulnerabilities {
		if v.Analysis == nil || v.Analysis.State == "" {
			continue // it is listed, and nothing is said about it
		}
		status, ok := statusOf(v.Analysis.State)
		if !ok {
			return nil, &Error{fmt.Sprintf("vulnerability %d has the state %q", i+1, v.Analysis.State)}
		}
		st := Statement{Applied: Applied{Status: status, Why: why(v.Analysis.Justification, v.Analysis.Detail), Author: cut(why(author), 200),
			Time: timeOf(v.Analysis.Updated, v.Analysis.Issued, doc.Metadata.Timestamp)}}
		if v.ID != "" {
			st.IDs = append(st.IDs, v.ID)
		}
		for _, r := range v.References {
			if r.ID != "" {
				st.IDs = append(st.IDs, r.ID)
			}
		}
		for _, a := range v.Affects {
			product, ok := productOf(resolved(a.Ref, refs), o)
			if !ok {
				continue
			}
			if len(a.Versions) == 0 {
				st.Products = append(st.Products, product)
				continue
			}
			for _, listed := range a.Versions { // a range is left alone: what it means is not said in one way
				if listed.Version != "" && (product.Version == "" || osv.SameVersion(product.Ecosystem, product.Version, listed.Version)) {
					one := product
					one.Version = listed.Version
					st.Products = append(st.Products, one)
				}
			}
		}
		all = append(all, st)
	}
	return all, nil
}

func statusOf(state string) (Status, bool) {
	switch state {
	case "not_affected", "false_positive":
		return NotAffected, true
	case "resolved", "resolved_with_pedigree":
		return Fixed, true
	case "exploitable":
		return Affected, true
	case "in_triage":
		return UnderInvestigation, true
	}
	return "", false
}

// resolved follows a reference to a component of the document, of which a link from elsewhere names the last part.
func resolved(ref string, refs map[string]string) string {
	if purl := refs[ref]; purl != "" {
		return purl
	}
	if rest, ok := strings.CutPrefix(ref, "urn:cdx:"); ok {
		_, name, _ := strings.Cut(rest, "#")
		return cmp.Or(refs[name], name)
	}
	return ref
}
