package develop

import (
	"bytes"
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// wideBytes is the largest further file that is searched for keys: what people write by hand stays far below.
const wideBytes = 256 << 10

func runSecretsInConfig(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	looked := configFiles(s.System)
	var findings []lodemark.Finding
	var gaps []lodemark.Gap
	tell := func(path string, found []credential) {
		for _, k := range found {
			findings = append(findings, lodemark.Finding{ID: "dev-2-secrets-in-config", Severity: lodemark.SeverityHigh, Path: path, Line: k.line,
				Message: fmt.Sprintf("%s holds %s in clear, %s: whoever can read the file can use it.", path, k.kind, k.masked()),
				Fix:     "revoke it, and read it from the environment or a secret store", Key: k.hash()})
		}
	}
	seen := map[string]bool{}
	for _, c := range looked {
		if ctx.Err() != nil {
			break
		}
		seen[c.Path] = true
		data, err := s.Read(c.Path)
		if err == nil && len(data) > scriptBytes {
			err = fmt.Errorf("the file has %d bytes; at most %d are read as configuration", len(data), scriptBytes)
		}
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, c.Test))
			continue
		}
		text := string(data)
		found := credentialsIn(text)
		switch {
		case strings.HasSuffix(c.Path, ".json"):
			found = withNamed(found, namedCredentialsIn(text))
		case c.Kind != lodemark.KindPipeline && c.Kind != lodemark.KindAgentConfig && !encrypted(data):
			found = withNamed(found, assignedCredentialsIn(text))
		}
		tell(c.Path, found)
	}
	wide := map[lodemark.Kind]int{}
	further, left := furtherFiles(s.System, seen)
	for _, c := range further {
		if ctx.Err() != nil {
			break
		}
		data, err := s.Read(c.Path)
		if err != nil {
			gaps = append(gaps, lodemark.Unread(c.Path, 0, err, true)) // told, and decides nothing: it need not be configuration
			continue
		}
		wide[c.Kind]++
		if found := credentialsIn(string(data)); len(found) > 0 {
			looked = append(looked, c)
			tell(c.Path, found)
		}
	}
	r := lodemark.Conclude(looked, findings, gaps, "configuration files")
	if r.Outcome != lodemark.Undecided {
		r.Reason += fmt.Sprintf("; keys under telling names are looked for in files of variables and secrets, compose, Kubernetes, container and MCP files, keys in the formats of "+
			"providers also in %d other YAML, JSON, TOML, INI and shell files and in %d sources and notebooks (%d left out by size); the history was not looked at", wide["settings"], wide["source"], left)
	}
	return r
}

// encrypted says whether a file's values were encrypted by SOPS or as sealed secrets.
func encrypted(data []byte) bool {
	return bytes.Contains(data, []byte("ENC[AES256")) || bytes.Contains(data, []byte("kind: SealedSecret"))
}

// withNamed adds what a name gives away and no format did.
func withNamed(found, more []credential) []credential {
	for _, m := range more {
		if !slices.ContainsFunc(found, func(c credential) bool {
			return c.line == m.line && (strings.Contains(m.secret, c.secret) || strings.Contains(c.secret, m.secret))
		}) {
			found = append(found, m)
		}
	}
	return found
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

// sourceBytes is how much source is searched in one run: all of an ordinary repository, a part of a very large one.
const sourceBytes = 16 << 20

// furtherFiles lists other files of settings and scripts, and sources and notebooks, those that call models first: keys are
// written down there too. left counts the sources for which no room was left.
func furtherFiles(s *lodemark.System, seen map[string]bool) (all []lodemark.Component, left int) {
	calls := map[string]bool{}
	for c := range s.Of(lodemark.KindHostedModel, lodemark.KindVectorStore, lodemark.KindPrompt) {
		calls[c.Path] = true
	}
	var sources []lodemark.File
	for _, f := range s.Files {
		if f.Link != "" || f.Vendored || f.Size == 0 || seen[f.Path] {
			continue
		}
		switch {
		case isSource(f):
			if f.Size <= 4*wideBytes { // notebooks hold their outputs
				sources = append(sources, f)
			} else {
				left++
			}
		case f.Size <= wideBytes && isSettings(f):
			all = append(all, lodemark.Component{Kind: "settings", Path: f.Path, Test: f.Test})
		}
	}
	slices.SortStableFunc(sources, func(a, b lodemark.File) int { return rank(calls[b.Path]) - rank(calls[a.Path]) })
	room := int64(sourceBytes)
	for _, f := range sources {
		if f.Size > room {
			left++
			continue
		}
		room -= f.Size
		all = append(all, lodemark.Component{Kind: "source", Path: f.Path, Test: f.Test})
	}
	return all, left
}

func rank(first bool) int {
	if first {
		return 1
	}
	return 0
}

func isSource(f lodemark.File) bool {
	switch f.Language {
	case "python", "jupyter", "javascript", "typescript":
		return true
	}
	return false
}

func isSettings(f lodemark.File) bool {
	switch f.Language {
	case "yaml", "json", "toml", "ini", "shell", "make", "just", "hcl", "terraform":
		return !lockName(path.Base(f.Path))
	}
	switch strings.ToLower(path.Ext(f.Path)) {
	case ".properties", ".conf", ".config", ".secrets":
		return true
	}
	return false
}

// lockName knows files that programs write, full of digests.
func lockName(base string) bool {
	return strings.HasSuffix(base, ".lock") || strings.HasSuffix(base, "-lock.json") || strings.HasSuffix(base, "-lock.yaml") || base == "npm-shrinkwrap.json"
}
