package rules

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// eachAgent hands the agents of a workflow to a look.
func eachAgent(look func(*file, *matcher, *workflow, *agentStep)) func(*file, *matcher) {
	return func(f *file, m *matcher) {
		w, ok := workflowOf(f)
		if !ok {
			return
		}
		for _, job := range w.jobs {
			steps := agentSteps(job)
			for i := range steps {
				look(f, m, w, &steps[i])
			}
		}
	}
}

// outsidersPrompt sees agents that anybody can start and speak to, and that could do harm.
func outsidersPrompt(f *file, m *matcher, w *workflow, a *agentStep) {
	event := w.startedByOutsiders()
	if event == "" || a.asksWho || gated(f, a.job) {
		return
	}
	power := w.powerful(a)
	if power == "" {
		return
	}
	at := a.at()
	f.reportAs(m.rule, at.Line, at.Line, a.name, event+" starts it, and it "+power)
}

// at is the line of a step that says which agent it is.
func (a *agentStep) at() *settings.Node {
	if a.run {
		run := *a.step.Child("run")
		if at := agentCommand.FindStringSubmatchIndex(run.Value); at != nil && run.EndLine > run.Line {
			run.Line += strings.Count(run.Value[:at[2]], "\n")
		}
		return &run
	}
	return a.step.Child("uses")
}

// strongRights are those with which an agent could change what others get from the project.
func strongRights(scope string) bool {
	switch scope {
	case "contents", "packages", "actions", "deployments", "pages", "attestations", "security-events", "repository-projects":
		return true
	}
	return false
}

// agentRights sees agents that read what outsiders write, in a job whose token changes the project.
func agentRights(f *file, m *matcher, w *workflow, a *agentStep) {
	if !w.readsOutsideText() {
		return
	}
	for _, right := range writes(w.rightsOf(a.job), strongRights) {
		f.reportAs(m.rule, right.Line, right.Line, right.Key+": "+right.Value, a.name)
	}
}

// weakRights are those with which an agent could speak for the project: change its pull requests, or prove to a cloud that it is this job.
func weakRights(scope string) bool { return scope == "pull-requests" || scope == "id-token" }

// asksModel is a command that asks a hosted model, and so becomes an agent of one answer.
var asksModel = pattern.New(`api\.anthropic\.com|api\.openai\.com|generativelanguage\.googleapis\.com|models\.(?:github\.ai|inference\.ai\.azure\.com)|openrouter\.ai/api|api\.mistral\.ai|api\.deepseek\.com`)

// agentVoice sees agents, and steps that ask a model, that read what outsiders write in a job with such a right.
func agentVoice(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok || !w.readsOutsideText() {
		return
	}
	for _, job := range w.jobs {
		name := ""
		for _, step := range job.Find("steps.*") {
			if asksModel.MatchString(step.Child("run").Text()) {
				name = firstLine(step.Child("name").Text())
			}
		}
		if steps := agentSteps(job); len(steps) > 0 {
			name = steps[0].name
		}
		if name == "" {
			continue
		}
		for _, right := range writes(w.rightsOf(job), weakRights) {
			f.reportAs(m.rule, right.Line, right.Line, right.Key+": "+right.Value, name)
		}
	}
}

// agentFree sees agents in CI that may do what they want: where nobody is there to be asked, or with a shell and outsiders' text.
func agentFree(f *file, m *matcher, w *workflow, a *agentStep) {
	if !strings.Contains(f.data, "secrets.") && !strings.Contains(f.data, "id-token") && !strings.Contains(strings.ToLower(f.data), "api_key") {
		return
	}
	if t := unasked.FindString(a.text); t != "" {
		n := placeOf(a.step, t)
		f.reportAs(m.rule, n, n, t, a.name)
		return
	}
	if !w.readsOutsideText() {
		return
	}
	if t := freeTools(a); t != "" {
		n := placeOf(a.step, t)
		f.reportAs(m.rule, n, n, strings.Trim(t, `"`), a.name)
	}
}

// placeOf is the line in a step where a text stands.
func placeOf(step *settings.Node, text string) int {
	line := step.Line
	found := false
	eachScalar(step, func(n *settings.Node) {
		whole := n.Key + ": " + n.Value
		if i := strings.Index(whole, text); i >= 0 && !found && n.Key != "prompt" && n.Key != "name" {
			found = true
			line = n.Line
			if n.EndLine > n.Line {
				line += strings.Count(whole[:i], "\n")
			}
		}
	})
	return line
}

// outsideWords are expressions that a workflow fills in before anything runs, with text that outsiders write.
var outsideWords = pattern.New(`\$\{\{[^}]*?\b(github\.event\.(?:issue|pull_request|comment|review|review_comment|discussion|head_commit|pages)\.(?:title|body|message|head\.ref|head\.label|head\.repo\.default_branch|author\.(?:name|email))|github\.event\.(?:commits|pages)\[?[^\s}]*\.(?:message|page_name|name|email)|github\.head_ref)\b[^}]*\}\}`)

// promptKeys are inputs of agents' actions that hold their orders.
var promptKeys = set("prompt", "direct_prompt", "custom_instructions", "override_prompt", "append_system_prompt", "system_prompt", "system-prompt", "claude_args", "instructions", "task", "message", "codex-args")

// modelActions ask a model without being agents.
var modelActions = set("actions/ai-inference", "warpdotdev/oz-agent-action", "anthropics/claude-code-action", "openai/codex-action", "anthropics/claude-code-base-action", "google-github-actions/run-gemini-cli",
	"google-gemini/gemini-cli-action", "sst/opencode/github", "anomalyco/opencode/github", "anthropics/claude-code-action/base-action")

// outsideText sees text of outsiders that becomes part of a script or of a prompt.
func outsideText(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok {
		return
	}
	if w.startedByOutsiders() == "" {
		return
	}
	for _, job := range w.jobs {
		known := gated(f, job)
		for _, step := range job.Find("steps.*") {
			uses, _, _ := strings.Cut(strings.ToLower(step.Child("uses").Text()), "@")
			if run := step.Child("run"); run != nil {
				outsideIn(f, m, run, known, "a script")
			}
			if uses == "actions/github-script" {
				outsideIn(f, m, step.Child("with").Child("script"), known, "a script")
			}
			if !modelActions[uses] {
				continue
			}
			asksWho := known
			for _, a := range agentSteps(job) {
				asksWho = asksWho || a.step == step && a.asksWho
			}
			for _, c := range step.Find("with.*") {
				if promptKeys[c.Key] {
					outsideIn(f, m, c, asksWho, "a prompt")
				}
			}
		}
	}
}

// outsideIn looks at one text. Where it was asked who started the workflow, the comment that did is no outsider's.
func outsideIn(f *file, m *matcher, n *settings.Node, known bool, what string) {
	if n == nil || !n.Scalar {
		return
	}
	for _, at := range outsideWords.Regexp().FindAllStringSubmatchIndex(n.Value, 50) {
		word := n.Value[at[2]:at[3]]
		if known && (strings.HasPrefix(word, "github.event.comment.") || strings.HasPrefix(word, "github.event.review")) {
			continue
		}
		if quotedAway(n.Value, at[0]) {
			continue
		}
		line := n.Line
		if n.EndLine > n.Line {
			line += strings.Count(n.Value[:at[0]], "\n")
		}
		f.reportAs(m.rule, line, line, word, what)
	}
}

// quotedAway says whether a place stands in a comment of the script.
func quotedAway(text string, at int) bool {
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	return strings.HasPrefix(strings.TrimSpace(line), "#") || strings.HasPrefix(strings.TrimSpace(line), "//")
}

var inputWords = pattern.New(`\$\{\{\s*(?:github\.event\.)?inputs\.([\w-]+)\s*\}\}`)

// deploys are names of jobs and files that put something into others' hands.
var deploys = pattern.New(`(?i)deploy|release|publish|push|upload|promote|rollout`)

// inputInScript sees inputs of a workflow, free text, in scripts of jobs that deploy.
func inputInScript(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok {
		return
	}
	inputs := map[string]*settings.Node{}
	for _, c := range w.events["workflow_dispatch"].Child("inputs").Find("*") { // those of workflow_call come from other workflows
		inputs[c.Key] = c
	}
	file := deploys.MatchString(path.Base(f.path))
	for _, job := range w.jobs {
		if !file && !deploys.MatchString(job.Key) && job.Child("environment") == nil {
			continue
		}
		for _, run := range job.Find("steps.*.run") {
			for _, at := range inputWords.Regexp().FindAllStringSubmatchIndex(run.Value, 50) {
				name := run.Value[at[2]:at[3]]
				declared := inputs[name]
				if declared == nil || quotedAway(run.Value, at[0]) {
					continue
				}
				switch declared.Child("type").Text() {
				case "", "string":
				default:
					continue // a choice, a truth value or a number
				}
				line := run.Line
				if run.EndLine > run.Line {
					line += strings.Count(run.Value[:at[0]], "\n")
				}
				f.reportAs(m.rule, line, line, run.Value[at[0]:at[1]], "job "+job.Key)
				break // once for a script
			}
		}
	}
}

var (
	putsModel = pattern.New(`(?i)\b(?:huggingface-cli|hf)\s+(?:upload|upload-large-folder)\b|\bpush_to_hub\b|\.upload_folder\(|\bollama\s+push\b|\bsagemaker\s+(?:create-endpoint|update-endpoint|create-model)\b|\bmlflow\s+(?:models\s+serve|deployments\s+create)\b|\baz\s+ml\s+online-(?:deployment|endpoint)\s+create\b|\bgcloud\s+ai\s+(?:endpoints\s+deploy-model|models\s+upload)\b`)
	asksFirst = pattern.New(`(?i)eval|test|red[-_ ]?team|garak|promptfoo|deepeval|modelscan|picklescan|fickling|lodemark|scan|check|verif|validat|benchmark|lint|guard|\bneeds:|workflow_run|workflow_call`)
)

// ungatedModel sees workflows that put a model into others' hands and look at nothing before.
func ungatedModel(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok || asksFirst.MatchString(f.data) {
		return
	}
	for _, job := range w.jobs {
		for _, run := range job.Find("steps.*.run") {
			if at := putsModel.FindStringIndex(run.Value); at != nil && !quotedAway(run.Value, at[0]) {
				line := run.Line
				if run.EndLine > run.Line {
					line += strings.Count(run.Value[:at[0]], "\n")
				}
				f.reportAs(m.rule, line, line, run.Value[at[0]:at[1]], "job "+job.Key)
				return
			}
		}
	}
}

var secretToFile = pattern.New(`(?m)^[^#\n]*\$\{\{\s*secrets\.(\w+)\s*\}\}[^\n>]*>{1,2}\s*["']?((?:\./)?(?:[\w-]+/)*[\w.-]*(?:\.env(?:\.[\w.]+)?|\.(?:json|ya?ml|toml|txt|pem|key|ini|cfg|conf|tfvars|properties)))\b["']?`)

// secretInHeredoc is the beginning of lines that go into a file: cat << 'EOF' > .env, cat > .env <<EOF.
var (
	secretInHeredoc = pattern.New(`(?:cat|tee)\b[^\n<>]*(?:>{1,2}\s*["']?((?:\./)?(?:[\w-]+/)*[\w.-]*(?:\.env(?:\.[\w.]+)?|\.(?:json|ya?ml|toml|txt|pem|key|ini|cfg|conf|tfvars|properties)))["']?\s*<<-?\s*["']?(\w+)["']?|<<-?\s*["']?(\w+)["']?\s*>{1,2}\s*["']?((?:\./)?(?:[\w-]+/)*[\w.-]*(?:\.env(?:\.[\w.]+)?|\.(?:json|ya?ml|toml|txt|pem|key|ini|cfg|conf|tfvars|properties)))["']?)[^\n]*\n`)
	secretOfCI      = pattern.New(`\$\{\{\s*secrets\.(\w+)\s*\}\}`)
)

// secretOnDisk sees secrets that are written into files of the working folder.
func secretOnDisk(f *file, m *matcher) {
	w, ok := workflowOf(f)
	if !ok {
		return
	}
	for _, job := range w.jobs {
		for _, run := range job.Find("steps.*.run") {
			for _, at := range secretInHeredoc.Regexp().FindAllStringSubmatchIndex(run.Value, 20) {
				secret := secretOfCI.Regexp().FindStringSubmatchIndex(run.Value[at[1]:])
				end := -1
				for _, group := range []int{4, 6} {
					if at[group] >= 0 {
						end = strings.Index(run.Value[at[1]:], "\n"+run.Value[at[group]:at[group+1]])
					}
				}
				if secret == nil || end < 0 || secret[0] > end {
					continue
				}
				file := at[2:4]
				if at[2] < 0 {
					file = at[8:10]
				}
				line := run.Line
				if run.EndLine > run.Line {
					line += strings.Count(run.Value[:at[0]], "\n")
				}
				f.reportAs(m.rule, line, line, "secrets."+run.Value[at[1]+secret[2]:at[1]+secret[3]], run.Value[file[0]:file[1]])
			}
			for _, at := range secretToFile.Regexp().FindAllStringSubmatchIndex(run.Value, 50) {
				line := run.Line
				if run.EndLine > run.Line {
					line += strings.Count(run.Value[:at[2]], "\n")
				}
				f.reportAs(m.rule, line, line, "secrets."+run.Value[at[2]:at[3]], run.Value[at[4]:at[5]])
			}
		}
	}
}
