package discover

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// evidence is what the tree shows, gathered in one pass. What stands in tests and vendored folders shows nothing.
type evidence struct {
	declared                                           *lodemark.Declaration
	mcp, agents, coding                                []string
	sdks, hosted, offered, servers, weights, libraries []string
	baseModels                                         []string
	trainers, trainCode, trainData, data               []string
	prepares, products, languageModels, frameworks     []string

	tools, hubs []string // in code: what models may call, and what is fetched from a hub
	unread      bool     // there is code that nobody reads
}

func evidenceOf(s *lodemark.System, seen []sighting) *evidence {
	e := &evidence{declared: &s.Declared}
	for i := range s.Components {
		if c := &s.Components[i]; !c.Test {
			e.component(c)
		}
	}
	for i := range s.Code {
		if c := &s.Code[i]; !c.Test {
			e.shownByCode(c)
		}
	}
	e.unread = s.Skipped[unreadLanguages] > 0
	for i := range seen {
		if f := &seen[i].file; !f.Test && !f.Vendored {
			e.hints(f.Path, &seen[i].hints)
		}
	}
	return e
}

func at(path string, line int) string {
	if line == 0 {
		return path
	}
	return fmt.Sprintf("%s:%d", path, line)
}

func note(list *[]string, place string) {
	if len(*list) < maxPlaces {
		*list = append(*list, place)
	}
}

func (e *evidence) component(c *lodemark.Component) {
	place := at(c.Path, c.Line)
	switch c.Kind {
	case lodemark.KindMCPServer:
		note(&e.mcp, place)
	case lodemark.KindAgentConfig:
		note(&e.coding, place)
	case lodemark.KindHostedModel:
		if c.Origin == lodemark.OriginUnresolved {
			break // an SDK, which is counted as such
		}
		note(&e.hosted, place)
		note(&e.languageModels, place)
	case lodemark.KindServer:
		note(&e.servers, place)
		note(&e.languageModels, place)
	case lodemark.KindModel:
		note(&e.weights, place)
		if c.Format == "gguf" || c.Format == "ggml" || c.Format == "llamafile" {
			note(&e.baseModels, place)
		}
	case lodemark.KindModelCard:
		if c.Detail["base_model"] != "" {
			note(&e.baseModels, place)
		}
	case lodemark.KindDataset:
		note(&e.data, place)
		if trainName.MatchString(strings.ToLower(c.Name)) {
			note(&e.trainData, place)
		}
	case lodemark.KindPackage:
		e.dependency(c, place)
	}
}

// shownByCode takes what source code shows. Names that nothing resolves are models all the same.
func (e *evidence) shownByCode(c *lodemark.Component) {
	place := at(c.Path, c.Line)
	switch c.Kind {
	case lodemark.KindTool, lodemark.KindAgent, lodemark.KindHandoff:
		note(&e.tools, place)
	case lodemark.KindMCPServer:
		note(&e.mcp, place)
	case lodemark.KindHostedModel:
		note(&e.hosted, place)
		note(&e.languageModels, place)
	case lodemark.KindModelCall:
		note(&e.languageModels, place)
	case lodemark.KindModel, lodemark.KindEmbeddingModel:
		if c.Detail["source"] != "local" && c.Origin != lodemark.OriginUnresolved {
			note(&e.hubs, place)
		}
	case lodemark.KindTraining:
		note(&e.trainCode, place)
		note(&e.trainers, place)
	}
}

// dependency: what only developers install shows nothing about the system, apart from what trains.
func (e *evidence) dependency(c *lodemark.Component, place string) {
	switch c.Detail["role"] {
	case "training":
		if trainsAlone[c.Name] {
			note(&e.trainers, place)
		}
		return
	}
	if forDevelopers(c.Detail["group"]) {
		return
	}
	switch c.Detail["role"] {
	case "agent":
		note(&e.agents, place)
		note(&e.frameworks, place)
		note(&e.languageModels, place)
	case "mcp":
		note(&e.mcp, place)
	case "provider-sdk":
		note(&e.sdks, place)
		note(&e.languageModels, place)
	case "gateway", "framework":
		note(&e.frameworks, place)
		note(&e.languageModels, place)
	case "embedding", "serving", "hub":
		note(&e.libraries, place)
	case "model-library":
		switch c.Detail["of"] {
		case "transformers", "diffusers", "llama.cpp", "ollama", "mlx", "whisper", "exllama", "transformers.js", "web-llm", "timm", "open-clip", "candle", "optimum":
			note(&e.libraries, place)
			note(&e.languageModels, place)
		}
	}
}

// trainsAlone are packages that are of no use but for training a model.
var trainsAlone = set("peft", "trl", "pytorch-lightning", "lightning", "deepspeed", "unsloth", "unsloth-zoo", "axolotl", "llamafactory", "torchtune", "mosaicml", "megatron-core", "colossalai",
	"ludwig", "horovod", "kubeflow-training", "kubeflow-trainer", "verl", "openrlhf", "ms-swift", "opacus", "flwr", "determined")

func (e *evidence) hints(path string, h *hints) {
	if h.trains {
		note(&e.trainCode, path)
	}
	if h.ships || h.manifest != nil && h.manifest.ships {
		note(&e.products, path)
	}
	for _, c := range h.choice {
		note(&e.offered, at(path, c.line))
	}
	if h.manifest == nil || !h.manifest.names {
		return
	}
	for _, d := range h.manifest.parses {
		if !forDevelopers(d.group) && !d.through {
			note(&e.prepares, at(path, d.line))
			break
		}
	}
}

// about weighs what is there for one question.
func (e *evidence) about(name string) shown {
	switch name {
	case "agentic":
		return e.agentic()
	case "uses_external_api":
		return e.externalAPI()
	case "uses_external_model_provider":
		return e.externalProvider()
	case "uses_third_party_models":
		return e.thirdPartyModels()
	case "trains_models":
		return e.training()
	case "preprocesses_inputs":
		return shown{yes: e.prepares, because: "packages that prepare inputs for a model are installed (" + first(e.prepares) + ")"}
	case "ships_product":
		return shown{yes: e.products, because: "a product is packaged (" + first(e.products) + ")"}
	case "mission_critical":
		return e.critical()
	case "offers_api":
		return e.offersAPI()
	case "risk_warrants":
		c := e.declared.Criticality
		return shown{stated: c == lodemark.CriticalityCritical || c == lodemark.CriticalityHigh, because: fmt.Sprintf("the criticality is declared as %s", c)}
	}
	return shown{} // what only people know: sensitive_training_data, learns_from_feedback
}

func first(places []string) string {
	if len(places) == 0 {
		return ""
	}
	return places[0]
}

// either gathers places of several kinds, strongest first.
func either(lists ...[]string) []string {
	var all []string
	for _, l := range lists {
		for _, p := range l {
			if len(all) < maxPlaces && !slices.Contains(all, p) {
				all = append(all, p)
			}
		}
	}
	return all
}

func (e *evidence) agentic() shown {
	w := shown{yes: either(e.mcp, e.tools, e.agents), silence: "no agents, tools or MCP servers were found"}
	switch {
	case len(e.mcp) > 0:
		w.because = "MCP servers or tools are configured or built (" + e.mcp[0] + ")"
	case len(e.tools) > 0:
		w.because = "code gives a model tools, or makes an agent of it (" + e.tools[0] + ")"
	case len(e.agents) > 0:
		w.because = "a framework for agents is installed (" + e.agents[0] + ")"
	case len(e.languageModels) > 0:
		w.unsure = "a language model is used (" + e.languageModels[0] + "), and whether its answers trigger actions is not shown: no tool was recognised" + e.inOtherLanguages()
	case len(e.coding) > 0:
		w.unsure = "a coding assistant is configured (" + e.coding[0] + "), and whether the system itself acts is not shown by files"
	}
	return w
}

// inOtherLanguages says why more may stand in code than was seen.
func (e *evidence) inOtherLanguages() string {
	if e.unread {
		return ", and there is code in languages that are not read"
	}
	return ""
}

func (e *evidence) externalAPI() shown {
	w := shown{yes: either(e.hosted, e.sdks), silence: "no SDK, address or key of a model provider was found"}
	switch {
	case len(e.hosted) > 0:
		w.because = "a hosted model is named (" + e.hosted[0] + ")"
	case len(e.sdks) > 0 && len(e.servers) > 0:
		w.yes = nil
		w.unsure = "the SDK of a provider is installed (" + e.sdks[0] + "), and it may talk to the model server of the system itself (" + e.servers[0] + ")"
	case len(e.sdks) > 0:
		w.because = "the SDK of a model provider is installed (" + e.sdks[0] + ")"
	case len(e.offered) > 0:
		w.unsure = "keys of several providers can be set (" + e.offered[0] + "), and which are used is not shown by files"
	case len(e.frameworks) > 0:
		w.unsure = "a framework for language models is installed (" + e.frameworks[0] + "), and which model it calls was not recognised in the code" + e.inOtherLanguages()
	}
	return w
}

func (e *evidence) externalProvider() shown {
	api, weights := e.externalAPI(), e.thirdPartyModels()
	w := shown{yes: either(api.yes, weights.yes), silence: "neither a provider's API nor weights of others were found", unsure: firstNonEmpty(api.unsure, weights.unsure)}
	switch {
	case len(api.yes) > 0:
		w.because = api.because
	case len(weights.yes) > 0:
		w.because = weights.because
	}
	return w
}

func (e *evidence) thirdPartyModels() shown {
	w := shown{yes: either(e.baseModels, e.servers, e.hubs, e.libraries), silence: "no weights, model server or library that loads models of others was found"}
	switch {
	case len(e.baseModels) > 0:
		w.because = "a model of others is in the tree or was built on (" + e.baseModels[0] + ")"
	case len(e.servers) > 0:
		w.because = "a model server runs, which loads weights (" + e.servers[0] + ")"
	case len(e.hubs) > 0:
		w.because = "code loads a model of a hub (" + e.hubs[0] + ")"
	case len(e.libraries) > 0:
		w.because = "a library is installed that loads models from a hub (" + e.libraries[0] + ")"
	case len(e.weights) > 0:
		w.unsure = "there are model files (" + e.weights[0] + "), and who made them is not shown by files"
	}
	return w
}

func (e *evidence) training() shown {
	any := len(e.trainers) > 0 || len(e.trainCode) > 0 && (len(e.weights) > 0 || len(e.data) > 0 || len(e.libraries) > 0 || len(e.languageModels) > 0)
	w := shown{silence: "no code, package or data for training was found"}
	switch {
	case any && len(e.trainCode) > 0:
		w.yes, w.because = either(e.trainCode, e.trainers, e.trainData), "there is code that trains a model ("+e.trainCode[0]+")"
	case any:
		w.yes, w.because = either(e.trainers, e.trainData), "a package for training is installed ("+e.trainers[0]+")"
	case len(e.trainCode) > 0:
		w.unsure = "the name of " + e.trainCode[0] + " speaks of training, and nothing else shows that a model is trained"
	case len(e.trainData) > 0:
		w.unsure = "there is data for training (" + e.trainData[0] + "), and what it is used for is not shown by files"
	case len(e.weights) > 0 && len(e.data) > 0:
		w.unsure = "there are models (" + e.weights[0] + ") and data (" + e.data[0] + "), and whether the one was made from the other is not shown by files"
	}
	return w
}

func (e *evidence) critical() shown {
	switch c := e.declared.Criticality; c {
	case "":
		return shown{}
	case lodemark.CriticalityCritical:
		return shown{stated: true, because: "the criticality is declared as critical"}
	default:
		return shown{denied: fmt.Sprintf("the criticality is declared as %s", c)}
	}
}

func (e *evidence) offersAPI() shown {
	if len(e.declared.Endpoints) == 0 {
		return shown{}
	}
	for _, p := range e.declared.Endpoints {
		switch p.Exposure {
		case "internet", "partner":
			return shown{stated: true, because: fmt.Sprintf("the endpoint %s is declared as reachable by %s", p.Name, map[string]string{"internet": "everyone", "partner": "partners"}[p.Exposure])}
		case "internal":
		default:
			return shown{}
		}
	}
	return shown{denied: "all declared endpoints are internal"}
}
