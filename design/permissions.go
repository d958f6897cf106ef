package design

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// grant is a permission that lets a coding agent act without anyone being asked.
type grant struct {
	line     int
	text     string // as written, normalised
	says     string // what it allows: "any shell command"
	instead  string // what to write in its place
	severity lodemark.Severity
}

// agentFiles tells how the settings of each coding agent are read, by the end of the path. The settings of one person
// (settings.local.json) count as well: once they stand in the tree, everyone who clones it has them.
var agentFiles = []struct {
	folder, name string // name may hold "*"
	grants       func([]byte) ([]grant, error)
}{
	{".claude", "settings*.json", jsonGrants(claudeGrants)},
	{".codex", "config.toml", func(b []byte) ([]grant, error) { return codexGrants(tomlSettings(b)), nil }},
	{".gemini", "settings.json", jsonGrants(geminiGrants)},
	{".qwen", "settings.json", jsonGrants(geminiGrants)},
	{".vscode", "settings.json", jsonGrants(editorGrants)},
	{"", "*.code-workspace", jsonGrants(workspaceGrants)},
}

// grantsOf returns the reader of a path, or nil for a file that holds no permissions.
func grantsOf(p string) func([]byte) ([]grant, error) {
	for _, f := range agentFiles {
		if ok, _ := path.Match(f.name, path.Base(p)); ok && (f.folder == "" || path.Base(path.Dir(p)) == f.folder) {
			return f.grants
		}
	}
	return nil
}

func jsonGrants(judge func([]setting) []grant) func([]byte) ([]grant, error) {
	return func(data []byte) ([]grant, error) {
		settings, err := jsonSettings(data)
		if err != nil {
			return nil, err
		}
		return judge(settings), nil
	}
}

const (
	narrowCommands = `allow the commands it needs one by one, such as "Bash(npm test)", and let it ask for the rest`
	narrowFetches  = `allow the hosts it needs one by one, such as "WebFetch(domain:docs.example.org)"`
	askFirst       = "take it out, so that a person is asked before an action with effects"
)

// anyCommand matches grants under which every shell command runs: the tool without arguments, with a wildcard alone, or
// with a program that itself runs any command.
var anyCommand = pattern.New(`^Bash(\(\s*(:?\*+|\*+:\*+|((/usr)?/bin/)?(bash|sh|zsh|sudo|eval|env|xargs)(:| )\*+)\s*\))?$`)

var anyFetch = pattern.New(`^WebFetch(\(\s*(\*+|domain:\*+)?\s*\))?$`)

func claudeGrants(settings []setting) []grant {
	var found []grant
	denied := map[string]bool{}
	for _, s := range settings {
		if s.is("permissions", "deny") || s.is("permissions", "ask") {
			denied[s.text] = true
		}
	}
	for _, s := range settings {
		allow := s.is("permissions", "allow") || s.is("allowedTools")
		switch {
		case allow && s.text == "*":
			found = append(found, grant{s.line, s.text, "every tool with every argument", narrowCommands, lodemark.SeverityHigh})
		case allow && anyCommand.MatchString(s.text) && !denied["Bash"] && !denied["Bash(*)"]:
			found = append(found, grant{s.line, s.text, "any shell command", narrowCommands, lodemark.SeverityHigh})
		case allow && anyFetch.MatchString(s.text) && !denied["WebFetch"]:
			found = append(found, grant{s.line, s.text, "requests to any host, which is a way in for instructions and a way out for data",
				narrowFetches, lodemark.SeverityMedium})
		case (s.is("permissions", "defaultMode") || s.is("defaultMode")) && s.text == "bypassPermissions":
			found = append(found, grant{s.line, "defaultMode bypassPermissions", "every action unasked", askFirst, lodemark.SeverityHigh})
		case s.is("enableAllProjectMcpServers") && s.text == "true":
			found = append(found, grant{s.line, "enableAllProjectMcpServers", "every MCP server that any commit adds to the project",
				"list the servers that were reviewed under enabledMcpjsonServers", lodemark.SeverityHigh})
		}
	}
	return found
}

// codexGrants wants both switches in one table or the top and a profile: without a sandbox, but asking, a person still decides.
func codexGrants(settings []setting) []grant {
	var never, open []setting
	for _, s := range settings {
		switch key := s.keys[len(s.keys)-1]; {
		case key == "approval_policy" && s.text == "never":
			never = append(never, s)
		case key == "sandbox_mode" && s.text == "danger-full-access":
			open = append(open, s)
		}
	}
	var found []grant
	for _, o := range open {
		together := slices.ContainsFunc(never, func(n setting) bool {
			return len(n.keys) == 1 || len(o.keys) == 1 || slices.Equal(n.keys[:len(n.keys)-1], o.keys[:len(o.keys)-1])
		})
		if together {
			found = append(found, grant{o.line, "sandbox_mode danger-full-access, approval_policy never", "every action unasked and without a sandbox",
				`set sandbox_mode to "workspace-write" or approval_policy to "on-request"`, lodemark.SeverityHigh})
		}
	}
	return found
}

func geminiGrants(settings []setting) []grant {
	var found []grant
	for _, s := range settings {
		last := s.keys
		if len(last) == 0 {
			continue
		}
		switch {
		case (s.is("autoAccept") || s.is("tools", "autoAccept")) && s.text == "true":
			found = append(found, grant{s.line, "autoAccept", "whatever tool calls it takes for safe, unasked", askFirst, lodemark.SeverityMedium})
		case (s.is("tools", "allowed") || s.is("allowedTools")) && s.text == "run_shell_command":
			found = append(found, grant{s.line, s.text, "any shell command", `allow commands one by one, such as "run_shell_command(npm test)"`, lodemark.SeverityHigh})
		case strings.Contains(strings.ToLower(last[len(last)-1]), "approvalmode") && s.text == "yolo":
			found = append(found, grant{s.line, "approval mode yolo", "every action unasked", askFirst, lodemark.SeverityHigh})
		case len(last) == 3 && last[0] == "mcpServers" && last[2] == "trust" && s.text == "true":
			found = append(found, grant{s.line, "trust " + last[1], "every tool of the MCP server " + last[1] + " unasked", askFirst, lodemark.SeverityMedium})
		}
	}
	return found
}

func editorGrants(settings []setting) []grant {
	var found []grant
	for _, s := range settings {
		key := strings.Join(s.keys, ".")
		switch {
		case (key == "chat.tools.autoApprove" || key == "chat.tools.global.autoApprove") && s.text == "true":
			found = append(found, grant{s.line, key, "every tool call of the editor's agent unasked", askFirst, lodemark.SeverityHigh})
		case strings.HasPrefix(key, "chat.tools.terminal.autoApprove.") && s.text == "true" && anyPattern(s.keys[len(s.keys)-1]):
			found = append(found, grant{s.line, key, "any command in the editor's terminal", "name the commands that need no question", lodemark.SeverityHigh})
		case strings.HasSuffix(key, ".initialPermissionMode") && s.text == "bypassPermissions":
			found = append(found, grant{s.line, key, "every action unasked", askFirst, lodemark.SeverityHigh})
		}
	}
	return found
}

func anyPattern(p string) bool {
	return slices.Contains([]string{"/.*/", "/^.*$/", "/.+/", "*", "/^.*/", "/.*/s", "/^/"}, p)
}

// workspaceGrants reads the settings that a workspace file carries under its own key.
func workspaceGrants(settings []setting) []grant {
	var inner []setting
	for _, s := range settings {
		if len(s.keys) > 1 && s.keys[0] == "settings" {
			inner = append(inner, setting{s.keys[1:], s.text, s.line})
		}
	}
	return editorGrants(inner)
}

// unaskedFlag is a switch of a coding agent's command line that turns its questions off.
type unaskedFlag struct {
	pattern *pattern.Pattern
	agents  *pattern.Pattern // must stand on the same line; nil: the switch is unmistakable
	says    string
}

var unaskedFlags = []unaskedFlag{
	{pattern.New(`(^|[\s"'=\[,])--dangerously-skip-permissions($|[^\w-])`), nil, "every action unasked"},
	{pattern.New(`--permission-mode[ =]"?bypassPermissions\b`), nil, "every action unasked"},
	{pattern.New(`(^|[\s"'=\[,])--dangerously-bypass-approvals-and-sandbox($|[^\w-])`), nil, "every action unasked and without a sandbox"},
	{pattern.New(`(^|[\s"'=\[,])--yolo($|[^\w-])|--approval-mode[ =]"?yolo\b`), pattern.New(`(?i)\b(codex|gemini|qwen|claude|aider|cursor)`), "every action unasked"},
	{pattern.New(`(^|[\s"'=\[,])--allow-all-tools($|[^\w-])`), pattern.New(`(?i)\bcopilot`), "every tool unasked"},
}

// agentCall sees a coding agent being started, with or without such a switch.
var agentCall = pattern.New(`(^|[\s;&|("'/])(claude\s+(-p|--print|-c|--continue|--permission-mode|--allowedTools|--dangerously)|codex\s+(exec|-a|-s|--)|gemini\s+(-p|-y|--)|aider\s+--|copilot\s+(-p|--))`)

// spokenAbout is a line that only mentions a switch: it prints or searches for it, or reads it from its own arguments.
var spokenAbout = pattern.New(`^\s*[-@]*\s*(echo|printf|grep|rg|//|--\s|\*)|^\s*["']?--[\w-]+["']?\s*(\|[^|]*)?\)\s*$|\b(grep|rg)\s`)

// agentWords are what a line must hold to matter here: the expressions above are slow on text that does not.
var agentWords = []string{"claude", "codex", "gemini", "qwen", "aider", "copilot", "cursor", "--dangerously", "bypasspermissions", "yolo"}

// flagGrants finds such switches in scripts, build files and workflows. called says that an agent is started at all.
func flagGrants(text string) (found []grant, called bool) {
	if !holds(text, agentWords...) {
		return nil, false
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = uncommented(line); !holds(line, agentWords...) || spokenAbout.MatchString(line) {
			continue
		}
		called = called || agentCall.MatchString(line)
		for _, f := range unaskedFlags {
			m := f.pattern.FindString(line)
			if m == "" || f.agents != nil && !f.agents.MatchString(line) {
				continue
			}
			found = append(found, grant{n, strings.Trim(m, " \t\"'=[],);&|"), f.says, askFirst, lodemark.SeverityHigh})
			break
		}
	}
	return found, called || len(found) > 0
}

// uncommented cuts a comment off a line of shell, YAML or a build file, where "#" begins a word.
func uncommented(line string) string {
	line = strings.TrimRight(line, "\r\n")
	for i := 0; i < len(line); i++ {
		if line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t') {
			return line[:i]
		}
	}
	return line
}

// grantsAll says whether an MCP entry's list of approved tools takes in all of them.
func grantsAll(approved string) bool {
	words := strings.FieldsFunc(approved, func(r rune) bool { return strings.ContainsRune(" ,[]\"'", r) })
	return slices.ContainsFunc(words, func(w string) bool { return w == "*" || w == "true" || w == "all" || w == ".*" })
}
