package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/design/threat"
	"github.com/lodemark/lodemark/internal/pattern"
)

func threatText(s string) threat.Value { return threat.Value{Text: s} }

// codeKinds run code of this tree, and so use other parts.
var codeKinds = []string{"api", "app", "browser_client", "agent", "orchestrator", "mcp_server", "tool", "training_job", "finetune_job", "data_pipeline", "eval_harness"}

// resourceKinds are used by code.
var resourceKinds = []string{"hosted_model_api", "embedding_model", "model_server", "model", "vector_store", "document_store", "memory_store", "cache", "monitoring", "identity_provider",
	"secret_store", "code_sandbox", "web_source", "guard_model", "prompt_store", "mcp_server"}

var (
	calls    = pattern.New(`\bhttpx\.|\brequests\.(get|post)|\bfetch\(|\baxios\b|\bAgentClient\(|\bClient\(|new WebSocket\(|useChat\(|useCompletion\(|EventSource\(`)
	markdown = pattern.New(`react-markdown|\bst\.(markdown|write|write_stream)\(|\bmarked\(|\bMarkdown\b|remark-gfm|streamdown`)
	asHTML   = pattern.New(`dangerouslySetInnerHTML|\.innerHTML\s*=|v-html|unsafe_allow_html\s*=\s*True|\|\s*safe\b`)
	assigned = pattern.New(`^\s*(?:export\s+)?(?:const\s+|let\s+)?(\w+)\s*(?::[^=]*)?=`)
)

// uses draws who uses what: by what stands in a part's files, and in the files that they bring in.
func (d *drafter) uses() {
	spans := d.toolSpans()
	used := map[*part]bool{}
	parts := d.kinds(codeKinds...)
	resources := d.kinds(resourceKinds...)
	for _, p := range parts {
		var mine []string
		for f, owners := range d.owner {
			if slices.Contains(owners, p) {
				mine = append(mine, f)
			}
		}
		slices.Sort(mine)
		if len(mine) == 0 {
			continue
		}
		thin := p.kind == "browser_client" && d.server(p) != nil
		for _, f := range d.reach(mine, func(f string) bool { return len(d.owner[f]) > 0 && !slices.Contains(d.owner[f], p) }) {
			owners := d.owner[f]
			if len(owners) > 0 && !slices.Contains(owners, p) {
				for _, q := range owners {
					if p.kind == "agent" && q.kind == "agent" && len(owners) > 1 {
						continue // which of them is handed over to, handoffs say
					}
					d.hand(p, q)
				}
				continue
			}
			for _, q := range owners {
				if (p.kind == "agent") != (q.kind == "agent") {
					d.hand(p, q)
				}
			}
			if thin && len(owners) == 0 {
				continue
			}
			for _, r := range resources {
				lines, here := r.files[f]
				if !here || r == p || r.named[f] {
					continue
				}
				if !slices.ContainsFunc(lines, func(n int) bool { return !spans.within(f, n) }) {
					continue // a tool does it
				}
				if r.kind == "monitoring" && !slices.Contains(owners, p) && (d.owned(r) || !slices.Contains([]string{"api", "app", "mcp_server", "browser_client", "training_job", "finetune_job"}, p.kind)) {
					continue // a switch among settings, which all bring in
				}
				if p.kind == "browser_client" && thin && !slices.Contains([]string{"monitoring", "identity_provider"}, r.kind) {
					continue
				}
				if modelLike(r.kind) && p.kind != "agent" && slices.ContainsFunc(owners, func(q *part) bool { return q.kind == "agent" && q != p }) {
					continue // the agent of this file asks
				}
				d.use(p, r, "its code does, in "+f)
				used[r] = true
			}
		}
	}
	for t, files := range spans {
		for f, all := range files {
			for _, r := range resources {
				for _, n := range r.files[f] {
					if slices.ContainsFunc(all, func(s [2]int) bool { return n > s[0] && n <= s[1] }) {
						d.use(t, r, "its body does, at "+place{f, n}.String())
						used[r] = true
					}
				}
			}
		}
	}
	for e := range d.asks { // what a tool asks tells what it can do
		if v := e.from.attributes["effects"]; e.to.kind == "code_sandbox" && slices.Contains([]string{"tool", "mcp_server"}, e.from.kind) && !slices.Contains(v.List, "code") {
			e.from.attributes["effects"] = threat.Value{List: append(slices.Clone(v.List), "code")}
			e.from.because["effects"] = "it runs code in " + e.to.name
		}
	}
	d.offers()
	d.handoffs()
	d.orphans()
	for _, r := range resources {
		if used[r] || r.kind == "mcp_server" && r.attributes["origin"].Text == "own" {
			continue
		}
		for _, f := range filesOf(r) {
			if evaluates(f) {
				continue
			}
			p := d.main(f)
			if d.code[f] != nil && p == nil && slices.Contains([]string{"hosted_model_api", "model_server", "model", "vector_store", "embedding_model"}, r.kind) && !evaluates(f) {
				p = d.add("lib "+d.unit(f), "orchestrator", joined(d.label(f), "code"), "serving", "it asks models", place{f, 0})
				d.own(p, f)
			}
			if p != nil && p != r && (d.code[f] != nil || r.kind == "prompt_store") && !slices.Contains([]string{"web_source", "model"}, r.kind) {
				d.use(p, r, "the main part beside "+f)
				used[r] = true
				break
			}
		}
	}
	d.alone(used)
}

// alone draws who uses a vector store or a server of models that stands in settings or a composition and that no code names: the only
// part of the system that could.
func (d *drafter) alone(used map[*part]bool) {
	var only *part
	for _, kinds := range [][]string{{"api"}, {"agent", "orchestrator"}, {"app"}} {
		if all := d.kinds(kinds...); len(all) == 1 {
			only = all[0]
			break
		}
	}
	for _, r := range d.kinds("vector_store", "model_server") {
		linked := used[r]
		for e := range d.asks {
			linked = linked || e.from == r || e.to == r
		}
		if only != nil && !linked {
			d.use(only, r, "nothing else is seen that uses it")
		}
	}
}

func (d *drafter) label(f string) string {
	for u := d.unit(f); u != "."; u = d.unit(u) {
		if b := path.Base(u); !slices.Contains([]string{"mcp", "server", "app", "src", "api", "web", "apps", "packages", "python", "js", "ts"}, b) {
			return b
		}
	}
	return d.sys.Name
}

func modelLike(kind string) bool {
	return kind == "hosted_model_api" || kind == "model_server" || kind == "tool" || kind == "mcp_server" || kind == "memory_store" || kind == "guard_model"
}

// owned says whether a resource stands in the own code of a part.
func (d *drafter) owned(r *part) bool {
	for f := range r.files {
		if len(d.owner[f]) > 0 {
			return true
		}
	}
	return false
}

// server is what a browser talks to: the API of its unit, else the only one.
func (d *drafter) server(p *part) *part {
	for unit := d.unit(p.at.path); ; unit = d.unit(unit) {
		if q := d.parts["api "+unit]; q != nil {
			return q
		}
		if unit == "." {
			break
		}
	}
	if all := d.kinds("api"); len(all) == 1 {
		return all[0]
	}
	return nil
}

// hand draws that code of one part calls code of another.
func (d *drafter) hand(from, to *part) {
	switch {
	case from == to || to.kind == "browser_client" || to.kind == "eval_harness" || from.kind == "tool" && to.kind == "tool":
	case to.kind == "tool", to.kind == "training_job", to.kind == "finetune_job":
	case from.kind == "agent" && (to.kind == "api" || to.kind == "app"), from.kind == "tool" && to.kind != "orchestrator", from.kind == "orchestrator" && to.kind != "agent":
	case from.kind == "mcp_server" && to.kind == "api", to.kind == "mcp_server":
	default:
		why := "its code calls it"
		d.flow(from, to, why, "prompt")
		d.flow(to, from, why, "model_output")
	}
}

// use draws that a part uses a resource, both ways, with what is sent.
func (d *drafter) use(p, r *part, why string) {
	switch r.kind {
	case "hosted_model_api", "model_server":
		d.flow(p, r, why, "prompt", "hidden_context")
		d.flow(r, p, why, "model_output")
		p.is("generative", "")
	case "guard_model":
		d.flow(p, r, why, "prompt")
		d.flow(r, p, why, "model_output")
	case "embedding_model":
		d.flow(p, r, why, map[bool]string{true: "internal", false: "prompt"}[p.kind == "data_pipeline"])
		d.flow(r, p, why, "embeddings")
	case "model":
		if p.kind == "training_job" || p.kind == "finetune_job" {
			if r.attributes["origin"].Text == "own" {
				return
			}
			d.flow(r, p, "the job starts from it", "weights")
			return
		}
		d.flow(r, p, why, "weights")
	case "vector_store":
		if p.kind == "data_pipeline" {
			d.flow(p, r, why, "embeddings", "internal")
			return
		}
		d.flow(p, r, why, "prompt")
		d.flow(r, p, why, "internal")
	case "document_store", "cache":
		d.flow(p, r, why, "internal")
		d.flow(r, p, why, "internal")
	case "memory_store":
		d.flow(p, r, why, "prompt", "model_output")
		d.flow(r, p, why, "prompt", "model_output")
	case "monitoring":
		d.flow(p, r, why, "telemetry")
	case "identity_provider":
		d.flow(r, p, why, "personal")
		if slices.Contains([]string{"api", "app", "browser_client"}, p.kind) {
			p.text("authn", "oauth", "people sign in by "+r.name)
		}
	case "secret_store":
		d.flow(r, p, why, "credential")
	case "code_sandbox":
		d.flow(p, r, why, "model_output").executes = "code"
		d.flow(r, p, why, "internal")
	case "web_source":
		d.flow(r, p, why, "public")
	case "prompt_store":
		d.flow(r, p, why, "hidden_context")
	case "mcp_server":
		d.flow(p, r, why, "model_output")
		d.flow(r, p, why, "internal")
	}
}

// scripts takes out command lines that ask no model: they start or deploy what is drawn already.
func (d *drafter) scripts() {
	for _, p := range d.kinds("app") {
		asks := !strings.HasPrefix(p.why, "it is started")
		for e := range d.asks {
			asks = asks || e.from == p && slices.Contains([]string{"hosted_model_api", "model_server", "agent", "orchestrator", "vector_store", "api", "tool", "mcp_server"}, e.to.kind) || e.to == p && e.from.kind == "model"
		}
		if !asks {
			d.drop(p)
		}
	}
}

// orphans draws who asks agents that no code brings in: the only API or page, which then asks over the network or by a registry.
func (d *drafter) orphans() {
	for _, a := range d.kinds("agent") {
		asked := false
		for e := range d.asks {
			asked = asked || e.to == a && slices.Contains([]string{"api", "app", "agent", "orchestrator", "mcp_server", "browser_client"}, e.from.kind)
		}
		if asked {
			continue
		}
		p := d.main(a.at.path)
		if p == nil {
			if all := d.kinds("api"); len(all) == 1 {
				p = all[0]
			} else if all := d.kinds("app"); len(all) == 1 {
				p = all[0]
			}
		}
		if p != nil {
			d.flow(p, a, "nothing else is seen that asks it", "prompt")
			d.flow(a, p, "nothing else is seen that asks it", "model_output")
		}
	}
	// What follows a graph without choosing tools is no agent.
	for _, a := range d.kinds("agent") {
		acts := !slices.Contains(a.technology, "langgraph")
		for e := range d.asks {
			acts = acts || e.from == a && (slices.Contains([]string{"tool", "mcp_server", "agent", "code_sandbox"}, e.to.kind))
		}
		if !acts && !strings.Contains(strings.ToLower(a.name), "agent") {
			a.kind, a.why = "orchestrator", "code makes a graph of steps without tools"
			delete(a.attributes, "autonomy")
			delete(a.attributes, "identity")
		}
	}
}

type spanned map[*part]map[string][][2]int

func (s spanned) within(file string, line int) bool {
	for _, files := range s {
		if slices.ContainsFunc(files[file], func(b [2]int) bool { return line > b[0] && line <= b[1] }) {
			return true
		}
	}
	return false
}

func (d *drafter) toolsSeen() []lodemark.Component {
	return slices.AppendSeq(slices.Clone(d.more), d.sys.Of(lodemark.KindTool))
}

// toolSpans gives the lines that belong to tools, and hands a file to a tool where nothing else owns it and it is all the file has.
func (d *drafter) toolSpans() spanned {
	all := spanned{}
	for _, c := range d.toolsSeen() {
		s := d.code[c.Path]
		if s == nil || c.Line < 1 {
			continue
		}
		for _, p := range d.kinds("tool") {
			if !slices.Contains(p.files[c.Path], c.Line) {
				continue
			}
			if all[p] == nil {
				all[p] = map[string][][2]int{}
			}
			lines := strings.Split(s.text, "\n")
			if c.Line <= len(lines) {
				all[p][c.Path] = append(all[p][c.Path], s.body(lines, c)...)
			}
			if len(d.owner[c.Path]) == 0 || d.owner[c.Path][0].kind == "tool" {
				d.own(p, c.Path)
			}
		}
	}
	// Two tools of a file both own it only where they are one part; else their bodies tell.
	for f, owners := range d.owner {
		if len(owners) > 1 && owners[0].kind == "tool" {
			d.owner[f] = nil
		}
	}
	return all
}
