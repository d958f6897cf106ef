package survey

import (
	"slices"
	"strings"
)

// people draws who comes in, and the parts that their devices run.
func (d *drafter) people() {
	user := func(at place, why string) *part {
		return d.add("user", "end_user", "user", "internet", why, at)
	}
	for _, b := range d.kinds("browser_client") {
		d.shows(b)
		u := user(b.at, "there is a client for people")
		d.flow(u, b, "people use it", "prompt")
		f := d.flow(b, u, "people use it", "model_output")
		f.renders = b.because["renders"]
		delete(b.because, "renders")
		if s := d.server(b); s != nil {
			d.flow(b, s, "the client asks the API", "prompt")
			back := d.flow(s, b, "the client asks the API", "model_output")
			back.renders = f.renders
			f.renders = ""
		}
	}
	for _, a := range d.kinds("app") {
		u := user(a.at, "people use "+a.name)
		d.flow(u, a, "people use it", "prompt")
		d.shows(a)
		d.flow(a, u, "people use it", "model_output").renders = a.because["renders"]
		delete(a.because, "renders")
		for _, f := range d.reach(filesOf(a), func(f string) bool { return len(d.owner[f]) > 0 && !slices.Contains(d.owner[f], a) }) {
			if s, api := d.code[f], d.server(a); s != nil && api != nil && calls.MatchString(s.text) {
				d.flow(a, api, "its code asks over HTTP, in "+f, "prompt")
				d.flow(api, a, "its code asks over HTTP, in "+f, "model_output")
				break
			}
		}
	}
	for _, a := range d.kinds("api") {
		reached := false
		for e := range d.asks {
			reached = reached || e.to == a && slices.Contains([]string{"browser_client", "app"}, e.from.kind)
		}
		if !reached {
			u := user(a.at, "programs or people of others call the API")
			d.flow(u, a, "the API is called from outside", "prompt")
			d.flow(a, u, "the API is called from outside", "model_output")
		}
	}
	for _, s := range d.kinds("mcp_server") {
		if s.attributes["origin"].Text != "own" {
			continue
		}
		inside := false
		for e := range d.asks {
			inside = inside || e.to == s && slices.Contains([]string{"agent", "orchestrator", "api", "app", "coding_assistant"}, e.from.kind)
		}
		if inside {
			continue
		}
		c := d.add("mcp client", "agent", "MCP client of the user", "user-device", "an MCP server is called by an assistant that a user chose", s.at)
		c.unknown("autonomy", "identity")
		c.tech("mcp")
		d.flow(c, s, "it calls the server's tools", "model_output")
		d.flow(s, c, "it calls the server's tools", "internal")
		u := user(s.at, "somebody works with the assistant")
		d.flow(u, c, "somebody works with the assistant", "prompt")
		d.flow(c, u, "somebody works with the assistant", "model_output")
	}
	d.builders()
	if agents := d.kinds("agent", "orchestrator"); len(d.kinds("end_user")) == 0 && len(agents) > 0 {
		u := user(agents[0].at, "somebody asks the agent; through what is not seen")
		for _, a := range agents {
			asked := false
			for e := range d.asks {
				asked = asked || e.to == a && slices.Contains(codeKinds, e.from.kind) && e.from.kind != "tool"
			}
			if !asked {
				d.flow(u, a, "nothing else is seen that asks it", "prompt")
				d.flow(a, u, "nothing else is seen that asks it", "model_output")
			}
		}
	}
}

// builders draws developers with what they work with, and what their packages and data come in by.
func (d *drafter) builders() {
	if all := d.kinds("ci_pipeline"); len(all) > 0 {
		dev := d.add("developer", "developer", "developer", "build", "workflows build what developers push", all[0].at)
		d.flow(dev, all[0], "workflows build what is pushed", "internal")
		for _, p := range d.kinds("package_source") {
			d.flow(p, all[0], "workflows install packages", "public")
		}
	}
	for _, a := range d.kinds("coding_assistant") {
		dev := d.add("developer", "developer", "developer", "build", "developers work with a coding assistant", a.at)
		d.flow(dev, a, "developers ask it", "prompt")
		d.flow(a, dev, "it writes code", "model_output")
	}
	for _, m := range d.kinds("mcp_server") {
		if !strings.HasPrefix(m.why, "a configuration") {
			continue
		}
		for _, a := range d.kinds("coding_assistant") {
			d.flow(a, m, "its configuration names it", "model_output")
			d.flow(m, a, "its configuration names it", "internal")
		}
	}
	for _, j := range d.kinds("training_job", "finetune_job") {
		dev := d.add("developer", "developer", "developer", "build", "somebody starts the training", j.at)
		d.flow(dev, j, "somebody starts it", "internal")
	}
}

// shows notes how a client draws what a model wrote.
func (d *drafter) shows(p *part) {
	for _, f := range filesOf(p) {
		if s := d.code[f]; s != nil {
			if asHTML.MatchString(s.text) {
				p.because["renders"] = "html"
			} else if p.because["renders"] == "" && markdown.MatchString(s.text) {
				p.because["renders"] = "markdown"
			}
		}
	}
}
