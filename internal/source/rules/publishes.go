package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

var (
	// publishes is a command that gives something out to others.
	publishes = pattern.New(`\b(?:(?:npm|pnpm|bun)\s+(?:[\w-]+\s+)?publish|yarn\s+npm\s+publish|twine\s+upload|(?:uv|poetry|flit|hatch|cargo|vsce|ovsx)\s+publish|docker\s+push|docker\s+buildx\s+build\b[^\n]*--push|helm\s+push|gh\s+release\s+(?:create|upload)|(?:huggingface-cli|hf)\s+upload)\b`)
	// publisher is an action that does.
	publisher = pattern.New(`^(?:pypa/gh-action-pypi-publish|softprops/action-gh-release|JS-DevTools/npm-publish|changesets/action|ncipollo/release-action|goreleaser/goreleaser-action)@`)
	// thirdParty is an action that GitHub itself does not give out, by a name and what comes behind the @.
	thirdParty = pattern.New(`^([\w.-]+)/[\w./-]+@([\w./-]+)$`)
	byCommit   = pattern.New(`^[0-9a-f]{40}$`)
)

// knownAction are actions that the rule knows by their names, wherever they are used.
var knownAction = pattern.New(`^(?:anthropics/|openai/|google-gemini/|huggingface/|replicate/|wandb/|iterative/|coderabbitai/|qodo-ai/|pypa/gh-action-pypi-publish|docker/(?:build-push|login|bake)-action|aws-actions/(?:configure-aws-credentials|amazon-ecr-login)|google-github-actions/(?:auth|run-gemini)|azure/login|softprops/action-gh-release|JS-DevTools/npm-publish|sigstore/)`)

// publishingAction finds actions of others, by tag or branch, in a job that publishes: they run beside its credentials.
func publishingAction(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok {
		return
	}
	for _, job := range w.jobs {
		steps := job.Find("steps.*")
		if !givesOut(steps) {
			continue
		}
		for _, step := range steps {
			n := step.Child("uses")
			if n == nil || !n.Scalar {
				continue
			}
			a := thirdParty.FindStringSubmatch(n.Value)
			if a == nil || a[1] == "actions" || a[1] == "github" || strings.HasPrefix(a[1], ".") || byCommit.MatchString(a[2]) || knownAction.MatchString(n.Value) {
				continue
			}
			f.tell(m.rule, n, "")
		}
	}
}

// givesOut says whether a job publishes something.
func givesOut(steps []*settings.Node) bool {
	for _, step := range steps {
		if publishes.MatchString(step.Child("run").Text()) || publisher.MatchString(step.Child("uses").Text()) {
			return true
		}
		if uses := step.Child("uses").Text(); strings.HasPrefix(uses, "docker/build-push-action@") && step.Child("with").Child("push").Text() == "true" {
			return true
		}
	}
	return false
}
