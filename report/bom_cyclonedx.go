package report

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

// writeCycloneDX writes an inventory as CycloneDX 1.7 JSON. The same inventory at the same time gives the same bytes: the serial number is
// made from the content. What the properties beginning with lodemark: mean stands in docs/BOM.md.
func writeCycloneDX(w io.Writer, b *BOM, _ Options) error {
	bom, err := cycloneDX(newBill(b))
	if err != nil {
		return err
	}
	return encode(w, bom)
}

// systemRef is the reference of the system itself.
const systemRef = "system"

// cyclone is a CycloneDX document in the making.
type cyclone struct {
	*bill
	refs       map[string]bool
	components []cdx.Component
	services   []cdx.Service
	given      map[partKey]string         // the reference of each part
	named      map[string]map[string]bool // kind and name to the references that bear it, for the graph
	edges      map[string]map[string]bool
	aside      map[string]bool // services and images that only tests use
	open       []cdx.Property  // references that files do not resolve
}

func cycloneDX(b *bill) (*cdx.BOM, error) {
	c := &cyclone{bill: b, refs: map[string]bool{systemRef: true}, given: map[partKey]string{}, named: map[string]map[string]bool{}, edges: map[string]map[string]bool{}, aside: map[string]bool{}}
	for _, datasets := range []bool{true, false} { // models refer to datasets
		for _, p := range b.parts {
			if (p.Kind == lodemark.KindDataset) == datasets {
				c.part(p)
			}
		}
	}
	c.graph()
	for i := range c.services {
		if s := &c.services[i]; c.aside[s.BOMRef] {
			*s.Properties = append(*s.Properties, property("test", "true"))
		}
	}
	slices.SortFunc(c.components, func(a, b cdx.Component) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	slices.SortFunc(c.services, func(a, b cdx.Service) int { return cmp.Compare(a.BOMRef, b.BOMRef) })
	bom := &cdx.BOM{JSONSchema: "http://cyclonedx.org/schema/bom-1.7.schema.json", BOMFormat: cdx.BOMFormat, SpecVersion: cdx.SpecVersion1_7, Version: 1,
		Metadata: c.metadata(), Components: list(c.components), Services: list(c.services), Dependencies: c.dependencies(), Compositions: c.compositions(), Properties: list(c.properties())}
	return bom, numbered(bom)
}

// numbered gives the document a serial number that is a function of everything else in it: a UUID of version 8, made from SHA-256.
func numbered(bom *cdx.BOM) error {
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

func (c *cyclone) metadata() *cdx.Metadata {
	r := c.Run
	m := &cdx.Metadata{Timestamp: r.At.UTC().Format(time.RFC3339), Component: c.system(), Lifecycles: &[]cdx.Lifecycle{{Phase: cdx.LifecyclePhasePreBuild}},
		Tools: &cdx.ToolsChoice{Components: &[]cdx.Component{{Type: cdx.ComponentTypeApplication, Name: cmp.Or(r.Tool.Name, "lodemark"), Version: r.Tool.Version}}}}
	if c.Author != "" {
		m.Authors = &[]cdx.OrganizationalContact{{Name: told(c.Author)}}
	}
	var props []cdx.Property
	for _, e := range c.elements() {
		value := string(e.State)
		if e.Where != "" {
			value += ": " + e.Where
		}
		props = append(props, property("element:"+e.ID, value))
	}
	m.Properties = list(append(props, property("elements:source", elementsSource)))
	return m
}

// system is the AI system as a whole.
func (c *cyclone) system() *cdx.Component {
	s := c.Run.System
	out := &cdx.Component{BOMRef: systemRef, Type: cdx.ComponentTypeApplication, Name: cmp.Or(told(s.Name), "AI system"), Version: told(c.Version)}
	d := s.Declared
	if who := cmp.Or(d.Owner.Name, d.Owner.Contact); who != "" {
		out.Manufacturer = &cdx.OrganizationalEntity{Name: told(who)}
		if isMailAddress(d.Owner.Contact) {
			out.Manufacturer.Contact = &[]cdx.OrganizationalContact{{Email: d.Owner.Contact}}
		}
	}
	var props []cdx.Property
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				props = append(props, property(name, v))
			}
		}
	}
	add("system:criticality", string(d.Criticality))
	add("system:stage", string(d.Stage))
	add("system:users", d.Users...)
	add("system:data_class", d.DataClasses...)
	for _, e := range d.Endpoints {
		add("system:endpoint", strings.TrimSpace(e.Name+" "+e.URL+" "+e.Exposure))
	}
	out.Properties = list(props)
	out.ExternalReferences = list(c.documents())
	return out
}

// documents are those of the system as a whole: what lodemark.yaml points to, and what is known by its name.
func (c *cyclone) documents() []cdx.ExternalReference {
	var out []cdx.ExternalReference
	seen := map[string]bool{}
	add := func(about, address, comment string) {
		if address == "" || seen[address] {
			return
		}
		seen[address] = true
		out = append(out, cdx.ExternalReference{Type: referenceType(about, address), URL: address, Comment: comment})
	}
	for _, about := range slices.Sorted(maps.Keys(c.Run.System.Declared.Documents)) {
		d := c.Run.System.Declared.Documents[about]
		if d.Path != "" {
			add(about, relative(d.Path), about+", named by lodemark.yaml")
		} else {
			add(about, webAddress(d.Address), about+", named by lodemark.yaml")
		}
	}
	besideModels := map[string]bool{}
	for _, m := range c.models {
		besideModels[c.card(m, lodemark.KindModelCard)] = true
	}
	for _, p := range c.parts {
		switch {
		case p.Test:
		case p.Kind == lodemark.KindThreatModel:
			add("threat-model", relative(p.Path), "")
		case p.Kind == lodemark.KindModelCard && !besideModels[p.Path]:
			add("model-card", relative(p.Path), "")
		case p.Kind == lodemark.KindDataCard:
			add("data-card", relative(p.Path), "data card")
		case p.Kind == lodemark.KindDocument && p.value("about") != "":
			add(p.value("about"), relative(p.Path), p.value("about"))
		}
	}
	return out
}

func referenceType(about, address string) cdx.ExternalReferenceType {
	switch about {
	case "security-policy":
		if strings.HasSuffix(address, "security.txt") {
			return cdx.ERTypeRFC9116
		}
		return cdx.ERTypeSecurityContact
	case "threat-model":
		return cdx.ERTypeThreatModel
	case "model-card":
		return cdx.ERTypeModelCard
	case "changelog":
		return cdx.ERTypeReleaseNotes
	case "advisories":
		return cdx.ERTypeAdvisories
	case "red-team-report":
		return cdx.ERTypePentestReport
	case "evaluation-report":
		return cdx.ERTypeQualityMetrics
	}
	return cdx.ERTypeDocumentation
}

// compositions say how whole the document is. Packages that only other packages ask for are never listed, so the graph of dependencies
// is not whole; whether the parts are, is not known where nothing says that they are not.
func (c *cyclone) compositions() *[]cdx.Composition {
	system := &[]cdx.BOMReference{systemRef}
	whole := cdx.CompositionAggregateUnknown
	if len(c.Run.Gaps) > 0 || len(c.open) > 0 {
		whole = cdx.CompositionAggregateIncomplete
	}
	return &[]cdx.Composition{{Aggregate: whole, Assemblies: system}, {Aggregate: cdx.CompositionAggregateIncomplete, Dependencies: system}}
}

// properties of the document as a whole: what was not read, what was left out, what is not resolved.
func (c *cyclone) properties() []cdx.Property {
	var out []cdx.Property
	for _, g := range c.Run.Gaps {
		out = append(out, property("gap", place(jsonName(g.Path), g.Line)+": "+g.Reason))
	}
	skipped := c.Run.System.Skipped
	for _, reason := range slices.Sorted(maps.Keys(skipped)) {
		out = append(out, property("skipped", fmt.Sprintf("%s: %d", reason, skipped[reason])))
	}
	return append(append(out, c.open...), c.uses()...)
}

// property is a fact of ours that the standard has no field for.
func property(name, value string) cdx.Property {
	return cdx.Property{Name: "lodemark:" + name, Value: told(value)}
}

// textBytes is where a text of the target ends in a document for other tools.
const textBytes = 2000

// told is text of the target as a document for other tools can have it: valid, and not endless.
func told(s string) string {
	if len(s) > textBytes {
		s = s[:textBytes] + "…"
	}
	return jsonName(s)
}

// list is a pointer to a list that holds something, else nil: empty lists are left out.
func list[T any](items []T) *[]T {
	if len(items) == 0 {
		return nil
	}
	return &items
}

// relative is a path of the tree as an address.
func relative(path string) string {
	if path == "" {
		return ""
	}
	return (&url.URL{Path: path}).String()
}

// webAddress is an address of the target that is one; without what lets anybody in.
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme == "" || u.Host == "" || len(s) > textBytes {
		return ""
	}
	u.User = nil
	return u.String()
}

// isMailAddress says whether a contact is an address as every reader of the standard takes it, and not a channel or a number.
func isMailAddress(s string) bool {
	name, domain, ok := strings.Cut(s, "@")
	plainly := func(s, more string) bool {
		for i := range len(s) {
			if s[i] >= 0x80 || !isWordByte(s[i]) && (i == 0 || i == len(s)-1 || strings.IndexByte(more, s[i]) < 0) {
				return false
			}
		}
		return s != "" && len(s) <= 64 && !strings.Contains(s, "..")
	}
	return ok && plainly(name, ".+_-") && plainly(domain, ".-") && strings.Contains(domain, ".")
}

// hashOf reads "sha256:<hex>"; nil for what is none.
func hashOf(digest string) *cdx.Hash {
	name, value, _ := strings.Cut(digest, ":")
	sizes := map[string]struct {
		algorithm cdx.HashAlgorithm
		bytes     int
	}{"sha256": {cdx.HashAlgoSHA256, 32}, "sha384": {cdx.HashAlgoSHA384, 48}, "sha512": {cdx.HashAlgoSHA512, 64}, "sha1": {cdx.HashAlgoSHA1, 20}, "md5": {cdx.HashAlgoMD5, 16}}
	s, ok := sizes[name]
	if raw, err := hex.DecodeString(value); !ok || err != nil || len(raw) != s.bytes {
		return nil
	}
	return &cdx.Hash{Algorithm: s.algorithm, Value: strings.ToLower(value)}
}

// slug is what stands in a reference for a name, so that a person can follow it.
func slug(name string) string {
	out := bytes.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_', r == '-':
			return r
		}
		return '-'
	}, []byte(name[:min(len(name), 48)]))
	return strings.Trim(string(out), "-")
}
