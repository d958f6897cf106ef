package discover

import (
	"bytes"
	"errors"
	"go/version"
	"iter"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"

	"github.com/lodemark/lodemark"
)

// readGoMod reads a Go module's requirements, which name one version each.
func readGoMod(v *visit, data []byte) (*manifest, error) {
	f, err := modfile.ParseLax(v.base, data, nil)
	if err != nil {
		return nil, goError(err)
	}
	m := &manifest{ecosystem: "go", format: "go.mod", names: true}
	if f.Module != nil {
		m.self = f.Module.Mod.Path
	}
	if whole, err := modfile.Parse(v.base, data, nil); v.every && err == nil {
		f = whole // the lax reading leaves out what is put in the place of modules
	}
	m.complete = f.Go != nil && version.Compare("go"+f.Go.Version, "go1.17") >= 0
	replaced := replacementsOf(f)
	var all []dependency
	for _, r := range f.Require {
		d := dependency{name: r.Mod.Path, version: r.Mod.Version, written: r.Mod.Version, pin: lodemark.PinTag, through: r.Indirect}
		if r.Syntax != nil {
			d.line = r.Syntax.Start.Line
		}
		if parts := strings.Split(r.Mod.Version, "-"); len(parts) >= 3 && len(parts[len(parts)-1]) == 12 {
			d.pin = lodemark.PinCommit // a pseudo-version names its commit
		}
		if v.every {
			replaced.apply(&d)
		}
		all = append(all, d)
	}
	m.wants = v.keep(m, all)
	return m, nil
}

// replacements are what a go.mod puts in the place of modules: by path and version, or by path alone.
type replacements map[module.Version]module.Version

func replacementsOf(f *modfile.File) replacements {
	all := replacements{}
	for _, r := range f.Replace {
		all[r.Old] = r.New
	}
	return all
}

// apply names what is built in the place of a module. A folder in its place is part of this tree or of the disk: it has no version.
func (r replacements) apply(d *dependency) {
	with, ok := r[module.Version{Path: d.name, Version: d.version}]
	if !ok {
		with, ok = r[module.Version{Path: d.name}]
	}
	if ok {
		d.name, d.version = with.Path, with.Version
	}
	if ok && with.Version == "" {
		d.address = with.Path
	}
}

func goError(err error) error {
	if list := (modfile.ErrorList)(nil); errors.As(err, &list) && len(list) > 0 {
		return &syntaxError{list[0].Pos.Line, list[0].Err.Error()}
	}
	return err
}

// readGoSum reads the digests of a Go module's dependencies.
func readGoSum(v *visit, data []byte) (*manifest, error) { return goSum(v, bytes.Lines(data)) }

func goSum(v *visit, lines iter.Seq[[]byte]) (*manifest, error) {
	m := &manifest{ecosystem: "go", format: "go.sum", locks: true, folders: []string{""}}
	number := 0
	for raw := range lines {
		number++
		name, rest, ok := bytes.Cut(raw, []byte(" "))
		version, _, _ := bytes.Cut(rest, []byte(" "))
		if !ok || bytes.HasSuffix(version, []byte("/go.mod")) || !bytes.ContainsRune(name, '.') {
			continue
		}
		if v.wants("go", string(name)) {
			m.fixes = append(m.fixes, dependency{name: string(name), version: string(version), line: number, pin: lodemark.PinDigest})
		}
	}
	return m, nil
}

// readGoWork reads which modules a workspace joins.
func readGoWork(v *visit, data []byte) (*manifest, error) {
	f, err := modfile.ParseWork(v.base, data, nil)
	if err != nil {
		return nil, goError(err)
	}
	m := &manifest{ecosystem: "go", format: "go.work", names: true}
	for _, u := range f.Use {
		m.members = append(m.members, strings.TrimPrefix(u.Path, "./"))
	}
	return m, nil
}
