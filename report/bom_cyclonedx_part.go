package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

// part writes one part: as a component, as a service, or, where files do not resolve what it is, as a property of the document.
func (c *cyclone) part(p part) {
	switch {
	case p.unresolved():
		for _, s := range p.Places {
			c.open = append(c.open, property("unresolved", fmt.Sprintf("%s at %s: %s", p.Kind, place(jsonName(s.Path), s.Line), cmp.Or(p.Name, "no name"))))
		}
		return
	case p.providerOnly():
		c.reachedThrough("", p)
		return
	case p.Kind == "model_call", p.Kind == lodemark.KindHandoff:
		return // uses of parts, which stand place by place in the properties of the document
	case p.Kind == lodemark.KindDocument, p.Kind == lodemark.KindModelCard, p.Kind == lodemark.KindDataCard, p.Kind == lodemark.KindThreatModel:
		return // external references of the system, or of the model that they are about
	case p.Kind == lodemark.KindMCPServer && p.value("role") != "server", p.Kind == lodemark.KindServer, p.Kind == lodemark.KindVectorStore:
		c.service(p)
		return
	}
	ref := c.ref(p)
	out := cdx.Component{BOMRef: ref, Type: componentType(p), Name: partName(p), Version: told(p.Version), PackageURL: purlOf(p), Evidence: evidenceOf(p, p.Name, purlOf(p)), Properties: list(partProperties(p))}
	if p.Test {
		out.Scope = cdx.ScopeExcluded
	}
	if h := hashOf(p.Digest); h != nil {
		out.Hashes = &[]cdx.Hash{*h}
	}
	if hosted(p) && p.Kind.IsModel() {
		yes := true
		out.IsExternal = &yes
	}
	switch {
	case p.Kind.IsModel():
		c.model(&out, p)
	case p.Kind == lodemark.KindDataset:
		out.Data = &[]cdx.ComponentData{datasetOf(p)}
		if address := hubAddress(p); address != "" {
			out.ExternalReferences = &[]cdx.ExternalReference{{Type: cdx.ERTypeWebsite, URL: address}}
		}
	case p.Kind == lodemark.KindPrompt:
		out.Data = &[]cdx.ComponentData{{Type: cdx.ComponentDataTypeDefinition, Name: told(p.Name), Classification: "prompt"}}
	}
	c.components = append(c.components, out)
	c.remember(p, ref)
	if p.Kind == lodemark.KindHostedModel || p.Kind == lodemark.KindEmbeddingModel && hosted(p) {
		c.reachedThrough(ref, p)
	}
}

// ref makes the reference of a part: what it is, how it is called, and a digest of all that makes it this one.
func (c *cyclone) ref(p part) string {
	k := keyOf(p.Component)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{string(k.kind), k.name, k.version, k.digest, k.address, k.path, k.more}))
	ref := strings.TrimSuffix(fmt.Sprintf("%s/%s", slug(string(p.Kind)), slug(p.Name)), "/") + "~" + hex.EncodeToString(sum[:5])
	for n := 2; c.refs[ref]; n++ {
		ref = fmt.Sprintf("%s.%d", ref, n)
	}
	c.refs[ref], c.given[k] = true, ref
	return ref
}

// remember lets the graph find a part by its name.
func (c *cyclone) remember(p part, ref string) {
	for _, name := range []string{p.Name, p.value("model")} {
		if name == "" {
			continue
		}
		key := string(p.Kind) + "\x00" + name
		if c.named[key] == nil {
			c.named[key] = map[string]bool{}
		}
		c.named[key][ref] = true
	}
}

func componentType(p part) cdx.ComponentType {
	switch p.Kind {
	case lodemark.KindModel, lodemark.KindHostedModel, lodemark.KindEmbeddingModel:
		return cdx.ComponentTypeMachineLearningModel
	case lodemark.KindDataset, lodemark.KindPrompt:
		return cdx.ComponentTypeData
	case lodemark.KindPackage:
		if p.value("role") == "framework" {
			return cdx.ComponentTypeFramework
		}
		return cdx.ComponentTypeLibrary
	}
	if p.isFile() {
		return cdx.ComponentTypeFile
	}
	return cdx.ComponentTypeApplication
}

// partName is the name of a part; what has none is called after its place.
func partName(p part) string {
	if p.Name != "" {
		return told(p.Name)
	}
	return told(fmt.Sprintf("%s at %s", strings.ReplaceAll(string(p.Kind), "_", " "), place(jsonName(p.Places[0].Path), p.Places[0].Line)))
}

// partProperties are what is known of a part and has no field of its own.
func partProperties(p part) []cdx.Property {
	out := []cdx.Property{property("kind", string(p.Kind)), property("origin", string(p.Origin))}
	add := func(name, value string) {
		if value != "" {
			out = append(out, property(name, value))
		}
	}
	add("pin", string(p.Pin))
	add("format", p.Format)
	add("address", p.Address)
	if p.Kind == lodemark.KindPrompt && p.Digest != "" && p.Line > 0 {
		add("digest:of", "the text with {} for what is filled in")
	}
	for _, d := range p.Details {
		for _, v := range d.Values {
			add("detail:"+d.Name, v)
		}
	}
	if p.Scan != nil {
		add("scan:format", p.Scan.Format)
		add("scan:verdict", p.Scan.Verdict)
		for _, f := range p.Scan.Facts {
			add("fact:"+f.Name, fmt.Sprintf("%s (%s by %s)", f.Value, f.Origin, jsonName(f.Place)))
		}
	}
	return out
}

// evidenceOf says where a part was seen, and how it is known to be what it is called.
func evidenceOf(p part, name, purl string) *cdx.Evidence {
	var seen []cdx.EvidenceOccurrence
	for _, s := range p.Places {
		if s.Path == "" {
			continue
		}
		o := cdx.EvidenceOccurrence{Location: told(s.Path)}
		if s.Line > 0 {
			line := s.Line
			o.Line = &line
		}
		seen = append(seen, o)
	}
	field, value := cdx.EvidenceIdentityFieldTypeName, told(name)
	if purl != "" {
		field, value = cdx.EvidenceIdentityFieldTypePURL, purl
	}
	technique := techniqueOf(p)
	sure := sureness(p.Origin)
	return &cdx.Evidence{Occurrences: list(seen), Identity: &cdx.EvidenceIdentityChoice{Identities: &[]cdx.EvidenceIdentity{{Field: field, Confidence: &sure, ConcludedValue: value,
		Methods: &[]cdx.EvidenceIdentityMethod{{Technique: technique, Confidence: &sure}}}}}}
}

// sureness puts the three origins on the scale that the standard asks for. They are steps of an order and no measured rates.
func sureness(o lodemark.Origin) float32 {
	switch o {
	case lodemark.OriginInferred:
		return 0.8
	case lodemark.OriginDeclared:
		return 0.6
	}
	return 0.2
}

func techniqueOf(p part) cdx.EvidenceIdentityTechnique {
	switch {
	case p.Origin == lodemark.OriginDeclared:
		return cdx.EvidenceIdentityTechniqueAttestation
	case p.Scan != nil:
		return cdx.EvidenceIdentityTechniqueBinaryAnalysis
	case p.Kind == lodemark.KindPackage, p.Kind == lodemark.KindMCPServer, p.Kind == lodemark.KindVectorStore && p.Format != "":
		return cdx.EvidenceIdentityTechniqueManifestAnalysis
	case p.isFile():
		return cdx.EvidenceIdentityTechniqueFilename
	}
	return cdx.EvidenceIdentityTechniqueSourceCodeAnalysis
}

func datasetOf(p part) cdx.ComponentData {
	d := cdx.ComponentData{Type: cdx.ComponentDataTypeDataset, Name: partName(p)}
	switch address := hubAddress(p); {
	case address != "":
		d.Contents = &cdx.ComponentDataContents{URL: address}
	case p.isFile():
		d.Contents = &cdx.ComponentDataContents{URL: relative(p.Path)}
	}
	return d
}

// uses are the calls of models and the hand-offs, each at its place and with what that very place says.
func (c *cyclone) uses() []cdx.Property {
	var out []cdx.Property
	for _, u := range c.Run.System.Components {
		if u.Kind != "model_call" && u.Kind != lodemark.KindHandoff || u.Test {
			continue
		}
		about := []string{cmp.Or(u.Name, "no name"), "at", place(jsonName(u.Path), u.Line)}
		for _, name := range []string{"provider", "model", "tools"} {
			if v := u.Detail[name]; v != "" {
				about = append(about, name+"="+v)
			}
		}
		out = append(out, property(string(u.Kind), strings.Join(about, " ")))
	}
	slices.SortFunc(out, func(a, b cdx.Property) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Value, b.Value)) })
	return out
}
