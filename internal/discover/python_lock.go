package discover

import (
	"bytes"
	"iter"
	"strings"

	"github.com/lodemark/lodemark"
)

// readPythonLock reads uv.lock, poetry.lock, pdm.lock and pylock.toml: tables of packages with a version and digests.
func readPythonLock(v *visit, data []byte) (*manifest, error) {
	root, err := parseTOML(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "pypi", locks: true, format: strings.TrimSuffix(v.lower, ".lock"), folders: []string{""}}
	packages := root.get("package")
	if packages == nil {
		packages = root.get("packages")
	}
	var all []dependency
	for _, p := range packages.list() {
		name := p.get("name")
		source := p.get("source")
		if local := firstOf(source, "editable", "virtual", "directory"); local != "" && m.format == "uv" {
			m.folders = append(m.folders, local)
			m.takeDirect(p)
			continue
		}
		d := dependency{name: pythonName(name.str()), version: p.get("version").str(), line: p.line, pin: lodemark.PinTag}
		if hasHash(p) {
			d.pin = lodemark.PinDigest
		}
		if git := firstNonEmpty(source.get("git").str(), p.get("vcs", "url").str()); git != "" {
			d.address, d.pin = git, lodemark.PinCommit
		} else if source.get("type").str() == "git" {
			d.address, d.pin = source.get("url").str(), pinOfRevision(firstNonEmpty(source.get("resolved_reference").str(), source.get("reference").str()))
		}
		if local := firstNonEmpty(firstOf(source, "editable", "virtual", "directory", "path"), p.get("path").str(), firstOf(p.get("directory"), "path")); local != "" || source.get("type").str() == "directory" {
			d.address = firstNonEmpty(d.address, local, source.get("url").str()) // part of this tree, or beside it
		}
		all = append(all, d)
	}
	if packages == nil && m.format != "uv" && root.get("metadata") == nil && root.get("lock-version") == nil {
		return nil, &syntaxError{1, "no packages in it, so it fixes nothing"}
	}
	m.fixes = v.keep(m, all)
	m.parses = nil
	return m, nil
}

// readPylock is readPythonLock for the names pylock.<anything>.toml.
func readPylock(v *visit, data []byte) (*manifest, error) {
	m, err := readPythonLock(v, data)
	if m != nil {
		m.format = "pylock"
	}
	return m, err
}

// takeDirect notes what a project of a workspace asks for itself.
func (m *manifest) takeDirect(p *node) {
	if m.direct == nil {
		m.direct = map[string]bool{}
	}
	for _, d := range p.get("dependencies").list() {
		m.direct[pythonName(d.get("name").str())] = true
	}
	for _, table := range []string{"optional-dependencies", "dev-dependencies"} {
		for _, e := range p.get(table).all() {
			for _, d := range e.value.list() {
				m.direct[pythonName(d.get("name").str())] = true
			}
		}
	}
}

func hasHash(p *node) bool {
	if p.get("sdist", "hash") != nil || p.get("sdist", "hashes") != nil || p.get("archive", "hashes") != nil {
		return true
	}
	for _, table := range []string{"wheels", "files"} {
		for _, f := range p.get(table).list() {
			if f.get("hash") != nil || f.get("hashes") != nil {
				return true
			}
		}
	}
	return false
}

// readPipfileLock reads Pipenv's lock file.
func readPipfileLock(v *visit, data []byte) (*manifest, error) {
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "pypi", locks: true, format: "pipfile", folders: []string{""}}
	var all []dependency
	for _, group := range []string{"default", "develop"} {
		for _, e := range root.get(group).all() {
			d := dependency{name: pythonName(e.key), line: e.line, pin: lodemark.PinTag}
			d.version, _ = pythonVersion(e.value.get("version").str())
			if len(e.value.get("hashes").list()) > 0 {
				d.pin = lodemark.PinDigest
			}
			if ref := e.value.get("ref").str(); ref != "" {
				d.address, d.version, d.pin = e.value.get("git").str(), ref, pinOfRevision(ref)
			}
			all = append(all, d)
		}
	}
	m.fixes = v.keep(m, all)
	m.parses = nil
	return m, nil
}

// readCondaLock reads conda-lock's unified lock file line by line: such files are large and all alike.
func readCondaLock(v *visit, data []byte) (*manifest, error) { return condaLock(v, bytes.Lines(data)) }

func condaLock(v *visit, lines iter.Seq[[]byte]) (*manifest, error) {
	m := &manifest{ecosystem: "conda", locks: true, format: "conda-lock", folders: []string{""}}
	var all []dependency
	number := 0
	for raw := range lines {
		number++
		line := string(raw[:min(len(raw), 400)])
		key, value, ok := strings.Cut(strings.TrimLeft(line, " -"), ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch {
		case !ok:
		case key == "name":
			all = append(all, dependency{name: pythonName(value), line: number, pin: lodemark.PinTag})
		case len(all) == 0:
		case key == "version" && all[len(all)-1].version == "":
			all[len(all)-1].version = value
		case key == "sha256":
			all[len(all)-1].pin = lodemark.PinDigest
		case key == "manager" && value == "pip":
			all[len(all)-1].group = "pip" // a package of the Python index among those of conda
		}
	}
	m.fixes = v.keep(m, all)
	m.parses = nil
	return m, nil
}
