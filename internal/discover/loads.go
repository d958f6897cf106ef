package discover

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/lodemark/lodemark"
)

// linkLoads ties the model files of a tree to the code, the commands and the settings that name them, in both directions. A path counts from the
// root of the tree, from the folder of the file that names it, or from one above that, in this order; a path of which the beginning is not known,
// or that is absolute, is the one file of the tree that ends like it. What no file of the tree bears is told as such: it is built, fetched or
// mounted elsewhere.
func linkLoads(s *lodemark.System) {
	t := treeOf(s)
	loaded, named, written := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for i := range s.Code {
		c := &s.Code[i]
		if c.Kind != lodemark.KindModel && c.Kind != lodemark.KindEmbeddingModel {
			continue
		}
		known := c.Detail[lodemark.LoadPath]
		how := c.Detail[lodemark.LoadFrom]
		name := firstNonEmpty(known, c.Name)
		if c.Origin == lodemark.OriginUnresolved && known == "" || strings.Contains(name, "://") || len(name) > 300 {
			continue
		}
		surely := known != "" || c.Detail["source"] == "local" && isPath(name)
		found, ok := t.find(name, how, path.Dir(c.Path), surely)
		lines := c.Detail[lodemark.LoadLines]
		if c.Detail = maps.Clone(c.Detail); c.Detail == nil {
			c.Detail = map[string]string{}
		}
		for _, d := range []string{lodemark.LoadPath, lodemark.LoadFrom, lodemark.LoadLines} {
			delete(c.Detail, d)
		}
		switch {
		case ok:
			to := loaded
			switch {
			case how == lodemark.LoadWrites:
				c.Detail[lodemark.Writes], to = found, written
			case c.Detail[lodemark.FoundBy] == lodemark.FoundByName && lines == "":
				c.Detail[lodemark.Loads], to = found, named
			default:
				c.Detail[lodemark.Loads] = found
			}
			if c.Detail["source"] == "" {
				c.Detail["source"] = "local"
			}
			if c.Origin == lodemark.OriginUnresolved {
				c.Detail["written"], c.Name, c.Origin = c.Name, found, lodemark.OriginInferred
			}
			for _, f := range t.models(found) {
				if lines == "" {
					to[f] = append(to[f], at(c.Path, c.Line))
				}
				for _, line := range strings.Split(lines, ",") {
					if n, err := strconv.Atoi(line); err == nil {
						to[f] = append(to[f], at(c.Path, n))
					}
				}
			}
		case how != lodemark.LoadWrites && surely:
			c.Detail[lodemark.LoadsOutside] = name
		}
		if len(c.Detail) == 0 {
			c.Detail = nil
		}
	}
	for i := range s.Components {
		c := &s.Components[i]
		if c.Kind != lodemark.KindModel || c.Path == "" || len(loaded[c.Path])+len(named[c.Path])+len(written[c.Path]) == 0 {
			continue
		}
		c.Detail = maps.Clone(c.Detail)
		if c.Detail == nil {
			c.Detail = map[string]string{}
		}
		for detail, places := range map[string][]string{lodemark.LoadedAt: loaded[c.Path], lodemark.NamedAt: named[c.Path], lodemark.WrittenAt: written[c.Path]} {
			if len(places) > 0 {
				c.Detail[detail] = inOneText(places)
			}
		}
	}
}

// isPath says whether what settings or a command name is a path, and no name of a hub or a gateway.
func isPath(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") || strings.HasPrefix(name, "~") || strings.Contains(name, `\`) || modelEndings[strings.ToLower(path.Ext(name))] != ""
}

// inOneText are places in one text, each once.
func inOneText(places []string) string {
	slices.SortFunc(places, func(a, b string) int {
		i, j := strings.LastIndexByte(a, ':'), strings.LastIndexByte(b, ':')
		m, _ := strconv.Atoi(a[i+1:])
		n, _ := strconv.Atoi(b[j+1:])
		return cmp.Or(cmp.Compare(a[:max(i, 0)], b[:max(j, 0)]), m-n)
	})
	places = slices.Compact(places)
	if n := len(places) - lodemark.MostLoads; n > 0 {
		return strings.Join(places[:lodemark.MostLoads], ", ") + fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(places, ", ")
}

// namedFiles are the files and folders of a tree by their paths and by their last names.
type namedFiles struct {
	files   map[string]bool
	folders map[string]bool
	byName  map[string][]string // paths of files, and of folders that hold models
	inside  map[string][]string // model files by their folder
	model   map[string]bool
}

func treeOf(s *lodemark.System) *namedFiles {
	t := &namedFiles{files: map[string]bool{}, folders: map[string]bool{}, byName: map[string][]string{}, inside: map[string][]string{}, model: map[string]bool{}}
	for i := range s.Components {
		c := &s.Components[i]
		if c.Kind != lodemark.KindModel || c.Path == "" || c.Line != 0 && c.Scan == nil {
			continue
		}
		t.model[c.Path] = true
		dir := path.Dir(c.Path)
		t.inside[dir] = append(t.inside[dir], c.Path)
		for d := dir; d != "." && d != "/" && !t.folders[d]; d = path.Dir(d) {
			t.folders[d] = true
			t.byName[path.Base(d)] = append(t.byName[path.Base(d)], d)
		}
	}
	for i := range s.Files {
		p := s.Files[i].Path
		t.files[p] = true
		if t.model[p] || modelEndings[strings.ToLower(path.Ext(p))] != "" {
			t.byName[path.Base(p)] = append(t.byName[path.Base(p)], p)
		}
	}
	return t
}

// models are the model files that a path stands for.
func (t *namedFiles) models(p string) []string {
	if t.files[p] {
		return []string{p}
	}
	return t.inside[p]
}

func (t *namedFiles) has(p string) bool { return p != "." && (t.files[p] || t.folders[p]) }

// find looks a path up that stands in a file of the folder dir. surely says that it is a path; a name of a hub looks like one too, and stands
// for a folder only where there is one of that path.
func (t *namedFiles) find(name, how, dir string, surely bool) (string, bool) {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasPrefix(name, "~") {
		return "", false
	}
	absolute := strings.HasPrefix(name, "/")
	clean := strings.TrimPrefix(path.Clean(name), "/")
	if clean == "." || clean == "" {
		return "", false
	}
	if how == lodemark.LoadFromRoot {
		return clean, t.has(clean)
	}
	if how != lodemark.LoadFromSomewhere && !absolute {
		if !strings.HasPrefix(clean, "../") && t.has(clean) {
			return clean, true
		}
		for d := dir; ; d = path.Dir(d) {
			if p := path.Join(d, clean); !strings.HasPrefix(p, "../") && t.has(p) {
				return p, true
			}
			if d == "." || d == "/" || !surely {
				break
			}
		}
	}
	if !surely {
		return "", false
	}
	for strings.HasPrefix(clean, "../") {
		clean = clean[3:]
	}
	if absolute && t.has(clean) {
		return clean, true
	}
	return t.ending(clean, absolute)
}

// ending is the one path of the tree that ends like another one. Of an absolute path, that of a container as a rule, folders in front are left
// out one by one, and at least one is kept.
func (t *namedFiles) ending(clean string, absolute bool) (string, bool) {
	for {
		var found []string
		for _, p := range t.byName[path.Base(clean)] {
			if p == clean || strings.HasSuffix(p, "/"+clean) {
				found = append(found, p)
			}
		}
		if len(found) == 1 {
			return found[0], true
		}
		_, rest, ok := strings.Cut(clean, "/")
		if len(found) > 1 || !absolute || !ok || !strings.Contains(rest, "/") {
			return "", false
		}
		clean = rest
	}
}
