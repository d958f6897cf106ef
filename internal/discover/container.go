package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

// isContainerFile knows container build files by name. Templates of them are left out: they make sense only when filled in.
func (v *visit) isContainerFile() bool {
	n := v.lower
	switch {
	case n == "dockerfile" || n == "containerfile" || v.ext == ".dockerfile" || v.ext == ".containerfile":
		return true
	case !strings.HasPrefix(n, "dockerfile") && !strings.HasPrefix(n, "containerfile"):
		return false
	}
	switch v.ext {
	case ".dockerignore", ".md", ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".template", ".erb", ".mustache", ".hbs", ".py", ".sh", ".ts", ".js", ".go", ".txt", ".patch",
		".lock", ".html", ".rs", ".in", ".json", ".yaml", ".yml", ".java", ".rb", ".cs", ".vim", ".snap", ".rst", ".mdx", ".tsx", ".svg", ".png", ".toml":
		return false
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(n, "dockerfile"), "containerfile")
	return rest != "" && strings.IndexByte(".-_", rest[0]) >= 0
}

func (v *visit) readContainerFile() {
	if !isText(v.head) || v.size == 0 {
		return
	}
	v.addFile(lodemark.KindContainer, "dockerfile", nil)
	data, ok := v.smallText(settingsBytes)
	if !ok {
		return
	}
	number := 0
	for line := range bytes.Lines(data) {
		number++
		words := strings.Fields(string(line[:min(len(line), 4096)]))
		if len(words) < 2 || !strings.EqualFold(words[0], "FROM") {
			continue
		}
		for words = words[1:]; len(words) > 0 && strings.HasPrefix(words[0], "--"); {
			words = words[1:]
		}
		if len(words) > 0 {
			v.addImage("", words[0], number, "base image")
		}
	}
	v.addInstalls(data, "dockerfile")
}

// mayBeCompose knows compose files by name; that there are services in them is seen when they are read.
func (v *visit) mayBeCompose() bool {
	if v.ext != ".yml" && v.ext != ".yaml" {
		return false
	}
	stem := stemOf(v.lower)
	return strings.Contains(stem, "compose") && !strings.Contains(stem, "composer") && !v.below("templates")
}

func (v *visit) readCompose() {
	data, ok := v.smallText(yamlBytes)
	if !ok {
		return
	}
	docs, err := parseYAML(data)
	if err != nil {
		if !bytes.Contains(data, []byte("{{")) && !bytes.Contains(data, []byte("{%")) { // a template that is filled in elsewhere
			v.addFile(lodemark.KindCompose, "compose", nil)
			v.malformed(err)
		}
		return
	}
	if len(docs) == 0 {
		return
	}
	var services *node
	for _, d := range docs {
		if services == nil {
			services = d.get("services")
		}
	}
	if services == nil && !strings.HasPrefix(v.lower, "docker-compose") && !strings.HasPrefix(v.lower, "compose.") {
		return
	}
	v.addFile(lodemark.KindCompose, "compose", nil)
	for _, s := range services.all() {
		if image := s.value.get("image"); image.str() != "" {
			v.addImage(s.key, image.str(), image.line, "image")
		}
		v.addHosted(settingsOf(s.value.get("environment")))
	}
	for _, m := range docs[0].get("models").all() { // models that the compose file itself asks for
		if ref := m.value.get("model"); ref.str() != "" {
			v.add(lodemark.Component{Kind: lodemark.KindServer, Name: m.key, Line: ref.line, Address: ref.str(), Pin: pinOfImage(ref.str()),
				Detail: map[string]string{"engine": "docker-model-runner", "technology": "docker-model-runner", "model": ref.str()}})
		}
	}
}

// setting is a variable with the line it stands on.
type setting struct {
	name, value string
	line        int
}

// settingsOf reads variables from a table, from "NAME=value" items, and from items with a name and a value.
func settingsOf(n *node) []setting {
	var all []setting
	for _, e := range n.all() {
		if !e.value.is(mapping) && !e.value.is(list) {
			all = append(all, setting{e.key, e.value.str(), e.line})
		}
	}
	if !n.is(list) {
		return all
	}
	for _, item := range n.items {
		if item.is(mapping) {
			all = append(all, setting{item.get("name").str(), item.get("value").str(), item.line})
			continue
		}
		name, value, _ := strings.Cut(item.str(), "=")
		all = append(all, setting{strings.TrimSpace(name), value, item.line})
	}
	return all
}
