package deploy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

// hostFiles reads units of systemd and Terraform for servers that ask nobody for a key and are opened to the network.
func hostFiles(s *lodemark.Subject) (looked []lodemark.Component, findings []lodemark.Finding, gaps []lodemark.Gap) {
	for c := range s.System.Of(lodemark.KindInfrastructure) {
		var found []lodemark.Finding
		var err error
		switch c.Format {
		case "systemd":
			found, err = unitExposed(s, c.Path)
		case "terraform":
			found, err = firewallExposed(s, c.Path)
		default:
			continue
		}
		switch {
		case errors.Is(err, infra.ErrTemplate):
			gaps = append(gaps, lodemark.Gap{Path: c.Path, Reason: err.Error() + ", so what it asks for is not known here"})
		case err != nil:
			gaps = append(gaps, lodemark.Unread(c.Path, infra.LineOf(err), err, c.Test))
		default:
			looked, findings = append(looked, c), append(findings, found...)
		}
	}
	return looked, findings, gaps
}

// unitExposed finds a unit that starts a server on every address of the host.
func unitExposed(s *lodemark.Subject, file string) ([]lodemark.Finding, error) {
	data, err := s.Read(file)
	if err != nil {
		return nil, err
	}
	unit, err := infra.ParseUnit(data)
	if err != nil {
		return nil, err
	}
	var l launch
	line := 0
	for _, start := range infra.UnitValues(unit, "Service", "ExecStart") {
		words := strings.Fields(strings.TrimLeft(start.Text, "-@:+!"))
		l.words = append(l.words, words...)
		if opensAllAddresses(words) {
			line = start.Line
		}
	}
	for _, e := range infra.UnitValues(unit, "Service", "Environment") {
		for pair := range strings.FieldsSeq(strings.ReplaceAll(e.Text, `"`, " ")) {
			name, value, _ := strings.Cut(pair, "=")
			l.env = append(l.env, infra.Setting{Name: name, Value: infra.Value{Text: value, Line: e.Line}})
			if name == "OLLAMA_HOST" && everyAddress(hostOf(value)) && value != "" {
				line = e.Line
			}
		}
	}
	l.elsewhere = len(infra.UnitValues(unit, "Service", "EnvironmentFile")) > 0
	if line == 0 {
		return nil, nil
	}
	server, how := l.find()
	if server == nil {
		if server = serverNamed("Ollama"); !slices.ContainsFunc(l.env, func(e infra.Setting) bool { return e.Name == "OLLAMA_HOST" }) {
			return nil, nil
		}
		how = asksNobody // a drop-in for the unit that the installer writes
	}
	if how != asksNobody {
		return nil, nil
	}
	return []lodemark.Finding{{Severity: severity(file, lodemark.SeverityHigh), Path: file, Line: line, Key: "unit " + server.name,
		Message: fmt.Sprintf("The unit starts %s on every address of its host, and it asks nobody for a key: whoever reaches it can %s.", server.name, server.harm),
		Fix:     "let it listen on 127.0.0.1, and let a gateway that knows its users stand before it"}}, nil
}

// opensAllAddresses says whether a command line names every address to listen on.
func opensAllAddresses(words []string) bool {
	for i, w := range words {
		flag, value, given := strings.Cut(w, "=")
		if !given && i+1 < len(words) {
			value = words[i+1]
		}
		if (flag == "--host" || flag == "--ip" || flag == "-H" || flag == "--dashboard-host") && (value == "0.0.0.0" || value == "::") {
			return true
		}
	}
	return false
}

func hostOf(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	if i := strings.LastIndexByte(rest, ':'); i >= 0 && !strings.HasSuffix(rest, "]") {
		if _, err := strconv.Atoi(rest[i+1:]); err == nil {
			rest = rest[:i]
		}
	}
	return strings.Trim(rest, "[]")
}

func serverNamed(name string) *openServer {
	i := slices.IndexFunc(openServers, func(s openServer) bool { return s.name == name })
	return &openServers[i]
}

// knownPorts are ports on which servers listen that ask nobody for a key. What listens there is not known from a firewall.
var knownPorts = map[int]string{11434: "Ollama", 6333: "Qdrant", 6334: "Qdrant", 19530: "Milvus", 8265: "the Ray dashboard", 8888: "Jupyter", 6379: "Redis", 27017: "MongoDB", 9200: "Elasticsearch", 2379: "etcd"}

// firewallExposed finds rules that let every address of the internet in, to every port or to one of those servers.
func firewallExposed(s *lodemark.Subject, file string) ([]lodemark.Finding, error) {
	data, err := s.Read(file)
	if err != nil {
		return nil, err
	}
	blocks, err := infra.ParseTerraform(data)
	if err != nil {
		return nil, err
	}
	var all []lodemark.Finding
	for _, b := range blocks {
		if b.Type != "resource" || len(b.Labels) != 2 {
			continue
		}
		for _, r := range firewallRules(b) {
			if f, bad := r.finding(file, b); bad {
				all = append(all, f)
			}
		}
	}
	return all, nil
}

// firewallRule is one way in from everywhere.
type firewallRule struct {
	line   int
	ranges [][2]int
	all    bool // every port
}

func (r firewallRule) finding(file string, b infra.Block) (lodemark.Finding, bool) {
	f := lodemark.Finding{Path: file, Line: r.line, Key: strings.Join(b.Labels, ".") + " open", Severity: severity(file, lodemark.SeverityMedium),
		Fix: "name the addresses that may come in, and let a gateway that knows its users stand before model servers and stores"}
	for _, span := range r.ranges {
		r.all = r.all || span[0] <= 1 && span[1] >= 65535
	}
	if r.all {
		f.Severity = severity(file, lodemark.SeverityHigh)
		f.Message = fmt.Sprintf("%s lets every address of the internet in to every port, also to what asks nobody for a key.", strings.Join(b.Labels, "."))
		return f, true
	}
	var ports []int
	for port := range knownPorts {
		if slices.ContainsFunc(r.ranges, func(span [2]int) bool { return span[0] <= port && port <= span[1] }) {
			ports = append(ports, port)
		}
	}
	if len(ports) == 0 {
		return f, false
	}
	slices.Sort(ports)
	f.Message = fmt.Sprintf("%s lets every address of the internet in to port %d, on which %s listens, which asks nobody for a key by default.", strings.Join(b.Labels, "."), ports[0], knownPorts[ports[0]])
	return f, true
}

// firewallRules reads the rules of the large clouds' firewalls that let everybody in.
func firewallRules(b infra.Block) []firewallRule {
	switch b.Labels[0] {
	case "aws_security_group", "aws_default_security_group":
		return nestedRules(b, "ingress", []string{"cidr_blocks", "ipv6_cidr_blocks"})
	case "aws_security_group_rule":
		if kind, _ := b.Attribute("type"); kind.Value.Text == "ingress" {
			return ruleOf(b, []string{"cidr_blocks", "ipv6_cidr_blocks"})
		}
	case "aws_vpc_security_group_ingress_rule":
		return ruleOf(b, []string{"cidr_ipv4", "cidr_ipv6"})
	case "digitalocean_firewall":
		return nestedRules(b, "inbound_rule", []string{"source_addresses"})
	case "google_compute_firewall":
		if at := openTo(b, []string{"source_ranges"}); at > 0 {
			var all []firewallRule
			for _, inner := range b.Blocks {
				if inner.Type == "allow" {
					all = append(all, portsOf(inner, at))
				}
			}
			return all
		}
	}
	return nil
}

func nestedRules(b infra.Block, kind string, sources []string) []firewallRule {
	var all []firewallRule
	for _, inner := range b.Blocks {
		if inner.Type == kind {
			all = append(all, ruleOf(inner, sources)...)
		}
	}
	return all
}

func ruleOf(b infra.Block, sources []string) []firewallRule {
	at := openTo(b, sources)
	if at == 0 {
		return nil
	}
	return []firewallRule{portsOf(b, at)}
}

// openTo returns the line at which a block names every address, or 0.
func openTo(b infra.Block, names []string) int {
	for _, name := range names {
		a, _ := b.Attribute(name)
		for _, item := range append(a.Items, a) {
			if item.Value.Text == "0.0.0.0/0" || item.Value.Text == "::/0" {
				return item.Value.Line
			}
		}
	}
	return 0
}

// portsOf reads the ports of a rule: a range in two attributes, a list of them, or none for all.
func portsOf(b infra.Block, line int) firewallRule {
	r := firewallRule{line: line}
	for _, name := range []string{"protocol", "ip_protocol"} {
		if p, ok := b.Attribute(name); ok && (p.Value.Text == "-1" || p.Value.Text == "all") {
			r.all = true
		}
	}
	from, _ := b.Attribute("from_port")
	to, _ := b.Attribute("to_port")
	if low, err := strconv.Atoi(from.Value.Text); err == nil {
		if high, err := strconv.Atoi(to.Value.Text); err == nil {
			r.ranges = append(r.ranges, [2]int{low, high})
		}
	}
	ports, _ := b.Attribute("ports")
	span, _ := b.Attribute("port_range")
	for _, item := range append(ports.Items, span) {
		low, high, two := strings.Cut(item.Value.Text, "-")
		if !two {
			high = low
		}
		if l, err := strconv.Atoi(low); err == nil {
			if h, err := strconv.Atoi(high); err == nil {
				r.ranges = append(r.ranges, [2]int{l, h})
			}
		}
	}
	return r
}
