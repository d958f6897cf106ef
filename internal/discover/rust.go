package discover

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// readCargo reads a crate's or workspace's manifest.
func readCargo(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "cargo", format: "cargo", names: true, self: root.get("package", "name").str()}
	var all []dependency
	add := func(table *node, group string) {
		for _, e := range table.all() {
			all = append(all, cargoDependency(e, group))
		}
	}
	tables := func(n *node) {
		add(n.get("dependencies"), "")
		add(n.get("dev-dependencies"), "dev")
		add(n.get("build-dependencies"), "build")
	}
	tables(root)
	for _, e := range root.get("target").all() {
		tables(e.value)
	}
	add(root.get("workspace", "dependencies"), "")
	for _, item := range root.get("workspace", "members").list() {
		m.members = append(m.members, item.str())
	}
	m.wants = v.keep(m, all)
	return m, nil
}

func cargoDependency(e entry, group string) dependency {
	d := dependency{name: e.key, line: e.line, group: group, pin: lodemark.PinNone}
	if !e.value.is(mapping) {
		d.written = e.value.str()
	} else {
		d.fromTable(e.value)
		d.name = firstNonEmpty(e.value.get("package").str(), e.key)
		if d.address != "" {
			return d
		}
	}
	d.version, d.pin = "", lodemark.PinNone
	if exact, ok := strings.CutPrefix(strings.TrimSpace(d.written), "="); ok { // a bare version is a range here
		d.version, d.pin = strings.TrimSpace(exact), lodemark.PinTag
	}
	return d
}

// readCargoLock reads the lock file of a crate or workspace; packages without a source are those of the tree itself.
func readCargoLock(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "cargo", format: "cargo", locks: true, folders: []string{""}}
	for _, p := range root.get("package").list() {
		name, source := p.get("name").str(), p.get("source").str()
		if source == "" {
			m.projects = append(m.projects, name)
			continue
		}
		if !v.wants("cargo", name) {
			continue
		}
		d := dependency{name: name, version: p.get("version").str(), line: p.line, pin: lodemark.PinTag}
		switch {
		case p.get("checksum").str() != "":
			d.pin, d.digest = lodemark.PinDigest, "sha256:"+p.get("checksum").str()
		case strings.HasPrefix(source, "git+"):
			d.pin, d.address = lodemark.PinCommit, source
		}
		m.fixes = append(m.fixes, d)
	}
	return m, nil
}
