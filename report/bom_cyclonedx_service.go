package report

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/lodemark/lodemark"
)

// service writes what answers at an address or in a process of its own: MCP servers, model servers, vector stores.
func (c *cyclone) service(p part) {
	ref := c.ref(p)
	s := cdx.Service{BOMRef: ref, Name: partName(p), Version: told(p.Version), Properties: list(append(partProperties(p), placesOf(p)...))}
	c.aside[ref] = p.Test
	var addresses []string
	for _, v := range append(p.values("url"), p.Address) {
		if a := webAddress(v); a != "" && !strings.Contains(strings.Join(addresses, "\x00"), a) {
			addresses = append(addresses, a)
		}
	}
	s.Endpoints = list(addresses)
	if len(addresses) > 0 {
		leaves := !local(addresses[0])
		s.CrossesTrustBoundary = &leaves
	}
	switch p.Kind {
	case lodemark.KindMCPServer:
		s.Data = flows(flow{cdx.DataFlowInbound, "model_output", "arguments that a model chooses"}, flow{cdx.DataFlowOutbound, "unknown", "results that a model reads"})
	case lodemark.KindServer:
		s.Data = flows(flow{cdx.DataFlowInbound, "prompt", ""}, flow{cdx.DataFlowOutbound, "model_output", ""})
	case lodemark.KindVectorStore:
		s.Data = flows(flow{cdx.DataFlowBidirectional, "embeddings", ""})
		if who := providerHosted[p.value("provider")+p.value("technology")]; who != "" {
			yes := true
			s.Provider, s.CrossesTrustBoundary = &cdx.OrganizationalEntity{Name: who}, &yes
		}
	}
	if ref := p.value("image"); ref != "" {
		c.image(s.BOMRef, p, imageOf(ref))
	}
	c.services = append(c.services, s)
	c.remember(p, ref)
}

// met notes that a part leads to something, which is then no matter of tests alone unless the part is. True: it was not known before.
func (c *cyclone) met(ref string, p part) bool {
	known := c.refs[ref]
	c.aside[ref] = p.Test && (!known || c.aside[ref])
	c.refs[ref] = true
	return !known
}

// providerHosted are the vector stores that only their maker runs.
var providerHosted = map[string]string{"pinecone": "Pinecone"}

// image notes the container image that a service runs from.
func (c *cyclone) image(service string, p part, i image) {
	if i.name == "" {
		return
	}
	sum := sha256.Sum256([]byte(i.repository + "\x00" + i.tag + "\x00" + i.digest))
	ref := "image/" + slug(i.name) + "~" + hex.EncodeToString(sum[:5])
	c.edge(service, ref)
	if !c.met(ref, p) {
		return
	}
	out := cdx.Component{BOMRef: ref, Type: cdx.ComponentTypeContainer, Name: told(i.name), Version: told(i.tag), PackageURL: i.purl(), Evidence: evidenceOf(p, i.name, i.purl()),
		Properties: &[]cdx.Property{property("kind", "image"), property("pin", string(p.Pin))}}
	if h := hashOf(i.digest); h != nil {
		out.Hashes = &[]cdx.Hash{*h}
	}
	c.components = append(c.components, out)
}

// unknownProvider is the service of hosted models of which files do not say who runs them.
const unknownProvider = "provider not resolved"

// reachedThrough notes the service that a hosted model is called at: one for each provider that files name.
func (c *cyclone) reachedThrough(model string, p part) {
	providers := providersOf(p)
	if len(providers) == 0 {
		providers = []string{unknownProvider}
	}
	for _, provider := range providers {
		ref := "service/" + strings.ReplaceAll(slug(strings.ToLower(provider)), ".", "-")
		c.edge(model, ref)
		if !c.met(ref, p) {
			continue
		}
		yes := true
		s := cdx.Service{BOMRef: ref, Name: told(provider) + " model API", CrossesTrustBoundary: &yes, TrustZone: "vendor",
			Data: flows(flow{cdx.DataFlowInbound, "prompt", "what models are asked, with all that is put into the prompt"}, flow{cdx.DataFlowOutbound, "model_output", ""})}
		origin := string(lodemark.OriginInferred)
		if provider == unknownProvider {
			s.Name, origin = "Hosted model API, "+unknownProvider, string(lodemark.OriginUnresolved)
		} else {
			s.Provider = &cdx.OrganizationalEntity{Name: told(provider)}
			if p.Origin == lodemark.OriginDeclared {
				origin = string(lodemark.OriginDeclared)
			}
		}
		s.Properties = &[]cdx.Property{property("kind", "model_api"), property("origin", origin)}
		c.services = append(c.services, s)
	}
}

type flow struct {
	way  cdx.DataFlow
	what string // a data class of the threat vocabulary, or unknown
	note string
}

// flows are what goes into a service and comes out of it by the nature of the thing.
func flows(all ...flow) *[]cdx.DataClassification {
	out := make([]cdx.DataClassification, 0, len(all))
	for _, f := range all {
		out = append(out, cdx.DataClassification{Flow: f.way, Classification: f.what, Description: f.note})
	}
	return &out
}

// placesOf are the places of a service, for which the standard has no evidence.
func placesOf(p part) []cdx.Property {
	var out []cdx.Property
	for _, s := range p.Places {
		if s.Path != "" {
			out = append(out, property("place", place(jsonName(s.Path), s.Line)))
		}
	}
	return out
}

// local says whether an address is on the machine itself.
func local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	switch h := strings.ToLower(u.Hostname()); h {
	case "localhost", "127.0.0.1", "::1", "0.0.0.0", "host.docker.internal":
		return true
	}
	return false
}
