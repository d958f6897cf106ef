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

var (
	secretName  = pattern.New(`(?i)(?:api[_-]?key|apikey|secret|token|passw(?:or)?d|private[_-]?key|credential|^authorization$|access[_-]?key)`)
	noSecret    = pattern.New(`(?i)(?:path|file|url|uri|endpoint|host|region|name|_id|max|limit|count|budget|window|public|expir|ttl|type|model|usage|header)s?$|^max_|tokens$|tokenizer`)
	placeholder = pattern.New(`(?i)^(?:$|[$%{<\[*]|env:|op://|vault:|secret:|ref:|file:|your|my[_-]|the[_-]|xx|\.\.\.|example|changeme|change[_-]|placeholder|replace|todo|insert|enter|none|null|true|false|dummy|fake|test|sample|demo|redacted|default|password$|secret$|token$|local|not[_-]|sk-\.\.\.|<)|\$\{|xxxx|your[_-]|_here$|-here$|\.\.\.$|…|<[a-z_ -]+>|placeholder|example|replace[_-]?me|changeme|\*{3}`)
	knownSecret = pattern.New(`\b(?:sk-(?:ant-|proj-|or-v1-|svcacct-)?[A-Za-z0-9_-]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{18,}|xox[abps]-[A-Za-z0-9-]{18,}|AKIA[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|hf_[A-Za-z0-9]{30,}|ntn_[A-Za-z0-9]{30,}|figd_[A-Za-z0-9_-]{20,}|sbp_[a-f0-9]{30,}|lin_api_[A-Za-z0-9]{30,}|pplx-[A-Za-z0-9]{30,}|tvly-[A-Za-z0-9-]{20,}|fc-[a-f0-9]{30,}|ctx7sk-[A-Za-z0-9-]{20,})`)
	addressUser = pattern.New(`^[a-z][a-z0-9+]*://[^:/@\s]+:([^@/\s]{4,})@([^/:\s]+)`)
)

// secretServer sees credentials that stand in the configuration itself.
func secretServer(f *file, m *matcher, s toolServer) {
	for _, table := range []string{"env", "environment", "headers", "http_headers", "requestInit.headers", "auth"} {
		for _, t := range s.node.Find(table) {
			for _, c := range t.Children {
				if c.Scalar && isSecret(c.Key, c.Value) {
					f.report(m.rule, c.Line, c.EndLine, s.name+" "+c.Key, masked(c.Value))
				}
			}
		}
	}
	for _, c := range s.node.Children {
		if c.Scalar && isSecret(c.Key, c.Value) {
			f.report(m.rule, c.Line, c.EndLine, s.name+" "+c.Key, masked(c.Value))
		}
	}
	for i, a := range s.args {
		name, value, joined := strings.Cut(a.Value, "=")
		if !joined {
			name, value = "", a.Value
			if i > 0 && strings.HasPrefix(s.args[i-1].Value, "--") {
				name = strings.TrimLeft(s.args[i-1].Value, "-")
			}
		}
		if header, rest, ok := strings.Cut(value, ":"); ok && strings.EqualFold(header, "authorization") {
			name, value = header, strings.TrimSpace(rest)
		}
		if isSecret(name, value) {
			f.report(m.rule, a.Line, a.EndLine, s.name, masked(a.Value))
		}
	}
	if s.url != nil && knownSecret.MatchString(s.url.Value) {
		f.report(m.rule, s.url.Line, s.url.EndLine, s.name, masked(s.url.Value))
	}
}

const minSecret = 12

// isSecret says whether a value is a credential: by its own form, or by the name that it goes by and by being no word.
func isSecret(name, value string) bool {
	value = strings.TrimSpace(value)
	for _, scheme := range []string{"Bearer ", "Basic ", "Token ", "token "} {
		value = strings.TrimPrefix(value, scheme)
	}
	if placeholder.MatchString(value) {
		return false
	}
	if at := addressUser.FindStringSubmatch(value); at != nil {
		return !placeholder.MatchString(at[1]) && !nearHost(at[2]) && !strings.EqualFold(at[1], "postgres")
	}
	if knownSecret.MatchString(value) {
		return distinct(value) >= 10
	}
	return len(value) >= minSecret && secretName.MatchString(name) && !noSecret.MatchString(name) && mixed(value) && distinct(value) >= 8
}

// mixed says of a text that it is no word or sentence: letters and digits, no spaces.
func mixed(value string) bool {
	return strings.ContainsAny(value, "0123456789") && strings.ContainsAny(strings.ToLower(value), "abcdefghijklmnopqrstuvwxyz") && !strings.ContainsAny(value, " \t\n/\\")
}

func distinct(value string) int {
	seen := map[rune]bool{}
	for _, r := range value {
		seen[r] = true
	}
	return len(seen)
}

// masked shows as much of a credential as tells which one it is.
func masked(value string) string {
	return strings.ToValidUTF8(value[:min(len(value), 4)], "") + "…"
}
