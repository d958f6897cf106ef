package report

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// part is one thing that a system is made of, with all places it was seen at. What a system only refers to through something that files
// do not resolve is a part too, of origin unresolved: its name is the text of the reference.
type part struct {
	lodemark.Component          // as it was first seen; Test only where every place is in tests
	Places             []spot   // in order, each once
	Details            []detail // of all places, by name, each value once
	rank               int      // of its kind
	sortsAs            string
}

type spot struct {
	Path string
	Line int
}

type detail struct {
	Name   string
	Values []string
}

// bomGroup is a kind of parts with its title.
type bomGroup struct {
	Kind        lodemark.Kind
	One, Many   string
	Few         bool // of which a few are enough, unless all are asked for
	ByReference bool // the name in the code is that of the thing wherever it stands
}

// bomGroups are the kinds in the order of reports: what the system thinks with, what it knows, what it does, what it runs on.
var bomGroups = []bomGroup{
	{Kind: lodemark.KindHostedModel, One: "Hosted model", Many: "Hosted models", ByReference: true},
	{Kind: lodemark.KindModel, One: "Model", Many: "Models", ByReference: true},
	{Kind: lodemark.KindEmbeddingModel, One: "Embedding model", Many: "Embedding models", ByReference: true},
	{Kind: "model_call", One: "Call of a model", Many: "Calls of models", ByReference: true},
	{Kind: lodemark.KindDataset, One: "Dataset", Many: "Datasets", ByReference: true},
	{Kind: lodemark.KindVectorStore, One: "Vector store", Many: "Vector stores"},
	{Kind: lodemark.KindPrompt, One: "Prompt", Many: "Prompts"},
	{Kind: lodemark.KindAgent, One: "Agent", Many: "Agents"},
	{Kind: lodemark.KindHandoff, One: "Hand-off between agents", Many: "Hand-offs between agents"},
	{Kind: lodemark.KindTool, One: "Tool", Many: "Tools"},
	{Kind: lodemark.KindMCPServer, One: "MCP server", Many: "MCP servers"},
	{Kind: lodemark.KindAgentConfig, One: "File for agents", Many: "Files for agents"},
	{Kind: lodemark.KindGuardrail, One: "Guardrail", Many: "Guardrails"},
	{Kind: lodemark.KindEvaluation, One: "Evaluation", Many: "Evaluations"},
	{Kind: lodemark.KindTraining, One: "Training job", Many: "Training jobs"},
	{Kind: "finetune_job", One: "Fine-tuning job", Many: "Fine-tuning jobs"},
	{Kind: lodemark.KindMonitoring, One: "Tracker or monitor", Many: "Trackers and monitors"},
	{Kind: lodemark.KindServer, One: "Model server", Many: "Model servers"},
	{Kind: lodemark.KindPackage, One: "Package for AI", Many: "Packages for AI"},
	{Kind: lodemark.KindContainer, One: "Container build file", Many: "Container build files", Few: true},
	{Kind: lodemark.KindCompose, One: "Compose file", Many: "Compose files", Few: true},
	{Kind: lodemark.KindKubernetes, One: "Kubernetes manifest", Many: "Kubernetes manifests", Few: true},
	{Kind: lodemark.KindInfrastructure, One: "Infrastructure file", Many: "Infrastructure files", Few: true},
	{Kind: lodemark.KindPipeline, One: "CI workflow", Many: "CI workflows", Few: true},
	{Kind: lodemark.KindNotebook, One: "Notebook", Many: "Notebooks", Few: true},
	{Kind: lodemark.KindManifest, One: "Package manifest", Many: "Package manifests", Few: true},
	{Kind: lodemark.KindLockFile, One: "Lock file", Many: "Lock files", Few: true},
	{Kind: lodemark.KindModelCard, One: "Model card", Many: "Model cards", Few: true},
	{Kind: lodemark.KindDataCard, One: "Data card", Many: "Data cards", Few: true},
	{Kind: lodemark.KindThreatModel, One: "Threat model", Many: "Threat models", Few: true},
	{Kind: lodemark.KindDocument, One: "Document", Many: "Documents", Few: true},
}

// groupOf gives a kind's group and its rank. A kind that is not listed comes last, under its own name.
func groupOf(k lodemark.Kind) (bomGroup, int) {
	if i := slices.IndexFunc(bomGroups, func(g bomGroup) bool { return g.Kind == k }); i >= 0 {
		return bomGroups[i], i
	}
	name := capital(strings.ReplaceAll(string(k), "_", " "))
	return bomGroup{Kind: k, One: name, Many: name}, len(bomGroups)
}

// SaysAnything says whether an inventory holds anything of an AI system: files of any kind alone (a README, a manifest) do not make one.
func SaysAnything(s *lodemark.System) bool {
	for _, c := range s.Components {
		switch c.Kind {
		case lodemark.KindDocument, lodemark.KindManifest, lodemark.KindLockFile, lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes,
			lodemark.KindInfrastructure, lodemark.KindPipeline, lodemark.KindThreatModel, lodemark.KindNotebook:
		default:
			return true
		}
	}
	return false
}

// partsOf folds components: several places of one thing are one part. Parts stand by kind in the order of reports, then by name.
func partsOf(s *lodemark.System) []part {
	var all []part
	known := map[partKey]int{}
	values := []map[string]map[string]bool{}
	for _, c := range s.Components {
		k := keyOf(c)
		i, seen := known[k]
		if !seen {
			i = len(all)
			known[k] = i
			_, rank := groupOf(c.Kind)
			all = append(all, part{Component: c, rank: rank, sortsAs: strings.ToLower(cmp.Or(c.Name, c.Path))})
			if p := &all[i]; p.isFile() {
				p.sortsAs = strings.ToLower(p.Path)
			}
			values = append(values, map[string]map[string]bool{})
		}
		p := &all[i]
		p.Test = p.Test && c.Test
		if c.Kind == lodemark.KindPackage && firmer(c.Pin, p.Pin) {
			p.Pin = c.Pin // what a manifest asks for loosely, a lock file fixes
		}
		p.Places = append(p.Places, spot{c.Path, c.Line})
		for name, v := range c.Detail {
			if values[i][name] == nil {
				values[i][name] = map[string]bool{}
			}
			values[i][name][v] = true
		}
	}
	for i := range all {
		p := &all[i]
		slices.SortFunc(p.Places, func(a, b spot) int { return cmp.Or(cmp.Compare(a.Path, b.Path), a.Line-b.Line) })
		p.Places = slices.Compact(p.Places)
		for _, name := range slices.Sorted(maps.Keys(values[i])) {
			p.Details = append(p.Details, detail{name, slices.Sorted(maps.Keys(values[i][name]))})
		}
	}
	slices.SortStableFunc(all, comparePart)
	return all
}

// firmness orders pins; what is none of them comes last.
var firmness = []lodemark.Pin{lodemark.PinDigest, lodemark.PinCommit, lodemark.PinTag, lodemark.PinBranch, lodemark.PinNone}

func firmer(a, b lodemark.Pin) bool {
	i, j := slices.Index(firmness, a), slices.Index(firmness, b)
	return i >= 0 && (j < 0 || i < j)
}

func comparePart(a, b part) int {
	return cmp.Or(a.rank-b.rank, cmp.Compare(a.Kind, b.Kind), number(a.unresolved())-number(b.unresolved()), cmp.Compare(a.sortsAs, b.sortsAs), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Version, b.Version), cmp.Compare(a.Places[0].Path, b.Places[0].Path), a.Places[0].Line-b.Places[0].Line)
}

// partKey tells parts apart.
type partKey struct {
	kind                           lodemark.Kind
	name, version, digest, address string
	path                           string
	more                           string
	unresolved                     bool
}

// keyOf says what makes a component the same thing at another place. A name that is only a variable's says nothing beyond its file.
func keyOf(c lodemark.Component) partKey {
	k := partKey{kind: c.Kind, name: c.Name, version: c.Version, digest: c.Digest, address: c.Address, unresolved: c.Origin == lodemark.OriginUnresolved}
	g, _ := groupOf(c.Kind)
	switch {
	case c.Line == 0 || c.Scan != nil:
		k.path = c.Path
	case g.ByReference:
		k.more = string(c.Pin)
	case c.Kind == lodemark.KindPackage:
		k.more = c.Detail["ecosystem"]
	case c.Kind == lodemark.KindPrompt && c.Digest != "":
	case c.Kind == lodemark.KindMCPServer && c.Format != "":
		k.more = strings.Join([]string{c.Detail["transport"], c.Detail["command"], c.Detail["args"], c.Detail["url"]}, "\x00")
	default:
		k.path = c.Path
	}
	if c.Name == "" && k.digest == "" {
		k.path = c.Path
	}
	return k
}

func (p part) unresolved() bool { return p.Origin == lodemark.OriginUnresolved }

// values are those of a detail; none where nothing is known.
func (p part) values(name string) []string {
	for _, d := range p.Details {
		if d.Name == name {
			return d.Values
		}
	}
	return nil
}

// value is the first of them.
func (p part) value(name string) string {
	if v := p.values(name); len(v) > 0 {
		return v[0]
	}
	return ""
}

// fact is what the scanner of model files knows: what was counted before what is only claimed.
func (p part) fact(names ...string) string {
	if p.Scan == nil {
		return ""
	}
	for _, origin := range []lodemark.Origin{lodemark.OriginInferred, lodemark.OriginDeclared} {
		for _, name := range names {
			for _, f := range p.Scan.Facts {
				if f.Name == name && f.Origin == origin && f.Value != "" {
					return f.Value
				}
			}
		}
	}
	return ""
}

// providerOnly says whether files name no model, but only who runs some: a client or a key of theirs.
func (p part) providerOnly() bool {
	return p.Kind == lodemark.KindHostedModel && p.Name != "" && p.value("model") == "" && p.Name == p.value("provider")
}

// isFile says whether a part is a file of the tree as a whole.
func (p part) isFile() bool { return p.Path != "" && (p.Line == 0 || p.Scan != nil) }
