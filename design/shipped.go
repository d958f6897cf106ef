package design

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lodemark/lodemark"
	"github.com/lodemark/lodemark/internal/infra"
	"github.com/lodemark/lodemark/internal/pattern"
)

// option is one setting that is shipped with the system: a variable, a key of a configuration, or a switch of a command.
type option struct {
	path  string
	line  int
	name  string // as written, keys joined by dots
	value string // quotes and defaults of variables resolved; empty for a bare switch
	// commanded: it stands on a command line.
	commanded bool
}

// key is the name in capitals with "_" between words, so that names of all formats compare.
func (o option) key() string { return optionKey(o.name) }

func optionKey(name string) string {
	var b strings.Builder
	var last rune
	for _, r := range strings.TrimLeft(name, "-") {
		if r >= 'A' && r <= 'Z' && last >= 'a' && last <= 'z' {
			b.WriteByte('_')
		}
		last = r
		if !letter(r) {
			r = '_'
		}
		b.WriteRune(r)
	}
	return strings.ToUpper(b.String())
}

func (o option) on() bool {
	switch strings.ToLower(o.value) {
	case "true", "1", "yes", "on", "enabled", "enable":
		return true
	case "":
		return o.commanded
	}
	return false
}

func (o option) off() bool {
	switch strings.ToLower(o.value) {
	case "false", "0", "no", "off", "disabled", "disable", "none":
		return true
	}
	return false
}

var (
	variableTemplates = pattern.New(`(?i)^(\.?env[._-](example|sample|template|dist|default|defaults)|(example|sample|template|default)s?\.env|\.env\.[\w-]+\.(example|sample|template)|env\.(example|sample|template))$`)
	valuesFile        = pattern.New(`(?i)^(values|settings|config|configuration|application|appsettings|default|defaults)([._-](example|sample|default|prod|production))?\.(ya?ml|toml|json)$`)
	forDevelopment    = pattern.New(`(?i)(^|[._/-])(dev|devel|development|local|test|tests|testing|ci|debug|e2e|staging|mock|override)([._/-]|$)`)
	beside            = pattern.New(`(?i)(^|/)(examples?|samples?|demos?|docs?|documentation|tutorials?|notebooks?|benchmarks?|bench|qa|evals?|hack|scripts?|templates?|recipes|cookbook|quickstarts?|playground|sandbox|\.github|\.devcontainer|\.vscode|node_modules)/`)
)

// settingsBytes is the largest file that is read as settings.
const settingsBytes = 512 << 10

// shippedOptions lists the settings that come with the system: templates of variables, values of charts, configurations near
// the root, compose files and container files. Those for development, tests, examples and documentation are left out.
func shippedOptions(s *lodemark.Subject) shipped {
	return lodemark.Shared(s, "design.shippedOptions", func() shipped {
		var all shipped
		for _, f := range s.System.Files {
			if f.Test || f.Vendored || f.Link != "" || f.Size > settingsBytes {
				continue
			}
			base := path.Base(f.Path)
			if ext := path.Ext(base); ext == ".py" || ext == ".ts" || ext == ".js" || ext == ".tsx" || ext == ".md" || ext == ".go" || ext == ".html" {
				continue // sources and texts ship no settings that are read here, and most files are such
			}
			switch {
			case aside(f.Path):
			case variableTemplates.MatchString(base):
				all.read(s, f.Path, variableOptions)
			case valuesFile.MatchString(base) && strings.Count(f.Path, "/") <= 4 && !strings.HasPrefix(f.Path, ".") && !strings.Contains(f.Path, "/."):
				all.read(s, f.Path, configOptions)
			}
		}
		for c := range s.System.Of(lodemark.KindCompose, lodemark.KindContainer, lodemark.KindKubernetes) {
			if c.Test || aside(c.Path) {
				continue
			}
			switch {
			case c.Kind == lodemark.KindCompose:
				all.compose(s, c.Path)
			case c.Kind == lodemark.KindContainer:
				all.container(s, c.Path)
			case c.Format == "manifest" && !slices.Contains(all.paths, c.Path): // one entry for each object
				all.cluster(s, c.Path)
			}
		}
		return all
	})
}

func aside(p string) bool { return beside.MatchString(p) || forDevelopment.MatchString(p) }

type shipped struct {
	paths   []string
	options []option
	gaps    []lodemark.Gap
}

func (all *shipped) read(s *lodemark.Subject, p string, parse func(string, []byte) []option) {
	data, err := s.Read(p)
	if err != nil {
		all.gaps = append(all.gaps, lodemark.Unread(p, 0, err, true))
		return
	}
	all.paths = append(all.paths, p)
	all.options = append(all.options, parse(p, data)...)
}

func (all *shipped) compose(s *lodemark.Subject, p string) {
	c, err := infra.Read(s, p, infra.ParseCompose)
	if err != nil {
		return // told by the checks that read compose files for their own sake
	}
	all.paths = append(all.paths, p)
	for _, service := range c.Services {
		for _, e := range service.Environment {
			if e.Value.Given() {
				all.options = append(all.options, option{path: p, line: e.Value.Line, name: e.Name, value: plainValue(e.Value.Text)})
			}
		}
		all.options = append(all.options, commandOptions(p, service.CommandAt, service.Command)...)
	}
}

// cluster takes the commands of containers; what their variables say depends on the cluster as well.
func (all *shipped) cluster(s *lodemark.Subject, p string) {
	objects, err := infra.Read(s, p, infra.ParseKubernetes)
	if err != nil {
		return // told by the checks that read manifests for their own sake
	}
	for _, o := range objects {
		for _, pod := range o.Pods {
			for _, c := range pod.Containers {
				words := append(slices.Clone(c.Command), c.Args...)
				if len(words) > 0 && !slices.Contains(all.paths, p) {
					all.paths = append(all.paths, p)
				}
				all.options = append(all.options, valueOptions(p, words)...)
			}
		}
	}
}

func (all *shipped) container(s *lodemark.Subject, p string) {
	d, err := infra.Read(s, p, infra.ParseDockerfile)
	if err != nil || d.Last() == nil {
		return
	}
	all.paths = append(all.paths, p)
	last := d.Last()
	for _, e := range last.Env {
		all.options = append(all.options, option{path: p, line: e.Value.Line, name: e.Name, value: plainValue(e.Value.Text)})
	}
	all.options = append(all.options, commandOptions(p, last.CommandAt, last.Command)...)
}

// valueOptions reads the switches of a command, each at the line of its word. A shell's words stand in one text.
func valueOptions(p string, values []infra.Value) []option {
	var all []option
	for i, v := range values {
		words := strings.Fields(v.Text)
		if len(words) == 1 && i+1 < len(values) {
			words = append(words, values[i+1].Text)
		}
		for _, o := range commandOptions(p, v.Line, words) {
			if strings.HasPrefix(v.Text, o.name) || strings.Contains(v.Text, " "+o.name) { // the next word has its own turn
				all = append(all, o)
			}
		}
	}
	return all
}

func commandOptions(p string, line int, words []string) []option {
	var all []option
	for i, w := range words {
		if !strings.HasPrefix(w, "--") {
			continue
		}
		name, value, ok := strings.Cut(w, "=")
		if !ok && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			value = words[i+1]
		}
		all = append(all, option{path: p, line: line, name: name, value: plainValue(value), commanded: true})
	}
	return all
}

var (
	variableLine = pattern.New(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$`)
	defaulted    = pattern.New(`^\$\{[A-Za-z_][A-Za-z0-9_,]*(?::-?|-)([^}]*)\}$`) // of shells, and of Spring and its kin ("${NAME:default}")
)

// plainValue takes quotes and a comment off and fills in the default of a variable.
func plainValue(v string) string {
	v = strings.TrimSpace(v)
	if v != "" && (v[0] == '"' || v[0] == '\'') {
		if end := strings.IndexByte(v[1:], v[0]); end >= 0 {
			v = v[1 : 1+end]
		}
	} else if i := strings.Index(v, " #"); i >= 0 {
		v = strings.TrimSpace(v[:i])
	}
	if m := defaulted.FindStringSubmatch(v); m != nil {
		return strings.Trim(m[1], `"'`)
	}
	return v
}

func variableOptions(p string, data []byte) []option {
	var all []option
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		if m := variableLine.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil {
			all = append(all, option{path: p, line: n, name: m[1], value: plainValue(m[2])})
		}
	}
	return all
}

// configOptions reads the plain keys of YAML, TOML and JSON line by line, each under the keys it is indented below. Text
// over several lines and deeper flow mappings are not read; that is enough for switches.
func configOptions(p string, data []byte) []option {
	switch path.Ext(p) {
	case ".json":
		var all []option
		settings, err := jsonSettings(data)
		if err != nil {
			return nil
		}
		for _, s := range settings {
			all = append(all, option{path: p, line: s.line, name: strings.Join(s.keys, "."), value: s.text})
		}
		return all
	case ".toml":
		var all []option
		for _, s := range tomlSettings(data) {
			all = append(all, option{path: p, line: s.line, name: strings.Join(s.keys, "."), value: s.text})
		}
		return all
	}
	return yamlOptions(p, string(data))
}

var yamlKey = pattern.New(`^( *)(- )?["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?:(?:\s+(.*))?$`)

// yamlDepth bounds the keys above a value that are kept.
const yamlDepth = 32

func yamlOptions(p, text string) []option {
	type level struct {
		indent int
		key    string
	}
	var stack []level
	var all []option
	n := 0
	for line := range strings.Lines(text) {
		n++
		m := yamlKey.FindStringSubmatch(strings.TrimRight(line, " \t\r\n"))
		if m == nil {
			if item := strings.TrimSpace(line); strings.HasPrefix(item, "- ") && len(stack) > 0 { // an item of a list of plain values
				all = append(all, option{path: p, line: n, name: keysOf(len(stack), func(i int) string { return stack[i].key }), value: plainValue(item[2:])})
			}
			continue
		}
		indent := len(m[1]) + len(m[2])
		for len(stack) > 0 && stack[len(stack)-1].indent >= indent {
			stack = stack[:len(stack)-1]
		}
		if len(stack) < yamlDepth {
			stack = append(stack, level{indent, m[3]})
		}
		if v := strings.TrimSpace(m[4]); strings.HasPrefix(v, "{") {
			for _, o := range flowOptions(v) {
				name := keysOf(len(stack), func(i int) string { return stack[i].key }) + "." + o.name
				all = append(all, option{path: p, line: n, name: name, value: o.value})
			}
		} else if v != "" && v[0] != '#' && v[0] != '|' && v[0] != '>' && v[0] != '&' {
			all = append(all, option{path: p, line: n, name: keysOf(len(stack), func(i int) string { return stack[i].key }), value: plainValue(strings.Trim(v, "[] "))})
		}
	}
	return all
}

// flowOptions reads the plain values of a mapping in braces that stands on one line.
func flowOptions(text string) []option {
	var all []option
	settings, err := parseFlow(text)
	if err != nil {
		return nil
	}
	for i := 0; i+1 < len(settings); i += 2 {
		value := settings[i+1]
		if len(value.Content) == 1 && value.Kind == yaml.SequenceNode {
			value = value.Content[0]
		}
		if value.Kind == yaml.ScalarNode {
			all = append(all, option{name: settings[i].Value, value: plainValue(value.Value)})
		}
	}
	return all
}

// flowBytes is the longest mapping on one line that is read.
const flowBytes = 4 << 10

func parseFlow(text string) (entries []*yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil { // a crash of the decoder is a line that cannot be read
			entries, err = nil, fmt.Errorf("read a mapping: %v", r)
		}
	}()
	var doc yaml.Node
	if len(text) > flowBytes {
		return nil, fmt.Errorf("read a mapping: it has %d bytes", len(text))
	}
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, err
	}
	return doc.Content[0].Content, nil
}

func keysOf(n int, at func(int) string) string {
	keys := make([]string, n)
	for i := range keys {
		keys[i] = at(i)
	}
	return strings.Join(keys, ".")
}
