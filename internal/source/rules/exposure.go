package rules

import (
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// openOllama finds Ollama servers, which ask nobody who they are, on all networks; and those that pages of any site may call.
func openOllama(f *file, m *matcher) {
	for _, c := range f.containers() {
		for _, n := range c.envNodes("OLLAMA_ORIGINS") {
			if strings.Trim(c.env["OLLAMA_ORIGINS"], `"'`) == "*" {
				f.tellLine(m, n.Line, n.Line, "OLLAMA_ORIGINS=*", "pages of any site may call it")
			}
		}
		if strings.Contains(c.image, "ollama/ollama") && c.compose && c.published("11434") {
			ports := c.node.Child("ports")
			f.tellLine(m, ports.Line, ports.EndLine, "ports: "+firstText(ports), "it is published on all of the machine's networks")
			continue
		}
		if c.compose && !c.published() {
			continue
		}
		for _, n := range c.envNodes("OLLAMA_HOST") {
			if everywhere(c.env["OLLAMA_HOST"]) {
				f.tellLine(m, n.Line, n.Line, "OLLAMA_HOST="+c.env["OLLAMA_HOST"], "it listens on all networks")
			}
		}
	}
}

func firstText(n *settings.Node) string {
	for _, c := range n.Children {
		if c.Scalar {
			return c.Value
		}
	}
	return ""
}

// envNodes are the places where a container's variable is set.
func (c *container) envNodes(name string) []*settings.Node {
	var all []*settings.Node
	if _, ok := c.env[name]; !ok {
		return nil
	}
	if env := c.node.Child("environment"); env != nil && env.Scalar {
		return []*settings.Node{env}
	}
	for _, n := range append(c.node.Find("environment.*"), c.node.Find("env.*")...) {
		if n.Key == name || n.Value == name || strings.HasPrefix(n.Value, name+"=") || n.Child("name").Text() == name {
			all = append(all, n)
		}
	}
	return all
}

// database is one of vectors: how its image is called, where it listens, and what makes it ask for a key.
type database struct {
	name  string
	image *pattern.Pattern
	ports []string
	env   []string
}

var databasesOfVectors = []database{
	{"Qdrant", pattern.New(`(^|/)qdrant/qdrant(:|@|$)`), []string{"6333", "6334"}, []string{"QDRANT__SERVICE__API_KEY", "QDRANT__SERVICE__JWT_RBAC"}},
	{"Weaviate", pattern.New(`(^|/)weaviate(:|@|$)`), []string{"8080", "50051"}, []string{"AUTHENTICATION_APIKEY_ENABLED", "AUTHENTICATION_OIDC_ENABLED"}},
	{"Chroma", pattern.New(`(^|/)chroma(-core/chroma|db/chroma)(:|@|$)`), []string{"8000"}, []string{"CHROMA_SERVER_AUTHN_CREDENTIALS", "CHROMA_SERVER_AUTHN_PROVIDER", "CHROMA_SERVER_AUTH_CREDENTIALS", "CHROMA_SERVER_AUTHN_CREDENTIALS_FILE"}},
	{"Milvus", pattern.New(`(^|/)milvusdb/milvus(:|@|$)`), []string{"19530", "9091"}, []string{"COMMON_SECURITY_AUTHORIZATIONENABLED"}},
	{"OpenSearch", pattern.New(`(^|/)opensearchproject/opensearch(:|@|$)`), []string{"9200"}, []string{"OPENSEARCH_INITIAL_ADMIN_PASSWORD", "OPENSEARCH_PASSWORD"}},
	{"Redis Stack", pattern.New(`(^|/)redis/redis-stack(-server)?(:|@|$)`), []string{"6379", "8001"}, []string{"REDIS_ARGS", "REDIS_PASSWORD"}},
}

// searchLocks are variables that switch the login of a search engine off, which holds vectors too.
var searchLocks = []struct{ name, value, of string }{
	{"DISABLE_SECURITY_PLUGIN", "true", "OpenSearch"}, {"plugins.security.disabled", "true", "OpenSearch"}, {"xpack.security.enabled", "false", "Elasticsearch"},
}

// openVectors finds databases of vectors that are published and ask nobody for a key.
func openVectors(f *file, m *matcher) {
	if ownMachine.MatchString(f.path) {
		return
	}
	for _, c := range f.containers() {
		if env := c.env["AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED"]; strings.EqualFold(strings.Trim(env, `"'`), "true") && (!c.compose || c.published("8080")) {
			for _, n := range c.envNodes("AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED") {
				f.tellLine(m, n.Line, n.Line, "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED=true", "Weaviate lets anybody in")
			}
			continue
		}
		for _, off := range searchLocks {
			if v := strings.ToLower(strings.Trim(c.env[off.name], `"'`)); v == off.value && (!c.compose || c.published("9200")) {
				for _, n := range c.envNodes(off.name) {
					f.tellLine(m, n.Line, n.Line, off.name+"="+v, "the login of "+off.of+" is switched off")
				}
			}
		}
		if !c.compose || c.open {
			continue
		}
		for _, d := range databasesOfVectors {
			if !d.image.MatchString(c.image) || !c.published(d.ports...) || slices.ContainsFunc(d.env, func(n string) bool { _, ok := c.env[n]; return ok }) {
				continue
			}
			if d.name == "OpenSearch" && !strings.EqualFold(strings.Trim(c.env["DISABLE_SECURITY_PLUGIN"], `"'`), "true") {
				continue // it asks for a password unless it is told not to
			}
			if c.mounted(configMount) || strings.Contains(c.command.text(), "requirepass") {
				continue // its configuration lies elsewhere
			}
			ports := c.node.Child("ports")
			if ports == nil {
				ports = c.node
			}
			f.tellLine(m, ports.Line, ports.EndLine, "ports: "+firstText(ports), d.name+" is published on all of the machine's networks and asks for no key")
		}
	}
	for _, root := range f.roots {
		if root.Child("kind").Text() != "Service" || !slices.Contains(f.kinds, kindKubernetes) {
			continue
		}
		kind := root.Child("spec").Child("type")
		if t := kind.Text(); t != "LoadBalancer" && t != "NodePort" || isInternal(root.Child("metadata").Child("annotations")) {
			continue
		}
		for _, p := range root.Find("spec.ports.*") {
			for _, d := range databasesOfVectors[:4] {
				port := p.Child("port").Text()
				if slices.Contains(d.ports, port) && (port == "6333" || port == "6334" || port == "19530" || strings.Contains(strings.ToLower(root.Child("metadata").Child("name").Text()), strings.ToLower(d.name))) {
					f.tellLine(m, kind.Line, kind.Line, "type: "+kind.Value, d.name+" is reached from outside of the cluster")
				}
			}
		}
	}
}

// isInternal says whether annotations make a load balancer one of the inside.
func isInternal(annotations *settings.Node) bool {
	return annotations != nil && slices.ContainsFunc(annotations.Children, func(a *settings.Node) bool {
		return strings.Contains(strings.ToLower(a.Key+"="+a.Value), "internal")
	})
}

var configMount = pattern.New(`\.(ya?ml|conf|toml|htpasswd)(:|$)|config(:|$)`)

// mounted says whether anything that fits is mounted into a service of compose.
func (c *container) mounted(what *pattern.Pattern) bool {
	return slices.ContainsFunc(c.node.Find("volumes.*"), func(v *settings.Node) bool { return v.Scalar && what.MatchString(v.Value) })
}

// hostAccess finds containers of models and agents that reach into the machine they run on.
func hostAccess(f *file, m *matcher) {
	if slices.Contains(f.kinds, kindShell) {
		f.hostAccessShell(m)
		return
	}
	for _, c := range f.containers() {
		if c.compose {
			f.hostAccessCompose(m, &c)
			continue
		}
		for _, n := range c.node.Find("securityContext.capabilities.add.*") {
			if wideRight(n.Value) && c.isAI() {
				f.tellLine(m, n.Line, n.Line, n.Value, "it has rights that are those of root on the node")
			}
		}
		if p := firstOf(c.node.Find("securityContext.privileged")); p != nil && p.Value == "true" && c.isAI() {
			f.tell(m.rule, p, "it has all rights on the node")
		}
		if !c.isAI() || c.pod == nil {
			continue
		}
		for _, key := range []string{"hostIPC", "hostPID", "hostNetwork"} {
			if n := c.pod.Child(key); n != nil && n.Value == "true" {
				f.tellLine(m, n.Line, n.Line, key+": true", "it shares this with everything on the node")
			}
		}
		for _, n := range c.pod.Find("volumes.*.hostPath.path") {
			if strings.HasPrefix(n.Value, "/dev/shm") || n.Value == "/dev" || strings.HasPrefix(n.Value, "/var/lib/kubelet") || nodeTool.MatchString(c.image) {
				continue
			}
			f.tellLine(m, n.Line, n.Line, "hostPath: "+n.Value, "it sees a folder of the node")
		}
	}
}

func firstOf(nodes []*settings.Node) *settings.Node {
	if len(nodes) == 0 {
		return nil
	}
	return nodes[0]
}

// nodeTool is what looks after a node, which needs to see it.
var nodeTool = pattern.New(`(?i)device-plugin|dcgm|driver|operator|exporter|csi|toolkit|node-feature`)

// wideRight says whether a capability is as much as all of them.
func wideRight(name string) bool {
	switch strings.TrimPrefix(strings.ToUpper(strings.Trim(name, `"'`)), "CAP_") {
	case "ALL", "SYS_ADMIN", "SYS_MODULE", "DAC_READ_SEARCH", "BPF":
		return true
	}
	return false
}

// overridden are settings of a pod that a command of a script is given as JSON.
var overridden = pattern.New(`"(?:hostIPC|hostPID|hostNetwork|privileged)"\s*:\s*true|"hostPath"\s*:\s*\{`)

// hostAccessShell finds containers that a script starts with the machine in their reach.
func (f *file) hostAccessShell(m *matcher) {
	for _, c := range f.commands() {
		at := c.starts("docker", "podman", "nerdctl")
		if at < 0 || at+1 >= len(c.words) || c.words[at+1].text != "run" && c.words[at+1].text != "create" {
			continue
		}
		for i := at + 2; i < len(c.words); i++ {
			next := ""
			if i+1 < len(c.words) {
				next = c.words[i+1].text
			}
			name, value, joined := strings.Cut(c.words[i].text, "=")
			if !joined {
				value = next
			}
			switch {
			case name == "--privileged" && value != "false", name == "--cap-add" && wideRight(value), name == "--pid" && value == "host",
				(name == "-v" || name == "--volume") && (strings.Contains(value, "docker.sock:") || hostFolders.MatchString(value)):
				f.tellLine(m, c.words[i].line, c.words[i].line, c.text(), "the container reaches into the machine")
			}
		}
	}
	if !strings.Contains(f.data, "kubectl") {
		return
	}
	for line, text := range logicalLines(f.data, false) {
		if len(text) < 400 && overridden.MatchString(text) {
			f.tellLine(m, line, line, strings.TrimSpace(text), "the pod reaches into its node")
		}
	}
}

var hostFolders = pattern.New(`^(/|/etc|/root|/var|/home|/proc|/sys|/var/run|/run):`)

func (f *file) hostAccessCompose(m *matcher, c *container) {
	if n := c.node.Child("privileged"); n != nil && n.Value == "true" {
		f.tell(m.rule, n, "it has all rights on the machine")
	}
	for _, v := range c.node.Find("volumes.*") {
		text := v.Value
		if !v.Scalar {
			text = v.Child("source").Text() + ":"
		}
		switch {
		case strings.Contains(text, "docker.sock") && !strings.Contains(text, "proxy"), strings.Contains(text, "containerd.sock"):
			f.tellLine(m, v.Line, v.EndLine, text, "who holds the socket of Docker is root on the machine")
		case hostFolders.MatchString(text):
			f.tellLine(m, v.Line, v.EndLine, text, "it sees folders of the machine that are not its own")
		}
	}
	for _, n := range c.node.Find("cap_add.*") {
		if wideRight(n.Value) {
			f.tellLine(m, n.Line, n.Line, n.Value, "it has rights that are those of root on the machine")
		}
	}
	if n := c.node.Child("pid"); n != nil && n.Value == "host" {
		f.tell(m.rule, n, "it sees and can stop the machine's processes")
	}
	if n := c.node.Child("ipc"); n != nil && n.Value == "host" && c.isAI() {
		f.tell(m.rule, n, "it shares memory with the machine's processes")
	}
}
