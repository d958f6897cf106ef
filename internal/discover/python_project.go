package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

// readPyproject reads the dependencies of a project as PEP 621 and PEP 735 write them, and as Poetry, PDM, uv, Hatch and
// Flit do.
func readPyproject(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "pypi", format: "pyproject", names: true}
	project, poetry := root.get("project"), root.get("tool", "poetry")
	m.self = pythonName(firstNonEmpty(project.get("name").str(), poetry.get("name").str()))
	if project.get("dependencies") == nil && poetry.get("dependencies") != nil {
		m.format = "poetry"
	}
	var all []dependency
	add := func(n *node, group string) {
		for _, item := range n.list() {
			if d, ok := parseRequirement(item.str()); ok {
				d.line, d.group = item.line, group
				all = append(all, d)
			}
		}
	}
	add(project.get("dependencies"), "")
	for _, e := range project.get("optional-dependencies").all() {
		add(e.value, "extra:"+e.key)
	}
	for _, e := range root.get("dependency-groups").all() {
		add(e.value, "group:"+e.key)
	}
	for _, e := range root.get("tool", "pdm", "dev-dependencies").all() {
		add(e.value, "group:"+e.key)
	}
	add(root.get("tool", "uv", "dev-dependencies"), "group:dev")
	for _, e := range root.get("tool", "hatch", "envs").all() {
		add(e.value.get("dependencies"), "group:"+e.key)
		add(e.value.get("extra-dependencies"), "group:"+e.key)
	}
	for _, e := range root.get("tool", "flit", "metadata", "requires-extra").all() {
		add(e.value, "extra:"+e.key)
	}
	add(root.get("tool", "flit", "metadata", "requires"), "")
	all = append(all, poetryTable(poetry.get("dependencies"), "")...)
	all = append(all, poetryTable(poetry.get("dev-dependencies"), "group:dev")...)
	for _, e := range poetry.get("group").all() {
		all = append(all, poetryTable(e.value.get("dependencies"), "group:"+e.key)...)
	}
	applySources(all, root.get("tool", "uv", "sources"))
	for _, item := range root.get("tool", "uv", "workspace", "members").list() {
		m.members = append(m.members, item.str())
	}
	if len(all) == 0 && project == nil && poetry == nil && root.get("dependency-groups") == nil && len(m.members) == 0 {
		return nil, nil // settings of tools only
	}
	m.wants = v.keep(m, all)
	return m, nil
}

func firstNonEmpty(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// poetryTable reads "name = constraint" and "name = {version = ..., git = ...}", or a list of such tables.
func poetryTable(table *node, group string) []dependency {
	var all []dependency
	for _, e := range table.all() {
		if e.key == "python" {
			continue
		}
		d := dependency{name: pythonName(e.key), spelled: e.key, line: e.line, group: group}
		value := e.value
		if value.is(list) && len(value.items) > 0 {
			value = value.items[0]
		}
		d.fromTable(value)
		all = append(all, d)
	}
	return all
}

// fromTable reads a version or a source as Poetry, Pipenv and uv write them.
func (d *dependency) fromTable(n *node) {
	if !n.is(mapping) {
		d.written = n.str()
		d.version, d.pin = poetryVersion(n.str())
		return
	}
	d.written = n.get("version").str()
	d.version, d.pin = poetryVersion(d.written)
	if git := n.get("git"); git != nil {
		rev := firstOf(n, "rev", "tag", "branch", "ref")
		d.address, d.version, d.pin = git.str(), rev, pinOfRevision(rev)
		switch {
		case n.get("tag") != nil:
			d.pin = lodemark.PinTag
		case n.get("branch") != nil && n.get("rev") == nil:
			d.pin = lodemark.PinBranch
		}
		return
	}
	if url := n.get("url"); url != nil {
		d.setAddress(url.str())
	}
	if n.get("path") != nil || n.get("workspace").str() == "true" {
		d.address, d.pin = firstNonEmpty(n.get("path").str(), "workspace"), lodemark.PinCommit // part of this tree
	}
}

// poetryVersion: a bare version means exactly that one.
func poetryVersion(s string) (string, lodemark.Pin) {
	s = strings.TrimSpace(s)
	if s != "" && s[0] >= '0' && s[0] <= '9' && !strings.ContainsAny(s, "*,|<>~^ ") {
		return s, lodemark.PinTag
	}
	return pythonVersion(s)
}

// applySources lets uv's table of sources say where a package really comes from.
func applySources(all []dependency, sources *node) {
	byName := map[string]*node{}
	for _, e := range sources.all() {
		source := e.value
		if source.is(list) && len(source.items) > 0 {
			source = source.items[0]
		}
		if source.get("index") == nil {
			byName[pythonName(e.key)] = source
		}
	}
	for i := range all {
		if source := byName[all[i].name]; source != nil {
			written := all[i].written
			all[i].fromTable(source)
			all[i].written = firstNonEmpty(written, all[i].written)
		}
	}
}

// readPipfile reads Pipenv's manifest.
func readPipfile(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "pypi", format: "pipfile", names: true}
	var all []dependency
	for _, e := range root.all() {
		if e.key == "source" || e.key == "requires" || e.key == "scripts" || e.key == "pipenv" || !e.value.is(mapping) {
			continue
		}
		group := ""
		if e.key != "packages" {
			group = "group:" + e.key
		}
		for _, p := range e.value.all() {
			d := dependency{name: pythonName(p.key), spelled: p.key, line: p.line, group: group}
			d.fromTable(p.value)
			if !p.value.is(mapping) { // here a bare version is none: "==" must be written
				d.version, d.pin = pythonVersion(p.value.str())
			}
			all = append(all, d)
		}
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// readSetupCfg reads the lists of install_requires and of extras.
func readSetupCfg(v *visit, data []byte) (*manifest, error) {
	m := &manifest{ecosystem: "pypi", format: "setup.cfg"}
	section, key, number := "", "", 0
	var all []dependency
	for raw := range bytes.Lines(data) {
		number++
		line := strings.TrimRight(string(raw), " \t\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || trimmed[0] == '#' || trimmed[0] == ';':
			continue
		case line[0] == '[':
			section, key = strings.Trim(trimmed, "[]"), ""
			continue
		case line[0] != ' ' && line[0] != '\t':
			name, value, _ := strings.Cut(line, "=")
			key = strings.TrimSpace(name)
			if section == "metadata" {
				if key == "name" {
					m.self = pythonName(strings.TrimSpace(value))
				}
			}
			trimmed = strings.TrimSpace(value)
		}
		group, ok := setupGroup(section, key)
		if !ok {
			continue
		}
		m.names = true
		for part := range strings.SplitSeq(trimmed, "\n") {
			if d, ok := parseRequirement(part); ok {
				d.line, d.group = number, group
				all = append(all, d)
			}
		}
	}
	m.wants = v.keep(m, all)
	return m, nil
}

func setupGroup(section, key string) (group string, ok bool) {
	switch {
	case section == "options" && (key == "install_requires" || key == "install-requires"):
		return "", true
	case section == "options" && (key == "tests_require" || key == "setup_requires"):
		return "group:dev", true
	case section == "options.extras_require":
		return "extra:" + key, true
	}
	return "", false
}

// readSetupPy takes the literal lists that setup() is given. Nothing is run: a list that is computed stays unknown.
func readSetupPy(v *visit, data []byte) (*manifest, error) {
	m := &manifest{ecosystem: "pypi", format: "setup.py"}
	lines := indexLines(data)
	var all []dependency
	for _, word := range []string{"install_requires", "requires", "REQUIRED", "extras_require", "tests_require", "setup_requires", "REQUIREMENTS", "requirements", "extras", "_deps", "INSTALL_REQUIRES", "REQUIRED_PACKAGES", "DEPENDENCIES", "dependencies"} {
		for at := 0; ; {
			i := bytes.Index(data[at:], []byte(word))
			if i < 0 {
				break
			}
			at += i + len(word)
			before := at - len(word) - 1
			if before >= 0 && (isNameByte(data[before]) || data[before] == '"' || data[before] == '\'') {
				continue
			}
			group := ""
			if strings.HasPrefix(word, "extras") || strings.HasPrefix(word, "tests") || strings.HasPrefix(word, "setup") {
				group = "extra:" + word
			}
			rest := bytes.TrimLeft(data[at:min(at+40, len(data))], " \t")
			if len(rest) == 0 || rest[0] != '=' || len(rest) > 1 && rest[1] == '=' {
				continue
			}
			found, end := literalStrings(data, at, lines)
			for _, d := range found {
				d.group = group
				all = append(all, d)
			}
			at = max(at, end)
		}
	}
	if !bytes.Contains(data, []byte("setup(")) {
		return nil, nil
	}
	m.names = true
	m.wants = v.keep(m, all)
	return m, nil
}

// literalStrings reads the strings of the list, tuple or table that begins behind an assignment.
func literalStrings(data []byte, at int, lines lineIndex) (all []dependency, end int) {
	depth := 0
	for i := at + bytes.IndexByte(data[at:], '=') + 1; i < len(data); i++ {
		switch c := data[i]; c {
		case ' ', '\t', '\r':
		case '\n':
			if depth == 0 {
				return all, i
			}
		case '[', '(', '{':
			depth++
		case ']', ')', '}':
			if depth--; depth <= 0 {
				return all, i
			}
		case '#':
			for i+1 < len(data) && data[i+1] != '\n' {
				i++
			}
		case '"', '\'':
			close := bytes.IndexByte(data[i+1:], c)
			if close < 0 {
				return all, len(data)
			}
			if d, ok := parseRequirement(string(data[i+1 : i+1+close])); ok && depth > 0 && !isTableKey(data, i+2+close) {
				d.line = lines.line(i)
				all = append(all, d)
			}
			i += close + 1
		default:
			if depth == 0 {
				return all, i // a call or a name: computed
			}
		}
	}
	return all, len(data)
}

func isTableKey(data []byte, after int) bool {
	rest := bytes.TrimLeft(data[min(after, len(data)):min(after+8, len(data))], " ")
	return len(rest) > 0 && rest[0] == ':'
}

// readConda reads an environment of conda, with what pip adds to it.
func readConda(v *visit, data []byte) (*manifest, error) {
	docs, err := parseYAML(data)
	if err != nil {
		if bytes.Contains(data, []byte("{{")) {
			return nil, nil
		}
		return nil, err
	}
	if len(docs) == 0 || docs[0].get("dependencies") == nil || !docs[0].get("dependencies").is(list) {
		return nil, nil
	}
	m := &manifest{ecosystem: "conda", format: "conda", names: true}
	var all []dependency
	for _, item := range docs[0].get("dependencies").list() {
		if item.is(mapping) {
			for _, p := range item.get("pip").list() {
				text := p.str()
				if file, ok := strings.CutPrefix(text, "-r "); ok {
					m.files = append(m.files, strings.TrimSpace(file))
				}
				if d, ok := parseRequirement(text); ok {
					d.line = p.line
					all = append(all, d)
				}
			}
			continue
		}
		if d, ok := condaSpec(item.str()); ok {
			d.line = item.line
			all = append(all, d)
		}
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// condaSpec reads "channel::name=version=build".
func condaSpec(s string) (d dependency, ok bool) {
	if i := strings.LastIndex(s, "::"); i >= 0 {
		s = s[i+2:]
	}
	s = strings.TrimSpace(s)
	end := 0
	for end < len(s) && isNameByte(s[end]) {
		end++
	}
	if end == 0 {
		return d, false
	}
	d.name, d.written, d.pin = pythonName(s[:end]), strings.TrimSpace(s[end:]), lodemark.PinNone
	version := strings.TrimLeft(d.written, "=")
	if d.written != "" && d.written[0] == '=' && !strings.ContainsAny(version, "*,|<>~!") {
		version, _, _ = strings.Cut(version, "=")
		d.version, d.pin = version, lodemark.PinTag
	}
	return d, true
}
