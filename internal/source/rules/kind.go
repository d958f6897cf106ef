package rules

import (
	"bytes"
	"path"
	"slices"
	"strings"
)

// Kinds of files that settings, lines and detectors of rules ask for. A file can be of several kinds.
const (
	kindCode         = "code"         // Python, JavaScript, TypeScript
	kindMCP          = "mcp"          // lists of MCP servers
	kindAgent        = "agent"        // settings of coding agents: permissions, hooks, environment
	kindInstructions = "instructions" // texts that agents follow: rules files, skills, commands, prompts
	kindWorkflow     = "workflow"     // GitHub's and GitLab's
	kindCompose      = "compose"
	kindKubernetes   = "kubernetes"
	kindDockerfile   = "dockerfile"
	kindEnv          = "env"
	kindShell        = "shell" // shell scripts, Makefiles, Procfiles
	kindRequirements = "requirements"
	kindManifest     = "manifest" // pyproject.toml, package.json, environment.yml
	kindTerraform    = "terraform"
	kindProperties   = "properties"
	kindTemplate     = "template" // of Helm and the like: YAML that cannot be read before it is filled in
	kindMarkdown     = "markdown"
	kindJSON         = "json"
	kindYAML         = "yaml"
	kindTOML         = "toml"
	kindLock         = "lock"     // what fixes versions: known to be there, not read
	kindArtefact     = "artefact" // a model by its name
	kindNotebook     = "notebook" // the shell lines of a notebook, which are of kind shell too
	kindOutput       = "output"   // what a notebook printed
	kindPage         = "page"     // HTML and components: their scripts are read as code
)

var mcpNames = []string{".mcp.json", "mcp.json", "claude_desktop_config.json", "mcp_settings.json", "cline_mcp_settings.json", "mcp-config.json", "mcp_config.json", "mcp_servers.json",
	"mcp-servers.json", ".mcp.toml", "mcp.toml", "mcp.yaml", "mcp.yml"}

var instructionNames = []string{"claude.md", "agents.md", "agent.md", "gemini.md", "skill.md", ".cursorrules", ".windsurfrules", ".clinerules", ".goosehints", "copilot-instructions.md", ".roorules",
	"conventions.md", "claude.local.md", "system_prompt.md", "system_prompt.txt", "system-prompt.md", "soul.md"}

// kindsOf tells the kinds of a file by its path, and of what is not told by that by its content (which may be nil: then only the path
// counts).
func kindsOf(name string, data []byte) []string {
	lower := strings.ToLower(name)
	base, ext := path.Base(lower), path.Ext(lower)
	dir := "/" + path.Dir(lower) + "/"
	var kinds []string
	is := func(kind string, holds bool) {
		if holds {
			kinds = append(kinds, kind)
		}
	}
	yaml := ext == ".yaml" || ext == ".yml"
	workflow := yaml && strings.Contains(dir, "/.github/workflows/") || base == ".gitlab-ci.yml" || base == "action.yml" || base == "action.yaml"
	template := (yaml || ext == ".tpl") && !workflow && bytes.Contains(data, []byte("{{")) // a workflow's ${{ }} are plain text to YAML
	is(kindCode, codeEnding(ext))
	is(kindMCP, slices.Contains(mcpNames, base) || (ext == ".json" || ext == ".jsonc" || ext == ".toml" || yaml) && (bytes.Contains(data, []byte("mcpServers")) || bytes.Contains(data, []byte("mcp_servers"))))
	is(kindAgent, agentFile(dir, base))
	is(kindInstructions, instructionFile(dir, base, ext))
	is(kindWorkflow, workflow)
	is(kindCompose, yaml && (strings.HasPrefix(base, "compose") || strings.HasPrefix(base, "docker-compose") || strings.Contains(base, "compose.")))
	is(kindKubernetes, yaml && bytes.Contains(data, []byte("apiVersion:")) && bytes.Contains(data, []byte("kind:")))
	is(kindTemplate, template || ext == ".tpl" && strings.Contains(dir, "/templates/"))
	is(kindDockerfile, base == "dockerfile" || strings.HasPrefix(base, "dockerfile.") || strings.HasPrefix(base, "dockerfile_") || strings.HasPrefix(base, "dockerfile-") || ext == ".dockerfile" || base == "containerfile")
	is(kindEnv, base == ".env" || strings.HasPrefix(base, ".env.") || ext == ".env" || base == ".envrc" || base == "env.example")
	is(kindShell, ext == ".sh" || ext == ".bash" || ext == ".zsh" || base == "makefile" || base == "justfile" || base == "procfile" || ext == ".service" || bytes.HasPrefix(data, []byte("#!/bin/")) || bytes.HasPrefix(data, []byte("#!/usr/bin/env bash")))
	is(kindRequirements, ext == ".txt" && strings.Contains(base, "requirements") || strings.HasSuffix(dir, "/requirements/") && (ext == ".txt" || ext == ".in") || base == "constraints.txt" || base == "requirements.in")
	is(kindManifest, base == "pyproject.toml" || base == "package.json" || base == "environment.yml" || base == "environment.yaml" || base == "pipfile" || base == "setup.cfg")
	is(kindTerraform, ext == ".tf")
	is(kindProperties, ext == ".properties")
	is(kindMarkdown, ext == ".md" || ext == ".mdx" || ext == ".mdc" || ext == ".rst")
	is(kindJSON, ext == ".json" || ext == ".jsonc" || ext == ".json5")
	is(kindYAML, yaml)
	is(kindTOML, ext == ".toml" || base == "pipfile")
	is(kindPage, ext == ".html" || ext == ".htm" || componentEnding(ext))
	is(kindLock, slices.Contains(lockNames, base))
	is(kindArtefact, modelEnding(base))
	return kinds
}

func codeEnding(ext string) bool {
	switch ext {
	case ".py", ".pyi", ".pyw", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx", ".ipynb":
		return true
	}
	return false
}

// componentEnding is one of files that hold a part of a page together with its script.
func componentEnding(ext string) bool { return ext == ".vue" || ext == ".svelte" || ext == ".astro" }

func agentFile(dir, base string) bool {
	for _, folder := range []string{"/.claude/", "/.gemini/", "/.codex/", "/.cursor/", "/.opencode/", "/.continue/", "/.roo/", "/.amazonq/", "/.qwen/"} {
		if strings.Contains(dir, folder) {
			switch path.Ext(base) {
			case ".json", ".jsonc", ".toml", ".yaml", ".yml":
				return true
			}
		}
	}
	return base == "opencode.json" || base == ".aider.conf.yml" || base == "hooks.json" || strings.HasSuffix(dir, "/.vscode/") && base == "settings.json" || base == "plugin.json" && strings.Contains(dir, "plugin")
}

func instructionFile(dir, base, ext string) bool {
	if slices.Contains(instructionNames, base) {
		return true
	}
	text := ext == ".md" || ext == ".mdc" || ext == ".txt" || ext == ".prompt" || ext == ".mdx"
	if strings.HasSuffix(base, ".prompt.md") || strings.HasSuffix(base, ".skill.md") || strings.HasSuffix(base, ".instructions.md") || ext == ".prompt" || strings.HasSuffix(base, ".chatmode.md") || strings.HasSuffix(base, ".skill.md") || strings.HasSuffix(base, ".agent.md") || strings.HasSuffix(base, "-agent.md") {
		return true
	}
	for _, folder := range []string{"/.claude/", "/.cursor/rules/", "/.windsurf/", "/.clinerules/", "/skills/", "/.agents/", "/.github/prompts/", "/.github/instructions/", "/.roo/", "/.kiro/"} {
		if text && strings.Contains(dir, folder) {
			return true
		}
	}
	return text && (strings.HasSuffix(dir, "/prompts/") || strings.HasSuffix(dir, "/agents/") && strings.Contains(dir, "/."))
}

// Reads says whether any rule could look at a file of this path. Files whose kind only their content tells are among them.
func Reads(name string) bool {
	return len(kindsOf(name, nil)) > 0
}

// AlwaysReads says whether a file is looked at in vendored folders too: configuration of agents works wherever it lies, and a notebook
// is run by people, also one on a third party's product, and imported by nothing.
func AlwaysReads(name string) bool {
	if isNotebook(name) {
		return !strings.Contains("/"+name, "/node_modules/")
	}
	kinds := kindsOf(name, nil)
	return slices.Contains(kinds, kindMCP) || slices.Contains(kinds, kindAgent)
}

// Concerns says whether a family of rules has something to say of files like this one.
func Concerns(family, name string) bool {
	kinds := kindsOf(name, nil)
	has := func(wanted ...string) bool {
		return slices.ContainsFunc(wanted, func(k string) bool { return slices.Contains(kinds, k) })
	}
	switch family {
	case "MC":
		return has(kindMCP, kindAgent, kindInstructions)
	case "CI":
		return has(kindWorkflow)
	case "SC":
		return has(kindCode, kindRequirements, kindManifest, kindDockerfile, kindCompose, kindKubernetes, kindWorkflow, kindShell, kindArtefact)
	case "SV":
		return has(kindCompose, kindKubernetes, kindDockerfile, kindShell, kindTerraform, kindProperties, kindTemplate, kindEnv)
	}
	return has(kindCode)
}

func lockFile(name string) bool { return slices.Contains(lockNames, strings.ToLower(path.Base(name))) }

func modelFile(name string) bool { return modelEnding(path.Base(strings.ToLower(name))) }
