package rules

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/resolve"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// target is what rules may know of the whole target while they look at one file.
type target struct {
	paths    map[string]bool // lower case
	folders  map[string]bool
	facts    map[string]bool
	given    []string
	read     func(string) ([]byte, error)
	around   *resolve.Around
	networks sync.Once // see limitsNetworks
	limited  bool
	asksAI   sync.Once // see usesAI
	ai       bool

	models map[string]bool // hosted models that lodemark.yaml names; empty: it names none

	ignoresEnv bool // files of variables are kept out of the repository
}

// declarationName is the file in which the owner says which hosted models the system uses.
const declarationName = "lodemark.yaml"

func newTarget(paths []string, read func(string) ([]byte, error)) *target {
	t := &target{given: paths, read: read, paths: make(map[string]bool, len(paths)), models: map[string]bool{}, folders: map[string]bool{}, facts: map[string]bool{}}
	for _, p := range paths {
		lower := strings.ToLower(p)
		t.paths[lower] = true
		for dir := path.Dir(lower); dir != "." && dir != "/" && !t.folders[dir]; dir = path.Dir(dir) {
			t.folders[dir] = true
		}
		if p == declarationName {
			t.readModels(read)
		}
	}
	t.around = resolve.NewAround(paths)
	t.around.Setting = newSettingFiles(paths, read).value
	t.readVersions(paths, read)
	if data, err := read(".gitignore"); err == nil {
		t.ignoresEnv = ignoresEnv.Match(data)
	}
	return t
}

var ignoresEnv = pattern.New(`(?m)^[ \t]*(?:\*\*/|/)?(?:\.env\*?|\*\.env|\.env\.\*)[ \t\r]*$`)

// factModels holds where a list of packages of the target names one that asks or runs models.
const factModels = "asks-models"

var modelPackages = pattern.New(`(?i)(?:^|["'\s/@])(?:openai|anthropic|langchain|langgraph|llama[-_]index|llamaindex|transformers|vllm|litellm|ollama|google-generativeai|google-genai|@google/generative-ai|@ai-sdk|cohere|mistralai|groq|sentence-transformers|torch|gradio|crewai|autogen|dspy|haystack-ai|mcp|fastmcp|@modelcontextprotocol|llama-cpp-python|chromadb|pydantic-ai|smolagents)\b`)

// factAccounts holds where a list of packages of the target names one that signs people in.
const factAccounts = "has-accounts"

var accountPackages = pattern.New(`(?i)(?:^|["'\s/@])(?:clerk|next-auth|better-auth|passport|lucia|auth0|supabase/(?:ssr|auth)|firebase-admin|kinde|workos|fastapi-users|flask-login|django-allauth|authlib|python-jose|pyjwt|msal)\b`)

// factTorch holds where every list of packages of the target asks for a PyTorch that loads weights only unless it is told otherwise.
const factTorch = "torch-loads-weights"

func (t *target) has(fact string) bool { return t != nil && t.facts[fact] }

var versionNumber = pattern.New(`(?:==|>=|~=|\^|~|>)\s*(\d+)\.(\d+)`)

func (t *target) readVersions(paths []string, read func(string) ([]byte, error)) {
	seen, old := false, false
	for _, p := range paths {
		kinds := kindsOf(p, nil)
		if !slices.Contains(kinds, kindRequirements) && !slices.Contains(kinds, kindManifest) {
			continue
		}
		data, err := read(p)
		if err == nil && !t.facts[factModels] && modelPackages.Match(data) {
			t.facts[factModels] = true
		}
		if err == nil && !t.facts[factAccounts] && accountPackages.Match(data) {
			t.facts[factAccounts] = true
		}
		if err != nil || !bytes.Contains(data, []byte("torch")) || !slices.Contains(kinds, kindRequirements) && path.Base(p) != "pyproject.toml" {
			continue
		}
		f := &file{path: p, kinds: kinds, data: string(data)}
		for _, e := range f.entries() {
			if e.name != "torch" {
				continue
			}
			seen = true
			v := versionNumber.FindStringSubmatch(e.version)
			old = old || v == nil || len(v[1]) == 1 && (v[1] < "2" || v[1] == "2" && len(v[2]) == 1 && v[2] < "6")
		}
	}
	t.facts[factTorch] = seen && !old
}

// readModels takes the hosted models of the declaration. What is wrong with that file is told where it is read for its own sake.
func (t *target) readModels(read func(string) ([]byte, error)) {
	data, err := read(declarationName)
	if err != nil {
		return
	}
	roots, _ := settings.YAML(data)
	for _, root := range roots {
		for _, m := range root.Find("hosted_models.*") {
			name := strings.ToLower(strings.TrimSpace(m.Child("model").Text()))
			if name == "" {
				continue
			}
			t.models[name] = true
			if version := strings.TrimSpace(m.Child("version").Text()); version != "" {
				t.models[name+"-"+strings.ToLower(version)] = true
			}
		}
	}
}

// beside says whether any file of these names lies in the folder of a file, or in one of those that hold it.
func (t *target) beside(name string, wanted ...string) bool {
	for dir := path.Dir(strings.ToLower(name)); ; dir = path.Dir(dir) {
		for _, w := range wanted {
			if t.paths[path.Join(dir, w)] {
				return true
			}
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}
