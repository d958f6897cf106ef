// Package vex reads what somebody states about vulnerabilities: that a product is not affected by one, that it is fixed, or that it is
// affected (OpenVEX 0.2, and the vulnerabilities of a CycloneDX document).
//
// A statement is a word, not evidence: it is shown with who says it and why, beside the finding, and never in its place.
package vex

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

// Status is what a statement says.
type Status string

// The statuses, in the words of OpenVEX.
const (
	NotAffected        Status = "not_affected"
	Affected           Status = "affected"
	Fixed              Status = "fixed"
	UnderInvestigation Status = "under_investigation"
)

// Statement is one word about vulnerabilities of products.
type Statement struct {
	IDs      []string // names of the vulnerability
	Products []Product
	Applied
}

// Applied is what a statement says about a subject that it is about.
type Applied struct {
	Status   Status
	Why      string // justification and impact, one line, cut; empty: no reason is given
	Author   string
	Time     time.Time // zero: not said
	File     string
	Declared bool // it came with the target, hence nobody but its author vouches for it
}

// Clears says whether the statement takes the finding out of a gate: somebody with a name says that it does not concern the product,
// and why. That it is fixed needs no reason.
func (a Applied) Clears() bool {
	return a.Author != "" && (a.Status == Fixed || a.Status == NotAffected && a.Why != "")
}

// Product is what a statement is about: a package of an ecosystem, in one version or in any.
type Product struct {
	Ecosystem, Name, Version string
	Every                    bool // a product that the operator named as the one that is looked at: all its packages
}

// Subject is a vulnerability in a version of a package.
type Subject struct {
	IDs                      []string
	Ecosystem, Name, Version string
}

// Options say how to understand a file.
type Options struct {
	Declared bool
	Products []string // identifiers of the system that is looked at, by which statements may call it
}

// Bounds on a file.
const (
	maxBytes      = 8 << 20
	maxStatements = 20_000
	maxProducts   = 200_000 // over all statements
	maxDepth      = 32      // components inside components
	whyBytes      = 500
)

// Error says why a file is no set of statements.
type Error struct{ Reason string }

func (e *Error) Error() string { return e.Reason }

// Read reads a file of either kind. A CycloneDX document without vulnerabilities states nothing, which is no error.
func Read(name string, data []byte, o Options) ([]Statement, error) {
	if len(data) > maxBytes {
		return nil, &Error{fmt.Sprintf("has %d bytes, and at most %d are read of statements", len(data), maxBytes)}
	}
	var kind struct {
		Context any    `json:"@context"`
		Format  string `json:"bomFormat"`
	}
	if err := json.Unmarshal(data, &kind); err != nil {
		return nil, &Error{"no JSON: " + err.Error()}
	}
	var all []Statement
	var err error
	switch context, _ := kind.Context.(string); {
	case strings.HasPrefix(context, "https://openvex.dev/ns"):
		all, err = readOpenVEX(data, o)
	case kind.Format == "CycloneDX":
		all, err = readCycloneDX(data, o)
	default:
		return nil, &Error{"neither OpenVEX (@context https://openvex.dev/ns/v0.2.0) nor CycloneDX (bomFormat CycloneDX)"}
	}
	if err != nil {
		return nil, err
	}
	products := 0
	for i := range all {
		all[i].File, all[i].Declared = name, o.Declared
		products += len(all[i].Products)
	}
	if len(all) > maxStatements || products > maxProducts {
		return nil, &Error{fmt.Sprintf("%d statements about %d products: more than are read", len(all), products)}
	}
	return all, nil
}

// Apply returns what is stated about a subject: the newest word of the operator's files and the newest of the target's own. Of two
// words of the same time, the one that clears nothing counts.
func Apply(statements []Statement, s Subject) []Applied {
	var words [2]*Statement
	for i := range statements {
		st := &statements[i]
		if !st.about(s) {
			continue
		}
		at := 0
		if st.Declared {
			at = 1
		}
		if old := words[at]; old == nil || st.Time.After(old.Time) || st.Time.Equal(old.Time) && !st.Clears() {
			words[at] = st
		}
	}
	var out []Applied
	for _, w := range words {
		if w != nil {
			out = append(out, w.Applied)
		}
	}
	return out
}

func (st *Statement) about(s Subject) bool {
	if !slices.ContainsFunc(st.IDs, func(id string) bool { return slices.Contains(s.IDs, id) }) {
		return false
	}
	return slices.ContainsFunc(st.Products, func(p Product) bool { return p.is(s) })
}

func (p Product) is(s Subject) bool {
	switch {
	case p.Every:
		return true
	case p.Ecosystem != s.Ecosystem || p.Version != "" && !osv.SameVersion(s.Ecosystem, p.Version, s.Version):
		return false
	case s.Ecosystem == osv.Go: // a package URL has the path in lower case
		return strings.EqualFold(p.Name, s.Name)
	}
	return osv.PackageKey(s.Ecosystem, p.Name) == osv.PackageKey(s.Ecosystem, s.Name)
}

// why joins reasons to one line.
func why(parts ...string) string {
	var all []string
	for _, p := range parts {
		p = strings.Join(strings.Fields(p[:min(len(p), 4*whyBytes)]), " ")
		if p != "" {
			all = append(all, p)
		}
	}
	return strings.ToValidUTF8(cut(strings.ToValidUTF8(strings.Join(all, ": "), "\uFFFD"), whyBytes), "")
}

func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

func timeOf(all ...string) time.Time {
	for _, s := range all {
		if t, err := time.Parse(time.RFC3339, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
