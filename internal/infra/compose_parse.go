package infra

import (
	"fmt"
	"github.com/lodemark/lodemark/internal/pattern"
	"strings"
)

// maxServices bounds the services of one file.
const maxServices = 5000

// ParseCompose reads a compose file: with "services:", or of the first version, where services stand at the top. A file of
// several documents is read as if each were given to the engine after the other: the services of all are listed, and one
// that two documents name stands there twice.
func ParseCompose(data []byte) (*Compose, error) {
	docs, err := parseYAML(data)
	if err != nil {
		return nil, err
	}
	c := &Compose{}
	for _, doc := range docs {
		if !doc.is(mapping) {
			return nil, &Error{doc.line, "a compose file is a mapping"}
		}
		services := doc.get("services")
		if services == nil && firstVersion(doc) {
			services = doc
		}
		if services != nil && services.kind != mapping && services.kind != null {
			return nil, &Error{services.line, "services is no mapping"}
		}
		for _, e := range services.all() {
			if !e.value.is(mapping) {
				if services == doc || e.value.kind == null {
					continue
				}
				return nil, &Error{e.line, fmt.Sprintf("service %q is no mapping", e.key)}
			}
			if len(c.Services) >= maxServices {
				return nil, &Error{e.line, fmt.Sprintf("more than %d services", maxServices)}
			}
			c.Services = append(c.Services, service(e))
		}
	}
	return c, nil
}

// firstVersion tells a file of the first version, which has no "services" and no "version".
func firstVersion(doc *node) bool {
	for _, key := range []string{"version", "name", "include", "networks", "volumes", "configs", "secrets"} {
		if doc.get(key) != nil {
			return false
		}
	}
	for _, e := range doc.entries {
		if strings.HasPrefix(e.key, "x-") {
			continue
		}
		if e.value.get("image") == nil && e.value.get("build") == nil {
			return false
		}
	}
	return true
}

func service(e entry) Service {
	n := e.value
	build := n.get("build")
	s := Service{
		Name: e.key, Line: e.line, Image: n.get("image").value(), Build: build != nil && build.kind != null,
		User: n.get("user").value(), Privileged: n.get("privileged").value(), ReadOnly: n.get("read_only").value(),
		NetworkMode: n.get("network_mode").value(), PID: n.get("pid").value(), IPC: n.get("ipc").value(),
		CapAdd: n.get("cap_add").values(), CapDrop: n.get("cap_drop").values(),
		SecurityOpt: n.get("security_opt").values(), Devices: devices(n.get("devices")),
		Environment: n.get("environment").settings(),
	}
	s.Context, s.Dockerfile = build.get("context").value(), build.get("dockerfile").value()
	if build.is(scalar) {
		s.Context = build.value()
	}
	if s.Image.Given() {
		ref, open := Expand(s.Image.Text, nil)
		if s.Open = open || ref == ""; !s.Open {
			s.Ref = ParseImage(ref)
		}
	}
	for _, p := range n.get("ports").list() {
		s.Ports = append(s.Ports, port(p))
	}
	for _, v := range n.get("volumes").list() {
		s.Volumes = append(s.Volumes, mount(v))
	}
	for _, part := range []string{"entrypoint", "command"} {
		if words := commandOf(n.get(part)); len(words) > 0 {
			if s.CommandAt == 0 {
				at, _ := n.entry(part)
				s.CommandAt = at.line
			}
			s.Command = append(s.Command, words...)
		}
	}
	return s
}

// commandOf reads a command as words: a list as it stands, a text split as a shell does.
func commandOf(n *node) []string {
	if n.is(scalar) {
		return Words(n.text)
	}
	return n.texts()
}

// devices are paths, or mappings with a source (and, for GPUs, without any).
func devices(n *node) []Value {
	all := n.values()
	for _, item := range n.list() {
		if source := item.get("source"); source.is(scalar) {
			all = append(all, source.value())
		}
	}
	return all
}

// port reads the short form "[host:][published:]target[/protocol]" and the long one.
func port(n *node) Port {
	if n.kind == mapping {
		p := Port{Line: n.line, Host: n.get("host_ip").str(), Published: n.get("published").str(), Target: n.get("target").str()}
		p.Written = strings.Trim(p.Host+":"+p.Published+":"+p.Target, ":")
		p.Host = withoutBrackets(filledOrWritten(p.Host))
		p.Published, p.Target = filledOrWritten(p.Published), filledOrWritten(p.Target)
		return p
	}
	p := Port{Line: n.line, Written: n.text}
	rest, _, _ := strings.Cut(filledOrWritten(n.text), "/")
	if i := lastColon(rest); i >= 0 {
		rest, p.Target = rest[:i], rest[i+1:]
		if i := lastColon(rest); i >= 0 {
			p.Host, p.Published = withoutBrackets(rest[:i]), rest[i+1:]
		} else if looksLikeAddress(rest) {
			p.Host = withoutBrackets(rest)
		} else {
			p.Published = rest
		}
	} else {
		p.Target = rest
	}
	return p
}

// lastColon finds the last colon that stands outside of brackets and braces.
func lastColon(s string) int {
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case '}', ']':
			depth++
		case '{', '[':
			depth--
		case ':':
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

// looksLikeAddress tells "127.0.0.1:80", where the engine chooses the published port, from "8080:80".
func looksLikeAddress(s string) bool { return strings.Count(s, ".") == 3 || strings.HasPrefix(s, "[") }

func withoutBrackets(s string) string { return strings.TrimSuffix(strings.TrimPrefix(s, "["), "]") }

// filledOrWritten fills in defaults; what stays open stays as it is written.
func filledOrWritten(text string) string {
	if t, open := Expand(text, nil); !open {
		return t
	}
	return text
}

var hostPath = pattern.New(`^(?:[./~\\]|[A-Za-z]:[\\/]|\$\{?(?:PWD|HOME)\b)`)

// mount reads the short form "[source:]target[:options]" and the long one.
func mount(n *node) Mount {
	if n.kind == mapping {
		m := Mount{Line: n.line, Source: filledOrWritten(n.get("source").str()), Target: n.get("target").str(), ReadOnly: n.get("read_only").value().True()}
		if src := n.get("src"); src != nil {
			m.Source = filledOrWritten(src.str())
		}
		kind := n.get("type").str()
		m.Bind = kind == "bind" || kind == "npipe" || kind == "" && hostPath.MatchString(m.Source)
		return m
	}
	m := Mount{Line: n.line}
	parts := splitMount(filledOrWritten(n.text))
	switch len(parts) {
	case 1:
		m.Target = parts[0]
	default:
		m.Source, m.Target = parts[0], parts[1]
		m.Bind = hostPath.MatchString(m.Source)
		for _, options := range parts[2:] {
			for o := range strings.SplitSeq(options, ",") {
				m.ReadOnly = m.ReadOnly || o == "ro" || o == "readonly"
			}
		}
	}
	return m
}

// splitMount splits at colons outside of braces; the colon of a drive letter is none.
func splitMount(s string) []string {
	var parts []string
	depth, start := 0, 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ':':
			drive := i == start+1 && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '/' && len(parts) == 0 && isLetter(s[start]))
			if depth == 0 && !drive {
				parts = append(parts, s[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, s[start:])
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
