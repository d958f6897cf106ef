package deploy

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func workflowPermissions() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-workflow-permissions", Version: 1, Exposed: true,
		Title:    "Workflows say what their token may do, and run nobody's unreviewed code with it",
		Bears:    lodemark.Supports("SD-3.11", "DEP-1.4"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "The pipeline that trains, evaluates and publishes the model is the shortest way to replace it. A token for everything, or a " +
			"stranger's pull request that runs with the repository's rights, is that way left open.",
		Fix: "Begin each workflow with permissions: {contents: read}, give single jobs what they need beyond it, and check out the code " +
			"of pull requests only under pull_request.",
		Help: "begin each workflow with permissions: {contents: read}, so that no setting outside of the files decides",
		Bad:  workflowBad(), Good: workflowGood(),
		Run: runWorkflowPermissions,
	}
}

func runWorkflowPermissions(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	seen := map[string]bool{}
	for c := range s.System.Of(lodemark.KindPipeline) {
		if ctx.Err() != nil || c.Format == "gitlab" || seen[c.Path] {
			continue // the job token of GitLab is limited in the project's settings, not in the file
		}
		seen[c.Path] = true
		w, err := infra.ReadPipeline(s, c.Path, false)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
			continue
		}
		looked = append(looked, c)
		findings = append(findings, strangersCode(c.Path, w)...)
		findings = append(findings, wideToken(c.Path, w)...)
	}
	for _, g := range s.System.Gaps {
		if strings.HasPrefix(g.Path, ".github/workflows/") && !slices.ContainsFunc(gaps, func(o lodemark.Gap) bool { return o.Path == g.Path }) {
			g.Needed = true
			gaps = append(gaps, g)
		}
	}
	r := lodemark.Conclude(looked, shortened(findings), gaps, "workflows")
	if open, all := unlimited(r.Findings); r.Outcome == lodemark.Failed && open == all {
		r.Outcome = lodemark.Undecided
		r.Reason = fmt.Sprintf("%d workflow(s) leave it to the repository's settings what their token may do, which no file shows; the first is %s", open, r.Findings[0].Path)
	}
	return r
}

// noPermissions is the key of findings about tokens that only the repository's settings limit, if anything does.
const noPermissions = "no permissions"

func unlimited(findings []lodemark.Finding) (open, all int) {
	for _, f := range findings {
		if f.Key == noPermissions {
			open++
		}
	}
	return open, len(findings)
}

// privilegedEvents run with the repository's own token and secrets, whoever caused them.
var privilegedEvents = []string{"pull_request_target", "workflow_run"}

// strangersCode finds workflows that check out what a pull request brings while they hold the repository's rights.
func strangersCode(path string, w *infra.Workflow) []lodemark.Finding {
	var all []lodemark.Finding
	for _, t := range w.Triggers {
		if !slices.Contains(privilegedEvents, t.Event) {
			continue
		}
		for _, j := range w.Jobs {
			if excluded(j, t.Event) {
				continue
			}
			step, ok := headCheckout(j)
			if !ok {
				continue
			}
			worst, but := lodemark.SeverityHigh, ""
			switch gate := gateOf(t, j, step); {
			case gate != "":
				worst, but = lodemark.SeverityMedium, "; "+gate
			case harmless(w, j):
				worst, but = lodemark.SeverityMedium, "; its token may only read and no secret is named, so what is left are caches and the runner"
			}
			all = append(all, lodemark.Finding{Severity: worst, Path: path, Line: t.Line, Key: t.Event + " " + j.ID,
				Message: fmt.Sprintf("%s lets anybody's pull request in with the repository's rights: the job %s checks out its code (line %d)%s.", t.Event, j.ID, step.Line, but),
				Fix:     "run the code of pull requests under pull_request, and hand results to a second workflow that checks out nothing of them"})
			break
		}
	}
	return all
}

// headOf matches expressions that name the code of a pull request, not of the branch it is meant for.
var (
	headOf = pattern.New(`github\.event\.pull_request\.head\.(?:sha|ref)\b|github\.head_ref\b|refs/pull/|github\.event\.pull_request\.merge_commit_sha\b|` +
		`github\.event\.workflow_run\.(?:head_sha|head_branch|head_commit)\b|github\.event\.workflow_run\.pull_requests|github\.event\.(?:pull_request\.)?(?:number|head)\b`)
	headRepository = pattern.New(`\.head\.repo\b|head_repository\b`)
	headCommand    = pattern.New(`\bgh pr checkout\b|\bgit (?:fetch|pull)\b[^\n]*(?:\bpull/|github\.head_ref|pull_request\.head|refs/pull)|\bgit checkout\b[^\n]*(?:github\.head_ref|pull_request\.head)`)
)

// headCheckout finds the step that fetches the code of a pull request.
func headCheckout(j infra.Job) (infra.Step, bool) {
	for _, s := range j.Steps {
		name, _, _ := strings.Cut(s.Uses.Text, "@")
		if name == "actions/checkout" {
			for _, w := range s.With {
				if w.Name == "ref" && headOf.MatchString(w.Value.Text) || w.Name == "repository" && headRepository.MatchString(w.Value.Text) {
					return s, true
				}
			}
		}
		if s.Run.Line > 0 && headCommand.MatchString(s.Run.Text) {
			return s, true
		}
	}
	return infra.Step{}, false
}

// sameRepository matches conditions that let only branches of the repository itself, or trusted authors, through.
var (
	sameRepository = pattern.New(`head\.repo\.full_name\s*==\s*github\.repository|github\.repository\s*==\s*github\.event\.pull_request\.head\.repo\.full_name|head_repository\.full_name\s*==\s*github\.repository|` +
		`head\.repo\.fork\s*==\s*false|!\s*github\.event\.pull_request\.head\.repo\.fork|author_association|head\.repo\.owner\.login\s*==`)
	trustedActor = pattern.New(`(?:github\.actor|pull_request\.user\.login|workflow_run\.actor\.login)\s*==\s*['"]|contains\([^)]*(?:github\.actor|user\.login)`)
	labelled     = pattern.New(`\.label\.name|pull_request\.labels`)
	notThisEvent = pattern.New(`github\.event_name\s*==\s*['"]([\w]+)['"]`)
	ofPush       = pattern.New(`workflow_run\.event\s*==\s*['"](?:push|schedule|workflow_dispatch|release)['"]`)
)

// excluded says whether a job's condition keeps it from running on an event at all.
func excluded(j infra.Job, event string) bool {
	found := notThisEvent.FindAllStringSubmatch(j.If.Text, -1)
	if len(found) > 0 && !slices.ContainsFunc(found, func(m []string) bool { return m[1] == event }) {
		return true
	}
	return event == "workflow_run" && ofPush.MatchString(j.If.Text) || strings.Contains(j.If.Text, "github.event_name != '"+event+"'")
}

// gateOf says what stands before a stranger's code, or nothing.
func gateOf(t infra.Trigger, j infra.Job, step infra.Step) string {
	conditions := j.If.Text + "\n" + step.If.Text
	switch {
	case sameRepository.MatchString(conditions):
		return "a condition lets only branches of the repository or known authors through"
	case trustedActor.MatchString(conditions):
		return "a condition names who may cause it, which a bot's pull request with foreign commits can satisfy"
	case labelled.MatchString(conditions) || len(t.Types) == 1 && t.Types[0] == "labeled":
		return "somebody has to set a label first, after which new commits come in unseen"
	case j.Environment.Given():
		return "the environment " + j.Environment.Text + " may ask somebody first"
	}
	return ""
}

// harmless says whether a job that runs foreign code has nothing to take: a token that reads, and no secret.
func harmless(w *infra.Workflow, j infra.Job) bool {
	p := j.Permissions
	if p.Line == 0 {
		p = w.Permissions
	}
	if p.Line == 0 || p.All == "write-all" || slices.ContainsFunc(p.Scopes, func(s infra.Setting) bool { return s.Value.Text == "write" }) {
		return false
	}
	secret := func(all []infra.Setting) bool {
		return slices.ContainsFunc(all, func(s infra.Setting) bool {
			return strings.Contains(s.Value.Text, "secrets.") && !strings.Contains(s.Value.Text, "secrets.GITHUB_TOKEN")
		})
	}
	return !secret(w.Env) && !secret(j.Env) && !j.Secrets.Given() && !slices.ContainsFunc(j.Steps, func(s infra.Step) bool {
		return secret(s.Env) || secret(s.With) || strings.Contains(s.Run.Text, "secrets.")
	})
}

// wideToken finds tokens for everything, and those that the file does not limit: older repositories let them write, newer ones
// only read, and which it is stands in the settings.
func wideToken(path string, w *infra.Workflow) []lodemark.Finding {
	const fix = "begin the workflow with permissions: {contents: read}, and give single jobs what they need beyond it"
	var all []lodemark.Finding
	wide := func(p infra.Permissions, who string) {
		if p.All == "write-all" {
			all = append(all, lodemark.Finding{Severity: lodemark.SeverityMedium, Path: path, Line: p.Line, Key: "write-all " + who, Fix: fix,
				Message: who + " has a token that may change everything in the repository (write-all), and every action it uses has it too."})
		}
	}
	wide(w.Permissions, "The workflow")
	var open []infra.Job
	for _, j := range w.Jobs {
		wide(j.Permissions, "The job "+j.ID)
		if j.Permissions.Line == 0 {
			open = append(open, j)
		}
	}
	if w.Permissions.Line > 0 || len(open) == 0 || onlyCalled(w) {
		return all
	}
	return append(all, lodemark.Finding{Severity: lodemark.SeverityLow, Path: path, Line: open[0].Line, Key: noPermissions, Fix: fix,
		Message: fmt.Sprintf("Nothing in the workflow limits the token of the job %s, so it may do whatever the repository's settings allow, which may be to write everything.", open[0].ID)})
}

// onlyCalled says whether other workflows call this one and hand it their token.
func onlyCalled(w *infra.Workflow) bool {
	return len(w.Triggers) > 0 && !slices.ContainsFunc(w.Triggers, func(t infra.Trigger) bool { return t.Event != "workflow_call" })
}
