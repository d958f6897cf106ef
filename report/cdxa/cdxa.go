// Package cdxa writes a run as CycloneDX attestations (CDXA): the guidelines as a standard with its requirements, and declarations
// about them, each with its claims and the evidence for and against it. What a person says and what was examined are apart.
package cdxa

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/report/inert"
)

// Write writes the attestations of a run as CycloneDX 1.7. The same run gives the same bytes: the serial number is made from the
// content.
func Write(w io.Writer, r *lodemark.Run) error {
	d := newDocument(r)
	at := d.time(r.At)
	if at == "" {
		at = time.Unix(0, 0).UTC().Format(time.RFC3339)
	}
	tool := cdx.Component{Type: cdx.ComponentTypeApplication, Name: inert.Or(r.Tool.Name, "lodemark"), Version: inert.Line(r.Tool.Version)}
	bom := &cdx.BOM{JSONSchema: "http://cyclonedx.org/schema/bom-1.7.schema.json", BOMFormat: cdx.BOMFormat, SpecVersion: cdx.SpecVersion1_7, Version: 1,
		Metadata: &cdx.Metadata{Timestamp: at, Component: d.system("system"), Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{tool}},
			Properties: &[]cdx.Property{property("disclaimer", lodemark.Disclaimer), property("target", r.Target)}},
		Declarations: d.declarations(), Definitions: &cdx.Definitions{Standards: &[]cdx.StandardDefinition{standard(lodemark.Guidelines())}}}
	if err := number(bom); err != nil {
		return err
	}
	return inert.JSON(w, bom)
}

// number gives the document a serial number that is a function of everything else in it: a UUID of version 8, made from SHA-256.
func number(bom *cdx.BOM) error {
	text, err := json.Marshal(bom)
	if err != nil {
		return fmt.Errorf("write CycloneDX: %w", err)
	}
	sum := sha256.Sum256(text)
	sum[6], sum[8] = sum[6]&0x0f|0x80, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	bom.SerialNumber = "urn:uuid:" + strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
	return nil
}

// document is a CycloneDX document in the making.
type document struct {
	run       *lodemark.Run
	checks    map[string]lodemark.Check
	decisions map[string]lodemark.DecisionState
	refs      map[string]bool
	evidence  []cdx.DeclarationEvidence
	claims    []cdx.Claim
	shown     map[string]string // id of a record or decision to the reference of the evidence
	assessors []cdx.Assessor
	people    map[string]cdx.BOMReference
}

func newDocument(r *lodemark.Run) *document {
	d := &document{run: r, checks: map[string]lodemark.Check{}, decisions: map[string]lodemark.DecisionState{}, refs: map[string]bool{}, shown: map[string]string{}, people: map[string]cdx.BOMReference{}}
	for _, all := range [][]lodemark.Check{r.Checks, r.Recorded} {
		for _, c := range all {
			d.checks[c.ID] = c
		}
	}
	for _, s := range r.Assessment.Decisions {
		d.decisions[s.ID] = s
	}
	return d
}

// ref is a reference that nothing else in the document bears.
func (d *document) ref(kind, name string) string {
	base := kind + "/" + slug(name)
	for n, ref := 1, base; ; n++ {
		if !d.refs[ref] {
			d.refs[ref] = true
			return ref
		}
		ref = fmt.Sprintf("%s~%d", base, n)
	}
}

// slug is what stands in a reference for a name, so that a person can follow it.
func slug(name string) string {
	if len(name) > 80 {
		name = name[:80]
	}
	out := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-' {
			return r
		}
		return '-'
	}, name)
	return strings.Trim(out, "-")
}

const targetRef = "target/system"

func (d *document) system(ref string) *cdx.Component {
	c := &cdx.Component{BOMRef: ref, Type: cdx.ComponentTypeApplication, Name: "the system"}
	s := d.run.System
	if s == nil {
		return c
	}
	c.Name = inert.Or(s.Name, c.Name)
	if who := cmp.Or(s.Declared.Owner.Name, s.Declared.Owner.Contact); who != "" {
		c.Properties = &[]cdx.Property{property("owner", who), property("stage", cmp.Or(string(s.Declared.Stage), "not declared"))}
	}
	return c
}

// property is a fact of ours that the standard has no field for.
func property(name, value string) cdx.Property {
	return cdx.Property{Name: "lodemark:" + name, Value: inert.Or(value)}
}

func (d *document) time(t time.Time) string {
	if t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return t.UTC().Truncate(time.Second).Format(time.RFC3339)
}

func day(t time.Time) string {
	if t.IsZero() {
		return "no day"
	}
	return t.UTC().Format(time.DateOnly)
}

// list is a pointer to a list that holds something, else nil: empty lists are left out.
func list[T any](items []T) *[]T {
	if len(items) == 0 {
		return nil
	}
	return &items
}
