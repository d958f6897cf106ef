package design

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func ciSecurityChecks() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-ci-security-checks", Version: 1,
		Title:    "Every change runs through security checks in CI",
		Bears:    lodemark.Supports("SD-3.11"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Notebooks, prompts and training code are pushed by hand where application code has to pass a pipeline. A key in a notebook or " +
			"a package with a known hole then stays until somebody stumbles on it.",
		Fix: "Run security checks (code, secrets, dependencies, model files) in a workflow on every pull request, for all folders, and let them fail it.",
		Help: "run a security check (CodeQL, Semgrep, Bandit, Gitleaks, TruffleHog, pip-audit, OSV-Scanner, Trivy, ModelScan ...) in a workflow on every pull request " +
			"or push; checks that are switched on at the code host alone are not seen in files",
		Bad: ciBad(), Good: ciGood(),
		Run: runCISecurityChecks,
	}
}

// checkingActions are actions and reusable workflows that look for weaknesses, secrets or vulnerable packages.
var checkingActions = pattern.New(`(?i)^(github/codeql-action/(analyze|init)|actions/dependency-review-action|aquasecurity/(trivy|tfsec)[\w-]*|gitleaks/gitleaks-action|zricethezav/gitleaks-action|` +
	`trufflesecurity/trufflehog|(returntocorp|semgrep)/[\w-]+|snyk/actions|google/osv-scanner[\w-]*|pypa/gh-action-pip-audit|anchore/scan-action|sonarsource/[\w-]+|zizmorcore/zizmor-action|` +
	`bridgecrewio/checkov-action|pycqa/bandit-action|securego/gosec|golang/govulncheck-action|rustsec/audit-check|actions-rust-lang/audit|embarkstudios/cargo-deny-action|checkmarx/[\w-]+|` +
	`gitguardian/[\w-]+|advanced-security/[\w-]+|shundor/python-bandit-scan|mdegis/bandit-action|protectai/[\w-]+|microsoft/(devskim-action|security-devops-action)|veracode/[\w-]+|mend-io/[\w-]+|` +
	`hadolint/hadolint-action|docker/scout-action|ossf/scorecard-action|brakemanscanner/[\w-]+|lodemark/[\w-]+)|[/-](codeql|trufflehog|gitleaks|semgrep|security-scan|osv-scanner)[\w-]*\.ya?ml@`)

// checkingCommands are command lines that do. The name must begin a command: "pip install bandit" runs nothing.
var checkingCommands = pattern.New(`(^|[;&|(]|\b(run|exec|dlx|npx|uvx|tox|nox|python3? -m|uv run|poetry run|pdm run|hatch run|pipx run|go run|sudo|time|-e|-s|run --rm)) *[^\s;&|]*?` +
	`\b(bandit|semgrep|gitleaks|trufflehog|trivy|grype|pip-audit|osv-scanner|govulncheck|gosec|modelscan|picklescan|fickling|detect-secrets|detect-secrets-hook|checkov|zizmor|ggshield|lodemark|safety (check|scan)|snyk (test|code)|` +
	`(npm|pnpm|yarn|bun|cargo|composer|poetry|uv) (npm )?audit|cargo[ -]deny|tfsec|kubescape|hadolint|codeql (database|analyze))\b`)

// hookedChecks are hooks of pre-commit that look for weaknesses or secrets.
var hookedChecks = pattern.New(`(?m)^\s*-?\s*id:\s*["']?(bandit|gitleaks|detect-secrets|trufflehog|semgrep|zizmor|pip-audit|ggshield|checkov|gosec|osv-scanner|modelscan)\b`)

// ignoredResult is how a command line throws the result of a check away.
var ignoredResult = pattern.New(`\|\|\s*(true|:|exit 0|echo\b)|;\s*true\s*$|--exit-zero\b|--soft-fail\b|--exit-code[ =]0\b`)

// otherPipelines are those of systems whose files are not read here.
var otherPipelines = []string{"Jenkinsfile", "azure-pipelines.yml", "azure-pipelines.yaml", ".circleci/config.yml", ".travis.yml", "bitbucket-pipelines.yml", ".drone.yml", "appveyor.yml", ".appveyor.yml",
	".buildkite/pipeline.yml", "cloudbuild.yaml", ".woodpecker.yml", "buildspec.yml", ".cirrus.yml", ".teamcity", ".tekton", ".semaphore/semaphore.yml", ".prow.yaml", "OWNERS"}

// ciSeen is what the pipelines of a tree show.
type ciSeen struct {
	paths    []string // of all pipelines read
	onChange string   // the first that runs when somebody changes the tree
	checks   []string // security checks that run on changes of all folders
	partly   []string // those behind a filter on paths, or whose result is thrown away, with the reason
	rarely   []string // those that run on a schedule or by hand only
	gaps     []lodemark.Gap
}

func runCISecurityChecks(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	seen := pipelinesOf(ctx, s)
	r := lodemark.Result{Examined: seen.paths, Gaps: seen.gaps}
	other := otherPipeline(s.System)
	d := s.System.Declared
	switch {
	case len(seen.checks) > 0:
		r.Outcome, r.Reason = lodemark.Passed, "security checks run on every change: "+few(seen.checks)
		if owners := codeOwners(s.System); owners != "" {
			r.Reason += "; who must review is laid down in " + owners
			r.Examined = append(r.Examined, owners)
		}
	case len(seen.gaps) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("%s could not be read: %s", seen.gaps[0].Path, seen.gaps[0].Reason)
	case len(seen.partly) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, "a security check runs, but not on every change or without effect: "+few(seen.partly)
	case len(seen.rarely) > 0 && (seen.onChange != "" || other != "" || d.Path == ""):
		r.Outcome, r.Reason = lodemark.Undecided, "security checks run by the clock or by hand, and none was found that runs on a change: "+few(seen.rarely)
	case other != "":
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("changes may be checked by %s, which is not read", other)
		r.Examined = append(r.Examined, other)
	case seen.onChange != "":
		r.Outcome, r.Reason = lodemark.Undecided, fmt.Sprintf("no security check was found in the workflows that run on changes (such as %s); one may be switched on at the code host", seen.onChange)
	case d.Path == "":
		r.Outcome, r.Reason = lodemark.Undecided, "no pipeline that runs on changes was found; there may be one outside of the repository"
	default:
		at, message := d.Path, "No pipeline is in the repository, so code, notebooks and prompts change without any check by a machine."
		if len(seen.paths) > 0 {
			at = seen.paths[0]
			message = fmt.Sprintf("No pipeline runs when somebody changes the tree (%s starts by hand or by the clock), so code, notebooks and prompts change unchecked.", at)
		}
		r.Outcome, r.Reason = lodemark.Failed, message
		r.Examined = append(r.Examined, d.Path)
		r.Findings = []lodemark.Finding{{ID: "sd-3-ci-security-checks", Severity: lodemark.SeverityMedium, Path: at, Message: message, Key: "no pipeline",
			Fix: "add a workflow that runs security checks on every pull request and push"}}
	}
	return r
}

func pipelinesOf(ctx context.Context, s *lodemark.Subject) ciSeen {
	var seen ciSeen
	hooks := hooksOf(s)
	for c := range s.System.Of(lodemark.KindPipeline) {
		base := path.Base(c.Path)
		if c.Test || ctx.Err() != nil || slices.Contains(seen.paths, c.Path) || base == "action.yml" || base == "action.yaml" || len(seen.paths) > 2000 {
			continue
		}
		w, err := infra.ReadPipeline(s, c.Path, c.Format == "gitlab")
		if err != nil {
			line := 0
			if e := (*infra.Error)(nil); errors.As(err, &e) {
				line = e.Line
			}
			seen.gaps = append(seen.gaps, lodemark.Unread(c.Path, line, err, false))
			continue
		}
		seen.paths = append(seen.paths, c.Path)
		seen.pipeline(s, c, w, hooks)
	}
	return seen
}

func (seen *ciSeen) pipeline(s *lodemark.Subject, c lodemark.Component, w *infra.Workflow, hooks string) {
	if c.Format == "gitlab" {
		if data, err := s.Read(c.Path); err == nil && gitlabTemplates.Match(data) {
			seen.onChange = cmp.Or(seen.onChange, c.Path)
			seen.checks = append(seen.checks, "the scanners of the code host ("+c.Path+")")
		}
	}
	for _, j := range w.Jobs {
		triggers := w.Triggers
		if j.Triggers != nil {
			triggers = j.Triggers
		}
		runs, filtered := onChanges(triggers)
		if runs {
			seen.onChange = cmp.Or(seen.onChange, c.Path)
		}
		for _, check := range checksIn(j, hooks) {
			name := fmt.Sprintf("%s (%s:%d)", check.name, c.Path, check.line)
			switch {
			case !runs:
				seen.rarely = append(seen.rarely, name)
			case check.ignored:
				seen.partly = append(seen.partly, name+", whose result is ignored")
			case filtered:
				seen.partly = append(seen.partly, name+", on some paths only")
			case !slices.ContainsFunc(seen.checks, func(o string) bool { return strings.HasPrefix(o, check.name+" (") }):
				seen.checks = append(seen.checks, name)
			}
		}
	}
}

var gitlabTemplates = pattern.New(`(?i)template:\s*["']?(Security|Jobs)/(SAST|Secret-Detection|Dependency-Scanning|Container-Scanning|SAST-IaC)[\w.-]*\.gitlab-ci\.yml|component:\s*\S*components/(sast|secret-detection|dependency-scanning)`)

// onChanges says whether a workflow runs when the tree is changed, and whether a filter leaves folders out.
func onChanges(triggers []infra.Trigger) (runs, filtered bool) {
	whole := false
	for _, t := range triggers {
		switch t.Event {
		case "push":
			if len(t.Tags) > 0 && len(t.Branches)+len(t.BranchesIgnore) == 0 {
				continue // a release; what it holds came in before
			}
		case "pull_request", "pull_request_target", "merge_group", "merge_request_event":
		default:
			continue
		}
		runs = true
		whole = whole || t.PathsAt == 0
	}
	return runs, runs && !whole
}

// securityStep is one security check of a job.
type securityStep struct {
	name    string
	line    int
	ignored bool
}

func checksIn(j infra.Job, hooks string) []securityStep {
	var all []securityStep
	if j.Uses.Given() && checkingActions.MatchString(j.Uses.Text) {
		all = append(all, securityStep{actionName(j.Uses.Text), j.Uses.Line, false})
	}
	for _, step := range j.Steps {
		if step.Uses.Given() {
			switch uses := step.Uses.Text; {
			case strings.HasPrefix(uses, "github/codeql-action/init"): // the analysis is another step
			case checkingActions.MatchString(uses):
				all = append(all, securityStep{actionName(uses), step.Uses.Line, false})
			case strings.HasPrefix(uses, "pre-commit/action") && hooks != "":
				all = append(all, securityStep{hooks + " by pre-commit", step.Uses.Line, false})
			}
		}
		n := 0
		for line := range strings.Lines(step.Run.Text) {
			if text := strings.TrimSpace(line); text != "" && text[0] != '#' && len(text) < 4000 {
				if m := checkingCommands.FindStringSubmatch(text); m != nil && !spokenAbout.MatchString(text) && !installs.MatchString(text) {
					all = append(all, securityStep{m[3], step.Run.Line + n, ignoredResult.MatchString(text)})
				} else if hooks != "" && strings.Contains(text, "pre-commit run") {
					all = append(all, securityStep{hooks + " by pre-commit", step.Run.Line + n, ignoredResult.MatchString(text)})
				}
			}
			n++
		}
	}
	return all
}

// installs is a command that puts a checker on the machine without running it.
var installs = pattern.New(`^(sudo )?(pip3?|pipx|uv|uv pip|uv tool|conda|brew|apt(-get)?|cargo|go|npm|python3? -m pip|poetry|curl|wget) +(install|add|get|-\S+ install|i)\b`)

func actionName(uses string) string {
	name, _, _ := strings.Cut(uses, "@")
	return name
}

var nextHook = pattern.New(`(?m)^\s*-\s*(id|repo):`)

// hooksOf names a security hook of pre-commit in the tree whose result counts.
func hooksOf(s *lodemark.Subject) string {
	for _, f := range s.System.Files {
		if path.Base(f.Path) != ".pre-commit-config.yaml" || f.Test || f.Vendored || f.Link != "" {
			continue
		}
		data, err := s.Read(f.Path)
		if err != nil {
			continue
		}
		all := hookedChecks.FindAllSubmatchIndex(data, 50)
		for i, m := range all {
			end := len(data)
			if i+1 < len(all) {
				end = all[i+1][0]
			}
			if next := nextHook.FindIndex(data[m[1]:end]); next != nil {
				end = m[1] + next[0]
			}
			if !ignoredResult.Match(data[m[1]:end]) {
				return string(data[m[2]:m[3]])
			}
		}
	}
	return ""
}

func otherPipeline(s *lodemark.System) string {
	for _, f := range s.Files {
		for _, p := range otherPipelines {
			if f.Path == p || strings.HasPrefix(f.Path, p+"/") {
				return f.Path
			}
		}
	}
	return ""
}

func codeOwners(s *lodemark.System) string {
	for _, f := range s.Files {
		if f.Path == "CODEOWNERS" || f.Path == ".github/CODEOWNERS" || f.Path == "docs/CODEOWNERS" || f.Path == ".gitlab/CODEOWNERS" {
			return f.Path
		}
	}
	return ""
}
