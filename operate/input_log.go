package operate

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// recorders are packages that keep what a model is asked, by their defaults.
var recorders = []string{"langfuse", "langsmith", "arize-phoenix", "arize-phoenix-otel", "traceloop-sdk", "helicone", "langkit", "weave", "agentops", "lunary", "langtrace-python-sdk",
	"opik", "promptlayer", "literalai", "langwatch", "humanloop", "parea-ai", "openlit", "langfuse-langchain", "langfuse-vercel", "@langfuse/tracing", "@traceloop/node-server-sdk", "braintrust", "athina-logger"}

// recorderPrefixes are families of packages that do. The instrumentation of OpenTelemetry itself leaves content out unless it
// is told otherwise.
var recorderPrefixes = []string{"openinference-instrumentation", "@arizeai/openinference"}

func recordsInputs(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	return slices.Contains(recorders, name) || slices.ContainsFunc(recorderPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

func inputLogging() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-input-logging", Version: 1,
		Title:    "What the model is asked is logged",
		Bears:    lodemark.Supports("OM-2.1"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "After misuse the first question is what was asked, and by whom. Where the model's server or the tracing leaves the prompt out, " +
			"an attack leaves a request with status 200 and nothing else.",
		Fix: "Record inputs at the one place that all requests pass (gateway, tracing library, model server), redacted, and leave it switched on " +
			"in production.",
		Help: "name the place where inputs are logged: a tracing library, the gateway's callbacks, the server's request log, or the retention policy (documents: retention-policy)",
		Bad: []lodemark.Example{
			{Name: "the model server's log is switched off and nothing else keeps inputs", Files: desk(map[string]string{
				"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:v0.8.5\n    command: [\"--model\", \"org/model\", \"--disable-log-requests\"]\n"})},
			{Name: "tracing without content", Files: desk(map[string]string{
				"requirements.txt": deskPackages + "opentelemetry-instrumentation-openai-v2==2.1b0\n",
				"compose.yaml":     "services:\n  app:\n    image: registry.example.org/app:1.0.0\n    environment:\n      OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: \"false\"\n"})},
		},
		Good: []lodemark.Example{
			{Name: "a tracing library", Files: desk(map[string]string{"requirements.txt": deskPackages + "langfuse==2.50.0\n"})},
			{Name: "tracing with content, in a manifest", Files: undeclared(map[string]string{
				"k8s/app.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          image: registry.example.org/app:1.0.0\n" +
					"          env:\n            - name: OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT\n              value: \"true\"\n"})},
			{Name: "callbacks of a gateway", Files: undeclared(map[string]string{"litellm_config.yaml": "litellm_settings:\n  success_callback: [\"langfuse\"]\n"})},
			{Name: "a server without its log behind a library that keeps inputs", Files: undeclared(map[string]string{
				"requirements.txt": deskPackages + "langfuse==2.50.0\n",
				"compose.yaml":     "services:\n  llm:\n    image: vllm/vllm-openai:v0.8.5\n    command: [\"--model\", \"org/model\", \"--disable-log-requests\"]\n"})},
		},
		Run: runInputLogging,
	}
}

// What a record says of the log of inputs.
var (
	inputWords  = pattern.New(`(?i)\b(?:prompts?|inputs?|questions?|conversations?|chats?|messages?|queries|query|requests?|transcripts?|traces?)\b`)
	loggedWords = pattern.New(`(?i)\b(?:logged|kept|stored|recorded|retained|traced|written to|saved|logs?|traces?)\b`)
	notLogged   = pattern.New(`(?i)\b(?:not|never|nothing|no)\b[^.|\n]{0,40}\b(?:logged|kept|stored|recorded|retained|traced|saved)\b`)
)

func runInputLogging(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose inputs could be logged")
	}
	if r, early := notRunning(s); early {
		return r
	}
	for _, c := range own(s, lodemark.KindPackage) {
		if recordsInputs(c.Name) && !aside(c.Path) {
			return passed([]string{c.Path}, "%s keeps what the model is asked (%s:%d)", c.Name, c.Path, c.Line)
		}
	}
	seen := sights(s)
	if at, ok := seen.first(signInputLog); ok {
		return passed([]string{at.path}, "inputs are logged by %s (%s:%d)", at.what, at.path, at.line)
	}
	for _, p := range passagesOf(s, "retention-policy") {
		if text := p.whole(); inputWords.MatchString(p.text) && loggedWords.MatchString(text) && !notLogged.MatchString(p.text) {
			return passed([]string{p.path}, "%s:%d says what is logged of inputs", p.path, p.line)
		}
	}
	list := seen.by[signNoInputLog]
	switch {
	case len(list) > 0 && s.System.Declared.Path == "":
		at := list[0]
		return undecided([]string{at.path}, "%s sets up %s (line %d); whether something else logs inputs is not known", at.path, at.what, at.line)
	case len(list) > 0:
		var findings []lodemark.Finding
		var looked []string
		for _, at := range list {
			looked = append(looked, at.path)
			findings = append(findings, lodemark.Finding{ID: "om-2-input-logging", Severity: lodemark.SeverityLow, Path: at.path, Line: at.line, Key: at.what,
				Message: fmt.Sprintf("%s sets up %s, and nothing else in the repository logs what the model is asked, so misuse cannot be traced afterwards", at.path, at.what),
				Fix:     "Log inputs here, or at the gateway that all requests pass, redacted and for a limited time."})
		}
		return failed(slices.Compact(looked), findings)
	}
	r := undecided(nil, "no library, setting or record shows that inputs are logged; code that logs them itself is not seen by this check")
	r.Gaps = seen.gaps
	return r
}

func recordFields() lodemark.Check {
	return lodemark.Check{
		ID: "om-2-record-fields", Version: 1,
		Title:    "It is written down that records suffice to reconstruct one answer",
		Bears:    lodemark.Supports("OM-2.4"),
		Severity: lodemark.SeverityLow, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "To find out who else got a manipulated answer, an investigator needs user and time, the versions of model and prompt, the articles " +
			"retrieved and the tools called. A log of texts alone answers none of it.",
		Fix:  "List the fields of a record: time, user, version of model and prompt, retrieved documents, tool calls, decisions of guards; and try once to trace a bad answer with them.",
		Help: "list the fields of a record in the retention policy or monitoring plan (documents: retention-policy)",
		Bad: []lodemark.Example{
			{Name: "texts only", Files: desk(map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\nQuestions and answers are kept for 30 days. Personal data is redacted.\n"})},
			{Name: "no versions of model and prompt", Files: desk(map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\nEach record holds time, user, question, answer, the articles retrieved and the tool calls, for 30 days.\n"})},
		},
		Good: []lodemark.Example{
			{Name: "all fields in one sentence", Files: desk(map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\nEach record holds time, user, version of the model and of the prompt, the articles retrieved and the tool calls, for 30 days.\n"})},
			{Name: "a table in the monitoring plan", Files: undeclared(map[string]string{
				"docs/retention-policy.md": "# Retention policy\n\nTraces are kept for 30 days.\n",
				planPath: "# Monitoring plan\n\n## Fields of a trace\n\n| field | content |\n|---|---|\n| timestamp | UTC |\n| user id | pseudonym |\n| model version | as the provider answers |\n" +
					"| prompt version | digest |\n| retrieved documents | names |\n| tool calls | name and arguments |\n"})},
		},
		Run: runRecordFields,
	}
}

// The fields of a record, by the words for them. A version stands near what it is the version of.
var (
	recordWords = pattern.New(`(?i)\b(?:records?|traces?|logs?|fields?|(?:log )?entr(?:y|ies)|events?|spans?)\b`)
	fieldTime   = pattern.New(`(?i)\btime\w*\b|\bdates?\b|\bwhen\b`)
	fieldUser   = pattern.New(`(?i)\busers?\b|\bwho\b|\baccounts?\b|\bsessions?\b|\btenants?\b|\bcallers?\b|\bpseudonyms?\b|\bclients?\b`)
	fieldModel  = pattern.New(`(?i)\bmodels?\b[^.|\n]{0,30}\b(?:versions?|digests?|revisions?|ids?|hash(?:es)?|release|checkpoints?|names?)\b|\b(?:versions?|digests?|revisions?|ids?|hash(?:es)?|names?) of (?:the |our )?(?:prompts? and (?:of )?(?:the )?)?models?\b|\bwhich models?\b|\bmodel[_-](?:version|id|name)\b`)
	fieldPrompt = pattern.New(`(?i)\bprompts?\b[^.|\n]{0,30}\b(?:versions?|digests?|revisions?|ids?|hash(?:es)?)\b|\b(?:versions?|digests?|revisions?|ids?|hash(?:es)?) of (?:the |our )?(?:models? and (?:of )?(?:the )?)?prompts?\b|\bwhich prompts?\b|\bprompt[_-](?:version|id)\b`)
	fieldTools  = pattern.New(`(?i)\btool(?:s| calls?| uses?| invocations?)?\b|\bfunction calls?\b|\bactions?\b`)
	fieldFound  = pattern.New(`(?i)\bretriev\w+|\barticles?\b|\bdocuments?\b|\bcontext\b|\bsources?\b|\bchunks?\b|\bpassages?\b`)
)

func runRecordFields(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose requests could be recorded")
	}
	if r, early := notRunning(s); early {
		return r
	}
	topics := []topic{
		{name: "the version of the model", all: []*pattern.Pattern{recordWords, fieldModel}},
		{name: "the version of the prompt", all: []*pattern.Pattern{recordWords, fieldPrompt}},
		{name: "the time", all: []*pattern.Pattern{fieldTime}},
		{name: "the user", all: []*pattern.Pattern{fieldUser}},
	}
	if s.System.Fact("agentic").Answer == lodemark.Yes {
		topics = append(topics, topic{name: "the tool calls", all: []*pattern.Pattern{fieldTools}})
	}
	if len(own(s, lodemark.KindVectorStore)) > 0 {
		topics = append(topics, topic{name: "what was retrieved", all: []*pattern.Pattern{fieldFound}})
	}
	return answered(s, question{
		check: "om-2-record-fields", kinds: []string{"retention-policy", "monitoring-plan"}, what: "a record of what is logged", severity: lodemark.SeverityLow,
		says: "says which fields a record has", verb: "does not list among the fields of a record", topics: topics,
		so:     "nobody can reconstruct a manipulated answer and find who else got one",
		absent: "nothing says which fields a record of a request has",
		fix:    "List the fields of a record: time, user, versions of model and prompt, what was retrieved, tool calls.",
	})
}
