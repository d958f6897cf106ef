package survey

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/design/threat"
)

// Difference is one place at which a threat model and the system have drifted apart.
type Difference struct {
	Kind    string // "gone": declared, and not there; "new": there, and not declared
	ID      string // of the component: the model's for what is gone, the drawing's for what is new
	What    string // the component's kind and name
	Path    string // the model's file, or where the new part stands in the tree
	Line    int    // 0: the whole file
	Message string // what is so, and how that is known
	Fix     string
}

// asked are the kinds that a threat model must have when the tree shows them. People, browsers, workflows and packages are
// for the modeller to draw or not.
var asked = []string{"agent", "orchestrator", "api", "app", "mcp_server", "tool", "code_sandbox", "hosted_model_api", "embedding_model", "model", "model_server", "vector_store", "document_store",
	"memory_store", "training_job", "finetune_job", "secret_store", "identity_provider"}

// families are kinds that one modeller calls this and another that.
var families = [][]string{
	{"app", "api", "orchestrator", "agent", "gateway", "browser_client", "edge_device", "hitl_console"},
	{"tool", "mcp_server", "code_sandbox"},
	{"agent", "tool"},
	{"model", "model_server", "hosted_model_api", "embedding_model", "guard_model"},
	{"vector_store", "document_store", "memory_store", "cache", "prompt_store", "feature_store", "artifact_store", "dataset"},
	{"training_job", "finetune_job", "data_pipeline", "notebook", "eval_harness", "orchestrator"},
	{"log_store", "monitoring", "evidence_store"},
	{"secret_store"}, {"identity_provider"}, {"ci_pipeline", "package_source", "model_registry", "artifact_store"},
}

func related(a, b string) bool {
	return a == b || slices.ContainsFunc(families, func(f []string) bool { return slices.Contains(f, a) && slices.Contains(f, b) })
}

// Drift compares what a threat model declares with what was drawn from the system. Exists says whether a path, or a pattern of
// paths, of the model is in the tree.
func Drift(m *threat.Model, d *Drawing, exists func(path string) bool) []Difference {
	var all []Difference
	for _, c := range m.Components {
		var gone []string
		for _, p := range c.Paths {
			if !strings.Contains(p, "://") && !exists(strings.Trim(p, "<>")) {
				gone = append(gone, p)
			}
		}
		if len(c.Paths) == 0 || len(gone) < len(c.Paths) {
			continue
		}
		if slices.ContainsFunc(d.Model.Components, func(x *threat.Component) bool { return x.Kind == c.Kind && same(c, x) }) {
			if moved := where(c, d); moved != "" {
				all = append(all, Difference{"gone", c.ID, c.Kind + " " + c.Called(), m.Path, c.Line, fmt.Sprintf("%s is declared at %s, which is not there; it seems to be %s now", c.ID, strings.Join(gone, ", "), moved), "correct its paths"})
				continue
			}
		}
		all = append(all, Difference{"gone", c.ID, c.Kind + " " + c.Called(), m.Path, c.Line,
			fmt.Sprintf("%s is declared at %s, which is not in the tree", c.ID, strings.Join(gone, ", ")), "correct its paths, or take the component and its flows out"})
	}
	for _, x := range d.Model.Components {
		if !slices.Contains(asked, x.Kind) || len(x.Paths) == 0 || strings.HasPrefix(x.ID, "mcp-client") {
			continue
		}
		found := false
		for _, c := range m.Components {
			if found = related(c.Kind, x.Kind) && (same(c, x) || alone(c, x, m, d)) || holds(c, x); found {
				break
			}
		}
		if !found {
			p, line := split(x.Guess, x.Paths[0])
			all = append(all, Difference{"new", x.ID, x.Kind + " " + x.Called(), p, line, fmt.Sprintf("%s (%s) is there and no component of the threat model stands for it", x.Called(), x.Kind),
				fmt.Sprintf("add a component of kind %s with paths: [%s] and its flows; lodemark threats init --show draws it", x.Kind, x.Paths[0])})
		}
	}
	slices.SortStableFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Path, b.Path), a.Line-b.Line, cmp.Compare(a.ID, b.ID))
	})
	return all
}

// where gives the place of the part that a component stands for.
func where(c *threat.Component, d *Drawing) string {
	for _, x := range d.Model.Components {
		if x.Kind == c.Kind && same(c, x) && len(x.Paths) > 0 {
			return "at " + x.Paths[0]
		}
	}
	return ""
}

// same says whether two components stand for one thing: a path of one takes in one of the other, or they share a name.
func same(c, x *threat.Component) bool {
	if c.ID == x.ID {
		return true
	}
	for _, a := range c.Paths {
		a = strings.Trim(a, "<>")
		for _, b := range x.Paths {
			if threat.Covers(a, b) || threat.Covers(b, a) {
				return true
			}
		}
	}
	for _, a := range append([]string{c.ID, c.Name}, c.Technology...) {
		for _, b := range append([]string{x.ID, x.Name}, x.Technology...) {
			if alike(a, b) {
				return true
			}
		}
	}
	return false
}

// holds says whether a component takes a part in by a folder, whatever kind it is: an application that is drawn as one box.
func holds(c, x *threat.Component) bool {
	inner := []string{"orchestrator", "app", "api", "agent", "tool", "memory_store"}
	outer := []string{"app", "api", "orchestrator", "agent", "mcp_server", "gateway"}
	if !slices.Contains(inner, x.Kind) || !slices.Contains(outer, c.Kind) {
		return false
	}
	for _, b := range x.Paths {
		if !slices.ContainsFunc(c.Paths, func(a string) bool { return threat.Covers(strings.Trim(a, "<>"), b) }) {
			return false
		}
	}
	return len(x.Paths) > 0
}

// alone says whether both are the only ones of their kind.
func alone(c, x *threat.Component, m *threat.Model, d *Drawing) bool {
	count := func(all []*threat.Component, kind string) int {
		n := 0
		for _, o := range all {
			if o.Kind == kind {
				n++
			}
		}
		return n
	}
	return count(m.Components, c.Kind) == 1 && count(d.Model.Components, x.Kind) == 1
}

// alike compares names without case and punctuation; one may hold the other where what is held means something.
func alike(a, b string) bool {
	a, b = plain(a), plain(b)
	if len(a) > len(b) {
		a, b = b, a
	}
	return a != "" && a == b || len(a) >= 4 && !vague[a] && strings.Contains(b, a)
}

var vague = map[string]bool{"model": true, "models": true, "server": true, "store": true, "tool": true, "tools": true, "agent": true, "agents": true, "hosted": true, "main": true, "local": true,
	"database": true, "data": true, "memory": true, "vector": true, "code": true, "client": true, "user": true, "hostedmodel": true, "mcpserver": true, "embedding": true, "embeddings": true, "vectorstore": true,
	"service": true, "webapp": true, "python": true, "langchain": true, "langgraph": true}

func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(s))
}

// split takes the place out of a guess: "why, at path:line".
func split(guess, otherwise string) (string, int) {
	_, at, ok := strings.Cut(guess, ", at ")
	if !ok {
		return otherwise, 0
	}
	p, n, ok := strings.Cut(at, ":")
	line := 0
	if ok {
		for _, r := range n {
			if r < '0' || r > '9' {
				return p, line
			}
			line = line*10 + int(r-'0')
		}
	}
	return p, line
}
