package inventory

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/source/resolve"
)

// The book is kept as JSON beside the YAML files that it is written in, as that is read fifty times faster.
//
//go:embed book.json
var embedded []byte

// Book knows what calls, decorators and classes of libraries mean.
type Book struct {
	calls, decorators, bases resolve.Table[*Entry]
	firsts                   map[string]bool // first segments of the names of libraries
}

// Entry says what a call, a decorator or a class that is derived makes.
type Entry struct {
	Kind      lodemark.Kind `yaml:"kind" json:"kind"`
	Call      Names         `yaml:"call,omitempty" json:"call,omitempty"`
	Decorator Names         `yaml:"decorator,omitempty" json:"decorator,omitempty"`
	Base      Names         `yaml:"base,omitempty" json:"base,omitempty"`
	Import    Names         `yaml:"import,omitempty" json:"import,omitempty"` // only in files that import one of these

	// Name is where the name stands: an argument (`model|0`: by name, else by place), or one of variable, function, class, callee, type.
	// Several are tried in order.
	Name     Names  `yaml:"name,omitempty" json:"name,omitempty"`
	Default  string `yaml:"default,omitempty" json:"default,omitempty"`   // the library's own, where the argument is not given
	Required bool   `yaml:"required,omitempty" json:"required,omitempty"` // without the argument it is no such thing
	Provider string `yaml:"provider,omitempty" json:"provider,omitempty"` // or the technology
	Role     string `yaml:"role,omitempty" json:"role,omitempty"`
	Pin      string `yaml:"pin,omitempty" json:"pin,omitempty"` // the argument that fixes a revision

	Model   string            `yaml:"model,omitempty" json:"model,omitempty"`     // an argument that names a model, which is an asset of its own
	Models  lodemark.Kind     `yaml:"models,omitempty" json:"models,omitempty"`   // of that kind; hosted_model_api where nothing is said
	System  string            `yaml:"system,omitempty" json:"system,omitempty"`   // arguments that are system prompts
	Prompt  string            `yaml:"prompt,omitempty" json:"prompt,omitempty"`   // arguments that are other prompts
	Tools   string            `yaml:"tools,omitempty" json:"tools,omitempty"`     // arguments that list tools
	Handoff string            `yaml:"handoff,omitempty" json:"handoff,omitempty"` // arguments that list agents
	Detail  map[string]string `yaml:"detail,omitempty" json:"detail,omitempty"`   // facts that are constant arguments: name -> argument
}

// Names is one word or a list of them.
type Names []string

// UnmarshalYAML takes one word or a list of them.
func (n *Names) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*n = Names{node.Value}
		return nil
	}
	return node.Decode((*[]string)(n))
}

// written is one file of data/.
type written struct {
	Libraries Names    `yaml:"libraries,omitempty" json:"libraries,omitempty"` // first segments of what AI code imports
	Entries   []*Entry `yaml:"entries" json:"entries"`
}

// Embedded gives the built-in book.
func Embedded() (*Book, error) {
	var all written
	if err := json.Unmarshal(embedded, &all); err != nil {
		return nil, fmt.Errorf("read the book of libraries: %w", err)
	}
	return newBook(all), nil
}

func newBook(all written) *Book {
	b := &Book{firsts: map[string]bool{}}
	for _, l := range all.Libraries {
		b.firsts[l] = true
	}
	for _, e := range all.Entries {
		for _, p := range e.Call {
			b.calls.Add(p, e)
		}
		for _, p := range e.Decorator {
			b.decorators.Add(p, e)
		}
		for _, p := range e.Base {
			b.bases.Add(p, e)
		}
	}
	return b
}

// library says whether an imported name belongs to a library for AI.
func (b *Book) library(name string) bool {
	if b.firsts[name] {
		return true
	}
	for i := 0; i < len(name); i++ {
		if (name[i] == '.' || name[i] == '/') && b.firsts[name[:i]] {
			return true
		}
	}
	return false
}

// covers says whether an imported name is a module, or in it.
func covers(module, name string) bool {
	rest, ok := strings.CutPrefix(name, module)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '/' || rest[0] == '_')
}

// read decodes one file of data/, strictly.
func read(data []byte) (written, error) {
	var w written
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&w); err != nil {
		return w, err
	}
	for i, e := range w.Entries {
		if e == nil || e.Kind == "" || len(e.Call)+len(e.Decorator)+len(e.Base) == 0 {
			return w, fmt.Errorf("entry %d says not what it is, or of what", i+1)
		}
		if strings.Contains(string(e.Kind), " ") {
			return w, fmt.Errorf("entry %d: %q is no kind", i+1, e.Kind)
		}
	}
	return w, nil
}
