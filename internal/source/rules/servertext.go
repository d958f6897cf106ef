package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

var (
	// writtenServer is a server as a configuration in a text shows it, be it whole or cut short: a launcher and the list of its arguments.
	writtenServer = pattern.New(`"?\b(?:command|path|cmd)"?\s*[:=]\s*"((?:[^"\n]*[/\\])?(?:npx|bunx|pnpx|npm|pnpm|yarn|bun|uvx|uv|pipx|docker|podman|cmd)(?:\.exe|\.cmd)?)"\s*,?(?:\s*"(?:type|transport|description|timeout|cwd)"\s*:\s*(?:"[^"\n]*"|\d+)\s*,)*(?:\s*"env"\s*:\s*\{[^{}]*\}\s*,)?\s*"?args"?\s*[:=]\s*\[([^\[\]]*)\]`)
	writtenWord   = pattern.New(`"((?:[^"\\\n]|\\.)*)"`)
	// typedServer is a command that starts one, as it is typed in: by itself, or behind `claude mcp add name --`.
	typedServer = pattern.New(`(?:^|[\s'"` + "`" + `])((?:npx|bunx|pnpx|uvx)\s|(?:pnpm|yarn)\s+dlx\s|npm\s+exec\s|uv\s+tool\s+run\s|pipx\s+run\s|(?:docker|podman)\s+run\s)([^\n|;&` + "`" + `]*)`)
)

// mentionsLauncher is what a text about servers that are fetched holds.
func mentionsLauncher(text string) bool {
	return strings.Contains(text, "mcp") && slices.ContainsFunc([]string{"npx", "uvx", "bunx", "pnpx", "docker", "podman", "dlx", "pipx", "npm exec", "uv tool"}, func(w string) bool { return strings.Contains(text, w) })
}

// writtenServers sees servers without a fixed version in documentation, from where people copy them into their clients.
func writtenServers(f *file, m *matcher) {
	if !mentionsLauncher(f.data) {
		return
	}
	line, counted := 1, 0
	lineAt := func(at int) int {
		line += strings.Count(f.data[counted:at], "\n")
		counted = at
		return line
	}
	for _, at := range writtenServer.Regexp().FindAllStringSubmatchIndex(f.data, maxWritten) {
		s := toolServer{command: f.data[at[2]:at[3]]}
		for _, w := range writtenWord.Regexp().FindAllStringSubmatchIndex(f.data[at[4]:at[5]], maxListed) {
			from := at[4] + w[2]
			n := lineAt(from)
			s.args = append(s.args, &settings.Node{Value: f.data[from : at[4]+w[3]], Scalar: true, Line: n, EndLine: n})
		}
		launcher, words := s.words()
		if word, spec := unpinnedPackage(launcher, words); word != nil {
			f.report(m.rule, word.Line, word.Line, packageName(spec), spec)
		}
	}
	fenced := false
	for number, text := range logicalLines(f.data, false) {
		if trimmed := strings.TrimLeft(text, " >"); strings.HasPrefix(trimmed, "```") || strings.HasPrefix(trimmed, "~~~") {
			fenced = !fenced
			continue
		}
		if fenced {
			typed(f, m, number, text)
		}
	}
}

// typedServers sees the same in scripts.
func typedServers(f *file, m *matcher) {
	if !mentionsLauncher(f.data) {
		return
	}
	for number, text := range logicalLines(f.data, true) {
		typed(f, m, number, text)
	}
}

const (
	maxWritten = 500
	maxListed  = 60
)

// typed looks at one line for a server that is fetched: a package or image with `mcp` in its name.
func typed(f *file, m *matcher, line int, text string) {
	if !strings.Contains(text, "mcp") || strings.HasPrefix(strings.TrimSpace(text), "#") {
		return
	}
	text = strings.ReplaceAll(text, "\\\n", " ")
	for _, at := range typedServer.Regexp().FindAllStringSubmatchIndex(text, 4) {
		words := strings.Fields(text[at[2]:at[5]])
		var args []*settings.Node
		for _, w := range words[1:] {
			args = append(args, &settings.Node{Value: strings.Trim(w, `"'\`), Scalar: true, Line: line, EndLine: line})
		}
		word, spec := unpinnedPackage(words[0], args)
		if word == nil || !serverPackage(spec) {
			continue
		}
		f.report(m.rule, line, line, packageName(spec), spec)
		return
	}
}

// serverTool are words in the names of what puts servers into a client's configuration, tries them or makes new ones, and is none.
var serverTool = pattern.New(`(?:^|[-/@_])(?:add|install|installer|setup|create|inspector|cli|init|validator|scan|publisher|test|conformance|bundle)(?:[-/@_]|$)`)

// serverPackage says of a package or image that its name is one of an MCP server.
func serverPackage(spec string) bool {
	spec = strings.ToLower(spec)
	return !serverTool.MatchString(spec) && (strings.Contains(spec, "mcp") || strings.Contains(spec, "modelcontextprotocol/server"))
}
