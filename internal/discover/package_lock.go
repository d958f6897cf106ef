package discover

import (
	"strings"

	"github.com/lodemark/lodemark"
)

// readWholePackageLock reads every package of package-lock.json, copies below other packages included: what is installed twice is
// there in two versions. Files of the second layout say all twice, and those of the first nest.
func readWholePackageLock(m *manifest, w *jsonWalk) error {
	w.depth = maxNesting
	r := packageLockReader{m: m, found: map[string]int{}}
	if err := w.walk(r.visit); err != nil {
		return err
	}
	kept := m.fixes[:0]
	for _, d := range m.fixes {
		if d.version == "" || r.flat && d.group == nestedLayout {
			continue // a link to a folder of this tree, or said a second time
		}
		d.group = ""
		kept = append(kept, d)
	}
	m.fixes = kept
	return nil
}

// nestedLayout marks what came from "dependencies", until it is known whether there is "packages" as well.
const nestedLayout = "nested"

type packageLockReader struct {
	m     *manifest
	found map[string]int
	flat  bool // the file has "packages"
}

func (r *packageLockReader) visit(path []string, value string, line int) {
	name, depth, nested := "", 0, false
	switch {
	case len(path) >= 2 && path[0] == "packages":
		r.flat = true
		at := strings.LastIndex("/"+path[1], "/node_modules/")
		if at < 0 {
			r.project(path)
			return
		}
		name, depth, nested = path[1][at+len("node_modules/"):], 2, strings.Count("/"+path[1], "/node_modules/") > 1
	case len(path) >= 2 && path[0] == "dependencies":
		for depth = 2; depth+1 < len(path) && path[depth] == "dependencies"; depth += 2 {
			nested = true
		}
		name = path[depth-1]
	default:
		return
	}
	if len(path) != depth+1 && len(path) != depth || name == "" {
		return
	}
	key := strings.Join(path[:depth], "\x00")
	i, seen := r.found[key]
	if !seen {
		i = len(r.m.fixes)
		r.found[key] = i
		d := dependency{name: name, line: line, pin: lodemark.PinTag, through: nested}
		if path[0] == "dependencies" {
			d.group = nestedLayout
		}
		r.m.fixes = append(r.m.fixes, d)
	}
	if len(path) == depth+1 {
		r.m.fixes[i].sayPackageLock(path[depth], value)
	}
}

// project notes a workspace, and what it asks for.
func (r *packageLockReader) project(path []string) {
	switch {
	case len(path) == 2 && path[1] != "":
		r.m.folders = append(r.m.folders, path[1])
	case len(path) == 4 && strings.HasSuffix(strings.ToLower(path[2]), "dependencies") && path[2] != "bundleDependencies":
		if r.m.direct == nil {
			r.m.direct = map[string]bool{}
		}
		r.m.direct[path[3]] = true
	}
}

func (d *dependency) sayPackageLock(key, value string) {
	switch key {
	case "name": // installed under another name
		d.name = value
	case "version":
		if name, version := cutSpec(strings.TrimPrefix(value, "npm:")); strings.HasPrefix(value, "npm:") && version != "" {
			d.name, d.version = name, version // the same, in the first layout
			return
		}
		d.version = value
	case "integrity":
		d.pin = lodemark.PinDigest
	case "resolved":
		if strings.HasPrefix(value, "git") {
			d.address, d.pin = value, lodemark.PinCommit
		}
	}
}

// aliased gives the name of what is installed under another: "short@npm:long@^1.0.0" installs long.
func aliased(name, rest string) string {
	spec, ok := strings.CutPrefix(rest, "npm:")
	if !ok {
		return name
	}
	if real, version := cutSpec(spec); version != "" {
		return real
	}
	return name
}
