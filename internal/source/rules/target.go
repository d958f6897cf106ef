package rules

import (
	"path"
	"strings"

	"github.com/lodemark/lodemark/internal/source/settings"
)

// target is what rules may know of the whole target while they look at one file.
type target struct {
	paths   map[string]bool // lower case
	folders map[string]bool
	models  map[string]bool // hosted models that lodemark.yaml names; empty: it names none
}

// declarationName is the file in which the owner says which hosted models the system uses.
const declarationName = "lodemark.yaml"

func newTarget(paths []string, read func(string) ([]byte, error)) *target {
	t := &target{paths: make(map[string]bool, len(paths)), models: map[string]bool{}, folders: map[string]bool{}}
	for _, p := range paths {
		lower := strings.ToLower(p)
		t.paths[lower] = true
		for dir := path.Dir(lower); dir != "." && dir != "/" && !t.folders[dir]; dir = path.Dir(dir) {
			t.folders[dir] = true
		}
		if p == declarationName {
			t.readModels(read)
		}
	}
	return t
}

// readModels takes the hosted models of the declaration. What is wrong with that file is told where it is read for its own sake.
func (t *target) readModels(read func(string) ([]byte, error)) {
	data, err := read(declarationName)
	if err != nil {
		return
	}
	roots, _ := settings.YAML(data)
	for _, root := range roots {
		for _, m := range root.Find("hosted_models.*") {
			name := strings.ToLower(strings.TrimSpace(m.Child("model").Text()))
			if name == "" {
				continue
			}
			t.models[name] = true
			if version := strings.TrimSpace(m.Child("version").Text()); version != "" {
				t.models[name+"-"+strings.ToLower(version)] = true
			}
		}
	}
}

// beside says whether any file of these names lies in the folder of a file, or in one of those that hold it.
func (t *target) beside(name string, wanted ...string) bool {
	for dir := path.Dir(strings.ToLower(name)); ; dir = path.Dir(dir) {
		for _, w := range wanted {
			if t.paths[path.Join(dir, w)] {
				return true
			}
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}
