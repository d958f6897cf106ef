package develop

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/pattern"
)

// exactPackage is a version of npm that can only mean one release.
var exactPackage = pattern.New(`^=?v?\d+\.\d+\.\d+([-+][\w.+-]+)?$`)

// packageFile is what is needed of package.json to tell an application from a library, and its open ranges.
type packageFile struct {
	Private         bool              `json:"private"`
	Scripts         map[string]string `json:"scripts"`
	Dependencies    map[string]string `json:"dependencies"`
	DevDependencies map[string]string `json:"devDependencies"`
	Main            any               `json:"main"`
	Exports         any               `json:"exports"`
	Types           any               `json:"types"`
	Bin             any               `json:"bin"`
}

// published says whether others install the package by name: for those, ranges are right, and a lock file binds nobody.
func (p packageFile) published() bool {
	return !p.Private && (p.Main != nil || p.Exports != nil || p.Types != nil || p.Bin != nil)
}

// open lists the open ranges, sorted by name; local and workspace references are no ranges.
func (p packageFile) open() []string {
	var names []string
	for _, table := range []map[string]string{p.Dependencies, p.DevDependencies} {
		for name, spec := range table {
			local := strings.HasPrefix(spec, "file:") || strings.HasPrefix(spec, "workspace:") || strings.HasPrefix(spec, "link:") || strings.HasPrefix(spec, "portal:")
			if !local && !exactPackage.MatchString(spec) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func parsePackageFile(data []byte) (p packageFile, err error) {
	err = json.Unmarshal(data, &p)
	return p, err
}

var (
	buildSystem  = pattern.New(`(?m)^\[build-system\]`)
	appEntry     = pattern.New(`(?m)^\s*package-mode\s*=\s*false|^\[tool\.uv\][^\[]*package\s*=\s*false`)
	installsHere = pattern.New(`(?m)(pip3?|uv)\s+(pip\s+)?(install|sync)|poetry\s+install|pipenv\s+(install|sync)|pdm\s+(install|sync)|pyproject\.toml`)
)

// publishedProject says whether a pyproject.toml describes a package that others install by name.
func publishedProject(text string) bool {
	return buildSystem.MatchString(text) && !appEntry.MatchString(text)
}
