package discover

import (
	"bytes"
	"errors"
	"strings"

	"golang.org/x/mod/modfile"

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
	var all []dependency
	for _, r := range f.Require {
		d := dependency{name: r.Mod.Path, version: r.Mod.Version, written: r.Mod.Version, pin: lodemark.PinTag, through: r.Indirect}
		if r.Syntax != nil {
			d.line = r.Syntax.Start.Line
		}
		if parts := strings.Split(r.Mod.Version, "-"); len(parts) >= 3 && len(parts[len(parts)-1]) == 12 {
			d.pin = lodemark.PinCommit // a pseudo-version names its commit
		}
		all = append(all, d)
	}
	m.wants = m.keep(all)
	return m, nil
}

func goError(err error) error {
	if list := (modfile.ErrorList)(nil); errors.As(err, &list) && len(list) > 0 {
		return &syntaxError{list[0].Pos.Line, list[0].Err.Error()}
	}
	return err
}

// readGoSum reads the digests of a Go module's dependencies.
func readGoSum(_ *visit, data []byte) (*manifest, error) {
	m := &manifest{ecosystem: "go", format: "go.sum", locks: true, folders: []string{""}}
	number := 0
	for raw := range bytes.Lines(data) {
		number++
		name, rest, ok := bytes.Cut(raw, []byte(" "))
		version, _, _ := bytes.Cut(rest, []byte(" "))
		if !ok || bytes.HasSuffix(version, []byte("/go.mod")) || !bytes.ContainsRune(name, '.') {
			continue
		}
		if _, known := packageOf("go", string(name)); known {
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
