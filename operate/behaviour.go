package operate

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// OM-1: monitor your system's behaviour.
func behaviour() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "OM-1",
		Checks:    []lodemark.Check{telemetry(), behaviourAlerts(), driftDetection(), intrusionAlerts(), driftCause()},
	}
}

func telemetry() lodemark.Check {
	return lodemark.Check{
		ID: "om-1-telemetry", Version: 1,
		Title:    "Telemetry of the model's behaviour is configured",
		Bears:    lodemark.Supports("OM-1.1"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A model can answer worse, or answer an attacker, while every server is up and fast. Only records of inputs, " +
			"outputs, tool calls and refusals show it; processor load and latency do not.",
		Fix: "Record each model call (inputs, outputs, tool calls, tokens, verdicts of guards) with an observability library or " +
			"collector, and compute quality and refusal rates from it.",
		Help: "add the telemetry library or collector to the repository, or say in lodemark.yaml that the system is not in operation yet (stage)",
		Bad: []lodemark.Example{
			{Name: "an assistant in operation that nobody watches", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\nstage: operate\n",
				"requirements.txt": "openai==1.51.0\nfastapi==0.115.0\n",
			}},
			{Name: "metrics of the machine only", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\n",
				"requirements.txt": "langchain==0.3.2\npsutil==6.0.0\n",
				"compose.yaml":     "services:\n  node:\n    image: prom/node-exporter:v1.8.2\n",
			}},
			{Name: "tracing that is only mentioned in a comment", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\n",
				"requirements.txt": "openai==1.51.0\n",
				"compose.yaml":     "services:\n  app:\n    image: registry.example.org/app:1.0.0\n    environment:\n      # LANGFUSE_HOST: https://traces.example.org\n      LOG_LEVEL: info\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "a tracing library", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\nstage: operate\n",
				"requirements.txt": "openai==1.51.0\nlangfuse==2.50.0\n",
			}},
			{Name: "a trace store among the services", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\n",
				"requirements.txt": "llama-index==0.11.0\n",
				"compose.yaml":     "services:\n  traces:\n    image: arizephoenix/phoenix:version-4.33.1\n",
			}},
			{Name: "metrics of a model server", Files: map[string]string{
				"lodemark.yaml":    "schema: lodemark/1\nname: help desk\nowner: {name: Product owner, contact: owner@helpdesk.example.org}\n",
				"requirements.txt": "openai==1.51.0\n",
				"compose.yaml": "services:\n  llm:\n    image: vllm/vllm-openai:v0.6.3\n" +
					"  metrics:\n    image: prom/prometheus:v2.54.1\n",
			}},
		},
		Run: runTelemetry,
	}
}

// watchers are packages whose purpose is to record or judge what a model does. General tracing and metrics libraries
// are not among them: the clause asks for outputs, not for latency.
var watchers = []string{"langfuse", "langsmith", "arize", "arize-phoenix", "arize-phoenix-otel", "openinference", "traceloop-sdk",
	"helicone", "evidently", "whylogs", "langkit", "nannyml", "alibi-detect", "deepchecks", "weave", "logfire", "agentops", "lunary",
	"langtrace-python-sdk", "opik", "trulens", "trulens-eval", "fiddler-client", "openlit", "promptlayer", "literalai", "langwatch",
	"humanloop", "galileo", "parea-ai", "azure-ai-monitor", "@langfuse/tracing", "@traceloop/node-server-sdk", "langfuse-langchain",
	"langfuse-vercel", "braintrust", "athina-logger", "giskard"}

// watcherPrefixes name families of packages that instrument model calls.
var watcherPrefixes = []string{"openinference-instrumentation", "@arizeai/openinference", "opentelemetry-instrumentation-openai",
	"opentelemetry-instrumentation-anthropic", "opentelemetry-instrumentation-langchain", "opentelemetry-instrumentation-llamaindex",
	"opentelemetry-instrumentation-bedrock", "opentelemetry-instrumentation-vertexai", "opentelemetry-instrumentation-google-genai",
	"opentelemetry-instrumentation-ollama", "opentelemetry-instrumentation-transformers", "opentelemetry-instrumentation-mcp",
	"opentelemetry-util-genai", "@opentelemetry/instrumentation-openai"}

var (
	watcherImage = pattern.New(`(?i)^\s*-?\s*["']?image["']?\s*:\s*["']?(?:[\w.:-]+/)*(?:langfuse/langfuse|arizephoenix/phoenix|helicone/[\w-]+|` +
		`evidently/evidently[\w-]*|signoz/[\w-]+|openlit/[\w-]+|ghcr\.io/traceloop/[\w-]+|langwatch/langwatch|opik/[\w-]+|comet-opik/[\w-]+|lunary/[\w-]+)\b`)
	watcherSetting = pattern.New(`^\s*(?:-\s*)?(?:name\s*:\s*)?["']?(LANGFUSE_(?:HOST|BASE_?URL|PUBLIC_KEY|SECRET_KEY)|LANGSMITH_TRACING|LANGCHAIN_TRACING_V2|` +
		`PHOENIX_COLLECTOR_ENDPOINT|HELICONE_(?:API_KEY|BASE_URL)|TRACELOOP_BASE_URL|OPIK_URL_OVERRIDE|OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT)\b["']?\s*(?:[:=]\s*["']?([^\s"'#]*))?`)
	metricsStore = pattern.New(`(?i)^\s*-?\s*["']?image["']?\s*:\s*["']?(?:[\w.:-]+/)*(?:prom/prometheus|prometheus/prometheus|victoriametrics/[\w-]+|` +
		`otel/opentelemetry-collector[\w-]*|grafana/(?:alloy|mimir))\b`)
	metricsScraped = pattern.New(`(?i)^\s*["']?prometheus\.io/scrape["']?\s*:\s*["']?true|^kind:\s*["']?(?:ServiceMonitor|PodMonitor)\b`)
)

func runTelemetry(_ context.Context, s *lodemark.Subject) lodemark.Result {
	if !isAI(s) {
		return nothing("no model, AI package or prompt found whose behaviour could be watched")
	}
	if r, early := notRunning(s); early {
		return r
	}
	for _, c := range own(s, lodemark.KindPackage) {
		if watches(c.Name) && !aside(c.Path) {
			return passed([]string{c.Path}, "%s records what the model does (%s:%d)", c.Name, c.Path, c.Line)
		}
	}
	looked, place, what := watcherInSettings(s)
	if what != "" {
		return passed([]string{strings.Split(place, ":")[0]}, "%s is configured to record what the model does (%s)", what, place)
	}
	if s.System.Declared.Path == "" {
		return undecided(looked, "no telemetry of the model's behaviour is configured in the repository, and there is no %s that says whether it is in operation", declaredFile)
	}
	return failed(append(looked, declaredFile), []lodemark.Finding{{
		ID: "om-1-telemetry", Severity: lodemark.SeverityMedium, Path: declaredFile, Key: "no telemetry",
		Message: "no library, collector or setting in the repository measures what the model of " + systemName(s) + " is asked and answers, so misuse and worse answers stay unseen",
		Fix: "Add an observability library for model calls (OpenTelemetry GenAI instrumentation, Langfuse, Phoenix or the like) to the application, " +
			"or its collector to the deployment.",
	}})
}

func watches(name string) bool {
	name = strings.ReplaceAll(strings.ToLower(name), "_", "-")
	return slices.Contains(watchers, name) ||
		slices.ContainsFunc(watcherPrefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}

// watcherHints are words of the lines that may show a watcher; all others are passed over.
const watcherHints = "image|langfuse_|langsmith_|langchain_|phoenix_collector|helicone_|traceloop_base|opik_url|capture_message_content|prometheus.io/scrape|servicemonitor|podmonitor"

// watcherInSettings looks through compose files, Kubernetes manifests and example environments, line by line. A general
// metrics store counts only where there is a model server, whose metrics are about tokens, queues and refusals; a request to
// be scraped only beside the server, since other services have metrics as well.
func watcherInSettings(s *lodemark.Subject) (looked []string, place, what string) {
	served := map[string]bool{}
	for _, c := range own(s, lodemark.KindServer) {
		served[path.Dir(c.Path)] = true
	}
	for _, p := range settingFiles(s) {
		data, err := s.Read(p)
		if err != nil {
			continue
		}
		looked = append(looked, p)
		var lines []string
		for _, n := range linesWith(strings.ToLower(string(data)), watcherHints) {
			if lines == nil {
				lines = strings.Split(string(data), "\n")
			}
			text := lines[min(n, len(lines)-1)]
			switch m := watcherSetting.FindStringSubmatch(text); {
			case m != nil && !switchedOff(m[2]):
				what = m[1]
			case watcherImage.MatchString(text):
				what = "a trace store"
			case len(served) > 0 && metricsStore.MatchString(text), served[path.Dir(p)] && metricsScraped.MatchString(text):
				what = "collection of the model server's metrics"
			default:
				continue
			}
			return looked, fmt.Sprintf("%s:%d", p, n+1), what
		}
	}
	return looked, "", ""
}

func switchedOff(value string) bool {
	return slices.Contains([]string{"false", "0", "off", "no", "none"}, strings.ToLower(value))
}

func settingFiles(s *lodemark.Subject) []string {
	out := paths(own(s, lodemark.KindCompose, lodemark.KindKubernetes))
	for _, f := range s.System.Files {
		base := f.Path[strings.LastIndexByte(f.Path, '/')+1:]
		if !f.Test && !f.Vendored && strings.HasPrefix(base, ".env") && f.Link == "" {
			out = append(out, f.Path)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), aside)
}

func systemName(s *lodemark.Subject) string {
	if s.System.Name == "" {
		return "this system"
	}
	return s.System.Name
}
