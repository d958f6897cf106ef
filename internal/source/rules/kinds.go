package rules

// FileKind is a kind of file that a rule's `files` can name.
type FileKind struct{ Name, About string }

// FileKinds lists them all.
func FileKinds() []FileKind {
	return []FileKind{
		{kindCode, "Python, JavaScript and TypeScript, notebooks"},
		{kindMCP, "lists of MCP servers (.mcp.json, claude_desktop_config.json, ...), by name or by what they hold"},
		{kindAgent, "settings of coding agents: permissions, hooks, environment"},
		{kindInstructions, "texts that agents follow: rules files, skills, commands, prompts"},
		{kindWorkflow, "workflows of GitHub and GitLab, and actions"},
		{kindCompose, "compose files"},
		{kindKubernetes, "Kubernetes manifests"},
		{kindDockerfile, "Dockerfiles and Containerfiles"},
		{kindEnv, ".env files"},
		{kindShell, "shell scripts, Makefiles, Procfiles, units of systemd, shell lines of notebooks"},
		{kindRequirements, "requirements.txt and the like"},
		{kindManifest, "pyproject.toml, package.json, environment.yml, Pipfile, setup.cfg"},
		{kindTerraform, "Terraform"},
		{kindProperties, ".properties files"},
		{kindTemplate, "YAML that cannot be read before it is filled in (Helm)"},
		{kindMarkdown, "Markdown and reStructuredText"},
		{kindJSON, "JSON, also with comments"},
		{kindYAML, "YAML"},
		{kindTOML, "TOML"},
		{kindLock, "lock files: known to be there, not read"},
		{kindArtefact, "model files, by their names"},
		{kindNotebook, "the shell lines of notebooks"},
		{kindOutput, "what notebooks printed"},
		{kindPage, "HTML, and components of Vue, Svelte and Astro; the scripts in them are read as code"},
	}
}

// Detectors lists the names that a rule's `detect` can have: first those for code, then those for other files.
func Detectors() (code, files []string) {
	for _, d := range detectors() {
		code = append(code, d.name)
	}
	for _, d := range fileDetectors() {
		files = append(files, d.name)
	}
	return code, files
}

// Care says in words what is done to a value to make it harmless, by its name in sources.yaml.
func Care(name string) string { return careWords(name) }
