package develop

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/leak"
	"github.com/lodemark/lodemark/internal/secret"
)

const secretsID = "dev-2-secrets-in-config"

func runSecretsInConfig(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	all := leak.Look(ctx, s)
	if all.Err != nil {
		return lodemark.Result{Outcome: lodemark.Undecided, Reason: fmt.Sprintf("the look at the files of the system did not come to an end: %v", all.Err)}
	}
	looked := configFiles(s.System)
	var gaps []lodemark.Gap
	listed := map[string]bool{}
	for _, c := range looked {
		listed[c.Path] = true
	}
	for _, g := range all.Gaps { // what is configuration by its name is needed; the rest is told
		g.Needed = listed[g.Path]
		gaps = append(gaps, g)
	}
	var findings []lodemark.Finding
	opensNothing := 0
	for _, f := range all.Files {
		n := len(findings)
		for i := range f.Found {
			if f.Found[i].Test != "" {
				opensNothing++
				continue
			}
			findings = append(findings, credentialFinding(f.Path, &f.Found[i]))
		}
		if len(findings) > n && !listed[f.Path] {
			looked = append(looked, lodemark.Component{Path: f.Path, Test: f.Aside})
		}
	}
	r := lodemark.Conclude(looked, findings, gaps, "configuration files")
	if r.Outcome != lodemark.Undecided {
		r.Reason += fmt.Sprintf("; credentials were looked for in all text files of the system, code and notebooks included (%d); the history was not looked at", all.Read)
	}
	if opensNothing > 0 {
		r.Reason += fmt.Sprintf("; placeholders, samples and test keys that open nothing: %d", opensNothing)
	}
	return r
}

// credentialFinding says what stands there, who gave it out and where, and nothing of the secret but how it begins, where that is no help to anybody.
func credentialFinding(path string, k *secret.Found) lodemark.Finding {
	return lodemark.Finding{ID: secretsID, Severity: min(k.Severity, lodemark.SeverityHigh), Path: path, Line: k.Line, Message: fmt.Sprintf("%s holds a credential in clear: %s: whoever can read the file can use it.", path, leak.Describe(k)),
		Fix: "revoke it, and read it from the environment or a secret store", Key: k.ID + " " + k.Digest}
}

// configFiles lists where credentials are put for agents, tool servers and services, each file once.
func configFiles(s *lodemark.System) []lodemark.Component {
	var all []lodemark.Component
	seen := map[string]bool{}
	add := func(c lodemark.Component) {
		if c.Path != "" && !seen[c.Path] {
			seen[c.Path] = true
			all = append(all, c)
		}
	}
	for _, kind := range []lodemark.Kind{lodemark.KindMCPServer, lodemark.KindAgentConfig, lodemark.KindCompose, lodemark.KindContainer,
		lodemark.KindKubernetes, lodemark.KindPipeline} {
		for c := range s.Of(kind) {
			add(c)
		}
	}
	for _, f := range s.Files {
		if (isEnvironmentFile(f.Path) || isSecretsFile(f.Path)) && f.Link == "" {
			add(lodemark.Component{Kind: "environment", Path: f.Path, Test: f.Test || f.Vendored})
		}
	}
	slices.SortStableFunc(all, func(a, b lodemark.Component) int { return strings.Compare(a.Path, b.Path) })
	return all
}

// isEnvironmentFile knows files of variables as they are used. What only shows how to write one is left out.
func isEnvironmentFile(p string) bool {
	base := strings.ToLower(path.Base(p))
	if base != ".envrc" && base != ".env" && !strings.HasPrefix(base, ".env.") && !strings.HasSuffix(base, ".env") {
		return false
	}
	return !shows(base)
}

// isSecretsFile knows files that are there to hold secrets or settings of one installation.
func isSecretsFile(p string) bool {
	base := strings.ToLower(path.Base(p))
	switch path.Ext(base) {
	case ".tfvars", ".npmrc", ".pypirc":
		return !shows(base)
	case ".toml", ".yaml", ".yml", ".json", ".ini", ".properties":
		stem := strings.TrimSuffix(base, path.Ext(base))
		return (stem == "secrets" || stem == "secret" || stem == "credentials") && !shows(base)
	}
	return false
}

// shows says whether a file's name says that it only shows how to write one.
func shows(base string) bool {
	return slices.ContainsFunc([]string{"example", "sample", "template", "tmpl", "tpl", "dist", "default"}, func(w string) bool { return strings.Contains(base, w) })
}
