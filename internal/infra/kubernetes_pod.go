package infra

import (
	"slices"
	"strings"
)

// Pod is what a workload runs together.
type Pod struct {
	Line                          int
	Labels                        []Setting // of the template; those of the object where it has no template
	HostNetwork, HostPID, HostIPC Value
	ServiceAccount                Value
	AutomountToken                Value
	RunAsNonRoot, RunAsUser       Value // for all containers that say nothing else
	Volumes                       []Volume
	Containers                    []Container
}

// Container is one container of a pod. A model server that a serving platform names only by its format has no image.
type Container struct {
	Name                        string
	Line                        int
	Init                        bool
	Image                       Value
	Command, Args               []Value
	Env                         []Setting // with a value from elsewhere ("valueFrom"): the text is empty and From says where
	EnvFrom                     []Value   // names of config maps and secrets whose entries become variables
	Ports                       []ContainerPort
	Privileged, AllowEscalation Value
	RunAsNonRoot, RunAsUser     Value
	ReadOnlyRoot, ProcMount     Value
	CapAdd, CapDrop             []Value
	Limits                      []Setting
	Mounts                      []VolumeMount
}

// ContainerPort is a port that a container says it listens on. HostPort is given where the node's address leads to it.
type ContainerPort struct{ Port, HostPort Value }

// VolumeMount puts a volume into a container.
type VolumeMount struct {
	Line         int
	Name, Target string
	ReadOnly     bool
}

// Volume is a volume of a pod. HostPath is given for a folder or file of the node.
type Volume struct {
	Name     string
	Line     int
	Source   string // "hostPath", "persistentVolumeClaim", "secret", "configMap", "emptyDir" ...
	HostPath Value
}

// FromElsewhere is the text of a variable whose value a secret, a config map or the cluster gives when the pod starts.
const FromElsewhere = "\x00from elsewhere"

// noPods lists kinds that hold text, schemas or patterns in the shape of pods, which never run.
var noPods = []string{"CustomResourceDefinition", "ConfigMap", "Secret", "Kustomization", "ConstraintTemplate", "ClusterPolicy", "Policy",
	"ValidatingAdmissionPolicy", "MutatingAdmissionPolicy", "Application", "ApplicationSet", "Template", "HelmRelease", "PodSecurityPolicy"}

func mayHoldPods(o Object) bool {
	return !slices.Contains(noPods, o.Kind) && o.Service == nil && o.Policy == nil && o.Ingress == nil && o.Rules == nil && o.Binding == nil
}

// podsOf finds what an object runs. The search goes by shape, not by kind: a mapping with a list of containers is a pod,
// whether a Deployment, a RayCluster or a kind of tomorrow holds it.
func (r *objectReader) podsOf(o *Object, n *node) {
	r.search(o, n, o.Labels, 0)
}

func (r *objectReader) search(o *Object, n *node, labels []Setting, depth int) {
	if r.visits++; r.visits > maxPodVisits || r.pods >= maxPods {
		r.fail(n.line, "more than %d pods, or %d values", maxPods, maxPodVisits)
	}
	if n == nil || r.err != nil || depth > maxPodDepth {
		return
	}
	if p, ok := podAt(n); ok {
		p.Labels = labels
		o.Pods = append(o.Pods, p)
		r.pods++
		return
	}
	if l := n.get("metadata", "labels"); l != nil {
		labels = l.settings()
	}
	for _, e := range n.entries {
		if e.value.is(mapping) || e.value.is(list) {
			r.search(o, e.value, labels, depth+1)
		}
	}
	for _, item := range n.items {
		if item.is(mapping) || item.is(list) {
			r.search(o, item, labels, depth+1)
		}
	}
}

// podAt reads a pod where there is one: containers, a single container of a workflow step, or the model of a serving
// platform, whose container stands in the predictor itself.
func podAt(n *node) (Pod, bool) {
	containers := n.get("containers")
	if containers.is(list) && !allMappings(containers) {
		containers = nil
	}
	var single []*node
	for _, key := range []string{"container", "script", "model"} {
		c := n.get(key)
		if c.is(mapping) && (c.get("image") != nil || key == "model" && (c.get("modelFormat") != nil || c.get("storageUri") != nil)) {
			single = append(single, c)
		}
	}
	if !containers.is(list) && len(single) == 0 {
		return Pod{}, false
	}
	security := n.get("securityContext")
	p := Pod{Line: n.line, HostNetwork: n.get("hostNetwork").value(), HostPID: n.get("hostPID").value(), HostIPC: n.get("hostIPC").value(),
		ServiceAccount: n.get("serviceAccountName").value(), AutomountToken: n.get("automountServiceAccountToken").value(),
		RunAsNonRoot: security.get("runAsNonRoot").value(), RunAsUser: security.get("runAsUser").value()}
	if !p.ServiceAccount.Given() {
		p.ServiceAccount = n.get("serviceAccount").value()
	}
	for _, v := range n.get("volumes").list() {
		p.Volumes = append(p.Volumes, volume(v))
	}
	for _, c := range n.get("initContainers").list() {
		p.Containers = append(p.Containers, container(c, true))
	}
	for _, c := range single {
		p.Containers = append(p.Containers, container(c, false))
	}
	if containers.is(list) {
		for _, c := range containers.items {
			p.Containers = append(p.Containers, container(c, false))
		}
	}
	return p, true
}

func allMappings(n *node) bool {
	for _, item := range n.items {
		if !item.is(mapping) {
			return false
		}
	}
	return len(n.items) > 0
}

func container(n *node, init bool) Container {
	security := n.get("securityContext")
	c := Container{Name: n.get("name").str(), Line: n.at(), Init: init, Image: n.get("image").value(),
		Command: n.get("command").values(), Args: n.get("args").values(),
		Privileged: security.get("privileged").value(), AllowEscalation: security.get("allowPrivilegeEscalation").value(),
		RunAsNonRoot: security.get("runAsNonRoot").value(), RunAsUser: security.get("runAsUser").value(),
		ReadOnlyRoot: security.get("readOnlyRootFilesystem").value(), ProcMount: security.get("procMount").value(),
		CapAdd: security.get("capabilities", "add").values(), CapDrop: security.get("capabilities", "drop").values(),
		Limits: n.get("resources", "limits").settings()}
	for _, e := range n.get("env").list() {
		v := Value{e.get("value").str(), e.get("name").at()}
		if e.get("valueFrom") != nil {
			v.Text = FromElsewhere
		}
		c.Env = append(c.Env, Setting{e.get("name").str(), v})
	}
	for _, e := range n.get("envFrom").list() {
		for _, from := range e.all() {
			if name := from.value.get("name"); strings.HasSuffix(from.key, "Ref") && name.str() != "" {
				c.EnvFrom = append(c.EnvFrom, name.value())
			}
		}
	}
	for _, p := range n.get("ports").list() {
		c.Ports = append(c.Ports, ContainerPort{p.get("containerPort").value(), p.get("hostPort").value()})
	}
	for _, m := range n.get("volumeMounts").list() {
		c.Mounts = append(c.Mounts, VolumeMount{m.at(), m.get("name").str(), m.get("mountPath").str(), m.get("readOnly").value().True()})
	}
	return c
}

func volume(n *node) Volume {
	v := Volume{Name: n.get("name").str(), Line: n.at(), HostPath: n.get("hostPath", "path").value()}
	for _, e := range n.all() {
		if e.key != "name" {
			v.Source = e.key
		}
	}
	return v
}
