package deploy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
)

// podPowers lists what the pods of an object may do to their node.
func podPowers(o infra.Object) []power {
	var all []power
	for _, p := range o.Pods {
		agent := o.Kind == "DaemonSet" || slices.ContainsFunc(p.Containers, func(c infra.Container) bool {
			return nodeAgent.MatchString(strings.ToLower(resolved(c.Image.Text).Name))
		})
		if p.HostNetwork.True() {
			all = append(all, hostNetwork(p.HostNetwork.Line, agent, podOpen(p)))
		}
		if p.HostPID.True() {
			all = append(all, power{p.HostPID.Line, less(lodemark.SeverityHigh, agent), "sees all processes of its node, with what stands in their environment (hostPID)", fixNamespace})
		}
		if p.HostIPC.True() {
			all = append(all, power{p.HostIPC.Line, lodemark.SeverityLow, "shares memory with every process of its node (hostIPC)", fixShared})
		}
		for _, v := range p.Volumes {
			if w, ok := hostFolder(v.HostPath.Text, v.HostPath.Line, readOnlyEverywhere(p, v.Name), agent); ok && v.HostPath.Given() {
				all = append(all, w)
			}
		}
		for _, c := range p.Containers {
			all = append(all, containerPowers(c, agent)...)
		}
	}
	return all
}

func containerPowers(c infra.Container, agent bool) []power {
	var all []power
	in := ""
	if c.Name != "" {
		in = " in its container " + c.Name
	}
	if c.Privileged.True() {
		all = append(all, power{c.Privileged.Line, less(lodemark.SeverityHigh, agent || c.Init), "has all rights of its node" + in + " (privileged), so code in a model or a tool owns the machine", fixPrivileged})
	}
	if c.AllowEscalation.True() && !c.Privileged.True() {
		all = append(all, power{c.AllowEscalation.Line, lodemark.SeverityLow, "lets a process gain rights" + in + " that it was not started with (allowPrivilegeEscalation)", "set allowPrivilegeEscalation: false"})
	}
	if c.ProcMount.Text == "Unmasked" {
		all = append(all, power{c.ProcMount.Line, lodemark.SeverityMedium, "sees the kernel's own files" + in + " (procMount: Unmasked)", fixConfine})
	}
	for _, p := range capabilities(c.CapAdd) {
		p.severity = less(p.severity, agent && p.severity > lodemark.SeverityLow)
		all = append(all, p)
	}
	return all
}

// readOnlyEverywhere says whether every container that mounts the volume mounts it read-only.
func readOnlyEverywhere(p infra.Pod, volume string) bool {
	mounted := false
	for _, c := range p.Containers {
		for _, m := range c.Mounts {
			if m.Name == volume {
				if !m.ReadOnly {
					return false
				}
				mounted = true
			}
		}
	}
	return mounted
}

// rulers are the roles that may do everything in the cluster, and the accounts that pods run under.
type rulers struct {
	roles    map[string]bool // ClusterRoles
	accounts map[string]bool // "namespace/name" of pods' service accounts; a namespace may be empty
}

// clusterRulers finds what rules the cluster: cluster-admin, and roles with every verb on every resource of every group.
func clusterRulers(manifests []manifest) rulers {
	r := rulers{map[string]bool{"cluster-admin": true}, map[string]bool{}}
	for _, m := range manifests {
		for _, o := range m.objects {
			for _, rule := range o.Rules {
				if o.Kind == "ClusterRole" && slices.Contains(rule.Verbs, "*") && slices.Contains(rule.Resources, "*") && slices.Contains(rule.Groups, "*") {
					r.roles[o.Name] = true
				}
			}
			for _, p := range o.Pods {
				account := p.ServiceAccount.Text
				if account == "" {
					account = "default"
				}
				r.accounts[o.Namespace+"/"+account] = true
				r.accounts["/"+account] = r.accounts["/"+account] || o.Namespace == ""
			}
		}
	}
	return r
}

// findings tells the bindings of a manifest that let a pod of the system rule the cluster.
func (r rulers) findings(m manifest) []lodemark.Finding {
	var all []lodemark.Finding
	for _, o := range m.objects {
		b := o.Binding
		if b == nil || o.Kind != "ClusterRoleBinding" || b.RoleKind != "ClusterRole" || !r.roles[b.Role] {
			continue
		}
		for _, s := range b.Subjects {
			if s.Kind == "ServiceAccount" && (r.accounts[s.Namespace+"/"+s.Name] || r.accounts["/"+s.Name]) {
				all = append(all, lodemark.Finding{Severity: severity(m.Path, lodemark.SeverityHigh), Path: m.Path, Line: b.Line, Key: "ruler " + o.Name + " " + s.Name,
					Message: fmt.Sprintf("Workloads under the account %s may do everything in the whole cluster (%s), so one of them taken over is all of them taken over.", s.Name, b.Role),
					Fix:     "give the account a role with just the objects and verbs that it uses"})
				break
			}
		}
	}
	return all
}
