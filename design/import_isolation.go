package design

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func importIsolation() lodemark.Check {
	return lodemark.Check{
		ID: "sd-3-import-isolation", Version: 1,
		Title:    "Models of others are brought in where no production secret is in reach",
		Bears:    lodemark.Supports("SD-3.7"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Present, MaxAge: settingsAge,
		Why: "A model file can run code the first time it is opened. Where it is opened beside keys and databases, that code has them.",
		Fix: "Fetch and first load a model in a job of its own: no secrets but a read token of the hub, a token of the repository that may only read, " +
			"and no way into the production network.",
		Help: "fetch models in a workflow job of its own with permissions: {contents: read} and no secrets, or in a pod without a service account's token under a " +
			"NetworkPolicy for egress",
		Bad: importBad(), Good: importGood(),
		Run: runImportIsolation,
	}
}

// fetchesModel is a command that brings weights of others in.
var fetchesModel = pattern.New(`(?i)\b(huggingface-cli +download|hf +download|snapshot_download|hf_hub_download|ollama +pull|modelscope +download|git +lfs +(pull|fetch)|git +clone +(--?\S+ +\S* *)*https?://(www\.)?huggingface\.co/|` +
	`(wget|curl|aria2c)\b[^|;&\n]*(huggingface\.co/\S+/resolve/|\.(safetensors|gguf|ggml|ckpt|pth|onnx|pt|tflite)\b))`)

// hubToken is a secret that opens nothing but downloads from a model hub or this repository.
var hubToken = pattern.New(`(?i)^(HF_?TOKEN\w*|HUGGING_?FACE\w*|HF_HUB_\w*|HF_(READ|API|ACCESS)\w*|GITHUB_TOKEN|GH_TOKEN|MODELSCOPE\w*|KAGGLE\w*|CIVITAI\w*|NGC_API_KEY|OLLAMA_HOST)$`)

var (
	secretName      = pattern.New(`(?i)(^|_)(SECRETS?|TOKEN|PASSWORD|PASSWD|PASSPHRASE|API_?KEY|ACCESS_?KEY(_ID)?|PRIVATE_?KEY|CREDENTIALS?|CONNECTION_STRING|DATABASE_URL|DB_URL|DSN|KEY)$`)
	secretUse       = pattern.New(`\$\{\{[^}]*\bsecrets\.([A-Za-z0-9_]+)`)
	codeHostMachine = pattern.New(`^(ubuntu|windows|macos)-[\w.-]+$`)
	testWork        = pattern.New(`(?i)(^|[^a-z])(tests?|testing|e2e|integration|bench(mark)?s?|lint|check|ci|docs?|examples?|nightly|smoke|validate)([^a-z]|$)`)
)

// arrival is one place at which a model is fetched.
type arrival struct {
	at      lodemark.Component
	line    int
	command string
	secrets []string // in reach there, beyond a token of the hub
	limited string   // how its reach is limited; empty: not seen
	unsure  string   // why nothing is concluded from secrets here
}

func runImportIsolation(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	var all []arrival
	var gaps []lodemark.Gap
	policies := egressPolicies(s)
	for c := range s.System.Of(lodemark.KindPipeline, lodemark.KindContainer, lodemark.KindCompose, lodemark.KindKubernetes) {
		if ctx.Err() != nil {
			break
		}
		data, err := s.Read(c.Path)
		if err != nil || !mayFetch(string(data)) && (c.Kind == lodemark.KindPipeline || c.Kind == lodemark.KindContainer || !holds(string(data), "download", "pull")) {
			continue
		}
		found, err := arrivalsIn(s, c, policies)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, true))
			continue
		}
		for _, a := range found {
			if !slices.ContainsFunc(all, func(o arrival) bool { return o.at.Path == a.at.Path && o.line == a.line }) {
				all = append(all, a)
			}
		}
	}
	return judgeArrivals(all, gaps)
}

// mayFetch is a quick look for words without which no such command stands in shell text. Where commands are lists, their
// words may stand on lines of their own.
func mayFetch(text string) bool {
	return holds(text, "huggingface", "hf download", "snapshot_download", "hf_hub_download", "ollama pull", "modelscope", "lfs", ".safetensors", ".gguf", ".ckpt", ".pth", ".onnx", ".pt", ".ggml", ".tflite")
}

func judgeArrivals(all []arrival, gaps []lodemark.Gap) lodemark.Result {
	var looked []lodemark.Component
	var findings []lodemark.Finding
	var open *arrival
	limited := ""
	for i, a := range all {
		looked = append(looked, a.at)
		switch {
		case len(a.secrets) > 0 && a.unsure == "":
			findings = append(findings, lodemark.Finding{ID: "sd-3-import-isolation", Severity: lodemark.SeverityMedium, Path: a.at.Path, Line: a.line, Key: a.command,
				Message: fmt.Sprintf("A model is fetched here (%s) with %s in reach: code inside the file would have them.", a.command, few(a.secrets)),
				Fix:     "fetch and check the model in a job of its own that holds no secrets but a read token of the hub"})
		case a.at.Test:
		case a.limited == "" || len(a.secrets) > 0:
			if open == nil {
				open = &all[i]
			}
		default:
			limited = fmt.Sprintf("%s:%d fetches a model without secrets, %s", a.at.Path, a.line, a.limited)
		}
	}
	r := lodemark.Conclude(looked, findings, gaps, "places at which models are fetched")
	switch {
	case r.Outcome == lodemark.NothingToSee && len(looked) == 0:
		r.Outcome = lodemark.Undecided
		r.Reason = "no container, job or workflow was found that fetches a model by a command; where models come in is not shown by files"
	case r.Outcome == lodemark.Passed && open != nil && len(open.secrets) > 0:
		r.Outcome = lodemark.Undecided
		r.Reason = fmt.Sprintf("%s:%d fetches a model with %s in reach; %s", open.at.Path, open.line, few(open.secrets), open.unsure)
	case r.Outcome == lodemark.Passed && open != nil:
		r.Outcome = lodemark.Undecided
		r.Reason = fmt.Sprintf("%s:%d fetches a model (%s) without secrets; whether it has a way into the production network is not shown", open.at.Path, open.line, open.command)
	case r.Outcome == lodemark.Passed:
		r.Reason = limited
	}
	return r
}

func arrivalsIn(s *lodemark.Subject, c lodemark.Component, policies []egressPolicy) ([]arrival, error) {
	switch c.Kind {
	case lodemark.KindPipeline:
		w, err := infra.ReadPipeline(s, c.Path, c.Format == "gitlab")
		if err != nil {
			return nil, err
		}
		return pipelineArrivals(c, w), nil
	case lodemark.KindContainer:
		d, err := infra.Read(s, c.Path, infra.ParseDockerfile)
		if err != nil {
			return nil, err
		}
		return containerArrivals(c, d), nil
	case lodemark.KindCompose:
		f, err := infra.Read(s, c.Path, infra.ParseCompose)
		if err != nil {
			return nil, err
		}
		return composeArrivals(c, f), nil
	}
	if c.Format != "manifest" {
		return nil, nil
	}
	objects, err := infra.Read(s, c.Path, infra.ParseKubernetes)
	if err != nil {
		return nil, err
	}
	return clusterArrivals(c, objects, policies), nil
}

// commandIn finds the line of shell text that fetches a model.
func commandIn(r infra.Run) (line int, command string) {
	n := 0
	for text := range strings.Lines(r.Text) {
		if t := strings.TrimSpace(uncommented(text)); len(t) < 4000 && !spokenAbout.MatchString(t) {
			if m := fetchesModel.FindString(t); m != "" {
				return r.Line + n, brief(m)
			}
		}
		n++
	}
	return 0, ""
}

// brief is the beginning of a command, for a message.
func brief(command string) string {
	words := strings.Fields(command)
	command = strings.Join(words[:min(len(words), 3)], " ")
	return command[:min(len(command), 60)]
}

func pipelineArrivals(c lodemark.Component, w *infra.Workflow) []arrival {
	var all []arrival
	for _, j := range w.Jobs {
		for _, step := range j.Steps {
			line, command := commandIn(step.Run)
			if line == 0 {
				continue
			}
			a := arrival{at: c, line: line, command: command, secrets: secretsIn(w.Env, j.Env, step.Env)}
			if testWork.MatchString(path.Base(c.Path)+" "+j.ID+" "+w.Name) || j.Environment.Given() && testWork.MatchString(j.Environment.Text) {
				a.unsure = "the job is one of tests, whose secrets may be of no worth"
			}
			p := w.Permissions
			if j.Permissions.Line > 0 {
				p = j.Permissions
			}
			if p.Line > 0 && !p.Writes() && onCodeHost(j.RunsOn) {
				a.limited = "on a machine of the code host that is thrown away, with a token that may only read"
			}
			all = append(all, a)
		}
	}
	return all
}

// onCodeHost says whether a job runs on machines of the code host, which reach no network of one's own.
func onCodeHost(runsOn []string) bool {
	return len(runsOn) == 1 && codeHostMachine.MatchString(runsOn[0])
}

// secretsIn names the secrets among variables, without those that open nothing but a hub.
func secretsIn(lists ...[]infra.Setting) []string {
	var names []string
	for _, list := range lists {
		for _, e := range list {
			m := secretUse.FindStringSubmatch(e.Value.Text)
			if m == nil || hubToken.MatchString(m[1]) || hubToken.MatchString(e.Name) || slices.Contains(names, m[1]) {
				continue
			}
			names = append(names, m[1])
		}
	}
	return names
}

func containerArrivals(c lodemark.Component, d *infra.Dockerfile) []arrival {
	var all []arrival
	for _, stage := range d.Stages {
		var secrets []string
		for _, e := range stage.Env {
			if secretName.MatchString(e.Name) && !hubToken.MatchString(e.Name) && e.Value.Text != "" {
				secrets = append(secrets, e.Name)
			}
		}
		for _, run := range stage.Runs {
			if line, command := commandIn(run); line > 0 {
				all = append(all, arrival{at: c, line: line, command: command, secrets: secrets})
			}
		}
	}
	return all
}

func composeArrivals(c lodemark.Component, f *infra.Compose) []arrival {
	var all []arrival
	for _, service := range f.Services {
		m := fetchesModel.FindString(strings.Join(service.Command, " "))
		if m == "" {
			continue
		}
		a := arrival{at: c, line: service.CommandAt, command: brief(m)}
		for _, e := range service.Environment {
			if secretName.MatchString(e.Name) && !hubToken.MatchString(e.Name) && e.Value.Text != "" {
				a.secrets = append(a.secrets, e.Name)
			}
		}
		all = append(all, a)
	}
	return all
}

func clusterArrivals(c lodemark.Component, objects []infra.Object, policies []egressPolicy) []arrival {
	var all []arrival
	for _, o := range objects {
		for _, p := range o.Pods {
			for _, k := range p.Containers {
				line, m := k.Line, ""
				for _, w := range slices.Concat(k.Command, k.Args) {
					if found := fetchesModel.FindString(w.Text); found != "" {
						line, m = w.Line, found
						break
					}
				}
				if m == "" {
					m = fetchesModel.FindString(commandLine(k))
				}
				if m == "" {
					continue
				}
				a := arrival{at: c, line: line, command: brief(m), secrets: podSecrets(k, p)}
				if p.AutomountToken.False() && slices.ContainsFunc(policies, func(e egressPolicy) bool { return e.selects(o.Namespace, p.Labels) }) {
					a.limited = "without a token of the cluster and behind a policy for what goes out"
				}
				all = append(all, a)
			}
		}
	}
	return all
}

func commandLine(k infra.Container) string {
	var words []string
	for _, w := range slices.Concat(k.Command, k.Args) {
		words = append(words, w.Text)
	}
	return strings.Join(words, " ")
}

// podSecrets names the secrets that a container gets: variables by name, whole secrets, and secrets mounted as files.
func podSecrets(k infra.Container, p infra.Pod) []string {
	var names []string
	for _, e := range k.Env {
		if secretName.MatchString(e.Name) && !hubToken.MatchString(e.Name) && e.Value.Text != "" {
			names = append(names, e.Name)
		}
	}
	for _, from := range k.EnvFrom {
		if strings.Contains(strings.ToLower(from.Text), "secret") && !says(from.Text, "hf", "huggingface", "hub") {
			names = append(names, "the secret "+from.Text)
		}
	}
	for _, m := range k.Mounts {
		for _, v := range p.Volumes {
			if v.Name == m.Name && v.Source == "secret" && !says(v.Name, "hf", "huggingface", "hub", "ca", "cert", "tls") {
				names = append(names, "the secret in the volume "+v.Name)
			}
		}
	}
	return names
}

// egressPolicy is a network policy that limits what goes out.
type egressPolicy struct {
	namespace string
	selector  infra.Selector
}

func egressPolicies(s *lodemark.Subject) []egressPolicy {
	return lodemark.Shared(s, "design.egressPolicies", func() []egressPolicy {
		var all []egressPolicy
		for c := range s.System.Of(lodemark.KindKubernetes) {
			if c.Format != "manifest" || !strings.Contains(c.Detail["resources"], "NetworkPolicy") {
				continue
			}
			objects, err := infra.Read(s, c.Path, infra.ParseKubernetes)
			if err != nil {
				continue // told by the checks that need the file
			}
			for _, o := range objects {
				if o.Policy != nil && !o.Policy.AllowsEgress && (slices.Contains(o.Policy.Types, "Egress") || o.Policy.EgressPeers > 0) {
					all = append(all, egressPolicy{o.Namespace, o.Policy.Selector})
				}
			}
		}
		return all
	})
}

// selects says whether a policy is for pods with the labels. Conditions beyond labels are taken as not met.
func (e egressPolicy) selects(namespace string, labels []infra.Setting) bool {
	if e.namespace != namespace || len(e.selector.Expressions) > 0 {
		return false
	}
	for _, want := range e.selector.Labels {
		if !slices.ContainsFunc(labels, func(l infra.Setting) bool { return l.Name == want.Name && l.Value.Text == want.Value.Text }) {
			return false
		}
	}
	return true
}
