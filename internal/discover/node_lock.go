package discover

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"strings"

	"github.com/lodemark/lodemark"
)

// Lock files of Node projects are large and written by machines, so they are read in one pass and only what concerns AI
// packages is kept.

// readPackageLock reads package-lock.json and npm-shrinkwrap.json of all three layouts.
func readPackageLock(v *visit, data []byte) (*manifest, error) {
	return packageLock(v, &jsonWalk{d: json.NewDecoder(bytes.NewReader(trimBOM(data))), lines: indexLines(trimBOM(data))})
}

func packageLock(v *visit, w *jsonWalk) (*manifest, error) {
	m := &manifest{ecosystem: "npm", locks: true, format: "npm", folders: []string{""}}
	found := map[string]int{}
	if v.every {
		return m, readWholePackageLock(m, w)
	}
	err := w.walk(func(path []string, value string, line int) {
		if len(path) < 2 || path[0] != "packages" && path[0] != "dependencies" {
			return
		}
		key := path[1]
		if path[0] == "packages" && !strings.Contains("/"+key+"/", "/node_modules/") {
			if len(path) == 2 && key != "" {
				m.folders = append(m.folders, key) // a workspace
			}
			return
		}
		if path[0] == "packages" {
			if strings.Count("/"+key, "/node_modules/") > 1 || !strings.HasPrefix(key, "node_modules/") {
				return // a copy below another package
			}
			key = strings.TrimPrefix(key, "node_modules/")
		}
		if !v.wants("npm", key) {
			return
		}
		i, seen := found[key]
		if !seen {
			i = len(m.fixes)
			found[key] = i
			m.fixes = append(m.fixes, dependency{name: key, line: line, pin: lodemark.PinTag})
		}
		if len(path) != 3 {
			return
		}
		switch path[2] {
		case "version":
			m.fixes[i].version = value
		case "integrity":
			m.fixes[i].pin = lodemark.PinDigest
		case "resolved":
			if strings.HasPrefix(value, "git") {
				m.fixes[i].address, m.fixes[i].pin = value, lodemark.PinCommit
			}
		}
	})
	return m, err
}

// jsonWalk goes through JSON without keeping it.
type jsonWalk struct {
	d     *json.Decoder
	lines interface{ line(offset int) int }
	path  []string
	depth int // how many keys deep visits go; 0: three
}

// walk calls visit for each key of a table with its path, and, for a text or number, its value.
func (w *jsonWalk) walk(visit func(path []string, value string, line int)) error {
	type level struct {
		table bool
		key   bool // the next string is a key
	}
	var levels []level
	depth := cmp.Or(w.depth, 3)
	for {
		token, err := w.d.Token()
		if errors.Is(err, io.EOF) {
			if len(levels) > 0 {
				return &syntaxError{w.line(), "the file ends inside a table"}
			}
			return nil
		}
		if err != nil {
			return w.malformed(err)
		}
		top := len(levels) - 1
		if top >= 0 && levels[top].table && levels[top].key {
			if key, ok := token.(string); ok {
				w.path = append(w.path[:top], key)
				levels[top].key = false
				continue
			}
		}
		switch t := token.(type) {
		case json.Delim:
			if t == '{' || t == '[' {
				if len(levels) >= maxNesting {
					return &syntaxError{w.line(), "nested too deep"}
				}
				if top >= 0 && levels[top].table && len(w.path) <= depth {
					visit(w.path, "", w.line())
				}
				if top >= 0 {
					levels[top].key = levels[top].table
				}
				if top >= 0 && !levels[top].table {
					w.path = append(w.path[:top], "")
				}
				levels = append(levels, level{t == '{', t == '{'})
				continue
			}
			levels = levels[:top]
			w.path = w.path[:min(len(w.path), max(len(levels)-1, 0))]
			continue
		case string:
			if top >= 0 && levels[top].table && len(w.path) <= depth {
				visit(w.path, t, w.line())
			}
		}
		if top >= 0 {
			levels[top].key = levels[top].table
		}
	}
}

func (w *jsonWalk) line() int { return w.lines.line(int(w.d.InputOffset()) - 1) }

func (w *jsonWalk) malformed(err error) error {
	e := &syntaxError{w.line(), err.Error()}
	if se := (*json.SyntaxError)(nil); errors.As(err, &se) {
		e.line = w.lines.line(int(se.Offset) - 1)
	}
	return e
}

// readYarnLock reads the lock file of Yarn 1, which has a format of its own, and of later versions, which is YAML.
func readYarnLock(v *visit, data []byte) (*manifest, error) { return yarnLock(v, bytes.Lines(data)) }

func yarnLock(v *visit, lines iter.Seq[[]byte]) (*manifest, error) {
	m := &manifest{ecosystem: "npm", locks: true, format: "yarn", folders: []string{""}}
	current, number := -1, 0
	for raw := range lines {
		number++
		line := bytes.TrimRight(raw, "\r\n")
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if line[0] != ' ' {
			current = -1
			if line[len(line)-1] != ':' {
				continue
			}
			for spec := range strings.SplitSeq(strings.Trim(trimmedKey(line), `"`), ",") {
				name, rest := cutSpec(strings.Trim(strings.TrimSpace(spec), `"`))
				if folder, ok := strings.CutPrefix(rest, "workspace:"); ok && !strings.ContainsAny(folder, "*^~") {
					m.folders = append(m.folders, folder)
				}
				if v.every {
					name = aliased(name, rest)
				}
				if v.wants("npm", name) && name != "__metadata" && current < 0 && !strings.HasPrefix(rest, "workspace:") {
					current = len(m.fixes)
					m.fixes = append(m.fixes, dependency{name: name, line: number, pin: lodemark.PinTag})
				}
			}
			continue
		}
		if current < 0 || len(line) < 3 || !bytes.HasPrefix(line, []byte("  ")) || line[2] == ' ' {
			continue
		}
		key, value, _ := strings.Cut(strings.TrimSpace(string(line[:min(len(line), 1000)])), " ")
		switch strings.TrimSuffix(key, ":") {
		case "version":
			m.fixes[current].version = strings.Trim(value, `"`)
		case "integrity", "checksum":
			m.fixes[current].pin = lodemark.PinDigest
		case "resolution": // "name@npm:1.0.0", or a folder, repository or patch
			if _, from := cutSpec(strings.Trim(value, `"`)); v.every && !strings.HasPrefix(from, "npm:") && !strings.HasPrefix(from, "patch:") {
				m.fixes[current].address = from
			}
		case "resolved":
			if address := strings.Trim(value, `"`); v.every && strings.HasPrefix(address, "git") {
				m.fixes[current].address = address
			}
		}
	}
	return m, nil
}

// cutSpec cuts "name@range" and "@scope/name@npm:range".
func cutSpec(s string) (name, rest string) {
	i := strings.IndexByte(s[min(1, len(s)):], '@')
	if i < 0 {
		return s, ""
	}
	return s[:i+1], s[i+2:]
}

// readPNPMLock reads pnpm's lock file: folders under importers, packages under "name@version" keys.
func readPNPMLock(v *visit, data []byte) (*manifest, error) { return pnpmLock(v, bytes.Lines(data)) }

func pnpmLock(v *visit, lines iter.Seq[[]byte]) (*manifest, error) {
	m := &manifest{ecosystem: "npm", locks: true, format: "pnpm", folders: []string{""}}
	section, current, number := "", -1, 0
	for raw := range lines {
		number++
		line := bytes.TrimRight(raw[:min(len(raw), 1000)], "\r\n")
		indent := len(line) - len(bytes.TrimLeft(line, " "))
		if indent == len(line) || line[indent] == '#' {
			continue
		}
		switch {
		case indent == 0:
			section, current = trimmedKey(line), -1
		case indent == 2 && section == "importers":
			if folder := trimmedKey(line); folder != "." {
				m.folders = append(m.folders, folder)
			}
		case indent == 2 && (section == "packages" || section == "snapshots"):
			current = -1
			name, version := pnpmKey(trimmedKey(line))
			if !v.wants("npm", name) || section == "snapshots" {
				continue
			}
			current = len(m.fixes)
			m.fixes = append(m.fixes, dependency{name: name, version: version, line: number, pin: lodemark.PinTag})
		case indent > 2 && current >= 0 && bytes.Contains(line, []byte("integrity:")):
			m.fixes[current].pin = lodemark.PinDigest
		case indent == 4 && current >= 0 && v.every:
			m.fixes[current].sayPNPM(line)
		}
	}
	return m, nil
}

// sayPNPM takes the name and version of what comes from an address: its key is that address.
func (d *dependency) sayPNPM(line []byte) {
	key, value, _ := strings.Cut(strings.TrimSpace(string(line)), ":")
	value = strings.Trim(strings.TrimSpace(value), `'"`)
	switch {
	case value == "":
	case key == "version":
		d.version = value
	case key == "name":
		d.name = value
	case key == "resolution" && (strings.Contains(value, "tarball: ") || strings.Contains(value, "repo: ") || strings.Contains(value, "directory: ")):
		d.address = value
	}
}

// pnpmKey reads "/name@1.0.0", "name@1.0.0(peer@2.0.0)" and, of old files, "/name/1.0.0".
func pnpmKey(key string) (name, version string) {
	old := strings.HasPrefix(key, "/")
	key, _, _ = strings.Cut(strings.TrimPrefix(key, "/"), "(")
	if name, version, ok := pnpmOldKey(key); old && ok {
		return name, version
	}
	if name, version = cutSpec(key); version != "" {
		return name, version
	}
	if i := strings.LastIndexByte(key, '/'); i > 0 && i+1 < len(key) && key[i+1] >= '0' && key[i+1] <= '9' {
		return key[:i], key[i+1:]
	}
	return key, ""
}

// pnpmOldKey reads "name/1.0.0" and "@scope/name/1.0.0_peer@2.0.0", as files before version 6 have them.
func pnpmOldKey(key string) (name, version string, ok bool) {
	from := 0
	if strings.HasPrefix(key, "@") {
		from = strings.IndexByte(key, '/') + 1
	}
	i := strings.IndexAny(key[from:], "/@")
	if i < 0 || key[from+i] == '@' {
		return "", "", false
	}
	version, _, _ = strings.Cut(key[from+i+1:], "_")
	return key[:from+i], version, version != "" && version[0] >= '0' && version[0] <= '9'
}

// readBunLock reads Bun's text lock file.
func readBunLock(v *visit, data []byte) (*manifest, error) {
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "npm", locks: true, format: "bun"}
	for _, e := range root.get("workspaces").all() {
		m.folders = append(m.folders, e.key)
	}
	for _, e := range root.get("packages").all() {
		parts := e.value.list()
		if len(parts) == 0 {
			continue
		}
		name, version := cutSpec(parts[0].str())
		if !v.wants("npm", name) || e.key != name && !v.every {
			continue
		}
		d := dependency{name: name, version: version, line: e.line, pin: lodemark.PinTag, through: strings.Count(e.key, "/") > strings.Count(name, "/")}
		if last := parts[len(parts)-1].str(); strings.HasPrefix(last, "sha") {
			d.pin = lodemark.PinDigest
		}
		m.fixes = append(m.fixes, d)
	}
	return m, nil
}

// readBunBinary: the older lock file of Bun is binary. That it is there is all that is read of it.
func readBunBinary(_ *visit, data []byte) (*manifest, error) {
	if !bytes.HasPrefix(data, []byte("#!/usr/bin/env bun")) {
		return nil, &syntaxError{0, "not a lock file of Bun"}
	}
	return &manifest{ecosystem: "npm", locks: true, format: "bun", folders: []string{""}}, nil
}

// readDenoLock: the packages of a Deno lock file stand as "name@version" keys.
func readDenoLock(v *visit, data []byte) (*manifest, error) {
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	m := &manifest{ecosystem: "npm", locks: true, format: "deno", folders: []string{""}}
	for _, table := range []*node{root.get("npm"), root.get("packages", "npm")} {
		for _, e := range table.all() {
			name, version := cutSpec(e.key)
			version, _, _ = strings.Cut(version, "_")
			if v.wants("npm", name) {
				m.fixes = append(m.fixes, dependency{name: name, version: version, line: e.line, pin: lodemark.PinDigest})
			}
		}
	}
	return m, nil
}
