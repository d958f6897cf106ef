package discover

import (
	"bytes"
	"slices"
	"strings"

	"github.com/lodemark/lodemark"
)

var (
	apiVersionKey = []byte("apiVersion:")
	kindKey       = []byte("kind:")
	// notKubernetes are API groups of other tools that write their files in the same form.
	notKubernetes = []string{"backstage.io/", "skaffold/", "scaffolder.backstage.io/", "tilt.dev/", "devfile", "openfga", "buf.build", "krew.googlecontainertools"}
)

// mayBeKubernetes decides by name and head: charts, kustomizations, and whatever begins with an apiVersion or a kind.
func (v *visit) mayBeKubernetes() bool {
	switch v.ext {
	case ".yaml", ".yml":
		if v.lower == "chart.yaml" || strings.HasPrefix(v.lower, "kustomization.") || v.inChart() {
			return true
		}
		return lineBegins(v.head, apiVersionKey) || lineBegins(v.head, kindKey) || onlyComments(v.head)
	case ".tpl":
		return v.inChart()
	case ".json":
		return bytes.Contains(v.head, []byte(`"apiVersion"`)) && bytes.Contains(v.head, []byte(`"kind"`))
	}
	return false
}

// inChart says whether a file stands below the templates of a Helm chart, as far as its path tells; assemble asks whether
// there is a chart.
func (v *visit) inChart() bool { return v.below("templates") && !v.in(agentFolders) }

// lineBegins says whether a line begins with a word, without an indent.
func lineBegins(text, word []byte) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], word)
		if i < 0 {
			return false
		}
		if at+i == 0 || text[at+i-1] == '\n' {
			return true
		}
		at += i + len(word)
	}
}

// onlyComments says whether the head is full and holds nothing but a licence: what the file is comes after.
func onlyComments(head []byte) bool {
	if len(head) < headBytes {
		return false
	}
	for line := range bytes.Lines(head) {
		if t := bytes.TrimSpace(line); len(t) > 0 && t[0] != '#' && !bytes.HasPrefix(t, []byte("---")) {
			return false
		}
	}
	return true
}

func (v *visit) readKubernetes() {
	switch {
	case v.lower == "chart.yaml":
		v.addFile(lodemark.KindKubernetes, "helm", nil)
		v.out.hints.chart = true
		v.listChart()
		return
	case strings.HasPrefix(v.lower, "kustomization."):
		v.addFile(lodemark.KindKubernetes, "kustomization", nil)
		return
	case v.inChart() && (v.ext == ".tpl" || bytes.Contains(v.head, []byte("{{"))):
		v.out.hints.template = true // of a chart, if there is one above
		return
	}
	data, ok := v.smallText(8 << 20)
	if !ok {
		return
	}
	if v.ext == ".json" {
		root, err := parseJSON(data)
		if err == nil && isResource(root) {
			v.addResources([]*node{root})
		}
		return
	}
	data, kinds := withoutDefinitions(data)
	if len(kinds) == 0 {
		return
	}
	docs, err := parseYAML(data)
	if err != nil {
		if bytes.Contains(data, []byte("{{")) || bytes.Contains(data, []byte("{%")) {
			v.out.hints.template = true
			return
		}
		if lineBegins(data, apiVersionKey) && lineBegins(data, kindKey) {
			v.addFile(lodemark.KindKubernetes, "manifest", nil)
			v.malformed(err)
		}
		return
	}
	v.addResources(docs)
	if slices.Contains(kinds, "CustomResourceDefinition") && !slices.ContainsFunc(docs, isResource) {
		v.addFile(lodemark.KindKubernetes, "manifest", map[string]string{"resources": "CustomResourceDefinition"})
	}
}

// withoutDefinitions leaves out the documents that define types: they are the largest and run nothing. Their line feeds stay,
// so that lines keep their numbers. kinds are those that stand at the beginning of a line.
func withoutDefinitions(data []byte) (rest []byte, kinds []string) {
	kept, copied := 0, false // data[kept:start] is to be taken over
	for start := 0; start < len(data); {
		end := len(data)
		if i := bytes.Index(data[start:], []byte("\n---")); i >= 0 {
			end = start + i + 1
		}
		kind := topKind(data[start:end])
		if kind != "" {
			kinds = append(kinds, kind)
		}
		if kind == "CustomResourceDefinition" {
			rest = append(rest, data[kept:start]...)
			rest = append(rest, "---"...) // the mark of a document, which may have been the first line
			rest = append(rest, bytes.Repeat([]byte("\n"), bytes.Count(data[start:end], []byte("\n")))...)
			kept, copied = end, true
		}
		start = max(end, start+1)
	}
	if !copied {
		return data, kinds
	}
	return append(rest, data[kept:]...), kinds
}

func topKind(document []byte) string {
	for at := 0; ; {
		i := bytes.Index(document[at:], kindKey)
		if i < 0 {
			return ""
		}
		at += i
		if at == 0 || document[at-1] == '\n' {
			line, _, _ := bytes.Cut(document[at+len(kindKey):], []byte("\n"))
			word, _, _ := bytes.Cut(line, []byte(" #"))
			return strings.Trim(string(bytes.TrimSpace(word)), `"'`)
		}
		at += len(kindKey)
	}
}

// isResource says whether a document is a resource of a cluster.
func isResource(d *node) bool {
	api := d.get("apiVersion").str()
	if api == "" || d.get("kind").str() == "" || !d.get("apiVersion").is(text) {
		return false
	}
	return !slices.ContainsFunc(notKubernetes, func(p string) bool { return strings.HasPrefix(api, p) })
}

func (v *visit) addResources(docs []*node) {
	var resources []*node
	for _, d := range docs {
		if !isResource(d) {
			continue
		}
		resources = append(resources, d)
		if strings.HasSuffix(d.get("kind").str(), "List") {
			for _, item := range d.get("items").list() {
				if isResource(item) {
					resources = append(resources, item)
				}
			}
		}
	}
	if len(resources) == 0 {
		return
	}
	var kinds []string
	for _, r := range resources {
		kinds = append(kinds, r.get("kind").str())
	}
	slices.Sort(kinds)
	v.addFile(lodemark.KindKubernetes, "manifest", map[string]string{"resources": strings.Join(slices.Compact(kinds), ",")})
	for _, r := range resources {
		v.addResource(r)
	}
}

// servingKinds are resources that are model servers themselves.
var servingKinds = map[string]string{"InferenceService": "kserve", "LLMInferenceService": "kserve", "ServingRuntime": "", "ClusterServingRuntime": "", "RayService": "ray-serve", "SeldonDeployment": "seldon",
	"NIMService": "nim", "BentoDeployment": "bentoml", "OpenLLM": "bentoml", "InferenceGraph": ""}

func (v *visit) addResource(r *node) {
	kind := r.get("kind")
	if engine := servingKinds[kind.str()]; engine != "" {
		detail := map[string]string{"technology": engine, "engine": engine, "from": kind.str()}
		if uri := findKey(r.get("spec"), "storageUri", map[*node]bool{}).str(); uri != "" {
			detail["model"] = uri
		}
		v.add(lodemark.Component{Kind: lodemark.KindServer, Name: r.get("metadata", "name").str(), Line: kind.line, Address: detail["model"], Detail: detail})
	}
	switch kind.str() {
	case "ConfigMap":
		v.addHosted(settingsOf(r.get("data")))
		return
	case "Secret":
		v.addHosted(append(settingsOf(r.get("stringData")), settingsOf(r.get("data"))...))
		return
	}
	if kind.str() == "ServingRuntime" || kind.str() == "ClusterServingRuntime" {
		v.addRuntime(r)
		return
	}
	v.walkPods(r, map[*node]bool{})
}

// addRuntime notes a runtime of KServe: one model server, whatever it has of containers.
func (v *visit) addRuntime(r *node) {
	name := r.get("metadata", "name")
	c := lodemark.Component{Name: name.str(), Line: name.line, Kind: lodemark.KindServer, Detail: map[string]string{"technology": "kserve", "engine": "kserve"}}
	for _, container := range r.get("spec", "containers").list() {
		image := container.get("image")
		if found, ok := imageComponent(name.str(), image.str(), image.line, ""); ok && found.Kind == lodemark.KindServer {
			found.Line = name.line
			c = found
		} else if image.str() != "" && c.Address == "" {
			c.Address, c.Version, c.Pin, c.Detail["image"] = image.str(), tagOf(image.str()), pinOfImage(image.str()), image.str()
		}
		v.addHosted(settingsOf(container.get("env")))
	}
	c.Detail["from"] = r.get("kind").str()
	v.add(c)
}

// walkPods looks for containers wherever a resource keeps them: operators have types of their own.
func (v *visit) walkPods(n *node, seen map[*node]bool) {
	if n == nil || seen[n] { // an alias: what it names was walked, and a bomb of aliases must stay small
		return
	}
	seen[n] = true
	for _, e := range n.all() {
		if (e.key == "containers" || e.key == "initContainers") && e.value.is(list) {
			for _, c := range e.value.items {
				if image := c.get("image"); image.str() != "" {
					v.addImage(c.get("name").str(), image.str(), image.line, "image")
				}
				v.addHosted(settingsOf(c.get("env")))
			}
			continue
		}
		v.walkPods(e.value, seen)
	}
	if n.is(list) {
		for _, item := range n.items {
			v.walkPods(item, seen)
		}
	}
}

func findKey(n *node, key string, seen map[*node]bool) *node {
	if found := n.get(key); found != nil || n == nil || seen[n] {
		return found
	}
	seen[n] = true
	for _, e := range n.all() {
		if found := findKey(e.value, key, seen); found != nil {
			return found
		}
	}
	return nil
}
