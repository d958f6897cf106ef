package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

func privilegedWorkload() lodemark.Check {
	return lodemark.Check{
		ID: "dep-1-privileged-workload", Version: 1,
		Title:    "No workload has the rights of its host or of its cluster",
		Bears:    lodemark.Supports("DEP-1.1"),
		Severity: lodemark.SeverityHigh, Strength: lodemark.Enforced, MaxAge: settingsAge,
		Why: "AI workloads run code that nobody reviewed: model files, packages of last week, what an agent wrote a second ago. With the " +
			"host's rights, one such file owns the machine and every other workload on it.",
		Fix: "Take privileged, host namespaces, the engine's socket and folders of the host away, drop all capabilities, and give back " +
			"the one that is needed. GPUs need none of them.",
		Help: "correct the file that could not be read; for templates, keep the manifests they produce beside them",
		Bad:  privilegedBad(), Good: privilegedGood(),
		Run: runPrivilegedWorkload,
	}
}

func runPrivilegedWorkload(ctx context.Context, s *lodemark.Subject) lodemark.Result {
	e := survey(s, lodemark.KindCompose, lodemark.KindKubernetes)
	var findings []lodemark.Finding
	for _, f := range e.compose {
		for _, svc := range f.Services {
			for _, p := range composePowers(svc) {
				findings = append(findings, p.finding(f.Path, "The service "+svc.Name, svc.Name))
			}
		}
	}
	rulers := clusterRulers(e.manifests)
	for _, m := range e.manifests {
		if ctx.Err() != nil {
			break
		}
		for _, o := range m.objects {
			for _, p := range podPowers(o) {
				findings = append(findings, p.finding(m.Path, o.Kind+" "+o.Name, o.Kind+" "+o.Name))
			}
		}
		findings = append(findings, rulers.findings(m)...)
	}
	return e.concluded(onePerPlace(findings), "files that say how workloads run")
}

// onePerPlace keeps one finding for each place and each fact: aliases let services share a line, and a bundle may say one
// thing of an object many times.
func onePerPlace(findings []lodemark.Finding) []lodemark.Finding {
	seen := map[string]bool{}
	return slices.DeleteFunc(findings, func(f lodemark.Finding) bool {
		place, fact := fmt.Sprintf("%s:%d %s", f.Path, f.Line, f.Fix), f.Path+" "+f.Key
		had := seen[place] || seen[fact]
		seen[place], seen[fact] = true, true
		return had
	})
}

// power is a right that a workload has over what it runs on.
type power struct {
	line     int
	severity lodemark.Severity
	what     string // "has all rights of the host (privileged)"
	fix      string
}

func (p power) finding(file, who, key string) lodemark.Finding {
	return lodemark.Finding{Severity: severity(file, p.severity), Path: file, Line: p.line, Key: key + " " + p.what,
		Message: fmt.Sprintf("%s %s.", who, p.what), Fix: p.fix}
}

const (
	fixPrivileged = "take privileged away; name the device or the capability that is needed"
	fixNetwork    = "publish the ports that are needed instead of the host's network"
	fixNamespace  = "leave the workload in its own process namespace"
	fixShared     = "give the container shared memory of its own: shm_size, or an emptyDir of medium Memory at /dev/shm"
	fixCapability = "drop it; start from cap_drop: [ALL] and give back what is missed"
	fixConfine    = "take the line away, or name a profile that allows just the call that is needed"
)

func composePowers(svc infra.Service) []power {
	var all []power
	agent := nodeAgent.MatchString(strings.ToLower(svc.Ref.Name))
	if svc.Privileged.True() {
		all = append(all, power{svc.Privileged.Line, less(lodemark.SeverityHigh, agent), "has all rights of its host (privileged), so code in a model or a tool owns the machine", fixPrivileged})
	}
	if svc.NetworkMode.Text == "host" {
		all = append(all, hostNetwork(svc.NetworkMode.Line, agent, composeOpen(svc)))
	}
	if svc.PID.Text == "host" {
		all = append(all, power{svc.PID.Line, less(lodemark.SeverityHigh, agent), "sees all processes of its host, with what stands in their environment (pid: host)", fixNamespace})
	}
	if svc.IPC.Text == "host" {
		all = append(all, power{svc.IPC.Line, lodemark.SeverityLow, "shares memory with every process of its host (ipc: host)", fixShared})
	}
	all = append(all, capabilities(svc.CapAdd)...)
	for _, o := range svc.SecurityOpt {
		if name, value, ok := strings.Cut(strings.ReplaceAll(o.Text, "=", ":"), ":"); ok && strings.TrimSpace(value) == "unconfined" {
			all = append(all, power{o.Line, lodemark.SeverityMedium, "runs without the engine's filter of system calls or files (" + name + " unconfined)", fixConfine})
		}
	}
	for _, d := range svc.Devices {
		source, _, _ := strings.Cut(filled(d.Text), ":")
		if rawDevice.MatchString(source) {
			all = append(all, power{d.Line, lodemark.SeverityHigh, "may read and write " + source + " of its host past all file permissions", "hand over the one device that is needed"})
		}
	}
	for _, v := range svc.Volumes {
		if p, ok := hostFolder(v.Source, v.Line, v.ReadOnly, agent || socketProxy.MatchString(svc.Ref.Name)); ok && v.Source != "" {
			all = append(all, p)
		}
	}
	return all
}

func less(s lodemark.Severity, lower bool) lodemark.Severity {
	if lower {
		return s - 1
	}
	return s
}

// nodeAgent matches programs that are about the host by their nature: collectors, drivers, network plugins.
var (
	nodeAgent = pattern.New(`(?:exporter|cadvisor|dcgm|device-plugin|gpu-operator|k8s-operator|nvidia-mig|promtail|fluent-?bit|fluentd|filebeat|alloy|vector$|datadog|falco|cilium|calico|flannel|multus|kube-proxy|csi|ceph|longhorn|` +
		`container-toolkit|driver|otel|opentelemetry-collector|telegraf|traefik|nginx-proxy|watchtower|portainer|autoheal|diun|dozzle)`)
	socketProxy = pattern.New(`socket-proxy`)
	rawDevice   = pattern.New(`^/dev/(?:mem|kmem|port|sd[a-z]\d*|nvme\d+n\d+(?:p\d+)?|vd[a-z]\d*|xvd[a-z]\d*|mapper(?:/.*)?|disk(?:/.*)?)?$`)
)

func hostNetwork(line int, agent bool, open *openServer) power {
	p := power{line, less(lodemark.SeverityMedium, agent), "sits in its host's network: every port it opens is open on the host, and it reaches what listens on the loopback address", fixNetwork}
	if open != nil {
		p.severity = lodemark.SeverityHigh
		p.what = fmt.Sprintf("sits in its host's network, so %s, which asks nobody for a key, listens on the host's own addresses", open.name)
	}
	return p
}

// grave capabilities are as good as root on the host; heavy ones reach other processes or the network below the filters.
var (
	grave = []string{"ALL", "SYS_ADMIN", "SYS_MODULE", "DAC_READ_SEARCH"}
	heavy = []string{"SYS_PTRACE", "SYS_RAWIO", "NET_ADMIN", "BPF", "SYS_BOOT", "SYS_TIME", "MAC_ADMIN", "MAC_OVERRIDE", "PERFMON"}
)

func capabilities(added []infra.Value) []power {
	var all []power
	for _, c := range added {
		name := strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(c.Text)), "CAP_")
		switch {
		case slices.Contains(grave, name):
			all = append(all, power{c.Line, lodemark.SeverityHigh, "has the capability " + name + ", which is as good as root on its host", fixCapability})
		case slices.Contains(heavy, name):
			all = append(all, power{c.Line, lodemark.SeverityMedium, "has the capability " + name + ", which reaches past its own container", fixCapability})
		}
	}
	return all
}

var (
	engineSocket = pattern.New(`(?:^|/)(?:docker|containerd|crio|podman|kubelet|buildkitd|cri-dockerd)\.sock$`)
	// hostRoots are folders of the host from which everything else can be had.
	hostRoots = []string{"/", "/etc", "/root", "/boot", "/proc", "/sys", "/dev", "/usr", "/var", "/var/run", "/run", "/var/lib", "/lib", "/home", "/etc/kubernetes",
		"/var/lib/docker", "/var/lib/kubelet", "/var/lib/containerd", "/run/containerd", "/var/lib/etcd"}
)

// hostFolder judges a path of the host that is mounted into a workload.
func hostFolder(source string, line int, readOnly, expected bool) (power, bool) {
	source = path.Clean(source)
	switch {
	case engineSocket.MatchString(source):
		return power{line, less(lodemark.SeverityHigh, expected), "holds the socket of the container engine (" + source + "), with which it can start a container that owns the host",
			"take the mount away, or put a proxy between that lets through just the calls that are needed; mounting it read-only changes nothing"}, true
	case slices.Contains(hostRoots, source) && readOnly:
		return power{line, less(lodemark.SeverityMedium, expected), "reads the folder " + source + " of its host, with the keys that lie in it", "mount the one file or folder that is needed"}, true
	case slices.Contains(hostRoots, source):
		return power{line, less(lodemark.SeverityHigh, expected), "may write to the folder " + source + " of its host and so change what the host runs", "mount the one file or folder that is needed, read-only"}, true
	}
	return power{}, false
}
