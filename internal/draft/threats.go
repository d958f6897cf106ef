package draft

import (
	"bytes"
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
)

// threatModel drafts threats.yaml. What was found stands in <...>, kind and path, until a person has looked at it: a threat
// model that names every component because a tool wrote it there has been compared with nothing.
func threatModel(known Known) []byte {
	s := known.System
	t := &sketch{used: map[string]bool{}}
	t.line("# %s. Threat model as code: who reviews a change of the system reviews this file with it.", mark(known.At))
	t.line("# What was found stands in <...>. For each component choose one kind of those in <fill in: ...> and take the brackets off the path; add what is missing,")
	t.line("# correct the flows, write down threats. Then take out these lines and the status.")
	t.line("status: draft")
	t.line("system:")
	t.line("  name: %s", quoted(cmp.Or(s.Name, "<fill in: name of the system>"), nameMost))
	t.line("  owner: %s", quoted(cmp.Or(s.Declared.Owner.Name, "<fill in: name or role>"), nameMost))
	t.line("  reviewed: \"<fill in: YYYY-MM-DD>\"")
	t.line("  next_review: \"<fill in: YYYY-MM-DD>\"")
	t.line("  # Add what is so: users (0 none, 1 one, 2 many); multi_tenant, live, human_review, egress_open (true or false).")
	if classes := s.Declared.DataClasses; len(classes) > 0 {
		t.line("  # Declared classes of data: %s. Say for each store what it holds.", oneLine(strings.Join(classes, ", "), 200))
	}
	t.line("components:")
	t.people(s)
	t.parts(s)
	t.line("flows:")
	t.line("  # The plain ones. Add encrypted, authn, renders, executes where they are known, and the flows that nobody drew.")
	for _, f := range t.flows {
		t.line("  - {from: %s, to: %s, carries: [%s]}", f[0], f[1], f[2])
	}
	t.line("# One entry for each threat: id, title, components, severity, mitigations, status (open, mitigated, accepted), owner, decided, due or until.")
	t.line("# Write for each what it does to the system, its users, the organisation and society, and do not forget failures without an attacker.")
	t.line("threats: []")
	return t.b.Bytes()
}

// sketch is a threat model that is being drawn.
type sketch struct {
	b     bytes.Buffer
	used  map[string]bool
	flows [][3]string // from, to, what it carries
}

func (t *sketch) line(format string, args ...any) { fmt.Fprintf(&t.b, format+"\n", args...) }

// id makes a name that no other component has.
func (t *sketch) id(name, otherwise string) string {
	base := cmp.Or(slug(name), otherwise)
	id := base
	for n := 2; t.used[id]; n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	t.used[id] = true
	return id
}

// people draws users, endpoints and the application between them, to which everything that was found is joined.
func (t *sketch) people(s *lodemark.System) {
	t.used["app"] = true
	var users []string
	for _, u := range s.Declared.Users[:min(len(s.Declared.Users), rowsMost)] {
		users = append(users, t.id(u, "user"))
	}
	if len(users) == 0 {
		users = append(users, t.id("user", "user"))
	}
	for _, id := range users {
		t.line("  - {id: %s, kind: end_user}", id)
	}
	t.line("  - {id: app, kind: \"<fill in: app, api, orchestrator or agent>\", path: \"<fill in: where its code begins>\"}")
	entered := false
	for _, e := range s.Declared.Endpoints[:min(len(s.Declared.Endpoints), rowsMost)] {
		id := t.id(e.Name, "endpoint")
		t.line("  - {id: %s, kind: \"<fill in: api or browser_client>\", exposure: %s}  # %s", id, quoted(cmp.Or(e.Exposure, "<fill in: internet, partner or internal>"), nameMost), oneLine(e.URL, pathMost))
		for _, u := range users {
			t.flow(u, id, "prompt")
		}
		t.flow(id, "app", "prompt")
		t.flow("app", id, "model_output")
		entered = true
	}
	for _, u := range users {
		if !entered {
			t.flow(u, "app", "prompt")
			t.flow("app", u, "model_output")
		}
	}
}

func (t *sketch) flow(from, to, carries string) {
	t.flows = append(t.flows, [3]string{from, to, carries})
}

// drawn is how a kind of component is drawn.
type drawn struct {
	kind     lodemark.Kind
	as       string   // the kinds of the threat vocabulary that it may be
	otherID  string   // where the name makes none
	to, from string   // what the application sends it, and what comes back; empty: nothing
	folder   bool     // one for each folder is enough
	details  []string // further attributes, from Component.Detail: attribute and key
}

var drawing = []drawn{
	{kind: lodemark.KindHostedModel, as: "hosted_model_api, embedding_model or guard_model", otherID: "hosted-model", to: "prompt, hidden_context", from: "model_output", details: []string{"provider", "provider"}},
	{kind: lodemark.KindServer, as: "model_server, model, embedding_model or gateway", otherID: "model-server", to: "prompt", from: "model_output", details: []string{"technology", "technology"}},
	{kind: lodemark.KindModel, as: "model, embedding_model or guard_model", otherID: "model", from: "model_output", to: "prompt"},
	{kind: lodemark.KindPrompt, as: "prompt_store", otherID: "prompts", from: "hidden_context", folder: true},
	{kind: lodemark.KindVectorStore, as: "vector_store, document_store or memory_store", otherID: "store", to: "prompt", from: "internal", details: []string{"technology", "technology"}},
	{kind: lodemark.KindMCPServer, as: "mcp_server, tool or code_sandbox", otherID: "tools", to: "model_output", from: "internal", details: []string{"transport", "transport"}},
	{kind: lodemark.KindDataset, as: "dataset", otherID: "data", folder: true},
	{kind: lodemark.KindNotebook, as: "notebook", otherID: "notebooks", folder: true},
	{kind: lodemark.KindPipeline, as: "ci_pipeline", otherID: "pipeline", folder: true},
	{kind: lodemark.KindManifest, as: "package_source", otherID: "packages"},
}

// parts draws what discovery found.
func (t *sketch) parts(s *lodemark.System) {
	for _, d := range drawing {
		var seen []string
		for c := range s.Of(d.kind) {
			at, name := c.Path, c.Name
			if d.folder {
				at, name = path.Dir(c.Path), path.Base(path.Dir(c.Path))
			}
			if d.folder && at == "." {
				at, name = c.Path, c.Name
			}
			if d.kind == lodemark.KindHostedModel {
				at, name = "", cmp.Or(c.Detail["model"], c.Name) // its place in the tree is only where it is named
			}
			key := at
			if !d.folder {
				key += "\x00" + name
			}
			if c.Test || slices.Contains(seen, key) {
				continue
			}
			if seen = append(seen, key); len(seen) > rowsMost {
				t.line("  # More of the kind %s were found; add them.", oneLine(string(d.kind), nameMost))
				break
			}
			t.part(d, c, at, name)
		}
	}
}

func (t *sketch) part(d drawn, c lodemark.Component, at, name string) {
	id := t.id(name, d.otherID)
	fields := []string{"id: " + id, "kind: " + quoted(document.SlotMark+d.as+">", 200)}
	if !d.folder && name != "" {
		fields = append(fields, "name: "+quoted(name, nameMost))
	}
	for i := 0; i+1 < len(d.details); i += 2 {
		if value := c.Detail[d.details[i+1]]; value != "" {
			fields = append(fields, d.details[i]+": "+quoted(value, nameMost))
		}
	}
	if d.kind == lodemark.KindModel && c.Format != "" {
		fields = append(fields, "format: "+quoted(c.Format, nameMost))
	}
	if at != "" {
		fields = append(fields, "path: "+quoted("<"+at+">", pathMost))
	}
	t.line("  - {%s}", strings.Join(fields, ", "))
	if d.to != "" {
		t.flow("app", id, d.to)
	}
	if d.from != "" {
		t.flow(id, "app", d.from)
	}
}
