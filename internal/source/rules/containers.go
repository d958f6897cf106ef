package rules

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

// rootImage are official images that run as root unless told otherwise.
var rootImage = pattern.New(`^(docker\.io/|library/|public\.ecr\.aws/docker/library/)*(python|pypy|node|ubuntu|debian|alpine|busybox|buildpack-deps|archlinux|golang|rust|php|ruby|perl|swift|julia|r-base|rocker/[a-z-]+|nvidia/cuda|nvcr\.io/nvidia/(cuda|pytorch|tritonserver|tensorrt|tensorflow|nemo|l4t-[a-z-]+)|pytorch/pytorch|tensorflow/tensorflow|rocm/[a-z-]+|continuumio/(mini|ana)conda3?|condaforge/[a-z-]+|ollama/ollama|vllm/vllm-openai|lmsysorg/sglang|huggingface/transformers[a-z-]*|oven/bun|denoland/deno|openjdk|eclipse-temurin|maven|gradle|rockylinux|almalinux|fedora|centos|amazonlinux|mcr\.microsoft\.com/playwright(/python)?|ghcr\.io/astral-sh/uv|tiangolo/[a-z-]+)(:|@|$)`)

var dropsRights = pattern.New(`\b(gosu|su-exec|setpriv|runuser|s6-setuidgid|fixuid)\b`)

// runsAsRoot finds images whose last stage starts something and never leaves root.
func runsAsRoot(f *file, m *matcher) {
	if ownMachine.MatchString(f.path) {
		return
	}
	for _, root := range f.roots {
		type stage struct {
			base, user string
			runs       bool
			line, from int // of USER, of FROM
			text       string
		}
		stages := map[string]*stage{}
		var last *stage
		args := map[string]string{}
		for _, n := range root.Children {
			switch n.Key {
			case "FROM":
				base := n.Child("0").Text()
				if name, ok := strings.CutPrefix(base, "${"); ok {
					name, _, _ = strings.Cut(strings.TrimSuffix(name, "}"), ":-")
					if v := args[name]; v != "" {
						base = v
					}
				} else if name, ok := strings.CutPrefix(base, "$"); ok && args[name] != "" {
					base = args[name]
				}
				next := &stage{base: base}
				if from := stages[strings.ToLower(base)]; from != nil {
					*next = *from
				}
				next.from = n.Line
				last = next
				if as := n.Child("AS"); as != nil {
					stages[strings.ToLower(as.Value)] = next
				}
			case "ARG":
				for _, a := range n.Children {
					if last == nil {
						args[a.Key] = a.Value
					}
				}
			case "USER":
				if last != nil {
					last.user, last.line = n.Value, n.Line
				}
			case "CMD", "ENTRYPOINT":
				if last != nil {
					last.runs, last.text = true, n.Key+" "+n.Text()
				}
			}
		}
		if last == nil || !last.runs && !f.target.composed(f.path) || dropsRights.MatchString(f.data) {
			continue
		}
		if !last.runs {
			last.text = "what compose starts"
		}
		user, _, _ := strings.Cut(last.user, ":")
		switch {
		case user == "root" || user == "0":
			f.tellLine(m, last.line, last.line, last.text, "USER "+last.user)
		case user == "" && rootImage.MatchString(strings.ToLower(last.base)):
			f.tellLine(m, last.from, last.from, last.text, "no USER after FROM "+last.base)
		}
	}
	for _, c := range f.containers() {
		if c.pod == nil {
			if n := c.node.Child("user"); n != nil && c.asksModel() && (n.Value == "root" || n.Value == "0" || strings.HasPrefix(n.Value, "0:")) {
				f.tell(m.rule, n, "user: "+n.Value)
			}
			continue
		}
		for _, at := range []string{"securityContext.runAsUser"} {
			n := firstOf(c.node.Find(at))
			if n == nil {
				n = firstOf(c.pod.Find(at))
			}
			if n != nil && n.Value == "0" && c.asksModel() {
				f.tellLine(m, n.Line, n.Line, "runAsUser: 0", "runAsUser: 0")
			}
		}
		f.podRoot(m, &c)
	}
	f.chartRoot(m)
}

// composed says whether a list of services lies beside a build file, which says what the image starts.
func (t *target) composed(name string) bool {
	if t == nil || !strings.EqualFold(path.Base(name), "dockerfile") {
		return false
	}
	return slices.ContainsFunc([]string{"docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"}, func(c string) bool {
		return t.paths[strings.ToLower(path.Join(path.Dir(name), c))]
	})
}

// podRoot finds containers of models that may be root: by being told so, or as nothing at all is said of it.
func (f *file) podRoot(m *matcher, c *container) {
	if !c.asksModel() || nodeTool.MatchString(c.image) {
		return
	}
	own, pod := c.node.Child("securityContext"), c.pod.Child("securityContext")
	for _, n := range []*settings.Node{own.Child("runAsNonRoot"), pod.Child("runAsNonRoot")} {
		if n == nil {
			continue
		}
		if user := cmp.Or(own.Child("runAsUser").Text(), pod.Child("runAsUser").Text()); n.Value == "false" && (user == "" || user == "0") {
			f.tellLine(m, n.Line, n.Line, c.name, "runAsNonRoot: false")
		}
		return
	}
	image := c.node.Child("image")
	switch {
	case own.Child("runAsUser") != nil || pod.Child("runAsUser") != nil || patched(c.pod) || image == nil:
	case own == nil && (pod == nil || len(pod.Children) == 0):
		f.tellLine(m, image.Line, image.Line, c.name, "it has no securityContext")
	case own != nil && c.pod.Child("containers") != nil && own.Child("runAsNonRoot") == nil && pod == nil:
		f.tellLine(m, own.Line, own.Line, c.name, "its securityContext says nothing of the user")
	}
}

// chartRoot finds charts for models whose containers are told nothing of their user.
func (f *file) chartRoot(m *matcher) {
	if base := path.Base(f.path); base != "values.yaml" && base != "values.yml" || !slices.Contains(f.kinds, kindYAML) {
		return
	}
	for _, root := range f.roots {
		own, pod := root.Child("securityContext"), root.Child("podSecurityContext")
		if own == nil || len(own.Children) > 0 || own.Value != "" && own.Value != "{}" || pod.Child("runAsNonRoot") != nil || pod.Child("runAsUser") != nil {
			continue
		}
		if aiImage.MatchString(root.Child("image").Child("repository").Text()) {
			f.tellLine(m, own.Line, own.Line, "securityContext: {}", "the chart says nothing of the user")
		}
	}
}

// noLimits finds containers of models in Kubernetes without a limit of memory.
func noLimits(f *file, m *matcher) {
	if !slices.Contains(f.kinds, kindKubernetes) {
		return
	}
	for _, root := range f.roots {
		if root.Child("kind").Text() == "LimitRange" {
			return
		}
	}
	for _, c := range f.containers() {
		if patched(c.pod) {
			continue
		}
		if c.pod == nil || c.image == "" || !c.isAI() || c.node.Child("resources").Child("limits").Child("memory") != nil || c.pod.Child("resources") != nil {
			continue
		}
		at := c.node.Child("image")
		f.tell(m.rule, at, c.name)
	}
}

// patched says whether a pod is only a part of one, which is laid over another file: a Deployment that does not say which pods are its.
func patched(pod *settings.Node) bool {
	if pod == nil || pod.Parent == nil || pod.Parent.Key != "template" {
		return false
	}
	root := pod
	for root.Parent != nil {
		root = root.Parent
	}
	switch root.Child("kind").Text() {
	case "Deployment", "StatefulSet", "DaemonSet":
		return root.Child("spec").Child("selector") == nil
	}
	return false
}

// modelArguments are options that name the folder that a server reads its model from.
var modelArguments = []string{"--model", "--model-path", "--model_path", "--model-repository", "--model-store", "--model-id", "--model_base_path", "--model-dir", "--model_dir", "-m"}

// writableModel finds servers that can write over the models which they serve: the folder is mounted without being read-only.
func writableModel(f *file, m *matcher) {
	for _, c := range f.containers() {
		if !c.isAI() {
			continue
		}
		folder := ""
		for _, part := range splitCommands(c.command.words) {
			p := command{words: part}
			if v, _, given := p.flag(modelArguments...); given && strings.HasPrefix(v, "/") {
				folder = path.Clean(v)
			}
			if i := p.starts("vllm serve"); i >= 0 && i+2 < len(part) && strings.HasPrefix(part[i+2].text, "/") {
				folder = path.Clean(part[i+2].text)
			}
		}
		if folder == "" {
			continue
		}
		below := func(mount string) bool {
			mount = path.Clean(mount)
			return mount != "/" && (folder == mount || strings.HasPrefix(folder, mount+"/"))
		}
		if c.compose {
			for _, v := range c.node.Find("volumes.*") {
				parts := strings.Split(v.Value, ":")
				if v.Scalar && len(parts) == 2 && below(parts[1]) {
					f.tellLine(m, v.Line, v.Line, v.Value, folder)
				}
			}
			continue
		}
		for _, v := range c.node.Find("volumeMounts.*") {
			at := v.Child("mountPath")
			if at == nil || !below(at.Value) || v.Child("readOnly").Text() == "true" || c.volumeReadOnly(v.Child("name").Text()) {
				continue
			}
			f.tell(m.rule, at, folder)
		}
	}
}

// volumeReadOnly says whether a volume of the pod cannot be written to, or is one of the pod's own.
func (c *container) volumeReadOnly(name string) bool {
	if c.pod == nil {
		return true
	}
	for _, v := range c.pod.Find("volumes.*") {
		if v.Child("name").Text() != name {
			continue
		}
		for _, way := range [][]string{{"persistentVolumeClaim"}, {"csi"}, {"nfs"}} {
			if v.Child(way[0]).Child("readOnly").Text() == "true" {
				return true
			}
		}
		return v.Child("emptyDir") != nil || v.Child("configMap") != nil || v.Child("secret") != nil || v.Child("ephemeral") != nil || v.Child("image") != nil
	}
	return false
}

// noEgressLimit finds workloads of models and agents in a target that has no policy for networks at all.
func noEgressLimit(f *file, m *matcher) {
	if f.target.limitsNetworks() {
		return
	}
	for _, root := range f.roots {
		switch root.Child("kind").Text() {
		case "Deployment", "StatefulSet", "DaemonSet":
		default:
			continue
		}
		for _, list := range root.Find("spec.template.spec.containers") {
			for _, n := range list.Children {
				c := podContainer(n, list.Parent)
				if c.isAI() {
					f.tell(m.rule, root.Child("kind"), root.Child("metadata").Child("name").Text())
					return
				}
			}
		}
	}
}
