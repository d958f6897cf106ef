package rules

import (
	"net"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// toolServer is an MCP server as a client's configuration starts it or reaches it.
type toolServer struct {
	name    string
	node    *settings.Node
	command string
	args    []*settings.Node
	url     *settings.Node
}

// serverTables are the paths at which clients keep their servers.
var serverTables = []string{"mcpServers", "mcp_servers", "mcp.servers", "mcp.mcpServers", "context_servers", "settings.mcp.servers", `"amp.mcpServers"`, "customizations.vscode.mcp.servers",
	"projects.*.mcpServers", `"cline.mcpServers"`}

// servers are those that a file configures and does not switch off.
func servers(f *file) []toolServer {
	var all []toolServer
	table := func(n *settings.Node) {
		if n == nil {
			return
		}
		for _, c := range n.Children {
			if s, ok := serverOf(c); ok {
				all = append(all, s)
			}
		}
	}
	for _, root := range f.roots {
		for _, at := range serverTables {
			for _, n := range root.Find(at) {
				table(n)
			}
		}
		base := path.Base(strings.ToLower(f.path))
		if strings.Contains(base, "mcp") {
			table(root.Child("servers"))
		}
		if strings.HasPrefix(strings.TrimPrefix(base, "."), "opencode.json") || strings.HasPrefix(strings.TrimPrefix(base, "."), "crush.json") {
			table(root.Child("mcp"))
		}
	}
	return all
}

func serverOf(n *settings.Node) (toolServer, bool) {
	s := toolServer{name: n.Key, node: n}
	if name := n.Child("name"); n.Parent != nil && n.Parent.List && name != nil {
		s.name = name.Text()
	}
	if n.Child("disabled").Text() == "true" || n.Child("enabled").Text() == "false" {
		return s, false
	}
	command := n.Child("command")
	if command != nil && !command.Scalar && !command.List { // a table of both
		n, command = command, command.Child("path")
	}
	args := n.Child("args")
	switch {
	case command == nil:
	case command.List && len(command.Children) > 0:
		s.command = command.Children[0].Text()
		s.args = append(s.args, command.Children[1:]...)
	case command.Scalar:
		if words := strings.Fields(command.Value); args == nil && len(words) > 1 { // the whole line in one
			s.command = words[0]
			for _, w := range words[1:] {
				s.args = append(s.args, &settings.Node{Value: w, Scalar: true, Line: command.Line, EndLine: command.EndLine})
			}
		} else {
			s.command = command.Value
		}
	}
	if args != nil && args.List {
		s.args = append(s.args, args.Children...)
	}
	for _, key := range []string{"url", "serverUrl", "server_url", "httpUrl", "uri", "endpoint"} {
		if u := n.Child(key); u != nil && u.Scalar && s.url == nil {
			s.url = u
		}
	}
	return s, s.command != "" || s.url != nil
}

// program is the name of what is started, without folder and ending.
func (s *toolServer) program() string {
	name := strings.ToLower(s.command[strings.LastIndexAny(s.command, `/\`)+1:])
	return strings.TrimSuffix(strings.TrimSuffix(name, ".exe"), ".cmd")
}

// words are the program and its arguments, where Windows' `cmd /c` stands before them without that.
func (s *toolServer) words() (string, []*settings.Node) {
	name, args := s.program(), s.args
	if name == "cmd" && len(args) > 1 && strings.EqualFold(args[0].Value, "/c") {
		inner := toolServer{command: args[1].Value}
		return inner.program(), args[2:]
	}
	return name, args
}

// Each server of a file is looked at by one of these.
func eachServer(look func(*file, *matcher, toolServer)) func(*file, *matcher) {
	return func(f *file, m *matcher) {
		for _, s := range servers(f) {
			look(f, m, s)
		}
	}
}

// unpinnedServer sees packages and images that are fetched by name at every start.
func unpinnedServer(f *file, m *matcher, s toolServer) {
	name, args := s.words()
	if at, spec := unpinnedPackage(name, args); at != nil {
		f.report(m.rule, at.Line, at.EndLine, s.name, spec)
	}
}

// unpinnedPackage finds the package or image that a launcher fetches, where nothing fixes its version.
func unpinnedPackage(launcher string, args []*settings.Node) (*settings.Node, string) {
	switch launcher {
	case "npx", "bunx", "pnpx":
		return loosePackage(args, map[string]bool{"-c": true, "--call": true, "--registry": true}, looseNPM)
	case "npm", "pnpm", "yarn", "bun":
		if len(args) > 0 && slices.Contains([]string{"dlx", "exec", "x"}, args[0].Value) && (args[0].Value != "exec" || launcher == "npm") {
			return loosePackage(args[1:], map[string]bool{"-c": true, "--call": true}, looseNPM)
		}
	case "uvx":
		return loosePackage(args, uvOptions, loosePython)
	case "uv":
		if len(args) > 1 && args[0].Value == "tool" && args[1].Value == "run" {
			return loosePackage(args[2:], uvOptions, loosePython)
		}
	case "pipx":
		if len(args) > 0 && args[0].Value == "run" {
			return loosePackage(args[1:], map[string]bool{"--python": true, "--index-url": true, "-i": true}, loosePython)
		}
	case "docker", "podman":
		return looseImage(args)
	}
	return nil, ""
}

var uvOptions = map[string]bool{"--python": true, "-p": true, "--with": true, "--index": true, "--index-url": true, "--extra-index-url": true, "--directory": true, "--refresh-package": true,
	"--default-index": true, "--with-editable": true, "--env-file": true}

// loosePackage looks at the package among a launcher's arguments: behind --package and --from, or the first that is no option.
func loosePackage(args []*settings.Node, takesValue map[string]bool, loose func(string) bool) (*settings.Node, string) {
	for i := 0; i < len(args); i++ {
		a := args[i]
		if name, value, joined := strings.Cut(a.Value, "="); joined && (name == "--package" || name == "--from") {
			return looseOr(a, value, loose)
		}
		switch {
		case (a.Value == "--package" || a.Value == "--from" || a.Value == "--spec" || a.Value == "-p" && !takesValue["-p"]) && i+1 < len(args):
			return looseOr(args[i+1], args[i+1].Value, loose)
		case takesValue[a.Value]:
			i++
		case strings.HasPrefix(a.Value, "-"):
		default:
			return looseOr(a, a.Value, loose)
		}
	}
	return nil, ""
}

func looseOr(at *settings.Node, spec string, loose func(string) bool) (*settings.Node, string) {
	if !at.Scalar || local(spec) || !loose(spec) {
		return nil, ""
	}
	return at, spec
}

// local says that a word names a file or stands for something that is filled in later.
func local(spec string) bool {
	return spec == "" || spec[0] == '.' || spec[0] == '/' || spec[0] == '~' || strings.ContainsAny(spec, "${}<>\\ ") || strings.HasPrefix(spec, "file:")
}

// developmentTools run a project's own files and come with its own packages.
var developmentTools = []string{"tsx", "ts-node", "nodemon", "vite-node", "esbuild", "concurrently", "dotenv", "dotenv-cli", "cross-env", "tsc", "node"}

// looseNPM says of a package for npm whether its version is left open: none, or a tag.
func looseNPM(spec string) bool {
	if slices.Contains(developmentTools, spec) {
		return false
	}
	if strings.HasPrefix(spec, "github:") || strings.HasPrefix(spec, "git+") || strings.Contains(spec, "://") {
		_, ref, has := strings.Cut(spec, "#")
		return !has || !fixedRef(ref)
	}
	i := strings.LastIndexByte(spec, '@')
	if i <= 0 {
		return true
	}
	version := spec[i+1:]
	return version == "" || strings.Trim(version, "abcdefghijklmnopqrstuvwxyz") == "" || version == "*"
}

// loosePython says the same of one for Python.
func loosePython(spec string) bool {
	if strings.HasPrefix(spec, "git+") || strings.Contains(spec, "://") {
		if !strings.HasPrefix(spec, "git+") {
			return false // a file at an address: its name says the version
		}
		i := strings.LastIndexByte(spec, '@')
		return i < strings.LastIndexByte(spec, '/') || !fixedRef(spec[i+1:])
	}
	if strings.Contains(spec, "==") {
		return false
	}
	_, version, has := strings.Cut(spec, "@")
	return !has || version == "latest" || version == ""
}

// fixedRef says whether a reference names a commit, or at least looks like the tag of a release.
func fixedRef(ref string) bool {
	ref, _, _ = strings.Cut(ref, "#")
	hex := strings.Trim(ref, "0123456789abcdef") == ""
	return hex && len(ref) >= 7 || strings.Trim(strings.TrimPrefix(ref, "v"), "0123456789.") == "" && strings.Contains(ref, ".")
}

// dockerValues are options of `docker run` that take the next word.
var dockerValues = set("-e", "--env", "-v", "--volume", "--mount", "-p", "--publish", "--name", "--network", "--net", "-w", "--workdir", "-u", "--user", "--entrypoint", "--env-file", "-l", "--label", "--platform",
	"--add-host", "--cap-add", "--cap-drop", "--device", "--dns", "--gpus", "-h", "--hostname", "--ipc", "-m", "--memory", "--cpus", "--pid", "--pull", "--restart", "--runtime", "--security-opt", "--shm-size", "--stop-timeout",
	"--tmpfs", "--ulimit", "--userns", "--log-driver", "--log-opt", "--group-add", "--init-path", "--memory-swap", "--pids-limit")

func set(words ...string) map[string]bool {
	all := make(map[string]bool, len(words))
	for _, w := range words {
		all[w] = true
	}
	return all
}

// looseImage looks at the image of `docker run`.
func looseImage(args []*settings.Node) (*settings.Node, string) {
	if len(args) > 0 && args[0].Value == "container" {
		args = args[1:]
	}
	if len(args) == 0 || args[0].Value != "run" {
		return nil, ""
	}
	for i := 1; i < len(args); i++ {
		a := args[i]
		switch {
		case dockerValues[a.Value]:
			i++
		case strings.HasPrefix(a.Value, "-"):
		case !a.Scalar || local(a.Value):
			return nil, ""
		default:
			image := a.Value
			tag := image[strings.LastIndexByte(image, '/')+1:]
			_, version, has := strings.Cut(tag, ":")
			if strings.Contains(image, "@sha256:") || has && version != "latest" {
				return nil, ""
			}
			if !strings.Contains(image, "/") && !slices.Contains([]string{"node", "python", "alpine", "ubuntu", "debian"}, tag) {
				return nil, "" // an image that was built here has no registry's name before it, as those of Docker's own library
			}
			return a, image
		}
	}
	return nil, ""
}

// clearServer sees servers that are reached without encryption, beyond this machine and its own networks.
func clearServer(f *file, m *matcher, s toolServer) {
	at := s.url
	if at == nil {
		for _, a := range s.args { // mcp-remote and other bridges take the address as an argument
			if strings.HasPrefix(a.Value, "http://") {
				at = a
			}
		}
	}
	if at == nil || !(strings.HasPrefix(at.Value, "http://") || strings.HasPrefix(at.Value, "ws://")) {
		return
	}
	u, err := url.Parse(at.Value)
	if err != nil || nearHost(u.Hostname()) && !(otherMachine(u.Hostname()) && s.sendsKey()) {
		return
	}
	f.report(m.rule, at.Line, at.EndLine, s.name, at.Value)
}

// otherMachine says of a host that it is the address of another machine in an own network.
func otherMachine(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsPrivate()
}

// sendsKey says whether a server is given a key with every request.
func (s *toolServer) sendsKey() bool {
	for _, table := range []*settings.Node{s.node, s.node.Child("headers"), s.node.Child("http_headers"), s.node.Child("auth")} {
		if table == nil {
			continue
		}
		for _, c := range table.Children {
			if c.Scalar && c.Value != "" && (secretName.MatchString(c.Key) || strings.EqualFold(c.Key, "authorization")) {
				return true
			}
		}
	}
	return false
}

// nearHost says of a host that it is this machine, one beside it, or none at all yet.
func nearHost(host string) bool {
	host = strings.ToLower(host)
	if host == "" || !strings.Contains(host, ".") && !strings.Contains(host, ":") || strings.ContainsAny(host, "${}<>%") {
		return true // a name without dots is one of the own network or of a compose file
	}
	for _, end := range []string{".local", ".localhost", ".internal", ".lan", ".test", ".example", ".invalid", "example.com", "example.org", "example.net", ".home", ".svc"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() || ip.IsLinkLocalUnicast()
	}
	return strings.HasPrefix(host, "your") || strings.HasPrefix(host, "my-") || strings.Contains(host, "placeholder")
}

// doubledServer sees a name that stands for two servers: one is used, and nothing says which.
func doubledServer(f *file, m *matcher) {
	type key struct {
		table *settings.Node
		name  string
	}
	first := map[key]toolServer{}
	tools := map[string]toolServer{}
	for _, s := range servers(f) {
		k := key{s.node.Parent, s.name}
		if _, twice := first[k]; twice {
			f.report(m.rule, s.node.Line, s.node.EndLine, s.name, s.name)
			continue
		}
		first[k] = s
		list := s.node.Child("tools")
		if list == nil {
			continue
		}
		own := map[string]bool{}
		for _, c := range list.Children {
			name := c.Child("name").Text() // a declaration
			if c.Scalar && list.List {
				name = c.Value
			}
			if name == "" || name == "*" || own[name] {
				continue
			}
			own[name] = true
			if other, twice := tools[name]; twice && other.node.Parent == s.node.Parent {
				f.report(m.rule, c.Line, c.EndLine, s.name, name)
				continue
			}
			tools[name] = s
		}
	}
}
