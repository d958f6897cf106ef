package infra

import "fmt"

// maxSteps bounds the jobs and the steps of one pipeline.
const maxSteps = 20_000

// ParseWorkflow reads a workflow of GitHub Actions. A workflow is one document; a file with more is refused, as the
// platform refuses it. A file with nothing in it gives a workflow without jobs.
func ParseWorkflow(data []byte) (*Workflow, error) {
	docs, err := parseYAML(data)
	if err != nil {
		return nil, err
	}
	if len(docs) == 0 {
		return &Workflow{}, nil
	}
	if len(docs) > 1 {
		return nil, &Error{docs[1].line, "a second document; a workflow is one"}
	}
	doc := docs[0]
	if !doc.is(mapping) {
		return nil, &Error{doc.line, "a workflow is a mapping"}
	}
	r := workflowReader{lines: sourceLines(data)}
	w := &Workflow{Name: doc.get("name").str(), Permissions: permissions(doc), Env: doc.get("env").settings()}
	if on, ok := doc.entry("on"); ok {
		w.Triggers = triggers(on)
	}
	shell := doc.get("defaults", "run", "shell").value()
	jobs := doc.get("jobs")
	if jobs != nil && jobs.kind != mapping && jobs.kind != null {
		return nil, &Error{jobs.line, "jobs is no mapping"}
	}
	for _, e := range jobs.all() {
		j, err := r.job(e, shell)
		if err != nil {
			return nil, err
		}
		w.Jobs = append(w.Jobs, j)
	}
	return w, nil
}

// ParseAction reads the steps of a composite action (action.yml) as one job. Actions of other kinds have no steps.
func ParseAction(data []byte) (*Job, error) {
	docs, err := parseYAML(data)
	if err != nil {
		return nil, err
	}
	j := &Job{}
	for _, doc := range docs {
		r := workflowReader{lines: sourceLines(data)}
		runs, _ := doc.entry("runs")
		j.Line = runs.line
		if j.Steps, err = r.steps(runs.value.get("steps"), Value{}); err != nil {
			return nil, err
		}
	}
	return j, nil
}

// triggers reads "on" as a word, a list of words, or a mapping with filters.
func triggers(on entry) []Trigger {
	var all []Trigger
	for _, v := range on.value.values() {
		all = append(all, Trigger{Event: v.Text, Line: v.Line})
	}
	for _, e := range on.value.all() {
		t := Trigger{Event: e.key, Line: e.line, Branches: e.value.get("branches").texts(), BranchesIgnore: e.value.get("branches-ignore").texts(),
			Tags: e.value.get("tags").texts(), TagsIgnore: e.value.get("tags-ignore").texts(), Types: e.value.get("types").texts(),
			Paths: e.value.get("paths").texts(), PathsIgnore: e.value.get("paths-ignore").texts()}
		for _, key := range []string{"paths-ignore", "paths"} {
			if at, ok := e.value.entry(key); ok {
				t.PathsAt = at.line
			}
		}
		all = append(all, t)
	}
	return all
}

func permissions(n *node) Permissions {
	e, ok := n.entry("permissions")
	if !ok || e.value.is(null) {
		return Permissions{}
	}
	p := Permissions{Line: e.line, All: e.value.str(), Scopes: e.value.settings()}
	if e.value.is(mapping) && len(p.Scopes) == 0 {
		p.All = "{}"
	}
	return p
}

type workflowReader struct {
	lines []string
	seen  int // steps
}

func (r *workflowReader) job(e entry, shell Value) (Job, error) {
	n := e.value
	if !n.is(mapping) {
		return Job{}, &Error{e.line, fmt.Sprintf("job %q is no mapping", e.key)}
	}
	j := Job{ID: e.key, Line: e.line, Uses: n.get("uses").value(), With: n.get("with").settings(), Permissions: permissions(n), Env: n.get("env").settings(),
		If: n.get("if").value(), RunsOn: n.get("runs-on").texts()}
	if on := n.get("runs-on"); on.is(mapping) {
		j.RunsOn = append(on.get("group").texts(), on.get("labels").texts()...)
	}
	if j.Environment = n.get("environment").value(); !j.Environment.Given() {
		j.Environment = n.get("environment", "name").value()
	}
	j.Images = jobImages(n)
	switch secrets := n.get("secrets"); {
	case secrets.is(scalar):
		j.Secrets = secrets.value()
	case secrets.is(mapping) && len(secrets.entries) > 0:
		first := secrets.entries[0]
		j.Secrets = Value{first.value.str(), first.line}
	}
	if own := n.get("defaults", "run", "shell").value(); own.Given() {
		shell = own
	}
	var err error
	j.Steps, err = r.steps(n.get("steps"), shell)
	return j, err
}

func jobImages(n *node) []Value {
	var all []Value
	container := n.get("container")
	services := []*node{container}
	for _, s := range n.get("services").all() {
		services = append(services, s.value)
	}
	for _, s := range services {
		v := s.value()
		if image := s.get("image").value(); image.Given() {
			v = image
		}
		if v.Given() && v.Text != "" {
			all = append(all, v)
		}
	}
	return all
}

func (r *workflowReader) steps(n *node, shell Value) ([]Step, error) {
	if n == nil || n.kind == null {
		return nil, nil
	}
	if n.kind != list {
		return nil, &Error{n.line, "steps is no list"}
	}
	var all []Step
	for _, item := range n.items {
		if r.seen++; r.seen > maxSteps {
			return nil, &Error{item.line, fmt.Sprintf("more than %d steps", maxSteps)}
		}
		switch item.kind {
		case null:
			continue
		case mapping:
		default:
			return nil, &Error{item.line, "a step is no mapping"}
		}
		s := Step{Name: item.get("name").str(), Line: item.line, Uses: item.get("uses").value(), Run: item.get("run").script(r.lines),
			Shell: shell, With: item.get("with").settings(), Env: item.get("env").settings(), If: item.get("if").value()}
		if own := item.get("shell").value(); own.Given() {
			s.Shell = own
		}
		all = append(all, s)
	}
	return all, nil
}
