package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// workflow is a workflow of GitHub: what starts it, and its jobs.
type workflow struct {
	events map[string]*settings.Node // with the events' own settings, if any
	rights *settings.Node
	jobs   []*settings.Node
}

func workflowOf(f *file) (*workflow, bool) {
	if len(f.roots) != 1 {
		return nil, false
	}
	root := f.roots[0]
	w := &workflow{events: map[string]*settings.Node{}, rights: root.Child("permissions")}
	on := root.Child("on")
	jobs := root.Child("jobs")
	if runs := root.Child("runs"); runs.Child("steps") != nil { // an action of several steps, which others start
		w.jobs = []*settings.Node{runs}
		return w, true
	}
	if on == nil || jobs == nil {
		return nil, false
	}
	if on.Scalar {
		w.events[on.Value] = nil
	}
	for _, c := range on.Children {
		if on.List {
			w.events[c.Value] = nil
		} else {
			w.events[c.Key] = c
		}
	}
	w.jobs = jobs.Children
	return w, true
}

// Events that anybody on the internet can cause while the workflow has secrets and a token that writes.
var outsideEvents = []string{"issues", "issue_comment", "pull_request_target", "discussion", "discussion_comment"}

// Events whose text outsiders may have written, whoever caused them.
var textEvents = append(slices.Clone(outsideEvents), "pull_request", "pull_request_review", "pull_request_review_comment")

// insideTypes are types of events that only members can cause.
var insideTypes = []string{"labeled", "unlabeled", "assigned", "unassigned", "milestoned", "demilestoned", "pinned", "unpinned", "locked", "unlocked", "transferred", "review_requested", "answered", "category_changed"}

// startedByOutsiders is the event by which anybody can start the workflow, or "".
func (w *workflow) startedByOutsiders() string {
	for _, event := range outsideEvents {
		n, ok := w.events[event]
		if !ok {
			continue
		}
		types := n.Child("types")
		if types == nil {
			return event
		}
		members := types.Children
		if types.Scalar {
			members = []*settings.Node{types}
		}
		if slices.ContainsFunc(members, func(t *settings.Node) bool { return !slices.Contains(insideTypes, t.Value) }) {
			return event
		}
	}
	return ""
}

func (w *workflow) readsOutsideText() bool {
	return slices.ContainsFunc(textEvents, func(e string) bool { _, ok := w.events[e]; return ok })
}

// gates are ways to ask who it is that started a workflow.
var gates = pattern.New(`(?i)author_association|getCollaboratorPermissionLevel|collaborators/[^\s"']+/permission|getMembershipForUser|checkMembership|(?:orgs|teams)/[^\s"']+/(?:members|memberships)/` +
	`|github\.(?:actor|triggering_actor|event\.[\w.]*login)\s*==|==\s*github\.(?:actor|triggering_actor|event\.[\w.]*login)|contains\(.{0,300}?,\s*github\.(?:actor|triggering_actor|event\.[\w.]*login)\s*\)` +
	`|head\.repo\.(?:full_name|fork)|head_repository|check[-_ ]?(?:user[-_ ]?)?(?:permission|membership|collaborator|access|author|team)|actions-cool/check-user-permission|event\.label\.name|event\.assignee|require[-_]permission|repository_permission|authoriz`)

// gated says whether somebody or something asks who it is before the job begins: in the workflow's text, or by an approval.
func gated(f *file, job *settings.Node) bool {
	return job.Child("environment") != nil || gates.MatchString(f.data)
}

// agentStep is a step of a job in which an agent works.
type agentStep struct {
	job, step *settings.Node
	name      string
	text      string // all that the step says
	asksWho   bool   // the action itself refuses people without rights to write
	run       bool
}

var agentCommand = pattern.New(`(?m)(?:^|[\s;&|({"'/])(claude(?:-code)?["']?\s(?:[^\n;|&]*\s)?(?:-p|--print)\b|codex\s+exec\b|(?:gemini|gemini-cli|qwen)["']?\s(?:[^\n;|&]*\s)?(?:-p|--prompt|--yolo|-y)\b|aider\s(?:[^\n;|&]*\s)?(?:--message|--message-file|-m|--yes|--yes-always)\b|cursor-agent\s[^\n]*(?:-p|--print|--force)\b|opencode\s+run\b|copilot\s(?:[^\n;|&]*\s)?(?:-p|--prompt)\b|goose\s+run\b|amp\s(?:[^\n;|&]*\s)?(?:-x|--execute)\b)`)

// agentSteps are the steps of a job in which agents work.
func agentSteps(job *settings.Node) []agentStep {
	var all []agentStep
	for _, step := range job.Find("steps.*") {
		a := agentStep{job: job, step: step, text: wholeText(step)}
		uses, _, _ := strings.Cut(strings.ToLower(step.Child("uses").Text()), "@")
		with := step.Child("with")
		switch uses {
		case "anthropics/claude-code-action":
			a.name, a.asksWho = uses, with.Child("allowed_non_write_users").Text() == ""
		case "openai/codex-action":
			a.name, a.asksWho = uses, !strings.Contains(with.Child("allow-users").Text(), "*")
		case "sst/opencode/github", "anomalyco/opencode/github":
			a.name, a.asksWho = uses, true
		case "anthropics/claude-code-base-action", "anthropics/claude-code-action/base-action", "google-github-actions/run-gemini-cli", "google-gemini/gemini-cli-action":
			a.name = uses
		default:
			at := agentCommand.FindStringSubmatchIndex(step.Child("run").Text())
			if at == nil {
				continue
			}
			a.name, a.run = strings.Fields(step.Child("run").Text()[at[2]:at[3]])[0], true
		}
		all = append(all, a)
	}
	return all
}

const maxStepText = 64 << 10

func wholeText(n *settings.Node) string {
	var b strings.Builder
	eachScalar(n, func(s *settings.Node) {
		if b.Len() < maxStepText {
			b.WriteString(s.Key + ": " + s.Value + "\n")
		}
	})
	return b.String()
}

// rightsOf are the permissions that a job's token has, and the node that says so; nil: nothing is said, and the repository's settings decide.
func (w *workflow) rightsOf(job *settings.Node) *settings.Node {
	if own := job.Child("permissions"); own != nil {
		return own
	}
	return w.rights
}

// writes are the permissions to write among rights, those that are asked for.
func writes(rights *settings.Node, of func(string) bool) []*settings.Node {
	if rights == nil {
		return nil
	}
	if rights.Scalar {
		if rights.Value == "write-all" {
			return []*settings.Node{rights}
		}
		return nil
	}
	var all []*settings.Node
	for _, c := range rights.Children {
		if c.Value == "write" && of(c.Key) {
			all = append(all, c)
		}
	}
	return all
}

var (
	// allowedList finds the tools that an agent may use, however that is said.
	allowedList = pattern.New(`(?i)(?:^|[^a-z])(?:--allowed-?tools|allowed_?tools)["']?[\s:=]+(?:"([^"]*)"|'([^']*)'|([^\n]*))`)
	freeTool    = pattern.New(`(?:^|[\s,"'\[])(Bash(?:\((?:\*|\*?:\*)\))?|WebFetch(?:\((?:\*|domain:\*)\))?)(?:[\s,"'\]]|$)`)
	freeGemini  = pattern.New(`"(?:run_shell_command|ShellTool|web_fetch)"`)
	// unasked are ways to have an agent do what it wants.
	unasked = pattern.New(`--dangerously-skip-permissions|--dangerously-bypass-approvals-and-sandbox|--allow-all-tools|bypassPermissions|(?:gemini|qwen|codex)\b[^\n|;&]*\s(?:--yolo|-y)\b|--approval-mode[= ]yolo|(?:sandbox|--sandbox|-s):?[= ]["']?danger-full-access|safety-strategy:?[= ]["']?unsafe|cursor-agent\b[^\n|;&]*\s--force\b`)
)

// freeTools gives the place in a step's text where it is given a shell or the web without bounds.
func freeTools(a *agentStep) string {
	for _, m := range allowedList.Regexp().FindAllStringSubmatch(a.text, 20) {
		if t := freeTool.FindStringSubmatch(m[1] + m[2] + m[3]); t != nil {
			return t[1]
		}
	}
	if strings.Contains(a.name, "gemini") && strings.Contains(a.text, "settings: ") && freeGemini.MatchString(a.text) {
		return freeGemini.FindString(a.text)
	}
	return ""
}

// powerful says whether an agent that obeys an outsider could do harm, and how.
func (w *workflow) powerful(a *agentStep) string {
	if t := unasked.FindString(a.text); t != "" {
		return "runs with " + t
	}
	if t := freeTools(a); t != "" {
		return "may use " + t
	}
	if all := writes(w.rightsOf(a.job), func(scope string) bool { return scope != "id-token" }); len(all) > 0 {
		return "has the right " + all[0].Key + ": " + all[0].Value
	}
	if strings.Contains(a.name, "gemini-cli") && !strings.Contains(a.text, `"core"`) && !strings.Contains(a.text, `"coreTools"`) && !strings.Contains(a.text, `"allowed"`) && strings.Contains(a.text, "secrets.") {
		return "has all of its tools and a key" // the action lets it use all without asking
	}
	return ""
}
