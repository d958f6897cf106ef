package infra

import "slices"

func servicePorts(spec *node) *ServicePorts {
	s := &ServicePorts{Type: spec.get("type").value(), Selector: spec.get("selector").settings(),
		ExternalIPs: spec.get("externalIPs").values(), SourceRanges: spec.get("loadBalancerSourceRanges").values()}
	for _, p := range spec.get("ports").list() {
		s.Ports = append(s.Ports, ServicePort{p.get("port").value(), p.get("targetPort").value(), p.get("nodePort").value()})
	}
	return s
}

func networkPolicy(spec *node) *NetworkPolicy {
	p := &NetworkPolicy{Selector: selector(spec.get("podSelector")), Types: spec.get("policyTypes").texts()}
	in, out := spec.get("ingress").list(), spec.get("egress").list()
	p.IngressPeers, p.EgressPeers = len(in), len(out)
	_, p.EgressMentions = spec.entry("egress")
	p.AllowsIngress = slices.ContainsFunc(in, func(rule *node) bool { return len(rule.get("from").list()) == 0 && len(rule.get("ports").list()) == 0 })
	p.AllowsEgress = slices.ContainsFunc(out, func(rule *node) bool { return len(rule.get("to").list()) == 0 && len(rule.get("ports").list()) == 0 })
	return p
}

// Restricts says whether the policy takes anything away from the pods it chooses: in at least one direction it does not
// let everything through.
func (p *NetworkPolicy) Restricts() bool {
	in := len(p.Types) == 0 || slices.Contains(p.Types, "Ingress")
	out := len(p.Types) == 0 && p.EgressMentions || slices.Contains(p.Types, "Egress")
	return in && !p.AllowsIngress || out && !p.AllowsEgress
}

func selector(n *node) Selector {
	s := Selector{Labels: n.get("matchLabels").settings()}
	for _, e := range n.get("matchExpressions").list() {
		s.Expressions = append(s.Expressions, Expression{e.get("key").str(), e.get("operator").str(), e.get("values").texts()})
	}
	return s
}

// Chooses says whether the selector chooses a pod with these labels. An operator that is not known chooses nothing.
func (s Selector) Chooses(labels []Setting) bool {
	has := make(map[string]string, len(labels))
	for _, l := range labels {
		has[l.Name] = l.Value.Text
	}
	for _, want := range s.Labels {
		if got, ok := has[want.Name]; !ok || got != want.Value.Text {
			return false
		}
	}
	for _, e := range s.Expressions {
		got, ok := has[e.Key]
		holds := false
		switch e.Operator {
		case "In":
			holds = ok && slices.Contains(e.Values, got)
		case "NotIn":
			holds = !ok || !slices.Contains(e.Values, got)
		case "Exists":
			holds = ok
		case "DoesNotExist":
			holds = !ok
		}
		if !holds {
			return false
		}
	}
	return true
}

func ingress(spec *node, annotations []Setting) *Ingress {
	i := &Ingress{Class: spec.get("ingressClassName").str(), TLS: len(spec.get("tls").list()) > 0}
	if k := slices.IndexFunc(annotations, func(a Setting) bool { return a.Name == "kubernetes.io/ingress.class" }); k >= 0 && i.Class == "" {
		i.Class = annotations[k].Value.Text
	}
	add := func(backend *node) {
		name, port := backend.get("service", "name"), backend.get("service", "port")
		if name == nil { // the form before networking.k8s.io/v1
			name, port = backend.get("serviceName"), backend.get("servicePort")
		}
		number := port.str()
		for _, e := range port.all() {
			number = e.value.str()
		}
		if name.str() != "" {
			i.Backends = append(i.Backends, Backend{name.value(), number})
		}
	}
	add(spec.get("defaultBackend"))
	add(spec.get("backend"))
	for _, rule := range spec.get("rules").list() {
		for _, path := range rule.get("http", "paths").list() {
			add(path.get("backend"))
		}
	}
	return i
}

func route(spec *node) *Ingress {
	i := &Ingress{}
	for _, rule := range spec.get("rules").list() {
		for _, b := range rule.get("backendRefs").list() {
			if kind := b.get("kind").str(); b.get("name").str() != "" && (kind == "" || kind == "Service") {
				i.Backends = append(i.Backends, Backend{b.get("name").value(), b.get("port").str()})
			}
		}
	}
	return i
}

func rules(n *node) []Rule {
	var all []Rule
	for _, r := range n.list() {
		all = append(all, Rule{r.at(), r.get("apiGroups").texts(), r.get("resources").texts(), r.get("verbs").texts()})
	}
	return all
}

func binding(n *node) *Binding {
	role := n.get("roleRef")
	b := &Binding{RoleKind: role.get("kind").str(), Role: role.get("name").str(), Line: role.get("name").at()}
	for _, s := range n.get("subjects").list() {
		b.Subjects = append(b.Subjects, Subject{s.get("kind").str(), s.get("name").str(), s.get("namespace").str()})
	}
	return b
}
