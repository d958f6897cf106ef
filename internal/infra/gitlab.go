package infra

import (
	"fmt"
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// gitlabKeywords are keys at the top of a GitLab pipeline that name no job.
var gitlabKeywords = map[string]bool{"default": true, "include": true, "stages": true, "types": true, "variables": true, "workflow": true, "image": true,
	"services": true, "cache": true, "before_script": true, "after_script": true, "spec": true}

// ParseGitLab reads a pipeline of GitLab. Where a header with "spec" comes first, the pipeline is the document after it.
// "extends" is followed within the file; "include" is not. Hidden jobs (".name") are templates and no jobs of their own.
func ParseGitLab(data []byte) (*Workflow, error) {
	docs, err := parseYAML(data)
	if err != nil {
		return nil, err
	}
	if len(docs) > 1 && docs[0].get("spec") != nil {
		docs = docs[1:]
	}
	if len(docs) == 0 {
		return &Workflow{}, nil
	}
	if len(docs) > 1 {
		return nil, &Error{docs[1].line, "a second document; a pipeline is one, behind a header"}
	}
	doc := docs[0]
	if !doc.is(mapping) {
		return nil, &Error{doc.line, "a pipeline is a mapping"}
	}
	g := gitlabReader{doc: doc, lines: sourceLines(data)}
	w := &Workflow{Name: doc.get("workflow", "name").str(), Env: gitlabVariables(doc.get("variables")), Triggers: g.pipelineTriggers()}
	for _, e := range doc.entries {
		if gitlabKeywords[e.key] || strings.HasPrefix(e.key, ".") || !e.value.is(mapping) {
			continue
		}
		if len(w.Jobs) >= maxSteps {
			return nil, &Error{e.line, fmt.Sprintf("more than %d jobs", maxSteps)}
		}
		w.Jobs = append(w.Jobs, g.job(e))
	}
	return w, nil
}

type gitlabReader struct {
	doc   *node
	lines []string
}

// maxExtends bounds how far "extends" is followed, as the platform does.
const maxExtends = 11

// templates lists a job's mapping and those it extends, nearest first.
func (g *gitlabReader) templates(n *node) []*node {
	all := []*node{n}
	for i := 0; i < len(all) && len(all) <= maxExtends; i++ {
		names := all[i].get("extends").texts()
		for j := len(names) - 1; j >= 0; j-- { // the last one named wins
			if t := g.doc.get(names[j]); t.is(mapping) && len(all) <= maxExtends {
				all = append(all, t)
			}
		}
	}
	return all
}

// find is the value of a key in a job, the templates it extends, "default", or (as old files have it) the top.
func (g *gitlabReader) find(templates []*node, key string) *node {
	for _, t := range templates {
		if v := t.get(key); v != nil {
			return v
		}
	}
	if gitlabDefaults[key] {
		if v := g.doc.get("default", key); v != nil {
			return v
		}
		return g.doc.get(key)
	}
	return nil
}

var gitlabDefaults = map[string]bool{"image": true, "services": true, "before_script": true, "after_script": true, "tags": true}

func (g *gitlabReader) job(e entry) Job {
	templates := g.templates(e.value)
	j := Job{ID: e.key, Line: e.line, RunsOn: g.find(templates, "tags").texts()}
	for _, n := range append([]*node{g.find(templates, "image")}, g.find(templates, "services").list()...) {
		v := n.value()
		if name := n.get("name").value(); name.Given() {
			v = name
		}
		if v.Given() && v.Text != "" {
			j.Images = append(j.Images, v)
		}
	}
	if j.Environment = g.find(templates, "environment").value(); !j.Environment.Given() {
		j.Environment = g.find(templates, "environment").get("name").value()
	}
	for _, t := range templates {
		j.Env = append(j.Env, gitlabVariables(t.get("variables"))...)
	}
	j.Triggers = g.jobTriggers(templates)
	for _, part := range []string{"before_script", "script", "after_script"} {
		j.Steps = append(j.Steps, g.script(part, g.find(templates, part))...)
	}
	return j
}

// gitlabVariables reads "NAME: value" and "NAME: {value: ..., description: ...}".
func gitlabVariables(n *node) []Setting {
	all := n.settings()
	for i, e := range n.all() {
		if v := e.value.get("value"); v.is(scalar) {
			all[i].Value = v.value()
		}
	}
	return all
}

// script reads a text or a list of texts, which may hold further lists, and references to other jobs' scripts.
func (g *gitlabReader) script(part string, n *node) []Step {
	var pieces []Run
	g.pieces(n, &pieces, 0)
	var all []Step
	for _, r := range scripts(pieces) {
		all = append(all, Step{Name: part, Line: r.Line, Run: r})
	}
	return all
}

func (g *gitlabReader) pieces(n *node, out *[]Run, depth int) {
	switch {
	case n == nil || depth > maxExtends || len(*out) >= maxSteps:
	case n.tag == "!reference":
		keys := n.texts()
		if len(keys) > 1 {
			g.pieces(g.doc.get(keys...), out, depth+1)
		}
	case n.kind == scalar:
		*out = append(*out, n.script(g.lines))
	case n.kind == list:
		for _, item := range n.items {
			g.pieces(item, out, depth+1)
		}
	}
}

// pipelineTriggers reads "workflow: rules". Without any, a pipeline runs on every push.
func (g *gitlabReader) pipelineTriggers() []Trigger {
	e, _ := g.doc.entry("workflow")
	if rules, ok := e.value.entry("rules"); ok {
		return ruleTriggers(rules)
	}
	return []Trigger{{Event: "push", Line: 1}}
}

// jobTriggers reads "rules", or "only" and "except", of a job; nil where it has none.
func (g *gitlabReader) jobTriggers(templates []*node) []Trigger {
	for _, t := range templates {
		if rules, ok := t.entry("rules"); ok {
			return ruleTriggers(rules)
		}
		only, ok := t.entry("only")
		if !ok {
			continue
		}
		refs := only.value
		if refs.is(mapping) {
			refs = refs.get("refs")
		}
		changes, _ := only.value.entry("changes")
		add := Trigger{Line: only.line, Paths: changes.value.texts(), PathsAt: changes.line}
		var all []Trigger
		for _, event := range onlyEvents(refs.texts()) {
			add.Event = event
			all = append(all, add)
		}
		return all
	}
	return nil
}

// onlyEvents turns the words of "only" into events; names and patterns of branches are pushes.
func onlyEvents(words []string) []string {
	if len(words) == 0 {
		return []string{"push"}
	}
	var all []string
	seen := map[string]bool{}
	for _, w := range words {
		event := "push"
		switch w {
		case "merge_requests":
			event = "merge_request_event"
		case "schedules":
			event = "schedule"
		case "web", "api", "triggers", "pipelines", "chat", "external":
			event = strings.TrimSuffix(w, "s")
		case "tags":
			event = "tag"
		}
		if !seen[event] {
			seen[event] = true
			all = append(all, event)
		}
	}
	return all
}

var (
	pipelineSource = pattern.New(`\$CI_PIPELINE_SOURCE\s*==\s*["'](\w+)["']`)
	pipelineOther  = pattern.New(`\$CI_(MERGE_REQUEST_ID|MERGE_REQUEST_IID|COMMIT_TAG)\b`)
)

// ruleTriggers reads rules: what each of them lets run on, with its "changes". A rule without a condition on the source
// lets pushes and merge requests run.
func ruleTriggers(rules entry) []Trigger {
	all := []Trigger{}
	for _, r := range rules.value.list() {
		if r.get("when").str() == "never" || r.kind != mapping {
			continue
		}
		t := Trigger{Line: r.line}
		if changes, ok := r.entry("changes"); ok {
			t.PathsAt, t.Paths = changes.line, changes.value.texts()
			if changes.value.is(mapping) {
				t.Paths = changes.value.get("paths").texts()
			}
		}
		for _, event := range eventsOf(r.get("if").str()) {
			t.Event = event
			all = append(all, t)
		}
	}
	return all
}

func eventsOf(condition string) []string {
	var all []string
	for _, m := range pipelineSource.FindAllStringSubmatch(condition, 8) {
		all = append(all, m[1])
	}
	if len(all) > 0 {
		return all
	}
	switch m := pipelineOther.FindStringSubmatch(condition); {
	case m == nil:
		return []string{"push", "merge_request_event"}
	case m[1] == "COMMIT_TAG":
		return []string{"tag"}
	}
	return []string{"merge_request_event"}
}
