package deploy

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

func networkPolicy() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-network-policy", Version: 1,
		Title:    "Network policies say who may talk to the workloads of the cluster",
		Bears:    lodemark.Supports("DEP-1.6"),
		Severity: lodemark.SeverityMedium, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "Without a policy every pod of the cluster reaches the vector store, the model server and the training data, and a tool that " +
			"was talked into something reaches the whole network.",
		Fix: "Start each namespace with a policy that chooses every pod and allows nothing, and add one for each way that is needed, " +
			"ingress and egress.",
		Help: "keep the network policies in the repository, or the manifests that templates produce",
		Bad:  networkBad(), Good: networkGood(),
		Run: runNetworkPolicy,
	}
}

// policy is one that takes something away from the pods it chooses.
type policy struct {
	namespace string
	anywhere  bool // it counts in every namespace
	infra.Selector
}

func runNetworkPolicy(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := survey(s, lodemark.KindKubernetes)
	e.looked = slices.DeleteFunc(e.looked, func(c lodemark.Component) bool { return !concernsNetwork(e.manifests, c.Path) })
	policies := policiesOf(e.manifests)
	var findings []lodemark.Finding
	for _, u := range unchosen(ctx, e.manifests, policies) {
		findings = append(findings, u.finding(governed(policies, u.first.Namespace)))
	}
	r := e.concluded(findings, "manifests of workloads and policies")
	if r.Outcome == lodemark.Failed && s.System.Declared.Path == "" && !speaksOfPolicies(e.manifests) {
		r.Outcome, r.Findings = lodemark.Undecided, nil
		r.Reason = fmt.Sprintf("no network policy stands beside the workloads (the first is in %s); it may be applied from elsewhere", findings[0].Path)
	}
	if t := policyTemplate(s, e.templates); t != "" && r.Outcome == lodemark.Failed {
		r.Outcome, r.Findings = lodemark.Undecided, nil
		r.Reason = fmt.Sprintf("workloads without a network policy were found, and %s is a template that may become one", t)
	}
	return r
}

// speaksOfPolicies says whether the system keeps network policies beside its workloads, whatever they allow.
func speaksOfPolicies(manifests []manifest) bool {
	return slices.ContainsFunc(manifests, func(m manifest) bool {
		return !m.Test && slices.ContainsFunc(m.objects, func(o infra.Object) bool { return o.Policy != nil || pluginPolicy(o.Kind) })
	})
}

// policyTemplate is the first template that speaks of network policies.
func policyTemplate(s *lodemark.Subject, templates []string) string {
	for _, path := range templates {
		if data, err := s.Read(path); err == nil && bytes.Contains(bytes.ToLower(data), []byte("networkpolic")) {
			return path
		}
	}
	return ""
}

func concernsNetwork(manifests []manifest, path string) bool {
	i := slices.IndexFunc(manifests, func(m manifest) bool { return m.Path == path })
	return i >= 0 && slices.ContainsFunc(manifests[i].objects, func(o infra.Object) bool { return len(o.Pods) > 0 || o.Policy != nil || pluginPolicy(o.Kind) })
}

// openNamespace is a namespace with workloads that no policy chooses.
type openNamespace struct {
	path  string
	first infra.Object
	more  int // further ones
}

// unchosen lists the namespaces in the order in which their first workload stands.
func unchosen(ctx context.Context, manifests []manifest, policies []policy) []*openNamespace {
	var all []*openNamespace
	known := map[string]*openNamespace{}
	for _, m := range manifests {
		for _, o := range m.objects {
			if ctx.Err() != nil || len(o.Pods) == 0 || hostOnly(o) || describesOthers(o.Kind) || covered(policies, o) {
				continue
			}
			key := fmt.Sprint(o.Namespace, m.Test) // what stands in tests must not speak for what is deployed
			if n := known[key]; n != nil {
				n.more++
				continue
			}
			known[key] = &openNamespace{m.Path, o, 0}
			all = append(all, known[key])
		}
	}
	return all
}

// finding speaks for a namespace at its first workload. others says that policies limit some of its workloads.
func (n *openNamespace) finding(others bool) lodemark.Finding {
	o, where := n.first, "the namespace "+n.first.Namespace
	if o.Namespace == "" {
		where = "the cluster"
	}
	who := fmt.Sprintf("%s %s", o.Kind, o.Name)
	if n.more > 0 {
		who += fmt.Sprintf(" and %d more", n.more)
	}
	f := lodemark.Finding{Severity: severity(n.path, lodemark.SeverityMedium), Path: n.path, Key: "no policy in " + o.Namespace,
		Message: fmt.Sprintf("No network policy limits who may talk to the workloads of %s (%s), nor whom they may talk to.", where, who),
		Fix:     "add a policy that chooses every pod and allows nothing, then one for each way that is needed"}
	if others {
		f.Severity, f.Line = lodemark.SeverityLow, o.Line
		f.Message = fmt.Sprintf("Policies limit some workloads of %s and leave others open to every pod: %s.", where, who)
	}
	return f
}

// pluginPolicy says whether a kind is a policy of a network plugin or mesh, whose own language is not read here: it
// counts as limiting its namespace.
func pluginPolicy(kind string) bool {
	return slices.Contains([]string{"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "GlobalNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"}, kind)
}

func policiesOf(manifests []manifest) []policy {
	var all []policy
	for _, m := range manifests {
		for _, o := range m.objects {
			switch {
			case m.Test:
			case o.Policy != nil && o.Policy.Restricts():
				all = append(all, policy{namespace: o.Namespace, Selector: o.Policy.Selector})
			case pluginPolicy(o.Kind):
				all = append(all, policy{namespace: o.Namespace, anywhere: o.Kind != "CiliumNetworkPolicy"})
			}
		}
	}
	return all
}

// in says whether the policy counts in a namespace. One without is given it when the manifests are applied.
func (p policy) in(namespace string) bool {
	return p.anywhere || p.namespace == "" || namespace == "" || p.namespace == namespace
}

func covered(policies []policy, o infra.Object) bool {
	return !slices.ContainsFunc(o.Pods, func(pod infra.Pod) bool {
		return !slices.ContainsFunc(policies, func(p policy) bool { return p.in(o.Namespace) && p.Chooses(pod.Labels) })
	})
}

func governed(policies []policy, namespace string) bool {
	return slices.ContainsFunc(policies, func(p policy) bool { return p.in(namespace) })
}

// describesOthers says whether a kind only describes what others run, for the whole cluster or as a template.
func describesOthers(kind string) bool {
	return strings.HasPrefix(kind, "Cluster") || strings.HasSuffix(kind, "Config") || strings.HasSuffix(kind, "Template") || strings.HasSuffix(kind, "Runtime")
}

// hostOnly says whether all pods sit in their node's network, where policies do not count: that is a finding of its own.
func hostOnly(o infra.Object) bool {
	return !slices.ContainsFunc(o.Pods, func(p infra.Pod) bool { return !p.HostNetwork.True() }) || strings.HasPrefix(o.Namespace, "kube-system")
}
