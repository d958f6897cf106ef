package lodemark

import (
	"iter"
	"slices"
	"strings"
)

// System is the AI system under assessment: what was discovered in a read-only tree, plus what lodemark.yaml declares.
type System struct {
	Name       string // declared, else the name of the folder
	Declared   Declaration
	Files      []File      // sorted by path
	Components []Component // sorted by kind, path, line, name
	Code       []Component // what source code and settings name, in the same order: models, calls, prompts, tools ... (internal/source/inventory)
	Facts      []Fact      // sorted by name; one for each name a clause or check asks about
	Gaps       []Gap
	Skipped    map[string]int // what was left out on purpose, by reason, with counts ("version-control objects": 812)
}

// File is one entry of the tree.
type File struct {
	Path     string
	Size     int64
	Language string // "python", "typescript" ...; empty: none known
	Vendored bool   // stands in a vendored or generated folder (node_modules, vendor, .venv ...)
	Test     bool   // stands in a folder of tests or fixtures (tests, testdata, fixtures, __tests__, e2e ...); examples are not tests
	Link     string // target of a symbolic link, which is never followed
}

// Sample says whether a path lies among samples and documentation: people copy such files, and nothing runs from there.
func Sample(path string) bool {
	folders := strings.Split(strings.ToLower(path), "/")
	return slices.ContainsFunc(folders[:len(folders)-1], func(f string) bool {
		return slices.Contains([]string{"docs", "doc", "documentation", "samples", "sample", "examples", "example", "tutorials", "templates"}, f)
	})
}

// Kind is the kind of a component; one vocabulary for inventory and threat model.
type Kind string

// The kinds that discovery names today; the threat model's vocabulary adds more.
const (
	KindModel          Kind = "model"            // a model file in the tree, recognised by content
	KindHostedModel    Kind = "hosted_model_api" // a provider's model behind an API
	KindEmbeddingModel Kind = "embedding_model"
	KindDataset        Kind = "dataset"
	KindPrompt         Kind = "prompt"
	KindModelCall      Kind = "model_call" // a place at which a model is asked
	KindAgent          Kind = "agent"
	KindTool           Kind = "tool" // a function that a model may call
	KindHandoff        Kind = "handoff"
	KindGuardrail      Kind = "guardrail"
	KindEvaluation     Kind = "eval_harness"
	KindTraining       Kind = "training_job"
	KindMonitoring     Kind = "monitoring" // trackers of experiments, traces of prompts
	KindNotebook       Kind = "notebook"
	KindPackage        Kind = "package"        // a dependency on an AI package
	KindManifest       Kind = "manifest"       // a file that names dependencies
	KindLockFile       Kind = "lock_file"      // a file that fixes them
	KindMCPServer      Kind = "mcp_server"     // an entry of an MCP configuration
	KindAgentConfig    Kind = "agent_config"   // skills, rules files, hooks, permissions
	KindContainer      Kind = "container"      // a container build file
	KindCompose        Kind = "compose"        // a compose file
	KindKubernetes     Kind = "kubernetes"     // a Kubernetes manifest
	KindInfrastructure Kind = "infrastructure" // Terraform and the like
	KindPipeline       Kind = "ci_pipeline"    // a workflow of GitHub or GitLab
	KindModelCard      Kind = "model_card"
	KindDataCard       Kind = "data_card"
	KindVectorStore    Kind = "vector_store"
	KindServer         Kind = "model_server"
	KindDocument       Kind = "document"
	KindThreatModel    Kind = "threat_model"
)

// IsModel says whether components of a kind are models: hosted, local or for embeddings.
func (k Kind) IsModel() bool {
	return k == KindHostedModel || k == KindModel || k == KindEmbeddingModel
}

// Group is one kind for models of all kinds, which two readers of one line may tell apart differently, and the kind itself for all else.
func (k Kind) Group() Kind {
	if k.IsModel() {
		return KindHostedModel
	}
	return k
}

// Origin says how a fact about a component is known.
type Origin string

// Declared by the owner, inferred from the tree, or seen without being resolved.
const (
	OriginDeclared   Origin = "declared"
	OriginInferred   Origin = "inferred"
	OriginUnresolved Origin = "unresolved"
)

// Component is a part of the system with the place it was seen at.
type Component struct {
	Kind    Kind
	Name    string
	Path    string // in the tree; empty for what is only declared
	Line    int    // 1-based; 0: the whole file
	Address string // URL or registry reference of what lies elsewhere
	Digest  string // "sha256:<hex>" where it was computed
	Version string
	Pin     Pin
	Origin  Origin
	Format  string            // file format ("pickle", "safetensors", "requirements", "uv" ...)
	Detail  map[string]string // further facts, by the names the discoverer documents
	Test    bool              // stands in tests or fixtures, or in a vendored folder: reported low, decides nothing
	Scan    *ModelScan        // what the scanner saw in a model file; nil: it is no model file, or lies elsewhere
}

// ModelScan is what the scanner of model files says of one: a summary for the inventory. Every reason is in lodemark scan.
type ModelScan struct {
	Format  string      `json:"format"`  // as lodemark scan names it; empty: no format that is known claims the file
	Verdict string      `json:"verdict"` // clean, unknown, not read, dangerous or malicious
	Facts   []ModelFact `json:"facts"`   // those of the file first, then those of files beside it, each by name
}

// ModelFact is one thing that is known of a model, with where it was found and how. Files that differ are both listed.
type ModelFact struct {
	Name  string `json:"name"`  // parameters, tensors, dtype, architecture, quantisation, licence, producer ...
	Value string `json:"value"` // hostile text, cut to some 300 bytes
	// Origin is inferred for what was counted in the file's structure, and declared for what metadata, a configuration or a card
	// says, which nothing proves.
	Origin Origin `json:"origin"`
	Place  string `json:"place"` // path of the file that shows it
}

// Pin says how firmly a reference names one thing.
type Pin string

// The pin states, firmest first.
const (
	PinCommit Pin = "commit"
	PinDigest Pin = "digest"
	PinTag    Pin = "tag"
	PinBranch Pin = "branch"
	PinNone   Pin = "none"
)

// Answer is the value of a fact: yes, no, or not known. The zero value is not known.
type Answer string

// The answers.
const (
	Unknown Answer = ""
	Yes     Answer = "yes"
	No      Answer = "no"
)

// Fact is something about the system that decides whether clauses apply, with the reason and places.
type Fact struct {
	Name   string   `json:"name"` // the catalogue's applies_when names, and those that checks document
	Answer Answer   `json:"answer"`
	Reason string   `json:"reason"` // "no agents found and none declared"
	Origin Origin   `json:"origin"`
	Places []string `json:"places,omitempty"` // "path" or "path:line", at most ten
}

// Fact returns the fact of that name; an unknown one where nothing is recorded.
func (s *System) Fact(name string) Fact {
	for _, f := range s.Facts {
		if f.Name == name {
			return f
		}
	}
	return Fact{Name: name}
}

// Of yields the components of the given kinds, in order.
func (s *System) Of(kinds ...Kind) iter.Seq[Component] {
	return func(yield func(Component) bool) {
		for _, c := range s.Components {
			if slices.Contains(kinds, c.Kind) && !yield(c) {
				return
			}
		}
	}
}
