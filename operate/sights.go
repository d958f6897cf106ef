package operate

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// sign is what a line of a setting tells about operation.
type sign string

const (
	signInputLog   sign = "inputs are logged"
	signNoInputLog sign = "inputs are kept out of the log"
	signGuard      sign = "inputs are judged"
	signNoGuard    sign = "a guard is switched off"
	signDrift      sign = "drift is measured on a clock"
	signPreview    sign = "a model change reaches some users first"
	signUpdater    sign = "the product updates itself"
	signNoUpdater  sign = "updating is switched off"
	signUnsafe     sign = "updates are taken unchecked"
	signModel      sign = "the model has a version of its own"
	signPrompt     sign = "prompts have a version of their own"
)

// mark is how a sign looks in a file: a literal by which files are chosen cheaply, and the line that shows it. What the first
// group matches is the setting's value; where there is none on the line, that of "value:" on the next.
type mark struct {
	sign    sign
	what    string
	literal string // in lower case; one of those between bars stands on the line. After "@": one that stands in the file
	line    *pattern.Pattern
	value   *pattern.Pattern // of the group; nil: any
	file    *pattern.Pattern // of the path; nil: any
}

var (
	on      = pattern.New(`(?i)^(?:true|1|yes|on|enabled)$`)
	off     = pattern.New(`(?i)^(?:false|0|no|off|disabled|none|no_content)$`)
	content = pattern.New(`(?i)^(?:true|1|yes|on|span_only|event_only|span_and_event)$`)
	given   = pattern.New(`\S`)
	anyYAML = pattern.New(`(?i)\.ya?ml$`)
	anyTF   = pattern.New(`(?i)\.(?:tf|tofu)$`)
)

// env is the line that sets an environment variable, in a file of variables, a compose file, a manifest, or a container file.
func env(names string) *pattern.Pattern {
	return pattern.New(`(?:^|[\s"'{,=-])(?:` + names + `)["']?\s*(?:[:=]\s*["']?([^\s"'#,}]*)|$|\s+["']?([^\s"'#=]+))`)
}

var marks = []mark{
	{signInputLog, "tracing with the content of messages", "capture_message_content", env("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"), content, nil},
	{signNoInputLog, "tracing without the content of messages", "capture_message_content", env("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"), off, nil},
	{signNoInputLog, "tracing without the content of messages", "traceloop_trace_content", env("TRACELOOP_TRACE_CONTENT"), off, nil},
	{signInputLog, "Langfuse", "langfuse_", env("LANGFUSE_(?:HOST|BASE_?URL|PUBLIC_KEY|SECRET_KEY)"), nil, nil},
	{signInputLog, "LangSmith", "langsmith_tracing", env("LANGSMITH_TRACING"), on, nil},
	{signInputLog, "LangSmith", "langchain_tracing_v2", env("LANGCHAIN_TRACING_V2"), on, nil},
	{signNoInputLog, "LangSmith without inputs", "_hide_inputs", env("(?:LANGSMITH|LANGCHAIN|OPENINFERENCE)_HIDE_INPUTS"), on, nil},
	{signInputLog, "Phoenix", "phoenix_collector", env("PHOENIX_COLLECTOR_ENDPOINT"), given, nil},
	{signInputLog, "Helicone", "helicone_", env("HELICONE_(?:API_KEY|BASE_URL)"), nil, nil},
	{signInputLog, "Opik", "opik_url", env("OPIK_URL_OVERRIDE"), given, nil},
	{signInputLog, "the model server's request log", "enable-log-requests", pattern.New(`(?:^|[\s"',\[])--enable-log-requests(?:[\s"',\]=]|$)`), nil, nil},
	{signNoInputLog, "the model server without its request log", "log-requests", pattern.New(`(?:^|[\s"',\[])--(?:disable|no-enable)-log-requests(?:[\s"',\]]|$)`), nil, nil},
	{signInputLog, "callbacks of the model gateway", "callback", pattern.New(`^\s*(?:success_callback|callbacks)\s*:\s*\[[^\]]*["']?(?:langfuse\w*|langsmith|s3(?:_v2)?|gcs_bucket|otel|arize\w*|lunary|helicone|datadog\w*|azure_storage|opik|braintrust|logfire|mlflow|dynamodb)\b`), nil, anyYAML},
	{signInputLog, "prompts in the model gateway's log", "store_prompts_in_spend_logs", pattern.New(`^\s*store_prompts_in_spend_logs\s*:\s*["']?(\w+)`), on, anyYAML},
	{signNoInputLog, "a model gateway that keeps messages out of its log", "turn_off_message_logging", pattern.New(`^\s*turn_off_message_logging\s*:\s*["']?(\w+)`), on, anyYAML},
	{signInputLog, "payloads in the gateway's log", "log_payloads", pattern.New(`^\s*log_payloads\s*:\s*["']?(\w+)`), on, anyYAML},
	{signInputLog, "Bedrock's log of model invocations", "aws_bedrock_model_invocation_logging", pattern.New(`^\s*resource\s+"aws_bedrock_model_invocation_logging_configuration"`), nil, anyTF},
	{signInputLog, "SageMaker's data capture", "enable_capture", pattern.New(`^\s*enable_capture\s*=\s*(\w+)`), on, anyTF},
	{signNoInputLog, "SageMaker without data capture", "enable_capture", pattern.New(`^\s*enable_capture\s*=\s*(\w+)`), off, anyTF},
	{signInputLog, "the request logger of the model server", "mode@inferenceservice", pattern.New(`^\s{4,}mode\s*:\s*["']?(all|request)\b`), nil, anyYAML},

	{signGuard, "a Bedrock guardrail", "aws_bedrock_guardrail", pattern.New(`^\s*resource\s+"aws_bedrock_guardrail"`), nil, anyTF},
	{signNoGuard, "a Bedrock guardrail that lets every input pass", "input_strength@aws_bedrock_guardrail", pattern.New(`^\s*input_strength\s*=\s*"(NONE)"`), nil, anyTF},
	{signGuard, "a Model Armor template", "google_model_armor_template", pattern.New(`^\s*resource\s+"google_model_armor_template"`), nil, anyTF},
	{signGuard, "a guardrail of the model gateway", "guardrail", pattern.New(`^\s*-?\s*guardrail\s*:\s*["']?(?:lakera\w*|aporia|bedrock|guardrails_ai|azure\w*|llm[-_]guard|pangea|aim|prompt_?\w*|presidio|model_armor|lasso|hide-secrets)\b`), nil, anyYAML},
	{signGuard, "an input rail", "check|detection|detect|protect|mask@rails", pattern.New(`^\s*-\s*["']?(?:self check input|llama guard check input|jailbreak detection\w*|check jailbreak|content safety check input|prompt security protect prompt|mask sensitive data on input|detect sensitive data on input|injection detection)\b`), nil, anyYAML},
	{signGuard, "Lakera Guard", "lakera", env("LAKERA_(?:GUARD_)?API_KEY|LAKERA_PROJECT_ID"), nil, nil},
	{signGuard, "Azure content safety", "content_safety", env("(?:AZURE_)?CONTENT_SAFETY_(?:ENDPOINT|KEY)"), nil, nil},
	{signGuard, "LLM Guard", "llm-guard-api", pattern.New(`image["']?\s*[:=]\s*["']?\S*(?:laiyer|protectai)/llm-guard-api\b`), nil, nil},
	{signGuard, "a model that tells injections", "prompt-guard|prompt-injection", pattern.New(`(?i)\b(?:meta-llama/(?:Llama-)?Prompt-Guard[\w.-]*|protectai/deberta-v3-\w+-prompt-injection[\w.-]*)`), nil, nil},
	{signGuard, "a model that judges inputs", "llama-guard", pattern.New(`(?i)\bmeta-llama/Llama-Guard-[\w.-]+`), nil, nil},

	{signDrift, "a schedule of SageMaker Model Monitor", "aws_sagemaker_monitoring_schedule", pattern.New(`^\s*resource\s+"aws_sagemaker_monitoring_schedule"`), nil, anyTF},
	{signDrift, "a scheduled job that measures drift", "drift|evidently|nannyml|whylogs@kind: cronjob", pattern.New(`(?i)^\s*-?\s*(?:name|image|command|args)\s*:.*(?:\b|_)(?:drift|evidently|nannyml|whylogs)`), nil, anyYAML},
	{signDrift, "a scheduled workflow that measures drift", "drift|evidently|nannyml|whylogs@kind: cronworkflow", pattern.New(`(?i)^\s*-?\s*(?:name|image|command|args)\s*:.*(?:\b|_)(?:drift|evidently|nannyml|whylogs)`), nil, anyYAML},

	{signPreview, "canary traffic", "canarytrafficpercent", pattern.New(`^\s*canaryTrafficPercent\s*:\s*([1-9]\d?)\s*$`), nil, anyYAML},
	{signPreview, "a canary", "kind: canary", pattern.New(`^kind\s*:\s*Canary\s*$`), nil, anyYAML},
	{signPreview, "a canary rollout", "canary@kind: rollout", pattern.New(`^\s+canary\s*:`), nil, anyYAML},

	{signUpdater, "electron-updater", "electron-updater", pattern.New(`^\s*"electron-updater"\s*:`), nil, pattern.New(`(?:^|/)package\.json$`)},
	{signUpdater, "the updater of Tauri", "updater", pattern.New(`^\s*"updater"\s*:\s*\{`), nil, tauriFile},
	{signUpdater, "Sparkle", "sufeedurl", pattern.New(`<key>\s*SUFeedURL\s*</key>`), nil, plistFile},
	{signUpdater, "a snap, which refreshes itself", "name:", pattern.New(`^name\s*:`), nil, pattern.New(`(?:^|/)snapcraft\.ya?ml$`)},
	{signNoUpdater, "the updater of Tauri switched off", "active@updater", pattern.New(`^\s*"(?:updater"\s*:\s*\{\s*")?active"\s*:\s*(false)`), nil, tauriFile},
	{signNoUpdater, "Sparkle that does not look for updates", "suenableautomaticchecks", pattern.New(`<key>\s*SUEnableAutomaticChecks\s*</key>\s*(<false\s*/>)?`), pattern.New(`<false`), plistFile},
	{signUnsafe, "updates over an address that anybody on the way can change", "dangerousinsecuretransportprotocol", pattern.New(`^\s*"dangerousInsecureTransportProtocol"\s*:\s*(true)`), nil, tauriFile},
	{signUnsafe, "updates whose signature is not verified", "verifyupdatecodesignature", pattern.New(`["']?verifyUpdateCodeSignature["']?\s*:\s*(false)`), nil, nil},
	{signUnsafe, "an update feed over http", "sufeedurl", pattern.New(`<key>\s*SUFeedURL\s*</key>\s*(<string>\s*http://\S+)?`), pattern.New(`http://`), plistFile},

	{signModel, "a model that is fetched by its own address", "storageuri", pattern.New(`^\s*-?\s*storageUri\s*:\s*["']?((?:s3|gs|hf|pvc|oci|https|az|wasbs?|abfs)://\S+)`), nil, anyYAML},
	{signModel, "the model as a setting", "model_|models_|llm_", env(`(?:[A-Z]+_)*(?:MODEL|MODELS|LLM)_(?:NAME|ID|VERSION|REVISION|URI|TAG|DEPLOYMENT)`), given, nil},
	{signPrompt, "prompts in a configuration map", "prompt@kind: configmap", pattern.New(`(?i)^\s+["']?(?:[\w-]*prompt[\w-]*(?:\.(?:md|txt|ya?ml|j2|jinja2?|json))?)["']?\s*:\s*(?:[|>]|\S)`), nil, anyYAML},
	{signPrompt, "the prompt's version as a setting", "prompt_|prompts_", env(`(?:[A-Z]+_)*PROMPT(?:S|_SET)?_(?:VERSION|LABEL|TAG|REVISION|URI)`), given, nil},
}

var (
	tauriFile = pattern.New(`(?:^|/)tauri(?:\.\w+)?\.conf\.json5?$`)
	plistFile = pattern.New(`(?:^|/)(?:\w+-)?Info\.plist$`)
	// settingName tells files of settings that are no component of their own.
	settingName = pattern.New(`(?i)(?:litellm|gateway|guardrail|rails|collector|telemetry|values|config|monitor|drift|alertmanager|snapcraft|electron-builder)[\w.-]*\.ya?ml$|(?:^|/)(?:rails|guardrails)/[\w./-]*\.ya?ml$`)
)

// sighting is a sign at its place.
type sighting struct {
	what, path string
	line       int
}

// The bounds of the look at settings.
const (
	settingsMost    = 1500
	settingBytes    = 1 << 20
	settingLine     = 4 << 10
	sightingsByFile = 20
)

// seen is what all settings show.
type seen struct {
	by   map[sign][]sighting
	gaps []lodemark.Gap
}

// sights reads the settings of the system once in a run. Samples and documentation are left out: people read them, and
// nothing runs them.
func sights(s *lodemark.Subject) *seen {
	return lodemark.Shared(s, "operate.sights", func() *seen {
		out := &seen{by: map[sign][]sighting{}}
		for i, p := range settingPaths(s) {
			if i >= settingsMost {
				out.gaps = append(out.gaps, lodemark.Gap{Path: p, Reason: "there are more files of settings than are read"})
				break
			}
			data, err := s.Read(p)
			switch {
			case err != nil:
				out.gaps = append(out.gaps, lodemark.Gap{Path: p, Reason: err.Error()})
			case len(data) <= settingBytes:
				out.look(p, data)
			}
		}
		return out
	})
}

func (o *seen) first(signs ...sign) (sighting, bool) {
	for _, g := range signs {
		if len(o.by[g]) > 0 {
			return o.by[g][0], true
		}
	}
	return sighting{}, false
}

// settingPaths lists the files whose lines are looked at.
func settingPaths(s *lodemark.Subject) []string {
	all := paths(own(s, lodemark.KindCompose, lodemark.KindKubernetes, lodemark.KindInfrastructure, lodemark.KindContainer))
	for _, f := range s.System.Files {
		base := path.Base(f.Path)
		if f.Test || f.Vendored || f.Link != "" || f.Size == 0 || f.Size > settingBytes {
			continue
		}
		wanted := strings.HasPrefix(base, ".env")
		switch strings.ToLower(path.Ext(base)) { // the slow expressions are asked about few files
		case ".yaml", ".yml":
			wanted = wanted || settingName.MatchString(f.Path)
		case ".json":
			wanted = wanted || tauriFile.MatchString(f.Path) || base == "package.json" && strings.Count(f.Path, "/") <= 2
		case ".json5", ".toml", ".plist", ".xml":
			wanted = wanted || tauriFile.MatchString(f.Path) || plistFile.MatchString(f.Path)
		}
		if wanted {
			all = append(all, f.Path)
		}
	}
	all = slices.DeleteFunc(all, aside)
	slices.Sort(all)
	return slices.Compact(all)
}

var asideFolder = pattern.New(`(?i)(?:^|/)(?:examples?|samples?|demos?|docs?|documentation|cookbooks?|tutorials?|quick-?starts?|benchmarks?|templates|workshops?|skills)/`)

// aside says whether a path lies among what is there to be read or copied, not run.
func aside(p string) bool { return asideFolder.MatchString(p) }

func (o *seen) look(p string, data []byte) {
	text := string(data)
	lower := strings.ToLower(text)
	if len(lower) != len(text) { // a letter whose small form is longer; places would differ
		lower = text
	}
	var lines []string
	for _, m := range marks {
		words, file, _ := strings.Cut(m.literal, "@")
		if m.file != nil && !m.file.MatchString(p) || !strings.Contains(lower, file) {
			continue
		}
		for _, n := range linesWith(lower, words) {
			if lines == nil {
				lines = strings.Split(text, "\n")
			}
			line := withoutRemark(lines[n])
			groups := m.line.FindStringSubmatch(line)
			if line == "" || groups == nil || m.value != nil && !m.value.MatchString(valueOf(groups, lines, n)) {
				continue
			}
			o.add(m, p, n+1)
		}
	}
}

// add keeps a sighting; of one file no more than a reader needs.
func (o *seen) add(m mark, p string, line int) {
	list := o.by[m.sign]
	here := 0
	for i := len(list) - 1; i >= 0 && list[i].path == p; i-- {
		if here++; list[i].line == line || here >= sightingsByFile {
			return
		}
	}
	o.by[m.sign] = append(list, sighting{m.what, p, line})
}

// linesWith lists the lines, from 0, that hold one of the words between bars.
func linesWith(text, words string) (all []int) {
	for word := range strings.SplitSeq(words, "|") {
		n, from := 0, 0
		for {
			i := strings.Index(text[from:], word)
			if i < 0 {
				break
			}
			n += strings.Count(text[from:from+i], "\n")
			all = append(all, n)
			end := strings.IndexByte(text[from+i:], '\n')
			if end < 0 {
				break
			}
			from += i + end + 1
			n++
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func withoutRemark(line string) string {
	line = strings.TrimRight(line[:min(len(line), settingLine)], "\r \t")
	if t := strings.TrimLeft(line, " \t"); strings.HasPrefix(t, "#") || strings.HasPrefix(t, "//") || strings.HasPrefix(t, "<!--") {
		return ""
	}
	return line
}

var nextValue = pattern.New(`^\s*(?:"?value"?\s*[:=]\s*["']?([^\s"'#]+)|(<.*))`)

// valueOf is the value that a line gives, or the next line where a manifest or a property list writes it there.
func valueOf(groups, lines []string, n int) string {
	for _, g := range groups[1:] {
		if g != "" {
			return g
		}
	}
	if n+1 < len(lines) {
		if m := nextValue.FindStringSubmatch(lines[n+1]); m != nil {
			return m[1] + m[2]
		}
	}
	return ""
}
