package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/pattern"
)

// serverVariable names variables that say where a model server answers.
var serverVariable = pattern.New(`^(?:NEXT_PUBLIC_|VITE_|REACT_APP_|LLM_|EMBEDDING_)?(OLLAMA|VLLM|LM_?STUDIO|LLAMA_?CPP|LLAMACPP|LOCAL_?AI|TGI|TEI|XINFERENCE|TRITON|SGLANG|KOBOLD_?CPP|TEXT_GENERATION_WEBUI|LLAMAFILE|LMDEPLOY)_(?:API_|SERVER_|BASE_|LLM_)*(?:URL|URI|HOST|BASE|ENDPOINT|ADDRESS|BASE_PATH|API_BASE|PATH)$`)

// addAddresses notes the model servers that variables point to.
func (v *visit) addAddresses(all []setting) {
	seen := map[string]bool{}
	for _, s := range all {
		m := serverVariable.FindStringSubmatch(strings.ToUpper(s.name))
		if m == nil || s.value == "" || strings.ContainsAny(s.value, "<>{") {
			continue
		}
		name := strings.ReplaceAll(strings.ToLower(m[1]), "_", "")
		if name == "llamacpp" {
			name = "llama.cpp"
		}
		if !seen[name] {
			seen[name] = true
			v.list(lodemark.Component{Kind: lodemark.KindServer, Name: name, Line: s.line, Detail: map[string]string{"technology": name, "engine": name, "from": s.name}})
		}
	}
}

// isValues knows the values of a Helm chart by their name.
func (v *visit) isValues() bool {
	return (v.ext == ".yaml" || v.ext == ".yml") && strings.HasPrefix(v.lower, "values")
}

// readValues notes the images that values of a chart name in two parts. What they leave out by default is left out.
func (v *visit) readValues() {
	data, ok := v.smallText(yamlBytes)
	if !ok || !bytes.Contains(data, []byte("repository:")) {
		return
	}
	docs, err := parseYAML(data)
	if err != nil {
		return // a gap of the reader of Kubernetes, where it is one
	}
	for _, d := range docs {
		v.walkValues("", d, map[*node]bool{})
	}
}

func (v *visit) walkValues(key string, n *node, seen map[*node]bool) {
	if n == nil || seen[n] || n.get("enabled").str() == "false" {
		return
	}
	seen[n] = true
	if repository := n.get("repository"); repository.str() != "" {
		ref := repository.str()
		if registry := n.get("registry").str(); registry != "" {
			ref = registry + "/" + ref
		}
		if tag := n.get("tag").str(); tag != "" {
			ref += ":" + tag
		}
		if digest := n.get("digest").str(); strings.HasPrefix(digest, "sha256:") {
			ref += "@" + digest
		}
		if c, ok := imageComponent(key, ref, repository.line, "image"); ok {
			v.list(c)
		}
	}
	for _, e := range n.all() {
		name := e.key
		if name == "image" && key != "" {
			name = key
		}
		v.walkValues(name, e.value, seen)
	}
	if n.is(list) {
		for _, item := range n.items {
			v.walkValues(firstNonEmpty(item.get("name").str(), key), item, seen)
		}
	}
}

// listChart notes the servers and stores that a chart takes in as charts of others.
func (v *visit) listChart() {
	data, ok := v.smallText(settingsBytes)
	if !ok || !bytes.Contains(data, []byte("dependencies:")) {
		return
	}
	docs, err := parseYAML(data)
	if err != nil || len(docs) == 0 {
		return
	}
	for _, d := range docs[0].get("dependencies").list() {
		name, version := d.get("name"), d.get("version").str()
		c, ok := imageComponent(name.str(), name.str(), name.line, "chart")
		if !ok {
			continue
		}
		delete(c.Detail, "image")
		c.Version, c.Pin, c.Address = version, lodemark.PinNone, d.get("repository").str()
		if isFullVersion(strings.TrimPrefix(version, "v")) {
			c.Pin = lodemark.PinTag
		}
		v.list(c)
	}
}

// isAgentText knows the description of an agent in Markdown by the folder it stands in and by what begins it.
func (v *visit) isAgentText() bool {
	if v.ext != ".md" || !v.under("agents") || !bytes.HasPrefix(v.head, []byte("---")) {
		return false
	}
	f, ok := v.agentFile()
	return (!ok || f.role != "subagent") && lineBegins(v.head, []byte("name:")) && lineBegins(v.head, []byte("description:")) && (lineBegins(v.head, []byte("tools:")) || lineBegins(v.head, []byte("model:")))
}

// addSubagent notes the agent that a file of an assistant describes.
func (v *visit) addSubagent() {
	data, ok := v.smallText(settingsBytes)
	if !ok || !bytes.HasPrefix(bytes.TrimLeft(data, "\ufeff"), []byte("---")) {
		return
	}
	number := 0
	var name string
	line := 0
	detail := map[string]string{"role": "subagent"}
	for raw := range bytes.Lines(data) {
		number++
		key, value, ok := strings.Cut(strings.TrimSpace(string(raw[:min(len(raw), 2000)])), ":")
		if number > 1 && strings.HasPrefix(key, "---") || number > 100 {
			break
		}
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch {
		case !ok || value == "":
		case key == "name":
			name, line = value, number
		case key == "tools" || key == "model":
			detail[key] = value
		}
	}
	if name != "" && len(name) < 200 {
		v.list(lodemark.Component{Kind: lodemark.KindAgent, Name: name, Line: line, Detail: detail})
	}
}
