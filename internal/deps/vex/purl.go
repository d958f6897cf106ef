package vex

import (
	"net/url"
	"slices"
	"strings"

	"github.com/lodemark/lodemark/internal/deps/osv"
)

// ecosystems by the type of a package URL.
var ecosystems = map[string]string{"pypi": osv.PyPI, "npm": osv.NPM, "golang": osv.Go, "cargo": osv.Cargo, "maven": osv.Maven}

// productOf reads an identifier: a package URL of an ecosystem that we know, or one that the operator named.
func productOf(id string, o Options) (Product, bool) {
	if slices.Contains(o.Products, id) {
		return Product{Every: true}, true
	}
	rest, ok := strings.CutPrefix(id, "pkg:")
	if !ok || len(id) > 4096 {
		return Product{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?")
	kind, rest, ok := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	ecosystem, known := ecosystems[strings.ToLower(kind)]
	if !ok || !known {
		return Product{}, false
	}
	name, version := rest, ""
	if i := strings.LastIndexByte(rest, '@'); i > 0 {
		name, version = rest[:i], rest[i+1:]
	}
	name, err := url.PathUnescape(strings.Trim(name, "/"))
	if err != nil || name == "" {
		return Product{}, false
	}
	if version, err = url.PathUnescape(version); err != nil {
		return Product{}, false
	}
	if ecosystem == osv.Maven {
		group, artifact, ok := strings.Cut(name, "/")
		if !ok {
			return Product{}, false
		}
		name = group + ":" + artifact
	}
	return Product{Ecosystem: ecosystem, Name: name, Version: version}, true
}
