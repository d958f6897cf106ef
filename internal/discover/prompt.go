package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

var (
	promptFolders = set("prompts", "prompt", "prompt_templates", "prompt-templates", "system_prompts", "system-prompts", "promptlib", "prompt_library", "prompt-library")
	// promptEndings are texts and templates; code below prompts/ is code.
	promptEndings = set(".md", ".txt", ".j2", ".jinja", ".jinja2", ".yaml", ".yml", ".json", ".toml", ".xml", ".mustache", ".hbs", ".handlebars", ".tmpl", ".tpl",
		".prompt", ".prompty", ".liquid", ".st", ".poml", "")
	promptName = pattern.New(`^(system[_-]?(prompt|message|instructions?)s?|.*[_-]prompts?|prompts?([_-]templates?)?)$`)
	// agentFolders hold what steers a person's coding assistant, which is configuration of that assistant.
	agentFolders = set(".claude", ".cursor", ".github", ".continue", ".codex", ".gemini", ".windsurf", ".roo", ".kiro", ".opencode", ".amazonq")
)

// isPrompt knows texts that a model is instructed with.
func (v *visit) isPrompt() bool {
	if v.size == 0 || v.in(agentFolders) {
		return false
	}
	if v.ext == ".prompt" || v.ext == ".prompty" || v.ext == ".poml" {
		return true
	}
	if !promptEndings[v.ext] || strings.HasPrefix(v.base, ".") {
		return false
	}
	stem := stemOf(v.lower)
	if v.in(promptFolders) {
		return !notPrompts[stem] && v.ext != "" || v.ext == "" && languageOfName[v.lower] == "" && !notPrompts[v.lower]
	}
	if v.ext == "" {
		return false
	}
	if inner := strings.TrimSuffix(stem, ".prompt"); inner != stem {
		return true // name.prompt.md, name.prompt.yaml
	}
	return promptName.MatchString(stem) && !v.in(documentFolders) && !v.below("skills")
}

// notPrompts are files that stand below prompts/ and instruct nobody's model.
var notPrompts = set("readme", "license", "licence", "changelog", "contributing", "index", "package", "package-lock", "tsconfig", "pyproject", "poetry", "schema",
	"config", "makefile", "dockerfile", "notice", "codeowners", "owners", "metadata", "requirements", "registry", "manifest")

func (v *visit) readPrompt() {
	if !isText(v.head) || len(bytes.TrimSpace(v.head)) == 0 {
		return
	}
	v.addFile(lodemark.KindPrompt, promptFormat(v.ext), nil)
}

func promptFormat(ext string) string {
	switch ext {
	case ".md", ".prompt", ".txt", "":
		return "text"
	case ".j2", ".jinja", ".jinja2":
		return "jinja"
	case ".prompty":
		return "prompty"
	case ".mustache", ".hbs", ".handlebars", ".tmpl", ".tpl", ".liquid", ".st":
		return "template"
	case ".yml":
		return "yaml"
	}
	return strings.TrimPrefix(ext, ".")
}
