package discover

import (
	"bytes"
	"strings"

	"github.com/lodemark/lodemark"
)

// readPackageJSON reads the manifest of npm, Yarn, pnpm and Bun.
func readPackageJSON(v *visit, data []byte) (*manifest, error) {
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	if !root.is(mapping) {
		return nil, &syntaxError{1, "no table at the top"}
	}
	m := &manifest{ecosystem: "npm", format: "package.json", names: true, self: root.get("name").str()}
	var all []dependency
	for _, t := range []struct{ table, group string }{{"dependencies", ""}, {"devDependencies", "dev"}, {"optionalDependencies", "optional"}, {"peerDependencies", "peer"}} {
		for _, e := range root.get(t.table).all() {
			if t.group == "peer" && (root.get("dependencies", e.key) != nil || root.get("devDependencies", e.key) != nil) {
				continue
			}
			all = append(all, npmDependency(e.key, e.value.str(), e.line, t.group))
		}
	}
	workspaces := root.get("workspaces")
	if workspaces.is(mapping) {
		workspaces = workspaces.get("packages")
	}
	for _, w := range workspaces.list() {
		m.members = append(m.members, w.str())
	}
	for _, e := range all {
		m.ships = m.ships || e.name == "electron" || e.name == "@tauri-apps/api"
	}
	m.ships = m.ships || root.get("engines", "vscode") != nil
	m.wants = v.keep(m, all)
	return m, nil
}

// npmDependency reads a range, a tag, an alias, an address or a repository.
func npmDependency(name, spec string, line int, group string) dependency {
	d := dependency{name: name, written: spec, line: line, group: group, pin: lodemark.PinNone}
	if alias, ok := strings.CutPrefix(spec, "npm:"); ok {
		if i := strings.LastIndexByte(alias, '@'); i > 0 {
			d.name, spec = alias[:i], alias[i+1:]
		} else {
			d.name, spec = alias, ""
		}
	}
	for _, local := range []string{"file:", "link:", "portal:", "workspace:"} {
		if strings.HasPrefix(spec, local) {
			d.address, d.pin = spec, lodemark.PinCommit // part of this tree
			return d
		}
	}
	if isNPMRepository(spec) {
		address, rev, _ := strings.Cut(spec, "#")
		d.address, d.version, d.pin = address, rev, pinOfRevision(rev)
		return d
	}
	if strings.Contains(spec, "://") {
		d.address = spec
		return d
	}
	if exact := strings.TrimPrefix(strings.TrimPrefix(spec, "="), "v"); isFullVersion(exact) {
		d.version, d.pin = exact, lodemark.PinTag
	}
	return d
}

func isNPMRepository(spec string) bool {
	if strings.HasPrefix(spec, "git") && (strings.Contains(spec, "://") || strings.HasPrefix(spec, "github:") || strings.HasPrefix(spec, "gitlab:") || strings.HasPrefix(spec, "git@")) {
		return true
	}
	owner, rest, ok := strings.Cut(spec, "/")
	return ok && owner != "" && rest != "" && !strings.Contains(spec, ":") && !strings.HasPrefix(spec, ".") && !strings.HasPrefix(spec, "~") || strings.HasPrefix(spec, "bitbucket:")
}

// isFullVersion says whether a version has three numbers, and after them at most a pre-release or build.
func isFullVersion(s string) bool {
	core, _, _ := strings.Cut(s, "+")
	core, _, _ = strings.Cut(core, "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return false
	}
	for _, p := range parts {
		if !digits(p) {
			return false
		}
	}
	return !strings.ContainsAny(s, " |<>~^*xX") || !strings.ContainsAny(core, " |<>~^*xX") && !strings.ContainsAny(s, " |<>")
}

// readWorkspacePNPM reads which folders pnpm's lock file covers.
func readWorkspacePNPM(v *visit, data []byte) (*manifest, error) {
	docs, err := parseYAML(data)
	if err != nil || len(docs) == 0 {
		return nil, err
	}
	m := &manifest{ecosystem: "npm", format: "pnpm-workspace", names: true}
	for _, item := range docs[0].get("packages").list() {
		m.members = append(m.members, item.str())
	}
	var all []dependency
	for _, e := range docs[0].get("catalog").all() {
		all = append(all, npmDependency(e.key, e.value.str(), e.line, ""))
	}
	for _, c := range docs[0].get("catalogs").all() {
		for _, e := range c.value.all() {
			all = append(all, npmDependency(e.key, e.value.str(), e.line, ""))
		}
	}
	m.wants = v.keep(m, all)
	m.parses = nil
	return m, nil
}

// readDeno reads the imports of a Deno configuration that name packages.
func readDeno(v *visit, data []byte) (*manifest, error) {
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "npm", format: "deno", names: true}
	var all []dependency
	for _, e := range root.get("imports").all() {
		spec, ok := strings.CutPrefix(e.value.str(), "npm:")
		if !ok {
			continue
		}
		spec = strings.TrimPrefix(spec, "/")
		name, version := spec, ""
		if i := strings.LastIndexByte(spec, '@'); i > 0 {
			name, version = spec[:i], spec[i+1:]
			version, _, _ = strings.Cut(version, "/")
		}
		all = append(all, npmDependency(name, version, e.line, ""))
	}
	for _, w := range root.get("workspace").list() {
		m.members = append(m.members, w.str())
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// trimmedKey is a key of a machine-written YAML file without its quotes and colon.
func trimmedKey(line []byte) string {
	return string(bytes.Trim(bytes.TrimSuffix(bytes.TrimSpace(line), []byte(":")), `"'`))
}
