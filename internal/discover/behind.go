package discover

import (
	"fmt"
	"strings"

	"github.com/lodemark/lodemark"
)

// declaredModels are the hosted models that lodemark.yaml names.
func declaredModels(d lodemark.Declaration) []lodemark.Component {
	var all []lodemark.Component
	for i, m := range d.Models {
		name := m.Provider
		detail := map[string]string{"provider": m.Provider, "from": "declaration"}
		if m.Model != "" {
			name += " " + m.Model
			detail["model"] = m.Model
		}
		if m.Purpose != "" {
			detail["purpose"] = m.Purpose
		}
		pin := pinOfModel(m.Model)
		if m.Version != "" {
			pin = lodemark.PinTag
		}
		all = append(all, lodemark.Component{Kind: lodemark.KindHostedModel, Name: name, Path: d.Path, Line: d.Lines[fmt.Sprintf("hosted_models.%d", i)],
			Version: firstNonEmpty(m.Version, datedVersion(m.Model)), Pin: pin, Origin: lodemark.OriginDeclared, Detail: detail})
	}
	return all
}

// engines are packages that start a model server when they run; others of the role only talk to one or build for one.
var engines = set("vllm", "sglang", "bentoml", "torchserve", "litserve", "mlserver", "lmdeploy", "xinference", "infinity-emb", "aphrodite-engine", "fschat", "mosec", "openllm", "deepspeed-mii")

// behindPackages finds what a dependency stands for where nothing else shows it: a provider behind its SDK, a vector store
// behind its client, a model server that is a package. Each is listed once, at the first place.
func behindPackages(components []lodemark.Component, seen []sighting) []lodemark.Component {
	known := map[string]bool{}
	hosted := false
	for i := range components {
		c := &components[i]
		if c.Test {
			continue
		}
		switch c.Kind {
		case lodemark.KindHostedModel:
			known[string(c.Kind)+c.Detail["provider"]], hosted = true, true
		case lodemark.KindServer, lodemark.KindVectorStore:
			known[string(c.Kind)+c.Detail["technology"]] = true
		}
	}
	redirected := false
	for i := range seen {
		redirected = redirected || seen[i].hints.baseURL && !seen[i].file.Test
	}
	offered := choices(components)
	var more []lodemark.Component
	for i := range components {
		p := &components[i]
		if p.Kind != lodemark.KindPackage || p.Test || forDevelopers(p.Detail["group"]) {
			continue
		}
		c, ok := behind(p)
		key := string(c.Kind) + p.Detail["of"]
		if !ok || known[key] || isChoice(p) && len(offered[p.Path+p.Detail["role"]]) > mostOffered[c.Kind] {
			continue
		}
		if c.Kind == lodemark.KindHostedModel && p.Detail["of"] == "openai" {
			if hosted || redirected {
				continue // many servers speak this protocol; what is behind the client is said elsewhere
			}
			c.Origin = lodemark.OriginUnresolved
		}
		known[key] = true
		more = append(more, c)
	}
	return more
}

// forDevelopers says whether a group of dependencies is installed for work on the system and not with it.
func forDevelopers(group string) bool {
	_, name, _ := strings.Cut(group, ":")
	switch firstNonEmpty(name, group) {
	case "dev", "develop", "development", "test", "tests", "testing", "lint", "typing", "docs", "doc", "build", "dev-packages", "tests_require", "setup_requires", "peer", "ci", "benchmark", "examples":
		return true
	}
	return false
}

// isChoice says whether a dependency is one that an installation may take or leave.
func isChoice(p *lodemark.Component) bool {
	g := p.Detail["group"]
	return strings.HasPrefix(g, "extra:") || strings.HasPrefix(g, "group:") || g == "optional"
}

// mostOffered is how many providers or stores the extras of one manifest may name before they are a list to choose from,
// which does not say what this system uses.
var mostOffered = map[lodemark.Kind]int{lodemark.KindHostedModel: menuOf, lodemark.KindVectorStore: 1, lodemark.KindServer: 1}

// choices counts what the extras of each manifest offer, by manifest and role.
func choices(components []lodemark.Component) map[string]map[string]bool {
	offered := map[string]map[string]bool{}
	for i := range components {
		p := &components[i]
		if p.Kind != lodemark.KindPackage || p.Test || !isChoice(p) || forDevelopers(p.Detail["group"]) {
			continue
		}
		key := p.Path + p.Detail["role"]
		if offered[key] == nil {
			offered[key] = map[string]bool{}
		}
		offered[key][p.Detail["of"]] = true
	}
	return offered
}

func behind(p *lodemark.Component) (lodemark.Component, bool) {
	of := p.Detail["of"]
	c := lodemark.Component{Name: of, Path: p.Path, Line: p.Line, Origin: lodemark.OriginInferred, Pin: lodemark.PinNone}
	switch p.Detail["role"] {
	case "provider-sdk":
		c.Kind, c.Detail = lodemark.KindHostedModel, map[string]string{"provider": of, "from": p.Name}
	case "vector-store":
		c.Kind, c.Detail = lodemark.KindVectorStore, map[string]string{"technology": of, "from": p.Name}
	case "serving":
		c.Kind, c.Detail = lodemark.KindServer, map[string]string{"technology": of, "engine": of, "from": p.Name}
		return c, engines[p.Name]
	default:
		return c, false
	}
	return c, of != ""
}
