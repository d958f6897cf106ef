package develop

import "testing"

// What an MCP entry starts, read as a manual: the command line, what it fetches, and whether that is one version.
func TestLaunched(t *testing.T) {
	tests := []struct {
		command string
		args    []string
		name    string // empty: nothing is fetched, or it cannot be told
		pinned  bool
	}{
		{"npx", []string{"-y", "@modelcontextprotocol/server-filesystem", "/data"}, "@modelcontextprotocol/server-filesystem", false},
		{"npx", []string{"-y", "@modelcontextprotocol/server-filesystem@2025.8.21", "/data"}, "@modelcontextprotocol/server-filesystem", true},
		{"npx", []string{"mcp-server@latest"}, "mcp-server", false},
		{"npx", []string{"mcp-server@^1.2.3"}, "mcp-server", false},
		{"npx", []string{"mcp-server@1"}, "mcp-server", false},
		{"npx", []string{"mcp-server@1.2.3-rc.1"}, "mcp-server", true},
		{"npx", []string{"-p", "@scope/pkg@1.0.0", "-c", "pkg run"}, "@scope/pkg", true},
		{"npx", []string{"--package=@scope/pkg", "pkg"}, "@scope/pkg", false},
		{"npx -y", []string{"mcp-server"}, "mcp-server", false},
		{"npx", []string{"-y", "--", "mcp-server"}, "mcp-server", false},
		{"npx", []string{"github:owner/repo"}, "github:owner/repo", false},
		{"npx", []string{"owner/repo#0123456789012345678901234567890123456789"}, "owner/repo", true},
		{"npx", []string{"https://example.org/x.tgz"}, "https://example.org/x.tgz", false},
		{"npx", []string{"./server"}, "", false},
		{"npx", []string{"${PACKAGE}"}, "", false},
		{"npx", []string{"tsx", "src/index.ts"}, "", false},
		{"npx", nil, "", false},
		{`C:\Program Files\nodejs\npx.cmd`, []string{"x"}, "", false},
		{"/usr/local/bin/npx", []string{"-y", "mcp-server"}, "mcp-server", false},
		{"cmd", []string{"/c", "npx", "-y", "mcp-server"}, "mcp-server", false},
		{"sh", []string{"-c", "npx -y mcp-server"}, "mcp-server", false},
		{"env", []string{"A=b", "npx", "mcp-server@1.0.0"}, "mcp-server", true},
		{"pnpm", []string{"dlx", "mcp-server"}, "mcp-server", false},
		{"pnpm", []string{"run", "start"}, "", false},
		{"bunx", []string{"mcp-server@1.0.0"}, "mcp-server", true},
		{"bun", []string{"run", "index.ts"}, "", false},
		{"npm", []string{"exec", "--", "mcp-server"}, "mcp-server", false},
		{"uvx", []string{"mcp-server-git", "--repository", "."}, "mcp-server-git", false},
		{"uvx", []string{"mcp-server-git@2025.7.1"}, "mcp-server-git", true},
		{"uvx", []string{"mcp-server-git==2025.7.1"}, "mcp-server-git", true},
		{"uvx", []string{"mcp-server-git@latest"}, "mcp-server-git", false},
		{"uvx", []string{"mcp-server-git>=2025"}, "mcp-server-git", false},
		{"uvx", []string{"--python", "3.12", "mcp-server-git"}, "mcp-server-git", false},
		{"uvx", []string{"--from", "git+https://example.org/o/r", "tool"}, "git+https://example.org/o/r", false},
		{"uvx", []string{"--from", "git+https://example.org/o/r@0123456789012345678901234567890123456789", "tool"}, "git+https://example.org/o/r", true},
		{"uvx", []string{"--from", "./servers/git", "tool"}, "", false},
		{"uv", []string{"tool", "run", "mcp-server-git"}, "mcp-server-git", false},
		{"uv", []string{"run", "--directory", "servers/git", "server.py"}, "", false},
		{"pipx", []string{"run", "--spec", "pkg==1.0.0", "tool"}, "pkg", true},
		{"pipx", []string{"run", "pkg"}, "pkg", false},
		{"python", []string{"-m", "server"}, "", false},
		{"node", []string{"dist/index.js"}, "", false},
		{"docker", []string{"run", "-i", "--rm", "-e", "TOKEN", "ghcr.io/github/github-mcp-server"}, "ghcr.io/github/github-mcp-server", false},
		{"docker", []string{"run", "-i", "--rm", "--mount", "type=bind,src=/a,dst=/b", "mcp/fetch:latest"}, "mcp/fetch", false},
		{"docker", []string{"run", "-i", "--rm", "mcp/fetch:1.2.0"}, "mcp/fetch", true},
		{"docker", []string{"run", "-i", "localhost:5000/mcp/fetch"}, "localhost:5000/mcp/fetch", false},
		{"docker", []string{"run", "-i", "mcp/fetch@sha256:0123456789012345678901234567890123456789012345678901234567890123"}, "mcp/fetch", true},
		{"docker", []string{"run", "-i", "my-own-server"}, "", false},
		{"docker", []string{"run", "--some-new-flag", "mcp/fetch"}, "", false},
		{"docker", []string{"compose", "up"}, "", false},
	}
	for _, tt := range tests {
		l, ok := launched(tt.command, tt.args)
		if !ok {
			l = launch{}
		}
		if l.name != tt.name || l.pinned != tt.pinned {
			t.Errorf("%s %q fetches %q, pinned %v; want %q, %v", tt.command, tt.args, l.name, l.pinned, tt.name, tt.pinned)
		}
	}
}

func FuzzLaunched(f *testing.F) {
	f.Add("npx", "-y @scope/name@1.2.3 /data")
	f.Add("docker", "run -i --rm -e A=b mcp/fetch:latest")
	f.Add("sh", "-c uvx x")
	f.Add("uvx", "--from git+https://example.org/a@b c")
	f.Fuzz(func(t *testing.T, command, args string) {
		l, ok := launched(command, shellPipelinesWords(args))
		if ok && (l.name == "" || l.runner == "") {
			t.Errorf("%q %q: fetched something without a name: %+v", command, args, l)
		}
	})
}

func shellPipelinesWords(text string) []string {
	var words []string
	for _, p := range shellPipelines(text) {
		for _, c := range p.commands {
			words = append(words, c...)
		}
	}
	return words
}
