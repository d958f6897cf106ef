package design

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/document"
	"github.com/lodemark/lodemark/internal/pattern"
)

// SD-3: design your system for security as well as functionality and performance.
func systemDesign() lodemark.Practice {
	return lodemark.Practice{
		Guideline: "SD-3",
		Checks: []lodemark.Check{aiDecision(), decisionsCiteThreats(), modelSourcing(), providerReview(), libraryReview(), scannedModels(), importIsolation(), feedbackPath(),
			ciSecurityChecks(), modelFormats(), agentPermissions(), secureDefaults(), leastPrivilege(), riskyCapabilities(), optIn(), prohibitedUses(),
			modelOutput(), untrustedPrompts(), boundedAgents(), modelCalls()},
	}
}

func agentPermissions() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-agent-permissions", Version: 1,
		Title:    "No agent may act without limits and without being asked",
		Bears:    lodemark.Supports("SD-3.13"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "An agent reads text that others wrote: tickets, web pages, the repository itself. A setting that lets it run any command " +
			"turns one planted sentence into code on the machine that holds the keys.",
		Fix:  "Grant the commands, hosts and tools that the work needs, one by one, and let the agent ask for the rest.",
		Help: "correct the settings file that could not be read",
		Bad: []lodemark.Example{
			{Name: "any shell command", Files: map[string]string{
				".claude/settings.json": "{\n  \"permissions\": {\n    \"allow\": [\"Read\", \"Bash(*)\"]\n  }\n}\n",
			}},
			{Name: "every server of the project", Files: map[string]string{
				".claude/settings.local.json": "{\n  \"permissions\": {\"allow\": [\"Bash(npm test)\"]},\n  \"enableAllProjectMcpServers\": true\n}\n",
			}},
			{Name: "an agent in a workflow that never asks", Files: map[string]string{
				".github/workflows/fix.yml": "on: workflow_dispatch\npermissions: {contents: read}\njobs:\n  fix:\n    runs-on: ubuntu-latest\n    steps:\n" +
					"      - run: claude -p \"fix the build\" --dangerously-skip-permissions\n",
			}},
			{Name: "a server whose tools are all approved beforehand", Files: map[string]string{
				".mcp.json": "{\"mcpServers\": {\"files\": {\"command\": \"node\", \"args\": [\"./files.js\"], \"alwaysAllow\": [\"*\"]}}}\n",
			}},
			{Name: "a file server for the whole disk", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "/"]}}}`,
			}},
			{Name: "a file server for a home", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem@1.0.0", "./docs", "~/"]}}}`,
			}},
			{Name: "a container without walls", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"tools": {"command": "docker", "args": ["run", "-i", "--privileged", "example.org/tools:1.2"]}}}`,
			}},
			{Name: "a container with the disk", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"tools": {"command": "docker", "args": ["run", "-i", "-v", "/:/host", "example.org/tools:1.2"]}}}`,
			}},
			{Name: "a container on the network of the machine", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"tools": {"command": "docker", "args": ["run", "-i", "--network=host", "example.org/tools:1.2"]}}}`,
			}},
			{Name: "a server by plain http", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"tickets": {"url": "http://tickets.example.org/mcp"}}}`,
			}},
			{Name: "a shell that runs what it fetches", Files: map[string]string{
				".mcp.json": `{"mcpServers": {"tools": {"command": "bash", "args": ["-c", "curl -s https://example.org/server.sh | sh"]}}}`,
			}},
			{Name: "no questions and no sandbox", Files: map[string]string{
				".codex/config.toml": "model = \"gpt-5\"\napproval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n",
			}},
		},
		Good: []lodemark.Example{
			{Name: "servers with what they need", Files: map[string]string{
				".mcp.json": `{"mcpServers": {
  "files": {"command": "npx", "args": ["-y", "@modelcontextprotocol/server-filesystem", "./docs", "/srv/desk/project"]},
  "tools": {"command": "docker", "args": ["run", "-i", "--rm", "-v", "./docs:/docs:ro", "--mount", "type=bind,src=./data,dst=/data,readonly", "example.org/tools:1.2"]},
  "tickets": {"url": "https://tickets.example.org/mcp"},
  "local": {"url": "http://localhost:8080/mcp"},
  "loop": {"url": "http://127.0.0.1:8081/mcp"}
}}`,
			}},
			{Name: "narrow grants", Files: map[string]string{
				".claude/settings.json": "{\n  \"permissions\": {\n    \"allow\": [\"Bash(npm test)\", \"Bash(git diff:*)\", \"WebFetch(domain:docs.example.org)\"],\n    \"deny\": [\"Read(.env)\"]\n  }\n}\n",
			}},
			{Name: "an agent in a workflow with the tools it needs", Files: map[string]string{
				".github/workflows/review.yml": "on: workflow_dispatch\npermissions: {contents: read}\njobs:\n  review:\n    runs-on: ubuntu-latest\n    steps:\n" +
					"      # never with --dangerously-skip-permissions\n      - run: claude -p \"review the change\" --allowedTools \"Bash(npm test)\"\n",
				".mcp.json": "{\"mcpServers\": {\"files\": {\"command\": \"node\", \"args\": [\"./files.js\"], \"alwaysAllow\": [\"list_files\"]}}}\n",
			}},
		},
		Run: runAgentPermissions,
	}
}

func runAgentPermissions(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	add := func(p string, g grant) {
		findings = append(findings, lodemark.Finding{ID: "sd-3-agent-permissions", Severity: g.severity, Path: p, Line: g.line,
			Message: fmt.Sprintf("%s allows %s (%s): text that the agent reads can make it act.", p, g.says, g.text), Fix: g.instead, Key: g.text})
	}
	for _, f := range s.System.Files {
		settings, calls := grantsOf(f.Path), mayCallAgents(f)
		if f.Link != "" || settings == nil && !calls || ctx.Err() != nil {
			continue
		}
		aside := f.Test || f.Vendored
		here := lodemark.Component{Kind: lodemark.KindAgentConfig, Path: f.Path, Test: aside}
		if settings == nil && f.Size > scriptBytes {
			continue // no script that a person wrote
		}
		data, err := s.Read(f.Path)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(f.Path, 0, err, aside || settings == nil))
			continue
		}
		if settings == nil {
			found, called := flagGrants(string(data))
			if called {
				looked = append(looked, here)
			}
			for _, g := range found {
				add(f.Path, g)
			}
			continue
		}
		found, err := settings(data)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(f.Path, lineOf(err), err, aside))
			continue
		}
		if looksAtAgents(f.Path, found) {
			looked = append(looked, here)
		}
		for _, g := range found {
			add(f.Path, g)
		}
	}
	var unjudged []string // servers of which the configuration does not tell what they may do
	for c := range s.System.Of(lodemark.KindMCPServer) {
		reach, judged := serverGrants(c)
		for _, g := range reach {
			add(c.Path, g)
		}
		switch {
		case judged || c.Test:
			looked = append(looked, c)
		default:
			unjudged = append(unjudged, c.Name)
		}
		if grantsAll(c.Detail["auto_approve"]) {
			add(c.Path, grant{c.Line, "automatic approval of " + c.Name, "every tool of the MCP server " + c.Name + " unasked",
				"approve single tools that only read, by name", lodemark.SeverityHigh})
		}
	}
	slices.SortStableFunc(looked, func(a, b lodemark.Component) int { return strings.Compare(a.Path, b.Path) })
	r := lodemark.Conclude(looked, findings, gaps, "places that say what agents may do")
	switch {
	case len(unjudged) == 0 || r.Outcome == lodemark.Failed || r.Outcome == lodemark.Undecided:
	case r.Outcome == lodemark.NothingToSee:
		return undecided("", fmt.Sprintf("what the MCP servers may do (%s) is not shown by how they are started", few(unjudged)))
	default:
		r.Reason += fmt.Sprintf("; what the MCP servers may do (%s) is not shown by how they are started, and was not judged", few(unjudged))
	}
	return r
}

// scriptBytes is the largest file that is read as a script.
const scriptBytes = 2 << 20

// looksAtAgents says whether a settings file speaks of agents at all: an editor's settings mostly do not.
func looksAtAgents(p string, found []grant) bool {
	return len(found) > 0 || path.Base(path.Dir(p)) != ".vscode" && path.Ext(p) != ".code-workspace"
}

// mayCallAgents picks the files in which a committed command line can start an agent.
func mayCallAgents(f lodemark.File) bool {
	switch f.Language {
	case "shell", "make", "dockerfile", "just":
		return true
	}
	dir, base := path.Dir(f.Path), path.Base(f.Path)
	yaml := path.Ext(base) == ".yml" || path.Ext(base) == ".yaml"
	return yaml && strings.HasSuffix("/"+dir, "/.github/workflows") || yaml && (base == "action.yml" || base == "action.yaml") ||
		base == ".gitlab-ci.yml" || base == "devcontainer.json" || yaml && strings.Contains(base, "compose")
}

func lineOf(err error) int {
	if te := (*threatError)(nil); errors.As(err, &te) {
		return te.Line
	}
	m := jsonErrorLine.FindStringSubmatch(err.Error())
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return n
}

func modelFormats() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-model-formats", Version: 1,
		Title:    "No model file of the tree can run code when it is loaded",
		Bears:    lodemark.Supports("SD-3.12"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Loading a pickle runs whatever program was put into it. Whoever can change such a file, at its origin or on the " +
			"way, runs code where the model is trained or served.",
		Fix:  "Convert the weights to safetensors, ONNX or GGUF, which hold numbers only, and load those.",
		Help: "convert the model to safetensors, ONNX or GGUF, or scan it once the model scan is available",
		Bad:  formatsBad(), Good: formatsGood(),
		Run: runModelFormats,
	}
}

// codeFormats run code while they are loaded; openFormats hold numbers; the others depend on what is inside them.
var (
	codeFormats = []string{"pickle", "torch-zip", "torch-legacy", "torch-tar", "torchscript", "joblib", "dill", "cloudpickle", "torch"}
	openFormats = []string{"safetensors", "gguf", "ggml", "onnx", "numpy", "npz", "tflite", "openvino", "coreml", "xgboost", "lightgbm"}
)

func runModelFormats(_ context.Context, s *lodemark.Subject) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var open []string
	for c := range s.System.Of(lodemark.KindModel) {
		looked = append(looked, c)
		switch {
		case slices.Contains(codeFormats, c.Format):
			findings = append(findings, lodemark.Finding{ID: "sd-3-model-formats", Severity: lodemark.SeverityMedium, Path: c.Path, Line: c.Line,
				Message: fmt.Sprintf("%s is a %s file: loading it runs the code inside, whoever put it there.", c.Path, formatName(c.Format)),
				Fix:     "convert it to safetensors (weights) or ONNX (whole models), and load the converted file", Key: c.Format})
		case !c.Test && !slices.Contains(openFormats, c.Format):
			open = append(open, c.Path)
		}
	}
	r := lodemark.Conclude(looked, findings, nil, "model files")
	if r.Outcome == lodemark.Passed && len(open) > 0 {
		r.Outcome = lodemark.Undecided
		r.Reason = fmt.Sprintf("whether %s holds code depends on what is inside, which sd-3-scanned-models looks into", open[0])
	}
	return r
}

func formatName(f string) string {
	switch f {
	case "torch-zip", "torch-legacy", "torch-tar", "torch":
		return "PyTorch (pickle)"
	case "joblib":
		return "joblib (pickle)"
	}
	return f
}

func providerReview() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-provider-review", Version: 2,
		Title:    "Each provider of a hosted model was reviewed within a year",
		Bears:    lodemark.Supports("SD-3.4"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: documentsAge,
		Why: "What is sent to a hosted model leaves the house. How the provider keeps it, trains on it and reports a breach is known " +
			"only to those who asked before.",
		Fix:  "Keep a review for each provider: reviewer, date, findings on data use and security, and until when it holds.",
		Help: "write docs/provider-review.md, or point to it from lodemark.yaml (documents: provider-review; lodemark new provider-review drafts it)",
		Bad:  providerBad(), Good: providerGood(),
		Run: runProviderReview,
	}
}

var (
	reviewLabels = pattern.New(`(?i)\b(review(ed)?( date| on)?|date|assessed( on)?|last[ _-]review(ed)?|completed)\b`)
	expiryLabels = pattern.New(`(?i)\b(expir(es|y)( date)?|(valid|good|holds)[ _-](until|to|through)|next[ _-]review( date)?|review[ _-](due|by)|renew(al)?( by)?)\b`)
)

func runProviderReview(_ context.Context, s *lodemark.Subject) lodemark.Result {
	models := hostedModels(s.System)
	if len(models) == 0 {
		return lodemark.Result{Outcome: lodemark.NothingToSee, Reason: "no hosted model was found and none is declared"}
	}
	found := document.Find(s, "provider-review")
	if len(found.Documents) == 0 {
		return found.Missing("a review of the provider " + models[0].provider)
	}
	r := lodemark.Result{Examined: found.Examined}
	done := map[string]bool{}
	for _, m := range models {
		if done[plain(m.provider)] {
			continue
		}
		done[plain(m.provider)] = true
		lacks, at := reviewOf(s, found.Documents, m, &r)
		if at == "" && s.System.Declared.Path == "" {
			return undecided(found.Documents[0].Path, fmt.Sprintf("no review found speaks of %s; it may lie elsewhere", m.provider))
		}
		if at == "" {
			at = m.path
			lacks[0].Line = m.line
		}
		r.Findings = append(r.Findings, document.Shortfalls(at, lacks...)...)
	}
	switch {
	case len(r.Findings) > 0:
		r.Outcome, r.Reason = lodemark.Failed, r.Findings[0].Message
	case len(r.Gaps) > 0:
		r.Outcome, r.Reason = lodemark.Undecided, r.Gaps[0].Path+" could not be read"
	default:
		r.Outcome, r.Reason = lodemark.Passed, fmt.Sprintf("a current review of %d provider(s) is on file", len(done))
	}
	return r
}

// reviewOf judges the review that speaks of a provider. at is its path; empty: no document names the provider.
func reviewOf(s *lodemark.Subject, documents []document.Document, m hosted, r *lodemark.Result) (lacks []document.Shortfall, at string) {
	for _, d := range documents {
		data, err := s.Read(d.Path)
		if err != nil {
			r.Gaps = append(r.Gaps, lodemark.Unread(d.Path, 0, err, false))
			continue
		}
		raw := string(data)
		if !strings.Contains(plain(raw), plain(m.provider)) {
			continue
		}
		at, lacks = d.Path, nil
		expires, line, expiry := document.LabelledDay(raw, expiryLabels)
		reviewed, dateLine, dated := document.LabelledDay(raw, reviewLabels)
		switch {
		case !d.Filled():
			lacks = []document.Shortfall{{Message: "names " + m.provider + " and says nothing about it", Fix: "write down what was asked, what was found and by whom"}}
		case !dated || reviewed.IsZero():
			lacks = []document.Shortfall{{Message: "has no date, so nobody can tell whether the review of " + m.provider + " still holds", Fix: "add the date of the review and its end"}}
		case expiry && !expires.IsZero() && !s.At.Before(expires.AddDate(0, 0, 1)):
			lacks = []document.Shortfall{{Line: line, Message: fmt.Sprintf("expired on %s, so %s is used without a current review", expires.Format("2006-01-02"), m.provider), Fix: "review the provider again and set a new end"}}
		case s.At.After(reviewed.AddDate(1, 0, 0)):
			lacks = []document.Shortfall{{Line: dateLine, Message: fmt.Sprintf("dates from %s, more than a year ago, so %s is used without a current review", reviewed.Format("2006-01-02"), m.provider),
				Fix: "review the provider again"}}
		case reviewed.After(s.At):
			lacks = []document.Shortfall{{Line: dateLine, Message: "bears a date that lies ahead", Fix: "write the day on which the review was made"}}
		}
		if len(lacks) == 0 {
			return nil, at
		}
	}
	if at == "" {
		return []document.Shortfall{{Message: "uses " + m.provider + ", and no review on file speaks of it", Fix: "review the provider before data is sent to it"}}, ""
	}
	return lacks, at
}
