package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

// agentFile tells what a file of a coding assistant or agent framework is: whose it is, and what it does there.
type agentFile struct{ format, role string }

// agentNames know files by their whole name, wherever they stand.
var agentNames = map[string]agentFile{
	"claude.md": {"claude", "rules"}, "claude.local.md": {"claude", "rules"}, "agents.md": {"agents", "rules"}, "agent.md": {"agents", "rules"}, "agents.override.md": {"agents", "rules"},
	"gemini.md": {"gemini", "rules"}, "qwen.md": {"qwen", "rules"}, "crush.md": {"crush", "rules"}, "warp.md": {"warp", "rules"}, "opencode.md": {"opencode", "rules"},
	".cursorrules": {"cursor", "rules"}, ".windsurfrules": {"windsurf", "rules"}, ".clinerules": {"cline", "rules"}, ".roorules": {"roo", "rules"}, ".roomodes": {"roo", "settings"},
	".goosehints": {"goose", "rules"}, "copilot-instructions.md": {"copilot", "rules"}, ".aider.conf.yml": {"aider", "settings"}, "opencode.json": {"opencode", "settings"},
	"opencode.jsonc": {"opencode", "settings"}, "skill.md": {"skill", "skill"}, "langgraph.json": {"langgraph", "settings"}, ".cursorignore": {"cursor", "ignore"},
	"agent-card.json": {"a2a", "card"}, ".crush.json": {"crush", "settings"}, "gemini-extension.json": {"gemini", "plugin"}, ".rules": {"zed", "rules"},
}

// agentPlaces know files by the folder they stand in or below.
var agentPlaces = []struct {
	dir   string
	below bool // at any depth
	ends  string
	agentFile
}{
	{".claude/hooks", true, "", agentFile{"claude", "hook"}},
	{".claude/commands", true, ".md", agentFile{"claude", "command"}},
	{".claude/agents", true, ".md", agentFile{"claude", "subagent"}},
	{".claude/rules", true, ".md", agentFile{"claude", "rules"}},
	{".claude/output-styles", true, ".md", agentFile{"claude", "rules"}},
	{".claude", false, ".json", agentFile{"claude", "settings"}},
	{".claude-plugin", false, ".json", agentFile{"claude", "plugin"}},
	{".cursor/rules", true, "", agentFile{"cursor", "rules"}},
	{".cursor/commands", true, "", agentFile{"cursor", "command"}},
	{".cursor", false, "hooks.json", agentFile{"cursor", "hook"}},
	{".cursor", false, "environment.json", agentFile{"cursor", "settings"}},
	{".cursor", false, "cli.json", agentFile{"cursor", "settings"}},
	{".cursor", false, "permissions.json", agentFile{"cursor", "settings"}},
	{".github/instructions", true, ".md", agentFile{"copilot", "rules"}},
	{".github/prompts", true, ".md", agentFile{"copilot", "command"}},
	{".github/chatmodes", true, ".md", agentFile{"copilot", "subagent"}},
	{".github/agents", true, ".md", agentFile{"copilot", "subagent"}},
	{".github/hooks", true, ".json", agentFile{"copilot", "hook"}},
	{".codex", false, "config.toml", agentFile{"codex", "settings"}},
	{".codex/prompts", true, ".md", agentFile{"codex", "command"}},
	{".codex/rules", true, "", agentFile{"codex", "rules"}},
	{".gemini", false, "settings.json", agentFile{"gemini", "settings"}},
	{".gemini/commands", true, ".toml", agentFile{"gemini", "command"}},
	{".qwen", false, "settings.json", agentFile{"qwen", "settings"}},
	{".windsurf", true, ".md", agentFile{"windsurf", "rules"}},
	{".clinerules", true, "", agentFile{"cline", "rules"}},
	{".roo", true, ".md", agentFile{"roo", "rules"}},
	{".kiro/steering", true, ".md", agentFile{"kiro", "rules"}},
	{".kiro/hooks", true, "", agentFile{"kiro", "hook"}},
	{".kiro/specs", true, ".md", agentFile{"kiro", "rules"}},
	{".amazonq/rules", true, "", agentFile{"amazonq", "rules"}},
	{".augment/rules", true, "", agentFile{"augment", "rules"}},
	{".junie", true, ".md", agentFile{"junie", "rules"}},
	{".trae/rules", true, "", agentFile{"trae", "rules"}},
	{".continue", true, ".md", agentFile{"continue", "rules"}},
	{".continue", false, ".yaml", agentFile{"continue", "settings"}},
	{".continue", false, ".json", agentFile{"continue", "settings"}},
	{".opencode", true, ".md", agentFile{"opencode", "rules"}},
	{".well-known", false, "agent.json", agentFile{"a2a", "card"}},
}

// skillHomes are folders beside those of single assistants in which skills lie.
var skillHomes = set(".agents", ".agent", ".skills", "skills")

func (v *visit) agentFile() (agentFile, bool) {
	if f, ok := agentNames[v.lower]; ok {
		return f, true
	}
	if v.below("skills") && (v.under("scripts") || v.below("scripts")) { // what a skill brings along to be run
		switch languageOfExt[v.ext] {
		case "python", "shell", "javascript", "typescript", "powershell", "ruby", "perl":
			return agentFile{"skill", "script"}, v.in(agentFolders) || v.in(skillHomes)
		}
	}
	hidden := false
	for _, f := range v.folders {
		hidden = hidden || f[0] == '.'
	}
	if !hidden { // all places have a folder that begins with a dot
		return agentFile{}, false
	}
	for i := range agentPlaces {
		p := &agentPlaces[i]
		if !strings.HasSuffix(v.lower, p.ends) || p.below && !v.below(p.dir) || !p.below && !v.under(p.dir) {
			continue
		}
		return p.agentFile, true
	}
	return agentFile{}, false
}

func (v *visit) isAgentConfig() bool {
	if v.size == 0 {
		return false
	}
	if _, ok := v.agentFile(); ok {
		return true
	}
	return v.under(".vscode") && v.lower == "settings.json" || v.ext == ".code-workspace"
}

func (v *visit) readAgentConfig() {
	f, ok := v.agentFile()
	if !ok { // an editor's settings, of which few are about agents
		data, read := v.smallText(settingsBytes)
		if !read || !containsAny(data, editorAgentKeys) {
			return
		}
		f = agentFile{"vscode", "settings"}
	}
	if !isText(v.head) && f.role != "hook" {
		return
	}
	v.addFile(lodemark.KindAgentConfig, f.format, map[string]string{"role": f.role})
	if f.role == "subagent" && v.ext == ".md" {
		v.addSubagent()
	}
}

// editorAgentKeys are settings of editors that let agents act.
var editorAgentKeys = [][]byte{[]byte(`"chat.tools.`), []byte(`"chat.agent.`), []byte(`"github.copilot.chat.`), []byte(`"chat.mcp.`), []byte(`"claudeCode.`),
	[]byte(`"cline.`), []byte(`"roo-cline.`), []byte(`"mcp":`)}

// isVariables knows files of environment variables, as used or as an example.
func (v *visit) isVariables() bool {
	return v.size > 0 && (v.base == ".env" || v.base == ".envrc" || strings.HasPrefix(v.base, ".env.") || strings.HasSuffix(v.lower, ".env") || strings.HasPrefix(v.lower, "env.example") ||
		v.lower == "env.sample" || v.lower == "example.env" || v.lower == ".env-example" || v.lower == ".env_example" || v.lower == ".env-sample")
}

func (v *visit) readVariables() {
	data, ok := v.smallText(settingsBytes)
	if !ok || !isText(v.head) {
		return
	}
	var all []setting
	number := 0
	for line := range bytes.Lines(data) {
		number++
		name, value, found := bytes.Cut(bytes.TrimSpace(line), []byte("="))
		name = bytes.TrimSpace(bytes.TrimPrefix(name, []byte("export ")))
		if !found || len(name) == 0 || name[0] == '#' || len(name) > 100 {
			continue
		}
		all = append(all, setting{string(name), variableValue(string(value)), number})
	}
	v.addHosted(all)
	v.addAddresses(all)
}

// variableValue takes quotes and a comment off a value.
func variableValue(value string) string {
	value = strings.TrimSpace(value)
	if len(value) > 1 && (value[0] == '"' || value[0] == '\'') {
		if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
			return value[1 : 1+end]
		}
	}
	if value, _, found := strings.Cut(value, " #"); found {
		return strings.TrimSpace(value)
	}
	return value
}
