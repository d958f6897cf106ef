package operate

import (
	"errors"
	"path"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

// maxCalls bounds how far one pipeline is followed into the workflows and actions of the same tree that it calls.
const maxCalls = 4

// readWorkflow says what a pipeline tells about evaluations. The gap says why it could not be read.
func readWorkflow(s *lodemark.Subject, path string) (workflow, *lodemark.Gap) {
	w, err := parsed(s, path)
	if err != nil {
		gap := lodemark.Gap{Path: path, Reason: err.Error(), Needed: true}
		if e := (*infra.Error)(nil); errors.As(err, &e) {
			gap.Line = e.Line
		}
		return workflow{}, &gap
	}
	out := workflow{path: path}
	if len(w.Triggers) > 0 {
		out.on = w.Triggers[0].Line
	}
	called := map[string]bool{path: true}
	for _, j := range w.Jobs {
		line := evaluationIn(s, j, called, 0)
		if line == 0 {
			continue
		}
		if out.evaluation == 0 {
			out.evaluation = line
		}
		triggers := w.Triggers
		if j.Triggers != nil {
			triggers = j.Triggers
		}
		out.triggers = append(out.triggers, onChange(triggers)...)
	}
	return out, nil
}

func parsed(s *lodemark.Subject, path string) (*infra.Workflow, error) {
	return infra.ReadPipeline(s, path, isGitLab(s, path))
}

// isGitLab says whether the pipeline was recognised as one of GitLab, whose names are free.
func isGitLab(s *lodemark.Subject, path string) bool {
	for c := range s.System.Of(lodemark.KindPipeline) {
		if c.Path == path {
			return c.Format == "gitlab"
		}
	}
	return false
}

// evaluationIn is the line of the first step of a job that evaluates, itself or through a workflow or action of the tree
// that it calls; 0: none does.
func evaluationIn(s *lodemark.Subject, j infra.Job, called map[string]bool, depth int) int {
	if j.Uses.Given() && evaluating(s, j.Uses.Text, called, depth) {
		return j.Uses.Line
	}
	for _, step := range j.Steps {
		if line := evaluationLine(step.Run); line > 0 {
			return line
		}
		if step.Uses.Given() && evaluating(s, step.Uses.Text, called, depth) {
			return step.Uses.Line
		}
	}
	return 0
}

// evaluationLine finds the line of shell text that evaluates. A comment does not.
func evaluationLine(r infra.Run) int {
	n := 0
	for line := range strings.Lines(r.Text) {
		if text := strings.TrimSpace(line); !strings.HasPrefix(text, "#") && evaluates.MatchString(text) {
			return r.Line + n
		}
		n++
	}
	if r.Line > 0 && evaluates.MatchString(strings.ReplaceAll(withoutComments(r.Text), "\\\n", " ")) {
		return r.Line // a command over several lines
	}
	return 0
}

func withoutComments(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// evaluating says whether an action or workflow evaluates: by its name, or by the steps of one that stands in the tree.
func evaluating(s *lodemark.Subject, uses string, called map[string]bool, depth int) bool {
	local, ok := strings.CutPrefix(uses, "./")
	if !ok {
		return evaluates.MatchString(uses)
	}
	local = path.Clean(local)
	if depth >= maxCalls || called[local] {
		return false
	}
	called[local] = true
	names := []string{local}
	if ext := path.Ext(local); ext != ".yml" && ext != ".yaml" {
		names = []string{local + "/action.yml", local + "/action.yaml"}
	}
	for _, name := range names {
		w, err := parsed(s, name)
		if err != nil { // a file of its own, which is told where it is read itself
			continue
		}
		for _, j := range w.Jobs {
			if evaluationIn(s, j, called, depth+1) > 0 {
				return true
			}
		}
	}
	return false
}

// onChange keeps those triggers that fire when somebody changes the tree: pushes of branches, and requests to merge.
func onChange(triggers []infra.Trigger) []trigger {
	var all []trigger
	for _, t := range triggers {
		switch t.Event {
		case "push":
			if len(t.Tags)+len(t.TagsIgnore) > 0 && len(t.Branches)+len(t.BranchesIgnore) == 0 && t.PathsAt == 0 {
				continue // a release; the change went in before
			}
		case "pull_request", "pull_request_target", "merge_group", "merge_request_event", "external_pull_request_event":
		default:
			continue
		}
		one := trigger{line: t.Line, except: t.PathsIgnore}
		if t.PathsAt > 0 {
			one.line = t.PathsAt
		}
		for _, p := range t.Paths {
			one.paths = append(one.paths, braces(p)...)
		}
		all = append(all, one)
	}
	return all
}

// braces writes out the alternatives of a pattern of GitLab: "{app,lib}/**" is "app/**" and "lib/**". More than one group
// stays as it is.
func braces(pattern string) []string {
	before, rest, ok := strings.Cut(pattern, "{")
	inner, after, closed := strings.Cut(rest, "}")
	if !ok || !closed || strings.Contains(after, "{") {
		return []string{pattern}
	}
	var all []string
	for one := range strings.SplitSeq(inner, ",") {
		all = append(all, before+one+after)
	}
	return all
}
