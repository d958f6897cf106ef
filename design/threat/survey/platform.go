package survey

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// platform draws what builds the system and what stands around it: workflows, packages, coding assistants, guards, prompts.
func (d *drafter) platform() {
	for c := range d.sys.Of(lodemark.KindPipeline) {
		if !c.Test && !lodemark.Sample(c.Path) {
			d.add("ci", "ci_pipeline", "CI workflows", "build", "workflows are kept here", place{c.Path, 0}).tech(c.Format)
		}
	}
	locked := map[string]bool{}
	for c := range d.sys.Of(lodemark.KindLockFile) {
		if !c.Test {
			locked[c.Detail["ecosystem"]] = true
		}
	}
	for c := range d.sys.Of(lodemark.KindManifest) {
		eco := c.Detail["ecosystem"]
		if d.aside(c) || eco != "pypi" && eco != "npm" && eco != "conda" {
			continue
		}
		p := d.add("packages "+eco, "package_source", map[string]string{"pypi": "Python packages", "npm": "npm packages", "conda": "conda packages"}[eco], "internet", "a manifest asks for packages", place{c.Path, 0})
		p.text("origin", "third_party", "")
		if locked[eco] {
			p.text("pinned", "digest", "a lock file fixes them")
		} else {
			p.unknown("pinned")
		}
	}
	for c := range d.sys.Of(lodemark.KindAgentConfig) {
		if c.Test || c.Line > 0 || lodemark.Sample(c.Path) || !slices.Contains([]string{"claude", "cursor", "copilot", "codex", "gemini", "agents"}, c.Format) {
			continue
		}
		p := d.add("assistant", "coding_assistant", "coding assistant", "user-device", "its rules or settings are kept here", place{c.Path, 0})
		p.text("runs_in", "desktop", "")
		p.unknown("autonomy", "identity")
		p.tech(c.Format)
	}
	for c := range d.sys.Of(lodemark.KindGuardrail) {
		if d.aside(c) || evaluates(c.Path) {
			continue
		}
		p := d.add("guard", "guard_model", "guardrails", "serving", "code checks what goes in or out", place{c.Path, c.Line})
		p.tech(c.Detail["technology"])
		p.unknown("origin", "pinned")
	}
	for c := range d.sys.Of(lodemark.KindPrompt) {
		if d.aside(c) || c.Line > 0 || evaluates(c.Path) {
			continue
		}
		p := d.add("prompts", "prompt_store", "prompt files", "serving", "prompts lie here as files", place{c.Path, 0})
		p.list("writers", "own")
	}
	d.factories()
}

// factories draws files in which a model is chosen for many: one box between those who ask and those who answer.
func (d *drafter) factories() {
	providers := map[string]int{}
	for _, p := range d.kinds("hosted_model_api", "model_server") {
		for f := range p.files {
			if d.code[f] != nil && len(d.owner[f]) == 0 && !p.named[f] {
				providers[f]++
			}
		}
	}
	for _, f := range d.order {
		if providers[f] < 3 {
			continue
		}
		p := d.add("factory "+d.unit(f), "orchestrator", joined(strings.TrimSuffix(path.Base(f), path.Ext(f)), "model selection"), "serving", "it chooses among models of several providers for others", place{f, 0})
		d.own(p, f)
	}
}

var (
	publicHost = []string{"vercel.json", "netlify.toml", "fly.toml", "render.yaml", "railway.json", "app.yaml", "Procfile"}
	images     = []struct {
		word string
		sign
	}{
		{"postgres", sign{kind: "document_store", tech: "postgres", name: "PostgreSQL", boundary: "serving"}}, {"pgvector", sign{kind: "document_store", tech: "postgres", name: "PostgreSQL", boundary: "serving"}},
		{"mysql", sign{kind: "document_store", tech: "mysql", name: "MySQL", boundary: "serving"}}, {"mariadb", sign{kind: "document_store", tech: "mysql", name: "MySQL", boundary: "serving"}},
		{"mongo", sign{kind: "document_store", tech: "mongodb", name: "MongoDB", boundary: "serving"}}, {"redis", sign{kind: "cache", tech: "redis", name: "Redis", boundary: "serving"}},
		{"neo4j", sign{kind: "document_store", tech: "neo4j", name: "Neo4j", boundary: "serving"}}, {"minio", sign{kind: "document_store", tech: "s3", name: "object store (S3)", boundary: "serving"}},
		{"langfuse", sign{kind: "monitoring", tech: "langfuse", name: "Langfuse", boundary: "operator"}},
	}
	dataSource = pattern.New(`(?m)^\s*provider\s*=\s*["'](postgresql|mysql|sqlite|mongodb)["']`)
)

// deployed says what containers and clusters show: stores that only stand there, ports that are published, ways from outside.
func (d *drafter) deployed() {
	for c := range d.sys.Of(lodemark.KindCompose) {
		if d.aside(c) {
			continue
		}
		file, err := infra.Read(d.subject, c.Path, infra.ParseCompose)
		if err != nil {
			continue
		}
		for _, s := range file.Services {
			at := place{c.Path, s.Line}
			if s.Image.Given() && !s.Build {
				base := strings.ToLower(path.Base(s.Ref.Name))
				for _, g := range images {
					if strings.HasPrefix(base, g.word) {
						p := d.store(g.sign, "a service of compose", at)
						p.boundary = g.boundary
						p.text("hosting", "self", "")
						d.ports(p, s, c.Path)
						break
					}
				}
				continue
			}
			if p := d.runs(s, path.Dir(c.Path)); p != nil {
				p.seen(at)
				p.text("runs_in", "container", "a service of compose, at "+at.String())
				d.ports(p, s, c.Path)
			}
		}
	}
	for c := range d.sys.Of(lodemark.KindKubernetes) {
		if d.aside(c) || c.Format != "manifest" {
			continue
		}
		objects, err := infra.Read(d.subject, c.Path, infra.ParseKubernetes)
		if err != nil {
			continue
		}
		for _, o := range objects {
			if o.Ingress == nil {
				continue
			}
			for _, b := range o.Ingress.Backends {
				for _, p := range d.kinds("api", "app", "browser_client", "model_server") {
					if alike(b.Service.Text, p.name) || alike(b.Service.Text, path.Base(d.unit(p.at.path))) {
						p.attributes["exposure"] = threatText("internet")
						p.because["exposure"] = "an Ingress leads to it, at " + place{c.Path, o.Line}.String()
					}
				}
			}
		}
	}
	for _, f := range d.sys.Files {
		if !slices.Contains(publicHost, path.Base(f.Path)) || f.Test || f.Vendored || lodemark.Sample(f.Path) {
			continue
		}
		for _, p := range d.kinds("api", "app") {
			if p.boundary == "serving" && (d.unit(p.at.path) == d.unit(f.Path) || path.Dir(f.Path) == ".") && p.attributes["exposure"].Unknown {
				p.attributes["exposure"] = threatText("internet")
				p.because["exposure"] = "settings of a host for public services, at " + f.Path
			}
		}
	}
	for _, p := range d.kinds("document_store") {
		if p.name != "database" {
			continue
		}
		for _, f := range d.sys.Files {
			if path.Base(f.Path) == "schema.prisma" && !f.Test && f.Size < mostBytes {
				if data, err := d.subject.Read(f.Path); err == nil {
					if m := dataSource.FindSubmatch(data); m != nil {
						p.tech(string(m[1]))
						p.seen(place{f.Path, 0})
					}
				}
			}
		}
	}
}

// runs finds the part that a service of compose builds: by the file its command names, else by its context or name.
func (d *drafter) runs(s infra.Service, dir string) *part {
	words := strings.Join(s.Command, " ")
	context := path.Join(dir, s.Context.Text)
	df := s.Dockerfile.Text
	if df == "" {
		df = "Dockerfile"
	}
	if file, err := infra.Read(d.subject, path.Join(context, df), infra.ParseDockerfile); err == nil {
		if last := file.Last(); last != nil {
			words += " " + strings.Join(last.Command, " ")
			for _, c := range last.Copies {
				words += " " + strings.Join(c.Sources, " ")
			}
		}
	}
	var best *part
	for _, p := range d.kinds("api", "app", "browser_client", "mcp_server") {
		for f := range p.files {
			if stem := path.Base(f); d.code[f] != nil && len(stem) > 5 && strings.Contains(words, stem) {
				return p
			}
		}
		if unit := d.unit(p.at.path); best == nil && unit != "." && (context == unit || alike(s.Name, path.Base(unit))) {
			best = p
		}
	}
	if best == nil {
		for _, p := range d.kinds("api", "app") {
			if strings.Contains(strings.ToLower(s.Name), p.kind) || len(d.kinds("api", "app")) == 1 && context == d.unit(p.at.path) {
				return p
			}
		}
	}
	return best
}

// ports notes where a service is published. To whom the machine is open is not known, so the exposure stays open, with the port as a hint.
func (d *drafter) ports(p *part, s infra.Service, file string) {
	for _, port := range s.Ports {
		at := place{file, port.Line}.String()
		if port.Host == "127.0.0.1" || port.Host == "localhost" || port.Host == "::1" {
			p.text("exposure", "internal", "its port is published on this machine alone, at "+at)
			continue
		}
		p.unknown("exposure")
		if p.attributes["exposure"].Unknown {
			p.because["exposure"] = "port " + port.Written + " is published on every address, at " + at
		}
	}
}
