package discover

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

// mcpNames are files that hold servers under keys of their own, or that are asked for servers whatever their head shows.
var mcpNames = set(".mcp.json", "mcp.json", "mcp_config.json", "mcp-config.json", "mcp_settings.json", "mcp-settings.json", "mcp_servers.json", "mcp-servers.json",
	"mcpservers.json", "claude_desktop_config.json", ".claude.json", "cline_mcp_settings.json", "gemini-extension.json", "opencode.json", "opencode.jsonc", ".opencode.json",
	"crush.json", ".crush.json", "librechat.yaml", "librechat.yml", ".mcp.jsonc", "mcp.jsonc", "mcp.yaml", "mcp.yml", "fastmcp.json", "devcontainer.json", ".devcontainer.json")

// mayConfigureMCP knows configurations of MCP clients by name, and any small JSON file that begins with such a table.
func (v *visit) mayConfigureMCP() bool {
	if mcpNames[v.lower] {
		return true
	}
	switch v.ext {
	case ".json", ".jsonc":
		return bytes.Contains(v.head, []byte(`"mcpServers"`)) || bytes.Contains(v.head, []byte(`"context_servers"`)) ||
			(v.lower == "settings.json" || v.lower == "settings.local.json") && (v.under(".claude") || v.under(".gemini") || v.under(".qwen") || v.under(".zed") || v.under(".vscode") || v.under(".amp"))
	case ".toml":
		return v.lower == "config.toml" && v.under(".codex") || bytes.Contains(v.head, []byte("[mcp_servers"))
	case ".yaml", ".yml":
		return v.below(".continue") || bytes.Contains(v.head, []byte("mcpServers:"))
	case ".code-workspace":
		return true
	}
	return false
}

// serverTables are the paths at which clients keep their servers.
var serverTables = [][]string{{"mcpServers"}, {"mcp_servers"}, {"mcp", "servers"}, {"mcp", "mcpServers"}, {"context_servers"}, {"settings", "mcp", "servers"}, {"amp.mcpServers"},
	{"customizations", "vscode", "mcp", "servers"}, {"customizations", "vscode", "settings", "mcp", "servers"}, {"cline.mcpServers"}, {"experimental", "modelContextProtocolServers"}}

func (v *visit) readMCP() {
	data, ok := v.smallText(settingsBytes)
	if !ok || len(bytes.TrimSpace(data)) == 0 {
		return
	}
	root, err := v.parse(data)
	if err != nil {
		if v.namedForMCP() {
			v.malformed(err)
		}
		return
	}
	for _, keys := range serverTables {
		v.addServers(root.get(keys...))
	}
	if strings.Contains(v.lower, "mcp") || v.under(".vscode") {
		v.addServers(root.get("servers"))
	}
	switch v.lower {
	case "opencode.json", "opencode.jsonc", ".opencode.json", "crush.json", ".crush.json":
		v.addServers(root.get("mcp"))
	}
	if mcpNames[v.lower] && strings.Contains(v.lower, "mcp") && !hasServerTable(root) {
		v.addServers(root) // some clients keep the servers at the top
	}
}

// namedForMCP says whether a file that cannot be understood was certainly meant for an MCP client or another agent.
func (v *visit) namedForMCP() bool {
	return mcpNames[v.lower] && !strings.Contains(v.lower, "devcontainer") || v.lower == "config.toml" && v.under(".codex") ||
		strings.HasPrefix(v.lower, "settings.") && (v.under(".claude") || v.under(".gemini"))
}

// parse reads a file by its ending.
func (v *visit) parse(data []byte) (*node, error) {
	switch v.ext {
	case ".toml", ".lock":
		return parseTOML(data)
	case ".yaml", ".yml":
		docs, err := parseYAML(data)
		if len(docs) == 0 {
			return nil, err
		}
		return docs[0], err
	}
	return parseJSON(data)
}

func hasServerTable(root *node) bool {
	for _, keys := range serverTables {
		if root.get(keys...) != nil {
			return true
		}
	}
	return root.get("servers") != nil || root.get("inputs") != nil
}

// addServers notes each entry of a table of servers, or of a list of named ones.
func (v *visit) addServers(table *node) {
	for _, e := range table.all() {
		v.addServer(e.key, e.line, e.value)
	}
	if table.is(list) {
		for _, item := range table.items {
			v.addServer(item.get("name").str(), item.lineOr(1), item)
		}
	}
}

func (v *visit) addServer(name string, line int, n *node) {
	command, args := launchOf(n)
	url := firstOf(n, "url", "serverUrl", "server_url", "httpUrl", "uri", "endpoint")
	if !n.is(mapping) || command == "" && url == "" || name == "" {
		return // no entry of a server: other settings stand in the same table
	}
	detail := map[string]string{"transport": transportOf(n, command, url)}
	put := func(key, value string) {
		if value != "" {
			detail[key] = value
		}
	}
	put("command", command)
	put("url", url)
	put("env", strings.Join(namesIn(n, "env", "environment", "headers", "http_headers", "requestInit"), ","))
	put("auto_approve", approved(n))
	if disabled := n.get("disabled").str() == "true" || n.get("enabled").str() == "false"; disabled {
		detail["disabled"] = "true"
	}
	if len(args) > 0 {
		data, err := json.Marshal(args)
		if err == nil {
			detail["args"] = string(data)
		}
	}
	v.add(lodemark.Component{Kind: lodemark.KindMCPServer, Name: name, Line: line, Address: url, Detail: detail, Format: "mcp"})
}

// launchOf reads the command line: a word with arguments beside it, a list of all words, or a table of both.
func launchOf(n *node) (command string, args []string) {
	c := n.get("command")
	switch {
	case c.is(mapping):
		return launchOf(&node{kind: mapping, entries: append([]entry{{"command", c.line, firstNode(c, "path", "command")}}, c.entries...)})
	case c.is(list) && len(c.items) > 0:
		command = c.items[0].str()
		for _, a := range c.items[1:] {
			args = append(args, a.str())
		}
	default:
		command = c.str()
	}
	if command == "" {
		command = n.get("cmd").str()
	}
	for _, a := range n.get("args").list() {
		args = append(args, a.str())
	}
	return command, args
}

func firstNode(n *node, keys ...string) *node {
	for _, k := range keys {
		if v := n.get(k); v != nil && !v.is(mapping) {
			return v
		}
	}
	return nil
}

func firstOf(n *node, keys ...string) string { return firstNode(n, keys...).str() }

func transportOf(n *node, command, url string) string {
	t := strings.ToLower(firstOf(n, "type", "transport", "transportType"))
	switch {
	case strings.Contains(t, "sse"):
		return "sse"
	case strings.Contains(t, "http"), t == "remote" && url != "":
		return "http"
	case strings.HasPrefix(t, "ws") || strings.HasPrefix(url, "ws"):
		return "websocket"
	case t == "stdio" || t == "local" || command != "":
		return "stdio"
	case strings.HasSuffix(strings.TrimSuffix(url, "/"), "/sse"):
		return "sse"
	}
	return "http"
}

// namesIn lists the names of variables and headers, never their values.
func namesIn(n *node, tables ...string) []string {
	var names []string
	for _, t := range tables {
		for _, e := range n.get(t).all() {
			names = append(names, e.key)
		}
		for _, item := range n.get(t).list() {
			name, _, _ := strings.Cut(item.str(), "=")
			if name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// approved lists the tools that run unasked, as clients call it; "*" stands for all.
func approved(n *node) string {
	var tools []string
	for _, key := range []string{"autoApprove", "alwaysAllow", "auto_approve", "always_allow", "autoAllow", "trust", "approvedTools", "alwaysApprove"} {
		switch value := n.get(key); {
		case value.is(list):
			for _, item := range value.items {
				tools = append(tools, item.str())
			}
		case value.is(scalar) && value.str() == "true", value.str() == "*":
			tools = append(tools, "*")
		case value.is(text):
			tools = append(tools, value.str())
		}
	}
	return strings.Join(tools, ",")
}
