package design

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// threatFile is the name of the threat model as code, at the root of the target.
const threatFile = "threats.yaml"

// The bounds of a threat file; a person writes it, and a target may be hostile.
const (
	threatFileBytes = 4 << 20
	threatFileDepth = 40
)

// threatModel is what the checks here need of threats.yaml: which parts are named, and how they are joined.
type threatModel struct {
	system bool // the system is described by at least one attribute
	parts  []part
	flows  []flow
	// treated: at least one threat is written down, or a component claims a control. The rest is only a drawing.
	treated bool
	begun   bool     // "threats" stands there, be it empty: it was to be filled in
	path    string   // of the file; set by readThreatModel
	threats []string // the ids of the threats written down
}

// part is one component of the threat model.
type part struct {
	id, kind, name string
	line           int
	paths          []string // files, folders or patterns in the tree
	technology     []string
	prompted       bool // has_system_prompt: a prompt belongs to it
	guess          bool // a draft put it there, and nobody has taken the reason out
}

type flow struct {
	from, to string
	line     int
}

// threatError says where a threat file stops making sense.
type threatError struct {
	Line    int // 1-based; 0: not known
	Message string
}

func (e *threatError) Error() string {
	if e.Line == 0 {
		return "read the threat model: " + e.Message
	}
	return fmt.Sprintf("read the threat model: line %d: %s", e.Line, e.Message)
}

// parseThreatModel reads system, components and flows. Components are a list, or a mapping from id to attributes. Keys it
// does not know are left to the threat engine.
func parseThreatModel(data []byte) (m threatModel, err error) {
	defer func() {
		if r := recover(); r != nil { // a crash of the decoder is a file that cannot be read, not the end of a run
			m, err = threatModel{}, &threatError{0, fmt.Sprintf("the decoder gave up: %v", r)}
		}
	}()
	if len(data) > threatFileBytes {
		return m, &threatError{0, fmt.Sprintf("the file has %d bytes; at most %d are read", len(data), threatFileBytes)}
	}
	if line := threat.TooDeep(data, threatFileDepth); line > 0 {
		return m, &threatError{line, fmt.Sprintf("nested deeper than %d", threatFileDepth)}
	}
	var doc yaml.Node
	err = yaml.NewDecoder(bytes.NewReader(data)).Decode(&doc)
	if err != nil && !errors.Is(err, io.EOF) {
		return m, yamlProblem(err)
	}
	if len(doc.Content) == 0 {
		return m, &threatError{1, "the file holds nothing"}
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return m, &threatError{top.Line, "a mapping with system, components and flows is expected"}
	}
	if s := child(top, "system"); s != nil {
		m.system = len(s.Content) > 0 || s.Value != ""
	}
	if t := child(top, "threats"); t != nil {
		m.treated, m.begun = treatsThreats(t), true
		m.threats = threatIDs(t)
	}
	if err := m.readParts(child(top, "components")); err != nil {
		return m, err
	}
	return m, m.readFlows(child(top, "flows"))
}

// treatsThreats says whether at least one entry says something about a threat: a text other than its id that is no placeholder.
func treatsThreats(n *yaml.Node) bool {
	for i, e := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		if e.Kind == yaml.ScalarNode && spoken(e) {
			return true
		}
		for k := 0; k+1 < len(e.Content) && e.Kind == yaml.MappingNode; k += 2 {
			switch e.Content[k].Value {
			case "id", "status", "severity", "owner", "date", "due", "until", "decided":
			default:
				if spoken(e.Content[k+1]) {
					return true
				}
			}
		}
	}
	return false
}

// filledIn is a text that is no placeholder.
func filledIn(n *yaml.Node) string {
	if t := text(n); spoken(n) {
		return t
	}
	return ""
}

// spoken tells a text, or a list with one, from placeholders and dummies.
func spoken(n *yaml.Node) bool {
	for _, t := range texts(n) {
		if (document.Section{Text: t}).Filled() {
			return true
		}
	}
	return false
}

// threatIDs lists the ids of threats: of a list by "id", of a mapping by its keys.
func threatIDs(n *yaml.Node) []string {
	var ids []string
	for i, e := range n.Content {
		switch {
		case n.Kind == yaml.SequenceNode:
			if id := text(child(e, "id")); id != "" {
				ids = append(ids, id)
			}
		case n.Kind == yaml.MappingNode && i%2 == 0:
			ids = append(ids, e.Value)
		}
	}
	return ids
}

// guesses counts the parts that a draft put there and nobody has looked at: whoever agrees takes the guess out.
func (m threatModel) guesses() int {
	n := 0
	for _, p := range m.parts {
		if p.guess {
			n++
		}
	}
	return n
}

func (m *threatModel) readParts(n *yaml.Node) error {
	switch {
	case n == nil || n.Tag == "!!null":
		return nil
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if err := m.readPart(n.Content[i+1], n.Content[i].Value); err != nil {
				return err
			}
		}
	case n.Kind == yaml.SequenceNode:
		for _, e := range n.Content {
			if err := m.readPart(e, ""); err != nil {
				return err
			}
		}
	default:
		return &threatError{n.Line, "components is neither a list nor a mapping"}
	}
	return nil
}

func (m *threatModel) readPart(n *yaml.Node, id string) error {
	if n.Kind != yaml.MappingNode {
		return &threatError{n.Line, "a component is not a mapping of its attributes"}
	}
	p := part{id: id, line: n.Line, kind: filledIn(child(n, "kind")), name: text(child(n, "name"))}
	if p.id == "" {
		p.id = text(child(n, "id"))
	}
	for _, key := range []string{"path", "paths", "file", "files"} {
		p.paths = append(p.paths, texts(child(n, key))...)
	}
	for _, key := range []string{"technology", "technologies", "provider", "model"} {
		p.technology = append(p.technology, texts(child(n, key))...)
	}
	m.treated = m.treated || !m.begun && len(texts(child(n, "controls"))) > 0
	p.prompted, _ = strconv.ParseBool(text(child(n, "has_system_prompt")))
	p.guess = text(child(n, "guess")) != ""
	m.parts = append(m.parts, p)
	return nil
}

func (m *threatModel) readFlows(n *yaml.Node) error {
	if n == nil || n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		return &threatError{n.Line, "flows is not a list"}
	}
	for _, e := range n.Content {
		if e.Kind != yaml.MappingNode {
			return &threatError{e.Line, "a flow is not a mapping with from and to"}
		}
		m.flows = append(m.flows, flow{text(child(e, "from")), text(child(e, "to")), e.Line})
	}
	return nil
}

func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(n *yaml.Node) string {
	if n == nil || n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		return ""
	}
	return strings.TrimSpace(n.Value)
}

func texts(n *yaml.Node) []string {
	if t := text(n); t != "" {
		return []string{t}
	}
	var all []string
	if n != nil && n.Kind == yaml.SequenceNode {
		for _, e := range n.Content {
			if t := text(e); t != "" {
				all = append(all, t)
			}
		}
	}
	return all
}

var yamlErrorLine = pattern.New(`^yaml: (?:line (\d+): )?(.*)$`)

func yamlProblem(err error) error {
	m := yamlErrorLine.FindStringSubmatch(strings.SplitN(err.Error(), "\n", 2)[0])
	if m == nil {
		return &threatError{0, err.Error()}
	}
	line, _ := strconv.Atoi(m[1])
	return &threatError{line, m[2]}
}

// Kinds of the threat vocabulary under which a discovered component may be modelled.
var modelledAs = map[lodemark.Kind][]string{
	lodemark.KindModel:          {"model", "model_server", "embedding_model", "guard_model"},
	lodemark.KindServer:         {"model_server", "model", "embedding_model", "gateway"},
	lodemark.KindHostedModel:    {"hosted_model_api", "embedding_model", "guard_model", "model"},
	lodemark.KindVectorStore:    {"vector_store", "document_store", "memory_store"},
	lodemark.KindMCPServer:      {"mcp_server", "tool", "code_sandbox"},
	lodemark.KindPrompt:         {"prompt_store"},
	lodemark.KindDataset:        {"dataset", "document_store", "feature_store", "artifact_store"},
	lodemark.KindEmbeddingModel: {"embedding_model", "model", "hosted_model_api", "model_server"},
	lodemark.KindAgent:          {"agent", "orchestrator", "app", "api"},
	lodemark.KindTool:           {"tool", "mcp_server", "code_sandbox"},
}

// covers says whether one part of the threat model stands for a discovered component: by its path, or by a name or
// technology that both share. alone: it is the only one of its kind on both sides, so that the kind is enough.
func (p part) covers(c lodemark.Component, alone bool) bool {
	fits := false
	for _, k := range modelledAs[c.Kind] {
		fits = fits || k == p.kind
	}
	if c.Path != "" {
		for _, want := range p.paths {
			if covered(want, c.Path) && (fits || c.Kind != lodemark.KindMCPServer) {
				return true
			}
		}
	}
	if c.Kind == lodemark.KindPrompt && p.prompted {
		return true
	}
	if !fits {
		return false
	}
	if alone || c.Kind == lodemark.KindPrompt {
		return true
	}
	for _, mine := range append([]string{p.id, p.name}, p.technology...) {
		for _, theirs := range namesOf(c) {
			if alike(mine, theirs) {
				return true
			}
		}
	}
	return false
}

// namesOf lists what a component may be called: its name, its file without ending and shard number, its image, its provider.
func namesOf(c lodemark.Component) []string {
	names := []string{c.Name, c.Address, c.Format}
	for _, key := range []string{"provider", "model", "technology", "image", "engine"} {
		names = append(names, c.Detail[key])
	}
	if c.Kind == lodemark.KindModel {
		names = []string{c.Name, stem(c.Path), path.Base(path.Dir(c.Path))}
	}
	return names
}

var shard = pattern.New(`-[0-9]{5}-of-[0-9]{5}$`)

// stem is a model file's name without its endings and shard number.
func stem(p string) string {
	base := path.Base(p)
	if i := strings.LastIndexByte(base, '.'); i > 0 {
		base = base[:i]
	}
	return shard.ReplaceAllString(base, "")
}

// covered says whether a path of the threat model takes in a path of the tree: the file, a folder above it, or a pattern.
func covered(want, p string) bool {
	want = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(want, "**"), "./"), "/")
	if want == "" || want == p || strings.HasPrefix(p, want+"/") {
		return want != ""
	}
	ok, _ := path.Match(want, p)
	return ok
}

// alike compares two names without case and punctuation. One may hold the other, when what is held is long enough to mean
// something.
func alike(a, b string) bool {
	a, b = plain(a), plain(b)
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 4 && !vague[a] && strings.Contains(b, a)
}

// vague words name a kind of thing and not one thing.
var vague = map[string]bool{"model": true, "models": true, "server": true, "store": true, "tool": true, "tools": true, "hosted": true,
	"prompt": true, "prompts": true, "vector": true, "main": true, "local": true, "safetensors": true, "pickle": true, "gguf": true, "onnx": true,
	"latest": true, "data": true, "mcpserver": true, "modelserver": true, "vectorstore": true, "hostedmodel": true, "modelapi": true}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}
