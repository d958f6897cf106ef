package design

import (
	"strings"
	"testing"
)

// Permission entries as they are written, and whether anyone would still be asked.
func TestClaudePermissions(t *testing.T) {
	tests := map[string]bool{
		"Bash": true, "Bash(*)": true, "Bash(**)": true, "Bash(:*)": true, "Bash( * )": true, "Bash(sudo:*)": true, "Bash(bash:*)": true,
		"Bash(sh *)": true, "WebFetch": true, "WebFetch(*)": true, "WebFetch(domain:*)": true, "*": true,
		"Bash(npm test)": false, "Bash(npm run test:*)": false, "Bash(git diff:*)": false, "Bash(ls *)": false, "Read(*)": false, "Read": false,
		"WebFetch(domain:docs.example.org)": false, "mcp__tickets__search": false, "Bash(shellcheck:*)": false, "BashOutput": false, "Edit": false,
	}
	for entry, want := range tests {
		got, err := grantsOf(".claude/settings.json")([]byte(`{"permissions": {"allow": ["` + entry + `"]}}`))
		if err != nil || (len(got) > 0) != want {
			t.Errorf("%q: %v (%v), want %v", entry, got, err, want)
		}
	}
	got, _ := grantsOf("app/.claude/settings.local.json")([]byte(`{"permissions": {"allow": ["Bash(*)"], "deny": ["Bash"]}}`))
	if len(got) != 0 {
		t.Errorf("denied before allowed: %v", got)
	}
}

func TestAgentSettings(t *testing.T) {
	tests := []struct {
		path, text string
		line       int // 0: silent
	}{
		{".claude/settings.json", "{\n\"permissions\": {\n\"defaultMode\": \"bypassPermissions\"}}", 3},
		{".claude/settings.json", `{"permissions": {"defaultMode": "acceptEdits"}}`, 0},
		{".claude/settings.json", "{\n\"enableAllProjectMcpServers\": true}", 2},
		{".claude/settings.json", `{"enableAllProjectMcpServers": false}`, 0},
		{".codex/config.toml", "approval_policy = \"never\"\nsandbox_mode = \"danger-full-access\"\n", 2},
		{".codex/config.toml", "approval_policy = \"never\"\nsandbox_mode = \"workspace-write\"\n", 0},
		{".codex/config.toml", "approval_policy = \"on-request\"\nsandbox_mode = \"danger-full-access\"\n", 0},
		{".codex/config.toml", "[profiles.a]\napproval_policy = \"never\"\n[profiles.b]\nsandbox_mode = \"danger-full-access\"\n", 0},
		{".gemini/settings.json", `{"autoAccept": true}`, 1},
		{".gemini/settings.json", `{"mcpServers": {"x": {"trust": true}}}`, 1},
		{".gemini/settings.json", `{"mcpServers": {"x": {"trust": false}}}`, 0},
		{".gemini/settings.json", `{"tools": {"allowed": ["run_shell_command(git status)"]}}`, 0},
		{".gemini/settings.json", `{"tools": {"allowed": ["run_shell_command"]}}`, 1},
		{".vscode/settings.json", "{// why\n\"chat.tools.autoApprove\": true,}", 2},
		{".vscode/settings.json", `{"chat.tools.autoApprove": false, "editor.formatOnSave": true}`, 0},
		{".vscode/settings.json", `{"chat.tools.terminal.autoApprove": {"/.*/": true}}`, 1},
		{".vscode/settings.json", `{"chat.tools.terminal.autoApprove": {"npm test": true}}`, 0},
		{"x.code-workspace", `{"settings": {"chat.tools.global.autoApprove": true}}`, 1},
	}
	for _, tt := range tests {
		got, err := grantsOf(tt.path)([]byte(tt.text))
		if err != nil || (len(got) > 0) != (tt.line > 0) || tt.line > 0 && got[0].line != tt.line {
			t.Errorf("%s %s: %+v (%v), want line %d", tt.path, tt.text, got, err, tt.line)
		}
	}
	for _, p := range []string{"settings.json", "claude/settings.json", ".claude/notes.json", ".vscode/launch.json"} {
		if grantsOf(p) != nil {
			t.Errorf("%s is read as permissions", p)
		}
	}
}

func TestCommandLineFlags(t *testing.T) {
	tests := map[string]bool{
		"claude -p 'fix it' --dangerously-skip-permissions":         true,
		`CMD ["claude", "--dangerously-skip-permissions"]`:          true,
		"  claude_args: --dangerously-skip-permissions":             true,
		"claude --permission-mode bypassPermissions -p x":           true,
		"codex exec --dangerously-bypass-approvals-and-sandbox 'x'": true,
		"gemini --yolo -p x":                                             true,
		"gemini --approval-mode=yolo":                                    true,
		"alias cc='claude --dangerously-skip-permissions'":               true,
		"# claude --dangerously-skip-permissions":                        false,
		"claude -p x # never with --dangerously-skip-permissions":        false,
		"echo 'do not use --dangerously-skip-permissions'":               false,
		"if grep -rn -- '--dangerously-skip-permissions' .; then exit 1": false,
		"    --dangerously-skip-permissions)":                            false,
		"yolo train --yolo":                                              false,
		"claude -p 'review the change' --allowedTools 'Bash(npm test)'":  false,
		"- --dangerously-skip-permissions-in-tests":                      false,
	}
	for line, want := range tests {
		if got, _ := flagGrants("\n" + line + "\n"); (len(got) > 0) != want || want && got[0].line != 2 {
			t.Errorf("%s: %+v, want %v", line, got, want)
		}
	}
}

func FuzzGrants(f *testing.F) {
	f.Add(".claude/settings.json", `{"permissions":{"allow":["Bash(*)"]}}`)
	f.Add(".gemini/settings.json", `{"mcpServers":{"x":{"trust":true}}}`)
	f.Add(".codex/config.toml", "approval_policy=never\nsandbox_mode = 'danger-full-access'")
	f.Fuzz(func(t *testing.T, p, text string) {
		lines := strings.Count(text, "\n") + 1
		var all []grant
		if read := grantsOf(p); read != nil {
			all, _ = read([]byte(text))
		}
		flags, _ := flagGrants(text)
		for _, g := range append(all, flags...) {
			if g.line < 1 || g.line > lines || g.text == "" || g.says == "" {
				t.Errorf("%+v of %d lines", g, lines)
			}
		}
	})
}

func TestWholeDisk(t *testing.T) {
	for folder, want := range map[string]bool{
		"/": true, "//": true, "~": true, "~/": true, "$HOME": true, "${HOME}/": true, "/root": true, "/Users/desk": true, `C:\`: true, `C:\Users\desk`: true, "%USERPROFILE%": true,
		"": false, ".": false, "./docs": false, "/srv/desk": false, "~/desk": false, "${workspaceFolder}": false, "/Users/desk/project": false, `C:\work\desk`: false,
	} {
		if got := wholeDisk(folder); got != want {
			t.Errorf("%q: %v", folder, got)
		}
	}
}
