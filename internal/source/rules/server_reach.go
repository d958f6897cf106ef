package rules

import (
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// What a server is given of the machine that starts it.

// shellPart is what makes a shell of its own more than a way to start a program: something fetched, something run from a text that is put together.
var shellPart = pattern.New(`\b(?:curl|wget|Invoke-WebRequest|iwr)\b|\$\(|` + "`" + `|\beval\b|\|\s*(?:sudo\s+)?(?:ba|z|da)?sh\b|\$\{(?:input|user_config)[:.]`)

// boundlessServer sees servers that are started by a shell which fetches or builds what it runs, in a container without walls, or with
// the whole disk in reach.
func boundlessServer(f *file, m *matcher, s toolServer) {
	name, args := s.words()
	switch name {
	case "sh", "bash", "zsh", "dash", "powershell", "pwsh":
		for i, a := range args {
			if strings.HasPrefix(a.Value, "-") && strings.HasSuffix(strings.ToLower(a.Value), "c") && i+1 < len(args) && shellPart.MatchString(args[i+1].Value) {
				f.report(m.rule, args[i+1].Line, args[i+1].EndLine, s.name, args[i+1].Value)
				return
			}
		}
	case "docker", "podman":
		for i, a := range args {
			next := ""
			if i+1 < len(args) {
				next = args[i+1].Value
			}
			if openContainer(a.Value, next) {
				f.report(m.rule, a.Line, a.EndLine, s.name, strings.TrimSpace(a.Value+" "+wantsNext(a.Value, next)))
				return
			}
		}
	default:
		wholeDisk(f, m, s, args)
	}
}

func wantsNext(option, next string) string {
	if strings.Contains(option, "=") || option == "--privileged" {
		return ""
	}
	return next
}

// openContainer says whether an option of `docker run` takes the container's walls away.
func openContainer(option, next string) bool {
	name, value, joined := strings.Cut(option, "=")
	if !joined {
		value = next
	}
	switch name {
	case "--privileged":
		return !joined || value == "true"
	case "--pid", "--ipc", "--userns":
		return value == "host"
	case "--cap-add":
		return strings.EqualFold(value, "ALL") || strings.EqualFold(value, "SYS_ADMIN")
	case "-v", "--volume":
		from, rest, _ := strings.Cut(value, ":")
		return wideFolder(from) && !strings.HasSuffix(rest, ":ro") || strings.HasSuffix(from, "docker.sock")
	case "--mount":
		for part := range strings.SplitSeq(value, ",") {
			key, from, _ := strings.Cut(part, "=")
			if (key == "src" || key == "source") && (wideFolder(from) || strings.HasSuffix(from, "docker.sock")) {
				return true
			}
		}
	}
	return false
}

// wideFolder says of a folder that it is the whole disk or somebody's whole home.
func wideFolder(folder string) bool {
	trimmed := strings.TrimRight(folder, "/")
	if folder != "" && trimmed == "" {
		return true
	}
	switch trimmed {
	case "~", "$HOME", "${HOME}", "${env:HOME}", "%USERPROFILE%", "${userHome}", "/root", "/etc", "/home", "/Users", `C:`, `C:\`, `C:\Users`:
		return true
	}
	return false
}

// wholeDisk sees file servers that may touch everything.
func wholeDisk(f *file, m *matcher, s toolServer, args []*settings.Node) {
	files := strings.Contains(s.command, "filesystem")
	for _, a := range args {
		if strings.Contains(a.Value, "server-filesystem") || strings.Contains(a.Value, "mcp-filesystem") {
			files = true
			continue
		}
		if files && wideFolder(a.Value) {
			f.report(m.rule, a.Line, a.EndLine, s.name, a.Value)
			return
		}
	}
}

var secretName = pattern.New(`(?i)(?:api[_-]?key|apikey|secret|token|passw(?:or)?d|private[_-]?key|credential|^authorization$|access[_-]?key)`)

// secretServer sees credentials that stand in the configuration itself.
func secretServer(f *file, m *matcher, s toolServer) {
	if len(f.secrets) == 0 {
		return
	}
	tell := func(n *settings.Node, what string) {
		if k := f.holdsSecret(n); k != nil {
			f.report(m.rule, n.Line, n.EndLine, what, k.Shown)
		}
	}
	for _, table := range []string{"env", "environment", "headers", "http_headers", "requestInit.headers", "auth"} {
		for _, t := range s.node.Find(table) {
			for _, c := range t.Children {
				tell(c, s.name+" "+c.Key)
			}
		}
	}
	for _, c := range s.node.Children {
		tell(c, s.name+" "+c.Key)
	}
	for _, a := range s.args {
		tell(a, s.name)
	}
}

// masked shows as much of a credential as tells which one it is.
func masked(value string) string {
	return strings.ToValidUTF8(value[:min(len(value), 4)], "") + "…"
}
