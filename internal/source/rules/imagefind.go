package rules

import (
	"path"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
	"github.com/lodemark/lodemark/internal/source/settings"
)

var (
	fromLine = pattern.New(`(?i)^\s*FROM\s+(?:--platform=\S+\s+)?(\S+)(?:\s+AS\s+(\S+))?\s*$`)
	copyFrom = pattern.New(`(?i)^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*?--from=(\S+)`)
	argLine  = pattern.New(`(?i)^\s*ARG\s+(\w+)=["']?([^"'\s]*)["']?`)
	argUse   = pattern.New(`\$\{?(\w+)(?:[^}\w][^}]*)?\}?`)
)

// baseImages are what a Dockerfile builds on or copies from, with the defaults of its arguments put in.
func (f *file) baseImages() []imageUse {
	var all []imageUse
	stages, arguments := map[string]bool{}, map[string]string{}
	fill := func(text string) string {
		if !strings.Contains(text, "$") {
			return text
		}
		return argUse.Regexp().ReplaceAllStringFunc(text, func(use string) string {
			if value, ok := arguments[argUse.FindStringSubmatch(use)[1]]; ok && value != "" {
				return value
			}
			return use
		})
	}
	for line, text := range logicalLines(f.data, true) {
		if m := argLine.FindStringSubmatch(text); m != nil && len(stages) == 0 {
			arguments[m[1]] = fill(m[2])
			continue
		}
		if m := fromLine.FindStringSubmatch(text); m != nil {
			if from := fill(m[1]); !stages[strings.ToLower(from)] {
				all = append(all, imageUse{text: from, line: line, base: true})
			}
			stages[strings.ToLower(m[2])] = true
			continue
		}
		if m := copyFrom.FindStringSubmatch(text); m != nil && !stages[strings.ToLower(m[1])] && strings.ContainsAny(m[1], "/:") {
			all = append(all, imageUse{text: fill(m[1]), line: line, base: true})
		}
	}
	return all
}

var (
	imageSetting = pattern.New(`^\s*(?:-\s+)?["']?(?:image|newName|base_?[iI]mage|container_?[iI]mage|docker_?[iI]mage|image_?[uU]ri|image_?[nN]ame|image_id|imageRef|repository)["']?\s*[:=]\s*["']?([^\s"'#,{}]*(?:\$\{[^}]*\}[^\s"'#,{}]*)*)`)
	tagSetting   = pattern.New(`^\s*["']?(?:tag|newTag|imageTag|image_tag)["']?\s*[:=]\s*["']?([\w.-]+)`)
	digestNear   = pattern.New(`^\s*["']?digest["']?\s*[:=]\s*["']?sha256:`)
)

// imageSettings are images in compose files, manifests, values of charts, and templates of clouds, also where these are text in another
// file. The name and the tag can stand on lines of their own.
func (f *file) imageSettings() []imageUse {
	if strings.HasSuffix(f.path, "_test.yaml") { // a test of a chart says what images come out, and starts none
		return nil
	}
	if !strings.Contains(f.data, "mage") && !strings.Contains(f.data, "newName") && !strings.Contains(f.data, "repository") {
		return nil
	}
	elsewhere := f.notImages()
	yaml := slices.Contains(f.kinds, kindYAML)
	var all []imageUse
	open := -1 // the last name that waits for its tag
	since := 0
	for line, text := range logicalLines(f.data, false) {
		if since++; since > 3 {
			open = -1
		}
		if open >= 0 {
			if m := tagSetting.FindStringSubmatch(text); m != nil {
				all[open].text, all[open].waits = all[open].text+":"+m[1], false
				open = -1
				continue
			}
			if digestNear.MatchString(text) {
				open = -1
			}
		}
		if !strings.Contains(text, "mage") && !strings.Contains(text, "newName") && !strings.Contains(text, "repository") {
			continue
		}
		m := imageSetting.FindStringSubmatch(text)
		if m == nil || m[1] == "" || elsewhere[line] {
			continue
		}
		i, ok := imageOf(m[1])
		key := strings.TrimSpace(strings.TrimLeft(text, " -"))
		if !ok || yaml && strings.HasPrefix(key, `"`) { // JSON as text in a template that cannot be read as a tree
			continue
		}
		key = strings.Trim(key, `"'`)
		parts := strings.HasPrefix(key, "newName") || strings.HasPrefix(key, "repository")
		if parts && (i.tag != "" || !strings.Contains(i.name, "/")) {
			continue
		}
		all = append(all, imageUse{text: m[1], line: line, waits: parts})
		if parts {
			open, since = len(all)-1, 0
		}
	}
	return slices.DeleteFunc(all, func(u imageUse) bool { return u.waits })
}

// notImages are the lines of images that a compose file builds itself and gives that name, and those of longer texts, which are examples
// or scripts.
func (f *file) notImages() map[int]bool {
	lines := map[int]bool{}
	for _, root := range f.roots {
		eachScalar(root, func(n *settings.Node) {
			for line := n.Line + 1; line <= n.EndLine; line++ {
				lines[line] = true
			}
		})
		for _, s := range root.Find("services.*") {
			if image := s.Child("image"); image != nil && s.Child("build") != nil {
				lines[image.Line] = true
			}
		}
	}
	return lines
}

var (
	runsImage  = pattern.New(`\b(?:docker|podman|nerdctl)\s+(?:container\s+)?(run|pull|create)\s+([^|;&]*)`)
	kubectlRun = pattern.New(`\bkubectl\s+run\b[^|;&]*?--image[= ]["']?([^\s"']+)`)
)

// imageCommands are images that commands pull or start: in scripts, and in settings that hold commands for a machine's first start.
func (f *file) imageCommands() []imageUse {
	docker := strings.Contains(f.data, "docker ") || strings.Contains(f.data, "podman ") || strings.Contains(f.data, "nerdctl ")
	kubectl := strings.Contains(f.data, "kubectl run")
	if !docker && !kubectl {
		return nil
	}
	var all []imageUse
	shell := slices.Contains(f.kinds, kindShell) || slices.Contains(f.kinds, kindDockerfile)
	inside := false // an order for kubectl that goes on
	for line, text := range logicalLines(f.data, shell) {
		at := runsImage.FindStringSubmatchIndex(text)
		if kubectl {
			if m := kubectlRun.FindStringSubmatchIndex(text); m != nil {
				all = append(all, imageUse{text: text[m[2]:m[3]], line: line + strings.Count(text[:m[2]], "\n"), command: true})
			}
		}
		if strings.HasPrefix(strings.TrimSpace(text), "#") || at == nil || !docker {
			inside = inside && at != nil
			continue
		}
		words := strings.Fields(strings.ReplaceAll(strings.ReplaceAll(text[at[4]:at[5]], `\"`, `"`), `\n`, " "))
		for i := 0; i < len(words); i++ {
			w := words[i]
			switch {
			case dockerValues[w]:
				i++
				if i < len(words) && strings.HasPrefix(words[i], `"`) { // a quoted value of several words
					for !strings.HasSuffix(strings.TrimPrefix(words[i], `"`), `"`) && i+1 < len(words) {
						i++
					}
				}
				continue
			case strings.HasPrefix(w, "-") || w == `\`:
				continue
			}
			if w = strings.Trim(w, `"',\`); strings.Contains(w, "/") {
				all = append(all, imageUse{text: w, line: line + strings.Count(text[:at[0]], "\n"), command: true})
			}
			break
		}
	}
	return all
}

// usesAI says whether any list of packages of the target names one for AI.
func (t *target) usesAI() bool {
	if t == nil {
		return false
	}
	t.asksAI.Do(func() {
		for _, p := range t.given {
			base := strings.ToLower(path.Base(p))
			kinds := kindsOf(p, nil)
			if base != "pyproject.toml" && base != "package.json" && base != "setup.py" && !slices.Contains(kinds, kindRequirements) {
				continue
			}
			data, err := t.read(p)
			if err != nil {
				continue
			}
			for _, word := range strings.FieldsFunc(string(data[:min(len(data), maxSettingBytes)]), func(r rune) bool { return strings.ContainsRune("\"' \t\r\n=<>~!^[](){},;:", r) }) {
				if len(word) > 3 && aiPackages[strings.ToLower(strings.ReplaceAll(word, "_", "-"))] {
					t.ai = true
					return
				}
			}
		}
	})
	return t.ai
}
