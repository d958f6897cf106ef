package deploy

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// readEnvFiles reads the variables of files beside a compose file; whole says that all of them are in the tree.
func readEnvFiles(s *lodemark.Subject, compose string, files []string) (set []infra.Setting, whole bool) {
	whole = true
	for _, f := range files {
		data, err := s.Read(path.Join(path.Dir(compose), filled(f)))
		if err != nil {
			whole = false
			continue
		}
		for line := range bytes.Lines(data) {
			name, value, ok := strings.Cut(strings.TrimSpace(string(line)), "=")
			name = strings.TrimSpace(strings.TrimPrefix(name, "export "))
			if value = strings.Trim(strings.TrimSpace(value), `"'`); ok && !strings.HasPrefix(name, "#") && value != "" {
				set = append(set, infra.Setting{Name: name, Value: infra.Value{Text: value, Line: 1}})
			}
		}
	}
	return set, whole
}

// runningPod is a pod with where it runs.
type runningPod struct {
	namespace string
	infra.Pod
}

// podsIn lists the pods of all manifests.
func podsIn(manifests []manifest) []runningPod {
	var all []runningPod
	for _, m := range manifests {
		for _, o := range m.objects {
			for _, p := range o.Pods {
				all = append(all, runningPod{o.Namespace, p})
			}
		}
	}
	return all
}

func containerLaunch(c infra.Container, p infra.Pod) launch {
	l := launch{image: resolved(c.Image.Text), env: c.Env, elsewhere: len(c.EnvFrom) > 0}
	for _, w := range c.Command {
		l.words = append(l.words, w.Text)
	}
	for _, w := range c.Args {
		l.words = append(l.words, w.Text)
	}
	for _, m := range c.Mounts {
		l.mounts = append(l.mounts, m.Target)
	}
	return l
}

// podOpen is the server of a pod that asks nobody for a key, or nil.
func podOpen(p infra.Pod) *openServer {
	for _, c := range p.Containers {
		if server, how := containerLaunch(c, p).find(); server != nil && how == asksNobody && !c.Init {
			return server
		}
	}
	return nil
}

// selected finds the server behind a service: that of a pod in its namespace whose labels it selects. Pods and services
// without a namespace may end up in any.
func selected(o infra.Object, pods []runningPod) (server *openServer, how asks, image string) {
	if len(o.Service.Selector) == 0 {
		return nil, asksForAKey, ""
	}
	chooses := infra.Selector{Labels: o.Service.Selector}
	for _, p := range pods {
		if p.namespace != o.Namespace && p.namespace != "" && o.Namespace != "" || !chooses.Chooses(p.Labels) {
			continue
		}
		for _, c := range p.Containers {
			if found, h := containerLaunch(c, p.Pod).find(); found != nil && !c.Init && (server == nil || h < how) && serves(o, found) {
				server, how, image = found, h, shownImage(resolved(c.Image.Text), c.Image.Text)
			}
		}
	}
	return server, how, image
}

// serves says whether one of the service's ports leads to a port of the server that counts.
func serves(o infra.Object, server *openServer) bool {
	return len(server.ports) == 0 || slices.ContainsFunc(o.Service.Ports, func(p infra.ServicePort) bool {
		return slices.Contains(server.ports, p.Target.Text) || !p.Target.Given() && slices.Contains(server.ports, p.Port.Text)
	})
}

func clusterExposed(m manifest, o infra.Object, pods []runningPod) ([]lodemark.Finding, *lodemark.Gap) {
	if o.Service == nil || o.Service.Type.Text != "LoadBalancer" && o.Service.Type.Text != "NodePort" && len(o.Service.ExternalIPs) == 0 {
		return nil, nil
	}
	server, how, image := selected(o, pods)
	if server == nil || inside(o) {
		return nil, nil
	}
	line := o.Service.Type.Line
	if line == 0 {
		line = o.Service.ExternalIPs[0].Line
	}
	f := lodemark.Finding{Path: m.Path, Line: line, Key: "service " + o.Name,
		Fix: "make it type ClusterIP, and let a gateway that knows its users and speaks TLS stand before it"}
	worst := lodemark.SeverityHigh
	open := "on an address outside of the cluster"
	if o.Service.Type.Text == "NodePort" {
		worst, open = lodemark.SeverityMedium, "on every node of the cluster"
	}
	switch {
	case how == asksMaybe:
		return nil, &lodemark.Gap{Path: m.Path, Line: line,
			Reason: fmt.Sprintf("the Service %s opens %s %s, and whether it asks for a key stands in a file that was not read", o.Name, server.name, open)}
	case how == asksForAKey && (encrypted(o) || o.Service.Type.Text == "NodePort"):
		return nil, nil
	case how == asksForAKey:
		worst = lodemark.SeverityMedium
		f.Message = fmt.Sprintf("The Service %s opens %s (%s) %s, so its key travels unencrypted and everybody may try one.", o.Name, server.name, image, open)
	case how == asksUnless:
		worst = lodemark.SeverityMedium
		fallthrough
	default:
		f.Message = fmt.Sprintf("The Service %s opens %s (%s) %s, and it asks nobody for a key: whoever reaches it can %s.", o.Name, server.name, image, open, server.harm)
	}
	f.Severity = severity(m.Path, worst)
	return []lodemark.Finding{f}, nil
}

// inside says whether a load balancer is one of the inner network, or lets only named ranges in.
func inside(o infra.Object) bool {
	if r := o.Service.SourceRanges; len(r) > 0 {
		return !slices.ContainsFunc(r, func(v infra.Value) bool { return strings.HasSuffix(v.Text, "/0") })
	}
	return slices.ContainsFunc(o.Annotations, func(a infra.Setting) bool {
		value := strings.ToLower(a.Value.Text)
		return internalBalancer.MatchString(a.Name) && (value == "true" || value == "internal" || value == "0.0.0.0/0" || value == "private") ||
			strings.HasSuffix(a.Name, "load-balancer-source-ranges") && value != "" && !strings.Contains(value, "0.0.0.0/0")
	})
}

// encrypted says whether the load balancer itself ends TLS.
func encrypted(o infra.Object) bool {
	return slices.ContainsFunc(o.Annotations, func(a infra.Setting) bool { return balancerCertificate.MatchString(a.Name) && a.Value.Text != "" })
}

var (
	internalBalancer    = pattern.New(`(?:load-balancer-(?:internal|scheme|type)|load-balancer-private|loadbalancer-network-type)$`)
	balancerCertificate = pattern.New(`(?:ssl-cert|ssl-certificate-id|certificate-id|tls-secret|tls-ports|do-loadbalancer-protocol)$`)
)
