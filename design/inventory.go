package design

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// hosted is a provider's model that the system uses, with where that is said.
type hosted struct {
	provider, model string
	path            string
	line            int
}

func (h hosted) String() string {
	if h.model == "" {
		return h.provider
	}
	return h.provider + " " + h.model
}

// hostedModels lists what lodemark.yaml declares and what configuration shows. What is both is listed once, as declared.
func hostedModels(s *lodemark.System) []hosted {
	var all []hosted
	for i, m := range s.Declared.Models {
		all = append(all, hosted{m.Provider, m.Model, s.Declared.Path, s.Declared.Lines[fmt.Sprintf("hosted_models.%d", i)]})
	}
	for c := range s.Of(lodemark.KindHostedModel) {
		if c.Test || c.Origin == lodemark.OriginDeclared {
			continue
		}
		h := hosted{c.Detail["provider"], c.Detail["model"], c.Path, c.Line}
		if h.provider == "" {
			h.provider = c.Name
		}
		known := slices.ContainsFunc(all, func(o hosted) bool {
			return alike(o.provider, h.provider) && (h.model == "" || alike(o.model, h.model))
		})
		if !known {
			all = append(all, h)
		}
	}
	return all
}

// localModels lists the models of the tree, shards of one model together under the first.
func localModels(s *lodemark.System) []lodemark.Component {
	var all []lodemark.Component
	seen := map[string]bool{}
	for c := range s.Of(lodemark.KindModel) {
		key := path.Join(path.Dir(c.Path), stem(c.Path))
		if c.Test || seen[key] {
			continue
		}
		seen[key] = true
		all = append(all, c)
	}
	return all
}

// modelled lists what a threat model must name: each model, MCP server, vector store, model server and hosted model, and
// all prompts as one store.
func modelled(s *lodemark.System) []lodemark.Component {
	all := localModels(s)
	for _, h := range hostedModels(s) {
		all = append(all, lodemark.Component{Kind: lodemark.KindHostedModel, Name: h.String(), Path: h.path, Line: h.line,
			Detail: map[string]string{"provider": h.provider, "model": h.model}})
	}
	seen := map[string]bool{}
	for c := range s.Of(lodemark.KindMCPServer, lodemark.KindVectorStore, lodemark.KindServer) {
		key := string(c.Kind) + "\x00" + plain(c.Name)
		if !c.Test && !seen[key] {
			seen[key] = true
			all = append(all, c)
		}
	}
	for c := range s.Of(lodemark.KindPrompt) {
		if !c.Test {
			all = append(all, c)
			break
		}
	}
	return all
}

// called names a component for people: "the MCP server files".
func called(c lodemark.Component) string {
	name := c.Name
	switch c.Kind {
	case lodemark.KindModel:
		return "the model " + c.Path
	case lodemark.KindPrompt:
		return "the prompts (such as " + c.Path + ")"
	case lodemark.KindHostedModel:
		return "the hosted model " + name
	case lodemark.KindMCPServer:
		return "the MCP server " + name
	case lodemark.KindVectorStore:
		return "the vector store " + name
	case lodemark.KindServer:
		return "the model server " + name
	}
	return "the " + strings.ReplaceAll(string(c.Kind), "_", " ") + " " + name
}
