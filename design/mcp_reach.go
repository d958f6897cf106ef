package design

import (
	"encoding/json"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// serverGrants judges how an MCP server is started or reached. judged is false for a server of which the configuration does
// not tell what it may do: a program with arguments of its own.
func serverGrants(c lodemark.Component) (found []grant, judged bool) {
	var args []string
	if json.Unmarshal([]byte(c.Detail["args"]), &args) != nil {
		args = nil
	}
	words := append([]string{c.Detail["command"]}, args...)
	add := func(text, says, instead string, severity lodemark.Severity) {
		found = append(found, grant{c.Line, c.Name + ": " + text, says, instead, severity})
	}
	judged = c.Detail["auto_approve"] != ""
	if at := c.Detail["url"]; at != "" {
		u, err := url.Parse(at)
		judged = judged || err == nil && (u.Scheme == "http" || u.Scheme == "https")
		if err == nil && u.Scheme == "http" && u.Hostname() != "" && !onThisMachine(u.Hostname()) {
			add("plain http to "+u.Hostname(), "whoever sits between it and an MCP server to answer in the server's name", "reach the server by https", lodemark.SeverityMedium)
		}
	}
	if i := slices.IndexFunc(words, func(w string) bool { return fileServer.MatchString(w) }); i >= 0 {
		judged = true
		for _, w := range words[i+1:] {
			if wholeDisk(w) {
				add("file server for "+w, "an MCP server to read and write every file of the machine or of its user", "name the folders of the project that the work needs", lodemark.SeverityHigh)
				break
			}
		}
	}
	if i := slices.IndexFunc(words, isContainerTool); i >= 0 && i < 3 {
		judged = true
		for _, g := range containerGrants(words[i+1:]) {
			add(g[0], g[1], g[2], lodemark.SeverityHigh)
		}
	}
	if at := slices.IndexFunc(words, func(w string) bool { return shellFlag.MatchString(w) }); at > 0 && shellName.MatchString(path.Base(words[at-1])) && at+1 < len(words) {
		if m := fetchedRun.FindString(words[at+1]); m != "" {
			judged = true
			add("a shell that fetches", "whatever an address on the network answers to run as the MCP server", "install the server at a fixed version, and start it by name", lodemark.SeverityHigh)
		}
	}
	return found, judged || len(found) > 0
}

var (
	fileServer = pattern.New(`(?i)(^|/)(mcp-)?server-filesystem(@[^/]*)?$|(^|/)mcp-server-filesystem|^mcp/filesystem|(^|/)filesystem-mcp`)
	shellName  = pattern.New(`^(?:ba|z|da|k|fi)?sh$|^(?:cmd|powershell|pwsh)(?:\.exe)?$`)
	shellFlag  = pattern.New(`^(?:-[a-z]*c|/c|-Command)$`)
	fetchedRun = pattern.New(`(?i)\b(?:curl|wget|iwr|invoke-webrequest|irm)\b[^\n]*(?:\||&&|;|\$\(|>)|(?:\$\(|<\(|\x60)\s*(?:curl|wget)\b|\beval\b[^\n]*\b(?:curl|wget)\b|\biex\b`)
	homeFolder = pattern.New(`(?i)^(?:~|\$\{?(?:env:)?(?:HOME|USERPROFILE|userHome)\}?|%USERPROFILE%|/home|/Users|/root|/home/[^/]+|/Users/[^/]+|[A-Z]:|[A-Z]:[\\/]Users(?:[\\/][^\\/]+)?)[\\/]*$`)
)

// wholeDisk says whether a folder is the root of a disk, or the home of a user.
func wholeDisk(folder string) bool {
	folder = strings.Trim(folder, `"'`)
	return folder != "" && strings.Trim(folder, "/") == "" || homeFolder.MatchString(folder)
}

func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

func isContainerTool(word string) bool {
	return slices.Contains([]string{"docker", "podman", "nerdctl"}, path.Base(word))
}

// containerGrants finds switches that take the walls of a container down: text, what it allows, and what to write.
func containerGrants(words []string) (found [][3]string) {
	for i, w := range words {
		name, value, ok := strings.Cut(w, "=")
		if !ok && i+1 < len(words) {
			value = words[i+1]
		}
		switch name {
		case "--privileged":
			if !ok || value == "true" {
				found = append(found, [3]string{"--privileged", "an MCP server everything on the machine, as its administrator", "take the switch out, and add the capabilities that it needs"})
			}
		case "--network", "--net":
			if value == "host" {
				found = append(found, [3]string{"--network host", "an MCP server to reach whatever listens on the machine for itself alone", "give it a network of its own, or none"})
			}
		case "-v", "--volume", "--mount":
			if source := mounted(name, value); wideMount(source) {
				found = append(found, [3]string{name + " " + source, "an MCP server to reach the keys and files of the whole machine", "mount the folders of the project that it needs, read-only where it only reads"})
			}
		}
	}
	return found
}

// mounted is the folder of the machine that a container gets to see.
func mounted(name, value string) string {
	if name != "--mount" {
		source, _, _ := strings.Cut(value, ":")
		return source
	}
	for _, part := range strings.Split(value, ",") {
		if key, source, _ := strings.Cut(part, "="); key == "source" || key == "src" {
			return source
		}
	}
	return ""
}

// wideMount: the whole disk or a home, even to read, gives keys away; the socket of the container tool is as good as the machine.
func wideMount(source string) bool {
	return wholeDisk(source) || strings.HasSuffix(source, "/docker.sock")
}
