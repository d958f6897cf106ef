package infra

import (
	"bytes"
	"errors"
	"fmt"
)

// ErrTemplate says that a file becomes a manifest only after a templating tool has filled it in elsewhere (Helm, Jinja).
// It is no malformed file, and what it says is not known here.
var ErrTemplate = errors.New("a template that is filled in elsewhere")

// The bounds on what is taken from one file. A platform's largest bundles hold some hundred objects.
const (
	maxObjects   = 20_000
	maxPods      = 50_000
	maxPodDepth  = 16      // levels below an object at which pods are looked for
	maxPodVisits = 2 << 20 // values looked at in the search for pods, in one file
)

// Object is one object of a Kubernetes manifest. Of Service, Policy, Ingress, Rules and Binding at most one is there.
type Object struct {
	APIVersion, Kind, Name, Namespace string
	Line                              int // of its first key
	Labels, Annotations               []Setting
	Pods                              []Pod // of a workload of any kind; several where it has several roles (Ray, KServe, Argo)
	Service                           *ServicePorts
	Policy                            *NetworkPolicy
	Ingress                           *Ingress
	Rules                             []Rule // of a Role or ClusterRole
	Binding                           *Binding
}

// ServicePorts is what a Service opens, and to whom.
type ServicePorts struct {
	Type         Value // "ClusterIP", "NodePort", "LoadBalancer", "ExternalName"; not given: ClusterIP
	Selector     []Setting
	Ports        []ServicePort
	ExternalIPs  []Value
	SourceRanges []Value
}

// ServicePort is one port of a Service, as written.
type ServicePort struct{ Port, Target, NodePort Value }

// NetworkPolicy is a policy of the networking API. Policies of network plugins have kinds of their own and are not read.
type NetworkPolicy struct {
	Selector       Selector
	Types          []string // policyTypes; empty: ingress, and egress where rules for it are there
	AllowsIngress  bool     // a rule lets everything in
	AllowsEgress   bool     // a rule lets everything out
	IngressPeers   int      // rules for what may come in
	EgressPeers    int
	EgressMentions bool // "egress" stands in the policy
}

// Selector chooses pods by their labels. Without conditions it chooses all.
type Selector struct {
	Labels      []Setting
	Expressions []Expression
}

// Expression is one condition of a selector: In, NotIn, Exists, DoesNotExist.
type Expression struct {
	Key, Operator string
	Values        []string
}

// Ingress is the way from outside to services, of an Ingress or an HTTPRoute.
type Ingress struct {
	Class    string
	TLS      bool
	Backends []Backend
}

// Backend is a service behind an Ingress.
type Backend struct {
	Service Value
	Port    string
}

// Rule is one rule of a role.
type Rule struct {
	Line                     int
	Groups, Resources, Verbs []string
}

// Binding gives a role to subjects.
type Binding struct {
	RoleKind, Role string
	Line           int // of the role's name
	Subjects       []Subject
}

// Subject is who a binding is for.
type Subject struct{ Kind, Name, Namespace string }

// ParseKubernetes reads the objects of a manifest in YAML (all its documents) or JSON; what a List holds is given one by
// one. Documents without a kind are left out, and so are definitions of kinds: they are the largest and run nothing. The error is ErrTemplate for a template, else an *Error.
func ParseKubernetes(data []byte) ([]Object, error) {
	docs, err := manifestDocuments(data)
	if err != nil {
		return nil, err
	}
	r := objectReader{}
	for _, doc := range docs {
		r.object(doc, 0)
	}
	return r.objects, r.err
}

// manifestDocuments reads the documents of a file that may be a template.
func manifestDocuments(data []byte) ([]*node, error) {
	templated := bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%"))
	if text := bytes.TrimLeft(data, " \t\r\n\ufeff"); len(text) > 0 && text[0] == '{' && !templated {
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" ")) // JSON indents with tabs, which YAML forbids; neither has one inside a string
	}
	docs, err := parseYAML(withoutDefinitions(data))
	if err != nil {
		if templated {
			return nil, ErrTemplate
		}
		return nil, err
	}
	for _, doc := range docs {
		if templated && holdsTemplate(doc, 0) {
			return nil, ErrTemplate
		}
	}
	return docs, nil
}

// withoutDefinitions takes out the documents of YAML that define kinds, down to their line ends: what follows keeps its lines.
func withoutDefinitions(data []byte) []byte {
	word := []byte("\nkind: CustomResourceDefinition")
	if !bytes.Contains(data, word) {
		return data
	}
	var out []byte
	for rest := data; len(rest) > 0; {
		end := len(rest)
		if i := bytes.Index(rest[1:], []byte("\n---")); i >= 0 {
			end = i + 1
		}
		document := rest[:end]
		if rest = rest[end:]; bytes.Contains(document, word) && !bytes.Contains(document, []byte("\nkind: List")) {
			document = bytes.Repeat([]byte("\n"), bytes.Count(document, []byte("\n")))
		}
		out = append(out, document...)
	}
	return out
}

// holdsTemplate sees a bare {{ name }}, which is YAML by chance: a mapping that is the key of another.
func holdsTemplate(n *node, depth int) bool {
	if n == nil || depth > maxNesting {
		return false
	}
	for _, e := range n.entries {
		if e.key == "" || holdsTemplate(e.value, depth+1) {
			return true
		}
	}
	for _, item := range n.items {
		if holdsTemplate(item, depth+1) {
			return true
		}
	}
	return false
}

type objectReader struct {
	objects []Object
	pods    int
	visits  int
	err     error
}

func (r *objectReader) fail(line int, format string, args ...any) {
	if r.err == nil {
		r.err = &Error{line, fmt.Sprintf(format, args...)}
	}
}

func (r *objectReader) object(n *node, depth int) {
	kind := n.get("kind")
	if r.err != nil || !n.is(mapping) || kind.str() == "" {
		return
	}
	if items := n.get("items"); items.is(list) && depth < 3 && n.get("apiVersion").str() != "" && n.get("spec") == nil {
		for _, item := range items.items {
			r.object(item, depth+1)
		}
		return
	}
	if len(r.objects) >= maxObjects {
		r.fail(n.line, "more than %d objects", maxObjects)
		return
	}
	meta := n.get("metadata")
	o := Object{
		APIVersion: n.get("apiVersion").str(), Kind: kind.str(), Line: n.line,
		Name: meta.get("name").str(), Namespace: meta.get("namespace").str(),
		Labels: meta.get("labels").settings(), Annotations: meta.get("annotations").settings(),
	}
	if o.Name == "" {
		o.Name = meta.get("generateName").str()
	}
	spec := n.get("spec")
	switch o.Kind {
	case "Service":
		if spec.get("template") == nil { // a Knative service is a workload
			o.Service = servicePorts(spec)
		}
	case "NetworkPolicy":
		o.Policy = networkPolicy(spec)
	case "Ingress":
		o.Ingress = ingress(spec, o.Annotations)
	case "HTTPRoute", "GRPCRoute", "TCPRoute":
		o.Ingress = route(spec)
	case "Role", "ClusterRole":
		o.Rules = rules(n.get("rules"))
	case "RoleBinding", "ClusterRoleBinding":
		o.Binding = binding(n)
	}
	if mayHoldPods(o) {
		r.podsOf(&o, n)
	}
	r.objects = append(r.objects, o)
}
